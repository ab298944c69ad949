"""The example of a method page: one real figure with everything the release says of it."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from maalestok.kommune import HELE_LANDET
from maalestok.publish.shown import Figure, Key, Shown
from maalestok.publish.site.page import Row, Table
from maalestok.publish.site.pages.model_open import PART as OPEN_MODEL
from maalestok.publish.site.pages.model_open import beside as open_quality
from maalestok.publish.site.view import View
from maalestok.publish.text_da import KILDE_DA, PART_DA
from maalestok.rules.models import Measure

EXAMPLE = "707"
BESIDE = {
    "forskel_antal": ("faktisk_antal", "forventet_antal"),
    "forskel_andel": ("faktisk_andel", "forventet_andel"),
    "placering": ("forskel_andel",),
    "provenu": ("tilbagebetaling", "mindreudgift"),
    "aaben_andel": ("effekt_andel",),
}
"""The figures an example shows beside a measure, from which its own follows."""


def _found(shown: Shown, name: str) -> Figure | None:
    """A figure to show: the example municipality's newest, else the country's, else any, always one that is there."""
    trin = shown.rules.benchmark.default_kontroltrin
    total = shown.rules.benchmark.total
    for kode in (EXAMPLE, HELE_LANDET):
        held = [
            f
            for f in shown.figures.values()
            if f.key.measure == name
            and f.key.kommune == kode
            and f.key.omraade == total
            and f.key.trin == trin
            and f.value is not None
        ]
        if held:
            return held[-1]
    return next((f for f in shown.figures.values() if f.key.measure == name and f.value is not None), None)


def example(view: View, shown: Shown, measure: Measure) -> Mapping[str, Any] | None:
    """One real figure with everything the release says of it."""
    figure = _found(shown, measure.id)
    if figure is None:
        return None
    key = figure.key
    marks, rows = view.marks, []
    for name in BESIDE.get(measure.id, ()):
        other = shown.figures.get(Key(name, *key[1:]))
        if other is not None:
            counted = marks.ratio(other)
            rows.append(Row(view.language.title(shown.rules.measures[name].title), [marks.figure(other), counted]))
    rows.append(
        Row(
            view.language.title(measure.title),
            [marks.figure(figure), marks.ratio(figure) or marks.span(figure, bare=figure.unit == "rank")],
            own=True,
        )
    )
    for name, part in shown.parts.get(key, {}).items():
        if name in PART_DA and (part.value is not None or part.low is not None):
            extra = marks.span(part) if part.value is not None else Markup("")
            extra = open_quality(view, shown, key) if name == OPEN_MODEL else extra
            rows.append(Row(view.t(PART_DA[name]), [marks.part(part), extra]))
    return {
        "where": where(view, shown, key),
        "table": Table(
            view.t("Eksempel"),
            [view.t("Tal"), view.t("Værdi"), view.t("Tæller og nævner, eller spænd")],
            [False, True, True],
            rows,
        ),
        "kilde": view.t(KILDE_DA[figure.kilde]),
        "source": view.source(shown),
    }


def where(view: View, shown: Shown, key: Key) -> str:
    """'Norddjurs, alle ydelsesområder, kontroltrin 3, oktober 2026'."""
    trin = [] if key.trin is None else [f"{view.t('kontroltrin')} {key.trin}"]
    return ", ".join(
        [view.language.place(key.kommune), view.area(shown, key.omraade), *trin, view.language.period(key.period)]
    )
