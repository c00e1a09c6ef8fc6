"""Functions over Dask's columns, distance matrices in blocks, fuzzy joins of frames that lie on many machines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np

from . import joins, pairwise
from .elementwise import read_processed
from .engines import find_frame
from .optional import require
from .signatures import nearest
from .text import choose
from .workers import single_thread

__all__ = ["cdist", "map", "match"]


def map(function: Any, *columns: Any, **given: Any) -> Any:
    """Call a function row by row on Dask's columns, lazily.

    Parameters
    ----------
    function : Udf or Overloaded
        A built-in function, or one of a package or of `pyudf.compile`: workers import or compile it afresh.
    *columns : dask Series or value
        At least one Series; several must have the same partitions. A value stands for itself in
        every row.
    **given
        Constants and options by name, such as ``score_cutoff``; ``workers`` (1 by default, since Dask computes
        partitions side by side).

    Returns
    -------
    dask.dataframe.Series
        Named as the first Series; missing where an argument is missing.

    Raises
    ------
    ImportError
        If dask[dataframe] is not installed.
    TypeError
        If no column is Dask's, or for arguments that the function does not have.

    Examples
    --------
    >>> import pandas as pd, dask.dataframe as dd, pyudf
    >>> frame = dd.from_pandas(pd.DataFrame({"a": ["kitten", "Ann"], "b": ["sitting", None]}), npartitions=2)
    >>> pyudf.dask.map(pyudf.levenshtein, frame.a, frame.b).compute().tolist()
    [3, <NA>]
    """
    dd = require("dask.dataframe", "dask")
    series = [column for column in columns if isinstance(column, dd.Series)]
    if not series:
        kinds = ", ".join(type(column).__name__ for column in columns)
        raise TypeError(
            f"expected at least one dask Series, got ({kinds}); call {function.__name__}(…) itself with what is here"
        )
    if len({(column.npartitions, column.divisions) for column in series}) > 1:
        counts = " and ".join(str(column.npartitions) for column in series)
        raise ValueError(
            f"the Series have {counts} partitions, or begin them at different labels, so that it is unclear which rows "
            "belong together; take them out of one frame, or repartition one: b.repartition(divisions=a.divisions)"
        )
    for column in columns:
        if hasattr(column, "index") and hasattr(column, "iloc"):
            raise TypeError(
                "got a pandas Series among those of Dask, whose partitions it does not have; "
                "make it one of them: dask.dataframe.from_pandas(series, npartitions=…)"
            )
    run = partial(_rows, function, {**single_thread(function), **given})
    meta = run(*(column._meta if isinstance(column, dd.Series) else column for column in columns))
    return dd.map_partitions(run, *columns, meta=meta, token=function.__name__)


def _rows(function: Any, given: dict[str, Any], *columns: Any) -> Any:
    return function(*columns, **given)


def cdist(
    XA: Any,
    XB: Any = None,
    metric: Any = "levenshtein",
    *,
    chunks: int | Sequence[int] = 2_000,
    form: str | None = None,
    dtype: Any = None,
    workers: int | None = 1,
    **options: Any,
) -> Any:
    """Compute the distance (or similarity) of each text of one column to each of another, lazily and in blocks.

    Parameters
    ----------
    XA : array_like of str or bytes, shape (mA,)
        A column in memory, a Dask array, Series or Index.
    XB : array_like of str or bytes, shape (mB,), optional
        By default `XA` against itself.
    metric : str or Udf, default "levenshtein"
        As in `pyudf.cdist`.
    chunks : int or pair of int, default 2000
        Rows and columns of a block. What Dask has in chunks of its own keeps them.
    form : str, optional
        As in `pyudf.cdist`.
    dtype : dtype, optional
        One for all blocks: by default int32 for counts, float32 for normalised scores, of functions that are no
        metrics their own.
    workers : int, optional
        Threads of each block; 1 by default, since Dask computes blocks side by side.
    **options
        ``score_cutoff``, ``processor``, ``na_score`` and options of the metric, as in `pyudf.cdist`.

    Returns
    -------
    dask.array.Array, shape (mA, mB)
        Of a Dask Series the number of rows is not known before it is computed, and neither is that of the result:
        ``result.compute_chunk_sizes()`` asks for it.

    Raises
    ------
    ImportError
        If dask[array] is not installed.
    TypeError, ValueError
        For unknown metrics, forms and options.

    Examples
    --------
    >>> import pyudf
    >>> scores = pyudf.dask.cdist(["kitten", "mitten"], ["sitting", "kitten", "bitten"], chunks=2)
    >>> scores
    dask.array<cdist, shape=(2, 3), dtype=int32, chunksize=(2, 2), chunktype=numpy.ndarray>
    >>> scores.min(axis=1).compute().tolist()
    [0, 1]
    """
    da = require("dask.array", "dask")
    udf = choose(metric, form)
    rows, columns = (chunks, chunks) if isinstance(chunks, int) else chunks
    block = partial(_block, udf, {"dtype": _score_dtype(udf, dtype), "workers": workers, **options})
    empty = np.empty(0, object)
    meta = block(empty[:, None], empty[None, :], ())  # tells what is wrong with the options, too
    left = _texts(XA, "XA", rows)
    right = _texts(XA, "XA", columns) if XB is None else _texts(XB, "XB", columns)
    return da.map_blocks(
        block,
        left[:, None],
        right[None, :],
        chunks=(left.chunks[0], right.chunks[0]),
        dtype=meta.dtype,
        meta=meta,
        name=f"cdist-{require('dask.base', 'dask').tokenize(udf, left, right, options, str(meta.dtype))}",
    )


def _score_dtype(udf: Any, dtype: Any) -> np.dtype[Any]:
    """One dtype for blocks whose longest texts differ."""
    if dtype is None and udf.plan_known:
        dtype = "int32" if udf.result_type == "int64" else "float32"
    chosen: np.dtype[Any] = np.dtype(udf.result_type if dtype is None else dtype)
    return chosen


def _block(udf: Any, options: dict[str, Any], left: Any, right: Any, block_id: tuple[int, ...] = ()) -> Any:
    try:
        return pairwise.cdist(left[:, 0], right[0], udf, **options)
    except (TypeError, ValueError, OverflowError) as error:
        if block_id:
            error.add_note(f"in block {block_id} of the matrix, whose rows are counted from its own first one")
        raise


def _texts(values: Any, name: str, size: int) -> Any:
    """A column of text as a Dask array of one dimension."""
    da = require("dask.array", "dask")
    if hasattr(values, "to_dask_array"):
        return values.astype(object).to_dask_array()
    if not isinstance(values, da.Array):
        column = read_processed([values] if isinstance(values, (str, bytes)) else values, name, None)
        if len(column.shape) > 1:
            raise ValueError(f"{name} has shape {column.shape}; expected one dimension")
        texts = np.empty(len(column), object)
        texts[:] = column.tolist()
        values = da.from_array(texts, chunks=size)
    if values.ndim != 1:
        raise ValueError(f"{name} has shape {values.shape}; expected one dimension")
    return values


def match(
    left: Any,
    right: Any,
    *,
    on: Any = None,
    left_on: Any = None,
    right_on: Any = None,
    by: Any = None,
    metric: Any = "levenshtein",
    form: str | None = None,
    score_cutoff: float | None = None,
    k: int = 1,
    how: Literal["left", "inner"] = "left",
    suffix: str = "_right",
    score_name: str = "score",
    npartitions: int | None = None,
    workers: int | None = 1,
    processor: Any = None,
    **metric_options: Any,
) -> Any:
    """Join each row of `left` with the `k` rows of `right` whose key is nearest, lazily and in blocks.

    Parameters
    ----------
    left, right : dask.dataframe.DataFrame or pandas.DataFrame
        The frames; at least one of them is Dask's.
    on, left_on, right_on : column name, optional
        The keys, as in `pyudf.match`.
    by : column name or list of them, optional
        Blocking keys: only rows that are equal in these columns, which both frames have, are compared. Both frames are
        shuffled by them, so that the work grows with the size of the blocks and not with the product of the tables. A
        missing blocking key equals nothing.
    metric, form, score_cutoff, k, how, suffix, score_name, processor, **metric_options
        As in `pyudf.match`.
    npartitions : int, optional
        With `by`: into how many partitions the frames are shuffled; by default as many as the larger one has.
    workers : int, optional
        Threads of each block; 1 by default, since Dask computes blocks side by side.

    Returns
    -------
    dask.dataframe.DataFrame
        The rows that `pyudf.match` gives for the whole frames. Without `by` they follow `left`, whose index and
        partitions they keep; with `by` they are in the order of the shuffle. Integers and truth values of the right
        columns have nullable types with ``how="left"``, whether there are gaps or not.

    Raises
    ------
    ImportError
        If dask[dataframe] is not installed.
    KeyError, TypeError, ValueError
        As `pyudf.match`, when it is called, not when it is computed; if a blocking key has another dtype on the right.

    Notes
    -----
    Without `by` each partition of `left` meets each of `right`: the best `k` matches of every pair are kept, and of
    those the best. No worker holds more than a partition of each frame, and matches.

    Examples
    --------
    >>> import pandas as pd, dask.dataframe as dd, pyudf
    >>> orders = pd.DataFrame({"city": ["Pariss", "Lndon"], "land": ["FR", "GB"]})
    >>> cities = pd.DataFrame({"city": ["London", "Paris", "Lindon"], "land": ["GB", "FR", "US"]})
    >>> orders, cities = dd.from_pandas(orders, npartitions=2), dd.from_pandas(cities, npartitions=2)
    >>> pyudf.dask.match(orders, cities, on="city").compute()[["city", "city_right", "score"]]
         city city_right  score
    0  Pariss      Paris      1
    1   Lndon     London      1
    """
    dd, delayed = require("dask.dataframe", "dask"), require("dask", "dask").delayed
    left, right = _partitioned(left, "left"), _partitioned(right, "right")
    blocking = [] if by is None else list(by) if isinstance(by, (list, tuple)) else [by]
    _check_blocking(left._meta, right._meta, blocking)
    shown = right._meta.drop(columns=blocking)
    join = joins.plan(
        _frame(left._meta),
        _frame(right._meta),
        on=on,
        left_on=left_on,
        right_on=right_on,
        right_names=list(shown.columns),
        metric=metric,
        form=form,
        k=k,
        how=how,
        suffix=suffix,
        score_name=score_name,
        options={"score_cutoff": score_cutoff, "workers": workers, "processor": processor, **metric_options},
    )
    finish = partial(_joined, join, how, score_name)
    meta = finish(left._meta, _candidates(join, left._meta, right._meta)._replace(right=shown))
    if not blocking:
        lefts, rights = left.to_delayed(), right.to_delayed()
        candidates = [_best_of([delayed(partial(_candidates, join))(a, b) for b in rights], join) for a in lefts]
        parts = [delayed(finish)(a, best) for a, best in zip(lefts, candidates, strict=True)]
        return dd.from_delayed(parts, meta=meta, divisions=left.divisions, prefix="match", verify_meta=False)
    n = npartitions or max(left.npartitions, right.npartitions)
    run = partial(_joined_blocks, partial(_candidates_within, join, blocking), finish)
    # Not by way of to_delayed, which settles how frames are shuffled before it is known where.
    frames = (_shuffled(frame, blocking, n) for frame in (left, right))
    return dd.map_partitions(run, *frames, meta=meta, clear_divisions=True, token="match")


class _Matches(NamedTuple):
    """Matches of some left rows: the row, the score, the right row; by left row, the best first."""

    rows: Any
    scores: Any
    right: Any


def _partitioned(frame: Any, side: str) -> Any:
    dd = require("dask.dataframe", "dask")
    if isinstance(frame, dd.DataFrame):
        return frame
    if isinstance(frame, require("pandas", "dask").DataFrame):
        return dd.from_pandas(frame, npartitions=1, sort=False)
    raise TypeError(f"{side} must be a Dask or pandas DataFrame, got {type(frame).__name__}")


def _frame(partition: Any) -> Any:
    """A partition, which is a pandas frame, as joins see it."""
    return find_frame(partition)


def _check_blocking(left: Any, right: Any, blocking: list[Any]) -> None:
    for name in blocking:
        for side, frame in (("left", left), ("right", right)):
            if name not in frame.columns:
                raise KeyError(f"unknown column {name!r} in {side}; {nearest(name, [str(c) for c in frame.columns])}")
        if left[name].dtype != right[name].dtype:
            raise ValueError(
                f"blocking key {name!r} is {left[name].dtype} on the left and {right[name].dtype} on the right, which "
                "are shuffled to different places; cast one of them with astype"
            )


def _candidates(join: joins.Join, left: Any, right: Any) -> _Matches:
    """The matches of the rows of one partition with those of another."""
    left_key, right_key = _frame(left).column(join.left_on), _frame(right).column(join.right_on)
    rows, right_rows, scores = join.pairs(left_key, right_key)
    return _Matches(rows, scores, right.take(right_rows))


def _best_of(matches: list[Any], join: joins.Join) -> Any:
    """The best matches out of those with several right partitions, a few partitions at a time."""
    delayed = require("dask", "dask").delayed
    while len(matches) > 1:
        groups = [matches[at : at + _MERGED_AT_ONCE] for at in range(0, len(matches), _MERGED_AT_ONCE)]
        matches = [delayed(partial(_merged, join))(group) for group in groups]
    return matches[0]


_MERGED_AT_ONCE = 8


def _merged(join: joins.Join, matches: list[_Matches]) -> _Matches:
    pd = require("pandas", "dask")
    rows = np.concatenate([found.rows for found in matches])
    scores = np.concatenate([found.scores for found in matches])
    # Stable, so that of equal scores the lower right row stays first.
    order = np.lexsort((-scores if join.udf.is_similarity else scores, rows))
    rows = rows[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows, "left")
    best = order[rank < join.k]
    # Frames without rows have no say in the types.
    right = pd.concat([found.right for found in matches if len(found.rows)] or [matches[0].right]).take(best)
    return _Matches(rows[rank < join.k], scores[best], right)


def _joined(join: joins.Join, how: str, score_name: str, left: Any, matches: _Matches) -> Any:
    """One partition of the result."""
    rows, scores = matches.rows, matches.scores
    at = np.arange(len(rows), dtype=np.int64)
    right = _frame(matches.right)
    if how == "left":
        rows, at, scores = joins.with_unmatched(len(left), rows, at, scores)
        right = right.nullable()
    taken = right.take(at).renamed(join.names)
    found = _frame(left).take(rows).beside(taken).with_column(score_name, scores, at < 0).native
    # All partitions have the same types, whether they have gaps or not.
    nullable = "Int64" if scores.dtype.kind == "i" else "Float64"
    return found.astype({score_name: nullable}) if how == "left" else found


# --- blocking keys ----------------------------------------------------------------------------------------------------

_ROW = "__pyudf_row__"


def _shuffled(frame: Any, blocking: list[Any], n: int) -> Any:
    """The frame with equal blocking keys in one partition, and a column that tells where each row was."""
    numbered = frame.map_partitions(_numbered, meta=_numbered(frame._meta))
    return numbered.shuffle(on=blocking, npartitions=n)


def _numbered(frame: Any, partition_info: Any = None) -> Any:
    partition = 0 if partition_info is None else partition_info["number"]
    return frame.assign(**{_ROW: (partition << 40) + np.arange(len(frame), dtype=np.int64)})


def _in_order(frame: Any) -> Any:
    return frame.sort_values(_ROW).drop(columns=_ROW)


def _joined_blocks(within: Any, finish: Any, left: Any, right: Any) -> Any:
    left = _in_order(left)
    return finish(left, within(left, _in_order(right)))


def _candidates_within(join: joins.Join, blocking: list[Any], left: Any, right: Any) -> _Matches:
    """The matches of rows with equal blocking keys."""
    left_key, right_key = _frame(left).column(join.left_on), _frame(right).column(join.right_on)
    others = _blocks(right, blocking)
    found = [
        (rows[at], others[key][right_at], scores)
        for key, rows in _blocks(left, blocking).items()
        if key in others
        for at, right_at, scores in [join.pairs(left_key.iloc[rows], right_key.iloc[others[key]])]
    ]
    found.append((np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, join.dtype)))
    rows, right_rows, scores = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(rows, kind="stable")
    return _Matches(rows[order], scores[order], right.drop(columns=blocking).take(right_rows[order]))


def _blocks(frame: Any, blocking: list[Any]) -> dict[Any, Any]:
    """The positions of the rows of each blocking key, without those that have none."""
    known = np.flatnonzero(~frame[blocking].isna().any(axis=1).to_numpy())
    keys = frame[blocking].take(known)
    return {key: known[at] for key, at in keys.groupby(blocking, sort=False, observed=True).indices.items()}
