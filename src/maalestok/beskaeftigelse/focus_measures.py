"""Focus target figures to result rows: monthly shares, means over 12 months, persons short of the target.

Every function takes the facts `fokusmaal_andele` (one row per month x kommune) and returns rows as `measures.py` does.
Source: the shares as the authority publishes them; what is computed is exact until one last division.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from maalestok.beskaeftigelse import fokusmaal as rule
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.beskaeftigelse.supervision_rules import FokusmaalCriterion
from maalestok.division import divided
from maalestok.period import PeriodKind, parse_period
from maalestok.results import Status
from maalestok.rules.dated import version_for
from maalestok.rules.models import Kilde, Measure

SHORT = {"mangler_borgere_samtaler": "fokusmaal_samtaler", "mangler_borgere_tilbud": "fokusmaal_tilbud"}
"""Measure of persons short -> the criterion whose limit it is measured against."""
MEANS = {"samtale_andel_12m": "samtale_andel", "tilbud_andel_12m": "tilbud_andel"}
"""Mean over 12 months -> the monthly share."""
MONTHLY = tuple(MEANS.values())
MEASURES = (*MONTHLY, *MEANS, *SHORT)
_KEY = ("period", "kommune_kode")
_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys((*_KEY, "omraade", "kilde"), pl.String),
    **dict.fromkeys(("sum", "parts"), pl.Int64),
    **dict.fromkeys(("low", "high"), pl.Float64),
    **dict.fromkeys(("status", "reason"), pl.String),
}


@dataclass(frozen=True)
class _Figure:
    """One figure as a whole number of `parts` of its unit, or None with status and reason."""

    kilde: Kilde
    value: int | None
    parts: int = 1
    low: int | None = None
    high: int | None = None
    status: Status = Status.OK
    reason: str | None = None


def focus_rows(facts: pl.DataFrame, measure: Measure, rules: BeskaeftigelseRules) -> pl.DataFrame:
    """One of this module's measures for every month and municipality of the facts."""
    if measure.id in MONTHLY:
        found = _monthly(facts, measure.id)
    elif measure.id in MEANS:
        found = _means(facts, measure.id, rules.measures[MEANS[measure.id]])
    else:
        found = _shortfalls(facts, rules.fokusmaal[SHORT[measure.id]], rules)
    total = rules.benchmark.total
    rows = [(*key, total, f.kilde.value, f.value, f.parts, f.low, f.high, f.status.value, f.reason) for key, f in found]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return frame.with_columns(divided(frame["sum"], frame["parts"]).alias("value")).drop("sum", "parts")


_Found = Iterator[tuple[tuple[str, str], _Figure]]


def _key(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["period"]), str(row["kommune_kode"])


def _taken_out(row: Mapping[str, object], column: str) -> bool:
    """True when a correction took the figure out."""
    return f": {column} fra " in str(row["rettelse"] or "")


def _absent(row: Mapping[str, object], column: str) -> _Figure:
    """A published figure that isn't there."""
    why = "udtaget_ved_rettelse" if _taken_out(row, column) else "ikke_offentliggjort"
    return _Figure(Kilde.OFFICIEL, None, status=Status(str(row[f"{column}_status"])), reason=why)


def _monthly(facts: pl.DataFrame, column: str) -> _Found:
    for row in facts.iter_rows(named=True):
        if row[column] is not None:
            yield _key(row), _Figure(Kilde.OFFICIEL, row[column], rule.WHOLE)
        elif row["maalgruppe_antal"] == 0:
            empty = _Figure(Kilde.OFFICIEL, None, status=Status.IKKE_OPGJORT, reason="tom_maalgruppe")
            yield _key(row), empty
        else:
            yield _key(row), _absent(row, column)


def _means(facts: pl.DataFrame, column: str, monthly: Measure) -> _Found:
    months: dict[tuple[str, int], rule.Month] = {}
    for row in facts.iter_rows(named=True):
        period = parse_period(row["period"])
        version = version_for(monthly.versions, period)
        held = rule.Month(row[monthly.id], row["maalgruppe_antal"] == 0, version.version if version else None)
        months[row["kommune_kode"], period.month_index] = held
    for row in facts.iter_rows(named=True):
        if row[column] is not None:
            yield _key(row), _Figure(Kilde.OFFICIEL, row[column], rule.WHOLE)
        elif row[f"{column}_status"] == Status.DISKRETIONERET.value or _taken_out(row, column):
            yield _key(row), _absent(row, column)
        else:
            last = parse_period(row["period"]).month_index
            window = [months.get((row["kommune_kode"], last - back)) for back in range(rule.MONTHS)]
            total, why = rule.mean_of(window)
            status = Status.OK if why is None else Status.IKKE_OPGJORT
            yield (
                _key(row),
                _Figure(Kilde.BEREGNET, total, rule.MONTHS * rule.WHOLE, status=status, reason=why),
            )


def _shortfalls(facts: pl.DataFrame, criterion: FokusmaalCriterion, rules: BeskaeftigelseRules) -> _Found:
    column = MEANS[criterion.measure]
    for row in facts.iter_rows(named=True):
        found = _shortfall(row, column, criterion)
        if _protected(row, rules):
            found = _Figure(Kilde.BEREGNET, None, status=Status.DISKRETIONERET, reason="fortrolighed")
        yield _key(row), found


def _protected(row: Mapping[str, int | None], rules: BeskaeftigelseRules) -> bool:
    """True when the group or a count behind either share may be small: one share's shortfall tells the group.

    Where no rule says what is small, everything is protected.
    """
    group = row["maalgruppe_antal"]
    if group is None:
        return False
    version = version_for(rules.disclosure.versions, parse_period(str(row["period"])))
    if version is None:
        return True
    counts = [
        count for share in MONTHLY if (held := row[share]) is not None for count in rule.counts_behind(group, held)
    ]
    return rule.reveals_few(group, counts, version.small_max)


def _shortfall(row: Mapping[str, int | None], column: str, criterion: FokusmaalCriterion) -> _Figure:
    group, share = row["maalgruppe_antal"], row[column]
    period = parse_period(str(row["period"]))
    version = rule.target_in(criterion, period)
    why: str | None = None
    short: rule.Shortfall | None = None
    if version is None:
        why = "uden_definition"
    elif rule.suspension_in(criterion, period) is not None:
        why = "maalet_suspenderet"
    elif group is None:
        why = "ukendt_maalgruppe"
    elif not group:
        why = "tom_maalgruppe"
    elif share is None:
        why = "andel_mangler"
    else:
        short = rule.shortfall(group, share, version)
        why = None if short else "andel_passer_ikke"
    if short is None:
        return _Figure(Kilde.BEREGNET, None, status=Status.IKKE_OPGJORT, reason=why)
    return _Figure(Kilde.BEREGNET, short.value, 1, short.low, short.high)


def version_of(measure: Measure, rules: BeskaeftigelseRules, code: str) -> tuple[str, bool]:
    """The versions a figure rests on: its own and, for persons short, the target's; and whether all exist."""
    period = parse_period(code)
    used = [version_for(measure.versions, period)]
    names = [v.version if v else "ukendt" for v in used]
    if measure.id in SHORT:
        target = rule.target_in(rules.fokusmaal[SHORT[measure.id]], period)
        names.append(target.version if target else "ukendt")
    return "+".join(names), "ukendt" not in names


def undefined_months(months: list[str], rules: BeskaeftigelseRules) -> list[str]:
    """Months with figures delivered for which no definition has been checked: nothing is stated of them."""
    measure = rules.measures[MONTHLY[0]]
    return sorted(code for code in months if version_for(measure.versions, parse_period(code)) is None)


def months_reached(facts: pl.DataFrame, periods: list[str]) -> list[str]:
    """The months that figures of these periods rest on: each month and the eleven before it."""
    wanted = [parse_period(code) for code in periods]
    indexes = {p.month_index - back for p in wanted if p.kind is PeriodKind.MONTH for back in range(rule.MONTHS)}
    held = facts["period"].unique().to_list()
    return sorted(code for code in held if parse_period(code).month_index in indexes)
