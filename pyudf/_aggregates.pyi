# _aggregates.pyi: types of _aggregates.pyx: functions that fold columns.
from collections.abc import Callable
from inspect import Signature
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arguments import Argument
from ._results import SlotResult
from ._types import Type
from .signatures import Parameter

class Aggregate:
    __name__: str
    __qualname__: str
    @property
    def __signature__(self) -> Signature: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...
    @property
    def column_names(self) -> tuple[str, ...]: ...
    @property
    def types(self) -> tuple[Type, ...]: ...
    @property
    def result(self) -> Type: ...
    @property
    def summary(self) -> str | None: ...
    @property
    def symbol(self) -> str | None: ...
    @property
    def library(self) -> str | None: ...
    @property
    def address(self) -> int: ...
    @property
    def result_type(self) -> str: ...
    def __call__(self, *args: Any, **given: Any) -> Any: ...
    def fold(
        self,
        columns: list[Argument],
        n: int,
        groups: NDArray[np.int64] | None,
        n_groups: int,
        workers: int,
        show: Callable[[float], None] | None,
    ) -> SlotResult: ...
