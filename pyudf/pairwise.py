"""All pairs of two columns: matrices, the nearest, and those within a cutoff."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from . import results, text
from ._columns import Column, read_argument
from ._core import Udf
from ._pairwise import Pairs
from .elementwise import check_units, read_processed
from .optional import require
from .workers import ProgressBar, thread_count

__all__ = ["cdist", "pairs_within", "pdist", "sparse_cdist", "topk"]


class _Call:
    """The arguments that all functions of pairs share, checked."""

    def __init__(
        self,
        left: Any,
        right: Any,
        metric: Any,
        form: str | None,
        score_cutoff: float | None,
        workers: int | None,
        processor: Any,
        progress: bool,
        options: dict[str, Any],
        names: tuple[str, str] = ("XA", "XB"),
    ) -> None:
        self.udf: Udf = text.choose(metric, form)
        if not self.udf.is_metric:
            raise TypeError(f"{self.udf.__name__} does not give a number for two texts, and so is no metric")
        self.cutoff = score_cutoff
        if score_cutoff is not None and any(parameter.name == "score_cutoff" for parameter in self.udf.parameters):
            options = {**options, "score_cutoff": score_cutoff}
        columns = [p for p in self.udf.parameters if not p.keyword_only][2:]
        types = self.udf.types
        # What a function takes besides the two texts is the same for all pairs.
        self.constants = [
            read_argument(options.pop(p.name, p.default), t, p.name) for p, t in zip(columns, types[2:], strict=False)
        ]
        for constant, p in zip(self.constants, columns, strict=True):
            if constant.shape != ():
                raise TypeError(f"{p.name} must be one value for all pairs, got a column")
        self.options = self.udf.options(options)
        self.workers = thread_count(workers)
        self.progress = ProgressBar(progress, self.udf.__name__)
        self.names = names
        self.columns = [_read(left, names[0], processor, types[0])]
        if right is not None:
            self.columns.append(_read(right, names[1], processor, types[1]))
            if self.columns[0].unit != self.columns[1].unit:
                check_units(self.columns, list(names))
        self.one_column = right is None

    def pairs(self, columns: list[Column] | None = None) -> Pairs:
        left, *right = columns or self.columns
        return Pairs(self.udf, self.options, left, right[0] if right else None, self.constants)

    def plan(self, pairs: Pairs) -> tuple[float, bool]:
        """The highest score, and whether the function is symmetric; options are checked here."""
        _, highest, symmetric = self.udf.plan(self.options, pairs.largest)
        return highest, symmetric

    def triangle(self, symmetric: bool) -> bool:
        return self.one_column and symmetric

    def check_missing(self, pairs: Pairs, dtype: np.dtype[Any], na_score: float | None) -> float:
        """What a pair with a missing text scores."""
        if na_score is not None:
            results.check_na_score(na_score, dtype)
            return na_score
        if dtype.kind != "f" and pairs.first_missing is not None:
            side, row = pairs.first_missing
            raise ValueError(
                f"{self.names[side]}, row {row}: missing text, which a matrix of dtype {dtype} cannot tell; "
                'pass dtype="float32" for NaN, or na_score= for a number'
            )
        return math.nan if dtype.kind == "f" else 0.0


def _read(values: Any, name: str, processor: Any, t: Any = None) -> Column:
    """A column of one dimension; a text alone is a column of one."""
    if values is None:
        raise TypeError(f"{name}: expected a column of text, got None")
    column = read_processed(values, name, processor)
    if t is not None:
        read_argument(column, t, name)  # in the encoding that the function takes
    if len(column.shape) > 1:
        raise ValueError(
            f"{name} has shape {column.shape}; expected one dimension: pass one column of it, or {name}.ravel()"
        )
    return column


def cdist(
    XA: Iterable[Any],
    XB: Iterable[Any] | None = None,
    metric: str | Udf = "levenshtein",
    *,
    form: str | None = None,
    score_cutoff: float | None = None,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
    workers: int | None = None,
    processor: Any = None,
    progress: bool = False,
    na_score: float | None = None,
    **metric_options: Any,
) -> NDArray[Any]:
    """Compute the distance (or similarity) of each text of one column to each of another.

    Parameters
    ----------
    XA : array_like of str or bytes, shape (mA,)
        List, ndarray (``object``, ``U``, ``S``, ``StringDType``), pandas, Polars or Arrow column.
    XB : array_like of str or bytes, shape (mB,), optional
        By default `XA` against itself; half is computed and mirrored when the metric is symmetric.
    metric : str or Udf, default "levenshtein"
        Name of a metric, a metric, one form of it, or any function of two texts.
    form : {"distance", "similarity", "normalized_distance", "normalized_similarity"}, optional
        Which form of a metric; distance by default.
    score_cutoff : int or float, optional
        A distance above it becomes ``score_cutoff + 1`` (1.0 if normalised), a similarity below it 0.
    dtype : dtype, optional
        int16 for counts by default (int32 or int64 if texts are so long that a score could pass it), float32
        otherwise.
    out : ndarray, shape (mA, mB), optional
        Takes the result; its dtype takes the place of `dtype`.
    workers : int, optional
        Threads; None or 0: all cores this process may use, 1: none.
    processor : str or callable, optional
        Name of a text normaliser, or a function, applied once to each text.
    progress : bool, default False
        Show a progress bar (needs tqdm).
    na_score : float, optional
        Score of a pair with a missing text; NaN by default, which an integer matrix refuses.
    **metric_options
        Options of the metric, as ``weights=(1, 1, 2)`` of levenshtein.

    Returns
    -------
    ndarray, shape (mA, mB)

    Raises
    ------
    OverflowError
        If `dtype` cannot hold every possible score.
    ValueError
        For inputs of more than one dimension, an unusable `out`, a missing text in an integer matrix.
    MemoryError
        If the matrix is larger than the memory there is.

    Examples
    --------
    >>> import pyudf
    >>> pyudf.cdist(["kitten", "mitten"], ["sitting", "kitten", "bitten"])
    array([[3, 0, 1],
           [3, 1, 1]], dtype=int16)
    """
    call = _Call(XA, XB, metric, form, score_cutoff, workers, processor, progress, metric_options)
    pairs = call.pairs()
    highest, symmetric = call.plan(pairs)
    natural = call.udf.result_type
    chosen = results.choose_dtype(results.asked_dtype(dtype, out, pairs.shape, [XA, XB]), natural, highest)
    missing = call.check_missing(pairs, chosen, na_score)
    result = results.allocate(pairs.shape, chosen) if out is None else out
    triangle = call.triangle(symmetric)
    with call.progress as bar:
        small = _categories(call)
        if small is not None:
            _expand(call, call.pairs(small), small, result, missing, triangle, bar.show)
        elif result.size and result.strides[1] != result.itemsize:
            direct = results.allocate(result.shape, chosen)
            pairs.matrix(direct, missing, triangle, False, call.workers, bar.show)
            result[...] = direct
        elif result.size:
            pairs.matrix(result, missing, triangle, False, call.workers, bar.show)
    return result


def _categories(call: _Call) -> list[Column] | None:
    """The categories to score in place of the rows, where there are fewer of them."""
    if (call.columns[0].categories is None and call.columns[-1].categories is None) or not call.udf.is_deterministic:
        return None
    small = [column if column.categories is None else column.categories for column in call.columns]
    fewer = any(len(a) < len(b) for a, b in zip(small, call.columns, strict=True))
    return small if fewer and all(len(a) <= len(b) for a, b in zip(small, call.columns, strict=True)) else None


def _expand(
    call: _Call,
    pairs: Pairs,
    small: list[Column],
    result: NDArray[Any],
    missing: float,
    triangle: bool,
    show: Any,
) -> None:
    """Scores each pair of categories once and takes the scores for the rows."""
    scores = np.empty(pairs.shape, result.dtype)
    if scores.size:
        pairs.matrix(scores, missing, triangle, False, call.workers, show)
    codes = [
        np.arange(len(column)) if column.codes is None or column is chosen else column.codes
        for column, chosen in zip(call.columns, small, strict=True)
    ]
    rows, columns = codes if len(codes) == 2 else codes * 2
    present = columns >= 0
    for row, code in enumerate(rows):
        if code < 0 or not scores.size:
            result[row] = missing
        else:
            result[row] = np.where(present, scores[code].take(np.maximum(columns, 0)), result.dtype.type(missing))


def pdist(
    X: Iterable[Any],
    metric: str | Udf = "levenshtein",
    *,
    form: str | None = None,
    score_cutoff: float | None = None,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
    workers: int | None = None,
    processor: Any = None,
    progress: bool = False,
    na_score: float | None = None,
    **metric_options: Any,
) -> NDArray[Any]:
    """Compute the distance of each pair of texts of one column, in SciPy's condensed order.

    Parameters
    ----------
    X : array_like of str or bytes, shape (m,)
        As in `cdist`, like all other parameters.
    metric, form, score_cutoff, dtype, workers, processor, progress, na_score, **metric_options
        As in `cdist`.
    out : ndarray, shape (m * (m - 1) / 2,), optional
        Takes the result.

    Returns
    -------
    ndarray, shape (m * (m - 1) / 2,)
        The pairs (0, 1), (0, 2), …, (1, 2), …; ``scipy.spatial.distance.squareform`` makes it a matrix.

    Raises
    ------
    OverflowError, ValueError, MemoryError
        As in `cdist`.

    Examples
    --------
    >>> import pyudf
    >>> pyudf.pdist(["kitten", "mitten", "sitting"])
    array([1, 3, 3], dtype=int16)
    """
    call = _Call(X, None, metric, form, score_cutoff, workers, processor, progress, metric_options, ("X", "X"))
    pairs = call.pairs()
    highest, _ = call.plan(pairs)
    n = pairs.shape[0]
    shape = (n * (n - 1) // 2,)
    chosen = results.choose_dtype(results.asked_dtype(dtype, out, shape, [X]), call.udf.result_type, highest)
    missing = call.check_missing(pairs, chosen, na_score)
    result = results.allocate(shape, chosen) if out is None or not out.flags.c_contiguous else out
    with call.progress as bar:
        pairs.matrix(result, missing, True, True, call.workers, bar.show)
    if out is not None and result is not out:
        out[...] = result
    return result if out is None else out


def topk(
    XA: Iterable[Any],
    XB: Iterable[Any],
    k: int = 1,
    metric: str | Udf = "levenshtein",
    *,
    form: str | None = None,
    score_cutoff: float | None = None,
    dtype: DTypeLike | None = None,
    workers: int | None = None,
    processor: Any = None,
    progress: bool = False,
    **metric_options: Any,
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Find the k best matches of each text of one column in another, without the matrix.

    Parameters
    ----------
    XA : array_like of str or bytes, shape (mA,)
    XB : array_like of str or bytes, shape (mB,)
        As in `cdist`.
    k : int, default 1
        How many.
    score_cutoff : int or float, optional
        Matches worse than it are left out.
    metric, form, dtype, workers, processor, progress, **metric_options
        As in `cdist`.

    Returns
    -------
    scores : ndarray, shape (mA, k)
        Best first; among equals the lower index first. Where there are fewer than k matches: NaN in a float
        result; in an integer one what a score beyond the cutoff becomes, -1 without a cutoff.
    indices : ndarray of int64, shape (mA, k)
        Rows of `XB`; -1 where there are fewer than k matches. A missing text matches nothing.

    Raises
    ------
    ValueError
        If ``k < 1``.
    OverflowError
        If `dtype` cannot hold every score, and what marks a slot that may stay empty.

    Examples
    --------
    >>> import pyudf
    >>> scores, indices = pyudf.topk(["kiten"], ["sitting", "kitten", "bitten"], k=2)
    >>> scores, indices
    (array([[1, 2]], dtype=int16), array([[1, 2]]))
    """
    try:
        k = operator.index(k)
    except TypeError:
        raise TypeError(f"k must be an integer, got {k!r}") from None
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if XB is None:
        raise TypeError("XB: expected a column of text, got None")
    call = _Call(XA, XB, metric, form, score_cutoff, workers, processor, progress, metric_options)
    pairs = call.pairs()
    highest, _ = call.plan(pairs)
    natural = call.udf.result_type
    empty = _empty_score(call)
    may_be_empty = call.cutoff is not None or k > pairs.shape[1] or pairs.first_missing is not None
    chosen = results.choose_dtype(dtype, natural, max(highest, empty) if may_be_empty else highest)
    if may_be_empty and empty < 0 and chosen.kind == "u":
        raise OverflowError(f"dtype {chosen} cannot hold -1, which marks an empty slot; int16 would do")
    results.allocate((pairs.shape[0], k), np.dtype("float64"))
    with call.progress as bar:
        scores, indices = pairs.nearest(k, call.cutoff, call.workers, bar.show)
    if chosen.kind != "f":
        scores[indices < 0] = empty
    return scores.astype(chosen), indices


def _empty_score(call: _Call) -> float:
    """What marks a slot of an integer `topk` that no match fills."""
    if call.cutoff is None:
        return -1
    return 0 if call.udf.is_similarity else call.cutoff + 1


def pairs_within(
    XA: Iterable[Any],
    XB: Iterable[Any] | None = None,
    *,
    score_cutoff: float,
    metric: str | Udf = "levenshtein",
    form: str | None = None,
    dtype: DTypeLike | None = None,
    workers: int | None = None,
    processor: Any = None,
    progress: bool = False,
    **metric_options: Any,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """Find all pairs of texts whose distance is at most (or similarity at least) a cutoff, without the matrix.

    Parameters
    ----------
    XA : array_like of str or bytes, shape (mA,)
        As in `cdist`.
    XB : array_like of str or bytes, shape (mB,), optional
        By default `XA` against itself: each unordered pair once, row before column, no text with itself.
    score_cutoff : int or float
        The largest distance, or the smallest similarity, of a pair that is wanted.
    metric, form, dtype, workers, processor, progress, **metric_options
        As in `cdist`.

    Returns
    -------
    rows, columns : ndarray of int64, shape (n,)
        Sorted by row, then column. A missing text is in no pair.
    scores : ndarray, shape (n,)

    Raises
    ------
    ValueError
        If the cutoff is negative.

    Examples
    --------
    >>> import pyudf
    >>> pyudf.pairs_within(["kitten", "mitten", "sitting"], score_cutoff=1)
    (array([0]), array([1]), array([1], dtype=int16))
    """
    if score_cutoff is None:
        raise TypeError("score_cutoff must be a number, got None; cdist gives all pairs")
    call = _Call(XA, XB, metric, form, score_cutoff, workers, processor, progress, metric_options)
    pairs = call.pairs()
    highest, _ = call.plan(pairs)
    chosen = results.choose_dtype(dtype, call.udf.result_type, highest)
    with call.progress as bar:
        rows, columns, scores = pairs.within(score_cutoff, call.one_column, call.workers, bar.show)
    return rows, columns, scores.astype(chosen)


def sparse_cdist(
    XA: Iterable[Any],
    XB: Iterable[Any] | None = None,
    *,
    score_cutoff: float,
    metric: str | Udf = "levenshtein",
    **options: Any,
) -> Any:
    """Compute the entries of the matrix that are within a cutoff, as a SciPy sparse array.

    Parameters
    ----------
    XA, XB, score_cutoff, metric, **options
        As in `pairs_within`; with `XB` left out the array is that of `XA` against itself, both halves and the
        diagonal.

    Returns
    -------
    scipy.sparse.csr_array, shape (mA, mB)
        Zeros within the cutoff are stored; what is not stored is beyond it.

    Raises
    ------
    ImportError
        Without SciPy: ``pip install "pyudf[sparse]"``.

    Examples
    --------
    >>> import pyudf
    >>> near = pyudf.sparse_cdist(["kitten"], ["sitting", "kitten", "bitten"], score_cutoff=1)
    >>> near.indices, near.data
    (array([1, 2]), array([0, 1], dtype=int16))
    """
    sparse = require("scipy.sparse", "sparse")
    left: Any = _read(XA, "XA", None)
    right: Any = left if XB is None else _read(XB, "XB", None)
    rows, columns, scores = pairs_within(left, right, score_cutoff=score_cutoff, metric=metric, **options)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(left)))])
    return sparse.csr_array((scores, columns, starts), shape=(len(left), len(right)))
