"""The product agrees with the naive second implementation of uncertain places on generated groups."""

import math
import random
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse.precision import HALF_SHARE, Population, implied_population
from maalestok.beskaeftigelse.rank_moves import Placed, moves
from maalestok.beskaeftigelse.rank_uncertainty import Cell, group
from maalestok.beskaeftigelse.reach import to_expected, to_place
from maalestok.beskaeftigelse.rules import load_rules
from reference import naive_uncertainty as naive

DRAWS = 400
VERSION = load_rules().uncertainty.versions[0].model_copy(update={"draws": DRAWS})
Z = NormalDist().inv_cdf(0.975)
TAIL = Fraction(25, 1000)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-7, abs=1e-10)


def drawn(pick: random.Random, units: int, spread: float) -> list[Cell]:
    """A group as published: figures of the total give the population, some municipalities lack a figure."""
    made = []
    differences = [pick.gauss(0, spread) for _ in range(units)]
    places = {at: n for n, at in enumerate(sorted(range(units), key=lambda at: differences[at]), start=1)}
    for at in range(units):
        people = round(math.exp(pick.uniform(7, 12.9)))
        shares = [pick.randint(500, 1500), pick.randint(500, 1500)]
        numbers = [round(people * share / 100_000) * 10 for share in shares]
        population = implied_population(((numbers[0], shares[0]), (numbers[1], shares[1])))
        known = pick.random() > 0.05
        made.append(
            Cell(f"{at:03d}", pick.randint(0, 1200), round(differences[at]) if known else None, places[at], population)
        )
    return made


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.sampled_from([10, 25, 98]), spread=st.sampled_from([0.0, 2.0, 30.0, 80.0]))
def test_agrees_on_all_that_is_said_of_a_group(seed: int, units: int, spread: float) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    cells = drawn(pick, units, spread)
    found = group(cells, VERSION, (24251, 2))
    known = [c for c in cells if c.difference is not None and c.population is not None]
    if len(known) < 3:
        assert found is None
        return
    assert found is not None
    unknown = units - len(known)
    values = [(c.difference or 0) / 10_000 for c in known]
    chance = [naive.variance(c.expected_share or 0, c.population.low, 1.0) for c in known if c.population]
    total = [v + 0.0001**2 / 12 for v in chance]
    tau2 = naive.between(values, total)
    mean, _ = naive.weighted(values, total, tau2)
    phi = naive.inflated(values, total, mean, 0.1)
    mean_variance = 1 / sum(1 / (v + tau2) for v in total)
    assert found.pooling.tau2 == pytest.approx(tau2, rel=1e-6, abs=1e-12)
    assert (found.pooling.mean, found.phi) == (near(mean), near(phi))
    kept = [found.pooling.tau2 / (found.pooling.tau2 + v) for v in total]
    middles = [mean + k * (x - mean) for k, x in zip(kept, values, strict=True)]
    sds = [math.sqrt(k * v) for k, v in zip(kept, total, strict=True)]
    drawn_from = (
        (list(found.pooling.means), list(found.pooling.sds)) if tau2 else ([0.0] * len(known), [1.0] * len(known))
    )
    places = naive.drawn_places(*drawn_from, DRAWS, [VERSION.seed, 24251, 2])
    for at, cell in enumerate(known):
        sure = found.sure[cell.kommune]
        half = Z * math.sqrt(chance[at]) + 0.00005
        assert sure.interval == (near(values[at] - half), near(values[at] + half))
        assert sure.standard_error == near(math.sqrt(total[at]))
        whole = math.sqrt(sds[at] ** 2 + (1 - kept[at]) ** 2 * mean_variance)
        assert sure.pooled == near(middles[at])
        assert sure.pooled_interval == (near(middles[at] - Z * whole), near(middles[at] + Z * whole))
        assert sure.better == pytest.approx(naive.normal(-middles[at] / whole), abs=1e-6)
        for coverage in (0.95, 0.998):
            z = NormalDist().inv_cdf((1 + coverage) / 2)
            for name, spread_of in (("additiv", total[at] + tau2), ("multiplikativ", total[at] * phi)):
                reach = z * math.sqrt(spread_of)
                assert sure.funnels[name, str(coverage)] == (near(mean - reach), near(mean + reach))
        low, high = naive.interval(places[at], len(known), TAIL)
        assert cell.place is not None
        assert sure.places == (min(low, cell.place), max(high + unknown, high, cell.place))
        best = Fraction(sum(place <= 10 for place in places[at]), DRAWS)
        least = Fraction(sum(place <= 10 - unknown for place in places[at]), DRAWS)
        assert sure.best == (None if unknown else float(best))
        assert sure.best_range == (float(least), float(best))
        open_order = {
            known[other].kommune
            for other in range(len(known))
            if other != at
            and abs(found.pooling.means[other] - found.pooling.means[at])
            <= Z * math.hypot(found.pooling.sds[other], found.pooling.sds[at])
        }
        assert set(sure.alike) == open_order


@settings(max_examples=200, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 5000).map(lambda n: n * 10), st.integers(0, 2000)), max_size=2),
)
def test_agrees_on_the_population(pairs: list[tuple[int, int]]) -> None:
    found, wanted = implied_population(tuple(pairs)), naive.population(pairs)
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert (found.low, found.central, found.high) == tuple(near(value) for value in wanted)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(2, 30), spread=st.sampled_from([1, 4, 40]))
def test_agrees_on_why_places_moved(seed: int, units: int, spread: int) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret

    def edition() -> list[Placed]:
        expected = [pick.randint(900, 900 + spread) for _ in range(units)]
        differences = [pick.randint(-spread, spread) for _ in range(units)]
        order = sorted(range(units), key=lambda at: (differences[at], pick.random()))
        place = {unit: n for n, unit in enumerate(order, start=1)}
        return [
            Placed(expected[u] + differences[u] + pick.choice((-1, 0, 1)), expected[u], differences[u], place[u])
            for u in range(units)
        ]

    before, now = edition(), edition()
    old, new = ([(p.actual, p.expected, p.difference, p.place) for p in held] for held in (before, now))
    found = moves(before, now)
    assert found is not None
    for own, move in enumerate(found):
        assert (move.own_actual, move.own_expected, move.others) == naive.causes(old, new, own)


@settings(max_examples=60, deadline=None)
@given(
    difference=st.integers(0, 300),
    gap=st.integers(0, 300),
    low=st.integers(1_000, 40_000),
    wide=st.sampled_from([1.0, 1.0625, 1.125]),
)
def test_agrees_on_what_it_takes(difference: int, gap: int, low: int, wide: float) -> None:
    people = Population(low, low * (1 + wide) / 2, low * wide)
    found = to_expected(difference, people)
    assert found.value == naive.fewer_to_expected(difference, people.central)
    assert found.low == naive.fewer_to_expected(difference - HALF_SHARE, people.low)
    assert found.high == naive.fewer_to_expected(difference + HALF_SHARE, people.high)
    passed = to_place(2, [(1, 0), (2, gap)], 1, people)
    assert passed is not None
    assert passed.value == naive.fewer_to_pass(gap, people.central)
    assert passed.low == naive.fewer_to_pass(gap - 1, people.low)
    assert passed.high == naive.fewer_to_pass(gap + 1, people.high)
