"""The two maps: true shapes, and a square of the same size for each municipality, so that none is overlooked."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from maalestok.kommune import place_name
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.assets import shapes
from maalestok.publish.site.page import Card, Table
from maalestok.publish.site.view import View

SHORT = 4
"""Letters of a name on its square."""


@cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """Code -> column and row on the grid."""
    text = files("maalestok.publish.site").joinpath("fliser.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return {row["kommune_kode"]: (int(row["kolonne"]), int(row["raekke"])) for row in rows}


def squares(
    view: View,
    shown: Shown,
    told: Mapping[str, tuple[float | None, str]],
    table: Table,
    *,
    kind: str,
    folder: str,
    subtitle: str,
    rules: Sequence[str],
) -> list[Card]:
    """Both maps of one measure.

    Args:
        told: municipality -> the value in per cent, or None, and its label.
        kind: `drawn` or `difference`, which decides colours and legend.
    """
    there = {kode: value for kode, (value, _) in told.items() if value is not None}
    title = view.t("Der er for få tal til at sammenligne kommunerne")
    if there:
        low, high = min(there, key=lambda k: there[k]), max(there, key=lambda k: there[k])
        title = view.t("Fra %(low)s til %(high)s", low=told[low][1], high=told[high][1])
    base = [{"kode": kode, "v": told[kode][0], "label": told[kode][1]} for kode in codes()]
    shapely = Card(
        id="kort",
        name=f"{folder}/kort",
        title=title,
        subtitle=f"{view.t('Kort')}: {subtitle}",
        summary=view.t("Grå kommuner har intet tal. Bornholm er flyttet ind. Store kommuner fylder mest på kortet."),
        table=table,
        about=view.about(shown, rules),
        notes=[view.t("Kommunernes form er tegnet efter react-denmark-map (MIT).")],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
        kind=f"map_{kind}",
        rows=[{**row, "form": shapes()[str(row["kode"])]} for row in base],
    )
    equal = replace(
        shapely,
        id="fliser",
        table_at="kort",
        name=f"{folder}/fliser",
        subtitle=f"{view.t('Lige store felter')}: {subtitle}",
        summary=view.t(
            "Hver kommune har et felt af samme størrelse omtrent der, hvor den ligger. Grå felter har intet tal."
        ),
        notes=[view.t("Felterne viser de første fire bogstaver af navnet; hele navnet står i tabellen.")],
        kind=f"tiles_{kind}",
        rows=[{**row, **_square(str(row["kode"]))} for row in base],
    )
    return [shapely, equal]


def _square(kode: str) -> dict[str, int | str]:
    column, row = tiles()[kode]
    return {"kolonne": column, "raekke": row, "kort": place_name(kode)[:SHORT]}
