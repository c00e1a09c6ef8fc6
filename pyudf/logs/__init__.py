"""Logs: lines of text to typed columns, and the templates that they are made of."""

from .drain import MASKS, Drain
from .formats import apache as _apache
from .pairs import kv, logfmt
from .parsed import ParsedTable
from .pattern import Pattern
from .readers import alb, cef, glog, syslog, vpc_flow, w3c

#: Access logs in Apache's formats of these names; nginx writes `COMBINED` if not told otherwise.
COMMON = Pattern.apache(_apache.COMMON)
COMBINED = Pattern.apache(_apache.COMBINED)
VHOST_COMBINED = Pattern.apache(_apache.VHOST_COMBINED)

__all__ = [
    "COMBINED",
    "COMMON",
    "MASKS",
    "VHOST_COMBINED",
    "Drain",
    "ParsedTable",
    "Pattern",
    "alb",
    "cef",
    "glog",
    "kv",
    "logfmt",
    "syslog",
    "vpc_flow",
    "w3c",
]
