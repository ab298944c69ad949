"""Invented conditions (rammevilkaar) of all 98 municipalities in some years, comma separated, marked SYNTETISK.

Recipe: a lasting level for each municipality and condition and a small yearly change, and commuting areas. No figure is
measured, and the areas are no publisher's. Synthetic Denmark's persons are planted on the same levels and areas.
"""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby

from maalestok.deliveries.columns import SYNTETISK
from maalestok.kommune import kommuner, place_name
from maalestok.rules.loader import load_feed
from maalestok.rules.models import ColumnKind

RANGES = {
    "andel_indvandrere_15_69": (4.0, 25.0),
    "andel_efterkommere_15_69": (0.5, 6.0),
    "andel_grundskole": (12.0, 32.0),
    "andel_erhvervsfaglig": (18.0, 45.0),
    "andel_kvu": (3.0, 7.0),
    "andel_lvu": (3.0, 28.0),
    "gnsalder": (36.0, 51.0),
    "disp_indkomst": (190_000.0, 380_000.0),
    "gini": (22.0, 42.0),
    "pendlingsafstand_km": (10.0, 32.0),
    "andel_ejerbolig": (18.0, 78.0),
    "andel_enpersonshusstande": (24.0, 50.0),
    "job_pr_indb": (0.3, 1.1),
}
"""Condition -> the lowest and highest invented level."""
YEARLY = (0.98, 1.02)
"""A year's number is the level times something even between these."""
CENTRES = (
    "101", "151", "169", "217", "219", "265", "316", "330", "370", "376", "400", "461", "479", "540", "561", "615",
    "621", "630", "657", "661", "730", "740", "751", "787", "791", "851", "860",
)  # fmt: skip
"""Municipalities that an invented commuting area is named after: one or more in each landsdel."""


@cache
def commuting_areas() -> Mapping[str, str]:
    """kommune_kode -> commuting area: that of the centre fewest places away in the landsdel's list of codes."""
    areas = {}
    for _, group in groupby(sorted(kommuner(), key=lambda k: (k.landsdel_kode, k.kode)), lambda k: k.landsdel_kode):
        codes = [k.kode for k in group]
        centres = [place for place, code in enumerate(codes) if code in CENTRES]
        for place, code in enumerate(codes):
            nearest = min(centres, key=lambda centre: (abs(centre - place), centre))
            areas[code] = f"Oplandet til {place_name(codes[nearest])} ({SYNTETISK.upper()})"
    return areas


@cache
def levels(seed: int) -> Mapping[str, Mapping[str, float]]:
    """kommune_kode -> condition -> its lasting level, in the feed's units."""
    made = {}
    for kommune in kommuner():
        draw = random.Random(f"{seed} {kommune.kode}")  # noqa: S311  # invented figures, no secret
        made[kommune.kode] = {condition: draw.uniform(low, high) for condition, (low, high) in RANGES.items()}
    return made


def as_csv(years: Sequence[int], seed: int) -> bytes:
    """One file: a row per municipality and year, under the names the feed's rules give.

    A year's rows are the same whichever other years are asked for.
    """
    names = {
        c.id: c.names[0] for c in load_feed("rammevilkaar", "beskaeftigelse").columns if c.kind is ColumnKind.NUMBER
    }
    header = ["kommunekode", "aar", *(names[condition] for condition in RANGES), "pendlingsomraade", SYNTETISK]
    lines, areas = [",".join(header)], commuting_areas()
    for code, held in levels(seed).items():
        for year in years:
            draw = random.Random(f"{seed} {code} {year}")  # noqa: S311  # invented figures, no secret
            values = [f"{level * draw.uniform(*YEARLY):.3f}" for level in held.values()]
            lines.append(",".join([code, str(year), *values, areas[code], SYNTETISK.upper()]))
    return ("\n".join(lines) + "\n").encode()
