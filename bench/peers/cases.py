"""The tables of cases: scalar calls, columns row by row, matrices, and matrices whose cost is reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from corpus import containers, halves, many_names, rows
from metrics import COUNTS, METRICS, ours, python_levenshtein, theirs
from rapidfuzz import process
from timing import Case, Way

import pyudf

SCALARS = {
    "short": ("kitten", "sitting"),
    "50 characters": (
        "Charlotte Douglas International Airport, Charlotte",
        "Charlottetown Airport, Prince Edward Island Canada",
    ),
    "non-ASCII": ("Нижний Новгород", "Нижній Новгородъ"),
}

# Rows of an elementwise call, and rows and columns of a matrix: full run, quick run.
ROWS = {
    "words": (20_000, 5_000),
    "names": (20_000, 5_000),
    "addresses": (20_000, 5_000),
    "non-ASCII names": (20_000, 5_000),
    "texts of 150": (5_000, 1_000),
}
SIDES = {
    "words": (700, 300),
    "names": (700, 300),
    "addresses": (500, 200),
    "non-ASCII names": (700, 300),
    "texts of 150": (120, 60),
    "texts of 1000": (40, 20),
}
SLOW = {"damerau_levenshtein": 4}  # a metric whose table is filled cell by cell gets a smaller matrix
QUICK_SIDES = ("words", "non-ASCII names", "texts of 150")  # data sets of the quick run's matrices
ACROSS = 50_000  # strings on the long side where reading dominates


def scalar(quick: bool) -> Iterator[Case]:
    """One pair per call."""
    for metric in METRICS:
        for form in ("distance", "normalized_similarity"):
            for label, pair in SCALARS.items():
                ways = [Way("pyudf", ours(metric, form), pair), Way("rapidfuzz", theirs(metric, form), pair)]
                if (metric, form) == ("levenshtein", "distance"):
                    ways.append(Way("Python", python_levenshtein, pair))
                yield Case("scalar", f"{metric} {form}, {label}", tuple(ways))


def elementwise(quick: bool) -> Iterator[Case]:
    """Two columns, row by row: every container and data set, every metric; one thread each."""
    for data, (full, small) in ROWS.items():
        left, right = rows(data, small if quick else full)
        for container in containers():
            yield _by_row("levenshtein", data, container, left, right)
    left, right = rows("names", ROWS["names"][quick])
    for metric in METRICS[1:]:
        for container in ("list", "Arrow array"):
            if container in containers():
                yield _by_row(metric, "names", container, left, right)
    few = left[:500], right[:500]
    yield Case(
        "elementwise",
        "levenshtein, 500 names, list, against plain Python",
        (
            Way("pyudf", partial(ours("levenshtein"), workers=1), few),
            Way("Python", lambda a, b: list(map(python_levenshtein, a, b)), few),
        ),
        pairs=500,
    )


def _by_row(metric: str, data: str, container: str, left: list[str], right: list[str]) -> Case:
    _, make, readable = containers()[container]
    columns = make(left), make(right)
    scorer = theirs(metric)

    def peer(a: Any, b: Any) -> Any:
        return process.cpdist(readable(a), readable(b), scorer=scorer, workers=1)

    ways = Way("pyudf", partial(ours(metric), workers=1), columns), Way("rapidfuzz", peer, columns)
    return Case("elementwise", f"{metric}, {data}", ways, len(left), container, _note(readable))


def _note(readable: Callable[[Any], Any]) -> str:
    return "" if readable.__name__ == "as_it_is" else f"rapidfuzz's time includes .{readable.__name__}()"


def matrix(quick: bool) -> Iterator[Case]:
    """`cdist` of two lists."""
    for data, sides in SIDES.items():
        if quick and data not in QUICK_SIDES:
            continue
        for metric in METRICS:
            left, right = halves(data, max(8, sides[quick] // SLOW.get(metric, 1)))
            yield _matrix(metric, data, left, right)
            if metric in COUNTS and not data.startswith("texts"):
                yield _matrix(metric, data, left, right, dtype=np.uint8)
            if data == "names":
                yield _matrix(metric, data, left, right, form="normalized_similarity")
            if not quick:
                yield _matrix(metric, data, left, right, workers=2)
    left, right = halves("names", 30)
    tiny = _matrix("levenshtein", "30 x 30 names", left, right)

    def plain(a: list[str], b: list[str]) -> Any:
        return [[python_levenshtein(x, y) for y in b] for x in a]

    yield Case("cdist", tiny.subject, (*tiny.ways, Way("Python", plain, (left, right))), tiny.pairs)


def _matrix(
    metric: str,
    data: str,
    left: list[str],
    right: list[str],
    *,
    form: str = "distance",
    dtype: Any = None,
    workers: int = 1,
) -> Case:
    mine = partial(pyudf.cdist, metric=metric, form=form, dtype=dtype, workers=workers)
    peer = partial(process.cdist, scorer=theirs(metric, form), dtype=dtype, workers=workers)
    words = [metric, data]
    words += [form] if form != "distance" else []
    words += ["uint8"] if dtype else []
    words += [f"workers={workers}"] if workers != 1 else []
    ways = Way("pyudf", mine, (left, right)), Way("rapidfuzz", peer, (left, right))
    return Case("cdist", ", ".join(words), ways, len(left) * len(right))


def reading(quick: bool) -> Iterator[Case]:
    """`cdist` of two strings against many: what a container costs to read."""
    found = many_names(ACROSS)
    queries = ["Mary Johnson", "Robert Cisneros"]
    for metric in ("levenshtein", "prefix"):
        for container, (_, make, readable) in containers().items():
            columns = queries, make(found)
            scorer = theirs(metric)

            def peer(a: Any, b: Any, readable: Callable[[Any], Any] = readable, scorer: Any = scorer) -> Any:
                return process.cdist(a, readable(b), scorer=scorer, workers=1)

            mine = partial(pyudf.cdist, metric=metric, workers=1)
            ways = Way("pyudf", mine, columns), Way("rapidfuzz", peer, columns)
            yield Case("reading", f"{metric}, 2 x {ACROSS:,}", ways, 2 * ACROSS, container, _note(readable))


GROUPS: dict[str, Callable[[bool], Iterator[Case]]] = {
    "scalar": scalar,
    "elementwise": elementwise,
    "cdist": matrix,
    "reading": reading,
}
