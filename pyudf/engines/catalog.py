"""The functions that an engine is to know by name: the built-in ones and those of users' modules."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .. import text
from .._aggregates import Aggregate
from .._core import Metric, Udf
from ..overloads import Overloaded


def functions(*modules: ModuleType) -> dict[str, Any]:
    """The built-in functions, each form of a metric by itself, and those of modules, by the names they have in SQL.

    Parameters
    ----------
    *modules : module
        Modules of `pyudf.load` or `pyudf.compile`, or packages that take up a library.

    Returns
    -------
    dict of str to Udf, Overloaded or Aggregate

    Raises
    ------
    TypeError
        If something is no module, or holds no functions.
    ValueError
        If two modules have a function of one name.

    Examples
    --------
    >>> functions()["levenshtein_normalized_similarity"]
    <pyudf function pyudf.text.levenshtein.normalized_similarity>
    """
    found: dict[str, Any] = {}
    for module in (text, *modules):
        own = members(module)
        if not own:
            raise TypeError(
                f"{module.__name__} holds no functions; pass a module that pyudf.load or pyudf.compile gives"
            )
        for name, function in own.items():
            if found.setdefault(name, function) is not function:
                raise ValueError(
                    f"both {found[name].__module__} and {function.__module__} have a function {name!r}; "
                    "pass one of the modules, or give one of the functions another name (PYUDF_FUNCTION_AS)"
                )
    return found


def members(module: ModuleType) -> dict[str, Any]:
    """The functions that one module shows, by the names they have in SQL."""
    if not isinstance(module, ModuleType):
        raise TypeError(f"expected modules of functions, got {module!r}; import the module, or pyudf.load its library")
    found: dict[str, Any] = {}
    for name, value in list(vars(module).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, Metric):
            found.update({form.__name__: form for form in value.forms.values()})
        elif isinstance(value, (Udf, Overloaded, Aggregate)):
            found[value.__name__] = value
    return found
