"""Every municipality's difference from the expected by the model on persons, with its standard error; no places."""

from maalestok.publish.shown import codes
from maalestok.publish.site.page import Card, Row, Table
from maalestok.publish.site.pages.kommune_expected_sure import ERROR
from maalestok.publish.site.pages.model_influence import mark
from maalestok.publish.site.pages.model_words import DIFFERENCE, Fit
from maalestok.publish.site.view import View

NUMBER = "forskel_antal"


def card(view: View, fit: Fit, root: str) -> Card:
    """Our own differences, in persons and in percentage points, with the error of the latter."""
    shown, total = fit.shown, fit.shown.rules.benchmark.total
    rows = []
    for kode in codes():
        number, share = (fit.own(name, kode, total) for name in (NUMBER, DIFFERENCE))
        error = fit.part(DIFFERENCE, kode, total, ERROR)
        cells = [mark(view, number), mark(view, share), view.marks.part(error, bare=True)]
        rows.append(Row(view.link(root, kode, "#forventet"), cells))
    headings = [
        view.t("Kommune"),
        view.t("Forskel, fuldtidspersoner"),
        view.t("Forskel, procentpoint"),
        view.t("Standardfejl, procentpoint"),
    ]
    caption = view.t("Forskel fra det, Målestoks model forventer")
    return Card(
        id="forskelle",
        name=f"grafer/model/{fit.period}/forskelle",
        title=caption,
        subtitle=f"{view.area(shown, total)}, {view.language.period(fit.period)}",
        summary=view.t(
            "En forskel på under to standardfejl kan være tilfældig. Tabellen er ikke en rangliste: placeringer gives kun "
            "efter ministeriets offentliggjorte tal."
        ),
        table=Table(caption, headings, [False, True, True, True], rows, sortable=True),
        about=view.about(shown, [DIFFERENCE]),
        notes=[
            *view.limits(shown, [DIFFERENCE]),
            *(view.t(text) for text in fit.spec.limits_da),
        ],
        source=view.source(shown),
        syntetisk=shown.syntetisk,
    )
