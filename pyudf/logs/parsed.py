"""Tables of parsed lines: texts as views into the source, and the lines that did not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._frames import ArrowColumn
from .._lines import Lines
from .._parsing import WINDOW, texts_of
from ..table import Column, Table


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
