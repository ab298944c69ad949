"""The tables of a release: their columns, types, keys and what must hold. The published contract.

`results` has one row per key; `findings` one per criterion and key; `parts` what a figure is made of; `sources`
which delivered row a figure was read from; `relations` which municipalities are alike; `models` what methods used;
`steps` the courses that some findings tell of.
"""

from enum import StrEnum
from typing import Any

import dataframely as dy
import polars as pl

from maalestok.rules.models import Kilde, Unit

KEY = ("benchmark", "measure", "kilde", "kommune_kode", "omraade", "kontroltrin", "period")
NO_TRIN = "-"


class Status(StrEnum):
    """Why a figure is there or not: zero, not delivered, suppressed and not assessable are different things."""

    OK = "ok"
    FORELOEBIG = "foreloebig"
    IKKE_LEVERET = "ikke_leveret"
    DISKRETIONERET = "diskretioneret"
    IKKE_OPGJORT = "ikke_opgjort"


WITH_FIGURE = (Status.OK.value, Status.FORELOEBIG.value)


class Results(dy.Schema):
    """Grain: benchmark x measure x kilde x kommune_kode x omraade x kontroltrin x period."""

    benchmark = dy.String(description="Benchmark")
    measure = dy.String(description="Målets id")
    kilde = dy.String(check=lambda c: c.is_in([k.value for k in Kilde]), description="Hvem der har opgjort tallet")
    kommune_kode = dy.String(
        regex=r"^(\d{3}|108[1-5]|DK0\d\d)$",
        description="Kommune, region (1081-1085), landsdel (NUTS 3), 000 = Hele landet",
    )
    omraade = dy.String(description="Ydelsesområde eller i_alt")
    kontroltrin = dy.Int8(nullable=True, description="2 eller 3; tom i beskaeftigelse")
    period = dy.String(description="Måned (2026-10) eller fire rullende kvartaler (2020QMAT04)")
    month_index = dy.Int32(description="år*12 + måned-1 for periodens sidste måned")
    numerator = dy.Float64(nullable=True, description="Tæller, hvor målet er et forhold")
    denominator = dy.Float64(nullable=True, description="Nævner, hvor målet er et forhold")
    value = dy.Float64(nullable=True, description="Værdi i målets enhed; andele 0..1, procentpoint som brøk")
    low = dy.Float64(nullable=True, description="Nedre grænse, hvor målet har et interval eller spænd")
    high = dy.Float64(nullable=True, description="Øvre grænse, hvor målet har et interval eller spænd")
    unit = dy.String(check=lambda c: c.is_in([u.value for u in Unit]), description="Enhed")
    status = dy.String(
        check=lambda c: c.is_in([s.value for s in Status]), description="Hvorfor der er eller ikke er et tal"
    )
    syntetisk = dy.Bool(description="Lavet af opfundne tal")
    rule_version = dy.String(description="Version af definitionen bag rækken")

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.len().over(*KEY) == 1

    @dy.rule()
    def figure_exactly_when_ok(cls) -> pl.Expr:
        return pl.col("value").is_not_null() == pl.col("status").is_in(list(WITH_FIGURE))

    @dy.rule()
    def nothing_beside_a_missing_figure(cls) -> pl.Expr:
        others = pl.col("numerator", "denominator", "low", "high").is_null()
        return pl.col("value").is_not_null() | pl.all_horizontal(others)

    @dy.rule()
    def finite_and_ordered(cls) -> pl.Expr:
        return pl.col("value").is_finite() & (pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))


class Findings(dy.Schema):
    """Grain: benchmark x criterion x kommune_kode x omraade x kontroltrin x period."""

    benchmark = dy.String(description="Benchmark")
    criterion = dy.String(description="Kriteriets id")
    kommune_kode = dy.String(description="Kommune")
    omraade = dy.String(description="Ydelsesområde eller i_alt")
    kontroltrin = dy.Int8(nullable=True, description="2 eller 3; tom i beskaeftigelse")
    period = dy.String(description="Periode")
    month_index = dy.Int32(description="år*12 + måned-1 for periodens sidste måned")
    udfald = dy.String(description="Udfald")
    loebelaengde = dy.Int32(nullable=True, description="Antal på hinanden følgende perioder, hvor kriteriet tæller dem")
    graense = dy.Float64(nullable=True, description="Grænseværdi i målets enhed")
    vaerdi = dy.Float64(nullable=True, description="Den vurderede værdi")
    flag = dy.List(dy.String(), description="Forbehold")
    reference = dy.String(description="Retsgrundlag")
    rule_version = dy.String(description="Version af kriteriet")
    evidence = dy.List(dy.String(), description="Nøgler til de resultater, udfaldet hviler på")
    syntetisk = dy.Bool(description="Lavet af opfundne tal")

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.len().over("benchmark", "criterion", "kommune_kode", "omraade", "kontroltrin", "period") == 1


class Parts(dy.Schema):
    """Grain: a result key x part."""

    benchmark = dy.String(description="Benchmark")
    measure = dy.String(description="Målets id")
    kilde = dy.String(description="Hvem der har opgjort tallet")
    kommune_kode = dy.String(description="Kommune, region, landsdel eller 000")
    omraade = dy.String(description="Ydelsesområde eller i_alt")
    kontroltrin = dy.Int8(nullable=True, description="2 eller 3; tom i beskaeftigelse")
    period = dy.String(description="Periode")
    part = dy.String(description="Delens navn")
    value = dy.Float64(nullable=True, description="Værdi")
    low = dy.Float64(nullable=True, description="Nedre grænse")
    high = dy.Float64(nullable=True, description="Øvre grænse")
    unit = dy.String(description="Enhed")
    method_version = dy.String(description="Metodens navn og version")
    syntetisk = dy.Bool(description="Lavet af opfundne tal")

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.len().over(*KEY, "part") == 1


class Sources(dy.Schema):
    """Grain: feed x period x kommune_kode x omraade x kontroltrin: the delivered row behind the figures."""

    benchmark = dy.String(description="Benchmark")
    feed = dy.String(description="Leverancens art")
    kommune_kode = dy.String(description="Kommune")
    omraade = dy.String(nullable=True, description="Ydelsesområde eller i_alt; tom, hvor leverancen ingen områder har")
    kontroltrin = dy.Int8(nullable=True, description="2 eller 3; tom, hvor leverancen ingen kontroltrin har")
    period = dy.String(description="Periode")
    levering = dy.String(regex=r"^[0-9a-f]{64}$", description="Leverancens SHA-256")
    linje = dy.Int64(nullable=True, description="Rækkens nummer i filen; tom, hvor tallet er regnet af hændelser")
    row_word = dy.String(description="Hvad nummeret tæller")
    rettelse = dy.String(nullable=True, description="Rettelser af rækken: id, kolonne, før, nu og begrundelse")
    syntetisk = dy.Bool(description="Lavet af opfundne tal")


class Relations(dy.Schema):
    """Grain: benchmark x relation x kommune_kode x other_kode x omraade x period. Nearest first."""

    benchmark = dy.String(description="Benchmark")
    relation = dy.String(description="Hvad der forbinder dem")
    kommune_kode = dy.String(description="Kommune")
    other_kode = dy.String(description="Den anden kommune")
    omraade = dy.String(description="Ydelsesområde eller i_alt")
    period = dy.String(description="Periode")
    rank = dy.Int32(description="Den andens nummer i rækken, 1 = nærmest")
    distance = dy.Float64(nullable=True, description="Afstand i relationens eget mål")
    method_version = dy.String(description="Metodens navn og version")
    syntetisk = dy.Bool(description="Lavet af opfundne tal")

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.len().over("benchmark", "relation", "kommune_kode", "other_kode", "omraade", "period") == 1


class Models(dy.Schema):
    """Grain: benchmark x model x omraade x period x term x level: what a model or a method found or used."""

    benchmark = dy.String(description="Benchmark")
    model = dy.String(description="Modellens eller metodens navn og version")
    omraade = dy.String(description="Ydelsesområde eller i_alt")
    period = dy.String(description="Periode")
    term = dy.String(description="Led: et vilkår eller en parameter")
    level = dy.String(nullable=True, description="Leddets niveau, fx årstallet for et vilkår")
    estimate = dy.Float64(description="Værdi")
    se_kind = dy.String(nullable=True, description="Hvilken slags standardfejl")
    se = dy.Float64(nullable=True, description="Standardfejl")
    syntetisk = dy.Bool(description="Lavet af opfundne tal")

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.len().over("benchmark", "model", "omraade", "period", "term", "level", "se_kind") == 1


class Steps(dy.Schema):
    """Grain: a finding's key x skridt: the steps of a course that were taken, with dates, and those that may follow."""

    benchmark = dy.String(description="Benchmark")
    criterion = dy.String(description="Kriteriets id")
    kommune_kode = dy.String(description="Kommune")
    omraade = dy.String(description="Ydelsesområde eller i_alt")
    kontroltrin = dy.Int8(nullable=True, description="2 eller 3; tom i beskaeftigelse")
    period = dy.String(description="Periode")
    nr = dy.Int32(nullable=True, description="Skridtets nummer i forløbet; tom, når det ikke er taget")
    skridt = dy.String(description="Skridtets id")
    titel = dy.String(description="Skridtet i ord")
    dato = dy.String(nullable=True, description="Dagen, det blev taget (2021-10-01); tom, når det kan følge")
    frist = dy.Int32(nullable=True, description="Frist i dage fra skridtet før; tom, når ingen er oplyst")
    frist_note = dy.String(nullable=True, description="Hvorfor der ikke er en frist")
    reference = dy.String(description="Retsgrundlag")
    syntetisk = dy.Bool(description="Lavet af opfundne tal")

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.len().over("benchmark", "criterion", "kommune_kode", "omraade", "period", "skridt") == 1

    @dy.rule()
    def dated_exactly_when_taken(cls) -> pl.Expr:
        return pl.col("nr").is_null() == pl.col("dato").is_null()


TABLES: dict[str, type[dy.Schema]] = {
    "results": Results,
    "findings": Findings,
    "parts": Parts,
    "sources": Sources,
    "relations": Relations,
    "models": Models,
    "steps": Steps,
}


def key_text(row: dict[str, object]) -> str:
    """A result key as one line: 'beskaeftigelse/placering/officiel/707/i_alt/-/2020QMAT04'."""
    return "/".join(NO_TRIN if row[name] is None else str(row[name]) for name in KEY)


def key_of(text: str) -> dict[str, Any]:
    """The result key that `key_text` wrote."""
    held = dict(zip(KEY, text.split("/"), strict=True))
    return held | {"kontroltrin": None if held["kontroltrin"] == NO_TRIN else int(held["kontroltrin"])}


def empty(table: str) -> pl.DataFrame:
    """A table with the right columns and no rows."""
    return pl.DataFrame(schema={n: c.dtype for n, c in TABLES[table].columns().items()})


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Put columns in order, set types, and check every rule.

    Raises:
        dataframely.exc.ValidationError: the rows break the contract; that is a bug in the code that made them.
    """
    schema = TABLES[table]
    ordered = frame.select(list(schema.column_names()))
    return pl.DataFrame(schema.validate(ordered, cast=True))
