"""Dask: functions over partitions, matrices in blocks, fuzzy joins; on threads and on two processes."""

import random
import re
from pathlib import Path

import numpy as np
import pytest
from clusters import MARKS
from test_docs import check

import pyudf

dask = pytest.importorskip("dask", reason='needs Dask: pip install "pyudf[dask]"')
pytest.importorskip("distributed")
dd = pytest.importorskip("dask.dataframe")
pd = pytest.importorskip("pandas")

pytestmark = MARKS


@pytest.fixture(params=["threads", "processes"])
def everywhere(request):
    """Without a cluster, on the threads of this process; and with one."""
    if request.param == "processes":
        with request.getfixturevalue("dask_client").as_current():
            yield
    else:
        with dask.config.set(scheduler="threads"):
            yield


def names(seed, n):
    choose = random.Random(seed)
    found = ["".join(choose.choice("abcü") for _ in range(choose.randint(1, 6))) for _ in range(n - 2)]
    return [*found, None, ""]


def tables():
    n, m, choose = 50, 40, random.Random(7)
    left = {"name": names(1, n), "land": [choose.choice(["x", "y", "z", None]) for _ in range(n)], "row": range(n)}
    right = {"name": names(2, m), "land": [choose.choice(["x", "y", "w", None]) for _ in range(m)], "n": range(m)}
    right["seen"] = [True] * m
    return pd.DataFrame(left, index=range(100, 100 + n)), pd.DataFrame(right)


def test_a_function_over_partitions(everywhere, shipped):
    left, _ = tables()
    frame = dd.from_pandas(left, npartitions=3)
    found = pyudf.dask.map(pyudf.levenshtein, frame.name, "abc", score_cutoff=2)
    assert found.dtype == "Int64"
    pd.testing.assert_series_equal(found.compute(), pyudf.levenshtein(left.name, "abc", score_cutoff=2))
    shares = pyudf.dask.map(shipped.share, frame.name, of=4.0)
    pd.testing.assert_series_equal(shares.compute(), shipped.share(left.name, of=4.0))
    both = pyudf.dask.map(pyudf.jaro.similarity, frame.name, frame.land)
    pd.testing.assert_series_equal(both.compute(), pyudf.jaro.similarity(left.name, left.land))


def test_compiled_text_goes_to_the_workers_as_its_source(everywhere):
    module = pyudf.compile('double half(double x) { return x / 2; }\nPYUDF_FUNCTION(half, "x")')
    numbers = dd.from_pandas(pd.Series([1.0, 2.0, 3.0], name="x"), npartitions=2)
    assert pyudf.dask.map(module.half, numbers).compute().tolist() == [0.5, 1.0, 1.5]


def test_aggregates_of_groups(everywhere, shipped):
    left, _ = tables()
    groups = dd.from_pandas(left, npartitions=3).groupby("land")["row"]
    means = groups.apply(shipped.mean_of, meta=("row", "float64")).compute()
    assert means.sort_index().to_dict() == left.groupby("land")["row"].mean().to_dict()


def test_what_is_no_call_is_told_at_once():
    series = dd.from_pandas(pd.Series(["a", "b"]), npartitions=1)
    with pytest.raises(TypeError, match="expected at least one dask Series"):
        pyudf.dask.map(pyudf.levenshtein, pd.Series(["a"]), "b")
    with pytest.raises(TypeError, match="got a pandas Series among those of Dask"):
        pyudf.dask.map(pyudf.levenshtein, series, pd.Series(["a", "b"]))
    with pytest.raises(TypeError, match="has no option 'cutoff'"):
        pyudf.dask.map(pyudf.levenshtein, series, "b", cutoff=1)
    with pytest.raises(ValueError, match="the Series have 1 and 2 partitions"):
        pyudf.dask.map(pyudf.levenshtein, series, dd.from_pandas(pd.Series(["a", "b"]), npartitions=2))


# Matrices


def test_a_matrix_in_blocks(everywhere):
    left, right = tables()
    a, b = left.name.dropna(), right.name.dropna()
    want = pyudf.cdist(a, b)
    found = pyudf.dask.cdist(a, b, chunks=(15, 20))
    assert found.chunks == ((15, 15, 15, 4), (20, 19))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found.compute(), want)
    np.testing.assert_array_equal(pyudf.dask.cdist(a, chunks=15).compute(), pyudf.cdist(a))
    lazy = pyudf.dask.cdist(dd.from_pandas(a, npartitions=2), dd.from_pandas(b, npartitions=3))
    assert lazy.numblocks == (2, 3)
    np.testing.assert_array_equal(lazy.compute(), want)
    assert lazy.compute_chunk_sizes().shape == (49, 39)


def test_options_of_a_matrix():
    left, right = tables()
    options = {"form": "normalized_similarity", "score_cutoff": 0.5, "processor": "casefold"}
    found = pyudf.dask.cdist(left.name, right.name.array, "jaro_winkler", chunks=13, prefix_weight=0.2, **options)
    want = pyudf.cdist(left.name, right.name, "jaro_winkler", prefix_weight=0.2, **options)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.compute(scheduler="sync"), want)
    small = pyudf.dask.cdist(np.array(["a", "bc"]), ["abc"], dtype="uint8", chunks=1).compute(scheduler="sync")
    assert small.dtype == np.uint8
    assert small.tolist() == [[2], [1]]
    assert pyudf.dask.cdist([], ["a"]).compute(scheduler="sync").shape == (0, 1)


def test_errors_of_a_matrix():
    with pytest.raises(ValueError, match="unknown metric 'levenstein'"):
        pyudf.dask.cdist(["a"], ["b"], "levenstein")
    with pytest.raises(TypeError, match="has no option 'cutoff'"):
        pyudf.dask.cdist(["a"], ["b"], cutoff=1)
    with pytest.raises(TypeError, match="XA, position 1: expected str or bytes, got int"):
        pyudf.dask.cdist(["a", 5], ["b"])
    with pytest.raises(ValueError, match="expected one dimension"):
        pyudf.dask.cdist(np.array([["a"]]), ["b"])
    with pytest.raises(ValueError, match="missing text") as told:
        pyudf.dask.cdist(["a", "b", None], ["b"], chunks=2).compute(scheduler="sync")
    assert "in block (1, 0)" in told.value.__notes__[0]


# Joins


def check_same(found, want):
    """The same values, in dtypes that may differ in whether they have a missing value."""
    found, want = (frame.astype(object).where(frame.notna(), None) for frame in (found, want))
    pd.testing.assert_frame_equal(found, want)


JOINS = [
    {},
    {"score_cutoff": 1},
    {"score_cutoff": 1, "how": "inner"},
    {"k": 3, "score_cutoff": 2, "processor": "casefold"},
    {"k": 100, "score_cutoff": 3, "how": "inner", "suffix": "_r", "score_name": "distance"},
    {"k": 3, "metric": "jaro_winkler", "form": "similarity", "score_cutoff": 0.8, "prefix_weight": 0.2},
    {"metric": "jaro", "form": "normalized_distance", "score_cutoff": 0.0, "how": "inner"},
]


def check_types(lazy, found):
    assert found.dtypes.astype(str).to_dict() == lazy.dtypes.astype(str).to_dict()


@pytest.mark.parametrize("options", JOINS, ids=str)
def test_a_join_is_that_of_the_whole_frames(options):
    left, right = tables()
    lazy = pyudf.dask.match(
        dd.from_pandas(left, npartitions=3), dd.from_pandas(right, npartitions=11), on="name", **options
    )
    found = lazy.compute(scheduler="sync")
    check_same(found, pyudf.match(left, right, on="name", **options))
    check_types(lazy, found)
    assert lazy.divisions[0] == 100


def blocked(left, right, **options):
    """A join by blocking keys, block by block."""
    parts = []
    for land, rows in left.groupby("land", dropna=False):
        others = right[right.land == land].drop(columns="land")
        parts.append(pyudf.match(rows, others, on="name", **options))
    return pd.concat(parts)


def in_order(frame):
    return frame.sort_values(["row", "n"]).reset_index(drop=True)


@pytest.mark.filterwarnings("ignore:The behavior of DataFrame concatenation:FutureWarning")
@pytest.mark.parametrize("options", JOINS, ids=str)
def test_a_join_by_blocking_keys(options):
    left, right = tables()
    frames = dd.from_pandas(left, npartitions=3), dd.from_pandas(right, npartitions=4)
    lazy = pyudf.dask.match(*frames, on="name", by="land", **options)
    found = lazy.compute(scheduler="sync")
    check_same(in_order(found), in_order(blocked(left, right, **options)))
    check_types(lazy, found)
    assert set(found.index) <= set(left.index)


def test_joins_on_several_processes(dask_client, shipped):
    left, right = tables()
    frames = dd.from_pandas(left, npartitions=3), dd.from_pandas(right, npartitions=2)
    with dask_client.as_current():
        whole = pyudf.dask.match(*frames, on="name", k=2, score_cutoff=2).compute()
        within = pyudf.dask.match(*frames, on="name", by=["land"], metric=shipped.bytes_apart, score_cutoff=1).compute()
    want = pyudf.match(left, right, on="name", k=2, score_cutoff=2)
    check_same(whole, want)
    want = blocked(left, right, metric=shipped.bytes_apart, score_cutoff=1)
    check_same(in_order(within), in_order(want))


def test_a_join_with_a_frame_in_memory_or_without_rows():
    left, right = tables()
    lazy = pyudf.dask.match(dd.from_pandas(left, npartitions=2), right, left_on="name", right_on="name")
    want = pyudf.match(left, right, on="name")
    check_same(lazy.compute(scheduler="sync"), want)
    nothing = pyudf.dask.match(dd.from_pandas(left, npartitions=2), right[:0], on="name").compute(scheduler="sync")
    assert nothing["name_right"].isna().all()
    assert len(nothing) == len(left)
    empty = pyudf.dask.match(left[:0], dd.from_pandas(right, npartitions=2), on="name", by="land")
    assert len(empty.compute(scheduler="sync")) == 0


def test_errors_of_a_join():
    left, right = tables()
    frame = dd.from_pandas(left, npartitions=2)
    with pytest.raises(KeyError, match="unknown column 'nam' in left"):
        pyudf.dask.match(frame, right, left_on="nam", right_on="name")
    with pytest.raises(KeyError, match="unknown column 'plant' in left"):
        pyudf.dask.match(frame, right, on="name", by="plant")
    with pytest.raises(ValueError, match="unknown how 'outer'"):
        pyudf.dask.match(frame, right, on="name", how="outer")
    with pytest.raises(TypeError, match="has no option 'cutoff'"):
        pyudf.dask.match(frame, right, on="name", cutoff=2)
    with pytest.raises(TypeError, match="left must be a Dask or pandas DataFrame, got dict"):
        pyudf.dask.match({}, right, on="name")
    with pytest.raises(ValueError, match=r"blocking key 'land' is .* on the left and int64 on the right"):
        pyudf.dask.match(frame, right.assign(land=1), on="name", by="land")


def test_a_missing_dask_is_told_with_its_extra(python):
    python(
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'dask':\n"
        "            raise ModuleNotFoundError('No module named dask', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import pyudf\n"
        "try:\n"
        "    pyudf.dask.map(pyudf.levenshtein, [], [])\n"
        "except ImportError as error:\n"
        "    assert 'pyudf[dask]' in str(error), error\n"
        "else:\n"
        "    raise SystemExit('no error')"
    )


def test_the_examples_of_the_page():
    page = Path(__file__).resolve().parents[2] / "docs/distributed.md"
    if not page.is_file():
        pytest.skip("the source tree is not here")
    text = page.read_text(encoding="utf-8")
    namespace = {"pyudf": pyudf, "pd": pd}
    with dask.config.set(scheduler="sync"):
        for at, example in enumerate(re.findall(r"^```python\n(>>>.*?)^```$", text, re.MULTILINE | re.DOTALL)):
            check(f"distributed.md, example {at}", example, namespace)


@pytest.mark.filterwarnings("ignore:The behavior of DataFrame concatenation:FutureWarning")
def test_the_examples_of_the_functions():
    with dask.config.set(scheduler="sync"):
        for function in (pyudf.dask.map, pyudf.dask.cdist, pyudf.dask.match):
            check(function.__name__, function.__doc__, {name: getattr(pyudf.dask, name) for name in pyudf.dask.__all__})
