"""Print how often the model's intervals hold what was planted in invented persons: `make bench-coverage`.

Synthetic Denmark with planted deviations and seven conditions of areas (`tests/reference/planted.py`), at a hundredth
of the country's size, at a tenth, and at its own. Beside the product's intervals: those without the model's part of the
standard error, and those by ordinary clustered errors.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from reference.planted import OUTCOMES, Coverage, Floats, coverage

COUNTRIES = ((37_000, 200, 0.0), (37_000, 200, 0.002), (370_000, 100, 0.0), (3_700_000, 20, 0.0))
"""Persons, how many countries, what neighbours deviate by together."""
GROUPS = {"all 98": (0, 98), "ten largest": (0, 10), "four largest": (0, 4), "ten smallest": (88, 98)}
PARTS = (0.0, 0.5, 0.9, 1.0)
"""Where the residents' part of the variance is cut."""


def line(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")


def percentages(shares: Floats) -> list[str]:
    return [f"{share:.1%}" for share in shares]


def table(found: Coverage) -> None:
    line("municipalities", "intervals of", *OUTCOMES)
    line(*["---"] * (2 + len(OUTCOMES)))
    kinds = {
        "differences": found.differences,
        "places": found.places,
        "differences, residents' part alone": found.residents_only,
        "differences, ordinary clustered errors": found.ordinary,
    }
    for name, inside in kinds.items():
        for group, (first, last) in GROUPS.items():
            line(group, name, *percentages(found.among(inside, first, last)))
    for low, high in pairwise(PARTS):
        held = (found.of_residents > low) & (found.of_residents <= high)
        counts = held.sum(axis=(0, 1))
        shares = (found.differences & held).sum(axis=(0, 1)) / np.maximum(counts, 1)
        cells = [f"{share:.1%} of {count:,}" if count else "-" for share, count in zip(shares, counts, strict=True)]
        line(f"{low:.0%}-{high:.0%} of the variance is residents'", "differences", *cells)


def main() -> None:
    for persons, seeds, together in COUNTRIES:
        begun = time.perf_counter()
        found = coverage(persons, range(seeds), together)
        shared = f", neighbours deviate together by {together * 100:.1f} points" if together else ""
        print(f"\n{persons:,} persons, {seeds} countries{shared} ({time.perf_counter() - begun:.0f} s)\n")
        table(found)


if __name__ == "__main__":
    main()
