"""Other ways to a matrix of Levenshtein distances, each with one thread; those that are not installed are left out."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from metrics import python_levenshtein
from numpy.typing import NDArray
from timing import Way

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when Polars is imported
LEAST = 2  # rows and columns of the smallest corner
Scorer = Callable[[Any, Any], int]


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _cells(score: Scorer, a: list[str], b: list[str]) -> list[list[int]]:
    """A call for each pair."""
    return [[score(x, y) for y in b] for x in a]


def _corner(a: list[str], b: list[str], cells: float) -> tuple[int, tuple[list[str], list[str]]]:
    """So many rows and columns that about `cells` cells of the table of characters are filled."""
    mean = sum(map(len, a)) / len(a)
    side = min(len(a), len(b), max(LEAST, int(cells**0.5 / mean)))
    return side, (a[:side], b[:side])


def distances(a: list[str], b: list[str]) -> Iterator[Way]:
    """The ways that give distances."""
    if _installed("stringzillas"):
        yield _stringzillas(a, b)
    if _installed("edlib"):
        import edlib

        side, texts = _corner(a, b, 1e7)
        score = partial(_cells, lambda x, y: edlib.align(x, y, task="distance")["editDistance"])
        yield Way("edlib", score, texts, sample=side)
    side, texts = _corner(a, b, 2e7)
    if _installed("polars_distance"):
        import polars_distance as pld

        yield Way("polars-distance", _crossed(pld.col("a").dist_str.levenshtein("b"), *texts), sample=side)
    if _installed("polars_ds"):
        import polars_ds as pds

        yield Way("polars-ds", _crossed(pds.str_leven("a", "b"), *texts), sample=side)
    if _installed("duckdb") and all(map(str.isascii, a + b)):  # it compares bytes
        yield Way("DuckDB", _duckdb(*texts), sample=side)
    side, texts = _corner(a, b, 2e5)
    yield Way("Python", partial(_cells, python_levenshtein), texts, sample=side)


def similarities(a: list[str], b: list[str]) -> Iterator[Way]:
    """The ways that give normalised similarities alone."""
    if _installed("polars_strsim"):
        import polars_strsim

        side, texts = _corner(a, b, 2e7)
        yield Way("polars-strsim", _crossed(polars_strsim.levenshtein("a", "b"), *texts), sample=side)


def _stringzillas(a: list[str], b: list[str]) -> Way:
    import stringzilla
    import stringzillas

    ascii_only = all(map(str.isascii, a + b))
    engine = stringzillas.LevenshteinDistances() if ascii_only else stringzillas.LevenshteinDistancesUTF8()
    side, texts = _corner(a, b, 1e9)
    columns = tuple(map(stringzilla.Strs, texts))
    place = np.zeros((side, side), np.uint64)  # given in any case: NumPy 2.4 lets it make none
    device = stringzillas.DeviceScope(cpu_cores=1)
    return Way("stringzillas", partial(engine, device=device, out=place), columns, sample=side)


def _crossed(expression: Any, a: list[str], b: list[str]) -> Callable[[], NDArray[Any]]:
    """A cross join in Polars."""
    import polars as pl

    left, right = pl.DataFrame({"a": a}), pl.DataFrame({"b": b})

    def run() -> NDArray[Any]:
        found = left.join(right, how="cross").select(score=expression)["score"]
        return found.to_numpy().reshape(len(a), len(b))

    return run


def _duckdb(a: list[str], b: list[str]) -> Callable[[], NDArray[Any]]:
    """A cross join in DuckDB, whose rows come in any order and therefore with their numbers."""
    import duckdb
    import pandas as pd

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for name, texts in (("a", a), ("b", b)):
        connection.register("frame", pd.DataFrame({"i": np.arange(len(texts)), "t": texts}))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")

    def run() -> NDArray[Any]:
        query = "SELECT a.i AS row, b.i AS col, levenshtein(a.t, b.t) AS score FROM a, b"
        found = connection.execute(query).fetchnumpy()
        scores = np.empty((len(a), len(b)), np.int64)
        scores[found["row"], found["col"]] = found["score"]
        return scores

    return run
