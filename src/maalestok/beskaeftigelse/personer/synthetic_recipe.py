"""What Synthetic Denmark is made of: sizes, conditions, effects, deviations and efforts. Every number here is invented.

Nothing is measured from, fitted to or copied from any register. Only the 98 codes, the names of benefits and the rough
order of size (large cities, small islands) are taken from the country. Shares are 0..1, effects are in percentage
points before they are scaled to the national level, efforts are per person on benefits and month.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from maalestok.beskaeftigelse.personer.synthetic_labour_market import labour_market
from maalestok.kommune import kommuner

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AREAS = ("a_dagpenge", "kontanthjaelp", "sygedagpenge")
FIRST_DAY = date(2019, 1, 1)
DAYS = 731
"""The window: 2019-01-01..2020-12-31, eight quarters. Days are counted from 0."""
EPOCH_DAY = FIRST_DAY.toordinal() - date(1970, 1, 1).toordinal()
"""The window's first day, counted from 1970-01-01."""
REFORM = 365
"""2020-01-01: integrationsydelse is replaced."""
THIS_YEAR = 2019
"""Age is counted this year: `THIS_YEAR - foedselsaar`."""
AGES = (16, 20, 25, 30, 40, 50, 60, 66)
"""Where age groups begin; the last (66) is no longer in one, so that all are 16-66 in both years."""
AGE_SHARES = (0.075, 0.095, 0.10, 0.19, 0.20, 0.215, 0.125)
BANDS = (0, 0, 0, 1, 1, 2, 2)
"""Conditions depend on age through the age group's band: young, middle, older."""


@dataclass(frozen=True)
class Condition:
    """A condition: its levels, their shares in each band of age, what each level adds to each area (`AREAS`).

    `worst_first`: the levels run from the hard to the easy life, so that hard conditions come together.
    """

    name: str
    levels: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    effects: tuple[tuple[float, float, float], ...]
    worst_first: bool = False


CONDITIONS = (
    Condition(
        "familie", ("enlig", "par"), ((0.80, 0.20), (0.35, 0.65), (0.35, 0.65)), ((0.3, 1.5, 0.1), (0, 0, 0)), True
    ),
    Condition(
        "boern", ("ingen", "smaa", "stoerre"), ((0.90, 0.09, 0.01), (0.40, 0.30, 0.30), (0.88, 0.01, 0.11)),
        ((0.1, 0.4, 0), (0.4, 0.6, 0.5), (0, 0, 0.2)),
    ),
    Condition(
        "bolig", ("ejer", "lejer", "almen"), ((0.35, 0.42, 0.23), (0.58, 0.22, 0.20), (0.68, 0.13, 0.19)),
        ((0, 0, 0), (0.6, 1.6, 0.4), (0.5, 3.4, 0.7)),
    ),
    Condition(
        "uddannelse", ("grundskole", "gymnasial", "erhvervsfaglig", "videregaaende"),
        ((0.45, 0.27, 0.18, 0.10), (0.16, 0.08, 0.35, 0.41), (0.25, 0.05, 0.42, 0.28)),
        ((0.3, 4.0, 0.9), (0.2, 0.8, 0.1), (0.8, 0.9, 0.8), (0.6, 0, 0)), True,
    ),
    Condition(
        "oprindelse",
        ("dansk", "efterkommer", "vestlig", "ikke_vestlig_under_5", "ikke_vestlig_5_9", "ikke_vestlig_10"),
        (
            (0.82, 0.06, 0.04, 0.02, 0.02, 0.04), (0.81, 0.02, 0.06, 0.02, 0.03, 0.06),
            (0.90, 0.005, 0.04, 0.005, 0.01, 0.04),
        ),
        ((0.3, 0, 0.3), (0.4, 0.8, 0.4), (0.5, 0.2, 0), (0, 9.0, 0.1), (0.6, 4.5, 0.5), (0.8, 2.5, 0.7)),
    ),
    Condition(
        "helbred", ("god", "middel", "svag"), ((0.80, 0.15, 0.05), (0.70, 0.20, 0.10), (0.55, 0.28, 0.17)),
        ((0.2, 0, 0), (0.2, 1.2, 1.0), (0, 4.5, 3.0)),
    ),
    Condition(
        "udsathed", ("nej", "ja"), ((0.95, 0.05), (0.95, 0.05), (0.965, 0.035)), ((0.4, 0, 0), (0, 12.0, 0.6))
    ),
    Condition(
        "foraeldre", ("selvforsoergende", "forsoergede", "ukendt"),
        ((0.80, 0.15, 0.05), (0.75, 0.10, 0.15), (0.30, 0.05, 0.65)), ((0, 0, 0), (0.1, 2.2, 0.3), (0.1, 0.5, 0.1)),
    ),
    Condition(
        "formue", ("lav", "mellem", "hoej"), ((0.60, 0.30, 0.10), (0.35, 0.40, 0.25), (0.20, 0.35, 0.45)),
        ((0.5, 2.4, 0.4), (0.4, 0.5, 0.3), (0, 0, 0)), True,
    ),
)  # fmt: skip
AGE_SEX = (
    ((0, 0.3, 0), (0, 0.3, 0)), ((0.6, 1.8, 0.4), (0.5, 1.8, 0.3)), ((2.2, 1.8, 1.2), (1.6, 1.6, 0.6)),
    ((1.6, 1.6, 1.5), (1.1, 1.4, 0.8)), ((1.1, 1.3, 1.5), (0.9, 1.2, 1.0)), ((1.0, 0.9, 1.6), (1.0, 0.9, 1.2)),
    ((1.0, 0, 1.0), (1.2, 0, 0.9)),
)  # fmt: skip
"""Age group x sex (K, M): what it adds to each area."""


@dataclass(frozen=True)
class Recipe:
    """The rest of the parameters."""

    largest: tuple[str, ...] = ("101", "751", "851", "461", "561", "630", "147", "730")
    smallest: tuple[str, ...] = ("400", "155", "482")
    tiny: tuple[tuple[str, float], ...] = (("741", 0.3), ("492", 0.3), ("563", 0.2), ("825", 0.09))
    """Tiny municipalities, and their size against the smallest of the others."""
    level: tuple[float, ...] = (0.030, 0.055, 0.025)
    """National shares (`AREAS`), in full-time persons."""
    floor: float = 0.013
    """The share of the person with the easiest conditions: no deviation takes it below 0."""
    tilt: float = 0.25
    """How much more often hard conditions are met in a municipality one standard deviation worse off (logarithm)."""
    noise: float = 0.15
    """The same for what is the municipality's own of each level."""
    together: float = 0.3
    """The chance that a condition follows the person's common luck, which makes conditions go together."""
    deviation_sd: float = 0.004
    deviation_most: float = 0.010
    large_deviation: float = 0.009
    large_count: int = 3
    """So many municipalities of an area deviate by `large_deviation`, up or down."""
    talks: tuple[float, float] = (0.37, 0.66)
    offers: tuple[float, float] = (0.055, 0.13)
    effort_spread: float = 0.5
    """Half the width of a person's own effort around the municipality's."""
    held: float = 0.92
    moving: float = 0.05
    mix: tuple[tuple[float, ...], ...] = ((0.64, 0.24, 0.11, 0.01), (0.48, 0.26, 0.17, 0.09), (0.64, 0.24, 0.11, 0.01))
    """Chances of the kinds of case in each area: short, in two parts, long, all the time."""
    fraction: tuple[tuple[float, float], ...] = ((0.04, 0.36), (0.10, 0.60), (0.55, 0.97), (1.0, 1.0))
    """A case's part of the stay is even between these bounds, by kind."""
    lines: tuple[tuple[float, ...], ...] = ((0.93, 0.04, 0.03), (0.76, 0.04, 0.02, 0.08, 0.10), (0.90, 0.10))
    """Chances of the benefits of an area, as `synthetic_spells.LINES` orders them."""
    graded: float = 0.15
    grades: tuple[int, ...] = (25, 40, 50, 60, 75)
    """Per cent of full time of cases of sygedagpenge that have a grade."""

    def mean_part(self) -> Floats:
        """The mean part of a stay that a case of each area takes, in full-time terms: independent of conditions."""
        part = [
            math.fsum(m * (lo + hi) / 2 for m, (lo, hi) in zip(mix, self.fraction, strict=True)) for mix in self.mix
        ]
        grade = math.fsum(self.grades) / len(self.grades) / 100
        part[2] *= 1 - self.lines[2][0] * self.graded * (1 - grade)
        return np.array(part)


RECIPE = Recipe()


@dataclass(frozen=True)
class Country:
    """What the seed makes of the municipalities, in the order of `codes`."""

    seed: int
    codes: tuple[str, ...]
    counts: Ints
    """Persons."""
    age_sex: Floats
    """Shares of the 14 groups: municipality x group (age group * 2 + sex)."""
    shares: tuple[Floats, ...]
    """For each of `CONDITIONS`: municipality x band x level."""
    effects: tuple[Floats, ...]
    """Level x area for age and sex, then for each of `CONDITIONS`; the floor is apart."""
    market: Floats
    """What the labour market adds to everybody's share: municipality x area."""
    expected: Floats
    """Mean share without deviation, with what the labour market adds: municipality x area."""
    deviation: Floats
    talks: Floats
    offers: Floats

    def factor(self, levels: Mapping[str, Mapping[str, float]] | None) -> Floats:
        """What the shares of a municipality are multiplied by so that their mean is the one asked for."""
        factor = np.ones_like(self.expected)
        for code, asked in (levels or {}).items():
            for area, share in asked.items():
                place = self.codes.index(code), AREAS.index(area)
                factor[place] = share / (self.expected + self.deviation)[place]
        return factor


def stream(seed: int, *key: int) -> np.random.Generator:
    """A stream of draws of its own for each key, the same wherever and in whatever order it is used."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=key)))


def between(even: Floats, bounds: tuple[float, float]) -> Floats:
    """Numbers even between 0 and 1, laid out between two bounds."""
    return bounds[0] + (bounds[1] - bounds[0]) * even


@cache
def country(persons: int, seed: int) -> Country:
    """Sizes, composition, deviations and efforts of the municipalities of a country with so many persons."""
    codes = tuple(k.kode for k in kommuner())
    draws = stream(seed, 0)
    counts = _counts(codes, persons, draws)
    age_sex = _tilted(np.repeat(AGE_SHARES, 2) / 2, RECIPE.noise * draws.standard_normal((len(codes), 14)))
    worse = np.clip(draws.standard_normal(len(codes)), -2, 2)
    shares = []
    for condition in CONDITIONS:
        hard = np.linspace(1, -1, len(condition.levels)) * (1 if condition.worst_first else -1)
        own = draws.standard_normal((len(codes), 1, len(condition.levels)))
        shares.append(
            _tilted(np.array(condition.shares), RECIPE.tilt * worse[:, None, None] * hard + RECIPE.noise * own)
        )
    market = labour_market(codes, counts, seed)
    effects, expected = _scaled(counts / counts.sum(), age_sex, shares, market)
    deviation = np.clip(RECIPE.deviation_sd * draws.standard_normal((len(codes), len(AREAS))), *_within())
    for area in range(len(AREAS)):
        large = draws.permutation(len(codes))[: RECIPE.large_count]
        deviation[large, area] = RECIPE.large_deviation * draws.choice((-1, 1), RECIPE.large_count)
    deviation -= (deviation * (counts / counts.sum())[:, None]).sum(axis=0)
    talks, offers = (between(draws.random(len(codes)), bounds) for bounds in (RECIPE.talks, RECIPE.offers))
    return Country(seed, codes, counts, age_sex, tuple(shares), effects, market, expected, deviation, talks, offers)


def _within() -> tuple[float, float]:
    return -RECIPE.deviation_most, RECIPE.deviation_most


def _counts(codes: tuple[str, ...], persons: int, draws: np.random.Generator) -> Ints:
    tiny = dict(RECIPE.tiny)
    fixed = (*RECIPE.largest, *RECIPE.smallest, *tiny)
    others = [codes[i] for i in np.argsort(draws.random(len(codes)), kind="stable") if codes[i] not in fixed]
    sizes = {code: 1 / (place + 4) for place, code in enumerate([*RECIPE.largest, *others, *RECIPE.smallest])}
    sizes |= {code: min(sizes.values()) * part for code, part in tiny.items()}
    total = math.fsum(sizes.values())
    until = [math.floor(persons * math.fsum(sizes[c] for c in codes[: n + 1]) / total + 0.5) for n in range(len(codes))]
    upto = np.array([0, *until], dtype=np.int64)
    return upto[1:] - upto[:-1]


def _tilted(shares: Floats, tilt: Floats) -> Floats:
    """National shares, more or less of each level, adding up to 1 again."""
    raw = shares * np.exp(tilt)
    tilted: Floats = raw / raw.sum(axis=-1, keepdims=True)
    return tilted


def _scaled(weight: Floats, age_sex: Floats, shares: list[Floats], market: Floats) -> tuple[tuple[Floats, ...], Floats]:
    """The effects, scaled so that the country's mean is `Recipe.level`, and each municipality's mean share.

    What the labour market adds is not scaled.
    """
    raw = [np.array(AGE_SEX, dtype=np.float64).reshape(14, 3), *(np.array(c.effects) for c in CONDITIONS)]
    mean = (age_sex[:, :, None] * raw[0]).sum(axis=1)
    band = np.stack([age_sex[:, np.repeat(BANDS, 2) == b].sum(axis=1) for b in range(3)], axis=1)
    for table, effect in zip(shares, raw[1:], strict=True):
        level = (band[:, :, None] * table).sum(axis=1)
        mean += (level[:, :, None] * effect).sum(axis=1)
    left = np.array(RECIPE.level) - RECIPE.floor - (market * weight[:, None]).sum(axis=0)
    scale = left / (mean * weight[:, None]).sum(axis=0)
    return tuple(effect * scale for effect in raw), RECIPE.floor + mean * scale + market
