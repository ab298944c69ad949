"""The rules only this benchmark has: benefit areas over time, unit costs, publication dates, supervision."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from maalestok.beskaeftigelse.aaben_model_rules import OpenModelRules
from maalestok.beskaeftigelse.aaben_model_rules import load as load_open_model
from maalestok.beskaeftigelse.personer.counting_rules import Counting, CountingVersion
from maalestok.beskaeftigelse.personer.dream_codes import DreamCodes
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion, RammevilkaarModel
from maalestok.beskaeftigelse.supervision_rules import (
    Disclosure,
    FokusmaalCriterion,
    RisikozoneCriterion,
    Tilsynsskridt,
    load_tilsynsskridt,
)
from maalestok.rules.loader import load_file, load_shared, rules_root
from maalestok.rules.model_words import ModelWords
from maalestok.rules.models import (
    Criterion,
    Dated,
    Editions,
    Governed,
    Identifier,
    RuleModel,
    Ruleset,
    Text,
    ThresholdCriterion,
)

BENCHMARK = "beskaeftigelse"
_COUNTED_DA = {
    "betaler-1": (
        "Efter betalingskommune: fuldtidspersoner tæller i den kommune, der betaler ydelsen; beboere, hvor de bor.",
    ),
    "ugekoder-1": (
        "Tilnærmet: forløbene er omsat fra ugekoder, og en uge er sat ved blot én dag på ydelsen; det giver for mange.",
    ),
}
"""What is to be said of an option or a form of data that persons were counted by."""
FOKUSMAAL = ("fokusmaal_samtaler", "fokusmaal_tilbud")
_MODELS: dict[str, type[Criterion]] = {
    **dict.fromkeys(FOKUSMAAL, FokusmaalCriterion),
    "skaerpet_tilsyn": Criterion,
    "risikozone": RisikozoneCriterion,
    "tilsynsforloeb": Criterion,
}
"""Criteria that are no threshold on one measure."""


class AreaVersion(Dated):
    """Which benefits an area holds in a span of periods."""

    areas: Annotated[dict[Identifier, Annotated[tuple[Identifier, ...], Field(min_length=1)]], Field(min_length=1)]
    outside: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Areas(Governed):
    """`omraader.yaml`: the benefit areas over time."""

    benefits_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    benefit_from: dict[Identifier, date]
    versions: Annotated[tuple[AreaVersion, ...], Field(min_length=1)]


class UnitCost(RuleModel):
    """Net cost of one full-time person for a year in whole kroner, with the range published amounts imply."""

    low: Annotated[int, Field(gt=0)]
    central: Annotated[int, Field(gt=0)]
    high: Annotated[int, Field(gt=0)]


class UnitCostVersion(Dated):
    """Unit costs per area in a span of periods."""

    costs: Annotated[dict[Identifier, UnitCost], Field(min_length=1)]


class UnitCosts(Governed):
    """`unit_costs.yaml`: what a full-time person costs."""

    versions: Annotated[tuple[UnitCostVersion, ...], Field(min_length=1)]


DecimalText = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]


class PersonUncertainty(RuleModel):
    """What differs where the standard error is counted from persons: the method's name, and what is said of it."""

    version: Annotated[str, Field(pattern=r"^[0-9a-z.-]+$")]
    definition_da: Text
    left_out_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class UncertaintyVersion(Dated):
    """How sure differences and places are taken to be, in a span of periods.

    `scale`: how many times the variance of independent persons; `winsorised`: the share at either end moved in.
    `persons`: where the standard error comes from persons instead.
    """

    scale: DecimalText
    coverage: DecimalText
    draws: Annotated[int, Field(ge=100)]
    seed: Annotated[int, Field(ge=0)]
    best_places: Annotated[int, Field(ge=1)]
    funnel_coverages: Annotated[tuple[DecimalText, ...], Field(min_length=1)]
    default_funnel: Literal["additiv", "multiplikativ"]
    winsorised: DecimalText
    definition_da: Text
    left_out_da: Annotated[tuple[Text, ...], Field(min_length=1)]
    persons: PersonUncertainty


class Uncertainty(Governed):
    """`usikkerhed.yaml`: the approximation of standard errors, the draws, the funnels."""

    versions: Annotated[tuple[UncertaintyVersion, ...], Field(min_length=1)]


class SimilarVersion(Dated):
    """How many neighbours a municipality is shown with, and what each condition weighs among conditions."""

    nearest: Annotated[int, Field(ge=1, le=97)]
    weights: Annotated[dict[Identifier, DecimalText], Field(min_length=1)]
    definition_da: Text


class Similar(Governed):
    """`lignende.yaml`: which municipalities are alike. `refused` are columns that are outcomes, with the reason."""

    versions: Annotated[tuple[SimilarVersion, ...], Field(min_length=1)]
    refused: dict[Identifier, Text]


class BeskaeftigelseRules(Ruleset):
    """All rules of the minister's benchmark."""

    editions: Editions
    areas: Areas
    unit_costs: UnitCosts
    uncertainty: Uncertainty
    similar: Similar
    resultatmaal: ThresholdCriterion
    fokusmaal: dict[Identifier, FokusmaalCriterion]
    risikozone: RisikozoneCriterion
    tilsynsskridt: Tilsynsskridt
    disclosure: Disclosure
    counting: Counting
    model: RammevilkaarModel
    open_model: OpenModelRules
    dream: DreamCodes


@cache
def load_rules(root: Path | None = None) -> BeskaeftigelseRules:
    """All rules of this benchmark, from the shipped folder or from `root`."""
    shared = load_shared(BENCHMARK, root, _MODELS)
    folder = (root or rules_root()) / BENCHMARK
    uncertainty = load_file(folder / "usikkerhed.yaml", Uncertainty)
    counting = load_file(folder / "personopgoerelse.yaml", Counting)
    model, open_model = load_file(folder / "rammevilkaar.yaml", RammevilkaarModel), load_open_model(root)
    areas = load_file(folder / "omraader.yaml", Areas)
    return BeskaeftigelseRules(
        benchmark=shared.benchmark,
        measures=shared.measures,
        criteria=shared.criteria,
        feeds=shared.feeds,
        sha256=shared.sha256,
        editions=load_file(folder / "editions.yaml", Editions),
        areas=areas,
        unit_costs=load_file(folder / "unit_costs.yaml", UnitCosts),
        uncertainty=uncertainty,
        method_notes_da={v.version: _notes(v) for held in uncertainty.versions for v in (held, held.persons)},
        reading_notes_da=_COUNTED_DA
        | {v.version: _readings(v) for v in counting.versions}
        | {v.version: _of_model(v) for v in model.versions},
        model_words=_model_words(model, open_model, areas),
        similar=load_file(folder / "lignende.yaml", Similar),
        resultatmaal=load_file(folder / "criteria" / "resultatmaal.yaml", ThresholdCriterion),
        fokusmaal={name: load_file(folder / "criteria" / f"{name}.yaml", FokusmaalCriterion) for name in FOKUSMAAL},
        risikozone=load_file(folder / "criteria" / "risikozone.yaml", RisikozoneCriterion),
        tilsynsskridt=load_tilsynsskridt(root),
        disclosure=load_file(folder / "disclosure.yaml", Disclosure),
        counting=counting,
        model=model,
        open_model=open_model,
        dream=load_file(folder / "dream_koder.yaml", DreamCodes),
    )


def _notes(version: UncertaintyVersion | PersonUncertainty) -> tuple[str, ...]:
    return (f"Metode: {version.definition_da}", *(f"Ikke med: {text}" for text in version.left_out_da))


def _readings(version: CountingVersion) -> tuple[str, ...]:
    return (f"Metode: {version.definition_da}", *(f"Målestoks læsning: {text}" for text in version.readings_da))


def _model_words(model: RammevilkaarModel, open_model: OpenModelRules, areas: Areas) -> dict[str, ModelWords]:
    """Both models' versions in words."""
    on_persons = {
        version.version: ModelWords(
            groups_da=version.groups_da,
            conditions_da={condition.id: condition.title_da for condition in version.conditions},
            benefits_da=areas.benefits_da,
            limits_da=version.limits_da,
        )
        for version in model.versions
    }
    of_areas = {
        version.version: ModelWords(
            groups_da={},
            conditions_da={condition.column: condition.name_da for condition in version.conditions},
            benefits_da={},
            limits_da=version.reservations_da,
        )
        for version in open_model.versions
    }
    return on_persons | of_areas


def _of_model(version: ModelVersion) -> tuple[str, ...]:
    conditions = ", ".join(condition.title_da for condition in version.conditions)
    return (
        f"Model: {version.definition_da}",
        f"Vilkår: {conditions}.",
        *(f"Forbehold for modellen: {text}" for text in version.limits_da),
    )
