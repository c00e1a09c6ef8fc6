"""Lines of keys and values: logfmt and its kin, a column for each key."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .._lines import Lines
from .._pairs import PairSyntax
from ..table import Table
from ..workers import ProgressBar, thread_count
from .parsed import Errors, InvalidUtf8, Memory, ParsedTable, check_options, column_dict, error_table, finished
from .pattern import Pattern
from .sources import lines_of
from .typenames import canonical, has_offset

MOST_KEYS = 1000  # that become columns without being named
# Of values that are wrong, besides those that are none of their type.
REASONS = {2: "no valid UTF-8", 3: "the value is longer than 1 GiB"}

Show = Callable[[float], None]


def logfmt(
    source: Any,
    keys: Sequence[str] | None = None,
    *,
    types: Mapping[str, str] | None = None,
    errors: Errors = "keep",
    workers: int | None = None,
    invalid_utf8: InvalidUtf8 = "replace",
    progress: bool = False,
) -> ParsedTable:
    r"""Lines of logfmt, ``level=info msg="it started" ready``: a column for each key.

    Pairs have blanks or tabs between them. A value that begins with ``"`` ends with the next one that has no backslash
    before it, and may have escapes (``\"``, ``\\``, ``\n``, ``\u00e9``); any other ends at a blank. A key alone has the
    value ``true``. Of a key that stands twice in a line the last one counts.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`.
    keys : sequence of str, optional
        The keys that are wanted. If not given, all that there are, 1,000 at most, in the order in which they are first
        seen.
    types : mapping of str to str, optional
        Types of columns: `text` if not given, `int`, `float`, `ip`, `duration`, `timestamp[us]`,
        ``timestamp[us]:%d/%b/%Y``. Of any but text ``-`` and nothing are missing.
    errors : {'keep', 'null', 'drop', 'raise'}
        Of a line that is broken, or has a value that is none of its type: keep the other values before the place where
        it is broken; or none of them; or leave the row out; or raise.
    workers : int, optional
        Threads; as many as there are processors if not given.
    invalid_utf8 : {'replace', 'bytes', 'error'}
        As for `Pattern.parse`. In names of columns it becomes ``\xff`` and the like.
    progress : bool
        Show a bar.

    Returns
    -------
    ParsedTable
        A row for each line. Texts lie in the source's memory until they are asked for. A timestamp ``x`` has what its
        offset to UTC was in ``x_offset``, in minutes.

    Raises
    ------
    ValueError
        If there are more keys than 1,000 and none are given; with ``errors='raise'``, for the first line that is not
        ok.

    References
    ----------
    https://brandur.org/logfmt, https://pkg.go.dev/github.com/kr/logfmt

    Examples
    --------
    >>> from pyudf.logs import logfmt
    >>> table = logfmt(['level=info took=1.5ms msg="it started"', 'level=warn msg="cut'], types={"took": "duration"})
    >>> table
    Table of 2 rows
      level  took               msg
      info   1500 microseconds  it started
      warn   NaT                None
    >>> table.errors
    Table of 1 row
      row  position  field  reason
        1        15  msg    the quote is not closed
    """
    with ProgressBar(progress, "lines") as bar:
        threads = thread_count(workers)
        lines = lines_of(source, threads)
        return read(PairSyntax("logfmt"), lines, keys, types, errors, invalid_utf8, threads, bar.show)


def kv(
    source: Any,
    pair: str = " ",
    separator: str = "=",
    keys: Sequence[str] | None = None,
    *,
    types: Mapping[str, str] | None = None,
    errors: Errors = "keep",
    workers: int | None = None,
    invalid_utf8: InvalidUtf8 = "replace",
    progress: bool = False,
) -> ParsedTable:
    r"""Lines of keys and values with any delimiters, ``user: ada, host: ns1``: a column for each key.

    A value that begins with ``"`` ends with the next one that has no backslash before it; in it ``\"`` and ``\\`` are
    escapes. Nothing else is, so paths stay as they are.

    Parameters
    ----------
    source : column of text, path, binary file, bytes of lines, or str
        As for `Pattern.parse`.
    pair : str
        What stands between pairs, once or more.
    separator : str
        What stands between a key and its value.
    keys, types, errors, workers, invalid_utf8, progress
        As for `logfmt`.

    Returns
    -------
    ParsedTable
        As of `logfmt`.

    Raises
    ------
    ValueError
        As of `logfmt`; and if a delimiter is empty, or both are the same.

    Examples
    --------
    >>> from pyudf.logs import kv
    >>> kv("user: ada, size: 7", pair=", ", separator=": ", types={"size": "int"})
    Table of 1 row
      user  size
      ada      7
    """
    if not pair or not separator or pair == separator:
        raise ValueError(f"pair and separator are two texts of one character at least, got {pair!r} and {separator!r}")
    with ProgressBar(progress, "lines") as bar:
        threads = thread_count(workers)
        lines = lines_of(source, threads)
        syntax = PairSyntax("kv", pair.encode(), separator.encode())
        return read(syntax, lines, keys, types, errors, invalid_utf8, threads, bar.show)


def read(
    syntax: PairSyntax,
    lines: Lines,
    keys: Sequence[str] | None,
    types: Mapping[str, str] | None,
    errors: str,
    invalid_utf8: str,
    workers: int,
    show: Show | None,
) -> ParsedTable:
    """The columns of lines whose pairs are written so."""
    check_options(errors, invalid_utf8)
    finding, reading = parts(show, 2) if keys is None else (None, show)
    named = names_of_keys(syntax, lines, keys, types, workers, finding)
    kinds = dict.fromkeys(named, "text") | {name: canonical(kind) for name, kind in (types or {}).items()}
    offsets = [has_offset(kind) and f"{name}_offset" not in named for name, kind in kinds.items()]
    wanted = [*named.values()], [*kinds.values()], offsets
    arrays, ok, wrong, made = syntax.read(lines, *wanted, errors == "keep", invalid_utf8, workers, reading)
    names = {key: name for name, key in named.items()}
    memory = Memory(lines, made)
    columns = column_dict(
        {name: kind.partition(":")[0] for name, kind in kinds.items()}, arrays, memory, invalid_utf8 == "bytes"
    )
    places = []
    for _, _, key, fault, reason in wrong:
        name = names.get(key, key.decode(errors="backslashreplace"))
        places.append((name, fault or REASONS.get(reason) or f"no {kinds[name].partition(':')[0]}"))
    rows, positions = (np.array([error[at] for error in wrong], np.int64) for at in (0, 1))
    return finished(columns, ok, error_table(rows, positions, places), errors, lines)


def parts(show: Show | None, n: int) -> list[Show | None]:
    """What shows the progress of each of n parts of the work, which follow each other."""
    if show is None:
        return [None] * n
    return [lambda done, at=at: show((at + done) / n) for at in range(n)]  # type: ignore[misc]


def with_pairs(
    pattern: Pattern,
    syntax: str,
    source: Any,
    keys: Sequence[str] | None,
    types: Mapping[str, str] | None,
    *,
    errors: Errors = "keep",
    workers: int | None = None,
    unescape: bool = False,
    invalid_utf8: InvalidUtf8 = "replace",
    progress: bool = False,
) -> ParsedTable:
    """The columns of a pattern, then those of the pairs that the same lines hold; a line is ok if it is for both."""
    check_options(errors, invalid_utf8)
    with ProgressBar(progress, "lines") as bar:
        threads = thread_count(workers)
        lines = lines_of(source, threads)
        first, second = parts(bar.show, 2)
        header = pattern._parsed(lines, "keep", threads, unescape, invalid_utf8, first)
        pairs = read(PairSyntax(syntax), lines, keys, types, "keep", invalid_utf8, threads, second)
    columns, ok = dict(header._columns), header.ok & pairs.ok
    for name, column in pairs._columns.items():
        columns[unused(name, columns)] = column
    if errors == "null":
        columns = {name: column.without(~ok) for name, column in columns.items()}
    return finished(columns, ok, merged(header.errors, pairs.errors), errors, lines)


def merged(first: Table, second: Table) -> Table:
    """Errors by rows, one of each: the second one's only where the first has none."""
    second = second.taken(~np.isin(second["row"], first["row"]))
    order = np.argsort(np.concatenate([first["row"], second["row"]]), kind="stable")
    return Table({name: np.concatenate([first[name], second[name]])[order] for name in first})


def names_of_keys(
    syntax: PairSyntax,
    lines: Lines,
    keys: Sequence[str] | None,
    types: Mapping[str, str] | None,
    workers: int,
    show: Show | None,
) -> dict[str, bytes]:
    """The names of columns and the keys of each in lines; what has a type has a column even if no line has the key."""
    if keys is None:
        named: dict[str, bytes] = {}
        for key in syntax.keys(lines, MOST_KEYS, workers, show):
            named[unused(key.decode(errors="backslashreplace"), named)] = key
        return named | {name: name.encode() for name in types or {} if name not in named}
    if isinstance(keys, str):
        raise TypeError(f"keys is a sequence of keys, got {keys!r}; write [{keys!r}]")
    if len(set(keys)) < len(keys):
        raise ValueError(f"keys are all different, got {[*keys]!r}")
    for name in types or {}:
        if name not in keys:
            near = difflib.get_close_matches(name, keys, 1)
            meant = f"; did you mean {near[0]!r}?" if near else "."
            raise ValueError(f"types: no key {name!r}{meant} There are {', '.join(map(repr, keys))}.")
    return {key: key.encode() for key in keys}


def unused(name: str, used: Mapping[str, object]) -> str:
    """The name, or one like it that no column has: `name_2`. Keys may look the same where they are no UTF-8."""
    found, number = name, 1
    while found in used:
        number += 1
        found = f"{name}_{number}"
    return found
