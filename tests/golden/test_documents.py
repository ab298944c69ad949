"""Documents as they were approved, kept as text; and Norddjurs' own briefing of June 2021, figure by figure.

A change of words is seen in the diff of `tests/approved/`. Write the texts anew with MAALESTOK_APPROVE=1 and read them.
"""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import letters
from conftest import REAL_EDITIONS, ROOT, bring, make_release, once
from maalestok.beskaeftigelse import orientering, orientering_expected
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.kontrolsager.henvendelse import approved as approve
from maalestok.kontrolsager.henvendelse import draft_number, letter
from maalestok.publish.documents import aarsnotat
from maalestok.publish.documents.document import Document
from maalestok.publish.documents.write import Order, shown
from maalestok.publish.documents.write import make as make_document
from maalestok.publish.shown import Shown
from maalestok.release.read import Release, open_release
from modelled import release_of_both, release_of_persons

APPROVED = ROOT / "tests" / "approved"
RELEASE_ID = re.compile(r"\b((?:beskaeftigelse|kontrolsager)-[0-9A-Z-]+)-[0-9a-f]{12}\b")
SOURCE_B = (
    # what the municipality's own briefing says, in its order
    "98", "21", "24", "3", "2.310", "2.370", "60", "4,6", "4", "225", "80", "12", "92,2", "85,1",
    "61", "68", "7", "610", "570", "10", "560", "63", "67", "1.020", "1.010", "40", "2", "670", "750", "80", "600", "100", "700",
)  # fmt: skip


def held_to(document: Document, name: str) -> None:
    """The document's text is the approved one; the release's hash, which changes with the program, is left out."""
    text = RELEASE_ID.sub(r"\1-<hash>", document.text().replace("\u00a0", " "))
    path = APPROVED / f"{name}.txt"
    if os.environ.get("MAALESTOK_APPROVE"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name}: read the change, then MAALESTOK_APPROVE=1"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Release:
    """The published editions, with the amount and the focus targets of Norddjurs' own briefing as two-line files."""

    def make(folder: Path) -> list[Path]:
        return [_published(folder, shared_data)]

    return open_release(once(tmp_path_factory, "norddjurs", make)[0])


def _published(folder: Path, shared_data: Path) -> Path:
    bring([shared_data / "y30r21" / f"{code}.csv" for code in REAL_EDITIONS], folder / "lager")
    for feed, text in (
        ("beloeb", "periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;Norddjurs;i_alt;-4,6\n"),
        ("fokusmaal", "kommune_kode;maaned;samtale_andel_12m;tilbud_andel_12m\n707;2020-12;92,2;85,1\n"),
    ):
        path = folder / f"{feed}.csv"
        path.write_text(text, encoding="utf-8")
        bring([path], folder / "lager", feed)
    return make_release(folder / "lager", folder / "ud").folder


def briefing(release: Release, kommune: str, period: str, form: str = "fuld") -> Document:
    return make_document(Order("beskaeftigelse", "orientering", release.folder, kommune, period, form))


def numbers(text: str) -> set[str]:
    """Every number of a text, as written."""
    return set(re.findall(r"\d+(?:\.\d{3})*(?:,\d+)?", text))


@pytest.mark.parametrize("figure", SOURCE_B)
def test_norddjurs_briefing_holds_the_figure(published: Release, figure: str) -> None:
    assert figure in numbers(briefing(published, "Norddjurs", "2020QMAT04").text().replace("\u00a0", " "))


@pytest.mark.parametrize(
    "sentence",
    [
        "offentliggjorde den 7. juni 2021 nye tal",
        "nr. 21 ud af landets 98 kommuner. Ved opdateringen i november 2020 var kommunen nr. 24; den har dermed forbedret sig 3 pladser",
        "svarede til 2.310 fuldtidspersoner. Det er 60 færre end de 2.370,",
        "Antal er afrundet til nærmeste 10. Derfor kan områdernes tal afvige fra tallet i alt.",
        "brugt 4,6 mio. kr. mindre på offentlig forsørgelse end forventet",
        "opfylder resultatmålet for 2020",
        "havde 92,2 pct. af målgruppen i Norddjurs Kommune haft mindst 4 samtaler. Fokusmålet er opfyldt.",
        "havde 85,1 pct. af målgruppen i Norddjurs Kommune deltaget i mindst ét tilbud eller arbejdet mindst 225 timer. Fokusmålet er opfyldt.",
        "er mindst 80 pct.",
        "opfylder dermed både resultatmålet og fokusmålene",
        "nr. 61 ud af landets 98 kommuner. Ved opdateringen i november 2020 var kommunen nr. 68; den har dermed forbedret sig 7 pladser",
        "svarede til 610 fuldtidspersoner. Det svarer til de 610,",
        "Ved opdateringen i november 2020 var der 570 fuldtidspersoner, 10 flere end de 560,",
        "nr. 63 ud af landets 98 kommuner. Ved opdateringen i november 2020 var kommunen nr. 67; den har dermed forbedret sig 4 pladser",
        "svarede til 1.020 fuldtidspersoner. Det er 10 flere end de 1.010,",
        "Ved opdateringen i november 2020 var der 1.050 fuldtidspersoner, 40 flere end de 1.010,",
        "nr. 3 ud af landets 98 kommuner. Ved opdateringen i november 2020 var kommunen nr. 2; den er dermed faldet én plads",
        "svarede til 670 fuldtidspersoner. Det er 80 færre end de 750,",
        "Ved opdateringen i november 2020 var der 600 fuldtidspersoner, 100 færre end de 700,",
        "A-dagpengeområdet: a-dagpenge, arbejdsmarkedsydelse og kontantydelse.",
        "Sygedagpengeområdet: sygedagpenge og jobafklaringsforløb.",
        "Førtidspension, seniorpension, fleksjob og efterløn indgår ikke.",
        "er suspenderet i 2021 og 2022",
        "for kommunens regning",
        "redegøre for situationen",
        "genopretningsplan",
    ],
)
def test_norddjurs_briefing_says_what_the_municipality_wrote(published: Release, sentence: str) -> None:
    assert sentence in briefing(published, "707", "2020QMAT04").text().replace("\u00a0", " ")


def test_the_misprint_of_the_source_can_not_come_out(published: Release) -> None:
    assert "1.150" not in numbers(briefing(published, "707", "2020QMAT04").text())


@pytest.mark.parametrize(
    ("name", "kommune", "period", "form"),
    [
        ("orientering-norddjurs-2020QMAT04", "Norddjurs", "2020QMAT04", "fuld"),
        ("orientering-kort-norddjurs-2020QMAT04", "Norddjurs", "2020QMAT04", "kort"),
        ("orientering-laesoe-2021QMAT02", "Læsø", "2021QMAT02", "fuld"),
        ("orientering-koebenhavn-2020QMAT02", "København", "2020QMAT02", "fuld"),
    ],
)
def test_published_briefings_are_as_approved(
    published: Release, name: str, kommune: str, period: str, form: str
) -> None:
    held_to(briefing(published, kommune, period, form), name)


def test_a_briefing_about_sharpened_supervision_is_as_approved(supervised: tuple[Release, str, str]) -> None:
    release, kommune, period = supervised
    made = briefing(release, kommune, period)
    text = made.text()
    assert text.index("# Skærpet tilsyn") < text.index("# Placering")
    held_to(made, "orientering-skaerpet-tilsyn")


@pytest.mark.parametrize(
    ("name", "release_of", "kommune"),
    [
        ("orientering-forventet-egne-tal", release_of_persons, "Læsø"),
        ("orientering-forventet-ved-siden-af", release_of_both, "København"),
    ],
)
def test_what_lies_behind_the_expected_is_as_approved(
    name: str,
    release_of: Callable[[pytest.TempPathFactory], Release],
    kommune: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    about = orientering.subject(Shown(release_of(tmp_path_factory), load_rules()), kommune, "2020QMAT04")
    whole = orientering.document(about)
    held_to(replace(whole, blocks=tuple(orientering_expected.blocks(about))), name)


def test_the_yearly_report_is_as_approved(supervised: tuple[Release, str, str], cases_release: Release) -> None:
    held = {
        "beskaeftigelse": shown("beskaeftigelse", supervised[0].folder),
        "kontrolsager": shown("kontrolsager", cases_release.folder),
    }
    held_to(aarsnotat.document(held, {}), "aarsnotat")


def test_letters_are_as_approved() -> None:
    draft = letter(letters.shown([letters.TRIN_3, letters.TRIN_2]), "707", None, letters.FIELDS)
    held_to(draft, "henvendelse-udkast")
    held_to(approve(draft, draft_number(draft), "Direktøren", letters.FIELDS), "henvendelse-godkendt")
