"""Word files in LibreOffice, without a screen: they open, nothing is lost, pictures keep their words."""

import os
import re
import subprocess
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest

import letters
from maalestok.kontrolsager.henvendelse import letter
from maalestok.kontrolsager.henvendelse_felter import LetterFields
from maalestok.publish.documents import aarsnotat
from maalestok.publish.documents.document import Document, Picture
from maalestok.publish.documents.told import plain
from maalestok.publish.documents.word import docx as word
from maalestok.publish.documents.write import Order, make, shown
from maalestok.release.read import Release

pytestmark = pytest.mark.browser
OFFICE = os.environ.get("MAALESTOK_SOFFICE", "/usr/bin/soffice")


def converted(source: Path, form: str, folder: Path) -> Path:
    """The file as LibreOffice writes it."""
    if not Path(OFFICE).exists():
        pytest.fail(f"{OFFICE} is missing: apt-get install libreoffice-writer-nogui, or set MAALESTOK_SOFFICE")
    profile = f"-env:UserInstallation=file://{folder}/profil"
    command = [OFFICE, profile, "--headless", "--convert-to", form, "--outdir", str(folder / form), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    made = folder / form / f"{source.stem}.{form}"
    assert made.is_file(), done.stderr
    return made


def clean(text: str) -> str:
    return " ".join(text.split())


def held(path: Path) -> tuple[list[str], list[list[list[str]]], list[str]]:
    """Paragraphs, tables and the words of pictures."""
    made = docx.Document(str(path))
    paragraphs = [clean(p.text) for p in made.paragraphs if clean(p.text)]
    tables = [[[clean(cell.text) for cell in row.cells] for row in table.rows] for table in made.tables]
    with zipfile.ZipFile(path) as packed:
        body = packed.read("word/document.xml").decode()
    return paragraphs, tables, [clean(alt) for alt in re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', body)]


@pytest.mark.parametrize("kind", ["orientering", "henvendelse", "aarsnotat"])
def test_word_opens_without_loss(kind: str, tmp_path: Path, releases: list[Release]) -> None:
    document = _documents(kind, releases)
    source = tmp_path / f"{kind}.docx"
    source.write_bytes(word(document))
    mine, theirs = held(source), held(converted(source, "docx", tmp_path))
    assert theirs == mine
    assert mine[2] == [clean(plain(p.alt)) for p in document.blocks if isinstance(p, Picture)]
    pdf = pypdfium2.PdfDocument(converted(source, "pdf", tmp_path))
    printed = clean(" ".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf))))
    assert "{{" not in printed
    for text in mine[0]:
        assert text.replace(" ", "")[:60] in printed.replace(" ", "").replace("\ufffe", "-")


def _documents(kind: str, releases: list[Release]) -> Document:
    newest = {release.manifest.benchmark: release.folder for release in releases}
    match kind:
        case "orientering":
            return make(Order("beskaeftigelse", kind, newest["beskaeftigelse"], "707", None, "fuld"))
        case "henvendelse":
            return letter(letters.shown([letters.TRIN_3, letters.TRIN_2]), "707", None, LetterFields())
        case _:
            return aarsnotat.document({name: shown(name, folder) for name, folder in newest.items()}, {})
