"""The model's SQL, portable: who is in it, counts and sums over pairs of categories, residuals, sums by benefit.

With categorical conditions X'X and X'y of every municipality are counts and sums. Persons of one municipality who are
alike in every condition are summed once, as a cell; all else is summed from cells, of which there are fewer than
persons. All are whole numbers, so that the engines agree to the last digit: grade-days (a day of full benefit is 100),
and residuals in `RESIDUAL` parts of a grade-day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

from maalestok.beskaeftigelse.rammevilkaar.model_rules import AGE_SEX, SEXES, UNKNOWN, ModelCondition, ModelVersion

OUTCOMES = ("y1", "y2", "y3")
"""Grade-days of the areas, by their number in `priority`."""
RESIDUAL = 1 << 20
PERSONS, CELLS, PAIRS, SCORES, BENEFITS = "modelpersoner", "modelceller", "modelpar", "modelrester", "modelydelser"
PRODUCTS = {f"{one}{other}": (one, other) for one, other in combinations_with_replacement(OUTCOMES, 2)}
"""Sums of the products of two areas' grade-days, and of which."""
ALL = "y1y1 + y2y2 + y3y3 + 2 * (y1y2 + y1y3 + y2y3)"
SQUARES = {"u1u1": ("1", "y1y1"), "u2u2": ("2", "y2y2"), "u3u3": ("3", "y3y3"), "uu": ("", ALL)}
"""Sums of squared residuals of each area and of their sum: whose, and the sum of squared grade-days."""
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
        f"select borgere.person_id as person, borgere.kommune_kode as kommune, {outcomes}, {chosen} from borgere "  # noqa: S608  # names and numbers are the model's own
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


def cells_query(version: ModelVersion) -> str:
    """SQL for counts and sums of those who live in one municipality and are alike in every condition."""
    alike = ", ".join(["kommune", *columns(version)])
    sums = [f"cast(sum({name}) as bigint) as {name}" for name in OUTCOMES]
    sums += [
        f"cast(sum(cast({one} as bigint) * {other}) as bigint) as {name}" for name, (one, other) in PRODUCTS.items()
    ]
    return (
        f"select {alike}, cast(count(*) as bigint) as n, {', '.join(sums)} "  # noqa: S608  # names are the model's own
        f"from {PERSONS} group by {alike}"
    )


def pairs_query(version: ModelVersion) -> str:
    """SQL, from cells, for each municipality: counts and sums of everybody and each category, counts of their pairs."""
    names = columns(version)
    alone = ["(kommune)", *(f"(kommune, {name})" for name in names)]
    pairs = [f"(kommune, {one}, {other})" for one, other in combinations(names, 2)]
    sums = ["n", *OUTCOMES, *PRODUCTS]
    whole = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in sums)
    count = ", ".join(f"cast({'sum(n)' if name == 'n' else 'null'} as bigint) as {name}" for name in sums)
    chosen = ", ".join(["kommune", *names])
    selects = [
        f"select {chosen}, {told} from {CELLS} group by grouping sets ({', '.join(sets)})"  # noqa: S608  # names are the model's own
        for told, sets in ((whole, alone), (count, pairs))
        if sets
    ]
    return f"select * from ({' union all '.join(selects)}) as talt order by {_in_order(['kommune', *names])}"  # noqa: S608  # names are the model's own


def _in_order(names: Sequence[str]) -> str:
    return ", ".join(f"{name} asc nulls first" for name in names)


def residual_query(
    version: ModelVersion,
    parts: Mapping[Term, Sequence[int]],
    constant: Sequence[int],
    of_kommune: Mapping[str, Sequence[int]],
) -> str:
    """SQL, from cells, for sums of residuals and of squares, by municipality and category and by pairs of categories.

    Args:
        version: the conditions.
        parts: term -> its coefficient for each outcome, in `RESIDUAL` parts of a grade-day; missing ones are 0.
        constant: the intercepts.
        of_kommune: kommune_kode -> what its area's conditions add, the same way; missing ones are 0.
    """
    names = columns(version)
    chosen = ", ".join(["kommune", *names])
    expected = []
    for nr in range(len(OUTCOMES)):
        steps = [f"cast({constant[nr]} as bigint)"]
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
        expected.append(f"{' + '.join(steps)} as x{nr + 1}")
    rests = ", ".join(f"{RESIDUAL} * y{nr} - n * x{nr} as u{nr}" for nr in ("1", "2", "3"))
    told = f"select *, {', '.join(expected)} from {CELLS}"  # noqa: S608  # names and numbers are the model's own
    left = f"select *, {rests} from ({told}) as ventet"  # noqa: S608  # names are the model's own
    both = f"select *, y1 + y2 + y3 as y, x1 + x2 + x3 as x, u1 + u2 + u3 as u from ({left}) as tilbage"  # noqa: S608  # names are the model's own
    squared = ", ".join(f"{_squared(nr, yy)} as {name}" for name, (nr, yy) in SQUARES.items())
    cells = f"select {chosen}, n, u1, u2, u3, {squared} from ({both}) as begge"  # noqa: S608  # names and numbers are the model's own
    sums = ", ".join(f"cast(sum(u{nr}) as bigint) as u{nr}" for nr in ("1", "2", "3"))
    squares = ", ".join(f"cast(sum({name}) as double) as {name}" for name in SQUARES)
    sets = ["(kommune)", *(f"(kommune, {name})" for name in names)]
    sets += [f"({one}, {other})" for one, other in combinations(names, 2)]
    return (
        f"select {chosen}, cast(sum(n) as bigint) as n, {sums}, {squares} from ({cells}) as rester "  # noqa: S608  # names are the model's own
        f"group by grouping sets ({', '.join(sets)}) order by {_in_order(['kommune', *names])}"
    )


def _squared(nr: str, yy: str) -> str:
    """A cell's sum of squared residuals: its persons share the expected x, so that it is yy - x (y + u), u = y - n x.

    Whole numbers of up to 38 digits, so that their sums don't hang on the order of adding.
    """

    def whole(number: str) -> str:
        return f"cast({number} as decimal(19, 0))"

    return f"{whole(yy)} * {whole(str(RESIDUAL**2))} - {whole(f'x{nr}')} * {whole(f'{RESIDUAL} * y{nr} + u{nr}')}"


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
        "select omraadespaend.person, omraadespaend.fra, min(ydelsesspaend.ydelse) as ydelse, "  # noqa: S608  # numbers are the window's own
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
    return (
        f"select {chosen}, cast(sum(grad_dage) as bigint) as grad_dage from ({held}) as holdt "  # noqa: S608  # names are the model's own
        f"inner join {PERSONS} on {PERSONS}.person = holdt.person "
        f"group by grouping sets ({', '.join(sets)}) order by {_in_order(['ydelse', 'kommune', *names])}"
    )
