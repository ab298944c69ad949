"""What all charts share: colours that differ in light and not only in hue, sizes a phone can show, locale."""

from typing import Any

from maalestok.period import MONTH_NAMES_DA
from maalestok.publish.text_en import MONTH_NAMES_EN

WIDTH = 440
"""Width of a whole drawing; a phone shows it a little smaller, a desktop a little larger."""
INK, SOFT, GRID = "#1a1a1a", "#5f6369", "#d9dde1"
MAIN, LIGHT = "#0a4d8c", "#9cc3e6"
LIMIT = "#1a1a1a"
ABSENT = "#e4e6e9"
SEQUENCE = ["#f0f5fa", "#d3e4f3", "#b0cfe9", "#84b3db", "#5797cd"]
"""From little to much; black words can be read on all of them."""
DIVERGING = ["#5797cd", "#a3c8e6", "#f4f4f2", "#edc29e", "#d9894a"]
"""Blue and orange round a middle; told apart by all common kinds of colour vision."""
ROW = 14
"""Height of one municipality's row."""


def _locale(decimal: str, thousands: str, months: tuple[str, ...], dot: str) -> dict[str, Any]:
    short = [f"{name[:3]}{dot}" for name in months]
    days = ["s", "m", "t", "o", "t", "f", "l"]  # never shown, but asked for
    time = {"dateTime": "%x", "date": "%x", "time": "%X", "periods": ["", ""], "days": days, "shortDays": days}
    number = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    return {"number": number, "time": {**time, "months": list(months), "shortMonths": short}}


LOCALES = {"da": _locale(",", ".", MONTH_NAMES_DA, "."), "en": _locale(".", ",", MONTH_NAMES_EN, "")}

CONFIG: dict[str, Any] = {
    "font": "sans-serif",
    "background": "#ffffff",
    "view": {"stroke": None},
    "axis": {
        "aria": False,
        "labelFontSize": 11,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": GRID,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "labelLimit": 200,
    },
    "legend": {
        "aria": False,
        "labelFontSize": 11,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titleLimit": 400,
        "labelLimit": 200,
    },
    "text": {"fontSize": 11, "color": SOFT},
    "locale": LOCALES["da"],
}
