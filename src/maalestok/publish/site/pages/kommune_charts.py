"""A municipality's charts of the minister's benchmark: places, why they moved, development."""

import re
from typing import Any

from markupsafe import escape

from maalestok.kommune import by_code
from maalestok.publish.shown import Shown
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages import beskaeftigelse_words as jobs
from maalestok.publish.site.pages.kommune_standing import MOVE
from maalestok.publish.site.view import View, percent

CAUSES = {
    "egen_faktisk_andel": "Kommunens egen faktiske andel",
    "egen_forventet_andel": "Kommunens forventede andel",
    "de_andre_kommuner": "De andre kommuner",
}


PLAIN = re.compile(r" \([^)]*\)$")
"""The Danish word in brackets that an English name of an area ends with."""


def areas(view: View, shown: Shown, kode: str, period: str) -> Card:
    """Its place in all and in each area, with intervals."""
    rows, table = [], []
    for area in shown.rules.benchmark.omraader:
        place = shown.figure(jobs.RANK, kode, area, period)
        table.append(Row(view.area(shown, area), [view.marks.figure(place), view.marks.span(place)]))
        if place is None or place.value is None:
            continue
        low, high = (place.value if end is None else end for end in (place.low, place.high))
        edition = jobs.Edition(area, period)
        rows.append(
            {
                "navn": PLAIN.sub("", view.area(shown, area)),
                "v": place.value,
                "low": low,
                "high": high,
                "label": f"{view.area(shown, area)}. {jobs.place_label(view, shown, kode, edition)}",
            }
        )
    total = shown.figure(jobs.RANK, kode, shown.rules.benchmark.total, period)
    return Card(
        id="placering",
        name=f"grafer/{kode}/{period}/placering",
        title=view.t("%(who)s er %(place)s i alt", who=by_code()[kode].navn, place=view.text(total)),
        subtitle=f"{view.t('Placering i alt og på hvert område')}: {view.language.period(period)}",
        summary=view.t(
            "Prikken er Målestoks egen placering, stregen de pladser, kommunen kan have."
            if shown.is_own
            else "Prikken er den offentliggjorte placering, stregen de pladser, kommunen kan have."
        ),
        kind="areas",
        rows=rows,
        table=Table(
            view.t("Placering"),
            [view.t(text) for text in ("Område", "Placering", "95 pct.-interval")],
            [False, True, True],
            table,
        ),
        about=view.about(shown, [jobs.RANK]),
        notes=view.limits(shown, [jobs.RANK]),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def moves(view: View, shown: Shown, kode: str, period: str) -> list[Card]:
    """Why the place moved since the edition before; nothing where there is none."""
    total = shown.rules.benchmark.total
    change = shown.figure(MOVE, kode, total, period)
    if change is None or change.value is None:
        return []
    rows, table = [], []
    for name, words in CAUSES.items():
        part = shown.part(change, name)
        if part is None or part.value is None:
            return []
        text = view.language.figure(part.value, part.unit)
        rows.append({"navn": view.t(words), "v": part.value, "label": f"{view.t(words)}: {text}"})
        table.append(Row(view.t(words), [view.marks.part(part)]))
    before, now = (shown.part(change, name) for name in ("placering_foer", "placering_nu"))
    name = by_code()[kode].navn
    title = view.t("%(who)s: %(moved)s siden udgaven før", who=name, moved=view.text(change))
    return [
        Card(
            id="hvorfor-flyttet",
            name=f"grafer/{kode}/{period}/hvorfor-flyttet",
            title=title,
            subtitle=(
                f"{view.t('Hvorfor placeringen flyttede sig')}: {view.area(shown, total)}, "
                f"{view.language.period(period)}"
            ),
            summary=view.say(
                (
                    "Fra %(before)s til %(now)s. De tre dele giver tilsammen ændringen; en del af en plads kan "
                    "skyldes afrunding."
                ),
                before=view.marks.part(before),
                now=view.marks.part(now),
            )
            + " "
            + escape(_overlap(view, before, now)),
            kind="moves",
            rows=rows,
            table=Table(title, [view.t("Årsag"), view.t("Pladser")], [False, True], table),
            about=view.about(shown, [MOVE]),
            notes=view.limits(shown, [MOVE]),
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def _overlap(view: View, before: Any, now: Any) -> str:
    """Whether the two places' intervals overlap, and why that says little."""
    if before is None or now is None or None in (before.low, now.low):
        return ""
    if before.low <= now.high and now.low <= before.high:
        return view.t(
            "De to placeringers intervaller overlapper; flytningen kan være tilfældig. Det er et svagt "
            "tegn, for udgaverne deler borgere og eventuelt kvartaler."
        )
    return view.t(
        "De to placeringers intervaller overlapper ikke. Det er et svagt tegn, for udgaverne deler borgere "
        "og eventuelt kvartaler."
    )


def development(view: View, shown: Shown, kode: str) -> Card:
    """Its difference from expected, edition by edition."""
    total, rows, table = shown.rules.benchmark.total, [], []
    for at, period in enumerate(shown.periods):
        gap = shown.figure(jobs.DIFFERENCE, kode, total, period)
        place = shown.figure(jobs.RANK, kode, total, period)
        cells = [
            view.marks.figure(gap),
            view.marks.span(gap),
            view.marks.figure(place, bare=True),
            view.marks.span(place),
        ]
        table.append(Row(view.language.period(period), cells))
        if gap is None or gap.value is None:
            continue
        low, high = (percent(gap.value if end is None else end) for end in (gap.low, gap.high))
        rows.append(
            {
                "udgave": view.language.short_period(period),
                "nr": at,
                "v": percent(gap.value),
                "low": low,
                "high": high,
                "label": f"{view.language.period(period)}: {view.text(gap)}, {view.text(place)}",
            }
        )
    headings = ["Udgave", "Forskel, procentpoint", "95 pct.-interval", "Placering", "95 pct.-interval"]
    first, last = (shown.figure(jobs.DIFFERENCE, kode, total, p) for p in (shown.periods[0], shown.newest))
    return Card(
        id="udvikling",
        name=f"grafer/{kode}/udvikling",
        title=view.t("Forskellen gik fra %(first)s til %(last)s", first=view.text(first), last=view.text(last))
        if len(shown.periods) > 1
        else view.t("Forskellen er %(last)s", last=view.text(last)),
        subtitle=f"{view.t('Forskel fra det forventede, udgave for udgave')}: {view.area(shown, total)}",
        summary=view.t("Under 0 er der færre på offentlig forsørgelse end forventet. Stregen er 95 pct.-intervallet."),
        kind="development",
        rows=rows,
        table=Table(view.t("Udvikling"), [view.t(h) for h in headings], [False] + [True] * 4, list(reversed(table))),
        about=view.about(shown, [jobs.DIFFERENCE]),
        notes=view.limits(shown, [jobs.DIFFERENCE]),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )
