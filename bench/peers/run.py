"""Time pyudf beside RapidFuzz and plain Python: `python bench/peers/run.py`; README.md says how to read the result."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import growth
import report
from cases import GROUPS
from timing import Case, Mismatch, check, measure

RESULTS = Path(__file__).resolve().parent / "results"
BUDGET = {"scalar": (0.15, 0.05), "elementwise": (0.35, 0.10), "cdist": (0.35, 0.10), "reading": (0.5, 0.15)}
PAIRS_WITHIN = "pairs_within"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Time pyudf beside RapidFuzz; answers are compared first.")
    parser.add_argument("--quick", action="store_true", help="smaller and fewer cases: under a minute")
    parser.add_argument("--large", action="store_true", help="pairs_within of 100,000 rows per side too (pyudf alone)")
    parser.add_argument("--only", metavar="REGEX", default="", help="cases whose 'group: name' matches")
    parser.add_argument("--output", metavar="FILE", type=Path, help="default: bench/peers/results/DATE.json")
    parser.add_argument("--keep-going", action="store_true", help="report every mismatch, not the first only")
    return parser.parse_args()


def measured(group: str, args: argparse.Namespace) -> Iterator[tuple[str, report.Record | Mismatch]]:
    """Each wanted case of a group with its record, or with what its ways disagree about."""
    for case in GROUPS[group](args.quick):
        name = f"{group}: {case.name}"
        if re.search(args.only, name):
            try:
                check(case)
                yield name, report.record(case, measure(case, BUDGET[group][args.quick]))
            except Mismatch as found:
                yield name, found


def grown(args: argparse.Namespace) -> Iterator[tuple[str, report.Record | Mismatch]]:
    """The same for `pairs_within`; its ways run one after the other, each in a process of its own."""
    sizes = growth.SIZES[: 2 if args.quick else None] + ((growth.LARGE,) if args.large else ())
    for size in sizes:
        name = f"{PAIRS_WITHIN}: {size:,} names per side"
        if re.search(args.only, name):
            try:
                count, timings = growth.measure(size)
                case = Case(PAIRS_WITHIN, f"{size:,} names per side", (), size * size, note=f"{count:,} found")
                yield name, report.record(case, timings)
            except Mismatch as found:
                yield name, found


def main() -> int:
    """Run, print, save; 1 where an answer differs."""
    args = arguments()
    start = time.perf_counter()
    machine = report.facts()
    report.print_facts(machine)
    records: list[report.Record] = []
    mismatches: list[str] = []
    for group in (*GROUPS, PAIRS_WITHIN):
        headed = False
        for _, found in measured(group, args) if group in GROUPS else grown(args):
            if isinstance(found, Mismatch):
                mismatches.append(str(found))
                print(f"MISMATCH {found}", file=sys.stderr)
                if not args.keep_going:
                    return 1
                continue
            if not headed:
                report.print_heading(group)
                headed = True
            report.print_row(found)
            records.append(found)
    report.print_against_list(records)
    report.print_summary(records)
    print(f"{len(records)} cases in {time.perf_counter() - start:.0f} s, {len(mismatches)} mismatches")
    date = machine["date"].replace(":", "").split("+")[0]
    report.save(args.output or RESULTS / f"{date}.json", machine, records, mismatches)
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
