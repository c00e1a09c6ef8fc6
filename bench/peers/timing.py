"""Compare the answers of several ways to do one job, then time them in turn."""

from __future__ import annotations

import math
import statistics
import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHORTEST = 0.0005  # seconds a measurement lasts at least; much longer, and another process would cut in
ROUNDS = (5, 200)  # fewest and most repeats


class Mismatch(Exception):
    """Two ways gave different answers; the message says where."""


@dataclass(frozen=True)
class Way:
    """One way to do the job: `call(*args)`, or each argument by its name."""

    name: str
    call: Callable[..., Any]
    args: tuple[Any, ...] = ()
    keywords: tuple[str, ...] = ()
    sample: int = 0  # a slow way's matrix has only so many rows and columns; its time is scaled up

    def answer(self) -> Any:
        """What the call gives."""
        if self.keywords:
            return self.call(**dict(zip(self.keywords, self.args, strict=True)))
        return self.call(*self.args)


@dataclass(frozen=True)
class Case:
    """A job and the ways to do it; the first way is pyudf's and gives the answer that the others must give."""

    group: str
    subject: str
    ways: tuple[Way, ...]
    pairs: int = 1
    container: str = ""  # what the strings come in, where that is what the case is about
    note: str = ""

    @property
    def name(self) -> str:
        """Subject and container."""
        return ", ".join(part for part in (self.subject, self.container) if part)


@dataclass(frozen=True)
class Timing:
    """Seconds per call of one way."""

    minimum: float
    median: float
    rounds: int
    peak_bytes: int | None = None


def as_array(answer: Any) -> NDArray[Any]:
    """A NumPy array of a score, an array, a Series or an Arrow array."""
    if hasattr(answer, "to_pylist"):
        return answer.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]
    return np.asarray(answer.to_numpy() if hasattr(answer, "to_numpy") else answer)


def check(case: Case) -> None:
    """Raise `Mismatch` unless all ways give the same answer."""
    first, *others = case.ways
    whole = as_array(first.answer())
    for way in others:
        ours = whole[: way.sample, : way.sample] if way.sample else whole
        theirs = as_array(way.answer())
        if ours.shape != theirs.shape:
            raise Mismatch(f"{case.group}: {case.name}: shape {ours.shape}, {way.name} {theirs.shape}")
        same = _equal(ours, theirs)
        if not same.all():
            place = tuple(int(i) for i in np.argwhere(~np.atleast_1d(same))[0])
            values = np.atleast_1d(ours)[place], np.atleast_1d(theirs)[place]
            raise Mismatch(
                f"{case.group}: {case.name}: {int((~same).sum())} of {same.size} scores differ from {way.name}'s, "
                f"first at {place}: {values[0]} ({ours.dtype}) against {values[1]} ({theirs.dtype})"
            )


def _equal(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[np.bool_]:
    """Whole numbers must be equal, fractions as near as the coarser of the two types allows."""
    floats = [a.dtype for a in (ours, theirs) if a.dtype.kind == "f"]
    if not floats:
        return np.asarray(ours.astype(np.int64) == theirs.astype(np.int64))
    near = 4 * max(float(np.finfo(dtype).eps) for dtype in floats)
    return np.isclose(ours.astype(np.float64), theirs.astype(np.float64), rtol=near, atol=near, equal_nan=True)


def measure(case: Case, budget: float) -> dict[str, Timing]:
    """Time every way of a case, A B A B …, for about `budget` seconds."""
    timers = [_timer(way) for way in case.ways]
    loops = [_loops(timer) for timer in timers]
    seconds: list[list[float]] = [[] for _ in timers]
    end = time.perf_counter() + budget
    while len(seconds[0]) < ROUNDS[0] or (len(seconds[0]) < ROUNDS[1] and time.perf_counter() < end):
        for timer, number, taken in zip(timers, loops, seconds, strict=True):
            taken.append(timer.timeit(number) / number)
    found = {}
    for way, taken in zip(case.ways, seconds, strict=True):
        scale = case.pairs / way.sample**2 if way.sample else 1.0
        found[way.name] = Timing(scale * min(taken), scale * statistics.median(taken), len(taken))
    return found


def _timer(way: Way) -> timeit.Timer:
    """A timer whose statement is a plain call, so that a scalar call pays no wrapper."""
    names = [f"a{i}" for i in range(len(way.args))]
    passed = [f"{k}={name}" for k, name in zip(way.keywords, names, strict=True)] if way.keywords else names
    return timeit.Timer(f"f({', '.join(passed)})", globals={"f": way.call, **dict(zip(names, way.args, strict=True))})


def _loops(timer: timeit.Timer) -> int:
    """How many calls last SHORTEST."""
    number = 1
    while (taken := timer.timeit(number)) < SHORTEST:
        number = max(2 * number, math.ceil(number * SHORTEST / max(taken, 1e-9)))
    return number
