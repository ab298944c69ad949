"""The product agrees with the naive second implementation of uncertain places on generated groups."""

import math
import random
from fractions import Fraction
from statistics import NormalDist

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse import editions, reach_tables, synthetic, uncertainty_tables
from maalestok.beskaeftigelse.development import climber_parts
from maalestok.beskaeftigelse.precision import HALF_SHARE, Population, implied_population
from maalestok.beskaeftigelse.rank_moves import Placed, moves
from maalestok.beskaeftigelse.rank_uncertainty import Cell, group
from maalestok.beskaeftigelse.reach import At, to_expected, to_place
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.similar import by_conditions, by_value, standardised
from maalestok.kommune import resolve
from reference import naive_uncertainty as naive

DRAWS = 400
VERSION = load_rules().uncertainty.versions[0].model_copy(update={"draws": DRAWS})
Z = NormalDist().inv_cdf(0.975)
TAIL = Fraction(25, 1000)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-7, abs=1e-10)


def drawn(pick: random.Random, units: int, spread: float) -> list[Cell]:
    """A group as published: figures of the total give the population, some municipalities lack a figure."""
    made = []
    differences = [pick.gauss(0, spread) for _ in range(units)]
    places = {at: n for n, at in enumerate(sorted(range(units), key=lambda at: differences[at]), start=1)}
    for at in range(units):
        people = round(math.exp(pick.uniform(7, 12.9)))
        shares = [pick.randint(500, 1500), pick.randint(500, 1500)]
        numbers = [round(people * share / 100_000) * 10 for share in shares]
        population = implied_population(((numbers[0], shares[0]), (numbers[1], shares[1])))
        known = pick.random() > 0.05
        made.append(
            Cell(f"{at:03d}", pick.randint(0, 1200), round(differences[at]) if known else None, places[at], population)
        )
    return made


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.sampled_from([10, 25, 98]), spread=st.sampled_from([0.0, 2.0, 30.0, 80.0]))
def test_agrees_on_all_that_is_said_of_a_group(seed: int, units: int, spread: float) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    cells = drawn(pick, units, spread)
    found = group(cells, VERSION, (24251, 2))
    known = [c for c in cells if c.difference is not None and c.population is not None]
    if len(known) < 3:
        assert found is None
        return
    assert found is not None
    unknown = units - len(known)
    values = [(c.difference or 0) / 10_000 for c in known]
    chance = [naive.variance(c.expected_share or 0, Fraction(c.population.low), 1.0) for c in known if c.population]
    total = [v + 0.0001**2 / 12 for v in chance]
    tau2 = naive.between(values, total)
    mean, _ = naive.weighted(values, total, tau2)
    phi = naive.inflated(values, total, mean, 0.1)
    mean_variance = 1 / sum(1 / (v + tau2) for v in total)
    assert found.pooling.tau2 == pytest.approx(tau2, rel=1e-6, abs=1e-12)
    assert (found.pooling.mean, found.phi) == (near(mean), near(phi))
    kept = [found.pooling.tau2 / (found.pooling.tau2 + v) for v in total]
    middles = [mean + k * (x - mean) for k, x in zip(kept, values, strict=True)]
    sds = [math.sqrt(k * v) for k, v in zip(kept, total, strict=True)]
    drawn_from = (
        (list(found.pooling.means), list(found.pooling.sds)) if tau2 else ([0.0] * len(known), [1.0] * len(known))
    )
    places = naive.drawn_places(*drawn_from, DRAWS, [VERSION.seed, 24251, 2])
    for at, cell in enumerate(known):
        sure = found.kommuner[cell.kommune]
        half = Z * math.sqrt(chance[at]) + 0.00005
        assert sure.interval == (near(values[at] - half), near(values[at] + half))
        assert sure.standard_error == near(math.sqrt(total[at]))
        whole = math.sqrt(sds[at] ** 2 + (1 - kept[at]) ** 2 * mean_variance)
        assert sure.pooled == near(middles[at])
        assert sure.pooled_interval == (near(middles[at] - Z * whole), near(middles[at] + Z * whole))
        assert sure.better == pytest.approx(naive.normal(-middles[at] / whole), abs=1e-6)
        for coverage in (0.95, 0.998):
            z = NormalDist().inv_cdf((1 + coverage) / 2)
            for name, spread_of in (("additiv", total[at] + tau2), ("multiplikativ", total[at] * phi)):
                reach = z * math.sqrt(spread_of)
                assert sure.funnels[name, str(coverage)] == (near(mean - reach), near(mean + reach))
        low, high = naive.interval(places[at], len(known), TAIL)
        assert cell.place is not None
        assert sure.places == (min(low, cell.place), max(high + unknown, high, cell.place))
        best = Fraction(sum(place <= 10 for place in places[at]), DRAWS)
        least = Fraction(sum(place <= 10 - unknown for place in places[at]), DRAWS)
        assert sure.best == (None if unknown else float(best))
        assert sure.best_range == (float(least), float(best))
        open_order = {
            known[other].kommune
            for other in range(len(known))
            if other != at
            and abs(found.pooling.means[other] - found.pooling.means[at])
            <= Z * math.hypot(found.pooling.sds[other], found.pooling.sds[at])
        }
        assert set(sure.alike) == open_order


@settings(max_examples=200, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 5000).map(lambda n: n * 10), st.integers(0, 2000)), max_size=2),
)
def test_agrees_on_the_population(pairs: list[tuple[int, int]]) -> None:
    found, wanted = implied_population(tuple(pairs)), naive.population(pairs)
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert (found.low, found.central, found.high) == tuple(near(float(value)) for value in wanted)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(2, 30), spread=st.sampled_from([1, 4, 40]))
def test_agrees_on_why_places_moved(seed: int, units: int, spread: int) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret

    def edition() -> list[Placed]:
        expected = [pick.randint(900, 900 + spread) for _ in range(units)]
        differences = [pick.randint(-spread, spread) for _ in range(units)]
        order = sorted(range(units), key=lambda at: (differences[at], pick.random()))
        place = {unit: n for n, unit in enumerate(order, start=1)}
        return [
            Placed(expected[u] + differences[u] + pick.choice((-1, 0, 1)), expected[u], differences[u], place[u])
            for u in range(units)
        ]

    before, now = edition(), edition()
    old, new = ([(p.actual, p.expected, p.difference, p.place) for p in held] for held in (before, now))
    found = moves(before, now)
    assert found is not None
    for own, move in enumerate(found):
        assert (move.own_actual, move.own_expected, move.others) == naive.causes(old, new, own)


@settings(max_examples=60, deadline=None)
@given(
    difference=st.integers(0, 300),
    gap=st.integers(0, 300),
    low=st.integers(1_000, 40_000),
    wide=st.sampled_from([1.0, 1.0625, 1.125]),
)
def test_agrees_on_what_it_takes(difference: int, gap: int, low: int, wide: float) -> None:
    people = Population(low, low * (1 + wide) / 2, low * wide)
    found = to_expected(difference, people)
    assert found.value == naive.fewer_to_expected(difference, people.central)
    assert found.low == naive.fewer_to_expected(difference - HALF_SHARE, people.low)
    assert found.high == naive.fewer_to_expected(difference + HALF_SHARE, people.high)
    passed = to_place(2, [At(1, 0), At(2, gap)], 1, people)
    assert passed is not None
    assert passed.value == naive.fewer_to_pass(gap, people.central)
    assert passed.low == naive.fewer_to_pass(gap - 1, people.low)
    assert passed.high == naive.fewer_to_pass(gap + 1, people.high)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(2, 98), wanted=st.integers(1, 12))
def test_agrees_on_who_is_similar(seed: int, units: int, wanted: int) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    codes = pick.sample([f"{at:03d}" for at in range(101, 900)], units)
    shares = {code: pick.randint(700, 760) for code in codes}
    apart = {own: {other: float(abs(shares[own] - shares[other])) for other in codes} for own in codes}
    found = by_value(shares, wanted)
    assert {own: [n.kommune for n in held] for own, held in found.items()} == naive.nearest(apart, wanted)
    assert all(n.distance == apart[own][n.kommune] for own, held in found.items() for n in held)

    conditions = {name: {code: pick.gauss(40, spread) for code in codes} for name, spread in (("a", 1), ("b", 30))}
    weights = {"a": 0.25, "b": 1.0, "not delivered": 5.0}
    scores = {name: standardised(held) or {} for name, held in conditions.items()}
    alike = by_conditions(scores, weights, wanted)
    distances = naive.condition_distances(conditions, weights)
    assert {own: [n.kommune for n in held] for own, held in alike.items()} == naive.nearest(distances, wanted)
    assert all(n.distance == near(distances[own][n.kommune]) for own, held in alike.items() for n in held)


@settings(max_examples=40, deadline=None)
@given(changes=st.lists(st.one_of(st.none(), st.integers(-40, 40)), min_size=1, max_size=98))
def test_agrees_on_the_list_of_climbers(changes: list[int | None]) -> None:
    rows = [
        ("m", "2020QMAT04", "i_alt", f"{at:03d}", None if change is None else change / 10_000)
        for at, change in enumerate(changes)
    ]
    schema = dict.fromkeys(("measure", "period", "omraade", "kommune_kode"), pl.String) | {"value": pl.Float64}
    found = {
        row.kommune_kode: (row.value, row.low, row.high)
        for row in climber_parts(pl.DataFrame(rows, schema=schema, orient="row"), "m")
    }
    wanted = naive.list_places({f"{at:03d}": change for at, change in enumerate(changes) if change is not None})
    assert found == {own: (low, low, high) for own, (low, high) in wanted.items()}


PERIOD, MONTH = "2020QMAT04", 2020 * 12 + 11
AREAS = ("i_alt", "a_dagpenge", "kontanthjaelp", "sygedagpenge")
FIGURES = ("forventet_antal", "faktisk_antal", "forventet_andel", "faktisk_andel", "forskel_andel", "placering")
Rows = dict[tuple[str, str], dict[str, int | None]]


def rounded(value: float) -> object:
    """As released, with six decimals."""
    return pytest.approx(value, abs=6e-7)


def figures(seed: int, missing: int) -> Rows:
    """(area, kommune) -> figures as published, some of them missing."""
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    rows: Rows = {}
    for row in synthetic.editions((PERIOD,), seed)[PERIOD]:
        values = (row.expected, row.actual, row.expected_share, row.actual_share, row.difference_share, row.rank)
        rows[row.omraade, resolve(row.kommune).kode] = dict(zip(FIGURES, values, strict=True))
    for cell in pick.sample(sorted(rows), missing):
        rows[cell][pick.choice(FIGURES)] = None
    return rows


def people_of(rows: Rows, kommune: str) -> naive.Residents | None:
    total = rows["i_alt", kommune]
    pairs = [(total[f"{side}_antal"], total[f"{side}_andel"]) for side in ("forventet", "faktisk")]
    return naive.population([(n, s) for n, s in pairs if n is not None and s is not None])


@pytest.mark.parametrize(("seed", "missing"), [(3, 0), (4, 40)])
def test_agrees_from_published_rows_to_what_is_said_of_each_municipality(seed: int, missing: int) -> None:
    """Nothing of the product's is taken over on the way: populations, pooling, draws, widening, whom it is like."""
    rows = figures(seed, missing)
    facts = pl.DataFrame(
        [{"period": PERIOD, "omraade": a, "kommune_kode": k, **held} for (a, k), held in rows.items()],
        infer_schema_length=None,
    ).sample(fraction=1.0, shuffle=True, seed=seed)
    rules = load_rules()
    rules = rules.model_copy(update={"uncertainty": rules.uncertainty.model_copy(update={"versions": (VERSION,)})})
    found = uncertainty_tables.groups(facts, rules)
    spans = {
        measure: {
            (k, a): (low, high)
            for k, a, low, high in uncertainty_tables.intervals(found, measure)
            .select("kommune_kode", "omraade", "low", "high")
            .iter_rows()
        }
        for measure in ("placering", "forskel_andel")
    }
    related: dict[tuple[str, str], list[str]] = {}
    for a, k, other in uncertainty_tables.relations(found).select("omraade", "kommune_kode", "other_kode").iter_rows():
        related.setdefault((k, a), []).append(other)
    wanted_places: dict[tuple[str, str], tuple[float, float]] = {}
    wanted_differences: dict[tuple[str, str], tuple[object, object]] = {}
    wanted_related: dict[tuple[str, str], list[str]] = {}
    for number, area in enumerate(AREAS):
        known = []
        codes = sorted(k for a, k in rows if a == area)
        for kommune in codes:
            row, people = rows[area, kommune], people_of(rows, kommune)
            if row["forventet_andel"] is not None and row["forskel_andel"] is not None and people is not None:
                chance = naive.variance(row["forventet_andel"], people[0], 1.0)
                known.append((kommune, row["forskel_andel"] / 10_000, row["placering"], chance))
        values, total = [k[1] for k in known], [k[3] + 0.0001**2 / 12 for k in known]
        tau2 = naive.between(values, total)
        assert tau2 > 0
        mean, _ = naive.weighted(values, total, tau2)
        kept = [tau2 / (tau2 + v) for v in total]
        means = [mean + k * (x - mean) for k, x in zip(kept, values, strict=True)]
        sds = [math.sqrt(k * v) for k, v in zip(kept, total, strict=True)]
        places = naive.drawn_places(means, sds, DRAWS, [VERSION.seed, MONTH, number])
        for at, (kommune, value, place, chance) in enumerate(known):
            low, high = naive.interval(places[at], len(known), TAIL)
            own = (low, high) if place is None else (min(low, place), max(high, place))
            wanted_places[kommune, area] = (own[0], max(own[1], high + len(codes) - len(known)))
            half = Z * math.sqrt(chance) + 0.00005
            wanted_differences[kommune, area] = (rounded(value - half), rounded(value + half))
            others = [
                (values[o], known[o][2] or 0, known[o][0])
                for o in range(len(known))
                if o != at and abs(means[o] - means[at]) <= Z * math.sqrt(sds[o] ** 2 + sds[at] ** 2)
            ]
            wanted_related[kommune, area] = [other for _, _, other in sorted(others)]
    assert spans["placering"] == wanted_places
    assert spans["forskel_andel"] == wanted_differences
    assert related == {own: others for own, others in wanted_related.items() if others}

    needed = {
        (row.kommune_kode, row.omraade, row.part): (row.value, row.low, row.high)
        for row in reach_tables.reach_parts(dict(editions.cells(facts, rules)), rules)
    }
    assert needed == wanted_reach(rows)


def wanted_reach(rows: Rows) -> dict[tuple[str, str, str], tuple[float, float, float]]:
    """Persons fewer, counted up one at a time, to the expected level and to places 49 and 10."""
    wanted: dict[tuple[str, str, str], tuple[float, float, float]] = {}
    for (area, kommune), row in rows.items():
        own, place, people = row["forskel_andel"], row["placering"], people_of(rows, kommune)
        if own is None or place is None or people is None:
            continue
        low, central, high = people
        wanted[kommune, area, "til_det_forventede"] = (0, 0, 0)
        if own >= 0:
            level = ((own, central), (own - 0.5, low), (own + 0.5, high))
            wanted[kommune, area, "til_det_forventede"] = triple([naive.fewer_to_expected(d, n) for d, n in level])
        for name, target in (("til_den_bedste_halvdel", 49), ("til_de_ti_bedste", 10)):
            there = [r["forskel_andel"] for (a, _), r in rows.items() if a == area and r["placering"] == target]
            if place <= target:
                wanted[kommune, area, name] = (0, 0, 0)
            elif there and there[0] is not None:
                gap = own - there[0]
                passing = ((gap, central), (gap - 1, low), (gap + 1, high))
                wanted[kommune, area, name] = triple([naive.fewer_to_pass(d, n) for d, n in passing])
    return wanted


def triple(ends: list[int]) -> tuple[float, float, float]:
    value, low, high = ends
    return value, low, high
