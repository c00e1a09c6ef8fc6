"""Calls of an aggregate: columns folded into one value, or into one for each key."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import engines, results
from ._columns import read_argument, read_column
from ._values import is_missing
from .elementwise import bind_arguments
from .workers import ProgressBar, thread_count


def call(
    aggregate: Any, args: tuple[Any, ...], given: dict[str, Any], by: Any, workers: int | None, progress: bool
) -> Any:
    """Fold columns, as a whole or by keys.

    Returns
    -------
    value, or (keys, values)
        With ``by``: the keys in ascending order and the value of each; rows whose key is missing are left out.
    """
    if engines.has_expression((*args, *given.values())):
        if by is not None:
            raise TypeError(f"{aggregate.__name__}: by is not possible in an expression: use group_by(…).agg or over")
        return engines.to_expression(aggregate, args, given if workers is None else {**given, "workers": workers})
    keys, found = fold(aggregate, args, given, by, workers, progress)
    if keys is None:
        return found.tolist()[0]
    return keys, _values(aggregate, found)


def fold(
    aggregate: Any, args: tuple[Any, ...], given: dict[str, Any], by: Any, workers: int | None, progress: bool
) -> tuple[NDArray[Any] | None, Any]:
    """The keys, None without `by`, and the results as a `SlotResult`."""
    arguments = bind_arguments(aggregate, args, given)
    if given:
        raise TypeError(f"{aggregate.__name__}() has no parameter {next(iter(given))!r}")
    columns = [read_argument(v, t, name) for (name, v), t in zip(arguments.items(), aggregate.types, strict=True)]
    for column, name in zip(columns, arguments, strict=True):
        if len(column.shape) > 1:
            raise ValueError(f"{name} has shape {column.shape}; expected one dimension: pass {name}.ravel()")
    lengths = {name: len(column) for name, column in zip(arguments, columns, strict=True) if column.shape != ()}
    if len(set(lengths.values())) > 1:
        raise ValueError("columns of different lengths: " + ", ".join(f"{k} has {n}" for k, n in lengths.items()))
    n = next(iter(lengths.values()), 1)
    keys, groups, n_groups = (None, None, 1) if by is None else _groups(by, n)
    with ProgressBar(progress, aggregate.__name__) as bar:
        return keys, aggregate.fold(columns, n, groups, n_groups, thread_count(workers), bar.show)


def _values(aggregate: Any, found: Any) -> NDArray[Any]:
    """The results of all groups as an ndarray."""
    t = aggregate.result
    if t.dtype is None or t.dtype.names:
        values: NDArray[Any] = found.to_numpy()
        return values
    values = results.as_times(found.strided(0, t.slot_dtype).copy(), t.dtype)
    return values if found.missing is None else results.with_gaps(values, found.missing)


def _groups(by: Any, n: int) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    """The distinct keys in ascending order, and which of them each row has, -1 for none."""
    values = _key_array(by)
    if len(values) != n:
        raise ValueError(f"by has {len(values)} rows, the columns have {n}")
    missing = np.array([is_missing(v) for v in values], bool) if values.dtype == object else _gaps(values)
    keys, codes = _distinct(values[~missing])
    groups = np.full(n, -1, np.int64)
    groups[~missing] = codes
    return keys, groups, len(keys)


def _gaps(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    return np.asarray(np.isnat(values)) if values.dtype.kind in "mM" else np.zeros(len(values), bool)


def _distinct(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    if values.dtype != object:
        keys, codes = np.unique(values, return_inverse=True)
        return keys, codes.astype(np.int64)
    # A dictionary finds equal objects without sorting them all; only the distinct ones need an order.
    seen: dict[Any, int] = {}
    codes = np.fromiter((seen.setdefault(v, len(seen)) for v in values), np.int64, len(values))
    order = sorted(range(len(seen)), key=list(seen).__getitem__)
    rank = np.empty(len(seen), np.int64)
    rank[order] = np.arange(len(seen))
    keys = np.empty(len(seen), object)
    keys[:] = sorted(seen)
    return keys, rank[codes] if len(seen) else codes


def _arrow_keys(content: Any) -> NDArray[Any]:
    try:
        texts = read_column(content, "by").tolist()
    except TypeError:
        if not hasattr(content, "to_numpy"):
            raise
        return np.asarray(content.to_numpy())
    values = np.empty(len(texts), object)
    values[:] = texts
    return values


def _key_array(by: Any) -> NDArray[Any]:
    """Keys as an ndarray: of text as objects, of numbers and times as they are."""
    if isinstance(by, np.ndarray) and by.dtype.kind != "T":
        values = by
    elif isinstance(by, (list, tuple)):
        values = np.empty(len(by), object)
        values[:] = by
    else:
        adapter = engines.find_column(by)
        content, codes = (by, None) if adapter is None else adapter.content(by)
        if codes is not None:
            names = np.array([None, *content], object)
            values = names[codes + 1]
        elif isinstance(content, np.ndarray):
            values = content
        else:
            values = _arrow_keys(content)
    if values.ndim != 1:
        raise ValueError(f"by has shape {values.shape}; expected one dimension")
    if values.dtype.kind in "US":
        return values.astype(object)
    return np.asarray(values.data if isinstance(values, np.ma.MaskedArray) else values)
