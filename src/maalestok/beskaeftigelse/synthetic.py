"""Invented editions in the published layouts. Seeded, rounded as published, every row marked SYNTETISK.

Recipe: each municipality gets an invented population and expected shares; its actual shares deviate by a lasting and
a passing part. No figure comes from a real municipality; only the 98 names and the form are real.
"""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import NormalDist

from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.numbers import danish_scaled
from maalestok.kommune import kommuner
from maalestok.period import parse_period
from maalestok.rules.loader import load_feed

AREAS = ("a_dagpenge", "kontanthjaelp", "sygedagpenge")
BASE_SHARE = {"a_dagpenge": 0.028, "kontanthjaelp": 0.038, "sygedagpenge": 0.027}
MARK = "SYNTETISK"
LARGEST = ("København", "Aarhus", "Aalborg", "Odense", "Esbjerg", "Vejle", "Frederiksberg", "Randers")
SMALLEST = ("Læsø", "Fanø", "Samsø", "Ærø", "Langeland", "Dragør")
"""Only the order of size is taken from the country; the sizes themselves are invented."""


@cache
def header() -> tuple[tuple[str, str], ...]:
    """(code, label) of every column, as the feed's rules name them, and the mark."""
    feed = load_feed("y30r21", "beskaeftigelse")
    return (*((column.codes[0], column.names[0]) for column in feed.columns), (SYNTETISK, SYNTETISK))


@cache
def labels() -> dict[str, str]:
    """Area -> label, as the feed's rules name it."""
    return {area: label for label, area in load_feed("y30r21", "beskaeftigelse").omraade_labels.items()}


@dataclass(frozen=True)
class Row:
    """One invented row, already rounded: numbers to 10, shares in hundredths of a per cent."""

    kommune: str
    period: str
    omraade: str
    expected: int
    actual: int
    expected_share: int
    actual_share: int
    difference_share: int
    rank: int

    def cells(self) -> list[int | str]:
        """The row as published: whole numbers, shares as Danish text."""
        numbers = [self.expected, self.actual, self.actual - self.expected]
        shares = [danish_scaled(v, 2) for v in (self.expected_share, self.actual_share, self.difference_share)]
        return [self.kommune, self.period, labels()[self.omraade], *numbers, *shares, self.rank, MARK]


class Draws:
    """Normal draws through the inverse distribution function, so that a seed gives the same numbers everywhere."""

    def __init__(self, seed: int) -> None:
        self._uniform = random.Random(seed)  # noqa: S311  # reproducible invention, no secret
        self._normal = NormalDist()

    def normal(self, sd: float) -> float:
        return sd * self._normal.inv_cdf(min(max(self._uniform.random(), 1e-12), 1 - 1e-12))


def editions(periods: Sequence[str], seed: int) -> dict[str, list[Row]]:
    """Invented editions: period -> 392 rows. The same seed gives the same rows."""
    draws = Draws(seed)
    population = _sizes(draws)
    level = {(k.navn, a): BASE_SHARE[a] * (1 + draws.normal(0.18)) for k in kommuner() for a in AREAS}
    lasting = {(k.navn, a): draws.normal(0.0016) for k in kommuner() for a in AREAS}
    made = {}
    for period in sorted(periods, key=parse_period):
        season = {a: 1 + draws.normal(0.05) for a in AREAS}
        expected = {key: share * season[key[1]] for key, share in level.items()}
        gap = {key: lasting[key] + draws.normal(0.0006) for key in level}
        made[period] = _edition(period, population, expected, gap)
    return made


def _sizes(draws: Draws) -> dict[str, int]:
    """Invented populations: drawn, then dealt out so that the large are large and the islands small."""
    sizes = sorted((round(math.exp(10.3 + draws.normal(0.8))) for _ in kommuner()), reverse=True)
    others = [k.navn for k in kommuner() if k.navn not in LARGEST and k.navn not in SMALLEST]
    names = [*LARGEST, *others, *reversed(SMALLEST)]
    dealt = dict(zip(names, sizes, strict=True))
    return {k.navn: dealt[k.navn] for k in kommuner()}


def _with_more(row: Row, persons: int) -> Row:
    share = round(persons * row.expected_share / row.expected)
    return replace(
        row,
        actual=row.actual + persons,
        actual_share=row.actual_share + share,
        difference_share=row.difference_share + share,
    )


def revised(rows: Sequence[Row], kommune: str, area: str, persons: int) -> list[Row]:
    """The same edition with so many persons more in one municipality's area and total, ranked anew."""
    touched = (area, "i_alt")
    changed = [_with_more(r, persons) if r.kommune == kommune and r.omraade in touched else r for r in rows]
    ranked: dict[tuple[str, str], int] = {}
    for group in touched:
        order = sorted((r for r in changed if r.omraade == group), key=lambda r: (r.difference_share, r.rank))
        ranked |= {(r.kommune, group): place for place, r in enumerate(order, start=1)}
    return [replace(row, rank=ranked.get((row.kommune, row.omraade), row.rank)) for row in changed]


def _edition(
    period: str,
    population: dict[str, int],
    expected: dict[tuple[str, str], float],
    gap: dict[tuple[str, str], float],
) -> list[Row]:
    for values in (expected, gap):
        for name in population:
            values[name, "i_alt"] = sum(values[name, area] for area in AREAS)
    rows = []
    for area in labels():
        order = sorted(population, key=lambda name: gap[name, area])
        for name, people in population.items():
            share, difference = expected[name, area], gap[name, area]
            rows.append(
                Row(
                    kommune=name,
                    period=period,
                    omraade=area,
                    expected=round(people * share / 10) * 10,
                    actual=round(people * (share + difference) / 10) * 10,
                    expected_share=round(share * 10_000),
                    actual_share=round((share + difference) * 10_000),
                    difference_share=round(difference * 10_000),
                    rank=order.index(name) + 1,
                )
            )
    return rows


def as_csv(rows: Sequence[Row]) -> bytes:
    """The v2 CSV layout."""
    lines = [";".join(label for _, label in header())]
    lines += [";".join(map(str, row.cells())) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def as_json_v2(rows: Sequence[Row]) -> bytes:
    """The v2 JSON layout."""
    variables = [{"Name": name, "Label": label} for name, label in header()]
    return json.dumps([{"Variables": variables, "Data": [row.cells() for row in rows]}], ensure_ascii=False).encode()


def as_json_v3(rows: Sequence[Row]) -> bytes:
    """The v3 JSON layout: plain column names, numbers as numbers."""
    names = [label.rpartition(": ")[2] for _, label in header()]
    names[0] = "Område"
    shares = slice(6, 9)
    table = []
    for row in rows:
        cells: list[int | str | float] = list(row.cells())
        cells[shares] = [v / 100 for v in (row.expected_share, row.actual_share, row.difference_share)]
        table.append(cells)
    return json.dumps({"columns": names, "rows": table}, ensure_ascii=False).encode()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    """The same table as a workbook."""
    import io
    from datetime import date, datetime, time

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.combine(date(2000, 1, 1), time.min)})
    sheet = book.add_worksheet("Y30R21")
    sheet.write_row(0, 0, [label for _, label in header()])
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row.cells())
    book.close()
    return buffer.getvalue()
