"""What a sentence may hold besides a phrase's own words: facts that know where they come from.

A fact printed in a phrase leaves marks round its text; `runs` takes them apart again, so that every digit of a document
is known to stand in a fact. Marks are private-use characters, which no phrase, name or rule has.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from maalestok.publish.shown import Figure, Part
from maalestok.publish.text_da import figure, figure_beside, number

_OPEN, _FIELD, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}([^{_FIELD}]*){_FIELD}([^{_FIELD}]*){_FIELD}([^{_CLOSE}]*){_CLOSE}")
_DIGIT = re.compile(r"\d")


class Run(NamedTuple):
    """A piece of a sentence. `key` says which fact it is (empty: the phrase's own words), `value` its figure."""

    text: str
    key: str = ""
    value: str = ""


@dataclass(frozen=True)
class Told:
    """A fact in words. `key`: which result, part, finding, rule or name; `value`: the figure as stored, or nothing."""

    text: str
    key: str
    value: float | None = None

    def __str__(self) -> str:
        shown = "" if self.value is None else repr(self.value).removesuffix(".0")
        return f"{_OPEN}{self.text}{_FIELD}{self.key}{_FIELD}{shown}{_CLOSE}"


@dataclass(frozen=True)
class Tal:
    """A figure as phrases use it: `{{ tal }}` with its unit, or one of the forms below.

    `value` is in the unit's own measure (shares 0..1, kroner, persons); `key` names the result or part; `beside` is the
    limit whose side a share must be seen to lie on.
    """

    value: float
    unit: str
    key: str
    beside: float | None = None

    def __str__(self) -> str:
        return str(self.med_enhed)

    @property
    def med_enhed(self) -> Told:
        """'2.310 fuldtidspersoner', '-4,6 mio. kr.', 'nr. 21', '79,996 pct.'."""
        return Told(figure_beside(self.value, self.unit, self.beside), f"{self.key}|value", self.value)

    @property
    def tal(self) -> Told:
        """'2.310': without its unit's words."""
        return Told(_bare(figure(self.value, self.unit)), f"{self.key}|value", self.value)

    @property
    def uden_fortegn(self) -> Told:
        """'60 fuldtidspersoner', '4,6 mio. kr.': where a word says the direction."""
        return Told(figure(abs(self.value), self.unit), f"{self.key}|abs", self.value)

    @property
    def tal_uden_fortegn(self) -> Told:
        """'60'."""
        return Told(_bare(figure(abs(self.value), self.unit)), f"{self.key}|abs", self.value)

    @property
    def pladser(self) -> Told:
        """'én plads', '3 pladser', '4,5 pladser': without direction."""
        return Told(places(abs(self.value)), f"{self.key}|abs", self.value)

    @property
    def procent(self) -> Told:
        """'92,2 pct.': a share without zeros that say nothing, one decimal at least; on its side of the limit."""
        text = figure_beside(self.value, "share", self.beside).removesuffix(" pct.")
        while text.endswith("0") and len(text.partition(",")[2]) > 1:
            text = text[:-1]
        return Told(f"{text} pct.", f"{self.key}|value", self.value)

    @property
    def graense(self) -> Told:
        """'80 pct.': a limit, with decimals only where it has some."""
        text = format((Decimal(repr(self.value)) * 100).normalize(), "f").replace(".", ",")
        return Told(f"{text} pct.", f"{self.key}|value", self.value)


def _bare(text: str) -> str:
    """The number of a figure: the last word of 'nr. 21', the first of others."""
    return text.split()[-1] if text.startswith("nr.") else text.split()[0]


def places(count: float) -> str:
    """'én plads', '3 pladser', '4,5 pladser'. `count` is not below 0."""
    text = number(count, 1).removesuffix(",0")
    return "én plads" if text == "1" else f"{text} pladser"


def tal(held: Figure | Part, end: str = "", *, beside: float | None = None) -> Tal:
    """A figure or part that has a value, for phrases; `end` is `low` or `high` for an end of its range.

    Raises:
        ValueError: it has none; the sentence must then say why.
    """
    value = {"": held.value, "low": held.low, "high": held.high}[end]
    if value is None:
        raise ValueError(f"{held.key.text} has no {end or 'value'}")
    part = f"|{held.part}" if isinstance(held, Part) else ""
    return Tal(value, held.unit, f"{held.key.text}{part}{'|' if end else ''}{end}", beside)


def counted(count: int, key: str, one: str, many: str) -> Told:
    """'98 kommuner', 'én kommune': a count that a rule or the register gives."""
    return Told(f"én {one}" if count == 1 else f"{number(count)} {many}", key, float(count))


def fact(text: str, key: str) -> Told:
    """A name, date, period or rule's text, which may hold digits: `key` says which."""
    return Told(text, key)


def runs(text: str) -> tuple[Run, ...]:
    """A sentence taken apart.

    Raises:
        ValueError: a digit that stands in no fact.
    """
    found: list[Run] = []
    at = 0
    for match in _MARKED.finditer(text):
        found += [Run(text[at : match.start()]), Run(*match.groups())]
        at = match.end()
    found.append(Run(text[at:]))
    loose = [run.text for run in found if not run.key and _DIGIT.search(run.text)]
    if loose:
        raise ValueError(f"a digit that is no fact: {loose[0]!r}")
    return _one_stop([run for run in found if run.text])


def _one_stop(held: Sequence[Run]) -> tuple[Run, ...]:
    """A sentence that ends with an abbreviation has one full stop."""
    mended = list(held)
    for at in range(len(mended) - 1):
        if mended[at].text.endswith(("pct.", "kr.")) and mended[at + 1].text.startswith("."):
            mended[at + 1] = mended[at + 1]._replace(text=mended[at + 1].text[1:])
    return tuple(run for run in mended if run.text)


def plain(held: Sequence[Run]) -> str:
    """A sentence as text; a figure is not broken over two lines."""
    return "".join(run.text.replace(" ", "\u00a0") if run.value else run.text for run in held)
