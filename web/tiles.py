"""Make `fliser.csv`: a place for each municipality on a grid of equal squares, as near its own place as there is room.

    python web/tiles.py src/maalestok/publish/site/assets/map.json > src/maalestok/publish/site/fliser.csv

The middle of each shape is stretched where municipalities lie close (half by rank, half by distance), then all are
given squares at once so that the sum of squared distances is least. Run it again only if municipalities change.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

COLUMNS, ROWS = 14, 15
BORNHOLM, CORNER = "400", (COLUMNS - 1, 0)


def middle(path: str) -> tuple[float, float]:
    """The middle of a shape's largest ring."""
    rings = [
        np.array([tuple(map(float, p.split(","))) for p in ring.split("L")]) for ring in re.findall(r"M([^Z]+)Z", path)
    ]
    ring = max(rings, key=lambda points: float(np.prod(np.ptp(points, axis=0))))
    return tuple(ring.mean(axis=0))


def stretched(values: np.ndarray, size: int) -> np.ndarray:
    """Half the place by distance, half by rank, from 0 to size - 1."""
    distance = (values - values.min()) / np.ptp(values)
    rank = values.argsort().argsort() / (len(values) - 1)
    return (0.5 * distance + 0.5 * rank) * (size - 1)


def main() -> None:
    """Print the grid."""
    shapes = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    codes = sorted(set(shapes) - {BORNHOLM})
    middles = np.array([middle(shapes[code]) for code in codes])
    wanted = np.column_stack([stretched(middles[:, 0], COLUMNS), stretched(middles[:, 1], ROWS)])
    cells = np.array(
        [(c, r) for c in range(COLUMNS) for r in range(ROWS) if (c, r) != CORNER and (c, r) != (COLUMNS - 1, 1)]
    )
    cost = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    placed = dict(zip(codes, cells[linear_sum_assignment(cost)[1]].tolist(), strict=True)) | {BORNHOLM: CORNER}
    print("kommune_kode;kolonne;raekke")
    for code, (column, row) in sorted(placed.items()):
        print(f"{code};{column};{row}")


if __name__ == "__main__":
    main()
