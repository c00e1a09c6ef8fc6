"""Lines that real programs write: nginx on loopback asked awkward things, logger by both RFCs, the machine's dpkg."""

import contextlib
import shutil
import socket
import subprocess
import time
from pathlib import Path

import log_judge
import pytest
from log_servers import ENVIRONMENT

from pyudf.logs.formats import fields, grok, nginx, syslog

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
FORMATS = {
    "combined": ("default", nginx.COMBINED),
    "braces": (
        "default",
        "${remote_addr}:${remote_port} $scheme://$host:$server_port$request_uri $status|$http_x|$pid",
    ),
    "uri": ("default", "$uri$is_args$args $status [$time_iso8601] $msec $request_time $http_user_agent $connection"),
    "upstream": ("default", "$upstream_response_time $upstream_addr $status $gzip_ratio $http_referer $request_length"),
    "tabs": ("default", "$time_local\t$request_method\t$http_user_agent\t$http_x\t$request_id\t$server_protocol"),
    "json": ("json", '{"agent":"$http_user_agent","x":"$http_x","request":"$request","status":$status}'),
    "raw": ("none", '"$http_user_agent" $status "$request"'),
}
# What is sent as a user agent, what as X (None: no such header), what is asked for.
REQUESTS = [
    (b"curl/8", b"plain", b"/"),
    (b'say "hi" \\ there', b"a|b", b"/a?b=c&d=%20"),
    ("Köln 木".encode(), b"\xff\xfe", "/ä".encode()),
    (None, None, b"/empty"),
    (b"-", b"tab\there", b"/?x"),
    (b'[x] 200 [10/Oct/2000:13:55:36 -0700] "GET', b"'", b'/%22%5c?q="[x]'),
    (b"x" * 3000, b"y" * 2000, b"/" + b"z" * 1000),
]


def configuration(folder, port):
    def quoted(text):
        return "'" + text.replace("'", "\\'").replace("\t", "\\t") + "'"

    written = "".join(
        f"log_format {name}_ escape={escape} {quoted(text)}; access_log {folder}/{name}.log {name}_;\n"
        for name, (escape, text) in FORMATS.items()
    )
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{written}{places}large_client_header_buffers 8 32k;\n"
        f"server {{ listen 127.0.0.1:{port}; server_name here.example; location / {{ return 204; }}\n"
        f"location /empty {{ return 404; }} }} }}\n"
    )


def ask(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(65536):
                pass


def as_request(agent, x, target):
    headers = [b"Host: here.example", b"Connection: close"]
    headers += [b"User-Agent: " + agent] if agent is not None else []
    headers += [b"X: " + x] if x is not None else []
    return b"GET " + target + b" HTTP/1.1\r\n" + b"\r\n".join(headers) + b"\r\n\r\n"


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """Name of a format -> its lines, one for each request."""
    if not Path(NGINX).exists():
        pytest.skip("nginx is not here")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    (folder / "nginx.conf").write_text(configuration(folder, port))
    server = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")],
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    try:
        wait_for(lambda: server.poll() is not None or answers(port))
        assert server.poll() is None, (folder / "error.log").read_text()
        for request in REQUESTS:
            ask(port, as_request(*request))
        ask(port, b'\x16\x03\x01\x00 "garbage\x00\r\n\r\n')
    finally:
        server.terminate()
        server.wait(30)
    # The connection that asked whether the server is up sent nothing: it is not logged, or as an empty request.
    return {name: (folder / f"{name}.log").read_bytes().splitlines()[-len(REQUESTS) - 1 :] for name in FORMATS}


def rows(logged, name):
    escape, text = FORMATS[name]
    layout = nginx.layout(text, escape=escape)
    found = [log_judge.parse(layout, line) for line in logged[name]]
    assert all(row is not None for row in found), [
        line for line, row in zip(logged[name], found, strict=True) if not row
    ]
    return found


def escaped(sent):
    """What nginx writes of what was sent; None of nothing."""
    if sent is None:
        return None
    return "".join(f"\\x{byte:02X}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte) for byte in sent)


def test_the_combined_format_gives_back_what_was_sent(logged):
    for row, (agent, _, target) in zip(rows(logged, "combined"), REQUESTS, strict=False):
        assert row["request"] == "GET " + escaped(target) + " HTTP/1.1"
        assert row["http_user_agent"] == (None if agent == b"-" else escaped(agent))
        assert row["status"] == (404 if target == b"/empty" else 204)
        assert (row["remote_addr"], row["remote_user"], row["http_referer"]) == ("127.0.0.1", None, None)
    garbage = rows(logged, "combined")[-1]
    assert (garbage["status"], garbage["request"]) == (400, escaped(b'\x16\x03\x01\x00 "garbage\x00'))


def test_headers_between_tabs_and_bars(logged):
    for name in ("tabs", "braces"):
        found = rows(logged, name)
        for row, (_, x, _) in zip(found, REQUESTS, strict=False):
            assert row["http_x"] == escaped(x)
    for row, (agent, _, _) in zip(rows(logged, "tabs"), REQUESTS, strict=False):
        assert row["http_user_agent"] == (None if agent == b"-" else escaped(agent))
        assert row["time_local"][0] > 1.7e15


def test_parts_of_urls(logged):
    for row, (_, _, target) in zip(rows(logged, "braces"), REQUESTS, strict=False):
        assert (row["scheme"], row["host"], row["request_uri"]) == ("http", "here.example", escaped(target))
        assert row["remote_addr"] == "127.0.0.1"
    for row, (agent, _, target) in zip(rows(logged, "uri"), REQUESTS, strict=False):
        _, mark, args = target.partition(b"?")
        assert (row["is_args"], row["args"] or "") == (mark.decode(), escaped(args))
        assert row["http_user_agent"] == (None if agent == b"-" else escaped(agent))


def test_numbers_and_what_is_not_there(logged):
    for row in rows(logged, "upstream"):
        assert [row["upstream_response_time"], row["upstream_addr"], row["gzip_ratio"]] == [None] * 3
        assert isinstance(row["request_length"], int)
    for row in rows(logged, "uri"):
        assert abs(row["time_iso8601"][0] - row["msec"][0]) < 2e6
        assert row["request_time"] >= 0


def test_json_and_raw_values(logged):
    for row, (agent, _, _) in zip(rows(logged, "raw"), REQUESTS, strict=False):
        assert row["http_user_agent"] == (None if agent is None else agent.decode("utf-8", "replace"))
    for row, (agent, x, _) in zip(rows(logged, "json"), REQUESTS, strict=False):
        for name, sent in (("http_user_agent", agent), ("http_x", x)):
            written = row[name] and row[name].replace('\\"', '"').replace("\\\\", "\\").replace("\\t", "\t")
            assert written == (None if sent is None else sent.decode("utf-8", "replace"))


def by_logger(*options):
    """The datagram that logger sends."""
    logger = shutil.which("logger")
    if logger is None:
        pytest.skip("logger is not here")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(30)
        place = ["--server", "127.0.0.1", "--udp", "--port", str(server.getsockname()[1])]
        command = [logger, *place, "--priority", "local4.notice", "--tag", "app", *options]
        subprocess.run(command, env=ENVIRONMENT, check=True, timeout=30)
        return server.recv(65536)


def test_logger_by_rfc_5424():
    line = by_logger("--rfc5424", "--id=17", "--msgid", "M1", "--sd-id", "e@1", "--sd-param", 'k="a\\"b"', "häl lo]")
    row = log_judge.parse(syslog.layout("5424"), line)
    assert (row["priority"], row["version"], row["app_name"], row["procid"]) == (165, 1, "app", "17")
    assert (row["msgid"], row["message"]) == ("M1", "häl lo]")
    assert row["structured_data"].endswith('[e@1 k="a\\"b"]')
    assert abs(row["timestamp"][0] - time.time() * 1e6) < 60e6


def test_logger_by_rfc_3164():
    line = by_logger("--rfc3164", "--id=17", "one: two")
    row = log_judge.parse(syslog.layout("3164", year=time.localtime().tm_year), line)
    assert (row["priority"], row["app_name"], row["procid"], row["message"]) == (165, "app", "17", "one: two")


def test_the_log_of_dpkg():
    log = Path("/var/log/dpkg.log")
    if not log.exists():
        pytest.skip("dpkg is not here")
    lines = log.read_bytes().splitlines()[:2000]
    by_fields = fields.layout("<day> <time> <action> <rest>")
    by_grok = grok.layout("^%{TIMESTAMP_ISO8601:time} %{WORD:action} %{GREEDYDATA:rest}$", types={"time": "timestamp"})
    for line in lines:
        first, second = log_judge.parse(by_fields, line), log_judge.parse(by_grok, line)
        assert (first["action"], first["rest"]) == (second["action"], second["rest"])
        assert line.decode() == f"{first['day']} {first['time']} {first['action']} {first['rest']}"
