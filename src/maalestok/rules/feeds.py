"""The data part of a feed's contract: its columns, vocabularies, completeness and limits.

Grain: one `Feed` per file of `rules/<benchmark>/feeds/`.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from maalestok.rules.base import Governed, Identifier, RuleModel, Text


class ColumnKind(StrEnum):
    """How a delivered cell is read. `pseudonym`, `moment` and `flag` (ja or nej) occur in record-level feeds alone.

    `calendar_year` is written 2020 and kept as the rolling year 2020QMAT04; `number` has up to six decimals, comma or
    point before them.
    """

    ROLLING_YEAR = "rolling_year"
    CALENDAR_YEAR = "calendar_year"
    MONTH = "month"
    KOMMUNE = "kommune"
    OMRAADE = "omraade"
    KONTROLTRIN = "kontroltrin"
    INTEGER = "integer"
    DECIMAL2 = "decimal2"
    DECIMAL3 = "decimal3"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    PSEUDONYM = "pseudonym"
    MOMENT = "moment"
    FLAG = "flag"


_CHOSEN = (ColumnKind.KONTROLTRIN, ColumnKind.CHOICE, ColumnKind.CHOICES)
_WRITTEN = (ColumnKind.TEXT, ColumnKind.PSEUDONYM)
_PERIODS = (ColumnKind.ROLLING_YEAR, ColumnKind.CALENDAR_YEAR, ColumnKind.MONTH)
_KEYS = (*_PERIODS, ColumnKind.KOMMUNE, ColumnKind.OMRAADE, ColumnKind.KONTROLTRIN)
_RECORD_LEVEL = (ColumnKind.PSEUDONYM, ColumnKind.MOMENT, ColumnKind.FLAG)


class FeedColumn(RuleModel):
    """One column of a feed: the names and codes it may be delivered under.

    An empty cell of a column that `may_be_missing` is a figure not delivered; in one with a `default` it means the
    default; elsewhere it is an error. An `optional` column may be left out of the file. `choices` maps the codes a cell
    may hold to their Danish names (`choices` kind: several, separated by |).
    """

    id: Identifier
    kind: ColumnKind
    names: Annotated[tuple[Text, ...], Field(min_length=1)]
    codes: tuple[Text, ...] = ()
    may_be_missing: bool = False
    optional: bool = False
    default: str | None = None
    choices: dict[Annotated[str, Field(min_length=1)], Text] = Field(default_factory=dict)
    max_length: Annotated[int, Field(gt=0)] | None = None
    description_da: Text

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if bool(self.choices) != (self.kind in _CHOSEN):
            raise ValueError(f"kolonnen {self.id}: choices hører til kontroltrin, choice og choices, og kun dem")
        if (self.max_length is not None) != (self.kind in _WRITTEN):
            raise ValueError(f"kolonnen {self.id}: max_length hører til text og pseudonym, og kun dem")
        if self.default and self.default not in self.choices:
            raise ValueError(f"kolonnen {self.id}: default skal være tom eller en af choices")
        if self.default is not None and self.may_be_missing:
            raise ValueError(f"kolonnen {self.id}: default og may_be_missing udelukker hinanden")
        if self.optional and self.default is None and not self.may_be_missing:
            raise ValueError(f"kolonnen {self.id}: en optional kolonne skal have default eller may_be_missing")
        return self


class Source(RuleModel):
    """Who publishes a feed, how it must be attributed, what is known of its licence."""

    publisher: Text
    attribution_da: Text
    licens_note_da: Text


class Cut(RuleModel):
    """What each period must have for each municipality, besides the municipality itself."""

    omraade: Identifier | None = None
    kontroltrin: Annotated[int, Field(ge=2, le=3)] | None = None

    @property
    def key(self) -> dict[str, str | int]:
        """The columns it names and their values."""
        return {name: value for name, value in self if value is not None}


class Feed(Governed):
    """`feeds/<id>.yaml`: the contract's data part. Rules of rows are code, named in `rules_da`.

    `complete`: the cuts every period has for every municipality (none: a feed that comes piecemeal).
    `listed_by`: what tells the rows of one key apart, where a key has a list of them; they are corrected by a new file.
    `consecutive_periods`: how many months in a row a file must hold. `record_level`: rows are about single cases, so
    that reports name the kind of a value, never the value, and what is kept can be read by its owner alone. A feed
    without a period column has the month of its first date as `period`. `csv_delimiter`: what parts the fields of a
    CSV file.
    """

    source: Source
    columns: Annotated[tuple[FeedColumn, ...], Field(min_length=1)]
    omraade_labels: dict[Text, Identifier]
    complete: tuple[Cut, ...]
    consecutive_periods: Annotated[int, Field(ge=1)] = 1
    record_level: bool = False
    csv_delimiter: Literal[";", ","] = ";"
    supersedes_by: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    listed_by: tuple[Identifier, ...] = ()
    missing_marks: dict[str, Literal["ikke_leveret", "diskretioneret", "ikke_opgjort"]]
    max_megabytes: Annotated[int, Field(gt=0)]
    max_rows: Annotated[int, Field(gt=0)]
    rules_da: Annotated[dict[Identifier, Text], Field(min_length=1)]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row, in their order: no two rows share them, and no correction changes them."""
        return tuple(c.id for c in self.columns if c.kind in _KEYS or c.id in (*self.supersedes_by, *self.listed_by))

    @property
    def row_fields(self) -> frozenset[str]:
        """What rows can be told apart by: the columns and the period, derived where there is no such column."""
        return frozenset({"period", *(column.id for column in self.columns)})

    @property
    def dated_by(self) -> FeedColumn | None:
        """The column a row's period is derived from, in a feed that has no period column."""
        if any(column.kind in _PERIODS for column in self.columns):
            return None
        return next((column for column in self.columns if column.kind is ColumnKind.DATE), None)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if len({tuple(cut.key) for cut in self.complete}) > 1:
            raise ValueError("complete: alle snit skal nævne de samme kolonner")
        areas = set(self.omraade_labels.values())
        if unknown := sorted({cut.omraade for cut in self.complete if cut.omraade} - areas):
            raise ValueError(f"complete: området {unknown[0]} står ikke i omraade_labels")
        if not self.record_level and any(column.kind in _RECORD_LEVEL for column in self.columns):
            raise ValueError("pseudonym, moment og flag hører til leverancer på sagsniveau (record_level)")
        return self
