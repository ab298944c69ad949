"""The control-case benchmark from store to release through the command line, on small invented countries.

`world` holds two releases of one store: the second rests on a redelivery that changes a month the first was acted on
by. Its municipalities are told of in `STORIES`; all others draw most of their cases and have no outcomes.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import Cli
from maalestok.build import BuildRequest, Built
from maalestok.criteria import CONTACTED
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kommune import kommuner
from maalestok.kontrolsager import synthetic
from maalestok.kontrolsager.celler import FIGURES, SNIT
from maalestok.kontrolsager.facts import COUNTS_SCHEMA, EventFile, build_facts, counts_table
from maalestok.kontrolsager.lav_traekning import RunRule, judge
from maalestok.kontrolsager.rules import load_rules
from maalestok.kontrolsager.whatif import public_histories
from maalestok.period import parse_period
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.read import Release, open_release
from maalestok.release.verify import faults
from maalestok.release.write import write_release

LAST, BEFORE = "2026-10", "2026-09"
RECEIVED = {BEFORE: datetime(2026, 10, 12, tzinfo=UTC), LAST: datetime(2026, 11, 10, tzinfo=UTC)}
LOW, HIGH = "lav_traekning", "hoej_traekning"
Figures = tuple[int | None, ...]
Story = Callable[[int], Figures]
"""Months before 2026-10 -> the eight figures of a month."""
BUSY: Figures = (40, 20, 0, 0, 0, 0, 0, 0)
LARGE: Figures = (300, 20, 10, 10, 8, 6, 30_000, 0)


def drawing(drawn: int, rest: int) -> Figures:
    """A month in which nothing came of the cases."""
    return (rest, drawn, 0, 0, 0, 0, 0, 0)


def idle(back: int) -> Figures:
    """12 of 100 over 12 months."""
    return drawing(1, 88)


def idle_when(low: Callable[[int], bool]) -> Story:
    """12 of 100 at some month ends, 12 of 22 at others."""
    return lambda back: drawing(1, 88 if low(back) else 10)


def few_cases(back: int) -> Figures:
    """Two cases created, one closed with a large amount; the others are many."""
    return (300, 20, 2, 2, 1, 1, 1_200_000, 0) if back == 3 else (300, 20, 0, 0, 0, 0, 0, 0)


STORIES: Mapping[tuple[str, int], Story] = {
    ("707", 2): idle,
    ("665", 2): idle,
    ("329", 3): idle,
    ("330", 2): lambda back: drawing(25, 735),
    ("336", 2): lambda back: drawing(7, 216),
    ("340", 2): idle_when(lambda back: back < 5),
    ("350", 2): idle_when(lambda back: back < 6),
    ("360", 2): idle_when(lambda back: back != 2),
    ("370", 2): lambda back: drawing(25, 700),
    ("376", 2): lambda back: drawing(0, 5),
    ("482", 2): few_cases,
    **{(kommune, trin): lambda back: LARGE for kommune in ("101", "751", "461", "851") for trin in (2, 3)},
}
"""707, 665 and 329 idle at 12 pct.; 330 at 28,98 pct.; 336 at exactly 28, 370 at 30; 340 under for five month ends, 350
for six; 360 not under in August; 376 idle with five cases; 482 few outcomes; the rest large."""


def lifted(back: int) -> Figures:
    """The redelivery: in July most cases were drawn after all."""
    return drawing(60, 88) if back == 3 else idle(back)


def counts_file(
    path: Path, last: str, months: int, stories: Mapping[tuple[str, int], Story] = STORIES, mark: bool = True
) -> Path:
    """A delivery of the country: every municipality and cut in every month."""
    newest = parse_period(LAST).month_index
    columns = ["maaned", "kommune_kode", "omraade", "kontroltrin", *FIGURES, *(["syntetisk"] if mark else [])]
    lines = [";".join(columns)]
    for period in (parse_period(last).shifted(-back) for back in reversed(range(months))):
        for kommune in kommuner():
            for omraade, trin in SNIT:
                story = stories.get((kommune.kode, trin))
                figures = BUSY if story is None else story(newest - period.month_index)
                told = ["" if figure is None else str(figure) for figure in figures]
                marks = ["SYNTETISK"] if mark else []
                lines.append(";".join([period.code, kommune.kode, omraade, str(trin), *told, *marks]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def contacts_file(path: Path, mark: bool = True) -> Path:
    """707 was contacted in September about kontroltrin 2."""
    end = (";syntetisk", ";SYNTETISK") if mark else ("", "")
    text = (
        f"kommune_kode;kontroltrin;dato;art;aarsager;bemaerkning_udtraek{end[0]}\n707;2;2026-09-15;kontakt;;{end[1]}\n"
    )
    path.write_text(text, encoding="utf-8")
    return path


def bring(feed: str, path: Path, store: Path, received: datetime = RECEIVED[LAST]) -> None:
    """Import a file that must be accepted."""
    reports = import_files(benchmark("kontrolsager").feed_kind(feed), [path], store, Arrival(received))
    assert [r.outcome for r in reports] == ["modtaget"], [i.message for r in reports for i in r.issues]


def run_command(*arguments: object, **environment: str) -> str:
    """The command line as a process of its own; what it printed."""
    command = [sys.executable, "-m", "maalestok", *map(str, arguments)]
    settings = os.environ | {"COLUMNS": "200"} | environment
    done = subprocess.run(command, check=False, env=settings, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@dataclass(frozen=True)
class World:
    """A store and its two releases; `early` is the store as it was at the first. Read only."""

    early: Path
    store: Path
    first: Release
    second: Release
    said: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("verden")
    early, store, out = folder / "foer", folder / "lager", folder / "udgivelse"
    bring("kontrolsager", counts_file(folder / "1.csv", BEFORE, 18), early, RECEIVED[BEFORE])
    bring("henvendelser", contacts_file(folder / "h.csv"), early, RECEIVED[BEFORE])
    with DuckDBEngine() as engine:
        held = Store.open(early)
        built = benchmark("kontrolsager").build(BuildRequest(held, engine))
    first = write_release(built, out, keep=partial(write_internal, held, rows=built.internal))
    shutil.copytree(early, store)
    bring("kontrolsager", counts_file(folder / "2.csv", LAST, 18, {**STORIES, ("707", 2): lifted}), store)
    said = run_command("build", "kontrolsager", "--store", store, "--out", out, "--previous", first.folder)
    return World(early, store, first, open_release(out.resolve()), said)


def table_rows(text: str) -> list[list[str]]:
    """The cells of the rows of printed tables."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if line.startswith("│")]


def finding(release: Release, criterion: str, kommune: str, trin: int, period: str) -> dict[str, Any]:
    found = release.table("findings").filter(
        (pl.col("criterion") == criterion) & (pl.col("kommune_kode") == kommune)
        & (pl.col("kontroltrin") == trin) & (pl.col("period") == period)
    )  # fmt: skip
    (row,) = found.to_dicts()
    return row


# --- events and counts of one truth


def month_figures(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("month_index", "celle", *FIGURES)


@pytest.mark.parametrize("opgjort_til", ["2025-03", LAST])
def test_events_and_counts_of_one_truth_have_the_same_cells(tmp_path: Path, opgjort_til: str) -> None:
    truth = synthetic.Truth(synthetic.SMALL, 11)
    rows = synthetic.aggregate(truth, opgjort_til).rename({"maaned": "period"}).with_columns(pl.lit(1).alias("orden"))
    until, index = parse_period(opgjort_til).month_index, {p: parse_period(p).month_index for p in set(rows["period"])}
    synthetic.write_events(truth, tmp_path / "e.parquet", opgjort_til)
    bring("sagshaendelser", tmp_path / "e.parquet", tmp_path / "lager")
    store = Store.open(tmp_path / "lager")
    file = EventFile(store.rows_path(store.deliveries("sagshaendelser")[0]), 1, min(index.values()), until)
    with DuckDBEngine() as engine:
        counted = build_facts(engine, counts_table(rows, {1: until}, index), [])
    with DuckDBEngine() as engine:
        told = build_facts(engine, pl.DataFrame(schema=COUNTS_SCHEMA), [file])
    assert month_figures(told.months).equals(month_figures(counted.months))
    assert month_figures(told.months)["trukket"].sum() > 1000
    assert told.windows.drop("blandet_grundlag").equals(counted.windows.drop("blandet_grundlag"))


@dataclass(frozen=True)
class Invented:
    """A small invented country as files, and stores of the counts, of the events, and of both. Read only."""

    counts: Path
    stores: Mapping[str, Path]


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Invented:
    folder = tmp_path_factory.mktemp("opfundet")
    truth = synthetic.Truth(synthetic.Size(13, LAST, 60), 3)
    counts, events = folder / "tal.csv", folder / "haendelser.parquet"
    counts.write_bytes(synthetic.as_csv(synthetic.aggregate(truth, LAST, beloeb_grundlag="ukendt")))
    synthetic.write_events(truth, events, LAST)
    stores = {name: folder / name for name in ("counts", "events", "both")}
    for name in ("counts", "both"):
        bring("kontrolsager", counts, stores[name])
    for name in ("events", "both"):
        bring("sagshaendelser", events, stores[name], RECEIVED[LAST] + timedelta(days=1))
    return Invented(counts, stores)


def built_of(store: Path) -> Built:
    with DuckDBEngine() as engine:
        return benchmark("kontrolsager").build(BuildRequest(Store.open(store), engine))


def test_events_and_counts_make_the_same_results_and_findings(invented: Invented) -> None:
    counts, events, both = (built_of(store) for store in invented.stores.values())
    for other in (events, both):
        assert counts.internal is not None
        assert other.internal is not None
        assert counts.internal.equals(other.internal)
        for name in ("results", "findings", "parts"):
            assert counts.tables[name].equals(other.tables[name]), name
    assert set(both.tables["sources"]["feed"]) == {"sagshaendelser"}  # they came a day later
    assert set(events.tables["sources"]["feed"]) == {"sagshaendelser"}


def test_a_count_that_differs_from_the_events_is_refused_and_named(
    invented: Invented, tmp_path: Path, cli: Cli
) -> None:
    store = tmp_path / "lager"
    shutil.copytree(invented.stores["events"], store)
    lines = invented.counts.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(";")
    at = next(n for n, line in enumerate(lines) if line.startswith("2026-08;751;sygedagpenge;3"))
    cells = lines[at].split(";")
    cells[columns.index("rest_brutto")] = str(int(cells[columns.index("rest_brutto")]) + 1)
    lines[at] = ";".join(cells)
    (tmp_path / "tal.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    bring("kontrolsager", tmp_path / "tal.csv", store)
    for more in ((), ("--json",)):
        outcome = cli("build", "kontrolsager", "--store", store, "--out", tmp_path / "ud", *more)
        assert outcome.code == 2
        assert "2026-08 Aarhus, sygedagpenge, trin 3: rest_brutto" in outcome.err
    assert not (tmp_path / "ud").exists()
    assert not (store / "internal").exists()


# --- the same bytes


@pytest.fixture(scope="module")
def invented_release(invented: Invented, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A store, and all that a build of it made: the release's files and those that stay inside."""
    store, out = tmp_path_factory.mktemp("en") / "lager", tmp_path_factory.mktemp("en-ud") / "ud"
    shutil.copytree(invented.stores["both"], store)
    run_command("build", "kontrolsager", "--store", store, "--out", out)
    return store, contents(out.resolve()) | contents(store / "internal")


@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"},
    ],
)
def test_neither_folder_nor_threads_nor_locale_nor_hash_order_decide(
    invented_release: tuple[Path, dict[str, bytes]], tmp_path: Path, setting: dict[str, str]
) -> None:
    store, before = tmp_path / "et andet lager", invented_release[1]
    shutil.copytree(invented_release[0], store, ignore=shutil.ignore_patterns("internal"))
    run_command("build", "kontrolsager", "--store", store, "--out", tmp_path / "igen", **setting)
    assert contents((tmp_path / "igen").resolve()) | contents(store / "internal") == before


def test_a_release_is_whole(world: World, cli: Cli) -> None:
    for release in (world.first, world.second):
        assert faults(release.folder) == []
        outcome = cli("verify", release.folder)
        assert (outcome.code, "hel og uændret" in outcome.out) == (0, True)
        assert json.loads(cli("verify", release.folder, "--json").out)["ok"] is True


# --- what is built


def test_a_release_says_what_it_is(world: World) -> None:
    manifest = world.second.manifest
    assert (manifest.benchmark, manifest.newest_period, manifest.syntetisk) == ("kontrolsager", LAST, True)
    assert manifest.periods == tuple(parse_period(LAST).shifted(-back).code for back in reversed(range(8)))
    assert [(i.feed, len(i.periods)) for i in manifest.inputs] == [
        ("henvendelser", 1), ("kontrolsager", 1), ("kontrolsager", 18),
    ]  # fmt: skip
    assert manifest.previous == world.first.id
    results = world.second.results
    assert set(results["measure"]) == set(load_rules().benchmark.measures)
    assert results["syntetisk"].all()
    assert results.height == 115 * 5 * 8 * 7


def test_a_period_is_the_last_month(world: World, tmp_path: Path, cli: Cli) -> None:
    told = ("build", "kontrolsager", "--store", world.store, "--out", tmp_path / "ud", "--period", "2026-08")
    assert cli(*told).code == 0
    release = open_release(tmp_path / "ud")
    assert release.manifest.newest_period == "2026-08"
    assert release.manifest.periods == world.second.manifest.periods[:-2]
    until = pl.col("period") <= "2026-08"
    drawn = pl.col("measure") == "trukket_andel"
    assert release.results.filter(drawn).equals(world.second.results.filter(until & drawn))
    assert release.table("findings").equals(world.second.table("findings").filter(until))


def test_what_was_known_at_the_time_is_the_release_of_the_time(world: World, tmp_path: Path, cli: Cli) -> None:
    told = ("build", "kontrolsager", "--store", world.store, "--out", tmp_path / "ud", "--known-at", "2026-10-20")
    outcome = cli(*told, "--json")
    document = json.loads(outcome.out)
    assert (outcome.code, document["release"], document["newest_period"]) == (0, world.first.id, BEFORE)
    assert document["syntetisk"] is True
    assert contents((tmp_path / "ud").resolve()) == contents(world.first.folder)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--period", "2026-01", "kræver mindst 12"),
        ("--period", "2030-01", "2030-01"),
        ("--period", "2020QMAT04", "er ikke en måned"),
        ("--period", "i går", "i går"),
        ("--known-at", "2026-01-01", "den første leverance blev modtaget 2026-10-12"),
        ("--known-at", "i går", "er ikke et tidspunkt"),
        ("--engine", "excel", "Motoren 'excel' findes ikke"),
        ("--previous", "ingen", "er ikke en udgivelse"),
    ],
)
def test_what_can_not_be_built_is_refused(
    world: World, tmp_path: Path, cli: Cli, option: str, value: str, expected: str
) -> None:
    outcome = cli("build", "kontrolsager", "--store", world.store, "--out", tmp_path / "ud", option, value)
    assert (outcome.code, expected in outcome.err, "→" in outcome.err) == (2, True, True), outcome.err
    assert not list(tmp_path.iterdir())


def test_a_release_of_another_benchmark_is_not_the_one_before(
    world: World, synthetic_release: Release, tmp_path: Path, cli: Cli
) -> None:
    for told in (
        ("build", "kontrolsager", "--store", world.store, "--out", tmp_path / "ud"),
        ("audit", world.second.folder),
    ):
        outcome = cli(*told, "--previous", synthetic_release.folder)
        assert (outcome.code, "er en udgivelse af beskaeftigelse" in outcome.err) == (2, True), outcome.err
    assert not (tmp_path / "ud").exists()


def test_a_store_with_nothing_to_count_is_refused(tmp_path: Path, cli: Cli) -> None:
    store = tmp_path / "lager"
    missing = cli("build", "kontrolsager", "--store", store, "--out", tmp_path / "ud")
    assert (missing.code, "er ikke et lager" in missing.err) == (2, True)
    bring("henvendelser", contacts_file(tmp_path / "h.csv"), store)
    empty = cli("build", "kontrolsager", "--store", store, "--out", tmp_path / "ud")
    assert (empty.code, "hverken kontrolsager eller sagshaendelser" in empty.err) == (2, True)
    assert not (tmp_path / "ud").exists()


def test_a_store_with_too_few_months_is_refused(tmp_path: Path, cli: Cli) -> None:
    lines = [
        "sag_id;kommune_kode;omraade;kontroltrin;haendelse;tidspunkt;aarsag;tilbagebetaling_kr;mindreudgift_kr;opgjort_til",
        "a;707;kontanthjaelp;2;udstillet;2025-12-01;;;;2026-10",
    ]
    (tmp_path / "e.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    bring("sagshaendelser", tmp_path / "e.csv", tmp_path / "lager")
    outcome = cli("build", "kontrolsager", "--store", tmp_path / "lager", "--out", tmp_path / "ud")
    assert (outcome.code, "Lageret har 11 måneder" in outcome.err) == (2, True)


def test_real_and_invented_figures_are_not_mixed(tmp_path: Path, cli: Cli) -> None:
    store, out = tmp_path / "lager", tmp_path / "ud"
    bring("kontrolsager", counts_file(tmp_path / "a.csv", LAST, 12, {}, mark=False), store)
    told = ("build", "kontrolsager", "--store", store, "--out", out)
    only_real = cli(*told, "--syntetisk")
    assert (only_real.code, "kun virkelige leverancer" in only_real.err) == (2, True)
    bring("henvendelser", contacts_file(tmp_path / "h.csv"), store)
    refused = cli(*told)
    assert (refused.code, "blander virkelige og opfundne" in refused.err, out.exists()) == (2, True, False)
    allowed = cli(*told, "--syntetisk")
    assert (allowed.code, "SYNTETISK" in allowed.out) == (0, True)
    release = open_release(out)
    assert release.manifest.syntetisk
    assert all(release.table(name)["syntetisk"].all() for name in ("results", "findings", "parts", "sources"))


# --- what stays inside, and for how long outcomes are public


def test_exact_results_stay_inside(world: World) -> None:
    for release, store in ((world.first, world.early), (world.second, world.store)):
        folder = store / "internal" / release.id
        path = folder / "results_internal.parquet"
        assert [p.name for p in folder.iterdir()] == [path.name]
        modes = [stat.S_IMODE(place.stat().st_mode) for place in (folder.parent, folder, path)]
        assert modes == [0o700, 0o700, 0o600]
        exact = pl.read_parquet(path)
        at = (pl.col("kommune_kode") == "482") & (pl.col("kontroltrin") == 2) & (pl.col("period") == BEFORE)
        wanted = {"oprettet_andel": 2, "effekt_andel": 1, "tilbagebetaling": 1_200_000}
        for measure, figure in wanted.items():
            own = exact.filter(at & (pl.col("measure") == measure)).to_dicts()[0]
            assert figure in (own["numerator"], own["value"])
            public = release.results.filter(at & (pl.col("measure") == measure)).to_dicts()[0]
            parts = [public[name] for name in ("value", "numerator", "denominator", "low", "high")]
            assert (public["status"], parts) == ("diskretioneret", [None] * 5)
    shelf = world.first.folder.parent
    assert not [path for path in (shelf.parent / "udgivelse").rglob("*") if "intern" in path.name]
    assert not [path for path in shelf.rglob("*") if "intern" in path.name]


def test_outcomes_are_public_for_24_month_ends(tmp_path: Path) -> None:
    bring("kontrolsager", counts_file(tmp_path / "a.csv", LAST, 37), tmp_path / "lager")
    built = built_of(tmp_path / "lager")
    months = {name: sorted(set(part["period"])) for (name,), part in built.tables["results"].group_by("measure")}
    ends = [parse_period(LAST).shifted(-back).code for back in reversed(range(26))]
    assert months.pop("trukket_andel") == ends == list(built.periods)
    assert len(months) == 6
    assert all(held == ends[-24:] for held in months.values())
    assert set(built.tables["findings"]["period"]) == set(ends)
    assert built.internal is not None
    inside = {measure: set(part["period"]) for (measure,), part in built.internal.group_by("measure")}
    assert inside == {measure: set(ends) for measure in (*months, "trukket_andel")}


# --- a redelivery


def test_a_redelivery_lists_the_findings_someone_may_have_acted_on(world: World) -> None:
    before, now = (finding(r, LOW, "707", 2, BEFORE) for r in (world.first, world.second))
    assert (before["udfald"], before["loebelaengde"], before["flag"]) == ("under_graensen", 7, [CONTACTED])
    assert (now["udfald"], now["loebelaengde"], now["flag"]) == ("ok", 0, [CONTACTED])
    told = json.loads((world.second.folder / "diff.json").read_text(encoding="utf-8"))
    changed = {
        (f["kommune_kode"], f["kontroltrin"], f["period"]): (f["before"], f["now"], f["cause"], f["acted_on"])
        for f in told["findings"]
        if f["kind"] == "ændret" and f["criterion"] == LOW and f["before"] != f["now"]
    }
    assert changed == {
        ("707", 2, "2026-07"): ("varsel", "ok", "data", True),
        ("707", 2, "2026-08"): ("under_graensen", "ok", "data", True),
        ("707", 2, "2026-09"): ("under_graensen", "ok", "data", True),
    }
    rows = table_rows(world.said)
    assert rows[0][-1] == "ja"
    assert [row for row in rows if row[0] == LOW] == [
        [LOW, "Norddjurs", "2", "2026-07", "varsel", "ok", "ja"],
        [LOW, "Norddjurs", "2", "2026-08", "under_graensen", "ok", "ja"],
        [LOW, "Norddjurs", "2", "2026-09", f"under_graensen, {CONTACTED}", f"ok, {CONTACTED}", "ja"],
    ]
    assert "Kontaktet" in world.said
    assert f"maalestok diff {world.first.folder}" in world.said


def test_the_difference_is_told_by_diff(world: World, cli: Cli) -> None:
    outcome = cli("diff", world.first.folder, world.second.folder, "--exit-code", "--limit", "500")
    assert (outcome.code, "SYNTETISK" in outcome.out) == (3, True)
    rows = [row for row in table_rows(outcome.out) if row[:2] == [LOW, "Norddjurs"]]
    assert [(row[3], row[-1]) for row in rows if row[4].startswith("under_graensen")] == [
        ("2026-08", "data"),
        ("2026-09", "data"),
    ]
    told = json.loads(cli("diff", world.first.folder, world.second.folder, "--json").out)
    moved = {(c["measure"], c["kommune_kode"]) for c in told["cells"] if c["kind"] == "ændret"}
    places = ("707", "DK042", "1082", "000")
    assert moved == {(measure, place) for measure in ("trukket_andel", "oprettet_andel") for place in places}


# --- corrections


def test_a_correction_is_applied_and_named(world: World, tmp_path: Path, cli: Cli) -> None:
    store = tmp_path / "lager"
    shutil.copytree(world.early, store)
    match = '{feed: kontrolsager, period: 2026-05, kommune_kode: "329", omraade: kontanthjaelp, kontroltrin: "3", column: trukket}'
    (tmp_path / "r.yaml").write_text(
        f'rettelser:\n  - id: tastefejl-1\n    match: {match}\n    expect: "1"\n    action: {{set: "400"}}\n'
        "    reason: Kommunens egen opgørelse siger 400 trukne sager i maj.\n    status: aktiv\n",
        encoding="utf-8",
    )
    assert cli("import", "rettelser", tmp_path / "r.yaml", "--store", store, "--received", "2026-10-20").code == 0
    outcome = cli("build", "kontrolsager", "--store", store, "--out", tmp_path / "ud", "--previous", world.first.folder)
    assert (outcome.code, "Rettelse: tastefejl-1" in outcome.out) == (0, True)
    release = open_release(tmp_path / "ud")
    (named,) = release.manifest.corrections
    assert (named.id, named.kontroltrin, named.before, named.now) == ("tastefejl-1", "3", "1", "400")
    assert finding(world.first, LOW, "329", 3, BEFORE)["udfald"] == "under_graensen"
    assert finding(release, LOW, "329", 3, BEFORE)["udfald"] == "ok"
    told = json.loads((tmp_path / "ud" / "diff.json").read_text(encoding="utf-8"))
    assert {f["cause"] for f in told["findings"]} == {"rettelse"}
    assert {c["cause"] for c in told["cells"]} == {"rettelse"}
    assert told["corrections_added"] == ["tastefejl-1"]
    shown = cli("explain", "kontrolsager", "trukket_andel", "329", BEFORE, "--release", tmp_path / "ud")
    assert (shown.code, "tastefejl-1" in shown.out, "435 af 699" in shown.out) == (0, True, True), shown.out
    other = cli("explain", "kontrolsager", "trukket_andel", "707", BEFORE, "--release", tmp_path / "ud")
    assert "tastefejl-1" not in other.out


# --- whatif


def asked(cli: Cli, release: Release, *options: str) -> dict[str, Any]:
    outcome = cli("whatif", "kontrolsager", "--release", release.folder, "--json", *options)
    assert outcome.code == 0, outcome.err
    told: dict[str, Any] = json.loads(outcome.out)
    lists = {
        name: {(c["kommune_kode"], c["kontroltrin"]) for c in told[name]} for name in ("enters", "leaves", "stays")
    }
    return told | lists


UNDER_NOW = {("665", 2), ("329", 3), ("330", 2), ("336", 2), ("350", 2), ("376", 2)}


@pytest.mark.parametrize(
    ("options", "enters", "leaves"),
    [
        ((), set(), set()),
        (("--threshold", "30", "--run-length", "6", "--variant", "mindst"), set(), set()),
        (("--threshold", "28"), set(), {("330", 2), ("336", 2)}),
        (("--threshold", "28,1"), set(), {("330", 2)}),
        (("--threshold", "30.5"), {("370", 2)}, set()),
        (("--run-length", "5"), {("340", 2)}, set()),
        (("--run-length", "7"), set(), {("350", 2)}),
        (("--variant", "mere_end"), set(), {("350", 2)}),
        (("--variant", "samlet"), {("340", 2), ("360", 2)}, set()),
        (("--threshold", "28", "--run-length", "5"), {("340", 2)}, {("330", 2), ("336", 2)}),
    ],
)
def test_who_enters_and_leaves(
    world: World, cli: Cli, options: tuple[str, ...], enters: set[tuple[str, int]], leaves: set[tuple[str, int]]
) -> None:
    told = asked(cli, world.second, *options)
    assert (told["enters"], told["leaves"]) == (enters, leaves)
    assert told["stays"] == UNDER_NOW - leaves
    assert (told["period"], told["syntetisk"]) == (LAST, True)
    assert told["now"] == {"threshold": 0.3, "run_length": 6, "variant": "mindst"}


def test_the_rule_in_force_changes_nobody_and_is_what_was_found(world: World, cli: Cli) -> None:
    for period in world.second.manifest.periods:
        told = asked(cli, world.second, "--period", period)
        findings = world.second.table("findings").filter(
            (pl.col("criterion") == LOW) & (pl.col("udfald") == "under_graensen") & (pl.col("period") == period)
        )
        assert told["enters"] == told["leaves"] == set()
        assert told["stays"] == set(findings.select("kommune_kode", "kontroltrin").iter_rows())


def test_public_figures_alone_give_the_findings(world: World) -> None:
    """Whoever judges the released figures finds what was found from the exact ones."""
    rules = load_rules()
    for release in (world.first, world.second):
        found = {}
        for track in rules.lav.tracks:
            for kommune, history in public_histories(release, track).items():
                for end, outcome in zip(
                    history, judge(history, lambda _: RunRule.of(rules.lav.versions[0])), strict=True
                ):
                    found[kommune, track.kontroltrin, end.month_index] = (
                        outcome.udfald,
                        outcome.loebelaengde,
                        set(outcome.flag),
                    )
        wanted = {
            (r["kommune_kode"], r["kontroltrin"], r["month_index"]): (
                r["udfald"],
                r["loebelaengde"],
                set(r["flag"]) - {CONTACTED},
            )
            for r in release.table("findings").filter(pl.col("criterion") == LOW).iter_rows(named=True)
        }
        assert found == wanted


def test_whatif_says_it_in_words(world: World, cli: Cli) -> None:
    outcome = cli("whatif", "kontrolsager", "--release", world.second.folder, "--threshold", "28", "--run-length", "5")
    assert outcome.code == 0
    assert "SYNTETISK · 2026-10" in outcome.out
    assert "Gældende: under 30 pct. ved mindst 6 månedsskift i træk" in outcome.out
    assert "Spurgt:   under 28 pct. ved mindst 5 månedsskift i træk" in outcome.out
    assert "Kommer på listen (1)" in outcome.out
    assert "Går af listen (2)" in outcome.out
    assert table_rows(outcome.out) == [
        ["Sorø", "2", "12,00 pct.", "12 af 100", "5", ""],
        ["Slagelse", "2", "28,99 pct.", "300 af 1.035", "0", ""],
        ["Stevns", "2", "28,00 pct.", "84 af 300", "0", ""],
    ]
    assert "Bliver på listen: 4." in outcome.out
    longer = cli("whatif", "kontrolsager", "--release", world.second.folder, "--run-length", "9")
    assert ["Guldborgsund", "2", "0,00 pct.", "0 af 5", "8", "små tal"] in table_rows(longer.out)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--threshold", "0"), "mellem 0 og 100"),
        (("--threshold", "100"), "mellem 0 og 100"),
        (("--threshold", "-3"), "mellem 0 og 100"),
        (("--threshold", "tredive"), "er ikke et tal"),
        (("--threshold", "1/0"), "er ikke et tal"),
        (("--threshold", "nan"), "er ikke et tal"),
        (("--run-length", "0"), "1-24"),
        (("--run-length", "25"), "1-24"),
        (("--variant", "hoejst"), "mindst, mere_end, samlet"),
        (("--period", "2025-01"), "2026-03 til 2026-10"),
        (("--period", "2026-11"), "2026-03 til 2026-10"),
        (("--period", "2020QMAT04"), "2020QMAT04"),
        (("--release", "ingen"), "er ikke en udgivelse"),
    ],
)
def test_nonsense_is_refused(world: World, cli: Cli, options: tuple[str, ...], expected: str) -> None:
    told = ("whatif", "kontrolsager", "--release", world.second.folder, *options)
    outcome = cli(*told)
    assert (outcome.code, expected in outcome.err, outcome.out) == (2, True, ""), outcome.err
    document = json.loads(cli(*told, "--json").out)
    assert expected in document["error"] + str(document["remedy"])


def test_whatif_asks_a_release_of_this_benchmark(synthetic_release: Release, cli: Cli) -> None:
    outcome = cli("whatif", "kontrolsager", "--release", synthetic_release.folder)
    assert (outcome.code, "er en udgivelse af beskaeftigelse; spørgsmålet gælder kontrolsager" in outcome.err) == (
        2,
        True,
    )


def test_the_other_benchmarks_questions_ask_its_own_release(world: World, cli: Cli) -> None:
    for question in (("whatif", "beskaeftigelse", "707"), ("list", "beskaeftigelse", "placering")):
        outcome = cli(*question, "--release", world.second.folder)
        assert (outcome.code, "spørgsmålet gælder beskaeftigelse" in outcome.err) == (2, True)
    assert cli("similar", "kontrolsager", "707", "--release", world.second.folder).code == 2


def test_a_list_shows_what_is_withheld_last(world: World, cli: Cli) -> None:
    told = ("list", "kontrolsager", "effekt_andel", "--omraade", "kontanthjaelp", "--kontroltrin", "2")
    rows = json.loads(cli(*told, "--json", "--release", world.second.folder).out)["rows"]
    values = [row["value"] for row in rows]
    known = [value for value in values if value is not None]
    assert values == [*sorted(known, reverse=True), *[None] * (98 - len(known))]


# --- audit and explain


def test_the_audit_finds_nothing(world: World, cli: Cli) -> None:
    alone = cli("audit", world.second.folder)
    assert (alone.code, world.second.id in alone.out) == (0, True), alone.err
    both = cli("audit", world.second.folder, "--previous", world.first.folder, "--json")
    told = json.loads(both.out)
    assert (both.code, told["ok"], told["faults"], told["previous"]) == (0, True, [], world.first.id)
    assert told["withheld"] > 0


def lines_of(cli: Cli, release: Release, *question: str) -> list[str]:
    outcome = cli("explain", "kontrolsager", *question, "--release", release.folder)
    assert outcome.code == 0, outcome.err
    return [" ".join(line.split()) for line in outcome.out.splitlines()]


MEASURES = (
    "trukket_andel",
    "oprettet_andel",
    "effekt_andel",
    "aaben_andel",
    "provenu",
    "tilbagebetaling",
    "mindreudgift",
)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_explained(world: World, cli: Cli, measure: str) -> None:
    for place, name in (("101", "København"), ("1084", "Region Hovedstaden"), ("000", "Hele landet")):
        lines = lines_of(cli, world.second, measure, place, LAST)
        rules = load_rules().measures[measure]
        assert any(
            f"{rules.title.da}: {name}, alle ydelsesområder, kontroltrin 3, oktober 2026 (2026-10)" in line
            for line in lines
        )
        assert lines[-1] == f"Udgivelse: {world.second.id}"
        assert any(line.startswith(f"Regel: {measure} version 1") for line in lines)
    told = json.loads(
        cli("explain", "kontrolsager", measure, "101", LAST, "--release", world.second.folder, "--json").out
    )
    assert told["rows"][0]["measure"] == measure
    hidden = lines_of(cli, world.second, measure, "482", LAST, "--omraade", "kontanthjaelp", "--kontroltrin", "2")
    assert any("skjult af hensyn til fortrolighed" in line for line in hidden)
    assert not any("1.200.000" in line or "1,2 mio" in line for line in hidden)


def test_a_measure_shows_its_parts_and_months(world: World, cli: Cli) -> None:
    text = " ".join(
        lines_of(cli, world.second, "trukket_andel", "665", LAST, "--omraade", "kontanthjaelp", "--kontroltrin", "2")
    )
    for expected in (
        "Værdi: 12,00 pct.",
        "Tæller og nævner: 12 af 100",
        "Skal mindst trækkes næste måned for at nå grænsen, hvis ingen nye kommer til: 19 sager",
        "kontrolsager 2025-11 til 2026-10",
        "12 måneder",
    ):
        assert expected in text, text


def test_low_draw_is_explained_with_six_month_ends(world: World, cli: Cli) -> None:
    lines = lines_of(cli, world.second, LOW, "329", LAST)
    assert "Vedvarende lav trækning: Ringsted, alle ydelsesområder, kontroltrin 3, oktober 2026 (2026-10)" in lines
    text = " ".join(lines)
    assert "Månedsskift i træk under grænsen: 8" in text
    assert "Grænse: under 30,00 pct." in text
    told = json.loads(cli("explain", "kontrolsager", LOW, "329", LAST, "--release", world.second.folder, "--json").out)
    (row,) = told["rows"]
    ends = [parse_period(LAST).shifted(-back).code for back in reversed(range(6))]
    assert [key.split("/")[-1] for key in row["evidence"]] == ends
    assert text.count("Hviler på:") == 6
    assert text.count("12,00 pct. (36 af 300)") == 6


def test_an_outcome_close_to_the_limit_shows_on_which_side_it_is(world: World, cli: Cli) -> None:
    text = " ".join(lines_of(cli, world.second, LOW, "330", LAST, "--omraade", "kontanthjaelp", "--kontroltrin", "2"))
    assert text.count("28,99 pct. (300 af 1.035)") == 6
    assert "kontaktes" in text


def test_high_draw_is_explained(world: World, cli: Cli) -> None:
    lines = lines_of(cli, world.second, HIGH, "101", LAST)
    assert any(
        "Særlig høj trækning (observationsliste): København, alle ydelsesområder, kontroltrin 3" in line
        for line in lines
    )
    text = " ".join(lines)
    assert text.count("Hviler på:") == 1
    assert "Grænse: over" in text
    assert finding(world.second, HIGH, "101", 3, LAST)["graense"] is not None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (("ukendt", "101", LAST), "intet mål eller kriterium"),
        ((LOW, "1084", LAST), "kommuner; kontroltrin 2 med --omraade kontanthjaelp"),
        ((LOW, "101", LAST, "--omraade", "sygedagpenge"), "kommuner; kontroltrin 2 med --omraade kontanthjaelp"),
        ((LOW, "101", "2025-01"), "har ikke perioden"),
        (
            ("trukket_andel", "101", LAST, "--kontroltrin", "2"),
            "kontroltrin 2 med --omraade kontanthjaelp; kontroltrin 3 med --omraade i_alt, kontanthjaelp",
        ),
    ],
)
def test_what_can_not_be_explained(world: World, cli: Cli, question: tuple[str, ...], expected: str) -> None:
    outcome = cli("explain", "kontrolsager", *question, "--release", world.second.folder)
    assert (outcome.code, expected in outcome.err) == (2, True), outcome.err
