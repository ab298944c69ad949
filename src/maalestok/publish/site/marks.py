"""Figures as pages carry them: the words for the eye, the value and its key for programs and for the test of all."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from maalestok.publish.shown import Figure, Key, Part, Term
from maalestok.publish.site.language import Language
from maalestok.results import WITH_FIGURE


@dataclass(frozen=True)
class Marks:
    """How figures are marked in one language."""

    language: Language

    def _data(self, value: float | None, key: str, text: str, css: str = "") -> Markup:
        shown = "" if value is None else repr(value).removesuffix(".0")
        name = f' class="{css}"' if css else ""
        return Markup(f'<data value="{shown}" data-k="{escape(key)}"{name}>{escape(text)}</data>')  # noqa: S704  # escaped

    def figure(
        self, figure: Figure | None, *, beside: float | None = None, bare: bool = False, short: bool = False
    ) -> Markup:
        """A figure with its unit, or why there is none. `beside` a limit; `bare` without the unit's words.

        `short` says why in a word or two. A row that the release does not have is told as not stated, without a key.
        """
        if figure is None:
            return Markup('<span class="missing">{}</span>').format(self.language.missing("ikke_opgjort", short=short))
        key = f"{figure.key.text}|value"
        if figure.value is None:
            return self._data(None, key, self.language.missing(figure.status, short=short), "missing")
        text = self.language.figure_beside(figure.value, figure.unit, beside)
        star = "*" if figure.status != WITH_FIGURE[0] else ""
        return self._data(figure.value, key, (self._bare(text, figure.unit) if bare else text) + star)

    def _bare(self, text: str, unit: str) -> str:
        """Only the number, where a heading names the unit."""
        if unit == "rank":
            return text.split()[-1]
        return text.removesuffix("%").split()[0] if unit != "dkk" else text

    def amount(self, figure: Figure) -> Markup:
        """A figure without its sign, where a word beside it says the direction."""
        if figure.value is None:
            return self.figure(figure)
        text = self._bare(self.language.figure(abs(figure.value), figure.unit), figure.unit)
        return self._data(figure.value, f"{figure.key.text}|abs", text)

    def money(self, figure: Figure) -> Markup:
        """An amount of money without its sign."""
        if figure.value is None:
            return self.figure(figure)
        return self._data(figure.value, f"{figure.key.text}|abs", self.language.figure(abs(figure.value), figure.unit))

    def span(self, figure: Figure | Part | None, *, bare: bool = True) -> Markup:
        """A range: '12-41' for places, '-0,61 til 0,12' for others; nothing where there is none."""
        if figure is None or figure.low is None or figure.high is None:
            return Markup("")
        part = f"|{figure.part}" if isinstance(figure, Part) else ""
        ends = []
        for name, value in (("low", figure.low), ("high", figure.high)):
            text = self.language.figure(value, figure.unit)
            ends.append(
                self._data(value, f"{figure.key.text}{part}|{name}", self._bare(text, figure.unit) if bare else text)
            )
        between = "-" if figure.unit == "rank" else f" {self.language.t('til')} "
        return Markup("").join([ends[0], escape(between), ends[1]])

    def ends(self, figure: Figure, *, beside: float | None = None) -> tuple[Markup, Markup]:
        """Both ends of a figure's range, each with its unit; for a figure that has one. `beside` a limit."""
        told = [
            self._data(value, f"{figure.key.text}|{name}", self.language.figure_beside(value, figure.unit, beside))
            for name, value in (("low", figure.low), ("high", figure.high))
            if value is not None
        ]
        return told[0], told[-1]

    def ratio(self, figure: Figure | None) -> Markup:
        """'34 af 120': what a share is a ratio of; nothing where it is not shown."""
        if figure is None or figure.numerator is None or figure.denominator is None:
            return Markup("")
        number = self.language.number
        words = f"{number(figure.numerator)} {self.language.t('af')} {number(figure.denominator)}"
        parts = f"{figure.numerator:g}/{figure.denominator:g}"
        return Markup(f'<data value="{parts}" data-k="{escape(figure.key.text)}|ratio">{escape(words)}</data>')  # noqa: S704  # escaped

    def part(self, part: Part | None, *, bare: bool = False) -> Markup:
        """A part of a figure, with its range where it has no single value."""
        if part is None:
            return Markup("")
        if part.value is None:
            return self.span(part)
        text = self.language.figure(part.value, part.unit)
        return self._data(
            part.value, f"{part.key.text}|{part.part}|value", self._bare(text, part.unit) if bare else text
        )

    def term(self, term: Term | None, unit: str, *, bare: bool = False) -> Markup:
        """What a model found, in a unit that its page knows; nothing where it found none. `antal` is a plain count."""
        if term is None:
            return Markup("")
        return self._data(term.estimate, f"{term.text}|estimate", self._term(term.estimate, unit, bare=bare))

    def error(self, term: Term | None, unit: str) -> Markup:
        """The standard error of what a model found, without its unit."""
        if term is None or term.se is None:
            return Markup("")
        return self._data(term.se, f"{term.text}|se", self._term(term.se, unit, bare=True))

    def interval(self, term: Term | None, ends: tuple[float, float] | None, unit: str) -> Markup:
        """'0,61 til 1,12': an interval that was calculated of a term and its error, without the unit."""
        if term is None or ends is None:
            return Markup("")
        low, high = (
            self._data(value, f"{term.text}|{name}", self._term(value, unit, bare=True))
            for name, value in zip(("low", "high"), ends, strict=True)
        )
        return Markup("{} {} {}").format(low, self.language.t("til"), high)

    def _term(self, value: float, unit: str, *, bare: bool) -> str:
        if unit == "antal":
            return self.language.number(value, 0 if value == round(value) else 1)
        text = self.language.figure(value, unit)
        return self._bare(text, unit) if bare else text

    def derived(self, key: Key, name: str, value: float, unit: str) -> Markup:
        """What a page worked out of figures that stand beside it, under their key: `name` says how."""
        return self._data(value, f"{key.text}|{name}", self._bare(self.language.figure(value, unit), unit))
