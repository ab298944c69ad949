"""One area of one edition: intervals of differences and places, pooling, funnels, who can't be told apart. Pure.

Chance comes from persons where all of the group's municipalities have a standard error from persons, else it is the
approximation from published figures. Source: `rules/beskaeftigelse/usikkerhed.yaml`. The unit of every difference here
is a fraction (0.01 = 1 percentage point). Nothing here tells what causes a difference.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from maalestok.beskaeftigelse.precision import (
    HALF_SHARE,
    WHOLE,
    Population,
    half_width,
    rounding_variance,
    sampling_variance,
)
from maalestok.beskaeftigelse.rules import UncertaintyVersion
from maalestok.rank_draws import rank_counts
from maalestok.uncertainty import Pooling, additive_halves, inflation, multiplicative_halves, pooled

FUNNELS = ("additiv", "multiplikativ")
_NORMAL = NormalDist()
Span = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """A municipality's figures: shares in hundredths of a percentage point, place; None = not known.

    A difference that is asked about (what if), or our own, need not be a whole number of hundredths. `error`: the
    difference's standard error from persons, a fraction; None where they are not counted. `rounding`: how far rounding
    can have moved the difference to either side, in hundredths.
    """

    kommune: str
    expected_share: int | None
    difference: float | None
    place: int | None
    population: Population | None
    error: float | None = None
    rounding: float = HALF_SHARE

    @property
    def is_known(self) -> bool:
        """It has what an interval takes."""
        return self.expected_share is not None and self.difference is not None and self.population is not None


@dataclass(frozen=True)
class KommuneUncertainty:
    """What can be said of one municipality in one area of one edition.

    `chance`: the standard error of the difference without rounding; `standard_error` with it.

    `best` is the probability of a place among the ten best; None, with a range, where municipalities lack figures.
    `alike`: the municipalities it can't be told apart from, in order of place. `funnels`: (method, coverage) -> limits.
    """

    kommune: str
    value: float
    chance: float
    standard_error: float
    interval: Span
    pooled: float
    pooled_interval: Span
    better: float
    places: tuple[int, int]
    best: float | None
    best_range: Span
    alike: tuple[str, ...]
    funnels: Mapping[tuple[str, str], Span]


@dataclass(frozen=True)
class GroupUncertainty:
    """All that can be said of one area of one edition.

    `unknown`: municipalities without what it takes; `by_persons`: chance was counted from persons.
    """

    kommuner: Mapping[str, KommuneUncertainty]
    unknown: int
    pooling: Pooling
    phi: float
    by_persons: bool


@dataclass(frozen=True)
class _Known:
    kommune: str
    value: float
    place: int | None
    sampling: float
    rounding: float


def group(cells: Sequence[Cell], version: UncertaintyVersion, key: tuple[int, int]) -> GroupUncertainty | None:
    """Everything about one area of one edition.

    Args:
        cells: all municipalities, in the order of their codes (draws belong to a municipality by its number).
        version: the parameters in force.
        key: (month index, number of the area): names the draws together with the seed.

    Returns:
        None where fewer than three municipalities have a figure.
    """
    by_persons = counted_by_persons(cells)
    known = _known(cells, float(version.scale), by_persons=by_persons)
    if len(known) < 3:
        return None
    unknown = len(cells) - len(known)
    variances = [k.sampling + rounding_variance(k.rounding) for k in known]
    values = [k.value for k in known]
    pooling = pooled(values, variances)
    phi = inflation(values, variances, pooling.mean, float(version.winsorised))
    # Where nothing lies between them but chance, the draws of all are alike: any order is as likely as another.
    means, sds = (pooling.means, pooling.sds) if pooling.tau2 else ([0.0] * len(known), [1.0] * len(known))
    counts = rank_counts(means, sds, version.draws, (version.seed, *key))
    coverage = float(version.coverage)
    tail, z = (1 - coverage) / 2, _NORMAL.inv_cdf((1 + coverage) / 2)
    funnels = _funnels(variances, pooling, phi, version.funnel_coverages)
    alike = _alike(known, pooling, z)
    made = {}
    for at, k in enumerate(known):
        low, high = counts.interval(at, tail)
        own = (low, high) if k.place is None else (min(low, k.place), max(high, k.place))
        most = counts.within(at, version.best_places)
        least = counts.within(at, max(version.best_places - unknown, 0))
        half = half_width(k.sampling, z, k.rounding)
        middle, sd = pooling.means[at], pooling.whole_sds[at]
        made[k.kommune] = KommuneUncertainty(
            kommune=k.kommune,
            value=k.value,
            chance=math.sqrt(k.sampling),
            standard_error=math.sqrt(variances[at]),
            interval=(k.value - half, k.value + half),
            pooled=middle,
            pooled_interval=(middle - z * sd, middle + z * sd),
            better=_NORMAL.cdf(-middle / sd),
            places=(own[0], max(own[1], high + unknown)),
            best=None if unknown else most,
            best_range=(least, most),
            alike=alike[at],
            funnels={name: (pooling.mean - halves[at], pooling.mean + halves[at]) for name, halves in funnels.items()},
        )
    return GroupUncertainty(made, unknown, pooling, phi, by_persons)


def counted_by_persons(cells: Sequence[Cell]) -> bool:
    """True where every municipality with a figure has a standard error from persons: two kinds are not mixed."""
    known = [cell for cell in cells if cell.is_known]
    return bool(known) and all(cell.error is not None for cell in known)


def _known(cells: Sequence[Cell], scale: float, *, by_persons: bool) -> list[_Known]:
    made = []
    for c in cells:
        if c.expected_share is None or c.difference is None or c.population is None:
            continue
        own = c.error**2 if by_persons and c.error is not None else None
        sampling = sampling_variance(c.expected_share, c.population, scale) if own is None else own
        made.append(_Known(c.kommune, c.difference / WHOLE, c.place, sampling, c.rounding))
    return made


def _funnels(
    variances: Sequence[float], pooling: Pooling, phi: float, coverages: Sequence[str]
) -> dict[tuple[str, str], list[float]]:
    halves = {}
    for coverage in coverages:
        halves["additiv", coverage] = additive_halves(variances, pooling.tau2, float(coverage))
        halves["multiplikativ", coverage] = multiplicative_halves(variances, phi, float(coverage))
    return halves


def _alike(known: Sequence[_Known], pooling: Pooling, z: float) -> list[tuple[str, ...]]:
    """For each, the others between whom and it the pooled differences leave the order open."""
    order = np.array(
        sorted(range(len(known)), key=lambda at: (known[at].value, known[at].place or 0, known[at].kommune))
    )
    means, sds = np.array(pooling.means), np.array(pooling.sds)
    apart = np.abs(means[:, None] - means[None, :])
    open_order = apart <= z * np.sqrt(sds[:, None] ** 2 + sds[None, :] ** 2)
    return [
        tuple(known[other].kommune for other in order[open_order[at][order]].tolist() if other != at)
        for at in range(len(known))
    ]
