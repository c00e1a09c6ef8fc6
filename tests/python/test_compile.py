"""pyudf.compile and %%udf: C++ text to functions, the cache, the compiler's messages, pickling by source."""

import os
import pickle
import stat
import subprocess
import sys

import numpy as np
import pytest

import pyudf
from pyudf import compiler

TWICE = 'double twice(double x) { return 2 * x; }\nPYUDF_FUNCTION(twice, "x", pyudf::doc("Twice a number."))\n'
MEAN = """\
struct Mean {
  void update(double x) { sum += x, ++n; }
  void merge(const Mean& other) { sum += other.sum, n += other.n; }
  double finish() const { return sum / n; }
  double sum = 0, n = 0;
};
PYUDF_AGGREGATE(Mean, "x")
std::int64_t size_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
std::int64_t size_of(double) { return 8; }
PYUDF_FUNCTION_AS(size, pyudf::overloads(static_cast<std::int64_t (*)(std::string_view)>(size_of),
                                         static_cast<std::int64_t (*)(double)>(size_of)), "x")
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own for each test, and a process that has compiled nothing yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PYUDF_CACHE_DIR", str(folder))
    monkeypatch.setattr(compiler, "_modules", {})
    monkeypatch.setattr(compiler, "_FLAGS", (*compiler._FLAGS, "-O0"))  # what is fast is tested elsewhere
    return folder


@pytest.fixture
def calls(monkeypatch):
    """What is compiled, as often as it is."""
    seen = []
    build = compiler._build
    monkeypatch.setattr(compiler, "_build", lambda *args: (seen.append(args[3]), build(*args))[1])
    return seen


def libraries(cache):
    return sorted(path.name for path in cache.iterdir())


# --- what comes out ---------------------------------------------------------------------------------------------------


def test_functions_of_text(cache):
    module = pyudf.compile(TWICE)
    assert module.__name__ == f"udf_{module.__name__[4:]}"
    assert module.__all__ == ["twice"]
    assert module.twice(1.5) == 3.0
    np.testing.assert_array_equal(module.twice(np.arange(5.0)), np.arange(5.0) * 2)
    assert module.twice.__doc__.startswith("Twice a number.")
    assert module.__file__.startswith(str(cache))
    assert os.path.isfile(module.__file__)


def test_names():
    assert pyudf.compile(TWICE, name="mine").__name__ == "mine"
    told = TWICE + 'PYUDF_MODULE(told, "Told.")'
    assert pyudf.compile(told).__name__ == "told"
    assert pyudf.compile(told).__doc__ == "Told."
    assert pyudf.compile(told, name="told").twice(1) == 2
    with pytest.raises(ValueError, match="name is 'other', PYUDF_MODULE says 'told'"):
        pyudf.compile(told, name="other")
    for name in ("1a", "a b", "", "class", "é"):
        with pytest.raises(ValueError, match="must be a name in Python"):
            pyudf.compile(TWICE, name=name)


def test_a_name_that_a_module_has_already():
    assert pyudf.compile(TWICE, name="colorsys").__name__.startswith("colorsys_")
    import colorsys

    assert hasattr(colorsys, "rgb_to_hsv")


def test_headers_may_be_included_or_not():
    with_header = "#include <pyudf/udf.hpp>\n" + TWICE
    assert pyudf.compile(with_header).twice(2) == 4
    assert pyudf.compile(TWICE).twice(2) == 4


def test_flags():
    source = 'double scaled(double x) { return SCALE * x; }\nPYUDF_FUNCTION(scaled, "x")'
    assert pyudf.compile(source, flags=["-DSCALE=3"]).scaled(2) == 6
    assert pyudf.compile(source, flags=("-DSCALE=4", "-lm")).scaled(2) == 8
    with pytest.raises(TypeError, match="flags must be a sequence of str"):
        pyudf.compile(source, flags="-DSCALE=3")
    with pytest.raises(TypeError, match=r"source must be C\+\+ text"):
        pyudf.compile(5)


def test_headers_of_ones_own(tmp_path, monkeypatch, calls):
    monkeypatch.chdir(tmp_path)
    source = '#include "factor.hpp"\ndouble scaled(double x) { return factor * x; }\nPYUDF_FUNCTION(scaled, "x")'
    for factor in (3, 4):
        (tmp_path / "factor.hpp").write_text(f"constexpr double factor = {factor};")
        assert pyudf.compile(source).scaled(2) == 2 * factor
    assert len(calls) == 2


# --- the cache --------------------------------------------------------------------------------------------------------


def test_what_was_compiled_is_kept(cache, calls, monkeypatch):
    first = pyudf.compile(TWICE)
    assert pyudf.compile(TWICE) is first
    monkeypatch.setattr(compiler, "_modules", {})  # as in another process
    assert pyudf.compile(TWICE).twice(1) == 2
    assert len(calls) == 1
    assert len(libraries(cache)) == 1


def test_what_differs_is_compiled(cache, calls, monkeypatch):
    pyudf.compile(TWICE)
    pyudf.compile(TWICE + "\n")
    pyudf.compile(TWICE, name="mine")
    pyudf.compile(TWICE, flags=["-O1"])
    monkeypatch.setattr(compiler, "_version", lambda *_: "a newer compiler")
    pyudf.compile(TWICE)
    monkeypatch.setattr(compiler, "_headers", lambda: "newer headers")
    pyudf.compile(TWICE)
    monkeypatch.setattr(compiler, "ABI", (99, 0))
    pyudf.compile(TWICE)
    assert len(calls) == 7
    assert len(libraries(cache)) == 7


def test_without_the_cache(cache, calls):
    first, second = pyudf.compile(TWICE, cache=False), pyudf.compile(TWICE, cache=False)
    assert first is not second
    assert first.twice(1) == second.twice(1) == 2
    assert len(calls) == 2
    assert not cache.exists() or not libraries(cache)


def test_a_damaged_library_is_compiled_again(cache, calls, python):
    python(f"import pyudf; pyudf.compile({TWICE!r})")  # elsewhere, for a library that is loaded stays loaded
    (cache / libraries(cache)[0]).write_bytes(b"damaged")
    assert pyudf.compile(TWICE).twice(1) == 2
    assert len(calls) == 1


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written_to(cache):
    cache.mkdir()
    cache.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(pyudf.CompileError, match="cannot be written to"):
        pyudf.compile(TWICE)


def test_a_cache_that_cannot_be(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PYUDF_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.raises(pyudf.CompileError, match="PYUDF_CACHE_DIR names"):
        pyudf.compile(TWICE)
    monkeypatch.delenv("PYUDF_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    if sys.platform == "linux":
        assert pyudf.compile(TWICE).twice(1) == 2  # without one, then


def test_where_the_cache_is(tmp_path, monkeypatch):
    monkeypatch.delenv("PYUDF_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert pyudf.compile(TWICE).__file__.startswith(str(tmp_path / "pyudf"))


def test_processes_that_compile_at_once(cache):
    code = f"import pyudf; print(pyudf.compile({TWICE!r}).twice(21))"
    processes = [subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[0].strip() for process in processes] == [b"42.0"] * 4
    assert len(libraries(cache)) == 1


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_messages_have_the_lines_of_the_source(tmp_path):
    for include in ("", "#include <pyudf/udf.hpp>\n"):
        first = 1 + include.count("\n")
        with pytest.raises(pyudf.CompileError) as caught:
            pyudf.compile(include + "double twice(double x) {\n  return 2 * y;\n}\n")
        message = str(caught.value)
        assert f"<source>:{first + 1}:14: error: " in message
        assert f"{first + 1} |   return 2 * y;" in message
        assert "/tmp" not in message
        assert str(tmp_path) not in message


def test_mistakes_of_authors(cache):
    with pytest.raises(pyudf.CompileError, match="name every parameter of the function once"):
        pyudf.compile('double twice(double x) { return 2 * x; }\nPYUDF_FUNCTION(twice, "x", "y")')
    with pytest.raises(pyudf.CompileError, match=r"<source>.*\bnowhere\(double\)"):
        pyudf.compile('double nowhere(double);\nPYUDF_FUNCTION(nowhere, "x")')
    with pytest.raises(pyudf.CompileError, match="<source>: two things are called 'twice'"):
        pyudf.compile(TWICE + MEAN.replace("(Mean, ", "_AS(twice, Mean, "))
    with pytest.raises(pyudf.CompileError, match=r"nothing\.hpp"):
        pyudf.compile("#include <nothing.hpp>")
    assert not libraries(cache)
    assert issubclass(pyudf.CompileError, RuntimeError)


def test_warnings_are_shown(capsys):
    pyudf.compile("static int unused() { return 1; }\n" + TWICE, flags=["-Wall"])
    assert "<source>:1:12: warning: " in capsys.readouterr().err


def test_no_compiler(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(pyudf.CompileError, match=r"no C\+\+ compiler|needs g\+\+ or clang\+\+"):
        pyudf.compile(TWICE)
    monkeypatch.setenv("CXX", "nothing-here")
    with pytest.raises(pyudf.CompileError, match="CXX names 'nothing-here'"):
        pyudf.compile(TWICE)


def test_a_compiler_that_is_too_old(monkeypatch, tmp_path):
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\necho "unknown option -std=c++20" >&2\nexit 1\n')
    old.chmod(0o755)
    monkeypatch.setenv("CXX", str(old))
    with pytest.raises(pyudf.CompileError, match=r"does not know C\+\+20"):
        pyudf.compile(TWICE)


# --- pickling ---------------------------------------------------------------------------------------------------------


def test_functions_pickle_by_their_source(monkeypatch):
    module = pyudf.compile(TWICE + MEAN, name="numbers_of_mine")
    for function in (module.twice, module.Mean, module.size):
        assert pickle.loads(pickle.dumps(function)) is function
    content = pickle.dumps([module.twice, module.Mean, module.size])
    monkeypatch.setattr(compiler, "_modules", {})
    twice, mean, size = pickle.loads(content)
    assert twice is not module.twice
    assert twice(2) == 4
    assert mean([1.0, 2.0]) == 1.5
    assert size("abc") == 3


def test_functions_reach_another_process(tmp_path):
    content = pickle.dumps(pyudf.compile(TWICE).twice)
    code = f"import pickle; print(pickle.loads({content!r})(21))"
    environment = {**os.environ, "PYUDF_CACHE_DIR": str(tmp_path / "another")}
    done = subprocess.run([sys.executable, "-P", "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout.strip() == b"42.0"


def test_a_module_that_is_defined_anew():
    old = pyudf.compile(TWICE, name="anew")
    new = pyudf.compile(TWICE.replace("2 * x", "3 * x"), name="anew")
    assert (old.twice(1), new.twice(1)) == (2, 3)
    assert pickle.loads(pickle.dumps(old.twice))(1) == 2
    assert pickle.loads(pickle.dumps(new.twice))(1) == 3


# --- notebooks --------------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(monkeypatch):
    interactive = pytest.importorskip("IPython.core.interactiveshell")
    made = interactive.InteractiveShell()
    made.run_line_magic("load_ext", "pyudf")
    yield made
    made.restore_sys_module_state()


def test_a_cell(shell):
    assert shell.run_cell("%%udf\n" + TWICE).success
    assert shell.run_cell("answer = twice(21)").success
    assert shell.user_ns["answer"] == 42.0


def test_a_cell_with_a_name_and_flags(shell):
    cell = '%%udf --flags "-O1 -DSCALE=3" scales\ndouble by(double x) { return SCALE * x; }\nPYUDF_FUNCTION(by, "x")'
    assert shell.run_cell(cell).success
    assert shell.user_ns["by"](2) == 6
    assert shell.user_ns["scales"].__name__ == "scales"
    assert shell.user_ns["scales"].by is shell.user_ns["by"]


def test_a_cell_that_is_wrong(shell, capsys):
    done = shell.run_cell("%%udf\ndouble twice(double x) {\n  return 2 * y;\n}\n")
    assert isinstance(done.error_in_exec, pyudf.CompileError)
    shown = "".join(capsys.readouterr())
    assert "CompileError: " in shown
    assert "<source>:2:14: error: " in shown
    assert "compiler.py" not in shown
    assert not shell.run_cell("%%udf --nothing\n" + TWICE).success
    assert "unrecognized arguments: --nothing" in "".join(capsys.readouterr())


def test_pyudf_is_imported_without_the_compiler(python):
    modules = ["pyudf.compiler", "pyudf.building.compiler", "pyudf.cfunc", "pyudf.notebook", "IPython"]
    code = f"import sys, pyudf; print([m for m in {modules} if m in sys.modules])"
    assert python(code).stdout.strip() == "[]"
