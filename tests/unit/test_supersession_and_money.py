"""Which delivery is newest; what one area costs."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from maalestok.beskaeftigelse.money import area_estimate
from maalestok.beskaeftigelse.rules import UnitCost
from maalestok.deliveries.supersession import in_order


@dataclass(frozen=True)
class Card:
    """A delivery as the order sees it."""

    sha256: str
    received: datetime
    extracted: datetime | None = None


def day(number: int) -> datetime:
    return datetime(2021, 1, number, tzinfo=UTC)


def test_extraction_then_reception_then_hash() -> None:
    a = Card("a", day(9), day(1))
    b = Card("b", day(5), day(2))
    c = Card("c", day(6), day(2))
    d = Card("d", day(6), day(2))
    e = Card("e", day(3))
    assert in_order([e, d, a, c, b]) == [a, b, c, d, e]


def test_what_was_not_yet_received_is_not_known() -> None:
    a, b = Card("a", day(2)), Card("b", day(4))
    assert in_order([b, a], known_at=day(3)) == [a]
    assert in_order([b, a], known_at=day(4)) == [a, b]


@given(st.integers(-5000, 5000))
def test_the_range_holds_the_estimate(difference: int) -> None:
    estimate = area_estimate(difference, UnitCost(low=62_000, central=70_000, high=78_000))
    assert estimate.low <= estimate.value <= estimate.high
    assert estimate.value == difference * 70_000
