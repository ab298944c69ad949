"""A briefing's charts: those of the municipality's page, with the text that stands in for them."""

from dataclasses import replace

from maalestok.beskaeftigelse.told_facts import DIFFERENCE, RANK, Subject, in_period, is_own
from maalestok.period import parse_period
from maalestok.publish.charts.draw import draw
from maalestok.publish.documents.building import danish_view
from maalestok.publish.documents.document import Block, Picture
from maalestok.publish.documents.phrases import Fact, join, say, told
from maalestok.publish.documents.told import tal
from maalestok.publish.site.page import Card
from maalestok.publish.site.pages import kommune_charts


def pictures(about: Subject) -> list[Block]:
    """The places with their ranges; the differences over the editions up to this one, where there are several."""
    view = danish_view(about.shown)
    held: list[Block] = []
    places = _places(about)
    if places:
        card = kommune_charts.areas(view, about.shown, about.kode, about.period)
        alt = told("graf.placering_alt", kommuner=about.placed(), placeringer=join(places))
        ours = is_own(about.figure(RANK))
        caption = told("graf.placering_egen" if ours else "graf.placering", kommunes=about.kommunes)
        held.append(Picture("placering", _drawn(card), alt, caption))
    differences = _differences(about)
    if len(differences) > 1:
        card = kommune_charts.development(view, about.shown, about.kode)
        told_of = about.shown.periods.index(about.period)
        card = replace(card, rows=[row for row in card.rows if row["nr"] <= told_of])
        alt = told("graf.udvikling_alt", udgaver=join(differences))
        held.append(Picture("udvikling", _drawn(card), alt, told("graf.udvikling")))
    return held


def _drawn(card: Card) -> str:
    return draw(card.kind or "", card.rows, card.name)


def _places(about: Subject) -> list[str]:
    said = []
    for area in about.rules.benchmark.omraader:
        figure = about.figure(RANK, area)
        if figure is None or figure.value is None:
            continue
        facts: dict[str, Fact] = {"omraade": about.rules.benchmark.omraade_names_da[area], "placering": tal(figure)}
        if figure.low is None or figure.high is None:
            said.append(say("graf.et_omraade", **facts))
        else:
            facts |= {"lav": tal(figure, "low"), "hoej": tal(figure, "high")}
            said.append(say("graf.et_omraade_interval", **facts))
    return said


def _differences(about: Subject) -> list[str]:
    said = []
    for period in about.shown.periods[: about.shown.periods.index(about.period) + 1]:
        figure = about.figure(DIFFERENCE, period=period)
        if figure is not None and figure.value is not None:
            said.append(say("graf.en_udgave", forskel=tal(figure), i_perioden=in_period(parse_period(period))))
    return said
