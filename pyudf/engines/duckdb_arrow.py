"""Functions for DuckDB connections that take no extension: vectorised over Arrow data."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .._types import Type
from ..optional import require
from ..signatures import REQUIRED

# A type's own name -> DuckDB's
_PLAIN = {
    "None": "INTEGER",
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint8": "UTINYINT",
    "uint16": "USMALLINT",
    "uint32": "UINTEGER",
    "uint64": "UBIGINT",
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "text": "VARCHAR",
    "str": "VARCHAR",
    "bytes": "BLOB",
    "date": "DATE",
    "datetime[s]": "TIMESTAMP_S",
    "datetime[ms]": "TIMESTAMP_MS",
    "datetime[us]": "TIMESTAMP",
    "datetime[ns]": "TIMESTAMP_NS",
    "timedelta[s]": "INTERVAL",
    "timedelta[ms]": "INTERVAL",
    "timedelta[us]": "INTERVAL",
    "timedelta[ns]": "INTERVAL",
}


def type_name(t: Type, *, result: bool) -> str | None:
    """The type as it is written in SQL; None where DuckDB has none for it. The same as type_for of duckdb_types.cpp."""
    name = t.plain_name()
    if name in _PLAIN:
        return _PLAIN[name]
    if t.child is not None and name.startswith("dict["):
        return _joined("MAP({}, {})", t.child.fields, result)
    if t.child is not None:
        return _joined(f"{{}}[{t.items if result and t.items else ''}]", (t.child,), result)
    if t.fields is not None:
        names = t.names or [f"f{i}" for i in range(len(t.fields))]
        return _joined(f"STRUCT({', '.join(_quoted(n) + ' {}' for n in names)})", t.fields, result)
    if t.names is not None:
        return f"ENUM({', '.join(map(repr, t.names))})" if result else "VARCHAR"
    return None


def _joined(form: str, parts: tuple[Type, ...] | None, result: bool) -> str | None:
    names = [type_name(part, result=result) for part in parts or ()]
    return None if None in names else form.format(*names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def register(con: Any, name: str, function: Any) -> None:
    """Make a function one of a connection's database.

    DuckDB knows one list of arguments for such a function: the columns without a default, all if none is. Of several
    overloads the first is taken.
    """
    first = getattr(function, "functions", (function,))[0]
    columns = [parameter for parameter in first.parameters if not parameter.keyword_only]
    required = [parameter for parameter in columns if parameter.default is REQUIRED] or columns
    types = first.types[: len(required)]
    con.create_function(
        name,
        _called(first, types),
        [type_name(t, result=False) for t in types],
        type_name(first.result, result=True),
        type="arrow" if types else "native",
        null_handling="special",
        side_effects=not first.is_deterministic,
    )


def register_text(con: Any, name: str, text: str) -> None:
    """Make a function without arguments that gives a text one of a connection's database."""
    con.create_function(name, _told(text), [], "VARCHAR", side_effects=False)


@cache
def _called(function: Any, types: tuple[Type, ...]) -> Callable[..., Any]:
    """What DuckDB calls. It is kept for good: DuckDB lets go of it with the connection that registered it, but goes on
    calling it from other connections to the database."""
    if not types:
        return lambda: function()
    pa = require("pyarrow", "duckdb")

    def call(*columns: Any) -> Any:
        chunks = [pa.chunked_array([c]) if isinstance(c, pa.Array) else c for c in columns]
        results = function(*map(_durations_in, chunks, types), workers=1)
        return pa.nulls(len(chunks[0]), pa.int32()) if results is None else results

    # DuckDB counts the parameters.
    kind = inspect.Parameter.POSITIONAL_ONLY
    parameters = [inspect.Parameter(f"x{i}", kind) for i in range(len(types))]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return call


@cache
def _told(text: str) -> Callable[[], str]:
    return lambda: text


def _durations_in(column: Any, t: Type) -> Any:
    """A column of intervals, which are Arrow's only in DuckDB's words, as durations."""
    pa = require("pyarrow", "duckdb")
    if not t.plain_name().startswith("timedelta"):
        return column
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = pa.concat_arrays([array]) if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
    fields = np.dtype([("months", "i4"), ("days", "i4"), ("nanos", "i8")])
    intervals = np.frombuffer(array.buffers()[1], fields)[array.offset :][: len(array)]
    there = array.is_valid().to_numpy(zero_copy_only=False)
    if (intervals["months"][there] != 0).any():
        row = int(np.flatnonzero(there & (intervals["months"] != 0))[0])
        raise ValueError(
            f"row {row}: an interval with months, whose length depends on where it begins: give days instead"
        )
    micros = intervals["days"].astype(np.int64) * 86_400_000_000 + intervals["nanos"] // 1000
    return pa.array(micros.astype("m8[us]"), mask=~there)
