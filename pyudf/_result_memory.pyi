# _result_memory.pyi: types of _result_memory.pyx: arrays in memory that is used again.
from typing import Any

import numpy as np
from numpy.typing import NDArray

def empty(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]: ...
