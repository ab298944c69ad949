"""The invented persons: conditions, residences, and who is a case of which area.

A stay is a person's time in one municipality within the window: one for most, two for those who move. Each stay is a
case of at most one area, by chance: the share that the conditions and the municipality give, divided by the mean part
of a stay that a case takes (`Recipe.mean_part`). Every draw is keyed by seed, municipality and chunk.
"""

from dataclasses import dataclass

import numpy as np

from maalestok.beskaeftigelse.personer.synthetic_recipe import (
    AGES,
    AREAS,
    BANDS,
    CONDITIONS,
    DAYS,
    RECIPE,
    THIS_YEAR,
    Country,
    Flags,
    Floats,
    Ints,
    between,
    stream,
)

CHUNK = 200_000
"""Persons made at a time, at most."""
MOVES = (31, 701)
"""Days on which someone may move: a stay is at least 30 days."""
_HIGHEST = 0.9


@dataclass(frozen=True)
class Part:
    """Some persons of one municipality: those from `first` on, `count` of them, chunk number `chunk`."""

    kommune: int
    chunk: int
    first: int
    count: int


@dataclass(frozen=True)
class People:
    """The persons of a part, by their place in it."""

    part: Part
    number: Ints
    """The person's number in the whole country."""
    born: Ints
    age: Ints
    """Age group."""
    sex: Ints
    conditions: tuple[Ints, ...]
    """For each of `CONDITIONS`: the level."""
    came: Floats
    """0..1: how early the person came to the first residence."""
    mover: Ints
    """Places of those who move, and for them:"""
    moved: Ints
    """The first day in the new municipality."""
    to: Ints


@dataclass(frozen=True)
class Cases:
    """Stays with benefits of an area, and the other stays of those who never move (area -1)."""

    person: Ints
    kommune: Ints
    begin: Ints
    length: Ints
    area: Ints


def parts(country: Country, codes: tuple[str, ...] | None) -> list[Part]:
    """The chunks of the municipalities, by code; `codes` None: of all."""
    starts = np.concatenate(([0], np.cumsum(country.counts)))
    return [
        Part(place, chunk, int(starts[place]) + first, min(CHUNK, int(country.counts[place]) - first))
        for place, code in enumerate(country.codes)
        if codes is None or code in codes
        for chunk, first in enumerate(range(0, int(country.counts[place]), CHUNK))
    ]


def draws_of(country: Country, part: Part, topic: int) -> np.random.Generator:
    """The stream of a part for one topic: 0 persons, 1 cases, 2 spells, 3 talks and offers, 4 hours, 5 exemptions."""
    return stream(country.seed, 1, part.kommune, part.chunk, topic)


def pick(even: Floats, shares: Floats) -> Ints:
    """Levels by their shares: one row of shares for all, or a row for each."""
    upto = np.cumsum(shares, axis=-1)[..., :-1]
    level = np.zeros(len(even), dtype=np.int64)
    for place in range(upto.shape[-1]):
        level += even >= upto[..., place]
    return level


def people(country: Country, part: Part) -> People:
    """The persons of a part."""
    draws = draws_of(country, part, 0)
    group = pick(draws.random(part.count), country.age_sex[part.kommune])
    age, sex = group // 2, group % 2
    first = np.array(AGES)[age]
    born = THIS_YEAR - first - np.floor(draws.random(part.count) * (np.array(AGES)[age + 1] - first)).astype(np.int64)
    luck = draws.random(part.count)
    conditions = tuple(
        _levels(_shared(draws.random(part.count), luck), country.shares[n][part.kommune], age, condition.worst_first)
        for n, condition in enumerate(CONDITIONS)
    )
    came = draws.random(part.count)
    mover = np.nonzero(draws.random(part.count) < RECIPE.moving)[0]
    moved = draws.integers(*MOVES, len(mover), endpoint=True)
    until = np.cumsum(country.counts)
    to = np.searchsorted(until, draws.integers(0, max(int(until[-1]), 1), len(mover)), side="right")
    to = np.where(to == part.kommune, (to + 1) % len(until), to)
    number = part.first + np.arange(part.count, dtype=np.int64)
    return People(part, number, born, age, sex, conditions, came, mover, moved, to)


def _shared(own: Floats, luck: Floats) -> Floats:
    """Even numbers again, but now and then the person's common luck."""
    share = RECIPE.together
    return np.where(own < share, luck, (own - share) / (1 - share))


def _levels(even: Floats, shares: Floats, age: Ints, worst_first: bool) -> Ints:
    """Levels by the shares of the person's band of age."""
    even = 1 - even if worst_first else even
    upto = np.cumsum(shares, axis=1)[np.array(BANDS)]
    level = np.zeros(len(even), dtype=np.int64)
    for place in range(shares.shape[1] - 1):
        level += even >= upto[:, place][age]
    return level


def predictor(country: Country, them: People) -> Floats:
    """What each person's own conditions give in each area: `Country.market` of the stay is added to it."""
    share: Floats = RECIPE.floor + country.effects[0][them.age * 2 + them.sex]
    for effect, level in zip(country.effects[1:], them.conditions, strict=True):
        share += effect[level]
    return share


def cases(country: Country, them: People, factor: Floats) -> Cases:
    """Who is a case of which area, in which stay. `factor` is `Country.factor`."""
    everyone = np.arange(len(them.number))
    stays = _joined(
        Cases(everyone, np.full_like(everyone, them.part.kommune), np.zeros_like(everyone), _until(them), everyone),
        Cases(them.mover, them.to, them.moved, DAYS - them.moved, them.mover),
    )
    share = predictor(country, them)[stays.person] + (country.market + country.deviation)[stays.kommune]
    chance = np.clip(share * factor[stays.kommune], 0, _HIGHEST) / RECIPE.mean_part()
    even = draws_of(country, them.part, 1).random(len(stays.person)) * np.maximum(chance.sum(axis=1), 1)
    upto = np.cumsum(chance, axis=1)
    area = (even[:, None] >= upto).sum(axis=1)
    area[area == len(AREAS)] = -1
    stayer: Flags = np.ones(len(everyone), dtype=np.bool_)
    stayer[them.mover] = False
    kept = np.nonzero((area >= 0) | stayer[stays.person])[0]
    return Cases(stays.person[kept], stays.kommune[kept], stays.begin[kept], stays.length[kept], area[kept])


def _until(them: People) -> Ints:
    until = np.full(len(them.number), DAYS, dtype=np.int64)
    until[them.mover] = them.moved
    return until


def _joined(one: Cases, two: Cases) -> Cases:
    return Cases(
        np.concatenate((one.person, two.person)),
        np.concatenate((one.kommune, two.kommune)),
        np.concatenate((one.begin, two.begin)),
        np.concatenate((one.length, two.length)),
        np.concatenate((one.area, two.area)),
    )


def whole(even: Floats, bounds: tuple[int, int]) -> Ints:
    """Whole numbers even between two bounds, both included."""
    return np.floor(between(even, (bounds[0], bounds[1] + 1))).astype(np.int64)
