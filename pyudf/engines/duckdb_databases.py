"""What a DuckDB database has got of our functions, and what it is to get: native ones where it takes them."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._aggregates import Aggregate
from ..optional import require
from . import duckdb_arrow, duckdb_bridge

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Before that, the fields of structs come in forms of which DuckDB does not tell extensions.
_OLDEST = (1, 3)
_PREFIX = "pyudf_"
# Functions of a database that tell what it has got of us: one for each time that it got some.
_LIST = "pyudf_attached_"
_NOT_ALLOWED = (
    "The connection allows no unsigned extensions, so that Python runs the functions. Native ones are faster, and "
    "aggregates are there too: pyudf.duckdb.connect(path), or "
    'duckdb.connect(path, config={"allow_unsigned_extensions": True}).'
)
_NO_PLACE = "Python runs functions that are methods of an object."

_lock = threading.Lock()


class _Known(NamedTuple):
    """A function that a database has."""

    name: str  # in SQL
    way: str
    note: str
    identity: str


def require_duckdb() -> Any:
    """DuckDB, of a version that has what is needed here."""
    duckdb = require("duckdb", "duckdb")
    version = tuple(int(part) for part in duckdb.__version__.split(".")[:2])
    if version < _OLDEST:
        raise duckdb.NotSupportedError(
            f"pyudf needs DuckDB {'.'.join(map(str, _OLDEST))} or newer, this is {duckdb.__version__}: "
            'pip install --upgrade "pyudf[duckdb]"'
        )
    return duckdb


def check_connection(con: object) -> None:
    """Refuse what is no connection, and a DuckDB that is too old."""
    if not isinstance(con, require_duckdb().DuckDBPyConnection):
        raise TypeError(f"expected a connection of duckdb.connect(), got {type(con).__name__}")


def attach(con: DuckDBPyConnection, functions: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Give a database those functions that it has not.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    functions : dict of str to Udf, Overloaded or Aggregate
        Those of types that DuckDB has nothing like are left out.

    Returns
    -------
    (dict of str to str, str)
        All of them by their names in SQL, each with ``"native"`` or ``"arrow"``; and why some are not native.
    """
    functions = {name: function for name, function in functions.items() if _has_types(function)}
    # A cursor has results of its own: those that the connection has not fetched yet stay.
    with _lock, con.cursor() as cursor:
        database = _Database(con, cursor, functions)
        database.attach_native()
        database.attach_arrow()
    return {known.name: known.way for known in database.done.values()}, database.note


class _Database:
    """A database on its way to have all of some functions."""

    def __init__(self, con: DuckDBPyConnection, cursor: DuckDBPyConnection, functions: Mapping[str, Any]) -> None:
        self.con, self.cursor = con, cursor
        known = _read_known(cursor)
        _check_known(functions, known)
        self.done = {name: known[name] for name in functions if name in known}
        self.new = {name: function for name, function in functions.items() if name not in known}
        self.names = _choose_names(cursor, self.new)
        self.note = next((entry.note for entry in self.done.values() if entry.note), "")

    def attach_native(self) -> None:
        natives = {name: function for name, function in self.new.items() if _has_place(function)}
        if not natives:
            return
        if not _allows_unsigned(self.cursor):
            self.note = _NOT_ALLOWED
            return
        duckdb = require_duckdb()
        try:
            self._load(natives, duckdb)
        except (duckdb.PermissionException, duckdb.IOException, duckdb.InvalidInputException) as error:
            self.note = f"DuckDB does not load the extension, so that Python runs the functions: {error}"

    def _load(self, functions: Mapping[str, Any], duckdb: Any) -> None:
        named = {self.names[name]: function for name, function in functions.items()}
        entries = self._entries(functions, "native", "")
        lists = _lists(self.cursor)
        for number in range(duckdb_bridge.ENTRIES):
            list_name = f"{_LIST}{number:02}"
            if list_name in lists:
                continue
            if duckdb_bridge.load(self.cursor, number, named, list_name, json.dumps(entries)):
                self._take(entries)
                return
        raise duckdb.NotSupportedError(
            f"a database takes functions {duckdb_bridge.ENTRIES} times; open it anew, or attach more modules at once"
        )

    def attach_arrow(self) -> None:
        functions = {name: f for name, f in self.new.items() if not isinstance(f, Aggregate)}
        if not functions:
            return
        self.note = self.note or _NO_PLACE
        for name, function in functions.items():
            duckdb_arrow.register(self.con, self.names[name], function)
        entries = self._entries(functions, "arrow", self.note)
        duckdb_arrow.register_text(self.con, f"{_LIST}arrow_{len(_lists(self.cursor)):02}", json.dumps(entries))
        self._take(entries)

    def _entries(self, functions: Mapping[str, Any], way: str, note: str) -> dict[str, _Known]:
        return {name: _Known(self.names[name], way, note, _identity(f)) for name, f in functions.items()}

    def _take(self, entries: dict[str, _Known]) -> None:
        self.done.update(entries)
        self.new = {name: function for name, function in self.new.items() if name not in entries}


def _overloads(function: Any) -> tuple[Any, ...]:
    return getattr(function, "functions", (function,))


def _has_types(function: Any) -> bool:
    """Whether DuckDB has types for all parameters and the result."""
    return all(
        duckdb_arrow.type_name(overload.result, result=True) is not None
        and all(duckdb_arrow.type_name(t, result=False) is not None for t in overload.types)
        for overload in _overloads(function)
    )


def _has_place(function: Any) -> bool:
    """Whether DuckDB can call the function and its overloads at their place in a table."""
    return all(overload.address is not None for overload in _overloads(function))


def _identity(function: Any) -> str:
    """What tells a function from a later one of the same name."""
    places = [overload.address or id(overload) for overload in _overloads(function)]
    return f"{function.__module__}.{function.__qualname__} {places}"


def _rows(cursor: DuckDBPyConnection, query: str) -> list[Any]:
    return [row[0] for row in cursor.execute(query).fetchall()]


def _allows_unsigned(cursor: DuckDBPyConnection) -> bool:
    return _rows(cursor, "SELECT current_setting('allow_unsigned_extensions')::BOOLEAN") == [True]


def _lists(cursor: DuckDBPyConnection) -> list[str]:
    return _rows(
        cursor,
        f"SELECT DISTINCT function_name FROM duckdb_functions() WHERE starts_with(function_name, '{_LIST}') ORDER BY 1",
    )


def _read_known(cursor: DuckDBPyConnection) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for name in _lists(cursor):
        (text,) = _rows(cursor, f"SELECT {name}()")
        known.update({function: _Known(*entry) for function, entry in json.loads(text).items()})
    return known


def _check_known(functions: Mapping[str, Any], known: dict[str, _Known]) -> None:
    for name, function in functions.items():
        if name in known and known[name].identity != _identity(function):
            raise ValueError(
                f"the database has another function {known[name].name!r}, {known[name].identity.split()[0]}, that "
                "DuckDB cannot replace; open the database anew, or give the function another name (PYUDF_FUNCTION_AS)"
            )


def _choose_names(cursor: DuckDBPyConnection, functions: Mapping[str, Any]) -> dict[str, str]:
    """The names in SQL of functions that are new."""
    taken = {*_rows(cursor, "SELECT DISTINCT lower(function_name) FROM duckdb_functions()")}
    return {name: _PREFIX + name if name.lower() in taken else name for name in functions}
