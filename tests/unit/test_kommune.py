"""The register: 98 municipalities, names people use, genitive."""

import csv
from datetime import date
from pathlib import Path

import pytest

from maalestok.kommune import (
    UnknownKommune,
    by_code,
    fold,
    genitive,
    geografier,
    kommuner,
    place_name,
    register_hash,
    resolve,
    resolve_geografi,
)


def test_there_are_98_in_five_regions_and_eleven_landsdele() -> None:
    assert len(kommuner()) == len({k.kode for k in kommuner()}) == 98
    assert [g.kode for g in geografier() if g.art == "region"] == ["1081", "1082", "1083", "1084", "1085"]
    assert {k.region_kode for k in kommuner()} == {g.kode for g in geografier() if g.art == "region"}
    assert {k.landsdel_kode for k in kommuner()} == {g.kode for g in geografier() if g.art == "landsdel"}
    assert len([g for g in geografier() if g.art == "landsdel"]) == 11


def test_the_register_agrees_with_statistics_denmark(shared_data: Path) -> None:
    with (shared_data / "kommuner_check.csv").open(encoding="utf-8") as file:
        official = list(csv.DictReader(file))
    ours = [
        (k.kode, k.navn, k.region_kode, place_name(k.region_kode), k.landsdel_kode, place_name(k.landsdel_kode))
        for k in kommuner()
    ]
    theirs = [(r["kommunekode"], r["navn"], r["regionskode"], r["region"], r["nuts3"], r["landsdel"]) for r in official]
    assert ours == theirs
    assert all(resolve(row["name_en"]).kode == row["kommunekode"] for row in official)


@pytest.mark.parametrize(
    ("written", "kode"),
    [
        ("Norddjurs", "707"), ("norddjurs kommune", "707"), (" NORDDJURS ", "707"), ("707", "707"), ("0707", "707"),
        ("Århus", "751"), ("Aarhus", "751"), ("Aarhus Kommune", "751"), ("Høje Taastrup", "169"), ("Høje-Tåstrup", "169"),
        ("Copenhagen", "101"), ("Københavns Kommune", "101"), ("Vesthimmerland", "820"), ("Vesthimmerlands", "820"),
        ("Bornholms Regionskommune", "400"), ("Bornholm", "400"), ("Nordfyn", "480"), ("Åbenrå", "580"), ("Ålborg", "851"),
        ("Ringkøbing Skjern", "760"), ("Faaborg-Midtfyn", "430"), ("Fåborg-Midtfyn", "430"), ("Lyngby-Tårbæk", "173"),
        ("Samsoe", "741"), ("Aeroe", "492"),
    ],
)  # fmt: skip
def test_names_people_use(written: str, kode: str) -> None:
    assert resolve(written).kode == kode


@pytest.mark.parametrize("written", ["Christiansø", "411", "0411", "christiansoe"])
def test_christiansoe_is_named_as_not_a_municipality(written: str) -> None:
    with pytest.raises(UnknownKommune, match="Christiansø"):
        resolve(written)


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UnknownKommune, match="Mente du Norddjurs"):
        resolve("Nordjurs")
    with pytest.raises(UnknownKommune, match="98 kommuner"):
        resolve("999")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Norddjurs", "Norddjurs'"), ("København", "Københavns"), ("Aarhus", "Aarhus'"), ("Fanø", "Fanøs")],
)
def test_genitive(name: str, expected: str) -> None:
    assert genitive(name) == expected
    assert resolve(name).genitiv == expected


def test_a_municipality_exists_from_the_reform_on() -> None:
    norddjurs = by_code()["707"]
    assert not norddjurs.is_valid(date(2006, 12, 31))
    assert norddjurs.is_valid(date(2007, 1, 1))


def test_bornholm_by_name_is_the_municipality() -> None:
    assert resolve_geografi("Bornholm") is None
    assert resolve_geografi("DK014") == "DK014"
    assert resolve_geografi("Hele landet") == resolve_geografi("Danmark") == "000"
    assert resolve_geografi("Region Midtjylland") == "1082"
    assert resolve_geografi("Norddjurs") is None


def test_no_two_municipalities_share_a_name() -> None:
    pairs = {(fold(name), k.kode) for k in kommuner() for name in (k.navn, k.titel, *k.aliaser)}
    assert len(pairs) == len({name for name, _ in pairs})


def test_the_hash_names_the_content() -> None:
    assert len(register_hash()) == 64
