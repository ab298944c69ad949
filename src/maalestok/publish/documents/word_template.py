"""The Word template of all documents: styles, and docxtpl's tags in the places where a document's blocks go.

It is made here, where it can be read and compared, and not kept as a file. `maalestok document skabelon` writes it out
for whoever wants to change it in Word; `--template` takes it back.
"""

import io
from functools import cache
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

MAIN, SOFT, INK = RGBColor(0x0A, 0x4D, 0x8C), RGBColor(0x5F, 0x63, 0x69), RGBColor(0x1A, 0x1A, 0x1A)
FONT = "Arial"
PARAGRAPHS = {"brod": "Normal", "manchet": "Manchet", "note": "Note"}
"""Style of a paragraph in a document -> style in Word."""


@cache
def template() -> bytes:
    """The template as a Word file."""
    made = docx.Document()
    _page(made)
    _styles(made)
    _body(made)
    _edges(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.2)


def _font(style: Any, size: float, color: RGBColor = INK, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = color
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _spaced(style: Any, before: float, after: float) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.15


def _styles(made: Any) -> None:
    """Word's own names for headings, lists and captions, so that its navigation and screen readers know them."""
    styles = made.styles
    _language(styles)
    for name, size, color, bold, before, after in (
        ("Normal", 10.5, INK, False, 0, 7),
        ("Title", 19, MAIN, True, 0, 2),
        ("Subtitle", 12, SOFT, False, 0, 12),
        ("Heading 1", 13, MAIN, True, 15, 5),
        ("Heading 2", 11, MAIN, True, 10, 4),
        ("List Bullet", 10.5, INK, False, 0, 3),
        ("Caption", 9, SOFT, False, 4, 8),
    ):
        _font(styles[name], size, color, bold=bold)
        _spaced(styles[name], before, after)
    for name, size, color, bold in (
        ("Manchet", 11.5, INK, True),
        ("Note", 9, SOFT, False),
        ("Tabeltekst", 9.5, INK, False),
        ("Tabelhoved", 9, INK, True),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, size, color, bold=bold)
        _spaced(style, *((2, 2) if name.startswith("Tabel") else (0, 8)))
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)


def _language(styles: Any) -> None:
    """Danish throughout, for spelling and for whoever has it read aloud."""
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for held in defaults.findall(qn("w:lang")):
        defaults.remove(held)
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{name}"), "da-DK")
    defaults.append(language)


def _body(made: Any) -> None:
    def line(text: str, style: str = "Normal") -> Any:
        return made.add_paragraph(text, style)

    line("{{ title }}", "Title")
    line("{{ subtitle }}", "Subtitle")
    line("{%p for block in blocks %}")
    for level in (1, 2):
        line(f"{{%p if block.kind == 'heading' and block.level == {level} %}}")
        line("{{ block.text }}", f"Heading {level}")
        line("{%p endif %}")
    for ours, words in PARAGRAPHS.items():
        line(f"{{%p if block.kind == 'paragraph' and block.style == '{ours}' %}}")
        line("{{ block.text }}", words)
        line("{%p endif %}")
    line("{%p if block.kind == 'bullets' %}")
    line("{%p for item in block.entries %}")
    line("{{ item }}", "List Bullet")
    line("{%p endfor %}")
    line("{%p endif %}")
    line("{%p if block.kind == 'table' %}")
    line("{{ block.caption }}", "Caption").paragraph_format.keep_with_next = True
    _table(made)
    line("", "Note")
    line("{%p endif %}")
    line("{%p if block.kind == 'picture' %}")
    line("{{ block.image }}").paragraph_format.keep_with_next = True
    line("{{ block.caption }}", "Caption")
    line("{%p endif %}")
    line("{%p if block.kind == 'fields' %}")
    line("{%p for pair in block.pairs %}")
    _field(line(""))
    line("{%p endfor %}")
    line("", "Note")
    line("{%p endif %}")
    line("{%p endfor %}")


def _table(made: Any) -> None:
    """A table of any width: its first row is repeated on each page."""
    head = ("{%tc for held in block.headings %}", "{%tc if held.numeric %}", "{{ held.text }}", "{%tc else %}")
    body = ("{%tc for held in row %}", *head[1:])
    close = ("{{ held.text }}", "{%tc endif %}", "{%tc endfor %}")
    table = made.add_table(4, 7)
    table.autofit = True
    for at, style in ((0, "Tabelhoved"), (2, "Tabeltekst")):
        tags = (*(head if at == 0 else body), *close)
        for cell, text in zip(table.rows[at].cells, tags, strict=True):
            (paragraph,) = cell.paragraphs
            paragraph.style = style
            paragraph.add_run(text)
        table.rows[at].cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        properties = table.rows[at]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if at == 0:
            properties.append(OxmlElement("w:tblHeader"))
    table.rows[1].cells[0].paragraphs[0].add_run("{%tr for row in block.rows %}")
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
    rules = "".join(
        f'<w:{side} w:val="{"single" if side in ("top", "bottom", "insideH") else "nil"}" w:sz="4" w:color="C9CED3"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties = table._tbl.tblPr
    properties.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{rules}</w:tblBorders>"))
    described = parse_xml(f'<w:tblCaption {nsdecls("w")} w:val="{{{{ block.caption }}}}"/>')
    properties.append(described)


def _field(paragraph: Any) -> None:
    """A label and a field that can be filled in."""
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.add_run("{{ pair.label }}: ").bold = True
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr>"
        '<w:alias w:val="{{ pair.label }}"/><w:tag w:val="{{ pair.label }}"/><w:text/></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>{{ pair.value }}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    paragraph._p.append(control)


def _edges(made: Any) -> None:
    """Header: SYNTETISK or UDKAST. Footer: which release, and the page."""
    section = made.sections[0]
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = head.add_run("{{ mark }}")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(10), MAIN
    foot = section.footer.paragraphs[0]
    foot.style = "Note"
    foot.add_run("{{ footer }} · Side ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = foot.add_run()
        if text is None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), str(kind))
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
