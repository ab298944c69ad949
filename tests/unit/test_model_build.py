"""The model on persons in a release: what it expects of the 98 municipalities of a small Synthetic Denmark."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from conftest import once
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import Size, write_denmark
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.build import BuildRequest, Built
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
        "Heraf af helbred, mod hele landet",
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
