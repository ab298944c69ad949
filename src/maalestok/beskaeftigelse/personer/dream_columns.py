"""Find persons and weeks among the columns of a DREAM-style file. Names of columns are about nobody and may be told."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from maalestok.deliveries.bounded import TEXT_TYPES, WHOLE_TYPES, parquet_types
from maalestok.deliveries.columnar import Source, as_text, csv_header, csv_table, is_parquet
from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.issues import shown
from maalestok.engines.sql import quoted
from maalestok.errors import UnreadableFile

EPOCH = date(1970, 1, 5)
"""The Monday of week 0 here: weeks are counted on one axis, so that a year's last week is followed by the next."""
LONGEST_HEADER = 500_000
PERSON = "person_id"
SHOWN_FAULTS = 10
REMEDY = "Ugekolonner hedder Y_ÅÅUU med ISO-uger, fx Y_2053 for uge 53 i 2020. Ret navnet, eller fjern kolonnen."
_WEEK = re.compile(r"y_([0-9]+)", re.IGNORECASE)
_FIRST_YEAR = 91


@dataclass(frozen=True)
class Layout:
    """A file to select from: `weeks` is SQL for each week from `first` on, null where the file has no such column."""

    source: Source
    first: int
    weeks: Sequence[str]
    ignored: int

    @property
    def span(self) -> tuple[str, str]:
        """The oldest and newest week, as 2019-W01."""
        return week_name(self.first), week_name(self.first + len(self.weeks) - 1)


def monday_of(digits: str) -> date | None:
    """The Monday of a week written yyww: 91 to 99 are years of the last century. None when there is no such week."""
    if len(digits) != 4:
        return None
    year, week = int(digits[:2]), int(digits[2:])
    try:
        return date.fromisocalendar(year + (1900 if year >= _FIRST_YEAR else 2000), week, 1)
    except ValueError:
        return None


def week_number(monday: date) -> int:
    """A week's place on the axis."""
    return (monday - EPOCH).days // 7


def week_name(number: int) -> str:
    """A week as ISO 8601 writes it."""
    year, week, _ = date.fromordinal(EPOCH.toordinal() + 7 * number).isocalendar()
    return f"{year}-W{week:02d}"


def open_weeks(connection: duckdb.DuckDBPyConnection, path: Path) -> Layout:
    """Find the columns of a file.

    Raises:
        UnreadableFile: no table, no persons or weeks, a week that isn't, a column twice or of a wrong type.
    """
    if is_parquet(path):
        found = parquet_types(connection, path)
        written = _names(connection, path)
        names = written if len(written) == len(found) else [name for name, _ in found]
        layout, table = "parquet", f"read_parquet({quoted(path)}, hive_partitioning = false)"
        texts = [as_text('"' + name.replace('"', '""') + '"', kind) for name, kind in found]
        types = [kind for _, kind in found]
    else:
        names = csv_header(path, LONGEST_HEADER)
        layout, table = "csv", csv_table(path, len(names))
        texts, types = [f"k{place}" for place in range(len(names))], ["VARCHAR"] * len(names)
    named = [name.strip() for name in names]
    own, weeks = _placed(named)
    used = [*own.values(), *weeks.values()]
    if odd := [named[place] for place in used if not _readable(types[place], whole=place == own[PERSON])]:
        raise UnreadableFile(
            f"Kolonnen {shown(odd[0])} har en type, der ikke kan læses.", remedy="Gem kolonnen som tekst eller heltal."
        )
    first, last = min(weeks), max(weeks)
    held = [texts[weeks[w]] if w in weeks else "cast(null as varchar)" for w in range(first, last + 1)]
    picked = {column: texts[place] for column, place in own.items()}
    source = Source(layout, table, picked, {column: types[place] for column, place in own.items()}, [])
    return Layout(source, first, held, len(named) - len(used))


def _names(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Names as written; DuckDB gives a name that comes twice another one."""
    found = connection.execute("select name from parquet_schema(?)", [str(path)]).fetchall()
    return [str(name) for (name,) in found[1:]]


def _readable(kind: str, *, whole: bool) -> bool:
    fraction = kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL(")
    return kind in TEXT_TYPES or kind in WHOLE_TYPES or (fraction and not whole)


def _placed(names: Sequence[str]) -> tuple[dict[str, int], dict[int, int]]:
    """Place of `person_id` and perhaps `syntetisk`; place of each week."""
    own: dict[str, int] = {}
    weeks: dict[int, int] = {}
    faults: list[str] = []
    folded = Counter(name.casefold() for name in names)
    for place, name in enumerate(names):
        written = _WEEK.fullmatch(name)
        if written is None and name.casefold() not in (PERSON, SYNTETISK):
            continue
        if folded[name.casefold()] > 1:
            faults.append(f"Kolonnen {shown(name)} findes {folded[name.casefold()]} gange.")
        if written is None:
            own[name.casefold()] = place
        elif (monday := monday_of(written[1])) is None:
            faults.append(f"Kolonnen {shown(name)} er ikke en uge{_why(written[1])}.")
        else:
            weeks[week_number(monday)] = place
    faults = list(dict.fromkeys(faults))
    if PERSON not in own:
        faults.append(f"Kolonnen {PERSON} mangler.")
    if not weeks and not faults:
        faults.append("Filen har ingen ugekolonner.")
    if faults:
        more = [f"… og {len(faults) - SHOWN_FAULTS} mere"] if len(faults) > SHOWN_FAULTS else []
        raise UnreadableFile("\n".join([*faults[:SHOWN_FAULTS], *more]), remedy=REMEDY)
    return own, weeks


def _why(digits: str) -> str:
    if len(digits) != 4:
        return ": det er ikke år og uge på to cifre hver"
    year = int(digits[:2]) + (1900 if int(digits[:2]) >= _FIRST_YEAR else 2000)
    return f": {year} har ingen uge {digits[2:]}"
