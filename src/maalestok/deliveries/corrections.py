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
from typing import Annotated, Literal

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from maalestok.deliveries.cells import CellError, parse_cell
from maalestok.errors import MaalestokError, UnreadableFile
from maalestok.rules.models import Feed

FEED = "rettelser"


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

    id: Annotated[str, Field(min_length=3)]
    match: Match
    expect: str
    action: Action
    reason: Annotated[str, Field(min_length=10)]
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
        data = yaml.safe_load(content.decode("utf-8"))
        return tuple(CorrectionFile.model_validate(data).rettelser)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"Rettelserne kan ikke læses som YAML: {error}", remedy="Ret filens form; se README."
        ) from error
    except ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, e['loc'])) or '(hele filen)'}: {e['msg']}" for e in error.errors(include_url=False)
        ]
        raise UnreadableFile(
            "Rettelserne har ikke den rigtige form:\n" + "\n".join(lines),
            remedy="Ret de nævnte nøgler; se README.",
        ) from error


def apply_corrections(
    frame: pl.DataFrame, feed: Feed, corrections: Sequence[Correction]
) -> tuple[pl.DataFrame, list[str], list[str]]:
    """Apply the active corrections of a feed to typed rows.

    Returns:
        The corrected rows, the ids applied, and what did not fit: cells found with another value than expected.
    """
    applied: list[str] = []
    misfits: list[str] = []
    for correction in corrections:
        match = correction.match
        if match.feed != feed.id or correction.status != "aktiv":
            continue
        if match.column not in {c.id for c in feed.columns}:
            raise CorrectionError(
                f"Rettelse {correction.id}: kolonnen {match.column} findes ikke i {feed.id}.",
                remedy="Ret match.column i rettelsen.",
            )
        at_cell = (pl.col("period") == match.period) & (pl.col("kommune_kode") == match.kommune_kode)
        if match.omraade is not None:
            at_cell &= pl.col("omraade") == match.omraade
        cells = frame.filter(at_cell)[match.column]
        if cells.is_empty():
            continue
        expected, value, status = _values(feed, correction)
        if len(cells) > 1 or cells[0] != expected:
            misfits.append(
                f"Rettelse {correction.id} venter {correction.expect} i {match.column}, men kilden har en anden værdi."
            )
            continue
        frame = frame.with_columns(
            pl.when(at_cell).then(pl.lit(value)).otherwise(pl.col(match.column)).alias(match.column)
        )
        if f"{match.column}_status" in frame.columns:
            name = f"{match.column}_status"
            frame = frame.with_columns(pl.when(at_cell).then(pl.lit(status)).otherwise(pl.col(name)).alias(name))
        applied.append(correction.id)
    return frame, applied, misfits


def _values(feed: Feed, correction: Correction) -> tuple[int | str | None, int | str | None, str]:
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
