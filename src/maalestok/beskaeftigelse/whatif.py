"""What if a municipality had n fewer full-time persons on support: which place, interval and amount? From a release.

All else unchanged: the other municipalities, the conditions, the population. In a benefit area the same persons are
taken off the total, too.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from maalestok.beskaeftigelse.editions import GroupKey
from maalestok.beskaeftigelse.money import Estimate, fewer_estimate
from maalestok.beskaeftigelse.precision import HALF_NUMBER, WHOLE, Population
from maalestok.beskaeftigelse.rank_uncertainty import Cell, counted_by_persons, group
from maalestok.beskaeftigelse.reach import Fewer
from maalestok.beskaeftigelse.reach_tables import targets
from maalestok.beskaeftigelse.release_standing import release_cells
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.errors import MaalestokError
from maalestok.kommune import place_name, resolve
from maalestok.period import parse_period
from maalestok.release.read import Release, require_benchmark
from maalestok.rules.dated import version_for

_Rounded = tuple[float, float]
"""A difference, and how far rounding can have moved it to either side; hundredths of a percentage point."""


@dataclass(frozen=True)
class Asked:
    """`fewer` full-time persons in `omraade` (negative: more), in an edition (None: the newest)."""

    kommune: str
    fewer: int
    omraade: str
    period: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where the municipality stands in one area. Differences are fractions; `places` is the 95 % interval."""

    difference: float
    place: int
    place_range: tuple[int, int]
    places: tuple[int, int]


@dataclass(frozen=True)
class AreaAnswer:
    """One area now and then, and what it takes to reach each target from the figures as shown."""

    omraade: str
    now: Standing
    then: Standing
    needed: Mapping[str, Fewer]


@dataclass(frozen=True)
class Answer:
    """The answer of each area it touches; `saved`: kroner a year with its range, None where no price is known.

    `by_persons`: chance was counted from persons, not approximated.
    """

    release: str
    syntetisk: bool
    kommune: str
    period: str
    fewer: int
    areas: Sequence[AreaAnswer]
    saved: Estimate | None
    by_persons: bool

    def as_dict(self) -> dict[str, Any]:
        """Machine-readable form."""
        areas = [
            {"omraade": a.omraade, "now": vars(a.now), "then": vars(a.then)}
            | {"needed": {name: vars(fewer) for name, fewer in a.needed.items()}}
            for a in self.areas
        ]
        return vars(self) | {"areas": areas, "saved": None if self.saved is None else vars(self.saved)}


def whatif(release: Release, rules: BeskaeftigelseRules, asked: Asked) -> Answer:
    """Answer from the figures a release shows, published or our own.

    Raises:
        MaalestokError: a release of another benchmark; no such municipality, area or edition; no figures; more persons
            than there are.
    """
    require_benchmark(release, BENCHMARK)
    kommune = resolve(asked.kommune).kode
    by_group = release_cells(release, rules)
    code = _edition(by_group, asked.period)
    if asked.omraade not in rules.benchmark.omraader:
        raise MaalestokError(
            f"Området {asked.omraade!r} findes ikke.", remedy=f"Vælg et af: {', '.join(rules.benchmark.omraader)}."
        )
    total = rules.benchmark.total
    areas = (asked.omraade,) if asked.omraade == total else (asked.omraade, total)
    groups = {area: held for (period, area), held in by_group.items() if period == code}
    answers = [_area(groups, area, kommune, code, asked.fewer, rules) for area in areas]
    there = _persons(release, kommune, code, asked.omraade)
    if there is not None and asked.fewer > there + HALF_NUMBER:
        raise MaalestokError(
            f"{place_name(kommune)} havde {there:.0f} fuldtidspersoner i {asked.omraade} i {code}; "
            f"der kan ikke blive {asked.fewer} færre.",
            remedy="Skriv et mindre tal.",
        )
    return Answer(
        release.id,
        release.manifest.syntetisk,
        kommune,
        code,
        asked.fewer,
        answers,
        _saved(rules, code, asked),
        all(counted_by_persons(groups[area]) for area in areas),
    )


def _persons(release: Release, kommune: str, code: str, omraade: str) -> float | None:
    at = {"measure": "faktisk_antal", "kommune_kode": kommune, "period": code, "omraade": omraade}
    found = release.results.filter(*(pl.col(name) == value for name, value in at.items()))["value"].to_list()
    return found[0] if found else None


def _edition(by_group: Collection[GroupKey], asked: str | None) -> str:
    held = sorted({code for code, _ in by_group}, key=parse_period)
    if not held:
        raise MaalestokError(
            "Udgivelsen har ingen forskelle at regne af: intet er offentliggjort, og det forventede er ikke opgjort.",
            remedy="Byg en udgivelse med Y30R21, eller indlæs hele landets personer.",
        )
    code = held[-1] if asked is None else parse_period(asked).code
    if code not in held:
        raise MaalestokError(f"Udgivelsen har ikke udgaven {code}.", remedy=f"Vælg en af: {', '.join(held)}.")
    return code


def _area(
    groups: Mapping[str, Sequence[Cell]], area: str, kommune: str, code: str, fewer: int, rules: BeskaeftigelseRules
) -> AreaAnswer:
    held = groups.get(area, [])
    own = next((cell for cell in held if cell.kommune == kommune), None)
    period = parse_period(code)
    version = version_for(rules.uncertainty.versions, period)
    if own is None or own.difference is None or own.place is None or own.population is None or version is None:
        raise MaalestokError(
            f"{place_name(kommune)} har ikke de tal, svaret regnes af, i {area} {code}.",
            remedy="Vælg en anden udgave eller et andet område.",
        )
    key = (period.month_index, rules.benchmark.omraader.index(area))
    now = group(held, version, key)
    moved = own.difference - fewer * WHOLE / own.population.central
    then_cell = replace(own, difference=moved, place=None)
    then = group([then_cell if cell is own else cell for cell in held], version, key)
    if now is None or then is None:
        raise MaalestokError(
            f"For få kommuner har tal i {area} {code}.", remedy="Vælg en anden udgave eller et andet område."
        )
    others = [(c.difference, c.rounding) for c in held if c is not own and c.difference is not None]
    place, span = (
        _place((moved, own.rounding), others, own.population, fewer) if fewer else (own.place, (own.place, own.place))
    )
    places = then.kommuner[kommune].places if fewer else now.kommuner[kommune].places
    return AreaAnswer(
        area,
        Standing(own.difference / WHOLE, own.place, (own.place, own.place), now.kommuner[kommune].places),
        Standing(moved / WHOLE, place, span, (min(places[0], place), max(places[1], place))),
        targets(own, held, version.best_places),
    )


def _place(
    own_difference: _Rounded, others: Sequence[_Rounded], population: Population, fewer: int
) -> tuple[int, tuple[int, int]]:
    """The place of a difference among the others' rounded ones, and those that rounding leaves open."""
    own, rounding = own_difference
    slack = abs(fewer) * WHOLE * (1 / population.low - 1 / population.high) + rounding
    ahead = sum(other < own for other, _ in others)
    level = sum(other == own for other, _ in others)
    low = sum(other < own - (slack + open_) for other, open_ in others)
    high = sum(other <= own + (slack + open_) for other, open_ in others)
    return ahead + math.ceil(level / 2) + 1, (low + 1, high + 1)


def _saved(rules: BeskaeftigelseRules, code: str, asked: Asked) -> Estimate | None:
    costs = version_for(rules.unit_costs.versions, parse_period(code))
    if costs is None:
        return None
    prices = costs.costs
    return fewer_estimate(asked.fewer, [prices[asked.omraade]] if asked.omraade in prices else list(prices.values()))
