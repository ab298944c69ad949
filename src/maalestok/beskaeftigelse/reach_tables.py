"""What it takes to reach the expected level, the median and the ten best, as parts of each place."""

from collections.abc import Iterator, Mapping, Sequence

from maalestok.beskaeftigelse.editions import GroupKey
from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.rank_uncertainty import Cell
from maalestok.beskaeftigelse.reach import At, Fewer, to_expected, to_place
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.period import parse_period
from maalestok.rules.dated import version_for
from maalestok.rules.models import Unit

METHOD = "hvad_der_skal_til-1"


def reach_parts(by_group: Mapping[GroupKey, Sequence[Cell]], rules: BeskaeftigelseRules) -> Iterator[PartRow]:
    """Fewer full-time persons, all else unchanged, for every municipality that has a place."""
    for (code, area), held in by_group.items():
        version = version_for(rules.uncertainty.versions, parse_period(code))
        if version is None:
            continue
        for cell in held:
            for name, fewer in targets(cell, held, version.best_places).items():
                ends = (float(fewer.low), float(fewer.high))
                at = (code, cell.kommune, area)
                yield part("placering", at, name, float(fewer.value), Unit.PERSONS_FULLTIME, METHOD, ends)


def targets(cell: Cell, held: Sequence[Cell], best: int) -> dict[str, Fewer]:
    """Part name -> how many fewer, for the targets that can be answered."""
    if cell.difference is None or cell.place is None or cell.population is None:
        return {}
    places = [At(c.place, c.difference, c.rounding) for c in held if c.place is not None and c.difference is not None]
    asked = {
        "til_det_forventede": to_expected(cell.difference, cell.population, cell.rounding),
        "til_den_bedste_halvdel": to_place(cell.place, places, len(held) // 2, cell.population),
        "til_de_ti_bedste": to_place(cell.place, places, best, cell.population),
    }
    return {name: fewer for name, fewer in asked.items() if fewer is not None}
