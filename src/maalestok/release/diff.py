"""What changed between two releases, cell by cell, and why: the data, the rules or the program."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.errors import ReleaseError
from maalestok.period import parse_period
from maalestok.release.manifest import Manifest
from maalestok.release.read import Release
from maalestok.results import KEY, NO_TRIN

COMPARED = ("value", "low", "high", "numerator", "denominator", "status", "unit", "syntetisk")
DATA, REGLER, PROGRAM = "data", "regler", "program"


@dataclass(frozen=True)
class CellChange:
    """One result key: `art` is aendret, ny or forsvundet; `aarsag` why."""

    key: str
    art: str
    aarsag: str
    before: float | None
    now: float | None
    status_before: str | None
    status_now: str | None
    unit: str


@dataclass(frozen=True)
class Difference:
    """All that differs between two releases."""

    old: str
    new: str
    inputs_added: tuple[str, ...]
    inputs_removed: tuple[str, ...]
    rules_changed: bool
    cells: tuple[CellChange, ...]
    findings: tuple[dict[str, Any], ...]

    @property
    def is_empty(self) -> bool:
        """True when no figure and no finding differs."""
        return not self.cells and not self.findings

    def counts(self) -> dict[str, int]:
        """Number of cells per kind and cause, e.g. 'aendret/data'."""
        return dict(sorted(Counter(f"{c.art}/{c.aarsag}" for c in self.cells).items()))

    def as_dict(self) -> dict[str, Any]:
        """Machine-readable form."""
        return {
            "old": self.old,
            "new": self.new,
            "inputs_added": list(self.inputs_added),
            "inputs_removed": list(self.inputs_removed),
            "rules_changed": self.rules_changed,
            "counts": self.counts(),
            "cells": [vars(cell) for cell in self.cells],
            "findings": list(self.findings),
        }


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
    changed_data = _changed_sources(old.table("sources"), tables["sources"])
    had, has = ({f"{i.feed}/{i.sha256}" for i in m.inputs} for m in (before, manifest))
    rules_changed = before.rules_sha256 != manifest.rules_sha256 or before.register_sha256 != manifest.register_sha256
    return Difference(
        old=old.id,
        new=new_id,
        inputs_added=tuple(sorted(has - had)),
        inputs_removed=tuple(sorted(had - has)),
        rules_changed=rules_changed,
        cells=tuple(_cells(old.results, tables["results"], changed_data, rules_changed)),
        findings=tuple(_findings(old.table("findings"), tables["findings"])),
    )


def _changed_sources(old: pl.DataFrame, new: pl.DataFrame) -> set[str]:
    """Periods in which some figure was read from another delivery than before."""
    key = ["feed", "period", "kommune_kode", "omraade"]
    both = old.join(new, on=key, how="full", coalesce=True, nulls_equal=True, suffix="_new")
    return set(both.filter(pl.col("levering").ne_missing(pl.col("levering_new")))["period"].to_list())


def _cells(old: pl.DataFrame, new: pl.DataFrame, changed_data: set[str], rules_changed: bool) -> list[CellChange]:
    both = old.with_columns(pl.lit(True).alias("had")).join(
        new.with_columns(pl.lit(True).alias("has")),
        on=list(KEY),
        how="full",
        coalesce=True,
        nulls_equal=True,
        suffix="_new",
    )
    differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_new")) for c in (*COMPARED, "rule_version"))
    rows = both.filter(differs).sort(*KEY).iter_rows(named=True)
    changes = []
    for row in rows:
        art = "ny" if row["had"] is None else "forsvundet" if row["has"] is None else "aendret"
        changes.append(
            CellChange(
                key="/".join(NO_TRIN if row[name] is None else str(row[name]) for name in KEY),
                art=art,
                aarsag=_cause(row, art, changed_data, rules_changed),
                before=row["value"],
                now=row["value_new"],
                status_before=row["status"],
                status_now=row["status_new"],
                unit=row["unit_new"] or row["unit"],
            )
        )
    return changes


def _cause(row: Mapping[str, Any], art: str, changed_data: set[str], rules_changed: bool) -> str:
    """Rules where the definition's version says so, then data of this edition or the one before, then the rest."""
    if art == "aendret" and row["rule_version"] != row["rule_version_new"]:
        return REGLER
    period = parse_period(row["period"])
    if changed_data & {period.code, period.previous_edition.code}:
        return DATA
    return REGLER if rules_changed else PROGRAM


def _findings(old: pl.DataFrame, new: pl.DataFrame) -> list[dict[str, Any]]:
    key = ["criterion", "kommune_kode", "omraade", "kontroltrin", "period"]
    both = old.join(new, on=key, how="full", coalesce=True, nulls_equal=True, suffix="_new")
    changed = both.filter(pl.col("udfald").ne_missing(pl.col("udfald_new"))).sort(key)
    return [
        {**{k: row[k] for k in key}, "before": row["udfald"], "now": row["udfald_new"]}
        for row in changed.iter_rows(named=True)
    ]
