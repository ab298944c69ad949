"""Attack the public figures as a reader with a solver would: which withheld figures can be pinned down?

Bounds from rounding, sums and the release before come first (`known`); a figure they leave narrow is not protected.
For the others one programme a municipality, kontroltrin and group of figures, over single months, holds all windows
that share them, the areas with their total, and the outcome chain month by month.
"""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from maalestok.disclosure.network import Contradiction
from maalestok.disclosure.polytope import Floats, Infeasible, System, protected
from maalestok.disclosure.rounding import NO_LIMIT, Unrounded
from maalestok.kontrolsager.blocks import Group, Structure, structure, with_draws
from maalestok.kontrolsager.known import Known, known_amounts, known_counts
from maalestok.kontrolsager.rules import DisclosureVersion
from maalestok.kontrolsager.view import OP, TO, TRIN_CUTS, A, E, Shown, View, kommune_count

THOUSAND = 1000.0
"""Amounts enter programmes in thousands, so that the solver's tolerance is small beside them."""
ROOM = {"counts": 1_000.0, "amounts": 10_000.0}
"""How far above the largest known bound a month may go in a programme; less room only proves less."""
KINDS: dict[Group, tuple[int, ...]] = {"counts": (TO, OP, A, E), "amounts": (0, 1, 2)}


@dataclass(frozen=True, order=True)
class Unsafe:
    """A withheld figure that can be pinned down. `kind` counts within counts or amounts, `window` within the release;
    below 0 it is one that only the release before showed.

    `by_sums`: sums and chains alone give it away, without windows that share months.
    """

    group: Group
    kommune: int
    cut: int
    kind: int
    window: int
    by_sums: bool


@dataclass(frozen=True)
class Verdict:
    """What the attack found. `faults`: figures the rules can't have made, or that contradict each other."""

    shown: int
    withheld: int
    programmes: int
    unsafe: tuple[Unsafe, ...]
    faults: tuple[str, ...]
    combined: bool

    @property
    def holds(self) -> bool:
        """True when nothing protected can be pinned down and nothing is wrong."""
        return not self.unsafe and not self.faults


@dataclass
class Auditor:
    """Attacks views under one rule. What a block's bounds led to is kept, so that attacking again is quick.

    `programmes` counts the systems solved; `known` is what the last attack began with.
    """

    rule: DisclosureVersion
    programmes: int = 0
    known: dict[Group, Known] = field(default_factory=dict)
    _seen: dict[bytes, NDArray[np.bool_]] = field(default_factory=dict)

    def attack(
        self, view: View, before: View | None = None, *, sums_only: bool = False, patience: int | None = None
    ) -> Verdict:
        """What can be pinned down in a view, by itself and together with the one before.

        For one who will withhold more: `sums_only` solves no programmes, `patience` stops each after so many failures;
        with either, the view before is used only once the view by itself is safe.
        """
        begun = self.programmes
        combined = True
        try:
            unsafe, _ = self._all(view, None, sums_only, patience)
            if before is not None and not (unsafe and (sums_only or patience)):
                together, combined = self._all(view, before, sums_only, patience)
                unsafe = tuple(sorted({*unsafe, *together}))
        except Unrounded:
            return self._verdict(view, begun, (), ("Et offentliggjort tal er ikke afrundet efter reglen.",), False)
        except (Contradiction, Infeasible):
            return self._verdict(view, begun, (), ("De offentliggjorte tal modsiger hinanden.",), False)
        return self._verdict(view, begun, unsafe, (), combined)

    def _verdict(
        self, view: View, begun: int, unsafe: tuple[Unsafe, ...], faults: tuple[str, ...], combined: bool
    ) -> Verdict:
        own = kommune_count()
        states = np.concatenate([view.count_state[:, :own], view.amount_state[:, :own]])
        return Verdict(
            int((states == Shown.SHOWN).sum()),
            int((states == Shown.HIDDEN).sum()),
            self.programmes - begun,
            unsafe,
            faults,
            combined,
        )

    def _all(
        self, view: View, before: View | None, sums_only: bool, patience: int | None
    ) -> tuple[tuple[Unsafe, ...], bool]:
        """Everything unsafe, and whether the release before could be used throughout."""
        found: list[Unsafe] = []
        combined = True
        for group, kinds in KINDS.items():
            learn = known_amounts if group == "amounts" else known_counts
            known = self.known[group] = learn(view, before, self.rule)
            combined &= known.combined or before is None
            narrow = self._narrow(group, known)
            offset = int(np.searchsorted(known.months, view.months[0]))
            own_windows = np.searchsorted(known.months, view.months)
            for kind, kommune, cut, window in np.argwhere(narrow & known.targets):
                if kind in kinds:
                    found.append(Unsafe(group, int(kommune), int(cut), int(kind), int(window) - offset, by_sums=True))
            open_targets = known.targets & ~narrow
            for kommune, trin in product(range(kommune_count()), TRIN_CUTS):
                cuts = TRIN_CUTS[trin]
                asked = open_targets[np.ix_(kinds, [kommune], cuts)][:, 0]
                if sums_only or not asked.any():
                    continue
                try:
                    held = self._block(group, view, known, kommune, trin, asked, patience)
                except Infeasible:
                    if before is None:
                        raise
                    combined = False
                    own = asked[..., own_windows]
                    held = np.ones_like(asked)
                    held[..., own_windows] = self._block(
                        group, view, learn(view, None, self.rule), kommune, trin, own, patience
                    )
                for kind, cut, window in np.argwhere(asked & ~held):
                    found.append(Unsafe(group, kommune, cuts[cut], kinds[kind], int(window) - offset, by_sums=False))
        return tuple(sorted(found)), combined

    def _narrow(self, group: Group, known: Known) -> NDArray[np.bool_]:
        return ~self._safe(group, known.low.astype(float), known.high.astype(float), known.need.astype(float))

    def _safe(self, group: Group, low: Floats, high: Floats, need: Floats) -> NDArray[np.bool_]:
        """Counts: wide enough. Amounts: no single amount lies within the margin of every possible one."""
        if group != "amounts":
            return np.asarray(high - low >= need)
        margin = self.rule.amount_margin_pct
        return np.asarray((100 - margin) * high > (100 + margin) * low)

    def _block(
        self,
        group: Group,
        view: View,
        known: Known,
        kommune: int,
        trin: int,
        asked: NDArray[np.bool_],
        patience: int | None,
    ) -> NDArray[np.bool_]:
        """Which of the asked windows [kinds, cuts, windows] of one municipality and trin are protected."""
        kinds, cuts = KINDS[group], TRIN_CUTS[trin]
        low = known.low[np.ix_(kinds, [kommune], cuts)][:, 0].astype(float)
        high = known.high[np.ix_(kinds, [kommune], cuts)][:, 0].astype(float)
        need = known.need[np.ix_(kinds, [kommune], cuts)][:, 0].astype(float)
        high[high >= NO_LIMIT // 2] = np.inf
        months, wanted = known.months, asked
        if group == "counts":
            months, low, high, need, wanted = with_draws(view, months, kommune, cuts, low, high, need, asked)
        else:
            low, high = low / THOUSAND, high / THOUSAND
        arrays = (low.tobytes(), high.tobytes(), need.tobytes(), wanted.tobytes())
        key = b"".join((group.encode(), bytes([trin]), str(months).encode(), *arrays))
        if key in self._seen:
            flat = self._seen[key]
        else:
            flat, whole = self._solve(group, trin, months, low, high, need, wanted, patience)
            if whole:
                self._seen[key] = flat
        held = flat.reshape(wanted.shape)
        return held[1:, :, np.searchsorted(months, known.months)] if group == "counts" else held

    def _solve(
        self,
        group: Group,
        trin: int,
        months: tuple[int, ...],
        low: Floats,
        high: Floats,
        need: Floats,
        wanted: NDArray[np.bool_],
        patience: int | None,
    ) -> tuple[NDArray[np.bool_], bool]:
        """Which wanted windows are protected, and whether all were looked at.

        That a case is created after its last draw is let go of where delivered counts do not bear it out.
        """
        kinds = low.shape[0] - (group == "amounts")
        self.programmes += 1
        try:
            block = structure(kinds, group, trin, months, later=group == "counts")
            return self._tried(group, block, low.ravel(), high.ravel(), need.ravel(), wanted.ravel(), patience)
        except Infeasible:
            if group == "amounts":
                raise
            block = structure(kinds, group, trin, months, later=False)
            return self._tried(group, block, low.ravel(), high.ravel(), need.ravel(), wanted.ravel(), patience)

    def _tried(
        self,
        group: Group,
        block: Structure,
        low: Floats,
        high: Floats,
        need: Floats,
        wanted: NDArray[np.bool_],
        patience: int | None,
    ) -> tuple[NDArray[np.bool_], bool]:
        chains = block.matrix.shape[0] - block.windows
        least = np.concatenate([low, np.full(chains, -np.inf)])
        most = np.concatenate([high, np.zeros(chains)])
        binding = (least > 0) | np.isfinite(most)
        binding[: len(wanted)] |= wanted
        rows = np.flatnonzero(binding)
        known = np.concatenate([low, high[np.isfinite(high)]])
        top = np.full(block.matrix.shape[1], known.max(initial=0.0) + ROOM[group])
        system = System(block.matrix[rows], least[rows], most[rows], top, whole=group != "amounts")
        targets = np.searchsorted(rows, np.flatnonzero(wanted))
        needed = need[wanted]
        held, whole = protected(system, targets, lambda lows, highs: self._safe(group, lows, highs, needed), patience)
        out = np.zeros(len(wanted), dtype=bool)
        out[wanted] = held
        return out, whole
