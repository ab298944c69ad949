"""What a page is made of: cards with a chart, a table and what is to be known. Plain values; templates render them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup

from maalestok.publish.charts.draw import Rows

_VALUE = re.compile(r'<data value="([^"]*)"')


@dataclass(frozen=True)
class Row:
    """A table's row: its heading and its cells. `own` marks the municipality the page is about."""

    head: Markup | str
    cells: Sequence[Markup | str]
    own: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the headings' words, whether each column holds figures, and the rows."""

    caption: str
    headings: Sequence[str]
    numeric: Sequence[bool]
    rows: Sequence[Row]
    sortable: bool = False


@dataclass(frozen=True)
class About:
    """A rule a card rests on: its words, and where its method page is."""

    title: str
    definition: str
    path: str


@dataclass(frozen=True)
class Card:
    """A chart or table with all that belongs to it.

    `id` is the anchor; `name` the path of its files without suffix; `title` states the finding; `subtitle` says what is
    shown, where and when; `kind` is None where there is only a table; `choose` offers to choose a municipality;
    `table_at` is the anchor of the card beside it that holds the same table.
    """

    id: str
    name: str
    title: str
    subtitle: str
    summary: Markup | str
    table: Table
    about: Sequence[About]
    notes: Sequence[str]
    source: str
    syntetisk: bool
    kind: str | None = None
    rows: Rows = ()
    choose: bool = False
    table_at: str = ""


@dataclass(frozen=True)
class Page:
    """A page. `path` lies under the language's root and ends with a slash, or is empty for the front page."""

    path: str
    template: str
    title: str
    description: str
    section: str
    context: Mapping[str, Any] = field(default_factory=dict)
    cards: Sequence[Card] = ()
    crumbs: Sequence[tuple[str, str]] = ()
    words: str = ""
    kind: str = ""
    picture: str = ""
    listed: bool = True
    scripts: Sequence[str] = ()


def raw(cell: Markup | str) -> str:
    """A cell for a file: the figure's value where it holds exactly one, else its words."""
    values = _VALUE.findall(cell) if isinstance(cell, Markup) else []
    text = unescape(re.sub(r"<[^>]+>", "", cell)) if isinstance(cell, Markup) else cell
    return values[0] if len(values) == 1 and values[0] and "/" not in values[0] else text.strip()
