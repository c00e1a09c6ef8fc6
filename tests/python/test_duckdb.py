"""Functions inside DuckDB, native ones and those over Arrow data: answers of scalar calls, databases, errors."""

import datetime as dt
import sys
import threading
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyudf
from pyudf.engines import catalog, duckdb_bridge, duckdb_footer

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")

UNSIGNED = {"allow_unsigned_extensions": True}
TEXTS = ["kitten", None, "ünï", "", "日本🎈", "a text that is longer than twelve bytes", "e\u0301", "a\0b", "x" * 300]


@pytest.fixture(scope="module")
def library(compiled_library):
    module = pyudf.load(compiled_library("every_type"))
    sys.modules[module.__name__] = module
    return module


@pytest.fixture
def native(library):
    with pyudf.duckdb.connect(":memory:", library) as con:
        yield con


@pytest.fixture
def arrow(library):
    with duckdb.connect() as con:
        pyudf.duckdb.attach(con, library)
        yield con


@pytest.fixture(params=["native", "arrow"])
def either(request):
    """A connection with functions of either kind."""
    return request.getfixturevalue(request.param)


def column(con, query, *parameters):
    return [row[0] for row in con.execute(query, list(parameters)).fetchall()]


def value(con, query, *parameters):
    (found,) = column(con, query, *parameters)
    return found


def fails(con, query, kind=None):
    with pytest.raises(kind or duckdb.Error) as caught:
        con.execute(query).fetchall()
    return str(caught.value)


# Names


def test_names_are_those_of_the_catalog_with_a_prefix_where_duckdb_has_them(library):
    with duckdb.connect() as plain:
        taken = {name.lower() for name in column(plain, "SELECT function_name FROM duckdb_functions()")}
    expected = {"pyudf_" * (name.lower() in taken) + name for name in catalog.functions(library)}
    with duckdb.connect(config=UNSIGNED) as con:
        ways = pyudf.duckdb.attach(con, library)
        assert set(ways) == expected
        assert {"pyudf_levenshtein", "levenshtein_similarity", "levenshtein_normalized_distance"} <= expected
        assert ways["osa"] == "native"
        # DuckDB's own are what they were: they take no options.
        fails(con, "SELECT levenshtein('a', 'b', NULL, 1)", duckdb.BinderException)
        assert value(con, "SELECT pyudf_levenshtein('a', 'b', NULL, 1)") == 1


def test_which_way_and_how_to_get_the_faster_one():
    with duckdb.connect() as con:
        ways = pyudf.duckdb.attach(con)
        assert set(ways.values()) == {"arrow"}
        assert "pyudf.duckdb.connect(" in ways.note
        assert "allow_unsigned_extensions" in repr(ways)
    with pyudf.duckdb.connect() as con:
        ways = pyudf.duckdb.attach(con)
        assert set(ways.values()) == {"native"}
        assert ways.note == ""
        assert repr(ways) == repr(dict(ways))


def test_a_macro_of_the_user_stays():
    with duckdb.connect(config=UNSIGNED) as con:
        con.execute("CREATE MACRO osa(a, b) AS 'mine'")
        assert "pyudf_osa" in pyudf.duckdb.attach(con)
        assert con.execute("SELECT osa('a', 'b'), pyudf_osa('a', 'b')").fetchall() == [("mine", 1)]


# Answers


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.none() | st.text(st.characters(exclude_categories=["Cs"]))] * 2), max_size=40))
def test_random_texts(rows):
    con, other = connections()
    table = pa.table(
        {"a": pa.array([a for a, _ in rows], pa.string()), "b": pa.array([b for _, b in rows], pa.string())}
    )
    for name in ("levenshtein", "jaro_winkler", "prefix"):
        metric = getattr(pyudf, name)
        expected = [None if None in row else metric(*row) for row in rows]
        sql = name if name == "jaro_winkler" else f"pyudf_{name}"
        for each in (con, other):
            each.register("rows_", table)
            assert column(each, f"SELECT {sql}(a, b) FROM rows_") == expected


def connections(made=[]):  # noqa: B006
    """A connection of each kind, the same ones for all examples."""
    if not made:
        made += [pyudf.duckdb.connect(), duckdb.connect()]
        pyudf.duckdb.attach(made[1])
    return made


ROWS = """
    (SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE 'name ' || repeat('ü', (i % 5)::INT) || i END AS a,
            'nüme ' || (i // 2) AS b FROM range({}) t(i))
"""


def expected_rows(n):
    rows = [(i, None if i % 7 == 0 else f"name {'ü' * (i % 5)}{i}", f"nüme {i // 2}") for i in range(n)]
    return [(i, None if a is None else pyudf.osa(a, b)) for i, a, b in rows]


@pytest.mark.parametrize("n", [1, 2047, 2048, 2049, 10_000])
def test_several_vectors_some_rows_missing(either, n):
    assert either.execute(f"SELECT i, osa(a, b) FROM {ROWS.format(n)} ORDER BY i").fetchall() == expected_rows(n)


def test_filtered_repeated_and_sorted_rows(either):
    expected = [row for row in expected_rows(9000) if row[0] % 11 == 3]
    query = f"SELECT i, osa(a, b) FROM {ROWS.format(9000)} WHERE i % 11 = 3"
    assert either.execute(query + " ORDER BY i").fetchall() == expected
    assert sorted(either.execute(query + " ORDER BY b DESC").fetchall()) == expected
    doubled = (
        f"SELECT x.i, osa(x.a, y.b) FROM {ROWS.format(500)} x JOIN {ROWS.format(500)} y ON x.i = y.i + 3 ORDER BY 1"
    )
    texts = {i: (f"name {'ü' * (i % 5)}{i}", f"nüme {i // 2}") for i in range(500)}
    assert either.execute(doubled).fetchall() == [
        (i, None if i % 7 == 0 else pyudf.osa(texts[i][0], texts[i - 3][1])) for i in range(3, 500)
    ]


def test_constants(either):
    assert column(either, "SELECT osa('ab', 'ba') FROM range(3)") == [1, 1, 1]
    assert column(either, "SELECT osa(NULL, 'ba') FROM range(3)") == [None] * 3
    assert column(either, "SELECT osa('ab', NULL)") == [None]
    assert column(either, "SELECT osa(x, 'ü') FROM (VALUES ('ü'), (NULL), ('')) t(x)") == [0, None, 1]
    assert column(either, "SELECT osa('a', 'b') FROM range(0)") == []
    assert (
        value(either, "SELECT sum(x) FROM (SELECT osa('a' || i, 'b') AS x FROM range(3000) t(i) WHERE i < 0)") is None
    )


def test_prepared_statements(either):
    for left, right in [("kitten", "sitting"), ("ü", ""), (None, "x")]:
        found = value(either, "SELECT osa(?, ?)", left, right)
        assert found == (None if left is None else pyudf.osa(left, right))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_million_rows_on_several_threads(native, threads):
    native.execute(f"SET threads = {threads}")
    native.execute(
        "CREATE TABLE t AS SELECT 'name ' || i AS a, 'nume ' || (i * 7 % 1000) AS b FROM range(1000000) t(i)"
    )
    found = native.execute("SELECT sum(pyudf_levenshtein(a, b)), sum(pyudf_levenshtein(b, a)) FROM t").fetchall()
    left = pa.array([f"name {i}" for i in range(1_000_000)])
    right = pa.array([f"nume {i * 7 % 1000}" for i in range(1_000_000)])
    expected = sum(pyudf.levenshtein(left, right).to_pylist())
    assert found == [(expected, expected)]


def test_texts_of_other_kinds(native):
    assert value(native, "SELECT pyudf_levenshtein('\\xFF\\x00a'::BLOB, '\\xFFa'::BLOB)") == 1
    assert value(native, "SELECT pyudf_levenshtein(x, y) FROM (SELECT 'é'::VARCHAR AS x, 'e' AS y)") == 1
    native.execute("CREATE TYPE mood AS ENUM ('glad', 'sad')")
    assert value(native, "SELECT pyudf_levenshtein('sad'::mood, 'glad')") == pyudf.levenshtein("sad", "glad")


def test_options_follow_the_columns(native):
    call = "SELECT pyudf_levenshtein('kitten', 'sitting'"
    assert value(native, call + ", [1, 1, 2])") == pyudf.levenshtein("kitten", "sitting", weights=(1, 1, 2))
    assert value(native, call + ", NULL, 2)") == 3
    assert value(native, call + ", NULL, 1)") == 2
    assert value(native, "SELECT jaro_winkler('kitten', 'kitchen', 0.2)") == pyudf.jaro_winkler(
        "kitten", "kitchen", prefix_weight=0.2
    )
    with pytest.raises(duckdb.Error, match="length"):
        native.execute("SELECT pyudf_hamming('a', 'ab', false)").fetchall()
    assert value(native, "SELECT pyudf_hamming('a', 'ab', true)") == 1


def test_options_may_differ_from_row_to_row(native):
    rows = "(VALUES ([1, 1, 2], 9), ([1, 1, 2], 9), (NULL, 9), ([1, 1, 2], 1), (NULL, NULL)) t(w, k)"
    expected = [
        pyudf.levenshtein("kitten", "sitting", weights=w or (1, 1, 1), score_cutoff=k)
        for w, k in [((1, 1, 2), 9), ((1, 1, 2), 9), (None, 9), ((1, 1, 2), 1), (None, None)]
    ]
    assert column(native, f"SELECT pyudf_levenshtein('kitten', 'sitting', w, k) FROM {rows}") == expected
    query = "SELECT pyudf_levenshtein('kitten', 'x' || i, NULL, i % 7) FROM range(5000) t(i)"
    assert column(native, query) == [pyudf.levenshtein("kitten", f"x{i}", score_cutoff=i % 7) for i in range(5000)]


# Users' functions


def test_defaults_and_overloads(native, library):
    query = "SELECT scale(2.0), scale(2, 3), scale(2, 3, 'milli'), total(), total([1, 2]), total([1, 2], 5)"
    assert native.execute(query).fetchall() == [(4.0, 6.0, 0.006, 6, 3, 8)]
    query = "SELECT size('abc'), size(2.5::DOUBLE), size([1.0, 2.0]), size(5::BIGINT), gap(1.0, 3.0), gap('a', 'bcd')"
    assert native.execute(query).fetchall() == [(3, -2.5, 102, 1005, -2.0, 2)]


def test_arrow_functions_have_one_list_of_arguments(arrow):
    assert arrow.execute("SELECT scale(2.0), size('abc')").fetchall() == [(4.0, 3)]
    assert "scale(DOUBLE)" in fails(arrow, "SELECT scale(2.0, 3.0)", duckdb.BinderException)


def test_optional_parameters_and_results(either):
    assert column(either, "SELECT inverse(x) FROM (VALUES (0.0), (2.0), (NULL)) t(x)") == [None, 0.5, None]
    assert column(either, "SELECT or_zero(x) FROM (VALUES (NULL), (3.0)) t(x)") == [0.0, 3.0]
    assert value(either, "SELECT or_zero(NULL)") == 0.0
    assert column(either, "SELECT seven() FROM range(3)") == [7, 7, 7]
    assert value(either, "SELECT nothing(1.0)") is None
    assert value(either, "SELECT total([1], NULL)") == 1
    assert value(either, "SELECT total(NULL, 5)") is None


def test_numbers_are_cast_by_duckdb(either):
    assert value(either, "SELECT same_float64(3)") == 3.0
    assert value(either, "SELECT same_float64(1.25::DECIMAL(5, 2))") == 1.25
    assert value(either, "SELECT same_int64(7::TINYINT)") == 7
    assert "300" in fails(either, "SELECT same_int8(300::INTEGER::TINYINT)", duckdb.ConversionException)


def test_times(either):
    assert value(either, "SELECT same_time('2024-02-29'::DATE)") == dt.datetime(2024, 2, 29)
    assert value(either, "SELECT same_time_ns('2024-01-01 00:00:00.123456789'::TIMESTAMP_NS)::VARCHAR").endswith(
        ".123456789"
    )
    assert value(either, "SELECT same_duration(INTERVAL '2 days 3 microseconds')") == dt.timedelta(2, 0, 3)
    assert "months" in fails(either, "SELECT same_duration(INTERVAL '1 month')")
    assert column(either, "SELECT same_duration(x) FROM (VALUES (NULL), (INTERVAL '-1 hour')) t(x)") == [
        None,
        dt.timedelta(hours=-1),
    ]


def test_nested_values_from_duckdbs_own_functions(either):
    source = "(SELECT i, CASE WHEN i % 4 = 0 THEN NULL ELSE 'r' || i END AS w FROM range(5000) t(i)) WHERE i % 7 = 2"
    for made, function in [
        ("{'x': i / 2, 'y': i::INTEGER}", "same_point"),
        ("[w, NULL, w]", "same_texts"),
        ("MAP {i::VARCHAR: [1.5::DOUBLE]}", "same_map"),
        ("[[i::INTEGER], []]", "same_lists"),
        ("{'name': i::VARCHAR, 'age': NULL::BIGINT, 'home': {'x': i / 2, 'y': 1::INTEGER}, 'visits': "
         "[{'x': i / 3, 'y': 2::INTEGER}]}", "same_customer"),
    ]:  # fmt: skip
        rows = either.execute(f"SELECT {made}, {function}({made}) FROM {source}").fetchall()
        assert len(rows) == 714
        assert all(given_ == got for given_, got in rows), function


def test_fields_of_missing_structs_are_missing(either):
    rows = "(VALUES ({'x': 1.5::DOUBLE, 'y': 2::INTEGER}), (NULL)) t(p)"
    assert column(either, f"SELECT (same_point(p)).x FROM {rows}") == [1.5, None]


def test_enumerations(either):
    assert value(either, "SELECT typeof(same_colour('red'))") == "ENUM('red', 'green', 'blue')"
    assert "'pink' is no member of Colour" in fails(either, "SELECT same_colour('pink')")


# Aggregates


def test_aggregates(native):
    native.execute("CREATE TABLE t AS SELECT i, (i % 3)::INTEGER AS k, i::VARCHAR AS w FROM range(10000) t(i)")
    assert native.execute("SELECT pyudf_Mean(i), longest(w), (pyudf_Range(i)).x FROM t").fetchall() == [
        (4999.5, "1000", 0.0)
    ]
    groups = native.execute("SELECT k, pyudf_Mean(i), longest(w, 3) FROM t GROUP BY k ORDER BY k").fetchall()
    assert groups == [(0, 4999.5, "1002"), (1, 4999.0, "1000"), (2, 5000.0, "1001")]
    many = native.execute("SELECT i % 5000 AS g, pyudf_Mean(i), longest(w) FROM t GROUP BY g ORDER BY g").fetchall()
    assert many == [(g, g + 2500.0, str(g) if g >= 1000 else str(g + 5000)) for g in range(5000)]
    window = "SELECT pyudf_Mean(i) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t WHERE i < 5"
    assert column(native, window) == [0.0, 0.5, 1.0, 2.0, 3.0]
    assert value(native, "SELECT pyudf_Mean(i) FILTER (WHERE i < 4) FROM t") == 1.5


def test_aggregates_of_nothing_and_of_missing_values(native):
    assert native.execute(
        "SELECT pyudf_Mean(i), longest(i::VARCHAR), pyudf_Range(i) FROM range(0) t(i)"
    ).fetchall() == [(None, "", None)]
    assert value(native, "SELECT pyudf_Mean(x) FROM (VALUES (1.0), (NULL), (4.0)) t(x)") == 2.5
    assert value(native, "SELECT longest(NULL)") == ""


def test_aggregates_that_fail(native):
    message = fails(native, "SELECT longest(CASE WHEN i = 4 THEN 'fail' ELSE 'x' END) FROM range(6) t(i)")
    assert "longest: row 4 of 6: told to fail" in message
    assert value(native, "SELECT longest('x')") == "x"


def test_arrow_connections_have_no_aggregates(library):
    with duckdb.connect() as con:
        assert not {"longest", "pyudf_Mean"} & set(pyudf.duckdb.attach(con, library))


# Errors


def test_a_function_that_throws(either):
    message = fails(either, "SELECT fails_above(i, 5.0) FROM range(10) t(i)", duckdb.InvalidInputException)
    assert "row 6" in message
    assert "too large" in message
    for how in ("invalid_argument", "bad_alloc", "int"):
        assert "row 0" in fails(either, f"SELECT fails_as('{how}')")
    assert value(either, "SELECT osa('ab', 'ba')") == 1


def test_wrong_arguments(either):
    for arguments in ("'a'", "'a', 'b', [1], 2, 3, 4", "[1], 'a'", "{'a': 1}, 'a'"):
        message = fails(either, f"SELECT pyudf_levenshtein({arguments})", duckdb.BinderException)
        assert "pyudf_levenshtein(VARCHAR, VARCHAR)" in message
    assert "std::optional" in fails(either, "SELECT same_list([1, NULL])")


def test_wrong_options(native):
    assert "3 are expected" in fails(native, "SELECT pyudf_levenshtein('a', 'b', [1, 2])")
    assert "weights must not be negative" in fails(native, "SELECT pyudf_levenshtein('a', 'b', [1, -2, 1])")
    rows = "(VALUES (1), (2), (-1)) t(k)"
    assert "row 2 of 3" in fails(native, f"SELECT pyudf_levenshtein('a', 'b', NULL, k) FROM {rows}")


def test_what_is_no_connection_or_no_module(library):
    with pytest.raises(TypeError, match=r"connection of duckdb.connect\(\), got str"):
        pyudf.duckdb.attach("a.db")
    with duckdb.connect() as con, pytest.raises(TypeError, match="modules of functions"):
        pyudf.duckdb.attach(con, "every_type")


def test_without_duckdb(python):
    code = """if True:
        import sys
        sys.modules["duckdb"] = None
        import pyudf
        try:
            pyudf.duckdb.connect()
        except ImportError as error:
            assert 'pip install "pyudf[duckdb]"' in str(error), error
        else:
            raise SystemExit("no error")"""
    python(code)


def test_a_duckdb_that_is_too_old(monkeypatch):
    with duckdb.connect() as con:
        monkeypatch.setattr(duckdb, "__version__", "1.2.2")
        with pytest.raises(duckdb.NotSupportedError, match=r"needs DuckDB 1.3 or newer, this is 1.2.2"):
            pyudf.duckdb.attach(con)


# Databases


def test_attaching_again(library):
    with duckdb.connect(config=UNSIGNED) as con:
        first = pyudf.duckdb.attach(con)
        assert pyudf.duckdb.attach(con) == first
        more = pyudf.duckdb.attach(con, library)
        assert first.items() < more.items()
        assert value(con, "SELECT size('abc')") == 3
        assert pyudf.duckdb.attach(con, library) == more
    with duckdb.connect() as con:
        first = pyudf.duckdb.attach(con)
        more = pyudf.duckdb.attach(con, library)
        assert first.items() < more.items()
        again = pyudf.duckdb.attach(con, library)
        assert (again, again.note) == (more, more.note)


def test_results_that_are_not_fetched_yet_stay(library):
    with pyudf.duckdb.connect() as con:
        con.execute("SELECT * FROM range(5)")
        assert con.fetchone() == (0,)
        pyudf.duckdb.attach(con, library)
        assert con.fetchall() == [(1,), (2,), (3,), (4,)]


def test_the_same_function_from_another_module(library):
    other = ModuleType("other")
    other.scale = library.scale
    with duckdb.connect(config=UNSIGNED) as con:
        assert pyudf.duckdb.attach(con, other)["scale"] == "native"
        assert pyudf.duckdb.attach(con, library)["scale"] == "native"
        assert value(con, "SELECT scale(2.0)") == 4.0


def test_a_function_compiled_anew_is_refused(tmp_path):
    source = "#include <pyudf/udf.hpp>\nstatic double twofold(double x) {{ return {} * x; }}\n"
    source += 'PYUDF_FUNCTION(twofold, "x")\nPYUDF_MODULE(folds, "")\n'
    first, second = (pyudf.compile(source.format(n)) for n in (2, 3))
    with pyudf.duckdb.connect(":memory:", first) as con:
        assert value(con, "SELECT twofold(2)") == 4
        with pytest.raises(ValueError, match=r"another function 'twofold'.*open the database anew"):
            pyudf.duckdb.attach(con, second)
    with pyudf.duckdb.connect(":memory:", second) as con:
        assert value(con, "SELECT twofold(2)") == 6


def test_cursors_and_databases_side_by_side(library):
    with pyudf.duckdb.connect() as one, pyudf.duckdb.connect(":memory:", library) as two:
        assert value(one.cursor(), "SELECT osa('ab', 'ba')") == 1
        assert value(two.cursor(), "SELECT size('abc')") == 3
        assert "size" in fails(one, "SELECT size('abc')", duckdb.CatalogException)


def test_a_file_database_that_is_closed_and_opened_again(tmp_path, library):
    path = tmp_path / "it's a.db"
    for n in range(3):
        with pyudf.duckdb.connect(path, library) as con:
            con.execute("CREATE TABLE IF NOT EXISTS names AS SELECT 'kitten' AS a")
            con.execute("INSERT INTO names VALUES ('sitting')")
            assert value(con, "SELECT sum(osa(a, 'kitten')) FROM names") == 3 * (n + 1)
    with pyudf.duckdb.connect(path, read_only=True) as con:
        assert value(con, "SELECT max(size_) FROM (SELECT osa(a, '') AS size_ FROM names)") == 7
    path.rename(tmp_path / "b.db")
    with duckdb.connect(tmp_path / "b.db") as con:
        assert pyudf.duckdb.attach(con, library)["osa"] == "arrow"
        assert value(con, "SELECT sum(osa(a, 'kitten')) FROM names") == 9


def test_many_databases_on_many_threads(library):
    failures = []

    def use(number):
        try:
            with pyudf.duckdb.connect(":memory:", library) as con:
                assert value(con, f"SELECT sum(osa('a' || i, 'a')) FROM range({number}, 1000) t(i)") == sum(
                    len(str(i)) for i in range(number, 1000)
                )
        except BaseException as error:
            failures.append(error)

    run_threads(use, 8)
    assert not failures


@pytest.mark.parametrize("config", [UNSIGNED, {}])
def test_one_database_attached_on_many_threads(config, library):
    failures = []
    with duckdb.connect(config=config) as con:

        def use(_):
            try:
                with con.cursor() as cursor:
                    pyudf.duckdb.attach(cursor, library)
                    assert value(cursor, "SELECT sum(osa('a' || i, 'a')) FROM range(1000) t(i)") == 2890
            except BaseException as error:
                failures.append(error)

        run_threads(use, 4)
        assert not failures
        # The cursor that registered them is gone.
        assert value(con, "SELECT size('abc')") == 3


def run_threads(use, n):
    threads = [threading.Thread(target=use, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_within_a_transaction(library):
    with duckdb.connect(config=UNSIGNED) as con:
        con.execute("BEGIN")
        con.execute("CREATE TABLE t AS SELECT 'ab' AS a")
        assert pyudf.duckdb.attach(con)["osa"] == "native"
        con.execute("COMMIT")
        assert value(con, "SELECT osa(a, 'ba') FROM t") == 1


def test_a_connection_that_loads_nothing():
    with duckdb.connect(config={**UNSIGNED, "enable_external_access": False}) as con:
        ways = pyudf.duckdb.attach(con)
        assert ways["osa"] == "arrow"
        assert "disabled" in ways.note
        assert value(con, "SELECT osa('ab', 'ba')") == 1


def test_a_database_takes_functions_so_often(monkeypatch, library):
    monkeypatch.setattr(duckdb_bridge, "ENTRIES", 1)
    with pyudf.duckdb.connect() as con:
        with pytest.raises(duckdb.NotSupportedError, match="attach more modules at once"):
            pyudf.duckdb.attach(con, library)
        assert value(con, "SELECT osa('ab', 'ba')") == 1


def test_loading_the_extension_by_hand_says_what_to_do(native):
    path = duckdb_bridge._file(value(native, "PRAGMA platform"), 0)
    copy = path.with_name("pyudf.duckdb_extension")
    copy.write_bytes(path.read_bytes())
    with duckdb.connect(config=UNSIGNED) as con:
        assert "pyudf.duckdb.attach(connection)" in fails(con, f"LOAD '{copy}'")
    copy.unlink()


def test_footers():
    extension = b"library" + duckdb_footer.footer("linux_amd64")
    assert len(extension) == 7 + 22 + 8 * 32 + 256
    assert duckdb_footer.split(extension) == (b"library", "linux_amd64")
    assert duckdb_footer.split(b"library") == (b"library", "")


def test_platforms_that_duckdb_calls_by_another_name(native):
    platform = value(native, "PRAGMA platform")
    other = duckdb_bridge._file(f"{platform}_other", 3)
    library, name = duckdb_footer.split(other.read_bytes())
    assert name == f"{platform}_other"
    assert duckdb_footer.split(duckdb_bridge._file(platform, 3).read_bytes()) == (library, platform)


CHILDREN = """if True:
    import multiprocessing
    import os
    import sys

    import pyudf

    def ask(name):
        with pyudf.duckdb.connect() as con:
            return con.execute("SELECT osa(?, 'kitten')", [name]).fetchall()[0][0]

    assert ask("sitting") == 3
    for _ in range(2):
        child = os.fork()
        if child == 0:
            # An exit that runs what is to be done at the end: what the parent needs must stay.
            sys.exit(0 if ask("mitten") == 1 else 7)
        assert os.waitpid(child, 0)[1] == 0
    assert ask("sitting") == 3
"""


def test_forked_children(python):
    python(CHILDREN)


def test_nothing_is_left_in_the_temporary_folder(python, tmp_path):
    code = f"import tempfile; tempfile.tempdir = {str(tmp_path)!r}; import pyudf; pyudf.duckdb.connect().close(); "
    python(code + "import os; assert os.listdir(tempfile.tempdir)")
    assert not list(tmp_path.iterdir())
