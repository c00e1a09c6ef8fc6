"""Fuzzy joins and groups of duplicates, in every frame library, against slow twins."""

import datetime as dt
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyudf
from pyudf.joins import _components

LIBRARIES = ("pandas", "polars", "arrow")
both = pytest.mark.parametrize(("left_library", "right_library"), list(itertools.product(LIBRARIES, LIBRARIES)))


def make(library, columns):
    """A frame of a library; None is missing."""
    if library == "pandas":
        return pytest.importorskip("pandas").DataFrame(columns)
    if library == "polars":
        return pytest.importorskip("polars").DataFrame(columns)
    return pytest.importorskip("pyarrow").table(columns)


def names(frame):
    return list(getattr(frame, "column_names", frame.columns))


def columns(frame):
    """A frame as {name: list}, None where missing; numbers keep their Python type, so 1 and 1.0 can be told apart."""
    if hasattr(frame, "to_pydict"):
        return frame.to_pydict()
    if hasattr(frame, "to_dicts"):
        return frame.to_dict(as_series=False)
    return {name: [_plain(value) for value in frame[name].astype(object)] for name in frame.columns}


def _plain(value):
    if value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def head(frame, rows):
    """The first rows of a frame."""
    return frame.slice(0, rows) if hasattr(frame, "slice") else frame[:rows]


def same(result, expected):
    """Equal columns in equal order, with equal types of the values."""
    got = columns(result)
    assert list(got) == list(expected)
    assert got == expected
    for name, values in expected.items():
        assert [type(value) for value in got[name]] == [type(value) for value in values], name


def distance(a, b):
    """Levenshtein's recurrence, one row at a time."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(above + (x != y), row[j] + 1, row[j - 1] + 1)
    return row[-1]


@pytest.fixture(params=LIBRARIES)
def library(request):
    make(request.param, {"a": ["x"]})
    return request.param


LEFT = {"city": ["Pariss", "Lndon", None, "Oslo"], "amount": [10, 20, 30, 40]}
RIGHT = {
    "name": ["London", None, "Paris"],
    "people": [8, 7, 2],
    "capital": [True, True, False],
    "area": [1.5, 2.5, 3.5],
}


class TestMatch:
    @both
    def test_left_join_keeps_unmatched_rows_and_integers(self, left_library, right_library):
        left, right = make(left_library, LEFT), make(right_library, RIGHT)
        result = pyudf.match(left, right, left_on="city", right_on="name", score_cutoff=2)
        assert type(result) is type(left)
        same(
            result,
            {
                "city": ["Pariss", "Lndon", None, "Oslo"],
                "amount": [10, 20, 30, 40],
                "name": ["Paris", "London", None, None],
                "people": [2, 8, None, None],
                "capital": [False, True, None, None],
                "area": [3.5, 1.5, None, None],
                "score": [1, 1, None, None],
            },
        )

    @both
    def test_inner_join_drops_unmatched_rows(self, left_library, right_library):
        left, right = make(left_library, LEFT), make(right_library, RIGHT)
        result = pyudf.match(left, right, left_on="city", right_on="name", score_cutoff=2, how="inner")
        assert columns(result)["people"] == [2, 8]
        assert columns(result)["score"] == [1, 1]

    def test_float_scores(self, library):
        left, right = make(library, LEFT), make(library, RIGHT)
        result = pyudf.match(
            left, right, left_on="city", right_on="name", metric="jaro", form="similarity", score_cutoff=0.8
        )
        score = columns(result)["score"]
        assert score[0] == pytest.approx(17 / 18, abs=1e-15), "double precision"
        assert score[2:] == [None, None]

    def test_k_best_first_ties_by_lower_right_row(self, library):
        left = make(library, {"key": ["aa", "bb"], "row": [0, 1]})
        right = make(library, {"key": ["ab", "aa", "xx", "ba"], "number": [0, 1, 2, 3]})
        result = pyudf.match(left, right, on="key", k=3)
        assert columns(result)["row"] == [0, 0, 0, 1, 1, 1]
        assert columns(result)["number"] == [1, 0, 3, 0, 3, 1]
        assert columns(result)["score"] == [0, 1, 1, 1, 1, 2]

    def test_rows_have_as_many_matches_as_there_are(self, library):
        left = make(library, {"key": ["aa", "zz", "xx"]})
        right = make(library, {"key": ["aa", "ab", "xx"], "number": [0, 1, 2]})
        options = {"on": "key", "k": 10**12, "score_cutoff": 1}
        assert columns(pyudf.match(left, right, **options)) == {
            "key": ["aa", "aa", "zz", "xx"],
            "key_right": ["aa", "ab", None, "xx"],
            "number": [0, 1, None, 2],
            "score": [0, 1, None, 0],
        }
        assert columns(pyudf.match(left, right, how="inner", **options))["key"] == ["aa", "aa", "xx"]

    def test_similarity_ranks_the_largest_first(self, library):
        left = make(library, {"key": ["abcd"]})
        right = make(library, {"key": ["ab", "abcd", "abc"]})
        result = pyudf.match(left, right, on="key", k=2, form="similarity")
        assert columns(result)["key_right"] == ["abcd", "abc"]
        assert columns(result)["score"] == [4, 3]

    def test_missing_keys_match_nothing_not_even_each_other(self, library):
        left = make(library, {"key": [None, "a"], "row": [0, 1]})
        right = make(library, {"key": [None, "a"], "number": [0, 1]})
        result = pyudf.match(left, right, on="key", k=2)
        assert columns(result)["row"] == [0, 1]
        assert columns(result)["number"] == [None, 1]

    @pytest.mark.parametrize("keys", [[None, None], []])
    def test_a_column_without_any_text(self, library, keys):
        left, right = make(library, {"key": keys}), make(library, {"key": ["a"], "number": [1]})
        assert columns(pyudf.match(left, right, on="key"))["number"] == [None] * len(keys)
        assert columns(pyudf.match(right, left, on="key"))["score"] == [None]

    @both
    @pytest.mark.parametrize("how", ["left", "inner"])
    def test_empty_frames(self, left_library, right_library, how):
        full, empty = {"key": ["a"], "n": [1]}, {"key": ["a"], "m": [1]}
        left, right = make(left_library, full), make(right_library, empty)
        result = pyudf.match(left, head(right, 0), on="key", how=how)
        kept = [None] if how == "left" else []
        assert columns(result)["m"] == kept
        assert columns(result)["score"] == kept
        result = pyudf.match(head(left, 0), right, on="key", how=how)
        assert columns(result) == {"key": [], "n": [], "key_right": [], "m": [], "score": []}

    def test_text_beyond_ascii(self, library):
        left = make(library, {"key": ["Zürich", "東京", "👩‍🚀x"]})
        right = make(library, {"key": ["東京都", "Zurich", "👩‍🚀"], "n": [0, 1, 2]})
        result = pyudf.match(left, right, on="key")
        assert columns(result)["n"] == [1, 0, 2]
        assert columns(result)["score"] == [1, 1, 1]

    def test_processor_changes_the_comparison_only(self, library):
        left, right = make(library, {"key": ["  PARIS!"]}), make(library, {"key": ["paris"]})
        result = pyudf.match(left, right, on="key", processor="default", score_cutoff=0)
        assert columns(result) == {"key": ["  PARIS!"], "key_right": ["paris"], "score": [0]}
        result = pyudf.match(left, right, on="key", processor=lambda text: "same", score_cutoff=0)
        assert columns(result)["score"] == [0]

    def test_metric_options(self, library):
        left, right = make(library, {"key": ["ab"]}), make(library, {"key": ["ax"]})
        assert columns(pyudf.match(left, right, on="key", weights=(1, 1, 5)))["score"] == [2]

    def test_names(self, library):
        left = make(library, {"key": ["a"], "n": [1]})
        right = make(library, {"n": [2], "key": ["a"], "m": [3]})
        assert names(pyudf.match(left, right, on="key")) == ["key", "n", "n_right", "key_right", "m", "score"]
        result = pyudf.match(left, right, on="key", suffix="2", score_name="d")
        assert names(result) == ["key", "n", "n2", "key2", "m", "d"]
        assert columns(result) == {"key": ["a"], "n": [1], "n2": [2], "key2": ["a"], "m": [3], "d": [0]}

    @pytest.mark.parametrize(
        ("left", "right", "options", "message"),
        [
            (["key", "n", "n_right"], ["key", "n"], {}, "'n' would become 'n_right', which is taken; .*suffix="),
            (["key", "n"], ["key", "n", "n_right"], {}, "'n_right' would become 'n_right', which is taken"),
            (["key", "n"], ["key", "n_right", "n"], {}, "'n' would become 'n_right', which is taken"),
            (["key"], ["key"], {"suffix": ""}, "'key' would become 'key', which is taken"),
            (["key", "score"], ["key"], {}, "column 'score' already; .*score_name="),
            (["key"], ["key", "score"], {}, "column 'score' already; .*score_name="),
            (["key"], ["key"], {"score_name": "key_right"}, "column 'key_right' already"),
        ],
    )
    def test_names_that_collide(self, library, left, right, options, message):
        left, right = (make(library, {name: ["a"] for name in names}) for names in (left, right))
        with pytest.raises(ValueError, match=message):
            pyudf.match(left, right, on="key", **options)

    @pytest.mark.parametrize(
        "options", [{}, {"left_on": "key"}, {"right_on": "key"}, {"on": "key", "left_on": "key", "right_on": "key"}]
    )
    def test_keys_named_neither_or_both_ways(self, library, options):
        frame = make(library, {"key": ["a"]})
        with pytest.raises(ValueError, match=r"on=.*left_on=.*right_on="):
            pyudf.match(frame, frame, **options)

    def test_unknown_columns(self, library):
        left, right = make(library, {"name": ["a"], "n": [1]}), make(library, {"city": ["a"]})
        with pytest.raises(KeyError, match=r"unknown column 'nmae' in left; did you mean 'name'.*valid: name, n"):
            pyudf.match(left, right, left_on="nmae", right_on="city")
        with pytest.raises(KeyError, match="unknown column 'name' in right; valid: city"):
            pyudf.match(left, right, on="name")

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"k": 0}, ValueError, "k must be 1 or more, got 0"),
            ({"k": -3}, ValueError, "k must be 1 or more"),
            ({"k": 1.5}, TypeError, "k must be an integer, got float"),
            ({"how": "lefty"}, ValueError, "unknown how 'lefty'; did you mean 'left'"),
            ({"on": ["key"]}, TypeError, "on is the name of one column, got a list"),
            ({"metric": "levenstein"}, ValueError, "levenshtein"),
            ({"form": "distanse"}, ValueError, "distance"),
            ({"processor": "lowr"}, ValueError, "lower"),
            ({"prefix_weight": 0.1}, TypeError, "prefix_weight"),
        ],
    )
    def test_wrong_options(self, library, options, error, message):
        frame = make(library, {"key": ["a"]})
        with pytest.raises(error, match=message):
            pyudf.match(frame, frame, **{"on": "key", **options})

    @pytest.mark.parametrize("wrong", [["a"], "a", {"key": ["a"]}, np.array(["a"]), None])
    def test_not_a_frame(self, library, wrong):
        frame = make(library, {"key": ["a"]})
        with pytest.raises(TypeError, match=r"left must be .*DataFrame or an Arrow table, got"):
            pyudf.match(wrong, frame, on="key")
        with pytest.raises(TypeError, match="right must be"):
            pyudf.match(frame, wrong, on="key")

    def test_a_key_that_is_not_text(self, library):
        left, right = make(library, {"key": [1]}), make(library, {"key": ["a"]})
        with pytest.raises(TypeError):
            pyudf.match(left, right, on="key")

    def test_arguments_are_left_as_they_are(self, library):
        left, right = make(library, LEFT), make(library, RIGHT)
        pyudf.match(left, right, left_on="city", right_on="name", score_cutoff=1)
        assert columns(left) == LEFT
        assert columns(right) == RIGHT

    def test_dates_and_nested_columns(self, library):
        day = dt.datetime(2020, 2, 29, 12)
        left = make(library, {"key": ["a", "zzz"], "when": [day, day]})
        right = make(library, {"key": ["a"], "then": [day], "list": [[1, 2]]})
        result = columns(pyudf.match(left, right, on="key", score_cutoff=0))
        assert result["when"] == [day, day]
        assert result["then"] == [day, None]
        assert list(result["list"][0]) == [1, 2]
        assert result["list"][1] is None

    @settings(max_examples=40, deadline=None)
    @given(
        left=st.lists(st.none() | st.text("abü", max_size=4), max_size=6),
        right=st.lists(st.none() | st.text("abü", max_size=4), max_size=6),
        k=st.integers(1, 4),
        cutoff=st.integers(0, 4),
        how=st.sampled_from(["left", "inner"]),
    )
    @pytest.mark.parametrize("library", LIBRARIES)
    def test_against_the_slow_join(self, library, left, right, k, cutoff, how):
        expected = []
        for i, a in enumerate(left):
            scored = [(distance(a, b), j) for j, b in enumerate(right) if a is not None and b is not None]
            best = [(i, j, score) for score, j in sorted(scored) if score <= cutoff][:k]
            expected += best or ([(i, None, None)] if how == "left" else [])
        # The text beside the keys fixes the type of a key column in which everything is missing.
        frames = [
            make(library, {"key": [*keys, "end"], name: [*range(len(keys) + 1)]})
            for name, keys in (("i", left), ("j", right))
        ]
        left_frame, right_frame = (head(frame, len(frame) - 1) for frame in frames)
        got = columns(pyudf.match(left_frame, right_frame, on="key", k=k, score_cutoff=cutoff, how=how))
        assert list(zip(got["i"], got["j"], got["score"], strict=True)) == expected


class TestPandas:
    pd = pytest.importorskip("pandas")

    def frames(self):
        pd = self.pd
        left = pd.DataFrame({"key": ["aa", "bb"]}, index=pd.Index(["x", "x"], name="label"))
        right = pd.DataFrame(
            {
                "key": ["ab", "aa"],
                "int8": np.array([1, 2], "int8"),
                "uint64": np.array([1, 2**63], "uint64"),
                "bool": [True, False],
                "float32": np.array([1, 2], "float32"),
                "when": pd.to_datetime(["2020-01-01", "2021-01-01"]).tz_localize("Europe/Paris"),
                "level": pd.Categorical(["low", "high"], ["low", "high"], ordered=True),
                "Int16": pd.array([1, None], "Int16"),
                "object": [{1}, {2}],
            },
            index=[7, 7],
        )
        return left, right

    def test_dtypes_stay_when_nothing_is_missing(self):
        left, right = self.frames()
        result = pyudf.match(left, right, on="key", k=2)
        assert list(result.index) == ["x"] * 4
        assert result.index.name == "label"
        expected = right.dtypes.drop("key")
        assert (result.dtypes[expected.index] == expected).all()
        assert result["score"].dtype == np.int64
        assert list(result["int8"]) == [2, 1, 1, 2]

    def test_dtypes_where_a_match_is_missing(self):
        left, right = self.frames()
        result = pyudf.match(left, right, on="key", score_cutoff=0)
        assert list(result.index) == ["x", "x"]
        dtypes = right.dtypes.drop("key").to_dict()
        dtypes.update(int8="Int8", uint64="UInt64", bool="boolean")
        assert {name: str(result[name].dtype) for name in dtypes} == {n: str(d) for n, d in dtypes.items()}
        assert result["uint64"].tolist() == [2**63, self.pd.NA]
        assert result.iloc[1, 1:].isna().all()
        assert str(result["score"].dtype) == "Int64"

    def test_dtype_of_float_scores(self):
        left, right = self.frames()
        options = {"on": "key", "form": "normalized_distance"}
        assert pyudf.match(left, right, **options)["score"].dtype == np.float64
        assert str(pyudf.match(left, right, score_cutoff=0, **options)["score"].dtype) == "Float64"

    @pytest.mark.parametrize("dtype", [object, "str", "string", "string[python]", "string[pyarrow]", "category"])
    def test_string_dtypes_of_the_key(self, dtype):
        left = self.pd.DataFrame({"key": self.pd.Series(["aa", None, "zz"], dtype=dtype)})
        right = self.pd.DataFrame({"key": self.pd.Series(["ab", None], dtype=dtype), "n": [1, 2]})
        result = pyudf.match(left, right, on="key", score_cutoff=1)
        assert columns(result)["n"] == [1, None, None]
        assert result["key"].dtype == left["key"].dtype
        assert result["key_right"].dtype == right["key"].dtype

    def test_names_that_are_not_text(self):
        left = self.pd.DataFrame({0: ["a"], 1: [2]})
        result = pyudf.match(left, left, on=0)
        assert list(result.columns) == [0, 1, "0_right", "1_right", "score"]

    def test_columns_of_one_name(self):
        frame = self.pd.DataFrame([["a", 1, 2]], columns=["key", "n", "n"])
        with pytest.raises(ValueError, match="left has more than one column 'n'"):
            pyudf.match(frame, frame, on="key")

    def test_columns_of_many_levels(self):
        frame = self.pd.DataFrame([["a", 1]], columns=[["x", "x"], ["key", "n"]])
        with pytest.raises(ValueError, match="2 levels; flatten them"):
            pyudf.match(frame, frame, on=("x", "key"))

    def test_subclass(self):
        class Mine(self.pd.DataFrame):
            pass

        assert columns(pyudf.match(Mine({"key": ["a"]}), Mine({"key": ["a"]}), on="key"))["score"] == [0]


class TestPolars:
    pl = pytest.importorskip("polars")

    def test_dtypes(self):
        pl = self.pl
        left = pl.DataFrame({"key": ["aa", "zz"]})
        right = pl.DataFrame(
            {"key": ["aa"], "n": [1], "c": ["u"], "day": [dt.date(2020, 1, 1)]}, schema_overrides={"n": pl.UInt8}
        ).with_columns(pl.col("c").cast(pl.Categorical))
        result = pyudf.match(left, right, on="key", score_cutoff=0)
        assert dict(result.schema) == {
            "key": pl.String,
            "key_right": pl.String,
            "n": pl.UInt8,
            "c": pl.Categorical,
            "day": pl.Date,
            "score": pl.Int64,
        }
        assert result.row(1) == ("zz", None, None, None, None, None)

    @pytest.mark.parametrize("kind", ["Categorical", "Enum"])
    def test_dictionary_keys(self, kind):
        dtype = self.pl.Categorical if kind == "Categorical" else self.pl.Enum(["aa", "ab"])
        left = self.pl.DataFrame({"key": self.pl.Series(["aa", None, "ab"], dtype=dtype)})
        assert columns(pyudf.match(left, left, on="key"))["score"] == [0, None, 0]

    def test_lazy_frames_are_refused(self):
        frame = self.pl.DataFrame({"key": ["a"]})
        with pytest.raises(TypeError, match=r"LazyFrame.*collect\(\)"):
            pyudf.match(frame.lazy(), frame, on="key")


class TestArrow:
    pa = pytest.importorskip("pyarrow")

    def test_schema(self):
        pa = self.pa
        left = pa.table({"key": pa.chunked_array([["aa"], ["zz"]])}).replace_schema_metadata({"made": "by hand"})
        right = pa.table(
            [pa.array(["aa"]).dictionary_encode(), pa.array([1], pa.int8())],
            schema=pa.schema(
                [
                    pa.field("key", pa.dictionary(pa.int32(), pa.string()), nullable=False),
                    pa.field("n", pa.int8(), nullable=False, metadata={"unit": "m"}),
                ]
            ),
        )
        result = pyudf.match(left, right, on="key", score_cutoff=0)
        assert result.schema.metadata == {b"made": b"by hand"}
        assert result.field("n").nullable
        assert result.field("n").metadata == {b"unit": b"m"}
        assert result.schema.types[1:] == [right.schema.types[0], pa.int8(), pa.int64()]
        assert result.column("n").to_pylist() == [1, None]
        result.validate(full=True)

    @pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
    def test_text_types(self, kind):
        dtype = getattr(self.pa, kind)()
        try:
            self.pa.array(["a"], dtype).cast(self.pa.large_string())
        except self.pa.ArrowNotImplementedError:
            pytest.skip("this version of Arrow cannot gather rows of the type")
        frame = self.pa.table({"key": self.pa.array(["aa", None, "a long text beyond a view"], dtype)})
        result = pyudf.match(frame, frame, on="key")
        assert result.column("score").to_pylist() == [0, None, 0]
        assert result.schema.types[:2] == [dtype, dtype]

    def test_anything_that_streams_records(self):
        class Stream:
            def __init__(self, table):
                self.table = table

            def __arrow_c_stream__(self, requested_schema=None):
                return self.table.__arrow_c_stream__(requested_schema)

        table = self.pa.table({"key": ["aa", "bb"]})
        for frame in (Stream(table), table.to_batches()[0]):
            result = pyudf.match(frame, frame, on="key")
            assert isinstance(result, self.pa.Table)
            assert result.column("key_right").to_pylist() == ["aa", "bb"]
        with pytest.raises(TypeError, match=r"left must be .* got Stream"):
            pyudf.match(Stream(table.column("key")), table, on="key")


def union_find(n, pairs):
    """The slow twin of the groups: relabel until nothing changes."""
    label = list(range(n))
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            low = min(label[a], label[b])
            changed |= label[a] != low or label[b] != low
            label[a] = label[b] = low
    return label


class TestDedupe:
    @pytest.mark.parametrize("kind", ["list", "tuple", "generator", "object", "U", *LIBRARIES])
    def test_kinds_of_columns(self, kind):
        values = ["Oslo", "Paris", "Olso", "Parris", "Rome"]
        column = {
            "list": lambda: values,
            "tuple": lambda: tuple(values),
            "generator": lambda: (value for value in values),
            "object": lambda: np.array(values, object),
            "U": lambda: np.array(values),
            "pandas": lambda: make("pandas", {"a": values})["a"],
            "polars": lambda: make("polars", {"a": values})["a"],
            "arrow": lambda: make("arrow", {"a": values})["a"],
        }[kind]()
        labels = pyudf.dedupe(column, score_cutoff=2)
        assert labels.dtype == np.int64
        assert labels.tolist() == [0, 1, 0, 1, 4]

    def test_frames(self, library):
        frame = make(library, {"n": [1, 2, 3], "city": ["Oslo", None, "Olso"]})
        assert pyudf.dedupe(frame, on="city", score_cutoff=2).tolist() == [0, 1, 0]
        with pytest.raises(ValueError, match="name its column with on=, one of: n, city"):
            pyudf.dedupe(frame, score_cutoff=2)
        with pytest.raises(KeyError, match="unknown column 'cty' in values; did you mean 'city'"):
            pyudf.dedupe(frame, on="cty", score_cutoff=2)

    def test_missing_rows_are_groups_of_their_own(self):
        assert pyudf.dedupe([None, "a", None, "a", math.nan], score_cutoff=5).tolist() == [0, 1, 2, 1, 4]

    def test_a_chain_is_one_group(self):
        words = ["aaaa", "aaab", "aabb", "abbb", "bbbb"]
        assert pyudf.dedupe(words, score_cutoff=1).tolist() == [0] * 5

    @pytest.mark.parametrize("values", [[], ["a"], [None], "abc"])
    def test_small(self, values):
        labels = pyudf.dedupe(values, score_cutoff=1)
        assert labels.tolist() == list(range(min(len(values), 1)))
        assert labels.dtype == np.int64

    def test_forms_options_and_processors(self):
        words = ["ABC", "abc", "xyz"]
        assert pyudf.dedupe(words, score_cutoff=0).tolist() == [0, 1, 2]
        assert pyudf.dedupe(words, score_cutoff=0, processor="lower").tolist() == [0, 0, 2]
        similar = {"metric": "jaro_winkler", "form": "similarity", "processor": "lower", "prefix_weight": 0.2}
        assert pyudf.dedupe(words, score_cutoff=0.9, **similar).tolist() == [0, 0, 2]

    def test_on_without_a_frame(self):
        with pytest.raises(TypeError, match="values is list; leave on= out"):
            pyudf.dedupe(["a"], on="a", score_cutoff=1)

    def test_two_dimensions(self):
        with pytest.raises(ValueError, match=r"\(2, 2\)"):
            pyudf.dedupe(np.array([["a", "b"], ["c", "d"]], object), score_cutoff=1)

    @settings(deadline=None)
    @given(st.lists(st.none() | st.text("ab", max_size=6), max_size=12), st.integers(0, 3))
    def test_against_union_find(self, words, cutoff):
        pairs = [
            (i, j)
            for (i, a), (j, b) in itertools.combinations(enumerate(words), 2)
            if a is not None and b is not None and distance(a, b) <= cutoff
        ]
        assert pyudf.dedupe(words, score_cutoff=cutoff).tolist() == union_find(len(words), pairs)

    @settings(deadline=None)
    @given(st.data(), st.integers(1, 60))
    def test_components_against_union_find(self, data, n):
        node = st.integers(0, n - 1)
        pairs = data.draw(st.lists(st.tuples(node, node), max_size=80))
        rows, cols = np.array(pairs, np.int64).reshape(-1, 2).T
        assert _components(n, rows, cols).tolist() == union_find(n, pairs)

    @pytest.mark.parametrize("order", ["up", "shuffled", "star"])
    def test_a_million_pairs(self, order):
        n = 1_000_000
        chain = np.random.default_rng(7).permutation(n) if order == "shuffled" else np.arange(n)
        rows = np.full(n - 1, n - 1) if order == "star" else chain[:-1]
        cols = np.arange(n - 1) if order == "star" else chain[1:]
        assert not _components(n, np.minimum(rows, cols), np.maximum(rows, cols)).any()
