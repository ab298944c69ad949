"""Why a place changed between two editions: own actual, own expected, the others. Exact. Pure.

The order key is (rounded share difference, published place of the edition whose figures the municipality has in that
state; a mixture of two editions takes the later one's), so that both end states give the published places. Each part is
the average over the six orders in which the three can have changed (Shapley, A value for n-person games, 1953), so the
parts add up to the change of place. They do not depend on the order of the municipalities.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

OWN_ACTUAL, OWN_EXPECTED, OTHERS = 0, 1, 2
_STATES = [frozenset(changed) for count in range(4) for changed in combinations(range(3), count)]
_CHANGES = [(order[at], frozenset(order[:at])) for order in permutations(range(3)) for at in range(3)]
"""(cause, what has changed before it) of every step of every order."""
_ORDERS = 6
Exact = int | Fraction
Key = tuple[Exact, int]
"""Twice the share difference in hundredths of a percentage point, and a published place."""


@dataclass(frozen=True)
class Placed:
    """A municipality's figures in one edition: shares in hundredths of a percentage point, exact, and its place.

    Published ones are whole numbers.
    """

    actual: Exact
    expected: Exact
    difference: Exact
    place: int


@dataclass(frozen=True)
class Move:
    """Places gained (positive is better) by each cause; together the change of place."""

    own_actual: Fraction
    own_expected: Fraction
    others: Fraction


def moves(before: Sequence[Placed], now: Sequence[Placed]) -> list[Move] | None:
    """Split each municipality's change of place.

    Args:
        before, now: all municipalities of one area in two editions, in the same order.

    Returns:
        One a municipality, or None where the figures do not give the published places (some are missing).
    """
    fields = [sorted(_key(placed) for placed in edition) for edition in (before, now)]
    if any([place for _, place in field] != list(range(1, len(field) + 1)) for field in fields):
        return None
    return [_move(old, new, fields) for old, new in zip(before, now, strict=True)]


def _key(placed: Placed) -> Key:
    return 2 * placed.difference, placed.place


def _own_keys(old: Placed, new: Placed) -> dict[tuple[bool, bool], Key]:
    """The municipality's key with (new actual, new expected).

    Published differences can miss actual - expected by a hundredth. What remains of that goes with the part that
    changed, by halves where both or neither did.
    """
    actual, expected = new.actual - old.actual, new.expected - old.expected
    rest = (new.difference - old.difference) - (actual - expected)
    with_actual = rest if bool(actual) == bool(expected) else 2 * rest if actual else 0
    return {
        (False, False): _key(old),
        (True, False): (2 * (old.difference + actual) + with_actual, new.place),
        (False, True): (2 * (old.difference - expected) + 2 * rest - with_actual, new.place),
        (True, True): _key(new),
    }


def _move(old: Placed, new: Placed, fields: Sequence[Sequence[Key]]) -> Move:
    own = _own_keys(old, new)
    fixed = (_key(old), _key(new))

    def twice_place(changed: frozenset[int]) -> int:
        key, edition = own[OWN_ACTUAL in changed, OWN_EXPECTED in changed], int(OTHERS in changed)
        ahead, up_to = bisect_left(fields[edition], key), bisect_right(fields[edition], key)
        level = up_to - ahead - (fixed[edition] == key)
        return 2 * (ahead - (fixed[edition] < key) + 1) + level

    places = {changed: twice_place(changed) for changed in _STATES}
    gains = [0, 0, 0]
    for cause, earlier in _CHANGES:
        gains[cause] += places[earlier] - places[earlier | {cause}]
    return Move(*(Fraction(gain, 2 * _ORDERS) for gain in gains))
