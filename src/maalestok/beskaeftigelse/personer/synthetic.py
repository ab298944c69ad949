"""Synthetic Denmark: an invented country of persons on and off benefits, with the planted truth beside the data.

Persons of 16-66 in the 98 municipalities over 24 months (2019-01..2020-12): residences, spells, talks and offers, hours
and exemptions. No person, share, effect or difference is real; only the codes, names of benefits and the form are.

What a model is judged by: in each stay (a person's time in one municipality within the window) the expected share of
days on an area's benefits, in full-time terms, is a floor, plus the effects of the person's conditions, plus what the
labour market of the municipality and its commuting area adds, plus the municipality's planted deviation. This holds for
the window, for a quarter and for a day alike, and for persons who move in each of their stays. It is exact as long as
the chances of the three areas don't pass 1 together: a stay is a case of at most one area, so they would be scaled
down. Without `levels` they never do (a test adds up the hardest conditions).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.personer.synthetic_files import FEEDS, MARK, write_feed
from maalestok.beskaeftigelse.personer.synthetic_labour_market import conditions_csv
from maalestok.beskaeftigelse.personer.synthetic_recipe import AREAS, country
from maalestok.deliveries.columns import SYNTETISK

FORMATS = ("parquet", "csv")
Levels = Mapping[str, Mapping[str, float]]
"""Municipality -> area -> the mean share it is to have."""


@dataclass(frozen=True)
class Size:
    """How many persons the country has, and whose files are wanted (None: the whole country's).

    The files of some municipalities hold those who live there at the start of the window, with all their rows, just as
    the whole country's files do; not those who move in later.
    """

    persons: int
    kommuner: tuple[str, ...] | None = None


SMALL = Size(40_000)
"""For tests and the demo."""
NATIONAL = Size(3_700_000)
"""As many persons as there are in the country, roughly."""


def truth(size: Size, seed: int, levels: Levels | None = None) -> pl.DataFrame:
    """What was planted: one row for each of the whole country's municipalities and areas, by code.

    `expected_share` is the mean share without deviation, `of_labour_market` how much of it the labour market adds (from
    the easiest there can be), `deviation` what the municipality deviates by (0.004: 0.4 percentage points); the
    country's mean deviation is 0, weighted by persons. `effort_talks` and `effort_offers` are planned per person on
    benefits and month. With `levels` the deviation is what the level asked for leaves, and the
    effects of conditions are `scale` times the country's; without, `scale` is 1.
    """
    made = country(size.persons, seed)
    factor = made.factor(levels)
    areas = len(AREAS)
    return pl.DataFrame(
        {
            "kommune_kode": np.repeat(made.codes, areas).tolist(),
            "omraade": AREAS * len(made.codes),
            "personer": np.repeat(made.counts, areas),
            "expected_share": made.expected.ravel(),
            "of_labour_market": made.market.ravel(),
            "deviation": (factor * (made.expected + made.deviation) - made.expected).ravel(),
            "scale": factor.ravel(),
            "effort_talks": np.repeat(made.talks, areas),
            "effort_offers": np.repeat(made.offers, areas),
        }
    )


def write_denmark(
    folder: Path, size: Size, seed: int, fmt: str = "parquet", levels: Levels | None = None
) -> Mapping[str, int]:
    """Write the five files `SYNTETISK_<feed>.<fmt>` and the truth `SYNTETISK_sandhed.csv`; returns feed -> rows.

    Beside a whole country's files lie the conditions of its areas, `SYNTETISK_rammevilkaar.csv`.

    `levels` multiplies a municipality's shares so that their expected mean is the one given.

    Raises:
        ValueError: the format is neither `parquet` nor `csv`, or a code or area asked for is unknown.
    """
    if fmt not in FORMATS:
        raise ValueError(f"no such format: {fmt}")
    made = country(size.persons, seed)
    if unknown := set(size.kommuner or ()) - set(made.codes):
        raise ValueError(f"no such municipality: {', '.join(sorted(unknown))}")
    factor = made.factor(levels)
    folder.mkdir(parents=True, exist_ok=True)
    planted = truth(size, seed, levels).with_columns(pl.lit(MARK).alias(SYNTETISK))
    planted.write_csv(folder / f"{MARK}_sandhed.csv", separator=";", line_terminator="\r\n")
    if size.kommuner is None:
        (folder / f"{MARK}_rammevilkaar.csv").write_bytes(conditions_csv(seed))
    paths = {feed: folder / f"{MARK}_{feed}.{fmt}" for feed in FEEDS}
    return {feed: write_feed(made, feed, size.kommuner, factor, path) for feed, path in paths.items()}
