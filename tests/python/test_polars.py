"""Functions as Polars expressions: plugins, the same answers as scalar calls, errors of Polars' own kind."""

import datetime as dt
import inspect
import io
import itertools
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from every_type import COLUMNS, arrow_array
from hypothesis import given, settings
from hypothesis import strategies as st

import pyudf

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

VERSION = tuple(int(part) for part in pl.__version__.split(".")[:2])
LEFT = ["kitten", None, "ünï", "", "日本🎈", "a text that is longer than twelve bytes", "same", None]
RIGHT = ["sitting", "x", "uni", "", "日本", "a text that is longer than twelve byte", None, None]


@pytest.fixture(scope="module")
def library(compiled_library):
    module = pyudf.load(compiled_library("every_type"))
    sys.modules[module.__name__] = module
    return module


@pytest.fixture
def names():
    return pl.DataFrame({"a": LEFT, "b": RIGHT})


def streamed(frame):
    """The same rows by the streaming engine."""
    if "engine" in inspect.signature(pl.LazyFrame.collect).parameters and VERSION >= (1, 23):
        return frame.lazy().collect(engine="streaming")
    return frame.lazy().collect(streaming=True)


def one_by_one(function, *columns, **options):
    return [None if None in row else function(*row, **options) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("name", pyudf.text.__all__)
@pytest.mark.parametrize("form", pyudf.text.FORMS)
def test_every_metric_in_every_form(names, name, form):
    function = getattr(pyudf, name).forms[form]
    expression = function(pl.col("a"), pl.col("b"))
    expected = one_by_one(function, LEFT, RIGHT)
    assert names.select(expression).to_series().to_list() == expected
    assert streamed(names.lazy().select(expression)).to_series().to_list() == expected
    first = one_by_one(function, LEFT, ["ü"] * len(LEFT))
    assert names.select(function(pl.col("a"), "ü")).to_series().to_list() == first


def test_options_and_names(names):
    found = names.with_columns(
        near=pyudf.levenshtein(pl.col("a"), pl.col("b"), score_cutoff=1),
        heavy=pyudf.levenshtein(pl.col("a"), pl.col("b"), weights=(1, 2, 3)),
        alike=pyudf.jaro_winkler.similarity(pl.col("a"), s2=pl.col("b"), prefix_weight=0.2, workers=2),
    )
    assert found["near"].to_list() == one_by_one(pyudf.levenshtein, LEFT, RIGHT, score_cutoff=1)
    assert found["heavy"].to_list() == one_by_one(pyudf.levenshtein, LEFT, RIGHT, weights=(1, 2, 3))
    assert found["alike"].to_list() == one_by_one(pyudf.jaro_winkler.similarity, LEFT, RIGHT, prefix_weight=0.2)
    assert names.select(pyudf.osa(pl.col("b"), pl.col("a"))).columns == ["b"]
    assert names.lazy().select(pyudf.jaro(pl.col("a"), "x")).collect_schema() == {"a": pl.Float64}


def test_several_columns_at_once(names):
    assert names.select(pyudf.osa(pl.col("a", "b"), "x")).columns == ["a", "b"]
    assert names.select(pyudf.osa(pl.all(), "x")).columns == ["a", "b"]


COUNTING = """
struct Count {
  std::int64_t n = 0;
  void update(double) { ++n; }
  void merge(const Count& other) { n += other.n; }
  std::int64_t finish() const { return n; }
};
PYUDF_AGGREGATE_AS(count_for_polars, Count, "x")
"""


def test_the_namespace(names, library):
    found = names.select(
        d=pl.col("a").udf.levenshtein(pl.col("b")),
        n=pl.col("a").udf.levenshtein_normalized_similarity("ünï", score_cutoff=0.5),
    )
    assert found["d"].to_list() == one_by_one(pyudf.levenshtein, LEFT, RIGHT)
    assert found["n"].to_list() == one_by_one(
        pyudf.levenshtein.normalized_similarity, LEFT, ["ünï"] * len(LEFT), score_cutoff=0.5
    )
    assert names["a"].udf.osa("x").to_list() == one_by_one(pyudf.osa, LEFT, ["x"] * len(LEFT))
    pyudf.compile(COUNTING)
    assert pl.DataFrame({"x": [1.0, 3.0]}).select(pl.col("x").udf.count_for_polars()).item() == 2
    assert {"levenshtein", "jaro_similarity", "count_for_polars"} <= set(dir(pl.col("a").udf))
    with pytest.raises(AttributeError, match="did you mean 'levenshtein"):
        _ = pl.col("a").udf.levenstein


@pytest.mark.parametrize("order", ["import polars as pl, pyudf", "import pyudf, polars as pl"])
def test_the_namespace_is_there_whichever_is_imported_first(python, order):
    done = python(f"{order}\nprint(pl.select(pl.lit('ab').udf.levenshtein('b')).item())")
    assert done.stdout == "1\n"


def test_arguments_by_name_and_defaults(library):
    frame = pl.DataFrame({"x": [1.0, None, 3.0], "y": [2.0, 3.0, 4.0]})
    found = frame.select(
        plain=library.scale(pl.col("x")),
        by_name=library.scale(factor=pl.col("y"), x=pl.col("x")),
        number=library.scale(pl.col("x"), factor=10),
        absent=library.or_zero(pl.col("x")),
    )
    assert found["plain"].to_list() == [2.0, None, 6.0]
    assert found["by_name"].to_list() == [2.0, None, 12.0]
    assert found["number"].to_list() == [10.0, None, 30.0]
    assert found["absent"].to_list() == [1.0, 0.0, 3.0]


def test_overloads_are_chosen_by_the_types(library):
    frame = pl.DataFrame({"text": ["four", "a"], "whole": [-3, 2], "real": [-1.5, 2.0]})
    for column in frame.columns:
        values = frame[column].to_list()
        assert frame.select(library.size(pl.col(column))).to_series().to_list() == [library.size(v) for v in values]
    with pytest.raises(pl.exceptions.ComputeError, match="size: no overload takes these columns"):
        frame.select(library.size(pl.lit(dt.date(2024, 1, 1))))


@pytest.mark.parametrize("name", COLUMNS)
def test_every_type(library, name):
    values, arrow_type = COLUMNS[name]
    if name == "same_map" and not hasattr(pl, "Map"):
        pytest.skip(f"Polars {pl.__version__} has no maps")
    series = pl.Series("s", arrow_array(values, arrow_type))
    if None in values and series.to_list()[values.index(None)] is not None:
        # Polars 1.0 has no missing structs, only structs of missing fields.
        series = series.filter(pl.Series([value is not None for value in values]))
        values = [value for value in values if value is not None]
    expression = getattr(library, name)(pl.col("s"))
    plain = pl.String if name == "same_colour" else None
    for frame in (pl.DataFrame(series), pl.DataFrame(series)[1:], pl.DataFrame(series)[:0]):
        expected = frame["s"].cast(plain) if plain else frame["s"]
        for found in (frame.select(expression)["s"], streamed(frame.lazy().select(expression))["s"]):
            assert (found.cast(plain) if plain else found).to_list() == expected.to_list()
            assert plain or found.dtype == expected.dtype
    chunks = pl.concat([pl.DataFrame(series)[:1], pl.DataFrame(series)], rechunk=False)
    assert chunks.select(expression)["s"].to_list() == values_of(series, [0, *range(len(values))])


def values_of(series, rows):
    values = series.to_list()
    return [values[row] for row in rows]


@pytest.mark.parametrize("name", COLUMNS)
def test_values_stand_for_themselves(library, name):
    if name == "same_map" and not hasattr(pl, "Map"):
        pytest.skip(f"Polars {pl.__version__} has no maps")
    values, arrow_type = COLUMNS[name]
    wanted = pl.Series("s", arrow_array(values[:1], arrow_type)).to_list()
    function = getattr(library, name)
    value = library.Point(*values[0]) if name == "same_point" else values[0]
    if name == "same_customer":
        value = library.Customer(*value[:2], library.Point(*value[2]), [library.Point(*p) for p in value[3]])
    anchor = pl.DataFrame({"n": [1, 2]})
    column = anchor.with_columns(s=function(as_expression(value)))["s"]
    assert column.to_list() == wanted * 2


def as_expression(value):
    from pyudf.engines.expressions import literal

    return literal(value)


def test_categories_and_enumerations():
    texts = ["Paris", "London", None, "Paris"]
    frame = pl.DataFrame(
        {"c": pl.Series(texts, dtype=pl.Categorical), "e": pl.Series(texts, dtype=pl.Enum(["London", "Paris"]))}
    )
    expected = one_by_one(pyudf.osa, texts, ["Pari"] * 4)
    for column in frame.columns:
        assert frame.select(pyudf.osa(pl.col(column), "Pari")).to_series().to_list() == expected


def test_times_with_zones(library):
    time = dt.datetime(2024, 2, 29, 1, 2, 3)
    frame = pl.DataFrame({"t": pl.Series([time], dtype=pl.Datetime("ms", "Europe/Paris"))})
    utc = frame["t"].dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    assert frame.select(library.same_time(pl.col("t"))).to_series().to_list() == utc.to_list()


def test_chunks_of_different_layouts_and_slices(names):
    left = pl.concat([names["a"][:3], names["a"][3:4], names["a"][4:]], rechunk=False)
    right = pl.concat([names["b"][:5], names["b"][5:]], rechunk=False)
    frame = pl.DataFrame({"a": left, "b": right})
    expected = one_by_one(pyudf.levenshtein, LEFT, RIGHT)
    d = pyudf.levenshtein(pl.col("a"), pl.col("b"))
    assert frame.select(d).to_series().to_list() == expected
    assert streamed(frame.lazy().select(d)).to_series().to_list() == expected
    for begin in range(len(LEFT)):
        assert frame[begin:].select(d).to_series().to_list() == expected[begin:]
        assert streamed(frame.lazy().slice(begin, 1).select(d)).to_series().to_list() == expected[begin : begin + 1]
    wide = pl.concat([frame.clear(), *[frame] * 3, frame.clear()], rechunk=False)
    assert wide.select(d).to_series().to_list() == expected * 3


text = st.none() | st.text(max_size=20)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(text, text), max_size=30), cuts=st.lists(st.integers(0, 30), max_size=4), data=st.data())
def test_any_chunks_and_slices(rows, cuts, data):
    left, right = [a for a, _ in rows], [b for _, b in rows]

    def column(values):
        series = pl.Series("c", values, dtype=pl.String)
        places = sorted({min(cut, len(values)) for cut in cuts} | {0, len(values)})
        pieces = [series[begin:end] for begin, end in itertools.pairwise(places)]
        return pl.concat(pieces, rechunk=False) if len(pieces) > 1 else series

    first = data.draw(st.integers(0, len(rows)))
    frame = pl.DataFrame({"a": column(left), "b": pl.Series(right, dtype=pl.String)})[first:]
    expected = one_by_one(pyudf.osa, left, right)[first:]
    d = pyudf.osa(pl.col("a"), pl.col("b"))
    assert frame.select(d).to_series().to_list() == expected
    assert streamed(frame.lazy().select(d)).to_series().to_list() == expected


def test_no_rows_and_literals_of_one_row(names):
    d = pyudf.levenshtein(pl.col("a"), pl.col("b"))
    assert names.clear().select(d).shape == (0, 1)
    assert names.clear().select(pyudf.levenshtein(pl.col("a"), "x")).shape == (0, 1)
    assert streamed(names.clear().lazy().select(d)).schema == {"a": pl.Int64}
    assert pl.select(pyudf.levenshtein(pl.lit("a"), "b")).item() == 1
    assert names.with_columns(c=pyudf.levenshtein(pl.lit("a"), "b"))["c"].to_list() == [1] * len(LEFT)
    assert names.select(pyudf.levenshtein(pl.col("a"), pl.lit(None))).to_series().to_list() == [None] * len(LEFT)
    assert names.select(pyudf.levenshtein(pl.col("a"), pl.col("b").first())).to_series().to_list() == one_by_one(
        pyudf.levenshtein, LEFT, RIGHT[:1] * len(LEFT)
    )
    assert names.select(pyudf.levenshtein(pl.col("a"), pl.Series(RIGHT))).to_series().to_list() == one_by_one(
        pyudf.levenshtein, LEFT, RIGHT
    )


def test_many_rows_on_many_threads():
    n = 300_001
    rng = np.random.default_rng(7)
    left, right = (pl.Series(rng.choice(["kitten", "sitting", "ünï", ""], n)) for _ in range(2))
    frame = pl.DataFrame({"a": left, "b": right})
    d = pyudf.levenshtein(pl.col("a"), pl.col("b"))
    expected = pyudf.levenshtein(left.to_list(), right.to_list())
    found = frame.select(own=d, one=pyudf.levenshtein(pl.col("a"), pl.col("b"), workers=1))
    assert np.array_equal(found["own"].to_numpy(), expected)
    assert np.array_equal(found["one"].to_numpy(), expected)
    assert np.array_equal(streamed(frame.lazy().select(d)).to_series().to_numpy(), expected)
    failures = []

    def query():
        if not np.array_equal(frame.select(d).to_series().to_numpy(), expected):
            failures.append("other results")

    threads = [threading.Thread(target=query) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_aggregates(library):
    frame = pl.DataFrame({"k": ["a", "b", "a", "c"], "x": [1.0, 2.0, 3.0, None], "t": ["a", "ccc", None, "bb"]})
    mean = library.Mean(pl.col("x"))
    assert frame.select(mean).item() == 2.0
    assert frame.select("k", mean.alias("m"))["m"].to_list() == [2.0] * 4
    assert streamed(frame.lazy().select(mean)).item() == 2.0
    grouped = frame.group_by("k", maintain_order=True).agg(mean, library.longest(pl.col("t")))
    assert grouped["x"].to_list() == [2.0, 2.0, None]
    assert grouped["t"].to_list() == ["a", "ccc", "bb"]
    assert frame.select(mean.over("k")).to_series().to_list() == [2.0, 2.0, 2.0, None]
    chunks = pl.concat([frame[:1], frame[1:]], rechunk=False)
    assert chunks.select(mean).item() == 2.0
    assert frame.clear().select(mean).to_series().to_list() == [None]
    many = pl.DataFrame({"x": np.arange(500_000.0)})
    assert many.select(library.Mean(pl.col("x"))).item() == library.Mean(np.arange(500_000.0))
    with pytest.raises(TypeError, match="group_by"):
        library.Mean(pl.col("x"), by="k")


def test_in_group_by_and_over(names):
    frame = names.with_columns(k=pl.Series([0, 1] * 4))
    d = pyudf.levenshtein(pl.col("a"), pl.col("b"))
    expected = one_by_one(pyudf.levenshtein, LEFT, RIGHT)
    assert frame.select(d.over("k")).to_series().to_list() == expected
    nearest = frame.group_by("k", maintain_order=True).agg(pyudf.levenshtein(pl.col("a"), pl.col("b").first()).min())
    for key, group in enumerate((range(0, 8, 2), range(1, 8, 2))):
        first = RIGHT[group[0]]
        scores = [pyudf.levenshtein(LEFT[row], first) for row in group if LEFT[row] is not None]
        assert nearest.filter(pl.col("k") == key)["a"].item() == min(scores)


# Errors

FAILING = """
std::int64_t fail(std::int64_t x) { throw std::runtime_error("value " + std::to_string(x)); }
PYUDF_FUNCTION(fail, "x")
"""


def test_errors_are_those_of_polars(names, library):
    failing = pyudf.compile(FAILING)
    error = pl.exceptions.ComputeError
    with pytest.raises(error, match=r"fail: row 1: value 2"):
        pl.DataFrame({"x": [None, 2, 3]}).select(failing.fail(pl.col("x")))
    with pytest.raises(error, match=r"levenshtein: s1: an Arrow column of int64 .* where text is expected"):
        pl.LazyFrame({"n": [1]}).select(pyudf.levenshtein(pl.col("n"), "x")).collect_schema()
    with pytest.raises(error, match="levenshtein: score_cutoff must not be negative"):
        names.lazy().select(pyudf.levenshtein(pl.col("a"), "x", score_cutoff=-1)).collect_schema()
    with pytest.raises(error, match="text and bytes, whose units"):
        names.select(pyudf.levenshtein(pl.col("a"), b"x"))
    with pytest.raises(error, match="levenshtein: columns of 8 and 3 rows"):
        names.select(pyudf.levenshtein(pl.col("a"), pl.Series(["a", "b", "c"])))
    with pytest.raises(error, match="row 0: 4294967296 does not fit"):
        pl.DataFrame({"n": [2**32]}).select(library.same_int32(pl.col("n")))


def test_what_python_refuses_before_there_is_a_plan(names):
    with pytest.raises(TypeError, match="needs 's2'"):
        pyudf.levenshtein(pl.col("a"))
    with pytest.raises(TypeError, match="takes 2 columns"):
        pyudf.levenshtein(pl.col("a"), "x", "y")
    with pytest.raises(TypeError, match="no option 'cutoff'"):
        pyudf.levenshtein(pl.col("a"), "x", cutoff=1)
    for option in ("out", "processor", "progress"):
        with pytest.raises(TypeError, match=f"{option} is not possible in an expression"):
            pyudf.levenshtein(pl.col("a"), "x", **{option: "default"})


def test_versions_that_cannot_run_plugins():
    from pyudf.engines.expressions import check_version

    for version in ("0.20.31", "0.9.0"):
        with pytest.raises(ImportError, match=f"need Polars 1.0 or later, this is {version}: pip install -U polars"):
            check_version(version)
    with pytest.raises(ImportError, match="withdrawn"):
        check_version("1.43.0")
    for version in ("1.0.0", "1.44.2", "2.0.0rc1", "10.0.0"):
        check_version(version)


def plugin(path, symbol, *args, **kwargs):
    from polars.plugins import register_plugin_function

    return register_plugin_function(
        plugin_path=path, function_name=symbol, args=list(args), kwargs=kwargs or None, is_elementwise=True
    )


def test_registered_by_hand(library, names, compiled_library):
    from pyudf.engines.expressions import engine_library

    path = compiled_library("every_type")
    frame = pl.DataFrame({"x": [1.0, 2.0]})
    assert frame.select(plugin(path, "scale", pl.col("x"))).to_series().to_list() == [2.0, 4.0]
    named = plugin(path, "scale", pl.lit(3.0), pl.col("x"), columns=["factor", "x"])
    assert frame.select(named).to_series().to_list() == [3.0, 6.0]
    found = names.select(plugin(engine_library(), "levenshtein", pl.col("a"), pl.col("b"), score_cutoff=1))
    assert found.to_series().to_list() == one_by_one(pyudf.levenshtein, LEFT, RIGHT, score_cutoff=1)
    error = pl.exceptions.ComputeError
    for wrong, message in (
        ({"score_cutoff": "x"}, "the option 'score_cutoff' is no int64"),
        ({"cutoff": 1}, "there is no option 'cutoff'"),
        ({"workers": -1}, "workers must be"),
        ({"weights": {"a": 1}}, "the options of the expression cannot be read"),
        ({"columns": ["s1", "s3"]}, "there is no parameter 's3'"),
    ):
        with pytest.raises(error, match=message):
            names.select(plugin(engine_library(), "levenshtein", pl.col("a"), pl.col("b"), **wrong))
    with pytest.raises(error, match="it needs a column for 's2'"):
        names.select(plugin(engine_library(), "levenshtein", pl.col("a")))


def test_a_qualified_name_is_a_symbol_too():
    module = pyudf.compile("""
namespace shop { double twice(double x) { return 2 * x; } }
PYUDF_FUNCTION(shop::twice, "x")
""")
    assert pl.DataFrame({"x": [1.5]}).select(module.twice(pl.col("x"))).item() == 3.0


def test_methods_go_by_batches(library):
    matcher = library.Matcher("ab")
    frame = pl.DataFrame({"t": ["ab", None, "x"]})
    assert frame.select(matcher.match(pl.col("t"))).to_series().to_list() == [True, None, False]
    assert frame.lazy().select(matcher.match(pl.col("t"))).collect_schema() == {"t": pl.Boolean}


# Memory


def addresses_of(series, buffer):
    array = series.to_arrow()
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.buffers()[buffer].address


def test_nothing_is_copied(compiled_library):
    module = pyudf.load(compiled_library("addresses"))
    x = pl.Series("x", np.arange(10_000.0))
    told = x.to_frame().select(module.places(pl.col("x"))).to_series()
    begin = addresses_of(x, 1)
    assert told[::2].to_list() == [begin + 8 * i for i in range(0, 10_000, 2)]
    result = addresses_of(told, 1)
    assert told[1::2].to_list() == [result + 8 * i for i in range(1, 10_000, 2)]
    lists = pl.Series("l", [[1.0, 2.0], [3.0]])
    found = lists.to_frame().select(module.address_of_items(pl.col("l"))).to_series()
    items = lists.explode() if VERSION < (1, 3) else lists.to_arrow().values
    first = addresses_of(items, 1) if isinstance(items, pl.Series) else items.buffers()[1].address
    assert found.to_list() == [first, first + 16] or VERSION < (1, 3)


def test_text_is_read_where_it_lies(compiled_library):
    module = pyudf.load(compiled_library("addresses"))
    views = pa.array(["a text that is longer than twelve bytes", "another text, which is as long"], pa.string_view())
    series = pl.Series("t", views)
    found = series.to_frame().select(module.address_of_text(pl.col("t"))).to_series().to_list()
    data = views.buffers()[2]
    assert all(data.address <= address < data.address + data.size for address in found)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.skipif("sanitize" in os.environ.get("PYUDF_TEST_CXXFLAGS", ""), reason="sanitizers keep what is freed")
def test_columns_are_released():
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    x = pl.DataFrame({"a": ["kitten"] * 100_000})

    def query(cutoff):
        x.select(pyudf.levenshtein(pl.col("a").str.to_uppercase(), "sitting", score_cutoff=cutoff))

    for _ in range(5):
        query(1)
    before = resident()
    for _ in range(60):
        query(1)
        with pytest.raises(pl.exceptions.ComputeError):
            x.select(pyudf.levenshtein(pl.col("a").str.to_uppercase(), pl.Series(["a", "b"])))
    # 120 columns of 1.6 MB.
    assert resident() - before < 60 << 20


# Other processes


def test_expressions_and_plans_travel(names, library):
    d = pyudf.levenshtein(pl.col("a"), pl.col("b"), weights=(1, 1, 2))
    assert names.select(pickle.loads(pickle.dumps(d))).equals(names.select(d))
    plan = pickle.dumps(names.lazy().select(d))
    code = f"import pickle, sys; print(pickle.loads({plan!r}).collect().to_series().to_list(), 'pyudf' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.home())
    assert done.stdout.strip() == f"{names.select(d).to_series().to_list()} False"


def test_serialised_expressions(names):
    d = pyudf.levenshtein(pl.col("a"), "ünï", score_cutoff=3)
    written = d.meta.serialize(format="binary") if VERSION >= (1, 0) else d.meta.serialize()
    assert names.select(pl.Expr.deserialize(io.BytesIO(written))).equals(names.select(d))


def test_a_users_library_without_importing_pyudf(compiled_library, python):
    """The plugin finds libpyudf.so by where it is told to be."""
    from pyudf.engines.expressions import engine_library

    path = compiled_library("every_type")
    code = f"""
import os, sys, polars as pl
from polars.plugins import register_plugin_function
scale = register_plugin_function(
    plugin_path={str(path)!r}, function_name="scale", args=[pl.col("x")], is_elementwise=True
)
frame = pl.DataFrame({{"x": [1.0, 2.0]}})
try:
    print(frame.select(scale).to_series().to_list(), "pyudf" in sys.modules)
except pl.exceptions.ComputeError as error:
    print(error)
"""
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYUDF_ENGINE": engine_library()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[2.0, 4.0] False"
    missing = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYUDF_ENGINE": "/nothing"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "needs the Python package pyudf, and no libpyudf.so of it was found" in missing.stdout
