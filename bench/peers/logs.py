"""Time log parsing and template mining beside what Python has for them: `python bench/peers/logs.py`.

Polars fixes its number of threads when it is imported: one, as for all others here.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"

import numpy as np
import report
from corpus import SEED

from pyudf import logs

RESULTS = Path(__file__).resolve().parent / "results"
LINES = 200_000
ROUNDS = 5
SLOW = 20_000  # lines for ways that take seconds; their rate is what is compared

COMBINED = re.compile(
    r'^(\S+) (\S+) (\S+) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"$'
)
GROUPS = ("remote_addr", "ident", "remote_user", "time_local", "request", "status", "body_bytes_sent")
GROUPS += ("http_referer", "http_user_agent")
COMPARED = ("remote_addr", "time_local", "request", "status", "body_bytes_sent", "http_referer", "http_user_agent")

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.1 Mobile Safari/604.1",
    "curl/8.4.0",
)
PATHS = ("/", "/index.html", "/images/logo-{}.png", "/blog/2026/{}/a-longer-title-of-a-post", "/api/v1/items?id={}&q=x")
PLACES = ("-", "https://www.example.com/", "https://www.google.com/search?q=log+parsing", "https://example.org/page/{}")
MESSAGES = (
    "Receiving block blk_{0}{1} src: /10.250.{2}.{3}:50010 dest: /10.250.{3}.{2}:50010",
    "PacketResponder {2} for block blk_{0}{1} terminating",
    "Connection from 192.168.{2}.{3} port {1} accepted",
    "user{2} logged in after {3} attempts in {1} ms",
    "Failed password for invalid user admin{2} from 10.0.{2}.{3} port {1} ssh2",
    "GET /static/{2}/{3}.css took {1} us",
    "cache miss for key session:{0}{1}: fetching from backend-{2}",
    "worker {2} finished job {1} with status OK",
)


def access_log(lines: int) -> list[str]:
    """Lines of the combined format, about 200 bytes each, a second or so apart."""
    draw = random.Random(SEED)
    now, found = 1_770_000_000, []
    for _ in range(lines):
        now += draw.choice((0, 0, 0, 1, 2))
        client = ".".join(str(draw.randrange(1, 255)) for _ in range(4))
        stamp = datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        path = draw.choice(PATHS).format(draw.randrange(10**5))
        status, size = draw.choice((("200", str(draw.randrange(10**6))), ("304", "-"), ("404", "153")))
        user = draw.choice(("-", "-", "-", "frank"))
        place = draw.choice(PLACES).format(draw.randrange(10**4))
        agent = draw.choice(AGENTS)
        found.append(f'{client} - {user} [{stamp}] "GET {path} HTTP/1.1" {status} {size} "{place}" "{agent}"')
    return found


def messages(lines: int) -> list[str]:
    """Lines of eight templates with numbers, addresses and names in them."""
    draw = random.Random(SEED)
    numbers = [
        [draw.randrange(10**6), draw.randrange(10**4), draw.randrange(255), draw.randrange(255)] for _ in range(lines)
    ]
    return [draw.choice(MESSAGES).format(*row) for row in numbers]


@dataclass(frozen=True)
class Way:
    """One way to do the job: what it needs installed, over how many lines, and the call."""

    name: str
    call: Callable[[], Any]
    lines: int


def installed(module: str) -> bool:
    """Whether a peer is here; one that is not is left out, and said to be."""
    found = importlib.util.find_spec(module) is not None
    if not found:
        print(f"  {module} is not installed and is left out")
    return found


# Each way gives the same columns: text, whole numbers with -1 for none, seconds since 1970.


def _by_re(lines: list[str]) -> dict[str, Any]:
    rows = [found.groups() for found in map(COMBINED.match, lines) if found]
    columns = dict(zip(GROUPS, zip(*rows, strict=True), strict=True))
    stamps = [datetime.strptime(t, "%d/%b/%Y:%H:%M:%S %z") for t in columns["time_local"]]
    columns["time_local"] = np.array([t.timestamp() for t in stamps], np.int64)
    columns["status"] = np.array([int(s) for s in columns["status"]])
    columns["body_bytes_sent"] = np.array([-1 if s == "-" else int(s) for s in columns["body_bytes_sent"]])
    return columns


def _by_polars(lines: Any) -> Callable[[], Any]:
    import polars as pl

    pattern = COMBINED.pattern
    for name in GROUPS:
        pattern = re.sub(r"\((?!\?)", f"(?P<{name}>", pattern, count=1)
    frame = pl.DataFrame({"line": lines})
    number = {name: pl.col(name).cast(pl.Int64, strict=False) for name in ("status", "body_bytes_sent")}
    stamp = pl.col("time_local").str.to_datetime("%d/%b/%Y:%H:%M:%S %z", time_unit="us")
    plan = frame.lazy().select(pl.col("line").str.extract_groups(pattern)).unnest("line")
    plan = plan.with_columns(time_local=stamp, **number)
    return plan.collect


def _polars_columns(frame: Any) -> dict[str, Any]:
    columns = {name: frame[name].to_list() for name in COMPARED}
    columns["time_local"] = frame["time_local"].dt.epoch("s").to_numpy()
    for name in ("status", "body_bytes_sent"):
        columns[name] = frame[name].fill_null(-1).to_numpy()
    return columns


def _by_duckdb(lines: Any) -> Callable[[], Any]:
    import duckdb
    import pyarrow as pa

    con = duckdb.connect(config={"threads": 1})
    con.register("source", pa.table({"line": lines}))
    names = ", ".join(f"'{name}'" for name in GROUPS)
    found = f"regexp_extract(line, '{COMBINED.pattern}', [{names}])"
    query = (
        f"SELECT f.* EXCLUDE (status, body_bytes_sent, time_local), CAST(f.status AS BIGINT) AS status, "
        f"TRY_CAST(f.body_bytes_sent AS BIGINT) AS body_bytes_sent, "
        f"strptime(f.time_local, '%d/%b/%Y:%H:%M:%S %z') AS time_local FROM (SELECT {found} AS f FROM source)"
    )
    return lambda: con.sql(query).to_arrow_table()


def _duckdb_columns(table: Any) -> dict[str, Any]:
    columns = {name: table.column(name).to_pylist() for name in COMPARED}
    columns["time_local"] = [int(stamp.timestamp()) for stamp in columns["time_local"]]
    columns["body_bytes_sent"] = [-1 if size is None else size for size in columns["body_bytes_sent"]]
    return columns


def _by_pygrok(lines: list[str]) -> Callable[[], Any]:
    from pygrok import Grok

    grok = Grok("%{COMBINEDAPACHELOG}")
    return lambda: [grok.match(line) for line in lines]


def _by_apachelogs(lines: list[str]) -> Callable[[], Any]:
    from apachelogs import COMBINED as FORMAT
    from apachelogs import LogParser

    parser = LogParser(FORMAT)
    return lambda: [parser.parse(line) for line in lines]


def _pygrok_columns(rows: list[Any]) -> dict[str, Any]:
    """What COMBINEDAPACHELOG has under other names, as text."""
    quoted = {"http_referer": "referrer", "http_user_agent": "agent"}
    columns: dict[str, Any] = {name: [row[theirs].strip('"') for row in rows] for name, theirs in quoted.items()}
    columns["remote_addr"] = [row["clientip"] for row in rows]
    columns["request"] = [f"{row['verb']} {row['request']} HTTP/{row['httpversion']}" for row in rows]
    columns["status"] = [int(row["response"]) for row in rows]
    columns["body_bytes_sent"] = [int(row["bytes"] or -1) for row in rows]
    return columns


def _apachelogs_columns(rows: list[Any]) -> dict[str, Any]:
    return {
        "remote_addr": [row.remote_host for row in rows],
        "time_local": [int(row.request_time.timestamp()) for row in rows],
        "request": [row.request_line for row in rows],
        "status": [row.final_status for row in rows],
        "body_bytes_sent": [-1 if row.bytes_sent is None else row.bytes_sent for row in rows],
        "http_referer": [row.headers_in["Referer"] or "-" for row in rows],
        "http_user_agent": [row.headers_in["User-Agent"] or "-" for row in rows],
    }


def parsing(lines: int) -> Iterator[Way]:
    """Combined format to typed columns; `check_parsing` compares what can be compared."""
    texts = access_log(lines)
    buffer = "\n".join(texts).encode() + b"\n"
    few = texts[:SLOW]
    yield Way("pyudf, bytes", lambda: logs.COMBINED.parse(buffer, workers=1).to_arrow(), lines)
    yield Way("pyudf, 2 workers", lambda: logs.COMBINED.parse(buffer, workers=2).to_arrow(), lines)
    yield Way("pyudf, list of str", lambda: logs.COMBINED.parse(texts, workers=1).to_arrow(), lines)
    yield Way("re, typed", lambda: _by_re(few), len(few))
    if installed("polars"):
        yield Way("Polars, typed", _by_polars(texts), lines)
    if installed("duckdb") and installed("pyarrow"):
        yield Way("DuckDB, typed", _by_duckdb(texts), lines)
    if installed("pygrok"):
        yield Way("pygrok", _by_pygrok(few), len(few))
    if installed("apachelogs"):
        yield Way("apachelogs", _by_apachelogs(few), len(few))


def check_parsing(lines: int) -> None:
    """Stop where another gives another value than pyudf; what a peer does not have is left out."""
    texts = access_log(lines)
    table = logs.COMBINED.parse("\n".join(texts).encode(), workers=1)
    ours = {name: table[name] for name in COMPARED}
    ours["time_local"] = ours["time_local"].astype("datetime64[s]").astype(np.int64)
    for name in ("status", "body_bytes_sent"):
        ours[name] = np.nan_to_num(np.asarray(ours[name], np.float64), nan=-1).astype(np.int64)
    others = {"re": _by_re(texts)}
    if installed("polars"):
        others["Polars"] = _polars_columns(_by_polars(texts)())
    if installed("duckdb") and installed("pyarrow"):
        others["DuckDB"] = _duckdb_columns(_by_duckdb(texts)())
    if installed("pygrok"):
        others["pygrok"] = _pygrok_columns(_by_pygrok(texts)())
    if installed("apachelogs"):
        others["apachelogs"] = _apachelogs_columns(_by_apachelogs(texts)())
    for peer, theirs in others.items():
        for name in theirs.keys() & ours.keys():
            values = ours[name]
            expected = ["-" if value is None else value for value in values]
            if list(theirs[name]) != expected:
                row = next(i for i, (a, b) in enumerate(zip(theirs[name], expected, strict=True)) if a != b)
                sys.exit(f"{peer}: {name}, row {row}: {theirs[name][row]!r} against {expected[row]!r}")


def mining(lines: int) -> Iterator[Way]:
    """Templates of messages, with the settings that drain3 has by default and no masks; with ours."""
    texts = messages(lines)
    plain = {"similarity": 0.4, "depth": 4, "masks": ()}
    yield Way("pyudf", lambda: logs.Drain(**plain).fit(texts), lines)
    yield Way("pyudf, masks", lambda: logs.Drain().fit(texts), lines)
    if installed("drain3"):
        yield Way("drain3", lambda: drain3_groups(texts[:SLOW]), SLOW)


def drain3_groups(texts: list[str]) -> list[int]:
    """The clusters that drain3 puts lines into."""
    import logging

    from drain3 import TemplateMiner

    logging.disable()
    miner = TemplateMiner()
    return [miner.add_log_message(text)["cluster_id"] for text in texts]


def check_mining(lines: int) -> None:
    """Stop where drain3 makes other groups of the same lines."""
    texts = messages(lines)
    ours = logs.Drain(similarity=0.4, depth=4, masks=()).fit(texts)
    pairs = {*zip(ours.tolist(), drain3_groups(texts), strict=True)}
    if not len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}):
        sys.exit("drain3 makes other groups")


def run(title: str, ways: list[Way], size: float) -> list[report.Record]:
    """Time the ways in turn, and print what each does in a second; `size`: bytes of a line."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for times, way in zip(taken, ways, strict=True):
            start = time.perf_counter()
            way.call()
            times.append((time.perf_counter() - start) / way.lines)
    print(f"\n{title:<28} {'MB/s':>8} {'lines/s':>12} {'ratio':>8}   ratio: its time over pyudf's")
    records = []
    for way, times in zip(ways, taken, strict=True):
        best, ratio = min(times), min(times) / min(taken[0])
        print(f"{way.name:<28} {size / best / 1e6:8.1f} {1 / best:12,.0f} {ratio:8.2f}", flush=True)
        row = {"group": title, "case": way.name, "lines": way.lines, "bytes_per_line": size, "ratio": ratio}
        records.append({**row, "seconds_per_line": {"minimum": best, "median": statistics.median(times)}})
    return records


def main() -> None:
    """Compare, then time, then save."""
    parser = argparse.ArgumentParser(description="Time log parsing beside others; answers are compared first.")
    parser.add_argument("--lines", type=int, default=LINES, help=f"default: {LINES:,}")
    parser.add_argument("--output", type=Path, default=RESULTS / "logs.json")
    args = parser.parse_args()
    machine = report.facts()
    report.print_facts(machine)
    check_parsing(min(args.lines, SLOW))
    texts = access_log(args.lines)
    records = run("combined format to Arrow", list(parsing(args.lines)), sum(map(len, texts)) / len(texts) + 1)
    if installed("drain3"):
        check_mining(min(args.lines, SLOW))
    texts = messages(args.lines)
    records += run("templates", list(mining(args.lines)), sum(map(len, texts)) / len(texts) + 1)
    report.save(args.output, machine, records, [])
    print(f"\nsaved {args.output}")


if __name__ == "__main__":
    main()
