"""The house keeps its order: layers, one place per metric, fresh stubs, types that hold, files that say their job."""

import ast
import re
from pathlib import Path

import pytest
from twins import TWINS

import pyudf
from pyudf import stubs

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("libcore", "pyudf", "tests", "bench", "docs")

pytestmark = pytest.mark.skipif(not (ROOT / "libcore").is_dir(), reason="the source tree is not here")

# Room of libcore -> what its files may include, besides the standard library.
ROOMS = {
    "include/pyudf": ("pyudf/",),
    "simd": ("simd/",),
    "text": ("pyudf/", "simd/", "text/"),
    "text/lanes": ("pyudf/", "simd/", "text/"),
    "logs": ("pyudf/", "simd/", "logs/"),
    "reference": ("text/", "reference/"),
    "core": ("pyudf/", "simd/", "text/", "logs/", "core/"),
    "engines": ("pyudf/", "simd/", "text/", "core/", "engines/"),
}
# Of what C compilers read; vectors, where there are any; the system's loader, for polars.hpp to find the engine.
C_HEADERS = {
    "stddef.h",
    "stdint.h",
    "emmintrin.h",
    "tmmintrin.h",
    "smmintrin.h",
    "immintrin.h",
    "arm_neon.h",
    "dlfcn.h",
}
# What one file alone is in charge of.
SYSTEM_HEADERS = {"pthread.h": "loops.cpp", "omp.h": "loops.hpp", "sys/mman.h": "result_memory.cpp"}
CONVERSION = (
    *("_arguments.pyx", "_arrow.pyx", "_columns.pyx", "_columns.pxd", "_results.pyx", "_slots.pyx"),
    *("_stringdtype.pyx", "_values.pyx", "_values.pxd"),
)
OPTIONAL = {"dask", "duckdb", "pandas", "polars", "pyarrow", "pyspark", "ray", "scipy", "tqdm", "zstandard"}


def files(folder, *suffixes):
    """The source files below a folder, none of them generated."""
    found = []
    for path in sorted((ROOT / folder).rglob("*")):
        inside = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") or part in ("__pycache__", "build", "dist") for part in inside)
        if not hidden and path.is_file() and path.suffix in suffixes:
            found.append(path)
    return found


def name(path):
    return path.relative_to(ROOT).as_posix()


def lines(path):
    return enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)


def refuse(wrong):
    assert not wrong, "\n" + "\n".join(wrong)


def cpp_files():
    return [path for path in files("libcore", ".h", ".hpp", ".cpp", ".def") if path.name != "meson.build"]


def python_files():
    return files("pyudf", ".py")


def cython_files():
    return files("pyudf", ".pyx", ".pxd")


def imports(path):
    """(line, module, at import time) of all imports of a Python file; relative ones as pyudf's."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = list(path.relative_to(ROOT).parts[:-1])
    late = set()
    for node in ast.walk(tree):
        lazy = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if lazy or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            late.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, id(node) not in late
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}", id(node) not in late


# Layers


def test_each_room_of_libcore_includes_only_rooms_below():
    wrong = []
    for path in cpp_files():
        room = next((r for r in ROOMS if path.parent == ROOT / "libcore" / r), None)
        if room is None:
            wrong.append(f"{name(path)}: in no room of {', '.join(ROOMS)}")
            continue
        for number, line in lines(path):
            found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
            if not found:
                continue
            quoted, header = found[1] == '"', found[2]
            standard = re.fullmatch(r"[a-z_0-9]+", header) or header in C_HEADERS
            in_charge = SYSTEM_HEADERS.get(header) == path.name
            if not (header.startswith(ROOMS[room]) if quoted else standard or in_charge):
                wrong.append(f"{name(path)}:{number}: {room} may not include {header}")
    refuse(wrong)


def test_threads_are_started_in_one_place_only():
    wrong = []
    for path in [*cpp_files(), *cython_files()]:
        if path.name == "loops.hpp":
            continue
        for number, line in lines(path):
            pragma = re.search(r"#\s*pragma\s+omp|\bomp\.h|\bomp_|std::(jthread|thread|async)\b|\bprange\b", line)
            if pragma or ("_OPENMP" in line and path.name != "loops.cpp"):
                wrong.append(f"{name(path)}:{number}: threads belong to core/loops.hpp")
    refuse(wrong)


def test_extension_modules_reach_libcore_through_one_file():
    wrong = []
    for path in cython_files():
        for number, line in lines(path):
            extern = re.search(r'extern from "((pyudf|core|text|logs|reference)/[^"]*)"', line)
            if extern and path.name != "_abi.pxd":
                wrong.append(f"{name(path)}:{number}: {extern[1]} is declared in _abi.pxd")
            cimported = re.match(r"\s*(?:from\s+(\S+)\s+)?cimport\s+(\S+)", line)
            module = cimported and (cimported[1] or cimported[2])
            if module and not re.match(r"pyudf\._\w+$|(cpython|libc|libcpp)\b|numpy$", module):
                wrong.append(f"{name(path)}:{number}: cimport of {module}")
    refuse(wrong)


def test_inputs_are_converted_in_one_place_only():
    wrong = []
    text_data = re.compile(r"\bPyUnicode_(DATA|KIND|GET_LENGTH|READ|As\w+|[124]BYTE_DATA)|\bPyBytes_(AS|As|GET)\w+")
    for path in cython_files():
        if path.name in CONVERSION:
            continue
        for number, line in lines(path):
            if text_data.search(line) or "__arrow_c_" in line:
                wrong.append(f"{name(path)}:{number}: conversion has its place: see CONVERSION: {line.strip()}")
    for path in python_files():
        for number, line in lines(path):
            if re.search(r"\.__arrow_c_\w+\(", line):
                wrong.append(f"{name(path)}:{number}: conversion has its place: see CONVERSION: {line.strip()}")
    refuse(wrong)


def test_engines_are_imported_when_they_are_used():
    wrong = []
    for path in python_files():
        room = path.parent.name
        for number, module, at_once in imports(path):
            if module.partition(".")[0] in OPTIONAL and at_once and room != "engines":
                wrong.append(f"{name(path)}:{number}: {module} is optional: pyudf.optional.require it where it is used")
            adapter = re.match(r"pyudf\.engines\.(?!(Frame|Column|adapt|find_\w+|result_column)$)\w+", module)
            if adapter and at_once and room != "engines":
                wrong.append(f"{name(path)}:{number}: {module}: engines are found through pyudf.engines")
            if module.startswith("pyudf.cli") and room != "cli":
                wrong.append(f"{name(path)}:{number}: the command line is above everything: {module}")
    for path in cython_files():
        for number, line in lines(path):
            if re.search(r"\bimport\b.*\bcli\b|pyudf\.(cli|engines)\b", line):
                wrong.append(f"{name(path)}:{number}: extension modules know pyudf.engines only: {line.strip()}")
    refuse(wrong)


# One place per metric


def roster():
    text = (ROOT / "libcore/text/kernels.def").read_text(encoding="utf-8")
    return re.findall(r"^KERNEL\((\w+), \w+\)$", text, flags=re.MULTILINE)


def test_the_package_has_the_metrics_of_the_roster():
    assert pyudf.text.__all__ == roster()


def test_each_metric_has_its_header_twins_and_stub():
    stub = (ROOT / "pyudf/text.pyi").read_text(encoding="utf-8")
    wrong = []
    for metric in roster():
        for header in (f"libcore/text/{metric}.hpp", f"libcore/reference/{metric}.hpp"):
            if not (ROOT / header).is_file():
                wrong.append(f"{metric}: {header} is missing")
        if metric not in TWINS:
            wrong.append(f"{metric}: no twin in tests/python/twins.py")
        if not re.search(rf"^{metric}: ", stub, flags=re.MULTILINE):
            wrong.append(f"{metric}: not in pyudf/text.pyi")
    refuse(wrong)


# Types


def test_the_stub_is_what_the_generator_writes():
    written = (ROOT / "pyudf/text.pyi").read_text(encoding="utf-8")
    fresh = stubs.stub("pyudf.text", pyudf.text.__doc__, stubs.members(pyudf.text))
    assert written == fresh, "run: python -P -m pyudf.stubs --write pyudf/text.pyi"


def test_stubs_are_python():
    for path in files("pyudf", ".pyi"):
        ast.parse(path.read_text(encoding="utf-8"))


def test_a_users_program_type_checks(monkeypatch, tmp_path):
    api = pytest.importorskip("mypy.api", reason='needs mypy: pip install "pyudf[lint]"')
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    program = ROOT / "tests/python/typing_example.py"
    report, complaint, status = api.run(["--strict", "--config-file=", f"--cache-dir={tmp_path}", str(program)])
    assert status == 0, report + complaint


# Files


def test_each_file_of_the_package_is_installed():
    build = (ROOT / "pyudf/meson.build").read_text(encoding="utf-8")
    mine = [path for path in (ROOT / "pyudf").iterdir() if path.suffix in (".py", ".pyi", ".typed")]
    refuse([f"{name(path)}: not in pyudf/meson.build" for path in mine if f"'{path.name}'" not in build])


def job(path):
    """The first line of a file, after the directives that must come before it."""
    for _, line in lines(path):
        if line and not line.startswith(("#!", "# cython:", "# distutils:", "# Written by")):
            return line
    return ""


def test_each_file_begins_with_its_job():
    wrong = []
    for folder in SOURCES:
        for path in files(folder, ".h", ".hpp", ".cpp", ".c", ".def", ".pyx", ".pxd", ".py"):
            first, named = job(path), f"{path.name}: "
            if path.suffix == ".py":
                # A comment, where the docstring comes from a library.
                good = first.startswith(('"""', 'r"""', f"# {named}")) and len(first) > 10
            else:
                good = first.startswith((f"// {named}", f"/* {named}", f"# {named}"))
            if not good:
                wrong.append(f"{name(path)}: begins with {first!r}")
    refuse(wrong)


def test_no_room_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    suffixes = (".h", ".hpp", ".cpp", ".c", ".def", ".pyx", ".pxd", ".py", ".pyi")
    found = [path for folder in SOURCES for path in files(folder, *suffixes)]
    refuse([name(path) for path in found if drawers & {*path.relative_to(ROOT).parts[:-1], path.stem.strip("_")}])
