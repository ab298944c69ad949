"""A municipality counted from persons: full-time persons beside the published figures; the focus targets follow."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from maalestok.kommune import by_code
from maalestok.period import parse_period
from maalestok.publish.shown import Figure, Key, Part, Shown
from maalestok.publish.site.page import Row, Table
from maalestok.publish.site.pages import persons_words as persons
from maalestok.publish.site.pages.kommune_targets import TARGETS, some_withheld, target_of
from maalestok.publish.site.view import View
from maalestok.publish.text_da import PART_DA

NUMBER, SHARE = "faktisk_antal", "faktisk_andel"
QUARTER, DEFINITION = "i_kvartal_", "efter_definition_"
YEAR = 12


def persons_of(view: View, shown: Shown, kode: str, held: persons.Held, period: str | None) -> Mapping[str, Any]:
    """Everything about what was counted. `period`: of that edition alone; None: all, newest first."""
    years = [code for code in held.years if period in (None, code)]
    months = [code for code in held.months if period is None or _within(code, period)]
    newest = _main_period(shown, years)
    if newest is None and not months:
        return {}
    only_own = [code for code in reversed(years) if code not in shown.periods]
    return {
        "shown": shown,
        "lead": _lead(view, shown, kode, newest),
        "warnings": persons.notes(view, shown, held.methods, counting=False),
        "readings": persons.notes(view, shown, held.methods, counting=True),
        "areas": None if newest is None else _areas(view, shown, kode, newest),
        "compared": newest is not None and _is_published(shown, NUMBER, kode, newest),
        "shares": None if newest is None else _shares(view, shown, kode, newest),
        "definitions": None if newest is None else _definitions(view, shown, kode, newest),
        "only_own": _only_own(view, shown, kode, only_own) if only_own and only_own != [newest] else None,
        "targets": [target_of(view, shown, kode, target, months) for target in TARGETS] if months else [],
        "withheld": some_withheld(shown, kode, months),
        "method": None if (rule := persons.counting_rule(shown)) is None else f"metode/{rule.id}/",
        "source": view.source(shown),
    }


def _within(month: str, edition: str) -> bool:
    """True for a month of an edition's four quarters."""
    return 0 <= parse_period(edition).month_index - parse_period(month).month_index < YEAR


def _main_period(shown: Shown, years: Sequence[str]) -> str | None:
    """The period to show area by area: the newest published edition that was counted, too; else the newest counted."""
    held = [code for code in years if code in shown.periods] or years
    return held[-1] if held else None


def _value(view: View, found: Figure | Part | None, *, bare: bool = False) -> Markup:
    """Our count, whether it leads or stands beside a published figure."""
    return view.marks.part(found, bare=bare) if isinstance(found, Part) else view.marks.figure(found, bare=bare)


def _lead(view: View, shown: Shown, kode: str, period: str | None) -> Markup:
    """'Målestok har talt 1.720 fuldtidspersoner i Norddjurs, 2020; offentliggjort er 1.730 fuldtidspersoner.'"""
    if period is None:
        return Markup("")
    figure = persons.at(shown, NUMBER, kode, period)
    who, when = by_code()[kode].navn, view.language.period(period)
    mine = _value(view, persons.own(shown, figure))
    if persons.counted(shown, figure) or figure is None or figure.value is None:
        return view.say(
            "%(who)s, %(when)s: Målestok har talt %(own)s på offentlig forsørgelse. Intet tal er offentliggjort.",
            who=who,
            when=when,
            own=mine,
        )
    return view.say(
        "%(who)s, %(when)s: Målestok har talt %(own)s på offentlig forsørgelse; offentliggjort er %(published)s.",
        who=who,
        when=when,
        own=mine,
        published=view.marks.figure(figure),
    )


def _is_published(shown: Shown, name: str, kode: str, period: str) -> bool:
    """True where some area has a published figure."""
    found = (shown.figure(name, kode, area, period) for area in shown.rules.benchmark.omraader)
    return any(figure is not None and not persons.counted(shown, figure) for figure in found)


def _areas(view: View, shown: Shown, kode: str, period: str) -> Table:
    """Numbers by area: published, counted, the difference, and each of the four quarters."""
    ends = [parse_period(period).shifted(-back) for back in (9, 6, 3, 0)]
    beside = _is_published(shown, NUMBER, kode, period)
    rows = []
    for area in shown.rules.benchmark.omraader:
        figure = shown.figure(NUMBER, kode, area, period)
        cells: list[Markup | str] = [persons.published(view, shown, figure)] if beside else []
        cells.append(_value(view, persons.own(shown, figure), bare=True))
        if beside:
            cells.append(view.marks.part(shown.part(figure, persons.DEVIATION), bare=True))
        cells += [view.marks.part(shown.part(figure, f"{QUARTER}{end.month // 3}"), bare=True) for end in ends]
        rows.append(Row(view.area(shown, area), cells))
    compared = [view.t("Offentliggjort"), view.t("Målestok"), view.t("Afvigelse")]
    headings = [view.t("Område"), *(compared if beside else compared[1:2])]
    headings += [view.language.short_period(end.code) for end in ends]
    caption = view.t("Fuldtidspersoner, %(when)s, og i hvert kvartal", when=view.language.period(period))
    return Table(caption, headings, [False] + [True] * (len(headings) - 1), rows)


def _shares(view: View, shown: Shown, kode: str, period: str) -> Table:
    """Shares by area: published, counted with what rounding leaves open, and the difference."""
    beside = _is_published(shown, SHARE, kode, period)
    rows = []
    for area in shown.rules.benchmark.omraader:
        figure = shown.figure(SHARE, kode, area, period)
        mine = persons.own(shown, figure)
        cells: list[Markup | str] = [persons.published(view, shown, figure)] if beside else []
        cells += [_value(view, mine, bare=True), view.marks.span(mine)]
        if beside:
            cells.append(view.marks.part(shown.part(figure, persons.DEVIATION), bare=True))
        rows.append(Row(view.area(shown, area), cells))
    compared = [
        view.t("Offentliggjort, pct."),
        view.t("Målestok, pct."),
        view.t("Den uafrundede kan ligge på, pct."),
        view.t("Afvigelse, procentpoint"),
    ]
    headings = [view.t("Område"), *(compared if beside else compared[1:3])]
    caption = view.t("Andel af de 16-66-årige, %(when)s", when=view.language.period(period))
    return Table(caption, headings, [False] + [True] * (len(headings) - 1), rows)


def _definitions(view: View, shown: Shown, kode: str, period: str) -> Table | None:
    """Our number by each definition of the areas, where it was counted by more than one."""
    held = [
        {
            n: part
            for n, part in shown.parts.get(Key(NUMBER, kode, area, period), {}).items()
            if n.startswith(DEFINITION)
        }
        for area in shown.rules.benchmark.omraader
    ]
    names = sorted({name for parts in held for name in parts})
    if not names:
        return None
    rows = [
        Row(view.area(shown, area), [view.marks.part(parts.get(name), bare=True) for name in names])
        for area, parts in zip(shown.rules.benchmark.omraader, held, strict=True)
    ]
    return Table(
        view.t("Fuldtidspersoner efter hver definition af områderne, %(when)s", when=view.language.period(period)),
        [view.t("Område"), *(view.t(PART_DA[name]) for name in names)],
        [False] + [True] * len(names),
        rows,
    )


def _only_own(view: View, shown: Shown, kode: str, years: Sequence[str]) -> Table:
    """Periods in which nothing is published, newest first: the number in all and in each area, and the share."""
    areas = shown.rules.benchmark.omraader
    rows = []
    for period in years:
        cells = [view.marks.figure(shown.figure(NUMBER, kode, area, period), bare=True) for area in areas]
        rows.append(
            Row(persons.span(view, period), [*cells, view.marks.figure(persons.at(shown, SHARE, kode, period))])
        )
    return Table(
        view.t("Perioder uden offentliggjort udgave, fuldtidspersoner"),
        [view.t("Periode"), *(view.area(shown, area) for area in areas), view.t("Andel i alt")],
        [False] + [True] * (len(areas) + 1),
        rows,
    )
