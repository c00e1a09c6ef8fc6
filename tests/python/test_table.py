"""`pyudf.Table`: a mapping of arrays, and the same columns to every Arrow library."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import pyudf
from pyudf.table import Column, Values

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")


def moments(*written):
    return np.array(written, "M8[us]")


COLUMNS = {
    "small": np.array([1, -2, 3], np.int8),
    "unsigned": np.array([1, 2, 2**64 - 1], np.uint64),
    "size": Values(np.array([10, 0, 30]), np.array([False, True, False])),
    "share": np.array([0.5, np.nan, np.inf]),
    "ok": np.array([True, False, True]),
    "maybe": Values(np.array([True, False, True]), np.array([False, False, True])),
    "at": moments("2026-11-26T12:00:00.000001", "NaT", "1969-12-31T23:59:59"),
    "took": np.array([1, -1, 0], "m8[ms]"),
    "name": np.array(["Zoë", None, ""], object),
    "raw": np.array([b"\xff", None, b""], object),
}
ROWS = {
    "small": [1, -2, 3],
    "unsigned": [1, 2, 2**64 - 1],
    "size": [10, None, 30],
    "ok": [True, False, True],
    "maybe": [True, False, None],
    "at": [
        datetime(2026, 11, 26, 12, 0, 0, 1, UTC),
        None,
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
    "took": [timedelta(milliseconds=1), timedelta(milliseconds=-1), timedelta(0)],
    "name": ["Zoë", None, ""],
    "raw": [b"\xff", None, b""],
}


@pytest.fixture
def table():
    return pyudf.Table(COLUMNS)


def test_it_is_a_mapping_of_arrays(table):
    assert len(table) == 3
    assert [*table] == [*COLUMNS] == list(table.columns)
    assert "size" in table
    assert "sizes" not in table
    assert table["small"].dtype == np.int8
    np.testing.assert_array_equal(table["size"], [10, np.nan, 30])
    assert table["maybe"].tolist() == [True, False, None]
    assert np.isnat(table["at"]).tolist() == [False, True, False]
    assert table["name"].tolist() == ["Zoë", None, ""]
    assert table["name"] is table["name"]
    assert [*dict(table)] == [*table.keys()] == [name for name, _ in table.items()]
    assert all(ours is table[name] for name, ours in zip(table, table.values(), strict=True))
    assert table.get("sizes", 7) == 7
    assert table.get("size") is table["size"]


def rows_of_duckdb(table):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.sql("set TimeZone='UTC'")
        connection.register("made", table)
        found = connection.sql("select * from made").fetchall()
    return dict(zip(COLUMNS, map(list, zip(*found, strict=True)), strict=True))


READERS = {
    "pyarrow": lambda table: pa.table(table).to_pydict(),
    "to_arrow": lambda table: table.to_arrow().to_pydict(),
    "polars": lambda table: pl.DataFrame(table).to_dict(as_series=False),
    "to_polars": lambda table: table.to_polars().to_dict(as_series=False),
    "duckdb": rows_of_duckdb,
}


@pytest.mark.parametrize("reader", READERS)
def test_every_library_sees_the_same(table, reader):
    found = READERS[reader](table)
    assert [*found] == [*COLUMNS]
    share = found.pop("share")
    np.testing.assert_array_equal(share, [0.5, np.nan, np.inf])
    assert found == ROWS


def test_numbers_are_taken_over_in_place(table):
    numbers = pa.table(table)["small"].chunk(0)
    assert numbers.buffers()[1].address == COLUMNS["small"].ctypes.data


def test_pandas_takes_the_arrays(table):
    frame = table.to_pandas()
    assert frame["took"].dtype == "m8[ms]"
    np.testing.assert_array_equal(frame["size"], [10, np.nan, 30])


def test_columns_outlive_their_table(table):
    kept = pa.table(table)["name"]
    del table
    assert kept.to_pylist() == ["Zoë", None, ""]


def test_a_stream_may_be_asked_for_twice_or_not_be_read(table):
    capsules = [table.__arrow_c_stream__(), table.__arrow_c_schema__()]
    del capsules
    assert pa.table(table).schema == pa.schema(table)
    assert pa.table(table)["name"] == pa.table(table)["name"]


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_are_taken_by_number_and_by_mask(table, name):
    whole = pa.table(table)[name].to_pylist()
    by_number = pa.table(table.taken(np.array([2, 0])))[name].to_pylist()
    by_mask = pa.table(table.taken(np.array([False, True, False])))[name].to_pylist()
    assert repr(by_number) == repr([whole[2], whole[0]])
    assert repr(by_mask) == repr([whole[1]])


def test_no_rows_and_no_columns():
    empty = pyudf.Table({"x": np.empty(0, np.int64), "y": np.empty(0, object)})
    assert len(empty) == 0
    assert pa.table(empty).num_rows == 0
    assert pl.DataFrame(empty).columns == ["x", "y"]
    assert repr(empty) == "Table of 0 rows\n  x  y"
    assert len(pyudf.Table({})) == 0
    assert pa.table(pyudf.Table({})).num_columns == 0


def test_what_columns_may_be_made_of():
    masked = np.ma.array([1, 2], mask=[True, False])
    table = pyudf.Table({"m": masked, "u": np.array(["a", "bc"]), "l": [1.5, 2], "s": np.arange(4)[::2]})
    assert pa.table(table).to_pydict() == {"m": [None, 2], "u": ["a", "bc"], "l": [1.5, 2.0], "s": [0, 2]}


def test_what_is_no_column_is_refused():
    with pytest.raises(ValueError, match=r"one length, got \{'a': 1, 'b': 2\}"):
        pyudf.Table({"a": [1], "b": [1, 2]})
    with pytest.raises(ValueError, match=r"'a' has shape \(1, 1\)"):
        pyudf.Table({"a": [[1]]})
    with pytest.raises(KeyError, match="no column 'c'; there are a"):
        pyudf.Table({"a": [1]})["c"]
    with pytest.raises(TypeError, match="'a': Arrow has no type for NumPy's complex128"):
        pa.table(pyudf.Table({"a": np.array([1j])}))
    with pytest.raises(NotImplementedError):
        len(Column())


def test_long_tables_and_texts_are_shown_in_short():
    table = pyudf.Table({"n": np.arange(1000), "text": np.array(["x" * 100] * 1000, object)})
    shown = repr(table).splitlines()
    assert shown[0] == "Table of 1,000 rows"
    assert len(shown) == 2 + 5 + 1 + 5
    assert shown[7].split() == ["…", "…"]
    assert max(map(len, shown)) == 2 + 3 + 2 + 40
