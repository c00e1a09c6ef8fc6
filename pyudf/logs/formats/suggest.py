"""Which format a sample of lines has: known ones are tried; lines that begin with a time become dissect patterns."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pyudf.logs.elements import Layout
from pyudf.logs.formats import apache, aws, cef, dissect, glog, syslog, w3c

# Counts the lines of a sample that fit a layout.
Fits = Callable[[Layout, Sequence[bytes]], int]
# A format is suggested if it fits at least this share of the lines.
SHARE = 0.9

# In order: a format stands before those that fit its lines too.
KNOWN: tuple[tuple[str, Callable[[], Layout]], ...] = (
    ("pyudf.logs.Pattern.apache(pyudf.logs.VHOST_COMBINED)", lambda: apache.layout(apache.VHOST_COMBINED)),
    ("pyudf.logs.Pattern.apache(pyudf.logs.COMBINED)", lambda: apache.layout(apache.COMBINED)),
    ("pyudf.logs.Pattern.apache(pyudf.logs.COMMON)", lambda: apache.layout(apache.COMMON)),
    ("pyudf.logs.cef(source)", cef.layout),
    ("pyudf.logs.syslog(source, rfc='5424')", lambda: syslog.layout("5424")),
    ("pyudf.logs.glog(source)", glog.layout),
    ("pyudf.logs.alb(source)", aws.alb),
    ("pyudf.logs.vpc_flow(source)", aws.vpc_flow),
    # A leap year: it has every day.
    ("pyudf.logs.syslog(source, rfc='3164')", lambda: syslog.layout("3164", year=2024)),
)
PAIR = rb'[A-Za-z_][\w.@/-]*=(?:"(?:\\.|[^\\"])*"|[^ "]*)'
LOGFMT = re.compile(rb"\s*" + PAIR + rb"(?: +(?:" + PAIR + rb"|[A-Za-z_][\w.@/-]*))+\s*")

TIMES = (
    ("%{time}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?", "timestamp[us]"),
    ("%{time} %{+time}", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?", "timestamp[us]"),
    ("%{time} %{+time}", r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "timestamp[us]:%Y/%m/%d %H:%M:%S"),
    ("%{time}", r"\d{10}(?:\.\d+)?", "timestamp[us]:epoch"),
    ("%{time}", r"\d{13}", "timestamp[us]:epoch_ms"),
)
LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRIT|CRITICAL|ALERT|EMERG|FATAL|SEVERE)"
# What stands behind the time of a line of an application, one after the other: pattern, how it looks, at most once.
PARTS = (
    ("[%{level}]", rf"\[(?i:{LEVEL})\]"),
    ("%{level}:", rf"(?i:{LEVEL}):"),
    ("%{level}", rf"(?i:{LEVEL})(?= )"),
    ("[%{thread}]", r"\[[^\[\]]+\]"),
    ("(%{context})", r"\([^()]+\)"),
    ("%{pid}", r"\d+(?= )"),
    ("-", r"-(?= )"),
    ("---", r"---(?= )"),
    ("%{logger}:", r"[\w.$/-]+:(?= )"),
    ("%{logger} -", r"[\w.$/-]+ -(?= )"),
    ("%{logger} :", r"[\w.$/-]+ +:(?= )"),
)


def suggest(lines: Sequence[bytes], fits: Fits) -> str:
    """The source of the expression that reads lines like these.

    Parameters
    ----------
    lines : sequence of bytes
        A sample; empty lines count for nothing.
    fits : callable
        Counts the lines, its second argument, that fit a layout, its first.

    Returns
    -------
    str
        An expression; `source` stands in it for what is to be read.

    Raises
    ------
    ValueError
        If the sample has no line, or no format fits at least nine in ten of them.

    Examples
    --------
    >>> from pyudf.logs.formats.suggest import suggest
    >>> suggest([b'{"level": "info", "message": "up"}'], fits=lambda layout, lines: 0)
    'polars.read_ndjson(source)'
    """
    present = [line for line in lines if line.strip()]
    if not present:
        raise ValueError("the sample has no line; give some that are to be parsed")
    least = SHARE * len(present)
    for expression, found in by_looks(present):
        if found >= least:
            return expression
    if (directive := next((line for line in present if line.startswith(b"#Fields:")), None)) is not None:
        values = [line for line in present if not line.startswith(b"#")]
        if fits(w3c.layout(directive.decode("utf-8", "replace")), values) >= SHARE * len(values):
            return "pyudf.logs.w3c(source)"
    for expression, layout in KNOWN:
        if fits(layout(), present) >= least:
            return expression
    return by_parts(present, fits, least)


def by_looks(lines: Sequence[bytes]) -> Iterator[tuple[str, int]]:
    """What is no layout, with how many lines are it."""
    yield "polars.read_ndjson(source)", sum(map(is_json, lines))
    yield "pyudf.logs.logfmt(source)", sum(LOGFMT.fullmatch(line) is not None for line in lines)


def is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def by_parts(lines: Sequence[bytes], fits: Fits, least: float) -> str:
    """A dissect pattern that begins with a time and has as many parts as nearly all lines have."""
    having = Counter(found for line in lines for found in {*patterns_of(line.decode("utf-8", "replace"))})
    common = [found for found, count in having.items() if count >= least]
    for pattern, _, kind in sorted(common, key=lambda found: found[1], reverse=True):
        separator = " " if "%{+time}" in pattern else ""
        layout = dissect.layout(pattern, types={"time": kind}, append_separator=separator)
        if fits(layout, lines) >= least:
            appended = ", append_separator=' '" if separator else ""
            return f"pyudf.logs.Pattern.dissect({pattern!r}, types={{'time': {kind!r}}}{appended})"
    raise ValueError(
        "no known format fits nine lines in ten of the sample; write one with Pattern.dissect or Pattern.grok"
    )


def patterns_of(line: str) -> Iterator[tuple[str, int, str]]:
    """Dissect patterns that a line has, those of more parts first, with the number of parts and the time's type."""
    for time, look, kind in TIMES:
        for opening, closing in (("", ""), ("[", "]")):
            found = re.match(re.escape(opening) + look + re.escape(closing) + r"(?= )", line)
            if found is None:
                continue
            steps = list(steps_of(line, found.end()))
            for count in range(len(steps), -1, -1):
                written = "".join(steps[:count])
                yield f"{opening}{time}{closing}{padded(written + ' %{message}')}", count, kind


def steps_of(line: str, at: int) -> Iterator[str]:
    """The parts behind the time, each with the blank before it, as long as they are known ones."""
    left = list(PARTS)
    while True:
        for part in left:
            found = re.compile(r" +" + part[1]).match(line, at)
            if found is not None:
                break
        else:
            return
        yield " " + part[0]
        at = found.end()
        names = set(re.findall(r"%\{(\w+)\}", part[0])) or {part[0]}
        left = [one for one in left if not names & ({*re.findall(r"%\{(\w+)\}", one[0])} or {one[0]})]


def padded(pattern: str) -> str:
    """The keys with `->`: levels and numbers are often filled up with blanks."""
    return re.sub(r"%\{(level|pid|logger)\} ", r"%{\1->} ", pattern)
