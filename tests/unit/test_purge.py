"""Files about single persons and cases are removed in time, and only then; what rests on them stays."""

import hashlib
import json
import shutil
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from conftest import Cli
from maalestok.deliveries.purge import DAMAGED, UNUSED, Item, purge
from maalestok.deliveries.removed import FILE, read_removed
from maalestok.deliveries.store import Delivery, NewDelivery, Store
from maalestok.deliveries.used import FACTS, INTERNAL, note_used
from maalestok.errors import StoreError
from maalestok.registry import benchmark_of_feed
from maalestok.release.internal import write_internal
from maalestok.rules.loader import feed_ids, is_record_level, rules_root
from maalestok.rules.models import Reference
from maalestok.rules.opbevaring import Opbevaring, OpbevaringVersion, load_opbevaring, opbevaring_faults

FEED = "sagshaendelser"
EVENTS = """\
sag_id;kommune_kode;omraade;kontroltrin;haendelse;tidspunkt;aarsag;tilbagebetaling_kr;mindreudgift_kr;opgjort_til
HEMMELIG1;707;kontanthjaelp;2;udstillet;2025-09-01;;;;2026-10
HEMMELIG1;707;kontanthjaelp;2;trukket;2025-09-12;;;;2026-10
HEMMELIG1;707;kontanthjaelp;2;oprettet;2025-10-02;;;;2026-10
HEMMELIG2;707;kontanthjaelp;2;udstillet;2025-11-03;;;;2026-10
"""
RECEIVED = "2026-11-10"
BEFORE, DUE = date(2026, 12, 9), date(2026, 12, 10)


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder: mode, time of its last change, bytes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, path.stat().st_mtime_ns, path.read_bytes())
        for path in files
    }


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def told(items: list[Item]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(item.feed, tuple(removal.part for removal in item.removals), item.reason) for item in items]


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line's clock stands after every day asked about."""
    monkeypatch.setattr("maalestok.cli.times.now", lambda: datetime(2027, 6, 1, tzinfo=UTC))


def test_nothing_is_removed_before_its_time(cli: Cli, tmp_path: Path) -> None:
    Store.open_or_create(tmp_path / "lager")
    early = cli("purge", "--store", tmp_path / "lager", "--on", "2027-06-02")
    assert (early.code, "ligger i fremtiden" in early.err) == (2, True)
    assert cli("purge", "--store", tmp_path / "lager", "--on", "2027-06-02", "--dry-run").code == 0


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "hændelser.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


@pytest.fixture
def unused(tmp_path: Path, events: Path, cli: Cli) -> Path:
    """A store with a delivery of events."""
    store = tmp_path / "lager"
    done = cli("import", FEED, events, "--store", store, "--received", RECEIVED)
    assert done.code == 0, done.out
    return store


@pytest.fixture
def used(unused: Path, tmp_path: Path, cli: Cli) -> Path:
    """The same, after a release was built of it."""
    done = cli("build", "kontrolsager", "--store", unused, "--out", tmp_path / "ud")
    assert done.code == 0, done.err
    return unused


def only(store: Path, feed: str = FEED) -> Path:
    """The folder of the only delivery."""
    (folder,) = (store / "deliveries" / feed).iterdir()
    return folder


def put(store: Path, feed: str = "borgere", received: str = RECEIVED) -> tuple[Store, Delivery]:
    """A delivery about persons, as an import keeps it."""
    content = f"HEMMELIG {feed} {received}".encode()
    delivery = Delivery(
        feed=feed,
        sha256=hashlib.sha256(content).hexdigest(),
        received=datetime.fromisoformat(received).replace(tzinfo=UTC),
        extracted=None,
        file_name=f"{feed}.csv",
        size=len(content),
        layout="csv",
        row_word="linje",
        rows=1,
        periods=("2026-10",),
        syntetisk=True,
        rows_sha256=None,
    )
    held = Store.open_or_create(store)
    held.add([NewDelivery(delivery, content, pl.DataFrame({"a": [1]}), {"ok": True}, private=True)])
    (kept,) = [d for d in held.deliveries(feed) if d.sha256 == delivery.sha256]
    return held, kept


def name_used(store: Path, place: str, *deliveries: str, key: str = "en") -> None:
    folder = store / place / key
    folder.mkdir(parents=True)
    note_used(folder, deliveries)


def rule(*versions: OpbevaringVersion) -> Opbevaring:
    return load_opbevaring().model_copy(update={"versions": versions})


def version(name: str, starts: str, ends: str | None, days: int, **removes: tuple[str, ...]) -> OpbevaringVersion:
    return OpbevaringVersion.model_validate(
        {
            "version": name,
            "from_period": starts,
            "to_period": ends,
            "reference": (Reference(kilde="en kilde"),),
            "days": days,
            "removes": removes,
            "definition_da": "en regel",
        }
    )


# --- the command


def test_a_dry_run_changes_nothing(used: Path, cli: Cli) -> None:
    before, sha = tree(used), only(used).name
    done = cli("purge", "--store", used, "--dry-run", "--on", DUE)
    assert done.code == 0
    for word in ("Vil blive slettet (1)", FEED, "hændelser.csv", RECEIVED, sha[:12], "den oprindelige fil", "Intet er"):
        assert word in done.out
    assert "HEMMELIG" not in done.out + done.err
    assert tree(used) == before


def test_what_is_not_used_is_kept(unused: Path, cli: Cli) -> None:
    before = tree(unused)
    done = cli("purge", "--store", unused, "--on", DUE)
    assert (done.code, UNUSED in done.out, "Intet er slettet" in done.out) == (0, True, True)
    assert tree(unused).keys() == before.keys()
    assert "raw" in names(only(unused))


def test_what_is_too_young_is_kept(used: Path, cli: Cli) -> None:
    done = cli("purge", "--store", used, "--on", BEFORE)
    assert (done.code, "først fra 2026-12-10" in done.out, UNUSED in done.out) == (0, True, False)
    assert "raw" in names(only(used))


def test_the_raw_file_goes_and_all_else_stays(used: Path, cli: Cli) -> None:
    folder, before = only(used), tree(only(used))
    done = cli("purge", "--store", used, "--on", DUE)
    assert (done.code, "Slettet (1)" in done.out, "Beholdes" in done.out) == (0, True, False)
    after = tree(folder)
    marker = after.pop(FILE)
    assert before.keys() - after.keys() == {"raw"}
    assert after == {name: kept for name, kept in before.items() if name != "raw"}
    assert stat.S_IMODE(marker[0]) == 0o444
    wanted = {"part": "raw", "size": len(EVENTS.encode()), "day": "2026-12-10", "rule_version": "1"}
    assert json.loads(marker[2]) == {"removed": [wanted]}
    (delivery,) = Store.open(used).deliveries(FEED)
    assert (delivery.sha256, delivery.file_name) == (folder.name, "hændelser.csv")


def test_the_same_purge_gives_the_same_bytes_and_a_second_does_nothing(used: Path, tmp_path: Path, cli: Cli) -> None:
    other = tmp_path / "andet"
    shutil.copytree(used, other)
    for store in (used, other):
        assert cli("purge", "--store", store, "--on", DUE).code == 0
    assert (only(used) / FILE).read_bytes() == (only(other) / FILE).read_bytes()
    before = tree(only(used))
    done = cli("purge", "--store", used, "--on", "2027-02-01")
    assert (done.code, "der intet at slette" in done.out, "Slettet" in done.out) == (0, True, False)
    assert tree(only(used)) == before


def test_an_interrupted_purge_is_completed(used: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: Path, missing_ok: bool = False) -> None:
        raise KeyboardInterrupt

    folder = only(used)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stopped)
        assert cli("purge", "--store", used, "--on", DUE).code == 130
    assert {FILE, "raw"} <= names(folder)
    store = Store.open(used)
    (delivery,) = store.deliveries(FEED)
    with pytest.raises(StoreError, match="er slettet 2026-12-10"):
        store.raw(delivery)
    assert store.rows(delivery).height == 4
    marker = (folder / FILE).read_bytes()
    done = cli("purge", "--store", used, "--on", "2026-12-01", "--json")
    assert [item["sha256"] for item in json.loads(done.out)["removed"]] == [delivery.sha256]
    assert "raw" not in names(folder)
    assert (folder / FILE).read_bytes() == marker


def test_building_again_gives_the_same_release(used: Path, tmp_path: Path, cli: Cli) -> None:
    before = (tmp_path / "ud").resolve()
    assert cli("purge", "--store", used, "--on", DUE).code == 0
    assert cli("build", "kontrolsager", "--store", used, "--out", tmp_path / "igen").code == 0
    again = (tmp_path / "igen").resolve()
    assert again.name == before.name
    assert {p: held[2] for p, held in tree(again).items()} == {p: held[2] for p, held in tree(before).items()}


def test_the_same_bytes_imported_again_restore_the_delivery(used: Path, events: Path, cli: Cli) -> None:
    before = {name: (mode, content) for name, (mode, _, content) in tree(only(used)).items()}
    assert cli("purge", "--store", used, "--on", DUE).code == 0
    done = cli("import", FEED, events, "--store", used)
    assert (done.code, "modtaget" in done.out) == (0, True)
    after = {name: (mode, content) for name, (mode, _, content) in tree(only(used)).items()}
    assert after.pop("report.json")[0] == before.pop("report.json")[0]
    assert after == before
    (delivery,) = Store.open(used).deliveries(FEED)
    assert delivery.received == datetime(2026, 11, 10, tzinfo=UTC)
    known = cli("import", FEED, events, "--store", used)
    assert "findes allerede" in known.out


def test_json_says_the_same(used: Path, cli: Cli) -> None:
    put(used)
    done = cli("purge", "--store", used, "--on", DUE, "--dry-run", "--json")
    data = json.loads(done.out)
    size = len(EVENTS.encode())
    assert (data["dry_run"], data["on"], data["bytes"]) == (True, "2026-12-10", size)
    (removed,), (kept,) = data["removed"], data["kept"]
    assert (removed["feed"], removed["bytes"], removed["removed"][0]["part"]) == (FEED, size, "raw")
    assert (kept["feed"], kept["file_name"], kept["reason"]) == ("borgere", "borgere.csv", UNUSED)


def test_the_day_is_today_unless_another_is_given(used: Path, cli: Cli) -> None:
    assert json.loads(cli("purge", "--store", used, "--dry-run", "--json").out)["on"] >= "2026-11-25"
    refused = cli("purge", "--store", used, "--on", "i morgen")
    assert (refused.code, "--on 'i morgen' er ikke en dato" in refused.err) == (2, True)


def test_a_store_that_is_not_there_is_refused(tmp_path: Path, cli: Cli) -> None:
    refused = cli("purge", "--store", tmp_path / "intet")
    assert (refused.code, "er ikke et lager" in refused.err) == (2, True)
    assert not (tmp_path / "intet").exists()


# --- rows about persons


def test_rows_go_once_facts_stand_in_for_them(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    name_used(store.path, INTERNAL, delivery.sha256)
    assert told(purge(store, load_opbevaring(), DUE)) == [("borgere", (), UNUSED)]
    name_used(store.path, FACTS, delivery.sha256)
    assert told(purge(store, load_opbevaring(), DUE)) == [("borgere", ("raw", "rows"), "")]
    assert names(only(store.path, "borgere")) == {FILE, "report.json", "delivery.json"}
    assert store.deliveries("borgere") == [delivery]
    assert store.deliveries("borgere", whole_only=True) == []
    assert store.find("borgere", delivery.sha256) is None
    with pytest.raises(StoreError, match=r"Rækkerne i leverancen borgere.csv .* er slettet 2026-12-10") as caught:
        store.rows(delivery)
    assert "maalestok import borgere" in str(caught.value.remedy)
    with pytest.raises(StoreError, match="Den oprindelige fil i leverancen"):
        store.raw(delivery)
    store.check(delivery)
    assert put(store.path)[1] == delivery
    assert (store.rows(delivery).height, store.find("borgere", delivery.sha256)) == (1, delivery)


def test_facts_that_are_being_written_do_not_count(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    name_used(store.path, FACTS, delivery.sha256, key=".ny-1")
    assert told(purge(store, load_opbevaring(), BEFORE)) == [("borgere", (), f"{UNUSED}; først fra 2026-12-10")]


def test_facts_name_a_raw_file_as_well(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager", FEED)
    name_used(store.path, FACTS, delivery.sha256)
    assert told(purge(store, load_opbevaring(), DUE)) == [(FEED, ("raw",), "")]


def test_a_list_that_can_not_be_read_removes_nothing(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    name_used(store.path, FACTS, delivery.sha256)
    (store.path / FACTS / "to").mkdir()
    (store.path / FACTS / "to" / "inputs.json").write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(StoreError, match=r"inputs\.json kan ikke læses"):
        purge(store, load_opbevaring(), DUE)
    assert "raw" in names(only(store.path, "borgere"))


def test_a_later_reception_counts(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    name_used(store.path, FACTS, delivery.sha256)
    store.add([], [delivery.model_copy(update={"received": datetime(2026, 11, 20, tzinfo=UTC)})])
    assert told(purge(store, load_opbevaring(), DUE)) == [("borgere", (), "først fra 2026-12-20")]


# --- what is damaged


def test_a_raw_file_is_kept_while_its_rows_are_damaged(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager", FEED)
    name_used(store.path, INTERNAL, delivery.sha256)
    (only(store.path) / "rows.parquet").unlink()
    assert told(purge(store, load_opbevaring(), DUE)) == [(FEED, (), DAMAGED)]
    assert "raw" in names(only(store.path))


@pytest.mark.parametrize("broken", ["delivery.json", FILE])
def test_a_card_or_marker_that_can_not_be_read_is_told_of(tmp_path: Path, broken: str) -> None:
    store, delivery = put(tmp_path / "lager")
    (tmp_path / "lager" / "deliveries" / "borgere" / ".ny-1").mkdir()
    folder = store.folder("borgere", delivery.sha256)
    (folder / broken).unlink(missing_ok=True)
    (folder / broken).write_text("{}", encoding="utf-8")
    assert told(purge(store, load_opbevaring(), DUE)) == [("borgere", (), DAMAGED)]
    assert store.find("borgere", delivery.sha256) is None


def test_a_file_that_was_lost_is_not_said_to_be_removed(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    name_used(store.path, FACTS, delivery.sha256)
    folder = only(store.path, "borgere")
    (folder / "raw").unlink()
    assert told(purge(store, load_opbevaring(), DUE)) == [("borgere", ("rows",), "")]
    with pytest.raises(StoreError, match="mangler eller er ændret"):
        store.raw(delivery)


# --- the rule


def test_the_version_follows_the_month_of_reception(tmp_path: Path) -> None:
    dated = rule(
        version("1", "2026-10", "2026-10", 10, borgere=("raw",)), version("2", "2026-11", None, 40, borgere=("raw",))
    )
    found = {}
    for received in ("2026-09-30", "2026-10-31", "2026-11-01"):
        store, delivery = put(tmp_path / "lager", received=received)
        found[delivery.sha256] = received
        name_used(store.path, INTERNAL, delivery.sha256, key=received)
    items = purge(store, dated, date(2026, 12, 1))
    assert {found[item.sha256]: (len(item.removals), item.reason) for item in items} == {
        "2026-09-30": (0, "ingen regel for leverancer modtaget 2026-09"),
        "2026-10-31": (1, ""),
        "2026-11-01": (0, "først fra 2026-12-11"),
    }


def test_a_rule_that_removes_more_adds_to_what_was_removed(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    name_used(store.path, FACTS, delivery.sha256)
    first, more = version("1", "2018-01", None, 30, borgere=("raw",)), ("raw", "rows")
    purge(store, rule(first), DUE)
    purge(store, rule(version("2", "2018-01", None, 30, borgere=more)), date(2026, 12, 24))
    noted = [(r.part, str(r.day), r.rule_version) for r in read_removed(only(store.path, "borgere"))]
    assert noted == [("raw", "2026-12-10", "1"), ("rows", "2026-12-24", "2")]
    assert told(purge(store, rule(first), DUE)) == []


def test_every_feed_on_record_level_is_in_the_rule_and_is_not_compared() -> None:
    single = {feed: is_record_level(feed) for feed in feed_ids()}
    assert opbevaring_faults(load_opbevaring(), single) == []
    assert {feed for feed, held in single.items() if held} == set(load_opbevaring().feeds)
    assert all(benchmark_of_feed(feed).feed_kind(feed).columnar for feed in load_opbevaring().feeds)
    assert is_record_level("rettelser") is False


def test_faults_of_the_rule_are_found() -> None:
    held = rule(
        version("1", "2026-10", None, 30, y30r21=("raw",), andet=("raw",)),
        version("1", "2026-11", None, 30, borgere=("raw",)),
    )
    assert opbevaring_faults(held, {"y30r21": False, "borgere": True, FEED: True}) == [
        "opbevaring.yaml: version 1 begynder 2026-11, mens version 1 stadig gælder",
        "opbevaring.yaml: to versioner har samme navn",
        "opbevaring.yaml: leverancen sagshaendelser er på sagsniveau, men version 1 sletter intet af den",
        "opbevaring.yaml: leverancen andet findes ikke",
        "opbevaring.yaml: leverancen y30r21 er ikke på sagsniveau",
    ]


def test_check_looks_at_the_rule(tmp_path: Path, cli: Cli) -> None:
    root = tmp_path / "rules"
    shutil.copytree(rules_root(), root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "opbevaring.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("      borgere: [raw, rows]\n", ""), encoding="utf-8")
    done = cli("check", "--rules", root, "--today", "2028-01-01")
    assert (done.code, "opbevaring.yaml: leverancen borgere er på sagsniveau" in done.err) == (3, True)
    assert "opbevaring.yaml: gennemgang skulle ske senest 2027-11-30" in done.err
    other = tmp_path / "andre"
    shutil.copytree(root, other)
    (other / "opbevaring.yaml").write_text(text.replace("days: 30", "days: -1"), encoding="utf-8")
    broken = cli("check", "--rules", other, "--today", "2026-11-25")
    assert (broken.code, "days" in broken.err) == (3, True)


# --- what counts as used


def test_a_release_without_exact_results_names_its_deliveries_too(tmp_path: Path) -> None:
    store, delivery = put(tmp_path / "lager")
    write_internal(store, "r1", None, [delivery])
    path = store.path / INTERNAL / "r1" / "inputs.json"
    assert json.loads(path.read_text(encoding="utf-8")) == [delivery.sha256]
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)] == [0o600, 0o700]
    assert names(path.parent) == {"inputs.json"}
    write_internal(store, "r2", pl.DataFrame({"a": [1]}), [delivery.model_copy(update={"feed": "kontrolsager"})])
    assert names(store.path / INTERNAL / "r2") == {"results_internal.parquet"}
    write_internal(store, "r3", None, [])
    assert not (store.path / INTERNAL / "r3").exists()


def test_a_folder_with_facts_can_be_a_store(tmp_path: Path) -> None:
    (tmp_path / FACTS).mkdir()
    assert Store.open_or_create(tmp_path).deliveries("borgere") == []
