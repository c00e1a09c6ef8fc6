"""Grok finds what pygrok finds, its names mean what they say, and what has no linear time is refused."""

import ipaddress
import warnings

import log_judge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs import elements
from pyudf.logs.formats import grok, grok_patterns

LINES = {
    "%{COMBINEDAPACHELOG}": [
        '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a_b.gif HTTP/1.0" 200 2326 "http://w.example/" "M (x)"',
        '::1 - - [01/Jan/2024:00:00:00 +0000] "-" 408 - "-" "-"',
        'host.example.org - a.b [31/Dec/2024:23:59:60 +0100] "POST /x?y=%20 HTTP/1.1" 503 0 "-" "a \\" b"',
        'host.example.org - - [31/Dec/2024:23:59:60 +0100] "POST /x HTTP/1.1" 503 0 "-" "never closed',
    ],
    "%{COMMONAPACHELOG}": ['10.0.0.9 - - [10/Oct/2000:13:55:36 -0700] "HEAD /" 304 -'],
    "%{SYSLOGBASE} %{GREEDYDATA:message}": [
        "Oct  1 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8",
        "Jan 11 02:14:15 10.0.0.1 kernel: [ 0.1] up",
        "no date",
    ],
    "%{TIMESTAMP_ISO8601:ts} %{LOGLEVEL:level} +%{JAVACLASS:logger} - %{GREEDYDATA:message}": [
        "2024-01-02T03:04:05.678Z INFO  org.example.Main - started",
        "2024-1-2 03:04,5+02:00 WARN a.B - x",
        "2024-13-02T03:04:05Z INFO a.B - x",
    ],
    "%{IPORHOST:client} %{WORD:verb} %{URIPATHPARAM:request} %{NUMBER:bytes} %{NUMBER:duration}": [
        "55.3.244.1 GET /index.html?a=b&c 15824 0.043",
        "fe80::1 PUT /x 1 -1.5",
        "a.b.c PUT /x 1 .5",
    ],
    "%{QS:a} %{UUID:b} %{MAC:c} %{BASE16NUM:d} %{POSINT:e}": [
        "x 'it\\'s' 12345678-9abc-DEF0-1234-56789abcdef0 00:1b:63:84:45:e6 0xff 12",
        '"" 12345678-9abc-DEF0-1234-56789abcdef0 001b.6384.45e6 FF 012',
    ],
    "%{EMAILADDRESS:mail}|%{HOSTPORT:peer}": ["joe@example.org", "example.org:80", "10.1.2.3:65000"],
    "%{PATH:path} %{DATA:x} %{NOTSPACE:y}": ["/var/log/a.log one two", "C:\\a\\b\\c.txt one two"],
    "%{URI:uri}": ["see http://joe:pw@example.org:8080/a/b?c=d now", "ftp://10.0.0.1/"],
    "%{DATESTAMP_RFC2822:a}|%{DATESTAMP_RFC822:b}|%{DATESTAMP:c}|%{DATESTAMP_OTHER:d}": [
        "Mon, 02 Jan 2006 15:04:05 -0700",
        "Mon Jan 02 2006 15:04:05 EST",
        "12/31/2024 10:11:12",
        "31.12.24-10:11:12,5",
        "Tue Nov 2 10:11:12 UTC 2021",
    ],
    "%{HTTPDERROR_DATE:a} %{INT:b} %{NONNEGINT:c}": ["Tue Nov 12 10:11:12.3 2021 -42 007"],
    "%{SYSLOG5424LINE}": [
        "<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - an event",
        '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 12 ID47 [e@1 i="3"][p@1 c="h"] x',
    ],
}


def pygrok(pattern):
    """pygrok's own; its sources and patterns warn when they are compiled."""
    module = pytest.importorskip("pygrok")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return module.Grok(pattern)


@pytest.mark.parametrize("pattern", LINES)
def test_lines_are_parsed_as_pygrok_does(pattern):
    other, layout = pygrok(pattern), grok.layout(pattern)
    fits = 0
    for line in LINES[pattern]:
        expected = other.match(line)
        row = log_judge.parse(layout, line.encode())
        assert (row is None) == (expected is None), line
        fits += row is not None
        if row is not None:
            # pygrok names a field that is in two alternatives once; one of ours that took no part is missing.
            assert {name: value for name, value in row.items() if value} == {k: v for k, v in expected.items() if v}
    assert fits


def field(pattern, line, **options):
    row = log_judge.parse(grok.layout(pattern, **options), line.encode())
    return None if row is None else row["x"]


@given(st.ip_addresses(v=6).map(str))
def test_ipv6_takes_addresses_whole(address):
    assert field("^%{IPV6:x}$", address) == address
    assert field("%{IP:x} -", f"from {address} -") == address


@pytest.mark.parametrize(
    "address", ["::", "::1", "1::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::1.2.3.4", "::1.2.3.4"]
)
def test_ipv6_knows_short_forms(address):
    ipaddress.IPv6Address(address)
    assert field("^%{IPV6:x}$", address) == address


@pytest.mark.parametrize(
    "text", ["1", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "g::1", "::1.2.3", "12345::"]
)
def test_ipv6_takes_nothing_else(text):
    assert field("^%{IPV6:x}$", text) is None


@given(st.ip_addresses(v=4).map(str))
def test_ipv4_takes_addresses(address):
    assert field("%{IP:x}", f"<{address}>") == address
    assert field("^%{IPV4:x}$", address + "0" * 3) is None


def test_every_name_is_known_and_none_is_refused():
    for name in grok_patterns.PATTERNS:
        assert isinstance(grok.layout(f"%{{{name}}}"), elements.Layout)


# As Logstash defines what is said here in a way that goes faster.
USUAL = {
    "WORD": r"\b\w+\b",
    "POSINT": r"\b[1-9][0-9]*\b",
    "NONNEGINT": r"\b[0-9]+\b",
    "HOSTNAME": r"\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*(?:\.?|\b)",
    "BASE10NUM": r"(?<![0-9.+-])(?>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))",
    "IPV4": r"(?<![0-9])(?:(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])\.){3}"
    r"(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])(?![0-9])",
    "QUOTEDSTRING": r"""(?<!\\)(?>"(?>\\.|[^\\"]+)+"|""|'(?>\\.|[^\\']+)+'|''|`(?>\\.|[^\\`]+)+`|``)""",
}


@given(
    st.sampled_from(sorted(USUAL)), st.text("ab1029.-+_ä \"'\\", max_size=12), st.sampled_from(["", "[ab1.]", "$", " "])
)
def test_faster_definitions_take_the_same(name, line, behind):
    pattern = f"%{{{name}:x}}{behind}"
    assert field(pattern, line) == field(pattern, line, patterns={name: USUAL[name]})


def test_levels_are_taken_whole():
    for level in (
        "INFO",
        "info",
        "Warning",
        "WARN",
        "ERR",
        "error",
        "CRITICAL",
        "Fatal",
        "EMERGENCY",
        "trace",
        "DEBUG",
    ):
        assert field("%{LOGLEVEL:x}", f"a {level}: b") == level


def test_fields_have_names_and_types():
    layout = grok.layout(
        "%{INT:[http][status]:int} %{NUMBER:took:float} %{WORD:@who} (?<rest>.*)", types={"rest": "ip"}
    )
    assert [(column.name, column.type) for column in layout.columns] == [
        ("http.status", "int"),
        ("took", "float"),
        ("@who", "text"),
        ("rest", "ip"),
    ]
    assert log_judge.parse(layout, b"200 0.25 me 10.0.0.1") == {
        "http.status": 200,
        "took": 0.25,
        "@who": "me",
        "rest": "10.0.0.1",
    }


def test_patterns_are_added_and_replaced():
    assert field("%{POSTFIX_ID:x}", "id BEF25A72965", patterns={"POSTFIX_ID": "[0-9A-F]{10,11}"}) == "BEF25A72965"
    assert field("%{WORD:x}", "ab-cd", patterns={"WORD": "[a-z-]+"}) == "ab-cd"
    assert field("%{UUID:x}", "a uuid", patterns={"UUID": "uuid"}) == "uuid"
    assert field("%{TWICE:x}", "ab ab", patterns={"TWICE": "%{ONE} %{ONE}", "ONE": "ab"}) == "ab ab"


def test_references_stand_in_regular_expressions():
    assert field("(?i)get %{WORD:x}|put (?:%{INT:x},?)+$", "PUT 1,2,3") == "3"
    assert field("^%{WORD}=(?:%{QS}|%{NUMBER:x})", "a=12.5") == "12.5"
    assert field("%%{WORD:x}", "5%off") == "off"


REFUSED = {
    "%{WROD:x}": "no grok pattern WROD; did you mean WORD",
    "a %{WORD:x": "position 2: a reference is written as",
    "%{INT:x:itn}": "no type 'itn'",
    "%{A}": "grok pattern B: .*the pattern A is defined by itself: A -> B -> A",
    "%{LOOK}": r"grok pattern LOOK: .*position 0: \(\?=x\+y\) looks at more than one character",
    "%{INT:x} %{INT:x}": "'x' is captured twice",
    "%{INT:x:int}|%{INT:x:float}": "'x' is int and float",
}


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_refused(pattern):
    patterns = {"A": "%{B}", "B": "b%{A}", "LOOK": "(?=x+y)x"}
    with pytest.raises(ValueError, match=REFUSED[pattern]):
        grok.layout(pattern, patterns=patterns)


def test_what_is_no_pattern():
    with pytest.raises(TypeError, match="a grok pattern is a str"):
        grok.layout(b"%{WORD}")
    with pytest.raises(ValueError, match="patterns: 'A B'"):
        grok.layout("%{WORD}", patterns={"A B": "x"})
