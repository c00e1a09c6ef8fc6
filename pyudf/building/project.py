"""A project's folder: what its pyproject.toml says about building it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import BuildError


@dataclass(frozen=True)
class Project:
    """What is needed of a project to build it."""

    folder: Path
    name: str
    backend: str
    backend_path: tuple[str, ...]
    requires: tuple[str, ...]
    dependencies: tuple[str, ...]


def read(folder: Path) -> Project:
    """The project in a folder.

    Raises
    ------
    BuildError
        When there is none, or its pyproject.toml does not say how it is built.
    """
    file = folder / "pyproject.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuildError(
            f"{folder} has no pyproject.toml; go into a project's folder, or make a project: pyudf new NAME"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BuildError(f"{file} is not TOML: {error}") from error
    build, project = _table(content, "build-system", file), _table(content, "project", file)
    name, backend = project.get("name"), build.get("build-backend")
    if not isinstance(backend, str):
        raise BuildError(
            f'{file} does not say how to build: write [build-system], build-backend = "mesonpy", '
            'requires = ["meson-python", "ninja", "pyudf"]'
        )
    if not isinstance(name, str):
        raise BuildError(f'{file} does not name the project: write [project], name = "{folder.name}"')
    return Project(
        folder,
        name,
        backend,
        _strings(build, "backend-path", file),
        _strings(build, "requires", file),
        _strings(project, "dependencies", file),
    )


def _table(content: dict[str, Any], key: str, file: Path) -> dict[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise BuildError(f"{file}: {key} is not a table; write [{key}]")
    return table


def _strings(table: dict[str, Any], key: str, file: Path) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BuildError(f"{file}: {key} is not a list of strings")
    return tuple(values)
