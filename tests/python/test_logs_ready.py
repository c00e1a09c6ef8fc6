"""The ready formats: syslog by both RFCs, glog, CEF, W3C, load balancers and flow logs."""

import log_judge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs.formats import aws, cef, glog, syslog, w3c


def row(layout, line):
    return log_judge.parse(layout, line if isinstance(line, bytes) else line.encode())


NAMES_5424 = (
    *("priority", "version", "timestamp", "hostname", "app_name", "procid", "msgid", "structured_data", "message"),
)
# Year 2003, October 11, 22:14:15 UTC in µs.
MOMENT = 1065910455000000
LINES_5424 = {
    "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed": (
        *(34, 1, (MOMENT + 3000, 0), "mymachine.example.com", "su", None, "ID47", None, "'su root' failed"),
    ),
    '<165>1 2003-10-11T15:14:15.000003-07:00 10.0.0.1 app 12 - [e@1 i="3" s="a\\"]b"][p@1 c="high"] an event': (
        *(
            165,
            1,
            (MOMENT + 3, -420),
            "10.0.0.1",
            "app",
            "12",
            None,
            '[e@1 i="3" s="a\\"]b"][p@1 c="high"]',
            "an event",
        ),
    ),
    "<0>1 - - - - - -": (0, 1, None, None, None, None, None, None, None),
    "<191>12 - - - - - [x] ": (191, 12, None, None, None, None, None, "[x]", ""),
}


@pytest.mark.parametrize("line", LINES_5424)
def test_rfc_5424(line):
    assert row(syslog.layout("5424"), line) == dict(zip(NAMES_5424, LINES_5424[line], strict=True))


@pytest.mark.parametrize(
    "line",
    [
        "<192>1 - - - - - -",
        "<01>1 - - - - - -",
        "<1>0 - - - - - -",
        "<1>1 - - - - -",
        "<1>1  - - - - - -",
        '<1>1 - - - - - [x y="z]',
        "<1>1 - - - - - -x",
        "<1>1 2003-10-11 - - - - -",
    ],
)
def test_what_is_not_rfc_5424(line):
    assert row(syslog.layout("5424"), line) is None


LINES_3164 = {
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed: x": (34, "mymachine", "su", None, "'su root' failed: x"),
    "Oct 11 22:14:15 combo sshd(pam_unix)[19939]: check pass": (None, "combo", "sshd(pam_unix)", "19939", "check pass"),
    "Oct 11 22:14:15 combo syslogd 1.4.1: restart.": (None, "combo", None, None, "syslogd 1.4.1: restart."),
    "<13>Oct 11 22:14:15 h a/b.c[x-7]:text": (13, "h", "a/b.c", "x-7", "text"),
    "Oct 11 22:14:15 h last message repeated 2 times": (None, "h", None, None, "last message repeated 2 times"),
    "Oct 11 22:14:15 h kernel: [   0.1] up": (None, "h", "kernel", None, "[   0.1] up"),
}


@pytest.mark.parametrize("line", LINES_3164)
def test_rfc_3164_and_files_with_other_timestamps(line):
    priority, hostname, app_name, procid, message = LINES_3164[line]
    expected = {
        "priority": priority,
        "timestamp": (MOMENT, None),
        "hostname": hostname,
        "app_name": app_name,
        "procid": procid,
        "message": message,
    }
    assert row(syslog.layout(year=2003), line) == expected
    iso = line.replace("Oct 11 22:14:15", "2003-10-12T00:14:15+02:00")
    assert row(syslog.layout("iso"), iso) == {**expected, "timestamp": (MOMENT, 120)}
    assert row(syslog.layout("iso"), line) is None
    assert row(syslog.layout(year=2003), iso) is None


def test_days_of_one_digit_and_years():
    line = "Oct  1 22:14:15 h a: b"
    assert row(syslog.layout(year=2003), line)["timestamp"] == (MOMENT - 10 * 86400_000_000, None)
    assert row(syslog.layout(year=2003), "Feb 29 22:14:15 h a: b") is None
    assert row(syslog.layout(year=2004), "Feb 29 22:14:15 h a: b") is not None
    with pytest.raises(ValueError, match="no rfc '5425' of syslog; there are 5424, 3164, iso"):
        syslog.layout("5425")


def test_priorities_have_names():
    assert (len(syslog.FACILITIES), len(syslog.SEVERITIES)) == (24, 8)
    assert (syslog.FACILITIES[165 // 8], syslog.SEVERITIES[165 % 8]) == ("local4", "notice")


values = st.text(st.characters(codec="utf-8"), max_size=6)
ids = st.text("abc@1-", min_size=1, max_size=5)
structured = st.lists(st.tuples(ids, st.lists(st.tuples(ids, values), max_size=2)), min_size=1, max_size=3)


@given(structured, st.text(st.characters(codec="utf-8")))
def test_structured_data_ends_where_it_ends(elements, message):
    """However values are escaped (RFC 5424, 6.3.3), what follows is the message."""

    def escaped(value):
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")

    data = "".join(
        f"[{name}{''.join(f' {key}={chr(34)}{escaped(value)}{chr(34)}' for key, value in pairs)}]"
        for name, pairs in elements
    )
    found = row(syslog.layout("5424"), f"<1>1 - h a p m {data} {message}")
    assert (found["structured_data"], found["message"]) == (data, message.removeprefix("\ufeff"))


GLOG = [
    ("I1011 22:14:15.003000 12345 server.cc:42] a] b", "I", MOMENT + 3000, 12345, "server.cc", 42, "a] b"),
    ("W20031011 22:14:15.000003   7 a-b.cc:1] ", "W", MOMENT + 3, 7, "a-b.cc", 1, ""),
    ("E1011 22:14:15       1 x.go:9]", "E", MOMENT, 1, "x.go", 9, None),
]


@pytest.mark.parametrize("case", GLOG)
def test_glog(case):
    line, level, moment, thread, file, number, message = case
    assert row(glog.layout(year=2003), line) == {
        "level": level,
        "timestamp": (moment, None),
        "thread_id": thread,
        "file": file,
        "line": number,
        "message": message,
    }


@pytest.mark.parametrize(
    "line", ["", "I1011 22:14:15 1 x.go:9", "I1311 22:14:15 1 x.go:9] a", "i1011 22:14:15 1 x.go:9] a"]
)
def test_what_is_not_glog(line):
    assert row(glog.layout(year=2003), line) is None


def test_cef():
    line = r"Sep 19 08:26:10 host CEF:0|sec\|urity|threat\\|1.0|100|worm \\|10|src=10.0.0.1 msg=a|b"
    assert row(cef.layout(), line) == {
        "version": 0,
        "device_vendor": r"sec\|urity",
        "device_product": r"threat\\",
        "device_version": "1.0",
        "event_class_id": "100",
        "name": r"worm \\",
        "severity": "10",
        "extension": "src=10.0.0.1 msg=a|b",
    }
    assert row(cef.layout(), "CEF: 1|a|b||c|d|High|")["severity"] == "High"
    assert row(cef.layout(), "CEF:0|a|b|c|d|e") is None


def test_w3c():
    layout = w3c.layout(
        "#Fields: date time s-ip cs-uri-query cs(User-Agent) sc-status time-taken", types={"s-ip": "ip"}
    )
    line = "2003-10-11 22:14:15 ::1 - Mozilla/4.0+(x) 404 17"
    expected = {
        "timestamp": (MOMENT, None),
        "s-ip": "::1",
        "cs-uri-query": None,
        "cs(User-Agent)": "Mozilla/4.0+(x)",
        "sc-status": 404,
        "time-taken": 17.0,
    }
    assert row(layout, line) == expected
    assert row(layout, line.replace(" ", "\t").replace("17", "0.5") + " ") == {**expected, "time-taken": 0.5}
    assert row(layout, line + " x") is None
    assert row(layout, "2003-10-11 22:14:15 ::1 - x 404") is None
    assert row(layout, "- - ::1 - x 404 -")["timestamp"] is None
    assert row(w3c.layout("time c-ip"), "22:14:15 1.2.3.4") == {"time": "22:14:15", "c-ip": "1.2.3.4"}


def test_directives_that_are_none():
    with pytest.raises(ValueError, match="names no field"):
        w3c.layout("#Fields: ")
    with pytest.raises(ValueError, match="names 'a' twice"):
        w3c.layout("a b a")
    with pytest.raises(TypeError, match="is a str"):
        w3c.layout(b"date")


ALB = (
    "https 2003-10-11T22:14:15.000003Z app/my-lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 -1 200 - 0 57"
    ' "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x'
)
LATER = (
    ' "Root=1-58" "www.example.com" "session-reused" 1 2003-10-11T22:14:15.000000Z "authenticate,forward" "-" "-"'
    ' "10.0.0.1:80" "200" "-" "-" TID_1234'
)


def test_alb():
    old = row(aws.alb(), ALB)
    assert {name: value for name, value in old.items() if value is not None} == {
        "type": "https",
        "time": (MOMENT + 3, 0),
        "elb": "app/my-lb/50dc",
        "client_ip": "192.168.131.39",
        "client_port": 2817,
        "target_ip": "10.0.0.1",
        "target_port": 80,
        "request_processing_time": 0.086,
        "target_processing_time": 0.048,
        "elb_status_code": 200,
        "received_bytes": 0,
        "sent_bytes": 57,
        "request": "GET https://www.example.com:443/ HTTP/1.1",
        "user_agent": "curl/7.46.0",
        "ssl_cipher": "ECDHE-RSA-AES128-GCM-SHA256",
        "ssl_protocol": "TLSv1.2",
        "target_group_arn": "arn:aws:x",
    }
    new = row(aws.alb(), ALB + LATER)
    assert (new["matched_rule_priority"], new["request_creation_time"], new["redirect_url"]) == (1, (MOMENT, 0), None)
    assert (new["conn_trace_id"], new["target_status_code_list"]) == ("TID_1234", "200")
    assert row(aws.alb(), ALB + LATER + ' "a" b c') == new
    six = row(aws.alb(), ALB.replace("192.168.131.39:2817", "2001:db8::1:443").replace("10.0.0.1:80", "-"))
    assert (six["client_ip"], six["client_port"], six["target_ip"]) == ("2001:db8::1", 443, None)


@pytest.mark.parametrize("end", [0, 50, 100, len(ALB) - 12])
def test_a_cut_line_of_a_balancer(end):
    assert row(aws.alb(), ALB[:end]) is None


def test_vpc_flow():
    line = "2 123456789010 eni-1235b8 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1065910455 1065910460 ACCEPT OK"
    assert row(aws.vpc_flow(), line) == {
        "version": 2,
        "account_id": "123456789010",
        "interface_id": "eni-1235b8",
        "srcaddr": "172.31.16.139",
        "dstaddr": "172.31.16.21",
        "srcport": 20641,
        "dstport": 22,
        "protocol": 6,
        "packets": 20,
        "bytes": 4249,
        "start": (MOMENT, None),
        "end": (MOMENT + 5_000_000, None),
        "action": "ACCEPT",
        "log_status": "OK",
    }
    assert row(aws.vpc_flow(), "2 1 eni - - - - - - - 1065910455 1065910460 - NODATA")["srcaddr"] is None
    custom = aws.vpc_flow("${vpc-id} ${pkt-srcaddr} ${tcp-flags} ${flow-direction}", types={"vpc_id": "text"})
    assert row(custom, "vpc-1 ::1 19 ingress") == {
        "vpc_id": "vpc-1",
        "pkt_srcaddr": "::1",
        "tcp_flags": 19,
        "flow_direction": "ingress",
    }
    with pytest.raises(ValueError, match="each once"):
        aws.vpc_flow("a b a")
    with pytest.raises(TypeError, match="is a str"):
        aws.vpc_flow(b"a")
