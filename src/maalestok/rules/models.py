"""What a rule file may hold: frozen, strict models. An unknown key, a missing reference or a wrong type is an error.

Grain: one model per file of `rules/<benchmark>/`. Numbers from law or agreement stand only in these files,
each with the date from which it holds and a reference.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from maalestok.criteria import Comparison

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=3)]
QuarterCode = Annotated[str, Field(pattern=r"^\d{4}QMAT0[1-4]$")]


class Unit(StrEnum):
    """Units of `results.unit`. `places` is a difference between two ranks, as `pct_point` is between shares."""

    SHARE = "share"
    PCT_POINT = "pct_point"
    PERSONS_FULLTIME = "persons_fulltime"
    PERSONS = "persons"
    DKK = "dkk"
    CASES = "cases"
    RANK = "rank"
    PLACES = "places"
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
    REGION = "region"
    LAND = "land"


class RuleModel(BaseModel):
    """Base of all rule models."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Title(RuleModel):
    """A name in both languages."""

    da: Text
    en: Text


class Reference(RuleModel):
    """Where a rule comes from: a law, a publication, an established property of published data."""

    kilde: Text
    sted: Text | None = None

    @property
    def text(self) -> str:
        """Source and place in it, as one line."""
        return f"{self.kilde}, {self.sted}" if self.sted else self.kilde


class Governed(RuleModel):
    """Every rule file: what it is, where it comes from, by whom and when checked, when to be looked at again."""

    id: Identifier
    title: Title
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]
    checked_by: Text
    checked_on: date
    next_review: date


class Dated(RuleModel):
    """A version of a rule, in force from a period on until the next version, or until `to_period`."""

    version: Annotated[str, Field(min_length=1, pattern=r"^[0-9a-z.-]+$")]
    from_period: QuarterCode
    to_period: QuarterCode | None = None
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]


class Benchmark(Governed):
    """`benchmark.yaml`: the front page of a benchmark's rules."""

    description_da: Text
    omraader: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    omraade_names_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    total: Identifier
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

    `areas`: the figure's own area, or all areas where a total is the sum over areas. `edition_before` where the figure
    rests on that edition too.
    """

    kilde: Kilde
    feed: Identifier
    areas: Literal["own", "all_for_total"] = "own"
    edition_before: bool = False


class Measure(Governed):
    """`measures/<id>.yaml`: one measure of `results.measure`.

    `published_decimals` counts the decimals of the stored unit (a percentage with two decimals: 4).
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


class CriterionVersion(Dated):
    """A criterion's threshold in a span of periods, in the measure's own unit, as decimal text."""

    threshold: Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]
    definition_da: Text


class Criterion(Governed):
    """`criteria/<id>.yaml`: a measure compared with a dated threshold."""

    measure: Identifier
    omraade: Identifier
    comparison: Comparison
    assessed: Literal["calendar_year", "every_period"]
    outcomes_da: Annotated[dict[Identifier, Text], Field(min_length=1)]
    flags_da: dict[Identifier, Text]
    limits_da: Annotated[tuple[Text, ...], Field(min_length=1)]
    versions: Annotated[tuple[CriterionVersion, ...], Field(min_length=1)]


class ColumnKind(StrEnum):
    """How a delivered cell is read."""

    ROLLING_YEAR = "rolling_year"
    MONTH = "month"
    KOMMUNE = "kommune"
    OMRAADE = "omraade"
    INTEGER = "integer"
    DECIMAL2 = "decimal2"
    DECIMAL3 = "decimal3"


class FeedColumn(RuleModel):
    """One column of a feed: the names and codes it may be delivered under."""

    id: Identifier
    kind: ColumnKind
    names: Annotated[tuple[Text, ...], Field(min_length=1)]
    codes: tuple[Text, ...] = ()
    may_be_missing: bool = False
    description_da: Text


class Source(RuleModel):
    """Who publishes a feed, how it must be attributed, what is known of its licence."""

    publisher: Text
    attribution_da: Text
    licens_note_da: Text


class Feed(Governed):
    """`feeds/<id>.yaml`: the contract's data part. Rules of rows are code, named in `rules_da`."""

    source: Source
    columns: Annotated[tuple[FeedColumn, ...], Field(min_length=1)]
    omraade_labels: dict[Text, Identifier]
    complete: bool
    supersedes_by: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    missing_marks: dict[str, Literal["ikke_leveret", "diskretioneret", "ikke_opgjort"]]
    max_megabytes: Annotated[int, Field(gt=0)]
    max_rows: Annotated[int, Field(gt=0)]
    rules_da: Annotated[dict[Identifier, Text], Field(min_length=1)]


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
    """The rules every benchmark has. A benchmark may extend it. `sha256` covers the bytes of every rule file."""

    benchmark: Benchmark
    measures: dict[Identifier, Measure]
    criteria: dict[Identifier, Criterion]
    feeds: dict[Identifier, Feed]
    editions: Editions
    sha256: str
