"""Time the model on persons at national size, beside pyfixest and statsmodels: `make bench-model`.

Each step is a process of its own. Ours runs from the store's Parquet rows to fit, clustered errors, decomposition and
rank draws of one edition, then leave-one-out and scope. Beside the others it runs as they do: from one Parquet file of
persons to coefficients and clustered errors of three outcomes, and must find the same. Without pyfixest and statsmodels
(`uv sync --group oracles`) ours is timed alone.
"""

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import least_squares
from benchmarks.least_squares import OURS, TABLE
from benchmarks.steps import (
    COUNTRY,
    STORE,
    Clock,
    Step,
    Told,
    arguments,
    child,
    costs,
    judged,
    known,
    medians,
    number,
    peak,
    show,
)

from maalestok.beskaeftigelse.personer.counted import prepare
from maalestok.beskaeftigelse.personer.facts import PACKAGE
from maalestok.beskaeftigelse.personer.plan import Window
from maalestok.beskaeftigelse.rammevilkaar import answers
from maalestok.beskaeftigelse.rammevilkaar import fit as f
from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar import scope as sc
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.errors import difference_variances
from maalestok.beskaeftigelse.rammevilkaar.influence import cooks_distance, expected_without, influence
from maalestok.beskaeftigelse.rammevilkaar.model_facts import TABLES, asked_of, fitted_windows
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.deliveries.store import Store
from maalestok.engines.base import Engine, ParquetPart
from maalestok.engines.choose import open_engine
from maalestok.facts import sql_files
from maalestok.rank_draws import rank_counts
from maalestok.uncertainty import pooled

RUNS = 3
PARTS = {
    "dage": "grade-days of persons",
    "personer": "table of persons",
    "par": "counts of pairs",
    "tilpasning": "fit",
    "rester": "residuals",
    "fejl": "errors",
    "opdeling": "decomposition",
    "traekninger": "rank draws",
}
SECONDS, MEMORY, MORE = 8.0, 1536.0, 60.0
FASTER = {"pyfixest": 5.0, "statsmodels": 40.0}
LESS_MEMORY = 10.0
OWN_WAY = "formula"
"""How statsmodels itself makes categories, held against the bounds beside the fastest way."""
ALONE = "ours from the table, counts alone"
"""What gives as much as the others do: coefficients and clustered errors. The bounds are read against it."""
OURS_ALONE = {ALONE: "counts_alone", "ours from the table, with residuals": "alone"}
SAME = {"coefficients": 1e-8, "errors": 1e-6}


def counted(engine: Engine, version: ModelVersion, clock: Clock) -> tuple[s.Statistics, f.Fit]:
    """From a person table that the engine knows to a fit."""
    whole, _ = s.read_statistics(answers.pairs(engine, version), version)
    clock.tick("par")
    found = f.fit(whole)
    clock.tick("tilpasning")
    return whole, found


def fitted(engine: Engine, version: ModelVersion, clock: Clock) -> tuple[s.Statistics, f.Fit, s.Residuals]:
    """From a person table that the engine knows to a fit and its residuals."""
    whole, found = counted(engine, version, clock)
    rows = answers.residual_sums(engine, version, *f.whole_coefficients(found), {})
    residuals = f.of_kept(s.read_residuals(rows, whole, version), found)
    clock.tick("rester")
    return whole, found, residuals


def people(
    engine: Engine, folder: Path, rules: BeskaeftigelseRules, clock: Clock
) -> tuple[Window, ModelVersion, q.Window]:
    """The person table of the last edition, from the store's rows; nothing is kept."""
    prepared = known(prepare(engine, Store.open(folder / STORE), rules, None))
    for name, select in sql_files(PACKAGE):
        if name in TABLES:
            engine.create(name, select)
    clock.tick("dage")
    window, version = list(fitted_windows(prepared.plan, rules.model))[-1]
    asked = asked_of(window, prepared.plan)
    engine.create(q.PERSONS, q.person_table(version, asked))
    clock.tick("personer")
    return window, version, asked


def ours(folder: Path, persons: int) -> Told:
    """From the store to rank draws, as a build does for one edition; then leave-one-out and scope."""
    clock = Clock()
    rules = load_rules()
    with open_engine("duckdb") as engine:
        window, version, asked = people(engine, folder, rules, clock)
        whole, found, residuals = fitted(engine, version, clock)
        f.clustered(found, residuals.scores)
        told = f.municipalities(whole, found, difference_variances(whole, found, residuals, whole.kommuner))
        clock.tick("fejl")
        f.contributions(whole, found, {condition.id: condition.group for condition in version.conditions})
        clock.tick("opdeling")
        draw(told, rules, window)
        clock.tick("traekninger")
        seconds, memory = clock.last - clock.begun, peak()
        without = influence(whole, found).coefficients
        expected_without(whole, found, without)
        cooks_distance(found, whole.xx[np.ix_(found.kept, found.kept)], without)
        days = (window.first_day, window.first_day + window.days - 1)
        rows = answers.benefits(engine, version, asked, days)
        benefits, xy, by_kommune = s.read_benefits(rows, whole, version)
        parts = sc.differences_by_benefit(whole, found, xy, by_kommune)
        total = (told.actual - told.expected)[:, -1]
        sc.left_out(benefits, total, list((total[:, None] - parts).T), told.persons)
        clock.tick("mere")
    return {"seconds": seconds, "memory": memory, **clock.parts}


def draw(told: f.Municipalities, rules: BeskaeftigelseRules, window: Window) -> None:
    """As many draws of each group's places as the rules say."""
    drawn = rules.uncertainty.versions[-1]
    for group in range(told.actual.shape[1]):
        gaps = (told.actual - told.expected)[:, group] / (100 * window.days)
        pooling = pooled(gaps.tolist(), (told.variances.whole[:, group] / (100 * window.days) ** 2).tolist())
        key = (drawn.seed, window.period.month_index, group)
        rank_counts(pooling.means, pooling.sds, drawn.draws, key)


def table(folder: Path, persons: int) -> Told:
    """Write the person table, small categories joined with the reference as the model joins them."""
    with open_engine("duckdb") as engine:
        _, version, _ = people(engine, folder, load_rules(), Clock())
        _, joined = s.read_statistics(answers.pairs(engine, version), version)
        held = engine.read(q.PERSONS).drop("person")
    for name, condition in zip(q.columns(version), version.of_persons, strict=True):
        codes = q.codes(condition)
        small = [number for number, code in enumerate(codes) if (condition.id, code) in joined]
        reference = pl.lit(codes.index(condition.reference), dtype=pl.Int32)
        held = held.with_columns(pl.when(pl.col(name).is_in(small)).then(reference).otherwise(pl.col(name)).alias(name))
    held.write_parquet(folder / TABLE)
    return {"persons": len(held)}


def alone(folder: Path, persons: int) -> Told:
    """From the person table to coefficients and clustered errors, as the others do it."""
    version = load_rules().model.versions[-1]
    clock, worked = Clock(), time.process_time()
    with open_engine("duckdb") as engine:
        engine.register_parquet(q.PERSONS, [ParquetPart(folder / TABLE)])
        _, found, residuals = fitted(engine, version, clock)
    errors = np.sqrt(np.diagonal(f.clustered(found, residuals.scores), axis1=1, axis2=2)).T
    seconds, work = time.perf_counter() - clock.begun, time.process_time() - worked
    place = {condition.id: (q.column(at), q.codes(condition)) for at, condition in enumerate(version.of_persons)}
    terms = [(place[name][0], place[name][1].index(code)) for name, code in found.terms[1:]]
    np.savez(
        folder / OURS,
        coefficients=found.coefficients[:, :-1],
        errors=errors[:, :-1],
        names=[name for name, _ in terms],
        numbers=[category for _, category in terms],
        conditions=list(q.columns(version)),
        references=[q.codes(condition).index(condition.reference) for condition in version.of_persons],
    )
    return {"seconds": seconds, "work": work}


def counts_alone(folder: Path, persons: int) -> Told:
    """The same from the counts of pairs alone, without the residuals that robust errors need."""
    version = load_rules().model.versions[-1]
    clock, worked = Clock(), time.process_time()
    with open_engine("duckdb") as engine:
        engine.register_parquet(q.PERSONS, [ParquetPart(folder / TABLE)])
        whole, found = counted(engine, version, clock)
    kept = list(found.kept)
    if whole.kommune_xx is None:
        raise SystemExit("the counts of pairs in municipalities are missing")
    held = whole.kommune_xx[np.ix_(range(len(whole.kommuner)), kept, kept)]
    scores = whole.kommune_xy[:, kept] - held @ found.coefficients[:, :-1]
    errors = np.sqrt(np.diagonal(f.clustered(found, scores), axis1=1, axis2=2)).T
    seconds, work = time.perf_counter() - clock.begun, time.process_time() - worked
    with np.load(folder / OURS) as other:
        if least_squares.apart(errors[:, :-1], other["errors"]) > SAME["errors"]:
            raise SystemExit("the counts alone give other errors")
    return {"seconds": seconds, "work": work}


STEPS: dict[str, Step] = {
    **COUNTRY,
    "ours": ours,
    "table": table,
    "alone": alone,
    "counts_alone": counts_alone,
    **least_squares.STEPS,
}


def from_store(folder: Path, persons: int) -> float:
    """Ours from the store, printed; its seconds."""
    runs = [child(__file__, "ours", folder, persons) for _ in range(RUNS)]
    found = medians(runs)
    judged("ours, from the store to rank draws", found["seconds"], "s", SECONDS)
    judged("ours, from the store, largest memory", max(number(one, "memory") for one in runs), "MB", MEMORY)
    for part, title in PARTS.items():
        show(f"  {title}", found[part], "s")
    judged("leave-one-out and scope, more", found["mere"], "s", MORE)
    show("leave-one-out and scope, largest memory", max(number(one, "mb") for one in runs), "MB")
    return found["seconds"]


def beside(folder: Path, persons: int, whole: float) -> None:
    """The others on the same table, and how they compare, printed."""
    made = child(__file__, "table", folder, persons)
    show("persons in the table", number(made, "persons") / 1e6, "mio.")
    mine = {
        title: medians([child(__file__, step, folder, persons) for _ in range(RUNS)])
        for title, step in reversed(OURS_ALONE.items())  # the second writes what the first is held against
    }
    for title, told in mine.items():
        costs(title, told)
    if not all(importlib.util.find_spec(package) for package in FASTER):
        print("pyfixest and statsmodels are not installed: no ratios (uv sync --group oracles)")
        return
    for package, ways in least_squares.PACKAGES.items():
        found = {way: medians([child(__file__, way, folder, persons)]) for way in ways}
        fastest = min(found, key=lambda way: found[way]["seconds"])
        for way, told in found.items():
            costs(f"{package}, {way}{' (its fastest)' if way == fastest else ''}", told)
            for what, bound in SAME.items():
                judged(f"  {what}, largest relative difference", told[what], "", bound, form=".1e")
            for title, own in mine.items():
                bounds = title == ALONE and way in (fastest, OWN_WAY) and package in FASTER
                compared(f"  against {title}", told, own, FASTER[package] if bounds else None)
            show("  against ours from the store to rank draws, seconds", told["seconds"] / whole, "x")


def compared(title: str, told: Mapping[str, float], own: Mapping[str, float], faster: float | None) -> None:
    """How many times what ours takes another takes, printed; with bounds where ours is to be so many times faster."""
    seconds, memory = told["seconds"] / own["seconds"], told["mb"] / own["mb"]
    if faster is None:
        show(f"{title}, seconds", seconds, "x")
        show(f"{title}, memory", memory, "x")
    else:
        judged(f"{title}, seconds", seconds, "x", faster, least=True)
        judged(f"{title}, memory", memory, "x", LESS_MEMORY, least=True)
    show(f"{title}, processor time", told["work"] / own["work"], "x")


def report(folder: Path, persons: int) -> None:
    """Everything, printed; the country is made where the folder has none."""
    if not (folder / STORE).is_dir():
        for step in COUNTRY:
            child(__file__, step, folder, persons)
    beside(folder, persons, from_store(folder, persons))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    given = arguments(parser, STEPS)
    if given.step is not None:
        return
    if given.folder is not None:
        report(given.folder, given.persons)
        return
    with tempfile.TemporaryDirectory() as work:
        report(Path(work), given.persons)


if __name__ == "__main__":
    main()
