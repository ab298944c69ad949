"""Intervals hold the truth as often as they say, on persons with part-year spells and the published roundings."""

import pytest

from maalestok.beskaeftigelse.rules import load_rules
from reference.persons import PROFILES, Coverage, coverage

SPREADS = (0.0015, 0.003, 0.0045)
SEEDS = range(200)
DEFAULT = (load_rules().uncertainty.versions[0].default_funnel, "0.95")


def told(found: Coverage) -> str:
    flags = ", ".join(f"{name} {limit}: {share:.2%}" for (name, limit), share in found.flagged.items())
    return (
        f"scale {found.scale:.2f}; differences {found.differences:.1%} (ten largest {found.differences_largest:.1%}); "
        f"places {found.places:.1%} (ten largest {found.places_largest:.1%}); outside funnels: {flags}"
    )


def test_intervals_hold_the_truth_in_a_few_countries() -> None:
    found = coverage(range(20), 0.003, PROFILES["1"])
    assert found.scale == pytest.approx(1, abs=0.1)
    assert 0.92 <= found.differences <= 0.98
    assert found.places >= 0.92


@pytest.mark.slow
@pytest.mark.parametrize("spread", SPREADS)
def test_intervals_hold_the_truth_as_often_as_they_say(spread: float) -> None:
    found = coverage(SEEDS, spread, PROFILES["1"])
    print(told(found))
    assert found.scale == pytest.approx(1, abs=0.03)
    assert 0.93 <= found.differences <= 0.97
    assert found.places >= 0.93


@pytest.mark.slow
def test_without_true_differences_the_default_funnel_flags_one_in_twenty() -> None:
    found = coverage(SEEDS, 0.0, PROFILES["1"])
    print(told(found))
    assert 0.93 <= found.differences <= 0.97
    assert 0.04 <= found.flagged[DEFAULT] <= 0.06


@pytest.mark.slow
def test_more_variance_than_assumed_is_not_covered_and_less_is_more_than_covered() -> None:
    """The scale can't be seen in published figures; what it would do is known."""
    held = [coverage(range(60), 0.003, PROFILES[scale]).differences for scale in ("0.5", "1", "1.5", "2")]
    assert held == sorted(held, reverse=True)
    assert held[0] > 0.98
    assert held[-1] < 0.90
