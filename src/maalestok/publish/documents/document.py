"""A document before it is Word, PDF or HTML: blocks in order. Every format shows all of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from maalestok.publish.documents.told import Run, plain

Runs = tuple[Run, ...]
TO_FILL_IN = "[udfyldes]"
NARROW, WIDE, BOLD = 5, 34, 125
"""Letters a column has at least and at most; per cent of its letters that a heading's word needs."""


@dataclass(frozen=True)
class Heading:
    """`level` 1 or 2, below the document's title."""

    text: Runs
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """`style`: `brod` (body), `manchet` (what matters most, first), `note` (small, below what it concerns)."""

    text: Runs
    style: Literal["brod", "manchet", "note"] = "brod"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Runs, ...]


@dataclass(frozen=True)
class Table:
    """`numeric` says which columns are set to the right; every row has as many cells as there are headings."""

    caption: Runs
    headings: tuple[Runs, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Runs, ...], ...]

    def __post_init__(self) -> None:
        if {len(self.headings)} != {len(self.numeric), *(len(row) for row in self.rows)}:
            raise ValueError("a row has another number of cells than the table has headings")


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, with the text that stands in for it. `width` is a share of the text's width."""

    name: str
    svg: str
    alt: Runs
    caption: Runs
    width: float = 0.72


@dataclass(frozen=True)
class Fields:
    """What is filled in: (label, value); an empty value is shown as a field still to be filled in."""

    pairs: tuple[tuple[str, Runs], ...]


Block = Heading | Paragraph | Bullets | Table | Picture | Fields


@dataclass(frozen=True)
class Document:
    """A whole document.

    `kind` and `id` name its file; `mark` stands on every page (SYNTETISK, UDKAST); `release` is the release's id,
    `date` the day its figures are of, which is also the files' own date; a `draft` says so across every page.
    """

    kind: str
    id: str
    title: str
    subtitle: Runs
    author: str
    kommune: str | None
    period: str
    release: str
    date: date
    mark: str
    footer: str
    blocks: tuple[Block, ...]
    draft: bool = False

    def text(self) -> str:
        """All of it as plain text: what is read aloud, and what is kept as approved."""
        return "\n".join([self.title, plain(self.subtitle), *(_lines(block) for block in self.blocks), self.footer, ""])


def _lines(block: Block) -> str:
    match block:
        case Heading():
            return f"\n{'#' * block.level} {plain(block.text)}"
        case Paragraph():
            return plain(block.text)
        case Bullets():
            return "\n".join(f"- {plain(item)}" for item in block.items)
        case Table():
            rows: Sequence[Sequence[Runs]] = (block.headings, *block.rows)
            return "\n".join([plain(block.caption), *(" | ".join(plain(cell) for cell in row) for row in rows)])
        case Picture():
            return f"[{plain(block.alt)}]\n{plain(block.caption)}"
        case Fields():
            return "\n".join(f"{label}: {plain(value) or TO_FILL_IN}" for label, value in block.pairs)


def block_data(block: Block) -> dict[str, Any]:
    """A block as the templates of Word and PDF see it: plain text by name."""
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": plain(block.text)}
        case Paragraph():
            return {"kind": "paragraph", "style": block.style, "text": plain(block.text)}
        case Bullets():
            return {"kind": "bullets", "entries": [plain(item) for item in block.items]}
        case Table():
            head, *rows = (_cells(row, block.numeric) for row in (block.headings, *block.rows))
            widths = letters(block)
            return {"kind": "table", "caption": plain(block.caption), "headings": head, "rows": rows, "widths": widths}
        case Picture():
            words = {"alt": plain(block.alt), "caption": plain(block.caption)}
            return {"kind": "picture", "name": block.name, "width": block.width, **words}
        case Fields():
            pairs = [{"label": label, "value": plain(value) or TO_FILL_IN} for label, value in block.pairs]
            return {"kind": "fields", "pairs": pairs}


def letters(table: Table) -> list[int]:
    """How wide each column should be against the others: its heading's longest word or its longest cell, bounded."""
    found = []
    for at, heading in enumerate(table.headings):
        cells = (plain(row[at]) for row in table.rows)
        bold = max(len(word) for word in re.split(r"[\s-]", plain(heading))) * BOLD // 100
        longest = max(bold, *(len(text) for text in cells), 0)
        found.append(min(max(longest + 2, NARROW), WIDE))
    return found


def _cells(row: Sequence[Runs], numeric: Sequence[bool]) -> list[dict[str, Any]]:
    return [{"text": plain(cell), "numeric": right} for cell, right in zip(row, numeric, strict=True)]
