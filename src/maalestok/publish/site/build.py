"""Build the site: pages of every language, charts, files and feeds, into a folder that is put in place at once."""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from maalestok.errors import MaalestokError
from maalestok.kommune import place_name
from maalestok.publish.cells import SYNTETISK, danish_number, safe_text
from maalestok.publish.charts.draw import draw_all, in_language, specification, titles
from maalestok.publish.charts.kinds import KINDS
from maalestok.publish.shown import codes
from maalestok.publish.site import assets as built_assets
from maalestok.publish.site import feeds
from maalestok.publish.site.contents import Contents, gather
from maalestok.publish.site.documents import copy as copy_documents
from maalestok.publish.site.language import Language, languages
from maalestok.publish.site.page import Card, Page, raw
from maalestok.publish.site.pages import (
    beskaeftigelse,
    front,
    graensevaerdi,
    kommune,
    kontrolsager,
    kontrolsager_cuts,
    metode,
    model,
    udgivelser,
)
from maalestok.publish.site.pictures import pictures
from maalestok.publish.site.render import html, svg_file
from maalestok.publish.site.view import View
from maalestok.release.diff import Difference
from maalestok.release.read import Release

MARKER = "maalestok-site.json"
"""Says that a folder is a site of ours, so that only such a folder is replaced."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" fill="#0a4d8c"/>'
    '<path d="M3 13V8h2v5zm4 0V3h2v10zm4 0V6h2v7z" fill="#fff"/></svg>\n'
)
NOT_FOUND = """<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>Findes ikke - Målestok</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"></head>
<body><main><h1>Siden findes ikke</h1><p><a href="{base}">Til forsiden</a></p>
<p lang="en">The page does not exist. <a href="{base}en/">To the front page</a></p></main></body></html>
"""


def all_pages(view: View, changed: Mapping[str, Difference]) -> list[Page]:
    """Every page in one language."""
    return [
        *front.pages(view),
        *beskaeftigelse.pages(view),
        *model.pages(view),
        *kontrolsager.pages(view),
        *graensevaerdi.pages(view),
        *kommune.pages(view),
        *metode.pages(view),
        *udgivelser.pages(view, changed),
    ]


def build_site(
    releases: Sequence[Release],
    out: Path,
    base_url: str,
    *,
    allow_mixed: bool = False,
    workers: int = 0,
    documents: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Build the site of releases into `out`, replacing a site that was there. Gives the number of pages.

    `documents` is a folder of documents to publish with it.

    Raises:
        MaalestokError: releases or documents that don't go together, or a folder that holds something else.
    """
    if out.exists() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise MaalestokError(f"{out} er ikke en hjemmeside fra Målestok.", remedy="Vælg en tom mappe, eller en ny.")
    contents = gather(releases, base_url.rstrip("/") + "/", allow_mixed=allow_mixed, folder=documents)
    fresh = out.with_name(f".{out.name}.ny-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        count = _write(contents, fresh, workers or os.cpu_count() or 1, say)
        old = out.with_name(f".{out.name}.gammel-{os.getpid()}")
        if out.exists():
            out.rename(old)
        fresh.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return count


def _write(contents: Contents, folder: Path, workers: int, say: Callable[[str], None]) -> int:
    views = [View(contents, language) for language in languages()]
    changed = udgivelser.differences(views[0])
    say("Sider")
    pages = {view.language.code: all_pages(view, changed) for view in views}
    cards = {code: _cards(held) for code, held in pages.items()}
    danish = cards[views[0].language.code]
    say(f"Grafer ({sum(card.kind is not None for card in danish.values())})")
    jobs = {card.name: (card.kind, card.rows) for card in danish.values() if card.kind is not None}
    drawn = draw_all(jobs, workers)
    say("Filer")
    _copy_assets(folder)
    _copy_releases(contents, folder)
    copy_documents(contents.documents, folder)
    for id_, difference in changed.items():
        text = json.dumps(difference.as_dict(), ensure_ascii=False, separators=(",", ":"))
        _put(folder / "udgivelser" / f"{id_}.diff.json", text.encode())
    for view in views:
        language, own = view.language, cards[view.language.code]
        drawings = _in_language(view, danish, own, drawn)
        _specifications(view, folder)
        for card in own.values():
            _card_files(view, folder, card, drawings)
        say(f"{len(pages[language.code])} sider ({language.code})")
        for page in pages[language.code]:
            _put(folder / language.root / page.path / "index.html", html(view, page, drawings).encode())
        _machine_files(view, folder, pages[language.code])
    say("Billeder")
    _pictures(views, pages, folder, workers)
    _kommune_files(contents, folder)
    addresses = [f"{view.language.root}{page.path}" for view in views for page in pages[view.language.code]]
    _put(folder / "sitemap.xml", feeds.sitemap(contents.base_url, addresses))
    _put(folder / "robots.txt", feeds.robots(contents.base_url, hidden=contents.syntetisk))
    mark = {"releases": [r.id for held in contents.releases.values() for r in held], "syntetisk": contents.syntetisk}
    _put(folder / "404.html", NOT_FOUND.format(base=contents.base_url).encode())
    _put(folder / MARKER, (json.dumps(mark, indent=1) + "\n").encode())
    return len(addresses)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _cards(pages: Sequence[Page]) -> dict[str, Card]:
    """Every card by the name of its files; a card that stands on two pages is one."""
    return {card.name: card for page in pages for card in page.cards}


def _in_language(
    view: View, danish: Mapping[str, Card], own: Mapping[str, Card], drawn: Mapping[str, str]
) -> Mapping[str, str]:
    """Every drawing with the words of a language."""
    if view.language.is_danish:
        return drawn
    words = {kind: {title: view.t(title) for title in titles(kind)} for kind in KINDS}
    return {
        name: in_language(svg, danish[name].rows, own[name].rows, words[danish[name].kind or ""])
        for name, svg in drawn.items()
    }


def _specifications(view: View, folder: Path) -> None:
    """What Vega draws, a file for each kind of chart."""
    for kind in KINDS:
        words = {title: view.t(title) for title in titles(kind)}
        text = specification(kind, words, view.language.code)
        _put(folder / "grafer" / f"{kind}.{view.language.code}.json", text.encode())


def _card_files(view: View, folder: Path, card: Card, drawings: Mapping[str, str]) -> None:
    """A card's CSV and, where it has a chart, its SVG and the rows that Vega draws."""
    code = view.language.code
    _put(folder / f"{card.name}.{code}.csv", _csv(view.language, card))
    if card.kind is None:
        return
    _put(folder / f"{card.name}.{code}.svg", svg_file(view, card, drawings[card.name]).encode())
    rows = json.dumps(card.rows, ensure_ascii=False, separators=(",", ":"))
    _put(folder / f"{card.name}.{code}.json", rows.encode())


def _csv(language: Language, card: Card) -> bytes:
    """A card's table: semicolon and decimal comma in Danish, comma and point in English; UTF-8 with BOM."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language.is_danish else ",", lineterminator="\r\n")
    writer.writerow([*card.table.headings, *([SYNTETISK] if card.syntetisk else [])])
    for row in card.table.rows:
        cells = [raw(row.head), *(raw(cell) for cell in row.cells)]
        told = [_cell(language, text) for text in cells]
        writer.writerow([*told, *([SYNTETISK] if card.syntetisk else [])])
    writer.writerow([])
    writer.writerow([card.source])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _cell(language: Language, text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return safe_text(text)
    return danish_number(value) if language.is_danish else text


def _machine_files(view: View, folder: Path, pages: Sequence[Page]) -> None:
    """Feed and search index, the rows of all municipalities' trends, the explorer's month ends."""
    code = view.language.code
    _put(folder / view.language.root / "atom.xml", feeds.atom(view, pages))
    _put(folder / f"soeg.{code}.json", feeds.search_index(pages))
    cases = view.contents.kontrolsager
    if cases is None:
        return
    for cut in kontrolsager_cuts.cuts(cases):
        rows = {kode: kontrolsager_cuts.trend_rows(view, cases, cut, [kode]) for kode in (*codes(), "000")}
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        _put(folder / f"grafer/{cut.name}/udvikling-alle.{code}.json", text.encode())
    held = json.dumps(graensevaerdi.histories(view, cases), ensure_ascii=False, separators=(",", ":"))
    _put(folder / graensevaerdi.data_file(view), held.encode())


def _pictures(views: Sequence[View], pages: Mapping[str, Sequence[Page]], folder: Path, workers: int) -> None:
    """The picture of each municipality and of the site, in each language."""
    jobs = []
    for view in views:
        mark = SYNTETISK if view.contents.syntetisk else ""
        for page in pages[view.language.code]:
            if page.picture:
                jobs.append((page.picture, page.title, page.description, mark))
            elif not page.path:
                jobs.append((f"billeder/maalestok.{view.language.code}.png", "Målestok", page.description, mark))
    for name, content in pictures(jobs, workers).items():
        _put(folder / name, content)


def _copy_assets(folder: Path) -> None:
    """Styles, scripts, fonts, shapes' notices and the icon."""
    for asset in built_assets.assets().values():
        _put(folder / "assets" / asset.file, built_assets.folder().joinpath(asset.file).read_bytes())
    notices = built_assets.folder().joinpath("THIRD_PARTY_NOTICES.txt").read_bytes()
    _put(folder / "assets" / "THIRD_PARTY_NOTICES.txt", notices)
    _put(folder / "assets" / "ikon.svg", ICON.encode())


def _copy_releases(contents: Contents, folder: Path) -> None:
    """Every release's files under its own permanent address; nothing that stands beside them."""
    for release in (release for held in contents.releases.values() for release in held):
        for name in ("release.json", *(entry.path for entry in release.manifest.files)):
            target = folder / "data" / release.id / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(release.folder / name, target)


COLUMNS = (
    "benchmark", "measure", "kilde", "omraade", "kontroltrin", "period", "value", "low", "high", "numerator",
    "denominator", "unit", "status",
)  # fmt: skip


def _kommune_files(contents: Contents, folder: Path) -> None:
    """All of a municipality's figures in one file."""
    tables = [shown.release.results for shown in contents.shown.values()]
    for (kode,), rows in pl.concat(tables).partition_by("kommune_kode", as_dict=True, maintain_order=True).items():
        if str(kode) not in codes():
            continue
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(["kommune", *COLUMNS, "syntetisk"])
        for row in rows.iter_rows(named=True):
            writer.writerow(
                [place_name(str(kode)), *(_plain(row[name]) for name in COLUMNS), SYNTETISK if row["syntetisk"] else ""]
            )
        _put(folder / "kommune" / f"{kode}.csv", b"\xef\xbb\xbf" + stream.getvalue().encode())


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return danish_number(value) if isinstance(value, float) else str(value)
