"""Documents on a site: linked from their municipality, unaltered, of a release that is shown, and never a letter."""

import json
from pathlib import Path

import pytest

from conftest import Cli
from maalestok.errors import MaalestokError
from maalestok.publish.documents.write import LIST, Order, listed, write_all
from maalestok.publish.shown import slug
from maalestok.publish.site.contents import gather
from maalestok.publish.site.documents import copy, documents
from maalestok.publish.site.language import DANISH, languages
from maalestok.publish.site.pages import kommune
from maalestok.publish.site.render import html
from maalestok.publish.site.view import View
from maalestok.release.read import Release

BASE = "https://maalestok.example/"


@pytest.fixture
def folder(tmp_path: Path, synthetic_release: Release) -> Path:
    made = tmp_path / "dokumenter"
    orders = [
        Order("beskaeftigelse", "orientering", synthetic_release.folder, "707", period, form)
        for period, form in ((None, "fuld"), ("2020QMAT02", "fuld"), (None, "kort"))
    ]
    write_all(orders, made, ["html", "docx"], workers=1)
    return made


class Drawings(dict[str, str]):
    """Stands for all drawings."""

    def __missing__(self, name: str) -> str:
        return f"<svg><title>{name}</title></svg>"


def page_of(view: View, path: str) -> str:
    """One page of a site as HTML."""
    (page,) = [page for page in kommune.pages(view) if page.path == path]
    return html(view, page, Drawings())


def test_pages_link_their_own_documents_in_both_languages(
    folder: Path, tmp_path: Path, synthetic_release: Release
) -> None:
    (folder / "707" / "henvendelse-2026-10.docx").write_bytes(b"et brev")
    contents = gather([synthetic_release], BASE, allow_mixed=False, folder=folder)
    danish, english = View(contents, DANISH), View(contents, languages()[1])
    own = f"kommune/{slug('707')}/"
    newest = page_of(danish, own)
    assert 'href="../../dokumenter/707/orientering-2020QMAT04.docx" download' in newest
    assert "orientering-kort-2020QMAT04.html" in newest
    assert "2020QMAT02.docx" not in newest
    assert "orientering-2020QMAT02.html" in page_of(danish, f"{own}2020QMAT02/")
    translated = page_of(english, own)
    assert "Briefing for the municipality" in translated
    assert 'href="../../../dokumenter/707/orientering-2020QMAT04.html" hreflang="da"' in translated
    assert "dokumenter" not in page_of(danish, f"kommune/{slug('101')}/")
    site = tmp_path / "side"
    copy(contents.documents, site)
    for entry in listed(folder):
        assert (site / "dokumenter" / entry.path).read_bytes() == (folder / entry.path).read_bytes()
    assert not list(site.rglob("henvendelse*"))
    assert not (site / "dokumenter" / LIST).exists()


def test_an_altered_document_is_not_published(folder: Path, synthetic_release: Release) -> None:
    path = folder / "707" / "orientering-2020QMAT04.html"
    path.write_bytes(path.read_bytes().replace(b"Norddjurs", b"Syddjurs"))
    with pytest.raises(MaalestokError, match="er ændret"):
        documents(folder, [synthetic_release])
    path.unlink()
    with pytest.raises(MaalestokError, match="mangler eller er ændret"):
        documents(folder, [synthetic_release])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "henvendelse"}, "må ikke lægges på en hjemmeside"),
        ({"path": "../hemmelig.docx"}, "må ikke lægges på en hjemmeside"),
        ({"path": "/etc/passwd"}, "må ikke lægges på en hjemmeside"),
        ({"release": "beskaeftigelse-2020QMAT04-000000000000"}, "som siderne ikke viser"),
    ],
)
def test_what_a_list_may_not_name(
    folder: Path, synthetic_release: Release, change: dict[str, str], message: str
) -> None:
    held = json.loads((folder / LIST).read_text(encoding="utf-8"))
    held[0] |= change
    (folder / LIST).write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(MaalestokError, match=message):
        documents(folder, [synthetic_release])


def test_a_folder_without_a_list_leaves_the_site_as_it_was(
    cli: Cli, tmp_path: Path, synthetic_release: Release
) -> None:
    done = cli("site", synthetic_release.folder, "--out", tmp_path / "side", "--documents", tmp_path / "tom")
    assert (done.code, f"har ingen {LIST}" in done.err) == (2, True)
    assert not (tmp_path / "side").exists()
