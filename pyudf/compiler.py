"""Compiles C++ text into a library of functions, kept by its content, and loads it."""

from __future__ import annotations

import hashlib
import importlib.util
import keyword
import os
import platform
import re
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache, reduce
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import signatures
from ._tables import ABI
from .building import BuildError
from .headers import get_include
from .library import announce, take_up

if TYPE_CHECKING:
    from .building.compiler import Compiler

_FLAGS = ("-std=c++20", "-O3", "-fPIC", "-shared", "-fvisibility=hidden")
_SHOWN_AS = "<source>"  # the name of the source in the compiler's messages
_MODULE = re.compile(r"^[ \t]*PYUDF_MODULE\s*\(\s*(\w+)", re.MULTILINE)
_OWN_HEADERS = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"(?!pyudf/)', re.MULTILINE)

# path of a library -> module; one source is one module in a process
_modules: dict[str, ModuleType] = {}
# folders of libraries that are not kept, until the process ends: an engine may want to load them too
_passing: list[tempfile.TemporaryDirectory[str]] = []


class CompileError(BuildError):
    """Source that does not compile, or no compiler to compile it; the message is the compiler's, with the line."""

    def _render_traceback_(self) -> list[str]:
        # Notebooks show this instead of a traceback, which would be all ours.
        return [f"{type(self).__name__}: {self}"]


def compile(source: str, *, name: str | None = None, flags: Sequence[str] = (), cache: bool = True) -> ModuleType:
    """Compile C++ text and load its functions.

    What was compiled before is loaded at once: libraries are kept in ``$PYUDF_CACHE_DIR``, or else in the user's cache
    folder, by their source, flags and compiler and by the version of pyudf's headers.

    Parameters
    ----------
    source : str
        Functions and what PYUDF_FUNCTION and the like tell of them. ``#include <pyudf/udf.hpp>`` and PYUDF_MODULE may
        be left out.
    name : str, optional
        Name of the module; by default as PYUDF_MODULE says, or ``udf_`` and eight digits.
    flags : sequence of str, optional
        More flags for the compiler, after ``-std=c++20 -O3``.
    cache : bool, default True
        False: compile afresh, and keep nothing. Source that includes files of its own (``#include "mine.hpp"``) is
        always compiled afresh, for they may have changed.

    Returns
    -------
    module
        As `pyudf.load` gives it. Its functions can be pickled: by their source, which is compiled where they arrive.

    Raises
    ------
    CompileError
        If the source does not compile, or there is no compiler.

    Examples
    --------
    >>> import pyudf
    >>> m = pyudf.compile('''
    ... double twice(double x) { return 2 * x; }
    ... PYUDF_FUNCTION(twice, "x", pyudf::doc("Twice a number."))
    ... ''')
    >>> m.twice([1, 2.5])
    array([2., 5.])
    """
    if not isinstance(source, str):
        raise TypeError(f"source must be C++ text, got {type(source).__name__}")
    if isinstance(flags, str):
        raise TypeError(f"flags must be a sequence of str, got {flags!r}; write flags=({flags!r},)")
    flags = tuple(map(str, flags))
    digest = hashlib.sha256(repr([source, flags]).encode()).hexdigest()
    told = _MODULE.search(source)
    named = _check_name(name, told[1] if told else None)
    name = named or f"udf_{digest[:8]}"
    compiler = _find()
    key = _key(source, name, flags, compiler)
    place = _cache_folder() if cache and not _OWN_HEADERS.search(source) else None
    if place is None:
        _passing.append(tempfile.TemporaryDirectory(prefix="pyudf-"))
        place = Path(_passing[-1].name)
    path = place / f"{name}_{key[:32]}.so"
    if str(path) not in _modules:
        text = source if told else f'{source}\n#line 1 "<pyudf>"\nPYUDF_MODULE({name})\n'
        kept = path.exists()
        if not kept:
            _build(compiler, text, flags, path)
        try:
            _modules[str(path)] = _load(path, name, digest, (source, name, flags))
        except ImportError as error:
            if not kept:
                path.unlink(missing_ok=True)
                raise CompileError(str(error).replace(str(path), _SHOWN_AS)) from None
            # What was kept is damaged; the file that takes its place is another one to the system's loader.
            path.unlink(missing_ok=True)
            return compile(source, name=named, flags=flags)
    # Text without a name is a version of what was compiled before it: cells of a notebook are changed and run again.
    announce(str(path), named or __name__, _modules[str(path)])
    return _modules[str(path)]


def restore(source: str, name: str, flags: Sequence[str], qualname: str) -> Any:
    """A pickled function of a compiled module: compiled again, unless it was here already."""
    return reduce(getattr, qualname.split("."), compile(source, name=name, flags=flags))


def _check_name(name: str | None, told: str | None) -> str | None:
    if name is None:
        return told
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii():
        raise ValueError(f"name must be a name in Python and in C++, got {name!r}")
    if told not in (None, name):
        raise ValueError(f"name is {name!r}, PYUDF_MODULE says {told!r}; leave one of them out")
    return name


def _load(path: Path, name: str, digest: str, made: tuple[str, str, tuple[str, ...]]) -> ModuleType:
    """The library as a module under a name that nothing else has, so that pickles find their source by it."""
    taken = name in sys.modules or importlib.util.find_spec(name) is not None
    module = f"{name}_{digest[:8]}" if taken and signatures.SOURCES.get(name) != made else name
    before = sys.modules.get(module)
    sys.modules[module] = ModuleType(module)
    try:
        loaded = take_up(path, module)
    except BaseException:
        if before is None:
            del sys.modules[module]
        else:
            sys.modules[module] = before
        raise
    signatures.SOURCES[module] = made
    loaded.__file__ = str(path)
    return loaded


# --- the compiler -----------------------------------------------------------------------------------------------------


def _find() -> Compiler:
    from .building import compiler

    found = compiler.find()
    if found is None:
        try:
            compiler.require()
        except BuildError as error:
            raise CompileError(str(error)) from None
        raise CompileError("pyudf.compile needs g++ or clang++; name one: CXX=clang++")
    return found


def _build(compiler: Compiler, text: str, flags: Sequence[str], path: Path) -> None:
    """Compile into a folder beside `path`, then move the library there: another process sees all of it or nothing."""
    import subprocess

    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".compiling-") as folder:
        Path(folder, _SHOWN_AS).write_text(text, encoding="utf-8", errors="surrogatepass")
        include = ["-I", get_include(), "-include", "pyudf/udf.hpp"]
        # As headers are found that lie where the work is done; the compiler itself runs elsewhere.
        include += ["-iquote", os.getcwd()]
        # Libraries among the flags are looked at for what the source before them lacks.
        command = [
            *compiler.command,
            *_FLAGS,
            *_told_at_once(flags),
            *include,
            "-x",
            "c++",
            _SHOWN_AS,
            "-x",
            "none",
            *flags,
            "-o",
            path.name,
        ]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "TMPDIR": folder},
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise CompileError(f"{compiler.command[0]} cannot be run: {error}") from None
        said = _readable(done.stderr or done.stdout, folder)
        if done.returncode != 0:
            raise CompileError(said + _advice(compiler))
        if said:
            print(said, file=sys.stderr)
        os.replace(Path(folder, path.name), path)


def _told_at_once(flags: Sequence[str]) -> list[str]:
    """What makes the linker of Linux tell of functions that are declared but nowhere defined."""
    sanitized = any(flag.startswith("-fsanitize") for flag in flags)  # their functions come with the program
    return ["-Wl,--no-undefined"] if sys.platform == "linux" and not sanitized else []


def _advice(compiler: Compiler) -> str:
    """What to say of a compiler that could not have compiled anything."""
    from .building.compiler import MODERN, require

    if compiler.complaint(MODERN) is not None:
        try:
            require()
        except BuildError as error:
            return f"\n{error}"
    return ""


def _readable(said: str, folder: str) -> str:
    """The compiler's messages without folders and files that are ours alone."""
    for path in (os.path.realpath(folder), folder, get_include()):
        said = said.replace(f"{path}{os.sep}", "")
    return re.sub(r"\bcc\w{6}\.o\b", _SHOWN_AS, said).strip()


# --- the cache --------------------------------------------------------------------------------------------------------


def _key(source: str, name: str, flags: Sequence[str], compiler: Compiler) -> str:
    """What a library depends on, as one number."""
    path = compiler.command[0]
    parts: list[object] = [
        source,
        name,
        [*_FLAGS, *flags],
        compiler.command,
        _version(compiler, os.stat(path).st_mtime_ns),
    ]
    parts += [ABI, _headers(), platform.system(), platform.machine()]
    if any("native" in flag for flag in flags):
        parts.append(platform.node())  # a home may be shared by machines of several kinds
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@lru_cache
def _version(compiler: Compiler, changed: int) -> str:
    return compiler.version


@lru_cache
def _headers() -> str:
    """The content of the headers as one number."""
    content = hashlib.sha256()
    for file in sorted(Path(get_include(), "pyudf").iterdir()):
        content.update(file.read_bytes())
    return content.hexdigest()


def _cache_folder() -> Path | None:
    """Where libraries are kept; None: this user can write nowhere."""
    own = os.environ.get("PYUDF_CACHE_DIR")
    try:
        folder = Path(own) if own else _user_cache() / "pyudf"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        if own:
            raise CompileError(f"PYUDF_CACHE_DIR names {own!r}, which cannot be used: {error}") from None
        return None
    if os.access(folder, os.W_OK | os.X_OK):
        return folder.absolute()
    if own:
        raise CompileError(f"PYUDF_CACHE_DIR names {own!r}, which cannot be written to")
    return None


def _user_cache() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
