"""The W3C Extended Log Format, as IIS and CloudFront write it: its #Fields directive as a layout."""

from __future__ import annotations

from collections.abc import Mapping

from pyudf.logs.elements import ALL, Capture, Column, Element, Layout, Span
from pyudf.logs.typenames import typed

INTEGERS = frozenset(
    (
        *("sc-status", "sc-substatus", "sc-win32-status", "sc-bytes", "cs-bytes", "s-port", "c-port"),
        *("sc-content-len", "sc-range-start", "sc-range-end"),
    )
)
FLOATS = frozenset(("time-taken", "time-to-first-byte"))
BLANKS = b"\t "
TEXT = bytes(sorted(set(ALL) - set(BLANKS)))


def type_of(name: str) -> str:
    return "int" if name in INTEGERS else "float" if name in FLOATS else "text"


def layout(directive: str, *, types: Mapping[str, str] | None = None) -> Layout:
    """A #Fields directive as a layout of the lines that follow it.

    Parameters
    ----------
    directive : str
        `#Fields: date time s-ip cs-method …`, or the names alone.
    types : mapping of str to str, optional
        Types of columns.

    Returns
    -------
    Layout
        A column for each field under its own name; `date` and `time` are one, `timestamp`, of UTC. Values are
        separated by a blank or a tab. `-` is missing. Units of `time-taken` are those of the server: IIS writes
        milliseconds, CloudFront seconds.

    References
    ----------
    https://www.w3.org/TR/WD-logfile.html

    Examples
    --------
    >>> from pyudf.logs.formats import w3c
    >>> [(c.name, c.type) for c in w3c.layout("#Fields: date time cs-uri-stem sc-status").columns]
    [('timestamp', 'timestamp:iso8601'), ('cs-uri-stem', 'text'), ('sc-status', 'int')]
    """
    if not isinstance(directive, str):
        raise TypeError(f"a #Fields directive is a str, got {type(directive).__name__}")
    names = directive.removeprefix("#Fields:").split()
    if not names:
        raise ValueError(f"directive {directive!r} names no field; one is written as in '#Fields: date time c-ip'")
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"directive {directive!r} names {min(twice)!r} twice")
    elements: list[Element] = []
    for number in range(len(names)):
        elements += [Span(BLANKS, 1, 1)] if number else []
        elements.append(Capture(number, (Span(TEXT, 1),)))
    # A blank at the end of a line is nobody's.
    elements.append(Span(BLANKS))
    return Layout(tuple(elements), typed(columns_of(names), types))


def columns_of(names: list[str]) -> list[Column]:
    columns = {name: Column(name, type_of(name), (number,), missing=(b"-",)) for number, name in enumerate(names)}
    if {"date", "time"} <= columns.keys():
        parts = (*columns["date"].captures, *columns.pop("time").captures)
        columns["date"] = Column("timestamp", "timestamp:iso8601", parts, b" ", (b"-", b"- -"))
    return list(columns.values())
