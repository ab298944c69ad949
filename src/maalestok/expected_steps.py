"""An expected share as steps from the country's, group by group of conditions, that add up as written. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

GROUP, OTHERS = "vilkaar_", "oevrige"
"""What parts of the steps begin with; the step of groups that are told as one."""
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Steps:
    """The country's share, each group's move (largest first, groups told as one last) and the municipality's share.

    All fractions. `rounding`: what is lacking when the written figures are added up.
    """

    start: float
    moves: tuple[tuple[str, float], ...]
    end: float

    @property
    def rounding(self) -> float:
        """End less start and moves, each in per cent with two decimals, as a fraction."""
        moved = sum((written(move) for _, move in self.moves), Decimal(0))
        return float((written(self.end) - written(self.start) - moved) / 100)


def written(value: float) -> Decimal:
    """A fraction in per cent with two decimals, halves away from zero: 0.11066 -> 11.07."""
    return (Decimal(repr(value)) * 100).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def steps(start: float, moves: Mapping[str, float], end: float) -> Steps:
    """The steps in the order they are told.

    Args:
        start: the country's share.
        moves: group of conditions -> what it moves the share, without the beginning `GROUP`.
        end: the municipality's expected share.
    """
    order = sorted(moves, key=lambda group: (group == OTHERS, -abs(moves[group]), group))
    return Steps(start, tuple((group, moves[group]) for group in order), end)


def groups(parts: Mapping[str, float]) -> dict[str, float]:
    """Of parts by name the moves, by group of conditions."""
    return {name.removeprefix(GROUP): value for name, value in parts.items() if name.startswith(GROUP)}
