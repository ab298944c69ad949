"""A municipality's own page: where it stands, why it moved, what it would take, whom it is like, what rules give."""

from collections.abc import Iterator, Sequence
from typing import Any

from maalestok.kommune import by_code
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.documents import links
from maalestok.publish.site.page import Card, Page
from maalestok.publish.site.pages import beskaeftigelse_words as jobs
from maalestok.publish.site.pages import kommune_cases as own
from maalestok.publish.site.pages import kommune_charts as charts
from maalestok.publish.site.pages import kontrolsager_cuts as control
from maalestok.publish.site.pages import persons_words as persons
from maalestok.publish.site.pages.kommune_expected import expected_of
from maalestok.publish.site.pages.kommune_persons import persons_of
from maalestok.publish.site.pages.kommune_standing import standing
from maalestok.publish.site.pages.model_words import Fit, fits
from maalestok.publish.site.view import View


def pages(view: View) -> Iterator[Page]:
    """Each municipality: its newest page, and one for every edition of the minister's benchmark."""
    shown = view.contents.beskaeftigelse
    counted = {} if shown is None else persons.counted_in(shown)
    periods = [] if shown is None else shown.periods
    models = {} if shown is None else {fit.period: fit for fit in fits(shown)}
    newest = periods[-1] if periods else None
    last = next(reversed(models.values()), None)
    at_first = models.get(newest, last) if newest is not None else last
    for kode in codes():
        held = counted.get(kode)
        yield _page(view, kode, newest, view.kommune_path(kode), held, at_first, list(models.values()))
        for period in periods:
            yield _page(view, kode, period, f"{view.kommune_path(kode)}{period}/", held, models.get(period), [])


def _page(
    view: View,
    kode: str,
    period: str | None,
    path: str,
    held: persons.Held | None,
    fit: Fit | None,
    all_fits: Sequence[Fit],
) -> Page:
    name, root = by_code()[kode].navn, "../" * path.count("/")
    latest = path == view.kommune_path(kode)
    shown, cases = view.contents.beskaeftigelse, view.contents.kontrolsager
    context: dict[str, Any] = {"heading": by_code()[kode].titel, "kode": kode, "latest": latest, "period": period}
    cards: list[Card] = []
    if shown is not None and period is not None:
        context |= standing(view, shown, kode, period, root)
        context["documents"] = links(view.contents.documents.about(kode, period))
        if _is_placed(shown, kode, period):
            cards.append(charts.areas(view, shown, kode, period))
        cards += charts.moves(view, shown, kode, period)
        if latest:
            cards.append(charts.development(view, shown, kode))
    if fit is not None:
        split, more = expected_of(view, fit, kode, all_fits)
        cards += split
        context |= more
    if shown is not None and held is not None:
        context["persons"] = persons_of(view, shown, kode, held, None if latest else period)
    if shown is not None and period is None:
        context["unpublished"] = jobs.unpublished(view, counted=held is not None)
    if cases is not None and latest:
        context |= own.control_cases(view, cases, kode, root)
        cards += [own.trend(view, cases, cut, kode) for cut in own.tracks(cases)]
    words = [kode, name, *by_code()[kode].aliaser, by_code()[kode].titel]
    when = "" if period is None or latest else f", {view.language.period(period)}"
    return Page(
        path=path,
        template="kommune.html",
        title=f"{name}{when}",
        description=_description(view, shown, cases if latest else None, kode, period),
        section="kommune",
        cards=cards,
        context=context,
        crumbs=[(view.t("Kommuner"), "kommune/"), *([] if latest else [(name, view.kommune_path(kode))])],
        words=" ".join(words),
        kind=view.t("Kommune"),
        picture=f"billeder/{kode}.{view.language.code}.png" if latest else "",
        listed=latest,
    )


def _is_placed(shown: Shown, kode: str, period: str) -> bool:
    """True where it has a place in some area."""
    found = (shown.figure(jobs.RANK, kode, area, period) for area in shown.rules.benchmark.omraader)
    return any(figure is not None and figure.value is not None for figure in found)


def _description(view: View, shown: Shown | None, cases: Shown | None, kode: str, period: str | None) -> str:
    """One or two sentences in plain words, from the data; also what a shared link shows."""
    said = []
    name = by_code()[kode].navn
    if shown is not None and period is not None:
        place = shown.figure(jobs.RANK, kode, shown.rules.benchmark.total, period)
        gap = shown.figure(jobs.COUNTS[2], kode, shown.rules.benchmark.total, period)
        if place is not None and place.value is not None:
            said.append(
                view.t(
                    "%(who)s lå %(place)s i %(when)s; %(gap)s.",
                    who=name,
                    place=view.text(place),
                    when=view.language.period(period),
                    gap=jobs.difference_words(view, gap),
                )
            )
    if cases is not None:
        cut = control.cuts(cases)[0]
        drawn = cases.figure(control.DRAWN, kode, cut.omraade, cases.newest, cut.trin)
        if drawn is not None and drawn.value is not None:
            said.append(
                view.t(
                    "%(who)s har trukket %(share)s af de udstillede risikosager i 12 måneder til og med %(when)s.",
                    who=name,
                    share=view.text(drawn, beside=control.limit_at(cases, cut)),
                    when=view.language.period(cases.newest),
                )
            )
    return " ".join(said) or view.t("%(who)s: kommunens tal.", who=name)
