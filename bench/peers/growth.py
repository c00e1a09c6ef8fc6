"""Time and peak memory of matrices and joins as the columns grow; each run in a process of its own."""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from corpus import two_lists_of_names
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from timing import Mismatch, Timing

import pyudf

BLOCK = 1_000  # rows that the peer computes at a time, to bound its memory
REPEATS = 3  # of what takes less than a second
Columns = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Job:
    """What is done with two lists of names, at which sizes."""

    ways: dict[str, Callable[[list[str], list[str]], Columns]]
    sizes: tuple[int, ...]
    large: tuple[int, ...]
    peer_up_to: int  # rows per side beyond which the peer, who computes every pair, is not asked


def ours_matrix(left: list[str], right: list[str]) -> Columns:
    """All distances, in bytes."""
    return (pyudf.cdist(left, right, dtype=np.uint8, workers=1),)


def rapidfuzz_matrix(left: list[str], right: list[str]) -> Columns:
    """The same."""
    return (process.cdist(left, right, scorer=Levenshtein.distance, dtype=np.uint8, workers=1),)


def ours(cutoff: int, left: list[str], right: list[str]) -> Columns:
    """All pairs within so many edits."""
    return pyudf.pairs_within(left, right, score_cutoff=cutoff, metric="levenshtein", workers=1)


def rapidfuzz(cutoff: int, left: list[str], right: list[str]) -> Columns:
    """The same by blocks of the dense matrix."""
    found = []
    for start in range(0, len(left), BLOCK):
        block = process.cdist(
            left[start : start + BLOCK],
            right,
            scorer=Levenshtein.distance,
            score_cutoff=cutoff,
            dtype=np.uint8,
            workers=1,
        )
        at = np.nonzero(block <= cutoff)
        found.append((at[0] + start, at[1], block[at]))
    rows, cols, scores = zip(*found, strict=True)
    return np.concatenate(rows), np.concatenate(cols), np.concatenate(scores)


def groups(left: list[str], right: list[str]) -> Columns:
    """Groups of near duplicates in one of the lists."""
    return (pyudf.dedupe(right, score_cutoff=1, workers=1),)


def _within(cutoff: int) -> Job:
    ways = {"pyudf": partial(ours, cutoff), "rapidfuzz": partial(rapidfuzz, cutoff)}
    return Job(ways, (1_000, 5_000, 20_000), (100_000, 1_000_000), 20_000)


JOBS = {
    "matrix": Job(
        {"pyudf": ours_matrix, "rapidfuzz": rapidfuzz_matrix}, (250, 500, 1_000, 2_000, 4_000), (8_000,), 8_000
    ),
    "pairs_within 1": _within(1),
    "pairs_within 2": _within(2),
    "dedupe 1": Job({"pyudf": groups}, (1_000, 10_000), (100_000, 1_000_000), 0),
}


def peak_bytes() -> int:
    """Most memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage() would count the parent's peak too
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def run(group: str, way: str, size: int) -> tuple[list[float], int, int, str]:
    """Seconds of each run, bytes that the first added to the peak, size of the answer and its digest."""
    left, right = two_lists_of_names(size)
    job = JOBS[group].ways[way]
    job(left[:10], right[:10])  # what is loaded at the first call is no part of the job
    before = peak_bytes()
    seconds: list[float] = []
    grown = 0
    while not seconds or (len(seconds) < REPEATS and seconds[0] < 1):
        start = time.perf_counter()
        answer = job(left, right)
        seconds.append(time.perf_counter() - start)
        grown = grown or peak_bytes() - before
    digest = hashlib.sha256()
    for column in answer:  # the types of scores differ; those of matrices do not
        digest.update(np.ascontiguousarray(column, None if column.ndim == 2 else np.int64))
    return seconds, grown, len(answer[0]), digest.hexdigest()


def in_own_process(group: str, way: str, size: int) -> tuple[list[float], int, int, str]:
    """`run` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (group, way, size))


def measure(group: str, size: int) -> tuple[str, dict[str, Timing]]:
    """A note, and each way's timing; raises `Mismatch` where the ways differ."""
    job = JOBS[group]
    asked = [way for way in job.ways if way == "pyudf" or size <= job.peer_up_to]
    runs = {way: in_own_process(group, way, size) for way in asked}
    answers = {way: (count, digest) for way, (_, _, count, digest) in runs.items()}
    if len(set(answers.values())) > 1:
        raise Mismatch(f"{group}: {size} per side: {answers}")
    timings = {
        way: Timing(min(taken), float(np.median(taken)), len(taken), grown)
        for way, (taken, grown, _, _) in runs.items()
    }
    count, _ = answers["pyudf"]
    return (f"{count:,} found" if group.startswith("pairs_within") else ""), timings
