"""Tests of cpp_utils: single values, missing values, columns, matrices."""

import numpy as np
import pytest

import cpp_utils


@pytest.mark.parametrize(
    ("s1", "s2", "expected"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("same", "same", 0)],
)
def test_known_distances(s1, s2, expected):
    assert cpp_utils.calc_distance(s1, s2) == expected


def test_missing_values_stay_missing():
    assert cpp_utils.calc_distance("kitten", None) is None


def test_columns():
    distances = cpp_utils.calc_distance(["kitten", "flaw"], ["sitting", "lawn"])
    np.testing.assert_array_equal(distances, [3, 2])


def test_matrix():
    matrix = cpp_utils.calc_distance.outer(["kitten", "mitten"], ["sitting", "kitten"])
    np.testing.assert_array_equal(matrix, [[3, 0], [3, 1]])
