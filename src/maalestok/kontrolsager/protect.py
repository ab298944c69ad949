"""Which figures are withheld: small ones by rule, then more until nothing protected can be pinned down.

Works on exact figures, so it stays on the authority's side; what it decides is told as states alone, the same for
every reason.
"""

from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np

from maalestok.disclosure.rounding import NO_LIMIT, shown_counts
from maalestok.errors import MaalestokError
from maalestok.kontrolsager.audit import Auditor
from maalestok.kontrolsager.known import amount_bounds, count_bounds
from maalestok.kontrolsager.repair import Repair
from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.view import OP, TO, A, E, Shown, View
from maalestok.kontrolsager.withheld import Exact, Withheld, small_counts

MAX_ROUNDS = 400
PATIENCE = 4
"""How many failures of one programme are enough to withhold more before looking again."""


class Thoroughness(TypedDict, total=False):
    """How an attack is to be made: see `Auditor.attack`."""

    sums_only: bool
    patience: int | None


class NotProtected(MaalestokError):
    """No pattern of withheld figures protects a small count."""


def publish(exact: Exact, withheld: Withheld, rule: DisclosureVersion) -> View:
    """The view a release shows: rounded, withheld as flagged, what can't be stated left absent."""
    drawn = exact.drawn[:, :, [exact.drawn_months.index(m) for m in exact.months]]
    limit = np.full(exact.counts.shape, NO_LIMIT, dtype=np.int64)
    limit[TO] = np.where(drawn >= 0, drawn, NO_LIMIT)
    counts = shown_counts(exact.counts, limit, rule.count_base)
    stated = exact.counts >= 0
    # A count stands in the files beside another, or nowhere: the drawn, the closed, or either side of the closed.
    stated[TO] &= drawn >= 0
    stated[OP] &= stated[A] | (exact.counts[OP] == 0)
    stated[E] &= stated[A]
    stated[A] &= stated[OP] | stated[E]
    state = np.where(~stated, Shown.ABSENT, np.where(withheld.counts, Shown.HIDDEN, Shown.SHOWN))
    state[OP] = np.where(
        (state[OP] == Shown.SHOWN) & (exact.counts[OP] > 0) & (state[A] == Shown.HIDDEN), Shown.HIDDEN, state[OP]
    )
    step = rule.amount_base_kr
    amounts = (exact.amounts + step // 2) // step * step
    amount_state = np.where(
        withheld.amounts[None], Shown.HIDDEN, np.where(exact.amounts < 0, Shown.ABSENT, Shown.SHOWN)
    )
    return View(
        exact.months,
        np.where(state == Shown.SHOWN, counts, -1),
        state.astype(np.int8),
        np.where(amount_state == Shown.SHOWN, amounts, -1),
        amount_state.astype(np.int8),
        exact.drawn_months,
        exact.drawn,
    )


def withhold(
    exact: Exact,
    rule: DisclosureVersion,
    before: View | None,
    auditor: Auditor,
    say: Callable[[str], None] = lambda _: None,
) -> Withheld:
    """Small counts and as much more as it takes that an attack on the public figures pins none of them down.

    Cheap attacks come first: sums alone, then programmes that give up early, at last the whole attack.

    Raises:
        NotProtected: nothing helps; that would be a fault in the rules.
    """
    withheld = small_counts(exact, rule)
    thoroughness: Sequence[Thoroughness] = ({"sums_only": True}, {"patience": PATIENCE}, {})
    repair = Repair(exact, withheld, rule)
    level = 0
    for round_number in range(1, MAX_ROUNDS + 1):
        verdict = auditor.attack(publish(exact, withheld, rule), before, **thoroughness[level])
        if verdict.faults:
            raise NotProtected(" ".join(verdict.faults), remedy="Meld fejlen; intet er udgivet.")
        if verdict.holds:
            level += 1
            if level == len(thoroughness):
                return withheld
            continue
        level = 0
        say(f"beskyttelse, omgang {round_number}: {len(verdict.unsafe)} tal kan regnes ud")
        repair.after(verdict.unsafe, auditor.known)
    raise NotProtected(
        "Små tal kan ikke beskyttes ved at skjule mere.", remedy="Se reglen i rules/kontrolsager/disclosure.yaml."
    )


def misstated(view: View, exact: Exact, rule: DisclosureVersion) -> bool:
    """True when some exact figure lies outside what its published one says: it was published wrongly, or not withheld.

    Raises:
        Unrounded: no exact figure at all could lie behind some published one.
    """
    for (low, high), figures in (
        (count_bounds(view, rule), exact.counts),
        (amount_bounds(view, rule), exact.amounts),
    ):
        if ((figures >= 0) & ((figures < low) | (figures > high))).any():
            return True
    return False
