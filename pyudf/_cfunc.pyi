# _cfunc.pyi: types of _cfunc.pyx: function pointers as Udf objects.
from collections.abc import Iterable
from typing import Any

from ._core import Udf

def make(
    address: int, name: str, doc: str, result: str, parameters: Iterable[tuple[str, str, int | None]], keep: Any
) -> Udf: ...
def read_capsule(capsule: Any) -> tuple[int, str | None, int]: ...
