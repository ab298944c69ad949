"""Rounding, bounds that follow from sums, and points that prove a figure open: each against trying every whole number."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from maalestok.disclosure.network import Contradiction, Network, tighten
from maalestok.disclosure.polytope import Infeasible, System, protected
from maalestok.disclosure.rounding import NO_LIMIT, Unrounded, amount_bands, count_bands, shown_counts
from reference.naive_disclosure import published, whole_points

SMALL = 4
Ints = NDArray[np.int64]


def array(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


# --- rounding


@pytest.mark.parametrize("base", [5, 10])
@pytest.mark.parametrize("limit", [None, *range(5, 48)])
def test_a_count_lies_in_the_band_of_what_is_shown_and_nothing_else_does(base: int, limit: int | None) -> None:
    shown_as: dict[int, set[int]] = {}
    for count in range(limit + 1 if limit is not None else 80):
        shown = published(count, base, SMALL, limit)
        if shown is not None:
            bound = array(NO_LIMIT if limit is None else limit)
            assert shown == shown_counts(array(count), bound, base)[0]
            shown_as.setdefault(shown, set()).add(count)
    if limit is None:  # the last band is cut off by the range tried
        del shown_as[max(shown_as)]
    for shown, counts in shown_as.items():
        low, high = count_bands(array(shown), array(NO_LIMIT if limit is None else limit), base, SMALL)
        assert set(range(low[0], high[0] + 1)) == counts, shown


@pytest.mark.parametrize(
    ("shown", "limit", "base"),
    [
        (3, NO_LIMIT, 10),
        (7, 7, 10),
        (13, 13, 10),
        (5, 13, 10),
        (15, NO_LIMIT, 10),
        (12, 13, 5),
        (20, 13, 10),
        (1, NO_LIMIT, 5),
    ],
)
def test_a_count_that_rounding_cannot_have_made_is_refused(shown: int, limit: int, base: int) -> None:
    with pytest.raises(Unrounded):
        count_bands(array(shown), array(limit), base, SMALL)


def test_every_count_that_is_no_multiple_within_its_limit_is_refused() -> None:
    for base, limit, shown in product((5, 10), range(30), range(40)):
        may = shown <= limit and shown % base == 0
        if may:
            count_bands(array(shown), array(limit), base, SMALL)
        else:
            with pytest.raises(Unrounded):
                count_bands(array(shown), array(limit), base, SMALL)


@pytest.mark.parametrize("base", [1, 10, 1000])
def test_an_amount_lies_in_the_band_of_what_is_shown_and_nothing_else_does(base: int) -> None:
    shown_as: dict[int, set[int]] = {}
    for amount in range(4 * base):
        shown_as.setdefault((amount + base // 2) // base * base, set()).add(amount)
    del shown_as[max(shown_as)]
    for shown, amounts in shown_as.items():
        low, high = amount_bands(array(shown), base)
        assert set(range(low[0], high[0] + 1)) == amounts
    if base > 1:
        with pytest.raises(Unrounded):
            amount_bands(array(base, base + 1), base)


# --- network

NETWORK = Network(place_sums=((2, (0, 1)),), cut_sums=((2, (0, 1)),), chains=((0, 1),))
_BASIC = np.array(list(product(range(3), repeat=8)), dtype=np.int64).reshape(-1, 2, 2, 2)


def _whole_solutions() -> Ints:
    """Every solution with values 0..2 in two kinds, two places and two cuts: [solutions, kinds, places, cuts]."""
    held = _BASIC[(_BASIC[:, 0] <= _BASIC[:, 1]).all(axis=(1, 2))]
    held = np.concatenate([held, held.sum(axis=2, keepdims=True)], axis=2)
    return np.concatenate([held, held.sum(axis=3, keepdims=True)], axis=3)


SOLUTIONS = _whole_solutions()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bounds_never_lose_a_solution_and_never_widen(data: st.DataObject) -> None:
    shape = SOLUTIONS.shape[1:]
    around = SOLUTIONS[data.draw(st.integers(0, len(SOLUTIONS) - 1))]
    below = np.array(data.draw(st.lists(st.sampled_from([0, 0, 1, 9]), min_size=18, max_size=18))).reshape(shape)
    above = np.array(data.draw(st.lists(st.sampled_from([0, 0, 1, 9]), min_size=18, max_size=18))).reshape(shape)
    shift = data.draw(st.sampled_from([0, 0, 0, 1]))
    low, high = np.maximum(around - below, 0), np.maximum(around + above, 0)
    low[0, 0, 0] += shift
    inside = SOLUTIONS[((low <= SOLUTIONS) & (high >= SOLUTIONS)).all(axis=(1, 2, 3))]
    given_low, given_high = low[..., None].copy(), high[..., None].copy()
    try:
        tight_low, tight_high = tighten(given_low, given_high, NETWORK)
    except Contradiction:
        assert not len(inside)
        return
    assert (given_low[..., 0] == low).all()
    assert (given_high[..., 0] == high).all()
    assert (tight_low >= given_low).all()
    assert (tight_high <= given_high).all()
    assert (inside >= tight_low[..., 0]).all()
    assert (inside <= tight_high[..., 0]).all()


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ((1, 2, 0), 1),  # a place's total below its parts
        ((1, 0, 2), 1),  # an area total below its areas
        ((0, 0, 0), 5),  # more closed than created
    ],
)
def test_figures_that_cannot_all_be_true_contradict(at: tuple[int, int, int], value: int) -> None:
    truth = np.full((2, 2, 2), 2, dtype=np.int64)
    truth = np.concatenate([truth, truth.sum(axis=1, keepdims=True)], axis=1)
    truth = np.concatenate([truth, truth.sum(axis=2, keepdims=True)], axis=2)
    tighten(truth[..., None], truth[..., None], NETWORK)
    truth[at] = value
    with pytest.raises(Contradiction):
        tighten(truth[..., None], truth[..., None], NETWORK)


def test_a_total_less_the_others_gives_a_part_away() -> None:
    low, high = np.zeros((2, 3, 3, 1), dtype=np.int64), np.full((2, 3, 3, 1), 99, dtype=np.int64)
    for place, value in ((2, 10), (1, 7)):
        low[1, place, 0] = high[1, place, 0] = value
    tight_low, tight_high = tighten(low, high, NETWORK)
    assert tight_low[1, 0, 0, 0] == tight_high[1, 0, 0, 0] == 3
    assert tight_high[0, 0, 0, 0] == 3


def test_two_kinds_that_make_a_third() -> None:
    money = Network(place_sums=(), cut_sums=(), kind_sums=((2, (0, 1)),))
    low, high = np.zeros((3, 1, 1, 1), dtype=np.int64), np.full((3, 1, 1, 1), 99, dtype=np.int64)
    low[2], high[2], high[0] = 50, 60, 5
    tight_low, tight_high = tighten(low, high, money)
    assert (tight_low[1, 0, 0, 0], tight_high[1, 0, 0, 0]) == (45, 60)


# --- polytope


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_protected_exactly_when_two_whole_solutions_lie_far_enough_apart(data: st.DataObject) -> None:
    """Exactly so for windows over months, whose corners are whole; never falsely so for any other sums."""
    variables, count, top = 4, data.draw(st.integers(2, 5)), 5
    windows = data.draw(st.booleans())
    if windows:
        ends = data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=count, max_size=count))
        rows = [[int(first <= month < first + length) for month in range(variables)] for first, length in ends]
    else:
        row = st.lists(st.sampled_from([0, 1, 1, 2, -1]), min_size=variables, max_size=variables)
        rows = data.draw(st.lists(row, min_size=count, max_size=count))
    matrix = np.array(rows, dtype=np.int64)
    inside = matrix @ np.array(data.draw(st.lists(st.integers(0, top), min_size=variables, max_size=variables)))
    slack = data.draw(st.lists(st.sampled_from([0, 0, 1, 2, 8]), min_size=2 * count, max_size=2 * count))
    low, high = inside - slack[:count], inside + slack[count:]
    if data.draw(st.integers(0, 9)) == 0:
        low[0], high[0] = high[0] + 1, high[0] + 2
    need = np.array(data.draw(st.lists(st.integers(1, 4), min_size=count, max_size=count)))
    points = whole_points(matrix, low, high, top)
    system = System(
        csr_matrix(matrix.astype(float)),
        low.astype(float),
        high.astype(float),
        np.full(variables, float(top)),
        whole=True,
    )
    targets = np.arange(count)
    if not len(points):
        with pytest.raises(Infeasible):
            protected(system, targets, lambda lows, highs: highs - lows >= need)
        return
    held, all_seen = protected(system, targets, lambda lows, highs: highs - lows >= need)
    apart = points.max(axis=0) - points.min(axis=0) >= need
    assert all_seen
    assert not (held & ~apart).any()
    assert not windows or held.tolist() == apart.tolist()


def test_whole_numbers_alone_can_pin_what_fractions_leave_open() -> None:
    """2x + 3y = 6 with x at most 2: (0, 2) alone is whole, but x can be any fraction up to 2."""
    system = System(
        csr_matrix([[2.0, 3.0], [1.0, 0.0]]),
        np.array([6.0, 0.0]),
        np.array([6.0, 2.0]),
        np.array([9.0, 9.0]),
        whole=True,
    )
    held, _ = protected(system, np.array([1]), lambda lows, highs: highs - lows >= 1)
    assert held.tolist() == [False]
    real = System(system.matrix, system.low, system.high, system.top, whole=False)
    assert protected(real, np.array([1]), lambda lows, highs: highs - lows >= 1)[0].tolist() == [True]


def test_no_point_at_all_is_said() -> None:
    system = System(csr_matrix([[1.0]]), np.array([5.0]), np.array([6.0]), np.array([4.0]), whole=True)
    with pytest.raises(Infeasible):
        protected(system, np.array([0]), lambda lows, highs: highs - lows >= 1)


def test_patience_never_calls_an_open_figure_given_away_and_says_when_it_stopped() -> None:
    """Three figures: two are pinned, one is open."""
    system = System(
        csr_matrix(np.eye(3)), np.array([2.0, 2.0, 0.0]), np.array([2.0, 2.0, 5.0]), np.full(3, 9.0), whole=True
    )
    held, all_seen = protected(system, np.arange(3), lambda lows, highs: highs - lows >= 3, patience=1)
    assert (held.tolist(), all_seen) == ([False, True, True], False)
    held, all_seen = protected(system, np.arange(3), lambda lows, highs: highs - lows >= 3, patience=3)
    assert (held.tolist(), all_seen) == ([False, False, True], True)


def test_tightening_stops_after_so_many_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that are not narrowest yet are still bounds."""
    monkeypatch.setattr("maalestok.disclosure.network.MAX_SWEEPS", 1)
    low, high = np.zeros((2, 3, 3, 1), dtype=np.int64), np.full((2, 3, 3, 1), 9, dtype=np.int64)
    high[1, 2, 2] = 0
    _, first = tighten(low, high, NETWORK)
    monkeypatch.setattr("maalestok.disclosure.network.MAX_SWEEPS", 60)
    _, last = tighten(low, high, NETWORK)
    assert (last <= first).all()
    assert (first <= high).all()
