"""``pyudf build``: the files to give away, a wheel and, if asked for, the sources."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from ..building import backend, compiler, environment, project, snapshot, wheel

SUMMARY = "build the wheel of the project here"

EPILOG = """\
The wheel serves every version of Python on this kind of machine: its name ends in
py3-none-<platform>. The sdist holds the files of the folder as they are now, without
those that .gitignore names.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--sdist", action="store_true", help="build the archive of the sources too")
    parser.add_argument("--out", metavar="DIR", type=Path, default=Path("dist"), help="default: dist")


def run(args: argparse.Namespace) -> int:
    """Build all that is asked for, then put it into place."""
    here = project.read(Path.cwd())
    compiler.require()
    environment.install(*here.requires, "wheel")
    with tempfile.TemporaryDirectory() as scratch:
        made = [wheel.for_every_python(backend.run(here, "build_wheel", Path(scratch)))]
        if args.sdist:
            made.append(backend.run(snapshot.take(here, Path(scratch, "sources")), "build_sdist", Path(scratch)))
        args.out.mkdir(parents=True, exist_ok=True)
        for file in made:
            print(shutil.move(file, args.out / file.name))
    return 0
