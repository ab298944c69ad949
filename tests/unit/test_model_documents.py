"""Briefings of releases with our own models: tables that add up, whose figures they are, and where each stands."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from maalestok.beskaeftigelse import orientering
from maalestok.beskaeftigelse.orientering_expected import blocks
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.told_facts import Subject
from maalestok.kommune import kommuner
from maalestok.publish.documents import aarsnotat
from maalestok.publish.documents.document import Block, Bullets, Paragraph, Runs, Table
from maalestok.publish.documents.told import plain
from maalestok.publish.shown import Shown
from maalestok.release.read import Release
from modelled import release_of_both, release_of_persons

EDITION = "2020QMAT04"
COPENHAGEN, LAESOE = "101", "825"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return Shown(release_of_persons(tmp_path_factory), load_rules())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return Shown(release_of_both(tmp_path_factory), load_rules())


def about(shown: Shown, kode: str) -> Subject:
    return orientering.subject(shown, kode, EDITION)


def table(held: list[Block]) -> Table:
    return next(block for block in held if isinstance(block, Table))


def words(held: list[Block]) -> str:
    said = [plain(block.text) for block in held if isinstance(block, Paragraph)]
    return " ".join(said).replace("\u00a0", " ")


def written(cell: Runs) -> Decimal:
    return Decimal(plain(cell).replace(",", "."))


@pytest.mark.parametrize("name", ["alone", "both"])
def test_each_column_of_each_municipality_adds_up(name: str, request: pytest.FixtureRequest) -> None:
    shown: Shown = request.getfixturevalue(name)
    for kommune in kommuner():
        made = table(blocks(about(shown, kommune.kode)))
        assert len(made.headings) == 5
        for column in range(1, 5):
            *steps, end = [written(row[column]) for row in made.rows if row[column]]
            assert sum(steps) == end, (kommune.navn, column)


def runs_of(held: list[Block]) -> Iterator[Runs]:
    for block in held:
        match block:
            case Paragraph():
                yield block.text
            case Bullets():
                yield from block.items
            case Table():
                yield block.caption
                for row in (block.headings, *block.rows):
                    yield from row


def test_every_figure_is_one_of_the_release(both: Shown) -> None:
    """But the line of rounding, which is what the written figures lack."""
    known = {(f"{key.text}|value", figure.value) for key, figure in both.figures.items()}
    for key, parts in both.parts.items():
        known |= {(f"{key.text}|{name}|{form}", p.value) for name, p in parts.items() for form in ("value", "abs")}
    terms = {row["estimate"] for row in both.release.table("models").iter_rows(named=True)}
    found = [run for held in runs_of(blocks(about(both, COPENHAGEN))) for run in held if run.value]
    assert len(found) > 40
    for run in found:
        if run.key.endswith("|afrunding"):
            continue
        value = float(run.value)
        assert (run.key, value) in known or (run.key.startswith("model|") and value in terms), run


def test_our_own_model_is_never_the_ministrys(alone: Shown, both: Shown) -> None:
    own, beside = words(blocks(about(alone, COPENHAGEN))), words(blocks(about(both, COPENHAGEN)))
    assert own.startswith("Målestoks egen model på personer forventer ")
    assert "Ministeriet forventer" not in own
    assert beside.startswith("Ministeriet forventer 9,21 pct. i Københavns Kommune")
    assert "Målestoks egen model på personer, som ikke er ministeriets, forventer " in beside
    assert "Det er Målestoks tal, der deles op her." in beside
    assert "Målestoks åbne model, som bygger på offentliggjorte tal alene og ikke er ministeriets, forventer " in beside
    assert "åbne model" not in own


def test_a_small_municipalitys_groups_stand_together_and_it_says_why(alone: Shown) -> None:
    held = blocks(about(alone, LAESOE))
    assert [plain(row[0]) for row in table(held).rows][1] == "Øvrige vilkår, lagt sammen"
    assert "kunne røbe noget om få personer i Læsø Kommune" in words(held)
    assert "især" not in words(held)


def test_a_briefing_of_persons_alone_says_whose_figures_it_has(alone: Shown) -> None:
    text = orientering.document(about(alone, COPENHAGEN)).text().replace("\u00a0", " ")
    assert "Tallene er ikke offentliggjort af myndigheden: Det faktiske antal er Målestoks egen opgørelse" in text
    assert "Denne udgave er ikke et kalenderår" not in text
    assert "# Hvad ligger bag det forventede?" in text
    assert text.count("den offentliggjorte placering") == 0


def test_a_place_is_among_those_who_have_one(alone: Shown, both: Shown) -> None:
    """As many as the last place says, since equal differences still have places of their own."""
    for area in alone.rules.benchmark.omraader:
        places = [alone.figure("placering", held.kode, area, EDITION) for held in kommuner()]
        known = [place.value for place in places if place is not None and place.value is not None]
        assert about(alone, COPENHAGEN).placed(area).value == len(known) == max(known)
    held = about(alone, COPENHAGEN).placed()
    assert (held.value or 98) < 98  # Læsø's is not shown
    assert held.text == f"{held.value:.0f} kommuner med en placering"
    text = orientering.document(about(alone, COPENHAGEN)).text().replace("\u00a0", " ")
    assert f" ud af landets {held.text}." in text
    assert about(both, COPENHAGEN).placed().text == "98 kommuner"


def test_without_a_model_there_is_no_such_section(synthetic_release: Release) -> None:
    subject = orientering.subject(Shown(synthetic_release, load_rules()), COPENHAGEN, EDITION)
    assert blocks(subject) == []
    assert "Hvad ligger bag" not in orientering.document(subject).text()


def test_the_yearly_report_says_whose_figures_it_has(alone: Shown, both: Shown) -> None:
    said = "Tallene er ikke offentliggjort af myndigheden"
    assert said in aarsnotat.document({"beskaeftigelse": alone}, {}).text()
    assert said not in aarsnotat.document({"beskaeftigelse": both}, {}).text()
