"""Strings of bench/data: samples, pairs of rows, and the containers that they come in."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import random
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "data"
SEED = 7
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# name: (file, what a line must have in it, how long the lines are made anew; 0: they stay)
DATASETS: dict[str, tuple[str, str, int]] = {
    "words": ("words.txt", ".", 0),
    "names": ("names.txt", ".", 0),
    "addresses": ("addresses.txt", "^.{1,100}$", 0),
    "non-ASCII names": ("names_non_ascii.txt", ".", 0),
    "Hangul": ("names_non_ascii.txt", "[가-힣]", 0),
    "Cyrillic": ("names_non_ascii.txt", "[а-я]", 0),
    "texts of 150": ("long_texts.txt", ".", 150),
    "texts of 1000": ("long_texts.txt", ".", 1000),
}


@cache
def lines(data: str) -> tuple[str, ...]:
    """All strings of a data set, in the order of the file."""
    file, needed, width = DATASETS[data]
    found = (DATA / file).read_text(encoding="utf-8").splitlines()
    if width:  # the last line is what was left
        found = textwrap.wrap(" ".join(found), width, break_on_hyphens=False)[:-1]
    return tuple(line for line in found if re.search(needed, line))


def digests() -> dict[str, dict[str, Any]]:
    """Bytes and SHA-256 of each file used."""
    files = sorted({file for file, *_ in DATASETS.values()})
    contents = {file: (DATA / file).read_bytes() for file in files}
    return {file: {"bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()[:16]} for file, c in contents.items()}


def edited(text: str, draw: random.Random) -> str:
    """The string with one character replaced, left out or put in."""
    at = draw.randrange(len(text))
    new, skipped = draw.choice([(draw.choice(LETTERS), 1), ("", 1), (draw.choice(LETTERS), 0)])
    return text[:at] + new + text[at + skipped :]


def rows(data: str, count: int) -> tuple[list[str], list[str]]:
    """Two columns: every other row pairs a string with an edited self, the rest with another string."""
    draw = random.Random(SEED)
    left = draw.choices(lines(data), k=count)
    other = draw.choices(lines(data), k=count)
    return left, [edited(a, draw) if i % 2 else b for i, (a, b) in enumerate(zip(left, other, strict=True))]


def recombined(data: str, seed: int = SEED) -> Iterator[str]:
    """Distinct strings without end, each the beginning of one of the data set's and the end of another."""
    found = [(line[: _cut(line)], line[_cut(line) :]) for line in lines(data)]
    draw = random.Random(seed)
    seen = set()
    while True:
        text = draw.choice(found)[0] + draw.choice(found)[1]
        if text not in seen:
            seen.add(text)
            yield text


def _cut(line: str) -> int:
    """Behind the first part of an address or of a name; in the middle of a word."""
    marks = (line.find(mark) + len(mark) for mark in (", ", " ") if mark in line)
    return next(marks, len(line) // 2)


def many_names(count: int, seed: int = SEED) -> list[str]:
    """Distinct full names: the first and last names of the data set, combined anew."""
    return list(islice(recombined("names", seed), count))


@cache
def sides(data: str, size: int) -> tuple[list[str], list[str]]:
    """Two lists of `size` strings for a matrix, none twice; a small data set is filled up with recombined strings."""
    draw = random.Random(SEED)
    found = dict.fromkeys(draw.sample(lines(data), min(2 * size, len(lines(data)))))
    more = recombined(data)
    while len(found) < 2 * size:
        found[next(more)] = None
    texts = draw.sample(list(found), 2 * size)
    return texts[:size], texts[size:]


def two_lists_of_names(count: int) -> tuple[list[str], list[str]]:
    """Two columns to join: half of the right names are left names with one edit."""
    left, right = many_names(count), many_names(count, SEED + 1)
    draw = random.Random(SEED)
    mixed = [edited(a, draw) if i % 2 else b for i, (a, b) in enumerate(zip(left, right, strict=True))]
    draw.shuffle(mixed)
    return left, mixed


# name: (library, how to make the container of a list of strings, how RapidFuzz can read it)
Container = tuple[str, Callable[[list[str]], Any], Callable[[Any], Any]]


def as_it_is(values: Any) -> Any:
    """RapidFuzz takes the container itself."""
    return values


def to_pylist(values: Any) -> list[str]:
    """RapidFuzz cannot read Arrow's scalars; its users convert first."""
    return values.to_pylist()  # type: ignore[no-any-return]


def _library(name: str) -> Any:
    return importlib.import_module(name)


CONTAINERS: dict[str, Container] = {
    "list": ("numpy", list, as_it_is),
    "NumPy object": ("numpy", lambda v: np.array(v, dtype=object), as_it_is),
    "NumPy U": ("numpy", lambda v: np.array(v, dtype=np.str_), as_it_is),
    "NumPy StringDType": ("numpy", lambda v: np.array(v, dtype=np.dtypes.StringDType()), as_it_is),
    "pandas Series": ("pandas", lambda v: _library("pandas").Series(v), as_it_is),
    "pandas Series of object": ("pandas", lambda v: _library("pandas").Series(v, dtype=object), as_it_is),
    "Arrow array": ("pyarrow", lambda v: _library("pyarrow").array(v), to_pylist),
    "Polars Series": ("polars", lambda v: _library("polars").Series(v), as_it_is),
}


def containers() -> dict[str, Container]:
    """The containers whose library is installed."""
    return {name: kind for name, kind in CONTAINERS.items() if importlib.util.find_spec(kind[0])}
