"""Why so much is expected of a municipality: step by step from the country's share to its own, and how sure."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from maalestok.expected_steps import GROUP, OTHERS, steps
from maalestok.expected_steps import groups as groups_of
from maalestok.kommune import HELE_LANDET, by_code
from maalestok.publish.shown import Figure, Part
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages import kommune_expected_sure as told
from maalestok.publish.site.pages import model_influence as influence
from maalestok.publish.site.pages.model_words import (
    DIFFERENCE,
    EXPECTED,
    Fit,
    group_name,
    path,
)
from maalestok.publish.site.pages.persons_words import counted
from maalestok.publish.site.view import View, percent

ACTUAL = "faktisk_andel"
ROUNDING = "afrunding"


def expected_of(view: View, fit: Fit, kode: str, all_fits: Sequence[Fit]) -> tuple[list[Card], Mapping[str, Any]]:
    """The card that splits the expected share, and what stands below it; nothing where the model has no such share.

    `all_fits`: told period by period below, on a municipality's newest page.
    """
    total = fit.shown.rules.benchmark.total
    expected = fit.own(EXPECTED, kode, total)
    if expected is None:
        return [], {}
    groups = _groups(fit, kode, total)
    country = fit.own(ACTUAL, HELE_LANDET, total)
    cards = [_card(view, fit, kode, groups)] if groups and country is not None else []
    return cards, {
        "model": {
            "path": path(fit),
            "when": view.language.period(fit.period),
            "syntetisk": fit.shown.syntetisk,
            "missing": ""
            if cards
            else view.t("Det kan ikke deles op: landets andel eller vilkårenes bidrag er ikke i udgivelsen."),
            "joined": _joined(view, fit, kode, groups),
            "outside": told.outside(view, fit, kode, expected),
            "sure": told.sure(view, fit, kode),
            "weight": told.weight(view, fit, kode),
            "scope": told.scope(view, fit, kode),
            "areas": _areas(view, fit, kode),
            "history": _history(view, all_fits, kode),
            "benefits": told.benefits(view, fit, kode),
            "source": view.source(fit.shown),
        }
    }


def _groups(fit: Fit, kode: str, area: str) -> list[str]:
    """The groups of conditions told for a municipality, the largest move first, all others last."""
    return [group for group, _ in steps(0, _moves(fit.parts(EXPECTED, kode, area)), 0).moves]


def _moves(parts: Mapping[str, Part]) -> dict[str, float]:
    """Each group's move among parts; 0 where it isn't told."""
    return groups_of({name: part.value or 0.0 for name, part in parts.items()})


def _card(view: View, fit: Fit, kode: str, groups: Sequence[str]) -> Card:
    shown, name = fit.shown, by_code()[kode].navn
    total = shown.rules.benchmark.total
    country, expected = fit.own(ACTUAL, HELE_LANDET, total), fit.own(EXPECTED, kode, total)
    here, there = (_share(view, found) for found in (expected, country))
    caption = view.t("Forventet andel trin for trin, pct. af borgerne 16-66 år")
    areas = shown.rules.benchmark.omraader
    return Card(
        id="hvorfor-forventet",
        name=f"grafer/{kode}/{fit.period}/hvorfor-forventet",
        title=view.t(
            "Hvorfor forventes %(here)s i %(who)s mod %(there)s i hele landet?", here=here, who=name, there=there
        ),
        subtitle=(
            f"{view.t('Målestoks model, ikke ministeriets')}: {view.area(shown, total)}, "
            f"{view.language.period(fit.period)}"
        ),
        summary=_largest(view, fit, kode, groups),
        kind="contributions",
        rows=_steps(view, fit, kode, groups),
        table=Table(
            caption,
            [view.t("Trin"), *(view.area(shown, area) for area in areas)],
            [False] + [True] * len(areas),
            _table(view, fit, kode, groups),
        ),
        about=view.about(shown, [EXPECTED]),
        notes=[
            view.t("Bidragene siger, hvad kommunens sammensætning betyder i modellen; ikke hvad der er årsag."),
            view.t("Trinene er skrevet med to decimaler; linjen Afrunding er det, der mangler, når de lægges sammen."),
            *(view.t(text) for text in fit.spec.limits_da),
        ],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _share(view: View, found: Figure | Part | None) -> str:
    if found is None or found.value is None:
        return view.language.missing("ikke_opgjort")
    return view.language.figure(found.value, found.unit)


def _largest(view: View, fit: Fit, kode: str, groups: Sequence[str]) -> Markup:
    """The two groups that move most, in a sentence; and how to read the chart."""
    parts = fit.parts(EXPECTED, kode, fit.shown.rules.benchmark.total)
    largest = [group for group in groups if group != OTHERS and parts[GROUP + group].value][:2]
    said = [
        Markup("{} ({})").format(group_name(view, fit.spec, group), view.marks.part(parts[GROUP + group]))
        for group in largest
    ]
    how = view.t(
        "Hvert trin er en gruppe vilkår: et mørkt flytter det forventede op, et lyst ned. Trinene begynder ved hele "
        "landets andel og ender ved kommunens forventede."
    )
    if not said:
        return escape(how)
    first = said[0] if len(said) < 2 else Markup("{} {} {}").format(said[0], view.t("og"), said[1])
    return view.say("Mest betyder %(groups)s.", groups=first) + " " + escape(how)


def _steps(view: View, fit: Fit, kode: str, groups: Sequence[str]) -> list[dict[str, Any]]:
    """The chart's rows for the total: the country, each group, the municipality."""
    total = fit.shown.rules.benchmark.total
    parts = fit.parts(EXPECTED, kode, total)
    country, expected = fit.own(ACTUAL, HELE_LANDET, total), fit.own(EXPECTED, kode, total)
    if country is None or country.value is None or expected is None or expected.value is None:
        return []
    rows = [_level(view, view.language.place(HELE_LANDET), country.value)]
    at = country.value
    for group in groups:
        move = parts[GROUP + group].value or 0.0
        name = group_name(view, fit.spec, group)
        moved = view.language.figure(move, "pct_point")
        rows.append(
            {
                "navn": name,
                "fra": percent(at),
                "til": percent(at + move),
                "art": "op" if move >= 0 else "ned",
                "tekst": _signed(moved.split()[0], move),
                "label": f"{name}: {_signed(moved, move)}",
            }
        )
        at += move
    return [*rows, _level(view, by_code()[kode].navn, expected.value)]


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 and not text.startswith("0,00") and not text.startswith("0.00") else text


def _level(view: View, name: str, value: float) -> dict[str, Any]:
    text = view.language.figure(value, "share")
    at = percent(value)
    bare = text.split()[0].removesuffix("%")
    return {"navn": name, "fra": at, "til": at, "art": "ende", "tekst": bare, "label": f"{name}: {text}"}


def _table(view: View, fit: Fit, kode: str, groups: Sequence[str]) -> list[Row]:
    """Every area's steps; each column adds up with the line of rounding."""
    areas, marks = fit.shown.rules.benchmark.omraader, view.marks
    held = {area: fit.parts(EXPECTED, kode, area) for area in areas}
    starts = {area: fit.own(ACTUAL, HELE_LANDET, area) for area in areas}
    ends = {area: fit.own(EXPECTED, kode, area) for area in areas}
    rows = [Row(view.t("Hele landet, faktisk og forventet"), [influence.mark(view, starts[area]) for area in areas])]
    rows += [
        Row(group_name(view, fit.spec, group), [marks.part(held[area].get(GROUP + group), bare=True) for area in areas])
        for group in groups
    ]
    rows.append(Row(view.t("Afrunding"), [_left(view, held[area], starts[area], ends[area]) for area in areas]))
    rows.append(Row(view.t("Forventet her"), [influence.mark(view, ends[area]) for area in areas], own=True))
    return rows


def _left(view: View, parts: Mapping[str, Part], start: Figure | Part | None, end: Figure | Part | None) -> Markup:
    if start is None or start.value is None or end is None or end.value is None:
        return Markup("")
    return view.marks.derived(end.key, ROUNDING, steps(start.value, _moves(parts), end.value).rounding, "pct_point")


def _joined(view: View, fit: Fit, kode: str, groups: Sequence[str]) -> str:
    """Why some groups are told as one."""
    if OTHERS not in groups:
        return ""
    return view.t(
        "Nogle grupper er lagt sammen som øvrige vilkår: i %(who)s er der så få personer i en kategori, at et bidrag "
        "for sig kunne røbe noget om dem.",
        who=by_code()[kode].navn,
    )


ROWS = (
    (EXPECTED, influence.WITHOUT, "Uden egne tal, pct."),
    (DIFFERENCE, told.ERROR, "Standardfejl, procentpoint"),
    (DIFFERENCE, told.OF_RESIDENTS, "Heraf borgerne, procentpoint"),
    (DIFFERENCE, told.OF_MODEL, "Heraf modellen, procentpoint"),
    (EXPECTED, influence.LEVERAGE, "Løftestang, pct."),
    (EXPECTED, influence.COOK, "Cooks afstand"),
)
"""Parts told of each area: measure, part, heading."""
ROW_WORDS = {part: words for _, part, words in ROWS}
OWN = {EXPECTED: "Forventet, pct.", ACTUAL: "Faktisk, pct.", DIFFERENCE: "Forskel, procentpoint"}
"""Our own figures above them."""


def _areas(view: View, fit: Fit, kode: str) -> Table:
    """Our own expected, actual and difference of each area, how sure they are and what the municipality weighs."""
    areas = fit.shown.rules.benchmark.omraader
    rows = [Row(view.t(OWN[name]), [_own(view, fit, name, kode, area) for area in areas]) for name in OWN]
    for measure, name, _ in ROWS:
        parts = [fit.part(measure, kode, area, name) for area in areas]
        if any(part is not None for part in parts):
            rows.append(Row(view.t(ROW_WORDS[name]), [view.marks.part(part, bare=True) for part in parts]))
    caption = view.t("Målestoks model og egen opgørelse, %(when)s", when=view.language.period(fit.period))
    headings = [view.t("Hvad der er målt"), *(view.area(fit.shown, area) for area in areas)]
    return Table(caption, headings, [False] + [True] * len(areas), rows)


def _own(view: View, fit: Fit, measure: str, kode: str, area: str) -> Markup:
    """Our own figure, or why there is none."""
    found = fit.own(measure, kode, area)
    if found is not None:
        return influence.mark(view, found)
    figure = fit.shown.figure(measure, kode, area, fit.period)
    return view.marks.figure(figure if counted(fit.shown, figure) else None, bare=True)


def _history(view: View, fits: Sequence[Fit], kode: str) -> Table | None:
    """Every period with a model, newest first, in all; None where there is only one."""
    if len(fits) < 2:
        return None
    rows = []
    for fit in reversed(fits):
        total = fit.shown.rules.benchmark.total
        cells = [_own(view, fit, name, kode, total) for name in OWN]
        cells.append(view.marks.part(fit.part(DIFFERENCE, kode, total, told.ERROR), bare=True))
        rows.append(Row(view.language.period(fit.period), cells))
    headings = [view.t("Periode"), *(view.t(words) for words in OWN.values()), view.t("Standardfejl, procentpoint")]
    return Table(view.t("Periode for periode, i alt"), headings, [False] + [True] * 4, rows)
