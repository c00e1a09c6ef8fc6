"""Missing values: every marker in every kind of input gives a missing result, and matches nothing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyudf

pd, pl, pa = (pytest.importorskip(module) for module in ("pandas", "polars", "pyarrow"))

METRICS = pyudf.text.__all__
each_metric = pytest.mark.parametrize("name", METRICS)

MARKERS = {
    "None": None,
    "float NaN": float("nan"),
    "numpy NaN": np.float64("nan"),
    "float32 NaN": np.float32("nan"),
    "pandas NA": pd.NA,
    "pandas NaT": pd.NaT,
}
each_marker = pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS.keys())

LEFT = ["kitten", None, "", "sitting", None, "a" * 70]
RIGHT = ["sitting", "x", None, "sitting", None, "a" * 69]
EXPECTED = [3, None, None, 0, None, 1]
AWAY = [i for i, value in enumerate(EXPECTED) if value is None]


def string_array(na_object):
    return lambda v: np.array([na_object if x is None else x for x in v], np.dtypes.StringDType(na_object=na_object))


def arrow_chunks(values):
    return pa.chunked_array([pa.array(values[:2], pa.string()), pa.array(values[2:], pa.string())])


def sliced(values, kind):
    return pa.array(["x", None, *values, None], kind)[2:-1]


KINDS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "object": lambda v: np.array(v, object),
    "StringDType None": string_array(None),
    "StringDType NaN": string_array(np.nan),
    "StringDType pandas NA": string_array(pd.NA),
    "pandas object": lambda v: pd.Series(v, dtype=object),
    "pandas str": lambda v: pd.Series(v, dtype="str"),
    "pandas string[python]": lambda v: pd.Series(v, dtype="string[python]"),
    "pandas string[pyarrow]": lambda v: pd.Series(v, dtype="string[pyarrow]"),
    "pandas ArrowDtype": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.string())),
    "pandas category": lambda v: pd.Series(v, dtype="category"),
    "pandas Index": lambda v: pd.Index(v, dtype="str"),
    "pandas .array": lambda v: pd.Series(v, dtype="str").array,
    "pandas Categorical": lambda v: pd.Categorical(v),
    "arrow string": lambda v: pa.array(v, pa.string()),
    "arrow large_string": lambda v: pa.array(v, pa.large_string()),
    "arrow string_view": lambda v: pa.array(v, pa.string_view()),
    "arrow sliced": lambda v: sliced(v, pa.string()),
    "arrow view sliced": lambda v: sliced(v, pa.string_view()),
    "arrow chunks": arrow_chunks,
    "arrow dictionary": lambda v: pa.array(v, pa.string()).dictionary_encode(),
    "arrow dictionary with a null in it": lambda v: pa.array(v, pa.string()).dictionary_encode("encode"),
    "arrow dictionary sliced": lambda v: pa.array(["x", None, *v], pa.string()).dictionary_encode()[2:],
    "arrow dictionary of pandas": lambda v: pa.array(pd.Categorical(v)),
    "polars String": lambda v: pl.Series("s", v, pl.String),
    "polars Categorical": lambda v: pl.Series("s", v, pl.Categorical),
    "polars Enum": lambda v: pl.Series("s", v, pl.Enum(sorted({x for x in v if x is not None}))),
    "polars sliced": lambda v: pl.Series("s", ["x", None, *v], pl.String)[2:],
}
each_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())


def as_list(result):
    """A result of any kind as a list, None where it is missing."""
    if isinstance(result, (pa.Array, pa.ChunkedArray)):
        return result.to_pylist()
    return [None if value is None or value is pd.NA or value != value else value for value in list(result)]


# --- elementwise ----------------------------------------------------------------------------------------------------


@each_marker
@each_metric
def test_a_call_with_one_missing_value_is_missing(name, marker):
    metric = getattr(pyudf, name)
    for found in (metric(marker, "a"), metric("a", marker), metric(marker, marker), metric.similarity("a", marker)):
        assert found is None or found is pd.NA or math.isnan(found)
    assert metric("a", "a") == 0


@each_marker
def test_every_marker_in_a_list(marker):
    found = pyudf.levenshtein(["ab", marker, ""], ["a", "b", marker])
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [1.0, np.nan, np.nan])
    np.testing.assert_array_equal(pyudf.jaro(["ab", marker], "ab"), [0.0, np.nan])
    np.testing.assert_array_equal(pyudf.levenshtein(["ab", "c"], marker), [np.nan, np.nan])


@each_kind
def test_every_kind(make):
    found = pyudf.levenshtein(make(LEFT), make(RIGHT))
    assert as_list(found) == EXPECTED
    if not isinstance(make(LEFT), pd.Series):
        assert as_list(pyudf.levenshtein(make(LEFT), RIGHT)) == EXPECTED
        assert as_list(pyudf.levenshtein(LEFT, make(RIGHT))) == EXPECTED
    assert as_list(pyudf.levenshtein(make(LEFT), "")) == [6, None, 0, 7, None, 70]
    found = as_list(pyudf.levenshtein.normalized_similarity(make(LEFT), make(RIGHT)))
    assert found == [4 / 7, None, None, 1.0, None, 1 - 1 / 70]


@each_kind
def test_all_missing(make):
    if make in (KINDS["polars Enum"], KINDS["arrow dictionary of pandas"]):
        pytest.skip("no categories, and so none of text")
    assert as_list(pyudf.levenshtein(make([None, None]), make([None, None]))) == [None, None]
    assert as_list(pyudf.jaro(make([None]), "a")) == [None]
    assert np.isnan(pyudf.cdist(make([None, None]), ["a"], dtype="float32")).all()


def test_the_kind_of_gap_is_that_of_the_library():
    left, right = pd.Series(LEFT, dtype="str"), pd.Series(RIGHT, dtype="str")
    found = pyudf.levenshtein(left, right)
    pd.testing.assert_series_equal(found, pd.Series(EXPECTED, dtype="Int64"))
    found = pyudf.jaro(left, right)
    assert str(found.dtype) == "Float64"
    assert found.isna().tolist() == [i in AWAY for i in range(6)]
    found = pyudf.levenshtein(pl.Series(LEFT), pl.Series(RIGHT))
    assert found.dtype == pl.Int64
    assert found.to_list() == EXPECTED
    found = pyudf.levenshtein(pa.array(LEFT), pa.array(RIGHT))
    assert found.type == pa.int64()
    assert found.null_count == 3
    found.validate(full=True)
    found = pyudf.levenshtein(np.array(LEFT, object), np.array(RIGHT, object))
    assert found.dtype == np.float64
    assert np.isnan(found[AWAY]).all()
    assert pyudf.levenshtein(np.array(["a"], object), np.array(["b"], object)).dtype == np.int64


def test_missing_values_broadcast():
    left, right = np.array([["a"], [None]], object), np.array(["a", None, "b"], object)
    np.testing.assert_array_equal(pyudf.hamming(left, right), [[0, np.nan, 1], [np.nan] * 3])


@settings(max_examples=100)
@given(rows=st.lists(st.tuples(*[st.none() | st.sampled_from(["", "a", "ab", "Ж"])] * 2), min_size=1, max_size=40))
def test_gaps_anywhere(rows):
    left, right = map(list, zip(*rows, strict=True))
    expected = [None if a is None or b is None else pyudf.hamming(a, b) for a, b in rows]
    for make in (list, lambda v: pa.array(v, pa.string()), lambda v: pl.Series(v, dtype=pl.String)):
        assert as_list(pyudf.hamming(make(left), make(right))) == expected


def test_gaps_of_a_long_column():
    """Longer than a block of rows, so that several validity words and threads take part."""
    rng = np.random.default_rng(0)
    missing = rng.random(20_000) < 0.3
    texts = ["" if i % 7 else "abc" for i in range(20_000)]
    holed = [None if gone else text for text, gone in zip(texts, missing, strict=True)]
    expected = np.where(missing, np.nan, [len(text) for text in texts])
    for make in (list, lambda v: pa.array(v, pa.string()), string_array(None), lambda v: pd.Series(v, dtype="str")):
        found = pyudf.levenshtein(make(holed), "")
        np.testing.assert_array_equal(np.array([np.nan if x is None else x for x in as_list(found)], float), expected)


def test_out_takes_a_gap_only_if_it_is_floating():
    out = np.full(2, 7.0)
    assert pyudf.hamming(["a", None], ["b", "b"], out=out) is out
    np.testing.assert_array_equal(out, [1.0, np.nan])
    with pytest.raises(ValueError, match=r"position \(1,\) has a missing text.*out of dtype int64"):
        pyudf.hamming(["a", None], ["b", "b"], out=np.zeros(2, "int64"))


# --- matrices -------------------------------------------------------------------------------------------------------


@each_kind
@each_metric
def test_a_float_matrix_has_nan(name, make):
    present = [text or "" for text in LEFT]
    expected = pyudf.cdist(present, [*RIGHT[:2], "q"], name, dtype="float64")
    expected[[1, 4]] = np.nan
    expected[:, 2] = np.nan
    found = pyudf.cdist(make(LEFT), make([*RIGHT[:2], None]), name, dtype="float64")
    np.testing.assert_array_equal(found, expected)
    form = pyudf.cdist(make(LEFT), make([*RIGHT[:2], None]), name, form="normalized_similarity")
    assert form.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(form), np.isnan(expected))


@each_kind
def test_an_integer_matrix_refuses(make):
    with pytest.raises(ValueError, match=r'XA, row 1: missing.*int16.*dtype="float32".*na_score='):
        pyudf.cdist(make(LEFT), ["a"])
    with pytest.raises(ValueError, match=r'XB, row 2: missing.*int32.*dtype="float32".*na_score='):
        pyudf.cdist(["a"], make(RIGHT), dtype="int32")
    with pytest.raises(ValueError, match=r"X, row 1: missing"):
        pyudf.pdist(make(LEFT))
    with pytest.raises(ValueError, match=r"XA, row 1: missing"):
        pyudf.levenshtein.outer(make(LEFT), ["a"])
    with pytest.raises(ValueError, match=r"XA, row 1: missing"):
        pyudf.cdist(make(LEFT), ["a"], out=np.zeros((6, 1), "int64"))


@each_kind
@pytest.mark.parametrize("na_score", [-1, 99, 0])
def test_na_score(make, na_score):
    found = pyudf.cdist(make(LEFT), ["", "a"], na_score=na_score)
    assert found.dtype == np.int16
    assert found[[1, 4]].tolist() == [[na_score] * 2] * 2
    assert found[[0, 2, 3]].tolist() == [[6, 6], [0, 1], [7, 7]]
    condensed = pyudf.pdist(make(["a", None, "b"]), na_score=na_score)
    assert condensed.tolist() == [na_score, 1, na_score]
    square = pyudf.cdist(make(["a", None, "b"]), na_score=na_score)
    assert square.tolist() == [[0, na_score, 1], [na_score] * 3, [1, na_score, 0]]
    found = pyudf.levenshtein.outer(make(["a", None]), make([None, "a"]), na_score=na_score)
    assert found.tolist() == [[na_score, 0], [na_score, na_score]]


def test_na_score_of_a_float_matrix():
    found = pyudf.cdist(["a", None], ["b"], form="normalized_distance", na_score=-0.5)
    assert found.tolist() == [[1.0], [-0.5]]
    assert np.isinf(pyudf.cdist([None], ["b"], dtype="float32", na_score=np.inf)).all()
    assert np.isnan(pyudf.cdist([None], ["b"], dtype="float16")).all()


@pytest.mark.parametrize(
    ("dtype", "na_score"), [("int8", 128), ("uint8", -1), ("int16", 0.5), ("int32", math.nan), ("int64", math.inf)]
)
def test_na_score_that_does_not_fit(dtype, na_score):
    with pytest.raises(OverflowError, match=f"na_score .* does not fit dtype {dtype}; float32 would do"):
        pyudf.cdist(["a"], ["b"], dtype=dtype, na_score=na_score)


def test_mirrored_halves_with_gaps():
    rng = np.random.default_rng(1)
    texts = [None if rng.random() < 0.2 else "ab"[: i % 3] * (i % 40) for i in range(200)]
    half = pyudf.cdist(texts, dtype="float32")
    np.testing.assert_array_equal(half, pyudf.cdist(texts, list(texts), dtype="float32"))
    upper = np.triu_indices(200, 1)
    np.testing.assert_array_equal(pyudf.pdist(texts, dtype="float32"), half[upper])


def test_a_missing_category():
    """A category that is itself missing, and a code that names none."""
    column = pd.Series(pd.Categorical.from_codes([0, -1, 1, 0] * 5, ["ab", "c"]))
    expected = pyudf.cdist(["ab", None, "c", "ab"] * 5, ["c"], dtype="float32")
    np.testing.assert_array_equal(pyudf.cdist(column, ["c"], dtype="float32"), expected)
    encoded = pa.DictionaryArray.from_arrays(pa.array([0, None, 1, 2, 0] * 5), pa.array(["ab", None, "c"]))
    assert as_list(pyudf.levenshtein(encoded, "c")) == [2, None, None, 0, 2] * 5
    assert as_list(pyudf.levenshtein(encoded, encoded)) == [0, None, None, 0, 0] * 5
    assert pyudf.cdist(encoded, na_score=-1)[:, 1].tolist() == [-1] * 25


# --- nearest and within ---------------------------------------------------------------------------------------------


@each_kind
def test_topk_matches_nothing(make):
    scores, indices = pyudf.topk(make(LEFT), make(RIGHT), k=3)
    assert indices[[1, 4]].tolist() == [[-1] * 3] * 2
    assert scores[[1, 4]].tolist() == [[-1] * 3] * 2
    assert not set(indices.ravel().tolist()) & {2, 4}
    assert indices[0].tolist() == [0, 3, 1]
    scores, indices = pyudf.topk(make(LEFT), make([None, "a"]), k=2, form="normalized_distance")
    assert indices.tolist() == [[1, -1], [-1, -1], [1, -1], [1, -1], [-1, -1], [1, -1]]
    assert np.isnan(scores[indices < 0]).all()
    assert not np.isnan(scores[indices >= 0]).any()


@each_kind
@each_metric
def test_pairs_within_matches_nothing(name, make):
    for form, cutoff in (("normalized_distance", 1.0), ("normalized_similarity", 0.0)):
        rows, columns, _ = pyudf.pairs_within(make(LEFT), make(RIGHT), metric=name, form=form, score_cutoff=cutoff)
        there = [i for i in range(6) if LEFT[i] is not None], [i for i in range(6) if RIGHT[i] is not None]
        expected = [(row, column) for row in there[0] for column in there[1]]
        assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == expected
        rows, columns, _ = pyudf.pairs_within(make(LEFT), metric=name, form=form, score_cutoff=cutoff)
        expected = [(row, column) for row in there[0] for column in there[0] if row < column]
        assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == expected


def test_sparse_cdist_stores_no_missing_value():
    pytest.importorskip("scipy")
    found = pyudf.sparse_cdist(["a", None, "b"], [None, "a"], score_cutoff=5)
    assert found.shape == (3, 2)
    assert found.indptr.tolist() == [0, 1, 1, 2]
    assert found.indices.tolist() == [1, 1]
    assert found.data.tolist() == [0, 1]


def test_match_and_dedupe_match_nothing():
    left, right = pl.DataFrame({"key": [None, "a"]}), pl.DataFrame({"key": [None, "b"], "value": [1, 2]})
    assert pyudf.match(left, right, on="key")["value"].to_list() == [None, 2]
    assert pyudf.dedupe([None, "a", None, "b"], score_cutoff=1).tolist() == [0, 1, 2, 1]


# --- processors -----------------------------------------------------------------------------------------------------


@each_kind
def test_processors_never_see_a_gap(make):
    seen = []

    def upper(text):
        seen.append(text)
        return text.upper()

    assert as_list(pyudf.levenshtein(make(LEFT), "KITTEN", processor=upper)) == [0, None, 6, 3, None, 70]
    assert all(isinstance(text, str) for text in seen)
    assert as_list(pyudf.levenshtein(make(LEFT), "KITTEN", processor="upper")) == [0, None, 6, 3, None, 70]


def test_a_float_that_is_no_nan_is_not_missing():
    with pytest.raises(TypeError, match="position 1: expected str or bytes, got float"):
        pyudf.levenshtein(["a", 1.5], "a")
    with pytest.raises(TypeError, match="position 0: expected str or bytes, got float"):
        pyudf.levenshtein([math.inf], "a")
