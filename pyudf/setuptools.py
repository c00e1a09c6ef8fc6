"""For projects that build with setuptools: a kind of extension that is a library of functions, and its commands."""

from __future__ import annotations

import os
from typing import Any

from setuptools import Extension
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

from .headers import get_include

__all__ = ["Library", "commands"]

_FLAGS = {"msvc": ["/std:c++20", "/O2", "/EHsc"], "unix": ["-std=c++20", "-O3", "-fvisibility=hidden"]}


class Library(Extension):
    """A library of functions, to be loaded by :func:`pyudf.load`.

    Parameters
    ----------
    name : str
        Package and file name without suffix: ``"cpp_utils.libcpp_utils"`` becomes ``cpp_utils/libcpp_utils.so``.
    sources : list of str
        C++ files.
    **options
        What a ``setuptools.Extension`` takes: ``define_macros``, ``libraries``, ``extra_compile_args`` …

    Examples
    --------
    >>> Library("cpp_utils.libcpp_utils", ["src/cpp_utils.cpp"]).language
    'c++'
    """

    def __init__(self, name: str, sources: list[str], **options: Any) -> None:
        super().__init__(name, sources, language="c++", **options)
        self.include_dirs.append(get_include())


class _BuildLibraries(build_ext):
    """Compiles libraries of functions; they have no Python in their name, nor anything of it inside."""

    def get_ext_filename(self, fullname: str) -> str:
        if isinstance(self.ext_map.get(fullname), Library):
            return os.path.join(*fullname.split(".")) + ".so"
        return super().get_ext_filename(fullname)

    def build_extension(self, ext: Extension) -> None:
        if isinstance(ext, Library):
            ext.extra_compile_args[:0] = _FLAGS.get(self.compiler.compiler_type, _FLAGS["unix"])
        super().build_extension(ext)

    def get_export_symbols(self, ext: Extension) -> list[str]:
        return ext.export_symbols if isinstance(ext, Library) else super().get_export_symbols(ext)

    def get_libraries(self, ext: Extension) -> list[str]:
        return ext.libraries if isinstance(ext, Library) else super().get_libraries(ext)


class _TagWheel(bdist_wheel):
    """Tags the wheel for every version of Python, if it has nothing compiled but libraries of functions."""

    def get_tag(self) -> tuple[str, str, str]:
        python, abi, system = super().get_tag()
        if all(isinstance(module, Library) for module in self.distribution.ext_modules or ()):
            python, abi = "py3", "none"
        return python, abi, system


# For setup(cmdclass=…).
commands = {"build_ext": _BuildLibraries, "bdist_wheel": _TagWheel}
