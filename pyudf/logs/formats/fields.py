"""logparser's headers of lines, `<Date> <Time> <Level>: <Content>`, as layouts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyudf.logs.elements import Layout, Spaces, Until
from pyudf.logs.formats.regex import Body, Names, Reader, clash
from pyudf.logs.formats.whole import settled
from pyudf.logs.typenames import canonical, typed

FIELD = re.compile(r"<(?P<name>[^<>:]+)(?::(?P<type>[^<>]+))?>")
BLANKS = re.compile(r" +")


class Fields:
    """Reads fields and blanks for a `Reader`, for which all else is a regular expression."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def __call__(self, reader: Reader) -> Body | None:
        start = reader.at
        if blanks := BLANKS.match(reader.pattern, start):
            reader.at = blanks.end()
            return (Spaces(),)
        found = FIELD.match(reader.pattern, start)
        if found is None:
            return None
        reader.at = found.end()
        try:
            kind = canonical(found["type"] or "text")
        except ValueError as refused:
            raise reader.error(str(refused), start) from None
        return (self.names.capture(found["name"].strip(), (Until(),), kind),)


def layout(header: str, *, types: Mapping[str, str] | None = None) -> Layout:
    """A header of lines, as logparser and the benchmarks of templates write it, as a layout.

    Parameters
    ----------
    header : str
        `<Name>` is a field, which takes as little as lets the rest of the line fit; the last one takes the rest.
        `<Name:int>` gives it a type. A blank stands for a run of blanks, all of it. All else is a regular expression:
        brackets are written `\\[`, and `(\\[<PID>\\])?` is a part that need not be there; its fields are missing then.
    types : mapping of str to str, optional
        Types of columns.

    Returns
    -------
    Layout
        A column for each field. Blanks before the line are left out.

    Raises
    ------
    ValueError
        For what is not a header, or cannot be matched in linear time.

    References
    ----------
    Zhu et al., Tools and Benchmarks for Automated Log Parsing, ICSE-SEIP 2019; https://github.com/logpai/logparser

    Examples
    --------
    >>> from pyudf.logs.formats import fields
    >>> [(c.name, c.type) for c in fields.layout("<Date> <Time> <Pid:int> <Component>: <Content>").columns]
    [('Date', 'text'), ('Time', 'text'), ('Pid', 'int'), ('Component', 'text'), ('Content', 'text')]
    """
    if not isinstance(header, str):
        raise TypeError(f"a header of fields is a str, got {type(header).__name__}")
    names = Names()
    body = Reader(header, names, Fields(names)).whole()
    if not names.fields:
        raise ValueError(f"header {header!r} has no field; one is written as <Name>")
    clash(body, [name for name, _ in names.fields])
    return Layout((Spaces(0), *settled(body)), typed(names.columns(), types))
