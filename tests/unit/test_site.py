"""The site's parts: languages, figures and their keys, what goes together, feeds, serving, errors."""

import asyncio
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from babel.messages.pofile import read_po

from conftest import ROOT, Cli
from maalestok.errors import MaalestokError
from maalestok.period import parse_period
from maalestok.publish.shown import Figure, Key, codes, slug
from maalestok.publish.site import feeds
from maalestok.publish.site.build import MARKER, all_pages, build_site
from maalestok.publish.site.contents import gather
from maalestok.publish.site.language import CATALOGUES, DANISH, Untranslated, english, one_stop
from maalestok.publish.site.marks import Marks
from maalestok.publish.site.messages import messages
from maalestok.publish.site.page import Page, raw
from maalestok.publish.site.pages import beskaeftigelse, kommune
from maalestok.publish.site.pages.front import terms
from maalestok.publish.site.render import html
from maalestok.publish.site.serve import application
from maalestok.publish.site.view import View
from maalestok.release.read import Release

PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
LOCALE = ROOT / "src/maalestok/publish/site/locale/en"


class Anything(Mapping[str, str]):
    """Stands for all drawings."""

    def __getitem__(self, name: str) -> str:
        return f"<svg><title>{name}</title></svg>"

    def __iter__(self) -> object:  # type: ignore[override]  # never walked
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.fixture(scope="module")
def views(synthetic_release: Release) -> tuple[View, View]:
    contents = gather([synthetic_release], "https://eksempel.dk/", allow_mixed=False)
    return View(contents, DANISH), View(contents, english())


@pytest.fixture(scope="module")
def pages(views: tuple[View, View]) -> dict[str, list[Page]]:
    return {view.language.code: all_pages(view, {}) for view in views}


def test_every_text_is_translated_with_its_places() -> None:
    missing = [text for text in messages() if not english().has(text)]
    assert missing == []
    for text in messages():
        assert set(PLACES.findall(text)) == set(PLACES.findall(english().texts[text])), text  # type: ignore[index]  # English has texts


def test_no_translation_is_left_over_or_given_twice() -> None:
    held: list[str] = []
    for name in CATALOGUES:
        with (LOCALE / name).open("rb") as file:
            held += [str(message.id) for message in read_po(file) if message.id]
    assert len(held) == len(set(held))
    assert set(held) - set(messages()) == set()


def test_a_text_without_translation_stops_the_build() -> None:
    with pytest.raises(Untranslated, match="uoversat"):
        english().t("en uoversat tekst")


@pytest.mark.parametrize(
    ("value", "unit", "danish", "other"),
    [
        (0.0995, "share", "9,95 pct.", "9.95%"),
        (-0.0025, "pct_point", "-0,25 procentpoint", "-0.25 percentage points"),
        (2310.0, "persons_fulltime", "2.310 fuldtidspersoner", "2,310 full-time persons"),
        (1.0, "persons_fulltime", "1 fuldtidsperson", "1 full-time person"),
        (-4_600_000.0, "dkk", "-4,6 mio. kr.", "DKK -4.6 million"),
        (50_000.0, "dkk", "50.000 kr.", "DKK 50,000"),
        (21.0, "rank", "nr. 21", "no. 21"),
        (3.0, "places", "3 pladser frem", "up 3 places"),
        (-1.0, "places", "1 plads tilbage", "down 1 place"),
        (0.0, "places", "uændret placering", "unchanged place"),
        (-29.3, "places", "29,3 pladser tilbage", "down 29.3 places"),
        (0.94, "correlation", "0,94", "0.94"),
        (0.0727, "ratio", "0,0727", "0.0727"),
        (1.0, "municipalities", "1 kommune", "1 municipality"),
        (4.0, "cases", "4 sager", "4 cases"),
        (2.0, "persons", "2 personer", "2 persons"),
        (6.0, "months", "6 måneder", "6 months"),
    ],
)
def test_figures_are_written_in_both_languages(value: float, unit: str, danish: str, other: str) -> None:
    assert DANISH.figure(value, unit) == danish
    assert english().figure(value, unit) == other


def test_an_unknown_unit_is_an_error_in_english_too() -> None:
    with pytest.raises(ValueError, match="parsecs"):
        english().figure(1.0, "parsecs")


def test_a_share_stays_on_its_side_of_the_limit_in_both_languages() -> None:
    assert DANISH.figure_beside(0.29996, "share", 0.3) == "29,996 pct."
    assert english().figure_beside(0.29996, "share", 0.3) == "29.996%"
    assert (DANISH.limit(0.3, "share"), english().limit(0.3, "share")) == ("30 pct.", "30%")
    assert (DANISH.limit(0.125, "share"), DANISH.limit(5.0, "rank")) == ("12,50 pct.", "nr. 5")


@pytest.mark.parametrize(
    ("code", "danish", "other", "short", "brief"),
    [
        ("2026-10", "oktober 2026", "October 2026", "okt. 2026", "Oct 2026"),
        ("2020QMAT04", "2020", "2020", "4. kv. 2020", "Q4 2020"),
        ("2021QMAT02", "3. kvartal 2020 til 2. kvartal 2021", "Q3 2020 to Q2 2021", "2. kv. 2021", "Q2 2021"),
    ],
)
def test_periods_and_dates_by_language(code: str, danish: str, other: str, short: str, brief: str) -> None:
    assert (DANISH.period(code), english().period(code)) == (danish, other)
    assert (DANISH.short_period(code), english().short_period(code)) == (short, brief)
    assert (DANISH.date("2021-06-07"), english().date("2021-06-07")) == ("7. juni 2021", "7 June 2021")
    assert (english().date("2020-11"), english().date("2022")) == ("November 2020", "2022")


def test_a_sentence_ends_once() -> None:
    assert one_stop("Grænsen er 30 pct..") == "Grænsen er 30 pct."
    assert one_stop("det var <data>4 kr.</data>. Så") == "det var <data>4 kr.</data> Så"
    assert one_stop("i alt.") == "i alt."
    assert DANISH.join(["a", "b", "c"]) == "a, b og c"
    assert (DANISH.join(["a"]), DANISH.join([]), english().join(["a", "b"])) == ("a", "", "a and b")


def figure(value: float | None, status: str = "ok", unit: str = "share", **more: float | None) -> Figure:
    ends = {"low": None, "high": None, "numerator": None, "denominator": None} | more
    return Figure(
        Key("trukket_andel", "707", "i_alt", "2026-10", 3), "beregnet", value,
        ends["low"], ends["high"], ends["numerator"], ends["denominator"], unit, status, "1",
    )  # fmt: skip


def test_a_figure_carries_its_value_and_key() -> None:
    marks = Marks(DANISH)
    assert marks.figure(figure(0.297)) == (
        '<data value="0.297" data-k="trukket_andel|707|i_alt|2026-10|3|value">29,70 pct.</data>'
    )
    assert ">29,70</data>" in marks.figure(figure(0.297), bare=True)
    assert ">29.70*</data>" in Marks(english()).figure(figure(0.297, "foreloebig"), bare=True)
    assert marks.ratio(figure(0.5, numerator=34.0, denominator=68.0)) == (
        '<data value="34/68" data-k="trukket_andel|707|i_alt|2026-10|3|ratio">34 af 68</data>'
    )
    assert ">60</data>" in marks.amount(figure(-60.0, unit="persons_fulltime"))
    assert "12</data>-<data" in marks.span(figure(20.0, unit="rank", low=12.0, high=41.0))


@pytest.mark.parametrize("status", ["ikke_leveret", "diskretioneret", "ikke_opgjort"])
def test_what_is_not_there_is_told_apart_and_is_never_zero(status: str) -> None:
    for language in (DANISH, english()):
        told = Marks(language).figure(figure(None, status))
        assert 'value=""' in told
        assert not re.search(r">[^<]*\d[^<]*<", told)
    said = {Marks(DANISH).figure(figure(None, s)) for s in ("ikke_leveret", "diskretioneret", "ikke_opgjort")}
    assert len(said) == 3
    assert "missing" in Marks(DANISH).figure(None)
    assert Marks(DANISH).ratio(figure(None, status)) == Marks(DANISH).span(None) == Marks(DANISH).part(None) == ""


def test_a_cell_for_a_file_is_the_value_or_the_words() -> None:
    marks = Marks(DANISH)
    assert raw(marks.figure(figure(0.297))) == "0.297"
    assert raw(marks.figure(figure(None, "ikke_opgjort"))) == "ikke opgjort"
    assert raw(marks.ratio(figure(0.5, numerator=34.0, denominator=68.0))) == "34 af 68"
    assert raw("Sted") == "Sted"


class Wellformed(HTMLParser):
    """Fails where an element is closed that was not opened."""

    VOID = frozenset({"meta", "link", "input", "br", "path", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", [0, 1])
def test_one_of_each_page_is_rendered_whole(
    language: int, views: tuple[View, View], pages: dict[str, list[Page]]
) -> None:
    """A name that is missing in a template is an error; every tag is closed; nothing is written unescaped."""
    view = views[language]
    held = {page.template: page for page in pages[view.language.code]}
    assert len(held) == 12
    for page in held.values():
        text = html(view, page, Anything())
        parser = Wellformed()
        parser.feed(text)
        assert parser.open == [], page.path
        assert "{{" not in text
        assert "{%" not in text
        assert f'<html lang="{view.language.code}">' in text
        assert "SYNTETISK" in text
        assert "Content-Security-Policy" in text
        assert "unsafe" not in text


def test_both_languages_have_the_same_pages_and_charts(pages: dict[str, list[Page]]) -> None:
    assert [page.path for page in pages["da"]] == [page.path for page in pages["en"]]
    names = {code: [card.name for page in held for card in page.cards] for code, held in pages.items()}
    assert names["da"] == names["en"]
    for one, two in zip(pages["da"], pages["en"], strict=True):
        for danish, other in zip(one.cards, two.cards, strict=True):
            numbers = [[v for v in row.values() if not isinstance(v, str)] for row in danish.rows]
            assert numbers == [[v for v in row.values() if not isinstance(v, str)] for row in other.rows]


def test_a_card_of_one_name_is_the_same_wherever_it_stands(pages: dict[str, list[Page]]) -> None:
    seen: dict[str, object] = {}
    for page in pages["da"]:
        for card in page.cards:
            assert seen.setdefault(card.name, card.rows) == card.rows


def test_addresses_are_plain_and_municipalities_in_danish_order() -> None:
    assert slug("707") == "707-norddjurs"
    assert slug("851") == "851-aalborg"
    assert slug("492") == "492-aeroe"
    order = codes()
    assert order[0] == "165"  # Albertslund
    assert order[-4:] == ["492", "580", "851", "751"]  # Ærø, Aabenraa, Aalborg, Aarhus
    assert len(order) == 98


def test_releases_that_do_not_go_together_are_refused(synthetic_release: Release, tmp_path: Path) -> None:
    with pytest.raises(MaalestokError, match="ingen udgivelse"):
        gather([], "https://x/", allow_mixed=False)
    with pytest.raises(MaalestokError, match="to gange"):
        gather([synthetic_release, synthetic_release], "https://x/", allow_mixed=False)
    real = Release(
        synthetic_release.folder,
        synthetic_release.manifest.model_copy(update={"syntetisk": False}),
        "beskaeftigelse-2020QMAT04-000000000000",
    )
    with pytest.raises(MaalestokError, match="blander virkelige og opfundne"):
        gather([real, synthetic_release], "https://x/", allow_mixed=False)
    older = Release(
        synthetic_release.folder,
        synthetic_release.manifest.model_copy(update={"newest_period": "2019QMAT04"}),
        "beskaeftigelse-2019QMAT04-000000000000",
    )
    with pytest.raises(MaalestokError, match="er ældre end"):
        gather([synthetic_release, older], "https://x/", allow_mixed=False)


def test_a_folder_that_is_no_site_is_not_touched(synthetic_release: Release, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "billeder").mkdir()
    (tmp_path / "billeder" / "ferie.jpg").write_bytes(b"kattegat")
    with pytest.raises(MaalestokError, match="ikke en hjemmeside"):
        build_site([synthetic_release], tmp_path / "billeder", "https://x/")
    assert (tmp_path / "billeder" / "ferie.jpg").read_bytes() == b"kattegat"
    done = cli("site", synthetic_release.folder, "--out", tmp_path / "billeder")
    assert (done.code, "ikke en hjemmeside" in done.err) == (2, True)
    done = cli("site", tmp_path / "findes-ikke", "--out", tmp_path / "ny")
    assert (done.code, (tmp_path / "ny").exists()) == (2, False)
    done = cli("site", synthetic_release.folder, "--out", tmp_path / "ny", "--base-url", "eksempel.dk")
    assert (done.code, "ikke en adresse" in done.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["billeder"]


def test_the_feed_the_map_and_the_index_hold_what_there_is(
    views: tuple[View, View], pages: dict[str, list[Page]], synthetic_release: Release
) -> None:
    feed = ElementTree.fromstring(feeds.atom(views[0], pages["da"]))
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == 1
    told = {child.tag.split("}")[1]: child.text for child in entries[0]}
    assert told["title"] == f"SYNTETISK: {synthetic_release.id}"
    assert told["updated"] == f"{parse_period(synthetic_release.manifest.newest_period).last_day}T00:00:00Z"
    listed = ElementTree.fromstring(feeds.sitemap("https://x/", ["", "en/"]))
    assert [url[0].text for url in listed] == ["https://x/", "https://x/en/"]
    assert b"Sitemap" in feeds.robots("https://x/", hidden=False)
    assert b"Sitemap" not in feeds.robots("https://x/", hidden=True)
    index = json.loads(feeds.search_index(pages["da"]))
    titles = {entry["title"] for entry in index}
    assert {"Norddjurs", "Aarhus", "Resultatmålet"} <= titles
    assert not any("QMAT" in entry["url"] and entry["url"].startswith("kommune/") for entry in index)


def test_the_glossary_is_whole_and_in_both_languages() -> None:
    ids = [term.id for term in terms()]
    assert len(ids) == len(set(ids)) > 20
    assert all(term.meaning.da != term.meaning.en for term in terms())


def test_a_served_site_is_compressed_and_guarded(tmp_path: Path, cli: Cli) -> None:
    with pytest.raises(MaalestokError, match="ikke en hjemmeside"):
        application(tmp_path)
    done = cli("serve", tmp_path)
    assert (done.code, "maalestok site" in done.err) == (2, True)
    (tmp_path / MARKER).write_text("{}", encoding="utf-8")
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>" + "y" * 2000, encoding="utf-8")
    (tmp_path / "404.html").write_text("<h1>Findes ikke</h1>", encoding="utf-8")
    answer = _got(tmp_path, "/")
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    missing = _got(tmp_path, "/findes/ikke")
    assert (missing.status_code, "Findes ikke" in missing.text) == (404, True)
    assert _got(tmp_path, "/%2e%2e/%2e%2e/etc/passwd").status_code == 404


def _got(folder: Path, path: str) -> httpx.Response:
    """What the application answers."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(application(folder))
        async with httpx.AsyncClient(transport=transport, base_url="http://side") as client:
            return await client.get(path, headers={"accept-encoding": "gzip"})

    return asyncio.run(ask())


def test_focus_targets_stand_with_the_edition_they_end(supervised: tuple[Release, str, str]) -> None:
    """A target is decided month by month; an edition shows that of its last month, in lists and on its own page."""
    view = View(gather([supervised[0]], "https://eksempel.dk/", allow_mixed=False), DANISH)
    pages = {page.path: page for page in (*beskaeftigelse.pages(view), *kommune.pages(view))}
    (card,) = [card for card in pages["beskaeftigelse/i-alt/2020QMAT04/"].cards if card.id == "tilsyn"]
    assert card.table.headings[1:5] == [
        "Resultatmålet", "Fokusmålet om samtaler", "Fokusmålet om tilbud", "Skærpet tilsyn",
    ]  # fmt: skip
    told = {raw(cell) for row in card.table.rows for cell in row.cells[1:3]}
    assert told <= {"opfyldt", "ikke opfyldt"}
    titles = [item["title"] for item in pages[f"kommune/{slug('707')}/2020QMAT04/"].context["decisions"]]
    assert "Fokusmålet om samtaler" in titles
