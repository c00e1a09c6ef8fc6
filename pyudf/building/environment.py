"""The Python environment that builds and is built into: what is installed there, and how more is."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping

from . import BuildError


def require_virtual() -> None:
    """Refuse to install into the system's Python."""
    if sys.prefix != sys.base_prefix or os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        return
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        raise BuildError(f"the virtual environment {active} has no pyudf of its own; install it: pip install pyudf")
    raise BuildError(
        "no virtual environment is active; make one: python -m venv .venv && . .venv/bin/activate && pip install pyudf"
    )


def variables() -> Mapping[str, str]:
    """The variables for a build: the environment's own programs come first, also where it is not activated."""
    own = sysconfig.get_path("scripts")
    return {**os.environ, "PATH": os.pathsep.join([own, os.environ.get("PATH", os.defpath)])}


def run_module(module: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m module`` in the environment, with its output kept."""
    command = [sys.executable, "-P", "-m", module, *args]
    return subprocess.run(command, env=variables(), capture_output=True, text=True, check=False)


def install(*what: str, options: tuple[str, ...] = ()) -> None:
    """Install what is lacking; what is there, and good enough, costs no look at the network."""
    command = [*_installer(), "install", "--quiet", *options, *what]
    done = subprocess.run(command, env=variables(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print((done.stdout + done.stderr).strip(), file=sys.stderr)
        raise BuildError(f"could not install {' '.join(what)}; the installer's reasons are above")


def _installer() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    uv = shutil.which("uv")
    if uv is None:
        raise BuildError(f"{sys.prefix} has no pip; get it: {sys.executable} -m ensurepip")
    os.environ["VIRTUAL_ENV"] = sys.prefix  # this one, whichever is activated in the shell
    return [uv, "pip"]
