"""Open a large delivered file, CSV or Parquet, as text columns for DuckDB. Nothing is read into Python but its header.

What is said of such a file names places and kinds of values, never a value.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from maalestok.deliveries.bounded import TEXT_TYPES, WHOLE_TYPES, parquet_size, parquet_types
from maalestok.deliveries.columns import SYNTETISK, match_columns
from maalestok.deliveries.issues import PER_RULE, Issue, Level
from maalestok.deliveries.read_csv import check_header
from maalestok.deliveries.tables import RawColumn, decode, too_many_rows
from maalestok.engines.sql import quoted
from maalestok.errors import UnreadableFile
from maalestok.rules.models import ColumnKind, Feed

LONGEST_HEADER = 20_000
TIME_TYPES = frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})
_FRACTION_TYPES = frozenset({"FLOAT", "DOUBLE"})
_REJECTED = {
    "MISSING COLUMNS": ("har for få felter", "Rækken er afkortet. Hent filen igen."),
    "TOO MANY COLUMNS": ("har for mange felter", "Rækken har et semikolon for meget. Ret den, eller hent filen igen."),
    "UNQUOTED VALUE": ("har et anførselstegn, der ikke er lukket", "Ret anførselstegnene, eller hent filen igen."),
    "INVALID ENCODING": ("er ikke UTF-8", "Gem filen som UTF-8 og prøv igen."),
    "LINE SIZE OVER MAXIMUM": ("er for lang", "Kontrollér anførselstegn og linjeskift, eller hent filen igen."),
}


@dataclass(frozen=True)
class Source:
    """A file as a SQL table: `table` to select from, `texts` and `types` by column id. With issues it can't be read."""

    layout: str
    table: str
    texts: Mapping[str, str]
    types: Mapping[str, str]
    issues: Sequence[Issue]


def broken(path: Path) -> UnreadableFile:
    """The file can't be read; without the reader's own words, which quote the file."""
    if is_parquet(path):
        return UnreadableFile(
            "Filen kan ikke læses som Parquet; den er beskadiget eller afkortet.", remedy="Hent filen igen."
        )
    return UnreadableFile(
        "Filen kan ikke læses som CSV.",
        remedy="Kontrollér anførselstegn, skilletegn og linjeskift (ens i hele filen), eller hent filen igen.",
    )


def is_parquet(path: Path) -> bool:
    """True by the file's first bytes, whatever its name."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def open_source(connection: duckdb.DuckDBPyConnection, path: Path, feed: Feed) -> Source:
    """Find a feed's columns in a file.

    Raises:
        UnreadableFile: another layout, an unreadable header, too many rows.
    """
    if not is_parquet(path):
        return _csv(path, feed)
    rows, _ = parquet_size(connection, path)
    if rows > feed.max_rows:
        raise too_many_rows(feed.max_rows)
    columns = parquet_types(connection, path)
    table = f"read_parquet({quoted(path)}, hive_partitioning = false)"
    positions, issues = match_columns([RawColumn(name.strip()) for name, _ in columns], feed)
    types = {column: columns[place][1] for column, place in positions.items()}
    kinds = {column.id: column.kind for column in feed.columns}
    issues += [_wrong_type(column, found) for column, found in types.items() if not _fits(kinds.get(column), found)]
    names = {column: '"' + columns[place][0].replace('"', '""') + '"' for column, place in positions.items()}
    texts = {column: as_text(name, types[column]) for column, name in names.items()}
    return Source("parquet", table, texts, types, issues)


def _fits(kind: ColumnKind | None, found: str) -> bool:
    if (kind is ColumnKind.MOMENT and found in TIME_TYPES) or (kind is ColumnKind.DATE and found == "DATE"):
        return True
    if kind is ColumnKind.FLAG and found == "BOOLEAN":
        return True
    if kind is ColumnKind.INTEGER and (found in _FRACTION_TYPES or found.startswith("DECIMAL(")):
        return True
    return found in TEXT_TYPES or found in WHOLE_TYPES


def as_text(name: str, found: str) -> str:
    """SQL for a column of a type as text; a whole number kept as a fraction loses the fraction."""
    if found in _FRACTION_TYPES or found.startswith("DECIMAL("):
        whole = f"cast(cast({name} as bigint) as varchar)"
        return f"case when {name} = trunc({name}) and abs({name}) < 1e15 then {whole} else cast({name} as varchar) end"
    return f"cast({name} as varchar)"


def _wrong_type(column: str, found: str) -> Issue:
    return Issue(
        Level.FEJL,
        "kolonne_type",
        f"Kolonnen {column} har typen {found.split('(')[0][:40]}.",
        "Gem kolonnen som tekst eller heltal; dage også som dato, ja og nej som boolean, tidspunkt uden tidszone.",
        column=column,
    )


def _csv(path: Path, feed: Feed) -> Source:
    names = [RawColumn(name.strip()) for name in csv_header(path)]
    positions, issues = match_columns(names, feed)
    texts = {column: f"k{place}" for column, place in positions.items()}
    return Source("csv", csv_table(path, len(names)), texts, dict.fromkeys(texts, "VARCHAR"), issues)


def csv_header(path: Path, longest: int = LONGEST_HEADER) -> list[str]:
    """The names on the first line of a CSV.

    Raises:
        UnreadableFile: empty, another layout, another encoding or delimiter, a line of more than `longest` bytes.
    """
    with path.open("rb") as file:
        start = file.read(longest)
    if not start.strip():
        raise UnreadableFile("Filen er tom.", remedy="Hent filen igen, og kontrollér at den har indhold.")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        decode(start)
    line = start.splitlines()[0]
    if line[:4] == b"PK\x03\x04" or line.lstrip()[:1] in (b"{", b"["):
        raise UnreadableFile("Filen er hverken CSV eller Parquet.", remedy="Gem den som CSV UTF-8 eller Parquet.")
    if len(line) == longest:
        raise UnreadableFile("Linje 1 er for lang til en overskrift.", remedy="Kontrollér, at det er den rigtige fil.")
    try:
        (header,) = csv.reader([decode(line)], delimiter=";", strict=True)
    except (csv.Error, ValueError):
        raise broken(path) from None
    if not header:
        raise UnreadableFile("Linje 1 er tom.", remedy="Slet den; overskriften skal stå på den første linje.")
    check_header(header)
    return header


def csv_table(path: Path, columns: int) -> str:
    """A CSV of so many columns as a SQL table: texts `k0`, `k1` and so on; lines that are no rows are set aside."""
    described = ", ".join(f"'k{place}': 'VARCHAR'" for place in range(columns))
    return (
        f"read_csv({quoted(path)}, delim = ';', quote = '\"', escape = '\"', header = true, auto_detect = false, "
        f"nullstr = '', strict_mode = true, compression = 'none', columns = {{{described}}}, "
        f"store_rejects = true, rejects_limit = {(PER_RULE + 1) * columns})"
    )


def rejected_lines(connection: duckdb.DuckDBPyConnection, source: Source) -> list[Issue]:
    """Lines of a CSV that are no rows, once it has been read."""
    if source.layout != "csv":
        return []
    found = connection.execute(
        "select line, min(cast(error_type as varchar)) from reject_errors group by line order by line"
    ).fetchall()
    issues = []
    for line, kind in found[:PER_RULE]:
        what, remedy = _REJECTED.get(kind, ("kan ikke læses som CSV", "Ret linjen, eller hent filen igen."))
        issues.append(Issue(Level.FEJL, "filen_laesbar", f"Linje {line} {what}.", remedy))
    if len(found) > PER_RULE:
        issues.append(Issue(Level.FEJL, "filen_laesbar", "Flere linjer end disse kan ikke læses.", "Hent filen igen."))
    return issues


def kind_of_value(text: str) -> str:
    """SQL for what kind of value a text is, in a word that gives nothing of it away."""
    return (
        f"case when {text} is null or trim({text}) = '' then 'tom' "
        f"when regexp_full_match({text}, '-?[0-9]+') then 'tal' "
        f"when regexp_full_match({text}, '-?[0-9.,]*[0-9]') then 'tal med skilletegn' "
        f"when regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}') then 'måned' "
        f"when regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') then 'dato' "
        f"when regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ][0-9:.+Z-]+') then 'tidspunkt' "
        f"when length({text}) > 200 then 'lang tekst' else 'tekst' end"
    )


def is_marked(source: Source) -> bool:
    """True when the file has the column that marks invented rows."""
    return SYNTETISK in source.texts
