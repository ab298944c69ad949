"""Malformed deliveries of focus target figures and of steps: each refused with place, rule and remedy; store untouched."""

import hashlib
import json
from pathlib import Path

import pytest

from conftest import Cli

RECEIVED = ("--received", "2022-12-01")
SHARES = "kommune_kode;maaned;maalgruppe_antal;samtale_andel;tilbud_andel;samtale_andel_12m;tilbud_andel_12m"
STEPS = "kommune_kode;maaleaar;dato;skridt"
GOOD = {
    "fokusmaal": "kommune_kode;maaned;samtale_andel_12m;tilbud_andel_12m\n707;2020-12;92,2;85,1\n",
    "tilsynsskridt": f"{STEPS}\n707;2020;2021-07-01;udpeget\n",
}


def shares(*rows: str, header: str = SHARES) -> str:
    return "\n".join([header, *rows]) + "\n"


def steps(*rows: str, header: str = STEPS) -> str:
    return "\n".join([header, *(f"707;{row}" for row in rows)]) + "\n"


BAD_SHARES: dict[str, tuple[str, str, int | None]] = {
    "no figure at all": (shares("101;2020-11;;;;;"), "mindst_et_tal", 2),
    "no figure column": (shares("101;2020-11", header="kommune_kode;maaned"), "mindst_et_tal", 2),
    "same key twice": (shares("101;2020-11;100;90;90;;", "101;2020-11;100;90;90;;"), "noegle_entydig", 2),
    "share over 100": (shares("101;2020-11;100;100,01;90;;"), "andel_0_100", 2),
    "negative share": (shares("101;2020-11;100;90;-1;;"), "andel_0_100", 2),
    "mean over 100": (shares("101;2020-11;;;;922;"), "andel_0_100", 2),
    "negative group": (shares("101;2020-11;-1;90;90;;"), "maalgruppe_ikke_negativ", 2),
    "empty group with a share": (shares("101;2020-11;0;0;;;"), "tom_maalgruppe_uden_andel", 2),
    "empty group with an offer share": (shares("101;2020-11;0;;80;;"), "tom_maalgruppe_uden_andel", 2),
    "month not ended": (shares("101;2022-12;100;90;90;;"), "periode_afsluttet", None),
    "an edition for a month": (shares("101;2020QMAT04;100;90;90;;"), "periode_kendt", 2),
    "a month that isn't": (shares("101;2020-13;100;90;90;;"), "periode_kendt", 2),
    "unknown municipality": (shares("Nordjurs;2020-11;100;90;90;;"), "kommune_kendt", 2),
    "three decimals": (shares("101;2020-11;100;90,123;90;;"), "tal_decimaler", 2),
    "decimal point": (shares("101;2020-11;100;90.5;90;;"), "tal_laesbart", 2),
    "percent sign": (shares("101;2020-11;100;90%;90;;"), "tal_laesbart", 2),
    "half a person": (shares("101;2020-11;100,5;90;90;;"), "tal_decimaler", 2),
    "no month": (shares("101;;100;90;90;;"), "celle_tom", 2),
    "month column missing": (shares("101;90", header="kommune_kode;samtale_andel"), "kolonne_mangler", 1),
    "column unknown": (shares("101;2020-11;90", header="kommune_kode;maaned;samtaler"), "kolonne_ukendt", 1),
    "column twice": (shares("101;2020-11;90;90", header="kommune_kode;maaned;samtale_andel;samtale_andel"), "kolonne_dobbelt", 1),
    "header only": (shares(), "har_raekker", None),
    "a region alone": (shares("1082;2020-11;100;90;90;;"), "har_raekker", None),
    "mark missing in a row": (shares("101;2020-11;90;SYNTETISK", "101;2020-12;90;", header="kommune_kode;maaned;samtale_andel;syntetisk"), "syntetisk_maerket", 3),
}  # fmt: skip
BAD_STEPS: dict[str, tuple[str, str, int | None]] = {
    "begins in the middle": (steps("2021;2022-07-01;genopretning"), "foerste_skridt", 2),
    "plan is missing": (steps("2021;2022-07-01;udpeget", "2021;2022-08-01;redegoerelse", "2021;2022-09-01;genopretning"), "skridt_kraever", 4),
    "move not allowed": (steps("2021;2022-07-01;udpeget", "2021;2022-08-01;administration"), "skridt_foelger", 3),
    "designated twice": (steps("2021;2022-07-01;udpeget", "2021;2022-08-01;udpeget"), "skridt_en_gang", 3),
    "the very same row twice": (steps("2021;2022-07-01;udpeget", "2021;2022-07-01;udpeget"), "skridt_en_gang", 3),
    "after the end": (steps("2021;2022-01-01;udpeget", "2021;2022-02-01;genopretningsplan", "2021;2022-03-01;genopretning", "2021;2022-04-01;administration", "2021;2022-05-01;ophoert"), "efter_afslutning", 6),
    "dates going backwards": (steps("2021;2022-07-02;udpeget", "2021;2022-07-01;redegoerelse"), "dato_orden", 3),
    "before the year ended": (steps("2021;2021-12-31;udpeget"), "dato_efter_maaleaaret", 2),
    "in the future": (steps("2021;2022-12-02;udpeget"), "dato_modtaget", 2),
    "year not ended": (steps("2022;2022-07-01;udpeget"), "periode_afsluttet", None),
    "unknown step": (steps("2021;2022-07-01;indstillet"), "skridt_kendt", 2),
    "no date": (steps("2021;;udpeget"), "celle_tom", 2),
    "a date that isn't": (steps("2021;2022-02-30;udpeget"), "dato_laesbar", 2),
    "a year that isn't": (steps("21;2022-07-01;udpeget"), "aar_kendt", 2),
    "an edition for a year": (steps("2021QMAT04;2022-07-01;udpeget"), "aar_kendt", 2),
    "a year out of reach": (steps("1066;2022-07-01;udpeget"), "aar_kendt", 2),
    "column missing": (steps("2021;2022-07-01", header="kommune_kode;maaleaar;dato"), "kolonne_mangler", 1),
}  # fmt: skip
BAD = {("fokusmaal", name): case for name, case in BAD_SHARES.items()} | {
    ("tilsynsskridt", name): case for name, case in BAD_STEPS.items()
}


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def store(tmp_path: Path, cli: Cli) -> Path:
    for feed, text in GOOD.items():
        path = tmp_path / f"god_{feed}.csv"
        path.write_text(text, encoding="utf-8")
        assert cli("import", feed, path, "--store", tmp_path / "lager", *RECEIVED).code == 0
    return tmp_path / "lager"


@pytest.mark.parametrize(("feed", "name"), BAD)
def test_refused_with_place_rule_and_remedy(feed: str, name: str, tmp_path: Path, store: Path, cli: Cli) -> None:
    content, rule, line = BAD[feed, name]
    before = fingerprint(store)
    bad = tmp_path / "dårlig.csv"
    bad.write_text(content, encoding="utf-8")
    outcome = cli("import", feed, bad, "--store", store, *RECEIVED, "--json")
    errors = json.loads(outcome.out)[0]["errors"]
    assert outcome.code == 2
    assert (rule, line) in [(e["rule"], e["row"]) for e in errors], errors
    assert all(e["remedy"] and e["message"] for e in errors)
    assert all(e["value"] is not None for e in errors if e["row"] not in (None, 1))
    assert fingerprint(store) == before


def test_what_a_refused_step_says(tmp_path: Path, store: Path, cli: Cli) -> None:
    bad = tmp_path / "forløb.csv"
    bad.write_text(BAD_STEPS["plan is missing"][0], encoding="utf-8")
    shown = cli("import", "tilsynsskridt", bad, "--store", store, *RECEIVED)
    said = " ".join(shown.out.replace("│", " ").split())
    assert "Norddjurs, 2022-09-01: genopretning efter redegoerelse." in said
    assert "Tilladt her: revisionsgennemgang, genopretningsplan." in said
    assert "lageret er uændret" in shown.err


def test_an_unreadable_step_is_the_only_fault_told_of(tmp_path: Path, store: Path, cli: Cli) -> None:
    bad = tmp_path / "forløb.csv"
    bad.write_text(steps("2021;2022-02-30;udpeget", "2021;2022-08-01;redegoerelse"), encoding="utf-8")
    outcome = cli("import", "tilsynsskridt", bad, "--store", store, *RECEIVED, "--json")
    assert [(e["rule"], e["row"]) for e in json.loads(outcome.out)[0]["errors"]] == [("dato_laesbar", 2)]


def test_both_good_files_are_taken_in_and_known_again(tmp_path: Path, store: Path, cli: Cli) -> None:
    for feed in GOOD:
        again = cli("import", feed, tmp_path / f"god_{feed}.csv", "--store", store, "--json")
        assert (again.code, json.loads(again.out)[0]["outcome"]) == (0, "findes_allerede")


def test_a_longer_course_replaces_the_shorter_one(tmp_path: Path, store: Path, cli: Cli) -> None:
    path = tmp_path / "mere.csv"
    path.write_text(GOOD["tilsynsskridt"] + "707;2020;2021-09-01;genopretningsplan\n", encoding="utf-8")
    outcome = cli("import", "tilsynsskridt", path, "--store", store, "--received", "2022-12-02", "--json")
    report = json.loads(outcome.out)[0]
    assert [(c["column"], c["now"]) for c in report["changes"]] == [("(række)", "ny")]


def test_a_step_is_not_corrected_by_itself(tmp_path: Path, store: Path, cli: Cli) -> None:
    path = tmp_path / "rettelser.yaml"
    path.write_text(
        "rettelser:\n  - id: skridt-1\n    match: {feed: tilsynsskridt, period: 2020QMAT04, kommune_kode: '707', column: skridt}\n"
        "    expect: udpeget\n    action: {set: redegoerelse}\n    reason: Det er forkert.\n    status: aktiv\n",
        encoding="utf-8",
    )
    outcome = cli("import", "rettelser", path, "--store", store)
    assert outcome.code == 2
    assert "Få listen rettet i kilden" in " ".join(outcome.out.split()) + " ".join(outcome.err.split())
