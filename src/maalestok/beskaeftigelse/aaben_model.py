"""Målestok's open model: expected shares from published conditions alone, never shown as the ministry's. Pure.

Here published figures and the table `rammevilkaar` become a fitted model. The rules are in `aaben_model_rules`, the
arithmetic in `aaben_model_fit`, rows and lines in `aaben_model_tables`. The total's expected share is the sum of the
areas': they add up exactly, though each area has the penalty that serves it best.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from maalestok.beskaeftigelse.aaben_model_fit import Fit, Floats, Panel, fit
from maalestok.beskaeftigelse.aaben_model_rules import (
    POPULATION,
    Condition,
    OpenModelRules,
    OpenModelVersion,
    refuse,
)
from maalestok.beskaeftigelse.editions import populations
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.deliveries.values import DECIMALS
from maalestok.errors import MaalestokError
from maalestok.period import parse_period
from maalestok.rules.dated import version_for
from maalestok.rules.models import ColumnKind

HUNDREDTHS = 100
"""Hundredths of a percentage point in a percentage point."""
MILLIONTHS = 10 ** DECIMALS[ColumnKind.NUMBER]
"""Delivered numbers are held as whole millionths."""
MONTHS = 12
WEIGHT_POWER = {"ens": 0.0, "kvadratrod": 0.5, "indbyggere": 1.0}


@dataclass(frozen=True)
class Design:
    """What a fit is made of. Areas are the benchmark's, the total last in `areas` and figures (n, e, a + 1).

    `years`: (edition, condition) -> year its figures are from, without those an edition lacks; figures in
    percentage points, NaN where not published.
    """

    kommuner: tuple[str, ...]
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    conditions: tuple[Condition, ...]
    years: Mapping[tuple[str, str], str]
    panel: Panel
    actual: Floats
    ministry: Floats

    @property
    def used(self) -> npt.NDArray[np.bool_]:
        """(n, e): rows that took part in the fit."""
        return self.panel.weight > 0


@dataclass(frozen=True)
class OpenModel:
    """A fitted version."""

    version: OpenModelVersion
    design: Design
    fit: Fit

    @cached_property
    def shares(self) -> npt.NDArray[np.int64]:
        """(n, e, a + 1) expected shares in hundredths of a percentage point, none below 0; the total is the sum."""
        areas = np.maximum(np.rint(self.fit.fitted * HUNDREDTHS), 0).astype(np.int64)
        return np.concatenate([areas, areas.sum(axis=-1, keepdims=True)], axis=-1)

    @cached_property
    def left_out(self) -> Floats:
        """(n, e, a + 1) as expected from the other municipalities alone, percentage points, not rounded."""
        return np.concatenate([self.fit.left_out, self.fit.left_out.sum(axis=-1, keepdims=True)], axis=-1)


def open_models(
    facts: pl.DataFrame, conditions: pl.DataFrame, model: OpenModelRules, rules: BeskaeftigelseRules
) -> tuple[OpenModel, ...]:
    """One model of each version in force, over the editions it and the areas' definition hold for; none without rows.

    Args:
        facts: published figures, one row per edition, municipality and area: numbers, shares in hundredths of a
            percentage point (as `editions.published_of` gives them).
        conditions: rows of `rammevilkaar` as facts hold them, one per calendar year (as `2020QMAT04`) and municipality,
            values in whole millionths.
        model, rules: the rules.

    Raises:
        MaalestokError: a refused or unknown column, too few municipalities with figures, no usable condition.
    """
    made: list[OpenModel] = []
    if conditions.is_empty():
        return ()
    codes = sorted(facts["period"].unique().to_list(), key=parse_period)
    defined = [code for code in codes if version_for(rules.areas.versions, parse_period(code)) is not None]
    for version in model.versions:
        refuse(version, model.refused, conditions.columns)
        held = [code for code in defined if version_for(model.versions, parse_period(code)) is version]
        if held:
            made_of = design(facts, conditions, version, rules, held)
            penalties = np.array([float(penalty) for penalty in version.penalties])
            made.append(OpenModel(version, made_of, fit(made_of.panel, penalties)))
    return tuple(made)


def design(
    facts: pl.DataFrame,
    conditions: pl.DataFrame,
    version: OpenModelVersion,
    rules: BeskaeftigelseRules,
    periods: Sequence[str],
) -> Design:
    """Figures and conditions side by side, the order of rows without effect.

    Args:
        facts, conditions: as `open_models` takes them, at least one row of each of `periods`.
        version: the conditions and years wanted.
        rules: areas and total.
        periods: editions in order.

    Raises:
        MaalestokError: an edition has too few municipalities with all figures, or no condition can be used.
    """
    facts = facts.filter(pl.col("period").is_in(list(periods)))
    kommuner = tuple(sorted(facts["kommune_kode"].unique().to_list()))
    total = rules.benchmark.total
    areas = (*(area for area in rules.benchmark.omraader if area != total), total)
    actual, ministry = (_figures(facts, name, kommuner, periods, areas) for name in ("faktisk", "forventet"))
    people = populations(facts, rules)
    implied = [[people.get((code, kommune)) for code in periods] for kommune in kommuner]
    residents = np.array([[np.nan if p is None else p.central for p in row] for row in implied])
    complete = np.isfinite(actual[..., :-1]).all(axis=-1) & np.isfinite(residents)
    for code, held in zip(periods, complete.sum(axis=0).tolist(), strict=True):
        if held < version.fewest_kommuner:
            raise MaalestokError(
                f"Den åbne model kræver {version.fewest_kommuner} kommuner med tal i hver udgave; {code} har {held}.",
                remedy="Indlæs hele udgaven, eller byg uden den åbne model.",
            )
    values, years = _conditions(conditions, version, kommuner, periods)
    found = {name for _, name in years}
    used = tuple(c for c in version.conditions if c.column in found)
    if not used:
        raise MaalestokError(
            f"Den åbne model har ingen vilkår: intet af dem er der for alle kommuner op til {periods[-1]}.",
            remedy="Indlæs rammevilkaar for årene før udgaverne.",
        )
    x = np.stack([np.stack([values[code, c.column] for code in periods], axis=-1) for c in used], axis=-1)
    power = np.where(complete, residents, 1.0) ** WEIGHT_POWER[version.weight]
    return Design(
        kommuner=kommuner,
        periods=tuple(periods),
        areas=areas,
        conditions=used,
        years=years,
        panel=Panel(x, actual[..., :-1], residents, np.where(complete, power, 0.0)),
        actual=actual,
        ministry=ministry,
    )


def first_year(period: str) -> int:
    """The calendar year in which an edition's four quarters begin: 2019 of `2020QMAT02`, 2020 of `2020QMAT04`."""
    return (parse_period(period).month_index - MONTHS + 1) // MONTHS


def _figures(
    facts: pl.DataFrame, side: str, kommuner: Sequence[str], periods: Sequence[str], areas: Sequence[str]
) -> Floats:
    """Published shares (n, e, a + 1) in percentage points, NaN where there is none."""
    held = {
        (kommune, code, area): share
        for kommune, code, area, share in facts.select("kommune_kode", "period", "omraade", f"{side}_andel").iter_rows()
    }
    wanted = [[[held.get((k, code, area)) for area in areas] for code in periods] for k in kommuner]
    return np.array([[[np.nan if s is None else s / HUNDREDTHS for s in row] for row in rows] for rows in wanted])


def _conditions(
    held: pl.DataFrame, version: OpenModelVersion, kommuner: Sequence[str], periods: Sequence[str]
) -> tuple[dict[tuple[str, str], Floats], dict[tuple[str, str], str]]:
    """(edition, condition) -> values (n,), 0 where the edition lacks it; and -> their year where it has it."""
    values: dict[tuple[str, str], Floats] = {}
    years: dict[tuple[str, str], str] = {}
    known: dict[tuple[int, str], Floats | None] = {}
    for code in periods:
        newest = first_year(code) - version.years_before
        for condition in version.conditions:
            at = (code, condition.column)
            values[at] = np.zeros(len(kommuner))
            for year in range(newest, newest - version.years_back - 1, -1):
                key = (year, condition.column)
                if key not in known:
                    known[key] = _of_year(held, condition, kommuner, year)
                if (found := known[key]) is not None:
                    values[at], years[at] = found, str(year)
                    break
    return values, years


def _of_year(held: pl.DataFrame, condition: Condition, kommuner: Sequence[str], year: int) -> Floats | None:
    """A condition (n,) in its form, None where a municipality lacks it in that year or it has no logarithm."""
    rows = held.filter(pl.col("period") == f"{year}QMAT04").select(
        "kommune_kode", condition.column, over=_over(condition)
    )
    by_kommune = {kommune: (value, over) for kommune, value, over in rows.iter_rows()}
    found = []
    for kommune in kommuner:
        value, over = by_kommune.get(kommune, (None, None))
        if value is None or over is None or over <= 0 or (condition.form == "logaritme" and value <= 0):
            return None
        found.append(math.log(value / MILLIONTHS) if condition.form == "logaritme" else value / over)
    return np.array(found, dtype=np.float64)


def _over(condition: Condition) -> pl.Expr:
    return pl.col(POPULATION) if condition.form == "pr_indbygger" else pl.lit(MILLIONTHS)
