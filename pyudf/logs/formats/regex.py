"""Regular expressions of which a linear-time machine knows every part, as layouts; others are refused, and where.

Known are literals, classes, escapes, groups (plain, named, atomic, with flag `i`), alternation, quantifiers (greedy,
lazy, possessive), anchors, edges of words, and looking at one character ahead or behind. A row is a line: `.` takes any
character, and `$` is its very end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyudf.logs.elements import (
    ALL,
    Atomic,
    Capture,
    Column,
    Either,
    Element,
    Layout,
    Literal,
    Optional,
    Peek,
    Repeat,
    Span,
    Until,
)
from pyudf.logs.formats import charset
from pyudf.logs.formats.charset import Charset
from pyudf.logs.formats.whole import WHOLE, settled
from pyudf.logs.typenames import typed

Body = tuple[Element, ...]
NONE: Body = (Either(()),)
START = Peek(b"", ahead=False, edge=True)
END = Peek(b"", ahead=True, edge=True)
WORD_BYTES = charset.WORD.bytes
OTHER_BYTES = bytes(sorted(set(ALL) - set(WORD_BYTES)))
MOST_TIMES = 1000
# Python's own stack bounds what reads patterns.
MOST_DEEP = 50

CLASSES = {
    "d": charset.DIGIT,
    "w": charset.WORD,
    "s": charset.SPACE,
    "D": charset.DIGIT.complement(),
    "W": charset.WORD.complement(),
    "S": charset.SPACE.complement(),
}
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "0": "\0"}
POSIX = {
    "alpha": charset.of(chr(code) for code in charset.ASCII if chr(code).isalpha()),
    "digit": charset.DIGIT,
    "alnum": charset.of(chr(code) for code in charset.ASCII if chr(code).isalnum()),
    "upper": charset.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lower": charset.of("abcdefghijklmnopqrstuvwxyz"),
    "space": charset.SPACE,
    "blank": charset.of(" \t"),
    "punct": charset.of("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    "xdigit": charset.of("0123456789abcdefABCDEF"),
    "word": charset.WORD,
}
HEX = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
TIMES = re.compile(r"\{([0-9]+)\}|\{([0-9]*),([0-9]*)\}")
NAMED = re.compile(r"\?P?<([^\W\d]\w*)>")
FLAGS = re.compile(r"\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])")
LOOKS = {"?=": (True, False), "?!": (True, True), "?<=": (False, False), "?<!": (False, True)}


def edge_of_word() -> Element:
    """`\\b`: a character of a word on one side, and none on the other."""
    begins = (Peek(OTHER_BYTES, ahead=False, edge=True), Peek(WORD_BYTES, ahead=True, edge=False))
    ends = (Peek(WORD_BYTES, ahead=False, edge=False), Peek(OTHER_BYTES, ahead=True, edge=True))
    return Either((begins, ends))


def no_edge_of_word() -> Element:
    """`\\B`."""
    within = (Peek(WORD_BYTES, ahead=False, edge=False), Peek(WORD_BYTES, ahead=True, edge=False))
    outside = (Peek(OTHER_BYTES, ahead=False, edge=True), Peek(OTHER_BYTES, ahead=True, edge=True))
    return Either((within, outside))


ZERO_WIDTH: dict[str, Callable[[], Element]] = {
    "b": edge_of_word,
    "B": no_edge_of_word,
    "A": lambda: START,
    "z": lambda: END,
    "Z": lambda: END,
}


@dataclass(slots=True)
class Names:
    """The captures that have been numbered, in order, with names and the types that were written with them."""

    fields: list[tuple[str, str]] = field(default_factory=list)

    def capture(self, name: str, body: Body, kind: str = "text") -> Capture:
        self.fields.append((name, kind))
        return Capture(len(self.fields) - 1, body)

    def columns(self) -> tuple[Column, ...]:
        """A column for each name; alternatives may name the same one."""
        numbers: dict[str, list[int]] = {}
        kinds: dict[str, str] = {}
        for number, (name, kind) in enumerate(self.fields):
            numbers.setdefault(name, []).append(number)
            if kinds.setdefault(name, kind) != kind:
                raise ValueError(f"{name!r} is {kinds[name]} and {kind}; a column has one type")
        return tuple(Column(name, kinds[name], tuple(found)) for name, found in numbers.items())


class Reader:
    """Reads one pattern from left to right; `special` may take over at a place and returns what it read there.

    Parameters
    ----------
    pattern : str
        The regular expression.
    names : Names
        Where named groups are numbered.
    special : callable, optional
        Called with the reader wherever an atom may stand: grok's references.
    """

    def __init__(self, pattern: str, names: Names, special: Callable[[Reader], Body | None] | None = None) -> None:
        self.pattern = pattern
        self.names = names
        self.special = special
        self.at = 0
        self.fold = False
        self.depth = 0

    def error(self, what: str, at: int | None = None) -> ValueError:
        place = self.at if at is None else at
        return ValueError(f"regular expression {self.pattern!r}, position {place}: {what}")

    def looking_at(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        """Moves behind a text if it stands here."""
        found = self.looking_at(text)
        self.at += len(text) if found else 0
        return found

    def whole(self) -> Body:
        """The whole pattern."""
        body = self.alternation()
        if self.at < len(self.pattern):
            raise self.error("a parenthesis is closed that was not opened")
        return body

    def alternation(self) -> Body:
        fold = self.fold
        choices = [self.sequence()]
        while self.take("|"):
            choices.append(self.sequence())
        self.fold = fold
        return choices[0] if len(choices) == 1 else (Either(tuple(choices)),)

    def sequence(self) -> Body:
        found: list[Element] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            atom = self.atom()
            found.extend(self.quantified(atom))
        return merged(found)

    # Atoms

    def atom(self) -> Body:
        if self.special is not None and (found := self.special(self)) is not None:
            return found
        char = self.pattern[self.at]
        self.at += 1
        if char == "(":
            return self.group()
        if char == "[":
            return self.characters(self.bracket())
        if char == ".":
            return charset.one(charset.ANY)
        if char in "^$":
            return (START if char == "^" else END,)
        if char in "*+?":
            raise self.error(f"nothing to repeat with {char}", self.at - 1)
        if char == "\\":
            return self.escape()
        return self.character(char)

    def characters(self, found: Charset) -> Body:
        found = found.folded() if self.fold else found
        if not (found.ascii or found.beyond or found.listed):
            return NONE
        return charset.one(found)

    def character(self, char: str) -> Body:
        if self.fold and (char.lower() != char or char.upper() != char):
            return self.characters(charset.of(char))
        return (Literal(char.encode("utf-8", "surrogatepass")),)

    def escape(self) -> Body:
        start = self.at - 1
        if self.at >= len(self.pattern):
            raise self.error("a backslash at the end", start)
        letter = self.pattern[self.at]
        if letter in ZERO_WIDTH:
            self.at += 1
            return (ZERO_WIDTH[letter](),)
        if letter in CLASSES:
            self.at += 1
            return self.characters(CLASSES[letter])
        if letter in "123456789k":
            raise self.error("a back-reference cannot be matched in linear time", start)
        return self.character(self.escaped_character(start))

    def escaped_character(self, start: int) -> str:
        """The character that an escape stands for, outside classes or within."""
        if found := HEX.match(self.pattern, self.at):
            self.at = found.end()
            return chr(int(next(digits for digits in found.groups() if digits), 16))
        letter = self.pattern[self.at]
        self.at += 1
        if letter in CONTROLS:
            return CONTROLS[letter]
        if letter.isascii() and letter.isalnum():
            raise self.error(f"no escape \\{letter} is known here", start)
        return letter

    # Classes

    def bracket(self) -> Charset:
        start = self.at - 1
        negated = self.take("^")
        found = Charset()
        first = True
        while first or not self.looking_at("]"):
            if self.at >= len(self.pattern):
                raise self.error("a class is not closed", start)
            found |= self.member()
            first = False
        self.at += 1
        if not negated:
            return found
        try:
            return (found.folded() if self.fold else found).complement()
        except ValueError as refused:
            raise self.error(str(refused), start) from None

    def member(self) -> Charset:
        """A class, a character or a range within brackets."""
        start = self.at
        if self.take("[:"):
            return self.posix(start)
        if self.looking_at("&&"):
            raise self.error("classes are not intersected; write one class")
        low = self.boundary()
        if isinstance(low, Charset):
            return low
        if not self.looking_at("-") or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return charset.of(low)
        self.at += 1
        high = self.boundary()
        if isinstance(high, Charset):
            raise self.error("a range ends in a class", start)
        if ord(high) < ord(low):
            raise self.error(f"a range from {low!r} down to {high!r}", start)
        try:
            return charset.of(map(chr, range(ord(low), ord(high) + 1)))
        except ValueError as refused:
            raise self.error(str(refused), start) from None

    def posix(self, start: int) -> Charset:
        end = self.pattern.find(":]", self.at)
        name = self.pattern[self.at : max(end, self.at)]
        if name.removeprefix("^") not in POSIX:
            raise self.error(f"no class [:{name}:]; there are {', '.join(POSIX)}", start)
        self.at = end + 2
        found = POSIX[name.removeprefix("^")]
        return found.complement() if name.startswith("^") else found

    def boundary(self) -> str | Charset:
        """What may be the end of a range, or a class by an escape."""
        start = self.at
        char = self.pattern[self.at]
        self.at += 1
        if char != "\\":
            return char
        if self.at >= len(self.pattern):
            raise self.error("a backslash at the end", start)
        letter = self.pattern[self.at]
        if letter in CLASSES:
            self.at += 1
            return CLASSES[letter]
        if letter == "b":
            self.at += 1
            return "\b"
        return self.escaped_character(start)

    # Groups

    def group(self) -> Body:
        start = self.at - 1
        if self.take("?#"):
            end = self.pattern.find(")", self.at)
            if end < 0:
                raise self.error("a comment is not closed", start)
            self.at = end + 1
            return ()
        for sign, (ahead, negated) in LOOKS.items():
            if self.take(sign):
                return (self.look(start, ahead=ahead, negated=negated),)
        if self.take("?>"):
            return (Atomic(self.closed(start)),)
        if found := NAMED.match(self.pattern, self.at):
            self.at = found.end()
            return (self.named(found[1], start),)
        if found := FLAGS.match(self.pattern, self.at):
            return self.flags(found, start)
        if self.looking_at("?"):
            raise self.error(f"no group {self.pattern[start : start + 4]}… is known", start)
        return self.closed(start)

    def named(self, name: str, start: int) -> Capture:
        # The number is taken before those of the groups within: columns stand in the order of their parentheses.
        capture = self.names.capture(name, ())
        return Capture(capture.number, self.closed(start))

    def deeper(self, start: int) -> None:
        self.depth += 1
        if self.depth > MOST_DEEP:
            raise self.error(f"more than {MOST_DEEP} parentheses or names within one another", start)

    def closed(self, start: int) -> Body:
        self.deeper(start)
        body = self.alternation()
        self.depth -= 1
        if not self.take(")"):
            raise self.error("a parenthesis is not closed", start)
        return body

    def flags(self, found: re.Match[str], start: int) -> Body:
        """`(?i)` to the end of the group it stands in, `(?i:…)`; flags that say what is so anyway change nothing."""
        on, off, end = found.group(1, 2, 3)
        for flag in on + (off or ""):
            # a: \w, \d, \s of ASCII; m, s, u: there is one line, which `.` takes whole.
            if flag not in "iasmu":
                raise self.error(f"the flag {flag} is not known here", start)
        outer = self.fold
        self.at = found.end()
        self.fold = (self.fold or "i" in on) and "i" not in (off or "")
        if end == ")":
            return ()
        body = self.closed(start)
        self.fold = outer
        return body

    def look(self, start: int, *, ahead: bool, negated: bool) -> Peek:
        """Looking at one neighbour: a character of a set, or an end of the line."""
        allowed, edge = neighbours(self.closed(start), ahead) or (None, False)
        if allowed is None:
            text = self.pattern[start : self.at]
            way = "(?<![0-9])" if not ahead else "(?![0-9])"
            raise self.error(
                f"{text} looks at more than one character of ASCII, as {way} does, and is not done in linear time",
                start,
            )
        if negated:
            allowed, edge = bytes(sorted(set(ALL) - set(allowed))), not edge
        return Peek(allowed, ahead=ahead, edge=edge)

    # Quantifiers

    def quantified(self, atom: Body) -> Body:
        """The atom with what stands behind it."""
        start = self.at
        while (times := self.times()) is not None:
            least, most = times
            if most is not None and most < least:
                raise self.error(f"a repeat of at least {least} and at most {most}", start)
            if max(least, most or 0) > MOST_TIMES:
                raise self.error(f"a repeat of more than {MOST_TIMES} times", start)
            lazy = self.take("?")
            possessive = not lazy and self.take("+")
            atom = repeated(atom, least, most, lazy)
            atom = (Atomic(atom),) if possessive else atom
            start = self.at
        return atom

    def times(self) -> tuple[int, int | None] | None:
        for sign, found in {"*": (0, None), "+": (1, None), "?": (0, 1)}.items():
            if self.take(sign):
                return found
        counted = TIMES.match(self.pattern, self.at)
        if counted is None or counted[0] == "{,}":
            return None
        self.at = counted.end()
        if counted[1] is not None:
            return int(counted[1]), int(counted[1])
        return int(counted[2] or 0), int(counted[3]) if counted[3] else None


def merged(found: list[Element]) -> Body:
    """Literals in a row as one."""
    out: list[Element] = []
    for element in found:
        if isinstance(element, Literal) and out and isinstance(out[-1], Literal):
            out[-1] = Literal(out[-1].text + element.text)
        else:
            out.append(element)
    return tuple(out)


ANYTHING = charset.one(charset.ANY)


def repeated(atom: Body, least: int, most: int | None, lazy: bool) -> Body:
    """An atom so many times, as the element that says so most directly."""
    if not atom or (least, most) == (1, 1):
        return atom
    if atom == ANYTHING and most is None and least <= 1 and lazy:
        return (*atom * least, Until(), WHOLE)
    if (run := one_byte(atom, least, most)) is not None and not lazy:
        return (Span(run, least, most),) if run.isascii() else (Span(run, least, most), WHOLE)
    if (least, most) == (0, 1):
        return (Either(((), atom)) if lazy else Optional(atom),)
    return (Repeat(atom, least, most, lazy),)


def one_byte(atom: Body, least: int, most: int | None) -> bytes | None:
    """The bytes that a run of the atom consists of, if counting characters is counting bytes."""
    match atom:
        case (Literal(text),) if len(text) == 1:
            return text
        case (Span(allowed, 1, 1),):
            return allowed
        # A run without an upper bound ends where characters end: continuing bytes are in the set.
        case (Atomic((Span(first, 1, 1), Span(charset.CONTINUATION, 0, None))),) if most is None and least <= 1:
            return bytes(sorted({*first, *charset.CONTINUATION}))
    return None


def neighbours(body: Body, ahead: bool) -> tuple[bytes, bool] | None:
    """The set of bytes that a look at one neighbour allows, and whether an end of the line does; None if it is more."""
    match body:
        case (Literal(text),) if len(text) == 1:
            return text, False
        case (Span(allowed, 1, 1),):
            return allowed, False
        case (Atomic((Span(first, 1, 1), Span(charset.CONTINUATION, 0, None))),):
            return bytes(sorted({*first, *charset.CONTINUATION})), False
        case (Peek(b"", side, True),) if side == ahead:
            return b"", True
        case (Either(choices),):
            found = [neighbours(choice, ahead) for choice in choices]
            known = [one for one in found if one is not None]
            if known and len(known) == len(found):
                allowed = bytes(sorted(set().union(*(set(one[0]) for one in known))))
                return allowed, any(one[1] for one in known)
    return None


def clash(body: Body, names: list[str]) -> set[str]:
    """The names that the body captures; a ValueError if one line can give one of them twice."""
    seen: set[str] = set()
    for element in body:
        found: set[str] = set()
        if isinstance(element, Either):
            found = set().union(*(clash(choice, names) for choice in element.choices))
        elif isinstance(element, (Capture, Optional, Repeat, Atomic)):
            found = clash(element.body, names)
        if isinstance(element, Capture):
            name = names[element.number]
            found = found | {name} if name not in found else refuse_twice(name)
        for name in found & seen:
            refuse_twice(name)
        seen |= found
    return seen


def refuse_twice(name: str) -> set[str]:
    raise ValueError(f"{name!r} is captured twice in one line; give the second another name")


def sparing(body: Body) -> Body:
    """The body with what is lazy at its end taking nothing: that is so where the line need not end there."""
    if not body:
        return body
    *others, end = body
    match end:
        case Until(False, least):
            end = Repeat((Span(ALL, 1, 1),), least, None, lazy=True)
        case Capture(number, inner):
            end = Capture(number, sparing(inner))
        case Optional(inner):
            end = Optional(sparing(inner))
        case Atomic(inner):
            end = Atomic(sparing(inner))
        case Either(choices):
            end = Either(tuple(sparing(choice) for choice in choices))
    return (*others, end)


def takes_any(body: Body) -> bool:
    """Whether a pattern begins with what takes anything, so that it fits from the start of a line or nowhere."""
    match body[:1]:
        case (Capture(_, inner),):
            return takes_any(inner)
        case (Span(allowed, _, None),):
            return allowed == ALL
        case (Until(),):
            return True
    return False


def finished(body: Body, names: Names, types: Mapping[str, str] | None) -> Layout:
    """The layout of a pattern that has been read: anchors at its ends are the layout's own."""
    clash(body, [name for name, _ in names.fields])
    at_start, at_end = body[:1] == (START,), body[-1:] == (END,)
    body = body[1:] if at_start else body
    body = body[:-1] if at_end and body else body
    at_start = at_start or takes_any(body)
    body = settled((() if at_start else (WHOLE,)) + body)
    body = body if at_end else sparing(body)
    return Layout(body, typed(names.columns(), types), at_start, at_end)


def layout(pattern: str, *, types: Mapping[str, str] | None = None) -> Layout:
    """A regular expression as a layout: its named groups are the columns; found anywhere in a line, as by `re.search`.

    Parameters
    ----------
    pattern : str
        The expression, over characters; invalid bytes of UTF-8 count as characters outside ASCII. `(?P<name>…)` and
        `(?<name>…)` are columns; several alternatives may name the same one.
    types : mapping of str to str, optional
        Types of columns.

    Raises
    ------
    ValueError
        With the position of what is not known, or cannot be matched in linear time: looking at more than one
        character, back-references.

    Examples
    --------
    >>> from pyudf.logs.formats import regex
    >>> [column.name for column in regex.layout(r"(?P<user>\\w+)@(?P<host>[\\w.]+)").columns]
    ['user', 'host']
    >>> regex.layout(r"(?=ab)c")
    Traceback (most recent call last):
    ValueError: regular expression '(?=ab)c', position 0: (?=ab) looks at more than one character of ASCII...
    """
    if not isinstance(pattern, str):
        raise TypeError(f"a regular expression is a str, got {type(pattern).__name__}")
    names = Names()
    return finished(Reader(pattern, names).whole(), names, types)
