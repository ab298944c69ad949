"""Save a store's fit, or apply a saved one to another of its periods: what `maalestok model` does."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maalestok.beskaeftigelse.building import prepared_persons
from maalestok.beskaeftigelse.personer.fulltime import NUMBER, SHARE, fulltime_public
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.rammevilkaar.expected import MODELLED, public_rows
from maalestok.beskaeftigelse.rammevilkaar.influence import r2_of_municipalities
from maalestok.beskaeftigelse.rammevilkaar.modelled import Modelled
from maalestok.beskaeftigelse.rammevilkaar.saved import (
    Applied,
    SavedFit,
    applied,
    read_saved,
    saved_fit,
    write_saved,
)
from maalestok.beskaeftigelse.rammevilkaar.statistics import Floats
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.build import BuildRequest, one_kind
from maalestok.deliveries.files import write_atomically
from maalestok.errors import MaalestokError
from maalestok.kommune import place_name
from maalestok.period import parse_period
from maalestok.publish.cells import SYNTETISK, danish_number, safe_text

COLUMNS = ("kommune_kode", "kommune", "omraade", "periode", NUMBER, SHARE, *MODELLED, "niveaufaktor", "model",
           "modellens_periode", "syntetisk")  # fmt: skip

DECIMALS = 6


@dataclass(frozen=True)
class Done:
    """What was written: the fit, its period, R2 on municipalities by area, and of an applied one what it found."""

    saved: SavedFit
    period: str
    r2: Mapping[str, float]
    found: Applied | None = None


def save(request: BuildRequest, out: Path) -> Done:
    """Write the fit of the asked period as a file.

    Raises:
        MaalestokError: there is no fit of it.
    """
    own, made, syntetisk = _modelled(request)
    saved = saved_fit(made, syntetisk=syntetisk)
    write_saved(saved, out)
    actual, expected = made.municipalities.actual, made.municipalities.expected
    r2 = r2_of_municipalities(actual, expected, made.municipalities.persons)
    return Done(saved, made.window.period.code, _by_area(r2, made, own.rules))


def apply(file: Path, request: BuildRequest, out: Path) -> Done:
    """Write what a saved fit expects of every municipality in the asked period, as CSV.

    Raises:
        MaalestokError: the file is no fit, there is none of the period to compare with, or the conditions are others.
    """
    saved = read_saved(file)
    own, made, syntetisk = _modelled(request)
    found = applied(saved, made)
    lines = _lines(saved, found, own, made, syntetisk=syntetisk or saved.syntetisk)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    write_atomically(out, b"\xef\xbb\xbf" + buffer.getvalue().encode())
    return Done(saved, made.window.period.code, _by_area(found.r2, made, own.rules), found)


def _by_area(r2: Floats, made: Modelled, rules: BeskaeftigelseRules) -> dict[str, float]:
    return {area: float(value) for area, value in zip((*made.area_names, rules.benchmark.total), r2, strict=True)}


def _modelled(request: BuildRequest) -> tuple[Own, Modelled, bool]:
    """What was counted, the fit of the asked period, and whether the persons are invented."""
    rules = load_rules()
    prepared = prepared_persons(request, rules)
    if prepared is None:
        raise MaalestokError("Lageret har ingen personer.", remedy="Indlæs borgere og forloeb for alle kommuner.")
    syntetisk = one_kind(list(prepared.deliveries), allow_mixed=request.allow_mixed)
    own = Own(prepared.count(), rules)
    models = {made.window.period.code: made for made in own.models}
    asked = "" if request.period is None else parse_period(request.period).code
    if asked not in models:
        held = ", ".join(models) or "ingen: alle 98 kommuners beboere skal være leveret hele"
        raise MaalestokError(
            f"Der er ingen model for {asked or 'perioden'}.", remedy=f"Vælg en periode med en model ({held})."
        )
    return own, models[asked], syntetisk


def _lines(saved: SavedFit, found: Applied, own: Own, made: Modelled, *, syntetisk: bool) -> Iterator[tuple[str, ...]]:
    factors = dict(zip(saved.areas, found.factors, strict=True))
    total = own.rules.benchmark.total
    for place, kode in enumerate(found.kommuner):
        for column, area in enumerate((*saved.areas, total)):
            at = (made.window.period.code, kode, area)
            cell = own.cells[made.window.number, kode, area]
            share = float(found.expected[place, column])
            counting = made.window.counting
            rows = (*fulltime_public(at, cell, counting), *public_rows(at, cell, share, counting))
            told = {row.measure: row.value for row in rows}
            values = (told[name] for name in (NUMBER, SHARE, *MODELLED))
            yield (
                kode,
                safe_text(place_name(kode)),
                area,
                made.window.period.code,
                *("" if value is None else danish_number(float(value)) for value in values),
                danish_number(round(factors[area], DECIMALS)) if area in factors else "",
                saved.model,
                saved.period,
                SYNTETISK if syntetisk else "",
            )
