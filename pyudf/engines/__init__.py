"""The libraries that pyudf works with, one file each; a file is imported when its library is used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .._results import SlotResult
from .arrival import when_imported

# module that must be loaded already if an object of it exists -> (our file, its adapter)
_FRAMES = {
    "pandas": ("pandas", "PandasFrame"),
    "polars": ("polars", "PolarsFrame"),
    "pyarrow": ("arrow", "ArrowFrame"),
}


class Frame(Protocol):
    """A data frame as joins see it: named columns, rows by position."""

    native: Any

    @staticmethod
    def accepts(obj: object) -> bool:
        """Whether an object is a frame of this library."""

    @classmethod
    def from_arrow(cls, table: Any) -> Frame:
        """A frame of this library from a ``pyarrow.Table``."""

    def __init__(self, native: Any) -> None: ...

    def __len__(self) -> int: ...

    def names(self) -> list[Any]:
        """The column names, in order."""

    def column(self, name: Any) -> Any:
        """One column, as text functions take it."""

    def take(self, rows: NDArray[np.int64]) -> Frame:
        """The rows at these positions; -1 gives a row of missing values."""

    def renamed(self, names: list[Any]) -> Frame:
        """The same columns under other names."""

    def beside(self, other: Any) -> Frame:
        """The columns of this frame, then those of another of equal length; labels and metadata are this one's."""

    def with_column(self, name: str, values: NDArray[Any], missing: NDArray[np.bool_]) -> Frame:
        """This frame and one column of numbers at the end."""

    def to_arrow(self) -> Any:
        """The frame as a ``pyarrow.Table``, without row labels."""


def find_frame(obj: object) -> Frame | None:
    """Wrap a data frame in the adapter of its library; None if the object is not a frame."""
    for module, (file, adapter) in _FRAMES.items():
        if module in sys.modules:
            kind: type[Frame] = getattr(importlib.import_module(f".{file}", __name__), adapter)
            if kind.accepts(obj):
                return kind(obj)
    if not hasattr(obj, "__arrow_c_stream__") or _is_column(obj):
        return None
    from . import arrow

    return arrow.ArrowFrame.from_stream(obj)


def _is_column(obj: object) -> bool:
    """Whether an object is one column of a known library, so that its stream need not be opened to know."""
    library = type(obj).__module__.partition(".")[0]
    return library in _FRAMES and type(obj).__name__ in ("Series", "Index", "ChunkedArray")


def adapt(frame: Frame, like: Frame) -> Frame:
    """Move a frame into the library of another one, through Arrow."""
    if type(frame) is type(like):
        return frame
    return type(like).from_arrow(frame.to_arrow())


class Column(Protocol):
    """A column of a library as elementwise functions see it."""

    @staticmethod
    def accepts(kind: type) -> bool:
        """Whether objects of a class are columns of this library."""

    @staticmethod
    def content(native: Any) -> tuple[Any, NDArray[np.int64] | None]:
        """The column's values as an ndarray or an Arrow object; with codes, the values are its categories."""

    @staticmethod
    def sample(native: Any) -> Any:
        """The first values of the column, as a list or an ndarray."""

    @staticmethod
    def wrap(native: Any, values: NDArray[Any], missing: NDArray[np.bool_] | None) -> Any:
        """Results as a column of the library, like ``native``; ``missing`` is None where there is no gap."""

    @staticmethod
    def wrap_slots(native: Any, result: SlotResult) -> Any:
        """Results that are no plain numbers or times as a column of the library."""


# As _FRAMES; where two columns of different libraries meet, the first one here decides what comes out.
_COLUMNS = {
    "pandas": ("pandas", "PandasColumn"),
    "polars": ("polars", "PolarsColumn"),
    "pyarrow": ("arrow", "ArrowColumn"),
}


# Libraries that get an attribute `udf` of columns; our file about them, which sees to it, is imported with them.
_EXTENDED = ("pandas", "polars")


def extend_when_imported() -> None:
    """Give columns of libraries the attribute `udf`, whether the libraries are here or come later."""
    for module in _EXTENDED:
        when_imported(module, partial(importlib.import_module, f".{module}", __name__))


def has_expression(values: Iterable[Any]) -> bool:
    """Whether a Polars expression is among the arguments of a call: it makes the call an expression, too."""
    polars = sys.modules.get("polars")
    expression = None if polars is None else getattr(polars, "Expr", None)
    return expression is not None and any(isinstance(value, expression) for value in values)


def to_expression(function: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    """The expression that such a call means."""
    return importlib.import_module(".expressions", __name__).expression(function, args, given)


def find_column(obj: object) -> type[Column] | None:
    """The adapter of the library that a column belongs to; None for lists, arrays and foreign Arrow objects."""
    kind: Any = type(obj)
    library = kind.__module__.partition(".")[0]
    return _adapter_of(kind, library) if library in _COLUMNS and library in sys.modules else None


# Asked several times in a call, where an import that finds its module costs as much as reading a short column.
@lru_cache(maxsize=64)
def _adapter_of(kind: type[Any], library: str) -> type[Column] | None:
    file, name = _COLUMNS[library]
    adapter: type[Column] = getattr(importlib.import_module(f".{file}", __name__), name)
    return adapter if adapter.accepts(kind) else None


def result_column(columns: list[Any]) -> tuple[type[Column], Any] | None:
    """Which of several arguments' libraries the result belongs to, and the argument that says so."""
    found = [(adapter, column) for column in columns if (adapter := find_column(column)) is not None]
    order = [adapter for _, adapter in _COLUMNS.values()]
    return min(found, key=lambda pair: order.index(pair[0].__name__), default=None)
