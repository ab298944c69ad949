"""Synthetic truth for intervals: persons with part-year spells, some sharing their fate, published with the roundings.

The difference of each municipality is known: its persons' expected share on support, minus the share expected of it.
Not drawn from the formula that the product's standard error rests on: days on support are drawn person by person, and
households and workplaces (`cluster` persons with one fate) add variance that no formula from published figures sees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from maalestok.beskaeftigelse.precision import implied_population
from maalestok.beskaeftigelse.rank_uncertainty import Cell, GroupUncertainty, group
from maalestok.beskaeftigelse.rules import load_rules

YEAR = 365
UNITS = 98
DRAWS = 2_000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lives:
    """How persons live: chance of a whole year on support, longest part-year spell, and shared fate.

    `shared` of the persons belong to groups of `cluster` that are on support together, for the same days.
    """

    whole_year: float
    longest: int
    shared: float
    cluster: int

    @property
    def mean_days(self) -> float:
        """Days on support of a person who is."""
        return self.whole_year * YEAR + (1 - self.whole_year) * (self.longest + 1) / 2


PROFILES = {
    "0.5": Lives(whole_year=0.0, longest=256, shared=0.22, cluster=2),
    "1": Lives(whole_year=0.5, longest=364, shared=0.14, cluster=2),
    "1.5": Lives(whole_year=0.5, longest=364, shared=0.71, cluster=2),
    "2": Lives(whole_year=0.5, longest=364, shared=0.43, cluster=4),
}
"""Wanted scale of the variance -> lives that give about it; what was achieved is measured."""


@cache
def residents() -> Ints:
    """Invented numbers of residents aged 16-66: 1,200 to 450,000, 3.7 million in all, smallest first."""
    normal = NormalDist()
    middle = [np.exp(10.15 + 0.72 * normal.inv_cdf((at + 0.5) / UNITS)) for at in range(UNITS)]
    sizes = np.array(middle).round().astype(np.int64)
    sizes[0], sizes[-1] = 1_200, 450_000
    return sizes


def _days(random: np.random.Generator, lives: Lives, groups: Ints, chance: npt.NDArray[np.float64]) -> Ints:
    """Days on support in each municipality of so many persons (or groups with one fate)."""
    on_support = random.binomial(groups, chance)
    count = int(on_support.sum())
    days = random.integers(1, lives.longest + 1, count)
    days[random.random(count) < lives.whole_year] = YEAR
    ends = np.cumsum(on_support)
    total = np.concatenate([[0], np.cumsum(days)])
    return np.asarray(total[ends] - total[ends - on_support], dtype=np.int64)


@dataclass(frozen=True)
class World:
    """One drawn country. Shares and differences are fractions; `true` and `observed` are in one order."""

    people: Ints
    expected: npt.NDArray[np.float64]
    true: npt.NDArray[np.float64]
    observed: npt.NDArray[np.float64]

    def cells(self) -> list[Cell]:
        """As published: numbers to 10, shares to two decimals, places from the unrounded differences."""
        place = np.empty(UNITS, dtype=np.int64)
        place[np.argsort(self.observed, kind="stable")] = np.arange(1, UNITS + 1)
        actual = self.expected + self.observed
        made = []
        for at in range(UNITS):
            numbers = [round(share * self.people[at] / 10) * 10 for share in (self.expected[at], actual[at])]
            shares = [round(share * 10_000) for share in (self.expected[at], actual[at])]
            population = implied_population(((numbers[0], shares[0]), (numbers[1], shares[1])))
            difference = round(float(self.observed[at]) * 10_000)
            made.append(Cell(f"{at:03d}", shares[0], difference, int(place[at]), population))
        return made


def world(seed: int, spread: float, lives: Lives) -> World:
    """Draw a country.

    Args:
        seed: names it.
        spread: standard deviation of the true differences, a fraction.
        lives: how its persons live.
    """
    random = np.random.default_rng([seed, 98])
    people = residents()
    expected = random.uniform(0.07, 0.12, UNITS)
    true = random.normal(0, 1, UNITS) * spread
    chance = (expected + true) * YEAR / lives.mean_days
    grouped = (people * lives.shared / lives.cluster).astype(np.int64)
    days = _days(random, lives, people - grouped * lives.cluster, chance)
    days = days + lives.cluster * _days(random, lives, grouped, chance)
    return World(people, expected, true, days / YEAR / people - expected)


@dataclass(frozen=True)
class Coverage:
    """Shares of municipalities and countries in which the truth lay inside, or a funnel flagged. `scale` is achieved."""

    scale: float
    differences: float
    differences_largest: float
    places: float
    places_largest: float
    flagged: dict[tuple[str, str], float]


def coverage(
    seeds: Sequence[int], spread: float, lives: Lives, say: Callable[[str], None] = lambda _: None
) -> Coverage:
    """How often the product's intervals hold the truth."""
    version = load_rules().uncertainty.versions[0].model_copy(update={"draws": DRAWS})
    inside = np.zeros((len(seeds), UNITS), dtype=bool)
    placed = np.zeros((len(seeds), UNITS), dtype=bool)
    ratios = np.zeros((len(seeds), UNITS))
    flagged: dict[tuple[str, str], list[float]] = {}
    for row, seed in enumerate(seeds):
        drawn = world(seed, spread, lives)
        found = group(drawn.cells(), version, (seed, 0))
        if found is None:
            raise AssertionError("no figures")
        rank = np.empty(UNITS, dtype=np.int64)
        rank[np.argsort(drawn.true, kind="stable")] = np.arange(1, UNITS + 1)
        for at, sure in enumerate(found.kommuner.values()):
            inside[row, at] = sure.interval[0] <= drawn.true[at] <= sure.interval[1]
            placed[row, at] = sure.places[0] <= rank[at] <= sure.places[1]
        share = drawn.expected + drawn.true
        ratios[row] = (drawn.observed - drawn.true) ** 2 * drawn.people / (share * (1 - share))
        for method, value in _flags(found).items():
            flagged.setdefault(method, []).append(value)
        say(f"{row + 1} of {len(seeds)}")
    return Coverage(
        scale=float(ratios.mean()),
        differences=float(inside.mean()),
        differences_largest=float(inside[:, -10:].mean()),
        places=float(placed.mean()),
        places_largest=float(placed[:, -10:].mean()),
        flagged={method: float(np.mean(shares)) for method, shares in flagged.items()},
    )


def _flags(found: GroupUncertainty) -> dict[tuple[str, str], float]:
    """(funnel, coverage) -> the share of municipalities outside its limits."""
    sure = list(found.kommuner.values())
    return {
        method: sum(not s.funnels[method][0] <= s.value <= s.funnels[method][1] for s in sure) / len(sure)
        for method in sure[0].funnels
    }
