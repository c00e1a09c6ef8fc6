"""The tables of matrices: `cdist` of every metric, Levenshtein beside all others, the best and the near pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from corpus import sides
from metrics import COUNTS, METRICS, theirs
from numpy.typing import NDArray
from others import distances, similarities
from rapidfuzz import process
from timing import Case, Way

import pyudf

# Rows and columns of a matrix.
SIDES = {
    "words": 4_000,
    "names": 4_000,
    "addresses": 2_000,
    "texts of 150": 400,
    "texts of 1000": 64,
    "Hangul": 4_000,
    "Cyrillic": 4_000,
    "non-ASCII names": 2_000,
}
SMALL = (1, 4, 10, 30, 100)
SLOW = {"damerau_levenshtein": 8}  # RapidFuzz fills its table cell by cell: so many times smaller a side
# The type that holds all scores, where it is not bytes.
SMALLEST: dict[str, Any] = dict.fromkeys(("jaro", "jaro_winkler"), np.float32)
SMALLEST |= dict.fromkeys(("texts of 150", "texts of 1000"), np.uint16)
QUICK = ("words", "texts of 150", "Hangul")  # of the quick run, a quarter as large


def matrix(quick: bool) -> Iterator[Case]:
    """Every metric and data set; every form, cutoff and number of threads for names, and for Levenshtein."""
    for data in QUICK if quick else SIDES:
        for metric in METRICS:
            size = SIDES[data] // SLOW.get(metric, 1) // (4 if quick else 1)
            made = partial(one, metric, data, max(8, size))
            smallest = SMALLEST.get(metric) or SMALLEST.get(data, np.uint8)
            yield made()
            yield made(dtype=smallest, reused=True)
            if data != "names" and metric != "levenshtein":
                continue
            yield made(form="normalized_similarity", dtype=np.float32, reused=True)
            if metric in COUNTS:
                yield made(dtype=smallest, reused=True, cutoff=2)
            yield made(workers=2)


def one(
    metric: str,
    data: str,
    size: int,
    *,
    form: str = "distance",
    dtype: Any = None,
    reused: bool = False,
    cutoff: int | None = None,
    workers: int = 1,
    group: str = "cdist",
) -> Case:
    """A matrix beside `rapidfuzz.process.cdist`, which cannot be given the memory of its result."""
    columns = sides(data, size)
    place = {"out": np.zeros((size, size), dtype)} if reused else {"dtype": dtype}
    mine = partial(pyudf.cdist, metric=metric, form=form, score_cutoff=cutoff, workers=workers, **place)
    peer = partial(process.cdist, scorer=theirs(metric, form), dtype=dtype, score_cutoff=cutoff, workers=workers)
    words = [metric, data]
    words += [form] if form != "distance" else []
    words += [f"{np.dtype(dtype)} reused"] if reused else []
    words += [f"cutoff {cutoff}"] if cutoff is not None else []
    words += [f"workers={workers}"] if workers != 1 else []
    note = f"{size} x {size}"
    return Case(
        group, ", ".join(words), (Way("pyudf", mine, columns), Way("rapidfuzz", peer, columns)), size * size, note=note
    )


def small(quick: bool) -> Iterator[Case]:
    """Few names: what a call costs by itself."""
    for size in SMALL:
        case = one("levenshtein", "names", size, group="small")
        yield Case(case.group, f"{size} x {size} names", case.ways, case.pairs)


def beside_others(quick: bool) -> Iterator[Case]:
    """Levenshtein beside all that is installed; slow ones compute a corner of the matrix."""
    for data in QUICK if quick else SIDES:
        for form, more in (("distance", distances), ("normalized_similarity", similarities)):
            case = one("levenshtein", data, SIDES[data] // (4 if quick else 1), form=form, group="others")
            ways = (*case.ways, *more(*case.ways[0].args))
            if len(ways) > len(case.ways):
                yield Case(case.group, case.subject, ways, case.pairs, note=case.note)


def nearest(quick: bool) -> Iterator[Case]:
    """Without a matrix: the best of each row, and the pairs within a distance; RapidFuzz makes the matrix first."""
    for data in QUICK if quick else SIDES:
        size = SIDES[data] // (4 if quick else 1)
        columns = sides(data, size)
        ways = Way("pyudf", _best, columns), Way("rapidfuzz", _argmin, columns)
        yield Case("nearest", f"topk of 1, {data}", ways, size * size, note=f"{size} x {size}")
        for cutoff in (1, 2):
            ways = Way("pyudf", partial(_within, cutoff), columns), Way("rapidfuzz", partial(_nonzero, cutoff), columns)
            yield Case("nearest", f"pairs_within {cutoff}, {data}", ways, size * size, note=f"{size} x {size}")


def _best(a: list[str], b: list[str]) -> NDArray[Any]:
    return pyudf.topk(a, b, k=1, workers=1)[1][:, 0]


def _dense(a: list[str], b: list[str], cutoff: int | None = None) -> NDArray[Any]:
    # Texts of 1000 characters differ by more than a byte holds.
    dtype = np.uint8 if max(map(len, a + b)) < 256 else np.uint16
    return process.cdist(a, b, scorer=theirs("levenshtein"), dtype=dtype, score_cutoff=cutoff, workers=1)


def _argmin(a: list[str], b: list[str]) -> NDArray[Any]:
    return _dense(a, b).argmin(axis=1)


def _within(cutoff: int, a: list[str], b: list[str]) -> NDArray[Any]:
    return np.stack(pyudf.pairs_within(a, b, score_cutoff=cutoff, workers=1)[:2])


def _nonzero(cutoff: int, a: list[str], b: list[str]) -> NDArray[Any]:
    return np.stack(np.nonzero(_dense(a, b, cutoff) <= cutoff))


GROUPS: dict[str, Callable[[bool], Iterator[Case]]] = {
    "cdist": matrix,
    "small": small,
    "others": beside_others,
    "nearest": nearest,
}
