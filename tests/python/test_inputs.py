"""Each kind of input gives exactly the answer of the list, in every function; broken Arrow data is refused."""

import ctypes
import itertools
import os
import random
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

import pyudf

pd, pl, pa = (pytest.importorskip(module) for module in ("pandas", "polars", "pyarrow"))

STRING = np.dtypes.StringDType()

TEXTS = {
    "plain": ["kitten", "sitting", "", "a", "kitten and a mitten", "smitten", "kitten", "x" * 70],
    "scripts": ["Straße", "İstanbul", "e\u0301te\u0301", "été", "漢字", "naïve café", "😀😃", "a😀\u0301Ж" * 12, ""],
    "one": ["alone"],
    "none at all": [],
    "empty texts": ["", "", ""],
    "widths": ["a", "ÿ", "Ā", "\uffff", "\U00010000", "\U0010ffff", "aÿĀ\uffff\U00010000" * 4],
    "nul inside": ["a\0b", "a\0c", "\0a", "ab", "a\0" * 10 + "b"],
    "nul at the end": ["a\0", "a", "a\0\0", "\0", ""],
    "surrogates": ["\ud800", "a\udc00b", "\ud83d\ude00", "😀", "\udfff" * 9, "ab"],
}  # fmt: skip
EDGE = {"nul at the end", "surrogates"}  # what not every kind of input can hold

rng = random.Random(0)
TEXTS["many"] = ["".join(rng.choices("abcdЖ😀 ", k=rng.randint(0, 20))) for _ in range(300)]


class OnlyArray:
    """An object that gives an Arrow array and nothing else."""

    def __init__(self, array):
        self.array = array

    def __arrow_c_array__(self, requested_schema=None):
        return self.array.__arrow_c_array__(requested_schema)


class OnlyStream:
    """An object that gives an Arrow stream and nothing else."""

    def __init__(self, chunks):
        self.chunks = chunks

    def __arrow_c_stream__(self, requested_schema=None):
        return self.chunks.__arrow_c_stream__(requested_schema)


class OnlyIterable:
    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return iter(self.values)


def field_of_record(values):
    """A field of a packed record: its rows are unaligned and far apart."""
    plain = np.array(values, "U")
    records = np.zeros(len(values), np.dtype([("tag", "i1"), ("text", plain.dtype), ("end", "i1")]))
    records["text"] = plain
    assert len(values) == 0 or not records["text"].flags.aligned
    return records["text"]


def object_field(values):
    records = np.zeros(len(values), np.dtype([("tag", "i1"), ("text", object)], align=True))
    records["text"] = values
    return records["text"]


def spread(array):
    """The array as every second element of a longer one."""
    longer = np.empty(2 * len(array), array.dtype)
    longer[:] = "filler"[: longer.dtype.itemsize // 4 or 6] if array.dtype.kind == "U" else "filler"
    longer[::2] = array
    return longer[::2]


def read_only(array):
    array.flags.writeable = False
    return array


def chunks_of(values, kind):
    """Chunks of unequal sizes, an empty one among them."""
    cuts = [0, len(values) // 3, len(values) // 3, len(values)]
    return pa.chunked_array([pa.array(values[a:b], kind) for a, b in itertools.pairwise(cuts)], type=kind)


def sliced(values, kind, filler):
    """The rows out of the middle of a longer array, so that offsets and validity do not start at 0."""
    return pa.array([*[filler] * 11, *values, *[filler] * 3], kind)[11 : 11 + len(values)]


def repeated_strings(values):
    """A StringDType array whose strings moved: short ones became long and long ones short."""
    array = np.array(["long enough to lie in the arena"] * len(values), STRING)
    array[:] = ["s"] * len(values) if values else []
    array[:] = values
    return array


def polars_chunks(values, kind):
    return pl.concat([pl.Series("s", part, kind) for part in (values[:2], [], values[2:])], rechunk=False)


def more_than(values):
    """The categories of some texts, and others, in an order of their own."""
    return sorted({*values, "q", "z"}, reverse=True)


def encoded_chunks(values):
    """Chunks that have each a dictionary of their own."""
    return pa.chunked_array([pa.array(part, pa.string()).dictionary_encode() for part in (values[:1], values[1:])])


SURROGATES, NULS = "surrogates", "nul at the end"
ANY = {SURROGATES, NULS}

# name: (maker, what of EDGE it holds)
TEXT_KINDS = {
    "list": (list, ANY),
    "tuple": (tuple, ANY),
    "generator": (lambda v: (x for x in v), ANY),
    "iterator": (iter, ANY),
    "dict keys": (lambda v: dict(enumerate(v)).values(), ANY),
    "iterable": (OnlyIterable, ANY),
    "list of np.str_": (lambda v: [np.str_(x) for x in v], ANY),
    "list subclass of str": (lambda v: [type("Name", (str,), {})(x) for x in v], ANY),
    "object": (lambda v: np.array(v, object), ANY),
    "object strided": (lambda v: spread(np.array(v, object)), ANY),
    "object reversed": (lambda v: np.array(v[::-1], object)[::-1], ANY),
    "object read-only": (lambda v: read_only(np.array(v, object)), ANY),
    "object field": (object_field, ANY),
    "U": (lambda v: np.array(v, "U"), {SURROGATES}),
    "U wider": (lambda v: np.array(v, "U100"), {SURROGATES}),
    "U swapped bytes": (lambda v: np.array(v, "U").astype(np.array(v, "U").dtype.newbyteorder()), {SURROGATES}),
    "U unaligned field": (field_of_record, {SURROGATES}),
    "U strided": (lambda v: spread(np.array(v, "U")), {SURROGATES}),
    "U reversed": (lambda v: np.array(v[::-1], "U")[::-1], {SURROGATES}),
    "U read-only": (lambda v: read_only(np.array(v, "U")), {SURROGATES}),
    "U column of a matrix": (lambda v: np.array([v, v], "U").T[:, 1], {SURROGATES}),
    "StringDType": (lambda v: np.array(v, STRING), {NULS}),
    "StringDType na_object": (lambda v: np.array(v, np.dtypes.StringDType(na_object=None)), {NULS}),
    "StringDType NaN": (lambda v: np.array(v, np.dtypes.StringDType(na_object=np.nan)), {NULS}),
    "StringDType no coercion": (lambda v: np.array(v, np.dtypes.StringDType(coerce=False)), {NULS}),
    "StringDType strided": (lambda v: spread(np.array(v, STRING)), {NULS}),
    "StringDType reversed": (lambda v: np.array(v[::-1], STRING)[::-1], {NULS}),
    "StringDType rewritten": (repeated_strings, {NULS}),
    "pandas object": (lambda v: pd.Series(v, dtype=object), ANY),
    "pandas str": (lambda v: pd.Series(v, dtype="str"), {NULS}),
    "pandas string[python]": (lambda v: pd.Series(v, dtype="string[python]"), {NULS}),
    "pandas string[pyarrow]": (lambda v: pd.Series(v, dtype="string[pyarrow]"), {NULS}),
    "pandas ArrowDtype": (lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.large_string())), {NULS}),
    "pandas ArrowDtype view": (lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.string_view())), {NULS}),
    "pandas category": (lambda v: pd.Series(v, dtype=object).astype("category"), {NULS}),
    "pandas category with more categories": (lambda v: pd.Series(pd.Categorical(v, more_than(v))), {NULS}),
    "pandas sliced": (lambda v: pd.Series(["x", *v, "y"], dtype="str")[1 : 1 + len(v)], {NULS}),
    "pandas sliced category": (lambda v: pd.Series(["x", *v, "y"], dtype="category")[1 : 1 + len(v)], {NULS}),
    "pandas reversed": (lambda v: pd.Series(v[::-1], dtype="str")[::-1].reset_index(drop=True), {NULS}),
    "pandas Index": (lambda v: pd.Index(v, dtype="str"), {NULS}),
    "pandas object Index": (lambda v: pd.Index(v, dtype=object), ANY),
    "pandas CategoricalIndex": (lambda v: pd.CategoricalIndex(v), {NULS}),
    "pandas .array str": (lambda v: pd.Series(v, dtype="str").array, {NULS}),
    "pandas .array object": (lambda v: pd.Series(v, dtype=object).array, ANY),
    "pandas .array category": (lambda v: pd.Series(v, dtype="category").array, {NULS}),
    "pandas .array string[pyarrow]": (lambda v: pd.Series(v, dtype="string[pyarrow]").array, {NULS}),
    "pandas .array string[python]": (lambda v: pd.Series(v, dtype="string[python]").array, {NULS}),
    "pandas .values": (lambda v: pd.Series(v, dtype="str").to_numpy(), {NULS}),
    "arrow string": (lambda v: pa.array(v, pa.string()), {NULS}),
    "arrow large_string": (lambda v: pa.array(v, pa.large_string()), {NULS}),
    "arrow string_view": (lambda v: pa.array(v, pa.string_view()), {NULS}),
    "arrow string sliced": (lambda v: sliced(v, pa.string(), "é"), {NULS}),
    "arrow large_string sliced": (lambda v: sliced(v, pa.large_string(), "é"), {NULS}),
    "arrow string_view sliced": (lambda v: sliced(v, pa.string_view(), "é" * 9), {NULS}),
    "arrow dictionary": (lambda v: pa.array(v, pa.string()).dictionary_encode(), {NULS}),
    "arrow dictionary int8": (lambda v: pa.array(v, pa.dictionary(pa.int16(), pa.large_string())), {NULS}),
    "arrow dictionary uint32": (lambda v: pa.array(v, pa.dictionary(pa.uint32(), pa.string())), {NULS}),
    "arrow dictionary sliced": (lambda v: pa.array(["x", *v, "y"]).dictionary_encode()[1 : 1 + len(v)], {NULS}),
    "arrow chunks": (lambda v: chunks_of(v, pa.string()), {NULS}),
    "arrow string_view chunks": (lambda v: chunks_of(v, pa.string_view()), {NULS}),
    "arrow chunks sliced": (lambda v: chunks_of(["é", *v, "x"], pa.large_string())[1 : 1 + len(v)], {NULS}),
    "arrow dictionary chunks": (encoded_chunks, {NULS}),
    "arrow column of a table": (lambda v: pa.table({"a": pa.array(v, pa.string()), "b": range(len(v))})["a"], {NULS}),
    "polars String": (lambda v: pl.Series("s", v, pl.String), {NULS}),
    "polars sliced": (lambda v: pl.Series("s", ["é" * 20, *v, "x"], pl.String)[1 : 1 + len(v)], {NULS}),
    "polars chunks": (lambda v: polars_chunks(v, pl.String), {NULS}),
    "polars Categorical": (lambda v: pl.Series("s", v, pl.Categorical), {NULS}),
    "polars Enum": (lambda v: pl.Series("s", v, pl.Enum(more_than(v))), {NULS}),
    "polars Categorical sliced": (lambda v: pl.Series("s", ["x", *v, "y"], pl.Categorical)[1 : 1 + len(v)], {NULS}),
    "only __arrow_c_array__": (lambda v: OnlyArray(pa.array(v, pa.string())), {NULS}),
    "only __arrow_c_array__ view sliced": (lambda v: OnlyArray(sliced(v, pa.string_view(), "é" * 9)), {NULS}),
    "only __arrow_c_array__ dictionary": (lambda v: OnlyArray(pa.array(v, pa.string()).dictionary_encode()), {NULS}),
    "only __arrow_c_stream__": (lambda v: OnlyStream(chunks_of(v, pa.large_string())), {NULS}),
    "only __arrow_c_stream__ of Polars": (lambda v: OnlyStream(pl.Series("s", v, pl.String)), {NULS}),
}  # fmt: skip

BYTES_KINDS = {
    "list": (list, {NULS}),
    "generator": (lambda v: (x for x in v), {NULS}),
    "bytearray": (lambda v: [bytearray(x) for x in v], {NULS}),
    "memoryview": (lambda v: [memoryview(x) for x in v], {NULS}),
    "np.bytes_": (lambda v: [np.bytes_(x) for x in v], {NULS}),
    "object": (lambda v: np.array(v, object), {NULS}),
    "S": (lambda v: np.array(v, "S"), set()),
    "S wider": (lambda v: np.array(v, "S300"), set()),
    "S reversed": (lambda v: np.array(v[::-1], "S")[::-1], set()),
    "S read-only": (lambda v: read_only(np.array(v, "S")), set()),
    "pandas object": (lambda v: pd.Series(v, dtype=object), {NULS}),
    "pandas ArrowDtype": (lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.binary())), {NULS}),
    "arrow binary": (lambda v: pa.array(v, pa.binary()), {NULS}),
    "arrow large_binary": (lambda v: pa.array(v, pa.large_binary()), {NULS}),
    "arrow binary_view": (lambda v: pa.array(v, pa.binary_view()), {NULS}),
    "arrow binary sliced": (lambda v: sliced(v, pa.binary(), b"\xff"), {NULS}),
    "arrow binary_view sliced": (lambda v: sliced(v, pa.binary_view(), b"\xff" * 20), {NULS}),
    "arrow dictionary": (lambda v: pa.array(v, pa.binary()).dictionary_encode(), {NULS}),
    "arrow chunks": (lambda v: chunks_of(v, pa.binary()), {NULS}),
    "polars Binary": (lambda v: pl.Series("s", v, pl.Binary), {NULS}),
    "polars Binary chunks": (lambda v: polars_chunks(v, pl.Binary), {NULS}),
    "only __arrow_c_array__": (lambda v: OnlyArray(pa.array(v, pa.large_binary())), {NULS}),
    "only __arrow_c_stream__": (lambda v: OnlyStream(chunks_of(v, pa.binary())), {NULS}),
}


def cases(kinds):
    return [
        pytest.param(maker, texts, id=f"{kind}-{texts}")
        for kind, (maker, holds) in kinds.items()
        for texts in TEXTS
        if texts not in EDGE or texts in holds
    ]


def as_list(result):
    """An elementwise result of any kind as a list."""
    return result.to_pylist() if isinstance(result, (pa.Array, pa.ChunkedArray)) else list(result)


def check_kind(make, values, empty=""):
    """Every function, with this kind on the left, on the right, on both sides and against lists."""
    other = values[1:] + values[:1]
    for metric in (pyudf.levenshtein, pyudf.jaro_winkler.similarity):
        rows = metric(list(values), list(other)).tolist()
        assert as_list(metric(make(values), make(other))) == rows
        if not isinstance(make(values), (pd.Series, pl.Series)):
            assert as_list(metric(make(values), list(other))) == rows
            assert as_list(metric(list(values), make(other))) == rows
        one = values[0] if values else empty
        assert as_list(metric(make(values), one)) == metric(list(values), one).tolist()
    matrix = pyudf.cdist(list(values), list(other))
    for left, right in ((make, make), (make, list), (list, make)):
        np.testing.assert_array_equal(pyudf.cdist(left(values), right(other)), matrix)
    np.testing.assert_array_equal(pyudf.cdist(make(values)), pyudf.cdist(list(values)))
    np.testing.assert_array_equal(pyudf.pdist(make(values)), pyudf.pdist(list(values)))
    np.testing.assert_array_equal(pyudf.levenshtein.outer(make(values), make(other)), matrix)
    for ours, expected in (
        (pyudf.topk(make(values), make(other), k=3), pyudf.topk(list(values), list(other), k=3)),
        (
            pyudf.pairs_within(make(values), make(other), score_cutoff=4),
            pyudf.pairs_within(list(values), list(other), score_cutoff=4),
        ),
        (pyudf.pairs_within(make(values), score_cutoff=4), pyudf.pairs_within(list(values), score_cutoff=4)),
    ):
        for a, b in zip(ours, expected, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("make", "texts"), cases(TEXT_KINDS))
def test_text(make, texts):
    check_kind(make, TEXTS[texts])


@pytest.mark.parametrize(("make", "texts"), cases({k: (m, h - {SURROGATES}) for k, (m, h) in BYTES_KINDS.items()}))
def test_bytes(make, texts):
    check_kind(make, [text.encode() for text in TEXTS[texts]], b"")


@pytest.mark.parametrize("dtype", ["U", "S"])
def test_trailing_nuls_of_fixed_width_are_padding(dtype):
    """As NumPy itself reads them."""
    texts = np.array(["a\0", "ab\0\0", "\0", "\0a"], dtype)
    assert pyudf.prefix.similarity(texts, texts).tolist() == [len(x) for x in texts.tolist()] == [1, 2, 0, 2]


@pytest.mark.parametrize("room", [1, 7, 16, 17, 40])
@pytest.mark.parametrize("highest", ["\x7f", "\xff", "\u0100", "\ud800", "\uffff", "\U0010ffff"])
def test_fixed_width_in_any_order_of_memory(room, highest):
    texts = [("ab\0c" * 10)[:size] + highest for size in range(room)]
    column = np.array(texts, dtype=f"U{room}")
    column.flags.writeable = False
    other = np.array([text[::-1] for text in texts])
    for part in (slice(None), slice(None, None, -1), slice(1, None, 3), slice(None, None, -2)):
        expected = pyudf.levenshtein(texts[part], other[part].tolist())
        assert pyudf.levenshtein(column[part], other[part]).tolist() == expected.tolist()
    wide = np.repeat(column[:, None], 3, axis=1)[:, 1]
    matrix = pyudf.cdist(wide, other)
    assert matrix.tolist() == pyudf.cdist(texts, other.tolist()).tolist()
    assert column.tolist() == texts


def test_arrow_null_type_and_zero_chunks():
    dictionary = pa.dictionary(pa.int8(), pa.string())
    for empty in (pa.array([], pa.null()), pa.chunked_array([], pa.string()), pa.chunked_array([], dictionary)):
        assert as_list(pyudf.levenshtein(empty, "a")) == []
        assert pyudf.cdist(empty, ["a"]).shape == (0, 1)
        assert pyudf.topk(["a"], empty)[1].tolist() == [[-1]]
    assert as_list(pyudf.levenshtein(pa.nulls(3), "a")) == [None] * 3
    assert as_list(pyudf.levenshtein(pa.nulls(3), pa.array(["a", "b", "c"]))) == [None] * 3


def test_zero_length_arrays_mix_with_bytes_and_text():
    for empty in ([], (), np.array([], object), pa.array([], pa.string()), np.array([])):
        assert pyudf.cdist(empty, [b"a"]).shape == (0, 1)
        assert pyudf.cdist(["a"], empty).shape == (1, 0)
        assert as_list(pyudf.levenshtein(empty, ["a"])) == []


# --- what comes out -------------------------------------------------------------------------------------------------


def test_series_keep_index_and_name():
    left = pd.Series(["ab", "c", "d"], index=[5, 7, 7], name="left")
    found = pyudf.levenshtein(left, "ab")
    pd.testing.assert_series_equal(found, pd.Series([0, 2, 2], index=left.index, name="left", dtype="Int64"))
    found = pyudf.levenshtein.normalized_distance(left, pd.Series(["ab", "c", "x"], index=left.index))
    pd.testing.assert_series_equal(found, pd.Series([0.0, 0.0, 1.0], index=left.index, name="left", dtype="Float64"))


def test_series_of_other_rows_are_refused():
    with pytest.raises(ValueError, match=r"indexes of the two Series differ.*align"):
        pyudf.levenshtein(pd.Series(["a", "b"], index=[0, 1]), pd.Series(["a", "b"], index=[1, 0]))


def test_polars_and_arrow_come_back():
    found = pyudf.levenshtein(pl.Series("a", ["ab", "c"]), pl.Series("b", ["ab", "d"]))
    assert found.equals(pl.Series("a", [0, 1]), check_names=True, check_dtypes=True)
    found = pyudf.levenshtein(pa.array(["ab", "c"]), "ab")
    assert found.equals(pa.array([0, 2], pa.int64()))
    found = pyudf.jaro(pa.chunked_array([["ab"], ["c"]]), "ab")
    assert pa.array(found.to_pylist()).equals(pa.array([0.0, 1.0]))
    assert pa.types.is_float64(found.type)


@pytest.mark.parametrize("kind", ["U", object, STRING], ids=str)
def test_arrays_come_back(kind):
    found = pyudf.levenshtein(np.array(["a", "b"], kind), np.array(["a", "c"], kind))
    assert type(found) is np.ndarray
    assert found.dtype == np.int64
    assert found.tolist() == [0, 1]


# --- broadcasting ---------------------------------------------------------------------------------------------------


def broadcast_expected(left, right):
    left, right = np.broadcast_arrays(left, right)
    pairs = zip(left.ravel().tolist(), right.ravel().tolist(), strict=True)
    return np.array([sum(a != b for a, b in zip(s, t, strict=True)) for s, t in pairs], "int64").reshape(left.shape)


@settings(max_examples=150)
@given(
    shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4, min_side=0),
    seed=st.integers(0, 2**32),
    kinds=st.tuples(*[st.sampled_from(["O", "U", "T"])] * 2),
    order=st.sampled_from(["C", "F", "reversed"]),
)
def test_any_shape_broadcasts_as_numpy_does(shapes, seed, kinds, order):
    rng = np.random.default_rng(seed)
    arrays = []
    for shape, kind in zip(shapes.input_shapes, kinds, strict=True):
        if shape == ():
            arrays.append(np.array(str(rng.choice(["abcd", "abca"])), object))
            continue
        array = rng.choice(["abcd", "abca", "xbcd", "dcba", "😀Ж\0a"], shape)
        array = array.astype({"O": object, "U": "U4", "T": STRING}[kind])
        arrays.append({"C": array, "F": np.asfortranarray(array), "reversed": array[..., ::-1]}[order])
    found = pyudf.hamming(*arrays)
    assert np.shape(found) == shapes.result_shape
    np.testing.assert_array_equal(found, broadcast_expected(*arrays))


@settings(max_examples=100)
@given(left=array_shapes(min_dims=1, max_dims=3, min_side=1), right=array_shapes(min_dims=1, max_dims=3, min_side=1))
def test_shapes_that_do_not_broadcast_are_refused(left, right):
    try:
        expected = np.broadcast_shapes(left, right)
    except ValueError:
        with pytest.raises(ValueError, match=r"shapes \(.*\), \(.*\) do not broadcast"):
            pyudf.hamming(np.full(left, "a"), np.full(right, "b"))
    else:
        assert pyudf.hamming(np.full(left, "a"), np.full(right, "b")).shape == expected


@pytest.mark.parametrize("kind", ["U", "S", object, STRING, ">U3"], ids=str)
def test_arrays_of_no_dimension_are_one_text(kind, python):
    """In a process of its own, since it once read through a null pointer."""
    text = b"abd" if kind == "S" else "abd"
    dtype = {object: "object", STRING: "np.dtypes.StringDType()"}.get(kind, repr(kind))
    found = python(
        f"import numpy as np, pyudf\none = np.array({text[:2] + text[:1]!r}, {dtype})\nassert one.shape == ()\n"
        f"print(pyudf.hamming(one, {text!r}), pyudf.hamming({text!r}, one), pyudf.hamming(one, one),"
        f" pyudf.hamming(one, [{text!r}]).tolist(), pyudf.cdist(one, [{text!r}]).tolist())"
    )
    assert found.stdout.split() == ["1", "1", "0", "[1]", "[[1]]"]


@pytest.mark.parametrize("columns", [(["a", "b"], ["a"]), (["a"], ["a", "b"]), (["a", "b"], "a"), ("a", ["a", "b"])])
def test_one_text_stands_for_all_rows(columns):
    assert pyudf.hamming(*columns).tolist() == [0, 1]


def test_three_dimensions_against_one():
    left = np.array(list("abcdefgh")).reshape(2, 2, 2)
    np.testing.assert_array_equal(pyudf.hamming(left, ["a", "h"]), (left != np.array(["a", "h"])).astype(int))


# --- large inputs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["list", "object", "U", "StringDType", "pandas str", "arrow string_view", "polars String", "polars Categorical"],
)
def test_many_rows(kind):
    make = TEXT_KINDS[kind][0]
    texts = TEXTS["many"]
    times = 250
    expected = np.tile(pyudf.levenshtein(texts, texts[::-1]), times)
    found = pyudf.levenshtein(make(texts * times), make(texts[::-1] * times))
    np.testing.assert_array_equal(np.asarray(found), expected)


def test_very_long_texts():
    long = "aЖ" * 500_000
    assert pyudf.hamming(long, long[:-1] + "x") == 1
    assert pyudf.prefix.similarity(np.array([long]), np.array([long[:-1]])).tolist() == [999_999]
    assert pyudf.postfix.similarity(pa.array([long, "a"]), pa.array(["x" + long, "b"])).to_pylist() == [1_000_000, 0]
    assert pyudf.hamming.outer([long], ["", long]).tolist() == [[1_000_000, 0]]


# --- an array that changes meanwhile --------------------------------------------------------------------------------


def changing(array, fresh, stop):
    """Fills an array over and over with texts that nobody else holds."""
    for i in itertools.count():
        if stop.is_set():
            return
        array[:] = fresh(i)


@pytest.mark.parametrize("kind", [object, STRING, "U6"], ids=["object", "StringDType", "U"])
def test_an_array_that_another_thread_changes(kind, python):
    """The result is that of the texts at one moment (object), and nothing crashes (all)."""
    name = {object: "object", STRING: "test_inputs.STRING"}.get(kind, repr(kind))
    python(
        f"import test_inputs, numpy as np\ntest_inputs.run_while_changing({name}, {kind is object})",
        timeout=60,
    )


def run_while_changing(kind, consistent):
    sys.setswitchinterval(1e-4)
    array = np.array(["aaaaaa"] * 400, kind)
    stop = threading.Event()
    writer = threading.Thread(target=changing, args=(array, lambda i: "".join("ab"[i % 2] for _ in range(6)), stop))
    writer.start()
    try:
        for _ in range(40):
            row = pyudf.hamming(array, "aaaaaa")
            matrix = pyudf.cdist(array, ["aaaaaa", "bbbbbb"] * 50, "hamming")
            assert not consistent or set(row.tolist()) in ({0}, {6})
            assert not consistent or len(np.unique(matrix[:, 0])) == 1
            assert (matrix >= 0).all()
            assert (matrix <= 6).all()
            if consistent:
                assert (matrix[:, 0] + matrix[:, 1] == 6).all()
            pyudf.topk(array, array, k=2)
    finally:
        stop.set()
        writer.join()


def test_a_list_that_the_processor_changes():
    texts = ["a", "b", "c"]

    def shrinks(text):
        texts.clear()
        return text

    assert pyudf.hamming(texts, "a", processor=shrinks).tolist() == [0, 1, 1]


# --- Arrow structs made by hand -------------------------------------------------------------------------------------


class ArrowSchema(ctypes.Structure):
    pass


ArrowSchema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.c_void_p), ("dictionary", ctypes.POINTER(ArrowSchema)),
    ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
]  # fmt: skip


class ArrowArray(ctypes.Structure):
    pass


ArrowArray._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.c_void_p),
    ("children", ctypes.c_void_p), ("dictionary", ctypes.POINTER(ArrowArray)), ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]  # fmt: skip


class ByHand:
    """An object that gives an Arrow array of exactly these buffers (bytes; None is a null pointer)."""

    def __init__(self, format, buffers, length=2, *, offset=0, null_count=0, dictionary=None, n_buffers=None):
        self.memory = [None if b is None else ctypes.create_string_buffer(b, max(len(b), 1)) for b in buffers]
        self.pointers = (ctypes.c_void_p * len(buffers))(*[b and ctypes.addressof(b) for b in self.memory])
        self.schema = ArrowSchema(format=format.encode(), name=b"", flags=2)
        self.array = ArrowArray(
            length=length,
            null_count=null_count,
            offset=offset,
            n_buffers=len(buffers) if n_buffers is None else n_buffers,
            buffers=ctypes.addressof(self.pointers) if buffers else None,
        )
        self.inner = dictionary
        if dictionary is not None:
            self.schema.dictionary = ctypes.pointer(dictionary.schema)
            self.array.dictionary = ctypes.pointer(dictionary.array)

    def __arrow_c_array__(self, requested_schema=None):
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return (
            new(ctypes.addressof(self.schema), b"arrow_schema", None),
            new(ctypes.addressof(self.array), b"arrow_array", None),
        )


def offsets(*values, dtype="i4"):
    return np.array(values, dtype).tobytes()


def view(text):
    """The header of a short text."""
    return len(text).to_bytes(4, "little") + text.ljust(12, b"\0")


def far_view(size, buffer, offset, start=b"long"):
    return np.array([size], "i4").tobytes() + start + np.array([buffer, offset], "i4").tobytes()


LONG = b"a long text of 24 bytes!"
SIZES = np.array([len(LONG)], "i8").tobytes()

SOUND = {
    "string": lambda: ByHand("u", [None, offsets(0, 1, 3), b"abc"]),
    "string with offset": lambda: ByHand("u", [None, offsets(9, 0, 1, 3), b"abc"], offset=1),
    "large_string": lambda: ByHand("U", [None, offsets(0, 1, 3, dtype="i8"), b"abc"]),
    "empty texts without data": lambda: ByHand("u", [None, offsets(0, 0, 0), None]),
    "nothing at all": lambda: ByHand("u", [None, None, None], 0),
    "unknown null count without validity": lambda: ByHand("u", [None, offsets(0, 1, 3), b"abc"], null_count=-1),
    "validity": lambda: ByHand("u", [b"\2", offsets(0, 1, 3), b"abc"], null_count=-1),
    "view": lambda: ByHand("vu", [None, view(b"a") + view(b"bc"), SIZES], n_buffers=3),
    "far view": lambda: ByHand("vu", [None, view(b"a") + far_view(24, 0, 0), LONG, SIZES]),
    "dictionary": lambda: ByHand("c", [None, b"\1\0"], dictionary=SOUND["string"]()),
    "garbage under a null": lambda: ByHand("c", [b"\1", b"\1\xff"], null_count=1, dictionary=SOUND["string"]()),
    "null": lambda: ByHand("n", [], 2, null_count=2),
}  # fmt: skip
SOUND_TEXTS = {
    "empty texts without data": ["", ""],
    "nothing at all": [],
    "validity": [None, "bc"],
    "far view": ["a", LONG.decode()],
    "dictionary": ["bc", "a"],
    "garbage under a null": ["bc", None],
    "null": [None, None],
}

BROKEN = {
    "negative length": lambda: ByHand("u", [None, offsets(0, 1, 3), b"abc"], -2),
    "negative offset": lambda: ByHand("u", [None, offsets(0, 1, 3), b"abc"], offset=-1),
    "decreasing offsets": lambda: ByHand("u", [None, offsets(0, 3, 1), b"abc"]),
    "decreasing large offsets": lambda: ByHand("U", [None, offsets(0, 3, 1, dtype="i8"), b"abc"]),
    "decreasing binary offsets": lambda: ByHand("z", [None, offsets(0, 3, 1), b"abc"]),
    "negative first offset": lambda: ByHand("u", [None, offsets(-5, 1, 3), b"abc"]),
    "no offsets": lambda: ByHand("u", [None, None, b"abc"]),
    "no data": lambda: ByHand("u", [None, offsets(0, 1, 3), None]),
    "no binary data": lambda: ByHand("z", [None, offsets(5, 6, 8), None]),
    "no buffers": lambda: ByHand("u", [], 2),
    "too few buffers": lambda: ByHand("u", [None, offsets(0, 1, 3)]),
    "NULL list of buffers": lambda: ByHand("u", [], 2, n_buffers=3),
    "invalid UTF-8": lambda: ByHand("u", [None, offsets(0, 1, 3), b"a\xff\xfe"]),
    "overlong UTF-8": lambda: ByHand("u", [None, offsets(0, 1, 3), b"a\xc0\x80"]),
    "surrogate in UTF-8": lambda: ByHand("u", [None, offsets(0, 1, 4), b"a\xed\xa0\x80"]),
    "beyond Unicode": lambda: ByHand("u", [None, offsets(0, 1, 5), b"a\xf4\x90\x80\x80"]),
    "cut UTF-8": lambda: ByHand("u", [None, offsets(0, 1, 3), b"\xc3\xa9\xc3"]),
    "stray continuation": lambda: ByHand("u", [None, offsets(0, 1, 3), b"a\x80b"]),
    "invalid UTF-8 in a view": lambda: ByHand("vu", [None, view(b"a") + view(b"\xc3"), b"", offsets(0, dtype="i8")]),
    "view of no buffer": lambda: ByHand("vu", [None, view(b"a") + far_view(24, 3, 0), LONG, SIZES]),
    "view of a negative buffer": lambda: ByHand("vu", [None, view(b"a") + far_view(24, -1, 0), LONG, SIZES]),
    "view past its buffer": lambda: ByHand("vu", [None, view(b"a") + far_view(24, 0, 1), LONG, SIZES]),
    "view far past its buffer": lambda: ByHand("vu", [None, view(b"a") + far_view(2**31 - 1, 0, 9), LONG, SIZES]),
    "view before its buffer": lambda: ByHand("vu", [None, view(b"a") + far_view(24, 0, -4), LONG, SIZES]),
    "view of negative size": lambda: ByHand("vu", [None, view(b"a") + far_view(-1, 0, 0), LONG, SIZES]),
    "view into a NULL buffer": lambda: ByHand("vu", [None, view(b"a") + far_view(24, 0, 0), None, SIZES]),
    "view without sizes": lambda: ByHand("vu", [None, view(b"a") + far_view(24, 0, 0), LONG, None]),
    "views without headers": lambda: ByHand("vu", [None, None, LONG, SIZES]),
    "dictionary index out of range": lambda: ByHand("c", [None, b"\0\5"], dictionary=SOUND["string"]()),
    "negative dictionary index": lambda: ByHand("c", [None, b"\0\xff"], dictionary=SOUND["string"]()),
    "dictionary without indices": lambda: ByHand("c", [None, None], dictionary=SOUND["string"]()),
    "broken dictionary": lambda: ByHand("c", [None, b"\0\1"], dictionary=BROKEN["decreasing offsets"]()),
    "null type of negative length": lambda: ByHand("n", [], -2),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_sound_structs_are_read(name):
    texts = SOUND_TEXTS.get(name, ["a", "bc"])
    expected = [None if text is None else len(text) for text in texts]
    found = pyudf.prefix.similarity(SOUND[name](), [text or "" for text in texts])
    assert [None if value != value else value for value in found.tolist()] == expected
    matrix = pyudf.cdist(SOUND[name](), [""], "levenshtein", dtype="float64")[:, 0]
    assert [None if value != value else value for value in matrix.tolist()] == expected


def try_broken(name):
    """What each function does with a broken struct, one line for each."""
    one = b"a" if "binary" in name else "a"
    for call in (
        lambda: pyudf.hamming(BROKEN[name](), one),
        lambda: pyudf.hamming([one, one], BROKEN[name]()),
        lambda: pyudf.cdist(BROKEN[name](), [one], "hamming"),
        lambda: pyudf.topk([one], BROKEN[name](), metric="hamming"),
        lambda: pyudf.pairs_within(BROKEN[name](), score_cutoff=1),
    ):
        try:
            yield f"{name}|accepted: {call()}"
        except Exception as error:
            yield f"{name}|{type(error).__name__}: {error}"


def try_all_broken():
    """Each case in a child of its own, so that one that crashes leaves the others alone."""
    for name in BROKEN:
        child = os.fork() if hasattr(os, "fork") else 0
        if child:
            os.waitpid(child, 0)
            continue
        for line in try_broken(name):
            print(line.replace("\n", " "), flush=True)
        if hasattr(os, "fork"):
            os._exit(0)


@pytest.fixture(scope="module")
def refusals(python):
    """name -> what the functions said; fewer than five lines where the process ended."""
    lines = python("import test_inputs\ntest_inputs.try_all_broken()").stdout.splitlines()
    return {name: [line.partition("|")[2] for line in lines if line.startswith(name + "|")] for name in BROKEN}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_structs_are_refused(name, refusals):
    assert len(refusals[name]) == 5, f"crashed after {refusals[name]}"
    assert all(line.startswith("ValueError: ") for line in refusals[name]), refusals[name]


def test_invalid_text_names_its_row():
    texts = [b"a"] * 2000 + [b"\xff"]
    broken = pa.Array.from_buffers(pa.string(), 2001, pa.array(texts, pa.binary()).buffers())
    for call in (lambda: pyudf.hamming(broken, "a"), lambda: pyudf.cdist(broken, ["a"])):
        with pytest.raises(ValueError, match="row 2000: the text is not valid UTF-8"):
            call()


def test_an_arrow_column_that_is_no_text():
    frames = pa.table({"a": ["x"]}), pl.DataFrame({"a": ["x"]})
    for column in (pa.array([1, 2]), pl.Series([1.5]), pa.array([["a"]]), *frames):
        with pytest.raises(TypeError, match=r"not text|got"):
            pyudf.hamming(column, "a")
        with pytest.raises(TypeError, match=r"not text|got"):
            pyudf.cdist(column, ["a"])


def test_a_text_alone_is_one_text_and_not_its_characters():
    assert pyudf.cdist("abc", "abd", "hamming").tolist() == [[1]]
    assert pyudf.cdist(b"abc", [b"abd", b"abc"], "hamming").tolist() == [[1, 0]]
    assert pyudf.topk("abc", ["abd"])[0].tolist() == [[1]]
    assert pyudf.pdist("abc").shape == (0,)
    assert pyudf.pairs_within("abc", "abc", score_cutoff=0)[0].tolist() == [0]
    assert pyudf.hamming("abc", ["abd", "abc"]).tolist() == [1, 0]
