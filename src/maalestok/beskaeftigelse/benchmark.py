"""The minister's benchmark as the shared machinery sees it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from maalestok.beskaeftigelse import contracts, tables
from maalestok.beskaeftigelse.rule_check import governed, rule_faults
from maalestok.beskaeftigelse.rules import BENCHMARK as BENCHMARK_ID
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.build import BuildRequest, Built
from maalestok.deliveries.importer import FeedKind
from maalestok.deliveries.issues import Issue
from maalestok.deliveries.store import Delivery
from maalestok.errors import MaalestokError, StoreError
from maalestok.facts import build_facts, corrected
from maalestok.period import parse_period
from maalestok.rules.loader import load_feed
from maalestok.rules.models import Feed, Governed, Ruleset

FEEDS = ("y30r21", "beloeb", "befolkning")
PACKAGE = "maalestok.beskaeftigelse"


def _no_warnings(frame: pl.DataFrame, feed: Feed) -> list[Issue]:
    return []


class BeskaeftigelseBenchmark:
    """Actual against expected persons on public support, ranks, money, resultatmål."""

    id = BENCHMARK_ID

    def feed_kind(self, feed: str) -> FeedKind:
        contract, warner = {
            "y30r21": (contracts.Y30R21_CONTRACT, contracts.y30r21_warnings),
            "beloeb": (contracts.BELOEB_CONTRACT, _no_warnings),
            "befolkning": (contracts.BEFOLKNING_CONTRACT, _no_warnings),
        }[feed]
        return FeedKind(load_feed(feed, self.id), contract, contracts.period_ended, warner)

    def rules(self, root: Path | None = None) -> BeskaeftigelseRules:
        return load_rules(root)

    def rule_faults(self, rules: Ruleset) -> list[str]:
        return rule_faults(_own(rules))

    def governed(self, rules: Ruleset) -> list[tuple[str, Governed]]:
        return governed(_own(rules))

    def build(self, request: BuildRequest) -> Built:
        rules = load_rules()
        feeds = [rules.feeds[name] for name in FEEDS]
        store, known_at = request.store, request.known_at
        known = {d.sha256: d for name in FEEDS for d in store.deliveries(name, known_at)}
        syntetisk = _one_kind(list(known.values()), allow_mixed=request.allow_mixed)
        facts = build_facts(request.engine, store, feeds, PACKAGE, known_at)
        everything, corrections = corrected(facts["offentliggjort"], rules.feeds["y30r21"], store, known_at)
        periods = _periods(everything, request.period)
        used = sorted({*periods, *(parse_period(p).previous_edition.code for p in periods)})
        published = everything.filter(pl.col("period").is_in(used))
        amounts = facts["officielle_beloeb"].filter(pl.col("period").is_in(periods))
        population = facts["befolkning_i_alt"].filter(pl.col("period").is_in(periods))
        results = tables.results_table(published, amounts, population, rules, periods, syntetisk=syntetisk)
        frames = {"y30r21": published, "beloeb": amounts, "befolkning": population}
        inputs = [known[sha] for sha in sorted({s for f in frames.values() for s in f["levering"].unique()})]
        current = published.filter(pl.col("period").is_in(periods))
        return Built(
            rules=rules,
            periods=periods,
            tables={
                "results": results,
                "findings": tables.findings_table(results, rules),
                "parts": tables.parts_table(results, published, rules),
                "sources": tables.sources_table(frames, {d.sha256: d.row_word for d in inputs}, syntetisk=syntetisk),
            },
            inputs=inputs,
            corrections=corrections,
            engine=request.engine.label,
            syntetisk=syntetisk,
            warnings=[issue.message for issue in contracts.y30r21_warnings(current, rules.feeds["y30r21"])],
        )

    def demo(self, out: Path, say: Callable[[str], None]) -> None:
        from maalestok.beskaeftigelse.demo import run_demo

        run_demo(out, say)


def _own(rules: Ruleset) -> BeskaeftigelseRules:
    if not isinstance(rules, BeskaeftigelseRules):
        raise TypeError("rules of another benchmark")
    return rules


def _one_kind(deliveries: list[Delivery], *, allow_mixed: bool) -> bool:
    """True when the release is invented. Refuses a mixture that was not asked for."""
    kinds = {d.syntetisk for d in deliveries}
    if kinds == {True, False} and not allow_mixed:
        raise StoreError(
            "Lageret blander virkelige og opfundne (SYNTETISK) leverancer.",
            remedy="Brug hvert sit lager, eller byg med --syntetisk; så mærkes alt SYNTETISK.",
        )
    return allow_mixed or True in kinds


def _periods(facts: pl.DataFrame, wanted: str | None) -> list[str]:
    held = sorted(facts["period"].unique().to_list(), key=parse_period)
    if not held:
        raise StoreError(
            "Lageret har ingen udgave af Y30R21.",
            remedy="Indlæs en først: maalestok import y30r21 FIL --store MAPPE.",
        )
    if wanted is None:
        return held
    code = parse_period(wanted).code
    if code not in held:
        raise MaalestokError(f"Lageret har ikke udgaven {code}.", remedy=f"Vælg en af: {', '.join(held)}.")
    return [code]


BENCHMARK = BeskaeftigelseBenchmark()
