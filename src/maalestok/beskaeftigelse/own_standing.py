"""Where municipalities stand by figures counted from persons: as published figures do, with places of their own. Pure.

A place is of the difference as it is shown, not of the exact one. Persons and residents are rounded to 10 so that few
can't be worked out; the order of exact differences would tell a small municipality's number between those of two large
ones. And whoever reads the figures can make the same order. Equal differences go by the municipality's code. A group
of which anything is published has no places of our own: two kinds of difference are not put in one order.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

import polars as pl

from maalestok.beskaeftigelse.editions import Errors, GroupKey
from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.personer.counting_rules import CountingVersion
from maalestok.beskaeftigelse.personer.fulltime import SHARE, share_bounds
from maalestok.beskaeftigelse.precision import HALF_SHARE, WHOLE, Population, half_width
from maalestok.beskaeftigelse.rank_moves import Placed
from maalestok.beskaeftigelse.rank_uncertainty import Cell
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.kommune import by_code
from maalestok.period import parse_period
from maalestok.results import Status
from maalestok.rules.dated import version_for
from maalestok.rules.models import Kilde, Unit

PLACE, GAP, EXPECTED = "placering", "forskel_andel", "forventet_andel"
STANDING = (SHARE, EXPECTED, GAP)
"""The measures a place of our own rests on."""
ROUNDED = "afrunding_lader_staa_aaben"
METHOD = "placering_af_egne-1"
AT = ["period", "kommune_kode", "omraade"]
NO_SHARE = "for_faa_beboere"
_COLUMNS = [*AT, "measure", "value", "numerator", "denominator", "method"]
OwnCells = Mapping[GroupKey, Sequence[Cell]]


class _Shown(NamedTuple):
    value: float | None
    numerator: float | None
    denominator: float | None
    method: str


def of_build(rows: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What `own_cells` takes, from measure -> rows counted from persons."""
    held = [(name, rows[name]) for name in STANDING if name in rows]
    frames = [frame.with_columns(pl.lit(name).alias("measure")).select(_COLUMNS) for name, frame in held]
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))


def of_release(results: pl.DataFrame) -> pl.DataFrame:
    """What `own_cells` takes, from a release's results."""
    ours = pl.col("measure").is_in(list(STANDING)) & (pl.col("kilde") == Kilde.BEREGNET.value)
    return results.filter(ours).with_columns(pl.col("rule_version").alias("method")).select(_COLUMNS)


def own_cells(shown: pl.DataFrame, errors: Errors, rules: BeskaeftigelseRules) -> OwnCells:
    """(period, area) -> its municipalities by code, with the places of our own differences.

    Args:
        shown: rows counted from persons, as they may be shown: period, kommune_kode, omraade, measure (`STANDING`),
            value (a fraction), numerator, denominator, method (names the version of the counting).
        errors: standard errors from persons.
        rules: how the counted numbers were rounded; the order of the areas.
    """
    held = _figures(shown)
    order = {area: place for place, area in enumerate(rules.benchmark.omraader)}
    made = {}
    for period, area in sorted(held, key=lambda at: (parse_period(at[0]), order[at[1]])):
        group = held[period, area]
        if any(GAP in figures for figures in group.values()):
            cells = [_cell(kode, group[kode], errors.get((period, kode, area)), rules) for kode in group]
            made[period, area] = _placed(cells)
    return made


def own_placed(shown: pl.DataFrame, held: OwnCells) -> Mapping[GroupKey, Mapping[str, Placed]]:
    """Each group's municipalities that have a place, by code, with the exact shares of what is shown.

    Args:
        shown: as `own_cells` takes it.
        held: what `own_cells` made of it, or some of its groups.
    """
    figures, made = _figures(shown), {}
    for key, cells in held.items():
        placed = {}
        for cell in cells:
            share = figures[key][cell.kommune].get(SHARE)
            if cell.place is not None and cell.expected_share is not None and share is not None:
                actual = Fraction(int(share.numerator or 0), int(share.denominator or 1)) * WHOLE
                placed[cell.kommune] = Placed(actual, cell.expected_share, actual - cell.expected_share, cell.place)
        made[key] = placed
    return made


def _figures(shown: pl.DataFrame) -> dict[GroupKey, dict[str, dict[str, _Shown]]]:
    held: dict[GroupKey, dict[str, dict[str, _Shown]]] = {}
    kommuner = shown.filter(pl.col("kommune_kode").is_in(list(by_code()))).sort("kommune_kode")
    for period, kode, area, measure, *rest in kommuner.select(_COLUMNS).iter_rows():
        held.setdefault((period, area), {}).setdefault(kode, {})[measure] = _Shown(*rest)
    return held


def _cell(kode: str, figures: Mapping[str, _Shown], error: float | None, rules: BeskaeftigelseRules) -> Cell:
    gap, expected, share = (figures.get(name, _Shown(None, None, None, "")) for name in (GAP, EXPECTED, SHARE))
    counting = counting_of(share.method, rules)
    if None in (gap.value, expected.value, share.numerator, share.denominator) or counting is None:
        return Cell(kode, None, None, None, None, error)
    persons, people, base = int(share.numerator or 0), int(share.denominator or 0), counting.rounding
    low, high = share_bounds(persons, people, base)
    told = Fraction(persons, people)
    rounding = float(max(told - low, high - told) * WHOLE) + HALF_SHARE
    population = Population(people - base / 2, people, people + base / 2)
    level, difference = round((expected.value or 0.0) * WHOLE), (gap.value or 0.0) * WHOLE
    return Cell(kode, level, difference, None, population, error, rounding)


def counting_of(method: str, rules: BeskaeftigelseRules) -> CountingVersion | None:
    """The version of the counting that a figure's versions name."""
    return next((v for v in rules.counting.versions if v.version in method.split("+")), None)


def _placed(cells: Sequence[Cell]) -> list[Cell]:
    known = [(cell.difference, cell.kommune) for cell in cells if cell.difference is not None]
    place = {kode: at for at, (_, kode) in enumerate(sorted(known), start=1)}
    return [replace(cell, place=place.get(cell.kommune)) for cell in cells]


def groups_led_by_own(held: OwnCells, published: Set[GroupKey]) -> OwnCells:
    """The groups of which no difference is published. `published`: the others."""
    return {key: cells for key, cells in held.items() if key not in published}


def places(held: OwnCells, methods: Mapping[str, str]) -> pl.DataFrame:
    """Rows of `placering`, a row a municipality. `methods`: period -> the versions its differences rest on."""
    rows = []
    for (code, area), cells in held.items():
        for cell in cells:
            known = cell.place is not None
            status = (Status.OK if known else Status.IKKE_OPGJORT).value
            place = None if cell.place is None else float(cell.place)
            reason = None if known else NO_SHARE
            rows.append((code, cell.kommune, area, Kilde.BEREGNET.value, place, status, reason, methods[code]))
    names = [*AT, "kilde", "value", "status", "reason", "method"]
    schema = {name: pl.Float64 if name == "value" else pl.String for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def difference_intervals(held: OwnCells, rules: BeskaeftigelseRules) -> pl.DataFrame:
    """The 95 % interval of each difference of our own: period, kommune_kode, omraade, low, high, interval_method.

    Chance as persons show it, and rounding at its worst; nothing where no standard error was counted.
    """
    rows = []
    for (code, area), cells in held.items():
        version = version_for(rules.uncertainty.versions, parse_period(code))
        if version is None:
            continue
        z = NormalDist().inv_cdf((1 + float(version.coverage)) / 2)
        for cell in cells:
            if cell.difference is not None and cell.error is not None:
                half = half_width(cell.error**2, z, cell.rounding)
                value = cell.difference / WHOLE
                rows.append((code, cell.kommune, area, value - half, value + half, version.persons.version))
    names = [*AT, "low", "high", "interval_method"]
    schema = {name: pl.Float64 if name in ("low", "high") else pl.String for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def rounding_parts(held: OwnCells) -> Iterator[PartRow]:
    """The places that rounding leaves open to each municipality; those without a difference may lie anywhere."""
    for (code, area), cells in held.items():
        spans = [(c.difference - c.rounding, c.difference + c.rounding) for c in cells if c.difference is not None]
        unknown = len(cells) - len(spans)
        for cell in cells:
            if cell.difference is None or cell.place is None:
                continue
            low, high = cell.difference - cell.rounding, cell.difference + cell.rounding
            ahead = sum(end < low for _, end in spans)
            up_to = sum(start <= high for start, _ in spans)
            ends = (float(ahead + 1), float(up_to + unknown))
            yield part(PLACE, (code, cell.kommune, area), ROUNDED, float(cell.place), Unit.RANK, METHOD, ends)
