"""The control-case benchmark as the shared machinery sees it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from maalestok.build import Audit, BuildRequest, Built, one_kind, refuse_before_the_first
from maalestok.deliveries.corrections import Action, Correction, describe
from maalestok.deliveries.importer import FeedKind
from maalestok.deliveries.in_force import rows_in_force
from maalestok.deliveries.store import Delivery, corrections_in_force
from maalestok.deliveries.supersession import order_key
from maalestok.errors import MaalestokError, StoreError
from maalestok.facts import corrected
from maalestok.kontrolsager import contracts, figures, findings, tables
from maalestok.kontrolsager.celler import FIGURES
from maalestok.kontrolsager.facts import EventFile, Facts, build_facts, counts_table, month_code
from maalestok.kontrolsager.guard import audit_release, guard, refuse_unsafe, told
from maalestok.kontrolsager.rule_check import governed, rule_faults
from maalestok.kontrolsager.rules import BENCHMARK as BENCHMARK_ID
from maalestok.kontrolsager.rules import KontrolsagerRules, load_rules
from maalestok.period import PeriodKind, parse_period
from maalestok.release.read import Release
from maalestok.results import empty
from maalestok.rules.models import Governed, Ruleset

PROTECTED = frozenset(FIGURES) - {"rest_brutto", "trukket"}
NOT_TOLD = "(ikke vist)"
COUNTS, EVENTS, CONTACTS = "kontrolsager", "sagshaendelser", "henvendelser"


@dataclass(frozen=True)
class _Inputs:
    """What a build takes from the store: counts and contacts in force (corrected), event files, and what they are."""

    counts: pl.DataFrame
    contacts: pl.DataFrame
    events: Sequence[EventFile]
    by_order: Mapping[int, Delivery]
    known: Mapping[str, Delivery]
    applied: Sequence[Correction]
    syntetisk: bool


class KontrolsagerBenchmark:
    """How municipalities use the control cases they are offered, over rolling 12 months."""

    id = BENCHMARK_ID
    options: Mapping[str, str] = {}

    def feed_kind(self, feed: str) -> FeedKind:
        return contracts.feed_kind(feed)

    def rules(self, root: Path | None = None) -> KontrolsagerRules:
        return load_rules(root)

    def rule_faults(self, rules: Ruleset) -> list[str]:
        return rule_faults(_own(rules))

    def governed(self, rules: Ruleset) -> list[tuple[str, Governed]]:
        return governed(_own(rules))

    def build(self, request: BuildRequest) -> Built:
        rules = load_rules()
        inputs = _inputs(request, rules)
        request.say("fakta")
        facts = _facts(request, inputs)
        windows = facts.windows
        exact = figures.exact_figures(windows)
        guarded = guard(exact, rules, request.previous, request.say)
        request.say("mål og vurderinger")
        mark = inputs.syntetisk
        results, reasons = tables.results_of(exact, guarded.figures, rules, syntetisk=mark)
        shapes = findings.funnels(windows, rules)
        parts = tables.parts_of(reasons, results, guarded.figures, windows, shapes, rules, syntetisk=mark)
        refuse_unsafe(results, parts, guarded, request.say)
        judged = [
            findings.low_findings(windows, inputs.contacts, rules, syntetisk=mark),
            findings.high_findings(windows, shapes, rules, syntetisk=mark),
        ]
        internal, _ = tables.results_of(exact, exact, rules, syntetisk=mark)
        sources = tables.sources_of(
            facts.months, inputs.counts, inputs.contacts, inputs.by_order, inputs.known, syntetisk=mark
        )
        used = set(sources["levering"].unique())
        return Built(
            rules=rules,
            periods=results["period"].unique().sort().to_list(),
            tables={
                "results": results,
                "findings": pl.concat(judged),
                "parts": parts,
                "sources": sources,
                "steps": empty("steps"),
            },
            inputs=[inputs.known[sha] for sha in sorted(used)],
            corrections=[without_figures(c) for c in inputs.applied],
            engine=request.engine.label,
            syntetisk=mark,
            warnings=_warnings(facts),
            internal=internal,
            notes=[f"Beskyttelse: {told(guarded.verdict)}"],
        )

    def audit(self, release: Release, previous: Release | None, say: Callable[[str], None]) -> Audit:
        return audit_release(release, previous, load_rules(), say)

    def demo(self, out: Path, say: Callable[[str], None]) -> Sequence[Path]:
        from maalestok.kontrolsager.demo import run_demo

        run_demo(out, say)
        return ()


def _own(rules: Ruleset) -> KontrolsagerRules:
    if not isinstance(rules, KontrolsagerRules):
        raise TypeError("rules of another benchmark")
    return rules


def _inputs(request: BuildRequest, rules: KontrolsagerRules) -> _Inputs:
    store, known_at = request.store, request.known_at
    held = {feed: store.deliveries(feed, known_at) for feed in (COUNTS, EVENTS, CONTACTS)}
    known = {d.sha256: d for deliveries in held.values() for d in deliveries}
    if not held[COUNTS] and not held[EVENTS]:
        raise _nothing(request)
    syntetisk = one_kind(list(known.values()), allow_mixed=request.allow_mixed)
    # Of what came at the same time, counts stand over events: they know what their amounts are based on.
    joint = sorted([*held[EVENTS], *held[COUNTS]], key=lambda d: (*order_key(d)[:2], d.feed == COUNTS, d.sha256))
    place = {d.sha256: number for number, d in enumerate(joint, start=1)}
    corrections = corrections_in_force(store, known_at)
    applied: list[Correction] = []
    in_force = {}
    for feed in (COUNTS, CONTACTS):
        rows = rows_in_force(store, rules.feeds[feed], known_at)
        rows, used = corrected(rows, rules.feeds[feed], contracts.CHECKS[feed].contract, corrections, known_at)
        in_force[feed] = rows
        applied += used
    in_force[COUNTS] = _told_without_figures(in_force[COUNTS], applied)
    counts = in_force[COUNTS].with_columns(
        pl.col("levering").replace_strict(place, return_dtype=pl.Int32, default=None).alias("orden")
    )
    if request.period is not None:
        counts = counts.filter(pl.col("period") <= _month(request.period))
    events = _event_files(request, held[EVENTS], place)
    by_order = {place[d.sha256]: d for d in joint}
    return _Inputs(counts, in_force[CONTACTS], events, by_order, known, applied, syntetisk)


def without_figures(correction: Correction) -> Correction:
    """A correction as it may be told: single months of what came of the cases are not public."""
    if correction.match.column not in PROTECTED:
        return correction
    now = correction.action if correction.action.set is None else Action(set=NOT_TOLD)
    return correction.model_copy(update={"expect": NOT_TOLD, "action": now})


def _told_without_figures(rows: pl.DataFrame, applied: Sequence[Correction]) -> pl.DataFrame:
    told = {describe(c): describe(without_figures(c)) for c in applied}
    text = pl.col("rettelse")
    for said, instead in told.items():
        text = text.str.replace(said, instead, literal=True)
    return rows.with_columns(text)


def _event_files(request: BuildRequest, held: Sequence[Delivery], place: Mapping[str, int]) -> list[EventFile]:
    """Deliveries of events in force for at least one month; newer ones cover what older ones told of a month."""
    files: list[EventFile] = []
    covered: set[str] = set()
    for delivery in reversed(held):
        if set(delivery.periods) - covered:
            first, last = (parse_period(code).month_index for code in (delivery.periods[0], delivery.periods[-1]))
            files.append(EventFile(request.store.rows_path(delivery), place[delivery.sha256], first, last))
            covered |= set(delivery.periods)
    return files[::-1]


def _facts(request: BuildRequest, inputs: _Inputs) -> Facts:
    counts = inputs.counts
    codes = counts["period"].unique().to_list()
    month_index = {code: parse_period(code).month_index for code in codes}
    last_of = {
        number: parse_period(delivery.periods[-1]).month_index
        for number, delivery in inputs.by_order.items()
        if delivery.feed == COUNTS
    }
    facts = build_facts(request.engine, counts_table(counts, last_of, month_index), inputs.events)
    months, windows = facts.months, facts.windows
    if request.period is not None:
        last = parse_period(_month(request.period)).month_index
        _refuse_after(last, months)
        months, windows = (frame.filter(pl.col("month_index") <= last) for frame in (months, windows))
    if windows.is_empty():
        held = months["month_index"].n_unique()
        until = "" if request.period is None else f" til og med {request.period}"
        raise StoreError(
            f"Lageret har {held} måneder{until}; en opgørelse over løbende 12 måneder kræver mindst 12.",
            remedy="Indlæs flere måneder, eller vælg en senere --period.",
        )
    return Facts(months, windows)


def _refuse_after(last: int, months: pl.DataFrame) -> None:
    newest = int(months.select(pl.max("month_index")).item())
    if last > newest:
        raise StoreError(
            f"Lageret har ikke {month_code(last)}; den seneste måned til og med den er {month_code(newest)}.",
            remedy="Vælg en tidligere --period, eller indlæs de manglende måneder.",
        )


def _month(code: str) -> str:
    period = parse_period(code)
    if period.kind is not PeriodKind.MONTH:
        raise MaalestokError(f"Perioden {code} er ikke en måned.", remedy="Skriv en måned som 2026-10.")
    return period.code


def _nothing(request: BuildRequest) -> StoreError:
    refuse_before_the_first(request, (COUNTS, EVENTS), "Intet")
    return StoreError(
        "Lageret har hverken kontrolsager eller sagshaendelser.",
        remedy="Indlæs først en fil: maalestok import kontrolsager FIL --store MAPPE.",
    )


def _warnings(facts: Facts) -> list[str]:
    """Months nobody delivered, and municipalities with empty months: where figures can't be stated."""
    held = set(facts.months["month_index"].to_list())
    gaps = [month_code(m) for m in range(min(held), max(held) + 1) if m not in held]
    found = [f"Ingen levering for {', '.join(gaps)}; opgørelser, der hviler på dem, er ikke opgjort."] if gaps else []
    empty = facts.months.filter(pl.col("trukket").is_null() | pl.col("rest_brutto").is_null())
    if not empty.is_empty():
        kommuner = (empty["celle"] // 10).n_unique()
        edges = empty.select(first=pl.min("month_index"), last=pl.max("month_index")).row(0)
        first, last = (month_code(edge) for edge in edges)
        found.append(f"{len(empty)} tomme rækker for {kommuner} kommuner fra {first} til {last}; de er ikke opgjort.")
    return found


BENCHMARK = KontrolsagerBenchmark()
