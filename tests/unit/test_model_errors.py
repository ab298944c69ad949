"""How sure a difference is: both parts of its variance beside fits of every person, and what each guards against."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq

from maalestok.beskaeftigelse.rammevilkaar import statistics as s
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import AreaColumns
from maalestok.beskaeftigelse.rammevilkaar.errors import (
    between_variance,
    difference_variances,
    within_variances,
)
from unit.test_model import Both, Dense, conditions, dense, made, on_duckdb
from unit.test_model_diagnostics import numbers

Floats = NDArray[np.float64]
VERSION = conditions(3, 4, 2)
PLACES = 14


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Both, Dense, AreaColumns]:
    """Municipalities that differ, with two conditions of areas, one of them shared; every person in a matrix."""
    people, areas = made(VERSION, 31, count=2000, places=PLACES), numbers(PLACES, 2, 2)
    deviating = np.random.default_rng(3).normal(0, 1500, PLACES).round().astype(np.int64)
    line = people["kommune"].to_numpy() - 101
    people = people.with_columns(y2=np.maximum(people["y2"].to_numpy() + deviating[line], 0))
    return on_duckdb(people, VERSION, tmp_path_factory.mktemp("land"), areas), dense(people, VERSION, areas), areas


@pytest.mark.parametrize("shared", [True, False])
def test_both_parts_are_those_of_every_person(shared: bool, country: tuple[Both, Dense, AreaColumns]) -> None:
    both, plain, areas = country
    clusters = areas.clusters if shared else both.statistics.kommuner
    told = both.variances(clusters)
    x, y, inverse = plain.x, plain.y, np.linalg.inv(plain.x.T @ plain.x)
    whole = np.linalg.lstsq(x, y, rcond=None)[0]
    rest, count = y - x @ whole, len(x)
    own = [plain.kommune == 101 + place for place in range(PLACES)]
    persons = np.array([held.sum() for held in own])
    # How much of each person's chance is in each difference, and how much of each municipality's truth.
    in_difference = np.stack([held / held.sum() - x @ inverse @ x[held].mean(axis=0) for held in own])
    chance = np.stack([(in_difference[:, held] ** 2).sum(axis=1) for held in own], axis=1)
    of_truths = np.stack([in_difference[:, held].sum(axis=1) for held in own], axis=1)
    for outcome in range(4):
        within = drawn_in(rest[:, outcome], own)
        differences = np.array([rest[held, outcome].mean() for held in own])
        by_chance, shares = chance @ within, (of_truths**2).sum(axis=1)
        between = root(differences, by_chance, shares)
        if outcome == 1:
            assert between > 0
        np.testing.assert_allclose(told.of_residents[:, outcome], np.diag(chance) * within, rtol=1e-6)
        for k, held in enumerate(own):
            apart = x[held].mean(axis=0) - x.mean(axis=0)
            own_truth = 1 - of_truths[k, k] - persons[k] / count
            expected = own_truth**2 * between
            for name in sorted(set(clusters)):
                inside = np.isin(plain.kommune, [101 + at for at in range(PLACES) if clusters[at] == name])
                without = np.linalg.lstsq(x[~inside], y[~inside, outcome], rcond=None)[0]
                moved = apart @ (whole[:, outcome] - without)
                if inside[held].any():
                    moved -= apart @ inverse @ x[held].T @ (y[held, outcome] - x[held] @ without)
                expected += moved**2
            np.testing.assert_allclose(told.of_model[k, outcome], expected, rtol=1e-5)
    np.testing.assert_array_equal(told.whole, told.of_residents + told.of_model)


def drawn_in(rest: Floats, own: list[NDArray[np.bool_]]) -> Floats:
    """Each municipality's variance, drawn in by its share of chance."""
    free = np.array([held.sum() - 1.0 for held in own])
    each = np.array([rest[held].var(ddof=1) for held in own])
    common = (free * each).sum() / free.sum()
    differing, by_chance = np.polyfit(free, free * (each / common - 1) ** 2, 1)
    if differing <= 0:
        return np.full(len(own), common)
    trust = differing / (differing + max(by_chance, 2) / free)
    return np.asarray(common + trust * (each - common))


def root(differences: Floats, by_chance: Floats, shares: Floats) -> float:
    """The variance between municipalities, by someone else's way of finding roots."""

    def excess(between: float) -> float:
        return float((differences**2 / (shares * between + by_chance)).sum() - len(shares))

    return float(brentq(excess, 0, 1e12, xtol=1e-6)) if excess(0) > 0 else 0.0


def test_what_a_municipality_decides_of_the_fit_is_not_chance_of_its_own(
    country: tuple[Both, Dense, AreaColumns],
) -> None:
    """Residents of a municipality that alone has a category are fitted by it: of them nothing is left unsure."""
    both, _, _ = country
    means = both.statistics.by_kommune / both.statistics.by_kommune[:, :1]
    pull = np.einsum("gp,pq,gq->g", means, both.found.inverse, means)
    alone = within_variances(both.statistics.by_kommune[:, 0], both.squares[:, :3], both.scores[:, 0])
    persons = both.statistics.by_kommune[:, :1]
    assert (pull > 0).all()
    assert (both.variances().of_residents[:, :3] < alone / persons).all()


def test_kept_statistics_and_one_area_alone_are_an_error(country: tuple[Both, Dense, AreaColumns]) -> None:
    both, _, _ = country
    kept, _ = s.read_statistics(s.reduced(both.pairs, VERSION), VERSION)
    with pytest.raises(ValueError, match="not kept"):
        difference_variances(kept, both.found, both.residuals, kept.kommuner)
    with pytest.raises(ValueError, match="one area"):
        both.variances(["alle"] * PLACES)


def test_a_term_that_one_area_alone_tells_of_stays_when_it_is_left_out(tmp_path: Path) -> None:
    people = made(conditions(3, 2), 32, places=6)
    only = people.with_columns(v00=people["v00"].to_numpy() * (people["kommune"].to_numpy() == 103))
    told = on_duckdb(only, conditions(3, 2), tmp_path).variances()
    assert np.isfinite(told.whole).all()
    assert (told.whole > 0).all()


def test_one_condition_has_no_pairs_and_everything_is_known(tmp_path: Path) -> None:
    both = on_duckdb(made(conditions(3), 33, places=6), conditions(3), tmp_path)
    assert both.statistics.kommune_xx is not None
    assert (both.statistics.kommune_xx.sum(axis=0) == both.statistics.xx).all()
    assert (both.variances().whole > 0).all()


def test_where_all_are_alike_nothing_is_unsure(tmp_path: Path) -> None:
    version = conditions(2, 3)
    people = made(version, 34, places=8).with_columns(y2=np.full(300, 37))
    told = on_duckdb(people, version, tmp_path).variances()
    np.testing.assert_allclose(told.whole[:, 1], 0, atol=1e-9)
    assert (told.whole[:, [0, 2, 3]] > 0).all()


def samples(persons: Floats, spreads: Floats, seed: int) -> Floats:
    """Variances of so many normal residents with the standard deviations given, times one less than their number."""
    rng = np.random.default_rng(seed)
    return np.array(
        [[(d := rng.normal(0, sd, int(n))) @ d - d.sum() ** 2 / n] for n, sd in zip(persons, spreads, strict=True)]
    )


def test_few_residents_take_the_variance_of_all_and_many_keep_their_own() -> None:
    persons = np.array([*range(10, 1000, 20), 200_000.0, 300_000.0, 400_000.0, 5.0])
    spreads = np.full(len(persons), 3.0)
    spreads[-4:-1] = 4.0, 2.0, 3.5
    squares = samples(persons, spreads, 1)
    squares[-1] = 0
    drawn = within_variances(persons, squares, np.zeros_like(squares))[:, 0]
    own = squares[:, 0] / (persons - 1)
    common = squares.sum() / (persons - 1).sum()
    np.testing.assert_allclose(drawn[-4:-1], own[-4:-1], rtol=0.02)
    assert drawn[-1] > 0.5 * common
    assert (np.abs(drawn - common) <= np.abs(own - common) + 1e-12).all()


def test_where_variances_differ_by_chance_alone_they_are_all_the_common_one() -> None:
    persons = np.linspace(100.0, 149.0, 50)
    alike = np.tile(persons[:, None] - 1, (1, 2)) * np.array([4.0, 0.0])
    drawn = within_variances(persons, alike, np.zeros_like(alike))
    np.testing.assert_allclose(drawn, np.tile([4.0, 0.0], (50, 1)))


def test_the_mean_of_a_municipality_is_no_part_of_its_variance() -> None:
    squares, sums = np.array([[58.0], [58.0]]), np.array([[20.0], [-20.0]])
    np.testing.assert_allclose(within_variances(np.array([10.0, 10.0]), squares, sums), 2.0)


def test_who_is_alone_in_a_municipality_has_the_variance_of_all() -> None:
    drawn = within_variances(np.array([1.0, 11.0]), np.array([[9.0], [40.0]]), np.array([[3.0], [0.0]]))
    np.testing.assert_allclose(drawn, 4.0)
    np.testing.assert_array_equal(within_variances(np.ones(3), np.ones((3, 2)), np.ones((3, 2))), 0)


def test_the_variance_between_is_what_chance_leaves() -> None:
    differences = np.array([3.0, -1.0, 2.0, -4.0])
    assert between_variance(differences, np.full(4, 2.5), np.eye(4)) == pytest.approx(7.5 - 2.5)
    assert between_variance(differences, np.full(4, 2.5), np.eye(4) / 2) == pytest.approx((7.5 - 2.5) * 4)
    assert between_variance(differences, np.full(4, 7.6), np.eye(4)) == 0
    assert between_variance(np.zeros(4), np.full(4, 2.5), np.eye(4)) == 0


def test_the_variance_between_without_chance_or_with_one_that_is_fitted_whole() -> None:
    differences = np.array([3.0, -1.0, 2.0, -4.0])
    assert between_variance(differences, np.zeros(4), np.eye(4)) == pytest.approx(7.5)
    fitted = np.diag([1.0, 1.0, 1.0, 0.0])
    rest = np.array([3.0, -1.0, 2.0, 1e-12])
    assert between_variance(rest, np.zeros(4), fitted) == pytest.approx(14 / 3)
    assert between_variance(rest, np.zeros(4), np.zeros((4, 4))) == 0
