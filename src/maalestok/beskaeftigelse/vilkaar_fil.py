"""Figures of a StatBank table as a file of the feed `rammevilkaar`: one condition, a value a municipality and year."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from maalestok.beskaeftigelse.rules import load_rules
from maalestok.errors import MaalestokError
from maalestok.kommune import by_code
from maalestok.rules.feeds import ColumnKind, FeedColumn
from maalestok.statbank_cells import Cells
from maalestok.statbank_table import named

FEED = "rammevilkaar"
PERIOD = re.compile(r"([12][0-9]{3})(?:[HKMU][0-9]{1,2})?")


@dataclass(frozen=True)
class ConditionFile:
    """The file's bytes, its column, its years, and the years left out as they have not ended."""

    content: bytes
    column: str
    years: tuple[int, ...]
    unfinished: tuple[int, ...]


def condition_column(condition: str) -> FeedColumn:
    """The column of the feed that a condition is, by its id or a name it may be delivered under.

    Raises:
        MaalestokError: an outcome, or no column of numbers.
    """
    rules = load_rules()
    columns = [column for column in rules.feeds[FEED].columns if column.kind is ColumnKind.NUMBER]
    wanted = condition.casefold()
    found = [c for c in columns if wanted in (c.id, *(name.casefold() for name in c.names))]
    allowed = f"Vælg en af: {', '.join(c.id for c in columns if c.id not in rules.similar.refused)}."
    if not found:
        raise MaalestokError(f"{condition!r} er ikke en talkolonne i {FEED}.", remedy=allowed)
    if reason := rules.similar.refused.get(found[0].id):
        raise MaalestokError(f"{found[0].id} kan ikke være et rammevilkår: {reason}", remedy=allowed)
    return found[0]


def condition_file(cells: Cells, column: FeedColumn, today: date) -> ConditionFile:
    """The figures as a file that can be imported. A year that has not ended is left out, as the import would refuse it.

    Raises:
        MaalestokError: not one value a municipality and year, not all municipalities, no year that has ended, a share
            that is none.
    """
    selection = cells.selection
    years = _years(cells)
    if lacking := sorted(set(by_code()) - set(selection.codes[selection.area])):
        raise MaalestokError(
            f"Et år skal have alle 98 kommuner; her mangler {named(lacking[:5])}"
            + (f" og {len(lacking) - 5} flere." if len(lacking) > 5 else "."),
            remedy=f"Udelad --select {selection.area}, eller vælg en tabel med alle kommuner.",
        )
    ended = {code: year for code, year in years.items() if date(year, 12, 31) < today}
    if not ended:
        raise MaalestokError("Intet valgt år er slut.", remedy=f"Vælg tidligere år med --select {selection.time}=ÅR.")
    feed = load_rules().feeds[FEED]
    keys = {c.kind: c.names[0] for c in feed.columns}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=feed.csv_delimiter, lineterminator="\n")
    writer.writerow([keys[ColumnKind.KOMMUNE], keys[ColumnKind.CALENDAR_YEAR], column.names[0]])
    for (kommune, period, *_), value in cells.rows():
        if period in ended:
            writer.writerow([kommune, ended[period], _value(value, column, kommune, period)])
    left_out = tuple(sorted(set(years.values()) - set(ended.values())))
    return ConditionFile(text.getvalue().encode(), column.id, tuple(sorted(ended.values())), left_out)


def _years(cells: Cells) -> dict[str, int]:
    """Year by code of period, where a municipality and year have one value.

    Raises:
        MaalestokError: they have several, or a code of another form.
    """
    _, time, *others = cells.selection.codes
    for name in others:
        count = len(cells.selection.codes[name])
        if count > 1:
            raise MaalestokError(
                f"--as kræver én værdi for hver kommune og hvert år; her er {count} i {name}.",
                remedy=f"Vælg én kode med --select {name}=KODE.",
            )
    years: dict[str, int] = {}
    for code in cells.selection.codes[time]:
        match = PERIOD.fullmatch(code)
        if match is None:
            raise MaalestokError(
                f"Perioden {code!r} ligger ikke i ét år.", remedy=f"Vælg perioder inden for et år med --select {time}."
            )
        if int(match[1]) in years.values():
            raise MaalestokError(
                f"--as kræver én værdi for hver kommune og hvert år; {match[1]} har flere perioder.",
                remedy=f"Vælg én periode i hvert år, fx --select {time}=*{code[4:]}.",
            )
        years[code] = int(match[1])
    return years


def _value(text: str, column: FeedColumn, kommune: str, period: str) -> str:
    plain = text.replace(",", ".")
    if plain and "pct." in column.description_da and not 0 <= Decimal(plain) <= 100:
        raise MaalestokError(
            f"{column.id} er i pct., men {named([kommune])} har {text} i {period}.",
            remedy="Tabellen er opgjort i en anden enhed; regn andelen ud først, eller vælg en tabel i pct.",
        )
    return plain
