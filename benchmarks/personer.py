"""Time persons to facts and figures on Synthetic Denmark, each step a process of its own: `make bench-persons`.

Ours is everything from a store's files to result rows; bare is the same SQL on a plain DuckDB connection with the same
inputs. `--large` adds 37 million persons (some 10 GB of disk).
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from maalestok.beskaeftigelse.personer.counted import held_deliveries, prepare
from maalestok.beskaeftigelse.personer.coverage import PersonFile, coverage
from maalestok.beskaeftigelse.personer.facts import PACKAGE
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.personer.plan import make_plan
from maalestok.beskaeftigelse.personer.synthetic import NATIONAL, Size, write_denmark
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import WRONG_OPTIMIZER, DuckDBEngine
from maalestok.facts import sql_files
from maalestok.period import parse_period
from maalestok.registry import benchmark

RUNS = 3
SMALL, LARGE = NATIONAL.persons // 10, NATIONAL.persons * 10
COVERS = parse_period("2019-01"), parse_period("2020-12")
GENERATE_BOUND, FACTS_BOUND, MEMORY_BOUND, RATIO_BOUND = 120, 40, 4000, 1.3


def generate(folder: Path, persons: int) -> dict[str, int]:
    return dict(write_denmark(folder, Size(persons), 1))


def bring(folder: Path, persons: int) -> dict[str, int]:
    arrival = Arrival(datetime(2021, 1, 10, tzinfo=UTC), covers=COVERS)
    for feed in PERSON_FEEDS:
        path = folder / f"SYNTETISK_{feed}.parquet"
        (report,) = import_files(benchmark("beskaeftigelse").feed_kind(feed), [path], folder / "lager", arrival)
        if report.outcome != "modtaget":
            raise SystemExit(f"{feed}: {report.issues}")
    return {}


def ours(folder: Path, persons: int) -> dict[str, int]:
    """Facts, then every row that may be shown and every exact one."""
    store, rules = Store.open(folder / "lager"), load_rules()
    shutil.rmtree(store.path / "facts", ignore_errors=True)
    with DuckDBEngine() as engine:
        prepared = prepare(engine, store, rules, None)
        if prepared is None:
            raise SystemExit("no persons")
        own = Own(prepared.count(), rules)
        return {"rows": sum(map(len, own.rows.values())) + sum(map(len, own.exact.values()))}


def bare(folder: Path, persons: int) -> dict[str, int]:
    """The SQL alone: inputs as they lie, the plan's small tables, nothing of ours in between."""
    store, rules = Store.open(folder / "lager"), load_rules()
    held = held_deliveries(store, None)
    files = [
        PersonFile(d.feed, None, d.sha256, n, frozenset(parse_period(code).month_index for code in d.periods))
        for n, d in enumerate(held, start=1)
    ]
    found = coverage(files)
    if found is None:
        raise SystemExit("no persons")
    plan = make_plan(found, rules, by_payer=False, bridge=False)
    spill = folder / "spild"
    connection = duckdb.connect(config={"temp_directory": str(spill)})
    connection.execute(f"set disabled_optimizers = '{WRONG_OPTIMIZER}'")
    for number, delivery in enumerate(held, start=1):
        path = store.folder(delivery.feed, delivery.sha256) / "rows.parquet"
        rows = f"select *, {number} as orden from read_parquet('{path}')"  # noqa: S608  # names are ours
        connection.execute(f"create view {delivery.feed} as {rows}")
    for name, (columns, values) in plan.tables.items():
        connection.execute(f"create table {name} ({', '.join(f'{c} {kind}' for c, kind in columns.items())})")
        listed = ", ".join(f"({', '.join(map(_literal, row))})" for row in values)
        if listed:
            connection.execute(f"insert into {name} values {listed}")  # noqa: S608  # values are ours
    for name, select in sql_files(PACKAGE):
        connection.execute(f"create table {name} as {select}")
    (count,) = connection.execute("select count(*) from maalgruppeceller").fetchall()[0]
    return {"rows": count}


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


STEPS: dict[str, Callable[[Path, int], dict[str, int]]] = {
    "generate": generate,
    "import": bring,
    "ours": ours,
    "bare": bare,
}


def step(name: str, folder: Path, persons: int) -> tuple[float, float, dict[str, int]]:
    """Seconds, peak megabytes and what else a step tells, in a process of its own; its start is not counted."""
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder), "--persons", str(persons)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(answer.stdout.splitlines()[-1])
    return told["seconds"], told["megabytes"], told["more"]


def child(name: str, folder: Path, persons: int) -> None:
    begun = time.perf_counter()
    more = STEPS[name](folder, persons)
    seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"seconds": seconds, "megabytes": memory, "more": more}))


def national(folder: Path) -> None:
    seconds, memory, rows = step("generate", folder, NATIONAL.persons)
    print(f"{'generate':28} {seconds:7.1f} s {memory:6.0f} MB  bound {GENERATE_BOUND} s; rows: {rows}")
    seconds, memory, _ = step("import", folder, NATIONAL.persons)
    print(f"{'import five feeds':28} {seconds:7.1f} s {memory:6.0f} MB")
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    peaks: dict[str, float] = {}
    for _ in range(RUNS):
        for name, times in taken.items():
            seconds, peaks[name], _ = step(name, folder, NATIONAL.persons)
            times.append(seconds)
    ours_, bare_ = (statistics.median(times) for times in taken.values())
    print(f"{'facts and figures':28} {ours_:7.1f} s {peaks['ours']:6.0f} MB  bound {FACTS_BOUND} s, {MEMORY_BOUND} MB")
    print(f"{'the bare SQL':28} {bare_:7.1f} s {peaks['bare']:6.0f} MB")
    ratios = [one / other for one, other in zip(*taken.values(), strict=True)]
    print(f"{'ours / bare':28} {statistics.median(ratios):7.2f}           bound {RATIO_BOUND}")


def growth(sizes: Sequence[int]) -> None:
    for persons in sizes:
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work)
            made, *_ = step("generate", folder, persons)
            brought, *_ = step("import", folder, persons)
            counted, memory, _ = step("ours", folder, persons)
        million = persons / 1e6
        print(
            f"{million:5.2f} million persons: generate {made:6.1f} s, import {brought:6.1f} s, facts and figures "
            f"{counted:6.1f} s ({counted / million:.2f} s a million), {memory:6.0f} MB"
        )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--step", choices=STEPS)
    options.add_argument("--folder", type=Path)
    options.add_argument("--persons", type=int, default=NATIONAL.persons)
    options.add_argument("--large", action="store_true")
    asked = options.parse_args()
    if asked.step:
        child(asked.step, asked.folder, asked.persons)
        return
    with tempfile.TemporaryDirectory() as work:
        national(Path(work))
    growth([SMALL, NATIONAL.persons, *([LARGE] if asked.large else [])])


if __name__ == "__main__":
    main()
