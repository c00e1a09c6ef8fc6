"""Draw the plots of docs/speed.md and write its tables anew, from the results saved: `python bench/plots.py`."""

from __future__ import annotations

import re
from typing import Any

import matplotlib
import tables

matplotlib.use("svg")
import matplotlib.pyplot as plt

PLOTS = tables.PAGE.parent / "plots"
COLOURS = {"pyudf": "#d1495b", "rapidfuzz": "#30638e"}
OTHER = ("#7d8597", "#9aa5b1", "#b8c0c8", "#5c677d", "#cfd6dc", "#a3b18a", "#33415c")
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "pyudf",  # the same results give the same bytes
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e5e5e5",
    "legend.frameon": False,
}


def save(figure: Any, name: str) -> None:
    """Write a plot, without its date."""
    PLOTS.mkdir(exist_ok=True)
    path = PLOTS / f"{name}.svg"
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)
    path.write_text(re.sub(r"[ \t]+$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")


def bars(axes: Any, heights: dict[str, list[float]], labels: list[str]) -> None:
    """Groups of bars, one bar of each way; what is not there is 0."""
    width = 0.84 / max(1, len(heights))
    others = iter(OTHER)
    for at, (way, values) in enumerate(heights.items()):
        places = [i + (at + 0.5) * width - 0.42 for i in range(len(labels))]
        axes.bar(places, values, width, label=way, color=COLOURS.get(way) or next(others))
    axes.set_xticks(range(len(labels)), [label.replace(", ", "\n") for label in labels])
    axes.grid(axis="x", visible=False)


def draw_others() -> None:
    """Pairs a second of every library, by data set."""
    rows = tables.by_case("matrices", "others")
    found = {
        label: rows[f"levenshtein, {data}"] for data, label in tables.DATA.items() if f"levenshtein, {data}" in rows
    }
    heights = {
        way: [row["pairs"] / tables.seconds(row, way) if way in row["seconds"] else 0.0 for row in found.values()]
        for way in ("pyudf", *tables.OTHERS)
    }
    figure, axes = plt.subplots(figsize=(9, 3.6))
    bars(axes, heights, list(found))
    axes.set_yscale("log")
    axes.set_ylabel("Levenshtein distances a second, one thread")
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, 1.2))
    save(figure, "others")


def side(row: tables.Record) -> int:
    """The rows of a matrix, or of a column."""
    return round(row["pairs"] ** 0.5)


def lines(axes: Any, rows: list[tables.Record], scale: Any, style: str = "-", label: str = "") -> None:
    """A line for each way that was timed."""
    for way, colour in COLOURS.items():
        found = [row for row in rows if way in row["seconds"]]
        if found:
            values = [scale(row, way) for row in found]
            axes.plot(
                [side(row) for row in found], values, style, marker="o", ms=3, color=colour, label=f"{way}{label}"
            )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("rows a side")


def draw_sides() -> None:
    """Time a pair against the side of the matrix."""
    rows = [*tables.by_case("matrices", "small").values(), *tables.by_case("growth", "matrix").values()]
    figure, axes = plt.subplots(figsize=(5.4, 3.2))
    lines(axes, rows, lambda row, way: tables.seconds(row, way) / row["pairs"] * 1e9)
    axes.set_ylabel("ns a pair, names")
    axes.legend()
    save(figure, "sides")


def draw_within() -> None:
    """Time and memory of pairs_within against the rows of a column."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    for cutoff, style in ((1, "-"), (2, "--")):
        rows = list(tables.by_case("growth", f"pairs_within {cutoff}").values())
        lines(left, rows, tables.seconds, style, f", cutoff {cutoff}")
        # What is less than the megabyte that a process keeps at hand anyway cannot be told.
        lines(right, rows, lambda row, way: max(1.0, row["seconds"][way]["peak_bytes"] / 1e6), style)
    left.set_ylabel("seconds")
    right.set_ylabel("megabytes added")
    left.legend()
    save(figure, "within")


def draw_targets() -> None:
    """Pairs a second of every processor target beside RapidFuzz."""
    rows = {(row["case"], row["target"]): row for row in tables.records("targets")}
    labels = {f"levenshtein, {data}": label for data, label in tables.DATA.items()}
    cases = [case for case in labels if (case, "avx2") in rows]
    found = {target: [rows[case, target] for case in cases] for target in tables.TARGETS if cases}
    heights = {"rapidfuzz": [row["pairs"] / tables.seconds(row, "rapidfuzz") for row in found.get("avx2", [])]}
    heights |= {target: [row["pairs"] / tables.seconds(row) for row in values] for target, values in found.items()}
    figure, axes = plt.subplots(figsize=(7, 3.2))
    bars(axes, heights, [labels[case] for case in cases])
    axes.set_yscale("log")
    axes.set_ylabel("Levenshtein distances a second")
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, 1.16))
    save(figure, "targets")


def main() -> None:
    """Draw and write."""
    with plt.rc_context(STYLE):
        for draw in (draw_others, draw_sides, draw_within, draw_targets):
            draw()
    tables.PAGE.write_text(tables.written(tables.PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
