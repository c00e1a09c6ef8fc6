"""Text normalisers: what each name does, what passes untouched, what is refused."""

import unicodedata

import numpy as np
import pytest

from pyudf import processors
from pyudf.optional import require


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("casefold", "Straße", "strasse"),
        ("default", "  New-York, (NY)! ", "new york   ny"),
        ("default", "snake_case", "snake case"),
        ("default", "ÅNGSTRÖM–7", "ångström 7"),
        ("default", "ΟΔΟΣ", "οδοσ"),
        ("default", "李小龍!", "李小龍"),
        ("default", "?!", ""),
        ("lower", "ÀB", "àb"),
        ("upper", "àb", "ÀB"),
        ("strip", "\t a b\u00a0\n", "a b"),
        ("nfc", "e\u0301", "\u00e9"),
        ("nfd", "\u00e9", "e\u0301"),
        ("nfkc", "ﬁ①", "fi1"),
        ("nfkd", "ﬁé", "fie\u0301"),
    ],
)
def test_named(name, text, expected):
    assert processors.apply(name, [text]) == [expected]


def test_every_name_is_tested_and_keeps_plain_text():
    names = {mark.args[1][i][0] for mark in test_named.pytestmark for i in range(len(mark.args[1]))}
    assert names == set(processors.table)
    for name in processors.table:
        assert processors.apply(name, ["abc", ""])[1] == ""


def test_default_is_rapidfuzz_default_process():
    utils = pytest.importorskip("rapidfuzz.utils")
    differ = [
        char
        for char in map(chr, [*range(0xD800), *range(0xE000, 0x110000)])
        if processors.resolve("default")(f"A{char}b") != utils.default_process(f"A{char}b")
    ]
    # The two Unicode tables are of different years: what differs are letters and digits that one does not know.
    assert len(differ) < 2000
    assert all(unicodedata.category(char)[0] in "LNMC" for char in differ)
    assert min(differ, default="\uffff") > "\u07ff"


def test_default_keeps_one_code_point_as_one():
    for code in range(0x110000):
        assert len(processors._CLEANER[code]) == 1


def test_missing_values_pass_untouched():
    values = [None, float("nan"), np.float64("nan"), np.float32("nan"), "A"]
    result = processors.apply("lower", values)
    assert result[-1] == "a"
    assert all(new is old for new, old in zip(result[:-1], values[:-1], strict=True))


def test_missing_values_of_pandas():
    pd = pytest.importorskip("pandas")
    assert processors.apply("lower", [pd.NA, pd.NaT, "A"])[:2] == [pd.NA, pd.NaT]


def test_none_returns_the_list_itself():
    values = ["A"]
    assert processors.apply(None, values) is values
    assert processors.resolve(None) is None


def test_callable_and_bytes():
    assert processors.apply(lambda text: text[::-1], ["abc", None, b"xy"]) == ["cba", None, b"yx"]
    assert processors.apply("lower", [b"AB"]) == [b"ab"]


def test_unknown_name_says_the_nearest_and_all():
    with pytest.raises(ValueError, match=r"unknown processor 'casefolt'; did you mean 'casefold'\?.*valid: .*nfkd"):
        processors.resolve("casefolt")


@pytest.mark.parametrize("wrong", [5, ["lower"], b"lower"])
def test_neither_name_nor_function(wrong):
    with pytest.raises(TypeError, match="processor must be a name"):
        processors.resolve(wrong)


@pytest.mark.parametrize(
    ("processor", "values", "message"),
    [
        (len, ["a", "bc"], "row 0: processor len must return str or bytes, returned int for 'a'"),
        (lambda text: None, [None, "a"], "row 1: .* returned NoneType"),
        ("casefold", ["a", b"b"], "row 1: processor 'casefold' takes text, got bytes; decode"),
        ("nfc", ["a", None, b"b"], "row 2: processor 'nfc' takes text, got bytes; decode"),
        ("lower", ["a", 5], r"row 1: processor 'lower' takes text, got int; convert it with str\(\)"),
        ("default", [["a"]], "row 0: processor 'default' takes text, got list"),
    ],
)
def test_wrong_elements_name_the_row(processor, values, message):
    with pytest.raises(TypeError, match=message):
        processors.apply(processor, values)


def test_the_error_of_a_users_function_is_its_own():
    def fails(text):
        raise KeyError(text)

    with pytest.raises(KeyError, match="a"):
        processors.apply(fails, ["a"])


def test_require_names_the_extra():
    with pytest.raises(ImportError, match=r'needs no_such_library: pip install "pyudf\[polars\]"') as caught:
        require("no_such_library.part", "polars")
    assert caught.value.name == "no_such_library"
    assert require("json", "cli").dumps([1]) == "[1]"


def test_require_keeps_the_error_of_a_broken_library(tmp_path, monkeypatch):
    (tmp_path / "broken_library.py").write_text("import a_part_that_is_missing")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_part_that_is_missing"):
        require("broken_library", "polars")
