"""The invented control cases: deterministic, legal histories, and an aggregate that a slow recount agrees with."""

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from maalestok.kontrolsager import synthetic
from maalestok.kontrolsager.celler import FIGURES, SNIT, celler
from maalestok.kontrolsager.synthetic import SMALL, Size, Truth
from maalestok.kontrolsager.synthetic_cases import HAENDELSER
from maalestok.period import parse_period

LAST = "2026-10"
SEED = 20261101
TINY = Size(14, LAST, 200)
FOLLOWS = {
    None: {"udstillet"},
    "udstillet": {"trukket", "bortfaldet"},
    "trukket": {"oprettet", "afvist", "lagt_tilbage"},
    "lagt_tilbage": {"trukket", "bortfaldet"},
    "oprettet": {"afsluttet", "henlagt"},
    "afsluttet": {"genaabnet"},
    "henlagt": {"genaabnet"},
    "genaabnet": {"afsluttet", "henlagt"},
    "bortfaldet": set(),
    "afvist": set(),
}
Row = dict[str, str]


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(SMALL, SEED)


@pytest.fixture(scope="module")
def rows(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return delivered(truth, LAST, tmp_path_factory.mktemp("events"))


@pytest.fixture(scope="module")
def cells(truth: Truth) -> pl.DataFrame:
    return synthetic.aggregate(truth, LAST)


def delivered(truth: Truth, opgjort_til: str, folder: Path) -> list[Row]:
    """The rows of the CSV, as text."""
    path = folder / f"{opgjort_til}.csv"
    count = synthetic.write_events(truth, path, opgjort_til, fmt="csv")
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file, delimiter=";"))
    assert len(read) == count
    return read


def by_case(rows: Iterable[Row]) -> dict[str, list[Row]]:
    cases: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: r["tidspunkt"]):
        cases[row["sag_id"]].append(row)
    return cases


def recount(rows: Iterable[Row], months: list[str]) -> dict[tuple[str, str, str, int], dict[str, int]]:
    """The definitions of the aggregate, one case at a time."""
    counted = {(m, k, o, t): dict.fromkeys(FIGURES, 0) for m in months for _, k, o, t in celler()}
    for case in by_case(rows).values():
        happened = [row["haendelse"] for row in case]
        place = case[0]["kommune_kode"], case[0]["omraade"], int(case[0]["kontroltrin"])

        def last(*names: str, happened: list[str] = happened) -> int:
            """Place of the last of some events; -1 without."""
            return max((n for n, name in enumerate(happened) if name in names), default=-1)

        for row in case:
            step = {"udstillet": 1, "trukket": -1, "lagt_tilbage": 1, "bortfaldet": -1}.get(row["haendelse"], 0)
            for month in months[months.index(row["tidspunkt"][:7]) :] if step else ():
                counted[month, *place]["rest_brutto"] += step
        drawn, created, closed = last("trukket"), last("oprettet"), last("afsluttet", "henlagt")
        if drawn > last("lagt_tilbage"):
            counts = counted[case[drawn]["tidspunkt"][:7], *place]
            counts["trukket"] += 1
            counts["trukket_oprettet"] += created >= 0
        if created >= 0:
            counts = counted[case[created]["tidspunkt"][:7], *place]
            counts["oprettet"] += 1
            if closed > last("genaabnet"):
                counts["afsluttet"] += 1
                amounts = [int(case[closed][name] or 0) for name in ("tilbagebetaling_kr", "mindreudgift_kr")]
                counts["afsluttet_effekt"] += sum(amounts) > 0
                counts["tilbagebetaling_kr"] += amounts[0]
                counts["mindreudgift_kr"] += amounts[1]
    return counted


def share_drawn(cells: pl.DataFrame, kommune: str, trin: int) -> list[tuple[int, int]]:
    """(drawn in 12 months, stock) at the last six month ends."""
    per_month = (
        cells.filter((pl.col("kommune_kode") == kommune) & (pl.col("kontroltrin") == trin))
        .group_by("maaned")
        .agg(pl.col("trukket", "rest_brutto").sum())
        .sort("maaned")
    )
    drawn, rest = per_month["trukket"].to_list(), per_month["rest_brutto"].to_list()
    return [(sum(drawn[end - 11 : end + 1]), rest[end]) for end in range(len(drawn) - 6, len(drawn))]


def low(cells: pl.DataFrame, trin: int) -> set[str]:
    """Municipalities strictly under 30 % at each of the last six month ends."""
    codes = cells["kommune_kode"].unique().to_list()
    return {
        code
        for code in codes
        if all(drawn + rest and 100 * drawn < 30 * (drawn + rest) for drawn, rest in share_drawn(cells, code, trin))
    }


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    def made(seed: int, name: str) -> list[str]:
        small = Truth(TINY, seed)
        synthetic.write_events(small, tmp_path / f"{name}.parquet", LAST)
        synthetic.write_events(small, tmp_path / f"{name}.csv", LAST, fmt="csv")
        table = synthetic.aggregate(small, LAST)
        contents = [(tmp_path / f"{name}.{end}").read_bytes() for end in ("parquet", "csv")]
        contents += [write(table) for write in (synthetic.as_csv, synthetic.as_xlsx, synthetic.as_parquet)]
        return [digest(content) for content in contents]

    first, again, other = made(1, "a"), made(1, "b"), made(2, "c")
    assert first == again
    assert not set(first) & set(other)


def test_the_number_of_threads_changes_no_byte(truth: Truth, cells: pl.DataFrame, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from maalestok.kontrolsager import synthetic as s\n"
        f"truth = s.Truth(s.SMALL, {SEED})\n"
        f"s.write_events(truth, Path(sys.argv[1]), {LAST!r})\n"
        f"Path(sys.argv[2]).write_bytes(s.as_parquet(s.aggregate(truth, {LAST!r})))\n"
    )
    made = []
    for threads in ("1", "3"):
        paths = [tmp_path / f"{threads}.{name}" for name in ("events", "cells")]
        environment = os.environ | {"POLARS_MAX_THREADS": threads}
        subprocess.run([sys.executable, "-c", script, *map(str, paths)], check=True, env=environment)
        made.append([digest(path.read_bytes()) for path in paths])
    assert made[0] == made[1]
    synthetic.write_events(truth, tmp_path / "here", LAST)
    assert made[0] == [digest((tmp_path / "here").read_bytes()), digest(synthetic.as_parquet(cells))]


def test_the_small_size_is_as_large_as_promised(rows: list[Row]) -> None:
    assert 20_000 < len({row["sag_id"] for row in rows}) < 40_000
    assert {row["haendelse"] for row in rows} == set(HAENDELSER)
    assert len({row["kommune_kode"] for row in rows}) == 98
    assert max(int(row["tilbagebetaling_kr"] or 0) for row in rows) > 1_000_000


def test_rows_stand_by_time_and_say_that_they_are_invented(rows: list[Row]) -> None:
    order = [(row["tidspunkt"], row["sag_id"]) for row in rows]
    assert order == sorted(order)
    assert len(set(order)) == len(order)
    assert {(row["opgjort_til"], row["syntetisk"]) for row in rows} == {(LAST, "SYNTETISK")}
    assert list(rows[0]) == [
        "sag_id", "kommune_kode", "omraade", "kontroltrin", "haendelse", "tidspunkt", "aarsag", "tilbagebetaling_kr",
        "mindreudgift_kr", "opgjort_til", "syntetisk",
    ]  # fmt: skip
    assert all(len(row["sag_id"]) == 16 and set(row["sag_id"]) <= set("0123456789abcdef") for row in rows)
    assert all(len(row["tidspunkt"]) == 19 and "T08:00:00" <= row["tidspunkt"][10:] < "T16:00:00" for row in rows)


def test_every_history_is_legal(rows: list[Row]) -> None:
    for case in by_case(rows).values():
        before = None
        assert len({(row["kommune_kode"], row["omraade"], row["kontroltrin"]) for row in case}) == 1
        assert (case[0]["omraade"], int(case[0]["kontroltrin"])) in SNIT
        assert len({row["tidspunkt"] for row in case}) == len(case)
        for row in case:
            assert row["haendelse"] in FOLLOWS[before]
            before = row["haendelse"]
            amounts = [row["tilbagebetaling_kr"], row["mindreudgift_kr"]]
            assert before == "afsluttet" or amounts == ["", ""]
            assert all(not text or int(text) >= 0 for text in amounts)


def test_parquet_and_csv_hold_the_same_rows(truth: Truth, rows: list[Row], tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    assert synthetic.write_events(truth, path, LAST) == len(rows)
    table = pl.read_parquet(path)
    assert table.schema["kontroltrin"] == table.schema["tilbagebetaling_kr"] == pl.Int64
    as_text = table.with_columns(pl.all().cast(pl.String).fill_null("")).to_dicts()
    assert as_text == rows


@pytest.mark.parametrize("opgjort_til", [LAST, "2025-12"])
def test_the_aggregate_is_what_the_events_add_up_to(truth: Truth, opgjort_til: str, tmp_path: Path) -> None:
    table = synthetic.aggregate(truth, opgjort_til)
    told = {row[:4]: dict(zip(FIGURES, row[4:12], strict=True)) for row in table.iter_rows()}
    months = sorted(set(table["maaned"].to_list()))
    assert recount(delivered(truth, opgjort_til, tmp_path), months) == told


def test_the_aggregate_keeps_the_contract(cells: pl.DataFrame) -> None:
    assert cells.columns == ["maaned", "kommune_kode", "omraade", "kontroltrin", *FIGURES, "beloeb_grundlag"]
    assert {cells.schema[name] for name in ("kontroltrin", *FIGURES)} == {pl.Int64}
    keys = cells.select("maaned", "kommune_kode", "omraade", "kontroltrin")
    assert len(keys.unique()) == len(cells) == SMALL.months * 392
    assert cells["maaned"].unique().sort().to_list()[-1] == LAST
    amounts = pl.col("tilbagebetaling_kr") + pl.col("mindreudgift_kr")
    held = cells.select(
        (pl.min_horizontal(*FIGURES) >= 0).all().alias("not_negative"),
        (pl.col("afsluttet_effekt") <= pl.col("afsluttet")).all().alias("effekt"),
        (pl.col("afsluttet") <= pl.col("oprettet")).all().alias("afsluttet"),
        (pl.col("trukket_oprettet") <= pl.col("trukket")).all().alias("trukket"),
        ((amounts > 0) == (pl.col("afsluttet_effekt") > 0)).all().alias("amounts"),
    )
    assert held.row(0) == (True,) * 5


def test_what_is_known_earlier_is_a_prefix(truth: Truth) -> None:
    earlier, later = (synthetic.as_of(truth, month) for month in ("2026-04", LAST))
    assert earlier["month"].max() == parse_period("2026-04").month_index
    histories = [
        frame.group_by("sag", maintain_order=True).agg(pl.struct(pl.exclude("sag")).alias("history"))
        for frame in (earlier, later)
    ]
    both = histories[0].join(histories[1], on="sag", how="left")
    assert all(now[: len(before)] == before for before, now in both.select("history", "history_right").iter_rows())


def test_a_redelivery_restates_months(truth: Truth, cells: pl.DataFrame) -> None:
    before = synthetic.aggregate(truth, "2026-09", months=24)
    after = cells.filter(pl.col("maaned").is_in(before["maaned"].unique().to_list()))
    assert before.select(pl.exclude(*FIGURES)).equals(after.select(pl.exclude(*FIGURES)))
    for name in ("trukket", "rest_brutto", "trukket_oprettet", "oprettet", "afsluttet", "tilbagebetaling_kr"):
        assert not before[name].equals(after[name])
    assert before["afsluttet"].sum() < after["afsluttet"].sum()


def test_tiny_municipalities_have_small_counts(truth: Truth, cells: pl.DataFrame) -> None:
    year = cells.filter(pl.col("maaned") > "2025-10").group_by("kommune_kode").agg(pl.col("trukket").sum())
    drawn = dict(year.iter_rows())
    assert all(drawn[code] < 20 for code in truth.recipe.tiny)
    assert drawn["101"] > 300
    assert all(0 < shown + rest < 20 for shown, rest in share_drawn(cells, "563", 3))


def test_stories_are_found_by_the_criterion(cells: pl.DataFrame) -> None:
    under = {trin: low(cells, trin) for trin in (2, 3)}
    assert "707" in under[2] - under[3]
    assert {"329", "563"} <= under[3] - under[2]
    assert "665" in under[2] & under[3]
    assert "370" not in under[2] | under[3]
    assert len(under[3]) >= 5


def test_the_recovering_municipality_was_under_before(cells: pl.DataFrame) -> None:
    earlier = cells.filter(pl.col("maaned") <= "2025-11")
    assert "370" in low(earlier, 2) & low(earlier, 3)


def test_fewer_cases_are_drawn_in_july_and_december() -> None:
    table = synthetic.aggregate(Truth(SMALL.scaled(3), SEED), LAST)
    per_month = dict(table.group_by("maaned").agg(pl.col("trukket").sum()).iter_rows())
    for year in ("2024", "2025"):
        around = [per_month[f"{year}-{month}"] for month in ("06", "08", "09", "10", "11")]
        assert max(per_month[f"{year}-07"], per_month[f"{year}-12"]) < min(around)


def test_layouts_hold_the_same_cells(cells: pl.DataFrame) -> None:
    table = synthetic.not_delivered(cells, "707", LAST).tail(392)
    expected = [tuple(row) for row in table.with_columns(pl.lit("SYNTETISK").alias("syntetisk")).iter_rows()]
    from_csv = list(csv.reader(io.StringIO(synthetic.as_csv(table).decode()), delimiter=";"))
    assert from_csv[0] == [*table.columns, "syntetisk"]
    assert from_csv[1:] == [["" if cell is None else str(cell) for cell in row] for row in expected]
    assert pl.read_parquet(io.BytesIO(synthetic.as_parquet(table))).rows() == expected
    sheet = openpyxl.load_workbook(io.BytesIO(synthetic.as_xlsx(table))).worksheets[0]
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == expected


def test_a_month_not_delivered_has_empty_cells(cells: pl.DataFrame) -> None:
    planted = synthetic.not_delivered(cells, "707", "2026-05")
    changed = planted.filter(pl.any_horizontal(pl.col(*FIGURES).is_null()))
    assert changed.select("maaned", "kommune_kode").unique().rows() == [("2026-05", "707")]
    assert changed.select(pl.all_horizontal(pl.col(*FIGURES).is_null())).to_series().to_list() == [True] * 4
    with pytest.raises(ValueError, match="no row"):
        synthetic.not_delivered(cells, "999", "2026-05")


def test_cases_drawn_after_all_leave_the_stock_from_then_on(cells: pl.DataFrame) -> None:
    planted = synthetic.drawn_after_all(cells, "101", "kontanthjaelp", 2, "2026-05", 3)
    difference = (planted.select(FIGURES) - cells.select(FIGURES)).with_columns(cells["maaned"])
    changed = difference.filter(pl.any_horizontal(pl.col(*FIGURES) != 0))
    assert changed.select("maaned", "trukket", "rest_brutto").rows() == [
        ("2026-05", 3, -3), *((f"2026-{month:02d}", 0, -3) for month in range(6, 11)),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="can't have been drawn"):
        synthetic.drawn_after_all(cells, "101", "kontanthjaelp", 2, "2026-05", 100_000)


def test_contacts_follow_the_stories(truth: Truth) -> None:
    read = list(csv.DictReader(io.StringIO(synthetic.contacts(truth, LAST).decode()), delimiter=";"))
    assert [(row["kommune_kode"], row["kontroltrin"], row["art"]) for row in read] == [
        ("707", "2", "kontakt"), ("707", "2", "svar"), ("563", "3", "smaa_tal_bekraeftet"),
    ]  # fmt: skip
    assert read[1]["aarsager"] == "daarlig_hitrate|ressourcer"
    assert all(row["dato"][:7] <= LAST and row["syntetisk"] == "SYNTETISK" for row in read)


def test_sizes_scale() -> None:
    large = synthetic.as_of(Truth(TINY.scaled(10), SEED), LAST)["sag"].n_unique()
    small = synthetic.as_of(Truth(TINY, SEED), LAST)["sag"].n_unique()
    assert 9 < large / small < 11


def test_amounts_carry_the_basis_asked_for() -> None:
    table = synthetic.aggregate(Truth(TINY, SEED), LAST, months=1, beloeb_grundlag="kommunal_andel")
    assert table["beloeb_grundlag"].unique().to_list() == ["kommunal_andel"]
    assert len(table) == 392


@pytest.mark.parametrize("month", ["2026-11", "2020-01"])
def test_a_month_outside_is_refused(month: str, tmp_path: Path) -> None:
    small = Truth(TINY, SEED)
    with pytest.raises(ValueError, match="outside"):
        synthetic.aggregate(small, month)
    with pytest.raises(ValueError, match="outside"):
        synthetic.write_events(small, tmp_path / "x", month)
    with pytest.raises(ValueError, match="no such format"):
        synthetic.write_events(small, tmp_path / "x", LAST, fmt="json")


def test_the_recipe_says_that_all_is_invented() -> None:
    assert synthetic.RECIPE_DA.startswith("SYNTETISK")
    assert "siger intet om nogen virkelig kommune" in synthetic.RECIPE_DA
