"""Skærpet tilsyn: does a municipality's result and effort of a year put it under sharpened supervision? Pure.

Source: §§ 22 a-22 f of lov 1482/2014 as amended by lov 551 of 7 May 2019 and the executive order on sharpened
supervision; parameters in rules/beskaeftigelse/criteria/. The risk zone is Målestok's own signal, not law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from maalestok.beskaeftigelse.fokusmaal import IKKE_OPFYLDT, IKKE_VURDERET, OPFYLDT, SUSPENDERET
from maalestok.beskaeftigelse.fokusmaal import Decision as Target
from maalestok.beskaeftigelse.resultatmaal import OWN

OMFATTET, IKKE_OMFATTET = "omfattet", "ikke_omfattet"
I_ZONEN, IKKE_I_ZONEN = "i_risikozonen", "ikke_i_risikozonen"
UNCHECKED, RESULT_UNKNOWN, TARGET_MISSING = "regler_ikke_kontrolleret", "resultatmaal_ukendt", "fokusmaal_mangler"
ALREADY = "allerede_omfattet"
RESERVATIONS = ("afrundet_lighed", OWN, "skaeringsdato_ikke_oplyst", "suspension_kan_laeses_anderledes")
"""Flags of what a decision rests on that hold for the decision, too."""


@dataclass(frozen=True)
class Year:
    """One municipality's measured year: the outcomes decided, the means they rest on, and the flags beside them.

    `targets` is criterion -> decision in December; `means` criterion -> mean over the year, None where there is none.
    """

    resultatmaal: str
    result_flags: Sequence[str]
    targets: Mapping[str, Target]
    means: Mapping[str, Fraction | None]

    @property
    def in_force(self) -> dict[str, Target]:
        """The targets that are not suspended."""
        return {name: target for name, target in self.targets.items() if target.udfald != SUSPENDERET}

    def any_target(self, udfald: str) -> bool:
        """True when a target in force has this outcome."""
        return any(target.udfald == udfald for target in self.in_force.values())


@dataclass(frozen=True)
class Decision:
    """Outcome and reservations."""

    udfald: str
    flag: tuple[str, ...]


def decide(year: Year, *, checked: bool) -> Decision:
    """Taken in when the result target is not met and a focus target in force is not met either.

    A good result is enough, whatever the focus targets; so is meeting all focus targets in force.

    Args:
        year: what was decided of the year.
        checked: someone has checked the rules of that year.
    """
    if not checked:
        return Decision(IKKE_VURDERET, (UNCHECKED,))
    if year.resultatmaal == OPFYLDT:
        return Decision(IKKE_OMFATTET, _reservations(year.result_flags))
    of_targets = [flag for target in year.targets.values() for flag in target.flag]
    reservations = _reservations([*year.result_flags, *of_targets])
    failing, unknown = year.any_target(IKKE_OPFYLDT), year.any_target(IKKE_VURDERET)
    if not (failing or unknown):
        return Decision(IKKE_OMFATTET, reservations)
    if year.resultatmaal == IKKE_OPFYLDT and failing:
        return Decision(OMFATTET, reservations)
    why = (RESULT_UNKNOWN,) if year.resultatmaal == IKKE_VURDERET else ()
    return Decision(IKKE_VURDERET, (*why, *((TARGET_MISSING,) if unknown else ()), *reservations))


def _reservations(flags: Sequence[str]) -> tuple[str, ...]:
    return tuple(flag for flag in RESERVATIONS if flag in flags)


def risk_zone(year: Year, supervised: str, margin: Fraction | None) -> Decision:
    """Near the limit: the result target is not met, and a focus target in force is met by less than the margin.

    Args:
        year: what was decided of the year.
        supervised: the outcome of `decide`.
        margin: as a fraction (1/20 = 5 percentage points); None where nobody has checked the rules of that year.
    """
    if margin is None:
        return Decision(IKKE_VURDERET, (UNCHECKED,))
    own = tuple(flag for flag in year.result_flags if flag == OWN)
    if supervised == OMFATTET:
        return Decision(IKKE_I_ZONEN, (ALREADY, *own))
    if year.resultatmaal == OPFYLDT:
        return Decision(IKKE_I_ZONEN, own)
    if year.resultatmaal == IKKE_VURDERET:
        return Decision(IKKE_VURDERET, (RESULT_UNKNOWN,))
    if any(_near(target, year.means[name], margin) for name, target in year.in_force.items()):
        return Decision(I_ZONEN, own)
    if year.any_target(IKKE_VURDERET):
        return Decision(IKKE_VURDERET, (TARGET_MISSING, *own))
    return Decision(IKKE_I_ZONEN, own)


def _near(target: Target, mean: Fraction | None, margin: Fraction) -> bool:
    if target.udfald != OPFYLDT or mean is None or target.graense is None:
        return False
    return mean < target.graense + margin
