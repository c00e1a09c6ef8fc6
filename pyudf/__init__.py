"""Native functions over columns of data: string metrics, distance matrices, fuzzy joins."""

from typing import TYPE_CHECKING

from . import engines, text
from ._version import __version__
from .headers import get_include
from .joins import dedupe, match
from .library import load
from .pairwise import cdist, pairs_within, pdist, sparse_cdist, topk
from .table import Table
from .text import *  # noqa: F403
from .text import __all__ as _metrics

if TYPE_CHECKING:
    from . import arrow as arrow
    from . import dask as dask
    from . import duckdb as duckdb
    from . import logs as logs
    from . import ray as ray
    from . import spark as spark
    from .cfunc import from_cfunc
    from .compiler import CompileError, compile

__all__ = [
    "CompileError",
    "Table",
    "__version__",
    "cdist",
    "compile",
    "dedupe",
    "from_cfunc",
    "get_include",
    "load",
    "logs",
    "match",
    "pairs_within",
    "pdist",
    "sparse_cdist",
    "text",
    "topk",
    *_metrics,
]

engines.extend_when_imported()

# Imported when they are asked for: the file that has a name, or is it. The modules of engines are not in __all__, for
# `from pyudf import *` would put them in the place of the engines themselves.
_LATE = {
    "CompileError": "compiler",
    "arrow": "arrow",
    "compile": "compiler",
    "dask": "dask",
    "duckdb": "duckdb",
    "from_cfunc": "cfunc",
    "logs": "logs",
    "ray": "ray",
    "spark": "spark",
}

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module = import_module(f".{_LATE[name]}", __name__)
        value = globals()[name] = module if name == _LATE[name] else getattr(module, name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__, *_LATE})


def load_ipython_extension(shell: object) -> None:
    """``%load_ext pyudf``: the cell magic ``%%udf``."""
    from . import notebook

    notebook.register(shell)
