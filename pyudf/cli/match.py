"""``pyudf match``: fuzzy join of two files."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from .. import joins, pairwise, processors
from ..optional import require

SUMMARY = "fuzzy join of two CSV, TSV, Parquet or Arrow files"

EPILOG = """\
example:
  $ cat orders.csv
  city,amount
  Pariss,10
  Lndon,20
  $ cat cities.csv
  name,country
  London,UK
  Paris,France
  $ pyudf match orders.csv cities.csv --left-on city --right-on name --score-cutoff 2
  city,amount,name,country,score
  Pariss,10,Paris,France,1
  Lndon,20,London,UK,1

files:
  .csv  .tsv  .parquet  .arrow .feather .ipc (Arrow IPC file)  .arrows (Arrow IPC stream)
  CSV and TSV are UTF-8 with a header; an empty field is missing, and a missing key matches
  nothing. Their values pass through as they are written, leading zeros too. Into Parquet and
  Arrow, columns other than the keys become numbers, booleans or dates where every value is one.
  FILE is replaced as a whole when the work is done; it may be LEFT or RIGHT itself.
"""

_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "ipc",
    ".feather": "ipc",
    ".ipc": "ipc",
    ".arrows": "stream",
}
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_FORMS = ("distance", "similarity", "normalized_distance", "normalized_similarity")
_BLOCK = 1 << 24  # bytes of CSV parsed at a time: the longest row that can be read
_ROWS = 1 << 16  # rows of CSV written at a time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("left", metavar="LEFT", type=_file, help="file whose rows are looked up")
    parser.add_argument("right", metavar="RIGHT", type=_file, help="file they are looked up in")
    keys = parser.add_argument_group("keys")
    keys.add_argument("--on", metavar="NAME", help="key column, if it has the same name in both files")
    keys.add_argument("--left-on", metavar="L", help="key column of LEFT")
    keys.add_argument("--right-on", metavar="R", help="key column of RIGHT")
    score = parser.add_argument_group("score")
    score.add_argument(
        "--metric", default="levenshtein", help="levenshtein, osa, jaro_winkler, … (default: levenshtein)"
    )
    score.add_argument("--form", choices=_FORMS, default="distance", help="default: distance")
    score.add_argument(
        "--score-cutoff", metavar="N", type=_number, help="largest distance, or smallest similarity, that is a match"
    )
    score.add_argument("--processor", metavar="NAME", choices=sorted(processors.table), help=_processor_help())
    score.add_argument("--weights", metavar="I,D,S", type=_weights, help="cost of insertion, deletion, substitution")
    score.add_argument("--prefix-weight", metavar="W", type=float, help="of jaro_winkler (default: 0.1)")
    score.add_argument(
        "--no-pad", dest="pad", action="store_false", default=None, help="hamming: lengths must be equal"
    )
    result = parser.add_argument_group("result")
    result.add_argument("--k", metavar="N", type=_positive, default=1, help="matches per row of LEFT (default: 1)")
    result.add_argument(
        "--how", choices=("left", "inner"), default="left", help="keep or drop rows without a match (default: left)"
    )
    result.add_argument("--suffix", default="_right", help="for names of RIGHT that LEFT has too (default: _right)")
    result.add_argument("--score-name", metavar="NAME", default="score", help="name of the score column")
    result.add_argument("-o", "--output", metavar="FILE", type=_file, help="default: CSV on standard output")
    parser.add_argument("--workers", metavar="N", type=_positive, help="threads (default: all cores)")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar (none either unless on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Read, join, write."""
    left_on, right_on = _keys(args)
    options = _score_options(args)
    if args.output:
        _check_writable(args.output)
    typed = bool(args.output) and _format(args.output) not in _DELIMITERS
    joined = joins.match(
        _read(args.left, left_on, typed=typed),
        _read(args.right, right_on, typed=typed),
        left_on=left_on,
        right_on=right_on,
        k=args.k,
        how=args.how,
        suffix=args.suffix,
        score_name=args.score_name,
        workers=args.workers,
        progress=not args.no_progress and _can_show_progress(),
        **options,
    )
    with _replacing(args.output) if args.output else _standard_output() as sink:
        _write(joined, sink, _format(args.output) if args.output else "csv")
    return 0


# Arguments


def _file(text: str) -> str:
    if _format(text) is None:
        raise argparse.ArgumentTypeError(f"{text}: unknown kind of file; known: {' '.join(_FORMATS)}")
    return text


def _format(path: str) -> str | None:
    return _FORMATS.get(os.path.splitext(path)[1].lower())


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def _weights(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+,\d+,\d+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not three whole numbers like 1,1,2")
    return tuple(int(part) for part in text.split(","))


def _processor_help() -> str:
    return f"normalise keys for the comparison: {', '.join(sorted(processors.table))}"


def _keys(args: argparse.Namespace) -> tuple[str, str]:
    names = (args.on, args.on) if args.on is not None else (args.left_on, args.right_on)
    both_ways = args.on is not None and (args.left_on is not None or args.right_on is not None)
    if None in names or both_ways:
        args.parser.error("name the key columns with --on, or with both --left-on and --right-on")
    return names


def _score_options(args: argparse.Namespace) -> dict[str, Any]:
    """How to score; wrong combinations are refused before any file is read, by a trial on two short texts."""
    options = {name: getattr(args, name) for name in ("metric", "form", "score_cutoff", "processor")}
    given = {name: getattr(args, name) for name in ("weights", "prefix_weight", "pad")}
    options.update((name, value) for name, value in given.items() if value is not None)
    try:
        pairwise.topk(["a"], ["a"], k=1, workers=1, **options)
    except (TypeError, ValueError, OverflowError) as error:
        args.parser.error(" ".join(str(error).split()))
    return options


def _can_show_progress() -> bool:
    return sys.stderr.isatty() and importlib.util.find_spec("tqdm") is not None


# Reading


def _read(path: str, key: str, *, typed: bool) -> Any:
    """Read a file whole as a ``pyarrow.Table``; errors name the file."""
    pa = require("pyarrow", "cli")
    with open(path, "rb"):  # a missing or unreadable file gets Python's own short message
        pass
    read = {"csv": _read_text, "tsv": _read_text, "parquet": _read_parquet}.get(_format(path) or "", _read_ipc)
    try:
        table = read(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    return _with_types(table, key) if typed and read is _read_text else table


def _read_text(path: str) -> Any:
    """Every column as text, so that what was written is what is kept."""
    pa, csv = require("pyarrow", "cli"), require("pyarrow.csv", "cli")
    how = {
        "read_options": csv.ReadOptions(block_size=_BLOCK),
        "parse_options": csv.ParseOptions(delimiter=_DELIMITERS[_format(path) or "csv"], newlines_in_values=True),
    }
    with csv.open_csv(path, **how) as header:
        names = header.schema.names
    text = csv.ConvertOptions(
        column_types={name: pa.string() for name in names}, strings_can_be_null=True, null_values=[""]
    )
    return csv.read_csv(path, convert_options=text, **how)


def _with_types(table: Any, key: str) -> Any:
    for position, name in enumerate(table.column_names):
        if name != key:
            table = table.set_column(position, name, _with_type(table.column(position)))
    return table


def _with_type(column: Any) -> Any:
    """A column of text as the first type that holds all of it; text if none does or a number starts with 0."""
    pa, pc = require("pyarrow", "cli"), require("pyarrow.compute", "cli")
    if column.null_count == len(column) or pc.any(pc.match_substring_regex(column, r"^[+-]?0[0-9]")).as_py():
        return column
    for kind in (pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us")):
        with contextlib.suppress(pa.ArrowInvalid):
            return column.cast(kind)
    return column


def _read_parquet(path: str) -> Any:
    return require("pyarrow.parquet", "cli").read_table(path, partitioning=None)


def _read_ipc(path: str) -> Any:
    pa = require("pyarrow", "cli")
    with pa.OSFile(path) as source:
        is_file = source.read(6) == b"ARROW1"
        source.seek(0)
        reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
        return reader.read_all()


# Writing


def _check_writable(path: str) -> None:
    """Fail before the work, not after it, if the output cannot be written."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", folder)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


@contextlib.contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError:
        # What is left in the buffer would fail again at exit, with a status of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextlib.contextmanager
def _replacing(path: str) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once it is complete and on disk; on any failure nothing is left of it."""
    target = os.path.realpath(path)
    if os.path.exists(target) and not os.path.isfile(target):  # a pipe or a device cannot be replaced
        with open(target, "wb") as stream:
            yield stream
        return
    handle, scratch = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.")
    try:
        with open(handle, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        _copy_mode(target, scratch)
        os.replace(scratch, target)
    except BaseException:
        os.unlink(scratch)
        raise


def _copy_mode(target: str, scratch: str) -> None:
    """Give a file the permissions of the one it replaces, or those of any new file."""
    if os.path.exists(target):
        shutil.copymode(target, scratch)
    else:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(scratch, 0o666 & ~mask)


def _write(table: Any, sink: BinaryIO, kind: str | None) -> None:
    pa = require("pyarrow", "cli")
    if kind in _DELIMITERS:
        _write_text(table, sink, _DELIMITERS[kind])
    elif kind == "parquet":
        require("pyarrow.parquet", "cli").write_table(table, sink)
    else:
        new: Callable[..., Any] = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
        with new(sink, table.schema) as writer:
            writer.write_table(table)


def _write_text(table: Any, sink: BinaryIO, delimiter: str) -> None:
    """Quotes only where they are needed; a missing value is an empty field, an empty text is ``""``."""
    pa, pc = require("pyarrow", "cli"), require("pyarrow.compute", "cli")
    between = pa.scalar(delimiter, pa.large_string())
    header = pa.table([[name] for name in table.column_names], names=table.column_names)
    for part in (header, table):
        for batch in part.to_batches(max_chunksize=_ROWS):
            cells = [
                _cells(column, name, delimiter) for column, name in zip(batch.columns, batch.schema.names, strict=True)
            ]
            lines = pc.binary_join_element_wise(*cells, between, null_handling="replace", null_replacement="")
            sink.write("".join(f"{line}\n" for line in lines.to_pylist()).encode())


def _cells(column: Any, name: str, delimiter: str) -> Any:
    pa, pc = require("pyarrow", "cli"), require("pyarrow.compute", "cli")
    try:
        text = column.cast(pa.large_string())
    except pa.ArrowException as error:
        raise ValueError(
            f"column {name!r} is {column.type}, which CSV cannot hold; write Parquet instead: -o FILE.parquet"
        ) from error
    if pa.types.is_primitive(column.type):
        return text
    quote, nothing = pa.scalar('"', pa.large_string()), pa.scalar("", pa.large_string())
    quoted = pc.binary_join_element_wise(quote, pc.replace_substring(text, '"', '""'), quote, nothing)
    return pc.if_else(pc.match_substring_regex(text, f'["{delimiter}\r\n]|^$'), quoted, text)
