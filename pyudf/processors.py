"""Text normalisers that run once per string before it is scored: by name, or the user's own function."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial
from operator import methodcaller
from typing import Any

from ._values import is_missing
from .signatures import nearest

__all__ = ["apply", "resolve", "table"]

Processor = Callable[[Any], Any]


class _Cleaner(dict[int, str]):
    """Code point -> its lower case, or a space if it is no letter or digit; filled as text is met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        # One code point stays one, so no rule of context (final sigma) applies: as RapidFuzz does.
        self[code] = clean = char.lower()[0] if char.isalnum() else " "
        return clean


_CLEANER = _Cleaner()


def _default(text: str) -> str:
    return text.translate(_CLEANER).strip(" ")


table: dict[str, Processor] = {
    "casefold": methodcaller("casefold"),
    "default": _default,
    "lower": methodcaller("lower"),
    "nfc": partial(unicodedata.normalize, "NFC"),
    "nfd": partial(unicodedata.normalize, "NFD"),
    "nfkc": partial(unicodedata.normalize, "NFKC"),
    "nfkd": partial(unicodedata.normalize, "NFKD"),
    "strip": methodcaller("strip"),
    "upper": methodcaller("upper"),
}


def resolve(processor: str | Processor | None) -> Processor | None:
    """Turn the ``processor`` option into a function.

    Parameters
    ----------
    processor : str, callable or None
        A name of `table`, a function of one string, or None for no processing.

    Returns
    -------
    callable or None

    Examples
    --------
    >>> resolve("default")("  New-York, NY ")
    'new york  ny'
    """
    if processor is None:
        return None
    if isinstance(processor, str):
        if processor not in table:
            raise ValueError(f"unknown processor {processor!r}; {nearest(processor, table)}")
        return table[processor]
    if callable(processor):
        return processor
    raise TypeError(
        f"processor must be a name, a function of one string or None, got {type(processor).__name__}; "
        f"names: {', '.join(table)}"
    )


def apply(processor: str | Processor | None, strings: list[Any]) -> list[Any]:
    """Process a list of strings; missing values (None, NaN, ``pd.NA``, ``pd.NaT``) pass untouched.

    Parameters
    ----------
    processor : str, callable or None
        As in `resolve`; None returns `strings` itself.
    strings : list
        ``str`` or ``bytes``, with missing values.

    Returns
    -------
    list
        As long as `strings`.

    Examples
    --------
    >>> apply("casefold", ["Straße", None])
    ['strasse', None]
    """
    function = resolve(processor)
    if function is None:
        return strings
    name = repr(processor) if isinstance(processor, str) else getattr(function, "__name__", "the function")
    return [
        value if is_missing(value) else _process(function, name, row, value, named=isinstance(processor, str))
        for row, value in enumerate(strings)
    ]


def _process(function: Processor, name: str, row: int, value: Any, *, named: bool) -> Any:
    try:
        result = function(value)
    except (TypeError, AttributeError) as error:
        if not named or isinstance(value, str):
            raise
        remedy = "decode it first" if isinstance(value, bytes) else "convert it with str()"
        kind = type(value).__name__
        raise TypeError(f"row {row}: processor {name} takes text, got {kind}; {remedy}") from error
    if isinstance(result, (str, bytes)):
        return result
    raise TypeError(
        f"row {row}: processor {name} must return str or bytes, returned {type(result).__name__} "
        f"for {value!r}; put missing values into the column itself"
    )
