"""The tree that every format of lines is read into: what the machine that runs over lines knows.

Matching is leftmost-first, as in Perl and `re`: of the ways in which a layout fits a line, the one that a backtracking
search finds first. The machine takes linear time for it. All of it works on bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

ALL = bytes(range(256))


@dataclass(frozen=True, slots=True)
class Literal:
    """These bytes."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Spaces:
    """A run of blanks (space, tab), as long as it goes: it gives none back."""

    least: int = 1


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes of a set (sorted, distinct), as long as `most` allows; it gives back if the rest does not fit."""

    allowed: bytes
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Native:
    """What a native matcher takes: the longest that it knows here, and it gives nothing back; or no fit.

    `int`, `number`, `ipv4`, `ipv6`, `ip`, `uuid`, `quoted` (by `"`, `'` or a backquote; a backslash takes the next byte
    along), and the timestamps `common` (10/Oct/2000:13:55:36 -0700), `iso8601`, `syslog` (Oct 10 13:55:36, Oct  1 …).
    """

    matcher: str


@dataclass(frozen=True, slots=True)
class Until:
    """As few bytes as let the rest fit, at least `least`; to the end of the line if it is the last element.

    With `escape` a backslash takes the next byte along.
    """

    escape: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Peek:
    """Takes nothing: the byte ahead (or the one behind) is of the set; where there is none, `edge` says.

    `^` is `Peek(b"", ahead=False, edge=True)`, `(?![0-9])` a peek ahead of all but the digits with `edge`, `\\b` either
    of two pairs of peeks.
    """

    allowed: bytes
    ahead: bool
    edge: bool


@dataclass(frozen=True, slots=True)
class Capture:
    """The body, whose extent is kept under a number; in a repeat, that of the last time round."""

    number: int
    body: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """The body or nothing, tried with it first."""

    body: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """The first of the choices, in order, that lets the rest fit; `Either(((), body))` is a lazy optional."""

    choices: tuple[tuple[Element, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The body again and again, as often as it goes (`lazy`: as seldom); a time round that takes nothing ends it."""

    body: tuple[Element, ...]
    least: int = 0
    most: int | None = None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Atomic:
    """The body in the first way that fits by itself, and in no other one if the rest does not fit, as `(?>…)`."""

    body: tuple[Element, ...]


Element: TypeAlias = "Literal | Spaces | Span | Native | Until | Peek | Capture | Optional | Either | Repeat | Atomic"


@dataclass(frozen=True, slots=True)
class Column:
    """A column made of what captures took: of several, those that took part, joined by the separator.

    `missing` are the spellings of no value.
    """

    name: str
    type: str
    captures: tuple[int, ...]
    separator: bytes = b""
    missing: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What a line must look like, from its start and to its end if so said, and the columns that come of it.

    `references` are pairs of text columns: the first holds the names of columns, the second their values (dissect's
    `*` and `&`); they stand in the table as columns of those names (`dissect.spread`). `escape` says how the program
    that wrote the lines writes what it escapes: `nginx` (`\\x22`), `apache` (`\\"`, `\\x0a`), `json`; it is empty for
    none.
    """

    elements: tuple[Element, ...]
    columns: tuple[Column, ...]
    at_start: bool = True
    at_end: bool = True
    references: tuple[tuple[str, str], ...] = ()
    escape: str = ""


def inside(elements: tuple[Element, ...]) -> Iterator[Element]:
    """Every element of a tree, the outer before the inner ones.

    >>> from pyudf.logs.elements import Capture, Literal, Span, inside
    >>> [type(element).__name__ for element in inside((Literal(b"x"), Capture(0, (Span(b"01"),))))]
    ['Literal', 'Capture', 'Span']
    """
    for element in elements:
        yield element
        if isinstance(element, Either):
            for choice in element.choices:
                yield from inside(choice)
        elif isinstance(element, (Capture, Optional, Repeat, Atomic)):
            yield from inside(element.body)
