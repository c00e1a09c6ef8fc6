"""The tables of docs/speed.md, made of the results that bench/results holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = RESULTS.parents[1] / "docs" / "speed.md"
MARKED = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
DATA = {
    "words": "words, 8",
    "names": "names, 13",
    "addresses": "addresses, 44",
    "texts of 150": "texts, 150",
    "texts of 1000": "texts, 1000",
    "Hangul": "Hangul, 4",
    "Cyrillic": "Cyrillic, 8",
    "non-ASCII names": "mixed scripts, 7",
}
METRICS = ("levenshtein", "osa", "damerau_levenshtein", "indel", "lcs_seq", "jaro", "jaro_winkler")
METRICS += ("hamming", "prefix", "postfix")
OTHERS = ("rapidfuzz", "stringzillas", "edlib", "polars-distance", "polars-ds", "DuckDB", "Python")
TARGETS = ("baseline", "avx2", "avx512")
NOTHING = "–"
Record = dict[str, Any]
Rows = Iterable[list[str]]


def content(name: str) -> Record:
    """What a run saved; nothing where it was not run."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"machine": None, "records": []}


def records(name: str) -> list[Record]:
    """The cases of a saved run."""
    return content(name)["records"]


def by_case(name: str, group: str) -> dict[str, Record]:
    """The cases of one group."""
    return {row["case"]: row for row in records(name) if row["group"] == group}


def seconds(row: Record, way: str = "pyudf") -> float:
    """The least time of a way."""
    return row["seconds"][way]["minimum"]


def rate(row: Record | None, way: str = "pyudf") -> str:
    """Million pairs a second."""
    return number(row["pairs"] / seconds(row, way) / 1e6) if row and way in row["seconds"] else NOTHING


def ratio(row: Record | None, way: str = "rapidfuzz") -> str:
    """The time of a way over pyudf's."""
    return number(row["ratio_min"][way]) if row and way in row["ratio_min"] else NOTHING


def number(value: float) -> str:
    """Two digits that count, or all that are whole."""
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def duration(value: float) -> str:
    """Seconds in the unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{number(value / size)} {unit}"
    return f"{number(value * 1e9)} ns"


def forms() -> tuple[list[str], Rows]:
    """Levenshtein: every data set, what is asked for from left to right."""
    rows = by_case("matrices", "cdist")
    asked = ("", ", normalized_similarity, float32 reused", ", uint8 reused, cutoff 2", ", workers=2")
    head = [
        "characters",
        "million pairs/s",
        "ratio",
        "fresh, default type",
        "normalised, float32",
        "cutoff 2",
        "workers=2",
    ]

    def found(data: str, what: str) -> Record | None:
        return rows.get(f"levenshtein, {data}{what.replace('uint8', _smallest(data))}")

    def line(data: str) -> list[str]:
        best = found(data, ", uint8 reused")
        return [DATA[data], rate(best), ratio(best), *(ratio(found(data, what)) for what in asked)]

    return head, [line(data) for data in DATA]


def _smallest(data: str, metric: str = "levenshtein") -> str:
    """The type of SMALLEST in bench/peers/matrices.py."""
    if metric.startswith("jaro"):
        return "float32"
    return "uint16" if data.startswith("texts") else "uint8"


def metrics() -> tuple[list[str], Rows]:
    """Every metric and data set: RapidFuzz's time over pyudf's."""
    rows = by_case("matrices", "cdist")

    def cell(metric: str, data: str) -> str:
        return ratio(rows.get(f"{metric}, {data}, {_smallest(data, metric)} reused"))

    return ["", *DATA.values()], [[f"`{metric}`", *(cell(metric, data) for data in DATA)] for metric in METRICS]


def others() -> tuple[list[str], Rows]:
    """Levenshtein beside all others."""
    rows = by_case("matrices", "others")
    head = ["characters", "pyudf, million pairs/s", *OTHERS, "polars-strsim (normalised)"]

    def line(data: str) -> list[str]:
        row, similar = rows.get(f"levenshtein, {data}"), rows.get(f"levenshtein, {data}, normalized_similarity")
        return [DATA[data], rate(row), *(ratio(row, way) for way in OTHERS), ratio(similar, "polars-strsim")]

    return head, [line(data) for data in DATA]


def nearest() -> tuple[list[str], Rows]:
    """The best and the near pairs."""
    rows = by_case("matrices", "nearest")
    jobs = {"topk of 1": "`topk(k=1)`", "pairs_within 1": "`pairs_within`, 1", "pairs_within 2": "`pairs_within`, 2"}
    head = ["characters", *(f"{title}{what}" for title in jobs.values() for what in ("", ": ratio"))]

    def line(data: str) -> list[str]:
        found = [rows.get(f"{job}, {data}") for job in jobs]
        return [
            DATA[data],
            *(cell for row in found for cell in (duration(seconds(row)) if row else NOTHING, ratio(row))),
        ]

    return head, [line(data) for data in DATA]


def small() -> tuple[list[str], Rows]:
    """Matrices of few names."""
    rows = by_case("matrices", "small").items()
    head = ["", "pyudf", "RapidFuzz", "ratio"]
    return head, [[case, duration(seconds(row)), duration(seconds(row, "rapidfuzz")), ratio(row)] for case, row in rows]


def growth() -> tuple[list[str], Rows]:
    """Time and memory as columns grow."""
    head = ["job", "rows a side", "pyudf", "memory", "RapidFuzz", "memory", "ratio"]

    def cells(row: Record, way: str) -> list[str]:
        taken = row["seconds"].get(way)
        return [duration(taken["minimum"]), f"{taken['peak_bytes'] / 1e6:,.0f} MB"] if taken else [NOTHING] * 2

    def line(row: Record) -> list[str]:
        size = row["case"].removesuffix(" names")
        return [row["group"], size, *cells(row, "pyudf"), *cells(row, "rapidfuzz"), ratio(row)]

    return head, [line(row) for row in records("growth")]


def targets() -> tuple[list[str], Rows]:
    """Processor targets side by side."""
    rows = {(row["case"], row["target"]): row for row in records("targets")}
    head = ["", *(f"{target}{what}" for target in TARGETS for what in (", million pairs/s", ": ratio"))]

    def line(case: str) -> list[str]:
        found = [rows.get((case, target)) for target in TARGETS]
        return [case, *(cell for row in found for cell in (rate(row), ratio(row)))]

    return head, [line(case) for case in dict.fromkeys(case for case, _ in rows)]


TABLES: dict[str, Callable[[], tuple[list[str], Rows]]] = {
    table.__name__: table for table in (forms, metrics, others, nearest, small, growth, targets)
}


def markdown(name: str) -> str:
    """A table of Markdown."""
    head, rows = TABLES[name]()
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def machine() -> str:
    """Where and when the results were measured."""
    found = content("matrices")["machine"]
    if found is None:
        return "Not measured yet.\n"
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items() if version)
    place = f"{found['cpu']} ({found['target']}), {found['cores']} cores, load {found['load']:.1f} at the start"
    return f"{place}, Python {found['python']}, {found['date'][:10]};\n{versions}.\n"


def written(page: str) -> str:
    """The page with what stands between its markers made anew."""

    def block(found: re.Match[str]) -> str:
        name = found[2]
        text = machine() if name == "machine" else "\n" + markdown(name) + "\n"
        return found[1] + text + found[3]

    return MARKED.sub(block, page)
