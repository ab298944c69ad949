"""Which windows and months are counted, by which definition: the small tables the SQL is run with. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from maalestok.beskaeftigelse.fokusmaal import MONTHS, target_in
from maalestok.beskaeftigelse.personer.counting_rules import CountingVersion
from maalestok.beskaeftigelse.personer.coverage import (
    EFFORT,
    EPOCH,
    NEEDED,
    Coverage,
    first_day,
    last_day,
    range_rows,
)
from maalestok.beskaeftigelse.rules import AreaVersion, BeskaeftigelseRules
from maalestok.beskaeftigelse.supervision_rules import FokusmaalVersion
from maalestok.period import Period, PeriodKind
from maalestok.rules.dated import version_for

HISTORY = 60
"""Months before the first one counted that spells are told apart in: more than any rule looks back."""
HUNDREDTHS = 100
Columns = dict[str, str]
Values = tuple[Columns, Sequence[Sequence[object]]]


@dataclass(frozen=True)
class Window:
    """A rolling year or (`quarter`) its last quarter, counted by one version of the areas."""

    number: int
    period: Period
    quarter: bool
    version: AreaVersion
    counting: CountingVersion
    own_version: bool
    """False where the version is another than the one in force, counted beside it."""

    @property
    def months(self) -> int:
        """3 or 12."""
        return 3 if self.quarter else MONTHS

    @property
    def first_day(self) -> int:
        """The day whose residents are counted."""
        return first_day(self.period.month_index - self.months + 1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return last_day(self.period.month_index) - self.first_day + 1


@dataclass(frozen=True)
class Month:
    """A month of focus targets, and what a person must have had in the 12 months up to its end."""

    month: int
    samtaler: int
    timer: int


@dataclass(frozen=True)
class Plan:
    """Everything the SQL is run with besides the rows of persons."""

    windows: tuple[Window, ...]
    months: tuple[Month, ...]
    """Measured months, then months after the last known one."""
    tables: dict[str, Values]
    known_until: int


def make_plan(found: Coverage, rules: BeskaeftigelseRules, *, by_payer: bool, bridge: bool) -> Plan:
    """What can be counted of what is known.

    Args:
        found: what is known.
        rules: areas, targets and how persons are counted.
        by_payer: count full-time persons where they are paid from, not where they live.
        bridge: count each window by every version of the areas, too.
    """
    counting = version_for(rules.counting.versions, Period(found.last, PeriodKind.MONTH))
    if counting is None:
        return Plan((), (), {}, found.last)
    windows = tuple(_windows(found, rules, counting, bridge=bridge))
    months = tuple(_of_one_definition(_months(found, rules), rules))
    ahead = max([month.month for month in months] + [found.last])
    start = min([month.month for month in months] + [found.last]) - HISTORY
    area = _area(months, rules)
    return Plan(
        windows,
        months,
        {
            "raekkevidde": (_RANGE, range_rows(found, ahead)),
            "valg": (_CHOICE, [(by_payer, first_day(start))]),
            "ydelser": (_BENEFITS, _benefits(windows, counting)),
            "kvartaler": (_QUARTERS, _quarters(windows)),
            "vinduer": (_WINDOWS, _window_rows(windows)),
            "dage": (_DAYS, _days(start, ahead)),
            "alle_maaneder": ({"maaned": "integer"}, [(month,) for month in range(start, ahead + 1)]),
            "maalemaaneder": (_MONTHS, [_month_row(month) for month in months]),
            "maalydelser": (_KEYS, _target_benefits(area, counting)),
            "enkelte": (_LENGTHS, _lengths(area, counting, accumulated=False)),
            "akkumulerede": (_LENGTHS, _lengths(area, counting, accumulated=True)),
            "arv": ({"noegle": "varchar", "fra_noegle": "varchar"}, sorted(counting.inherits.items())),
        },
        found.last,
    )


_RANGE = {
    "feed": "varchar",
    **dict.fromkeys(("orden", "fra_dag", "til_dag", "fra_maaned", "til_maaned", "frem_dag"), "integer"),
}
_CHOICE = {"efter_betaler": "boolean", "historie_dag": "integer"}
_BENEFITS = {"version": "integer", "ydelse": "varchar", "prioritet": "integer"}
_QUARTERS = dict.fromkeys(("kvartal", "fra_dag", "til_dag"), "integer")
_WINDOWS = dict.fromkeys(
    (
        "vindue",
        "version",
        "foerste_kvartal",
        "sidste_kvartal",
        "fra_dag",
        "aar",
        "fra_alder",
        "til_alder",
    ),
    "integer",
)
_DAYS = {"dag": "integer", "maaned": "integer"}
_MONTHS = dict.fromkeys(("maaned", "fra_dag", "til_dag", "vindue_fra_dag", "samtaler", "timer"), "integer")
_KEYS = {"ydelse": "varchar", "noegle": "varchar"}
_LENGTHS = {"noegle": "varchar", "laengde": "integer"}


def _windows(
    found: Coverage, rules: BeskaeftigelseRules, counting: CountingVersion, *, bridge: bool
) -> Iterable[Window]:
    begins = found.begins(NEEDED)
    if begins is None:
        return
    number = 0
    for last in range(begins, found.last + 1):
        period = Period(last, PeriodKind.ROLLING_YEAR)
        own = version_for(rules.areas.versions, period)
        if last % 3 != 2 or own is None:
            continue
        for quarter in (True, False):
            if last - (3 if quarter else MONTHS) + 1 < begins:
                continue
            for version in rules.areas.versions if bridge else (own,):
                yield Window(number, period, quarter, version, counting, version == own)
                number += 1


def _months(found: Coverage, rules: BeskaeftigelseRules) -> Iterable[Month]:
    """Months whose 12 months are known, then those to the end of the last one's year."""
    effort, persons = found.begins(EFFORT), found.begins(NEEDED)
    if effort is None or persons is None:
        return
    first = max(effort + MONTHS - 1, persons)
    for month in range(first, found.last - found.last % 12 + MONTHS) if first <= found.last else ():
        period = Period(month, PeriodKind.MONTH)
        talks, offers = (target_in(rules.fokusmaal[name], period) for name in sorted(rules.fokusmaal))
        if talks is not None and offers is not None:
            yield Month(month, talks.minimum["samtaler"], offers.minimum["timer"] * HUNDREDTHS)


def _area(months: Sequence[Month], rules: BeskaeftigelseRules) -> AreaVersion | None:
    """The benefits that target groups are on: those of the newest month."""
    newest = max((month.month for month in months), default=None)
    return None if newest is None else version_for(rules.areas.versions, Period(newest, PeriodKind.MONTH))


def _of_one_definition(months: Iterable[Month], rules: BeskaeftigelseRules) -> Iterable[Month]:
    """The months in which the areas are defined as in the newest; there is one set of benefits in a run."""
    held = list(months)
    area = _area(held, rules)
    return [m for m in held if version_for(rules.areas.versions, Period(m.month, PeriodKind.MONTH)) == area]


def target_faults(versions: Iterable[FokusmaalVersion], name: str) -> Iterable[str]:
    """What a target asks for that is not counted from persons."""
    for version in versions:
        if name == "fokusmaal_samtaler" and set(version.minimum) != {"samtaler"}:
            yield f"version {version.version}: minimum skal være samtaler"
        if name == "fokusmaal_tilbud" and (
            set(version.minimum) != {"tilbud", "timer"} or version.minimum["tilbud"] != 1
        ):
            yield f"version {version.version}: minimum skal være ét tilbud eller et antal timer"


def _benefits(windows: Sequence[Window], counting: CountingVersion) -> Sequence[Sequence[object]]:
    versions = {v.version: v for v in (window.version for window in windows)}
    numbers = version_numbers(windows)
    return [
        (numbers[name], benefit, counting.priority.index(area) + 1)
        for name, version in sorted(versions.items())
        for area, benefits in sorted(version.areas.items())
        for benefit in benefits
    ]


def version_numbers(windows: Sequence[Window]) -> dict[str, int]:
    """Version of the areas -> the number it has in the SQL."""
    return {name: number for number, name in enumerate(sorted({window.version.version for window in windows}))}


def _quarters(windows: Sequence[Window]) -> Sequence[Sequence[object]]:
    quarters = {
        month for w in windows for month in range(w.period.month_index - w.months + 3, w.period.month_index + 1, 3)
    }
    return [(month // 3, first_day(month - 2), last_day(month)) for month in sorted(quarters)]


def _window_rows(windows: Sequence[Window]) -> Sequence[Sequence[object]]:
    numbers = version_numbers(windows)
    return [
        (
            w.number,
            numbers[w.version.version],
            w.period.month_index // 3 - w.months // 3 + 1,
            w.period.month_index // 3,
            w.first_day,
            (EPOCH + timedelta(days=w.first_day)).year,
            w.counting.first_age,
            w.counting.last_age,
        )
        for w in windows
    ]


def _days(first: int, last: int) -> Sequence[Sequence[object]]:
    return [(day, _month_of(day)) for day in range(first_day(first), last_day(last) + 1)]


def _month_of(day: int) -> int:
    found: date = EPOCH + timedelta(days=day)
    return found.year * 12 + found.month - 1


def _month_row(month: Month) -> Sequence[object]:
    begins = first_day(month.month - MONTHS + 1)
    return (month.month, first_day(month.month), last_day(month.month), begins, month.samtaler, month.timer)


def _target_benefits(area: AreaVersion | None, counting: CountingVersion) -> Sequence[tuple[str, str]]:
    """Benefits of the target groups and the name each counts under."""
    if area is None:
        return []
    held = sorted(benefit for benefits in area.areas.values() for benefit in benefits)
    return [(benefit, counting.key_of(benefit)) for benefit in held if benefit not in counting.left_out]


def _lengths(area: AreaVersion | None, counting: CountingVersion, *, accumulated: bool) -> Sequence[tuple[str, int]]:
    keys = sorted({key for _, key in _target_benefits(area, counting)})
    return [(key, counting.long_after_months) for key in keys if (key in counting.accumulated) == accumulated]
