"""``pyudf logs``: log files to typed columns, or to the templates that their lines are made of."""

from __future__ import annotations

import argparse
import contextlib
import gzip
import os
import stat
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import logs
from ..logs.parsed import ParsedTable
from ..logs.sources import batches_of, lines_of
from ..optional import require
from ..table import Table
from ..workers import ProgressBar
from .files import can_show_progress, check_writable, data_file, positive, writing
from .formats import AUTO, Reader, format_argument, suggested

SUMMARY = "log files to typed columns, or to the templates of their lines"

EPILOG = """\
examples:
  $ cat access.log
  203.0.113.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326
  203.0.113.9 - frank [10/Oct/2000:13:55:39 -0700] "GET / HTTP/1.0" 304 -
  $ pyudf logs access.log --format common
  remote_addr,remote_logname,remote_user,time_local,time_local_offset,request,status,body_bytes_sent
  203.0.113.7,,,2000-10-10 20:55:36.000000Z,-420,GET /a.gif HTTP/1.0,200,2326
  203.0.113.9,,frank,2000-10-10 20:55:39.000000Z,-420,GET / HTTP/1.0,304,
  $ cat app.log
  user 7 logged in
  user 12 logged in
  $ pyudf logs app.log --templates
  id,template,count
  0,user <NUMBER> logged in,2

  pyudf logs access.log.*.gz --format combined -o access.parquet --errors bad.csv
  pyudf logs access.log --format 'nginx:$remote_addr [$time_local] "$request" $status'
  pyudf logs app.log --format 'dissect:%{date} %{level->} [%{thread}] %{message}'
  pyudf logs /var/log/syslog --format syslog --templates --message message

formats:
  auto                                    what fits the first lines of the first FILE
  common  combined  vhost_combined        of Apache; combined is nginx's own, too
  nginx:FORMAT  apache:FORMAT             any log_format, any LogFormat
  dissect:PATTERN  fields:PATTERN         Elastic's dissect; headers as logparser has them
  grok:PATTERN  regex:PATTERN             all that is matched in linear time
  logfmt  logfmt:KEY,KEY                  all keys that a file has, or those alone
  alb  cef  glog  syslog  vpc_flow  w3c

files:
  FILE may be compressed by gzip or Zstandard; - is standard input. It may be larger than memory
  but for logfmt, vpc_flow and w3c, whose columns are named within.
  Written are .csv .tsv .parquet .arrow .feather .ipc (Arrow IPC file) .arrows (Arrow IPC stream),
  each as a whole when the work is done.
  A line that does not fit costs itself alone: its row has the fields before the place where it
  stopped fitting, and --errors says where that is. What was read and what was wrong is summed up
  on standard error.
"""

_ROWS = 1 << 16  # lines parsed and written at a time
_KINDS = 5  # kinds of bad lines that the summary names

Show = Callable[[float], None] | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="log files")
    parser.add_argument("--format", metavar="FORMAT", type=format_argument, help="how lines are written; see below")
    parser.add_argument("--unescape", action="store_true", help=r"undo the escapes of servers: \x22, \", \u00e9")
    parser.add_argument("--year", metavar="N", type=positive, help="of times that have none (syslog, glog)")
    templates = parser.add_argument_group("templates")
    templates.add_argument("--templates", action="store_true", help="mine templates (Drain), most frequent first")
    templates.add_argument("--message", metavar="COLUMN", help="mine this column of the format, not the whole line")
    result = parser.add_argument_group("result")
    result.add_argument("-o", "--output", metavar="OUT", type=data_file, help="default: CSV on standard output")
    result.add_argument("--errors", metavar="OUT", type=data_file, help="a table of the lines that do not fit")
    parser.add_argument("--workers", metavar="N", type=positive, help="threads (default: all cores)")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar (none either unless on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Parse or mine, write, sum up."""
    _check(args)
    require("pyarrow", "cli")  # before the clock runs
    seen = _Seen()
    with contextlib.ExitStack() as open_files:
        bar = open_files.enter_context(ProgressBar(_has_bar(args), "lines"))
        put = open_files.enter_context(writing(args.output))
        put_errors = open_files.enter_context(writing(args.errors)) if args.errors else None
        if args.templates:
            put(_mined(args, seen, put_errors, bar.show))
        else:
            for table in _tables(args, seen, put_errors, bar.show):
                put(_for_files(table))
    print(f"pyudf logs: {seen.summary()}", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Refuse wrong combinations, and files that cannot be read or written, before the work."""
    if args.format is None and not args.templates:
        args.parser.error("name the format of the lines with --format (auto: find out), or mine them with --templates")
    if (args.message is None) != (args.format is None or not args.templates):
        args.parser.error("--message names the column that --templates mines of a --format: all three, or no --message")
    if args.errors and args.format is None:
        args.parser.error("--errors needs a --format: without one every line fits")
    if args.output and args.errors and os.path.realpath(args.output) == os.path.realpath(args.errors):
        args.parser.error("--output and --errors are one file")
    if args.year and not (isinstance(args.format, Reader) and args.format.takes("year")):
        args.parser.error("--year is for times that have none: --format syslog, --format glog")
    for path in filter(None, (args.output, args.errors)):
        check_writable(path)
    for path in args.files:
        if path != "-":
            with open(path, "rb"):  # a missing or unreadable file gets Python's own short message
                pass
    if args.format == AUTO:
        if args.files[0] == "-":
            args.parser.error("--format auto needs a file, which can be read twice")
        args.format, expression = suggested(args.files[0])
        print(f"pyudf logs: read by {expression}", file=sys.stderr)


def _has_bar(args: argparse.Namespace) -> bool:
    return not args.no_progress and can_show_progress() and all(_size(path) is not None for path in args.files)


def _size(path: str) -> int | None:
    """Bytes of a regular file."""
    found = os.stat(path) if path != "-" else None
    return found.st_size if found and stat.S_ISREG(found.st_mode) else None


class _Seen:
    """What was read, and what was wrong with it."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.lines = self.bytes = 0
        self.wrong: Counter[tuple[str | None, str]] = Counter()

    def add(self, lines: Any) -> None:
        self.lines += len(lines)
        self.bytes += lines.extent

    def summary(self) -> str:
        bad, seconds = self.wrong.total(), max(time.perf_counter() - self.started, 1e-9)
        told = [
            f"{self.lines:,} lines, {bad:,} bad, {self.bytes / 1e6:,.1f} MB, {self.bytes / 1e6 / seconds:,.1f} MB/s"
        ]
        common = self.wrong.most_common(_KINDS)
        told += [f"  {count:,} × {field + ': ' if field else ''}{reason}" for (field, reason), count in common]
        rest = bad - sum(count for _, count in common)
        return "\n".join([*told, *([f"  {rest:,} × others"] if rest else [])])


# Reading


def _batches(args: argparse.Namespace, whole: bool, show: Show) -> Iterator[tuple[str, int, Any]]:
    """Each file's name, lines that came before in it, and the next lines."""
    sizes = [_size(path) or 0 for path in args.files]
    for at, path in enumerate(args.files):
        with contextlib.nullcontext(sys.stdin.buffer) if path == "-" else open(path, "rb") as stream:
            before = 0
            for lines in _lines(path, stream, whole):
                yield path, before, lines
                before += len(lines)
                if show is not None:
                    show((sum(sizes[:at]) + stream.tell()) / max(sum(sizes), 1))


def _lines(path: str, stream: Any, whole: bool) -> Iterator[Any]:
    """The lines of one file; an empty file has none, which is a batch, too."""
    try:
        if whole:
            yield lines_of(stream if path == "-" else Path(path))
            return
        batch = None
        for batch in batches_of(stream, _ROWS):
            yield batch
        if batch is None:
            yield lines_of(b"")
    except Exception as error:
        if (
            isinstance(error, (EOFError, ValueError, gzip.BadGzipFile, zlib.error))
            or type(error).__name__ == "ZstdError"
        ):
            raise ValueError(f"{path}: {error}") from error
        raise


def _tables(args: argparse.Namespace, seen: _Seen, put_errors: Any, show: Show) -> Iterator[ParsedTable]:
    """The rows of all files, a number at a time; on the way, what is wrong is counted and written."""
    reader: Reader = args.format
    columns: tuple[str, ...] = ()
    options = {"unescape": args.unescape, "workers": args.workers, **({"year": args.year} if args.year else {})}
    for path, before, lines in _batches(args, reader.rows_of is not None, show):
        try:
            table = reader.parse(lines, **options)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        rows = lines if reader.rows_of is None else reader.rows_of(lines, len(table))
        if len(table) and not seen.lines and not table.ok.any():
            raise ValueError(_none_fits(path, table, rows))
        if columns and table.columns != columns:
            raise ValueError(f"{path} has the columns {', '.join(table.columns)}; before were {', '.join(columns)}")
        columns = table.columns
        seen.add(lines)
        seen.wrong.update(zip(table.errors["field"], table.errors["reason"], strict=True))
        if put_errors is not None:
            put_errors(_for_files(_error_table(path, before, table, rows)))
        yield table


def _none_fits(path: str, table: ParsedTable, rows: Any) -> str:
    row, position, field, reason = (table.errors[name][0] for name in ("row", "position", "field", "reason"))
    text = (rows[int(row)] or b"")[:100].decode(errors="replace")
    where = f", field {field!r}" if field else ""
    return (
        f"{path}: none of the first {len(table):,} lines fits the format; line {row + 1}, byte {position}{where}: "
        f"{reason}: {text!r}; try --format auto"
    )


def _error_table(path: str, before: int, table: ParsedTable, rows: Any) -> Table:
    """The errors of a table with the file and the text of each line."""
    errors, count = table.errors, len(table.errors)
    names, texts = (np.empty(count, object) for _ in range(2))
    names[:] = path
    texts[:] = [(rows[int(row)] or b"").decode(errors="replace") for row in errors["row"]]
    values = {name: errors[name] for name in ("position", "field", "reason")}
    return Table({"file": names, "row": errors["row"] + before, **values, "line": texts})


def _for_files(table: Table) -> Any:
    """As pyarrow's table, with texts as every kind of file can hold them."""
    pa = require("pyarrow", "cli")
    found = table.to_arrow()
    plain = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return found.cast(pa.schema([(field.name, plain.get(field.type, field.type)) for field in found.schema]))


# Templates


def _mined(args: argparse.Namespace, seen: _Seen, put_errors: Any, show: Show) -> Any:
    """The templates of all files' lines, or of one of their columns, the most frequent first."""
    drain = logs.Drain()
    if args.format is None:
        for _, _, lines in _batches(args, False, show):
            seen.add(lines)
            drain.partial_fit(lines, workers=args.workers)
    else:
        for table in _tables(args, seen, put_errors, show):
            drain.partial_fit(table[args.message], workers=args.workers)
    found = drain.templates
    return _for_files(found.taken(np.argsort(-found["count"], kind="stable")))
