"""What if a municipality had n fewer full-time persons on support: which place, interval and amount? From a release.

All else unchanged: the other municipalities, the conditions, the population. In a benefit area the same persons are
taken off the total, too.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from maalestok.beskaeftigelse.editions import cells, published_of
from maalestok.beskaeftigelse.money import Estimate, fewer_estimate
from maalestok.beskaeftigelse.precision import HALF_NUMBER, HALF_SHARE, WHOLE, Population
from maalestok.beskaeftigelse.rank_uncertainty import Cell, group
from maalestok.beskaeftigelse.reach import Fewer
from maalestok.beskaeftigelse.reach_tables import targets
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.errors import MaalestokError
from maalestok.kommune import place_name, resolve
from maalestok.period import parse_period
from maalestok.release.read import Release, require_benchmark
from maalestok.rules.dated import version_for


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
    """One area now and then, and what it takes to reach each target from the published figures."""

    omraade: str
    now: Standing
    then: Standing
    needed: Mapping[str, Fewer]


@dataclass(frozen=True)
class Answer:
    """The answer of each area it touches; `saved`: kroner a year with its range, None where no price is known."""

    release: str
    syntetisk: bool
    kommune: str
    period: str
    fewer: int
    areas: Sequence[AreaAnswer]
    saved: Estimate | None

    def as_dict(self) -> dict[str, Any]:
        """Machine-readable form."""
        areas = [
            {"omraade": a.omraade, "now": vars(a.now), "then": vars(a.then)}
            | {"needed": {name: vars(fewer) for name, fewer in a.needed.items()}}
            for a in self.areas
        ]
        return vars(self) | {"areas": areas, "saved": None if self.saved is None else vars(self.saved)}


def whatif(release: Release, rules: BeskaeftigelseRules, asked: Asked) -> Answer:
    """Answer from a release's published figures.

    Raises:
        MaalestokError: a release of another benchmark; no such municipality, area or edition; no figures; more persons
            than there are.
    """
    require_benchmark(release, BENCHMARK)
    kommune = resolve(asked.kommune).kode
    facts = published_of(release.results)
    code = _edition(facts, asked.period)
    if asked.omraade not in rules.benchmark.omraader:
        raise MaalestokError(
            f"Området {asked.omraade!r} findes ikke.", remedy=f"Vælg et af: {', '.join(rules.benchmark.omraader)}."
        )
    total = rules.benchmark.total
    areas = (asked.omraade,) if asked.omraade == total else (asked.omraade, total)
    groups = {area: held for (period, area), held in cells(facts, rules) if period == code}
    answers = [_area(groups, area, kommune, code, asked.fewer, rules) for area in areas]
    row = facts.filter((pl.col("kommune_kode") == kommune) & (pl.col("period") == code))
    there = row.filter(pl.col("omraade") == asked.omraade)["faktisk_antal"].item()
    if there is not None and asked.fewer > there + HALF_NUMBER:
        raise MaalestokError(
            f"{place_name(kommune)} havde {there} fuldtidspersoner i {asked.omraade} i {code}; "
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
    )


def _edition(facts: pl.DataFrame, asked: str | None) -> str:
    held = sorted(facts["period"].unique().to_list(), key=parse_period)
    code = held[-1] if asked is None else parse_period(asked).code
    if code not in held:
        raise MaalestokError(f"Udgivelsen har ikke udgaven {code}.", remedy=f"Vælg en af: {', '.join(held)}.")
    return code


def _area(
    groups: Mapping[str, list[Cell]], area: str, kommune: str, code: str, fewer: int, rules: BeskaeftigelseRules
) -> AreaAnswer:
    held = groups.get(area, [])
    own = next((cell for cell in held if cell.kommune == kommune), None)
    period = parse_period(code)
    version = version_for(rules.uncertainty.versions, period)
    if own is None or own.difference is None or own.place is None or own.population is None or version is None:
        raise MaalestokError(
            f"{place_name(kommune)} har ikke de offentliggjorte tal, svaret regnes af, i {area} {code}.",
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
    others = [cell.difference for cell in held if cell is not own and cell.difference is not None]
    place, span = _place(moved, others, own.population, fewer) if fewer else (own.place, (own.place, own.place))
    places = then.kommuner[kommune].places if fewer else now.kommuner[kommune].places
    return AreaAnswer(
        area,
        Standing(own.difference / WHOLE, own.place, (own.place, own.place), now.kommuner[kommune].places),
        Standing(moved / WHOLE, place, span, (min(places[0], place), max(places[1], place))),
        targets(own, held, version.best_places),
    )


def _place(own: float, others: Sequence[float], population: Population, fewer: int) -> tuple[int, tuple[int, int]]:
    """The place of a difference among the others' rounded ones, and those that rounding leaves open."""
    slack = abs(fewer) * WHOLE * (1 / population.low - 1 / population.high) + 2 * HALF_SHARE
    ahead = sum(other < own for other in others)
    level = sum(other == own for other in others)
    low = sum(other < own - slack for other in others)
    high = sum(other <= own + slack for other in others)
    return ahead + math.ceil(level / 2) + 1, (low + 1, high + 1)


def _saved(rules: BeskaeftigelseRules, code: str, asked: Asked) -> Estimate | None:
    costs = version_for(rules.unit_costs.versions, parse_period(code))
    if costs is None:
        return None
    prices = costs.costs
    return fewer_estimate(asked.fewer, [prices[asked.omraade]] if asked.omraade in prices else list(prices.values()))
