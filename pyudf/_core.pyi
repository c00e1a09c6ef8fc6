# _core.pyi: types of _core.pyx: the functions of a table as Python callables.
from collections.abc import Callable, Sequence
from inspect import Signature
from typing import Any, final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ._arguments import Argument
from ._results import SlotResult
from ._types import Type
from .signatures import Parameter

openmp: bool

def numeric_type(dtype: DTypeLike) -> int: ...

@final
class Options: ...

class Object: ...

class Udf:
    __name__: str
    __qualname__: str
    @property
    def __signature__(self) -> Signature: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...
    @property
    def symbol(self) -> str | None: ...
    @property
    def library(self) -> str | None: ...
    @property
    def address(self) -> int | None: ...
    @property
    def result_type(self) -> str: ...
    @property
    def is_similarity(self) -> bool: ...
    @property
    def is_metric(self) -> bool: ...
    @property
    def is_deterministic(self) -> bool: ...
    @property
    def plan_known(self) -> bool: ...
    @property
    def summary(self) -> str | None: ...
    @property
    def types(self) -> tuple[Type, ...]: ...
    @property
    def result(self) -> Type: ...
    def __call__(self, *args: Any, **options: Any) -> Any: ...
    def outer(self, *columns: Any, **options: Any) -> NDArray[Any]: ...
    def options(self, given: dict[str, Any]) -> Options: ...
    def plan(self, options: Options, largest: Sequence[int]) -> tuple[float, float, bool]: ...
    def one(self, columns: list[Argument], options: Options) -> Any: ...
    def rows(
        self,
        columns: list[Argument],
        steps: list[list[int]],
        shape: tuple[int, ...],
        options: Options,
        out: NDArray[Any],
        missing: NDArray[np.bool_],
        workers: int,
        show: Callable[[float], None] | None,
    ) -> int: ...
    def slots(
        self,
        columns: list[Argument],
        steps: list[list[int]],
        shape: tuple[int, ...],
        options: Options,
        workers: int,
        show: Callable[[float], None] | None,
    ) -> SlotResult: ...

class Metric(Udf):
    @property
    def forms(self) -> dict[str, Udf]: ...
