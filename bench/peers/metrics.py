"""The ten metrics by name, in pyudf, in RapidFuzz and, for one, in plain Python."""

from __future__ import annotations

from typing import Any

from rapidfuzz import distance

import pyudf

RAPIDFUZZ = {
    "levenshtein": distance.Levenshtein,
    "osa": distance.OSA,
    "damerau_levenshtein": distance.DamerauLevenshtein,
    "hamming": distance.Hamming,
    "indel": distance.Indel,
    "lcs_seq": distance.LCSseq,
    "jaro": distance.Jaro,
    "jaro_winkler": distance.JaroWinkler,
    "prefix": distance.Prefix,
    "postfix": distance.Postfix,
}
METRICS = tuple(RAPIDFUZZ)
COUNTS = tuple(name for name in METRICS if not name.startswith("jaro"))  # distances that are whole numbers


def ours(metric: str, form: str = "distance") -> Any:
    """The function of pyudf; calling a metric is its distance form."""
    return getattr(pyudf, metric) if form == "distance" else getattr(getattr(pyudf, metric), form)


def theirs(metric: str, form: str = "distance") -> Any:
    """The function of RapidFuzz."""
    return getattr(RAPIDFUZZ[metric], form)


def python_levenshtein(a: str, b: str) -> int:
    """Levenshtein distance as a textbook writes it: two rows of the table."""
    above = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
        above = row
    return above[-1]
