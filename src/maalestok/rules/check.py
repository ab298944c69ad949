"""Check all rules of a benchmark: lapsed reviews, orphan ids, dates out of order. Pure; `today` is an argument."""

from collections.abc import Iterable, Mapping
from datetime import date

from maalestok.rules.dated import order_faults
from maalestok.rules.models import Criterion, Governed, Measure, Ruleset


def review_faults(rules: Iterable[tuple[str, Governed]], today: date) -> list[str]:
    """Rules whose review date has passed, or was set before they were checked."""
    faults = []
    for name, rule in rules:
        if rule.next_review < today:
            faults.append(
                f"{name}: gennemgang skulle ske senest {rule.next_review}; gennemgå reglen, og sæt nye datoer"
            )
        if rule.next_review <= rule.checked_on:
            faults.append(f"{name}: next_review {rule.next_review} ligger ikke efter checked_on {rule.checked_on}")
    return faults


def _same_ids(what: str, listed: Iterable[str], files: Iterable[str]) -> list[str]:
    listed, files = set(listed), set(files)
    return [f"benchmark.yaml: {what} {i} har ingen fil" for i in sorted(listed - files)] + [
        f"{what} {i} står ikke i benchmark.yaml" for i in sorted(files - listed)
    ]


def shared_faults(rules: Ruleset) -> list[str]:
    """Orphan ids and dates out of order in the files every benchmark has."""
    front = rules.benchmark
    faults = _same_ids("målet", front.measures, rules.measures)
    faults += _same_ids("kriteriet", front.criteria, rules.criteria)
    faults += _same_ids("leverancen", front.feeds, rules.feeds)
    if front.total not in front.omraader:
        faults.append(f"benchmark.yaml: total {front.total} står ikke i omraader")
    if set(front.omraade_names_da) != set(front.omraader):
        faults.append("benchmark.yaml: omraade_names_da svarer ikke til omraader")
    for measure in rules.measures.values():
        faults += [
            f"measures/{measure.id}.yaml: leverancen {source.feed} findes ikke"
            for source in measure.sources
            if source.feed not in rules.feeds
        ]
    faults += _version_faults("measures", rules.measures) + _version_faults("criteria", rules.criteria)
    for criterion in rules.criteria.values():
        if criterion.measure is not None and criterion.measure not in rules.measures:
            faults.append(f"criteria/{criterion.id}.yaml: målet {criterion.measure} findes ikke")
        if criterion.feed is not None and criterion.feed not in rules.feeds:
            faults.append(f"criteria/{criterion.id}.yaml: leverancen {criterion.feed} findes ikke")
        faults += [
            f"criteria/{criterion.id}.yaml: kriteriet {other} findes ikke"
            for other in criterion.rests_on
            if other not in rules.criteria
        ]
        faults += [
            f"criteria/{criterion.id}.yaml: området {track.omraade} findes ikke"
            for track in criterion.tracks
            if track.omraade not in front.omraader
        ]
    for feed in rules.feeds.values():
        faults += [
            f"feeds/{feed.id}.yaml: området {area} findes ikke"
            for area in sorted(set(feed.omraade_labels.values()) - set(front.omraader))
        ]
        faults += [
            f"feeds/{feed.id}.yaml: supersedes_by {c} er ikke en kolonne"
            for c in feed.supersedes_by
            if c not in feed.row_fields
        ]
    return faults


def _version_faults(folder: str, rules: Mapping[str, Measure | Criterion]) -> list[str]:
    return [f"{folder}/{name}.yaml: {fault}" for name, rule in rules.items() for fault in order_faults(rule.versions)]
