"""Lines of keys and values: logfmt, kv, CEF's extension and structured data, judged by a slow and obvious twin."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf._pairs import PairSyntax
from pyudf.logs import kv, logfmt
from pyudf.logs.pairs import MOST_KEYS, read
from pyudf.logs.sources import lines_of


class BrokenLine(Exception):
    def __init__(self, position, key):
        super().__init__(position, key)
        self.position, self.key = position, key


# The twins: a generator of keys and values for each syntax, which raises BrokenLine where a line is broken.

_MEANT = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def by_letters(text):
    def undone(found):
        letter = found[1]
        if len(letter) == 3:
            return bytes([int(letter[1:], 16)])
        if len(letter) == 5:
            return chr(int(letter[1:], 16)).encode()
        return _MEANT.get(letter, letter)

    return re.sub(rb"(?s)\\(x[0-9a-fA-F]{2}|u[0-9a-cA-C][0-9a-fA-F]{3}|.)", undone, text)


def only(letters, meant=None):
    table = dict(zip(letters, meant or letters, strict=True))

    def undone(text):
        return re.sub(
            rb"(?s)\\(.)", lambda found: bytes([table[found[1][0]]]) if found[1][0] in table else found[0], text
        )

    return undone


def delimited(line, ends, separator, unescape):
    """`ends` are the texts that stand between pairs."""

    def ended(at):
        return max((len(end) for end in ends if line.startswith(end, at)), default=0)

    at = 0
    while True:
        while ended(at):
            at += ended(at)
        if at == len(line):
            return
        if line[at : at + 1] == b'"':
            raise BrokenLine(at, b"")
        begin = at
        while at < len(line) and not line.startswith(separator, at) and not ended(at):
            at += 1
        key = line[begin:at]
        if not line.startswith(separator, at):
            yield key, b"true"
            continue
        if not key:
            raise BrokenLine(at, b"")
        at += len(separator)
        if line[at : at + 1] == b'"':
            found = re.compile(rb'(?s)"((?:[^"\\]|\\.)*)"').match(line, at)
            if not found:
                raise BrokenLine(at, key)
            at = found.end()
            if at < len(line) and not ended(at):
                raise BrokenLine(at, key)
            yield key, unescape(found[1])
        else:
            begin = at
            while at < len(line) and not ended(at):
                at += 1
            yield key, line[begin:at]


def of_logfmt(line):
    return delimited(line, [b" ", b"\t"], b"=", by_letters)


def of_cef(line):
    header = re.search(rb"(?s)CEF: ?[0-9]+\|(?:(?:[^|\\]|\\.)*\|){6} *", line)
    if not header or header.end() == len(line):
        return
    at = header.end()
    keys = [*re.compile(rb"(?<![^ ])[A-Za-z0-9_][A-Za-z0-9_.\[\]-]*=").finditer(line, at)]
    first = re.compile(rb"[A-Za-z0-9_][A-Za-z0-9_.\[\]-]*=").match(line, at)
    if not first:
        raise BrokenLine(at, b"")
    keys = [first, *(key for key in keys if key.start() > at)]
    stops = [key.start() - 1 for key in keys[1:]] + [len(line)]
    for key, stop in zip(keys, stops, strict=True):
        yield key[0][:-1], only(b"=\\nr", b"=\\\n\r")(line[key.end() : stop])


def of_rfc5424(line):
    header = re.match(rb"<[0-9]{1,3}>[0-9]{1,3} (?:[^ ]* ){5}", line)
    at = header.end() if header else len(line)
    while line[at : at + 1] == b"[":
        name = re.compile(rb"[^ =\]]*").match(line, at + 1)[0]
        at += 1 + len(name)
        if not name:
            raise BrokenLine(at, b"")
        key = name
        if line[at : at + 1] == b"]":
            yield name, b"true"
        while True:
            blanks = re.compile(rb" *").match(line, at)[0]
            at += len(blanks)
            if at == len(line):
                raise BrokenLine(at, key)
            if line[at : at + 1] == b"]":
                at += 1
                break
            if not blanks:
                raise BrokenLine(at, key)
            key = name + b"." + re.compile(rb"[^ =\]]*").match(line, at)[0]
            at += len(key) - len(name) - 1
            if not line.startswith(b'="', at):
                raise BrokenLine(at, key)
            found = re.compile(rb'(?s)"((?:[^"\\]|\\.)*)"').match(line, at + 1)
            if not found:
                raise BrokenLine(at + 1, key)
            at = found.end()
            yield key, only(b'"\\]')(found[1])


def judged(lines, twin):
    """Keys, rows, and errors as row, position and key."""
    keys, rows, errors = {}, [], []
    for number, line in enumerate(lines):
        row = {}
        rows.append(row)
        try:
            for key, value in twin(line) if line is not None else ():
                row[key] = value.decode(errors="replace")
                keys.setdefault(key)
        except BrokenLine as broken:
            errors.append((number, broken.position, broken.key))
    return [*keys], rows, errors


def name_of(key):
    return key.decode(errors="backslashreplace")


def agrees(table, lines, twin):
    keys, rows, errors = judged(lines, twin)
    if len({name_of(key) for key in keys}) == len(keys):
        assert table.columns == tuple(map(name_of, keys))
    assert len(table) == len(lines)
    for column, key in zip(table.values(), keys, strict=True):
        assert [*column] == [row.get(key) for row in rows]
    assert table.ok.tolist() == [number not in {error[0] for error in errors} for number in range(len(lines))]
    found = [*zip(table.errors["row"], table.errors["position"], table.errors["field"], strict=True)]
    assert found == [(row, position, name_of(key) or None) for row, position, key in errors]


def read_as(name, lines, **options):
    return read(PairSyntax(name), lines_of(lines), None, None, "keep", "replace", 1, None, **options)


# Against the twins

PIECES = [b"a", b"bc", b"=", b'"', b"\\", b" ", b"\t", b"a=", b' k="', b'" ', b"\\n", b'\\"', b"\\u00e9", b"\\x41"]
PIECES += [b"\0", b"\xff", b"\xc3\xa9", b"]", b"[", b"[i ", b'n="', b", ", b": ", b"a text that is long ", b"|", b"\n"]
LINES = st.lists(
    st.one_of(
        st.none(), st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3)), max_size=15).map(b"".join)
    ),
    max_size=6,
)


def column(lines):
    made = np.empty(len(lines), object)
    made[:] = lines
    return made


@given(LINES)
def test_logfmt_is_its_twin(lines):
    agrees(logfmt(column(lines), workers=1), lines, of_logfmt)


@pytest.mark.parametrize(
    ("pair", "separator"), [(" ", "="), (", ", ": "), ("=", "=="), ("|", "=a"), ("\n", "é"), ("a", "b")]
)
def test_kv_is_its_twin(pair, separator):
    @given(LINES)
    def tried(lines):
        def twin(line):
            return delimited(line, [pair.encode()], separator.encode(), only(b'"\\'))

        agrees(kv(column(lines), pair, separator, workers=1), lines, twin)

    tried()


@given(LINES)
def test_cef_is_its_twin(lines):
    lines = [line and b"CEF:0|a|b\\||c|d|e|f|" + line for line in lines]
    agrees(read_as("cef", column(lines)), lines, of_cef)


@given(LINES)
def test_structured_data_is_its_twin(lines):
    lines = [line and b"<1>1 t h a p m [id" + line for line in lines]
    agrees(read_as("rfc5424", column(lines)), lines, of_rfc5424)


@pytest.mark.parametrize(("name", "twin"), [("cef", of_cef), ("rfc5424", of_rfc5424)])
def test_lines_without_a_header_have_no_pairs(name, twin):
    @given(LINES)
    def tried(lines):
        agrees(read_as(name, column(lines)), lines, twin)

    tried()


@given(
    st.lists(
        st.dictionaries(
            st.text(st.characters(codec="utf-8", exclude_characters='= \t"\n\r'), min_size=1),
            st.text(st.characters(codec="utf-8", exclude_characters="\n\r")),
            max_size=5,
        ),
        min_size=1,
    )
)
def test_what_is_written_is_read(rows):
    def quoted(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    lines = [" ".join(f"{key}={quoted(value)}" for key, value in row.items()) for row in rows]
    table = logfmt("\n".join([*lines, ""]).encode(), workers=1)
    assert table.ok.all()
    found = [
        {key: table[key][number] for key in table if table[key][number] is not None} for number in range(len(rows))
    ]
    assert found == rows


# Keys


def test_keys_that_are_wanted_and_their_order():
    lines = [b"a=1 b=2", b"c=3 a=4", None, b""]
    table = logfmt(lines, ["c", "x", "a"])
    assert table.columns == ("c", "x", "a")
    assert [[*column] for column in table.values()] == [[None, "3", None, None], [None] * 4, ["1", "4", None, None]]
    assert logfmt(lines).columns == ("a", "b", "c")


def test_keys_that_cannot_be():
    with pytest.raises(TypeError, match=r"write \['a'\]"):
        logfmt(["a=1"], "a")
    with pytest.raises(ValueError, match="all different"):
        logfmt(["a=1"], ["a", "a"])
    with pytest.raises(ValueError, match="types: no key 'levle'; did you mean 'level'"):
        logfmt(["a=1"], ["level"], types={"levle": "int"})


def test_more_keys_than_columns():
    lines = [f"k{number}=1".encode() for number in range(MOST_KEYS + 1)]
    assert len(logfmt(lines[:-1]).columns) == MOST_KEYS
    with pytest.raises(ValueError, match=r"more than 1000 different keys; give those that are wanted: keys=\[...\]"):
        logfmt(lines)
    assert logfmt(lines, ["k1000"])["k1000"][-1] == "1"


def test_keys_that_look_the_same():
    table = logfmt([b"\xff=1 \\xff=2 \\xff_2=3"])
    assert table.columns == ("\\xff", "\\xff_2", "\\xff_2_2")


def test_no_keys_at_all():
    table = logfmt(b"\n\n")
    assert (len(table), table.columns, table.ok.tolist()) == (2, (), [True, True])
    assert len(logfmt(b"")) == 0


# Types


def test_types():
    lines = [
        b'n=1 x=1.5 t=2024-05-01T10:00:00+02:00 d=1m1.5s a=10.0.0.1 s="1"',
        b"n=- x= t=- d=- a=::1 s=-",
        b"n=one x=1e t=now d=long a=1.2.3 s=",
        b"",
    ]
    types = {"n": "int", "x": "float", "t": "timestamp[us]", "d": "duration", "a": "ip", "gone": "int"}
    table = logfmt(lines, types=types)
    assert table.columns == ("n", "x", "t", "t_offset", "d", "a", "s", "gone")
    assert table["n"].tolist()[:1] == [1]
    assert np.isnan(table["n"][1:]).all()
    assert table["x"][0] == 1.5
    assert np.isnan(table["x"][1:]).all()
    assert table["t"][0] == np.datetime64("2024-05-01T08:00:00")
    assert np.isnat(table["t"][1:]).all()
    assert table["t_offset"][0] == 120
    assert table["d"][0] == np.timedelta64(61_500_000, "us")
    assert [*table["a"]] == ["10.0.0.1", "::1", None, None]
    assert [*table["s"]] == ["1", "-", "", None]
    assert np.isnan(table["gone"]).all()
    assert table.ok.tolist() == [True, True, False, True]
    assert [*table.errors["field"]] == ["n"]
    assert [*table.errors["reason"]] == ["no int"]
    assert [*table.errors["position"]] == [2]


def test_an_offset_gives_way_to_a_key_of_its_name():
    table = logfmt(["t=2024-05-01T10:00:00Z t_offset=mine"], types={"t": "timestamp[us]"})
    assert table.columns == ("t", "t_offset")
    assert table["t_offset"][0] == "mine"


def test_unknown_types():
    with pytest.raises(ValueError, match="did you mean 'int'"):
        logfmt(["a=1"], types={"a": "itn"})


# Errors


def test_a_broken_line_costs_itself_only():
    lines = [b"a=1 b=2"] * 5000
    lines[3456] = b'a=1 b="2'
    source = b"\n".join(lines)
    table = logfmt(source)
    assert np.flatnonzero(~table.ok).tolist() == [3456]
    assert [table.errors[name][0] for name in table.errors] == [3456, 6, "b", "the quote is not closed"]
    assert [*table["a"]] == ["1"] * 5000
    assert table["b"][3456] is None
    assert logfmt(source, errors="null")["a"][3456] is None
    dropped = logfmt(source, errors="drop")
    assert len(dropped) == 4999
    assert [*dropped.errors["row"]] == [3456]
    with pytest.raises(ValueError, match="row 3456, position 6, field 'b': the quote is not closed"):
        logfmt(source, errors="raise")
    with pytest.raises(ValueError, match="errors is one of 'keep'"):
        logfmt(source, errors="ignore")


def test_invalid_utf8():
    lines = [b"a=x b=\xff", b'a="\\"\xff" b=y']
    assert [*logfmt(lines)["b"]] == ["\ufffd", "y"]
    assert [*logfmt(lines, invalid_utf8="bytes")["a"]] == [b"x", b'"\xff']
    strict = logfmt(lines, invalid_utf8="error")
    assert [*strict["a"]] == ["x", None]
    assert [*strict.errors["reason"]] == ["no valid UTF-8"] * 2
    assert [*strict.errors["position"]] == [6, 3]
    with pytest.raises(ValueError, match="invalid_utf8 is one of 'replace'"):
        logfmt(lines, invalid_utf8="ignore")


def test_delimiters_that_are_none():
    for pair, separator in (("", "="), (" ", ""), ("=", "=")):
        with pytest.raises(ValueError, match="pair and separator are two texts"):
            kv("a=1", pair, separator)


# Sources, threads, Arrow


def test_hostile_lines():
    long = b"x" * 1_000_000
    lines = [
        *(b"a=" + long, b'a="' + long, b"=" * 1_000_000, b'"' * 1_000_000, b"\\" * 1_000_000, b" " * 1_000_000),
        *(b'a="' + b"\\" * 1_000_000, long, b"a=\0", b"a=\xff\xfe", b'a="\\', b"", None, b"a=1"),
    ]
    agrees(logfmt(column(lines), workers=2), lines, of_logfmt)
    words = b" ".join(b"w%d" % number for number in range(100_000))
    assert logfmt([words, b"a=1"], ["a", "w99999"])["w99999"][0] == "true"
    cef = [b"CEF:0|a|b|c|d|e|f|" + line for line in (long, b"k=" + long, b"=" * 1_000_000, b"a=b=" * 250_000)]
    cef += [b"CEF:0|" * 100_000, b"CEF:" * 250_000]
    table = read_as("cef", column(cef))
    assert table.ok.tolist() == [False, True, False, True, False, True]


def test_threads_do_not_show(tmp_path):
    lines = [
        f'n={number} k{number % 300}="text \\"{number}\\"" {"last" if number % 7 else chr(34)}'
        for number in range(30_000)
    ]
    path = tmp_path / "log"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    one, four = logfmt(path, workers=1), logfmt(path, workers=4)
    assert one.columns == four.columns
    assert len(one.columns) == 302
    for name in one:
        assert [*one[name]] == [*four[name]]
    assert [*one.errors["row"]] == [*four.errors["row"]] == [*range(0, 30_000, 7)]


def test_arrow_has_the_same():
    pl = pytest.importorskip("polars")
    lines = [b'a="a text that is long" n=1', b'a="another \\"long\\" text" n=-', b"a=short", None]
    table = logfmt(column(lines), types={"n": "int"})
    frame = pl.DataFrame(table)
    assert frame["a"].to_list() == ["a text that is long", 'another "long" text', "short", None]
    assert frame["n"].to_list() == [1, None, None, None]


def test_progress_goes_up():
    seen = []
    lines = lines_of(b"a=1 b=2\n" * 2_000_000)
    read(PairSyntax("logfmt"), lines, None, None, "keep", "replace", 1, seen.append)
    assert seen == sorted(seen)
    assert all(0 <= share <= 1 for share in seen)
