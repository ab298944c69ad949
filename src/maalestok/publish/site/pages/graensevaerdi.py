"""The threshold explorer: who would be contacted under another limit, judged in the browser on public figures."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maalestok.kommune import by_code
from maalestok.period import parse_period
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.marks import Marks
from maalestok.publish.site.page import Page, Row
from maalestok.publish.site.pages import kontrolsager_cuts as control
from maalestok.publish.site.view import View
from maalestok.registry import module

PATH = "kontrolsager/graensevaerdi/"
MONTHS = 24
VARIANTS = {
    "mindst": "mindst så mange månedsskift i træk",
    "mere_end": "flere end så mange i træk",
    "samlet": "månedsskiftene lagt sammen",
}


def data_file(view: View) -> str:
    """Where the published month ends lie, for the browser."""
    return f"grafer/graensevaerdi.{view.language.code}.json"


def pages(view: View) -> Iterator[Page]:
    """One page, where there is a release of control cases."""
    shown = view.contents.kontrolsager
    if shown is None:
        return
    version: Any = shown.rules.criteria[control.LOW].versions[-1]
    headings = [
        "Kommune",
        "Kontroltrin og område",
        "Ændring",
        "Andel trukket",
        "Trukket og udstillet",
        "Månedsskift i træk",
        "Forbehold",
    ]
    yield Page(
        path=PATH,
        template="graensevaerdi.html",
        title=view.t("Prøv en anden grænse"),
        description=view.t(
            "Hvem ville styrelsen kontakte, hvis grænsen, antallet af månedsskift eller læsningen var en anden?"
        ),
        section="kontrolsager",
        context={
            "data_file": data_file(view),
            "rule": {
                "threshold": view.language.number(float(version.threshold) * 100),
                "run": version.run_length,
                "variant": version.variant,
            },
            "variants": [(value, view.t(words)) for value, words in VARIANTS.items()],
            "months": [
                (parse_period(period).month_index, view.language.period(period))
                for period in list(reversed(shown.periods))[:MONTHS]
            ],
            "headings": [view.t(heading) for heading in headings],
            "now": _now(view, shown),
            "reasons": view.t(control.REASONS),
            "source": view.source(shown),
        },
        crumbs=[(view.t("Kontrolsager"), "kontrolsager/")],
        words=view.t("grænseværdi kriterium whatif henvendelse"),
        kind=view.t("Kontrolsager"),
        scripts=("explorer.js",),
    )


def _now(view: View, shown: Shown) -> Sequence[Row]:
    """Who is under the limit in force: what is shown before, or without, the script."""
    marks, rows = Marks(view.language), []
    for track in shown.rules.criteria[control.LOW].tracks:
        for kode in codes():
            finding = shown.finding(control.LOW, kode, track.omraade, shown.newest, track.kontroltrin)
            if finding is None or finding["udfald"] != "under_graensen":
                continue
            figure = shown.figure(control.DRAWN, kode, track.omraade, shown.newest, track.kontroltrin)
            cut = control.Cut(track.kontroltrin or 0, track.omraade)
            rows.append(
                Row(
                    view.link("../../", kode, "#kontrolsager"),
                    [
                        control.cut_name(view, shown, cut),
                        view.t("bliver"),
                        marks.figure(figure, beside=finding["graense"]),
                        marks.ratio(figure),
                        control.finding_run(finding),
                        view.t("små tal") if "smaa_tal" in finding["flag"] else "",
                    ],
                )
            )
    return rows


def histories(view: View, shown: Shown) -> Mapping[str, Any]:
    """What the script reads: the rule in force and every municipality's published month ends on both tracks."""
    criterion = shown.rules.criteria[control.LOW]
    version: Any = criterion.versions[-1]
    read = module(shown.benchmark, "whatif").public_histories
    told = []
    for track in criterion.tracks:
        ends = {}
        for kode, history in read(shown.release, track).items():
            told_ends = [[end.drawn, end.shown, end.missing] for end in history]
            ends[kode] = {"first": history[0].month_index, "ends": told_ends}
        told.append(ends)
    return {
        "rule": {
            "threshold": int(float(version.threshold) * 10000 + 0.5),
            "run": version.run_length,
            "variant": version.variant,
            "small": version.small_denominator,
        },
        "tracks": [control.cut_name(view, shown, control.Cut(t.kontroltrin or 0, t.omraade)) for t in criterion.tracks],
        "kommuner": {
            kode: {"name": by_code()[kode].navn, "url": f"../../{view.kommune_path(kode)}#kontrolsager"}
            for kode in codes()
        },
        "histories": told,
    }
