"""Elastic's dissect: keys and the delimiters between them, as Elasticsearch's ingest processor reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from pyudf.logs.elements import Atomic, Capture, Column, Element, Layout, Literal, Repeat, Span, Until
from pyudf.logs.typenames import typed

# A key, and all up to the next one: two keys that touch are a key and a delimiter that looks like one, as with Elastic.
KEY = re.compile(r"%\{([^}]*)\}(.+?(?=%\{)|.*\Z)", re.DOTALL)
MODIFIER = re.compile(r"[/+*&?]")
PLAIN, SKIP, APPEND, NAME, VALUE = "", "?", "+", "*", "&"
PATTERNS = {
    PLAIN: re.compile(r"^(?P<name>.*?)(?P<padding>->)?$", re.DOTALL),
    **dict.fromkeys((SKIP, APPEND, NAME, VALUE), re.compile(r"[+*&?](?P<name>.*?)(?P<padding>->)?$", re.DOTALL)),
    "/": re.compile(r"[+](?P<name>.*?)/(?P<place>[0-9]+)(?P<padding>->)?$", re.DOTALL),
}
# Parts without a place come before those with one, in the order in which they stand.
UNPLACED = -1_000_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a pattern with what stands behind it: `%{+name/2->}` and a delimiter."""

    name: str
    modifier: str
    padding: bool
    place: int | None
    delimiter: bytes

    @property
    def skipped(self) -> bool:
        return self.modifier == SKIP or (self.modifier == PLAIN and not self.name)


def read_key(written: str, delimiter: str) -> Key:
    """One key, from what is between the braces."""
    modifiers = MODIFIER.findall(written)
    if len(modifiers) > 1 and modifiers != ["+", "/"]:
        raise ValueError(f"dissect key %{{{written}}}: only one modifier of + * & ? is allowed, and /n after +")
    found = PATTERNS[modifiers[-1] if modifiers else PLAIN].search(written)
    if found is None:
        raise ValueError(f"dissect key %{{{written}}}: an order is written as in %{{+name/2}}")
    modifier = APPEND if modifiers[-1:] == ["/"] else (modifiers[-1] if modifiers else PLAIN)
    place = found.groupdict().get("place")
    key = Key(
        name=found["name"],
        modifier=modifier,
        padding=found["padding"] is not None,
        place=None if place is None else int(place),
        delimiter=delimiter.encode(),
    )
    if not key.name and not key.skipped:
        raise ValueError(f"dissect key %{{{written}}} has no name")
    return key


def read_keys(pattern: str) -> tuple[bytes, list[Key]]:
    """What stands before the first key, and the keys; a ValueError says what is wrong with the pattern."""
    if not isinstance(pattern, str):
        raise TypeError(f"a dissect pattern is a str, got {type(pattern).__name__}")
    start = max(pattern.find("%{"), 0)
    keys = [read_key(*found.groups()) for found in KEY.finditer(pattern, start)]
    if all(key.skipped for key in keys):
        raise ValueError(f"dissect pattern {pattern!r} has no key to keep; one is written as %{{name}}")
    appended = {key.name for key in keys if key.modifier == APPEND}
    keys = [replace(key, modifier=APPEND) if key.modifier == PLAIN and key.name in appended else key for key in keys]
    check_references(pattern, keys)
    return pattern[:start].encode(), keys


def check_references(pattern: str, keys: list[Key]) -> None:
    """`*name` and `&name` come in pairs."""
    referring = sorted((key.name, key.modifier) for key in keys if key.modifier in (NAME, VALUE))
    for name, pair in groupby(referring, key=lambda found: found[0]):
        if [modifier for _, modifier in pair] != [VALUE, NAME]:
            raise ValueError(f"dissect pattern {pattern!r}: %{{*{name}}} and %{{&{name}}} belong together, one of each")
        if any(key.name == name and key.modifier in (PLAIN, APPEND) and not key.skipped for key in keys):
            raise ValueError(f"dissect pattern {pattern!r}: {name!r} is a reference and a column; rename one of them")


def elements_of(leading: bytes, keys: list[Key]) -> tuple[Element, ...]:
    """The keys as captures up to the first occurrence of what is behind them."""
    # An empty value needs a delimiter that ends it: a line that is over before its only value starts does not fit.
    lone = len(keys) == 1 and not keys[0].delimiter
    found: list[Element] = [Literal(leading)] if leading else []
    for number, key in enumerate(keys):
        value = Until(least=1 if lone else 0)
        found.append(value if key.skipped else Capture(number, (value,)))
        if key.delimiter:
            found.append(Literal(key.delimiter))
            if key.padding:
                found.append(Atomic((run_of(key.delimiter),)))
    return tuple(found)


def run_of(delimiter: bytes) -> Element:
    return Span(delimiter) if len(delimiter) == 1 else Repeat((Literal(delimiter),))


def columns_of(keys: list[Key], append_separator: bytes) -> tuple[Column, ...]:
    """A column for each name, as they first stand; a plain name that stands twice keeps the last value."""
    parts: dict[str, list[tuple[int, int]]] = {}
    order = count(UNPLACED)
    for number, key in enumerate(keys):
        if key.skipped:
            continue
        place = next(order) if key.place is None else key.place
        name = key.modifier + key.name if key.modifier in (NAME, VALUE) else key.name
        if key.modifier == APPEND:
            parts.setdefault(name, []).append((place, number))
        else:
            parts[name] = [(place, number)]
    return tuple(
        Column(name, "text", tuple(number for _, number in sorted(placed)), append_separator)
        for name, placed in parts.items()
    )


def layout(pattern: str, *, types: Mapping[str, str] | None = None, append_separator: str = "") -> Layout:
    """A dissect pattern as a layout.

    A line fits if it begins with what stands before the first key and has all delimiters, each searched for from the
    end of the one before; what follows a last delimiter is left unread. Two delimiters in a row are an empty value,
    unless the key before them says `->`.

    Parameters
    ----------
    pattern : str
        `%{name}` is a column; `%{name->}` takes more of the delimiter behind it along; parts with `%{+name}` are
        joined, in the order of `%{+name/2}`; `%{?name}` and `%{}` are skipped; `%{*x}` and `%{&x}` are the name of a
        column and its value.
    types : mapping of str to str, optional
        Types of columns; text if not given.
    append_separator : str
        Stands between joined parts.

    Raises
    ------
    ValueError
        For a pattern that Elasticsearch refuses too.

    References
    ----------
    https://www.elastic.co/guide/en/elasticsearch/reference/current/dissect-processor.html

    Examples
    --------
    >>> from pyudf.logs.formats import dissect
    >>> [column.name for column in dissect.layout("%{ts} %{+ts} [%{thread->}] %{?skip} %{msg}").columns]
    ['ts', 'thread', 'msg']
    """
    leading, keys = read_keys(pattern)
    names = [key.name for key in keys if key.modifier == NAME]
    return Layout(
        elements_of(leading, keys),
        typed(columns_of(keys, append_separator.encode()), types),
        at_end=not keys[-1].delimiter,
        references=tuple((NAME + name, VALUE + name) for name in names),
    )


def spread(
    columns: Mapping[str, Sequence[object]], references: Sequence[tuple[str, str]]
) -> dict[str, Sequence[object]]:
    """The columns with each pair of names and values as columns of those names, in the order in which they come up.

    Parameters
    ----------
    columns : mapping of str to sequence
        The columns of a layout, all of one length; None is missing.
    references : sequence of pairs of str
        The layout's `references`.

    Returns
    -------
    dict of str to sequence
        The other columns, then one for each name; a row that has a value by the name of another column has that there.

    Examples
    --------
    >>> from pyudf.logs.formats import dissect
    >>> columns = {"at": ["1", "2"], "*k": ["colour", "size"], "&k": ["red", "7"]}
    >>> dissect.spread(columns, [("*k", "&k")])
    {'at': ['1', '2'], 'colour': ['red', None], 'size': [None, '7']}
    """
    paired = {name for pair in references for name in pair}
    found = {name: values for name, values in columns.items() if name not in paired}
    made: dict[str, list[object]] = {}
    for names, values in references:
        for row, (name, value) in enumerate(zip(columns[names], columns[values], strict=True)):
            if name is None:
                continue
            key = str(name)
            if key not in made:
                made[key] = list(found[key]) if key in found else [None] * len(columns[names])
            made[key][row] = value
    return {**found, **made}
