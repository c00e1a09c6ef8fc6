"""Logs that nginx and rsyslogd really write give back what was sent to them."""

import base64
import datetime as dt
import json

import log_servers
import numpy as np
import pytest

from pyudf import logs

needs_nginx = pytest.mark.skipif(log_servers.NGINX is None, reason="needs nginx: apt-get install nginx-light")
needs_rsyslog = pytest.mark.skipif(log_servers.RSYSLOGD is None, reason="needs rsyslogd: apt-get install rsyslog")

FORMATS = {
    "combined": None,
    "timed": '$remote_addr [$time_iso8601] $msec $request_time $status $body_bytes_sent "$request" "$http_x_note"',
    "bars": "$remote_addr|$remote_port|${request_method}|$uri|$args|$status|$bytes_sent|$http_user_agent",
    "json": '{"request":"$request","agent":"$http_user_agent","status":$status}',
    "none": '$status $request_length "$http_user_agent"',
}
ESCAPES = {"json": "json", "none": "none"}


def quoted(text):
    return "'" + text.replace("'", "\\'") + "'"


def get(path, **headers):
    """The bytes of a request."""
    head = {"Host": b"localhost", "Connection": b"close"}
    head.update((name.replace("_", "-"), value) for name, value in headers.items())
    lines = [b"GET " + path + b" HTTP/1.1", *(name.encode() + b": " + value for name, value in head.items())]
    return b"\r\n".join([*lines, b"", b""])


# (what is sent, path and arguments, user agent, status); None where nginx logs `-`
AGENTS = {
    "quotes": rb'Mozilla "5.0" \ (it\'s) \x22 "" [x] - ',
    "UTF-8": "Grüße aus 東京 🚀".encode(),
    "binary": bytes(range(1, 9)) + bytes(range(0x80, 0x90)),
    "looks like a line": b'" 200 5 "-" "curl/8.4.0"',
    "long": b"x" * 7000,
    "empty": b"",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    formats = {name: text and quoted(text) for name, text in FORMATS.items()}
    formats.update((name, f"escape={escape} {formats[name]}") for name, escape in ESCAPES.items())
    with log_servers.nginx(folder, formats) as server:
        for agent in AGENTS.values():
            server.send(get(b"/a?q=%22%20x", User_Agent=agent, Referer=b"http://localhost/"))
        server.send(get(b"/missing", Authorization=b"Basic " + base64.b64encode(b'John "J" Smith [x]:secret')))
        server.send(b"\x16\x03\x01\x02\x00\x01\x00\xfc\x03\x03\r\n\r\n")
        server.send(b"GET\r\n\r\n")
    return server


@needs_nginx
class TestNginx:
    def test_combined(self, served):
        before = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        table = logs.COMBINED.parse(served.log("combined"), unescape=True, invalid_utf8="replace")
        assert table.ok.all(), table.errors
        count = len(AGENTS)
        assert len(table) == count + 3
        assert table["remote_addr"].tolist() == ["127.0.0.1"] * len(table)
        assert table["request"].tolist()[:count] == ["GET /a?q=%22%20x HTTP/1.1"] * count
        sent = [agent.strip().decode(errors="replace") for agent in AGENTS.values()]
        assert table["http_user_agent"].tolist() == [*sent, None, None, None]
        assert table["http_referer"].tolist()[:count] == ["http://localhost/"] * count
        assert table["remote_user"].tolist() == [None] * count + ['John "J" Smith [x]', None, None]
        assert table["request"].tolist()[count:] == [
            "GET /missing HTTP/1.1",
            b"\x16\x03\x01\x02\x00\x01\x00\xfc\x03\x03".decode(errors="replace"),
            "GET",
        ]
        assert table["status"].tolist() == [200] * count + [404, 400, 400]
        assert (np.abs(table["time_local"] - np.datetime64(before)) < np.timedelta64(10, "m")).all()

    def test_escapes_are_kept_unless_asked(self, served):
        table = logs.COMBINED.parse(served.log("combined"))
        lines = served.log("combined").read_text().splitlines()
        for line, agent in zip(lines, table["http_user_agent"], strict=True):
            assert line.endswith(f' "{"-" if agent is None else agent}"')

    @pytest.mark.parametrize("name", ["timed", "bars"])
    def test_other_formats(self, served, name):
        table = logs.Pattern.nginx(FORMATS[name]).parse(served.log(name))
        assert table.ok.all(), table.errors
        assert table["status"].tolist() == [200] * len(AGENTS) + [404, 400, 400]
        if name == "timed":
            assert table["request_time"].dtype == np.float64
            assert table["http_x_note"].tolist() == [None] * len(table)
            iso, epoch = table["time_iso8601"], table["msec"]
            assert (np.abs(epoch - iso) <= np.timedelta64(1, "s")).all()
        else:
            assert table["uri"].tolist()[: len(AGENTS)] == ["/a"] * len(AGENTS)
            assert table["args"].tolist()[: len(AGENTS)] == ["q=%22%20x"] * len(AGENTS)

    def test_escape_json(self, served):
        lines = served.log("json").read_bytes().split(b"\n")[:-1]
        pattern = logs.Pattern.nginx(FORMATS["json"], escape="json")
        table = pattern.parse(served.log("json"), unescape=True, invalid_utf8="replace")
        assert table.ok.all(), table.errors
        for at, line in enumerate(lines):
            expected = json.loads(line.decode(errors="replace"))
            assert table["request"][at] == expected["request"]
            assert (table["http_user_agent"][at] or "") == expected["agent"]
            assert table["status"][at] == expected["status"]

    def test_escape_none(self, served):
        table = logs.Pattern.nginx(FORMATS["none"], escape="none").parse(served.log("none"))
        assert table["status"].tolist() == [200] * len(AGENTS) + [404, 400, 400]
        assert table["http_user_agent"][0] == AGENTS["quotes"].strip().decode()

    def test_bytes_come_back(self, served):
        table = logs.COMBINED.parse(served.log("combined"), unescape=True, invalid_utf8="bytes")
        assert table["http_user_agent"].tolist()[: len(AGENTS)] == [agent.strip() for agent in AGENTS.values()]


MESSAGES = [
    b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
    "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
    '[exampleSDID@32473 iut="3" eventSource="App\\"li\\]cation" eventID="1011"] An entry… ü'.encode(),
    b"<13>1 2026-01-02T03:04:05.678901+02:00 host app 1234 - - plain message",
]
TEMPLATES = ("RSYSLOG_TraditionalFileFormat", "RSYSLOG_FileFormat", "RSYSLOG_SyslogProtocol23Format")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return log_servers.rsyslogd(tmp_path_factory.mktemp("rsyslog"), TEMPLATES, MESSAGES)


@needs_rsyslog
class TestRsyslog:
    def test_rfc_5424(self, written):
        table = logs.syslog(written["RSYSLOG_SyslogProtocol23Format"], rfc="5424")
        assert table.ok.all(), table.errors
        assert table["facility"].tolist() == [4, 20, 1]
        assert table["severity"].tolist() == [2, 5, 5]
        assert table["hostname"].tolist() == ["mymachine", "mymachine.example.com", "host"]
        assert table["app_name"].tolist() == ["su", "evntslog", "app"]
        assert table["timestamp"].tolist()[1:] == [
            dt.datetime(2003, 10, 11, 22, 14, 15, 3000),
            dt.datetime(2026, 1, 2, 1, 4, 5, 678901),
        ]
        assert table["timestamp_offset"].tolist()[1:] == [0, 120]
        assert table["message"].tolist()[1:] == ["An entry… ü", "plain message"]

    @pytest.mark.parametrize("template", ["RSYSLOG_TraditionalFileFormat", "RSYSLOG_FileFormat"])
    def test_files_as_rsyslog_writes_them(self, written, template):
        table = logs.syslog(written[template], year=2003)
        assert table.ok.all(), table.errors
        assert table["hostname"].tolist() == ["mymachine", "mymachine.example.com", "host"]
        # Between a name and its text rsyslog writes no colon where none came: nothing tells it from a first word.
        assert table["app_name"].tolist() == ["su", None, "app"]
        assert table["procid"].tolist() == [None, None, "1234"]
        assert table["message"].tolist() == [
            "'su root' failed for lonvick on /dev/pts/8",
            "evntslog An entry… ü",
            "plain message",
        ]
        assert table["timestamp"][1].astype("datetime64[s]").item() == dt.datetime(2003, 10, 11, 22, 14, 15)
