"""``pyudf match``: fuzzy join of two files."""

from __future__ import annotations

import argparse
import contextlib
import re
from typing import Any

from .. import joins, pairwise, processors
from ..optional import require
from .files import DELIMITERS, can_show_progress, check_writable, data_file, kind_of, positive, writing

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

_FORMS = ("distance", "similarity", "normalized_distance", "normalized_similarity")
_BLOCK = 1 << 24  # bytes of CSV parsed at a time: the longest row that can be read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("left", metavar="LEFT", type=data_file, help="file whose rows are looked up")
    parser.add_argument("right", metavar="RIGHT", type=data_file, help="file they are looked up in")
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
    result.add_argument("--k", metavar="N", type=positive, default=1, help="matches per row of LEFT (default: 1)")
    result.add_argument(
        "--how", choices=("left", "inner"), default="left", help="keep or drop rows without a match (default: left)"
    )
    result.add_argument("--suffix", default="_right", help="for names of RIGHT that LEFT has too (default: _right)")
    result.add_argument("--score-name", metavar="NAME", default="score", help="name of the score column")
    result.add_argument("-o", "--output", metavar="FILE", type=data_file, help="default: CSV on standard output")
    parser.add_argument("--workers", metavar="N", type=positive, help="threads (default: all cores)")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar (none either unless on a terminal)")


def run(args: argparse.Namespace) -> int:
    """Read, join, write."""
    left_on, right_on = _keys(args)
    options = _score_options(args)
    if args.output:
        check_writable(args.output)
    typed = bool(args.output) and kind_of(args.output) not in DELIMITERS
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
        progress=not args.no_progress and can_show_progress(),
        **options,
    )
    with writing(args.output) as write:
        write(joined)
    return 0


# Arguments


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


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


# Reading


def _read(path: str, key: str, *, typed: bool) -> Any:
    """Read a file whole as a ``pyarrow.Table``; errors name the file."""
    pa = require("pyarrow", "cli")
    with open(path, "rb"):  # a missing or unreadable file gets Python's own short message
        pass
    read = {"csv": _read_text, "tsv": _read_text, "parquet": _read_parquet}.get(kind_of(path) or "", _read_ipc)
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
        "parse_options": csv.ParseOptions(delimiter=DELIMITERS[kind_of(path) or "csv"], newlines_in_values=True),
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
