"""Tables of parsed lines: texts as views into the source, and the lines that did not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .._frames import ArrowColumn
from .._lines import Lines
from .._parsing import WINDOW, texts_of
from ..table import Column, Table, Values

Errors = Literal["keep", "null", "drop", "raise"]
InvalidUtf8 = Literal["replace", "bytes", "error"]
# Of each column its values, offsets to UTC in minutes, and which are missing.
Arrays = Sequence[tuple[NDArray[Any], NDArray[np.int16] | None, NDArray[np.bool_]]]

_NO_OFFSET = np.iinfo(np.int16).min


@dataclass(frozen=True)
class Memory:
    """What views point into: windows of the source, and texts that were made besides."""

    lines: Lines
    made: list[NDArray[np.uint8]]

    @cached_property
    def buffers(self) -> list[NDArray[np.uint8]]:
        content = self.lines.memory()
        most = 2 * WINDOW - 1  # an offset of a view is less than the window, and so is a text
        return [content[at : at + most] for at in range(0, len(content), WINDOW)] + self.made


class Views(Column):
    """Texts, or bytes, as Arrow's views into memory.

    Parameters
    ----------
    views : ndarray, shape (n,)
        Records of 16 bytes, as in Arrow's columnar format 1.4.
    missing : ndarray of bool, shape (n,)
    memory : Memory
    binary : bool
        The values are bytes.
    """

    def __init__(self, views: NDArray[Any], missing: NDArray[np.bool_], memory: Memory, binary: bool) -> None:
        self._views, self._missing, self._memory, self._binary = views, missing, memory, binary

    def __len__(self) -> int:
        return len(self._views)

    def array(self) -> NDArray[Any]:
        return texts_of(self._views, self._missing, self._memory.buffers, self._binary)

    def arrow(self, name: str) -> ArrowColumn:
        count = int(np.count_nonzero(self._missing))
        validity = np.packbits(~self._missing, bitorder="little") if count else None
        buffers = self._memory.buffers
        sizes = np.array([len(buffer) for buffer in buffers], np.int64)
        return ArrowColumn(
            name, "vz" if self._binary else "vu", [validity, self._views, *buffers, sizes], len(self), count
        )

    def taken(self, rows: NDArray[Any]) -> Column:
        return Views(self._views[rows], self._missing[rows], self._memory, self._binary)


def column_dict(kinds: Mapping[str, str], arrays: Arrays, memory: Memory, binary: bool = False) -> dict[str, Column]:
    """Columns of the arrays that lines were parsed to; a time with offsets is followed by a column of these."""
    columns: dict[str, Column] = {}
    for (name, kind), (values, offsets, missing) in zip(kinds.items(), arrays, strict=True):
        if kind in ("text", "ip"):
            columns[name] = Views(values, missing, memory, binary)
        else:
            columns[name] = Values(values, missing)
        if offsets is not None:
            columns[f"{name}_offset"] = Values(offsets, missing | (offsets == _NO_OFFSET))
    return columns


class ParsedTable(Table):
    """A table of parsed lines, a row for each, and what was wrong with those that did not fit.

    Attributes
    ----------
    ok : ndarray of bool, shape (n,)
        Whether the line of each row fitted. A missing line has missing values, and is no error.
    errors : Table
        `row` of the line, counted before any are dropped, `position` of the byte in it where it stopped fitting, the
        `field` that stands there, and the `reason`.
    """

    def __init__(self, columns: Mapping[str, Any], ok: NDArray[np.bool_], errors: Table) -> None:
        super().__init__(columns)
        self._length = len(ok)
        self.ok = ok
        self.errors = errors


def error_table(rows: NDArray[Any], positions: NDArray[Any], places: list[tuple[str, str]]) -> Table:
    """The errors of lines; places are fields and reasons."""
    fields, reasons = (np.empty(len(places), object) for _ in range(2))
    fields[:] = [field or None for field, _ in places]
    reasons[:] = [reason for _, reason in places]
    return Table({"row": rows, "position": positions, "field": fields, "reason": reasons})


def check_options(errors: str, invalid_utf8: str) -> None:
    """Refuses what is no way to treat errors, or bytes that are no UTF-8."""
    for name, value, known in (
        ("errors", errors, get_args(Errors)),
        ("invalid_utf8", invalid_utf8, get_args(InvalidUtf8)),
    ):
        if value not in known:
            raise ValueError(f"{name} is one of {', '.join(map(repr, known))}, got {value!r}")


def finished(columns: dict[str, Column], ok: NDArray[np.bool_], found: Table, errors: str, lines: Lines) -> ParsedTable:
    """The table of columns, where lines that are not ok are treated as `errors` says."""
    if errors == "raise" and len(found):
        raise ValueError(_first_error(found, lines[int(np.flatnonzero(~ok)[0])]))
    if errors == "drop" and len(found):
        columns = {name: column.taken(ok) for name, column in columns.items()}
        ok = ok[ok]
    return ParsedTable(columns, ok, found)


def _first_error(errors: Table, line: bytes | None) -> str:
    row, position, field, reason = (errors[name][0] for name in ("row", "position", "field", "reason"))
    text = (line or b"")[:200].decode(errors="replace")
    where = f", field {field!r}" if field else ""
    return f"row {row}, position {position}{where}: {reason}: {text!r}"
