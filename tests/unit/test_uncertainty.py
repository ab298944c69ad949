"""Wilson intervals and funnels against scipy, by hand, and by simulation under the null."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binomtest

from maalestok.uncertainty import funnel, paule_mandel, wilson


@given(trials=st.integers(1, 5000), data=st.data())
def test_wilson_is_scipys(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    theirs = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert low == pytest.approx(theirs.low, abs=1e-12)
    assert high == pytest.approx(theirs.high, abs=1e-12)
    assert 0 <= low <= successes / trials <= high <= 1


def test_wilson_ends_where_nothing_and_everything_succeeded() -> None:
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1e-5, 0.05)), min_size=3, max_size=40))
def test_paule_mandel_solves_its_equation(units: list[tuple[float, float]]) -> None:
    values, variances = [v for v, _ in units], [s for _, s in units]

    def excess(tau2: float) -> float:
        weights = [1 / (s + tau2) for s in variances]
        mean = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
        return sum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True)) - (len(values) - 1)

    found = paule_mandel(values, variances)
    if excess(0.0) <= 0:
        assert found == 0
    else:
        assert found == pytest.approx(brentq(excess, 0, 10, xtol=1e-14), rel=1e-6, abs=1e-10)


def test_paule_mandel_where_chance_is_nothing() -> None:
    assert paule_mandel([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]) == 0.0


def test_a_funnel_by_hand() -> None:
    shape = funnel([30, 30, 30], [100, 100, 100], 0.95)
    assert (shape.target, shape.tau2) == (0.3, 0.0)
    half = 1.959963984540054 * math.sqrt(0.3 * 0.7 / 100)
    assert list(shape.limits[0]) == pytest.approx([0.3 - half, 0.3 + half])


def test_limits_stay_between_none_and_all() -> None:
    shape = funnel([0, 20, 1], [20, 20, 20], 0.998)
    assert all(0 <= low <= high <= 1 for low, high in shape.limits)


def test_about_one_in_twenty_lies_outside_the_95_per_cent_funnel_under_the_null() -> None:
    pick = random.Random(1)  # noqa: S311  # reproducible choices, no secret
    outside = total = 0
    for _ in range(60):
        sizes = [pick.randint(200, 3000) for _ in range(98)]
        hits = [
            sum(pick.random() < 0.4 for _ in range(n)) if n < 400 else round(pick.gauss(0.4 * n, math.sqrt(0.24 * n)))
            for n in sizes
        ]
        shape = funnel(hits, sizes, 0.95)
        outside += sum(not low <= h / n <= high for h, n, (low, high) in zip(hits, sizes, shape.limits, strict=True))
        total += 98
    assert 0.03 < outside / total < 0.06
