"""Fixtures: the published data where it is at hand, stores and releases made once, the command line in process."""

import os
import pickle
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from maalestok.beskaeftigelse import synthetic, synthetic_fokusmaal
from maalestok.build import BuildRequest
from maalestok.cli.main import main
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kontrolsager import synthetic as cases
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.read import Release, open_release
from maalestok.release.write import write_release

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("MAALESTOK_SHARED_DATA", ROOT.parent / "shared" / "data"))
REAL_EDITIONS = ("2020QMAT02", "2020QMAT04", "2021QMAT02")
RECEIVED = datetime(2022, 12, 1, 12, tzinfo=UTC)
CASES_RECEIVED = datetime(2026, 11, 10, tzinfo=UTC)
PERIODS = ("2020QMAT02", "2020QMAT04")


UNTRACED = re.compile(
    r"tests/(golden|docs|architecture)/|tests/reference/test_read_documents|tests/unit/test_(aarsnotat|charts|cli|deliveries"
    r"|documents|engines|henvendelse|jobindsats|kontrolsager_(build|feeds|malformed|privacy|synthetic)|malformed|open_data"
    r"|personer_(feeds|privacy|synthetic)|purge|dream|statbank|site_personer"
    r"|release|site|site_documents)\.py"
)
"""Tests that go through the whole program: they run without coverage, which would cost half their time again. The gate
(tests/coverage_gate.py) says if a deciding module is no longer covered by the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell pytest-cov which tests it need not follow."""
    for item in items:
        if UNTRACED.match(item.path.relative_to(ROOT).as_posix()):
            item.add_marker(pytest.mark.no_cover)


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line in this process: arguments in, exit code and texts out."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["maalestok", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published figures."""
    if not SHARED.is_dir():
        pytest.skip("the published figures (shared/data) are not at hand on this machine")
    return SHARED


@pytest.fixture(scope="session")
def rows() -> dict[str, list[synthetic.Row]]:
    """Two invented editions."""
    return synthetic.editions(PERIODS, seed=7)


@pytest.fixture
def edition(tmp_path: Path, rows: dict[str, list[synthetic.Row]]) -> Path:
    """One invented edition as a v2 CSV file."""
    path = tmp_path / "udgave.csv"
    path.write_bytes(synthetic.as_csv(rows["2020QMAT04"]))
    return path


def bring(
    paths: list[Path], store: Path, feed: str = "y30r21", received: datetime = RECEIVED, syntetisk: bool = False
) -> None:
    """Import files that must be accepted."""
    arrival = Arrival(received, syntetisk=syntetisk)
    reports = import_files(benchmark("beskaeftigelse").feed_kind(feed), paths, store, arrival)
    assert all(r.outcome == "modtaget" for r in reports), [i.message for r in reports for i in r.issues]


def make_release(store: Path, out: Path, period: str | None = None, previous: Release | None = None) -> Release:
    """Build a release from a store."""
    with DuckDBEngine() as engine:
        built = benchmark("beskaeftigelse").build(BuildRequest(Store.open(store), engine, period))
        return write_release(built, out, previous)


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], list[Path]]) -> list[Path]:
    """What `make` makes in a folder, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    with FileLock(f"{folder}.lock"):
        done = folder / "lavet.pickle"
        if not done.is_file():
            folder.mkdir(exist_ok=True)
            done.write_bytes(pickle.dumps(make(folder)))
    held: list[Path] = pickle.loads(done.read_bytes())  # noqa: S301  # written above
    return held


@pytest.fixture(scope="session")
def synthetic_store(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, list[synthetic.Row]]) -> Path:
    """A store with two invented editions. Read only."""

    def make(folder: Path) -> list[Path]:
        files = [folder / f"{period}.csv" for period in rows]
        for path, part in zip(files, rows.values(), strict=True):
            path.write_bytes(synthetic.as_csv(part))
        bring(files, folder / "lager")
        return [folder / "lager"]

    return once(tmp_path_factory, "syntetisk", make)[0]


@pytest.fixture(scope="session")
def synthetic_release(tmp_path_factory: pytest.TempPathFactory, synthetic_store: Path) -> Release:
    """A release of two invented editions. Read only."""
    made = once(tmp_path_factory, "udgivet", lambda folder: [make_release(synthetic_store, folder / "ud").folder])
    return open_release(made[0])


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """A store with the three published editions. Read only."""

    def make(folder: Path) -> list[Path]:
        bring([shared_data / "y30r21" / f"{code}.csv" for code in REAL_EDITIONS], folder / "lager")
        return [folder / "lager"]

    return once(tmp_path_factory, "virkelig", make)[0]


@pytest.fixture(scope="session")
def real_release(tmp_path_factory: pytest.TempPathFactory, real_store: Path) -> Release:
    """A release of the three published editions. Read only."""
    made = once(tmp_path_factory, "virkelig-ud", lambda folder: [make_release(real_store, folder / "ud").folder])
    return open_release(made[0])


@pytest.fixture(scope="session")
def cases_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of invented control cases in which some municipalities meet the criterion. Read only."""
    return open_release(once(tmp_path_factory, "sager", _cases)[0])


def _cases(folder: Path) -> list[Path]:
    truth, path = cases.Truth(cases.Size(18, "2026-10", 1_500), 20210607), folder / "sager.csv"
    path.write_bytes(cases.as_csv(cases.aggregate(truth, "2026-10", beloeb_grundlag="ukendt")))
    kind = benchmark("kontrolsager").feed_kind("kontrolsager")
    (report,) = import_files(kind, [path], folder / "lager", Arrival(CASES_RECEIVED))
    assert report.outcome == "modtaget"
    store = Store.open(folder / "lager")
    with DuckDBEngine() as engine:
        built = benchmark("kontrolsager").build(BuildRequest(store, engine))
    keep = partial(write_internal, store, rows=built.internal)
    return [write_release(built, folder / "ud", None, keep=keep).folder]


@pytest.fixture(scope="session")
def supervised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, str, str]:
    """Invented editions with focus targets, and a municipality that is taken in and some steps on its way."""
    release = open_release(once(tmp_path_factory, "tilsyn", _supervised)[0])
    (course,) = release.table("findings").filter(criterion="tilsynsforloeb").iter_rows(named=True)
    return release, course["kommune_kode"], course["period"]


def _supervised(folder: Path) -> list[Path]:
    made, store = synthetic.editions(("2020QMAT02", "2020QMAT04"), 20210607), folder / "lager"
    for period, rows in made.items():
        path = folder / f"{period}.csv"
        path.write_bytes(synthetic.as_csv(rows))
        bring([path], store)
    shares = folder / "fokusmaal.csv"
    shares.write_bytes(synthetic_fokusmaal.as_csv(synthetic_fokusmaal.months(made, 20210607)))
    bring([shares], store, "fokusmaal")
    first = make_release(store, folder / "ud")
    taken = first.table("findings").filter(criterion="skaerpet_tilsyn", udfald="omfattet").sort("kommune_kode")
    kommune, period = taken.select("kommune_kode", "period").row(0)
    steps = folder / "skridt.csv"
    steps.write_bytes(synthetic_fokusmaal.steps_csv(synthetic_fokusmaal.steps(kommune, period, RECEIVED.date())))
    bring([steps], store, "tilsynsskridt")
    return [make_release(store, folder / "ud").folder]
