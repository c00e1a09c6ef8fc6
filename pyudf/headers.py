"""Where the C++ headers are, and the files by which build tools find them."""

from __future__ import annotations

import os
from importlib.resources import files


def get_include() -> str:
    """The folder to give a C++ compiler as ``-I``, so that it finds ``<pyudf/udf.hpp>``.

    Returns
    -------
    str

    Examples
    --------
    >>> import os, pyudf
    >>> os.path.isfile(os.path.join(pyudf.get_include(), "pyudf", "abi.h"))
    True
    """
    return _folder("include", "pyudf", "abi.h")


def get_pkgconfig_dir() -> str:
    """The folder to add to ``PKG_CONFIG_PATH``.

    Returns
    -------
    str

    Examples
    --------
    >>> os.listdir(get_pkgconfig_dir())
    ['pyudf.pc']
    """
    return _folder("pkgconfig", "pyudf.pc")


def get_cmake_dir() -> str:
    """The folder to give CMake as ``pyudf_DIR``, so that ``find_package(pyudf)`` works.

    Returns
    -------
    str

    Examples
    --------
    >>> sorted(os.listdir(get_cmake_dir()))
    ['pyudf-config-version.cmake', 'pyudf-config.cmake']
    """
    return _folder("cmake", "pyudf-config.cmake")


def _folder(name: str, *inside: str) -> str:
    """A folder of the package, by a file in it: an editable install has no such folder, only files here and there."""
    file = str(files(__package__).joinpath(name, *inside))
    for _ in inside:
        file = os.path.dirname(file)
    return file
