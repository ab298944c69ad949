"""Corrections as data: a wrong cell in a published table, what it should be, why, and what was expected to be wrong.

A corrections file (YAML) is itself a delivery: kept under its hash, the newest one in force. It never changes a
stored delivery; it is applied to the typed rows when they are checked and when a release is built. Where a source has
mended the error itself, the expected wrong value is gone, and the build stops until the correction is closed.

    rettelser:
      - id: eksempel-1
        match: {feed: y30r21, period: 2020QMAT02, kommune_kode: "707", omraade: kontanthjaelp, column: faktisk_antal}
        expect: "1150"
        action: {set: "1050"}
        reason: Trykfejl; forskellen på 40 passer kun til 1.050.
        status: aktiv
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from maalestok.deliveries.cells import parse_cell
from maalestok.deliveries.values import CellError, Value
from maalestok.errors import MaalestokError, UnreadableFile
from maalestok.kommune import by_code
from maalestok.period import PeriodKind, parse_period
from maalestok.rules.models import ColumnKind, Feed
from maalestok.strict_yaml import load_yaml_as_text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FEED = "rettelser"
_PERIOD_EXAMPLE = {PeriodKind.ROLLING_YEAR: "2020QMAT04", PeriodKind.MONTH: "2026-10"}


class CorrectionError(MaalestokError):
    """A correction does not fit the data it corrects."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Match(_Frozen):
    """The one cell a correction concerns."""

    feed: str
    period: str
    kommune_kode: str
    omraade: str | None = None
    kontroltrin: str | None = Field(default=None, exclude_if=lambda value: value is None)
    column: str


class Action(_Frozen):
    """Either set a value, or withhold the figure with a status."""

    set: str | None = None
    withhold: Literal["ikke_leveret", "diskretioneret", "ikke_opgjort"] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Action":
        if (self.set is None) == (self.withhold is None):
            raise ValueError("skriv enten set eller withhold")
        return self


class Correction(_Frozen):
    """One correction with its reason."""

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80)]
    match: Match
    expect: str
    action: Action
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]
    status: Literal["aktiv", "afsluttet"]


class CorrectionFile(_Frozen):
    """A whole corrections file."""

    rettelser: list[Correction]

    @model_validator(mode="after")
    def _unique(self) -> "CorrectionFile":
        ids = [c.id for c in self.rettelser]
        if len(set(ids)) != len(ids):
            raise ValueError("to rettelser har samme id")
        return self


def read_corrections(content: bytes) -> tuple[Correction, ...]:
    """Read a corrections file.

    Raises:
        UnreadableFile: not YAML, or not of the shape in this module's first lines.
    """
    try:
        data = load_yaml_as_text(content.decode("utf-8"))
        return tuple(CorrectionFile.model_validate(data).rettelser)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"Rettelserne kan ikke læses som YAML: {error}", remedy="Ret filens form; se README."
        ) from error
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc'])) or '(hele filen)'}: {_danish(e)}" for e in error.errors()]
        raise UnreadableFile(
            "Rettelserne har ikke den rigtige form:\n" + "\n".join(lines),
            remedy="Ret de nævnte nøgler; se README.",
        ) from error


def _danish(error: "ErrorDetails") -> str:
    """A shape error in the reader's words."""
    limits = error.get("ctx", {})
    known = {
        "missing": "mangler",
        "extra_forbidden": "kendes ikke",
        "string_type": "skal være tekst",
        "string_too_short": f"skal være på mindst {limits.get('min_length')} tegn",
        "string_too_long": f"må højst være på {limits.get('max_length')} tegn",
        "literal_error": f"skal være en af {limits.get('expected')}".replace(" or ", " eller "),
        "list_type": "skal være en liste",
        "model_type": "skal have nøgler med værdier",
        "value_error": str(limits.get("error")),
    }
    return known.get(error["type"], error["msg"])


def describe(correction: Correction) -> str:
    """One line for people: id, column, before, now, reason."""
    now = correction.action.set if correction.action.withhold is None else f"uden tal ({correction.action.withhold})"
    return f"{correction.id}: {correction.match.column} fra {correction.expect} til {now}. {correction.reason}"


def apply_corrections(
    frame: pl.DataFrame, feed: Feed, corrections: Sequence[Correction]
) -> tuple[pl.DataFrame, list[Correction], list[str]]:
    """Apply the active corrections of a feed to typed rows.

    Returns:
        The corrected rows with `rettelse` (null where nothing was corrected), the corrections applied, and what did
        not fit: cells that are not there, or hold another value than expected. A period the rows lack is passed over.
    """
    applied: list[Correction] = []
    misfits: list[str] = []
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("rettelse"))
    for correction in corrections:
        match = correction.match
        if match.feed != feed.id or correction.status != "aktiv" or match.period not in frame["period"]:
            continue
        at_cell = (pl.col("period") == match.period) & (pl.col("kommune_kode") == match.kommune_kode)
        if match.omraade is not None:
            at_cell &= pl.col("omraade") == match.omraade
        if match.kontroltrin is not None:
            at_cell &= pl.col("kontroltrin") == int(match.kontroltrin)
        cells = frame.filter(at_cell)[match.column]
        expected, value, status = read_values(feed, correction)
        if len(cells) != 1:
            misfits.append(f"Rettelse {correction.id} rammer {len(cells)} celler i {match.period}; den skal ramme én.")
            continue
        if cells[0] != expected:
            misfits.append(
                f"Rettelse {correction.id} venter {correction.expect} i {match.column}, men kilden har en anden værdi."
            )
            continue
        changes = {match.column: pl.lit(value), "rettelse": _joined(describe(correction))}
        if f"{match.column}_status" in frame.columns:
            changes[f"{match.column}_status"] = pl.lit(status)
        frame = frame.with_columns(
            pl.when(at_cell).then(new).otherwise(pl.col(name)).alias(name) for name, new in changes.items()
        )
        applied.append(correction)
    return frame, applied, misfits


def _joined(text: str) -> pl.Expr:
    return pl.concat_str(pl.col("rettelse"), pl.lit(text), separator=" | ", ignore_nulls=True)


def check_correction(correction: Correction, feed: Feed) -> None:
    """Refuse a correction that can't be meant: unknown column, code, area or period, unreadable values.

    Raises:
        CorrectionError: says which of its keys is wrong.
    """
    match = correction.match
    if feed.record_level:
        what = f"{feed.id} er på sagsniveau, og en enkelt række kan ikke peges ud"
        raise _wrong(correction, what, "Få filen rettet i kilden, og indlæs den igen.")
    if feed.listed_by:
        what = f"{feed.id} er en liste af rækker, og en enkelt kan ikke peges ud"
        raise _wrong(correction, what, "Få listen rettet i kilden, og indlæs den igen.")
    allowed = [column.id for column in feed.columns if column.id not in feed.key]
    if match.column not in allowed:
        what = f"kolonnen {match.column} kan ikke rettes i {feed.id}"
        raise _wrong(correction, what, f"Vælg en af: {', '.join(allowed)}.")
    if match.kommune_kode not in by_code():
        raise _wrong(correction, f"kommune_kode {match.kommune_kode} findes ikke", 'Skriv tre cifre, fx "707".')
    steps = next((list(c.choices) for c in feed.columns if c.kind is ColumnKind.KONTROLTRIN), [])
    for name, given, known in (
        ("omraade", match.omraade, sorted(set(feed.omraade_labels.values()))),
        ("kontroltrin", match.kontroltrin, steps),
    ):
        if given not in known if known else given is not None:
            remedy = f"Vælg et af: {', '.join(known)}." if known else f"Udelad {name}; {feed.id} har det ikke."
            raise _wrong(correction, f"{name} {given} findes ikke", remedy)
    period, wanted = parse_period(match.period), _period_kind(feed)
    if period.code != match.period or period.kind is not wanted:
        raise _wrong(correction, f"period {match.period} passer ikke", f"Skriv den som {_PERIOD_EXAMPLE[wanted]}.")
    read_values(feed, correction)


def _period_kind(feed: Feed) -> PeriodKind:
    rolling = any(column.kind in (ColumnKind.ROLLING_YEAR, ColumnKind.CALENDAR_YEAR) for column in feed.columns)
    return PeriodKind.ROLLING_YEAR if rolling else PeriodKind.MONTH


def _wrong(correction: Correction, what: str, remedy: str) -> CorrectionError:
    return CorrectionError(f"Rettelse {correction.id}: {what}.", remedy=remedy)


def read_values(feed: Feed, correction: Correction) -> tuple[Value, Value, str]:
    """The value expected, the value to set (None: withhold) and its status, as typed rows hold them."""
    column = next(c for c in feed.columns if c.id == correction.match.column)
    try:
        expected, _ = parse_cell(feed, column.id, correction.expect)
        if correction.action.withhold is None:
            value, status = parse_cell(feed, column.id, correction.action.set or "")
            return expected, value, status
    except CellError as error:
        raise CorrectionError(f"Rettelse {correction.id}: {error.message}", remedy=error.remedy) from error
    if not column.may_be_missing:
        raise CorrectionError(
            f"Rettelse {correction.id}: {column.id} kan ikke være uden tal.",
            remedy="Brug action: {set: ...}.",
        )
    return expected, None, correction.action.withhold
