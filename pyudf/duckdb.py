"""Functions inside DuckDB: the built-in ones and those of modules, by name in every query."""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Attached", "attach", "connect"]


class Attached(dict[str, str]):
    """What `attach` has done: the names in SQL, each with ``"native"`` or ``"arrow"``.

    Attributes
    ----------
    note : str
        Why some are not native, and how to get native ones; empty where all are.

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
    functions over Arrow data, which Python runs.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        All connections to its database have the functions then.
    *modules : module
        Of `pyudf.load` or `pyudf.compile`, or packages that take up a library. A later call may bring more.

    Returns
    -------
    Attached
        A dict of each function's name in SQL, with ``"native"`` or ``"arrow"``; its ``note`` says why some are not
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
    >>> con.execute("SELECT pyudf_levenshtein('Jürgen', 'Jurgen')").fetchall()
    [(1,)]
    """
    from .engines import catalog, duckdb_databases

    duckdb_databases.check_connection(con)
    ways, note = duckdb_databases.attach(con, catalog.functions(*modules))
    attached = Attached(ways)
    attached.note = note
    return attached


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
    >>> con.execute("SELECT jaro('Jürgen', 'Jürgen')").fetchall()
    [(0.0,)]
    """
    from .engines import duckdb_databases

    settings = {**(config or {}), "allow_unsigned_extensions": True}
    con: DuckDBPyConnection = duckdb_databases.require_duckdb().connect(
        os.fspath(path), read_only=read_only, config=settings
    )
    try:
        attach(con, *modules)
    except BaseException:
        con.close()
        raise
    return con
