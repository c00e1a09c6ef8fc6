"""Every door gives the same answer: values, NumPy, pandas, Polars and Arrow, for every type that they hold."""

import sys

import numpy as np
import pandas as pd
import pytest
from every_type import COLUMNS, arrow_array

import pyudf

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

each_column = pytest.mark.parametrize("name", COLUMNS)


@pytest.fixture(scope="module")
def library(compiled_library):
    module = pyudf.load(compiled_library("every_type"))
    sys.modules[module.__name__] = module
    return module


def as_python(found):
    """Arrow's values as our scalar calls give them, enumeration members by name."""
    if isinstance(found, (list, tuple, set)):
        return (
            type(found)(as_python(item) for item in found)
            if type(found) in (list, set)
            else tuple(map(as_python, found))
        )
    return found.name if hasattr(found, "name") and hasattr(found, "value") else found


@each_column
def test_arrow_gives_arrow(library, name):
    values, arrow_type = COLUMNS[name]
    function = getattr(library, name)
    array = arrow_array(values, arrow_type)
    for given in (array, pa.chunked_array([array[:1], array[1:], array[:0]]), array.slice(1), array[:0]):
        found = function(given)
        assert isinstance(found, pa.Array)
        found.validate(full=True)
        expected = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
        if pa.types.is_dictionary(arrow_type):
            assert found.type.value_type in (pa.string(), pa.large_string())
            assert found.to_pylist() == expected.to_pylist()
        else:
            assert found.cast(arrow_type).equals(expected), (found, expected)


@each_column
def test_arrow_is_what_scalar_calls_give(library, name):
    values, arrow_type = COLUMNS[name]
    function = getattr(library, name)
    column = np.empty(len(values), object)
    column[:] = values
    from_objects = [None if one is None or one != one else as_python(one) for one in function(column).tolist()]
    one_by_one = [as_python(function(value)) for value in values]
    assert [as_python(v) for v in values] == one_by_one
    assert from_objects == one_by_one
    # An Arrow array given to a function whose other argument is an array comes back as Arrow.
    assert len(function(arrow_array(values, arrow_type))) == len(values)


@each_column
def test_polars_gives_polars(library, name):
    values, arrow_type = COLUMNS[name]
    if name == "same_map" and not hasattr(pl, "Map"):
        pytest.skip(f"Polars {pl.__version__} has no maps")
    series = pl.Series("s", arrow_array(values, arrow_type))
    found = getattr(library, name)(series)
    assert isinstance(found, pl.Series)
    assert found.name == "s"
    if name == "same_colour":
        found, series = found.cast(pl.String), series.cast(pl.String)
    assert found.to_list() == series.to_list()
    assert getattr(library, name)(series[:0]).len() == 0
    chunked = pl.concat([series, series], rechunk=False)
    if name != "same_colour":
        assert getattr(library, name)(chunked).to_list() == chunked.to_list()


@each_column
def test_pandas_arrow_types_give_them_back(library, name):
    values, arrow_type = COLUMNS[name]
    if name == "same_colour":
        pytest.skip("see test_enumerations: pandas' own categories")
    array = arrow_array(values, arrow_type)
    series = pd.Series(pd.arrays.ArrowExtensionArray(array), name="s", index=range(10, 10 + len(values)))
    found = getattr(library, name)(series)
    assert isinstance(found, pd.Series)
    assert found.index.tolist() == series.index.tolist()
    assert found.name == "s"
    again = pa.array(found)
    assert again.cast(arrow_type).equals(array) or again.to_pylist() == array.to_pylist()


def test_numbers_of_arrow_are_converted_where_nothing_is_cut_off(library):
    for arrow_type in (pa.int8(), pa.uint16(), pa.int32(), pa.float32()):
        assert library.same_float64(pa.array([1, None, 3], arrow_type)).to_pylist() == [1.0, None, 3.0]
    assert library.same_int64(pa.array([1, 2], pa.int16())).to_pylist() == [1, 2]
    assert library.same_int32(pa.array([1, None, -2])).to_pylist() == [1, None, -2]
    with pytest.raises(ValueError, match="row 1: 4294967296 does not fit"):
        library.same_int32(pa.array([1, 2**32]))
    for wrong in (pa.array([1.5]), pa.array(["a"]), pa.array([[1]])):
        with pytest.raises(TypeError, match=r"^x: "):
            library.same_int32(wrong)


def test_a_null_where_the_function_takes_none(library):
    with pytest.raises(ValueError, match="row 1"):
        library.same_list(pa.array([[1.0], [None]]))
    assert library.same_texts(pa.array([["a", None]])).to_pylist() == [["a", None]]
    assert library.or_zero(pa.array([1.0, None])).to_pylist() == [1.0, 0.0]
    assert library.scale(pa.nulls(2)).to_pylist() == [None, None]


def test_columns_of_several_libraries(library):
    found = library.scale(pa.array([1.0, 2.0]), factor=np.array([2.0, 3.0]))
    assert found.to_pylist() == [2.0, 6.0]
    assert library.scale(pl.Series("a", [1.0, 2.0]), pl.Series("b", [3, 4])).to_list() == [3.0, 8.0]
    assert library.add(pd.Series([1.0, 2.0]), pa.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    matcher = library.Matcher("ab")
    assert matcher.match(pl.Series(["ab", None, "x"])).to_list() == [True, None, False]


def test_numbers_without_gaps_stay_where_they_are(library):
    """A million rows of Arrow's own memory, sliced: nothing but the result is allocated."""
    x = pa.array(np.arange(1_000_001.0)).slice(1)
    assert library.add(x, x).to_numpy().tolist() == (2 * np.arange(1.0, 1_000_001)).tolist()


def test_aggregates_of_other_libraries(library):
    assert library.Mean(pa.array([1.0, None, 3.0])) == 2.0
    assert library.Mean(pl.Series([1, 2, 3])) == 2.0
    keys, means = library.Mean(pl.Series([1.0, 2.0, 3.0]), by=pl.Series(["a", "b", "a"]))
    assert (keys.tolist(), means.tolist()) == (["a", "b"], [2.0, 2.0])
    keys, means = library.Mean(pa.array([1.0, 2.0, 3.0]), by=pa.array([7, 8, 7]))
    assert (keys.tolist(), means.tolist()) == ([7, 8], [2.0, 2.0])
    assert library.longest(pa.array(["a", None, "ccc"])) == "ccc"
