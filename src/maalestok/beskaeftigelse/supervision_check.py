"""What can be wrong in the supervision rules: limits, suspensions, steps nobody can reach or name. Pure."""

from collections.abc import Iterable

from maalestok.beskaeftigelse.focus_measures import MEANS, MEASURES
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.beskaeftigelse.supervision_contracts import HISTORY_RULES
from maalestok.rules.dated import order_faults


def supervision_faults(rules: BeskaeftigelseRules) -> list[str]:
    """Everything that is wrong, in Danish; empty when nothing is."""
    faults = [f"disclosure.yaml: {fault}" for fault in order_faults(rules.disclosure.versions)]
    return [*faults, *_targets(rules), *_decisions(rules), *_steps(rules), *_columns(rules)]


def _targets(rules: BeskaeftigelseRules) -> Iterable[str]:
    for name, criterion in rules.fokusmaal.items():
        file = f"criteria/{name}.yaml"
        if criterion.measure not in MEANS:
            yield f"{file}: målet {criterion.measure} er ikke et gennemsnit af 12 måneder"
        yield from (f"{file}: {fault}" for fault in order_faults(criterion.suspensions))
        for version in criterion.versions:
            if not 0 < float(version.threshold) < 1:
                yield f"{file}: version {version.version}: grænsen er ikke en andel mellem 0 og 1"
            for flag in sorted(set(version.flags) - set(criterion.flags_da)):
                yield f"{file}: forbeholdet {flag} har ingen tekst i flags_da"


def _decisions(rules: BeskaeftigelseRules) -> Iterable[str]:
    """What the code decides from is what the files say it follows from."""
    basis = {rules.resultatmaal.id, *rules.fokusmaal}
    for name, wanted in (("skaerpet_tilsyn", basis), ("risikozone", {*basis, "skaerpet_tilsyn"})):
        if name in rules.criteria and set(rules.criteria[name].rests_on) != wanted:
            yield f"criteria/{name}.yaml: rests_on er ikke det, koden afgør kriteriet af"


def _steps(rules: BeskaeftigelseRules) -> Iterable[str]:
    names = [step.id for step in rules.tilsynsskridt.steps]
    if len(set(names)) != len(names):
        yield "tilsynsskridt.yaml: et skridt står to gange"
    if not any(not step.after for step in rules.tilsynsskridt.steps):
        yield "tilsynsskridt.yaml: intet skridt begynder forløbet"
    for step in rules.tilsynsskridt.steps:
        for other in sorted({*step.after, *step.requires} - set(names)):
            yield f"tilsynsskridt.yaml: {step.id} nævner skridtet {other}, som ikke findes"
    for file, known in (
        ("criteria/tilsynsforloeb.yaml", _outcomes(rules)),
        ("feeds/tilsynsskridt.yaml", _choices(rules)),
    ):
        if known and set(names) != known:
            yield f"{file}: skridtene er ikke de samme som i tilsynsskridt.yaml"
    if "tilsynsskridt" in rules.feeds:
        for rule in sorted(HISTORY_RULES - set(rules.feeds["tilsynsskridt"].rules_da)):
            yield f"feeds/tilsynsskridt.yaml: reglen {rule} har ingen tekst i rules_da"


def _outcomes(rules: BeskaeftigelseRules) -> set[str]:
    return set(rules.criteria["tilsynsforloeb"].outcomes_da) if "tilsynsforloeb" in rules.criteria else set()


def _choices(rules: BeskaeftigelseRules) -> set[str]:
    columns = rules.feeds["tilsynsskridt"].columns if "tilsynsskridt" in rules.feeds else ()
    return {choice for column in columns for choice in column.choices}


def _columns(rules: BeskaeftigelseRules) -> Iterable[str]:
    columns = {column.id for column in rules.feeds["fokusmaal"].columns} if "fokusmaal" in rules.feeds else set()
    for name in MEASURES:
        published = rules.measures[name].published_column if name in rules.measures else None
        if published is not None and published not in columns:
            yield f"measures/{name}.yaml: kolonnen {published} findes ikke i fokusmaal"
