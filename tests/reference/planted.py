"""How often the model's intervals hold what was planted: Synthetic Denmark's persons, with conditions of areas added.

Persons, cases and spells are the generator's own (`personer/synthetic_*.py`); what their window holds and the sums the
model rests on are made here in numpy, because the files and queries of 200 countries would take an hour. A test holds
that both ways give the same (`test_coverage_of_model.py`). From the sums on everything is the product's. Nothing is
drawn from the formulas that the standard errors rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maalestok.beskaeftigelse.personer.synthetic_people import Part, cases, parts, people
from maalestok.beskaeftigelse.personer.synthetic_recipe import AREAS, BANDS, CONDITIONS, Country, country, stream
from maalestok.beskaeftigelse.personer.synthetic_spells import Spells, on_benefits, spells
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import SCALE, AreaValues, area_columns, with_areas
from maalestok.beskaeftigelse.rammevilkaar.errors import difference_variances
from maalestok.beskaeftigelse.rammevilkaar.fit import Fit, clustered, fit, municipalities
from maalestok.beskaeftigelse.rammevilkaar.model_rules import AGE_SEX, ModelCondition, ModelVersion
from maalestok.beskaeftigelse.rammevilkaar.queries import codes
from maalestok.beskaeftigelse.rammevilkaar.statistics import INTERCEPT, Residuals, Statistics
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.rank_draws import rank_counts
from maalestok.uncertainty import pooled

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
RULES = load_rules()
PRIORITY = RULES.counting.versions[0].priority
OUTCOMES = (*PRIORITY, RULES.benchmark.total)
DAYS = 365
"""The window: 2019, the first half of what the generator makes."""
SCALE_OF_SHARES = 100 * DAYS
COMMUTING = 25
"""Invented commuting areas: neighbours in the list of codes."""
STEEPEST = 0.0008
"""The most that a condition of an area adds to a share for each standard deviation of it."""
SHARED = ("andel_grundskole", "andel_indvandrere_15_69", "gnsalder", "job_pr_indb", "andel_erhvervsfaglig")
OWN = ("pendlingsafstand_km", "andel_parcelhuse")
"""Conditions of commuting areas, and of municipalities: more than are shipped, which makes it harder."""
Z, TAIL = 1.959964, 0.025
DRAWS = 2_000


def _of_area(name: str, constant_in: Literal["kommune", "pendlingsomraade"]) -> ModelCondition:
    return ModelCondition(id=name, title_da=name, group="arbejdsmarked", kind="omraade", constant_in=constant_in)


def specification() -> ModelVersion:
    """The shipped conditions of persons, with those of areas that are planted."""
    shipped = RULES.model.versions[-1]
    of_areas = [_of_area(name, "pendlingsomraade") for name in SHARED] + [_of_area(name, "kommune") for name in OWN]
    return shipped.model_copy(update={"conditions": (*shipped.of_persons, *of_areas)})


VERSION = specification()


@dataclass(frozen=True)
class Areas:
    """Conditions of areas: `own`, G x q of each municipality; `planted`, G x areas added to a share (as `AREAS`)."""

    own: Floats
    planted: Floats
    commuting: tuple[str, ...]

    def delivered(self, kommuner: Sequence[str]) -> AreaValues:
        """As delivered: whole numbers."""
        whole = np.rint(self.own * SCALE).astype(np.int64)
        numbers = {
            name: dict(zip(kommuner, whole[:, place].tolist(), strict=True))
            for place, name in enumerate((*SHARED, *OWN))
        }
        return AreaValues(numbers, dict(zip(kommuner, self.commuting, strict=True)), ())


def areas_of(made: Country) -> Areas:
    """Three conditions are the persons' own, as their municipality has them, so that they go with those; four are not.

    Effects are 0 or more, of values from 0 up, so that nobody's share falls below the generator's floor.
    """
    draws, size = stream(made.seed, 2), len(made.codes)
    bands = np.stack([made.age_sex[:, np.repeat(BANDS, 2) == band].sum(axis=1) for band in range(3)], axis=1)
    held = {c.name: np.einsum("kb,kbl->kl", bands, made.shares[place]) for place, c in enumerate(CONDITIONS)}
    own = np.column_stack(
        [held["uddannelse"][:, 0], held["oprindelse"][:, 3:].sum(axis=1), bands[:, 2], draws.normal(size=(size, 4))]
    )
    area = _commuting(size)
    felt = own.copy()
    for place in range(len(SHARED)):
        weighted = np.bincount(area, weights=made.counts * own[:, place])
        felt[:, place] = (weighted / np.bincount(area, weights=made.counts))[area]
    felt = (felt - felt.min(axis=0)) / felt.std(axis=0)
    planted = felt @ (STEEPEST * draws.random((felt.shape[1], len(AREAS))))
    return Areas(own, planted, tuple(f"opland {number}" for number in area))


def _commuting(count: int) -> NDArray[np.int64]:
    return np.arange(count) * COMMUTING // count


@dataclass(frozen=True)
class World:
    """One country. `statistics` and `yy` (G x m x m) of its persons; `truth`: G x (m + 1), shares."""

    statistics: Statistics
    yy: Floats
    areas: Areas
    truth: Floats


def world(persons: int, seed: int, *, together: float = 0.0, with_areas_felt: bool = True) -> World:
    """A country of so many persons.

    Args:
        persons: in the whole country.
        seed: names it.
        together: what all municipalities of a commuting area deviate by, up or down, besides what is their own.
        with_areas_felt: these conditions of areas add to shares, not the generator's; its own persons otherwise.
    """
    made = country(persons, seed)
    areas = areas_of(made)
    if together:
        drawn = together * stream(seed, 3).choice((-1, 1), (COMMUTING, len(AREAS)))
        made = replace(made, deviation=made.deviation + drawn[_commuting(len(made.codes))])
    lived = made
    if with_areas_felt:
        lived = replace(made, deviation=made.deviation + areas.planted, market=np.zeros_like(made.market))
    statistics, yy = _sums(lived)
    deviation = made.deviation[:, [AREAS.index(name) for name in PRIORITY]]
    truth = np.column_stack([deviation, deviation.sum(axis=1)])
    residents = statistics.by_kommune[:, 0]
    return World(statistics, yy, areas, truth - residents @ truth / residents.sum())


def _sums(made: Country) -> tuple[Statistics, Floats]:
    """What the first query finds, municipality by municipality, and products of outcomes in each."""
    held = VERSION.of_persons
    sizes = [len(codes(condition)) for condition in held]
    starts = [1 + sum(sizes[:place]) for place in range(len(sizes))]
    count, width, m = len(made.codes), 1 + sum(sizes), len(PRIORITY)
    xx, xy, yy = np.zeros((count, width, width)), np.zeros((count, width, m)), np.zeros((count, m, m))
    for part in parts(made, None):
        numbers, outcomes = _persons(made, part, held)
        x = np.zeros((part.count, width))
        x[:, 0] = 1
        for start, held_by in zip(starts, numbers, strict=True):
            x[np.arange(part.count), start + held_by] = 1
        xx[part.kommune] += x.T @ x
        xy[part.kommune] += x.T @ outcomes
        yy[part.kommune] += outcomes.T @ outcomes
    terms, columns, counts = [INTERCEPT], [0], xx[:, 0].sum(axis=0)
    for start, condition in zip(starts, held, strict=True):
        for number, code in enumerate(codes(condition)):
            if code != condition.reference and counts[start + number] >= VERSION.fewest:
                terms.append((condition.id, code))
                columns.append(start + number)
    xx, xy = xx[np.ix_(range(count), columns, columns)], xy[:, columns]
    return Statistics(tuple(terms), made.codes, xx.sum(axis=0), yy.sum(axis=0), xx[:, 0], xy, xx), yy


def _persons(made: Country, part: Part, held: Sequence[ModelCondition]) -> tuple[list[NDArray[np.int64]], Floats]:
    """The number of each condition's category, and grade-days of each area."""
    them = people(made, part)
    levels = {c.name: (c.levels, level) for c, level in zip(CONDITIONS, them.conditions, strict=True)}
    numbers = []
    for condition in held:
        if condition.kind == AGE_SEX:
            numbers.append(them.age * 2 + them.sex)
            continue
        names, level = levels[condition.id]
        numbers.append(np.array([codes(condition).index(name) for name in names])[level])
    factor = np.ones_like(made.expected)
    made_spells = on_benefits(spells(made, them, cases(made, them, factor)))
    return numbers, _grade_days(part.count, made_spells)


def _grade_days(count: int, made: Spells) -> Floats:
    """Of each person and area in the window; a day that two pieces of a case share counts once."""
    ordered = made.at(np.lexsort((made.start, made.case)))
    end = np.minimum(ordered.end, DAYS)
    again = ordered.case[1:] == ordered.case[:-1]
    end[:-1] = np.where(again, np.minimum(end[:-1], ordered.start[1:]), end[:-1])
    days = np.maximum(end - ordered.start, 0)
    order = np.array([PRIORITY.index(name) for name in AREAS])
    found = np.zeros((count, len(PRIORITY)))
    np.add.at(found, (ordered.person, order[ordered.area]), days * np.where(ordered.grade == 0, 100, ordered.grade))
    return found


@dataclass(frozen=True)
class Told:
    """What the product says of a country, and what was planted: G x (m + 1), shares.

    `ordinary`: the variance of ordinary clustered errors, with each municipality's own variance of its residents.
    """

    persons: Floats
    differences: Floats
    of_residents: Floats
    of_model: Floats
    ordinary: Floats
    truth: Floats


def residuals(statistics: Statistics, yy: Floats, found: Fit) -> Residuals:
    """Sums of residuals of the kept terms, and of the squares of everybody in each municipality; no others."""
    if statistics.kommune_xx is None:
        raise AssertionError("no pairs")
    kept, b = list(found.kept), found.coefficients
    xx = statistics.kommune_xx[np.ix_(range(len(statistics.kommuner)), kept, kept)]
    xy = np.concatenate([statistics.kommune_xy, statistics.kommune_xy.sum(axis=2, keepdims=True)], axis=2)[:, kept]
    scores = xy - xx @ b
    own = np.column_stack([np.diagonal(yy, axis1=1, axis2=2), yy.sum(axis=(1, 2))])
    squares = np.zeros_like(scores)
    squares[:, 0] = own - (b * (xy + scores)).sum(axis=1)
    return Residuals(scores[:, :, :-1], squares, np.zeros((len(kept), len(kept), b.shape[1])))


def told(drawn: World) -> Told:
    """The product's differences and their variances."""
    areas = area_columns(drawn.statistics, VERSION, drawn.areas.delivered(drawn.statistics.kommuner))
    statistics = with_areas(drawn.statistics, areas)
    found = fit(statistics)
    rest = residuals(statistics, drawn.yy, found)
    variances = difference_variances(statistics, found, rest, areas.clusters)
    made = municipalities(statistics, found, variances)
    means = statistics.by_kommune[:, list(found.kept)] / made.persons[:, None]
    apart = means - statistics.xx[0, list(found.kept)] / statistics.persons
    sums = np.column_stack([rest.scores[:, 0], rest.scores[:, 0].sum(axis=1)])
    free = made.persons[:, None] * np.maximum(made.persons - 1, 1)[:, None]
    ordinary = (rest.squares[:, 0] - sums**2 / made.persons[:, None]) / free
    ordinary += np.einsum("kp,mpq,kq->km", apart, clustered(found, rest.scores, areas.clusters), apart)
    square = SCALE_OF_SHARES**2
    return Told(
        made.persons,
        (made.actual - made.expected) / SCALE_OF_SHARES,
        variances.of_residents / square,
        variances.of_model / square,
        ordinary / square,
        drawn.truth,
    )


@dataclass(frozen=True)
class Coverage:
    """Of each country, municipality and outcome (areas and total): whether the truth lay inside.

    `differences`, and `places`; `residents_only`: without the part of the model; `ordinary`: by ordinary clustered errors.
    `persons` (countries x G); `of_residents`: the residents' part of the variance.
    """

    persons: Floats
    differences: Flags
    places: Flags
    residents_only: Flags
    ordinary: Flags
    of_residents: Floats

    def among(self, inside: Flags, first: int, last: int) -> Floats:
        """Shares inside by outcome, of the municipalities from the `first` to before the `last` largest."""
        place = np.argsort(np.argsort(-self.persons, axis=1, kind="stable"), axis=1, kind="stable")
        return np.asarray(inside[(place >= first) & (place < last)].mean(axis=0), dtype=np.float64)


def coverage(persons: int, seeds: Sequence[int], together: float = 0.0) -> Coverage:
    """How often the product's intervals hold the planted differences and places of countries of so many persons.

    Args:
        persons, together: as `world` takes them.
        seeds: one country each.
    """
    found = [told(world(persons, seed, together=together)) for seed in seeds]
    truth = np.stack([each.truth for each in found])
    apart = np.abs(np.stack([each.differences for each in found]) - truth)
    of_residents, of_model = (
        np.stack([getattr(each, name) for each in found]) for name in ("of_residents", "of_model")
    )
    return Coverage(
        np.stack([each.persons for each in found]),
        apart <= Z * np.sqrt(of_residents + of_model),
        np.stack([_places_held(each, seed) for each, seed in zip(found, seeds, strict=True)]),
        apart <= Z * np.sqrt(of_residents),
        apart <= Z * np.sqrt(np.stack([each.ordinary for each in found])),
        of_residents / (of_residents + of_model),
    )


def _places_held(each: Told, seed: int) -> Flags:
    """Whether each true place lies in the interval of places, made as `beskaeftigelse/rank_uncertainty.py` makes it."""
    held = np.zeros(each.truth.shape, dtype=np.bool_)
    variances, count = each.of_residents + each.of_model, len(each.persons)
    for outcome in range(len(OUTCOMES)):
        pooling = pooled(each.differences[:, outcome].tolist(), variances[:, outcome].tolist())
        # Where nothing lies between them but chance, the draws of all are alike.
        means, sds = (pooling.means, pooling.sds) if pooling.tau2 else ((0.0,) * count, (1.0,) * count)
        counts = rank_counts(means, sds, DRAWS, (seed, outcome))
        shown, true = (_places(values[:, outcome]) for values in (each.differences, each.truth))
        for at in range(count):
            low, high = counts.interval(at, TAIL)
            held[at, outcome] = min(low, shown[at]) <= true[at] <= max(high, shown[at])
    return held


def _places(values: Floats) -> NDArray[np.int64]:
    place = np.empty(len(values), dtype=np.int64)
    place[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    return place
