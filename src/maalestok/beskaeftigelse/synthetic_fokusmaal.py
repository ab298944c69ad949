"""Invented focus target figures and steps for the invented editions of `synthetic.py`. Seeded, marked SYNTETISK.

Recipe: each municipality gets lasting shares and a target group in proportion to its invented persons on benefit; every
month deviates a little. Most lie above 80 per cent, some just above it and some below. No figure is from anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from maalestok.beskaeftigelse.synthetic import MARK, Draws, Row
from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.numbers import danish_scaled
from maalestok.period import Period, PeriodKind, parse_period

GROUP_SHARE = 0.35
"""Share of the persons on benefit that have been so for more than 12 months."""
LEVEL, LASTING, PASSING = {"samtale": 0.88, "tilbud": 0.86}, 0.05, 0.015
STEPS = {"udpeget": 0, "redegoerelse": 45, "revisionsgennemgang": 60, "genopretningsplan": 75, "genopretning": 120}
"""Step -> how many days after the designation it is invented to be taken; the real deadlines are not known."""


@dataclass(frozen=True)
class MonthRow:
    """One invented row: persons in the target group, shares in hundredths of a per cent (None: an empty group)."""

    kommune: str
    maaned: str
    group: int
    samtale: int | None
    tilbud: int | None


def months(editions: Mapping[str, Sequence[Row]], seed: int) -> list[MonthRow]:
    """Every month of the editions' windows, for every municipality. The same seed gives the same rows."""
    draws = Draws(seed)
    newest = {row.kommune: row for rows in editions.values() for row in rows if row.omraade == "i_alt"}
    lasting = {(name, kind): LEVEL[kind] + draws.normal(LASTING) for name in newest for kind in LEVEL}
    ends = [parse_period(code).month_index for code in editions]
    rows = []
    for index in sorted({end - back for end in ends for back in range(12)}):
        code = Period(index, PeriodKind.MONTH).code
        for name, row in newest.items():
            group = round(row.actual * GROUP_SHARE * (1 + draws.normal(0.02)))
            samtale, tilbud = (_share(group, lasting[name, kind] + draws.normal(PASSING)) for kind in LEVEL)
            rows.append(MonthRow(name, code, group, samtale, tilbud))
    return rows


def _share(group: int, drawn: float) -> int | None:
    """A share that some whole number of the group gives, as published; none of an empty group."""
    if not group:
        return None
    reached = round(group * min(max(drawn, 0), 1))
    return (20_000 * reached + group) // (2 * group)


def steps(kommune: str, maaleaar: str, until: date) -> list[tuple[str, str, str, str]]:
    """An invented course of a municipality, as far as it has come on a day: (kommune, year, date, step)."""
    designated = parse_period(maaleaar).last_day + timedelta(days=181)
    dated = [(skridt, designated + timedelta(days=days)) for skridt, days in STEPS.items()]
    return [(kommune, maaleaar[:4], day.isoformat(), skridt) for skridt, day in dated if day <= until]


def as_csv(rows: Sequence[MonthRow]) -> bytes:
    """The feed `fokusmaal`."""
    lines = [f"kommune_kode;maaned;maalgruppe_antal;samtale_andel;tilbud_andel;{SYNTETISK}"]
    lines += [
        ";".join([row.kommune, row.maaned, str(row.group), _text(row.samtale), _text(row.tilbud), MARK]) for row in rows
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def _text(share: int | None) -> str:
    return "" if share is None else danish_scaled(share, 2)


def steps_csv(rows: Sequence[tuple[str, str, str, str]]) -> bytes:
    """The feed `tilsynsskridt`."""
    lines = [f"kommune_kode;maaleaar;dato;skridt;{SYNTETISK}", *(";".join([*row, MARK]) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()
