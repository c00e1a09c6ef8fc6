"""Patterns over every kind of source: one line, one row, always; what is wrong is told, and where."""

import contextlib
import copy
import gzip
import io
import mmap
import pickle

import log_judge
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyudf import _parsing
from pyudf.logs import COMBINED, COMMON, VHOST_COMBINED, Pattern
from pyudf.logs.formats import dissect
from pyudf.logs.program import compiled, members

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

GOOD = (
    '203.0.113.7 - ada [10/Oct/2000:13:55:36 -0700] "GET /a{} HTTP/1.1" 200 2326 "http://example.org/" '
    '"Mozilla/5.0 (X11; Linux x86_64)"'
)
CUT = '203.0.113.7 - - [10/Oct/2000:13:55:37 -0700] "GET /b HTTP/1.1" 404 - "-" "Mozilla/5.0 (cut'


@pytest.fixture(scope="module")
def log():
    """10,000 lines, of which one is cut before a quote is closed."""
    lines = [GOOD.format(i) for i in range(10_000)]
    lines[8899] = CUT
    return "\n".join(lines).encode() + b"\n"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cut_line_costs_that_line_only(log, workers):
    table = COMBINED.parse(log, workers=workers)
    assert len(table) == 10_000
    assert np.flatnonzero(~table.ok).tolist() == [8899]
    assert dict(table.errors)["row"].tolist() == [8899]
    assert table.errors["position"].tolist() == [len(CUT)]
    assert table.errors["field"].tolist() == ["http_user_agent"]
    assert table["request"][9999] == "GET /a9999 HTTP/1.1"
    assert table["request"][8899] == "GET /b HTTP/1.1"
    assert table["http_user_agent"][8899] is None
    assert table["status"][[0, 8899]].tolist() == [200, 404]
    assert table["time_local"][8899] == np.datetime64("2000-10-10T20:55:37")
    assert table["time_local_offset"][0] == -420


def test_errors_null_drop_raise(log):
    null = COMBINED.parse(log, errors="null")
    assert null["request"][8899] is None
    assert np.isnan(null["status"][8899])
    assert null["request"][9999] == "GET /a9999 HTTP/1.1"
    dropped = COMBINED.parse(log, errors="drop")
    assert len(dropped) == len(dropped.ok) == 9_999
    assert dropped.ok.all()
    assert dropped.errors["row"].tolist() == [8899]
    assert dropped["request"][8899] == "GET /a8900 HTTP/1.1"
    with pytest.raises(ValueError, match=r"row 8899, position 90, field 'http_user_agent': no '\"' up to the end"):
        COMBINED.parse(log, errors="raise")
    assert COMBINED.parse(GOOD, errors="raise").ok.all()
    with pytest.raises(ValueError, match="errors is one of 'keep', 'null', 'drop', 'raise', got 'ignore'"):
        COMBINED.parse(log, errors="ignore")


LINES = [*(GOOD.format(i) for i in range(3)), CUT, "", "x"]


def plain(table):
    return [[value if value == value else None for value in column.tolist()] for column in table.values()]


@pytest.fixture(scope="module")
def expected():
    return plain(COMBINED.parse(LINES))


def written(folder, content):
    path = folder / "access.log"
    path.write_bytes(content)
    return path


def zstandard(content):
    return pytest.importorskip("zstandard").ZstdCompressor().compress(content)


LF, CRLF = "\n".join([*LINES, ""]).encode(), "\r\n".join([*LINES, ""]).encode()
SOURCES = {
    "list": lambda folder: LINES,
    "object": lambda folder: np.array(LINES, object),
    "U": lambda folder: np.array(LINES),
    "S": lambda folder: np.array([line.encode() for line in LINES]),
    "StringDType": lambda folder: np.array(LINES, np.dtypes.StringDType()),
    "strided": lambda folder: np.array([line for line in LINES for _ in range(2)], object)[::2],
    "Arrow": lambda folder: pa.array(LINES),
    "Arrow views": lambda folder: pa.array(LINES, pa.string_view()),
    "Arrow chunks": lambda folder: pa.chunked_array([LINES[:2], LINES[2:]]),
    "Polars": lambda folder: pl.Series(LINES),
    "categories": lambda folder: pl.Series(LINES, dtype=pl.Categorical),
    "bytes": lambda folder: LF,
    "CRLF": lambda folder: CRLF,
    "no end": lambda folder: LF[:-1],
    "memoryview": lambda folder: memoryview(LF),
    "bytearray": lambda folder: bytearray(LF),
    "path": lambda folder: written(folder, LF),
    "gzip": lambda folder: written(folder, gzip.compress(LF)),
    "zstd": lambda folder: written(folder, zstandard(LF)),
    "file": lambda folder: io.BytesIO(LF),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_every_source_gives_the_same(kind, tmp_path, expected):
    table = COMBINED.parse(SOURCES[kind](tmp_path))
    assert plain(table) == expected
    assert table.ok.tolist() == [True, True, True, False, False, False]


def test_a_mapped_file_and_pandas(tmp_path, expected):
    pd = pytest.importorskip("pandas")
    with open(written(tmp_path, LF), "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        table = COMBINED.parse(memory)
        assert plain(table) == expected
        del table
    assert plain(COMBINED.parse(pd.Series(LINES).array)) == expected


def test_no_lines():
    for source in ([], b"", np.array([], object), pl.Series([], dtype=pl.String)):
        table = COMBINED.parse(source)
        assert len(table) == len(table.errors) == 0
        assert pl.DataFrame(table).columns == [*COMBINED.columns]


def test_a_missing_line_has_missing_values_and_is_no_error():
    table = COMBINED.parse([None, GOOD], errors="raise")
    assert table.ok.tolist() == [True, True]
    assert table["request"].tolist() == [None, "GET /a{} HTTP/1.1"]
    assert np.isnat(table["time_local"]).tolist() == [True, False]


def test_texts_are_views_into_the_source(log):
    frame = pl.DataFrame(COMBINED.parse(log))
    assert frame["http_user_agent"].n_unique() == 2
    column = pa.table(COMBINED.parse(log))["http_user_agent"].chunk(0)
    assert column.type == pa.string_view()
    assert column.buffers()[2].size >= len(log)
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.register("made", COMBINED.parse(log))
        counted = connection.sql("select count(*), sum(status) from made").fetchall()
    assert counted == [(10_000, 200 * 9_999 + 404)]


def test_frames_outlive_table_and_source(tmp_path):
    frame = pl.DataFrame(COMBINED.parse(written(tmp_path, LF)))
    (tmp_path / "access.log").unlink()
    assert frame["request"][0] == "GET /a0 HTTP/1.1"


def test_batches(tmp_path, log):
    path = written(tmp_path, log)
    batches = list(COMBINED.iter_batches(path, rows=3_000))
    assert [len(batch) for batch in batches] == [3_000, 3_000, 3_000, 1_000]
    assert [row for batch in batches for row in batch.errors["row"]] == [8899]
    joined = pl.concat([batch.to_polars() for batch in batches])
    assert joined.equals(COMBINED.parse(path).to_polars())
    with pytest.raises(ValueError, match="rows must be at least 1"):
        next(COMBINED.iter_batches(path, rows=0))


def test_one_thread_and_two_give_the_same():
    lines = [f"{'é' * (i % 50)} \\x{i % 256:02x}{'-' * (i % 40)} {i}" for i in range(20_000)]
    lines[77] = "broken"
    pattern = Pattern.dissect("%{a} %{b} %{c}", types={"c": "int"})
    first = pattern.parse(lines, workers=1, unescape=True)
    second = pattern.parse(lines, workers=2, unescape=True)
    assert first.to_polars().equals(second.to_polars())
    assert first.to_polars()["b"][65 + 256] == "A" + "-" * ((65 + 256) % 40)


def test_the_first_pattern_that_fits():
    either = Pattern.any([Pattern.dissect("a=%{a} %{n}", types={"n": "int"}), Pattern.dissect("b=%{b}")])
    table = either.parse(["b=1", "a=2 x", "a=3 4", "?"])
    assert table.columns == ("a", "n", "b", "pattern_index")
    assert pa.table(table).to_pydict() == {
        "a": [None, "2", "3", None],
        "n": [None, None, 4, None],
        "b": ["1", None, None, None],
        "pattern_index": [1, None, 0, None],
    }
    assert table.errors["field"].tolist() == ["n", "a"]
    assert Pattern.any([COMBINED]).parse(GOOD)["pattern_index"].tolist() == [0]
    with pytest.raises(ValueError, match="column 'a' is text in one pattern and int in another"):
        Pattern.any([Pattern.dissect("%{a}"), Pattern.dissect("%{a}", types={"a": "int"})])
    with pytest.raises(ValueError, match="one pattern at least"):
        Pattern.any([])
    with pytest.raises(TypeError, match="sequence of patterns"):
        Pattern.any(COMBINED)


def test_patterns_pickle_compare_and_do_not_change():
    for pattern in (COMBINED, COMMON, VHOST_COMBINED, Pattern.any([COMBINED, COMMON])):
        other = pickle.loads(pickle.dumps(pattern))
        assert other == pattern
        assert hash(other) == hash(pattern)
        assert repr(other) == repr(pattern)
        assert other.parse(GOOD).to_polars().equals(pattern.parse(GOOD).to_polars())
    assert copy.deepcopy(COMBINED) == COMBINED != COMMON
    with pytest.raises(AttributeError, match="does not change"):
        COMBINED.name = "x"
    with pytest.raises(TypeError, match="is made by"):
        Pattern()
    assert Pattern.apache(COMBINED) is COMBINED


def test_a_polars_expression():
    frame = pl.DataFrame({"line": [GOOD.format(1), None, CUT]})
    expression = COMBINED.expr(pl.col("line")).struct.unnest()
    for got in (frame.select(expression), frame.lazy().select(expression).collect()):
        assert got["status"].to_list() == [200, None, 404]
        assert got.columns == [*COMBINED.columns]


def test_explain_names_columns_and_steps():
    told = COMBINED.explain()
    assert "remote_addr: text" in told
    assert "time_local: timestamp:common" in told
    assert "seek" in told


UNESCAPED = [
    (r"a\x22b\\c", 'a"b\\c'),
    (r"\xd0\xb6 \u00e9 \ud83d\ude00", "ж é 😀"),
    (r"\ud83d x \n\t\q", "\N{REPLACEMENT CHARACTER} x \n\tq"),
    (r"\x4 \xzz \u12", "x4 xzz u12"),
    ("plain", "plain"),
    ("\\", "\\"),
    (r"\xff", "\N{REPLACEMENT CHARACTER}"),
]


@pytest.mark.parametrize(("text", "meant"), UNESCAPED)
def test_escapes_are_undone_when_asked_for(text, meant):
    pattern = Pattern.dissect("<%{text}>")
    assert pattern.parse(f"<{text}>")["text"].tolist() == [text]
    assert pattern.parse(f"<{text}>", unescape=True)["text"].tolist() == [meant]


def test_bytes_that_are_no_utf8():
    pattern = Pattern.dissect("%{text}|%{n}", types={"n": "int"})
    lines = [b"a\xffb\xe2\x82|1", b"\xed\xa0\x80|2", "é".encode() * 20 + b"|3", b"\xf0\x9f\x98|4"]
    source = b"\n".join(lines)
    texts = [line.split(b"|")[0] for line in lines]
    assert pattern.parse(source)["text"].tolist() == [text.decode(errors="replace") for text in texts]
    assert pattern.parse(source, invalid_utf8="bytes")["text"].tolist() == texts
    assert pa.table(pattern.parse(source, invalid_utf8="bytes"))["text"].type == pa.binary_view()
    strict = pattern.parse(source, invalid_utf8="error")
    assert strict.ok.tolist() == [False, False, True, False]
    assert strict.errors["position"].tolist() == [1, 0, 0]
    assert strict.errors["reason"].tolist() == ["no valid UTF-8"] * 3
    assert strict["n"].tolist() == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="invalid_utf8 is one of"):
        pattern.parse(source, invalid_utf8="ignore")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_repaired_as_python_does(lines):
    lines = [line.replace(b"\n", b"").replace(b"\r", b"") + b"." for line in lines]
    table = Pattern.regex("(?P<x>.*)").parse(b"\n".join(lines))
    assert table["x"].tolist() == [line.decode(errors="replace") for line in lines]
    assert pa.table(table)["x"].to_pylist() == table["x"].tolist()


TYPES = [
    ("int", ["1", "-7", "+8", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.0", "", "-"]),
    ("float", ["1.5", "-2e3", ".5", "1e400", "5e-400", "inf", "nan", "12345678901234567890.125", "x", "1_0", "-", ""]),
    ("ip", ["10.0.0.1", "::1", "fe80::1%eth0", "256.1.1.1", "1:2", "::ffff:1.2.3.4", "01.2.3.4", "1::2::3"]),
    ("duration", ["1.5", "1h2m3.5s", "-3ms", "2d", "7ns", "1x", "µs", "4µs"]),
    (
        "timestamp[us]",
        [
            "2000-10-10T13:55:36.123456Z",
            "2000-10-10 13:55",
            "10/Oct/2000:13:55:36 -0700",
            "971186136",
            "971186136123",
            "2000-02-30T00:00:00Z",
            "yesterday",
        ],
    ),
    ("timestamp[us]:epoch", ["0", "1.5", "-1.25", "99999999999999999999"]),
    ("timestamp[us]:%d/%b/%Y %H:%M:%S %z", ["10/Oct/2000 13:55:36 +0130", "31/Feb/2000 00:00:00 +0000"]),
    ("timestamp[us]:%y%j %I:%M %p", ["00366 01:05 PM", "99001 12:00 AM"]),
    ("timestamp[us]:syslog:2024", ["Feb 29 01:02:03", "Feb  9 01:02:03", "Foo 29 01:02:03"]),
]


@pytest.mark.parametrize(("kind", "texts"), TYPES, ids=[kind for kind, _ in TYPES])
def test_types_are_read_as_the_twin_reads_them(kind, texts):
    layout = dissect.layout("<%{x}>", types={"x": kind})
    for text in texts:
        log_judge.parse(layout, f"<{text}>".encode())


@pytest.mark.parametrize("kind", ["int", "float", "ip", "duration", "timestamp[us]", "timestamp[us]:epoch_ms"])
@settings(max_examples=150, deadline=None)
@given(text=st.text("0123456789+-.:eTZ /infahms", max_size=26))
def test_made_up_values(kind, text):
    log_judge.parse(dissect.layout("<%{x}>", types={"x": kind}), f"<{text}>".encode())


LONG = 5_000_000


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (COMBINED, b'"' * LONG),
        (COMBINED, b"a" * LONG),
        (COMBINED, b" - [" * (LONG // 4)),
        (Pattern.regex(r"(?P<a>[a-z]+)1(?P<b>x)"), b"a" * LONG),
        (Pattern.regex(r"(?P<a>.*?)x(?P<b>.*?)y(?P<c>.*?)z"), b"xy" * (LONG // 2)),
        (Pattern.regex(r"(?:(?P<a>a+)+)+b"), b"a" * (LONG // 50)),
        (Pattern.regex(r"(?P<a>(?:a|a)*)b"), b"a" * (LONG // 10)),
        (Pattern.grok("%{QUOTEDSTRING:a} %{INT:b}x"), rb"\"" * (LONG // 20)),
        (Pattern.grok("%{COMBINEDAPACHELOG}"), b"0.0.0.0 - - " * (LONG // 100)),
        (Pattern.dissect("%{a->} %{b}x%{c}y"), b" " * LONG),
    ],
    ids=range(10),
)
def test_long_lines_that_do_not_fit_take_linear_time(pattern, line):
    table = pattern.parse(line + b"\n" + b"short", workers=1)
    assert len(table) == 2
    assert table.ok.tolist() == [False, False]


def test_a_line_of_100_mb_and_nuls():
    line = b"x" * 100_000_000
    table = Pattern.dissect("%{a} %{b}").parse(line + b"\n\0 \0\n" + line + b" y")
    assert table.ok.tolist() == [False, True, True]
    assert table["a"][1] == "\0"
    assert len(table["a"][2]) == 100_000_000


def test_programs_from_anywhere_are_refused_or_run():
    layout = Pattern.regex(r"(?P<a>(?>x+y|x)+) (?P<b>[0-9]{2,3})?$")._layouts[0]
    code = compiled(layout, {"a": 0, "b": 1}).code
    random = np.random.default_rng(7)
    ran = 0
    for _ in range(3000):
        broken = bytearray(code)
        for at in random.integers(len(code), size=random.integers(1, 4)):
            broken[at] = random.integers(256)
        with contextlib.suppress(ValueError):
            _parsing.Programs([bytes(broken)])
            ran += 1
    assert 0 < ran < 3000
    for end in range(len(code)):
        with pytest.raises(ValueError, match="not a program"):
            _parsing.Programs([code[:end]])


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        (range(256), "any byte"),
        ([0, 1, 2, 255], r"one of \x00-\x02\xff"),
        ([*range(1, 255)], r"any byte but \x00\xff"),
        (b"abdxyz", "one of abdx-z"),
    ],
)
def test_sets_of_bytes_in_words(allowed, words):
    assert members(bytes(allowed)) == words
