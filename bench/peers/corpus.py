"""Strings of bench/data: samples, pairs of rows, and the containers that they come in."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "data"
SEED = 7
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# name: (file, shortest and longest string taken from it)
DATASETS: dict[str, tuple[str, int, int]] = {
    "words": ("words.txt", 1, 100),
    "names": ("names.txt", 1, 100),
    "addresses": ("addresses.txt", 1, 100),
    "non-ASCII names": ("names_non_ascii.txt", 1, 100),
    "texts of 150": ("long_texts.txt", 120, 300),
    "texts of 1000": ("long_texts.txt", 900, 1200),
}


@cache
def lines(data: str) -> tuple[str, ...]:
    """All strings of a data set, in the order of the file."""
    file, shortest, longest = DATASETS[data]
    found = (DATA / file).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in found if shortest <= len(line) <= longest)


def digests() -> dict[str, dict[str, Any]]:
    """Bytes and SHA-256 of each file used."""
    files = sorted({file for file, _, _ in DATASETS.values()})
    contents = {file: (DATA / file).read_bytes() for file in files}
    return {file: {"bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()[:16]} for file, c in contents.items()}


def halves(data: str, size: int) -> tuple[list[str], list[str]]:
    """Two lists of `size` strings (or as many as there are), without a common line, for a matrix."""
    found = random.Random(SEED).sample(lines(data), min(2 * size, len(lines(data))))
    middle = len(found) // 2
    return found[:middle], found[middle:]


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


def many_names(count: int, seed: int = SEED) -> list[str]:
    """Distinct full names: the first and last names of the data set, combined anew."""
    firsts, lasts = zip(*(line.split(" ", 1) for line in lines("names")), strict=True)
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{draw.choice(firsts)} {draw.choice(lasts)}"] = None
    return list(found)


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
