"""What changed between two releases, cell by cell, and why: edition, data, correction, protection, rules or program."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.criteria import CONTACTED
from maalestok.errors import ReleaseError
from maalestok.period import parse_period
from maalestok.registry import benchmark
from maalestok.release.causes import AENDRET, FORSVUNDET, MAERKE, NY, Causes
from maalestok.release.manifest import Manifest
from maalestok.release.read import Release
from maalestok.results import KEY, key_text

COMPARED = ("value", "low", "high", "numerator", "denominator", "status", "unit", "syntetisk", "rule_version")
FINDING_KEY = ("criterion", "kommune_kode", "omraade", "kontroltrin", "period")
JUDGED = ("udfald", "flag", "graense", "vaerdi", "rule_version")
ACTED_MONTHS = 6
"""Month ends before a contact that it may have rested on."""


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
    why = Causes(old.table("sources"), tables["sources"], before, manifest)
    months_before = {name: m.months_before for name, m in benchmark(before.benchmark).rules().measures.items()}
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
        cells=tuple(_cells(old.results, tables["results"], why, months_before)),
        findings=tuple(_findings(old.table("findings"), tables["findings"], why)),
    )


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


def _cells(old: pl.DataFrame, new: pl.DataFrame, why: Causes, months_before: Mapping[str, int]) -> list[CellChange]:
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
                else why.cause(row, kind, before=months_before.get(row["measure"], 0)),
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


def _findings(old: pl.DataFrame, new: pl.DataFrame, why: Causes) -> list[FindingChange]:
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
                cause=why.cause(row, kind, whole_past=True),
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
