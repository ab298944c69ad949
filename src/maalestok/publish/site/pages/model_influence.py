"""How much each municipality decides of the model, and what a model without it would expect of it."""

from markupsafe import Markup

from maalestok.publish.shown import Figure, Part, codes
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.model_words import DIFFERENCE, EXPECTED, Fit
from maalestok.publish.site.pages.persons_words import own
from maalestok.publish.site.view import View, percent

LEVERAGE, COOK, WITHOUT = "loeftestang", "cooks_afstand", "uden_kommunen"
SHOWN = 10
"""So many of the most influential stand in the table; all stand in the data."""


def influence(view: View, fit: Fit) -> list[Card]:
    """The most influential municipalities, by Cook's distance; nothing where it wasn't found."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    held = [
        (part.value, kode, part)
        for kode in codes()
        if (part := fit.part(EXPECTED, kode, total, COOK)) is not None and part.value is not None
    ]
    if not held:
        return []
    order = sorted(held, key=lambda found: -found[0])[:SHOWN]
    rows = [
        Row(
            view.language.place(kode),
            [view.marks.part(part, bare=True), view.marks.part(fit.part(EXPECTED, kode, total, LEVERAGE), bare=True)],
        )
        for _, kode, part in order
    ]
    return [
        Card(
            id="indflydelse",
            name=f"grafer/model/{fit.period}/indflydelse",
            title=view.t("%(who)s har størst indflydelse på modellen", who=view.language.place(order[0][1])),
            subtitle=(
                f"{view.t('De ti kommuner med størst indflydelse')}: "
                f"{view.area(shown, total)}, {view.language.period(fit.period)}"
            ),
            summary=view.t(
                "Cooks afstand er, hvor meget modellens koefficienter flytter sig, når kommunen udelades; 0 er slet "
                "ikke. Løftestangen er kommunens del af det, der bestemmer koefficienterne; alle 98 giver tilsammen "
                "100 pct., og store kommuner har en stor del."
            ),
            table=Table(
                view.t("De ti kommuner med størst indflydelse"),
                [view.t("Kommune"), view.t("Cooks afstand"), view.t("Løftestang, pct.")],
                [False, True, True],
                rows,
            ),
            about=view.about(shown, [EXPECTED]),
            notes=[
                view.t("Stor indflydelse er ingen fejl; den siger ikke, om kommunens tal er rigtige."),
                view.t("Alle kommuners tal står i tabellen parts på siden Data."),
            ],
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def outside(view: View, fit: Fit, root: str) -> list[Card]:
    """Each municipality as a model without it would expect it, beside what it was; nothing where it wasn't found."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    rows, table, moved = [], [], []
    for kode in codes():
        without = fit.part(EXPECTED, kode, total, WITHOUT)
        expected = fit.own(EXPECTED, kode, total)
        if without is None or without.value is None or expected is None or expected.value is None:
            continue
        actual = own(shown, shown.figure("faktisk_andel", kode, total, fit.period))
        apart = difference(expected, without)
        moved.append((abs(apart), kode))
        table.append(
            Row(
                view.link(root, kode),
                [
                    view.marks.part(without, bare=True),
                    mark(view, expected),
                    view.marks.derived(without.key, f"{WITHOUT}|flyttet", apart, "pct_point"),
                    mark(view, actual),
                ],
            )
        )
        if actual is None or actual.value is None:
            continue
        label = view.t(
            "%(who)s: forventet uden kommunens egne tal %(one)s, faktisk %(two)s",
            who=view.language.place(kode),
            one=view.language.figure(without.value, without.unit),
            two=view.language.figure(actual.value, actual.unit),
        )
        rows.append({"x": percent(without.value), "y": percent(actual.value), "label": label})
    if not moved:
        return []
    most, who = max(moved, key=lambda found: found[0])
    headings = [
        view.t("Kommune"),
        view.t("Forventet uden kommunens egne tal, pct."),
        view.t("Forventet, pct."),
        view.t("Så meget flytter kommunens egne tal, procentpoint"),
        view.t("Faktisk, pct."),
    ]
    return [
        Card(
            id="uden-kommunen",
            name=f"grafer/model/{fit.period}/uden-kommunen",
            title=view.t(
                "Kommunens egne tal flytter det forventede højst %(most)s (%(who)s)",
                most=view.language.figure(most, "pct_point"),
                who=view.language.place(who),
            ),
            subtitle=(
                f"{view.t('Modellen uden kommunen mod det faktiske')}: "
                f"{view.area(shown, total)}, {view.language.period(fit.period)}"
            ),
            summary=view.t(
                "Hver prik er en kommune: hvad en model, der ikke har set kommunens egne personer, forventer af den, "
                "mod det faktiske. På den stiplede linje er de ens."
            ),
            kind="expected",
            rows=rows,
            table=Table(
                view.t("Modellen uden kommunen mod det faktiske"), headings, [False] + [True] * 4, table, sortable=True
            ),
            about=view.about(shown, [EXPECTED, DIFFERENCE]),
            notes=[
                view.t(
                    "Prøven kan ikke sige, om vilkår mangler; den siger kun, om kommunen selv trækker sit forventede "
                    "op eller ned."
                )
            ],
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def difference(expected: Figure | Part, without: Part) -> float:
    """What its own figures move a municipality's expected share, of both as they are told."""
    return round((expected.value or 0) - (without.value or 0), 6)


def mark(view: View, found: Figure | Part | None) -> Markup:
    """Our own figure, whether it leads or stands beside a published one; without its unit."""
    return view.marks.part(found, bare=True) if isinstance(found, Part) else view.marks.figure(found, bare=True)
