"""Threads, interrupts, progress and forks: no result depends on them, nothing hangs, and Ctrl-C is obeyed."""

import threading

import numpy as np
import pytest

import pyudf

WORKERS = [1, 2, 3, 8, None, 0, -1]
METRICS = pyudf.text.__all__
STRING = np.dtypes.StringDType()


@pytest.fixture(scope="module")
def texts():
    """Enough of them that threads are really started."""
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abcdeЖ😀 "), rng.integers(0, 40))) for _ in range(600)]
    words[17] = "ab" * 60
    return words


# --- results --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METRICS)
def test_matrices_do_not_depend_on_workers(name, texts):
    expected = pyudf.cdist(texts, texts[:300], name, workers=1)
    half = pyudf.cdist(texts, metric=name, workers=1)
    condensed = pyudf.pdist(texts, name, form="normalized_similarity", workers=1)
    for workers in WORKERS[1:]:
        np.testing.assert_array_equal(pyudf.cdist(texts, texts[:300], name, workers=workers), expected)
        np.testing.assert_array_equal(pyudf.cdist(texts, metric=name, workers=workers), half)
        found = pyudf.pdist(texts, name, form="normalized_similarity", workers=workers)
        np.testing.assert_array_equal(found, condensed)


@pytest.mark.parametrize("name", METRICS)
def test_rows_do_not_depend_on_workers(name, texts):
    left, right = texts * 60, (texts[1:] + texts[:1]) * 60
    left[11], right[30_000] = None, None
    metric = getattr(pyudf, name)
    expected = metric(left, right, workers=1)
    assert np.isnan(expected[[11, 30_000]]).all()
    for workers in WORKERS[1:]:
        np.testing.assert_array_equal(metric(left, right, workers=workers), expected)


@pytest.mark.parametrize("workers", WORKERS[1:])
def test_searches_do_not_depend_on_workers(workers, texts):
    for form in ("distance", "normalized_similarity"):
        expected = pyudf.topk(texts, texts, 7, form=form, workers=1)
        for a, b in zip(pyudf.topk(texts, texts, 7, form=form, workers=workers), expected, strict=True):
            np.testing.assert_array_equal(a, b)
    expected = pyudf.pairs_within(texts, score_cutoff=20, workers=1)
    assert len(expected[0]) > 1000
    for a, b in zip(pyudf.pairs_within(texts, score_cutoff=20, workers=workers), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_calls_from_many_threads_at_once(texts):
    expected = pyudf.cdist(texts, workers=1)
    found = [None] * 6

    def call(i):
        found[i] = pyudf.cdist(texts, workers=1 + i % 3)

    threads = [threading.Thread(target=call, args=(i,)) for i in range(len(found))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all((matrix == expected).all() for matrix in found)


# --- the GIL --------------------------------------------------------------------------------------------------------

LONG = """
import threading, time
import numpy as np
import pyudf
rng = np.random.default_rng(0)
texts = np.array(["".join(t) for t in rng.choice(list("abcd"), (20_000, 60))])
"""


@pytest.mark.parametrize(
    "call",
    [
        "pyudf.cdist(texts, texts, 'damerau_levenshtein', workers={workers})",
        "pyudf.topk(texts, texts, metric='damerau_levenshtein', workers={workers})",
        "pyudf.damerau_levenshtein(texts[:6000, None], texts[:6000], workers={workers})",
    ],
    ids=["cdist", "topk", "elementwise"],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_other_threads_run_meanwhile_and_ctrl_c_stops(call, workers, python):
    """A call of many seconds: another thread counts on, then asks for an interrupt, which ends the call at once."""
    found = python(
        LONG
        + f"""
import _thread, signal
beats = []

def beat():
    end = time.perf_counter() + 1.0
    while time.perf_counter() < end:
        beats.append(time.perf_counter())
        time.sleep(0.001)
    asked.append(time.perf_counter())
    signal.raise_signal(signal.SIGINT)

asked = []
thread = threading.Thread(target=beat)
try:
    thread.start()
    {call.format(workers=workers)}
except KeyboardInterrupt:
    print("interrupted", len(beats), time.perf_counter() - asked[0])
else:
    print("finished", len(beats), 0)
thread.join()
assert pyudf.hamming(["a"], "b").tolist() == [1]
""",
        timeout=120,
    )
    how, beats, delay = found.stdout.split()
    assert how == "interrupted"
    assert int(beats) > 50
    assert float(delay) < 1.5


def test_the_interrupt_of_a_terminal(python):
    """SIGINT from outside, as a terminal sends it, in the middle of a matrix with all cores."""
    found = python(
        LONG
        + """
import os, signal, subprocess, sys
code = "import os, signal, time; time.sleep(0.7); os.kill(%d, signal.SIGINT)" % os.getpid()
killer = subprocess.Popen([sys.executable, "-c", code])
start = time.perf_counter()
try:
    pyudf.cdist(texts, texts, "damerau_levenshtein")
except KeyboardInterrupt:
    print("interrupted", time.perf_counter() - start)
killer.wait()
""",
        timeout=120,
    )
    how, after = found.stdout.split()
    assert how == "interrupted"
    assert float(after) < 3


# --- StringDType ----------------------------------------------------------------------------------------------------


def test_two_threads_on_one_stringdtype_array(python):
    """Its allocator has a lock, which must never be held while the GIL is waited for."""
    python(
        """
import threading
import numpy as np
import pyudf

texts = np.array(["long enough to lie in the arena %d" % i for i in range(2000)], np.dtypes.StringDType())
expected = pyudf.cdist(texts[:50].tolist(), texts[:40].tolist())
errors = []

def call(i):
    try:
        for _ in range(40):
            assert (pyudf.cdist(texts[:50], texts[:40], workers=1 + i % 2) == expected).all()
            # The rows that are written meanwhile may be read before a write by one side and after it by the other.
            assert (pyudf.levenshtein(texts, texts)[:1000] == 0).all()
            pyudf.levenshtein(texts[0:1], np.array(["x"], texts.dtype), processor="upper")
            texts[1000 + i] = "a text that is written meanwhile"
            texts[1000 + i] = str(texts[1001 + i])
            texts[1000 + i] = "long enough to lie in the arena %d" % (1000 + i)
    except BaseException as error:
        errors.append(error)

threads = [threading.Thread(target=call, args=(2 * i,)) for i in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not errors, errors
""",
        timeout=60,
    )


# --- progress -------------------------------------------------------------------------------------------------------


def test_progress_shows_a_bar_on_stderr(capsys, texts):
    pytest.importorskip("tqdm")
    for call in (
        lambda **o: pyudf.cdist(texts, texts, **o),
        lambda **o: pyudf.pdist(texts, **o),
        lambda **o: pyudf.topk(texts, texts, **o),
        lambda **o: pyudf.pairs_within(texts, score_cutoff=1, **o),
        lambda **o: pyudf.levenshtein(texts, texts, **o),
        lambda **o: pyudf.levenshtein.outer(texts, texts, **o),
    ):
        call(progress=True)
        shown = capsys.readouterr()
        assert "levenshtein: 100%|" in shown.err
        assert not shown.out
        call(progress=False)
        assert not capsys.readouterr().err


def test_the_bar_moves_meanwhile(python):
    pytest.importorskip("tqdm")
    found = python(LONG + "pyudf.cdist(texts[:9000], texts[:9000], 'damerau_levenshtein', progress=True)", timeout=120)
    shares = [int(part.rpartition(" ")[2]) for part in found.stderr.split("%|")[:-1]]
    assert shares[-1] == 100
    assert shares == sorted(shares)
    assert any(0 < share < 100 for share in shares)


def test_progress_and_results(texts):
    pytest.importorskip("tqdm")
    np.testing.assert_array_equal(pyudf.cdist(texts, progress=True), pyudf.cdist(texts))


def test_an_exception_of_the_bar_ends_the_call(python):
    """The loop calls back into Python; what is raised there comes out, and the next call works."""
    pytest.importorskip("tqdm")
    found = python(
        LONG
        + """
import tqdm

class Broken(tqdm.tqdm):
    def update(self, n=1):
        raise LookupError("the bar broke")

tqdm.tqdm = Broken
start = time.perf_counter()
for workers in (1, 2):
    try:
        pyudf.cdist(texts, texts, "damerau_levenshtein", progress=True, workers=workers)
    except LookupError as error:
        print(error)
assert pyudf.cdist(["a"], ["b"]).tolist() == [[1]]
""",
        timeout=60,
    )
    assert found.stdout.split("\n")[:2] == ["the bar broke"] * 2


@pytest.mark.parametrize("error", [KeyError, ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_an_exception_of_a_processor_comes_out(error):
    def fails(text):
        raise error(text)

    for call in (
        lambda: pyudf.levenshtein(["a", "b"], "c", processor=fails),
        lambda: pyudf.cdist(["a"], ["b"], processor=fails),
        lambda: pyudf.topk(["a"], ["b"], processor=fails),
        lambda: pyudf.pairs_within(["a", "b"], score_cutoff=1, processor=fails),
    ):
        with pytest.raises(error, match="a"):
            call()


# --- fork -----------------------------------------------------------------------------------------------------------

FORK = """
import multiprocessing, os, sys, warnings
import numpy as np
import pyudf

warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
texts = ["".join(t) for t in rng.choice(list("abcd"), (700, 20))]

def work(_):
    return (int(pyudf.cdist(texts, workers=4).sum()), int(pyudf.levenshtein(texts * 50, texts[::-1] * 50).sum()),
            int(pyudf.topk(texts, texts, k=2)[1].sum()))
"""


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
def test_a_forked_child_works(python):
    """libgomp's threads do not survive a fork; a child that waits for them would hang."""
    found = python(
        FORK
        + """
expected = work(0)
child = os.fork()
if child == 0:
    os._exit(0 if work(0) == expected == work(1) else 3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert work(0) == expected
grandchild = os.fork()
if grandchild == 0:
    child = os.fork()
    if child == 0:
        os._exit(0 if work(0) == expected else 3)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
assert os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]) == 0
print("done")
""",
        timeout=30,
    )
    assert found.stdout.strip() == "done"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method, python, tmp_path):
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    script = tmp_path / "pool.py"
    script.write_text(
        FORK
        + f"""
if __name__ == "__main__":
    expected = work(0)
    with multiprocessing.get_context({method!r}).Pool(2) as pool:
        assert pool.map(work, range(4)) == [expected] * 4
        assert pool.starmap(pyudf.levenshtein, [("kitten", "sitting"), (["a"], ["b"])]) == [3, [1]]
        assert pool.starmap(pyudf.jaro.similarity, [("a", "a")]) == [1.0]
    assert work(0) == expected
    print("done")
"""
    )
    command = f"import os, sys\nos.execv(sys.executable, [sys.executable, {str(script)!r}])"
    found = python(command, timeout=30)
    assert found.stdout.strip() == "done"


def test_a_worker_count_beyond_the_machine():
    assert pyudf.cdist(["a", "b"], workers=10**6).tolist() == [[0, 1], [1, 0]]


def test_the_environment_limits_the_threads(python):
    """`workers=None` takes the cores that this process may use, not those of the machine."""
    import os

    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system has no affinity")
    found = python(
        "import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from pyudf.workers import available_cores\nprint(available_cores())"
    )
    assert found.stdout.strip() == "1"
