"""Resultatmålet: does the difference in shares meet the target of that measured year? Pure.

Source: §§ 22 a-22 f of lov 1482/2014 as amended by lov 551 of 7 May 2019;
parameters in rules/beskaeftigelse/criteria/resultatmaal.yaml.
"""

from dataclasses import dataclass
from fractions import Fraction

from maalestok.criteria import meets
from maalestok.period import Period
from maalestok.rules.dated import version_for
from maalestok.rules.models import ThresholdCriterion

OWN = "egen_opgoerelse"
"""Flag: decided by figures and a model of our own, as nothing is published."""


@dataclass(frozen=True)
class Decision:
    """Outcome, the reservations that go with it, and the threshold and version used (None where no rule was)."""

    udfald: str
    flag: tuple[str, ...]
    graense: Fraction | None
    version: str | None


def decide(
    difference: Fraction | None, period: Period, criterion: ThresholdCriterion, *, own: bool = False
) -> Decision:
    """Decide for one municipality and edition.

    Args:
        difference: share difference, exact, as a fraction (-0.25 percentage points = -1/400), or None.
        period: the edition.
        criterion: the rule with its dated versions.
        own: the difference is counted from persons and unrounded; else it is published with two decimals.
    """
    version = version_for(criterion.versions, period.measured_year)
    if version is None:
        return Decision("ikke_vurderet", ("regler_ikke_kontrolleret",), None, None)
    if criterion.assessed == "calendar_year" and not period.is_calendar_year:
        return Decision("ikke_vurderet", ("ikke_kalenderaar",), None, version.version)
    threshold = Fraction(version.threshold)
    if difference is None:
        return Decision("ikke_vurderet", ("vaerdi_mangler",), threshold, version.version)
    met = meets(difference, criterion.comparison, threshold)
    flags = (OWN,) if own else ("afrundet_lighed",) if difference == threshold else ()
    return Decision("opfyldt" if met else "ikke_opfyldt", flags, threshold, version.version)
