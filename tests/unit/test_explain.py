"""Explanations: value, parts, definition, source rows with delivery and line, rule version, in Danish."""

import json
from pathlib import Path

import polars as pl
import pytest

from conftest import Cli
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.explain import Question, explain
from maalestok.registry import benchmark
from maalestok.release.read import Release


def lines_of(release: Release, rule: str, place: str, period: str = "2020QMAT04", omraade: str = "i_alt") -> list[str]:
    return list(
        explain(release, benchmark("beskaeftigelse").rules(), Question(rule, place, period, omraade, None)).lines
    )


def test_the_place_of_norddjurs(real_release: Release) -> None:
    rule, method = load_rules().measures["placering"], load_rules().uncertainty.versions[0]
    assert lines_of(real_release, "placering", "707") == [
        "Placering på benchmarkranglisten: Norddjurs, i alt, 2020 (2020QMAT04)",
        "Værdi: nr. 21",
        "Interval, 95 pct.: nr. 6 til nr. 63",
        "Status og kilde: ok, officiel (offentliggjort af myndigheden)",
        "Udgaven: offentliggjort 7. juni 2021.",
        "Lige med andre: ingen andre kommuner har samme forskel i andele på to decimaler.",
        "Sandsynlighed for en plads blandt de ti bedste: 12,44 pct.",
        "Kan ikke skelnes fra (af de andre kommuner): 74 kommuner",
        "Så mange færre skal der til for at nå det forventede niveau: 0 fuldtidspersoner",
        "Så mange færre skal der til for at nå den bedste halvdel: 0 fuldtidspersoner",
        "Så mange færre skal der til for at komme blandt de ti bedste: 35 fuldtidspersoner (33 til 38)",
        "Definition: Kommunens plads blandt de 98, når kommunerne ordnes efter forskel i andele, den mindste først.",
        "Beregning: Stigende forskel_andel, 1 til 98; lige værdier afgøres af uafrundede tal.",
        "Forbehold: Naboer på listen er ofte lige på to decimaler; rækkefølgen imellem dem hviler på decimaler, der ikke er offentliggjort.",
        "Forbehold: Hvert område rangordnes for sig.",
        *(f"Forbehold: {text}" for text in rule.limits_da[2:]),
        f"Metode: {method.definition_da}",
        *(f"Ikke med: {text}" for text in method.left_out_da),
        "Kilderække: y30r21 2020QMAT04, levering d20c33c3e781, linje 298",
        "Samme sted, område og periode:",
        "  Forventet antal fuldtidspersoner: 2.370 fuldtidspersoner",
        "  Faktisk antal fuldtidspersoner: 2.310 fuldtidspersoner",
        "  Forskel i antal fuldtidspersoner: -60 fuldtidspersoner",
        "  Forventet andel: 10,20 pct.",
        "  Faktisk andel: 9,95 pct.",
        "  Forskel i andele: -0,25 procentpoint",
        "  Placering på benchmarkranglisten: nr. 21",
        "  Ændring i placering: 3 pladser frem",
        "  Ændring i placering på et år: ikke opgjort",
        "  Ændring i forskel i andele på et år: ikke opgjort",
        "  Merudgift: -4,9 mio. kr.",
        "Regel: placering version 1+2019-04+binomial-afrunding-1",
        "Reference: jobindsats.dk, tabel Y30R21",
        f"Udgivelse: {real_release.id}",
    ]


def test_a_tied_place_says_which_are_equal(real_release: Release) -> None:
    spans = real_release.table("parts").filter((pl.col("part") == "mulige_pladser") & (pl.col("low") < pl.col("high")))
    tied = spans.filter((pl.col("omraade") == "i_alt") & (pl.col("period") == "2020QMAT04")).row(0, named=True)
    lines = lines_of(real_release, "placering", tied["kommune_kode"])
    expected = f"Lige med andre: nr. {tied['low']:.0f}-{tied['high']:.0f} har samme forskel i andele på to decimaler"
    assert any(line.startswith(expected) for line in lines)


def test_the_named_line_is_the_line_in_the_file(real_release: Release, shared_data: Path) -> None:
    text = (shared_data / "y30r21" / "2020QMAT04.csv").read_text(encoding="utf-8").splitlines()
    assert text[298 - 1].startswith("Norddjurs;2020QMAT04;Ydelsesgrupper i alt;2370;2310;-60;")


def test_a_move_shows_both_places_and_both_rows(real_release: Release) -> None:
    lines = lines_of(real_release, "placering_aendring", "Norddjurs")
    assert "Værdi: 3 pladser frem" in lines
    assert "Placering i udgaven før: nr. 24 (nr. 8 til nr. 63)" in lines
    assert "Placering nu: nr. 21 (nr. 6 til nr. 63)" in lines
    assert (
        "Hvorfor: Norddjurs gik 3 pladser frem, fra nr. 24 til nr. 21: kommunens egen udvikling i den faktiske andel trak "
        "29,3 pladser tilbage, ændringen i kommunens forventede andel trak 33,7 pladser frem, og de andre kommuners "
        "udvikling trak 1,3 pladser tilbage."
    ) in lines
    assert any(line.startswith("Usikkerhed: De to placeringers intervaller (nr. 8-63 og nr. 6-63)") for line in lines)
    assert [line.split(",")[0] for line in lines if line.startswith("Kilderække")] == [
        "Kilderække: y30r21 2020QMAT04",
        "Kilderække: y30r21 2020QMAT02",
    ]


def test_money_shows_its_range_and_price(real_release: Release) -> None:
    lines = lines_of(real_release, "merudgift", "707")
    assert "Spænd: -5,6 mio. kr. til -3,7 mio. kr." in lines
    assert "Pris pr. fuldtidsperson, sygedagpengeområdet: 70.000 kr. (62.000 kr. til 78.000 kr.)" in lines
    assert [line.split(",")[0] for line in lines if line.startswith("Kilderække")] == [
        "Kilderække: y30r21 2020QMAT04 a_dagpenge",
        "Kilderække: y30r21 2020QMAT04 i_alt",
        "Kilderække: y30r21 2020QMAT04 kontanthjaelp",
        "Kilderække: y30r21 2020QMAT04 sygedagpenge",
    ]
    one = lines_of(real_release, "merudgift", "707", omraade="sygedagpenge")
    assert len([line for line in one if line.startswith("Kilderække")]) == 1


def test_the_country_says_how_it_was_summed(real_release: Release) -> None:
    lines = lines_of(real_release, "faktisk_antal", "Hele landet", omraade="kontanthjaelp")
    assert "Status og kilde: ok, beregnet (beregnet af Målestok)" in lines
    assert "Kilderækker: kommunernes; se forklaringen for den enkelte kommune." in lines
    assert any(line.startswith("Beregning: Regioner og Hele landet er summen") for line in lines)
    missing = lines_of(real_release, "faktisk_andel", "000")
    assert "Værdi: ikke opgjort" in missing
    assert any(line.startswith("Hvorfor ikke: Andele for regioner og hele landet kræver") for line in missing)
    first = lines_of(real_release, "placering_aendring", "707", "2020QMAT02")
    assert any(line.startswith("Hvorfor ikke: Udgaven to kvartaler før er ikke indlæst") for line in first)


def test_a_finding_shows_threshold_evidence_and_law(real_release: Release) -> None:
    lines = lines_of(real_release, "resultatmaal", "707")
    assert "Udfald: Kommunen opfylder resultatmålet." in lines
    assert "Forskel i andele: -0,25 procentpoint" in lines
    assert "Grænse: højst 0,00 procentpoint" in lines
    assert "Hviler på: beskaeftigelse/forskel_andel/officiel/707/i_alt/-/2020QMAT04: -0,25 procentpoint" in lines
    assert any("lov nr. 551 af 7. maj 2019, §§ 22 a-22 f" in line for line in lines)
    midyear = lines_of(real_release, "resultatmaal", "707", "2021QMAT02")
    assert "Udfald: Resultatmålet er ikke vurderet." in midyear
    assert "Regel: resultatmaal, version 1" in midyear
    assert not any("2023" in line for line in midyear)
    assert any("vurderes kun for kalenderår" in line for line in midyear)


def test_invented_figures_say_so_first(synthetic_release: Release) -> None:
    assert lines_of(synthetic_release, "placering", "707")[0] == "SYNTETISK: opfundne tal fra Målestok."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["placering", "Nordjurs", "2020QMAT04"], "Mente du Norddjurs"),
        (["placering", "707", "2019QMAT04"], "Vælg en af: 2020QMAT02, 2020QMAT04"),
        (["placering", "707", "i fjor"], "kan ikke læses"),
        (["placeringen", "707", "2020QMAT04"], "forventet_antal, faktisk_antal"),
        (["placering", "707", "2020QMAT04", "--omraade", "hygge"], "i_alt, a_dagpenge"),
        (["spredning", "707", "2020QMAT04"], "spredning findes for hele landet; områder: i_alt, a_dagpenge"),
        (["placering", "000", "2020QMAT04"], "placering findes for kommuner; områder: i_alt, a_dagpenge"),
        (
            ["resultatmaal", "1082", "2020QMAT04"],
            "resultatmaal findes for kommuner; områder: i_alt; uden --kontroltrin",
        ),
        (["placering", "707", "2020QMAT04", "--kontroltrin", "3"], "ikke opgjort for det sted"),
    ],
)
def test_a_question_without_an_answer_is_told_what_to_ask(
    cli: Cli, synthetic_release: Release, arguments: list[str], expected: str
) -> None:
    outcome = cli("explain", "beskaeftigelse", *arguments, "--release", synthetic_release.folder)
    assert (outcome.code, expected in outcome.err) == (2, True), outcome


@pytest.mark.parametrize("written", ["kontanthjaelp", "Kontanthjælp mv.", "kontanthjælpsområdet"])
def test_an_area_may_be_named_as_the_source_does(real_release: Release, written: str) -> None:
    assert "Værdi: 1.020 fuldtidspersoner" in lines_of(real_release, "faktisk_antal", "Norddjurs", omraade=written)


def test_as_json(cli: Cli, synthetic_release: Release) -> None:
    outcome = cli(
        "explain", "beskaeftigelse", "placering", "707", "2020QMAT04", "--release", synthetic_release.folder, "--json"
    )
    answer = json.loads(outcome.out)
    assert answer["release"] == synthetic_release.id
    assert answer["rows"][0]["measure"] == "placering"
    assert answer["text"][-1] == f"Udgivelse: {synthetic_release.id}"


def test_rules_changed_since_are_told(synthetic_release: Release) -> None:
    rules = benchmark("beskaeftigelse").rules().model_copy(update={"sha256": "0" * 64})
    answer = explain(synthetic_release, rules, Question("placering", "707", "2020QMAT04", "i_alt", None))
    assert answer.lines[-1].startswith("Bemærk: reglerne er ændret")
