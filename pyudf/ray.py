"""Functions over columns of Ray's datasets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from .optional import require
from .workers import single_thread

__all__ = ["map"]


def map(
    function: Any,
    dataset: Any,
    *,
    columns: Sequence[str],
    output: str,
    batch_size: int | None = None,
    resources: dict[str, Any] | None = None,
    **given: Any,
) -> Any:
    """Add a column with the results of a function to a dataset, lazily.

    Parameters
    ----------
    function : Udf or Overloaded
        A built-in function, or one of a package or of `pyudf.compile`: workers import or compile it afresh.
    dataset : ray.data.Dataset
    columns : sequence of str
        The columns that the function takes, in its order.
    output : str
        Name of the new column; one that has this name already is replaced.
    batch_size : int, optional
        Rows of a batch; by default whole blocks.
    resources : dict, optional
        What goes to ``Dataset.map_batches``, such as ``{"concurrency": 8, "num_cpus": 1}``.
    **given
        Constants and options by name, such as ``score_cutoff``; ``workers`` (1 by default, since Ray computes blocks
        side by side).

    Returns
    -------
    ray.data.Dataset
        Missing where an argument is missing.

    Raises
    ------
    ImportError
        If ray[data] is not installed.
    TypeError
        If `dataset` is none, or for arguments that the function does not have.

    Examples
    --------
    >>> import ray, pyudf
    >>> names = ray.data.from_items([{"a": "kitten", "b": "sitting"}])
    >>> pyudf.ray.map(pyudf.levenshtein, names, columns=["a", "b"], output="d").take_all()
    [{'a': 'kitten', 'b': 'sitting', 'd': 3}]
    """
    data = require("ray.data", "ray")
    if not isinstance(dataset, data.Dataset):
        raise TypeError(
            f"expected a ray.data.Dataset, got {type(dataset).__name__}; see ray.data.from_pandas and others"
        )
    if isinstance(columns, str):
        raise TypeError(f"columns must be a list of names, got {columns!r}; write columns=[{columns!r}]")
    from .engines.arrow import try_out

    given = {**single_thread(function), **given}
    if not hasattr(function, "functions"):
        try_out(function, given, len(columns))
    run = partial(_with_column, function, list(columns), output, given)
    return dataset.map_batches(
        run, batch_format="pyarrow", batch_size=batch_size, zero_copy_batch=True, **(resources or {})
    )


def _with_column(function: Any, columns: list[str], output: str, given: dict[str, Any], batch: Any) -> Any:
    """One batch, a ``pyarrow.Table``, and the new column."""
    found = function(*(batch.column(name) for name in columns), **given)
    if output not in batch.column_names:
        return batch.append_column(output, found)
    return batch.set_column(batch.column_names.index(output), output, found)
