"""Templates of Drain as layouts: tokens with blanks between them, parameters as columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pyudf.logs.elements import ALL, Capture, Column, Either, Element, Layout, Literal, Repeat, Span, Until

BLANKS = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
SOLID = bytes(sorted(set(ALL) - set(BLANKS)))
PARAMETER = re.compile(r"<(\*|[A-Z]+)>")
# Masks of what may have blanks in it.
SPACED = frozenset(("timestamp", "quoted"))


def layout(
    tokens: Sequence[str], masks: Collection[str], delimiters: Sequence[str] = (), any_spaced: bool = False
) -> Layout:
    """A template as a layout of whole messages.

    Parameters
    ----------
    tokens : sequence of str
        The template's tokens; parameters are `<*>` and the names of masks, such as `<IP>`.
    masks : collection of str
        The masks that messages were put under.
    delimiters : sequence of str
        What stands between tokens besides blanks.
    any_spaced : bool
        Any parameter may have blanks in it.

    Returns
    -------
    Layout
        A column of text for each parameter, named by its mask, or `parameter`; the second one `parameter_2`.

    Examples
    --------
    >>> from pyudf.logs.formats import template
    >>> [column.name for column in template.layout(["from", "<IP>", "to", "<IP>:", "<*>"], ["ip"]).columns]
    ['ip', 'ip_2', 'parameter']
    """
    spaced = any_spaced or not SPACED.isdisjoint(masks)
    names: list[str] = []
    elements: list[Element] = [gap(delimiters, 0)]
    for at, token in enumerate(tokens):
        if at:
            elements.append(gap(delimiters, 1))
        for piece, mask in pieces(token, masks):
            if mask is None:
                elements.append(Literal(piece.encode("utf-8", "surrogateescape")))
                continue
            names.append("parameter" if mask == "*" else mask)
            held = Until(least=1) if mask in SPACED or (mask == "*" and spaced) else Span(SOLID, 1)
            elements.append(Capture(len(names) - 1, (held,)))
    elements.append(gap(delimiters, 0))
    return Layout(tuple(elements), tuple(columns_of(names)))


def gap(delimiters: Sequence[str], least: int) -> Element:
    if not delimiters:
        return Span(BLANKS, least)
    ways: list[tuple[Element, ...]] = [(Span(BLANKS, 1),), *((Literal(one.encode()),) for one in delimiters)]
    return Repeat((Either(tuple(ways)),), least)


def pieces(token: str, masks: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """The parts of a token: texts, and parameters by their masks."""
    at = 0
    for found in PARAMETER.finditer(token):
        mask = found[1].lower()
        if mask != "*" and mask not in masks:
            continue
        if found.start() > at:
            yield token[at : found.start()], None
        yield found[0], mask
        at = found.end()
    if at < len(token):
        yield token[at:], None


def columns_of(names: Sequence[str]) -> Iterator[Column]:
    seen: dict[str, int] = {}
    for number, name in enumerate(names):
        seen[name] = count = seen.get(name, 0) + 1
        yield Column(name if count == 1 else f"{name}_{count}", "text", (number,))
