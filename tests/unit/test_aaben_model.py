"""The open model: known truths are found, leaving out is leaving out, outcomes are refused, gaps are said."""

import re
from collections.abc import Iterable

import numpy as np
import polars as pl
import pytest

from maalestok.beskaeftigelse.aaben_model import HUNDREDTHS, MILLIONTHS, OpenModel, first_year, open_models
from maalestok.beskaeftigelse.aaben_model_fit import Fit, Floats, Panel, agreement, fit
from maalestok.beskaeftigelse.aaben_model_rules import Condition, OpenModelRules, load, model_faults
from maalestok.beskaeftigelse.aaben_model_tables import LABEL_DA, model_rows, quality, report_lines, result_rows
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.errors import MaalestokError
from maalestok.kommune import kommuner

RULES = load_rules()
MODEL = load()
PERIODS = ("2020QMAT02", "2020QMAT04")
CODES = [kommune.kode for kommune in kommuner()][:45]
AREAS = [area for area in RULES.benchmark.omraader if area != RULES.benchmark.total]
GRID = np.array([0.01, 0.1, 1.0, 10.0])


# Arithmetic --------------------------------------------------------------------------------------------------------


def panel(n: int = 30, e: int = 2, k: int = 4, a: int = 3, noise: float = 0.0, seed: int = 1) -> tuple[Panel, Floats]:
    """Invented municipalities whose shares are linear in conditions, and the true slopes (k, a)."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1, k)) * 3 + rng.normal(size=(n, e, k)) * 0.2 + np.arange(e)[:, None]
    slopes = rng.normal(size=(k, a))
    y = 5 + np.arange(e)[:, None] + x @ slopes + noise * rng.normal(size=(n, 1, a))
    return Panel(x, y, rng.integers(1_000, 90_000, size=(n, e)).astype(np.float64), np.ones((n, e))), slopes


def gaps(held: Panel) -> Panel:
    """The same with rows that take no part, and with other weights."""
    weight = np.sqrt(held.residents)
    weight[2, 0] = weight[5, 1] = 0.0
    y, residents = held.y.copy(), held.residents.copy()
    y[2, 0], residents[5, 1] = np.nan, np.nan
    return Panel(held.x, y, residents, weight)


def test_a_linear_truth_is_found_and_predicts_those_left_out() -> None:
    held, slopes = panel()
    found = fit(held, np.array([1e-9]))
    assert np.allclose(found.fitted, held.y, atol=1e-6)
    assert np.allclose(found.left_out, held.y, atol=1e-6)
    assert np.allclose(found.coefficients, slopes * found.spreads[:, None], atol=1e-6)
    assert np.allclose(found.constants + (held.x - found.means) @ slopes, held.y, atol=1e-6)
    assert np.allclose(found.errors, 0, atol=1e-6)


def test_a_larger_penalty_pulls_towards_the_country() -> None:
    held, _ = panel(noise=1.0)
    sizes = [float((fit(held, np.array([penalty])).coefficients ** 2).sum()) for penalty in (0.01, 0.1, 1.0, 10.0)]
    assert sizes == sorted(sizes, reverse=True)
    far = fit(held, np.array([1e12]))
    assert np.allclose(far.fitted, far.constants, atol=1e-6)


def test_noise_asks_for_a_larger_penalty_and_equal_ones_give_the_largest() -> None:
    clean, _ = panel()
    noisy, _ = panel(noise=30.0)
    assert (fit(clean, GRID).penalties == GRID[0]).all()
    assert fit(noisy, GRID).penalties.max() > GRID[0]
    silent = Panel(clean.x, np.ones_like(clean.y), clean.residents, clean.weight)
    assert (fit(silent, GRID).penalties == GRID[-1]).all()


def by_hand(held: Panel, rows: list[int], penalty: float) -> tuple[Floats, Floats, Floats]:
    """Slopes (k, a), the country's conditions (e, k) and shares (e, a), from the rows of these municipalities alone."""
    editions = range(held.x.shape[1])
    there = [(n, e) for n in rows for e in editions if held.weight[n, e] > 0]
    x = np.array([held.x[at] for at in there])
    y = np.array([held.y[at] for at in there])
    w = np.array([held.weight[at] for at in there])
    people = np.array([held.residents[at] for at in there])
    edition = np.array([e for _, e in there])
    for e in editions:
        mine = edition == e
        x[mine] -= np.average(x[mine], axis=0, weights=w[mine])
        y[mine] -= np.average(y[mine], axis=0, weights=w[mine])
    spread = np.sqrt(np.average(x**2, axis=0, weights=w))
    z = x / spread
    gram = (z * w[:, None]).T @ z / w.sum() + penalty * np.eye(x.shape[1])
    slopes = np.linalg.solve(gram, (z * w[:, None]).T @ y / w.sum()) / spread[:, None]
    means = np.array([_country(held.x, there, people, edition, e) for e in editions])
    shares = np.array([_country(held.y, there, people, edition, e) for e in editions])
    return slopes, means, shares


def _country(values: Floats, there: list[tuple[int, int]], people: Floats, edition: Floats, e: int) -> Floats:
    held = np.array([values[at] for at in there])
    country: Floats = np.average(held[edition == e], axis=0, weights=people[edition == e])
    return country


def predicted(held: Panel, rows: list[int], penalty: float, n: int) -> Floats:
    slopes, means, shares = by_hand(held, rows, penalty)
    expected: Floats = shares + (held.x[n] - means) @ slopes
    return expected


def tuned(held: Panel, rows: list[int], area: int) -> float:
    errors = []
    for penalty in GRID:
        wrong = 0.0
        for n in rows:
            away = predicted(held, [m for m in rows if m != n], penalty, n)[:, area] - held.y[n, :, area]
            wrong += float((away[held.weight[n] > 0] ** 2).sum())
        errors.append(wrong)
    return float(GRID[int(np.argmin(errors))])


@pytest.mark.parametrize("uneven", [False, True])
def test_nested_leaving_out_is_what_refitting_from_the_rows_left_gives(uneven: bool) -> None:
    held, _ = panel(n=11, k=3, a=2, noise=4.0, seed=3)
    held = gaps(held) if uneven else held
    found = fit(held, GRID)
    everyone = list(range(11))
    for area in range(2):
        penalty = tuned(held, everyone, area)
        assert found.penalties[area] == penalty
        slopes, means, shares = by_hand(held, everyone, penalty)
        fitted = shares[:, area] + (held.x - means) @ slopes[:, area]
        assert np.allclose(found.fitted[..., area], fitted, rtol=0, atol=1e-10)
        for n in everyone:
            others = [m for m in everyone if m != n]
            penalty = tuned(held, others, area)
            assert found.fold_penalties[n, area] == penalty
            expected = predicted(held, others, penalty, n)[:, area]
            assert np.allclose(found.left_out[n, :, area], expected, rtol=0, atol=1e-10)
    refitted = [by_hand(held, [m for m in everyone if m != n], found.penalties[0])[0][:, 0] for n in everyone]
    spread = np.array(refitted) * found.spreads
    errors = np.sqrt(10 / 11 * ((spread - spread.mean(axis=0)) ** 2).sum(axis=0))
    assert np.allclose(found.errors[:, 0], errors, rtol=0, atol=1e-10)


def test_a_municipality_has_no_say_in_what_is_expected_of_it_from_the_others() -> None:
    held, _ = panel(noise=2.0)
    before = fit(held, GRID)
    y = held.y.copy()
    y[4] += 50
    after = fit(Panel(held.x, y, held.residents, held.weight), GRID)
    assert np.allclose(after.left_out[4], before.left_out[4], rtol=0, atol=1e-9)
    assert not np.allclose(after.left_out[5], before.left_out[5], rtol=0, atol=1e-3)
    assert not np.allclose(after.fitted[4], before.fitted[4], rtol=0, atol=1e-3)


def test_the_order_of_municipalities_and_conditions_has_no_effect() -> None:
    held, _ = panel(noise=2.0)
    found = fit(held, GRID)
    rng = np.random.default_rng(9)
    rows, columns = rng.permutation(30), rng.permutation(4)
    turned = fit(Panel(held.x[rows][:, :, columns], held.y[rows], held.residents[rows], held.weight[rows]), GRID)
    for mine, theirs in (
        (found.fitted[rows], turned.fitted),
        (found.left_out[rows], turned.left_out),
        (found.coefficients[columns], turned.coefficients),
        (found.errors[columns], turned.errors),
    ):
        assert np.allclose(mine, theirs, rtol=0, atol=1e-10)


def test_a_condition_that_is_the_same_everywhere_says_nothing() -> None:
    held, _ = panel(noise=2.0)
    flat = np.concatenate([held.x, np.full((30, 2, 1), 0.1)], axis=-1)
    one = np.zeros((30, 2, 1))
    one[7] = 1.0  # flat among the others of municipality 7
    found = fit(Panel(flat, held.y, held.residents, held.weight), GRID)
    assert same(fit(held, GRID), found)
    assert (found.coefficients[-1], found.spreads[-1]) == (pytest.approx([0, 0, 0], abs=0), 0)
    lonely = fit(Panel(np.concatenate([held.x, one], axis=-1), held.y, held.residents, held.weight), GRID)
    assert np.allclose(lonely.left_out[7], fit(held, GRID).left_out[7], rtol=0, atol=1e-9)


def same(one: Fit, other: Fit) -> bool:
    return np.allclose(one.fitted, other.fitted, rtol=0, atol=1e-10) and np.allclose(
        one.left_out, other.left_out, rtol=0, atol=1e-10
    )


def test_what_is_expected_sums_to_what_is_there_in_the_whole_country() -> None:
    held, _ = panel(noise=5.0)
    found = fit(held, GRID)
    people = held.residents[..., None]
    assert np.allclose((people * found.fitted).sum(axis=0), (people * held.y).sum(axis=0), rtol=1e-12)


def test_agreement_by_hand() -> None:
    actual = np.array([[1.0, 11.0], [3.0, 13.0], [np.nan, 0.0]])
    expected = np.array([[2.0, 11.0], [2.0, 14.0], [9.0, 99.0]])
    used = np.array([[True, True], [True, True], [False, False]])
    found = agreement(actual, expected, used)
    assert found.r2 == pytest.approx(1 - (1 + 1 + 0 + 1) / 4)
    assert found.correlation == pytest.approx((0 + 0 + 1.5 + 1.5) / (4 * 4.5) ** 0.5)
    assert found.mean_difference == pytest.approx(3 / 4)
    nothing = agreement(np.ones((2, 1)), np.ones((2, 1)), np.ones((2, 1), dtype=np.bool_))
    assert np.isnan(nothing.r2)
    assert nothing.correlation == 0


# From frames to rows -----------------------------------------------------------------------------------------------


def rules(**changes: object) -> OpenModelRules:
    """The shipped rules with changes to their only version."""
    (version,) = MODEL.versions
    return MODEL.model_copy(update={"versions": (version.model_copy(update=changes),)})


def conditions(years: Iterable[int] = (2017, 2018, 2019), seed: int = 5) -> pl.DataFrame:
    """Invented conditions of every column the model asks for, in millionths."""
    rng = np.random.default_rng(seed)
    columns = [condition.column for condition in MODEL.versions[0].conditions]
    base = rng.uniform(20, 60, size=(len(CODES), len(columns)))
    rows = [
        {"kommune_kode": code, "period": f"{year}QMAT04"}
        | {name: round((base[n, k] + (year - 2018) * 0.1) * MILLIONTHS) for k, name in enumerate(columns)}
        for year in years
        for n, code in enumerate(CODES)
    ]
    return pl.DataFrame(rows)


def facts(held: pl.DataFrame, seed: int = 6) -> pl.DataFrame:
    """Invented editions: shares linear in three of the conditions of 2018, and some chance."""
    rng = np.random.default_rng(seed)
    of_2018 = {row["kommune_kode"]: row for row in held.filter(period="2018QMAT04").iter_rows(named=True)}
    rows = []
    for period in PERIODS:
        for n, code in enumerate(CODES):
            row, people, shares = of_2018[code], 20_000 + 1_000 * n, {}
            for area, name in zip(AREAS, ("gnsalder", "andel_grundskole", "andel_lvu"), strict=True):
                expected = 100 + 5 * row[name] / MILLIONTHS
                shares[area] = (round(expected), round(expected + 20 * rng.normal()))
            shares[RULES.benchmark.total] = tuple(sum(s[i] for s in shares.values()) for i in (0, 1))
            for area, (expected_share, actual_share) in shares.items():
                rows.append(
                    {
                        "period": period,
                        "kommune_kode": code,
                        "omraade": area,
                        "forventet_antal": round(people * expected_share / 100_000) * 10,
                        "faktisk_antal": round(people * actual_share / 100_000) * 10,
                        "forventet_andel": expected_share,
                        "faktisk_andel": actual_share,
                    }
                )
    return pl.DataFrame(rows)


def made(figures: pl.DataFrame, held: pl.DataFrame, model: OpenModelRules = MODEL) -> OpenModel:
    (found,) = open_models(figures, held, model, RULES)
    return found


def blank(frame: pl.DataFrame, column: str, rows: pl.Expr, value: int | None = None) -> pl.DataFrame:
    return frame.with_columns(
        pl.when(rows).then(pl.lit(value, dtype=frame.schema[column])).otherwise(column).alias(column)
    )


def test_years_are_those_before_the_quarters_begin() -> None:
    assert [first_year(code) for code in ("2020QMAT02", "2020QMAT03", "2020QMAT04", "2021QMAT01")] == [
        2019,
        2019,
        2020,
        2020,
    ]
    found = made(facts(conditions()), conditions())
    assert {found.design.years[code, "gini"] for code in PERIODS} == {"2018", "2019"}


def test_rows_of_results_add_up_exactly_and_are_named_as_ours() -> None:
    held = conditions()
    figures = facts(held)
    rows = result_rows([made(figures, held)], syntetisk=True)
    assert set(rows["kilde"]) == {"aaben_model"}
    assert set(rows["rule_version"]) == {"aaben-1"}
    assert set(rows["measure"]) == {"forventet_andel", "forventet_antal", "forskel_andel"}
    assert len(rows) == 3 * len(CODES) * 2 * 4
    keys = [(row["measure"], row["kommune_kode"], row["period"], row["omraade"]) for row in rows.iter_rows(named=True)]
    by_key = dict(zip(keys, rows["value"], strict=True))
    actual = {
        (k, p, o): s for k, p, o, s in figures.select("kommune_kode", "period", "omraade", "faktisk_andel").rows()
    }
    for code in CODES:
        for period in PERIODS:
            expected = {o: round(by_key["forventet_andel", code, period, o] * 10_000) for o in RULES.benchmark.omraader}
            assert expected["i_alt"] == sum(expected[area] for area in AREAS)
            for area, share in expected.items():
                assert by_key["forventet_andel", code, period, area] == share / 10_000
                difference = by_key["forskel_andel", code, period, area]
                assert difference == (actual[code, period, area] - share) / 10_000
                number = by_key["forventet_antal", code, period, area]
                assert number % 10 == 0
                people = 20_000 + 1_000 * CODES.index(code)
                assert abs(number - people * share / 10_000) < 5 + 0.005 * number


def test_rows_of_models_give_the_expected_share_back() -> None:
    held = conditions()
    found = made(facts(held), held)
    rows = model_rows([found], syntetisk=True)
    at = (pl.col("omraade") == "i_alt") & (pl.col("period") == "2020QMAT04") & pl.col("estimate").is_not_null()
    terms = {
        (term, level): estimate for term, level, estimate in rows.filter(at).select("term", "level", "estimate").rows()
    }
    raw = held.filter(period="2019QMAT04", kommune_kode=CODES[3]).row(0, named=True)
    expected = terms["konstant", None]
    for condition in MODEL.versions[0].conditions:
        value = raw[condition.column] / MILLIONTHS
        ratio = raw[condition.column] / raw["befolkning"]
        value = {"logaritme": np.log(value), "pr_indbygger": ratio}.get(condition.form, value)
        mean, spread = terms[f"{condition.column}_middel", "2019"], terms[f"{condition.column}_spredning", "2019"]
        expected += terms[condition.column, "2019"] * (value - mean) / spread
    assert expected * 100 == pytest.approx(found.shares[3, 1, -1] / HUNDREDTHS, abs=0.02)
    with_error = rows.filter(pl.col("se").is_not_null())
    assert set(with_error["se_kind"]) == {"jackknife_kommuner"}
    assert set(with_error["term"]) == {condition.column for condition in MODEL.versions[0].conditions}
    assert set(rows.filter(term="straf")["omraade"]) == set(AREAS)
    assert rows.filter(term="kommuner")["estimate"].unique().to_list() == [len(CODES)]


def test_shuffled_rows_give_the_same_tables() -> None:
    held = conditions()
    figures = facts(held)
    mixed = made(figures.sample(fraction=1, shuffle=True, seed=3), held.sample(fraction=1, shuffle=True, seed=4))
    for rows in (result_rows, model_rows):
        assert rows([made(figures, held)], syntetisk=True).equals(rows([mixed], syntetisk=True))


def test_lines_say_whose_model_it_is_and_how_good() -> None:
    held = conditions()
    found = made(facts(held), held)
    lines = report_lines(found, RULES.benchmark.omraade_names_da)
    assert lines[0].startswith(LABEL_DA)
    text = "\n".join(lines)
    assert re.search(
        r"i alt: R2 0,\d\d, når en kommune udelades med alle sine udgaver, og 0,\d\d med dens egne tal; ", text
    )
    assert re.search(r"egne tal; ministeriets 0,\d\d\.", text)
    assert "mod ministeriets forventede andele: korrelation" in text
    assert "Vilkårene for 2020QMAT02 er fra 2018." in text
    assert "Udeladt" not in text
    assert len(quality(found)) == 4 * 3
    narrow = made(facts(held), held, rules(penalties=("5", "10")))
    assert "straf 5 (den yderste, der er prøvet)." in "\n".join(report_lines(narrow, RULES.benchmark.omraade_names_da))


def test_without_the_ministrys_shares_only_our_own_quality_is_said() -> None:
    held = conditions()
    figures = facts(held).with_columns(pl.lit(None, dtype=pl.Int64).alias("forventet_andel"))
    found = made(figures, held)
    assert all(q.ministry is None and q.agreed is None and q.agreed_left_out is None for q in quality(found))
    assert not any("ministeriets" in line for line in report_lines(found, RULES.benchmark.omraade_names_da)[3:7])
    assert model_rows([found], syntetisk=True).filter(pl.col("term").str.contains("minister")).is_empty()


def test_a_condition_missing_for_one_is_taken_from_an_older_year_for_all() -> None:
    held = blank(
        conditions(),
        "gini",
        (pl.col("kommune_kode") == CODES[8]) & (pl.col("period") == "2019QMAT04"),
    )
    found = made(facts(held), held)
    assert [found.design.years[code, "gini"] for code in PERIODS] == ["2018", "2018"]
    lines = "\n".join(report_lines(found, RULES.benchmark.omraade_names_da))
    assert "Vilkårene for 2020QMAT04 er fra 2019; Gini-koefficient (logaritme) dog fra 2018." in lines


def test_a_condition_no_year_has_is_left_out_for_that_edition_and_reported() -> None:
    held = blank(conditions(), "gini", pl.col("period") != "2019QMAT04")
    found = made(facts(held), held)
    assert ("2020QMAT02", "gini") not in found.design.years
    assert found.design.years["2020QMAT04", "gini"] == "2019"
    rows = model_rows([found], syntetisk=True).filter(term="vilkaar_mangler")
    assert rows.select("period", "level").unique().rows() == [("2020QMAT02", "gini")]
    lines = "\n".join(report_lines(found, RULES.benchmark.omraade_names_da))
    assert "Udeladt for 2020QMAT02, fordi tallet mangler for mindst én kommune: Gini-koefficient (logaritme)." in lines


@pytest.mark.parametrize(
    ("column", "value", "gone"),
    [
        ("disp_indkomst", 0, {"disp_indkomst"}),
        ("befolkning", 0, {"befolkning", "pop15_69"}),
        ("befolkning", None, {"befolkning", "pop15_69"}),
        ("pop15_69", None, {"pop15_69"}),
    ],
)
def test_what_has_no_logarithm_or_ratio_is_missing(column: str, value: int | None, gone: set[str]) -> None:
    held = blank(conditions(), column, pl.col("kommune_kode") == CODES[0], value)
    found = made(facts(conditions()), held)
    asked = {condition.column for condition in MODEL.versions[0].conditions}
    assert asked - {condition.column for condition in found.design.conditions} == gone


def test_too_old_conditions_are_not_used() -> None:
    held = conditions((2014, 2018))
    figures = facts(held)
    old = blank(held, "gini", pl.col("period") == "2018QMAT04")
    assert "gini" not in {c.column for c in made(figures, old).design.conditions}
    assert made(figures, old, rules(years_back=4)).design.years["2020QMAT02", "gini"] == "2014"


@pytest.mark.parametrize("column", sorted(MODEL.refused))
def test_outcomes_are_refused_by_name(column: str) -> None:
    held = conditions().with_columns(pl.lit(1).alias(column), pl.lit(1).alias(column.upper()))
    for name in (column, column.upper()):
        outcome = Condition.model_construct(column=name, form="uaendret", name_da="resultat")
        with pytest.raises(MaalestokError, match=f"{name} må ikke bruges i den åbne model") as refused:
            made(facts(held), held, rules(conditions=(*MODEL.versions[0].conditions, outcome)))
        assert MODEL.refused[column] in refused.value.message


def test_what_cannot_be_fitted_is_refused_in_words() -> None:
    held = conditions()
    figures = facts(held)
    with pytest.raises(MaalestokError, match="Den åbne model bruger gini, som ikke er en kolonne"):
        made(figures, held.drop("gini"))
    ratio = rules(conditions=tuple(c for c in MODEL.versions[0].conditions if c.column == "pop15_69"))
    with pytest.raises(MaalestokError, match="Den åbne model bruger befolkning"):
        made(figures, held.drop("befolkning"), ratio)
    with pytest.raises(MaalestokError, match="kræver 40 kommuner med tal i hver udgave; 2020QMAT02 har 20"):
        made(figures.filter(pl.col("kommune_kode").is_in(CODES[:20])), held)
    with pytest.raises(MaalestokError, match="Den åbne model har ingen vilkår"):
        made(figures, held.with_columns((pl.lit("2030QMAT04")).alias("period")))


def test_a_municipality_without_an_actual_share_gets_an_expected_one_all_the_same() -> None:
    held = conditions()
    gone = (pl.col("kommune_kode") == CODES[1]) & (pl.col("period") == "2020QMAT04")
    figures = facts(held)
    for column in ("faktisk_andel", "faktisk_antal", "forventet_antal", "forventet_andel"):
        figures = blank(figures, column, gone)
    found = made(figures, held)
    assert not found.design.used[1, 1]
    rows = result_rows([found], syntetisk=True).filter(gone)
    status = {(measure, status) for measure, status in rows.select("measure", "status").rows()}
    assert status == {
        ("forventet_andel", "ok"),
        ("forventet_antal", "ikke_opgjort"),
        ("forskel_andel", "ikke_opgjort"),
    }
    counted = model_rows([found], syntetisk=True).filter(term="kommuner", omraade="i_alt")
    assert dict(counted.select("period", "estimate").rows()) == {"2020QMAT02": 45, "2020QMAT04": 44}


def test_editions_outside_the_rules_are_left_alone() -> None:
    held = conditions()
    assert open_models(facts(held).clear(), held, MODEL, RULES) == ()
    assert open_models(facts(held), held.clear(), MODEL, RULES) == ()
    later = facts(held).with_columns(pl.lit("2026QMAT02").alias("period")).unique(["kommune_kode", "omraade"])
    assert open_models(later, held, MODEL, RULES) == ()
    assert result_rows([], syntetisk=False).is_empty()
    assert model_rows([], syntetisk=False).is_empty()


def test_weights_are_as_the_rules_say() -> None:
    held = conditions()
    for weight, power in (("ens", 0), ("kvadratrod", 0.5), ("indbyggere", 1)):
        design = made(facts(held), held, rules(weight=weight)).design
        assert np.allclose(design.panel.weight, design.panel.residents**power)


# Rules -------------------------------------------------------------------------------------------------------------


def test_the_shipped_rules_are_sound_and_refuse_what_the_neighbours_refuse() -> None:
    assert model_faults(MODEL, RULES.feeds["rammevilkaar"]) == []
    assert MODEL.refused == RULES.similar.refused
    assert all(name == name.lower() for name in MODEL.refused)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"penalties": ("0", "1")}, "penalties skal være stigende og større end 0"),
        ({"penalties": ("1", "0.5")}, "penalties skal være stigende og større end 0"),
        (
            {"conditions": (Condition(column="kommuneskat_pct", form="uaendret", name_da="skat"),)},
            "kommuneskat_pct må ikke bruges",
        ),
        ({"conditions": (Condition(column="lykke", form="uaendret", name_da="lykke"),)}, "lykke er ikke en talkolonne"),
        ({"conditions": (MODEL.versions[0].conditions[0],) * 2}, "andel_indvandrere_15_69 står to gange"),
        ({"to_period": "2017QMAT04"}, "slutter (2017QMAT04), før den begynder"),
    ],
)
def test_faults_of_the_rules_are_named(changes: dict[str, object], fault: str) -> None:
    (found,) = model_faults(rules(**changes), RULES.feeds["rammevilkaar"])
    assert found.startswith("aaben_model.yaml: ")
    assert fault in found
