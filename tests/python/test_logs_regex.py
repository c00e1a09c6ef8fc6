"""Regular expressions are read as `re` reads them: by cases, and by patterns and lines that hypothesis makes up."""

import re

import log_judge
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyudf.logs import elements
from pyudf.logs.formats import regex


def taken(pattern, line):
    """Name -> text of what the groups take, None where the line does not fit."""
    return log_judge.parse(regex.layout(pattern), line.encode())


def by_re(pattern, line):
    found = re.search(pattern, line, re.DOTALL)
    return None if found is None else found.groupdict()


# Patterns that `re` reads too, and lines of which some fit.
AS_RE = [
    (r"(?P<a>\w+)@(?P<b>[\w.]+)", ["x@y.z", "mail to anna@köln.de, please", "@", "x@"]),
    (r"^(?P<a>[^ ]*) (?P<b>\S+) (?P<c>.*)$", ["one two three four", " b ", "a  c", "a b c"]),
    (r"(?P<a>.*?)(?P<b>\d+)", ["abc123def45", "7", "none"]),
    (r"(?P<a>.*)(?P<b>\d+)", ["abc123def45"]),
    (r"(?P<a>x.*?)", ["axbc", "b"]),
    (r"(?P<a>x.+?)", ["axbc", "x"]),
    (r"(?P<a>(?P<b>a+)|b)+c", ["aabac", "bbc", "c"]),
    (r"(?P<a>\d{2,3})-(?P<b>\d{2})(?P<c>\d{,2})", ["1234-5678", "12-3"]),
    (r"\b(?P<a>\w+)\b", ["  wörd, word", "-", "木"]),
    (r"\B(?P<a>\w)", ["ab", "a"]),
    (r"(?P<a>(?>a+)b|a)", ["aab", "aac"]),
    (r"(?P<a>a++)(?P<b>.)", ["aaab", "aaa"]),
    (r"(?P<a>a*+)(?P<b>b?+)c", ["aabc", "c"]),
    (r"(?<![0-9])(?P<a>[0-9]{3})(?![0-9])", ["1234 567", "123", "12345"]),
    (r"(?<=[=:])(?P<a>\w+)(?=;|$)", ["x=ab;", "x:ab", "ab", "=ab,"]),
    (r"(?<=x)(?P<a>\w)", ["xa", "xx", "a"]),
    (r"(?i:get|Straße) (?P<a>X)", ["GeT X", "STRAßE X", "get x"]),
    (r"(?i)(?P<a>[a-f]+)(?P<b>[^a])", ["ABCDEFG", "abcA"]),
    (r"(?P<a>[äöü]+)(?P<b>[^ -~])", ["xäöü木", "äx"]),
    (r"(?P<a>[a-cα-γ木]{2})", ["xaα", "木γ", "a-"]),
    (r"(?P<a>[]a]+)(?P<b>[^]b])", ["]]ab-", "a]x"]),
    (r"(?P<a>[\w.-]+)(?P<b>[\-\]\\])", [r"a-b.c\ ", "ä-]"]),
    (r"(?P<a>\x41é\t)", ["xAé\ty"]),
    (r"(?P<a>a|ab)(?P<b>c|bcd)(?P<c>d*)", ["abcd", "acdd"]),
    (r"(?P<a>)(?P<b>x?)$", ["x", "", "xy"]),
    (r"(?P<a>a(?#what)b)", ["ab"]),
    (r"(?P<a>.{3})(?P<b>.)", ["木木木x", "äbc", "äbcd"]),
    (r"^(?P<a>.)(?P<b>\W)$", ["木-", "-木", "--"]),
    (r"(?P<a>[\s\S])(?P<b>[^\W\d])", [" a", "1木", "a1"]),
    (r"(?P<a>a??)(?P<b>a{1,2}?)(?P<c>a*?)b", ["aaaab", "ab"]),
    # A run gives back whole characters, and a look behind is one from between two.
    (r"\w*(?P<a>.)(?P<b>\w+)(?P<c>\w*)(?P<d>\W*)", ["ää", "aä木", "木木ä--", "ä"]),
    (r"(?P<a>.+?)(?P<b>.*)", ["ä木"]),
    (r"(?<!b)(?P<a>[^ -~])|\B(?P<b>.)|(?<=\w)(?P<c>.)", ["bä", "木", "bäää", "-ä"]),
    (r"(?:(?P<a>a)|(?P<b>b)|(?P<c>c))(?:x|y)?", ["bx", "c", "d"]),
]


@pytest.mark.parametrize(("pattern", "lines"), AS_RE, ids=[pattern for pattern, _ in AS_RE])
def test_patterns_mean_what_they_mean_to_re(pattern, lines):
    for line in lines:
        assert taken(pattern, line) == by_re(pattern, line), line


OTHERS = [
    (r"(?<a>\d+)", "x12", {"a": "12"}),
    (r"(?<a>x)|(?<a>y)", "zy", {"a": "y"}),
    (r"(?P<a>[[:alpha:]_]+[[:digit:]])", "-ab_7", {"a": "ab_7"}),
    (r"(?P<a>[[:^space:]]+)", " ä7 ", {"a": "ä7"}),
    (r"(?P<a>\x{6728})", "x木", {"a": "木"}),
    (r"\A(?P<a>.*)\z", "x\ny", {"a": "x\ny"}),
    (r"(?P<a>x)$", "x\n", None),
    (r"(?a)(?P<a>\w+)", "ab", {"a": "ab"}),
    (r"(?i)(?P<a>a(?-i)b)", "Ab", {"a": "Ab"}),
    (r"(?P<a>a{,})", "a{,}", {"a": "a{,}"}),
]


@pytest.mark.parametrize(("pattern", "line", "expected"), OTHERS)
def test_what_other_engines_write(pattern, line, expected):
    assert taken(pattern, line) == expected


REFUSED = [
    (r"(?P<a>x)\1", 8, "back-reference"),
    (r"(?P<a>x)(?P=a)", 8, "no group"),
    (r"a(?=xy)", 1, "more than one character of ASCII, as "),
    (r"a(?<!\d\d)", 1, "more than one character of ASCII, as "),
    (r"(a", 0, "not closed"),
    (r"a)", 1, "closed that was not opened"),
    (r"x[a", 1, "a class is not closed"),
    (r"x[b-a]", 2, "from 'b' down to 'a'"),
    (r"[^ä]", 0, "outside ASCII"),
    (r"[\x{100}-\x{ffff}]", 1, "can be listed"),
    (r"[[:wird:]]", 1, r"no class \[:wird:\]"),
    (r"[a&&b]", 2, "not intersected"),
    (r"*a", 0, "nothing to repeat"),
    (r"a|+b", 2, "nothing to repeat"),
    (r"a{3,2}", 1, "at least 3 and at most 2"),
    (r"a{1,2000}", 1, "more than 1000 times"),
    ("a\\", 1, "backslash at the end"),
    (r"\q", 0, r"no escape \\q"),
    (r"(?x)a", 0, "the flag x"),
    (r"(?P<1>a)", 0, "no group"),
]


@pytest.mark.parametrize(("pattern", "position", "what"), REFUSED)
def test_what_is_refused_says_where(pattern, position, what):
    with pytest.raises(ValueError, match=what) as refused:
        regex.layout(pattern)
    assert f"position {position}: " in str(refused.value)


def test_a_name_stands_for_one_value_of_a_line():
    with pytest.raises(ValueError, match="'a' is captured twice"):
        regex.layout("(?<a>x)(?<a>y)")
    with pytest.raises(TypeError, match="a regular expression is a str, got bytes"):
        regex.layout(b"x")


def test_runs_of_one_set_are_spans():
    layout = regex.layout(r"^(?P<a>[^ ]*) (?P<b>\S+) (?P<c>.*?) (?P<d>.*)$", types={"a": "int"})
    bodies = [element.body for element in layout.elements if isinstance(element, elements.Capture)]
    everything = bytes(range(256))
    assert bodies[0] == (elements.Span(everything.replace(b" ", b"")),)
    assert [type(element).__name__ for body in bodies for element in body] == ["Span", "Span", "Until", "Span"]
    assert bodies[3] == (elements.Span(everything),)
    assert (layout.at_start, layout.at_end) == (True, True)
    assert [column.type for column in layout.columns] == ["int", "text", "text", "text"]


ATOMS = ["a", "b", "ä", "木", ".", "1", "[ab]", "[^a]", "[a-cä木]", "[^ -~]", r"\w", r"\W", r"\d", r"\S", r"\s"]
AROUND = ["^", "$", r"\b", r"\B", "(?=a)", "(?![ab1])", "(?<=[a1])", "(?<!b)", "(?=$)"]
TIMES = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}?", "*+", "?+"]


def quantified(atoms):
    return st.tuples(atoms, st.sampled_from(TIMES)).map("".join)


def grown(inner):
    row = st.lists(quantified(inner), min_size=1, max_size=3).map("".join)
    choices = st.lists(row, min_size=1, max_size=3).map("|".join)
    return choices.flatmap(
        lambda body: st.sampled_from([f"({body})", f"(?:{body})", f"(?P<NAME>{body})", f"(?>{body})"])
    )


bodies = st.recursive(st.sampled_from(ATOMS), grown, max_leaves=6)
pieces = st.one_of(quantified(bodies), st.sampled_from(AROUND))
patterns = st.lists(pieces, min_size=1, max_size=5).map("".join)


@settings(max_examples=400)
@given(patterns, st.lists(st.text("aab1 ä木-", max_size=8), min_size=1, max_size=4))
def test_made_up_patterns_mean_what_they_mean_to_re(pattern, lines):
    names = iter("ghijklmnopqrstuvwxyz")
    pattern = re.sub("NAME", lambda _: next(names), pattern)
    for line in lines:
        # Until 3.14 `\B` of re did not fit an empty text.
        if line or r"\B" not in pattern:
            assert taken(pattern, line) == by_re(pattern, line)
