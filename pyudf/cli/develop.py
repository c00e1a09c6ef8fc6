"""``pyudf develop``: builds the project here into the current virtual environment, to be worked on."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from ..building import backend, compiler, environment, project

SUMMARY = "build the project here into the current virtual environment, editable"

EPILOG = """\
What the build needs is installed there too. From then on an import compiles again what was edited.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command: there are none."""


def run(args: argparse.Namespace) -> int:
    """Check, build with all messages shown, install."""
    here = project.read(Path.cwd())
    environment.require_virtual()
    compiler.require()
    environment.install(*here.requires, *here.dependencies)
    with tempfile.TemporaryDirectory() as scratch:
        backend.run(here, "build_editable", Path(scratch))
    # What was built is there already; the installer is what records it as editable.
    environment.install("--editable", ".", options=("--no-build-isolation", "--no-deps"))
    print(f"{here.name} is in {sys.prefix}; edit its C++ and import it again: what changed is compiled then")
    return 0
