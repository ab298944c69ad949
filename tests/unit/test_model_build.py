"""The model on persons in a release: what it expects of the 98 municipalities of a small Synthetic Denmark."""

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from conftest import once
from maalestok.beskaeftigelse.personer.counted import prepare
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import Size, write_denmark
from maalestok.beskaeftigelse.rammevilkaar.modelled import modelled
from maalestok.beskaeftigelse.rammevilkaar.scope import differences_by_benefit
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.build import BuildRequest, Built
from maalestok.deliveries.removed import PART_FILES, Removal, note_removed
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.kommune import kommuner
from maalestok.registry import benchmark
from maalestok.release.verify import faults
from maalestok.release.write import write_release
from personer import take_in

COVERS = ("2019-01", "2020-12")
EDITIONS = ["2019QMAT04", "2020QMAT02", "2020QMAT04"]
AREAS = ["a_dagpenge", "kontanthjaelp", "sygedagpenge"]


def made(folder: Path) -> list[Path]:
    write_denmark(folder, Size(60_000), 3)
    codes = [k.kode for k in kommuner()]
    for feed in PERSON_FEEDS:
        path = folder / f"SYNTETISK_{feed}.parquet"
        take_in(folder / "lager", feed, path, COVERS, codes=codes, syntetisk=True)
    return [folder / "lager"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "model", made)[0]


@pytest.fixture(scope="module")
def built(store: Path) -> Iterator[Built]:
    with DuckDBEngine() as engine:
        yield benchmark("beskaeftigelse").build(BuildRequest(Store.open(store), engine))


def of(found: Built, measure: str, *, exact: bool = False) -> pl.DataFrame:
    rows = found.internal if exact else found.tables["results"]
    assert rows is not None
    return rows.filter(pl.col("measure") == measure)


def test_every_municipality_area_and_edition_has_an_expected_level(built: Built) -> None:
    rows = of(built, "forventet_andel")
    assert rows["period"].unique().sort().to_list() == EDITIONS
    assert len(rows) == 98 * 4 * len(EDITIONS)
    assert set(rows["rule_version"]) == {"1+2019-04+personer-1+vilkaar-1"}
    assert set(rows["kilde"]) == {"beregnet"}
    assert rows["value"].is_between(0, 1).all()


def test_numbers_and_differences_are_of_what_is_shown(built: Built) -> None:
    key = ["period", "kommune_kode", "omraade"]
    named = {name: of(built, name).select(*key, pl.col("value").alias(name)) for name in (
        "forventet_antal", "faktisk_antal", "forskel_antal", "forventet_andel", "faktisk_andel", "forskel_andel",
    )}  # fmt: skip
    wide = named["forskel_antal"]
    for name in (n for n in named if n != "forskel_antal"):
        wide = wide.join(named[name], on=key)
    assert len(wide) == 98 * 4 * len(EDITIONS)
    assert (wide["forskel_antal"] == wide["faktisk_antal"] - wide["forventet_antal"]).all()
    assert (wide["forventet_antal"] % 10 == 0).all()
    known = wide.filter(pl.col("faktisk_andel").is_not_null())
    assert ((known["forskel_andel"] - known["faktisk_andel"] + known["forventet_andel"]).abs() < 1e-12).all()


def test_expected_sums_to_actual_and_areas_to_the_total(built: Built) -> None:
    exact = of(built, "forskel_antal", exact=True)
    sums = exact.group_by("period", "omraade").agg(pl.col("value").sum())
    assert (sums["value"].abs() < 1e-6).all()
    expected = of(built, "forventet_andel", exact=True).pivot(
        on="omraade", index=["period", "kommune_kode"], values="value"
    )
    apart = expected.select((pl.col("i_alt") - pl.sum_horizontal(AREAS)).abs().max()).item()
    assert apart < 1e-12


def test_contributions_add_up_to_the_difference_from_the_country(built: Built) -> None:
    parts = built.tables["parts"].filter(pl.col("part").str.starts_with("vilkaar_"))
    assert parts["part"].n_unique() == 10
    key = ["period", "kommune_kode", "omraade"]
    moved = parts.group_by(key).agg(pl.col("value").sum().alias("moved"))
    expected = of(built, "forventet_andel", exact=True).join(moved, on=key)
    country = expected.select(*key, (pl.col("value") - pl.col("moved")).alias("country"))
    spread = country.group_by("period", "omraade").agg(
        (pl.col("country").max() - pl.col("country").min()).alias("apart")
    )
    assert spread["apart"].max() < 1e-4  # type: ignore[operator]  # a number


def test_groups_of_few_persons_are_told_as_one(built: Built) -> None:
    """Læsø is tiny: its few persons of a category can't be worked out of a group's contribution and the coefficients."""
    parts = built.tables["parts"].filter(
        pl.col("part").str.starts_with("vilkaar_"), pl.col("omraade") == "i_alt", pl.col("period") == EDITIONS[-1]
    )
    told = {kode: set(rows["part"]) for (kode,), rows in parts.partition_by("kommune_kode", as_dict=True).items()}
    assert told["825"] == {"vilkaar_oevrige"}
    assert "vilkaar_helbred" in told["101"]
    # One group alone would follow from the sum.
    assert not [kode for kode, names in told.items() if "vilkaar_oevrige" in names and len(names) == 9]


def test_the_fit_is_told_with_its_errors_and_quality(built: Built) -> None:
    models = built.tables["models"].filter(pl.col("model") == "vilkaar-1", pl.col("period") == EDITIONS[-1])
    terms = models.filter(pl.col("se").is_not_null())
    assert set(terms["se_kind"]) == {"klynger_kommune", "robust", "klassisk"}
    assert terms.group_by("omraade", "term", "level").agg(pl.col("estimate").n_unique())["estimate"].max() == 1
    assert (terms["se"] >= 0).all()
    quality = dict(
        models.filter(pl.col("omraade") == "kontanthjaelp", pl.col("se").is_null())
        .select("term", "estimate")
        .iter_rows()
    )
    assert 0 < quality["r2_personer"] < 0.2
    assert quality["personer"] > 50_000
    assert quality["led_udeladt"] == 0
    together = models.filter(pl.col("term") == "forbundne_kar")
    assert together["level"].to_list() == [
        "sygedagpenge/a_dagpenge", "sygedagpenge/kontanthjaelp", "a_dagpenge/kontanthjaelp",
    ]  # fmt: skip
    gaps = of(built, "forskel_andel", exact=True).filter(pl.col("period") == EDITIONS[-1])
    wide = gaps.pivot(on="omraade", index="kommune_kode", values="value")
    plain = wide.select(pl.corr("a_dagpenge", "kontanthjaelp")).item()
    assert abs(plain - together["estimate"][2]) < 0.35  # unweighted, so only near
    errors = built.tables["parts"].filter(pl.col("part") == "standardfejl_personer")
    assert len(errors) > 98 * 3
    assert (errors["value"] > 0).all()


def test_a_release_with_a_model_is_whole_and_explained(built: Built, tmp_path: Path) -> None:
    release = write_release(built, tmp_path / "udgivelse", None)
    assert faults(release.folder) == []
    lines = "\n".join(
        explain(release, load_rules(), Question("forventet_andel", "751", EDITIONS[0], "i_alt", None)).lines
    )
    for said in (
        "  Helbred: ",
        "Modellen er Målestoks, ikke ministeriets",
        "Vilkår: alder og køn",
    ):
        assert said in lines


def test_facts_kept_give_the_same_release(store: Path, built: Built) -> None:
    with DuckDBEngine() as engine:
        again = benchmark("beskaeftigelse").build(BuildRequest(Store.open(store), engine))
    for name, table in built.tables.items():
        assert again.tables[name].equals(table), name


def test_nothing_is_expected_where_the_country_is_not_known_whole_or_payers_count(store: Path, tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        request = BuildRequest(Store.open(store), engine, options=frozenset({"efter_betaler"}))
        payers = benchmark("beskaeftigelse").build(request)
    assert of(payers, "forventet_andel").is_empty()
    write_denmark(tmp_path, Size(200_000, ("825",)), 3)
    for feed in PERSON_FEEDS:
        path = tmp_path / f"SYNTETISK_{feed}.parquet"
        take_in(tmp_path / "lager", feed, path, COVERS, codes=["825"], syntetisk=True)
    with DuckDBEngine() as engine:
        one = benchmark("beskaeftigelse").build(BuildRequest(Store.open(tmp_path / "lager"), engine))
    assert of(one, "forventet_andel").is_empty()
    assert not of(one, "faktisk_antal").is_empty()


def conditions_file(folder: Path, name: str, seed: int) -> Path:
    """Invented numbers of every municipality in 2017-2020, and commuting areas of neighbouring codes."""
    draw = random.Random(seed)  # noqa: S311  # invented figures, no secret
    lines = ["kommunekode,aar,pendlingsomraade,job_pr_indb,andel_LVU,pendlingsafstand_km,ledighed_pct_AUP02,syntetisk"]
    for place, kommune in enumerate(kommuner()):
        levels = (draw.uniform(0.3, 1.1), draw.uniform(3, 28), draw.uniform(10, 32), draw.uniform(2, 7))
        for year in range(2017, 2021):
            numbers = ",".join(f"{level * draw.uniform(0.95, 1.05):.3f}" for level in levels)
            lines.append(f"{kommune.kode},{year},omraade {place // 4},{numbers},SYNTETISK")
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def with_areas(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same store with conditions of areas."""
    folder = tmp_path_factory.mktemp("omraader")
    copied = folder / "lager"
    shutil.copytree(store, copied)
    take_in(copied, "rammevilkaar", conditions_file(folder, "vilkaar.csv", 1), None, syntetisk=True)
    return copied


@pytest.fixture(scope="module")
def of_areas(with_areas: Path) -> Built:
    with DuckDBEngine() as engine:
        return benchmark("beskaeftigelse").build(BuildRequest(Store.open(with_areas), engine))


def test_conditions_of_areas_are_in_the_model_and_its_errors_go_by_commuting_area(
    built: Built, of_areas: Built
) -> None:
    models = of_areas.tables["models"].filter(pl.col("model") == "vilkaar-1", pl.col("period") == EDITIONS[-1])
    assert set(models["se_kind"].drop_nulls()) == {"klynger_pendlingsomraade", "robust", "klassisk"}
    terms = set(models.filter(pl.col("se").is_not_null())["term"])
    assert {"job_pr_indb", "andel_lvu", "pendlingsafstand_km"} <= terms
    assert "vilkaar_udeladt" not in set(models["term"])
    shocks = models.filter(pl.col("term") == "stoedproeve")
    assert shocks.select("level", "omraade").n_unique() == 2 * 4
    assert shocks["estimate"].is_between(-1, 1).all()
    without = built.tables["models"].filter(pl.col("term") == "vilkaar_udeladt", pl.col("omraade") == "i_alt")
    assert set(without["level"]) == {"job_pr_indb", "andel_lvu", "pendlingsafstand_km"}
    labour = of_areas.tables["parts"].filter(pl.col("part") == "vilkaar_arbejdsmarked")
    assert labour.height > 98
    key = ["period", "kommune_kode", "omraade"]
    parts = of_areas.tables["parts"].filter(pl.col("part").str.starts_with("vilkaar_"))
    moved = parts.group_by(key).agg(pl.col("value").sum().alias("moved"))
    country = (
        of(of_areas, "forventet_andel", exact=True)
        .join(moved, on=key)
        .group_by("period", "omraade")
        .agg((pl.col("value") - pl.col("moved")).max() - (pl.col("value") - pl.col("moved")).min())
    )
    assert country["value"].max() < 1e-4  # type: ignore[operator]  # a number


def test_what_is_told_of_each_municipality_hangs_together(of_areas: Built) -> None:
    parts = of_areas.tables["parts"].filter(pl.col("period") == EDITIONS[-1])
    named = {
        name: parts.filter(pl.col("part") == name, pl.col("omraade") == "i_alt")
        for name in (
            "standardfejl_personer", "standardfejl_beboere", "standardfejl_model", "uden_kommunen", "loeftestang",
            "cooks_afstand",
        )
    }  # fmt: skip
    wide = {name: rows.sort("kommune_kode")["value"] for name, rows in named.items()}
    squares = wide["standardfejl_beboere"] ** 2 + wide["standardfejl_model"] ** 2
    assert ((squares - wide["standardfejl_personer"] ** 2).abs() < 1e-8).all()
    assert abs(wide["loeftestang"].to_numpy().sum() - 1) < 1e-4
    assert (wide["cooks_afstand"] >= 0).all()
    assert len(wide["uden_kommunen"]) == 98
    quality = of_areas.tables["models"].filter(pl.col("period") == EDITIONS[-1], pl.col("omraade") == "i_alt")
    told = dict(
        quality.filter(pl.col("level").is_null(), pl.col("se").is_null()).select("term", "estimate").iter_rows()
    )
    assert told["r2_uden_kommunen"] < told["r2_kommuner"]
    assert abs(told["national_balance"]) < 1e-6


def test_each_benefit_left_out_is_told_of(of_areas: Built) -> None:
    models = of_areas.tables["models"].filter(pl.col("period") == EDITIONS[-1])
    scope = {name: models.filter(pl.col("term") == f"uden_ydelse_{name}") for name in (
        "korrelation", "flyt_median", "flyt_stoerst")}  # fmt: skip
    benefits = set(scope["korrelation"]["level"])
    assert {"a_dagpenge", "kontanthjaelp", "sygedagpenge"} <= benefits
    assert all(set(rows["level"]) == benefits and set(rows["omraade"]) == {"i_alt"} for rows in scope.values())
    assert scope["korrelation"]["estimate"].is_between(-1, 1).all()
    assert (scope["flyt_median"]["estimate"] <= scope["flyt_stoerst"]["estimate"]).all()


def test_benefits_add_up_to_the_differences(store: Path) -> None:
    with DuckDBEngine() as engine:
        prepared = prepare(engine, Store.open(store), load_rules(), None)
        assert prepared is not None
        models = list(modelled(prepared.count(), load_rules().model))
    for made in models:
        found = differences_by_benefit(made.statistics, made.found, made.benefit_xy, made.benefit_by_kommune)
        assert len(made.benefits) > 5
        np.testing.assert_allclose(found.sum(axis=1), made.differences[:, -1], atol=1e-6)


def test_facts_kept_hold_when_conditions_come_after_persons_are_removed(
    with_areas: Path, of_areas: Built, tmp_path: Path
) -> None:
    """Nobody can be counted again; the model says that its conditions of areas are older."""
    folder = tmp_path / "lager"
    shutil.copytree(with_areas, folder)
    for feed in PERSON_FEEDS:
        for delivery in Store.open(folder).deliveries(feed, None):
            place = Store.open(folder).folder(feed, delivery.sha256)
            note_removed(place, [Removal(part="rows", size=1, day=date(2022, 1, 3), rule_version="1")])
            (place / PART_FILES["rows"]).unlink()
    with DuckDBEngine() as engine:
        again = benchmark("beskaeftigelse").build(BuildRequest(Store.open(folder), engine))
    for name in ("results", "parts", "models"):
        assert again.tables[name].equals(of_areas.tables[name]), name
    assert not [warning for warning in again.warnings if "vilkår for områder" in warning]
    later = datetime(2022, 2, 1, tzinfo=UTC)
    take_in(folder, "rammevilkaar", conditions_file(tmp_path, "nye.csv", 2), None, later, syntetisk=True)
    with DuckDBEngine() as engine:
        after = benchmark("beskaeftigelse").build(BuildRequest(Store.open(folder), engine))
    assert [warning for warning in after.warnings if "ikke de nyeste" in warning]
    expected = of(of_areas, "forventet_andel").select("period", "kommune_kode", "omraade", "value")
    assert of(after, "forventet_andel").select(expected.columns).equals(expected)


def test_a_country_of_few_persons_has_no_model_and_says_so(tmp_path: Path) -> None:
    """One of age 79 in each municipality: nobody of the ages that are counted."""
    rows = [f"p{n:03d};{k.kode};2019-01-01;;1940;K" for n, k in enumerate(kommuner())]
    homes = tmp_path / "borgere.csv"
    homes.write_text("\n".join(["person_id;kommune_kode;fra;til;foedselsaar;koen", *rows]), encoding="utf-8")
    spells = tmp_path / "forloeb.csv"
    spells.write_text("person_id;ydelse;fra;til\np000;kontanthjaelp;2019-03-01;2019-12-31\n", encoding="utf-8")
    take_in(tmp_path / "lager", "borgere", homes, COVERS, codes=[k.kode for k in kommuner()])
    take_in(tmp_path / "lager", "forloeb", spells, COVERS)
    with DuckDBEngine() as engine:
        found = benchmark("beskaeftigelse").build(BuildRequest(Store.open(tmp_path / "lager"), engine))
    assert of(found, "forventet_andel").is_empty()
    assert not of(found, "faktisk_antal").is_empty()
    (said,) = [warning for warning in found.warnings if "ingen model" in warning]
    assert said == f"Der er ingen model for {', '.join(EDITIONS)}: der er ikke flere personer end led i modellen."
