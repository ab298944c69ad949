"""Between editions: changes of place and of difference, national potential, spread, how stable places are. Pure frames.

Each function returns rows as `measures.py` says: `period, kommune_kode, omraade, kilde, value, status, reason` and,
where it has them, `low, high`. Parts come from functions of their own.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from maalestok.beskaeftigelse.editions import GroupKey
from maalestok.beskaeftigelse.money import undecided_high
from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.precision import WHOLE
from maalestok.beskaeftigelse.rank_moves import Placed, moves
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.division import divided
from maalestok.kommune import HELE_LANDET, kommuner
from maalestok.period import parse_period
from maalestok.ranks import possible_ranks
from maalestok.results import Status
from maalestok.rules.dated import version_for
from maalestok.rules.models import Kilde, Measure, Unit

MOVES_METHOD = "hvorfor_flyttet-1"
STABILITY_METHOD = "stabilitet-1"
CLIMBERS_METHOD = "klatreliste-1"
SPREAD_DECIMALS, CORRELATION_DECIMALS = 6, 4
FAR = 10
"""Places; a municipality that moved more than these moved far."""
Editions = Mapping[GroupKey, Mapping[str, Placed]]
"""(period, area) -> the municipalities with all figures, by code."""
_NationalRow = tuple[str, str, str, float | None, str | None]
"""Period, place, area, value, and the reason where there is none."""


def earlier(codes: Sequence[str], rules: BeskaeftigelseRules, months: int) -> tuple[dict[str, str], set[str]]:
    """Which editions have one `months` before them with the same areas, and which have one with others.

    Returns:
        code -> the earlier code; codes whose areas were defined otherwise then.
    """
    pairs, redefined = {}, set()
    for code in codes:
        period = parse_period(code)
        before = period.shifted(-months)
        if before.code not in codes:
            continue
        if version_for(rules.areas.versions, before) == version_for(rules.areas.versions, period):
            pairs[code] = before.code
        else:
            redefined.add(code)
    return pairs, redefined


def changes(facts: pl.DataFrame, rules: BeskaeftigelseRules, column: str, months: int, missing: str) -> pl.DataFrame:
    """How a published column changed since the edition `months` earlier: now - then.

    Args:
        facts: the published figures of all editions it can rest on.
        rules: for the areas' definitions.
        column: `forskel_andel` (fractions) or `placering` (then - now: places gained).
        months: 6 or 12.
        missing: the reason where a figure is missing at either end.
    """
    pairs, redefined = earlier(sorted(facts["period"].unique().to_list()), rules, months)
    key = ["period", "kommune_kode", "omraade"]
    then = facts.select(pl.col("period").alias("before"), *key[1:], pl.col(column).alias("old"))
    before = pl.DataFrame(list(pairs.items()), schema={"period": pl.String, "before": pl.String}, orient="row")
    joined = (
        facts.select(*key, column).join(before, on="period", how="left").join(then, on=["before", *key[1:]], how="left")
    )
    gained = column == "placering"
    change = joined.select((pl.col("old") - pl.col(column)) if gained else (pl.col(column) - pl.col("old"))).to_series()
    joined = joined.with_columns(divided(change, 1 if gained else WHOLE).alias("value"))
    known = pl.col("value").is_not_null()
    made = joined.select(
        *key,
        pl.lit(Kilde.BEREGNET.value).alias("kilde"),
        "value",
        pl.when(~known)
        .then(
            pl.when(pl.col("period").is_in(sorted(redefined)))
            .then(pl.lit("anden_definition"))
            .otherwise(pl.lit(missing))
        )
        .alias("reason"),
    )
    return _with_status(made)


def move_parts(held: Editions, rules: BeskaeftigelseRules, measure: Measure) -> Iterator[PartRow]:
    """Why each place changed: own actual, own expected, the others; where all municipalities have their figures."""
    for code, area, before, now in _pairs(held, rules, measure.months_before):
        split = moves([before[k] for k in now], list(now.values()))
        for kommune, move in zip(now, split or (), strict=False):
            for name, gained in (
                ("egen_faktisk_andel", move.own_actual),
                ("egen_forventet_andel", move.own_expected),
                ("de_andre_kommuner", move.others),
            ):
                yield part(measure.id, (code, kommune, area), name, float(gained), Unit.PLACES, MOVES_METHOD)


def climber_parts(results: pl.DataFrame, measure: str) -> Iterator[PartRow]:
    """Each municipality's place on the list of the largest improvements; equal improvements share a range."""
    known = results.filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
    for (code, area), rows in known.partition_by("period", "omraade", as_dict=True, maintain_order=True).items():
        units = [round(value * WHOLE) for value in rows["value"].to_list()]
        for kommune, (low, high) in zip(rows["kommune_kode"].to_list(), possible_ranks(units), strict=True):
            at = (str(code), kommune, str(area))
            yield part(measure, at, "plads_paa_klatrelisten", float(low), Unit.RANK, CLIMBERS_METHOD, (low, high))


def potential(by_kommune: pl.DataFrame, facts: pl.DataFrame, rules: BeskaeftigelseRules) -> pl.DataFrame:
    """National potential: the sum of positive amounts. `unsure`: municipalities whose sign is open, in `high` alone.

    Args:
        by_kommune: rows of merudgift per municipality.
        facts: the published figures they were made of.
        rules: prices.
    """
    rows = []
    open_high = _undecided(facts, rules)
    for (code, area), held in by_kommune.partition_by("period", "omraade", as_dict=True, maintain_order=True).items():
        opposite = held.filter(pl.col("reason") == "modsat_fortegn")["kommune_kode"].to_list()
        known = held.filter(pl.col("value").is_not_null())
        kilde = Kilde.SKOEN if opposite or (known["kilde"] == Kilde.SKOEN.value).any() else Kilde.BEREGNET
        if len(known) + sum((code, kommune) in open_high for kommune in opposite) < _all(str(code)):
            rows.append((code, HELE_LANDET, area, kilde.value, None, None, None, None, "kommune_uden_beloeb"))
            continue
        value, low, high = (
            float(known.select(pl.coalesce(end, "value").clip(lower_bound=0).sum()).item())
            for end in ("value", "low", "high")
        )
        high += sum(open_high[code, kommune] for kommune in opposite)
        ends = (low, high) if kilde is Kilde.SKOEN else (None, None)
        rows.append((code, HELE_LANDET, area, kilde.value, value, *ends, float(len(opposite)), None))
    figures = ("value", "low", "high", "unsure")
    names = ("period", "kommune_kode", "omraade", "kilde", *figures, "reason")
    schema = {name: pl.Float64 if name in figures else pl.String for name in names}
    return _with_status(pl.DataFrame(rows, schema=schema, orient="row"))


def potential_parts(made: pl.DataFrame) -> Iterator[PartRow]:
    """How many municipalities have no amount because their sign is open."""
    for code, kommune, area, unsure in (
        made.drop_nulls("unsure").select("period", "kommune_kode", "omraade", "unsure").iter_rows()
    ):
        yield part(
            "potentiale", (code, kommune, area), "kommuner_uden_retning", unsure, Unit.MUNICIPALITIES, "potentiale-1"
        )


def _undecided(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> dict[tuple[str, str], int]:
    """(period, kommune_kode) -> the most a municipality with opposite signs can have above zero."""
    total = rules.benchmark.total
    found = {}
    for code, kommune, areas, values in (
        facts.group_by("period", "kommune_kode", maintain_order=True).agg("omraade", "forskel_antal").iter_rows()
    ):
        cost = version_for(rules.unit_costs.versions, parse_period(code))
        by_area = dict(zip(areas, values, strict=True))
        if cost is not None and None not in by_area.values():
            parts = {area: value for area, value in by_area.items() if area != total}
            found[code, kommune] = undecided_high(parts, by_area[total], cost.costs)
    return found


def spread(held: Mapping[GroupKey, Sequence[float]]) -> pl.DataFrame:
    """Spread of differences over municipalities (standard deviation, fractions), each group.

    Args:
        held: (period, area) -> differences, in hundredths of a percentage point; those that are known.
    """
    rows = []
    for (code, area), differences in held.items():
        whole = len(differences) == _all(code)
        deviation = round(statistics.stdev(differences) / WHOLE, SPREAD_DECIMALS) if whole else None
        rows.append((code, HELE_LANDET, area, deviation, None if whole else "kommune_uden_tal"))
    return _rows(rows)


def stability(held: Editions, rules: BeskaeftigelseRules, codes: Sequence[str], months: int) -> pl.DataFrame:
    """Spearman's correlation between the places of an edition and of the one before, each group."""
    _, redefined = earlier(codes, rules, months)
    pairs = {(code, area): (before, now) for code, area, before, now in _pairs(held, rules, months)}
    rows: list[_NationalRow] = []
    for code, area in held:
        if (code, area) in pairs:
            before, now = pairs[code, area]
            rho = statistics.correlation([before[k].place for k in now], [now[k].place for k in now])
            rho = round(rho, CORRELATION_DECIMALS)
            rows.append((code, HELE_LANDET, area, rho, None))
        else:
            reason = "anden_definition" if code in redefined else "uden_forrige_udgave"
            rows.append((code, HELE_LANDET, area, None, reason))
    return _rows(rows)


def stability_parts(held: Editions, rules: BeskaeftigelseRules, measure: Measure) -> Iterator[PartRow]:
    """How many of the ten best still are, and how many municipalities moved far."""
    for code, area, before, now in _pairs(held, rules, measure.months_before):
        at = (code, HELE_LANDET, area)
        version = version_for(rules.uncertainty.versions, parse_period(code))
        if version is not None:
            best = version.best_places
            stayed = sum(before[k].place <= best and now[k].place <= best for k in now)
            yield part(measure.id, at, "fortsat_blandt_de_ti_bedste", stayed, Unit.MUNICIPALITIES, STABILITY_METHOD)
        far = sum(abs(before[k].place - now[k].place) > FAR for k in now)
        yield part(measure.id, at, "flyttet_over_ti_pladser", far, Unit.MUNICIPALITIES, STABILITY_METHOD)


def _pairs(
    held: Editions, rules: BeskaeftigelseRules, months: int
) -> Iterator[tuple[str, str, Mapping[str, Placed], Mapping[str, Placed]]]:
    """(period, area, municipalities then, now) where all have their figures in both editions, in one order."""
    pairs, _ = earlier(sorted({code for code, _ in held}), rules, months)
    for (code, area), now in held.items():
        before = held.get((pairs.get(code, ""), area))
        if before is not None and before.keys() == now.keys() and len(now) == _all(code):
            yield code, area, before, now


def _all(code: str) -> int:
    day = parse_period(code).last_day
    return sum(kommune.is_valid(day) for kommune in kommuner())


def _rows(rows: Sequence[_NationalRow]) -> pl.DataFrame:
    schema = dict.fromkeys(("period", "kommune_kode", "omraade"), pl.String) | {
        "value": pl.Float64,
        "reason": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return _with_status(frame.with_columns(pl.lit(Kilde.BEREGNET.value).alias("kilde")))


def _with_status(frame: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("value").is_not_null()
    return frame.with_columns(
        pl.when(known).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.IKKE_OPGJORT.value)).alias("status")
    )
