"""``pyudf develop``: builds the project here into the current virtual environment, to be worked on."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from ..building import BuildError, backend, compiler, environment, project

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
    print(f"building {here.name} into {sys.prefix}", flush=True)
    environment.install(*here.requires, *here.dependencies)
    with tempfile.TemporaryDirectory() as scratch:
        backend.run(here, "build_editable", Path(scratch))
    # What was built is there already; the installer is what records it as editable.
    environment.install("--editable", ".", options=("--no-build-isolation", "--no-deps"))
    _describe(here)
    print("done: edit its C++ and import it again; what changed is compiled then")
    return 0


def _describe(here: project.Project) -> None:
    """Leave the stub beside the package, where type checkers look; one of another hand is kept."""
    module = re.sub(r"\W", "_", here.name)
    package, stub = here.folder / module / "__init__.py", here.folder / module / "__init__.pyi"
    if not package.is_file() or "pyudf.load(" not in package.read_text(encoding="utf-8"):
        return
    if stub.exists() and not stub.read_text(encoding="utf-8").startswith("# Written by `python -m pyudf.stubs"):
        return
    done = environment.run_module("pyudf.stubs", module, "--write", str(stub))
    if done.returncode != 0:
        print(done.stderr.strip(), file=sys.stderr)
        raise BuildError(f"{module} was built, but cannot be imported; the reasons are above")
