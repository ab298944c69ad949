"""Which delivery tells of which months, what can be counted of them, and facts that are kept: pure, and from a store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse.personer.counted import Counted, Prepared, prepare
from maalestok.beskaeftigelse.personer.coverage import (
    EFFORT,
    LONG_AGO,
    NEEDED,
    Coverage,
    PersonFile,
    Range,
    coverage,
    first_day,
    last_day,
    month_code,
    range_rows,
)
from maalestok.beskaeftigelse.personer.facts import PACKAGE
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.plan import Plan, make_plan
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.errors import StoreError
from maalestok.facts import sql_files
from maalestok.period import parse_period
from personer import counted, grade_days, groups, residents, take_in, write_files
from reference import naive_personer as naive

RULES = load_rules()
KODE = 707


def month(code: str) -> int:
    return parse_period(code).month_index


def file(feed: str, orden: int, first: str, last: str) -> PersonFile:
    return PersonFile(feed, None, f"sha{orden}", orden, frozenset(range(month(first), month(last) + 1)))


def known(spans: Mapping[str, tuple[str, str]]) -> Coverage:
    """One delivery of each feed."""
    found = coverage([file(feed, place, *span) for place, (feed, span) in enumerate(spans.items(), start=1)])
    assert found is not None
    return found


def both(first: str, last: str) -> Coverage:
    """Residences and spells alone."""
    return known(dict.fromkeys(NEEDED, (first, last)))


def every(first: str, last: str, efforts: str | None = None) -> Coverage:
    """All that focus targets need; efforts from their own month on."""
    return known({**dict.fromkeys(NEEDED, (first, last)), **dict.fromkeys(EFFORT, (efforts or first, last))})


def plan_of(found: Coverage, *, bridge: bool = False) -> Plan:
    return make_plan(found, RULES, by_payer=False, bridge=bridge)


def told(found: Coverage, feed: str) -> list[tuple[int, str, str, bool]]:
    return [(r.orden, month_code(r.first), month_code(r.last), r.oldest) for r in found.ranges if r.feed == feed]


# --- which delivery is in force


def test_the_newest_delivery_wins_month_by_month() -> None:
    files = [
        file("borgere", 1, "2019-01", "2020-12"),
        file("forloeb", 2, "2019-01", "2020-06"),
        file("forloeb", 4, "2019-06", "2019-07"),
        file("forloeb", 3, "2020-05", "2020-12"),
    ]
    expected = [
        (2, "2019-01", "2019-05", True),
        (4, "2019-06", "2019-07", False),
        (2, "2019-08", "2020-04", False),
        (3, "2020-05", "2020-12", False),
    ]
    for given_order in (files, files[::-1]):
        found = coverage(given_order)
        assert found is not None
        assert told(found, "forloeb") == expected
        assert told(found, "borgere") == [(1, "2019-01", "2020-12", True)]


def test_a_delivery_without_a_month_of_its_own_is_not_in_force() -> None:
    found = coverage([*(file(f, 1, "2019-01", "2019-12") for f in NEEDED), file("forloeb", 2, "2018-12", "2019-12")])
    assert found is not None
    assert told(found, "forloeb") == [(2, "2018-12", "2019-12", True)]


def test_only_the_newest_months_without_a_gap_are_used() -> None:
    found = coverage(
        [
            file("borgere", 1, "2018-01", "2020-12"),
            file("forloeb", 2, "2018-01", "2018-12"),
            file("forloeb", 3, "2019-02", "2019-08"),
            file("forloeb", 4, "2019-09", "2020-12"),
        ]
    )
    assert found is not None
    assert told(found, "forloeb") == [(3, "2019-02", "2019-08", True), (4, "2019-09", "2020-12", False)]
    assert month_code(found.begins(NEEDED) or 0) == "2019-02"


def test_what_one_feed_tells_alone_is_not_used() -> None:
    found = known(
        {
            "borgere": ("2019-01", "2020-12"),
            "forloeb": ("2019-01", "2020-09"),
            "indsats": ("2019-01", "2021-01"),
            "arbejdstimer": ("2019-01", "2020-10"),
        }
    )
    assert month_code(found.last) == "2020-09"
    assert {feed: month_code(end) for feed, end in found.shorter.items()} == {
        "borgere": "2020-12",
        "indsats": "2021-01",
        "arbejdstimer": "2020-10",
    }
    assert {r.last for r in found.ranges} == {month("2020-09")}


def test_exemptions_that_end_earlier_hold_nothing_back() -> None:
    found = known({**dict.fromkeys((*NEEDED, *EFFORT), ("2019-01", "2020-12")), "fritagelser": ("2019-01", "2020-03")})
    assert (month_code(found.last), found.shorter) == ("2020-12", {})
    assert told(found, "fritagelser")[0][2] == "2020-03"


@pytest.mark.parametrize("left", [(), ("borgere",), ("forloeb",), ("indsats", "arbejdstimer", "fritagelser")])
def test_without_residences_or_spells_nothing_is_known(left: Sequence[str]) -> None:
    assert coverage([file(feed, 1, "2019-01", "2020-12") for feed in left]) is None


def test_feeds_that_share_no_month_begin_nowhere() -> None:
    found = known({"borgere": ("2021-01", "2021-06"), "forloeb": ("2020-01", "2020-12")})
    assert (month_code(found.last), found.begins(NEEDED), found.begins(["forloeb"])) == (
        "2020-12",
        None,
        month("2020-01"),
    )
    assert (plan_of(found).windows, plan_of(found).months) == ((), ())


def test_days_told_of_reach_back_without_end_and_ahead_from_the_last_month() -> None:
    found = coverage(
        [
            file("borgere", 1, "2019-01", "2020-10"),
            file("forloeb", 2, "2019-01", "2020-02"),
            file("forloeb", 3, "2020-03", "2020-11"),
            file("fritagelser", 4, "2019-01", "2020-09"),
        ]
    )
    assert found is not None
    rows = {(feed, orden): tuple(rest) for feed, orden, *rest in range_rows(found, month("2020-12"))}
    january, december = month("2019-01"), last_day(month("2020-12"))
    october = month("2020-10")
    assert rows["borgere", 1] == (LONG_AGO, last_day(october), january, october, december)
    february, march = month("2020-02"), month("2020-03")
    assert rows["forloeb", 2] == (LONG_AGO, last_day(february), january, february, last_day(february))
    assert rows["forloeb", 3] == (first_day(march), last_day(october), march, october, december)
    assert rows["fritagelser", 4][-1] == last_day(month("2020-09"))
    assert date.fromordinal(date(1970, 1, 1).toordinal() + last_day(february)) == date(2020, 2, 29)


SPAN = st.tuples(st.integers(0, 11), st.integers(0, 11)).map(sorted)


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(st.tuples(st.sampled_from(PERSON_FEEDS), SPAN), max_size=10))
def test_each_month_is_told_by_the_newest_delivery_and_by_that_alone(spans: list[tuple[str, list[int]]]) -> None:
    start = month("2020-01")
    files = [
        PersonFile(feed, None, str(n), n, frozenset(range(start + low, start + high + 1)))
        for n, (feed, (low, high)) in enumerate(spans)
    ]
    found = coverage(files)
    if not set(NEEDED) <= {f.feed for f in files}:
        assert found is None
        return
    assert found is not None
    ends = [
        max(m for f in files if f.feed == feed for m in f.months) for feed in {f.feed for f in files} - {"fritagelser"}
    ]
    assert found.last == min(ends)
    for feed in PERSON_FEEDS:
        newest = {m: max(f.orden for f in files if f.feed == feed and m in f.months) for f in files if f.feed == feed for m in f.months}  # fmt: skip
        ours = [r for r in found.ranges if r.feed == feed]
        by_month = [(m, r.orden) for r in ours for m in range(r.first, r.last + 1)]
        assert by_month == [(m, newest[m]) for m in sorted(m for m, _ in by_month)]
        assert [r.oldest for r in ours] == [n == 0 for n in range(len(ours))]
        if by_month:
            first, last = by_month[0][0], by_month[-1][0]
            assert [m for m, _ in by_month] == list(range(first, last + 1))
            assert last == min(found.last, max(newest))
            assert first - 1 not in newest
            assert found.first[feed] == first


# --- what is counted of it


def windows(plan: Plan, *, quarter: bool) -> list[str]:
    return [w.period.code for w in plan.windows if w.quarter == quarter]


def test_windows_need_all_their_months() -> None:
    plan = plan_of(both("2019-01", "2020-05"))
    assert windows(plan, quarter=False) == ["2019QMAT04", "2020QMAT01"]
    assert windows(plan, quarter=True) == ["2019QMAT01", "2019QMAT02", "2019QMAT03", "2019QMAT04", "2020QMAT01"]
    assert windows(plan_of(both("2019-02", "2020-06")), quarter=False) == ["2020QMAT01", "2020QMAT02"]
    assert windows(plan_of(both("2019-02", "2020-06")), quarter=True)[0] == "2019QMAT02"
    assert plan_of(both("2019-01", "2019-02")).windows == ()
    assert plan.months == ()


def test_a_window_is_counted_from_its_first_day() -> None:
    year, quarter = (next(w for w in plan_of(both("2020-01", "2020-12")).windows if w.quarter == q and w.period.code == "2020QMAT04") for q in (False, True))  # fmt: skip
    assert (year.months, year.days, year.first_day) == (12, 366, first_day(month("2020-01")))
    assert (quarter.months, quarter.days, quarter.first_day) == (3, 92, first_day(month("2020-10")))


def test_windows_use_the_areas_in_force_and_both_when_asked() -> None:
    found = both("2017-01", "2019-06")
    own = plan_of(found)
    versions = {w.period.code: w.version.version for w in own.windows if not w.quarter}
    assert versions == {
        "2018QMAT02": "2018", "2018QMAT03": "2018", "2018QMAT04": "2019-04", "2019QMAT01": "2019-04",
        "2019QMAT02": "2019-04",
    }  # fmt: skip
    bridged = plan_of(found, bridge=True)
    assert len(bridged.windows) == 2 * len(own.windows)
    assert [w.number for w in bridged.windows] == list(range(len(bridged.windows)))
    ours = [(w.period, w.quarter, w.version.version) for w in bridged.windows if w.own_version]
    assert ours == [(w.period, w.quarter, w.version.version) for w in own.windows]


def test_no_window_after_the_areas_end() -> None:
    assert windows(plan_of(both("2024-01", "2026-06")), quarter=False) == ["2024QMAT04", "2025QMAT01", "2025QMAT02"]
    assert plan_of(both("2025-04", "2026-06")).windows[-1].period.code == "2025QMAT02"
    assert plan_of(both("2026-01", "2026-12")).windows == ()


def test_nothing_is_counted_before_the_rules_begin() -> None:
    plan = plan_of(every("2010-01", "2017-12"))
    assert (plan.windows, plan.months, plan.tables) == ((), (), {})


def months(plan: Plan) -> list[str]:
    return [month_code(m.month) for m in plan.months]


def test_the_first_measured_month_is_the_last_of_twelve_known() -> None:
    assert months(plan_of(every("2019-01", "2020-12")))[0] == "2019-12"
    assert months(plan_of(every("2018-01", "2020-12", efforts="2019-07")))[0] == "2020-06"
    persons_later = {**dict.fromkeys(NEEDED, ("2020-03", "2020-12")), **dict.fromkeys(EFFORT, ("2018-01", "2020-12"))}
    assert months(plan_of(known(persons_later)))[0] == "2020-03"
    assert months(plan_of(every("2020-02", "2020-12"))) == []
    assert months(plan_of(every("2020-01", "2020-12"))) == ["2020-12"]


@pytest.mark.parametrize("missing", EFFORT)
def test_without_efforts_no_month_is_measured(missing: str) -> None:
    spans = dict.fromkeys([f for f in (*NEEDED, *EFFORT) if f != missing], ("2019-01", "2020-12"))
    assert plan_of(known(spans)).months == ()


def test_months_to_come_are_those_of_the_last_ones_year() -> None:
    plan = plan_of(every("2019-01", "2020-09"))
    assert months(plan) == [month_code(m) for m in range(month("2019-12"), month("2020-12") + 1)]
    assert month_code(plan.known_until) == "2020-09"
    assert months(plan_of(every("2019-01", "2020-12")))[-1] == "2020-12"
    assert months(plan_of(every("2019-01", "2021-01")))[-1] == "2021-12"
    (choice,) = plan.tables["valg"][1]
    assert choice == (False, first_day(month("2019-12") - 60))


def test_targets_of_the_year_are_asked_for() -> None:
    asked = {month_code(m.month): (m.samtaler, m.timer) for m in plan_of(every("2018-01", "2021-03")).months}
    assert (asked["2019-12"], asked["2020-01"], asked["2021-12"]) == ((4, 10_000), (4, 22_500), (4, 22_500))
    assert next(iter(asked)) == "2019-01"


def test_no_month_after_the_targets_end() -> None:
    assert months(plan_of(every("2019-01", "2023-05")))[-1] == "2022-12"
    assert months(plan_of(every("2023-01", "2024-12"))) == []
    assert months(plan_of(every("2019-01", "2025-12")))[-1] == "2022-12"  # areas are not known after 2025QMAT02


def test_tables_have_a_row_for_every_day_and_month_looked_at() -> None:
    plan = plan_of(every("2019-01", "2020-09"))
    days = [day for day, _ in plan.tables["dage"][1]]
    assert days == list(range(first_day(month("2019-12") - 60), last_day(month("2020-12")) + 1))
    assert [m for (m,) in plan.tables["alle_maaneder"][1]] == list(range(month("2014-12"), month("2020-12") + 1))
    for columns, rows in plan.tables.values():
        assert {len(row) for row in rows} <= {len(columns)}
    benefits = {row[1] for row in plan.tables["ydelser"][1]}
    assert {"kontanthjaelp", "sygedagpenge", "a_dagpenge"} <= benefits
    assert "efterloen" not in benefits


# --- from a store

OLD, NEW = ("2019-01", "2020-09"), ("2020-07", "2020-12")
DAYS = (datetime(2021, 1, 10, tzinfo=UTC), datetime(2021, 2, 10, tzinfo=UTC))
Row = TypeVar("Row", naive.Bopael, naive.Forloeb, naive.Indsats, naive.Timer, naive.Fritagelse)
CODES = [f"{code:03d}" for code in naive.KOMMUNER]


def brought(
    folder: Path, name: str, persons: naive.Persons, covers: tuple[str, str], received: datetime, codes: Iterable[str]
) -> None:
    """Import persons into `folder`/lager as one delivery of each feed that has rows."""
    (folder / name).mkdir(parents=True)
    for feed, path in write_files(folder / name, persons).items():
        if len(path.read_text(encoding="utf-8").splitlines()) > 1:
            take_in(folder / "lager", feed, path, covers, received, codes)


def prepared(folder: Path, engine: DuckDBEngine, *, by_payer: bool = False, bridge: bool = False) -> Prepared:
    found = prepare(engine, Store.open(folder / "lager"), RULES, None, by_payer=by_payer, bridge=bridge)
    assert found is not None
    return found


def count(folder: Path) -> Counted:
    with DuckDBEngine() as engine:
        return prepared(folder, engine).count()


def frames(found: Counted) -> list[pl.DataFrame]:
    held = [found.facts.cells, found.facts.residents, found.facts.groups]
    return [frame.sort(frame.columns) for frame in held]


def assert_same(one: Counted, other: Counted) -> None:
    for left, right in zip(frames(one), frames(other), strict=True):
        assert not left.is_empty()
        assert left.equals(right)


def until(persons: naive.Persons, last: date) -> naive.Persons:
    """What is in force of a delivery that tells up to a day: spells are cut there, talks after it are left out."""
    homes, spells, efforts, hours, exempt = persons

    def ends(til: date | None) -> date:
        return last if til is None else min(til, last)

    return (
        [replace(b, til=ends(b.til)) for b in homes if b.fra <= last],
        [replace(f, til=ends(f.til)) for f in spells if f.fra <= last],
        [replace(i, til=None if i.til is None else ends(i.til)) for i in efforts if i.fra <= last],
        [t for t in hours if naive.first_day(t.maaned) <= last],
        [replace(f, til=ends(f.til)) for f in exempt if f.fra <= last],
    )


def since(persons: naive.Persons, first: date) -> naive.Persons:
    """What is in force of a delivery that tells from a day on; an offer keeps the day it began."""
    homes, spells, efforts, hours, exempt = persons

    def lasts(row: naive.Bopael | naive.Forloeb | naive.Fritagelse) -> bool:
        return row.til is None or row.til >= first

    return (
        [replace(b, fra=max(b.fra, first)) for b in homes if lasts(b)],
        [replace(f, fra=max(f.fra, first)) for f in spells if lasts(f)],
        [i for i in efforts if (i.fra if i.art == "samtale" else i.til or i.fra) >= first],
        [t for t in hours if naive.first_day(t.maaned) >= first],
        [replace(f, fra=max(f.fra, first)) for f in exempt if lasts(f)],
    )


def corrected(persons: naive.Persons, other: naive.Persons) -> naive.Persons:
    """Every third person as another country has them."""

    def mixed(ours: list[Row], theirs: list[Row]) -> list[Row]:
        held = [row for row in ours if row.person % 3]
        held.extend(row for row in theirs if not row.person % 3)
        return held

    return (
        mixed(persons[0], other[0]),
        mixed(persons[1], other[1]),
        mixed(persons[2], other[2]),
        mixed(persons[3], other[3]),
        mixed(persons[4], other[4]),
    )


def merged(old: naive.Persons, new: naive.Persons, boundary: date) -> naive.Persons:
    """One delivery's rows that say the same as the two together."""
    cut, following = until(old, boundary), since(new, boundary + naive.DAY)
    return (
        [*cut[0], *following[0]],
        [*cut[1], *following[1]],
        [*cut[2], *following[2]],
        [*cut[3], *following[3]],
        [*cut[4], *following[4]],
    )


@pytest.mark.parametrize("later_first", [False, True])
def test_two_deliveries_are_as_one_with_the_rows_in_force(later_first: bool, tmp_path: Path) -> None:
    """The later one tells of July 2020 on and of every third person differently; or the earlier one came later."""
    old = naive.generate(11, 300)
    new = corrected(old, naive.generate(12, 300))
    sent = [("gammel", until(old, date(2020, 9, 30)), OLD), ("ny", new, NEW)]
    for received, (name, persons, covers) in zip(DAYS, sent[::-1] if later_first else sent, strict=True):
        brought(tmp_path, name, persons, covers, received, CODES)
    boundary = date(2020, 9, 30) if later_first else date(2020, 6, 30)
    together = count(tmp_path)
    assert len(together.deliveries) == 10
    (tmp_path / "en").mkdir()
    alone = counted(tmp_path / "en", merged(old, new, boundary), ("2019-01", "2020-12"))
    assert_same(together, alone)
    assert together.plan.months == alone.plan.months
    assert together.kommuner == alone.kommuner == frozenset(CODES)


def test_the_order_of_importing_makes_no_difference(tmp_path: Path) -> None:
    old, new = naive.generate(13, 120), naive.generate(14, 120)
    sent = [("gammel", old, OLD, DAYS[0]), ("ny", new, NEW, DAYS[1])]
    keys, found = [], []
    for place, order in enumerate((sent, sent[::-1])):
        for name, persons, covers, received in order:
            brought(tmp_path / str(place), name, persons, covers, received, CODES)
        with DuckDBEngine() as engine:
            ready = prepared(tmp_path / str(place), engine)
            keys.append(ready.key)
            found.append(ready.count())
    assert keys[0] == keys[1]
    assert_same(*found)


def one(spell_end: date | None, born: int = 1980, begun: date = date(2018, 1, 1)) -> naive.Persons:
    """A person on full benefit since 2018, ended or not."""
    home = naive.Bopael(1, KODE, date(2000, 1, 1), None, born)
    return [home], [naive.Forloeb(1, "kontanthjaelp", begun, spell_end, None, None)], [], [], []


@pytest.mark.parametrize(
    ("end", "days"),
    [
        (date(2020, 8, 15), (date(2020, 8, 15) - date(2019, 12, 31)).days),
        (date(2020, 7, 1), 183),
        (date(2020, 6, 30), 182),
        (date(2020, 5, 10), 182),  # the first delivery still tells of May and June
        (None, 366),
    ],
)
def test_a_spell_open_in_the_older_delivery_ends_in_the_newer(end: date | None, days: int, tmp_path: Path) -> None:
    brought(tmp_path, "gammel", one(None), ("2019-01", "2020-09"), DAYS[0], ["707"])
    brought(tmp_path, "ny", one(end, 1981, date(2017, 1, 1)), NEW, DAYS[1], ["707"])
    found = count(tmp_path)
    assert grade_days(found, "2020QMAT04").get((KODE, "kontanthjaelp"), 0) == days * 100
    assert residents(found, date(2020, 1, 1)) == {KODE: 1}


def test_a_spell_open_in_a_delivery_that_is_not_followed_ends_with_it(tmp_path: Path) -> None:
    brought(tmp_path, "gammel", one(None), ("2019-01", "2020-06"), DAYS[0], ["707"])
    found = count(tmp_path)
    assert month_code(found.coverage.last) == "2020-06"
    assert grade_days(found, "2020QMAT02") == {(KODE, "kontanthjaelp"): 366 * 100}


def test_a_delivery_of_fewer_municipalities_leaves_only_those(tmp_path: Path) -> None:
    brought(tmp_path, "gammel", naive.generate(15, 60), OLD, DAYS[0], CODES)
    brought(tmp_path, "ny", naive.generate(16, 60), NEW, DAYS[1], CODES[:2])
    assert count(tmp_path).kommuner == frozenset(CODES[:2])


@pytest.mark.parametrize(
    ("homes", "spells"), [(("2021-01", "2021-06"), OLD), (OLD, ("2021-01", "2021-06")), (("2021-01", "2021-02"),) * 2]
)
def test_deliveries_that_fit_nowhere_give_no_figures(
    homes: tuple[str, str], spells: tuple[str, str], tmp_path: Path
) -> None:
    received = datetime(2021, 8, 1, tzinfo=UTC)
    paths = write_files(tmp_path, one(None))
    take_in(tmp_path / "lager", "borgere", paths["borgere"], homes, received, ["707"])
    take_in(tmp_path / "lager", "forloeb", paths["forloeb"], spells, received)
    found = count(tmp_path)
    assert (found.plan.windows, found.plan.months, found.facts.cells.height) == ((), (), 0)


def test_deliveries_from_before_the_rules_are_as_none(tmp_path: Path) -> None:
    early = one(None, 1960, date(2010, 5, 1))
    brought(tmp_path, "tidlig", early, ("2010-01", "2016-12"), DAYS[0], ["707"])
    with DuckDBEngine() as engine:
        assert prepare(engine, Store.open(tmp_path / "lager"), RULES, None) is None


# --- facts that are kept


class Idle(DuckDBEngine):
    """An engine that runs no query."""

    def create(self, name: str, select: str) -> None:
        raise AssertionError(f"asked to make {name}")


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Counted]:
    """A store whose facts have been counted."""
    brought(tmp_path, "gammel", naive.generate(16, 80), OLD, DAYS[0], CODES)
    return tmp_path, count(tmp_path)


def counts_again(folder: Path, *, by_payer: bool = False, bridge: bool = False) -> bool:
    """True when an engine is asked to count."""
    with Idle() as engine:
        found = prepared(folder, engine, by_payer=by_payer, bridge=bridge)
        if found.kept is not None:
            found.count()
            return False
        with pytest.raises(AssertionError, match="asked to make beboelser"):
            found.count()
        return True


def test_facts_are_counted_once(kept: tuple[Path, Counted]) -> None:
    folder, first = kept
    with Idle() as engine:
        again = prepared(folder, engine).count()
    assert_same(first, again)
    assert (first.kommuner, first.weekly, first.plan) == (again.kommuner, again.weekly, again.plan)
    assert len(list((folder / "lager" / "facts").iterdir())) == 1


def test_facts_outlive_the_rows_they_were_counted_from(kept: tuple[Path, Counted]) -> None:
    folder, first = kept
    for path in folder.glob("lager/deliveries/*/*/rows.parquet"):
        path.unlink()
    with Idle() as engine:
        assert_same(first, prepared(folder, engine).count())
    with DuckDBEngine() as engine, pytest.raises(StoreError, match=r"rows\.parquet mangler"):
        prepared(folder, engine, by_payer=True)


@pytest.mark.parametrize("options", [{"by_payer": True}, {"bridge": True}])
def test_another_way_of_counting_is_counted_by_itself(kept: tuple[Path, Counted], options: dict[str, bool]) -> None:
    folder, _ = kept
    assert counts_again(folder, **options)
    with DuckDBEngine() as engine:
        prepared(folder, engine, **options).count()
    assert not counts_again(folder, **options)
    assert not counts_again(folder)


def test_a_new_delivery_is_counted(kept: tuple[Path, Counted]) -> None:
    folder, _ = kept
    brought(folder, "ny", naive.generate(17, 80), NEW, DAYS[1], CODES)
    assert counts_again(folder)


def test_a_delivery_that_is_not_in_force_changes_nothing(kept: tuple[Path, Counted]) -> None:
    folder, first = kept
    brought(folder, "ældre", naive.generate(18, 80), OLD, datetime(2021, 1, 5, tzinfo=UTC), CODES)
    assert not counts_again(folder)
    assert {d.sha256 for d in count(folder).deliveries} == {d.sha256 for d in first.deliveries}


def test_other_sql_is_counted(kept: tuple[Path, Counted], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = kept
    (name, text), *rest = sql_files(PACKAGE)
    monkeypatch.setattr(
        "maalestok.beskaeftigelse.personer.counted.sql_files", lambda _: ((name, text + "\n-- another"), *rest)
    )
    assert counts_again(folder)


def test_other_rules_are_counted(kept: tuple[Path, Counted]) -> None:
    folder, _ = kept
    (version,) = RULES.counting.versions
    older = RULES.counting.model_copy(update={"versions": (version.model_copy(update={"last_age": 67}),)})
    with Idle() as engine:
        found = prepare(engine, Store.open(folder / "lager"), RULES.model_copy(update={"counting": older}), None)
        assert found is not None
        assert found.kept is None


def test_facts_written_in_part_are_counted_again(kept: tuple[Path, Counted]) -> None:
    folder, _ = kept
    (inputs,) = folder.glob("lager/facts/*/inputs.json")
    inputs.unlink()
    assert counts_again(folder)


def test_what_was_known_then(kept: tuple[Path, Counted]) -> None:
    folder, first = kept
    brought(folder, "ny", naive.generate(17, 80), NEW, DAYS[1], CODES)
    with Idle() as engine:
        then = prepare(engine, Store.open(folder / "lager"), RULES, DAYS[0])
        assert then is not None
        assert_same(first, then.count())
        assert groups(first, month("2020-01"))
    with DuckDBEngine() as engine:
        assert prepare(engine, Store.open(folder / "lager"), RULES, datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_a_range_is_ordered_by_feed_and_place() -> None:
    assert (
        sorted([Range("forloeb", 1, 2, 3, oldest=False), Range("borgere", 2, 1, 1, oldest=True)])[0].feed == "borgere"
    )
