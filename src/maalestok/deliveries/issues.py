"""What a check says about a delivery: where, which rule, what was found, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SHOWN_LENGTH = 60
PER_RULE = 1000
"""How many findings of one rule are listed; a last line counts the rest."""


class Level(StrEnum):
    """An error rejects the file; a warning is only told."""

    FEJL = "fejl"
    ADVARSEL = "advarsel"


@dataclass(frozen=True)
class Issue:
    """One finding. `row` counts as the file does: line of a CSV, row of a sheet, element of a JSON list (from 1)."""

    level: Level
    rule: str
    message: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For the JSON report."""
        return asdict(self)


def shown(value: object) -> str:
    """A delivered value made safe to print: quoted, control characters escaped, cut at 60 characters."""
    text = repr(value if isinstance(value, str) else str(value))
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 2] + "…'"


def printable(text: str) -> str:
    """A name made safe to print and store: control characters, direction marks and stray bytes escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def rest(rule: str, found: int, what: str, level: Level = Level.FEJL) -> Issue:
    """The line that counts what is not listed of `found` findings."""
    return Issue(level, rule, f"Yderligere {found - PER_RULE} {what} bryder samme regel.", "Se de første rækker.")


def errors(issues: Iterable[Issue]) -> list[Issue]:
    """Only what rejects the file."""
    return [issue for issue in issues if issue.level is Level.FEJL]


def warnings(issues: Iterable[Issue]) -> list[Issue]:
    """Only what is told."""
    return [issue for issue in issues if issue.level is Level.ADVARSEL]
