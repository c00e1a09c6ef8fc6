"""Hooks that run when a library has been imported: before or after, reloaded, failing, from several threads."""

import importlib
import importlib.util
import sys
import threading

import pytest

from pyudf.engines.arrival import when_imported


@pytest.fixture
def library(tmp_path, monkeypatch):
    """``library(name, source)`` writes a module that can be imported during the test."""
    monkeypatch.syspath_prepend(tmp_path)
    written = []

    def write(name, source="value = 1\n"):
        (tmp_path / f"{name}.py").write_text(source)
        importlib.invalidate_caches()
        written.append(name)

    yield write
    for name in written:
        sys.modules.pop(name, None)


def test_a_library_that_is_there_is_extended_at_once():
    seen = []
    when_imported("json", lambda: seen.append("json"))
    assert seen == ["json"]


def test_a_library_that_comes_later_is_extended_when_it_is_whole(library):
    library("arrives_later", "value = 1\nlast = 2\n")
    seen = []
    when_imported("arrives_later", lambda: seen.append(sys.modules["arrives_later"].last))
    assert "arrives_later" not in sys.modules
    assert seen == []
    import arrives_later

    assert seen == [2]
    assert type(arrives_later.__loader__).__name__ == "SourceFileLoader"
    assert arrives_later.__spec__.loader is arrives_later.__loader__
    importlib.reload(arrives_later)
    assert seen == [2]


def test_all_hooks_run_in_their_order(library):
    library("arrives_for_two")
    seen = []
    when_imported("arrives_for_two", lambda: seen.append(1))
    when_imported("arrives_for_two", lambda: seen.append(2))
    importlib.import_module("arrives_for_two")
    assert seen == [1, 2]


def test_looking_for_a_library_is_not_importing_it(library):
    library("looked_for")
    seen = []
    when_imported("looked_for", lambda: seen.append(True))
    spec = importlib.util.find_spec("looked_for")
    assert spec.origin.endswith("looked_for.py")
    assert "value" in spec.loader.get_source("looked_for")
    assert seen == []
    importlib.import_module("looked_for")
    assert seen == [True]


def test_an_import_that_fails_is_waited_for_again(library):
    library("fails_first", "raise RuntimeError('not today')\n")
    seen = []
    when_imported("fails_first", lambda: seen.append(True))
    with pytest.raises(RuntimeError, match="not today"):
        importlib.import_module("fails_first")
    with pytest.raises(ModuleNotFoundError, match="never_there"):
        importlib.import_module("never_there")
    assert seen == []
    library("fails_first", "value = 'another size, so that no bytecode is taken for it'\n")
    importlib.import_module("fails_first")
    assert seen == [True]


def test_a_missing_library_stays_missing():
    when_imported("no_such_library_anywhere", lambda: None)
    with pytest.raises(ModuleNotFoundError, match="no_such_library_anywhere"):
        importlib.import_module("no_such_library_anywhere")


def test_a_hook_that_fails_does_not_stop_the_import(library):
    library("arrives_for_a_bad_hook")
    when_imported("arrives_for_a_bad_hook", lambda: 1 / 0)
    with pytest.warns(RuntimeWarning, match="cannot extend arrives_for_a_bad_hook: ZeroDivisionError"):
        module = importlib.import_module("arrives_for_a_bad_hook")
    assert module.value == 1


def test_a_lazy_loader_tells_when_the_library_is_used(library):
    library("arrives_lazily")
    seen = []
    when_imported("arrives_lazily", lambda: seen.append(True))
    spec = importlib.util.find_spec("arrives_lazily")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["arrives_lazily"] = module
    spec.loader.exec_module(module)
    assert seen == []
    assert module.value == 1
    assert seen == [True]


def test_a_library_that_another_thread_is_importing_is_waited_for(library):
    library("arrives_slowly", "import threading\ngo = threading.Event()\nentered = True\ngo.wait(20)\nlast = 3\n")
    importer = threading.Thread(target=importlib.import_module, args=("arrives_slowly",))
    importer.start()
    while not getattr(sys.modules.get("arrives_slowly"), "entered", False):
        pass
    seen = []
    waiter = threading.Thread(
        target=when_imported, args=("arrives_slowly", lambda: seen.append(sys.modules["arrives_slowly"].last))
    )
    waiter.start()
    sys.modules["arrives_slowly"].go.set()
    importer.join()
    waiter.join()
    assert seen == [3]


def test_many_threads_run_a_hook_once(library):
    library("arrives_for_many")
    seen = []
    when_imported("arrives_for_many", lambda: seen.append(True))
    threads = [threading.Thread(target=importlib.import_module, args=("arrives_for_many",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True]


@pytest.mark.parametrize("order", ["import pyudf, pandas as pd", "import pandas as pd, pyudf"])
def test_pandas_is_extended_whichever_comes_first(python, order):
    python(
        f"{order}\n"
        "assert pd.Series(['kitten', None]).udf.levenshtein('sitting').tolist() == [3, pd.NA], 'accessor'\n"
        "assert type(pd.__loader__).__name__ == 'SourceFileLoader', pd.__loader__"
    )


def test_pyudf_imports_no_optional_library(python):
    python(
        "import sys, pyudf, pyudf.engines.names\n"
        "heavy = {'pandas', 'polars', 'pyarrow', 'scipy', 'duckdb', 'dask', 'pyspark', 'ray'} & {*sys.modules}\n"
        "assert not heavy, heavy"
    )
