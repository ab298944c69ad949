"""What the model found of each condition: a chart and a table of coefficients with their errors, for each area."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from maalestok.publish.shown import Term
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.model_words import (
    CLUSTERED,
    ERRORS,
    EXPECTED,
    Condition,
    Fit,
    category,
    clustered,
    ends,
)
from maalestok.publish.site.view import View, percent

Found = Sequence[tuple[Condition, str | None, Mapping[str, Term]]]
UNIT = "pct_point"


def coefficients(view: View, fit: Fit) -> list[Card]:
    """A card for each area, the total first; none where an area has no coefficients."""
    areas = fit.shown.rules.benchmark.omraader
    return [_card(view, fit, area, found) for area in areas if (found := list(fit.coefficients(area)))]


def _card(view: View, fit: Fit, area: str, found: Found) -> Card:
    shown = fit.shown
    kinds = [kind for kind in ERRORS if any(kind in by_kind for _, _, by_kind in found)]
    others = [kind for kind in kinds if not kind.startswith(CLUSTERED)]
    table = []
    for condition, level, by_kind in found:
        term = clustered(by_kind)
        errors = [view.marks.error(term, UNIT), *(view.marks.error(by_kind.get(kind), UNIT) for kind in others)]
        any_kind = next(iter(by_kind.values()))
        cells: list[Markup | str] = [
            "" if level is None else category(view, condition, level),
            _compared(view, condition, level),
            view.marks.term(term or any_kind, UNIT, bare=True),
            view.marks.interval(term, ends(term), UNIT),
            *errors,
        ]
        table.append(Row(view.t(condition.title_da), cells))
    headings = [
        view.t("Vilkår"),
        view.t("Kategori"),
        view.t("Sammenlignet med"),
        view.t("Virkning, procentpoint"),
        view.t("95 pct.-interval"),
        view.t("Standardfejl"),
        *(view.t("Standardfejl, %(kind)s", kind=view.t(ERRORS[kind])) for kind in others),
    ]
    caption = view.t("Koefficienter, %(area)s, %(when)s", area=view.area(shown, area), when=_when(view, fit))
    return Card(
        id=f"koefficienter-{area.replace('_', '-')}",
        name=f"grafer/model/{fit.period}/koefficienter-{area.replace('_', '-')}",
        title=_finding(view, found),
        subtitle=caption,
        summary=_summary(view, kinds),
        kind="coefficients",
        rows=_drawn(view, found),
        table=Table(caption, headings, [False] * 3 + [True] * (len(headings) - 3), table),
        about=view.about(shown, [EXPECTED]),
        notes=[
            view.t("En koefficient siger, hvad der følges ad, når de andre vilkår er ens; ikke hvad der er årsag."),
            view.t("Et bredt interval betyder, at tallene ikke kan sige, om vilkåret flytter noget."),
            view.t("Koefficienterne i alt er summen af områdernes."),
            view.t("Tal for et område står kun i tabellen; deres virkning er for én enhed mere, fx en km."),
        ],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _when(view: View, fit: Fit) -> str:
    return view.language.period(fit.period)


def _drawn(view: View, found: Found) -> list[dict[str, Any]]:
    """The chart's rows: each condition's own row, the category the others are compared with, and the others.

    A row is found by its name, so names that several conditions share, as 'ukendt', are told apart by the condition's.
    """
    held: list[tuple[Condition, dict[str, Any]]] = []
    for condition, level, by_kind in found:
        if level is None:
            continue
        if not held or held[-1][0].id != condition.id:
            held += [(condition, row) for row in _heading(view, condition)]
        held.append((condition, _point(view, condition, level, clustered(by_kind))))
    names = Counter(row["navn"] for _, row in held)
    return [
        row if names[row["navn"]] == 1 else row | {"navn": f"{row['navn']} ({view.t(condition.title_da)})"}
        for condition, row in held
    ]


def _heading(view: View, condition: Condition) -> list[dict[str, Any]]:
    """The condition above its categories, in bold for it ends with a colon; and the category they are compared with."""
    title = view.t(condition.title_da)
    rows: list[dict[str, Any]] = [
        {"navn": f"{title}:", "art": "vilkaar", "v": None, "low": None, "high": None, "label": ""}
    ]
    if condition.reference is not None:
        name = category(view, condition, condition.reference)
        label = view.t("%(title)s, %(category)s: den, de andre sammenlignes med", title=title, category=name)
        rows.append({"navn": name, "art": "sammenligning", "v": 0, "label": label})
    return rows


def _point(view: View, condition: Condition, level: str, term: Term | None) -> dict[str, Any]:
    """A category's point and interval."""
    title, name = view.t(condition.title_da), category(view, condition, level)
    both = ends(term)
    low, high = (None, None) if both is None else (percent(both[0]), percent(both[1]))
    value = None if term is None else percent(round(term.estimate, 9))
    said = "" if term is None else view.language.figure(term.estimate, UNIT)
    told = "" if both is None else f" ({view.t('95 pct.-interval')} {_span(view, both)})"
    label = f"{title}, {name}: {said}{told}"
    return {"navn": name, "art": "kategori", "v": value, "low": low, "high": high, "label": label}


def _span(view: View, both: tuple[float, float]) -> str:
    low, high = (view.language.figure(end, UNIT).split()[0] for end in both)
    return f"{low} {view.t('til')} {high}"


def _compared(view: View, condition: Condition, level: str | None) -> str:
    """The reference; a numeric condition has none."""
    if level is None or condition.reference is None:
        return view.t("for én enhed mere")
    return category(view, condition, condition.reference)


def _finding(view: View, found: Found) -> str:
    """The title: which category moves most, among those whose interval doesn't hold zero."""
    sure = [
        (abs(term.estimate), condition, level, term)
        for condition, level, by_kind in found
        if level is not None and (term := clustered(by_kind)) is not None and (both := ends(term)) is not None
        if both[0] > 0 or both[1] < 0
    ]
    if not sure:
        return view.t("Ingen kategori kan med sikkerhed siges at flytte noget")
    _, condition, level, term = max(sure, key=lambda held: held[0])
    return view.t(
        "Mest flytter %(condition)s, %(category)s: %(moved)s",
        condition=view.t(condition.title_da),
        category=category(view, condition, level),
        moved=view.language.figure(term.estimate, UNIT),
    )


def _summary(view: View, kinds: Sequence[str]) -> str:
    """How to read the chart, and which errors the intervals rest on."""
    named = view.language.join([view.t(ERRORS[kind]) for kind in kinds if kind.startswith(CLUSTERED)])
    return view.t(
        "Prik: virkning mod den hule prik, som er den kategori, de andre sammenlignes med. Streg: 95 pct.-interval, "
        "koefficienten plus og minus 1,96 standardfejl (%(kind)s).",
        kind=named,
    )
