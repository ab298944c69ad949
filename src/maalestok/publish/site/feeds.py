"""What machines read beside the pages: Atom feed of releases, sitemap, robots, search index."""

import json
from collections.abc import Sequence
from xml.etree import ElementTree

from maalestok.period import parse_period
from maalestok.publish.site.page import Page
from maalestok.publish.site.view import View

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _xml(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def atom(view: View, pages: Sequence[Page]) -> bytes:
    """Every release as an entry, newest first. Its time is the last day its figures tell of: a release has no clock."""
    base = f"{view.contents.base_url}{view.language.root}"
    releases = [release for held in view.contents.releases.values() for release in reversed(held)]
    releases.sort(key=lambda r: (parse_period(r.manifest.newest_period).last_day, r.id), reverse=True)
    by_path = {page.path: page for page in pages}
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": view.language.code})
    mark = " (SYNTETISK)" if view.contents.syntetisk else ""
    ElementTree.SubElement(feed, "title").text = f"Målestok: {view.t('Udgivelser')}{mark}"
    ElementTree.SubElement(feed, "id").text = base
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": f"{base}atom.xml"})
    ElementTree.SubElement(feed, "link", {"href": base})
    author = ElementTree.SubElement(feed, "author")
    ElementTree.SubElement(author, "name").text = "Målestok"
    ElementTree.SubElement(feed, "updated").text = _time(releases[0].manifest.newest_period)
    for release in releases:
        page = by_path[f"udgivelser/{release.id}/"]
        entry = ElementTree.SubElement(feed, "entry")
        invented = "SYNTETISK: " if release.manifest.syntetisk else ""
        ElementTree.SubElement(entry, "title").text = f"{invented}{release.id}"
        ElementTree.SubElement(entry, "id").text = f"{base}{page.path}"
        ElementTree.SubElement(entry, "link", {"href": f"{base}{page.path}"})
        ElementTree.SubElement(entry, "updated").text = _time(release.manifest.newest_period)
        ElementTree.SubElement(entry, "summary").text = page.description
    return _xml(feed)


def _time(period: str) -> str:
    return f"{parse_period(period).last_day.isoformat()}T00:00:00Z"


def sitemap(base_url: str, addresses: Sequence[str]) -> bytes:
    """Every page's address."""
    root = ElementTree.Element("urlset", {"xmlns": SITEMAP})
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = f"{base_url}{address}"
    return _xml(root)


def robots(base_url: str, *, hidden: bool) -> bytes:
    """All may read, but nobody indexes invented figures: every page says so itself, so none is hidden from readers."""
    lines = ["User-agent: *", "Allow: /", *([] if hidden else [f"Sitemap: {base_url}sitemap.xml"])]
    return "\n".join([*lines, ""]).encode()


def search_index(pages: Sequence[Page]) -> bytes:
    """What the search page reads: a title, an address and the words to find it by."""
    entries = [
        {
            "id": at,
            "title": page.title,
            "url": page.path,
            "kind": page.kind,
            "words": f"{page.words} {page.description}",
        }
        for at, page in enumerate(page for page in pages if page.listed and page.kind)
    ]
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
