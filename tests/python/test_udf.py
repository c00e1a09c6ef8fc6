"""Functions as Python objects: names, documentation, signatures, pickles, how they take their arguments."""

import copy
import doctest
import inspect
import pickle

import numpy as np
import pytest
from twins import FORMS, TWINS

import pyudf

METRICS = pyudf.text.__all__
FUNCTIONS = {f"{name}.{form}": getattr(getattr(pyudf, name), form) for name in METRICS for form in FORMS}
FUNCTIONS |= {name: getattr(pyudf, name) for name in METRICS}
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())

PUBLIC = {name: getattr(pyudf, name) for name in pyudf.__all__ if inspect.isfunction(getattr(pyudf, name))}
OWN_OPTIONS = {
    "levenshtein": {"weights": (1, 1, 1)},
    "hamming": {"pad": True},
    "jaro_winkler": {"prefix_weight": 0.1},
}


def named(function):
    """(metric, form) of a function."""
    name, _, form = function.__qualname__.partition(".")
    return name, form or "distance"


def test_what_is_public():
    assert set(METRICS) <= set(pyudf.__all__)
    assert {"cdist", "pdist", "topk", "pairs_within", "sparse_cdist", "match", "dedupe"} <= set(PUBLIC)
    for name in pyudf.__all__:
        assert hasattr(pyudf, name)
    assert isinstance(pyudf.__version__, str)


@pytest.mark.parametrize("name", METRICS)
def test_names(name):
    metric = getattr(pyudf, name)
    assert metric.__name__ == name
    assert metric.__module__ == "pyudf.text"
    assert metric.__qualname__ == name
    assert repr(metric) == f"<pyudf function pyudf.text.{name}>"
    assert metric.distance.__name__ == name
    for form in FORMS[1:]:
        function = getattr(metric, form)
        assert function.__name__ == f"{name}_{form}"
        assert function.__qualname__ == f"{name}.{form}"
        assert repr(function) == f"<pyudf function pyudf.text.{name}.{form}>"
    assert set(FORMS) <= set(dir(metric))


@each_function
def test_documentation_is_numpydoc(function):
    doc = inspect.getdoc(function)
    assert doc == inspect.cleandoc(function.__doc__)
    sections = ["Parameters", "Returns", "Raises", "References", "Examples"]
    places = [doc.index(f"\n\n{section}\n{'-' * len(section)}\n") for section in sections]
    assert places == sorted(places)
    summary = doc.partition("\n\n")[0]
    assert summary[0].isupper()
    assert summary.endswith(".")
    assert "\n" not in summary
    for name in inspect.signature(function).parameters:
        assert f"\n{name} : " in doc


def run_examples(name, doc, namespace):
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    test = doctest.DocTestParser().get_doctest(doc, namespace, name, None, 0)
    assert test.examples, f"{name} has no example"
    messages = []
    runner.run(test, out=messages.append)
    assert runner.failures == 0, "".join(messages)


@each_function
def test_examples_of_functions(function):
    run_examples(function.__qualname__, function.__doc__, {})


@pytest.mark.parametrize("name", PUBLIC)
def test_examples_of_the_public_functions(name):
    for library in ("pandas", "scipy"):
        pytest.importorskip(library)
    run_examples(name, PUBLIC[name].__doc__, {"pyudf": pyudf, **PUBLIC})


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_functions_are_documented(name):
    doc = inspect.getdoc(PUBLIC[name])
    parameters = inspect.signature(PUBLIC[name]).parameters.values()
    for section in (*(["Parameters"] if parameters else []), "Returns", "Examples"):
        assert f"\n\n{section}\n{'-' * len(section)}\n" in doc
    for parameter in parameters:
        if parameter.name not in ("options",):
            assert parameter.name in doc.replace("*", "")


@each_function
def test_signature(function):
    name, _ = named(function)
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    assert [p.name for p in parameters[:2]] == ["s1", "s2"]
    assert all(p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty for p in parameters[:2])
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters[2:])
    defaults = {p.name: p.default for p in parameters[2:]}
    expected = {**OWN_OPTIONS.get(name, {}), "score_cutoff": None, "workers": None, "out": None, "processor": None}
    assert defaults == {**expected, "progress": False}
    signature.bind("a", "b", score_cutoff=1)
    for arguments, options in ((("a",), {}), (("a", "b", "c"), {}), (("a", "b"), {"nonsense": 1})):
        with pytest.raises(TypeError):
            signature.bind(*arguments, **options)


@each_function
def test_parameters_and_result_type(function):
    name, form = named(function)
    own = [p for p in function.parameters if p.keyword_only]
    assert [p.name for p in function.parameters if not p.keyword_only] == ["s1", "s2"]
    assert {p.name: p.default for p in own} == {**OWN_OPTIONS.get(name, {}), "score_cutoff": None}
    assert all(p.doc.endswith(".") for p in function.parameters)
    counts = TWINS[name].maximum is not None and not form.startswith("normalized")
    assert function.result_type == ("int64" if counts else "float64")
    assert function(["a"], ["b"]).dtype == function.result_type


# --- pickles --------------------------------------------------------------------------------------------------------


@each_function
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(function, protocol):
    assert pickle.loads(pickle.dumps(function, protocol)) is function


@each_function
def test_copies_are_the_same(function):
    assert copy.copy(function) is function
    assert copy.deepcopy(function) is function
    assert hash(function) == hash(copy.copy(function))
    assert {function: 1}[function] == 1


def test_a_pickle_in_another_process(python):
    data = pickle.dumps([pyudf.levenshtein, pyudf.jaro.similarity])
    found = python(f"import pickle\nf, g = pickle.loads({data!r})\nprint(f('a', 'b'), g('a', 'a'))")
    assert found.stdout.split() == ["1", "1.0"]


# --- calls ----------------------------------------------------------------------------------------------------------


@each_function
def test_columns_by_name_or_place(function):
    expected = function("kitten", "mitre")
    assert function(s1="kitten", s2="mitre") == expected
    assert function(s2="mitre", s1="kitten") == expected
    assert function("kitten", s2="mitre") == expected
    assert function(["kitten"], s2=["mitre"]).tolist() == [expected]
    assert function(s2=["mitre"], s1=["kitten"]).tolist() == [expected]
    assert function(*("kitten", "mitre"), **{}) == expected


def test_columns_are_not_swapped():
    assert pyudf.levenshtein("", "ab", weights=(1, 5, 5)) == 2
    assert pyudf.levenshtein(s2="", s1="ab", weights=(1, 5, 5)) == 10
    assert pyudf.levenshtein(s2=["", "a"], s1=["ab"], weights=(1, 5, 5)).tolist() == [10, 5]


@pytest.mark.parametrize("order", [("weights", "score_cutoff", "processor"), ("processor", "score_cutoff", "weights")])
def test_options_in_any_order(order):
    options = {"weights": (1, 1, 2), "score_cutoff": 4, "processor": "lower"}
    chosen = {name: options[name] for name in order}
    assert pyudf.levenshtein("INTENTION", "execution", **chosen) == 5
    assert pyudf.levenshtein(["INTENTION"], "execution", **chosen).tolist() == [5]


def test_options_of_a_fast_call():
    """Two texts and plain options take a shorter way than everything else; both give the same."""
    for cutoff in (None, 0, 2, np.int32(2), 2.0, 10**40, True):
        expected = pyudf.levenshtein(["kitten"], ["sitting"], score_cutoff=cutoff)[0]
        assert pyudf.levenshtein("kitten", "sitting", score_cutoff=cutoff) == expected
        assert pyudf.levenshtein("kitten", "sitting", score_cutoff=cutoff, workers=1) == expected
    for weight in (0, 0.2, np.float32(0.25), np.int8(0)):
        expected = pyudf.jaro_winkler.similarity(["abcd"], ["abcx"], prefix_weight=weight)[0]
        assert pyudf.jaro_winkler.similarity("abcd", "abcx", prefix_weight=weight) == expected
    for pad in (True, False, 1, 0, np.True_):
        assert pyudf.hamming("ab", "ac", pad=pad) == 1


class Text(str):
    """A subclass, as pandas and NumPy have them."""


@pytest.mark.parametrize("text", [Text("kitten"), np.str_("kitten")])
def test_subclasses_of_str(text):
    assert pyudf.levenshtein(text, "sitting") == pyudf.levenshtein("sitting", text) == 3
    assert pyudf.levenshtein([text], ["sitting"]).tolist() == [3]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, np.bytes_])
def test_buffers(kind):
    if kind is not memoryview:
        assert pyudf.levenshtein(kind(b"kitten"), b"sitting") == 3
    assert pyudf.levenshtein([kind(b"kitten")], [b"sitting"]).tolist() == [3]


@each_function
def test_wrong_numbers_of_columns(function):
    for arguments in ((), ("a",)):
        with pytest.raises(TypeError, match=rf"{function.__name__}\(\) needs 's[12]'.*2 columns \(s1, s2\)"):
            function(*arguments)
    with pytest.raises(TypeError, match=rf"{function.__name__}\(\) takes 2 columns \(s1, s2\), got 3"):
        function("a", "b", "c")
    with pytest.raises(TypeError, match=r"s1|no option"):
        function("a", "b", s1="c")
    with pytest.raises(TypeError, match="needs 's1'"):
        function(s2="a")


def test_unknown_attributes():
    with pytest.raises(AttributeError, match="'levenshtein' has no attribute 'similarty'"):
        pyudf.levenshtein.similarty  # noqa: B018
    with pytest.raises(AttributeError):
        pyudf.levenshtein.similarity.similarity  # noqa: B018
    with pytest.raises(AttributeError):
        pyudf.levenshtein.similarity = None
    with pytest.raises(AttributeError):
        pyudf.no_such_metric  # noqa: B018
    assert not hasattr(pyudf.levenshtein, "__array__")
    assert not hasattr(pyudf.levenshtein, "__wrapped__")


def test_functions_are_not_made_by_hand():
    kind = type(pyudf.levenshtein)
    for made in (kind, kind.__mro__[1]):
        with pytest.raises(TypeError, match="comes out of a table"):
            made()


def test_a_function_is_no_column():
    with pytest.raises(TypeError, match="got Metric"):
        pyudf.levenshtein(pyudf.jaro, "a")


@pytest.mark.parametrize("name", METRICS)
def test_outer_is_cdist(name):
    metric = getattr(pyudf, name)
    left, right = ["ab", "", "xyz"], ["ab", "xy"]
    for form in FORMS:
        expected = pyudf.cdist(left, right, name, form=form)
        found = getattr(metric, form).outer(left, right)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(metric.outer(left, right), pyudf.cdist(left, right, name))
    out = np.zeros((3, 2))
    assert metric.outer(left, right, out=out, workers=2, processor="lower") is out


def test_import_needs_no_other_library(python):
    found = python(
        "import sys\nimport pyudf\npyudf.cdist(['a'], ['b'])\npyudf.jaro(['a'], None)\n"
        "print(*{'pandas', 'polars', 'pyarrow', 'scipy', 'tqdm', 'rapidfuzz'} & {*sys.modules})"
    )
    assert found.stdout.strip() == ""


def test_no_threads_are_started_by_an_import(python):
    found = python("import threading, os\nimport pyudf\nprint(threading.active_count())")
    assert found.stdout.strip() == "1"
