"""Functions as column functions of Spark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import grouping
from ._aggregates import Aggregate
from .optional import require
from .workers import single_thread

__all__ = ["udf"]

_OLDEST = (3, 5)


def udf(function: Any, **options: Any) -> Any:
    """A function as a column function of Spark.

    Parameters
    ----------
    function : Udf, Aggregate or Overloaded
        A built-in function, or one of a package or of `pyudf.compile`: the workers import or compile it afresh, so
        pyudf and the package must be installed on them.
    **options
        Constants for parameters and options of the function by name, such as ``score_cutoff``.

    Returns
    -------
    pyspark.sql.udf.UserDefinedFunction
        Takes columns, or their names, as every function of Spark; a constant column is ``lit("text")``. Its result has
        the type that the function's has; where Spark has none of that kind, the next larger one: it knows no
        unsigned numbers, of which the largest are ``decimal(20, 0)``, as which functions take them, too; and
        enumerations are strings. An aggregate is a function for ``agg``. For SQL, register it:
        ``spark.udf.register("levenshtein", udf(pyudf.levenshtein))``.

    Raises
    ------
    ImportError
        If pyspark is not installed, or is too old.
    TypeError
        For an option that the function does not have; for overloads whose results have several types.

    Notes
    -----
    Columns travel as Arrow arrays: as an ``arrow_udf`` where pyspark has it (4.1 or later), else as a ``pandas_udf``.
    Spark's own workers compute side by side, so each uses one thread.

    Examples
    --------
    >>> import pyudf
    >>> near = udf(pyudf.levenshtein, score_cutoff=2)
    >>> near.returnType
    LongType()
    """
    version = require("pyspark", "spark").__version__
    if tuple(map(int, version.split(".")[:2])) < _OLDEST:
        raise ImportError(f"this needs pyspark {'.'.join(map(str, _OLDEST))} or later, got {version}: upgrade pyspark")
    require("pyarrow", "spark")
    require("pandas", "spark")
    _check(function, options)
    from .engines.arrow import jvm_type

    overloads = getattr(function, "functions", (function,))
    folds = isinstance(function, Aggregate)
    gives = jvm_type(overloads[0].result)
    functions = require("pyspark.sql.functions", "spark")
    returned = require("pyspark.sql.pandas.types", "spark").from_arrow_type(gives, prefer_timestamp_ntz=True)
    run = _over_arrow(function, options, gives)
    if hasattr(functions, "arrow_udf"):
        made = functions.arrow_udf(_described(run, function, require("pyarrow", "spark").Array, folds), returned)
    else:
        over_pandas = _described(_over_pandas(run, folds), function, require("pandas", "spark").Series, folds)
        made = functions.pandas_udf(over_pandas, returned)
    if not all(getattr(overload, "is_deterministic", True) for overload in overloads):
        made = made.asNondeterministic()
    return made


def _check(function: Any, options: dict[str, Any]) -> None:
    """Tell on the driver what would fail on every worker."""
    from .engines.arrow import try_out

    overloads = getattr(function, "functions", (function,))
    if not all(hasattr(overload, "result_type") for overload in overloads):
        raise TypeError(f"expected a function of pyudf or of a library that it has loaded, got {function!r}")
    if len({overload.result_type for overload in overloads}) > 1:
        kinds = ", ".join(f"({', '.join(map(str, f.types))}) -> {f.result_type}" for f in overloads)
        raise TypeError(
            f"{function.__name__} has overloads, and Spark must know the type of a result before it sees columns: "
            f"give one of them another name; there are {kinds}"
        )
    if overloads[0].result_type == "None":
        raise TypeError(f"{function.__name__}() gives nothing back, which cannot be a column")
    if not isinstance(function, Aggregate):
        try_out(overloads[0], options)
    elif unknown := options.keys() - {parameter.name for parameter in function.parameters}:
        raise TypeError(f"{function.__name__}() has no parameter {min(unknown)!r}")


def _over_arrow(function: Any, options: dict[str, Any], gives: Any) -> Callable[..., Any]:
    """What a worker calls with Arrow arrays."""
    from .engines.arrow import from_jvm

    def rows(*columns: Any) -> Any:
        return function(*map(from_jvm, columns), **single_thread(function), **options).cast(gives)

    def fold(*columns: Any) -> Any:
        _, found = grouping.fold(function, tuple(map(from_jvm, columns)), dict(options), None, 1, False)
        return require("pyarrow", "spark").array(found).cast(gives)[0].as_py()

    return fold if isinstance(function, Aggregate) else rows


def _over_pandas(run: Callable[..., Any], folds: bool) -> Callable[..., Any]:
    """What a worker calls with Series, and with frames for structs."""
    pd, pa = require("pandas", "spark"), require("pyarrow", "spark")

    def to_arrow(column: Any) -> Any:
        if not isinstance(column, pd.DataFrame):
            return pa.Array.from_pandas(column)
        fields = pa.RecordBatch.from_pandas(column, preserve_index=False)
        # What becomes of a struct that is null: a row of nothing but nulls.
        absent = pa.array(column.isna().all(axis=1).to_numpy())
        return pa.StructArray.from_arrays(fields.columns, fields=list(fields.schema), mask=absent)

    def rows(*columns: Any) -> Any:
        found = run(*map(to_arrow, columns))
        if pa.types.is_struct(found.type):
            return pa.Table.from_struct_array(found).to_pandas(types_mapper=pd.ArrowDtype)
        if pa.types.is_nested(found.type):
            return found.to_pandas(maps_as_pydicts="strict")
        return found.to_pandas(types_mapper=pd.ArrowDtype)

    def fold(*columns: Any) -> Any:
        return run(*map(to_arrow, columns))

    return fold if folds else rows


def _described(run: Callable[..., Any], function: Any, column: type, folds: bool) -> Callable[..., Any]:
    """With the name and documentation that Spark shows, and the types by which it knows what a function is."""
    run.__name__ = run.__qualname__ = function.__name__
    run.__doc__ = function.__doc__
    run.__annotations__ = {"columns": column, "return": Any if folds else column}
    return run
