"""The slow, obvious twin of the machine over lines: layouts as patterns of `re`, columns by the types of Python."""

import ipaddress
import math
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from pyudf.logs import elements as e

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH = rb"(?:" + b"|".join(month.encode() for month in MONTHS) + rb")"
IPV4 = rb"(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
# The longest run of what an address is written with that is one; digits and dots may follow colons.
IPV6 = rb"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
CLOCK = rb"[0-9]{2}:[0-9]{2}:[0-9]{2}"
ISO = (
    rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    rb"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
MATCHERS = {
    "int": rb"[+-]?[0-9]+",
    "number": rb"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)",
    "ipv4": IPV4,
    "uuid": rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "quoted": rb'"(?:\\.|[^\\"])*"|' + rb"'(?:\\.|[^\\'])*'|`(?:\\.|[^\\`])*`",
    "common": rb"[0-9]{2}/" + MONTH + rb"/[0-9]{4}:" + CLOCK + rb" [+-][0-9]{4}",
    "iso8601": ISO,
    "syslog": MONTH + rb" (?: [0-9]|[0-9]{1,2}) " + CLOCK,
}


def one_of(allowed):
    """A class of `re` of these bytes, or of none."""
    return b"[" + b"".join(b"\\x%02x" % byte for byte in allowed) + b"]" if allowed else b"(?!)"


def times(least, most):
    return b"{%d,%s}" % (least, b"" if most is None else b"%d" % most)


def peek(element):
    """A byte that is there and of the set, or, with `edge`, no byte at all."""
    seen = b"(?%s%s)" % (b"=" if element.ahead else b"<=", one_of(element.allowed)) if element.allowed else b"(?!)"
    edge = rb"\Z" if element.ahead else rb"\A"
    return b"(?:%s|%s)" % (seen, edge) if element.edge else seen


def source(element):
    """The pattern of one element."""
    match element:
        case e.Literal(text):
            return re.escape(text)
        case e.Spaces(least):
            return rb"[ \t]{%d,}+" % least
        case e.Span(allowed, least, most):
            return one_of(allowed) + times(least, most)
        case e.Native(matcher):
            return b"(?>%s)" % native(matcher)
        case e.Until(escape, least):
            one = rb"(?>\\.|[^\\]|\\\Z)" if escape else b"."
            return one + b"{%d,}?" % least
        case e.Peek():
            return peek(element)
        case e.Capture(number, body):
            return b"(?P<c%d>%s)" % (number, sources(body))
        case e.Optional(body):
            return b"(?:%s)?" % sources(body)
        case e.Either(choices):
            return b"(?:%s)" % b"|".join(sources(choice) for choice in choices)
        case e.Repeat(body, least, most, lazy):
            return b"(?:%s)%s%s" % (sources(body), times(least, most), b"?" if lazy else b"")
        case e.Atomic(body):
            return b"(?>%s)" % sources(body)
    raise TypeError(element)


def native(matcher):
    if matcher == "ipv6":
        return IPV6
    if matcher == "ip":
        return IPV6 + b"|" + IPV4
    return MATCHERS[matcher]


def sources(body):
    return b"".join(source(element) for element in body)


def last(body):
    """Whether a body ends in an Until, which then goes to the end of the line."""
    end = body[-1] if body else None
    return isinstance(end, e.Until) or (isinstance(end, e.Capture) and last(end.body))


def compiled(layout):
    """The whole layout as a pattern of `re`."""
    start = rb"\A" if layout.at_start else b""
    end = rb"\Z" if layout.at_end or last(layout.elements) else b""
    return re.compile(start + sources(layout.elements) + end, re.DOTALL)


def captures(layout, line):
    """Number -> bytes (None: took no part), or None where the line does not fit."""
    found = compiled(layout).search(line)
    if found is None:
        return None
    return {int(name[1:]): value for name, value in found.groupdict().items()}


def parse(layout, line):
    """Column -> value of one line, as Python has it; None where the line does not fit or a column does not convert.

    A timestamp is (µs since 1970 UTC, offset in minutes or None), a duration µs.
    """
    taken = captures(layout, line)
    if taken is None:
        return None
    row = {}
    for column in layout.columns:
        parts = [taken[number] for number in column.captures if taken.get(number) is not None]
        text = column.separator.join(parts) if parts else None
        if text is None or text in column.missing:
            row[column.name] = None
            continue
        try:
            row[column.name] = converted(text, column.type)
        except (ValueError, OverflowError):
            return None
    return row


def converted(text, kind):
    """One value of a type; a ValueError if it is none."""
    if kind == "text":
        return text.decode("utf-8", "replace")
    written = text.decode()
    if kind.startswith("timestamp:"):
        return timestamp(written, kind.removeprefix("timestamp:"))
    return {"int": integer, "float": number, "ip": address, "duration": duration}[kind](written)


def integer(written):
    if not re.fullmatch(r"[+-]?[0-9]+", written):
        raise ValueError(written)
    value = int(written)
    if not -(2**63) <= value < 2**63:
        raise OverflowError(written)
    return value


def number(written):
    if not re.fullmatch(r"(?i)[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity|nan)", written):
        raise ValueError(written)
    return float(written)


def address(written):
    ipaddress.ip_address(written)
    return written


UNITS = {"ns": "0.001", "us": "1", "µs": "1", "ms": "1e3", "s": "1e6", "m": "60e6", "h": "3600e6", "d": "86400e6"}


def duration(written):
    """µs of seconds, or of numbers with units (1h2m3.5s), as Go writes them."""
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", written):
        return math.trunc(Decimal(written) * 1_000_000)
    sign, rest = (-1, written[1:]) if written[:1] == "-" else (1, written)
    pieces = re.findall(r"([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h|d)", rest)
    if not pieces or "".join(a + b for a, b in pieces) != rest:
        raise ValueError(written)
    return sign * math.trunc(sum(Decimal(value) * Decimal(UNITS[unit]) for value, unit in pieces))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def since_epoch(moment):
    return (moment - EPOCH) // timedelta(microseconds=1)


def zone(written):
    """Minutes of Z, +HHMM, +HH:MM; None of nothing."""
    if not written:
        return None
    if written == "Z":
        return 0
    digits = written[1:].replace(":", "")
    return (-1 if written[0] == "-" else 1) * (int(digits[:2]) * 60 + int(digits[2:]))


def built(fields, fraction, minutes):
    micro = int((fraction or "").ljust(6, "0")[:6] or 0)
    moment = datetime(*(int(field) for field in fields), micro, timezone(timedelta(minutes=minutes or 0)))
    return since_epoch(moment), minutes


def common(written):
    found = re.fullmatch(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})", written, re.ASCII)
    if not found:
        raise ValueError(written)
    day, month, year, *clock, offset = found.groups()
    return built((year, MONTHS.index(month) + 1, day, *clock), None, zone(offset))


def iso8601(written):
    found = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d:?\d\d)?", written, re.ASCII
    )
    if not found:
        raise ValueError(written)
    *fields, second, fraction, offset = found.groups()
    return built((*fields, second or 0), fraction, zone(offset))


def syslog(written, year):
    found = re.fullmatch(r"([A-Z][a-z]{2}) ( \d|\d\d?) (\d\d):(\d\d):(\d\d)", written, re.ASCII)
    if not found:
        raise ValueError(written)
    month, day, *clock = found.groups()
    return built((year, MONTHS.index(month) + 1, day, *clock), None, None)


def glog(written, year):
    found = re.fullmatch(r"(\d{4})?(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?", written, re.ASCII)
    if not found:
        raise ValueError(written)
    own, *fields, fraction = found.groups()
    return built((own or year, *fields), fraction, None)


def epoch(written, unit):
    if not re.fullmatch(r"-?\d+(\.\d+)?", written, re.ASCII):
        raise ValueError(written)
    value = math.trunc(Decimal(written) * unit)
    if not -(2**63) <= value < 2**63:
        raise OverflowError(written)
    return value, None


def timestamp(written, kind):
    name, _, argument = kind.partition(":")
    if name == "common":
        return common(written)
    if name == "iso8601":
        return iso8601(written)
    if name == "syslog":
        return syslog(written, int(argument))
    if name == "glog":
        return glog(written, int(argument))
    if name in ("epoch", "epoch_ms"):
        return epoch(written, 1_000_000 if name == "epoch" else 1000)
    if name == "auto":
        return automatic(written)
    moment = datetime.strptime(written, kind)
    offset = moment.utcoffset()
    minutes = None if offset is None else offset // timedelta(minutes=1)
    return since_epoch(moment if moment.tzinfo else moment.replace(tzinfo=UTC)), minutes


def automatic(written):
    for read in (common, iso8601, lambda text: epoch(text, 1000 if len(text.lstrip("-")) >= 12 else 1_000_000)):
        try:
            return read(written)
        except ValueError:
            continue
    raise ValueError(written)
