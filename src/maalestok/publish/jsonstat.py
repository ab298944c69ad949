"""JSON-stat 2 per measure: a sparse cube over kilde, place, area, kontroltrin and period."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from maalestok.build import Built
from maalestok.kommune import place_name
from maalestok.period import parse_period
from maalestok.publish.attribution import attribution_texts
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.text_da import KILDE_DA

DIMENSIONS = ("kilde", "kommune_kode", "omraade", "kontroltrin", "period")
LABELS = {
    "kilde": "Kilde",
    "kommune_kode": "Kommune, region eller Hele landet",
    "omraade": "Område",
    "kontroltrin": "Kontroltrin",
    "period": "Periode",
}


def write_jsonstat(folder: Path, by_measure: Mapping[str, pl.DataFrame], built: Built) -> None:
    """One file per measure, named by its id."""
    folder.mkdir()
    for measure, rows in by_measure.items():
        text = json.dumps(_dataset(measure, rows, built), ensure_ascii=False, separators=(",", ":"))
        (folder / f"{measure}.json").write_text(text + "\n", encoding="utf-8")


def _dataset(measure: str, rows: pl.DataFrame, built: Built) -> dict[str, Any]:
    rule = built.rules.measures[measure]
    used = [d for d in DIMENSIONS if rows[d].null_count() < len(rows)]
    index = {d: _categories(d, rows, built) for d in used}
    sizes = [len(index[d]) for d in used]
    value: dict[str, float] = {}
    status: dict[str, str] = {}
    bounds: dict[str, dict[str, float]] = {"low": {}, "high": {}}
    for row in rows.iter_rows(named=True):
        place = 0
        for dimension, size in zip(used, sizes, strict=True):
            place = place * size + index[dimension][str(row[dimension])]
        key = str(place)
        if row["value"] is not None:
            value[key] = row["value"]
        if row["status"] != "ok":
            status[key] = row["status"]
        for bound, held in bounds.items():
            if row[bound] is not None:
                held[key] = row[bound]
    mark = f"{SYNTETISK}: " if built.syntetisk else ""
    versions = rows["rule_version"].unique().to_list()
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{mark}{rule.title.da}",
        "source": "; ".join(attribution_texts(built)),
        "note": [*rule.definitions_of(versions), *rule.limits_of(versions)],
        "id": used,
        "size": sizes,
        "role": {"time": ["period"], "geo": ["kommune_kode"]},
        "dimension": {
            d: {
                "label": LABELS[d],
                "category": {"index": index[d], "label": {k: _label(d, k, built) for k in index[d]}},
            }
            for d in used
        },
        "value": dict(sorted(value.items(), key=lambda item: int(item[0]))),
        "status": dict(sorted(status.items(), key=lambda item: int(item[0]))),
        "extension": {"unit": rule.unit.value, "polarity": rule.polarity.value, "syntetisk": built.syntetisk}
        | {bound: held for bound, held in bounds.items() if held},
    }


def _categories(dimension: str, rows: pl.DataFrame, built: Built) -> dict[str, int]:
    present = {str(v) for v in rows[dimension].unique().to_list()}
    if dimension == "omraade":
        ordered = [area for area in built.rules.benchmark.omraader if area in present]
    elif dimension == "period":
        ordered = sorted(present, key=parse_period)
    else:
        ordered = sorted(present)
    return {key: position for position, key in enumerate(ordered)}


def _label(dimension: str, key: str, built: Built) -> str:
    match dimension:
        case "kommune_kode":
            return place_name(key)
        case "period":
            return parse_period(key).label_da
        case "omraade":
            return built.rules.benchmark.omraade_names_da[key]
        case "kilde":
            return KILDE_DA[key]
        case _:
            return key
