"""Finds the C++ compiler, and asks it what it can do."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..headers import get_include
from . import BuildError

# In the order in which Meson looks for them.
_NAMES = ("c++", "g++", "clang++")

# How each system gets one.
_INSTALL = {
    "linux": "apt-get install g++ (Debian, Ubuntu) or dnf install gcc-c++ (Fedora)",
    "darwin": "xcode-select --install",
    "win32": 'install "Build Tools for Visual Studio" with its workload "Desktop development with C++"',
}

# Sources to try a compiler on.
MODERN = """\
#include <chrono>
#include <concepts>
#include <span>
static_assert(__cplusplus >= 202002L);
std::chrono::sys_days today();
"""
LIBRARY = """\
#include <pyudf/udf.hpp>
std::int64_t size_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
PYUDF_FUNCTION(size_of, "text")
PYUDF_MODULE(probe, "")
"""
OPENMP = """\
#include <omp.h>
int threads() { return omp_get_max_threads(); }
"""


@dataclass(frozen=True)
class Compiler:
    """A command that compiles C++."""

    command: tuple[str, ...]

    @property
    def version(self) -> str:
        """The first line that it says about itself."""
        said = subprocess.run([*self.command, "--version"], capture_output=True, text=True, check=False)
        return (said.stdout or said.stderr).strip().partition("\n")[0]

    def complaint(self, source: str, *flags: str) -> str | None:
        """What it says against a library of this source; None: nothing, it can be built."""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "probe.cpp").write_text(source, encoding="utf-8")
            command = [*self.command, "-std=c++20", "-I", get_include(), *flags]
            command += ["-shared", "-fPIC", "-o", "probe.so", "probe.cpp"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else (done.stderr or done.stdout or "it failed without a word")


def find() -> Compiler | None:
    """The compiler that Meson would take: what ``CXX`` names, or the first of the usual ones."""
    named = shlex.split(os.environ.get("CXX", ""))
    for name, *flags in [named] if named else [[name] for name in _NAMES]:
        path = shutil.which(name)
        if path:
            return Compiler((path, *flags))
    return None


def require() -> None:
    """Refuse to go on without a compiler that knows C++20; on Windows it is Meson that finds one."""
    compiler = find()
    if compiler is None:
        if os.environ.get("CXX"):
            raise BuildError(f"CXX names {os.environ['CXX']!r}, which is not there; correct or unset it")
        if sys.platform != "win32":
            raise BuildError(f"no C++ compiler found; {how_to_install()}")
    elif compiler.complaint(MODERN) is not None:
        raise BuildError(
            f"{compiler.command[0]} ({compiler.version}) does not know C++20, as g++ 11 and clang++ 14 do; "
            f"{how_to_install()}, or name another: CXX=g++-13"
        )


def how_to_install() -> str:
    """What gives this system a compiler."""
    return _INSTALL.get(sys.platform, "install g++ or clang++")
