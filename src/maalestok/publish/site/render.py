"""Templates to HTML: what every page shares, and one page's own."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from maalestok.publish.site.assets import assets
from maalestok.publish.site.language import languages
from maalestok.publish.site.page import Card, Page
from maalestok.publish.site.view import View

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
MENU = (
    ("beskaeftigelse/", "Beskæftigelse", "beskaeftigelse"),
    ("kontrolsager/", "Kontrolsager", "kontrolsager"),
    ("kommune/", "Kommuner", "kommune"),
    ("metode/", "Metode", "metode"),
    ("data/", "Data", "data"),
    ("udgivelser/", "Udgivelser", "udgivelser"),
)
WORDS = {
    "waiting": "Vent",
    "found": "{n} fundet",
    "nothing": "Intet fundet for {q}",
    "invalid": "Skriv en grænse mellem 0 og 100 med højst to decimaler og 1-24 månedsskift.",
    "summary": "{enters} kommer på listen, {leaves} går af, {stays} bliver.",
    "enters": "kommer på",
    "leaves": "går af",
    "stays": "bliver",
    "small": "små tal",
}


class Link(NamedTuple):
    """A built file as a page refers to it."""

    href: str
    integrity: str


@cache
def environment() -> Environment:
    """The templates; a name that is not given is an error."""
    return Environment(
        loader=PackageLoader("maalestok.publish.site"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=False,
        keep_trailing_newline=False,
    )


def html(view: View, page: Page, drawings: Mapping[str, str]) -> str:
    """A page as HTML.

    Args:
        drawings: card name -> SVG in the page's language.
    """
    language = view.language
    up = "../" * page.path.count("/")
    home = up + ("../" if language.root else "")
    shown = set(view.contents.shown)
    context: dict[str, Any] = {
        "view": view,
        "lang": language,
        "languages": languages(),
        "page": page,
        "t": view.t,
        "url": lambda path: f"{up}{path}" or "./",
        "home": home,
        "asset": lambda name: Link(f"{home}assets/{assets()[name].file}", assets()[name].integrity),
        "csp": CSP,
        "base_url": view.contents.base_url,
        "synthetic": synthetic_note(view),
        "menu": [(path, view.t(words), name) for path, words, name in MENU if name in shown or name not in view_only()],
        "release_ids": [held.release.id for held in view.contents.shown.values()],
        "words": words_json(view),
        "drawing": lambda card: Markup(drawings[card.name]),  # noqa: S704  # drawn by us, every text in it escaped
        **page.context,
    }
    return environment().get_template(page.template).render(context)


def view_only() -> frozenset[str]:
    """Menu entries that need a release of their benchmark."""
    return frozenset({"beskaeftigelse", "kontrolsager"})


def words_json(view: View) -> Markup:
    """What the scripts say, in the page's language; a data block that no browser runs."""
    danish = view.language.is_danish
    said = {name: view.t(words) for name, words in WORDS.items()}
    said |= {"locale": "da-DK" if danish else "en-GB", "percent": " pct." if danish else "%"}
    return Markup(json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704  # JSON without markup


def synthetic_note(view: View) -> str:
    """What is invented on the site; nothing where all is real."""
    invented = [held for held in view.contents.shown.values() if held.syntetisk]
    if not invented:
        return ""
    if len(invented) == len(view.contents.shown):
        return view.t("Alle tal her er opfundne. De siger intet om de kommuner, de står ved.")
    names = view.language.join([view.language.title(held.rules.benchmark.title) for held in invented])
    return view.t("Tallene i %(names)s er opfundne. De siger intet om de kommuner, de står ved.", names=names)


def svg_file(view: View, card: Card, drawing: str) -> str:
    """A drawing as a file of its own: with its title, what it shows and its source, so that it can stand alone."""
    head, line_height = drawing.split(">", 1), 18
    width, height = (float(head[0].split(f'{name}="', 1)[1].split('"', 1)[0]) for name in ("width", "height"))
    fits = int(width / 6.6)
    above = [*_lines(card.title, fits), *_lines(card.subtitle, fits)]
    source = card.source + (" SYNTETISK." if card.syntetisk else "")
    below = _lines(source, int(width / 5.2))
    top, foot = line_height * len(above) + 12, 14 * len(below) + 12
    words = [
        Markup('<text x="8" y="{}" font-size="{}" fill="#1a1a1a">{}</text>').format(
            line_height * (at + 1), 14 if at else 15, line
        )
        for at, line in enumerate(above)
    ]
    words += [
        Markup('<text x="8" y="{}" font-size="10" fill="#5f6369">{}</text>').format(top + height + 14 * (at + 1), line)
        for at, line in enumerate(below)
    ]
    total = top + height + foot
    inner = head[1].rsplit("</svg>", 1)[0]
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    size = f'width="{width:g}" height="{total:g}"'
    return (
        f'<svg {namespaces} lang="{view.language.code}" {size} viewBox="0 0 {width:g} {total:g}" '
        f'font-family="sans-serif">'
        f'<rect {size} fill="#fff"/>{"".join(words)}<g transform="translate(0,{top})">{inner}</g></svg>\n'
    )


def _lines(text: str, fits: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= fits:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
