"""The yearly report: both benchmarks, or one; counted and named as the releases have it."""

import io
import re
from pathlib import Path

import docx
import polars as pl
import pypdfium2
import pytest

from conftest import Cli
from maalestok.errors import MaalestokError
from maalestok.kommune import kommuner
from maalestok.publish.documents import aarsnotat
from maalestok.publish.documents.document import Document, Picture
from maalestok.publish.documents.document import Table as DocumentTable
from maalestok.publish.documents.pdf import pdf
from maalestok.publish.documents.told import plain
from maalestok.publish.documents.word import docx as word
from maalestok.publish.documents.write import listed, shown
from maalestok.release.read import Release

WITHIN = re.compile(r"^- (.+?): (.+)\.$", re.MULTILINE)


@pytest.fixture(scope="module")
def both(synthetic_release: Release, cases_release: Release) -> Document:
    held = {
        "kontrolsager": shown("kontrolsager", cases_release.folder),
        "beskaeftigelse": shown("beskaeftigelse", synthetic_release.folder),
    }
    return aarsnotat.document(held, {})


def text(document: Document) -> str:
    return document.text().replace("\u00a0", " ")


def test_both_parts_stand_in_one_report(both: Document) -> None:
    said = text(both)
    assert said.startswith(
        "Årsnotat om benchmarkingen af kommunerne\nBeskæftigelse 2020; kontrolsager 12 måneder til og med oktober 2026\n"
    )
    assert both.mark == "SYNTETISK"
    assert said.index("# Beskæftigelse: faktisk mod forventet") < said.index("# Kontrolsager: brug og udbytte")
    assert len([block for block in both.blocks if isinstance(block, Picture)]) == 4
    assert both.release.count("-") > 2
    assert said.count("Tallene står i Målestoks udgivelse") == 2


def test_all_municipalities_stand_in_the_tables(both: Document) -> None:
    names = {kommune.navn for kommune in kommuner()}
    tables = [block for block in both.blocks if isinstance(block, DocumentTable)]
    told = [{plain(row[0]) for row in table.rows} for table in tables]
    assert [found == names for found in told] == [True, False, True]
    places = [plain(row[1]) for row in tables[0].rows]
    assert places == [str(n) for n in range(1, 99)]


def test_the_country_is_as_in_the_release(both: Document, synthetic_release: Release, cases_release: Release) -> None:
    held = synthetic_release.results.filter(kommune_kode="000", omraade="i_alt", period="2020QMAT04")
    values = {row["measure"]: row for row in held.iter_rows(named=True)}
    said = text(both)
    actual = f"{values['faktisk_antal']['value']:,.0f}".replace(",", ".")
    expected = f"{values['forventet_antal']['value']:,.0f}".replace(",", ".")
    gap = values["forskel_antal"]["value"]
    way = "flere" if gap > 0 else "færre"
    size = f"{abs(gap):,.0f}".replace(",", ".")
    assert (
        f"I hele landet var der {actual} fuldtidspersoner på offentlig forsørgelse i 2020. Det er {size} {way} end de {expected},"
        in said
    )
    cases = cases_release.results.filter(
        measure="trukket_andel", kommune_kode="000", omraade="i_alt", period="2026-10", kontroltrin=3
    )
    (row,) = cases.iter_rows(named=True)
    drawn, out_of = (f"{row[name]:,.0f}".replace(",", ".") for name in ("numerator", "denominator"))
    assert f"trak kommunerne under ét {drawn} ud af {out_of} udstillede risikosager" in said


def test_counts_are_counts_of_findings(both: Document, synthetic_release: Release) -> None:
    found = synthetic_release.table("findings").filter(criterion="resultatmaal", period="2020QMAT04")
    counts = dict(found.group_by("udfald").len().iter_rows())
    (told,) = re.findall(r"^- Resultatmålet: (.*)\.$", text(both), re.MULTILINE)
    assert told == f"{counts['opfyldt']} kommuner opfylder det og {counts['ikke_opfyldt']} kommuner opfylder det ikke"


def test_who_meets_the_criterion_is_named_beside_the_reasons_it_may_have(
    both: Document, cases_release: Release
) -> None:
    names = {kommune.kode: kommune.navn for kommune in kommuner()}
    findings = cases_release.table("findings").filter(
        pl.col("criterion") == "lav_traekning", pl.col("period") == "2026-10", pl.col("udfald") == "under_graensen"
    )
    said = text(both)
    part = said[said.index("opfylder disse kommuner kriteriet") : said.index("Disse kommuner nærmer sig det:")]
    told = {name for _, named in WITHIN.findall(part) for name in re.split(", | og ", named)}
    assert told - {"ingen kommuner"} == {names[kode] for kode in findings["kommune_kode"]}
    assert told != {"ingen kommuner"}
    assert "Lav brug kan være begrundet i kontrolstrategi" in part


def test_the_risk_zone_is_in_no_report(both: Document) -> None:
    assert "isikozone" not in text(both)


def test_one_benchmark_alone_says_that_the_other_is_not_there(
    synthetic_release: Release, cases_release: Release
) -> None:
    jobs = aarsnotat.document({"beskaeftigelse": shown("beskaeftigelse", synthetic_release.folder)}, {})
    assert "lavet uden en udgivelse af kontrolsagerne" in text(jobs)
    cases = aarsnotat.document(
        {"kontrolsager": shown("kontrolsager", cases_release.folder)}, {"kontrolsager": "2026-09"}
    )
    assert "lavet uden en udgivelse af beskæftigelsesbenchmarken" in text(cases)
    assert "12 måneder til og med september 2026" in text(cases)
    with pytest.raises(MaalestokError, match="har ikke 2026-12"):
        aarsnotat.document({"kontrolsager": shown("kontrolsager", cases_release.folder)}, {"kontrolsager": "2026-12"})


def test_it_is_a_word_file_and_an_accessible_pdf(both: Document) -> None:
    made = docx.Document(io.BytesIO(word(both)))
    assert len(made.tables) == 3
    assert len(made.inline_shapes) == 4
    assert all(shape._inline.docPr.get("descr") for shape in made.inline_shapes)
    assert len(pypdfium2.PdfDocument(pdf(both))) > 5


def test_from_the_command_line(cli: Cli, tmp_path: Path, synthetic_release: Release, cases_release: Release) -> None:
    releases, path = (synthetic_release.folder, cases_release.folder), tmp_path / "aarsnotat.pdf"
    done = cli("document", "aarsnotat", *releases, "--out", path, "--publish")
    assert (done.code, done.err, path.stat().st_size > 50_000) == (0, "", True)
    assert [(entry.path, entry.kind, entry.kommune) for entry in listed(tmp_path)] == [
        ("aarsnotat.pdf", "aarsnotat", None)
    ]
    twice = cli("document", "aarsnotat", releases[0], releases[0], "--out", path)
    assert (twice.code, "to udgivelser af samme benchmark" in twice.err) == (2, True)
    without = cli("document", "aarsnotat", releases[0], "--month", "2026-10", "--out", path)
    assert (without.code, "--month er givet uden en udgivelse af kontrolsager" in without.err) == (2, True)
