"""The cards of a kontroltrin and area: the three measures, maps, amounts."""

from collections.abc import Sequence

from maalestok.kommune import HELE_LANDET
from maalestok.publish.charts.draw import Rows
from maalestok.publish.shown import Figure, Shown, codes
from maalestok.publish.site.grid import squares
from maalestok.publish.site.language import one_stop
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.kontrolsager_cuts import (
    CREATED,
    DRAWN,
    EFFECT,
    MONEY,
    OPEN,
    Cut,
    cut_name,
    limit_at,
    trend_rows,
    trend_table,
)
from maalestok.publish.site.view import View, percent

FEW = 3


def _ordered(shown: Shown, cut: Cut, measure: str) -> list[str]:
    """Municipalities by a measure, the largest first, those without a figure last."""
    held = {kode: shown.figure(measure, kode, cut.omraade, shown.newest, cut.trin) for kode in codes()}
    return sorted(
        codes(), key=lambda kode: -1.0 if (f := held[kode]) is None or f.value is None else f.value, reverse=True
    )


def _subtitle(view: View, shown: Shown, cut: Cut) -> str:
    when = view.language.period(shown.newest)
    return view.t("%(cut)s, 12 måneder til og med %(when)s", cut=cut_name(view, shown, cut), when=when)


def _ends(view: View, shown: Shown, cut: Cut, measure: str, order: Sequence[str]) -> tuple[str, str, str, str] | None:
    """The first and last municipality with a figure, and their figures in words."""
    held = [(kode, f) for kode in order if (f := shown.figure(measure, kode, cut.omraade, shown.newest, cut.trin))]
    there = [(kode, f) for kode, f in held if f.value is not None]
    if len(there) < 2:
        return None
    limit = limit_at(shown, cut) if measure == DRAWN else None
    ends = []
    for _, end in (there[0], there[-1]):
        equal = [view.language.place(kode) for kode, figure in there if figure.value == end.value]
        ends += [_named(view, equal), view.text(end, beside=limit)]
    return ends[0], ends[1], ends[2], ends[3]


def _named(view: View, names: list[str]) -> str:
    """Municipalities that share an end: by name while they are few."""
    return view.language.join(sorted(names)) if len(names) <= FEW else view.t("flere kommuner")


def _bars(view: View, shown: Shown, cut: Cut, order: Sequence[str], first: str, second: str) -> Rows:
    """Rows of two measures side by side; a label says both, with what they are ratios of."""
    limit = limit_at(shown, cut)
    titles = [view.language.title(shown.rules.measures[name].title) for name in (first, second)]
    rows = []
    for kode in order:
        one, two = (shown.figure(name, kode, cut.omraade, shown.newest, cut.trin) for name in (first, second))
        beside = limit if first == DRAWN else None
        told = [
            f"{titles[0]}: {view.text(one, beside=beside)}{view.ratio(one)}",
            f"{titles[1]}: {view.text(two)}{view.ratio(two)}",
        ]
        rows.append(
            {
                "navn": view.language.place(kode),
                "v1": percent(one.value if one else None),
                "v2": percent(two.value if two else None),
                "m1": _word(view, one),
                "m2": _word(view, two),
                "label": one_stop(f"{view.language.place(kode)}. {one_stop(told[0] + '.')} {told[1]}."),
                **({"graense": percent(limit)} if first == DRAWN else {}),
            }
        )
    return rows


def _word(view: View, figure: Figure | None) -> str:
    if figure is None:
        return view.language.missing("ikke_opgjort", short=True)
    return "" if figure.value is not None else view.language.missing(figure.status, short=True)


def _two(view: View, shown: Shown, cut: Cut, order: Sequence[str], first: str, second: str, root: str) -> Table:
    """The figures of two measures with what they are ratios of."""
    limit = limit_at(shown, cut) if first == DRAWN else None
    titles = [view.language.title(shown.rules.measures[name].title) for name in (first, second)]
    rows = []
    for kode in (HELE_LANDET, *order):
        one, two = (shown.figure(name, kode, cut.omraade, shown.newest, cut.trin) for name in (first, second))
        marks = view.marks
        cells = [marks.figure(one, beside=limit), marks.ratio(one), marks.figure(two), marks.ratio(two)]
        rows.append(Row(view.link(root, kode, "#kontrolsager"), cells))
    count = view.t("antal")
    return Table(
        caption=f"{titles[0]}; {titles[1]}",
        headings=[view.t("Kommune"), titles[0], count, titles[1], count],
        numeric=[False, True, True, True, True],
        rows=rows,
        sortable=True,
    )


def drawn(view: View, shown: Shown, cut: Cut, root: str) -> Card:
    """First measure: drawn of those shown, created of those drawn."""
    order = _ordered(shown, cut, DRAWN)
    ends = _ends(view, shown, cut, DRAWN, order)
    limit = limit_at(shown, cut)
    summary = view.t(
        "De mørke søjler viser, hvor stor en del af de udstillede sager kommunen har trukket. De lyse "
        "viser, hvor stor en "
        "del af de trukne der indtil videre er oprettet som kontrolsager."
    )
    if limit is not None:
        summary += " " + view.t(
            "Den stiplede linje er grænsen på %(limit)s.", limit=view.language.limit(limit, "share")
        )
    return Card(
        id="trukket",
        name=f"grafer/{cut.name}/trukket",
        title=_most_least(view, ends, "%(most)s trak mest (%(high)s), %(least)s mindst (%(low)s)"),
        subtitle=f"1. {view.t('Trukket og oprettet')}: {_subtitle(view, shown, cut)}",
        summary=summary,
        kind="drawn",
        rows=_bars(view, shown, cut, order, DRAWN, CREATED),
        table=_two(view, shown, cut, order, DRAWN, CREATED, root),
        about=view.about(shown, [DRAWN, CREATED]),
        notes=view.limits(shown, [DRAWN, CREATED]),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _most_least(view: View, ends: tuple[str, str, str, str] | None, text: str) -> str:
    if ends is None:
        return view.t("Der er for få tal til at sammenligne kommunerne")
    most, high, least, low = ends
    return view.t(text, most=most, high=high, least=least, low=low)


def closed(view: View, shown: Shown, cut: Cut, root: str) -> Card:
    """Second measure: closed with effect, and not yet closed."""
    order = _ordered(shown, cut, EFFECT)
    ends = _ends(view, shown, cut, EFFECT, order)
    return Card(
        id="effekt",
        name=f"grafer/{cut.name}/effekt",
        title=_most_least(view, ends, "Andelen med effekt går fra %(high)s i %(most)s til %(low)s i %(least)s"),
        subtitle=f"2. {view.t('Afsluttet med effekt')}: {_subtitle(view, shown, cut)}",
        summary=view.t(
            "De mørke søjler viser, hvor stor en del af de afsluttede kontrolsager der endte med krav om "
            "tilbagebetaling "
            "eller beregnet mindreudgift. De lyse viser, hvor stor en del af de oprettede der mangler at "
            "blive afsluttet. "
            "Hverken mange eller få er i sig selv godt."
        ),
        kind="closed",
        rows=_bars(view, shown, cut, order, EFFECT, OPEN),
        table=_two(view, shown, cut, order, EFFECT, OPEN, root),
        about=view.about(shown, [EFFECT, OPEN]),
        notes=[
            *view.limits(shown, [EFFECT, OPEN]),
            view.t("* Foreløbigt: under halvdelen af de oprettede er afsluttet."),
        ],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def trend(view: View, shown: Shown, cut: Cut) -> Card:
    """Third measure: the share drawn over time."""
    first, last = (
        shown.figure(DRAWN, HELE_LANDET, cut.omraade, period, cut.trin) for period in (shown.periods[0], shown.newest)
    )
    limit = limit_at(shown, cut)
    return Card(
        id="udvikling",
        name=f"grafer/{cut.name}/udvikling",
        title=view.t(
            "Hele landet gik fra %(then)s i %(first)s til %(now)s i %(last)s",
            then=view.text(first, beside=limit),
            first=view.language.period(shown.periods[0]),
            now=view.text(last, beside=limit),
            last=view.language.period(shown.newest),
        ),
        subtitle=view.t("3. Andel trukket over tid: %(cut)s", cut=cut_name(view, shown, cut)),
        summary=view.t(
            "Hver prik er 12 måneder op til et månedsskift. Vælg en kommune for at se den over for hele landet."
        ),
        kind="trend",
        rows=trend_rows(view, shown, cut, [HELE_LANDET]),
        table=trend_table(view, shown, cut, [HELE_LANDET]),
        about=view.about(shown, [DRAWN]),
        notes=view.limits(shown, [DRAWN]),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
        choose=True,
    )


def maps(view: View, shown: Shown, cut: Cut, root: str) -> list[Card]:
    """The share drawn on both maps."""
    limit = limit_at(shown, cut)
    held = {kode: shown.figure(DRAWN, kode, cut.omraade, shown.newest, cut.trin) for kode in codes()}
    told = {
        kode: (
            percent(figure.value if figure else None),
            f"{view.language.place(kode)}: {view.text(figure, beside=limit)}{view.ratio(figure)}",
        )
        for kode, figure in held.items()
    }
    table = Table(
        caption=view.language.title(shown.rules.measures[DRAWN].title),
        headings=[view.t("Kommune"), view.language.title(shown.rules.measures[DRAWN].title)],
        numeric=[False, True],
        rows=[Row(view.link(root, kode), [view.marks.figure(held[kode], beside=limit)]) for kode in codes()],
        sortable=True,
    )
    return squares(
        view,
        shown,
        told,
        table,
        kind="drawn",
        folder=f"grafer/{cut.name}",
        subtitle=f"{view.language.title(shown.rules.measures[DRAWN].title)}: {_subtitle(view, shown, cut)}",
        rules=[DRAWN],
    )


def money(view: View, shown: Shown, cut: Cut, root: str) -> Card:
    """Amounts: claims for repayment and reduced expense."""
    titles = [view.language.title(shown.rules.measures[name].title) for name in MONEY]
    rows = []
    for kode in (HELE_LANDET, *codes()):
        held = [shown.figure(name, kode, cut.omraade, shown.newest, cut.trin) for name in MONEY]
        rows.append(Row(view.link(root, kode), [view.marks.figure(figure) for figure in held]))
    land = shown.figure(MONEY[0], HELE_LANDET, cut.omraade, shown.newest, cut.trin)
    return Card(
        id="beloeb",
        name=f"grafer/{cut.name}/beloeb",
        title=view.t("Provenu i hele landet: %(amount)s", amount=view.text(land)),
        subtitle=_subtitle(view, shown, cut),
        summary=view.t("Krav om tilbagebetaling og beregnet mindreudgift i sager, der er afsluttet med effekt."),
        table=Table(titles[0], [view.t("Kommune"), *titles], [False, True, True, True], rows, sortable=True),
        about=view.about(shown, MONEY),
        notes=view.limits(shown, MONEY),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )
