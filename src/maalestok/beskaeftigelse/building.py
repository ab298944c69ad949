"""From deliveries to the tables of a release: facts in force, editions asked for, results, findings, relations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from maalestok.beskaeftigelse import contracts, courses, tables
from maalestok.beskaeftigelse import uncertainty_tables as uncertainty
from maalestok.beskaeftigelse.aaben_model import OpenModel, open_models
from maalestok.beskaeftigelse.aaben_model_tables import model_rows as open_model_rows
from maalestok.beskaeftigelse.aaben_model_tables import open_parts
from maalestok.beskaeftigelse.basis import Basis
from maalestok.beskaeftigelse.findings import findings_table
from maalestok.beskaeftigelse.focus_measures import months_reached, undefined_months
from maalestok.beskaeftigelse.fokusmaal import MONTHS
from maalestok.beskaeftigelse.personer.counted import Prepared, held_deliveries, prepare
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.options import BRIDGE, BY_PAYER
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.rammevilkaar.diagnostics import model_rows
from maalestok.beskaeftigelse.rammevilkaar.two_errors import two_error_rows
from maalestok.beskaeftigelse.relation_rows import ModelRow, models_table, relations_table
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.beskaeftigelse.similar_tables import similar
from maalestok.build import BuildRequest, Built, one_kind, refuse_before_the_first
from maalestok.deliveries.corrections import Correction
from maalestok.deliveries.numbers import danish_scaled
from maalestok.deliveries.report import span
from maalestok.deliveries.store import corrections_in_force
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.errors import MaalestokError, StoreError
from maalestok.facts import build_facts, corrected
from maalestok.kommune import place_name
from maalestok.period import PeriodKind, parse_period
from maalestok.rules.dated import version_for

FEEDS = tuple(contracts.CHECKS)
FACTS = {
    "offentliggjort": "y30r21",
    "officielle_beloeb": "beloeb",
    "befolkning_i_alt": "befolkning",
    "vilkaar": "rammevilkaar",
    "fokusmaal_andele": "fokusmaal",
    "tilsynsforloeb": "tilsynsskridt",
}
"""Facts table -> the feed whose rows in force it holds."""
PACKAGE = "maalestok.beskaeftigelse"
POPULATION_TOLERANCE = 0.05


def build(request: BuildRequest) -> Built:
    """The tables of a release, from a store."""
    rules = load_rules()
    feeds = [rules.feeds[name] for name in FEEDS]
    store, known_at = request.store, request.known_at
    known = {d.sha256: d for name in (*FEEDS, *PERSON_FEEDS) for d in store.deliveries(name, known_at)}
    syntetisk = one_kind(list(known.values()), allow_mixed=request.allow_mixed)
    persons = prepared_persons(request, rules)
    facts = build_facts(request.engine, store, feeds, PACKAGE, known_at)
    corrections = corrections_in_force(store, known_at)
    applied: list[Correction] = []
    for table, feed in FACTS.items():
        contract = contracts.CHECKS[feed].contract
        facts[table], used = corrected(facts[table], rules.feeds[feed], contract, corrections, known_at)
        applied += used
    own = None if persons is None else Own(persons.count(), rules)
    everything = facts["offentliggjort"]
    editions = _editions(everything, request, own)
    if own is not None:
        own = replace(own, wanted=None if request.period is None else [parse_period(request.period).code])
    months, years = _beside(facts, editions, whole=request.period is None)
    counted = [] if own is None else own.periods
    periods = sorted({*editions, *months, *years, *counted}, key=parse_period)
    back = {measure.months_before for measure in rules.measures.values()}
    ends = [*editions, *_rolling(counted)]
    reach = sorted({parse_period(code).shifted(-months).code for code in ends for months in back})
    published = everything.filter(pl.col("period").is_in(reach))
    amounts = facts["officielle_beloeb"].filter(pl.col("period").is_in(editions))
    population = facts["befolkning_i_alt"].filter(pl.col("period").is_in(editions))
    _refuse_wrong_population(population, published)
    shares = facts["fokusmaal_andele"]
    shares = shares.filter(pl.col("period").is_in(months_reached(shares, months)))
    steps = facts["tilsynsforloeb"].filter(pl.col("period").is_in(years))
    courses.refuse_illegal(steps, rules)
    conditions = _conditions(facts["vilkaar"], [*editions, *_rolling(counted)])
    current = published.filter(pl.col("period").is_in(editions))
    opened, said = _open_models(current, facts["vilkaar"], rules)
    basis = Basis(published, amounts, population, rules, periods, shares, own, open_parts(opened))
    results, reasons = tables.results_table(basis, syntetisk=syntetisk)
    exactly = None if own is None else {**own.exact_means(results), **own.exact_differences(results)}
    found = courses.with_courses(findings_table(results, rules, exactly), steps, rules, syntetisk=syntetisk)
    related, weights = similar(_levels(current, basis), conditions, rules)
    judged = {key: group for key, group in basis.groups.items() if key[0] in periods}
    fitted = [*_fitted(own), *two_error_rows(judged, basis.approximated)]
    frames = {"y30r21": published, "beloeb": amounts, "befolkning": population, "rammevilkaar": conditions}
    frames |= {"fokusmaal": shares, "tilsynsskridt": steps}
    if own is not None:
        frames |= {feed: rows for (feed,), rows in own.sources().partition_by("feed", as_dict=True).items()}
    inputs = [known[sha] for sha in sorted({s for f in frames.values() for s in f["levering"].unique()})]
    reached = {period for frame in frames.values() for period in frame["period"].unique()}
    return Built(
        rules=rules,
        periods=periods,
        tables={
            "results": results,
            "findings": found,
            "parts": tables.parts_table(results, reasons, basis),
            "sources": tables.sources_table(frames, {d.sha256: d for d in inputs}, syntetisk=syntetisk),
            "relations": relations_table(related, uncertainty.relations(judged), syntetisk=syntetisk),
            "models": pl.concat(
                [
                    models_table([*weights, *uncertainty.parameters(judged), *fitted], syntetisk=syntetisk),
                    open_model_rows(opened, syntetisk=syntetisk),
                ]
            ),
            "steps": courses.steps_table(steps, rules, syntetisk=syntetisk),
        },
        inputs=inputs,
        corrections=[c for c in applied if c.match.period in reached],
        engine=request.engine.label,
        syntetisk=syntetisk,
        warnings=[
            *_warnings(current, rules),
            *_undefined(months, rules),
            *courses.course_warnings(found, rules),
            *([] if own is None else own.warnings(results)),
            *said,
        ],
        internal=None if own is None else tables.exact_table(own, rules, syntetisk=syntetisk),
    )


def _open_models(
    published: pl.DataFrame, conditions: pl.DataFrame, rules: BeskaeftigelseRules
) -> tuple[Sequence[OpenModel], list[str]]:
    """The open model of the editions, or why there is none; it never stops a build."""
    try:
        return open_models(published, conditions, rules.open_model, rules), []
    except MaalestokError as error:
        return (), [f"Den åbne model er ikke opgjort: {error.message}"]


def _rolling(periods: Sequence[str]) -> list[str]:
    """The periods that are editions, not months."""
    return [code for code in periods if parse_period(code).kind is not PeriodKind.MONTH]


def _levels(current: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """The expected shares that are shown, published or our own: period, kommune_kode, omraade, forventet_andel."""
    columns = ["period", "kommune_kode", "omraade", "forventet_andel"]
    ours = [
        (code, cell.kommune, area, cell.expected_share)
        for (code, area), held in basis.own_led.items()
        if code in basis.periods
        for cell in held
    ]
    schema = dict.fromkeys(columns[:3], pl.String) | {columns[3]: pl.Int64}
    led = pl.DataFrame(ours, schema=schema, orient="row")
    published = current.select(pl.col(name).cast(kind) for name, kind in schema.items())
    return pl.concat([published.join(led, on=columns[:3], how="anti"), led])


def _fitted(own: Own | None) -> list[ModelRow]:
    """The model's coefficients, where the country's persons are known."""
    return [] if own is None else list(model_rows(own.models, own.rules.benchmark.total))


def prepared_persons(request: BuildRequest, rules: BeskaeftigelseRules) -> Prepared | None:
    """What is to be counted from persons, where the store has them; an engine takes all inputs before any query."""
    if request.options and not held_deliveries(request.store, request.known_at):
        raise StoreError(
            f"--with {', '.join(sorted(request.options))} gælder personer, og lageret har ingen.",
            remedy="Udelad --with, eller indlæs borgere og forloeb først.",
        )
    if not held_deliveries(request.store, request.known_at):
        return None
    return prepare(
        request.engine,
        request.store,
        rules,
        request.known_at,
        by_payer=BY_PAYER in request.options,
        bridge=BRIDGE in request.options,
        delivered=_delivered_conditions(request, rules),
    )


def _delivered_conditions(request: BuildRequest, rules: BeskaeftigelseRules) -> pl.DataFrame:
    """Rows of `rammevilkaar` in force: the model's second query holds what they add, so they are known before."""
    feeds, known_at = [rules.feeds[name] for name in FEEDS], request.known_at
    with DuckDBEngine() as engine:
        facts = build_facts(engine, request.store, feeds, PACKAGE, known_at)["vilkaar"]
    contract, corrections = contracts.CHECKS["rammevilkaar"].contract, corrections_in_force(request.store, known_at)
    return corrected(facts, rules.feeds["rammevilkaar"], contract, corrections, known_at)[0]


def _beside(facts: Mapping[str, pl.DataFrame], editions: Sequence[str], *, whole: bool) -> tuple[list[str], list[str]]:
    """Months with focus target figures and measured years with steps: all, or those of the editions' own windows."""
    months = facts["fokusmaal_andele"]["period"].unique().to_list()
    years = facts["tilsynsforloeb"]["period"].unique().to_list()
    if whole:
        return months, years
    ends = [parse_period(code).month_index for code in editions]
    inside = [m for m in months if any(end - MONTHS < parse_period(m).month_index <= end for end in ends)]
    return inside, [year for year in years if year in editions]


def _editions(facts: pl.DataFrame, request: BuildRequest, own: Own | None) -> list[str]:
    """The editions asked for. A store with persons alone has none; its periods are those that were counted."""
    held = sorted(facts["period"].unique().to_list(), key=parse_period)
    counted = [] if own is None else _rolling(own.periods)
    if not held and own is not None and own.periods and request.period is None:
        return []
    if not held and own is not None and not own.periods:
        raise StoreError(
            "Personerne dækker hverken fire kvartaler i træk eller en måned med målgruppe, så intet kan opgøres.",
            remedy="Indlæs leverancer, der dækker mere, eller oplys med --covers, hvad de dækker.",
        )
    if not held and not counted:
        refuse_before_the_first(request, ("y30r21",), "Ingen udgave")
        raise StoreError(
            "Lageret har ingen udgave af Y30R21.", remedy="Indlæs en først: maalestok import y30r21 FIL --store MAPPE."
        )
    if request.period is None:
        return held
    asked = parse_period(request.period)
    code = asked.code
    if asked.kind is PeriodKind.MONTH:
        raise MaalestokError(
            f"{code} er en måned, og en udgivelse bygges for en udgave.",
            remedy=f"Vælg en af: {', '.join(held)}; månederne i udgavens fire kvartaler kommer med.",
        )
    known = sorted({*held, *counted}, key=parse_period)
    if code not in known:
        raise MaalestokError(f"Lageret har ikke udgaven {code}.", remedy=f"Vælg en af: {', '.join(known)}.")
    return [code] if code in held else []


def _conditions(held: pl.DataFrame, periods: Sequence[str]) -> pl.DataFrame:
    """Conditions of the years up to the newest edition's."""
    if not periods:
        return held.clear()
    last = max(parse_period(period) for period in periods).measured_year
    years = [code for code in held["period"].unique().to_list() if parse_period(code) <= last]
    return held.filter(pl.col("period").is_in(years))


def _refuse_wrong_population(population: pl.DataFrame, published: pl.DataFrame) -> None:
    """A population must fit the published numbers and shares: number = population x share, within rounding and 5 %."""
    total = published.filter((pl.col("omraade") == "i_alt") & (pl.col("faktisk_andel") > 0))
    implied = pl.col("personer") * pl.col("faktisk_andel") / contracts.WHOLE_SHARE
    wrong = (
        population.join(total, on=["period", "kommune_kode"])
        .filter((implied - pl.col("faktisk_antal")).abs() > 10 + POPULATION_TOLERANCE * pl.col("faktisk_antal"))
        .sort("period", "kommune_kode")
    )
    for row in wrong.iter_rows(named=True):
        raise StoreError(
            f"Befolkningen passer ikke til de offentliggjorte tal for {len(wrong)} kommuner, fx "
            f"{place_name(row['kommune_kode'])} {row['period']}: {row['personer']} personer, men "
            f"{row['faktisk_antal']} fuldtidspersoner er {danish_scaled(row['faktisk_andel'], 2)} pct.",
            remedy="Indlæs befolkningen på 16-66 år (ikke hele befolkningen) for den rigtige periode.",
        )


def _warnings(facts: pl.DataFrame, rules: BeskaeftigelseRules) -> list[str]:
    if facts.is_empty():
        return []
    found = [issue.message for issue in contracts.y30r21_warnings(facts, rules.feeds["y30r21"])]
    undefined = [
        code
        for code in facts["period"].unique().sort().to_list()
        if version_for(rules.areas.versions, parse_period(code)) is None
    ]
    return found + [
        f"{code}: intet er opgjort, fordi ydelserne i områderne ikke er oplyst for perioden." for code in undefined
    ]


def _undefined(months: list[str], rules: BeskaeftigelseRules) -> list[str]:
    undefined = undefined_months(months, rules)
    text = "intet er opgjort, fordi definitionen ikke er kontrolleret."
    return [f"fokusmaal, {span(undefined)}: {text}"] if undefined else []
