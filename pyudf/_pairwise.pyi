# _pairwise.pyi: types of _pairwise.pyx: a function over all pairs of two columns.
from collections.abc import Callable
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from ._arguments import Argument
from ._columns import Column
from ._core import Options, Udf

@final
class Pairs:
    def __new__(
        cls, udf: Udf, options: Options, left: Column, right: Column | None = None, constants: list[Argument] = ...
    ) -> Self: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def largest(self) -> tuple[int, int]: ...
    @property
    def first_missing(self) -> tuple[int, int] | None: ...
    def matrix(
        self,
        out: NDArray[Any],
        missing: float,
        triangle: bool,
        condense: bool,
        workers: int,
        show: Callable[[float], None] | None,
    ) -> None: ...
    def nearest(
        self, k: int, cutoff: float | None, workers: int, show: Callable[[float], None] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]: ...
    def within(
        self, cutoff: float, triangle: bool, workers: int, show: Callable[[float], None] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]: ...
