"""The rules only this benchmark has: runs of month ends under a limit, the funnel, protection of small counts."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from maalestok.rules.loader import load_file, load_shared, rules_root
from maalestok.rules.models import Dated, Governed, Ruleset, Text, ThresholdCriterion, ThresholdVersion

BENCHMARK = "kontrolsager"
LAV, HOEJ = "lav_traekning", "hoej_traekning"
Variant = Literal["mindst", "mere_end", "samlet"]


class RunVersion(ThresholdVersion):
    """How many month ends in a row under the threshold make a contact.

    `variant`: `mindst` run_length of them, `mere_end` run_length, or the last run_length `samlet` (pooled).
    `notice_months`: how many run lengths before that are a warning. `small_denominator`: below it an analyst's word is
    needed. `contact_months`: how long a contact counts as recent.
    """

    run_length: Annotated[int, Field(ge=1, le=24)]
    variant: Variant
    notice_months: Annotated[int, Field(ge=0, le=12)]
    small_denominator: Annotated[int, Field(ge=1)]
    contact_months: Annotated[int, Field(ge=0, le=24)]


class RunCriterion(ThresholdCriterion):
    """`criteria/lav_traekning.yaml`."""

    versions: Annotated[tuple[RunVersion, ...], Field(min_length=1)]


class FunnelVersion(ThresholdVersion):
    """The funnel's coverage is `threshold`; municipalities below `minimum_denominator` are left out of it."""

    minimum_denominator: Annotated[int, Field(ge=1)]
    minimum_kommuner: Annotated[int, Field(ge=3)]
    method: Text


class FunnelCriterion(ThresholdCriterion):
    """`criteria/hoej_traekning.yaml`."""

    versions: Annotated[tuple[FunnelVersion, ...], Field(min_length=1)]


class DisclosureVersion(Dated):
    """What is protected, and when it is safe.

    Counts of 1..`small_max` are withheld, others rounded to `count_base`, for the latest `public_month_ends`. A
    withheld count is safe when two whole numbers `min_width` apart are possible. Amounts are rounded to
    `amount_base_kr`, need `amount_min_effekt` cases, and are safe when not pinned within `amount_margin_pct` per cent.
    """

    small_max: Annotated[int, Field(ge=1, le=9)]
    count_base: Literal[5, 10]
    min_width: Annotated[int, Field(ge=1, le=9)]
    public_month_ends: Annotated[int, Field(ge=1, le=120)]
    amount_base_kr: Annotated[int, Field(ge=1)]
    amount_min_effekt: Annotated[int, Field(ge=1, le=50)]
    amount_margin_pct: Annotated[int, Field(ge=1, le=50)]
    rules_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class Disclosure(Governed):
    """`disclosure.yaml`: the protection of small counts over time."""

    versions: Annotated[tuple[DisclosureVersion, ...], Field(min_length=1)]


class KontrolsagerRules(Ruleset):
    """All rules of the control-case benchmark."""

    lav: RunCriterion
    hoej: FunnelCriterion
    disclosure: Disclosure


@cache
def load_rules(root: Path | None = None) -> KontrolsagerRules:
    """All rules of this benchmark, from the shipped folder or from `root`."""
    shared = load_shared(BENCHMARK, root, {LAV: RunCriterion, HOEJ: FunnelCriterion})
    folder = (root or rules_root()) / BENCHMARK
    return KontrolsagerRules(
        benchmark=shared.benchmark,
        measures=shared.measures,
        criteria=shared.criteria,
        feeds=shared.feeds,
        sha256=shared.sha256,
        editions=None,
        lav=load_file(folder / "criteria" / f"{LAV}.yaml", RunCriterion),
        hoej=load_file(folder / "criteria" / f"{HOEJ}.yaml", FunnelCriterion),
        disclosure=load_file(folder / "disclosure.yaml", Disclosure),
    )
