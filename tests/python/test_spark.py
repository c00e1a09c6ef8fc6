"""Spark: column functions of every type, in frames, SQL and groups, on two Python workers."""

import datetime as dt
import sys
from decimal import Decimal

import pytest
from clusters import MARKS
from test_docs import check

import pyudf

pyspark = pytest.importorskip("pyspark", reason='needs Spark: pip install "pyudf[spark]"')
pytest.importorskip("pandas")

pytestmark = MARKS


ROWS = [("kitten", "sitting", 1.0), ("über", "uber", 2.0), (None, "x", 3.0), ("", "", None), ("same", "same", 5.0)]


@pytest.fixture(scope="module")
def rows(spark):
    numbered = [(at, *row) for at, row in enumerate(ROWS)]
    return spark.createDataFrame(numbered, "row int, a string, b string, x double").repartition(2).cache()


def column(rows, made):
    found = rows.select("row", made.alias("found")).sort("row").collect()
    return [row.found for row in found]


def test_metrics_with_options_and_literals(rows):
    from pyspark.sql.functions import col, lit

    distance = pyudf.spark.udf(pyudf.levenshtein)
    assert column(rows, distance("a", "b")) == [3, 1, None, 0, 0]
    assert column(rows, distance(col("a"), lit("kitten"))) == [0, 5, None, 6, 5]
    near = pyudf.spark.udf(pyudf.levenshtein.normalized_similarity, score_cutoff=0.7)
    assert column(rows, near("a", "b")) == [0.0, 0.75, None, 1.0, 1.0]
    assert near.returnType.simpleString() == "double"
    assert rows.filter(distance("a", "b") < 2).count() == 3
    assert rows.select(distance("a", "b")).columns == ["levenshtein(a, b)"]


def test_functions_in_sql(spark, rows):
    spark.udf.register("edits", pyudf.spark.udf(pyudf.levenshtein))
    rows.createOrReplaceTempView("names")
    found = spark.sql("SELECT edits(a, b) AS d FROM names WHERE edits(a, b) > 0 ORDER BY d").collect()
    assert [row.d for row in found] == [1, 3]


def test_results_of_every_type(rows, shipped):
    from pyspark.sql.functions import lit

    udf, time, day = pyudf.spark.udf, dt.datetime(2024, 2, 28, 23, 30), dt.date(2024, 2, 28)
    wanted = {
        "share": (udf(shipped.share, of=4.0)("a"), [1.5, 1.25, None, 0.0, 1.0]),
        "from_above": (udf(shipped.from_above)("x"), [Decimal(2**64 - 1 - n) if n else None for n in (1, 2, 3, 0, 5)]),
        "size_of": (udf(shipped.size_of)("x"), ["small", "large", "large", None, "large"]),
        "place": (udf(shipped.place)("x", "b"), [(1.0, "sitting"), (2.0, "uber"), (3.0, "x"), None, (5.0, "same")]),
        "nested": (udf(shipped.name_of)(udf(shipped.place)("x", "b")), ["sitting", "uber", "x", None, "same"]),
        "repeated": (udf(shipped.repeated)("b", lit(2.0)), [[b, b] for _, b, _ in ROWS]),
        "lengths": (udf(shipped.lengths)("b"), [{b: len(b)} for _, b, _ in ROWS]),
        "an_hour_later": (udf(shipped.an_hour_later)(lit(time)), [dt.datetime(2024, 2, 29, 0, 30)] * 5),
        "since_1970": (udf(shipped.since_1970)(lit(time)), [time - dt.datetime(1970, 1, 1)] * 5),
        "next_day": (udf(shipped.next_day)(lit(day)), [dt.date(2024, 2, 29)] * 5),
    }
    if not hasattr(pyspark.sql.functions, "arrow_udf"):
        wanted["place"][1][3] = (None, None)  # a pandas_udf cannot say that a struct is missing
    named = [made.alias(name) for name, (made, _) in wanted.items()]
    found = rows.select("row", *named).sort("row").collect()
    for name, (_, values) in wanted.items():
        assert [row[name] for row in found] == values, name


def test_compiled_text_goes_to_the_workers_as_its_source(rows):
    module = pyudf.compile('double half(double x) { return x / 2; }\nPYUDF_FUNCTION(half, "x")')
    assert column(rows, pyudf.spark.udf(module.half)("x")) == [0.5, 1.0, 1.5, None, 2.5]


UNSIGNED = """
std::vector<std::uint64_t> both(std::uint64_t x) { return {x, x - 1}; }
std::uint64_t second(const std::vector<std::uint64_t>& x) { return x[1]; }
PYUDF_FUNCTION(both, "x")
PYUDF_FUNCTION(second, "x")
"""


@pytest.mark.parametrize("older", [False, True])
def test_unsigned_numbers_go_from_function_to_function(rows, shipped, monkeypatch, older):
    from pyspark.sql import functions

    if older:
        monkeypatch.delattr(functions, "arrow_udf", raising=False)
    module, udf = pyudf.compile(UNSIGNED), pyudf.spark.udf
    above = rows.select("row", udf(shipped.from_above)("x").alias("n")).cache()
    pairs = above.select("row", udf(module.both)("n").alias("n")).cache()
    assert column(pairs, udf(module.second)("n")) == [2**64 - n if n else None for n in (3, 4, 5, 0, 7)]


def test_aggregates_of_groups(rows, shipped):
    from pyspark.sql.functions import col

    mean, longest = pyudf.spark.udf(shipped.mean_of), pyudf.spark.udf(shipped.most_bytes)
    groups = rows.groupBy((col("row") % 2).alias("odd"))
    found = groups.agg(mean("x").alias("mean"), longest("b").alias("most")).sort("odd").collect()
    assert [tuple(row) for row in found] == [(0, 3.0, "sitting"), (1, 2.0, "uber")]


def test_an_error_of_a_row_reaches_the_driver(rows, shipped):
    below = pyudf.spark.udf(shipped.below, limit=2.0)
    with pytest.raises(Exception, match="too large"):
        rows.select(below("x")).collect()


def test_an_older_spark_gets_a_pandas_udf(rows, shipped, monkeypatch):
    from pyspark.sql import functions

    monkeypatch.delattr(functions, "arrow_udf", raising=False)
    udf = pyudf.spark.udf
    assert column(rows, udf(pyudf.levenshtein)("a", "b")) == [3, 1, None, 0, 0]
    assert column(rows, udf(shipped.size_of)("x")) == ["small", "large", "large", None, "large"]
    assert column(rows, udf(shipped.repeated, n=1.0)("b")) == [[b] for _, b, _ in ROWS]
    assert column(rows, udf(shipped.lengths)("a"))[1:3] == [{"über": 5}, None]
    places = udf(shipped.place)("x", "b")
    assert column(rows, udf(shipped.name_of)(places)) == ["sitting", "uber", "x", None, "same"]
    assert column(rows, places)[0] == (1.0, "sitting")
    assert rows.agg(udf(shipped.mean_of)("x").alias("m")).collect()[0].m == 2.75


def test_what_cannot_be_a_column_function_is_told_at_once(spark, shipped):
    with pytest.raises(TypeError, match="has no option 'cutoff'"):
        pyudf.spark.udf(pyudf.levenshtein, cutoff=1)
    with pytest.raises(TypeError, match="twice has overloads"):
        pyudf.spark.udf(shipped.twice)
    with pytest.raises(TypeError, match="has no parameter 'y'"):
        pyudf.spark.udf(shipped.mean_of, y=1)
    with pytest.raises(TypeError, match="gives nothing back"):
        pyudf.spark.udf(shipped.nothing)
    with pytest.raises(TypeError, match="expected a function of pyudf"):
        pyudf.spark.udf(len)


def test_a_spark_that_is_too_old_or_missing(monkeypatch):
    monkeypatch.setattr(pyspark, "__version__", "3.3.4")
    with pytest.raises(ImportError, match=r"pyspark 3\.5 or later, got 3\.3\.4: upgrade pyspark"):
        pyudf.spark.udf(pyudf.levenshtein)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ImportError, match=r'pip install "pyudf\[spark\]"'):
        pyudf.spark.udf(pyudf.levenshtein)


def test_the_example_of_the_function(spark):
    check("udf", pyudf.spark.udf.__doc__, {"udf": pyudf.spark.udf})
