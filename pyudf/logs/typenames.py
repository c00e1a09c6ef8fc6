"""The types of columns, as users spell them and as layouts have them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pyudf.logs.elements import Column

SPELLINGS = {
    **dict.fromkeys(("text", "str", "string"), "text"),
    **dict.fromkeys(("int", "int64", "integer", "long"), "int"),
    **dict.fromkeys(("float", "float64", "double"), "float"),
    **dict.fromkeys(("duration", "duration[us]", "timedelta[us]"), "duration"),
    "ip": "ip",
}
TIMES = ("auto", "common", "iso8601", "epoch", "epoch_ms")
# Oct 10 13:55:36; 1010 13:55:36.000001, with or without a year in front.
YEARLESS = ("syslog", "glog")
DIRECTIVES = frozenset("YmdHMSfbByjzepITDFs%")
# What stands for no value in a column that is no text; in text it is text.
NO_VALUE = (b"-", b"")


def canonical(spelling: str) -> str:
    """The type that a user wrote, as layouts have it.

    >>> from pyudf.logs.typenames import canonical
    >>> canonical("str"), canonical("timestamp[us]"), canonical("timestamp[us]:%d/%b/%Y")
    ('text', 'timestamp:auto', 'timestamp:%d/%b/%Y')
    """
    if not isinstance(spelling, str):
        raise TypeError(f"a column's type is a str such as 'int', got {type(spelling).__name__}")
    if spelling in SPELLINGS:
        return SPELLINGS[spelling]
    found = re.fullmatch(r"(?:timestamp|datetime)(?:\[us\])?(?::(.+))?", spelling, re.DOTALL)
    if found is None:
        known = [*dict.fromkeys(SPELLINGS.values()), "timestamp"]
        near = difflib.get_close_matches(spelling, known, 1)
        meant = f"; did you mean {near[0]!r}?" if near else "."
        raise ValueError(f"no type {spelling!r} of a column{meant} There are {', '.join(known)} and timestamp:KIND.")
    return "timestamp:" + kind_of_time(found[1] or "auto")


def kind_of_time(kind: str) -> str:
    """A kind of timestamp, checked; those without a year are of the present one unless one is given."""
    if "%" in kind:
        unknown = sorted(set(re.findall(r"%(.?)", kind, re.DOTALL)) - DIRECTIVES)
        if unknown:
            known = " ".join(f"%{letter}" for letter in sorted(DIRECTIVES))
            raise ValueError(f"timestamp:{kind}: no directive %{unknown[0]}; there are {known}")
        return kind
    if kind in YEARLESS:
        return f"{kind}:{datetime.now(UTC).year}"
    if re.fullmatch(rf"(?:{'|'.join(YEARLESS)}):[0-9]{{4}}", kind) or kind in TIMES:
        return kind
    known = ", ".join((*TIMES, *(f"{name}:YEAR" for name in YEARLESS)))
    raise ValueError(f"no kind {kind!r} of timestamps; there are {known} and directives (%Y …)")


def has_offset(kind: str) -> bool:
    """Whether values of a type say what their offset to UTC is."""
    time, _, format = kind.partition(":")
    return time == "timestamp" and (format in ("common", "iso8601", "auto") or "%z" in format)


def typed(columns: Iterable[Column], types: Mapping[str, str] | None) -> tuple[Column, ...]:
    """The columns with the types that a user gave; `-` and nothing are missing in those that are no text."""
    columns = tuple(columns)
    names = [column.name for column in columns]
    wanted = {name: canonical(spelling) for name, spelling in (types or {}).items()}
    for name in wanted:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            meant = f"; did you mean {near[0]!r}?" if near else "."
            raise ValueError(f"types: no column {name!r}{meant} There are {', '.join(map(repr, names))}.")
    return tuple(
        column
        if wanted.get(column.name, column.type) == "text"
        else replace(
            column,
            type=wanted.get(column.name, column.type),
            missing=tuple(dict.fromkeys((*column.missing, *NO_VALUE))),
        )
        for column in columns
    )


def dashed(columns: Iterable[Column], but: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns with `-` as no value, `but` some."""
    return tuple(
        column if column.name in but else replace(column, missing=tuple(dict.fromkeys((*column.missing, b"-"))))
        for column in columns
    )
