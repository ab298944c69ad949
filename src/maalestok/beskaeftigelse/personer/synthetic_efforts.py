"""Talks, offers, hours and exemptions of the invented persons, during their spells in the three areas.

Talks and offers lie evenly spread with a random shift within a spell; how many is the municipality's effort times the
person's own, rounded at random. Hours are told for some persons on benefits only, and for nobody else.
"""

from calendar import monthrange
from dataclasses import dataclass

import numpy as np

from maalestok.beskaeftigelse.personer.synthetic_people import People, draws_of, whole
from maalestok.beskaeftigelse.personer.synthetic_recipe import DAYS, RECIPE, Country, Flags, Floats, Ints, between
from maalestok.beskaeftigelse.personer.synthetic_spells import Spells

MONTH = 30.4375
NEVER = -1
MONTHS = tuple(f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13))
_MONTH_OF = np.repeat(np.arange(24), [monthrange(int(m[:4]), int(m[5:]))[1] for m in MONTHS])
"""Day of the window -> place in `MONTHS`."""
_OFFER_DAYS = (14, 120)
_WORKERS, _MONTHS_TOLD = 0.15, 0.7
_HOURS = (500, 16_000)
"""Hundredths of an hour a month."""
_LONG, _EXEMPT = 180, 0.03


@dataclass(frozen=True)
class Events:
    """Talks, offers or exemptions by days of the window; `last` is `NEVER` where no end is told."""

    person: Ints
    offer: Flags
    first: Ints
    last: Ints
    held: Flags


@dataclass(frozen=True)
class Hours:
    """Hours of work, at most one for a person and month."""

    person: Ints
    month: Ints
    hours: Ints


def efforts(country: Country, them: People, mine: Spells) -> Events:
    """Talks and offers. `mine`: spells of the three areas within the window, as `synthetic_spells.on_benefits`."""
    draws = draws_of(country, them.part, 3)
    spread = (1 - RECIPE.effort_spread, 1 + RECIPE.effort_spread)
    made = []
    for offer, rate in ((False, country.talks), (True, country.offers)):
        own = between(draws.random(len(them.number)), spread)[mine.person]
        spell, first = _spread_out(draws, rate[mine.kommune] * own / MONTH, mine)
        last = np.full_like(first, NEVER)
        if offer:
            last = np.minimum(first + whole(draws.random(len(first)), _OFFER_DAYS), mine.end[spell]) - 1
        held = draws.random(len(first)) < RECIPE.held
        made.append(Events(mine.person[spell], np.full(len(first), offer), first, last, held))
    talks, offers = made
    return Events(*(np.concatenate(pair) for pair in zip(vars(talks).values(), vars(offers).values(), strict=True)))


def _spread_out(draws: np.random.Generator, per_day: Floats, mine: Spells) -> tuple[Ints, Ints]:
    """(spell, day): as many days in each spell as its length asks for, one in each of as many equal parts."""
    days = mine.end - mine.start
    count = np.floor(per_day * days + draws.random(len(days))).astype(np.int64)
    spell = np.repeat(np.arange(len(days)), count)
    number = np.arange(len(spell)) - np.repeat(np.cumsum(count) - count, count)
    at = (number + draws.random(len(spell))) / np.maximum(count, 1)[spell]
    return spell, mine.start[spell] + np.floor(at * days[spell]).astype(np.int64)


def hours(country: Country, them: People, mine: Spells) -> Hours:
    """Hours in months with a benefit, of some persons."""
    draws = draws_of(country, them.part, 4)
    works = draws.random(len(them.number)) < _WORKERS
    mine = mine.at(works[mine.person])
    begins, ends = _MONTH_OF[mine.start], _MONTH_OF[mine.end - 1]
    count = ends - begins + 1
    spell = np.repeat(np.arange(len(count)), count)
    month = begins[spell] + np.arange(len(spell)) - np.repeat(np.cumsum(count) - count, count)
    key = np.unique(mine.person[spell] * len(MONTHS) + month)
    key = key[draws.random(len(key)) < _MONTHS_TOLD]
    even = draws.random(len(key))
    return Hours(key // len(MONTHS), key % len(MONTHS), whole(even * even, _HOURS))


def exemptions(country: Country, them: People, mine: Spells) -> Events:
    """Exemptions of a few with long spells; without an end where the spell goes on."""
    draws = draws_of(country, them.part, 5)
    mine = mine.at(mine.end - mine.start >= _LONG)
    mine = mine.at(draws.random(len(mine.start)) < _EXEMPT)
    days = mine.end - mine.start
    first = mine.start + np.floor(draws.random(len(days)) * (days - 30)).astype(np.int64)
    last = first + np.floor(draws.random(len(days)) * (mine.end - first)).astype(np.int64)
    last = np.where((mine.end == DAYS) & (draws.random(len(days)) < 0.5), NEVER, last)
    offer = draws.random(len(days)) < 0.5
    return Events(mine.person, offer, first, last, np.ones(len(days), dtype=np.bool_))
