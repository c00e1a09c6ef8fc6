"""pandas: columns of calls, data frames of joins, and ``Series.udf``."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._results import SlotResult
from ..optional import require
from ..results import with_gaps
from .names import Namespace

if TYPE_CHECKING:
    import pyarrow as pa

# NumPy kind -> the pandas array of such values and gaps
_MASKED = {
    "b": pd.arrays.BooleanArray,
    "f": pd.arrays.FloatingArray,
    "i": pd.arrays.IntegerArray,
    "u": pd.arrays.IntegerArray,
}
_HAS_STR = int(pd.__version__.partition(".")[0]) >= 3

# NumPy kinds that have no missing value of their own -> the pandas dtype that has one
_NULLABLE = {
    "bool": "boolean",
    **{f"int{bits}": f"Int{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"UInt{bits}" for bits in (8, 16, 32, 64)},
}


class PandasFrame:
    """A ``pandas.DataFrame``; results keep the index of the left frame."""

    def __init__(self, native: pd.DataFrame) -> None:
        if native.columns.nlevels > 1:
            raise ValueError(
                f"the columns have {native.columns.nlevels} levels; flatten them first: "
                'df.columns = ["_".join(map(str, names)) for names in df.columns]'
            )
        self.native = native

    @staticmethod
    def accepts(obj: object) -> bool:
        return isinstance(obj, pd.DataFrame)

    @classmethod
    def from_arrow(cls, table: pa.Table) -> PandasFrame:
        columns = [_from_arrow(column) for column in table.columns]
        frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=pd.RangeIndex(len(table)))
        return cls(frame.set_axis(pd.Index(table.column_names, dtype=object), axis=1))

    def __len__(self) -> int:
        return len(self.native)

    def names(self) -> list[Any]:
        return list(self.native.columns)

    def column(self, name: Any) -> Any:
        column = self.native[name]
        # A column of nothing but NaN is float64; as text it is all missing.
        return column.astype(object) if column.dtype.kind == "f" and column.isna().all() else column

    def take(self, rows: NDArray[np.int64]) -> PandasFrame:
        if not (rows < 0).any():
            return PandasFrame(self.native.take(rows))
        return PandasFrame(self.nullable().native.set_axis(pd.RangeIndex(len(self)), axis=0).reindex(rows))

    def nullable(self) -> PandasFrame:
        """The frame with integers and truth values as the types that may be missing."""
        nullable = {
            name: _NULLABLE[str(dtype)] for name, dtype in self.native.dtypes.items() if str(dtype) in _NULLABLE
        }
        return PandasFrame(self.native.astype(nullable))

    def renamed(self, names: list[Any]) -> PandasFrame:
        return PandasFrame(self.native.set_axis(pd.Index(names, dtype=object), axis=1))

    def beside(self, other: PandasFrame) -> PandasFrame:
        labelled = other.native.set_axis(self.native.index, axis=0)
        joined = pd.concat([self.native, labelled], axis=1)
        joined.columns = pd.Index([*self.names(), *other.names()], name=self.native.columns.name)
        return PandasFrame(joined)

    def with_column(self, name: str, values: NDArray[Any], missing: NDArray[np.bool_]) -> PandasFrame:
        column: Any = values
        if missing.any():
            masked = pd.arrays.IntegerArray if values.dtype.kind == "i" else pd.arrays.FloatingArray
            column = masked(values, missing)
        series = pd.Series(column, index=self.native.index, name=name)
        return self.beside(PandasFrame(series.to_frame()))

    def to_arrow(self) -> pa.Table:
        return require("pyarrow", "arrow").Table.from_pandas(self.native, preserve_index=False)


def _from_arrow(column: pa.ChunkedArray) -> Any:
    """One Arrow column; integers and booleans with nulls become nullable, never float or object."""
    if not column.null_count:
        return column.to_pandas()
    name = {"bool": "boolean"}.get(str(column.type), str(column.type).replace("uint", "UInt").replace("int", "Int"))
    if name not in _NULLABLE.values():
        return column.to_pandas()
    dtype = pd.api.types.pandas_dtype(name)
    return column.to_pandas(types_mapper=lambda _: dtype)


class PandasColumn:
    """A ``pandas.Series``, ``Index`` or the array within one."""

    @staticmethod
    def accepts(kind: type) -> bool:
        return issubclass(kind, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray))

    @staticmethod
    def content(native: Any) -> tuple[Any, NDArray[np.int64] | None]:
        array: Any = native.array if isinstance(native, (pd.Series, pd.Index)) else native
        # Arrow-backed arrays have no public door of their own to the Arrow data without a copy.
        stored = getattr(array, "_pa_array", None)
        if hasattr(stored, "__arrow_c_stream__"):
            return stored, None
        if isinstance(array, pd.Categorical):
            return array.categories, array.codes.astype(np.int64)
        if type(array) in _MASKED.values():
            gaps = array.isna()
            return np.ma.MaskedArray(array.to_numpy(array.dtype.numpy_dtype, na_value=0), gaps), None
        if isinstance(array.dtype, pd.DatetimeTZDtype):
            return np.asarray(array, f"M8[{array.dtype.unit}]"), None
        values = np.asarray(array, dtype=None if array.dtype.kind in "biufcmM" else object)
        if values.dtype.kind == "f" and (gaps := np.isnan(values)).any():
            return np.ma.MaskedArray(values, gaps), None
        return values, None

    @staticmethod
    def wrap(native: Any, values: NDArray[Any], missing: NDArray[np.bool_] | None) -> Any:
        if not isinstance(native, pd.Series):
            return values if missing is None else with_gaps(values, missing)
        if values.dtype.kind in "mM":
            gaps = values if missing is None else with_gaps(values, missing)
            return pd.Series(gaps, index=native.index, name=native.name)
        mask = np.zeros(len(values), bool) if missing is None else missing
        # The array is ours: nobody else writes to it.
        return pd.Series(_MASKED[values.dtype.kind](values, mask), index=native.index, name=native.name, copy=False)

    @staticmethod
    def sample(native: Any) -> list[Any]:
        found: list[Any] = native[:1000].tolist()
        return found

    @staticmethod
    def wrap_slots(native: Any, result: SlotResult) -> Any:
        if not isinstance(native, pd.Series):
            return result.to_numpy()
        named = {"index": native.index, "name": native.name}
        if isinstance(native.dtype, pd.ArrowDtype):
            return pd.Series(
                pd.array(pd.arrays.ArrowExtensionArray(require("pyarrow", "arrow").array(result))), **named
            )
        if result.type.plain_name() == "str":
            # pandas 3 has a dtype of text of its own, of which older ones think as objects.
            return pd.Series(result.to_numpy(), dtype="str" if _HAS_STR else object, **named)
        if result.type.cls is not None and issubclass(result.type.cls, Enum):
            return pd.Series(pd.Categorical.from_codes(result.codes(), list(result.type.names or ())), **named)
        return pd.Series(list(result.tolist()), dtype=object, **named)

    @staticmethod
    def check_aligned(columns: list[Any]) -> None:
        """Refuse Series whose rows do not belong together."""
        series = [column for column in columns if isinstance(column, pd.Series)]
        for other in series[1:]:
            if len(other) == len(series[0]) and not other.index.equals(series[0].index):
                raise ValueError(
                    "the indexes of the two Series differ, so that it is unclear which rows belong together; "
                    "align them first (left, right = left.align(right)) or pass the values: left.array, right.array"
                )


pd.api.extensions.register_series_accessor("udf")(Namespace)
