"""Accuracy of template mining on labelled logs, pyudf's Drain beside drain3: GA and FGA.

    python bench/peers/templates.py FOLDER

FOLDER holds files `*_structured.csv` with columns Content and EventId, as Loghub and Loghub-2.0 have them
(https://github.com/logpai/loghub, https://github.com/logpai/loghub-2.0); they are not part of this repository.

GA is the share of messages whose group is just that of their label (Zhu et al.: Tools and Benchmarks for Automated Log
Parsing, ICSE-SEIP 2019). FGA is the F1 score of groups: those that are just a label's, among all that were made and
among all labels (Jiang et al.: A Large-Scale Evaluation for Log Parsing Techniques, ISSTA 2024).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from drain3.drain import Drain as Drain3

from pyudf.logs import Drain


def accuracy(found: Sequence[Hashable], labels: Sequence[Hashable]) -> tuple[float, float]:
    """GA and FGA of groups of messages.

    >>> accuracy([0, 0, 1, 2], ["a", "a", "b", "b"])
    (0.5, 0.4)
    """
    groups, truths, both = Counter(found), Counter(labels), Counter(zip(found, labels, strict=True))
    right = [count for (group, label), count in both.items() if count == groups[group] == truths[label]]
    return sum(right) / len(labels), 2 * len(right) / (len(groups) + len(truths))


def by_pyudf(messages: Sequence[str]) -> Sequence[Hashable]:
    return Drain().fit(messages).tolist()


def by_drain3(messages: Sequence[str]) -> Sequence[Hashable]:
    drain = Drain3()
    return [drain.add_log_message(message)[0].cluster_id for message in messages]


MINERS: dict[str, Callable[[Sequence[str]], Sequence[Hashable]]] = {"pyudf": by_pyudf, "drain3": by_drain3}


def read(path: Path) -> tuple[list[str], list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(row["Content"], row["EventId"]) for row in csv.DictReader(file)]
    return [content for content, _ in rows], [label for _, label in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    files = sorted(parser.parse_args().folder.rglob("*_structured.csv"))
    if not files:
        sys.exit("no file *_structured.csv in the folder")
    print(f"{'log':20}" + "".join(f"{name + ' GA':>12}{name + ' FGA':>12}" for name in MINERS))
    sums = Counter[str]()
    for path in files:
        messages, labels = read(path)
        line = f"{path.name.removesuffix('_structured.csv').removesuffix('.log'):20}"
        for name, mine in MINERS.items():
            ga, fga = accuracy(mine(messages), labels)
            sums[name + " GA"] += ga  # type: ignore[assignment]
            sums[name + " FGA"] += fga  # type: ignore[assignment]
            line += f"{ga:12.3f}{fga:12.3f}"
        print(line)
    print(f"{'mean':20}" + "".join(f"{total / len(files):12.3f}" for total in sums.values()))


if __name__ == "__main__":
    main()
