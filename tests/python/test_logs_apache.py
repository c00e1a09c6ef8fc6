"""Apache's LogFormat: every directive, and lines as mod_log_config writes them."""

import log_judge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs.formats import apache

MOMENT = (971211336000000, -420)
LINE = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 - "http://w.example/" "Mozilla (x)"'
ROW = {
    "remote_addr": "127.0.0.1",
    "remote_logname": None,
    "remote_user": "frank",
    "time_local": MOMENT,
    "request": "GET /a.gif HTTP/1.0",
    "status": 200,
    "body_bytes_sent": None,
    "http_referer": "http://w.example/",
    "http_user_agent": "Mozilla (x)",
}


def parsed(log_format, line, **options):
    return log_judge.parse(apache.layout(log_format, **options), line.encode())


def test_the_formats_that_everyone_has():
    assert parsed(apache.COMBINED, LINE) == ROW
    common = {name: value for name, value in ROW.items() if not name.startswith("http_")}
    assert parsed(apache.COMMON, LINE[: LINE.index(' "http')]) == common
    assert parsed(apache.VHOST_COMBINED, "a.org:443 " + LINE) == {"server_name": "a.org", "server_port": 443, **ROW}


@pytest.mark.parametrize("end", range(len(LINE)))
def test_a_line_that_is_cut_does_not_fit(end):
    assert parsed(apache.COMBINED, LINE[:end]) is None


def test_quotes_in_values():
    line = LINE.replace("(x)", r"\"x\" \\").replace("frank", "John Doe [7]")
    assert parsed(apache.COMBINED, line) == {
        **ROW,
        "remote_user": "John Doe [7]",
        "http_user_agent": r"Mozilla \"x\" \\",
    }
    assert apache.layout(apache.COMBINED).escape == "apache"


DIRECTIVES = [
    (
        "%a %{c}a %A",
        "10.0.0.1 ::1 127.0.0.1",
        {"remote_addr": "10.0.0.1", "peer_addr": "::1", "server_addr": "127.0.0.1"},
    ),
    (
        "%B %b %O %I %S",
        "1 - 3 4 7",
        {"body_bytes_sent": 1, "body_bytes_sent_2": None, "bytes_sent": 3, "request_length": 4, "bytes_total": 7},
    ),
    (
        "%D %T %{ms}T %{us}T %{s}T",
        "1 2 3 4 5",
        {
            "request_time_us": 1,
            "request_time": 2.0,
            "request_time_ms": 3,
            "request_time_us_2": 4,
            "request_time_2": 5.0,
        },
    ),
    (
        '"%f" %H %k %L %m',
        '"/srv/a b" HTTP/1.1 3 Zx@1 GET',
        {
            "request_filename": "/srv/a b",
            "server_protocol": "HTTP/1.1",
            "connection_requests": 3,
            "error_log_id": "Zx@1",
            "request_method": "GET",
        },
    ),
    (
        "%p %{local}p %{remote}p %{canonical}p",
        "1 2 3 4",
        {"server_port": 1, "local_port": 2, "remote_port": 3, "server_port_2": 4},
    ),
    ("%P %{tid}P %{hextid}P", "1 2 ff", {"pid": 1, "thread_id": 2, "thread_id_2": "ff"}),
    ("%U%q %R", "/a?b=c d", {"uri": "/a", "query_string": "?b=c", "handler": "d"}),
    ("%m %U%q", "GET /a", {"request_method": "GET", "uri": "/a", "query_string": ""}),
    (
        "%U %q %R %X",
        "/a ?b=c proxy-server +",
        {"uri": "/a", "query_string": "?b=c", "handler": "proxy-server", "connection_status": "+"},
    ),
    ("%v %V %l", "a b -", {"server_name": "a", "host": "b", "remote_logname": None}),
    (
        '"%{X-Forwarded-For}i" %{Content-Length}o',
        '"1.2.3.4, 5.6.7.8" 17',
        {"http_x_forwarded_for": "1.2.3.4, 5.6.7.8", "sent_http_content_length": "17"},
    ),
    ("%{sid}C|%{UNIQUE_ID}e|%{a b}n", "x|y|z z", {"cookie_sid": "x", "env_unique_id": "y", "note_a_b": "z z"}),
    ("%{Etag}^ti %^FB %{x}^to", "a 2 b", {"trailer_etag": "a", "first_byte_time_us": 2, "sent_trailer_x": "b"}),
    (
        "%400,501{User-agent}i %!200,304s %<s %>s %%",
        "x y 200 301 302 %",
        {"http_user_agent": "x y", "status": 200, "status_2": 301, "status_3": 302},
    ),
    ("%>{Host}i %{Host}>i", "a b", {"http_host": "a", "http_host_2": "b"}),
    ("%u %X", "Joe Doe +", {"remote_user": "Joe Doe", "connection_status": "+"}),
    ("%t", "[10/Oct/2000:13:55:36 -0700]", {"time_local": MOMENT}),
    ("%{%Y-%m-%dT%H:%M:%S%z}t %s", "2000-10-10T13:55:36-0700 200", {"time": MOMENT, "status": 200}),
    ("[%{%d/%b/%Y %H:%M:%S}t] %s", "[10/Oct/2000 13:55:36] 200", {"time": (971186136000000, None), "status": 200}),
    (
        "%{begin:sec}t %{end:msec}t %{usec}t %{msec_frac}t",
        "5 6 7 8",
        {"time": (5000000, None), "time_2": (6000, None), "time_us": 7, "time_msec_frac": 8},
    ),
    ("%{%c}t|%s", "Tue Oct 10|200", {"time": "Tue Oct 10", "status": 200}),
    (
        'LogFormat "%h \\"%r\\"\\t%s \\\\" mine',
        '::1 "GET /"\t200 \\',
        {"remote_addr": "::1", "request": "GET /", "status": 200},
    ),
]


@pytest.mark.parametrize(("log_format", "line", "expected"), DIRECTIVES, ids=[one[0] for one in DIRECTIVES])
def test_directives(log_format, line, expected):
    assert parsed(log_format, line) == expected


def test_what_is_refused():
    for wrong in ("%h %z", "%h %{x}h", "%h %", "%h %{x"):
        with pytest.raises(ValueError, match="position 3: no directive"):
            apache.layout(wrong)
    with pytest.raises(ValueError, match="nothing stands between status and remote_addr"):
        apache.layout("%s%h")
    with pytest.raises(ValueError, match="did you mean 'status'"):
        apache.layout("%s", types={"statu": "int"})
    with pytest.raises(TypeError, match="a LogFormat is a str"):
        apache.layout(b"%h")


def escaped(text):
    """As Apache writes a value: ap_escape_logitem."""
    short = {8: "\\b", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v", 92: "\\\\", 34: '\\"'}
    return "".join(short.get(byte, chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in text.encode())


@given(st.text(), st.text(), st.text(min_size=1))
def test_what_apache_writes_is_read(request, agent, user):
    request, agent, user = escaped(request), escaped(agent), escaped(user)
    line = f'::1 - {user} [10/Oct/2000:13:55:36 -0700] "{request}" 200 17 "-" "{agent}"'
    row = parsed(apache.COMBINED, line)
    named = {"remote_user": user, "request": request, "http_user_agent": agent}
    assert {name: row[name] for name in named} == {k: None if v == "-" else v for k, v in named.items()}


# Directive -> values that Apache may write for it.
WRITTEN = {
    "%v": ["a.org", "host-1"],
    "%p": ["443"],
    "%h": ["::1", "10.0.0.1", "client.example.org"],
    "%l": ["-"],
    "%u": ["-", "joe"],
    "%t": ["[10/Oct/2000:13:55:36 -0700]"],
    '"%r"': ['"GET / HTTP/1.1"', '"-"', r'"GET /\"x\" HTTP/1.1"', '""'],
    "%>s": ["200", "404"],
    "%O": ["17", "0"],
    "%b": ["-", "2326"],
    '"%{Referer}i"': ['"-"', '"http://a.org/?q=[x]"'],
    '"%{User-Agent}i"': ['"Mozilla/5.0 (X11; x) 1"', r'"\\"'],
    "%D": ["1500"],
    "%{ms}T": ["2"],
    "%X": ["+", "X", "-"],
    "%m": ["GET", "-"],
    "%{sid}C": ["abc", "-"],
}


@given(st.lists(st.sampled_from(sorted(WRITTEN)), min_size=1, max_size=8, unique=True), st.data())
def test_lines_are_read_as_by_apachelogs(directives, data):
    apachelogs = pytest.importorskip("apachelogs")
    log_format = " ".join(directives)
    line = " ".join(data.draw(st.sampled_from(WRITTEN[directive])) for directive in directives)
    row = parsed(log_format, line)
    other = apachelogs.LogParser(log_format).parse(line).directives
    for ours, (directive, theirs) in zip(row.values(), other.items(), strict=True):
        if directive == "%t":
            assert ours[0] == theirs.timestamp() * 1e6
        elif isinstance(ours, str):
            assert ours.replace('\\"', '"').replace("\\\\", "\\") == theirs
        else:
            assert ours == theirs
