"""Open data: every file says what the tables say, none carries a formula, and each is described."""

import csv
import io
import json
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cli, bring, make_release
from maalestok.beskaeftigelse import synthetic
from maalestok.kommune import place_name
from maalestok.publish.cells import danish_number, plain_number, safe_text
from maalestok.publish.text_da import SHORT_MISSING_DA
from maalestok.registry import benchmark
from maalestok.release.read import Release
from maalestok.results import TABLES


def read_csv(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def as_number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


def test_csv_files_hold_exactly_the_results(synthetic_release: Release) -> None:
    measures = synthetic_release.results["measure"].unique().to_list()
    for measure in measures:
        rows = read_csv(synthetic_release.folder / "csv" / f"{measure}.csv")
        table = synthetic_release.results.filter(pl.col("measure") == measure)
        assert len(rows) == len(table)
        for row, held in zip(rows, table.iter_rows(named=True), strict=True):
            for column in ("measure", "kilde", "kommune_kode", "omraade", "period", "unit", "status", "rule_version"):
                assert row[column] == held[column]
            for column in ("numerator", "denominator", "value", "low", "high"):
                assert as_number(row[column]) == held[column]
            assert row["kommune"] == place_name(held["kommune_kode"])
            assert (row["syntetisk"], row["kontroltrin"]) == ("SYNTETISK", "")


LISTED = ["resultatmaal", "fokusmaal_samtaler", "fokusmaal_tilbud", "skaerpet_tilsyn"]
"""Criteria told of in lists: the risk zone is for a municipality's own page, and no course was delivered."""


def test_the_risk_zone_is_in_no_list(synthetic_release: Release) -> None:
    assert "risikozone" in synthetic_release.table("findings")["criterion"].to_list()
    files = {path.stem for path in (synthetic_release.folder / "csv").iterdir()}
    assert files == {*synthetic_release.results["measure"].unique(), *LISTED}
    text = (synthetic_release.folder / "datapackage.json").read_text(encoding="utf-8")
    assert "risikozone" not in text


def test_csv_of_the_criterion_holds_the_findings(synthetic_release: Release) -> None:
    rows = read_csv(synthetic_release.folder / "csv" / "resultatmaal.csv")
    table = synthetic_release.table("findings").filter(pl.col("criterion") == "resultatmaal")
    assert [(r["kommune_kode"], r["period"], r["udfald"]) for r in rows] == table.select(
        "kommune_kode", "period", "udfald"
    ).rows()
    assert [r["flag"] for r in rows] == ["|".join(flags) for flags in table["flag"].to_list()]


def cube(data: dict[str, Any]) -> dict[tuple[str, ...], tuple[float | None, str]]:
    """A second reader of JSON-stat: every cell that has a value or a status, by its categories."""
    categories = [sorted(index := data["dimension"][d]["category"]["index"], key=index.__getitem__) for d in data["id"]]
    assert [len(c) for c in categories] == data["size"]
    cells = {}
    for place, key in enumerate(product(*categories)):
        value, status = data["value"].get(str(place)), data["status"].get(str(place))
        if value is not None or status is not None:
            cells[key] = (value, status or "ok")
    return cells


def test_json_stat_holds_exactly_the_results(synthetic_release: Release) -> None:
    for path in sorted((synthetic_release.folder / "jsonstat").iterdir()):
        data = json.loads(path.read_text(encoding="utf-8"))
        assert (data["version"], data["class"]) == ("2.0", "dataset")
        assert data["label"].startswith("SYNTETISK: ")
        assert data["role"] == {"time": ["period"], "geo": ["kommune_kode"]}
        table = synthetic_release.results.filter(pl.col("measure") == path.stem)
        held = {tuple(row[d] for d in data["id"]): (row["value"], row["status"]) for row in table.iter_rows(named=True)}
        assert cube(data) == held


def test_the_workbook_shows_every_figure_or_a_word(synthetic_release: Release) -> None:
    book = openpyxl.load_workbook(synthetic_release.folder / "beskaeftigelse.xlsx")
    measures = synthetic_release.results["measure"].unique(maintain_order=True).to_list()
    names = benchmark("beskaeftigelse").rules().benchmark.omraade_names_da
    assert book.sheetnames == ["Om", "Oversigt", *measures, *LISTED]
    front = [(row[0].value, row[1].value) for row in book["Om"].iter_rows(max_col=2)]
    assert front[0][0] == "SYNTETISK"
    assert ("Kilde", "SYNTETISK: opfundne tal fra Målestok (CC0-1.0)") in front
    for measure in measures:
        header, *lines = book[measure].iter_rows(values_only=True)
        found = {}
        for line in lines:
            cells = dict(zip(map(str, header), line, strict=True))
            assert cells["Syntetisk"] == "SYNTETISK"
            for label, cell in cells.items():
                if "QMAT" in label and not label.endswith(("nedre", "øvre")):
                    found[cells["Kode"], cells["Område"], cells["Kilde"], label.partition("(")[2][:10]] = cell
        table = synthetic_release.results.filter(pl.col("measure") == measure)
        for r in table.iter_rows(named=True):
            cell = found[r["kommune_kode"], names[r["omraade"]], r["kilde"], r["period"]]
            if r["value"] is None:
                assert cell == SHORT_MISSING_DA[r["status"]]
            else:
                assert cell == (round(r["value"] * 100, 6) if r["unit"] == "pct_point" else r["value"])


def test_the_overview_has_a_row_per_municipality_of_the_newest_edition(real_release: Release) -> None:
    header, *lines = openpyxl.load_workbook(real_release.folder / "beskaeftigelse.xlsx")["Oversigt"].iter_rows(
        values_only=True
    )
    assert len(lines) == 98
    norddjurs = dict(zip(map(str, header), next(line for line in lines if line[0] == "707"), strict=True))
    edition = "3. kvartal 2020 til 2. kvartal 2021 (2021QMAT02)"
    span = [norddjurs[f"Merudgift, kr.{end}, {edition}"] for end in (", nedre", "", ", øvre")]
    assert [float(str(end)) for end in span] == sorted(float(str(end)) for end in span)
    assert len(set(span)) == 3
    assert norddjurs[f"Forventet antal fuldtidspersoner, {edition}"] == 2380
    assert norddjurs[f"Placering på benchmarkranglisten, plads, {edition}"] == 23
    assert norddjurs[f"Forskel i andele, procentpoint, {edition}"] == -0.24
    assert norddjurs[f"Ændring i placering, pladser, {edition}"] == -2


def test_no_cell_is_a_formula(tmp_path: Path, rows: dict[str, list[synthetic.Row]], cli: Cli) -> None:
    for text in ("=1+1", "+45", "-4,6", "@SUM(A1)", "\tx", "\rx"):
        assert safe_text(text) == "'" + text
    assert safe_text("Norddjurs") == "Norddjurs"
    path = tmp_path / "=HYPERLINK(1).csv"
    path.write_bytes(synthetic.as_csv(rows["2020QMAT02"]))
    bring([path], tmp_path / "lager")
    release = make_release(tmp_path / "lager", tmp_path / "ud")
    for file in (release.folder / "csv").iterdir():
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"):
            for cell in row:
                assert not cell.startswith(("=", "@", "+")), (file, cell)
                assert not cell.startswith("-") or as_number(cell) is not None
    book = openpyxl.load_workbook(release.folder / "beskaeftigelse.xlsx")
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_the_data_package_describes_every_table_and_csv(synthetic_release: Release, real_release: Release) -> None:
    for release in (synthetic_release, real_release):
        package = json.loads((release.folder / "datapackage.json").read_text(encoding="utf-8"))
        paths = {resource["path"] for resource in package["resources"]}
        present = {
            p.relative_to(release.folder).as_posix()
            for p in release.folder.rglob("*")
            if p.suffix in (".csv", ".parquet")
        }
        assert paths == present
        for resource in package["resources"]:
            names = [field["name"] for field in resource["schema"]["fields"]]
            if resource["format"] == "csv":
                assert list(read_csv(release.folder / resource["path"])[0]) == names
            else:
                assert pl.read_parquet_schema(release.folder / resource["path"]).keys() == set(names)
            assert all(len(field["description"]) > 3 for field in resource["schema"]["fields"])


def test_licences_are_stated_only_where_known(synthetic_release: Release, real_release: Release) -> None:
    invented, real = (
        json.loads((r.folder / "datapackage.json").read_text(encoding="utf-8"))
        for r in (synthetic_release, real_release)
    )
    assert [licence["name"] for licence in invented["licenses"]] == ["CC0-1.0"]
    assert invented["title"].startswith("SYNTETISK")
    assert "licenses" not in real
    assert "SYNTETISK" not in json.dumps(real["title"])
    assert real["sources"] == [
        {
            "title": "Kilde: jobindsats.dk, Styrelsen for Arbejdsmarked og Rekruttering",
            "publisher": "Styrelsen for Arbejdsmarked og Rekruttering",
            "licens": "licens ikke angivet af udgiver",
        }
    ]


def test_a_real_release_marked_by_an_invented_part_is_not_given_away(
    tmp_path: Path, rows: dict[str, list[synthetic.Row]], cli: Cli
) -> None:
    invented, unmarked = tmp_path / "a.csv", tmp_path / "b.csv"
    invented.write_bytes(synthetic.as_csv(rows["2020QMAT04"]))
    lines = synthetic.as_csv(rows["2020QMAT02"]).decode().splitlines()
    unmarked.write_text("\n".join(line.rpartition(";")[0] for line in lines), encoding="utf-8")
    assert cli("import", "y30r21", unmarked, "--store", tmp_path / "lager").code == 0
    alone = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud", "--syntetisk")
    assert (alone.code, "kun virkelige leverancer" in alone.err) == (2, True)
    assert cli("import", "y30r21", invented, "--store", tmp_path / "lager").code == 0
    assert (
        cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud", "--syntetisk").code == 0
    )
    package = json.loads((tmp_path / "ud" / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in package
    assert [source["licens"] for source in package["sources"]] == ["licens ikke angivet af udgiver", "CC0-1.0"]


def test_csv_cells_keep_to_the_data_package(synthetic_release: Release) -> None:
    package = json.loads((synthetic_release.folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in (r for r in package["resources"] if r["format"] == "csv"):
        rows = read_csv(synthetic_release.folder / resource["path"])
        for field in resource["schema"]["fields"]:
            rules = field.get("constraints", {})
            values = {row[field["name"]] for row in rows}
            assert not (rules.get("required") and "" in values), field
            assert values - {""} <= set(rules.get("enum", values))


def test_tables_have_the_published_columns(synthetic_release: Release) -> None:
    for name, schema in TABLES.items():
        assert list(synthetic_release.table(name).columns) == list(schema.column_names())
    kinds = synthetic_release.results.schema
    assert (kinds["kontroltrin"], kinds["month_index"], kinds["value"]) == (pl.Int8(), pl.Int32(), pl.Float64())


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_can_be_read_back(value: float) -> None:
    assert float(plain_number(value)) == value
    assert "e" not in plain_number(value)
    assert float(danish_number(value).replace(",", ".")) == value


@pytest.mark.parametrize(
    ("value", "expected"), [(2310.0, "2310"), (0.0995, "0,0995"), (-0.0025, "-0,0025"), (1e-07, "0,0000001")]
)
def test_danish_numbers(value: float, expected: str) -> None:
    assert danish_number(value) == expected
