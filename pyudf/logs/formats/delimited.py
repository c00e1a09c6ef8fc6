"""Lines that a server writes by a format of values and the text between them: each value ends at what follows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyudf.logs.elements import ALL, Capture, Column, Either, Element, Layout, Literal, Native, Span, Until
from pyudf.logs.typenames import typed

CONTROL = bytes(range(32))
DIGITS = b"0123456789"
NUMBER = DIGITS + b"+-."
# What names, addresses and words of a protocol are written without.
PUNCTUATION = b" \"'[](){}<>|,;="
WORD = bytes(sorted(set(ALL) - set(CONTROL) - set(PUNCTUATION)))
# What a server does not escape if clients send it.
SENT = bytes(sorted(set(ALL) - set(CONTROL) - set(b'"')))
TIMES = {
    "timestamp:common": (b" +-/:", "common"),
    "timestamp:iso8601": (b"+-.:", "iso8601"),
}
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a format: its column, the bytes that it may hold, and what it begins with if that is known.

    An optional one may be empty; if it holds nothing but what it begins with, it is that byte or nothing. One that is
    always there may be what stands for no value elsewhere.
    """

    name: str
    type: str = "text"
    holds: bytes = WORD
    begins: bytes = b""
    optional: bool = False
    always: bool = False

    @property
    def is_mark(self) -> bool:
        return self.optional and self.holds == self.begins


def value(name: str, kind: str, holds: bytes = WORD, begins: bytes = b"") -> Value:
    """A value of a type, which says what it holds if it is no text."""
    if kind in ("int", "float", "timestamp:epoch", "timestamp:epoch_ms"):
        return Value(name, kind, NUMBER)
    if kind in TIMES:
        return Value(name, kind, DIGITS + LETTERS + TIMES[kind][0])
    return Value(name, kind, holds, begins)


def all_but(ends: bytes) -> Span:
    return Span(bytes(sorted(set(ALL) - set(ends))))


def ends_of(pieces: list[bytes | Value], at: int) -> tuple[bytes, bool]:
    """The bytes that stand behind a value, and whether one of them ends it wherever it stands."""
    if at + 1 == len(pieces):
        return b"", False
    behind = pieces[at + 1]
    if isinstance(behind, bytes):
        return behind[:1], False
    if not behind.begins:
        first = pieces[at]
        name = first.name if isinstance(first, Value) else ""
        raise ValueError(f"nothing stands between {name} and {behind.name}: where one ends cannot be told")
    following = pieces[at + 2 : at + 3]
    # What has no beginning of its own is empty if the mark before it is not there, as $args behind $is_args.
    paired = [one for one in following if isinstance(one, Value) and not one.begins and behind.is_mark]
    # The value that follows may be missing.
    return behind.begins + ends_of(pieces, at + 1 + len(paired))[0], True


@dataclass(slots=True)
class Builder:
    """Values and texts as elements and columns.

    `backslash` says that one in a value stands before a quote that does not end it.
    """

    missing: tuple[bytes, ...]
    backslash: bool = False

    def element(self, pieces: list[bytes | Value], at: int, searched: bool) -> Element:
        """What a value takes up to what stands behind it; `searched` says that the value before it is searched for."""
        found = pieces[at]
        assert isinstance(found, Value)
        if found.is_mark:
            return Span(found.begins, 0, 1)
        if found.begins and at and isinstance(pieces[at - 1], Value):
            absent = b"" if found.optional else self.missing[0]
            present = (Span(found.begins, 1, 1), self.up_to(pieces, at, searched))
            return Either((present, (Literal(absent),) if absent else ()))
        return self.up_to(pieces, at, searched)

    def up_to(self, pieces: list[bytes | Value], at: int, searched: bool) -> Element:
        found = pieces[at]
        assert isinstance(found, Value)
        ends, final = ends_of(pieces, at)
        held = bool(ends) and not final and ends in found.holds
        # After a value that was searched for, what this one looks like says whether the end of that was found.
        if (held or searched) and found.type in TIMES:
            return Native(TIMES[found.type][1])
        if held:
            return Until(escape=self.backslash and ends == b'"')
        return Span(bytes(sorted({*found.holds} - {*ends}))) if searched else all_but(ends)

    def elements(self, pieces: list[bytes | Value]) -> tuple[tuple[Element, ...], tuple[Column, ...]]:
        out: list[Element] = []
        columns: list[Column] = []
        seen: dict[str, int] = {}
        element: Element | None = None
        for at, piece in enumerate(pieces):
            if isinstance(piece, bytes):
                out.append(Literal(piece))
                continue
            element = self.element(pieces, at, isinstance(element, Until))
            out.append(Capture(len(columns), (element,)))
            seen[piece.name] = count = seen.get(piece.name, 0) + 1
            name = piece.name if count == 1 else f"{piece.name}_{count}"
            missing = () if piece.always else self.missing
            columns.append(Column(name, piece.type, (len(columns),), missing=missing))
        return tuple(out), tuple(columns)


def joined(pieces: Iterable[bytes | Value]) -> list[bytes | Value]:
    """Texts that touch as one, without empty ones."""
    out: list[bytes | Value] = []
    for piece in pieces:
        if isinstance(piece, bytes) and out and isinstance(last := out[-1], bytes):
            out[-1] = last + piece
        elif piece != b"":
            out.append(piece)
    return out


def built(
    pieces: Iterable[bytes | Value], builder: Builder, types: Mapping[str, str] | None, escape: str = ""
) -> Layout:
    """The layout of a format's pieces; a value that stands twice is a second column, `status_2`."""
    elements, columns = builder.elements(joined(pieces))
    if not columns:
        raise ValueError("the format has no value in it")
    return Layout(elements, typed(columns, types), escape=escape)
