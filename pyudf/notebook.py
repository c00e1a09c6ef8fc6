"""The cell magic of notebooks: ``%%udf`` compiles a cell of C++ and gives the notebook its functions."""

from __future__ import annotations

import shlex
from typing import Any

from .compiler import compile
from .optional import require

_USAGE = """Compile a cell of C++; what it tells pyudf of is at hand in the next cell.

    %%udf [--flags FLAGS] [--no-cache] [NAME]

FLAGS are for the compiler, as in ``--flags "-O2 -march=native"``. NAME is the module's, which the notebook gets too.
What was compiled before is loaded at once, unless ``--no-cache`` is given.
"""


def register(shell: Any) -> None:
    """Tell an IPython shell of ``%%udf``."""
    parser = require("IPython.core.magic_arguments", "test").MagicArgumentParser("%%udf", description=_USAGE)
    parser.add_argument("--flags", default="")
    parser.add_argument("--no-cache", action="store_true")
    parser.add_argument("name", nargs="?", metavar="NAME")

    def udf(line: str, cell: str) -> None:
        given = parser.parse_args(shlex.split(line))
        module = compile(cell, name=given.name, flags=shlex.split(given.flags), cache=not given.no_cache)
        shell.push({name: getattr(module, name) for name in module.__all__})
        if given.name:
            shell.push({given.name: module})

    udf.__doc__ = _USAGE
    shell.register_magic_function(udf, "cell")
