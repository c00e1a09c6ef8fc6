"""Where lines come from: files, compressed or not, buffers, columns of text, whole or a number of lines at a time."""

from __future__ import annotations

import gzip
import io
import mmap
import os
from collections.abc import Callable, Iterator
from typing import IO, Any, cast

from .._lines import Lines, of_buffer, of_column
from ..optional import require

Show = Callable[[float], None]

_BLOCK = 1 << 24  # bytes read at first where lines come a number at a time
_PACKED = 1 << 16  # bytes decompressed at a time


def _gzip(stream: IO[bytes]) -> IO[bytes]:
    reader: Any = gzip.GzipFile(fileobj=stream)
    return cast(IO[bytes], reader)


class _Zstandard(io.RawIOBase):
    """Frames of Zstandard, one after the other. A cut one is an error, which zstandard's own reader passes over."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._begin = require("zstandard", "logs").ZstdDecompressor().decompressobj
        self._parts = self._decompressed()
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = memoryview(part)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def readall(self) -> bytes:
        return b"".join([self._left, *self._parts])

    def _decompressed(self) -> Iterator[bytes]:
        frame = None
        while given := self._stream.read(_PACKED):
            while given:
                frame = frame or self._begin()
                yield frame.decompress(given)
                given = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
        if frame is not None:
            raise EOFError("the file ends within a frame of Zstandard")


def _zstd(stream: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], io.BufferedReader(_Zstandard(stream), _BLOCK))


# The first bytes of a file -> what reads it.
_COMPRESSED = {b"\x1f\x8b": _gzip, b"\x28\xb5\x2f\xfd": _zstd}


def lines_of(source: Any, workers: int = 1, show: Show | None = None) -> Lines:
    """The lines of a source.

    Parameters
    ----------
    source : str, path, binary file, bytes-like or column
        A str is one line. A path or an open binary file is read, through gzip or Zstandard where it is compressed so; a
        file that is not stays on disk, mapped into memory. Bytes, and whatever has a buffer of them, hold lines. Of a
        column of text or bytes every row is one line.
    workers : int
        Threads.
    show : callable, optional
        Told what share of the work is done.

    Returns
    -------
    Lines

    Raises
    ------
    TypeError
        If the source is none of these; an open text file is not.

    Examples
    --------
    >>> [*lines_of(b"one\\r\\ntwo")]
    [b'one', b'two']
    >>> [*lines_of(["one", None])]
    [b'one', None]
    """
    if isinstance(source, Lines):
        return source
    if isinstance(source, os.PathLike):
        with open(source, "rb") as stream:
            return of_buffer(_content(stream, _reader(stream)), workers, show)
    if hasattr(source, "read") and not isinstance(source, mmap.mmap):
        return of_buffer(_reader(_binary(source)).read(), workers, show)
    if isinstance(source, (bytes, bytearray, memoryview, mmap.mmap)):
        return of_buffer(source, workers, show)
    return of_column([source] if isinstance(source, str) else source, "source")


def batches_of(source: Any, rows: int) -> Iterator[Lines]:
    """The lines of a path or an open binary file, `rows` at a time, whatever the file's size."""
    if isinstance(source, os.PathLike):
        with open(source, "rb") as stream:
            yield from _batches(_reader(stream), rows)
    elif hasattr(source, "read"):
        yield from _batches(_reader(_binary(source)), rows)
    else:
        lines = lines_of(source)
        for begin in range(0, len(lines), rows):
            yield lines[begin : begin + rows]


def _batches(stream: IO[bytes], rows: int) -> Iterator[Lines]:
    kept, block = b"", _BLOCK
    while read := stream.read(block):
        kept += read
        lines = of_buffer(memoryview(kept)[: kept.rfind(b"\n") + 1])
        # Where lines are long, twice as many bytes: what is kept is then searched a few times only.
        block = _BLOCK if len(lines) >= rows else 2 * block
        while len(lines) >= rows:
            yield lines[:rows]
            lines = lines[rows:]
        kept = kept[lines.start :]
    lines = of_buffer(kept)
    for begin in range(0, len(lines), rows):
        yield lines[begin : begin + rows]


def _binary(file: Any) -> IO[bytes]:
    if isinstance(file, io.TextIOBase):
        raise TypeError(f"source: {file!r} is a text file; open it in binary mode: open(path, 'rb')")
    stream: IO[bytes] = file
    return stream


def _reader(stream: IO[bytes]) -> IO[bytes]:
    """The stream, or what decompresses it."""
    if not hasattr(stream, "peek"):
        stream = io.BufferedReader(cast(Any, stream))
    first = cast(Any, stream).peek(4)
    for magic, reader in _COMPRESSED.items():
        if first.startswith(magic):
            return reader(stream)
    return stream


def _content(stream: IO[bytes], reader: IO[bytes]) -> Any:
    """What is in a file, mapped where it lies on disk as it is."""
    if reader is stream and os.fstat(stream.fileno()).st_size:
        try:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            pass  # a pipe or a device: read it
    return reader.read()
