"""The pages about the model behind the expected level: what it is, what it found, how far it can be trusted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maalestok.period import parse_period
from maalestok.publish.shown import Shown
from maalestok.publish.site.page import Page, Row, Table
from maalestok.publish.site.pages import model_checks as checks
from maalestok.publish.site.pages import model_influence as influence
from maalestok.publish.site.pages.model_coefficients import coefficients
from maalestok.publish.site.pages.model_errors import errors
from maalestok.publish.site.pages.model_open import open_model
from maalestok.publish.site.pages.model_open import periods as open_periods
from maalestok.publish.site.pages.model_words import Condition, Fit, category, fits
from maalestok.publish.site.view import View

PATH = "beskaeftigelse/model/"
LEFT_OUT = "vilkaar_udeladt"
FACTS = {
    "r2_kommuner": "1 er alle forskelle mellem kommunerne, 0 er ingen",
    "r2_uden_kommunen": "hver kommune forventet af de andre",
    "personer": "på 16-66 år ved periodens begyndelse",
    "national_balance": "følger af metoden",
}
"""Of the whole model, at the top, each with a few words."""


def pages(view: View) -> Iterator[Page]:
    """A page for each period with a model, and the newest at the address without a period."""
    shown = view.contents.beskaeftigelse
    if shown is None:
        return
    held = {fit.period: fit for fit in fits(shown)}
    codes = modelled_periods(shown, held)
    for period in codes:
        yield _page(view, shown, period, held.get(period), codes, f"{PATH}{period}/")
    if codes:
        yield _page(view, shown, codes[-1], held.get(codes[-1]), codes, PATH)


def modelled_periods(shown: Shown, held: Mapping[str, Fit] | None = None) -> list[str]:
    """The periods that there is a model of, on persons or open, oldest first."""
    named = {fit.period for fit in fits(shown)} if held is None else held.keys()
    return sorted({*named, *open_periods(shown)}, key=parse_period)


def link(shown: Shown, period: str | None = None) -> str:
    """Where the page about a period's model is, or the newest's; nothing where there is none."""
    codes = modelled_periods(shown)
    if period is None:
        return PATH if codes else ""
    return f"{PATH}{period}/" if period in codes else ""


def _page(view: View, shown: Shown, period: str, fit: Fit | None, codes: Sequence[str], path: str) -> Page:
    root = "../" * path.count("/")
    title = view.t("Modellen bag det forventede, %(when)s", when=view.language.period(period))
    fitted = [] if fit is None else _fitted(view, fit, root)
    return Page(
        path=path,
        template="model.html",
        title=title,
        description=view.t(
            "Hvad Målestoks model på personer siger om hvert rammevilkår, hvor godt den passer, og hvad den ikke kan "
            "sige."
        ),
        section="beskaeftigelse",
        cards=[*fitted, *open_model(view, shown, period, root)],
        context={
            "shown": shown,
            "editions": [(view.language.period(code), f"{PATH}{code}/", code == period) for code in reversed(codes)],
            "model": None if fit is None else _about(view, fit),
            "refused": checks.refused(view, shown),
        },
        crumbs=[
            (view.t("Beskæftigelse"), "beskaeftigelse/"),
            *([] if path == PATH else [(view.t("Modellen bag det forventede"), PATH)]),
        ],
        words=view.t("model rammevilkår forventet koefficienter regression usikkerhed"),
        kind=view.t("Beskæftigelse"),
        listed=path == PATH,
    )


def _fitted(view: View, fit: Fit, root: str) -> list[Any]:
    """Every card of a model on persons."""
    return [
        *coefficients(view, fit),
        checks.quality(view, fit),
        *influence.outside(view, fit, root),
        *influence.influence(view, fit),
        *checks.vessels(view, fit),
        *checks.scope(view, fit),
        *checks.shocks(view, fit),
        *errors(view, fit, root),
    ]


def _about(view: View, fit: Fit) -> Mapping[str, Any]:
    """What the model is: its definition, limits and conditions, and why a section isn't there."""
    total = fit.shown.rules.benchmark.total
    return {
        "version": fit.spec.version,
        "definition": view.t(fit.spec.definition_da),
        "limits": [view.t(text) for text in fit.spec.limits_da],
        "conditions": _conditions(view, fit),
        "facts": [
            (view.t(checks.QUALITY_WORDS[name]), view.marks.term(term, checks.QUALITY[name][1]), view.t(FACTS[name]))
            for name in FACTS
            if (term := fit.one(total, name)) is not None
        ],
        "absent": _absent(view, fit),
    }


def _conditions(view: View, fit: Fit) -> Table:
    """Each condition: its group, what it is compared with, and which rows of it are in the model."""
    left = {term.level for term in fit.levels(fit.shown.rules.benchmark.total, LEFT_OUT)}
    rows = [
        Row(
            view.t(condition.title_da),
            [
                view.t(fit.spec.groups_da[condition.group]),
                _categories(view, condition),
                _measured(view, condition),
                view.t("nej, ikke leveret") if condition.id in left else view.t("ja"),
            ],
        )
        for condition in fit.spec.conditions
    ]
    headings = [
        view.t("Vilkår"),
        view.t("Gruppe"),
        view.t("Kategorier; den første er den, de andre sammenlignes med"),
        view.t("Målt"),
        view.t("Med"),
    ]
    return Table(view.t("Vilkårene i modellen"), headings, [False] * 5, rows)


def _categories(view: View, condition: Condition) -> str:
    """The reference first, then the others."""
    if condition.reference is None:
        return view.t("et tal for området")
    if condition.kind == "alder_koen":
        first = category(view, condition, condition.reference)
        return view.t("%(first)s; de andre aldre og køn", first=first)
    others = [code for code in condition.categories if code != condition.reference]
    return ", ".join(category(view, condition, code) for code in (condition.reference, *others))


def _measured(view: View, condition: Condition) -> str:
    """When a condition is measured."""
    if not condition.lag_years:
        return view.t("ved periodens begyndelse")
    return view.t("%(years)s år før periodens begyndelse", years=condition.lag_years)


def _absent(view: View, fit: Fit) -> list[str]:
    """Sections that aren't there, each with its reason."""
    total = fit.shown.rules.benchmark.total
    reasons = [
        (
            fit.one(total, "r2_uden_kommunen") is None,
            view.t("Prøven uden kommunens egne tal og kommunernes indflydelse er ikke opgjort i denne udgivelse."),
        ),
        (
            not fit.levels(total, checks.VESSELS),
            view.t("Forbundne kar er ikke opgjort: der skal være mindst to områder med forskelle."),
        ),
        (
            not fit.levels(total, checks.SCOPE[0]),
            view.t("Hvad hver ydelse betyder for billedet, er ikke opgjort i denne udgivelse."),
        ),
        (
            not fit.levels(total, checks.SHOCK),
            view.t("Stødprøven er ikke opgjort: der er ikke leveret en variabel om ændringer udefra for perioden."),
        ),
    ]
    return [text for missing, text in reasons if missing]
