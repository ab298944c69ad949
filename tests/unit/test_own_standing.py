"""Places and intervals of figures counted from persons: what is handed in is what is used, whatever the figures."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist, median

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalestok.beskaeftigelse import own_standing, resultatmaal, skaerpet_tilsyn
from maalestok.beskaeftigelse.fokusmaal import Decision as Target
from maalestok.beskaeftigelse.own_standing import own_cells, own_placed, places, rounding_parts
from maalestok.beskaeftigelse.precision import WHOLE, Population, rounding_variance, sampling_variance
from maalestok.beskaeftigelse.rammevilkaar.two_errors import Compared, compared
from maalestok.beskaeftigelse.rank_moves import Placed, moves
from maalestok.beskaeftigelse.rank_uncertainty import Cell, group
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.kommune import kommuner
from maalestok.period import parse_period
from reference import naive_uncertainty as naive

RULES = load_rules()
DRAWS = 400
VERSION = RULES.uncertainty.versions[0].model_copy(update={"draws": DRAWS})
Z = NormalDist().inv_cdf(0.975)
TAIL = Fraction(25, 1000)
KEY = (24251, 2)
CODES = [k.kode for k in kommuner()]
PERIOD = "2020QMAT04"


def published(pick: random.Random, units: int, spread: float) -> list[Cell]:
    """A group as published, of which all figures are known."""
    differences = [round(pick.gauss(0, spread)) for _ in range(units)]
    order = {at: n for n, at in enumerate(sorted(range(units), key=lambda at: differences[at]), start=1)}
    made = []
    for at in range(units):
        people = round(math.exp(pick.uniform(7, 12.9)))
        population = Population(people - 50, people, people + 50)
        made.append(Cell(f"{at:03d}", pick.randint(100, 1200), differences[at], order[at], population))
    return made


def with_errors(cells: Sequence[Cell], scale: float) -> list[Cell]:
    """The same group with standard errors `scale` times the approximation's variance."""
    return [replace(c, error=math.sqrt(scale * chance(c))) for c in cells]


def chance(cell: Cell) -> float:
    assert cell.expected_share is not None
    assert cell.population is not None
    return sampling_variance(cell.expected_share, cell.population, 1.0)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.sampled_from([10, 98]), spread=st.sampled_from([0.0, 20.0, 80.0]))
def test_the_variance_handed_in_is_the_one_used(seed: int, units: int, spread: float) -> None:
    """Pooling, draws, widening and funnels by the naive implementation, from errors and roundings of each its own."""
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    cells = [
        replace(c, error=math.exp(pick.uniform(-9, -4)), rounding=pick.uniform(0.5, 60))
        for c in published(pick, units, spread)
    ]
    found = group(cells, VERSION, KEY)
    assert found is not None
    assert found.by_persons
    values = [(c.difference or 0) / WHOLE for c in cells]
    variances = [(c.error or 0) ** 2 + (c.rounding / WHOLE) ** 2 / 3 for c in cells]
    tau2 = naive.between(values, variances)
    mean, _ = naive.weighted(values, variances, tau2)
    assert found.pooling.tau2 == pytest.approx(tau2, rel=1e-6, abs=1e-12)
    drawn = (found.pooling.means, found.pooling.sds) if tau2 else ([0.0] * units, [1.0] * units)
    drawn_places = naive.drawn_places(list(drawn[0]), list(drawn[1]), DRAWS, [VERSION.seed, *KEY])
    for at, cell in enumerate(cells):
        sure = found.kommuner[cell.kommune]
        half = Z * (cell.error or 0) + cell.rounding / WHOLE
        assert list(sure.interval) == pytest.approx([values[at] - half, values[at] + half])
        assert sure.chance == pytest.approx(cell.error)
        assert sure.standard_error == pytest.approx(math.sqrt(variances[at]))
        kept = found.pooling.tau2 / (found.pooling.tau2 + variances[at])
        assert sure.pooled == pytest.approx(mean + kept * (values[at] - mean), rel=1e-6, abs=1e-10)
        low, high = naive.interval(drawn_places[at], units, TAIL)
        assert cell.place is not None
        assert sure.places == (min(low, cell.place), max(high, cell.place))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), spread=st.sampled_from([0.0, 20.0, 80.0]))
def test_equal_variances_give_the_intervals_of_the_approximation(seed: int, spread: float) -> None:
    cells = published(random.Random(seed), 98, spread)  # noqa: S311  # reproducible choices, no secret
    before, after = group(cells, VERSION, KEY), group(with_errors(cells, 1.0), VERSION, KEY)
    assert before is not None
    assert after is not None
    assert (before.by_persons, after.by_persons) == (False, True)
    for old, new in zip(before.kommuner.values(), after.kommuner.values(), strict=True):
        assert new.places == old.places
        assert [*new.interval, new.pooled, new.better] == pytest.approx([*old.interval, old.pooled, old.better])
        assert new.alike == old.alike


def test_two_kinds_of_standard_error_are_not_mixed() -> None:
    """A municipality with figures but no error from persons: all are approximated. One without figures needs none."""
    cells = published(random.Random(5), 98, 40.0)  # noqa: S311  # reproducible choices, no secret
    errors = with_errors(cells, 0.5)
    assert group([cells[0], *errors[1:]], VERSION, KEY) == group(cells, VERSION, KEY)
    absent = replace(cells[0], difference=None, place=None)
    found = group([absent, *errors[1:]], VERSION, KEY)
    assert found is not None
    assert found.by_persons
    assert found.unknown == 1


# --- two standard errors beside each other


@pytest.mark.parametrize("scale", [0.25, 1.0, 3.0])
def test_the_scale_that_persons_imply_is_found_again(scale: float) -> None:
    cells = published(random.Random(11), 98, 40.0)  # noqa: S311  # reproducible choices, no secret
    held = beside(cells, with_errors(cells, scale))
    assert held.scale == pytest.approx(scale)
    assert list(held.ratios) == pytest.approx([math.sqrt(scale)] * 3)
    assert (held.wider > held.narrower) == (scale > 1)
    assert (held.wider < held.narrower) == (scale < 1)
    if scale == 1.0:
        assert held.wider == held.narrower == 0


def beside(cells: Sequence[Cell], errors: Sequence[Cell]) -> Compared:
    persons, approximated = group(errors, VERSION, KEY), group(cells, VERSION, KEY)
    assert persons is not None
    assert approximated is not None
    held = compared(persons, approximated, 1.0)
    assert held is not None
    return held


def test_the_comparison_counts_each_municipality_by_itself() -> None:
    pick = random.Random(3)  # noqa: S311  # reproducible choices, no secret
    cells = published(pick, 41, 40.0)
    scales = [math.exp(pick.uniform(-2, 2)) for _ in cells]
    errors = [replace(c, error=math.sqrt(s * chance(c))) for c, s in zip(cells, scales, strict=True)]
    held = beside(cells, errors)
    assert [pair.ratio**2 for pair in held.pairs] == pytest.approx(scales)
    assert list(held.ratios) == pytest.approx(
        [math.sqrt(min(scales)), math.sqrt(median(scales)), math.sqrt(max(scales))]
    )
    assert held.scale == pytest.approx(median(scales))
    widths = [(p.places[1] - p.places[0], p.approximated_places[1] - p.approximated_places[0]) for p in held.pairs]
    assert held.wider == sum(own > other for own, other in widths)
    assert held.narrower == sum(own < other for own, other in widths)
    assert held.wider + held.narrower > 10


# --- places of our own


Figures = tuple[int, int, int]
"""Full-time persons and residents, rounded to 10; the expected share in hundredths of a percentage point."""


def rows(figures: Sequence[Figures | None]) -> pl.DataFrame:
    """Own rows of one group; None is a municipality with too few residents."""
    made: list[tuple[object, ...]] = []
    for kode, held in zip(CODES, figures, strict=False):
        at = (PERIOD, kode, "i_alt")
        if held is None:
            made += [(*at, name, None, None, None, "personer-1+vilkaar-1") for name in own_standing.STANDING]
            continue
        persons, residents, expected = held
        gap = Fraction(persons, residents) - Fraction(expected, WHOLE)
        made += [
            (*at, "faktisk_andel", persons / residents, persons, residents, "1+2019-04+personer-1"),
            (*at, "forventet_andel", expected / WHOLE, None, None, "personer-1+vilkaar-1"),
            (*at, "forskel_andel", float(gap), None, None, "personer-1+vilkaar-1"),
        ]
    numbers = ("value", "numerator", "denominator")
    names = ("period", "kommune_kode", "omraade", "measure", *numbers, "method")
    schema = {name: pl.Float64 if name in numbers else pl.String for name in names}
    return pl.DataFrame(made, schema=schema, orient="row", strict=False)


def group_of(figures: Sequence[Figures | None]) -> Sequence[Cell]:
    (held,) = own_cells(rows(figures).sample(fraction=1.0, shuffle=True, seed=2), {}, RULES).values()
    return held


def test_equal_differences_go_by_the_code_and_without_a_share_there_is_no_place() -> None:
    held = group_of([(100, 1000, 900), (200, 2000, 900), None, (50, 1000, 900), (300, 3000, 900)])
    assert [cell.place for cell in held] == [2, 3, None, 1, 4]
    assert [cell.kommune for cell in held] == CODES[:5]
    made = places({(PERIOD, "i_alt"): held}, {PERIOD: "personer-1+vilkaar-1"})
    assert made["value"].to_list() == [2.0, 3.0, None, 1.0, 4.0]
    assert made["status"].to_list() == ["ok", "ok", "ikke_opgjort", "ok", "ok"]
    assert made["reason"].to_list() == [None, None, "for_faa_beboere", None, None]


def test_what_rounding_can_have_moved_a_difference() -> None:
    """400 of 3,580: at most 405 of 3,575, and the expected share by half of its last decimal."""
    (cell,) = group_of([(400, 3580, 1210)])
    assert cell.rounding == pytest.approx((405 / 3575 - 400 / 3580) * 10_000 + 0.5)
    assert cell.population == Population(3575, 3580, 3585)
    assert cell.difference == pytest.approx((400 / 3580 - 0.1210) * 10_000)
    assert rounding_variance(cell.rounding) == pytest.approx((cell.rounding / 10_000) ** 2 / 3)


@settings(max_examples=40, deadline=None)
@given(
    figures=st.lists(
        st.none()
        | st.tuples(
            st.integers(0, 60).map(lambda n: n * 10),
            st.integers(60, 400).map(lambda n: n * 10),
            st.integers(0, 1500),
        ),
        min_size=1,
        max_size=30,
    ),
    seed=st.integers(0, 10**6),
)
def test_places_are_the_order_of_what_is_shown_and_rounding_leaves_the_true_one_open(
    figures: list[Figures | None], seed: int
) -> None:
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret
    held = group_of(figures)
    shown = {
        kode: (figures_[0] / figures_[1] - figures_[2] / WHOLE if figures_ else None)
        for kode, figures_ in zip(CODES, figures, strict=False)
    }
    exact = {kode: Fraction(f[0], f[1]) - Fraction(f[2], WHOLE) for kode, f in zip(CODES, figures, strict=False) if f}
    for cell in held:
        if shown[cell.kommune] is None:
            assert cell.place is None
            continue
        own = (exact[cell.kommune], cell.kommune)
        assert cell.place == 1 + sum((value, kode) < own for kode, value in exact.items())
    unrounded = {
        kode: max(f[0] + pick.uniform(-5, 5), 0) / (f[1] + pick.uniform(-5, 5))
        - (f[2] + pick.uniform(-0.5, 0.5)) / WHOLE
        for kode, f in zip(CODES, figures, strict=False)
        if f
    }
    unknown = figures.count(None)
    told = {row.kommune_kode: row for row in rounding_parts({(PERIOD, "i_alt"): held})}
    assert told.keys() == unrounded.keys()
    for kode, value in unrounded.items():
        place = 1 + sum(other < value for other in unrounded.values())
        low, high = told[kode].low, told[kode].high
        assert low is not None
        assert high is not None
        assert low <= place <= high - unknown


def test_a_version_of_the_counting_that_is_unknown_gives_no_place() -> None:
    held = rows([(100, 1000, 900)]).with_columns(pl.lit("personer-99").alias("method"))
    ((cell,),) = own_cells(held, {}, RULES).values()
    assert (cell.place, cell.is_known) == (None, False)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.sampled_from([2, 12, 40]))
def test_why_a_place_of_our_own_moved_adds_up(seed: int, units: int) -> None:
    """Shown shares are exact fractions: no rounding is left over, and the naive split agrees."""
    pick = random.Random(seed)  # noqa: S311  # reproducible choices, no secret

    def edition() -> Sequence[Placed]:
        figures = [(pick.randint(0, 60) * 10, pick.randint(60, 400) * 10, pick.randint(0, 1500)) for _ in range(units)]
        shown = rows(figures)
        (placed,) = own_placed(shown, own_cells(shown, {}, RULES)).values()
        assert list(placed) == CODES[:units]
        return list(placed.values())

    before, now = edition(), edition()
    assert all(p.actual - p.expected == p.difference for p in (*before, *now))
    found = moves(before, now)
    assert found is not None
    old, new = ([(p.actual, p.expected, p.difference, p.place) for p in held] for held in (before, now))
    for own, move in enumerate(found):
        assert move.own_actual + move.own_expected + move.others == before[own].place - now[own].place
        assert (move.own_actual, move.own_expected, move.others) == naive.causes(old, new, own)


# --- the result target


@pytest.mark.parametrize(
    ("difference", "udfald"),
    [(Fraction(1, 10**9), "ikke_opfyldt"), (Fraction(0), "opfyldt"), (Fraction(-1, 10**9), "opfyldt")],
)
def test_our_own_difference_decides_unrounded_and_says_so(difference: Fraction, udfald: str) -> None:
    decision = resultatmaal.decide(difference, parse_period(PERIOD), RULES.resultatmaal, own=True)
    assert (decision.udfald, decision.flag) == (udfald, ("egen_opgoerelse",))


def test_what_follows_from_our_own_difference_says_so_too() -> None:
    missed = Target("ikke_opfyldt", (), Fraction(4, 5))
    kept = Target("opfyldt", (), Fraction(4, 5))
    for udfald, target, mean, supervised, zone in (
        ("ikke_opfyldt", missed, Fraction(1, 2), "omfattet", "ikke_i_risikozonen"),
        ("ikke_opfyldt", kept, Fraction(81, 100), "ikke_omfattet", "i_risikozonen"),
        ("opfyldt", missed, Fraction(1, 2), "ikke_omfattet", "ikke_i_risikozonen"),
    ):
        year = skaerpet_tilsyn.Year(udfald, ("egen_opgoerelse",), {"fokusmaal_samtaler": target}, {"fokusmaal_samtaler": mean})  # fmt: skip
        decision = skaerpet_tilsyn.decide(year, checked=True)
        assert (decision.udfald, decision.flag) == (supervised, ("egen_opgoerelse",))
        near = skaerpet_tilsyn.risk_zone(year, decision.udfald, Fraction(1, 20))
        assert near.udfald == zone
        assert "egen_opgoerelse" in near.flag
