"""``pyudf logs``: log files to typed columns, or to the templates that their lines are made of."""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from .. import logs
from ..optional import require
from ..table import Table
from .files import can_show_progress, check_writable, data_file, positive, writing

SUMMARY = "log files to typed columns: CSV, TSV, Parquet or Arrow"

EPILOG = """\
example:
  $ cat access.log
  203.0.113.7 - - [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326
  203.0.113.9 - frank [10/Oct/2000:13:55:39 -0700] "GET / HTTP/1.0" 304 -
  $ pyudf logs access.log --format 'apache:%h %u %>s %b'
  pyudf logs: no line of access.log fits; the first bad one is line 1, byte 13: remote_user
  $ pyudf logs access.log --format common
  remote_addr,remote_user,time_local,time_local_offset,request,status,body_bytes_sent

formats:
  common  combined  vhost_combined          those of Apache and nginx
  nginx:FORMAT  apache:FORMAT               any log_format, any LogFormat
  dissect:PATTERN  fields:PATTERN           Elastic's dissect, logparser's headers
  grok:PATTERN                              of those that need no look-around
  syslog  logfmt  cef  w3c  glog  alb  vpc_flow
"""

_ROWS = 1 << 18  # lines parsed and written at a time
_REASONS = 5  # kinds of bad lines that the summary names

_CONSTANTS = {
    "common": logs.COMMON,
    "combined": logs.COMBINED,
    "vhost_combined": logs.VHOST_COMBINED,
}
_LANGUAGES: dict[str, Callable[[str], logs.Pattern]] = {
    "nginx": logs.Pattern.nginx,
    "apache": logs.Pattern.apache,
    "dissect": logs.Pattern.dissect,
    "fields": logs.Pattern.fields,
    "grok": logs.Pattern.grok,
}
_PARSERS: dict[str, Callable[..., Table]] = {
    parser.__name__: parser
    for parser in (logs.alb, logs.cef, logs.glog, logs.logfmt, logs.syslog, logs.vpc_flow, logs.w3c)
}
