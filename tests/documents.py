"""Figures given by hand, as a release would hold them, for documents made without one."""

from types import SimpleNamespace
from typing import Any, cast

from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.beskaeftigelse.told_facts import Subject
from maalestok.kommune import resolve
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.shown import Figure, Key, Part, Shown
from maalestok.release.read import Release
from maalestok.results import empty

Given = dict[str, Any]


def release(*, syntetisk: bool = False, benchmark: str = "beskaeftigelse") -> Release:
    """A release of nothing, with a name."""
    manifest = SimpleNamespace(syntetisk=syntetisk, benchmark=benchmark, attribution=("Kilde: prøven",))
    return cast(Release, SimpleNamespace(id=f"{benchmark}-prøve", manifest=manifest, table=empty))


def subject(given: Given) -> Subject:
    """A municipality with the figures an example gives it."""
    rules = load_rules()
    period = given.get("periode", "2020QMAT04")
    shown = Shown(release(syntetisk=bool(given.get("syntetisk"))), rules)
    kode = resolve(given.get("kommune", "Norddjurs")).kode
    before = parse_period(period).previous_edition.code
    held = {
        **_figures(rules, kode, period, given.get("tal", {})),
        **_figures(rules, kode, before, given.get("foer", {})),
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
        found[key] = Figure(key, kilde, value, low, high, None, None, rules.measures[measure].unit.value, status, "1")
    return found


UNITS = {"til": "persons_fulltime", "kan": "municipalities", "placering": "rank", "mulige": "rank"}


def _parts(figures: dict[Key, Figure], given: Given) -> dict[Key, dict[str, Part]]:
    found: dict[Key, dict[str, Part]] = {}
    for name, told in given.items():
        measure, part = name.split(".")
        key = next(key for key in figures if key.measure == measure)
        spoken = told if isinstance(told, dict) else {"vaerdi": told}
        value, low, high = (None if spoken.get(n) is None else float(spoken[n]) for n in ("vaerdi", "lav", "hoej"))
        unit = UNITS.get(part.split("_")[0], "places")
        found.setdefault(key, {})[part] = Part(key, part, value, low, high, unit, "1")
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
