"""Time functions of C++ through pyudf, nanobind, PyO3 (jellyfish) and plain loops: `python bench/peers/bridge.py`."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import report
from corpus import many_names
from metrics import python_levenshtein
from numpy.typing import NDArray
from timing import Case, Timing, Way, check, measure

import pyudf

SOURCES = Path(__file__).resolve().parent / "bridge"
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", "-fPIC", "-shared", "-fvisibility=hidden"]
ROWS = 1_000_000
SAMPLE = 2_000  # rows that plain Python is timed on; its time is scaled up
BUDGET = 3.0  # seconds a case


def compiler() -> str:
    """The C++ compiler."""
    return os.environ.get("CXX") or shutil.which("c++") or "g++"


def compile_library(name: str, place: Path, *more: str) -> Path:
    """The shared library of one source file."""
    library = place / f"{name}.so"
    subprocess.run([compiler(), *FLAGS, str(SOURCES / f"{name}.cpp"), *more, "-o", str(library)], check=True)
    return library


def nanobind_module(place: Path) -> Any:
    """The functions through nanobind, None where it is not installed."""
    if importlib.util.find_spec("nanobind") is None:
        return None
    root = Path(importlib.util.find_spec("nanobind").submodule_search_locations[0])  # type: ignore[union-attr,index]
    include = [root / "include", root / "ext/robin_map/include", sysconfig.get_paths()["include"]]
    flags = [f"-I{path}" for path in include]
    # As its own CMake files do: this flag for its own code alone.
    runtime = place / "nanobind.o"
    command = [compiler(), *FLAGS, "-fno-strict-aliasing", *flags, "-c", str(root / "src/nb_combined.cpp")]
    subprocess.run([*command, "-o", str(runtime)], check=True)
    path = compile_library("nanobind_module", place, *flags, str(runtime))
    spec = importlib.util.spec_from_file_location("nanobind_module", path)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


def ways(**calls: Callable[..., Any] | None) -> tuple[Way, ...]:
    """The ways that are there."""
    return tuple(Way(name, call) for name, call in calls.items() if call is not None)


def scalars(ours: Any, theirs: Any, jellyfish: Any) -> Iterator[Case]:
    """Single calls; pyudf's first."""
    pairs = {"short": ("kitten", "sitting"), "non-ASCII": ("Jürgen", "Jørgen")}
    for label, (a, b) in pairs.items():
        for name in ("length_gap", "calc_distance"):
            found = [Way("pyudf", getattr(ours, name), (a, b))]
            if theirs is not None:
                found.append(Way("nanobind", getattr(theirs, name), (a, b)))
            if name == "calc_distance" and label == "short":
                found += [Way("jellyfish", jellyfish.levenshtein_distance, (a, b))] if jellyfish else []
                found.append(Way("Python", python_levenshtein, (a, b)))
            yield Case("one call", f"{name}, {label}", tuple(found))
    found = [Way("pyudf", ours.multiply_add, (1.0, 2.0, 3.0))]
    if theirs is not None:
        found.append(Way("nanobind", theirs.multiply_add, (1.0, 2.0, 3.0)))
    yield Case("one call", "multiply_add", tuple(found))


def fresh(loop: Any, dtype: str, *pointers: Any) -> Callable[[], NDArray[Any]]:
    """A loop of C++ over arrays and the allocation of its result."""

    def call() -> NDArray[Any]:
        out = np.empty(ROWS, dtype)
        loop(*pointers, ctypes.c_int64(ROWS), ctypes.c_void_p(out.ctypes.data))
        return out

    return call


def columns(ours: Any, plain: Any) -> Iterator[Case]:
    """A million rows with one worker, beside the loop that a C++ program would write, allocation included."""
    x, y, z = np.random.default_rng(1).random((3, ROWS))
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (x, y, z)]
    yield Case(
        "a million rows",
        "multiply_add of float64",
        (
            Way("pyudf", lambda: ours.multiply_add(x, y, z, workers=1)),
            Way("C++ loop", fresh(plain.multiply_add_loop, "f8", *pointers)),
            Way("NumPy", lambda: x * y + z),
        ),
        pairs=ROWS,
    )
    names = many_names(2 * ROWS)
    left, right = pa.array(names[:ROWS]), pa.array(names[ROWS:])
    addresses = [ctypes.c_void_p(b.address) for array in (left, right) for b in array.buffers()[1:]]
    loop = fresh(plain.calc_distance_loop, "i8", *addresses)
    series = pd.Series(names[:ROWS]), pd.Series(names[ROWS:])
    yield Case(
        "a million rows",
        "calc_distance of Arrow strings",
        (Way("pyudf", lambda: ours.calc_distance(left, right, workers=1)), Way("C++ loop", loop)),
        pairs=ROWS,
    )
    yield Case(
        "a million rows",
        "calc_distance of pandas strings",
        (Way("pyudf", lambda: ours.calc_distance(*series, workers=1)), Way("C++ loop", loop)),
        pairs=ROWS,
    )


def python_rows() -> float:
    """Seconds that plain Python takes for a million rows, from a sample."""
    names = many_names(2 * SAMPLE)
    start = time.perf_counter()
    for a, b in zip(names[:SAMPLE], names[SAMPLE:], strict=True):
        python_levenshtein(a, b)
    return (time.perf_counter() - start) * ROWS / SAMPLE


def shown(case: Case, timings: dict[str, Timing]) -> str:
    """One line: pyudf's time, and the others' as multiples of it."""
    ours = timings["pyudf"].minimum
    scale, unit = (1e9, "ns") if case.pairs == 1 else (1e3, "ms")
    rest = "  ".join(f"{name} {t.minimum / ours:.2f}x" for name, t in timings.items() if name != "pyudf")
    return f"{case.group}: {case.name:34} pyudf {ours * scale:9.1f} {unit}  {rest}"


def main() -> int:
    """Compile, compare the answers, time, print."""
    try:
        import jellyfish
    except ImportError:
        jellyfish = None
    report.print_facts(report.facts())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        start = time.perf_counter()
        library = compile_library("pyudf_library", place, f"-I{pyudf.get_include()}")
        ours = pyudf.load(library)
        print(
            f"from source to imported module: {time.perf_counter() - start:.2f} s, {library.stat().st_size // 1024} KiB"
        )
        plain = ctypes.CDLL(str(compile_library("plain_loops", place)))
        theirs = nanobind_module(place)
        for missing, name in ((theirs, "nanobind"), (jellyfish, "jellyfish")):
            if missing is None:
                print(f"{name} is not installed and is left out")
        for case in (*scalars(ours, theirs, jellyfish), *columns(ours, plain)):
            check(case)
            timings = measure(case, BUDGET)
            print(shown(case, timings), flush=True)
            if case.name == "calc_distance of Arrow strings":
                print(
                    f"    plain Python, scaled up from {SAMPLE} rows: {python_rows() / timings['pyudf'].minimum:.0f}x"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
