"""Lines of syslog, by both RFCs and as daemons write them to files, as layouts."""

from __future__ import annotations

from dataclasses import replace

from pyudf.logs.elements import Layout
from pyudf.logs.formats import regex
from pyudf.logs.typenames import dashed

PRIORITY = r"<(?P<priority>19[01]|1[0-8][0-9]|[1-9]?[0-9])>"
# An element of structured data: a quote ends a value unless a backslash stands before it, a bracket the element.
STRUCTURED = r'(?>(?:\[[^\]"]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^\]"]*)*\])+)'
HEADER_5424 = (
    rf"^{PRIORITY}(?P<version>[1-9][0-9]{{0,2}}) (?P<timestamp>[^ ]+) (?P<hostname>[^ ]+) (?P<app_name>[^ ]+)"
    rf" (?P<procid>[^ ]+) (?P<msgid>[^ ]+) (?P<structured_data>-|{STRUCTURED})(?: (?:\x{{FEFF}})?(?P<message>.*))?$"
)
# A name ends at a colon, or at a number in brackets: rsyslog writes what came by RFC 5424 without a colon.
TAGGED = r"(?P<hostname>[^ ]+) (?:(?P<app_name>[^ :\[]+)(?:\[(?P<procid>[^\]]*)\]:? ?|: ?))?(?P<message>.*)$"
HEADERS = {
    "5424": HEADER_5424,
    "3164": rf"^(?:{PRIORITY})?(?P<timestamp>[A-Z][a-z]{{2}} [ 0-9]?[0-9] [0-9:]{{8}}) {TAGGED}",
    "iso": rf"^(?:{PRIORITY})?(?P<timestamp>[0-9]{{4}}-[0-9:.TZ+-]+) {TAGGED}",
}
# The number of a facility, or of a severity, is its place here: RFC 5424, tables 1 and 2.
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
)
SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


def layout(rfc: str = "3164", *, year: int | None = None) -> Layout:
    """Lines of syslog as a layout.

    Parameters
    ----------
    rfc : {'3164', '5424', 'iso'}
        `3164` is the older one (`<34>Oct 11 22:14:15 host app[7]: text`), with or without a priority; files have none.
        `iso` is that with timestamps as in RFC 3339, as rsyslog writes files now.
    year : int, optional
        The year of timestamps by RFC 3164, which have none; the present one by default.

    Returns
    -------
    Layout
        Columns `priority` (8 * facility + severity: `FACILITIES`, `SEVERITIES`), `timestamp`, `hostname`, `app_name`,
        `procid` and `message`; for 5424 `version`, `msgid` and `structured_data` as well. A message keeps no byte
        order mark.

    References
    ----------
    RFC 3164, RFC 5424

    Examples
    --------
    >>> from pyudf.logs.formats import syslog
    >>> [c.name for c in syslog.layout("3164").columns]
    ['priority', 'timestamp', 'hostname', 'app_name', 'procid', 'message']
    >>> syslog.FACILITIES[34 // 8], syslog.SEVERITIES[34 % 8]
    ('auth', 'crit')
    """
    if rfc not in HEADERS:
        raise ValueError(f"no rfc {rfc!r} of syslog; there are {', '.join(HEADERS)}")
    kind = "timestamp:iso8601"
    if rfc == "3164":
        kind = "timestamp:syslog" if year is None else f"timestamp:syslog:{year:04}"
    types = {"priority": "int", "timestamp": kind, **({"version": "int"} if rfc == "5424" else {})}
    found = regex.layout(HEADERS[rfc], types=types)
    return replace(found, columns=dashed(found.columns, but=("message",)))
