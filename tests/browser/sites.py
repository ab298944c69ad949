"""Sites for the tests: invented figures with everything on, and published editions beside invented control cases."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import model_releases
from conftest import make_release
from maalestok.beskaeftigelse import synthetic, synthetic_fokusmaal, synthetic_vilkaar
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kontrolsager import synthetic as cases
from maalestok.publish.documents import aarsnotat
from maalestok.publish.documents.write import Order, add_to_list, shown, write_all, write_one
from maalestok.publish.site.build import build_site
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.read import Release
from maalestok.release.write import write_release

PERIODS = ("2020QMAT02", "2020QMAT04", "2021QMAT02", "2021QMAT04")
YEARS = (2019, 2020, 2021)
SEED = 20210607
SIZE = cases.Size(months=16, last="2026-10", cases_per_month=6_000)
RECEIVED = datetime(2026, 11, 10, tzinfo=UTC)
BASE_URL = "https://maalestok.example/"


def _bring(name: str, feed: str, path: Path, content: bytes, store: Path, received: datetime = RECEIVED) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (report,) = import_files(benchmark(name).feed_kind(feed), [path], store, Arrival(received))
    assert report.outcome == "modtaget", [issue.message for issue in report.issues]


def beskaeftigelse(folder: Path) -> Release:
    """Four invented editions with conditions, persons, focus targets and a course of supervision."""
    store, files = folder / "lager", folder / "leverancer"
    made = synthetic.editions(PERIODS, SEED)
    for period, rows in made.items():
        _bring("beskaeftigelse", "y30r21", files / f"{period}.csv", synthetic.as_csv(rows), store)
    conditions = synthetic_vilkaar.as_csv(YEARS, SEED)
    _bring("beskaeftigelse", "rammevilkaar", files / "rammevilkaar.csv", conditions, store)
    model_releases.take_in_denmark(files, store, received=RECEIVED)
    shares = synthetic_fokusmaal.as_csv(synthetic_fokusmaal.months(made, SEED))
    _bring("beskaeftigelse", "fokusmaal", files / "fokusmaal.csv", shares, store)
    first = make_release(store, folder / "ud")
    found = first.table("findings").filter(criterion="skaerpet_tilsyn", udfald="omfattet")
    kommune, period = found.select("kommune_kode", "period").row(0)
    steps = synthetic_fokusmaal.steps_csv(synthetic_fokusmaal.steps(kommune, period, RECEIVED.date()))
    _bring("beskaeftigelse", "tilsynsskridt", files / "skridt.csv", steps, store)
    return make_release(store, folder / "ud", previous=first)


def kontrolsager(folder: Path) -> list[Release]:
    """Two releases of invented control cases, a month apart; the later one restates months."""
    store, files, out = folder / "lager", folder / "leverancer", folder / "ud"
    truth = cases.Truth(SIZE, SEED)
    made: list[Release] = []
    for month in ("2026-09", "2026-10"):
        received = RECEIVED if month == "2026-10" else datetime(2026, 10, 12, tzinfo=UTC)
        rows = cases.aggregate(truth, month, beloeb_grundlag="ukendt")
        _bring("kontrolsager", "kontrolsager", files / f"{month}.csv", cases.as_csv(rows), store, received)
        if not made:
            _bring("kontrolsager", "henvendelser", files / "h.csv", cases.contacts(truth, month), store, received)
        held = Store.open(store)
        previous = made[-1] if made else None
        with DuckDBEngine() as engine:
            built = benchmark("kontrolsager").build(BuildRequest(held, engine, previous=previous))
        keep = partial(write_internal, held, rows=built.internal)
        made.append(write_release(built, out, previous, keep=keep))
    return made


def site(releases: list[Release], out: Path, *, mixed: bool = False, documents: Path | None = None) -> Path:
    """A site of them."""
    build_site(releases, out, BASE_URL, allow_mixed=mixed, documents=documents)
    return out


def documents(releases: list[Release], folder: Path) -> Path:
    """Two municipalities' briefings of the newest edition, and the yearly report."""
    newest = {release.manifest.benchmark: release for release in releases}
    jobs = newest["beskaeftigelse"]
    orders = [Order("beskaeftigelse", "orientering", jobs.folder, kode, None, "fuld") for kode in ("707", "101")]
    write_all(orders, folder, ["docx", "pdf", "html"], workers=1)
    report = aarsnotat.document({name: shown(name, release.folder) for name, release in newest.items()}, {})
    for form in ("pdf", "html"):
        path = folder / f"aarsnotat.{form}"
        write_one(report, path)
        add_to_list(report, path)
    return folder
