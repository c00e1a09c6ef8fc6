"""Grok: names of patterns and the fields they fill, `%{NAME:field:type}`, among a regular expression, as layouts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyudf.logs.elements import ALL, Capture, Layout, Native, Peek
from pyudf.logs.formats.grok_patterns import PATTERNS
from pyudf.logs.formats.regex import Body, Names, Reader, finished
from pyudf.logs.typenames import canonical

REFERENCE = re.compile(r"%\{(?P<pattern>\w+)(?::(?P<field>[^:{}]+)(?::(?P<type>\w+))?)?\}")
NESTED = re.compile(r"\[([^\[\]]+)\]")


def not_behind(refused: bytes) -> Peek:
    return Peek(bytes(sorted(set(ALL) - set(refused))), ahead=False, edge=True)


# Definitions that native matchers take exactly: one of one length, one that stops where no digit follows, atomic ones.
NATIVE: dict[str, Body] = {
    "UUID": (Native("uuid"),),
    "BASE10NUM": (not_behind(b"0123456789.+-"), Native("number")),
    "QUOTEDSTRING": (not_behind(b"\\"), Native("quoted")),
    "IPV4": (
        not_behind(b"0123456789"),
        Native("ipv4"),
        Peek(bytes(sorted(set(ALL) - set(b"0123456789"))), ahead=True, edge=True),
    ),
}


@dataclass(slots=True)
class References:
    """Reads references for a `Reader`: by what the names stand for, and which are being read."""

    known: Mapping[str, str]
    names: Names
    native: Mapping[str, Body]
    within: list[str] = field(default_factory=list)

    def __call__(self, reader: Reader) -> Body | None:
        """What stands for a reference, if one is here."""
        if not reader.looking_at("%{"):
            return None
        start = reader.at
        found = REFERENCE.match(reader.pattern, start)
        if found is None:
            raise reader.error("a reference is written as %{NAME}, %{NAME:field} or %{NAME:field:type}", start)
        reader.at = found.end()
        self.check(reader, found["pattern"], start)
        if found["field"] is None:
            return self.body(reader, found["pattern"])
        kind = "text"
        if found["type"] is not None:
            try:
                kind = canonical(found["type"])
            except ValueError as refused:
                raise reader.error(str(refused), start) from None
        capture = self.names.capture(column_name(found["field"]), (), kind)
        return (Capture(capture.number, self.body(reader, found["pattern"])),)

    def check(self, reader: Reader, name: str, start: int) -> None:
        if name in self.within:
            path = " -> ".join([*self.within[self.within.index(name) :], name])
            raise reader.error(f"the pattern {name} is defined by itself: {path}", start)
        if name not in self.known:
            near = difflib.get_close_matches(name, self.known, 1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise reader.error(f"no grok pattern {name}; {meant}Others are given by patterns={{{name!r}: …}}", start)

    def body(self, outer: Reader, name: str) -> Body:
        """What a name stands for, within the pattern that the outer one reads."""
        if name in self.native:
            return self.native[name]
        self.within.append(name)
        reader = Reader(self.known[name], self.names, self)
        reader.fold, reader.depth = outer.fold, outer.depth
        try:
            reader.deeper(0)
            body = reader.whole()
        except ValueError as refused:
            inner = str(refused).startswith("grok pattern")
            raise (refused if inner else ValueError(f"grok pattern {name}: {refused}")) from None
        self.within.pop()
        return body


def column_name(written: str) -> str:
    """`[http][response][bytes]` is `http.response.bytes`; other names are as they are written."""
    parts = NESTED.findall(written)
    return ".".join(parts) if parts and "".join(f"[{part}]" for part in parts) == written else written


def layout(
    pattern: str, *, patterns: Mapping[str, str] | None = None, types: Mapping[str, str] | None = None
) -> Layout:
    """A grok pattern as a layout: a regular expression with references to named ones, found anywhere in a line.

    Parameters
    ----------
    pattern : str
        `%{NAME}` matches what a name stands for, `%{NAME:field}` keeps it as a column and `%{NAME:field:int}` gives the
        column a type; `[a][b]` as a field makes the column `a.b`. `(?<field>…)` names a column in place.
    patterns : mapping of str to str, optional
        More names, or others than the known ones (`grok_patterns.PATTERNS`; those of Logstash, with its fields
        without ECS).
    types : mapping of str to str, optional
        Types of columns.

    Raises
    ------
    ValueError
        For what cannot be matched in linear time (looking at more than one character, back-references), an unknown
        name or one that is defined by itself.

    References
    ----------
    https://www.elastic.co/guide/en/logstash/current/plugins-filters-grok.html

    Examples
    --------
    >>> from pyudf.logs.formats import grok
    >>> [(c.name, c.type) for c in grok.layout("%{IPORHOST:client} %{WORD:verb} %{NUMBER:[http][bytes]:int}").columns]
    [('client', 'text'), ('verb', 'text'), ('http.bytes', 'int')]
    """
    if not isinstance(pattern, str):
        raise TypeError(f"a grok pattern is a str, got {type(pattern).__name__}")
    given = dict(patterns or {})
    for name, definition in given.items():
        if not re.fullmatch(r"\w+", name) or not isinstance(definition, str):
            raise ValueError(f"patterns: {name!r} is to be a word that stands for a regular expression as a str")
    names = Names()
    native = {name: body for name, body in NATIVE.items() if name not in given}
    references = References({**PATTERNS, **given}, names, native)
    return finished(Reader(pattern, names, references).whole(), names, types)
