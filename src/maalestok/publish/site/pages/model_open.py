"""Målestok's open model on municipalities: never the ministry's, and always with its R2 beside the ministry's own."""

from collections.abc import Sequence

from markupsafe import Markup

from maalestok.period import parse_period
from maalestok.publish.shown import Figure, Key, Shown, Term, codes
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.persons_words import counted
from maalestok.publish.site.view import View

PART, EXPECTED = "aaben_model", "forventet_andel"
LEFT_OUT, MINISTRY = "r2_udeladt_kommune", "r2_ministeriet"
QUALITY = {
    LEFT_OUT: ("R2, når kommunen udelades", "correlation"),
    "r2_tilpasset": ("R2 med kommunens egne tal", "correlation"),
    MINISTRY: ("Ministeriets egen R2", "correlation"),
    "mod_ministeriet_korrelation": ("Korrelation med ministeriets forventede", "correlation"),
    "mod_ministeriet_r2": ("R2 mod ministeriets forventede", "correlation"),
    "mod_ministeriet_forskel": ("Procentpoint over ministeriets forventede i gennemsnit", "pct_point"),
}
"""What is told of each area: term -> heading and unit."""
QUALITY_WORDS = {term: words for term, (words, _) in QUALITY.items()}
ALL = "alle_udgaver"


def versions(shown: Shown) -> Sequence[str]:
    """The open model's versions by the rules."""
    rules = getattr(shown.rules, "open_model", None)
    return [] if rules is None else [version.version for version in rules.versions]


def periods(shown: Shown) -> list[str]:
    """The editions that the open model tells of, oldest first."""
    named = set(versions(shown))
    return sorted({period for model, _, period in shown.terms if model in named}, key=parse_period)


def found(shown: Shown, area: str, period: str, name: str, level: str | None = None) -> Term | None:
    """What the open model found under a name, in an area and edition."""
    for version in versions(shown):
        for term in shown.terms.get((version, area, period), ()):
            if (term.term, term.level) == (name, level):
                return term
    return None


def ministry_r2(shown: Shown, area: str, period: str) -> Term | None:
    """R2 of the ministry's published expected shares against the actual ones."""
    return found(shown, area, period, MINISTRY)


def beside(view: View, shown: Shown, key: Key) -> Markup:
    """What stands beside each of the open model's figures: its R2 and the ministry's own."""
    ours, theirs = (found(shown, key.omraade, key.period, name) for name in (LEFT_OUT, MINISTRY))
    if ours is None or theirs is None:
        return Markup("")
    return view.say(
        "R2, når kommunen udelades, %(ours)s; ministeriets egen %(theirs)s",
        ours=view.marks.term(ours, "correlation"),
        theirs=view.marks.term(theirs, "correlation"),
    )


def open_model(view: View, shown: Shown, period: str, root: str) -> list[Card]:
    """How good the open model is, and what it expects of each municipality; nothing where there is none."""
    if period not in periods(shown):
        return []
    return [_quality(view, shown, period), _expected(view, shown, period, root)]


def _notes(view: View, shown: Shown) -> list[str]:
    """The reservations of the newest version, which begin with whose it is."""
    rules = getattr(shown.rules, "open_model", None)
    return [] if rules is None else [view.t(text) for text in rules.versions[-1].reservations_da]


def _quality(view: View, shown: Shown, period: str) -> Card:
    areas, rows = shown.rules.benchmark.omraader, []
    for level, when in ((None, view.language.period(period)), (ALL, view.t("alle udgaver"))):
        for name, (_, unit) in QUALITY.items():
            cells = [view.marks.term(found(shown, area, period, name, level), unit, bare=True) for area in areas]
            if any(cells):
                rows.append(Row(f"{view.t(QUALITY_WORDS[name])}, {when}", cells))
    total = shown.rules.benchmark.total
    ours, theirs = (found(shown, total, period, name) for name in (LEFT_OUT, MINISTRY))
    headings = [view.t("Hvad der er målt"), *(view.area(shown, area) for area in areas)]
    return Card(
        id="aaben-model",
        name=f"grafer/model/{period}/aaben-model",
        title=view.t(
            "Målestoks åbne model, ikke ministeriets: R2 er %(ours)s, ministeriets egen er %(theirs)s",
            ours=_plain(view, ours),
            theirs=_plain(view, theirs),
        ),
        subtitle=f"{view.t('Målestoks åbne model; ikke ministeriets')}: {view.language.period(period)}",
        summary=view.t(
            "R2, når kommunen udelades, er den ærlige: hver kommune er forudsagt af de andre. Under 0 er ringere end "
            "at gætte på gennemsnittet. Ministeriets egen R2 er regnet af de offentliggjorte forventede og faktiske "
            "andele."
        ),
        table=Table(view.t("Den åbne model mod ministeriets"), headings, [False] + [True] * len(areas), rows),
        about=view.about(shown, [EXPECTED]),
        notes=_notes(view, shown),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _plain(view: View, term: Term | None) -> str:
    return view.language.missing("ikke_opgjort") if term is None else view.language.figure(term.estimate, "correlation")


def _expected(view: View, shown: Shown, period: str, root: str) -> Card:
    total, rows = shown.rules.benchmark.total, []
    for kode in codes():
        figure = shown.figure(EXPECTED, kode, total, period)
        part = shown.part(figure, PART)
        if part is not None and part.value is not None:
            rows.append(Row(view.link(root, kode), [_published(view, shown, figure), view.marks.part(part, bare=True)]))
    title = view.t("Forventet andel efter ministeriet og efter den åbne model")
    headings = [view.t("Kommune"), view.t("Ministeriets, pct."), view.t("Målestoks åbne model, pct.")]
    return Card(
        id="aaben-model-kommuner",
        name=f"grafer/model/{period}/aaben-model-kommuner",
        title=title,
        subtitle=f"{view.area(shown, total)}, {view.language.period(period)}",
        summary=beside(view, shown, Key(EXPECTED, "", total, period)),
        table=Table(title, headings, [False, True, True], rows, sortable=True),
        about=view.about(shown, [EXPECTED]),
        notes=_notes(view, shown),
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )


def _published(view: View, shown: Shown, figure: Figure | None) -> Markup:
    """The ministry's figure; a word where there is none."""
    return view.marks.figure(None if counted(shown, figure) else figure, bare=True)
