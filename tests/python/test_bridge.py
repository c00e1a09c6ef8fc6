"""A library of C++ functions as Python sees it: every type both ways, every kind of function, what goes wrong."""

import copy
import datetime as dt
import gc
import importlib
import inspect
import pickle
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import pyudf
from pyudf import stubs

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INT64 = st.integers(-(2**63), 2**63 - 1)
FLOAT = st.floats(allow_nan=False)
FINITE_32 = st.floats(width=32, allow_nan=False)
POINT = st.tuples(FLOAT, st.integers(-(2**31), 2**31 - 1))
TIMES = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
INTEGERS = {
    f"same_{kind}{bits}": st.integers(int(np.iinfo(f"{kind}{bits}").min), int(np.iinfo(f"{kind}{bits}").max))
    for kind in ("int", "uint")
    for bits in (8, 16, 32, 64)
}
# function -> values that it gives back as they are
VALUES = {
    "same_bool": st.booleans(),
    **INTEGERS,
    "same_float32": FINITE_32,
    "same_float64": FLOAT,
    "same_string": TEXT,
    "same_string_view": TEXT,
    "same_u32string": st.text(max_size=20),
    "same_bytes": st.binary(max_size=20),
    "same_bytes_view": st.binary(max_size=20),
    "same_optional_float64": FLOAT | st.none(),
    "same_optional_string": TEXT | st.none(),
    "same_list": st.lists(FLOAT, max_size=9),
    "same_span": st.lists(FLOAT, max_size=9),
    "same_bools": st.lists(st.booleans(), max_size=9),
    "same_texts": st.lists(TEXT | st.none(), max_size=9),
    "same_lists": st.lists(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4), max_size=4),
    "same_map": st.dictionaries(TEXT, st.lists(FLOAT, max_size=4), max_size=4),
    "same_hash_map": st.dictionaries(INT64, TEXT, max_size=4),
    "same_set": st.sets(TEXT, max_size=4),
    "same_hash_set": st.sets(INT64, max_size=4),
    "same_pair": st.tuples(TEXT, FLOAT),
    "same_tuple": st.tuples(st.integers(-128, 127), TEXT | st.none(), st.lists(FLOAT, max_size=4)),
    "same_point": POINT,
    "same_customer": st.tuples(TEXT, INT64 | st.none(), POINT, st.lists(POINT, max_size=4)),
    "same_date": st.dates(),
    "same_time": TIMES,
    "same_duration": st.timedeltas(dt.timedelta(days=-100_000), dt.timedelta(days=100_000)),
    "same_colour": st.sampled_from(["red", "green", "blue"]),
}
each_type = pytest.mark.parametrize("name", VALUES)
many = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session")
def library(compiled_library):
    module = pyudf.load(compiled_library("every_type"))
    sys.modules[module.__name__] = module
    return module


def as_given(value):
    """Enumeration members as their names, so that results can be compared with what went in."""
    return value.name if hasattr(value, "name") and hasattr(value, "value") else value


# --- types ------------------------------------------------------------------------------------------------------------


@each_type
def test_a_value_comes_back(library, name):
    @many
    @given(VALUES[name])
    def check(value):
        found = as_given(getattr(library, name)(value))
        assert found == value
        assert type(found) is type(value) or isinstance(found, tuple)

    check()


@each_type
def test_a_list_of_values_comes_back(library, name):
    nullable = name.startswith("same_optional")

    @many
    @given(st.lists(VALUES[name] | st.none(), min_size=1, max_size=12))
    @example([None])
    def check(values):
        column = np.empty(len(values), object)
        column[:] = values
        found = getattr(library, name)(column)
        assert found.shape == (len(values),)
        for one, value in zip(found.tolist(), values, strict=True):
            if value is None and not nullable:
                assert one is None or one != one
            elif found.dtype.kind == "f" and value is not None:
                assert one == np.float64(value)
            else:
                assert as_given(one) == value or one is value or one != one

    check()


@each_type
def test_no_rows_give_no_rows(library, name):
    for empty in ([], np.empty(0, object), np.empty((0, 3), object)):
        if name in ("same_list", "same_span", "same_bools", "same_texts", "same_lists") and isinstance(empty, list):
            continue  # is one empty list
        if name.endswith("_set") and isinstance(empty, list):
            continue
        assert getattr(library, name)(empty).shape == np.shape(empty)


@each_type
def test_none_gives_none(library, name):
    assert getattr(library, name)(None) is None


@each_type
@pytest.mark.parametrize("wrong", [object(), 1j, [object()]])
def test_what_is_no_such_value_is_refused(library, name, wrong):
    with pytest.raises((TypeError, ValueError)) as caught:
        getattr(library, name)(wrong)
    assert str(caught.value).startswith("x")


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_that_do_not_fit(library, name):
    limits = np.iinfo(name.removeprefix("same_"))
    function = getattr(library, name)
    for wrong in (int(limits.min) - 1, int(limits.max) + 1, 2**200):
        with pytest.raises(OverflowError, match=r"x: .* does not fit"):
            function(wrong)
        with pytest.raises(OverflowError, match="x, position 1"):
            function([0, wrong])
    if limits.bits < 64:
        with pytest.raises(OverflowError, match="position 1"):
            function(np.array([0, int(limits.max) + 1]))
    with pytest.raises(TypeError):
        function(1.5)
    with pytest.raises(TypeError, match="fractions"):
        function(np.array([1.5]))
    assert function(True) == 1
    assert function(np.int8(3)) == 3


def test_numbers_of_other_kinds(library):
    from decimal import Decimal
    from fractions import Fraction

    assert library.same_float64(3) == 3.0
    assert library.same_float64(Decimal("1.5")) == 1.5
    assert library.same_float64(Fraction(1, 4)) == 0.25
    assert library.same_float64(np.float32(0.5)) == 0.5
    assert library.same_float64(2**70) == float(2**70)
    assert np.isnan(library.same_float64(float("nan")))
    assert library.same_bool(np.bool_(True)) is True
    for wrong in ("1", "nan"):
        with pytest.raises(TypeError, match="expected float64, got str"):
            library.same_float64(wrong)
    with pytest.raises(TypeError, match="expected bool, got int"):
        library.same_bool(1)


@pytest.mark.parametrize("dtype", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32"])
@pytest.mark.parametrize("change", ["as it is", "reversed", "strided", "read-only", "big-endian", "unaligned", "2-D"])
def test_number_arrays(library, dtype, change):
    array = np.arange(24).astype(dtype)
    array = {
        "as it is": lambda a: a,
        "reversed": lambda a: a[::-1],
        "strided": lambda a: a[::3],
        "read-only": lambda a: np.broadcast_to(a, a.shape),
        "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
        "unaligned": lambda a: np.frombuffer(b"x" + a.tobytes(), np.uint8)[1:].view(a.dtype),
        "2-D": lambda a: a.reshape(4, 6).T,
    }[change](array)
    found = getattr(library, f"same_{dtype}")(array)
    assert found.dtype == dtype
    assert found.shape == array.shape
    assert (found == array).all()
    assert (library.same_float64(array) == array).all()


def test_lone_surrogates(library):
    assert library.same_u32string("\ud800") == "\ud800"
    with pytest.raises(UnicodeEncodeError):
        library.same_string("\ud800")
    with pytest.raises(ValueError, match="row 1: a lone surrogate"):
        library.same_string(["a", "\ud800"])


def test_text_columns_of_every_kind(library):
    texts = ["", "ascii", "Ünï", "日本", "🎈x", "a\0b"]
    expected = np.array(texts, object)
    columns = [texts, np.array(texts), np.array(texts, np.dtypes.StringDType()), pd.Series(texts).array, iter(texts)]
    for function in (library.same_string, library.same_string_view, library.same_u32string):
        for column in columns[:-1]:
            assert (function(column) == expected).all()
    assert (library.same_string(columns[-1]) == expected).all()


def test_times(library):
    noon = dt.datetime(2024, 2, 29, 12, 0, 0, 250)
    assert library.same_time(noon) == noon
    assert library.same_time(dt.datetime(2024, 2, 29, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))).hour == 10
    assert library.same_time(np.datetime64("2024-02-29T12")) == dt.datetime(2024, 2, 29, 12)
    assert library.same_time(pd.Timestamp("2024-02-29 12:00")) == dt.datetime(2024, 2, 29, 12)
    assert library.same_time(dt.date(2024, 2, 29)) == dt.datetime(2024, 2, 29)
    assert library.same_date(np.datetime64("2024-02-29")) == dt.date(2024, 2, 29)
    assert library.same_time_ns(np.datetime64(1, "ns")) == np.datetime64(1, "ns")
    assert library.same_time(np.datetime64("NaT")) is None
    assert library.same_duration(np.timedelta64(3, "h")) == dt.timedelta(hours=3)
    with pytest.raises(ValueError, match="no whole number of us"):
        library.same_time(np.datetime64(1, "ns"))
    with pytest.raises(ValueError, match="no whole number of D"):
        library.same_date(noon)
    with pytest.raises(TypeError, match="expected date, got str"):
        library.same_date("2024-02-29")


def test_arrays_of_times(library):
    days = np.array(["2024-02-29", "NaT", "1900-01-01"], "M8[D]")
    for given_days in (days, days.astype("M8[ns]"), days[::-1][::-1]):
        found = library.same_date(given_days)
        assert found.dtype == "M8[D]"
        np.testing.assert_array_equal(found, days)
    found = library.same_time(days.astype("M8[s]"))
    assert found.dtype == "M8[us]"
    np.testing.assert_array_equal(found, days)
    with pytest.raises(ValueError, match=r"x, position 1: .* no whole number of D"):
        library.same_date(np.array([0, 1], "M8[ns]"))
    with pytest.raises(TypeError, match="expected date, got an array of int64"):
        library.same_date(np.arange(3))
    series = pd.Series(days.astype("M8[s]"), name="day", index=[5, 6, 7])
    pd.testing.assert_series_equal(library.same_time(series), series.astype("M8[us]"))
    aware = pd.Series(pd.to_datetime(["2024-02-29 12:00"]).tz_localize("Europe/Berlin"))
    assert library.same_time(aware)[0] == pd.Timestamp("2024-02-29 11:00")


def test_enumerations(library):
    colour = library.Colour
    assert [member.name for member in colour] == ["red", "green", "blue"]
    assert colour.green.value == 4
    assert library.same_colour(colour.red) is colour.red
    assert library.same_colour("blue") is colour.blue
    assert library.same_colour(["red", None, colour.blue]).tolist() == [colour.red, None, colour.blue]
    series = pd.Series(["red", "blue", None, "red"], dtype="category", name="c")
    found = library.same_colour(series)
    assert found.dtype.name == "category"
    assert found.cat.categories.tolist() == ["red", "green", "blue"]
    assert found.astype(object).where(found.notna(), None).tolist() == ["red", "blue", None, "red"]
    assert pickle.loads(pickle.dumps(colour.red)) is colour.red
    with pytest.raises(ValueError, match="position 1: Colour has no member 'gren'; did you mean 'green'"):
        library.same_colour(["red", "gren"])


def test_records(library):
    point = library.Point(1.5, 2)
    assert library.same_point(point) == point
    assert isinstance(library.same_point((1.5, 2)), library.Point)
    assert library.same_point({"y": 2, "x": 1.5}) == point
    assert pickle.loads(pickle.dumps(point)) == point
    found = library.same_point([point, (3, 4)])
    assert found.dtype.names == ("x", "y")
    assert found["x"].tolist() == [1.5, 3.0]
    assert found["y"].dtype == np.int32
    assert (library.same_point(found) == found).all()
    gaps = library.same_point([point, None])
    assert gaps.dtype == object
    assert gaps.tolist() == [point, None]
    customer = library.Customer("Ann", None, point, [point, (0, 0)])
    found = library.same_customer([customer])
    assert found["name"].tolist() == ["Ann"]
    assert found["age"].tolist() == [None]
    assert found["home"]["y"].tolist() == [2]
    assert found["visits"][0] == [point, library.Point(0.0, 0)]
    with pytest.raises(ValueError, match="Point needs y"):
        library.same_point({"x": 1})
    with pytest.raises(ValueError, match="Point has 2 fields, got 3"):
        library.same_point((1, 2, 3))
    with pytest.raises(TypeError, match="got None, which only a std::optional holds"):
        library.same_point((1, None))


def test_one_list_or_a_column_of_lists(library):
    assert library.same_list([1, 2]) == [1.0, 2.0]
    assert library.same_list(np.array([1, 2])) == [1.0, 2.0]
    assert library.same_list([]) == []
    assert library.same_list([[1], [], None]).tolist() == [[1.0], [], None]
    assert library.same_list(np.arange(6).reshape(3, 2)).tolist() == [[0, 1], [2, 3], [4, 5]]
    assert library.same_list(np.arange(6.0).reshape(3, 2).T).tolist() == [[0, 2, 4], [1, 3, 5]]
    assert library.same_list([np.array([1.0]), np.array([2.0, 3.0])]).tolist() == [[1.0], [2.0, 3.0]]
    assert library.same_lists([[1], [2, 3]]) == [[1], [2, 3]]
    assert library.same_lists([[[1], [2, 3]], []]).tolist() == [[[1], [2, 3]], []]
    with pytest.raises(TypeError):
        library.same_list("ab")


# --- calls ------------------------------------------------------------------------------------------------------------


def test_defaults_and_keywords(library):
    scale = library.scale
    assert scale(3) == 6.0
    assert scale(3, 5) == 15.0
    assert scale(3, factor=5.0) == 15.0
    assert scale(factor=5.0, x=3.0) == 15.0
    assert scale(3000, unit="milli") == 6.0
    assert scale([1, 2], unit=["one", "milli"]).tolist() == [2.0, 0.004]
    assert scale(np.arange(3.0), factor=np.arange(3.0)).tolist() == [0, 1, 4]
    assert library.total() == 6
    assert library.total([1, 2], 10) == 13
    assert library.total(more=4) == 10
    assert library.total([[1, 2], [3]], more=[None, 5]).tolist() == [3, 8]
    for wrong, message in (
        (lambda: scale(), "needs 'x'"),
        (lambda: scale(1, 2, "one", 4), "takes 3 columns"),
        (lambda: scale(1, x=2), "got 'x' twice"),
        (lambda: scale(1, factr=2), "no option 'factr'; did you mean 'factor'"),
        (lambda: scale([1], factr=2), "no option 'factr'"),
    ):
        with pytest.raises(TypeError, match=message):
            wrong()


def test_lambdas_and_functions_without_parameters(library):
    assert library.add(1, 2) == 3
    assert library.seven() == 7
    assert library.nothing(1) is None
    assert library.nothing([1, 2]) is None


def test_broadcasting(library):
    x, y = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    for a, b in (
        (x, y),
        (y, x),
        (x[:, :1], y),
        (x[..., None], x[:, None, :]),
        (x, 1),
        (1, x.T),
        (x[::-1, ::2], x[:, 1:]),
    ):
        found = library.add(a, b)
        np.testing.assert_array_equal(found, np.add(a, b))
    with pytest.raises(ValueError, match=r"\(2,\), \(3,\) do not broadcast"):
        library.add([1, 2], [1, 2, 3])
    texts = np.array([["a", "bb"], ["ccc", "d"]])
    assert library.length_gap(texts, ["xx", "x"]).tolist() == [[1, 1], [1, 0]]


def test_arrays_are_read_in_place(library):
    large = np.arange(3_000_000.0)[::3]
    out = np.empty(1_000_000)
    assert library.add(large, large, out=out) is out
    np.testing.assert_array_equal(out, 2 * large)
    wide = np.empty((1_000_000, 2))[:, 0]
    library.add(large, 1, out=wide)
    np.testing.assert_array_equal(wide, large + 1)
    for wrong in (np.empty(3), np.empty(1_000_000, "i4"), np.broadcast_to(0.0, 1_000_000), large):
        with pytest.raises((ValueError, OverflowError)):
            library.add(large, 1, out=wrong)
    with pytest.raises(ValueError, match="out cannot take"):
        library.same_string(["a"], out=np.empty(1, object))


@pytest.mark.parametrize("workers", [None, 1, 2, 5])
def test_results_do_not_depend_on_threads(library, workers):
    x = np.linspace(0, 1, 30_011)
    np.testing.assert_array_equal(library.slowly(x, workers=workers), library.slowly(x, workers=1))
    texts = np.array([f"text {i}" for i in range(30_011)], object)
    assert (library.same_string(texts, workers=workers) == texts).all()
    assert library.Mean(np.sin(x * 1e9), workers=workers) == library.Mean(np.sin(x * 1e9), workers=1)


def test_missing_values(library):
    assert library.scale(None) is None
    assert library.inverse(0) is None
    assert library.inverse(np.array([0.0, 4.0])).tolist()[1] == 0.25
    assert np.isnan(library.inverse([0, 4])[0])
    assert library.or_zero(None) == 0.0
    assert library.or_zero([None, 3]).tolist() == [0.0, 3.0]
    assert library.or_zero(np.ma.array([1.0, 2.0], mask=[True, False])).tolist() == [0.0, 2.0]
    assert np.isnan(library.scale(np.ma.array([1.0, 2.0], mask=[True, False]))[0])
    assert library.same_bool([True, None]).tolist() == [True, None]
    repeated = np.ma.array(np.broadcast_to(1.0, 3), mask=[True, False, True])
    np.testing.assert_array_equal(library.scale(repeated), [np.nan, 2.0, np.nan])
    assert library.same_int8(np.ma.array([1, 1000], mask=[False, True])).tolist()[0] == 1
    assert library.same_int64(pd.Series([1, None], dtype="Int64")).tolist() == [1, pd.NA]
    assert library.same_bool(pd.Series([True, None], dtype="boolean")).tolist() == [True, pd.NA]
    assert np.isnan(library.scale(np.array([np.nan]))[0])


def test_a_series_gives_a_series(library):
    series = pd.Series([1.0, 2.0], index=["a", "b"], name="n")
    found = library.scale(series)
    assert found.index.tolist() == ["a", "b"]
    assert found.name == "n"
    assert found.tolist() == [2.0, 4.0]
    texts = library.same_string(pd.Series(["x", None, "ü"], name="t"))
    assert texts.name == "t"
    assert texts.isna().tolist() == [False, True, False]
    assert texts.dtype == pd.Series(["x", None, "ü"]).dtype
    lists = library.same_list(pd.Series([[1.0], [], None]))
    assert lists.tolist() == [[1.0], [], None]


def test_outer(library):
    x, y = np.arange(3.0), np.array([10.0, 20.0])
    np.testing.assert_array_equal(library.add.outer(x, y), np.add.outer(x, y))
    assert library.scale.outer(x, y, unit="milli").shape == (3, 2)
    assert library.length_gap.outer(["a", "bb"], ["ccc"]).tolist() == [[2], [1]]


def test_any_function_of_two_texts_is_a_metric(library):
    left, right = ["a", "ü", "ccc", ""], ["dddd", "e"]
    gap = library.length_gap
    expected = [[abs(len(a.encode()) - len(b.encode())) for b in right] for a in left]
    assert pyudf.cdist(left, right, gap).tolist() == expected
    assert pyudf.cdist(left, right, gap).dtype == np.int64
    assert pyudf.cdist(left, metric=gap).shape == (4, 4)
    assert pyudf.pdist(left, gap).tolist() == pyudf.cdist(left, metric=gap)[np.triu_indices(4, 1)].tolist()
    scores, at = pyudf.topk(left, right, k=1, metric=gap)
    assert scores[:, 0].tolist() == [min(row) for row in expected]
    assert at[:, 0].tolist() == [int(np.argmin(row)) for row in expected]
    rows, columns, found = pyudf.pairs_within(left, right, metric=gap, score_cutoff=1)
    assert [(r, c, s) for r, c, s in zip(rows, columns, found, strict=True)] == [
        (r, c, s) for r, row in enumerate(expected) for c, s in enumerate(row) if s <= 1
    ]
    best = pyudf.topk(["abc"], ["xyz", "ab", "a"], metric=library.shared_letters)
    assert best[1].tolist() == [[1]]
    frame = pd.DataFrame({"t": left})
    assert len(pyudf.match(frame, pd.DataFrame({"t": right}), on="t", metric=gap)) == 4
    with pytest.raises(TypeError, match="metric"):
        pyudf.cdist(left, right, library.add)
    with pytest.raises(OverflowError, match="int64 would do"):
        pyudf.cdist(left, right, gap, dtype="int8")


def test_methods_overloads_and_more_parameters_in_metrics(library):
    left, right = ["a", "ü", "ccc", None], ["dddd", "e"]
    gap = [[abs(len(a.encode()) - len(b.encode())) for b in right] for a in left[:3]]
    matcher = library.Matcher("x", limit=10)
    for workers in (1, 2):
        found = pyudf.cdist(left[:3], right, matcher.gap, workers=workers)
        assert found.tolist() == [[10 + g for g in row] for row in gap]
        weighted = pyudf.cdist(left, right, library.weighted_gap, workers=workers, weight=3, least=2)
        assert weighted[:3].tolist() == [[3.0 * max(g, 2) for g in row] for row in gap]
        assert np.isnan(weighted[3]).all()
    assert library.weighted_gap.outer(left[:3], right).tolist() == [[2.0 * g for g in row] for row in gap]
    assert pyudf.cdist(left[:3], right, library.gap).tolist() == gap
    assert pyudf.topk(left[:3], right, metric=matcher.gap)[1].shape == (3, 1)
    assert len(pyudf.pairs_within(left, right, metric=library.weighted_gap, score_cutoff=4)[0]) == sum(
        2 * g <= 4 for row in gap for g in row
    )
    assert pyudf.cdist(["a"] * 30, ["b"] * 30, matcher.count_pairs).max() == 900
    # Equal texts give unequal results here: categories are no short cut.
    category = pd.Series(["a"] * 6, dtype="category")
    assert len(set(matcher.count_pairs(category, category))) == 6
    assert len(np.unique(pyudf.cdist(category, category, matcher.count_pairs))) == 36
    with pytest.raises(ValueError, match="row 1, column 0: the pattern twice"):
        pyudf.cdist(["a", "x"], ["x", "b"], matcher.gap)
    with pytest.raises(TypeError, match="one value for all pairs"):
        pyudf.cdist(["a"], ["b"], library.weighted_gap, weight=[1, 2])
    with pytest.raises(TypeError, match="must not be missing"):
        pyudf.cdist(["a"], ["b"], library.weighted_gap, weight=None)
    with pytest.raises(TypeError, match="no option 'wait'"):
        pyudf.cdist(["a"], ["b"], library.weighted_gap, wait=1)


def test_overloads(library):
    size = library.size
    assert size("four") == 4
    assert size(4.0) == -4.0
    assert size(4) == 1004
    assert size(np.arange(3)).tolist() == [1000, 1001, 1002]
    assert size(np.arange(3.0)).tolist() == [0.0, -1.0, -2.0]
    assert size(["a", None, "ccc"]).tolist()[::2] == [1, 3]
    assert size(pd.Series(["a", "bb"])).tolist() == [1, 2]
    assert size(np.array(["a", "bb"])).tolist() == [1, 2]
    assert pickle.loads(pickle.dumps(size)) is size
    with pytest.raises(TypeError, match=r"size: no overload takes \(dict\); there are \(str\); \(float64\)"):
        size({})


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_an_exception_says_the_row(library):
    x = np.arange(1_000_000.0)
    before = sys.getrefcount(x)
    for workers in (1, 2, None):
        with pytest.raises(IndexError, match=r"^row 700001: too large$"):
            library.fails_above(x, 700_000, workers=workers)
    gc.collect()
    assert sys.getrefcount(x) == before
    assert library.fails_above(x, 1e9)[-1] == 999_999
    with pytest.raises(IndexError, match=r"^too large$"):
        library.fails_above(2, 1)


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("invalid_argument", ValueError),
        ("domain_error", ValueError),
        ("length_error", ValueError),
        ("range_error", ValueError),
        ("out_of_range", IndexError),
        ("bad_alloc", MemoryError),
        ("overflow_error", OverflowError),
        ("runtime_error", RuntimeError),
        ("int", RuntimeError),
    ],
)
def test_each_exception_has_its_class(library, how, kind):
    with pytest.raises(kind):
        library.fails_as(how)
    with pytest.raises(kind, match="row 2: "):
        library.fails_as(["fine", "fine", how])


def test_a_missing_library(tmp_path):
    with pytest.raises(FileNotFoundError, match="pyudf develop"):
        pyudf.load(tmp_path / "nothing.so")
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"no library")
    with pytest.raises(ImportError, match="cannot be loaded"):
        pyudf.load(broken)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "other_abi",
            r"built for pyudf's ABI 2\.\d, this pyudf has 1\.\d: the installed pyudf is older; upgrade pyudf",
        ),
        ("no_module", r"one of its source files needs PYUDF_MODULE\(name\)"),
        ("same_name", "two functions are called 'twice' and take the same types; give one of them another name"),
    ],
)
def test_libraries_that_cannot_be_used(compiled_library, name, message):
    with pytest.raises(ImportError, match=message):
        pyudf.load(compiled_library(name))


def test_a_module_takes_up_a_library(compiled_library, tmp_path, monkeypatch):
    (tmp_path / "my_package.py").write_text(
        f"import pyudf\npyudf.load({str(compiled_library('every_type'))!r}, module=__name__)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("my_package")
    assert module.scale(2.0) == 4.0
    assert module.__doc__ == "Every type of the table."
    assert "scale" in module.__all__
    assert pickle.loads(pickle.dumps(module.scale)) is module.scale
    assert pickle.loads(pickle.dumps(module.Point(1.0, 2))) == module.Point(1.0, 2)
    assert module.scale.__module__ == "my_package"


# --- classes ----------------------------------------------------------------------------------------------------------


def test_a_class(library):
    matcher = library.Matcher("ab")
    assert matcher.pattern == "ab"
    assert matcher.limit == 5
    assert repr(matcher) == "Matcher(pattern='ab', limit=5)"
    assert matcher.match("cabd") is True
    assert matcher.match(["x", "ab", None]).tolist() == [False, True, None]
    assert matcher.match(pd.Series(["x", "ab"])).tolist() == [False, True]
    assert matcher.cut("xyz", at=2) == "xyab"
    assert len(matcher) == 2
    matcher.limit = 7
    assert matcher.limit == 7
    matcher.seen = 3
    assert matcher.count([1, 2, 3]).tolist() == [4, 5, 6]
    assert library.Matcher(pattern="x", limit=1).limit == 1
    assert library.Matcher.__doc__ == "Looks for a pattern."
    assert str(inspect.signature(library.Matcher)) == "(pattern, limit=5)"
    assert library.Matcher.match.__doc__.startswith("Whether the text holds the pattern.")
    with pytest.raises(AttributeError):
        matcher.pattern = "y"
    with pytest.raises(ValueError, match="a negative limit"):
        matcher.limit = -1
    with pytest.raises(ValueError, match="an empty pattern"):
        library.Matcher("")
    with pytest.raises(TypeError, match="needs 'pattern'"):
        library.Matcher()
    with pytest.raises(TypeError):
        library.Matcher(5)
    with pytest.raises(TypeError, match="must be one str"):
        library.Matcher(["a", "b"])


def test_objects_pickle_where_the_class_says_how(library):
    matcher = library.Matcher("ab", 9)
    for twin in (pickle.loads(pickle.dumps(matcher)), copy.copy(matcher)):
        assert (twin.pattern, twin.limit) == ("ab", 9)
    method = pickle.loads(pickle.dumps(matcher.match))
    assert method("ab")
    assert library.Bare().value == 1
    with pytest.raises(TypeError, match="__getnewargs__"):
        pickle.dumps(library.Bare())


def test_an_object_outlives_its_last_name(library):
    match = library.Matcher("needle").match
    gc.collect()
    assert match(["needle", "hay"] * 1000).sum() == 1000
    with pytest.raises(TypeError, match="exists already"):
        library.Matcher("a").__init__("b")
    with pytest.raises(TypeError, match="__init__ was not called"):
        library.Matcher.__new__(library.Matcher).match("a")


def test_an_object_is_not_changed_while_it_is_read(library):
    matcher = library.Matcher("z" * 50)
    texts = ["y" * 3000] * 20_000
    errors, started = [], threading.Event()

    def read():
        started.set()
        for _ in range(5):
            matcher.match(texts)

    thread = threading.Thread(target=read)
    thread.start()
    started.wait()
    while thread.is_alive():
        try:
            matcher.limit = 3
        except RuntimeError as error:
            errors.append(str(error))
    thread.join()
    assert all("in use by another thread" in error for error in errors)
    matcher.limit = 4
    assert matcher.limit == 4


# --- aggregates -------------------------------------------------------------------------------------------------------


def test_aggregates(library):
    assert library.Mean([1, 2, None, 6]) == 3.0
    assert library.Mean([]) is None
    assert library.Mean(5) == 5.0
    assert library.Mean(np.arange(1_000_001)) == 500_000.0
    assert library.longest(["a", "ccc", "bb"]) == "ccc"
    assert library.longest(["a", "ccc"], least=9) == ""
    assert library.Range([3.0, 1.0]) == library.Point(1.0, 1)
    assert str(inspect.signature(library.longest)) == "(text, least=0, *, by=None, workers=None, progress=False)"
    assert library.Mean.__doc__.startswith("The mean.")
    assert pickle.loads(pickle.dumps(library.Mean)) is library.Mean
    with pytest.raises(ValueError, match="row 1: told to fail"):
        library.longest(["a", "fail"])
    with pytest.raises(TypeError, match="no parameter 'lest'"):
        library.longest(["a"], lest=3)
    with pytest.raises(ValueError, match="one dimension"):
        library.Mean(np.ones((2, 2)))
    with pytest.raises(ValueError, match="different lengths"):
        library.longest(["a", "b"], least=[1, 2, 3])


@pytest.mark.parametrize(
    "keys",
    [
        ["b", "a", "b", None],
        np.array(["b", "a", "b", ""]),
        [2, 1, 2, None],
        np.array([2.0, 1.0, 2.0, np.nan]),
        pd.Series(["b", "a", "b", None]),
        pd.Series(["b", "a", "b", None], dtype="category"),
        np.array([2, 1, 2, "NaT"], "M8[D]"),
    ],
    ids=lambda keys: str(getattr(keys, "dtype", "list")),
)
def test_aggregates_by_keys(library, keys):
    found, values = library.Mean([1, 10, 2, 100], by=keys)
    at = len(found) - 2
    assert list(found) == sorted(found)
    assert values.tolist()[at:] == [10.0, 1.5]
    texts = library.longest(["x", "yy", "zzz", "w"], by=keys)[1]
    assert texts.tolist()[at:] == ["yy", "zzz"]
    points = library.Range([1, 10, 2, 100], by=keys)[1]
    assert points["x"].tolist()[at:] == [10.0, 1.0]


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-1e6, 1e6)), max_size=50))
@many
def test_groups_are_what_pandas_makes_of_them(library, rows):
    keys, values = [k for k, _ in rows], [v for _, v in rows]
    found, means = library.Mean(np.array(values, float), by=np.array(keys, int))
    expected = pd.Series(values, dtype=float).groupby(keys).mean()
    assert found.tolist() == expected.index.tolist()
    np.testing.assert_allclose(means, expected.to_numpy())


def test_many_groups(library):
    keys = np.arange(200_000) % 60_000
    found, means = library.Mean(np.arange(200_000.0), by=keys)
    expected = pd.Series(np.arange(200_000.0)).groupby(keys).mean()
    np.testing.assert_allclose(means, expected.to_numpy())
    assert len(found) == 60_000


# --- what Python shows ------------------------------------------------------------------------------------------------


def test_names_and_documentation(library):
    assert library.__name__ == "every_type"
    assert library.__doc__ == "Every type of the table."
    assert {"Colour", "Customer", "Matcher", "Mean", "scale"} <= set(library.__all__)
    assert library.scale.__name__ == "scale"
    assert library.scale.__module__ == "every_type"
    assert str(library.scale.__signature__).startswith("(x, factor=2.0, unit='one', *, workers=None")
    assert "What to multiply by." in library.scale.__doc__
    assert "More about it." in library.scale.__doc__
    assert ">>> import every_type" in library.scale.__doc__
    assert [p.name for p in library.scale.parameters] == ["x", "factor", "unit"]
    assert library.scale.result_type == "float64"
    assert library.same_map.result_type == "dict[str, list[float64]]"
    assert library.same_customer.result_type == "Customer"
    assert pickle.loads(pickle.dumps(library.scale)) is library.scale


def test_the_stub_type_checks(library, compiled_library, tmp_path):
    """Written from the table alone; a program that uses the library passes, one that misuses it does not."""
    api = pytest.importorskip("mypy.api", reason='needs mypy: pip install "pyudf[lint]"')
    place = tmp_path / "every_type.pyi"
    stubs.main([str(compiled_library("every_type")), "--write", str(place)])
    program = tmp_path / "program.py"
    program.write_text(
        "import numpy as np\n"
        "import every_type as m\n"
        "a: float = m.scale(1.0, factor=2)\n"
        "b: str = m.same_string('x')\n"
        "c: list[float] = m.same_list([1, 2])\n"
        "d: m.Point = m.same_point(m.Point(1, 2))\n"
        "e: bool = m.Matcher('x', limit=3).match('y')\n"
        "f: m.Colour = m.same_colour(m.Colour.red)\n"
        "g: float | None = m.Mean([1.0])\n"
        "keys, values = m.Mean([1.0], by=['a'])\n"
        "h: int = m.size('x')\n"
        "column = m.scale(np.arange(3.0), workers=1)\n"
    )
    options = ["--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}"]
    report, complaint, status = api.run([*options, str(place), str(program)])
    assert status == 0, report + complaint
    program.write_text("import every_type as m\na: str = m.add(1.0, 2.0)\nm.Matcher(3)\n")
    report, complaint, status = api.run([*options, str(program)])
    assert status == 1
    assert report.count(": error: ") == 2, report
