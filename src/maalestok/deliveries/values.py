"""Read one delivered text as a value of its column: a period, municipality, area, code, date, number or text.

A decimal with two places is kept as whole hundredths, one with three as whole thousandths, a number of any kind as
whole millionths, so that no float is made before the end. What can't be read is a `CellError` with the rule it breaks.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cached_property

from maalestok.deliveries.issues import shown
from maalestok.errors import MaalestokError
from maalestok.kommune import resolve
from maalestok.period import PeriodError, PeriodKind, parse_period
from maalestok.rules.models import ColumnKind, Feed, FeedColumn

DECIMALS = {ColumnKind.INTEGER: 0, ColumnKind.DECIMAL2: 2, ColumnKind.DECIMAL3: 3, ColumnKind.NUMBER: 6}
NULL_STATUS = "ikke_leveret"
SEPARATOR = "|"
"""Between the codes of a cell that may hold several."""
Value = int | str | None
_NUMBER = re.compile(r"(-?)([0-9]{1,12})(?:,([0-9]+))?")
_ANY_MARK = re.compile(r"(-?)([0-9]{1,12})(?:[.,]([0-9]+))?")
_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class CellError(Exception):
    """Why a cell can't be read: rule, message and remedy."""

    def __init__(self, rule: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.remedy = rule, message, remedy


def scaled_number(text: str, decimals: int, form: re.Pattern[str] = _NUMBER) -> int:
    """Danish text to a whole number of the last decimal: '9,7' with two decimals -> 970.

    Raises:
        CellError: thousands separators, percent signs, decimal points, too many decimals, anything else.
    """
    match = form.fullmatch(text)
    if match is None:
        raise CellError("tal_laesbart", f"{shown(text)} er ikke et tal.", _number_remedy(text, decimals))
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > decimals:
        allowed = f"højst {decimals} decimaler" if decimals else "ingen decimaler"
        raise CellError("tal_decimaler", f"{shown(text)} har for mange decimaler.", f"Tallet skal have {allowed}.")
    value = int(whole + fraction.ljust(decimals, "0"))
    return -value if sign else value


def _number_remedy(text: str, decimals: int) -> str:
    if "%" in text:
        return "Fjern procenttegnet."
    if re.fullmatch(r"-?\d+\.\d+", text) and decimals:
        return "Brug komma som decimaltegn."
    if re.fullmatch(r"-?\d{1,3}([.  ]\d{3})+(,\d+)?", text):
        return "Fjern tusindtalsskilletegnet."
    if text.startswith(("−", "–")):
        return "Brug almindeligt minus (-)."
    return "Skriv et tal, fx 1230." if not decimals else "Skriv et tal med komma som decimaltegn, fx 9,71."


def _period(text: str, wanted: PeriodKind) -> str:
    period = parse_period(text)
    if period.kind is not wanted:
        example = "2020QMAT04" if wanted is PeriodKind.ROLLING_YEAR else "2026-10"
        raise PeriodError(f"Perioden {period.code} er af forkert type.", remedy=f"Skriv den som {example}.")
    return period.code


def _calendar_year(text: str) -> str:
    if not _YEAR.fullmatch(text):
        raise PeriodError(f"Året {shown(text)} kan ikke læses.", remedy="Skriv året med fire cifre, fx 2020.")
    return _period(f"{text}QMAT04", PeriodKind.ROLLING_YEAR)


def _known(rule: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except MaalestokError as error:
        raise CellError(rule, error.message, error.remedy or "Ret cellen.") from error


class ValueReader:
    """Reads the texts of one feed's columns."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def parse(self, column: FeedColumn, text: str) -> Value:
        """The value of a filled cell, its outer spaces taken away.

        Raises:
            CellError: it can't be read as that column.
        """
        match column.kind:
            case ColumnKind.ROLLING_YEAR:
                return _known("periode_kendt", lambda: _period(text, PeriodKind.ROLLING_YEAR))
            case ColumnKind.CALENDAR_YEAR:
                return _known("aar_kendt", lambda: _calendar_year(text))
            case ColumnKind.MONTH:
                return _known("periode_kendt", lambda: _period(text, PeriodKind.MONTH))
            case ColumnKind.KOMMUNE:
                return _known("kommune_kendt", lambda: resolve(text).kode)
            case ColumnKind.OMRAADE:
                return self._omraade(text)
            case ColumnKind.KONTROLTRIN:
                return int(_chosen(column, text))
            case ColumnKind.CHOICE:
                return _chosen(column, text)
            case ColumnKind.CHOICES:
                return _several(column, text)
            case ColumnKind.DATE:
                return _date(column, text)
            case ColumnKind.TEXT:
                return _text(column, text)
            case ColumnKind.NUMBER:
                return scaled_number(text, DECIMALS[column.kind], _ANY_MARK)
            case _:
                return scaled_number(text, DECIMALS[column.kind])

    @cached_property
    def _labels(self) -> dict[str, str]:
        folded = {" ".join(label.casefold().split()): area for label, area in self.feed.omraade_labels.items()}
        return folded | {area: area for area in folded.values()}

    def _omraade(self, text: str) -> str:
        folded = " ".join(text.casefold().split())
        if folded not in self._labels:
            allowed = ", ".join(self.feed.omraade_labels)
            raise CellError("omraade_kendt", f"Området {shown(text)} findes ikke.", f"Tilladt: {allowed}.")
        return self._labels[folded]


def _chosen(column: FeedColumn, text: str) -> str:
    if text not in column.choices:
        allowed = ", ".join(column.choices)
        raise CellError(f"{column.id}_kendt", f"{column.id} {shown(text)} findes ikke.", f"Tilladt: {allowed}.")
    return text


def _several(column: FeedColumn, text: str) -> str:
    """Codes in the order of the vocabulary, whatever order they came in."""
    codes = [_chosen(column, code.strip()) for code in text.split(SEPARATOR)]
    if len(set(codes)) != len(codes):
        raise CellError(f"{column.id}_kendt", f"{shown(text)} har samme kode to gange.", "Skriv hver kode én gang.")
    return SEPARATOR.join(code for code in column.choices if code in codes)


def _date(column: FeedColumn, text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
            parse_period(text[:7])
            return text
    except (ValueError, PeriodError):
        pass
    raise CellError(f"{column.id}_laesbar", f"{shown(text)} er ikke en dato.", "Skriv datoen som 2026-10-03.")


def _text(column: FeedColumn, text: str) -> str:
    if column.max_length is not None and len(text) > column.max_length:
        raise CellError(
            "tekst_laesbar",
            f"Teksten er på {len(text)} tegn.",
            f"Skriv højst {column.max_length} tegn i {column.id}.",
        )
    odd = next((sign for sign in text if unicodedata.category(sign) in _UNPRINTABLE), None)
    if odd is not None:
        raise CellError(
            "tekst_laesbar",
            f"Teksten har styretegnet {shown(odd)}.",
            "Skriv teksten på én linje uden usynlige tegn.",
        )
    return text
