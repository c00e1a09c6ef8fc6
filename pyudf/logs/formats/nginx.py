"""nginx's log_format as layouts: the variables it knows with their types, and text that ends each value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyudf.logs.elements import ALL, Layout
from pyudf.logs.formats.delimited import CONTROL, SENT, WORD, Builder, Value, built, value

COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)

INTEGERS = (
    *("status", "body_bytes_sent", "bytes_sent", "bytes_received", "request_length", "connection"),
    *("connection_requests", "connections_active", "connections_reading", "connections_writing", "connections_waiting"),
    *("remote_port", "server_port", "proxy_port", "realip_remote_port", "proxy_protocol_port", "content_length", "pid"),
    *("proxy_protocol_server_port", "tcpinfo_rtt", "tcpinfo_rttvar", "tcpinfo_snd_cwnd", "tcpinfo_rcv_space"),
)
# Times of requests are seconds.
FLOATS = ("request_time", "connection_time", "session_time", "gzip_ratio")
TIMES = {"time_local": "timestamp:common", "time_iso8601": "timestamp:iso8601", "msec": "timestamp:epoch"}
TYPES = {**dict.fromkeys(INTEGERS, "int"), **dict.fromkeys(FLOATS, "float"), **TIMES}
# What is not made of what a client sends, and stands without blanks and quotes.
WORDS = frozenset(
    (
        *("remote_addr", "binary_remote_addr", "server_addr", "realip_remote_addr", "proxy_protocol_addr"),
        *("proxy_protocol_server_addr", "hostname", "server_name", "scheme", "https", "http2", "http3", "pipe", "host"),
        *("request_id", "request_method", "server_protocol", "request_completion", "nginx_version"),
        *("ssl_protocol", "ssl_cipher", "ssl_session_id", "ssl_session_reused", "ssl_server_name", "protocol"),
        *("limit_req_status", "limit_conn_status", "geoip_country_code", "geoip2_country_code"),
        *(
            "upstream_cache_status",
            "ssl_client_verify",
            "ssl_client_fingerprint",
            "ssl_client_serial",
            "ssl_early_data",
        ),
    )
)
PATHS = ("uri", "document_uri")
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
DIRECTIVE = re.compile(r"\s*log_format\s+\S+\s+(?:escape=(\w+)\s+)?(.+?);?\s*", re.DOTALL)
QUOTED = re.compile(r"""\s*(?:'((?:\\.|[^\\'])*)'|"((?:\\.|[^\\"])*)"|([^\s'";]+))\s*""", re.DOTALL)
CONTROLS = {"t": "\t", "r": "\r", "n": "\n"}
# Kind of escaping -> what is written for a variable without a value, what a value holds raw of what clients send.
ESCAPES: dict[str, tuple[bytes, bytes]] = {
    "default": (b"-", SENT),
    "json": (b"", bytes(sorted(set(ALL) - set(CONTROL)))),
    "none": (b"", ALL),
}


def read_directive(written: str, escape: str) -> tuple[str, str]:
    """The format and its escaping, of a whole `log_format name escape=… '…' '…';` or of a format alone."""
    directive = DIRECTIVE.fullmatch(written)
    if directive is None:
        return written, escape
    text, at = "", 0
    while at < len(directive[2]):
        found = QUOTED.match(directive[2], at)
        if found is None:
            raise ValueError(f"log_format, position {directive.start(2) + at}: a string is not closed")
        part = next(part for part in found.groups() if part is not None)
        text += re.sub(r"""\\(["'\\trn])""", lambda one: CONTROLS.get(one[1], one[1]), part)
        at = found.end()
    return text, directive[1] or escape


def variable(name: str, sent: bytes) -> Value:
    """A variable of nginx; one that is not known may hold anything that clients may send."""
    if name == "is_args":
        return Value(name, "text", b"?", b"?", optional=True)
    if name == "request_uri":
        return Value(name, "text", bytes(sorted({*sent} - {*b" "})), b"/")
    if name in TYPES:
        return value(name, TYPES[name])
    return value(name, "text", WORD if name in WORDS else sent, b"/" if name in PATHS else b"")


def pieces_of(log_format: str, sent: bytes) -> Iterator[bytes | Value]:
    at = 0
    for found in VARIABLE.finditer(log_format):
        yield text_between(log_format, at, found.start())
        yield variable(found[1] or found[2], sent)
        at = found.end()
    yield text_between(log_format, at, len(log_format))


def text_between(log_format: str, start: int, end: int) -> bytes:
    text = log_format[start:end]
    if "$" in text:
        at = start + text.index("$")
        raise ValueError(f"log_format, position {at}: a variable is written as $name or ${{name}}")
    return text.encode()


def layout(log_format: str, *, escape: str = "default", types: Mapping[str, str] | None = None) -> Layout:
    """A log_format of nginx as a layout.

    Parameters
    ----------
    log_format : str
        The format, or the whole directive from a configuration (`log_format main escape=json '…' '…';`).
    escape : {'default', 'json', 'none'}
        As in the directive; that says how nginx writes quotes, and that a variable without a value is `-` (`default`)
        or nothing.
    types : mapping of str to str, optional
        Types of columns. Known variables have theirs: `status` and counts of bytes are ints, times of requests floats
        of seconds, `time_local`, `time_iso8601` and `msec` timestamps. Those of upstreams are text: there can be
        several values, `0.1, 0.2 : 0.3`.

    Returns
    -------
    Layout
        A column for each variable, named as it is without `$`.

    Raises
    ------
    ValueError
        Where two variables touch and nothing tells where the first one ends.

    References
    ----------
    https://nginx.org/en/docs/http/ngx_http_log_module.html

    Examples
    --------
    >>> from pyudf.logs.formats import nginx
    >>> [(c.name, c.type) for c in nginx.layout('$remote_addr [$time_local] "$request" $status').columns]
    [('remote_addr', 'text'), ('time_local', 'timestamp:common'), ('request', 'text'), ('status', 'int')]
    """
    if not isinstance(log_format, str):
        raise TypeError(f"a log_format is a str, got {type(log_format).__name__}")
    text, escape = read_directive(log_format, escape)
    if escape not in ESCAPES:
        raise ValueError(f"no escape {escape!r} of nginx; there are {', '.join(ESCAPES)}")
    missing, sent = ESCAPES[escape]
    builder = Builder((missing,), backslash=escape == "json")
    name = {"default": "nginx", "json": "json", "none": ""}[escape]
    return built(pieces_of(text, sent), builder, types, name)
