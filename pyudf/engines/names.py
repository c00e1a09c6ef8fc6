"""What stands behind ``s.udf`` and ``pl.col(…).udf``: functions by their names, the built-in ones and users'."""

from __future__ import annotations

import difflib
from functools import cache, partial
from typing import Any

from .. import library
from . import catalog


def find(name: str) -> Any:
    """The function that has a name, in SQL and under ``udf``.

    Parameters
    ----------
    name : str
        Of a built-in function (``"levenshtein_similarity"``), which always wins, or of a function of a library that
        `pyudf.load`, `pyudf.compile` or an import has loaded in this process.

    Returns
    -------
    Udf, Overloaded or Aggregate

    Raises
    ------
    AttributeError
        If there is no such function, or if two libraries have one each.

    Examples
    --------
    >>> find("levenshtein_similarity")
    <pyudf function pyudf.text.levenshtein.similarity>
    """
    builtin = _builtin()
    if name in builtin:
        return builtin[name]
    found = _loaded().get(name, {})
    if len(found) > 1:
        modules = [function.__module__ for function in found.values()]
        raise AttributeError(
            f"{' and '.join(modules)} have a function {name!r} each; call the one that is meant: "
            f"{modules[0]}.{name}(column, …)"
        )
    if not found:
        raise AttributeError(f"no function is called {name!r}; {_nearest(name)}")
    return next(iter(found.values()))


def known() -> list[str]:
    """The names of all functions, in order."""
    return sorted({*_builtin(), *_loaded()})


class Namespace:
    """Functions by name whose first column is given: ``Namespace(column).levenshtein(other)``."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # of protocols, and of copies that are not filled in yet
            raise AttributeError(name)
        function = find(name)
        bound = partial(function, self._column)
        bound.__doc__ = function.__doc__
        return bound

    def __dir__(self) -> list[str]:
        return known()


@cache
def _builtin() -> dict[str, Any]:
    return catalog.functions()


def _loaded() -> dict[str, dict[str, Any]]:
    """Functions of users by name, and of each name by where it is from."""
    found: dict[str, dict[str, Any]] = {}
    for family, module in library.loaded():
        for name, function in catalog.members(module).items():
            # Text that is compiled again, in a notebook say, means its functions anew.
            found.setdefault(name, {})[family] = function
    return found


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, known(), n=3)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    return "load its library first (import its package, pyudf.load, pyudf.compile), or see dir(column.udf)"
