"""The model's SQL, portable: who is in it, counts and sums over pairs of categories, residuals, sums by benefit.

With categorical conditions X'X and X'y of every municipality are counts and sums, found in one query. All are whole
numbers, so that the engines agree to the last digit: grade-days (a day of full benefit is 100), and residuals in
`RESIDUAL` parts of a grade-day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from maalestok.beskaeftigelse.rammevilkaar.model_rules import AGE_SEX, SEXES, UNKNOWN, ModelCondition, ModelVersion

OUTCOMES = ("y1", "y2", "y3")
"""Grade-days of the areas, by their number in `priority`."""
RESIDUAL = 1 << 20
PERSONS, PAIRS, SCORES, BENEFITS = "modelpersoner", "modelpar", "modelrester", "modelydelser"
SQUARES = {"u1u1": "u1", "u2u2": "u2", "u3u3": "u3", "uu": "(u1 + u2 + u3)"}
"""Sums of squared residuals of each area and of their sum, and what is squared."""
Term = tuple[str, str]
"""Condition and category."""


def column(place: int) -> str:
    """The column of the person table that holds a condition's category."""
    return f"v{place:02d}"


def columns(version: ModelVersion) -> tuple[str, ...]:
    """The person table's columns of categories, in the order of the conditions that persons have."""
    return tuple(column(place) for place in range(len(version.of_persons)))


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
    """SQL for the persons of a window: their number, municipality, outcomes, a number for each condition's category."""
    chosen = ", ".join(
        f"{_category(condition)} as {column(place)}" for place, condition in enumerate(version.of_persons)
    )
    sums = ", ".join(
        f"cast(sum(case when prioritet = {nr} then grad_dage else 0 end) as bigint) as {name}"
        for nr, name in enumerate(OUTCOMES, start=1)
    )
    outcomes = ", ".join(f"coalesce(udfald.{name}, 0) as {name}" for name in OUTCOMES)
    first, last = window.quarters
    return (
        f"select borgere.person_id as person, borgere.kommune_kode as kommune, {outcomes}, {chosen} from borgere "  # noqa: S608  # identifiers of the rule file, quoted codes and numbers
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
    steps = [f"when '{_quoted(code)}' then {number}" for number, code in enumerate(condition.codes)]
    return f"case borgere.{condition.id} {' '.join(steps)} else {unknown} end"


def _quoted(code: str) -> str:
    return code.replace("'", "''")


def pairs_query(version: ModelVersion) -> str:
    """SQL for each municipality: counts and sums of everybody and each category, counts of their pairs.

    Sums of products of the outcomes stand with everybody alone.
    """
    names = columns(version)
    alone = ["(kommune)", *(f"(kommune, {name})" for name in names)]
    pairs = [f"(kommune, {one}, {other})" for one, other in combinations(names, 2)]
    summed = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in OUTCOMES)
    empty = ", ".join(f"cast(null as bigint) as {name}" for name in OUTCOMES)
    grouped = " union all ".join(
        f"select kommune, {', '.join(names)}, cast(count(*) as bigint) as n, {told} from {PERSONS} "  # noqa: S608  # identifiers of the rule file and of this module
        f"group by grouping sets ({', '.join(sets)})"
        for told, sets in ((summed, alone), (empty, pairs))
        if sets
    )
    products = [(one, other) for place, one in enumerate(OUTCOMES) for other in OUTCOMES[place:]]
    squares = ", ".join(
        f"cast(sum(cast({one} as bigint) * {other}) as bigint) as {one}{other}" for one, other in products
    )
    everybody = " and ".join(f"par.{name} is null" for name in names)
    chosen = ", ".join(f"alle.{one}{other}" for one, other in products)
    return (
        f"select par.*, {chosen} from ({grouped}) as par "  # noqa: S608  # identifiers of the rule file and of this module
        f"left join (select kommune, {squares} from {PERSONS} group by kommune) as alle "
        f"on alle.kommune = par.kommune and {everybody} order by {_in_order('par.', ['kommune', *names])}"
    )


def _in_order(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}{name} asc nulls first" for name in names)


def residual_query(
    version: ModelVersion,
    parts: Mapping[Term, Sequence[int]],
    constant: Sequence[int],
    of_kommune: Mapping[str, Sequence[int]],
) -> str:
    """SQL for sums of residuals and of their squares, by municipality and category and by pairs of categories.

    Args:
        version: the conditions.
        parts: term -> its coefficient for each outcome, in `RESIDUAL` parts of a grade-day; missing ones are 0.
        constant: the intercepts.
        of_kommune: kommune_kode -> what its area's conditions add, the same way; missing ones are 0.
    """
    rests = []
    for nr, name in enumerate(OUTCOMES):
        steps = [f"{name} * {RESIDUAL} - {constant[nr]}"]
        for place, condition in enumerate(version.of_persons):
            held = [
                f"when {number} then {parts[condition.id, code][nr]}"
                for number, code in enumerate(codes(condition))
                if (condition.id, code) in parts
            ]
            if held:
                steps.append(f"case {column(place)} {' '.join(held)} else 0 end")
        of_area = [f"when {int(kode)} then {values[nr]}" for kode, values in sorted(of_kommune.items())]
        if of_area:
            steps.append(f"case kommune {' '.join(of_area)} else 0 end")
        rests.append(f"{' - '.join(steps)} as u{nr + 1}")
    names = columns(version)
    inner = f"select kommune, {', '.join(names)}, {', '.join(rests)} from {PERSONS}"  # noqa: S608  # identifiers of the rule file, quoted codes and numbers
    # Squares are whole numbers of up to 38 digits, so that their sums don't hang on the order of adding; they are made
    # before the sets are, not once for each set.
    squared = ", ".join(
        f"cast({u} as decimal(19, 0)) * cast({u} as decimal(19, 0)) as {name}" for name, u in SQUARES.items()
    )
    inner = f"select *, {squared} from ({inner}) as rest"  # noqa: S608  # identifiers of the rule file and of this module
    sums = ", ".join(f"cast(sum({u}) as bigint) as {u}" for u in ("u1", "u2", "u3"))
    squares = ", ".join(f"cast(sum({name}) as double) as {name}" for name in SQUARES)
    sets = ["(kommune)", *(f"(kommune, {name})" for name in names)]
    sets += [f"({one}, {other})" for one, other in combinations(names, 2)]
    order = _in_order("", ["kommune", *names])
    chosen = f"kommune, {', '.join(names)}, cast(count(*) as bigint) as n, {sums}, {squares}"
    return (
        f"select {chosen} from ({inner}) as rester "  # noqa: S608  # identifiers of the rule file, quoted codes and numbers
        f"group by grouping sets ({', '.join(sets)}) order by {order}"
    )


def benefits_query(version: ModelVersion, window: Window, days: tuple[int, int]) -> str:
    """SQL for grade-days by benefit of each municipality and each category.

    A day that several benefits of an area share goes to the first of them by name, so that benefits add up to the area.

    Args:
        version: the conditions.
        window: whose figures.
        days: the first and the last day of the window's quarters.
    """
    names = columns(version)
    first, last = days
    begin = f"case when omraadespaend.fra > {first} then omraadespaend.fra else {first} end"
    end = f"case when omraadespaend.til < {last} then omraadespaend.til else {last} end"
    held = (
        "select omraadespaend.person, omraadespaend.fra, min(ydelsesspaend.ydelse) as ydelse, "  # noqa: S608  # whole numbers of a window and names of this module
        f"min(omraadespaend.grad * ({end} - ({begin}) + 1)) as grad_dage from omraadespaend "
        f"inner join ydelser on ydelser.version = {window.version} and ydelser.prioritet = omraadespaend.prioritet "
        "inner join ydelsesspaend on ydelsesspaend.person = omraadespaend.person "
        "and ydelsesspaend.ydelse = ydelser.ydelse "
        "and ydelsesspaend.fra <= omraadespaend.fra and ydelsesspaend.til >= omraadespaend.til "
        f"where omraadespaend.version = {window.version} and omraadespaend.fra <= {last} "
        f"and omraadespaend.til >= {first} group by omraadespaend.person, omraadespaend.fra"
    )
    sets = ["(ydelse, kommune)", *(f"(ydelse, {name})" for name in names)]
    chosen = ", ".join(["ydelse", "kommune", *names])
    order = _in_order("", ["ydelse", "kommune", *names])
    return (
        f"select {chosen}, cast(sum(grad_dage) as bigint) as grad_dage from ({held}) as holdt "  # noqa: S608  # identifiers of the rule file and of this module
        f"inner join {PERSONS} on {PERSONS}.person = holdt.person "
        f"group by grouping sets ({', '.join(sets)}) order by {order}"
    )
