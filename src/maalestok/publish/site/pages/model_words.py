"""A release's fits of the model on persons, as several pages read them: terms by name, categories in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Protocol

from maalestok.expected_steps import OTHERS
from maalestok.period import parse_period
from maalestok.publish.shown import Figure, Key, Part, Shown, Term
from maalestok.publish.site.pages.persons_words import own
from maalestok.publish.site.view import View

EXPECTED, DIFFERENCE, RANK = "forventet_andel", "forskel_andel", "placering"
WITHOUT_BENEFIT = "uden_ydelse_"
CONSTANT = "(konstant)"
CLUSTERED = "klynger_"
COVERAGE = 0.95
WIDTH = NormalDist().inv_cdf((1 + COVERAGE) / 2)
"""An interval reaches so many standard errors to either side: 1.96 for 95 per cent."""
ERRORS = {
    "klynger_kommune": "klynger af kommuner",
    "klynger_pendlingsomraade": "klynger af pendlingsområder",
    "robust": "robust",
    "klassisk": "klassisk",
}
"""Kinds of standard errors in words."""
SEXES = {"K": "kvinder %(first)s-%(last)s år", "M": "mænd %(first)s-%(last)s år"}
OLDEST = {"K": "kvinder fra %(first)s år", "M": "mænd fra %(first)s år"}
UNKNOWN = {"ukendt": "ukendt"}


class Condition(Protocol):
    """A condition of the model's specification."""

    id: str
    title_da: str
    group: str
    kind: str
    ages: Sequence[int]
    categories: Mapping[str, str]
    reference: str | None
    lag_years: int


class Version(Protocol):
    """A version of the model's specification."""

    version: str
    conditions: Sequence[Condition]
    groups_da: Mapping[str, str]
    definition_da: str
    limits_da: Sequence[str]


@dataclass(frozen=True)
class Fit:
    """The model of one period: its specification and all it found."""

    shown: Shown
    spec: Version
    period: str

    @cached_property
    def _terms(self) -> Mapping[str, Mapping[tuple[str, str | None], Sequence[Term]]]:
        held: dict[str, dict[tuple[str, str | None], list[Term]]] = {}
        for area in self.shown.rules.benchmark.omraader:
            for term in self.shown.terms.get((self.spec.version, area, self.period), ()):
                held.setdefault(area, {}).setdefault((term.term, term.level), []).append(term)
        return held

    def one(self, area: str, name: str, level: str | None = None) -> Term | None:
        """What was found under a name, without an error; None where it was not."""
        return next(iter(self._terms.get(area, {}).get((name, level), ())), None)

    def levels(self, area: str, name: str) -> Sequence[Term]:
        """What was found under a name at each level."""
        return [terms[0] for (term, level), terms in self._terms.get(area, {}).items() if term == name and level]

    def coefficients(self, area: str) -> Iterator[tuple[Condition, str | None, Mapping[str, Term]]]:
        """Each category of each condition with its coefficient by kind of error, in the specification's order."""
        for condition in self.spec.conditions:
            for (term, level), found in self._terms.get(area, {}).items():
                by_kind = {one.se_kind: one for one in found if one.se_kind is not None}
                if term == condition.id and by_kind:
                    yield condition, level, by_kind

    def part(self, measure: str, kode: str, area: str, name: str) -> Part | None:
        """A part that the model gave a municipality, whether its figure is published, counted or not there."""
        return self.parts(measure, kode, area).get(name)

    def parts(self, measure: str, kode: str, area: str) -> Mapping[str, Part]:
        """Every part of a municipality's figure."""
        return self.shown.parts.get(Key(measure, kode, area, self.period), {})

    def own(self, measure: str, kode: str, area: str) -> Figure | Part | None:
        """Our own figure: the result, or the part beside a published one; None where it has no value."""
        found = own(self.shown, self.shown.figure(measure, kode, area, self.period))
        return None if found is None or found.value is None else found


def fits(shown: Shown) -> Sequence[Fit]:
    """The periods that the model was fitted in, oldest first."""
    rules = getattr(shown.rules, "model", None)
    specs: Mapping[str, Version] = {} if rules is None else {spec.version: spec for spec in rules.versions}
    found = {(model, period) for model, _, period in shown.terms if model in specs}
    return [Fit(shown, specs[model], period) for model, period in sorted(found, key=lambda f: parse_period(f[1]))]


def fit_of(shown: Shown, period: str) -> Fit | None:
    """The model of a period; None where there is none."""
    return next((fit for fit in fits(shown) if fit.period == period), None)


def limits(view: View, shown: Shown, period: str) -> list[str]:
    """What is to be kept in mind of a period's figures: the benchmark's own limits, or our model's where it leads."""
    fit = fit_of(shown, period) if shown.is_own else None
    return [view.t(text) for text in (shown.rules.benchmark.limits_da if fit is None else fit.spec.limits_da)]


def path(fit: Fit) -> str:
    """Where a model's page is."""
    return f"beskaeftigelse/model/{fit.period}/"


def clustered(by_kind: Mapping[str, Term]) -> Term | None:
    """The coefficient with the error that its interval rests on."""
    return next((term for kind, term in by_kind.items() if kind.startswith(CLUSTERED)), None)


def ends(term: Term | None) -> tuple[float, float] | None:
    """Both ends of a coefficient's interval."""
    if term is None or term.se is None:
        return None
    return term.estimate - WIDTH * term.se, term.estimate + WIDTH * term.se


def category(view: View, condition: Condition, code: str | None) -> str:
    """A category in words: 'kvinder 30-39 år', 'grundskole', 'ukendt'."""
    if code is None:
        return view.t(condition.title_da)
    if condition.kind != "alder_koen" or code in UNKNOWN:
        return view.t(condition.categories.get(code) or UNKNOWN[code])
    age, sex = code.split("-")
    later = [first for first in condition.ages if first > int(age)]
    if later:
        return view.t(SEXES[sex], first=age, last=later[0] - 1)
    return view.t(OLDEST[sex], first=age)


def group_name(view: View, spec: Version, group: str) -> str:
    """A group of conditions in words."""
    return view.t("øvrige vilkår, lagt sammen") if group == OTHERS else view.t(spec.groups_da[group])


def benefit(view: View, shown: Shown, name: str) -> str:
    """A benefit in words."""
    areas = getattr(shown.rules, "areas", None)
    named: Mapping[str, str] = {} if areas is None else areas.benefits_da
    return view.t(named[name]) if name in named else name.replace("_", " ")
