"""Which figures a public reader could still believe: points of a system of linear bounds, found by HiGHS.

A point proves that a figure can have a value. Of whole figures only points count that are whole and satisfy every bound
exactly; a point left unfound never makes a figure safe.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Safe = Callable[[Floats, Floats], Flags]
"""Smallest and largest value seen of each target -> whether that is enough."""

_NEAR = 1e-6
_INFEASIBLE = 2
_NODES = 5_000
"""Where the search for a whole point stops. A limit in time would make a release depend on the machine's load."""


class Infeasible(Exception):
    """No point satisfies the bounds: the figures they came from contradict each other."""


@dataclass(frozen=True)
class System:
    """`matrix` @ x lies within `low`..`high` row by row; x within 0..`top`, whole numbers where `whole`.

    Shapes: matrix [rows, variables], low and high [rows], top [variables]; infinite where there is no bound.
    """

    matrix: csr_matrix
    low: Floats
    high: Floats
    top: Floats
    whole: bool

    def extreme(self, weights: Floats) -> Floats | None:
        """The rows' values at a point that makes `weights` @ rows as large as possible; None where none was found.

        A whole system is first solved as a real one: its corners are mostly whole already.

        Raises:
            Infeasible: there is no point at all.
        """
        point = self._solve(weights, whole=False)
        if self.whole and point is not None and not self._holds(np.rint(point)):
            point = self._solve(weights, whole=True)
        if point is None:
            return None
        point = np.rint(point) if self.whole else point
        return np.asarray(self.matrix @ point) if self._holds(point) else None

    def _solve(self, weights: Floats, *, whole: bool) -> Floats | None:
        answer = milp(
            -np.asarray(self.matrix.T @ weights),
            integrality=np.full(self.matrix.shape[1], int(whole)),
            bounds=Bounds(0, self.top),
            constraints=LinearConstraint(self.matrix, self.low, self.high),
            options={"node_limit": _NODES},
        )
        if answer.status == _INFEASIBLE:
            raise Infeasible
        return None if answer.x is None else np.asarray(answer.x)

    def _holds(self, point: Floats) -> bool:
        """True when every bound holds: exactly for whole points, to a millionth of the figure for real ones."""
        rows = self.matrix @ point
        slack = np.zeros(1) if self.whole else _NEAR * np.maximum(1.0, np.abs(rows))
        inside = (rows >= self.low - slack) & (rows <= self.high + slack)
        return bool(inside.all() and (point >= -_NEAR).all() and (point <= self.top + _NEAR).all())


def protected(system: System, targets: NDArray[np.intp], safe: Safe, patience: int | None = None) -> tuple[Flags, bool]:
    """Which target rows can have values far enough apart, and whether all were looked at.

    All targets are pushed up and down together first, which settles most; those left are pushed one by one. After
    `patience` failures the rest is taken for protected: enough for one who is going to withhold more anyway.

    Args:
        system: what is public.
        targets: row positions, shape [n].
        safe: says of the smallest and largest value seen whether a target is protected.

    Raises:
        Infeasible: there is no point at all.
    """
    lowest, highest = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)

    def push(places: NDArray[np.intp]) -> bool:
        weights = np.zeros(system.matrix.shape[0])
        weights[targets[places]] = 1.0
        for direction in (weights, -weights):
            rows = system.extreme(direction)
            if rows is not None:
                np.minimum(lowest, rows[targets], out=lowest)
                np.maximum(highest, rows[targets], out=highest)
            if safe(lowest, highest)[places].all():
                return True
        return False

    push(np.arange(len(targets)))
    failures = 0
    for place in np.flatnonzero(~safe(lowest, highest)):
        if not safe(lowest, highest)[place] and not push(np.array([place])):
            failures += 1
            if failures == patience:
                held = safe(lowest, highest)
                held[place + 1 :] = True
                return held, False
    return safe(lowest, highest), True
