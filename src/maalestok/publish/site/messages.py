"""Every Danish text that pages may show: what the catalogues of the other languages must hold."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.messages.extract import extract

from maalestok.explain_findings import OWN_PAGE
from maalestok.kommune import HELE_LANDET, place_name
from maalestok.publish import text_da
from maalestok.publish.charts.draw import titles
from maalestok.publish.charts.kinds import KINDS
from maalestok.publish.site.pages import (
    beskaeftigelse_words,
    graensevaerdi,
    kommune_charts,
    kommune_expected,
    kommune_standing,
    kommune_targets,
    kontrolsager_cuts,
    metode,
    model,
    model_checks,
    model_errors,
    model_open,
    model_words,
    udgivelser,
)
from maalestok.publish.site.render import MENU, WORDS
from maalestok.registry import benchmark
from maalestok.results import TABLES
from maalestok.rules.loader import benchmark_ids

SAYING = {"t", "say", "_most_least"}
HOLDING = {"headings", "text", "word", "words", "named"}
SAID = ("_da", "categories", "refused")
"""Keys of rules whose texts pages say end with one of these."""
TABLES_OF_WORDS: tuple[dict[Any, str], ...] = (
    text_da.MISSING_DA, text_da.SHORT_MISSING_DA, text_da.KILDE_DA, text_da.PART_DA, text_da.COMPARISON_DA,
    kommune_charts.CAUSES, kommune_standing.REACH, kommune_standing.RELATIONS, kommune_targets.WORDS,
    kommune_expected.ROW_WORDS, kommune_expected.OWN, model.FACTS, model_checks.QUALITY_WORDS, model_checks.TOGETHER,
    model_checks.SHOCKED, model_errors.TERM_WORDS, model_open.QUALITY_WORDS, model_words.ERRORS, model_words.SEXES,
    model_words.OLDEST, model_words.UNKNOWN,
    kontrolsager_cuts.OUTCOME_SHORT, beskaeftigelse_words.OUTCOMES, graensevaerdi.VARIANTS, metode.POLARITY_DA,
    metode.GEOGRAPHY_DA,
    udgivelser.CAUSES, udgivelser.KINDS, udgivelser.TABLES_DA, udgivelser.OTHER_DA, WORDS,
)  # fmt: skip
"""Words that code looks up by a key."""


def messages() -> list[str]:
    """Each text once, in a fixed order: from templates and code, tables of words, rules and schemas."""
    found = [*_written(), *(text for words in TABLES_OF_WORDS for text in words.values())]
    found += [words for _, words, _ in MENU]
    found += [title for kind in KINDS for title in titles(kind)]
    found += [column.description or name for schema in TABLES.values() for name, column in schema.columns().items()]
    found += [kontrolsager_cuts.REASONS, OWN_PAGE, place_name(HELE_LANDET)]
    for name in benchmark_ids():
        rules = benchmark(name).rules()
        found += [text for notes in rules.method_notes_da.values() for text in notes]
        found += list(_of_rules(rules.model_dump()))
    return list(dict.fromkeys(found))


def _written() -> Iterator[str]:
    """What templates and page modules say."""
    root = files("maalestok.publish.site")
    for file in sorted(root.joinpath("templates").iterdir(), key=lambda file: file.name):
        for _, message, _, _ in extract("jinja2.ext:babel_extract", BytesIO(file.read_bytes()), keywords={"t": None}):
            yield str(message)
    for folder in ("pages", "."):
        for file in sorted(root.joinpath(folder).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py") and file.name != "build.py":
                yield from _in_code(ast.parse(file.read_text(encoding="utf-8")))


def _in_code(tree: ast.AST) -> Iterator[str]:
    """Texts handed to `t` and `say`, in lists that are said one by one, and under names that hold what is said."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SAYING:
            yield from (text for argument in node.args for text in _texts(argument))
        elif isinstance(node, ast.Assign) and {_name(target) for target in node.targets} & HOLDING:
            yield from _texts(node.value)
        elif isinstance(node, ast.ListComp | ast.GeneratorExp) and _says(node.elt):
            yield from (text for loop in node.generators for text in _texts(loop.iter))


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _says(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Call) and _name(inner.func) in SAYING for inner in ast.walk(node))


def _texts(node: ast.AST) -> Iterator[str]:
    """String constants of a literal: alone, in a list, in either branch of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.List | ast.Tuple):
        yield from (text for item in node.elts for text in _texts(item))
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _of_rules(node: Any, *, danish: bool = False) -> Iterator[str]:
    """Texts under keys that end with `SAID`; feeds' and references' texts are shown in Danish alone."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("reference", "feeds", "editions", "sha256", "method_notes_da"):
                yield from _of_rules(value, danish=danish or (isinstance(key, str) and key.endswith(SAID)))
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _of_rules(value, danish=danish)
    elif isinstance(node, str) and danish:
        yield node
