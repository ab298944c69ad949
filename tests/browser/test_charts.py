"""What charts tell under the pointer, by keyboard and as files equals the data they were drawn from."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import Watched

pytestmark = pytest.mark.browser
Visit = Callable[..., Watched]
MARKS = '[role="graphics-symbol"][aria-label]'
PAGES = ["beskaeftigelse/", "kontrolsager/", "kommune/707-norddjurs/", "en/beskaeftigelse/", "en/kontrolsager/"]


def labels(chart: Locator) -> list[str]:
    return [
        str(label) for label in chart.locator(MARKS).evaluate_all("all => all.map(m => m.getAttribute('aria-label'))")
    ]


def rows(site: Path, page: Page, chart: Locator) -> list[dict[str, Any]]:
    name = str(chart.get_attribute("data-rows")).replace("../", "")
    held: list[dict[str, Any]] = json.loads((site / name).read_text(encoding="utf-8"))
    return held


@pytest.mark.parametrize("path", PAGES)
def test_the_first_mouse_over_tells_the_figures_before_and_after_vega(path: str, visit: Visit, site: Path) -> None:
    watched = visit()
    page = watched.open(path)
    charts = page.locator(".chart").all()
    assert charts
    for chart in charts:
        data = {row["label"] for row in rows(site, page, chart)}
        still = labels(chart)
        assert set(still) <= data
        chart.scroll_into_view_if_needed()
        mark = chart.locator(MARKS).first
        mark.dispatch_event("pointermove", {"bubbles": True, "clientX": 5, "clientY": 5})
        expect(page.locator(".tip")).to_have_text(still[0])
        chart.dispatch_event("pointerover", {"bubbles": True})
        expect(chart).to_have_attribute("data-live", "true", timeout=20_000)
        assert labels(chart) == still
        mark = chart.locator(MARKS).last
        mark.dispatch_event("pointermove", {"bubbles": True, "clientX": 5, "clientY": 5})
        expect(page.locator(".tip")).to_have_text(still[-1])
    assert watched.quiet()


def test_a_real_pointer_over_a_bar_shows_its_text(visit: Visit) -> None:
    page = visit().open("kontrolsager/")
    chart = page.locator("#trukket .chart")
    bar = chart.locator(MARKS).nth(3)
    bar.hover()
    expect(page.locator(".tip")).to_have_text(str(bar.get_attribute("aria-label")))
    expect(chart).to_have_attribute("data-live", "true", timeout=20_000)
    chart.locator(MARKS).nth(5).hover()
    expect(page.locator(".tip")).to_have_text(labels(chart)[5])


def test_a_chart_can_be_read_with_the_keyboard_alone(visit: Visit) -> None:
    watched = visit()
    page = watched.open("kommune/707-norddjurs/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skipnav"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "chart":
            break
    chart = page.locator(".chart:focus")
    told = labels(chart)
    expect(page.locator(".tip")).to_have_text(told[0])
    for at in (1, 2):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".tip")).to_have_text(told[at])
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".tip")).to_have_text(told[1])
    page.keyboard.press("End")
    expect(page.locator(".tip")).to_have_text(told[-1])
    page.keyboard.press("Home")
    expect(page.locator(".tip")).to_have_text(told[0])
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True
    assert watched.quiet()


def test_labels_say_what_the_table_says(visit: Visit) -> None:
    """The figures of a label stand in the table's row of the same place."""
    for path, card, column in (("beskaeftigelse/", "rangliste", 0), ("kontrolsager/", "trukket", 0)):
        page = visit().open(path)
        told = page.locator(f"#{card} tbody tr").evaluate_all(
            "all => all.map(r => [r.cells[0].textContent, r.cells[1].textContent])"
        )
        table = dict(told)
        for label in labels(page.locator(f"#{card} .chart")):
            name = next(place for place in table if label.startswith((f"{place}:", f"{place}.")))
            assert table[name] in label or column


def test_every_chart_can_be_fetched_as_csv_svg_and_png(visit: Visit, site: Path) -> None:
    watched = visit()
    page = watched.open("kommune/707-norddjurs/")
    for card in page.locator(".chart-card").all():
        card.locator("details", has=page.locator("[data-png]")).locator("summary").click()
        for suffix in ("csv", "svg"):
            with page.expect_download() as waiting:
                card.locator(f"a[download][href$='.{suffix}']").click()
            content = Path(waiting.value.path()).read_bytes()
            assert content.startswith(b"\xef\xbb\xbf" if suffix == "csv" else b"<svg")
            assert b"SYNTETISK" in content
        with page.expect_download() as waiting:
            card.locator("button[data-png]").click()
        picture = Path(waiting.value.path()).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 10_000
    assert watched.quiet()


def test_a_table_is_sorted_by_value_and_back(visit: Visit) -> None:
    page = visit().open("beskaeftigelse/")
    page.locator("#rangliste summary").first.click()
    table = page.locator("#rangliste table")
    heading = table.locator("thead th", has_text="Forskel, procentpoint")
    for order in ("ascending", "descending"):
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == order
        values = table.locator("tbody tr td:nth-child(8) data").evaluate_all("all => all.map(d => Number(d.value))")
        assert values == sorted(values, reverse=order == "descending")
        assert len(values) == 98


def test_one_municipality_against_the_country_is_a_link_that_can_be_shared(visit: Visit, site: Path) -> None:
    watched = visit()
    page = watched.open("kontrolsager/trin-2/kontanthjaelp/")
    page.locator("#vaelg-kommune").select_option("707")
    chart = page.locator("#udvikling .chart")
    expect(chart).to_have_attribute("data-live", "true", timeout=20_000)
    all_rows = json.loads((site / "grafer/trin-2-kontanthjaelp/udvikling-alle.da.json").read_text(encoding="utf-8"))
    wanted = [row["label"] for row in (*all_rows["707"], *all_rows["000"])]
    expect(page.locator("[data-chosen]")).to_have_text("Norddjurs")
    assert sorted(labels(chart)) == sorted(wanted)
    assert page.url.endswith("?kommune=707")
    again = visit()
    shared = again.open("kontrolsager/trin-2/kontanthjaelp/?kommune=707")
    expect(shared.locator("[data-chosen]")).to_have_text("Norddjurs", timeout=20_000)
    assert sorted(labels(shared.locator("#udvikling .chart"))) == sorted(wanted)
    assert watched.quiet()
    assert again.quiet()


def test_every_choice_of_kontroltrin_and_area_is_a_page(visit: Visit) -> None:
    page = visit().open("kontrolsager/")
    links = page.locator(".choices a").evaluate_all("all => all.map(a => a.href)")
    assert len(links) == 5
    titles = set()
    for link in links:
        page.goto(link)
        assert page.locator(".choices a[aria-current]").count() == 1
        titles.add(page.locator("h1").inner_text())
        assert page.locator(".chart").count() == 5
    assert len(titles) == 5
