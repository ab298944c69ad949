"""Places under uncertainty, why they moved, what it takes, who is alike: properties that must hold for any figures."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import ceil, floor

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse import synthetic, uncertainty_tables
from maalestok.beskaeftigelse.precision import WHOLE, Population, half_width, implied_population, sampling_variance
from maalestok.beskaeftigelse.rank_moves import Move, Placed, moves
from maalestok.beskaeftigelse.rank_uncertainty import Cell, group
from maalestok.beskaeftigelse.reach import NONE_NEEDED, At, to_expected, to_place
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.beskaeftigelse.similar import by_conditions, by_value, standardised
from maalestok.kommune import resolve
from maalestok.rank_draws import RankCounts, rank_counts
from maalestok.uncertainty import inflation, pooled

VERSION = load_rules().uncertainty.versions[0].model_copy(update={"draws": 2_000})
THREADS = """
import hashlib
from maalestok.rank_draws import rank_counts
counts = rank_counts([at / 50 for at in range(98)], [1.0] * 98, 10_000, (20210607, 24251, 0)).counts
print(hashlib.sha256(counts.tobytes()).hexdigest())
"""


def edition(pick: random.Random, units: int, spread: int = 60) -> list[Placed]:
    """Published figures whose places are those of unrounded differences."""
    expected = [pick.randint(700, 1200) for _ in range(units)]
    differences = [pick.randint(-spread, spread) for _ in range(units)]
    order = sorted(range(units), key=lambda at: (differences[at], pick.random()))
    place = {unit: at for at, unit in enumerate(order, start=1)}
    return [
        Placed(expected[u] + differences[u] + pick.choice((-1, 0, 0, 1)), expected[u], differences[u], place[u])
        for u in range(units)
    ]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(1, 98), spread=st.sampled_from([0, 1, 5, 60]))
def test_the_parts_of_a_move_add_up_and_do_not_depend_on_the_order(seed: int, units: int, spread: int) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    before, now = edition(pick, units, spread), edition(pick, units, spread)
    found = moves(before, now)
    assert found is not None
    for old, new, move in zip(before, now, found, strict=True):
        assert move.own_actual + move.own_expected + move.others == old.place - new.place
    shuffled = pick.sample(range(units), units)
    again = moves([before[at] for at in shuffled], [now[at] for at in shuffled])
    assert again == [found[at] for at in shuffled]


def test_nothing_that_changed_moves_nothing() -> None:
    before = edition(random.Random(1), 98)  # noqa: S311  # reproducible choices, no secret
    assert moves(before, before) == [Move(Fraction(0), Fraction(0), Fraction(0))] * 98


def test_what_did_not_change_has_no_part() -> None:
    """One municipality's actual share falls, all else stands still: the whole move is its own actual share's."""
    before = [Placed(1000 + d, 1000, d, at) for at, d in enumerate((-20, -10, 0, 10, 20), start=1)]
    now = [Placed(1000 + d, 1000, d, place) for d, place in ((-20, 1), (-10, 3), (0, 4), (10, 5), (-15, 2))]
    found = moves(before, now)
    assert found is not None
    assert found[4] == Move(Fraction(3), Fraction(0), Fraction(0))
    assert found[1] == Move(Fraction(0), Fraction(0), Fraction(-1))


def test_a_rounding_rest_goes_with_the_share_that_changed() -> None:
    """The published difference misses actual - expected by a hundredth, in the edition before alone."""
    before = [Placed(1010, 1000, 11, 3), Placed(1000, 1000, 0, 1), Placed(1008, 1000, 8, 2)]
    for now_own, part in (
        (Placed(1005, 1000, 5, 2), Move(Fraction(1), Fraction(0), Fraction(0))),
        (Placed(1010, 1005, 5, 2), Move(Fraction(0), Fraction(1), Fraction(0))),
    ):
        found = moves(before, [now_own, before[1], Placed(1008, 1000, 8, 3)])
        assert found is not None
        assert found[0] == part


def test_without_all_municipalities_no_move_is_split() -> None:
    before = edition(random.Random(1), 98)  # noqa: S311  # reproducible choices, no secret
    assert moves(before[1:], before[1:]) is None


def cells(differences: Sequence[float], people: float = 20_000) -> list[Cell]:
    order = sorted(range(len(differences)), key=lambda at: differences[at])
    place = {unit: at for at, unit in enumerate(order, start=1)}
    population = Population(people, people, people)
    return [Cell(f"{at:03d}", 1000, value, place[at], population) for at, value in enumerate(differences)]


def test_where_municipalities_do_not_differ_a_place_says_nearly_nothing() -> None:
    found = group(cells([0.0] * 98), VERSION, (1, 0))
    assert found is not None
    assert found.pooling.tau2 == 0
    for sure in found.kommuner.values():
        assert sure.places[0] <= 5
        assert sure.places[1] >= 94
        assert len(sure.alike) == 97
        assert sure.best == pytest.approx(10 / 98, abs=0.03)


def test_where_they_differ_much_a_place_is_sure() -> None:
    found = group(cells([at * 500.0 for at in range(18)], 400_000), VERSION, (1, 0))
    assert found is not None
    assert [sure.places for sure in found.kommuner.values()] == [(at, at) for at in range(1, 19)]
    assert all(not sure.alike for sure in found.kommuner.values())
    assert [sure.best for sure in found.kommuner.values()] == [1.0] * 10 + [0.0] * 8


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), unknown=st.integers(0, 20))
def test_intervals_hold_what_is_published_and_widen_by_what_is_not(seed: int, unknown: int) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    held = cells([pick.gauss(0, 40) for _ in range(98)])
    some = [
        Cell(c.kommune, c.expected_share, None, None, c.population) if at < unknown else c for at, c in enumerate(held)
    ]
    whole, part = group(held, VERSION, (1, 0)), group(some, VERSION, (1, 0))
    assert whole is not None
    assert part is not None
    assert part.unknown == unknown
    for cell in some[unknown:]:
        sure = part.kommuner[cell.kommune]
        assert cell.place is not None
        assert sure.places[0] <= cell.place <= sure.places[1] <= 98
        assert sure.interval[0] <= sure.value <= sure.interval[1]
        assert sure.pooled_interval[0] <= sure.pooled <= sure.pooled_interval[1]
        assert 0 <= sure.best_range[0] <= sure.best_range[1] <= 1
        assert (sure.best is None) == (unknown > 0)
        assert sure.funnels["additiv", "0.998"][0] < sure.funnels["additiv", "0.95"][0]
    assert set(part.kommuner) == {cell.kommune for cell in some[unknown:]}


def test_too_few_municipalities_say_nothing() -> None:
    assert group(cells([1.0, 2.0]), VERSION, (1, 0)) is None


def test_a_municipality_without_a_published_place_has_an_interval() -> None:
    held = cells([float(at) for at in range(20)])
    held[3] = Cell("003", 1000, 3.0, None, held[3].population)
    found = group(held, VERSION, (1, 0))
    assert found is not None
    assert found.kommuner["003"].places[0] < found.kommuner["003"].places[1]


def test_draws_are_the_same_whatever_the_threads_and_the_blocks() -> None:
    def run(threads: str) -> str:
        environment = os.environ | dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), threads
        )
        return subprocess.run(
            [sys.executable, "-c", THREADS], env=environment, check=True, capture_output=True, text=True
        ).stdout

    assert run("1") == run("4") != ""
    counts = rank_counts([0.0, 1.0, 5.0], [1.0, 1.0, 1.0], 2_500, (1,))
    assert counts.counts.sum(axis=0).tolist() == counts.counts.sum(axis=1).tolist() == [2_500] * 3
    assert np.array_equal(counts.counts, rank_counts([0.0, 1.0, 5.0], [1.0, 1.0, 1.0], 2_500, (1,)).counts)


WHOLE_EDITIONS = """
import hashlib
import polars as pl
from maalestok.beskaeftigelse import synthetic, uncertainty_tables
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.kommune import resolve
rows = [
    {"period": r.period, "omraade": r.omraade, "kommune_kode": resolve(r.kommune).kode, "forventet_antal": r.expected,
     "faktisk_antal": r.actual, "forventet_andel": r.expected_share, "faktisk_andel": r.actual_share,
     "forskel_andel": r.difference_share, "placering": r.rank}
    for edition in synthetic.editions(("2020QMAT02", "2020QMAT04"), 7).values() for r in edition
]
found = uncertainty_tables.groups(pl.DataFrame(rows).sample(fraction=1.0, shuffle=True, seed=SHUFFLED), load_rules())
print(len(found), hashlib.sha256(repr([(at, sorted(found[at][1].kommuner.items())) for at in sorted(found)]).encode()).hexdigest())
"""


def test_whole_editions_come_out_the_same_whatever_the_threads_and_the_order_of_the_rows() -> None:
    def run(threads: str, shuffled: int) -> str:
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
        return subprocess.run(
            [sys.executable, "-c", WHOLE_EDITIONS.replace("SHUFFLED", str(shuffled))],
            env=os.environ | dict.fromkeys(names, threads),
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    one = run("1", 1)
    assert one.startswith("8 ")
    assert run("4", 2) == one


@pytest.mark.parametrize("kept", ["2020QMAT02", "2020QMAT04"])
def test_a_group_is_the_same_alone_as_among_others(kept: str, rows: dict[str, list[synthetic.Row]]) -> None:
    """Other editions neither use up a group's draws nor change them."""
    facts = as_published(rows)
    rules = with_draws(500)
    whole = uncertainty_tables.groups(facts, rules)
    alone = uncertainty_tables.groups(facts.filter(pl.col("period") == kept), rules)
    assert len(whole) == 8
    assert alone == {at: found for at, found in whole.items() if at[0] == kept}


def as_published(rows: dict[str, list[synthetic.Row]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "period": row.period,
                "omraade": row.omraade,
                "kommune_kode": resolve(row.kommune).kode,
                "forventet_antal": row.expected,
                "faktisk_antal": row.actual,
                "forventet_andel": row.expected_share,
                "faktisk_andel": row.actual_share,
                "forskel_andel": row.difference_share,
                "placering": row.rank,
            }
            for edition in rows.values()
            for row in edition
        ]
    )


def with_draws(draws: int) -> BeskaeftigelseRules:
    rules = load_rules()
    version = rules.uncertainty.versions[0].model_copy(update={"draws": draws})
    return rules.model_copy(update={"uncertainty": rules.uncertainty.model_copy(update={"versions": (version,)})})


def test_an_end_with_exactly_the_allowed_share_beyond_it_is_an_end() -> None:
    """P(place < 3) is 2/40 and P(place > 4) is 2/40: exactly a tail of 5 per cent on either side."""
    counts = RankCounts(np.array([[1, 1, 18, 18, 1, 1]]), 40)
    assert counts.interval(0, 0.05) == (3, 4)
    assert counts.interval(0, 0.049) == (2, 5)
    assert counts.interval(0, 0.0) == (1, 6)


def test_an_interval_leaves_out_no_more_than_it_may() -> None:
    counts = rank_counts([at / 4 for at in range(12)], [1.0] * 12, 4_000, (3,))
    for unit in range(12):
        low, high = counts.interval(unit, 0.025)
        row = counts.counts[unit]
        assert row[: low - 1].sum() <= 100 < row[:low].sum()
        assert row[high:].sum() <= 100 < row[high - 1 :].sum()
        assert counts.within(unit, 12) == 1.0


def test_the_population_is_what_rounded_figures_allow() -> None:
    """The figures of a municipality of 23,218: 2,370 expected (10.20 per cent), 2,310 actual (9.95)."""
    found = implied_population(((2370, 1020), (2310, 995)))
    assert found is not None
    assert found.low < 23_218 < found.high
    assert found.low <= found.central <= found.high
    assert found.high / found.low < 1.01
    assert implied_population(()) is None
    assert implied_population(((0, 0),)) is None


def test_figures_that_contradict_each_other_give_the_whole_span() -> None:
    found = implied_population(((1000, 1000), (2000, 1000)))
    assert found is not None
    assert found.low < 10_000
    assert found.high > 20_000
    assert found.low <= found.central <= found.high


def test_a_share_of_nothing_is_not_sure() -> None:
    people = Population(10_000, 10_000, 10_000)
    assert sampling_variance(0, people, 1.0) > 0
    assert sampling_variance(1000, people, 2.0) == 2 * sampling_variance(1000, people, 1.0)
    assert half_width(0.0, 1.96) == 0.5 / WHOLE


def test_what_it_takes_to_reach_the_expected_level() -> None:
    people = Population(9_900, 10_000, 10_100)
    assert to_expected(-1, people) == NONE_NEEDED
    nothing = to_expected(0, people)
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 1)
    some = to_expected(50, people)
    assert (some.value, some.low, some.high) == (50, 50, 52)


def test_what_it_takes_to_reach_a_place() -> None:
    people = Population(10_000, 10_000, 10_000)
    field = [At(1, -50), At(2, -20), At(3, 0), At(4, 0)]
    assert to_place(2, field, 2, people) == NONE_NEEDED
    assert to_place(4, [At(1, -50), At(3, 0), At(4, 0)], 2, people) is None
    tied = to_place(4, field, 3, people)
    assert tied is not None
    assert (tied.value, tied.low, tied.high) == (1, 1, 2)
    first = to_place(4, field, 1, people)
    assert first is not None
    assert (first.value, first.low, first.high) == (51, 50, 52)


@settings(max_examples=300, deadline=None)
@given(
    number=st.integers(1, 5_000).map(lambda n: n * 10),
    share=st.integers(1, 2_000),
    difference=st.integers(0, 300),
    gap=st.integers(0, 300),
)
@example(number=25_320, share=1_530, difference=153, gap=180)
@example(number=23_160, share=1_300, difference=99, gap=137)
@example(number=24_410, share=360, difference=0, gap=180)
@example(number=490, share=1_697, difference=172, gap=0)
def test_what_it_takes_is_exact_where_published_figures_give_a_whole_number(
    number: int, share: int, difference: int, gap: int
) -> None:
    """Held against fractions: floats just above or below a whole number must not cost or spare a person."""
    people = implied_population(((number, share),))
    assert people is not None
    low, middle, high = (
        Fraction(number - 5) / (share + Fraction(1, 2)),
        Fraction(number, share),
        Fraction(number + 5) / (share - Fraction(1, 2)),
    )
    level = to_expected(difference, people)
    half = Fraction(1, 2)
    wanted = (ceil(middle * difference), max(0, ceil(low * (difference - half))), ceil(high * (difference + half)))
    assert (level.value, level.low, level.high) == wanted
    passed = to_place(2, [At(1, 0), At(2, gap)], 1, people)
    assert passed is not None
    passing = (floor(middle * gap) + 1, max(1, floor(low * (gap - 1)) + 1), floor(high * (gap + 1)) + 1)
    assert (passed.value, passed.low, passed.high) == passing


def test_neighbours_are_the_nearest_whatever_the_order_they_came_in() -> None:
    values = {"a": 10, "b": 12, "c": 11, "d": 30}
    for order in permutations(values):
        found = by_value({name: values[name] for name in order}, 2)
        assert [n.kommune for n in found["a"]] == ["c", "b"]
        assert [n.kommune for n in found["d"]] == ["b", "c"]
        assert [n.distance for n in found["c"]] == [1, 1]
        assert [n.kommune for n in found["c"]] == ["a", "b"]


def test_conditions_weigh_what_they_are_said_to() -> None:
    age = standardised({"a": 40.0, "b": 41.0, "c": 50.0})
    income = standardised({"a": 200.0, "b": 300.0, "c": 201.0})
    assert age is not None
    assert income is not None
    by_age = by_conditions({"age": age, "income": income}, {"age": 100.0, "income": 1e-9}, 1)
    by_income = by_conditions({"age": age, "income": income}, {"age": 1e-9, "income": 100.0}, 1)
    assert (by_age["a"][0].kommune, by_income["a"][0].kommune) == ("b", "c")
    assert standardised({"a": 1.0, "b": 1.0}) is None


def test_pooling_moves_small_municipalities_more() -> None:
    found = pooled([0.0, 10.0, 10.0, -10.0], [1.0, 1.0, 100.0, 1.0])
    assert abs(found.means[2] - found.mean) < abs(found.means[1] - found.mean)
    assert all(whole >= sd for whole, sd in zip(found.whole_sds, found.sds, strict=True))
    alike = pooled([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    assert (alike.tau2, alike.means, alike.sds) == (0.0, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


def test_inflation_only_where_chance_does_not_explain_the_spread() -> None:
    assert inflation([0.0, 1.0, -1.0, 0.5], [1.0] * 4, 0.0, 0.1) == 1.0
    wild = [10.0 * (-1) ** at for at in range(20)]
    assert inflation(wild, [1.0] * 20, 0.0, 0.1) == pytest.approx(100.0)
    assert inflation([*wild[:-1], 1e6], [1.0] * 20, 0.0, 0.1) == pytest.approx(100.0)


@pytest.mark.parametrize(("squares", "phi"), [(1.3, 1.0), (1.5, 1.5)])
def test_inflation_begins_two_standard_deviations_above_chance(squares: float, phi: float) -> None:
    """With 50 municipalities chance gives 1 give or take 0.2, so 1.3 is chance and 1.5 is not."""
    values = [squares**0.5 * (-1) ** at for at in range(50)]
    assert inflation(values, [1.0] * 50, 0.0, 0.1) == pytest.approx(phi)
