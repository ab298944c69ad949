"""Ranks and comparisons."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalestok.criteria import Comparison, exact, meets
from maalestok.ranks import possible_ranks, rank_change


def test_ties_leave_places_open() -> None:
    assert possible_ranks([-25, 3, 3, 10, -25, 3]) == [(1, 2), (3, 5), (3, 5), (6, 6), (1, 2), (3, 5)]
    assert possible_ranks([]) == []


@given(st.lists(st.integers(-300, 300), max_size=98))
def test_open_places_by_counting(values: list[int]) -> None:
    counted = [(1 + sum(o < v for o in values), sum(o <= v for o in values)) for v in values]
    assert possible_ranks(values) == counted


def test_norddjurs_gained_three_places() -> None:
    assert rank_change(24, 21) == 3
    assert rank_change(2, 3) == -1


@pytest.mark.parametrize(
    ("value", "comparison", "threshold", "expected"),
    [
        ("0", Comparison.AT_MOST, "0", True),
        ("0.0001", Comparison.AT_MOST, "0", False),
        ("0.2996", Comparison.BELOW, "0.3", True),
        ("0.3", Comparison.BELOW, "0.3", False),
        ("0.8", Comparison.AT_LEAST, "0.8", True),
        ("0.7996", Comparison.AT_LEAST, "0.8", False),
        ("0.8", Comparison.ABOVE, "0.8", False),
        ("0.81", Comparison.ABOVE, "0.8", True),
    ],
)
def test_thresholds_are_exact(value: str, comparison: Comparison, threshold: str, expected: bool) -> None:
    assert meets(Fraction(value), comparison, Fraction(threshold)) is expected


@given(st.integers(-20_000, 20_000))
def test_a_stored_figure_is_read_back_exactly(hundredths: int) -> None:
    assert exact(hundredths / 10_000, 4) == Fraction(hundredths, 10_000)


def test_a_figure_with_hidden_decimals_is_no_published_figure() -> None:
    with pytest.raises(ValueError, match="more than 4 decimals"):
        exact(0.12345, 4)
