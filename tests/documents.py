"""Figures given by hand, as a release would hold them, for documents made without one."""

from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from maalestok.beskaeftigelse.relation_rows import ModelRow, models_table
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.beskaeftigelse.told_facts import Subject
from maalestok.kommune import HELE_LANDET, resolve
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.shown import Figure, Key, Part, Shown
from maalestok.release.read import Release
from maalestok.results import empty

Given = dict[str, Any]


def release(
    *, syntetisk: bool = False, benchmark: str = "beskaeftigelse", models: pl.DataFrame | None = None
) -> Release:
    """A release of nothing but models, with a name."""
    manifest = SimpleNamespace(syntetisk=syntetisk, benchmark=benchmark, attribution=("Kilde: prøven",))

    def table(name: str) -> pl.DataFrame:
        return models if name == "models" and models is not None else empty(name)

    return cast(Release, SimpleNamespace(id=f"{benchmark}-prøve", manifest=manifest, table=table))


def _models(period: str, given: Given) -> pl.DataFrame:
    """Terms of models in all: `model.term` or `model.term.level` -> the estimate."""
    named = [(name.split("."), float(value)) for name, value in given.items()]
    rows = [ModelRow(n[0], "i_alt", period, n[1], n[2] if len(n) > 2 else None, value) for n, value in named]
    return models_table(rows, syntetisk=False)


def subject(given: Given) -> Subject:
    """A municipality with the figures an example gives it."""
    rules = load_rules()
    period = given.get("periode", "2020QMAT04")
    shown = Shown(
        release(syntetisk=bool(given.get("syntetisk")), models=_models(period, given.get("model", {}))), rules
    )
    kode = resolve(given.get("kommune", "Norddjurs")).kode
    before = parse_period(period).previous_edition.code
    held = {
        **_figures(rules, kode, period, given.get("tal", {})),
        **_figures(rules, kode, before, given.get("foer", {})),
        **_figures(rules, HELE_LANDET, period, given.get("land", {})),
    }
    shown.__dict__["figures"] = held
    shown.__dict__["parts"] = _parts(held, given.get("dele", {}))
    shown.__dict__["findings"] = _findings(kode, period, given.get("fund", {}))
    return Subject(shown, rules, kode, period)


def _month(period: str) -> str:
    return Period(parse_period(period).month_index, PeriodKind.MONTH).code


def _figures(rules: BeskaeftigelseRules, kode: str, period: str, given: Given) -> dict[Key, Figure]:
    found = {}
    for measure, told in given.items():
        spoken = told if isinstance(told, dict) else {"vaerdi": told}
        when = _month(period) if measure.endswith("_12m") else period
        key = Key(measure, kode, "i_alt", when)
        value, low, high = (None if spoken.get(n) is None else float(spoken[n]) for n in ("vaerdi", "lav", "hoej"))
        status = spoken.get("status", "ok")
        kilde = spoken.get("kilde", "officiel")
        sure = "" if low is None else f"+{rules.uncertainty.versions[0].version}"
        version = spoken.get("version", f"1{sure}")
        found[key] = Figure(
            key, kilde, value, low, high, None, None, rules.measures[measure].unit.value, status, version
        )
    return found


UNITS = {
    "til": "persons_fulltime",
    "kan": "municipalities",
    "placering": "rank",
    "mulige": "rank",
    "vilkaar": "pct_point",
    "standardfejl": "pct_point",
}
SAME_UNIT = ("egen_opgoerelse", "aaben_model", "uden_kommunen")
"""Parts in the unit of their figure; as are places without a benefit."""


def _parts(figures: dict[Key, Figure], given: Given) -> dict[Key, dict[str, Part]]:
    found: dict[Key, dict[str, Part]] = {}
    for name, told in given.items():
        measure, part = name.split(".")
        key = next(key for key in figures if key.measure == measure and key.kommune != HELE_LANDET)
        spoken = told if isinstance(told, dict) else {"vaerdi": told}
        value, low, high = (None if spoken.get(n) is None else float(spoken[n]) for n in ("vaerdi", "lav", "hoej"))
        same = part in SAME_UNIT or part.startswith("uden_ydelse_")
        unit = figures[key].unit if same else UNITS.get(part.split("_")[0], "places")
        method = "aaben-1" if part == "aaben_model" else "1"
        found.setdefault(key, {})[part] = Part(key, part, value, low, high, unit, method)
    return found


def _findings(kode: str, period: str, given: Given) -> dict[Key, Given]:
    found = {}
    for criterion, told in given.items():
        when = _month(period) if criterion.startswith("fokusmaal") else period
        limit = told.get("graense")
        found[Key(criterion, kode, "i_alt", when)] = {
            "criterion": criterion,
            "kommune_kode": kode,
            "omraade": "i_alt",
            "period": when,
            "kontroltrin": None,
            "udfald": told["udfald"],
            "graense": None if limit is None else float(limit),
            "flag": told.get("flag", []),
            "rule_version": told["version"],
            "evidence": [],
        }
    return found
