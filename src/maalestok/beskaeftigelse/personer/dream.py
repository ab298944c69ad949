"""Turn a DREAM-style file, one row a person and one column a week, into benefit spells: a file of the feed `forloeb`.

A row's weeks become runs of the same code, row by row, streamed in bounded memory; runs become benefits and are merged
per person. Nothing said of the file tells a value that is about a person: codes are counted, odd ones as one.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from maalestok.beskaeftigelse.personer.dream_codes import CODE, NO_BENEFIT, read_mapping
from maalestok.beskaeftigelse.personer.dream_columns import EPOCH, Layout, open_weeks
from maalestok.beskaeftigelse.personer.row_checks import looks_like_cpr, remedy
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules, load_rules
from maalestok.deliveries.bounded import bounded, numbered_rows, parquet_size
from maalestok.deliveries.check_rows import no_rows
from maalestok.deliveries.columnar import broken, rejected_lines
from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.files import WORK_PREFIX, flush
from maalestok.deliveries.issues import Issue, Level
from maalestok.deliveries.records import Check, failed_bits, row_issues
from maalestok.engines.sql import quoted, select
from maalestok.errors import MaalestokError, UnreadableFile
from maalestok.rules.models import Feed

THREADS = 2
"""A row has a list of over a thousand texts: more threads would hold more of them at a time than the memory allows."""
FEW = 5
"""A code with fewer weeks is told as such."""
LISTED = 500
SHOWN_ISSUES = 5


@dataclass(frozen=True)
class Unmapped:
    """A code without benefit; `weeks` is None under `FEW`, `code` None for all that don't look like codes."""

    code: str | None
    weeks: int | None


@dataclass(frozen=True)
class Converted:
    """What became of a file. `table_codes`: how many of its codes were looked up in the shipped table.

    `written` is None when no week could be turned into a benefit.
    """

    layout: str
    rows: int
    span: tuple[str, str]
    ignored: int
    syntetisk: bool
    weeks: int
    no_benefit: int
    table_codes: int
    unmapped: Sequence[Unmapped]
    spells: int
    written: Path | None


def convert(path: Path, out: Path, mapping: Path | None = None) -> Converted:
    """Write the spells of a file to `out` as Parquet, whole or not at all, for its owner alone.

    Args:
        path: CSV or Parquet with `person_id`, weeks `Y_yyww` and perhaps `syntetisk`.
        out: the file to write.
        mapping: codes that go before the shipped table.

    Raises:
        MaalestokError: the file, its rows or the mapping can't be used; no room on the disk.
    """
    rules = load_rules()
    choices = next(column.choices for column in rules.feeds["forloeb"].columns if column.id == "ydelse")
    own = read_mapping(mapping, list(choices)) if mapping else {}
    if not path.is_file():
        raise UnreadableFile("Filen findes ikke.", remedy="Kontrollér stien.")
    if out.is_dir() or (out.exists() and out.samefile(path)):
        raise MaalestokError(
            "--out er en mappe eller filen selv.", remedy="Giv --out et andet navn, fx forloeb.parquet."
        )
    with tempfile.TemporaryDirectory(prefix="maalestok-") as folder:
        work = Path(folder)
        link = work / "fil"  # a name without signs that mean something to the reader
        link.symlink_to(path.resolve())
        with bounded(work, broken(link)) as connection:
            connection.execute(f"set threads = {THREADS}")
            layout = open_weeks(connection, link)
            rows = _read(connection, layout, rules.feeds["forloeb"], work)
            connection.execute("create table koder (kode varchar, ydelse varchar, egen boolean)")
            codes = [(code, benefit, code in own) for code, benefit in (rules.dream.benefits | own).items()]
            if codes:
                connection.executemany("insert into koder values (?, ?, ?)", codes)
            weeks, no_benefit, table_codes = _counted(connection)
            spells = _write(connection, layout, rules, out) if weeks else 0
            return Converted(
                layout.source.layout,
                rows,
                layout.span,
                layout.ignored,
                SYNTETISK in layout.source.texts,
                weeks,
                no_benefit,
                table_codes,
                _unmapped(connection),
                spells,
                out if spells else None,
            )


def _read(connection: duckdb.DuckDBPyConnection, layout: Layout, feed: Feed, work: Path) -> int:
    """Runs of the same code, row by row, as the view `raekker`; how many rows there are.

    Raises:
        UnreadableFile: lines or rows that can't be used.
    """
    texts, raw = layout.source.texts, work / "raa.parquet"
    marked = [Check("syntetisk_maerket", SYNTETISK, f"{SYNTETISK} is distinct from '{SYNTETISK.upper()}'")]
    odd = f"length(person_id) > {_longest(feed)} or regexp_matches(person_id, '[\\x00-\\x1f\\x7f]')"
    checks = [Check("celle_tom", "person_id", "person_id is null"), Check("tekst_laesbar", "person_id", odd)]
    checks += marked if SYNTETISK in texts else []
    person = f"case when trim({texts['person_id']}) <> '' then {texts['person_id']} end as person_id"
    named = [f"{text} as {column}" for column, text in texts.items() if column != "person_id"]
    weeks = f"list_transform([{', '.join(layout.weeks)}], lambda c: nullif(trim(c), ''))"
    places = f"range(1, {len(layout.weeks) + 1})"
    read = select([person, *named, f"{weeks} as k"], layout.source.table)
    starts = f"list_filter({places}, lambda i: k[i] is not null and k[i - 1] is distinct from k[i])"
    ends = f"list_filter({places}, lambda i: k[i] is not null and k[i + 1] is distinct from k[i])"
    held = select(["*", f"{starts} as foerste", f"{ends} as sidste"], f"({read})")
    codes = "list_transform(foerste, lambda i: k[i]) as kode"
    failed = [f"{failed_bits(checks)} as fejl", f"coalesce({looks_like_cpr(feed)}, false) as cpr"]
    runs = select(["person_id", codes, "foerste", "sidste", *failed], f"({held})")
    connection.execute(f"copy ({runs}) to {quoted(raw)} (format parquet, compression zstd, compression_level 1)")
    connection.execute(f"create view raekker as {numbered_rows(raw)}")
    rows, like_cpr = connection.execute("select count(*), count(*) filter (where cpr) from raekker").fetchall()[0]
    issues = rejected_lines(connection, layout.source)
    if not issues and not rows:
        issues = [no_rows()]
    if not issues and like_cpr * 2 > rows:
        told = f"De fleste person_id ligner personnumre. Regel: {feed.rules_da['ikke_cpr']}"
        issues = [Issue(Level.FEJL, "ikke_cpr", told, remedy("ikke_cpr"))]
    if not issues:
        issues = row_issues(connection, layout.source, feed, "raekker", checks, remedy)
    if issues:
        raise _refusal(issues)
    each = "select raekke, person_id, unnest(kode) as kode, unnest(foerste) as foerste, unnest(sidste) as sidste"
    connection.execute(f"create view forloeb_koder as {each} from raekker")
    return int(rows)


def _longest(feed: Feed) -> int | None:
    return next(column.max_length for column in feed.columns if column.id == "person_id")


def _refusal(issues: Sequence[Issue]) -> UnreadableFile:
    told = [
        (f"Datarække {issue.row}: {issue.message}" if issue.row else issue.message) for issue in issues[:SHOWN_ISSUES]
    ]
    if len(issues) > SHOWN_ISSUES:
        told.append(f"… og {len(issues) - SHOWN_ISSUES} mere")
    return UnreadableFile("\n".join(told), remedy=issues[0].remedy)


def _counted(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Weeks with a benefit, weeks with a code that stands for none, codes looked up in the shipped table."""
    ((weeks, none, codes),) = connection.execute(
        "select coalesce(sum(sidste - foerste + 1) filter (where ydelse <> ?), 0), "
        "coalesce(sum(sidste - foerste + 1) filter (where ydelse = ?), 0), "
        "count(distinct kode) filter (where not egen) from forloeb_koder join koder using (kode)",
        [NO_BENEFIT, NO_BENEFIT],
    ).fetchall()
    return int(weeks), int(none), int(codes)


def _unmapped(connection: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    """Codes in no table, most frequent first; those with few weeks in the order of codes, so that it tells nothing."""
    found = connection.execute(
        "select vist, case when uger >= ? then uger end as mange from (select "
        "case when regexp_full_match(kode, ?) then kode end as vist, sum(sidste - foerste + 1) as uger "
        "from forloeb_koder anti join koder using (kode) group by vist) "
        "order by mange desc nulls last, vist nulls last limit ?",
        [FEW, CODE, LISTED],
    ).fetchall()
    return [Unmapped(code, None if weeks is None else int(weeks)) for code, weeks in found]


def _write(connection: duckdb.DuckDBPyConnection, layout: Layout, rules: BeskaeftigelseRules, out: Path) -> int:
    """Merge runs that follow each other, order them, put the file in place; how many spells."""
    columns = ["person_id", "ydelse", f"{_first_day(rules)} as fra", _LAST_DAY]
    columns.append("'ugekoder' as oprindelig_form")
    if SYNTETISK in layout.source.texts:
        columns.append(f"'{SYNTETISK.upper()}' as {SYNTETISK}")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=WORK_PREFIX) as beside:
        target = Path(beside) / "forloeb.parquet"
        monday = f"date '{EPOCH}' + cast(7 * ({layout.first} + foerste - 1) as integer) as mandag"
        spells = select(columns, f"({select(['*', monday], f'({_MERGED})')})", "order by nr, fra, ydelse")
        connection.execute(f"copy ({spells}) to {quoted(target)} (format parquet, compression zstd)")
        count, _ = parquet_size(connection, target)
        target.chmod(0o600)
        flush(target)
        target.replace(out)
    return count


_LAST_DAY = "mandag + cast(7 * (sidste - foerste) + 6 as integer) as til"
_MERGED = """
with personer as (select person_id, min(raekke) as nr from raekker group by person_id),
ydelser as (
    select nr, person_id, ydelse, foerste, sidste from forloeb_koder join koder using (kode)
    join personer using (person_id) where ydelse <> '$ingen'
),
foer as (
    select *, max(sidste) over (
        partition by nr, ydelse order by foerste, sidste rows between unbounded preceding and 1 preceding
    ) as naaet from ydelser
),
oeer as (
    select *, sum(case when foerste <= naaet + 1 then 0 else 1 end) over (
        partition by nr, ydelse order by foerste, sidste rows between unbounded preceding and current row
    ) as oe from foer
)
select nr, person_id, ydelse, min(foerste) as foerste, max(sidste) as sidste from oeer
group by nr, person_id, ydelse, oe
""".replace("$ingen", NO_BENEFIT)
"""Gaps and islands: a person's weeks with one benefit, in as many rows as the person has in the file."""


def _first_day(rules: BeskaeftigelseRules) -> str:
    """SQL for a spell's first day: its Monday, or the day its benefit began, if that was within the first week."""
    began: Mapping[str, object] = rules.areas.benefit_from
    cases = " ".join(
        f"when ydelse = '{benefit}' and date '{day}' between mandag and mandag + 6 then date '{day}'"
        for benefit, day in sorted(began.items())
    )
    return f"case {cases} else mandag end" if cases else "mandag"
