"""YAML read strictly: a key written twice is an error (plain YAML keeps the last), and so is an alias.

Aliases let a small file unfold into a huge one; neither rules nor corrections need them.
"""

from typing import Any

import yaml

MAX_DEPTH = 30


def load_yaml(text: str) -> Any:
    """Plain data from YAML text.

    Raises:
        yaml.YAMLError: not YAML, a key twice, an alias, nested too deeply, a value that can't be read.
    """
    _refuse_tricks(text)
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (ValueError, LookupError, AttributeError, ArithmeticError) as error:
        raise yaml.YAMLError(f"en værdi kan ikke læses: {error}") from error


def load_yaml_as_text(text: str) -> Any:
    """As `load_yaml`, with every value kept as the text that was written.

    Raises:
        yaml.YAMLError: not YAML, a key twice, an alias.
    """
    _refuse_tricks(text)
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  # the base loader makes only text


def _refuse_tricks(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"henvisninger (*{event.anchor}) er ikke tilladt")
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"indrykket mere end {MAX_DEPTH} niveauer")
    _refuse_doubles(yaml.compose(text, Loader=yaml.CSafeLoader))


def _refuse_doubles(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_doubles(item)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="en nøgle er ikke almindelig tekst", problem_mark=key.start_mark)
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"nøglen {key.value!r} står to gange", problem_mark=key.start_mark)
        seen.add(key.value)
        _refuse_doubles(value)
