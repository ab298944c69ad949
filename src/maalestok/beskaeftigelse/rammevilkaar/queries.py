"""The model's SQL, portable: who is in it, counts and sums over pairs of categories, residuals, sums by benefit.

With categorical conditions X'X and X'y of every municipality are counts and sums. Persons, and later their residuals,
are counted by `blocks` of conditions, and categories and their pairs are added up from those; a person has a category
of every condition, so a block's rows are those that hold all of its columns. All are whole numbers, so that the engines
agree to the last digit: grade-days (a day of full benefit is 100), and residuals in `RESIDUAL` parts of a grade-day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from maalestok.beskaeftigelse.rammevilkaar.blocks import Block, blocks
from maalestok.beskaeftigelse.rammevilkaar.model_rules import AGE_SEX, SEXES, UNKNOWN, ModelCondition, ModelVersion
from maalestok.engines.sql import quoted, select

OUTCOMES = ("y1", "y2", "y3")
"""Grade-days of the areas, by their number in `priority`."""
RESIDUALS = ("u1", "u2", "u3")
"""Residuals of the areas, in `RESIDUAL` parts of a grade-day."""
RESIDUAL = 1 << 20
PERSONS, BLOCKS, PAIRS = "modelpersoner", "modelblokke", "modelpar"
RESIDUAL_BLOCKS, RESIDUAL_SUMS, BENEFITS = "modelrestblokke", "modelrester", "modelydelser"
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
    days = select(
        ["person", sums],
        "kvartalsdage",
        f"where version = {window.version} and kvartal between {first} and {last} group by person",
    )
    return select(
        ["borgere.person_id as person", "borgere.kommune_kode as kommune", outcomes, chosen],
        "borgere inner join raekkevidde on raekkevidde.feed = 'borgere' and raekkevidde.orden = borgere.orden "
        f"and {window.day} between raekkevidde.fra_dag and raekkevidde.til_dag "
        f"left join ({days}) as udfald on udfald.person = borgere.person_id",
        f"where borgere.fra <= {window.day} and coalesce(borgere.til, {window.day}) >= {window.day} "
        f"and {window.year} - borgere.foedselsaar between {window.ages[0]} and {window.ages[1]}",
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
    steps = [f"when {quoted(code)} then {number}" for number, code in enumerate(condition.codes)]
    return f"case borgere.{condition.id} {' '.join(steps)} else {unknown} end"


def blocks_of(version: ModelVersion) -> tuple[Block, ...]:
    """The blocks of the conditions that persons have."""
    sizes = (len(codes(condition)) for condition in version.of_persons)
    return blocks(dict(zip(columns(version), sizes, strict=True)))


def blocks_query(version: ModelVersion) -> str:
    """SQL for persons counted in each municipality by blocks of conditions, with sums of the outcomes."""
    sets = [("kommune", *block.columns) for block in blocks_of(version)]
    chosen = ["kommune", *columns(version), "cast(count(*) as bigint) as n", _sums(OUTCOMES)]
    return select(chosen, PERSONS, _by_sets(sets))


def pairs_query(version: ModelVersion) -> str:
    """SQL for each municipality: counts and sums of everybody and each category, counts of their pairs, from blocks.

    Sums of products of the outcomes stand with everybody alone.
    """
    products = [(one, other) for place, one in enumerate(OUTCOMES) for other in OUTCOMES[place:]]
    squares = ", ".join(
        f"cast(sum(cast({one} as bigint) * {other}) as bigint) as {one}{other}" for one, other in products
    )
    none = ", ".join(f"cast(null as bigint) as {one}{other}" for one, other in products)
    names = columns(version)
    everybody = ["kommune", _held(names), "cast(count(*) as bigint) as n", _sums(OUTCOMES), squares]
    parts = [select(everybody, PERSONS, "group by kommune")]
    for block in blocks_of(version):
        sets = [*(("kommune", name) for name in block.alone), *(("kommune", *pair) for pair in block.pairs)]
        parts.append(_added(BLOCKS, names, block, sets, f"{_sums(['n', *OUTCOMES])}, {none}"))
    return select(["*"], f"({' union all '.join(parts)}) as par", _in_order(["kommune", *names]))


def _added(
    table: str, names: Sequence[str], block: Block, sets: Sequence[Sequence[str]], told: str, where: str = ""
) -> str:
    """A query that adds a block's rows up to sets of its columns."""
    held = {name for chosen in sets for name in chosen}
    own = " and ".join(f"{name} is not null" for name in block.columns)
    return select([_held(["kommune", *names], held), told], table, f"where {own}{where} {_by_sets(sets)}")


def _by_sets(sets: Iterable[Sequence[str]]) -> str:
    held = [f"({', '.join(names)})" for names in sets]
    return f"group by grouping sets ({', '.join(held)})"


def _held(names: Sequence[str], held: Collection[str] = ()) -> str:
    return ", ".join(name if name in held else f"cast(null as integer) as {name}" for name in names)


def _sums(names: Sequence[str]) -> str:
    return ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in names)


def _in_order(names: Sequence[str]) -> str:
    return f"order by {', '.join(f'{name} asc nulls first' for name in names)}"


def residual_blocks_query(
    version: ModelVersion,
    parts: Mapping[Term, Sequence[int]],
    constant: Sequence[int],
    of_kommune: Mapping[str, Sequence[int]],
) -> str:
    """SQL for residuals and their squares, summed by blocks of conditions, with municipalities and without.

    Args:
        version: the conditions.
        parts: term -> its coefficient for each outcome, in `RESIDUAL` parts of a grade-day; missing ones are 0.
        constant: the intercepts.
        of_kommune: kommune_kode -> what its area's conditions add, the same way; missing ones are 0.
    """
    residuals = []
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
        residuals.append(f"{' - '.join(steps)} as {RESIDUALS[nr]}")
    names = columns(version)
    inner = select(["kommune", *names, *residuals], PERSONS)
    # Squares are whole numbers of up to 38 digits, so that their sums don't hang on the order of adding; they are made
    # before the sets are, not once for each set.
    squared = ", ".join(
        f"cast({u} as decimal(19, 0)) * cast({u} as decimal(19, 0)) as {name}" for name, u in SQUARES.items()
    )
    inner = select(["*", squared], f"({inner}) as rest")
    squares = [f"sum({name}) as {name}" for name in SQUARES]
    made = blocks_of(version)
    sets = [("kommune", *block.columns) for block in made if block.alone]
    sets += [block.columns for block in made if block.pairs]
    return select(["kommune", *names, _sums(RESIDUALS), *squares], f"({inner}) as rester", _by_sets(sets))


def residual_sums_query(version: ModelVersion) -> str:
    """SQL for sums of residuals and of their squares by municipality and category, and by pairs of categories.

    Squares are written out, since they may be longer than any whole number the engines give back.
    """
    names = columns(version)
    squares = ", ".join(f"cast(sum({name}) as string) as {name}" for name in SQUARES)  # engines round to floats unalike
    told = f"{_sums(RESIDUALS)}, {squares}"
    parts = []
    for place, block in enumerate(blocks_of(version)):
        alone = [*([] if place else [("kommune",)]), *(("kommune", name) for name in block.alone)]
        if alone:
            parts.append(_added(RESIDUAL_BLOCKS, names, block, alone, told, " and kommune is not null"))
        if block.pairs:
            parts.append(_added(RESIDUAL_BLOCKS, names, block, block.pairs, told, " and kommune is null"))
    return select(["*"], f"({' union all '.join(parts)}) as rester", _in_order(["kommune", *names]))


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
    held = select(
        [
            "omraadespaend.person",
            "omraadespaend.fra",
            "min(ydelsesspaend.ydelse) as ydelse",
            f"min(omraadespaend.grad * ({end} - ({begin}) + 1)) as grad_dage",
        ],
        "omraadespaend "
        f"inner join ydelser on ydelser.version = {window.version} and ydelser.prioritet = omraadespaend.prioritet "
        "inner join ydelsesspaend on ydelsesspaend.person = omraadespaend.person "
        "and ydelsesspaend.ydelse = ydelser.ydelse "
        "and ydelsesspaend.fra <= omraadespaend.fra and ydelsesspaend.til >= omraadespaend.til",
        f"where omraadespaend.version = {window.version} and omraadespaend.fra <= {last} "
        f"and omraadespaend.til >= {first} group by omraadespaend.person, omraadespaend.fra",
    )
    chosen = ["ydelse", "kommune", *names]
    return select(
        [*chosen, "cast(sum(grad_dage) as bigint) as grad_dage"],
        f"({held}) as holdt inner join {PERSONS} on {PERSONS}.person = holdt.person",
        f"{_by_sets(('ydelse', name) for name in ('kommune', *names))} {_in_order(chosen)}",
    )
