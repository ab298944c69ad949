"""A page for each measure and criterion, from its rule file, with an example in figures of the release."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from maalestok.publish.shown import Key, Shown
from maalestok.publish.site.page import Page
from maalestok.publish.site.pages import metode_persons as persons
from maalestok.publish.site.pages.beskaeftigelse_words import outcome
from maalestok.publish.site.pages.metode_example import EXAMPLE, example, where
from maalestok.publish.site.pages.model import link as model_link
from maalestok.publish.site.pages.model_errors import two_errors
from maalestok.publish.site.pages.persons_words import counting_rule
from maalestok.publish.site.view import View
from maalestok.publish.text_da import COMPARISON_DA
from maalestok.rules.base import Governed
from maalestok.rules.models import Criterion, Geography, Measure, Polarity

POLARITY_DA = {
    Polarity.HIGHER_IS_BETTER: "Højere er bedre.",
    Polarity.LOWER_IS_BETTER: "Lavere er bedre.",
    Polarity.NONE: "Hverken højt eller lavt er i sig selv godt.",
}
GEOGRAPHY_DA = {
    Geography.KOMMUNE: "kommuner",
    Geography.LANDSDEL: "landsdele",
    Geography.REGION: "regioner",
    Geography.LAND: "hele landet",
}
MODELLED = ("forventet_antal", "forventet_andel", "forskel_antal", "forskel_andel")
"""Measures that Målestok's model gives, too."""


def pages(view: View) -> Iterator[Page]:
    """The list of rules, and a page for each."""
    listed = []
    for shown in view.contents.shown.values():
        rules = shown.rules
        found = [_measure(view, shown, rules.measures[name]) for name in rules.benchmark.measures]
        found += [_criterion(view, shown, rules.criteria[name]) for name in rules.benchmark.criteria]
        counting = counting_rule(shown)
        found += [] if counting is None else [_counting(view, shown, counting)]
        listed.append(
            {
                "title": view.language.title(rules.benchmark.title),
                "description": view.t(rules.benchmark.description_da),
                "limits": [view.t(text) for text in rules.benchmark.limits_da],
                "rules": [(page.title, page.path, page.description) for page in found],
            }
        )
        yield from found
    yield Page(
        path="metode/",
        template="metoder.html",
        title=view.t("Metode"),
        description=view.t("Hvert mål og kriterium: definition, beregning, eksempel, retsgrundlag og forbehold."),
        section="metode",
        context={"benchmarks": listed},
        words=view.t("definition beregning formel retsgrundlag"),
        kind=view.t("Metode"),
    )


def _page(
    view: View,
    rule: Governed,
    description: str,
    context: Mapping[str, Any],
    words: Sequence[str],
    limits: Sequence[str],
) -> Page:
    title = view.language.title(rule.title)
    return Page(
        path=f"metode/{rule.id}/",
        template="metode.html",
        title=title,
        description=description,
        section="metode",
        context={
            "rule": rule,
            "limits": [view.t(text) for text in limits],
            "references": [reference.text for reference in rule.reference],
            "checked": (
                rule.checked_by,
                view.language.date(rule.checked_on.isoformat()),
                view.language.date(rule.next_review.isoformat()),
            ),
            **context,
        },
        crumbs=[(view.t("Metode"), "metode/")],
        words=f"{rule.id} {rule.id.replace('_', ' ')} {' '.join(words)}",
        kind=view.t("Metode"),
    )


def _measure(view: View, shown: Shown, measure: Measure) -> Page:
    versions = [
        {
            "name": version.version,
            "span": _span(view, version.from_period, version.to_period),
            "definition": view.t(version.definition_da),
            "formula": view.t(version.formula_da),
            "references": [reference.text for reference in version.reference],
        }
        for version in reversed(measure.versions)
    ]
    places = view.language.join([view.t(GEOGRAPHY_DA[place]) for place in measure.geography])
    used = shown.versions_of(measure.id)
    methods = [text for name, notes in shown.rules.method_notes_da.items() if name in used for text in notes]
    return _page(
        view,
        measure,
        view.t(measure.versions[-1].definition_da),
        {
            "what": view.t("Mål"),
            "shown": shown,
            "versions": versions,
            "polarity": view.t(POLARITY_DA[measure.polarity]),
            "places": places,
            "aggregation": view.t(measure.aggregation_da),
            "reasons": [view.t(text) for text in measure.reasons_da.values()],
            "methods": [view.t(text) for text in methods],
            "two_errors": two_errors(view, shown) if methods else None,
            **persons.counted_measure(view, shown, measure),
            "example": example(view, shown, measure),
            "model": model_link(shown) if measure.id in MODELLED else "",
        },
        [],
        measure.limits_da,
    )


def _counting(view: View, shown: Shown, rule: Governed) -> Page:
    """The rule that persons are counted by."""
    about = view.t(
        "Sådan bliver oplysninger om personer til fuldtidspersoner og målgrupper i Målestoks egen opgørelse."
    )
    context = {"what": view.t("Opgørelse"), "shown": shown, "versions": [], **persons.counting_of(view, shown)}
    return _page(view, rule, about, context, ["personer", "register"], persons.options(shown))


def _span(view: View, first: str, last: str | None) -> str:
    if last is None:
        return view.t("gælder fra %(first)s", first=view.language.period(first))
    return view.t(
        "gjaldt fra %(first)s til %(last)s", first=view.language.period(first), last=view.language.period(last)
    )


def _criterion(view: View, shown: Shown, criterion: Criterion) -> Page:
    versions = []
    for version in reversed(criterion.versions):
        comparison = version.comparison or criterion.comparison
        limit = ""
        if version.threshold is not None and comparison is not None and criterion.measure is not None:
            unit = shown.rules.measures[criterion.measure].unit.value
            limit = f"{view.t(COMPARISON_DA[comparison.value])} {view.language.limit(float(version.threshold), unit)}"
        versions.append(
            {
                "name": version.version,
                "span": _span(view, version.from_period, version.to_period),
                "definition": view.t(version.definition_da),
                "limit": limit,
                "references": [reference.text for reference in version.reference],
            }
        )
    based = [criterion.measure] if criterion.measure else list(criterion.rests_on)
    named: list[tuple[str, str]] = []
    for name in based:
        rule = shown.rules.measures.get(name) or shown.rules.criteria[name]
        named.append((view.language.title(rule.title), f"metode/{name}/"))
    return _page(
        view,
        criterion,
        view.t(criterion.versions[-1].definition_da),
        {
            "what": view.t("Kriterium"),
            "shown": shown,
            "versions": versions,
            "outcomes": [view.t(text) for text in criterion.outcomes_da.values()],
            "flags": [view.t(text) for text in criterion.flags_da.values()],
            "rests_on": named,
            "own_page": criterion.audience == "egen_side",
            "decided": _decided(view, shown, criterion),
        },
        ["kriterium"],
        criterion.limits_da,
    )


def _decided(view: View, shown: Shown, criterion: Criterion) -> Mapping[str, Any] | None:
    """The newest finding of the example municipality that is more than not assessed; none of own-page criteria."""
    if criterion.audience == "egen_side":
        return None
    held = [
        (key, row)
        for key, row in shown.findings.items()
        if key.measure == criterion.id and key.kommune == EXAMPLE and row["udfald"] != "ikke_vurderet"
    ]
    if not held:
        return None
    key, row = max(held, key=lambda pair: (pair[1]["month_index"], pair[0].trin or 0))
    figure = None
    if criterion.measure is not None:
        figure = shown.figures.get(Key(criterion.measure, *key[1:]))
    return {
        "where": where(view, shown, key),
        "sentence": view.t(criterion.outcomes_da[row["udfald"]]),
        "figure": view.marks.figure(figure, beside=row["graense"])
        if figure is not None
        else outcome_word(view, shown, criterion, row),
    }


def outcome_word(view: View, shown: Shown, criterion: Criterion, row: Mapping[str, Any]) -> Markup:
    """The outcome in a word."""
    return outcome(view, shown, criterion.id, row) if row["kontroltrin"] is None else Markup("")
