"""The product agrees with the naive second implementation of the supervision rules on generated figures."""

import random
from fractions import Fraction

import polars as pl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse import fokusmaal, skaerpet_tilsyn, synthetic, tables
from maalestok.beskaeftigelse.basis import Basis
from maalestok.beskaeftigelse.findings import findings_table
from maalestok.beskaeftigelse.focus_measures import MEASURES
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.tilsynsforloeb import Step, history_faults, may_follow
from maalestok.deliveries.cells import typed_schema
from maalestok.period import parse_period
from reference import naive_supervision as naive
from reference.test_naive import as_facts, published

KINDS = ("samtale", "tilbud")
COLUMNS = {"maalgruppe_antal": "group"} | {f"{k}_andel{e}": f"{k}{e}" for e in ("", "_12m") for k in KINDS}
KOMMUNER = ("101", "707", "825")
STEPS = [step.id for step in load_rules().tilsynsskridt.steps]


def drawn_month(pick: random.Random, holes: float) -> naive.Figures:
    """One municipality's month: mostly shares that some whole number gives, sometimes others; holes as asked."""
    group = pick.choice([0, 1, 4, 5, 13, 37, 100, 999, 2000, None])
    row: naive.Figures = {"group": group}
    for kind in KINDS:
        count = round((group or 60) * pick.choice([0.69, 0.7, 0.71, 0.79, 0.8, 0.81, 0.84, 0.85, 0.97, 1]))
        exact = Fraction(count * 10_000, group or 60)
        value = pick.choice([round(exact), round(exact), round(exact / 10) * 10, 7996, 8000, pick.randint(0, 10_000)])
        row[kind] = None if group == 0 or pick.random() < holes else value
        row[f"{kind}_12m"] = pick.choice([7999, 8000, 8499, 8500, 7000, 7001]) if pick.random() < 0.1 else None
    if all(value is None for value in row.values()):
        row["samtale"] = 8000
    return row


def drawn_months(pick: random.Random, year: int, holes: float) -> naive.Months:
    months = [naive.before(f"{year}-12", back) for back in range(18)]
    return {(k, m): drawn_month(pick, holes) for k in KOMMUNER for m in months if pick.random() >= holes / 10}


def as_shares(rows: naive.Months) -> pl.DataFrame:
    schema = typed_schema(load_rules().feeds["fokusmaal"]) | {"rettelse": pl.String()}
    records = []
    for line, ((kommune, month), row) in enumerate(rows.items(), start=2):
        record = {"levering": "0" * 64, "linje": line, "kommune_kode": kommune, "period": month, "rettelse": None}
        for column, name in COLUMNS.items():
            record |= {column: row[name], f"{column}_status": "ok" if row[name] is not None else "ikke_leveret"}
        records.append(record)
    return pl.DataFrame(records, schema=schema)


def naive_answer(measure: str, rows: naive.Months, kommune: str, month: str) -> naive.Answer:
    kind = "samtale" if "samtale" in measure else "tilbud"
    made = naive.short if measure.startswith("mangler") else naive.mean if measure.endswith("_12m") else naive.share
    return made(rows, kommune, month, kind)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), year=st.integers(2018, 2023), holes=st.sampled_from([0, 0, 0.02, 0.3]))
@example(seed=1, year=2020, holes=0)
def test_agrees_figure_by_figure_and_decision_by_decision(seed: int, year: int, holes: float) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    rows, code, rules = drawn_months(pick, year, holes), f"{year}QMAT04", load_rules()
    edition = published(synthetic.editions([code], seed)[code], set(), 1)
    edition = {key: figures for key, figures in edition.items() if key[1] in KOMMUNER}
    nothing = {"period": pl.String, "kommune_kode": pl.String}
    amounts = pl.DataFrame(schema=nothing | {"omraade": pl.String, "beloeb_mio_kr": pl.Int64})
    people = pl.DataFrame(schema=nothing | {"personer": pl.Int64})
    months = sorted({month for _, month in rows})
    made_of = Basis(as_facts(edition), amounts, people, rules, [*months, code], as_shares(rows))
    results, reasons = tables.results_table(made_of, syntetisk=True)
    own = results.filter(pl.col("measure").is_in(MEASURES))
    found = {
        (r["measure"], r["kommune_kode"], r["period"]): (r["value"], r["low"], r["high"], r["status"])
        for r in own.iter_rows(named=True)
    }
    wanted = {}
    for measure in MEASURES:
        for kommune, month in rows:
            value, *rest = naive_answer(measure, rows, kommune, month)
            exact = None if value is None else value.numerator / value.denominator
            wanted[measure, kommune, month] = (exact, *rest)
    assert found == wanted
    assert own["numerator"].null_count() == own["denominator"].null_count() == len(own)
    for measure, reason in reasons.select("measure", "part").unique().iter_rows():
        assert reason in rules.measures[measure].reasons_da

    means = {
        (kommune, month, kind): naive.mean(rows, kommune, month, kind)[0] for kommune, month in rows for kind in KINDS
    }
    for row in findings_table(results, rules).iter_rows(named=True):
        kommune, december = row["kommune_kode"], f"{year}-12"
        gap = edition[code, kommune, "i_alt"]["forskel_andel"]
        assert gap is not None
        known = 2019 <= year <= 2022
        result = "ikke_vurderet" if not known else "opfyldt" if gap <= 0 else "ikke_opfyldt"
        held = {kind: means.get((kommune, december, kind)) for kind in KINDS}
        if row["criterion"].startswith("fokusmaal_"):
            kind = "samtale" if row["criterion"].endswith("samtaler") else "tilbud"
            month = december if row["period"] == code else row["period"]
            assert row["udfald"] == naive.target(means.get((kommune, month, kind)), kind, int(month[:4]))
        elif row["criterion"] == "skaerpet_tilsyn":
            targets = [naive.target(value, kind, year) for kind, value in held.items()]
            assert row["udfald"] == naive.supervised(result, targets, year)
        elif row["criterion"] == "risikozone":
            assert row["udfald"] == naive.near_the_limit(result, held, year)
        else:
            assert row["udfald"] == result


@settings(max_examples=300, deadline=None)
@given(
    year=st.integers(2018, 2024),
    result=st.sampled_from(["opfyldt", "ikke_opfyldt", "ikke_vurderet"]),
    hundredths=st.tuples(*[st.one_of(st.none(), st.integers(6900, 8600), st.sampled_from([7000, 8000, 8500]))] * 2),
    reading=st.sampled_from(["maaleaar", "udpegningsaar"]),
)
def test_agrees_on_both_readings_of_the_suspension(
    year: int, result: str, hundredths: tuple[int | None, int | None], reading: str
) -> None:
    rules, period = load_rules(), parse_period(f"{year}QMAT04")
    values = {k: None if h is None else Fraction(h, 10_000) for k, h in zip(KINDS, hundredths, strict=True)}
    names = dict(zip(rules.fokusmaal, KINDS, strict=True))
    targets = {}
    for name, criterion in rules.fokusmaal.items():
        changed = tuple(s.model_copy(update={"gaelder": reading}) for s in criterion.suspensions)
        read = criterion.model_copy(update={"suspensions": changed})
        targets[name] = fokusmaal.decide(values[names[name]], period, read)
        assert targets[name].udfald == naive.target(values[names[name]], names[name], year, reading)
    held = skaerpet_tilsyn.Year(result, (), targets, {name: values[kind] for name, kind in names.items()})
    checked = 2019 <= year <= 2022
    decision = skaerpet_tilsyn.decide(held, checked=checked)
    assert decision.udfald == naive.supervised(result, [t.udfald for t in targets.values()], year)
    zone = skaerpet_tilsyn.risk_zone(held, decision.udfald, Fraction(1, 20) if checked else None)
    assert zone.udfald == naive.near_the_limit(result, values, year, reading)


DAYS = st.dates(parse_period("2020-11").last_day, parse_period("2021-03").last_day).map(str)


@settings(max_examples=500, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), DAYS), max_size=7))
def test_agrees_on_which_histories_are_legal(steps: list[tuple[str, str]]) -> None:
    faults = history_faults([Step(*step) for step in steps], "2020-12-31", load_rules().tilsynsskridt)
    assert (not faults) == naive.legal(steps, 2020)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_walking_along_what_may_follow_gives_legal_histories_alone(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    machine, taken = load_rules().tilsynsskridt, list[str]()
    while following := may_follow(taken, machine):
        outside = pick.choice(STEPS)
        if outside not in [step.id for step in following]:
            assert not naive.legal([(name, "2021-01-01") for name in (*taken, outside)], 2020)
        taken.append(pick.choice(following).id)
        assert naive.legal([(name, "2021-01-01") for name in taken], 2020)
    assert taken[-1] in ("ophoert", "administration")
