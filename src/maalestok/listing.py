"""Lists from a release: all places of one measure, best first; the municipalities one is like. Computes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.errors import MaalestokError
from maalestok.kommune import by_code, place_name, resolve
from maalestok.period import parse_period
from maalestok.publish.cells import danish_number
from maalestok.publish.text_da import RELATION_DA, figure, figure_or_status, number
from maalestok.release.read import Release
from maalestok.rules.models import Polarity, Ruleset, Unit


@dataclass(frozen=True)
class Listed:
    """A list: `rows` for programs, `cells` for people under `headers`; `note` says what it was made with."""

    title: str
    headers: Sequence[str]
    cells: Sequence[Sequence[str]]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""


def measure_list(
    release: Release, rules: Ruleset, name: str, period: str | None, omraade: str, kontroltrin: int | None
) -> Listed:
    """Every municipality's figure of a measure, best first; with polarity none the largest first.

    Figures that are not there come last, each with its word.

    Raises:
        MaalestokError: no such measure, no figures for that period, area and step.
    """
    if name not in rules.measures:
        raise MaalestokError(
            f"Der er intet mål {name!r}.", remedy=f"Vælg et af: {', '.join(rules.benchmark.measures)}."
        )
    measure = rules.measures[name]
    trin = kontroltrin or rules.benchmark.default_kontroltrin
    held = release.results.filter(
        (pl.col("measure") == name)
        & (pl.col("omraade") == omraade)
        & pl.col("kontroltrin").eq_missing(trin)
        & pl.col("kommune_kode").is_in(list(by_code()))
    )
    code = _period(held, name, period)
    descending = measure.polarity is not Polarity.LOWER_IS_BETTER
    rows = held.filter(pl.col("period") == code).sort(
        "value", "kommune_kode", descending=[descending, False], nulls_last=True
    )
    unit = measure.unit.value
    ranged = rows["low"].count() > 0
    cells = [
        [
            str(at),
            place_name(row["kommune_kode"]),
            figure_or_status(row["value"], unit, row["status"]),
            *([_range(row, unit)] if ranged else []),
            row["kilde"],
        ]
        for at, row in enumerate(rows.iter_rows(named=True), start=1)
    ]
    area = rules.benchmark.omraade_names_da[omraade]
    step = "" if trin is None else f", kontroltrin {trin}"
    title = f"{measure.title.da}, {area}{step}, {parse_period(code).label_da} ({code})"
    headers = ["", "Kommune", measure.title.da, *(["Spænd"] if ranged else []), "Kilde"]
    return Listed(title, headers, cells, rows.to_dicts())


def _range(row: Mapping[str, Any], unit: str) -> str:
    if row["low"] is None:
        return ""
    if unit == Unit.RANK.value:
        return f"nr. {number(row['low'])}-{number(row['high'])}"
    return f"{figure(row['low'], unit)} til {figure(row['high'], unit)}"


def _period(held: pl.DataFrame, name: str, asked: str | None) -> str:
    periods = sorted(held["period"].unique().to_list(), key=parse_period)
    if not periods:
        raise MaalestokError(
            f"{name} er ikke opgjort for kommuner i det område og kontroltrin.",
            remedy="Prøv et andet --omraade, eller se hvad målet findes for, med explain.",
        )
    code: str = periods[-1] if asked is None else parse_period(asked).code
    if code not in periods:
        raise MaalestokError(
            f"{name} findes ikke for {code}.", remedy=f"Vælg en periode fra {periods[0]} til {periods[-1]}."
        )
    return code


def alike(release: Release, rules: Ruleset, kommune: str, period: str | None) -> list[Listed]:
    """The municipalities one is like, a list for every relation and area that there is.

    Raises:
        MaalestokError: no such municipality, or the release knows of none for it.
    """
    own = resolve(kommune).kode
    held = release.table("relations").filter(pl.col("kommune_kode") == own)
    if held.is_empty():
        raise MaalestokError(
            f"Udgivelsen siger intet om, hvilke kommuner {place_name(own)} ligner.",
            remedy="Vælg en udgivelse af beskaeftigelse, bygget med denne version.",
        )
    code = _period(held, "Listen", period)
    lists = []
    for (relation, area), rows in (
        held.filter(pl.col("period") == code)
        .partition_by("relation", "omraade", as_dict=True, maintain_order=True)
        .items()
    ):
        title, unit = RELATION_DA[str(relation)]
        cells = [
            [str(row["rank"]), place_name(row["other_kode"]), figure(row["distance"], unit)]
            for row in rows.iter_rows(named=True)
        ]
        area_da = rules.benchmark.omraade_names_da[str(area)]
        note = _weights(release, rows["method_version"][0], str(area), code)
        headers = ("", "Kommune", "Afstand")
        lists.append(Listed(f"{title}, {area_da}, {code}", headers, cells, rows.to_dicts(), note))
    return lists


def _weights(release: Release, model: str, area: str, code: str) -> str:
    """'Vægte: gini 0,5 (2020), ...': what a relation by several conditions was made with; nothing for the others."""
    used = release.table("models").filter(
        pl.col("model") == model, pl.col("omraade") == area, pl.col("period") == code, pl.col("level").is_not_null()
    )
    told = [f"{row['term']} {danish_number(row['estimate'])} ({row['level']})" for row in used.iter_rows(named=True)]
    return f"Vægte (og tallenes år): {', '.join(told)}." if told else ""
