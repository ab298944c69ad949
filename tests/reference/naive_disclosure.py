"""A second, slow reading of the protection of small counts: everything by trying every whole number there is.

Nothing here calls the product's disclosure code. Months are numbered from 0; a window is named by its last month.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from maalestok.kommune import HELE_LANDET, kommuner
from maalestok.kontrolsager.withheld import Exact

Ints = NDArray[np.int64]
Monthly = Mapping[tuple[str, int], Mapping[str, Mapping[int, int]]]
"""(kommune, cut 0..3) -> figure -> month -> value; what is left out is 0."""
NAMES = (
    "trukket",
    "trukket_oprettet",
    "oprettet",
    "afsluttet",
    "afsluttet_effekt",
    "tilbagebetaling_kr",
    "mindreudgift_kr",
)
FIRST = 2024 * 12
WINDOW = 12


def published(value: int, base: int, small_max: int, limit: int | None) -> int | None:
    """What is shown of a count by the rule: nothing where it is small, or where no multiple but 0 lies within its limit."""
    if 1 <= value <= small_max or (limit is not None and 1 <= limit < base and value > 0):
        return None
    multiples = [m for m in range(0, value + base + 1, base) if limit is None or m <= limit]
    return min(multiples, key=lambda multiple: (abs(multiple - value), -multiple))


def place_codes() -> list[str]:
    """Municipalities, landsdele, regions, the country: the order of the product's arrays."""
    own = [k.kode for k in kommuner()]
    return [
        *own,
        *sorted({k.landsdel_kode for k in kommuner()}),
        *sorted({k.region_kode for k in kommuner()}),
        HELE_LANDET,
    ]


def exact_of(monthly: Monthly, months: int, public: int = 24, absent: Sequence[str] = ()) -> Exact:
    """Windows of a small country. `absent` municipalities have delivered nothing, so larger places aren't stated either."""
    codes = place_codes()
    at = {code: place for place, code in enumerate(codes)}
    figures = np.zeros((len(NAMES), len(codes), 5, months), dtype=np.int64)
    missing = np.zeros(len(codes), dtype=bool)
    for k in kommuner():
        for place in (k.kode, k.landsdel_kode, k.region_kode, HELE_LANDET):
            missing[at[place]] |= k.kode in absent
            for cut in range(4):
                for name, series in monthly.get((k.kode, cut), {}).items():
                    for month, value in ((m, v) for m, v in series.items() if m < months):
                        figures[NAMES.index(name), at[place], cut, month] += value
    figures[:, :, 4] = figures[:, :, 1:4].sum(axis=2)
    ends = range(WINDOW - 1, months)
    windows = np.stack([figures[..., end - WINDOW + 1 : end + 1].sum(axis=-1) for end in ends], axis=-1)
    windows[:, missing] = -1
    amounts = np.concatenate([windows[5:7], np.where(missing[:, None, None], -1, windows[5:7].sum(axis=0))[None]])
    drawn_months = tuple(FIRST + end for end in ends)
    held = min(public, len(drawn_months))
    return Exact(drawn_months[-held:], windows[1:5, ..., -held:], amounts[..., -held:], drawn_months, windows[0])


def whole_points(matrix: Ints, low: Ints, high: Ints, top: int) -> Ints:
    """All points of 0..top that a system allows: shape [points, rows] of row values."""
    points = np.array(list(product(range(top + 1), repeat=matrix.shape[1])), dtype=np.int64)
    rows = points @ matrix.T
    return np.asarray(rows[((rows >= low) & (rows <= high)).all(axis=1)])


def drawn_and_created(drawn: Sequence[int], bands: Sequence[tuple[int, int]]) -> list[set[int]]:
    """What created cases each of some windows in a row can hold, by trying every history of drawn and created months.

    Months that all windows share are one variable; drawn windows are known exactly, created ones lie in `bands`.
    """
    windows = len(drawn)
    matrix = np.array(
        [
            [1] + [int(i > w) for i in range(1, windows)] + [int(i <= w) for i in range(1, windows)]
            for w in range(windows)
        ]
    )
    # Variables: the shared months, those only early windows hold (dropped one by one), those only late ones do.
    found: list[set[int]] = [set() for _ in drawn]
    histories = np.array(list(product(range(max(drawn) + 1), repeat=matrix.shape[1])), dtype=np.int64)
    histories = histories[(histories @ matrix.T == np.array(drawn)).all(axis=1)]
    for history in histories:
        created = np.array(list(_below(history.tolist())), dtype=np.int64)
        rows = created @ matrix.T
        inside = rows[((rows >= [b[0] for b in bands]) & (rows <= [b[1] for b in bands])).all(axis=1)]
        for window in range(windows):
            found[window] |= set(inside[:, window].tolist())
    return found


def _below(top: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return product(*(range(value + 1) for value in top))


def window_sums(bands: Sequence[tuple[int, int]], most: int) -> list[set[int]]:
    """What some windows in a row can hold, by trying 0..`most` in every month; months all windows share count as one."""
    windows = len(bands)
    months = np.array(list(product(range(most + 1), repeat=2 * windows - 1)), dtype=np.int64)
    late, shared, early = months[:, : windows - 1], months[:, windows - 1], months[:, windows:]
    rows = np.stack([shared + early[:, w:].sum(axis=1) + late[:, :w].sum(axis=1) for w in range(windows)], axis=1)
    inside = rows[((rows >= [b[0] for b in bands]) & (rows <= [b[1] for b in bands])).all(axis=1)]
    return [set(inside[:, window].tolist()) for window in range(windows)]
