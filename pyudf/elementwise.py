"""Calls of a Udf over columns, row by row: NumPy's broadcasting, categories, what kind of column comes out."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import engines, results
from ._columns import Column, read_column
from .processors import apply
from .workers import ProgressBar, thread_count


def call(udf: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    """Call a Udf with anything it takes.

    Parameters
    ----------
    udf : Udf
    args : tuple
        Texts or columns of them.
    given : dict
        Columns by name, options of the function, and ``workers``, ``out``, ``processor``, ``progress``.

    Returns
    -------
    int, float, None, ndarray, Series or Arrow array
    """
    workers = thread_count(given.pop("workers", None))
    out = given.pop("out", None)
    processor = given.pop("processor", None)
    progress = given.pop("progress", False)
    arguments = _bind(udf, args, given)
    options = udf.options(given)
    columns = [read_processed(value, name, processor) for name, value in arguments.items()]
    check_units(columns, list(arguments))
    if all(column.shape == () for column in columns) and out is None:
        return udf.one(columns, options)
    with ProgressBar(progress, udf.__name__) as bar:
        return _Rows(udf, columns, options, workers, bar.show).result(list(arguments.values()), out)


def read_processed(values: Any, name: str, processor: Any) -> Column:
    """A column of text, put through a processor."""
    column = read_column(values, name)
    return column if processor is None else column.mapped(partial(apply, processor), name)


def _bind(udf: Any, args: tuple[Any, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The columns by name, whether they came by position or by keyword."""
    names = [parameter.name for parameter in udf.parameters if not parameter.keyword_only]
    if len(args) > len(names):
        raise TypeError(f"{udf.__name__}() takes {len(names)} columns ({', '.join(names)}), got {len(args)}")
    bound = dict(zip(names, args, strict=False))
    for name in names[len(args) :]:
        if name not in given:
            raise TypeError(f"{udf.__name__}() needs {name!r}: it takes {len(names)} columns ({', '.join(names)})")
        bound[name] = given.pop(name)
    return bound


def check_units(columns: list[Column], names: list[str]) -> None:
    """Refuse text against bytes."""
    units = {column.unit: name for column, name in zip(columns, names, strict=True) if column.unit is not None}
    if len(units) > 1:
        raise TypeError(
            f"{units['text']} holds str and {units['bytes']} bytes, whose units (code points, bytes) cannot be "
            "compared; decode the bytes or encode the str first"
        )


class _Rows:
    """One call over columns of which at least one is an array."""

    def __init__(self, udf: Any, columns: list[Column], options: Any, workers: int, show: Any) -> None:
        self.udf, self.columns, self.options, self.workers, self.show = udf, columns, options, workers, show
        shapes = [column.shape for column in columns]
        try:
            self.shape = np.broadcast_shapes(*shapes)
        except ValueError:
            raise ValueError(f"columns of shapes {', '.join(map(str, shapes))} do not broadcast together") from None

    def result(self, originals: list[Any], out: NDArray[Any] | None) -> Any:
        # Options are checked before anything is allocated.
        natural = self.udf.result_type
        sizes = [0 if out is None else column.largest() for column in self.columns]
        _, highest, _ = self.udf.plan(self.options, sizes)
        if out is not None:
            results.check_out(out, self.shape, originals)
            results.check_dtype(out.dtype, natural, highest)
            return self._fill(out)
        found = engines.result_column([o for o, c in zip(originals, self.columns, strict=True) if c.shape != ()])
        if found is not None and hasattr(found[0], "check_aligned"):
            found[0].check_aligned(originals)
        values, missing = self._scores()
        if found is not None and len(self.shape) == 1:
            return found[0].wrap(found[1], values, missing)
        if missing is not None and values.dtype.kind == "i":
            values = np.where(missing, np.nan, values)
        return values[()]

    def _scores(self) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        categories = self._categories()
        if categories is not None:
            return self._by_category(*categories)
        values = np.empty(self.shape, self.udf.result_type)
        missing = np.zeros(self.shape, bool)
        n_missing = self._run(self.columns, self.shape, values, missing)
        return values, missing if n_missing else None

    def _run(self, columns: list[Column], shape: tuple[int, ...], values: NDArray[Any], missing: NDArray[Any]) -> int:
        steps = [_steps(column.shape, shape) for column in columns]
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

    def _categories(self) -> tuple[list[Column], list[Any]] | None:
        """The categories to score instead of the rows, where that is less work."""
        arrays = [column for column in self.columns if column.shape != ()]
        categories = [c.categories for c in arrays if c.categories is not None and c.shape == self.shape]
        if len(categories) < len(arrays) or math.prod(map(len, categories)) >= self.shape[0]:
            return None
        return [column.categories or column for column in self.columns], [column.codes for column in arrays]

    def _by_category(self, scored: list[Column], codes: list[Any]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
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
