"""Documents of every kind: facts and phrases, and what Word, PDF and HTML files hold."""

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
import typst
from jinja2 import UndefinedError

import documents
from conftest import ROOT, Cli
from maalestok.beskaeftigelse import orientering
from maalestok.errors import MaalestokError
from maalestok.publish.documents import phrases
from maalestok.publish.documents.document import Document, Paragraph, Picture, Table
from maalestok.publish.documents.page import page
from maalestok.publish.documents.pdf import pdf
from maalestok.publish.documents.told import Run, Tal, Told, plain, runs
from maalestok.publish.documents.word import docx as word
from maalestok.publish.documents.word import repacked
from maalestok.publish.documents.word_template import template
from maalestok.publish.documents.write import FORMATS, LIST, Entry, Order, encoded, listed, write_all, write_list
from maalestok.publish.shown import Shown
from maalestok.release.read import Release

SOURCE = ROOT / "src" / "maalestok"
NORDDJURS = {
    "tal": {
        "placering": {"vaerdi": 21, "lav": 6, "hoej": 63},
        "placering_aendring": 3,
        "faktisk_antal": 2310,
        "forventet_antal": 2370,
        "forskel_antal": -60,
        "forskel_andel": {"vaerdi": -0.0025, "lav": -0.006447, "hoej": 0.001447},
        "merudgift": {"vaerdi": -4_600_000, "kilde": "officiel"},
    },
    "dele": {"placering_aendring.placering_foer": 24, "placering.kan_ikke_skelnes": 74},
    "fund": {"resultatmaal": {"udfald": "opfyldt", "graense": 0, "version": "1"}},
}


@pytest.fixture(scope="module")
def briefing() -> Document:
    subject = documents.subject(NORDDJURS)
    subject.shown.__dict__["periods"] = [subject.period]
    return orientering.document(subject)


def clean(text: str) -> str:
    """Spaces of every kind as one, soft hyphens away."""
    return " ".join(text.replace("\u00ad", "").split())


# Facts and phrases


def test_a_sentence_is_taken_apart_into_words_and_facts() -> None:
    said = f"Den er {Tal(21.0, 'rank', 'placering|707')} af {Told('98 kommuner', 'register', 98.0)}."
    assert runs(said) == (
        Run("Den er "),
        Run("nr. 21", "placering|707|value", "21"),
        Run(" af "),
        Run("98 kommuner", "register", "98"),
        Run("."),
    )
    assert plain(runs(said)) == "Den er nr.\u00a021 af 98\u00a0kommuner."


def test_a_digit_that_is_no_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="a digit that is no fact"):
        runs("Den er nr. 21.")


def test_a_sentence_that_ends_with_an_abbreviation_has_one_stop() -> None:
    assert plain(runs(f"Det er {Told('80 pct.', 'x', 0.8)}.")) == "Det er 80\u00a0pct."
    assert plain(runs(f"Det er {Told('80 pct.', 'x', 0.8)}; det er nok.")) == "Det er 80\u00a0pct.; det er nok."


@pytest.mark.parametrize(
    ("value", "unit", "form", "text"),
    [
        (-60.0, "persons_fulltime", "uden_fortegn", "60 fuldtidspersoner"),
        (1.0, "persons_fulltime", "med_enhed", "1 fuldtidsperson"),
        (2310.0, "persons_fulltime", "tal", "2.310"),
        (-4_600_000.0, "dkk", "uden_fortegn", "4,6 mio. kr."),
        (1.0, "places", "pladser", "én plads"),
        (-1.0, "places", "pladser", "én plads"),
        (0.96, "places", "pladser", "én plads"),
        (2.04, "places", "pladser", "2 pladser"),
        (-29.33, "places", "pladser", "29,3 pladser"),
        (0.922, "share", "procent", "92,2 pct."),
        (0.85, "share", "procent", "85,0 pct."),
        (0.9102, "share", "procent", "91,02 pct."),
        (1.0, "share", "procent", "100,0 pct."),
        (0.8, "share", "graense", "80 pct."),
        (0.305, "share", "graense", "30,5 pct."),
        (21.0, "rank", "tal", "21"),
    ],
)
def test_forms_of_a_figure(value: float, unit: str, form: str, text: str) -> None:
    told: Told = getattr(Tal(value, unit, "x"), form)
    assert (told.text, told.value) == (text, value)


def test_a_share_is_written_on_its_side_of_the_limit() -> None:
    assert Tal(0.79996, "share", "x", 0.8).procent.text == "79,996 pct."
    assert Tal(0.29996, "share", "x", 0.3).med_enhed.text == "29,996 pct."


def test_a_phrase_without_its_fact_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        phrases.say("placering.skelnes_fra")
    with pytest.raises(KeyError):
        phrases.say("placering.findes_ikke")


def asked_for() -> Iterator[str]:
    """Patterns of the phrases' names that code asks for, one for each call."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts: list[ast.expr] = []
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("say", "told", "section")
            ):
                texts = node.args[:1]
            elif isinstance(node, ast.Assign):
                texts = [node.value]
            yield from (branch for held in texts for branch in branches(held))


def branches(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from branches(node.body)
        yield from branches(node.orelse)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from branches(value)
    elif (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", node.value)
    ):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z_]+" for p in node.values]
        if "." in "".join(parts):
            yield "".join(parts)


def test_every_phrase_is_asked_for_and_none_is_missing() -> None:
    patterns = [re.compile(text) for text in set(asked_for())]
    held = phrases.phrases()
    assert [name for name in held if not any(p.fullmatch(name) for p in patterns)] == []


def test_no_phrase_has_a_digit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(phrases.phrases()) > 100
    phrases.phrases.cache_clear()
    monkeypatch.setattr(phrases, "load_yaml", lambda text: {"a": {"b": "Der er 98 kommuner."}})
    with pytest.raises(ValueError, match=r"a\.b has a digit"):
        phrases.phrases()
    phrases.phrases.cache_clear()


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="number of cells"):
        Table((), ((), ()), (False, True), (((),),))


# The three formats


def test_all_formats_hold_the_same_words(briefing: Document) -> None:
    words = [clean(plain(b.text)) for b in briefing.blocks if isinstance(b, Paragraph)]
    made = docx.Document(io.BytesIO(word(briefing)))
    in_word = "\n".join(clean(p.text) for p in made.paragraphs)
    in_html = clean(
        re.sub(r"<[^>]+>", "", re.sub(r"<(style|svg).*?</\1>", "", page(briefing).decode(), flags=re.DOTALL))
    )
    held = pypdfium2.PdfDocument(pdf(briefing))
    in_pdf = clean(" ".join(held[n].get_textpage().get_text_range() for n in range(len(held))))
    for text in words:
        assert text in in_word
        assert text in in_html
        assert text.replace(" ", "") in in_pdf.replace(" ", "").replace("\ufffe", "-")


def test_the_same_document_has_the_same_bytes(briefing: Document) -> None:
    for form in FORMATS:
        assert encoded(briefing, form) == encoded(briefing, form)
    with zipfile.ZipFile(io.BytesIO(word(briefing))) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_unknown_format_is_refused(briefing: Document) -> None:
    with pytest.raises(MaalestokError, match="Formatet 'odt' findes ikke"):
        encoded(briefing, "odt")


def walk(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield node
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from walk(kid)


def test_the_pdf_is_tagged_and_keeps_both_standards(briefing: Document) -> None:
    """Structure as PDF/UA-1 and PDF/A-2a ask; the typesetter checks the standards themselves when it writes."""
    with pikepdf.open(io.BytesIO(pdf(briefing))) as held:
        assert held.Root.MarkInfo.Marked
        assert str(held.Root.Lang).startswith("da")
        assert held.Root.ViewerPreferences.DisplayDocTitle
        assert "/OutputIntents" in held.Root
        assert not held.is_encrypted
        with held.open_metadata() as metadata:
            found = {name: metadata[name] for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
            assert found == {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
            assert metadata["dc:title"] == "Orientering om opdatering af benchmark: Norddjurs Kommune, 2020"
        tags = list(walk(held.Root.StructTreeRoot))
        names = [str(tag.get("/S")) for tag in tags if "/S" in tag]
        assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Caption"} <= set(names)
        figures = [tag for tag in tags if tag.get("/S") == "/Figure"]
        pictures = [block for block in briefing.blocks if isinstance(block, Picture)]
        assert [clean(str(tag["/Alt"])) for tag in figures] == [clean(plain(p.alt)) for p in pictures]
        fonts = {}
        for sheet in held.pages:
            for font in sheet.Resources.Font.values():
                (inner,) = font.DescendantFonts
                fonts[str(font.BaseFont)] = inner.FontDescriptor
                assert "/ToUnicode" in font
            assert sheet.Tabs == "/S"
        assert fonts
        assert all("/FontFile2" in f or "/FontFile3" in f for f in fonts.values())
        assert all("IBMPlexSans" in name for name in fonts)


def test_a_picture_without_words_is_no_pdf(briefing: Document) -> None:
    """The typesetter's own check of the two standards."""
    (picture,) = (block for block in briefing.blocks if isinstance(block, Picture))
    with pytest.raises(typst.TypstError, match="PDF/UA-1 error: missing alt text"):
        pdf(replace(briefing, blocks=(replace(picture, alt=()),)))


def style_of(paragraph: Any) -> str:
    return str(paragraph.style.name)


def test_word_has_styles_language_alt_texts_and_repeated_headings(briefing: Document) -> None:
    content = word(briefing)
    made = docx.Document(io.BytesIO(content))
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet", "Manchet"} <= {
        style_of(p) for p in made.paragraphs
    }
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        body, styles = (held.read(f"word/{name}.xml").decode() for name in ("document", "styles"))
    assert 'w:lang w:val="da-DK"' in styles
    alts = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', body)
    pictures = [block for block in briefing.blocks if isinstance(block, Picture)]
    assert [clean(alt) for alt in alts] == [clean(plain(p.alt)) for p in pictures]
    assert body.count("<w:tblHeader/>") == len(made.tables) == 1
    assert "{{" not in body
    assert "{%" not in body
    assert made.core_properties.title == "Orientering om opdatering af benchmark: Norddjurs Kommune, 2020"
    assert made.core_properties.language == "da-DK"
    assert str(made.core_properties.modified)[:10] == "2020-12-31"
    assert not any(p.text == "" for p in made.paragraphs if style_of(p).startswith("Heading"))


class Page(HTMLParser):
    """What a document's page holds: figures by key, and its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append((tag, held))
        if tag == "data":
            self.figures.append((str(held["data-k"]), str(held["value"])))


def test_the_page_marks_figures_and_needs_nothing_else(briefing: Document) -> None:
    text = page(briefing).decode()
    read = Page()
    read.feed(text)
    assert ("placering|707|i_alt|2020QMAT04||value", "21") in read.figures
    assert ("merudgift|707|i_alt|2020QMAT04||abs", "-4600000") in read.figures
    assert read.tags[0] == ("html", {"lang": "da"})
    assert not [tag for tag, held in read.tags if tag in ("script", "link", "img") or "src" in held]
    assert [held for tag, held in read.tags if tag == "div" and held.get("role") == "img" and held["aria-label"]]
    assert "noindex" not in text


def test_an_invented_document_says_so_everywhere() -> None:
    subject = documents.subject({**NORDDJURS, "syntetisk": "ja"})
    subject.shown.__dict__["periods"] = [subject.period]
    made = orientering.document(subject)
    assert made.mark == "SYNTETISK"
    text = page(made).decode()
    assert "Alle tal i dette dokument er opfundne (SYNTETISK)" in text
    assert 'name="robots" content="noindex"' in text
    held = pypdfium2.PdfDocument(pdf(made))
    assert all("SYNTETISK" in held[n].get_textpage().get_text_range() for n in range(len(held)))
    with zipfile.ZipFile(io.BytesIO(word(made))) as packed:
        headers = [packed.read(name).decode() for name in packed.namelist() if re.match(r"word/header\d", name)]
    assert any("SYNTETISK" in header for header in headers)
    assert "offentliggjorde" not in made.text()


def test_the_short_form_is_half_a_page() -> None:
    subject = documents.subject(NORDDJURS)
    made = orientering.document(subject, "kort")
    assert (made.id, made.title) == ("orientering-kort-2020QMAT04", "Kort orientering om benchmark")
    assert len(pypdfium2.PdfDocument(pdf(made))) == 1
    assert len(made.text()) < 2_300


# The command line, folders of documents, the site


def test_one_briefing_in_each_format(cli: Cli, tmp_path: Path, synthetic_release: Release) -> None:
    for form in FORMATS:
        path = tmp_path / "ny" / f"n.{form}"
        done = cli("document", "orientering", "Norddjurs", "--release", synthetic_release.folder, "--out", path)
        assert (done.code, done.err) == (0, "")
        assert "SYNTETISK · 2020QMAT04" in done.out
        assert path.stat().st_size > 5_000
    told = cli(
        "document", "orientering", "707", "--release", synthetic_release.folder, "--out", tmp_path / "n.html", "--json"
    )
    assert json.loads(told.out)["kommune"] == "707"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("707", "--out", "n.txt"), "et dokument skrives som"),
        (("707", "--period", "2018QMAT04"), "har ingen udgave 2018QMAT04"),
        (("707", "--form", "lang"), "Formen 'lang' findes ikke"),
        (("Nordjurs",), "Mente du Norddjurs"),
        ((), "Angiv enten en kommune eller --all"),
        (("707", "--all"), "Angiv enten en kommune eller --all"),
        (("--all", "--format", "odt"), "Formatet 'odt' findes ikke"),
        (("707", "--template", "findes-ikke.docx"), "findes-ikke.docx"),
    ],
)
def test_what_is_refused(
    cli: Cli, tmp_path: Path, synthetic_release: Release, arguments: tuple[str, ...], message: str
) -> None:
    held = [str(tmp_path / a) if a.endswith((".txt", ".docx")) else a for a in arguments]
    out = () if "--out" in held else ("--out", tmp_path / ("d" if "--all" in held else "n.docx"))
    done = cli("document", "orientering", *held, "--release", synthetic_release.folder, *out)
    assert done.code == 2
    assert message in done.err
    assert not list(tmp_path.rglob("*.docx"))


def test_a_template_of_ones_own(cli: Cli, tmp_path: Path, briefing: Document) -> None:
    path = tmp_path / "skabelon.docx"
    assert cli("document", "skabelon", "--out", path).code == 0
    assert path.read_bytes() == repacked(template())
    own = docx.Document(str(path))
    own.paragraphs[0].insert_paragraph_before("Brevhoved")
    own.save(str(path))
    assert docx.Document(io.BytesIO(word(briefing, path))).paragraphs[0].text == "Brevhoved"
    own.paragraphs[0].insert_paragraph_before("{{ findes_ikke }}")
    own.save(str(path))
    with pytest.raises(MaalestokError, match="findes_ikke"):
        word(briefing, path)
    (tmp_path / "ikke.docx").write_text("ikke Word", encoding="utf-8")
    with pytest.raises(MaalestokError, match="er ikke en Word-fil"):
        word(briefing, tmp_path / "ikke.docx")
    assert cli("document", "skabelon", "--out", tmp_path / "s.odt").code == 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, synthetic_release: Release) -> Path:
    made = tmp_path_factory.mktemp("dokumenter")
    orders = [
        Order("beskaeftigelse", "orientering", synthetic_release.folder, kode, None, "fuld") for kode in ("707", "101")
    ]
    assert write_all(orders, made, ["docx", "html"], workers=1) == 4
    return made


def test_a_folder_has_a_list_and_no_process_changes_a_byte(
    folder: Path, tmp_path: Path, synthetic_release: Release
) -> None:
    held = listed(folder)
    assert [entry.path for entry in held] == [
        f"{k}/orientering-2020QMAT04.{f}" for k in ("101", "707") for f in ("docx", "html")
    ]
    assert {entry.release for entry in held} == {synthetic_release.id}
    kommuner = ("707", "101", "751", "851", "461")
    orders = [Order("beskaeftigelse", "orientering", synthetic_release.folder, kode, None, "fuld") for kode in kommuner]
    said: list[str] = []
    assert write_all(orders, tmp_path / "to", ["docx", "html"], workers=2, say=said.append) == 10
    assert said[-1] == "10 af 10"
    for entry in held:
        assert (tmp_path / "to" / entry.path).read_bytes() == (folder / entry.path).read_bytes()


@pytest.mark.slow
def test_all_of_them_from_the_command_line(cli: Cli, tmp_path: Path, synthetic_release: Release) -> None:
    done = cli(
        "document", "orientering", "--all", "--release", synthetic_release.folder, "--out", tmp_path / "d", "--format", "html", "--json"
    )  # fmt: skip
    assert (done.code, json.loads(done.out)["files"]) == (0, 98)
    assert len(list((tmp_path / "d").glob("*/orientering-2020QMAT04.html"))) == 98


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MaalestokError, match=f"har ingen {LIST}"):
        listed(tmp_path)
    for text in ("{", '[{"path": 1}]', '{"path": "x"}'):
        (tmp_path / LIST).write_text(text, encoding="utf-8")
        with pytest.raises(MaalestokError, match="kan ikke læses"):
            listed(tmp_path)


def test_a_letter_is_never_on_the_list(tmp_path: Path) -> None:
    letter = Entry(
        path="h.docx", kind="henvendelse", kommune="707", period="2026-10", release="x", syntetisk=False, sha256="0"
    )
    write_list(tmp_path, [letter])
    assert listed(tmp_path) == []


def test_a_subject_needs_an_edition(synthetic_release: Release) -> None:
    from maalestok.beskaeftigelse.rules import load_rules

    shown = Shown(synthetic_release, load_rules())
    assert orientering.subject(shown, "707", None).period == "2020QMAT04"
    with pytest.raises(MaalestokError, match="har ingen udgave"):
        orientering.subject(shown, "707", "2025QMAT04")
