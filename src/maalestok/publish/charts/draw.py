"""Draw charts: a kind's compiled specification with rows becomes SVG; the same in another language; many at once."""

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from html import escape
from multiprocessing import get_context
from typing import Any

from maalestok.publish.charts.kinds import KINDS, ROWS
from maalestok.publish.charts.library import library
from maalestok.publish.charts.theme import CONFIG, LOCALES

Rows = Sequence[Mapping[str, Any]]
VEGALITE = "6.1"
_DESCRIBED = re.compile(r' aria-roledescription="[^"]*"')
_CLIP = re.compile(r"\b(clip|gradient_)(\d+)\b")
_DECIMAL = re.compile(r">([−-]?)(\d{1,3}(?:\.\d{3})*)(?:,(\d+))?(%?)</text>")
_EMPTY = re.compile(r'(<g [^>]*?) role="graphics-symbol"([^>]*?(?:/>|></g>))')
"""The role of a layer without marks: a picture of nothing."""
_IDLE = re.compile(r' opacity="1"|<text [^>]*(?:/>|></text>)')
"""What shows nothing: full opacity, words that are empty."""
_FONT = ' font-family="sans-serif"'
_SWAP = str.maketrans(",.", ".,")


@cache
def compiled(kind: str) -> str:
    """A kind's Vega specification, without rows, as JSON text."""
    declared = KINDS[kind]().configure(**CONFIG).to_dict()
    declared["data"] = {"name": ROWS, "values": []}
    spec = library().vegalite_to_vega(declared, vl_version=VEGALITE)
    spec["config"]["locale"] = LOCALES["da"]
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"))


def specification(kind: str, words: Mapping[str, str], language: str) -> str:
    """A kind's specification for the page, with its titles in a language."""
    spec = _said(json.loads(compiled(kind)), words)
    spec["config"]["locale"] = LOCALES[language]
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"))


def _said(node: Any, words: Mapping[str, str]) -> Any:
    """The titles among a specification's strings, translated."""
    if isinstance(node, dict):
        return {key: _said(value, words) for key, value in node.items()}
    if isinstance(node, list):
        return [_said(value, words) for value in node]
    return words.get(node, node) if isinstance(node, str) else node


def titles(kind: str) -> list[str]:
    """The Danish titles a kind's drawing holds."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            title = node.get("title")
            if isinstance(title, str):
                found.append(title)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(KINDS[kind]().to_dict())
    return list(dict.fromkeys(found))


def draw(kind: str, rows: Rows, name: str) -> str:
    """A chart as SVG in Danish. `name` makes ids inside it its own.

    Raises:
        ValueError: the drawing library refuses the specification.
    """
    spec = json.loads(compiled(kind))
    next(data for data in spec["data"] if data["name"] == ROWS)["values"] = list(rows)
    svg: str = library().vega_to_svg(spec)
    svg = _IDLE.sub("", svg)
    svg = _EMPTY.sub(r"\1\2", _DESCRIBED.sub("", svg)).replace(_FONT, "")
    numbers: dict[str, str] = {}
    own = re.sub(r"\W", "-", name)
    return _CLIP.sub(lambda m: numbers.setdefault(m[0], f"{own}-{m[1]}{len(numbers)}"), svg)


def _draw_one(job: tuple[str, str, Rows]) -> tuple[str, str]:
    name, kind, rows = job
    return name, draw(kind, rows, name)


def draw_all(jobs: Mapping[str, tuple[str, Rows]], workers: int) -> dict[str, str]:
    """Every chart as Danish SVG by name, drawn by several processes.

    Args:
        jobs: name -> kind and rows.
        workers: how many processes; 1 draws in this one.
    """
    listed = [(name, kind, rows) for name, (kind, rows) in jobs.items()]
    if workers < 2 or len(listed) < 2 * workers:
        return dict(map(_draw_one, listed))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return dict(pool.map(_draw_one, listed, chunksize=8))


def in_language(svg: str, danish: Rows, other: Rows, words: Mapping[str, str]) -> str:
    """A Danish drawing in another language: its words and labels replaced, the separators of its numbers changed.

    Args:
        svg: the drawing made of `danish`.
        danish, other: the same rows in both languages.
        words: Danish titles of the drawing -> the other language's.
    """
    told = dict(words)
    for row, same in zip(danish, other, strict=True):
        told |= {v: same[k] for k, v in row.items() if isinstance(v, str) and v != same[k]}
    said = {escape(words, quote=False): escape(text, quote=False) for words, text in told.items()}
    labels = {words: text.replace('"', "&quot;") for words, text in said.items()}
    svg = re.sub(r">([^<>]+)</text>", lambda m: f">{said[m[1]]}</text>" if m[1] in said else m[0], svg)
    svg = re.sub(r'aria-label="([^"]*)"', lambda m: f'aria-label="{labels.get(m[1], m[1])}"', svg)
    return _DECIMAL.sub(lambda m: m[0].translate(_SWAP), svg)
