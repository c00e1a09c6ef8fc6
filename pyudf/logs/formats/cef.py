"""The Common Event Format of security products as a layout."""

from __future__ import annotations

from pyudf.logs.elements import Layout
from pyudf.logs.formats import regex

NAMES = ("device_vendor", "device_product", "device_version", "event_class_id", "name", "severity")
HEADER = (
    r"CEF: ?(?P<version>[0-9]+)\|"
    + "".join(rf"(?P<{name}>[^|\\]*(?:\\.[^|\\]*)*)\|" for name in NAMES)
    + r"(?P<extension>.*)$"
)


def layout() -> Layout:
    """Lines of CEF, `CEF:0|vendor|product|1.0|100|name|10|src=10.0.0.1 …`, as a layout.

    What stands before `CEF:`, such as a header of syslog, is left unread. A bar or a backslash within a value has a
    backslash before it, which stays.

    Returns
    -------
    Layout
        Columns `version`, `device_vendor`, `device_product`, `device_version`, `event_class_id`, `name`, `severity`
        (a number or a word) and `extension`, the pairs as they are written.

    References
    ----------
    ArcSight, Implementing ArcSight Common Event Format, version 26

    Examples
    --------
    >>> from pyudf.logs.formats import cef
    >>> [c.name for c in cef.layout().columns][-3:]
    ['name', 'severity', 'extension']
    """
    return regex.layout(HEADER, types={"version": "int"})
