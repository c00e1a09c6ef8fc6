"""Polars: columns of calls, data frames of joins, and ``udf`` of expressions and Series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .._results import SlotResult
from ..optional import require
from .names import Namespace

if TYPE_CHECKING:
    import pyarrow as pa

pl.api.register_expr_namespace("udf")(Namespace)
pl.api.register_series_namespace("udf")(Namespace)


class PolarsFrame:
    """A ``polars.DataFrame``."""

    def __init__(self, native: pl.DataFrame) -> None:
        self.native = native

    @staticmethod
    def accepts(obj: object) -> bool:
        if isinstance(obj, pl.LazyFrame):
            raise TypeError("got a polars.LazyFrame, whose rows are not known yet; pass frame.collect()")
        return isinstance(obj, pl.DataFrame)

    @classmethod
    def from_arrow(cls, table: pa.Table) -> PolarsFrame:
        return cls(pl.DataFrame(table))

    def __len__(self) -> int:
        return int(self.native.height)

    def names(self) -> list[str]:
        return list(self.native.columns)

    def column(self, name: str) -> pl.Series:
        column = self.native.get_column(name)
        return column.cast(pl.String) if column.dtype == pl.Null else column

    def take(self, rows: NDArray[np.int64]) -> PolarsFrame:
        return PolarsFrame(self.native.select(pl.all().gather(_nullable(rows, rows < 0))))

    def renamed(self, names: list[str]) -> PolarsFrame:
        renamed = self.native.clone()
        renamed.columns = names
        return PolarsFrame(renamed)

    def beside(self, other: PolarsFrame) -> PolarsFrame:
        return PolarsFrame(self.native.hstack(other.native.get_columns()))

    def with_column(self, name: str, values: NDArray[Any], missing: NDArray[np.bool_]) -> PolarsFrame:
        return PolarsFrame(self.native.hstack([_nullable(values, missing).alias(name)]))

    def to_arrow(self) -> pa.Table:
        require("pyarrow", "arrow")
        return self.native.to_arrow()


def _nullable(values: NDArray[Any], missing: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(values).set(pl.Series(missing), None)


def series_of(result: SlotResult) -> pl.Series:
    """Results of any type as a Series."""
    if hasattr(pl.Series, "__arrow_c_stream__"):
        return pl.Series(result)
    return pl.Series(require("pyarrow", "arrow").array(result))


class PolarsColumn:
    """A ``polars.Series``."""

    @staticmethod
    def accepts(kind: type) -> bool:
        return issubclass(kind, pl.Series)

    @staticmethod
    def content(native: pl.Series) -> tuple[Any, None]:
        # Before 1.3 a Series had no Arrow stream of its own.
        return native if hasattr(native, "__arrow_c_stream__") else native.to_arrow(), None

    @staticmethod
    def wrap(native: pl.Series, values: NDArray[Any], missing: NDArray[np.bool_] | None) -> pl.Series:
        return pl.Series(native.name, values) if missing is None else _nullable(values, missing).alias(native.name)

    @staticmethod
    def sample(native: pl.Series) -> list[Any]:
        found: list[Any] = native.head(1000).to_list()
        return found

    @staticmethod
    def wrap_slots(native: pl.Series, result: SlotResult) -> pl.Series:
        return series_of(result).alias(native.name)
