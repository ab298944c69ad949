"""Time the uncertainty of ranks, and print how often the intervals hold the truth: `make bench`, `make bench-ranks`.

Timed: 98 municipalities x 4 groups x 6 editions with as many draws as the rules say. The coverage is measured on
invented persons (`tests/reference/persons.py`), 200 countries each.
"""

import statistics
import sys
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from maalestok.beskaeftigelse import synthetic, uncertainty_tables
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.kommune import resolve
from reference.persons import PROFILES, coverage

PERIODS = ("2019QMAT04", "2020QMAT02", "2020QMAT04", "2021QMAT02", "2021QMAT04", "2022QMAT02")
RUNS = 5
SPREADS = (0.0, 0.0015, 0.003, 0.0045)
SEEDS = range(200)
FUNNELS = ("additiv", "multiplikativ")


def facts() -> pl.DataFrame:
    rows = [
        {
            "period": row.period,
            "kommune_kode": resolve(row.kommune).kode,
            "omraade": row.omraade,
            "forventet_antal": row.expected,
            "faktisk_antal": row.actual,
            "forventet_andel": row.expected_share,
            "faktisk_andel": row.actual_share,
            "forskel_andel": row.difference_share,
            "placering": row.rank,
        }
        for edition in synthetic.editions(PERIODS, seed=1).values()
        for row in edition
    ]
    return pl.DataFrame(rows)


def timed() -> None:
    held, rules = facts(), load_rules()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = uncertainty_tables.groups(held, rules)
        times.append(time.perf_counter() - begun)
    draws = rules.uncertainty.versions[-1].draws
    print(
        f"{len(found)} groups, {draws} draws: {statistics.median(times):.2f} s "
        f"({min(times):.2f}-{max(times):.2f})  bound 5 s"
    )


def covered() -> None:
    names = ("scale", "achieved", "spread", "differences", "ten largest", "places", "ten largest", *FUNNELS)
    print(f"| {' | '.join(names)} |")
    print("|---" * len(names) + "|")
    for scale, lives in PROFILES.items():
        for spread in SPREADS if scale == "1" else (0.003,):
            c = coverage(SEEDS, spread, lives)
            flags = [
                f"{c.flagged[name, '0.95']:.1%} / {c.flagged[name, '0.998']:.2%}"
                for name in ("additiv", "multiplikativ")
            ]
            places = (f"{c.places:.1%}", f"{c.places_largest:.1%}") if spread else ("-", "-")
            cells = (
                scale,
                f"{c.scale:.2f}",
                f"{spread * 100:.2f}",
                f"{c.differences:.1%}",
                f"{c.differences_largest:.1%}",
                *places,
                *flags,
            )
            print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    timed()
    covered()
