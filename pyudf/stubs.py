"""Writes stubs of modules and libraries of functions: ``python -m pyudf.stubs [MODULE | LIBRARY] [--write FILE]``."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import math
import re
import textwrap
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from ._aggregates import Aggregate
from ._core import Metric, Udf
from ._objects import Instance, Method
from .annotations import argument_type, result_type
from .library import load
from .overloads import Overloaded
from .signatures import REQUIRED, Parameter

# What a stub may need, from where; only what its text uses is imported.
_IMPORTS = (
    ("collections.abc", ("Callable", "Collection", "Iterable", "Mapping", "Sequence")),
    ("datetime", ("date", "datetime", "timedelta")),
    ("enum", ("Enum",)),
    ("typing", ("Any", "NamedTuple", "Protocol", "TypeAlias", "overload")),
    ("numpy.typing", ("DTypeLike", "NDArray")),
    ("pyudf._aggregates", ("Aggregate",)),
    ("pyudf._core", ("Metric", "Udf")),
    ("pyudf._objects", ("Instance",)),
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
_Column: TypeAlias = Iterable[Any] | _Expression | None

class _Expression(Protocol):  # of Polars
    def alias(self, name: str) -> Any: ...
    @property
    def meta(self) -> Any: ...
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
    shown = {key: value for key, value in members.items() if not inspect.isfunction(value)}
    types = [_declared(key, value) for key, value in shown.items() if inspect.isclass(value) and not _is_native(value)]
    objects = [_object_class(key, value, classes) for key, value in shown.items() if _is_native(value)]
    described = [_variable(key, value, classes) for key, value in shown.items() if not inspect.isclass(value)]
    described += [_function(key, value) for key, value in members.items() if inspect.isfunction(value)]
    exported = "".join(f'    "{key}",\n' for key in sorted(shown))
    parts = [
        f"__all__ = [\n{exported}]\n",
        _ALIASES,
        *types,
        *(f"class {kind}({bases}):\n{body}" for (bases, body), kind in classes.items()),
        *objects,
        "\n".join(described),
    ]
    text = "\n".join(parts)
    head = (
        f'# Written by `python -m pyudf.stubs {name} --write FILE`: what type checkers know of {name}.\n"""{doc}"""\n'
    )
    return f"{head}\n{_imports(text)}\n{text.rstrip()}\n"


def members(module: ModuleType) -> dict[str, Any]:
    """The functions of a module, a table's and its own, and a table's classes."""
    found = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    kinds = (Udf, Overloaded, Aggregate)
    own = {key: value for key, value in found.items() if getattr(value, "__module__", None) == module.__name__}
    return {
        key: value
        for key, value in found.items()
        if isinstance(value, kinds) or (key in own and (inspect.isfunction(value) or inspect.isclass(value)))
    }


def _is_native(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, Instance)


def _imports(text: str) -> str:
    lines = []
    for module, names in _IMPORTS:
        if module == "numpy.typing" and "np." in text:
            lines += ["", "import numpy as np"]
        used = [name for name in names if re.search(rf"\b{name}\b", text)]
        if used:
            first = module.startswith("pyudf") and not any("pyudf" in line for line in lines)
            lines += [""] * first + [f"from {module} import {', '.join(used)}"]
    return "\n".join(lines) + "\n"


def _variable(name: str, value: Any, classes: dict[tuple[str, str], str]) -> str:
    summary = " ".join((value.summary or "").split())
    if isinstance(value, Aggregate):
        kind = _named("_" + name.title().replace("_", ""), ("Aggregate", _aggregate_calls(value)), classes)
    else:
        kind = _function_class(name, value, classes)
    shown = f'"""{textwrap.fill(summary, _WIDTH - 6)}"""\n' if summary else ""
    return f"{name}: {kind}\n{shown}"


def _function_class(name: str, value: Any, classes: dict[tuple[str, str], str]) -> str:
    """The class that describes a function, one of a metric's options or of one function."""
    if isinstance(value, Udf) and (isinstance(value, Metric) or value.plan_known):
        return _class(value, classes)
    functions = list(value.functions) if isinstance(value, Overloaded) else [value]
    return _named("_" + name.title().replace("_", ""), ("Udf", _calls(functions)), classes)


def _named(name: str, content: tuple[str, str], classes: dict[tuple[str, str], str]) -> str:
    if content not in classes:
        taken = sum(re.fullmatch(rf"{name}\d*", other) is not None for other in classes.values())
        classes[content] = name + str(taken or "")
    return classes[content]


def _declared(name: str, cls: type) -> str:
    """A record or an enumeration."""
    if issubclass(cls, Enum):
        return f"class {name}(Enum):\n" + "".join(f"    {k} = {m.value!r}\n" for k, m in cls.__members__.items())
    fields = zip(cls._fields, cls._types.fields, strict=True)  # type: ignore[attr-defined]
    return f"class {name}(NamedTuple):\n" + "".join(f"    {k}: {result_type(t)}\n" for k, t in fields)


def _object_class(name: str, cls: Any, classes: dict[tuple[str, str], str]) -> str:
    """A class of C++: its constructors, properties and methods."""
    body = ""
    constructors = cls._constructor.functions if isinstance(cls._constructor, Overloaded) else [cls._constructor]
    for constructor in filter(None, constructors):
        body += "    @overload\n" * (len(constructors) > 1)
        body += _method("__init__", [_given(p, t) for p, t in _typed(constructor)], "None")
    for key, t in cls._properties.items():
        body += f"    @property\n    def {key}(self) -> {result_type(t)}: ...\n"
        if getattr(cls, key).fset is not None:
            body += f"    @{key}.setter\n    def {key}(self, value: {argument_type(t)}) -> None: ...\n"
    for key, method in vars(cls).items():
        if isinstance(method, Method) and not key.startswith("__"):
            kind = _function_class(f"{name}_{key}", method.function, classes)
            body += f"    @property\n    def {key}(self) -> {kind}: ...\n"
        elif isinstance(method, Method) and key not in ("__getnewargs__", "__repr__", "__str__", "__eq__"):
            function = method.function
            taken = [_given(p, t) for p, t in _typed(function)]
            body += _method(key, taken, result_type(function.result))
    return f"class {name}(Instance):\n{body}" if body else f"class {name}(Instance): ...\n"


def _typed(function: Any) -> list[tuple[Parameter, Any]]:
    return list(zip(function.parameters, function.types, strict=True))


def _given(parameter: Parameter, t: Any) -> str:
    optional = " | None" * (parameter.default is None and not t.optional)
    return f"{parameter.name}: {argument_type(t)}{optional}{_default(parameter)}"


def _calls(functions: list[Any]) -> str:
    """What functions of one name can be called with: values, then columns of them."""
    if functions[0].types == () and len(functions) == 1:
        return _method("__call__", [], result_type(functions[0].result))
    text = ""
    # A whole number is a float to type checkers: what takes the former stands first.
    for function in sorted(functions, key=lambda f: sum(argument_type(t) == "float" for t in f.types)):
        own = {parameter.name for parameter in function.parameters}
        options = [option for option in _OUT + _OPTIONS if option.partition(":")[0] not in own]
        values = [_given(p, t) for p, t in _typed(function)]
        text += "    @overload\n" + _method("__call__", [*values, *["*", *options]], result_type(function.result))
    columns = (
        [f"{p.name}: Any{_default(p)}" for p in functions[0].parameters] if len(functions) == 1 else ["*columns: Any"]
    )
    star = [] if len(functions) > 1 else ["*"]
    text += "    @overload\n" + _method("__call__", [*columns, *star, *_shared(functions)], "Any")
    if any(len(function.types) >= 2 for function in functions):
        text += _method("outer", ["left: Any", "right: Any", "*", *_MATRIX_OPTIONS, "**options: Any"], "NDArray[Any]")
    return text


def _shared(functions: list[Any]) -> list[str]:
    own = {parameter.name for function in functions for parameter in function.parameters}
    return [option for option in _OUT + _OPTIONS if option.partition(":")[0] not in own]


def _aggregate_calls(aggregate: Any) -> str:
    columns = [f"{p.name}: Any{_default(p)}" for p in aggregate.parameters]
    options = ["workers: int | None = None", "progress: bool = False"]
    whole = [*columns, "*", "by: None = None", *options]
    grouped = [*columns, "*", "by: Iterable[Any]", *options]
    return (
        "    @overload\n"
        + _method("__call__", whole, result_type(aggregate.result))
        + "    @overload\n"
        + _method("__call__", grouped, "tuple[NDArray[Any], NDArray[Any]]")
    )


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
    return _named(name, content, classes)


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
    return f" = {_literal(parameter.default)}"


def _literal(value: Any) -> str:
    """A default as a stub can show it, with a formatter's quotes; an ellipsis where it cannot."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    shown = value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value))
    if isinstance(value, (tuple, list)) and type(value) in (tuple, list) and all(isinstance(v, int) for v in value):
        shown = True
    return repr(value) if shown else "..."


def _method(name: str, parameters: list[str], result: str) -> str:
    """A method, broken into lines as formatters do."""
    listed = ", ".join(["self", *parameters])
    if len(line := f"    def {name}({listed}) -> {result}: ...\n") <= _WIDTH + 1:
        return line
    if len(line := f"        {listed}\n") > _WIDTH + 1:
        line = "".join(f"        {parameter},\n" for parameter in ["self", *parameters])
    return f"    def {name}(\n{line}    ) -> {result}: ...\n"


def main(argv: list[str] | None = None) -> None:
    """Print or write the stub of a module or a library of functions."""
    parser = argparse.ArgumentParser(
        prog="python -m pyudf.stubs", description="Write the stub of a module or a compiled library of functions."
    )
    parser.add_argument(
        "module",
        nargs="?",
        default="pyudf.text",
        help="a module to import, or the path of a library (default: pyudf.text)",
    )
    parser.add_argument("--write", metavar="FILE", type=Path, help="write to FILE instead of standard output")
    args = parser.parse_args(argv)
    try:
        module = load(args.module) if Path(args.module).is_file() else importlib.import_module(args.module)
    except (ImportError, OSError) as error:
        # A failed rebuild of an editable install tells of it in notes.
        parser.exit(1, "\n".join([str(error), *getattr(error, "__notes__", ())]) + "\n")
    text = stub(module.__name__, module.__doc__ or "", members(module))
    if args.write is None:
        print(text, end="")
    else:
        args.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
