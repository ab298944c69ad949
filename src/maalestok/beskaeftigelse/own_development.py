"""Between editions of our own: changes of place and of difference, spread, how stable places are. Pure frames.

A place or difference of our own is compared with our own alone, never with a published one: the two rest on different
models, and a change would be the change of model.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from maalestok.beskaeftigelse import development
from maalestok.beskaeftigelse.own_standing import AT, OwnCells
from maalestok.beskaeftigelse.part_rows import PartRow
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules

PLACES_MOVED = {"placering_aendring": "uden_forrige_udgave", "placering_aendring_aar": "uden_udgave_aaret_foer"}
"""Measure -> the reason where a place is missing at either end."""
GAP_MOVED, SPREAD, STABILITY = "forskel_andel_aendring_aar", "spredning", "placering_stabilitet"


def standing_frame(held: OwnCells) -> pl.DataFrame:
    """Differences (hundredths of a percentage point) and places, as `development.changes` takes published ones."""
    rows = [
        (code, cell.kommune, area, cell.difference if cell.place is not None else None, cell.place)
        for (code, area), cells in held.items()
        for cell in cells
    ]
    schema: dict[str, pl.DataType] = dict.fromkeys(AT, pl.String())
    schema |= {"forskel_andel": pl.Float64(), "placering": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def rows_between(
    held: OwnCells, placed: development.Editions, rules: BeskaeftigelseRules
) -> Mapping[str, pl.DataFrame]:
    """Measure -> rows of our own.

    Args:
        held: the groups our own differences lead in, of every edition.
        placed: their municipalities with a place.
        rules: which measure reaches how far back, and the areas' definitions.
    """
    facts = standing_frame(held)
    back = {name: rules.measures[name].months_before for name in (*PLACES_MOVED, GAP_MOVED, STABILITY)}
    made = {
        name: development.changes(facts, rules, "placering", back[name], missing)
        for name, missing in PLACES_MOVED.items()
    }
    made[GAP_MOVED] = development.changes(facts, rules, "forskel_andel", back[GAP_MOVED], "uden_udgave_aaret_foer")
    made[SPREAD] = development.spread({key: [float(p.difference) for p in of.values()] for key, of in placed.items()})
    codes = sorted({code for code, _ in placed})
    made[STABILITY] = development.stability(placed, rules, codes, back[STABILITY])
    return made


def parts_between(placed: development.Editions, rules: BeskaeftigelseRules) -> Iterator[PartRow]:
    """Why each place changed, and how many stayed."""
    for name in PLACES_MOVED:
        yield from development.move_parts(placed, rules, rules.measures[name])
    yield from development.stability_parts(placed, rules, rules.measures[STABILITY])
