"""The tables of cases: scalar calls, columns row by row, and matrices whose cost is reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from corpus import containers, many_names, rows
from metrics import METRICS, ours, python_levenshtein, theirs
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

# Rows of an elementwise call: full run, quick run.
ROWS = {
    "words": (20_000, 5_000),
    "names": (20_000, 5_000),
    "addresses": (20_000, 5_000),
    "non-ASCII names": (20_000, 5_000),
    "texts of 150": (5_000, 1_000),
}
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
    "reading": reading,
}
