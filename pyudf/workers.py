"""How many threads a call may use, and the bar that shows how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from .optional import require


@cache
def _cgroup_quota() -> float:
    """CPUs that the container grants (cgroup v2, then v1)."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()[:2]
    except (OSError, ValueError):
        try:
            quota = Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").read_text()
            period = Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us").read_text()
        except OSError:
            return float("inf")
    try:
        granted = float(quota) / float(period)
    except ValueError:  # "max"
        return float("inf")
    return granted if granted > 0 else float("inf")


def available_cores() -> int:
    """The cores this process may use: its affinity and its container's quota.

    Returns
    -------
    int

    Examples
    --------
    >>> available_cores() >= 1
    True
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, int(min(cores, _cgroup_quota())))


def thread_count(workers: int | None) -> int:
    """The threads that ``workers=`` asks for."""
    if workers is None:
        return available_cores()
    if isinstance(workers, bool) or not hasattr(workers, "__index__"):
        raise TypeError(f"workers must be an integer or None, got {workers!r}")
    if workers < -1:
        raise ValueError(f"workers must be at least 1, or None, 0 or -1 for all cores; got {workers}")
    return available_cores() if workers <= 0 else min(int(workers), 1024)


class ProgressBar:
    """A tqdm bar that is told what share of the work is done."""

    def __init__(self, progress: bool, description: str) -> None:
        self._bar: Any = None
        if progress:
            tqdm = require("tqdm", "progress").tqdm
            self._bar = tqdm(
                total=100, desc=description, bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
            )

    @property
    def show(self) -> Callable[[float], None] | None:
        """What the loops call between blocks; None: nothing to show."""
        return None if self._bar is None else self._set

    def _set(self, done: float) -> None:
        self._bar.update(100 * done - self._bar.n)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bar is not None:
            if kind is None:
                self._set(1.0)
            self._bar.close()


def single_thread(function: Any) -> dict[str, Any]:
    """What makes a call use one thread, for engines that make many calls at a time."""
    overloads = getattr(function, "functions", (function,))
    own = {parameter.name for overload in overloads for parameter in overload.parameters}
    return {} if "workers" in own else {"workers": 1}
