"""Every source gives the same lines: files, compressed or not, buffers, columns, whole and in batches."""

import gzip
import io
import mmap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf._lines import of_buffer
from pyudf.logs.sources import batches_of, lines_of

pa, pd, pl = pytest.importorskip("pyarrow"), pytest.importorskip("pandas"), pytest.importorskip("polars")

ROWS = ["first", "", "zwölf", "東京 🚀", "a\x00b", "last"]
CONTENT = "\n".join(ROWS).encode()
LINES = [row.encode() for row in ROWS]
COLUMNS = {
    "list": list,
    "tuple": tuple,
    "object": lambda rows: np.array(rows, object),
    "reversed twice": lambda rows: np.array(rows[::-1], object)[::-1],
    "U": np.array,
    "StringDType": lambda rows: np.array(rows, np.dtypes.StringDType()),
    "pandas": pd.Series,
    "category": lambda rows: pd.Series(rows, dtype="category"),
    "pyarrow": pa.array,
    "large": lambda rows: pa.array(rows, pa.large_string()),
    "view": lambda rows: pa.array(rows, pa.string_view()),
    "chunks": lambda rows: pa.chunked_array([rows[:2], rows[2:]]),
    "slice": lambda rows: pa.array(["before", *rows])[1:],
    "Polars": pl.Series,
    "generator": iter,
}


def obvious(content):
    """The lines of some bytes, by splitting."""
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
        return [line.removesuffix(b"\r") for line in lines]
    return [*(line.removesuffix(b"\r") for line in lines[:-1]), lines[-1]]


@given(st.lists(st.sampled_from([b"\n", b"\r", b"a", b"", b"long" * 50, b"\x00", b"\xff"])).map(b"".join))
def test_buffers_are_cut_at_line_feeds(content):
    assert [*lines_of(content)] == obvious(content)


@pytest.mark.parametrize("workers", [1, 2])
def test_lines_that_cross_pieces(workers):
    rng = np.random.default_rng(1)
    lines = [b"x" * int(n) for n in rng.integers(0, 3000, 3000)] + [b"y" * 5_000_000, b"", b"end"]
    found = of_buffer(b"\r\n".join(lines), workers)
    assert len(found) == len(lines)
    assert [*found] == lines


@pytest.mark.parametrize("kind", COLUMNS)
def test_rows_of_a_column_are_lines(kind):
    assert [*lines_of(COLUMNS[kind](ROWS))] == LINES


def test_a_row_is_one_line_whatever_it_holds():
    assert [*lines_of(["two\nlines", "\r\n", None, ""])] == [b"two\nlines", b"\r\n", None, b""]
    assert [*lines_of([b"\xff\n", None])] == [b"\xff\n", None]
    assert [*lines_of("a str\nis one")] == [b"a str\nis one"]
    assert len(lines_of([])) == 0
    assert [*lines_of([None, float("nan"), pd.NA])] == [None] * 3


def test_many_rows():
    rows = [str(i) for i in range(200_000)]
    assert [*lines_of(rows)] == [row.encode() for row in rows]


def written(path, content):
    path.write_bytes(content)
    return path


def zstd(content):
    return pytest.importorskip("zstandard").compress(content)


FILES = {"plain": bytes, "gzip": gzip.compress, "two gzips": lambda c: gzip.compress(c[:9]) + gzip.compress(c[9:])}
FILES["zstd"] = zstd


@pytest.mark.parametrize("how", FILES)
class TestFiles:
    def test_path(self, tmp_path, how):
        assert [*lines_of(written(tmp_path / "log", FILES[how](CONTENT)))] == LINES

    def test_open_file(self, tmp_path, how):
        with open(written(tmp_path / "log", FILES[how](CONTENT)), "rb") as file:
            assert [*lines_of(file)] == LINES
        assert [*lines_of(io.BytesIO(FILES[how](CONTENT)))] == LINES

    def test_empty(self, tmp_path, how):
        assert len(lines_of(written(tmp_path / "log", FILES[how](b"")))) == 0

    @pytest.mark.parametrize("rows", [1, 2, 4, 6, 7])
    def test_batches(self, tmp_path, how, rows):
        batches = [[*lines] for lines in batches_of(written(tmp_path / "log", FILES[how](CONTENT)), rows)]
        assert batches == [LINES[i : i + rows] for i in range(0, len(LINES), rows)]


def test_batches_of_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("pyudf.logs.sources._BLOCK", 64)
    lines = [b"%d" % i * (i % 50) for i in range(500)]
    batches = [*batches_of(written(tmp_path / "log", b"\n".join(lines) + b"\n"), 7)]
    assert [line for batch in batches for line in batch] == lines
    assert {len(batch) for batch in batches[:-1]} == {7}


def test_buffers():
    for buffer in (memoryview(CONTENT), bytearray(CONTENT), np.frombuffer(CONTENT, np.uint8).data):
        assert [*lines_of(buffer)] == LINES
    with mmap.mmap(-1, len(CONTENT)) as shared:
        shared[:] = CONTENT
        lines = lines_of(shared)
        assert [*lines] == LINES
        del lines


def test_what_changes_is_copied():
    buffer = bytearray(CONTENT)
    lines = lines_of(buffer)
    buffer[:] = b"x" * 500
    assert [*lines] == LINES


def test_slices_are_views():
    lines = lines_of(CONTENT)
    part = lines[1:4]
    assert [*part] == LINES[1:4]
    assert part.nbytes == len(CONTENT)
    with pytest.raises(ValueError, match="step"):
        lines[::2]


def test_what_is_no_source(tmp_path):
    with open(written(tmp_path / "log", CONTENT), encoding="utf-8") as file, pytest.raises(TypeError, match="binary"):
        lines_of(file)
    with pytest.raises(TypeError, match="position 1: expected str or bytes, got int"):
        lines_of(["a", 5])
    with pytest.raises(FileNotFoundError):
        lines_of(tmp_path / "nothing")


@pytest.mark.parametrize("packer", ["gzip", "zstandard"])
@pytest.mark.parametrize("keep", [0.5, 0.999])
def test_a_compressed_file_that_was_cut_is_an_error(tmp_path, packer, keep):
    packed = pytest.importorskip(packer).compress(b"".join(b"line %d\n" % i for i in range(100_000)))
    (tmp_path / "cut").write_bytes(packed[: int(keep * len(packed))])
    with pytest.raises(EOFError):
        lines_of(tmp_path / "cut")
    with pytest.raises(EOFError):
        list(batches_of(tmp_path / "cut", 1000))


def test_frames_of_zstandard_follow_each_other(tmp_path):
    compress = pytest.importorskip("zstandard").compress
    skipped = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"xyz"
    (tmp_path / "several").write_bytes(compress(b"one\ntw") + compress(b"") + skipped + compress(b"o\n"))
    assert [*lines_of(tmp_path / "several")] == [b"one", b"two"]
