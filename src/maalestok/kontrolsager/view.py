"""Public figures as arrays: what a release shows of each count and amount, and what it leaves out.

Array shape [kind, place, cut, window]; kinds are `COUNTS` or `AMOUNTS`, places municipalities and the larger ones they
make up, cuts the four delivered ones and the total, windows month ends. The same arrays serve the suppression, which
fills them from exact figures, and the audit, which fills them from the published tables alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from maalestok.disclosure.network import Network
from maalestok.kommune import HELE_LANDET, kommuner
from maalestok.kontrolsager.celler import SNIT, TOTAL
from maalestok.kontrolsager.rules import DisclosureVersion

COUNTS = ("trukket_oprettet", "oprettet", "afsluttet", "afsluttet_effekt")
AMOUNTS = ("tilbagebetaling_kr", "mindreudgift_kr", "provenu_kr")
TO, OP, A, E = range(4)
"""Positions in `COUNTS`: trukket_oprettet, oprettet, afsluttet, afsluttet_effekt."""
CUTS = (*SNIT, TOTAL)
"""Trin 2 kontanthjælp, the three areas of trin 3, trin 3 in all."""
AREAS, ALL = (1, 2, 3), 4
TRIN_CUTS = {2: (0,), 3: (*AREAS, ALL)}


class Shown(IntEnum):
    """Whether a figure is public: `ABSENT` where it can't be stated at all."""

    ABSENT = 0
    HIDDEN = 1
    SHOWN = 2


@dataclass(frozen=True)
class View:
    """One release's public figures. `drawn` is exact; -1 stands where there is no figure.

    Shapes: months [n] (month_index); counts and amounts [kinds, places, cuts, n], their states alike;
    drawn [places, cuts, m] for drawn_months [m], which reach further back.
    """

    months: tuple[int, ...]
    counts: NDArray[np.int64]
    count_state: NDArray[np.int8]
    amounts: NDArray[np.int64]
    amount_state: NDArray[np.int8]
    drawn_months: tuple[int, ...]
    drawn: NDArray[np.int64]
    rule: DisclosureVersion | None = None
    """The rule it was made under, where that is another than the one it is read with."""

    @property
    def limit(self) -> NDArray[np.int64]:
        """Cases drawn, for the windows whose outcomes are public: shape [places, cuts, n]."""
        places = [self.drawn_months.index(month) for month in self.months]
        return self.drawn[:, :, places]


@cache
def places() -> tuple[str, ...]:
    """Municipalities by code, then landsdele, regions and the country."""
    own = [k.kode for k in kommuner()]
    landsdele = sorted({k.landsdel_kode for k in kommuner()})
    return (*own, *landsdele, *sorted({k.region_kode for k in kommuner()}), HELE_LANDET)


@cache
def memberships() -> tuple[tuple[str, str], ...]:
    """(municipality, place) for every place a municipality counts in, itself included."""
    return tuple((k.kode, place) for k in kommuner() for place in (k.kode, k.landsdel_kode, k.region_kode, HELE_LANDET))


@cache
def place_tree() -> tuple[tuple[int, tuple[int, ...]], ...]:
    """(total, parts) as positions in `places`, smaller totals first. Each landsdel lies in one region."""
    at = {code: position for position, code in enumerate(places())}
    parts: dict[str, dict[str, None]] = {}
    for k in kommuner():
        parts.setdefault(k.landsdel_kode, {})[k.kode] = None
        parts.setdefault(k.region_kode, {})[k.landsdel_kode] = None
        parts.setdefault(HELE_LANDET, {})[k.region_kode] = None
    return tuple(sorted((at[total], tuple(at[part] for part in held)) for total, held in parts.items()))


@cache
def count_network() -> Network:
    """How counts are tied: places, areas, closed of created, with effect of closed.

    In the newest window the drawn that were created are of the created, too; in older ones they may be created later.
    """
    return Network(place_tree(), ((ALL, AREAS),), chains=((E, A), (A, OP)), newest_chains=((TO, OP),))


@cache
def amount_network() -> Network:
    """How amounts are tied: places, areas, the proceeds of both parts."""
    return Network(place_tree(), ((ALL, AREAS),), kind_sums=((2, (0, 1)),))


@cache
def kommune_count() -> int:
    """How many of `places` are municipalities; they come first."""
    return len(kommuner())


def trin_of(cut: int) -> int:
    """The kontroltrin of a cut."""
    return CUTS[cut][1]


def positions(codes: Sequence[str]) -> NDArray[np.intp]:
    """Positions of place codes in `places`."""
    at = {code: position for position, code in enumerate(places())}
    return np.array([at[code] for code in codes], dtype=np.intp)
