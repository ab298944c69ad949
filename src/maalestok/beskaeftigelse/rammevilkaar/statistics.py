"""Sufficient statistics of a categorical model: counts and sums over pairs of categories, in one query on any engine.

With categorical conditions X'X, X'y and every municipality's means are counts and sums. All are whole numbers, so that
the engines agree to the last digit. `y` are grade-days (a day of full benefit is 100); the residuals of the second
query are whole numbers of `RESIDUAL` parts of a grade-day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maalestok.beskaeftigelse.rammevilkaar.model_rules import AGE_SEX, SEXES, UNKNOWN, ModelCondition, ModelVersion

Floats = NDArray[np.float64]
OUTCOMES = ("y1", "y2", "y3")
"""Grade-days of the areas, by their number in `priority`."""
RESIDUAL = 1 << 20
PERSONS, PAIRS, SCORES = "modelpersoner", "modelpar", "modelrester"
INTERCEPT = ("(konstant)", "")
Term = tuple[str, str]
"""Condition and category."""


def column(place: int) -> str:
    """The column of the person table that holds a condition's category."""
    return f"v{place:02d}"


def codes(condition: ModelCondition) -> tuple[str, ...]:
    """A condition's categories as the person table numbers them, the unknown last."""
    return (*condition.codes, UNKNOWN)


@dataclass(frozen=True)
class Window:
    """Whose figures: residents of `day` by the window's `number`, aged `year` minus year of birth within `ages`."""

    day: int
    year: int
    ages: tuple[int, int]
    version: int
    quarters: tuple[int, int]


def person_table(version: ModelVersion, window: Window) -> str:
    """SQL for the persons of a window: municipality, outcomes, and a number for the category of each condition."""
    chosen = ", ".join(
        f"{_category(condition)} as {column(place)}" for place, condition in enumerate(version.conditions)
    )
    sums = ", ".join(
        f"cast(sum(case when prioritet = {nr} then grad_dage else 0 end) as bigint) as {name}"
        for nr, name in enumerate(OUTCOMES, start=1)
    )
    outcomes = ", ".join(f"coalesce(udfald.{name}, 0) as {name}" for name in OUTCOMES)
    first, last = window.quarters
    return (
        f"select borgere.kommune_kode as kommune, {outcomes}, {chosen} from borgere "  # noqa: S608  # names and numbers are ours
        "inner join raekkevidde on raekkevidde.feed = 'borgere' and raekkevidde.orden = borgere.orden "
        f"and {window.day} between raekkevidde.fra_dag and raekkevidde.til_dag "
        f"left join (select person, {sums} from kvartalsdage where version = {window.version} "
        f"and kvartal between {first} and {last} group by person) as udfald on udfald.person = borgere.person_id "
        f"where borgere.fra <= {window.day} and coalesce(borgere.til, {window.day}) >= {window.day} "
        f"and {window.year} - borgere.foedselsaar between {window.ages[0]} and {window.ages[1]}"
    ).replace("foedselsaar_alder", f"({window.year} - borgere.foedselsaar)")


def _category(condition: ModelCondition) -> str:
    unknown = len(condition.codes)
    if condition.kind == AGE_SEX:
        steps = []
        for place in range(len(condition.ages) - 1, -1, -1):
            for nr, sex in enumerate(SEXES):
                number = place * len(SEXES) + nr
                steps.append(
                    f"when foedselsaar_alder >= {condition.ages[place]} and borgere.koen = '{sex}' then {number}"
                )
        return f"case {' '.join(steps)} else {unknown} end"
    steps = [f"when '{code}' then {number}" for number, code in enumerate(condition.codes)]
    return f"case borgere.{condition.id} {' '.join(steps)} else {unknown} end"


def pairs_query(version: ModelVersion) -> str:
    """SQL for counts and sums of everybody, each municipality, category, pair, and category in each municipality."""
    names = [column(place) for place in range(len(version.conditions))]
    sets = ["()", "(kommune)", *(f"({name})" for name in names), *(f"(kommune, {name})" for name in names)]
    sets += [f"({one}, {other})" for place, one in enumerate(names) for other in names[place + 1 :]]
    sums = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in OUTCOMES)
    squares = ", ".join(
        f"cast(sum(cast({one} as bigint) * {other}) as bigint) as {one}{other}"
        for place, one in enumerate(OUTCOMES)
        for other in OUTCOMES[place:]
    )
    chosen = ", ".join(["kommune", *names])
    order = ", ".join(f"{name} asc nulls first" for name in ["kommune", *names])
    return (
        f"select {chosen}, cast(count(*) as bigint) as n, {sums}, {squares} from {PERSONS} "  # noqa: S608  # names are ours
        f"group by grouping sets ({', '.join(sets)}) order by {order}"
    )


def residual_query(version: ModelVersion, parts: Mapping[Term, Sequence[int]], constant: Sequence[int]) -> str:
    """SQL for sums of residuals by municipality and category, and of their squares by municipality.

    Args:
        version: the conditions.
        parts: term -> its coefficient for each outcome, in `RESIDUAL` parts of a grade-day; missing ones are 0.
        constant: the intercepts.
    """
    rests = []
    for nr, name in enumerate(OUTCOMES):
        steps = [f"{name} * {RESIDUAL} - {constant[nr]}"]
        for place, condition in enumerate(version.conditions):
            held = [
                f"when {number} then {parts[condition.id, code][nr]}"
                for number, code in enumerate(codes(condition))
                if (condition.id, code) in parts
            ]
            if held:
                steps.append(f"case {column(place)} {' '.join(held)} else 0 end")
        rests.append(f"{' - '.join(steps)} as u{nr + 1}")
    names = [column(place) for place in range(len(version.conditions))]
    inner = f"select kommune, {', '.join(names)}, {', '.join(rests)} from {PERSONS}"  # noqa: S608  # names are ours
    sums = ", ".join(f"cast(sum({u}) as bigint) as {u}" for u in ("u1", "u2", "u3"))
    squared = {"u1u1": "u1", "u2u2": "u2", "u3u3": "u3", "uu": "(u1 + u2 + u3)"}
    squares = ", ".join(f"sum(cast({u} as double) * cast({u} as double)) as {name}" for name, u in squared.items())
    sets = ["(kommune)", *(f"(kommune, {name})" for name in names)]
    order = ", ".join(f"{name} asc nulls first" for name in ["kommune", *names])
    chosen = f"kommune, {', '.join(names)}, cast(count(*) as bigint) as n, {sums}, {squares}"
    return (
        f"select {chosen} from ({inner}) as rester "  # noqa: S608  # names are ours
        f"group by grouping sets ({', '.join(sets)}) order by {order}"
    )


@dataclass(frozen=True)
class Statistics:
    """What a fit needs. p terms with the intercept first, m = 3 outcomes, G municipalities.

    `xx`: p x p counts; `xy`: p x m sums of grade-days; `yy`: m x m; `by_kommune`: G x p counts; `outcomes`: G x m sums.
    """

    terms: tuple[Term, ...]
    kommuner: tuple[str, ...]
    xx: Floats
    xy: Floats
    yy: Floats
    by_kommune: Floats
    outcomes: Floats

    @property
    def persons(self) -> int:
        """How many persons there are."""
        return int(self.xx[0, 0])


def read_statistics(rows: pl.DataFrame, version: ModelVersion) -> tuple[Statistics, tuple[Term, ...]]:
    """The answer of `pairs_query` as matrices.

    Returns:
        The statistics of every category that is neither the reference nor too small, and those joined with the
        reference because they are too small (persons in them, but fewer than the rule's `fewest`).
    """
    names = [column(place) for place in range(len(version.conditions))]
    place_of: dict[tuple[int, int], int] = {}
    terms, joined = [INTERCEPT], []
    singles = {}
    records = [row for row in rows.to_dicts() if row["n"]]  # of nobody, the sums are null
    for row in records:
        held = [(i, row[name]) for i, name in enumerate(names) if row[name] is not None]
        if len(held) == 1 and row["kommune"] is None:
            singles[held[0]] = row["n"]
    for place, condition in enumerate(version.conditions):
        for number, code in enumerate(codes(condition)):
            count = singles.get((place, number), 0)
            if code == condition.reference or not count:
                continue
            if count < version.fewest:
                joined.append((condition.id, code))
                continue
            place_of[place, number] = len(terms)
            terms.append((condition.id, code))
    kommuner = sorted({row["kommune"] for row in records if row["kommune"] is not None})
    line = {kommune: number for number, kommune in enumerate(kommuner)}
    size, m = len(terms), len(OUTCOMES)
    xx, xy = np.zeros((size, size)), np.zeros((size, m))
    yy = np.zeros((m, m))
    by_kommune, outcomes = np.zeros((len(kommuner), size)), np.zeros((len(kommuner), m))
    for row in records:
        held = [(i, row[name]) for i, name in enumerate(names) if row[name] is not None]
        if any(key not in place_of for key in held):
            continue
        at = [place_of[key] for key in held]
        sums = [row[name] for name in OUTCOMES]
        if row["kommune"] is not None:
            g = line[row["kommune"]]
            by_kommune[g, at[0] if at else 0] = row["n"]
            if not at:
                outcomes[g] = sums
        elif not at:
            xx[0, 0], xy[0] = row["n"], sums
            for one, name in enumerate(OUTCOMES):
                for other in range(one, m):
                    yy[one, other] = yy[other, one] = row[f"{name}{OUTCOMES[other]}"]
        elif len(at) == 1:
            xx[0, at[0]] = xx[at[0], 0] = xx[at[0], at[0]] = row["n"]
            xy[at[0]] = sums
        else:
            xx[at[0], at[1]] = xx[at[1], at[0]] = row["n"]
    codes_of = tuple(f"{kommune:03d}" for kommune in kommuner)
    return Statistics(tuple(terms), codes_of, xx, xy, yy, by_kommune, outcomes), tuple(joined)


def read_scores(rows: pl.DataFrame, statistics: Statistics, version: ModelVersion) -> tuple[Floats, Floats]:
    """The answer of `residual_query`: G x p x m sums of residuals by term, and G x (m + 1) sums of squares.

    In grade-days; the last column of squares is of the areas' sum.
    """
    names = [column(place) for place in range(len(version.conditions))]
    place_of = {term: number for number, term in enumerate(statistics.terms)}
    line = {kommune: number for number, kommune in enumerate(statistics.kommuner)}
    size, m, count = len(statistics.terms), len(OUTCOMES), len(statistics.kommuner)
    scores, squares = np.zeros((count, size, m)), np.zeros((count, m + 1))
    for row in rows.iter_rows(named=True):
        g = line[f"{row['kommune']:03d}"]
        held = [(i, row[name]) for i, name in enumerate(names) if row[name] is not None]
        sums = np.array([row["u1"], row["u2"], row["u3"]], dtype=np.float64) / RESIDUAL
        if not held:
            scores[g, 0] = sums
            squares[g] = np.array([row["u1u1"], row["u2u2"], row["u3u3"], row["uu"]]) / RESIDUAL**2
            continue
        condition = version.conditions[held[0][0]]
        term = (condition.id, codes(condition)[held[0][1]])
        if term in place_of:
            scores[g, place_of[term]] = sums
    return scores, squares
