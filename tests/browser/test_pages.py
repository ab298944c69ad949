"""Every kind of page in a real browser: accessible, quiet, whole on a phone, on paper and without JavaScript."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from browser.conftest import AXE, Watched
from conftest import ROOT
from maalestok.release.read import Release

pytestmark = pytest.mark.browser
Visit = Callable[..., Watched]
KINDS = (
    "", "beskaeftigelse/", "beskaeftigelse/kontanthjaelp/", "beskaeftigelse/i-alt/2020QMAT04/",
    "beskaeftigelse/model/", "beskaeftigelse/model/2020QMAT04/", "kontrolsager/",
    "kontrolsager/trin-3/sygedagpenge/", "kontrolsager/trin-2/kontanthjaelp/", "kontrolsager/graensevaerdi/", "kommune/",
    "kommune/707-norddjurs/", "kommune/707-norddjurs/2020QMAT04/", "metode/", "metode/placering/", "metode/trukket_andel/",
    "metode/skaerpet_tilsyn/", "ordliste/", "data/", "udgivelser/", "tilgaengelighed/", "soeg/",
)  # fmt: skip
DOCUMENTS = ("dokumenter/707/orientering-2021QMAT04.html", "dokumenter/aarsnotat.html")
PATHS = [root + kind for root in ("", "en/") for kind in KINDS]


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker."""
    return AXE.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*PATHS, *DOCUMENTS])
def test_every_kind_of_page_is_accessible_and_quiet(path: str, visit: Visit, axe: str) -> None:
    watched = visit()
    page = watched.open(path)
    for summary in page.locator("summary").all():
        summary.evaluate("node => { node.parentElement.open = true; }")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [(v["id"], v["help"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found["violations"]]
    assert told == []
    assert page.locator("html").get_attribute("lang") == ("en" if path.startswith("en/") else "da")
    assert watched.quiet()


def test_a_release_page_is_accessible_and_tells_what_changed(visit: Visit, axe: str, releases: list[Release]) -> None:
    for root in ("", "en/"):
        watched = visit()
        page = watched.open(f"{root}udgivelser/{releases[-1].id}/")
        page.evaluate(axe)
        assert page.evaluate("axe.run(document)")["violations"] == []
        assert releases[-2].id in page.locator("main").inner_text()
        assert watched.quiet()


@pytest.mark.parametrize("path", [*PATHS, *DOCUMENTS])
def test_every_kind_of_page_fits_a_phone(path: str, visit: Visit) -> None:
    watched = visit(390)
    page = watched.open(path)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1]
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(node => {
             const box = node.getBoundingClientRect();
             return box.width > 0 && box.right > document.documentElement.clientWidth + 1
               && !node.closest(".scroll, .table") && !node.closest("svg") && !node.closest(".sr-only");
           }).map(node => node.outerHTML.slice(0, 120))"""
    )
    assert outside == []
    assert watched.quiet()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_documents_tables_are_seen_whole_on_a_desktop(path: str, visit: Visit) -> None:
    tables = visit().open(path).locator("section.table")
    assert tables.count() > 0
    hidden = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth).map(node => node.ariaLabel)"
    assert tables.evaluate_all(hidden) == []


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_page_works_without_javascript(path: str, visit: Visit) -> None:
    watched = visit(javascript=False)
    page = watched.open(path)
    assert page.locator("h1").inner_text()
    for chart in page.locator(".chart").all():
        box = chart.locator("svg").bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert chart.locator('[role="graphics-symbol"][aria-label]').count() > 0
    for held in page.locator(".chart-card details").all():
        if held.get_attribute("open") is None:
            held.locator("summary").first.click()
    assert all(table.is_visible() for table in page.locator(".chart-card table").all())
    assert page.locator("button[data-png]:visible").count() == 0
    assert page.locator("[data-trend]:visible, form[data-explorer]:visible").count() == 0
    assert watched.said == []


@pytest.mark.parametrize(
    "path", ["kommune/707-norddjurs/", "beskaeftigelse/", "beskaeftigelse/model/2020QMAT04/", "kontrolsager/"]
)
def test_on_paper_the_tables_follow_the_charts(path: str, visit: Visit) -> None:
    page = visit().open(path)
    page.emulate_media(media="print")
    assert page.locator("nav.site-nav").is_hidden()
    assert page.locator(".chart svg").first.is_visible()
    assert len(page.pdf()) > 20_000


def test_links_lead_somewhere_and_addresses_are_shared(site: Path) -> None:
    """Every internal link and every file a page names exists, on every page of the site."""
    missing = set()
    pages = sorted(site.rglob("index.html"))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'(?:href|src|data-spec|data-rows|data-explorer|data-index|data-vega)="([^"#?]+)', text):
            if name.startswith(("http://", "https://")):
                assert name.startswith("https://maalestok.example/"), name
                target = site / name.removeprefix("https://maalestok.example/")
            else:
                target = (path.parent / name).resolve()
            if not (target.is_file() or (target / "index.html").is_file()):
                missing.add((path.relative_to(site).as_posix(), name))
    assert missing == set()
    assert len(pages) > 900


def test_anchors_exist(site: Path) -> None:
    for name in (
        "kommune/707-norddjurs", "beskaeftigelse", "beskaeftigelse/model/2020QMAT04", "kontrolsager/graensevaerdi",
        "en/kontrolsager",
    ):  # fmt: skip
        text = (site / name / "index.html").read_text(encoding="utf-8")
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), "an id twice"
        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_html_is_valid(site: Path, tmp_path: Path) -> None:
    """By html-validate's standard rules, on every kind of page in both languages."""
    rules = {"root": True, "extends": ["html-validate:standard", "html-validate:a11y"]}
    (tmp_path / "regler.json").write_text(json.dumps(rules), encoding="utf-8")
    web = ROOT / "web"
    files = [*(str(site / path / "index.html") for path in PATHS), *(str(site / path) for path in DOCUMENTS)]
    node, tool = ROOT / ".venv" / "bin" / "node", web / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    done = subprocess.run(
        [node, tool, "--config", tmp_path / "regler.json", "--formatter", "text", *files],
        capture_output=True,
        text=True,
        check=False,
        cwd=web,
    )
    assert done.stdout.splitlines()[:20] == []
    assert done.returncode == 0, done.stderr
