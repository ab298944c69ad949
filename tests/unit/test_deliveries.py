"""Deliveries: layouts, idempotence, supersession, what was known when, corrections, simultaneous imports."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from conftest import RECEIVED, Cli, bring, make_release
from maalestok.beskaeftigelse import synthetic
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.deliveries.tables import read_table
from maalestok.deliveries.values import CellError, scaled_number
from maalestok.registry import benchmark

Rows = dict[str, list[synthetic.Row]]
WRITERS = {
    "csv": synthetic.as_csv,
    "json_v2": synthetic.as_json_v2,
    "json_v3": synthetic.as_json_v3,
    "xlsx": synthetic.as_xlsx,
}


def figures(store: Path) -> pl.DataFrame:
    held = Store.open(store)
    return pl.concat(held.rows(d).drop("linje", "levering") for d in held.deliveries("y30r21"))


@pytest.mark.parametrize("layout", WRITERS)
def test_every_layout_gives_the_same_rows(layout: str, tmp_path: Path, rows: Rows, synthetic_store: Path) -> None:
    path = tmp_path / "fil.bin"
    path.write_bytes(WRITERS[layout](rows["2020QMAT04"]))
    bring([path], tmp_path / "lager")
    expected = figures(synthetic_store).filter(pl.col("period") == "2020QMAT04")
    assert figures(tmp_path / "lager").equals(expected)
    assert Store.open(tmp_path / "lager").deliveries("y30r21")[0].layout == layout


def test_columns_may_come_in_any_order_with_or_without_bom(tmp_path: Path, rows: Rows) -> None:
    lines = [line.split(";") for line in synthetic.as_csv(rows["2020QMAT04"]).decode().splitlines()]
    turned = tmp_path / "vendt.csv"
    turned.write_bytes(b"\xef\xbb\xbf" + "\n".join(";".join(reversed(line)) for line in lines).encode())
    straight = tmp_path / "lige.csv"
    straight.write_bytes(synthetic.as_csv(rows["2020QMAT04"]))
    bring([turned], tmp_path / "a")
    bring([straight], tmp_path / "b")
    assert figures(tmp_path / "a").equals(figures(tmp_path / "b"))


def test_rows_of_larger_places_are_left_out_and_told(tmp_path: Path, edition: Path, cli: Cli) -> None:
    line = edition.read_text(encoding="utf-8").splitlines()[1]
    with edition.open("a", encoding="utf-8", newline="") as file:
        file.write(
            line.replace("København", "Hele landet") + "\r\n" + line.replace("København", "Region Sjælland") + "\r\n"
        )
    outcome = cli("import", "y30r21", edition, "--store", tmp_path / "lager")
    assert outcome.code == 0
    assert "2 rækker for hele landet, regioner eller landsdele er ikke brugt" in outcome.out


def test_codes_serve_as_well_as_names(tmp_path: Path, edition: Path) -> None:
    edition.write_text(edition.read_text(encoding="utf-8").replace("Norddjurs;", "0707;"), encoding="utf-8")
    bring([edition], tmp_path / "lager")
    assert "707" in figures(tmp_path / "lager")["kommune_kode"].to_list()


def test_the_same_file_twice_changes_nothing(tmp_path: Path, edition: Path, cli: Cli) -> None:
    first = cli("import", "y30r21", edition, "--store", tmp_path / "lager", "--received", "2022-01-01")
    again = cli("import", "y30r21", edition, "--store", tmp_path / "lager", "--json")
    report = json.loads(again.out)[0]
    assert (first.code, again.code, report["outcome"]) == (0, 0, "findes_allerede")
    assert "2022-01-01" in report["notes"][0]
    assert len(Store.open(tmp_path / "lager").deliveries("y30r21")) == 1


def test_the_same_file_said_to_have_come_again_later_is_in_force_again(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    store = tmp_path / "lager"
    cli("import", "y30r21", old, "--store", store, "--received", "2022-01-01")
    first = make_release(store, tmp_path / "a")
    cli("import", "y30r21", new, "--store", store, "--received", "2022-02-01")
    unstated = cli("import", "y30r21", old, "--store", store)
    assert "nyere leverance for 2020QMAT04 (ny.csv" in unstated.out
    assert make_release(store, tmp_path / "b").id != first.id
    back = cli("import", "y30r21", old, "--store", store, "--received", "2022-03-01")
    assert (back.code, "den bestemmer nu filens plads" in back.out) == (0, True)
    assert make_release(store, tmp_path / "c").id == first.id
    assert [d.file_name for d in Store.open(store).deliveries("y30r21")] == ["ny.csv", "gammel.csv"]
    known = [d.file_name for d in Store.open(store).deliveries("y30r21", datetime(2022, 2, 15, tzinfo=UTC))]
    assert known == ["gammel.csv", "ny.csv"]


@pytest.mark.slow
def test_mending_a_damaged_delivery_keeps_its_place(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    store = tmp_path / "lager"
    for path, day in ((old, "2022-01-01"), (new, "2022-02-01"), (old, "2022-03-01")):
        cli("import", "y30r21", path, "--store", store, "--received", day)
    before = [make_release(store, tmp_path / "a").id, known_then(cli, store, tmp_path)]
    damaged = Store.open(store).deliveries("y30r21")[-1]
    (Store.open(store).folder("y30r21", damaged.sha256) / "raw").unlink()
    assert cli("import", "y30r21", old, "--store", store).code == 0
    assert [make_release(store, tmp_path / "b").id, known_then(cli, store, tmp_path)] == before


def known_then(cli: Cli, store: Path, tmp_path: Path) -> str:
    out = tmp_path / f"da{len(list(tmp_path.iterdir()))}"
    assert cli("build", "beskaeftigelse", "--store", store, "--out", out, "--known-at", "2022-02-15").code == 0
    return out.resolve().name


def test_an_earlier_reception_can_be_told_afterwards(tmp_path: Path, edition: Path, cli: Cli) -> None:
    store = tmp_path / "lager"
    cli("import", "y30r21", edition, "--store", store)
    assert (
        cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "ud", "--known-at", "2022-02-01").code == 2
    )
    told = cli("import", "y30r21", edition, "--store", store, "--received", "2022-01-01")
    assert (told.code, "den gælder for --known-at" in told.out) == (0, True)
    assert (
        cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "ud", "--known-at", "2022-02-01").code == 0
    )


def test_a_known_extraction_is_not_forgotten(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    store = tmp_path / "lager"
    cli("import", "y30r21", old, "--store", store, "--received", "2022-01-07", "--extracted", "2022-01-05")
    cli("import", "y30r21", new, "--store", store, "--received", "2022-01-20", "--extracted", "2022-01-06")
    cli("import", "y30r21", old, "--store", store, "--received", "2022-02-01")
    assert [d.file_name for d in Store.open(store).deliveries("y30r21")] == ["gammel.csv", "ny.csv"]


def test_two_versions_of_an_edition_in_one_call_have_no_order(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    refused = cli("import", "y30r21", old, new, "--store", tmp_path / "lager")
    assert (refused.code, "2020QMAT04 står også i gammel.csv" in refused.out) == (2, True)
    assert not (tmp_path / "lager").exists()
    assert cli("import", "y30r21", old, old, "--store", tmp_path / "lager").code == 0


def test_two_known_versions_can_not_come_again_together(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    for path, day in ((old, "2022-01-01"), (new, "2022-02-01")):
        cli("import", "y30r21", path, "--store", tmp_path / "lager", "--received", day)
    refused = cli("import", "y30r21", old, new, "--store", tmp_path / "lager", "--received", "2022-03-01")
    assert (refused.code, "den nyeste kan ikke ses" in refused.out) == (2, True)


def test_damaged_corrections_are_mended_by_importing_them_again(tmp_path: Path, cli: Cli, edition: Path) -> None:
    bring([edition], tmp_path / "lager")
    path = tmp_path / "r.yaml"
    path.write_text("rettelser: []\n", encoding="utf-8")
    assert cli("import", "rettelser", path, "--store", tmp_path / "lager").code == 0
    (raw,) = (tmp_path / "lager" / "deliveries" / "rettelser").glob("*/raw")
    raw.unlink()
    assert cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud").code == 2
    assert cli("import", "rettelser", path, "--store", tmp_path / "lager").code == 0
    assert cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud").code == 0


def test_the_future_is_refused(tmp_path: Path, edition: Path, cli: Cli) -> None:
    outcome = cli("import", "y30r21", edition, "--store", tmp_path / "lager", "--received", "2222-01-01")
    assert (outcome.code, "ligger i fremtiden" in outcome.err) == (2, True)
    for option in ("--received", "--extracted"):
        assert cli("import", "y30r21", edition, "--store", tmp_path / "lager", option, "").code == 2
    assert (
        cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud", "--known-at", "").code
        == 2
    )


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("raw", b""),
        ("rows.parquet", b"nej"),
        ("rows.parquet", None),
        ("delivery.json", b"no hash"),
        ("delivery.json", None),
    ],
)
def test_a_damaged_delivery_is_refused_and_mended_by_importing_it_again(
    tmp_path: Path, edition: Path, cli: Cli, file: str, damage: bytes | None
) -> None:
    bring([edition], tmp_path / "lager")
    good = make_release(tmp_path / "lager", tmp_path / "a")
    (folder,) = (tmp_path / "lager" / "deliveries" / "y30r21").iterdir()
    card = (folder / "delivery.json").read_text(encoding="utf-8")
    sha = card.rpartition('"rows_sha256":')[2].partition("\n")[0].strip()
    (folder / file).unlink()
    if damage == b"no hash":
        (folder / file).write_text(card.replace(sha, "null"), encoding="utf-8")
    elif damage is not None:
        (folder / file).write_bytes(damage)
    refused = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "b")
    assert (refused.code, "Indlæs den oprindelige fil igen" in refused.err) == (2, True)
    bring([edition], tmp_path / "lager")
    assert make_release(tmp_path / "lager", tmp_path / "b").id == good.id


def test_the_bytes_as_sent_are_kept_and_can_not_be_written(tmp_path: Path, edition: Path) -> None:
    bring([edition], tmp_path / "lager")
    store = Store.open(tmp_path / "lager")
    delivery = store.deliveries("y30r21")[0]
    assert store.raw(delivery) == edition.read_bytes()
    kept = store.folder("y30r21", delivery.sha256)
    assert {p.name for p in kept.iterdir()} == {"raw", "rows.parquet", "report.json", "delivery.json"}
    assert all(not p.stat().st_mode & 0o222 for p in kept.iterdir())
    assert json.loads((kept / "report.json").read_text(encoding="utf-8"))["rows"] == 392


def two_versions(tmp_path: Path, rows: Rows) -> tuple[Path, Path]:
    old, new = tmp_path / "gammel.csv", tmp_path / "ny.csv"
    old.write_bytes(synthetic.as_csv(rows["2020QMAT04"]))
    new.write_bytes(synthetic.as_csv(synthetic.editions(["2020QMAT02", "2020QMAT04"], seed=8)["2020QMAT04"]))
    return old, new


def test_the_newest_delivery_wins_whatever_came_first(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    store = tmp_path / "lager"
    cli("import", "y30r21", new, "--store", store, "--received", "2022-03-01", "--extracted", "2022-02-28")
    late = cli("import", "y30r21", old, "--store", store, "--received", "2022-04-01", "--extracted", "2022-01-31")
    assert "nyere leverance for 2020QMAT04 (ny.csv" in late.out
    alone = tmp_path / "alene"
    cli("import", "y30r21", new, "--store", alone, "--received", "2022-03-01")
    assert make_release(store, tmp_path / "a").id == make_release(alone, tmp_path / "b").id


def test_what_was_known_at_a_time_can_be_rebuilt(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    old, new = two_versions(tmp_path, rows)
    store = tmp_path / "lager"
    cli("import", "y30r21", old, "--store", store, "--received", "2022-03-01")
    cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "da")
    cli("import", "y30r21", new, "--store", store, "--received", "2022-05-01")
    cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "nu")
    cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "igen", "--known-at", "2022-04-30")
    then, now, again = ((tmp_path / name).resolve().name for name in ("da", "nu", "igen"))
    assert then == again != now
    nothing = cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "tom", "--known-at", "2022-02-28")
    assert nothing.code == 2
    assert "den første leverance blev modtaget 2022-03-01" in nothing.err


def test_a_redelivery_tells_what_it_changes(tmp_path: Path, rows: Rows, cli: Cli, edition: Path) -> None:
    lines = edition.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Norddjurs;2020QMAT04;Sygedagpenge"))
    cells = lines[at].split(";")
    before = int(cells[3])
    cells[3], cells[5] = str(before + 10), str(int(cells[5]) - 10)
    changed = tmp_path / "rettet.csv"
    changed.write_text("\r\n".join([*lines[:at], ";".join(cells), *lines[at + 1 :]]), encoding="utf-8")
    cli("import", "y30r21", edition, "--store", tmp_path / "lager")
    report = json.loads(cli("import", "y30r21", changed, "--store", tmp_path / "lager", "--json").out)[0]
    key = "707 2020QMAT04 sygedagpenge"
    assert report["changes"] == [
        {"key": key, "column": "forventet_antal", "before": str(before), "now": str(before + 10)},
        {"key": key, "column": "forskel_antal", "before": str(int(cells[5]) + 10), "now": cells[5]},
    ]


def test_marks_for_no_figure_are_statuses_never_zero(tmp_path: Path, edition: Path, cli: Cli) -> None:
    lines = edition.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Samsø;2020QMAT04;Ydelsesgrupper i alt"))
    cells = lines[at].split(";")
    cells[3:10] = ["..", ".", "-", "..", "..", "..", ".."]
    lines[at] = ";".join(cells)
    edition.write_text("\r\n".join(lines), encoding="utf-8")
    outcome = cli("import", "y30r21", edition, "--store", tmp_path / "lager", "--json")
    report = json.loads(outcome.out)[0]
    assert outcome.code == 0
    assert "1 celle i forventet_antal har ikke et tal (diskretioneret)." in [w["message"] for w in report["warnings"]]
    release = make_release(tmp_path / "lager", tmp_path / "ud")
    samsoe = release.results.filter((pl.col("kommune_kode") == "741") & (pl.col("omraade") == "i_alt"))
    found = {row["measure"]: (row["value"], row["status"]) for row in samsoe.iter_rows(named=True)}
    assert found["forventet_antal"] == (None, "diskretioneret")
    assert found["faktisk_antal"] == (None, "ikke_opgjort")
    assert found["forskel_antal"] == (None, "ikke_leveret")
    assert found["placering_aendring"] == found["merudgift"] == (None, "ikke_opgjort")
    country = release.results.filter(
        (pl.col("kommune_kode") == "000") & (pl.col("omraade") == "i_alt") & (pl.col("measure") == "faktisk_antal")
    )
    assert country.select("value", "status").rows() == [(None, "ikke_opgjort")]
    judged = release.table("findings").filter(
        (pl.col("kommune_kode") == "741") & (pl.col("criterion") == "resultatmaal")
    )
    assert judged.select("udfald", "flag").rows() == [("ikke_vurderet", ["vaerdi_mangler"])]


def test_warnings_do_not_reject(tmp_path: Path, edition: Path, cli: Cli) -> None:
    lines = edition.read_text(encoding="utf-8").splitlines()
    for i, line in enumerate(lines):
        if line.startswith("København;2020QMAT04;Ydelsesgrupper i alt"):
            cells = line.split(";")
            cells[3], cells[4] = str(int(cells[3]) + 500_000), str(int(cells[4]) + 500_000)
            lines[i] = ";".join(cells)
        if "Sygedagpenge" in line:
            cells = line.split(";")
            cells[4], cells[5] = str(int(cells[4]) * 2), str(int(cells[4]) * 2 - int(cells[3]))
            lines[i] = ";".join(cells)
    edition.write_text("\r\n".join(lines), encoding="utf-8")
    outcome = cli("import", "y30r21", edition, "--store", tmp_path / "lager")
    assert outcome.code == 0
    assert "omraadesum" in outcome.out
    assert "landsbalance" in outcome.out
    built = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud")
    assert "Advarsel: København, 2020QMAT04: områdernes forventet_antal" in built.out


SAME_ID = """
  - id: trykfejl-1
    match: {feed: y30r21, period: 2020QMAT04, kommune_kode: "706", column: faktisk_antal}
    expect: "1"
    action: {set: "2"}
    reason: Den samme rettelse skrevet to gange.
    status: aktiv
"""
CORRECTION = """
rettelser:
  - id: trykfejl-1
    match: {{feed: y30r21, period: 2020QMAT04, kommune_kode: "707", omraade: kontanthjaelp, column: {column}}}
    expect: "{expect}"
    action: {action}
    reason: Trykfejl i kilden; forskellen passer kun til den rettede værdi.
    status: {status}
"""


CORRECTED_CELL = (
    (pl.col("measure") == "faktisk_antal") & (pl.col("kommune_kode") == "707") & (pl.col("omraade") == "kontanthjaelp")
)


def explained(cli: Cli, tmp_path: Path, omraade: str) -> str:
    asked = ("explain", "beskaeftigelse", "faktisk_antal", "707", "2020QMAT04", "--omraade", omraade)
    return cli(*asked, "--release", tmp_path / "ud").out


def misprinted(edition: Path) -> tuple[int, Path]:
    lines = edition.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Norddjurs;2020QMAT04;Kontanthjælp"))
    cells = lines[at].split(";")
    right = int(cells[4])
    cells[4] = str(right + 100)
    lines[at] = ";".join(cells)
    wrong = edition.with_name("trykfejl.csv")
    wrong.write_text("\r\n".join(lines), encoding="utf-8")
    return right, wrong


def correct(tmp_path: Path, cli: Cli, **given: object) -> int:
    path = tmp_path / f"rettelser-{len(list(tmp_path.glob('rettelser-*')))}.yaml"
    path.write_text(CORRECTION.format(**({"column": "faktisk_antal", "status": "aktiv"} | given)), encoding="utf-8")
    return cli("import", "rettelser", path, "--store", tmp_path / "lager").code


def test_a_correction_lets_a_misprint_in_and_leaves_the_delivery_untouched(
    tmp_path: Path, edition: Path, cli: Cli
) -> None:
    right, wrong = misprinted(edition)
    store = tmp_path / "lager"
    assert cli("import", "y30r21", wrong, "--store", store).code == 2
    assert correct(tmp_path, cli, expect=right + 100, action=f'{{set: "{right}"}}') == 0
    accepted = cli("import", "y30r21", wrong, "--store", store)
    assert (accepted.code, "Rettelser: trykfejl-1" in accepted.out) == (0, True)
    assert Store.open(store).raw(Store.open(store).deliveries("y30r21")[0]) == wrong.read_bytes()
    release = make_release(store, tmp_path / "ud")
    assert [(c.id, c.before, c.now) for c in release.manifest.corrections] == [
        ("trykfejl-1", str(right + 100), str(right))
    ]
    told = explained(cli, tmp_path, "Kontanthjælp mv.")
    assert (
        f"Rettet af Målestok i den række: trykfejl-1: faktisk_antal fra {right + 100} til {right}. Trykfejl i kilden"
        in told
    )
    value = release.results.filter(CORRECTED_CELL)["value"]
    assert value.to_list() == [right]


def test_a_correction_that_came_later_than_the_file_is_warned_of(tmp_path: Path, edition: Path, cli: Cli) -> None:
    right, wrong = misprinted(edition)
    correct(tmp_path, cli, expect=right + 100, action=f'{{set: "{right}"}}')
    taken = cli("import", "y30r21", wrong, "--store", tmp_path / "lager", "--received", "2022-01-01")
    assert (taken.code, "rettelse_modtaget" in taken.out) == (0, True)
    stopped = cli(
        "build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud", "--known-at", "2022-02-01"
    )
    assert (stopped.code, "kun de rettelser, der var modtaget da" in stopped.err) == (2, True)


def test_a_mended_source_stops_the_build_until_the_correction_is_closed(
    tmp_path: Path, edition: Path, cli: Cli
) -> None:
    right, _ = misprinted(edition)
    store = tmp_path / "lager"
    correct(tmp_path, cli, expect=right + 100, action=f'{{set: "{right}"}}')
    mended = cli("import", "y30r21", edition, "--store", store)
    assert (mended.code, "rettelse_passer" in mended.out) == (0, True)
    stopped = cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "ud")
    assert (stopped.code, "trykfejl-1 venter" in stopped.err) == (2, True)
    correct(tmp_path, cli, expect=right + 100, action=f'{{set: "{right}"}}', status="afsluttet")
    assert cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "ud").code == 0


def test_a_correction_can_withhold_a_figure(tmp_path: Path, edition: Path, cli: Cli) -> None:
    right, _ = misprinted(edition)
    assert correct(tmp_path, cli, expect=right, action="{withhold: ikke_opgjort}") == 0
    bring([edition], tmp_path / "lager")
    held = make_release(tmp_path / "lager", tmp_path / "ud").results.filter(CORRECTED_CELL)
    assert held.select("value", "status").rows() == [(None, "ikke_opgjort")]
    told = explained(cli, tmp_path, "kontanthjaelp")
    assert "Hvorfor ikke: Målestok har taget tallet ud ved en rettelse" in told


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("rettelser: [", "kan ikke læses som YAML"),
        ("rettelser: hej", "rettelser: skal være en liste"),
        ("", "skal have nøgler med værdier"),
        (CORRECTION.format(column="faktisk_antal", expect="1", action="{}", status="aktiv"), "skriv enten set eller withhold"),
        (CORRECTION.format(column="faktisk_antal", expect="1", action='{set: "1"}', status="måske"), "status"),
        ("rettelser: []\nandet: 1", "andet"),
        (CORRECTION.format(column="a", expect="1", action='{set: "1"}', status="aktiv") + SAME_ID, "samme id"),
    ],
)  # fmt: skip
def test_a_broken_corrections_file_is_refused(tmp_path: Path, cli: Cli, content: str, expected: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(content, encoding="utf-8")
    outcome = cli("import", "rettelser", path, "--store", tmp_path / "lager")
    assert (outcome.code, expected in outcome.err) == (2, True)
    assert not (tmp_path / "lager").exists()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("column: faktisk_antal", "column: hygge", "kolonnen hygge kan ikke rettes"),
        ("column: faktisk_antal", "column: omraade", "kolonnen omraade kan ikke rettes"),
        ('expect: "1"', 'expect: "mange"', "er ikke et tal"),
        ('expect: "1"', 'expect: "-0.25"', "er ikke et tal"),
        ("feed: y30r21", "feed: y30r22", "leverancen y30r22 findes ikke"),
        ('kommune_kode: "707"', "kommune_kode: Norddjurs", "kommune_kode Norddjurs findes ikke"),
        ("omraade: kontanthjaelp", "omraade: Kontanthjælp", "omraade Kontanthjælp findes ikke"),
        ("omraade: kontanthjaelp, ", "", "omraade None findes ikke"),
        ("period: 2020QMAT04", "period: 2020", "kan ikke læses"),
        ("feed: y30r21, period: 2020QMAT04, kommune_kode: \"707\", omraade: kontanthjaelp, column: faktisk_antal", "feed: beloeb, period: 2020QMAT04, kommune_kode: \"707\", omraade: i_alt, column: beloeb_mio_kr", "kan ikke være uden tal"),
        ("reason: Trykfejl", 'reason: "            " #', "reason: skal være på mindst 10 tegn"),
        ("reason: Trykfejl", "reason: " + "T" * 1001 + " #", "reason: må højst være på 1000 tegn"),
        ("reason: Trykfejl", "reason: T #", "reason: skal være på mindst 10 tegn"),
        ("rettelser:", "rettelser: &x\nandet: *x\nmere:", "henvisninger"),
        ("rettelser:", "[" * 100_000, "mere end 30 niveauer"),
    ],
)  # fmt: skip
def test_a_correction_that_can_not_be_meant_is_refused(
    tmp_path: Path, cli: Cli, old: str, new: str, expected: str
) -> None:
    text = CORRECTION.format(column="faktisk_antal", expect="1", action="{withhold: ikke_opgjort}", status="aktiv")
    assert old in text
    path = tmp_path / "r.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    outcome = cli("import", "rettelser", path, "--store", tmp_path / "lager", "--json")
    assert (outcome.code, expected in outcome.err) == (2, True), outcome.err
    assert json.loads(outcome.out)["exit_code"] == 2
    assert not (tmp_path / "lager").exists()


def test_a_correction_that_breaks_the_contract_stops_the_build(tmp_path: Path, edition: Path, cli: Cli) -> None:
    right, _ = misprinted(edition)
    bring([edition], tmp_path / "lager")
    assert correct(tmp_path, cli, expect=right, action='{set: "9993"}') == 0
    stopped = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud")
    assert (stopped.code, "faktisk_antal = 9993" in stopped.err) == (2, True)


def test_a_correction_closed_too_early_stops_the_build(tmp_path: Path, edition: Path, cli: Cli) -> None:
    right, wrong = misprinted(edition)
    correct(tmp_path, cli, expect=right + 100, action=f'{{set: "{right}"}}')
    bring([wrong], tmp_path / "lager")
    correct(tmp_path, cli, expect=right + 100, action=f'{{set: "{right}"}}', status="afsluttet")
    stopped = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud")
    assert (stopped.code, "bryder kontrakten" in stopped.err) == (2, True)


def test_a_correction_of_another_cell_than_any_stops_the_build(tmp_path: Path, cli: Cli, edition: Path) -> None:
    amounts = tmp_path / "beloeb.csv"
    amounts.write_text("periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;706;i_alt;1,5\n", encoding="utf-8")
    bring([edition], tmp_path / "lager")
    bring([amounts], tmp_path / "lager", "beloeb", syntetisk=True)
    path = tmp_path / "r.yaml"
    text = CORRECTION.format(column="beloeb_mio_kr", expect="1,5", action='{set: "2,5"}', status="aktiv")
    text = text.replace("y30r21", "beloeb").replace("kontanthjaelp", "i_alt")
    path.write_text(text, encoding="utf-8")
    cli("import", "rettelser", path, "--store", tmp_path / "lager", "--received", "2023-01-01")
    stopped = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud")
    assert (stopped.code, "rammer 0 celler" in stopped.err) == (2, True)
    path.write_text(text.replace('"707"', '"706"'), encoding="utf-8")
    cli("import", "rettelser", path, "--store", tmp_path / "lager", "--received", "2023-01-02")
    amount = make_release(tmp_path / "lager", tmp_path / "ud").results.filter(
        (pl.col("measure") == "merudgift") & (pl.col("kommune_kode") == "706") & (pl.col("omraade") == "i_alt")
    )
    assert amount.select("value", "kilde").rows() == [(2_500_000.0, "officiel")]


def test_a_new_corrections_file_says_which_no_longer_hold(tmp_path: Path, cli: Cli, edition: Path) -> None:
    correct(tmp_path, cli, expect="1", action='{set: "2"}')
    empty = tmp_path / "tom.yaml"
    empty.write_text("rettelser: []\n", encoding="utf-8")
    outcome = cli("import", "rettelser", empty, "--store", tmp_path / "lager")
    assert "Gælder ikke længere, fordi de ikke står i den nye fil: trykfejl-1." in outcome.out
    again = cli("import", "rettelser", empty, "--store", tmp_path / "lager", "--received", "2022-01-01")
    assert "den oplyste modtagelse er noteret" in again.out
    again = cli("import", "rettelser", empty, "--store", tmp_path / "lager", "--received", "2022-01-01")
    assert "noteret" not in again.out
    assert (again.code, "findes allerede" in again.out) == (0, True)


def test_two_imports_of_one_file_at_once_leave_one_delivery(tmp_path: Path, edition: Path) -> None:
    command = [sys.executable, "-m", "maalestok", "import", "y30r21", str(edition), "--store", str(tmp_path / "lager")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    answers = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * 4, answers
    store = Store.open(tmp_path / "lager")
    assert len(store.deliveries("y30r21")) == 1
    assert [p.name for p in (tmp_path / "lager" / "deliveries").iterdir()] == ["y30r21"]


@pytest.mark.slow
def test_first_imports_at_once_make_one_store(tmp_path: Path, edition: Path) -> None:
    for attempt in range(3):
        command = [
            sys.executable,
            "-m",
            "maalestok",
            "import",
            "y30r21",
            str(edition),
            "--store",
            str(tmp_path / f"lager{attempt}"),
        ]
        running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(3)]
        assert [(p.communicate()[1], p.returncode) for p in running] == [(b"", 0)] * 3


def test_an_import_that_dies_leaves_no_half_delivery(tmp_path: Path, edition: Path) -> None:
    store = Store.open_or_create(tmp_path / "lager")
    (store.path / "deliveries" / ".ny-rest").mkdir()
    (store.path / "deliveries" / ".ny-rest" / "raw").write_text("halv", encoding="utf-8")
    assert store.deliveries("y30r21") == []
    bring([edition], store.path)
    assert len(store.deliveries("y30r21")) == 1


def test_a_folder_that_is_no_store_is_left_alone(tmp_path: Path, edition: Path, cli: Cli) -> None:
    (tmp_path / "papirer").mkdir()
    (tmp_path / "papirer" / "brev.txt").write_text("kære", encoding="utf-8")
    outcome = cli("import", "y30r21", edition, "--store", tmp_path / "papirer")
    assert (outcome.code, "er ikke et lager" in outcome.err) == (2, True)
    assert [p.name for p in (tmp_path / "papirer").iterdir()] == ["brev.txt"]
    assert cli("build", "beskaeftigelse", "--store", tmp_path / "papirer", "--out", tmp_path / "ud").code == 2


@pytest.mark.parametrize(("content", "expected"), [("{", "kan ikke læses"), ('{"format": 99}', "har format 99")])
def test_a_store_of_another_kind_is_refused(tmp_path: Path, cli: Cli, content: str, expected: str) -> None:
    (tmp_path / "store.json").write_text(content, encoding="utf-8")
    outcome = cli("build", "beskaeftigelse", "--store", tmp_path, "--out", tmp_path / "ud")
    assert (outcome.code, expected in outcome.err) == (2, True)


def test_a_damaged_card_is_named(tmp_path: Path, edition: Path, cli: Cli) -> None:
    bring([edition], tmp_path / "lager")
    store = Store.open(tmp_path / "lager")
    card = store.folder("y30r21", store.deliveries("y30r21")[0].sha256) / "delivery.json"
    card.chmod(0o644)
    card.write_text("{}", encoding="utf-8")
    outcome = cli("build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud")
    assert (outcome.code, "delivery.json mangler eller er beskadiget" in outcome.err) == (2, True)


def test_real_and_invented_deliveries_are_not_mixed_by_accident(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    store = tmp_path / "lager"
    invented, unmarked = tmp_path / "a.csv", tmp_path / "b.csv"
    invented.write_bytes(synthetic.as_csv(rows["2020QMAT04"]))
    lines = synthetic.as_csv(rows["2020QMAT02"]).decode().splitlines()
    unmarked.write_text("\n".join(line.rpartition(";")[0] for line in lines), encoding="utf-8")
    assert cli("import", "y30r21", invented, unmarked, "--store", store).code == 0
    refused = cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "ud")
    assert (refused.code, "blander virkelige og opfundne" in refused.err) == (2, True)
    assert not (tmp_path / "ud").exists()
    marked = cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "ud", "--syntetisk")
    assert (marked.code, "SYNTETISK" in marked.out) == (0, True)
    tables = [pl.read_parquet(path) for path in (tmp_path / "ud").glob("*.parquet")]
    assert all(table["syntetisk"].all() for table in tables)


def test_a_file_can_be_declared_invented(tmp_path: Path, rows: Rows, cli: Cli) -> None:
    path = tmp_path / "b.csv"
    lines = synthetic.as_csv(rows["2020QMAT02"]).decode().splitlines()
    path.write_text("\n".join(line.rpartition(";")[0] for line in lines), encoding="utf-8")
    cli("import", "y30r21", path, "--store", tmp_path / "lager", "--syntetisk")
    assert Store.open(tmp_path / "lager").deliveries("y30r21")[0].syntetisk


def test_amounts_come_piecemeal_and_populations_whole(tmp_path: Path, cli: Cli) -> None:
    store = tmp_path / "lager"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(
        "periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;707;i_alt;-4,6\n2020QMAT04;706;i_alt;1,25\n",
        encoding="utf-8",
    )
    second.write_text("periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;706;i_alt;2\n", encoding="utf-8")
    assert cli("import", "beloeb", first, "--store", store, "--received", "2022-01-01").code == 0
    changed = cli("import", "beloeb", second, "--store", store, "--received", "2022-01-02")
    assert "1 celle er ændret" in changed.out
    people = tmp_path / "befolkning.csv"
    people.write_text("kommune_kode;periode;personer\n707;2020QMAT04;23000\n", encoding="utf-8")
    refused = cli("import", "befolkning", people, "--store", store)
    assert (refused.code, "97 rækker mangler" in " ".join(refused.out.split())) == (2, True)
    twice = tmp_path / "to.csv"
    twice.write_text(first.read_text(encoding="utf-8") + "2020QMAT04;Norddjurs;i_alt;-4,6\n", encoding="utf-8")
    assert cli("import", "beloeb", twice, "--store", store).code == 2


def test_the_newest_amount_wins_key_by_key(tmp_path: Path, cli: Cli, edition: Path) -> None:
    store = tmp_path / "lager"
    bring([edition], store)
    for day, text in (("2023-01-01", "706;i_alt;1,5\n2020QMAT04;707;i_alt;2,5"), ("2023-01-02", "706;i_alt;3,5")):
        path = tmp_path / f"{day}.csv"
        path.write_text(f"periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;{text}\n", encoding="utf-8")
        assert cli("import", "BELOEB", path, "--store", store, "--received", day, "--syntetisk").code == 0
    held = make_release(store, tmp_path / "ud").results.filter(
        (pl.col("measure") == "merudgift") & (pl.col("kilde") == "officiel")
    )
    assert sorted(held.select("kommune_kode", "value").rows()) == [("706", 3_500_000.0), ("707", 2_500_000.0)]


def test_a_known_file_can_not_turn_invented(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "b.csv"
    path.write_text("periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;706;i_alt;1,5\n", encoding="utf-8")
    assert cli("import", "beloeb", path, "--store", tmp_path / "lager").code == 0
    refused = cli("import", "beloeb", path, "--store", tmp_path / "lager", "--syntetisk")
    assert (refused.code, "kan ikke nu erklæres opfundet" in refused.out) == (2, True)


def test_a_full_disk_keeps_none_of_the_files(tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    for period, part in rows.items():
        files.append(tmp_path / f"{period}.csv")
        files[-1].write_bytes(synthetic.as_csv(part))
    kept = pl.DataFrame.write_parquet
    calls: list[int] = []

    def second_fails(frame: pl.DataFrame, target: Path) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        kept(frame, target)

    monkeypatch.setattr(pl.DataFrame, "write_parquet", second_fails)
    with pytest.raises(OSError, match="No space"):
        import_files(benchmark("beskaeftigelse").feed_kind("y30r21"), files, tmp_path / "lager", Arrival(RECEIVED))
    assert Store.open(tmp_path / "lager").deliveries("y30r21") == []


def test_an_unknown_feed_or_time_is_refused(tmp_path: Path, edition: Path, cli: Cli) -> None:
    unknown = cli("import", "y30r22", edition, "--store", tmp_path / "lager")
    assert (unknown.code, "y30r21, rettelser" in unknown.err) == (2, True)
    when = cli("import", "y30r21", edition, "--store", tmp_path / "lager", "--received", "i går")
    assert (when.code, "--received 'i går'" in when.err) == (2, True)
    zoned = cli("import", "y30r21", edition, "--store", tmp_path / "lager", "--received", "2022-01-01T12:00+01:00")
    assert zoned.code == 0
    assert Store.open(tmp_path / "lager").deliveries("y30r21")[0].received == datetime(2022, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "decimals", "expected"),
    [("9,7", 2, 970), ("-0,05", 2, -5), ("-4,6", 3, -4600), ("43070", 0, 43070), ("-0", 0, 0)],
)
def test_numbers_are_read_as_whole_units_of_their_last_decimal(given: str, decimals: int, expected: int) -> None:
    assert scaled_number(given, decimals) == expected


@pytest.mark.parametrize("given", ["", "1.5", "1e3", "+5", "0x10", "1,", ",5", "--1", "٣", "½", "1 000", "9" * 13])
def test_nothing_else_is_a_number(given: str) -> None:
    with pytest.raises(CellError):
        scaled_number(given, 2)


def test_a_workbook_may_have_other_sheets(tmp_path: Path, rows: Rows) -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(synthetic.as_xlsx(rows["2020QMAT04"])))
    book.create_sheet("Om")["A1"] = "Om tabellen"
    buffer = io.BytesIO()
    book.save(buffer)
    table = read_table(buffer.getvalue(), 1000)
    assert list(table.notes) == ["Kun arket Y30R21 er læst; projektmappen har 2 ark."]
    with pytest.raises(Exception, match="over 10 rækker"):
        read_table(buffer.getvalue(), 10)


def test_nothing_is_written_when_the_disk_refuses(
    tmp_path: Path, edition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        import_files(benchmark("beskaeftigelse").feed_kind("y30r21"), [edition], tmp_path / "lager", Arrival(RECEIVED))
    monkeypatch.undo()
    assert Store.open(tmp_path / "lager").deliveries("y30r21") == []
    assert not list((tmp_path / "lager" / "deliveries").glob(".ny-*"))
    shutil.rmtree(tmp_path / "lager")
