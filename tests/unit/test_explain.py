"""Explanations: value, parts, definition, source rows with delivery and line, rule version, in Danish."""

import json
from pathlib import Path

import pytest

from conftest import Cli
from maalestok.explain import Question, explain
from maalestok.registry import benchmark
from maalestok.release.read import Release


def lines_of(release: Release, rule: str, place: str, period: str = "2020QMAT04", omraade: str = "i_alt") -> list[str]:
    return list(
        explain(release, benchmark("beskaeftigelse").rules(), Question(rule, place, period, omraade, None)).lines
    )


def test_the_place_of_norddjurs(real_release: Release) -> None:
    assert lines_of(real_release, "placering", "707") == [
        "Placering på benchmarkranglisten: Norddjurs, i_alt, 2020 (2020QMAT04)",
        "Værdi: nr. 21",
        "Status: ok. Kilde: officiel (offentliggjort af myndigheden).",
        "Del: Pladser, de afrundede forskelle lader stå åbne: nr. 21, kun denne (metode placering_af_afrundede-1)",
        "Definition: Kommunens plads blandt de 98, når kommunerne ordnes efter forskel i andele, den mindste først.",
        "Beregning: Stigende forskel_andel, 1 til 98; lige værdier afgøres af uafrundede tal.",
        "Forbehold: Naboer på listen er ofte lige på to decimaler; rækkefølgen imellem dem hviler på decimaler, der ikke er offentliggjort.",
        "Forbehold: Hvert område rangordnes for sig.",
        "Forbehold: Listen siger ikke, om forskellen mellem to placeringer er andet end tilfældig.",
        "Kilderække: y30r21 2020QMAT04, levering d20c33c3e781, linje 298",
        "Samme sted, område og periode: forventet_antal 2.370 fuldtidspersoner; faktisk_antal 2.310 fuldtidspersoner; "
        "forskel_antal -60 fuldtidspersoner; forventet_andel 10,20 pct.; faktisk_andel 9,95 pct.; "
        "forskel_andel -0,25 procentpoint; placering nr. 21; placering_aendring 3 pladser; merudgift -4,9 mio. kr.",
        "Regel: placering version 1+2019-04",
        "Reference: jobindsats.dk, tabel Y30R21",
        f"Udgivelse: {real_release.id}",
    ]


def test_the_named_line_is_the_line_in_the_file(real_release: Release, shared_data: Path) -> None:
    text = (shared_data / "y30r21" / "2020QMAT04.csv").read_text(encoding="utf-8").splitlines()
    assert text[298 - 1].startswith("Norddjurs;2020QMAT04;Ydelsesgrupper i alt;2370;2310;-60;")


def test_a_move_shows_both_places_and_both_rows(real_release: Release) -> None:
    lines = lines_of(real_release, "placering_aendring", "Norddjurs")
    assert "Værdi: 3 pladser" in lines
    assert "Del: Placering i udgaven før: nr. 24 (metode placering_aendring-1)" in lines
    assert "Del: Placering nu: nr. 21 (metode placering_aendring-1)" in lines
    assert [line.split(",")[0] for line in lines if line.startswith("Kilderække")] == [
        "Kilderække: y30r21 2020QMAT04",
        "Kilderække: y30r21 2020QMAT02",
    ]


def test_money_shows_its_range_and_price(real_release: Release) -> None:
    lines = lines_of(real_release, "merudgift", "707")
    assert "Spænd: -5,6 mio. kr. til -3,7 mio. kr." in lines
    assert "Del: enhedspris sygedagpenge: 70.000 kr., 62.000 kr. til 78.000 kr. (metode enhedspris-1)" in lines


def test_the_country_says_how_it_was_summed(real_release: Release) -> None:
    lines = lines_of(real_release, "faktisk_antal", "Hele landet", omraade="kontanthjaelp")
    assert "Status: ok. Kilde: beregnet (beregnet af Målestok)." in lines
    assert "Kilderække: summen af kommunernes rækker; se hver kommune." in lines
    assert any(line.startswith("Samlede tal: Regioner og Hele landet er summen") for line in lines)
    assert "Værdi: ikke opgjort" in lines_of(real_release, "faktisk_andel", "000")


def test_a_finding_shows_threshold_evidence_and_law(real_release: Release) -> None:
    lines = lines_of(real_release, "resultatmaal", "707")
    assert "Udfald: opfyldt. Kommunen opfylder resultatmålet." in lines
    assert "Vurderet værdi: -0,25 procentpoint (Forskel i andele)" in lines
    assert "Grænse: <= 0,00 procentpoint" in lines
    assert "Hviler på: beskaeftigelse/forskel_andel/officiel/707/i_alt/-/2020QMAT04" in lines
    assert any("lov nr. 551 af 7. maj 2019, §§ 22 a-22 f" in line for line in lines)
    midyear = lines_of(real_release, "resultatmaal", "707", "2021QMAT02")
    assert "Udfald: ikke_vurderet. Resultatmålet er ikke vurderet." in midyear
    assert any("vurderes kun for kalenderår" in line for line in midyear)


def test_invented_figures_say_so_first(synthetic_release: Release) -> None:
    assert lines_of(synthetic_release, "placering", "707")[0] == "SYNTETISK: tallene er opfundne."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["placering", "Nordjurs", "2020QMAT04"], "Mente du Norddjurs"),
        (["placering", "707", "2019QMAT04"], "Vælg en af: 2020QMAT02, 2020QMAT04"),
        (["placering", "707", "i fjor"], "kan ikke læses"),
        (["placeringen", "707", "2020QMAT04"], "forventet_antal, faktisk_antal"),
        (["placering", "707", "2020QMAT04", "--omraade", "hygge"], "i_alt, a_dagpenge"),
        (["placering", "000", "2020QMAT04"], "ikke opgjort for det sted"),
        (["resultatmaal", "1082", "2020QMAT04"], "ikke opgjort for det sted"),
        (["placering", "707", "2020QMAT04", "--kontroltrin", "3"], "ikke opgjort for det sted"),
    ],
)
def test_a_question_without_an_answer_is_told_what_to_ask(
    cli: Cli, synthetic_release: Release, arguments: list[str], expected: str
) -> None:
    outcome = cli("explain", "beskaeftigelse", *arguments, "--release", synthetic_release.folder)
    assert (outcome.code, expected in outcome.err) == (2, True), outcome


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
