"""Every release: what it was made from, what changed since the one before, its files and how to verify it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from maalestok.publish.site.documents import links
from maalestok.publish.site.page import Page, Row, Table
from maalestok.publish.site.view import View
from maalestok.release.causes import MAERKE, UDGAVE
from maalestok.release.diff import CellChange, Difference, diff
from maalestok.release.manifest import FileEntry
from maalestok.release.read import Release
from maalestok.results import TABLES
from maalestok.rules.models import Ruleset

CHANGES = 100
"""Changes a page lists; the file holds all."""
CAUSES = {
    "data": "nye eller rettede leverancer",
    "rettelse": "en rettelse af kildens fejl",
    "regler": "ændrede regler",
    "program": "en anden version af programmet",
    "beskyttelse": "beskyttelse af små tal",
}
KINDS = {"ændret": "ændret", "ny": "nyt", "forsvundet": "forsvundet"}
TABLES_DA = {
    "results": "Alle tal, et i hver række",
    "findings": "Alle vurderinger",
    "parts": "Hvad tallene består af",
    "sources": "Hvilken leveret række hvert tal kommer fra",
    "relations": "Hvilke kommuner der ligner hinanden",
    "models": "Hvad metoderne brugte",
    "steps": "Skridt efter udpegning til skærpet tilsyn",
}
OTHER_DA = {
    "datapackage.json": "Beskrivelse af alle tabeller: kolonner, typer, enheder",
    "diff.json": "Hvad der er ændret siden udgivelsen før",
    "release.json": "Manifest: kilder, versioner og kontrolsummer",
}


def differences(view: View) -> Mapping[str, Difference]:
    """Release id -> what it changed in the one named before it."""
    pairs = [pair for held in view.contents.releases.values() for pair in pairwise(held)]
    return {new.id: diff(old, new) for old, new in pairs}


def pages(view: View, changed: Mapping[str, Difference]) -> Iterator[Page]:
    """The list of releases, a page for each, and the data page."""
    listed = []
    for name, held in view.contents.releases.items():
        rules = view.contents.shown[name].rules
        entries = []
        for release in reversed(held):
            entries.append(
                {
                    "id": release.id,
                    "path": f"udgivelser/{release.id}/",
                    "newest": view.language.period(release.manifest.newest_period),
                    "current": release is held[-1],
                    "syntetisk": release.manifest.syntetisk,
                    "changes": _told(view, changed.get(release.id)),
                }
            )
            yield _page(view, release, rules, changed.get(release.id))
        listed.append({"title": view.language.title(rules.benchmark.title), "entries": entries})
    yield Page(
        path="udgivelser/",
        template="udgivelser.html",
        title=view.t("Udgivelser"),
        description=view.t(
            "Hver udgivelse: hvad den er lavet af, hvad der er ændret, kontrolsummer, og hvordan den efterprøves."
        ),
        section="udgivelser",
        context={"benchmarks": listed, "reports": links(view.contents.documents.about(None))},
        words=view.t("revisioner ændringer kontrolsum verify"),
        kind=view.t("Udgivelse"),
    )
    yield _data(view)


def _told(view: View, difference: Difference | None) -> str:
    """Revisions in a sentence: figures of periods that both releases have, by cause."""
    if difference is None:
        return view.t("Der er ingen tidligere udgivelse at sammenligne med.")
    counted: dict[str, int] = {}
    for cell in difference.cells:
        if cell.cause in CAUSES:
            counted[cell.cause] = counted.get(cell.cause, 0) + 1
    if not counted:
        return view.t("Ingen tal, der var udgivet før, er ændret.")
    said = [f"{view.language.number(n)} ({view.t(CAUSES[cause])})" for cause, n in sorted(counted.items())]
    return view.t("Ændrede tal for perioder, der var udgivet før: %(counts)s.", counts=", ".join(said))


def _page(view: View, release: Release, rules: Ruleset, difference: Difference | None) -> Page:
    manifest = release.manifest
    return Page(
        path=f"udgivelser/{release.id}/",
        template="udgivelse.html",
        title=release.id,
        description=(
            f"{view.language.title(rules.benchmark.title)}, {view.language.period(manifest.newest_period)}. "
            f"{_told(view, difference)}"
        ),
        section="udgivelser",
        context={
            "release": release,
            "benchmark": view.language.title(rules.benchmark.title),
            "span": f"{view.language.period(manifest.periods[0])} - {view.language.period(manifest.newest_period)}",
            "told": _told(view, difference),
            "difference": difference,
            "changes": None if difference is None else _changes(view, rules, difference),
            "inputs": [
                (entry.feed, entry.sha256, f"{entry.periods[0]} - {entry.periods[-1]}" if entry.periods else "")
                for entry in manifest.inputs
            ],
            "files": _files(view, release, rules),
            "warnings": manifest.warnings,
        },
        crumbs=[(view.t("Udgivelser"), "udgivelser/")],
        words=f"{release.id} {manifest.newest_period} {rules.benchmark.id}",
        kind=view.t("Udgivelse"),
    )


def _changes(view: View, rules: Ruleset, difference: Difference) -> Table | None:
    """The figures of earlier periods that are now others, the first hundred."""
    cells = [cell for cell in difference.cells if cell.cause not in (UDGAVE, MAERKE)]
    rows = [_change(view, rules, cell) for cell in cells[:CHANGES]]
    headings = ["Mål", "Sted", "Område", "Periode", "Før", "Nu", "Årsag"]
    return (
        Table(view.t("Ændrede tal"), [view.t(h) for h in headings], [False] * 4 + [True, True, False], rows)
        if rows
        else None
    )


def _change(view: View, rules: Ruleset, cell: CellChange) -> Row:
    def told(value: float | None, status: str | None) -> str:
        if status is None:
            return ""
        return view.language.missing(status) if value is None else view.language.figure(value, cell.unit)

    trin = "" if cell.kontroltrin is None else f", {view.t('kontroltrin')} {cell.kontroltrin}"
    return Row(
        view.language.title(rules.measures[cell.measure].title),
        [
            view.language.place(cell.kommune_kode),
            view.t(rules.benchmark.omraade_names_da[cell.omraade]) + trin,
            view.language.period(cell.period),
            told(cell.before, cell.status_before),
            told(cell.now, cell.status_now),
            f"{view.t(KINDS[cell.kind])}: {view.t(CAUSES[cell.cause])}",
        ],
    )


def _files(view: View, release: Release, rules: Ruleset) -> Sequence[Mapping[str, Any]]:
    """Every file of a release with its words, size and checksum."""
    return [
        {
            "path": entry.path,
            "href": f"data/{release.id}/{entry.path}",
            "words": _words(view, entry, rules),
            "size": _size(view, entry.bytes),
            "sha256": entry.sha256,
        }
        for entry in release.manifest.files
    ]


def _words(view: View, entry: FileEntry, rules: Ruleset) -> str:
    path = PurePosixPath(entry.path)
    if path.stem in TABLES and path.suffix == ".parquet":
        return view.t(TABLES_DA[path.stem])
    if path.name in OTHER_DA:
        return view.t(OTHER_DA[path.name])
    rule = rules.measures.get(path.stem) or rules.criteria.get(path.stem)
    return view.language.title(rule.title if rule is not None else rules.benchmark.title)


def _size(view: View, count: int) -> str:
    return f"{view.language.number(max(count / 1000, 1))} kB"


def _data(view: View) -> Page:
    """The files of the releases shown, and what their columns mean."""
    found = [
        {
            "title": view.language.title(shown.rules.benchmark.title),
            "release": shown.release.id,
            "newest": view.language.period(shown.newest if shown.periods else shown.release.manifest.newest_period),
            "syntetisk": shown.syntetisk,
            "attribution": shown.release.manifest.attribution,
            "files": _files(view, shown.release, shown.rules),
        }
        for shown in view.contents.shown.values()
    ]
    tables = [
        (
            name,
            view.t(TABLES_DA[name]),
            [
                (column, str(held.dtype), view.t(held.description or column))
                for column, held in schema.columns().items()
            ],
        )
        for name, schema in TABLES.items()
    ]
    return Page(
        path="data/",
        template="data.html",
        title=view.t("Data"),
        description=view.t("Alle tal som CSV, Excel, Parquet og JSON-stat, med skema, kilde og faste adresser."),
        section="data",
        context={"benchmarks": found, "tables": tables},
        words=view.t("csv xlsx parquet json-stat skema download licens"),
        kind=view.t("Data"),
    )
