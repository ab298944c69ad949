"""A municipality's focus targets counted from persons: where it stands, what December can be, month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from maalestok.period import parse_period
from maalestok.publish.shown import Figure, Part, Shown
from maalestok.publish.site.page import Row, Table
from maalestok.publish.site.pages import beskaeftigelse_words as jobs
from maalestok.publish.site.pages import persons_words as persons
from maalestok.publish.site.pages.kommune_standing import why_not
from maalestok.publish.site.view import View
from maalestok.results import Status

SHOWN_MONTHS = 13
AS_GOOD_AS_EQUAL = 1e-6
"""Shares in a release have six decimals; nearer to a limit than that, nothing is said of which side they are on."""


@dataclass(frozen=True)
class Target:
    """One focus target: its criterion and the measures it is told by."""

    criterion: str
    share: str
    mean: str
    size: str
    short: str
    december: str


TARGETS = tuple(
    Target(
        criterion=f"fokusmaal_{plural}",
        share=f"{name}_andel",
        mean=f"{name}_andel_12m",
        size=f"maalgruppe_{plural}",
        short=f"mangler_borgere_{plural}",
        december=f"{name}_andel_december",
    )
    for name, plural in (("samtale", "samtaler"), ("tilbud", "tilbud"))
)
WORDS = {"fokusmaal_samtaler": "Samtaler", "fokusmaal_tilbud": "Tilbud eller arbejde"}


def some_withheld(shown: Shown, kode: str, months: Sequence[str]) -> bool:
    """True where some month's figure is withheld."""
    names = [name for target in TARGETS for name in (target.share, target.mean, target.size, target.short)]
    found = (persons.at(shown, name, kode, code) for name in names for code in months[-SHOWN_MONTHS:])
    return any(figure is not None and figure.status == Status.DISKRETIONERET.value for figure in found)


def target_of(view: View, shown: Shown, kode: str, target: Target, months: Sequence[str]) -> Mapping[str, Any]:
    """One focus target: where it stands, what December can be, and its months, newest first."""
    return {
        "word": view.t(WORDS[target.criterion]),
        "standing": _standing(view, shown, kode, target, months[-1]),
        "december": _december(view, shown, kode, target, months),
        "table": _months(view, shown, kode, target, list(reversed(months))[:SHOWN_MONTHS]),
    }


def _limit(view: View, shown: Shown, kode: str, target: Target, month: str) -> tuple[float | None, str]:
    """The limit in force in a month and its words; None where the target is suspended or its rules aren't checked."""
    finding = shown.finding(target.criterion, kode, shown.rules.benchmark.total, month)
    if finding is None or finding["graense"] is None:
        return None, ""
    return finding["graense"], view.language.limit(finding["graense"], "share")


def _standing(view: View, shown: Shown, kode: str, target: Target, month: str) -> Markup:
    """The mean of 12 months up to the newest one beside the limit, where it was counted from persons."""
    figure = persons.at(shown, target.mean, kode, month)
    finding = shown.finding(target.criterion, kode, shown.rules.benchmark.total, month)
    if figure is None or figure.value is None or finding is None or not persons.counted(shown, figure):
        return Markup("")
    limit, words = _limit(view, shown, kode, target, month)
    when = view.language.period(month)
    mean = view.marks.figure(figure, beside=limit)
    if limit is None:
        return view.say("Gennemsnittet af de 12 måneder til og med %(when)s er %(mean)s.", when=when, mean=mean)
    return view.say(
        "Gennemsnittet af de 12 måneder til og med %(when)s er %(mean)s; grænsen er %(limit)s: %(outcome)s.",
        when=when,
        mean=mean,
        limit=words,
        outcome=jobs.outcome(view, shown, target.criterion, finding),
    )


def _december(view: View, shown: Shown, kode: str, target: Target, months: Sequence[str]) -> Markup:
    """What the year's mean is at least and can be at most, told of the last known month."""
    told = [(code, figure) for code in months if (figure := persons.at(shown, target.december, kode, code)) is not None]
    if not told:
        return Markup("")
    month, figure = told[-1]
    year = str(parse_period(month).year)
    if figure.status == Status.DISKRETIONERET.value:
        return view.say(
            "Hvad gennemsnittet for %(year)s kan blive, er %(missing)s.", year=year, missing=view.marks.figure(figure)
        )
    if figure.value is None or figure.low is None or figure.high is None:
        return view.say(
            "Hvad gennemsnittet for %(year)s kan blive, er %(missing)s. %(why)s",
            year=year,
            missing=view.marks.figure(figure),
            why=why_not(view, shown, figure),
        )
    limit, words = _limit(view, shown, kode, target, month)
    low, high = view.marks.ends(figure, beside=limit)
    places = {"when": view.language.period(month), "low": low, "high": high, "year": year}
    if limit is None:
        text = (
            "Ved udgangen af %(when)s er mindst %(low)s sikkert i gennemsnit for %(year)s, og højst %(high)s kan nås."
        )
        return view.say(text, **places)
    said = view.say(
        "Ved udgangen af %(when)s er mindst %(low)s sikkert i gennemsnit for %(year)s, og højst %(high)s kan nås; "
        "grænsen er %(limit)s.",
        **places,
        limit=words,
    )
    if figure.low - limit > AS_GOOD_AS_EQUAL:
        said += " " + view.say("Bliver de, der nu er på ydelse, er målet sikret.")
    elif limit - figure.high > AS_GOOD_AS_EQUAL:
        said += " " + view.say("Bliver de, der nu er på ydelse, kan målet ikke nås.")
    elif limit - figure.low > AS_GOOD_AS_EQUAL and figure.high - limit > AS_GOOD_AS_EQUAL:
        said += " " + view.say("Bliver de, der nu er på ydelse, kan målet nås, men det er ikke sikret.")
    return said


def _months(view: View, shown: Shown, kode: str, target: Target, months: Sequence[str]) -> Table:
    """Month by month: share, mean of 12 months where there is one, group, persons short of the target."""
    marks, held = view.marks, [(code, persons.at(shown, target.share, kode, code)) for code in months]
    beside = any(f is not None and f.value is not None and not persons.counted(shown, f) for _, f in held)
    means = {code: persons.at(shown, target.mean, kode, code) for code in months}
    with_mean = any(f is not None and f.status != Status.IKKE_OPGJORT.value for f in means.values())
    rows = []
    for code, figure in held:
        limit, _ = _limit(view, shown, kode, target, code)
        cells: list[Markup | str] = [persons.published(view, shown, figure)] if beside else []
        cells.append(_share(view, shown, figure, limit))
        if with_mean:
            cells.append(_share(view, shown, means[code], limit))
        cells.append(marks.figure(persons.at(shown, target.size, kode, code), bare=True, short=True))
        cells.append(_short(view, shown, persons.at(shown, target.short, kode, code)))
        rows.append(Row(persons.unbroken(view.language.short_period(code)), cells))
    headings = [
        view.t("Måned"),
        *([view.t("Offentliggjort, pct.")] if beside else []),
        view.t("Andel"),
        *([view.t("Gennemsnit af 12 måneder")] if with_mean else []),
        view.t("Målgruppe"),
        view.t("Mangler"),
    ]
    return Table(view.t(WORDS[target.criterion]), headings, [False] + [True] * (len(headings) - 1), rows)


def _share(view: View, shown: Shown, figure: Figure | None, limit: float | None) -> Markup:
    """Our share or mean, on its side of the limit."""
    mine = persons.own(shown, figure)
    return view.marks.part(mine) if isinstance(mine, Part) else view.marks.figure(mine, beside=limit, short=True)


def _short(view: View, shown: Shown, figure: Figure | None) -> Markup:
    """Persons short of the target; where it follows from published shares, that is said."""
    told = view.marks.figure(figure, bare=True, short=True)
    if figure is None or figure.value is None or persons.counted(shown, figure):
        return told
    return told + Markup(" <small>({})</small>").format(view.t("af den offentliggjorte andel"))
