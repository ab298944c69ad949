"""A document as one HTML file that needs nothing else: figures carry their value and key, as on the site's pages."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from maalestok.publish.documents.document import TO_FILL_IN, Document, Picture, Runs
from maalestok.publish.documents.told import plain


@cache
def _environment() -> Environment:
    loader = PackageLoader("maalestok.publish.documents", "templates")
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=True, trim_blocks=False)


@cache
def style() -> str:
    """The style sheet inside the file."""
    return files("maalestok.publish.documents").joinpath("templates", "dokument.css").read_text(encoding="utf-8")


@cache
def style_source() -> str:
    """The style sheet's hash, as a content security policy names it: 'sha256-...'."""
    return f"sha256-{base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}"


def page(document: Document) -> bytes:
    """The document as HTML."""
    made = (
        _environment()
        .get_template("dokument.html")
        .render(
            document=document,
            style=Markup(style()),  # noqa: S704  # our own file
            style_source=style_source(),
            noindex=bool(document.mark),
            said=said,
            plain=plain,
            drawing=_drawing,
            to_fill_in=TO_FILL_IN,
        )
    )
    return made.encode()


def said(held: Runs) -> Markup:
    """A sentence with its figures marked: `<data value data-k>`; other facts are words."""
    parts = []
    for run in held:
        if run.value:
            text = run.text.replace(" ", "\u00a0")
            parts.append(Markup('<data value="{}" data-k="{}">{}</data>').format(run.value, run.key, text))
        else:
            parts.append(escape(run.text))
    return Markup("").join(parts)


def _drawing(picture: Picture) -> Markup:
    """A drawing that keeps its proportions at any width; its words stand in the label beside it."""
    return Markup(picture.svg.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704  # drawn by us, text escaped
