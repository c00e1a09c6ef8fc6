"""Fuzzy joins of data frames, and groups of near duplicates; never a dense matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import index as as_index
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import pairwise
from .engines import Frame, adapt, find_frame
from .signatures import nearest
from .text import choose

__all__ = ["dedupe", "match"]

_HOW = ("left", "inner")


def match(
    left: Any,
    right: Any,
    *,
    on: Any = None,
    left_on: Any = None,
    right_on: Any = None,
    metric: Any = "levenshtein",
    form: str | None = None,
    score_cutoff: float | None = None,
    k: int = 1,
    how: Literal["left", "inner"] = "left",
    suffix: str = "_right",
    score_name: str = "score",
    workers: int | None = None,
    processor: str | Callable[[Any], Any] | None = None,
    progress: bool = False,
    **metric_options: Any,
) -> Any:
    """Join each row of `left` with the `k` rows of `right` whose key is nearest.

    Parameters
    ----------
    left, right : pandas.DataFrame, polars.DataFrame, pyarrow.Table
        The frames, of one library or of two. Any other object with ``__arrow_c_stream__`` that streams records
        is read as a ``pyarrow.Table``.
    on : column name, optional
        The key, when it has the same name in both frames.
    left_on, right_on : column name, optional
        The keys, when their names differ.
    metric : str, metric or Udf, default "levenshtein"
        As in `cdist`.
    form : str, optional
        ``"distance"`` (the default), ``"similarity"``, ``"normalized_distance"`` or ``"normalized_similarity"``.
    score_cutoff : number, optional
        The worst score that is still a match: the largest distance or the smallest similarity.
    k : int, default 1
        How many matches a left row may have. Of equal scores the lower right row comes first.
    how : {"left", "inner"}, default "left"
        Whether left rows without a match are kept, with missing values on the right, or dropped.
    suffix : str, default "_right"
        Added to the name of a right column that `left` has too.
    score_name : str, default "score"
        Name of the column of scores.
    workers : int, optional
        Number of threads; None takes every core that this process may use.
    processor : str or callable, optional
        Text normaliser applied once to each key for the comparison; the columns are not changed.
    progress : bool, default False
        Whether to show a progress bar (needs tqdm).
    **metric_options
        Options of the metric, such as ``weights`` or ``prefix_weight``.

    Returns
    -------
    frame of the library of `left`
        The columns of `left`, then those of `right`, then the score. Rows follow `left`, the best match first; the
        index of a pandas `left` is kept. Integer columns stay integers where a match is missing: in pandas they take
        the nullable dtype then.

    Raises
    ------
    KeyError
        If a frame has no such column.
    ValueError
        If keys are named neither or both ways, if `k` or `how` is not valid, or if two columns of the result would
        have one name.
    TypeError
        If `left` or `right` is not a data frame.

    See Also
    --------
    topk : the same for two columns.
    pairs_within : all pairs within a cutoff.

    Notes
    -----
    A missing key matches nothing, not even another missing key.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"city": ["Pariss", "Lndon", "Oslo"], "amount": [10, 20, 30]})
    >>> cities = pd.DataFrame({"city": ["London", "Paris"], "people": [8_800_000, 2_100_000]})
    >>> match(orders, cities, on="city", score_cutoff=2)
         city  amount city_right   people  score
    0  Pariss      10      Paris  2100000      1
    1   Lndon      20     London  8800000      1
    2    Oslo      30        NaN     <NA>   <NA>
    """
    left_frame, right_frame = _frame(left, "left"), _frame(right, "right")
    moved = adapt(right_frame, left_frame)
    join = plan(
        left_frame,
        right_frame,
        on=on,
        left_on=left_on,
        right_on=right_on,
        right_names=moved.names(),
        metric=metric,
        form=form,
        k=k,
        how=how,
        suffix=suffix,
        score_name=score_name,
        options={"score_cutoff": score_cutoff, "workers": workers, "processor": processor, **metric_options},
    )
    left_key, right_key = left_frame.column(join.left_on), right_frame.column(join.right_on)
    left_rows, right_rows, scores = join.pairs(left_key, right_key, progress)
    if how == "left":
        left_rows, right_rows, scores = with_unmatched(len(left_frame), left_rows, right_rows, scores)
    taken = moved.take(right_rows).renamed(join.names)
    return left_frame.take(left_rows).beside(taken).with_column(score_name, scores, right_rows < 0).native


class Join(NamedTuple):
    """A join whose arguments are known to be valid."""

    left_on: Any
    right_on: Any
    udf: Any
    k: int
    names: list[Any]  # of the right columns in the result
    options: dict[str, Any]  # of `topk`

    @property
    def dtype(self) -> str:
        """Of the scores."""
        return "int64" if self.udf.result_type == "int64" else "float64"

    def pairs(
        self, left: Any, right: Any, progress: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
        """Left row, right row and score of each match of two key columns; by left row, the best first."""
        scores, indices = pairwise.topk(
            left,
            right,
            k=min(self.k, max(len(right), 1)),
            metric=self.udf,
            dtype=self.dtype,
            progress=progress,
            **self.options,
        )
        found = indices >= 0
        return np.nonzero(found)[0].astype(np.int64, copy=False), indices[found], scores[found]


def plan(
    left: Frame,
    right: Frame,
    *,
    on: Any,
    left_on: Any,
    right_on: Any,
    right_names: list[Any],
    metric: Any,
    form: str | None,
    k: int,
    how: str,
    suffix: str,
    score_name: str,
    options: dict[str, Any],
) -> Join:
    """Check the arguments of `match`, down to the names of the columns of the result."""
    left_on, right_on = _keys(on, left_on, right_on)
    k = _count(k)
    if how not in _HOW:
        raise ValueError(f"unknown how {how!r}; {nearest(how, _HOW)}")
    for frame, name, side in ((left, left_on, "left"), (right, right_on, "right")):
        _key(frame, name, side)
    names = _right_names(left.names(), right_names, suffix, score_name)
    return Join(left_on, right_on, choose(metric, form), k, names, options)


def with_unmatched(
    n: int, left_rows: NDArray[np.int64], right_rows: NDArray[np.int64], scores: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """The matches, and the left rows that have none, with -1 for the right row."""
    unmatched = np.ones(n, bool)
    unmatched[left_rows] = False
    alone = np.flatnonzero(unmatched)
    every = np.concatenate([left_rows, alone])
    order = np.argsort(every, kind="stable")
    rights = np.concatenate([right_rows, np.full(len(alone), -1, np.int64)])
    values = np.concatenate([scores, np.zeros(len(alone), scores.dtype)])
    return every[order], rights[order], values[order]


def dedupe(
    values: Any,
    *,
    on: Any = None,
    score_cutoff: float,
    metric: Any = "levenshtein",
    form: str | None = None,
    workers: int | None = None,
    processor: str | Callable[[Any], Any] | None = None,
    progress: bool = False,
    **metric_options: Any,
) -> NDArray[np.int64]:
    """Label groups of near duplicates: rows joined by a chain of pairs within the cutoff.

    Parameters
    ----------
    values : array_like of text, or a data frame
        One column in any form that `cdist` takes, or a frame and its column `on`.
    on : column name, optional
        The column to compare, when `values` is a frame.
    score_cutoff : number
        The worst score of a pair of duplicates: the largest distance or the smallest similarity.
    metric, form, workers, processor, progress, **metric_options
        As in `match`.

    Returns
    -------
    ndarray of int64
        For each row the number of the first row of its group. A missing value is a group of its own.

    See Also
    --------
    pairs_within : the pairs themselves.

    Notes
    -----
    Groups are connected components: two rows of one group may be further apart than the cutoff.

    Examples
    --------
    >>> dedupe(["Oslo", "Paris", "Olso", "Parris", None], score_cutoff=2)
    array([0, 1, 0, 1, 4])
    """
    column = _column(values, on)
    rows, cols, _ = pairwise.pairs_within(
        column,
        score_cutoff=score_cutoff,
        metric=metric,
        form=form,
        workers=workers,
        processor=processor,
        progress=progress,
        **metric_options,
    )
    return _components(len(column), np.asarray(rows, np.int64), np.asarray(cols, np.int64))


def _frame(obj: Any, side: str) -> Frame:
    frame = find_frame(obj)
    if frame is None:
        raise TypeError(
            f"{side} must be a pandas or Polars DataFrame or an Arrow table, got {type(obj).__name__}; "
            "for plain columns use pyudf.topk"
        )
    twice = [name for name, count in Counter(frame.names()).items() if count > 1]
    if twice:
        raise ValueError(f"{side} has more than one column {twice[0]!r}; rename one of them")
    return frame


def _keys(on: Any, left_on: Any, right_on: Any) -> tuple[Any, Any]:
    for option, name in (("on", on), ("left_on", left_on), ("right_on", right_on)):
        if isinstance(name, list):
            raise TypeError(f"{option} is the name of one column, got a list; join the texts into one column first")
    if on is not None:
        if left_on is not None or right_on is not None:
            raise ValueError("got on= and left_on= or right_on=; give on= alone, or left_on= and right_on=")
        return on, on
    if left_on is None or right_on is None:
        raise ValueError("the key columns are not named; give on=, or both left_on= and right_on=")
    return left_on, right_on


def _key(frame: Frame, name: Any, side: str) -> Any:
    if name not in frame.names():
        raise KeyError(f"unknown column {name!r} in {side}; {nearest(name, map(str, frame.names()))}")
    return frame.column(name)


def _count(k: Any) -> int:
    try:
        k = as_index(k)
    except TypeError:
        raise TypeError(f"k must be an integer, got {type(k).__name__}") from None
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}")
    return int(k)


def _right_names(left: list[Any], right: list[Any], suffix: str, score_name: str) -> list[Any]:
    """The names of the right columns in the result; an error if any two names would be equal."""
    names = [f"{name}{suffix}" if name in left else name for name in right]
    taken = set(left)
    for given, name in zip(right, names, strict=True):
        if name in taken:
            raise ValueError(
                f"right column {given!r} would become {name!r}, which is taken; pass another suffix= or rename it"
            )
        taken.add(name)
    if score_name in taken:
        raise ValueError(f"there is a column {score_name!r} already; name the scores with score_name=")
    return names


def _column(values: Any, on: Any) -> Any:
    """The column that `dedupe` compares, as something that has a length and can be read again."""
    frame = find_frame(values)
    if frame is not None:
        if on is None:
            raise ValueError(f"values is a data frame; name its column with on=, one of: {_listed(frame.names())}")
        return _key(_frame(frame.native, "values"), on, "values")
    if on is not None:
        raise TypeError(f"on= names a column of a data frame, but values is {type(values).__name__}; leave on= out")
    if isinstance(values, (str, bytes)):
        return [values]
    if hasattr(values, "__len__") or not isinstance(values, Iterable):
        return values
    return list(values)


def _listed(names: list[Any]) -> str:
    return ", ".join(map(str, names)) or "none"


def _components(n: int, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.int64]:
    """Label each of n rows with the lowest row that a chain of pairs joins it to.

    Each round hangs every root that has a lower neighbour under the lowest of them, then flattens the trees by
    pointer jumping. In two rounds a root either falls or takes in a neighbour, so rounds grow with log(n).
    """
    label = np.arange(n, dtype=np.int64)
    while rows.size:
        np.minimum.at(label, np.maximum(rows, cols), np.minimum(rows, cols))
        while True:
            parent = label[label]
            if np.array_equal(parent, label):
                break
            label = parent
        rows, cols = label[rows], label[cols]
        apart = rows != cols
        rows, cols = rows[apart], cols[apart]
    return label
