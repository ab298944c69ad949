"""The model on persons beside statsmodels and pyfixest: the same answers from counts and sums as from every person.

statsmodels and pyfixest are imported in the tests, so that `make test`, which leaves these out, needs neither.
"""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maalestok.beskaeftigelse.rammevilkaar import queries as q
from maalestok.beskaeftigelse.rammevilkaar.area_conditions import AreaColumns
from maalestok.beskaeftigelse.rammevilkaar.fit import clustered, contributions, municipalities, robust
from maalestok.beskaeftigelse.rammevilkaar.influence import influence
from maalestok.beskaeftigelse.rammevilkaar.model_rules import ModelVersion
from unit.test_model import Both, Dense, conditions, dense, on_duckdb, persons

pytestmark = pytest.mark.oracle

Floats = NDArray[np.float64]
COEFFICIENTS, CLASSICAL, CLUSTERED = 1e-8, 1e-8, 1e-6
"""Relative differences allowed, each against the size of what is compared."""
PLACES = 99
thorough = settings(
    max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Country:
    """Invented persons of a specification."""

    version: ModelVersion
    people: pl.DataFrame


@st.composite
def countries(draw: st.DrawFn) -> Country:
    """Of many shapes: categories nobody or hardly anybody has, conditions that others give, unknowns, many zeros."""
    sizes = draw(st.lists(st.integers(2, 8), min_size=2, max_size=6))
    kinds = [draw(st.sampled_from(("free", "free", "empty", "copy", "sum"))) for _ in sizes]
    references = [draw(st.integers(0, size - 1)) for size in sizes]
    count = draw(st.integers(200, 5000))
    places = draw(st.integers(2, 30))
    missing = draw(st.sampled_from((0.0, 0.02, 0.3)))
    positive = draw(st.sampled_from((0.02, 0.2, 0.6)))
    highest = draw(st.sampled_from((1, 300, 36_600)))
    fewest = draw(st.sampled_from((1, 5, 20)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    held: list[NDArray[np.int64]] = []
    for size, kind in zip(sizes, kinds, strict=True):
        shares = rng.dirichlet(np.full(size, draw(st.sampled_from((0.3, 5.0)))))
        if kind == "empty":
            shares[rng.integers(size)] = 0
            shares = shares / shares.sum()
        numbers = rng.choice(size, count, p=shares)
        if kind == "copy" and held:
            numbers = rng.integers(0, size, 20)[held[-1]]
        elif kind == "sum" and len(held) > 1:
            numbers = (held[-1] + held[-2]) % size
        if kind in {"free", "empty"}:
            numbers = np.where(rng.random(count) < missing, size, numbers)
        held.append(numbers.astype(np.int64))
    kommune = rng.choice(places, count, p=rng.dirichlet(np.full(places, 2.0)))
    kommune[:places] = np.arange(places)
    level = sum(rng.normal(0, 0.15, 20)[numbers] for numbers in held) + rng.normal(0, 0.1, places)[kommune]
    outcomes = []
    for _ in q.OUTCOMES:
        some = rng.random(count) < np.clip(positive + level, 0.01, 0.99)
        outcomes.append((rng.integers(0, highest + 1, count) * some).tolist())
    version = conditions(*sizes, references=references).model_copy(update={"fewest": fewest})
    people = persons((kommune + PLACES).tolist(), outcomes, *(numbers.tolist() for numbers in held))
    event(f"{len(sizes)} conditions, {places // 10}x places")
    return Country(version, people)


def both(country: Country) -> tuple[Both, Dense]:
    """What the product makes of it, and every person in a matrix."""
    with tempfile.TemporaryDirectory() as folder:
        made = on_duckdb(country.people, country.version, Path(folder))
    return made, dense(country.people, country.version)


def near(found: Floats, expected: Floats, relative: float, scale: Floats | float = 0.0) -> None:
    """Equal but for a part of the larger of the expected and its scale."""
    off = np.abs(found - expected) - relative * np.maximum(np.abs(expected), scale)
    assert (off <= 0).all(), (np.max(off), found, expected)


def rounding(made: Both, plain: Dense) -> Floats:
    """How far whole `RESIDUAL` parts can move a clustered standard error: an area's, by term.

    Each coefficient is at most half a part off, which moves a municipality's sums by its own X'X times as much.
    """
    moved = np.zeros((len(made.scores), plain.x.shape[1]))
    for g, kommune in enumerate(np.unique(plain.kommune)):
        own = plain.x[plain.kommune == kommune]
        moved[g] = np.abs(made.found.inverse @ (own.T @ own)).sum(axis=1) / (2 * q.RESIDUAL)
    count, size = plain.x.shape
    places = len(moved)
    factor = places / (places - 1) * (count - 1) / (count - size)
    return np.asarray(np.sqrt(factor * (moved**2).sum(axis=0)), dtype=np.float64)


def near_errors(found: Floats, expected: Floats, classical: Floats, bound: Floats) -> None:
    """Clustered standard errors, by their squares where they are nothing but rounding beside the classical ones."""
    near(found**2, expected**2, 1e-8, np.maximum(classical**2, bound * (2 * found + bound) / 1e-8))
    sure = expected > 1e-3 * classical
    near(found[sure], expected[sure], CLUSTERED, bound[sure] / CLUSTERED)


@contextmanager
def no_variance() -> Iterator[None]:
    """Where a term is the same in few municipalities, theirs is 0 but for rounding, and may come out below it (nan)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="(invalid value|divide by zero) encountered", category=RuntimeWarning)
        yield


@thorough
@given(countries())
def test_statsmodels(country: Country) -> None:
    import statsmodels.api as sm  # type: ignore[import-untyped]  # ships no types

    made, plain = both(country)
    found = made.found
    assert (found.terms, found.dropped, made.joined) == (plain.terms, plain.dropped, plain.joined)
    classical = found.classical()
    covariances = clustered(found, made.scores)
    off = rounding(made, plain)
    event(f"{len(found.dropped) > 0 = }, {len(made.joined) > 0 = }")
    for outcome in range(4):
        y = plain.y[:, outcome]
        answer = sm.OLS(y, plain.x).fit()
        near(found.coefficients[:, outcome], answer.params, COEFFICIENTS, answer.bse)
        near(classical[:, outcome], answer.bse, CLASSICAL)
        if y.any():
            near(found.r2[outcome], answer.rsquared, 1e-8, 1.0)
            near(found.rss[outcome], answer.ssr, 1e-8)
            near(found.tss[outcome], answer.centered_tss, 1e-10)
        for g, kommune in enumerate(np.unique(plain.kommune)):
            own = plain.kommune == kommune
            summed = plain.x[own].T @ answer.resid[own]
            scores = made.scores[g].sum(axis=1) if outcome == 3 else made.scores[g, :, outcome]
            bound = (3 if outcome == 3 else 1) * (plain.x[own].T @ plain.x[own]).sum(axis=1) / (2 * q.RESIDUAL)
            assert (np.abs(scores - summed) <= bound + 1e-9 * np.abs(y).sum()).all()
            rest, part = answer.resid[own], 3 * len(found.terms) / (2 * q.RESIDUAL)
            allowed = 2 * part * np.abs(rest).sum() + own.sum() * part**2 + 1e-9 * (y[own] ** 2).sum()
            assert abs(made.squares[g, outcome] - (rest**2).sum()) <= allowed
        groups = {"groups": plain.kommune, "use_correction": True, "df_correction": True}
        with no_variance():
            errors = np.nan_to_num(sm.OLS(y, plain.x).fit(cov_type="cluster", cov_kwds=groups).bse)
        mine = np.sqrt(np.diag(covariances[outcome]))
        bound = (3 if outcome == 3 else 1) * off
        near_errors(mine, errors, answer.bse, bound)


@thorough
@given(countries(), st.integers(1, 4), st.integers(2, 6), st.integers(0, 2**32))
def test_conditions_of_areas_robust_errors_and_fits_without_a_municipality(
    country: Country, count: int, shared: int, seed: int
) -> None:
    """Numbers of municipalities, half of them the same in an area; each municipality left out in turn."""
    import statsmodels.api as sm

    rng = np.random.default_rng(seed)
    places = country.people["kommune"].n_unique()
    area = np.arange(places) % shared
    values = rng.normal(size=(places, count))
    values[:, ::2] = rng.normal(size=(shared, count))[area][:, ::2]
    areas = AreaColumns(
        tuple((f"z{n}", "") for n in range(count)), values, tuple(f"omr{n}" for n in area), "pendlingsomraade"
    )
    with tempfile.TemporaryDirectory() as folder:
        made = on_duckdb(country.people, country.version, Path(folder), areas)
    plain = dense(country.people, country.version, areas)
    assert (made.found.terms, made.found.dropped) == (plain.terms, plain.dropped)
    robustly = robust(made.found, made.residuals.pairs)
    clusters = area[np.unique(plain.kommune, return_inverse=True)[1]]
    without = influence(made.statistics, made.found)
    for outcome in range(3):
        answer = sm.OLS(plain.y[:, outcome], plain.x).fit()
        near(made.found.coefficients[:, outcome], answer.params, COEFFICIENTS, answer.bse)
        if not plain.y[:, outcome].any():
            continue
        with no_variance():
            hc1 = np.nan_to_num(answer.get_robustcov_results("HC1").bse)
        near_errors(robustly[:, outcome], hc1, answer.bse, rounding(made, plain))
    if len(set(clusters.tolist())) > 1:
        covariances = clustered(made.found, made.scores, areas.clusters)
        answer = sm.OLS(plain.y[:, 0], plain.x).fit()
        groups = {"groups": clusters, "use_correction": True, "df_correction": True}
        with no_variance():
            errors = np.nan_to_num(sm.OLS(plain.y[:, 0], plain.x).fit(cov_type="cluster", cov_kwds=groups).bse)
        bound = rounding(made, plain) * places
        near_errors(np.sqrt(np.diag(covariances[0])), errors, answer.bse, bound)
    for place, kommune in enumerate(np.unique(plain.kommune)[:3]):
        rest = plain.kommune != kommune
        x, y = plain.x[rest], plain.y[rest]
        if len(x) <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
            continue
        fitted = sm.OLS(y[:, 0], x).fit()
        near(without.coefficients[place, :, 0], fitted.params, COEFFICIENTS, fitted.bse)


@thorough
@given(countries())
def test_pyfixest(country: Country) -> None:
    """Given every term, it finds by itself which ones the others give."""
    import pandas as pd  # type: ignore[import-untyped]  # ships no types
    import pyfixest as pf

    made, plain = both(country)
    found = made.found
    names = {term: f"x{place}" for place, term in enumerate(made.statistics.terms)}
    frame = {"kommune": plain.kommune, **{f"y{place}": plain.y[:, place] for place in range(4)}}
    for place, name in enumerate(q.column(i) for i in range(len(country.version.conditions))):
        condition = country.version.conditions[place]
        for number, code in enumerate(q.codes(condition)):
            if (condition.id, code) in names:
                frame[names[condition.id, code]] = (country.people[name].to_numpy() == number).astype(np.float64)
    persons_frame = pd.DataFrame(frame)
    right = " + ".join(names[term] for term in made.statistics.terms[1:]) or "1"
    kept = ["Intercept", *(names[term] for term in found.terms[1:])]
    classical = found.classical()
    errors = np.sqrt(np.diagonal(clustered(found, made.scores), axis1=1, axis2=2)).T
    off = rounding(made, plain)
    for outcome in range(4):
        if not plain.y[:, outcome].any():
            continue
        with no_variance():
            warnings.filterwarnings("ignore", message="(?s).*multicollinearity")
            answer = pf.feols(f"y{outcome} ~ {right}", data=persons_frame, vcov="iid")
            by_kommune = pf.feols(f"y{outcome} ~ {right}", data=persons_frame, vcov={"CRV1": "kommune"})
            independent, theirs = answer.se().to_numpy(), np.nan_to_num(by_kommune.se().to_numpy())
        assert answer.coef().index.tolist() == kept
        near(found.coefficients[:, outcome], answer.coef().to_numpy(), COEFFICIENTS, independent)
        near(classical[:, outcome], independent, CLASSICAL)
        near_errors(errors[:, outcome], theirs, independent, (3 if outcome == 3 else 1) * off)
        near(found.r2[outcome], np.asarray(answer._r2, dtype=np.float64), 1e-8, 1.0)


@thorough
@given(countries())
def test_what_must_add_up(country: Country) -> None:
    made, plain = both(country)
    found = made.found
    areas = found.coefficients[:, :3]
    assert (found.coefficients[:, 3] == areas.sum(axis=1)).all()
    told = municipalities(made.statistics, found, made.variances())
    size = np.maximum(np.abs(plain.y).sum(axis=0), 1)
    assert told.persons.sum() == len(country.people) == found.persons
    sums = (told.persons[:, None] * told.actual).sum(axis=0)
    near(sums, plain.y.sum(axis=0), 1e-12, size)
    near((told.persons[:, None] * told.expected).sum(axis=0), sums, 1e-10, size)
    near(told.expected[:, :3].sum(axis=1), told.expected[:, 3], 1e-10, np.abs(told.expected).max() + 1)
    near(told.actual[:, :3].sum(axis=1), told.actual[:, 3], 1e-12)
    groups = {condition.id: condition.group for condition in country.version.conditions}
    names, moved = contributions(made.statistics, found, groups)
    assert names == tuple(dict.fromkeys(groups.values()))
    mean = sums / found.persons
    near(moved.sum(axis=1), told.expected - mean, 1e-10, np.abs(told.expected).max() + 1)
    near(moved[:, :, :3].sum(axis=2), moved[:, :, 3], 1e-10, np.abs(moved).max() + 1)
    assert (np.abs((told.persons[:, None, None] * moved).sum(axis=0)) <= 1e-10 * size).all()
    near(made.scores.sum(axis=0), np.zeros(areas.shape), 1e-6, len(country.people) * len(found.terms))
    assert (told.variances.of_residents >= 0).all()
    assert (told.variances.of_model >= 0).all()
