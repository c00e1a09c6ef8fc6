"""A copy of a project's files as they are now, which Meson takes for a clean repository: what an sdist is made of."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
from pathlib import Path

from . import BuildError
from .project import Project

# A commit without the habits of whoever is at work: name, hooks, signature, line ends.
_SETTINGS = (
    "user.name=pyudf",
    "user.email=pyudf@localhost",
    "commit.gpgsign=false",
    "core.autocrlf=false",
    f"core.hooksPath={os.devnull}",
)


def take(project: Project, folder: Path) -> Project:
    """Copy what git would add, changes and all, into a repository of its own; the project's own git is not touched.

    Parameters
    ----------
    project : Project
        What to copy; it need not be under version control.
    folder : Path
        Where to; a folder that does not exist yet.

    Returns
    -------
    Project
        The same project, in the new folder.
    """
    if shutil.which("git") is None:
        raise BuildError(
            "an sdist needs git, by which Meson collects the files; install it: https://git-scm.com/downloads"
        )
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet")
    _git(folder, f"--work-tree={project.folder}", "add", "--all")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message=sdist")
    _git(folder, "reset", "--quiet", "--hard")
    return dataclasses.replace(project, folder=folder)


def _git(folder: Path, *command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    done = subprocess.run(
        ["git", f"--git-dir={folder / '.git'}", *settings, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"could not collect the files of the sdist: git {command[-1]}: {done.stderr.strip()}")
