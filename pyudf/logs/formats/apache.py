"""Apache's LogFormat as layouts: a table of mod_log_config's directives, with columns named as nginx names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyudf.logs.elements import Layout
from pyudf.logs.formats.delimited import DIGITS, LETTERS, SENT, WORD, Builder, Value, built, value
from pyudf.logs.typenames import DIRECTIVES

COMMON = '%h %l %u %t "%r" %>s %b'
COMBINED = f'{COMMON} "%{{Referer}}i" "%{{User-agent}}i"'
VHOST_COMBINED = f"%v:%p {COMBINED}"

# A directive: which requests, of the original or the final one, its argument, its letter.
DIRECTIVE = re.compile(
    r"%(?:!?\d{3}(?:,\d{3})*)?[<>]?(?:!?\d{3}(?:,\d{3})*)?(?:\{(?P<argument>[^}]*)\})?[<>]?(?P<letter>\^\w\w|[A-Za-z%])"
)
CONFIGURATION = re.compile(r'\s*(?:LogFormat|CustomLog\s+\S+)\s+"(?P<format>(?:\\.|[^\\"])*)"[^"]*', re.DOTALL)
CONTROLS = {"n": "\n", "t": "\t"}

# What may hold what a client sent: with a quote in it, a backslash stands before that.
FREE = bytes(sorted({*SENT, ord('"')}))
PATH = bytes(sorted({*SENT} - {*b" "}))

# Letter -> column, type, what a value may hold.
PLAIN: dict[str, tuple[str, str, bytes]] = {
    "a": ("remote_addr", "text", WORD),
    "A": ("server_addr", "text", WORD),
    "B": ("body_bytes_sent", "int", WORD),
    "b": ("body_bytes_sent", "int", WORD),
    "D": ("request_time_us", "int", WORD),
    "f": ("request_filename", "text", FREE),
    "h": ("remote_addr", "text", WORD),
    "H": ("server_protocol", "text", WORD),
    "I": ("request_length", "int", WORD),
    "k": ("connection_requests", "int", WORD),
    "l": ("remote_logname", "text", WORD),
    "L": ("error_log_id", "text", WORD),
    "m": ("request_method", "text", WORD),
    "O": ("bytes_sent", "int", WORD),
    "p": ("server_port", "int", WORD),
    "P": ("pid", "int", WORD),
    "r": ("request", "text", FREE),
    "R": ("handler", "text", WORD),
    "s": ("status", "int", WORD),
    "S": ("bytes_total", "int", WORD),
    "T": ("request_time", "float", WORD),
    "u": ("remote_user", "text", FREE),
    "U": ("uri", "text", FREE),
    "v": ("server_name", "text", WORD),
    "V": ("host", "text", WORD),
    "^FB": ("first_byte_time_us", "int", WORD),
}
# Letter and argument -> column, type.
ARGUMENTS: dict[tuple[str, str], tuple[str, str]] = {
    ("a", "c"): ("peer_addr", "text"),
    ("h", "c"): ("peer_addr", "text"),
    ("p", "canonical"): ("server_port", "int"),
    ("p", "local"): ("local_port", "int"),
    ("p", "remote"): ("remote_port", "int"),
    ("P", "pid"): ("pid", "int"),
    ("P", "tid"): ("thread_id", "int"),
    ("P", "hextid"): ("thread_id", "text"),
    ("T", "s"): ("request_time", "float"),
    ("T", "ms"): ("request_time_ms", "int"),
    ("T", "us"): ("request_time_us", "int"),
    ("L", "c"): ("connection_log_id", "text"),
    ("t", "sec"): ("time", "timestamp:epoch"),
    ("t", "msec"): ("time", "timestamp:epoch_ms"),
    ("t", "usec"): ("time_us", "int"),
    ("t", "msec_frac"): ("time_msec_frac", "int"),
    ("t", "usec_frac"): ("time_usec_frac", "int"),
}
# Letter -> what stands before the name of a header, a variable, a note.
NAMED = {
    "i": "http_",
    "o": "sent_http_",
    "C": "cookie_",
    "e": "env_",
    "n": "note_",
    "^ti": "trailer_",
    "^to": "sent_trailer_",
}
# What directives of times write besides letters and digits.
WRITTEN = {"D": b"/", "F": b"-", "T": b":", "R": b":", "z": b"+-"}


def of_time(written: str) -> Value:
    """A time by directives of strftime; one with directives that are not known stays text."""
    directives = re.findall(r"%(.?)", written, re.DOTALL)
    holds = {*DIGITS, *LETTERS, *re.sub(r"%.", "", written).encode()}
    if not directives or not {*directives} <= DIRECTIVES:
        return Value("time", "text", FREE)
    return Value(
        "time", f"timestamp:{written}", bytes(sorted(holds.union(*(WRITTEN.get(one, b"") for one in directives))))
    )


def directive(letter: str, argument: str | None) -> list[bytes | Value] | None:
    """What a directive writes; None if it is not known."""
    if letter == "%":
        return [b"%"]
    if letter == "t" and argument is None:
        return [b"[", value("time_local", "timestamp:common"), b"]"]
    if letter in NAMED and argument:
        return [Value(NAMED[letter] + re.sub(r"\W", "_", argument).lower(), "text", FREE)]
    argument = re.sub(r"^(begin|end):", "", argument or "") if letter == "t" else argument
    if argument and (letter, argument) in ARGUMENTS:
        return [value(*ARGUMENTS[letter, argument])]
    if argument and letter == "t":
        return [of_time(argument)]
    if not argument and letter == "q":
        return [Value("query_string", "text", PATH, b"?", optional=True)]
    if not argument and letter == "X":
        # `-` says that the connection will be closed.
        return [Value("connection_status", always=True)]
    if not argument and letter in PLAIN:
        return [value(*PLAIN[letter])]
    return None


def pieces_of(log_format: str) -> Iterator[bytes | Value]:
    at = 0
    while (start := log_format.find("%", at)) >= 0:
        yield unescaped(log_format[at:start]).encode()
        found = DIRECTIVE.match(log_format, start)
        known = found and directive(found["letter"], found["argument"])
        if not found or known is None:
            written = found[0] if found else log_format[start : start + 6]
            raise ValueError(f"LogFormat, position {start}: no directive {written} of mod_log_config is known")
        yield from known
        at = found.end()
    yield unescaped(log_format[at:]).encode()


def unescaped(text: str) -> str:
    """Text between directives as Apache writes it."""
    return re.sub(r'\\([nt"\\])', lambda found: CONTROLS.get(found[1], found[1]), text)


def layout(log_format: str, *, types: Mapping[str, str] | None = None) -> Layout:
    """A LogFormat of Apache's mod_log_config as a layout.

    Parameters
    ----------
    log_format : str
        The format (`COMMON`, `COMBINED`, `VHOST_COMBINED`, …), or the whole line from a configuration
        (`LogFormat "%h …" name`).
    types : mapping of str to str, optional
        Types of columns; statuses, ports and counts of bytes are ints, `%t` a timestamp.

    Returns
    -------
    Layout
        Columns named as nginx names them: `%h` and `%a` are `remote_addr`, `%u` `remote_user`, `%t` `time_local`, `%r`
        `request`, `%s` `status`, `%b` and `%B` `body_bytes_sent`, `%O` `bytes_sent`, `%I` `request_length`, `%v`
        `server_name`, `%{Referer}i` `http_referer`, `%{X}o` `sent_http_x`, `%{x}C` `cookie_x`. `%T` is `request_time`
        in seconds, `%D` `request_time_us` in microseconds, `%{ms}T` `request_time_ms`.

    Raises
    ------
    ValueError
        For a directive that is not known, or values that touch.

    References
    ----------
    https://httpd.apache.org/docs/2.4/mod/mod_log_config.html

    Examples
    --------
    >>> from pyudf.logs.formats import apache
    >>> [(c.name, c.type) for c in apache.layout("%h %>s %{Host}i %D").columns]
    [('remote_addr', 'text'), ('status', 'int'), ('http_host', 'text'), ('request_time_us', 'int')]
    """
    if not isinstance(log_format, str):
        raise TypeError(f"a LogFormat is a str, got {type(log_format).__name__}")
    found = CONFIGURATION.fullmatch(log_format)
    text = found["format"] if found else log_format
    return built(pieces_of(text), Builder((b"-",), backslash=True), types, "apache")
