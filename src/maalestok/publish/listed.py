"""Which criteria are told of in lists and files of all municipalities."""

from maalestok.rules.models import Ruleset


def listed_criteria(rules: Ruleset) -> list[str]:
    """Every criterion but those told on a municipality's own page alone."""
    return [name for name in rules.benchmark.criteria if rules.criteria[name].audience == "alle"]
