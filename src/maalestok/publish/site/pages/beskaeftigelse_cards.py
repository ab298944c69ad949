"""The cards of an area and edition: ranking, actual against expected, funnel, maps, climbers, supervision."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from maalestok.publish.shown import Shown, codes, last_month
from maalestok.publish.site.grid import squares
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.beskaeftigelse_words import (
    COUNTS,
    DIFFERENCE,
    RANK,
    SHARES,
    Edition,
    of,
    outcome,
    place_label,
    subtitle,
)
from maalestok.publish.site.pages.persons_words import counted
from maalestok.publish.site.view import View, percent

CLIMB, CLIMBERS = "forskel_andel_aendring_aar", 10


LIMITS = (("lo95", "hi95", "tragt_additiv_95"), ("lo998", "hi998", "tragt_additiv_998"))


SUPERVISION = ("resultatmaal", "fokusmaal_samtaler", "fokusmaal_tilbud", "skaerpet_tilsyn", "tilsynsforloeb")


def ranking(view: View, shown: Shown, edition: Edition, order: Sequence[str], root: str) -> Card:
    """The ranking list with intervals."""
    rows = []
    for kode in order:
        place = of(shown, RANK, kode, edition)
        if place is None or place.value is None:
            continue
        low, high = (place.value if end is None else end for end in (place.low, place.high))
        rows.append(
            {
                "navn": view.language.place(kode),
                "v": place.value,
                "low": low,
                "high": high,
                "label": place_label(view, shown, kode, edition),
            }
        )
    return Card(
        id="rangliste",
        name=f"{edition.folder}/rangliste",
        title=view.t("%(best)s lå nr. 1, men de fleste pladser er usikre", best=rows[0]["navn"])
        if rows
        else view.t("Der er for få tal til at sammenligne kommunerne"),
        subtitle=f"{view.t('Rangliste')}: {subtitle(view, shown, edition)}",
        summary=view.t(
            "Prikken er Målestoks egen placering. Den lyse streg er de pladser, kommunen kan have, når tilfældig "
            "variation tages med. Hvor to streger overlapper, kan tallene ikke skille kommunerne ad."
            if shown.is_own
            else "Prikken er den offentliggjorte placering. Den lyse streg er de pladser, kommunen kan have, når "
            "tilfældig variation tages med. Hvor to streger overlapper, kan tallene ikke skille kommunerne ad."
        ),
        kind="ranking",
        rows=rows,
        table=_ranks(view, shown, edition, order, root),
        about=view.about(shown, [RANK, DIFFERENCE]),
        notes=view.limits(shown, [RANK]),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _ranks(view: View, shown: Shown, edition: Edition, order: Sequence[str], root: str) -> Table:
    marks = view.marks
    rows = []
    for kode in order:
        place = of(shown, RANK, kode, edition)
        cells = [
            marks.figure(place, bare=True),
            marks.span(place),
            marks.figure(of(shown, "placering_aendring", kode, edition)),
            *(marks.figure(of(shown, name, kode, edition), bare=True) for name in (*COUNTS, DIFFERENCE)),
            marks.figure(of(shown, "merudgift", kode, edition)),
        ]
        rows.append(Row(view.link(root, kode), cells))
    headings = [
        "Kommune", "Placering", "95 pct.-interval", "Siden udgaven før", "Forventet", "Faktisk", "Forskel",
        "Forskel, procentpoint", "Merudgift (skøn, hvor intet andet står)",
    ]  # fmt: skip
    return Table(view.t("Rangliste"), [view.t(text) for text in headings], [False] + [True] * 8, rows, sortable=True)


def expected(view: View, shown: Shown, edition: Edition, order: Sequence[str], root: str) -> Card:
    """Actual against expected shares."""
    rows, table = [], []
    for kode in order:
        one, two = (of(shown, name, kode, edition) for name in SHARES)
        if one is None or two is None:
            continue
        gap = of(shown, DIFFERENCE, kode, edition)
        table.append(Row(view.link(root, kode), [view.marks.figure(f, bare=True) for f in (one, two, gap)]))
        if one.value is None or two.value is None:
            continue
        label = view.t(
            "%(who)s: forventet %(one)s, faktisk %(two)s",
            who=view.language.place(kode),
            one=view.text(one),
            two=view.text(two),
        )
        rows.append({"x": percent(one.value), "y": percent(two.value), "label": label})
    titles = [view.language.title(shown.rules.measures[name].title) for name in (*SHARES, DIFFERENCE)]
    return Card(
        id="faktisk-og-forventet",
        name=f"{edition.folder}/faktisk-og-forventet",
        title=view.t("Kommuner over linjen har flere på offentlig forsørgelse end forventet"),
        subtitle=f"{view.t('Faktisk og forventet andel')}: {subtitle(view, shown, edition)}",
        summary=view.t("Hver prik er en kommune. På den stiplede linje er den faktiske andel lig med den forventede."),
        kind="expected",
        rows=rows,
        table=Table(titles[1], [view.t("Kommune"), *titles], [False, True, True, True], table, sortable=True),
        about=view.about(shown, SHARES),
        notes=view.limits(shown, SHARES),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def funnel(view: View, shown: Shown, edition: Edition, order: Sequence[str], root: str) -> Card:
    """Differences by their standard error, with funnel limits."""
    rows: list[dict[str, Any]] = []
    table = []
    for kode in order:
        gap = of(shown, DIFFERENCE, kode, edition)
        error = shown.part(gap, "standardfejl")
        limits = [shown.part(gap, name) for _, _, name in LIMITS]
        if gap is None or error is None or gap.value is None or None in limits:
            continue
        ends = {
            end: percent(value)
            for (low, high, _), part in zip(LIMITS, limits, strict=True)
            if part is not None
            for end, value in ((low, part.low), (high, part.high))
        }
        said = view.language.figure(error.value or 0, error.unit)
        label = f"{view.language.place(kode)}: {view.text(gap)}, {view.t('standardfejl')} {said}"
        rows.append({"x": percent(error.value), "y": percent(gap.value), **ends, "label": label})
        cells = [
            view.marks.figure(gap, bare=True),
            view.marks.part(error, bare=True),
            *(view.marks.span(p) for p in limits),
        ]
        table.append(Row(view.link(root, kode), cells))
    headings = ["Kommune", "Forskel, procentpoint", "Standardfejl", "Tragt, 95 pct.", "Tragt, 99,8 pct."]
    return Card(
        id="tragt",
        name=f"{edition.folder}/tragt",
        title=view.t("Kommuner uden for tragten skiller sig ud fra den almindelige spredning"),
        subtitle=f"{view.t('Tragtdiagram')}: {subtitle(view, shown, edition)}",
        summary=view.t(
            "Små kommuner svinger mere end store. Mellem de stiplede linjer ventes 95 pct. af kommunerne "
            "at ligge, mellem "
            "de optrukne 99,8 pct., når den almindelige forskel mellem kommuner er regnet med (additiv "
            "metode, Paule-Mandel)."
        ),
        kind="funnel",
        rows=sorted(rows, key=lambda row: (row["x"], row["label"])),
        table=Table(view.t("Tragtdiagram"), [view.t(h) for h in headings], [False] + [True] * 4, table, sortable=True),
        about=view.about(shown, [DIFFERENCE]),
        notes=[*view.limits(shown, [DIFFERENCE]), *_method(view, shown)],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _method(view: View, shown: Shown) -> list[str]:
    """What is to be said of the methods behind intervals, with their names and versions."""
    used = shown.versions_of(DIFFERENCE)
    notes = [(name, texts) for name, texts in shown.rules.method_notes_da.items() if name in used]
    return [f"{view.t('Metode')} {name}: {view.t(text)}" for name, texts in notes for text in texts]


def maps(view: View, shown: Shown, edition: Edition, root: str) -> list[Card]:
    """The difference on both maps."""
    held = {kode: of(shown, DIFFERENCE, kode, edition) for kode in codes()}
    told = {
        kode: (percent(f.value if f else None), f"{view.language.place(kode)}: {view.text(f)}")
        for kode, f in held.items()
    }
    title = view.language.title(shown.rules.measures[DIFFERENCE].title)
    table = Table(
        title,
        [view.t("Kommune"), title],
        [False, True],
        [Row(view.link(root, kode), [view.marks.figure(held[kode])]) for kode in codes()],
        sortable=True,
    )
    return squares(
        view,
        shown,
        told,
        table,
        kind="difference",
        folder=edition.folder,
        subtitle=f"{title}: {subtitle(view, shown, edition)}",
        rules=[DIFFERENCE],
    )


def climbers(view: View, shown: Shown, edition: Edition, root: str) -> list[Card]:
    """The largest improvements in a year; nothing where there is no edition a year before."""
    found = []
    for kode in codes():
        change = of(shown, CLIMB, kode, edition)
        place = shown.part(change, "plads_paa_klatrelisten")
        if place is not None and place.value is not None:
            found.append((place.value, kode, change, place))
    if not found:
        return []
    rows = [
        Row(
            view.link(root, kode),
            [
                view.marks.part(place, bare=True),
                view.marks.figure(change),
                view.marks.figure(of(shown, "placering_aendring_aar", kode, edition)),
            ],
        )
        for _, kode, change, place in sorted(found, key=lambda f: (f[0], f[1]))[:CLIMBERS]
    ]
    title = view.language.title(shown.rules.measures[CLIMB].title)
    headings = [view.t("Kommune"), view.t("Plads på listen"), title, view.t("Placering på et år")]
    return [
        Card(
            id="klatrere",
            name=f"{edition.folder}/klatrere",
            title=view.t("%(who)s har forbedret sig mest på et år", who=view.language.place(min(found)[1])),
            subtitle=f"{view.t('De ti største forbedringer')}: {subtitle(view, shown, edition)}",
            summary=view.t(
                "Forskellen i andele nu og et år før. Et minus er en forbedring. Om ændringen er mere end "
                "tilfældig, kan ikke ses af de offentliggjorte tal."
            ),
            table=Table(title, headings, [False, True, True, True], rows, sortable=True),
            about=view.about(shown, [CLIMB]),
            notes=view.limits(shown, [CLIMB]),
            source=view.source(shown),
            syntetisk=shown.syntetisk,
        )
    ]


def _basis(view: View, shown: Shown, periods: set[str]) -> str:
    """What figures the decisions rest on: published ones, or our own, too."""
    means = {shown.rules.criteria[name].measure for name in SUPERVISION}
    if any(key.measure in means and key.period in periods and counted(shown, f) for key, f in shown.figures.items()):
        return view.t(
            "Hvad reglerne giver på de offentliggjorte tal og, hvor de mangler, på Målestoks egen opgørelse "
            "af personer. Afgørelsen er myndighedens."
        )
    return view.t("Hvad reglerne giver på de offentliggjorte tal. Afgørelsen er myndighedens.")


def supervision(view: View, shown: Shown, edition: Edition, root: str) -> Card:
    """What the rules of supervision give for each municipality in a calendar year; own signals are left out."""
    periods = {edition.period, last_month(edition.period)}
    held = {key.measure for key in shown.findings if key.period in periods}
    names = [name for name in SUPERVISION if name in held]
    rows = []
    for kode in codes():
        cells: list[Markup | str] = []
        for name in names:
            finding = shown.decided(name, kode, edition.omraade, edition.period)
            cells.append(outcome(view, shown, name, finding))
        rows.append(Row(view.link(root, kode), cells))
    titles = [view.language.title(shown.rules.criteria[name].title) for name in names]
    return Card(
        id="tilsyn",
        name=f"{edition.folder}/tilsyn",
        title=view.t("Resultatmål, fokusmål og skærpet tilsyn, %(year)s", year=view.language.period(edition.period)),
        subtitle=_basis(view, shown, periods),
        summary=view.t("En kommune med gode resultater kommer aldrig under skærpet tilsyn, uanset fokusmålene."),
        table=Table(
            view.t("Resultatmål, fokusmål og skærpet tilsyn, %(year)s", year=view.language.period(edition.period)),
            [view.t("Kommune"), *titles],
            [False] * (1 + len(names)),
            rows,
            sortable=True,
        ),
        about=view.about(shown, names),
        notes=[
            view.t(text) for text in dict.fromkeys(t for name in names for t in shown.rules.criteria[name].limits_da)
        ],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )
