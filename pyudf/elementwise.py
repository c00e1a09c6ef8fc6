"""Calls of a Udf over columns, row by row: NumPy's broadcasting, categories, what kind of column comes out."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import engines, results
from ._arguments import Argument
from ._columns import Column, read_argument, read_column
from .processors import apply
from .signatures import REQUIRED
from .workers import ProgressBar, thread_count


def call(udf: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    """Call a Udf with anything it takes.

    Parameters
    ----------
    udf : Udf
    args : tuple
        Values or columns of them.
    given : dict
        Columns by name, options of the function, and ``workers``, ``out``, ``processor``, ``progress``.

    Returns
    -------
    value, ndarray, Series or Arrow array
        None where a value is missing.
    """
    if engines.has_expression((*args, *given.values())):
        return engines.to_expression(udf, args, given)
    own = udf.parameter_names
    workers, out, processor, progress = [None if name in own else given.pop(name, None) for name in _SHARED]
    n_threads = thread_count(workers)
    arguments = bind_arguments(udf, args, given)
    options = udf.options(given)
    columns = _read_all(udf, arguments, processor)
    if out is None and not any(column.shape for column in columns):
        return udf.one(columns, options)
    with ProgressBar(bool(progress), udf.__name__) as bar:
        return _Rows(udf, columns, options, n_threads, bar.show).result(list(arguments.values()), out)


# What every function takes besides its own parameters, which come first where they have the same name.
_SHARED = ("workers", "out", "processor", "progress")


def bind_columns(udf: Any, args: tuple[Any, ...], given: dict[str, Any]) -> list[Argument]:
    """The arguments of a function without options, read."""
    arguments = bind_arguments(udf, args, given)
    udf.options(given)  # refuses what is left
    return _read_all(udf, arguments, None)


def outer(
    udf: Any,
    left: Any,
    right: Any,
    out: NDArray[Any] | None,
    workers: int | None,
    progress: bool,
    given: dict[str, Any],
) -> Any:
    """The matrix of all pairs of two columns for a function that is no metric of texts."""
    arguments = bind_arguments(udf, (left, right), given)
    options = udf.options(given)
    columns = _read_all(udf, arguments, None)
    sizes = [1 if column.shape == () else len(column) for column in columns[:2]]
    for column, name in zip(columns, arguments, strict=True):
        if len(column.shape) > 1:
            raise ValueError(f"{name} has shape {column.shape}; expected one dimension")
    spread = {0: [1, 0], 1: [0, 1]}
    steps = [spread.get(at, [0, 0]) if column.shape else [0, 0] for at, column in enumerate(columns)]
    with ProgressBar(progress, udf.__name__) as bar:
        rows = _Rows(udf, columns, options, thread_count(workers), bar.show, tuple(sizes), steps)
        return rows.result(list(arguments.values()), out)


def read_processed(values: Any, name: str, processor: Any) -> Column:
    """A column of text, put through a processor."""
    column = read_column(values, name)
    return column if processor is None else column.mapped(partial(apply, processor), name)


def _read_all(udf: Any, arguments: dict[str, Any], processor: Any) -> list[Argument]:
    columns: list[Argument] = []
    units: dict[str, str] = {}
    for (name, values), t in zip(arguments.items(), udf.types, strict=False):
        if processor is not None and t.is_text:
            values = read_processed(values, name, processor)
        column = read_argument(values, t, name)
        columns.append(column)
        if t.is_units and column.unit is not None:
            units[column.unit] = name
    if len(units) > 1:
        refuse_units(units)
    return columns


def bind_arguments(udf: Any, args: tuple[Any, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The columns by name, whether they came by position, by keyword or not at all."""
    names = udf.column_names
    if len(args) > len(names):
        raise TypeError(f"{udf.__name__}() takes {len(names)} columns ({', '.join(names)}), got {len(args)}")
    bound = dict(zip(names, args, strict=False))
    if given and (twice := [name for name in bound if name in given]):
        raise TypeError(f"{udf.__name__}() got {twice[0]!r} twice, by position and by name")
    for parameter in udf.parameters[len(args) : len(names)]:
        bound[parameter.name] = given.pop(parameter.name, parameter.default)
        if bound[parameter.name] is REQUIRED:
            raise TypeError(
                f"{udf.__name__}() needs {parameter.name!r}: it takes {len(names)} columns ({', '.join(names)})"
            )
    return bound


def check_units(columns: list[Any], names: list[str]) -> None:
    """Refuse text against bytes."""
    units = {column.unit: name for column, name in zip(columns, names, strict=True) if column.unit is not None}
    if len(units) > 1:
        refuse_units(units)


def refuse_units(units: dict[str, str]) -> None:
    """Says which argument holds text, and which one bytes."""
    raise TypeError(
        f"{units['text']} holds str and {units['bytes']} bytes, whose units (code points, bytes) cannot be "
        "compared; decode the bytes or encode the str first"
    )


class _Rows:
    """One call over columns of which at least one is an array."""

    def __init__(
        self,
        udf: Any,
        columns: list[Argument],
        options: Any,
        workers: int,
        show: Any,
        shape: tuple[int, ...] | None = None,
        steps: list[list[int]] | None = None,
    ) -> None:
        self.udf, self.columns, self.options, self.workers, self.show = udf, columns, options, workers, show
        self.steps = steps
        if shape is not None:
            self.shape = shape
            return
        shapes = [column.shape for column in columns]
        distinct = {column_shape for column_shape in shapes if column_shape}
        try:
            self.shape = distinct.pop() if len(distinct) == 1 else np.broadcast_shapes(*shapes)
        except ValueError:
            raise ValueError(f"columns of shapes {', '.join(map(str, shapes))} do not broadcast together") from None

    def result(self, originals: list[Any], out: NDArray[Any] | None) -> Any:
        # Options are checked before anything is allocated.
        sizes = [0 if out is None else column.largest() for column in self.columns]
        _, highest, _ = self.udf.plan(self.options, sizes)
        if out is not None:
            natural = self.udf.result_type
            if not self.udf.result.is_number:
                raise ValueError(f"{self.udf.__name__} gives {natural}, which out cannot take; leave it out")
            results.check_out(out, self.shape, originals, natural)
            results.check_dtype(out.dtype, natural, highest)
            return self._fill(out)
        found = engines.result_column([o for o, c in zip(originals, self.columns, strict=True) if c.shape])
        if found is not None and hasattr(found[0], "check_aligned"):
            found[0].check_aligned(originals)
        wrapped = found is not None and len(self.shape) == 1
        dtype = self.udf.result.dtype
        if dtype is None or dtype.names:
            slots = self.udf.slots(
                self.columns, self._steps(self.columns), self.shape, self.options, self.workers, self.show
            )
            if self.udf.result_type == "None":
                return None
            return found[0].wrap_slots(found[1], slots) if found is not None and wrapped else slots.to_numpy()
        values, missing = self._scores()
        if found is not None and wrapped:
            return found[0].wrap(found[1], values, missing)
        return values[()] if missing is None else results.with_gaps(values, missing)[()]

    def _scores(self) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        categories = self._categories()
        if categories is not None:
            return self._by_category(*categories)
        values = np.empty(self.shape, self.udf.result.slot_dtype)
        missing = np.zeros(self.shape, bool)
        n_missing = self._run(self.columns, self.shape, values, missing)
        return results.as_times(values, self.udf.result.dtype), missing if n_missing else None

    def _steps(self, columns: list[Argument]) -> list[list[int]]:
        return self.steps or [_steps(column.shape, self.shape) for column in columns]

    def _run(self, columns: list[Argument], shape: tuple[int, ...], values: NDArray[Any], missing: NDArray[Any]) -> int:
        steps = self._steps(columns)
        n: int = self.udf.rows(columns, steps, shape, self.options, values, missing, self.workers, self.show)
        return n

    def _fill(self, out: NDArray[Any]) -> NDArray[Any]:
        values = out if out.flags.c_contiguous else np.empty(self.shape, out.dtype)
        missing = np.zeros(self.shape, bool)
        if self._run(self.columns, self.shape, values, missing):
            if out.dtype.kind != "f":
                row = tuple(int(i) for i in np.argwhere(missing)[0])
                raise ValueError(
                    f"position {row} has a missing text, which out of dtype {out.dtype} cannot tell; "
                    "pass an out of a floating dtype"
                )
            out_of = values.reshape(-1)
            out_of[missing.reshape(-1)] = np.nan
        if values is not out:
            out[...] = values
        return out

    def _categories(self) -> tuple[list[Any], list[Any]] | None:
        """The categories to score instead of the rows, where that is less work."""
        if self.steps is not None or not any(column.categories is not None for column in self.columns):
            return None
        if not (self.udf.is_metric and self.udf.is_deterministic):
            return None
        arrays = [column for column in self.columns if column.shape != ()]
        categories = [c.categories for c in arrays if c.categories is not None and c.shape == self.shape]
        if len(categories) < len(arrays) or math.prod(map(len, categories)) >= self.shape[0]:
            return None
        return [column.categories or column for column in self.columns], [column.codes for column in arrays]

    def _by_category(self, scored: list[Any], codes: list[Any]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """Scores each combination of categories once and takes them for the rows."""
        sizes = [len(c) for c, original in zip(scored, self.columns, strict=True) if original.shape != ()]
        grid = tuple(sizes)
        values, missing = np.zeros(grid, self.udf.result_type), np.zeros(grid, bool)
        axes = iter(range(len(grid)))
        steps = []
        for original in self.columns:
            axis = None if original.shape == () else next(axes)
            steps.append([int(axis == d) for d in range(len(grid))])
        if 0 not in grid:
            self.udf.rows(scored, steps, grid, self.options, values, missing, self.workers, self.show)
        absent = np.logical_or.reduce([code < 0 for code in codes])
        if 0 in grid:
            return np.zeros(self.shape, values.dtype), absent if absent.any() else None
        at = tuple(np.maximum(code, 0) for code in codes)
        absent |= missing[at]
        return values[at], absent if absent.any() else None


def _steps(shape: tuple[int, ...], result: tuple[int, ...]) -> list[int]:
    """How far each dimension of the result moves in a column whose rows lie in C order."""
    steps, product = [0] * len(result), 1
    for axis in range(1, len(shape) + 1):
        if shape[-axis] != 1:
            steps[-axis] = product
        product *= shape[-axis]
    return steps
