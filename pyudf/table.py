"""Several columns of one length: what functions return that give more than one."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._frames import ArrowColumn, Frame
from ._lines import of_column
from .optional import require

# dtype of an array -> Arrow format, where Arrow lays values out as NumPy does.
_FORMATS = {
    "i1": "c", "u1": "C", "i2": "s", "u2": "S", "i4": "i", "u4": "I", "i8": "l", "u8": "L", "f4": "f", "f8": "g",
    "M8[s]": "tss:UTC", "M8[ms]": "tsm:UTC", "M8[us]": "tsu:UTC", "M8[ns]": "tsn:UTC",
    "m8[s]": "tDs", "m8[ms]": "tDm", "m8[us]": "tDu", "m8[ns]": "tDn",
}  # fmt: skip
_SHOWN = 5  # rows of a table that its repr shows at either end


class Column:
    """One column as Arrow has it, and as a NumPy array when that is asked for."""

    def __len__(self) -> int:
        raise NotImplementedError

    def array(self) -> NDArray[Any]:
        """The values as NumPy has them."""
        raise NotImplementedError

    def arrow(self, name: str) -> ArrowColumn:
        """The same for Arrow."""
        raise NotImplementedError

    def taken(self, rows: NDArray[Any]) -> Column:
        """Some of the rows, by their numbers or a mask."""
        raise NotImplementedError

    def without(self, rows: NDArray[np.bool_]) -> Column:
        """All rows, of which some, by a mask, have no value."""
        raise NotImplementedError


class Values(Column):
    """Numbers, truth values, times, or objects that are str, bytes or None; some may be missing.

    Parameters
    ----------
    values : ndarray, shape (n,)
    missing : ndarray of bool, shape (n,), optional
        Where there is no value, whatever `values` has there. Of times NaT is missing, too, and of objects None.
    """

    def __init__(self, values: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> None:
        self._values = np.ascontiguousarray(values)
        self._missing = missing if missing is not None and missing.any() else None
        if self._values.dtype.kind in "mM":
            nat = np.isnat(self._values)
            if nat.any():
                self._missing = nat if self._missing is None else nat | self._missing

    def __len__(self) -> int:
        return len(self._values)

    def array(self) -> NDArray[Any]:
        if self._missing is None:
            return self._values
        kind = self._values.dtype.kind
        values = self._values.astype(np.float64 if kind in "iu" else object if kind == "b" else self._values.dtype)
        values[self._missing] = {"m": "NaT", "M": "NaT", "O": None, "b": None}.get(kind, np.nan)
        return values

    def arrow(self, name: str) -> ArrowColumn:
        if self._values.dtype.kind == "O":
            return _text(name, self.array())
        count = 0 if self._missing is None else int(np.count_nonzero(self._missing))
        validity = None if self._missing is None else np.packbits(~self._missing, bitorder="little")
        if self._values.dtype.kind == "b":
            return ArrowColumn(name, "b", [validity, np.packbits(self._values, bitorder="little")], len(self), count)
        format = _FORMATS.get(self._values.dtype.str[1:])
        if format is None:
            raise TypeError(f"column {name!r}: Arrow has no type for NumPy's {self._values.dtype}")
        return ArrowColumn(name, format, [validity, self._values], len(self), count)

    def parts(self) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """The values, and where there is none whatever they have there."""
        return self._values, self._missing

    def taken(self, rows: NDArray[Any]) -> Column:
        return Values(self._values[rows], None if self._missing is None else self._missing[rows])

    def without(self, rows: NDArray[np.bool_]) -> Column:
        return Values(self._values, rows if self._missing is None else self._missing | rows)


def _text(name: str, values: NDArray[Any]) -> ArrowColumn:
    """An array of str, or of bytes, as Arrow's large_utf8 or large_binary."""
    lines = of_column(values, name)
    binary = any(isinstance(value, bytes) for value in values)
    offsets, content, missing = lines.offsets()
    validity = None if missing is None else np.packbits(~missing, bitorder="little")
    count = 0 if missing is None else int(np.count_nonzero(missing))
    return ArrowColumn(name, "Z" if binary else "U", [validity, offsets, content], len(values), count)


class Table:
    """Columns of one length by their names: a mapping of names to NumPy arrays, and a table to any Arrow library.

    Polars, pandas, pyarrow, DuckDB and others take it over without a copy: ``pl.DataFrame(table)``,
    ``pa.table(table)``. As for a data frame ``len`` is the number of rows, iterating gives the names, and it has the
    methods of a mapping without being a `collections.abc.Mapping`: libraries would take its arrays instead.

    Parameters
    ----------
    columns : mapping of str to array_like or Column
        All of shape (n,).

    Raises
    ------
    ValueError
        If columns have different lengths, or more dimensions than one.

    Examples
    --------
    >>> table = Table({"name": np.array(["a", None], object), "size": np.array([1, 2])})
    >>> table["size"]
    array([1, 2])
    >>> len(table), [*table]
    (2, ['name', 'size'])
    >>> table
    Table of 2 rows
      name  size
      a        1
      None     2
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns = {name: _column(name, values) for name, values in columns.items()}
        self._arrays: dict[str, NDArray[Any]] = {}
        lengths = {name: len(column) for name, column in self._columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"the columns of a table have one length, got {lengths}")
        self._length = next(iter(lengths.values()), 0)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._columns:
            raise KeyError(f"no column {name!r}; there are {', '.join(self._columns) or 'none'}")
        if name not in self._arrays:
            self._arrays[name] = self._columns[name].array()
        return self._arrays[name]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    def keys(self) -> KeysView[str]:
        """The names of the columns."""
        return self._columns.keys()

    def values(self) -> Iterator[NDArray[Any]]:
        """The arrays, one for each column."""
        return (self[name] for name in self)

    def items(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """The names with their arrays."""
        return ((name, self[name]) for name in self)

    def get(self, name: str, default: Any = None) -> Any:
        """The array of a column, or the default if there is none of that name."""
        try:
            return self[name]
        except KeyError:
            return default

    def taken(self, rows: NDArray[Any]) -> Table:
        """Some of the rows, by their numbers or a mask."""
        return Table({name: column.taken(rows) for name, column in self._columns.items()})

    def _frame(self) -> Frame:
        return Frame([column.arrow(name) for name, column in self._columns.items()], len(self))

    def __arrow_c_schema__(self) -> Any:
        return self._frame().schema()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The columns as one batch; a requested schema is for the consumer to cast to."""
        return self._frame().stream()

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table``."""
        # Unlike `pa.table`, which would import pandas, to ask whether this is a data frame.
        return require("pyarrow", "arrow").RecordBatchReader.from_stream(self).read_all()

    def to_polars(self) -> Any:
        """A ``polars.DataFrame``."""
        return require("polars", "polars").DataFrame(self)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` of the arrays."""
        return require("pandas", "pandas").DataFrame(dict(self))

    def __repr__(self) -> str:
        n = len(self)
        shown = [*range(min(n, _SHOWN)), *range(max(n - _SHOWN, min(n, _SHOWN)), n)]
        columns = []
        for name, column in self._columns.items():
            values = column.taken(np.array(shown, np.int64)).array()
            cells = [name, *(_cell(value) for value in values)]
            if n > 2 * _SHOWN:
                cells.insert(_SHOWN + 1, "…")
            width = max(map(len, cells))
            left = values.dtype.kind not in "iufmM"
            columns.append([cell.ljust(width) if left else cell.rjust(width) for cell in cells])
        rows = ["  " + "  ".join(row).rstrip() for row in zip(*columns, strict=True)]
        return "\n".join([f"Table of {n:,} row{'s' * (n != 1)}", *rows])


def _column(name: str, values: Any) -> Column:
    if isinstance(values, Column):
        return values
    if isinstance(values, np.ma.MaskedArray):
        return _column(name, Values(np.ma.getdata(values), np.ma.getmaskarray(values)))
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"column {name!r} has shape {array.shape}; a column has one dimension")
    if array.dtype.kind in "UST":
        array = array.astype(object)
    return Values(array)


def _cell(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
