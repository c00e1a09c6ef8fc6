"""``pyudf doctor``: what is here for building and running functions, and what is not."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from .. import _core, workers
from .._tables import ABI
from ..building import compiler
from ..headers import get_include

SUMMARY = "say whether functions can be built here, and which libraries were found"

EPILOG = """\
Exit status 0: a library of functions was built, for a trial; 1: that failed, and the line
of what is in the way begins with "!".
"""

# Distribution -> what it is for. pyudf develop installs the first ones by itself.
_TOOLS = ("meson-python", "meson", "ninja")
_ENGINES = ("pandas", "polars", "pyarrow", "duckdb", "scipy", "pyspark", "dask", "ray")

# What /proc/cpuinfo must list for each level of x86-64, beyond that of the level before.
_LEVELS = (
    ("x86-64-v2", "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3"),
    ("x86-64-v3", "abm avx avx2 bmi1 bmi2 f16c fma movbe xsave"),
    ("x86-64-v4", "avx512f avx512bw avx512cd avx512dq avx512vl"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command: there are none."""


def run(args: argparse.Namespace) -> int:
    """Print the findings, one a line; those in the way of a build are marked."""
    trouble = False
    for what, finding, wrong in _findings():
        print(f"{'!' if wrong else ' '} {what:<14}{finding}")
        trouble = trouble or wrong
    return int(trouble)


def _findings() -> Iterator[tuple[str, str, bool]]:
    """(what, what was found, whether no library can be built because of it)."""
    yield "pyudf", f"{metadata.version('pyudf')}, ABI {ABI[0]}.{ABI[1]}, in {Path(__file__).parents[1]}", False
    yield "headers", *_headers()
    yield from _compiler()
    for tool in _TOOLS:
        yield tool, _version(tool) or f"not installed; pyudf develop installs it, or: pip install {tool}", False
    yield "Python", f"{platform.python_version()} in {sys.prefix}", False
    yield "CPU", _cpu(), False
    yield "target", f"{_core.target}, of {', '.join(_core.targets)} (PYUDF_TARGET= forces one)", False
    yield "threads", _threads(), False
    yield "NumPy", _version("numpy") or "not installed", False
    for engine in _ENGINES:
        yield engine, _version(engine) or f"not installed; pip install {engine}", False


def _headers() -> tuple[str, bool]:
    folder = get_include()
    if os.path.isfile(os.path.join(folder, "pyudf", "udf.hpp")):
        return folder, False
    return f"udf.hpp is not in {folder}; install pyudf again: pip install --force-reinstall pyudf", True


def _compiler() -> Iterator[tuple[str, str, bool]]:
    found = compiler.find()
    if found is None:
        yield "compiler", f"none found; {compiler.how_to_install()}", sys.platform != "win32"
        return
    yield "compiler", f"{' '.join(found.command)}: {found.version}", False
    old = found.complaint(compiler.MODERN)
    yield "C++20", f"no; {compiler.how_to_install()}" if old else "yes", bool(old)
    wrong = found.complaint(compiler.LIBRARY)
    yield "a library", f"could not be built: {_first_error(wrong)}" if wrong else "was built for a trial", bool(wrong)
    slow = found.complaint(compiler.OPENMP, "-fopenmp")
    yield "OpenMP", "no; only needed to build pyudf itself" if slow else "yes", False


def _first_error(text: str) -> str:
    lines = text.splitlines()
    return next((line for line in lines if "error" in line), lines[0])


def _threads() -> str:
    cores = workers.available_cores()
    return f"{cores}, with OpenMP" if _core.openmp else f"1 of {cores}: this pyudf was built without OpenMP"


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _cpu() -> str:
    machine = platform.machine()
    if machine in ("arm64", "aarch64"):
        return f"{machine}: NEON"
    try:
        flags = set(
            Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("\nflags")[2].partition("\n")[0].split()
        )
    except OSError:
        return machine
    levels = []
    for level, needed in _LEVELS:
        if not flags.issuperset(needed.split()):
            break
        levels.append(level)
    return f"{machine}: {', '.join(levels) or 'no more than the first level'}"
