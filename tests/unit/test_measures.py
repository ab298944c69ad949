"""What the definition decides: areas that change, periods without a definition, populations, editions that miss."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from conftest import bring, make_release
from maalestok.beskaeftigelse import synthetic
from maalestok.division import divided
from maalestok.errors import StoreError
from maalestok.kommune import kommuner, resolve
from maalestok.release.read import Release

LATE = datetime(2026, 11, 1, tzinfo=UTC)


def release_of(tmp_path: Path, periods: tuple[str, ...], extra: dict[str, str] | None = None) -> Release:
    for period, rows in synthetic.editions(periods, seed=3).items():
        path = tmp_path / f"{period}.csv"
        path.write_bytes(synthetic.as_csv(rows))
        bring([path], tmp_path / "lager", received=LATE)
    for feed, text in (extra or {}).items():
        path = tmp_path / f"{feed}.csv"
        path.write_text(text, encoding="utf-8")
        bring([path], tmp_path / "lager", feed, LATE, syntetisk=True)
    return make_release(tmp_path / "lager", tmp_path / "ud")


def cell(
    release: Release, measure: str, place: str, period: str, omraade: str = "i_alt"
) -> tuple[float | None, str, str]:
    rows = release.results.filter(
        (pl.col("measure") == measure)
        & (pl.col("kommune_kode") == place)
        & (pl.col("period") == period)
        & (pl.col("omraade") == omraade)
    )
    assert len(rows) == 1
    value, status, version = rows.select("value", "status", "rule_version").row(0)
    return value, status, version


def test_a_move_across_two_definitions_of_the_areas_is_not_stated(tmp_path: Path) -> None:
    release = release_of(tmp_path, ("2018QMAT02", "2018QMAT04", "2019QMAT02"))
    assert cell(release, "placering_aendring", "707", "2018QMAT04")[:2] == (None, "ikke_opgjort")
    assert cell(release, "placering_aendring", "707", "2019QMAT02")[1] == "ok"
    assert cell(release, "placering", "707", "2018QMAT02")[2] == "1+2018+binomial-afrunding-1"
    assert cell(release, "placering", "707", "2018QMAT04")[2] == "1+2019-04+binomial-afrunding-1"


def test_without_the_edition_two_quarters_before_no_move_is_stated(tmp_path: Path) -> None:
    release = release_of(tmp_path, ("2019QMAT04", "2020QMAT04"))
    assert cell(release, "placering_aendring", "707", "2020QMAT04")[:2] == (None, "ikke_opgjort")


def test_after_the_reform_of_july_2025_nothing_is_stated(tmp_path: Path) -> None:
    release = release_of(tmp_path, ("2025QMAT02", "2025QMAT04"))
    assert cell(release, "faktisk_antal", "707", "2025QMAT02")[1] == "ok"
    later = release.results.filter(pl.col("period") == "2025QMAT04")
    assert set(later["status"]) == {"ikke_opgjort"}
    assert later["value"].null_count() == len(later)
    assert set(later["rule_version"]) == {"1+ukendt", "1+ukendt+1"}
    judged = release.table("findings").filter(pl.col("period") == "2025QMAT04")
    assert set(judged["udfald"]) == {"ikke_vurderet"}
    why = release.table("parts").filter(pl.col("period") == "2025QMAT04")
    assert set(why["part"]) == {"uden_definition"}
    assert any("2025QMAT04: intet er opgjort" in warning for warning in release.manifest.warnings)


def test_before_the_first_edition_nothing_is_stated(tmp_path: Path) -> None:
    release = release_of(tmp_path, ("2017QMAT04",))
    assert cell(release, "placering", "707", "2017QMAT04") == (None, "ikke_opgjort", "ukendt+ukendt")


def test_shares_of_larger_places_need_a_population(tmp_path: Path) -> None:
    edition = synthetic.editions(("2020QMAT02", "2020QMAT04"), seed=3)["2020QMAT04"]
    people = {
        resolve(r.kommune).kode: round(r.actual * 10_000 / r.actual_share) for r in edition if r.omraade == "i_alt"
    }
    text = "kommune_kode;periode;personer\n" + "".join(f"{kode};2020QMAT04;{n}\n" for kode, n in people.items())
    release = release_of(tmp_path, ("2020QMAT02", "2020QMAT04"), {"befolkning": text})
    assert cell(release, "faktisk_andel", "000", "2020QMAT02")[:2] == (None, "ikke_opgjort")
    held = release.results.filter(
        (pl.col("measure") == "faktisk_andel") & (pl.col("period") == "2020QMAT04") & (pl.col("omraade") == "i_alt")
    )
    for place in ("000", "1082"):
        members = [k.kode for k in kommuner() if place in ("000", k.region_kode)]
        actual = sum(int(cell(release, "faktisk_antal", kode, "2020QMAT04")[0] or 0) for kode in members)
        row = held.filter(pl.col("kommune_kode") == place).row(0, named=True)
        assert (row["numerator"], row["denominator"]) == (actual, sum(people[kode] for kode in members))
        assert row["value"] == actual / sum(people[kode] for kode in members)
        assert (row["kilde"], row["status"]) == ("beregnet", "ok")
    assert release.manifest.attribution == ("SYNTETISK: opfundne tal fra Målestok",)


def test_a_population_that_can_not_be_the_right_one_is_refused(tmp_path: Path) -> None:
    text = "kommune_kode;periode;personer\n" + "".join(f"{k.kode};2020QMAT04;400\n" for k in kommuner())
    with pytest.raises(
        StoreError, match="Befolkningen passer ikke til de offentliggjorte tal for 98 kommuner, fx København"
    ):
        release_of(tmp_path, ("2020QMAT04",), {"befolkning": text})


def test_sums_of_larger_places(synthetic_release: Release) -> None:
    results = synthetic_release.results.filter(pl.col("measure") == "forskel_antal")
    regions = results.filter(pl.col("kommune_kode").str.len_chars() == 4)
    country = results.filter(pl.col("kommune_kode") == "000")
    both = (
        regions.group_by("period", "omraade")
        .agg(pl.col("value").sum().alias("sum"))
        .join(country, on=["period", "omraade"])
    )
    assert len(both) == 8
    assert both["sum"].equals(both["value"])


def test_places_have_no_rank(synthetic_release: Release) -> None:
    ranked = synthetic_release.results.filter(pl.col("measure").is_in(["placering", "placering_aendring"]))
    assert ranked.filter(~pl.col("kommune_kode").is_in([k.kode for k in kommuner()])).is_empty()


def test_money_of_larger_places_is_a_sum_or_nothing(tmp_path: Path) -> None:
    lines = "".join(f"2020QMAT04;{k.kode};i_alt;1,5\n" for k in kommuner() if k.region_kode == "1081")
    release = release_of(tmp_path, ("2020QMAT04",), {"beloeb": "periode;kommune;omraade;beloeb_mio_kr\n" + lines})
    members = sum(k.region_kode == "1081" for k in kommuner())
    assert cell(release, "merudgift", "1081", "2020QMAT04")[:2] == (members * 1_500_000.0, "ok")
    assert cell(release, "merudgift", "000", "2020QMAT04")[:2] == (None, "ikke_opgjort")
    region = release.results.filter(
        (pl.col("measure") == "merudgift") & (pl.col("kommune_kode") == "1082") & (pl.col("omraade") == "a_dagpenge")
    )
    row = region.row(0, named=True)
    assert row["kilde"] == "skoen"
    assert row["low"] <= row["value"] <= row["high"]


@pytest.mark.parametrize(("numerator", "denominator"), [(24, 10_000), (282, 10_000), (249, 10_000), (1, 3)])
def test_division_is_correctly_rounded(numerator: int, denominator: int) -> None:
    assert divided(pl.Series([numerator, None, 5]), denominator).to_list() == [
        numerator / denominator,
        None,
        5 / denominator,
    ]
    assert divided(pl.Series([numerator, 1]), pl.Series([denominator, 0])).to_list() == [numerator / denominator, None]
