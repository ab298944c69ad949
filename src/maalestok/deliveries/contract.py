"""Check typed rows against a feed's contract: named rules over rows and groups, written with dataframely.

A contract is a `dataframely.Schema` whose rule names are the keys of the feed's `rules_da`, so that a failure
is reported in the words of the rule file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import dataframely as dy
import polars as pl

from maalestok.deliveries.cells import decimals_of
from maalestok.deliveries.issues import PER_RULE, Issue, Level, rest, shown
from maalestok.deliveries.numbers import danish_scaled
from maalestok.kommune import kommuner, place_name
from maalestok.period import parse_period
from maalestok.publish.text_da import plural
from maalestok.rules.models import Feed


@dataclass(frozen=True)
class Contract:
    """A feed's row rules.

    `columns` names, per rule, the columns a reader needs to see; `remedies` what to do when it fails.
    """

    schema: type[dy.Schema]
    columns: Mapping[str, tuple[str, ...]]
    remedies: Mapping[str, str]


def check_rows(frame: pl.DataFrame, feed: Feed, contract: Contract) -> list[Issue]:
    """One issue per row and rule that fails, in file order."""
    _, failure = contract.schema.filter(frame)
    details = failure.details()
    rules = [name for name in feed.rules_da if name in details.columns]
    decimals = {column.id: decimals_of(column) for column in feed.columns}
    issues = []
    for rule in rules:
        failed = details.filter(pl.col(rule) == "invalid").sort("linje")
        for row in failed.head(PER_RULE).iter_rows(named=True):
            seen = [f"{c} = {_text(row[c], decimals.get(c, 0))}" for c in contract.columns[rule]]
            issues.append(
                Issue(
                    Level.FEJL,
                    rule,
                    f"{row_name(row)}: {', '.join(seen)}. Regel: {feed.rules_da[rule]}",
                    contract.remedies[rule],
                    row["linje"],
                    contract.columns[rule][-1],
                    shown(_text(row[contract.columns[rule][-1]], decimals.get(contract.columns[rule][-1], 0))),
                )
            )
        if len(failed) > PER_RULE:
            issues.append(rest(rule, len(failed), "rækker"))
    return issues


def _text(value: object, decimals: int) -> str:
    if value is None:
        return "(intet tal)"
    return danish_scaled(value, decimals) if isinstance(value, int) else str(value)


def row_name(row: Mapping[str, object]) -> str:
    """'Norddjurs, kontanthjaelp, kontroltrin 3, 2026-10' for messages."""
    parts = [place_name(str(row["kommune_kode"]))] if row.get("kommune_kode") else []
    parts += [str(row["omraade"])] if row.get("omraade") else []
    parts += [f"kontroltrin {row['kontroltrin']}"] if row.get("kontroltrin") else []
    when = row.get("dato") or row.get("period")
    return ", ".join(parts + ([str(when)] if when else []))


def missing_keys(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """For a feed that must be complete: which municipalities and cuts each period lacks."""
    if not feed.complete:
        return []
    key = ["period", "kommune_kode", *feed.complete[0].key]
    present = set(frame.select(key).iter_rows())
    issues = []
    for period in frame["period"].unique().sort().to_list():
        absent = [
            " ".join([kommune.navn, *map(str, cut.key.values())])
            for kommune in kommuner()
            if kommune.is_valid(parse_period(period).last_day)
            for cut in feed.complete
            if (period, kommune.kode, *cut.key.values()) not in present
        ]
        if absent:
            more = f" og {len(absent) - 8} mere" if len(absent) > 8 else ""
            issues.append(
                Issue(
                    Level.FEJL,
                    "komplet",
                    f"{period}: {plural(len(absent), 'række', 'rækker')} mangler: {', '.join(absent[:8])}{more}. "
                    f"Regel: {feed.rules_da['komplet']}",
                    "Hent hele tabellen igen; en periode tages ind hel eller slet ikke.",
                    column="kommune_kode",
                )
            )
    return issues


def too_few_periods(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """For a feed that restates: too few months in a row."""
    months = sorted(parse_period(period).month_index for period in frame["period"].unique())
    longest = run = 0
    for before, month in zip([None, *months], months, strict=False):
        run = run + 1 if before is not None and month == before + 1 else 1
        longest = max(longest, run)
    if longest >= feed.consecutive_periods:
        return []
    return [
        Issue(
            Level.FEJL,
            "maaneder_i_traek",
            f"Filen har højst {plural(longest, 'måned', 'måneder')} i træk. Regel: {feed.rules_da['maaneder_i_traek']}",
            "Få de manglende måneder med, og indlæs filen igen.",
            column="period",
        )
    ]


def period_ended(frame: pl.DataFrame, feed: Feed, day: date) -> list[Issue]:
    """A period can't be told of before its last day has passed. `day` is when the file was drawn or received."""
    return [
        Issue(
            Level.FEJL,
            "periode_afsluttet",
            f"{code} slutter {parse_period(code).last_day.isoformat()}, men filen er fra {day.isoformat()}. "
            f"Regel: {feed.rules_da['periode_afsluttet']}",
            "Ret perioden i filen, eller angiv den rigtige dag med --received eller --extracted.",
            column="period",
            value=code,
        )
        for code in frame["period"].unique().sort()
        if parse_period(code).last_day >= day
    ]
