"""Time functions inside Polars, DuckDB and pandas beside what these have: `python bench/peers/engines.py`.

The number of threads of Polars is fixed when it is imported: each number gets a process of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import report
from corpus import SEED, edited, many_names
from numpy.typing import NDArray
from timing import Case, Mismatch, Timing, Way, check, measure

import pyudf

RESULTS = Path(__file__).resolve().parent / "results"
ROWS = 1_000_000
BUDGET = 6.0  # seconds a case
THREADS = (1, 2)


def pairs(count: int) -> tuple[list[str], list[str]]:
    """Two columns of names, ASCII alone since DuckDB compares bytes: half of the rows differ by one edit."""
    names = [name for name in many_names(count // 2) if name.isascii()]
    draw = random.Random(SEED)
    left = draw.choices(names, k=count)
    return left, [edited(a, draw) if i % 2 else draw.choice(names) for i, a in enumerate(left)]


def installed(module: str) -> bool:
    """Whether a peer is here; one that is not is left out, and said to be."""
    found = importlib.util.find_spec(module) is not None
    if not found:
        print(f"  {module} is not installed and is left out")
    return found


def polars_cases(left: list[str], right: list[str], threads: int) -> Iterator[Case]:
    """Expressions: of a frame of one chunk, by the streaming engine, against one text."""
    import polars as pl

    frame = pl.DataFrame({"a": left, "b": right})
    a, b = pl.col("a"), pl.col("b")

    def select(expression: Any, streaming: bool = False) -> Callable[[], Any]:
        if streaming:
            return lambda: frame.lazy().select(expression).collect(engine="streaming").to_series()
        return lambda: frame.select(expression).to_series()

    distances = {"pyudf": pyudf.levenshtein(a, b)}
    similarities = {"pyudf": pyudf.levenshtein.normalized_similarity(a, b)}
    literals = {"pyudf": pyudf.levenshtein(a, left[0])}
    jaros = {"pyudf": pyudf.jaro_winkler.similarity(a, b)}
    if installed("polars_distance"):
        import polars_distance as pld

        distances["polars-distance"] = pld.col("a").dist_str.levenshtein("b")
        literals["polars-distance"] = pld.col("a").dist_str.levenshtein(pl.lit(left[0]))
        jaros["polars-distance"] = 1 - pld.col("a").dist_str.jaro_winkler("b")
    if installed("polars_strsim"):
        import polars_strsim

        similarities["polars-strsim"] = polars_strsim.levenshtein(a, b)
        jaros["polars-strsim"] = polars_strsim.jaro_winkler(a, b)
    if installed("polars_ds"):
        import polars_ds as pds

        distances["polars-ds"] = pds.str_leven(a, b, parallel=threads > 1)
        literals["polars-ds"] = pds.str_leven(a, pl.lit(left[0]), parallel=threads > 1)
        jaros["polars-ds"] = pds.str_jw(a, b, parallel=threads > 1)
    for name, ways in (
        ("levenshtein", distances),
        ("levenshtein normalized_similarity", similarities),
        ("levenshtein against one text", literals),
        ("jaro_winkler similarity", jaros),
    ):
        for streaming in (False, True):
            how = "streaming" if streaming else "one chunk"
            chosen = tuple(Way(way, select(expression, streaming)) for way, expression in ways.items())
            yield Case("polars", f"{name}, {how}", chosen, len(left))


def duckdb_cases(left: list[str], right: list[str], threads: int) -> Iterator[Case]:
    """Scalar functions, native and over Arrow, beside DuckDB's own."""
    if not installed("duckdb"):
        return
    import duckdb

    def summed(connection: Any, name: str) -> Callable[[], NDArray[Any]]:
        # Threads add up in any order: of a sum of fractions the last digits differ.
        query = f"SELECT round(sum({name}(a, b)), 3) FROM names"
        return lambda: np.array(connection.execute(query).fetchall()[0])

    native, plain = pyudf.duckdb.connect(":memory:"), duckdb.connect(":memory:")
    ways = pyudf.duckdb.attach(plain)
    for connection in (native, plain):
        connection.execute(f"SET threads = {threads}")
        connection.register("frame", pd.DataFrame({"a": left, "b": right}))
        connection.execute("CREATE TABLE names AS SELECT * FROM frame")
    chosen = (
        Way("pyudf", summed(native, "pyudf_levenshtein")),
        Way("DuckDB", summed(native, "levenshtein")),
        Way(f"pyudf ({ways['pyudf_levenshtein']})", summed(plain, "pyudf_levenshtein")),
    )
    yield Case("duckdb", "sum of levenshtein", chosen, len(left))
    other = (
        Way("pyudf", summed(native, "pyudf_jaro_winkler_similarity")),
        Way("DuckDB", summed(native, "jaro_winkler_similarity")),
    )
    yield Case("duckdb", "sum of jaro_winkler_similarity", other, len(left))


def pandas_cases(left: list[str], right: list[str], threads: int) -> Iterator[Case]:
    """Series beside `rapidfuzz.process.cpdist`."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    a, b = pd.Series(left), pd.Series(right)
    ways = (
        Way("pyudf", partial(pyudf.levenshtein, a, b, workers=threads)),
        Way("rapidfuzz", partial(process.cpdist, a, b, scorer=Levenshtein.distance, workers=threads)),
    )
    yield Case("pandas", "levenshtein of two Series", ways, len(left))


def line(case: Case, timings: dict[str, Timing], threads: int) -> str:
    """A case as one line: nanoseconds a row, and the others' times over pyudf's."""
    ours = timings["pyudf"].minimum
    ratios = ", ".join(f"{name} {t.minimum / ours:.2f}" for name, t in timings.items() if name != "pyudf")
    return f"{case.group}, {threads} threads: {case.name:<46} {ours / case.pairs * 1e9:6.1f} ns a row; {ratios}"


def measured(threads: int, count: int, only: str) -> list[report.Record]:
    """All cases of one number of threads."""
    left, right = pairs(count)
    records = []
    for cases in (polars_cases, duckdb_cases, pandas_cases):
        if only and not cases.__name__.startswith(only):
            continue
        for case in cases(left, right, threads):
            check(case)
            timings = measure(case, BUDGET)
            print(line(case, timings, threads), flush=True)
            records.append({**report.record(case, timings), "threads": threads})
    return records


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Time pyudf inside query engines beside other functions there.")
    parser.add_argument("--threads", type=int, help="this number alone; by default 1 and 2, each in a process")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--only", default="", choices=["", "polars", "duckdb", "pandas"])
    parser.add_argument("--output", type=Path, help="default: bench/peers/results/engines.json")
    return parser.parse_args()


def main() -> int:
    """Run, print, save; 1 where an answer differs."""
    args = arguments()
    if args.threads is None:
        records: list[report.Record] = []
        machine = report.facts()
        report.print_facts(machine)
        for threads in THREADS:
            place = RESULTS / f".engines-{threads}.json"
            command = [sys.executable, __file__, "--threads", str(threads), "--rows", str(args.rows)]
            environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
            done = subprocess.run([*command, "--only", args.only, "--output", str(place)], env=environment)
            if done.returncode:
                return done.returncode
            records += json.loads(place.read_text())["records"]
            place.unlink()
        output = args.output or RESULTS / "engines.json"
        report.save(output, machine, records, [])
        print(f"\nsaved {output}")
        return 0
    try:
        records = measured(args.threads, args.rows, args.only)
    except Mismatch as found:
        print(f"MISMATCH {found}", file=sys.stderr)
        return 1
    report.save(args.output or RESULTS / "engines.json", report.facts(), records, [])
    return 0


if __name__ == "__main__":
    sys.exit(main())
