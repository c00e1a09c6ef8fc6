"""Sets of characters, as regular expressions write them, and the elements over bytes of UTF-8 that match them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyudf.logs.elements import ALL, Atomic, Either, Element, Literal, Span

ASCII = frozenset(range(128))
BEYOND = bytes(range(128, 256))
CONTINUATION = bytes(range(128, 192))
# Beyond this many characters outside ASCII, listing what a class holds would make programs large.
MOST_LISTED = 4096


@dataclass(frozen=True, slots=True)
class Charset:
    """Characters: those of ASCII by number, and of the others all (`beyond`) or those listed."""

    ascii: frozenset[int] = frozenset()
    beyond: bool = False
    listed: frozenset[str] = field(default_factory=frozenset)

    def __or__(self, other: Charset) -> Charset:
        beyond = self.beyond or other.beyond
        listed = frozenset() if beyond else self.listed | other.listed
        return Charset(self.ascii | other.ascii, beyond, listed)

    def complement(self) -> Charset:
        """All others; a ValueError if that is all but some characters outside ASCII."""
        if self.listed:
            raise ValueError(
                "a class cannot leave out single characters outside ASCII; leave out what stands around them"
            )
        return Charset(ASCII - self.ascii, not self.beyond)

    def folded(self) -> Charset:
        """The set with the other case of each of its letters."""
        letters = frozenset(ord(case) for code in self.ascii for case in (chr(code).lower(), chr(code).upper()))
        cases = frozenset(case for char in self.listed for case in (char, char.lower(), char.upper()) if len(case) == 1)
        return Charset(letters, self.beyond, cases)

    @property
    def single_bytes(self) -> bytes | None:
        """The set as bytes, if each of its characters is one byte."""
        return None if self.beyond or self.listed else bytes(sorted(self.ascii))

    @property
    def bytes(self) -> bytes:
        """The bytes that characters of the set, none of them listed, consist of."""
        return bytes(sorted(self.ascii)) + (BEYOND if self.beyond else b"")


def of(characters: Iterable[str]) -> Charset:
    """The set of these characters."""
    codes = {ord(char) for char in characters}
    outside = frozenset(chr(code) for code in codes - ASCII)
    if len(outside) > MOST_LISTED:
        raise ValueError(f"a class of {len(outside)} characters outside ASCII; up to {MOST_LISTED} can be listed")
    return Charset(frozenset(codes & ASCII), False, outside)


DIGIT = of("0123456789")
# Letters and digits of other scripts are words' characters; so are, for simplicity, all characters outside ASCII.
WORD = Charset(frozenset(code for code in ASCII if chr(code).isalnum() or chr(code) == "_"), beyond=True)
SPACE = of(" \t\n\r\f\v")
ANY = Charset(ASCII, beyond=True)


def one(characters: Charset) -> tuple[Element, ...]:
    """One character of the set. All its bytes are taken: what follows never starts within a character."""
    if characters.beyond:
        first = ALL if len(characters.ascii) == len(ASCII) else characters.bytes
        return (Atomic((Span(first, 1, 1), Span(CONTINUATION))),)
    choices: list[tuple[Element, ...]] = [(Span(bytes(sorted(characters.ascii)), 1, 1),)] if characters.ascii else []
    choices += grouped(characters.listed)
    return choices[0] if len(choices) == 1 else (Either(tuple(choices)),)


def grouped(listed: frozenset[str]) -> list[tuple[Element, ...]]:
    """The characters by all their bytes but the last, which is of a set."""
    lasts: dict[bytes, list[int]] = {}
    for written in sorted(char.encode("utf-8", "surrogatepass") for char in listed):
        lasts.setdefault(written[:-1], []).append(written[-1])
    return [(Literal(prefix), Span(bytes(last), 1, 1)) for prefix, last in lasts.items()]
