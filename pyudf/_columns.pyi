# _columns.pyi: types of _columns.pyx: columns of text out of anything that holds one.
from collections.abc import Callable
from typing import Any, final

from ._arguments import Argument
from ._types import Type

def read_column(values: Any, argument: str) -> Column: ...
def read_argument(values: Any, t: Type, argument: str) -> Argument: ...

@final
class Column(Argument):
    def tolist(self) -> list[str | None] | list[bytes | None]: ...
    def mapped(self, function: Callable[[list[Any]], list[Any]], argument: str) -> Column: ...
