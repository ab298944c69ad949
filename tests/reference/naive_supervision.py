"""A second, deliberately slow implementation of focus targets, sharpened supervision and its steps. No libraries.

Written from the specification, not from the product. Shares are whole hundredths of a per cent, as published.
"""

from fractions import Fraction

Figures = dict[str, int | None]
Months = dict[tuple[str, str], Figures]
"""(kommune, month) -> group, samtale, tilbud, samtale_12m, tilbud_12m."""
Answer = tuple[Fraction | None, int | None, int | None, str]
"""Value, low, high, status."""


def before(month: str, back: int) -> str:
    year, number = int(month[:4]), int(month[5:])
    for _ in range(back):
        number -= 1
        if number == 0:
            year, number = year - 1, 12
    return f"{year}-{number:02d}"


def hours(kind: str, month: str) -> str | None:
    """What is counted in a month: with the hours for offers; None where it isn't known."""
    if not "2019-01" <= month <= "2022-12":
        return None
    return "4 samtaler" if kind == "samtale" else "100 timer" if month < "2020-01" else "225 timer"


def share(rows: Months, kommune: str, month: str, kind: str) -> Answer:
    row = rows[kommune, month]
    value = row[kind]
    if hours(kind, month) is None:
        return (None, None, None, "ikke_opgjort")
    if value is not None:
        return (Fraction(value, 10_000), None, None, "ok")
    return (None, None, None, "ikke_opgjort" if row["group"] == 0 else "ikke_leveret")


def mean(rows: Months, kommune: str, month: str, kind: str) -> Answer:
    if hours(kind, month) is None:
        return (None, None, None, "ikke_opgjort")
    published = rows[kommune, month][f"{kind}_12m"]
    if published is not None:
        return (Fraction(published, 10_000), None, None, "ok")
    total = Fraction(0)
    for back in range(12):
        earlier = before(month, back)
        row = rows.get((kommune, earlier))
        value = None if row is None else row[kind]
        if value is None or hours(kind, earlier) != hours(kind, month):
            return (None, None, None, "ikke_opgjort")
        total += Fraction(value, 10_000)
    return (total / 12, None, None, "ok")


def rounded(count: int, group: int, unit: int) -> set[int]:
    """The whole numbers of `unit` hundredths a share of count in group rounds to: two, when it lies in the middle."""
    exact = Fraction(count * 10_000, group)
    down = exact // unit * unit
    rest = exact - down
    if rest * 2 == unit:
        return {int(down), int(down + unit)}
    return {int(down) if rest * 2 < unit else int(down + unit)}


def counts(group: int, published: int) -> list[int]:
    """All numbers of persons that print as the share: with two decimals, else one, else none."""
    for unit in (1, 10, 100):
        if published % unit == 0:
            found = [count for count in range(group + 1) if published in rounded(count, group, unit)]
            if found:
                return found
    return []


def limit(kind: str, year: int, reading: str = "maaleaar") -> tuple[Fraction, bool] | str:
    """The limit of a measured year and whether it must be exceeded; or why there is none."""
    if not 2019 <= year <= 2022:
        return "ukendt"
    named = year if reading == "maaleaar" else year + 1
    if kind == "tilbud" and named in (2021, 2022):
        return "suspenderet"
    return (Fraction(7, 10), True) if year == 2019 else (Fraction(8, 10), False)


def reaches(value: Fraction, held: tuple[Fraction, bool]) -> bool:
    return value > held[0] if held[1] else value >= held[0]


def more_needed(group: int, count: int, held: tuple[Fraction, bool]) -> int:
    more = 0
    while not reaches(Fraction(count + more, group), held):
        more += 1
    return more


def short(rows: Months, kommune: str, month: str, kind: str) -> Answer:
    row = rows[kommune, month]
    group = row["group"]
    if hours(kind, month) is None:
        return (None, None, None, "ikke_opgjort")
    if group:
        behind = [c for k in ("samtale", "tilbud") if (v := row[k]) is not None for c in counts(group, v)]
        if group < 5 or any(1 <= n <= 4 for count in behind for n in (count, group - count)):
            return (None, None, None, "diskretioneret")
    held = limit(kind, int(month[:4]))
    published = row[kind]
    if not group or published is None or isinstance(held, str):
        return (None, None, None, "ikke_opgjort")
    found = counts(group, published)
    if not found:
        return (None, None, None, "ikke_opgjort")
    nearest = sorted(found, key=lambda count: (abs(Fraction(count, group) - Fraction(published, 10_000)), count))[0]
    all_of_them = [more_needed(group, count, held) for count in found]
    return (Fraction(more_needed(group, nearest, held)), min(all_of_them), max(all_of_them), "ok")


def target(value: Fraction | None, kind: str, year: int, reading: str = "maaleaar") -> str:
    held = limit(kind, year, reading)
    if isinstance(held, str):
        return "ikke_vurderet" if held == "ukendt" else "suspenderet"
    if value is None:
        return "ikke_vurderet"
    return "opfyldt" if reaches(value, held) else "ikke_opfyldt"


def supervised(result: str, targets: list[str], year: int) -> str:
    if not 2019 <= year <= 2022:
        return "ikke_vurderet"
    in_force = [t for t in targets if t != "suspenderet"]
    if result == "opfyldt" or all(t == "opfyldt" for t in in_force):
        return "ikke_omfattet"
    if result == "ikke_opfyldt" and "ikke_opfyldt" in in_force:
        return "omfattet"
    return "ikke_vurderet"


def near_the_limit(result: str, values: dict[str, Fraction | None], year: int, reading: str = "maaleaar") -> str:
    """The risk zone."""
    targets = {kind: target(value, kind, year, reading) for kind, value in values.items()}
    outcome = supervised(result, list(targets.values()), year)
    if not 2019 <= year <= 2022:
        return "ikke_vurderet"
    if outcome == "omfattet" or result == "opfyldt":
        return "ikke_i_risikozonen"
    if result == "ikke_vurderet":
        return "ikke_vurderet"
    for kind, value in values.items():
        held = limit(kind, year, reading)
        if targets[kind] != "opfyldt" or value is None or isinstance(held, str):
            continue
        if value < held[0] + Fraction(5, 100):
            return "i_risikozonen"
    return "ikke_vurderet" if "ikke_vurderet" in targets.values() else "ikke_i_risikozonen"


def legal(steps: list[tuple[str, str]], year: int) -> bool:
    """Is this course allowed? (step, date) in order."""
    middle = {"redegoerelse", "revisionsgennemgang", "genopretningsplan"}
    names = [name for name, _ in steps]
    dates = [day for _, day in steps]
    if dates != sorted(dates) or any(day <= f"{year}-12-31" for day in dates) or len(set(names)) != len(names):
        return False
    if names and names[0] != "udpeget":
        return False
    rest = names[1:]
    while rest and rest[0] in middle:
        rest = rest[1:]
    if not rest:
        return True
    if rest[0] != "genopretning" or "genopretningsplan" not in names:
        return False
    return rest[1:] in (
        [],
        ["ophoert"],
        ["forlaenget"],
        ["administration"],
        ["forlaenget", "ophoert"],
        ["forlaenget", "administration"],
    )
