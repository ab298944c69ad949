"""Others' least squares of the model's person table: pyfixest in several ways, statsmodels in two.

Each way reads the Parquet file, fits three outcomes and takes standard errors clustered by municipality; the clock runs
from file to errors. The packages are imported before it starts.
"""

import importlib
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.steps import Step, Told
from numpy.typing import NDArray

Floats = NDArray[np.float64]
OUTCOMES = ("y1", "y2", "y3")
TABLE = "personer.parquet"
OURS = "vores.npz"
CELL, COUNT = "kommune", "n"


@dataclass(frozen=True)
class Answer:
    """Terms x outcomes, the intercept first, the rest as in `Model.terms`."""

    coefficients: Floats
    errors: Floats


@dataclass(frozen=True)
class Model:
    """`terms`: column of the person table and number of the category; `references`: column -> what they're against."""

    table: Path
    terms: tuple[tuple[str, int], ...]
    references: Mapping[str, int]

    def read(self) -> pl.DataFrame:
        return pl.read_parquet(self.table)

    def dummies(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One column a term, 0 or 1, in a byte each: less to copy than floats, and faster, tried beside each other."""
        columns = [(frame[name] == number).cast(pl.Int8).alias(f"{name}_{number}") for name, number in self.terms]
        return frame.drop(self.references).with_columns(columns)

    def by_term(self, write: Callable[[str, int], str]) -> list[str]:
        return [write(name, number) for name, number in self.terms]

    def by_condition(self, write: Callable[[str, int], str]) -> list[str]:
        return [write(name, number) for name, number in self.references.items()]


def model(folder: Path) -> Model:
    """What our own run on the table fitted."""
    with np.load(folder / OURS) as held:
        terms = tuple((str(name), int(number)) for name, number in zip(held["names"], held["numbers"], strict=True))
        references = {str(n): int(r) for n, r in zip(held["conditions"], held["references"], strict=True)}
    return Model(folder / TABLE, terms, references)


def _feols(data: object, right: Sequence[str], terms: Sequence[str], **more: object) -> Answer:
    pyfixest = importlib.import_module("pyfixest")
    formula = f"{' + '.join(OUTCOMES)} ~ {' + '.join(right)}"
    given: dict[str, Any] = {"copy_data": False, "store_data": False, "lean": True, "vcov": {"CRV1": "kommune"}, **more}
    fits = pyfixest.feols(formula, data=data, **given).to_list()
    order = ["Intercept", *terms]
    return Answer(
        np.column_stack([fit.coef()[order].to_numpy() for fit in fits]),
        np.column_stack([fit.se()[order].to_numpy() for fit in fits]),
    )


def _categories(asked: Model, data: object) -> Answer:
    def factor(name: str) -> str:
        return f"C({name}, contr.treatment(base={asked.references[name]}))"

    right = asked.by_condition(lambda name, _: factor(name))
    return _feols(data, right, asked.by_term(lambda name, number: f"{factor(name)}[T.{number}]"))


def categories_pandas(asked: Model) -> Answer:
    """`C(...)` of a pandas frame."""
    return _categories(asked, asked.read().to_pandas())


def categories_polars(asked: Model) -> Answer:
    """`C(...)` of a Polars frame."""
    return _categories(asked, asked.read())


def indicators(asked: Model) -> Answer:
    """`i(...)` of a Polars frame."""
    right = asked.by_condition(lambda name, number: f"i({name}, ref={number})")
    return _feols(asked.read(), right, asked.by_term(lambda name, number: f"{name}::{number}"))


def dummies_pandas(asked: Model) -> Answer:
    """Columns of 0 and 1 in a pandas frame."""
    names = asked.by_term(lambda name, number: f"{name}_{number}")
    return _feols(asked.dummies(asked.read()).to_pandas(), names, names)


def dummies_polars(asked: Model) -> Answer:
    """Columns of 0 and 1 in a Polars frame."""
    names = asked.by_term(lambda name, number: f"{name}_{number}")
    return _feols(asked.dummies(asked.read()), names, names)


def cells(asked: Model) -> Answer:
    """Our own idea by hand: persons who are alike counted once with Polars, then means with counts as weights."""
    names = asked.by_term(lambda name, number: f"{name}_{number}")
    alike = asked.read().group_by(CELL, *asked.references)
    held = alike.agg(pl.len().alias(COUNT), *(pl.col(name).mean() for name in OUTCOMES))
    return _feols(asked.dummies(held).to_pandas(), names, names, weights=COUNT, weights_type="fweights")


def _clusters(kommune: NDArray[np.int64]) -> dict[str, object]:
    return {"groups": kommune, "use_correction": True, "df_correction": True}


def matrix(asked: Model) -> Answer:
    """`OLS` of a matrix of floats in columns, an outcome at a time. Rows, and `method="qr"`, were slower."""
    statsmodels = importlib.import_module("statsmodels.api")
    held = asked.read()
    x = np.ones((len(held), 1 + len(asked.terms)), order="F")
    for place, (name, number) in enumerate(asked.terms, start=1):
        x[:, place] = (held[name] == number).to_numpy()
    kommune, outcomes = held["kommune"].to_numpy(), [held[name].to_numpy().astype(np.float64) for name in OUTCOMES]
    del held
    found = []
    for y in outcomes:
        fit = statsmodels.OLS(y, x).fit(cov_type="cluster", cov_kwds=_clusters(kommune))
        found.append((fit.params, fit.bse))
        del fit
    return Answer(np.column_stack([one for one, _ in found]), np.column_stack([one for _, one in found]))


def formula(asked: Model) -> Answer:
    """`ols` with a formula of categories, an outcome at a time."""
    statsmodels = importlib.import_module("statsmodels.formula.api")
    held = asked.read().to_pandas()
    kommune = held["kommune"].to_numpy()

    def factor(name: str) -> str:
        return f"C({name}, Treatment({asked.references[name]}))"

    right = " + ".join(asked.by_condition(lambda name, _: factor(name)))
    order = ["Intercept", *asked.by_term(lambda name, number: f"{factor(name)}[T.{number}]")]
    found = []
    for outcome in OUTCOMES:
        fit = statsmodels.ols(f"{outcome} ~ {right}", data=held).fit(cov_type="cluster", cov_kwds=_clusters(kommune))
        found.append((fit.params[order].to_numpy(), fit.bse[order].to_numpy()))
        del fit
    return Answer(np.column_stack([one for one, _ in found]), np.column_stack([one for _, one in found]))


Way = Callable[[Model], Answer]
WAYS: Mapping[str, Way] = {
    way.__name__: way
    for way in (
        categories_pandas,
        categories_polars,
        indicators,
        dummies_pandas,
        dummies_polars,
        cells,
        matrix,
        formula,
    )
}
PACKAGES = {
    "pyfixest": ("categories_pandas", "categories_polars", "indicators", "dummies_pandas", "dummies_polars"),
    "pyfixest after Polars": ("cells",),
    "statsmodels": ("matrix", "formula"),
}
"""What is compared, and its ways. pyfixest's `use_compression` is none: it takes no clusters from outside the model."""


def _step(name: str) -> Step:
    package = "statsmodels.formula.api" if name in PACKAGES["statsmodels"] else "pyfixest"

    def run(folder: Path, persons: int) -> Told:
        importlib.import_module(package)
        asked = model(folder)
        with np.load(folder / OURS) as held, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            begun, worked = time.perf_counter(), time.process_time()
            found = WAYS[name](asked)
            seconds, work = time.perf_counter() - begun, time.process_time() - worked
            return {
                "seconds": seconds,
                "work": work,
                "coefficients": apart(held["coefficients"], found.coefficients),
                "errors": apart(held["errors"], found.errors),
            }

    return run


def apart(ours: Floats, theirs: Floats) -> float:
    """The largest relative difference."""
    return float(np.max(np.abs(ours - theirs) / np.abs(theirs)))


STEPS: Mapping[str, Step] = {name: _step(name) for name in WAYS}
