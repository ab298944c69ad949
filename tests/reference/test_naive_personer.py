"""Persons counted by the product and day by day by the reference: equal, on thousands of invented persons."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from maalestok.beskaeftigelse.personer.counted import Counted, prepare
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import Size, write_denmark
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from personer import counted, grade_days, groups, residents, take_in
from reference import naive_personer as naive

COVERS = ("2019-01", "2020-12")
SEEDS = (1, 2, 3)
PERSONS = 1000
AREAS = load_rules().areas.versions[-1].areas
OMRAADE = {benefit: area for area, benefits in AREAS.items() for benefit in benefits}
BENEFITS = set(OMRAADE) - {"shoydelse"}


def day_before(month: int) -> date:
    """The last day of a month."""
    return naive.first_day(month + 1) - timedelta(days=1)


@pytest.fixture(scope="module", params=SEEDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Counted, naive.Persons]:
    persons = naive.generate(request.param, PERSONS)
    return counted(tmp_path_factory.mktemp("personer"), persons, COVERS), persons


def test_grade_days_of_every_window(both: tuple[Counted, naive.Persons]) -> None:
    found, (homes, spells, *_) = both
    checked = 0
    for window in found.plan.windows:
        last = window.period.month_index
        start = naive.first_day(last - window.months + 1)
        if not window.quarter or last % 6 == 5:
            expected, people = naive.ydelsesgrad(homes, spells, OMRAADE, start, day_before(last), date(2020, 12, 31))
            assert grade_days(found, window.period.code, quarter=window.quarter) == expected
            assert residents(found, start) == people
            checked += 1
    assert checked == 9


def test_target_groups_of_every_month(both: tuple[Counted, naive.Persons]) -> None:
    found, persons = both
    months = range(2019 * 12 + 11, 2020 * 12 + 12)
    assert [month.month for month in found.plan.months] == list(months)
    for month in months:
        krav = naive.Krav(4, 1, 100 if month // 12 == 2019 else 225)
        expected = naive.fokusmaal(*persons, BENEFITS, date(2020, 12, 31), month, krav)
        assert groups(found, month) == {k: _tuple(t) for k, t in expected.items()}
        assert expected


def test_paying_municipality(tmp_path: Path) -> None:
    persons = naive.generate(4, 600)
    found = counted(tmp_path, persons, COVERS, by_payer=True)
    expected, _ = naive.ydelsesgrad(
        persons[0], persons[1], OMRAADE, date(2020, 1, 1), date(2020, 12, 31), date(2020, 12, 31), efter_betaler=True
    )
    assert grade_days(found, "2020QMAT04") == expected


def test_both_definitions_on_the_same_data(tmp_path: Path) -> None:
    persons = naive.generate(5, 600)
    found = counted(tmp_path, persons, COVERS, bridge=True)
    for version in load_rules().areas.versions:
        areas = {benefit: area for area, benefits in version.areas.items() for benefit in benefits}
        expected, _ = naive.ydelsesgrad(
            persons[0], persons[1], areas, date(2020, 1, 1), date(2020, 12, 31), date(2020, 12, 31)
        )
        assert grade_days(found, "2020QMAT04", version=version.version) == expected


@pytest.mark.parametrize("until", ["2020-09", "2020-02"])
def test_months_to_come(tmp_path: Path, until: str) -> None:
    persons = naive.generate(6, 800)
    known = day_before(int(until[:4]) * 12 + int(until[5:]) - 1)
    persons = (
        [row for row in persons[0] if row.fra <= known],
        [row for row in persons[1] if row.fra <= known],
        [row for row in persons[2] if row.fra <= known],
        [row for row in persons[3] if naive.first_day(row.maaned) <= known],
        [row for row in persons[4] if row.fra <= known],
    )
    found = counted(tmp_path, persons, ("2019-01", until))
    for month in range(found.coverage.last + 1, 2020 * 12 + 12):
        expected = naive.fremskrevet(*persons, BENEFITS, known, month)
        assert groups(found, month) == {k: _tuple(t) for k, t in expected.items()}
        assert expected


def _tuple(found: naive.Tal) -> tuple[int, int, int, int, int]:
    return found.gruppe, found.n_samtale, found.ok_samtale, found.n_tilbud, found.ok_tilbud


def test_a_municipality_with_groups_above_127(tmp_path: Path) -> None:
    """One of Synthetic Denmark, from its files: DuckDB 2.0.0 by itself counts 134 of such a group as -122."""
    write_denmark(tmp_path, Size(60_000, ("751",)), 1)
    for feed in PERSON_FEEDS:
        codes = ["751"] if feed == "borgere" else []
        take_in(tmp_path / "lager", feed, tmp_path / f"SYNTETISK_{feed}.parquet", COVERS, codes=codes, syntetisk=True)
    with DuckDBEngine() as engine:
        prepared = prepare(engine, Store.open(tmp_path / "lager"), load_rules(), None)
        assert prepared is not None
        found = prepared.count()
    persons = synthetic_persons(tmp_path)
    largest = 0
    for month in (2019 * 12 + 11, 2020 * 12 + 5, 2020 * 12 + 11):
        krav = naive.Krav(4, 1, 100 if month // 12 == 2019 else 225)
        expected = naive.fokusmaal(*persons, BENEFITS, date(2020, 12, 31), month, krav)[751]
        assert groups(found, month)[751] == _tuple(expected)
        largest = max(largest, expected.gruppe)
    assert largest > 127


def synthetic_persons(folder: Path) -> naive.Persons:
    """The rows of Synthetic Denmark's files as the reference takes them."""
    frames = {feed: pl.read_parquet(folder / f"SYNTETISK_{feed}.parquet") for feed in PERSON_FEEDS}
    numbers = {name: n for n, name in enumerate(frames["borgere"]["person_id"].unique().sort().to_list())}
    rows = {feed: list(frame.iter_rows(named=True)) for feed, frame in frames.items()}
    return (
        [
            naive.Bopael(numbers[r["person_id"]], int(r["kommune_kode"]), r["fra"], r["til"], r["foedselsaar"])
            for r in rows["borgere"]
        ],
        [
            naive.Forloeb(numbers[r["person_id"]], r["ydelse"], r["fra"], r["til"], None, r["grad_pct"])
            for r in rows["forloeb"]
        ],
        [naive.Indsats(numbers[r["person_id"]], r["art"], r["fra"], r["til"], r["afholdt"]) for r in rows["indsats"]],
        [
            naive.Timer(numbers[r["person_id"]], int(r["maaned"][:4]) * 12 + int(r["maaned"][5:]) - 1, r["timer"])
            for r in rows["arbejdstimer"]
        ],
        [naive.Fritagelse(numbers[r["person_id"]], r["art"], r["fra"], r["til"]) for r in rows["fritagelser"]],
    )
