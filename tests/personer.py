"""Persons of the reference implementation as the five files, and what the product counts of them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from maalestok.beskaeftigelse.personer.counted import Counted, prepare
from maalestok.beskaeftigelse.personer.coverage import EPOCH, month_code
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.report import MODTAGET
from maalestok.deliveries.store import Store
from maalestok.engines.base import Engine
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.period import Period, parse_period
from maalestok.registry import benchmark
from reference.naive_personer import Persons

HEADERS = {
    "borgere": ("person_id", "kommune_kode", "fra", "til", "foedselsaar", "koen"),
    "forloeb": ("person_id", "ydelse", "fra", "til", "betalingskommune_kode", "grad_pct"),
    "indsats": ("person_id", "art", "fra", "til", "afholdt"),
    "arbejdstimer": ("person_id", "maaned", "timer"),
    "fritagelser": ("person_id", "art", "fra", "til"),
}
AREAS = {1: "sygedagpenge", 2: "a_dagpenge", 3: "kontanthjaelp"}


def write_files(folder: Path, persons: Persons) -> dict[str, Path]:
    """The five files as CSV."""
    homes, spells, efforts, hours, exempt = persons
    rows: dict[str, Iterable[Sequence[object]]] = {
        "borgere": [(_id(b.person), b.kommune, b.fra, b.til or "", b.foedselsaar, "K") for b in homes],
        "forloeb": [
            (_id(f.person), f.ydelse, f.fra, f.til or "", f.betaler or "", "" if f.grad is None else f.grad)
            for f in spells
        ],
        "indsats": [
            (_id(i.person), i.art, i.fra, i.til or (i.fra if i.art == "tilbud" else ""), "ja" if i.afholdt else "nej")
            for i in efforts
        ],
        "arbejdstimer": [(_id(t.person), month_code(t.maaned), t.timer) for t in hours],
        "fritagelser": [(_id(f.person), f.art, f.fra, f.til or "") for f in exempt],
    }
    paths = {}
    for feed, held in rows.items():
        paths[feed] = folder / f"{feed}.csv"
        with paths[feed].open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(HEADERS[feed])
            writer.writerows(held)
    return paths


def _id(person: int) -> str:
    return f"p{person:08x}"


def take_in(
    store: Path,
    feed: str,
    path: Path,
    covers: tuple[str, str] | None,
    received: datetime = datetime(2022, 1, 2, tzinfo=UTC),
    codes: Iterable[str] = (),
    *,
    syntetisk: bool = False,
) -> None:
    """Import one file, which must be taken in."""
    span: tuple[Period, Period] | None = None if covers is None else (parse_period(covers[0]), parse_period(covers[1]))
    places = tuple(codes) if codes and feed == "borgere" else None
    arrival = Arrival(received, syntetisk=syntetisk, covers=span, kommuner=places)
    (report,) = import_files(benchmark("beskaeftigelse").feed_kind(feed), [path], store, arrival)
    assert report.outcome == MODTAGET, report.as_dict()


def counted(
    folder: Path,
    persons: Persons,
    covers: tuple[str, str],
    engine: Engine | None = None,
    *,
    by_payer: bool = False,
    bridge: bool = False,
) -> Counted:
    """What the product counts of these persons; feeds without rows are left out."""
    for feed, path in write_files(folder, persons).items():
        if len(path.read_text(encoding="utf-8").splitlines()) > 1:
            take_in(folder / "lager", feed, path, covers, codes=sorted({f"{b.kommune:03d}" for b in persons[0]}))
    with engine or DuckDBEngine() as opened:
        store = Store.open(folder / "lager")
        found = prepare(opened, store, load_rules(), None, by_payer=by_payer, bridge=bridge)
        assert found is not None
        return found.count()


def grade_days(
    found: Counted, period: str, *, quarter: bool = False, version: str | None = None
) -> dict[tuple[int, str], int]:
    """(kommune, area) -> grade-days of a window."""
    for window in found.plan.windows:
        if (window.period.code, window.quarter) == (period, quarter) and (
            window.version.version == version if version else window.own_version
        ):
            rows = found.facts.cells.filter(found.facts.cells["vindue"] == window.number).iter_rows(named=True)
            return {(row["kommune"], AREAS[row["prioritet"]]): row["grad_dage"] for row in rows}
    raise AssertionError(f"no window {period}")


def residents(found: Counted, day: date) -> dict[int, int]:
    """kommune -> residents of a day."""
    held = found.facts.residents.filter(found.facts.residents["fra_dag"] == (day - EPOCH).days)
    return {row["kommune"]: row["beboere"] for row in held.iter_rows(named=True)}


def groups(found: Counted, month: int) -> dict[int, tuple[int, int, int, int, int]]:
    """kommune -> group, and who of it could and did, for talks and offers."""
    held = found.facts.groups.filter(found.facts.groups["maaned"] == month)
    return {row["kommune"]: tuple(row[name] for name in held.columns[2:]) for row in held.iter_rows(named=True)}
