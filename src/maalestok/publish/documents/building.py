"""What documents are put together of: sentences as paragraphs and lists, sections, cells of tables."""

from collections.abc import Sequence
from typing import Literal

from maalestok.kommune import place_name
from maalestok.period import Period
from maalestok.publish.documents.document import Block, Bullets, Heading, Paragraph, Runs
from maalestok.publish.documents.phrases import told
from maalestok.publish.documents.told import Told, counted, fact, runs, tal
from maalestok.publish.shown import Figure, Part, Shown, codes
from maalestok.publish.site.contents import Contents
from maalestok.publish.site.language import DANISH
from maalestok.publish.site.view import View
from maalestok.publish.text_da import SHORT_MISSING_DA

PROVISIONAL = "foreloebig"


def paragraph(*said: str, style: Literal["brod", "manchet", "note"] = "brod") -> list[Block]:
    """Sentences as one paragraph; none where nothing is said."""
    text = " ".join(sentence.strip() for sentence in said if sentence)
    return [Paragraph(runs(text), style)] if text else []


def section(name: str, *blocks: Sequence[Block], level: int = 1) -> list[Block]:
    """A heading (the name of a phrase) and what stands below it; nothing where that is nothing."""
    held = [block for found in blocks for block in found]
    return [Heading(told(name), level), *held] if held else []


def bullets(said: Sequence[str]) -> list[Block]:
    """A list; none where nothing is said."""
    return [Bullets(tuple(runs(text) for text in said))] if said else []


def cell(figure: Figure | Part | None) -> Runs:
    """A figure without its unit in a table, or in a word why there is none."""
    return _cell(figure, bare=True)


def unit_cell(figure: Figure | Part | None, beside: float | None = None) -> Runs:
    """A figure with its unit in a table, on its side of a limit, or in a word why there is none."""
    return _cell(figure, bare=False, beside=beside)


def _cell(figure: Figure | Part | None, *, bare: bool, beside: float | None = None) -> Runs:
    if figure is None or figure.value is None:
        status = figure.status if isinstance(figure, Figure) else "ikke_opgjort"
        return runs(SHORT_MISSING_DA[status])
    held = tal(figure, beside=beside)
    text = str(held.tal if bare else held)
    provisional = isinstance(figure, Figure) and figure.status == PROVISIONAL
    return told("faelles.foreloebig", tal=text) if provisional else runs(text)


def kommune(kode: str) -> Told:
    """A municipality's name."""
    return fact(place_name(kode), f"kommune|{kode}")


def all_kommuner() -> Told:
    """'98 kommuner'."""
    return counted(len(codes()), "register|kommuner", "kommune", "kommuner")


def period_fact(period: Period) -> Told:
    """A period in words: '2020', '3. kvartal 2019 til 2. kvartal 2020', 'december 2020'."""
    return fact(period.label_da, f"periode|{period.code}")


def window(shown: Shown, measure: str) -> Told:
    """'12 måneder': what a measure is over."""
    months = max(source.window_months for source in shown.rules.measures[measure].sources)
    return counted(months, f"regel|{measure}|maaneder", "måned", "måneder")


def limits(shown: Shown) -> list[str]:
    """What is to be kept in mind of a benchmark, in its rule's words."""
    held = enumerate(shown.rules.benchmark.limits_da)
    return [str(fact(text, f"regel|{shown.benchmark}|forbehold|{n}")) for n, text in held]


def danish_view(shown: Shown) -> View:
    """A release as the site's cards see it, for their charts."""
    return View(Contents({shown.benchmark: shown}, {}, ""), DANISH)


def span(figure: Figure | None) -> Runs:
    """'6-63': the ends of a range."""
    if figure is None or figure.low is None or figure.high is None:
        return ()
    return runs(f"{tal(figure, 'low').tal}-{tal(figure, 'high').tal}")
