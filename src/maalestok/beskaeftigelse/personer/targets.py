"""Focus targets counted from persons: shares, means, persons short, group sizes, what December can be. Pure.

Every figure is an exact fraction. A month in which few could be told is withheld for both targets, and with it every
mean and forecast that rests on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from maalestok.beskaeftigelse import fokusmaal as rule
from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.beskaeftigelse.personer.own_rows import OwnRow, missing
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.period import Period, PeriodKind
from maalestok.results import Status
from maalestok.rules.dated import version_for

WITHHELD = "fortrolighed"
EMPTY = "tom_maalgruppe"


@dataclass(frozen=True)
class Target:
    """One focus target and the measures it is told by."""

    criterion: str
    share: str
    mean: str
    short: str
    size: str
    december: str


TARGETS = (
    Target(
        "fokusmaal_samtaler",
        "samtale_andel",
        "samtale_andel_12m",
        "mangler_borgere_samtaler",
        "maalgruppe_samtaler",
        "samtale_andel_december",
    ),
    Target(
        "fokusmaal_tilbud",
        "tilbud_andel",
        "tilbud_andel_12m",
        "mangler_borgere_tilbud",
        "maalgruppe_tilbud",
        "tilbud_andel_december",
    ),
)
OWN_ONLY = tuple(name for target in TARGETS for name in (target.size, target.december))
"""Measures that only persons give."""


@dataclass(frozen=True)
class Counts:
    """Of a month's group, for talks and for offers: those not exempt, and those of them who have had them."""

    n: tuple[int, int]
    ok: tuple[int, int]

    def reveals_few(self, small_max: int) -> bool:
        """True when some number of persons, with or without what is measured, is 1 to `small_max`."""
        return any(rule.reveals_few(n, [ok], small_max) for n, ok in zip(self.n, self.ok, strict=True))


NOBODY = Counts((0, 0), (0, 0))
Months = Mapping[tuple[str, int], Counts]
"""(kommune, month) -> its counts."""


def counts(found: Counted) -> Months:
    """Every counted month, those to come as well; a known municipality without a group has none."""
    held = {
        (f"{row['kommune']:03d}", row["maaned"]): Counts(
            (row["n_samtale"], row["n_tilbud"]), (row["ok_samtale"], row["ok_tilbud"])
        )
        for row in found.facts.groups.iter_rows(named=True)
    }
    months = [month.month for month in found.plan.months]
    return {(kode, month): held.get((kode, month), NOBODY) for kode in sorted(found.kommuner) for month in months}


def target_rows(found: Counted, rules: BeskaeftigelseRules, *, exact: bool) -> Iterator[OwnRow]:
    """Every measure of both targets. `exact` rows withhold nothing; they stay on the authority's side."""
    months = counts(found)
    known = [month.month for month in found.plan.months if month.month <= found.plan.known_until]
    ahead = [month.month for month in found.plan.months if month.month > found.plan.known_until]
    for kode in sorted(found.kommuner):
        held = {month: months[kode, month] for month in (*known, *ahead)}
        hidden = frozenset() if exact else frozenset(m for m in held if _hidden(held[m], m, rules))
        for place, target in enumerate(TARGETS):
            line = _Line(kode, place, target, held, hidden, rules)
            for month in known:
                yield from (line.share(month), line.mean(month), line.short(month), line.size(month))
            if known and ahead:
                yield line.december(known[-1], ahead)


def _hidden(counts_of: Counts, month: int, rules: BeskaeftigelseRules) -> bool:
    """Where no rule says what is small, everything is hidden."""
    version = version_for(rules.disclosure.versions, Period(month, PeriodKind.MONTH))
    return version is None or counts_of.reveals_few(version.small_max)


@dataclass(frozen=True)
class _Line:
    """One municipality's months for one target."""

    kode: str
    place: int
    target: Target
    held: Mapping[int, Counts]
    hidden: frozenset[int]
    rules: BeskaeftigelseRules

    def _at(self, month: int) -> tuple[str, str, str]:
        return Period(month, PeriodKind.MONTH).code, self.kode, self.rules.benchmark.total

    def _n(self, month: int) -> int:
        return self.held[month].n[self.place]

    def _ok(self, month: int) -> int:
        return self.held[month].ok[self.place]

    def _withheld(self, measure: str, month: int) -> OwnRow:
        return missing(measure, self._at(month), WITHHELD, Status.DISKRETIONERET)

    def share(self, month: int) -> OwnRow:
        name = self.target.share
        if month in self.hidden:
            return self._withheld(name, month)
        n, ok = self._n(month), self._ok(month)
        if not n:
            return missing(name, self._at(month), EMPTY)
        return OwnRow(name, *self._at(month), Fraction(ok, n), numerator=ok, denominator=n)

    def size(self, month: int) -> OwnRow:
        name = self.target.size
        if month in self.hidden:
            return self._withheld(name, month)
        return OwnRow(name, *self._at(month), Fraction(self._n(month)))

    def mean(self, month: int) -> OwnRow:
        name, window = self.target.mean, [month - back for back in range(rule.MONTHS)]
        if any(m not in self.held for m in window):
            return missing(name, self._at(month), "maaned_mangler")
        if len(set(self._versions(window))) > 1:
            return missing(name, self._at(month), "definition_skifter")
        if self.hidden.intersection(window):
            return self._withheld(name, month)
        if not all(self._n(m) for m in window):
            return missing(name, self._at(month), EMPTY)
        return OwnRow(name, *self._at(month), self._sum(window) / rule.MONTHS)

    def short(self, month: int) -> OwnRow:
        name, period = self.target.short, Period(month, PeriodKind.MONTH)
        criterion = self.rules.fokusmaal[self.target.criterion]
        version = rule.target_in(criterion, period)
        if month in self.hidden:
            return self._withheld(name, month)
        if version is None:
            return missing(name, self._at(month), "uden_definition")
        if rule.suspension_in(criterion, period) is not None:
            return missing(name, self._at(month), "maalet_suspenderet")
        n, ok = self._n(month), self._ok(month)
        if not n:
            return missing(name, self._at(month), EMPTY)
        return OwnRow(
            name, *self._at(month), Fraction(rule.short_of(n, ok, Fraction(version.threshold), version.comparison))
        )

    def december(self, last: int, ahead: Sequence[int]) -> OwnRow:
        """The mean of the year's 12 months, from those who have had it already to all who still can.

        Told of the last known month. Those on benefit now are taken to stay; those who come or leave are not known.
        """
        name = self.target.december
        window = [ahead[-1] - back for back in range(rule.MONTHS)]
        past, future = [m for m in window if m <= last], [m for m in window if m > last]
        if any(m not in self.held for m in window):
            return missing(name, self._at(last), "maaned_mangler")
        if len(set(self._versions(window))) > 1:
            return missing(name, self._at(last), "definition_skifter")
        if self.hidden.intersection(window):
            return self._withheld(name, last)
        if not all(self._n(m) for m in window):
            return missing(name, self._at(last), EMPTY)
        sure = (self._sum(past) + self._sum(future)) / rule.MONTHS
        possible = (self._sum(past) + len(future)) / rule.MONTHS
        return OwnRow(name, *self._at(last), sure, sure, possible)

    def _sum(self, months: Sequence[int]) -> Fraction:
        return sum((Fraction(self._ok(m), self._n(m)) for m in months), Fraction(0))

    def _versions(self, months: Sequence[int]) -> list[str | None]:
        """The measure's definition in each month."""
        versions = self.rules.measures[self.target.share].versions
        named = (version_for(versions, Period(month, PeriodKind.MONTH)) for month in months)
        return [version.version if version else None for version in named]
