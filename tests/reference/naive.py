"""A second, deliberately slow implementation of the benchmark's results: plain dictionaries, fractions, no libraries.

Written from the specification, not from the product. It takes rows as published and gives
(measure, kommune_kode, omraade, period) -> (value, low, high, kilde), with None for a figure that isn't there.
"""

import math
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
                answers["placering_aendring_aar", kommune, area, period] = (
                    since(rows, period, kommune, area, "placering", -1),
                    None,
                    None,
                    "beregnet",
                )
                answers["forskel_andel_aendring_aar", kommune, area, period] = (
                    since(rows, period, kommune, area, "forskel_andel", 10_000),
                    None,
                    None,
                    "beregnet",
                )
                answers["merudgift", kommune, area, period] = money(rows, amounts, period, kommune, area)
            of_area = [rows[period, kommune, area] for kommune in regions]
            answers["spredning", "000", area, period] = (spread(of_area), None, None, "beregnet")
            then = [rows.get((two_quarters_before(period), kommune, area)) for kommune in regions]
            answers["placering_stabilitet", "000", area, period] = (
                spearman(then, of_area) if comparable(two_quarters_before(period), period) else None,
                None,
                None,
                "beregnet",
            )
            answers["potentiale", "000", area, period] = potential(
                [answers["merudgift", k, area, period] for k in regions],
                [{a: rows[period, k, a]["forskel_antal"] for a in areas} for k in regions],
            )
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


def comparable(before: str, now: str) -> bool:
    return definition(before) == definition(now) is not None


def since(
    rows: dict[Cell, dict[str, int | None]], period: str, kommune: str, area: str, figure: str, scale: int
) -> Fraction | None:
    """Now minus a year before, over `scale`."""
    before = f"{int(period[:4]) - 1}{period[4:]}"
    if (before, kommune, area) not in rows or not comparable(before, period):
        return None
    old, new = rows[before, kommune, area][figure], rows[period, kommune, area][figure]
    return None if old is None or new is None else Fraction(new - old, scale)


WHOLE_ROW = ("faktisk_andel", "forventet_andel", "forskel_andel", "placering")


def whole(row: dict[str, int | None] | None) -> bool:
    return row is not None and all(row[name] is not None for name in WHOLE_ROW)


def spread(of_area: list[dict[str, int | None]]) -> Fraction | None:
    """Standard deviation (n - 1) of the differences in hundredths of a point, as a fraction with six decimals."""
    values = [row["forskel_andel"] for row in of_area if whole(row)]
    if len(values) < len(of_area):
        return None
    known = [value for value in values if value is not None]
    mean = Fraction(sum(known), len(known))
    variance = sum((value - mean) ** 2 for value in known) / (len(known) - 1)
    return Fraction(round(math.sqrt(variance) * 100), 10**6)


def spearman(
    then: list[dict[str, int | None]] | list[dict[str, int | None] | None], now: list[dict[str, int | None]]
) -> Fraction | None:
    """1 - 6 sum d^2 / (n^3 - n) over places without ties, to four decimals."""
    if not all(whole(row) for row in [*then, *now]):
        return None
    gaps = [(a["placering"] or 0) - (b["placering"] or 0) for a, b in zip(then, now, strict=True) if a is not None]
    n = len(gaps)
    return Fraction(round((1 - Fraction(6 * sum(g * g for g in gaps), n**3 - n)) * 10**4), 10**4)


def potential(amounts: list[Answer], differences: list[dict[str, int | None]]) -> Answer:
    """The sum of amounts above nothing; municipalities with opposite signs count in the upper end alone."""
    kilde = "skoen" if any(k == "skoen" for _, _, _, k in amounts) else "beregnet"
    value, low, high = Fraction(0), Fraction(0), Fraction(0)
    for (amount, least, most, _), by_area in zip(amounts, differences, strict=True):
        if amount is not None:
            value += max(amount, Fraction(0))
            low += max(amount if least is None else least, Fraction(0))
            high += max(amount if most is None else most, Fraction(0))
            continue
        if None in by_area.values():
            return (None, None, None, kilde)
        total = by_area["i_alt"] or 0
        together = sum(by_area[a] or 0 for a in AREAS)
        high += max(0, total * HIGH, together * HIGH)
    return (value, low, high, kilde) if kilde == "skoen" else (value, None, None, kilde)


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
