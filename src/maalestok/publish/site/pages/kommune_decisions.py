"""What the targets and the supervision rules give for a municipality, step by step."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from maalestok.explain_findings import OWN_PAGE
from maalestok.publish.shown import Figure, Shown, last_month
from maalestok.publish.site.pages import beskaeftigelse_words as jobs
from maalestok.publish.site.pages import persons_words as persons
from maalestok.publish.site.view import View

FOCUS = ("samtale_andel_12m", "tilbud_andel_12m", "mangler_borgere_samtaler", "mangler_borgere_tilbud")


def decisions(view: View, shown: Shown, kode: str, period: str) -> list[Mapping[str, Any]]:
    """What each criterion gives, with its figure beside its limit, reservations and the steps taken."""
    total = shown.rules.benchmark.total
    found: list[Mapping[str, Any]] = []
    for name in shown.rules.benchmark.criteria:
        finding = shown.decided(name, kode, total, period)
        if finding is None:
            continue
        criterion = shown.rules.criteria[name]
        measure = criterion.measure
        figure = None if measure is None else _evidence(shown, measure, kode, period)
        found.append(
            {
                "title": view.language.title(criterion.title),
                "path": f"metode/{name}/",
                "outcome": jobs.outcome(view, shown, name, finding),
                "sentence": view.t(criterion.outcomes_da[finding["udfald"]]),
                "figure": view.marks.figure(figure, beside=finding["graense"]) if figure is not None else "",
                "counted": persons.mark(view, shown, figure),
                "flags": [view.t(criterion.flags_da[flag]) for flag in finding["flag"]],
                "own": view.t(OWN_PAGE) if criterion.audience == "egen_side" else "",
                "steps": _steps(view, shown, name, kode, period),
                "reference": finding["reference"],
            }
        )
    return found


def _evidence(shown: Shown, measure: str, kode: str, period: str) -> Figure | None:
    """The figure a criterion compared: of the edition, or of the month it ends with."""
    total = shown.rules.benchmark.total
    own = shown.figure(measure, kode, total, period)
    return own if own is not None else shown.figure(measure, kode, total, last_month(period))


def _steps(view: View, shown: Shown, name: str, kode: str, period: str) -> list[tuple[str, str]]:
    """The steps of a course: what was done on which day, and what may follow."""
    steps = shown.release.table("steps") if name == "tilsynsforloeb" else None
    if steps is None:
        return []
    held = [
        row
        for row in steps.sort("nr", nulls_last=True).iter_rows(named=True)
        if (row["criterion"], row["kommune_kode"], row["period"]) == (name, kode, period)
    ]
    words = shown.rules.criteria[name].outcomes_da
    told = []
    for row in held:
        when = view.t("kan følge") if row["nr"] is None else view.language.date(row["dato"])
        told.append((when, view.t(words[row["skridt"]])))
    return told


def focus(view: View, shown: Shown, kode: str, period: str) -> list[tuple[str, Markup, str]]:
    """Its focus target figures, and who counted them: means of 12 months, persons short of a target."""
    found = []
    for name in FOCUS:
        figure = _evidence(shown, name, kode, period)
        if figure is not None:
            title = view.language.title(shown.rules.measures[name].title)
            found.append((title, view.marks.figure(figure), persons.mark(view, shown, figure)))
    return found
