"""What a rule file may hold: frozen, strict models. An unknown key, a missing reference or a wrong type is an error.

Grain: one model per file of `rules/<benchmark>/`. Numbers from law or agreement stand only in these files,
each with the date from which it holds and a reference.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from maalestok.criteria import Comparison
from maalestok.rules.base import Governed as Governed
from maalestok.rules.base import Identifier as Identifier
from maalestok.rules.base import Reference as Reference
from maalestok.rules.base import RuleModel as RuleModel
from maalestok.rules.base import Text as Text
from maalestok.rules.base import Title as Title
from maalestok.rules.feeds import ColumnKind as ColumnKind
from maalestok.rules.feeds import Feed as Feed
from maalestok.rules.feeds import FeedColumn as FeedColumn
from maalestok.rules.feeds import Source as Source
from maalestok.rules.model_words import ModelWords

QuarterCode = Annotated[str, Field(pattern=r"^\d{4}QMAT0[1-4]$")]
PeriodCode = Annotated[str, Field(pattern=r"^\d{4}(QMAT0[1-4]|-(0[1-9]|1[0-2]))$")]


class Unit(StrEnum):
    """Units of `results.unit`. `places` is a difference between two ranks, as `pct_point` is between shares;
    `correlation` lies between -1 and 1; `ratio` is a number of times."""

    SHARE = "share"
    PCT_POINT = "pct_point"
    PERSONS_FULLTIME = "persons_fulltime"
    PERSONS = "persons"
    DKK = "dkk"
    CASES = "cases"
    RANK = "rank"
    PLACES = "places"
    MUNICIPALITIES = "municipalities"
    CORRELATION = "correlation"
    RATIO = "ratio"
    MONTHS = "months"


class Polarity(StrEnum):
    """Whether more is better. With `none` nothing is coloured good or bad."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NONE = "none"


class Kilde(StrEnum):
    """Who made a figure."""

    OFFICIEL = "officiel"
    BEREGNET = "beregnet"
    AABEN_MODEL = "aaben_model"
    SKOEN = "skoen"


class Geography(StrEnum):
    """What places a measure is made for."""

    KOMMUNE = "kommune"
    LANDSDEL = "landsdel"
    REGION = "region"
    LAND = "land"


class Dated(RuleModel):
    """A version of a rule, in force from a period on until the next version, or until `to_period`."""

    version: Annotated[str, Field(min_length=1, pattern=r"^[0-9a-z.-]+$")]
    from_period: PeriodCode
    to_period: PeriodCode | None = None
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]


class Benchmark(Governed):
    """`benchmark.yaml`: the front page of a benchmark's rules. `default_kontroltrin` is the view shown unasked."""

    description_da: Text
    omraader: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    omraade_names_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    total: Identifier
    default_kontroltrin: Annotated[int, Field(ge=2, le=3)] | None = None
    measures: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    criteria: tuple[Identifier, ...]
    feeds: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class MeasureVersion(Dated):
    """One definition of a measure."""

    definition_da: Text
    formula_da: Text


class MeasureSource(RuleModel):
    """Which delivered rows a municipality's figure of one kilde was read from.

    `areas`: the figure's own area, or all areas where a total is the sum over areas. `months_before` where the figure
    rests on the edition so many months earlier, too; `window_months` where on that many months up to its own. `method`
    where it is read only for figures whose `rule_version` names a version of that method; the other sources are then
    for the figures without one.
    """

    kilde: Kilde
    feed: Identifier
    areas: Literal["own", "all_for_total"] = "own"
    months_before: Literal[0, 6, 12] = 0
    window_months: Annotated[int, Field(ge=1, le=24)] = 1
    method: Identifier | None = None


def methods_of(rule_version: str) -> tuple[str, ...]:
    """The methods a `rule_version` names, without their numbers: '1+2019-04+personer-1' -> 1, 2019, personer."""
    return tuple(used.rsplit("-", 1)[0] for used in rule_version.split("+"))


class OwnWords(RuleModel):
    """What a measure's figures by a method of our own are, and what is to be kept in mind of them."""

    definition_da: Text
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]


class Measure(Governed):
    """`measures/<id>.yaml`: one measure of `results.measure`.

    `published_decimals` counts the decimals of the stored unit (a percentage with two decimals: 4). By a method that a
    figure's `rule_version` names: `formulas_da` is how it is calculated, where it isn't as the version's own formula
    says; `own_da` what it is, where the version's definition and the measure's limits tell of a published figure.
    """

    unit: Unit
    polarity: Polarity
    sources: Annotated[tuple[MeasureSource, ...], Field(min_length=1)]
    published_column: Identifier | None = None
    published_decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    geography: Annotated[tuple[Geography, ...], Field(min_length=1)]
    aggregation_da: Text
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]
    reasons_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    versions: Annotated[tuple[MeasureVersion, ...], Field(min_length=1)]
    formulas_da: dict[Identifier, Text] = Field(default_factory=dict)
    own_da: dict[Identifier, OwnWords] = Field(default_factory=dict)

    def formula_of(self, version: MeasureVersion, rule_version: str) -> str:
        """How a figure with this `rule_version` is calculated."""
        named = methods_of(rule_version)
        return next((self.formulas_da[method] for method in named if method in self.formulas_da), version.formula_da)

    def _own_of(self, rule_version: str) -> OwnWords | None:
        return next((self.own_da[method] for method in methods_of(rule_version) if method in self.own_da), None)

    def definition_of(self, version: MeasureVersion, rule_version: str) -> str:
        """What a figure with this `rule_version` is."""
        own = self._own_of(rule_version)
        return version.definition_da if own is None else own.definition_da

    def definitions_of(self, rule_versions: Collection[str]) -> tuple[str, ...]:
        """What figures with these are, each text once: the newest published definition first, then our own."""
        words = [self._own_of(used) for used in sorted(rule_versions)]
        published = [] if words and None not in words else [self.versions[-1].definition_da]
        return tuple(dict.fromkeys([*published, *(held.definition_da for held in words if held is not None)]))

    def limits_of(self, rule_versions: Collection[str]) -> tuple[str, ...]:
        """What is to be kept in mind of figures with these, each text once."""
        words = [self._own_of(used) for used in sorted(rule_versions)]
        published = [] if words and None not in words else [*self.limits_da]
        own = [text for held in words if held is not None for text in held.limits_da]
        return tuple(dict.fromkeys([*published, *own]))

    def sources_of(self, kilde: str, rule_version: str) -> tuple[MeasureSource, ...]:
        """What a figure of one kilde was read from, by the methods its version names."""
        named = set(methods_of(rule_version))
        methods: set[str | None] = {source.method for source in self.sources if source.method in named}
        return tuple(s for s in self.sources if s.kilde.value == kilde and s.method in (methods or {None}))

    @property
    def months_before(self) -> int:
        """How many months earlier the other edition is that its figures rest on, 0 where on none."""
        return max(source.months_before for source in self.sources)


DecimalText = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]


class CriterionVersion(Dated):
    """What a criterion says in a span of periods. `threshold` is None where it compares no figure with a number.

    `comparison` stands here where it changes over time, else in the criterion.
    """

    threshold: DecimalText | None = None
    comparison: Comparison | None = None
    definition_da: Text

    @property
    def reading(self) -> str | None:
        """How a source that can be read in more than one way was read."""
        return None


class ThresholdVersion(CriterionVersion):
    """A criterion's threshold in a span of periods, in the measure's own unit, as decimal text."""

    threshold: DecimalText


class Track(RuleModel):
    """What a criterion is decided for besides the municipality: an area and, where there are any, a kontroltrin."""

    omraade: Identifier
    kontroltrin: Annotated[int, Field(ge=2, le=3)] | None = None


class Criterion(Governed):
    """`criteria/<id>.yaml`: a decision on each of its tracks.

    It compares a `measure`, follows from the findings it `rests_on`, or repeats what a `feed` says; the others are
    empty. `audience`: `egen_side` is told on the municipality's own page alone, never in lists.
    """

    measure: Identifier | None = None
    comparison: Comparison | None = None
    rests_on: tuple[Identifier, ...] = ()
    feed: Identifier | None = None
    audience: Literal["alle", "egen_side"] = "alle"
    tracks: Annotated[tuple[Track, ...], Field(min_length=1)]
    assessed: Literal["calendar_year", "every_period"]
    outcomes_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    flags_da: dict[Identifier, Text]
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]
    versions: Annotated[tuple[CriterionVersion, ...], Field(min_length=1)]

    def version_named(self, name: str) -> CriterionVersion | None:
        """The version a finding names, if it is still among them."""
        return next((version for version in self.versions if version.version == name), None)


class ThresholdCriterion(Criterion):
    """A measure compared with a dated threshold."""

    measure: Identifier
    comparison: Comparison
    versions: Annotated[tuple[ThresholdVersion, ...], Field(min_length=1)]


class Edition(RuleModel):
    """One publication. `period_basis` says whether a source names the period or the rhythm implies it."""

    period: QuarterCode | None
    period_basis: Literal["oplyst", "afledt", "ukendt"]
    published: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    note_da: Text | None = None
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]


class Editions(Governed):
    """`editions.yaml`: when each edition was published, as precisely as a source says."""

    editions: Annotated[tuple[Edition, ...], Field(min_length=1)]


class Ruleset(RuleModel):
    """The rules every benchmark has. A benchmark may extend it. `sha256` covers the bytes of every rule file.

    By the version named in `rule_version`: `method_notes_da` is what is to be said of the method behind an interval,
    `reading_notes_da` of how a figure was counted. `model_words`: by the version of a model of expected levels.
    """

    benchmark: Benchmark
    measures: dict[Identifier, Measure]
    criteria: dict[Identifier, Criterion]
    feeds: dict[Identifier, Feed]
    editions: Editions | None
    method_notes_da: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    reading_notes_da: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    model_words: dict[str, ModelWords] = Field(default_factory=dict)
    sha256: str
