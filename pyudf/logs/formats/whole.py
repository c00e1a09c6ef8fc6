"""Patterns over bytes that go by whole characters: where that must be looked for, and where it is so anyway."""

from __future__ import annotations

from pyudf.logs.elements import ALL, Atomic, Capture, Either, Element, Literal, Optional, Peek, Repeat, Span
from pyudf.logs.formats.charset import CONTINUATION

# Not within a character: where a search starts, and where what takes bytes of several may stop on its way.
WHOLE = Peek(bytes(sorted(set(ALL) - set(CONTINUATION))), ahead=True, edge=True)


def settled(body: tuple[Element, ...], behind: frozenset[int] = frozenset()) -> tuple[Element, ...]:
    """The body without the looks for a whole character that what follows makes needless.

    `behind` are the bytes that may follow the body; what follows the whole pattern can make nothing go back.
    """
    out: list[Element] = []
    for element in reversed(body):
        if element == WHOLE and not behind & frozenset(CONTINUATION):
            continue
        match element:
            case Capture(number, inner):
                element = Capture(number, settled(inner, behind))
            case Optional(inner):
                element = Optional(settled(inner, behind))
            case Repeat(inner, least, most, lazy):
                element = Repeat(settled(inner, behind | begins(inner)[0]), least, most, lazy)
            case Either(choices):
                element = Either(tuple(settled(choice, behind) for choice in choices))
            case Atomic(inner):
                element = Atomic(settled(inner))
        out.append(element)
        first, empty = begins((element,))
        behind = first | behind if empty else first
    return tuple(reversed(out))


def begins(body: tuple[Element, ...]) -> tuple[frozenset[int], bool]:
    """The bytes that what the body takes may begin with, and whether it may take nothing."""
    found: frozenset[int] = frozenset()
    for element in body:
        first, empty = begins_one(element)
        found |= first
        if not empty:
            return found, False
    return found, True


def begins_one(element: Element) -> tuple[frozenset[int], bool]:
    match element:
        case Literal(text):
            return frozenset(text[:1]), not text
        case Span(allowed, least, _):
            return frozenset(allowed), least == 0
        case Peek(allowed, ahead, _):
            return (frozenset(allowed), False) if ahead else (frozenset(), True)
        case Capture(_, body) | Atomic(body):
            return begins(body)
        case Optional(body):
            return begins(body)[0], True
        case Repeat(body, least, _, _):
            first, empty = begins(body)
            return first, empty or least == 0
        case Either(choices):
            found = [begins(choice) for choice in choices]
            return frozenset().union(*(first for first, _ in found)), any(empty for _, empty in found)
    return frozenset(ALL), True
