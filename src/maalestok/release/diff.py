"""What changed between two releases, cell by cell, and why: edition, data, correction, protection, rules or program."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.criteria import CONTACTED
from maalestok.errors import ReleaseError
from maalestok.kommune import HELE_LANDET, by_code
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.release.manifest import Manifest
from maalestok.release.read import Release
from maalestok.results import KEY, Status, key_text

COMPARED = ("value", "low", "high", "numerator", "denominator", "status", "unit", "syntetisk", "rule_version")
FINDING_KEY = ("criterion", "kommune_kode", "omraade", "kontroltrin", "period")
JUDGED = ("udfald", "flag", "graense", "vaerdi", "rule_version")
UDGAVE, MAERKE, DATA, RETTELSE, REGLER, PROGRAM = "udgave", "mærke", "data", "rettelse", "regler", "program"
BESKYTTELSE = "beskyttelse"
WITHHELD = Status.DISKRETIONERET.value
WINDOW = 12
"""Months a figure of a month end rests on."""
ACTED_MONTHS = 6
"""Month ends before a contact that it may have rested on."""
CORRECTED_COLUMN = re.compile(r": (\w+) fra ")
AENDRET, NY, FORSVUNDET = "ændret", "ny", "forsvundet"


@dataclass(frozen=True)
class CellChange:
    """One result key. `kind` is ændret, ny or forsvundet; `cause` why."""

    key: str
    measure: str
    kommune_kode: str
    omraade: str
    kontroltrin: int | None
    period: str
    kind: str
    cause: str
    before: float | None
    now: float | None
    range_before: tuple[float, float] | None
    range_now: tuple[float, float] | None
    status_before: str | None
    status_now: str | None
    unit: str


@dataclass(frozen=True)
class FindingChange:
    """One finding whose outcome, reservations, threshold or value differs. `acted_on`: a contact may rest on it."""

    criterion: str
    kommune_kode: str
    omraade: str
    kontroltrin: int | None
    period: str
    kind: str
    cause: str
    before: str | None
    now: str | None
    flags_before: tuple[str, ...]
    flags_now: tuple[str, ...]
    acted_on: bool


@dataclass(frozen=True)
class Difference:
    """All that differs between two releases."""

    old: str
    new: str
    syntetisk: bool
    inputs_added: tuple[str, ...]
    inputs_removed: tuple[str, ...]
    corrections_added: tuple[str, ...]
    corrections_removed: tuple[str, ...]
    corrections_changed: tuple[str, ...]
    rules_changed: bool
    cells: tuple[CellChange, ...]
    findings: tuple[FindingChange, ...]

    @property
    def is_empty(self) -> bool:
        """True when no figure and no finding differs."""
        return not self.cells and not self.findings

    def counts(self) -> dict[str, int]:
        """Number of cells per kind and cause, e.g. 'ændret/data'."""
        return dict(sorted(Counter(f"{c.kind}/{c.cause}" for c in self.cells).items()))

    def as_dict(self) -> dict[str, Any]:
        """Machine-readable form."""
        plain = {name: value for name, value in vars(self).items() if name not in ("cells", "findings")}
        lists = {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
        changes = {"cells": [vars(c) for c in self.cells], "findings": [vars(f) for f in self.findings]}
        return lists | {"counts": self.counts()} | changes


def diff(old: Release, new: Release) -> Difference:
    """Compare two releases of one benchmark.

    Raises:
        ReleaseError: they are of different benchmarks.
    """
    tables = {name: new.table(name) for name in ("results", "findings", "sources")}
    return compare(old, new.manifest, tables, new.id)


def compare(old: Release, manifest: Manifest, tables: Mapping[str, pl.DataFrame], new_id: str = "(ny)") -> Difference:
    """Compare a release with the manifest and tables of a newer one."""
    before = old.manifest
    if before.benchmark != manifest.benchmark:
        raise ReleaseError(
            f"Udgivelserne er af {before.benchmark} og {manifest.benchmark}.",
            remedy="Sammenlign to af samme benchmark.",
        )
    why = _Causes(old.table("sources"), tables["sources"], before, manifest)
    had, has = ({f"{i.feed}/{i.sha256}" for i in m.inputs} for m in (before, manifest))
    said, says = ({c.id: c for c in m.corrections} for m in (before, manifest))
    return Difference(
        old=old.id,
        new=new_id,
        syntetisk=before.syntetisk or manifest.syntetisk,
        inputs_added=tuple(sorted(has - had)),
        inputs_removed=tuple(sorted(had - has)),
        corrections_added=tuple(sorted(says.keys() - said.keys())),
        corrections_removed=tuple(sorted(said.keys() - says.keys())),
        corrections_changed=tuple(sorted(i for i in said.keys() & says.keys() if said[i] != says[i])),
        rules_changed=why.rules_changed,
        cells=tuple(_cells(old.results, tables["results"], why)),
        findings=tuple(_findings(old.table("findings"), tables["findings"], why)),
    )


class _Causes:
    """Which places and periods were read from other rows than before, and what else changed."""

    def __init__(self, old: pl.DataFrame, new: pl.DataFrame, before: Manifest, now: Manifest) -> None:
        self.rules_changed = (before.rules_sha256, before.register_sha256) != (now.rules_sha256, now.register_sha256)
        self._both = set(before.periods) & set(now.periods)
        key = ["feed", "period", "kommune_kode", "omraade", "kontroltrin"]
        both = old.join(new, on=key, how="full", coalesce=True, nulls_equal=True, suffix="_new")
        self._data = self._places(both.filter(pl.col("levering").ne_missing(pl.col("levering_new"))))
        self._periods: dict[tuple[str, bool, bool], list[str]] = {}
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

    def cause(self, row: Mapping[str, Any], kind: str, *, moves: bool, whole_past: bool = False) -> str:
        """The first cause that explains a changed row.

        `moves`: it rests on the edition before, too; `whole_past`: on every month before, or in the rolling year.
        """
        if row["period"] not in self._both:
            return UDGAVE
        if kind == AENDRET and row["rule_version"] != row["rule_version_new"]:
            return REGLER
        if (row["period"], row["kommune_kode"], row["omraade"], row.get("measure")) in self._named:
            return RETTELSE
        cells = self._reach(row["period"], row["kommune_kode"], moves=moves, whole_past=whole_past)
        if cells & self._data:
            return DATA
        if cells & self._corrected:
            return RETTELSE
        if WITHHELD in (row.get("status"), row.get("status_new")):
            return BESKYTTELSE
        return REGLER if self.rules_changed else PROGRAM

    def _reach(self, code: str, place: str, *, moves: bool, whole_past: bool) -> set[tuple[str, str]]:
        """(period, place) of the delivered rows that a figure or finding rests on."""
        if (code, moves, whole_past) not in self._periods:
            self._periods[code, moves, whole_past] = self._rests_on(code, moves=moves, whole_past=whole_past)
        return {(period, place) for period in self._periods[code, moves, whole_past]}

    def _rests_on(self, code: str, *, moves: bool, whole_past: bool) -> list[str]:
        period = parse_period(code)
        if period.kind is PeriodKind.ROLLING_YEAR:
            inside = [Period(period.month_index - back, PeriodKind.MONTH).code for back in range(WINDOW)]
            return [code, *([period.previous_edition.code] if moves else []), *(inside if whole_past else [])]
        if whole_past:
            return [p for p in {p for p, _ in self._data | self._corrected} if parse_period(p) <= period]
        return [period.shifted(-months).code for months in range(WINDOW)]


def _joined(
    old: pl.DataFrame, new: pl.DataFrame, key: tuple[str, ...], compared: tuple[str, ...]
) -> list[dict[str, Any]]:
    both = old.with_columns(pl.lit(True).alias("had")).join(
        new.with_columns(pl.lit(True).alias("has")),
        on=list(key),
        how="full",
        coalesce=True,
        nulls_equal=True,
        suffix="_new",
        maintain_order="right_left",
    )
    differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_new")) for c in compared)
    return both.filter(differs).to_dicts()


def _kind(row: Mapping[str, Any]) -> str:
    return NY if row["had"] is None else FORSVUNDET if row["has"] is None else AENDRET


def _only_the_mark(row: Mapping[str, Any], kind: str) -> bool:
    """The same figure, now or before marked as made from invented ones."""
    return kind == AENDRET and all(row[c] == row[f"{c}_new"] for c in COMPARED if c != "syntetisk")


def _range(row: Mapping[str, Any], suffix: str) -> tuple[float, float] | None:
    low, high = row[f"low{suffix}"], row[f"high{suffix}"]
    return None if low is None else (low, high)


def _cells(old: pl.DataFrame, new: pl.DataFrame, why: _Causes) -> list[CellChange]:
    changes = []
    for row in _joined(old, new, KEY, COMPARED):
        kind = _kind(row)
        changes.append(
            CellChange(
                key=key_text(row),
                measure=row["measure"],
                kommune_kode=row["kommune_kode"],
                omraade=row["omraade"],
                kontroltrin=row["kontroltrin"],
                period=row["period"],
                kind=kind,
                cause=MAERKE
                if _only_the_mark(row, kind)
                else why.cause(row, kind, moves=row["measure"].endswith("_aendring")),
                before=row["value"],
                now=row["value_new"],
                range_before=_range(row, ""),
                range_now=_range(row, "_new"),
                status_before=row["status"],
                status_now=row["status_new"],
                unit=row["unit_new"] or row["unit"],
            )
        )
    return changes


def _findings(old: pl.DataFrame, new: pl.DataFrame, why: _Causes) -> list[FindingChange]:
    changes = []
    contacted = _contacted(old)
    for row in _joined(old, new, FINDING_KEY, JUDGED):
        kind = _kind(row)
        changes.append(
            FindingChange(
                criterion=row["criterion"],
                kommune_kode=row["kommune_kode"],
                omraade=row["omraade"],
                kontroltrin=row["kontroltrin"],
                period=row["period"],
                kind=kind,
                cause=why.cause(row, kind, moves=False, whole_past=True),
                before=row["udfald"],
                now=row["udfald_new"],
                flags_before=tuple(row["flag"] or ()),
                flags_now=tuple(row["flag_new"] or ()),
                acted_on=(row["criterion"], row["kommune_kode"], row["kontroltrin"], row["period"]) in contacted,
            )
        )
    return changes


def _contacted(findings: pl.DataFrame) -> set[tuple[str, str, int | None, str]]:
    """Findings that a contact may rest on: its own month end and those shortly before."""
    flagged = findings.filter(pl.col("flag").list.contains(CONTACTED))
    columns = ("criterion", "kommune_kode", "kontroltrin", "period")
    return {
        (criterion, kommune, trin, parse_period(code).shifted(-months).code)
        for criterion, kommune, trin, code in flagged.select(columns).iter_rows()
        for months in range(ACTED_MONTHS + 1)
    }
