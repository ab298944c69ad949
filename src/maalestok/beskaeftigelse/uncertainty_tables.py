"""Uncertainty of an edition's differences and places as rows: intervals, parts, who can't be told apart, parameters."""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from maalestok.beskaeftigelse.editions import GroupKey, cells
from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.rank_uncertainty import Cell, GroupUncertainty, KommuneUncertainty, group
from maalestok.beskaeftigelse.relation_rows import ModelRow, relation_frame
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, UncertaintyVersion
from maalestok.kommune import HELE_LANDET
from maalestok.period import parse_period
from maalestok.rules.dated import version_for
from maalestok.rules.models import Unit

Groups = Mapping[GroupKey, tuple[UncertaintyVersion, GroupUncertainty]]
ALIKE = "kan_ikke_skelnes"
METHOD = "interval_method"
"""Column of `methods`."""
FRACTION_DECIMALS, SHARE_DECIMALS = 6, 4
"""Hundredths of the last published decimal, and hundredths of a per cent: more would be noise."""


def groups(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> Groups:
    """As `judged`, of published figures alone."""
    return judged(dict(cells(facts, rules)), rules)


def judged(by_group: Mapping[GroupKey, Sequence[Cell]], rules: BeskaeftigelseRules) -> Groups:
    """(period, area) -> what can be said of its municipalities, where a rule is in force and there are figures.

    Args:
        by_group: (period, area) -> its municipalities in the order of their codes.
        rules: the parameters by period, and the order of the areas.
    """
    wanted = []
    for (code, area), held in by_group.items():
        period = parse_period(code)
        version = version_for(rules.uncertainty.versions, period)
        if version is not None and version_for(rules.areas.versions, period) is not None:
            key = (period.month_index, rules.benchmark.omraader.index(area))
            wanted.append(((code, area), held, version, key))
    # Each group has a generator of its own, so that it is the same on one thread as on many.
    with ThreadPoolExecutor() as pool:
        made = pool.map(lambda asked: group(*asked[1:]), wanted)
        return {at: (version, found) for (at, _, version, _), found in zip(wanted, made, strict=True) if found}


def method_of(version: UncertaintyVersion, made: GroupUncertainty) -> str:
    """The name of the method a group's intervals were made by."""
    return version.persons.version if made.by_persons else version.version


def intervals(found: Groups, measure: str) -> pl.DataFrame:
    """The range of each municipality's place or difference: period, kommune_kode, omraade, low, high."""
    rows = []
    for (code, area), (_, made) in found.items():
        for sure in made.kommuner.values():
            ends = sure.places if measure == "placering" else sure.interval
            rows.append((code, sure.kommune, area, *(round(float(end), FRACTION_DECIMALS) for end in ends)))
    schema = dict.fromkeys(("period", "kommune_kode", "omraade"), pl.String) | dict.fromkeys(
        ("low", "high"), pl.Float64
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def methods(found: Groups) -> pl.DataFrame:
    """The method behind each group's intervals: period, omraade, interval_method."""
    rows = [(code, area, method_of(version, made)) for (code, area), (version, made) in found.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys(("period", "omraade", METHOD), pl.String), orient="row")


def parts(found: Groups) -> Iterator[PartRow]:
    """Pooled differences, probabilities, funnels; how many a municipality can't be told apart from."""
    for (code, area), (version, made) in found.items():
        for sure in made.kommuner.values():
            yield from _of_difference(sure, made, version, (code, sure.kommune, area))
            yield from _of_place(sure, method_of(version, made), (code, sure.kommune, area))


def _of_difference(
    sure: KommuneUncertainty, made: GroupUncertainty, version: UncertaintyVersion, at: tuple[str, str, str]
) -> Iterator[PartRow]:
    measure, unit, method = "forskel_andel", Unit.PCT_POINT, method_of(version, made)
    yield part(measure, at, "standardfejl", _fraction(sure.standard_error), unit, method)
    yield part(measure, at, "delvis_sammenvejet", _fraction(sure.pooled), unit, method, _ends(sure.pooled_interval))
    yield part(measure, at, "bedre_end_forventet", round(sure.better, SHARE_DECIMALS), Unit.SHARE, method)
    for (funnel, coverage), ends in sure.funnels.items():
        name = f"tragt_{funnel}_{coverage.partition('.')[2]}"
        yield part(measure, at, name, _fraction(made.pooling.mean), unit, method, _ends(ends))


def _of_place(sure: KommuneUncertainty, method: str, at: tuple[str, str, str]) -> Iterator[PartRow]:
    low, high = (round(end, SHARE_DECIMALS) for end in sure.best_range)
    best = part("placering", at, "blandt_de_ti_bedste", None, Unit.SHARE, method, (low, high))
    yield best if sure.best is None else best._replace(value=high, low=None, high=None)
    yield part("placering", at, ALIKE, float(len(sure.alike)), Unit.MUNICIPALITIES, method)


def spread_parts(found: Groups, measure: str) -> Iterator[PartRow]:
    """How much of the spread of differences chance does not explain."""
    for (code, area), (version, made) in found.items():
        at = (code, HELE_LANDET, area)
        beyond = _fraction(math.sqrt(made.pooling.tau2))
        yield part(measure, at, "spredning_ud_over_tilfaeldig", beyond, Unit.PCT_POINT, method_of(version, made))


def relations(found: Groups) -> pl.DataFrame:
    """Whom each municipality can't be told apart from, in order of published place: rows of `relations`."""
    frames = [relation_frame()]
    for (code, area), (version, made) in found.items():
        pooled = {sure.kommune: sure.pooled for sure in made.kommuner.values()}
        pairs = [
            (sure.kommune, other, rank) for sure in made.kommuner.values() for rank, other in enumerate(sure.alike, 1)
        ]
        frame = pl.DataFrame(pairs, schema=["kommune_kode", "other_kode", "rank"], orient="row")
        own, others = (pl.col(name).replace_strict(pooled, return_dtype=pl.Float64) for name in frame.columns[:2])
        frames.append(
            frame.select(
                pl.lit(ALIKE).alias("relation"),
                "kommune_kode",
                "other_kode",
                pl.lit(area).alias("omraade"),
                pl.lit(code).alias("period"),
                pl.col("rank").cast(pl.Int32),
                (own - others).abs().round(FRACTION_DECIMALS).alias("distance"),
                pl.lit(method_of(version, made)).alias("method_version"),
            )
        )
    return pl.concat(frames)


def parameters(found: Groups) -> Iterator[ModelRow]:
    """What the method used and found in each group, in fractions (0.01 = 1 percentage point)."""
    for (code, area), (version, made) in found.items():
        assumed = {} if made.by_persons else {"antagelse_skala": float(version.scale)}
        held = assumed | {
            "faelles_middel": _fraction(made.pooling.mean),
            "spredning_ud_over_tilfaeldig": _fraction(math.sqrt(made.pooling.tau2)),
            "multiplikativ_faktor": round(made.phi, SHARE_DECIMALS),
            "traekninger": float(version.draws),
            "kommuner_uden_tal": float(made.unknown),
        }
        for term, value in held.items():
            yield ModelRow(method_of(version, made), area, code, term, None, value)


def _fraction(value: float) -> float:
    return round(value, FRACTION_DECIMALS)


def _ends(ends: tuple[float, float]) -> tuple[float, float]:
    return _fraction(ends[0]), _fraction(ends[1])
