"""Invented editions in the published layouts. Seeded, rounded as published, every row marked SYNTETISK.

Recipe: each municipality gets an invented population and expected shares; its actual shares deviate by a lasting and
a passing part. No figure comes from a real municipality; only the 98 names and the form are real.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from maalestok.kommune import kommuner
from maalestok.period import parse_period

AREAS = ("a_dagpenge", "kontanthjaelp", "sygedagpenge")
BASE_SHARE = {"a_dagpenge": 0.028, "kontanthjaelp": 0.038, "sygedagpenge": 0.027}
LABELS = {
    "i_alt": "Ydelsesgrupper i alt",
    "a_dagpenge": "A-dagpenge mv.",
    "kontanthjaelp": "Kontanthjælp mv.",
    "sygedagpenge": "Sygedagpenge mv.",
}
_NUMBER = "Forventet og faktisk antal fuldtidspersoner på offentlig forsørgelse: "
_SHARE = "Forventet og faktisk andel fuldtidspersoner på offentlig forsørgelse: "
HEADER = (
    ("area", "Area"),
    ("period", "Periode"),
    ("_ygrp_y30r21", "Ydelsesgrupper"),
    ("mgrp_3", f"{_NUMBER}Forventet antal"),
    ("mgrp_4", f"{_NUMBER}Faktisk antal"),
    ("mgrp_5", f"{_NUMBER}Forskel mellem forventet og faktisk antal"),
    ("mgrp_6", f"{_SHARE}Forventet andel (pct.)"),
    ("mgrp_7", f"{_SHARE}Faktisk andel (pct.)"),
    ("mgrp_8", f"{_SHARE}Forskel mellem forventet og faktisk andel (pct. point)"),
    ("mgrp_9", "Placering på benchmarkranglisten"),
    ("syntetisk", "syntetisk"),
)
MARK = "SYNTETISK"


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
        shares = [_percent(v) for v in (self.expected_share, self.actual_share, self.difference_share)]
        return [self.kommune, self.period, LABELS[self.omraade], *numbers, *shares, self.rank, MARK]


def _percent(hundredths: int) -> str:
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole},{rest:02d}"


class _Draws:
    """Normal draws through the inverse distribution function, so that a seed gives the same numbers everywhere."""

    def __init__(self, seed: int) -> None:
        self._uniform = random.Random(seed)  # noqa: S311  # reproducible invention, no secret
        self._normal = NormalDist()

    def normal(self, sd: float) -> float:
        return sd * self._normal.inv_cdf(min(max(self._uniform.random(), 1e-12), 1 - 1e-12))


def editions(periods: Sequence[str], seed: int) -> dict[str, list[Row]]:
    """Invented editions: period -> 392 rows. The same seed gives the same rows."""
    draws = _Draws(seed)
    population = {k.navn: round(2.718281828 ** (10.3 + draws.normal(0.7))) for k in kommuner()}
    level = {(k.navn, a): BASE_SHARE[a] * (1 + draws.normal(0.18)) for k in kommuner() for a in AREAS}
    lasting = {(k.navn, a): draws.normal(0.0016) for k in kommuner() for a in AREAS}
    made = {}
    for period in sorted(periods, key=parse_period):
        season = {a: 1 + draws.normal(0.05) for a in AREAS}
        expected = {key: share * season[key[1]] for key, share in level.items()}
        gap = {key: lasting[key] + draws.normal(0.0006) for key in level}
        made[period] = _edition(period, population, expected, gap)
    return made


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
    for area in LABELS:
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
    lines = [";".join(label for _, label in HEADER)]
    lines += [";".join(map(str, row.cells())) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def as_json_v2(rows: Sequence[Row]) -> bytes:
    """The v2 JSON layout."""
    variables = [{"Name": name, "Label": label} for name, label in HEADER]
    return json.dumps([{"Variables": variables, "Data": [row.cells() for row in rows]}], ensure_ascii=False).encode()


def as_json_v3(rows: Sequence[Row]) -> bytes:
    """The v3 JSON layout: plain column names, numbers as numbers."""
    names = [label.rpartition(": ")[2] for _, label in HEADER]
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
    from datetime import datetime

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  # a date without a clock
    sheet = book.add_worksheet("Y30R21")
    sheet.write_row(0, 0, [label for _, label in HEADER])
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row.cells())
    book.close()
    return buffer.getvalue()
