"""One benchmark's release as it is shown: its tables looked up by key. Reads; computes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from maalestok.errors import MaalestokError
from maalestok.kommune import by_code, fold, kommuner
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.release.read import Release
from maalestok.rules.models import Ruleset


class Key(NamedTuple):
    """Which figure: the key of a result but for who made it; a release holds one of each."""

    measure: str
    kommune: str
    omraade: str
    period: str
    trin: int | None = None

    @property
    def text(self) -> str:
        """As pages and documents carry it, so that each figure on them can be held against the release."""
        return "|".join("" if part is None else str(part) for part in self)


class Figure(NamedTuple):
    """A result: its value or its status, its range and what it is a ratio of."""

    key: Key
    kilde: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    unit: str
    status: str
    rule_version: str


class Part(NamedTuple):
    """A part of a figure."""

    key: Key
    part: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    method: str


class Term(NamedTuple):
    """What a model found or used: a coefficient with its error, or a measure of its own."""

    model: str
    omraade: str
    period: str
    term: str
    level: str | None
    se_kind: str | None
    estimate: float
    se: float | None

    @property
    def text(self) -> str:
        """Its key, as pages carry it."""
        return "|".join(part or "" for part in self[:6])


_KEY = ("measure", "kommune_kode", "omraade", "period", "kontroltrin")


@dataclass(frozen=True)
class Shown:
    """One benchmark's release as pages and documents see it."""

    release: Release
    rules: Ruleset

    @property
    def benchmark(self) -> str:
        """The benchmark's id."""
        return self.release.manifest.benchmark

    @property
    def syntetisk(self) -> bool:
        """True when its figures are invented."""
        return self.release.manifest.syntetisk

    @cached_property
    def figures(self) -> Mapping[Key, Figure]:
        """Every result."""
        held: dict[Key, Figure] = {}
        names = ("kilde", "value", "low", "high", "numerator", "denominator", "unit", "status", "rule_version")
        for row in self.release.results.select(*_KEY, *names).iter_rows():
            key = Key(*row[:5])
            if key in held:
                raise MaalestokError(
                    f"{self.release.id} har to tal for {key.text}.", remedy="Byg udgivelsen med én slags kilde."
                )
            held[key] = Figure(key, *row[5:])
        return held

    @cached_property
    def parts(self) -> Mapping[Key, Mapping[str, Part]]:
        """Every part by its figure."""
        held: dict[Key, dict[str, Part]] = {}
        names = ("part", "value", "low", "high", "unit", "method_version")
        for row in self.release.table("parts").select(*_KEY, *names).iter_rows():
            key = Key(*row[:5])
            held.setdefault(key, {})[row[5]] = Part(key, *row[5:])
        return held

    @cached_property
    def versions(self) -> Mapping[str, Sequence[str]]:
        """Measure -> each `rule_version` that its figures have."""
        held: dict[str, set[str]] = {}
        for key, figure in self.figures.items():
            held.setdefault(key.measure, set()).add(figure.rule_version)
        return {measure: sorted(versions) for measure, versions in held.items()}

    @cached_property
    def findings(self) -> Mapping[Key, Mapping[str, Any]]:
        """Every finding; the key's measure is the criterion."""
        rows = self.release.table("findings").iter_rows(named=True)
        return {
            Key(row["criterion"], row["kommune_kode"], row["omraade"], row["period"], row["kontroltrin"]): row
            for row in rows
        }

    @cached_property
    def relations(self) -> Mapping[tuple[str, str, str, str], Sequence[tuple[str, float | None]]]:
        """(relation, kommune, omraade, period) -> the others, nearest first, with their distance."""
        held: dict[tuple[str, str, str, str], list[tuple[str, float | None]]] = {}
        table = self.release.table("relations").filter(pl.col("relation") != "kan_ikke_skelnes")
        columns = ("relation", "kommune_kode", "omraade", "period", "other_kode", "distance")
        for row in table.sort("rank").select(columns).iter_rows():
            held.setdefault((row[0], row[1], row[2], row[3]), []).append((row[4], row[5]))
        return held

    @cached_property
    def terms(self) -> Mapping[tuple[str, str, str], Sequence[Term]]:
        """(model, omraade, period) -> its terms in the order they came."""
        held: dict[tuple[str, str, str], list[Term]] = {}
        for row in self.release.table("models").select(*Term._fields).iter_rows():
            term = Term(*row)
            held.setdefault((term.model, term.omraade, term.period), []).append(term)
        return held

    @cached_property
    def _periods(self) -> Mapping[bool, Sequence[str]]:
        """The periods of the main measure by whether it is our own, counted from persons or expected of them."""
        first, readings = self.rules.benchmark.measures[0], self.rules.reading_notes_da.keys()
        found: dict[bool, set[str]] = {True: set(), False: set()}
        for key, figure in self.figures.items():
            if key.measure == first:
                found[not readings.isdisjoint(figure.rule_version.split("+"))].add(key.period)
        return {own: sorted(held, key=parse_period) for own, held in found.items()}

    @property
    def periods(self) -> Sequence[str]:
        """The periods of the main measure, oldest first; our own only where nothing else is there."""
        return self._periods[False] or self._periods[True]

    @property
    def is_own(self) -> bool:
        """True where the main measure is our own in every period, as nothing was published."""
        return bool(self._periods[True]) and not self._periods[False]

    @cached_property
    def cells(self) -> frozenset[tuple[int | None, str]]:
        """(kontroltrin, area) of every cell of the main measure."""
        first = self.rules.benchmark.measures[0]
        return frozenset((key.trin, key.omraade) for key in self.figures if key.measure == first)

    @cached_property
    def newest(self) -> str:
        """The newest of them."""
        return self.periods[-1]

    def figure(self, measure: str, kommune: str, omraade: str, period: str, trin: int | None = None) -> Figure | None:
        """A result, or None where the release has no such row."""
        return self.figures.get(Key(measure, kommune, omraade, period, trin))

    def part(self, figure: Figure | None, name: str) -> Part | None:
        """A part of a figure, or None where it has no such part."""
        return None if figure is None else self.parts.get(figure.key, {}).get(name)

    def versions_of(self, measure: str) -> frozenset[str]:
        """The versions that a measure's figures rest on, of definitions and methods."""
        used = {figure.rule_version for key, figure in self.figures.items() if key.measure == measure}
        return frozenset(name for version in used for name in version.split("+"))

    def finding(
        self, criterion: str, kommune: str, omraade: str, period: str, trin: int | None = None
    ) -> Mapping[str, Any] | None:
        """A finding, or None where the release has none."""
        return self.findings.get(Key(criterion, kommune, omraade, period, trin))

    def decided(self, criterion: str, kommune: str, omraade: str, period: str) -> Mapping[str, Any] | None:
        """A finding of an edition, or of the month it ends with, for which focus targets are decided."""
        own = self.finding(criterion, kommune, omraade, period)
        return own if own is not None else self.finding(criterion, kommune, omraade, last_month(period))


def last_month(period: str) -> str:
    """The month a period ends with: '2020QMAT04' -> '2020-12'."""
    return Period(parse_period(period).month_index, PeriodKind.MONTH).code


def slug(kode: str) -> str:
    """'707-norddjurs': a municipality in an address."""
    return f"{kode}-{fold(by_code()[kode].navn).replace(' ', '-')}"


def codes() -> Sequence[str]:
    """The municipalities' codes in Danish alphabetical order of their names: Æ, Ø, Å last, and Aa as Å."""
    order = str.maketrans("æøå", "{|}")
    return [k.kode for k in sorted(kommuner(), key=lambda k: k.navn.lower().replace("aa", "å").translate(order))]
