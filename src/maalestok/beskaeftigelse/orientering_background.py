"""What a briefing says of the benchmark itself: areas in force, reservations, sources, and the release it rests on."""

from collections.abc import Iterable

from maalestok.beskaeftigelse.orientering_targets import RESULT, SUPERVISION
from maalestok.beskaeftigelse.rules import FOKUSMAAL
from maalestok.beskaeftigelse.told_facts import MONEY, RANK, Subject
from maalestok.publish.documents.phrases import join, say
from maalestok.publish.documents.told import fact
from maalestok.rules.dated import version_for
from maalestok.rules.models import Dated, Reference


def purpose(subject: Subject) -> list[str]:
    """What the benchmark is, and what it is used for."""
    text = subject.rules.benchmark.description_da
    described = fact(f"{text[0].lower()}{text[1:]}", "regel|beskaeftigelse|beskrivelse")
    return [say("baggrund.benchmark", beskrivelse=described), say("baggrund.bruges")]


def areas(subject: Subject) -> tuple[list[str], str]:
    """Each area with its benefits in force, and what is outside; a benefit only from the day it exists."""
    rules = subject.rules.areas
    version = version_for(rules.versions, subject.parsed)
    if version is None:
        return [], say("baggrund.ikke_kendt")
    key = f"regel|omraader|{version.version}"

    def names(benefits: Iterable[str]) -> str:
        there = [b for b in benefits if b not in rules.benefit_from or rules.benefit_from[b] <= subject.parsed.last_day]
        return str(fact(join([rules.benefits_da[b] for b in there]), key))

    held = [
        say("baggrund.omraade", omraade=subject.area(area), ydelser=names(benefits))
        for area, benefits in version.areas.items()
    ]
    outside = names(version.outside)
    return held, say("baggrund.udenfor", ydelser=_capital(outside))


def _capital(marked: str) -> str:
    """A marked fact as a sentence begins: its first letter large."""
    return f"{marked[0]}{marked[1].upper()}{marked[2:]}"


def reservations(subject: Subject) -> list[str]:
    """What is to be kept in mind of the figures used here, each once, in the rules' words."""
    rules = subject.rules
    held = {text: f"regel|beskaeftigelse|forbehold|{n}" for n, text in enumerate(rules.benchmark.limits_da)}
    money = subject.figure(MONEY)
    for measure in (RANK,) if money is not None and money.kilde != "skoen" else (RANK, MONEY):
        figure = subject.figure(measure)
        limits = rules.measures[measure].limits_of([] if figure is None else [figure.rule_version])
        held |= {text: f"regel|{measure}|forbehold|{n}" for n, text in enumerate(limits)}
    return [str(fact(text, key)) for text, key in held.items()]


def rounding(subject: Subject) -> str:
    """That numbers are rounded, so that areas need not add up: the benchmark's first reservation."""
    return str(fact(subject.rules.benchmark.limits_da[0], "regel|beskaeftigelse|forbehold|0"))


def sources(subject: Subject) -> list[str]:
    """Who made the figures, the legal references of what was decided, and the release."""
    manifest = subject.shown.release.manifest
    said = [str(fact(_stop(text), "udgivelse|kilde")) for text in manifest.attribution]
    held: dict[str, str] = {}
    for criterion in (RESULT, *FOKUSMAAL, SUPERVISION):
        rule = subject.rules.criteria[criterion]
        version = version_for(rule.versions, subject.parsed.measured_year)
        for reference in _references(version, rule.reference):
            held.setdefault(reference.text, f"regel|{criterion}|kilde")
    said += [say("faelles.regelkilde", kilde=fact(text, key)) for text, key in held.items()]
    release = fact(subject.shown.release.id, "udgivelse|id")
    said.append(say("faelles.udgivelse", udgivelse=release))
    return [*said, say("faelles.ikke_en_myndighed")]


def _references(version: Dated | None, otherwise: tuple[Reference, ...]) -> tuple[Reference, ...]:
    return otherwise if version is None else version.reference


def _stop(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
