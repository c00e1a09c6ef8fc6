"""Matrices, nearest texts and pairs within a cutoff: shapes, dtypes, out, order and ties, against brute force."""

import math
import pickle
import random
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import FORMS, TWINS
from twins import score as twin_score

import pyudf

METRICS = pyudf.text.__all__
each_metric = pytest.mark.parametrize("name", METRICS)
each_form = pytest.mark.parametrize("form", FORMS)

INTEGERS = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
FLOATS = ["float16", "float32", "float64"]


def random_texts(n, seed, longest=8, alphabet="ab"):
    rng = random.Random(seed)
    return ["".join(rng.choices(alphabet, k=rng.randint(0, longest))) for _ in range(n)]


LEFT, RIGHT = random_texts(37, 1), random_texts(53, 2)


def counts(name, form):
    return TWINS[name].maximum is not None and not form.startswith("normalized")


# --- shapes and dtypes ----------------------------------------------------------------------------------------------


@each_metric
@each_form
def test_shapes_and_default_dtypes(name, form):
    dtype = np.int16 if counts(name, form) else np.float32
    for left, right in ((LEFT, RIGHT), (LEFT, []), ([], RIGHT), ([], []), (LEFT[:1], RIGHT)):
        found = pyudf.cdist(left, right, name, form=form)
        assert found.shape == (len(left), len(right))
        assert found.dtype == dtype
        assert found.flags.c_contiguous
        expected = [[twin_score(name, form, a, b) for b in right] for a in left]
        np.testing.assert_array_equal(found, np.array(expected, dtype).reshape(found.shape))
    for n in (0, 1, 2, 3, 37):
        condensed = pyudf.pdist(LEFT[:n], name, form=form)
        assert condensed.shape == (n * (n - 1) // 2,)
        assert condensed.dtype == dtype


def test_default_form_is_the_distance():
    assert pyudf.cdist(["a"], ["b"]).tolist() == [[1]]
    np.testing.assert_array_equal(pyudf.cdist(LEFT, RIGHT), pyudf.cdist(LEFT, RIGHT, "levenshtein", form="distance"))


@pytest.mark.parametrize(
    ("longest", "expected"), [(10, "int16"), (32_767, "int16"), (32_768, "int32"), (40_000, "int32")]
)
def test_the_default_dtype_grows_with_the_texts(longest, expected):
    found = pyudf.cdist(["a" * longest, ""], ["", "b"])
    assert found.dtype == expected
    assert found[:, 0].tolist() == [longest, 0]
    assert pyudf.pdist(["a" * longest, ""]).dtype == expected
    assert pyudf.topk(["a" * longest], [""])[0].dtype == expected
    assert pyudf.pairs_within(["a" * longest], [""], score_cutoff=longest)[2].dtype == expected


def test_a_cutoff_keeps_the_dtype_small():
    texts = ["a" * 40_000, "b"]
    assert pyudf.cdist(texts, score_cutoff=100, dtype="int8").tolist() == [[0, 101], [101, 0]]


def test_indel_counts_both_texts():
    """The largest distance is the sum of the lengths."""
    assert pyudf.cdist(["a" * 20_000], ["b" * 20_000], "indel").tolist() == [[40_000]]


@pytest.mark.parametrize("weights", [(1, 1, 1), (10**6, 1, 1), (1, 10**6, 1), (1, 1, 10**6), (7, 7, 1), (9, 1, 20)])
@pytest.mark.parametrize("form", ["distance", "similarity"])
def test_the_default_dtype_holds_what_weights_cost(weights, form):
    texts = ["", "a", "bcd", "b" * 60, "a" * 80]
    expected = [[twin_score("levenshtein", form, a, b, weights=weights) for b in texts] for a in texts]
    assert pyudf.cdist(texts, list(texts), form=form, weights=weights).tolist() == expected
    assert pyudf.cdist(texts, form=form, weights=weights).tolist() == expected
    scores, indices = pyudf.topk(texts, texts, k=5, form=form, weights=weights)
    np.testing.assert_array_equal(np.take_along_axis(np.array(expected), indices, 1), scores)


@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
def test_every_dtype_of_counts(dtype):
    expected = pyudf.cdist(LEFT, RIGHT, dtype="int64")
    for spelling in (dtype, np.dtype(dtype), np.dtype(dtype).type):
        found = pyudf.cdist(LEFT, RIGHT, dtype=spelling)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, expected)
    assert pyudf.pdist(LEFT, dtype=dtype).dtype == dtype
    scores, _ = pyudf.topk(LEFT, RIGHT, dtype=dtype)
    assert scores.dtype == dtype
    assert pyudf.pairs_within(LEFT, RIGHT, score_cutoff=2, dtype=dtype)[2].dtype == dtype


@pytest.mark.parametrize("dtype", FLOATS)
@each_metric
def test_every_dtype_of_fractions(name, dtype):
    expected = pyudf.cdist(LEFT, RIGHT, name, form="normalized_distance", dtype="float64")
    found = pyudf.cdist(LEFT, RIGHT, name, form="normalized_distance", dtype=dtype)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected.astype(dtype))


@pytest.mark.parametrize(
    ("length", "dtype", "would_do"),
    [
        (128, "int8", "int16"),
        (256, "uint8", "int16"),
        (32_768, "int16", "int32"),
        (65_536, "uint16", "int32"),
        (2_049, "float16", "int16"),
    ],
)
def test_a_dtype_too_small_is_refused_before_any_work(length, dtype, would_do):
    message = f"dtype {dtype} cannot hold every score up to {length}; {would_do} would do"
    for call in (
        lambda: pyudf.cdist(["a" * length], ["b"], dtype=dtype),
        lambda: pyudf.pdist(["a" * length, "b"], dtype=dtype),
        lambda: pyudf.topk(["a" * length], ["b"], dtype=dtype),
        lambda: pyudf.pairs_within(["a" * length], ["b"], score_cutoff=10**6, dtype=dtype),
        lambda: pyudf.cdist(["a" * length], ["b"], out=np.zeros((1, 1), dtype)),
    ):
        with pytest.raises(OverflowError, match=message):
            call()
    shorter = pyudf.cdist(["a" * (length - 1)], ["b"], dtype=dtype)
    assert shorter.dtype == dtype
    assert shorter.tolist() == [[length - 1]]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("call", [{"metric": "jaro"}, {"form": "normalized_distance"}, {"metric": pyudf.jaro.distance}])
def test_fractions_are_not_rounded_to_integers(dtype, call):
    with pytest.raises(OverflowError, match=f"dtype {dtype} cannot hold fractions between 0 and 1; float32 would do"):
        pyudf.cdist(["a"], ["b"], dtype=dtype, **call)


@pytest.mark.parametrize("dtype", ["bool", "complex128", "object", "U3", "datetime64[s]", "longdouble"])
def test_a_dtype_of_no_numbers(dtype):
    with pytest.raises(TypeError, match="cannot hold scores; choose one of int8"):
        pyudf.cdist(["a"], ["b"], dtype=dtype)


# --- out ------------------------------------------------------------------------------------------------------------


def test_out_is_filled_and_returned():
    for dtype in ("int8", "int16", "int64", "uint32", "float16", "float32", "float64"):
        out = np.zeros((37, 53), dtype)
        assert pyudf.cdist(LEFT, RIGHT, out=out) is out
        np.testing.assert_array_equal(out, pyudf.cdist(LEFT, RIGHT))
    condensed = np.zeros(37 * 36 // 2)
    assert pyudf.pdist(LEFT, out=condensed) is condensed
    np.testing.assert_array_equal(condensed, pyudf.pdist(LEFT))


@pytest.mark.parametrize("one_column", [False, True])
@pytest.mark.parametrize(
    "layout", ["rows apart", "columns apart", "Fortran", "reversed rows", "reversed columns", "middle"]
)
def test_out_with_strides(layout, one_column):
    right = LEFT if one_column else RIGHT
    n, m = len(LEFT), len(right)
    whole = np.full((2 * n, 3 * m), -7, "int32")
    out = {
        "rows apart": whole[::2, :m],
        "columns apart": whole[:n, ::3],
        "Fortran": np.full((n, m), -7, "int32", order="F"),
        "reversed rows": whole[:n, :m][::-1],
        "reversed columns": whole[:n, :m][:, ::-1],
        "middle": whole[3 : 3 + n, 5 : 5 + m],
    }[layout]
    assert pyudf.cdist(LEFT, None if one_column else right, out=out) is out
    np.testing.assert_array_equal(out, pyudf.cdist(LEFT, list(right)))
    if layout != "Fortran":
        assert (whole == -7).sum() == whole.size - n * m + (np.asarray(out) == -7).sum()


def test_out_with_strides_condensed_and_of_categories():
    whole = np.full(2 * 37 * 36, -7, "int16")
    out = whole[: 37 * 36 : 2]
    assert pyudf.pdist(LEFT, out=out) is out
    np.testing.assert_array_equal(out, pyudf.pdist(LEFT))
    assert (whole[1::2] == -7).all()
    pd = pytest.importorskip("pandas")
    column = pd.Series(LEFT * 3, dtype="category")
    out = np.zeros((53, 111), "int16").T
    assert pyudf.cdist(column, RIGHT, out=out) is out
    np.testing.assert_array_equal(out, pyudf.cdist(LEFT * 3, RIGHT))


def frozen():
    array = np.zeros((2, 2))
    array.flags.writeable = False
    return array


UNUSABLE = {
    "wrong shape": (np.zeros((2, 3)), r"out has shape \(2, 3\), the result has \(2, 2\)"),
    "too many dimensions": (np.zeros((2, 2, 1)), r"out has shape \(2, 2, 1\)"),
    "condensed": (np.zeros(1), r"out has shape \(1,\)"),
    "no dtype of scores": (np.zeros((2, 2), bool), "out has dtype bool; scores need one of int8"),
    "complex": (np.zeros((2, 2), complex), "out has dtype complex128"),
    "text": (np.zeros((2, 2), "U3"), "out has dtype <U3"),
    "foreign byte order": (np.zeros((2, 2), np.dtype("f8").newbyteorder()), "out has dtype"),
    "read-only": (frozen(), "out is read-only"),
    "list": ([[0, 0], [0, 0]], "out must be an ndarray, got list"),
    "overlapping itself": (np.lib.stride_tricks.as_strided(np.zeros(2), (2, 2), (0, 8)), "out overlaps itself"),
    "rows that overlap": (np.lib.stride_tricks.as_strided(np.zeros(3), (2, 2), (8, 8)), "out overlaps itself"),
    "unaligned": (np.zeros(33, "i1")[1:].view("f8").reshape(2, 2), "out is not aligned"),
}


@pytest.mark.parametrize(("out", "message"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_out(out, message):
    with pytest.raises(ValueError, match=message):
        pyudf.cdist(["a", "b"], ["c", "d"], out=out)
    with pytest.raises(ValueError, match=message):
        pyudf.levenshtein.outer(["a", "b"], ["c", "d"], out=out)


def test_out_that_overlaps_an_input():
    memory = np.zeros(64, "i1")
    texts = memory[:16].view("U2")
    texts[:] = ["ab", "cd"]
    for out, call in (
        (memory[:16].view("i8"), lambda out: pyudf.levenshtein(texts, "a", out=out)),
        (memory[8:40].view("i8").reshape(2, 2), lambda out: pyudf.cdist(texts, ["a", "b"], out=out)),
        (memory[8:40].view("i8").reshape(2, 2), lambda out: pyudf.cdist(["a", "b"], texts, out=out)),
        (memory[:8].view("i8"), lambda out: pyudf.pdist(texts, out=out)),
    ):
        with pytest.raises(ValueError, match="out overlaps an input"):
            call(out)
    assert texts.tolist() == ["ab", "cd"]


def test_out_and_dtype_must_agree():
    assert pyudf.cdist(["a"], ["b"], out=np.zeros((1, 1), "int8"), dtype="int8").tolist() == [[1]]
    with pytest.raises(ValueError, match="out has dtype int8, dtype= says int16"):
        pyudf.cdist(["a"], ["b"], out=np.zeros((1, 1), "int8"), dtype="int16")


def test_out_of_an_elementwise_call():
    for dtype in ("int8", "int64", "uint16", "float16", "float32", "float64"):
        out = np.zeros((37, 53), dtype)
        left, right = np.array(LEFT, object)[:, None], np.array(RIGHT, object)
        assert pyudf.levenshtein(left, right, out=out) is out
        np.testing.assert_array_equal(out, pyudf.cdist(LEFT, RIGHT))
        spread = np.zeros((37, 106), dtype)[:, ::2]
        assert pyudf.levenshtein(left, right, out=spread) is spread
        np.testing.assert_array_equal(spread, out)
    single = np.zeros((), "int32")
    assert pyudf.levenshtein("ab", "a", out=single) is single
    assert single == 1
    for out, error in ((np.zeros(3), ValueError), (np.zeros(2, bool), ValueError), ([0, 0], ValueError)):
        with pytest.raises(error, match="out "):
            pyudf.levenshtein(["a", "b"], "a", out=out)
    with pytest.raises(OverflowError, match=r"int8 cannot hold.*int16 would do"):
        pyudf.levenshtein(["a" * 200], "a", out=np.zeros(1, "int8"))
    with pytest.raises(OverflowError, match="fractions"):
        pyudf.jaro(["a"], "a", out=np.zeros(1, "int64"))


# --- halves ---------------------------------------------------------------------------------------------------------


@each_metric
@each_form
@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 130, 200])
def test_the_half_is_the_whole(name, form, n):
    texts = random_texts(n, n, longest=12)
    whole = pyudf.cdist(texts, list(texts), name, form=form)
    np.testing.assert_array_equal(pyudf.cdist(texts, metric=name, form=form), whole)
    np.testing.assert_array_equal(pyudf.pdist(texts, name, form=form), whole[np.triu_indices(n, 1)])


@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
def test_the_half_is_mirrored_in_every_dtype(dtype):
    texts = random_texts(150, 3)
    np.testing.assert_array_equal(pyudf.cdist(texts, dtype=dtype), pyudf.cdist(texts, list(texts), dtype="int64"))


def test_squareform_of_pdist_is_cdist():
    squareform = pytest.importorskip("scipy.spatial.distance").squareform
    for name in METRICS:
        np.testing.assert_array_equal(squareform(pyudf.pdist(LEFT, name)), pyudf.cdist(LEFT, metric=name))


def test_unequal_weights_are_not_mirrored():
    texts = ["", "ab", "abc", "x"]
    expected = [[twin_score("levenshtein", "distance", a, b, weights=(1, 5, 3)) for b in texts] for a in texts]
    assert pyudf.cdist(texts, weights=(1, 5, 3)).tolist() == expected
    assert pyudf.pdist(texts, weights=(1, 5, 3)).tolist() == np.array(expected)[np.triu_indices(4, 1)].tolist()
    rows, columns, scores = pyudf.pairs_within(texts, score_cutoff=100, weights=(1, 5, 3))
    assert scores.tolist() == [expected[r][c] for r, c in zip(rows, columns, strict=True)]
    assert (rows < columns).all()


# --- topk -----------------------------------------------------------------------------------------------------------


def nearest(left, right, k, similarity, score, cutoff):
    """The k best of each row by sorting all of them: (score, index), the lower index first among equals."""
    rows = []
    for a in left:
        scored = [(score(a, b), j) for j, b in enumerate(right)]
        kept = [(s, j) for s, j in scored if cutoff is None or (s >= cutoff if similarity else s <= cutoff)]
        rows.append(sorted(kept, key=lambda pair: (-pair[0] if similarity else pair[0], pair[1]))[:k])
    return rows


def check_topk(name, form, left, right, k, cutoff):
    dtype = "int64" if counts(name, form) else "float64"
    scores, indices = pyudf.topk(left, right, k, name, form=form, score_cutoff=cutoff, dtype=dtype)
    assert scores.shape == indices.shape == (len(left), k)
    assert indices.dtype == np.int64
    similarity = form.endswith("similarity")
    expected = nearest(left, right, k, similarity, lambda a, b: twin_score(name, form, a, b), cutoff)
    for row, best in enumerate(expected):
        assert indices[row, : len(best)].tolist() == [j for _, j in best]
        assert scores[row, : len(best)].tolist() == [s for s, _ in best]
        assert (indices[row, len(best) :] == -1).all()
        empty = scores[row, len(best) :]
        if not counts(name, form):
            assert np.isnan(empty).all()
        else:
            assert (empty == (-1 if cutoff is None else 0 if similarity else cutoff + 1)).all()


@each_metric
@each_form
@pytest.mark.parametrize("k", [1, 2, 7, 100])
def test_topk_is_brute_force(name, form, k):
    left, right = random_texts(12, 5, 5), random_texts(40, 6, 5)
    for cutoff in (None, 0, 1, 3) if counts(name, form) else (None, 0.0, 0.3, 0.5, 1.0):
        check_topk(name, form, left, right, k, cutoff)


@settings(max_examples=100)
@given(
    name=st.sampled_from(METRICS),
    form=st.sampled_from(FORMS),
    left=st.lists(st.text("ab", max_size=4), max_size=4),
    right=st.lists(st.text("ab", max_size=4), max_size=12),
    k=st.integers(1, 15),
    cutoff=st.none() | st.integers(0, 5),
)
def test_topk_of_anything(name, form, left, right, k, cutoff):
    check_topk(name, form, left, right, k, cutoff if cutoff is None or counts(name, form) else cutoff / 5)


def test_topk_of_ties_takes_the_lower_index():
    right = ["b", "a", "a", "b", "a"] * 500
    scores, indices = pyudf.topk(["a", "b"], right, k=5)
    assert indices.tolist() == [[1, 2, 4, 6, 7], [0, 3, 5, 8, 10]]
    assert not scores.any()
    _, indices = pyudf.topk(["q"], right, k=2500, metric="hamming")
    assert indices.tolist() == [list(range(2500))]
    _, indices = pyudf.topk(["q"], right, k=3, form="similarity")
    assert indices.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_topk_marks_an_empty_slot_in_every_integer_dtype(dtype):
    """With the cutoff's fill; what a dtype cannot hold is refused, never wrapped round."""
    scores, indices = pyudf.topk(["a"], ["b"], k=2, dtype=dtype, score_cutoff=5)
    assert scores.tolist() == [[1, 6]]
    assert indices.tolist() == [[0, -1]]
    if not dtype.startswith("u"):
        assert pyudf.topk(["a"], ["b"], k=2, dtype=dtype)[0].tolist() == [[1, -1]]
    try:
        scores, _ = pyudf.topk(["a"], ["b"], k=2, dtype=dtype, score_cutoff=200)
    except OverflowError as error:
        assert dtype in str(error)  # noqa: PT017
    else:
        assert scores.tolist() == [[1, 201]]


def test_topk_of_nothing():
    for left, right in (([], ["a"]), ([], [])):
        scores, indices = pyudf.topk(left, right, k=3)
        assert scores.shape == indices.shape == (0, 3)
    scores, indices = pyudf.topk(["a", "b"], [], k=2, form="normalized_distance")
    assert indices.tolist() == [[-1, -1]] * 2
    assert np.isnan(scores).all()
    assert pyudf.topk(["a"], [], k=2)[0].tolist() == [[-1, -1]]


def test_topk_without_a_matrix_in_memory():
    """The matrix would take 80 GB."""
    left, right = ["abc"] * 200_000, [f"{i:06}" for i in range(3)]
    scores, indices = pyudf.topk(left, right, k=1)
    assert (scores == 6).all()
    assert not indices.any()


@pytest.fixture(scope="module")
def wide():
    """So many columns that one row is cut into several tasks."""
    rng = np.random.default_rng(4)
    return np.array(["".join(t) for t in rng.choice(list("abcd"), (4096, 6))], object)[rng.integers(0, 4096, 1_200_000)]


def test_a_row_cut_into_tiles(wide):
    unique, codes = np.unique(wide.astype("U6"), return_inverse=True)
    expected = pyudf.cdist(["abcd", "", None], unique, dtype="float32")[:, codes]
    np.testing.assert_array_equal(pyudf.cdist(["abcd", "", None], wide, dtype="float32"), expected)
    for k in (1, 7):
        scores, indices = pyudf.topk(["abcd", "", None], wide, k=k)
        for row in range(2):
            best = np.argsort(expected[row], kind="stable")[:k]
            np.testing.assert_array_equal(indices[row], best)
            np.testing.assert_array_equal(scores[row], expected[row][best])
        assert (indices[2] == -1).all()
    rows, columns, scores = pyudf.pairs_within(["abcd", "", None], wide, score_cutoff=2)
    there = np.argwhere(expected <= 2)
    np.testing.assert_array_equal(np.stack([rows, columns], 1), there)
    np.testing.assert_array_equal(scores, expected[tuple(there.T)])


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_scored_together_and_cut_into_tiles(wide, workers):
    """Many rows and more columns than are prepared at a time, some missing: what each tile finds is put together."""
    left, right = np.append(wide[:70], None), wide[1000:10_000].copy()
    right[::99] = None
    whole = pyudf.cdist(left, right, "jaro", form="similarity", workers=workers)
    for k in (1, 5):
        scores, indices = pyudf.topk(left, right, k, "jaro", form="similarity", workers=workers)
        best = np.argsort(np.where(np.isnan(whole), np.inf, -whole), axis=1, kind="stable")[:, :k]
        np.testing.assert_array_equal(indices[:-1], best[:-1])
        np.testing.assert_array_equal(scores[:-1], np.take_along_axis(whole, best, 1)[:-1])
        assert (indices[-1] == -1).all()
    within = partial(pyudf.pairs_within, metric="jaro", form="similarity", score_cutoff=0.9, workers=workers)
    rows, columns, scores = within(left, right)
    np.testing.assert_array_equal(np.stack([rows, columns]), np.nonzero(whole >= 0.9))
    np.testing.assert_array_equal(scores, whole[rows, columns])
    half = within(right[:6000])
    rows, columns, scores = within(right[:6000], right[:6000])
    above = rows < columns
    for found, expected in zip(half, (rows[above], columns[above], scores[above]), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("form", ["distance", "similarity"])
@pytest.mark.parametrize("name", ["levenshtein", "osa", "lcs_seq", "hamming", "indel"])
@pytest.mark.parametrize("longest", [6, 30, 300], ids="up to {} characters".format)
def test_the_best_of_many_is_the_first_of_the_best(name, form, longest):
    """Scores of columns of all widths, many of them equal; of a few columns more than are looked at together."""
    rng = random.Random(longest)
    right = ["".join(rng.choices("ab", k=rng.randint(0, longest))) for _ in range(4096 + 70)]
    left = [*right[::300], "", "b" * longest, "ab" * longest]
    whole = pyudf.cdist(left, right, name, form=form, dtype=np.int64)
    best = whole.argmax(1) if form == "similarity" else whole.argmin(1)
    expected = np.take_along_axis(whole, best[:, None], 1)[:, 0]
    scores, indices = pyudf.topk(left, right, 1, name, form=form)
    np.testing.assert_array_equal(indices[:, 0], best)
    np.testing.assert_array_equal(scores[:, 0], expected)
    cutoff = int(np.median(expected))
    _, indices = pyudf.topk(left, right, 1, name, form=form, score_cutoff=cutoff)
    kept = expected >= cutoff if form == "similarity" else expected <= cutoff
    np.testing.assert_array_equal(indices[:, 0], np.where(kept, best, -1))


# --- pairs_within and sparse_cdist ----------------------------------------------------------------------------------


@each_metric
@each_form
@pytest.mark.parametrize("one_column", [False, True])
def test_pairs_within_is_the_matrix_below_the_cutoff(name, form, one_column):
    right = LEFT if one_column else RIGHT
    dtype = "int64" if counts(name, form) else "float64"
    matrix = pyudf.cdist(LEFT, list(right), name, form=form, dtype=dtype)
    for cutoff in (0, 1, 3, 100) if counts(name, form) else (0.0, 0.25, 0.5, 1.0, 1.5):
        rows, columns, scores = pyudf.pairs_within(
            LEFT, None if one_column else right, score_cutoff=cutoff, metric=name, form=form, dtype=dtype
        )
        there = matrix >= cutoff if form.endswith("similarity") else matrix <= cutoff
        expected = np.argwhere(np.triu(there, 1) if one_column else there)
        assert rows.dtype == columns.dtype == np.int64
        np.testing.assert_array_equal(np.stack([rows, columns], 1), expected)
        np.testing.assert_array_equal(scores, matrix[tuple(expected.T)])


def near_texts(n, seed, longest, alphabet):
    """Texts that come in families, some of them missing."""
    rng = random.Random(seed)
    heads = ["".join(rng.choices(alphabet, k=rng.randint(0, longest))) for _ in range(n // 6)]
    texts = []
    for _ in range(n):
        text = rng.choice(heads)
        for _ in range(rng.randint(0, 3)):
            at = rng.randint(0, len(text))
            text = text[:at] + rng.choice(["", rng.choice(alphabet)]) + text[at + rng.randint(0, 1) :]
        texts.append(None if rng.random() < 0.05 else text)
    return texts


FAMILIES = {
    "short": near_texts(300, 3, 12, "abcdefgh "),
    "wide": near_texts(200, 4, 20, "aeé日本語\U0001f600"),
    "long": near_texts(90, 5, 150, "abcdefghijklmnop "),
}


@each_metric
@each_form
@pytest.mark.parametrize("texts", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("workers", [1, 2])
def test_pairs_within_of_near_texts(name, form, texts, workers):
    half = len(texts) // 2
    for left, right in ((texts, None), (texts[:half], texts[half:])):
        matrix = pyudf.cdist(left, right, name, form=form, dtype="float64")
        for cutoff in (0, 1, 2, 4, 40) if counts(name, form) else (0.05, 0.2, 0.7, 0.9):
            rows, columns, scores = pyudf.pairs_within(
                left, right, score_cutoff=cutoff, metric=name, form=form, workers=workers, dtype="float64"
            )
            there = matrix >= cutoff if form.endswith("similarity") else matrix <= cutoff
            expected = np.nonzero(np.triu(there, 1) if right is None else there)
            np.testing.assert_array_equal(np.stack([rows, columns]), expected)
            np.testing.assert_array_equal(scores, matrix[expected])


@settings(max_examples=60)
@given(texts=st.lists(st.text("ab", max_size=5), max_size=12), cutoff=st.integers(0, 5))
def test_pairs_within_of_anything(texts, cutoff):
    found = list(zip(*(part.tolist() for part in pyudf.pairs_within(texts, score_cutoff=cutoff)), strict=True))
    pairs = [(i, j) for i in range(len(texts)) for j in range(i + 1, len(texts))]
    scored = [(i, j, twin_score("levenshtein", "distance", texts[i], texts[j])) for i, j in pairs]
    assert found == [hit for hit in scored if hit[2] <= cutoff]


def test_pairs_within_of_nothing():
    for left, right in (([], None), ([], ["a"]), (["a"], []), (["a"], None)):
        assert [part.shape for part in pyudf.pairs_within(left, right, score_cutoff=5)] == [(0,)] * 3


@pytest.mark.parametrize("name", ["levenshtein", "jaro_winkler", "indel"])
def test_sparse_cdist(name):
    sparse = pytest.importorskip("scipy.sparse")
    cutoff = 2 if name != "jaro_winkler" else 0.2
    dense, half = (pyudf.cdist(LEFT, right, name, dtype="float64") for right in (RIGHT, LEFT))
    found = pyudf.sparse_cdist(LEFT, RIGHT, score_cutoff=cutoff, metric=name, dtype="float64")
    assert isinstance(found, sparse.csr_array)
    assert found.shape == dense.shape
    assert found.nnz == (dense <= cutoff).sum()
    assert (found.data == 0).any()
    assert found.has_sorted_indices
    rows, columns = np.nonzero(dense <= cutoff)
    np.testing.assert_array_equal(found.data, dense[rows, columns])
    np.testing.assert_array_equal(found.indices, columns)
    square = pyudf.sparse_cdist(LEFT, score_cutoff=cutoff, metric=name, dtype="float64")
    np.testing.assert_array_equal(square.toarray(), np.where(half <= cutoff, half, 0))
    assert square.nnz == (half <= cutoff).sum()
    assert pyudf.sparse_cdist([], ["a"], score_cutoff=1).shape == (0, 1)
    generated = pyudf.sparse_cdist(iter(LEFT), iter(RIGHT), score_cutoff=cutoff, metric=name, dtype="float64")
    np.testing.assert_array_equal(generated.data, found.data)
    assert pyudf.sparse_cdist(["A"], ["a", "b"], score_cutoff=0, processor="lower").indices.tolist() == [0]


# --- metrics, forms, options ----------------------------------------------------------------------------------------


@each_metric
@each_form
def test_a_metric_by_name_object_or_form(name, form):
    metric = getattr(pyudf, name)
    expected = pyudf.cdist(LEFT, RIGHT, name, form=form)
    np.testing.assert_array_equal(pyudf.cdist(LEFT, RIGHT, metric, form=form), expected)
    np.testing.assert_array_equal(pyudf.cdist(LEFT, RIGHT, getattr(metric, form)), expected)
    np.testing.assert_array_equal(getattr(metric, form).outer(LEFT, RIGHT), expected)
    a, b = pyudf.topk(LEFT, RIGHT, 2, name, form=form), pyudf.topk(LEFT, RIGHT, 2, getattr(metric, form))
    np.testing.assert_array_equal(a[1], b[1])
    cutoff = 1 if counts(name, form) else 0.5
    a = pyudf.pairs_within(LEFT, score_cutoff=cutoff, metric=name, form=form)
    b = pyudf.pairs_within(LEFT, score_cutoff=cutoff, metric=getattr(metric, form))
    np.testing.assert_array_equal(a[2], b[2])
    for call in (
        lambda: pyudf.cdist(LEFT, RIGHT, getattr(metric, form), form=form),
        lambda: pyudf.pdist(LEFT, getattr(metric, form), form="distance"),
        lambda: pyudf.topk(LEFT, RIGHT, metric=getattr(metric, form), form=form),
        lambda: pyudf.pairs_within(LEFT, score_cutoff=1, metric=getattr(metric, form), form=form),
    ):
        with pytest.raises(TypeError, match="one form already"):
            call()


def test_options_of_the_metric():
    assert pyudf.cdist(["intention"], ["execution"], weights=(1, 1, 2)).tolist() == [[8]]
    assert pyudf.levenshtein.outer(["intention"], ["execution"], weights=(1, 1, 2)).tolist() == [[8]]
    assert pyudf.pdist(["intention", "execution"], weights=(1, 1, 2)).tolist() == [8]
    assert pyudf.topk(["intention"], ["execution"], weights=(1, 1, 2))[0].tolist() == [[8]]
    assert pyudf.pairs_within(["intention"], ["execution"], weights=(1, 1, 2), score_cutoff=9)[2].tolist() == [8]
    found = pyudf.cdist(["abcd"], ["abce"], "jaro_winkler", form="similarity", prefix_weight=0.0, dtype="float64")
    assert found == pyudf.jaro.similarity("abcd", "abce")
    with pytest.raises(ValueError, match="row 1, column 0: texts of lengths 2 and 1"):
        pyudf.cdist(["a", "ab"], ["b"], "hamming", pad=False)


def test_processors():
    assert pyudf.cdist(["KITTEN "], [" kitten"], processor="default").tolist() == [[0]]
    assert pyudf.cdist(["ab"], ["ba"], processor=lambda text: text[::-1] + "!").tolist() == [[2]]
    assert pyudf.pdist(["Ab", "aB", "c"], processor=str.lower).tolist() == [0, 2, 2]
    assert pyudf.topk(["STRASSE"], ["x", "straße"], processor="casefold")[1].tolist() == [[1]]
    assert pyudf.pairs_within(["A", "a"], score_cutoff=0, processor="lower")[0].tolist() == [0]
    assert pyudf.levenshtein(["A", "B"], "a", processor="lower").tolist() == [0, 1]
    assert pyudf.levenshtein("A", "a", processor="lower") == 0
    assert pyudf.levenshtein.outer(["A"], ["a"], processor="lower").tolist() == [[0]]


def test_a_processor_runs_once_for_each_text():
    seen = []
    pyudf.cdist(["a", "b"], ["c", "d", "e"], processor=lambda text: seen.append(text) or text)
    assert sorted(seen) == ["a", "b", "c", "d", "e"]


def test_a_category_is_processed_and_scored_once():
    pd = pytest.importorskip("pandas")
    seen = []
    column = pd.Series(["a", "b", "a"] * 100, dtype="category")
    found = pyudf.cdist(column, column, processor=lambda text: seen.append(text) or text.upper())
    np.testing.assert_array_equal(found, pyudf.cdist(["a", "b", "a"] * 100, ["a", "b", "a"] * 100))
    assert sorted(seen) == ["a", "a", "b", "b"]


def test_categories_give_what_their_rows_give():
    pd = pytest.importorskip("pandas")
    rng = random.Random(7)
    texts = [rng.choice(LEFT[:5]) for _ in range(80)]
    column, other = pd.Series(texts, dtype="category"), pd.Series(RIGHT * 4, dtype="category")
    for left, right in ((column, other), (column, RIGHT), (RIGHT, column), (column, None), (column, "ab")):
        plain = [None if c is None else "ab" if isinstance(c, str) else list(c) for c in (left, right)]
        np.testing.assert_array_equal(pyudf.cdist(left, right), pyudf.cdist(*plain))
        np.testing.assert_array_equal(pyudf.cdist(left, right, "jaro"), pyudf.cdist(*plain, "jaro"))
        expected = pyudf.cdist(*plain, weights=(1, 2, 2))
        np.testing.assert_array_equal(pyudf.cdist(left, right, weights=(1, 2, 2)), expected)
    np.testing.assert_array_equal(pyudf.pdist(column), pyudf.pdist(texts))
    np.testing.assert_array_equal(pyudf.levenshtein(column, "ab"), pyudf.levenshtein(texts, "ab"))
    np.testing.assert_array_equal(pyudf.levenshtein(column, column[::-1].array), pyudf.levenshtein(texts, texts[::-1]))


# --- memory ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_large_result_takes_the_memory_of_one_before(dtype):
    texts = [*random_texts(3000, 5), None]
    rows = texts * 2 if dtype is np.uint8 else texts
    call = partial(pyudf.cdist, rows, rows[:6000], dtype=dtype, na_score=7)
    expected = call()
    assert expected.nbytes > 1 << 25
    copied, address = expected.copy(), expected.ctypes.data
    other = call()
    assert not np.may_share_memory(expected, other)
    np.testing.assert_array_equal(other, copied)
    del other
    expected.fill(77)  # every score is written anew
    del expected
    again = call()
    assert again.ctypes.data == address
    np.testing.assert_array_equal(again, copied)


def test_a_large_result_is_an_array_like_any_other():
    large = pyudf.cdist(random_texts(3000, 5), dtype=np.float32)
    copied = large.copy()
    assert large.flags.owndata
    assert large.base is None
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(large)), copied)
    large.resize((4000, 3000), refcheck=False)
    np.testing.assert_array_equal(large[:3000], copied)
    assert not large[3000:].any()
    large.resize((10, 3000), refcheck=False)
    np.testing.assert_array_equal(large, copied[:10])
    mine, theirs = pyudf.cdist(["a"], ["b"]), np.empty(1 << 26, np.uint8)
    handlers = [np._core.multiarray.get_handler_name(array) for array in (large, mine, theirs)]
    assert handlers == ["pyudf", "default_allocator", "default_allocator"]


def test_a_matrix_larger_than_memory_is_refused_before_any_work():
    texts = np.full(3_000_000, "a")
    with pytest.raises(MemoryError, match=r"shape \(3000000, 3000000\) and dtype int16 needs 16,763.8 GiB; use topk"):
        pyudf.cdist(texts, texts, progress=False)
    with pytest.raises(MemoryError, match=r"8,38\d\.\d GiB"):
        pyudf.pdist(texts)
    with pytest.raises(MemoryError, match="GiB"):
        pyudf.topk(["a"] * 1000, ["a"], k=2**50)
    with pytest.raises(MemoryError, match="GiB"):
        pyudf.levenshtein.outer(texts, texts, dtype="float64")


def test_a_broadcast_larger_than_memory_is_refused():
    texts = np.full(3_000_000, "a")
    with pytest.raises(MemoryError, match=r"[GT]iB"):
        pyudf.levenshtein(texts[:, None], texts)


@pytest.mark.parametrize("value", [math.inf, 10**30, 2**63])
def test_a_cutoff_beyond_all_scores(value):
    """As large as one likes: no score exceeds it."""
    if value != math.inf:
        assert pyudf.levenshtein("kitten", "sitting", score_cutoff=value) == 3
        assert pyudf.cdist(["kitten"], ["sitting"], score_cutoff=value).tolist() == [[3]]
    assert pyudf.jaro("kitten", "sitting", score_cutoff=value) == pyudf.jaro("kitten", "sitting")
