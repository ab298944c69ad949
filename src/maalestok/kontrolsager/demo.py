"""The demo: a small invented country through import, build, a redelivery, diff, whatif, explain and audit."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path

import polars as pl

from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.kommune import place_name
from maalestok.kontrolsager import synthetic
from maalestok.kontrolsager.rules import BENCHMARK, LAV, load_rules
from maalestok.kontrolsager.whatif import Asked, whatif
from maalestok.registry import benchmark
from maalestok.release.causes import UDGAVE
from maalestok.release.diff import diff
from maalestok.release.internal import write_internal
from maalestok.release.read import Release
from maalestok.release.verify import faults
from maalestok.release.write import write_release

SEED = 20261101
SIZE = synthetic.Size(months=26, last="2026-10", cases_per_month=15_000)
FIRST, SECOND = "2026-09", "2026-10"
RECEIVED = {FIRST: datetime(2026, 10, 12, tzinfo=UTC), SECOND: datetime(2026, 11, 10, tzinfo=UTC)}
KOMMUNE, TRIN, LATE_MONTH = "707", 2, "2026-06"
"""The recipe lets this municipality stop drawing on kontroltrin 2; the redelivery says it drew after all."""
RESTATED = 18


def run_demo(out: Path, say: Callable[[str], None]) -> None:
    """Make everything below `out`, from nothing."""
    files, store, release = out / "leverancer", out / "lager", out / "udgivelse"
    for old in (files, store, out / "udgivelse.releases"):
        shutil.rmtree(old, ignore_errors=True)
    release.unlink(missing_ok=True)
    files.mkdir(parents=True)
    truth = synthetic.Truth(SIZE, SEED)
    say(f"Målestok viser benchmarken {BENCHMARK} på opfundne tal (SYNTETISK).")
    (files / "SYNTETISK_opskrift.txt").write_text(synthetic.RECIPE_DA, encoding="utf-8")

    say("\n1. Indlæs optalte tal, de hændelser, de er talt af, og hvad der er sagt:")
    counts = files / f"SYNTETISK_kontrolsager_{FIRST}.csv"
    counts.write_bytes(synthetic.as_csv(synthetic.aggregate(truth, FIRST, beloeb_grundlag="ukendt")))
    events = files / f"SYNTETISK_sagshaendelser_{FIRST}.parquet"
    synthetic.write_events(truth, events, FIRST)
    contacts = files / "SYNTETISK_henvendelser.csv"
    contacts.write_bytes(synthetic.contacts(truth, FIRST))
    for feed, path in (("kontrolsager", counts), ("sagshaendelser", events), ("henvendelser", contacts)):
        _import(feed, path, store, RECEIVED[FIRST], say)
    say(f"\n2. Byg en udgivelse:\n   maalestok build {BENCHMARK} --store {store} --out {release}")
    first = _build(store, release, None, say)

    again = files / f"SYNTETISK_kontrolsager_{SECOND}.parquet"
    restated = synthetic.aggregate(truth, SECOND, months=RESTATED, beloeb_grundlag="ukendt")
    again.write_bytes(synthetic.as_parquet(_drawn_late(restated)))
    say(f"\n3. Måneden efter kommer {RESTATED} måneder igen; {place_name(KOMMUNE)} viser sig at have trukket sager:")
    _import("kontrolsager", again, store, RECEIVED[SECOND], say)
    say(f"   maalestok build {BENCHMARK} --store {store} --out {release} --previous {first.folder}")
    second = _build(store, release, first, say)

    say(f"\n4. Hvad ændrede det?\n   maalestok diff {first.folder} {release}")
    changes = diff(first, second)
    for name, count in changes.counts().items():
        say(f"   {count} tal: {name}")
    for finding in changes.findings:
        if finding.criterion == LAV and finding.cause != UDGAVE and finding.before != finding.now:
            acted = " (kontaktet)" if finding.acted_on else ""
            where = f"{place_name(finding.kommune_kode)}, kontroltrin {finding.kontroltrin}, {finding.period}"
            say(f"   {finding.criterion} {where}: {finding.before} -> {finding.now}{acted}")

    say("\n5. Hvem kommer og går ved en anden grænse?")
    say(f"   maalestok whatif {BENCHMARK} --threshold 28 --run-length 5 --release {release}")
    answer = whatif(second, load_rules(), Asked(Fraction(28), 5))
    for word, cases in (("kommer på", answer.enters), ("går af", answer.leaves), ("bliver på", answer.stays)):
        named = ", ".join(f"{case.kommune} (trin {case.kontroltrin}: {case.share} pct.)" for case in cases)
        say(f"   {word} listen: {named or 'ingen'}")

    case = (answer.stays or answer.leaves or answer.enters)[0]
    asked = f"{LAV} {case.kommune} {SECOND} --omraade {case.omraade} --kontroltrin {case.kontroltrin}"
    say(f"\n6. Forklar: maalestok explain {BENCHMARK} {asked} --release {release}")
    question = Question(LAV, case.kommune, SECOND, case.omraade, case.kontroltrin)
    for line in explain(second, benchmark(BENCHMARK).rules(), question).lines:
        say(f"   {line}")
    say(f"\n7. Efterprøv: maalestok verify {release}\n   {'; '.join(faults(second.folder)) or 'hel og uændret'}")
    say(f"   maalestok audit {release} --previous {first.folder}")
    for text in benchmark(BENCHMARK).audit(second, first, lambda _: None).lines:
        say(f"   {text}")
    say(f"\nSe udgivelsen i {release}:")
    say(f"   {BENCHMARK}.xlsx, csv/, jsonstat/, results.parquet, findings.parquet, diff.json, release.json")


def _drawn_late(rows: pl.DataFrame) -> pl.DataFrame:
    """Nearly all that is left was drawn months ago."""
    cell = (pl.col("kommune_kode") == KOMMUNE) & (pl.col("kontroltrin") == TRIN) & (pl.col("maaned") >= LATE_MONTH)
    least = int(rows.filter(cell).select(pl.min("rest_brutto")).item())
    return synthetic.drawn_after_all(rows, KOMMUNE, "kontanthjaelp", TRIN, LATE_MONTH, least)


def _import(feed: str, path: Path, store: Path, received: datetime, say: Callable[[str], None]) -> None:
    report = import_files(benchmark(BENCHMARK).feed_kind(feed), [path], store, Arrival(received))[0]
    changed = f", {len(report.changes)} celler ændret" if report.compared_with else ""
    say(f"   maalestok import {feed} {path} --store {store} --received {received.date()}")
    say(f"   {report.outcome}, {report.rows} rækker ({report.layout}){changed}")


def _build(store: Path, out: Path, previous: Release | None, say: Callable[[str], None]) -> Release:
    held = Store.open(store)
    with DuckDBEngine() as engine:
        built = benchmark(BENCHMARK).build(BuildRequest(held, engine, previous=previous))
    keep = partial(write_internal, held, rows=built.internal, inputs=built.inputs)
    made = write_release(built, out, previous, keep=keep)
    say(f"   {made.id}: {len(made.results)} tal")
    for text in (*built.warnings, *built.notes):
        say(f"   {text}")
    return made
