"""Agreement with RapidFuzz 3.14: the same scores, cutoffs and matrices, so that people can move over and compare."""

import random

import numpy as np
import pytest
from twins import FORMS, TWINS

import pyudf

rapidfuzz = pytest.importorskip("rapidfuzz", minversion="3.14")
from rapidfuzz import distance as peers  # noqa: E402
from rapidfuzz import process  # noqa: E402

PEERS = {
    "levenshtein": peers.Levenshtein,
    "osa": peers.OSA,
    "damerau_levenshtein": peers.DamerauLevenshtein,
    "hamming": peers.Hamming,
    "indel": peers.Indel,
    "lcs_seq": peers.LCSseq,
    "jaro": peers.Jaro,
    "jaro_winkler": peers.JaroWinkler,
    "prefix": peers.Prefix,
    "postfix": peers.Postfix,
}
METRICS = [name for name in pyudf.text.__all__ if name in PEERS]
each_form = pytest.mark.parametrize("form", FORMS)
each_metric = pytest.mark.parametrize("name", METRICS)

KINDS = {
    "names": ("abcdefghij -", (3, 20)),
    "near": ("ab", (0, 12)),
    "words": ("acgt", (50, 80)),
    "long": ("acgtn", (120, 200)),
    "scripts": ("aéßΩЖ漢😀", (0, 30)),
    "wide": ("a\u0301字😀\U0010ffff", (55, 75)),
    "surrogates": ("ab\ud800\udfff😀", (0, 20)),
    "nul": ("\0ab", (0, 20)),
    "bytes": (bytes(range(0, 256, 5)), (0, 80)),
}
OPTIONS = {
    "levenshtein": [{}, {"weights": (1, 1, 2)}, {"weights": (3, 2, 4)}, {"weights": (2, 2, 1)}, {"weights": (1, 2, 0)}],
    "hamming": [{}, {"pad": True}],
    "jaro_winkler": [{}, {"prefix_weight": 0.25}, {"prefix_weight": 0.0}, {"prefix_weight": 0.17}],
}


def test_every_metric_has_its_peer():
    assert sorted(METRICS) == sorted(pyudf.text.__all__)


def texts(kind, n, seed):
    """Random texts, every second a variation of its predecessor."""
    alphabet, (shortest, longest) = KINDS[kind]
    rng = random.Random(seed)
    found = []
    for i in range(n):
        units = rng.choices(alphabet, k=rng.randint(shortest, longest))
        if i % 2:
            units = list(found[-1])
            for _ in range(rng.randint(0, 4)):
                at = rng.randint(0, len(units))
                units[at : at + rng.randint(0, 2)] = rng.choices(alphabet, k=rng.randint(0, 2))
        found.append(bytes(units) if kind == "bytes" else "".join(units))
    rng.shuffle(found)
    return found


def same(ours, theirs, plain=None, cutoff=None):
    """Counts are equal; of fractions the last bit may differ.

    RapidFuzz rounds some fractions to the wrong side of a cutoff that they exactly reach (0.7 of 10 characters); pyudf
    does not. Such ties are left to the twins.
    """
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.dtype.kind == "i" and theirs.dtype.kind == "i":
        np.testing.assert_array_equal(ours, theirs)
        return
    if cutoff is not None and plain is not None:
        clear = np.abs(np.asarray(plain) - cutoff) > 1e-9
        ours, theirs = ours[clear], theirs[clear]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-15)


def counts(name, form):
    return TWINS[name].maximum is not None and not form.startswith("normalized")


def cutoffs(name, form):
    return [None, 0, 1, 3, 10, 64, 1000] if counts(name, form) else [None, 0.0, 0.1, 0.33, 0.5, 0.7, 0.85, 1.0]


@each_metric
@each_form
@pytest.mark.parametrize("kind", KINDS)
def test_scalars(name, form, kind):
    ours, theirs = getattr(getattr(pyudf, name), form), getattr(PEERS[name], form)
    left, right = texts(kind, 60, 1), texts(kind, 60, 1)
    random.Random(2).shuffle(right)
    for options in OPTIONS.get(name, [{}]):
        plain = [theirs(a, b, **options) for a, b in zip(left, right, strict=True)]
        for cutoff in cutoffs(name, form):
            found = [ours(a, b, score_cutoff=cutoff, **options) for a, b in zip(left, right, strict=True)]
            expected = [theirs(a, b, score_cutoff=cutoff, **options) for a, b in zip(left, right, strict=True)]
            same(found, expected, plain, cutoff)


@each_metric
@each_form
@pytest.mark.parametrize("kind", KINDS)
def test_rows(name, form, kind):
    ours, theirs = getattr(getattr(pyudf, name), form), getattr(PEERS[name], form)
    left, right = texts(kind, 1000, 3), texts(kind, 1000, 4)
    left[:500] = right[250:750]
    for options in OPTIONS.get(name, [{}]):
        cutoff = random.Random(name + form + kind).choice(cutoffs(name, form))
        found = ours(left, right, score_cutoff=cutoff, **options)
        dtype = np.int64 if counts(name, form) else np.float64
        kwargs = {"scorer": theirs, "scorer_kwargs": options, "dtype": dtype}
        expected = process.cpdist(left, right, score_cutoff=cutoff, **kwargs)
        same(found, expected, process.cpdist(left, right, **kwargs), cutoff)


@each_metric
@each_form
@pytest.mark.parametrize("kind", KINDS)
def test_matrices(name, form, kind):
    theirs = getattr(PEERS[name], form)
    size = 17 if kind in ("long", "words", "wide") else 41
    left, right = texts(kind, size, 5), texts(kind, size + 12, 5)
    dtype = np.int64 if counts(name, form) else np.float64
    for options in OPTIONS.get(name, [{}]):
        kwargs = {"scorer": theirs, "scorer_kwargs": options, "dtype": dtype}
        plain = process.cdist(left, right, **kwargs)
        for cutoff in cutoffs(name, form):
            found = pyudf.cdist(left, right, name, form=form, score_cutoff=cutoff, dtype=dtype, **options)
            same(found, process.cdist(left, right, score_cutoff=cutoff, **kwargs), plain, cutoff)


DTYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]


@each_metric
@each_form
@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes(name, form, dtype):
    if not counts(name, form) and not dtype.startswith("float"):
        # RapidFuzz rounds fractions to integers.
        with pytest.raises(OverflowError, match="float32 would do"):
            pyudf.cdist(["a"], ["b"], name, form=form, dtype=dtype)
        return
    left, right = texts("names", 30, 6), texts("names", 40, 7)
    found = pyudf.cdist(left, right, name, form=form, dtype=dtype)
    expected = process.cdist(left, right, scorer=getattr(PEERS[name], form), dtype=np.dtype(dtype).type)
    assert found.dtype == expected.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=0 if counts(name, form) else 1e-7)


@each_metric
@each_form
def test_half_precision_is_the_rounded_score(name, form):
    left, right = texts("names", 20, 6), texts("names", 30, 7)
    found = pyudf.cdist(left, right, name, form=form, dtype="float16")
    expected = process.cdist(left, right, scorer=getattr(PEERS[name], form), dtype=np.float64)
    np.testing.assert_array_equal(found, expected.astype(np.float16))


@each_metric
@pytest.mark.parametrize("size", [500, 1000, 3000, 20_000])
def test_very_long_texts(name, size):
    if name == "damerau_levenshtein" and size > 1000:
        pytest.skip("quadratic without bit-parallelism, in both")
    rng = random.Random(size)
    for alphabet in ("acgt", "aЖ😀b"):
        left = "".join(rng.choices(alphabet, k=size))
        right = "".join(rng.choices(alphabet, k=size // 2)) + left[size // 2 :] + "a"
        for form in FORMS:
            ours, theirs = getattr(getattr(pyudf, name), form), getattr(PEERS[name], form)
            for cutoff in (None, size // 10) if counts(name, form) else (None, 0.8):
                for a, b in ((left, right), (right, left)):
                    expected = theirs(a, b, score_cutoff=cutoff)
                    same(ours(a, b, score_cutoff=cutoff), expected)
                    same(ours.outer([a], [b], score_cutoff=cutoff, dtype="float64")[0, 0], float(expected))


@each_metric
@each_form
def test_input_kinds(name, form):
    pd, pl, pa = (pytest.importorskip(module) for module in ("pandas", "polars", "pyarrow"))
    left, right = texts("scripts", 300, 8), texts("scripts", 300, 9)
    dtype = np.int64 if counts(name, form) else np.float64
    expected = process.cpdist(left, right, scorer=getattr(PEERS[name], form), dtype=dtype)
    matrix = process.cdist(left[:40], right[:50], scorer=getattr(PEERS[name], form), dtype=dtype)
    ours = getattr(getattr(pyudf, name), form)
    for kind in (tuple, np.array, pd.Series, pl.Series, pa.array, lambda v: np.array(v, object)):
        same(np.asarray(ours(kind(left), kind(right))), expected)
        same(ours.outer(kind(left[:40]), kind(right[:50]), dtype=dtype), matrix)


@pytest.mark.parametrize("form", ["normalized_distance", "normalized_similarity"])
def test_extract_agrees_with_topk(form):
    queries, choices = texts("names", 40, 10), texts("names", 200, 11)
    scorer = getattr(peers.Levenshtein, form)
    scores, indices = pyudf.topk(queries, choices, k=3, form=form, dtype="float64")
    for row, query in enumerate(queries):
        found = process.extract(query, choices, scorer=scorer, limit=3)
        same(scores[row], [score for _, score, _ in found])
        assert indices[row].tolist() == [index for _, _, index in found]
