"""A municipality's use of the control cases: figures, the criterion, what it would take, the share over time."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from maalestok.kommune import HELE_LANDET, by_code
from maalestok.publish.shown import Shown
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages import kontrolsager_cuts as control
from maalestok.publish.site.view import View


def tracks(cases: Shown) -> Sequence[control.Cut]:
    """The cuts the criterion looks at."""
    return [control.Cut(track.kontroltrin or 0, track.omraade) for track in cases.rules.criteria[control.LOW].tracks]


def control_cases(view: View, cases: Shown, kode: str, root: str) -> Mapping[str, Any]:
    """Everything about the control cases but the charts."""
    names = (control.DRAWN, control.CREATED, control.EFFECT, control.OPEN, control.MONEY[0])
    rows = []
    for cut in control.cuts(cases):
        cells: list[Markup | str] = []
        for name in names:
            figure = cases.figure(name, kode, cut.omraade, cases.newest, cut.trin)
            beside = control.limit_at(cases, cut) if name == control.DRAWN else None
            shown = view.marks.figure(figure, beside=beside)
            counted = view.marks.ratio(figure)
            cells.append(shown + Markup(" <small>({})</small>").format(counted) if counted else shown)
        href = Markup('<a href="{}{}">{}</a>').format(root, cut.path, control.cut_name(view, cases, cut))
        rows.append(Row(href, cells))
    titles = [view.language.title(cases.rules.measures[name].title) for name in names]
    table = Table(view.t("Kontrolsager"), [view.t("Kontroltrin og område"), *titles], [False] + [True] * 5, rows)
    return {
        "cases": cases,
        "cases_when": view.language.period(cases.newest),
        "cases_table": table,
        "cases_findings": [_case(view, cases, cut, kode) for cut in tracks(cases)],
        "reasons": view.t(control.REASONS),
        "cases_limits": [view.t(text) for text in cases.rules.benchmark.limits_da],
        "provisional": view.t("* Foreløbigt: under halvdelen af de oprettede er afsluttet."),
    }


def _case(view: View, cases: Shown, cut: control.Cut, kode: str) -> Mapping[str, Any]:
    """Where it stands with the criterion on one track, and what it would take."""
    criterion = cases.rules.criteria[control.LOW]
    finding = cases.finding(control.LOW, kode, cut.omraade, cases.newest, cut.trin)
    figure = cases.figure(control.DRAWN, kode, cut.omraade, cases.newest, cut.trin)
    if finding is None:
        return {"track": control.cut_name(view, cases, cut), "sentence": view.t("Ikke vurderet")}
    needed = cases.part(figure, "mangler_sager")
    return {
        "track": control.cut_name(view, cases, cut),
        "outcome": Markup('<span data-f="{}|{}|{}|{}|{}|udfald" data-u="{}">{}</span>').format(
            control.LOW,
            kode,
            cut.omraade,
            cases.newest,
            cut.trin,
            finding["udfald"],
            view.t(control.OUTCOME_SHORT[finding["udfald"]]),
        ),
        "sentence": view.t(criterion.outcomes_da[finding["udfald"]]),
        "share": view.marks.figure(figure, beside=finding["graense"]),
        "ratio": view.marks.ratio(figure),
        "limit": view.language.limit(finding["graense"], "share") if finding["graense"] is not None else "",
        "run": control.finding_run(finding),
        "needed": view.marks.part(needed) if needed is not None and needed.value else "",
        "flags": [view.t(criterion.flags_da[flag]) for flag in finding["flag"]],
    }


def trend(view: View, cases: Shown, cut: control.Cut, kode: str) -> Card:
    """Its share drawn over time, against the country."""
    now = cases.figure(control.DRAWN, kode, cut.omraade, cases.newest, cut.trin)
    land = cases.figure(control.DRAWN, HELE_LANDET, cut.omraade, cases.newest, cut.trin)
    limit = control.limit_at(cases, cut)
    return Card(
        id=f"trukket-trin-{cut.trin}",
        name=f"grafer/{kode}/trukket-{cut.name}",
        title=view.t(
            "%(who)s har trukket %(own)s, hele landet %(land)s",
            who=by_code()[kode].navn,
            own=view.text(now, beside=limit),
            land=view.text(land, beside=limit),
        ),
        subtitle=f"{view.t('Andel trukket over tid')}: {control.cut_name(view, cases, cut)}",
        summary=view.t(
            "Hver prik er 12 måneder op til et månedsskift. Den prikkede linje er grænsen for at blive kontaktet."
        ),
        kind="trend",
        rows=control.trend_rows(view, cases, cut, [kode, HELE_LANDET]),
        table=control.trend_table(view, cases, cut, [kode, HELE_LANDET]),
        about=view.about(cases, [control.DRAWN, control.LOW]),
        notes=view.limits(cases, [control.DRAWN]),
        source=view.source(cases),
        syntetisk=cases.syntetisk,
    )
