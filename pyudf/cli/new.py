"""``pyudf new``: a project for functions in C++, ready to be built and tested."""

from __future__ import annotations

import argparse
import builtins
import contextlib
import keyword
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

SUMMARY = "make a project for functions in C++"

EPILOG = """\
example:
  $ pyudf new cpp_utils
  $ cd cpp_utils
  $ pyudf develop
  $ python -c "import cpp_utils; print(cpp_utils.calc_distance('kitten', 'sitting'))"
"""

# The template is a project that works as it stands; its name, wherever it occurs, becomes the new one.
_TEMPLATE = "cpp_utils"

# What a package of that name would hide from the project, or be hidden by.
_LIBRARIES = {"duckdb", "numpy", "pandas", "polars", "pyarrow", "pytest", "pyudf", "scipy"}
_FOLDERS = {"build", "dist", "src", "subprojects", "tests"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("name", metavar="NAME", type=_name, help="of the Python package: letters, digits, underscores")
    parser.add_argument("--directory", metavar="DIR", type=Path, help="new or empty folder to fill (default: ./NAME)")


def run(args: argparse.Namespace) -> int:
    """Write the project and say what comes next."""
    folder: Path = args.directory or Path(args.name)
    _check_free(folder)
    with _all_or_nothing(folder):
        _copy(files(__package__) / "templates" / _TEMPLATE, folder, args.name)
    print(f"{folder} is a project now. What comes next:\n")
    for command in (
        f"cd {shlex.quote(str(folder))}",
        "pyudf develop",
        f"python -c \"import {args.name}; print({args.name}.calc_distance('kitten', 'sitting'))\"",
    ):
        print(f"  {command}")
    return 0


def _name(text: str) -> str:
    """The name, if a package, a C++ module and a distribution may have it."""
    if not re.fullmatch(r"[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?", text):
        way_out = _like(text)
        hint = f"; for example: pyudf new {way_out}" if way_out else ""
        raise argparse.ArgumentTypeError(
            f"{text!r} cannot name a package: use letters, digits and underscores, a letter first{hint}"
        )
    for names, what in (
        (set(keyword.kwlist), "a keyword of Python"),
        (set(dir(builtins)), "a word of Python"),
        (sys.stdlib_module_names, "a module of Python's own"),
        (_LIBRARIES, "a library that the project may need"),
        (_FOLDERS, "a folder of every project"),
    ):
        if text in names:
            raise argparse.ArgumentTypeError(f"{text!r} is {what}; add a word: pyudf new my_{text}")
    return text


def _like(text: str) -> str:
    """A name that is allowed and reads like `text`, or nothing."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    return re.sub(r"^(?=[0-9])", "my_", "_".join(words))


def _check_free(folder: Path) -> None:
    if folder.is_dir():
        inside = next(folder.iterdir(), None)
        if inside is not None:
            raise FileExistsError(f"{folder} holds {inside.name} already; name a new folder: --directory DIR")
    elif folder.exists() or folder.is_symlink():
        raise FileExistsError(f"{folder} is a file; name a new folder: --directory DIR")


@contextlib.contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """A folder to be filled; if that fails, what was made is removed."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in made[-1:] or folder.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        raise


def _copy(source: Traversable, target: Path, name: str) -> None:
    """A folder of the template, under the new name; it is read as a resource, for it may lie in several places."""
    for entry in source.iterdir():
        path = target / entry.name.replace(_TEMPLATE, name)
        if entry.is_dir():
            if entry.name != "__pycache__":
                path.mkdir()
                _copy(entry, path, name)
        else:
            text = entry.read_text(encoding="utf-8").replace(_TEMPLATE, name)
            path.write_text(text, encoding="utf-8", newline="\n")
