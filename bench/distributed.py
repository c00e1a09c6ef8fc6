"""How a fuzzy join on Dask scales: all pairs and by blocking keys, on one worker and on two.

python bench/distributed.py --rows 200000
"""

import argparse
import logging
import time
from pathlib import Path

import dask.dataframe as dd
import numpy as np
import pandas as pd
from dask.distributed import Client, LocalCluster

import pyudf

WORDS = Path(__file__).parent / "data/words.txt"


def tables(n, block):
    """Names with an error each, and the names themselves; blocks of rows have a postcode in common."""
    random = np.random.default_rng(0)
    words = np.array(WORDS.read_text(encoding="utf-8").split(), dtype=object)
    names = np.array([" ".join(row) for row in words[random.integers(0, len(words), (n, 3))]], dtype=object)
    right = pd.DataFrame({"name": names, "postcode": random.integers(0, max(n // block, 1), n).astype(str)})
    left = right.sample(n, replace=True, random_state=1, ignore_index=True)
    left["name"] = left["name"].str[:3] + "x" + left["name"].str[4:]
    return left, right


def measure(left, right, workers, repeat, **options):
    """Seconds of the fastest of some joins, and how many rows have found their match."""
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
        ) as cluster,
        Client(cluster),
    ):
        frames = [dd.from_pandas(frame, npartitions=8).persist() for frame in (left, right)]
        seconds = []
        for _ in range(repeat):
            start = time.perf_counter()
            found = pyudf.dask.match(*frames, on="name", score_cutoff=3, **options)["score"].count().compute()
            seconds.append(time.perf_counter() - start)
    return min(seconds), found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="of each table")
    parser.add_argument("--block", type=int, default=2_000, help="rows with one postcode")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    left, right = tables(given.rows, given.block)
    cases = {
        "all pairs, a tenth of the left rows": (left[: given.rows // 10], {}),
        "by postcode": (left, {"by": "postcode"}),
    }
    for title, (part, options) in cases.items():
        for workers in (1, 2):
            seconds, found = measure(part, right, workers, given.repeat, **options)
            print(f"{title}: {workers} worker(s) {seconds:6.2f} s, {found:,} of {len(part):,} rows matched", flush=True)


if __name__ == "__main__":
    main()
