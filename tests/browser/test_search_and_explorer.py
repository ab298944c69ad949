"""Search and the threshold explorer: both run in the browser, both must say what the program says."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from playwright.sync_api import expect

from browser.conftest import Watched
from maalestok.kontrolsager.rules import Variant, load_rules
from maalestok.kontrolsager.whatif import Asked, whatif
from maalestok.release.read import Release

pytestmark = pytest.mark.browser
Visit = Callable[..., Watched]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("norddjurs", "Norddjurs"),
        ("Århus", "Aarhus"),
        ("707", "Norddjurs"),
        ("fokusmål", "Fokusmålet om samtaler"),
        ("aeroe", "Ærø"),
        ("Høje Tåstrup", "Høje-Taastrup"),
        ("placering_aendring", "Ændring i placering"),
        ("nordjurs", "Norddjurs"),
    ],
)
def test_search_finds_what_people_write(asked: str, title: str, visit: Visit) -> None:
    watched = visit()
    page = watched.open("")
    page.locator("#q").fill(asked)
    page.keyboard.press("Enter")
    page.wait_for_url("**/soeg/?q=*")
    found = page.locator("#found a")
    expect(found.first).to_be_visible()
    assert any(text.startswith(title) for text in found.all_inner_texts()[:5])
    found.first.click()
    assert page.locator("h1").is_visible()
    assert watched.quiet()


def test_search_says_so_when_it_finds_nothing_and_in_english(visit: Visit) -> None:
    page = visit().open("soeg/?q=xyzzyq")
    expect(page.locator("#told")).to_contain_text("Intet fundet")
    page = visit().open("en/soeg/?q=focus target")
    expect(page.locator("#found a").first).to_contain_text("focus target")


@pytest.mark.parametrize(
    ("percent", "run", "variant", "back"),
    [
        ("30", 6, "mindst", 0), ("28", 5, "mindst", 0), ("45,5", 3, "mindst", 1), ("60", 2, "mere_end", 2),
        ("50", 4, "samlet", 0), ("99", 24, "mindst", 0), ("0,01", 1, "samlet", 0),
    ],
)  # fmt: skip
def test_the_explorer_says_what_whatif_says(
    percent: str, run: int, variant: Variant, back: int, visit: Visit, releases: list[Release]
) -> None:
    release = releases[-1]
    period = release.manifest.periods[-1 - back]
    limit = Fraction(percent.replace(",", "."))
    answer = whatif(release, load_rules(), Asked(limit, run, variant, period))
    wanted = sorted(
        (case.kommune_kode, case.kontroltrin, change)
        for change in ("enters", "leaves", "stays")
        for case in getattr(answer, change)
    )
    watched = visit()
    page = watched.open("kontrolsager/graensevaerdi/")
    page.locator("#laesning").select_option(variant)
    page.locator("#maaned").select_option(index=back)
    page.locator("#loeb").fill(str(run))
    page.locator("#graense").fill(percent)
    expect(page.locator("#explorer-told")).to_contain_text(f"{len(answer.enters)} kommer")
    trin = {0: 3, 1: 2}
    told = page.locator("#explored tbody tr").evaluate_all(
        "all => all.map(r => [r.dataset.kommune, Number(r.dataset.track), r.dataset.change])"
    )
    assert sorted((kode, trin[track], change) for kode, track, change in told) == wanted
    assert f"threshold={percent.replace(',', '%2C')}" in page.url
    again = visit().open(page.url.removeprefix(watched.address))
    expect(again.locator("#graense")).to_have_value(percent)
    expect(again.locator("#explorer-told")).to_have_text(page.locator("#explorer-told").inner_text())
    assert watched.quiet()


def test_the_explorer_refuses_what_is_no_limit_and_can_be_reset(visit: Visit) -> None:
    page = visit().open("kontrolsager/graensevaerdi/")
    page.locator("#graense").fill("hundrede")
    expect(page.locator("#explorer-told")).to_contain_text("Skriv en grænse")
    assert page.locator("#explored tbody tr").count() == 0
    page.locator("button[type=reset]").click()
    expect(page.locator("#graense")).to_have_value("30")
    expect(page.locator("#explorer-told")).to_contain_text("bliver")
