"""Functions as functions of DuckDB, in the place of its own and by the same names in every query."""

from __future__ import annotations

import json
import os
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ._aggregates import Aggregate
from .engines import catalog, duckdb_arrow, duckdb_bridge
from .optional import require

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Attached", "attach", "connect"]

_OLDEST = (1, 2)
# Before that, the fields of structs may come in forms of which DuckDB does not tell extensions.
_NESTED_FROM = (1, 3)
_PREFIX = "pyudf_"
# Functions of a database that tell what it has got of us: one for each time that it got some.
_LIST = "pyudf_attached_"
_FASTER = (
    "Native functions are faster, and aggregates: pyudf.duckdb.connect(path), or "
    'duckdb.connect(path, config={"allow_unsigned_extensions": True}).'
)
_NESTED = (
    "Python runs functions that are methods of an object, and before DuckDB 1.3 those that take lists, maps or structs."
)

_lock = threading.RLock()


class Attached(dict[str, str]):
    """What `attach` has done: the names in SQL, each with ``"native"`` or ``"arrow"``.

    Attributes
    ----------
    note : str
        Why functions are not native, and how to get native ones; empty where all are.

    Examples
    --------
    >>> Attached({"jaro": "native"})
    {'jaro': 'native'}
    """

    note: str = ""

    def __repr__(self) -> str:
        return super().__repr__() + (f"\n{self.note}" if self.note else "")


def attach(con: DuckDBPyConnection, *modules: ModuleType) -> Attached:
    """Make the built-in functions, and those of modules, functions of a DuckDB database.

    They are native where the connection allows extensions that are not signed (`connect` opens one that does): they
    run on DuckDB's own threads, with their defaults, options and overloads, aggregates too. Other connections get
    functions over Arrow data, which Python calls.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        All connections to its database have the functions then.
    *modules : module
        Of `pyudf.load` or `pyudf.compile`, or packages that take up a library. A later call may bring more.

    Returns
    -------
    Attached
        A dict of each function's name in SQL, with ``"native"`` or ``"arrow"``; its ``note`` says why they are not
        native. A name is preceded by ``pyudf_`` where DuckDB has a function of that name already.

    Raises
    ------
    ImportError
        If DuckDB, or pyarrow where it is needed, is not installed.
    TypeError
        If `con` is no connection, or a module holds no functions.
    ValueError
        If the database has another function of that name from an earlier call.
    duckdb.Error
        If DuckDB is too old, or refuses.

    Examples
    --------
    >>> import duckdb
    >>> con = duckdb.connect(config={"allow_unsigned_extensions": True})
    >>> attach(con)["pyudf_levenshtein"]
    'native'
    >>> con.execute("SELECT pyudf_levenshtein('Jürgen', 'Jurgen')").fetchone()
    (1,)
    """
    duckdb = _require_duckdb()
    if not isinstance(con, duckdb.DuckDBPyConnection):
        raise TypeError(f"expected a connection of duckdb.connect(), got {type(con).__name__}")
    functions = {name: f for name, f in catalog.functions(*modules).items() if _has_types(f)}
    # A cursor has results of its own: those that the connection has not fetched yet stay.
    with _lock, con.cursor() as cursor:
        return _attach(con, cursor, functions)


def _attach(con: DuckDBPyConnection, cursor: DuckDBPyConnection, functions: dict[str, Any]) -> Attached:
    known = _known(cursor)
    names = _names(cursor, functions, known)
    _check_known(functions, names, known)
    done = Attached({names[name]: known[name]["way"] for name in functions if name in known})
    done.note = next((known[name]["note"] for name in functions if name in known and known[name]["note"]), "")
    new = {name: f for name, f in functions.items() if name not in known}
    natives = {name: f for name, f in new.items() if _is_native(f)}
    note = _attach_native(cursor, natives, names) if natives else ""
    if note:
        natives = {}
    done.update({names[name]: "native" for name in natives})
    arrows = {name: f for name, f in new.items() if name not in natives and not isinstance(f, Aggregate)}
    if arrows:
        done.note = note = note or _NESTED
        _attach_arrow(con, cursor, arrows, names, note)
        done.update({names[name]: "arrow" for name in arrows})
    return done


def connect(
    path: str | os.PathLike[str] = ":memory:",
    *modules: ModuleType,
    read_only: bool = False,
    config: dict[str, Any] | None = None,
) -> DuckDBPyConnection:
    """Open a DuckDB database with native functions.

    Parameters
    ----------
    path : str or path-like, default ":memory:"
        As for ``duckdb.connect``.
    *modules : module
        As for `attach`.
    read_only : bool, default False
        As for ``duckdb.connect``.
    config : dict, optional
        As for ``duckdb.connect``; ``allow_unsigned_extensions`` is added, for our extension is not signed by DuckDB.

    Returns
    -------
    duckdb.DuckDBPyConnection

    Raises
    ------
    ImportError
        If DuckDB is not installed.
    duckdb.Error
        If the database cannot be opened, for example because it is open already without that setting.

    Examples
    --------
    >>> con = connect()
    >>> con.execute("SELECT jaro_winkler_similarity_score FROM (SELECT jaro_winkler('a', 'a') AS jaro_winkler_similarity_score)").fetchone()
    (1.0,)
    """
    duckdb = _require_duckdb()
    settings = {**(config or {}), "allow_unsigned_extensions": True}
    con = duckdb.connect(os.fspath(path), read_only=read_only, config=settings)
    try:
        attach(con, *modules)
    except BaseException:
        con.close()
        raise
    return con  # type: ignore[no-any-return]


def _require_duckdb() -> Any:
    duckdb = require("duckdb", "duckdb")
    if _version(duckdb) < _OLDEST:
        raise duckdb.NotSupportedError(
            f"pyudf needs DuckDB {'.'.join(map(str, _OLDEST))} or newer, this is {duckdb.__version__}: "
            'pip install --upgrade "pyudf[duckdb]"'
        )
    return duckdb


def _version(duckdb: Any) -> tuple[int, ...]:
    return tuple(int(part) for part in duckdb.__version__.split(".")[:2])


def _overloads(function: Any) -> tuple[Any, ...]:
    return getattr(function, "functions", (function,))


def _has_types(function: Any) -> bool:
    """Whether DuckDB has types for all parameters and the result."""
    return all(
        duckdb_arrow.type_name(overload.result, result=True) is not None
        and all(duckdb_arrow.type_name(t, result=False) is not None for t in overload.types)
        for overload in _overloads(function)
    )


def _is_native(function: Any) -> bool:
    """Whether this DuckDB can call the function and its overloads in their table."""
    overloads = _overloads(function)
    if any(overload.address is None for overload in overloads):
        return False
    if _version(_require_duckdb()) >= _NESTED_FROM:
        return True
    columns = [t for o in overloads for t, p in zip(o.types, o.parameters, strict=True) if not p.keyword_only]
    return not any(t.child or t.fields for t in columns)


def _identity(function: Any) -> str:
    """What tells a function from a later one of the same name."""
    places = [overload.address or id(overload) for overload in _overloads(function)]
    return f"{function.__module__}.{function.__qualname__} {places}"


def _allows_unsigned(con: DuckDBPyConnection) -> bool:
    return _value(con, "SELECT current_setting('allow_unsigned_extensions')::BOOLEAN") is True


def _value(con: DuckDBPyConnection, query: str) -> Any:
    ((value,),) = con.execute(query).fetchall()
    return value


def _lists(con: DuckDBPyConnection) -> list[str]:
    found = con.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE starts_with(function_name, ?) ORDER BY 1", [_LIST]
    ).fetchall()
    return [name for (name,) in found]


def _known(con: DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """What a database has got: for each function its name in SQL, its way and its identity."""
    known: dict[str, dict[str, str]] = {}
    for name in _lists(con):
        known.update(json.loads(_value(con, f"SELECT {name}()")))
    return known


def _names(con: DuckDBPyConnection, functions: dict[str, Any], known: dict[str, dict[str, str]]) -> dict[str, str]:
    """The functions' names in SQL."""
    ours = {entry["name"].lower() for entry in known.values()}
    rows = con.execute("SELECT DISTINCT lower(function_name) FROM duckdb_functions()").fetchall()
    taken = {name for (name,) in rows} - ours
    names = {name: _PREFIX + name if name.lower() in taken else name for name in functions}
    return names | {name: entry["name"] for name, entry in known.items()}


def _check_known(functions: dict[str, Any], names: dict[str, str], known: dict[str, dict[str, str]]) -> None:
    for name, function in functions.items():
        if name in known and known[name]["identity"] != _identity(function):
            raise ValueError(
                f"the database has another function {names[name]!r}, {known[name]['identity'].split()[0]}, which DuckDB "
                "cannot replace; open the database anew, or give the function another name (PYUDF_FUNCTION_AS)"
            )


def _contents(functions: dict[str, Any], names: dict[str, str], way: str, note: str) -> str:
    return json.dumps(
        {
            name: {"name": names[name], "way": way, "note": note, "identity": _identity(function)}
            for name, function in functions.items()
        }
    )


def _attach_native(cursor: DuckDBPyConnection, functions: dict[str, Any], names: dict[str, str]) -> str:
    """Have the database load them; what it says against extensions, where it has anything."""
    duckdb = _require_duckdb()
    if not _allows_unsigned(cursor):
        return f"The connection allows no unsigned extensions, so that Python runs the functions. {_FASTER}"
    named = {names[name]: f for name, f in functions.items()}
    contents = _contents(functions, names, "native", "")
    lists = _lists(cursor)
    try:
        for number in range(duckdb_bridge.ENTRIES):
            list_name = f"{_LIST}{number:02}"
            if list_name not in lists and duckdb_bridge.load(
                cursor, number, named, list_name, contents, _version(duckdb) >= _NESTED_FROM
            ):
                return ""
    except (duckdb.PermissionException, duckdb.IOException, duckdb.InvalidInputException) as error:
        return f"DuckDB does not load the extension, so that Python runs the functions: {error}"
    raise duckdb.NotSupportedError(
        f"a database takes functions {duckdb_bridge.ENTRIES} times; open it anew, or attach more modules at once"
    )


def _attach_arrow(
    con: DuckDBPyConnection, cursor: DuckDBPyConnection, functions: dict[str, Any], names: dict[str, str], note: str
) -> None:
    for name, function in functions.items():
        duckdb_arrow.register(con, names[name], function)
    contents = _contents(functions, names, "arrow", note)
    number = len(_lists(cursor))
    con.create_function(f"{_LIST}arrow_{number:02}", duckdb_arrow.told(contents), [], "VARCHAR", side_effects=False)
