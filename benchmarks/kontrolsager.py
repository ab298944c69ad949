"""Time the control-case benchmark on invented national deliveries: `make bench`.

Each step is a process of its own: import, build (its phases told apart), audit, facts through our code against the same
SQL in bare DuckDB in turn, and growth from 0.3 to 3 and, with `--large`, 30 million cases.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

from maalestok.build import BuildRequest
from maalestok.deliveries.store import Store
from maalestok.engines import sql
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.facts import sql_files
from maalestok.kontrolsager import synthetic
from maalestok.kontrolsager.celler import celler
from maalestok.kontrolsager.facts import COUNTS_SCHEMA, EventFile, build_facts
from maalestok.kontrolsager.view import memberships
from maalestok.period import parse_period
from maalestok.registry import benchmark
from maalestok.release.read import open_release
from maalestok.release.write import write_release

SEED = 20261101
LAST, BEFORE = "2026-10", "2026-09"
PAIRS = 5
PROTECTION = "beskyttelse af små antal"
AFTER_PROTECTION = "mål og vurderinger"
ATTACK, AFTER_ATTACK = "angreb på de offentlige tal", "bygget"


def peak_mb() -> float:
    """Largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def generate(folder: Path, factor: float) -> None:
    """Write the events and the counts of the same invented country."""
    truth = synthetic.Truth(synthetic.NATIONAL.scaled(factor), SEED)
    rows = synthetic.write_events(truth, folder / "events.parquet", LAST)
    print(json.dumps({"rows": rows, "mb": (folder / "events.parquet").stat().st_size / 1e6}))


def build(store: Path, out: Path, previous: Path | None, period: str | None) -> None:
    """Build a release and say when each phase began."""
    begun = time.perf_counter()
    marks: list[tuple[str, float]] = []

    def say(step: str) -> None:
        marks.append((step, time.perf_counter() - begun))

    before = open_release(previous) if previous else None
    with DuckDBEngine() as engine:
        request = BuildRequest(Store.open(store), engine, period, previous=before, say=say)
        built = benchmark("kontrolsager").build(request)
    say(AFTER_ATTACK)
    write_release(built, out, before)
    whole = time.perf_counter() - begun
    at = dict(marks)
    protection = at[AFTER_PROTECTION] - at[PROTECTION]
    attack = next(seconds for step, seconds in marks if seconds > at[ATTACK]) - at[ATTACK]
    print(
        json.dumps(
            {
                "whole": whole,
                "protection": protection,
                "attack": attack,
                "rest": whole - protection - attack,
                "mb": peak_mb(),
                "note": built.notes[0],
            }
        )
    )


def event_file(store: Path) -> EventFile:
    """The one delivery of events in a store."""
    held = Store.open(store)
    (delivery,) = held.deliveries("sagshaendelser")
    first, last = (parse_period(delivery.periods[end]).month_index for end in (0, -1))
    return EventFile(held.rows_path(delivery), 1, first, last)


def ours(file: EventFile) -> float:
    """Facts through our code."""
    begun = time.perf_counter()
    with DuckDBEngine() as engine:
        build_facts(engine, pl.DataFrame(schema=COUNTS_SCHEMA), [file])
    return time.perf_counter() - begun


def bare(file: EventFile, empty: Path) -> float:
    """The same SQL in DuckDB alone: inputs as views and tables, each answer kept and fetched."""
    begun = time.perf_counter()
    connection = duckdb.connect(":memory:")
    connection.execute(
        f"create view sagshaendelser as {sql.select(['*', '1 as orden'], f'read_parquet({sql.quoted(file.path)})')}"
    )
    connection.execute(f"create view kontrolsager as {sql.select(['*'], f'read_parquet({sql.quoted(empty)})')}")
    months = range(file.first, file.last + 1)
    for name, columns, rows in (
        ("perioder", "month_index integer", [(m,) for m in months]),
        (
            "haendelsesfiler",
            "orden integer, fra integer, til integer, er_nyeste boolean",
            [(1, file.first, file.last, True)],
        ),
        ("celler", "celle integer, kommune_kode varchar, omraade varchar, kontroltrin integer", celler()),
        ("steder", "kommune_kode varchar, sted varchar", memberships()),
    ):
        connection.execute(f"create table {name} ({columns})")
        marks = f"({', '.join('?' for _ in rows[0])})"
        connection.execute(sql.insert(name, marks, len(rows)), [cell for row in rows for cell in row])
    for name, select in sql_files("maalestok.kontrolsager"):
        connection.execute(f"create table {name} as {select}")
    for name in ("uenigheder", "maanedstal", "vinduer"):
        connection.execute(sql.select(["*"], name)).fetchall()
    connection.close()
    return time.perf_counter() - begun


def compare(store: Path) -> None:
    """Ours and bare in turn, and the ratio pair by pair."""
    file = event_file(store)
    with tempfile.TemporaryDirectory() as work:
        empty = Path(work) / "counts.parquet"
        pl.DataFrame(schema=COUNTS_SCHEMA).write_parquet(empty)
        ours(file)
        pairs = [(ours(file), bare(file, empty)) for _ in range(PAIRS)]
    print(
        json.dumps(
            {
                "ours": statistics.median(o for o, _ in pairs),
                "bare": statistics.median(b for _, b in pairs),
                "ratio": statistics.median(o / b for o, b in pairs),
                "mb": peak_mb(),
            }
        )
    )


def child(*arguments: str) -> dict[str, float]:
    """Run one step in a process of its own and read what it measured."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def timed(*arguments: str) -> float:
    """A whole command."""
    begun = time.perf_counter()
    command = Path(sys.executable).with_name("maalestok")
    subprocess.run([command, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def show(name: str, value: float, unit: str, bound: str = "") -> None:
    """One line of the report."""
    print(f"{name:44} {value:9.2f} {unit:4}{f'  bound {bound}' if bound else ''}", flush=True)


def country(work: Path, factor: float) -> tuple[Path, float]:
    """Generate and import a country; give back its store and how long its facts take."""
    folder = work / f"x{factor:g}"
    folder.mkdir()
    made = child("generate", str(folder), str(factor))
    store = folder / "lager"
    events = str(folder / "events.parquet")
    seconds = timed("import", "sagshaendelser", events, "--store", str(store), "--received", "2026-11-20")
    (folder / "events.parquet").unlink()
    show(f"x{factor:g}: events", made["rows"] / 1e6, "mio.")
    show(f"x{factor:g}: import", seconds, "s")
    facts = child("compare", str(store))
    show(f"x{factor:g}: facts", facts["ours"], "s")
    show(f"x{factor:g}: facts, against bare DuckDB", facts["ratio"], "x", "1.3")
    show(f"x{factor:g}: largest memory of facts", facts["mb"], "MB")
    return store, facts["ours"]


def report(large: bool) -> None:
    """Everything, printed."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _, small = country(work, 0.1)
        store, national = country(work, 1.0)
        show("growth of facts, 0.3 to 3 million cases", national / small, "x", "11")
        first = child("build", str(store), str(work / "ud9"), "-", BEFORE)
        for title, made in (
            ("build", child("build", str(store), str(work / "ud"), "-", "-")),
            ("build with --previous", child("build", str(store), str(work / "ud10"), str(work / "ud9"), "-")),
        ):
            show(f"{title}: all but protection and attack", made["rest"], "s", "25")
            show(f"{title}: protection", made["protection"], "s", "180")
            show(f"{title}: attack on the tables", made["attack"], "s")
            show(f"{title}: largest memory", made["mb"], "MB", "3072")
            print(f"  {made['note']}")
        show("build of the month before, whole", first["whole"], "s")
        show("audit alone", timed("audit", str(work / "ud")), "s", "60")
        show("audit with --previous", timed("audit", str(work / "ud10"), "--previous", str(work / "ud9")), "s", "60")
        if large:
            _, ten = country(work, 10.0)
            show("growth of facts, 3 to 30 million cases", ten / national, "x", "11")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="30 million cases, too: some 15 minutes and 10 GB of disk")
    parser.add_argument("step", nargs="?", choices=["generate", "build", "compare"])
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    paths = given.arguments
    match given.step:
        case "generate":
            generate(Path(paths[0]), float(paths[1]))
        case "build":
            previous, period = (None if text == "-" else text for text in paths[2:4])
            build(Path(paths[0]), Path(paths[1]), Path(previous) if previous else None, period)
        case "compare":
            compare(Path(paths[0]))
        case _:
            report(given.large)


if __name__ == "__main__":
    main()
