"""Letters: what they say, to whom none is written, and that a person approves the very draft that was read."""

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pypdfium2
import pytest

import letters
from conftest import Cli
from maalestok.errors import MaalestokError
from maalestok.kontrolsager.henvendelse import approved, draft_number, letter, to_contact
from maalestok.kontrolsager.henvendelse_felter import LetterFields, read_fields
from maalestok.publish.documents.document import Document, Table
from maalestok.publish.documents.pdf import pdf
from maalestok.publish.documents.told import plain
from maalestok.publish.documents.word import docx as word
from maalestok.publish.documents.write import LIST
from maalestok.publish.shown import Shown
from maalestok.release.read import Release

ACCUSING = re.compile(r"snyder|svindel|bedrag|forsømm|overtræd|skal straks|kritisabel", re.IGNORECASE)


def text(document: Document) -> str:
    return document.text().replace("\u00a0", " ")


def test_the_evidence_stands_month_end_by_month_end() -> None:
    made = letter(letters.shown(), "Norddjurs", None, letters.FIELDS)
    (table,) = (block for block in made.blocks if isinstance(block, Table))
    rows = [[plain(cell).replace("\u00a0", " ") for cell in row] for row in table.rows]
    assert rows[0] == ["maj 2026", "217", "1.199", "18,10 pct.", "30 pct."]
    assert rows[-1] == ["oktober 2026", "217", "1.222", "17,76 pct.", "30 pct."]
    assert len(rows) == 6
    said = text(made)
    assert (
        "Kontroltrin 3, alle ydelsesområder: Ved 15 månedsskift i træk, senest ved udgangen af oktober 2026, har kommunen "
        "trukket under 30 pct. af de udstillede sager, regnet over 12 måneder ad gangen. Ved udgangen af oktober 2026 var "
        "det 217 ud af 1.222, eller 17,76 pct."
    ) in said
    assert "mindst trække 164 sager, hvis ingen nye kom til." in said


def test_the_letter_is_neutral_and_asks() -> None:
    said = text(letter(letters.shown(), "707", None, letters.FIELDS))
    assert not ACCUSING.search(said)
    assert "Den er ikke et bevis på fejl eller snyd." in said
    assert "Henvendelsen er ikke en kritik" in said
    for words in (
        "egen kontrolstrategi",
        "lokale mønstre",
        "dårlig hitrate på sagerne",
        "andre kilder til kontrolsager",
    ):
        assert words in said
    assert said.count("?") == 4
    assert "mindst seks månedsskift i træk har trukket under 30 pct." in said
    assert "Opfølgningskriterier" in said
    assert "Aftale om mere enkle og skærpede sanktioner" in said
    assert "prioriteringsliste" in said


def test_both_tracks_stand_in_one_letter() -> None:
    made = letter(letters.shown([letters.TRIN_3, letters.TRIN_2]), "707", None, letters.FIELDS)
    assert len([block for block in made.blocks if isinstance(block, Table)]) == 2
    assert "Kontroltrin 2, kontanthjælp: Ved 15 månedsskift" in text(made)


def test_a_share_just_under_the_limit_is_written_under_it() -> None:
    held = letters.shown(drawn=(359, 365, 355, 352, 365, 366), needed=0, run=None)
    said = text(letter(held, "707", None, letters.FIELDS))
    assert "29,95 pct." in said
    assert "Ved 6 månedsskift i træk" in said
    assert "uden at der skal trækkes flere sager" in said


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (letters.shown(udfald="varsel"), "opfylder ikke kriteriet for en henvendelse"),
        (letters.shown(udfald="ok"), "opfylder ikke kriteriet"),
        (letters.shown(flags=["smaa_tal"]), "En analytiker skal tage stilling"),
        (letters.shown(flags=["smaa_tal_afvist"]), "afvist, at de kan begrunde en henvendelse"),
        (letters.shown(flags=["nyligt_kontaktet"]), "kontaktet inden for de seneste seks måneder"),
    ],
)
def test_to_whom_no_letter_is_written(held: Shown, message: str) -> None:
    with pytest.raises(MaalestokError, match=message):
        letter(held, "707", None, letters.FIELDS)
    assert to_contact(held, None) == []


def test_who_may_be_written_to_again_and_whom_small_numbers_do_not_stop() -> None:
    assert letter(letters.shown(flags=["nyligt_kontaktet"]), "707", None, letters.FIELDS, again=True).draft
    assert to_contact(letters.shown(flags=["smaa_tal_bekraeftet"]), "2026-10") == ["707"]


def test_small_numbers_on_one_track_do_not_stop_the_other() -> None:
    held = letters.shown([letters.TRIN_3, letters.TRIN_2])
    small = next(key for key in held.findings if key.trin == 2)
    held.findings[small]["flag"].append("smaa_tal")
    assert (
        "kontroltrin 2, kontanthjælp"
        not in text(letter(held, "707", None, letters.FIELDS)).lower().split("kriteriet")[0]
    )
    assert to_contact(held, None) == ["707"]


def test_another_month_end_must_be_there() -> None:
    with pytest.raises(MaalestokError, match="har ikke 2026-11"):
        letter(letters.shown(), "707", "2026-11", letters.FIELDS)


def test_a_draft_says_so_until_that_draft_is_approved() -> None:
    draft = letter(letters.shown(), "707", None, letters.FIELDS)
    number = draft_number(draft)
    assert (draft.mark, draft.draft) == ("UDKAST", True)
    assert f"Dette er et udkast, nummer {number}." in text(draft)
    sent = approved(draft, number, "Direktøren", letters.FIELDS)
    assert (sent.mark, sent.draft) == ("", False)
    assert "udkast, nummer" not in text(sent)
    assert f"Godkendt til afsendelse af Direktøren på grundlag af udkast {number}." in text(sent)
    assert sent.title == draft.title


def test_approval_is_of_what_was_read() -> None:
    number = draft_number(letter(letters.shown(), "707", None, letters.FIELDS))
    other = letter(letters.shown(drawn=(216, 215, 225, 229, 221, 217)), "707", None, letters.FIELDS)
    with pytest.raises(MaalestokError, match=f"har nummer {draft_number(other)}, ikke {number}"):
        approved(other, number, "Direktøren", letters.FIELDS)
    later = letters.FIELDS.model_copy(update={"svarfrist": date(2027, 1, 1)})
    with pytest.raises(MaalestokError, match="tal, felter eller ordlyd er ændret"):
        approved(letter(letters.shown(), "707", None, later), number, "Direktøren", later)


def test_approval_needs_a_name_all_fields_and_real_figures() -> None:
    draft = letter(letters.shown(), "707", None, letters.FIELDS)
    with pytest.raises(MaalestokError, match="hvem der godkender"):
        approved(draft, draft_number(draft), " ", letters.FIELDS)
    bare = letter(letters.shown(), "707", None, LetterFields())
    with pytest.raises(MaalestokError, match="Felterne afsender, sagsnummer, dato"):
        approved(bare, draft_number(bare), "Direktøren", LetterFields())
    invented = letter(letters.shown(syntetisk=True), "707", None, LetterFields())
    with pytest.raises(MaalestokError, match="opfundne tal kan ikke godkendes"):
        approved(invented, draft_number(invented), "Direktøren", LetterFields())


def test_an_invented_letter_names_no_sender() -> None:
    made = letter(letters.shown(syntetisk=True), "707", None, LetterFields(sagsnummer="1"))
    assert made.mark == "UDKAST · SYNTETISK"
    assert "Fra: ingen (opfundne tal)" in text(made)
    assert "Styrelsen" not in text(made).split("Tallene", maxsplit=1)[0]
    with pytest.raises(MaalestokError, match="kan ikke have en afsender"):
        letter(letters.shown(syntetisk=True), "707", None, letters.FIELDS)


def test_word_has_fields_to_fill_in_and_pdf_says_draft_on_each_page() -> None:
    draft = letter(letters.shown([letters.TRIN_3, letters.TRIN_2]), "707", None, LetterFields(sagsnummer="2026-0042"))
    content = word(draft)
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        body = held.read("word/document.xml").decode()
    fields = dict(re.findall(r'<w:alias w:val="([^"]*)"/>.*?<w:t[^>]*>([^<]*)</w:t>', body))
    assert fields["Sagsnummer"] == "2026-0042"
    assert fields["Svarfrist"] == "[udfyldes]"
    assert docx.Document(io.BytesIO(content)).core_properties.comments == "UDKAST"
    pages = pypdfium2.PdfDocument(pdf(draft))
    assert all("UDKAST" in pages[n].get_textpage().get_text_range() for n in range(len(pages)))


def test_fields_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "felter.yaml"
    path.write_text("afsender: Styrelsen\nsagsnummer: '2026-0042'\ndato: 2026-11-24\n", encoding="utf-8")
    held = read_fields(path)
    assert (held.afsender, held.dato) == ("Styrelsen", date(2026, 11, 24))
    assert held.missing() == ["kontaktperson", "telefon", "e_mail", "svarfrist", "underskriver"]
    for wrong, message in (
        ("afsendr: x\n", "afsendr"),
        ("dato: i morgen\n", "dato"),
        ("e_mail: ikke en adresse\n", "e_mail"),
        ("sagsnummer: 12\n", "sagsnummer"),
        ("- a\n", "hele filen"),
        ("a: [\n", "kan ikke læses som YAML"),
    ):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(MaalestokError, match=message):
            read_fields(path)
    path.write_text("", encoding="utf-8")
    assert read_fields(path) == LetterFields()


def test_drafts_from_the_command_line(cli: Cli, tmp_path: Path, cases_release: Release) -> None:
    out, release = tmp_path / "breve", cases_release.folder
    done = cli("document", "henvendelse", "--all", "--release", release, "--out", out, "--json")
    assert (done.code, done.err) == (0, "")
    drafts = json.loads(done.out)["drafts"]
    assert drafts
    assert {path.suffix for path in out.rglob("*.*")} == {".docx", ".pdf"}
    first = drafts[0]
    one = cli("document", "henvendelse", first["kommune"], "--release", release, "--out", tmp_path / "b.pdf")
    assert f"Udkastets nummer: {first['number']}" in one.out
    approve = ("--approve", first["number"], "--approver", "Direktøren")
    no = cli("document", "henvendelse", first["kommune"], "--release", release, "--out", tmp_path / "c.docx", *approve)
    assert (no.code, "opfundne tal kan ikke godkendes" in no.err) == (2, True)
    assert not (tmp_path / "c.docx").exists()
    html = cli("document", "henvendelse", first["kommune"], "--release", release, "--out", tmp_path / "b.html")
    assert (html.code, "skrives som Word eller PDF" in html.err) == (2, True)
    both = cli("document", "henvendelse", "--all", *approve, "--release", release, "--out", out)
    assert (both.code, "godkendes ét for ét" in both.err) == (2, True)
    assert cli("document", "henvendelse", "--release", release).code == 2


def test_a_letter_is_kept_away_from_what_is_published(cli: Cli, tmp_path: Path, cases_release: Release) -> None:
    (tmp_path / LIST).write_text("[]", encoding="utf-8")
    for out in (tmp_path, tmp_path / "707"):
        done = cli("document", "henvendelse", "--all", "--release", cases_release.folder, "--out", out)
        assert (done.code, "en henvendelse må ikke ligge der" in done.err) == (2, True)
    assert not list(tmp_path.rglob("henvendelse*"))
