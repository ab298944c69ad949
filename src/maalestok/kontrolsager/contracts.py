"""The row rules of this benchmark's feeds: keys, chains of counts, amounts, and what a reader should be warned of.

Source: what Udbetaling Danmark reports per municipality and benefit area (BEK 1798/2020 § 153); the chains follow from
the words: of those drawn, those created; of those, those closed; of those, those with an effect.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import dataframely as dy
import polars as pl

from maalestok.deliveries.contract import Contract, period_ended, row_name
from maalestok.deliveries.issues import PER_RULE, Issue, Level, rest
from maalestok.deliveries.kinds import DateCheck, FeedKind, Warner
from maalestok.kontrolsager.celler import FIGURES, SNIT
from maalestok.kontrolsager.event_checks import EVENT_RULES
from maalestok.kontrolsager.events import read_events
from maalestok.kontrolsager.haendelser import Haendelser, load_haendelser
from maalestok.kontrolsager.plausibility import CELL, kontrolsager_warnings
from maalestok.kontrolsager.rules import BENCHMARK
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.text_da import plural
from maalestok.rules.loader import load_feed
from maalestok.rules.models import Feed

SVAR = "svar"


def _unless_false(expression: pl.Expr) -> pl.Expr:
    """A comparison with a figure that was not delivered breaks no rule."""
    return expression.fill_null(value=True)


class Kontrolsager(dy.Schema):
    """One row per month x kommune x area x kontroltrin."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()
    omraade = dy.String()
    kontroltrin = dy.Int64()
    rest_brutto = dy.Int64(nullable=True)
    trukket = dy.Int64(nullable=True)
    trukket_oprettet = dy.Int64(nullable=True)
    oprettet = dy.Int64(nullable=True)
    afsluttet = dy.Int64(nullable=True)
    afsluttet_effekt = dy.Int64(nullable=True)
    tilbagebetaling_kr = dy.Int64(nullable=True)
    mindreudgift_kr = dy.Int64(nullable=True)

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("period", *CELL) == 1

    @dy.rule()
    def kontroltrin2_kun_kontanthjaelp(cls) -> pl.Expr:
        cut = pl.concat_str("omraade", "kontroltrin", separator=" ")
        return cut.is_in([f"{omraade} {trin}" for omraade, trin in SNIT])

    @dy.rule()
    def ikke_negativ(cls) -> pl.Expr:
        return pl.all_horizontal(pl.col(FIGURES).fill_null(0) >= 0)

    @dy.rule()
    def kaede_trukket(cls) -> pl.Expr:
        return _unless_false(pl.col("trukket_oprettet") <= pl.col("trukket"))

    @dy.rule()
    def kaede_afsluttet(cls) -> pl.Expr:
        effekt, afsluttet, oprettet = (pl.col(c) for c in ("afsluttet_effekt", "afsluttet", "oprettet"))
        chain = (effekt <= afsluttet, afsluttet <= oprettet, effekt <= oprettet)
        return pl.all_horizontal([_unless_false(link) for link in chain])

    @dy.rule()
    def beloeb_ved_effekt(cls) -> pl.Expr:
        tilbage, mindre, effekt = (pl.col(c) for c in ("tilbagebetaling_kr", "mindreudgift_kr", "afsluttet_effekt"))
        with_effect = effekt > 0
        one_is_there = pl.max_horizontal(tilbage, mindre) > 0
        both = tilbage.is_not_null() & mindre.is_not_null()
        return _unless_false(
            pl.when(both).then((tilbage + mindre > 0) == with_effect).otherwise(~one_is_there | with_effect)
        )


_SOURCE = "Et af tallene er forkert. Få filen rettet i kilden, eller indlæs en begrundet rettelse."
KONTROLSAGER_CONTRACT = Contract(
    schema=Kontrolsager,
    columns={
        "noegle_entydig": ("kommune_kode",),
        "kontroltrin2_kun_kontanthjaelp": ("omraade", "kontroltrin"),
        "ikke_negativ": FIGURES,
        "kaede_trukket": ("trukket", "trukket_oprettet"),
        "kaede_afsluttet": ("oprettet", "afsluttet", "afsluttet_effekt"),
        "beloeb_ved_effekt": ("afsluttet_effekt", "tilbagebetaling_kr", "mindreudgift_kr"),
    },
    remedies={
        "noegle_entydig": "Slet den ene af de ens rækker i kilden.",
        "kontroltrin2_kun_kontanthjaelp": "Ret kontroltrinnet til 3, eller fjern rækken.",
        "ikke_negativ": "Ret fortegnet i kilden.",
        "kaede_trukket": _SOURCE,
        "kaede_afsluttet": _SOURCE,
        "beloeb_ved_effekt": "Ret antal sager med effekt eller beløbene. Tilbageholdte beløb er tomme celler, ikke 0.",
    },
)


class Henvendelser(dy.Schema):
    """One row per kommune x kontroltrin x date x kind of contact."""

    linje = dy.Int64()
    kommune_kode = dy.String()
    kontroltrin = dy.Int64()
    dato = dy.String()
    art = dy.String(nullable=True)
    aarsager = dy.String(nullable=True)

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("kommune_kode", "kontroltrin", "dato", "art") == 1

    @dy.rule()
    def aarsager_kun_ved_svar(cls) -> pl.Expr:
        return _unless_false((pl.col("aarsager") == "") | (pl.col("art") == SVAR))


HENVENDELSER_CONTRACT = Contract(
    schema=Henvendelser,
    columns={"noegle_entydig": ("art",), "aarsager_kun_ved_svar": ("art", "aarsager")},
    remedies={
        "noegle_entydig": "Saml det i én række, eller ret datoen.",
        "aarsager_kun_ved_svar": "Fjern årsagerne, eller ret arten til svar.",
    },
)


def months_told(frame: pl.DataFrame, feed: Feed, day: date) -> list[Issue]:
    """No month that has not ended; a warning when the newest one that has is not there."""
    newest = max(parse_period(period).month_index for period in frame["period"].unique())
    absent = day.year * 12 + day.month - 2 - newest
    issues = period_ended(frame, feed, day)
    if absent > 0:
        last = Period(newest, PeriodKind.MONTH).code
        message = (
            f"Nyeste måned er {last}, og filen er fra {day.isoformat()}: {plural(absent, 'måned', 'måneder')} mangler."
        )
        remedy = "Få de manglende måneder med, når de er opgjort."
        found = f"{message} {feed.rules_da['maaneder_mangler_sidst']}"
        issues.append(Issue(Level.ADVARSEL, "maaneder_mangler_sidst", found, remedy, column="period", value=last))
    return issues


def contacts_not_in_future(frame: pl.DataFrame, feed: Feed, day: date) -> list[Issue]:
    """Nothing was said or answered after the day the file is from."""
    late = frame.filter(pl.col("dato") > day.isoformat()).sort("linje")
    issues = [
        Issue(
            Level.FEJL,
            "dato_modtaget",
            f"{row_name(row)}: filen er fra {day.isoformat()}. Regel: {feed.rules_da['dato_modtaget']}",
            "Ret datoen, eller angiv den rigtige dag med --received.",
            row["linje"],
            "dato",
            row["dato"],
        )
        for row in late.head(PER_RULE).iter_rows(named=True)
    ]
    return issues + ([rest("dato_modtaget", len(late), "rækker")] if len(late) > PER_RULE else [])


def no_warnings(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """For feeds in which nothing but errors is looked for."""
    return []


class RowChecks(NamedTuple):
    """A feed's row rules, what depends on the file's day, and what is warned about."""

    contract: Contract
    date_check: DateCheck
    warner: Warner


CHECKS = {
    "kontrolsager": RowChecks(KONTROLSAGER_CONTRACT, months_told, kontrolsager_warnings),
    "henvendelser": RowChecks(HENVENDELSER_CONTRACT, contacts_not_in_future, no_warnings),
}
"""The feeds read row by row."""
COLUMNAR = {"sagshaendelser": read_events}
"""The feeds too large for that; their reader does the checks."""


def event_rules() -> Haendelser:
    """What can happen in a case, and in which order."""
    return load_haendelser()


def unnamed_rules(feeds: Mapping[str, Feed]) -> list[str]:
    """Rules of the code that a feed's file has no words for."""
    checked = {name: set(checks.contract.columns) for name, checks in CHECKS.items()} | {"sagshaendelser": EVENT_RULES}
    return [
        f"feeds/{name}.yaml: reglen {rule} har ingen tekst i rules_da"
        for name, rules in checked.items()
        if name in feeds
        for rule in sorted(rules - set(feeds[name].rules_da))
    ]


def feed_kind(feed: str) -> FeedKind:
    """Contract and checks of one of this benchmark's feeds."""
    loaded = load_feed(feed, BENCHMARK)
    return FeedKind(loaded, columnar=COLUMNAR[feed]) if feed in COLUMNAR else FeedKind(loaded, *CHECKS[feed])
