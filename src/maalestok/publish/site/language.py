"""One language of the site: its catalogue, numbers, dates and words. Danish is the source; English is translated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from maalestok.kommune import HELE_LANDET, place_name
from maalestok.period import MONTH_NAMES_DA, PeriodKind, parse_period
from maalestok.publish import text_da, text_en

CATALOGUES = ("rules.po", "site.po")
_TWO_STOPS = re.compile(r"((?:pct|kr)\.(?:</data>)?)\.(?=\s|$|<)")


def one_stop(text: str) -> str:
    """A sentence that ends with an abbreviation has one full stop: '58,04 pct.'."""
    return _TWO_STOPS.sub(r"\1", text)


class Untranslated(LookupError):
    """A text that a language has no words for."""


@dataclass(frozen=True)
class Language:
    """`code` is also the value of the pages' `lang`; `root` is the folder the pages lie in, with a final slash."""

    code: str
    root: str
    texts: Mapping[str, str] | None

    @property
    def is_danish(self) -> bool:
        """True for the source language."""
        return self.texts is None

    def t(self, text: str, **values: object) -> str:
        """A Danish text in this language, with its places filled in.

        Raises:
            Untranslated: the catalogue lacks it.
        """
        if self.texts is None:
            found = text
        elif text in self.texts:
            found = self.texts[text]
        else:
            raise Untranslated(f"locale/{self.code}: no translation of {text!r}")
        return one_stop(found % values) if values else found

    def has(self, text: str) -> bool:
        """True when the text can be said in this language."""
        return self.texts is None or text in self.texts

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with this language's separators."""
        return text_da.number(value, decimals) if self.is_danish else text_en.number(value, decimals)

    def figure(self, value: float, unit: str) -> str:
        """A figure with its unit."""
        return text_da.figure(value, unit) if self.is_danish else text_en.figure(value, unit)

    def figure_beside(self, value: float, unit: str, limit: float | None) -> str:
        """A figure with as many decimals as keep it on its side of a limit."""
        beside = text_da.figure_beside if self.is_danish else text_en.figure_beside
        return beside(value, unit, limit)

    def limit(self, value: float, unit: str) -> str:
        """A limit, with decimals only where it has some: '30 pct.'."""
        if unit != "share":
            return self.figure(value, unit)
        text = self.figure(value, unit)
        return text.replace(",00 ", " ") if self.is_danish else text.replace(".00%", "%")

    def missing(self, status: str, *, short: bool = False) -> str:
        """Why there is no figure, in words."""
        return self.t((text_da.SHORT_MISSING_DA if short else text_da.MISSING_DA)[status])

    def date(self, text: str) -> str:
        """An ISO date, as precise as it is: '7. juni 2021', '7 June 2021'."""
        return text_da.published_date(text) if self.is_danish else text_en.published_date(text)

    def period(self, code: str) -> str:
        """A period in words: 'oktober 2026', '2020', '3. kvartal 2019 til 2. kvartal 2020'."""
        period = parse_period(code)
        if self.is_danish or period.is_calendar_year:
            return period.label_da
        if period.kind is PeriodKind.MONTH:
            return f"{text_en.MONTH_NAMES_EN[period.month - 1]} {period.year}"
        quarter = period.month // 3
        return f"Q{quarter + 1} {period.year - 1} to Q{quarter} {period.year}"

    def short_period(self, code: str) -> str:
        """A period on an axis: 'okt. 2026', '2. kv. 2020' (the four quarters up to it)."""
        period = parse_period(code)
        if period.kind is PeriodKind.MONTH:
            names = MONTH_NAMES_DA if self.is_danish else text_en.MONTH_NAMES_EN
            return f"{names[period.month - 1][:3]}{'.' if self.is_danish else ''} {period.year}"
        quarter = period.month // 3
        return f"{quarter}. kv. {period.year}" if self.is_danish else f"Q{quarter} {period.year}"

    def place(self, kode: str) -> str:
        """A place's name."""
        name = place_name(kode)
        return self.t(name) if kode == HELE_LANDET else name

    def title(self, title: object) -> str:
        """A rule's title, which has both languages."""
        return str(getattr(title, self.code))

    def join(self, words: list[str]) -> str:
        """'a, b og c'."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.t('og')} {words[-1]}"


DANISH = Language("da", "", None)


@cache
def english() -> Language:
    """English, with its catalogues read."""
    texts: dict[str, str] = {}
    for name in CATALOGUES:
        with files("maalestok.publish.site").joinpath("locale", "en", name).open("rb") as file:
            texts |= {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and m.string}
    return Language("en", "en/", texts)


def languages() -> tuple[Language, ...]:
    """Every language the site is made in, the first at the root."""
    return (DANISH, english())
