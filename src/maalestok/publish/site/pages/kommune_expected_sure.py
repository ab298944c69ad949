"""How sure a municipality's expected share is, in sentences: out of sample, error, influence, benefits left out."""

from markupsafe import Markup, escape

from maalestok.kommune import by_code
from maalestok.publish.shown import Figure, Part
from maalestok.publish.site.page import Row, Table
from maalestok.publish.site.pages import model_influence as influence
from maalestok.publish.site.pages.model_words import DIFFERENCE, EXPECTED, RANK, WITHOUT_BENEFIT, Fit, benefit
from maalestok.publish.site.view import View

ERROR, OF_RESIDENTS, OF_MODEL = "standardfejl_personer", "standardfejl_beboere", "standardfejl_model"


def outside(view: View, fit: Fit, kode: str, expected: Figure | Part) -> Markup:
    """What a model that hasn't seen the municipality expects of it."""
    without = fit.part(EXPECTED, kode, fit.shown.rules.benchmark.total, influence.WITHOUT)
    if without is None or without.value is None:
        return Markup("")
    with_own = view.marks.part(expected) if isinstance(expected, Part) else view.marks.figure(expected)
    return view.say(
        "En model, der ikke har set kommunens egne personer, forventer %(without)s; med dem er det %(with_own)s.",
        without=view.marks.part(without),
        with_own=with_own,
    )


def sure(view: View, fit: Fit, kode: str) -> Markup:
    """The standard error of the difference in its two components, in words."""
    total = fit.shown.rules.benchmark.total
    error, residents, model = (fit.part(DIFFERENCE, kode, total, name) for name in (ERROR, OF_RESIDENTS, OF_MODEL))
    if error is None or error.value is None:
        return Markup("")
    said = view.say(
        "Forskellen fra det forventede har en standardfejl på %(error)s, opgjort af personer.",
        error=view.marks.part(error),
    )
    if residents is None or residents.value is None or model is None or model.value is None:
        return said
    text = (
        "Mest kommer af tilfældighed blandt kommunens egne borgere (%(residents)s), resten af, at modellen selv er "
        "usikker (%(model)s)."
    )
    if model.value > residents.value:
        text = (
            "Mest kommer af, at modellen selv er usikker (%(model)s), resten af tilfældighed blandt kommunens egne "
            "borgere (%(residents)s)."
        )
    told = view.say(text, residents=view.marks.part(residents), model=view.marks.part(model))
    how = view.t("De lægges sammen som kvadrater: kvadratet på standardfejlen er summen af de to kvadrater.")
    return said + " " + told + " " + escape(how)


def weight(view: View, fit: Fit, kode: str) -> Markup:
    """The municipality's influence on the fit."""
    total = fit.shown.rules.benchmark.total
    leverage, cook = (fit.part(EXPECTED, kode, total, name) for name in (influence.LEVERAGE, influence.COOK))
    if leverage is None or cook is None or cook.value is None:
        return Markup("")
    held = [fit.part(EXPECTED, other, total, influence.COOK) for other in by_code()]
    most = max((part for part in held if part is not None), key=lambda part: part.value or 0.0)
    if most.key.kommune == kode:
        text = (
            "Kommunens personer er %(leverage)s af det, der bestemmer modellen. Ingen kommune flytter koefficienterne "
            "mere, hvis den udelades (Cooks afstand %(cook)s)."
        )
    else:
        text = (
            "Kommunens personer er %(leverage)s af det, der bestemmer modellen. Udelades den, flytter koefficienterne "
            "sig %(cook)s målt med Cooks afstand; mest flytter de sig uden %(who)s (%(most)s)."
        )
    return view.say(
        text,
        leverage=view.marks.part(leverage),
        cook=view.marks.part(cook, bare=True),
        who=view.language.place(most.key.kommune),
        most=view.marks.part(most, bare=True),
    )


def _without(fit: Fit, kode: str) -> list[tuple[str, Part]]:
    """The place with each benefit left out, by benefit."""
    parts = fit.parts(RANK, kode, fit.shown.rules.benchmark.total)
    return [
        (name.removeprefix(WITHOUT_BENEFIT), part)
        for name, part in parts.items()
        if name.startswith(WITHOUT_BENEFIT) and part.value is not None
    ]


def scope(view: View, fit: Fit, kode: str) -> Markup:
    """Between which places it lies when one benefit is left out."""
    held = [part for _, part in _without(fit, kode)]
    if not held:
        return Markup("")
    best, worst = (pick(held, key=lambda part: part.value or 0.0) for pick in (min, max))
    if best.value == worst.value:
        return view.say(
            "Pladsen er %(place)s, uanset hvilken ydelse der tages ud. Det er efter Målestoks egne forskelle.",
            place=view.marks.part(best),
        )
    return view.say(
        "Pladsen ligger mellem %(best)s og %(worst)s, hvis én ydelse tages ud. Det er efter Målestoks egne forskelle.",
        best=view.marks.part(best),
        worst=view.marks.part(worst),
    )


def benefits(view: View, fit: Fit, kode: str) -> Table | None:
    """The place with each benefit left out."""
    held = _without(fit, kode)
    if not held:
        return None
    rows = [Row(benefit(view, fit.shown, name), [view.marks.part(part, bare=True)]) for name, part in held]
    caption = view.t("Placering, hvis en ydelse tages ud")
    return Table(caption, [view.t("Ydelse, der tages ud"), view.t("Placering")], [False, True], rows)
