"""Runs a project's build backend (PEP 517), and picks from its output what a person needs to see."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from . import BuildError, environment
from .project import Project

# Runs one hook in a process of its own, as the standard asks; the name of the file that it made goes into a file.
_HOOK = """\
import functools, importlib, json, sys
backend, path, hook, folder, answer = json.loads(sys.argv[1])
sys.path[:0] = path
module, _, name = backend.partition(":")
found = functools.reduce(getattr, filter(None, name.split(".")), importlib.import_module(module))
made = getattr(found, hook)(folder)
with open(answer, "w", encoding="utf-8") as file:
    file.write(made)
"""

_STEP = re.compile(r"\[\d+/\d+\] ")  # ninja, before what a step has to say
_UPWARD = re.compile(r"^(In file included from |)(\.\./)+", re.MULTILINE)  # from the build folder to the project's


def run(project: Project, hook: str, folder: Path) -> Path:
    """Run a hook that makes a file, and show the messages of the compiler.

    Parameters
    ----------
    project : Project
        What to build.
    hook : str
        ``"build_wheel"``, ``"build_editable"`` or ``"build_sdist"``.
    folder : Path
        Where the file is to lie.

    Returns
    -------
    Path

    Raises
    ------
    BuildError
        When nothing was made; what was wrong has been shown by then.
    """
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch, "answer")
        task = [project.backend, [str(project.folder / path) for path in project.backend_path], hook]
        done = subprocess.run(
            [sys.executable, "-c", _HOOK, json.dumps([*task, str(folder), str(answer)])],
            cwd=project.folder,
            env={**environment.variables(), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        failed = done.returncode != 0 or not answer.exists()
        said = messages(done.stdout, failed)
        if said:
            print(said, file=sys.stderr, flush=True)
        if failed:
            raise BuildError(f"{project.name} was not built; the reasons are above")
        return folder / answer.read_text(encoding="utf-8")


def messages(output: str, failed: bool) -> str:
    """What the compiler said, or else Meson, or else, after a failure, all that there is.

    Examples
    --------
    >>> print(messages("+ ninja\\n[1/2] Compiling\\n../src/a.cpp:1:2: warning: hm\\n[2/2] Linking\\n", False))
    src/a.cpp:1:2: warning: hm
    """
    lines = output.splitlines()
    said = _of_steps(lines) or [line for line in lines if "ERROR: " in line or line.startswith("meson-python: error:")]
    if failed and not said:
        return output.strip()
    return _UPWARD.sub(r"\1", "\n".join(said))


def _of_steps(lines: list[str]) -> list[str]:
    """What ninja passes on from its steps: what follows a step's line, without the command of a step that failed."""
    said: list[str] = []
    inside = command = False
    for line in lines:
        if line.startswith("FAILED: "):
            inside = command = True
        elif _STEP.match(line):
            inside = True
        elif line.startswith(("ninja: ", "+ ", "meson-python: ")):
            inside = False
        elif inside and not command and line.strip():
            said.append(line)
        else:
            command = False
    return said
