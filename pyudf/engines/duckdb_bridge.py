"""The extension by which DuckDB gets native functions: its files, and what a database is to register of it."""

from __future__ import annotations

import atexit
import ctypes
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from .._aggregates import Aggregate
from .duckdb_footer import footer, split

ENTRIES = 100  # of duckdb_bridge.cpp: so often a database can get more functions

# One database at a time: what is offered is for the next one that loads the file.
_lock = threading.Lock()
# (process, platform) -> where its files are: a forked child has folders of its own
_folders: dict[tuple[int, str], Path] = {}


def load(con: Any, number: int, named: Mapping[str, Any], list_name: str, contents: str) -> bool:
    """Have a database register functions.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    number : int
        From 0 to ``ENTRIES - 1``; a database takes each one once.
    named : dict of str to Udf, Overloaded or Aggregate
        By their names in SQL.
    list_name, contents : str
        A function that the database gets as well, and the text that it gives.

    Returns
    -------
    bool
        Whether the database has taken them, which it does not if it has had that number.
    """
    ((platform,),) = con.execute("PRAGMA platform").fetchall()
    with _lock:
        path = _file(platform, number)
        library = ctypes.CDLL(str(path))
        _offer(library, named, list_name, contents)
        try:
            con.execute(f"LOAD '{str(path).replace(chr(39), chr(39) * 2)}'")
        finally:
            taken = library.pyudf_duckdb_withdraw()
    return bool(taken)


def _offer(library: ctypes.CDLL, named: Mapping[str, Any], list_name: str, contents: str) -> None:
    failed = library.pyudf_duckdb_offer(list_name.encode(), contents.encode())
    for name, function in named.items():
        addresses = [overload.address for overload in getattr(function, "functions", (function,))]
        array = (ctypes.c_void_p * len(addresses))(*addresses)
        failed |= library.pyudf_duckdb_add(name.encode(), array, len(addresses), isinstance(function, Aggregate))
    if failed:
        raise MemoryError("no memory for the functions that DuckDB is to register")


def _file(platform: str, number: int) -> Path:
    """The extension under the name that its entry of that number goes by."""
    key = (os.getpid(), platform)
    if key not in _folders or not _folders[key].is_dir():
        _folders[key] = Path(tempfile.mkdtemp(prefix="pyudf-duckdb-"))
        atexit.register(_remove, *key)
    path = _folders[key] / f"pyudf_{number:02}.duckdb_extension"
    if not path.exists():
        shipped = Path(str(files("pyudf").joinpath("pyudf.duckdb_extension")))
        library, its_platform = split(shipped.read_bytes())
        if its_platform == platform:
            _link(shipped, path)
        else:
            # DuckDB has names of its own for platforms, and others than it was built for load the same library.
            path.write_bytes(library + footer(platform))
    return path


def _link(shipped: Path, path: Path) -> None:
    try:
        path.symlink_to(shipped.resolve())
    except (OSError, NotImplementedError):
        shutil.copyfile(shipped, path)


def _remove(process: int, platform: str) -> None:
    if os.getpid() == process:
        shutil.rmtree(_folders[process, platform], ignore_errors=True)
