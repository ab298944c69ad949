"""The model on persons: statistics from counts and residuals beside a dense matrix, what is left out and said, what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from maalestok.beskaeftigelse.rammevilkaar import answers
from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import (
    AreaColumns,
    residuals_with_areas,
    whole_of_kommune,
    with_areas,
)
from maalestok.beskaeftigelse.rammevilkaar.errors import difference_variances
from maalestok.beskaeftigelse.rammevilkaar.fit import (
    Fit,
    Variances,
    clustered,
    contributions,
    fit,
    municipalities,
    of_kept,
    whole_coefficients,
)
from maalestok.beskaeftigelse.rammevilkaar.model_rules import (
    ModelCondition,
    ModelVersion,
    RammevilkaarModel,
    model_faults,
    refusal,
)
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.engines.base import Engine, ParquetPart
from maalestok.engines.duckdb import DuckDBEngine

Floats = NDArray[np.float64]
RULES = load_rules()
MODEL = RULES.model
BORGERE, RAMMEVILKAAR = RULES.feeds["borgere"], RULES.feeds["rammevilkaar"]


def conditions(*sizes: int, references: Sequence[int] = ()) -> ModelVersion:
    """A specification of conditions a, b, ... with so many categories k0, k1, ...; two a group."""
    held = []
    for place, size in enumerate(sizes):
        reference = references[place] if references else 0
        categories = {f"k{number}": f"kategori {number}" for number in range(size)}
        name, group = chr(ord("a") + place), f"gruppe_{place // 2}"
        held.append(
            ModelCondition(
                id=name,
                title_da=f"vilkår {name}",
                group=group,
                categories=categories,
                reference=f"k{reference}",
            )
        )
    groups = {condition.group: f"gruppen {condition.group}" for condition in held}
    shipped = MODEL.versions[0]
    return shipped.model_copy(update={"conditions": tuple(held), "fewest": 1, "groups_da": groups})


def persons(kommune: Sequence[int], outcomes: Sequence[Sequence[int]], *chosen: Sequence[int]) -> pl.DataFrame:
    """The person table: municipalities, three columns of grade-days, and numbers of categories by condition."""
    columns: dict[str, Sequence[int]] = {"kommune": kommune, **dict(zip(q.OUTCOMES, outcomes, strict=True))}
    columns |= {q.column(place): numbers for place, numbers in enumerate(chosen)}
    kinds = {name: pl.Int64() if name in q.OUTCOMES else pl.Int32() for name in columns}
    return pl.DataFrame(columns, schema=kinds)


def made(version: ModelVersion, seed: int, count: int = 300, places: int = 5) -> pl.DataFrame:
    """Persons drawn, each condition with its unknowns, most of them without benefits."""
    rng = np.random.default_rng(seed)
    chosen = [rng.integers(0, len(condition.codes) + 1, count) for condition in version.conditions]
    outcomes = [rng.integers(0, 36_501, count) * (rng.random(count) < 0.3) for _ in q.OUTCOMES]
    return persons(rng.integers(101, 101 + places, count).tolist(), [y.tolist() for y in outcomes], *map(list, chosen))


@dataclass(frozen=True)
class Both:
    """What the product makes of a person table: counts, residuals, and what is read from them.

    `residuals` are those of the kept terms.
    """

    pairs: pl.DataFrame
    residual_sums: pl.DataFrame
    statistics: s.Statistics
    joined: tuple[q.Term, ...]
    found: Fit
    residuals: s.Residuals

    @property
    def scores(self) -> Floats:
        return self.residuals.scores

    def variances(self, clusters: Sequence[str] | None = None) -> Variances:
        """Of differences, with areas or each municipality by itself."""
        return difference_variances(self.statistics, self.found, self.residuals, clusters or self.statistics.kommuner)

    @property
    def squares(self) -> Floats:
        """Of everybody in each municipality."""
        return self.residuals.squares[:, 0]


def run(
    engine: Engine, people: pl.DataFrame, version: ModelVersion, folder: Path, areas: AreaColumns | None = None
) -> Both:
    """Counts and residuals on an engine, and the fit between them; with conditions of areas, if given."""
    path = folder / "personer.parquet"
    people.write_parquet(path)
    engine.register_parquet(q.PERSONS, [ParquetPart(path)])
    pairs = answers.pairs(engine, version)
    statistics, joined = s.read_statistics(pairs, version)
    areas = areas or AreaColumns((), np.zeros((len(statistics.kommuner), 0)), statistics.kommuner, "kommune")
    statistics = with_areas(statistics, areas)
    found = fit(statistics)
    of_kommune = whole_of_kommune(found, statistics, areas)
    residual_sums = answers.residual_sums(engine, version, *whole_coefficients(found), of_kommune)
    residuals = residuals_with_areas(s.read_residuals(residual_sums, statistics, version), areas)
    return Both(pairs, residual_sums, statistics, joined, found, of_kept(residuals, found))


def on_duckdb(people: pl.DataFrame, version: ModelVersion, folder: Path, areas: AreaColumns | None = None) -> Both:
    """The same on the default engine."""
    with DuckDBEngine() as engine:
        return run(engine, people, version, folder, areas)


def statistics_of(people: pl.DataFrame, version: ModelVersion, folder: Path) -> tuple[s.Statistics, tuple[q.Term, ...]]:
    """The counts alone."""
    path = folder / "personer.parquet"
    people.write_parquet(path)
    with DuckDBEngine() as engine:
        engine.register_parquet(q.PERSONS, [ParquetPart(path)])
        return s.read_statistics(answers.pairs(engine, version), version)


@dataclass(frozen=True)
class Dense:
    """The same persons as matrices of every person, made without the product's queries.

    `x`: persons x terms that are not sums of those before them; `y`: persons x (areas and their sum).
    """

    terms: tuple[q.Term, ...]
    dropped: tuple[q.Term, ...]
    joined: tuple[q.Term, ...]
    x: Floats
    y: Floats
    kommune: NDArray[np.int64]


def dense(people: pl.DataFrame, version: ModelVersion, areas: AreaColumns | None = None) -> Dense:
    """Dummies of every category that has `fewest` persons, one column at a time; then the conditions of areas."""
    columns: list[tuple[q.Term, Floats]] = [(s.INTERCEPT, np.ones(len(people)))]
    joined = []
    for place, condition in enumerate(version.conditions):
        numbers = people[q.column(place)].to_numpy()
        for number, code in enumerate((*condition.codes, "ukendt")):
            dummy = (numbers == number).astype(np.float64)
            if code == condition.reference or not dummy.any():
                continue
            if dummy.sum() < version.fewest:
                joined.append((condition.id, code))
            else:
                columns.append(((condition.id, code), dummy))
    if areas is not None:
        line = np.unique(people["kommune"].to_numpy(), return_inverse=True)[1]
        columns += [(term, areas.values[line, place]) for place, term in enumerate(areas.terms)]
    kept, dropped = [], []
    basis = np.zeros((len(people), 0))
    for term, dummy in columns:
        left = dummy - basis @ (basis.T @ dummy)
        left -= basis @ (basis.T @ left)
        if np.linalg.norm(left) > 1e-6 * np.linalg.norm(dummy):
            basis = np.column_stack([basis, left / np.linalg.norm(left)])
            kept.append((term, dummy))
        else:
            dropped.append(term)
    outcomes = people.select(q.OUTCOMES).to_numpy().astype(np.float64)
    return Dense(
        tuple(term for term, _ in kept),
        tuple(dropped),
        tuple(joined),
        np.column_stack([dummy for _, dummy in kept]),
        np.column_stack([outcomes, outcomes.sum(axis=1)]),
        people["kommune"].to_numpy().astype(np.int64),
    )


SHAPES = [((2, 2), 0), ((3, 4), 1), ((2, 5, 3), 2), ((8, 2, 2, 3), 3), ((2, 2, 2, 2, 2, 2), 4)]


@pytest.mark.parametrize(("sizes", "seed"), SHAPES)
def test_the_fit_is_that_of_a_dense_matrix(sizes: tuple[int, ...], seed: int, tmp_path: Path) -> None:
    version = conditions(*sizes)
    people = made(version, seed)
    both, plain = on_duckdb(people, version, tmp_path), dense(people, version)
    found, x, y = both.found, plain.x, plain.y
    assert found.terms == plain.terms == both.statistics.terms
    assert found.dropped == both.joined == ()
    assert (both.statistics.xx == x.T @ x).all()
    assert (both.statistics.xy == x.T @ y[:, :3]).all()
    assert (both.statistics.yy == y[:, :3].T @ y[:, :3]).all()
    expected = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(found.coefficients, expected, rtol=1e-9, atol=1e-7)
    rest = y - x @ expected
    np.testing.assert_allclose(found.rss, (rest**2).sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found.tss, ((y - y.mean(axis=0)) ** 2).sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.r2, 1 - (rest**2).sum(axis=0) / found.tss, atol=1e-11)
    inverse = np.linalg.inv(x.T @ x)
    variance = (rest**2).sum(axis=0) / (len(x) - x.shape[1])
    np.testing.assert_allclose(found.classical(), np.sqrt(np.outer(np.diag(inverse), variance)), rtol=1e-9)


def test_sums_of_residuals_and_what_municipalities_expect(tmp_path: Path) -> None:
    version = conditions(3, 4, 2)
    people = made(version, 5)
    both, plain = on_duckdb(people, version, tmp_path), dense(people, version)
    rest = plain.y - plain.x @ np.linalg.lstsq(plain.x, plain.y, rcond=None)[0]
    told = municipalities(both.statistics, both.found, both.variances())
    inverse = np.linalg.inv(plain.x.T @ plain.x)
    count, size = plain.x.shape
    groups = [plain.kommune == kommune for kommune in sorted(set(plain.kommune.tolist()))]
    assert told.kommuner == ("101", "102", "103", "104", "105")
    for outcome in range(4):
        sums = np.array([plain.x[own].T @ rest[own, outcome] for own in groups])
        if outcome < 3:
            np.testing.assert_allclose(both.scores[:, :, outcome], sums, atol=1e-2)
        covariance = 5 / 4 * (count - 1) / (count - size) * inverse @ sums.T @ sums @ inverse
        np.testing.assert_allclose(np.diag(clustered(both.found, both.scores)[outcome]), np.diag(covariance), rtol=1e-5)
        for g, own in enumerate(groups):
            assert told.persons[g] == own.sum()
            np.testing.assert_allclose(told.actual[g, outcome], plain.y[own, outcome].mean(), rtol=1e-12)
            np.testing.assert_allclose(
                told.expected[g, outcome], (plain.y - rest)[own, outcome].mean(), rtol=1e-9, atol=1e-7
            )
            np.testing.assert_allclose(both.squares[g, outcome], (rest[own, outcome] ** 2).sum(), rtol=1e-7)


def test_squares_of_residuals_by_municipality_and_by_pairs_of_categories(tmp_path: Path) -> None:
    """Of so many conditions that a block holds several pairs."""
    version = conditions(2, 2, 2, 2, 2, 2, 3, 2)
    people = made(version, 13, count=600)
    both, plain = on_duckdb(people, version, tmp_path), dense(people, version)
    squares = (plain.y - plain.x @ np.linalg.lstsq(plain.x, plain.y, rcond=None)[0]) ** 2
    groups = [plain.kommune == kommune for kommune in sorted(set(plain.kommune.tolist()))]
    by_kommune = np.stack([plain.x[own].T @ squares[own] for own in groups])
    by_pairs = np.einsum("np,nq,no->pqo", plain.x, plain.x, squares)
    np.testing.assert_allclose(both.residuals.squares, by_kommune, rtol=1e-6, atol=1)
    np.testing.assert_allclose(both.residuals.pairs, by_pairs, rtol=1e-6, atol=1)


def test_the_sum_of_areas_is_the_total_and_contributions_are_what_moves(tmp_path: Path) -> None:
    version = conditions(3, 4, 2, 2)
    both = on_duckdb(made(version, 6), version, tmp_path)
    areas, total = both.found.coefficients[:, :3], both.found.coefficients[:, 3]
    assert (areas.sum(axis=1) == total).all()
    told = municipalities(both.statistics, both.found, both.variances())
    mean = (told.persons[:, None] * told.actual).sum(axis=0) / told.persons.sum()
    names, moved = contributions(both.statistics, both.found, {c.id: c.group for c in version.conditions})
    assert names == ("gruppe_0", "gruppe_1")
    np.testing.assert_allclose(moved.sum(axis=1), told.expected - mean, atol=1e-9)
    np.testing.assert_allclose((told.persons[:, None] * (told.actual - told.expected)).sum(axis=0), 0, atol=1e-6)
    some, less = contributions(both.statistics, both.found, {"a": "en", "c": "to"})
    assert some == ("en", "to")
    assert less.shape == (5, 2, 4)


def test_a_condition_that_others_give_is_dropped_and_the_earlier_ones_kept(tmp_path: Path) -> None:
    version = conditions(3, 2, 4)
    people = made(version, 7)
    copied = people.with_columns(v01=(pl.col("v00") == 2).cast(pl.Int32))
    both = on_duckdb(copied, version, tmp_path)
    assert both.found.dropped == (("b", "k1"),)
    assert [term for term in both.statistics.terms if term not in both.found.dropped] == list(both.found.terms)
    alone = on_duckdb(people.select("kommune", *q.OUTCOMES, "v00", v01="v02"), without(version, "b"), tmp_path)
    np.testing.assert_allclose(both.found.coefficients, alone.found.coefficients, rtol=1e-12)
    parts, _ = whole_coefficients(both.found)
    assert ("b", "k1") not in parts
    np.testing.assert_array_equal(both.scores, alone.scores)


def without(version: ModelVersion, name: str) -> ModelVersion:
    """A specification less one condition."""
    return version.model_copy(update={"conditions": tuple(c for c in version.conditions if c.id != name)})


def test_a_sum_over_several_conditions_is_dropped_too(tmp_path: Path) -> None:
    """a + b + c sums to one everywhere: the last of them says nothing that an intercept, a and b don't."""
    version = conditions(2, 2, 2)
    sort = [number % 3 for number in range(60)]
    people = persons(
        [101, 102] * 30, [[7 * n % 50 for n in range(60)]] * 3, *([int(n == k) for n in sort] for k in range(3))
    )
    assert on_duckdb(people, version, tmp_path).found.dropped == (("c", "k1"),)


def test_small_categories_are_joined_with_the_reference_and_named(tmp_path: Path) -> None:
    version = conditions(4, 2, references=(1, 0)).model_copy(update={"fewest": 10})
    people = made(version, 8).with_columns(v00=pl.col("v00").replace({3: 1, 4: 1}))
    few = [*[3] * 9, *[4] * 10]
    people = people.with_columns(v00=pl.Series([*few, *people["v00"][len(few) :]], dtype=pl.Int32))
    both, plain = on_duckdb(people, version, tmp_path), dense(people, version)
    assert both.joined == plain.joined == (("a", "k3"),)
    assert both.found.terms == plain.terms
    assert ("a", "ukendt") in both.found.terms
    joined = people.with_columns(v00=pl.col("v00").replace({3: 1}))
    as_reference = on_duckdb(joined, version, tmp_path)
    np.testing.assert_array_equal(both.found.coefficients, as_reference.found.coefficients)
    np.testing.assert_array_equal(both.scores, as_reference.scores)
    assert as_reference.joined == ()


def test_who_is_not_known_is_a_category_of_its_own(tmp_path: Path) -> None:
    version = conditions(2)
    people = persons([101, 101, 102, 102, 102], [[0, 0, 10, 20, 30]] * 3, [0, 0, 1, 2, 2])
    found = on_duckdb(people, version, tmp_path).found
    assert found.terms == (s.INTERCEPT, ("a", "k1"), ("a", "ukendt"))
    np.testing.assert_allclose(found.coefficients[:, 0], [0, 10, 25], atol=1e-12)


def test_a_category_nobody_has_is_no_term(tmp_path: Path) -> None:
    version = conditions(3, 2)
    people = persons([101, 101, 102, 102], [[1, 2, 3, 4]] * 3, [0, 2, 0, 2], [0, 0, 0, 0])
    both = on_duckdb(people, version, tmp_path)
    assert both.found.terms == (s.INTERCEPT, ("a", "k2"))
    assert both.joined == ()


def test_a_reference_nobody_has_leaves_out_the_last_category(tmp_path: Path) -> None:
    people = persons([101, 101, 102, 102], [[1, 2, 3, 4]] * 3, [1, 2, 1, 2])
    both = on_duckdb(people, conditions(3), tmp_path)
    assert both.found.terms == (s.INTERCEPT, ("a", "k1"))
    assert both.found.dropped == (("a", "k2"),)
    np.testing.assert_allclose(both.found.coefficients[:, 0], [3, -1])


def test_nobody_and_too_few_are_an_error(tmp_path: Path) -> None:
    nobody = persons([], [[]] * 3, [])
    statistics, joined = statistics_of(nobody, conditions(2), tmp_path)
    assert (statistics.persons, statistics.kommuner, statistics.terms, joined) == (0, (), (s.INTERCEPT,), ())
    with pytest.raises(ValueError, match="no more persons than terms"):
        fit(statistics)
    two = persons([101, 102], [[5, 6]] * 3, [0, 1])
    statistics, _ = statistics_of(two, conditions(2), tmp_path)
    with pytest.raises(ValueError, match="no more persons than terms"):
        fit(statistics)


def test_one_municipality_has_no_clusters(tmp_path: Path) -> None:
    both = on_duckdb(made(conditions(2), 9, places=1), conditions(2), tmp_path)
    with pytest.raises(ValueError, match="one area"):
        clustered(both.found, both.scores)


@pytest.mark.parametrize("level", [0, 37])
def test_an_area_in_which_all_are_alike_has_nothing_to_explain(level: int, tmp_path: Path) -> None:
    version = conditions(2, 3)
    people = made(version, 10).with_columns(y2=pl.lit(level, dtype=pl.Int64))
    both = on_duckdb(people, version, tmp_path)
    np.testing.assert_allclose(both.found.coefficients[0, 1], level, atol=1e-10)
    np.testing.assert_allclose(both.found.coefficients[1:, 1], 0, atol=1e-10)
    assert both.found.r2[1] == 0
    assert both.found.tss[1] == 0
    np.testing.assert_allclose(both.found.classical()[:, 1], 0, atol=1e-6)
    assert (both.found.r2[[0, 2, 3]] > 0).all()


def test_an_area_the_conditions_say_all_of(tmp_path: Path) -> None:
    version = conditions(2, 3)
    people = made(version, 11).with_columns(y1=pl.col("v00").cast(pl.Int64) % 2 * 7919 + 13)
    found = on_duckdb(people, version, tmp_path).found
    np.testing.assert_allclose(found.r2[0], 1, atol=1e-12)
    assert np.isfinite(found.classical()).all()


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    version = conditions(4, 3, 2)
    people = made(version, 12, count=2000, places=12)
    first = on_duckdb(people, version, tmp_path)
    again = on_duckdb(people.sample(fraction=1, shuffle=True, seed=1), version, tmp_path)
    order = ["kommune", *q.columns(version)]
    for one, other in ((first.pairs, again.pairs), (first.residual_sums, again.residual_sums)):
        assert other.equals(one)
        assert one.equals(one.sort(order))
    assert again.statistics.terms == first.statistics.terms
    np.testing.assert_array_equal(again.found.coefficients, first.found.coefficients)
    np.testing.assert_array_equal(again.found.inverse, first.found.inverse)
    np.testing.assert_array_equal(again.scores, first.scores)
    np.testing.assert_array_equal(again.squares, first.squares)


def test_the_largest_sums_of_a_country_fit(tmp_path: Path) -> None:
    """Everybody on full benefits all year: the sums of squares of 40,000 persons, times 150, are still whole numbers."""
    people = persons([101, 102] * 20_000, [[36_600] * 40_000, [0] * 40_000, [0] * 40_000], [0, 1, 2, 1] * 10_000)
    both = on_duckdb(people, conditions(2), tmp_path)
    assert both.statistics.yy[0, 0] == 36_600**2 * 40_000
    assert both.statistics.yy[0, 0] * 150 < 2**53
    assert 36_600 * q.RESIDUAL * 40_000 * 150 < 2**63


RESIDENTS = [
    # person, kommune, fra, til, foedselsaar, koen, bolig
    ("a", 101, 0, None, 1979, "M", "ejer"),
    ("b", 101, 0, 99, 1980, "K", "ejer"),  # gone the day before
    ("c", 101, 0, 100, 1981, "K", None),
    ("d", 751, 100, None, 2003, "M", "almen"),
    ("e", 751, 101, None, 1990, "M", "almen"),  # not come yet
    ("f", 751, 0, None, 1953, "K", "telt"),
    ("g", 751, 0, None, 1952, "K", "ejer"),  # 68
    ("h", 751, 0, None, 2005, "K", "ejer"),  # 15
    ("i", 751, 0, None, 2004, None, "lejer"),
]


def test_the_person_table(tmp_path: Path) -> None:
    """Who lives there on the day and is of the ages, with what the window's quarters hold, in numbered categories."""
    age = ModelCondition(id="alder", kind="alder_koen", title_da="alder", group="a", ages=(17, 30), reference="30-M")
    house = next(condition for condition in MODEL.versions[0].conditions if condition.id == "bolig")
    version = MODEL.versions[0].model_copy(update={"conditions": (age, house)})
    assert age.codes == ("17-K", "17-M", "30-K", "30-M")
    days = [("a", 1, 10, 1, 300), ("a", 1, 11, 1, 50), ("a", 1, 11, 3, 7), ("a", 1, 14, 1, 9000), ("a", 2, 10, 1, 8000)]
    days += [("d", 1, 13, 2, 123), ("b", 1, 10, 1, 5), ("c", 1, 9, 1, 4)]
    with DuckDBEngine() as engine:
        engine.register_values(
            "borgere",
            dict.fromkeys(("person_id", "koen", "bolig"), "varchar")
            | dict.fromkeys(("kommune_kode", "fra", "til", "foedselsaar", "orden"), "integer"),
            [
                (person, koen, bolig, kommune, fra, til, born, orden)
                for person, kommune, fra, til, born, koen, bolig in RESIDENTS
                for orden in (1, 2)
            ],
        )
        engine.register_values(
            "raekkevidde",
            {"feed": "varchar", "orden": "integer", "fra_dag": "integer", "til_dag": "integer"},
            [("borgere", 1, 0, 99), ("borgere", 2, 100, 200), ("forloeb", 1, 0, 200)],
        )
        kinds = {"person": "varchar"} | dict.fromkeys(("version", "kvartal", "prioritet", "grad_dage"), "integer")
        engine.register_values("kvartalsdage", kinds, days)
        engine.create(q.PERSONS, q.person_table(version, q.Window(100, 2020, (16, 67), 1, (10, 13))))
        rows = engine.read(q.PERSONS)
    assert sorted(rows.rows()) == [
        ("a", 101, 350, 0, 7, 3, 0),
        ("c", 101, 0, 0, 0, 2, 3),
        ("d", 751, 0, 123, 0, 1, 2),
        ("f", 751, 0, 0, 0, 2, 3),
        ("i", 751, 0, 0, 0, 4, 1),
    ]


def with_conditions(*held: ModelCondition) -> RammevilkaarModel:
    """The shipped model with other conditions."""
    version = MODEL.versions[0].model_copy(update={"conditions": held})
    return MODEL.model_copy(update={"versions": (version,)})


def condition(name: str, *categories: str, group: str = "bolig") -> ModelCondition:
    """One condition compared with its first category."""
    named = {code: f"kategorien {code}" for code in categories}
    return ModelCondition(id=name, title_da=name, group=group, categories=named, reference=categories[0])


HOUSE = condition("bolig", "ejer", "lejer")
FAULTS = [
    ((condition("egen_ydelse", "ja", "nej"),), ["egen_ydelse må ikke bruges: Egne ydelser", "er ikke en kolonne"]),
    ((condition("hobby", "ja", "nej"),), ["vilkåret hobby er ikke en kolonne i borgere"]),
    ((condition("foedselsaar", "1980", "1981"),), ["vilkåret foedselsaar er ikke en kolonne i borgere"]),
    ((condition("bolig", "ejer", "slot", "telt"),), ["bolig: slot er ikke en værdi i borgere"]),
    ((HOUSE, condition("udsathed", "nej", "ja"), HOUSE), ["vilkåret bolig står to gange"]),
    ((condition("bolig", "ejer", "lejer", group="ukendt"),), ["gruppen ukendt har intet navn i groups_da"]),
]


@pytest.mark.parametrize(("held", "said"), FAULTS)
def test_a_specification_that_is_wrong_is_told(held: tuple[ModelCondition, ...], said: list[str]) -> None:
    found = list(model_faults(with_conditions(*held), BORGERE, RAMMEVILKAAR))
    version = MODEL.versions[0].version
    assert len(found) == len(said)
    for fault, part in zip(found, said, strict=True):
        assert fault.startswith(f"rammevilkaar.yaml: version {version}: ")
        assert part in fault


def test_the_shipped_specification_has_no_faults() -> None:
    assert list(model_faults(MODEL, BORGERE, RAMMEVILKAAR)) == []
    assert list(model_faults(with_conditions(HOUSE), BORGERE, RAMMEVILKAAR)) == []


INCOHERENT: list[tuple[dict[str, object], str]] = [
    ({"reference": "slot"}, "reference slot er ikke en af kategorierne"),
    ({"categories": {"ejer": "ejer"}}, "mindst to kategorier"),
    ({"categories": {}}, "ages hører til alder_koen"),
    ({"ages": (16, 20)}, "ages hører til alder_koen"),
    ({"kind": "alder_koen"}, "ages hører til alder_koen"),
    ({"kind": "alder_koen", "categories": {}, "ages": (20, 16), "reference": "16-K"}, "ages skal stige"),
    ({"kind": "alder_koen", "categories": {}, "ages": (16, 16), "reference": "16-K"}, "ages skal stige"),
    ({"kind": "alder_koen", "categories": {}, "ages": (16, 20), "reference": "30-K"}, "er ikke en af kategorierne"),
]


@pytest.mark.parametrize(("changes", "said"), INCOHERENT)
def test_a_condition_that_is_not_coherent_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ModelCondition.model_validate(HOUSE.model_dump() | changes)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ydelse", "Egne ydelser"),
        ("tidligere_ydelse", "Egne ydelser"),
        ("ydelsesgrad_aaret_foer", "Egne ydelser"),
        ("ledighed", "Egne ydelser"),
        ("uger_paa_dagpenge", "Egne ydelser"),
        ("kontanthjaelp_sidste_aar", "Egne ydelser"),
        ("sygedage", "Egne ydelser"),
        ("antal_samtaler", "Indsatsen"),
        ("tilbud_i_alt", "Indsatsen"),
        ("indsats", "Indsatsen"),
        ("kommune", "Et led for kommunen"),
        ("kommune_kode", "Et led for kommunen"),
        ("kommuneskat_pct", "Skatten"),
        ("kommunetype", None),
        ("foraeldre", None),
        ("helbred", None),
        ("bolig", None),
    ],
)
def test_own_benefits_and_the_municipality_itself_are_no_conditions(name: str, why: str | None) -> None:
    found = refusal(name, MODEL)
    assert found is None if why is None else found is not None and found.startswith(why)
