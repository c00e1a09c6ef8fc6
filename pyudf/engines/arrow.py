"""Arrow: columns of calls, tables of joins, anything that streams Arrow records, and the types of functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arrow import ArrowResult
from .._results import SlotResult, empty
from ..optional import require

pa = require("pyarrow", "arrow")


class ArrowFrame:
    """A ``pyarrow.Table``."""

    def __init__(self, native: Any) -> None:
        self.native = native if isinstance(native, pa.Table) else pa.table(native)

    @staticmethod
    def accepts(obj: object) -> bool:
        return isinstance(obj, (pa.Table, pa.RecordBatch))

    @classmethod
    def from_stream(cls, obj: object) -> ArrowFrame | None:
        """Read an object with ``__arrow_c_stream__``; None if what it streams are not records."""
        try:
            reader = pa.RecordBatchReader.from_stream(obj)
        except pa.ArrowInvalid:
            return None
        return cls(reader.read_all())

    @classmethod
    def from_arrow(cls, table: Any) -> ArrowFrame:
        return cls(table)

    def __len__(self) -> int:
        return int(self.native.num_rows)

    def names(self) -> list[str]:
        return list(self.native.column_names)

    def column(self, name: str) -> Any:
        column = self.native.column(name)
        return column.cast(pa.string()) if pa.types.is_null(column.type) else column

    def take(self, rows: NDArray[np.int64]) -> ArrowFrame:
        missing = rows < 0
        index = _numbers(rows, missing)
        columns = [_take(column, index) for column in self.native.columns]
        schema = self.native.schema
        if missing.any():
            schema = pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
        return ArrowFrame(pa.Table.from_arrays(columns, schema=schema))

    def renamed(self, names: list[str]) -> ArrowFrame:
        return ArrowFrame(self.native.rename_columns(names))

    def beside(self, other: ArrowFrame) -> ArrowFrame:
        schema = pa.schema([*self.native.schema, *other.native.schema], self.native.schema.metadata)
        return ArrowFrame(pa.Table.from_arrays([*self.native.columns, *other.native.columns], schema=schema))

    def with_column(self, name: str, values: NDArray[Any], missing: NDArray[np.bool_]) -> ArrowFrame:
        return ArrowFrame(self.native.append_column(name, _numbers(values, missing)))

    def to_arrow(self) -> Any:
        return self.native


def _numbers(values: NDArray[Any], missing: NDArray[np.bool_]) -> Any:
    """An array of numbers; `pa.array` would import pandas, to ask whether they are one of its objects."""
    bitmap = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    content = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [bitmap, content])


def _take(column: Any, index: Any) -> Any:
    """Rows of a column; the view types, which Arrow cannot gather, go by way of large strings."""
    if pa.types.is_string_view(column.type):
        return column.cast(pa.large_string()).take(index).cast(column.type)
    if pa.types.is_binary_view(column.type):
        return column.cast(pa.large_binary()).take(index).cast(column.type)
    return column.take(index)


class ArrowColumn:
    """A ``pyarrow.Array`` or ``ChunkedArray``."""

    @staticmethod
    def accepts(kind: type) -> bool:
        return issubclass(kind, (pa.Array, pa.ChunkedArray))

    @staticmethod
    def content(native: Any) -> tuple[Any, None]:
        return native, None

    @staticmethod
    def wrap(native: Any, values: NDArray[Any], missing: NDArray[np.bool_] | None) -> Any:
        return pa.array(ArrowResult(values, missing))

    @staticmethod
    def sample(native: Any) -> list[Any]:
        found: list[Any] = native.slice(0, 1000).to_pylist()
        return found

    @staticmethod
    def wrap_slots(native: Any, result: SlotResult) -> Any:
        return pa.array(result)


# How Arrow lays out texts, bytes and lists: name of a layout -> the types of each.
LAYOUTS: dict[str, tuple[Any, Any, Any]] = {
    "": (pa.string, pa.binary, pa.list_),
    "large": (pa.large_string, pa.large_binary, pa.large_list),
    "view": (pa.string_view, pa.binary_view, pa.list_),
}
# Numbers that the JVM has not -> those that hold them all.
_WIDER = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
    pa.float16(): pa.float32(),
}
# Of as many digits as the numbers at hand have: pandas knows no others.
_UNSIGNED = {pa.decimal128(digits, 0): pa.uint64() for digits in range(1, 21)}


def result_type(t: Any) -> Any:
    """What Arrow calls the type of a function's results."""
    return pa.array(empty(t)).type


def argument_type(t: Any, layout: str = "") -> Any:
    """What Arrow calls the type of a parameter, in one of its layouts."""
    return _laid_out(result_type(t), LAYOUTS[layout], {})


def jvm_type(t: Any) -> Any:
    """What results become for engines of the JVM, which have no unsigned numbers and no dictionaries."""
    return _laid_out(result_type(t), LAYOUTS[""], _WIDER)


def from_jvm(column: Any) -> Any:
    """A column that functions take: decimals without a fraction, as `jvm_type` made them, are unsigned again."""
    kind = _laid_out(column.type, LAYOUTS[""], _UNSIGNED)
    return column if kind == column.type else column.cast(kind)


def try_out(function: Any, given: dict[str, Any], n_columns: int | None = None) -> Any:
    """Call a function without rows, so that what is wrong with a call is told before any worker has begun.

    Parameters
    ----------
    function : Udf
    given : dict
        Constants and options by name.
    n_columns : int, optional
        How many columns there will be; by default as many as the function takes besides the constants.

    Returns
    -------
    pyarrow.Array
    """
    types = [
        t
        for t, parameter in zip(function.types, function.parameters, strict=True)
        if not parameter.keyword_only and (n_columns is not None or parameter.name not in given)
    ]
    columns = [pa.array([], argument_type(t)) for t in types]
    return function(*(columns if n_columns is None else (columns + columns[-1:] * n_columns)[:n_columns]), **given)


def _laid_out(kind: Any, layout: tuple[Any, Any, Any], numbers: dict[Any, Any]) -> Any:
    text, binary, many = layout

    def field(of: Any) -> Any:
        return of.with_type(_laid_out(of.type, layout, numbers))

    if pa.types.is_large_string(kind) or pa.types.is_string(kind):
        return text()
    if pa.types.is_large_binary(kind) or pa.types.is_binary(kind):
        return binary()
    if pa.types.is_struct(kind):
        return pa.struct(list(map(field, kind)))
    if pa.types.is_map(kind):
        return pa.map_(field(kind.key_field), field(kind.item_field))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return many(field(kind.value_field))
    if pa.types.is_dictionary(kind) and numbers:
        return _laid_out(kind.value_type, layout, numbers)
    return numbers.get(kind, kind)
