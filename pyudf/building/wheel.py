"""Tags of wheels: a library of functions contains no Python, so its wheel serves every version of it."""

from __future__ import annotations

import importlib.machinery
import subprocess
import sys
import zipfile
from pathlib import Path

from . import BuildError

# Names of modules that are made for one Python; a plain .so may be any library.
_OF_ONE_PYTHON = tuple(suffix for suffix in importlib.machinery.EXTENSION_SUFFIXES if suffix != ".so")


def for_every_python(file: Path) -> Path:
    """Tag a wheel ``py3-none-<platform>``, unless a module in it is made for one Python; build backends cannot know.

    Parameters
    ----------
    file : Path
        The wheel; one of another name takes its place.

    Returns
    -------
    Path
    """
    with zipfile.ZipFile(file) as content:
        if any(name.endswith(_OF_ONE_PYTHON) for name in content.namelist()):
            return file
    tags = ["--python-tag", "py3", "--abi-tag", "none", "--remove"]
    command = [sys.executable, "-m", "wheel", "tags", *tags, file.name]
    done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"could not tag {file.name}: {done.stderr.strip()}")
    return file.with_name(done.stdout.strip())
