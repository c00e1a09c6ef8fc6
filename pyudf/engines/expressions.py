"""Calls with Polars expressions: a plugin expression, which Polars runs without Python."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Mapping, Set
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from .. import signatures
from .._results import empty
from ..workers import thread_count
from .polars import series_of

# What calls over columns take besides their own parameters, and what to do in an expression instead.
_NOT_HERE = {
    "out": "Polars allocates its results itself; leave it out",
    "processor": "change the text with Polars first, for example pl.col(…).str.to_lowercase()",
    "progress": "collect the frame with a progress bar of its own; leave it out",
}


def check_version(version: str) -> None:
    """Refuse a Polars that cannot run the plugins."""
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < (1, 0):
        raise ImportError(f"expressions need Polars 1.0 or later, this is {version}: pip install -U polars")
    if version == "1.43.0":
        # https://github.com/pola-rs/polars/issues/28612
        raise ImportError("Polars 1.43.0, which was withdrawn, hands over wrong texts: pip install -U polars")


check_version(pl.__version__)
from polars.plugins import register_plugin_function  # noqa: E402 - older ones have no such module


def expression(function: Any, args: tuple[Any, ...], given: dict[str, Any]) -> pl.Expr:
    """The expression that a call means in which at least one argument is one.

    Parameters
    ----------
    function : Udf, Aggregate or Overloaded
    args : tuple
        Expressions, and values, which stand for themselves in every row: a str is a literal.
    given : dict
        Parameters by name, options, and ``workers``.
    """
    overloads = getattr(function, "functions", (function,))
    first = overloads[0]
    own = {parameter.name for parameter in first.parameters}
    for name in _NOT_HERE.keys() & given.keys() - own:
        if given[name]:
            raise TypeError(f"{function.__name__}: {name} is not possible in an expression: {_NOT_HERE[name]}")
    given = {name: value for name, value in given.items() if name in own or name not in _NOT_HERE}
    workers = given.pop("workers", None) if "workers" not in own else None
    if len(overloads) > 1:
        named = {**_numbered(function, args), **given}
        return _plugin(function, first, named, {}, list(named) if given else None, workers)
    columns = {p.name: p for p in first.parameters if not p.keyword_only}
    options = {name: given.pop(name) for name in list(given) if name not in columns}
    bound = _bind(first, list(columns), args, given)
    if hasattr(first, "options"):
        first.options(dict(options))  # what is wrong is told here, in the words of every other call
    elif options:
        raise TypeError(signatures.unknown_option(first, next(iter(options))))
    if first.symbol is None:
        return _batches(first, bound, options)
    positional = list(bound) == list(columns)[: len(bound)]
    return _plugin(function, first, bound, options, None if positional else list(bound), workers)


def _bind(function: Any, names: list[str], args: tuple[Any, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The columns by name, without those that keep their defaults."""
    from ..elementwise import bind_arguments

    told = {*names[: len(args)], *given}
    return {name: v for name, v in bind_arguments(function, args, dict(given)).items() if name in told}


def _numbered(function: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    names = max(([p.name for p in f.parameters] for f in function.functions), key=len)
    if len(args) > len(names):
        raise TypeError(f"{function.__name__}() takes {len(names)} columns at most, got {len(args)}")
    return dict(zip(names, args, strict=False))


def _plugin(
    function: Any,
    first: Any,
    bound: dict[str, Any],
    options: dict[str, Any],
    columns: list[str] | None,
    workers: int | None,
) -> pl.Expr:
    engine = engine_library()
    kwargs = {name: _plain(value) for name, value in options.items()}
    if workers is not None:
        kwargs["workers"] = thread_count(workers)
    if columns is not None:
        kwargs["columns"] = columns
    folds = not hasattr(first, "is_deterministic")
    how: dict[str, Any] = {"returns_scalar": True} if folds else {"is_elementwise": True}
    if not folds and "is_deterministic" in inspect.signature(register_plugin_function).parameters:
        how["is_deterministic"] = first.is_deterministic
    return register_plugin_function(
        plugin_path=first.library or engine,
        function_name=first.symbol,
        args=[literal(value) for value in bound.values()],
        kwargs=kwargs or None,
        **how,
    )


@cache
def engine_library() -> str:
    """The library of the built-in plugins, loaded, so that users' libraries find it."""
    import ctypes

    path = str(files("pyudf").joinpath("libpyudf.so"))
    _loaded.append(ctypes.CDLL(path))
    return path


_loaded: list[Any] = []


def _batches(function: Any, bound: dict[str, Any], options: dict[str, Any]) -> pl.Expr:
    """For functions that no library exports, such as methods, whose objects live in this process only."""
    names = list(bound)

    def run(columns: Any) -> pl.Series:
        series: pl.Series = function(**dict(zip(names, columns, strict=True)), **options)
        return series

    return pl.map_batches([literal(value) for value in bound.values()], run, return_dtype=dtype_of(function.result))


def dtype_of(t: Any) -> Any:
    """What Polars calls a type of a table."""
    return series_of(empty(t)).dtype


_SCALARS = (str, bytes, int, float, np.generic, dt.date, dt.timedelta)


def literal(value: Any) -> pl.Expr:
    """An argument as an expression: a column stays what it is, a value is repeated in every row."""
    if isinstance(value, pl.Expr):
        return value
    if isinstance(value, pl.Series):
        return pl.lit(value)
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype != object:
        return pl.lit(pl.Series("literal", value))
    if value is None or isinstance(value, _SCALARS):
        return pl.lit(value)
    # Of one row, and said to be: a Series of one row would not be repeated.
    return pl.lit(pl.Series("literal", [_nested(value)])).first()


def _nested(value: Any) -> Any:
    """A value in the way in which Polars has lists and structs of it."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Mapping):
        return [{"key": _nested(k), "value": _nested(v)} for k, v in value.items()]
    if isinstance(value, tuple):
        names = getattr(value, "_fields", None) or [f"f{i}" for i in range(len(value))]
        return {name: _nested(item) for name, item in zip(names, value, strict=True)}
    if isinstance(value, (list, Set)):
        return [_nested(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    """An option as a Python value that pickles without NumPy."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value
