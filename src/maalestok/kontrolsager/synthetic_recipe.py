"""How the invented control cases come about: sizes, shares, delays and amounts. Every number here is invented.

Nothing is measured from, fitted to or copied from any register. Only the 98 codes and the rough order of size (large
cities, small islands) are taken from the country. Shares are 0..1, delays are in months, amounts in kroner.
"""

import math
from dataclasses import dataclass, replace
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from maalestok.kommune import kommuner
from maalestok.kontrolsager.celler import SNIT

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = 1 << 30
"""A month_index that does not come."""
AMOUNT_STEPS = 4096


@dataclass(frozen=True)
class Size:
    """How much is invented: `months` months ending with `last`, and how many cases are shown in a month on average."""

    months: int
    last: str
    cases_per_month: int

    def scaled(self, factor: float) -> "Size":
        """As many months, `factor` times as many cases."""
        return replace(self, cases_per_month=round(self.cases_per_month * factor))


SMALL = Size(40, "2026-10", 750)
"""For tests and the demo: some 30,000 cases."""
NATIONAL = Size(120, "2026-10", 25_000)
"""Some 3 million cases."""


@dataclass(frozen=True)
class Story:
    """A municipality that stops drawing, on one kontroltrin or (None) on both.

    `stops` and `resumes` count months before the last month: from the one, to before the other, nothing is drawn.
    """

    kommune_kode: str
    kontroltrin: int | None
    stops: int
    resumes: int | None = None


@dataclass(frozen=True)
class Recipe:
    """Every parameter of the invention."""

    largest: tuple[str, ...] = ("101", "751", "851", "461", "561", "630", "147", "730")
    smallest: tuple[str, ...] = ("400", "155", "482")
    tiny: tuple[str, ...] = ("741", "492", "563", "825")
    tiny_factor: float = 0.3
    """The size of a tiny municipality, against the smallest of the others."""
    stories: tuple[Story, ...] = (
        Story("707", 2, stops=14),
        Story("329", 3, stops=14),
        Story("665", None, stops=15),
        Story("370", None, stops=24, resumes=12),
        Story("563", 3, stops=14),
    )
    mix: tuple[float, ...] = (0.45, 0.25, 0.20, 0.10)
    """Shares of the four cuts, as `SNIT` orders them."""
    season: tuple[float, ...] = (1.1, 1.0, 1.05, 0.95, 1.0, 0.95, 0.8, 1.0, 1.1, 1.1, 1.05, 0.9)
    """Cases shown, January to December."""
    spread: float = 0.2
    """Half the width of what is even around a mean: cases of a month, the mix and the hit rate of a municipality."""
    draw_share: tuple[float, float] = (0.30, 0.80)
    low_count: int = 3
    low_share: tuple[float, float] = (0.12, 0.17)
    high: str = "813"
    high_share: float = 0.97
    quiet_months: tuple[int, ...] = (7, 12)
    quiet_postponed: float = 0.45
    """Of the draws that fall in a quiet month: put off by 31 days."""
    draw_delay: tuple[float, float] = (0.0, 3.0)
    lapse_delay: tuple[float, float] = (6.0, 12.0)
    """From shown to lapsed, undrawn. The longer, the larger the stock."""
    laid_back_share: float = 0.10
    laid_back_delay: tuple[float, float] = (0.1, 2.0)
    drawn_again_share: float = 0.55
    lapse_again_delay: tuple[float, float] = (1.0, 6.0)
    rejected_share: float = 0.22
    visit_delay: tuple[float, float] = (0.0, 4.0)
    """From drawn to created or rejected."""
    close_delay: tuple[float, float] = (1.0, 18.0)
    dropped_share: float = 0.25
    effect_share: float = 0.42
    """Closed with amounts, before the municipality's own factor. The rest is closed without."""
    reopened_share: float = 0.05
    reopen_delay: tuple[float, float] = (0.5, 12.0)
    reclose_delay: tuple[float, float] = (0.5, 6.0)
    both_amounts: float = 0.25
    only_repaid: float = 0.45
    median_kr: tuple[int, ...] = (14_000, 22_000, 25_000, 9_000)
    amount_sigma: float = 1.35
    late_share: float = 0.03
    late_months: int = 3
    """So large a share of a municipality's events is reported 1 to so many months late."""


@dataclass(frozen=True)
class Profile:
    """What the seed makes of each cell (392, in the order of `celler.celler`)."""

    weight: Floats
    """Share of all cases shown."""
    draw: Floats
    effect: Floats


def stream(seed: int, *key: int) -> np.random.Generator:
    """A stream of draws of its own for each key, the same wherever and in whatever order it is used."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=key)))


@cache
def profile(recipe: Recipe, seed: int) -> Profile:
    """Sizes and habits of the municipalities."""
    codes = [k.kode for k in kommuner()]
    draws = stream(seed, 0)
    told = [s.kommune_kode for s in recipe.stories if s.kommune_kode not in recipe.tiny]
    first, last = [*recipe.largest, recipe.high, *told], [*recipe.smallest, *recipe.tiny]
    others = [codes[i] for i in np.argsort(draws.random(len(codes)), kind="stable") if codes[i] not in (*first, *last)]
    sizes = {code: 1 / (place + 4) for place, code in enumerate([*first, *others, *recipe.smallest])}
    sizes |= dict.fromkeys(recipe.tiny, min(sizes.values()) * recipe.tiny_factor)
    total = math.fsum(sizes.values())  # NumPy's sum may add in another order on another processor
    size = np.array([sizes[code] / total for code in codes])

    even = draws.random((6, len(codes)))
    draw = between(even[0], recipe.draw_share)
    for code in others[: recipe.low_count]:
        draw[codes.index(code)] = between(even[1], recipe.low_share)[codes.index(code)]
    draw[codes.index(recipe.high)] = recipe.high_share
    spread = (1 - recipe.spread, 1 + recipe.spread)
    mix = np.array(recipe.mix) * between(even[2:6].T, spread)
    weight = size[:, None] * mix / np.array([[math.fsum(cuts)] for cuts in mix])
    effect = recipe.effect_share * between(draws.random((len(codes), len(SNIT))), spread)
    return Profile(weight.ravel(), np.repeat(draw, len(SNIT)), effect.ravel())


def between(even: Floats, bounds: tuple[float, float]) -> Floats:
    """Numbers even between 0 and 1, laid out between two bounds."""
    return bounds[0] + (bounds[1] - bounds[0]) * even


@cache
def amount_steps(sigma: float) -> Ints:
    """Quantiles of a log-normal amount in thousandths of its median: whole numbers, so that every machine agrees."""
    normal = NormalDist()
    points = [(step + 0.5) / AMOUNT_STEPS for step in range(AMOUNT_STEPS)]
    return np.array([round(1000 * math.exp(sigma * normal.inv_cdf(p))) for p in points], dtype=np.int64)
