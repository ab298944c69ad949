"""Why a place moved, as a sentence in Danish, from the parts of the move."""

from collections.abc import Mapping, Sequence

from maalestok.publish.text_da import number

CAUSES_DA = {
    "egen_faktisk_andel": "kommunens egen udvikling i den faktiske andel",
    "egen_forventet_andel": "ændringen i kommunens forventede andel",
    "de_andre_kommuner": "de andre kommuners udvikling",
}
WHY_WEAK_DA = (
    "Det er et svagt tegn, for udgaverne deler borgere og eventuelt kvartaler; ændringen selv har intet interval."
)
Range = tuple[float, float]


def why_moved_da(name: str, before: float, now: float, parts: Mapping[str, float]) -> str:
    """'Norddjurs gik 3 pladser frem, fra nr. 24 til nr. 21: ... trak 4,5 pladser frem, ... og ...'.

    Args:
        name: the municipality.
        before, now: its places.
        parts: places gained by each cause of `CAUSES_DA`.
    """
    gained = before - now
    if gained:
        way = "frem" if gained > 0 else "tilbage"
        head = f"{name} gik {_places(abs(gained))} {way}, fra nr. {number(before)} til nr. {number(now)}"
    else:
        head = f"{name} blev på nr. {number(now)}"
    told = [_cause(words, parts[cause]) for cause, words in CAUSES_DA.items()]
    return f"{head}: {', '.join(told[:-1])}, og {told[-1]}."


def _cause(words: str, gained: float) -> str:
    if abs(gained) < 0.05:
        return f"{words} betød intet for placeringen"
    return f"{words} trak {_places(abs(gained))} {'frem' if gained > 0 else 'tilbage'}"


def _places(count: float) -> str:
    text = number(count, 1).removesuffix(",0")
    return f"{text} {'plads' if text == '1' else 'pladser'}"


def overlap_da(before: Range, now: Range) -> str:
    """Whether the two places' intervals overlap, and why that says little."""
    spans = f"{_span(before)} og {_span(now)}"
    if before[0] <= now[1] and now[0] <= before[1]:
        told = f"De to placeringers intervaller ({spans}) overlapper; flytningen kan være tilfældig."
    else:
        told = f"De to placeringers intervaller ({spans}) overlapper ikke."
    return f"{told} {WHY_WEAK_DA}"


def _span(ends: Range) -> str:
    return f"nr. {number(ends[0])}-{number(ends[1])}"


def move_lines(name: str, parts: Sequence[Mapping[str, object]]) -> list[str]:
    """The sentences about a change of place, from its rows of `parts`; none where the causes are not told."""
    held = {str(part["part"]): part for part in parts}
    lines = []
    if CAUSES_DA.keys() <= held.keys():
        values = {cause: _figure(held[cause]["value"]) for cause in CAUSES_DA}
        before, now = (_figure(held[place]["value"]) for place in ("placering_foer", "placering_nu"))
        lines.append(f"Hvorfor: {why_moved_da(name, before, now, values)}")
    places = [held[place] for place in ("placering_foer", "placering_nu") if place in held]
    ends = [(_figure(place["low"]), _figure(place["high"])) for place in places if place["low"] is not None]
    if len(ends) == 2:
        lines.append(f"Usikkerhed: {overlap_da(ends[0], ends[1])}")
    return lines


def _figure(value: object) -> float:
    if not isinstance(value, float):
        raise TypeError("a part of a move without a figure")
    return value
