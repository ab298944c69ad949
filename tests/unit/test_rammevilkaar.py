"""The feed of conditions: a comma separated table as its publisher writes it; what is wrong is refused."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from conftest import REAL_EDITIONS, Cli, bring, make_release
from maalestok.beskaeftigelse import synthetic_vilkaar
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.store import Store
from reference.naive_uncertainty import condition_distances, nearest

Change = Callable[[list[str]], list[str]]


def written(path: Path, change: Change = lambda lines: lines) -> Path:
    lines = synthetic_vilkaar.as_csv((2019, 2020), seed=4).decode().splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    return path


def cell(column: int, value: str, line: int = 3) -> Change:
    def change(lines: list[str]) -> list[str]:
        cells = lines[line].split(",")
        cells[column] = value
        return [*lines[:line], ",".join(cells), *lines[line + 1 :]]

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (cell(1, "20"), "Året '20' kan ikke læses"),
        (cell(1, "2020QMAT04"), "Året '2020QMAT04' kan ikke læses"),
        (cell(0, "999"), "999"),
        (cell(2, "mange"), "'mange' er ikke et tal"),
        (cell(2, "1.234.567"), "'1.234.567' er ikke et tal"),
        (cell(2, "1.1234567"), "har for mange decimaler"),
        (lambda lines: lines[:-1], "1 række mangler"),
        (lambda lines: [*lines, lines[-1]], "Hver kommune må kun stå én gang"),
        (lambda lines: [line.replace(",", ";") for line in lines], "adskilt af semikolon, ikke af komma"),
        (lambda lines: [lines[0].replace("gini", "lykke"), *lines[1:]], "'lykke' er ikke en del af leverancen"),
        (lambda lines: [line.replace(",2020,", ",2031,") for line in lines], "2031QMAT04 slutter 2031-12-31"),
    ],
)
def test_a_malformed_table_is_refused(change: Change, message: str, cli: Cli, tmp_path: Path) -> None:
    path = written(tmp_path / "vilkaar.csv", change)
    done = cli("import", "rammevilkaar", path, "--store", tmp_path / "lager", "--received", "2026-11-01")
    assert done.code == 2
    assert message in done.out + done.err
    assert not (tmp_path / "lager").exists()


def test_numbers_keep_their_decimals_and_missing_ones_are_missing(tmp_path: Path) -> None:
    path = written(tmp_path / "vilkaar.csv", lambda lines: cell(3, "", 4)(cell(2, "20.938", 3)(lines)))
    bring([path], tmp_path / "lager", "rammevilkaar")
    store = Store.open(tmp_path / "lager")
    rows = store.rows(store.deliveries("rammevilkaar")[0]).sort("linje")
    assert rows["andel_indvandrere_15_69"][2] == 20_938_000
    assert rows.row(3, named=True)["andel_efterkommere_15_69"] is None
    assert rows.row(3, named=True)["andel_efterkommere_15_69_status"] == "ikke_leveret"
    assert set(rows["period"]) == {"2019QMAT04", "2020QMAT04"}


def test_the_published_panel_finds_neighbours(shared_data: Path, tmp_path: Path) -> None:
    bring([shared_data / "y30r21" / f"{code}.csv" for code in REAL_EDITIONS], tmp_path / "lager")
    received = datetime(2026, 11, 1, tzinfo=UTC)
    bring([shared_data / "dst_rammevilkaar_panel_2013_2024.csv"], tmp_path / "lager", "rammevilkaar", received)
    release = make_release(tmp_path / "lager", tmp_path / "ud")
    near = release.table("relations").filter(pl.col("relation") == "naermest_vilkaar", pl.col("period") == "2020QMAT04")
    assert len(near) == 98 * 10
    assert near.filter(pl.col("kommune_kode") == "147")["other_kode"].to_list()[0] in {
        "101",
        "157",
        "173",
        "461",
        "751",
    }
    assert (near["distance"] > 0).all()
    years = (
        release.table("models").filter(pl.col("term") == "andel_ejerbolig", pl.col("model") != "aaben-1").sort("period")
    )
    assert years["level"].to_list() == ["2020", "2020", "2020"]


def test_the_published_panels_neighbours_are_those_of_a_naive_count(shared_data: Path, tmp_path: Path) -> None:
    """Every municipality and edition, straight from the published panel: newest year with a figure for all 98."""
    panel_path = shared_data / "dst_rammevilkaar_panel_2013_2024.csv"
    bring([shared_data / "y30r21" / f"{code}.csv" for code in REAL_EDITIONS], tmp_path / "lager")
    bring([panel_path], tmp_path / "lager", "rammevilkaar", datetime(2026, 11, 1, tzinfo=UTC))
    held = make_release(tmp_path / "lager", tmp_path / "ud").table("relations")
    with panel_path.open(encoding="utf-8", newline="") as file:
        panel = list(csv.DictReader(file))
    weights = {name: float(weight) for name, weight in load_rules().similar.versions[0].weights.items()}
    columns = {column.lower(): column for column in panel[0]}
    for code in REAL_EDITIONS:
        conditions = {}
        for name in weights:
            by_year: dict[int, dict[str, float]] = {}
            for row in panel:
                if row[columns[name]] and int(row["aar"]) <= int(code[:4]):
                    by_year.setdefault(int(row["aar"]), {})[row["kommunekode"]] = float(row[columns[name]])
            conditions[name] = by_year[max(year for year, values in by_year.items() if len(values) == 98)]
        wanted = nearest(condition_distances(conditions, weights), 10)
        rows = held.filter(pl.col("relation") == "naermest_vilkaar", pl.col("period") == code).sort("rank")
        found: dict[str, list[str]] = {}
        for own, other in rows.select("kommune_kode", "other_kode").iter_rows():
            found.setdefault(own, []).append(other)
        assert found == wanted
