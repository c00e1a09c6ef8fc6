"""Dissect behaves as Elastic specifies: each rule with lines of our own, and what the processor does at the edges."""

import log_judge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs import elements
from pyudf.logs.formats import dissect


def dissected(pattern, line, separator=""):
    """Name -> value as Elastic gives them, by the twin; None where the line does not fit."""
    layout = dissect.layout(pattern, append_separator=separator)
    row = log_judge.parse(layout, line.encode())
    if row is None:
        return None
    named = {row.pop(name): row.pop(value) for name, value in layout.references}
    return {**row, **named}


FITS = {
    "keys and delimiters": (
        "%{verb} %{path},%{code}",
        "GET /index,200",
        {"verb": "GET", "path": "/index", "code": "200"},
    ),
    "one key takes the line": ("%{all}", "one two three", {"all": "one two three"}),
    "the last key takes the rest": ("%{a} %{rest}", "one two three four", {"a": "one", "rest": "two three four"}),
    "a skipped key before the rest": ("%{} %{rest}", "one two three", {"rest": "two three"}),
    "the rest into a reference": ("%{*k} %{&k}", "name one two", {"name": "one two"}),
    "the rest after padding": ("%{a} %{rest->}", "one two three", {"a": "one", "rest": "two three"}),
    "what follows the last delimiter is left": (
        'at=%{at} note="%{note}"',
        'at=17:05 note="gone home" by="me"}',
        {"at": "17:05", "note": "gone home"},
    ),
    "several lines in one": (
        "%{day} %{level} [%{thread}] %{text}",
        "Tue ERROR [pool-1] it broke\n  at Main.java:7\n  at Base.java:9",
        {"day": "Tue", "level": "ERROR", "thread": "pool-1", "text": "it broke\n  at Main.java:7\n  at Base.java:9"},
    ),
    "a delimiter first": ("/srv/%{app}", "/srv/shop/data", {"app": "shop/data"}),
    "a delimiter first and last": ("/srv/%{app}.pid", "/srv/shop.pid", {"app": "shop"}),
    "a delimiter first, a word last": ("/srv/%{app}/run", "/srv/shop/run", {"app": "shop"}),
    "delimiters all around": ("/srv/%{a}/run/%{b}.pid", "/srv/x/run/y.pid", {"a": "x", "b": "y"}),
    "a key last": ("/srv/%{a}/run/%{b}", "/srv/x/run/y", {"a": "x", "b": "y"}),
    "delimiters first repeated": (";;;%{a} %{b}", ";;;x y", {"a": "x", "b": "y"}),
    "one of two first": (";%{a} %{b}", ";;x y", {"a": ";x", "b": "y"}),
    "delimiters with a percent sign": ("%{a} %%{b};%{c}", "x %y;z", {"a": "x", "b": "y", "c": "z"}),
    "a percent sign before the second": ("%{a} %{b};%%{c}", "x y;%z", {"a": "x", "b": "y", "c": "z"}),
    "a percent sign first": ("%%{a} %{b};%{c}", "%x y;z", {"a": "x", "b": "y", "c": "z"}),
    "a percent sign and a word first": ("%cpu %{load}", "%cpu 93", {"load": "93"}),
    "braces as delimiters": ("{%{a}}{%{b}} %{c}", "{x}{y} z and more", {"a": "x", "b": "y", "c": "z and more"}),
    "a line break in a delimiter": ("%{a}<\n>%{b}", "xx<\n>yy", {"a": "xx", "b": "yy"}),
    "a long delimiter": ("%{a}====>%{b}", "x====>y and z", {"a": "x", "b": "y and z"}),
    "a long delimiter before nothing": ("%{a}====>%{}", "x====>y and z", {"a": "x"}),
    "delimiters outside ASCII": ("%{a} § %{b}§%{c}¥%{d}", "w § x§y¥z", {"a": "w", "b": "x", "c": "y", "d": "z"}),
    "values outside ASCII": ("%{a}♜%{b} %{c}", "♞♝♜♝♞ 木", {"a": "♞♝", "b": "♝♞", "c": "木"}),
    "a delimiter of dots outside ASCII": ("%{a}.♜.%{b}", "♞.♜.♝", {"a": "♞", "b": "♝"}),
    "a value outside ASCII": ("%{a}", "木", {"a": "木"}),
    "a sentence outside ASCII": ("Köln, a %{what} on the Rhine", "Köln, a city on the Rhine", {"what": "city"}),
    "two sentences": ("Köln, a %{p}; Bonn, a %{q}!", "Köln, a city; Bonn, a town!", {"p": "city", "q": "town"}),
    "values within brackets": ("(%{a}) [%{b}] -[%{c}]", "(x) [] -[z]", {"a": "x", "b": "", "c": "z"}),
    "only brackets": ("[%{a}] [%{b}]", "[] []", {"a": "", "b": ""}),
    "many short delimiters": (
        "%{a->}   %{b}-.-%{c}-%{d}-..-%{e}-%{f}",
        "u            v-.-w-10-..-y-20",
        {"a": "u", "b": "v", "c": "w", "d": "10", "e": "y", "f": "20"},
    ),
    # Consecutive delimiters
    "empty values": ("%{a};%{b};%{c};%{d}", "w;;;z", {"a": "w", "b": "", "c": "", "d": "z"}),
    "empty values last": ("%{a};%{b};%{c};%{d}", "w;;;", {"a": "w", "b": "", "c": "", "d": ""}),
    "empty values first": ("%{a};%{b};%{c};%{d}", ";x;;z", {"a": "", "b": "x", "c": "", "d": "z"}),
    "empty values in between": (
        "%{a};%{b};%{c};%{d};%{e}",
        "1;;3;;5",
        {"a": "1", "b": "", "c": "3", "d": "", "e": "5"},
    ),
    "an address with gaps": (
        "%{who};%{street};%{more};%{city}",
        "Ann;12 High Road;;York",
        {"who": "Ann", "street": "12 High Road", "more": "", "city": "York"},
    ),
    "the last value begins with the delimiter": ("%{a}-%{b}", "x----y", {"a": "x", "b": "---y"}),
    "skipped empty values": ("%{}/%{}/id=%{id}", "//id=7", {"id": "7"}),
    "a last delimiter that is there often": ("%{a} %{b};", "x y;;;;", {"a": "x", "b": "y"}),
    # Right padding
    "padding of one": ("%{a->} %{b}", "x y", {"a": "x", "b": "y"}),
    "padding of many": ("%{a->} %{b} %{c}", "x        y z", {"a": "x", "b": "y", "c": "z"}),
    "padding in between": ("%{a} %{b->} %{c}", "x y    z", {"a": "x", "b": "y", "c": "z"}),
    "padding of another delimiter": ("%{a->};%{b}", "x;;;;y", {"a": "x", "b": "y"}),
    "padding of a letter": ("%{a->}o%{b}", "xooooy", {"a": "x", "b": "y"}),
    "padding of a word": ("%{a->} ab%{b}", "x ab ab aby", {"a": "x", "b": "y"}),
    "padding of two kinds": ("%{a->}  %{b->}===%{c}", "x        y=========z", {"a": "x", "b": "y", "c": "z"}),
    "padding first": ("%{a->};%{b}", ";;;;y", {"a": "", "b": "y"}),
    "padding last": ("%{a->};", "x;;;;", {"a": "x"}),
    "padding of the last key": ("%{a} %{b->} ", "x y     ", {"a": "x", "b": "y"}),
    "padding of the last key, another delimiter": ("%{a} %{b->};", "x y;;;", {"a": "x", "b": "y"}),
    "padding without a delimiter": ("%{a} %{b->}", "x y;;;", {"a": "x", "b": "y;;;"}),
    "padding swallows empty values": ("%{a};%{b->};%{c}", "x;y;;z", {"a": "x", "b": "y", "c": "z"}),
    "padding twice": ("%{->};%{a->};%{b}", ";;;x;;y", {"a": "x", "b": "y"}),
    "padding of a skipped key": ("%{->}=%{a}", "====7", {"a": "7"}),
    "padding of a skipped key with a name": ("%{?no->}=%{a}", "====7", {"a": "7"}),
    "padding of a nameless skipped key": ("%{?->} %{a}", "x     y", {"a": "y"}),
    "padding of a skipped key, blanks": ("%{->} %{a}", "x     y", {"a": "y"}),
    "padding of a skipped key, blanks first": ("%{->} %{a}", "     y", {"a": "y"}),
    "padding of a skipped key, last": ("%{a} %{->}", "x  y    ", {"a": "x"}),
    "padding of a named skipped key, blanks first": ("%{?no->} %{a}", "     y", {"a": "y"}),
    "padding in front of the sign": ("%{a} %{->?no}", "x  y    ", {"a": "x"}),
    # Skipped keys
    "skipped": ("%{?no} %{a}", "x y", {"a": "y"}),
    "skipped without a name": ("%{} %{a}", "x y", {"a": "y"}),
    "skipped by a sign alone": ("%{?} %{a}", "x y", {"a": "y"}),
    "skipped last": ("%{a} %{?no}", "x y", {"a": "x"}),
    "skipped last, without a name": ("%{a} %{}", "x y", {"a": "x"}),
    "skipped in between": ("%{a} %{?no} %{c}", "x y z", {"a": "x", "c": "z"}),
    "skipped twice by one name": ("%{a} %{?no} %{?no}", "x  y  z", {"a": "x"}),
    "skipped twice by the sign": ("%{a} %{?} %{?}", "x  y  z", {"a": "x"}),
    # Appended parts
    "appended": ("%{a} %{+a} %{+a}", "x y z", {"a": "xyz"}),
    "appended, two": ("%{a} %{+a} %{b} %{+b}", "w x y z", {"a": "wx", "b": "yz"}),
    "appended, the rest": ("%{a} %{+a}", "x y and z", {"a": "xy and z"}),
    "appended alone": ("%{+a} %{b}", "x y", {"a": "x", "b": "y"}),
    "appended before the plain key": ("%{+a} %{a} %{+a} %{b}", "x y z w", {"a": "xyz", "b": "w"}),
    "ordered": ("%{+a/3} %{+a/1} %{+a/2}", "c a b", {"a": "abc"}),
    "ordered with a plain key": ("%{a} %{+a/2} %{+a/1}", "x z y", {"a": "xyz"}),
    "ordered around a plain key": ("%{+a/1} %{a} %{+a/2} %{b}", "x y z w", {"a": "yxz", "b": "w"}),
    "ordered with padding": ("%{+a/3} %{+a/1->} %{+a/2}", "c a       b", {"a": "abc"}),
    "ordered with padding of the plain key": (
        "%{a->} %{+a/2} %{+a/1} %{*k} %{&k}",
        "x      z y key value",
        {"a": "xyz", "key": "value"},
    ),
    "ordered and consecutive delimiters": ("%{+a/1};%{+a/3}-%{+a/2} %{b}", "x;z---y w", {"a": "x--yz", "b": "w"}),
    "ordered, consecutive and padded": ("%{+a/1};%{+a/3->}-%{+a/2} %{b}", "x;z---y w", {"a": "xyz", "b": "w"}),
    "ordered outside ASCII": ("%{a}♜%{+a/2} %{+a/1}", "♞♜♝ 木", {"a": "♞木♝"}),
    # References
    "a reference": ("%{*k} %{&k}", "colour red", {"colour": "red"}),
    "a reference, the value first": ("%{&k} %{*k}", "red colour", {"colour": "red"}),
    "two references": ("%{*k} %{&k} %{*l} %{&l}", "a 1 b 2", {"a": "1", "b": "2"}),
    "references around a key": ("%{*k} %{&k} %{c} %{*l} %{&l}", "a 1 x b 2", {"a": "1", "c": "x", "b": "2"}),
    "a key within a reference": ("%{*k} %{b} %{&k}", "colour x red", {"colour": "red", "b": "x"}),
    "a reference outside ASCII": ("%{*k}♜%{&k}", "♞♜♝", {"♞": "♝"}),
    "a reference and appended parts": ("%{a} %{+a} %{*k} %{&k}", "x y key value", {"a": "xy", "key": "value"}),
    "references with padding": (
        "%{a->} %{+a->} %{*k->} %{&k->} %{c}",
        "x      y   key  value    z",
        {"a": "xy", "key": "value", "c": "z"},
    ),
}

JOINED = {
    "a separator": ("%{a}-%{+a}-%{+a}", "x-y-z", ",", {"a": "x,y,z"}),
    "a separator of two": ("%{+a/3} %{+a/1} %{+a/2}", "c a b", "::", {"a": "a::b::c"}),
    "a blank": ("%{a} %{b} %{+b} %{z}", "w x y z", " ", {"a": "w", "b": "x y", "z": "z"}),
    "the rest": ("%{a} %{b} %{+a}", "x w y and z", " ", {"a": "x y and z", "b": "w"}),
    "ordered": ("%{+a/2} %{+a/4} %{+a/1} %{+a/3}", "b d a c", " ", {"a": "a b c d"}),
    "around the plain key": ("%{+a/1} %{a} %{+a/2} %{b}", "June 30 2001 x", " ", {"a": "30 June 2001", "b": "x"}),
    "before the plain key": ("%{+a} %{a} %{+a} %{b}", "June 30 2001 x", " ", {"a": "June 30 2001", "b": "x"}),
    "far apart": ("%{+a} %{b} %{+a} %{c}", "x w y v", " ", {"a": "x y", "b": "w", "c": "v"}),
    "syslog": (
        "%{ts} %{+ts} %{+ts} %{host} %{prog}[%{pid}]: %{text}",
        "Oct 11 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8",
        " ",
        {
            "ts": "Oct 11 22:14:15",
            "host": "mymachine",
            "prog": "su",
            "pid": "230",
            "text": "'su root' failed for lonvick on /dev/pts/8",
        },
    ),
}

MISSES = [
    ("%{a} %{b} %{c}", "x y"),
    ("%{a} %{b} %{c}", "x:y:z"),
    ("%{a};%{b}:%{c}", "x;y;z"),
    ("%{a};%{b}", "x y"),
    ("%{a}; %{b}", "x;y"),
    ("=%{a};%{b}", "x;y"),
    ("=%{};%{b}", "x;y"),
    ("a delimiter first%{a}", "x"),
    ("%{a}a delimiter last", "x"),
    ("a delimiter first%{a}a delimiter last", "x"),
    ("%{a}=", "x"),
    ("%{a};%{b}=", "x;y"),
    ("/srv/%{a}.pid", "x"),
    ("/srv/%{a}.pid", "/srv/x"),
    ("HOST[%{a}] %{b}", "42 HOST[x] y"),
    ("%{*k} %{&k} {k} %{*l} %{&l}", "a 1 x b 2"),
    # A key whose delimiter looks like a key: nothing stands between the two
    ("%{a}%{b}", "x"),
    ("%{a} %{b}%{c} %{d}", "x y z"),
    ("%{a} %{b} %{c}%{d}", "w x y z"),
    # Nothing is there to be a value
    ("%{a}", ""),
    ("=%{a}", "="),
    ("%{a} %{b}", ""),
    # Padding gives no delimiter back
    ("%{a->};%{b};%{c}", "x;;;y"),
]

REFUSED = {
    "": "no key",
    "{}": "no key",
    "words": "no key",
    "%{?a}": "no key",
    "%{*a} %{&b}": "belong together",
    "%{*a} %{a}": "belong together",
    "%{a} %{&a}": "belong together",
    "%{*a} %{*a}": "belong together",
    "%{*a} %{&a} %{a}": "is a reference and a column",
    "%{*}": "no name",
    "%{+}": "no name",
    "%{++}": "only one modifier",
    "%{+/2}": "no name",
    "%{&+a}": "only one modifier",
    "%{what?ever}": None,
    "%{a/2}": "order is written",
    "%{+a/b}": "order is written",
    "%{*?a}": "only one modifier",
}


@pytest.mark.parametrize("case", FITS)
def test_lines_that_fit(case):
    pattern, line, expected = FITS[case]
    assert dissected(pattern, line) == expected


@pytest.mark.parametrize("case", JOINED)
def test_parts_are_joined(case):
    pattern, line, separator, expected = JOINED[case]
    assert dissected(pattern, line, separator) == expected


@pytest.mark.parametrize(("pattern", "line"), MISSES)
def test_lines_that_do_not_fit(pattern, line):
    assert dissected(pattern, line) is None


@pytest.mark.parametrize("pattern", REFUSED)
def test_patterns_that_are_refused(pattern):
    with pytest.raises(ValueError, match=REFUSED[pattern]):
        dissect.layout(pattern)


def test_types_are_of_names_that_there_are():
    layout = dissect.layout("%{code} %{ms}", types={"code": "int", "ms": "float"})
    assert [column.type for column in layout.columns] == ["int", "float"]
    assert log_judge.parse(layout, b"200 -") == {"code": 200, "ms": None}
    with pytest.raises(ValueError, match="did you mean 'code'"):
        dissect.layout("%{code}", types={"cod": "int"})
    with pytest.raises(ValueError, match="no type 'itn'"):
        dissect.layout("%{code}", types={"code": "itn"})


words = st.text(st.characters(exclude_characters=";%{}", exclude_categories=["Cs"]), max_size=8)
delimiters = st.sampled_from([";", ";;", "; ", " ;-", "§;"])


@given(st.lists(st.tuples(words, delimiters), min_size=1, max_size=6), words)
def test_what_was_written_is_read(parts, rest):
    """Values without a semicolon between delimiters with one come back as they were."""
    pattern = "".join(f"%{{k{i}}}{delimiter}" for i, (_, delimiter) in enumerate(parts)) + "%{rest}"
    line = "".join(value + delimiter for value, delimiter in parts) + rest
    read = dissected(pattern, line)
    assert read is not None
    if all(not value.endswith((" ", "§")) and not value.startswith((" ", "-")) for value, _ in parts):
        assert read["k0"] == parts[0][0]
    assert "".join(read[f"k{i}"] + delimiter for i, (_, delimiter) in enumerate(parts)) + read["rest"] == line


def test_references_become_columns():
    layout = dissect.layout("%{a} %{*k}=%{&k} %{*l}=%{&l}")
    rows = [log_judge.parse(layout, line) for line in (b"1 x=2 y=3", b"4 y=5 a=6", b"7 z= x=")]
    rows.append(dict.fromkeys(rows[0]))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    assert dissect.spread(columns, layout.references) == {
        "a": ["1", "6", "7", None],
        "x": ["2", None, "", None],
        "y": ["3", "5", None, None],
        "z": [None, None, "", None],
    }
    assert dissect.spread({"a": ["1"]}, ()) == {"a": ["1"]}


def test_a_delimiter_is_taken_literally():
    layout = dissect.layout("%{a}.*%{b}")
    assert elements.Literal(b".*") in layout.elements
