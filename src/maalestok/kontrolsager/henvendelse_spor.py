"""One track of a letter: its sentence, its figures month end by month end, and what it would take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maalestok.period import parse_period
from maalestok.publish.documents.building import period_fact, window
from maalestok.publish.documents.document import Block, Paragraph, Runs, Table
from maalestok.publish.documents.phrases import say, told
from maalestok.publish.documents.told import Tal, Told, counted, fact, runs, tal
from maalestok.publish.shown import Figure, Shown
from maalestok.publish.text_da import number
from maalestok.results import key_of

DRAWN = "trukket_andel"


@dataclass(frozen=True)
class Track:
    """A finding under the limit, in a release."""

    shown: Shown
    finding: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The finding's key, as facts name it."""
        names = ("criterion", "kommune_kode", "omraade", "period", "kontroltrin")
        return "|".join(str(self.finding[name]) for name in names)

    @property
    def name(self) -> str:
        """'Kontroltrin 3, alle ydelsesområder'."""
        area = self.shown.rules.benchmark.omraade_names_da[self.finding["omraade"]]
        trin = fact(str(self.finding["kontroltrin"]), f"{self.key}|kontroltrin")
        return say("henvendelse.spor_navn", trin=trin, omraade=area)

    @property
    def limit(self) -> Tal:
        """The limit in force."""
        return Tal(self.finding["graense"], "share", f"{self.key}|graense")

    @property
    def figures(self) -> list[Figure]:
        """The shares the finding rests on, oldest first.

        Raises:
            LookupError: the release does not hold one of them.
        """
        held = []
        for text in self.finding["evidence"]:
            key = key_of(text)
            found = self.shown.figure(
                key["measure"], key["kommune_kode"], key["omraade"], key["period"], key["kontroltrin"]
            )
            if found is None:
                raise LookupError(f"no result {text}")
            held.append(found)
        return sorted(held, key=lambda figure: parse_period(figure.key.period))

    @property
    def months(self) -> Told:
        """'12 måneder': what each share is over."""
        return window(self.shown, DRAWN)


def _count(figure: Figure, part: str) -> Told:
    """How many cases a share is of, or out of."""
    value = figure.numerator if part == "numerator" else figure.denominator
    if value is None:
        raise LookupError(f"{figure.key.text} has no {part}")
    return Told(number(value), f"{figure.key.text}|{part}", value)


def opening(track: Track) -> str:
    """How long the municipality has been under the limit, and where it is now."""
    now = track.figures[-1]
    length = track.finding["loebelaengde"] or len(track.figures)
    return say(
        "henvendelse.spor",
        spor=track.name,
        maanedsskift=counted(length, f"{track.key}|loebelaengde", "månedsskift", "månedsskift"),
        maaned=period_fact(parse_period(now.key.period)),
        graense=track.limit,
        maaneder=track.months,
        trukket=_count(now, "numerator"),
        udstillet=_count(now, "denominator"),
        andel=tal(now, beside=track.finding["graense"]),
    )


def track_blocks(track: Track) -> list[Block]:
    """What is the case, the evidence as a table, and what it would take to reach the limit."""
    held: list[Block] = [Paragraph(runs(opening(track))), _table(track)]
    needed = track.shown.part(track.figures[-1], "mangler_sager")
    if needed is None or needed.value is None:
        return held
    text = told("henvendelse.mangler", sager=tal(needed)) if needed.value else told("henvendelse.naar_graensen")
    return [*held, Paragraph(text, "note")]


def _table(track: Track) -> Table:
    rows: list[tuple[Runs, ...]] = [
        (
            runs(str(period_fact(parse_period(figure.key.period)))),
            runs(str(_count(figure, "numerator"))),
            runs(str(_count(figure, "denominator"))),
            runs(str(tal(figure, beside=track.finding["graense"]))),
            runs(str(track.limit.graense)),
        )
        for figure in track.figures
    ]
    names = ("maanedsskift", "trukket", "udstillet", "andel", "graense")
    return Table(
        caption=told("henvendelse.tabel", spor=track.name, maaneder=track.months),
        headings=tuple(told(f"henvendelse.{name}") for name in names),
        numeric=(False, True, True, True, True),
        rows=tuple(rows),
    )
