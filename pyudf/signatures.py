"""What Python shows of a table entry: signature, documentation, messages about arguments."""

from __future__ import annotations

import difflib
import importlib
import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any, NamedTuple

FORMS = ("distance", "similarity", "normalized_distance", "normalized_similarity")


class _Required:
    def __repr__(self) -> str:
        return "<required>"


REQUIRED: Any = _Required()

# Table types -> how a docstring names them
_TYPE_DOCS = {
    "text": "str or array_like of str",
    "int64": "int",
    "float64": "float",
    "bool": "bool",
    "int64[3]": "tuple of 3 ints",
}


class Parameter(NamedTuple):
    """One parameter of a table entry."""

    name: str
    doc: str
    type: str
    keyword_only: bool
    default: Any


# What every function takes besides its own options, and how a docstring tells of it.
_CALL_OPTIONS = (
    Parameter(
        "workers",
        "Threads for array arguments; None or 0: all cores this process may use, 1: none.",
        "int64",
        True,
        None,
    ),
    Parameter(
        "out", "Array of the broadcast shape that takes the results; for array arguments.", "ndarray", True, None
    ),
    Parameter(
        "processor",
        "Name of a text normaliser, or a callable, applied to each text first.",
        "str or callable",
        True,
        None,
    ),
    Parameter("progress", "Whether to show a progress bar.", "bool", True, False),
)


_AGGREGATE_OPTIONS = (
    Parameter(
        "by", "Keys, one for each row: a value for each distinct key instead of one for all.", "array_like", True, None
    ),
    *(option for option in _CALL_OPTIONS if option.name in ("workers", "progress")),
)


def signature(udf: Any) -> Any:
    """The ``inspect.Signature`` of a Udf."""
    return _signature([*udf.parameters, *_call_options(udf)])


def without_options(constructor: Any) -> Any:
    """The ``inspect.Signature`` of a class, from its constructor; None where there are several."""
    return _signature(constructor.parameters) if hasattr(constructor, "parameters") else None


def aggregate_signature(aggregate: Any) -> Any:
    """The ``inspect.Signature`` of an aggregate."""
    return _signature([*aggregate.parameters, *_AGGREGATE_OPTIONS])


def _signature(parameters: Iterable[Parameter]) -> Any:
    import inspect

    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return inspect.Signature(
        [
            inspect.Parameter(
                p.name,
                kinds[p.keyword_only],
                default=inspect.Parameter.empty if p.default is REQUIRED else p.default,
            )
            for p in parameters
        ]
    )


def _call_options(udf: Any) -> list[Parameter]:
    """What a function takes besides its own parameters, which win where they have the same name."""
    own = {parameter.name for parameter in udf.parameters}
    text = any(parameter.type in ("text", "str", "str | None") for parameter in udf.parameters)
    return [option for option in _CALL_OPTIONS if option.name not in own and (text or option.name != "processor")]


def _parameter_doc(parameter: Parameter) -> str:
    kind = _TYPE_DOCS.get(parameter.type, parameter.type)
    default = "" if parameter.default is REQUIRED else f", default {parameter.default!r}"
    return f"{parameter.name} : {kind}{default}" + (f"\n    {parameter.doc}" if parameter.doc else "")


def document(udf: Any, doc: str, example: str | None) -> str:
    """The numpydoc text of a Udf, put together from what the table holds."""
    metric = any(parameter.type == "text" for parameter in udf.parameters)
    result = {"int64": "int", "float64": "float"}.get(udf.result_type, udf.result_type)
    returns = (
        f"{result}, ndarray of {udf.result_type}, Series or Arrow array\n"
        "    As the arguments are: texts give a number, arrays broadcast, a missing text gives a missing result."
        if metric
        else f"{result}, or a column of it\n"
        "    As the arguments are: values give a value, arrays broadcast, a missing value gives a missing result."
    )
    raises = _METRIC_RAISES if metric else _FUNCTION_RAISES
    return _document(doc, [*udf.parameters, *_call_options(udf)], returns, raises, example, _root(udf))


def document_aggregate(aggregate: Any, doc: str, example: str | None) -> str:
    """The numpydoc text of an aggregate."""
    returns = f"{aggregate.result_type}, or (keys, values)\n    With by: an array of keys and one of their values."
    parameters = [*aggregate.parameters, *_AGGREGATE_OPTIONS]
    return _document(doc, parameters, returns, _FUNCTION_RAISES, example, _root(aggregate))


def _root(function: Any) -> str:
    return str(function.__module__).partition(".")[0]


_METRIC_RAISES = (
    "TypeError\n    For an element that is not text, text against bytes, an unknown option.\n"
    "ValueError\n    For a negative score_cutoff, other unusable options, shapes that do not broadcast."
)
_FUNCTION_RAISES = (
    "TypeError\n    For a value of another type, an unknown option.\nValueError\n    For shapes that do not broadcast."
)


def _document(
    doc: str, parameters: Iterable[Parameter], returns: str, raises: str, example: str | None, module: str
) -> str:
    summary, _, rest = doc.partition("\n\n")
    parts = [
        summary[:1].upper() + summary[1:],
        "Parameters\n----------\n" + "\n".join(map(_parameter_doc, parameters)),
        f"Returns\n-------\n{returns}",
        f"Raises\n------\n{raises}",
        rest,
    ]
    if example:
        parts.append(f"Examples\n--------\n>>> import {module}\n{example}")
    return "\n\n".join(filter(None, parts)) + "\n"


# module that pyudf.compile made -> its source, name and flags
SOURCES: dict[str, tuple[str, str, tuple[str, ...]]] = {}


def reduced(module: str, qualname: str) -> tuple[Any, ...]:
    """How a function is pickled: by where it is defined, or by the source that it was compiled from."""
    if module in SOURCES:
        from . import compiler

        return compiler.restore, (*SOURCES[module], qualname)
    return restore, (module, qualname)


def restore(module: str, qualname: str) -> Any:
    """Find a pickled Udf again by where it is defined."""
    return reduce(getattr, qualname.split("."), importlib.import_module(module))


def nearest(given: object, valid: Iterable[str]) -> str:
    """A sentence for a message about an unknown name: what was perhaps meant, and what there is."""
    names = list(valid)
    close = difflib.get_close_matches(str(given), names, n=1)
    return (f"did you mean {close[0]!r}? " if close else "") + f"valid: {', '.join(names)}"


def unknown_option(udf: Any, name: str) -> str:
    """The message for an option that a function does not have."""
    own = [p.name for p in udf.parameters if p.keyword_only] or [p.name for p in udf.parameters]
    return f"{udf.__name__}() has no option {name!r}; {nearest(name, own)}"


def integer(name: str, value: object) -> int:
    """An option that must be a whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        if hasattr(value, "dtype") and value.dtype.kind == "b":
            return int(bool(value))
        raise TypeError(f"{name} must be an integer, got {value!r}") from None


def integers(name: str, value: object, size: int) -> list[int]:
    """An option that must be some whole numbers."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be {size} integers, got {value!r}")
    items = [integer(name, item) for item in value]
    if size and len(items) != size:
        raise ValueError(f"{name} must be {size} integers, got {len(items)}: {value!r}")
    if any(not -(2**63) <= item < 2**63 for item in items):
        raise OverflowError(f"{name} must fit 64 bits, got {value!r}")
    return items


def real(name: str, value: object) -> float:
    """An option that must be a number."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        return float(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be a number, got {value!r}") from None
