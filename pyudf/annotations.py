"""Types of a table as Python's annotations: what a function takes, what it gives."""

from __future__ import annotations

from typing import Any

# Names of types as the table has them -> what a result is, what an argument may be
_RESULTS = {"text": "str", "date": "date", "None": "None"}
_ARGUMENTS = {"date": "date | np.datetime64"}


def result_type(t: Any) -> str:
    """The annotation of a result.

    Examples
    --------
    >>> import pyudf
    >>> result_type(pyudf.levenshtein.result)
    'int'
    """
    return _plain(t, result_type, _RESULTS) + " | None" * bool(t.optional)


def argument_type(t: Any, text: str = "str") -> str:
    """The annotation of an argument that is one value; ``text`` stands for what metrics compare."""
    if t.is_units:
        return text
    if str(t).startswith("datetime"):
        plain = "datetime | np.datetime64"
    elif str(t).startswith("timedelta"):
        plain = "timedelta | np.timedelta64"
    elif is_enumeration(t):
        plain = f"{t.plain_name()} | str"
    elif t.cls is not None:
        plain = f"{t.plain_name()} | tuple[Any, ...] | Mapping[str, Any]"
    elif t.plain_name().startswith(("list", "set", "dict")):
        plain = _container(t)
    else:
        plain = _plain(t, argument_type, _ARGUMENTS)
    return plain + " | None" * bool(t.optional)


def is_enumeration(t: Any) -> bool:
    """Whether values of the type are members of an enumeration."""
    return t.cls is not None and t.fields is None


def _container(t: Any) -> str:
    if t.plain_name().startswith("dict"):
        key, value = (argument_type(field) for field in t.child.fields)
        return f"Mapping[{key}, {value}]"
    item = argument_type(t.child)
    kinds = [f"Collection[{item}]" if t.plain_name().startswith("set") else f"Sequence[{item}]"]
    if t.child.is_number:
        kinds.append("NDArray[Any]")
    return " | ".join(kinds)


def _plain(t: Any, inner: Any, names: dict[str, str]) -> str:
    name: str = t.plain_name()
    if name in names:
        return names[name]
    if t.is_number:
        return name if name == "bool" else name.strip("u0123456789")
    if t.cls is not None:
        return name
    if t.fields is not None:
        return f"tuple[{', '.join(map(inner, t.fields))}]" if t.fields else "tuple[()]"
    if name.startswith("dict"):
        return f"dict[{inner(t.child.fields[0])}, {inner(t.child.fields[1])}]"
    if t.child is not None and name.endswith("]") and not name.startswith(("list", "set")):
        return f"tuple[{', '.join([inner(t.child)] * int(name.rpartition('[')[2][:-1]))}]"
    if t.child is not None:
        return f"{name.partition('[')[0]}[{inner(t.child)}]"
    return name.partition("[")[0]
