"""Patterns: formats of lines, compiled once, that parse any number of them into columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import _parsing
from .._lines import Lines
from ..optional import require
from ..table import Column as TableColumn
from ..table import Values
from ..workers import ProgressBar, thread_count
from .elements import Layout
from .formats import apache, dissect, fields, grok, nginx, regex, suggest
from .parsed import Errors, InvalidUtf8, Memory, ParsedTable, check_options, column_dict, error_table, finished
from .program import Program, compiled
from .sources import batches_of, lines_of
from .typenames import has_offset

_SAMPLE = 1000  # lines that are looked at for a suggestion
_GAVE_UP = "there are too many ways to try for so long a line"


class Pattern:
    """A format of lines: immutable, cheap to pickle, used by any number of threads.

    Made by `Pattern.nginx`, `apache`, `dissect`, `fields`, `grok`, `regex` and `any`. Lines are matched in time that
    grows with their length only, whatever they hold.

    Examples
    --------
    >>> from pyudf.logs import Pattern
    >>> pattern = Pattern.dissect("%{level->} [%{thread}] %{size} bytes", types={"size": "int"})
    >>> table = pattern.parse(["INFO   [main] 10 bytes", "WARN   [io-1] many bytes", "?"])
    >>> table
    Table of 3 rows
      level  thread  size
      INFO   main    10.0
      WARN   io-1     nan
      None   None     nan
    >>> table.ok
    array([ True, False, False])
    >>> table.errors
    Table of 2 rows
      row  position  field  reason
        1        14  size   no int
        2         1  level  no ' [' up to the end of the line
    """

    __slots__ = ("_compiled", "_indexed", "_layouts", "_shown")

    _layouts: tuple[Layout, ...]
    _shown: str
    _indexed: bool
    _compiled: _Compiled | None

    def __init__(self) -> None:
        raise TypeError("a Pattern is made by Pattern.nginx, apache, dissect, fields, grok, regex or any")

    @classmethod
    def _of(cls, layouts: Sequence[Layout], shown: str, indexed: bool = False) -> Pattern:
        self = object.__new__(cls)
        for name, value in {
            "_layouts": tuple(layouts), "_shown": shown, "_indexed": indexed, "_compiled": None,
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)
        self._ready()
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Pattern does not change; make another one with the {name} that it should have")

    def _ready(self) -> _Compiled:
        if self._compiled is None:
            object.__setattr__(self, "_compiled", _Compiled(self._layouts))
        assert self._compiled is not None
        return self._compiled

    @classmethod
    def nginx(
        cls, log_format: str | Pattern, *, escape: str = "default", types: Mapping[str, str] | None = None
    ) -> Pattern:
        """A ``log_format`` of nginx.

        Parameters
        ----------
        log_format : str
            The format, or the whole directive.
        escape : {'default', 'json', 'none'}
            As in the directive.
        types : mapping of str to str, optional
            Types of columns (`int`, `float`, `text`, `ip`, `duration`, `timestamp[us]`, `timestamp[us]:%d/%b/%Y`);
            known variables have theirs.

        Returns
        -------
        Pattern
            A column for each variable, named as it is without ``$``.

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> Pattern.nginx('$remote_addr "$request" $status').parse('::1 "GET / HTTP/1.1" 200')["status"]
        array([200])
        """
        if isinstance(log_format, Pattern):
            return log_format
        layout = nginx.layout(log_format, escape=escape, types=types)
        return cls._of([layout], f"Pattern.nginx({log_format!r})")

    @classmethod
    def apache(cls, log_format: str | Pattern, *, types: Mapping[str, str] | None = None) -> Pattern:
        """A ``LogFormat`` of Apache's httpd; ``COMMON``, ``COMBINED`` and ``VHOST_COMBINED`` are there already.

        Parameters
        ----------
        log_format : str
            The format, or the whole directive.
        types : mapping of str to str, optional
            Types of columns; known directives have theirs.

        Returns
        -------
        Pattern
            Columns are named as nginx's variables are: ``%h`` is ``remote_addr``.

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> Pattern.apache('%h "%r" %>s').parse('::1 "GET / HTTP/1.1" 200')["request"]
        array(['GET / HTTP/1.1'], dtype=object)
        """
        if isinstance(log_format, Pattern):
            return log_format
        return cls._of([apache.layout(log_format, types=types)], f"Pattern.apache({log_format!r})")

    @classmethod
    def dissect(cls, pattern: str, *, types: Mapping[str, str] | None = None, append_separator: str = "") -> Pattern:
        """A pattern of Elastic's dissect: keys, and the text between them.

        Parameters
        ----------
        pattern : str
            ``%{key}``, appended ``%{+key}`` and in an order ``%{+key/2}``, padded ``%{key->}``, skipped ``%{?key}``,
            references ``%{*key}`` and ``%{&key}``.
        types : mapping of str to str, optional
            Types of columns, text if not given.
        append_separator : str
            What stands between appended parts.

        Returns
        -------
        Pattern

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> Pattern.dissect("%{user}@%{host}").parse(["ada@example.org"])["host"]
        array(['example.org'], dtype=object)
        """
        layout = dissect.layout(pattern, types=types, append_separator=append_separator)
        return cls._of([layout], f"Pattern.dissect({pattern!r})")

    @classmethod
    def fields(cls, header: str, *, types: Mapping[str, str] | None = None) -> Pattern:
        r"""A header as logparser's benchmarks have them: names in angles, what stands between them, optional groups.

        Parameters
        ----------
        header : str
            Such as ``<Date> <Time> <Level> <Component>(\[<PID>\])?: <Content>``, with types as in ``<PID:int>``.
        types : mapping of str to str, optional
            Types of columns, text if not given.

        Returns
        -------
        Pattern

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> pattern = Pattern.fields(r"<Component>(\[<PID:int>\])?: <Content>")
        >>> pattern.parse(["su[7]: ok", "su: ok"])["PID"]
        array([ 7., nan])
        """
        return cls._of([fields.layout(header, types=types)], f"Pattern.fields({header!r})")

    @classmethod
    def grok(
        cls, pattern: str, *, patterns: Mapping[str, str] | None = None, types: Mapping[str, str] | None = None
    ) -> Pattern:
        """A pattern of grok: regular expressions with names for parts that are often used.

        Parameters
        ----------
        pattern : str
            With ``%{NAME}``, ``%{NAME:column}``, ``%{NAME:column:int}``; found anywhere in a line.
        patterns : mapping of str to str, optional
            Definitions besides Logstash's, or instead of them.
        types : mapping of str to str, optional
            Types of columns.

        Returns
        -------
        Pattern

        Raises
        ------
        ValueError
            For what is not matched in linear time, such as looking ahead more than one character.

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> Pattern.grok("%{IP:client} %{NUMBER:bytes:int}").parse("from 10.0.0.1 15 of 20")["bytes"]
        array([15])
        """
        layout = grok.layout(pattern, patterns=patterns, types=types)
        return cls._of([layout], f"Pattern.grok({pattern!r})")

    @classmethod
    def regex(cls, pattern: str, *, types: Mapping[str, str] | None = None) -> Pattern:
        """A regular expression; its named groups are the columns.

        Parameters
        ----------
        pattern : str
            With groups ``(?P<name>…)``; found anywhere in a line, as by ``re.search``.
        types : mapping of str to str, optional
            Types of columns.

        Returns
        -------
        Pattern

        Raises
        ------
        ValueError
            For what is not matched in linear time: back-references, looking at more than one character.

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> Pattern.regex(r"took (?P<time>[0-9.]+)s", types={"time": "float"}).parse(["it took 1.5s"])["time"]
        array([1.5])
        """
        return cls._of([regex.layout(pattern, types=types)], f"Pattern.regex({pattern!r})")

    @classmethod
    def any(cls, patterns: Sequence[Pattern]) -> Pattern:
        """The first of several patterns that a line fits.

        Parameters
        ----------
        patterns : sequence of Pattern

        Returns
        -------
        Pattern
            The columns of all of them, and ``pattern_index`` (int16), missing where none fits.

        Raises
        ------
        ValueError
            If a column has two types.

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> either = Pattern.any([Pattern.dissect("a=%{a}"), Pattern.dissect("b=%{b}")])
        >>> either.parse(["b=1", "a=2"])
        Table of 2 rows
          a     b     pattern_index
          None  1                 1
          2     None              0
        """
        if isinstance(patterns, Pattern) or not all(isinstance(pattern, Pattern) for pattern in patterns):
            raise TypeError(f"Pattern.any takes a sequence of patterns, got {patterns!r}")
        if not patterns:
            raise ValueError("Pattern.any needs one pattern at least")
        shown = ", ".join(map(repr, patterns))
        return cls._of([layout for pattern in patterns for layout in pattern._layouts], f"Pattern.any([{shown}])", True)

    @staticmethod
    def suggest(sample: Any) -> str:
        """The source of an expression that reads lines like these.

        Parameters
        ----------
        sample : column of text, path, binary file or bytes of lines
            The first thousand lines are looked at.

        Returns
        -------
        str

        Examples
        --------
        >>> from pyudf.logs import Pattern
        >>> Pattern.suggest(["2024-05-01T10:00:00Z started", "2024-05-01T10:00:01Z slow"])
        "pyudf.logs.Pattern.dissect('%{time} %{message}', types={'time': 'timestamp[us]'})"
        """
        lines = [line for line in lines_of(sample)[:_SAMPLE] if line]
        return suggest.suggest(lines, _count_fits)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that lines are parsed to."""
        made = self._ready()
        names = [
            name
            for column in made.types
            for name in ((column, f"{column}_offset") if made.offsets[column] else (column,))
        ]
        return (*names, *(["pattern_index"] if self._indexed else []))

    def parse(
        self,
        source: Any,
        *,
        errors: Errors = "keep",
        workers: int | None = None,
        unescape: bool = False,
        invalid_utf8: InvalidUtf8 = "replace",
        progress: bool = False,
    ) -> ParsedTable:
        """Lines as columns, a row for each line.

        Parameters
        ----------
        source : column of text, path, binary file, bytes of lines, or str
            A column has a line in each row; files may be compressed by gzip or Zstandard; a str is one line.
        errors : {'keep', 'null', 'drop', 'raise'}
            Of a line that does not fit, keep the fields before the place where it did not; or none of them; or leave
            the row out; or raise.
        workers : int, optional
            Threads; as many as there are processors if not given.
        unescape : bool
            Undo what servers escape in texts: ``\\x22``, ``\\"``, ``\\u00e9``.
        invalid_utf8 : {'replace', 'bytes', 'error'}
            Replace what is no UTF-8 in texts by U+FFFD; or have columns of bytes; or count such a line as one that does
            not fit.
        progress : bool
            Show a bar.

        Returns
        -------
        ParsedTable
            A `Table` with `ok` and `errors`. Texts lie in the source's memory until they are asked for. Timestamps are
            in UTC; what their offset was stands in ``<name>_offset``, in minutes.

        Raises
        ------
        ValueError
            With ``errors='raise'``, for the first line that does not fit.
        """
        with ProgressBar(progress, "lines") as bar:
            threads = thread_count(workers)
            return self._parsed(lines_of(source, threads), errors, threads, unescape, invalid_utf8, bar.show)

    def iter_batches(
        self,
        source: Any,
        *,
        rows: int = 1_000_000,
        errors: Errors = "keep",
        workers: int | None = None,
        unescape: bool = False,
        invalid_utf8: InvalidUtf8 = "replace",
    ) -> Iterator[ParsedTable]:
        """Lines as tables of so many rows, one after the other: for files that are larger than memory.

        Parameters
        ----------
        source : path or binary file
        rows : int
            Lines of a batch.
        errors, workers, unescape, invalid_utf8
            As for `parse`. Rows of errors are counted from the source's first line.

        Yields
        ------
        ParsedTable
        """
        if rows < 1:
            raise ValueError(f"rows must be at least 1, got {rows}")
        before = 0
        for lines in batches_of(source, rows):
            yield self._parsed(lines, errors, thread_count(workers), unescape, invalid_utf8, None, before)
            before += len(lines)

    def expr(self, lines: Any, *, unescape: bool = False) -> Any:
        """A Polars expression: a struct of the columns for each line of an expression of text.

        Parameters
        ----------
        lines : polars.Expr
        unescape : bool
            As for `parse`.

        Returns
        -------
        polars.Expr
            Name its fields with ``.struct.unnest()``.
        """
        pl = require("polars", "polars")
        schema = self.parse([], workers=1).to_polars().schema

        def parsed(series: Any) -> Any:
            return self.parse(series, unescape=unescape).to_polars().to_struct(series.name)

        return lines.map_batches(parsed, return_dtype=pl.Struct(schema), is_elementwise=True)

    def explain(self) -> str:
        """The columns, and the steps that lines go through."""
        made = self._ready()
        told = [f"{self!r}"]
        for number, (layout, program) in enumerate(zip(self._layouts, made.programs, strict=True)):
            told.append(f"pattern {number}: {'columns' if layout.columns else 'no columns'}")
            told += [f"  {column.name}: {column.type}" for column in layout.columns]
            told.append("steps")
            told += [f"  {at:3} {step}" for at, step in enumerate(program.steps)]
        return "\n".join(told)

    def _parsed(
        self,
        lines: Lines,
        errors: str,
        workers: int,
        unescape: bool,
        invalid_utf8: str,
        show: Callable[[float], None] | None,
        before: int = 0,
    ) -> ParsedTable:
        check_options(errors, invalid_utf8)
        made = self._ready()
        kinds = list(made.types.values())
        arrays, ok, index, wrong, texts = _parsing.parse(
            made.loaded,
            lines,
            kinds,
            list(made.offsets.values()),
            errors == "keep",
            unescape,
            invalid_utf8,
            workers,
            show,
        )
        memory = Memory(lines, texts)
        columns = self._spread(column_dict(made.types, arrays, memory, invalid_utf8 == "bytes"))
        if self._indexed:
            columns["pattern_index"] = Values(index, index < 0)
        found = error_table(wrong["row"] + before, wrong["position"], made.places(wrong))
        return finished(columns, ok, found, errors, lines)

    def _spread(self, columns: dict[str, TableColumn]) -> dict[str, TableColumn]:
        """Dissect's references as columns of their own."""
        references = [pair for layout in self._layouts for pair in layout.references]
        if not references:
            return columns
        named = {name for pair in references for name in pair}
        arrays: dict[str, Sequence[object]] = {name: columns[name].array() for name in named}  # type: ignore[misc]
        others = {name: column for name, column in columns.items() if name not in named}
        made = dissect.spread(arrays, references)
        return {**others, **{name: Values(np.array([*values], object)) for name, values in made.items()}}

    def __reduce__(self) -> tuple[Any, ...]:
        return Pattern._of, (self._layouts, self._shown, self._indexed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and (self._layouts, self._indexed) == (other._layouts, other._indexed)

    def __hash__(self) -> int:
        return hash((self._layouts, self._indexed))

    def __repr__(self) -> str:
        return self._shown


class _Compiled:
    """Programs of layouts that have their columns in one table."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self.types: dict[str, str] = {}
        self.offsets: dict[str, bool] = {}
        for column in (column for layout in layouts for column in layout.columns):
            kind = column.type.partition(":")[0]
            if self.types.setdefault(column.name, kind) != kind:
                raise ValueError(
                    f"column {column.name!r} is {self.types[column.name]} in one pattern and {kind} in another"
                )
            self.offsets[column.name] = self.offsets.get(column.name, False) or has_offset(column.type)
        outputs = {name: at for at, name in enumerate(self.types)}
        self.programs: list[Program] = [compiled(layout, outputs) for layout in layouts]
        self.loaded = _parsing.Programs([program.code for program in self.programs])

    def places(self, wrong: Any) -> list[tuple[str, str]]:
        """The field and the reason of each error."""
        others = {2: "no valid UTF-8", 3: _GAVE_UP}
        found = []
        for error in wrong:
            field, reason = self.programs[error["program"]].places[error["step"]]
            found.append((field, others.get(int(error["reason"]), reason)))
        return found


def _count_fits(layout: Layout, lines: Sequence[bytes]) -> int:
    return int(np.count_nonzero(Pattern._of([layout], "").parse([*lines], workers=1).ok))
