"""Lines of Google's glog and of Kubernetes' klog as a layout."""

from __future__ import annotations

from pyudf.logs.elements import Layout
from pyudf.logs.formats import regex

HEADER = (
    r"^(?P<level>[A-Z])(?P<timestamp>(?:[0-9]{4})?[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?) +"
    r"(?P<thread_id>[0-9]+) (?P<file>[^:\]]+):(?P<line>[0-9]+)\](?: (?P<message>.*))?$"
)


def layout(*, year: int | None = None) -> Layout:
    """Lines of glog, `I1011 22:14:15.003000 12345 server.cc:42] text`, as a layout.

    Parameters
    ----------
    year : int, optional
        The year of timestamps that have none; the present one by default.

    Returns
    -------
    Layout
        Columns `level` (I, W, E or F), `timestamp`, `thread_id`, `file`, `line` and `message`.

    References
    ----------
    https://google.github.io/glog/stable/logging/#severity-levels

    Examples
    --------
    >>> from pyudf.logs.formats import glog
    >>> [c.name for c in glog.layout(year=2024).columns]
    ['level', 'timestamp', 'thread_id', 'file', 'line', 'message']
    """
    kind = "timestamp:glog" if year is None else f"timestamp:glog:{year:04}"
    return regex.layout(HEADER, types={"timestamp": kind, "thread_id": "int", "line": "int"})
