"""Periods: months and rolling four quarters, on one integer axis.

`month_index` = year * 12 + month - 1 of the period's last month: the only date arithmetic in the house.
Codes as jobindsats.dk writes them: `2020QMAT04` = Q1..Q4 2020; months as `2026-10`.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from maalestok.errors import MaalestokError

_QMAT = re.compile(r"([0-9]{4})QMAT0([1-4])")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

MONTH_NAMES_DA = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip


class PeriodKind(StrEnum):
    """What a period code measures."""

    MONTH = "month"
    ROLLING_YEAR = "rolling_year"


class PeriodError(MaalestokError):
    """A period code that isn't one."""


@dataclass(frozen=True, order=True)
class Period:
    """A month, or the four quarters ending in a quarter's last month. Ordered by its last month."""

    month_index: int
    kind: PeriodKind

    @property
    def year(self) -> int:
        """Calendar year of the last month."""
        return self.month_index // 12

    @property
    def month(self) -> int:
        """Last month, 1..12."""
        return self.month_index % 12 + 1

    @property
    def is_calendar_year(self) -> bool:
        """True for the rolling year that ends in December."""
        return self.kind is PeriodKind.ROLLING_YEAR and self.month == 12

    @property
    def measured_year(self) -> "Period":
        """The rolling year that ends with the calendar year this period ends in: whose rules it falls under."""
        return Period(self.year * 12 + 11, PeriodKind.ROLLING_YEAR)

    @property
    def code(self) -> str:
        """The code as published."""
        if self.kind is PeriodKind.MONTH:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}QMAT{self.month // 3:02d}"

    @property
    def last_day(self) -> date:
        """The period's last day."""
        following = self.month_index + 1
        return date.fromordinal(date(following // 12, following % 12 + 1, 1).toordinal() - 1)

    @property
    def label_da(self) -> str:
        """The period in Danish words."""
        if self.kind is PeriodKind.MONTH:
            return f"{MONTH_NAMES_DA[self.month - 1]} {self.year}"
        if self.is_calendar_year:
            return f"{self.year}"
        quarter = self.month // 3
        return f"{quarter + 1}. kvartal {self.year - 1} til {quarter}. kvartal {self.year}"

    def shifted(self, months: int) -> "Period":
        """The period of the same kind `months` later (negative: earlier)."""
        return Period(self.month_index + months, self.kind)

    @property
    def previous_edition(self) -> "Period":
        """The edition before: two quarters earlier (the benchmark is published twice a year)."""
        return self.shifted(-6)


def parse_period(code: str) -> Period:
    """Read `2020QMAT04` or `2026-10`.

    Raises:
        PeriodError: anything else, in Danish, with the two accepted forms.
    """
    text = code.strip()
    if match := _QMAT.fullmatch(text):
        year, month, kind = int(match[1]), int(match[2]) * 3, PeriodKind.ROLLING_YEAR
    elif match := _MONTH.fullmatch(text):
        year, month, kind = int(match[1]), int(match[2]), PeriodKind.MONTH
    else:
        raise PeriodError(
            f"Perioden {code[:40]!r} kan ikke læses.",
            remedy="Skriv fire rullende kvartaler som 2020QMAT04 (1.-4. kvartal 2020) eller en måned som 2026-10.",
        )
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise PeriodError(
            f"Perioden {text} ligger uden for årene {_FIRST_YEAR}-{_LAST_YEAR}.",
            remedy="Ret årstallet.",
        )
    return Period(year * 12 + month - 1, kind)
