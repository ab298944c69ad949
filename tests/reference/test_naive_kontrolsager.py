"""The product agrees with the naive second implementation of the control-case benchmark on generated histories.

Events to cells, cells to windows, measures and findings, the criterion, what it takes, supersession, printed shares.
An example is a country of several histories, each under municipalities of its own. Each comparison has a short run and
a long one, marked slow.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count, takewhile
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.in_force import rows_in_force
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kommune import kommuner
from maalestok.kontrolsager import findings, tables
from maalestok.kontrolsager.celler import FIGURES, celle, celler
from maalestok.kontrolsager.events import EVENT_SCHEMA
from maalestok.kontrolsager.facts import COUNTS_SCHEMA, EventFile, Facts, build_facts
from maalestok.kontrolsager.figures import exact_figures
from maalestok.kontrolsager.lav_traekning import MonthEnd, RunRule, cases_needed, judge
from maalestok.kontrolsager.rules import KontrolsagerRules, load_rules
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.text_da import share_beside
from maalestok.registry import benchmark
from maalestok.results import key_text
from reference import naive_kontrolsager as naive
from reference import strategies_kontrolsager as drawn_by

REGISTER = {k.kode: (k.landsdel_kode, k.region_kode) for k in kommuner()}
SCALE = 10_000_000_000
LATER = datetime(2035, 1, 1, tzinfo=UTC)
"""After every month that is drawn."""
Cells = Mapping[naive.CellKey, naive.Cell]
Key = TypeVar("Key")


def examples(number: int) -> settings:
    """So many examples, however long they take to make."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=number, deadline=None, suppress_health_check=slow)


# What is drawn


@dataclass(frozen=True)
class Country:
    """Cell histories side by side, over the same months, some of them not delivered for some municipalities."""

    kommuner: tuple[str, ...]
    cells: Cells

    @property
    def places(self) -> dict[str, tuple[str, str]]:
        return {kommune: REGISTER[kommune] for kommune in self.kommuner}


@dataclass(frozen=True)
class EventCountry:
    """Event histories side by side, as one delivery tells them."""

    kommuner: tuple[str, ...]
    events: tuple[naive.Event, ...]
    last_month: int

    @property
    def first_month(self) -> int:
        return min(e.month_index for e in self.events)


def moved(pick: Random, told: Sequence[tuple[str, ...]]) -> list[dict[str, str]]:
    """Other municipalities for those of each history, no two alike, anywhere in the country."""
    codes = iter(pick.sample(sorted(REGISTER), sum(map(len, told))))
    return [{kommune: next(codes) for kommune in own} for own in told]


@st.composite
def countries(draw: st.DrawFn, histories: int, months: tuple[int, int]) -> Country:
    length = draw(st.integers(*months))
    one = drawn_by.cell_histories(max_kommuner=6, months=(length, length))
    told = draw(st.lists(one, min_size=1, max_size=histories))
    names = moved(draw(st.randoms(use_true_random=True)), [part.kommuner for part in told])
    cells = {
        (month, name[kommune], omraade, trin): cell
        for part, name in zip(told, names, strict=True)
        for (month, kommune, omraade, trin), cell in part.cells.items()
    }
    return Country(tuple(sorted(k for name in names for k in name.values())), cells)


@st.composite
def event_countries(draw: st.DrawFn, histories: int, max_cases: int) -> EventCountry:
    one = drawn_by.event_histories(max_cases=max_cases, max_kommuner=6)
    told = draw(st.lists(one, min_size=1, max_size=histories).filter(lambda parts: any(p.events for p in parts)))
    names = moved(draw(st.randoms(use_true_random=True)), [part.kommuner for part in told])
    events: list[naive.Event] = []
    for place, (part, name) in enumerate(zip(told, names, strict=True)):
        events += [replace(e, sag=e.sag * 100 + place, kommune=name[e.kommune]) for e in part.events]
    last = max(part.last_month for part in told)
    return EventCountry(tuple(sorted(k for name in names for k in name.values())), tuple(events), last)


# What the product makes of it


def event_rows(told: EventCountry, path: Path) -> None:
    """Typed rows of a delivery of events."""
    numbers: dict[int, int] = {}
    rows = []
    for e in told.events:
        numbers[e.sag] = numbers.get(e.sag, 0) + 1
        cell = celle(e.kommune, e.omraade, e.trin)
        rows.append((e.sag, numbers[e.sag], cell, e.haendelse, e.month_index, e.tilbagebetaling, e.mindreudgift))
    pl.DataFrame(rows, schema=EVENT_SCHEMA, orient="row").sort("sag", "nr").write_parquet(path)


def from_events(files: Sequence[EventFile]) -> dict[naive.CellKey, naive.Cell]:
    """The product's cells of deliveries of events."""
    with DuckDBEngine() as engine:
        months = build_facts(engine, pl.DataFrame(schema=COUNTS_SCHEMA), files).months
    named = {number: (kommune, omraade, trin) for number, kommune, omraade, trin in celler()}
    columns = months.select("month_index", "celle", *FIGURES, "beloeb_grundlag")
    return {
        (month, *named[cell]): naive.Cell(*figures, beloeb_grundlag=base)
        for month, cell, *figures, base in columns.iter_rows()
    }


def whole(cells: Cells, known: Sequence[str]) -> dict[naive.CellKey, naive.Cell]:
    """All 392 cells of each month told of: others have no cases; those `known` that are left out are not delivered."""
    found = {}
    for month in sorted({key[0] for key in cells}):
        for _, kommune, omraade, trin in celler():
            key = (month, kommune, omraade, trin)
            found[key] = cells.get(key, naive.EMPTY if kommune in known else naive.Cell())
    return found


def differing(found: Mapping[Key, object], expected: Mapping[Key, object]) -> list[tuple[Key, object, object]]:
    """The first keys whose values differ: quicker to print than two large mappings."""
    keys = [key for key in {**found, **expected} if found.get(key, "nothing") != expected.get(key, "nothing")]
    return [(key, found.get(key), expected.get(key)) for key in keys[:5]]


def facts_of(cells: Cells, known: Sequence[str]) -> Facts:
    """The product's windows of delivered cells."""
    rows = [
        (1, month, 0, celle(kommune, omraade, trin), *(getattr(cell, name) for name in FIGURES), cell.beloeb_grundlag)
        for (month, kommune, omraade, trin), cell in whole(cells, known).items()
    ]
    counts = pl.DataFrame(rows, schema=COUNTS_SCHEMA, orient="row")
    with DuckDBEngine() as engine:
        return build_facts(engine, counts, [])


# Events to cells


def check_events(told: Sequence[EventCountry]) -> None:
    """Deliveries of events, oldest first; the newest that holds a month wins it."""
    with TemporaryDirectory() as folder:
        files, expected = [], []
        for orden, part in enumerate(told, start=1):
            path = Path(folder) / f"{orden}.parquet"
            event_rows(part, path)
            files.append(EventFile(path, orden, part.first_month, part.last_month))
            cells = naive.cells_from_events(part.events, part.last_month, sorted(REGISTER))
            expected.append(naive.Delivery(orden, orden, "", cells))
        found = from_events(files)
    assert differing(found, naive.in_force(expected)) == []


@examples(25)
@given(st.lists(event_countries(histories=6, max_cases=80), min_size=1, max_size=3))
def test_events_make_the_same_cells(told: list[EventCountry]) -> None:
    check_events(told)


@pytest.mark.slow
@examples(120)
@given(st.lists(event_countries(histories=16, max_cases=300), min_size=1, max_size=3))
def test_events_make_the_same_cells_at_length(told: list[EventCountry]) -> None:
    check_events(told)


def check_imported(told: EventCountry, same_day: bool) -> None:
    """The file as sent, through the import."""
    rows = drawn_by.file_rows(told.events, told.last_month, same_day)
    with TemporaryDirectory() as folder:
        path, place = Path(folder) / "haendelser.csv", Path(folder) / "lager"
        lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        kind = benchmark("kontrolsager").feed_kind("sagshaendelser")
        (report,) = import_files(kind, [path], place, Arrival(LATER))
        assert report.outcome == "modtaget", [issue.message for issue in report.issues]
        store = Store.open(place)
        (delivery,) = store.deliveries("sagshaendelser")
        first, last = (parse_period(delivery.periods[end]).month_index for end in (0, -1))
        assert (first, last) == (told.first_month, told.last_month)
        found = from_events([EventFile(store.rows_path(delivery), 1, first, last)])
    assert differing(found, naive.cells_from_events(told.events, told.last_month, sorted(REGISTER))) == []


@examples(10)
@given(event_countries(histories=4, max_cases=60), st.booleans())
def test_files_of_events_make_the_same_cells(told: EventCountry, same_day: bool) -> None:
    check_imported(told, same_day)


@pytest.mark.slow
@examples(50)
@given(event_countries(histories=16, max_cases=200), st.booleans())
def test_files_of_events_make_the_same_cells_at_length(told: EventCountry, same_day: bool) -> None:
    check_imported(told, same_day)


# Cells to windows to measures

Told = tuple[float | None, float | None, float | None, str]
Range = tuple[float | None, float | None]


def check_measures(told: Country) -> None:
    """Every measure of every place, cut and month end: value, parts, status, interval."""
    expected = naive.all_measures(told.cells, told.kommuner, told.places)
    exact = exact_figures(facts_of(told.cells, told.kommuner).windows)
    results, _ = tables.results_of(exact, exact, load_rules(), syntetisk=True)
    assert len(results) == 115 * len(naive.VIEWS) * len(naive.month_ends(told.cells)) * 7
    places = {key[1] for key in expected}
    key = ("measure", "kommune_kode", "omraade", "kontroltrin", "month_index")
    found: dict[Any, Told] = {}
    ranges: dict[Any, Range] = {}
    for row in results.filter(pl.col("kommune_kode").is_in(places)).iter_rows(named=True):
        at = tuple(row[name] for name in key)
        found[at] = (row["value"], row["numerator"], row["denominator"], row["status"])
        ranges[at] = (row["low"], row["high"])
    wanted = {
        at: (None if a.value is None else a.value.numerator / a.value.denominator, a.numerator, a.denominator, a.status)
        for at, a in expected.items()
    }
    assert differing(found, wanted) == []
    for at, answer in expected.items():
        for mine, other in zip(ranges[at], (answer.low, answer.high), strict=True):
            assert (mine is None) == (other is None), at
            assert mine is None or other is None or math.isclose(mine, other, rel_tol=0, abs_tol=1e-12), at


@examples(12)
@given(countries(histories=5, months=(14, 26)))
def test_cells_make_the_same_measures(told: Country) -> None:
    check_measures(told)


@pytest.mark.slow
@examples(60)
@given(countries(histories=12, months=(14, 40)))
def test_cells_make_the_same_measures_at_length(told: Country) -> None:
    check_measures(told)


def test_places_of_the_strategies_are_those_of_the_register() -> None:
    assert {kommune: REGISTER[kommune] for kommune in drawn_by.PLACES} == drawn_by.PLACES
    assert set(celler()) == {(celle(k, *cut), k, *cut) for k in REGISTER for cut in naive.CUTS}
    assert FIGURES == naive.FIGURES


# The criterion


def check_criterion(case: drawn_by.TrackCase) -> None:
    """One municipality and track, month end by month end."""
    ends = [MonthEnd(case.first_month_end + at, *end) for at, end in enumerate(case.history)]
    rule = RunRule(Fraction(case.threshold) / 100, case.run_length, case.variant, 2, case.small)  # type: ignore[arg-type]  # one of the variants
    expected = naive.criterion(case.history, case.threshold, case.run_length, case.variant, case.small)
    found = [naive.Outcome(j.udfald, j.loebelaengde, frozenset(j.flag)) for j in judge(ends, lambda _: rule)]
    assert found == [with_missing(o, missing) for o, (_, _, missing) in zip(expected, case.history, strict=True)]


def with_missing(outcome: naive.Outcome, missing: int) -> naive.Outcome:
    """The product says of a month end that a month is missing; the naive implementation has no word for it."""
    return replace(outcome, flag=outcome.flag | {"maaned_mangler"}) if missing else outcome


@examples(2000)
@given(drawn_by.track_cases())
def test_the_criterion_is_the_same(case: drawn_by.TrackCase) -> None:
    check_criterion(case)


@pytest.mark.slow
@examples(20_000)
@given(drawn_by.track_cases(max_segments=12))
def test_the_criterion_is_the_same_at_length(case: drawn_by.TrackCase) -> None:
    check_criterion(case)


def test_no_month_end_without_cases_is_pooled() -> None:
    """Without a share at each of the six there are not six month ends under the limit: one of 1 in 10 is not enough."""
    history: tuple[naive.MonthEnd, ...] = (*[(0, 0, 0)] * 5, (1, 9, 0), *[(1, 9, 0)] * 5)
    check_criterion(drawn_by.TrackCase(history, 30, 6, "samlet", 20, frozenset(), drawn_by.FIRST_MONTH))


@dataclass(frozen=True)
class Said:
    """Contacts of a municipality on a kontroltrin, by month, and the criterion asked about."""

    run_length: int
    variant: str
    percent: int
    months: Mapping[tuple[str, int], frozenset[int]]


@st.composite
def said_of(draw: st.DrawFn, told: Country) -> Said:
    first, last = min(key[0] for key in told.cells), max(key[0] for key in told.cells)
    some = st.sampled_from([(kommune, trin) for kommune in told.kommuner for trin in (2, 3)])
    months = draw(st.dictionaries(some, drawn_by.contacts(first, last), max_size=6))
    length, variant = draw(st.sampled_from(((6, "mindst"), (6, "mindst"), (3, "mere_end"), (4, "samlet"))))
    return Said(length, variant, draw(st.sampled_from((30, 30, 25))), months)


def rules_with(said: Said) -> KontrolsagerRules:
    """The shipped rules, with another version of the criterion."""
    rules = load_rules()
    percent = Fraction(said.percent, 100)
    changes = {"threshold": f"{float(percent):.2f}", "run_length": said.run_length, "variant": said.variant}
    (version,) = rules.lav.versions
    changed = type(version).model_validate(version.model_dump() | changes)
    return rules.model_copy(update={"lav": rules.lav.model_copy(update={"versions": (changed,)})})


def contact_rows(said: Said) -> pl.DataFrame:
    """Typed rows: a contact in each month, and a reply that flags nothing."""
    rows = []
    for (kommune, trin), months in said.months.items():
        for month in sorted(months):
            code = Period(month, PeriodKind.MONTH).code
            rows.append((kommune, trin, f"{code}-11", code, "kontakt"))
            later = Period(month + 9, PeriodKind.MONTH).code
            rows.append((kommune, trin, f"{later}-02", later, "svar"))
    text = pl.String
    schema = {"kommune_kode": text, "kontroltrin": pl.Int64, "dato": text, "period": text, "art": text}
    return pl.DataFrame(rows, schema=schema, orient="row")


def check_findings(told: Country, said: Said) -> None:
    """Findings with contacts and evidence, what it takes, and how many months are missing."""
    rules = rules_with(said)
    windows = facts_of(told.cells, told.kommuner).windows.filter(pl.col("kommune_kode").is_in(told.kommuner))
    found = findings.low_findings(windows, contact_rows(said), rules, syntetisk=True)
    assert len(found) == len(told.kommuner) * 2 * len(naive.month_ends(told.cells))
    rows = {(r["kommune_kode"], r["kontroltrin"], r["month_index"]): r for r in found.iter_rows(named=True)}
    parts = tables.parts_of(
        pl.DataFrame(), empty_results(), windows, windows, findings.funnels(windows, rules), rules, syntetisk=True
    )
    told_parts = {
        (r["part"], r["kommune_kode"], r["kontroltrin"], parse_period(r["period"]).month_index): r["value"]
        for r in parts.filter(pl.col("part") != findings.FUNNEL_PART).iter_rows(named=True)
    }
    expected_parts: dict[Any, float] = {}
    for kommune in told.kommuner:
        for trin, omraade in ((2, "kontanthjaelp"), (3, "i_alt")):
            history = naive.track_history(told.cells, kommune, trin)
            first = naive.month_ends(told.cells)[0]
            contacts = said.months.get((kommune, trin), frozenset())
            outcomes = naive.criterion(history, said.percent, said.run_length, said.variant, 20, contacts, first)
            for at, (outcome, (drawn, rest, missing)) in enumerate(zip(outcomes, history, strict=True)):
                row = rows[kommune, trin, first + at]
                judged = naive.Outcome(row["udfald"], row["loebelaengde"], frozenset(row["flag"]))
                assert judged == with_missing(outcome, missing), (kommune, trin, at)
                assert row["omraade"] == omraade
                ends = range(max(first, first + at - said.run_length + 1), first + at + 1)
                assert row["evidence"] == [key_of(kommune, omraade, trin, month) for month in ends]
                assert row["graense"] == said.percent / 100
                if missing:
                    expected_parts[tables.MISSING_PART, kommune, trin, first + at] = missing
                stated = drawn is not None and rest is not None and drawn + rest > 0
                assert (row["vaerdi"] is not None) == stated
                if stated and drawn is not None and rest is not None and not missing:
                    assert row["vaerdi"] == drawn / (drawn + rest)
                    staying = drawn - drawn_in(told.cells, kommune, trin, first + at - 11)
                    needed = naive.mangler_sager(staying, rest, said.percent)
                    expected_parts[tables.NEEDED_PART, kommune, trin, first + at] = needed
    assert differing(told_parts, expected_parts) == []


def empty_results() -> pl.DataFrame:
    """No figures, so that no rounding is looked at."""
    text = dict.fromkeys(("measure", "kommune_kode", "omraade"), pl.String)
    return pl.DataFrame(schema={**text, "kontroltrin": pl.Int8, "month_index": pl.Int32, "value": pl.Float64})


def drawn_in(cells: Cells, kommune: str, trin: int, month: int) -> int:
    """Cases drawn in a month that leaves the window next."""
    return sum(cells[month, kommune, *cut].trukket or 0 for cut in naive.CUTS if cut[1] == trin)


def key_of(kommune: str, omraade: str, trin: int, month: int) -> str:
    code = Period(month, PeriodKind.MONTH).code
    at = {"kommune_kode": kommune, "omraade": omraade, "kontroltrin": trin, "period": code}
    return key_text({"benchmark": "kontrolsager", "measure": "trukket_andel", "kilde": "beregnet", **at})


def with_contacts(histories: int, months: tuple[int, int]) -> st.SearchStrategy[tuple[Country, Said]]:
    return countries(histories, months).flatmap(lambda told: st.tuples(st.just(told), said_of(told)))


@examples(16)
@given(with_contacts(histories=6, months=(17, 30)))
def test_cells_make_the_same_findings(drawn: tuple[Country, Said]) -> None:
    check_findings(*drawn)


@pytest.mark.slow
@examples(100)
@given(with_contacts(histories=16, months=(17, 60)))
def test_cells_make_the_same_findings_at_length(drawn: tuple[Country, Said]) -> None:
    check_findings(*drawn)


# What it takes, and how it is printed


@examples(500)
@given(st.integers(0, SCALE), st.integers(0, SCALE), st.integers(1, 99))
@example(299, 701, 30)
@example(0, 0, 30)
def test_what_it_takes_is_the_same(drawn: int, rest: int, percent: int) -> None:
    assert cases_needed(drawn, rest, Fraction(percent, 100)) == naive.mangler_sager(drawn, rest, percent)


@st.composite
def beside_a_limit(draw: st.DrawFn) -> tuple[int, int, int]:
    """A numerator close to a limit (in per cent), its denominator, the limit."""
    whole_number, percent = draw(st.integers(1, SCALE)), draw(st.integers(1, 99))
    near = whole_number * percent // 100 + draw(st.integers(-3, 3))
    part = draw(st.one_of(st.just(near), st.integers(0, whole_number)))
    return min(max(part, 0), whole_number), whole_number, percent


@examples(1000)
@given(beside_a_limit())
@example((2996, 10_000, 30))
@example((29_996, 100_000, 30))
@example((79_996, 100_000, 80))
@example((30_001, 100_000, 30))
def test_a_share_is_printed_on_its_side_of_the_limit(drawn: tuple[int, int, int]) -> None:
    """As by the naive printer, which has two sides; of a share above its limit the product says also that it is above."""
    part, of, percent = drawn
    share = Fraction(part, of)
    found = share_beside(part, of, Fraction(percent, 100))
    expected = naive.printed_per_cent(share, percent, decimals=2)
    if share * 100 > percent and Fraction(expected.replace(",", ".")) == percent:
        said = Fraction(found.replace(",", "."))
        assert said > percent
        assert abs(said - share * 100) * 2 <= Fraction(1, 10 ** len(found.partition(",")[2]))
    else:
        assert found == expected


# Deliveries that restate months


def delivered(path: Path, delivery: naive.Delivery, known: Sequence[str]) -> None:
    """The delivery as the file it was sent as."""
    lines = [";".join(["maaned", "kommune_kode", "omraade", "kontroltrin", *FIGURES, "beloeb_grundlag"])]
    for (month, kommune, omraade, trin), cell in whole(delivery.cells, known).items():
        figures = ["" if (n := getattr(cell, name)) is None else str(n) for name in FIGURES]
        key = [drawn_by.month_code(month), kommune, omraade, str(trin)]
        lines.append(";".join([*key, *figures, cell.beloeb_grundlag]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check_supersession(told: drawn_by.CellHistory, sent: Sequence[naive.Delivery], known_at: int) -> None:
    """Deliveries imported in some order; what is in force of them, and what was known at an earlier time.

    One without 12 months in a row is refused, and changes nothing.
    """
    kind = benchmark("kontrolsager").feed_kind("kontrolsager")
    with TemporaryDirectory() as folder:
        place, held = Path(folder) / "lager", []
        for number, delivery in enumerate(sent):
            path = Path(folder) / f"{number}.csv"
            delivered(path, delivery, told.kommuner)
            received, extracted = (LATER + timedelta(days=n) for n in (delivery.received, delivery.extracted))
            (report,) = import_files(kind, [path], place, Arrival(received, extracted, stated=True))
            if longest_run(delivery.cells) < 12:
                assert report.outcome == "afvist"
                continue
            assert report.outcome in ("modtaget", "findes"), [issue.message for issue in report.issues]
            cells = whole(delivery.cells, told.kommuner)
            held.append(replace(delivery, sha=report.sha256, cells=cells))
        assume(held)
        store = Store.open(place)
        for moment in (None, known_at):
            at = None if moment is None else LATER + timedelta(days=moment)
            expected = naive.in_force([d for d in held if moment is None or d.received <= moment])
            rows = rows_in_force(store, kind.feed, at)
            assert differing(rows_as_cells(rows), expected) == []


def longest_run(cells: Cells) -> int:
    """How many months in a row a delivery tells of."""
    months = {key[0] for key in cells}
    return max(sum(1 for _ in takewhile(months.__contains__, count(month))) for month in months)


def rows_as_cells(rows: pl.DataFrame) -> dict[naive.CellKey, naive.Cell]:
    key = ("period", "kommune_kode", "omraade", "kontroltrin")
    return {
        (parse_period(period).month_index, kommune, omraade, trin): naive.Cell(*figures, beloeb_grundlag=base)
        for period, kommune, omraade, trin, *figures, base in rows.select(*key, *FIGURES, "beloeb_grundlag").rows()
    }


@examples(8)
@given(drawn_by.deliveries(max_deliveries=4, max_kommuner=6, months=(16, 24)), st.integers(0, 3))
def test_the_same_deliveries_are_in_force(
    drawn: tuple[drawn_by.CellHistory, list[naive.Delivery]], known_at: int
) -> None:
    check_supersession(*drawn, known_at)


@pytest.mark.slow
@examples(40)
@given(drawn_by.deliveries(max_deliveries=6, max_kommuner=6, months=(14, 36)), st.integers(0, 3))
def test_the_same_deliveries_are_in_force_at_length(
    drawn: tuple[drawn_by.CellHistory, list[naive.Delivery]], known_at: int
) -> None:
    check_supersession(*drawn, known_at)
