"""Which bytes a part of a layout can begin with: where these tell the ways apart, no way need be tried in vain."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from .._parsing import FIRST_BYTES
from .elements import (
    ALL,
    Atomic,
    Capture,
    Either,
    Element,
    Literal,
    Native,
    Optional,
    Peek,
    Repeat,
    Spaces,
    Span,
    Until,
)

Body = tuple[Element, ...]

BLANKS = b" \t"


class First(NamedTuple):
    """The bytes with which what follows may begin, and whether it fits where the line ends."""

    allowed: frozenset[int]
    end: bool

    def __or__(self, other: tuple[object, ...]) -> First:
        assert isinstance(other, First)
        return First(self.allowed | other.allowed, self.end or other.end)


NEVER = First(frozenset(), False)
AT_END = First(frozenset(), True)
ANYWHERE = First(frozenset(ALL), True)


def first(body: Body, follow: First) -> First:
    """What a body may begin with that `follow` stands behind; more than that where it cannot be told."""
    for element in reversed(body):
        follow = first_of(element, follow)
    return follow


def first_of(element: Element, follow: First) -> First:
    match element:
        case Literal(text):
            return First(frozenset(text[:1]), False) if text else follow
        case Spaces(least):
            return run_first(BLANKS, least, follow)
        case Span(allowed, least, most):
            return follow if most == 0 else run_first(allowed, least, follow)
        case Native(matcher):
            return First(frozenset(FIRST_BYTES[matcher]), False)
        case Until(_, least):
            return First(frozenset(ALL), least == 0)
        case Peek(allowed, ahead, edge):
            return First(follow.allowed & frozenset(allowed), follow.end and edge) if ahead else follow
        case Capture(_, body) | Atomic(body):
            return first(body, follow)
        case Optional(body):
            return first(body, follow) | follow
        case Either(choices):
            return reduce(First.__or__, (first(choice, follow) for choice in choices), NEVER)
        case Repeat(body, least, most, _):
            again = first(body, follow)
            return again | follow if least == 0 or most == 0 else again
    raise TypeError(element)


def run_first(allowed: bytes, least: int, follow: First) -> First:
    found = First(frozenset(allowed), False)
    return found if least else found | follow


def is_empty(body: Body) -> bool:
    """Whether a body may take nothing."""
    return all(map(element_is_empty, body))


def element_is_empty(element: Element) -> bool:
    match element:
        case Literal(text):
            return not text
        case Spaces(least) | Span(_, least) | Until(_, least):
            return least == 0
        case Native():
            return False
        case Peek() | Optional():
            return True
        case Capture(_, body) | Atomic(body):
            return is_empty(body)
        case Either(choices):
            return any(map(is_empty, choices))
        case Repeat(body, least):
            return least == 0 or is_empty(body)
    raise TypeError(element)


def disjoint(one: First, other: First) -> bool:
    """Whether the byte ahead, or its lack, tells two ways apart."""
    return not (one.allowed & other.allowed or (one.end and other.end))
