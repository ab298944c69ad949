"""The row rules of `fokusmaal` and `tilsynsskridt`: shares, empty groups, and histories that the rules allow."""

from datetime import date

import dataframely as dy
import polars as pl

from maalestok.beskaeftigelse.fokusmaal import WHOLE
from maalestok.beskaeftigelse.supervision_rules import load_tilsynsskridt
from maalestok.beskaeftigelse.tilsynsforloeb import Fault, Step, history_faults
from maalestok.deliveries.contract import Contract, period_ended, row_name
from maalestok.deliveries.issues import Issue, Level
from maalestok.period import parse_period
from maalestok.rules.models import Feed

SHARES = ("samtale_andel", "tilbud_andel", "samtale_andel_12m", "tilbud_andel_12m")
MONTHLY = SHARES[:2]


class Fokusmaal(dy.Schema):
    """One row per kommune x month. Shares in hundredths of a per cent."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()
    maalgruppe_antal = dy.Int64(nullable=True)
    samtale_andel = dy.Int64(nullable=True)
    tilbud_andel = dy.Int64(nullable=True)
    samtale_andel_12m = dy.Int64(nullable=True)
    tilbud_andel_12m = dy.Int64(nullable=True)

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("kommune_kode", "period") == 1

    @dy.rule()
    def andel_0_100(cls) -> pl.Expr:
        return pl.all_horizontal(pl.col(SHARES).fill_null(0).is_between(0, WHOLE))

    @dy.rule()
    def maalgruppe_ikke_negativ(cls) -> pl.Expr:
        return pl.col("maalgruppe_antal") >= 0

    @dy.rule()
    def tom_maalgruppe_uden_andel(cls) -> pl.Expr:
        empty = (pl.col("maalgruppe_antal") == 0).fill_null(value=False)
        return ~empty | pl.all_horizontal(pl.col(MONTHLY).is_null())

    @dy.rule()
    def mindst_et_tal(cls) -> pl.Expr:
        return pl.any_horizontal(pl.col("maalgruppe_antal", *SHARES).is_not_null())


FOKUSMAAL_CONTRACT = Contract(
    schema=Fokusmaal,
    columns={
        "noegle_entydig": ("kommune_kode",),
        "andel_0_100": SHARES,
        "maalgruppe_ikke_negativ": ("maalgruppe_antal",),
        "tom_maalgruppe_uden_andel": ("maalgruppe_antal", *MONTHLY),
        "mindst_et_tal": ("maalgruppe_antal", *SHARES),
    },
    remedies={
        "noegle_entydig": "Slet den ene af de ens rækker i kilden.",
        "andel_0_100": "Ret andelen i kilden; den er i pct., fx 92,2.",
        "maalgruppe_ikke_negativ": "Ret antallet i kilden.",
        "tom_maalgruppe_uden_andel": "Lad andelene stå tomme, eller ret antallet i målgruppen.",
        "mindst_et_tal": "Slet rækken, eller udfyld det tal, den skulle have.",
    },
)


class Tilsynsskridt(dy.Schema):
    """One row per kommune x measured year x step, in the order the steps were taken."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()
    dato = dy.String()
    skridt = dy.String()


TILSYNSSKRIDT_CONTRACT = Contract(schema=Tilsynsskridt, columns={}, remedies={})
"""Its rules are of whole histories: `histories_legal`."""
_REMEDIES = {
    "dato_efter_maaleaaret": "Ret datoen eller måleåret.",
    "dato_orden": "Sæt skridtene i tidsorden, eller ret datoen.",
    "foerste_skridt": "Begynd forløbet med skridtet {allowed}.",
    "efter_afslutning": "Fjern skridtet, eller ret det, der afsluttede forløbet.",
    "skridt_en_gang": "Fjern det ene. Tilladt her: {allowed}.",
    "skridt_foelger": "Ret skridtet, eller tilføj det, der mangler før det. Tilladt her: {allowed}.",
    "skridt_kraever": "Tilføj det skridt, der mangler før det. Tilladt her: {allowed}.",
}
HISTORY_RULES = frozenset({*_REMEDIES, "dato_modtaget"})
"""Rules that are checked on histories, not row by row."""


def histories_legal(frame: pl.DataFrame, feed: Feed, day: date) -> list[Issue]:
    """Every history must be one the state machine allows, after its measured year, and not told of in advance."""
    issues = period_ended(frame, feed, day)
    late = frame.filter(pl.col("dato") > day.isoformat())
    remedy = "Ret datoen, eller angiv den rigtige dag med --received."
    for row in late.iter_rows(named=True):
        message = f"{row_name(row)}: filen er fra {day.isoformat()}. Regel: {feed.rules_da['dato_modtaget']}"
        issues.append(Issue(Level.FEJL, "dato_modtaget", message, remedy, row["linje"], "dato", row["dato"]))
    for _, history in frame.sort("linje").group_by("kommune_kode", "period", maintain_order=True):
        rows = history.to_dicts()
        ended = parse_period(rows[0]["period"]).last_day.isoformat()
        steps = [Step(row["skridt"], row["dato"]) for row in rows]
        for fault in history_faults(steps, ended, load_tilsynsskridt()):
            issues.append(_issue(fault, rows[fault.at], [step.skridt for step in steps[: fault.at]], feed))
    return issues


def _issue(fault: Fault, row: dict[str, object], before: list[str], feed: Feed) -> Issue:
    column = "dato" if fault.rule.startswith("dato") else "skridt"
    said = (
        f"{row_name(row)}: {row['skridt']} efter {before[-1]}" if before else f"{row_name(row)}: {row['skridt']} først"
    )
    remedy = _REMEDIES[fault.rule].format(allowed=", ".join(fault.allowed))
    message = f"{said}. Regel: {feed.rules_da[fault.rule]}"
    return Issue(Level.FEJL, fault.rule, message, remedy, int(str(row["linje"])), column, str(row[column]))
