"""Native functions over columns of data: string metrics, distance matrices, fuzzy joins."""

from . import text
from ._version import __version__
from .cfunc import from_cfunc
from .headers import get_include
from .joins import dedupe, match
from .library import load
from .pairwise import cdist, pairs_within, pdist, sparse_cdist, topk
from .text import *  # noqa: F403
from .text import __all__ as _metrics

__all__ = [
    "__version__",
    "cdist",
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
