# _frames.pyi: types of _frames.pyx: several columns of one length as an Arrow stream.
from typing import Any

class ArrowColumn:
    name: str
    format: str
    buffers: list[Any]
    length: int
    null_count: int
    def __init__(self, name: str, format: str, buffers: list[Any], length: int, null_count: int) -> None: ...

class Frame:
    columns: list[ArrowColumn]
    length: int
    def __init__(self, columns: list[ArrowColumn], length: int) -> None: ...
    def schema(self) -> Any: ...
    def stream(self) -> Any: ...
