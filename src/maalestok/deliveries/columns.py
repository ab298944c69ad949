"""Find a feed's columns in a delivered table, by name or code, in any order."""

from collections.abc import Sequence

from maalestok.deliveries.issues import Issue, Level, printable, shown
from maalestok.deliveries.tables import RawColumn
from maalestok.rules.models import Feed, FeedColumn

SYNTETISK = "syntetisk"
"""Invented deliveries carry this column; every cell says SYNTETISK."""


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def match_columns(columns: Sequence[RawColumn], feed: Feed) -> tuple[dict[str, int], list[Issue]]:
    """Map column id -> position among the delivered columns.

    A missing, doubled or unknown column is an error; an optional one may be absent. The column `syntetisk` is known to
    every feed. In a record-level feed an unknown column is told by its place: a file without header holds values there.
    """
    wanted = {_fold(name): column.id for column in feed.columns for name in (*column.names, *column.codes)}
    wanted[_fold(SYNTETISK)] = SYNTETISK
    found: dict[str, int] = {}
    issues: list[Issue] = []
    for position, raw in enumerate(columns):
        ids = {wanted[_fold(key)] for key in (raw.name, raw.code) if key is not None and _fold(key) in wanted}
        if len(ids) != 1:
            issues.append(_unknown(raw.name, position, feed))
            continue
        column_id = ids.pop()
        if column_id in found:
            issues.append(_doubled(raw.name, column_id))
        found.setdefault(column_id, position)
    issues.extend(_missing(column) for column in feed.columns if column.id not in found and not column.optional)
    return found, issues


def _unknown(name: str, position: int, feed: Feed) -> Issue:
    known = "; ".join(column.names[-1] for column in feed.columns)
    named = f"nr. {position + 1}" if feed.record_level else shown(name)
    return Issue(
        Level.FEJL,
        "kolonne_ukendt",
        f"Kolonnen {named} er ikke en del af leverancen.",
        f"Fjern den, eller ret navnet. Kendte kolonner: {known}.",
        row=1,
        column=named if feed.record_level else printable(name[:60]),
    )


def _doubled(name: str, column_id: str) -> Issue:
    return Issue(
        Level.FEJL,
        "kolonne_dobbelt",
        f"Kolonnen {shown(name)} ({column_id}) findes to gange.",
        "Behold kun den ene.",
        row=1,
        column=printable(name[:60]),
    )


def _missing(column: FeedColumn) -> Issue:
    return Issue(
        Level.FEJL,
        "kolonne_mangler",
        f"Kolonnen {shown(column.names[0])} ({column.id}) mangler.",
        f"Tilføj kolonnen: {column.description_da}.",
        row=1,
        column=column.id,
    )
