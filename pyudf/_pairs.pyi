# _pairs.pyi: types of _pairs.pyx: lines of keys and values, their keys, and the arrays that they write columns to.
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._lines import Lines

Show = Callable[[float], None]

class PairSyntax:
    def __init__(self, name: str, pair: bytes = b"", separator: bytes = b"") -> None: ...
    def keys(self, lines: Lines, most: int, workers: int, show: Show | None = None) -> list[bytes]: ...
    def read(
        self,
        lines: Lines,
        keys: list[bytes],
        types: list[str],
        wants_offsets: list[bool],
        keeps_parts: bool,
        invalid_utf8: str,
        workers: int,
        show: Show | None = None,
    ) -> tuple[
        list[tuple[NDArray[Any], NDArray[np.int16] | None, NDArray[np.bool_]]],
        NDArray[np.bool_],
        list[tuple[int, int, bytes, str | None, int]],
        list[NDArray[np.uint8]],
    ]: ...
