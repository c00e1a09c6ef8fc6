"""nginx's log_format: lines as nginx writes them give back what was logged."""

import log_judge
import log_twin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs import elements
from pyudf.logs.formats import nginx

MOMENT = (971211336000000, -420)
LINE = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://w.example/" "Mozilla (x)"'


def parsed(log_format, line, **options):
    return log_judge.parse(nginx.layout(log_format, **options), line.encode())


def test_the_combined_format():
    assert parsed(nginx.COMBINED, LINE) == {
        "remote_addr": "127.0.0.1",
        "remote_user": "frank",
        "time_local": MOMENT,
        "request": "GET /a.gif HTTP/1.0",
        "status": 200,
        "body_bytes_sent": 2326,
        "http_referer": "http://w.example/",
        "http_user_agent": "Mozilla (x)",
    }


def test_a_dash_is_no_value():
    line = '::1 - - [10/Oct/2000:13:55:36 -0700] "-" 400 0 "-" "-"'
    row = parsed(nginx.COMBINED, line)
    assert [name for name, value in row.items() if value is None] == [
        "remote_user",
        "request",
        "http_referer",
        "http_user_agent",
    ]


@pytest.mark.parametrize("end", range(len(LINE)))
def test_a_line_that_is_cut_does_not_fit(end):
    assert parsed(nginx.COMBINED, LINE[:end]) is None


FORMATS = {
    "names in braces": ("${host}_x ${status}s", "example.org_x 200s", {"host": "example.org", "status": 200}),
    "users with blanks": (
        "$remote_addr - $remote_user [$time_iso8601] $status",
        "10.0.0.1 - John Q. Doe [x] [2000-10-10T13:55:36-07:00] 404",
        {"remote_addr": "10.0.0.1", "remote_user": "John Q. Doe [x]", "time_iso8601": MOMENT, "status": 404},
    ),
    "times of blanks": ("$time_local $status", "10/Oct/2000:13:55:36 -0700 200", {"time_local": MOMENT, "status": 200}),
    "seconds": (
        "$msec $request_time $upstream_response_time -",
        "971211336.000 0.250 0.1, 0.2 : 0.3 -",
        {"msec": (971211336000000, None), "request_time": 0.25, "upstream_response_time": "0.1, 0.2 : 0.3"},
    ),
    "headers without quotes": (
        "$http_user_agent $status $host",
        "Mozilla x5 (X11; x) 200 example.org",
        {"http_user_agent": "Mozilla x5 (X11; x)", "status": 200, "host": "example.org"},
    ),
    "ports behind colons": (
        "$remote_addr:$remote_port $server_port",
        "fe80::1:8080 443",
        {"remote_addr": "fe80::1", "remote_port": 8080, "server_port": 443},
    ),
    "a url": (
        '"$scheme://$host$request_uri" $uri$is_args$args',
        '"https://a.org/x?y=1" /x?y=1',
        {"scheme": "https", "host": "a.org", "request_uri": "/x?y=1", "uri": "/x", "is_args": "?", "args": "y=1"},
    ),
    "a url without arguments": (
        "$uri$is_args$args $status",
        "/x 200",
        {"uri": "/x", "is_args": "", "args": "", "status": 200},
    ),
    "tabs": (
        "$request_uri\t$http_x\t$gzip_ratio",
        "/a,b\tone two\t-",
        {"request_uri": "/a,b", "http_x": "one two", "gzip_ratio": None},
    ),
    "ranges": ("$status-$body_bytes_sent-$pid", "200-17-3", {"status": 200, "body_bytes_sent": 17, "pid": 3}),
    "twice": ("$status $status", "200 404", {"status": 200, "status_2": 404}),
    "text around": ("<$host>;", "<a.org>;", {"host": "a.org"}),
}


@pytest.mark.parametrize("case", FORMATS)
def test_formats(case):
    log_format, line, expected = FORMATS[case]
    assert parsed(log_format, line) == expected


def test_json_is_unquoted_by_its_escapes():
    log_format = """log_format  main escape=json '{"status":$status,'
        '"agent":"$http_user_agent", "user":"$remote_user"}';"""
    layout = nginx.layout(log_format)
    assert layout.escape == "json"
    assert log_judge.parse(layout, rb'{"status":200,"agent":"a \"b\", \\","user":""}') is None
    assert log_judge.parse(layout, rb'{"status":200,"agent":"a \"b\", \\", "user":""}') == {
        "status": 200,
        "http_user_agent": r"a \"b\", \\",
        "remote_user": None,
    }


def test_a_directive_is_read_as_nginx_reads_it():
    layout = nginx.layout("log_format x '$status \\'$host\\' '\n  \"\\\"$request\\\" \\t\" $pid;")
    assert layout.escape == "nginx"
    assert log_judge.parse(layout, b"200 'a.org' \"GET\" \t7") == {
        "status": 200,
        "host": "a.org",
        "request": "GET",
        "pid": 7,
    }
    with pytest.raises(ValueError, match="position 17: a string is not closed"):
        nginx.layout("log_format x '$a'\"$b;")


def test_raw_values_end_where_the_rest_fits():
    row = parsed('"$http_referer" $status', '"a "b" c" 200', escape="none")
    assert row == {"http_referer": 'a "b" c', "status": 200}


def test_values_that_cannot_hold_what_ends_them_are_spans():
    layout = nginx.layout(nginx.COMBINED)
    bodies = [element.body[0] for element in layout.elements if isinstance(element, elements.Capture)]
    assert [type(body).__name__ for body in bodies] == ["Span", "Until", "Native", *["Span"] * 5]
    assert (layout.at_start, layout.at_end, layout.escape) == (True, True, "nginx")


def test_what_is_refused():
    with pytest.raises(ValueError, match="nothing stands between status and host"):
        nginx.layout("$status$host")
    with pytest.raises(ValueError, match="position 8: a variable is written as"):
        nginx.layout("$status $ x")
    with pytest.raises(ValueError, match="no escape 'xml'"):
        nginx.layout("$status", escape="xml")
    with pytest.raises(ValueError, match="has no value"):
        nginx.layout("words")
    with pytest.raises(ValueError, match="did you mean 'status'"):
        nginx.layout("$status", types={"statu": "int"})
    with pytest.raises(TypeError, match="is a str"):
        nginx.layout(b"$status")


def escaped(text):
    """As nginx writes a value by default: ngx_http_log_escape."""
    return "".join(
        f"\\x{byte:02X}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte) for byte in text.encode()
    )


@given(st.text(min_size=1), st.text(min_size=1), st.integers(0, 2**40))
def test_what_nginx_writes_is_read(request, agent, size):
    """Whatever clients send, its escaped form comes back."""
    line = f'"{escaped(request)}" {size} "{escaped(agent)}" {escaped(agent)}'
    row = parsed('"$request" $body_bytes_sent "$http_user_agent" $http_x', line)
    request, agent = (None if text == "-" else escaped(text) for text in (request, agent))
    assert row == {"request": request, "body_bytes_sent": size, "http_user_agent": agent, "http_x": agent}


sent = st.text(min_size=1).map(escaped)
# Variable -> what nginx may write for it.
WRITTEN = {
    "$remote_addr": st.ip_addresses().map(str),
    "$status": st.integers(100, 599).map(str),
    "$body_bytes_sent": st.integers(0, 2**50).map(str),
    "$request_time": st.integers(0, 10**6).map(lambda number: f"{number / 1000:.3f}"),
    "$msec": st.integers(0, 2 * 10**12).map(lambda number: f"{number // 1000}.{number % 1000:03}"),
    "$time_local": st.just("10/Oct/2000:13:55:36 -0700"),
    "$time_iso8601": st.just("2000-10-10T13:55:36-07:00"),
    "$host": st.sampled_from(["a.org", "b-c.example"]),
    "$pipe": st.sampled_from([".", "p"]),
    "$gzip_ratio": st.sampled_from(["-", "3.71"]),
    '"$request"': sent.map('"{}"'.format),
    '"$http_x"': sent.map('"{}"'.format),
    '"$upstream_response_time"': st.sampled_from(['"0.1, 0.2 : 0.3"', '"-"']),
}
delimiters = st.sampled_from([" ", "\t", "|", " - ", "; ", " [", "] ", ","])


@given(st.lists(st.sampled_from(sorted(WRITTEN)), min_size=1, max_size=8, unique=True), st.data())
def test_made_up_formats_give_back_what_was_written(variables, data):
    between = [data.draw(delimiters) for _ in variables]
    written = [data.draw(WRITTEN[variable]) for variable in variables]
    log_format = "".join(map("{}{}".format, variables, between))
    line = "".join(map("{}{}".format, written, between))
    expected = {}
    for variable, value in zip(variables, written, strict=True):
        name = variable.strip('"$')
        kind = nginx.TYPES.get(name, "text")
        bare = value.strip('"') if variable.startswith('"') else value
        expected[name] = None if bare == "-" else log_twin.converted(bare.encode(), kind)
    assert parsed(log_format, line) == expected
    assert parsed(log_format, line[: -len(between[-1])]) is None
