"""What it takes to reach the expected level, the median and the ten best, as parts of each place."""

from collections.abc import Iterator

import polars as pl

from maalestok.beskaeftigelse.editions import cells
from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.rank_uncertainty import Cell
from maalestok.beskaeftigelse.reach import Fewer, to_expected, to_place
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.period import parse_period
from maalestok.rules.dated import version_for
from maalestok.rules.models import Unit

METHOD = "hvad_der_skal_til-1"


def reach_parts(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> Iterator[PartRow]:
    """Fewer full-time persons, all else unchanged, for every municipality that has a place."""
    for (code, area), held in cells(facts, rules):
        version = version_for(rules.uncertainty.versions, parse_period(code))
        if version is None:
            continue
        for cell in held:
            for name, fewer in targets(cell, held, version.best_places).items():
                ends = (float(fewer.low), float(fewer.high))
                at = (code, cell.kommune, area)
                yield part("placering", at, name, float(fewer.value), Unit.PERSONS_FULLTIME, METHOD, ends)


def targets(cell: Cell, held: list[Cell], best: int) -> dict[str, Fewer]:
    """Part name -> how many fewer, for the targets that can be answered."""
    if cell.difference is None or cell.place is None or cell.population is None:
        return {}
    differences = [(c.place, c.difference) for c in held if c.place is not None and c.difference is not None]
    asked = {
        "til_det_forventede": to_expected(cell.difference, cell.population),
        "til_den_bedste_halvdel": to_place(cell.place, differences, len(held) // 2, cell.population),
        "til_de_ti_bedste": to_place(cell.place, differences, best, cell.population),
    }
    return {name: fewer for name, fewer in asked.items() if fewer is not None}
