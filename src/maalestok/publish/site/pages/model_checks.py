"""How far the model can be trusted: quality, areas that go together, scope, shocks; which conditions are refused."""

import re
from collections.abc import Sequence
from math import sqrt

from markupsafe import Markup

from maalestok.publish.shown import Shown, Term, codes
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.model_open import ministry_r2
from maalestok.publish.site.pages.model_words import DIFFERENCE, EXPECTED, WIDTH, Fit, benefit
from maalestok.publish.site.view import View

QUALITY = {
    "r2_personer": ("R2 på personer", "correlation"),
    "r2_kommuner": ("R2 på kommuner", "correlation"),
    "r2_uden_kommunen": ("R2 på kommuner, modellen ikke har set", "correlation"),
    "personer": ("Personer", "persons"),
    "national_balance": ("Forventet minus faktisk i landet", "persons_fulltime"),
    "led_udeladt": ("Led udeladt", "antal"),
    "kategorier_lagt_sammen": ("Kategorier lagt sammen", "antal"),
}
"""What is told of each area's fit: term -> heading and unit."""
QUALITY_WORDS = {term: words for term, (words, _) in QUALITY.items()}
VESSELS, SHOCK, SHOCK_COUNT = "forbundne_kar", "stoedproeve", "stoedproeve_kommuner"
SCOPE = ("uden_ydelse_korrelation", "uden_ydelse_flyt_median", "uden_ydelse_flyt_stoerst")
TOGETHER = {
    "minus": "Kommuner med færre end forventet på det ene har som regel flere på det andet: personer kan være flyttet "
    "fra den ene ydelse til den anden.",
    "plus": "Kommuner med færre end forventet på det ene har som regel også færre på det andet.",
    "intet": "Så svag, at den kan være tilfældig.",
}
SHOCKED = {
    "minus": "Hvor variablen er steget mest, ligger kommunerne som regel lavere i forhold til det forventede: noget af "
    "forskellen kan være stødet.",
    "plus": "Hvor variablen er steget mest, ligger kommunerne som regel højere i forhold til det forventede: noget af "
    "forskellen kan være stødet.",
    "intet": "Så svag, at den kan være tilfældig: stødet ses ikke i forskellene.",
}


def quality(view: View, fit: Fit) -> Card:
    """How well the model fits, area by area, beside the ministry's own R2 where it is known."""
    shown = fit.shown
    areas = shown.rules.benchmark.omraader
    told = [name for name in QUALITY if any(fit.one(area, name) for area in areas)]
    rows = [
        Row(
            view.t(QUALITY_WORDS[name]),
            [view.marks.term(fit.one(area, name), QUALITY[name][1], bare=True) for area in areas],
        )
        for name in told
    ]
    theirs = [ministry_r2(shown, area, fit.period) for area in areas]
    if any(theirs):
        words = view.t("R2 på kommuner, ministeriets forventede (offentliggjort)")
        rows.append(Row(words, [view.marks.term(term, "correlation") for term in theirs]))
    headings = [view.t("Hvad der er målt"), *(view.area(shown, area) for area in areas)]
    total = shown.rules.benchmark.total
    seen, unseen = fit.one(total, "r2_kommuner"), fit.one(total, "r2_uden_kommunen")
    title = view.t("R2 mellem kommunerne er %(seen)s i alt", seen=_plain(view, seen))
    if unseen is not None:
        title = view.t(
            "R2 mellem kommunerne er %(seen)s i alt, og %(unseen)s på kommuner, modellen ikke har set",
            seen=_plain(view, seen),
            unseen=_plain(view, unseen),
        )
    return Card(
        id="kvalitet",
        name=f"grafer/model/{fit.period}/kvalitet",
        title=title,
        subtitle=f"{view.t('Hvor godt modellen passer')}: {view.language.period(fit.period)}",
        summary=view.t(
            "R2 er den del af forskellene, modellen gør rede for: 1 er det hele, 0 er intet, og under 0 er ringere "
            "end at gætte på gennemsnittet. På enkelte personer er det altid lidt, for hvem der bliver ledig eller "
            "syg, ved ingen model. Landets forventede antal er lig det faktiske; det følger af metoden og er ingen "
            "prøve på den."
        ),
        table=Table(view.t("Hvor godt modellen passer"), headings, [False] + [True] * (len(headings) - 1), rows),
        about=view.about(shown, [EXPECTED]),
        notes=[
            view.t("R2 kan ikke sige, om de rigtige vilkår er med; kun hvor meget de, der er med, følger tallene."),
            view.t("Led udeladt følger af de andre led; kategorier lagt sammen har for få personer til at stå alene."),
        ],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _plain(view: View, term: Term | None) -> str:
    return view.language.missing("ikke_opgjort") if term is None else view.language.figure(term.estimate, "correlation")


def direction(value: float, kommuner: float) -> str:
    """Whether a correlation between so many municipalities is more than chance would give, and which way it goes."""
    if kommuner <= 0 or abs(value) <= WIDTH / sqrt(kommuner):
        return "intet"
    return "plus" if value > 0 else "minus"


def vessels(view: View, fit: Fit) -> list[Card]:
    """Whether less of one area goes with more of another; nothing where it wasn't found."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    pairs = fit.levels(total, VESSELS)
    if not pairs:
        return []
    rows = []
    for pair in pairs:
        one, other = (view.area(shown, area) for area in str(pair.level).split("/"))
        words = view.t(TOGETHER[direction(pair.estimate, len(codes()))])
        rows.append(Row(view.language.join([one, other]), [view.marks.term(pair, "correlation"), words]))
    against = [pair for pair in pairs if direction(pair.estimate, len(codes())) == "minus"]
    title = (
        view.t("Mindre på ét område går sammen med mere på et andet")
        if against
        else view.t("Mindre på ét område går ikke sammen med mere på et andet")
    )
    headings = [view.t("To områder"), view.t("Korrelation"), view.t("I ord")]
    return [
        Card(
            id="forbundne-kar",
            name=f"grafer/model/{fit.period}/forbundne-kar",
            title=title,
            subtitle=f"{view.t('Forbundne kar')}: {view.language.period(fit.period)}",
            summary=view.t(
                "Korrelationen mellem områdernes forskelle fra det forventede, kommune for kommune, vægtet med "
                "borgere. -1 er, at alt flytter mellem de to områder, 1 at de følges ad, 0 at de intet har med "
                "hinanden at gøre."
            ),
            table=Table(view.t("Forbundne kar"), headings, [False, True, False], rows),
            about=view.about(shown, [DIFFERENCE]),
            notes=[
                view.t(
                    "Korrelationen kan ikke sige, om de samme personer er flyttet, eller hvorfor; kun om forskellene "
                    "følges ad."
                )
            ],
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def scope(view: View, fit: Fit) -> list[Card]:
    """What happens to the differences when a benefit is left out of the count; nothing where it wasn't found."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    found = sorted(fit.levels(total, SCOPE[0]), key=lambda term: term.estimate)
    if not found:
        return []
    rows = []
    for term in found:
        others = [fit.one(total, name, term.level) for name in SCOPE[1:]]
        cells = [view.marks.term(term, "correlation"), *(view.marks.term(other, "antal") for other in others)]
        rows.append(Row(benefit(view, shown, str(term.level)), cells))
    most = max(fit.levels(total, SCOPE[2]), key=lambda term: term.estimate, default=None)
    title = view.t("Hver ydelse kan tages ud, uden at nogen kommune skifter plads")
    if most is not None and most.estimate:
        title = view.t(
            "Tages %(benefit)s ud, flytter en kommune %(most)s pladser",
            benefit=benefit(view, shown, str(most.level)),
            most=view.language.number(most.estimate),
        )
    headings = [
        view.t("Ydelse"),
        view.t("Korrelation"),
        view.t("Midterste flytning"),
        view.t("Største flytning"),
    ]
    return [
        Card(
            id="ydelser",
            name=f"grafer/model/{fit.period}/ydelser",
            title=title,
            subtitle=f"{view.t('Hvis en ydelse ikke talte med')}: {view.language.period(fit.period)}",
            summary=view.t(
                "Modellen er regnet om med én ydelse mindre ad gangen, både i det faktiske og i det forventede. "
                "Korrelationen er mellem kommunernes forskelle med og uden ydelsen: er den tæt på 1, betyder det lidt "
                "for billedet, om den er med. Flytningerne er i pladser."
            ),
            table=Table(view.t("Hvis en ydelse ikke talte med"), headings, [False] + [True] * 3, rows),
            about=view.about(shown, [DIFFERENCE]),
            notes=[
                view.t(
                    "Tabellen kan ikke sige, hvilke ydelser der bør tælle med; det står i definitionen af områderne."
                ),
                view.t("Pladserne her er efter Målestoks egne forskelle, ikke den offentliggjorte rangliste."),
            ],
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def shocks(view: View, fit: Fit) -> list[Card]:
    """Whether the differences follow a change from outside; nothing where no such variable was delivered."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    found = fit.levels(total, SHOCK)
    if not found:
        return []
    rows, seen = [], []
    for term in found:
        counted = fit.one(total, SHOCK_COUNT, term.level)
        way = direction(term.estimate, len(codes()) if counted is None else counted.estimate)
        seen.append(way)
        cells: list[Markup | str] = [view.marks.term(term, "correlation"), view.marks.term(counted, "antal")]
        rows.append(Row(_shock_name(view, fit, str(term.level)), [*cells, view.t(SHOCKED[way])]))
    title = (
        view.t("Forskellene følger ikke de stød, der er prøvet")
        if set(seen) == {"intet"}
        else view.t("Noget af forskellene følger et stød udefra")
    )
    headings = [view.t("Ændring i"), view.t("Korrelation"), view.t("Kommuner"), view.t("I ord")]
    return [
        Card(
            id="stoedproeve",
            name=f"grafer/model/{fit.period}/stoedproeve",
            title=title,
            subtitle=f"{view.t('Stødprøve')}: {view.language.period(fit.period)}",
            summary=view.t(
                "En virksomhedslukning eller en anden pludselig ændring kan flytte det faktiske, uden at kommunen "
                "gjorde noget anderledes. Prøven er korrelationen mellem kommunernes forskel fra det forventede og "
                "ændringen i en navngivet variabel."
            ),
            table=Table(view.t("Stødprøve"), headings, [False, True, True, False], rows),
            about=view.about(shown, [DIFFERENCE]),
            notes=[
                view.t(
                    "Prøven kan kun se de variable, der er leveret, og kan ikke sige, om ændringen er årsag eller "
                    "virkning."
                )
            ],
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def _shock_name(view: View, fit: Fit, name: str) -> str:
    """A shock variable in words."""
    for shock in getattr(fit.spec, "shocks", ()):
        if shock.id == name:
            return view.t(shock.title_da)
    return name.replace("_", " ")


def refused(view: View, shown: Shown) -> Table | None:
    """Which columns are no conditions, and why; None where the rules have no model."""
    rules = getattr(shown.rules, "model", None)
    if rules is None:
        return None
    by_reason: dict[str, list[str]] = {}
    for pattern, why in rules.refused.items():
        by_reason.setdefault(why, []).append(_pattern_words(view, pattern))
    rows = [Row("; ".join(names), [view.t(why)]) for why, names in by_reason.items()]
    return Table(view.t("Kolonner, der afvises"), [view.t("Kolonnens navn"), view.t("Hvorfor")], [False, False], rows)


def _pattern_words(view: View, pattern: str) -> str:
    """A pattern of names in words: '.*(ledig|dagpenge).*' -> 'indeholder ledig eller dagpenge'."""
    optional = re.fullmatch(r"(\w+)\((\w+)\)\?", pattern)
    if optional is not None:
        return view.t("er %(names)s", names=_either(view, [optional[1], optional[1] + optional[2]]))
    found = re.fullmatch(r"(\.\*)?\(?([\w|]+)\)?(\.\*)?", pattern)
    if found is None:
        return pattern
    names = _either(view, found[2].split("|"))
    if found[1] and found[3]:
        return view.t("indeholder %(names)s", names=names)
    if found[3]:
        return view.t("begynder med %(names)s", names=names)
    return view.t("ender med %(names)s", names=names) if found[1] else view.t("er %(names)s", names=names)


def _either(view: View, names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {view.t('eller')} {names[-1]}"
