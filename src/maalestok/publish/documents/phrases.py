"""The phrases of all documents (`fraser.yaml`), filled in with facts. A phrase without its fact is an error."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from maalestok.publish.documents.told import Run, Tal, Told, runs
from maalestok.strict_yaml import load_yaml

Fact = Told | Tal | str
"""`str` is a sentence already made, with its facts' marks, or a bare word without digits."""


@cache
def _environment() -> Environment:
    return Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  # no markup is made here


@cache
def phrases() -> Mapping[str, Template]:
    """Every phrase by its name, `group.name`.

    Raises:
        ValueError: a phrase with a digit of its own.
    """
    text = files("maalestok.publish.documents").joinpath("fraser.yaml").read_text(encoding="utf-8")
    held: dict[str, Template] = {}
    for group, members in load_yaml(text).items():
        for name, words in members.items():
            if any(letter.isdigit() for letter in words):
                raise ValueError(f"fraser.yaml: {group}.{name} has a digit")
            held[f"{group}.{name}"] = _environment().from_string(" ".join(words.split()))
    return held


def say(name: str, **facts: Fact) -> str:
    """A phrase with its facts in it, still marked, to be used in another or taken apart by `runs`.

    Raises:
        KeyError: no such phrase.
        jinja2.UndefinedError: a fact the phrase needs is not given.
    """
    used: Mapping[str, Any] = facts
    return phrases()[name].render(used)


def told(name: str, **facts: Fact) -> tuple[Run, ...]:
    """A phrase as runs."""
    return runs(say(name, **facts))


def join(words: list[str]) -> str:
    """'a, b og c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} og {words[-1]}"
