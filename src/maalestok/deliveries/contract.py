"""Check typed rows against a feed's contract: named rules over rows and groups, written with dataframely.

A contract is a `dataframely.Schema` whose rule names are the keys of the feed's `rules_da`, so that a failure
is reported in the words of the rule file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from maalestok.deliveries.cells import decimals_of
from maalestok.deliveries.issues import Issue, Level, shown
from maalestok.deliveries.numbers import danish_scaled
from maalestok.kommune import kommuner, place_name
from maalestok.period import parse_period
from maalestok.publish.text_da import plural
from maalestok.rules.models import Feed

PER_RULE = 1000
"""How many failing rows of one rule are listed; a last line counts the rest."""


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
            rest = f"Yderligere {len(failed) - PER_RULE} rækker bryder samme regel."
            issues.append(Issue(Level.FEJL, rule, rest, contract.remedies[rule]))
    return issues


def _text(value: object, decimals: int) -> str:
    if value is None:
        return "(intet tal)"
    return danish_scaled(value, decimals) if isinstance(value, int) else str(value)


def row_name(row: Mapping[str, object]) -> str:
    """'Norddjurs, kontanthjaelp, 2020QMAT02' for messages."""
    parts = [place_name(str(row["kommune_kode"]))] if row.get("kommune_kode") else []
    return ", ".join(parts + [str(row[key]) for key in ("omraade", "period") if row.get(key)])


def missing_keys(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """For a feed that must be complete: which municipalities and areas each period lacks."""
    if not feed.complete:
        return []
    areas: list[str | None] = [*sorted(set(feed.omraade_labels.values()))] or [None]
    issues = []
    for period in frame["period"].unique().sort().to_list():
        part = frame.filter(pl.col("period") == period)
        present = set(part.select("kommune_kode", *(["omraade"] if areas != [None] else [])).iter_rows())
        absent = [
            (kommune, area)
            for kommune in kommuner()
            if kommune.is_valid(parse_period(period).last_day)
            for area in areas
            if ((kommune.kode, area) if area else (kommune.kode,)) not in present
        ]
        if absent:
            names = [f"{kommune.navn} {area}" if area else kommune.navn for kommune, area in absent]
            more = f" og {len(names) - 8} mere" if len(names) > 8 else ""
            issues.append(
                Issue(
                    Level.FEJL,
                    "komplet",
                    f"{period}: {plural(len(absent), 'række', 'rækker')} mangler: {', '.join(names[:8])}{more}. "
                    f"Regel: {feed.rules_da['komplet']}",
                    "Hent hele tabellen igen; en udgave tages ind hel eller slet ikke.",
                    column="kommune_kode",
                )
            )
    return issues
