"""The demo's municipality counts by itself: an invented extract of persons, in the same store as published editions."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.options import BRIDGE
from maalestok.beskaeftigelse.personer.synthetic import NATIONAL, Size, truth, write_denmark
from maalestok.beskaeftigelse.rules import BENCHMARK
from maalestok.beskaeftigelse.synthetic import Row
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.kommune import place_name, resolve
from maalestok.period import parse_period
from maalestok.publish.text_da import number
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.read import Release
from maalestok.release.write import write_release

COVERS = ("2019-01", "2020-10")
"""What the extract is said to cover, so that December is still to come."""
RECEIVED = datetime(2021, 1, 10, tzinfo=UTC)
EDITION, MONTH = "2020QMAT02", "2020-10"
SEED = 2020
WHOLE = 10_000
"""A share of 100 per cent in invented rows."""
ASKED = (("faktisk_antal", EDITION), ("samtale_andel", MONTH), ("samtale_andel_december", MONTH))
LINES = 9
"""Lines shown of each explanation; the rest is definitions and sources."""


def count_persons_of(
    kommune: str, edition: Sequence[Row], out: Path, before: Release, say: Callable[[str], None]
) -> Release:
    """Import an extract of one municipality's persons, build, and show what it says.

    Args:
        kommune: its name or code.
        edition: invented published rows, whose shares the invented persons are made to have.
        out: the demo's folder, with the store and the files.
        before: the release before.
        say: is told what is done.
    """
    kode, store, release = resolve(kommune).kode, out / "lager", out / "udgivelse"
    name, folder = place_name(kode), out / "leverancer"
    own = {row.omraade: row for row in edition if row.kommune == kommune}
    levels = {area: row.actual_share / WHOLE for area, row in own.items() if area != "i_alt"}
    residents = own["i_alt"].actual * WHOLE / own["i_alt"].actual_share
    held = truth(NATIONAL, SEED).filter(kommune_kode=kode)["personer"][0]
    size = Size(round(NATIONAL.persons * residents / held), (kode,))
    rows = write_denmark(folder, size, SEED, "csv", {kode: levels})
    say(f"\n8. {name} tæller selv, på sit eget udtræk af personer:")
    for feed in PERSON_FEEDS:
        path = folder / f"SYNTETISK_{feed}.csv"
        span = parse_period(COVERS[0]), parse_period(COVERS[1])
        places, said = ((kode,), f" --kommuner {kode}") if feed == "borgere" else (None, "")
        arrival = Arrival(RECEIVED, covers=span, kommuner=places)
        (report,) = import_files(benchmark(BENCHMARK).feed_kind(feed), [path], store, arrival)
        said = f"--received {RECEIVED.date()} --covers {':'.join(COVERS)}{said}"
        say(f"   maalestok import {feed} {path} --store {store} {said}")
        say(f"   {report.outcome}, {number(rows[feed])} rækker")
    say(f"   maalestok build {BENCHMARK} --store {store} --out {release} --with {BRIDGE}")
    kept = Store.open(store)
    with DuckDBEngine() as engine:
        built = benchmark(BENCHMARK).build(BuildRequest(kept, engine, options=frozenset({BRIDGE})))
        made = write_release(
            built, release, before, keep=lambda found: write_internal(kept, found, built.internal, built.inputs)
        )
    for warning in (w for w in built.warnings if "afviger fra det offentliggjorte" in w):
        say(f"   Advarsel: {warning}")
    for rule, period in ASKED:
        say(f"\n   maalestok explain {BENCHMARK} {rule} {kode} {period} --release {release}")
        answer = explain(made, benchmark(BENCHMARK).rules(), Question(rule, kode, period, "i_alt", None))
        for line in answer.lines[:LINES]:
            say(f"   {line}")
    say(f"\n   maalestok audit {release}")
    audit = benchmark(BENCHMARK).audit(made, before, lambda _: None)
    for line in (*audit.faults, *audit.lines):
        say(f"   {line}")
    say(f"   Filerne om personer fjernes til tiden: maalestok purge --store {store}")
    return made
