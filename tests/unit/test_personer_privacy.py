"""Single persons reach nobody: their pseudonyms and the numbers made of them, and counts of few, stay in the store.

An invented country of all 98 municipalities, so small that most of its target groups must be withheld.
"""

import hashlib
import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

import polars as pl
import pytest

from conftest import Cli, once
from maalestok.beskaeftigelse.own_development import GAP_MOVED, PLACES_MOVED, SPREAD, STABILITY
from maalestok.beskaeftigelse.personer.audit import audit_persons
from maalestok.beskaeftigelse.personer.fulltime import NUMBER, SHARE
from maalestok.beskaeftigelse.personer.synthetic import Size, write_denmark
from maalestok.beskaeftigelse.personer.synthetic_files import FEEDS
from maalestok.beskaeftigelse.personer.targets import TARGETS
from maalestok.beskaeftigelse.rammevilkaar.expected import MODELLED
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.build import BuildRequest
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.facts import sql_files
from maalestok.kommune import kommuner
from maalestok.period import parse_period
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.read import Release, open_release
from maalestok.release.write import write_release
from personer import take_in

COVERS = ("2019-01", "2020-11")
RECEIVED = datetime(2022, 1, 2, tzinfo=UTC)
YEAR, MONTH = "2020QMAT03", "2020-11"
FIRST, LAST = parse_period("2019-12").month_index, parse_period(MONTH).month_index
FEW = range(1, 5)
RULES = load_rules()
TALKS, OFFERS = TARGETS
MARK = "KANARIE-7f3a91c4"
"""One person has this pseudonym in every file; all others have those of the synthetic country."""


@dataclass(frozen=True)
class Place:
    """A store, its release and what was said while it was made. Read only."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "lager"

    @cached_property
    def release(self) -> Release:
        return open_release(self.folder / "ud")

    @cached_property
    def said(self) -> str:
        return (self.folder / "sagt.json").read_text(encoding="utf-8")

    @cached_property
    def words(self) -> frozenset[str]:
        """Every pseudonym, and every number that one is kept as."""
        ids: set[str] = set()
        for feed in FEEDS:
            ids.update(pl.read_parquet(self.folder / "sendt" / f"SYNTETISK_{feed}.parquet")["person_id"].unique())
        return frozenset({*ids, *(str(int(hashlib.sha256(i.encode()).hexdigest()[:15], 16)) for i in ids)})

    @cached_property
    def groups(self) -> Mapping[tuple[str, int], tuple[tuple[int, int], tuple[int, int]]]:
        """(kommune, month) -> (n, ok) of talks and of offers, as the facts have them."""
        (path,) = self.store.glob("facts/*/groups.parquet")
        held = {
            (f"{row['kommune']:03d}", row["maaned"]): (
                (row["n_samtale"], row["ok_samtale"]),
                (row["n_tilbud"], row["ok_tilbud"]),
            )
            for row in pl.read_parquet(path).iter_rows(named=True)
        }
        nobody = ((0, 0), (0, 0))
        return {(k.kode, m): held.get((k.kode, m), nobody) for k in kommuner() for m in range(FIRST, LAST + 2)}

    @cached_property
    def internal(self) -> pl.DataFrame:
        return pl.read_parquet(self.store / "internal" / self.release.id / "results_internal.parquet")


def made(folder: Path) -> list[Path]:
    said: list[object] = []
    write_denmark(folder / "sendt", Size(30_000), 7)
    whose = pl.read_parquet(folder / "sendt" / "SYNTETISK_arbejdstimer.parquet")["person_id"][0]
    for feed in FEEDS:
        path = folder / "sendt" / f"SYNTETISK_{feed}.parquet"
        pl.read_parquet(path).with_columns(pl.col("person_id").replace({whose: MARK})).write_parquet(path)
        take_in(folder / "lager", feed, path, COVERS, RECEIVED, syntetisk=True)
    store = Store.open(folder / "lager")
    with DuckDBEngine() as engine:
        built = benchmark("beskaeftigelse").build(BuildRequest(store, engine, say=said.append))
    keep = partial(write_internal, store, rows=built.internal, inputs=built.inputs)
    write_release(built, folder / "ud", None, said.append, keep)
    (folder / "sagt.json").write_text(json.dumps([*said, *built.warnings, *built.notes]), encoding="utf-8")
    return [folder]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(once(tmp_path_factory, "personer-privat", made)[0])


# --- pseudonyms


def found(text: str, words: frozenset[str]) -> set[str]:
    """Pseudonyms and their numbers in a text, not as a part of a hash or a longer number."""
    tokens = re.findall(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])|(?<![0-9])[0-9]{10,19}(?![0-9])", text)
    return {token for token in tokens if token in words} | ({MARK} if MARK in text or "7f3a91c4" in text else set())


def texts(path: Path) -> Iterator[str]:
    """A file's bytes as text; a workbook's parts; a table's cells as text."""
    content = path.read_bytes()
    yield content.decode("utf-8", errors="replace")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", errors="replace")
    if content[:4] == b"PAR1":
        for column in pl.read_parquet(content).iter_columns():
            whole = column.explode(empty_as_null=True) if column.dtype.is_nested() else column
            number = whole.cast(pl.Int64, strict=False) if whole.dtype.is_float() else whole
            yield " ".join(number.cast(pl.String).drop_nulls().unique().to_list())


def holding(folder: Path, words: frozenset[str]) -> list[str]:
    """Every file below a folder that holds one of the words."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return [str(p.relative_to(folder)) for p in files if any(found(text, words) for text in texts(p))]


def test_what_is_looked_for_is_found_where_it_is(place: Place, tmp_path: Path) -> None:
    pseudonym, number = (next(w for w in sorted(place.words) if w.isdigit() == digits) for digits in (False, True))
    (tmp_path / "a.csv").write_text(f"x;{pseudonym};y", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"x;{number};y", encoding="utf-8")
    pl.DataFrame({"a": [int(number)], "b": [1.0]}).write_parquet(tmp_path / "c.parquet")
    pl.DataFrame({"a": [[MARK]]}).write_parquet(tmp_path / "d.parquet")
    (tmp_path / "e.csv").write_text(f"x;a{pseudonym};9{number}", encoding="utf-8")
    assert holding(tmp_path, place.words) == ["a.csv", "b.csv", "c.parquet", "d.parquet"]


def test_pseudonyms_are_in_raw_files_and_typed_rows_alone(place: Place) -> None:
    held = holding(place.folder / "lager", place.words)
    assert sorted({Path(name).name for name in held}) == ["raw", "rows.parquet"]
    assert len(held) == 2 * len(FEEDS)
    assert {stat.S_IMODE((place.store / name).stat().st_mode) for name in held} == {0o600}
    assert {stat.S_IMODE((place.store / name).parent.stat().st_mode) for name in held} == {0o700}


def test_nothing_of_them_is_in_the_release(place: Place) -> None:
    assert place.release.results.height > 10_000
    assert holding(place.release.folder, place.words) == []
    assert found(place.said, place.words) == set()


def test_facts_and_exact_results_are_for_their_owner_alone(place: Place) -> None:
    for name in ("facts", "internal"):
        (folder,) = (place.store / name).iterdir()
        assert [stat.S_IMODE(p.stat().st_mode) for p in (folder.parent, folder)] == [0o700, 0o700]
        assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}
        assert holding(folder, place.words) == []
    (facts,) = (place.store / "facts").iterdir()
    assert sorted(p.name for p in facts.iterdir()) == [
        "areas.parquet", "benefits.parquet", "cells.parquet", "errors.parquet", "fakta.json", "groups.parquet", "inputs.json",
        "pairs.parquet", "residents.parquet", "scores.parquet", "without.parquet",
    ]  # fmt: skip


def test_commands_tell_nothing_of_them(place: Place, cli: Cli, tmp_path: Path) -> None:
    at = ("--release", place.release.folder)
    questions: list[tuple[object, ...]] = [("verify", place.release.folder), ("audit", place.release.folder)]
    for kode in ("101", "825"):
        questions += [("explain", "beskaeftigelse", m, kode, YEAR, *at) for m in (NUMBER, SHARE)]
        questions += [("explain", "beskaeftigelse", t.share, kode, MONTH, *at) for t in TARGETS]
        questions += [("explain", "beskaeftigelse", t.december, kode, MONTH, *at) for t in TARGETS]
    questions += [("list", "beskaeftigelse", SHARE, YEAR, *at)]
    questions += [("purge", "--store", place.store, "--dry-run", "--on", "2030-01-01")]
    for question in questions:
        for more in ((), ("--json",)):
            outcome = cli(*question, *more)
            assert outcome.code == 0, outcome.err
            assert found(outcome.out + outcome.err, place.words) == set(), question


def test_importing_and_building_tell_nothing_and_leave_nothing(
    place: Place, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    store = ("--store", tmp_path / "lager")
    for feed in FEEDS:
        path = place.folder / "sendt" / f"SYNTETISK_{feed}.parquet"
        told = ("import", feed, path, *store, "--received", "2022-01-02", "--covers", ":".join(COVERS))
        outcome = cli(*told, "--syntetisk", *(() if feed == "borgere" else ("--json",)))
        assert outcome.code == 0, outcome.err
        assert found(outcome.out + outcome.err, place.words) == set()
    for more in ((), ("--json",), ("--with", "efter_betaler"), ("--period", "2020QMAT01")):
        outcome = cli("build", "beskaeftigelse", *store, "--out", tmp_path / "ud", *more)
        assert outcome.code == 0, outcome.err
        assert found(outcome.out + outcome.err, place.words) == set()
    assert list(work.iterdir()) == []
    assert holding(tmp_path / "ud.releases", place.words) == []


@pytest.fixture
def copied(place: Place, tmp_path: Path) -> Path:
    """A store of one's own without facts."""
    shutil.copytree(place.store, tmp_path / "lager")
    shutil.rmtree(tmp_path / "lager" / "facts")
    return tmp_path / "lager"


def fails(*_: object) -> None:
    raise RuntimeError(f"{MARK} is in the way")


def test_sql_that_fails_on_a_value_does_not_tell_it(
    place: Place, copied: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What DuckDB says of a cast quotes what could not be cast."""
    (first, _), *rest = sql_files("maalestok.beskaeftigelse.personer")
    bad = "select cast(cast(person_id as varchar) as date) as person from borgere"
    monkeypatch.delenv("MAALESTOK_DEBUG", raising=False)
    monkeypatch.setattr("maalestok.beskaeftigelse.personer.facts.sql_files", lambda _: ((first, bad), *rest))
    for more in ((), ("--json",)):
        outcome = cli("build", "beskaeftigelse", "--store", copied, "--out", copied.parent / "ud", *more)
        assert (outcome.code, "Uventet fejl" in outcome.err) == (1, True)
        assert found(outcome.out + outcome.err, place.words) == set()
    assert not (copied / "facts").exists()
    assert not (copied.parent / "ud").exists()


@pytest.mark.parametrize("where", ["person_facts", "register_persons", "_weekly", "_keep"])
def test_an_unforeseen_fault_tells_nothing(
    where: str, place: Place, copied: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAALESTOK_DEBUG", raising=False)
    monkeypatch.setattr(f"maalestok.beskaeftigelse.personer.counted.{where}", fails)
    outcome = cli("build", "beskaeftigelse", "--store", copied, "--out", copied.parent / "ud")
    assert (outcome.code, "Uventet fejl" in outcome.err) == (1, True)
    assert found(outcome.out + outcome.err, place.words) == set()
    assert not (copied.parent / "ud").exists()


@pytest.mark.parametrize("damage", ["afkortet", "aendret", "vaek"])
def test_damaged_rows_are_told_of_by_file(damage: str, place: Place, copied: Path, cli: Cli) -> None:
    (rows,) = copied.glob("deliveries/forloeb/*/rows.parquet")
    content = rows.read_bytes()
    rows.unlink()
    if damage != "vaek":
        rows.write_bytes(content[:-100] if damage == "afkortet" else content[:100] + b"\xff" * 40 + content[140:])
    outcome = cli("build", "beskaeftigelse", "--store", copied, "--out", copied.parent / "ud")
    assert (outcome.code, "rows.parquet mangler eller er ændret" in outcome.err) == (2, True)
    assert found(outcome.out + outcome.err, place.words) == set()


def test_once_counted_everything_about_persons_can_be_removed(
    place: Place, cli: Cli, tmp_path: Path, copied: Path
) -> None:
    shutil.copytree(place.store / "facts", copied / "facts")
    outcome = cli("purge", "--store", copied)
    assert outcome.code == 0, outcome.err
    assert found(outcome.out + outcome.err, place.words) == set()
    assert holding(copied, place.words) == []
    again = cli("build", "beskaeftigelse", "--store", copied, "--out", tmp_path / "ud")
    assert again.code == 0, again.err
    assert open_release(tmp_path / "ud").id == place.release.id
    another = cli("build", "beskaeftigelse", "--store", copied, "--out", tmp_path / "ud", "--with", "efter_betaler")
    assert another.code == 2
    assert found(another.out + another.err, place.words) == set()


# --- counts of few


def small(counts: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    return any(number in FEW for n, ok in counts for number in (n, ok, n - ok))


def rows_of(place: Place, measure: str) -> dict[tuple[str, int], dict[str, object]]:
    held = place.release.results.filter(measure=measure)
    return {(row["kommune_kode"], row["month_index"]): row for row in held.iter_rows(named=True)}


def withheld(row: Mapping[str, object]) -> bool:
    hidden = row["status"] == "diskretioneret"
    told = [row[name] for name in ("value", "low", "high", "numerator", "denominator")]
    assert not hidden or told == [None] * 5
    return hidden


def test_exact_results_are_what_the_facts_say(place: Place) -> None:
    for at, target in enumerate(TARGETS):
        held = place.internal.filter(measure=target.share)
        assert held.height == 98 * (LAST - FIRST + 1)
        for row in held.iter_rows(named=True):
            n, ok = place.groups[row["kommune_kode"], row["month_index"]][at]
            assert (row["numerator"], row["denominator"]) == ((ok, n) if n else (None, None))


def test_a_month_is_withheld_exactly_where_it_tells_of_few(place: Place) -> None:
    seen: set[tuple[str, bool]] = set()
    for target in TARGETS:
        for measure in (target.share, target.size, target.short):
            rows = rows_of(place, measure)
            assert len(rows) == 98 * (LAST - FIRST + 1)
            for key, row in rows.items():
                assert withheld(row) == small(place.groups[key]), (measure, key)
                seen.add((measure, withheld(row)))
    assert len(seen) == 12


def test_what_is_shown_is_what_was_counted(place: Place) -> None:
    for at, target in enumerate(TARGETS):
        for key, row in rows_of(place, target.share).items():
            n, ok = place.groups[key][at]
            if row["value"] is not None:
                assert (row["numerator"], row["denominator"], row["value"]) == (ok, n, ok / n)


def test_means_and_december_are_withheld_exactly_where_a_month_in_them_is(place: Place) -> None:
    for target in TARGETS:
        means = rows_of(place, target.mean)
        told = {}
        for (kode, month), row in means.items():
            if month < LAST:
                assert (row["value"], row["status"]) == (None, "ikke_opgjort")  # months are missing
                continue
            if target == OFFERS:
                assert (row["value"], row["status"]) == (None, "ikke_opgjort")  # December 2019 asked for fewer hours
                continue
            told[kode] = withheld(row)
            assert told[kode] == any(small(place.groups[kode, m]) for m in range(month - 11, month + 1))
        assert sorted(set(told.values())) == ([False, True] if target == TALKS else [])
        december = rows_of(place, target.december)
        assert {month for _, month in december} == {LAST}
        hidden = {kode: withheld(row) for (kode, _), row in december.items()}
        assert hidden == {
            k.kode: any(small(place.groups[k.kode, m]) for m in range(LAST - 10, LAST + 2)) for k in kommuner()
        }
        assert sorted(set(hidden.values())) == [False, True]


def test_numbers_of_persons_are_tens_and_shares_are_made_of_them(place: Place) -> None:
    numbers = place.release.results.filter(measure=NUMBER)
    assert numbers.height > 1000
    assert [v for v in numbers["value"].to_list() if v % 10] == []
    shares = place.release.results.filter(measure=SHARE)
    for row in shares.drop_nulls("value").iter_rows(named=True):
        assert (row["numerator"] % 10, row["denominator"] % 10) == (0, 0)
        assert row["value"] == row["numerator"] / row["denominator"]
        assert row["low"] <= row["value"] <= row["high"]
    parts = place.release.table("parts").filter(unit="fuldtidspersoner")
    assert [v for v in parts["value"].to_list() if v is not None and v % 10] == []
    exact = place.internal.filter(measure=NUMBER).select(
        "kommune_kode", "omraade", "period", pl.col("value").alias("e")
    )
    both = numbers.join(exact, on=["kommune_kode", "omraade", "period"])
    assert both.height == numbers.height
    assert both.filter((pl.col("value") - pl.col("e")).abs() > 5 + 1e-9).is_empty()
    assert both.filter(pl.col("value") != pl.col("e")).height > 1000


def test_nothing_else_is_told_of_persons(place: Place) -> None:
    ours = place.release.results.filter(pl.col("rule_version").str.contains("personer-1"))
    counts = (m for t in TARGETS for m in (t.share, t.mean, t.short, t.size, t.december))
    moved, of_all = {*PLACES_MOVED, GAP_MOVED}, {SPREAD, STABILITY}
    known = {NUMBER, SHARE, *MODELLED, "placering", *moved, *of_all, *counts}
    assert set(ours["measure"].unique()) == known
    # Nothing is a year apart; and some municipalities have too few residents, so that nothing is told of all 98.
    shown = set(place.release.results.drop_nulls("value")["measure"].unique())
    assert shown == known - {OFFERS.mean} - of_all - {"placering_aendring_aar", GAP_MOVED}
    for path in sorted(place.release.folder.rglob("*")):
        if path.is_file() and path.suffix == ".parquet":
            assert not {"grad_dage", "gruppe", "n_samtale", "person_id"} & set(pl.read_parquet(path).columns)


# --- the attack on what is public


@dataclass(frozen=True)
class Altered(Release):
    """A release some of whose tables are others than were written."""

    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        return self.tables[name] if name in self.tables else super().table(name)


def altered(release: Release, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Altered:
    tables = {table: change(release.table(table))}
    return Altered(release.folder, release.manifest, release.id, tables)


def put(where: Mapping[str, object], **values: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Put values into the first row that has some others."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        numbered = frame.with_row_index("nr")
        condition = pl.all_horizontal([pl.col(name) == value for name, value in where.items()])
        first = numbered.filter(condition)["nr"][0]
        held = [
            pl.when(pl.col("nr") == first).then(pl.lit(v, dtype=frame.schema[n])).otherwise(pl.col(n)).alias(n)
            for n, v in values.items()
        ]
        return numbered.with_columns(held).drop("nr")

    return change


def faults(release: Release, previous: Release | None = None) -> Sequence[str]:
    found_of = audit_persons(release, previous, RULES)
    assert found_of is not None
    return found_of.faults


def test_the_release_withstands_the_attack(place: Place, cli: Cli) -> None:
    assert faults(place.release) == ()
    outcome = cli("audit", place.release.folder, "--json")
    told = json.loads(outcome.out)
    assert (outcome.code, told["ok"], told["shown"] > 500, told["withheld"] > 500) == (0, True, True, True)


def test_a_release_without_persons_is_not_attacked(place: Place, synthetic_release: Release) -> None:
    assert audit_persons(synthetic_release, None, RULES) is None


OK, HIDDEN = "ok", "diskretioneret"
SPOILED: Mapping[str, tuple[dict[str, object], dict[str, object], str]] = {
    "an exact number": ({"measure": NUMBER, "status": OK}, {"value": 123.0}, "ikke afrundet til 10"),
    "part of a person": ({"measure": NUMBER, "status": OK}, {"value": 120.25}, "ikke afrundet til 10"),
    "an exact numerator": ({"measure": SHARE, "status": OK}, {"numerator": 7.0}, "ikke afrundet til 10"),
    "exact residents": ({"measure": SHARE, "status": OK}, {"denominator": 1001.0}, "ikke afrundet til 10"),
    "an exact share": ({"measure": SHARE, "status": OK}, {"value": 0.0123}, "ikke afrundet til 10"),
    "a small group": ({"measure": TALKS.size, "status": OK}, {"value": 3.0}, "et antal på 1 til 4 kan ses"),
    "a withheld group": ({"measure": OFFERS.size, "status": HIDDEN}, {"value": 1.0}, "et antal på 1 til 4 kan ses"),
    "few who had it": (
        {"measure": TALKS.share, "status": HIDDEN},
        {"value": 0.1, "numerator": 2.0, "denominator": 20.0},
        "et antal på 1 til 4 kan ses",
    ),
    "few who had not": (
        {"measure": OFFERS.share, "status": HIDDEN},
        {"value": 0.85, "numerator": 17.0, "denominator": 20.0},
        "et antal på 1 til 4 kan ses",
    ),
    "a mean over a withheld month": (
        {"measure": TALKS.mean, "status": HIDDEN},
        {"value": 0.5},
        "hviler på en skjult måned",
    ),
    "a forecast over a withheld month": (
        {"measure": OFFERS.december, "status": HIDDEN},
        {"value": 0.5},
        "hviler på en skjult måned",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_release_is_found_out(name: str, place: Place) -> None:
    where, values, expected = SPOILED[name]
    (fault,) = faults(altered(place.release, "results", put(where, **values)))
    assert expected in fault
    assert str(where["measure"]) in fault


def test_a_shortfall_that_gives_away_few_is_found_out(place: Place) -> None:
    """Of a group of 20 it takes 16 to reach 80 per cent: 13 short are 3 who have had it."""
    shown = place.release.results.filter(measure=TALKS.short, status=OK).row(0, named=True)
    at = {"kommune_kode": shown["kommune_kode"], "period": shown["period"]}
    both = lambda frame: put({"measure": TALKS.short, **at}, value=13.0)(  # noqa: E731  # read from right to left
        put({"measure": TALKS.size, **at}, value=20.0)(frame)
    )
    assert any(
        "mangler_borgere_samtaler: et antal" in fault for fault in faults(altered(place.release, "results", both))
    )


def test_an_exact_part_is_found_out(place: Place) -> None:
    part = place.release.table("parts").filter(pl.col("part").str.starts_with("i_kvartal")).row(0, named=True)
    spoiled = altered(place.release, "parts", put({"part": part["part"], "measure": NUMBER}, value=7.0))
    (fault,) = faults(spoiled)
    assert "ikke afrundet til 10" in fault


def test_what_the_release_before_still_tells_is_found_out(place: Place) -> None:
    """Withheld now, told before, and nothing else of the municipality has changed."""
    results = place.release.results.filter(measure=TALKS.size)
    told = results.filter(status=OK, period=MONTH)["kommune_kode"].implode()
    row = results.filter(pl.col("status") == HIDDEN, pl.col("kommune_kode").is_in(told)).row(0, named=True)
    where = {"measure": TALKS.size, "kommune_kode": row["kommune_kode"], "period": row["period"]}
    before = altered(place.release, "results", put(where, value=11.0, status=OK))
    (fault,) = faults(place.release, before)
    assert "står i den forrige udgivelse" in fault
    changed = put({**where, "period": MONTH}, value=77.0)
    assert faults(place.release, altered(before, "results", changed)) == ()
    assert faults(place.release, place.release) == ()


def test_the_command_refuses_a_release_that_gives_few_away(
    place: Place, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, values, _ = SPOILED["a small group"]
    spoiled = altered(place.release, "results", put(where, **values))
    monkeypatch.setattr("maalestok.release.read.open_release", lambda _: spoiled)
    for more in ((), ("--json",)):
        outcome = cli("audit", place.release.folder, *more)
        assert (outcome.code, "røber tal" in outcome.err) == (3, True)
    assert not json.loads(outcome.out)["ok"]
