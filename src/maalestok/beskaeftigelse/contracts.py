"""The row rules of this benchmark's feeds. Numbers are whole: persons, hundredths of a percentage point, thousand kr.

Source: the identities were established on every row of the editions 2020QMAT02, 2020QMAT04 and 2021QMAT02.
"""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from maalestok.beskaeftigelse.supervision_contracts import FOKUSMAAL_CONTRACT, TILSYNSSKRIDT_CONTRACT, histories_legal
from maalestok.deliveries.contract import Contract, period_ended, row_name
from maalestok.deliveries.issues import Issue, Level
from maalestok.deliveries.kinds import DateCheck, Warner
from maalestok.publish.text_da import plural
from maalestok.rules.models import Feed

SHARE_TOLERANCE = 1
"""Two shares rounded to two decimals and their rounded difference can disagree by one hundredth."""
AREA_SUM_TOLERANCE = 20
"""Four numbers rounded to 10 can disagree by 4 x 5."""
BALANCE_TOLERANCE = 0.02
"""Expected and actual national sums lie within about one per cent in the known editions; warned from two."""
WHOLE_SHARE = 10_000
GROUP = ["period", "omraade"]


class Y30R21(dy.Schema):
    """One row per kommune x area x edition."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()
    omraade = dy.String()
    forventet_antal = dy.Int64(nullable=True)
    faktisk_antal = dy.Int64(nullable=True)
    forskel_antal = dy.Int64(nullable=True)
    forventet_andel = dy.Int64(nullable=True)
    faktisk_andel = dy.Int64(nullable=True)
    forskel_andel = dy.Int64(nullable=True)
    placering = dy.Int64(nullable=True)

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("kommune_kode", *GROUP) == 1

    @dy.rule()
    def forskel_antal_regnet(cls) -> pl.Expr:
        return pl.col("forskel_antal") == pl.col("faktisk_antal") - pl.col("forventet_antal")

    @dy.rule()
    def forskel_andel_regnet(cls) -> pl.Expr:
        gap = pl.col("faktisk_andel") - pl.col("forventet_andel") - pl.col("forskel_andel")
        return gap.abs() <= SHARE_TOLERANCE

    @dy.rule()
    def afrundet_til_10(cls) -> pl.Expr:
        return pl.all_horizontal(pl.col("forventet_antal", "faktisk_antal", "forskel_antal").fill_null(0) % 10 == 0)

    @dy.rule()
    def ikke_negativ(cls) -> pl.Expr:
        numbers = pl.col("forventet_antal", "faktisk_antal").fill_null(0) >= 0
        shares = pl.col("forventet_andel", "faktisk_andel").fill_null(0).is_between(0, WHOLE_SHARE)
        return pl.all_horizontal(numbers) & pl.all_horizontal(shares)

    @dy.rule()
    def placering_1_98(cls) -> pl.Expr:
        return pl.col("placering").is_between(1, 98)

    @dy.rule()
    def placering_entydig(cls) -> pl.Expr:
        return pl.col("placering").is_null() | (pl.len().over(*GROUP, "placering") == 1)

    @dy.rule()
    def placering_orden(cls) -> pl.Expr:
        placed = pl.when(pl.col("placering").is_not_null()).then(pl.col("forskel_andel"))
        worst_before = placed.shift(1).cum_max().over(*GROUP, order_by="placering")
        return placed >= worst_before


Y30R21_CONTRACT = Contract(
    schema=Y30R21,
    columns={
        "noegle_entydig": ("kommune_kode",),
        "forskel_antal_regnet": ("faktisk_antal", "forventet_antal", "forskel_antal"),
        "forskel_andel_regnet": ("faktisk_andel", "forventet_andel", "forskel_andel"),
        "afrundet_til_10": ("forventet_antal", "faktisk_antal", "forskel_antal"),
        "ikke_negativ": ("forventet_antal", "faktisk_antal", "forventet_andel", "faktisk_andel"),
        "placering_1_98": ("placering",),
        "placering_entydig": ("placering",),
        "placering_orden": ("forskel_andel", "placering"),
    },
    remedies={
        "noegle_entydig": "Slet den ene af de ens rækker i kilden.",
        "forskel_antal_regnet": "Et af tallene er forkert. Hent tabellen igen, eller indlæs en begrundet rettelse.",
        "forskel_andel_regnet": "En af andelene er forkert. Hent tabellen igen, eller indlæs en begrundet rettelse.",
        "afrundet_til_10": "Kilden afrunder til 10. Er tallet et andet, så er det ikke den offentliggjorte tabel.",
        "ikke_negativ": "Ret fortegnet i kilden; er to kolonner byttet om?",
        "placering_1_98": "Ret placeringen i kilden.",
        "placering_entydig": "Ret placeringen i kilden.",
        "placering_orden": "Placering og forskel passer ikke sammen. Er kolonner byttet om, eller er en række ændret?",
    },
)


class Beloeb(dy.Schema):
    """One row per kommune x area x edition with an official amount, in thousand kroner."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()
    omraade = dy.String()
    beloeb_mio_kr = dy.Int64()

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("kommune_kode", *GROUP) == 1


BELOEB_CONTRACT = Contract(
    schema=Beloeb,
    columns={"noegle_entydig": ("beloeb_mio_kr",)},
    remedies={"noegle_entydig": "Behold kun det beløb, der gælder."},
)


class Befolkning(dy.Schema):
    """One row per kommune x edition: residents aged 16-66."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()
    personer = dy.Int64()

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("kommune_kode", "period") == 1

    @dy.rule()
    def positiv(cls) -> pl.Expr:
        return pl.col("personer") > 0


BEFOLKNING_CONTRACT = Contract(
    schema=Befolkning,
    columns={"noegle_entydig": ("personer",), "positiv": ("personer",)},
    remedies={"noegle_entydig": "Behold kun den ene række.", "positiv": "Ret antallet i kilden."},
)


def no_warnings(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """For feeds in which nothing but errors is looked for."""
    return []


def y30r21_warnings(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    """What a published edition may hold but a reader should know: area sums, national balance, withheld figures."""
    return [*_area_sums(frame, feed), *_national_balance(frame, feed), *_without_figure(frame)]


def _area_sums(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    issues = []
    for column in ("forventet_antal", "faktisk_antal"):
        wide = (
            frame.pivot("omraade", index=["period", "kommune_kode"], values=[column], aggregate_function="first")
            .with_columns(
                pl.sum_horizontal("a_dagpenge", "kontanthjaelp", "sygedagpenge", ignore_nulls=False).alias("s")
            )
            .filter((pl.col("s") - pl.col("i_alt")).abs() > AREA_SUM_TOLERANCE)
            .sort("period", "kommune_kode")
        )
        lines = frame.filter(pl.col("omraade") == "i_alt").select("period", "kommune_kode", "linje")
        for row in wide.join(lines, on=["period", "kommune_kode"], maintain_order="left").iter_rows(named=True):
            missed_by = f"{row['s'] - row['i_alt']:+d}"
            found = f"{row_name(row)}: områdernes {column} er {row['s']}, men i alt er {row['i_alt']} ({missed_by})."
            remedy = "Ingen handling: kilden offentliggør sådanne rækker. Nævn det, hvor tallene står sammen."
            message = f"{found} {feed.rules_da['omraadesum']}"
            issues.append(Issue(Level.ADVARSEL, "omraadesum", message, remedy, row["linje"], column, str(row["s"])))
    return issues


def _national_balance(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    sums = frame.group_by(*GROUP).agg(pl.col("forventet_antal", "faktisk_antal").sum()).sort(*GROUP)
    return [
        Issue(
            Level.ADVARSEL,
            "landsbalance",
            f"{row['period']}, {row['omraade']}: forventet {row['forventet_antal']}, faktisk {row['faktisk_antal']} "
            f"for hele landet. {feed.rules_da['landsbalance']}",
            "Kontrollér, at kolonnerne er de rigtige, og at udgaven er hel.",
            column="faktisk_antal",
            value=str(row["faktisk_antal"]),
        )
        for row in sums.iter_rows(named=True)
        if abs(row["faktisk_antal"] - row["forventet_antal"]) > BALANCE_TOLERANCE * row["forventet_antal"]
    ]


def _without_figure(frame: pl.DataFrame) -> list[Issue]:
    issues: list[Issue] = []
    for name in [c for c in frame.columns if c.endswith("_status")]:
        counts = frame.filter(pl.col(name) != "ok").group_by(name).agg(pl.len(), pl.col("linje").min()).sort(name)
        issues.extend(
            Issue(
                Level.ADVARSEL,
                "uden_tal",
                f"{plural(count, 'celle', 'celler')} i {name.removesuffix('_status')} har ikke et tal ({status}).",
                "Ingen handling: cellerne vises som uden tal, aldrig som 0.",
                first,
                name.removesuffix("_status"),
            )
            for status, count, first in counts.iter_rows()
        )
    return issues


class Rammevilkaar(dy.Schema):
    """One row per kommune x calendar year (as 2020QMAT04) of municipality-level conditions, in whole millionths."""

    linje = dy.Int64()
    period = dy.String()
    kommune_kode = dy.String()

    @dy.rule()
    def noegle_entydig(cls) -> pl.Expr:
        return pl.len().over("kommune_kode", "period") == 1


RAMMEVILKAAR_CONTRACT = Contract(
    schema=Rammevilkaar,
    columns={"noegle_entydig": ("kommune_kode",)},
    remedies={"noegle_entydig": "Slet den ene af de ens rækker i kilden."},
)


class RowChecks(NamedTuple):
    """A feed's row rules, what is warned about, and what depends on the file's day."""

    contract: Contract
    warner: Warner = no_warnings
    date_check: DateCheck = period_ended


CHECKS = {
    "y30r21": RowChecks(Y30R21_CONTRACT, y30r21_warnings),
    "beloeb": RowChecks(BELOEB_CONTRACT),
    "befolkning": RowChecks(BEFOLKNING_CONTRACT),
    "rammevilkaar": RowChecks(RAMMEVILKAAR_CONTRACT),
    "fokusmaal": RowChecks(FOKUSMAAL_CONTRACT),
    "tilsynsskridt": RowChecks(TILSYNSSKRIDT_CONTRACT, date_check=histories_legal),
}
"""Feed -> its checks. The feeds of this benchmark."""
