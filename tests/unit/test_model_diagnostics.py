"""What is told of a fit, beside a dense matrix: errors, conditions of areas, fits without a municipality, benefits."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import (
    SCALE,
    AreaColumns,
    area_columns,
    area_values,
    with_areas,
)
from maalestok.beskaeftigelse.rammevilkaar.fit import clustered, contributions, fit, municipalities, robust
from maalestok.beskaeftigelse.rammevilkaar.influence import (
    cooks_distance,
    expected_without,
    influence,
    r2_of_municipalities,
)
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelCondition
from maalestok.beskaeftigelse.rammevilkaar.scope import correlation, differences_by_benefit, left_out, places
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kommune import kommuner
from unit.test_model import Both, Dense, conditions, dense, made, on_duckdb, statistics_of

VERSION = conditions(3, 4, 2)


def numbers(places: int, count: int, seed: int) -> AreaColumns:
    """Conditions of areas of so many municipalities; the first is the same in three areas of them."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(places, count))
    clusters = tuple(f"omr{place % 3}" for place in range(places))
    values[:, 0] = values[np.arange(places) % 3, 0]
    return AreaColumns(tuple((f"z{n}", "") for n in range(count)), values, clusters, "pendlingsomraade")


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Both, Dense, AreaColumns]:
    """Twelve municipalities with two conditions of areas, and every person in a matrix."""
    people, areas = made(VERSION, 21, count=1500, places=12), numbers(12, 2, 1)
    return on_duckdb(people, VERSION, tmp_path_factory.mktemp("land"), areas), dense(people, VERSION, areas), areas


def test_conditions_of_areas_are_columns_like_others(country: tuple[Both, Dense, AreaColumns]) -> None:
    both, plain, areas = country
    assert both.found.terms == plain.terms
    assert both.found.terms[-2:] == areas.terms
    np.testing.assert_allclose(both.statistics.xx, plain.x.T @ plain.x, rtol=1e-12, atol=1e-9)
    expected = np.linalg.lstsq(plain.x, plain.y, rcond=None)[0]
    np.testing.assert_allclose(both.found.coefficients, expected, rtol=1e-9, atol=1e-7)


def test_robust_and_clustered_errors_with_conditions_of_areas(country: tuple[Both, Dense, AreaColumns]) -> None:
    both, plain, areas = country
    inverse = np.linalg.inv(plain.x.T @ plain.x)
    count, size = plain.x.shape
    rest = plain.y - plain.x @ np.linalg.lstsq(plain.x, plain.y, rcond=None)[0]
    kommune = np.unique(plain.kommune, return_inverse=True)[1]
    robustly = robust(both.found, both.residuals.pairs)
    covariances = clustered(both.found, both.scores, areas.clusters)
    for outcome in range(4):
        weighted = plain.x * rest[:, [outcome]]
        hc1 = inverse @ (weighted.T @ weighted) @ inverse * count / (count - size)
        np.testing.assert_allclose(robustly[:, outcome], np.sqrt(np.diag(hc1)), rtol=1e-6)
        sums = np.array([weighted[kommune % 3 == area].sum(axis=0) for area in range(3)])
        meat = sums.T @ sums * 3 / 2 * (count - 1) / (count - size)
        np.testing.assert_allclose(covariances[outcome], inverse @ meat @ inverse, rtol=1e-5, atol=1e-6)


def test_fits_without_a_municipality_are_fits_of_the_others(country: tuple[Both, Dense, AreaColumns]) -> None:
    both, plain, _ = country
    found = influence(both.statistics, both.found)
    expected = expected_without(both.statistics, both.found, found.coefficients)
    distances = cooks_distance(both.found, both.statistics.xx, found.coefficients)
    hat = np.einsum("np,pq,nq->n", plain.x, np.linalg.inv(plain.x.T @ plain.x), plain.x)
    whole = np.linalg.lstsq(plain.x, plain.y, rcond=None)[0]
    spread = ((plain.y - plain.x @ whole) ** 2).sum(axis=0) / (len(plain.x) - plain.x.shape[1])
    for place, kode in enumerate(sorted(set(plain.kommune.tolist()))):
        own = plain.kommune == kode
        rest = np.linalg.lstsq(plain.x[~own], plain.y[~own], rcond=None)[0]
        np.testing.assert_allclose(found.coefficients[place], rest, rtol=1e-8, atol=1e-6)
        np.testing.assert_allclose(expected[place], (plain.x[own] @ rest).mean(axis=0), rtol=1e-9)
        np.testing.assert_allclose(found.leverage[place], hat[own].sum() / plain.x.shape[1], rtol=1e-9)
        moved = plain.x @ (rest - whole)
        np.testing.assert_allclose(distances[place], (moved**2).sum(axis=0) / spread / plain.x.shape[1], rtol=1e-6)
    assert abs(found.leverage.sum() - 1) < 1e-9


def test_a_category_only_one_municipality_has_is_nothing_without_it(tmp_path: Path) -> None:
    people = made(conditions(2, 2), 3, places=4)
    only = people.with_columns(v00=pl.when(pl.col("kommune") == 101).then(pl.col("v00")).otherwise(0).cast(pl.Int32))
    both = on_duckdb(only, conditions(2, 2), tmp_path)
    without = influence(both.statistics, both.found).coefficients
    at = both.found.terms.index(("a", "k1"))
    assert (without[0, at] == 0).all()
    assert (without[1:, at] != 0).all()


def test_what_is_kept_fits_the_same_and_tells_of_no_pairs_in_a_municipality(tmp_path: Path) -> None:
    people = made(VERSION, 4)
    both = on_duckdb(people, VERSION, tmp_path)
    kept = s.reduced(both.pairs, VERSION)
    held = pl.sum_horizontal(pl.col(name).is_not_null() for name in q.columns(VERSION))
    assert kept.filter(held > 1)["kommune"].null_count() == kept.filter(held > 1).height > 0
    again, _ = s.read_statistics(kept, VERSION)
    for name in ("xx", "xy", "yy", "by_kommune", "kommune_xy"):
        np.testing.assert_array_equal(getattr(again, name), getattr(both.statistics, name))
    np.testing.assert_array_equal(fit(again).coefficients, both.found.coefficients)
    with pytest.raises(ValueError, match="not kept"):
        influence(again, both.found)


def test_contributions_of_areas_are_in_the_sum(country: tuple[Both, Dense, AreaColumns]) -> None:
    both, _, areas = country
    told = municipalities(both.statistics, both.found, both.variances())
    mean = (told.persons[:, None] * told.actual).sum(axis=0) / told.persons.sum()
    groups = {c.id: c.group for c in VERSION.conditions} | {name: "arbejdsmarked" for name, _ in areas.terms}
    names, moved = contributions(both.statistics, both.found, groups)
    assert names[-1] == "arbejdsmarked"
    np.testing.assert_allclose(moved.sum(axis=1), told.expected - mean, atol=1e-9)


def test_r2_of_municipalities() -> None:
    actual = np.array([[1.0, 5.0], [3.0, 5.0]])
    persons = np.array([1.0, 3.0])
    np.testing.assert_allclose(r2_of_municipalities(actual, actual, persons), [1, 0])
    mean = persons @ actual / 4
    np.testing.assert_allclose(r2_of_municipalities(actual, np.vstack([mean, mean]), persons), [0, 0])


# Benefits: who, which, from, to, how much of full time. 1 sygedagpenge, 2 a-dagpenge, 3 kontanthjælp.
SPELLS = [
    ("a", "sygedagpenge", 0, 99, 100),
    ("b", "kontanthjaelp", 10, 19, 100),
    ("b", "uddannelseshjaelp", 15, 30, 100),
    ("c", "a_dagpenge", -50, 9, 50),
    ("c", "kontanthjaelp", 0, 9, 100),
    ("d", "revalidering", 90, 140, 100),
]
PIECES = [
    ("a", 1, 1, 0, 99, 100), ("b", 1, 3, 10, 14, 100), ("b", 1, 3, 15, 19, 100), ("b", 1, 3, 20, 30, 100),
    ("c", 1, 2, -50, -1, 50), ("c", 1, 2, 0, 9, 50), ("d", 1, 3, 90, 140, 100), ("d", 2, 3, 90, 140, 100),
]  # fmt: skip


def test_a_day_belongs_to_one_benefit_of_its_area(tmp_path: Path) -> None:
    version = conditions(2)
    kinds = {"sygedagpenge": 1, "a_dagpenge": 2, "kontanthjaelp": 3, "uddannelseshjaelp": 3, "revalidering": 3}
    with DuckDBEngine() as engine:
        engine.register_values(
            "omraadespaend",
            {"person": "varchar", **dict.fromkeys(("version", "prioritet", "fra", "til", "grad"), "integer")},
            PIECES,
        )
        engine.register_values(
            "ydelsesspaend",
            {"person": "varchar", "ydelse": "varchar", **dict.fromkeys(("fra", "til", "grad"), "integer")},
            SPELLS,
        )
        engine.register_values(
            "ydelser",
            {"version": "integer", "ydelse": "varchar", "prioritet": "integer"},
            [(1, name, number) for name, number in kinds.items()],
        )
        engine.register_values(
            q.PERSONS,
            {"person": "varchar", "kommune": "integer", "v00": "integer"},
            [("a", 101, 0), ("b", 101, 1), ("c", 751, 1), ("d", 751, 2)],
        )
        asked = q.Window(0, 2020, (16, 66), 1, (1, 4))
        engine.create(q.BENEFITS, q.benefits_query(version, asked, (0, 99)))
        rows = engine.read(q.BENEFITS)
    by_kommune = {row[:2]: row[3] for row in rows.filter(pl.col("kommune").is_not_null()).iter_rows()}
    assert by_kommune == {
        ("a_dagpenge", 751): 500,  # c's ten days at half; the kontanthjælp beside it is not counted
        ("kontanthjaelp", 101): 1000,  # b's days 10-19, of which five were shared
        ("revalidering", 751): 1000,  # d's days until the window ends
        ("sygedagpenge", 101): 10_000,
        ("uddannelseshjaelp", 101): 1100,
    }
    by_category = {row[::2]: row[3] for row in rows.filter(pl.col("v00") == 1).iter_rows()}
    assert by_category == {("a_dagpenge", 1): 500, ("kontanthjaelp", 1): 1000, ("uddannelseshjaelp", 1): 1100}


def test_benefits_add_up_to_the_differences_of_areas(tmp_path: Path) -> None:
    people = made(VERSION, 5, places=6)
    both = on_duckdb(people, VERSION, tmp_path)
    told = municipalities(both.statistics, both.found, both.variances())
    # Two benefits that share the first area evenly, one that is the second.
    halves = np.array([[0.5, 0.5, 0], [0, 0, 1], [0, 0, 0]])
    parts = differences_by_benefit(
        both.statistics, both.found, both.statistics.xy @ halves, both.statistics.outcomes @ halves
    )
    gaps = told.actual - told.expected
    np.testing.assert_allclose(parts[:, 0] + parts[:, 1], gaps[:, 0], atol=1e-7)
    np.testing.assert_allclose(parts[:, 2], gaps[:, 1], atol=1e-7)


def test_places_when_a_benefit_is_left_out() -> None:
    total = np.array([3.0, 1.0, 2.0, 2.0])
    assert places(total).tolist() == [4, 1, 2, 3]
    parts = np.array([[3.0], [0.0], [0.0], [0.5]])
    (change,) = left_out(("x",), total, [total - parts[:, 0]], np.ones(4))
    assert change.places.tolist() == [1, 2, 4, 3]
    assert change.moves.tolist() == [3, 1, 2, 0]
    assert change.correlation == pytest.approx(np.corrcoef(total, total - parts[:, 0])[0, 1])


def test_correlation_is_weighted_by_residents_and_none_without_spread() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([2.0, 1.0, 5.0])
    repeated = np.repeat([0, 1, 2], [1, 2, 3])
    expected = np.corrcoef(one[repeated], other[repeated])[0, 1]
    assert correlation(one, other, np.array([1.0, 2.0, 3.0])) == pytest.approx(expected)
    assert correlation(one, np.full(3, 0.1), np.ones(3)) is None


# Conditions of areas as they are delivered.
AREA_RULES = load_rules().model.versions[0]


def rows(year: int, **columns: Sequence[int | None] | str) -> pl.DataFrame:
    codes = [k.kode for k in kommuner()]
    held: dict[str, Sequence[str] | str] = {"period": f"{year}QMAT04", "kommune_kode": codes}
    named = [code[0] for code in codes]
    numbers = {c.id: [(n + 1) * SCALE for n in range(98)] for c in AREA_RULES.of_areas}
    return pl.DataFrame({**held, "pendlingsomraade": named, **numbers, **columns})


def test_conditions_of_areas_are_of_the_year_their_rule_wants() -> None:
    delivered = pl.concat([rows(2018), rows(2019, job_pr_indb=[7] * 98)])
    found = area_values(delivered, AREA_RULES, 2020)
    assert found.absent == ()
    assert found.numbers["job_pr_indb"]["101"] == 7
    assert found.commuting == {k.kode: k.kode[0] for k in kommuner()}
    assert area_values(delivered, AREA_RULES, 2019).numbers["job_pr_indb"]["101"] == SCALE
    assert area_values(delivered, AREA_RULES, 2018).absent == tuple(c.id for c in AREA_RULES.of_areas)


def test_a_number_one_municipality_lacks_is_absent() -> None:
    hole = [None if n == 40 else n for n in range(98)]
    found = area_values(rows(2019, andel_lvu=hole), AREA_RULES, 2020)
    assert found.absent == ("andel_lvu",)


def test_without_commuting_areas_only_municipalities_own_numbers_are_left() -> None:
    for delivered in (rows(2019, pendlingsomraade=""), rows(2019, pendlingsomraade="ét"), rows(2019).with_row_index().with_columns(
        pendlingsomraade=pl.when(pl.col("index") == 5).then(pl.lit("")).otherwise("pendlingsomraade"))):  # fmt: skip
        found = area_values(delivered, AREA_RULES, 2020)
        assert found.absent == ("job_pr_indb", "andel_lvu")
        assert found.commuting is None
        assert set(found.numbers) == {"pendlingsafstand_km"}
    assert area_values(rows(2019).clear(), AREA_RULES, 2020).absent == tuple(c.id for c in AREA_RULES.of_areas)


def test_a_commuting_area_has_the_mean_of_its_residents(tmp_path: Path) -> None:
    own = ModelCondition(id="job_pr_indb", kind="omraade", constant_in="pendlingsomraade", title_da="job", group="g")
    version = conditions(2)
    version = version.model_copy(update={"conditions": (*version.conditions, own)})
    people = made(version, 6, places=3).with_columns(pl.col("kommune").replace({102: 147, 103: 151}))
    statistics, _ = statistics_of(people, version, tmp_path)
    residents = statistics.by_kommune[:, 0]
    together = area_columns(statistics, version, area_values(rows(2020), version, 2020))  # all three codes begin with 1
    assert together.clusters == ("1", "1", "1")
    assert together.cluster_kind == "pendlingsomraade"
    np.testing.assert_allclose(together.values, 0, atol=1e-12)  # one area: everybody has the mean
    apart = rows(2020).with_columns(
        pendlingsomraade=pl.when(pl.col("kommune_kode") == "101").then(pl.lit("a")).otherwise(pl.lit("b"))
    )
    columns = area_columns(statistics, version, area_values(apart, version, 2020))
    other = (residents[1] * 2 + residents[2] * 3) / (residents[1] + residents[2])
    mean = (residents[0] + (residents[1] + residents[2]) * other) / residents.sum()
    np.testing.assert_allclose(columns.values[:, 0], [1 - mean, other - mean, other - mean])
    extended = with_areas(statistics, columns)
    assert extended.terms[-1] == ("job_pr_indb", "")
    assert abs(extended.xx[0, -1]) < 1e-9
