"""`datapackage.json`: Table Schema of every table and CSV file, with attribution and what is known of the licence."""

import json
from pathlib import Path
from typing import Any

import dataframely as dy

from maalestok.build import Built
from maalestok.publish.attribution import all_invented, attributions
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.csv_files import FINDING_COLUMNS, RESULT_COLUMNS
from maalestok.publish.listed import listed_criteria, listed_measures, versions_of
from maalestok.results import TABLES, Findings, Results, Status
from maalestok.rules.models import Kilde, Unit

_TYPES: dict[type[dy.Column], str] = {
    dy.String: "string",
    dy.Int8: "integer",
    dy.Int32: "integer",
    dy.Int64: "integer",
    dy.Float64: "number",
    dy.Bool: "boolean",
    dy.List: "array",
}
_ENUMS = {"kilde": [k.value for k in Kilde], "unit": [u.value for u in Unit], "status": [s.value for s in Status]}
_BESIDE = {
    "kommune": "Stedets navn",
    "syntetisk": "SYNTETISK, når rækken er lavet af opfundne tal; ellers tom",
}


def write_datapackage(folder: Path, built: Built) -> None:
    """Describe the Parquet tables and the CSV files beside them."""
    front = built.rules.benchmark
    resources = [_parquet(name) for name in TABLES]
    for measure in listed_measures(built):
        rule = built.rules.measures[measure]
        described = " ".join(rule.definitions_of(versions_of(built, measure)))
        resources.append(_csv(measure, rule.title.da, described, RESULT_COLUMNS, Results))
    for criterion in listed_criteria(built):
        judged = built.rules.criteria[criterion]
        resources.append(_csv(criterion, judged.title.da, judged.versions[-1].definition_da, FINDING_COLUMNS, Findings))
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": f"maalestok-{front.id}",
        "title": f"{SYNTETISK}: {front.title.da}" if built.syntetisk else front.title.da,
        "description": front.description_da,
        "sources": _sources(built),
        "resources": resources,
    }
    if all_invented(built):
        package["licenses"] = [{"name": "CC0-1.0", "title": "Creative Commons Zero 1.0 Universal"}]
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _sources(built: Built) -> list[dict[str, str]]:
    """Each source once, however many feeds it is behind."""
    named = dict.fromkeys((s.text, s.publisher, s.licence) for s in attributions(built))
    return [{"title": text, "publisher": publisher, "licens": licence} for text, publisher, licence in named]


def _field(name: str, schema: type[dy.Schema], *, in_csv: bool) -> dict[str, Any]:
    if in_csv and name in _BESIDE:
        return {"name": name, "type": "string", "description": _BESIDE[name]}
    column = schema.columns()[name]
    kind = "string" if in_csv and isinstance(column, dy.List) else _TYPES[type(column)]
    described: dict[str, Any] = {"name": name, "type": kind, "description": column.description or name}
    if in_csv and kind == "number":
        described["decimalChar"] = ","
    constraints: dict[str, Any] = {}
    if not column.nullable and not (in_csv and isinstance(column, dy.List)):
        constraints["required"] = True
    if name in _ENUMS:
        constraints["enum"] = _ENUMS[name]
    return described | ({"constraints": constraints} if constraints else {})


def _parquet(name: str) -> dict[str, Any]:
    schema = TABLES[name]
    fields = [_field(column, schema, in_csv=False) for column in schema.column_names()]
    return {"name": name, "path": f"{name}.parquet", "format": "parquet", "schema": {"fields": fields}}


def _csv(name: str, title: str, description: str, columns: tuple[str, ...], schema: type[dy.Schema]) -> dict[str, Any]:
    return {
        "name": name.replace("_", "-"),
        "path": f"csv/{name}.csv",
        "title": title,
        "description": description,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "header": True},
        "schema": {
            "fields": [_field(column, schema, in_csv=True) for column in columns],
            "missingValues": [""],
        },
    }
