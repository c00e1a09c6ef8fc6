"""Time and peak memory of joins within a distance of 1 as the columns grow; each run in a process of its own."""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from corpus import two_lists_of_names
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from timing import Mismatch, Timing

import pyudf

SIZES = (1_000, 5_000, 20_000)
LARGE = 100_000
PEER_UP_TO = 20_000  # rows per side beyond which the peer, who computes every pair, is not asked
BLOCK = 1_000  # rows that the peer computes at a time, to bound its memory
Pairs = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


def ours(left: list[str], right: list[str]) -> Pairs:
    """All pairs within one edit."""
    return pyudf.pairs_within(left, right, score_cutoff=1, metric="levenshtein", workers=1)


def rapidfuzz(left: list[str], right: list[str]) -> Pairs:
    """The same by blocks of the dense matrix."""
    found = []
    for start in range(0, len(left), BLOCK):
        block = process.cdist(
            left[start : start + BLOCK],
            right,
            scorer=Levenshtein.distance,
            score_cutoff=1,
            dtype=np.uint8,
            workers=1,
        )
        at = np.nonzero(block <= 1)
        found.append((at[0] + start, at[1], block[at]))
    rows, cols, scores = zip(*found, strict=True)
    return np.concatenate(rows), np.concatenate(cols), np.concatenate(scores)


WAYS: dict[str, Callable[[list[str], list[str]], Pairs]] = {"pyudf": ours, "rapidfuzz": rapidfuzz}


def peak_bytes() -> int:
    """Most memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage() would count the parent's peak too
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def run(way: str, size: int, repeats: int) -> tuple[list[float], int, int, str]:
    """Seconds of each run, bytes that the first added to the peak, number of pairs and digest of the answer."""
    left, right = two_lists_of_names(size)
    WAYS[way](left[:10], right[:10])  # what is loaded at the first call is no part of the job
    before = peak_bytes()
    seconds, grown, answer = [], 0, None
    for number in range(repeats):
        start = time.perf_counter()
        answer = WAYS[way](left, right)
        seconds.append(time.perf_counter() - start)
        grown = grown if number else peak_bytes() - before
    assert answer is not None
    columns = b"".join(np.ascontiguousarray(column, dtype=np.int64).tobytes() for column in answer)
    return seconds, grown, len(answer[0]), hashlib.sha256(columns).hexdigest()


def in_own_process(way: str, size: int) -> tuple[list[float], int, int, str]:
    """`run` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (way, size, 3 if size <= 5_000 else 1))


def measure(size: int) -> tuple[int, dict[str, Timing]]:
    """Number of pairs found, and each way's timing; raises `Mismatch` where the ways differ."""
    asked = [way for way in WAYS if way == "pyudf" or size <= PEER_UP_TO]
    runs = {way: in_own_process(way, size) for way in asked}
    answers = {way: (count, digest) for way, (_, _, count, digest) in runs.items()}
    if len(set(answers.values())) > 1:
        raise Mismatch(f"pairs_within: {size} per side: {answers}")
    timings = {
        way: Timing(min(taken), float(np.median(taken)), len(taken), grown)
        for way, (taken, grown, _, _) in runs.items()
    }
    return next(iter(answers.values()))[0], timings
