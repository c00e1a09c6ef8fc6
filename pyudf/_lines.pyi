# _lines.pyi: types of _lines.pyx: sources of logs as lines in one piece of memory.
from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

class Lines:
    source: Any
    nbytes: int
    start: int
    def __len__(self) -> int: ...
    def offsets(self) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.bool_] | None]: ...
    @overload
    def __getitem__(self, key: int) -> bytes | None: ...
    @overload
    def __getitem__(self, key: slice) -> Lines: ...

def of_buffer(source: Any, workers: int = 1, show: Callable[[float], None] | None = None) -> Lines: ...
def of_column(values: Any, argument: str) -> Lines: ...
