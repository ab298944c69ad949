"""The product agrees with the naive second implementation on generated editions, cell by cell."""

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse import synthetic, tables
from maalestok.beskaeftigelse.basis import Basis
from maalestok.beskaeftigelse.findings import findings_table
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.cells import typed_schema
from maalestok.kommune import kommuner, resolve
from maalestok.period import parse_period
from maalestok.release.read import Release
from maalestok.results import KEY
from reference.naive import AREAS, Answer, Cell, naive_places, naive_results, naive_target

FIGURES = (
    "forventet_antal",
    "faktisk_antal",
    "forskel_antal",
    "forventet_andel",
    "faktisk_andel",
    "forskel_andel",
    "placering",
)
CHOICES = (
    "2017QMAT04",
    "2018QMAT02",
    "2018QMAT04",
    "2019QMAT02",
    "2019QMAT04",
    "2020QMAT04",
    "2025QMAT02",
    "2025QMAT04",
)
REGIONS = {k.kode: k.region_kode for k in kommuner()}


def published(rows: list[synthetic.Row], withheld: set[int], spread: int) -> dict[Cell, dict[str, int | None]]:
    """Rows as published, some figures withheld, differences drawn closer together to make ties."""
    held = {}
    for number, row in enumerate(rows):
        squeezed = replace(row, difference_share=round(row.difference_share / spread))
        values: list[int | None] = [
            squeezed.expected, squeezed.actual, squeezed.actual - squeezed.expected,
            squeezed.expected_share, squeezed.actual_share, squeezed.difference_share, squeezed.rank,
        ]  # fmt: skip
        if number in withheld:
            values[number % 7] = None
        held[row.period, resolve(row.kommune).kode, row.omraade] = dict(zip(FIGURES, values, strict=True))
    return held


def ends(row: dict[str, Any]) -> tuple[float | None, float | None]:
    """A result's range; the intervals of places and differences are held against `naive_uncertainty.py`."""
    return (None, None) if row["measure"] in ("placering", "forskel_andel") else (row["low"], row["high"])


def changes_by_group(answers: dict[tuple[str, str, str, str], Answer]) -> dict[tuple[str, str], dict[str, int]]:
    """(period, area) -> municipality -> change of the difference over a year in hundredths, where it is known."""
    held: dict[tuple[str, str], dict[str, int]] = {}
    for (measure, kommune, area, period), (change, *_) in answers.items():
        if measure == "forskel_andel_aendring_aar" and change is not None:
            held.setdefault((period, area), {})[kommune] = int(change * 10_000)
    return held


def as_facts(rows: dict[Cell, dict[str, int | None]]) -> pl.DataFrame:
    records = []
    for line, ((period, kommune, area), figures) in enumerate(rows.items(), start=2):
        statuses = {f"{name}_status": "ok" if value is not None else "ikke_leveret" for name, value in figures.items()}
        records.append(
            {
                "levering": "0" * 64,
                "linje": line,
                "period": period,
                "kommune_kode": kommune,
                "omraade": area,
                **figures,
                **statuses,
            }
        )
    schema = typed_schema(load_rules().feeds["y30r21"]) | {"rettelse": pl.String()}
    return pl.DataFrame([r | {"rettelse": None} for r in records], schema=schema)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    periods=st.sets(st.sampled_from(CHOICES), min_size=1, max_size=3),
    withheld_count=st.sampled_from([0, 0, 5, 200]),
    amount_count=st.sampled_from([0, 3, 400]),
    with_population=st.booleans(),
    spread=st.sampled_from([1, 10, 10_000]),
)
def test_agrees_cell_by_cell(
    seed: int, periods: set[str], withheld_count: int, amount_count: int, with_population: bool, spread: int
) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    drawn = [row for part in synthetic.editions(sorted(periods), seed).values() for row in part]
    withheld = set(pick.sample(range(len(drawn)), min(withheld_count, len(drawn))))
    rows = published(drawn, withheld, spread)
    cells = pick.sample(sorted(rows), min(amount_count, len(rows)))
    thousands = {cell: pick.randint(-50_000, 50_000) for cell in cells}
    population = {(p, k): pick.randint(1_000, 400_000) for p in periods for k in REGIONS} if with_population else {}
    expected = naive_results(rows, REGIONS, {cell: Fraction(t * 1000) for cell, t in thousands.items()}, population)

    amounts = pl.DataFrame(
        [(*cell, t) for cell, t in thousands.items()],
        schema={"period": pl.String, "kommune_kode": pl.String, "omraade": pl.String, "beloeb_mio_kr": pl.Int64},
        orient="row",
    )
    people = pl.DataFrame(
        [(p, k, n) for (p, k), n in population.items()],
        schema={"period": pl.String, "kommune_kode": pl.String, "personer": pl.Int64},
        orient="row",
    )
    facts = as_facts(rows)
    codes = sorted(periods, key=parse_period)
    made = Basis(facts, amounts, people, load_rules(), codes)
    results, reasons = tables.results_table(made, syntetisk=True)
    missing = results.filter(pl.col("value").is_null()).select(KEY)
    assert reasons.select(KEY).sort(KEY).equals(missing.sort(KEY))
    for measure, reason in reasons.select("measure", "part").unique().iter_rows():
        assert reason in load_rules().measures[measure].reasons_da
    found = {
        (r["measure"], r["kommune_kode"], r["omraade"], r["period"]): (r["value"], *ends(r), r["kilde"])
        for r in results.iter_rows(named=True)
    }
    wanted = {
        key: (*(None if part is None else part.numerator / part.denominator for part in answer[:3]), answer[3])
        for key, answer in expected.items()
    }
    assert found == wanted

    judged = findings_table(results, load_rules()).filter(pl.col("criterion") == "resultatmaal")
    for row in judged.iter_rows(named=True):
        share = expected["forskel_andel", row["kommune_kode"], "i_alt", row["period"]][0]
        assert row["udfald"] == naive_target(share, row["period"])

    parts = tables.parts_table(results, reasons, made)
    spans = parts.filter(pl.col("part") == "mulige_pladser")
    for (period, area), group in spans.group_by("period", "omraade"):
        differences = {
            k: figures["forskel_andel"]
            for (p, k, a), figures in rows.items()
            if (p, a) == (period, area) and figures["forskel_andel"] is not None and figures["placering"] is not None
        }
        counted = naive_places(differences)
        assert {r["kommune_kode"]: (r["low"], r["high"]) for r in group.iter_rows(named=True)} == counted

    climbers = {
        (r["period"], r["omraade"], r["kommune_kode"]): (r["value"], r["low"], r["high"])
        for r in parts.filter(pl.col("part") == "plads_paa_klatrelisten").iter_rows(named=True)
    }
    assert climbers == {
        (period, area, kommune): (low, low, high)
        for (period, area), fell in changes_by_group(expected).items()
        for kommune, (low, high) in naive_places(fell).items()
    }


def test_agrees_on_the_published_editions(real_release: Release, real_store: object) -> None:
    results = real_release.results
    rows: dict[Cell, dict[str, int | None]] = {}
    for r in results.filter(pl.col("kilde") == "officiel").iter_rows(named=True):
        scale = 10_000 if r["measure"].endswith("andel") else 1
        rows.setdefault((r["period"], r["kommune_kode"], r["omraade"]), {})[r["measure"]] = round(r["value"] * scale)
    expected = naive_results(rows, REGIONS, {}, {})
    found = {
        (r["measure"], r["kommune_kode"], r["omraade"], r["period"]): r["value"] for r in results.iter_rows(named=True)
    }
    assert found == {key: None if a[0] is None else a[0].numerator / a[0].denominator for key, a in expected.items()}


def test_the_areas_of_the_naive_reader_are_those_of_the_rules() -> None:
    rules = load_rules()
    assert set(rules.benchmark.omraader) == {"i_alt", *AREAS}
    with pytest.raises(KeyError):
        naive_results({("2020QMAT04", "707", "i_alt"): {}}, {"707": "1082"}, {}, {})
