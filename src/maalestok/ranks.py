"""Ranks: pure functions over integers (hundredths of a percentage point), smallest value = place 1."""

from collections.abc import Sequence


def possible_ranks(values: Sequence[int]) -> list[tuple[int, int]]:
    """For each value the lowest and highest place it can have when ties are broken by hidden decimals.

    Args:
        values: rounded differences, one per municipality, in one group of one edition.

    Returns:
        One (low, high) per value, 1-based; equal numbers when the value is alone.
    """
    ordered = sorted(values)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
        last[value] = place
    return [(first[value], last[value]) for value in values]


def rank_change(before: int, now: int) -> int:
    """Places gained since the edition before: positive is better (24 -> 21 gives 3)."""
    return before - now
