"""The minister's benchmark as the shared machinery sees it. What takes time to load is loaded when it is used."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from maalestok.beskaeftigelse.contracts import CHECKS
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.feeds import feed_kind as person_feed_kind
from maalestok.beskaeftigelse.personer.options import OPTIONS
from maalestok.beskaeftigelse.rules import BENCHMARK as BENCHMARK_ID
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.build import Audit, BuildRequest, Built
from maalestok.deliveries.importer import FeedKind
from maalestok.release.read import Release
from maalestok.rules.loader import load_feed
from maalestok.rules.models import Governed, Ruleset


class BeskaeftigelseBenchmark:
    """Actual against expected persons on public support, ranks, money, resultatmål."""

    id = BENCHMARK_ID
    options: Mapping[str, str] = OPTIONS

    def feed_kind(self, feed: str) -> FeedKind:
        if feed in PERSON_FEEDS:
            return person_feed_kind(feed, self.id)
        checks = CHECKS[feed]
        return FeedKind(load_feed(feed, self.id), checks.contract, checks.date_check, checks.warner)

    def rules(self, root: Path | None = None) -> BeskaeftigelseRules:
        return load_rules(root)

    def rule_faults(self, rules: Ruleset) -> list[str]:
        from maalestok.beskaeftigelse.rule_check import rule_faults

        return rule_faults(_own(rules))

    def governed(self, rules: Ruleset) -> list[tuple[str, Governed]]:
        from maalestok.beskaeftigelse.rule_check import governed

        return governed(_own(rules))

    def build(self, request: BuildRequest) -> Built:
        from maalestok.beskaeftigelse.building import build

        return build(request)

    def audit(self, release: Release, previous: Release | None, say: Callable[[str], None]) -> Audit:
        from maalestok.beskaeftigelse.personer.audit import audit_persons

        found = audit_persons(release, previous, load_rules())
        if found is not None:
            return found
        line = "tallene er offentliggjort af myndigheden; kun borgere, der mangler til et fokusmål, kan være skjult."
        return Audit((), (line,), {"shown": 0, "withheld": 0})

    def demo(self, out: Path, say: Callable[[str], None]) -> Sequence[Path]:
        from maalestok.beskaeftigelse.demo import run_demo

        return run_demo(out, say)


def _own(rules: Ruleset) -> BeskaeftigelseRules:
    if not isinstance(rules, BeskaeftigelseRules):
        raise TypeError("rules of another benchmark")
    return rules


BENCHMARK = BeskaeftigelseBenchmark()
