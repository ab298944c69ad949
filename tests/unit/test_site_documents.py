"""Documents on a site: linked from their municipality, unaltered, of a release that is shown, and never a letter."""

import json
from pathlib import Path

import pytest

from conftest import Cli
from maalestok.errors import MaalestokError
from maalestok.publish.documents.write import LIST, Order, listed, write_all
from maalestok.publish.shown import slug
from maalestok.publish.site.build import build_site
from maalestok.publish.site.documents import documents
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


def test_pages_link_their_own_documents_in_both_languages(
    folder: Path, tmp_path: Path, synthetic_release: Release
) -> None:
    (folder / "707" / "henvendelse-2026-10.docx").write_bytes(b"et brev")
    site = tmp_path / "side"
    build_site([synthetic_release], site, BASE, documents=folder)
    page = f"kommune/{slug('707')}/"
    newest = (site / page / "index.html").read_text(encoding="utf-8")
    assert 'href="../../dokumenter/707/orientering-2020QMAT04.docx" download' in newest
    assert "orientering-kort-2020QMAT04.html" in newest
    assert "2020QMAT02.docx" not in newest
    assert "orientering-2020QMAT02.html" in (site / page / "2020QMAT02" / "index.html").read_text(encoding="utf-8")
    english = (site / "en" / page / "index.html").read_text(encoding="utf-8")
    assert "Briefing for the municipality" in english
    assert 'href="../../../dokumenter/707/orientering-2020QMAT04.html" hreflang="da"' in english
    assert "dokumenter" not in (site / f"kommune/{slug('101')}/index.html").read_text(encoding="utf-8")
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
