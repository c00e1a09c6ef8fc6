"""Ready parsers of well-known logs."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

import numpy as np

from .._lines import Lines
from ..table import Column, Values
from .formats import aws as _aws
from .formats import cef as _cef
from .formats import glog as _glog
from .formats import syslog as _syslog
from .formats import w3c as _w3c
from .parsed import Errors, InvalidUtf8, ParsedTable
from .pattern import Pattern
from .sources import lines_of


class Options(TypedDict, total=False):
    """What `Pattern.parse` takes besides a source."""

    errors: Errors
    workers: int | None
    unescape: bool
    invalid_utf8: InvalidUtf8
    progress: bool


def syslog(source: Any, *, rfc: str = "auto", year: int | None = None, **options: Unpack[Options]) -> ParsedTable:
    """Lines of syslog.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`.
    rfc : {'auto', '3164', '5424', 'iso'}
        `3164` is the older one; `iso` is that with timestamps as in RFC 3339, as rsyslog writes files now; `auto` takes
        for each line the one that it fits.
    year : int, optional
        The year of timestamps by RFC 3164, which have none; the present one by default.
    **options
        As for `Pattern.parse`: errors, workers, unescape, invalid_utf8, progress.

    Returns
    -------
    ParsedTable
        Columns `facility` and `severity` (numbers by RFC 5424, tables 1 and 2; missing where a line has no priority),
        `timestamp` and `timestamp_offset`, `hostname`, `app_name`, `procid`, `message`, and those of RFC 5424:
        `version`, `msgid`, `structured_data`.

    References
    ----------
    RFC 3164, RFC 5424

    Examples
    --------
    >>> from pyudf.logs import syslog
    >>> table = syslog("<34>Oct 11 22:14:15 mymachine su[7]: 'su root' failed", year=2003)
    >>> table["facility"], table["severity"], table["app_name"]
    (array([4], dtype=int8), array([2], dtype=int8), array(['su'], dtype=object))
    """
    known = ("5424", "3164", "iso")
    if rfc not in ("auto", *known):
        raise ValueError(f"rfc is one of 'auto', {', '.join(map(repr, known))}, got {rfc!r}")
    chosen = known if rfc == "auto" else (rfc,)
    layouts = [_syslog.layout(one, year=year) for one in chosen]
    table = Pattern._of(layouts, f"syslog(rfc={rfc!r})").parse(source, **options)
    columns = dict(table._columns)
    priority = columns.pop("priority")
    assert isinstance(priority, Values)
    values, missing = priority.parts()
    first: dict[str, Column] = {
        "facility": Values((values // 8).astype(np.int8), missing),
        "severity": Values((values % 8).astype(np.int8), missing),
    }
    return ParsedTable({**first, **columns}, table.ok, table.errors)


def cef(source: Any, **options: Unpack[Options]) -> ParsedTable:
    """Lines of the Common Event Format, with or without a header of syslog before them.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`.
    **options
        As for `Pattern.parse`.

    Returns
    -------
    ParsedTable
        Columns `version`, `device_vendor`, `device_product`, `device_version`, `event_class_id`, `name`, `severity` and
        `extension`.

    References
    ----------
    ArcSight, Implementing ArcSight Common Event Format, version 26

    Examples
    --------
    >>> from pyudf.logs import cef
    >>> cef("CEF:0|acme|wall|1.0|100|stopped|10|src=10.0.0.1")["name"]
    array(['stopped'], dtype=object)
    """
    return Pattern._of([_cef.layout()], "cef").parse(source, **options)


def glog(source: Any, *, year: int | None = None, **options: Unpack[Options]) -> ParsedTable:
    """Lines of Google's glog and of klog.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`.
    year : int, optional
        The year of timestamps, which may have none; the present one by default.
    **options
        As for `Pattern.parse`.

    Returns
    -------
    ParsedTable

    References
    ----------
    https://google.github.io/glog/stable/logging/

    Examples
    --------
    >>> from pyudf.logs import glog
    >>> glog("E1010 13:55:36.000001 7 main.cc:9] failed", year=2024)["message"]
    array(['failed'], dtype=object)
    """
    return Pattern._of([_glog.layout(year=year)], "glog").parse(source, **options)


def alb(source: Any, **options: Unpack[Options]) -> ParsedTable:
    """Access logs of AWS's application load balancers.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`.
    **options
        As for `Pattern.parse`.

    Returns
    -------
    ParsedTable

    References
    ----------
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
    """
    return Pattern._of([_aws.alb()], "alb").parse(source, **options)


def vpc_flow(source: Any, header: str | None = None, **options: Unpack[Options]) -> ParsedTable:
    """Flow logs of AWS's networks.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`. A first line of names is no row.
    header : str, optional
        The names of the fields; those of the source's first line if it has names, else those of version 2.
    **options
        As for `Pattern.parse`.

    Returns
    -------
    ParsedTable

    References
    ----------
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html

    Examples
    --------
    >>> from pyudf.logs import vpc_flow
    >>> vpc_flow(b"srcaddr bytes action\\n10.0.0.1 40 ACCEPT\\n")["bytes"]
    array([40])
    """
    lines = lines_of(source)
    named = (lines[0] or b"").decode(errors="replace") if len(lines) else ""
    names = named.replace("_", "-").split()
    if names and all(name.replace("-", "").isalpha() for name in names) and len(names) > 1:
        header = header or " ".join(names)
        lines = lines[1:]
    return Pattern._of([_aws.vpc_flow(header)], "vpc_flow").parse(lines, **options)


def w3c(source: Any, **options: Unpack[Options]) -> ParsedTable:
    """Logs in W3C's extended format, as IIS and CloudFront write them.

    Parameters
    ----------
    source : column of text, path, binary file or bytes of lines
        As for `Pattern.parse`. Lines that begin with ``#`` are directives and no rows; a ``#Fields`` names the columns.
    **options
        As for `Pattern.parse`.

    Returns
    -------
    ParsedTable
        Columns are named as the fields are; `date` and `time` are one, `timestamp`.

    Raises
    ------
    ValueError
        If there is no ``#Fields`` directive, or another one further on has other fields.

    References
    ----------
    https://www.w3.org/TR/WD-logfile.html

    Examples
    --------
    >>> from pyudf.logs import w3c
    >>> w3c(b"#Fields: date time sc-status\\n2024-05-01 10:00:00 200\\n")["sc-status"]
    array([200])
    """
    lines = lines_of(source)
    directives = lines.starting_with(b"#")
    header = _fields_of(lines, directives)
    return Pattern._of([_w3c.layout(header)], "w3c").parse(lines.taken(~directives), **options)


def _fields_of(lines: Lines, directives: Any) -> str:
    """The #Fields directive, which all parts of a log have in common."""
    found: dict[str, int] = {}
    for row in np.flatnonzero(directives).tolist():
        text = (lines[row] or b"").decode(errors="replace")
        if text.startswith("#Fields:"):
            found.setdefault(" ".join(text.split()), row)
    if not found:
        raise ValueError("the source has no line '#Fields: …' that names its columns")
    if len(found) > 1:
        other = [*found.values()][1]
        raise ValueError(f"line {other}: the fields are others from here on; parse the part that begins here by itself")
    return next(iter(found))
