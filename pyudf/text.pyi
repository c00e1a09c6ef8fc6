# Written by `python -m pyudf.stubs pyudf.text --write FILE`: what type checkers know of pyudf.text.
"""Text metrics: each a function of two texts in four forms, over values, arrays, Series and Arrow columns."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pyudf._core import Metric, Udf

__all__ = [
    "damerau_levenshtein",
    "hamming",
    "indel",
    "jaro",
    "jaro_winkler",
    "lcs_seq",
    "levenshtein",
    "osa",
    "postfix",
    "prefix",
]

# Arrays give an ndarray; what else is a column gives one of its own kind, as a Series a Series.
_Array: TypeAlias = list[Any] | tuple[Any, ...] | NDArray[Any]
_Column: TypeAlias = Iterable[Any] | _Expression | None

class _Expression(Protocol):  # of Polars
    def alias(self, name: str) -> Any: ...
    @property
    def meta(self) -> Any: ...

class _WeightsInt64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: int | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> int: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: int | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> int: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: int | None = None,
    ) -> NDArray[Any]: ...

class _WeightsFloat64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        weights: tuple[int, int, int] = (1, 1, 1),
        score_cutoff: float | None = None,
    ) -> NDArray[Any]: ...

class _WeightsInt64Metric(_WeightsInt64, Metric):
    distance: _WeightsInt64
    similarity: _WeightsInt64
    normalized_distance: _WeightsFloat64
    normalized_similarity: _WeightsFloat64

class _Int64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        score_cutoff: int | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> int: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        score_cutoff: int | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> int: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        score_cutoff: int | None = None,
    ) -> NDArray[Any]: ...

class _Float64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        score_cutoff: float | None = None,
    ) -> NDArray[Any]: ...

class _Int64Metric(_Int64, Metric):
    distance: _Int64
    similarity: _Int64
    normalized_distance: _Float64
    normalized_similarity: _Float64

class _PadInt64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        pad: bool = True,
        score_cutoff: int | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> int: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        pad: bool = True,
        score_cutoff: int | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> int: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        pad: bool = True,
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        pad: bool = True,
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        pad: bool = True,
        score_cutoff: int | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        pad: bool = True,
        score_cutoff: int | None = None,
    ) -> NDArray[Any]: ...

class _PadFloat64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        pad: bool = True,
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        pad: bool = True,
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        pad: bool = True,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        pad: bool = True,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        pad: bool = True,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        pad: bool = True,
        score_cutoff: float | None = None,
    ) -> NDArray[Any]: ...

class _PadInt64Metric(_PadInt64, Metric):
    distance: _PadInt64
    similarity: _PadInt64
    normalized_distance: _PadFloat64
    normalized_similarity: _PadFloat64

class _Float64Metric(_Float64, Metric):
    distance: _Float64
    similarity: _Float64
    normalized_distance: _Float64
    normalized_similarity: _Float64

class _PrefixWeightFloat64(Udf):
    @overload
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        prefix_weight: float = 0.1,
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: bytes,
        s2: bytes,
        *,
        prefix_weight: float = 0.1,
        score_cutoff: float | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> float: ...
    @overload
    def __call__(
        self,
        s1: _Array,
        s2: str | bytes | _Array | None,
        *,
        prefix_weight: float = 0.1,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: str | bytes | None,
        s2: _Array,
        *,
        prefix_weight: float = 0.1,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        s1: _Column,
        s2: _Column,
        *,
        prefix_weight: float = 0.1,
        score_cutoff: float | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
    ) -> Any: ...
    def outer(
        self,
        left: Iterable[Any],
        right: Iterable[Any] | None,
        *,
        dtype: DTypeLike | None = None,
        out: NDArray[Any] | None = None,
        workers: int | None = None,
        processor: str | Callable[[Any], Any] | None = None,
        progress: bool = False,
        na_score: float | None = None,
        prefix_weight: float = 0.1,
        score_cutoff: float | None = None,
    ) -> NDArray[Any]: ...

class _PrefixWeightFloat64Metric(_PrefixWeightFloat64, Metric):
    distance: _PrefixWeightFloat64
    similarity: _PrefixWeightFloat64
    normalized_distance: _PrefixWeightFloat64
    normalized_similarity: _PrefixWeightFloat64

levenshtein: _WeightsInt64Metric
"""Levenshtein distance: the fewest insertions, deletions and substitutions that turn s1 into s2."""

osa: _Int64Metric
"""Optimal string alignment distance: the fewest insertions, deletions, substitutions and transpositions of adjacent
characters that turn s1 into s2, with no part edited twice."""

damerau_levenshtein: _Int64Metric
"""Damerau-Levenshtein distance: the fewest insertions, deletions, substitutions and swaps of neighbouring characters
that turn s1 into s2, where characters may be inserted between the two that were swapped."""

hamming: _PadInt64Metric
"""Hamming distance: the number of positions at which s1 and s2 differ."""

indel: _Int64Metric
"""Indel distance: the fewest insertions and deletions that turn s1 into s2."""

lcs_seq: _Int64Metric
"""Longest common subsequence distance: the largest possible value minus the other form, which is the length of the
longest sequence of characters that s1 and s2 share in the same order, gaps allowed."""

jaro: _Float64Metric
"""Jaro distance: the largest possible value minus the other form, which is the mean of three shares: of the
characters of s1, and of those of s2, that match one nearby in the other text, and of the matches that are in the
same order in both."""

jaro_winkler: _PrefixWeightFloat64Metric
"""Jaro-Winkler distance: the largest possible value minus the other form, which is the Jaro similarity, which, where
it exceeds 0.7, is brought closer to 1 by prefix_weight of the way for each of up to four common leading
characters."""

prefix: _Int64Metric
"""Prefix distance: the largest possible value minus the other form, which is the number of leading characters that
s1 and s2 share."""

postfix: _Int64Metric
"""Postfix distance: the largest possible value minus the other form, which is the number of trailing characters that
s1 and s2 share."""

def choose(metric: Any, form: str | None) -> Udf: ...
