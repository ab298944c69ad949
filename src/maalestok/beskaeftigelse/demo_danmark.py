"""The demo's whole country of persons: what the model expects of 98 municipalities, held against what was planted."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import polars as pl

from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import Size, truth, write_denmark
from maalestok.beskaeftigelse.rules import BENCHMARK, load_rules
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.kommune import kommuner
from maalestok.period import parse_period
from maalestok.publish.text_da import number, plural
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.write import write_release

FOLDER = "syntetisk_danmark"
SIZE = Size(200_000)
"""Large enough for intervals narrower than what was planted, small enough to be quick."""
SEED = 2026
COVERS = ("2019-01", "2019-12")
YEAR = "2019QMAT04"
RECEIVED = datetime(2021, 1, 10, tzinfo=UTC)
"""After the last year of the conditions, 2020."""
CONDITIONS = "rammevilkaar"
ASKED = "461"
"""Odense: large, with neighbours in its commuting area."""
QUALITY = (
    ("r2_personer", "mellem personer"),
    ("r2_kommuner", "mellem kommuner"),
    ("r2_uden_kommunen", "mellem kommuner, når hver er regnet uden sine egne tal"),
)


@dataclass(frozen=True)
class Held:
    """Of an area: how many municipalities are shown, and how many of the 95 % intervals hold what was planted."""

    omraade: str
    shown: int
    differences: int
    places: int


def show_denmark(out: Path, say: Callable[[str], None]) -> Path:
    """Make an invented country in a store of its own, build a release, and compare; returns the release.

    It is apart from the demo's published editions, which are of other invented numbers.

    Args:
        out: the demo's folder.
        say: is told what is done.
    """
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    store, release = folder / "lager", folder / "udgivelse"
    say(f"\n9. Hvad kan forventes af en kommune? Et helt opfundet land med {number(SIZE.persons)} personer:")
    rows = write_denmark(folder / "leverancer", SIZE, SEED)
    _import_all(folder / "leverancer", store, rows, say)
    say(f"   maalestok build {BENCHMARK} --store {store} --out {release}")
    kept = Store.open(store)
    with DuckDBEngine() as engine:
        built = benchmark(BENCHMARK).build(BuildRequest(kept, engine))
        made = write_release(
            built, release, None, keep=lambda found: write_internal(kept, found, built.internal, built.inputs)
        )
    say(f"   {made.id}: {number(len(made.results))} tal")
    _say_quality(made.table("models"), say)
    say(f"\n   maalestok explain {BENCHMARK} forventet_andel {ASKED} {YEAR} --release {release}")
    answer = explain(made, benchmark(BENCHMARK).rules(), Question("forventet_andel", ASKED, YEAR, "i_alt", None))
    for line in takewhile(lambda text: not text.startswith("Definition"), answer.lines):
        say(f"   {line}")
    _say_held(held(made.results, planted(truth(SIZE, SEED), load_rules().benchmark.total)), say)
    return release


def _import_all(files: Path, store: Path, rows: Mapping[str, int], say: Callable[[str], None]) -> None:
    codes = tuple(k.kode for k in kommuner())
    span = parse_period(COVERS[0]), parse_period(COVERS[1])
    for feed in PERSON_FEEDS:
        path = files / f"SYNTETISK_{feed}.parquet"
        places, said = (
            (codes, f" --kommuner {codes[0]},{codes[1]},...,{codes[-1]}") if feed == "borgere" else (None, "")
        )
        import_files(
            benchmark(BENCHMARK).feed_kind(feed), [path], store, Arrival(RECEIVED, covers=span, kommuner=places)
        )
        dated = f"--received {RECEIVED.date()} --covers {':'.join(COVERS)}"
        say(f"   maalestok import {feed} {path} --store {store} {dated}{said}")
        say(f"   {number(rows[feed])} rækker")
    path = files / f"SYNTETISK_{CONDITIONS}.csv"
    (report,) = import_files(benchmark(BENCHMARK).feed_kind(CONDITIONS), [path], store, Arrival(RECEIVED))
    say(f"   maalestok import {CONDITIONS} {path} --store {store} --received {RECEIVED.date()}")
    say(f"   {report.rows} rækker: arbejdsmarkedet i kommunerne og deres pendlingsområder")


def _say_quality(models: pl.DataFrame, say: Callable[[str], None]) -> None:
    """The model's R2, as the release has it."""
    of_year = models.filter(pl.col("period") == YEAR, pl.col("se").is_null())
    say("   Modellens forklaringsgrad (R2) i udgivelsens models.parquet; under 0 rammer landets gennemsnit bedre:")
    for term, told in QUALITY:
        found = dict(of_year.filter(pl.col("term") == term).select("omraade", "estimate").iter_rows())
        say(f"   {told}: {', '.join(f'{title} {number(found[area], 3)}' for area, title in _areas().items())}")


def _say_held(found: Sequence[Held], say: Callable[[str], None]) -> None:
    """How often the intervals hold the truth, in words."""
    say("\n   Landet er opfundet, så sandheden er kendt (SYNTETISK_sandhed.csv).")
    say("   Den ligger i 95-procents-intervallerne, hvor afrunding er regnet med:")
    by_area = {each.omraade: each for each in found}
    for area, title in _areas().items():
        of = by_area[area]
        shown = plural(of.shown, "kommune", "kommuner")
        say(f"   {title}: forskellen fra det forventede i {of.differences} af {shown}, placeringen i {of.places}")
    say("   Kommuner med for få beboere til, at deres tal vises, er ikke talt med.")


def planted(sandhed: pl.DataFrame, total: str) -> pl.DataFrame:
    """kommune_kode, omraade and the planted `deviation`, as shares: each area's, and their sum as `total`'s."""
    areas = sandhed.select("kommune_kode", "omraade", "deviation")
    summed = areas.group_by("kommune_kode", maintain_order=True).agg(pl.col("deviation").sum())
    return pl.concat([areas, summed.select("kommune_kode", pl.lit(total).alias("omraade"), "deviation")])


def held(results: pl.DataFrame, told: pl.DataFrame) -> list[Held]:
    """Whether the intervals of a release hold what was planted, area by area.

    Args:
        results: rows of a release with `forskel_andel` and `placering` of `YEAR`.
        told: kommune_kode, omraade and `deviation`; a true place is that among the municipalities whose place is shown.
    """
    shown = results.filter(pl.col("period") == YEAR, pl.col("value").is_not_null())
    inside = pl.col("true").is_between(pl.col("low"), pl.col("high"))
    true_place = pl.col("deviation").rank("ordinal").over("omraade")
    counts = {}
    for measure, true in (("forskel_andel", pl.col("deviation")), ("placering", true_place)):
        rows = shown.filter(pl.col("measure") == measure).join(told, on=["kommune_kode", "omraade"], how="inner")
        found = rows.with_columns(true.alias("true")).group_by("omraade", maintain_order=True)
        counts[measure] = {area: (n, k) for area, n, k in found.agg(pl.len(), inside.sum()).iter_rows()}
    return [
        Held(area, shown_of, differences, counts["placering"][area][1])
        for area, (shown_of, differences) in counts["forskel_andel"].items()
    ]


def _areas() -> Mapping[str, str]:
    """Area -> its name, the total first."""
    rules = load_rules().benchmark
    return {area: rules.omraade_names_da[area] for area in rules.omraader}
