"""``pyudf new``, ``develop``, ``build``, ``doctor`` as a new user meets them: in an empty environment, from a wheel."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import pyudf
from pyudf import headers
from pyudf.building import BuildError, backend, compiler, environment, project, snapshot
from pyudf.cli import __main__ as cli
from pyudf.cli import doctor, new

ROOT = Path(__file__).resolve().parents[2]
DISTANCE = "import cpp_utils; print(cpp_utils.calc_distance('kitten', 'sitting'))"
IN_ENGINES = """
import pickle, polars as pl, pyudf, cpp_utils
frame = pl.DataFrame({"a": ["kitten", None], "b": ["sitting", "x"]})
query = frame.lazy().select(cpp_utils.calc_distance(pl.col("a"), pl.col("b")))
print(query.collect().to_series().to_list())
with open("plan", "wb") as file:
    pickle.dump(query, file)
database = pyudf.duckdb.connect(":memory:", cpp_utils)
print(database.execute("SELECT calc_distance(a, 'sitting') FROM (VALUES ('kitten'), (NULL)) AS t(a)").fetchall())
"""
PLAN = "import pickle, polars; print(pickle.load(open('plan', 'rb')).collect().to_series().to_list())"

posix = pytest.mark.skipif(os.name != "posix", reason="programs written in shell")


def slow(test):
    """Marks what builds and installs; one process runs it all, in the environments of the session."""
    return pytest.mark.xdist_group("street")(pytest.mark.slow(test))


# An empty environment, and pyudf's wheel for it


def wheel_of_pyudf(folder):
    """The wheel of the pyudf that is tested: packed from what is installed, or built where the install is editable."""
    distribution = metadata.distribution("pyudf")
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        options = ["--quiet", "--no-build-isolation", "--no-deps", f"-Cbuild-dir={ROOT / 'build/wheel'}"]
        run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, ROOT)
        return next(folder.glob("pyudf-*.whl"))
    tag = re.search(r"^Tag: (.+)$", distribution.read_text("WHEEL"), re.MULTILINE)[1]
    wheel = folder / f"pyudf-{distribution.version}-{tag}.whl"
    of_the_installer = {"INSTALLER", "REQUESTED", "direct_url.json", "RECORD"}
    packed = [
        file
        for file in distribution.files
        if ".." not in file.parts and "__pycache__" not in file.parts and file.name not in of_the_installer
    ]
    with zipfile.ZipFile(wheel, "w") as content:
        for file in packed:
            content.write(file.locate(), str(file))
        record = "".join(f"{file},,\n" for file in packed)
        content.writestr(f"pyudf-{distribution.version}.dist-info/RECORD", record)
    return wheel


def run(*command, folder=None, check=True, **variables):
    """Run a command as a user would who has none of this process's environment active."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**inherited, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


class Environment:
    """A virtual environment of its own."""

    def __init__(self, folder, wheels, with_pip=True):
        venv.create(folder, with_pip=with_pip, symlinks=os.name == "posix")
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.folder, self.wheels = folder, wheels

    def __call__(self, program, *args, **options):
        links = f"{os.environ.get('PIP_FIND_LINKS', '')} {self.wheels.as_uri()}".strip()
        path = [entry for entry in os.environ["PATH"].split(os.pathsep) if entry != sysconfig.get_path("scripts")]
        path = os.pathsep.join([str(self.scripts), *path])
        options = {"folder": self.folder, "PATH": path, "PIP_FIND_LINKS": links, **options}
        return run(shutil.which(program, path=path), *args, **options)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    wheel_of_pyudf(folder)
    return folder


@pytest.fixture(scope="session")
def clean(tmp_path_factory, wheels):
    """An environment in which pyudf is installed, and nothing that it does not bring."""
    made = Environment(tmp_path_factory.mktemp("clean") / "venv", wheels)
    made("pip", "install", "--quiet", "pyudf")
    return made


@pytest.fixture(scope="session")
def developed(clean, tmp_path_factory):
    """The folder of a new project, after ``pyudf develop``."""
    home = tmp_path_factory.mktemp("home")
    clean("pyudf", "new", "cpp_utils", folder=home)
    clean("pyudf", "develop", folder=home / "cpp_utils")
    return home / "cpp_utils"


@pytest.fixture(scope="session")
def built(clean, developed):
    """What ``pyudf build --sdist`` leaves: the wheel and the sdist."""
    if shutil.which("git") is None:
        pytest.skip("an sdist needs git")
    clean("pyudf", "build", "--sdist", folder=developed)
    return sorted((developed / "dist").iterdir())


@pytest.fixture
def elsewhere(tmp_path, wheels, clean):
    """A second environment; it has no pip of its own, which saves seconds."""
    made = Environment(tmp_path / "elsewhere", wheels, with_pip=False)
    made.install = lambda *what: clean("pip", "--python", made.folder, "install", "--quiet", *what)
    return made


@contextlib.contextmanager
def edited(file, old, new):
    """A file with other text in it, for a while."""
    before = file.read_text(encoding="utf-8")
    assert old in before
    file.write_text(before.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


# The street


@slow
class TestStreet:
    def test_a_new_project_works_after_develop(self, clean, developed):
        assert clean("python", "-c", DISTANCE, folder=developed).stdout == "3\n"
        assert clean("python", "-c", DISTANCE, folder=developed.parent).stdout == "3\n"

    def test_an_edit_is_compiled_at_the_next_import(self, clean, developed):
        with edited(developed / "src/cpp_utils.cpp", "return row.back();", "return row.back() + 10;"):
            assert clean("python", "-c", DISTANCE, folder=developed.parent).stdout == "13\n"
        assert clean("python", "-c", DISTANCE, folder=developed.parent).stdout == "3\n"

    def test_an_edit_of_python_needs_no_build(self, clean, developed):
        with edited(developed / "cpp_utils/__init__.py", "import pyudf\n", "import pyudf\n\nanswer = 42\n"):
            assert clean("python", "-c", "import cpp_utils; print(cpp_utils.answer)").stdout == "42\n"

    def test_a_syntax_error_is_shown_by_develop_and_by_the_import(self, clean, developed):
        with edited(developed / "src/cpp_utils.cpp", "return row.back();", "return row.back()"):
            done = clean("pyudf", "develop", folder=developed, check=False)
            assert done.returncode == 1
            first, *_, last = done.stderr.splitlines()
            assert first.startswith("src/cpp_utils.cpp: ") or first.startswith("src/cpp_utils.cpp:")
            assert "error: expected" in done.stderr
            assert "c++ -I" not in done.stderr, "the command is not what a person looks for"
            assert last == "pyudf develop: cpp_utils was not built; the reasons are above"
            done = clean("python", "-c", "import cpp_utils", check=False)
            assert "src/cpp_utils.cpp" in done.stderr
            assert "error: expected" in done.stderr

    def test_warnings_are_shown_too(self, clean, developed):
        with edited(developed / "src/cpp_utils.cpp", "return row.back();", "int idle = 1;\n  return row.back();"):
            done = clean("pyudf", "develop", folder=developed)
        assert "src/cpp_utils.cpp" in done.stderr
        assert "idle" in done.stderr

    def test_an_error_in_meson_build_is_shown_in_a_line(self, clean, developed):
        with edited(developed / "meson.build", "dependency('pyudf')", "dependency('no_such_thing')"):
            done = clean("pyudf", "develop", folder=developed, check=False)
        assert done.returncode == 1
        assert re.match(r'meson\.build:\d+:\d+: ERROR: Dependency "no_such_thing" not found', done.stderr)
        assert len(done.stderr.splitlines()) == 2

    def test_a_library_without_its_table(self, clean, developed):
        with edited(developed / "src/cpp_utils.cpp", "PYUDF_MODULE(", "// PYUDF_MODULE("):
            done = clean("pyudf", "develop", folder=developed, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith(
            "libcpp_utils.so holds no table of functions: one of its source files needs PYUDF"
        )
        assert len(done.stderr.splitlines()) == 2

    def test_a_package_that_cannot_be_imported(self, clean, developed):
        with edited(developed / "cpp_utils/__init__.py", "import pyudf\n", "import pyudf\nimport no_such_module\n"):
            done = clean("pyudf", "develop", folder=developed, check=False)
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            "No module named 'no_such_module'",
            "pyudf develop: cpp_utils was built, but cannot be imported; the reasons are above",
        ]

    def test_develop_leaves_a_stub_and_spares_that_of_another_hand(self, clean, developed):
        stub = developed / "cpp_utils/__init__.pyi"
        assert "calc_distance" in stub.read_text()
        with edited(stub, "# Written by", "# Mine, not written by"):
            clean("pyudf", "develop", folder=developed)
            assert stub.read_text().startswith("# Mine")

    def test_its_own_tests_pass(self, clean, developed):
        clean("pip", "install", "--quiet", "pytest")
        clean("pytest", folder=developed)

    def test_its_own_lint_passes(self, developed):
        ruff = pytest.importorskip("ruff").find_ruff_bin()
        run(ruff, "check", ".", folder=developed)
        run(ruff, "format", "--check", ".", folder=developed)

    def test_the_wheel_holds_what_a_user_needs_and_no_more(self, built):
        assert [re.sub(r"none-.*\.whl", "none-*.whl", file.name) for file in built] == [
            "cpp_utils-0.1.0-py3-none-*.whl",
            "cpp_utils-0.1.0.tar.gz",
        ]
        with zipfile.ZipFile(built[0]) as content:
            names = set(content.namelist())
            tags = content.read("cpp_utils-0.1.0.dist-info/WHEEL").decode()
        package = {name for name in names if not name.startswith("cpp_utils-0.1.0.dist-info/")}
        assert package == {
            "cpp_utils/__init__.py",
            "cpp_utils/__init__.pyi",
            "cpp_utils/libcpp_utils.so",
            "cpp_utils/py.typed",
        }
        assert "Tag: py3-none-" in tags

    def test_the_wheel_works_elsewhere(self, built, elsewhere, tmp_path):
        elsewhere.install(built[0])
        assert elsewhere("python", "-c", DISTANCE, folder=tmp_path).stdout == "3\n"

    def test_the_wheel_runs_inside_engines(self, built, elsewhere, tmp_path):
        elsewhere.install(built[0], "polars", "duckdb")
        assert elsewhere("python", "-c", IN_ENGINES, folder=tmp_path).stdout == "[3, None]\n[(3,), (None,)]\n"
        # The plan of a query needs no import where it runs.
        assert elsewhere("python", "-c", PLAN, folder=tmp_path).stdout == "[3, None]\n"

    def test_the_sdist_builds_under_isolation(self, built, elsewhere, tmp_path):
        with tarfile.open(built[1]) as content:
            names = {name.partition("/")[2] for name in content.getnames()}
        assert {"pyproject.toml", "meson.build", "src/cpp_utils.cpp", "tests/test_cpp_utils.py", "PKG-INFO"} <= names
        assert not any(name.startswith(("build/", "dist/", ".git/")) for name in names)
        elsewhere.install(built[1])
        assert elsewhere("python", "-c", DISTANCE, folder=tmp_path).stdout == "3\n"

    def test_a_bare_meson_setup_finds_pyudf(self, clean, developed, tmp_path):
        clean("meson", "setup", tmp_path / "build", developed)

    def test_doctor_is_content(self, clean, developed):
        done = clean("pyudf", "doctor")
        lines = dict(re.findall(r"^  (\S.*?)  +(.*)$", done.stdout, re.MULTILINE))
        assert lines["a library"] == "was built for a trial"
        assert lines["C++20"] == "yes"
        assert lines["meson-python"][0].isdigit()
        assert lines["polars"] == "not installed; pip install polars"
        assert "!" not in done.stdout


# Other builds: docs/building.md, whose files are written and whose commands are run


def sections(document):
    """Heading -> its blocks of code, each with the name of its file, or None."""
    for section in re.split(r"^## ", document, flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"(?:^`([\w.]+)`\n\n)?^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        if blocks:
            yield section.partition("\n")[0], blocks


DOCUMENT = ROOT / "docs/building.md"
SECTIONS = dict(sections(DOCUMENT.read_text(encoding="utf-8"))) if DOCUMENT.is_file() else {}


@slow
@posix
@pytest.mark.parametrize("heading", SECTIONS)
def test_the_other_builds_work_as_documented(heading, clean, developed, tmp_path):
    cmake = shutil.which("cmake")
    if heading == "CMake" and cmake is None:
        pytest.skip('needs CMake: pip install "pyudf[test]"')
    if heading == "Meson" and shutil.which("pkg-config") is None:
        pytest.skip("needs pkg-config, of the system")
    for part in ("src", "cpp_utils"):
        shutil.copytree(developed / part, tmp_path / part)
    shown = []
    for name, language, text in SECTIONS[heading]:
        if language == "sh":
            shown += clean("sh", "-euc", text, folder=tmp_path).stdout.splitlines()
        else:
            (tmp_path / name).write_text(text, encoding="utf-8")
    if (tmp_path / "dist").exists():
        try:
            shown.append(clean("python", "-P", "-c", DISTANCE, folder=tmp_path).stdout.strip())
        finally:
            clean("pip", "uninstall", "--yes", "cpp_utils")
    assert "3" in shown


def test_the_folders_hold_what_tools_look_for():
    assert os.path.isfile(os.path.join(pyudf.get_include(), "pyudf", "udf.hpp"))
    assert os.listdir(headers.get_pkgconfig_dir()) == ["pyudf.pc"]
    assert sorted(os.listdir(headers.get_cmake_dir())) == ["pyudf-config-version.cmake", "pyudf-config.cmake"]


def test_pkg_config_says_the_version_of_the_package():
    said = Path(headers.get_pkgconfig_dir(), "pyudf.pc").read_text(encoding="utf-8")
    assert f"\nVersion: {pyudf.__version__}\n" in said


# Sentences


def command(*args):
    """The exit status of a command, in this process."""
    try:
        return cli.main(list(args))
    except SystemExit as stopped:
        return stopped.code


def project_file(folder, text='[build-system]\nbuild-backend = "b"\n[project]\nname = "n"\n'):
    (folder / "pyproject.toml").write_text(text)


class TestNew:
    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("1abc", "pyudf new my_1abc"),
            ("my-utils", "pyudf new my_utils"),
            ("my utils", "pyudf new my_utils"),
            ("a.b", "pyudf new a_b"),
            ("_x", "pyudf new x"),
            ("é", "letters, digits and underscores"),
            ("", "letters, digits and underscores"),
            ("class", "a keyword of Python; add a word: pyudf new my_class"),
            ("json", "a module of Python's own"),
            ("list", "a word of Python"),
            ("numpy", "a library"),
            ("pyudf", "a library"),
            ("tests", "a folder of every project"),
        ],
    )
    def test_wrong_names(self, name, hint, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        assert command("new", name) == 2
        assert hint in capsys.readouterr().err
        assert not list(tmp_path.iterdir())

    def test_the_name_is_everywhere(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        assert command("new", "quick_math") == 0
        assert "cd quick_math\n  pyudf develop\n" in capsys.readouterr().out
        files = {
            path.relative_to(tmp_path / "quick_math").as_posix() for path in Path("quick_math").resolve().rglob("*")
        }
        assert {"src/quick_math.cpp", "quick_math/__init__.py", "tests/test_quick_math.py"} <= files
        assert {"pyproject.toml", "meson.build", "README.md", ".github/workflows/ci.yml", ".gitignore"} <= files
        for path in Path("quick_math").rglob("*"):
            assert "cpp_utils" not in path.name
            assert path.is_dir() or "cpp_utils" not in path.read_text(encoding="utf-8")

    def test_a_folder_of_choice(self, tmp_path):
        assert command("new", "quick_math", "--directory", str(tmp_path / "a/b")) == 0
        assert (tmp_path / "a/b/src/quick_math.cpp").is_file()

    def test_an_empty_folder_is_filled(self, tmp_path):
        assert command("new", "quick_math", "--directory", str(tmp_path)) == 0
        assert (tmp_path / "meson.build").is_file()

    def test_a_folder_that_is_not_empty(self, tmp_path, capsys):
        (tmp_path / "mine.txt").touch()
        assert command("new", "quick_math", "--directory", str(tmp_path)) == 1
        assert "holds mine.txt already; name a new folder: --directory DIR" in capsys.readouterr().err
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    def test_a_file_for_a_folder(self, tmp_path, capsys):
        (tmp_path / "mine.txt").touch()
        assert command("new", "quick_math", "--directory", str(tmp_path / "mine.txt")) == 1
        assert "is a file; name a new folder: --directory DIR" in capsys.readouterr().err

    @pytest.mark.parametrize("folder", ["a/b", "."])
    def test_nothing_is_left_of_a_failure(self, folder, tmp_path, monkeypatch, capsys):
        def fails(self, *args, **options):
            raise OSError(28, "No space left on device", str(self))

        monkeypatch.chdir(tmp_path)
        copied = new._copy
        monkeypatch.setattr(new, "_copy", lambda *args: (copied(*args), fails("x")))
        assert command("new", "quick_math", "--directory", folder) == 1
        assert "No space left" in capsys.readouterr().err
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["develop", "build"])
class TestProjects:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (None, "has no pyproject.toml; go into a project's folder, or make a project: pyudf new NAME"),
            ("[project", "is not TOML"),
            ("", "does not say how to build: write [build-system]"),
            ('[build-system]\nbuild-backend = "mesonpy"\n', "does not name the project: write [project]"),
            ("build-system = 1\n", "build-system is not a table; write [build-system]"),
            ('[build-system]\nbuild-backend = "b"\nrequires = "r"\n[project]\nname = "n"\n', "requires is not a list"),
        ],
    )
    def test_a_folder_that_is_no_project(self, name, text, sentence, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        if text is not None:
            project_file(tmp_path, text)
        assert command(name) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"pyudf {name}: ")
        assert sentence in said
        assert len(said.splitlines()) == 1


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def project(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        project_file(tmp_path)

    def test_no_virtual_environment(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "prefix", sys.base_prefix)
        monkeypatch.delenv("VIRTUAL_ENV", raising=False)
        assert command("develop") == 1
        assert "no virtual environment is active; make one: python -m venv .venv" in capsys.readouterr().err

    def test_pyudf_of_another_python(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "prefix", sys.base_prefix)
        monkeypatch.setenv("VIRTUAL_ENV", "/home/me/.venv")
        assert command("develop") == 1
        assert "/home/me/.venv has no pyudf of its own; install it: pip install pyudf" in capsys.readouterr().err

    def test_no_compiler(self, monkeypatch, capsys, tmp_path):
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("CXX", raising=False)
        assert command("build") == 1
        assert "no C++ compiler found; apt-get install g++ (Debian, Ubuntu) or dnf" in capsys.readouterr().err

    def test_a_compiler_that_is_named_but_not_there(self, monkeypatch, capsys):
        monkeypatch.setenv("CXX", "no-such-compiler -m64")
        assert command("build") == 1
        assert "CXX names 'no-such-compiler -m64', which is not there; correct or unset it" in capsys.readouterr().err

    @posix
    def test_an_old_compiler(self, monkeypatch, capsys, tmp_path):
        monkeypatch.setenv("CXX", program(tmp_path / "old", '[ "$1" = --version ] && echo "g++ 7.5.0" && exit; exit 1'))
        assert command("build") == 1
        assert "old (g++ 7.5.0) does not know C++20, as g++ 11 and clang++ 14 do" in capsys.readouterr().err
        assert command("doctor") == 1
        said = capsys.readouterr().out
        assert "\n! C++20         no; " in said
        assert "\n! a library     could not be built: it failed without a word" in said

    def test_no_installer(self, monkeypatch, tmp_path):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BuildError, match=r"has no pip; get it: .* -m ensurepip"):
            environment.install("meson")

    @posix
    def test_uv_where_there_is_no_pip(self, monkeypatch, tmp_path):
        program(tmp_path / "uv", f'echo "$@ in $VIRTUAL_ENV" >{tmp_path / "said"}')
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        environment.install("meson", options=("--no-deps",))
        assert (tmp_path / "said").read_text() == f"pip install --quiet --no-deps meson in {sys.prefix}\n"

    def test_what_cannot_be_installed(self, capsys, monkeypatch):
        pytest.importorskip("pip")
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        with pytest.raises(BuildError, match="could not install no-such-package; the installer's reasons are above"):
            environment.install("no-such-package")
        assert "no-such-package" in capsys.readouterr().err

    @posix
    def test_no_git_for_an_sdist(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path / "empty"))
        with pytest.raises(BuildError, match="an sdist needs git"):
            snapshot.take(project.read(tmp_path), tmp_path / "copy")


def program(path, text):
    """A program in shell."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
class TestSnapshot:
    def test_what_git_would_add(self, tmp_path):
        source = tmp_path / "source"
        source.mkdir()
        project_file(source)
        (source / ".gitignore").write_text("*.o\n")
        (source / "a.o").touch()
        (source / "a.cpp").write_text("// new\n")
        copy = snapshot.take(project.read(source), tmp_path / "copy")
        assert sorted(path.name for path in copy.folder.iterdir()) == [".git", ".gitignore", "a.cpp", "pyproject.toml"]
        assert sorted(path.name for path in source.iterdir()) == [".gitignore", "a.cpp", "a.o", "pyproject.toml"]

    def test_changes_that_are_not_committed_are_in_it(self, tmp_path):
        source = tmp_path / "source"
        source.mkdir()
        project_file(source)
        run("git", "init", "--quiet", source)
        run("git", "add", ".", folder=source)
        run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x", folder=source)
        (source / "pyproject.toml").write_text((source / "pyproject.toml").read_text() + "# more\n")
        status = run("git", "status", "--porcelain", folder=source).stdout
        copy = snapshot.take(project.read(source), tmp_path / "copy")
        assert (copy.folder / "pyproject.toml").read_text().endswith("# more\n")
        assert run("git", "status", "--porcelain", folder=source).stdout == status


class TestMessages:
    """What is shown of the output of a build; the texts are Meson's, ninja's and g++'s own."""

    FAILED = """\
+ /venv/bin/ninja
[1/2] Compiling C++ object libcpp_utils.so.p/src_cpp_utils.cpp.o
FAILED: [code=1] libcpp_utils.so.p/src_cpp_utils.cpp.o
c++ -Ilibcpp_utils.so.p -I. -I.. -c ../src/cpp_utils.cpp
../src/cpp_utils.cpp: In function ‘int f()’:
../src/cpp_utils.cpp:3:1: error: expected ‘;’ before ‘}’ token
    3 | }
ninja: build stopped: subcommand failed.
"""

    def test_the_compilers_of_a_failure(self):
        assert backend.messages(self.FAILED, True) == (
            "src/cpp_utils.cpp: In function ‘int f()’:\n"
            "src/cpp_utils.cpp:3:1: error: expected ‘;’ before ‘}’ token\n"
            "    3 | }"
        )

    def test_mesons(self):
        output = (
            "The Meson build system\nVersion: 1.12.1\n\n../meson.build:9:0: ERROR: Unknown variable\n\nA full log …\n"
        )
        assert backend.messages(output, True) == "meson.build:9:0: ERROR: Unknown variable"

    def test_all_of_it_where_nothing_is_known(self):
        assert backend.messages("Traceback:\n  it broke\n", True) == "Traceback:\n  it broke"

    def test_none_of_a_success(self):
        assert backend.messages("+ ninja\n[1/1] Linking\n[1/3] /tmp/a.so\n[2/3] b.py\n", False) == ""


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        ("fpu sse2", "no more than the first level"),
        ("cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 avx", "x86-64-v2"),
    ],
)
def test_levels_of_x86(flags, level, monkeypatch):
    monkeypatch.setattr(doctor.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(doctor.Path, "read_text", lambda *_, **__: f"model\t: 1\nflags\t\t: {flags}\nbugs\t\t:\n")
    assert doctor._cpu() == f"x86_64: {level}"


def test_the_compiler_is_asked_what_it_can_do():
    found = compiler.find()
    if found is None:
        pytest.skip("needs a C++ compiler")
    assert found.complaint(compiler.MODERN) is None
    assert "no_such_header" in found.complaint('#include "no_such_header"\n')
