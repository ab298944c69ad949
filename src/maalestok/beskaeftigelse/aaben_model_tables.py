"""What the open model hands to a release: rows of `results` and `models`, and lines in words. Pure.

Everything is named as Målestok's own: `kilde` is `aaben_model`, and `report_lines` begins with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, isfinite

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.aaben_model import HUNDREDTHS, OpenModel
from maalestok.beskaeftigelse.aaben_model_fit import Agreement, Floats, agreement
from maalestok.beskaeftigelse.part_rows import PartRow
from maalestok.beskaeftigelse.precision import WHOLE
from maalestok.beskaeftigelse.rules import BENCHMARK
from maalestok.period import parse_period
from maalestok.publish.text_da import number
from maalestok.results import Status, conform
from maalestok.rules.models import Kilde, Unit

LABEL_DA = "Målestoks åbne model; ikke ministeriets"
OPEN = "aaben_model"
ROUNDED_TO = 10
"""Persons, as in the published table."""
UNITS = {
    "forventet_andel": Unit.SHARE,
    "forventet_antal": Unit.PERSONS_FULLTIME,
    "forskel_andel": Unit.PCT_POINT,
}
DECIMALS, TERM_DECIMALS = 4, 8
"""Of measures of quality, and of terms in fractions (0.01 = 1 percentage point): more would be noise."""
SE_KIND = "jackknife_kommuner"
ALL_EDITIONS = "alle_udgaver"


@dataclass(frozen=True)
class Quality:
    """How good the model is in one area, in one edition or (`period` None) all of them, beside the ministry's.

    `left_out`: each municipality as expected from the others, against actual; `fitted`: as shown; `ministry`: the
    ministry's expected against actual; `agreed`: ours as shown against the ministry's; `agreed_left_out`: from the
    others. The last three are None where the ministry's expected shares aren't there for all that took part.
    """

    omraade: str
    period: str | None
    left_out: Agreement
    fitted: Agreement
    ministry: Agreement | None
    agreed: Agreement | None
    agreed_left_out: Agreement | None


def quality(model: OpenModel) -> tuple[Quality, ...]:
    """Every area over all editions, then in each edition. R2 and correlation are within editions, 0.01 pp shown."""
    design = model.design
    spans = [(None, slice(None)), *((code, slice(at, at + 1)) for at, code in enumerate(design.periods))]
    return tuple(_quality(model, area, at, code, part) for code, part in spans for at, area in enumerate(design.areas))


def _quality(model: OpenModel, area: str, at: int, period: str | None, part: slice) -> Quality:
    design = model.design
    actual, ministry = design.actual[:, part, at], design.ministry[:, part, at]
    shown, left_out = model.shares[:, part, at] / HUNDREDTHS, model.left_out[:, part, at]
    used = design.used[:, part] & np.isfinite(actual)
    theirs = bool(np.isfinite(ministry[used]).all())
    return Quality(
        omraade=area,
        period=period,
        left_out=agreement(actual, left_out, used),
        fitted=agreement(actual, shown, used),
        ministry=agreement(actual, ministry, used) if theirs else None,
        agreed=agreement(ministry, shown, used) if theirs else None,
        agreed_left_out=agreement(ministry, left_out, used) if theirs else None,
    )


def result_rows(models: Sequence[OpenModel], *, syntetisk: bool) -> pl.DataFrame:
    """Conforming rows of `results`: expected share and number, and actual less expected share, of each municipality.

    Shares are whole hundredths of a percentage point and add up to the total's exactly; numbers are share x residents
    aged 16-66 (implied by the published number and share), rounded to 10. A figure whose published half is missing is
    `ikke_opgjort`.
    """
    rows = [row for model in models for row in _results(model)]
    schema = dict.fromkeys(("measure", "kommune_kode", "omraade", "period", "unit", "rule_version"), pl.String)
    frame = pl.DataFrame(rows, schema=schema | {"value": pl.Float64, "month_index": pl.Int32}, orient="row")
    known = pl.col("value").is_not_null()
    empty = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("numerator", "denominator", "low", "high")]
    return conform(
        "results",
        frame.with_columns(
            *empty,
            pl.lit(BENCHMARK).alias("benchmark"),
            pl.lit(Kilde.AABEN_MODEL.value).alias("kilde"),
            pl.lit(None, dtype=pl.Int8).alias("kontroltrin"),
            pl.when(known).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.IKKE_OPGJORT.value)).alias("status"),
            pl.lit(syntetisk).alias("syntetisk"),
        ),
    )


def _results(model: OpenModel) -> Iterator[tuple[str | float | None, ...]]:
    design, version = model.design, model.version.version
    for measure, unit in UNITS.items():
        for e, period in enumerate(design.periods):
            month = parse_period(period).month_index
            for a, area in enumerate(design.areas):
                for n, kommune in enumerate(design.kommuner):
                    share = int(model.shares[n, e, a])
                    value = _value(measure, share, design.actual[n, e, a], design.panel.residents[n, e])
                    yield measure, kommune, area, period, unit.value, version, value, month


def _value(measure: str, share: int, actual: float, residents: float) -> float | None:
    if measure == "forventet_andel":
        return share / WHOLE
    if measure == "forventet_antal":
        if np.isnan(residents):
            return None
        return float(floor(share * residents / WHOLE / ROUNDED_TO + 0.5) * ROUNDED_TO)
    return None if np.isnan(actual) else (round(actual * HUNDREDTHS) - share) / WHOLE


def open_parts(models: Sequence[OpenModel]) -> list[PartRow]:
    """What the open model says, to stand as a part beside a figure of another source."""
    rows = [row for model in models for row in _results(model)]
    return [
        PartRow(str(measure), str(period), str(kommune), str(area), OPEN, value, None, None, str(unit), str(version))
        for measure, kommune, area, period, unit, version, value, _ in rows
        if isinstance(value, float)
    ]


def model_rows(models: Sequence[OpenModel], *, syntetisk: bool) -> pl.DataFrame:
    """Conforming rows of `models`, for each edition and area.

    Terms: `konstant` (the country's actual share); each condition by its column with its year as level, in fractions
    per standard deviation, with a standard error; its `_middel` in the country and `_spredning` (in the form used), so
    that anyone can calculate an expected share; `vilkaar_mangler` with the condition as level; `straf`; `kommuner` that
    took part; measures of quality, for the edition and with the level `alle_udgaver`.
    """
    rows = [row for model in models for row in _models(model)]
    schema = dict.fromkeys(("model", "omraade", "period", "term", "level"), pl.String)
    frame = pl.DataFrame(rows, schema=schema | {"estimate": pl.Float64, "se": pl.Float64}, orient="row").with_columns(
        pl.lit(BENCHMARK).alias("benchmark"),
        pl.when(pl.col("se").is_not_null()).then(pl.lit(SE_KIND)).alias("se_kind"),
        pl.lit(syntetisk).alias("syntetisk"),
    )
    return conform("models", frame)


def _models(model: OpenModel) -> Iterator[tuple[str | float | None, ...]]:
    design, fit, name = model.design, model.fit, model.version.version
    found = quality(model)
    for e, period in enumerate(design.periods):
        for a, area in enumerate(design.areas):
            at = (name, area, period)
            yield *at, "konstant", None, _term(_of_area(fit.constants[e], a)), None
            for k, condition in enumerate(design.conditions):
                column, year = condition.column, design.years.get((period, condition.column))
                if year is None:
                    continue
                error = fit.total_errors[k] if a == len(fit.penalties) else fit.errors[k, a]
                yield *at, column, year, _term(_of_area(fit.coefficients[k], a)), _term(float(error))
                yield *at, f"{column}_middel", year, round(float(fit.means[e, k]), TERM_DECIMALS), None
                yield *at, f"{column}_spredning", year, round(float(fit.spreads[k]), TERM_DECIMALS), None
            for condition in model.version.conditions:
                if (period, condition.column) not in design.years:
                    yield *at, "vilkaar_mangler", condition.column, 1.0, None
            if a < len(fit.penalties):
                yield *at, "straf", None, float(fit.penalties[a]), None
            yield *at, "kommuner", None, float(design.used[:, e].sum()), None
            for held in found:
                if held.omraade == area and held.period in (None, period):
                    level = ALL_EDITIONS if held.period is None else None
                    for term, value in _measures(held):
                        if isfinite(value):
                            yield *at, term, level, round(value, DECIMALS), None


def _of_area(values: Floats, area: int) -> float:
    """One area's, or for the total, which is last, the sum of all."""
    return float(values[area] if area < len(values) else values.sum())


def _term(value: float) -> float:
    return round(value / 100, TERM_DECIMALS)


def _measures(held: Quality) -> Iterator[tuple[str, float]]:
    yield "r2_udeladt_kommune", held.left_out.r2
    yield "r2_tilpasset", held.fitted.r2
    if held.ministry and held.agreed and held.agreed_left_out:
        yield "r2_ministeriet", held.ministry.r2
        yield "mod_ministeriet_korrelation", held.agreed.correlation
        yield "mod_ministeriet_r2", held.agreed.r2
        yield "mod_ministeriet_forskel", held.agreed.mean_difference / 100
        yield "mod_ministeriet_r2_udeladt_kommune", held.agreed_left_out.r2


def report_lines(model: OpenModel, names_da: dict[str, str]) -> list[str]:
    """The model in Danish lines: what it is, how good, beside the ministry's, and what it rests on.

    Args:
        model: a fitted version.
        names_da: area -> its name (`benchmark.yaml`).
    """
    design = model.design
    lines = [
        f"{LABEL_DA} ({model.version.version}).",
        f"Udgaver: {', '.join(design.periods)}. Kommuner: {int(design.used.any(axis=1).sum())}.",
        "R2 er regnet inden for udgaverne, og hver kommune tæller lige meget.",
    ]
    for held in quality(model):
        if held.period is None:
            lines += _quality_lines(held, names_da[held.omraade])
    grid = [float(penalty) for penalty in model.version.penalties]
    for area, penalty in zip(design.areas, model.fit.penalties.tolist(), strict=False):
        end = " (den yderste, der er prøvet)" if penalty in (grid[0], grid[-1]) else ""
        lines.append(f"{names_da[area]}: straf {_plain(penalty)}{end}.")
    lines += _condition_lines(model)
    return [*lines, *(f"Forbehold: {text}" for text in model.version.reservations_da)]


def _plain(penalty: float) -> str:
    """As the rules write it: 0.07 -> '0,07', 5.0 -> '5'."""
    return f"{penalty:g}".replace(".", ",")


def _quality_lines(held: Quality, name: str) -> Iterator[str]:
    theirs = f"; ministeriets {number(held.ministry.r2, 2)}" if held.ministry else ""
    yield (
        f"{name}: R2 {number(held.left_out.r2, 2)}, når en kommune udelades med alle sine udgaver, "
        f"og {number(held.fitted.r2, 2)} med dens egne tal{theirs}."
    )
    if held.agreed:
        yield (
            f"{name}, mod ministeriets forventede andele: korrelation {number(held.agreed.correlation, 2)}, "
            f"R2 {number(held.agreed.r2, 2)}, forskel i gennemsnit {number(held.agreed.mean_difference, 2)} "
            "procentpoint."
        )


def _condition_lines(model: OpenModel) -> Iterator[str]:
    design = model.design
    yield f"Vilkår: {', '.join(condition.name_da for condition in design.conditions)}."
    for period in design.periods:
        by_year: dict[str, list[str]] = {}
        lacking: list[str] = []
        for condition in model.version.conditions:
            year = design.years.get((period, condition.column))
            (lacking if year is None else by_year.setdefault(year, [])).append(condition.name_da)
        newest = max(by_year, default="")
        older = [f"{', '.join(held)} dog fra {year}" for year, held in sorted(by_year.items()) if year != newest]
        if newest:
            yield "; ".join([f"Vilkårene for {period} er fra {newest}", *older]) + "."
        if lacking:
            yield f"Udeladt for {period}, fordi tallet mangler for mindst én kommune: {', '.join(lacking)}."
