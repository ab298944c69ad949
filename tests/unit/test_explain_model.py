"""What explanations say of our own models: golden lines from figures given by hand, sums in a release, words by kilde."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalestok.beskaeftigelse.relation_rows import ModelRow, models_table
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.expected_steps import OTHERS, groups, steps, written
from maalestok.explain import Question, explain
from maalestok.explain_model import EXPLAINED, model_lines, told_in_lines
from maalestok.kommune import kommuner
from maalestok.publish.text_da import PART_DA
from maalestok.release.read import Release
from modelled import release_of_both, release_of_persons

EDITION = "2020QMAT04"
OWN, PUBLISHED = "1+2019-04+personer-1+vilkaar-1", "1+2019-04"
MOVES = {"vilkaar_uddannelse": 0.0080, "vilkaar_helbred": 0.00314, "vilkaar_alder": -0.0017}
PARTS = MOVES | {"uden_kommunen": 0.1017, "loeftestang": 0.0104, "cooks_afstand": 0.0032}
ERRORS = {"standardfejl_personer": 0.0020, "standardfejl_beboere": 0.0016, "standardfejl_model": 0.0012}
UNITS = {"uden_kommunen": "share", "loeftestang": "share", "cooks_afstand": "ratio", "egen_opgoerelse": "share"}
FIT = {"personer": 3_712_345.0, "r2_personer": 0.0812, "r2_kommuner": 0.8845, "r2_uden_kommunen": 0.8291}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of_persons(tmp_path_factory)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of_both(tmp_path_factory)


def by_hand(
    version: str, parts: Mapping[str, Mapping[str, float]], terms: Sequence[ModelRow], omraade: str = "i_alt"
) -> Release:
    """A release of Norddjurs' expected share, difference and place, and the country's actual share."""
    at = {"omraade": omraade, "period": EDITION}
    results = [
        {"measure": measure, "kommune_kode": kode, **at, "value": value, "unit": unit, "rule_version": used}
        for measure, kode, value, unit, used in (
            ("forventet_andel", "707", 0.1020, "share", version),
            ("forskel_andel", "707", -0.0025, "pct_point", version),
            ("placering", "707", 21.0, "rank", version),
            ("faktisk_andel", "000", 0.0926, "share", OWN),
        )
    ]
    rows = [
        {"measure": measure, "kommune_kode": "707", **at, "part": name, "value": value, "unit": UNITS.get(name, "rank")}
        | {"method_version": "aaben-1" if name == "aaben_model" else "egen_opgoerelse-1"}
        for measure, held in parts.items()
        for name, value in held.items()
    ]
    tables = {"parts": pl.DataFrame(rows), "models": models_table(terms, syntetisk=False)}
    made: Any = SimpleNamespace(results=pl.DataFrame(results), table=tables.__getitem__)
    return cast(Release, made)


def fitted(**more: float) -> list[ModelRow]:
    return [ModelRow("vilkaar-1", "i_alt", EDITION, term, None, value) for term, value in (FIT | more).items()]


def row_of(release: Release, measure: str) -> dict[str, Any]:
    return release.results.filter(pl.col("measure") == measure, pl.col("kommune_kode") == "707").row(0, named=True)


# In words


def test_an_own_share_is_told_step_by_step() -> None:
    left_out = ModelRow("vilkaar-1", "i_alt", EDITION, "vilkaar_udeladt", "job_pr_indb", 1.0)
    release = by_hand(OWN, {"forventet_andel": PARTS, "forskel_andel": ERRORS}, [*fitted(), left_out])
    assert model_lines(release, load_rules(), row_of(release, "forventet_andel")) == [
        "Målestoks model på personer (vilkaar-1; ikke ministeriets). Sådan er den forventede andel blevet til:",
        "  Hele landet, hvor forventet og faktisk er ens: 9,26 pct.",
        "  Uddannelse: +0,80 procentpoint",
        "  Helbred: +0,31 procentpoint",
        "  Alder og køn: -0,17 procentpoint",
        "  Norddjurs: 10,20 pct.",
        "  Et trin siger, hvad kommunens sammensætning betyder i modellen; det siger ikke, hvad der er årsag.",
        "  Modellen bygger på 3.712.345 personer i hele landet og 12 vilkår.",
        "  Ikke leveret for alle kommuner og derfor ikke med: job pr. indbygger i pendlingsområdet.",
        "  Forklaringsgrad (R2): 0,08 mellem personer; 0,88 mellem kommuner; 0,83 mellem kommuner, når hver regnes uden "
        "sine egne tal.",
        "  En model, der er regnet uden kommunens egne tal, forventer 10,17 pct.",
        "  Forskellens standardfejl, opgjort af personer: 0,20 procentpoint; 0,16 procentpoint af tilfældighed blandt "
        "beboerne og 0,12 procentpoint af modellens egen usikkerhed (kvadraterne lægges sammen).",
        "  Kommunens del af det, der bestemmer modellen (løftestang): 1,04 pct. mod 1,02 pct. i gennemsnit. Cooks "
        "afstand, når den udelades: 0,0032.",
    ]


def test_decimals_that_do_not_add_up_have_a_line_of_rounding() -> None:
    moves = {"vilkaar_uddannelse": 0.00804, "vilkaar_helbred": 0.00144, "vilkaar_oevrige": -0.00004}
    release = by_hand(OWN, {"forventet_andel": moves}, fitted())
    lines = model_lines(release, load_rules(), row_of(release, "forventet_andel"))
    assert lines[1:7] == [
        "  Hele landet, hvor forventet og faktisk er ens: 9,26 pct.",
        "  Uddannelse: +0,80 procentpoint",
        "  Helbred: +0,14 procentpoint",
        "  Øvrige vilkår, lagt sammen: 0,00 procentpoint",
        "  Norddjurs: 10,20 pct.",
        "  Et trin siger, hvad kommunens sammensætning betyder i modellen; det siger ikke, hvad der er årsag.",
    ]
    release = by_hand(OWN, {"forventet_andel": moves | {"vilkaar_helbred": 0.00184}}, fitted())
    assert "  Afrunding: -0,04 procentpoint" in model_lines(release, load_rules(), row_of(release, "forventet_andel"))


def test_beside_a_published_figure_the_model_is_ours_and_says_so() -> None:
    parts = {
        "forventet_andel": PARTS | {"egen_opgoerelse": 0.1021},
        "forskel_andel": {"standardfejl_personer": 0.0020},
        "placering": {"uden_ydelse_kontanthjaelp": 44.0, "uden_ydelse_sygedagpenge": 12.0},
    }
    release = by_hand(PUBLISHED, parts, fitted())
    lines = model_lines(release, load_rules(), row_of(release, "placering"))
    assert lines[0] == (
        "Ved siden af det offentliggjorte forventer Målestoks model på personer (vilkaar-1; ikke ministeriets) "
        "10,21 pct. Sådan er den andel blevet til:"
    )
    assert "  Norddjurs: 10,21 pct." in lines
    assert "  Forskellens standardfejl, opgjort af personer: 0,20 procentpoint." in lines
    assert (
        "  Udelades én ydelse ad gangen, ligger pladsen i modellen fra nr. 12 (uden sygedagpenge) til nr. 44 "
        "(uden kontanthjælp)."
    ) in lines
    assert lines[-1].startswith("  Forbehold for modellen: ")


def test_one_place_whatever_is_left_out_and_ends_that_are_not_told() -> None:
    parts = {"forventet_andel": MOVES, "placering": {"uden_ydelse_kontanthjaelp": 1.0, "uden_ydelse_sygedagpenge": 1.0}}
    release = by_hand(PUBLISHED, parts, fitted())
    lines = model_lines(release, load_rules(), row_of(release, "placering"))
    assert "  Udelades én ydelse ad gangen, er pladsen i modellen altid nr. 1." in lines
    assert (
        "forventer Målestoks model på personer (vilkaar-1; ikke ministeriets) en andel, der ikke er vist." in lines[0]
    )
    assert not [line for line in lines if line.startswith(("  Norddjurs", "  Afrunding"))]


def test_the_open_model_stands_beside_with_both_qualities() -> None:
    at = ("aaben-1", "i_alt", EDITION)
    terms = [
        ModelRow(*at, "r2_udeladt_kommune", None, 0.5),
        ModelRow(*at, "r2_udeladt_kommune", "alle_udgaver", 0.7941),
        ModelRow(*at, "r2_ministeriet", "alle_udgaver", 0.8812),
    ]
    release = by_hand(PUBLISHED, {"forventet_andel": {"aaben_model": 0.0987}}, terms)
    row = row_of(release, "forventet_andel")
    rows = release.table("parts").with_columns(unit=pl.lit("share"))
    made: Any = SimpleNamespace(results=release.results, table={"parts": rows, "models": release.table("models")}.get)
    lines = model_lines(cast(Release, made), load_rules(), row)
    assert lines[:2] == [
        "Målestoks åbne model (aaben-1; ikke ministeriets): 9,87 pct.",
        "  R2 over alle udgaver: 0,79, når en kommune udelades; ministeriets egne forventede andele har 0,88.",
    ]
    reservations = load_rules().open_model.versions[0].reservations_da
    assert lines[2:] == [f"  Forbehold for den åbne model: {text}" for text in reservations]


def test_nothing_is_said_without_a_model_or_by_rules_that_do_not_know_it() -> None:
    release = by_hand(OWN, {"forventet_andel": MOVES}, [])
    assert model_lines(release, load_rules(), row_of(release, "forventet_andel")) == []
    unknown = [ModelRow("vilkaar-0", "i_alt", EDITION, "personer", None, 1.0)]
    release = by_hand(OWN, {"forventet_andel": MOVES}, unknown)
    assert model_lines(release, load_rules(), row_of(release, "forventet_andel")) == []


# Adding up


@given(
    st.integers(0, 3000),
    st.lists(st.integers(-3000, 3000), min_size=1, max_size=10),
    st.integers(0, 9),
)
def test_written_steps_and_the_rounding_add_up(start: int, moves: list[int], last: int) -> None:
    named = {f"g{nr}": move / 100_000 for nr, move in enumerate(moves)} | {OTHERS: last / 100_000}
    held = steps(start / 100_000, named, start / 100_000 + sum(named.values()))
    shown = written(held.start) + sum(written(move) for _, move in held.moves) + written(held.rounding)
    assert shown == written(held.end)
    assert held.moves[-1][0] == OTHERS
    sizes = [abs(move) for group, move in held.moves if group != OTHERS]
    assert sizes == sorted(sizes, reverse=True)


NUMBER = re.compile(r": ([+-]?\d+,\d\d) ")


def told_steps(lines: Sequence[str]) -> list[Decimal]:
    """The figures of the lines from the country's to the municipality's, as they are written."""
    first = next(nr for nr, line in enumerate(lines) if line.startswith("  Hele landet, hvor"))
    last = next(nr for nr, line in enumerate(lines) if line.startswith("  Et trin siger"))
    found = [NUMBER.search(f"{line} ") for line in lines[first:last]]
    return [Decimal(match[1].replace(",", ".")) for match in found if match is not None]


@pytest.mark.parametrize("name", ["alone", "both"])
def test_every_municipality_is_explained_and_adds_up(name: str, request: pytest.FixtureRequest) -> None:
    release = request.getfixturevalue(name)
    at = (pl.col("period") == EDITION) & (pl.col("omraade") == "kontanthjaelp")
    tables = {table: release.table(table).filter(at) for table in ("parts", "models")}
    part_of: Any = SimpleNamespace(results=release.results.filter(at), table=tables.__getitem__)
    rows = part_of.results.filter(pl.col("measure") == "forventet_andel").rows(named=True)
    told = [model_lines(cast(Release, part_of), load_rules(), row) for row in rows if row["kommune_kode"] >= "101"]
    explained = [lines for lines in told if any(line.startswith("  Et trin") for line in lines)]
    assert len(explained) == len(kommuner())
    for lines in explained:
        start, *moves, end = told_steps(lines)
        assert start + sum(moves) == end, lines


@pytest.mark.parametrize("rule", EXPLAINED)
def test_each_measure_of_the_model_tells_how_its_share_came_about(both: Release, rule: str) -> None:
    lines = explain(both, load_rules(), Question(rule, "751", EDITION, "i_alt", None)).lines
    assert any("model på personer (vilkaar-1; ikke ministeriets)" in line for line in lines)
    assert any(line.startswith("  Arbejdsmarkedet i området: ") for line in lines)
    assert not [line for line in lines if line.startswith("Heraf af helbred")]
    with_open = {"forventet_andel", "forventet_antal", "forskel_andel"}
    assert any("åbne model (aaben-1; ikke ministeriets)" in line for line in lines) == (rule in with_open)


# Words by who made the figure


def test_own_figures_are_not_explained_with_the_ministrys_words(alone: Release) -> None:
    for rule in (*EXPLAINED, "faktisk_andel", "faktisk_antal"):
        text = "\n".join(explain(alone, load_rules(), Question(rule, "751", EDITION, "i_alt", None)).lines)
        assert "ministeriets modelberegning" not in text
        assert "Offentliggjort" not in text
        measure = load_rules().measures[rule]
        assert f"Definition: {measure.own_da['personer'].definition_da}" in text
        assert measure.versions[-1].definition_da not in text


def test_files_describe_the_figures_that_are_in_them(alone: Release, both: Release) -> None:
    measure = load_rules().measures["forventet_andel"]
    own, published = measure.own_da["personer"], measure.versions[-1].definition_da
    for release, definition, limits in (
        (alone, own.definition_da, own.limits_da),
        (both, published, measure.limits_da),
    ):
        package = json.loads((release.folder / "datapackage.json").read_text(encoding="utf-8"))
        described = {resource["path"]: resource.get("description") for resource in package["resources"]}
        assert described["csv/forventet_andel.csv"] == definition
        note = json.loads((release.folder / "jsonstat" / "forventet_andel.json").read_text(encoding="utf-8"))["note"]
        assert note == [definition, *limits]


def test_where_both_are_both_are_described() -> None:
    measure = load_rules().measures["forventet_andel"]
    own = measure.own_da["personer"]
    assert measure.definitions_of([PUBLISHED, OWN]) == (measure.versions[-1].definition_da, own.definition_da)
    assert measure.limits_of([OWN, PUBLISHED]) == (*measure.limits_da, *own.limits_da)
    assert measure.definitions_of([]) == (measure.versions[-1].definition_da,)
    assert measure.limits_of([]) == measure.limits_da


def test_every_part_of_a_release_has_a_name(alone: Release, both: Release) -> None:
    reasons = {reason for measure in load_rules().measures.values() for reason in measure.reasons_da}
    for release in (alone, both):
        parts = set(release.table("parts")["part"].unique()) - reasons
        assert {part for part in parts if part not in PART_DA} - {"mulige_pladser"} == set()
        assert {part for part in parts if told_in_lines(part)} >= {"loeftestang", "vilkaar_helbred", "uden_kommunen"}


def test_groups_are_found_among_parts() -> None:
    assert groups({"vilkaar_helbred": 0.1, "loeftestang": 0.2}) == {"helbred": 0.1}
