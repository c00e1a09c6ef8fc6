"""Formats of logs as the command line names them: ``combined``, ``nginx:FORMAT``, ``syslog``, ``auto``."""

from __future__ import annotations

import argparse
import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .. import logs
from ..logs.parsed import ParsedTable
from ..logs.sources import batches_of
from ..signatures import nearest

#: The format that is found out by looking at the first file.
AUTO = "auto"

_SAMPLE = 1000  # lines that are looked at for it

_CONSTANTS = {"common": logs.COMMON, "combined": logs.COMBINED, "vhost_combined": logs.VHOST_COMBINED}
_LANGUAGES: dict[str, Callable[..., logs.Pattern]] = {
    "nginx": logs.Pattern.nginx,
    "apache": logs.Pattern.apache,
    "dissect": logs.Pattern.dissect,
    "fields": logs.Pattern.fields,
    "grok": logs.Pattern.grok,
    "regex": logs.Pattern.regex,
}


def _logfmt(lines: Any, *, unescape: bool = False, **options: Any) -> ParsedTable:
    """Escapes stand in quoted values alone, and are always undone."""
    return logs.logfmt(lines, **options)


def _all_lines(lines: Any, rows: int) -> Any:
    return lines


def _behind_names(lines: Any, rows: int) -> Any:
    return lines[len(lines) - rows :]


def _without_directives(lines: Any, rows: int) -> Any:
    return lines.taken(~lines.starting_with(b"#"))


# Ready parsers; and of those whose columns are named within the file: which of its lines became rows.
_PARSERS: dict[str, tuple[Callable[..., ParsedTable], Callable[[Any, int], Any] | None]] = {
    "alb": (logs.alb, None),
    "cef": (logs.cef, None),
    "glog": (logs.glog, None),
    "logfmt": (_logfmt, _all_lines),
    "syslog": (logs.syslog, None),
    "vpc_flow": (logs.vpc_flow, _behind_names),
    "w3c": (logs.w3c, _without_directives),
}


@dataclass(frozen=True)
class Reader:
    """What makes a table of lines.

    Attributes
    ----------
    parse : callable
        Takes lines and the options of `Pattern.parse`.
    rows_of : callable, optional
        Given where files are read whole, for their heads name the columns: which of the lines became rows.
    """

    parse: Callable[..., ParsedTable]
    rows_of: Callable[[Any, int], Any] | None = None

    def takes(self, option: str) -> bool:
        """Whether `parse` has an option by name."""
        return option in inspect.signature(self.parse).parameters


def format_argument(text: str) -> Reader | str:
    """An argument that names a format; `AUTO` is left as it is.

    Raises
    ------
    argparse.ArgumentTypeError
        With what was perhaps meant, or what is wrong with the pattern.
    """
    name, colon, pattern = text.partition(":")
    if text == AUTO:
        return AUTO
    try:
        if text in _CONSTANTS:
            return Reader(_CONSTANTS[text].parse)
        if name in _LANGUAGES and colon:
            return Reader(_LANGUAGES[name](pattern).parse)
        if name == "logfmt" and colon:
            return Reader(partial(_logfmt, keys=[key.strip() for key in pattern.split(",")]))
    except (TypeError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{name}: {' '.join(str(error).split())}") from None
    if text in _PARSERS:
        return Reader(*_PARSERS[text])
    if name in _LANGUAGES:
        raise argparse.ArgumentTypeError(f"{name} needs a pattern: --format '{name}:…'")
    names = [AUTO, *_CONSTANTS, *_PARSERS, *(f"{language}:…" for language in _LANGUAGES)]
    raise argparse.ArgumentTypeError(f"unknown format {text!r}; {nearest(text, names)}")


def suggested(path: str) -> tuple[Reader, str]:
    """What reads a file, by its first lines, and the source of an expression that does the same in Python."""
    try:
        expression = logs.Pattern.suggest(next(batches_of(Path(path), _SAMPLE), []))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return _reader_of(expression, path), expression


def _reader_of(expression: str, path: str) -> Reader:
    """The reader that an expression of `Pattern.suggest` stands for."""
    call = ast.parse(expression, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    name, options = call.func.attr, {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    if name in _LANGUAGES:
        given = call.args[0]
        pattern = getattr(logs, given.attr) if isinstance(given, ast.Attribute) else ast.literal_eval(given)
        return Reader(_LANGUAGES[name](pattern, **options).parse)
    if name in _PARSERS:
        parse, rows_of = _PARSERS[name]
        return Reader(partial(parse, **options), rows_of)
    raise ValueError(f"{path}: its lines are read by {expression}, not by this command")
