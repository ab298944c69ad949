"""What the rule alone withholds, and what follows when more is: flags over exact figures. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.view import OP, TO, A, E

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Exact:
    """Exact figures on the public windows; -1 where a figure can't be stated. Shapes as in `View`."""

    months: tuple[int, ...]
    counts: Ints
    amounts: Ints
    drawn_months: tuple[int, ...]
    drawn: Ints


@dataclass
class Withheld:
    """Flags of what is withheld: counts [4, places, cuts, windows], amounts (all at once) [places, cuts, windows]."""

    counts: Flags
    amounts: Flags

    def copy(self) -> "Withheld":
        """The flags as they are now."""
        return Withheld(self.counts.copy(), self.amounts.copy())

    def same_as(self, other: "Withheld") -> bool:
        """True when nothing more or less is withheld."""
        return np.array_equal(self.counts, other.counts) and np.array_equal(self.amounts, other.amounts)


def small_counts(exact: Exact, rule: DisclosureVersion) -> Withheld:
    """What the rule withholds by itself: small counts, what came of few draws, parts of withheld counts, amounts.

    An amount is withheld, too, where it is not known how many cases made it.
    """
    counts = exact.counts
    drawn = exact.drawn[:, :, [exact.drawn_months.index(m) for m in exact.months]]
    hidden = (counts >= 1) & (counts <= rule.small_max)
    few = (drawn >= 1) & (drawn <= rule.small_max)
    hidden |= few & (counts <= rule.small_max)  # zero included: what came of few must look alike
    hidden[TO] |= (drawn >= 1) & (drawn < rule.count_base) & (counts[TO] > 0)  # no multiple lies within the drawn
    hidden &= counts >= 0
    withheld = Withheld(hidden, np.zeros(hidden.shape[1:], dtype=bool))
    close(exact, withheld, rule)
    return withheld


def close(exact: Exact, withheld: Withheld, rule: DisclosureVersion) -> None:
    """What must follow: a part of a withheld count is withheld, and so are amounts of too few or withheld cases."""
    counts, hidden = exact.counts, withheld.counts
    hidden[TO] &= exact.drawn[:, :, [exact.drawn_months.index(m) for m in exact.months]] != 0
    hidden[A] |= hidden[OP] & (counts[A] >= 0)
    hidden[A] &= hidden[OP] | (counts[OP] != 0)  # of nothing created, nothing was closed
    hidden[E] |= hidden[A] & (counts[E] >= 0)
    hidden[E] &= hidden[A] | (counts[A] != 0)
    few = (counts[E] > 0) & (counts[E] < rule.amount_min_effekt)
    unknown = (counts[E] < 0) & (exact.amounts >= 0).any(axis=0)
    withheld.amounts |= hidden[E] | few | unknown
    withheld.amounts &= (
        hidden[E] | (counts[E] > 0) | unknown
    )  # where nothing had an effect, the amount is known to be nothing
