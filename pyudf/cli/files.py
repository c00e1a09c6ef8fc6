"""Files of data that commands read and write: the kinds there are, and writing one that is never half-written."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ..optional import require

# How a file's name ends -> its kind.
KINDS = {
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
DELIMITERS = {"csv": ",", "tsv": "\t"}
_ROWS = 1 << 16  # rows of CSV written at a time


def kind_of(path: str) -> str | None:
    """The kind of a file by its name, or None."""
    return KINDS.get(os.path.splitext(path)[1].lower())


def data_file(text: str) -> str:
    """An argument that names a file of a known kind."""
    if kind_of(text) is None:
        raise argparse.ArgumentTypeError(f"{text}: unknown kind of file; known: {' '.join(KINDS)}")
    return text


def positive(text: str) -> int:
    """An argument that is a whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def can_show_progress() -> bool:
    """Whether a bar would be seen, and can be drawn."""
    return sys.stderr.isatty() and importlib.util.find_spec("tqdm") is not None


def check_writable(path: str) -> None:
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


@contextlib.contextmanager
def writing(path: str | None) -> Iterator[Callable[[Any], None]]:
    """What takes the tables of pyarrow that make up a file, one after the other; CSV on standard output without one.

    The file appears when all is written. At least one table is due, and all have the columns of the first.
    """
    kind = kind_of(path) if path else "csv"
    with _replacing(path) if path else _standard_output() as sink, contextlib.ExitStack() as open_writers:
        write: Callable[[Any], None] | None = None

        def take(table: Any) -> None:
            nonlocal write
            if write is None:
                write = _writer(sink, kind, table.schema, open_writers)
            write(table)

        yield take


def _writer(sink: BinaryIO, kind: str | None, schema: Any, open_writers: contextlib.ExitStack) -> Callable[[Any], None]:
    pa = require("pyarrow", "cli")
    if kind in DELIMITERS:
        delimiter = DELIMITERS[kind]
        _write_text(pa.table([[name] for name in schema.names], names=schema.names), sink, delimiter)
        return lambda table: _write_text(table, sink, delimiter)
    new = {"parquet": _parquet_writer, "stream": pa.ipc.new_stream}.get(kind or "", pa.ipc.new_file)
    writer = open_writers.enter_context(new(sink, schema))
    return lambda table: writer.write_table(table)


def _parquet_writer(sink: BinaryIO, schema: Any) -> Any:
    return require("pyarrow.parquet", "cli").ParquetWriter(sink, schema)


def _write_text(table: Any, sink: BinaryIO, delimiter: str) -> None:
    """Quotes only where they are needed; a missing value is an empty field, an empty text is ``""``."""
    pa, pc = require("pyarrow", "cli"), require("pyarrow.compute", "cli")
    between = pa.scalar(delimiter, pa.large_string())
    for batch in table.to_batches(max_chunksize=_ROWS):
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
