"""Every function of the tables through every engine: the answers of scalar calls, missing and odd values included."""

import sys
from functools import partial
from operator import itemgetter

import numpy as np
import pytest
from clusters import MARKS
from every_type import COLUMNS, arrow_array

import pyudf
from pyudf.engines import catalog

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

LEFT = ["kitten", None, "ünï", "", "日本🎈", "a text that is longer than twelve bytes", "same", "e\u0301", None, "a\0b"]
RIGHT = ["sitting", "x", "uni", "", "日本", "a text that is longer than twelve byte", None, "\u00e9", None, "ab"]
METRICS = catalog.functions()


def one_by_one(function, *columns):
    return [None if None in row else function(*row) for row in zip(*columns, strict=True)]


def plain(value):
    """A result of any engine as scalar calls of a function that gives back what it takes would show it."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, (pd.Timestamp, pd.Timedelta)):
        value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value.to_pytimedelta()
    if hasattr(value, "name") and hasattr(value, "value"):
        return value.name
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return tuple(plain(item) for item in value.values())
    if isinstance(value, (set, frozenset)):
        return tuple(sorted(map(plain, value)))
    if isinstance(value, (list, tuple, np.ndarray)):
        return tuple(plain(item) for item in value)
    return value


def plain_map(value):
    """A map, of which some engines make a dict, some pairs and some structs of key and value."""
    return plain(list(value.items()) if isinstance(value, dict) else value)


def plain_date(value):
    return value.date() if hasattr(value, "date") else value


PLAIN = {"same_map": plain_map, "same_date": lambda value: plain_date(plain(value))}


# Doors: functions and, of each, Arrow columns -> of each, a list of answers.


def from_pandas(calls):
    return [function(*[column_of_pandas(c) for c in columns]).tolist() for function, *columns in calls]


def column_of_pandas(column):
    if pa.types.is_string(column.type) or pa.types.is_floating(column.type):
        return column.to_pandas()
    return pd.Series(pd.arrays.ArrowExtensionArray(column))


def from_arrow(calls):
    return [function(*columns).to_pylist() for function, *columns in calls]


def from_polars(calls, collect=lambda frame: frame.collect()):
    answers = []
    for function, *columns in calls:
        frame = pl.DataFrame({f"c{i}": pl.Series(column) for i, column in enumerate(columns)})
        frame = pl.concat([frame[:1], frame[1:]], rechunk=False)
        answers.append(collect(frame.lazy().select(function(*map(pl.col, frame.columns)))).to_series().to_list())
    return answers


def from_polars_streaming(calls):
    return from_polars(calls, lambda frame: frame.collect(engine="streaming"))


def from_duckdb(calls, native=True):
    duckdb = pytest.importorskip("duckdb")
    modules = {sys.modules[function.__module__] for function, *_ in calls}
    modules = [module for module in modules if not module.__name__.startswith("pyudf.")]
    connection = pyudf.duckdb.connect(":memory:") if native else duckdb.connect()
    ways = pyudf.duckdb.attach(connection, *modules)
    answers = []
    for function, *columns in calls:
        name = function.__name__ if function.__name__ in ways else f"pyudf_{function.__name__}"
        assert ways[name] == ("native" if native else "arrow")
        names = [f"c{i}" for i in range(len(columns))]
        connection.register("frame", pa.table(dict(zip(names, columns, strict=True))))
        found = connection.execute(f"SELECT {name}({', '.join(names)}) FROM frame").fetchall()
        answers.append([row[0] for row in found])
        connection.unregister("frame")
    return answers


def from_duckdb_arrow(calls):
    return from_duckdb(calls, native=False)


def from_compute(calls):
    modules = {sys.modules[function.__module__] for function, *_ in calls}
    pyudf.arrow.register(*[module for module in modules if not module.__name__.startswith("pyudf.")])
    return [pa.compute.call_function(function.__name__, columns).to_pylist() for function, *columns in calls]


def side_by_side(calls):
    """One table of all columns, the shorter ones filled up, and of each call the names of its columns in it."""
    columns = {id(column): column for _, *columns in calls for column in columns}
    length = max(map(len, columns.values()))
    filled = [pa.concat_arrays([c, pa.nulls(length - len(c), c.type)]) for c in columns.values()]
    names = {at: f"c{i}" for i, at in enumerate(columns)}
    table = pa.table({"row": range(length), **dict(zip(names.values(), filled, strict=True))})
    return table, [[names[id(column)] for column in columns] for _, *columns in calls]


def answers_of_rows(rows, calls):
    """Of each call the values in rows with columns f0, f1, …, without what was filled up."""
    return [[row[f"f{i}"] for row in rows[: len(column)]] for i, (_, column, *_) in enumerate(calls)]


def from_spark(spark, calls):
    table, names = side_by_side(calls)
    frame = spark.createDataFrame(table.cast(pa.schema([f.with_type(type_of_spark(f.type)) for f in table.schema])))
    made = [
        pyudf.spark.udf(call[0])(*given).alias(f"f{i}")
        for i, (call, given) in enumerate(zip(calls, names, strict=True))
    ]
    return answers_of_rows(frame.repartition(2).select("row", *made).sort("row").collect(), calls)


def type_of_spark(kind):
    """Spark has neither unsigned numbers nor dictionaries; its own types for what they hold, as pyudf gives them."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    return pa.decimal128(20, 0) if pa.types.is_uint64(kind) else kind


def from_dask(client, calls):
    dask, dd = pytest.importorskip("dask"), pytest.importorskip("dask.dataframe")
    lazy = [
        pyudf.dask.map(function, *[dd.from_pandas(column_of_pandas(c), npartitions=2) for c in columns])
        for function, *columns in calls
    ]
    with client.as_current():
        return [found.tolist() for found in dask.compute(*lazy)]


def from_ray(data, calls):
    table, names = side_by_side(calls)
    found = data.from_arrow([table[:2], table[2:]])
    for i, ((function, *_), given) in enumerate(zip(calls, names, strict=True)):
        found = pyudf.ray.map(function, found, columns=given, output=f"f{i}")
    return answers_of_rows(sorted(found.take_all(), key=itemgetter("row")), calls)


NEAR = [from_pandas, from_arrow, from_polars, from_polars_streaming, from_duckdb, from_duckdb_arrow, from_compute]
# Those of workers, and the fixtures that start these.
FAR = {from_spark: "spark", from_dask: "dask_client", from_ray: "ray_data"}


@pytest.fixture(
    scope="module",
    params=[*NEAR, *(pytest.param(door, marks=MARKS) for door in FAR)],
    ids=lambda door: door.__name__.removeprefix("from_"),
)
def door(request):
    return (
        partial(request.param, request.getfixturevalue(FAR[request.param])) if request.param in FAR else request.param
    )


def test_the_columns_hold_what_is_odd():
    for values in (LEFT, RIGHT, *(values for values, _ in COLUMNS.values())):
        assert None in values
        assert any(value is not None for value in values)
    for texts in (LEFT, RIGHT, COLUMNS["same_string"][0]):
        assert "" in texts
        assert not all(text.isascii() for text in texts if text)


@pytest.fixture(scope="module")
def answers_of_metrics(door):
    columns = [pa.array(LEFT), pa.array(RIGHT)]
    return dict(zip(METRICS, door([(function, *columns) for function in METRICS.values()]), strict=True))


@pytest.mark.parametrize("name", METRICS)
def test_every_metric(name, answers_of_metrics):
    found = [plain(value) for value in answers_of_metrics[name]]
    assert found == one_by_one(METRICS[name], LEFT, RIGHT)


@pytest.fixture(scope="module")
def library(ship):
    return ship("every_type")


@pytest.fixture(scope="module")
def answers_of_types(door, library):
    return dict(zip(COLUMNS, door([(getattr(library, n), arrow_array(*COLUMNS[n])) for n in COLUMNS]), strict=True))


@pytest.mark.parametrize("name", COLUMNS)
def test_every_type(name, answers_of_types, library):
    values, _ = COLUMNS[name]
    function, shown = getattr(library, name), PLAIN.get(name, plain)
    found = [shown(value) for value in answers_of_types[name]]
    assert found == [None if v is None else shown(function(v)) for v in values]
