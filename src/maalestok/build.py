"""What a benchmark hands to a release, and what it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from maalestok.deliveries.corrections import Correction
from maalestok.deliveries.importer import FeedKind
from maalestok.deliveries.store import Delivery, Store
from maalestok.engines.base import Engine
from maalestok.errors import StoreError
from maalestok.rules.models import Governed, Ruleset

if TYPE_CHECKING:
    from maalestok.release.read import Release


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class BuildRequest:
    """One build: from which store, which period (None: all), as known when, whether invented data may be mixed in.

    `previous` is the release to protect small counts together with; `options` are the benchmark's own ways of counting;
    `say` is told what is being done.
    """

    store: Store
    engine: Engine
    period: str | None = None
    known_at: datetime | None = None
    allow_mixed: bool = False
    previous: "Release | None" = None
    options: frozenset[str] = frozenset()
    say: Callable[[str], None] = field(default=_silent)


@dataclass(frozen=True)
class Built:
    """A benchmark's tables and what they were made from.

    `tables` holds tables of `results.TABLES`; one left out has no rows. `internal` holds exact results that stay on the
    authority's side; `notes` are told to whoever builds.
    """

    rules: Ruleset
    periods: Sequence[str]
    tables: Mapping[str, pl.DataFrame]
    inputs: Sequence[Delivery]
    corrections: Sequence[Correction]
    engine: str
    syntetisk: bool
    warnings: Sequence[str]
    internal: pl.DataFrame | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Audit:
    """What an attack on a release's public files found: `faults` give something away; `data` is for programs."""

    faults: Sequence[str]
    lines: Sequence[str]
    data: Mapping[str, object]


class Benchmark(Protocol):
    """What a benchmark's package offers the shared machinery; it is found by name, never imported by it."""

    @property
    def id(self) -> str:
        """The name in `results.benchmark`."""

    @property
    def options(self) -> Mapping[str, str]:
        """The ways of counting that a build may ask for, with a Danish description."""

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

    def audit(self, release: "Release", previous: "Release | None", say: Callable[[str], None]) -> "Audit":
        """What a reader of its public files could work out of what must be protected."""

    def demo(self, out: Path, say: Callable[[str], None]) -> Sequence[Path]:
        """Its main job on invented data; returns releases besides `out / "udgivelse"` that want a site of their own."""


def refuse_before_the_first(request: BuildRequest, feeds: Sequence[str], what: str) -> None:
    """Say so where a build asks for what was known before anything of the feeds had been received.

    Args:
        request: the build.
        feeds: those of which there is nothing.
        what: what there was none of: 'Ingen udgave'.

    Raises:
        StoreError: names the day the first was received.
    """
    store = request.store
    later = [card.received for feed in feeds for d in store.deliveries(feed) for card in store.receptions(d)]
    if later and request.known_at is not None:
        raise StoreError(
            f"{what} i lageret var modtaget {request.known_at.date().isoformat()}; "
            f"den første leverance blev modtaget {min(later).date().isoformat()}.",
            remedy="Vælg en senere --known-at, eller indlæs filerne med --received.",
        )


def one_kind(deliveries: Sequence[Delivery], *, allow_mixed: bool) -> bool:
    """True when the release is invented, wholly or in part.

    Raises:
        StoreError: a mixture that was not asked for, or real deliveries that should be marked invented.
    """
    kinds = {d.syntetisk for d in deliveries}
    if kinds == {True, False} and not allow_mixed:
        raise StoreError(
            "Lageret blander virkelige og opfundne (SYNTETISK) leverancer.",
            remedy="Brug hvert sit lager, eller byg med --syntetisk; så mærkes alt SYNTETISK.",
        )
    if kinds == {False} and allow_mixed:
        raise StoreError(
            "Lageret har kun virkelige leverancer; de kan ikke mærkes SYNTETISK.", remedy="Udelad --syntetisk."
        )
    return True in kinds
