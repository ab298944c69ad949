"""A document as PDF: tagged, searchable, PDF/UA-1 and PDF/A-2a, with its own fonts, the same bytes each time."""

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files

from maalestok.errors import MaalestokError
from maalestok.publish.documents.document import Document, Picture, block_data
from maalestok.publish.documents.told import plain
from maalestok.publish.site.assets import folder

STANDARDS = ["a-2a", "ua-1"]
FAMILY = "IBM Plex Sans"
_FONT = f'<svg font-family="{FAMILY}" '


@cache
def _template() -> bytes:
    return files("maalestok.publish.documents").joinpath("templates", "dokument.typ").read_bytes()


def pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises:
        MaalestokError: the fonts are not built.
        typst.TypstError: the document does not keep what PDF/A or PDF/UA asks (a picture without words, say).
    """
    import typst

    fonts = folder().joinpath("ttf")
    if not fonts.is_dir():
        raise MaalestokError("Skrifttyperne til PDF er ikke bygget.", remedy="Kør: make setup.")
    held = {
        "title": document.title,
        "subtitle": plain(document.subtitle),
        "author": document.author,
        "description": document.footer,
        "mark": document.mark,
        "draft": document.draft,
        "footer": document.footer,
        "blocks": [block_data(block) for block in document.blocks],
    }
    parts = {
        "main.typ": _template(),
        "document.json": json.dumps(held, ensure_ascii=False).encode(),
        **{f"{p.name}.svg": _svg(p.svg) for p in document.blocks if isinstance(p, Picture)},
    }
    made: bytes = typst.compile(  # type: ignore[call-overload]  # its types know no dictionary of files
        parts,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=datetime.combine(document.date, time(), UTC),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
    )
    return made


def _svg(drawn: str) -> bytes:
    """A drawing whose words are in the document's font."""
    return drawn.replace("<svg ", _FONT, 1).encode()
