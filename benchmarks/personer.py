"""Time persons to facts and figures on Synthetic Denmark: `make bench-persons`.

Each step is a process of its own: generation, import of the five feeds, facts and figures through our code against the
same SQL in bare DuckDB in turn, and growth from 0.37 to 3.7 and, with `--large`, 37 million persons. The clock starts
when the process has loaded its code. Once on Spark, too, where pyspark and Java are at hand.
"""

import argparse
import hashlib
import importlib.util
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.steps import COUNTRY, STORE, Step, Told, arguments, child, known, number, show

from maalestok.beskaeftigelse.personer.counted import prepare
from maalestok.beskaeftigelse.personer.facts import PACKAGE, person_facts
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.personer.synthetic import NATIONAL
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.store import Store
from maalestok.deliveries.used import FACTS
from maalestok.engines import sql
from maalestok.engines.choose import open_engine
from maalestok.engines.duckdb import WRONG_OPTIMIZER, DuckDBEngine
from maalestok.facts import sql_files

ANSWERS = ("ydelsesceller", "beboere", "maalgruppeceller")
RUNS = {NATIONAL.persons // 10: 5, NATIONAL.persons: 5, NATIONAL.persons * 10: 1}
"""Persons -> how many times ours and bare are run in turn."""
SLOW = 0.05
"""The share of the bare SQL's time from which a table is shown."""
BATCH = 500


@dataclass(frozen=True)
class Timed:
    """What the runs of a country took: medians of seconds, the largest memory."""

    whole: float
    work: float
    peak: float
    bare: float
    ratio: float
    tables: Mapping[str, float]


def digest(answers: Iterable[Sequence[tuple[object, ...]]]) -> str:
    """The same for the same rows."""
    return hashlib.sha256(repr(list(map(list, answers))).encode()).hexdigest()


def ours(folder: Path, persons: int, name: str = "duckdb") -> Told:
    """From the store to every row that may be shown and every exact one; nothing was kept from before."""
    begun = time.perf_counter()
    store, rules = Store.open(folder / STORE), load_rules()
    with open_engine(name) as engine:
        prepared = known(prepare(engine, store, rules, None))
        own = Own(prepared.count(), rules)
        rows = sum(map(len, own.rows.values())) + sum(map(len, own.exact.values()))
    seconds = time.perf_counter() - begun
    shutil.rmtree(store.path / FACTS)
    return {"seconds": seconds, "rows": rows}


def facts_alone(folder: Path, persons: int) -> Told:
    """Our code around the numbered SQL, and no more."""
    begun = time.perf_counter()
    with open_engine("duckdb") as engine:
        prepared = known(prepare(engine, Store.open(folder / STORE), load_rules(), None))
        facts = person_facts(prepared.engine)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "digest": digest(a.rows() for a in (facts.cells, facts.residents, facts.groups))}


def on_spark(folder: Path, persons: int) -> Told:
    """As ours, on Spark; the start of its Java machine is counted."""
    return ours(folder, persons, "spark")


def bare(folder: Path, persons: int) -> Told:
    """The SQL alone on DuckDB: inputs as views and tables, each answer fetched. What they hold is found out before."""
    store = Store.open(folder / STORE)
    with DuckDBEngine() as engine:
        prepared = known(prepare(engine, store, load_rules(), None))
    with tempfile.TemporaryDirectory() as spill:
        begun = time.perf_counter()
        connection = duckdb.connect(":memory:", config={"temp_directory": spill})
        connection.execute(f"set disabled_optimizers = '{WRONG_OPTIMIZER}'")
        for file in prepared.files:
            delivered = sql.select(["*", f"{file.orden} as orden"], f"read_parquet({sql.quoted(str(file.path))})")
            connection.execute(f"create view {file.feed} as {delivered}")
        for name, (columns, rows) in prepared.plan.tables.items():
            connection.execute(f"create table {name} ({', '.join(f'{c} {kind}' for c, kind in columns.items())})")
            marks = f"({', '.join('?' for _ in columns)})"
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                values = [value for row in batch for value in row]
                connection.execute(sql.insert(name, marks, len(batch)), values)
        tables: dict[str, float] = {}
        for name, select in sql_files(PACKAGE):
            before = time.perf_counter()
            connection.execute(f"create table {name} as {select}")
            tables[name] = time.perf_counter() - before
        answers = [connection.execute(sql.select(["*"], name)).fetchall() for name in ANSWERS]
        connection.close()
        seconds = time.perf_counter() - begun
    return {"seconds": seconds, "digest": digest(answers), **tables}


STEPS: dict[str, Step] = {
    **COUNTRY,
    "ours": ours,
    "facts": facts_alone,
    "bare": bare,
    "spark": on_spark,
}


def counted(folder: Path, persons: int) -> Timed:
    """Everything, the facts alone and the bare SQL in turn; the last two must find the same."""
    steps: dict[str, list[Told]] = {"ours": [], "facts": [], "bare": []}
    for _ in range(RUNS[persons]):
        for name, told in steps.items():
            told.append(child(__file__, name, folder, persons))
    if len({told["digest"] for name in ("facts", "bare") for told in steps[name]}) > 1:
        raise SystemExit("the bare SQL finds something else")
    whole, facts, bare_sql = ([number(told, "seconds") for told in steps[name]] for name in steps)
    return Timed(
        statistics.median(whole),
        statistics.median(number(told, "cpu") for told in steps["ours"]),
        max(number(told, "mb") for told in steps["ours"]),
        statistics.median(bare_sql),
        statistics.median(one / other for one, other in zip(facts, bare_sql, strict=True)),
        {name: statistics.median(number(t, name) for t in steps["bare"]) for name, _ in sql_files(PACKAGE)},
    )


def country(work: Path, persons: int) -> Timed:
    """Make, import and count a country; medians of its runs."""
    folder = work / str(persons)
    size = f"{persons / 1e6:.2f} mio."
    whole = persons == NATIONAL.persons
    made = child(__file__, "generate", folder, persons)
    show(f"{size}: generation", number(made, "seconds"), "s", "120" if whole else "")
    show(f"{size}: generation, largest memory", number(made, "mb"), "MB")
    for feed in PERSON_FEEDS:
        show(f"{size}: rows of {feed}", number(made, feed) / 1e6, "mio.")
    brought = child(__file__, "import", folder, persons)
    show(f"{size}: import of the five feeds", number(brought, "seconds"), "s")
    show(f"{size}: import, largest memory", number(brought, "mb"), "MB")
    found = counted(folder, persons)
    show(f"{size}: facts and figures", found.whole, "s", "40" if whole else "")
    show(f"{size}: facts and figures, processor time", found.work, "s")
    show(f"{size}: facts and figures, a million persons", found.whole / persons * 1e6, "s")
    show(f"{size}: facts and figures, largest memory", found.peak, "MB", "4096" if whole else "")
    show(f"{size}: the SQL in bare DuckDB", found.bare, "s")
    show(f"{size}: facts, against bare DuckDB", found.ratio, "x", "1.3" if whole else "")
    for name, seconds in found.tables.items():
        if seconds > SLOW * found.bare:
            show(f"{size}:   {name}", seconds, "s")
    if persons < NATIONAL.persons and importlib.util.find_spec("pyspark") and shutil.which("java"):
        show(f"{size}: facts and figures on Spark", number(child(__file__, "spark", folder, persons), "seconds"), "s")
    shutil.rmtree(folder)
    return found


def report(large: bool) -> None:
    """Everything, printed."""
    sizes = sorted(RUNS)[: 3 if large else 2]
    with tempfile.TemporaryDirectory() as work:
        found = {persons: country(Path(work), persons) for persons in sizes}
    for fewer, more in pairwise(sizes):
        title = f"growth, {fewer / 1e6:.2f} to {more / 1e6:.2f} mio."
        show(f"{title}: facts and figures", found[more].whole / found[fewer].whole, "x", "11")
        show(f"{title}: processor time", found[more].work / found[fewer].work, "x")
        for name, seconds in found[more].tables.items():
            if seconds > SLOW * found[more].bare:
                show(f"{title}:   {name}", seconds / found[fewer].tables[name], "x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--large", action="store_true", help="37 million persons, too: some 15 minutes, 16 GB of memory"
    )
    given = arguments(parser, STEPS)
    if given.step is None:
        report(given.large)


if __name__ == "__main__":
    main()
