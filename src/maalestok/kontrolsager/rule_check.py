"""What can be wrong in the rules only this benchmark has: dates, rules without code, numbers out of order."""

from collections.abc import Iterable

from maalestok.kontrolsager import contracts
from maalestok.kontrolsager.celler import SNIT, TOTAL
from maalestok.kontrolsager.measures import AMOUNTS, SHARES
from maalestok.kontrolsager.rules import HOEJ, LAV, KontrolsagerRules
from maalestok.rules.dated import order_faults
from maalestok.rules.models import Governed


def governed(rules: KontrolsagerRules) -> list[tuple[str, Governed]]:
    """Every rule file of this benchmark by its path."""
    files: list[tuple[str, Governed]] = [
        ("benchmark.yaml", rules.benchmark),
        ("disclosure.yaml", rules.disclosure),
        ("haendelser.yaml", contracts.event_rules()),
    ]
    files += [(f"measures/{name}.yaml", measure) for name, measure in rules.measures.items()]
    files += [(f"criteria/{name}.yaml", criterion) for name, criterion in rules.criteria.items()]
    return files + [(f"feeds/{name}.yaml", feed) for name, feed in rules.feeds.items()]


def rule_faults(rules: KontrolsagerRules) -> list[str]:
    """Everything that is wrong, in Danish; empty when nothing is."""
    faults = [f"disclosure.yaml: {fault}" for fault in order_faults(rules.disclosure.versions)]
    faults += contracts.unnamed_rules(rules.feeds)
    return [*faults, *_code(rules), *_tracks(rules), *_limits(rules)]


def _code(rules: KontrolsagerRules) -> Iterable[str]:
    for measure in rules.measures:
        if measure not in SHARES and measure not in AMOUNTS:
            yield f"measures/{measure}.yaml: ingen kode regner dette mål"
    for criterion in rules.criteria:
        if criterion not in (LAV, HOEJ):
            yield f"criteria/{criterion}.yaml: ingen kode afgør dette kriterium"


def _tracks(rules: KontrolsagerRules) -> Iterable[str]:
    for criterion in rules.criteria.values():
        for track in criterion.tracks:
            if (track.omraade, track.kontroltrin) not in (*SNIT, TOTAL):
                yield f"criteria/{criterion.id}.yaml: {track.omraade} på kontroltrin {track.kontroltrin} findes ikke"


def _limits(rules: KontrolsagerRules) -> Iterable[str]:
    for version in rules.lav.versions:
        if not 0 < float(version.threshold) < 1:
            yield f"criteria/{LAV}.yaml: version {version.version}: grænsen er ikke en andel mellem 0 og 1"
        if version.notice_months >= version.run_length:
            yield f"criteria/{LAV}.yaml: version {version.version}: varslet er længere end løbet"
    for rule in rules.disclosure.versions:
        if rule.small_max >= rule.count_base:
            yield f"disclosure.yaml: version {rule.version}: små antal når over afrundingen"
        if rule.amount_min_effekt <= rule.small_max:
            yield f"disclosure.yaml: version {rule.version}: beløb vises for så få sager, at antallet er skjult"
