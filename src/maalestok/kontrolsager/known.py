"""What a reader of the public files knows of every figure at once: bounds from rounding, sums and the release before.

Rounded figures give bands; withheld ones lie below what they are part of. Areas add up to the total, municipalities to
larger places. Of the release before, the reader believes every figure that has not visibly changed; where that can't be
(a revision the eye can't see), the reader lets go of it. Windows that only the release before showed stay protected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from maalestok.disclosure.network import Contradiction, Network, tighten
from maalestok.disclosure.rounding import NO_LIMIT, amount_bands, count_bands
from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.view import (
    ALL,
    AREAS,
    OP,
    TO,
    A,
    E,
    Shown,
    View,
    amount_network,
    count_network,
    kommune_count,
    place_tree,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)
MAX_LET_GO = 50
"""How often the reader lets go of places of the release before, until all of it is let go of."""


@dataclass(frozen=True)
class Known:
    """Bounds of counts or of amounts, shape [kinds, places, cuts, windows], and which withheld ones must be safe.

    `need` (counts alone) is how far apart two possible values must be. `months` are the windows' last months: those of
    the release and of the one before. `combined` says whether the release before could be used.
    """

    months: tuple[int, ...]
    low: Ints
    high: Ints
    targets: Flags
    need: Ints
    combined: bool


def known_counts(view: View, before: View | None, rule: DisclosureVersion) -> Known:
    """What is known of the four outcome counts.

    Raises:
        Unrounded: a count is published that the rules can't have made.
        Contradiction: the counts of this release alone can't all be true.
    """
    shown = (view.counts, view.count_state)
    earlier = None if before is None else (before.counts, before.count_state)
    months, low, high, kept, spared = _merged(
        view.months,
        shown,
        count_bounds(view, rule),
        before.months if before else (),
        earlier,
        count_bounds(before, before.rule or rule) if before else None,
    )
    low, high, gone = _tightened(low, high, kept, count_network())
    spared[:, gone] = False
    need = _spread(needed_width(view, rule), view.months, months, 0)
    targets = _targets(view.count_state, view.months, months) & ~spared
    if before is not None:
        older = ~np.isin(months, view.months)
        need[..., older] = _spread(needed_width(before, before.rule or rule), before.months, months, 0)[..., older]
        targets[..., older] = _targets(before.count_state, before.months, months)[..., older]
    targets &= need > 0
    return Known(months, low, high, targets, need, not gone)


def known_amounts(view: View, before: View | None, rule: DisclosureVersion) -> Known:
    """What is known of the amounts; `need` is unused.

    Raises:
        Unrounded, Contradiction: as `known_counts`.
    """
    earlier = None if before is None else (before.amounts, before.amount_state)
    months, low, high, kept, spared = _merged(
        view.months,
        (view.amounts, view.amount_state),
        amount_bounds(view, rule),
        before.months if before else (),
        earlier,
        amount_bounds(before, before.rule or rule) if before else None,
    )
    low, high, gone = _tightened(low, high, kept, amount_network())
    spared[:, gone] = False
    nothing = _spread((view.count_state[E] == Shown.SHOWN) & (view.counts[E] == 0), view.months, months, fill=False)
    targets = _targets(view.amount_state, view.months, months) & ~nothing & ~spared
    if before is not None:
        older = ~np.isin(months, view.months)
        targets[..., older] = _targets(before.amount_state, before.months, months)[..., older]
    return Known(months, low, high, targets, np.zeros_like(low), not gone)


def count_bounds(view: View, rule: DisclosureVersion) -> tuple[Ints, Ints]:
    """What each count can be by itself, shape [kinds, places, cuts, windows].

    Raises:
        Unrounded: a count is published that the rules can't have made.
    """
    limit = np.full(view.counts.shape, NO_LIMIT, dtype=np.int64)
    limit[TO] = np.where(view.limit >= 0, view.limit, NO_LIMIT)
    shown = view.count_state == Shown.SHOWN
    least, most = count_bands(
        np.where(shown, view.counts, 0), np.where(shown, limit, NO_LIMIT), rule.count_base, rule.small_max
    )
    return np.where(shown, least, 0), np.where(shown, most, limit)


def amount_bounds(view: View, rule: DisclosureVersion) -> tuple[Ints, Ints]:
    """What each amount can be by itself; nothing where no case has an effect.

    Raises:
        Unrounded: an amount is published that the rules can't have made.
    """
    shown = view.amount_state == Shown.SHOWN
    least, most = amount_bands(np.where(shown, view.amounts, 0), rule.amount_base_kr)
    nothing = (view.count_state[E] == Shown.SHOWN) & (view.counts[E] == 0) & (view.amount_state != Shown.ABSENT)
    return np.where(shown, least, 0), np.where(nothing, 0, np.where(shown, most, NO_LIMIT))


def needed_width(view: View, rule: DisclosureVersion) -> Ints:
    """How far apart two possible values of a count must be: less where the published count above it leaves less."""
    own = count_bounds(view, rule)[1]
    above = np.full(view.counts.shape, NO_LIMIT, dtype=np.int64)
    above[TO] = own[TO]
    for part, whole in ((A, OP), (E, A)):
        above[part] = np.where(view.count_state[whole] == Shown.SHOWN, own[whole], NO_LIMIT)
    return np.minimum(above, rule.min_width)


def _targets(state: NDArray[np.int8], own: Sequence[int], months: Sequence[int]) -> Flags:
    hidden = _spread(state == Shown.HIDDEN, own, months, fill=False)
    hidden[:, kommune_count() :] = False
    return hidden


def _spread(values: NDArray[Kind], own: Sequence[int], months: Sequence[int], fill: int | bool) -> NDArray[Kind]:
    """Values on their own windows laid out on more windows."""
    out = np.full((*values.shape[:-1], len(months)), fill, dtype=values.dtype)
    out[..., np.searchsorted(months, own)] = values
    return out


Figures = tuple[Ints, NDArray[np.int8]]
Band = tuple[Ints, Ints]
Kept = tuple[Band, Band]


def _merged(
    own: tuple[int, ...],
    now: Figures,
    bounds: Band,
    earlier_own: tuple[int, ...],
    earlier: Figures | None,
    earlier_bounds: Band | None,
) -> tuple[tuple[int, ...], Ints, Ints, Band | None, Flags]:
    """Bounds on the windows of both releases: this release's alone as `kept`, and narrowed by the one before."""
    months = tuple(sorted({*own, *earlier_own}))
    low, high = _spread(bounds[0], own, months, 0), _spread(bounds[1], own, months, NO_LIMIT)
    if earlier is None or earlier_bounds is None:
        return months, low, high, None, np.zeros(low.shape, dtype=bool)
    was_low = _spread(earlier_bounds[0], earlier_own, months, 0)
    was_high = _spread(earlier_bounds[1], earlier_own, months, NO_LIMIT)
    was_shown = _spread(earlier[1] == Shown.SHOWN, earlier_own, months, fill=False)
    is_shown = _spread(now[1] == Shown.SHOWN, own, months, fill=False)
    moved = was_shown & is_shown & (_spread(now[0], own, months, -1) != _spread(earlier[0], earlier_own, months, -1))
    usable = was_shown & ~moved & (is_shown | ~_upwards(moved))
    clash = usable & ((was_low > high) | (was_high < low))
    usable &= ~clash.any(axis=(0, 2, 3), keepdims=True)
    spared = usable & ~is_shown
    return (
        months,
        np.where(usable, np.maximum(low, was_low), low),
        np.where(usable, np.minimum(high, was_high), high),
        (low, high),
        spared,
    )


def _upwards(moved: Flags) -> Flags:
    """A change in an area or municipality is a change in all it is part of."""
    moved = moved.copy()
    moved[:, :, ALL] |= moved[:, :, AREAS].any(axis=2)
    for total, parts in sorted(place_tree()):
        moved[:, total] |= moved[:, list(parts)].any(axis=1)
    return moved


def _tightened(low: Ints, high: Ints, alone: Band | None, network: Network) -> tuple[Ints, Ints, list[int]]:
    """Bounds tightened, and the places for which the release before was let go of, as it contradicts this one."""
    if alone is None:
        return *_tight(low, high, network), []
    gone: set[int] = set()
    for _ in range(MAX_LET_GO):
        try:
            return *_tight(low, high, network), sorted(gone)
        except Contradiction as clash:
            gone |= _related(clash.places)
            at = sorted(gone)
            low[:, at], high[:, at] = alone[0][:, at], alone[1][:, at]
    return *_tight(*alone, network), list(range(low.shape[1]))


def _tight(low: Ints, high: Ints, network: Network) -> Band:
    """Tightened; delivered counts may not bear out what ties the newest window, then that is let go of."""
    try:
        return tighten(low, high, network)
    except Contradiction:
        return tighten(low, high, replace(network, newest_chains=()))


def _related(places: Sequence[int]) -> set[int]:
    """Places, those they are part of, and those that are part of them."""
    found = set(places)
    for total, parts in place_tree():
        if found & set(parts):
            found.add(total)
    for total, parts in reversed(place_tree()):
        if total in places:
            found |= set(parts)
    return found
