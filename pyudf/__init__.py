"""Native functions over columns of data: string metrics, distance matrices, fuzzy joins."""

from typing import TYPE_CHECKING

from . import engines, text
from ._version import __version__
from .headers import get_include
from .joins import dedupe, match
from .library import load
from .pairwise import cdist, pairs_within, pdist, sparse_cdist, topk
from .text import *  # noqa: F403
from .text import __all__ as _metrics

if TYPE_CHECKING:
    from .cfunc import from_cfunc
    from .compiler import CompileError, compile

__all__ = [
    "CompileError",
    "__version__",
    "cdist",
    "compile",
    "dedupe",
    "from_cfunc",
    "get_include",
    "load",
    "match",
    "pairs_within",
    "pdist",
    "sparse_cdist",
    "text",
    "topk",
    *_metrics,
]

engines.extend_when_imported()

# Imported when they are asked for, since most programs need neither.
_LATE = {"CompileError": "compiler", "compile": "compiler", "from_cfunc": "cfunc"}

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(f".{_LATE[name]}", __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


def load_ipython_extension(shell: object) -> None:
    """``%load_ext pyudf``: the cell magic ``%%udf``."""
    from . import notebook

    notebook.register(shell)
