"""pandas: Series in and out, ``Series.udf``, aggregates of groups."""

import pytest

import pyudf

pd = pytest.importorskip("pandas")

LEFT = ["kitten", None, "über", ""]
RIGHT = ["sitting", "x", "uber", ""]
DTYPES = ["object", "str", "string[python]", "string[pyarrow]", "category", "arrow", "arrow_large", "arrow_view"]


def series(values, dtype, **named):
    if dtype == "str" and int(pd.__version__.partition(".")[0]) < 3:
        pytest.skip("pandas 3 has it")
    if dtype.startswith("arrow"):
        pa = pytest.importorskip("pyarrow")
        kind = {"arrow": pa.string(), "arrow_large": pa.large_string(), "arrow_view": pa.string_view()}[dtype]
        dtype = pd.ArrowDtype(kind)
    return pd.Series(values, dtype=dtype, **named)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_accessor_is_the_function_with_the_series_first(dtype):
    left, right = series(LEFT, dtype, index=[3, 5, 5, 9], name="left"), series(RIGHT, dtype, index=[3, 5, 5, 9])
    found = left.udf.levenshtein(right)
    assert found.tolist() == [3, pd.NA, 1, 0]
    assert found.dtype == "Int64"
    assert found.name == "left"
    assert found.index.tolist() == [3, 5, 5, 9]
    pd.testing.assert_series_equal(found, pyudf.levenshtein(left, right))
    near = left.udf.levenshtein_normalized_similarity(right, score_cutoff=0.6)
    pd.testing.assert_series_equal(near, pyudf.levenshtein.normalized_similarity(left, right, score_cutoff=0.6))
    assert near.tolist() == [0.0, pd.NA, 0.75, 1.0]
    assert left.udf.levenshtein("kitten").tolist() == [0, pd.NA, 5, 6]


def test_the_accessor_of_no_rows_and_of_a_slice():
    assert pd.Series([], dtype=object).udf.levenshtein("a").tolist() == []
    part = pd.Series(LEFT)[2:]
    assert part.udf.levenshtein("uber").tolist() == [1, 4]
    assert part.udf.levenshtein("uber").index.tolist() == [2, 3]


def test_the_accessor_lists_what_it_knows():
    accessor = pd.Series(["a"]).udf
    assert {"levenshtein", "jaro_winkler_similarity"} <= {*dir(accessor)}
    assert accessor.levenshtein.__doc__ == pyudf.levenshtein.__doc__
    with pytest.raises(AttributeError, match="no function is called 'levenstein'; did you mean 'levenshtein'"):
        accessor.levenstein  # noqa: B018
    with pytest.raises(AttributeError, match="load its library first"):
        accessor.xyzzy_9000  # noqa: B018
    assert not hasattr(accessor, "__array__")


def test_the_accessor_knows_functions_of_packages(shipped):
    names = pd.Series(["abcd", None, "ab"], index=[1, 2, 3])
    assert names.udf.share(of=4.0).tolist() == [1.0, pd.NA, 0.5]
    assert pd.Series([1.0, None, 3.0]).udf.mean_of() == 2.0
    assert "share" in dir(names.udf)


def compiled(function, body, module=None):
    source = f'double {function}(double x) {{ return {body}; }}\nPYUDF_FUNCTION({function}, "x")'
    return pyudf.compile(source, name=module)


def test_text_that_is_compiled_again_means_its_functions_anew():
    numbers = pd.Series([1.0, 2.0])
    compiled("changed_later", "x + 1")
    compiled("stays_beside", "-x")
    assert numbers.udf.changed_later().tolist() == [2.0, 3.0]
    compiled("changed_later", "x + 2")
    assert numbers.udf.changed_later().tolist() == [3.0, 4.0]
    assert numbers.udf.stays_beside().tolist() == [-1.0, -2.0]
    compiled("changed_later", "x + 1")
    assert numbers.udf.changed_later().tolist() == [2.0, 3.0]


def test_a_name_of_two_modules_is_refused():
    compiled("in_two_modules", "x", module="first_of_two")
    compiled("in_two_modules", "2 * x", module="second_of_two")
    with pytest.raises(AttributeError, match=r"first_of_two and second_of_two have a function 'in_two_modules' each"):
        pd.Series([1.0]).udf.in_two_modules()


def test_built_in_functions_keep_their_names():
    pyudf.compile('double hamming(double x) { return x; }\nPYUDF_FUNCTION(hamming, "x")', name="has_a_hamming")
    assert pd.Series(["abc"]).udf.hamming("abd").tolist() == [1]


def frame():
    return pd.DataFrame(
        {
            "key": ["b", "a", "b", None],
            "x": [1.0, 2.0, 4.0, 8.0],
            "n": pd.array([1, None, 3, 4], dtype="Int64"),
            "text": ["x", "yy", "zzz", None],
        }
    )


def test_aggregates_of_groups(shipped):
    groups = frame().groupby("key")
    means = groups["x"].agg(shipped.mean_of)
    assert means.to_dict() == {"a": 2.0, "b": 2.5}
    pd.testing.assert_series_equal(means, groups["x"].mean())
    both = groups.agg({"x": shipped.mean_of, "text": shipped.most_bytes})
    assert both.to_dict("list") == {"x": [2.0, 2.5], "text": ["yy", "zzz"]}
    named = groups.agg(mean=("x", shipped.mean_of), most=("text", shipped.most_bytes))
    assert named.columns.tolist() == ["mean", "most"]
    assert groups["x"].agg(["sum", shipped.mean_of]).columns.tolist() == ["sum", "mean_of"]
    assert groups["n"].agg(shipped.mean_of).tolist() == [pd.NA, 2.0]
    assert groups["x"].transform(shipped.mean_of).tolist()[:3] == [2.5, 2.0, 2.5]


def test_aggregates_of_groups_at_once(shipped):
    table = frame()
    keys, means = shipped.mean_of(table.x, by=table.key)
    assert dict(zip(keys, means, strict=True)) == table.groupby("key")["x"].mean().to_dict()
    keys, means = table.x.udf.mean_of(by=table.key)
    assert dict(zip(keys, means, strict=True)) == {"a": 2.0, "b": 2.5}


@pytest.mark.parametrize("dtype", ["object", "category", "string[python]"])
def test_keys_of_groups_of_any_dtype(shipped, dtype):
    table = frame().astype({"key": dtype})
    keys, means = shipped.mean_of(table.x, by=table.key)
    assert dict(zip(keys, means, strict=True)) == {"a": 2.0, "b": 2.5}


def test_aggregates_roll_and_pivot(shipped):
    table = frame()
    assert table.x.rolling(2).apply(shipped.mean_of, raw=True).tolist()[1:] == [1.5, 3.0, 6.0]
    assert table.pivot_table(index="key", values="x", aggfunc=shipped.mean_of)["x"].to_dict() == {"a": 2.0, "b": 2.5}
