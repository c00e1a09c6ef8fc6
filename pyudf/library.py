"""Loads compiled libraries of functions as Python modules."""

from __future__ import annotations

import ctypes
import os
import sys
from types import ModuleType

from ._tables import read_head, read_table

_SYMBOL = "pyudf_module_table"

# path -> library; never unloaded, since its functions live on
_LOADED: dict[str, ctypes.CDLL] = {}
# path -> (what the module is a version of, module), the latest last
_modules: dict[str, tuple[str, ModuleType]] = {}


def load(path: str | os.PathLike[str], module: str | None = None) -> ModuleType:
    """Load a compiled library of functions.

    Parameters
    ----------
    path : str or path-like
        A shared library made with ``<pyudf/udf.hpp>`` or ``<pyudf/abi.h>``.
    module : str, optional
        Name of a module that is being imported and takes up what the library holds: a package's ``__init__`` passes
        its ``__name__``. By default a new module, named as PYUDF_MODULE says.

    Returns
    -------
    module
        With the library's functions, classes, aggregates, records and enumerations, ``__all__`` and ``__doc__``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ImportError
        If it is no library of functions, or was built for another version of the table.

    Examples
    --------
    >>> import pyudf
    >>> pyudf.load("nothing.so")
    Traceback (most recent call last):
        ...
    FileNotFoundError: nothing.so: there is no such library; build it first: pyudf develop
    """
    loaded = take_up(path, module)
    announce(os.path.abspath(path), os.path.abspath(path), loaded)
    return loaded


def take_up(path: str | os.PathLike[str], module: str | None = None) -> ModuleType:
    """What a library holds, as `load` gives it, without telling anyone."""
    address = _table_address(path)
    name, doc = read_head(address, os.fspath(path))
    target = ModuleType(name) if module is None else sys.modules[module]
    members = read_table(address, target.__name__, os.fspath(path))
    if module is None:
        target.__file__ = os.path.abspath(path)
    target.__doc__ = target.__doc__ or doc
    vars(target).update(members)
    target.__all__ = sorted({*getattr(target, "__all__", ()), *members})  # type: ignore[attr-defined]
    return target


def announce(path: str, family: str, module: ModuleType) -> None:
    """Tell of a module of functions, for those who look for functions by their names.

    Parameters
    ----------
    path : str
        Of its library; the module that was made of it before is forgotten.
    family : str
        What it is a version of: of functions with one name in one family, the latest counts.
    module : module
    """
    _modules.pop(path, None)
    _modules[path] = family, module


def loaded() -> list[tuple[str, ModuleType]]:
    """The family and the module of all libraries loaded in this process, the latest last."""
    return list(_modules.values())


def _table_address(path: str | os.PathLike[str]) -> int:
    place = os.path.abspath(path)
    if not os.path.isfile(place):
        raise FileNotFoundError(f"{os.fspath(path)}: there is no such library; build it first: pyudf develop")
    if place not in _LOADED:
        try:
            _LOADED[place] = ctypes.CDLL(place)
        except OSError as error:
            raise ImportError(f"{os.fspath(path)} cannot be loaded: {error}") from None
    try:
        entry = getattr(_LOADED[place], _SYMBOL)
    except AttributeError:
        raise ImportError(
            f"{os.fspath(path)} holds no table of functions: one of its source files needs PYUDF_MODULE(name), "
            "and C code a function pyudf_module_table"
        ) from None
    entry.restype = ctypes.c_void_p
    address: int | None = entry()
    if not address:
        raise ImportError(f"{os.fspath(path)}: {_SYMBOL} gave no table")
    return address
