# _values.pyi: types of _values.pyx: single values of Python as values of C++.
from typing import Any

from numpy.typing import NDArray

from ._types import Type

def is_missing(value: object) -> bool: ...
def fits(t: Type, value: object) -> bool: ...
def checked_cast(array: NDArray[Any], t: Type) -> NDArray[Any]: ...
