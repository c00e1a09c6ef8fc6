"""``pyudf logs`` as a user runs it: logs in, tables out, what was wrong told, and nothing half-written."""

import errno
import gzip
import os
import stat
import subprocess
import sys

import pytest

from pyudf import logs
from pyudf.cli import __main__ as cli
from pyudf.cli import files
from pyudf.cli import logs as command

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
csv = pytest.importorskip("pyarrow.csv")

LINES = 10_000
CUT = 5_000


def line(number):
    return f'192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /{number} HTTP/1.1" 200 {number} "-" "curl/8.4.0"'


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def long_log(folder):
    """A line in the middle ends within a quoted field."""
    lines = [line(number) for number in range(LINES)]
    lines[CUT] = lines[CUT][: lines[CUT].index("HTTP")]
    text = "\n".join(lines) + "\n"
    (folder / "long.log").write_text(text)
    with gzip.open("long.log.gz", "wt") as packed:
        packed.write(text)
    return lines


def pyudf(*args, **options):
    given = {"text": True, "encoding": "utf-8"} if "input" not in options else {}
    return subprocess.run(
        [sys.executable, "-m", "pyudf.cli", "logs", *args],
        capture_output=True,
        timeout=60,
        check=False,
        **{"stdin": subprocess.DEVNULL} if "input" not in options else {},
        **given,
        **options,
    )


def fails(result, status, *words):
    """The status, one line on stderr (after the usage, where the usage was wrong), nothing on stdout."""
    assert result.returncode == status, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("pyudf logs: ")
    assert status == 2 or len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[-1]


def test_the_examples_in_the_help_are_true(folder):
    text = command.EPILOG.split("\n\n")[0]
    lines = [line.removeprefix("  ") for line in text.splitlines()[1:]]
    prompts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(prompts, [*prompts[1:], len(lines)], strict=True):
        verb, *rest = lines[start][2:].split()
        shown = "".join(f"{line}\n" for line in lines[start + 1 : end])
        if verb == "cat":
            (folder / rest[0]).write_text(shown)
        else:
            assert pyudf(*rest[1:]).stdout == shown


class TestColumns:
    @pytest.mark.parametrize("name", ["long.log", "long.log.gz"])
    def test_a_cut_line_costs_itself(self, long_log, name):
        result = pyudf(name, "--format", "combined", "-o", "out.parquet", "--errors", "bad.csv")
        assert (result.returncode, result.stdout) == (0, "")
        told = result.stderr.splitlines()
        assert told[0].startswith("pyudf logs: 10,000 lines, 1 bad, 0.9 MB, ")
        assert told[0].endswith(" MB/s")
        assert told[1:] == ["  1 × request: no '\" ' up to the end of the line"]
        table = pq.read_table("out.parquet")
        assert table.num_rows == LINES
        sizes = table.column("body_bytes_sent").to_pylist()
        assert sizes == [None if at == CUT else at for at in range(LINES)]
        assert table.column("request")[CUT + 1].as_py() == f"GET /{CUT + 1} HTTP/1.1"
        assert table.column("remote_addr")[CUT].as_py() == "192.0.2.7"
        assert str(table.schema.field("time_local").type) == "timestamp[us, tz=UTC]"
        assert csv.read_csv("bad.csv").to_pylist() == [
            {
                "file": name,
                "row": CUT,
                "position": len(long_log[CUT]),
                "field": "request",
                "reason": "no '\" ' up to the end of the line",
                "line": long_log[CUT],
            }
        ]

    @pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".arrow", ".arrows"])
    def test_what_is_written_is_what_is_parsed(self, folder, suffix):
        (folder / "a.log").write_text(line(1).replace("curl", 'c\\"url, "') + "\n")
        assert pyudf("a.log", "--format", "combined", "-o", f"out{suffix}").returncode == 0
        read = {
            ".csv": csv.read_csv,
            ".tsv": lambda path: csv.read_csv(path, parse_options=csv.ParseOptions(delimiter="\t")),
            ".parquet": pq.read_table,
            ".arrow": lambda path: pa.ipc.open_file(path).read_all(),
            ".arrows": lambda path: pa.ipc.open_stream(path).read_all(),
        }[suffix]
        table = read(f"out{suffix}")
        assert table.column_names == [*logs.COMBINED.columns]
        assert table.column("http_user_agent").to_pylist() == ['c\\"url, "/8.4.0']

    def test_batches_of_several_files_follow_each_other(self, long_log, monkeypatch, capfd):
        monkeypatch.setattr(command, "_ROWS", 999)
        args = ["logs", "long.log", "long.log.gz", "--format", "combined", "-o", "out.parquet", "--errors", "bad.csv"]
        assert cli.main(args) == 0
        assert "20,000 lines, 2 bad" in capfd.readouterr().err
        sizes = [None if at == CUT else at for at in range(LINES)]
        assert pq.read_table("out.parquet").column("body_bytes_sent").to_pylist() == sizes * 2
        bad = csv.read_csv("bad.csv").to_pydict()
        assert (bad["file"], bad["row"]) == (["long.log", "long.log.gz"], [CUT, CUT])

    def test_standard_input(self):
        text = b"a=1 b=2\na=3\n"
        result = pyudf("-", "--format", "dissect:a=%{a} b=%{b}", input=text)
        assert result.stdout == b"a,b\n1,2\n,\n"
        assert b"2 lines, 1 bad" in result.stderr

    def test_files_without_lines(self, folder):
        (folder / "empty.log").touch()
        result = pyudf("empty.log", "--format", "common")
        assert (result.returncode, result.stdout) == (0, ",".join(logs.COMMON.columns) + "\n")
        assert result.stderr.startswith("pyudf logs: 0 lines, 0 bad")

    @pytest.mark.parametrize(
        ("format", "text", "rows", "bad"),
        [
            ("nginx:$remote_addr [$time_iso8601] $status", "::1 [2024-05-01T10:00:00+02:00] 200", 1, []),
            ('apache:%h %l "%r"', '::1 - "GET / HTTP/1.1"', 1, []),
            ("fields:<Level:text> <Rest>", "INFO up\nWARN", 2, ["1,WARN"]),
            ("grok:%{IP:client} %{NUMBER:bytes:int}", "10.0.0.1 15\n?", 2, ["1,?"]),
            (r"regex:took (?P<time>[0-9.]+)s", "it took 1.5s", 1, []),
            ("syslog", "<34>Oct 11 22:14:15 mymachine su[7]: 'su root' failed", 1, []),
            ("glog", "E1010 13:55:36.000001 7 main.cc:9] failed\n?", 2, ["1,?"]),
            ("logfmt", 'level=info msg="disk is full"\na="', 2, ['1,a="']),
            ("logfmt:msg,level", 'level=info msg="disk is full" took=7\nlevel=warn', 2, []),
            ("cef", "CEF:0|acme|wall|1.0|100|stopped|10|src=10.0.0.1", 1, []),
            (
                "vpc_flow",
                "srcaddr bytes action\n10.0.0.1 40 ACCEPT\n10.0.0.1 many ACCEPT",
                2,
                ["1,10.0.0.1 many ACCEPT"],
            ),
            ("w3c", "#Version: 1.0\n#Fields: date time sc-status\n2024-05-01 10:00:00 200\nx\n#Date: x", 2, ["1,x"]),
        ],
    )
    def test_every_format(self, folder, format, text, rows, bad):
        (folder / "a.log").write_text(text + "\n")
        result = pyudf("a.log", "--format", format, "--errors", "bad.csv")
        assert result.returncode == 0, result.stderr
        assert len(result.stdout.splitlines()) == rows + 1
        assert f" lines, {len(bad)} bad, " in result.stderr
        found = csv.read_csv("bad.csv").to_pylist()
        assert [f"{error['row']},{error['line']}" for error in found] == bad

    def test_years_of_times_without(self, folder):
        (folder / "a.log").write_text("Oct 11 22:14:15 mymachine su: failed\n")
        assert "2003-10-11 22:14:15" in pyudf("a.log", "--format", "syslog", "--year", "2003").stdout

    def test_unescape(self, folder):
        (folder / "a.log").write_text("a \\x22b\\x22\n")
        assert pyudf("a.log", "--format", "dissect:%{k} %{v}").stdout == "k,v\na,\\x22b\\x22\n"
        assert pyudf("a.log", "--format", "dissect:%{k} %{v}", "--unescape").stdout == 'k,v\na,"""b"""\n'

    @pytest.mark.parametrize(
        ("text", "expression"),
        [
            (line(1), "Pattern.apache(pyudf.logs.COMBINED)"),
            ("<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 - text", "syslog(source, rfc='5424')"),
            ("2024-05-01T10:00:00Z started", "Pattern.dissect('%{time} %{message}', types="),
            ("2024-05-01 10:00:00 WARN  disk is full", "append_separator=' ')"),
            ("#Fields: date time sc-status\n2024-05-01 10:00:00 200", "w3c(source)"),
            ('level=info msg="disk is full"', "logfmt(source)"),
        ],
    )
    def test_auto(self, folder, text, expression):
        (folder / "a.log").write_text(text + "\n")
        result = pyudf("a.log", "--format", "auto")
        told = result.stderr.splitlines()
        assert told[0].startswith("pyudf logs: read by pyudf.logs.")
        assert expression in told[0]
        assert told[1].startswith("pyudf logs: ")
        assert " 0 bad" in told[1]
        assert len(result.stdout.splitlines()) == 2


class TestTemplates:
    TEXT = "disk /dev/sda1 is full\nuser 7 logged in\nuser 12 logged in\n"

    def test_of_lines(self, folder):
        (folder / "a.log").write_text(self.TEXT)
        result = pyudf("a.log", "a.log", "--templates", "-o", "out.parquet")
        assert result.returncode == 0
        assert result.stderr.startswith("pyudf logs: 6 lines, 0 bad")
        assert pq.read_table("out.parquet").to_pydict() == {
            "id": [1, 0],
            "template": ["user <NUMBER> logged in", "disk <PATH> is full"],
            "count": [4, 2],
        }

    def test_of_a_column(self, folder):
        (folder / "a.log").write_text("".join(f"INFO {text}\n" for text in self.TEXT.splitlines()) + "?\n")
        args = ["a.log", "--templates", "--format", "dissect:%{level} %{text}"]
        result = pyudf(*args, "--message", "text")
        assert result.stdout == "id,template,count\n1,user <NUMBER> logged in,2\n0,disk <PATH> is full,1\n"
        assert "4 lines, 1 bad" in result.stderr
        fails(pyudf(*args, "--message", "txt"), 1, "no column 'txt'", "text")


@pytest.mark.skipif(os.name != "posix", reason="POSIX terminals")
@pytest.mark.parametrize("args", [[], ["--no-progress"]])
def test_a_bar_on_a_terminal_only(folder, args):
    pytest.importorskip("tqdm")
    import pty
    import termios

    (folder / "a.log").write_text("a b\n")
    assert "%|" not in pyudf("a.log", "--format", "dissect:%{a} %{b}").stderr, "not on a pipe"
    ours, theirs = pty.openpty()
    try:
        termios.tcsetwinsize(theirs, (24, 80))
        call = [sys.executable, "-m", "pyudf.cli", "logs", "a.log", "--format", "dissect:%{a} %{b}", *args]
        subprocess.run(call, stderr=theirs, stdout=subprocess.DEVNULL, check=True, timeout=60)
        shown = os.read(ours, 1 << 16)
    finally:
        os.close(ours)
        os.close(theirs)
    assert (b"100%" in shown) == (not args)
    assert b"1 lines, 0 bad" in shown


class TestFailures:
    @pytest.mark.parametrize(
        ("args", "words"),
        [
            (["--format", "combinde"], ["'combinde'", "did you mean 'combined'"]),
            (["--format", "nginx"], ["nginx:"]),
            (["--format", "nginx:nothing"], ["nginx", "no value"]),
            (["--format", r"regex:(a)\1"], ["regex"]),
            ([], ["--format", "--templates"]),
            (["--format", "common", "--message", "request"], ["--templates"]),
            (["--format", "common", "--templates"], ["--message"]),
            (["--templates", "--errors", "bad.csv"], ["--errors", "--format"]),
            (["--format", "common", "--year", "x"], ["--year"]),
            (["--format", "common", "--year", "2000"], ["--year", "syslog"]),
            (["--format", "common", "-o", "./a.csv", "--errors", "a.csv"], ["--errors", "one file"]),
            (["--format", "common", "-o", "out.xlsx"], ["out.xlsx", ".parquet"]),
        ],
    )
    def test_wrong_usage(self, folder, args, words):
        (folder / "a.log").write_text(line(1))
        fails(pyudf("a.log", *args), 2, *words)
        assert os.listdir() == ["a.log"]

    def test_missing_file(self):
        fails(pyudf("nope.log", "--format", "common"), 1, "nope.log", "No such file")

    def test_a_format_that_no_line_has(self, long_log):
        result = pyudf("long.log", "--format", "glog", "-o", "out.csv", "--errors", "bad.csv")
        fails(result, 1, "long.log", "none of the first 10,000 lines", "line 1, byte 0", "192.0.2.7", "--format auto")
        assert sorted(os.listdir()) == ["long.log", "long.log.gz"]

    def test_no_format_is_found(self, folder):
        (folder / "a.log").write_text("nothing known\n")
        fails(pyudf("a.log", "--format", "auto"), 1, "a.log", "no known format")

    def test_lines_of_json(self, folder):
        (folder / "a.log").write_text('{"level": "info"}\n')
        fails(pyudf("a.log", "--format", "auto"), 1, "a.log", "polars.read_ndjson(source)")

    @pytest.mark.parametrize("packer", ["gzip", "zstandard"])
    @pytest.mark.parametrize(
        "harm", [lambda packed: packed[: len(packed) // 2], lambda packed: packed[:20] + b"!" * 99]
    )
    def test_a_broken_archive(self, folder, long_log, packer, harm):
        packed = pytest.importorskip(packer).compress((folder / "long.log").read_bytes())
        (folder / "cut.log").write_bytes(harm(packed))
        fails(pyudf("cut.log", "--format", "combined", "-o", "out.csv"), 1, "cut.log")
        assert not os.path.exists("out.csv")

    def test_an_archive_whose_checksum_is_wrong(self, folder, long_log):
        packed = (folder / "long.log.gz").read_bytes()
        (folder / "long.log.gz").write_bytes(packed[:-8] + b"!" * 8)
        fails(pyudf("long.log.gz", "--format", "combined", "-o", "out.csv"), 1, "long.log.gz: CRC")
        assert not os.path.exists("out.csv")

    def test_files_whose_columns_differ(self, folder):
        (folder / "a.log").write_text("#Fields: date time sc-status\n2024-05-01 10:00:00 200\n")
        (folder / "b.log").write_text("#Fields: date time c-ip\n2024-05-01 10:00:00 ::1\n")
        result = pyudf("a.log", "b.log", "--format", "w3c", "-o", "out.parquet")
        fails(result, 1, "b.log", "c-ip", "sc-status")
        assert not os.path.exists("out.parquet")

    @pytest.mark.parametrize(
        ("error", "status"), [(KeyboardInterrupt(), 130), (OSError(errno.ENOSPC, "No space left on device"), 1)]
    )
    def test_stopped_while_writing(self, folder, monkeypatch, capsys, error, status):
        def half(table, sink, delimiter):
            sink.write(b"half")
            sink.flush()
            raise error

        (folder / "a.log").write_text("a b\n")
        (folder / "out.csv").write_text("before")
        monkeypatch.setattr(files, "_write_text", half)
        assert cli.main(["logs", "a.log", "--format", "dissect:%{a} %{b}", "-o", "out.csv"]) == status
        assert (folder / "out.csv").read_text() == "before"
        assert sorted(os.listdir()) == ["a.log", "out.csv"]
        assert capsys.readouterr().err.count("\n") == 1

    def test_output_may_be_an_input(self, folder):
        (folder / "a.csv").write_text("a b\n")
        os.chmod("a.csv", 0o640)
        assert pyudf("a.csv", "--format", "dissect:%{a} %{b}", "-o", "a.csv").returncode == 0
        assert (folder / "a.csv").read_text() == "a,b\na,b\n"
        if os.name == "posix":
            assert stat.S_IMODE(os.stat("a.csv").st_mode) == 0o640

    def test_a_reader_that_leaves(self, long_log):
        args = [sys.executable, "-m", "pyudf.cli", "logs", "long.log", "--format", "combined"]
        with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout.readline().startswith(b"remote_addr,")
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 1
