"""The briefing (orientering) about one municipality in one edition: its sentences, tables and charts in order."""

from typing import Literal

from maalestok.beskaeftigelse import orientering_background as background
from maalestok.beskaeftigelse import orientering_expected as expected
from maalestok.beskaeftigelse import orientering_figures as figures
from maalestok.beskaeftigelse import orientering_targets as targets
from maalestok.beskaeftigelse.orientering_charts import pictures
from maalestok.beskaeftigelse.rules import FOKUSMAAL, load_rules
from maalestok.beskaeftigelse.told_facts import (
    ACTUAL,
    EXPECTED,
    GAP,
    MOVE,
    RANK,
    Subject,
    is_own,
    published,
)
from maalestok.errors import MaalestokError
from maalestok.kommune import resolve
from maalestok.period import parse_period
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.documents.building import bullets, cell, paragraph, section, span
from maalestok.publish.documents.document import Block, Document, Heading, Table
from maalestok.publish.documents.phrases import say, told
from maalestok.publish.documents.told import runs
from maalestok.publish.shown import Shown

KIND = "orientering"
Form = Literal["fuld", "kort"]


def subject(shown: Shown, kommune: str, period: str | None) -> Subject:
    """The municipality and edition a briefing is about, found in a release.

    Raises:
        MaalestokError: an unknown municipality, or an edition the release does not have.
    """
    wanted = shown.newest if period is None else parse_period(period).code
    if wanted not in shown.periods:
        raise MaalestokError(
            f"{shown.release.id} har ingen udgave {wanted}.", remedy=f"Vælg en af: {', '.join(shown.periods)}."
        )
    return Subject(shown, load_rules(), resolve(kommune).kode, wanted)


def document(about: Subject, form: Form = "fuld") -> Document:
    """The briefing. `kort` is half a page; one about sharpened supervision has what follows from it first."""
    release, period = about.shown.release, about.parsed
    blocks = _short(about) if form == "kort" else _full(about)
    name = "orientering.kort_titel" if form == "kort" else "orientering.titel"
    return Document(
        kind=KIND,
        id=f"{KIND}-{'kort-' if form == 'kort' else ''}{about.period}",
        title=say(name),
        subtitle=told("orientering.undertitel", kommune=about.kommune, periode=about.periode),
        author="Målestok",
        kommune=about.kode,
        period=about.period,
        release=release.id,
        date=period.last_day,
        mark=SYNTETISK if about.shown.syntetisk else "",
        footer=release.id,
        blocks=tuple(blocks),
    )


def make(shown: Shown, kommune: str, period: str | None, form: str) -> Document:
    """The briefing, from names.

    Raises:
        MaalestokError: as `subject`, or a form there is none of.
    """
    if form not in ("fuld", "kort"):
        raise MaalestokError(f"Formen {form!r} findes ikke.", remedy="Vælg fuld eller kort.")
    return document(subject(shown, kommune, period), "kort" if form == "kort" else "fuld")


def opening(about: Subject) -> list[Block]:
    """What matters most, and where the figures come from."""
    said = figures.lead(about)
    met = targets.outcome(about, targets.RESULT)
    if met in ("opfyldt", "ikke_opfyldt"):
        said.append(say(f"manchet.maal_{met}"))
    if targets.outcome(about, targets.COURSE):
        said += [say("manchet.forloeb", trin=text) for text in targets.course_words(about)]
    elif targets.outcome(about, targets.SUPERVISION) == "omfattet":
        said.append(say("manchet.omfattet"))
    when = None if about.shown.syntetisk else published(about.rules, about.parsed)
    came = [] if when is None else [say("orientering.offentliggjort", naar=when)]
    content = say("orientering.indhold", i_perioden=about.i_perioden, kommune=about.kommune)
    invented = paragraph(say("faelles.syntetisk"), style="manchet") if about.shown.syntetisk else []
    own = [say("orientering.egne_tal")] if is_own(about.figure(EXPECTED)) else []
    return [*invented, *paragraph(*said, style="manchet"), *paragraph(*came, content, *own)]


def _short(about: Subject) -> list[Block]:
    """Half a page: place, numbers, amount, targets, what follows."""
    total = about.total
    numbers = [*figures.placement(about, total), *figures.numbers(about, total)[:1], *figures.money(about)]
    goals = [*targets.result(about), *[s for name in FOKUSMAAL for s in targets.focus(about, name)]]
    return [
        *opening(about),
        *paragraph(*numbers),
        *paragraph(*goals, *targets.supervision(about)),
        *paragraph(background.rounding(about), background.sources(about)[-2], style="note"),
    ]


def _full(about: Subject) -> list[Block]:
    total = about.total
    sharpened = _sharpened(about) if targets.is_sharpened(about) else []
    return [
        *opening(about),
        *sharpened,
        *section("orientering.afsnit_noegletal", [_table(about)], paragraph(background.rounding(about), style="note")),
        *section(
            "orientering.afsnit_placering",
            paragraph(*figures.placement(about, total)),
            paragraph(*figures.causes(about)),
        ),
        *section(
            "orientering.afsnit_antal", paragraph(*figures.numbers(about, total)), paragraph(*figures.share(about))
        ),
        *section("orientering.afsnit_forventet", expected.blocks(about)),
        *section("orientering.afsnit_udgift", paragraph(*figures.money(about))),
        *section("orientering.afsnit_fokusmaal", _focus(about)),
        *section("orientering.afsnit_resultatmaal", paragraph(*targets.result(about), *targets.all_met(about))),
        *section("orientering.afsnit_tilsyn", _what_follows(about)),
        *section("orientering.afsnit_omraader", pictures(about), *(_area(about, area) for area in _areas(about))),
        *section("orientering.afsnit_vej", paragraph(*figures.reach(about))),
        *section("orientering.afsnit_baggrund", _background(about)),
        *section("orientering.afsnit_forbehold", bullets(background.reservations(about))),
        *section("orientering.afsnit_kilder", bullets(background.sources(about))),
    ]


def _areas(about: Subject) -> list[str]:
    return [area for area in about.rules.benchmark.omraader if area != about.total]


def _focus(about: Subject) -> list[Block]:
    if not targets.any_focus(about):
        return paragraph(*targets.focus_unknown(about))
    held = [paragraph(*targets.focus(about, name)) for name in FOKUSMAAL]
    return [*paragraph(*targets.focus_intro(about)), *(block for found in held for block in found)]


def _what_follows(about: Subject) -> list[Block]:
    said = [] if targets.is_sharpened(about) else targets.consequences(about)
    return [
        *paragraph(*targets.supervision(about)),
        *paragraph(*targets.zone(about)),
        *paragraph(*said),
        *paragraph(*targets.suspensions(about)),
    ]


def _sharpened(about: Subject) -> list[Block]:
    """What follows for a municipality under sharpened supervision: duties, the course so far, what may follow."""
    taken, after, notes = targets.course(about)
    rule = targets.consequences(about)[:1]
    return section(
        "orientering.afsnit_skaerpet",
        paragraph(*targets.course_words(about)),
        bullets(targets.duties(about)),
        paragraph(*rule),
        section("tilsyn.forloeb", bullets(taken), level=2),
        section("tilsyn.kan_foelge", bullets(after), paragraph(*notes, style="note"), level=2),
    )


def _area(about: Subject, area: str) -> list[Block]:
    numbers, place = figures.numbers(about, area), figures.placement(about, area)
    return [Heading(runs(str(about.area(area))), 2), *paragraph(*numbers), *paragraph(*place)]


def _background(about: Subject) -> list[Block]:
    held, outside = background.areas(about)
    return [*paragraph(*background.purpose(about)), *bullets(held), *paragraph(outside)]


def _table(about: Subject) -> Table:
    """All areas: expected, actual, difference, place, range, place in the edition before."""
    rows = []
    for area in about.rules.benchmark.omraader:
        held = [cell(about.figure(name, area)) for name in (EXPECTED, ACTUAL, GAP, RANK)]
        earlier = about.figure(RANK, area, about.parsed.previous_edition.code)
        before = cell(about.part(MOVE, "placering_foer", area) if earlier is None else earlier)
        rows.append((runs(str(about.area(area))), *held, span(about.figure(RANK, area)), before))
    headings = ["omraade", "forventet", "faktisk", "forskel", "placering"]
    named = [told(f"tabel.{name}") for name in headings]
    named += [told("tabel.interval", sikkerhed=about.sikkerhed), told("tabel.foer")]
    return Table(
        caption=told("tabel.noegletal", kommune=about.kommune, periode=about.periode),
        headings=tuple(named),
        numeric=(False, *([True] * 6)),
        rows=tuple(rows),
    )
