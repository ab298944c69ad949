"""The minister's benchmark: one page for each area and edition, with the newest at the addresses without an edition."""

from collections.abc import Iterator

from markupsafe import Markup

from maalestok.kommune import HELE_LANDET
from maalestok.period import parse_period
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.page import Page, Row, Table
from maalestok.publish.site.pages import beskaeftigelse_cards as cards
from maalestok.publish.site.pages.beskaeftigelse_words import (
    COUNTS,
    RANK,
    Edition,
    of,
    own_note,
    published,
    ranked,
    unpublished,
)
from maalestok.publish.site.pages.model import link as model_link
from maalestok.publish.site.pages.model_words import limits
from maalestok.publish.site.pages.persons_words import counted_in
from maalestok.publish.site.view import View

NATIONAL = ("potentiale", "spredning", "placering_stabilitet")


def pages(view: View) -> Iterator[Page]:
    """Every area and edition; the newest edition also without its period, and all of it as the front page."""
    shown = view.contents.beskaeftigelse
    if shown is None:
        return
    if not shown.periods:
        yield _without_editions(view, shown)
        return
    areas = shown.rules.benchmark.omraader
    for area in areas:
        for period in shown.periods:
            edition = Edition(area, period)
            yield _page(view, shown, edition, edition.path)
        newest = Edition(area, shown.newest)
        yield _page(view, shown, newest, f"beskaeftigelse/{area.replace('_', '-')}/")
    yield _page(view, shown, Edition(areas[0], shown.newest), "beskaeftigelse/")


def _without_editions(view: View, shown: Shown) -> Page:
    """The page where no edition is there: that there is none, and whose figures were counted from persons."""
    counted = counted_in(shown)
    title = view.language.title(shown.rules.benchmark.title)
    return Page(
        path="beskaeftigelse/",
        template="beskaeftigelse_uden_udgave.html",
        title=title,
        description=unpublished(view, counted=False),
        section="beskaeftigelse",
        context={
            "about": view.t(shown.rules.benchmark.description_da),
            "counted": [view.link("../", kode) for kode in codes() if kode in counted],
            "limits": [view.t(text) for text in shown.rules.benchmark.limits_da],
            "syntetisk": shown.syntetisk,
        },
        words=view.t("rangliste placering benchmark ministeren forsørgelse"),
        kind=view.t("Beskæftigelse"),
    )


def _page(view: View, shown: Shown, edition: Edition, path: str) -> Page:
    root = "../" * path.count("/")
    area, when = view.area(shown, edition.omraade), view.language.period(edition.period)
    order = ranked(shown, edition)
    title = view.t("Beskæftigelse, %(area)s, %(when)s", area=area, when=when)
    yearly = parse_period(edition.period).is_calendar_year
    placed = of(shown, RANK, order[0], edition) is not None
    held = [
        *([cards.ranking(view, shown, edition, order, root)] if placed else []),
        cards.expected(view, shown, edition, order, root),
        *([cards.funnel(view, shown, edition, order, root)] if placed else []),
        *cards.maps(view, shown, edition, root),
        *cards.climbers(view, shown, edition, root),
    ]
    total = shown.rules.benchmark.total
    if yearly and edition.omraade == total:
        held.append(cards.supervision(view, shown, edition, root))
    return Page(
        path=path,
        template="beskaeftigelse.html",
        title=title,
        description=view.t(
            "De 98 kommuner på beskæftigelsesministerens benchmark: %(area)s, %(when)s.", area=area, when=when
        ),
        section="beskaeftigelse",
        cards=held,
        context={
            "shown": shown,
            "model": model_link(shown, edition.period),
            "own": own_note(view, shown),
            "heading": title,
            "published": published(view, shown, edition.period),
            "lead": _lead(view, shown, edition),
            "areas": [
                (view.area(shown, other), _beside(Edition(other, edition.period), path), other == edition.omraade)
                for other in shown.rules.benchmark.omraader
            ],
            "editions": [
                (view.language.period(period), Edition(edition.omraade, period).path, period == edition.period)
                for period in reversed(shown.periods)
            ],
            "national": [
                (view.language.title(shown.rules.measures[name].title), view.marks.figure(figure), f"metode/{name}/")
                for name in NATIONAL
                if (figure := shown.figure(name, HELE_LANDET, edition.omraade, edition.period))
            ],
            "unranked": _wider(view, shown, edition),
            "limits": limits(view, shown, edition.period),
        },
        crumbs=[(view.t("Beskæftigelse"), "beskaeftigelse/")] if path != "beskaeftigelse/" else [],
        words=" ".join([area, when, edition.period, view.t("rangliste placering benchmark ministeren forsørgelse")]),
        kind=view.t("Beskæftigelse"),
    )


def _lead(view: View, shown: Shown, edition: Edition) -> Markup:
    """The country in a sentence: how many there were, and how many were expected."""
    actual, expected = (of(shown, name, HELE_LANDET, edition) for name in ("faktisk_antal", "forventet_antal"))
    area = view.area(shown, edition.omraade)
    if shown.is_own:
        return view.say(
            "I hele landet var %(actual)s på offentlig forsørgelse (%(area)s). Målestoks model forventer lige så "
            "mange, fordelt efter kommunernes rammevilkår.",
            actual=view.marks.figure(actual),
            area=area,
        )
    return view.say(
        "I hele landet var %(actual)s på offentlig forsørgelse (%(area)s), hvor rammevilkårene gav anledning til at "
        "forvente %(expected)s.",
        actual=view.marks.figure(actual),
        area=area,
        expected=view.marks.figure(expected),
    )


def _beside(edition: Edition, path: str) -> str:
    """The same kind of page for another area: with the edition in its address, or without."""
    own = path.count("/") == 3
    return edition.path if own else f"beskaeftigelse/{edition.omraade.replace('_', '-')}/"


def _wider(view: View, shown: Shown, edition: Edition) -> Table:
    """Regions and the country: sums of numbers."""
    places = ["1081", "1082", "1083", "1084", "1085", HELE_LANDET]
    rows = []
    for kode in places:
        counts = [view.marks.figure(of(shown, name, kode, edition), bare=True) for name in COUNTS]
        money = view.marks.figure(of(shown, "merudgift", kode, edition))
        rows.append(Row(view.language.place(kode), [*counts, money]))
    titles = [view.language.title(shown.rules.measures[name].title) for name in (*COUNTS, "merudgift")]
    return Table(view.t("Regioner og hele landet"), [view.t("Sted"), *titles], [False] + [True] * 4, rows)
