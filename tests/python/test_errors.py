"""What is refused, and that the message says where, what was found and what to do instead."""

import math

import numpy as np
import pytest

import pyudf

pd, pl, pa = (pytest.importorskip(module) for module in ("pandas", "polars", "pyarrow"))

STRING = np.dtypes.StringDType()

# How each function takes two columns, with the names that it gives them in messages.
CALLS = {
    "elementwise": (lambda a, b, **o: pyudf.levenshtein(a, b, **o), ("s1", "s2")),
    "form": (lambda a, b, **o: pyudf.levenshtein.normalized_similarity(a, b, **o), ("s1", "s2")),
    "cdist": (lambda a, b, **o: pyudf.cdist(a, b, **o), ("XA", "XB")),
    "outer": (lambda a, b, **o: pyudf.levenshtein.outer(a, b, **o), ("XA", "XB")),
    "topk": (lambda a, b, **o: pyudf.topk(a, b, **o), ("XA", "XB")),
    "pairs_within": (lambda a, b, **o: pyudf.pairs_within(a, b, **{"score_cutoff": 1, **o}), ("XA", "XB")),
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
matrices = pytest.mark.parametrize("call", [v for k, v in CALLS.items() if k not in ("elementwise", "form")])


# --- elements -------------------------------------------------------------------------------------------------------


@each_call
@pytest.mark.parametrize(
    ("values", "position", "kind"),
    [
        ([5], 0, "int"),
        (["a", "b", 5], 2, "int"),
        (("a", 1.5), 1, "float"),
        (["a", None, ["b"]], 2, "list"),
        (np.array(["a", 5], object), 1, "int"),
        (np.array(["a", "b", object()], object), 2, "object"),
        (lambda: iter(["a", ("b",)]), 1, "tuple"),
        (pd.Series(["a", 5], dtype=object), 1, "int"),
        (["a", np.datetime64("2024-01-01")], 1, "datetime64"),
        (["a", True], 1, "bool"),
        ({5: "a"}, 0, "int"),
    ],
)
def test_an_element_that_is_not_text(call, values, position, kind):
    function, (name, other) = call
    make = values if callable(values) else lambda: values
    with pytest.raises(TypeError, match=rf"^{other}, position {position}: expected str or bytes, got {kind}; conv"):
        function(["a"], make())
    message = rf"^{name}, position {position}: expected str or bytes, got {kind}; convert .*\.astype\(str\).*None"
    with pytest.raises(TypeError, match=message):
        function(make(), ["a"])


@each_call
@pytest.mark.parametrize(
    "values", [np.array([1, 2]), np.array([0.5]), pd.Series([1, 2]), np.array([True]), pd.Index([1])]
)
def test_an_array_of_numbers(call, values):
    function, (name, _) = call
    message = rf"{name}, position 0: expected str or bytes, got an array of .*\.astype\(str\)"
    with pytest.raises(TypeError, match=message):
        function(values, ["a"])


@each_call
@pytest.mark.parametrize("values", [pa.array([1, 2]), pl.Series([1, 2]), pa.chunked_array([[0.5]]), pa.array([["a"]])])
def test_an_arrow_column_of_something_else(call, values):
    function, (name, _) = call
    with pytest.raises(TypeError, match=rf"{name}: an Arrow column of format '.*' is not text: expected a string"):
        function(values, ["a"])


@each_call
@pytest.mark.parametrize("values", [5, 1.5, object(), len, True])
def test_no_column_at_all(call, values):
    function, (name, _) = call
    with pytest.raises(TypeError, match=f"{name}.*expected (text|str).*got {type(values).__name__}"):
        function(values, ["a"])


@each_call
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["a"], [b"a"]),
        ([b"a"], ["a"]),
        (np.array(["a"]), np.array([b"a"])),
        (np.array(["a"], STRING), [b"a"]),
        (pa.array(["a"]), pa.array([b"a"])),
        (pl.Series(["a"]), pl.Series([b"a"])),
        (pd.Series(["a"]), [b"a"]),
        (["a"], [None, bytearray(b"a")]),
        ("a", b"a"),
    ],
)
def test_text_against_bytes(call, left, right):
    function, names = call
    with pytest.raises(TypeError, match=r"holds str and .* bytes.*cannot be compared; decode .* or encode") as caught:
        function(left, right)
    assert all(name in str(caught.value) for name in names)


@each_call
def test_text_among_bytes(call):
    function, (name, _) = call
    with pytest.raises(TypeError, match=f"{name}, position 2: bytes among str.*decode or encode"):
        function(["a", None, b"a"], ["a"])
    with pytest.raises(TypeError, match=f"{name}, position 1: str among bytes"):
        function(np.array([b"a", "a"], object), [b"a"])


# --- dimensions -----------------------------------------------------------------------------------------------------


@matrices
@pytest.mark.parametrize("kind", ["U", object, STRING], ids=str)
def test_two_dimensions(call, kind):
    function, (name, other) = call
    with pytest.raises(ValueError, match=rf"{name} has shape \(2, 3\); expected one dimension.*{name}\.ravel\(\)"):
        function(np.full((2, 3), "a", kind), ["a"])
    with pytest.raises(ValueError, match=rf"{other} has shape \(1, 1, 1\)"):
        function(["a"], np.full((1, 1, 1), "a", kind))
    assert pyudf.levenshtein(np.full((2, 3), "a", kind), "a").shape == (2, 3)


def test_two_dimensions_of_one_column():
    with pytest.raises(ValueError, match=r"X has shape \(2, 2\)"):
        pyudf.pdist(np.full((2, 2), "a"))
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        pyudf.dedupe(np.full((2, 2), "a"), score_cutoff=1)
    with pytest.raises(ValueError, match=r"XA has shape \(2, 2\)"):
        pyudf.sparse_cdist(np.full((2, 2), "a"), score_cutoff=1)


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "meant"), [("levenstein", "levenshtein"), ("jaro-winkler", "jaro_winkler"), ("Hamming", "hamming")]
)
def test_unknown_metric(given, meant):
    for call in (
        lambda: pyudf.cdist(["a"], ["a"], given),
        lambda: pyudf.pdist(["a"], given),
        lambda: pyudf.topk(["a"], ["a"], metric=given),
        lambda: pyudf.pairs_within(["a"], score_cutoff=1, metric=given),
        lambda: pyudf.sparse_cdist(["a"], score_cutoff=1, metric=given),
        lambda: pyudf.dedupe(["a"], score_cutoff=1, metric=given),
    ):
        with pytest.raises(ValueError, match=f"unknown metric '{given}'.*did you mean '{meant}'") as caught:
            call()
        assert all(name in str(caught.value) for name in pyudf.text.__all__)


def test_unknown_form():
    for form in ("similarty", "Similarity", "ratio", ""):
        with pytest.raises(ValueError, match=f"unknown form '{form}'.*valid: distance, similarity, normalized_dis"):
            pyudf.cdist(["a"], ["a"], form=form)
    with pytest.raises(ValueError, match="did you mean 'similarity'"):
        pyudf.topk(["a"], ["a"], form="similarty")


@each_call
def test_unknown_option(call):
    function, _ = call
    with pytest.raises(TypeError, match=r"no option 'weigths'.*did you mean 'weights'.*valid: weights, score_cutoff"):
        function(["a"], ["a"], weigths=(1, 1, 1))
    with pytest.raises(TypeError, match="no option 'pad'"):
        function(["a"], ["a"], pad=False)


def test_unknown_option_of_another_metric():
    with pytest.raises(TypeError, match=r"hamming\(\) has no option 'weights'.*valid: pad, score_cutoff"):
        pyudf.cdist(["a"], ["a"], "hamming", weights=(1, 1, 1))
    with pytest.raises(TypeError, match=r"no option 'prefix_wieght'.*did you mean 'prefix_weight'"):
        pyudf.jaro_winkler("a", "a", prefix_wieght=0.1)
    with pytest.raises(TypeError, match=r"no option 'score_cutof'.*did you mean 'score_cutoff'"):
        pyudf.jaro.similarity("a", "b", score_cutof=1)


def test_unknown_processor():
    with pytest.raises(ValueError, match=r"unknown processor 'lowercase'.*valid: .*casefold"):
        pyudf.cdist(["a"], ["a"], processor="lowercase")
    with pytest.raises(TypeError, match="processor must be a name"):
        pyudf.levenshtein(["a"], "a", processor=5)


@pytest.mark.parametrize("metric", [5, None, len, ["levenshtein"], b"levenshtein"])
def test_a_metric_that_is_none(metric):
    with pytest.raises(TypeError, match=r"metric must be a name, a metric or a Udf, got .*names: .*levenshtein"):
        pyudf.cdist(["a"], ["a"], metric)


# --- values of options ----------------------------------------------------------------------------------------------


@each_call
@pytest.mark.parametrize("cutoff", [-1, -(2**70), np.int64(-3)])
def test_a_negative_cutoff(call, cutoff):
    function, _ = call
    with pytest.raises(ValueError, match="score_cutoff must not be negative"):
        function(["a"], ["b"], score_cutoff=cutoff)


@pytest.mark.parametrize("cutoff", [-1e-9, -math.inf, math.nan, -1, np.float32("nan")])
@pytest.mark.parametrize("metric", [pyudf.jaro, pyudf.jaro.similarity, pyudf.levenshtein.normalized_distance])
def test_a_cutoff_that_no_fraction_has(metric, cutoff):
    for call in (
        lambda: metric("a", "b", score_cutoff=cutoff),
        lambda: metric(["a"], ["b"], score_cutoff=cutoff),
        lambda: pyudf.cdist(["a"], ["b"], metric, score_cutoff=cutoff),
        lambda: pyudf.topk(["a"], ["b"], metric=metric, score_cutoff=cutoff),
        lambda: pyudf.pairs_within(["a"], ["b"], metric=metric, score_cutoff=cutoff),
    ):
        with pytest.raises(ValueError, match="score_cutoff must not be negative or NaN"):
            call()


@pytest.mark.parametrize("cutoff", ["1", b"1", [1], 1.5, math.nan, object(), 1j])
def test_a_cutoff_that_is_no_count(cutoff):
    for call in (
        lambda: pyudf.levenshtein("a", "b", score_cutoff=cutoff),
        lambda: pyudf.cdist(["a"], ["b"], score_cutoff=cutoff),
        lambda: pyudf.pairs_within(["a"], ["b"], score_cutoff=cutoff),
    ):
        with pytest.raises((TypeError, ValueError), match=r"score_cutoff must be an integer|score_cutoff must not be"):
            call()


@pytest.mark.parametrize("cutoff", ["0.5", [0.5], object(), 1j])
def test_a_cutoff_that_is_no_number(cutoff):
    with pytest.raises(TypeError, match="score_cutoff must be a number, got"):
        pyudf.jaro("a", "b", score_cutoff=cutoff)
    with pytest.raises(TypeError, match="score_cutoff must be a number, got"):
        pyudf.cdist(["a"], ["b"], "jaro", score_cutoff=cutoff)


def test_pairs_within_needs_a_cutoff():
    with pytest.raises(TypeError, match="score_cutoff"):
        pyudf.pairs_within(["a"])
    with pytest.raises(TypeError, match="score_cutoff must be a number, got None; cdist gives all pairs"):
        pyudf.pairs_within(["a"], score_cutoff=None)


@each_call
@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ((1, 1), ValueError, "weights must be 3 integers, got 2"),
        ((1, 1, 1, 1), ValueError, "weights must be 3 integers, got 4"),
        ((), ValueError, "weights must be 3 integers, got 0"),
        ((1, -1, 1), ValueError, "weights must not be negative"),
        ((-1, 1, 1), ValueError, "weights must not be negative"),
        ("111", TypeError, "weights must be 3 integers, got '111'"),
        (5, TypeError, "weights must be 3 integers, got 5"),
        ((1, 1, 0.5), TypeError, "weights must be an integer, got 0.5"),
        ((1, "1", 1), TypeError, "weights must be an integer, got '1'"),
        ((1, 1, 2**64), OverflowError, "weights must fit 64 bits"),
        (None, TypeError, "weights must not be None"),
    ],
)
def test_weights(call, weights, error, message):
    function, _ = call
    with pytest.raises(error, match=message):
        function(["a"], ["b"], weights=weights)


def test_large_weights():
    """Never a wrapped number: what could overflow is refused."""
    assert pyudf.levenshtein("aaaa", "bbbbbb", weights=(2**30, 2**30, 2**30)) == 6 * 2**30
    for weights in ((2**62, 1, 1), (1, 2**62, 1), (1, 1, 2**30 + 1), (2**62, 2**62, 2**62)):
        for a, b in (("aaaa", "bbbbbb"), (["aaaa"], ["bbbbbb"])):
            with pytest.raises(ValueError, match=r"weights must not exceed 2\*\*30"):
                pyudf.levenshtein(a, b, weights=weights)


@pytest.mark.parametrize("weight", [-0.1, 0.26, 1, math.nan, math.inf])
def test_prefix_weight(weight):
    for call in (
        lambda: pyudf.jaro_winkler("a", "a", prefix_weight=weight),
        lambda: pyudf.jaro_winkler.similarity(["a"], ["a"], prefix_weight=weight),
        lambda: pyudf.cdist(["a"], ["a"], "jaro_winkler", prefix_weight=weight),
    ):
        with pytest.raises(ValueError, match=r"prefix_weight must lie between 0 and 0.25"):
            call()
    with pytest.raises(TypeError, match="prefix_weight must be a number"):
        pyudf.jaro_winkler("a", "a", prefix_weight="0.1")


def test_pad():
    for call in (
        lambda: pyudf.hamming("a", "ab", pad=False),
        lambda: pyudf.hamming.normalized_similarity("a", "ab", pad=False),
    ):
        with pytest.raises(ValueError, match=r"^texts of lengths 1 and 2: hamming needs equal lengths, or pad=True"):
            call()
    with pytest.raises(ValueError, match=r"^row 1: texts of lengths 2 and 1"):
        pyudf.hamming(["a", "ab"], ["b", "b"], pad=False)
    with pytest.raises(ValueError, match=r"^row 0, column 1: texts of lengths 1 and 2"):
        pyudf.cdist(["a"], ["b", "ab"], "hamming", pad=False)
    with pytest.raises(TypeError, match="pad must be"):
        pyudf.hamming("a", "b", pad="no")


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_the_first_failing_row_is_named_whatever_the_threads(workers):
    left = ["ab"] * 50_000
    left[30_000] = left[40_000] = "abc"
    with pytest.raises(ValueError, match=r"^row 30000: texts of lengths 3 and 2"):
        pyudf.hamming(left, ["ba"] * 50_000, pad=False, workers=workers)
    with pytest.raises(ValueError, match=r"^row 30000, column 0: texts of lengths 3 and 2"):
        pyudf.cdist(left, ["ab", "ba"], "hamming", pad=False, workers=workers)


def test_no_partial_result():
    out = np.full(3, 7)
    with pytest.raises(TypeError):
        pyudf.hamming(["a", 5, "b"], "a", out=out)
    with pytest.raises(ValueError, match="negative"):
        pyudf.hamming(["a", "b", "c"], "a", out=out, score_cutoff=-1)
    assert out.tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    ("k", "error"), [(0, ValueError), (-1, ValueError), (1.0, TypeError), ("1", TypeError), (None, TypeError)]
)
def test_k(k, error):
    with pytest.raises(error, match=r"k must be (at least 1|an integer), got"):
        pyudf.topk(["a"], ["b"], k=k)


@each_call
@pytest.mark.parametrize(
    ("workers", "error"), [(-2, ValueError), (1.5, TypeError), ("2", TypeError), (True, TypeError), ([2], TypeError)]
)
def test_workers(call, workers, error):
    function, _ = call
    with pytest.raises(error, match="workers must be"):
        function(["a"], ["b"], workers=workers)


@pytest.mark.parametrize("options", [{}, {"workers": 1}])
def test_options_are_checked_even_where_nothing_is_compared(options):
    for left, right in (([], ["a"]), ([], []), ([None], [None])):
        with pytest.raises(ValueError, match="negative"):
            pyudf.levenshtein(left, "a", score_cutoff=-1, **options)
        with pytest.raises(ValueError, match="negative"):
            pyudf.cdist(left, right, score_cutoff=-1, na_score=0, **options)
        with pytest.raises(ValueError, match="negative"):
            pyudf.topk(left, right, score_cutoff=-1, **options)
        with pytest.raises(ValueError, match="negative"):
            pyudf.pairs_within(left, right, score_cutoff=-1, **options)


def test_options_are_keyword_only():
    with pytest.raises(TypeError):
        pyudf.cdist(["a"], ["b"], "levenshtein", "similarity")
    with pytest.raises(TypeError):
        pyudf.pairs_within(["a"], ["b"], 1)
    with pytest.raises(TypeError):
        pyudf.levenshtein("a", "b", (1, 1, 1))
    with pytest.raises(TypeError):
        pyudf.topk(["a"], ["b"], 1, "levenshtein", "distance")


def test_missing_columns():
    for call in (lambda: pyudf.cdist(None, ["a"]), lambda: pyudf.topk(["a"], None), lambda: pyudf.pdist(None)):
        with pytest.raises(TypeError, match="expected a column of text, got None"):
            call()


# --- a missing library ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "extra", "call"),
    [
        ("tqdm", "progress", "pyudf.cdist(['a'], ['b'], progress=True)"),
        ("scipy", "sparse", "pyudf.sparse_cdist(['a'], ['b'], score_cutoff=1)"),
    ],
)
def test_a_missing_library_names_its_extra(module, extra, call, python):
    """Nothing of it is needed otherwise."""
    found = python(
        f"""
import sys

class NotInstalled:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())
import pyudf
assert pyudf.cdist(["a"], ["b"]) == [[1]]
try:
    {call}
except ImportError as error:
    print(error)
"""
    )
    assert f'pip install "pyudf[{extra}]"' in found.stdout
