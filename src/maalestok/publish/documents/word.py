"""A document as Word: the template filled in by docxtpl, packed so that the same document gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import Environment, StrictUndefined, TemplateError

from maalestok.errors import MaalestokError
from maalestok.publish.charts.library import library
from maalestok.publish.documents.document import Block, Document, Picture, Table, block_data, letters
from maalestok.publish.documents.told import plain
from maalestok.publish.documents.word_template import template

TEXT_WIDTH = 16.2
"""Centimetres between the margins."""
SCALE = 2.0
"""Points of a picture for each of the drawing's."""
_FONT = '<svg font-family="sans-serif" '
ZIPPED = (1980, 1, 1, 0, 0, 0)


class DescribedImage(InlineImage):  # type: ignore[misc]  # docxtpl ships no types
    """A picture with the words that stand in for it."""

    def __init__(self, tpl: DocxTemplate, content: bytes, width: Any, words: str) -> None:
        super().__init__(tpl, io.BytesIO(content), width)
        self._words = words

    def _insert_image(self) -> str:
        inline = self.tpl.current_rendering_part.new_pic_inline(self.image_descriptor, self.width, self.height)
        inline.docPr.set("descr", self._words)
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def docx(document: Document, own_template: Path | None = None) -> bytes:
    """The document as a Word file.

    Args:
        document: what to write.
        own_template: a template instead of ours, with the same tags.

    Raises:
        MaalestokError: a template that is no Word file, or asks for something a document does not have.
    """
    source = template() if own_template is None else _read(own_template)
    made = DocxTemplate(io.BytesIO(source))
    try:
        made.init_docx()
        context = {
            "title": document.title,
            "subtitle": plain(document.subtitle),
            "mark": document.mark,
            "footer": document.footer,
            "blocks": [_block(block, made) for block in document.blocks],
        }
        made.render(context, Environment(undefined=StrictUndefined), autoescape=True)  # noqa: S701  # escaped by docxtpl
    except (TemplateError, KeyError, ValueError, zipfile.BadZipFile) as error:
        if own_template is None:
            raise
        raise MaalestokError(
            f"{own_template} kan ikke bruges som skabelon: {error}",
            remedy="Begynd med den, som maalestok document skabelon skriver.",
        ) from error
    _columns(made, [block for block in document.blocks if isinstance(block, Table)])
    _properties(made, document)
    stream = io.BytesIO()
    made.save(stream)
    return repacked(stream.getvalue())


def _read(path: Path) -> bytes:
    content = path.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise MaalestokError(f"{path} er ikke en Word-fil (.docx).", remedy="Angiv en skabelon gemt som .docx.")
    return content


def _columns(made: DocxTemplate, tables: Sequence[Table]) -> None:
    """Share the page's width among a table's columns, as their words need it."""
    for table, held in zip(made.docx.tables, tables, strict=False):
        counts = letters(held)
        widths = [Cm(TEXT_WIDTH * count / sum(counts)) for count in counts]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width


def _properties(made: DocxTemplate, document: Document) -> None:
    core = made.docx.core_properties
    core.title = f"{document.title}: {plain(document.subtitle)}"
    core.author = core.last_modified_by = document.author
    core.subject, core.comments, core.keywords, core.language = document.footer, document.mark, "", "da-DK"
    core.created = core.modified = datetime.combine(document.date, time(), UTC)
    core.revision = 1


def repacked(content: bytes) -> bytes:
    """The same package with fixed times, so that it has the same bytes whenever it is made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIPPED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name), compresslevel=9)
    return stream.getvalue()


def _block(block: Block, made: DocxTemplate) -> dict[str, Any]:
    held = block_data(block)
    if isinstance(block, Picture):
        png = library().svg_to_png(block.svg.replace("<svg ", _FONT, 1), scale=SCALE)
        held["image"] = DescribedImage(made, png, Cm(TEXT_WIDTH * block.width), held["alt"])
    return held
