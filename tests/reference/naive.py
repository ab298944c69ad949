"""A second, deliberately slow implementation of the benchmark's results: plain dictionaries, fractions, no libraries.

Written from the specification, not from the product. It takes rows as published and gives
(measure, kommune_kode, omraade, period) -> (value, low, high, kilde), with None for a figure that isn't there.
"""

from fractions import Fraction

Cell = tuple[str, str, str]
Answer = tuple[Fraction | None, Fraction | None, Fraction | None, str]
AREAS = ("a_dagpenge", "kontanthjaelp", "sygedagpenge")
LOW, CENTRAL, HIGH = 62_000, 70_000, 78_000
FIRST, WIDENED, LAST = (2018, 2), (2018, 4), (2025, 2)


def quarter(period: str) -> tuple[int, int]:
    return int(period[:4]), int(period[-1])


def definition(period: str) -> int | None:
    """Which list of benefits holds: 1 from the first edition, 2 from the widened one, none after the reform."""
    at = quarter(period)
    if at < FIRST or at > LAST:
        return None
    return 1 if at < WIDENED else 2


def two_quarters_before(period: str) -> str:
    year, number = quarter(period)
    return f"{year}QMAT0{number - 2}" if number > 2 else f"{year - 1}QMAT0{number + 2}"


def naive_results(
    rows: dict[Cell, dict[str, int | None]],
    regions: dict[str, str],
    amounts: dict[Cell, Fraction],
    population: dict[tuple[str, str], int],
) -> dict[tuple[str, str, str, str], Answer]:
    """`rows`: (period, kommune, area) -> published figures, shares in hundredths of a per cent, None where withheld."""
    answers: dict[tuple[str, str, str, str], Answer] = {}
    periods = sorted({period for period, _, _ in rows})
    areas = ("i_alt", *AREAS)
    for period in periods:
        for area in areas:
            for kommune in regions:
                row = rows[period, kommune, area]
                for name, figure in row.items():
                    scale = 10_000 if name.endswith("andel") else 1
                    value = None if figure is None else Fraction(figure, scale)
                    answers[name, kommune, area, period] = (value, None, None, "officiel")
                answers["placering_aendring", kommune, area, period] = (
                    move(rows, period, kommune, area),
                    None,
                    None,
                    "beregnet",
                )
                answers["merudgift", kommune, area, period] = money(rows, amounts, period, kommune, area)
            for place in (*sorted(set(regions.values())), "000"):
                members = [k for k in regions if place in ("000", regions[k])]
                for noun in ("forventet", "faktisk", "forskel"):
                    total = add([rows[period, k, area][f"{noun}_antal"] for k in members])
                    people = add([population.get((period, k)) for k in members])
                    answers[f"{noun}_antal", place, area, period] = (total, None, None, "beregnet")
                    share = None if total is None or people is None else total / people
                    answers[f"{noun}_andel", place, area, period] = (share, None, None, "beregnet")
                answers["merudgift", place, area, period] = money_of_place(
                    [answers["merudgift", k, area, period] for k in members]
                )
    for key in answers:
        if definition(key[3]) is None:
            answers[key] = (None, None, None, answers[key][3])
    return answers


def add(numbers: list[int | None]) -> Fraction | None:
    total = Fraction(0)
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def move(rows: dict[Cell, dict[str, int | None]], period: str, kommune: str, area: str) -> Fraction | None:
    before = two_quarters_before(period)
    if (before, kommune, area) not in rows or definition(before) != definition(period) or definition(period) is None:
        return None
    old, new = rows[before, kommune, area]["placering"], rows[period, kommune, area]["placering"]
    return None if old is None or new is None else Fraction(old - new)


def money(
    rows: dict[Cell, dict[str, int | None]], amounts: dict[Cell, Fraction], period: str, kommune: str, area: str
) -> Answer:
    if (period, kommune, area) in amounts:
        return (amounts[period, kommune, area], None, None, "officiel")
    needed = ("i_alt", *AREAS) if area == "i_alt" else (area,)
    differences = {a: rows[period, kommune, a]["forskel_antal"] for a in needed}
    known = {a: d for a, d in differences.items() if d is not None}
    if len(known) < len(differences):
        return (None, None, None, "skoen")
    if area != "i_alt":
        ends = sorted([known[area] * LOW, known[area] * HIGH])
        return (Fraction(known[area] * CENTRAL), Fraction(ends[0]), Fraction(ends[1]), "skoen")
    together = sum(known[a] for a in AREAS)
    if (together > 0 > known["i_alt"]) or (together < 0 < known["i_alt"]):
        return (None, None, None, "skoen")
    low = sum(min(known[a] * LOW, known[a] * HIGH) for a in AREAS)
    high = sum(max(known[a] * LOW, known[a] * HIGH) for a in AREAS)
    candidates = [low, high, known["i_alt"] * LOW, known["i_alt"] * HIGH, together * CENTRAL]
    return (Fraction(together * CENTRAL), Fraction(min(candidates)), Fraction(max(candidates)), "skoen")


def money_of_place(members: list[Answer]) -> Answer:
    kilder = {kilde for _, _, _, kilde in members}
    kilde = "skoen" if "skoen" in kilder else "beregnet"
    if len(kilder) > 1 or any(value is None for value, _, _, _ in members):
        return (None, None, None, kilde)
    value = sum((v for v, _, _, _ in members if v is not None), Fraction(0))
    if kilde == "beregnet":
        return (value, None, None, kilde)
    low = sum((low for _, low, _, _ in members if low is not None), Fraction(0))
    high = sum((high for _, _, high, _ in members if high is not None), Fraction(0))
    return (value, low, high, kilde)


def naive_places(differences: dict[str, int]) -> dict[str, tuple[int, int]]:
    """The places each name could have if hidden decimals broke the ties."""
    spans = {}
    for name, own in differences.items():
        better = [other for other, value in differences.items() if value < own]
        equal = [other for other, value in differences.items() if value == own]
        spans[name] = (len(better) + 1, len(better) + len(equal))
    return spans


def naive_target(difference: Fraction | None, period: str) -> str:
    """Resultatmålet: met, not met or not assessed."""
    year, number = quarter(period)
    if number != 4 or not 2019 <= year <= 2022 or difference is None:
        return "ikke_vurderet"
    return "opfyldt" if difference <= 0 else "ikke_opfyldt"
