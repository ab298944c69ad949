"""The spells of the invented cases.

A case takes part of a stay as one arc or two, turned at random as on a circle: an arc that passes the end of the stay
goes on from its beginning. So every day of a stay has the same chance of a benefit, the case's part of the stay, and
the expected share of the window, of a quarter and of a day is the predictor.
"""

from dataclasses import dataclass, replace

import numpy as np

from maalestok.beskaeftigelse.personer.synthetic_people import Cases, People, draws_of, pick, whole
from maalestok.beskaeftigelse.personer.synthetic_recipe import (
    CONDITIONS,
    DAYS,
    RECIPE,
    REFORM,
    Country,
    Flags,
    Floats,
    Ints,
    between,
)

LINES = (
    ("a_dagpenge", "arbejdsmarkedsydelse", "kontantydelse"),
    ("kontanthjaelp", "revalidering", "forrevalidering", "ledighedsydelse", "ressourceforloeb"),
    ("sygedagpenge", "jobafklaringsforloeb"),
)
"""The benefits of an area that a case may be on. The young and the newly arrived are on others than kontanthjaelp."""
YDELSER = (
    *LINES[0], *LINES[1], *LINES[2], "uddannelseshjaelp", "integrationsydelse", "shoydelse", "overgangsydelse",
    "foertidspension", "seniorpension", "fleksjob", "efterloen",
)  # fmt: skip
_AT = {ydelse: place for place, ydelse in enumerate(YDELSER)}
_YOUNG, _OLD = 3, 6
"""Age groups: under 30 is below the one, 60 and over is the other."""
_ORIGIN = next(place for place, c in enumerate(CONDITIONS) if c.name == "oprindelse")
_SICK_WEEKS = 154
"""After so many days some go on to jobafklaringsforloeb."""
OUTSIDE = (
    ("efterloen", (0, 0, 0, 0, 0, 0, 0.10)), ("foertidspension", (0, 0, 0.01, 0.02, 0.06, 0.06, 0.10)),
    ("fleksjob", (0, 0, 0, 0.01, 0.03, 0.03, 0.03)), ("seniorpension", (0, 0, 0, 0, 0, 0, 0.01)),
)  # fmt: skip
"""Benefits of no area, and their chance by age group, for those who never move and are no case."""


@dataclass(frozen=True)
class Spells:
    """Spells by days of the window: `start` may be negative, `end` is the first day after."""

    person: Ints
    case: Ints
    kommune: Ints
    area: Ints
    ydelse: Ints
    start: Ints
    end: Ints
    grade: Ints
    """Per cent of full time; 0: full."""

    def at(self, where: Flags | Ints) -> "Spells":
        """Some of the spells."""
        return Spells(*(column[where] for column in vars(self).values()))

    def together(self, other: "Spells") -> "Spells":
        """These spells and others."""
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return Spells(*(np.concatenate(pair) for pair in both))


def spells(country: Country, them: People, those: Cases) -> Spells:
    """All spells of a part's persons."""
    draws = draws_of(country, them.part, 2)
    inside, outside = np.nonzero(those.area >= 0)[0], np.nonzero(those.area < 0)[0]
    made = _pieces(draws, those, inside)
    made = _benefits(draws, them, made)
    back = whole(draws.random(len(made.start)) ** 2, (1, 1460))
    made = replace(made, start=np.where(made.start == 0, -back, made.start))
    return made.together(_outside(draws, them, those, outside))


def _pieces(draws: np.random.Generator, those: Cases, inside: Ints) -> Spells:
    """Where the cases' arcs lie, cut at the end of the stay; no benefit yet."""
    area, length = those.area[inside], those.length[inside]
    kind = pick(draws.random(len(inside)), np.array(RECIPE.mix)[area])
    low, high = np.array(RECIPE.fraction).T
    part = low[kind] + (high - low)[kind] * draws.random(len(inside))
    days = np.minimum(np.floor(part * length + draws.random(len(inside))).astype(np.int64), length)
    turned = np.floor(draws.random(len(inside)) * length).astype(np.int64)
    turned[days == length] = 0
    two = kind == 1
    split, gap = draws.random(len(inside)), draws.random(len(inside))
    first = np.where(two, np.maximum(np.floor(days * between(split, (0.3, 0.7))).astype(np.int64), 1), days)
    between_them = 1 + np.floor(gap * np.minimum(70, length - days - 1)).astype(np.int64)
    second = (turned + first + between_them) % length
    arc = np.concatenate((np.arange(len(inside)), np.nonzero(two)[0]))
    start, size = np.concatenate((turned, second[two])), np.concatenate((first, (days - first)[two]))
    end, most = start + size, length[arc]
    over = np.nonzero(end > most)[0]
    case = inside[np.concatenate((arc, arc[over]))]
    start = np.concatenate((start, np.zeros_like(over))) + those.begin[case]
    end = np.concatenate((np.minimum(end, most), (end - most)[over])) + those.begin[case]
    nothing = np.zeros_like(case)
    return Spells(those.person[case], case, those.kommune[case], those.area[case], nothing, start, end, nothing)


def _benefits(draws: np.random.Generator, them: People, made: Spells) -> Spells:
    """Give every piece its benefit, and cut it where one benefit follows another."""
    line = _lines(draws, them, made)
    grade = np.array((0, *RECIPE.grades))[_per_case(draws, made, len(RECIPE.grades))]
    grade = np.where(line == _AT["sygedagpenge"], grade, 0)
    made = _on_to_help(draws, them, replace(made, ydelse=line, grade=grade))
    made = _reformed(draws, made)
    sick = (made.ydelse == _AT["sygedagpenge"]) & (made.grade == 0) & (draws.random(len(made.case)) < 0.5)
    at, ydelse = made.start + _SICK_WEEKS, np.full_like(made.case, _AT["jobafklaringsforloeb"])
    return _cut(made, sick & (at < made.end), at, ydelse)


def _per_case(draws: np.random.Generator, made: Spells, grades: int) -> Ints:
    """0 for most cases, else one of the grades from 1 on."""
    even = _even_per_case(draws, made) / RECIPE.graded
    return np.where(even < 1, np.floor(even * grades).astype(np.int64) + 1, 0)


def _even_per_case(draws: np.random.Generator, made: Spells) -> Floats:
    return draws.random(int(made.case.max(initial=-1)) + 1)[made.case]


def _lines(draws: np.random.Generator, them: People, made: Spells) -> Ints:
    line = np.zeros_like(made.case)
    even, newly = _even_per_case(draws, made), _even_per_case(draws, made)
    for area, benefits in enumerate(LINES):
        mine = made.area == area
        line[mine] = np.array([_AT[b] for b in benefits])[pick(even[mine], np.array(RECIPE.lines[area]))]
    young = them.age[made.person] < _YOUNG
    line[young & (made.area == 1) & np.isin(line, (_AT["kontanthjaelp"], _AT["ledighedsydelse"]))] = _AT[
        "uddannelseshjaelp"
    ]
    origin = them.conditions[_ORIGIN][made.person]
    chance = np.array((0, 0, 0.02, 0.8, 0.3, 0.05))[origin]
    line[(made.area == 1) & (newly < chance)] = _AT["integrationsydelse"]
    return line


def _on_to_help(draws: np.random.Generator, them: People, made: Spells) -> Spells:
    """Some on integrationsydelse go directly on to kontanthjaelp or uddannelseshjaelp; a few get both for four days."""
    goes = (made.ydelse == _AT["integrationsydelse"]) & (draws.random(len(made.case)) < 0.25)
    at = made.start + 1 + np.floor(draws.random(len(made.case)) * (made.end - made.start - 1)).astype(np.int64)
    goes &= at < made.end
    help_ = np.where(them.age[made.person] < _YOUNG, _AT["uddannelseshjaelp"], _AT["kontanthjaelp"])
    both = goes & (draws.random(len(made.case)) < 0.1) & (at + 4 <= np.minimum(made.end, REFORM))
    cut = _cut(made, goes, at, help_)
    end = cut.end.copy()
    end[: len(both)][both] += 4
    return replace(cut, end=end)


def _reformed(draws: np.random.Generator, made: Spells) -> Spells:
    """From 2020 on integrationsydelse is shoydelse or overgangsydelse."""
    after = np.where(_even_per_case(draws, made) < 0.7, _AT["shoydelse"], _AT["overgangsydelse"])
    old = made.ydelse == _AT["integrationsydelse"]
    late = old & (made.start >= REFORM)
    made = replace(made, ydelse=np.where(late, after, made.ydelse))
    across = old & (made.start < REFORM) & (made.end > REFORM)
    return _cut(made, across, np.full_like(made.case, REFORM), after)


def _cut(made: Spells, where: Flags, at: Ints, ydelse: Ints) -> Spells:
    """Cut some spells at a day; from it on they are of another benefit. The first parts stay where they were."""
    places = np.nonzero(where)[0]
    rest = replace(made.at(places), start=at[places], ydelse=ydelse[places])
    end = made.end.copy()
    end[places] = at[places]
    return replace(made, end=end).together(rest)


def _outside(draws: np.random.Generator, them: People, those: Cases, outside: Ints) -> Spells:
    """Benefits of no area: most since long before the window, all of them still going on."""
    chance = np.array([shares for _, shares in OUTSIDE]).T
    shares = np.concatenate((chance, 1 - chance.sum(axis=1, keepdims=True)), axis=1)
    age = them.age[those.person[outside]]
    which = np.full(len(outside), len(OUTSIDE), dtype=np.int64)
    even = draws.random(len(outside))
    grown = np.nonzero(chance.sum(axis=1)[age] > even)[0]
    which[grown] = pick(even[grown], shares[age[grown]])
    case = outside[grown]
    ydelse = np.array([_AT[name] for name, _ in OUTSIDE])[which[grown]]
    early, when = draws.random(len(case)) < 0.75, draws.random(len(case))
    start = np.where(early, -whole(when, (1, 1460)), whole(when, (0, DAYS - 1)))
    start = np.where(ydelse == _AT["seniorpension"], whole(when, (REFORM, DAYS - 1)), start)
    same = np.full_like(case, -1)
    end = np.full_like(case, DAYS)
    return Spells(those.person[case], case, those.kommune[case], same, ydelse, start, end, np.zeros_like(case))


def on_benefits(made: Spells) -> Spells:
    """The spells of the three areas, within the window."""
    inside = made.at(made.area >= 0)
    return replace(inside, start=np.maximum(inside.start, 0))
