"""The yearly report for the authority: a part from each benchmark that there is a release of."""

from collections.abc import Mapping

from maalestok.errors import MaalestokError
from maalestok.period import parse_period
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.documents.building import bullets, paragraph, section
from maalestok.publish.documents.document import Block, Document, Runs
from maalestok.publish.documents.phrases import say, told
from maalestok.publish.documents.told import fact
from maalestok.publish.shown import Shown
from maalestok.registry import module

KIND = "aarsnotat"
PARTS = ("beskaeftigelse", "kontrolsager")


def document(shown: Mapping[str, Shown], periods: Mapping[str, str | None]) -> Document:
    """The report.

    Args:
        shown: benchmark -> its release; at least one.
        periods: benchmark -> the edition or month end to tell of; None is the benchmark's own choice.

    Raises:
        MaalestokError: a period the release does not have, or real and invented figures together.
    """
    if {held.syntetisk for held in shown.values()} == {True, False}:
        raise MaalestokError(
            "Udgivelserne blander virkelige og opfundne (SYNTETISK) tal.", remedy="Lav et notat om hver for sig."
        )
    chosen = {name: _period(name, shown[name], periods.get(name)) for name in PARTS if name in shown}
    blocks = [block for name, period in chosen.items() for block in module(name, KIND).part(shown[name], period)]
    ids = [shown[name].release.id for name in chosen]
    newest = max(chosen.values(), key=parse_period)
    invented = any(held.syntetisk for held in shown.values())
    return Document(
        kind=KIND,
        id=f"{KIND}-{'-'.join(chosen.values())}",
        title=say("aarsnotat.titel"),
        subtitle=_subtitle(shown, chosen),
        author="Målestok",
        kommune=None,
        period=newest,
        release=" · ".join(ids),
        date=parse_period(newest).last_day,
        mark=SYNTETISK if invented else "",
        footer=" · ".join(ids),
        blocks=(
            *(paragraph(say("faelles.syntetisk"), style="manchet") if invented else []),
            *_absent(shown),
            *blocks,
            *section("aarsnotat.afsnit_kilder", bullets(_sources(shown))),
        ),
    )


def _period(name: str, shown: Shown, wanted: str | None) -> str:
    if wanted is None:
        period: str = module(name, KIND).default_period(shown)
        return period
    code = parse_period(wanted).code
    if code not in shown.periods:
        remedy = f"Den nyeste er {shown.newest}."
        raise MaalestokError(f"{shown.release.id} har ikke {code}.", remedy=remedy)
    return code


def _subtitle(shown: Mapping[str, Shown], chosen: Mapping[str, str]) -> Runs:
    facts = {}
    if "beskaeftigelse" in chosen:
        facts["periode"] = module("beskaeftigelse", KIND).subject(shown["beskaeftigelse"], chosen["beskaeftigelse"])
    if "kontrolsager" in chosen:
        facts |= module("kontrolsager", KIND).subject(shown["kontrolsager"], chosen["kontrolsager"])
    which = "begge" if len(chosen) == len(PARTS) else next(iter(chosen))
    return told(f"aarsnotat.undertitel_{which}", **facts)


def _absent(shown: Mapping[str, Shown]) -> list[Block]:
    return [
        block for name in PARTS if name not in shown for block in paragraph(say(f"aarsnotat.uden_{name}"), style="note")
    ]


def _sources(shown: Mapping[str, Shown]) -> list[str]:
    texts = dict.fromkeys(text for held in shown.values() for text in held.release.manifest.attribution)
    said = [str(fact(text if text.endswith(".") else f"{text}.", "udgivelse|kilde")) for text in texts]
    said += [say("faelles.udgivelse", udgivelse=fact(held.release.id, "udgivelse|id")) for held in shown.values()]
    return [*said, say("faelles.ikke_en_myndighed")]
