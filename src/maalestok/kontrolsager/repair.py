"""Withhold more where an attack got through: complementary figures, the same ones round after round.

What is tried, in this order: one more unknown in a sum that has none; waiting while another unknown of the sum is
helped; one more unknown in a sum that leaves too little room; the same figure in neighbouring windows; all figures of
the municipality and kontroltrin; one more municipality; at last the whole landsdel in that window.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maalestok.kontrolsager.audit import Unsafe
from maalestok.kontrolsager.blocks import Group
from maalestok.kontrolsager.known import Known
from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.view import ALL, AREAS, TRIN_CUTS, place_tree
from maalestok.kontrolsager.withheld import Exact, Withheld, close

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
MIN_ROOM = 4
"""How much room a sum must leave a count; an amount needs a quarter of itself."""
MAX_WAITS = 3
"""For how many rounds a figure waits for others in its sums to be helped."""
RADII = (1, 3, 11, 120)
"""How many neighbouring windows are withheld too, attempt by attempt, where windows that share months give one away."""


@dataclass
class Repair:
    """Withholds more, round by round. `attempts` and `waits` remember what was tried for which figure."""

    exact: Exact
    withheld: Withheld
    rule: DisclosureVersion
    attempts: dict[tuple[str, int, int, int, int], int] = field(default_factory=dict)
    waits: dict[Unsafe, int] = field(default_factory=dict)
    idle: int = 0

    def after(self, unsafe: Sequence[Unsafe], known: Mapping[Group, Known]) -> None:
        """One round after an attack. Where several rounds in a row find nothing to withhold, whole landsdele go."""
        before = self.withheld.copy()
        _withhold_more(self, unsafe, known)
        self.idle = self.idle + 1 if self.withheld.same_as(before) else 0
        if self.idle > MAX_WAITS:
            _landsdel(self.exact, self.withheld, unsafe, self.rule)


def _withhold_more(repair: Repair, unsafe: Sequence[Unsafe], known: Mapping[Group, Known]) -> None:
    """An unknown more in each sum that gives a figure away, wider windows, at last everything."""
    exact, withheld, rule = repair.exact, repair.withheld, repair.rule
    counts, amounts = withheld.counts.copy(), withheld.amounts.copy()
    narrow = {(cell.group, cell.kommune, cell.cut, cell.window) for cell in unsafe if cell.by_sums}
    done: set[tuple[str, int, int, int, int]] = set()
    for cell in unsafe:
        money = cell.group == "amounts"
        key = (cell.group, cell.kommune, cell.cut, -1 if money else cell.kind, cell.window)
        if key in done:
            continue
        done.add(key)
        if cell.window < 0:
            _recall(repair, cell)
            continue
        flags, was = (withheld.amounts, amounts) if money else (withheld.counts[cell.kind], counts[cell.kind])
        figures = exact.amounts[2] if money else exact.counts[cell.kind]
        if cell.by_sums:
            at = _At.of(cell, flags, was, figures)
            sums = Sums.of(cell, known[cell.group], exact.months)
            if _beside(cell, at, at.alone) or _may_wait(cell, narrow, repair.waits) or _beside(cell, at, sums.tight):
                continue
        attempt = repair.attempts[key] = repair.attempts.get(key, 0) + 1
        if not _around(cell, flags, was, figures, attempt) and not _everything(cell, exact, withheld, rule):
            _another(cell, flags, figures)
    close(exact, withheld, rule)


Tie = tuple[int, int]
"""A place and a cut."""


@dataclass(frozen=True)
class Sums:
    """What the reader knows of one kind in one window: bounds by place and cut."""

    low: Ints
    high: Ints

    @classmethod
    def of(cls, cell: Unsafe, known: Known, months: Sequence[int]) -> "Sums":
        """Bounds of the cell's kind in its window."""
        at = int(np.searchsorted(known.months, months[cell.window]))
        return cls(known.low[cell.kind, :, :, at], known.high[cell.kind, :, :, at])

    def tight(self, own: Tie, ties: Sequence[Tie], size: int) -> bool:
        """True when a sum (its parts, then the total) leaves a part too little room to hide a figure of that size."""
        *parts, total = ties
        others = [part for part in parts if part != own]
        lowest = int(self.low[total]) - sum(int(self.high[part]) for part in others)
        highest = int(self.high[total]) - sum(int(self.low[part]) for part in others)
        if own == total:
            lowest, highest = (sum(int(bound[part]) for part in others) for bound in (self.low, self.high))
        return highest - max(0, lowest) < max(MIN_ROOM, size // 4)


def _beside(cell: Unsafe, at: "_At", gives_away: Callable[[Tie, Sequence[Tie], int], bool]) -> bool:
    """Give each sum that gives this figure away one unknown more. False where none does, or none can be given."""
    own, helped = (cell.kommune, cell.cut), False
    if cell.cut in TRIN_CUTS[3]:
        ties = [(cell.kommune, cut) for cut in (*AREAS, ALL)]
        if gives_away(own, ties, at.size):
            helped |= at.one_more(ties, own)
    place = cell.kommune
    for total, parts in place_tree():
        if place in parts:
            ties = [(part, cell.cut) for part in (*parts, total)]
            if gives_away((place, cell.cut), ties, at.size):
                helped |= at.one_more(ties, (place, cell.cut))
            if not at.flags[total, cell.cut, cell.window]:
                break
            place = total
    return helped


@dataclass(frozen=True)
class _At:
    """One window's flags (now and as the attack found them), figures, and the size of the figure to cover.

    `least` is the smallest total that can be withheld: an amount of 0 is known from the count.
    """

    window: int
    flags: Flags
    was: Flags
    figures: Ints
    size: int
    least: int

    @classmethod
    def of(cls, cell: Unsafe, flags: Flags, was: Flags, figures: Ints) -> "_At":
        """What bears on a figure that is given away."""
        size = max(1, int(figures[cell.kommune, cell.cut, cell.window]))
        return cls(cell.window, flags, was, figures, size, int(cell.group == "amounts"))

    def alone(self, own: Tie, ties: Sequence[Tie], size: int) -> bool:
        """True when the total is shown and too little of the other parts is withheld to hide a figure of that size."""
        *parts, total = ties
        if own != total and self.was[*total, self.window]:
            return False
        return 2 * sum(self._withheld(tie) for tie in parts if tie != own) < size

    def _withheld(self, tie: Tie) -> int:
        """How much of a figure a reader does not see: all of it, or in a larger place what is withheld of its parts."""
        if not self.was[*tie, self.window]:
            return 0
        parts = next((parts for total, parts in place_tree() if total == tie[0]), None)
        if parts is None:
            return int(self.figures[*tie, self.window])
        return sum(self._withheld((part, tie[1])) for part in parts)

    def one_more(self, ties: Sequence[Tie], own: Tie) -> bool:
        """Withhold one more of a sum: a part that can hide the figure, else the largest, else the total (the last).

        Of the parts at least half as large, the one withheld most often already is taken, then the smallest over all
        windows, so that the same few figures cover a small one wherever it stands. In a part that is a place of its
        own, one of its municipalities goes with it.
        """
        if any(self.flags[*tie, self.window] and not self.was[*tie, self.window] for tie in ties if tie != own):
            return True
        parts = [tie for tie in ties[:-1] if tie != own and self._is_open(tie)]
        large = [tie for tie in parts if 2 * self.figures[*tie, self.window] >= self.size]
        if large:
            self._withhold(min(large, key=self._order))
            return True
        if parts:
            self._withhold(max(parts, key=lambda tie: (int(self.figures[*tie, self.window]), tie)))
            return True
        if self.flags[*ties[-1], self.window] or self.figures[*ties[-1], self.window] < self.least:
            return False
        self.flags[*ties[-1], self.window] = True
        return True

    def _is_open(self, tie: Tie) -> bool:
        """True where something can still be withheld: the figure, or one inside it."""
        shown = not self.flags[*tie, self.window] or self._inside(tie) is not None
        return bool(shown and self.figures[*tie, self.window] > 0)

    def _order(self, tie: Tie) -> tuple[int, int, Tie]:
        return (-int(self.flags[tie].sum()), int(np.maximum(self.figures[tie], 0).sum()), tie)

    def _inside(self, tie: Tie) -> Tie | None:
        """The part of a larger place that would go with it; None in a municipality, or where none is left."""
        parts = next((parts for total, parts in place_tree() if total == tie[0]), ())
        held = [(part, tie[1]) for part in parts if self._is_open((part, tie[1]))]
        large = [part for part in held if 2 * self.figures[*part, self.window] >= self.size]
        if large:
            return min(large, key=self._order)
        return max(held, key=lambda part: (int(self.figures[*part, self.window]), part)) if held else None

    def _withhold(self, tie: Tie) -> None:
        self.flags[*tie, self.window] = True
        inside = self._inside(tie)
        if inside is not None:
            self._withhold(inside)


def _may_wait(cell: Unsafe, narrow: set[tuple[Group, int, int, int]], waits: dict[Unsafe, int]) -> bool:
    """True while another unknown of the same sums is itself given away: helping that one may be enough."""
    waits[cell] = waits.get(cell, 0) + 1
    areas = [(cell.kommune, cut) for cut in (*AREAS, ALL) if cell.cut in TRIN_CUTS[3]]
    parts = next(parts for _, parts in place_tree() if cell.kommune in parts)
    others = [tie for tie in (*areas, *((part, cell.cut) for part in parts)) if tie != (cell.kommune, cell.cut)]
    return waits[cell] <= MAX_WAITS and any((cell.group, *tie, cell.window) in narrow for tie in others)


def _recall(repair: Repair, cell: Unsafe) -> None:
    """A figure of the release before, given away by this one: withhold it in the windows that share its months."""
    withheld, exact = repair.withheld, repair.exact
    flags = withheld.amounts if cell.group == "amounts" else withheld.counts[cell.kind]
    figures = exact.amounts[2] if cell.group == "amounts" else exact.counts[cell.kind]
    attempt = repair.attempts[cell.group, cell.kommune, cell.cut, cell.kind, cell.window] = (
        repair.attempts.get((cell.group, cell.kommune, cell.cut, cell.kind, cell.window), 0) + 1
    )
    reach = max(0, RADII[min(attempt, len(RADII)) - 1] + cell.window + 1)
    flags[cell.kommune, cell.cut, :reach] |= figures[cell.kommune, cell.cut, :reach] >= 0
    if attempt > len(RADII):
        _everything(cell, exact, withheld, repair.rule)


def _around(cell: Unsafe, flags: Flags, was: Flags, figures: Ints, attempt: int) -> bool:
    """Withhold the same figure in windows next to this one, wider attempt by attempt. False where that is done."""
    own, before, known = (array[cell.kommune, cell.cut] for array in (flags, was, figures))
    for radius in RADII[attempt - 1 :]:
        span = slice(max(0, cell.window - radius), cell.window + radius + 1)
        more = ~own[span] & (known[span] >= 0)
        if more.any() or (own[span] & ~before[span]).any():
            own[span] |= more
            return True
    return False


def _everything(cell: Unsafe, exact: Exact, withheld: Withheld, rule: DisclosureVersion) -> bool:
    """All amounts of that municipality and kontroltrin, or all its outcome counts. False where they are already."""
    before = withheld.copy()
    cuts = next(cuts for cuts in TRIN_CUTS.values() if cell.cut in cuts)
    for cut in cuts:
        withheld.amounts[cell.kommune, cut] |= exact.amounts[2][cell.kommune, cut] >= 0
        if cell.group != "amounts":
            withheld.counts[:, cell.kommune, cut] |= exact.counts[:, cell.kommune, cut] >= 0
    close(exact, withheld, rule)
    return not withheld.same_as(before)


def _another(cell: Unsafe, flags: Flags, figures: Ints) -> None:
    """One more municipality of the same landsdel, or of the same region, and so on; at last the places above."""
    place = cell.kommune
    at = _At.of(cell, flags, flags, figures)
    for total, parts in place_tree():
        if place in parts:
            if at.one_more([(part, cell.cut) for part in (*parts, total)], (place, cell.cut)):
                return
            place = total


def _landsdel(exact: Exact, withheld: Withheld, unsafe: Sequence[Unsafe], rule: DisclosureVersion) -> None:
    """The last resort: the figure in the whole landsdel, and all cuts of the places above it, in that window."""
    for cell in (cell for cell in unsafe if cell.window >= 0):
        cuts = next(cuts for cuts in TRIN_CUTS.values() if cell.cut in cuts)
        money = cell.group == "amounts"
        flags = withheld.amounts if money else withheld.counts[cell.kind]
        figures = exact.amounts[2] if money else exact.counts[cell.kind]
        place = cell.kommune
        for total, parts in place_tree():
            if place in parts:
                if place == cell.kommune:
                    for part in parts:
                        flags[part, cell.cut, cell.window] |= figures[part, cell.cut, cell.window] >= 0
                for cut in cuts:  # of a place its areas and their total, or one would follow from the others
                    flags[total, cut, cell.window] |= figures[total, cut, cell.window] >= 0
                place = total
    close(exact, withheld, rule)
