"""What a benchmark hands to a release, and what it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from maalestok.deliveries.corrections import Correction
from maalestok.deliveries.importer import FeedKind
from maalestok.deliveries.store import Delivery, Store
from maalestok.engines.base import Engine
from maalestok.rules.models import Governed, Ruleset


@dataclass(frozen=True)
class BuildRequest:
    """One build: from which store, which period (None: all), as known when, whether invented data may be mixed in."""

    store: Store
    engine: Engine
    period: str | None = None
    known_at: datetime | None = None
    allow_mixed: bool = False


@dataclass(frozen=True)
class Built:
    """A benchmark's tables and what they were made from. `tables` holds every table of `results.TABLES`."""

    rules: Ruleset
    periods: Sequence[str]
    tables: Mapping[str, pl.DataFrame]
    inputs: Sequence[Delivery]
    corrections: Sequence[Correction]
    engine: str
    syntetisk: bool
    warnings: Sequence[str]


class Benchmark(Protocol):
    """What a benchmark's package offers the shared machinery; it is found by name, never imported by it."""

    @property
    def id(self) -> str:
        """The name in `results.benchmark`."""

    def feed_kind(self, feed: str) -> FeedKind:
        """Contract and checks of one of its feeds."""

    def rules(self, root: Path | None = None) -> Ruleset:
        """Its rules."""

    def rule_faults(self, rules: Ruleset) -> list[str]:
        """What is wrong between its rules and its code."""

    def governed(self, rules: Ruleset) -> Sequence[tuple[str, Governed]]:
        """Every rule file by its path, for the review dates."""

    def build(self, request: BuildRequest) -> Built:
        """Its tables from a store."""

    def demo(self, out: Path, say: Callable[[str], None]) -> None:
        """Its main job on invented data."""
