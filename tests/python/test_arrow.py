"""Arrow: whatever speaks its interface, functions in pyarrow.compute, expressions of datasets."""

import datetime as dt

import pytest
from test_docs import check

import pyudf

pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")
ds = pytest.importorskip("pyarrow.dataset")

LEFT, RIGHT, DISTANCES = ["kitten", None, "über", ""], ["sitting", "x", "uber", ""], [3, None, 1, 0]
LAYOUTS = {"": pa.string(), "_large": pa.large_string(), "_view": pa.string_view()}


class OnlyArray:
    """Nothing but an Arrow array."""

    def __init__(self, array):
        self.array = array

    def __arrow_c_array__(self, requested_schema=None):
        return self.array.__arrow_c_array__(requested_schema)


class OnlyStream:
    """Nothing but a stream of Arrow arrays."""

    def __init__(self, chunks):
        self.chunks = chunks

    def __arrow_c_stream__(self, requested_schema=None):
        return self.chunks.__arrow_c_stream__(requested_schema)


# Whatever speaks the interface


@pytest.mark.parametrize("kind", LAYOUTS.values())
def test_objects_that_only_speak_arrow(kind):
    left, right = pa.array(LEFT, kind), pa.array(RIGHT, kind)
    assert pyudf.levenshtein(OnlyArray(left), OnlyArray(right)).tolist() == pytest.approx([3, NAN, 1, 0], nan_ok=True)
    chunks = OnlyStream(pa.chunked_array([left[:1], left[1:1], left[1:]], kind))
    assert pyudf.levenshtein(chunks, right).to_pylist() == DISTANCES
    assert pyudf.levenshtein(right, OnlyArray(left)).to_pylist() == DISTANCES
    assert pyudf.cdist(chunks, OnlyArray(right), dtype="float32").shape == (4, 4)


NAN = float("nan")


def test_a_dictionary_as_array_and_as_stream():
    encoded = pa.array(LEFT).dictionary_encode()
    assert pyudf.levenshtein(encoded, pa.array(RIGHT)).to_pylist() == DISTANCES
    stream = OnlyStream(pa.chunked_array([encoded, encoded]))
    assert pyudf.levenshtein(stream, pa.array(RIGHT * 2)).to_pylist() == DISTANCES * 2


def test_a_column_without_rows_or_chunks():
    assert pyudf.levenshtein(pa.chunked_array([], pa.string()), "a").to_pylist() == []
    assert len(pyudf.levenshtein(OnlyStream(pa.chunked_array([], pa.string())), "a")) == 0
    assert pyudf.levenshtein(pa.array(LEFT)[2:3], "uber").to_pylist() == [1]


def test_a_table_is_no_column():
    table = pa.table({"a": LEFT})
    with pytest.raises(TypeError, match="choose one column of a table"):
        pyudf.levenshtein(table, "a")
    with pytest.raises(TypeError, match="choose one column of a table"):
        pyudf.levenshtein(OnlyStream(table), "a")


def test_results_outlive_what_they_were_computed_from():
    found = pyudf.jaro(pa.array(["a"] * 10_000), pa.array(["b", None] * 5_000))
    moved = pa.Array._import_from_c_capsule(*found.__arrow_c_array__())
    del found
    assert moved.null_count == 5_000
    assert moved[9_998].as_py() == 1.0


def test_results_are_given_back_by_threads_of_arrow_while_python_ends(python):
    """A thread that waits for the GIL then is ended within C++, which takes it for a crash."""
    python(
        "import pyarrow as pa, pyarrow.compute as pc, pyarrow.dataset as ds, pyudf\n"
        "rows = ds.dataset(pa.table({'a': ['kitten', None]}))\n"
        "rows.to_table(columns={'d': pyudf.arrow.expression(pyudf.levenshtein, pc.field('a'), 'b')})"
    )


# pyarrow.compute


def test_functions_are_registered_for_each_layout():
    names = pyudf.arrow.register()
    assert names["levenshtein"] == "(string, string) -> int64"
    assert names["jaro_winkler_similarity_large"] == "(large_string, large_string) -> double"
    assert pyudf.arrow.register() == names
    assert {*names} <= {*pc.list_functions()}


@pytest.mark.parametrize(("suffix", "kind"), LAYOUTS.items())
def test_registered_functions_take_columns_and_scalars(suffix, kind):
    pyudf.arrow.register()
    left, right = pa.array(LEFT, kind), pa.array(RIGHT, kind)
    name = f"levenshtein{suffix}"
    assert pc.call_function(name, [left, right]).to_pylist() == DISTANCES
    assert pc.call_function(name, [left, pa.scalar("kitten", kind)]).to_pylist() == [0, None, 5, 6]
    assert pc.call_function(name, [pa.scalar("kitten", kind), left]).to_pylist() == [0, None, 5, 6]
    assert pc.call_function(name, [left, pa.scalar(None, kind)]).to_pylist() == [None] * 4
    assert pc.call_function(name, [left[:0], right[:0]]).to_pylist() == []
    chunks = pa.chunked_array([left[:3], left[3:]])
    assert pc.call_function(name, [chunks, pa.chunked_array([right[:1], right[1:]])]).to_pylist() == DISTANCES
    assert pc.call_function(name, [pa.scalar("ab", kind), pa.scalar("b", kind)]).as_py() == 1


def test_every_registered_metric_gives_what_its_function_gives():
    left, right = pa.array(LEFT), pa.array(RIGHT)
    for name in pyudf.arrow.register():
        if name.endswith(("_large", "_view")):
            continue
        metric = next(m for m in sorted(pyudf.text.__all__, key=len, reverse=True) if name.startswith(m))
        function = getattr(getattr(pyudf, metric), name[len(metric) + 1 :] or "distance")
        assert pc.call_function(name, [left, right]).equals(function(left, right)), name


def test_functions_of_a_library(shipped):
    names = pyudf.arrow.register(shipped)
    assert names["place"] == "(double, string) -> struct<x: double, name: large_string>"
    assert names["twice_str_view"] == "(string_view) -> large_string"
    assert "nothing" not in names
    assert pc.call_function("twice", [pa.array([1.5, None])]).to_pylist() == [3, None]
    assert pc.call_function("twice_str", [pa.array(["ü", None])]).to_pylist() == ["üü", None]
    assert pc.call_function("share", [pa.array(["abc"]), pa.array([2.0])]).to_pylist() == [1.5]
    assert pc.call_function("size_of", [pa.array([1.0, 2.0, None])]).to_pylist() == ["small", "large", None]
    places = pc.call_function("place", [pa.array([1.0]), pa.array(["a"])])
    assert places.to_pylist() == [{"x": 1.0, "name": "a"}]
    assert pc.call_function("name_of_large", [places]).to_pylist() == ["a"]
    days = pa.array([dt.date(2024, 2, 28), None])
    assert pc.call_function("next_day", [days]).to_pylist() == [dt.date(2024, 2, 29), None]
    with pytest.raises(IndexError, match="row 1: too large"):
        pc.call_function("below", [pa.array([1.0, 9.0]), pa.array([5.0, 5.0])])


def test_aggregates_of_a_library(shipped):
    pyudf.arrow.register(shipped)
    assert pc.call_function("mean_of", [pa.array([1.0, None, 3.0])]).as_py() == 2.0
    assert pc.call_function("mean_of", [pa.array([None], pa.float64())]).as_py() is None
    table = pa.table({"k": ["a", "b", "a"], "x": [1.0, 2.0, 4.0], "t": ["x", "yy", "zzz"]})
    found = table.group_by("k").aggregate([("x", "mean_of"), ("t", "most_bytes"), ("x", "mean")]).sort_by("k")
    assert found["x_mean_of"].to_pylist() == found["x_mean"].to_pylist() == [2.5, 2.0]
    assert found["t_most_bytes"].to_pylist() == ["zzz", "yy"]


def test_a_name_of_arrows_own_gets_a_prefix():
    module = pyudf.compile('double negate(double x) { return x; }\nPYUDF_FUNCTION(negate, "x")', name="negates_nothing")
    assert "pyudf_negate" in pyudf.arrow.register(module)
    assert pc.call_function("pyudf_negate", [pa.array([2.0])]).to_pylist() == [2.0]
    assert pc.call_function("negate", [pa.array([2.0])]).to_pylist() == [-2.0]
    assert "pyudf_negate" in pyudf.arrow.register(module)


def test_a_function_takes_the_place_of_one_with_its_types_only():
    source = 'double told_again({0} x) {{ return {1}; }}\nPYUDF_FUNCTION(told_again, "x")'
    pyudf.arrow.register(pyudf.compile(source.format("double", "x + 1"), name="told_first"))
    pyudf.arrow.register(pyudf.compile(source.format("double", "x + 2"), name="told_second"))
    assert pc.call_function("told_again", [pa.array([1.0])]).to_pylist() == [3.0]
    third = pyudf.compile(source.format("float", "x"), name="told_third")
    with pytest.raises(
        ValueError, match=r"'told_again' is registered for \(double\) -> double already, from told_second"
    ):
        pyudf.arrow.register(third)
    with pytest.raises(TypeError, match="expected modules of functions"):
        pyudf.arrow.register("levenshtein")


# Expressions


@pytest.mark.parametrize("left", LAYOUTS.values())
@pytest.mark.parametrize("right", LAYOUTS.values())
def test_expressions_take_any_layout(left, right):
    try:
        pa.array(LEFT, left).cast(pa.string()), pa.array(LEFT, right).cast(pa.string())
    except pa.ArrowNotImplementedError:
        pytest.skip("this pyarrow cannot cast a string_view")
    rows = ds.dataset(pa.table({"a": pa.array(LEFT, left), "b": pa.array(RIGHT, right), "row": range(4)}))
    both = pyudf.arrow.expression(pyudf.levenshtein, pc.field("a"), pc.field("b"))
    near = pyudf.arrow.expression(pyudf.levenshtein, pc.field("a"), pc.field("b"), score_cutoff=1)
    with_text = pyudf.arrow.expression(pyudf.levenshtein, pc.field("a"), "kitten")
    found = rows.to_table(columns={"both": both, "near": near, "text": with_text})
    assert found.to_pydict() == {"both": DISTANCES, "near": [2, None, 1, 0], "text": [0, None, 5, 6]}
    if pa.string_view() not in (left, right):  # which Arrow itself cannot filter
        assert rows.to_table(["row"], filter=both <= 1)["row"].to_pylist() == [2, 3]


def test_expressions_over_files(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for part in range(3):
        parquet.write_table(pa.table({"name": [f"name {part}{n}" for n in range(50)]}), tmp_path / f"{part}.parquet")
    near = pyudf.arrow.expression(pyudf.levenshtein, pc.field("name"), "name 213")
    found = ds.dataset(tmp_path).to_table(filter=near == 0)["name"].to_pylist()
    assert found == ["name 213"]


def test_functions_of_one_name_stay_apart_in_expressions():
    import ctypes

    kind = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
    half, twice = kind(lambda x: x / 2), kind(lambda x: 2 * x)
    made = [pyudf.from_cfunc(f, signature="float64(float64)", name="change") for f in (half, twice)]
    columns = {str(at): pyudf.arrow.expression(f, pc.field("x")) for at, f in enumerate(made)}
    found = ds.dataset(pa.table({"x": [1.0, None]})).to_table(columns=columns, use_threads=False)
    assert found.to_pydict() == {"0": [0.5, None], "1": [2.0, None]}


def test_what_is_no_expression(shipped):
    with pytest.raises(TypeError, match="expected a function of values"):
        pyudf.arrow.expression(shipped.mean_of, pc.field("x"))
    with pytest.raises(TypeError, match="has no option 'cutoff'"):
        pyudf.arrow.expression(pyudf.levenshtein, pc.field("a"), "b", cutoff=1)
    with pytest.raises(TypeError, match="takes 2 columns"):
        pyudf.arrow.expression(pyudf.levenshtein, pc.field("a"), "b", "c")
    assert isinstance(pyudf.arrow.expression(shipped.share, pc.field("a")), pc.Expression)


def test_the_examples_of_the_functions():
    for function in (pyudf.arrow.register, pyudf.arrow.expression):
        check(function.__name__, function.__doc__, {name: getattr(pyudf.arrow, name) for name in pyudf.arrow.__all__})
