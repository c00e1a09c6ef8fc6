"""The examples of README.md and docs/ are run: C++ is compiled, what Python prints is compared."""

import doctest
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

import pyudf

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(cpp|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What the pages of docs/ use of the standard library besides what the header brings.
HEADERS = "#include <algorithm>\n#include <cmath>\n#include <map>\n"

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the source tree is not here")


def check(name, text, namespace):
    """Runs the examples of one block of Python."""
    test = doctest.DocTestParser().get_doctest(text, namespace, name, None, 0)
    messages = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=messages.append, clear_globs=False)
    assert runner.failures == 0, "".join(messages)
    namespace.update(test.globs)


# What the examples of a page import besides.
PAGES = {
    "README.md": (),
    "docs/functions.md": (),
    "docs/engines.md": (),
    "docs/logs.md": ("duckdb", "matplotlib", "pyarrow"),
}


@pytest.mark.parametrize("page", PAGES)
def test_examples(page, tmp_path, monkeypatch):
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for library in PAGES[page]:
        pytest.importorskip(library)
    monkeypatch.chdir(tmp_path)
    namespace = {"pyudf": pyudf, "np": np, "pd": pd, "pl": pl}
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    source = "".join(text for language, text in blocks if language == "cpp")
    if source:
        namespace["m"] = pyudf.compile(HEADERS + source)
    examples = [text for language, text in blocks if language == "python" and ">>>" in text]
    assert examples
    for at, text in enumerate(examples):
        check(f"{page}, example {at}", text, namespace)


def test_the_tables_of_speed_are_of_the_results_saved():
    spec = importlib.util.spec_from_file_location("tables", ROOT / "bench/tables.py")
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    page = tables.PAGE.read_text(encoding="utf-8")
    assert len(tables.MARKED.findall(page)) == len(tables.TABLES) + 1
    assert page == tables.written(page), "run: python bench/plots.py"
