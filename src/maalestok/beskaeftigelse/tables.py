"""Put the measures together into the release's tables: identity columns, versions, parts, findings, sources."""

from collections.abc import Mapping

import polars as pl

from maalestok import measures as shared
from maalestok.beskaeftigelse import development
from maalestok.beskaeftigelse import focus_measures as focus
from maalestok.beskaeftigelse import measures as m
from maalestok.beskaeftigelse import uncertainty_tables as u
from maalestok.beskaeftigelse.basis import Basis
from maalestok.beskaeftigelse.own_development import parts_between, standing_frame
from maalestok.beskaeftigelse.own_standing import rounding_parts
from maalestok.beskaeftigelse.part_rows import attached
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.personer.own_rows import joined
from maalestok.beskaeftigelse.personer.targets import OWN_ONLY
from maalestok.beskaeftigelse.rammevilkaar.two_errors import two_error_parts
from maalestok.beskaeftigelse.reach_tables import reach_parts
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.deliveries.issues import printable
from maalestok.deliveries.store import Delivery
from maalestok.period import parse_period
from maalestok.ranks import possible_ranks
from maalestok.results import KEY, Status, conform, empty
from maalestok.rules.dated import version_for
from maalestok.rules.models import Dated, Geography, Kilde, Measure, Unit

RANK_METHOD = "placering_af_afrundede-1"
PRICE_METHOD = "enhedspris-1"
CHANGE_METHOD = "placering_aendring-1"
COMPUTED = (
    "placering_aendring",
    "placering_aendring_aar",
    "forskel_andel_aendring_aar",
    "merudgift",
    "potentiale",
    "spredning",
    "placering_stabilitet",
)
"""Measures that are no published column; every other measure of this benchmark names one."""
MOVES = ("placering_aendring", "placering_aendring_aar")
WITH_INTERVAL = ("placering", "forskel_andel")


def results_table(basis: Basis, *, syntetisk: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All measures of `periods` in the order of the rule files.

    Returns:
        Conforming result rows, and a part for each figure that isn't there, named by the reason.
    """
    rules, rows = basis.rules, []
    for measure_id in rules.benchmark.measures:
        counted = basis.counted.get(measure_id)
        if counted is not None:
            counted = _with_versions(counted, rules.measures[measure_id], rules)
        if measure_id in OWN_ONLY or (measure_id in focus.MEASURES and basis.shares is None):
            if counted is None:
                continue
            frame = counted
        else:
            frame = joined(_measure_rows(rules.measures[measure_id], basis), counted)
        rows.append((measure_id, frame.filter(pl.col("period").is_in(basis.periods))))
    return shared.results_table(rows, rules, lambda measure, code: _version(measure, rules, code), syntetisk=syntetisk)


def _version(measure: Measure, rules: BeskaeftigelseRules, code: str, *, interval: bool = True) -> tuple[str, bool]:
    """The versions a figure rests on: its own, the areas', the prices', the interval's; and whether it is defined.

    A published figure stands without an interval, too.
    """
    if measure.id in (*focus.MEASURES, *OWN_ONLY):
        return focus.version_of(measure, rules, code)
    period = parse_period(code)
    used: list[Dated | None] = [version_for(measure.versions, period), version_for(rules.areas.versions, period)]
    if measure.id in ("merudgift", "potentiale"):
        used.append(version_for(rules.unit_costs.versions, period))
    names = [v.version if v else "ukendt" for v in used]
    wanted = interval and measure.id in WITH_INTERVAL and None not in used
    sure = version_for(rules.uncertainty.versions, period) if wanted else None
    return "+".join([*names, *([sure.version] if sure else [])]), None not in used


def _with_versions(counted: pl.DataFrame, measure: Measure, rules: BeskaeftigelseRules) -> pl.DataFrame:
    """Rows counted from persons with the versions they rest on; that of their range is in `method`."""
    base = {code: _version(measure, rules, code, interval=False)[0] for code in counted["period"].unique().to_list()}
    period = pl.col("period").replace_strict(base, return_dtype=pl.String)
    return counted.with_columns(pl.concat_str(period, "method", separator="+").alias("versions")).drop("method")


def _measure_rows(measure: Measure, basis: Basis) -> pl.DataFrame:
    if measure.id in focus.MEASURES and basis.shares is not None:
        return focus.focus_rows(basis.shares, measure, basis.rules)
    before = measure.months_before
    match measure.id:
        case "placering_aendring":
            return development.changes(basis.facts, basis.rules, "placering", before, "uden_forrige_udgave")
        case "placering_aendring_aar":
            return development.changes(basis.facts, basis.rules, "placering", before, "uden_udgave_aaret_foer")
        case "forskel_andel_aendring_aar":
            return development.changes(basis.facts, basis.rules, "forskel_andel", before, "uden_udgave_aaret_foer")
        case "merudgift":
            return pl.concat([basis.by_kommune, m.extra_expenditure_of_places(basis.by_kommune)], how="diagonal")
        case "potentiale":
            return basis.potential.drop("unsure")
        case "spredning":
            published = {key: [float(p.difference) for p in placed.values()] for key, placed in basis.held.items()}
            return development.spread(published)
        case "placering_stabilitet":
            codes = sorted(basis.facts["period"].unique().to_list())
            return development.stability(basis.held, basis.rules, codes, before)
    rows = [m.published(basis.facts, measure)]
    if measure.id in WITH_INTERVAL:
        known = pl.col("value").is_not_null()
        held = rows[0].join(u.intervals(basis.groups, measure.id), on=m.CELL, how="left")
        held = held.with_columns(pl.when(known).then(end).alias(end) for end in ("low", "high"))
        rows = [_by_persons(held, measure, basis)]
    if Geography.LAND in measure.geography:
        if measure.id in m.NUMBER_OF_SHARE:
            rows.append(m.shares_of_places(basis.facts, basis.population, measure))
        else:
            rows.append(m.summed(basis.facts, measure))
    return pl.concat(rows, how="diagonal")


def _by_persons(rows: pl.DataFrame, measure: Measure, basis: Basis) -> pl.DataFrame:
    """Published rows with the versions they rest on where the interval's standard error is counted from persons."""
    found = {key: (version, made) for key, (version, made) in basis.groups.items() if made.by_persons}
    base = {code: _version(measure, basis.rules, code, interval=False)[0] for code, _ in found}
    named = u.methods(found).with_columns(pl.col("period").replace_strict(base, return_dtype=pl.String).alias("base"))
    versions = named.select("period", "omraade", pl.concat_str("base", u.METHOD, separator="+").alias("versions"))
    return rows.join(versions, on=["period", "omraade"], how="left")


def parts_table(results: pl.DataFrame, reasons: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """What figures are made of: uncertainty, ties, causes of a move, what it takes, prices; why there is no figure."""
    rules = basis.rules
    rows = [
        *u.parts(basis.groups),
        *reach_parts(basis.cells, rules),
        *rounding_parts(basis.own_led),
        *two_error_parts(basis.groups, basis.approximated),
        *development.potential_parts(basis.potential),
        *development.climber_parts(results, "forskel_andel_aendring_aar"),
        *development.stability_parts(basis.held, rules, rules.measures["placering_stabilitet"]),
        *parts_between(basis.own_placed, rules),
        *u.spread_parts(basis.groups, "spredning"),
        *([] if basis.own is None else basis.own.parts(results)),
        *basis.beside,
    ]
    for name in MOVES:
        rows += development.move_parts(basis.held, rules, rules.measures[name])
    frames = [reasons, attached(rows, results), _open_places(results, basis.facts)]
    frames += [_places_compared(results, basis, rules.measures[name]) for name in MOVES]
    frames.append(_prices(results, rules))
    frame = pl.concat([f for f in frames if not f.is_empty()] or [empty("parts")], how="diagonal")
    return conform("parts", frame.sort(*KEY, "part"))


def _open_places(results: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Where equal differences leave several places open; not told where one is withheld, as it could be any."""
    unknown = pl.col("forskel_andel").is_null() | pl.col("placering").is_null()
    known = facts.filter(~unknown.any().over("period", "omraade"))
    spans = []
    for _, group in known.group_by("period", "omraade", maintain_order=True):
        low_high = possible_ranks(group["forskel_andel"].to_list())
        spans.append(
            group.select(*m.CELL).with_columns(
                pl.Series("low", [float(low) for low, _ in low_high]),
                pl.Series("high", [float(high) for _, high in low_high]),
            )
        )
    if not spans:
        return pl.DataFrame()
    placed = results.filter((pl.col("measure") == "placering") & (pl.col("status") == Status.OK.value))
    return (
        placed.drop("low", "high")
        .join(pl.concat(spans), on=m.CELL)
        .with_columns(pl.lit("mulige_pladser").alias("part"), pl.lit(RANK_METHOD).alias("method_version"))
    )


def _places_compared(results: pl.DataFrame, basis: Basis, measure: Measure) -> pl.DataFrame:
    """The two published places behind each change of place, with their ranges."""
    changes = results.filter((pl.col("measure") == measure.id) & (pl.col("status") == Status.OK.value))
    months = measure.months_before
    before = {code: parse_period(code).shifted(-months).code for code in changes["period"].unique().to_list()}
    if not before:
        return pl.DataFrame()
    both = [frame.select(*m.CELL, "placering") for frame in (basis.facts, standing_frame(basis.own_led))]
    places = pl.concat(both, how="vertical_relaxed").drop_nulls("placering")
    places = places.select(*m.CELL, pl.col("placering").cast(pl.Float64).alias("value"))
    places = places.join(u.intervals(basis.groups, "placering"), on=m.CELL, how="left").rename({"period": "held"})
    frames = []
    for part, codes in (("placering_nu", {code: code for code in before}), ("placering_foer", before)):
        frames.append(
            changes.drop("value", "low", "high", "unit")
            .with_columns(pl.col("period").replace_strict(codes, return_dtype=pl.String).alias("held"))
            .join(places, on=["kommune_kode", "omraade", "held"])
            .with_columns(
                pl.lit(part).alias("part"),
                pl.lit(Unit.RANK.value).alias("unit"),
                pl.lit(CHANGE_METHOD).alias("method_version"),
            )
        )
    return pl.concat(frames)


def _prices(results: pl.DataFrame, rules: BeskaeftigelseRules) -> pl.DataFrame:
    estimates = results.filter((pl.col("kilde") == Kilde.SKOEN.value) & (pl.col("status") == Status.OK.value))
    rows: list[tuple[str, str, str, float, float, float]] = []
    for code in estimates["period"].unique().sort().to_list():
        cost = version_for(rules.unit_costs.versions, parse_period(code))
        if cost is not None:
            rows.extend(
                (code, area, f"enhedspris_{area}", float(c.central), float(c.low), float(c.high))
                for area, c in cost.costs.items()
            )
    if not rows:
        return pl.DataFrame()
    prices = pl.DataFrame(rows, schema=["period", "area", "part", "value", "low", "high"], orient="row")
    total = rules.benchmark.total
    return (
        estimates.drop("value", "low", "high")
        .join(prices, on="period")
        .filter((pl.col("omraade") == pl.col("area")) | (pl.col("omraade") == total))
        .with_columns(pl.lit(PRICE_METHOD).alias("method_version"))
    )


def exact_table(own: Own, rules: BeskaeftigelseRules, *, syntetisk: bool) -> pl.DataFrame:
    """What was counted from persons, exact: it stays on the authority's side."""
    held = [name for name in rules.benchmark.measures if name in own.exact]
    rows = [(name, _with_versions(own.exact[name], rules.measures[name], rules)) for name in held]
    return shared.results_table(rows, rules, lambda m, code: _version(m, rules, code), syntetisk=syntetisk)[0]


def sources_table(
    frames: dict[str, pl.DataFrame], deliveries: Mapping[str, Delivery], *, syntetisk: bool
) -> pl.DataFrame:
    """The delivered row behind each fact. `frames` is feed -> rows in force."""
    parts = []
    for feed, frame in frames.items():
        area = pl.col("omraade") if "omraade" in frame.columns else pl.lit(None, dtype=pl.String)
        parts.append(
            frame.select(
                pl.lit(BENCHMARK).alias("benchmark"),
                pl.lit(feed).alias("feed"),
                "kommune_kode",
                area.alias("omraade"),
                pl.lit(None, dtype=pl.Int8).alias("kontroltrin"),
                "period",
                "levering",
                "linje",
                pl.col("levering")
                .replace_strict({sha: printable(d.row_word) for sha, d in deliveries.items()}, return_dtype=pl.String)
                .alias("row_word"),
                "rettelse",
                pl.lit(syntetisk).alias("syntetisk"),
            )
        )
    return conform("sources", pl.concat(parts).sort("feed", "period", "kommune_kode", "omraade"))
