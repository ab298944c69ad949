"""A second, deliberately slow implementation of what is counted from rows of persons: day by day, month by month.

Written from the specification, not from the product. No libraries. Months are whole numbers, year * 12 + month - 1;
end dates are inclusive, `til=None` is still going on. Everything is known up to the day `kendt_til`, the last day of a
month: an open or later end counts as that day, and rows that start after it are ignored. `generate` invents persons to
try it on. Over 300 lines, so that the whole can be read against the specification in one go.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

AREAS_IN_ORDER = ("sygedagpenge", "a_dagpenge", "kontanthjaelp")
"""A day with spells in several areas belongs to the first of them."""
INTEGRATION = frozenset({"integrationsydelse", "overgangsydelse"})
"""One and the same benefit, under two names."""
BRIDGED = frozenset({"kontanthjaelp", "uddannelseshjaelp"})
"""The benefits whose run may begin with a run of integration benefit."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bopael:
    """A person lives in a kommune."""

    person: int
    kommune: int
    fra: date
    til: date | None
    foedselsaar: int


@dataclass(frozen=True)
class Forloeb:
    """A spell on a benefit. `grad` None is 100."""

    person: int
    ydelse: str
    fra: date
    til: date | None
    betaler: int | None
    grad: int | None


@dataclass(frozen=True)
class Indsats:
    """A talk ('samtale') or an offer ('tilbud'). `til` None: it ends the day it begins."""

    person: int
    art: str
    fra: date
    til: date | None
    afholdt: bool


@dataclass(frozen=True)
class Timer:
    """Hundredths of hours in offers in a month."""

    person: int
    maaned: int
    timer: int


@dataclass(frozen=True)
class Fritagelse:
    """A person is exempt from talks ('samtale') or offers ('tilbud')."""

    person: int
    art: str
    fra: date
    til: date | None


@dataclass(frozen=True)
class Krav:
    """What it takes in 12 months: held talks, held offers, or whole hours in offers."""

    samtaler: int = 4
    tilbud: int = 1
    timer: int = 225


@dataclass(frozen=True)
class Tal:
    """Counts of persons of a kommune: the group, who are counted for each target, and who meet it."""

    gruppe: int
    n_samtale: int
    ok_samtale: int
    n_tilbud: int
    ok_tilbud: int


KRAV = Krav()
Spell = TypeVar("Spell", Bopael, Forloeb, Fritagelse)
Held = TypeVar("Held", Forloeb, Indsats, Timer, Fritagelse)
Persons = tuple[list[Bopael], list[Forloeb], list[Indsats], list[Timer], list[Fritagelse]]


# Days and months


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - DAY


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    day = first
    while day <= last:
        yield day
        day += DAY


def end(til: date | None, kendt_til: date) -> date:
    """An open or later end counts as the last known day."""
    return kendt_til if til is None or til > kendt_til else til


def covers(row: Bopael | Forloeb | Fritagelse, day: date, kendt_til: date) -> bool:
    """Never for a row that starts after kendt_til, as its end then is before its start."""
    return row.fra <= day <= end(row.til, kendt_til)


def by_person(rows: Iterable[Held]) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = {}
    for row in rows:
        found.setdefault(row.person, []).append(row)
    return found


# Rule 1


def ydelsesgrad(
    bopaele: Iterable[Bopael],
    forloeb: Iterable[Forloeb],
    omraade_af: Mapping[str, str],
    fra: date,
    til: date,
    kendt_til: date,
    efter_betaler: bool = False,
) -> tuple[dict[tuple[int, str], int], dict[int, int]]:
    """Grade-days of each (kommune, area), and residents aged 16-66 of each kommune on the window's first day."""
    home: dict[int, int] = {}
    residents: dict[int, int] = {}
    for bopael in bopaele:
        if covers(bopael, fra, kendt_til) and 16 <= fra.year - bopael.foedselsaar <= 66:
            home[bopael.person] = bopael.kommune
            residents[bopael.kommune] = residents.get(bopael.kommune, 0) + 1

    grade_days: dict[tuple[int, str], int] = {}
    of_person = by_person(spell for spell in forloeb if spell.ydelse in omraade_af)
    window = list(days(fra, til))
    for person, kommune in home.items():
        spells = [(spell, end(spell.til, kendt_til)) for spell in of_person.get(person, [])]
        for day in window:
            active = [spell for spell, last in spells if spell.fra <= day <= last]
            if not active:
                continue
            for area in AREAS_IN_ORDER:
                counted = [spell for spell in active if omraade_af[spell.ydelse] == area]
                if counted:
                    grade = min(100, sum(100 if spell.grad is None else spell.grad for spell in counted))
                    payers = [spell.betaler for spell in counted if spell.betaler is not None]
                    place = min(payers) if efter_betaler and payers else kommune
                    grade_days[place, area] = grade_days.get((place, area), 0) + grade
                    break
    return {key: total for key, total in grade_days.items() if total > 0}, residents


# Rule 2


def benefit_of(ydelse: str) -> str:
    return "integrationsydelse" if ydelse in INTEGRATION else ydelse


def run_start(present: set[int], month: int) -> int:
    """First month of the run that the benefit is in, in a month where it is present."""
    while month - 1 in present:
        month -= 1
    return month


def long_on(benefit: str, present: Mapping[str, set[int]], month: int, vindue: int) -> bool:
    """Whether a benefit puts a person in the target group. `present`: benefit -> months with it."""
    months = present[benefit]
    if month not in months:
        return False
    if benefit == "a_dagpenge":
        return sum(1 for back in range(vindue) if month - back in months) > 12
    start = run_start(months, month)
    if benefit in BRIDGED:
        before = present.get("integrationsydelse", set())
        if start in before:
            start = min(start, run_start(before, start))
        elif start - 1 in before:
            start = min(start, run_start(before, start - 1))
    return month - start >= 12


def maalgruppe(
    forloeb: Iterable[Forloeb], ydelser: set[str], kendt_til: date, maaned: int, vindue: int = 36
) -> set[int]:
    """Persons with more than 12 months on benefit in the month; a_dagpenge: within the last `vindue` months."""
    months: dict[int, dict[str, set[int]]] = {}
    for spell in forloeb:
        if spell.ydelse in ydelser and spell.fra <= kendt_til:
            present = months.setdefault(spell.person, {}).setdefault(benefit_of(spell.ydelse), set())
            for month in range(month_of(spell.fra), month_of(end(spell.til, kendt_til)) + 1):
                present.add(month)
    return {
        person
        for person, present in months.items()
        if any(long_on(benefit, present, maaned, vindue) for benefit in present)
    }


# Rule 3


def talks_held(rows: Iterable[Indsats], kendt_til: date, maaned: int) -> int:
    held = 0
    for row in rows:
        in_window = maaned - 11 <= month_of(row.fra) <= maaned
        if row.art == "samtale" and row.afholdt and row.fra <= kendt_til and in_window:
            held += 1
    return held


def offers_held(rows: Iterable[Indsats], kendt_til: date, maaned: int) -> int:
    """Offers with at least one day in the 12 months."""
    held = 0
    for row in rows:
        last = min(row.fra if row.til is None else row.til, kendt_til)
        in_window = any(maaned - 11 <= month_of(day) <= maaned for day in days(row.fra, last))
        if row.art == "tilbud" and row.afholdt and in_window:
            held += 1
    return held


def hours(rows: Iterable[Timer], kendt_til: date, maaned: int) -> int:
    known = [row for row in rows if row.maaned <= month_of(kendt_til)]
    return sum(row.timer for row in known if maaned - 11 <= row.maaned <= maaned)


def exempt(rows: Iterable[Fritagelse], art: str, kendt_til: date, maaned: int) -> bool:
    """Whether exemptions, together, cover every single day of the 12 months."""
    own = [row for row in rows if row.art == art]
    return all(
        any(covers(row, day, kendt_til) for row in own) for day in days(first_day(maaned - 11), last_day(maaned))
    )


def fokusmaal(
    bopaele: Iterable[Bopael],
    forloeb: Iterable[Forloeb],
    indsatser: Iterable[Indsats],
    timer: Iterable[Timer],
    fritagelser: Iterable[Fritagelse],
    ydelser: set[str],
    kendt_til: date,
    maaned: int,
    krav: Krav = KRAV,
    vindue: int = 36,
) -> dict[int, Tal]:
    """The focus targets of a month, for each kommune where someone of the target group lives on its first day."""
    group = maalgruppe(forloeb, ydelser, kendt_til, maaned, vindue)
    home = {row.person: row.kommune for row in bopaele if covers(row, first_day(maaned), kendt_til)}
    efforts, months, exemptions = by_person(indsatser), by_person(timer), by_person(fritagelser)
    found: dict[int, Tal] = {}
    for person in sorted(group):
        if person not in home:
            continue
        own = efforts.get(person, [])
        enough_hours = hours(months.get(person, []), kendt_til, maaned) >= krav.timer * 100
        talks = talks_held(own, kendt_til, maaned) >= krav.samtaler
        offers = offers_held(own, kendt_til, maaned) >= krav.tilbud or enough_hours
        counts_talks = not exempt(exemptions.get(person, []), "samtale", kendt_til, maaned)
        counts_offers = not exempt(exemptions.get(person, []), "tilbud", kendt_til, maaned)
        so_far = found.get(home[person], Tal(0, 0, 0, 0, 0))
        found[home[person]] = Tal(
            gruppe=so_far.gruppe + 1,
            n_samtale=so_far.n_samtale + counts_talks,
            ok_samtale=so_far.ok_samtale + (counts_talks and talks),
            n_tilbud=so_far.n_tilbud + counts_offers,
            ok_tilbud=so_far.ok_tilbud + (counts_offers and offers),
        )
    return found


# Rule 4


def going_on(row: Spell, kendt_til: date) -> bool:
    """Whether the row covers the last known day: also when that is its stated last day."""
    return covers(row, kendt_til, kendt_til)


def extended(rows: Iterable[Spell], kendt_til: date, last: date) -> list[Spell]:
    """The rows known, with those going on on the last known day ending on `last`."""
    known = [row for row in rows if row.fra <= kendt_til]
    return [replace(row, til=last) if going_on(row, kendt_til) else row for row in known]


def fremskrevet(
    bopaele: Iterable[Bopael],
    forloeb: Iterable[Forloeb],
    indsatser: Iterable[Indsats],
    timer: Iterable[Timer],
    fritagelser: Iterable[Fritagelse],
    ydelser: set[str],
    kendt_til: date,
    maaned: int,
    krav: Krav = KRAV,
    vindue: int = 36,
) -> dict[int, Tal]:
    """The focus targets of a month after kendt_til, if what is going on goes on and nothing else happens."""
    if maaned <= month_of(kendt_til):
        raise ValueError(f"month {maaned} is not after {kendt_til}")
    last = last_day(maaned)
    known_efforts = [row for row in indsatser if row.fra <= kendt_til]
    return fokusmaal(
        extended(bopaele, kendt_til, last),
        extended(forloeb, kendt_til, last),
        [row if row.til is None else replace(row, til=min(row.til, kendt_til)) for row in known_efforts],
        [row for row in timer if row.maaned <= month_of(kendt_til)],
        extended(fritagelser, kendt_til, last),
        ydelser,
        last,
        maaned,
        krav,
        vindue,
    )


# Invented persons

KOMMUNER = (101, 461, 707, 751, 851)
YDELSER = (
    "a_dagpenge", "arbejdsmarkedsydelse", "kontantydelse", "kontanthjaelp", "uddannelseshjaelp", "integrationsydelse",
    "shoydelse", "overgangsydelse", "revalidering", "forrevalidering", "ledighedsydelse", "ressourceforloeb",
    "sygedagpenge", "jobafklaringsforloeb", "foertidspension", "fleksjob",
)  # fmt: skip
POOLS = (
    ("integrationsydelse", "overgangsydelse"),
    ("kontanthjaelp", "uddannelseshjaelp"),
    ("integrationsydelse", "overgangsydelse", "kontanthjaelp", "uddannelseshjaelp"),
    ("a_dagpenge",),
    ("a_dagpenge", "arbejdsmarkedsydelse", "kontantydelse"),
    ("sygedagpenge", "jobafklaringsforloeb"),
    ("revalidering", "forrevalidering", "kontanthjaelp", "shoydelse"),
    YDELSER,
)
"""Benefits that a chain of spells keeps to."""
NEW_NAMES = {"overgangsydelse": "integrationsydelse", "shoydelse": "kontanthjaelp"}
"""Benefit that began in 2020 -> what stands in its place before."""
NEW_FROM = date(2020, 1, 1)
OPENING, CLOSING = date(2019, 1, 1), date(2020, 12, 31)
FIRST_MONTH, LAST_MONTH = month_of(OPENING), month_of(CLOSING)
EDGE_DAYS = (
    date(2018, 1, 31), date(2018, 2, 1), date(2018, 12, 31), date(2019, 1, 1), date(2019, 1, 31), date(2019, 2, 28),
    date(2019, 3, 1), date(2019, 12, 31), date(2020, 1, 1), date(2020, 1, 31), date(2020, 2, 28), date(2020, 2, 29),
    date(2020, 3, 1), date(2020, 6, 30), date(2020, 7, 1), date(2020, 11, 30), date(2020, 12, 1), date(2020, 12, 31),
)  # fmt: skip
EDGE_YEARS = tuple(year - age for year in (2019, 2020) for age in (15, 16, 66, 67))


def some_day(pick: random.Random, first: int, last: int) -> date:
    """A day of the months first..last: often the first or last of a month, or another edge."""
    month = pick.randint(first, last)
    kind = pick.random()
    if kind < 0.25:
        return first_day(month)
    if kind < 0.5:
        return last_day(month)
    if kind < 0.65:
        edges = [day for day in EDGE_DAYS if first <= month_of(day) <= last]
        if edges:
            return pick.choice(edges)
    return pick.choice(list(days(first_day(month), last_day(month))))


def some_end(pick: random.Random, fra: date) -> date | None:
    """An end of any kind: the same day, soon, long after, after 2020, or none."""
    kind = pick.random()
    if kind < 0.15:
        return fra
    if kind < 0.35:
        return fra + pick.randint(1, 45) * DAY
    if kind < 0.65:
        return max(fra, some_day(pick, month_of(fra), month_of(fra) + pick.choice((0, 1, 11, 12, 13, 20, 36))))
    if kind < 0.75:
        return CLOSING + pick.choice((0, 1, 31, 200, 3000)) * DAY
    if kind < 0.85:
        return fra + pick.choice((364, 365, 366, 395, 396)) * DAY
    return None


def spell(pick: random.Random, person: int, ydelse: str, fra: date, til: date | None) -> list[Forloeb]:
    """A spell with some grade and payer; none if it starts after 2020. Before 2020 under the name of then."""
    if fra > CLOSING:
        return []
    if ydelse in NEW_NAMES and fra < NEW_FROM:
        if til is not None and til < NEW_FROM:
            ydelse = NEW_NAMES[ydelse]
        else:
            fra = NEW_FROM
    grad = pick.choice((None, None, None, 1, 50, 99, 100, pick.randint(1, 100)))
    betaler = pick.choice((None, None, *KOMMUNER))
    return [Forloeb(person, ydelse, fra, til, betaler, grad)]


def cut(pick: random.Random, fra: date) -> tuple[date, date]:
    """The end of a spell from `fra`, and the start of the next: close, overlapping, or with a month between."""
    month = month_of(fra) + pick.choice((0, 0, 1, 2, 5, 10, 11, 12, 13))
    inside = max(fra, first_day(month) + pick.randint(0, 27) * DAY)
    kind = pick.choice(("touch", "overlap", "boundary", "empty", "thirty", "widest", "february", "loose", "leap"))
    if kind == "touch":
        return inside, inside + DAY
    if kind == "overlap":
        return inside, max(fra, inside - pick.randint(0, 40) * DAY)
    if kind == "boundary":
        return last_day(month), first_day(month + 1)
    if kind == "empty":  # one whole month, sometimes two
        return last_day(month), first_day(month + pick.choice((2, 2, 2, 3)))
    if kind == "thirty":  # no whole month, as it starts after the first
        middle = max(fra, first_day(month) + pick.randint(0, 20) * DAY)
        return middle, middle + 31 * DAY
    if kind == "widest":  # from the second of a month to the last but one of the next
        return max(fra, first_day(month)), last_day(month + 1)
    if kind == "loose":  # a whole month, and some days on either side
        return inside, some_day(pick, month_of(inside) + 2, month_of(inside) + 2)
    if kind == "leap":  # around 29 February 2020, or that day alone
        february = date(2020, 2, 28)
        return (february, february + pick.choice((1, 2)) * DAY) if fra <= february else (fra, fra + DAY)
    year = pick.choice((2019, 2020))
    january = date(year, 1, 31)
    return (january, date(year, 3, 1)) if fra <= january else (last_day(month), first_day(month + 2))


def chain(pick: random.Random, person: int) -> list[Forloeb]:
    """Spells one after the other, on the same benefit or on others like it, with every kind of gap."""
    rows: list[Forloeb] = []
    pool = pick.choice(POOLS)
    ydelse = pick.choice(pool)
    fra = some_day(pick, FIRST_MONTH - pick.choice((0, 12, 36)), LAST_MONTH)
    for _ in range(pick.randint(2, 9)):
        til, following = cut(pick, fra)
        rows += spell(pick, person, ydelse, fra, til)
        fra = following
        if pick.random() < 0.3:
            ydelse = pick.choice(pool)
    return rows + spell(pick, person, ydelse, fra, some_end(pick, fra))


def limit_run(pick: random.Random, person: int) -> list[Forloeb]:
    """A run of 11 to 14 months that only just does, or does not, reach into its months."""
    month = pick.randint(FIRST_MONTH - 14, LAST_MONTH - 6)
    last = month + pick.randint(10, 13)
    fra = pick.choice((first_day(month), last_day(month)))
    til = pick.choice((first_day(last), last_day(last), CLOSING + DAY, None))
    return spell(pick, person, pick.choice(YDELSER), fra, til)


def to_social_assistance(pick: random.Random, person: int) -> list[Forloeb]:
    """Integration benefit, then kontanthjaelp or uddannelseshjaelp, in the same month, the next, or after another."""
    fra = some_day(pick, FIRST_MONTH - 20, LAST_MONTH - 14)
    month = month_of(fra) + pick.randint(1, 13)
    til = max(fra, some_day(pick, month, month))
    start = some_day(pick, month + 2, month + 2)
    if pick.random() < 0.8:
        start = max(fra, pick.choice((til, til + DAY, last_day(month), first_day(month + 1), last_day(month + 1))))
    rows = spell(pick, person, pick.choice(("integrationsydelse", "overgangsydelse")), fra, til)
    first, second = pick.sample(("kontanthjaelp", "uddannelseshjaelp"), 2)
    if pick.random() < 0.3:  # an earlier run of integration benefit, with or without a whole month between
        gap = pick.choice((1, 2))
        earlier = last_day(month_of(fra) - gap)
        rows += spell(pick, person, "integrationsydelse", earlier - pick.randint(0, 400) * DAY, earlier)
    if pick.random() < 0.3:  # integration benefit goes on beside it
        rows += spell(pick, person, "integrationsydelse", til + DAY, til + pick.randint(1, 200) * DAY)
    stop = start + pick.randint(0, 500) * DAY
    if pick.random() < 0.5:
        return rows + spell(pick, person, first, start, pick.choice((stop, None)))
    rows += spell(pick, person, first, start, stop)
    return rows + spell(pick, person, second, stop + pick.choice((0, 1, 31)) * DAY, None)


def now_and_then(pick: random.Random, person: int) -> list[Forloeb]:
    """A_dagpenge in about every third month, from 2016-2018 on: near 12 of 36 months."""
    rows: list[Forloeb] = []
    share = pick.choice((0.25, 0.33, 0.36, 0.4, 0.6))
    for month in range(pick.randint(2016 * 12, 2018 * 12), LAST_MONTH + 1):
        if pick.random() < share:
            fra = some_day(pick, month, month)
            til = pick.choice((fra, last_day(month), first_day(month + 1)))
            rows += spell(pick, person, "a_dagpenge", fra, til)
    return rows


def some_spells(pick: random.Random, person: int) -> list[Forloeb]:
    """None, one or several of the above, and spells at random."""
    rows: list[Forloeb] = []
    if pick.random() < 0.08:
        return rows
    for _ in range(pick.choice((1, 1, 2, 2, 3))):
        kind = pick.random()
        if kind < 0.3:
            rows += chain(pick, person)
        elif kind < 0.45:
            rows += limit_run(pick, person)
        elif kind < 0.6:
            rows += to_social_assistance(pick, person)
        elif kind < 0.68:
            rows += now_and_then(pick, person)
        else:
            for _ in range(pick.randint(1, 4)):
                fra = some_day(pick, pick.choice((2016 * 12, FIRST_MONTH, FIRST_MONTH)), LAST_MONTH)
                rows += spell(pick, person, pick.choice(YDELSER), fra, some_end(pick, fra))
    if rows and pick.random() < 0.15:  # the same benefit once more, over the same days or some of them
        twin = pick.choice(rows)
        rows += spell(pick, person, twin.ydelse, twin.fra, pick.choice((twin.til, twin.fra)))
    return rows


def some_homes(pick: random.Random, person: int) -> list[Bopael]:
    """Nowhere, one place, or several, with or without days between."""
    born = pick.choice(EDGE_YEARS) if pick.random() < 0.3 else pick.randint(1954, 2002)
    kind = pick.random()
    if kind < 0.05:
        return []
    if kind < 0.6:
        til = pick.choice((None, None, None, CLOSING, CLOSING + DAY))
        return [Bopael(person, pick.choice(KOMMUNER), some_day(pick, 2012 * 12, FIRST_MONTH - 1), til, born)]
    rows: list[Bopael] = []
    fra = some_day(pick, 2016 * 12, FIRST_MONTH + 6)
    for _ in range(pick.randint(1, 4)):
        til = max(fra, some_day(pick, month_of(fra), month_of(fra) + pick.choice((0, 3, 9, 18))))
        rows.append(Bopael(person, pick.choice(KOMMUNER), fra, til, born))
        fra = til + pick.choice((1, 1, 1, 2, 15, 31, 90)) * DAY
    if pick.random() < 0.75 and fra <= CLOSING:
        til = pick.choice((None, None, max(fra, CLOSING), CLOSING + 40 * DAY))
        rows.append(Bopael(person, pick.choice(KOMMUNER), fra, til, born))
    return [row for row in rows if row.fra <= CLOSING]


def some_efforts(pick: random.Random, person: int) -> list[Indsats]:
    """Talks near the four of 12 months, and offers of all lengths; some not held."""
    rows: list[Indsats] = []
    first = pick.randint(FIRST_MONTH - 12, LAST_MONTH - 6)
    for _ in range(pick.choice((0, 2, 3, 4, 4, 5, 5, 6, 9))):
        fra = some_day(pick, first, min(first + pick.choice((11, 11, 12, 24)), LAST_MONTH))
        rows.append(Indsats(person, "samtale", fra, pick.choice((None, fra)), pick.random() < 0.85))
    for _ in range(pick.choice((0, 0, 0, 1, 1, 2, 3))):
        fra = some_day(pick, FIRST_MONTH - 18, LAST_MONTH)
        length = pick.choice((0, 1, 13, 27, 30, 90, 364, 365, 500))
        ends = (None, fra + length * DAY, max(fra, some_day(pick, month_of(fra), month_of(fra) + 3)))
        rows.append(Indsats(person, "tilbud", fra, pick.choice(ends), pick.random() < 0.75))
    return rows


def some_hours(pick: random.Random, person: int) -> list[Timer]:
    """Hours of some months: at random, or within a hundredth of the limit in 12 months and next to none around."""
    kind = pick.random()
    if kind < 0.5:
        return []
    by_month: dict[int, int] = {}
    if kind < 0.65:
        for month in pick.sample(range(FIRST_MONTH - 13, LAST_MONTH + 1), pick.randint(1, 12)):
            by_month[month] = pick.choice((0, 1, 2_000, 20_000, pick.randint(0, 20_000)))
    else:
        rest = KRAV.timer * 100 + pick.choice((-100, -1, 0, 0, 1, 100))
        first = pick.randint(FIRST_MONTH - 13, LAST_MONTH - 11)
        months = pick.sample(range(first, first + 12), pick.randint(2, 6))
        for at, month in enumerate(months):
            left = len(months) - at - 1
            by_month[month] = rest if left == 0 else pick.randint(max(0, rest - 20_000 * left), min(rest, 20_000))
            rest -= by_month[month]
        for month in (first - 1, first + 12):
            if month <= LAST_MONTH and pick.random() < 0.3:
                by_month[month] = pick.choice((0, 1, 100))
    return [Timer(person, month, timer) for month, timer in sorted(by_month.items())]


def some_exemptions(pick: random.Random, person: int) -> list[Fritagelse]:
    """Exemptions from talks, offers or both that cover 12 months or more, or all but a day, in one piece or several."""
    rows: list[Fritagelse] = []
    for art in ("samtale", "tilbud"):
        if pick.random() < 0.5:
            continue
        month = pick.randint(FIRST_MONTH - 12, LAST_MONTH - 6)
        fra = first_day(month) + pick.choice((-20, 0, 0, 0, 1)) * DAY
        last = last_day(month + pick.choice((11, 11, 14, 17))) + pick.choice((-1, 0, 0, 5)) * DAY
        for _ in range(pick.choice((0, 1, 1, 2, 3))):
            til = fra + pick.randint(0, 200) * DAY
            if pick.random() < 0.2 and fra <= date(2020, 2, 28):
                til = pick.choice((date(2020, 2, 28), date(2020, 2, 29)))
            rows.append(Fritagelse(person, art, fra, til))
            fra = til + pick.choice((1, 1, 1, 1, 0, -10, 2)) * DAY  # touching, overlapping, one day uncovered
        if fra <= CLOSING:
            rows.append(Fritagelse(person, art, fra, pick.choice((max(fra, last), None, CLOSING + 60 * DAY))))
    return [row for row in rows if row.fra <= CLOSING]


def generate(seed: int, persons: int) -> Persons:
    """Nasty persons, numbered from 1, for 2019-01..2020-12: no row starts after 2020, and no two rows are alike."""
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    bopaele: list[Bopael] = []
    forloeb: list[Forloeb] = []
    indsatser: list[Indsats] = []
    timer: list[Timer] = []
    fritagelser: list[Fritagelse] = []
    for person in range(1, persons + 1):
        bopaele += some_homes(pick, person)
        forloeb += some_spells(pick, person)
        indsatser += some_efforts(pick, person)
        timer += some_hours(pick, person)
        fritagelser += some_exemptions(pick, person)
    return (
        list(dict.fromkeys(bopaele)),
        list(dict.fromkeys(forloeb)),
        list(dict.fromkeys(indsatser)),
        list(dict.fromkeys(timer)),
        list(dict.fromkeys(fritagelser)),
    )
