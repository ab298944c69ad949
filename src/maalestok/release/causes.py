"""Why a figure differs between two releases: edition, data, correction, protection, rules or program."""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from maalestok.kommune import HELE_LANDET, by_code
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.release.manifest import Manifest
from maalestok.results import Status

UDGAVE, MAERKE, DATA, RETTELSE, REGLER, PROGRAM = "udgave", "mærke", "data", "rettelse", "regler", "program"
BESKYTTELSE = "beskyttelse"
WITHHELD = Status.DISKRETIONERET.value
WINDOW = 12
"""Months a figure of a month end rests on."""
CORRECTED_COLUMN = re.compile(r": (\w+) fra ")
AENDRET, NY, FORSVUNDET = "ændret", "ny", "forsvundet"


class Causes:
    """Which places and periods were read from other rows than before, and what else changed."""

    def __init__(self, old: pl.DataFrame, new: pl.DataFrame, before: Manifest, now: Manifest) -> None:
        self.rules_changed = (before.rules_sha256, before.register_sha256) != (now.rules_sha256, now.register_sha256)
        self._both = set(before.periods) & set(now.periods)
        key = ["feed", "period", "kommune_kode", "omraade", "kontroltrin"]
        both = old.join(new, on=key, how="full", coalesce=True, nulls_equal=True, suffix="_new")
        self._data = self._places(both.filter(pl.col("levering").ne_missing(pl.col("levering_new"))))
        self._periods: dict[tuple[str, int, bool], list[str]] = {}
        corrected = both.filter(pl.col("rettelse").ne_missing(pl.col("rettelse_new")))
        self._corrected = self._places(corrected)
        self._named = {
            (row["period"], row["kommune_kode"], row["omraade"], column)
            for row in corrected.iter_rows(named=True)
            for column in CORRECTED_COLUMN.findall(f"{row['rettelse']} {row['rettelse_new']}")
        }

    @staticmethod
    def _places(rows: pl.DataFrame) -> set[tuple[str, str]]:
        """(period, place) of changed rows, and of every larger place they are part of."""
        places = set()
        for period, kommune in rows.select("period", "kommune_kode").unique().iter_rows():
            own = by_code()[kommune]
            places |= {(period, place) for place in (kommune, own.landsdel_kode, own.region_kode, HELE_LANDET)}
        return places

    def cause(self, row: Mapping[str, Any], kind: str, *, before: int = 0, whole_past: bool = False) -> str:
        """The first cause that explains a changed row.

        `before`: it rests on the edition so many months earlier, too; `whole_past`: on every
        month before, or in the rolling year.
        """
        if row["period"] not in self._both:
            return UDGAVE
        if kind == AENDRET and row["rule_version"] != row["rule_version_new"]:
            return REGLER
        if (row["period"], row["kommune_kode"], row["omraade"], row.get("measure")) in self._named:
            return RETTELSE
        cells = self._reach(row["period"], row["kommune_kode"], before=before, whole_past=whole_past)
        if kind == AENDRET and row.get("value") is not None and row["value"] == row["value_new"]:
            # A range alone that moved may rest on all the others.
            cells |= self._reach(row["period"], HELE_LANDET, before=before, whole_past=whole_past)
        if cells & self._data:
            return DATA
        if cells & self._corrected:
            return RETTELSE
        if WITHHELD in (row.get("status"), row.get("status_new")):
            return BESKYTTELSE
        return REGLER if self.rules_changed else PROGRAM

    def _reach(self, code: str, place: str, *, before: int, whole_past: bool) -> set[tuple[str, str]]:
        """(period, place) of the delivered rows that a figure or finding rests on."""
        if (code, before, whole_past) not in self._periods:
            self._periods[code, before, whole_past] = self._rests_on(code, before=before, whole_past=whole_past)
        return {(period, place) for period in self._periods[code, before, whole_past]}

    def _rests_on(self, code: str, *, before: int, whole_past: bool) -> list[str]:
        period = parse_period(code)
        if period.kind is PeriodKind.ROLLING_YEAR:
            inside = [Period(period.month_index - back, PeriodKind.MONTH).code for back in range(WINDOW)]
            return [code, *([period.shifted(-before).code] if before else []), *(inside if whole_past else [])]
        if whole_past:
            return [p for p in {p for p, _ in self._data | self._corrected} if parse_period(p) <= period]
        return [period.shifted(-months).code for months in range(WINDOW)]
