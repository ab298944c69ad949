"""Which delivery is newest: latest extraction, then latest reception, then hash. Pure.

A delivery without a stated extraction counts as extracted when it was received.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Dated(Protocol):
    """What the order needs to know of a delivery."""

    @property
    def sha256(self) -> str: ...
    @property
    def received(self) -> datetime: ...
    @property
    def extracted(self) -> datetime | None: ...


D = TypeVar("D", bound=Dated)


def order_key(delivery: Dated) -> tuple[datetime, datetime, str]:
    """Sort key: the last in this order is the newest."""
    return (delivery.extracted or delivery.received, delivery.received, delivery.sha256)


def in_order(deliveries: Iterable[D], known_at: datetime | None = None) -> list[D]:
    """Deliveries from oldest to newest, without those received after `known_at`."""
    known = [d for d in deliveries if known_at is None or d.received <= known_at]
    return sorted(known, key=order_key)
