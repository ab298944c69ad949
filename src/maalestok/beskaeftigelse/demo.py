"""The demo: six invented editions in four layouts, one redelivered, with focus targets, steps and persons beside.

A whole country of invented persons follows in a store of its own.
"""

import math
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from maalestok.beskaeftigelse import synthetic, synthetic_fokusmaal, synthetic_vilkaar
from maalestok.beskaeftigelse.demo_danmark import show_denmark
from maalestok.beskaeftigelse.demo_personer import count_persons_of
from maalestok.beskaeftigelse.rules import BENCHMARK, load_rules
from maalestok.beskaeftigelse.whatif import Asked, whatif
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.kommune import place_name
from maalestok.listing import alike, measure_list
from maalestok.period import parse_period
from maalestok.publish.text_da import plural
from maalestok.registry import benchmark
from maalestok.release.diff import diff
from maalestok.release.read import Release
from maalestok.release.verify import faults
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
REDELIVERED = "2020QMAT04"
YEARS = (2019, 2020, 2021)
"""Calendar years of the invented conditions."""
CLIMBERS = "forskel_andel_aendring_aar"
SEED = 20210607


def run_demo(out: Path, say: Callable[[str], None]) -> tuple[Path, ...]:
    """Make everything below `out`, from nothing; returns the release that wants a site of its own."""
    files, store, release = out / "leverancer", out / "lager", out / "udgivelse"
    for old in (files, store, out / "udgivelse.releases"):
        shutil.rmtree(old, ignore_errors=True)
    release.unlink(missing_ok=True)
    files.mkdir(parents=True)
    say("Målestok viser benchmarken beskaeftigelse på opfundne tal (SYNTETISK).")
    made = synthetic.editions(PERIODS, SEED)
    say("\n1. Indlæs seks udgaver i fire formater:")
    for (period, rows), (suffix, write) in zip(made.items(), LAYOUTS, strict=True):
        path = files / f"SYNTETISK_{period}.{suffix}"
        path.write_bytes(write(rows))
        _import(path, store, _month_after(period), say)
    conditions = files / "SYNTETISK_rammevilkaar.csv"
    conditions.write_bytes(synthetic_vilkaar.as_csv(YEARS, SEED))
    _import(conditions, store, _month_after(PERIODS[-1]), say, "rammevilkaar")
    shares = files / "SYNTETISK_fokusmaal.csv"
    shares.write_bytes(synthetic_fokusmaal.as_csv(synthetic_fokusmaal.months(made, SEED)))
    _import(shares, store, _month_after(PERIODS[-1]), say, "fokusmaal")
    say(f"\n2. Byg en udgivelse:\n   maalestok build {BENCHMARK} --store {store} --out {release}")
    first = _build(store, release, None)
    say(f"   {first.id}: {len(first.results)} tal")

    flips = _just_met(made[REDELIVERED])
    again = files / f"SYNTETISK_{REDELIVERED}_genudsendt.csv"
    again.write_bytes(
        synthetic.as_csv(synthetic.revised(made[REDELIVERED], flips.kommune, "sygedagpenge", _enough(flips)))
    )
    say(f"\n3. {REDELIVERED} genudsendes med flere sygedagpengemodtagere i {flips.kommune}:")
    _import(again, store, _month_after(PERIODS[-1]).replace(day=2), say)
    say(f"   maalestok build {BENCHMARK} --store {store} --out {release} --previous {first.folder}")
    second = _build(store, release, first)

    say(f"\n4. Hvad ændrede det?\n   maalestok diff {first.folder} {release}")
    changes = diff(first, second)
    for name, count in changes.counts().items():
        say(f"   {count} tal: {name}")
    for finding in (f for f in changes.findings if f.before != f.now):
        say(f"   {finding.criterion} {finding.kommune_kode} {finding.period}: {finding.before} -> {finding.now}")

    rules = benchmark(BENCHMARK).rules()
    for rule in ("placering", "placering_aendring", "resultatmaal"):
        asked = f"{rule} {flips.kommune} {REDELIVERED}"
        say(f"\n5. Forklar: maalestok explain {BENCHMARK} {asked} --release {release}")
        for line in explain(second, rules, Question(rule, flips.kommune, REDELIVERED, "i_alt", None)).lines:
            say(f"   {line}")
    third = _supervised(files, store, second, say)
    _asked(third, flips.kommune, release, say)
    last = count_persons_of(flips.kommune, made[REDELIVERED], out, third, say)
    country = show_denmark(out, say)
    say(f"\n10. Efterprøv: maalestok verify {release}\n   {'; '.join(faults(last.folder)) or 'hel og uændret'}")
    say(f"\nSe udgivelsen i {release}:")
    say(f"   {BENCHMARK}.xlsx, csv/, jsonstat/, results.parquet, diff.json, release.json")
    say(f"Det opfundne land er i {country}, for sig selv: dets tal er andre end de offentliggjorte ovenfor.")
    return (country,)


def _supervised(files: Path, store: Path, before: Release, say: Callable[[str], None]) -> Release:
    """A municipality that the figures show as taken in: why, and how far it has come."""
    taken_in = before.table("findings").filter(pl.col("criterion") == "skaerpet_tilsyn", pl.col("udfald") == "omfattet")
    kommune, period = taken_in.select("kommune_kode", "period").row(0)
    release = before.folder.parent.with_suffix("")
    path, received = files / "SYNTETISK_tilsynsskridt.csv", _month_after(PERIODS[-1]).replace(day=3)
    path.write_bytes(synthetic_fokusmaal.steps_csv(synthetic_fokusmaal.steps(kommune, period, received.date())))
    counted = plural(len(taken_in), "gang", "gange")
    say(f"\n6. {counted} er en kommune efter tallene omfattet af skærpet tilsyn. {place_name(kommune)} er udpeget:")
    _import(path, store, received, say, "tilsynsskridt")
    say(f"   maalestok build {BENCHMARK} --store {store} --out {release} --previous {before.folder}")
    built = _build(store, release, before)
    for rule in ("skaerpet_tilsyn", "tilsynsforloeb"):
        say(f"\n   maalestok explain {BENCHMARK} {rule} {kommune} {period} --release {release}")
        answer = explain(built, benchmark(BENCHMARK).rules(), Question(rule, kommune, period, "i_alt", None))
        for line in answer.lines:
            say(f"   {line}")
    return built


def _asked(release: Release, kommune: str, folder: Path, say: Callable[[str], None]) -> None:
    """What a manager asks next."""
    rules = load_rules()
    say("\n7. Hvad nu hvis, hvem ligner den, og hvem har forbedret sig mest?")
    say(f"   maalestok whatif {BENCHMARK} {kommune} --fewer 20 --period {REDELIVERED} --release {folder}")
    for area in whatif(release, rules, Asked(kommune, 20, "i_alt", REDELIVERED)).areas:
        for word, s in (("offentliggjort", area.now), ("med 20 færre", area.then)):
            say(f"   {word}: nr. {s.place} (interval nr. {s.places[0]}-{s.places[1]})")
    say(f"   maalestok similar {BENCHMARK} {kommune} {REDELIVERED} --release {folder}")
    for near in alike(release, rules, kommune, REDELIVERED):
        if near.rows[0]["omraade"] == "i_alt":
            say(f"   {near.title}: {', '.join(cells[1] for cells in near.cells[:5])} ...")
    say(f"   maalestok list {BENCHMARK} {CLIMBERS} --top 5 --release {folder}")
    for cells in measure_list(release, rules, CLIMBERS, None, "i_alt", None).cells[:5]:
        say(f"   {'. '.join(cells[:2])}: {cells[2]}")


def _just_met(rows: list[synthetic.Row]) -> synthetic.Row:
    """The municipality closest to missing the result target that still meets it."""
    met = [row for row in rows if row.omraade == "i_alt" and row.difference_share <= 0 and row.expected >= 500]
    return max(met, key=lambda row: row.difference_share)


def _enough(row: synthetic.Row) -> int:
    """Persons that lift the share difference over the limit."""
    per_person = row.expected_share / row.expected
    return math.ceil((3 - row.difference_share) / per_person / 10) * 10


def _month_after(period: str) -> datetime:
    """An invented reception day: the first of the sixth month after the period."""
    later = parse_period(period).shifted(6)
    return datetime(later.year, later.month, 1, tzinfo=UTC)


def _import(path: Path, store: Path, received: datetime, say: Callable[[str], None], feed: str = "y30r21") -> None:
    report = import_files(benchmark(BENCHMARK).feed_kind(feed), [path], store, Arrival(received))[0]
    changed = f", {len(report.changes)} celler ændret" if report.compared_with else ""
    say(f"   maalestok import {feed} {path} --store {store} --received {received.date()}")
    say(f"   {report.outcome}, {report.rows} rækker ({report.layout}){changed}")


def _build(store: Path, out: Path, previous: Release | None) -> Release:
    with DuckDBEngine() as engine:
        built = benchmark(BENCHMARK).build(BuildRequest(Store.open(store), engine))
        return write_release(built, out, previous)
