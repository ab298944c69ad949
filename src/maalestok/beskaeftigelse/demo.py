"""The demo: six invented editions in four layouts, one of them redelivered, through import, build, diff and explain."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from maalestok.beskaeftigelse import synthetic
from maalestok.beskaeftigelse.rules import BENCHMARK
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.period import parse_period
from maalestok.registry import benchmark
from maalestok.release.diff import diff
from maalestok.release.read import Release
from maalestok.release.write import write_release

PERIODS = ("2019QMAT04", "2020QMAT02", "2020QMAT04", "2021QMAT02", "2021QMAT04", "2022QMAT02")
LAYOUTS = (
    ("csv", synthetic.as_csv),
    ("json", synthetic.as_json_v2),
    ("csv", synthetic.as_csv),
    ("json", synthetic.as_json_v3),
    ("csv", synthetic.as_csv),
    ("xlsx", synthetic.as_xlsx),
)
REDELIVERED = "2021QMAT02"
SEED = 20210607


def run_demo(out: Path, say: Callable[[str], None]) -> None:
    """Make everything below `out`, from nothing."""
    files, store_path, release_path = out / "leverancer", out / "lager", out / "udgivelse"
    for old in (files, store_path, out / "udgivelse.releases"):
        shutil.rmtree(old, ignore_errors=True)
    release_path.unlink(missing_ok=True)
    files.mkdir(parents=True)
    say("Målestok viser benchmarken beskaeftigelse på opfundne tal (SYNTETISK).\n")
    made = synthetic.editions(PERIODS, SEED)
    paths = {}
    for (period, rows), (suffix, write) in zip(made.items(), LAYOUTS, strict=True):
        paths[period] = files / f"SYNTETISK_{period}.{suffix}"
        paths[period].write_bytes(write(rows))
    redelivered = files / f"SYNTETISK_{REDELIVERED}_genudsendt.csv"
    redelivered.write_bytes(synthetic.as_csv(synthetic.editions(PERIODS, SEED + 1)[REDELIVERED]))

    say(f"1. Indlæs seks udgaver og en genudsendelse: maalestok import y30r21 {files}/* --store {store_path}")
    for period in PERIODS:
        _import(paths[period], store_path, _month_after(period), say)
    first = _build(store_path, release_path, None)
    say(f"\n2. Byg: maalestok build {BENCHMARK} --store {store_path} --out {release_path}\n   {first.id}")
    _import(redelivered, store_path, _month_after(PERIODS[-1]).replace(day=2), say)
    second = _build(store_path, release_path, first)
    say(f"   {second.id}")

    changes = diff(first, second)
    say(f"\n3. Hvad ændrede genudsendelsen? maalestok diff {first.folder} {second.folder}")
    for name, count in changes.counts().items():
        say(f"   {count} celler: {name}")
    say(f"   {len(changes.findings)} vurderinger skiftede udfald")

    say(f"\n4. Forklar et tal: maalestok explain {BENCHMARK} placering 707 2020QMAT04 --release {release_path}")
    rules = benchmark(BENCHMARK).rules()
    for line in explain(second, rules, Question("placering", "707", "2020QMAT04", "i_alt", None)).lines:
        say(f"   {line}")
    say(f"\nSe udgivelsen i {release_path}: {BENCHMARK}.xlsx, csv/, jsonstat/, results.parquet, release.json")


def _month_after(period: str) -> datetime:
    """An invented reception day: the first of the sixth month after the period."""
    later = parse_period(period).shifted(6)
    return datetime(later.year, later.month, 1, tzinfo=UTC)


def _import(path: Path, store: Path, received: datetime, say: Callable[[str], None]) -> None:
    report = import_files(benchmark(BENCHMARK).feed_kind("y30r21"), [path], store, Arrival(received))[0]
    changed = f", {len(report.changes)} celler ændret" if report.compared_with else ""
    say(f"   {path.name}: {report.outcome}, {report.rows} rækker ({report.layout}){changed}")


def _build(store: Path, out: Path, previous: Release | None) -> Release:
    with DuckDBEngine() as engine:
        built = benchmark(BENCHMARK).build(BuildRequest(Store.open(store), engine))
        return write_release(built, out, previous)
