"""Writes the stub of a module of functions from the live objects: ``python -m pyudf.stubs [MODULE] [--write FILE]``."""

from __future__ import annotations

import argparse
import importlib
import inspect
import math
import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ._core import Metric, Udf
from .signatures import REQUIRED, Parameter

# What a stub may need, from where; only what its text uses is imported.
_IMPORTS = (
    ("collections.abc", ("Callable", "Iterable", "Sequence")),
    ("typing", ("Any", "TypeAlias", "overload")),
    ("numpy.typing", ("DTypeLike", "NDArray")),
    ("pyudf._core", ("Metric", "Udf")),
)
_OPTIONS = [
    "workers: int | None = None",
    "processor: str | Callable[[Any], Any] | None = None",
    "progress: bool = False",
]
_OUT = ["out: NDArray[Any] | None = None"]
_MATRIX_OPTIONS = ["dtype: DTypeLike | None = None", *_OUT, *_OPTIONS, "na_score: float | None = None"]
_WIDTH = 120

_ALIASES = """\
# Arrays give an ndarray; what else is a column gives one of its own kind, as a Series a Series.
_Array: TypeAlias = list[Any] | tuple[Any, ...] | NDArray[Any]
_Column: TypeAlias = Iterable[Any] | None
"""


def stub(name: str, doc: str, members: Mapping[str, Any]) -> str:
    """The text of a module's stub.

    Parameters
    ----------
    name : str
        The module's name.
    doc : str
        The module's docstring.
    members : mapping of str to Udf, Metric or function
        What the stub describes.

    Returns
    -------
    str

    Examples
    --------
    >>> from pyudf import text
    >>> print(stub("mine", "Mine.", {"jaro": text.jaro}).splitlines()[1])
    \"""Mine.\"""
    """
    classes: dict[tuple[str, str], str] = {}
    described = [_variable(key, value, classes) for key, value in members.items() if isinstance(value, Udf)]
    described += [_function(key, value) for key, value in members.items() if not isinstance(value, Udf)]
    exported = "".join(f'    "{key}",\n' for key, value in sorted(members.items()) if isinstance(value, Udf))
    parts = [
        f"__all__ = [\n{exported}]\n",
        _ALIASES,
        *(f"class {kind}({bases}):\n{body}" for (bases, body), kind in classes.items()),
        "\n".join(described),
    ]
    text = "\n".join(parts)
    head = (
        f'# Written by `python -m pyudf.stubs {name} --write FILE`: what type checkers know of {name}.\n"""{doc}"""\n'
    )
    return f"{head}\n{_imports(text)}\n{text}\n"


def members(module: ModuleType) -> dict[str, Any]:
    """The functions of a module, a table's and its own."""
    found = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return {
        key: value
        for key, value in found.items()
        if isinstance(value, Udf) or (inspect.isfunction(value) and value.__module__ == module.__name__)
    }


def _imports(text: str) -> str:
    lines = []
    for module, names in _IMPORTS:
        if module == "numpy.typing" and "np." in text:
            lines += ["", "import numpy as np"]
        used = [name for name in names if re.search(rf"\b{name}\b", text)]
        if used:
            lines += [""] * (module == "pyudf._core") + [f"from {module} import {', '.join(used)}"]
    return "\n".join(lines) + "\n"


def _variable(name: str, udf: Udf, classes: dict[tuple[str, str], str]) -> str:
    summary = " ".join((udf.__doc__ or "").partition("\n\n")[0].split())
    return f'{name}: {_class(udf, classes)}\n"""{textwrap.fill(summary, _WIDTH - 6)}"""\n'


def _function(name: str, function: Callable[..., Any]) -> str:
    # Annotations that are kept as text are shown in quotes.
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", f"def {name}{inspect.signature(function)}: ...")


def _class(udf: Udf, classes: dict[tuple[str, str], str]) -> str:
    """The class that describes a function; functions of one signature share it."""
    own = [p.name for p in udf.parameters if p.keyword_only and p.name != "score_cutoff"]
    name = "_" + "".join(part.title() for part in "_".join([*own, udf.result_type]).split("_"))
    if isinstance(udf, Metric):
        forms = {form: _class(function, classes) for form, function in udf.forms.items()}
        content = f"{forms['distance']}, Metric", "".join(f"    {form}: {kind}\n" for form, kind in forms.items())
        name += "Metric"
    else:
        content = "Udf", _methods(udf)
    if content not in classes:
        taken = sum(re.fullmatch(rf"{name}\d*", other) is not None for other in classes.values())
        classes[content] = name + str(taken or "")
    return classes[content]


def _methods(udf: Udf) -> str:
    columns = [p for p in udf.parameters if not p.keyword_only]
    options = [f"{p.name}: {_option_type(p)}{_default(p)}" for p in udf.parameters if p.keyword_only]
    value = _value_type(udf.result_type)
    # Counts with gaps come back as float64.
    array = f"NDArray[np.{udf.result_type}]" if value == "float" else "NDArray[Any]"
    units = ("str", "bytes") if any(p.type == "text" for p in columns) else ("",)
    calls = [([_value_type(p.type, unit) for p in columns], _OPTIONS, value) for unit in units]
    for at in range(len(columns)):
        before = [f"{_value_type(p.type, 'str | bytes')} | None" for p in columns[:at]]
        after = [f"{_value_type(p.type, 'str | bytes')} | _Array | None" for p in columns[at + 1 :]]
        calls.append(([*before, "_Array", *after], _OUT + _OPTIONS, array))
    calls.append(([_value_or_column(p) for p in columns], _OUT + _OPTIONS, "Any"))
    text = ""
    for types, shared, result in calls:
        taken = [f"{p.name}: {kind}" for p, kind in zip(columns, types, strict=True)]
        text += "    @overload\n" + _method("__call__", [*taken, "*", *options, *shared], result)
    if len(columns) == 2:
        sides = ["left: Iterable[Any]", "right: Iterable[Any] | None", "*"]
        text += _method("outer", [*sides, *_MATRIX_OPTIONS, *options], "NDArray[Any]")
    return text


def _value_type(kind: str, text: str = "str") -> str:
    """A table type as Python's."""
    if kind == "text":
        return text
    if listed := re.fullmatch(r"(.+)\[(\d*)\]", kind):
        item, size = _value_type(listed[1]), listed[2]
        return f"tuple[{', '.join([item] * int(size))}]" if size else f"Sequence[{item}]"
    return kind if kind == "bool" else kind.strip("u0123456789")


def _value_or_column(parameter: Parameter) -> str:
    return "_Column" if parameter.type == "text" else f"{_value_type(parameter.type)} | _Column"


def _option_type(parameter: Parameter) -> str:
    return _value_type(parameter.type) + " | None" * (parameter.default is None)


def _default(parameter: Parameter) -> str:
    if parameter.default is REQUIRED:
        return ""
    unprintable = isinstance(parameter.default, float) and not math.isfinite(parameter.default)
    return " = ..." if unprintable else f" = {parameter.default!r}"


def _method(name: str, parameters: list[str], result: str) -> str:
    """A method, broken into lines as formatters do."""
    listed = ", ".join(["self", *parameters])
    if len(line := f"    def {name}({listed}) -> {result}: ...\n") <= _WIDTH + 1:
        return line
    if len(line := f"        {listed}\n") > _WIDTH + 1:
        line = "".join(f"        {parameter},\n" for parameter in ["self", *parameters])
    return f"    def {name}(\n{line}    ) -> {result}: ...\n"


def main(argv: list[str] | None = None) -> None:
    """Print or write the stub of a module."""
    parser = argparse.ArgumentParser(
        prog="python -m pyudf.stubs", description="Write the stub of a module of functions."
    )
    parser.add_argument("module", nargs="?", default="pyudf.text", help="a module to import (default: pyudf.text)")
    parser.add_argument("--write", metavar="FILE", type=Path, help="write to FILE instead of standard output")
    args = parser.parse_args(argv)
    module = importlib.import_module(args.module)
    text = stub(args.module, module.__doc__ or "", members(module))
    if args.write is None:
        print(text, end="")
    else:
        args.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
