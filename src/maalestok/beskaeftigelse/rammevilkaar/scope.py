"""How much the differences hang on what is counted: each benefit left out, and a shock from outside. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maalestok.beskaeftigelse.rammevilkaar.fit import Fit
from maalestok.beskaeftigelse.rammevilkaar.statistics import Floats, Ints, Statistics


def differences_by_benefit(statistics: Statistics, found: Fit, xy: Floats, by_kommune: Floats) -> Floats:
    """Each benefit's part of the municipalities' differences, G x b means of grade-days; they add up to the areas'.

    Args:
        statistics: of the same persons.
        found: the fit, whose conditions are the benefit's, too.
        xy: p x b sums of a benefit's grade-days by term.
        by_kommune: G x b by municipality.
    """
    persons = statistics.by_kommune[:, :1]
    coefficients = found.inverse @ xy[list(found.kept)]
    means = statistics.by_kommune[:, list(found.kept)] / persons
    return np.asarray(by_kommune / persons - means @ coefficients, dtype=np.float64)


def places(differences: Floats) -> Ints:
    """Places by difference, smallest = 1, equal ones in the order they are given."""
    order = np.argsort(differences, kind="stable")
    place = np.empty(len(differences), dtype=np.int64)
    place[order] = np.arange(1, len(differences) + 1)
    return place


def correlation(one: Floats, other: Floats, persons: Floats) -> float | None:
    """Correlation between municipalities, weighted by residents; None where one of the two is the same in all."""
    weights = persons / persons.sum()
    first, second = one - weights @ one, other - weights @ other
    spread = np.sqrt((weights @ first**2) * (weights @ second**2))
    # A hundred-millionth of the values' own size is rounding.
    if spread <= 1e-16 * (weights @ one**2 + weights @ other**2):
        return None
    return float(weights @ (first * second) / spread)


@dataclass(frozen=True)
class ScopeChange:
    """What happens to the differences when a benefit is left out: their correlation with the whole, places."""

    benefit: str
    correlation: float | None
    places: Ints
    moves: Ints


def left_out(
    benefits: tuple[str, ...], total: Floats, without: Sequence[Floats], persons: Floats
) -> tuple[ScopeChange, ...]:
    """Each benefit left out of the count.

    Args:
        benefits: their names.
        total: G differences of everything.
        without: G differences without each benefit.
        persons: G residents.
    """
    whole = places(total)
    changes = []
    for benefit, rest in zip(benefits, without, strict=True):
        now = places(rest)
        changes.append(ScopeChange(benefit, correlation(total, rest, persons), now, np.abs(now - whole)))
    return tuple(changes)
