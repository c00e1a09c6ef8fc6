"""Result arrays: which dtype, whether it can hold the scores, whether ``out`` will do, whether there is memory."""

from __future__ import annotations

import math
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ._result_memory import empty

# dtype -> the largest count that it and all below hold exactly
_LARGEST_COUNT = {
    **{np.dtype(f"int{bits}"): 2 ** (bits - 1) - 1 for bits in (8, 16, 32, 64)},
    **{np.dtype(f"uint{bits}"): 2**bits - 1 for bits in (8, 16, 32, 64)},
    np.dtype("float16"): 2**11,
    np.dtype("float32"): 2**24,
    np.dtype("float64"): 2**53,
}
# The default ones, each with its own
_COUNT_DTYPES = [(dtype, _LARGEST_COUNT[dtype]) for dtype in map(np.dtype, ("int16", "int32", "int64"))]
_FLOAT32 = np.dtype("float32")


def choose_dtype(dtype: DTypeLike | None, natural: str, highest: float) -> np.dtype[Any]:
    """The dtype of a matrix: the one asked for if it holds every score, else the smallest of the default ones."""
    if dtype is None:
        if math.isinf(highest):
            return np.dtype(natural)  # nothing is known of the function but its type
        return _count_dtype(highest) or np.dtype("int64") if natural == "int64" else _FLOAT32
    chosen = np.dtype(dtype)
    check_dtype(chosen, natural, highest)
    return chosen


def _count_dtype(highest: float) -> np.dtype[Any] | None:
    """The smallest of the default ones that holds every count up to ``highest``."""
    for dtype, largest in _COUNT_DTYPES:
        if highest <= largest:
            return dtype
    return None


def check_dtype(dtype: np.dtype[Any], natural: str, highest: float) -> None:
    """Refuse a dtype that cannot hold scores up to ``highest``."""
    if math.isinf(highest):
        if not np.can_cast(natural, dtype, "safe") and dtype.kind != "f":
            raise OverflowError(f"dtype {dtype} cannot hold every {natural}; {natural} would do")
        return
    if dtype not in _LARGEST_COUNT:
        names = ", ".join(map(str, _LARGEST_COUNT))
        raise TypeError(f"dtype {dtype} cannot hold scores; choose one of {names}")
    if natural != "int64":
        if dtype.kind != "f":
            raise OverflowError(f"dtype {dtype} cannot hold fractions between 0 and 1; float32 would do")
    elif highest > _LARGEST_COUNT[dtype]:
        fitting = _count_dtype(highest) or "float64"
        raise OverflowError(f"dtype {dtype} cannot hold every score up to {int(highest)}; {fitting} would do")


def asked_dtype(dtype: DTypeLike | None, out: Any, shape: tuple[int, ...], inputs: list[Any]) -> DTypeLike | None:
    """The dtype that ``dtype=`` and ``out=`` ask for together; an ``out`` that will not do is refused."""
    if out is None:
        return dtype
    if dtype is not None and np.dtype(dtype) != getattr(out, "dtype", None):
        raise ValueError(f"out has dtype {getattr(out, 'dtype', None)}, dtype= says {np.dtype(dtype)}")
    check_out(out, shape, inputs)
    asked: np.dtype[Any] = out.dtype
    return asked


def check_na_score(na_score: float, dtype: np.dtype[Any]) -> None:
    """Refuse an ``na_score`` that the result's dtype cannot hold."""
    if dtype.kind == "f":
        return
    limits = np.iinfo(dtype)
    if not math.isfinite(na_score) or na_score != int(na_score) or not limits.min <= na_score <= limits.max:
        raise OverflowError(f"na_score {na_score} does not fit dtype {dtype}; float32 would do")


def check_out(out: Any, shape: tuple[int, ...], inputs: list[Any], natural: str = "int64") -> None:
    """Refuse an ``out`` that results cannot be written to."""
    if not isinstance(out, np.ndarray):
        raise ValueError(f"out must be an ndarray, got {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"out has shape {out.shape}, the result has {shape}")
    if (out.dtype not in _LARGEST_COUNT and out.dtype != natural) or not out.dtype.isnative:
        raise ValueError(f"out has dtype {out.dtype}; scores need one of {', '.join(map(str, _LARGEST_COUNT))}")
    if not out.flags.writeable:
        raise ValueError("out is read-only; pass a writeable array")
    if not out.flags.aligned:
        raise ValueError("out is not aligned; pass an array of its own")
    for array in inputs:
        if isinstance(array, np.ndarray) and np.may_share_memory(out, array):
            raise ValueError("out overlaps an input; pass an array of its own")
    if _overlaps_itself(out):
        raise ValueError("out overlaps itself; pass an array of its own")


def _overlaps_itself(array: NDArray[Any]) -> bool:
    """Whether a step along some dimension is shorter than what the dimensions within it cover."""
    covered = array.itemsize
    for step, size in sorted((abs(step), size) for step, size in zip(array.strides, array.shape, strict=True)):
        if size > 1 and step < covered:
            return True
        covered += step * (size - 1)
    return False


@cache
def _memory_limit() -> float:
    """Bytes that this machine or container has at all."""
    limits = [math.inf]
    try:
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        limits.append(float(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError, AttributeError):
        pass  # not told here, or "max"
    return min(limits)


def allocate(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """An array for results, or a MemoryError that says how large it would be."""
    size = math.prod(shape) * dtype.itemsize
    if size <= _memory_limit():
        try:
            return empty(shape, dtype)
        except MemoryError:
            pass
    raise MemoryError(
        f"a result of shape {shape} and dtype {dtype} needs {size / 2**30:,.1f} GiB; use topk, pairs_within or "
        "match, which never hold the matrix, or score a part of the rows at a time"
    )


def as_times(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Counts of days, seconds … as NumPy's dates and durations; numbers as they are."""
    return values.astype(np.int64).view(dtype) if dtype.kind in "mM" else values


def with_gaps(values: NDArray[Any], missing: NDArray[np.bool_]) -> NDArray[Any]:
    """Results with gaps as an ndarray can hold them: NaN or NaT; None among truth values."""
    if values.dtype.kind in "mM":
        values[missing] = np.array("NaT", values.dtype)
        return values
    if values.dtype.kind == "b":
        gaps = values.astype(object)
        gaps[missing] = None
        return gaps
    return values if values.dtype.kind == "f" else np.asarray(np.where(missing, np.nan, values))
