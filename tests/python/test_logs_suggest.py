"""Samples of lines are recognised, and what is suggested reads them."""

import re

import log_judge
import pytest

from pyudf.logs.formats import dissect
from pyudf.logs.formats.suggest import suggest


def fits(layout, lines):
    return sum(log_judge.parse(layout, line) is not None for line in lines)


COMMON = '10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 -'
COMBINED = COMMON + ' "-" "curl/8"'
SAMPLES = {
    "pyudf.logs.Pattern.apache(pyudf.logs.COMMON)": [COMMON],
    "pyudf.logs.Pattern.apache(pyudf.logs.COMBINED)": [COMBINED, "", COMBINED],
    "pyudf.logs.Pattern.apache(pyudf.logs.VHOST_COMBINED)": ["a.org:80 " + COMBINED],
    "pyudf.logs.cef(source)": ["CEF:0|a|b|1|2|c|3|src=1.2.3.4", "Oct 11 22:14:15 host CEF:0|a|b|1|2|c|3|x=y"],
    "pyudf.logs.syslog(source, rfc='5424')": ["<34>1 2003-10-11T22:14:15.003Z h su - ID47 - text"],
    "pyudf.logs.syslog(source, rfc='3164')": ["<34>Oct 11 22:14:15 h su: text", "Feb 29 22:14:15 h su[7]: text"],
    "pyudf.logs.glog(source)": ["I1011 22:14:15.003000 12345 server.cc:42] text"],
    "pyudf.logs.alb(source)": [
        "http 2018-07-02T22:23:00.186641Z app/x 10.0.0.1:2817 - 0.0 0.001 0.0 200 200 34 366"
        ' "GET http://a.org:80/ HTTP/1.1" "curl" - - arn:aws:x "Root=1"'
    ],
    "pyudf.logs.vpc_flow(source)": ["2 1 eni-1 10.0.0.1 10.0.0.2 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"],
    "pyudf.logs.w3c(source)": ["#Version: 1.0", "#Fields: date time c-ip", "2003-10-11 22:14:15 ::1"],
    "polars.read_ndjson(source)": ['{"a": 1}', '{"b": {"c": "d"}}'],
    "pyudf.logs.logfmt(source)": ['level=info msg="all is well" took=1.5ms', "at=x b= ok"],
}


@pytest.mark.parametrize("expected", SAMPLES)
def test_known_formats(expected):
    lines = [line.encode() for line in SAMPLES[expected]]
    assert suggest(lines, fits) == expected


APPLICATIONS = {
    "%{time} %{+time} %{level->} [%{thread}] %{logger->} - %{message}": [
        "2024-01-02 03:04:05,678 INFO  [main] org.example.Main - started",
        "2024-01-02 03:04:06,001 WARN  [pool-1] a.B - x - y",
    ],
    "%{time} [%{level}] %{logger}: %{message}": [
        "2024-01-02T03:04:05.678Z [warning] app.http: slow",
        "2024-01-02T03:04:05.678+01:00 [info] app: up",
    ],
    "%{time} %{level->} %{pid->} --- [%{thread}] %{logger->} : %{message}": [
        "2024-01-02T03:04:05.678Z  INFO 17 --- [           main] o.e.Main                 : Started in 1.2 s",
        "2024-01-02T03:04:05.678Z ERROR 17 --- [http-nio-exec-1] o.e.web.Api              : failed",
    ],
    "[%{time} %{+time}] %{level}: %{message}": ["[2024-01-02 03:04:05] ERROR: x", "[2024-01-02 03:04:05] INFO: y"],
    "%{time} %{+time} [%{level}] %{message}": ["2024/01/02 03:04:05 [error] 7#7: *1 open() failed"] * 2,
    "%{time} %{message}": ["1700000000.123 some text", "1700000001.5 other: text"],
}


@pytest.mark.parametrize("pattern", APPLICATIONS)
def test_lines_of_applications_become_dissect_patterns(pattern):
    lines = [line.encode() for line in APPLICATIONS[pattern]]
    expression = suggest(lines, fits)
    assert expression.startswith(f"pyudf.logs.Pattern.dissect({pattern!r}, types={{'time': 'timestamp[us]")
    kind = re.search(r"'time': '([^']+)'", expression)[1]
    separator = " " if "append_separator=' '" in expression else ""
    layout = dissect.layout(pattern, types={"time": kind}, append_separator=separator)
    assert fits(layout, lines) == len(lines)


def test_one_bad_line_in_ten_is_no_matter():
    lines = [COMBINED.encode()] * 9
    assert suggest([*lines, b"cut"], fits) == "pyudf.logs.Pattern.apache(pyudf.logs.COMBINED)"
    with pytest.raises(ValueError, match="no known format fits"):
        suggest([*lines, b"cut", b"cut"], fits)


def test_samples_without_lines():
    for lines in ([], [b"", b"  "]):
        with pytest.raises(ValueError, match="the sample has no line"):
            suggest(lines, fits)


def test_a_time_alone_says_little_about_the_rest():
    lines = [b"2024-01-02T03:04:05Z INFO a", b"2024-01-02T03:04:05Z b c d"]
    assert "%{time} %{message}" in suggest(lines, fits)
