"""A program of a user, for type checkers only: test_house.py runs mypy over it."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import pyudf
from pyudf.text import hamming, jaro_winkler

words = ["kitten", None, "mitten"]
array: NDArray[np.str_] = np.array(["sitting", "kitten", "bitten"])

# Values give values.
assert_type(pyudf.levenshtein("kitten", "sitting"), int)
assert_type(pyudf.levenshtein("kitten", "sitting", weights=(1, 1, 2), score_cutoff=3), int)
assert_type(pyudf.levenshtein(b"kitten", b"sitting"), int)
assert_type(pyudf.levenshtein.similarity("kitten", "sitting"), int)
assert_type(pyudf.levenshtein.normalized_distance("kitten", "sitting", score_cutoff=0.5), float)
assert_type(jaro_winkler("martha", "marhta", prefix_weight=0.2), float)
assert_type(hamming(s1="abc", s2="abcd", pad=True, processor="casefold"), int)

# Lists and arrays give arrays, with a text repeated.
assert_type(pyudf.levenshtein(words, "kitten", workers=1), NDArray[Any])
assert_type(pyudf.levenshtein("kitten", array, progress=False), NDArray[Any])
assert_type(pyudf.jaro(words, array, processor=str.upper), NDArray[np.float64])
assert_type(pyudf.jaro(words, array, out=np.empty(3)), NDArray[np.float64])

# All pairs.
assert_type(pyudf.levenshtein.outer(words, array, dtype="float32", na_score=-1), NDArray[Any])
assert_type(pyudf.cdist(words, array, metric="jaro", form="similarity", dtype=np.float64), NDArray[Any])
assert_type(pyudf.cdist(words, metric=pyudf.hamming, pad=True), NDArray[Any])
assert_type(pyudf.pdist(words, pyudf.levenshtein.normalized_similarity, workers=None), NDArray[Any])
assert_type(pyudf.topk(words, array, k=2), tuple[NDArray[Any], NDArray[np.int64]])
rows, columns, scores = pyudf.pairs_within(words, score_cutoff=1)
assert_type(rows, NDArray[np.int64])
assert_type(scores, NDArray[Any])
assert_type(pyudf.dedupe(words, score_cutoff=1), NDArray[np.int64])
assert_type(pyudf.__version__, str)

# What is wrong is seen: an ignored line without an error would be an error itself.
pyudf.levenshtein("kitten", 5)  # type: ignore[call-overload]
pyudf.levenshtein("kitten")  # type: ignore[call-overload]
pyudf.levenshtein("kitten", "sitting", pad=True)  # type: ignore[call-overload]
pyudf.levenshtein("kitten", "sitting", weights=1)  # type: ignore[call-overload]
pyudf.levenshtein.distances("kitten", "sitting")  # type: ignore[attr-defined]
pyudf.pairs_within(words)  # type: ignore[call-arg]
pyudf.topk(words, array, k="two")  # type: ignore[arg-type]
