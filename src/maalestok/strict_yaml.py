"""YAML read strictly: a key written twice is an error (plain YAML keeps the last), and so is an alias.

Aliases let a small file unfold into a huge one; neither rules nor corrections need them.
"""

from collections.abc import Hashable
from typing import Any

import yaml

MAX_DEPTH = 30


class _NoDoubles:
    """Refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)  # type: ignore[attr-defined]  # a mixin
            if not isinstance(key, Hashable):
                raise yaml.MarkedYAMLError(
                    problem="en nøgle er ikke almindelig tekst", problem_mark=key_node.start_mark
                )
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"nøglen {key!r} står to gange", problem_mark=key_node.start_mark)
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)  # type: ignore[misc]  # a mixin
        return mapping


class _StrictLoader(_NoDoubles, yaml.CSafeLoader):
    """Values as YAML types."""


class _TextLoader(_NoDoubles, yaml.CBaseLoader):
    """Values as text."""


def load_yaml(text: str) -> Any:
    """Plain data from YAML text.

    Raises:
        yaml.YAMLError: not YAML, a key twice, an alias, nested too deeply, a value that can't be read.
    """
    _refuse_tricks(text)
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a subclass of the safe loader
    except (ValueError, LookupError, AttributeError, ArithmeticError) as error:
        raise yaml.YAMLError(f"en værdi kan ikke læses: {error}") from error


def load_yaml_as_text(text: str) -> Any:
    """As `load_yaml`, with every value kept as the text that was written.

    Raises:
        yaml.YAMLError: not YAML, a key twice, an alias.
    """
    _refuse_tricks(text)
    return yaml.load(text, Loader=_TextLoader)  # noqa: S506  # a subclass of the base loader, which makes only text


def _refuse_tricks(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"henvisninger (*{event.anchor}) er ikke tilladt")
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"indrykket mere end {MAX_DEPTH} niveauer")
