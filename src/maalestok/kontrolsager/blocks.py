"""The programme of one municipality and kontroltrin: which single months each public window is the sum of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from maalestok.disclosure.polytope import Floats
from maalestok.kontrolsager.view import ALL, TRIN_CUTS, View

Group = Literal["counts", "amounts"]
CHAINS = ((1, 0), (3, 2), (4, 3))
"""Month by month, among drawn, drawn and created, created, closed, with effect: the first is part of the second."""
LATER = ((1, 2),)
"""From any month on, cases drawn and created are among those created: a case is created after its last draw."""
WINDOW = 12


@dataclass(frozen=True)
class Structure:
    """A block's rows: windows first, in the order kind, cut, window; then chains (part less whole)."""

    matrix: csr_matrix
    windows: int


@cache
def structure(kinds: int, group: Group, trin: int, months: tuple[int, ...], later: bool) -> Structure:
    """Rows over monthly variables [kind, area, month]: of counts with their chains, of amounts with their sum.

    `later` adds that cases drawn and created from a month on are among those created from then on.
    """
    first = months[0] - WINDOW + 1
    cuts = TRIN_CUTS[trin]
    areas = len(cuts) - (ALL in cuts)
    summed = group == "amounts"
    at = np.arange(kinds * areas * (months[-1] - first + 1)).reshape(kinds, areas, -1)
    index = []
    for kind, cut, month in product(range(kinds + summed), range(len(cuts)), months):
        own_kinds = list(range(kinds)) if kind == kinds else [kind]
        own_areas = list(range(areas)) if cut == areas else [cut]
        last = month - first + 1
        index.append(at[own_kinds][:, own_areas, last - WINDOW : last].ravel())
    windows = len(index)
    signs = [np.ones(len(columns)) for columns in index]
    for part, whole in () if summed else CHAINS:
        for pair in np.stack([at[part].ravel(), at[whole].ravel()], axis=1):
            index.append(pair)
            signs.append(np.array([1.0, -1.0]))
    for (part, whole), area, start in product(LATER if later else (), range(areas), range(at.shape[2])):
        months_on = at.shape[2] - start
        index.append(np.concatenate([at[part, area, start:], at[whole, area, start:]]))
        signs.append(np.repeat([1.0, -1.0], months_on))
    pointers = np.concatenate([[0], np.cumsum([len(columns) for columns in index])])
    shape = (len(index), at.size)
    return Structure(csr_matrix((np.concatenate(signs), np.concatenate(index), pointers), shape=shape), windows)


def with_draws(
    view: View,
    months: tuple[int, ...],
    kommune: int,
    cuts: Sequence[int],
    low: Floats,
    high: Floats,
    need: Floats,
    asked: NDArray[np.bool_],
) -> tuple[tuple[int, ...], Floats, Floats, Floats, NDArray[np.bool_]]:
    """Put the drawn cases in front as a kind of their own, exact, on each window that shares months with the others."""
    longer = [place for place, month in enumerate(view.drawn_months) if month > months[0] - WINDOW]
    axis = tuple(sorted({*(view.drawn_months[place] for place in longer), *months}))
    drawn = np.full((len(cuts), len(axis)), -1, dtype=np.int64)
    drawn[:, np.searchsorted(axis, [view.drawn_months[place] for place in longer])] = view.drawn[
        np.ix_([kommune], cuts, longer)
    ][0]
    at = np.searchsorted(axis, months)
    shape = (len(low) + 1, len(cuts), len(axis))
    least, most = np.zeros(shape), np.full(shape, np.inf)
    least[0] = np.where(drawn >= 0, drawn, 0)
    most[0] = np.where(drawn >= 0, drawn, np.inf)
    least[1:, :, at], most[1:, :, at] = low, high
    apart, wanted = np.zeros(shape), np.zeros(shape, dtype=bool)
    apart[1:, :, at] = need
    wanted[1:, :, at] = asked
    return axis, least, most, apart, wanted
