"""Releases: the same bytes, never half there, verified, compared, with previous releases kept."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from conftest import RECEIVED, Cli, bring, make_release
from maalestok.beskaeftigelse import synthetic
from maalestok.errors import ReleaseError
from maalestok.release.diff import diff
from maalestok.release.manifest import Manifest, read_manifest
from maalestok.release.read import Release, open_release
from maalestok.release.verify import faults
from maalestok.results import KEY

Rows = dict[str, list[synthetic.Row]]
DIES_AT = """
import os, sys
count = int(sys.argv.pop(1))
WATCHED = {"open", "os.rename", "os.mkdir", "os.chmod", "os.remove", "os.symlink", "os.rmdir"}
seen = 0
armed = False
def watch(event, args):
    global seen, armed
    if event == "os.mkdir" and ".ny-" in str(args[0]):
        armed = True
    if armed and event in WATCHED and (event != "open" or "w" in str(args[1] or "") or (isinstance(args[2], int) and args[2] & 3)):
        seen += 1
        if seen == count:
            os._exit(99)
sys.addaudithook(watch)
from maalestok.cli.main import main
try:
    main()
finally:
    print("writes", seen)
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_two_builds_in_two_folders_are_byte_identical(
    tmp_path: Path, synthetic_store: Path, synthetic_release: Release
) -> None:
    other = make_release(synthetic_store, tmp_path / "et andet sted")
    assert contents(other.folder) == contents(synthetic_release.folder)
    assert other.id == synthetic_release.id


@pytest.mark.parametrize(
    "setting",
    [{"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "1"}, {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"}],
)
def test_neither_threads_nor_locale_nor_hash_order_decide(
    tmp_path: Path, synthetic_store: Path, synthetic_release: Release, setting: dict[str, str]
) -> None:
    command = [
        sys.executable,
        "-m",
        "maalestok",
        "build",
        "beskaeftigelse",
        "--store",
        str(synthetic_store),
        "--out",
        str(tmp_path / "ud"),
    ]
    subprocess.run(command, check=True, env=os.environ | setting, capture_output=True)
    assert contents((tmp_path / "ud").resolve()) == contents(synthetic_release.folder)


def test_the_order_of_import_does_not_decide(tmp_path: Path, rows: Rows, synthetic_release: Release) -> None:
    files = []
    for period in sorted(rows, reverse=True):
        files.append(tmp_path / f"andet-navn-{period}.txt")
        files[-1].write_bytes(synthetic.as_csv(rows[period]))
    bring(files, tmp_path / "lager")
    assert make_release(tmp_path / "lager", tmp_path / "ud").id == synthetic_release.id


def test_out_is_a_relative_link_and_earlier_releases_stay(tmp_path: Path, synthetic_store: Path) -> None:
    first = make_release(synthetic_store, tmp_path / "ud", period="2020QMAT02")
    second = make_release(synthetic_store, tmp_path / "ud")
    assert (tmp_path / "ud").readlink() == Path("ud.releases") / second.id
    assert first.folder.is_dir()
    assert first.id.startswith("beskaeftigelse-2020QMAT02-")
    shutil.move(tmp_path / "ud.releases", tmp_path / "flyttet")
    (tmp_path / "flyttet").rename(tmp_path / "ud.releases")
    assert open_release(tmp_path / "ud").id == second.id


def test_building_again_finds_the_release_there(tmp_path: Path, synthetic_store: Path) -> None:
    first = make_release(synthetic_store, tmp_path / "ud")
    before = first.folder.stat().st_ino
    assert make_release(synthetic_store, tmp_path / "ud").folder.stat().st_ino == before
    damaged = first.folder / "results.parquet"
    damaged.chmod(0o644)
    damaged.write_bytes(b"")
    with pytest.raises(ReleaseError, match="beskadiget"):
        make_release(synthetic_store, tmp_path / "ud")


def test_an_empty_folder_gives_way_and_anything_else_does_not(tmp_path: Path, synthetic_store: Path) -> None:
    (tmp_path / "tom").mkdir()
    make_release(synthetic_store, tmp_path / "tom")
    assert (tmp_path / "tom").is_symlink()
    (tmp_path / "fuld").mkdir()
    (tmp_path / "fuld" / "brev.txt").write_text("kære", encoding="utf-8")
    with pytest.raises(ReleaseError, match="ikke et link"):
        make_release(synthetic_store, tmp_path / "fuld")
    assert (tmp_path / "fuld" / "brev.txt").read_text(encoding="utf-8") == "kære"


def start_build(
    store: Path, out: Path, die_at: int | None = None, stdout: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    front = ["-m", "maalestok"] if die_at is None else ["-c", DIES_AT, str(die_at)]
    command = [sys.executable, *front, "build", "beskaeftigelse", "--store", str(store), "--out", str(out)]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def one_edition(tmp_path_factory: pytest.TempPathFactory, rows: Rows) -> Path:
    folder = tmp_path_factory.mktemp("en")
    (folder / "a.csv").write_bytes(synthetic.as_csv(rows["2020QMAT02"]))
    bring([folder / "a.csv"], folder / "lager")
    return folder / "lager"


def count_writes(store: Path, out: Path) -> int:
    """How many times a build opens for writing, renames, links, removes."""
    process = start_build(store, out, 0, stdout=subprocess.PIPE)
    text, _ = process.communicate()
    return int(text.decode().split()[-1])


def die_at(points: list[int], store: Path, last: Release, tmp_path: Path) -> set[int]:
    """Let builds die at their n-th write, two at a time; whatever happens, each `out` holds a whole release."""
    codes = set()
    shelf = last.folder.parent
    whole = contents(last.folder)
    for batch in (points[i : i + 2] for i in range(0, len(points), 2)):
        folders = [tmp_path / f"ud{point}" for point in batch]
        for folder in folders:
            shutil.copytree(shelf, folder.with_name(f"{folder.name}.releases"))
            folder.symlink_to(Path(f"{folder.name}.releases") / last.id)
        running = [start_build(store, folder, point) for folder, point in zip(folders, batch, strict=True)]
        for process, folder in zip(running, folders, strict=True):
            code = process.wait()
            codes.add(code)
            assert faults(folder) == []
            assert code == 99 or open_release(folder).id != last.id
            assert contents(folder.with_name(f"{folder.name}.releases") / last.id) == whole
    return codes


@pytest.mark.slow
def test_a_build_that_dies_at_a_write_leaves_the_last_release_whole(
    tmp_path: Path, synthetic_store: Path, one_edition: Path
) -> None:
    last = make_release(one_edition, tmp_path / "ud")
    total = count_writes(synthetic_store, tmp_path / "maal")
    points = [1, total // 3, total // 2, *range(total - 4, total + 1)]
    assert die_at(points, synthetic_store, last, tmp_path) == {99}
    assert die_at([total + 1], synthetic_store, last, tmp_path) == {0}
    again = make_release(synthetic_store, tmp_path / f"ud{total // 2}")
    assert faults(again.folder) == []
    assert not list(again.folder.parent.glob(".ny-*"))


@pytest.mark.slow
def test_a_build_may_die_at_every_write(tmp_path: Path, synthetic_store: Path, one_edition: Path) -> None:
    last = make_release(one_edition, tmp_path / "ud")
    total = count_writes(synthetic_store, tmp_path / "maal")
    assert die_at(list(range(1, total + 1)), synthetic_store, last, tmp_path) == {99}


@pytest.mark.slow
def test_a_killed_build_leaves_the_last_release_whole(tmp_path: Path, synthetic_store: Path, one_edition: Path) -> None:
    out = tmp_path / "ud"
    make_release(one_edition, out)
    begun = time.monotonic()
    start_build(synthetic_store, tmp_path / "maal").wait()
    whole_run = time.monotonic() - begun
    for step in range(25):
        process = start_build(synthetic_store, out)
        time.sleep(whole_run * step / 24)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert faults(out) == []


def test_verify_finds_every_kind_of_damage(tmp_path: Path, synthetic_release: Release, cli: Cli) -> None:
    assert faults(synthetic_release.folder) == []
    copy = tmp_path / synthetic_release.id
    shutil.copytree(synthetic_release.folder, copy)
    for path in copy.rglob("*"):
        path.chmod(0o755)
    (copy / "csv" / "placering.csv").write_text("ændret", encoding="utf-8")
    (copy / "jsonstat" / "placering.json").unlink()
    (copy / "ekstra.txt").write_text("mere", encoding="utf-8")
    found = faults(copy)
    assert found == [
        "jsonstat/placering.json mangler.",
        "ekstra.txt hører ikke til udgivelsen.",
        "csv/placering.csv er ændret: SHA-256 passer ikke.",
    ]
    outcome = cli("verify", copy)
    assert (outcome.code, "ekstra.txt" in outcome.err) == (3, True)
    assert json.loads(cli("verify", copy, "--json").out)["ok"] is False
    assert cli("verify", synthetic_release.folder).code == 0
    assert json.loads(cli("verify", synthetic_release.folder, "--json").out)["ok"] is True


def test_a_copy_under_another_name_is_a_release_too(tmp_path: Path, synthetic_release: Release, cli: Cli) -> None:
    shutil.copytree(synthetic_release.folder, tmp_path / "hentet")
    outcome = cli("verify", tmp_path / "hentet")
    assert (outcome.code, synthetic_release.id in outcome.out, "Mappen hedder hentet" in outcome.out) == (0, True, True)


def test_nothing_may_be_added_or_replaced_by_a_link(tmp_path: Path, synthetic_release: Release) -> None:
    copy = tmp_path / synthetic_release.id
    shutil.copytree(synthetic_release.folder, copy)
    (copy / "mappe").mkdir()
    (copy / "hen").symlink_to("/nowhere")
    results = copy / "results.parquet"
    results.unlink()
    results.symlink_to(synthetic_release.folder / "results.parquet")
    assert faults(copy) == [
        "results.parquet mangler.",
        "hen hører ikke til udgivelsen.",
        "mappe hører ikke til udgivelsen.",
    ]


@pytest.mark.slow
def test_a_release_can_not_be_built_inside_another_or_inside_a_store(tmp_path: Path, synthetic_store: Path) -> None:
    make_release(synthetic_store, tmp_path / "ud")
    for inside in (tmp_path / "ud" / "inde", synthetic_store / "inde", synthetic_store / "deliveries" / "ud"):
        with pytest.raises(ReleaseError, match="ligger inde i"):
            make_release(synthetic_store, inside)
    (tmp_path / "andet").mkdir()
    (tmp_path / "hen").symlink_to(tmp_path / "andet")
    with pytest.raises(ReleaseError, match="ikke et link til en udgivelse"):
        make_release(synthetic_store, tmp_path / "hen")
    with pytest.raises(ReleaseError, match="kan ikke være en udgivelse"):
        make_release(synthetic_store, Path("/"))


def test_the_shelf_may_not_be_another_release(tmp_path: Path, synthetic_store: Path) -> None:
    make_release(synthetic_store, tmp_path / "a.releases")
    with pytest.raises(ReleaseError, match="ikke må ændres"):
        make_release(synthetic_store, tmp_path / "a")
    assert faults(tmp_path / "a.releases") == []


def test_the_folder_one_stands_in_stays(tmp_path: Path, synthetic_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "her").mkdir()
    monkeypatch.chdir(tmp_path / "her")
    for out in (Path("../her"), Path()):
        with pytest.raises(ReleaseError):
            make_release(synthetic_store, out)
    assert (tmp_path / "her").is_dir()


def test_everyone_may_read_a_release_whatever_the_mask(tmp_path: Path, synthetic_store: Path) -> None:
    mask = os.umask(0o077)
    try:
        release = make_release(synthetic_store, tmp_path / "ud")
    finally:
        os.umask(mask)
    folders = [release.folder.parent, release.folder, release.folder / "csv", release.folder / "jsonstat"]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o755}
    assert {path.stat().st_mode & 0o777 for path in release.folder.rglob("*") if path.is_file()} == {0o444}


def test_a_tampered_table_is_not_explained(tmp_path: Path, synthetic_release: Release, cli: Cli) -> None:
    copy = tmp_path / synthetic_release.id
    shutil.copytree(synthetic_release.folder, copy)
    results = copy / "results.parquet"
    results.chmod(0o644)
    pl.read_parquet(results).with_columns(pl.lit(1.0).alias("value")).write_parquet(results)
    outcome = cli("explain", "beskaeftigelse", "placering", "707", "2020QMAT04", "--release", copy)
    assert (outcome.code, "er ændret" in outcome.err) == (2, True)


def test_a_forged_manifest_is_found(tmp_path: Path, synthetic_release: Release) -> None:
    copy = tmp_path / synthetic_release.id
    shutil.copytree(synthetic_release.folder, copy)
    manifest, _ = read_manifest(copy)
    results = copy / "results.parquet"
    results.chmod(0o644)
    doubled = pl.concat([pl.read_parquet(results)] * 2)
    doubled.write_parquet(results)
    entries = [e if e.path != "results.parquet" else e.model_copy(update=_entry(results)) for e in manifest.files]
    forged = Manifest.model_validate(manifest.model_dump() | {"files": [e.model_dump() for e in entries]})
    (copy / "release.json").chmod(0o644)
    (copy / "release.json").write_bytes(forged.to_bytes())
    assert any("manifestet eller navnet er ændret" in fault for fault in faults(copy))
    with pytest.raises(ReleaseError, match="det ene er ændret"):
        open_release(copy)
    renamed = copy.rename(tmp_path / forged.release_id)
    assert any("results.parquet følger ikke kontrakten" in fault for fault in faults(renamed))


def _entry(path: Path) -> dict[str, object]:
    import hashlib

    return {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.mark.parametrize(
    ("content", "expected"), [(None, "release.json mangler"), ("{}", "kan ikke læses af denne version")]
)
def test_a_folder_that_is_no_release(tmp_path: Path, cli: Cli, content: str | None, expected: str) -> None:
    if content is not None:
        (tmp_path / "release.json").write_text(content, encoding="utf-8")
    for command in (
        ["verify", tmp_path],
        ["diff", tmp_path, tmp_path],
        ["explain", "beskaeftigelse", "placering", "707", "2020QMAT04", "--release", tmp_path],
    ):
        outcome = cli(*command)
        assert (outcome.code, expected in outcome.err) == (2, True)


def test_a_release_of_another_format(tmp_path: Path, synthetic_release: Release) -> None:
    text = (synthetic_release.folder / "release.json").read_text(encoding="utf-8").replace('"format": 2', '"format": 3')
    (tmp_path / "release.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match="har format 3"):
        open_release(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path, synthetic_release: Release) -> None:
    shutil.copytree(synthetic_release.folder, tmp_path / "x")
    (tmp_path / "x" / "results.parquet").chmod(0o644)
    (tmp_path / "x" / "results.parquet").write_bytes(b"nej")
    with pytest.raises(ReleaseError, match=r"results\.parquet mangler eller er ændret"):
        open_release(tmp_path / "x").table("results")


def changed_edition(tmp_path: Path, rows: Rows) -> Path:
    """The edition 2020QMAT04 with one area of Norddjurs ten persons higher."""
    lines = synthetic.as_csv(rows["2020QMAT04"]).decode().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Norddjurs;2020QMAT04;Kontanthjælp"))
    cells = lines[at].split(";")
    cells[4], cells[5] = str(int(cells[4]) + 10), str(int(cells[5]) + 10)
    lines[at] = ";".join(cells)
    path = tmp_path / "ændret.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_difference_names_cells_and_cause(
    tmp_path: Path, rows: Rows, synthetic_release: Release, synthetic_store: Path, cli: Cli
) -> None:
    store = tmp_path / "lager"
    shutil.copytree(synthetic_store, store)
    assert (
        cli("import", "y30r21", changed_edition(tmp_path, rows), "--store", store, "--received", "2023-01-01").code == 0
    )
    new = make_release(store, tmp_path / "ud", previous=synthetic_release)
    difference = diff(synthetic_release, new)
    assert {(c.kind, c.cause) for c in difference.cells} == {("ændret", "data")}
    keys = {tuple(c.key.split("/")[i] for i in (1, 3, 4)) for c in difference.cells}
    assert ("faktisk_antal", "707", "kontanthjaelp") in keys
    assert {place for _, place, _ in keys} <= {"707", "1082", "000"}
    assert {measure for measure, _, _ in keys} <= {"faktisk_antal", "forskel_antal", "merudgift"}
    assert len(difference.inputs_added) == len(difference.inputs_removed) == 1
    assert new.manifest.previous == synthetic_release.id
    recorded = json.loads((new.folder / "diff.json").read_text(encoding="utf-8"))
    assert recorded["cells"] == json.loads(json.dumps(difference.as_dict()["cells"]))
    shown = cli("diff", synthetic_release.folder, new.folder, "--limit", "2", "--exit-code")
    assert (shown.code, "tal: ændret/data" in shown.out, "mere (alle med --json)" in shown.out) == (3, True, True)
    assert "SYNTETISK" in shown.out
    machine = json.loads(cli("diff", synthetic_release.folder, new.folder, "--json").out)
    assert machine["counts"] == {"ændret/data": len(difference.cells)}


def test_data_of_the_edition_before_is_the_cause_of_a_changed_move(
    tmp_path: Path, rows: Rows, synthetic_release: Release, synthetic_store: Path
) -> None:
    store = tmp_path / "lager"
    shutil.copytree(synthetic_store, store)
    (tmp_path / "ny.csv").write_bytes(
        synthetic.as_csv(synthetic.revised(rows["2020QMAT02"], "Norddjurs", "sygedagpenge", 100))
    )
    bring([tmp_path / "ny.csv"], store, received=RECEIVED + timedelta(days=1))
    changed = [
        c for c in diff(synthetic_release, make_release(store, tmp_path / "ud")).cells if c.period == "2020QMAT04"
    ]
    assert {(c.measure, c.cause) for c in changed if c.kommune_kode == "707"} == {("placering_aendring", "data")}


def test_a_corrected_figure_is_the_cause(
    tmp_path: Path, synthetic_release: Release, synthetic_store: Path, cli: Cli
) -> None:
    store = tmp_path / "lager"
    shutil.copytree(synthetic_store, store)
    target = synthetic_release.results.filter(
        (pl.col("measure") == "faktisk_antal")
        & (pl.col("kommune_kode") == "707")
        & (pl.col("period") == "2020QMAT04")
        & (pl.col("omraade") == "i_alt")
    )
    was = int(target["value"][0])
    path = tmp_path / "r.yaml"
    match = "{feed: y30r21, period: 2020QMAT04, kommune_kode: 707, omraade: i_alt, column: faktisk_antal}"
    path.write_text(
        f"rettelser:\n  - id: skjul-1\n    match: {match}\n    expect: {was}\n    action: {{withhold: ikke_opgjort}}\n    reason: Tallet er trukket tilbage af kilden.\n    status: aktiv\n",
        encoding="utf-8",
    )
    assert cli("import", "rettelser", path, "--store", store).code == 0
    new = make_release(store, tmp_path / "ud")
    difference = diff(synthetic_release, new)
    assert difference.corrections_added == ("skjul-1",)
    assert {c.cause for c in difference.cells} == {"rettelse"}
    assert "+ rettelse skjul-1" in cli("diff", synthetic_release.folder, new.folder).out


def test_a_mark_alone_is_its_own_cause(synthetic_release: Release) -> None:
    from maalestok.release.diff import compare

    tables = {name: synthetic_release.table(name) for name in ("results", "findings", "sources")}
    unmarked = tables["results"].with_columns(pl.lit(value=False).alias("syntetisk"))
    difference = compare(synthetic_release, synthetic_release.manifest, tables | {"results": unmarked})
    assert difference.counts() == {"ændret/mærke": len(unmarked)}


def test_a_changed_reservation_is_a_difference(synthetic_release: Release) -> None:
    from maalestok.release.diff import compare

    tables = {name: synthetic_release.table(name) for name in ("results", "findings", "sources")}
    one = pl.col("kommune_kode") == "707"
    flagged = tables["findings"].with_columns(pl.when(one).then(pl.lit(["ny"])).otherwise("flag").alias("flag"))
    difference = compare(synthetic_release, synthetic_release.manifest, tables | {"findings": flagged})
    held = len(tables["findings"].filter(one))
    assert [(f.kommune_kode, f.flags_now, f.cause) for f in difference.findings] == [("707", ("ny",), "program")] * held
    assert not difference.is_empty


def test_no_difference(synthetic_release: Release, cli: Cli) -> None:
    outcome = cli("diff", synthetic_release.folder, synthetic_release.folder, "--exit-code")
    assert (outcome.code, "Ingen tal og ingen vurderinger er forskellige" in outcome.out) == (0, True)


def test_editions_appear_and_vanish(
    tmp_path: Path, synthetic_store: Path, synthetic_release: Release, cli: Cli
) -> None:
    one = make_release(synthetic_store, tmp_path / "en", period="2020QMAT02")
    there, back = diff(one, synthetic_release), diff(synthetic_release, one)
    assert {(c.kind, c.cause) for c in there.cells} == {("ny", "udgave")}
    assert {(c.kind, c.cause) for c in back.cells} == {("forsvundet", "udgave")}
    assert len(there.cells) == len(back.cells) == len(synthetic_release.results) - len(one.results)
    assert len(there.findings) == 98 * 5
    shown = cli("diff", one.folder, synthetic_release.folder).out
    assert "tal: ny/udgave" in shown
    assert "Vurderinger, der er ændret" not in shown


def test_a_changed_rule_or_program_is_the_cause(tmp_path: Path, synthetic_release: Release) -> None:
    manifest = synthetic_release.manifest
    tables = {name: synthetic_release.table(name) for name in ("results", "findings", "sources")}
    one = (pl.col("measure") == "merudgift") & (pl.col("kommune_kode") == "707")
    version = pl.when(one).then(pl.lit("2+2019-04")).otherwise("rule_version").alias("rule_version")
    value = pl.when(one).then(pl.col("value") + 1).otherwise("value").alias("value")
    high = pl.when(one).then(pl.col("high") + 1).otherwise("high").alias("high")
    from maalestok.release.diff import compare

    ruled = compare(synthetic_release, manifest, tables | {"results": tables["results"].with_columns(version)})
    program = compare(synthetic_release, manifest, tables | {"results": tables["results"].with_columns(value, high)})
    rules = manifest.model_copy(update={"rules_sha256": "0" * 64})
    shared = compare(synthetic_release, rules, tables | {"results": tables["results"].with_columns(value, high)})
    assert [set(d.counts()) for d in (ruled, program, shared)] == [
        {"ændret/regler"},
        {"ændret/program"},
        {"ændret/regler"},
    ]
    with pytest.raises(ReleaseError, match="samme benchmark"):
        compare(synthetic_release, manifest.model_copy(update={"benchmark": "kontrolsager"}), tables)


def test_one_edition_rests_on_the_one_before_for_its_movement(tmp_path: Path, synthetic_store: Path) -> None:
    release = make_release(synthetic_store, tmp_path / "ud", period="2020QMAT04")
    assert release.manifest.periods == ("2020QMAT04",)
    assert release.results["period"].unique().to_list() == ["2020QMAT04"]
    moved = release.results.filter(pl.col("measure") == "placering_aendring")
    assert set(moved["status"]) == {"ok"}
    assert {p for i in release.manifest.inputs for p in i.periods} == {"2020QMAT02", "2020QMAT04"}


def test_a_period_the_store_lacks(cli: Cli, synthetic_store: Path, tmp_path: Path) -> None:
    outcome = cli(
        "build", "beskaeftigelse", "--store", synthetic_store, "--out", tmp_path / "ud", "--period", "2019QMAT04"
    )
    assert (outcome.code, "2020QMAT02, 2020QMAT04" in outcome.err) == (2, True)
    other = cli("build", "hygge", "--store", synthetic_store, "--out", tmp_path / "ud")
    assert (other.code, "Vælg en af: beskaeftigelse" in other.err) == (2, True)


def test_the_key_is_unique_and_every_row_marked(synthetic_release: Release) -> None:
    results = synthetic_release.results
    assert results.select(KEY).is_unique().all()
    assert results["syntetisk"].all()
    assert set(results["benchmark"]) == {"beskaeftigelse"}


def test_build_can_report_as_json(cli: Cli, synthetic_store: Path, tmp_path: Path) -> None:
    outcome = cli("build", "beskaeftigelse", "--store", synthetic_store, "--out", tmp_path / "ud", "--json")
    report = json.loads(outcome.out)
    assert report["release"] == (tmp_path / "ud").resolve().name
    assert report["syntetisk"] is True
