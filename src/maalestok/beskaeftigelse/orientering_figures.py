"""A briefing's sentences about place, numbers and money. Each is chosen by the figures and holds nothing but them."""

from maalestok.beskaeftigelse.told_facts import (
    ACTUAL,
    DIFFERENCE,
    EXPECTED,
    GAP,
    MONEY,
    MOVE,
    RANK,
    Subject,
    at_edition_before,
    why_not,
)
from maalestok.publish.documents.phrases import Fact, join, say
from maalestok.publish.documents.told import Tal, Told, tal
from maalestok.publish.shown import Figure, Part
from maalestok.publish.text_da import MISSING_DA

CAUSES = {"egen_faktisk": "egen_faktisk_andel", "egen_forventet": "egen_forventet_andel", "andre": "de_andre_kommuner"}
NOTHING = 0.05
"""Places under which a cause is said to have meant nothing: what one decimal rounds to zero."""
LEVELS = {
    "forventede": "til_det_forventede",
    "bedste_halvdel": "til_den_bedste_halvdel",
    "ti_bedste": "til_de_ti_bedste",
}


def known(figure: Figure | Part | None) -> Tal | None:
    """A figure for phrases, or None where there is none."""
    return None if figure is None or figure.value is None else tal(figure)


def direction(value: float) -> str:
    """Which phrase a difference chooses: `flere`, `faerre`, `svarer`."""
    return "flere" if value > 0 else "faerre" if value < 0 else "svarer"


def lead(subject: Subject) -> list[str]:
    """The first sentences: place and difference, and how sure the place is."""
    figure = subject.figure(RANK)
    said = [_lead(subject)]
    if figure is not None and figure.value is not None and figure.low is not None and figure.high is not None:
        said.append(say("manchet.interval", lav=tal(figure, "low"), hoej=tal(figure, "high")))
    return said


def _lead(subject: Subject) -> str:
    place, gap = known(subject.figure(RANK)), known(subject.figure(GAP))
    facts = {"kommune": subject.kommune, "kommuner": subject.placed()}
    if place is None:
        return say("manchet.uden_placering", kommune=subject.kommune)
    if gap is None:
        return say("manchet.uden_antal", **facts, placering=place, grund=_status(subject.figure(GAP)))
    return say(f"manchet.{direction(gap.value)}", **facts, placering=place, forskel=gap)


def placement(subject: Subject, omraade: str) -> list[str]:
    """Place, change since the edition before, range and whom it can't be told from."""
    figure = subject.figure(RANK, omraade)
    place = known(figure)
    if place is None:
        return [say("placering.ingen", kommune=subject.kommune, grund=_status(figure))]
    said = [say("placering.nu", kommune=subject.kommune, placering=place, kommuner=subject.placed(omraade))]
    said.append(change(subject, omraade))
    said += interval(subject, figure, short=omraade != subject.total)
    alike = known(subject.part(RANK, "kan_ikke_skelnes", omraade))
    if alike is not None and alike.value:
        said.append(say("placering.skelnes_fra", andre=others(alike)))
    elif alike is not None:
        said.append(say("placering.skelnes_ingen"))
    shared = subject.part(RANK, "mulige_pladser", omraade)
    if shared is not None and shared.low is not None and shared.low != shared.high:
        said.append(say("placering.delt", lav=tal(shared, "low").tal, hoej=tal(shared, "high").tal))
    return said


def others(alike: Tal) -> Told:
    """'én anden kommune', '74 andre kommuner'."""
    text = "én anden kommune" if alike.value == 1 else f"{alike.tal.text} andre kommuner"
    return Told(text, f"{alike.key}|value", alike.value)


def interval(subject: Subject, figure: Figure | None, *, short: bool) -> list[str]:
    """The range of a place, at length the first time; nothing where it has none."""
    if figure is None or figure.low is None or figure.high is None:
        return []
    ends = {"lav": tal(figure, "low"), "hoej": tal(figure, "high")}
    if short:
        return [say("placering.interval_kort", **ends, sikkerhed=subject.sikkerhed)]
    by_persons = any(held.persons.version in figure.rule_version for held in subject.rules.uncertainty.versions)
    name = "placering.interval_personer" if by_persons else "placering.interval"
    return [say(name, **ends, sikkerhed=subject.sikkerhed)]


def change(subject: Subject, omraade: str) -> str:
    """How the place moved since the edition two quarters earlier, or why that is not told."""
    figure = subject.figure(MOVE, omraade)
    moved, before = known(figure), known(subject.part(MOVE, "placering_foer", omraade))
    if moved is None or before is None:
        return say("placering.aendring_ikke_opgjort", grund=sentence(why_not(subject, figure)))
    way = "frem" if moved.value > 0 else "tilbage" if moved.value < 0 else "uaendret"
    return say(f"placering.{way}", ved_udgaven_foer=at_edition_before(subject), foer=before, flyttet=moved)


def sentence(words: str) -> str:
    """A reason as a sentence of its own: 'ikke opgjort' gets a subject's place, whole sentences stay."""
    return "" if words in MISSING_DA.values() else words


def causes(subject: Subject) -> list[str]:
    """Why the place in all moved: three parts that add up, and whether the ranges overlap; nothing where nothing is."""
    parts = {name: known(subject.part(MOVE, part)) for name, part in CAUSES.items()}
    held = {name: part for name, part in parts.items() if part is not None}
    if held.keys() != CAUSES.keys() or all(abs(part.value) < NOTHING for part in held.values()):
        return []
    moved = known(subject.figure(MOVE))
    causes_said = {name: _cause(name, part) for name, part in held.items()}
    if moved is not None and not moved.value:
        return [say("placering.hvorfor_uaendret", **causes_said)]
    said = [say("placering.hvorfor", **causes_said)]
    before, now = (subject.part(MOVE, name) for name in ("placering_foer", "placering_nu"))
    overlap = _overlap(before, now)
    if overlap is not None:
        said.append(say("placering.overlap" if overlap else "placering.intet_overlap"))
    return said


def _overlap(before: Part | None, now: Part | None) -> bool | None:
    """Whether two ranges have a place in common; None where one of them is not told."""
    if before is None or now is None:
        return None
    if before.low is None or before.high is None or now.low is None or now.high is None:
        return None
    return before.low <= now.high and now.low <= before.high


def _cause(name: str, part: Tal) -> str:
    way = "intet" if abs(part.value) < NOTHING else "frem" if part.value > 0 else "tilbage"
    return say(f"aarsag.{name}_{way}", flyttet=part)


def numbers(subject: Subject, omraade: str) -> list[str]:
    """Actual against expected, and the same in the edition before."""
    held = _three(subject, omraade, subject.period)
    if held is None:
        missing = next(
            (f for name in (ACTUAL, EXPECTED, GAP) if known(f := subject.figure(name, omraade)) is None), None
        )
        return [say("antal.ukendt", grund=_status(missing))]
    said = [say(f"antal.{direction(held['forskel'].value)}", **held)]
    before = _three(subject, omraade, subject.parsed.previous_edition.code)
    if before is not None:
        way = direction(before["forskel"].value)
        said.append(say(f"antal.foer_{way}", ved_udgaven_foer=at_edition_before(subject), **before))
    return said


def _three(subject: Subject, omraade: str, period: str) -> dict[str, Tal] | None:
    """Actual, expected and difference, where all are known."""
    names = {"faktisk": ACTUAL, "forventet": EXPECTED, "forskel": GAP}
    held = {word: known(subject.figure(name, omraade, period)) for word, name in names.items()}
    found = {word: figure for word, figure in held.items() if figure is not None}
    return found if found.keys() == names.keys() else None


def share(subject: Subject) -> list[str]:
    """The difference in percentage points, which is what places and the result target rest on."""
    figure = subject.figure(DIFFERENCE)
    held = known(figure)
    if figure is None or held is None:
        return []
    if figure.low is None or figure.high is None or not has_interval(subject, figure):
        return [say("antal.andel_uden_interval", forskel=held)]
    ends = {"lav": tal(figure, "low"), "hoej": tal(figure, "high")}
    return [say("antal.andel", forskel=held, sikkerhed=subject.sikkerhed, **ends)]


def has_interval(subject: Subject, figure: Figure) -> bool:
    """True where the range is one of a method of uncertainty; else it says how far rounding reaches."""
    return any(name in subject.rules.method_notes_da for name in figure.rule_version.split("+"))


def money(subject: Subject) -> list[str]:
    """What the difference costs or saves, and whose amount it is."""
    figure = subject.figure(MONEY)
    amount = known(figure)
    if figure is None or amount is None:
        status = "ikke_opgjort" if figure is None else figure.status
        return [say("udgift.ikke_opgjort", status=MISSING_DA[status], grund=sentence(why_not(subject, figure)))]
    if not amount.value:
        said = [say("udgift.som_forventet", kommunes=subject.kommunes)]
    else:
        way = "mere" if amount.value > 0 else "mindre"
        said = [say(f"udgift.{way}", kommune=subject.kommune, beloeb=amount)]
    if figure.kilde != "skoen":
        return [*said, say("udgift.officiel")]
    said.append(_estimate(figure, amount))
    gap = known(subject.figure(GAP))
    if gap is not None and direction(gap.value) != direction(amount.value):
        said.append(say("udgift.sum_af_omraader"))
    return said


def _estimate(figure: Figure, amount: Tal) -> str:
    """That an amount is an estimate, and its range; which side of the expected is told where it is not plain."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return say("udgift.skoen_uden_spaend")
    low, high = tal(figure, "low"), tal(figure, "high")
    if not low.value:
        return say("udgift.skoen_op_til", hoej=high)
    if not high.value:
        return say("udgift.skoen_ned_til", lav=low)
    if low.value < 0 < high.value or not amount.value:
        return say("udgift.skoen_begge_veje", lav=low, hoej=high)
    ends = sorted((low, high), key=lambda end: abs(end.value))
    return say("udgift.skoen", lav=ends[0], hoej=ends[1])


def reach(subject: Subject) -> list[str]:
    """What it takes to reach the expected level, the better half and the ten best; what is reached already."""
    needed = {name: subject.part(RANK, part) for name, part in LEVELS.items()}
    held = {name: part for name, part in needed.items() if part is not None and part.value is not None}
    short = {name: part for name, part in held.items() if tal(part).value > 0}
    there = [name for name in held if name not in short]
    said = []
    if short:
        said.append(say("vej.mangler", trin=join([_step(name, part) for name, part in short.items()])))
    if any(part.low != part.high for part in short.values()):
        said.append(say("vej.spaend"))
    if there:
        said.append(say("vej.naaet", niveauer=join([say(f"vej.til_{name}") for name in there])))
    return said


def _step(name: str, part: Part) -> str:
    """How many fewer it takes to reach a level, with the range that rounding leaves."""
    facts: dict[str, Fact] = {"antal": tal(part), "hvortil": say(f"vej.{name}")}
    if part.low is None or part.high is None or part.low == part.high:
        return say("vej.trin", **facts)
    return say("vej.trin_spaend", **facts, lav=tal(part, "low"), hoej=tal(part, "high"))


def _status(figure: Figure | None) -> str:
    return MISSING_DA["ikke_opgjort" if figure is None else figure.status]
