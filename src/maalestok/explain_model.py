"""What a model of our own says of a figure, in lines: step by step from the country's share, and how sure it is.

A model on persons is told where the release has its parts for the municipality, whether the figure above is our own or
the authority's; the open model where it stands beside a figure. Both are named as Målestok's. Computes no figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from maalestok.expected_steps import GROUP, OTHERS, groups, steps
from maalestok.kommune import HELE_LANDET, kommuner, place_name
from maalestok.publish.text_da import figure, number, signed_points
from maalestok.release.read import Release
from maalestok.rules.model_words import ModelWords
from maalestok.rules.models import Ruleset, Unit, methods_of

EXPECTED, ACTUAL, DIFFERENCE, RANK = "forventet_andel", "faktisk_andel", "forskel_andel", "placering"
EXPLAINED = (EXPECTED, "forventet_antal", DIFFERENCE, "forskel_antal", RANK)
"""Measures whose figures rest on, or stand beside, what the model on persons expects."""
COUNTED, OWN = "personer", "egen_opgoerelse"
"""The method of a figure that is our own; the part that stands beside an authority's."""
WITHOUT_OWN, LEVERAGE, COOK = "uden_kommunen", "loeftestang", "cooks_afstand"
ERROR, OF_RESIDENTS, OF_MODEL = "standardfejl_personer", "standardfejl_beboere", "standardfejl_model"
WITHOUT_BENEFIT, OPEN = "uden_ydelse_", "aaben_model"
QUALITY = {
    "r2_personer": "mellem personer",
    "r2_kommuner": "mellem kommuner",
    "r2_uden_kommunen": "mellem kommuner, når hver regnes uden sine egne tal",
}
ALL_EDITIONS = "alle_udgaver"


@dataclass(frozen=True)
class _Cell:
    """One municipality, area and period of a release, with the model that was fitted there."""

    release: Release
    rules: Ruleset
    row: Mapping[str, Any]

    def _at(self, *, place: str) -> pl.Expr:
        row = self.row
        same = (pl.col("period") == row["period"]) & (pl.col("omraade") == row["omraade"])
        return pl.all_horizontal(same, pl.col("kommune_kode") == place)

    @cached_property
    def parts(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """Measure -> part -> its row."""
        held: dict[str, dict[str, Mapping[str, Any]]] = {}
        for part in self.release.table("parts").filter(self._at(place=self.row["kommune_kode"])).iter_rows(named=True):
            held.setdefault(part["measure"], {})[part["part"]] = part
        return held

    def value(self, measure: str, part: str) -> float | None:
        """A part's value; None where it isn't told."""
        held = self.parts.get(measure, {}).get(part)
        return None if held is None else held["value"]

    def own(self, measure: str, place: str) -> float | None:
        """Our own figure of the same area and period: the result itself, or the part beside an authority's."""
        at = (pl.col("measure") == measure) & self._at(place=place)
        for result in self.release.results.filter(at).iter_rows(named=True):
            if COUNTED in methods_of(result["rule_version"]):
                return None if result["value"] is None else float(result["value"])
        beside = self.release.table("parts").filter(at & (pl.col("part") == OWN))["value"].to_list()
        return beside[0] if beside else None

    @cached_property
    def terms(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """Model -> its rows of this area and period that are no coefficients."""
        same = (pl.col("period") == self.row["period"]) & (pl.col("omraade") == self.row["omraade"])
        held: dict[str, list[Mapping[str, Any]]] = {}
        for term in self.release.table("models").filter(same & pl.col("se").is_null()).iter_rows(named=True):
            held.setdefault(term["model"], []).append(term)
        return held

    @cached_property
    def split(self) -> tuple[str, ModelWords] | None:
        """The model on persons, by its version; None where none was fitted."""
        known = self.rules.model_words
        return next(((name, known[name]) for name in self.terms if name in known and known[name].is_split), None)


def told_in_lines(part: str) -> bool:
    """True for parts that these lines tell, so that they are not told one by one, too."""
    whole = (WITHOUT_OWN, LEVERAGE, COOK, ERROR, OF_RESIDENTS, OF_MODEL, OPEN)
    return part in whole or part.startswith((GROUP, WITHOUT_BENEFIT))


def model_lines(release: Release, rules: Ruleset, row: Mapping[str, Any]) -> list[str]:
    """Everything the models say of one result; nothing where they say nothing, or the rules don't know them."""
    cell = _Cell(release, rules, row)
    lines = list(_open_lines(cell))
    moves = groups({name: part["value"] for name, part in cell.parts.get(EXPECTED, {}).items()})
    if row["measure"] not in EXPLAINED or not moves or cell.split is None:
        return lines
    version, words = cell.split
    led_by_us = COUNTED in methods_of(row["rule_version"])
    head = _heading(version, cell.own(EXPECTED, row["kommune_kode"]), led_by_us=led_by_us)
    told = [head, *_step_lines(cell, words, moves), *_quality_lines(cell, version, words), *_sure_lines(cell)]
    if row["omraade"] == rules.benchmark.total:
        told += _scope_lines(cell, words)
    if not led_by_us:
        told += [f"  {note}" for note in rules.reading_notes_da.get(version, ())]
    return [*told, *lines]


def _heading(version: str, expected: float | None, *, led_by_us: bool) -> str:
    name = f"Målestoks model på personer ({version}; ikke ministeriets)"
    if led_by_us:
        return f"{name}. Sådan er den forventede andel blevet til:"
    share = "en andel, der ikke er vist" if expected is None else figure(expected, Unit.SHARE)
    return f"{ended(f'Ved siden af det offentliggjorte forventer {name} {share}')} Sådan er den andel blevet til:"


def _step_lines(cell: _Cell, words: ModelWords, moves: Mapping[str, float]) -> Iterator[str]:
    """The country, each group, the municipality; with a line of rounding where the written figures don't add up."""
    here = cell.row["kommune_kode"]
    start, end = cell.own(ACTUAL, HELE_LANDET), cell.own(EXPECTED, here)
    held = steps(start or 0.0, moves, end or 0.0)
    known = start is not None and end is not None
    if start is not None:
        yield f"  {place_name(HELE_LANDET)}, hvor forventet og faktisk er ens: {figure(start, Unit.SHARE)}"
    for group, move in held.moves:
        yield f"  {_group_name(words, group)}: {signed_points(move)}"
    if known and held.rounding:
        yield f"  Afrunding: {signed_points(held.rounding)}"
    if end is not None:
        yield f"  {place_name(here)}: {figure(end, Unit.SHARE)}"
    yield "  Et trin siger, hvad kommunens sammensætning betyder i modellen; det siger ikke, hvad der er årsag."
    if OTHERS in moves:
        yield "  Øvrige vilkår er lagt sammen, fordi et bidrag for sig kunne røbe noget om få personer."


def _group_name(words: ModelWords, group: str) -> str:
    name = "øvrige vilkår, lagt sammen" if group == OTHERS else words.groups_da[group]
    return f"{name[0].upper()}{name[1:]}"


def ended(sentence: str) -> str:
    """A sentence with its full stop, one where it ends with an abbreviation."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def _quality_lines(cell: _Cell, version: str, words: ModelWords) -> Iterator[str]:
    """What the model was fitted on, what lacked, how much it explains, and what it expects without the municipality."""
    terms = cell.terms[version]
    held = {term["term"]: term["estimate"] for term in terms if term["level"] is None}
    lacking = [
        words.conditions_da.get(term["level"], term["level"]) for term in terms if term["term"] == "vilkaar_udeladt"
    ]
    if "personer" in held:
        used = len(words.conditions_da) - len(lacking)
        yield f"  Modellen bygger på {number(held['personer'])} personer i hele landet og {number(used)} vilkår."
    if lacking:
        yield f"  Ikke leveret for alle kommuner og derfor ikke med: {'; '.join(lacking)}."
    explained = [f"{number(held[term], 2)} {where}" for term, where in QUALITY.items() if term in held]
    if explained:
        yield f"  Forklaringsgrad (R2): {'; '.join(explained)}."
    outside = cell.value(EXPECTED, WITHOUT_OWN)
    if outside is not None:
        yield ended(f"  En model, der er regnet uden kommunens egne tal, forventer {figure(outside, Unit.SHARE)}")


def _sure_lines(cell: _Cell) -> Iterator[str]:
    """The standard error with its two components, and what the fit owes to the municipality."""
    whole, residents, model = (cell.value(DIFFERENCE, name) for name in (ERROR, OF_RESIDENTS, OF_MODEL))
    if whole is not None:
        said = f"  Forskellens standardfejl, opgjort af personer: {figure(whole, Unit.PCT_POINT)}"
        if residents is not None and model is not None:
            said += (
                f"; {figure(residents, Unit.PCT_POINT)} af tilfældighed blandt beboerne og "
                f"{figure(model, Unit.PCT_POINT)} af modellens egen usikkerhed (kvadraterne lægges sammen)"
            )
        yield f"{said}."
    leverage, cook = cell.value(EXPECTED, LEVERAGE), cell.value(EXPECTED, COOK)
    if leverage is not None:
        even = figure(1 / len(kommuner()), Unit.SHARE)
        said = f"  Kommunens del af det, der bestemmer modellen (løftestang): {figure(leverage, Unit.SHARE)}"
        said = f"{said} mod {even} i gennemsnit."
        yield said if cook is None else f"{said} Cooks afstand, når den udelades: {figure(cook, Unit.RATIO)}."


def _scope_lines(cell: _Cell, words: ModelWords) -> Iterator[str]:
    """Between which places the municipality lies in the model when one benefit at a time is left out of the count."""
    places = {
        name.removeprefix(WITHOUT_BENEFIT): part["value"]
        for name, part in cell.parts.get(RANK, {}).items()
        if name.startswith(WITHOUT_BENEFIT) and part["value"] is not None
    }
    if not places:
        return
    ends = [min(places, key=lambda name: (places[name], name)), max(places, key=lambda name: (places[name], name))]
    low, high = (f"{figure(places[end], Unit.RANK)} (uden {words.benefits_da.get(end, end)})" for end in ends)
    if places[ends[0]] == places[ends[1]]:
        yield f"  Udelades én ydelse ad gangen, er pladsen i modellen altid {figure(places[ends[0]], Unit.RANK)}."
    else:
        yield f"  Udelades én ydelse ad gangen, ligger pladsen i modellen fra {low} til {high}."


def _open_lines(cell: _Cell) -> Iterator[str]:
    """The open model's figure beside this one, how good the model is beside the ministry's, and its reservations."""
    part = cell.parts.get(cell.row["measure"], {}).get(OPEN)
    words = None if part is None else cell.rules.model_words.get(part["method_version"])
    if part is None or words is None:
        return
    yield f"Målestoks åbne model ({part['method_version']}; ikke ministeriets): {figure(part['value'], part['unit'])}"
    held = {
        term["term"]: term["estimate"]
        for term in cell.terms.get(part["method_version"], ())
        if term["level"] == ALL_EDITIONS
    }
    if "r2_udeladt_kommune" in held:
        said = f"  R2 over alle udgaver: {number(held['r2_udeladt_kommune'], 2)}, når en kommune udelades"
        theirs = held.get("r2_ministeriet")
        yield f"{said}." if theirs is None else f"{said}; ministeriets egne forventede andele har {number(theirs, 2)}."
    yield from (f"  Forbehold for den åbne model: {text}" for text in words.limits_da)
