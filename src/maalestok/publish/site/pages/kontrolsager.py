"""The three measures of the control cases, for each kontroltrin and area, as the authority's description has them."""

from collections.abc import Iterator, Sequence

from maalestok.kommune import HELE_LANDET, geografier
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.page import Page, Row, Table
from maalestok.publish.site.pages import kontrolsager_cards as cards
from maalestok.publish.site.pages.kontrolsager_cuts import (
    CREATED,
    DRAWN,
    EFFECT,
    LOW,
    OPEN,
    OUTCOME_SHORT,
    REASONS,
    Cut,
    cut_name,
    cuts,
    finding_run,
    limit_at,
)
from maalestok.publish.site.view import View

FLAGGED = ("under_graensen", "varsel")


def pages(view: View) -> Iterator[Page]:
    """A page for each cut; the first is also the benchmark's front page."""
    shown = view.contents.kontrolsager
    if shown is None:
        return
    listed = cuts(shown)
    for cut in listed:
        yield _page(view, shown, cut, listed, cut.path)
    yield _page(view, shown, listed[0], listed, "kontrolsager/")


def _page(view: View, shown: Shown, cut: Cut, listed: Sequence[Cut], path: str) -> Page:
    name = cut_name(view, shown, cut)
    when = view.language.period(shown.newest)
    root = "../" * path.count("/")
    land = shown.figure(DRAWN, HELE_LANDET, cut.omraade, shown.newest, cut.trin)
    held = [
        cards.drawn(view, shown, cut, root),
        cards.closed(view, shown, cut, root),
        cards.trend(view, shown, cut),
        *cards.maps(view, shown, cut, root),
        cards.money(view, shown, cut, root),
    ]
    title = view.t("Kontrolsager: %(cut)s", cut=name)
    return Page(
        path=path,
        template="kontrolsager.html",
        title=title,
        description=view.t(
            "Kommunernes brug af kontrolsager, %(cut)s, 12 måneder til og med %(when)s.", cut=name, when=when
        ),
        section="kontrolsager",
        cards=held,
        context={
            "shown": shown,
            "heading": title,
            "lead": view.say(
                "I 12 måneder til og med %(when)s trak kommunerne %(share)s af de udstillede risikosager.",
                when=when,
                share=view.marks.figure(land, beside=limit_at(shown, cut)),
            ),
            "choices": [(cut_name(view, shown, other), other.path, other == cut) for other in listed],
            "flagged": _flagged(view, shown, cut, root),
            "assessed": limit_at(shown, cut) is not None,
            "wider": _wider(view, shown, cut),
            "kommuner": [(kode, view.language.place(kode)) for kode in codes()],
            "trend_rows": f"grafer/{cut.name}/udvikling-alle.{view.language.code}.json",
            "reasons": view.t(REASONS),
            "limits": [view.t(text) for text in shown.rules.benchmark.limits_da],
        },
        crumbs=[(view.t("Kontrolsager"), "kontrolsager/")] if path != "kontrolsager/" else [],
        words=f"{name} {view.t('trukket oprettet effekt risikosager bruttoliste')}",
        kind=view.t("Kontrolsager"),
    )


def _wider(view: View, shown: Shown, cut: Cut) -> Table:
    """Regions and landsdele."""
    rows = []
    for place in geografier():
        if place.kode == HELE_LANDET:
            continue
        held = [
            shown.figure(name, place.kode, cut.omraade, shown.newest, cut.trin)
            for name in (DRAWN, CREATED, EFFECT, OPEN)
        ]
        rows.append(Row(place.navn, [view.marks.figure(figure) for figure in held]))
    titles = [view.language.title(shown.rules.measures[name].title) for name in (DRAWN, CREATED, EFFECT, OPEN)]
    return Table(view.t("Regioner og landsdele"), [view.t("Sted"), *titles], [False] + [True] * 4, rows, sortable=True)


def _flagged(view: View, shown: Shown, cut: Cut, root: str) -> Table | None:
    """Who stays under the limit or is near it, with the run's length, what it would take, and the reservations."""
    rows = []
    criterion = shown.rules.criteria[LOW]
    for kode in codes():
        finding = shown.finding(LOW, kode, cut.omraade, shown.newest, cut.trin)
        if finding is None or finding["udfald"] not in FLAGGED:
            continue
        figure = shown.figure(DRAWN, kode, cut.omraade, shown.newest, cut.trin)
        flags = " ".join(view.t(criterion.flags_da[flag]) for flag in finding["flag"])
        rows.append(
            Row(
                view.link(root, kode, "#kontrolsager"),
                [
                    view.t(OUTCOME_SHORT[finding["udfald"]]),
                    view.marks.figure(figure, beside=finding["graense"]),
                    finding_run(finding),
                    view.marks.part(shown.part(figure, "mangler_sager")),
                    flags,
                ],
            )
        )
    if not rows:
        return None
    headings = [
        "Kommune",
        "Udfald",
        "Andel trukket",
        "Månedsskift i træk",
        "Skal mindst trækkes næste måned",
        "Forbehold",
    ]
    return Table(
        view.t("Kommuner under grænsen"),
        [view.t(heading) for heading in headings],
        [False, False, True, True, True, False],
        rows,
    )
