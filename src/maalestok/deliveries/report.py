"""What an import reports: what came in, what differs from the delivery in force before, warnings and errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from maalestok.deliveries.cells import decimals_of
from maalestok.deliveries.issues import Issue, errors, warnings
from maalestok.deliveries.numbers import danish_scaled
from maalestok.period import parse_period
from maalestok.publish.text_da import MISSING_DA
from maalestok.rules.models import Feed, FeedColumn

MODTAGET, FINDES, AFVIST = "modtaget", "findes_allerede", "afvist"
WHOLE_ROW = "(række)"
MAX_CHANGES = 5000
"""How many changes the JSON holds; it counts all."""


@dataclass(frozen=True)
class Change:
    """One cell that differs from the delivery that was in force before."""

    key: str
    column: str
    before: str
    now: str


@dataclass
class Report:
    """One file's report. `outcome` is `modtaget`, `findes_allerede` or `afvist`."""

    feed: str
    file_name: str
    sha256: str
    outcome: str
    layout: str = ""
    row_word: str = "række"
    rows: int = 0
    periods: Sequence[str] = ()
    syntetisk: bool = False
    issues: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    compared_with: Sequence[str] = ()
    corrections: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The JSON report."""
        return {
            "feed": self.feed,
            "file": self.file_name,
            "sha256": self.sha256,
            "outcome": self.outcome,
            "layout": self.layout,
            "rows": self.rows,
            "periods": list(self.periods),
            "syntetisk": self.syntetisk,
            "corrections": list(self.corrections),
            "compared_with": list(self.compared_with),
            "changes": [vars(change) for change in self.changes[:MAX_CHANGES]],
            "changes_total": len(self.changes),
            "errors": [issue.as_dict() for issue in errors(self.issues)],
            "warnings": [issue.as_dict() for issue in warnings(self.issues)],
            "notes": self.notes,
        }


def span(periods: Sequence[str]) -> str:
    """Periods in few words: '2020QMAT02, 2020QMAT04'; more than three as '2024-11 til 2026-10 (24 perioder)'."""
    if len(periods) <= 3:
        return ", ".join(periods)
    first, *_, last = sorted(periods, key=parse_period)
    return f"{first} til {last} ({len(periods)} perioder)"


def compare_rows(now: pl.DataFrame, before: pl.DataFrame, feed: Feed) -> list[Change]:
    """Cells of the same key with another value; keys only in one of the two are one change each."""
    keys = list(feed.key)
    columns = [c for c in feed.columns if c.id not in keys]
    compared = [name for c in columns for name in (c.id, f"{c.id}_status") if name in now.columns]
    both = before.join(now, on=keys, how="full", suffix="_nu", coalesce=True).sort(keys)
    differs = [pl.col("linje").is_null(), pl.col("linje_nu").is_null()]
    differs += [pl.col(name).ne_missing(pl.col(f"{name}_nu")) for name in compared]
    changes = []
    for row in both.filter(pl.any_horizontal(differs)).iter_rows(named=True):
        key = " ".join(str(row[k]) for k in keys)
        if row["linje"] is None or row["linje_nu"] is None:
            existed = row["linje"] is not None
            changes.append(Change(key, WHOLE_ROW, "fandtes" if existed else "-", "-" if existed else "ny"))
            continue
        for column in columns:
            old, new = (_text(row, column, suffix) for suffix in ("", "_nu"))
            if old != new:
                changes.append(Change(key, column.id, old, new))
    return changes


def _text(row: Mapping[str, Any], column: FeedColumn, suffix: str) -> str:
    value = row[f"{column.id}{suffix}"]
    if value is None:
        return f"({MISSING_DA[row[f'{column.id}_status{suffix}']]})"
    return danish_scaled(value, decimals_of(column)) if isinstance(value, int) else str(value)
