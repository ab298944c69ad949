"""What can be wrong in the rules only this benchmark has: orphan ids, dates, measures without code. Pure."""

from collections.abc import Iterable
from fractions import Fraction

from maalestok.beskaeftigelse import focus_measures
from maalestok.beskaeftigelse.aaben_model_rules import model_faults as open_model_faults
from maalestok.beskaeftigelse.contracts import CHECKS
from maalestok.beskaeftigelse.personer.counting_rules import counting_faults
from maalestok.beskaeftigelse.personer.dream_codes import dream_faults
from maalestok.beskaeftigelse.personer.feeds import unnamed_rules
from maalestok.beskaeftigelse.personer.plan import target_faults
from maalestok.beskaeftigelse.personer.targets import OWN_ONLY
from maalestok.beskaeftigelse.rammevilkaar.model_rules import model_faults
from maalestok.beskaeftigelse.rules import FOKUSMAAL, AreaVersion, BeskaeftigelseRules
from maalestok.beskaeftigelse.supervision_check import supervision_faults
from maalestok.beskaeftigelse.tables import COMPUTED
from maalestok.rules.dated import order_faults
from maalestok.rules.models import ColumnKind, Governed

DECIDED = ("resultatmaal", *FOKUSMAAL, "skaerpet_tilsyn", "risikozone", "tilsynsforloeb")
"""Criteria that have a deciding function."""


def governed(rules: BeskaeftigelseRules) -> list[tuple[str, Governed]]:
    """Every rule file of this benchmark by its path."""
    files: list[tuple[str, Governed]] = [
        ("benchmark.yaml", rules.benchmark),
        ("editions.yaml", rules.editions),
        ("omraader.yaml", rules.areas),
        ("unit_costs.yaml", rules.unit_costs),
        ("usikkerhed.yaml", rules.uncertainty),
        ("lignende.yaml", rules.similar),
        ("personopgoerelse.yaml", rules.counting),
        ("rammevilkaar.yaml", rules.model),
        ("aaben_model.yaml", rules.open_model),
        ("dream_koder.yaml", rules.dream),
        ("tilsynsskridt.yaml", rules.tilsynsskridt),
        ("disclosure.yaml", rules.disclosure),
    ]
    files += [(f"measures/{name}.yaml", measure) for name, measure in rules.measures.items()]
    files += [(f"criteria/{name}.yaml", criterion) for name, criterion in rules.criteria.items()]
    return files + [(f"feeds/{name}.yaml", feed) for name, feed in rules.feeds.items()]


def rule_faults(rules: BeskaeftigelseRules) -> list[str]:
    """Everything that is wrong, in Danish; empty when nothing is."""
    faults = [f"omraader.yaml: {fault}" for fault in order_faults(rules.areas.versions)]
    faults += [f"unit_costs.yaml: {fault}" for fault in order_faults(rules.unit_costs.versions)]
    faults += [f"usikkerhed.yaml: {fault}" for fault in order_faults(rules.uncertainty.versions)]
    faults += [f"lignende.yaml: {fault}" for fault in order_faults(rules.similar.versions)]
    faults += [*_areas(rules), *_costs(rules), *_editions(rules), *_shares(rules), *_weights(rules), *_code(rules)]
    faults += unnamed_rules(rules.feeds)
    faults += dream_faults(rules.dream, rules.areas.benefits_da)
    for name, criterion in rules.fokusmaal.items():
        faults += [f"criteria/{name}.yaml: {fault}" for fault in target_faults(criterion.versions, name)]
    faults += [f"personopgoerelse.yaml: {fault}" for fault in order_faults(rules.counting.versions)]
    faults += [f"rammevilkaar.yaml: {fault}" for fault in order_faults(rules.model.versions)]
    persons, conditions = rules.feeds.get("borgere"), rules.feeds.get("rammevilkaar")
    faults += model_faults(rules.model, persons, conditions) if persons and conditions else []
    faults += open_model_faults(rules.open_model, conditions)
    areas = set(rules.benchmark.omraader) - {rules.benchmark.total}
    faults += counting_faults(rules.counting, rules.areas.benefits_da, areas)
    return [*faults, *supervision_faults(rules)]


def _shares(rules: BeskaeftigelseRules) -> Iterable[str]:
    """Parameters of the uncertainty that no method can work with; methods that can't be told apart by name."""
    names = [name for version in rules.uncertainty.versions for name in (version.version, version.persons.version)]
    yield from (f"usikkerhed.yaml: to metoder hedder {name}" for name in sorted(set(names)) if names.count(name) > 1)
    for version in rules.uncertainty.versions:
        for coverage in (version.coverage, *version.funnel_coverages):
            if not 0 < Fraction(coverage) < 1:
                yield f"usikkerhed.yaml: version {version.version}: dækningen {coverage} ligger ikke mellem 0 og 1"
        if Fraction(version.scale) <= 0:
            yield f"usikkerhed.yaml: version {version.version}: scale skal være større end 0"
        if not Fraction(version.winsorised) < Fraction(1, 2):
            yield f"usikkerhed.yaml: version {version.version}: winsorised skal være under 0.5"


def _weights(rules: BeskaeftigelseRules) -> Iterable[str]:
    """Conditions that are outcomes, that no table holds or that weigh nothing."""
    feed = rules.feeds.get("rammevilkaar")
    columns = {column.id: column.kind for column in feed.columns} if feed else {}
    for version in rules.similar.versions:
        for condition, weight in version.weights.items():
            if condition in rules.similar.refused:
                yield f"lignende.yaml: {condition} må ikke bruges: {rules.similar.refused[condition]}"
            elif columns.get(condition) is not ColumnKind.NUMBER:
                yield f"lignende.yaml: {condition} er ikke en talkolonne i rammevilkaar"
            if Fraction(weight) <= 0:
                yield f"lignende.yaml: {condition} skal have en vægt større end 0"


def _areas(rules: BeskaeftigelseRules) -> Iterable[str]:
    wanted = set(rules.benchmark.omraader) - {rules.benchmark.total}
    for benefit in sorted(set(rules.areas.benefit_from) - set(rules.areas.benefits_da)):
        yield f"omraader.yaml: ydelsen {benefit} i benefit_from har intet navn i benefits_da"
    for version in rules.areas.versions:
        listed = _benefits(version)
        for benefit in sorted(set(listed)):
            if benefit not in rules.areas.benefits_da:
                yield f"omraader.yaml: ydelsen {benefit} har intet navn i benefits_da"
            if listed.count(benefit) > 1:
                yield f"omraader.yaml: ydelsen {benefit} står to steder i version {version.version}"
        if set(version.areas) != wanted:
            yield f"omraader.yaml: version {version.version} har {sorted(version.areas)}, ikke {sorted(wanted)}"


def _benefits(version: AreaVersion) -> list[str]:
    return [benefit for benefits in version.areas.values() for benefit in benefits] + list(version.outside)


def _costs(rules: BeskaeftigelseRules) -> Iterable[str]:
    wanted = set(rules.benchmark.omraader) - {rules.benchmark.total}
    for version in rules.unit_costs.versions:
        if set(version.costs) != wanted:
            yield f"unit_costs.yaml: version {version.version} har {sorted(version.costs)}, ikke {sorted(wanted)}"
        for area, cost in version.costs.items():
            if not cost.low <= cost.central <= cost.high:
                yield f"unit_costs.yaml: {area}: low <= central <= high er ikke opfyldt"


def _editions(rules: BeskaeftigelseRules) -> Iterable[str]:
    for edition in rules.editions.editions:
        if (edition.period is None) != (edition.period_basis == "ukendt"):
            yield f"editions.yaml: udgaven {edition.published} har en periode, der ikke passer til period_basis"
    named = [edition.period for edition in rules.editions.editions if edition.period]
    if named != sorted(set(named)):
        yield "editions.yaml: udgaverne står ikke i tidsorden, eller en periode står to gange"


def _code(rules: BeskaeftigelseRules) -> Iterable[str]:
    columns = {column.id for column in rules.feeds["y30r21"].columns} if "y30r21" in rules.feeds else set()
    for measure in rules.measures.values():
        if measure.id in (*focus_measures.MEASURES, *OWN_ONLY):
            continue
        if measure.published_column is not None and measure.published_column not in columns:
            yield f"measures/{measure.id}.yaml: kolonnen {measure.published_column} findes ikke i y30r21"
        if (measure.published_column is None) != (measure.id in COMPUTED):
            yield f"measures/{measure.id}.yaml: målet er hverken en offentliggjort kolonne eller regnet af koden"
    for criterion in rules.criteria:
        if criterion not in DECIDED:
            yield f"criteria/{criterion}.yaml: ingen kode afgør dette kriterium"
    for name, checks in CHECKS.items():
        if name in rules.feeds:
            for rule in sorted(set(checks.contract.columns) - set(rules.feeds[name].rules_da)):
                yield f"feeds/{name}.yaml: reglen {rule} har ingen tekst i rules_da"
