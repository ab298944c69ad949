"""Fokusmål: the mean of 12 monthly shares, how many persons are short of the target, and whether it is met. Pure.

Shares are whole hundredths of a per cent (92,2 pct. = 9220), means are exact fractions. Source: §§ 22 a-22 f of lov
1482/2014 as amended by lov 551 of 7 May 2019; parameters in rules/beskaeftigelse/criteria/fokusmaal_*.yaml.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from maalestok.beskaeftigelse.supervision_rules import FokusmaalCriterion, FokusmaalVersion, Suspension
from maalestok.criteria import Comparison, meets
from maalestok.period import Period
from maalestok.rules.dated import version_for

MONTHS = 12
WHOLE = 10_000
"""A share of 100 per cent in hundredths of a per cent."""
OPFYLDT, IKKE_OPFYLDT, SUSPENDERET, IKKE_VURDERET = "opfyldt", "ikke_opfyldt", "suspenderet", "ikke_vurderet"
OTHER_READING = "suspension_kan_laeses_anderledes"


@dataclass(frozen=True)
class Month:
    """One month: the share as published (None: not there), whether the group was empty, the definition's version."""

    share: int | None
    empty_group: bool
    version: str | None


def mean_of(months: Sequence[Month | None]) -> tuple[int | None, str | None]:
    """Sum of 12 months' shares, to be divided by 12 x 10,000; or None and the reason there is no mean.

    Args:
        months: the 12 months, None where nothing was delivered.
    """
    held = [month for month in months if month is not None]
    if len({month.version for month in held}) > 1:
        return None, "definition_skifter"
    if any(month.empty_group for month in held):
        return None, "tom_maalgruppe"
    shares = [month.share for month in held if month.share is not None]
    if len(shares) < MONTHS:
        return None, "maaned_mangler"
    return sum(shares), None


def exact_mean(value: float) -> Fraction:
    """The fraction a stored share or mean stands for: hundredths of a per cent, or twelfths of them."""
    return Fraction(value).limit_denominator(MONTHS * WHOLE)


def counts_behind(group: int, share: int) -> range:
    """Every whole number of persons that prints as the published share; empty when none does.

    A share whose last decimals are zero may have been published with fewer of them; that is tried when no number fits
    all of them.
    """
    for step in (1, 10, 100):
        if share % step == 0:
            low = math.ceil(Fraction((2 * share - step) * group, 2 * WHOLE))
            high = math.floor(Fraction((2 * share + step) * group, 2 * WHOLE))
            found = range(max(low, 0), min(high, group) + 1)
            if found:
                return found
    return range(0)


def reveals_few(group: int, counts: Sequence[int], small_max: int) -> bool:
    """True when the target group, or a number with or without what is measured, may be 1 to `small_max`."""
    few = range(1, small_max + 1)
    return group in few or any(count in few or group - count in few for count in counts)


def short_of(group: int, reached: int, threshold: Fraction, comparison: Comparison) -> int:
    """How many more persons it takes for the share to lie on the right side of the limit."""
    exact = threshold * group
    needed = math.floor(exact) + 1 if comparison is Comparison.ABOVE else math.ceil(exact)
    return max(0, needed - reached)


@dataclass(frozen=True)
class Shortfall:
    """Persons short of the target: from the nearest count behind the share, with the range of all of them."""

    value: int
    low: int
    high: int


def shortfall(group: int, share: int, version: FokusmaalVersion) -> Shortfall | None:
    """Persons short of the target in one month's group, or None when no whole number gives the share.

    Args:
        group: persons in the target group, above 0.
        share: as published, hundredths of a per cent.
        version: the target in force.
    """
    counts = counts_behind(group, share)
    if not counts:
        return None
    nearest = min(counts, key=lambda count: (abs(count * WHOLE - share * group), count))
    low, value, high = (
        short_of(group, count, Fraction(version.threshold), version.comparison)
        for count in (counts[-1], nearest, counts[0])
    )
    return Shortfall(value, low, high)


def suspension_in(criterion: FokusmaalCriterion, period: Period, *, other_reading: bool = False) -> Suspension | None:
    """The suspension in force in the year a period is measured in, by the reading chosen or by the other one."""
    for suspension in criterion.suspensions:
        by_measured = (suspension.gaelder == "maaleaar") != other_reading
        year = period.measured_year if by_measured else period.measured_year.shifted(MONTHS)
        if version_for([suspension], year) is not None:
            return suspension
    return None


def target_in(criterion: FokusmaalCriterion, period: Period) -> FokusmaalVersion | None:
    """The target of the year a period is measured in, suspended or not; None where nobody has checked the rules."""
    return version_for(criterion.versions, period.measured_year)


@dataclass(frozen=True)
class Decision:
    """Outcome, reservations, limit, how it is compared, and the version (None where no rule was checked)."""

    udfald: str
    flag: tuple[str, ...]
    graense: Fraction | None = None
    comparison: Comparison | None = None
    version: str | None = None


def decide(mean: Fraction | None, period: Period, criterion: FokusmaalCriterion) -> Decision:
    """Decide for one municipality and month.

    Args:
        mean: the mean share over 12 months up to the month, exact (0..1), or None.
        period: the month.
        criterion: the target with its dated versions and suspensions.
    """
    version = target_in(criterion, period)
    if version is None:
        return Decision(IKKE_VURDERET, ("regler_ikke_kontrolleret",))
    suspended = suspension_in(criterion, period)
    readings_differ = (suspended is None) != (suspension_in(criterion, period, other_reading=True) is None)
    flags = version.flags + ((OTHER_READING,) if readings_differ else ())
    if suspended is not None:
        return Decision(SUSPENDERET, flags, version=suspended.version)
    threshold = Fraction(version.threshold)
    if mean is None:
        return Decision(IKKE_VURDERET, ("vaerdi_mangler", *flags), threshold, version.comparison, version.version)
    met = meets(mean, version.comparison, threshold)
    return Decision(OPFYLDT if met else IKKE_OPFYLDT, flags, threshold, version.comparison, version.version)
