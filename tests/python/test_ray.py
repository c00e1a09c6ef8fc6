"""Ray: functions over blocks of a dataset, on two workers."""

import pytest
from clusters import MARKS
from test_docs import check

import pyudf

pytest.importorskip("ray", reason='needs Ray: pip install "pyudf[ray]"')
pytest.importorskip("ray.data")
pa = pytest.importorskip("pyarrow")

pytestmark = MARKS

ROWS = {"a": ["kitten", "über", None, ""], "b": ["sitting", "uber", "x", ""], "x": [1.0, None, 3.0, 4.0]}


@pytest.fixture(scope="module")
def rows(ray_data):
    return ray_data.from_arrow([pa.table(ROWS).slice(0, 3), pa.table(ROWS).slice(3)])


def column(dataset, name):
    return [row[name] for row in dataset.take_all()]


def test_metrics_and_functions_of_packages_one_after_the_other(rows, shipped):
    found = pyudf.ray.map(pyudf.levenshtein, rows, columns=["a", "b"], output="d", score_cutoff=2)
    found = pyudf.ray.map(shipped.share, found, columns=["a"], output="share", of=4.0)
    found = pyudf.ray.map(shipped.place, found, columns=["x", "b"], output="place", batch_size=2)
    assert found.columns() == ["a", "b", "x", "d", "share", "place"]
    everything = found.take_all()
    assert sorted((row["b"], row["d"], row["share"]) for row in everything) == [
        ("", 0, 0.0),
        ("sitting", 3, 1.5),
        ("uber", 1, 1.25),
        ("x", None, None),
    ]
    assert next(row["place"] for row in everything if row["b"] == "x") == {"x": 3.0, "name": "x"}


def test_a_column_of_that_name_is_replaced(rows):
    found = pyudf.ray.map(pyudf.levenshtein, rows, columns=["a", "b"], output="b", resources={"num_cpus": 1})
    assert found.columns() == ["a", "b", "x"]
    assert sorted(column(found, "b"), key=str) == [0, 1, 3, None]


def test_compiled_text_goes_to_the_workers_as_its_source(rows):
    module = pyudf.compile('double half(double x) { return x / 2; }\nPYUDF_FUNCTION(half, "x")')
    found = pyudf.ray.map(module.half, rows, columns=["x"], output="half")
    assert sorted(column(found, "half"), key=str) == [0.5, 1.5, 2.0, None]


def test_overloads_are_chosen_by_the_batch(rows, shipped):
    found = pyudf.ray.map(shipped.twice, rows, columns=["b"], output="twice")
    assert sorted(column(found, "twice")) == ["", "sittingsitting", "uberuber", "xx"]


def test_an_error_of_a_row_reaches_the_driver(rows, shipped):
    with pytest.raises(Exception, match="too large"):
        pyudf.ray.map(shipped.below, rows, columns=["x"], output="y", limit=2.0).take_all()


def test_what_is_no_call_is_told_at_once(rows, shipped):
    with pytest.raises(TypeError, match="needs 's2'"):
        pyudf.ray.map(pyudf.levenshtein, rows, columns=["a"], output="d")
    with pytest.raises(TypeError, match="takes 2 columns"):
        pyudf.ray.map(pyudf.levenshtein, rows, columns=["a", "b", "b"], output="d")
    with pytest.raises(TypeError, match="has no option 'cutoff'"):
        pyudf.ray.map(pyudf.levenshtein, rows, columns=["a", "b"], output="d", cutoff=1)
    with pytest.raises(TypeError, match="columns must be a list of names, got 'x'"):
        pyudf.ray.map(shipped.from_above, rows, columns="x", output="d")
    with pytest.raises(TypeError, match=r"expected a ray\.data\.Dataset, got dict"):
        pyudf.ray.map(pyudf.levenshtein, ROWS, columns=["a", "b"], output="d")


def test_the_example_of_the_function(ray_data):
    check("map", pyudf.ray.map.__doc__, {"map": pyudf.ray.map})
