"""Full-time persons from grade-days: rounded as published, with what the rounding leaves open. Pure.

A full-time person is a day of full benefit on every day of the window: grade-days / (100 x days).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.beskaeftigelse.personer.counting_rules import CountingVersion
from maalestok.beskaeftigelse.personer.own_rows import OWN_METHOD, OwnRow, missing
from maalestok.beskaeftigelse.personer.plan import Window, version_numbers
from maalestok.kommune import HELE_LANDET, kommuner
from maalestok.rules.models import Unit

NUMBER, SHARE = "faktisk_antal", "faktisk_andel"
GRADE = 100
QUARTER = "i_kvartal_"
DEFINITION = "efter_definition_"


@dataclass(frozen=True)
class Cell:
    """Full-time persons and residents of a place, exact."""

    persons: Fraction
    residents: int


def rounded(value: Fraction | int, base: int) -> int:
    """To the nearest multiple of `base`, halves up."""
    return int((Fraction(value) / base + Fraction(1, 2)) // 1) * base


def share_bounds(number: int, residents: int, base: int) -> tuple[Fraction, Fraction]:
    """What the share of two rounded numbers can be before rounding. `residents` is above `base`."""
    half = Fraction(base, 2)
    return max(number - half, Fraction(0)) / (residents + half), (number + half) / (residents - half)


def places(held: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Place -> the municipalities it is the sum of: each known one, and regions and Hele landet known whole."""
    found: dict[str, list[str]] = {}
    for kommune in kommuner():
        for place in (kommune.kode, kommune.region_kode, HELE_LANDET):
            found.setdefault(place, []).append(kommune.kode)
    return {place: tuple(codes) for place, codes in found.items() if set(codes) <= held}


Cells = Mapping[tuple[int, str, str], Cell]
"""(window, place, area) -> what was counted."""


def cells(found: Counted, total: str) -> Cells:
    """(window, place, area) -> full-time persons, zero where nobody had a benefit. `total`: the area of all areas."""
    days: dict[tuple[int, str, int], int] = {
        (row["vindue"], f"{row['kommune']:03d}", row["prioritet"]): row["grad_dage"]
        for row in found.facts.cells.iter_rows(named=True)
    }
    people = {
        (row["fra_dag"], f"{row['kommune']:03d}"): row["beboere"] for row in found.facts.residents.iter_rows(named=True)
    }
    held: dict[tuple[int, str, str], Cell] = {}
    for window in found.plan.windows:
        for place, codes in places(found.kommuner).items():
            residents = sum(people.get((window.first_day, code), 0) for code in codes)
            all_areas = Fraction(0)
            for number, area in enumerate(window.counting.priority, start=1):
                sum_days = sum(days.get((window.number, code, number), 0) for code in codes)
                persons = Fraction(sum_days, GRADE * window.days)
                all_areas += persons
                held[window.number, place, area] = Cell(persons, residents)
            held[window.number, place, total] = Cell(all_areas, residents)
    return held


def fulltime_rows(found: Counted, held: Cells, total: str, *, exact: bool) -> Iterator[OwnRow]:
    """Number and share of every rolling year by the definition in force; `exact` ones stay on the authority's side."""
    for window in _rolling(found):
        if not window.own_version:
            continue
        for place in places(found.kommuner):
            for area in (total, *window.counting.priority):
                at, cell = (window.period.code, place, area), held[window.number, place, area]
                yield from _exact(at, cell) if exact else fulltime_public(at, cell, window.counting)


def fulltime_public(at: tuple[str, str, str], cell: Cell, rules: CountingVersion) -> Iterator[OwnRow]:
    """Number and share of a place as they may be shown. `at`: period, kommune_kode, omraade."""
    base = rules.rounding
    number, residents = rounded(cell.persons, base), rounded(cell.residents, base)
    yield OwnRow(NUMBER, *at, Fraction(number))
    if residents < rules.fewest_residents:
        yield missing(SHARE, at, "for_faa_beboere")
    else:
        low, high = share_bounds(number, residents, base)
        yield OwnRow(SHARE, *at, Fraction(number, residents), low, high, number, residents)


def _exact(at: tuple[str, str, str], cell: Cell) -> Iterator[OwnRow]:
    yield OwnRow(NUMBER, *at, cell.persons)
    if cell.residents:
        yield OwnRow(SHARE, *at, cell.persons / cell.residents)
    else:
        yield missing(SHARE, at, "for_faa_beboere")


def fulltime_parts(found: Counted, held: Cells, total: str) -> Iterator[PartRow]:
    """What stands beside the number: each quarter of the year, and the number by other definitions, all rounded."""
    quarters = {(w.period.month_index, w.version.version): w for w in found.plan.windows if w.quarter}
    numbers = version_numbers(found.plan.windows)
    for window in _rolling(found):
        base = window.counting.rounding
        for place in places(found.kommuner):
            for area in (total, *window.counting.priority):
                at = (window.period.code, place, area)
                if len(numbers) > 1:
                    name = DEFINITION + window.version.version
                    number = rounded(held[window.number, place, area].persons, base)
                    yield part(NUMBER, at, name, float(number), Unit.PERSONS_FULLTIME, OWN_METHOD)
                if not window.own_version:
                    continue
                for back in (9, 6, 3, 0):
                    month = window.period.month_index - back
                    quarter = quarters.get((month, window.version.version))
                    if quarter is not None:
                        name = f"{QUARTER}{month % 12 // 3 + 1}"
                        number = rounded(held[quarter.number, place, area].persons, base)
                        yield part(NUMBER, at, name, float(number), Unit.PERSONS_FULLTIME, OWN_METHOD)


def _rolling(found: Counted) -> Iterator[Window]:
    return (window for window in found.plan.windows if not window.quarter)
