"""``pyudf match`` as a user runs it: files in, file out, exit status, and nothing half-written."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from pyudf.cli import __main__ as cli
from pyudf.cli import files
from pyudf.cli import match as command

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

LEFT = "city,amount\nPariss,007\nLndon,20\n,5\nOslo,6\n"
RIGHT = "name,country,amount\nLondon,UK,1\nParis,France,\n"
JOINED = """\
city,amount,name,country,amount_right,score
Pariss,007,Paris,France,,1
Lndon,20,London,UK,1,1
,5,,,,
Oslo,6,,,,
"""
KEYS = ("--left-on", "city", "--right-on", "name")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "left.csv").write_text(LEFT)
    (tmp_path / "right.csv").write_text(RIGHT)
    return tmp_path


def pyudf(*args, **options):
    return subprocess.run(
        [sys.executable, "-m", "pyudf.cli", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
        **options,
    )


def match(*args):
    return pyudf("match", "left.csv", "right.csv", *KEYS, "--score-cutoff", "2", *args)


def fails(result, status, *words):
    """The status, one line on stderr (after the usage, where the usage was wrong), nothing on stdout."""
    assert result.returncode == status, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("pyudf match: ")
    assert status == 2 or len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[-1]


class TestGeneral:
    def test_version(self):
        result = pyudf("--version")
        assert result.returncode == 0
        assert result.stdout.startswith("pyudf ")

    @pytest.mark.parametrize("args", [["--help"], *([name, "--help"] for name in cli.COMMANDS)])
    def test_help(self, args):
        result = pyudf(*args)
        assert result.returncode == 0
        assert result.stdout.startswith("usage: pyudf")
        assert result.stderr == ""

    @pytest.mark.parametrize("args", [[], ["mtach"], ["match"], ["match", "left.csv"]])
    def test_wrong_usage(self, args):
        result = pyudf(*args)
        assert result.returncode == 2
        assert "usage: pyudf" in result.stderr

    def test_the_example_in_the_help_is_true(self, folder):
        lines = [line.removeprefix("  ") for line in command.EPILOG.split("\n\n")[0].splitlines()[1:]]
        prompts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(prompts, [*prompts[1:], len(lines)], strict=True):
            verb, *rest = lines[start][2:].split()
            shown = "".join(f"{line}\n" for line in lines[start + 1 : end])
            if verb == "cat":
                (folder / rest[0]).write_text(shown)
            else:
                assert pyudf(*rest).stdout == shown


class TestJoin:
    def test_to_standard_output(self):
        result = match()
        assert (result.returncode, result.stdout, result.stderr) == (0, JOINED, "")

    def test_inner_k_and_names(self):
        result = match("--how", "inner", "--k", "2", "--suffix", "_2", "--score-name", "d", "--workers", "1")
        assert result.stdout.splitlines() == [
            "city,amount,name,country,amount_2,d",
            "Pariss,007,Paris,France,,1",
            "Lndon,20,London,UK,1,1",
        ]

    def test_on(self, folder):
        (folder / "right.csv").write_text("city\nParis\n")
        result = pyudf("match", "left.csv", "right.csv", "--on", "city", "--score-cutoff", "1", "--how", "inner")
        assert result.stdout == "city,amount,city_right,score\nPariss,007,Paris,1\n"

    def test_float_scores_and_metric_options(self):
        args = ["match", "left.csv", "right.csv", *KEYS, "--how", "inner", "--metric", "jaro_winkler"]
        args += ["--form", "similarity", "--score-cutoff", "0.8"]
        scores = [float(line.split(",")[-1]) for line in pyudf(*args).stdout.splitlines()[1:]]
        assert scores == pytest.approx([29 / 30, 0.89], abs=1e-6)
        plain = [float(line.split(",")[-1]) for line in pyudf(*args, "--prefix-weight", "0").stdout.splitlines()[1:]]
        assert plain == pytest.approx([17 / 18, 79 / 90], abs=1e-6)

    def test_weights_pad_and_processor(self, folder):
        (folder / "left.csv").write_text("key\nAB\n")
        (folder / "right.csv").write_text("name\nax\n")
        args = ["match", "left.csv", "right.csv", "--left-on", "key", "--right-on", "name"]
        assert pyudf(*args).stdout.endswith(",2\n")
        assert pyudf(*args, "--processor", "lower").stdout.endswith(",1\n")
        assert pyudf(*args, "--processor", "lower", "--weights", "1,2,9").stdout.endswith(",3\n")
        assert pyudf(*args, "--metric", "hamming", "--no-pad").stdout.endswith(",2\n")

    def test_values_pass_through_unchanged(self, folder):
        text = 'city,note\nPariss,"a ""b"", c"\nLndon,"two\nlines"\nZürich,NA\nnull,1.10\nNaN,+49\n'
        (folder / "left.csv").write_text(text, encoding="utf-8")
        (folder / "right.csv").write_text("name\nnull\nNaN\nZürich\n", encoding="utf-8")
        result = pyudf("match", "left.csv", "right.csv", *KEYS, "--score-cutoff", "0")
        assert result.stdout == (
            'city,note,name,score\nPariss,"a ""b"", c",,\nLndon,"two\nlines",,\n'
            "Zürich,NA,Zürich,0\nnull,1.10,null,0\nNaN,+49,NaN,0\n"
        )

    def test_byte_order_mark_and_line_ends_of_windows(self, folder):
        (folder / "left.csv").write_bytes(b"\xef\xbb\xbf" + LEFT.replace("\n", "\r\n").encode())
        assert match().stdout == JOINED

    def test_tables_without_rows(self, folder):
        (folder / "right.csv").write_text("name,country\n")
        assert match().stdout.splitlines()[1] == "Pariss,007,,,"
        (folder / "left.csv").write_text("city,amount\n")
        assert match().stdout == "city,amount,name,country,score\n"

    @pytest.mark.parametrize("suffix", [".tsv", ".parquet", ".arrow", ".feather", ".arrows"])
    def test_formats_there_and_back(self, folder, suffix):
        assert match("-o", f"out{suffix}").returncode == 0
        assert sorted(os.listdir()) == sorted(["left.csv", "right.csv", f"out{suffix}"])
        result = pyudf("match", f"out{suffix}", "right.csv", *KEYS, "--score-cutoff", "0", "--suffix", "_2")
        assert result.returncode == 1, "amount_2 and score are there already"
        args = ["--score-cutoff", "2", "--suffix", "_2", "--score-name", "again", "--how", "inner"]
        result = pyudf("match", f"out{suffix}", "right.csv", *KEYS, *args)
        assert result.stdout.splitlines()[1] == "Pariss,007,Paris,France,,1,Paris,France,,1"

    def test_types_in_parquet(self, folder):
        (folder / "left.csv").write_text("city,a,b,c,d,e,f\n12,1,1.5,true,2020-02-29,007,\n13,,2,false,,8,\n")
        (folder / "right.csv").write_text("name\n0012\n")
        assert pyudf("match", "left.csv", "right.csv", *KEYS, "-o", "out.parquet").returncode == 0
        table = pq.read_table("out.parquet")
        assert [str(kind) for kind in table.schema.types] == [
            *("string", "int64", "double", "bool", "date32[day]", "string", "string"),
            *("string", "int64"),
        ]
        assert table.column("city").to_pylist() == ["12", "13"]
        assert table.column("e").to_pylist() == ["007", "8"]
        assert table.column("name").to_pylist() == ["0012", "0012"]

    def test_parquet_to_csv(self, folder):
        pq.write_table(pa.table({"city": ["Pariss"], "x": [1.5], "y": [True], "z": [""]}), "left.parquet")
        result = pyudf("match", "left.parquet", "right.csv", *KEYS)
        assert result.stdout.splitlines()[1] == 'Pariss,1.5,true,"",Paris,France,,1'

    def test_output_may_be_an_input(self, folder):
        os.chmod("left.csv", 0o640)
        assert match("-o", "left.csv").returncode == 0
        assert (folder / "left.csv").read_text() == JOINED
        if os.name == "posix":
            assert stat.S_IMODE(os.stat("left.csv").st_mode) == 0o640

    @pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
    def test_a_new_file_has_the_usual_permissions(self, folder):
        (folder / "plain").touch()
        assert match("-o", "out.csv").returncode == 0
        assert os.stat("out.csv").st_mode == os.stat("plain").st_mode

    @pytest.mark.skipif(os.name != "posix", reason="symbolic links")
    def test_a_link_is_followed(self, folder):
        (folder / "real.csv").touch()
        (folder / "link.csv").symlink_to("real.csv")
        assert match("-o", "link.csv").returncode == 0
        assert (folder / "link.csv").is_symlink()
        assert (folder / "real.csv").read_text() == JOINED


@pytest.mark.skipif(os.name != "posix", reason="POSIX terminals")
@pytest.mark.parametrize("args", [[], ["--no-progress"]])
def test_a_bar_on_a_terminal_only(args):
    pytest.importorskip("tqdm")
    import pty
    import termios

    assert match("-o", "out.csv").stderr == "", "not on a pipe"
    ours, theirs = pty.openpty()
    try:
        termios.tcsetwinsize(theirs, (24, 80))
        command_line = [sys.executable, "-m", "pyudf.cli", "match", "left.csv", "right.csv", *KEYS, *args]
        subprocess.run(command_line, stderr=theirs, stdout=subprocess.DEVNULL, check=True, timeout=60)
        os.write(theirs, b"end")
        shown = os.read(ours, 1 << 16)
    finally:
        os.close(ours)
        os.close(theirs)
    assert shown == b"end" if args else b"100%" in shown


class TestFailures:
    def test_missing_file(self):
        fails(pyudf("match", "nope.csv", "right.csv", *KEYS), 1, "nope.csv", "No such file")

    def test_folder_for_a_file(self, folder):
        (folder / "d.csv").mkdir()
        fails(pyudf("match", "d.csv", "right.csv", *KEYS), 1, "d.csv")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("broken.parquet", b"PAR1 and nothing else"),
            ("broken.arrow", b"ARROW1 and nothing else"),
            ("broken.arrows", b"nothing"),
            ("ragged.csv", b"city,b\n1\n"),
            ("latin.csv", b"city\nZ\xfcrich\n"),
            ("empty.csv", b""),
        ],
    )
    def test_broken_file(self, folder, name, content):
        (folder / name).write_bytes(content)
        fails(pyudf("match", name, "right.csv", *KEYS), 1, name)

    def test_unknown_column(self):
        args = ["match", "left.csv", "right.csv", "--left-on", "citi", "--right-on", "name"]
        fails(pyudf(*args), 1, "'citi' in left", "did you mean 'city'")

    def test_a_key_that_is_not_text(self, folder):
        pq.write_table(pa.table({"city": [1]}), "left.parquet")
        fails(pyudf("match", "left.parquet", "right.csv", *KEYS), 1)

    def test_a_column_that_csv_cannot_hold(self, folder):
        pq.write_table(pa.table({"city": ["a"], "list": [[1]]}), "left.parquet")
        result = pyudf("match", "left.parquet", "right.csv", *KEYS, "-o", "out.csv")
        fails(result, 1, "'list'", "-o FILE.parquet")
        assert sorted(os.listdir()) == ["left.csv", "left.parquet", "right.csv"]

    @pytest.mark.parametrize("output", ["nowhere/out.csv", "folder.csv"])
    def test_output_that_cannot_be_written(self, folder, output):
        (folder / "folder.csv").mkdir()
        fails(match("-o", output), 1, output.split("/")[0])
        assert sorted(os.listdir()) == ["folder.csv", "left.csv", "right.csv"]

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs permissions that bind")
    def test_read_only_folder(self, folder):
        (folder / "shut").mkdir(mode=0o555)
        fails(match("-o", "shut/out.csv"), 1, "shut")

    @pytest.mark.parametrize(
        ("args", "words"),
        [
            (["--metric", "levenstein"], ["levenshtein"]),
            (["--form", "nearness"], ["distance"]),
            (["--how", "outer"], ["inner"]),
            (["--k", "0"], ["--k", "1 or more"]),
            (["--workers", "x"], ["--workers"]),
            (["--score-cutoff", "much"], ["--score-cutoff", "not a number"]),
            (["--score-cutoff", "-1"], []),
            (["--weights", "1,2"], ["--weights", "1,1,2"]),
            (["--prefix-weight", "0.1"], ["prefix_weight"]),
            (["--processor", "lowr"], ["lower"]),
            (["--on", "city"], ["--on", "--left-on", "--right-on"]),
            (["-o", "out.xlsx"], ["out.xlsx", ".parquet"]),
        ],
    )
    def test_wrong_usage(self, args, words):
        fails(pyudf("match", "left.csv", "right.csv", *KEYS, *args), 2, *words)

    @pytest.mark.parametrize("args", [[], ["--left-on", "city"], ["--right-on", "name"]])
    def test_no_keys(self, args):
        fails(pyudf("match", "left.csv", "right.csv", *args), 2, "--on", "--left-on")

    @pytest.mark.parametrize(
        ("error", "status"), [(KeyboardInterrupt(), 130), (OSError(errno.ENOSPC, "No space left on device"), 1)]
    )
    def test_stopped_while_writing(self, folder, monkeypatch, capsys, error, status):
        def half(table, sink, delimiter):
            sink.write(b"half")
            sink.flush()
            raise error

        (folder / "out.csv").write_text("before")
        monkeypatch.setattr(files, "_write_text", half)
        assert cli.main(["match", "left.csv", "right.csv", *KEYS, "-o", "out.csv"]) == status
        assert (folder / "out.csv").read_text() == "before"
        assert sorted(os.listdir()) == ["left.csv", "out.csv", "right.csv"]
        assert capsys.readouterr().err.count("\n") == 1

    def test_a_bug_is_not_hidden(self, monkeypatch):
        def wrong(*args, **options):
            raise AssertionError

        monkeypatch.setattr(command.joins, "match", wrong)
        with pytest.raises(AssertionError):
            cli.main(["match", "left.csv", "right.csv", *KEYS])

    @pytest.mark.skipif(os.name != "posix", reason="POSIX pipes")
    def test_a_reader_that_leaves(self, folder):
        (folder / "left.csv").write_text("city\n" + "\n".join(["Paris"] * 50_000) + "\n")
        args = [sys.executable, "-m", "pyudf.cli", "match", "left.csv", "right.csv", *KEYS]
        with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout.readline().startswith(b"city,")
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 1

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_full_disk_under_standard_output(self):
        args = [sys.executable, "-m", "pyudf.cli", "match", "left.csv", "right.csv", *KEYS]
        with open("/dev/full", "wb") as full:
            result = subprocess.run(args, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
        assert result.returncode == 1
        assert result.stderr.decode() == "pyudf match: [Errno 28] No space left on device\n"
