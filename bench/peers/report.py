"""What is printed and saved: the facts of the machine, tables of ratios, a summary, JSON."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import statistics
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus import SEED, digests
from timing import Case, Timing

from pyudf import _core

LIBRARIES = ("pyudf", "rapidfuzz", "numpy", "pandas", "pyarrow", "polars", "duckdb", "edlib", "stringzillas-cpus")
LIBRARIES += ("polars-distance", "polars-ds", "polars-strsim", "pygrok", "apachelogs", "drain3")
NOISE = 0.95  # a ratio above it may be the noise of a shared machine
BUSY = 0.3  # load per core
Record = dict[str, Any]


def _version(library: str) -> str | None:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def facts() -> Record:
    """The machine, the versions, the seed and the data."""
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {library: _version(library) for library in LIBRARIES},
        "target": _core.target,
        "seed": SEED,
        "data": digests(),
    }


def print_facts(machine: Record) -> None:
    """The facts, and a warning where other work would disturb the times."""
    print(f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}")
    if machine["load"] and machine["load"] > BUSY * machine["cores"]:
        print(f"the machine is busy (load {machine['load']:.1f}): take the ratios with care")
    total = sum(file["bytes"] for file in machine["data"].values())
    print(", ".join(f"{k} {v}" for k, v in machine["versions"].items() if v), f"; seed {SEED}, {total:,} bytes of data")


def record(case: Case, timings: dict[str, Timing]) -> Record:
    """A case and its timings as JSON has them; ratios are the peer's time over pyudf's."""
    ours = timings["pyudf"]
    return {
        "group": case.group,
        "case": case.name,
        "subject": case.subject,
        "container": case.container,
        "note": case.note,
        "pairs": case.pairs,
        "seconds": {name: asdict(timing) for name, timing in timings.items()},
        "ratio_min": {name: t.minimum / ours.minimum for name, t in timings.items() if name != "pyudf"},
        "ratio_median": {name: t.median / ours.median for name, t in timings.items() if name != "pyudf"},
    }


def print_heading(group: str) -> None:
    """The head of a group's table."""
    columns = f"{'pyudf':>10} {'rapidfuzz':>10} {'ratio':>8} {'median':>8} {'Python':>8}"
    print(f"\n{group:<62} {columns}   ns per pair, ratios")


def print_row(row: Record) -> None:
    """One case: least time per pair, ratio of the least times, ratio of the medians, plain Python's ratio."""
    cells = [f"{row['case']:<62}"]
    for way in ("pyudf", "rapidfuzz"):
        taken = row["seconds"].get(way)
        cells.append(f"{taken['minimum'] / row['pairs'] * 1e9:10.1f}" if taken else " " * 10)
    for kind, way in (("ratio_min", "rapidfuzz"), ("ratio_median", "rapidfuzz"), ("ratio_min", "Python")):
        ratio = row[kind].get(way)
        cells.append(f"{ratio:8.2f}" if ratio is not None else " " * 8)
    remarks = [row["note"]] if row["note"] else []
    remarks += [f"{way} {ratio:.1f}" for way, ratio in row["ratio_min"].items() if way not in ("rapidfuzz", "Python")]
    for way, taken in row["seconds"].items():
        if taken["peak_bytes"] is not None:
            remarks.append(f"{way} {taken['peak_bytes'] / 1e6:.0f} MB")
    print(" ".join(cells), "  " + "; ".join(remarks), flush=True)


def print_against_list(records: list[Record]) -> None:
    """What pyudf takes for each container, as a multiple of what it takes for a list."""
    lists = {row["subject"]: row["seconds"]["pyudf"] for row in records if row["container"] == "list"}
    rest = [row for row in records if row["container"] not in ("", "list") and row["subject"] in lists]
    if not rest:
        return
    print("\nTime of pyudf for a container over its time for a list (<1: read faster than a list)")
    for subject in dict.fromkeys(row["subject"] for row in rest):
        ratios = {
            row["container"]: row["seconds"]["pyudf"]["minimum"] / lists[subject]["minimum"]
            for row in rest
            if row["subject"] == subject
        }
        print(f"  {subject}: " + ", ".join(f"{container} {ratio:.2f}" for container, ratio in ratios.items()))


def print_summary(records: list[Record]) -> None:
    """Geometric mean of the ratios by group, and the cases in which RapidFuzz is faster."""
    compared = [row for row in records if "rapidfuzz" in row["ratio_min"]]
    print("\nRatio rapidfuzz / pyudf by group (>1: pyudf is faster)")
    for group in dict.fromkeys(row["group"] for row in compared):
        ratios = [row["ratio_min"]["rapidfuzz"] for row in compared if row["group"] == group]
        mean = statistics.geometric_mean(ratios)
        print(f"  {group:<14} {len(ratios):4} cases: mean {mean:.2f}, least {min(ratios):.2f}, most {max(ratios):.2f}")
    slower = sorted((row["ratio_min"]["rapidfuzz"], row["group"], row["case"]) for row in compared)
    _print_slower([item for item in slower if item[0] < NOISE])


def _print_slower(found: list[tuple[float, str, str]]) -> None:
    print(f"{len(found)} cases in which rapidfuzz is faster by more than {1 - NOISE:.0%}" + (":" if found else ""))
    for ratio, group, case in found:
        print(f"  {ratio:.2f}  {group}: {case}")


def save(path: Path, machine: Record, records: list[Record], mismatches: list[str]) -> None:
    """Write everything as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "mismatches": mismatches, "records": records}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
