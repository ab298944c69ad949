"""Invented conditions (rammevilkaar) of all 98 municipalities in some years, comma separated, marked SYNTETISK.

Recipe: a lasting level for each municipality and condition and a small yearly change. No figure is measured.
"""

import random
from collections.abc import Sequence

from maalestok.deliveries.columns import SYNTETISK
from maalestok.kommune import kommuner
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


def as_csv(years: Sequence[int], seed: int) -> bytes:
    """One file: a row per municipality and year, under the names the feed's rules give."""
    names = {
        c.id: c.names[0] for c in load_feed("rammevilkaar", "beskaeftigelse").columns if c.kind is ColumnKind.NUMBER
    }
    lines = [",".join(["kommunekode", "aar", *(names[condition] for condition in RANGES), SYNTETISK])]
    for kommune in kommuner():
        draw = random.Random(f"{seed} {kommune.kode}")  # noqa: S311  # invented figures, no secret
        levels = {condition: draw.uniform(low, high) for condition, (low, high) in RANGES.items()}
        for year in years:
            values = [f"{level * draw.uniform(0.98, 1.02):.3f}" for level in levels.values()]
            lines.append(",".join([kommune.kode, str(year), *values, SYNTETISK.upper()]))
    return ("\n".join(lines) + "\n").encode()
