"""The library in plain C: abi.h alone is enough, in strict C11, and Python cannot tell the difference."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pyudf

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "docs/examples/plain_c.c"

pytestmark = pytest.mark.skipif(not SOURCE.is_file(), reason="the source tree is not here")


@pytest.fixture(scope="module")
def plain_c(tmp_path_factory):
    place = tmp_path_factory.mktemp("plain_c") / "plain_c.so"
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden"]
    include = ["-I", ROOT / "libcore/include"]
    subprocess.run([os.environ.get("CC", "cc"), *flags, *include, SOURCE, "-lm", "-o", place], check=True)
    module = pyudf.load(place)
    sys.modules[module.__name__] = module
    return module


def test_it_is_a_module_like_any_other(plain_c):
    assert plain_c.__name__ == "plain_c"
    assert plain_c.__doc__ == "Two functions in C."
    assert plain_c.__all__ == ["count_byte", "length"]
    assert plain_c.length.__doc__.startswith("The length of the longest side of a right triangle.")
    finder = doctest.DocTestFinder().find(plain_c.length, "length", module=False, globs={"plain_c": plain_c})
    assert doctest.DocTestRunner().run(finder[0]).failed == 0


def test_numbers(plain_c):
    assert plain_c.length(3, 4) == 5.0
    x, y = np.array([3.0, 5.0, 8.0]), np.array([4.0, 12.0, 15.0])
    np.testing.assert_array_equal(plain_c.length(x, y), np.hypot(x, y))
    np.testing.assert_array_equal(plain_c.length(x[::2], 1.0), np.hypot(x[::2], 1.0))
    np.testing.assert_array_equal(plain_c.length.outer(x, y), np.hypot.outer(x, y))
    assert pd.isna(plain_c.length(pd.Series([3.0, None]), 4.0)[1])


def test_texts(plain_c):
    assert plain_c.count_byte("banana", ord("a")) == 3
    assert plain_c.count_byte("a b c") == 2
    assert plain_c.count_byte(["a b", "é", "  "], [32, 0xC3, 32]).tolist() == [1, 1, 2]
    assert plain_c.count_byte("", 0) == 0


def test_errors_name_the_row(plain_c):
    with pytest.raises(ValueError, match=r"^byte must be 0 to 255$"):
        plain_c.count_byte("a", 256)
    with pytest.raises(ValueError, match=r"^row 1: byte must be 0 to 255$"):
        plain_c.count_byte(["a", "b"], [1, -1])
