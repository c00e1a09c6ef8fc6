"""Time pyudf beside RapidFuzz and plain Python: `python bench/peers/run.py`; README.md says how to read the result."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import growth
import matrices
import report
from cases import GROUPS as CALLS
from timing import Case, Mismatch, check, measure

RESULTS = Path(__file__).resolve().parent / "results"
GROUPS = CALLS | matrices.GROUPS
BUDGET = {"scalar": (0.15, 0.05), "reading": (0.5, 0.15), "small": (0.5, 0.15)}  # seconds a case: full run, quick run
USUAL = (0.35, 0.10)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Time pyudf beside RapidFuzz; answers are compared first.")
    parser.add_argument("--quick", action="store_true", help="smaller and fewer cases")
    parser.add_argument("--large", action="store_true", help="columns of up to 1,000,000 rows too")
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
                yield name, report.record(case, measure(case, BUDGET.get(group, USUAL)[args.quick]))
            except Mismatch as found:
                yield name, found


def grown(group: str, args: argparse.Namespace) -> Iterator[tuple[str, report.Record | Mismatch]]:
    """The same for growing columns; the ways run one after the other, each in a process of its own."""
    job = growth.JOBS[group]
    for size in job.sizes[: 2 if args.quick else None] + (job.large if args.large else ()):
        name = f"{group}: {size:,} names"
        if re.search(args.only, name):
            try:
                note, timings = growth.measure(group, size)
                case = Case(group, f"{size:,} names", (), size * size, note=note)
                yield name, report.record(case, timings)
            except Mismatch as found:
                yield name, found


def main() -> int:
    """Run, print, save; 1 where an answer differs."""
    args = arguments()
    start = time.perf_counter()
    machine = report.facts()
    report.print_facts(machine)
    output = args.output or RESULTS / f"{machine['date'].replace(':', '').split('+')[0]}.json"
    records: list[report.Record] = []
    mismatches: list[str] = []
    for group in (*GROUPS, *growth.JOBS):
        headed = False
        for _, found in measured(group, args) if group in GROUPS else grown(group, args):
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
        report.save(output, machine, records, mismatches)  # after each group: a run that is stopped leaves something
    report.print_against_list(records)
    report.print_summary(records)
    print(f"{len(records)} cases in {time.perf_counter() - start:.0f} s, {len(mismatches)} mismatches")
    print(f"\nsaved {output}")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
