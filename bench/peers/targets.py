"""Time matrices on every processor target, each in a process of its own: `python bench/peers/targets.py`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import report

from pyudf import _core

RESULTS = Path(__file__).resolve().parent / "results"
RUN = Path(__file__).resolve().parent / "run.py"
ONLY = "^cdist: (levenshtein|osa|indel|damerau_levenshtein|jaro), (words|names|addresses|texts of 150|Hangul)$"


def records(target: str, place: Path) -> list[report.Record]:
    """The cases on one target."""
    command = [sys.executable, str(RUN), "--only", ONLY, "--output", str(place)]
    subprocess.run(command, env={**os.environ, "PYUDF_TARGET": target}, check=True)
    return [{**row, "target": target} for row in json.loads(place.read_text(encoding="utf-8"))["records"]]


def main() -> None:
    """Run, print, save."""
    parser = argparse.ArgumentParser(description="Time matrices on every processor target.")
    parser.add_argument("--output", type=Path, default=RESULTS / "targets.json")
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "one.json"
        report.save(output, report.facts(), [row for target in _core.targets for row in records(target, place)], [])
    print(f"\nsaved {output}")


if __name__ == "__main__":
    main()
