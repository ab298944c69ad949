"""Who made the figures of a release, and what is known of the licence. Invented figures are never an authority's."""

from dataclasses import dataclass

from maalestok.build import Built
from maalestok.publish.cells import SYNTETISK

INVENTED = f"{SYNTETISK}: opfundne tal fra Målestok"


@dataclass(frozen=True)
class Attribution:
    """One source of a release."""

    feed: str
    text: str
    publisher: str
    licence: str


def attributions(built: Built) -> list[Attribution]:
    """The sources behind a release, by feed; a feed with both kinds of deliveries is named twice."""
    found = []
    for feed, invented in sorted({(d.feed, d.syntetisk) for d in built.inputs}):
        source = built.rules.feeds[feed].source
        if invented:
            found.append(Attribution(feed, INVENTED, "Målestok", "CC0-1.0"))
        else:
            found.append(Attribution(feed, source.attribution_da, source.publisher, source.licens_note_da))
    return found


def attribution_texts(built: Built) -> list[str]:
    """Each attribution once."""
    return sorted({source.text for source in attributions(built)})


def all_invented(built: Built) -> bool:
    """True when no real figure went in, so that the whole may be given away."""
    return all(d.syntetisk for d in built.inputs)
