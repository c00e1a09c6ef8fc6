# _drain.pyi: types of _drain.pyx: a tree of templates, and the masks that messages are put under before.
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ._lines import Lines

Show = Callable[[float], None]

def mask_names() -> tuple[str, ...]: ...

class Miner:
    mask_names: tuple[str, ...]
    settings: tuple[float, int, int, int]
    def __init__(
        self,
        masks: tuple[str, ...],
        dumped: bytes | None = None,
        similarity: float = 0,
        depth: int = 3,
        max_children: int = 1,
        max_clusters: int = 0,
    ) -> None: ...
    def dump(self) -> bytes: ...
    def templates(self) -> list[tuple[int, list[str], int]]: ...
    def add(
        self, lines: Lines, workers: int, masked_as_parameters: bool, show: Show | None = None
    ) -> NDArray[np.int64]: ...
    def match(self, lines: Lines, thorough: bool, workers: int, show: Show | None = None) -> NDArray[np.int64]: ...
    def parameters(self, lines: Lines, ids: NDArray[np.int64]) -> tuple[list[tuple[int, int]], list[int]]: ...
