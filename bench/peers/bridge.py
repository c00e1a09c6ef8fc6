"""Time functions of C++ through pyudf, nanobind, PyO3 (jellyfish) and plain loops: `python bench/peers/bridge.py`."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
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
BUDGET = {"one call": 1.0, "a million rows": 3.0}  # seconds a case
WIDTHS = {"one call": 37, "a million rows": 31}


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
    found = importlib.util.find_spec("nanobind")
    if found is None or found.submodule_search_locations is None:
        return None
    root = Path(found.submodule_search_locations[0])
    include = [root / "include", root / "ext/robin_map/include", sysconfig.get_paths()["include"]]
    flags = [f"-I{path}" for path in include]
    # As its own CMake files do: this flag for its own code alone.
    runtime = place / "nanobind.o"
    command = [compiler(), *FLAGS, "-fno-strict-aliasing", *flags, "-c", str(root / "src/nb_combined.cpp")]
    subprocess.run([*command, "-o", str(runtime)], check=True)
    path = compile_library("nanobind_module", place, *flags, str(runtime))
    spec = importlib.util.spec_from_file_location("nanobind_module", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def print_compilation(place: Path) -> None:
    """How long the compiler takes, and how large its libraries are."""
    include = f"-I{pyudf.get_include()}"
    start = time.perf_counter()
    compile_library("header_alone", place, include)
    header = time.perf_counter()
    library = compile_library("one_function", place, include)
    pyudf.load(library)
    end = time.perf_counter()
    print(f"the header alone: {header - start:.2f} s")
    print(f"one function, from source to imported module: {end - header:.2f} s, {library.stat().st_size // 1024} KiB")


# A function, a label, arguments, whether each is passed by its name, and whether jellyfish and plain Python have such a
# function: they count letters, the others bytes, which is the same for these texts.
CALLS: tuple[tuple[str, str, dict[str, Any], bool, bool], ...] = (
    ("length_gap", "short", {"s1": "kitten", "s2": "sitting"}, False, False),
    ("length_gap", "by keyword", {"s1": "kitten", "s2": "sitting"}, True, False),
    ("length_gap", "non-ASCII", {"s1": "Jürgen", "s2": "Jørgen"}, False, False),
    ("calc_distance", "short", {"s1": "kitten", "s2": "sitting"}, False, True),
    ("calc_distance", "by keyword", {"s1": "kitten", "s2": "sitting"}, True, False),
    ("calc_distance", "non-ASCII", {"s1": "Jürgen", "s2": "Jørgen"}, False, True),
    ("multiply_add", "floats", {"x": 1.0, "y": 2.0, "z": 3.0}, False, False),
    ("multiply_add", "by keyword", {"x": 1.0, "y": 2.0, "z": 3.0}, True, False),
    ("multiply_add", "ints", {"x": 1, "y": 2, "z": 3}, False, False),
)


def scalars(ours: Any, theirs: Any, jellyfish: Any) -> Iterator[Case]:
    """Single calls; pyudf's first."""
    for name, label, given, by_name, everywhere in CALLS:
        args, keywords = tuple(given.values()), tuple(given) if by_name else ()
        found = [Way("pyudf", getattr(ours, name), args, keywords)]
        if theirs is not None:
            found.append(Way("nanobind", getattr(theirs, name), args, keywords))
        if everywhere:
            found += [Way("jellyfish", jellyfish.levenshtein_distance, args)] if jellyfish else []
            found.append(Way("Python", python_levenshtein, args))
        yield Case("one call", f"{name}, {label}", tuple(found))


def fresh(loop: Any, dtype: str, *pointers: Any) -> Callable[[], NDArray[Any]]:
    """A loop of C++ over arrays and the allocation of its result."""

    def call() -> NDArray[Any]:
        out = np.empty(ROWS, dtype)
        loop(*pointers, ctypes.c_int64(ROWS), ctypes.c_void_p(out.ctypes.data))
        return out

    return call


def numbers(ours: Any, plain: Any) -> Iterator[Case]:
    """A million float64 with one worker, beside the loop that a C++ program would write, allocation included."""
    x, y, z = np.random.default_rng(1).random((3, ROWS))
    in_numpy: dict[str, tuple[tuple[NDArray[Any], ...], Callable[..., Any]]] = {
        "add": ((x, y), lambda x, y: x + y),
        "multiply_add": ((x, y, z), lambda x, y, z: x * y + z),
    }
    for name, (arrays, numpy) in in_numpy.items():
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
        yield Case(
            "a million rows",
            f"{name} of float64",
            (
                Way("pyudf", partial(getattr(ours, name), workers=1), arrays),
                Way("C++ loop", fresh(getattr(plain, f"{name}_loop"), "f8", *pointers)),
                Way("NumPy", numpy, arrays),
            ),
            pairs=ROWS,
        )


def texts(ours: Any, theirs: Any, jellyfish: Any, plain: Any) -> Iterator[Case]:
    """A million pairs of names with one worker; the loop of C++ reads the buffers of the Arrow arrays."""
    names = many_names(2 * ROWS)
    lists = names[:ROWS], names[ROWS:]
    arrow = pa.array(lists[0], pa.string()), pa.array(lists[1], pa.string())
    pandas = pd.Series(lists[0]), pd.Series(lists[1])
    addresses = [ctypes.c_void_p(b.address) for array in arrow for b in array.buffers()[1:]]
    for name in ("same_start", "calc_distance"):
        for container, columns in {"Arrow": arrow, "pandas": pandas}.items():
            found = [
                Way("pyudf", partial(getattr(ours, name), workers=1), columns),
                Way("C++ loop", fresh(getattr(plain, f"{name}_loop"), "i8", *addresses)),
            ]
            if (name, container) == ("calc_distance", "Arrow"):
                found += [Way("nanobind", by_row(theirs.calc_distance), lists)] if theirs else []
                found += [Way("jellyfish", by_row(jellyfish.levenshtein_distance), lists)] if jellyfish else []
            yield Case("a million rows", f"{name} of {container} strings", tuple(found), pairs=ROWS)


def by_row(function: Any) -> Callable[[list[str], list[str]], list[int]]:
    """A function of two strings over two lists, as its users would write."""
    return lambda left, right: list(map(function, left, right))


def python_rows() -> float:
    """Seconds that plain Python takes for a million rows, from a sample."""
    names = many_names(2 * SAMPLE)
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        list(map(python_levenshtein, names[:SAMPLE], names[SAMPLE:]))
        taken.append(time.perf_counter() - start)
    return min(taken) * ROWS / SAMPLE


def shown(case: Case, timings: dict[str, Timing]) -> str:
    """One line: pyudf's time, and the others' as multiples of it."""
    ours = timings["pyudf"].minimum
    scale, unit = (1e9, "ns") if case.pairs == 1 else (1e3, "ms")
    rest = "  ".join(f"{name} {t.minimum / ours:.2f}x" for name, t in timings.items() if name != "pyudf")
    return f"{case.group}: {case.name:{WIDTHS[case.group]}} pyudf {ours * scale:9.1f} {unit}  {rest}"


def main() -> int:
    """Compile, compare the answers, time, print."""
    jellyfish: Any = importlib.import_module("jellyfish") if importlib.util.find_spec("jellyfish") else None
    report.print_facts(report.facts())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        print_compilation(place)
        ours = pyudf.load(compile_library("pyudf_library", place, f"-I{pyudf.get_include()}"))
        plain = ctypes.CDLL(str(compile_library("plain_loops", place)))
        theirs = nanobind_module(place)
        for missing, name in ((theirs, "nanobind"), (jellyfish, "jellyfish")):
            if missing is None:
                print(f"{name} is not installed and is left out")
        cases = (scalars(ours, theirs, jellyfish), numbers(ours, plain), texts(ours, theirs, jellyfish, plain))
        for case in chain.from_iterable(cases):
            check(case)
            timings = measure(case, BUDGET[case.group])
            print(shown(case, timings), flush=True)
            if case.name == "calc_distance of Arrow strings":
                ratio = python_rows() / timings["pyudf"].minimum
                print(f"    plain Python, scaled up from {SAMPLE:,} rows: {ratio:.0f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
