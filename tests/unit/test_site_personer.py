"""What was counted from persons on the site: labelled, beside what is published, withheld where it is; without editions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import bring, make_release, once
from maalestok.beskaeftigelse import synthetic
from maalestok.beskaeftigelse.personer.synthetic import SMALL, Size, write_denmark
from maalestok.beskaeftigelse.personer.synthetic_files import FEEDS
from maalestok.publish.shown import Figure, Key, Shown
from maalestok.publish.site.build import all_pages
from maalestok.publish.site.contents import gather
from maalestok.publish.site.language import DANISH, english
from maalestok.publish.site.marks import Marks
from maalestok.publish.site.page import Page
from maalestok.publish.site.pages import persons_words as persons
from maalestok.publish.site.pages.kommune_persons import persons_of
from maalestok.publish.site.pages.kommune_targets import TARGETS, target_of
from maalestok.publish.site.render import html
from maalestok.publish.site.view import View
from maalestok.release.read import Release, open_release
from personer import take_in

LARGE, TINY, OTHER = "751", "482", "707"
"""Aarhus has enough persons to be shown, Langeland mostly has not; nobody was counted in Norddjurs."""
RECEIVED = datetime(2020, 11, 10, tzinfo=UTC)
LAST = "2020-10-31"
DATA = re.compile(r'<data value="([^"]*)" data-k="([^"]*)"[^>]*>(.*?)</data>', re.DOTALL)


def _drawings() -> Mapping[str, str]:
    class Anything(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return f"<svg><title>{name}</title></svg>"

    return Anything()


def _made(folder: Path) -> list[Path]:
    """A release with an edition, and one of persons alone, from the same persons known until October 2020."""
    write_denmark(folder / "danmark", Size(SMALL.persons, (LARGE, TINY)), 20210607)
    files = folder / "filer"
    files.mkdir()
    for feed in FEEDS:
        rows = pl.read_parquet(folder / "danmark" / f"SYNTETISK_{feed}.parquet")
        begins = "maaned" if feed == "arbejdstimer" else "fra"
        rows.filter(pl.col(begins).cast(pl.String) <= LAST[: 7 if begins == "maaned" else 10]).write_parquet(
            files / f"{feed}.parquet"
        )
    for store in ("med", "uden"):
        for feed in FEEDS:
            path = files / f"{feed}.parquet"
            take_in(folder / store, feed, path, ("2019-01", "2020-10"), RECEIVED, (LARGE, TINY))
    edition = folder / "2019QMAT04.csv"
    edition.write_bytes(synthetic.as_csv(synthetic.editions(("2019QMAT04",), 7)["2019QMAT04"]))
    bring([edition], folder / "med", received=RECEIVED)
    return [make_release(folder / store, folder / f"ud-{store}").folder for store in ("med", "uden")]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    both = once(tmp_path_factory, "personer-side", _made)
    return open_release(both[0]), open_release(both[1])


def _view(release: Release, *, danish: bool = True) -> View:
    contents = gather([release], "https://eksempel.dk/", allow_mixed=False)
    return View(contents, DANISH if danish else english())


@pytest.fixture(scope="module")
def view(releases: tuple[Release, Release]) -> View:
    return _view(releases[0])


@pytest.fixture(scope="module")
def pages(view: View) -> dict[str, Page]:
    return {page.path: page for page in all_pages(view, {})}


@pytest.fixture(scope="module")
def bare(releases: tuple[Release, Release]) -> tuple[View, dict[str, Page]]:
    """Of persons alone."""
    seen = _view(releases[1])
    return seen, {page.path: page for page in all_pages(seen, {})}


def shown_of(view: View) -> Shown:
    held = view.contents.beskaeftigelse
    assert held is not None
    return held


def section(view: View, page: Page) -> str:
    found = re.search(r'<section id="personer".*?</section>', html(view, page, _drawings()), re.DOTALL)
    return "" if found is None else found[0]


def plain(text: str) -> str:
    """Words alone; what the eye sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def sentence(text: str) -> str:
    """Words alone, where marks stand inside a sentence."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def kommune_page(view: View, pages: Mapping[str, Page], kode: str, period: str = "") -> Page:
    return pages[view.kommune_path(kode) + (f"{period}/" if period else "")]


def test_the_section_stands_only_where_persons_were_counted(view: View, pages: dict[str, Page]) -> None:
    assert "Talt af personer" in section(view, kommune_page(view, pages, LARGE))
    assert "Talt af personer" in section(view, kommune_page(view, pages, LARGE, "2019QMAT04"))
    assert section(view, kommune_page(view, pages, OTHER)) == ""
    assert section(view, kommune_page(view, pages, OTHER, "2019QMAT04")) == ""


def test_it_says_whose_figures_they_are_and_that_the_published_ones_hold(view: View, pages: dict[str, Page]) -> None:
    text = plain(section(view, kommune_page(view, pages, LARGE)))
    assert "Målestoks egen opgørelse, ikke ministeriets." in text
    assert "Hvor et tal er offentliggjort, er det det, der gælder" in text
    assert "(SYNTETISK)" in text
    assert "Målestoks læsning: Alder er periodens første år minus fødselsåret" in text
    assert "metode/personopgoerelse/" in section(view, kommune_page(view, pages, LARGE))
    assert "Tilnærmet" not in text


def test_published_own_difference_and_quarters_stand_side_by_side(view: View, pages: dict[str, Page]) -> None:
    shown, context = shown_of(view), kommune_page(view, pages, LARGE).context["persons"]
    table = context["areas"]
    assert list(table.headings)[:4] == ["Område", "Offentliggjort", "Målestok", "Afvigelse"]
    assert list(table.headings)[4:] == ["1. kv. 2019", "2. kv. 2019", "3. kv. 2019", "4. kv. 2019"]
    assert len(table.rows) == 4
    figure = shown.figure("faktisk_antal", LARGE, "i_alt", "2019QMAT04")
    own, gap = shown.part(figure, "egen_opgoerelse"), shown.part(figure, "afvigelse")
    assert figure is not None
    assert own is not None
    assert gap is not None
    values = [float(DATA.findall(str(cell))[0][0]) for cell in table.rows[0].cells]
    assert values[:3] == [figure.value, own.value, gap.value]
    assert len(values) == 7
    lead = sentence(str(context["lead"]))
    assert lead.startswith("Aarhus, 2019: Målestok har talt ")
    assert "; offentliggjort er " in lead


def test_periods_without_an_edition_stand_by_themselves(view: View, pages: dict[str, Page]) -> None:
    context = kommune_page(view, pages, LARGE).context["persons"]
    heads = [str(row.head).replace("\u00a0", " ") for row in context["only_own"].rows]
    assert heads == ["4. kv. 2019 - 3. kv. 2020", "3. kv. 2019 - 2. kv. 2020", "2. kv. 2019 - 1. kv. 2020"]
    edition = kommune_page(view, pages, LARGE, "2019QMAT04").context["persons"]
    assert edition["only_own"] is None
    assert [str(row.head) for item in edition["targets"] for row in item["table"].rows] == ["dec.\u00a02019"] * 2


def test_what_december_can_be_is_said_in_a_sentence(view: View, pages: dict[str, Page]) -> None:
    shown = shown_of(view)
    held = kommune_page(view, pages, LARGE).context["persons"]["targets"]
    for item, target in zip(held, TARGETS, strict=True):
        figure = shown.figure(target.december, LARGE, "i_alt", "2020-10")
        assert figure is not None
        assert figure.low is not None
        assert figure.high is not None
        low, high = (DANISH.figure_beside(value, "share", 0.8) for value in (figure.low, figure.high))
        said = sentence(str(item["december"]))
        assert said.startswith(
            f"Ved udgangen af oktober 2020 er mindst {low} sikkert i gennemsnit for 2020, og højst {high} kan nås; "
            "grænsen er 80 pct. Bliver de, der nu er på ydelse, "
        )
        assert f'data-k="{figure.key.text}|low"' in item["december"]
        assert f'data-k="{figure.key.text}|high"' in item["december"]


@pytest.mark.parametrize(
    ("low", "high", "end"),
    [
        (0.81, 0.9, "Bliver de, der nu er på ydelse, er målet sikret."),
        (0.6, 0.79, "Bliver de, der nu er på ydelse, kan målet ikke nås."),
        (0.6, 0.9, "Bliver de, der nu er på ydelse, kan målet nås, men det er ikke sikret."),
        (0.8, 0.9, "grænsen er 80 pct."),
        (0.6, 0.8, "grænsen er 80 pct."),
    ],
)
def test_nothing_is_concluded_on_the_limit_itself(view: View, low: float, high: float, end: str) -> None:
    assert sentence(_december(view, value=low, low=low, high=high, status="ok")).endswith(end)


def _december(view: View, **changed: Any) -> str:
    """The sentence of a figure that is another."""
    shown, target = shown_of(view), TARGETS[0]
    key = Key(target.december, LARGE, "i_alt", "2020-10")
    other = Shown(shown.release, shown.rules)
    other.__dict__["figures"] = dict(shown.figures) | {key: shown.figures[key]._replace(**changed)}
    return str(target_of(view, other, LARGE, target, ["2020-10"])["december"])


def test_withheld_and_missing_bounds_are_said_without_a_number(view: View) -> None:
    nothing: dict[str, Any] = {"value": None, "low": None, "high": None}
    hidden = sentence(_december(view, **nothing, status="diskretioneret"))
    assert hidden == "Hvad gennemsnittet for 2020 kan blive, er skjult af hensyn til fortrolighed."
    missing = sentence(_december(view, **nothing, status="ikke_opgjort"))
    assert missing.startswith("Hvad gennemsnittet for 2020 kan blive, er ikke opgjort.")


def test_withheld_is_shown_as_withheld_and_never_as_zero(view: View, pages: dict[str, Page]) -> None:
    shown, text = shown_of(view), section(view, kommune_page(view, pages, TINY))
    withheld = {
        key.text for key, figure in shown.figures.items() if key.kommune == TINY and figure.status == "diskretioneret"
    }
    told = {key.removesuffix("|value"): (value, words) for value, key, words in DATA.findall(text)}
    found = [told[key] for key in withheld & told.keys()]
    assert len(found) > 3
    assert {value for value, _ in found} == {""}
    assert {words for _, words in found} <= {"skjult", "skjult af hensyn til fortrolighed"}
    assert "Det er ikke nul." in plain(text)
    assert "Det er ikke nul." not in plain(section(view, kommune_page(view, pages, LARGE)))


def test_every_figure_of_the_section_is_the_releases(
    releases: tuple[Release, Release], view: View, pages: dict[str, Page], bare: tuple[View, dict[str, Page]]
) -> None:
    for release, (seen, held) in ((releases[0], (view, pages)), (releases[1], bare)):
        rows = dict(_rows(release))
        for kode in (LARGE, TINY):
            text = section(seen, kommune_page(seen, held, kode))
            figures = DATA.findall(text)
            assert len(figures) > 50
            for value, key, _ in figures:
                name, _, form = key.rpartition("|")
                if form == "ratio":
                    assert [float(part) for part in value.split("/")] == [
                        rows[name]["numerator"], rows[name]["denominator"],
                    ]  # fmt: skip
                else:
                    assert (float(value) if value else None) == rows[name][form], key


def _rows(release: Release) -> Iterator[tuple[str, Mapping[str, Any]]]:
    names = ("measure", "kommune_kode", "omraade", "period", "kontroltrin")
    for row in release.results.iter_rows(named=True):
        yield "|".join("" if row[name] is None else str(row[name]) for name in names), row
    for row in release.table("parts").iter_rows(named=True):
        key = "|".join("" if row[name] is None else str(row[name]) for name in names)
        yield f"{key}|{row['part']}", row


def test_no_figure_is_loose_and_nothing_is_none(view: View, pages: dict[str, Page]) -> None:
    for kode in (LARGE, TINY):
        text = section(view, kommune_page(view, pages, kode))
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL):
            assert not re.search(r"\d", re.sub(r"<[^>]+>", "", DATA.sub("", cell))), cell
        assert not re.search(r"\b(None|nan|NaN|inf)\b", plain(text))


def test_the_english_page_says_the_same(releases: tuple[Release, Release], view: View, pages: dict[str, Page]) -> None:
    seen = _view(releases[0], danish=False)
    found = {page.path: page for page in all_pages(seen, {})}
    text = section(seen, kommune_page(seen, found, LARGE))
    assert "Counted from persons" in plain(text)
    assert "Målestok's own count, not the ministry's." in plain(text)
    assert "At the end of October 2020 at least" in sentence(text)
    danish = DATA.findall(section(view, kommune_page(view, pages, LARGE)))
    assert [held[:2] for held in DATA.findall(text)] == [held[:2] for held in danish]


def test_rough_data_and_other_ways_of_counting_are_said_at_the_top(view: View, pages: dict[str, Page]) -> None:
    shown, page = shown_of(view), kommune_page(view, pages, LARGE)
    held = persons.counted_in(shown)[LARGE]
    assert held.methods == ["personer-1"]
    rough = persons.Held(held.years, held.months, [*held.methods, "betaler-1", "ugekoder-1"])
    context = {**page.context, "persons": persons_of(view, shown, LARGE, rough, None)}
    text = section(view, replace(page, context=context))
    above = text[: text.index("<table")]
    assert "<strong>Tilnærmet: forløbene er omsat fra ugekoder" in above
    assert "<strong>Efter betalingskommune:" in above


def test_a_published_share_leads_in_the_months_too(view: View) -> None:
    """A month with a published share: it stands first, our own beside it, and what follows from it says so."""
    shown, target = shown_of(view), TARGETS[0]
    keys = {name: Key(name, LARGE, "i_alt", "2020-10") for name in (target.share, target.short)}
    official = {
        key: shown.figures[key]._replace(rule_version="1", kilde="officiel", numerator=None, denominator=None)
        for key in keys.values()
    }
    other = Shown(shown.release, shown.rules)
    other.__dict__["figures"] = dict(shown.figures) | official
    figure = shown.figures[keys[target.share]]
    sample = next(part for parts in shown.parts.values() for part in parts.values())
    own = sample._replace(key=figure.key, part="egen_opgoerelse", value=0.5, low=None, high=None, unit="share")
    other.__dict__["parts"] = dict(shown.parts) | {figure.key: {"egen_opgoerelse": own}}
    table = target_of(view, other, LARGE, target, ["2020-09", "2020-10"])["table"]
    assert list(table.headings)[1] == "Offentliggjort, pct."
    first, second = ([plain(str(cell)) for cell in row.cells] for row in table.rows)
    assert first[1] == "50,00 pct."
    assert first[3].endswith("(af den offentliggjorte andel)")
    assert second[0] == "ikke offentliggjort"


def test_the_mean_of_twelve_months_is_held_against_the_limit_and_labelled(view: View) -> None:
    shown, target = shown_of(view), TARGETS[0]
    key = Key(target.mean, LARGE, "i_alt", "2020-10")
    other = Shown(shown.release, shown.rules)
    other.__dict__["figures"] = dict(shown.figures) | {key: shown.figures[key]._replace(value=0.75, status="ok")}
    held = target_of(view, other, LARGE, target, ["2020-10"])
    said = sentence(str(held["standing"]))
    assert said.startswith("Gennemsnittet af de 12 måneder til og med oktober 2020 er 75,00 pct.; grænsen er 80 pct.")
    assert "Gennemsnit af 12 måneder" in held["table"].headings
    assert persons.mark(view, shown, other.figures[key]) == "Målestoks egen opgørelse af personer"
    assert persons.mark(view, shown, None) == ""


def test_without_an_edition_the_site_says_so_and_shows_what_was_counted(bare: tuple[View, dict[str, Page]]) -> None:
    view, pages = bare
    texts = {
        path: plain(html(view, pages[path], _drawings()))
        for path in ("", "beskaeftigelse/", "data/", "udgivelser/", view.kommune_path(LARGE), view.kommune_path(OTHER))
    }
    absent = "Der er endnu ikke indlæst nogen offentliggjort udgave af ministerens benchmark."
    assert [path for path, text in texts.items() if absent in text] == [
        "", "beskaeftigelse/", view.kommune_path(LARGE), view.kommune_path(OTHER),
    ]  # fmt: skip
    assert "Nedenfor står det, Målestok selv har talt" in texts[view.kommune_path(LARGE)]
    assert "Nedenfor" not in texts[view.kommune_path(OTHER)]
    assert "Aarhus" in texts["beskaeftigelse/"]
    assert "Norddjurs" not in texts["beskaeftigelse/"]
    assert "talt af personer til og med" in texts[""]
    assert all("SYNTETISK" in text for text in texts.values())
    context = kommune_page(view, pages, LARGE).context["persons"]
    assert list(context["areas"].headings)[:2] == ["Område", "Målestok"]
    assert "Intet tal er offentliggjort." in sentence(str(context["lead"]))
    assert "Afvigelsen" not in plain(section(view, kommune_page(view, pages, LARGE)))


def test_method_pages_say_how_persons_are_counted(view: View, pages: dict[str, Page]) -> None:
    rule = plain(html(view, pages["metode/personopgoerelse/"], _drawings()))
    assert "Opgørelse af personer" in rule
    assert "Metode: Hver dag tæller én gang" in rule
    assert "Målgruppe for fokusmålet om samtaler" in rule
    number = plain(html(view, pages["metode/faktisk_antal/"], _drawings()))
    assert "Hvor tallet er talt af personer, beregnes det sådan: Dage på områdets ydelser gange grad" in number
    assert "Målestoks læsning:" in number
    assert "Efter betalingskommune" not in number
    other = plain(html(view, pages["metode/merudgift/"], _drawings()))
    assert "Målestoks læsning:" not in other
    assert "Usikkerhed" in plain(html(view, pages["metode/placering/"], _drawings()))
    assert {"metode/maalgruppe_samtaler/", "metode/tilbud_andel_december/"} <= pages.keys()


def test_both_ends_of_a_range_are_marked() -> None:
    key = Key("samtale_andel_december", LARGE, "i_alt", "2020-10")
    figure = Figure(key, "beregnet", 0.7, 0.7, 0.79999, None, None, "share", "ok", "1+personer-1")
    low, high = Marks(DANISH).ends(figure, beside=0.8)
    assert low == f'<data value="0.7" data-k="{key.text}|low">70,00 pct.</data>'
    assert high == f'<data value="0.79999" data-k="{key.text}|high">79,999 pct.</data>'
