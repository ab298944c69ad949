"""English numbers and words for figures: the Danish number with its separators changed, and English units."""

from maalestok.publish import text_da

MONTH_NAMES_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SEPARATORS = str.maketrans(",.", ".,")


def number(value: float, decimals: int = 0) -> str:
    """2310 -> '2,310'; rounded as in Danish."""
    return text_da.number(value, decimals).translate(_SEPARATORS)


def plural(count: float, one: str, many: str) -> str:
    """'1 place', '3 places'."""
    return f"{number(count)} {one if abs(count) == 1 else many}"


def money(value: float) -> str:
    """Kroner; from one hundred thousand up in millions with one decimal."""
    if abs(value) >= 100_000:
        return f"DKK {number(value / 1_000_000, 1)} million"
    return f"DKK {number(value)}"


def places_moved(value: float) -> str:
    """'up 3 places', 'down 1 place', 'unchanged place'; parts of a move with one decimal."""
    if not value:
        return "unchanged place"
    moved = plural(abs(value), "place", "places") if value == int(value) else f"{number(abs(value), 1)} places"
    return f"{'up' if value > 0 else 'down'} {moved}"


def figure(value: float, unit: str) -> str:
    """A figure with its unit, as `text_da.figure`: '9.95%', '-60 full-time persons', 'no. 21'."""
    match unit:
        case "share":
            return f"{_first_word(value, unit)}%"
        case "pct_point":
            return f"{_first_word(value, unit)} percentage points"
        case "persons_fulltime":
            return plural(value, "full-time person", "full-time persons")
        case "persons":
            return plural(value, "person", "persons")
        case "dkk":
            return money(value)
        case "cases":
            return f"{number(value)} cases"
        case "rank":
            return f"no. {number(value)}"
        case "places":
            return places_moved(value)
        case "municipalities":
            return plural(value, "municipality", "municipalities")
        case "correlation" | "distance":
            return number(value, 2)
        case "ratio":
            return number(value, 4)
        case "months":
            return f"{number(value)} months"
        case _:
            raise ValueError(f"unknown unit {unit}")


def figure_beside(value: float, unit: str, limit: float | None) -> str:
    """As `text_da.figure_beside`: a share with as many decimals as keep it on its side of a limit."""
    if unit != "share" or limit is None:
        return figure(value, unit)
    return f"{text_da.figure_beside(value, unit, limit).split()[0].translate(_SEPARATORS)}%"


def _first_word(value: float, unit: str) -> str:
    return text_da.figure(value, unit).split()[0].translate(_SEPARATORS)


def published_date(text: str) -> str:
    """A date as precise as it is known: '7 June 2021', 'November 2020', '2022'."""
    year, *rest = text.split("-")
    month = f"{MONTH_NAMES_EN[int(rest[0]) - 1]} " if rest else ""
    day = f"{int(rest[1])} " if len(rest) == 2 else ""
    return f"{day}{month}{year}"
