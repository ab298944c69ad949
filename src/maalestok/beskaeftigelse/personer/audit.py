"""Attack a release's public files: what can be worked out of the figures counted from persons?

Only what anyone can read is used: results and parts of the release and of the one before it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from maalestok.beskaeftigelse import fokusmaal as rule
from maalestok.beskaeftigelse.personer.fulltime import DEFINITION, NUMBER, QUARTER, SHARE
from maalestok.beskaeftigelse.personer.own import OWN
from maalestok.beskaeftigelse.personer.targets import TARGETS, Target
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.build import Audit
from maalestok.kommune import place_name
from maalestok.period import Period, PeriodKind
from maalestok.release.read import Release
from maalestok.results import Status
from maalestok.rules.dated import version_for
from maalestok.rules.models import Unit

_Rows = Mapping[tuple[str, str, int], Mapping[str, Any]]
"""(measure, kommune, month) -> the row."""


@dataclass(frozen=True)
class _Public:
    """What one release tells of persons."""

    rows: _Rows
    numbers: pl.DataFrame
    parts: pl.DataFrame


def audit_persons(release: Release, previous: Release | None, rules: BeskaeftigelseRules) -> Audit | None:
    """What can be pinned down; None where the release has no figures counted from persons."""
    public = _public(release, rules)
    if not public.rows and public.numbers.is_empty() and public.parts.is_empty():
        return None
    faults = [*_rounding(public, rules), *_small(public, rules), *_sums(public)]
    if previous is not None:
        faults += _before(public, _public(previous, rules))
    held = [row["status"] for row in public.rows.values()]
    hidden = held.count(Status.DISKRETIONERET.value)
    shown = len(held) - hidden
    line = f"{shown} tal om fokusmål er vist og {hidden} skjult; antal er afrundede. Intet skjult kan regnes ud."
    return Audit(tuple(faults), (line,), {"shown": shown, "withheld": hidden})


def _public(release: Release, rules: BeskaeftigelseRules) -> _Public:
    versions = {version.version for version in rules.counting.versions}
    counted = pl.col("rule_version").str.split("+").list.eval(pl.element().is_in(sorted(versions))).list.any()
    ours = release.results.filter(counted)
    names = [name for t in TARGETS for name in (t.share, t.mean, t.short, t.size, t.december)]
    rows = {
        (row["measure"], row["kommune_kode"], row["month_index"]): row
        for row in ours.filter(pl.col("measure").is_in(names)).iter_rows(named=True)
    }
    named = pl.col("part")
    rounded = (
        (named == OWN) & (pl.col("measure") == NUMBER)
        | named.str.starts_with(QUARTER)
        | named.str.starts_with(DEFINITION)
    )
    parts = release.table("parts").filter(rounded & (pl.col("unit") == Unit.PERSONS_FULLTIME.value))
    return _Public(rows, ours.filter(pl.col("measure").is_in([NUMBER, SHARE])), parts)


def _where(row: Mapping[str, Any]) -> str:
    return f"{place_name(row['kommune_kode'])} {row['period']} {row['measure']}"


def _rounding(public: _Public, rules: BeskaeftigelseRules) -> Iterator[str]:
    """Numbers of persons that are not rounded, and shares of others than rounded ones."""
    base = max(version.rounding for version in rules.counting.versions)
    for row in [*public.numbers.iter_rows(named=True), *public.parts.iter_rows(named=True)]:
        if row["measure"] == SHARE and "numerator" in row:
            figures = [row["numerator"], row["denominator"]]
            exact = row["value"] is not None and None not in figures and row["value"] != figures[0] / figures[1]
        else:
            figures, exact = [row["value"]], False
        if exact or any(figure is not None and figure % base for figure in figures):
            yield f"{_where(row)}: tallet er ikke afrundet til {base}"


def _small(public: _Public, rules: BeskaeftigelseRules) -> Iterator[str]:
    """Counts of few persons, told or to be worked out of a share, a group and a shortfall."""
    for (measure, kode, month), row in public.rows.items():
        target = next(t for t in TARGETS if measure in (t.share, t.mean, t.short, t.size, t.december))
        version = version_for(rules.disclosure.versions, Period(month, PeriodKind.MONTH))
        small = version.small_max if version else 0
        if row["value"] is None or measure in (target.mean, target.december):
            continue
        if any(0 < count <= small for count in _counts(public.rows, target, kode, month, row, rules)):
            yield f"{_where(row)}: et antal på 1 til {small} kan ses"


def _counts(
    rows: _Rows, target: Target, kode: str, month: int, row: Mapping[str, Any], rules: BeskaeftigelseRules
) -> Iterable[int]:
    """The counts a shown row gives, alone or with the group beside it."""
    if row["measure"] == target.share:
        n, ok = row["numerator"], row["denominator"]
        return [int(count) for count in (ok, n, ok - n)] if None not in (n, ok) else []
    size = rows.get((target.size, kode, month), {}).get("value")
    if row["measure"] == target.size:
        return [int(row["value"])]
    criterion = rules.fokusmaal[target.criterion]
    version = rule.target_in(criterion, Period(month, PeriodKind.MONTH))
    if size is None or version is None or row["value"] == 0:
        return []
    reached = rule.short_of(int(size), 0, Fraction(version.threshold), version.comparison) - int(row["value"])
    return [reached, int(size) - reached]


def _sums(public: _Public) -> Iterator[str]:
    """Means and forecasts that rest on a withheld month: the month could be worked out of them."""
    for (measure, kode, month), row in public.rows.items():
        for target in TARGETS:
            if row["value"] is None or measure not in (target.mean, target.december):
                continue
            last = month if measure == target.mean else month - month % 12 + 11
            window = [last - back for back in range(rule.MONTHS) if last - back <= month]
            hidden = [m for m in window if _is_hidden(public.rows.get((target.share, kode, m)))]
            if hidden:
                yield f"{_where(row)}: tallet hviler på en skjult måned, som kan regnes ud"


def _is_hidden(row: Mapping[str, Any] | None) -> bool:
    return row is not None and row["status"] == Status.DISKRETIONERET.value


def _before(now: _Public, then: _Public) -> Iterator[str]:
    """Figures withheld now that the release before tells, unless others of the municipality were redone."""
    for key, row in now.rows.items():
        old = then.rows.get(key)
        if old is None or old["value"] is None or not _is_hidden(row):
            continue
        same = [
            held["value"] == before["value"]
            for (measure, kode, month), held in now.rows.items()
            if kode == key[1] and held["value"] is not None
            for before in [then.rows.get((measure, kode, month))]
            if before is not None and before["value"] is not None
        ]
        if all(same):
            yield f"{_where(row)}: tallet er skjult, men står i den forrige udgivelse"
