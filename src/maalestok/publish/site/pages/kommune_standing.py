"""A municipality's standing in the minister's benchmark: facts, tables, what it would take, whom it is like."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from maalestok.kommune import by_code
from maalestok.publish.shown import Figure, Part, Shown, slug
from maalestok.publish.site.page import Row, Table
from maalestok.publish.site.pages import beskaeftigelse_words as jobs
from maalestok.publish.site.pages.kommune_decisions import decisions, focus
from maalestok.publish.site.pages.model_words import limits
from maalestok.publish.site.view import View

MOVE, MOVE_YEAR = "placering_aendring", "placering_aendring_aar"


REACH = {
    "til_det_forventede": "for at nå det forventede niveau",
    "til_den_bedste_halvdel": "for at nå den bedste halvdel",
    "til_de_ti_bedste": "for at komme blandt de ti bedste",
}


RELATIONS = {
    "naermest_forventet_andel": "Nærmest i forventet andel",
    "naermest_vilkaar": "Nærmest i vilkår (vægtet, i standardafvigelser)",
}


ALIKE = 10


def standing(view: View, shown: Shown, kode: str, period: str, root: str) -> Mapping[str, Any]:
    """Everything about the minister's benchmark but the charts."""
    total, marks = shown.rules.benchmark.total, view.marks
    place, gap = (shown.figure(name, kode, total, period) for name in (jobs.RANK, jobs.COUNTS[2]))
    money = shown.figure("merudgift", kode, total, period)
    change = shown.figure(MOVE, kode, total, period)
    return {
        "shown": shown,
        "editions": [
            (view.language.period(p), f"{view.kommune_path(kode)}{p}/", p == period) for p in reversed(shown.periods)
        ],
        "published": jobs.published(view, shown, period),
        "own": jobs.own_note(view, shown),
        "summary": summary(view, shown, kode, period),
        "facts": [
            (view.t(words), marks.figure(figure), note)
            for words, figure, note in (
                ("Placering i alt", place, _interval(view, place)),
                ("Siden udgaven før", change, _before(view, shown, change)),
                (
                    "Forskel fra det forventede",
                    gap,
                    _interval(view, shown.figure(jobs.DIFFERENCE, kode, total, period)),
                ),
                ("Merudgift", money, _money_note(view, money)),
            )
            if figure is not None or not shown.is_own
        ],
        "areas": _table(view, shown, kode, period),
        "reach": _reach(view, shown, kode, period),
        "chances": _chances(view, shown, kode, period),
        "alike": _alike(view, shown, kode, period, root),
        "decisions": decisions(view, shown, kode, period),
        "focus": focus(view, shown, kode, period),
        "files": f"kommune/{slug(kode)}/",
        "limits": limits(view, shown, period),
    }


def summary(view: View, shown: Shown, kode: str, period: str) -> Markup:
    """'Norddjurs lå nr. 21; 60 færre end forventet.' with its reservation, every number a figure of the release."""
    total = shown.rules.benchmark.total
    place, gap = (shown.figure(name, kode, total, period) for name in (jobs.RANK, jobs.COUNTS[2]))
    if place is None or place.value is None or gap is None or gap.value is None:
        return view.say("%(who)s har ingen placering i denne udgave.", who=by_code()[kode].navn)
    who, marks = by_code()[kode].navn, view.marks
    if gap.value:
        text = (
            "%(who)s lå %(place)s; %(gap)s flere end forventet."
            if gap.value > 0
            else "%(who)s lå %(place)s; %(gap)s færre end forventet."
        )
        said = view.say(text, who=who, place=marks.figure(place), gap=marks.amount(gap))
    else:
        said = view.say("%(who)s lå %(place)s; lige så mange som forventet.", who=who, place=marks.figure(place))
    alike = shown.part(place, "kan_ikke_skelnes")
    if alike is not None and alike.value is not None:
        said += " " + view.say("Tallene kan ikke skille den fra %(others)s.", others=_others(view, alike))
    return said


def _others(view: View, part: Any) -> Markup:
    number = view.language.number(part.value)
    words = view.t("anden kommune") if part.value == 1 else view.t("andre kommuner")
    return Markup('<data value="{}" data-k="{}|{}|value">{}</data> {}').format(
        repr(part.value).removesuffix(".0"), part.key.text, part.part, number, words
    )


def _interval(view: View, figure: Figure | None) -> Markup:
    span = view.marks.span(figure, bare=figure is not None and figure.unit == "rank")
    return view.say("95 pct.-interval: %(span)s", span=span) if span else Markup("")


def _before(view: View, shown: Shown, change: Figure | None) -> Markup:
    before, now = (shown.part(change, name) for name in ("placering_foer", "placering_nu"))
    if before is None or now is None:
        return why_not(view, shown, change)
    return view.say("fra %(before)s til %(now)s", before=view.marks.part(before), now=view.marks.part(now))


def why_not(view: View, shown: Shown, figure: Figure | None) -> Markup:
    """The reason a figure is not there, from its rule."""
    if figure is None:
        return Markup("")
    reasons = shown.rules.measures[figure.key.measure].reasons_da
    held = [view.t(reasons[name]) for name in shown.parts.get(figure.key, {}) if name in reasons]
    return escape(" ".join(held))


def _money_note(view: View, money: Figure | None) -> Markup:
    if money is None or money.value is None:
        return Markup("")
    span = view.marks.span(money, bare=False)
    if money.kilde == "skoen":
        return view.say("skøn; spænd %(span)s", span=span) if span else view.say("skøn")
    return view.say("offentliggjort beløb")


def _table(view: View, shown: Shown, kode: str, period: str) -> Table:
    """The four areas: numbers, shares, place, interval and change."""
    rows = []
    for area in shown.rules.benchmark.omraader:
        place = shown.figure(jobs.RANK, kode, area, period)
        held = [shown.figure(name, kode, area, period) for name in (*jobs.COUNTS, *jobs.SHARES, jobs.DIFFERENCE)]
        cells = [
            *(view.marks.figure(figure, bare=True) for figure in held),
            view.marks.figure(place, bare=True),
            view.marks.span(place),
            view.marks.figure(shown.figure(MOVE, kode, area, period)),
            view.marks.figure(shown.figure(MOVE_YEAR, kode, area, period)),
        ]
        rows.append(Row(view.area(shown, area), cells))
    headings = [
        "Område", "Forventet", "Faktisk", "Forskel", "Forventet, pct.", "Faktisk, pct.", "Forskel, procentpoint",
        "Placering", "95 pct.-interval", "Siden udgaven før", "På et år",
    ]  # fmt: skip
    return Table(
        view.t("Fuldtidspersoner på offentlig forsørgelse og placering"),
        [view.t(text) for text in headings],
        [False] + [True] * 10,
        rows,
    )


def _reach(view: View, shown: Shown, kode: str, period: str) -> Table | None:
    """How many fewer it would take; None where it has no place to take it from."""
    if all(shown.figure(jobs.RANK, kode, area, period) is None for area in shown.rules.benchmark.omraader):
        return None
    rows = []
    for area in shown.rules.benchmark.omraader:
        place = shown.figure(jobs.RANK, kode, area, period)
        rows.append(Row(view.area(shown, area), [view.marks.part(shown.part(place, name)) for name in REACH]))
    headings = [view.t("Område"), *(view.t(text) for text in REACH.values())]
    return Table(view.t("Så mange færre fuldtidspersoner skal der til"), headings, [False, True, True, True], rows)


def _chances(view: View, shown: Shown, kode: str, period: str) -> list[tuple[str, Markup]]:
    total = shown.rules.benchmark.total
    place, gap = (shown.figure(name, kode, total, period) for name in (jobs.RANK, jobs.DIFFERENCE))
    named = [
        ("Sandsynlighed for en plads blandt de ti bedste", shown.part(place, "blandt_de_ti_bedste")),
        ("Sandsynlighed for at ligge under det forventede", shown.part(gap, "bedre_end_forventet")),
        ("Delvist sammenvejet forskel", shown.part(gap, "delvis_sammenvejet")),
    ]
    return [(view.t(text), _chance(view, part)) for text, part in named if part is not None]


def _chance(view: View, part: Part) -> Markup:
    """A part with its unit, or both ends of where it may lie."""
    return view.marks.part(part) if part.value is not None else view.marks.span(part, bare=False)


def _alike(view: View, shown: Shown, kode: str, period: str, root: str) -> list[tuple[str, Table]]:
    """Whom it is like, with their places; results played no part in the choice."""
    total = shown.rules.benchmark.total
    found = []
    for relation, words in RELATIONS.items():
        others = shown.relations.get((relation, kode, total, period), ())[:ALIKE]
        if not others:
            continue
        rows = []
        for other in (kode, *(code for code, _ in others)):
            place = shown.figure(jobs.RANK, other, total, period)
            cells = [
                view.marks.figure(shown.figure("forventet_andel", other, total, period)),
                view.marks.figure(shown.figure("faktisk_andel", other, total, period)),
                view.marks.figure(place, bare=True),
                view.marks.span(place),
            ]
            rows.append(Row(view.link(root, other), cells, own=other == kode))
        headings = ["Kommune", "Forventet andel", "Faktisk andel", "Placering", "95 pct.-interval"]
        found.append((view.t(words), Table(view.t(words), [view.t(h) for h in headings], [False] + [True] * 4, rows)))
    return found
