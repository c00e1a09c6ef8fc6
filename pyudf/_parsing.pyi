from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._lines import Lines

OPS: dict[str, int]
MATCHERS: dict[str, int]
FIRST_BYTES: dict[str, bytes]
COLUMN_TYPES: dict[str, int]
VALUE_DTYPES: dict[str, np.dtype[Any]]
WINDOW: int
INVALID_UTF8: dict[str, int]

class Programs:
    def __init__(self, codes: list[bytes]) -> None: ...

def parse(
    programs: Programs,
    lines: Lines,
    types: list[str],
    wants_offsets: list[bool],
    keeps_parts: bool,
    unescapes: bool,
    invalid_utf8: str,
    workers: int,
    show: Callable[[float], None] | None = ...,
) -> tuple[
    list[tuple[NDArray[Any], NDArray[np.int16] | None, NDArray[np.bool_]]],
    NDArray[np.bool_],
    NDArray[np.int16],
    NDArray[Any],
    list[NDArray[np.uint8]],
]: ...
def texts_of(
    views: NDArray[Any], missing: NDArray[np.bool_], buffers: list[NDArray[np.uint8]], binary: bool
) -> NDArray[Any]: ...
