"""Each metric and form: values from the literature, edge values, and hypothesis against the twins."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import FORMS, TWINS, cut, forms

import pyudf

METRICS = pyudf.text.__all__
each_metric = pytest.mark.parametrize("name", METRICS)
each_form = pytest.mark.parametrize("form", FORMS)

ALPHABETS = {
    "two letters": "ab",
    "ascii": "abcdefgh -",
    "latin": "aé ßÿ",
    "greek and han": "aΩЖ字漢",
    "astral": "a😀𝔘🏽𐍈",
    "all widths": "aÿЖ😀",
    "surrogates": "a\ud800\udbff\udc00\udfff",
    "nul": "\0a\x01",
    "combining": "eé\u0301\u0308n\u200d",
    "highest": "\x7f\x80\xff\u0100\uffff\U00010000\U0010ffff",
}
BOUNDARIES = (31, 32, 33, 62, 63, 64, 65, 66, 127, 128, 129, 130)


def table_functions():
    return [(name, form, getattr(getattr(pyudf, name), form)) for name in METRICS for form in FORMS]


def test_every_metric_has_a_twin():
    assert sorted(METRICS) == sorted(TWINS)


@each_metric
def test_four_forms(name):
    metric = getattr(pyudf, name)
    assert metric is getattr(pyudf.text, name)
    for form in FORMS:
        function = getattr(metric, form)
        fraction = TWINS[name].maximum is None or form.startswith("normalized")
        assert function.result_type == ("float64" if fraction else "int64")
        assert type(function("abc", "abd")) is (float if fraction else int)
        assert function.is_similarity == form.endswith("similarity")
    assert metric("kitten", "sitting") == metric.distance("kitten", "sitting")


# --- the literature -------------------------------------------------------------------------------------------------

JURAFSKY = "D. Jurafsky, J. H. Martin, Speech and Language Processing, 3rd ed., section 2"
GUSFIELD = "D. Gusfield, Algorithms on Strings, Trees and Sequences, 1997, section 11.2"
NAVARRO = "G. Navarro, A guided tour to approximate string matching, ACM Computing Surveys 33 (1), 2001"
WIKIPEDIA = "Wikipedia, the article on the metric"
CLRS = "T. H. Cormen et al., Introduction to Algorithms, 3rd ed., section 15.4"
WINKLER = "W. E. Winkler, Advanced methods for record linkage, 1994, table 1"
RAPIDFUZZ = "RapidFuzz 3.14, documentation of rapidfuzz.distance"

LITERATURE = [
    ("levenshtein", "distance", "intention", "execution", 5, {}, JURAFSKY),
    ("levenshtein", "distance", "intention", "execution", 8, {"weights": (1, 1, 2)}, JURAFSKY),
    ("levenshtein", "distance", "vintner", "writers", 5, {}, GUSFIELD),
    ("levenshtein", "distance", "survey", "surgery", 2, {}, NAVARRO),
    ("levenshtein", "distance", "kitten", "sitting", 3, {}, WIKIPEDIA),
    ("levenshtein", "distance", "Saturday", "Sunday", 3, {}, WIKIPEDIA),
    ("levenshtein", "distance", "uninformed", "uniformed", 1, {}, WIKIPEDIA),
    ("levenshtein", "distance", "lewenstein", "levenshtein", 2, {}, RAPIDFUZZ),
    ("levenshtein", "distance", "lewenstein", "levenshtein", 3, {"weights": (1, 1, 2)}, RAPIDFUZZ),
    ("levenshtein", "distance", "lewenstein", "levenshtein", 2, {"score_cutoff": 1}, RAPIDFUZZ),
    ("levenshtein", "normalized_similarity", "lewenstein", "levenshtein", 0.81818181818181, {}, RAPIDFUZZ),
    ("levenshtein", "normalized_similarity", "lewenstein", "levenshtein", 0.0, {"score_cutoff": 0.85}, RAPIDFUZZ),
    ("levenshtein", "normalized_similarity", "lewenstein", "levenshtein", 18 / 21, {"weights": (1, 1, 2)}, RAPIDFUZZ),
    ("osa", "distance", "CA", "AC", 1, {}, RAPIDFUZZ),
    ("osa", "distance", "CA", "ABC", 3, {}, WIKIPEDIA),
    ("damerau_levenshtein", "distance", "CA", "ABC", 2, {}, WIKIPEDIA),
    ("damerau_levenshtein", "distance", "specter", "spectre", 1, {}, WIKIPEDIA),
    ("hamming", "distance", "karolin", "kathrin", 3, {}, WIKIPEDIA),
    ("hamming", "distance", "karolin", "kerstin", 3, {}, WIKIPEDIA),
    ("hamming", "distance", "kathrin", "kerstin", 4, {}, WIKIPEDIA),
    ("hamming", "distance", "2173896", "2233796", 3, {}, WIKIPEDIA),
    ("hamming", "distance", b"0000", b"1111", 4, {}, WIKIPEDIA),
    ("lcs_seq", "similarity", "ABCBDAB", "BDCABA", 4, {}, CLRS),
    ("lcs_seq", "similarity", "ACCGGTCGAGTGCGCGGAAGCCGGCCGAA", "GTCGTTCGGAATGCCGTTGCTCTGTAAA", 20, {}, CLRS),
    ("lcs_seq", "similarity", "AGCAT", "GAC", 2, {}, WIKIPEDIA),
    ("indel", "distance", "ACCGGTCGAGTGCGCGGAAGCCGGCCGAA", "GTCGTTCGGAATGCCGTTGCTCTGTAAA", 29 + 28 - 40, {}, CLRS),
    ("indel", "distance", "lewenstein", "levenshtein", 3, {}, RAPIDFUZZ),
    ("indel", "normalized_similarity", "lewenstein", "levenshtein", 0.85714285714285, {}, RAPIDFUZZ),
    ("jaro", "similarity", "JELLYFISH", "SMELLYFISH", 0.8962962962, {}, WIKIPEDIA),
    ("jaro", "similarity", "FAREMVIEL", "FARMVILLE", 0.8842592592, {}, WIKIPEDIA),
    ("prefix", "similarity", "prefix", "prefab", 4, {}, "counted by hand"),
    ("postfix", "similarity", "station", "nation", 5, {}, "counted by hand"),
]  # fmt: skip

# pair, Jaro, Jaro-Winkler
WINKLER_TABLE = [
    ("SHACKLEFORD", "SHACKELFORD", 0.970, 0.982),
    ("DUNNINGHAM", "CUNNIGHAM", 0.896, 0.896),
    ("NICHLESON", "NICHULSON", 0.926, 0.956),
    ("JONES", "JOHNSON", 0.790, 0.832),
    ("MASSEY", "MASSIE", 0.889, 0.933),
    ("ABROMS", "ABRAMS", 0.889, 0.922),
    ("JERALDINE", "GERALDINE", 0.926, 0.926),
    ("MARHTA", "MARTHA", 0.944, 0.961),
    ("MICHELLE", "MICHAEL", 0.869, 0.921),
    ("JULIES", "JULIUS", 0.889, 0.933),
    ("TANYA", "TONYA", 0.867, 0.880),
    ("DWAYNE", "DUANE", 0.822, 0.840),
    ("SEAN", "SUSAN", 0.783, 0.805),
    ("JON", "JOHN", 0.917, 0.933),
]
LITERATURE += [("jaro", "similarity", a, b, value, {"places": 3}, WINKLER) for a, b, value, _ in WINKLER_TABLE]
LITERATURE += [("jaro_winkler", "similarity", a, b, value, {"places": 3}, WINKLER) for a, b, _, value in WINKLER_TABLE]


@pytest.mark.parametrize(("name", "form", "s1", "s2", "expected", "options", "source"), LITERATURE)
def test_literature(name, form, s1, s2, expected, options, source):
    function = getattr(getattr(pyudf, name), form)
    options = dict(options)
    tolerance = 0.5 * 10.0 ** -options.pop("places", 10) + 1e-9
    assert function(s1, s2, **options) == pytest.approx(expected, abs=tolerance), source


def test_the_unit_is_the_code_point_or_the_byte():
    assert pyudf.levenshtein("ü", "u") == 1
    assert pyudf.levenshtein("ü".encode(), b"u") == 2
    assert pyudf.levenshtein("e\u0301", "é") == 2
    assert pyudf.levenshtein("😀", "a") == 1
    assert pyudf.hamming("\ud83d\ude00", "😀") == 2
    assert pyudf.hamming("a\0b", "a\0c") == 1


# --- edge values ----------------------------------------------------------------------------------------------------

EDGES = [("", ""), ("", "a"), ("a", ""), ("a", "a"), ("a", "b"), ("", "abc" * 50), ("\0", ""), ("\0", "\0\0")]


@each_metric
@each_form
@pytest.mark.parametrize(("s1", "s2"), EDGES)
def test_edges_match_the_twin(name, form, s1, s2):
    function = getattr(getattr(pyudf, name), form)
    expected = forms(name, s1, s2)[form]
    assert function(s1, s2) == expected
    assert function(s1.encode(), s2.encode()) == expected
    assert function([s1], [s2]).tolist() == [expected]
    assert function.outer([s1], [s2], dtype="float64").tolist() == [[expected]]


@each_metric
def test_two_empty_texts_are_equal(name):
    metric = getattr(pyudf, name)
    fraction = TWINS[name].maximum is None
    assert metric.distance("", "") == 0
    assert metric.similarity("", "") == (1.0 if fraction else 0)
    assert metric.normalized_distance("", "") == 0.0
    assert metric.normalized_similarity("", "") == 1.0


@each_metric
@pytest.mark.parametrize("n", [1, 5, *BOUNDARIES, 1000])
def test_equal_and_wholly_different_texts(name, n):
    metric = getattr(pyudf, name)
    for equal in ("a" * n, "ab" * n, "Ж" * n, "😀" * n):
        assert metric.distance(equal, equal) == 0
        assert metric.normalized_distance(equal, equal) == 0.0
        assert metric.normalized_similarity(equal, equal) == 1.0
    assert metric.normalized_similarity("a" * n, "b" * n) == 0.0
    assert metric.normalized_distance("a" * n, "Ж" * n) == 1.0
    assert metric.normalized_distance("", "a" * n) == 1.0


# --- hypothesis -----------------------------------------------------------------------------------------------------


def edited(rng, text, alphabet, edits):
    """A text after some random insertions, deletions, substitutions and swaps."""
    units = list(text)
    for _ in range(edits):
        at = rng.randint(0, len(units))
        kind = rng.randrange(4)
        if kind == 0:
            units.insert(at, rng.choice(alphabet))
        elif at < len(units):
            if kind == 1:
                del units[at]
            elif kind == 2:
                units[at] = rng.choice(alphabet)
            elif at > 0:
                units[at - 1], units[at] = units[at], units[at - 1]
    return "".join(units)


@st.composite
def columns(draw, lengths, size):
    """Two short columns of texts of which some are near to each other."""
    alphabets = [draw(st.sampled_from(list(ALPHABETS.values()))) for _ in range(2)]
    rng = random.Random(draw(st.integers(0, 2**32)))
    left = ["".join(rng.choices(rng.choice(alphabets), k=draw(lengths))) for _ in range(size)]
    right = [
        edited(rng, rng.choice(left), rng.choice(alphabets), rng.choice([0, 1, 2, 3, 8]))
        if rng.random() < 0.7
        else "".join(rng.choices(rng.choice(alphabets), k=draw(lengths)))
        for _ in range(size)
    ]
    return left, right


def options_of(name):
    """Strategies of the options of a metric itself."""
    if name == "levenshtein":
        weights = st.one_of(st.just((1, 1, 1)), st.just((1, 1, 2)), st.tuples(*[st.integers(0, 7)] * 3))
        return st.fixed_dictionaries({}, optional={"weights": weights})
    if name == "jaro_winkler":
        return st.fixed_dictionaries({}, optional={"prefix_weight": st.floats(0.0, 0.25)})
    return st.just({})


def cutoffs(form, counts, scores):
    """Cutoffs that matter for these scores: exactly at, just beyond, far beyond one."""
    reached = st.sampled_from(sorted(scores))
    if counts:
        near = st.tuples(reached, st.integers(-2, 2)).map(lambda pair: max(0, pair[0] + pair[1]))
        return st.one_of(st.none(), near, st.integers(0, 200), st.sampled_from([2**31, 2**62, 2**63 - 1]))
    near = st.tuples(reached, st.sampled_from([-0.1, -1e-6, 0.0, 1e-6, 0.1])).map(lambda pair: max(0.0, sum(pair)))
    return st.one_of(st.none(), reached, near, st.floats(0.0, 1.0), st.sampled_from([0.0, 0.7, 1.0, 1.5]))


def check_against_twin(name, left, right, options, data):
    metric = getattr(pyudf, name)
    pairs = list(itertools.product(left, right))
    expected = [forms(name, s1, s2, **options) for s1, s2 in pairs]
    for form in FORMS:
        function = getattr(metric, form)
        counts = function.result_type == "int64"
        cutoff = data.draw(cutoffs(form, counts, {e[form] for e in expected}), label=form)
        given_options = dict(options) if cutoff is None else {**options, "score_cutoff": cutoff}
        scores = [cut(name, form, e[form], cutoff) for e in expected]
        assert [function(s1, s2, **given_options) for s1, s2 in pairs] == scores, (form, given_options)
        rows = function(np.array(left, object)[:, None], np.array(right, object)[None, :], **given_options)
        assert rows.ravel().tolist() == scores, (form, given_options)
        matrix = function.outer(left, right, dtype="int64" if counts else "float64", **given_options)
        assert matrix.ravel().tolist() == scores, (form, given_options)


@each_metric
@settings(max_examples=150)
@given(data=st.data())
def test_short_texts_match_the_twin(name, data):
    left, right = data.draw(columns(st.integers(0, 5), 4))
    check_against_twin(name, left, right, data.draw(options_of(name)), data)


@each_metric
@settings(max_examples=40)
@given(data=st.data())
def test_texts_around_word_boundaries_match_the_twin(name, data):
    left, right = data.draw(columns(st.sampled_from(BOUNDARIES), 2))
    check_against_twin(name, left, right, data.draw(options_of(name)), data)


@each_metric
@settings(max_examples=20)
@given(data=st.data())
def test_texts_of_unlike_lengths_match_the_twin(name, data):
    left, right = data.draw(columns(st.sampled_from([0, 1, 2, 4, 8, 63, 64, 65, 128, 200]), 2))
    check_against_twin(name, left, right, data.draw(options_of(name)), data)


@each_metric
@settings(max_examples=40)
@given(
    s1=st.binary(max_size=8) | st.binary(min_size=60, max_size=70), s2=st.binary(max_size=8) | st.binary(max_size=130)
)
def test_bytes_match_the_twin(name, s1, s2):
    expected = forms(name, s1, s2)
    assert {form: getattr(getattr(pyudf, name), form)(s1, s2) for form in FORMS} == expected


@each_metric
@settings(max_examples=60)
@given(s1=st.text(max_size=6), s2=st.text(max_size=6))
def test_any_code_points_match_the_twin(name, s1, s2):
    assert {form: getattr(getattr(pyudf, name), form)(s1, s2) for form in FORMS} == forms(name, s1, s2)


@settings(max_examples=60)
@given(data=st.data(), pad=st.booleans())
def test_hamming_pad(data, pad):
    left, right = data.draw(columns(st.integers(0, 4), 3))
    for s1, s2 in itertools.product(left, right):
        if pad or len(s1) == len(s2):
            assert pyudf.hamming(s1, s2, pad=pad) == TWINS["hamming"].formula(s1, s2, pad=pad)
        else:
            with pytest.raises(ValueError, match=f"{len(s1)} and {len(s2)}.*pad=True"):
                pyudf.hamming(s1, s2, pad=pad)


@pytest.mark.parametrize(
    "weights",
    [(1, 1, 1), (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0), (3, 2, 1), (2, 2, 5), (1, 1, 2), (10**6, 1, 1), (2, 2, 2)],
)
def test_weights_match_the_twin(weights):
    texts = ["", "a", "kitten", "sitting", "ab" * 40, "ba" * 35, "Жa😀" * 5]
    for s1, s2 in itertools.product(texts, texts):
        expected = forms("levenshtein", s1, s2, weights=weights)
        found = {form: getattr(pyudf.levenshtein, form)(s1, s2, weights=weights) for form in FORMS}
        assert found == expected, (s1, s2)
    expected = [[forms("levenshtein", a, b, weights=weights)["distance"] for b in texts] for a in texts]
    assert pyudf.cdist(texts, weights=weights, dtype="int64").tolist() == expected
    assert pyudf.cdist(texts, list(texts), weights=weights, dtype="int64").tolist() == expected


@pytest.mark.parametrize("weights", [[1, 1, 2], np.array([1, 1, 2], "int8"), (np.int64(1), 1.0, 2), iter([1, 1, 2])])
def test_weights_of_any_kind_of_sequence(weights):
    assert pyudf.levenshtein("intention", "execution", weights=weights) == 8


# --- symmetry -------------------------------------------------------------------------------------------------------


def is_symmetric(function, **options):
    return function.plan(function.options(options), [8, 8])[2]


@each_metric
@settings(max_examples=60)
@given(data=st.data())
def test_the_symmetric_flag_is_true(name, data):
    """cdist(X) mirrors its half where the flag is set, so that a wrong flag is a wrong matrix."""
    left, right = data.draw(columns(st.one_of(st.integers(0, 8), st.sampled_from([63, 64, 65])), 3))
    options = data.draw(options_of(name))
    for form in FORMS:
        function = getattr(getattr(pyudf, name), form)
        texts = left + right
        full = function.outer(texts, list(texts), dtype="float64", **options)
        if is_symmetric(function, **options):
            assert (full == full.T).all()
        assert (pyudf.cdist(texts, metric=function, dtype="float64", **options) == full).all()


@each_metric
def test_metrics_are_symmetric_by_default(name):
    assert all(is_symmetric(getattr(getattr(pyudf, name), form)) for form in FORMS)


def test_unequal_weights_are_not_symmetric():
    assert is_symmetric(pyudf.levenshtein, weights=(2, 2, 1))
    assert not is_symmetric(pyudf.levenshtein, weights=(1, 2, 2))
    assert pyudf.cdist(["", "ab"], weights=(1, 3, 3)).tolist() == [[0, 2], [6, 0]]


@each_metric
@each_form
@settings(max_examples=20)
@given(s1=st.text("ab", max_size=6), s2=st.text("ab", max_size=6))
def test_scores_lie_in_their_range(name, form, s1, s2):
    function = getattr(getattr(pyudf, name), form)
    score = function(s1, s2)
    lowest, highest, _ = function.plan(function.options({}), [len(s1), len(s2)])
    assert lowest <= score <= highest
    if form.startswith("normalized"):
        assert 0.0 <= score <= 1.0
    assert getattr(pyudf, name).normalized_distance(s1, s1) == 0.0
