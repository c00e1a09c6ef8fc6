"""Functions in ``pyarrow.compute``: registered by name, and as expressions of datasets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

from . import grouping
from ._aggregates import Aggregate
from .elementwise import bind_arguments
from .optional import require

__all__ = ["expression", "register"]

# Arrow runs batches of a dataset side by side; a longer one, as of a whole column, gets threads of its own.
_LARGE = 200_000

_lock = threading.Lock()
_registered: dict[str, _Kernel] = {}


def register(*modules: ModuleType) -> dict[str, str]:
    """Register the built-in functions and those of modules in ``pyarrow.compute``.

    Parameters
    ----------
    *modules : module
        Modules of `pyudf.load` or `pyudf.compile`, or packages that take up a library.

    Returns
    -------
    dict of str to str
        The names, and what the function of each takes and gives: ``"(string, string) -> int64"``.

    Raises
    ------
    ImportError
        If pyarrow is not installed.
    ValueError
        If two modules have a function of one name, or if another function with other types was registered before:
        Arrow forgets none.

    See Also
    --------
    expression : a function, with options, for columns of any layout.

    Notes
    -----
    A name of Arrow's stands for one combination of types, which Arrow never casts to. Functions of ``string`` have the
    plain name, those of ``large_string`` the suffix ``_large``, those of ``string_view`` ``_view``; of overloads the
    first has the plain name and the others their types behind it. ``pyudf_`` is in front where Arrow has the name
    itself. Options are not possible in Arrow's calls. Aggregates are registered for ``group_by``, too.

    Examples
    --------
    >>> import pyarrow as pa, pyarrow.compute as pc
    >>> register()["levenshtein_view"]
    '(string_view, string_view) -> int64'
    >>> pc.call_function("levenshtein", [pa.array(["kitten", None]), pa.scalar("sitting")])
    <pyarrow.lib.Int64Array object at ...>
    [
      3,
      null
    ]
    """
    require("pyarrow.compute", "arrow")
    from .engines import catalog

    kernels: dict[str, _Kernel] = {}
    for name, function in catalog.functions(*modules).items():
        for suffix, kernel in _kernels(function):
            kernels[f"{name}{suffix}"] = kernel
    with _lock:
        own = {*require("pyarrow.compute", "arrow").list_functions()} - {*_registered}
        named = {f"pyudf_{name}" if name in own else name: kernel for name, kernel in kernels.items()}
        for name, kernel in named.items():
            _check_free(name, kernel)
        for name, kernel in named.items():
            _put(name, kernel)
    return {name: kernel.signature for name, kernel in named.items()}


def expression(function: Any, *columns: Any, **given: Any) -> Any:
    """An expression of ``pyarrow.compute``, as for the columns or the filter of a dataset.

    Parameters
    ----------
    function : Udf
        A function that `pyudf.load`, a package or pyudf itself has.
    *columns : pyarrow.compute.Expression or value
        ``pyarrow.compute.field("name")`` for a column of any layout of text, which is cast to what the function takes;
        a value stands for itself in every row.
    **given
        Columns by name, and options of the function such as ``score_cutoff``.

    Returns
    -------
    pyarrow.compute.Expression

    Raises
    ------
    TypeError
        For an aggregate or overloads, for arguments that the function does not have.

    Examples
    --------
    >>> import pyarrow as pa, pyarrow.compute as pc, pyarrow.dataset as ds, pyudf
    >>> names = ds.dataset(pa.table({"name": pa.array(["Ann", "Anna", "Bob"], pa.large_string())}))
    >>> near = expression(pyudf.levenshtein, pc.field("name"), "Anne") <= 1
    >>> names.to_table(filter=near)["name"].to_pylist()
    ['Ann', 'Anna']
    """
    pa, pc = require("pyarrow", "arrow"), require("pyarrow.compute", "arrow")
    if not hasattr(function, "options"):
        raise TypeError(
            f"expected a function of values, got {function!r}; register() knows aggregates, "
            "and overloads by names that tell their types"
        )
    arguments = bind_arguments(function, columns, given)
    function.options(dict(given))
    ((_, kernel),) = (found for found in _kernels(function, given) if found[1].layout == "")
    name = f"{function.__module__}.{function.__qualname__}{_options_text(given)}"
    if function.symbol is None:
        name += f" at {id(function):#x}"  # of one object among others, or from a pointer: its name is not its own
    with _lock:
        _check_free(name, kernel)
        _put(name, kernel)
    made = [
        value.cast(kind) if isinstance(value, pc.Expression) else pc.scalar(pa.scalar(value, kind))
        for value, kind in zip(arguments.values(), kernel.takes, strict=True)
    ]
    return pc.field("")._call(name, made)


class _Kernel(NamedTuple):
    """A function with the types that Arrow is to know it by, and its options."""

    function: Any
    takes: tuple[Any, ...]
    gives: Any
    options: dict[str, Any]
    layout: str

    @property
    def signature(self) -> str:
        return f"({', '.join(map(str, self.takes))}) -> {self.gives}"

    @property
    def folds(self) -> bool:
        return isinstance(self.function, Aggregate)

    def values(self, context: Any, *columns: Any) -> Any:
        """What Arrow calls for a batch of rows."""
        return self.function(*map(_column, columns), **self._threads(context), **self.options)

    def fold(self, context: Any, *columns: Any) -> Any:
        """What Arrow calls for all rows of a column, or of a group."""
        workers = self._threads(context).get("workers")
        _, found = grouping.fold(self.function, columns, dict(self.options), None, workers, False)
        return require("pyarrow", "arrow").array(found)[0]

    def _threads(self, context: Any) -> dict[str, Any]:
        if "workers" in {parameter.name for parameter in self.function.parameters}:
            return {}
        return {"workers": None if context.batch_length > _LARGE else 1}


def _column(argument: Any) -> Any:
    """A scalar as a column of one row, which broadcasts."""
    pa = require("pyarrow", "arrow")
    return pa.repeat(argument, 1) if isinstance(argument, pa.Scalar) else argument


def _kernels(function: Any, options: dict[str, Any] | None = None) -> Iterator[tuple[str, _Kernel]]:
    """What Arrow can know of a function, by what is put behind its name."""
    from .engines.arrow import LAYOUTS, argument_type, result_type

    for at, overload in enumerate(getattr(function, "functions", (function,))):
        types = [t for t, p in zip(overload.types, overload.parameters, strict=True) if not p.keyword_only]
        if not types or overload.result_type == "None":
            continue  # Arrow calls no function without columns, and wants a column back
        told = "" if at == 0 else "_" + "_".join(map(str, types))
        seen = set()
        for layout in LAYOUTS:
            takes = tuple(argument_type(t, layout) for t in types)
            if takes not in seen:
                seen.add(takes)
                kernel = _Kernel(overload, takes, result_type(overload.result), options or {}, layout)
                yield told + (layout and f"_{layout}"), kernel


def _options_text(options: dict[str, Any]) -> str:
    return f"({', '.join(f'{name}={value!r}' for name, value in sorted(options.items()))})"


def _check_free(name: str, kernel: _Kernel) -> None:
    before = _registered.get(name)
    if before is not None and (before.signature, before.folds) != (kernel.signature, kernel.folds):
        raise ValueError(
            f"{name!r} is registered for {before.signature} already, from {before.function.__module__}, and Arrow "
            f"forgets no function: give the one for {kernel.signature} another name (PYUDF_FUNCTION_AS)"
        )


def _put(name: str, kernel: _Kernel) -> None:
    """Register a function, or put it in the place of another one with its name and types."""
    known = name in _registered
    _registered[name] = kernel
    if known:
        return
    pc = require("pyarrow.compute", "arrow")
    add = pc.register_aggregate_function if kernel.folds else pc.register_scalar_function
    summary = kernel.function.summary or f"pyudf's {kernel.function.__name__}"
    names = [parameter.name for parameter in kernel.function.parameters]
    try:
        add(
            partial(_run, name, "fold" if kernel.folds else "values"),
            name,
            {"summary": summary, "description": f"{kernel.function.__name__}: {kernel.signature}"},
            dict(zip(names, kernel.takes, strict=False)),
            kernel.gives,
        )
    except BaseException:
        del _registered[name]
        raise


def _run(name: str, what: str, context: Any, *columns: Any) -> Any:
    return getattr(_registered[name], what)(context, *columns)
