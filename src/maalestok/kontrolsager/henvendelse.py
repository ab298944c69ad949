"""The letter (henvendelse) to a municipality that meets `lav_traekning`: a draft until a person approves that draft.

A draft has a number, the hash of all its words. Who approves names the number: if a figure, a field or a phrase has
changed since, the number is another and the approval is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from maalestok.errors import MaalestokError
from maalestok.kommune import by_code, resolve
from maalestok.kontrolsager.henvendelse_felter import LetterFields
from maalestok.kontrolsager.henvendelse_spor import Track, track_blocks
from maalestok.kontrolsager.rules import LAV, KontrolsagerRules, load_rules
from maalestok.period import parse_period
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.documents.document import Block, Bullets, Document, Fields, Heading, Paragraph
from maalestok.publish.documents.phrases import join, say, told
from maalestok.publish.documents.told import Told, fact, runs
from maalestok.publish.shown import Shown, codes
from maalestok.rules.dated import version_for

KIND = "henvendelse"
DRAFT = "UDKAST"
NUMBER_LENGTH = 12
UNDER = "under_graensen"
QUESTIONS = ("grund", "anvendelige", "bedre", "indhold")
UNDECIDED = {"smaa_tal", "smaa_tal_afvist"}
"""Flags with which nobody is contacted: small counts without an analyst's word, or with one against it."""

LATELY = "nyligt_kontaktet"


def letter(shown: Shown, kommune: str, period: str | None, fields: LetterFields, *, again: bool = False) -> Document:
    """The draft to a municipality at a month end.

    Args:
        shown: a release of the control cases.
        kommune: code or name.
        period: the month end; the newest if not given.
        fields: what a person adds.
        again: write even though the municipality was contacted lately.

    Raises:
        MaalestokError: the criterion isn't met, small counts wait for an analyst's word, it was contacted lately, or
            an invented letter names a sender.
    """
    kode = resolve(kommune).kode
    when = shown.newest if period is None else parse_period(period).code
    if when not in shown.periods:
        raise MaalestokError(
            f"{shown.release.id} har ikke {when}.", remedy=f"Vælg et månedsskift til og med {shown.newest}."
        )
    if shown.syntetisk and fields.afsender:
        raise MaalestokError(
            "Et brev med opfundne tal kan ikke have en afsender.", remedy="Fjern afsender fra felterne."
        )
    tracks = _to_write_about(shown, kode, when, again=again)
    draft = Document(
        kind=KIND,
        id=f"{KIND}-{when}",
        title=say("henvendelse.titel"),
        subtitle=told("henvendelse.undertitel", kommune=_kommune(kode)),
        author=fields.afsender or "Målestok",
        kommune=kode,
        period=when,
        release=shown.release.id,
        date=parse_period(when).last_day,
        mark=SYNTETISK if shown.syntetisk else "",
        footer=shown.release.id,
        blocks=tuple(_blocks(shown, kode, when, tracks, fields)),
    )
    number = fact(number_of(draft), "udkast|nummer")
    note = Paragraph(told("henvendelse.udkast", nummer=number), "note")
    mark = f"{DRAFT} · {draft.mark}" if draft.mark else DRAFT
    return replace(draft, mark=mark, draft=True, blocks=(note, *draft.blocks))


def approved(draft: Document, number: str, approver: str, fields: LetterFields) -> Document:
    """The letter as it is sent.

    Args:
        draft: as `letter` made it.
        number: the number of the draft that was read.
        approver: who approves.
        fields: those the draft was made with.

    Raises:
        MaalestokError: another draft's number, no name, fields still to be filled in, or invented figures.
    """
    if SYNTETISK in draft.mark:
        raise MaalestokError(
            "Et brev med opfundne tal kan ikke godkendes.", remedy="Byg en udgivelse af virkelige tal."
        )
    bare, current = _bare(draft), draft_number(draft)
    if number != current:
        raise MaalestokError(
            f"Udkastet har nummer {current}, ikke {number[:40]}: tal, felter eller ordlyd er ændret.",
            remedy="Læs det nye udkast, og godkend dets nummer.",
        )
    if not approver.strip():
        raise MaalestokError("Det mangler, hvem der godkender.", remedy="Skriv navnet med --approver.")
    if missing := fields.missing():
        raise MaalestokError(
            f"Felterne {', '.join(missing)} er ikke udfyldt.", remedy="Udfyld dem i filen til --fields."
        )
    names: Mapping[str, Told] = {
        "navn": fact(approver.strip(), "godkendt|navn"),
        "nummer": fact(current, "udkast|nummer"),
    }
    return replace(bare, blocks=(*bare.blocks, Paragraph(told("henvendelse.godkendt", **names), "note")))


def number_of(document: Document) -> str:
    """The number of a draft: the first hex digits of the hash of all its words."""
    return hashlib.sha256(document.text().encode()).hexdigest()[:NUMBER_LENGTH]


def _bare(draft: Document) -> Document:
    """A draft without what says that it is one."""
    mark = draft.mark.removeprefix(DRAFT).removeprefix(" · ")
    return replace(draft, mark=mark, draft=False, blocks=draft.blocks[1:])


def draft_number(draft: Document) -> str:
    """The number of a draft that `letter` made."""
    return number_of(_bare(draft))


def flagged(shown: Shown, kode: str, period: str) -> list[Track]:
    """The tracks on which a municipality meets the criterion."""
    tracks = []
    for track in shown.rules.criteria[LAV].tracks:
        finding = shown.finding(LAV, kode, track.omraade, period, track.kontroltrin)
        if finding is not None and finding["udfald"] == UNDER:
            tracks.append(Track(shown, finding))
    return tracks


def to_contact(shown: Shown, period: str | None) -> list[str]:
    """The codes of the municipalities a letter can be written to at a month end."""
    when = shown.newest if period is None else parse_period(period).code
    held = {kode: [t for t in flagged(shown, kode, when) if not _flags(t) & UNDECIDED] for kode in codes()}
    return [kode for kode, tracks in held.items() if tracks and not any(LATELY in _flags(t) for t in tracks)]


def _flags(track: Track) -> set[str]:
    return set(track.finding["flag"])


def _to_write_about(shown: Shown, kode: str, when: str, *, again: bool) -> list[Track]:
    """The tracks a letter is about: those under the limit, but for small counts that nobody has confirmed.

    Raises:
        MaalestokError: there are none, or the municipality was contacted lately.
    """
    name, tracks = by_code()[kode].titel, flagged(shown, kode, when)
    if not tracks:
        raise MaalestokError(
            f"{name} opfylder ikke kriteriet for en henvendelse ved udgangen af {parse_period(when).label_da}.",
            remedy=f"Se hvorfor: maalestok explain kontrolsager {LAV} {kode} {when}.",
        )
    words = shown.rules.criteria[LAV].flags_da
    sure = [track for track in tracks if not _flags(track) & UNDECIDED]
    if not sure:
        flags = sorted({flag for track in tracks for flag in _flags(track) & UNDECIDED})
        raise MaalestokError(
            f"{name}: {' '.join(words[flag] for flag in flags)}",
            remedy="Indlæs analytikerens ord (smaa_tal_bekraeftet) med maalestok import henvendelser.",
        )
    if not again and any(LATELY in _flags(track) for track in sure):
        raise MaalestokError(f"{name}: {words[LATELY]}", remedy="Giv --again, hvis der skal skrives igen.")
    return sure


def _kommune(kode: str) -> Told:
    return fact(by_code()[kode].titel, f"kommune|{kode}")


def _blocks(shown: Shown, kode: str, when: str, tracks: Sequence[Track], fields: LetterFields) -> list[Block]:
    rules = load_rules()
    head: list[Block] = []
    pairs = fields.pairs()
    if shown.syntetisk:
        head.append(Paragraph(told("henvendelse.syntetisk"), "manchet"))
        pairs = ((pairs[0][0], told("henvendelse.ingen_afsender")), *pairs[1:])
    to = (say("felt.til"), runs(str(_kommune(kode))))
    return [
        *head,
        Fields((to, *pairs[:-1])),
        Paragraph(told("henvendelse.formaal", kommune=_kommune(kode))),
        Heading(told("henvendelse.afsnit_tal")),
        *(block for track in tracks for block in track_blocks(track)),
        Heading(told("henvendelse.afsnit_kriterium")),
        Paragraph(runs(_criterion(rules, when))),
        Heading(told("henvendelse.afsnit_brug")),
        Paragraph(told("henvendelse.brug")),
        Paragraph(told("henvendelse.gode_grunde", grunde=_reasons(rules))),
        Heading(told("henvendelse.afsnit_spoergsmaal")),
        Bullets(tuple(told(f"henvendelse.spoergsmaal_{name}") for name in QUESTIONS)),
        Paragraph(told("henvendelse.svar")),
        Paragraph(told("henvendelse.svar_til")),
        Paragraph(told("henvendelse.hilsen_slut")),
        Paragraph(pairs[-1][1]) if fields.underskriver else Fields((pairs[-1],)),
    ]


def _criterion(rules: KontrolsagerRules, when: str) -> str:
    """The criterion in force, its reference, and that the limit is evaluated."""
    version = version_for(rules.lav.versions, parse_period(when))
    if version is None:
        raise LookupError(f"{LAV}: no version for {when}")
    key = f"regel|{LAV}|{version.version}"
    said = [say("henvendelse.kriterium", definition=fact(version.definition_da, f"{key}|definition"))]
    held = [fact(reference.text, f"{key}|kilde") for reference in (*version.reference, *rules.lav.reference)]
    names = dict.fromkeys(str(reference) for reference in held)
    said.append(say("henvendelse.reference", reference="; ".join(names)))
    said.append(str(fact(rules.lav.limits_da[-1], f"{key}|forbehold")))
    return " ".join(said)


def _reasons(rules: KontrolsagerRules) -> str:
    """The reasons a reply can give, as words, without 'andet'."""
    (column,) = (held for held in rules.feeds["henvendelser"].columns if held.id == "aarsager")
    choices: Mapping[str, Any] = column.choices
    words = [str(fact(text, "regel|henvendelser|aarsager")) for code, text in choices.items() if code != "andet"]
    return join(words)
