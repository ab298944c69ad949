"""Two standard errors of the same differences side by side: counted from persons, and approximated without them."""

from collections.abc import Mapping
from typing import Any

from maalestok.period import parse_period
from maalestok.publish.shown import Shown, Term, codes
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.kommune_expected_sure import ERROR
from maalestok.publish.site.pages.model_words import DIFFERENCE, RANK, Fit
from maalestok.publish.site.view import View, percent

APPROXIMATED, PLACES = "standardfejl_tilnaermet", "interval_tilnaermet"
MEDIAN, COMPARED = "usikkerhed_forhold_median", "usikkerhed_kommuner"
TERMS = {
    COMPARED: ("Kommuner sammenlignet", "antal"),
    MEDIAN: ("Standardfejl af personer delt med den tilnærmede, midterste kommune", "correlation"),
    "usikkerhed_forhold_mindst": ("Det samme, den mindste", "correlation"),
    "usikkerhed_forhold_stoerst": ("Det samme, den største", "correlation"),
    "usikkerhed_skala_svarende_til": ("Den faktor, tilnærmelsen skulle have haft", "correlation"),
    "usikkerhed_interval_bredere": ("Kommuner, hvis pladser spænder bredere efter personer", "antal"),
    "usikkerhed_interval_smallere": ("Kommuner, hvis pladser spænder smallere efter personer", "antal"),
}
"""What is told of each area: term -> heading and unit."""
TERM_WORDS = {term: words for term, (words, _) in TERMS.items()}


def _found(shown: Shown, area: str, period: str, name: str) -> Term | None:
    """What the comparison found in an area and period, by whichever method its intervals rest on."""
    for (_, other, when), terms in shown.terms.items():
        if (other, when) == (area, period):
            for term in terms:
                if term.term == name:
                    return term
    return None


def _newest(shown: Shown) -> str | None:
    """The newest period in which the two are compared; None where persons were not counted."""
    held = {key[2] for key, terms in shown.terms.items() if any(term.term == COMPARED for term in terms)}
    return max(held, key=parse_period, default=None)


def summary_table(view: View, shown: Shown, period: str) -> Table:
    """The comparison of each area: the ratio between the two, and whose intervals it makes wider or narrower."""
    areas = shown.rules.benchmark.omraader
    rows = [
        Row(view.t(words), [view.marks.term(_found(shown, area, period, name), unit) for area in areas])
        for name, (words, unit) in TERMS.items()
    ]
    caption = view.t("Standardfejl af personer mod tilnærmelsen, %(when)s", when=view.language.period(period))
    headings = [view.t("Hvad der er målt"), *(view.area(shown, area) for area in areas)]
    return Table(caption, headings, [False] + [True] * len(areas), rows)


def reading(view: View, shown: Shown, period: str) -> str:
    """What the comparison says, in a sentence."""
    middle = _found(shown, shown.rules.benchmark.total, period, MEDIAN)
    if middle is None:
        return ""
    ratio = view.language.figure(middle.estimate, "correlation")
    if middle.estimate > 1:
        return view.t(
            "Af personer er usikkerheden %(ratio)s gange tilnærmelsens: den var for sikker på sig selv.", ratio=ratio
        )
    return view.t("Af personer er usikkerheden %(ratio)s gange tilnærmelsens: den var forsigtig.", ratio=ratio)


def two_errors(view: View, shown: Shown) -> Mapping[str, Any] | None:
    """The two standard errors against each other in the newest period that has both; None where none has."""
    period = _newest(shown)
    if period is None:
        return None
    return {"text": reading(view, shown, period), "table": summary_table(view, shown, period)}


def errors(view: View, fit: Fit, root: str) -> list[Card]:
    """Each municipality's two standard errors; nothing where only one of them is there."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    rows, table = [], []
    for kode in codes():
        ours, approximated = (fit.part(DIFFERENCE, kode, total, name) for name in (ERROR, APPROXIMATED))
        if ours is None or approximated is None or ours.value is None or approximated.value is None:
            continue
        places = shown.figure(RANK, kode, total, fit.period)
        table.append(
            Row(
                view.link(root, kode),
                [
                    view.marks.part(ours, bare=True),
                    view.marks.part(approximated, bare=True),
                    view.marks.span(places),
                    view.marks.span(fit.part(RANK, kode, total, PLACES)),
                ],
            )
        )
        label = view.t(
            "%(who)s: af personer %(one)s, tilnærmet %(two)s",
            who=view.language.place(kode),
            one=view.language.figure(ours.value, ours.unit),
            two=view.language.figure(approximated.value, approximated.unit),
        )
        rows.append({"x": percent(approximated.value), "y": percent(ours.value), "label": label})
    if not rows:
        return []
    headings = [
        view.t("Kommune"),
        view.t("Af personer, procentpoint"),
        view.t("Tilnærmet, procentpoint"),
        view.t("Pladser efter personer"),
        view.t("Pladser efter tilnærmelsen"),
    ]
    caption = view.t("Standardfejl af personer mod tilnærmelsen, %(when)s", when=view.language.period(fit.period))
    return [
        Card(
            id="to-standardfejl",
            name=f"grafer/model/{fit.period}/to-standardfejl",
            title=reading(view, shown, fit.period).removesuffix(".") or caption,
            subtitle=f"{caption}: {view.area(shown, total)}",
            summary=view.t(
                "Hver prik er en kommune. Over den stiplede linje er usikkerheden større, når den opgøres af "
                "personer, end når den tilnærmes af de offentliggjorte tal. Personernes har både tilfældighed blandt "
                "borgerne og modellens egen usikkerhed med."
            ),
            kind="errors",
            rows=rows,
            table=Table(caption, headings, [False] + [True] * 4, table, sortable=True),
            about=view.about(shown, [DIFFERENCE, RANK]),
            notes=[
                view.t("Ingen af de to kan sige noget om vilkår, modellen ikke kender."),
                view.t("Afrunding er ikke med i nogen af de to; den lægges til intervallerne bagefter."),
            ],
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]
