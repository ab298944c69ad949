"""What is checked in each row of an event file: rule, column, and the condition under which it is broken, in SQL.

Conditions read the texts as sent under the columns' names and what was read of them: `kommune`, `snit`, `trin`,
`haendelse_kode`, `maerke` (a moment in time). None of them is null.
"""

from collections.abc import Iterator, Sequence

from maalestok.deliveries.columnar import TIME_TYPES, Source
from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.records import MONTH, Check
from maalestok.deliveries.records import REMEDIES as COMMON
from maalestok.engines.sql import select
from maalestok.kommune import kommuner
from maalestok.kontrolsager.celler import SNIT
from maalestok.kontrolsager.haendelser import Haendelser
from maalestok.period import Period
from maalestok.rules.models import ColumnKind, Feed

FIRST_YEAR = 1990
AMOUNTS = ("tilbagebetaling_kr", "mindreudgift_kr")
REMEDIES = COMMON | {
    "omraade_kendt": "Skriv kontanthjaelp, sygedagpenge eller oekonomisk_friplads.",
    "kontroltrin_kendt": "Skriv 2 eller 3.",
    "kontroltrin2_kun_kontanthjaelp": "Ret kontroltrinnet til 3, eller ret området.",
    "haendelse_kendt": "Skriv en af de hændelser, der står i leverancens beskrivelse.",
    "tidspunkt_laesbart": "Skriv tidspunktet som 2026-10-03 eller 2026-10-03T09:15:00.",
    "opgjort_til_laesbar": "Skriv måneden som 2026-10.",
    "opgjort_til_ens": "Skriv den samme måned i alle rækker.",
    "efter_opgjort_til": "Tag hændelsen ud, eller ret opgjort_til i alle rækker.",
    "beloeb_laesbart": "Skriv hele kroner, fx 12000, eller lad cellen være tom.",
    "ikke_negativ": "Ret fortegnet i kilden.",
    "beloeb_kun_ved_afsluttet": "Tøm cellen, eller ret hændelsen.",
    "sag_entydig": "Få sagen rettet i kilden, så alle dens hændelser har samme kommune, område og kontroltrin.",
}
EVENT_RULES = frozenset({*REMEDIES, "haendelse_orden", "periode_afsluttet"})
"""Every rule an event file is held to, besides those of reading it."""


def read_columns(source: Source) -> str:
    """The table of texts and of what can be read of them; rows in the file's order."""
    texts = [f"{sql} as {column}" for column, sql in source.texts.items()]
    moment = source.texts["tidspunkt"]
    if source.types["tidspunkt"] in TIME_TYPES:
        maerke = f"cast({moment} as timestamp)"
    else:
        maerke = (
            f"case length({moment}) when 10 then try_strptime({moment}, '%Y-%m-%d') "
            f"when 19 then try_strptime({moment}, '%Y-%m-%dT%H:%M:%S') end"
        )
    snit = " ".join(
        f"when omraade = '{omraade}' and kontroltrin = '{trin}' then {place}"
        for place, (omraade, trin) in enumerate(SNIT, start=1)
    )
    read = [
        "try_cast(kommune_kode as kommuner) as kommune",
        "try_cast(omraade as omraader) as omraade_kode",
        "try_cast(kontroltrin as kontroltrinnene) as trin",
        "try_cast(haendelse as haendelser) as haendelse_kode",
        f"case {snit} end as snit",
    ]
    return select(["*", *read], f"({select([*texts, f'{maerke} as maerke'], source.table)})")


def types(feed: Feed) -> Iterator[str]:
    """SQL for the vocabularies as types, so that a cell is looked up once and kept as a small number."""
    choices = {column.id: list(column.choices) for column in feed.columns}
    vocabularies = {
        "kommuner": [kommune.kode for kommune in kommuner()],
        "omraader": sorted(set(feed.omraade_labels.values())),
        "kontroltrinnene": choices["kontroltrin"],
        "haendelser": choices["haendelse"],
    }
    for name, codes in vocabularies.items():
        yield f"create type {name} as enum ({_listed(codes)})"


def row_checks(source: Source, feed: Feed, events: Haendelser, until: Period | None) -> list[Check]:
    """Everything that is checked row by row. `until` is the month of the first row's `opgjort_til`, if readable."""
    free = {column.id for column in feed.columns if column.default is not None or column.may_be_missing}
    checks = [Check("celle_tom", c.id, _empty(c.id)) for c in feed.columns if c.id not in free]
    for rule, column, value in (
        ("kommune_kendt", "kommune_kode", "kommune"),
        ("omraade_kendt", "omraade", "omraade_kode"),
        ("kontroltrin_kendt", "kontroltrin", "trin"),
        ("haendelse_kendt", "haendelse", "haendelse_kode"),
    ):
        checks.append(Check(rule, column, f"{value} is null and not {_empty(column)}"))
    checks += [
        Check(
            "kontroltrin2_kun_kontanthjaelp",
            "kontroltrin",
            "snit is null and omraade_kode is not null and trin is not null",
        ),
        Check(
            "tidspunkt_laesbart",
            "tidspunkt",
            f"(maerke is null or year(maerke) < {FIRST_YEAR}) and not {_empty('tidspunkt')}",
        ),
        *_until_checks(until),
    ]
    for amount in AMOUNTS:
        filled = f"not {_empty(amount)}"
        paid = f"haendelse_kode in ({_listed(events.with_amounts)})"
        number = f"regexp_full_match({amount}, '-?[0-9]{{1,12}}')"
        checks += [
            Check("beloeb_laesbart", amount, f"{filled} and not {number}"),
            Check("ikke_negativ", amount, f"{filled} and {number} and starts_with({amount}, '-')"),
            Check("beloeb_kun_ved_afsluttet", amount, f"{filled} and haendelse_kode is not null and not {paid}"),
        ]
    for text in (c for c in feed.columns if c.kind in (ColumnKind.TEXT, ColumnKind.PSEUDONYM)):
        odd = f"length({text.id}) > {text.max_length} or regexp_matches({text.id}, '[\\x00-\\x1f\\x7f]')"
        checks.append(Check("tekst_laesbar", text.id, f"{text.id} is not null and ({odd})"))
    if SYNTETISK in source.texts:
        checks.append(Check("syntetisk_maerket", SYNTETISK, f"{SYNTETISK} is distinct from '{SYNTETISK.upper()}'"))
    return checks


def case_checks(events: Haendelser) -> list[Check]:
    """What is checked in each case's events in order: `foerste_celle` is the first one's, `foer` the event before."""
    other_kommune = "celle // 10 <> foerste_celle // 10"
    followed = " ".join(
        f"when '{event}' then {f'haendelse not in ({_listed(after)})' if after else 'true'}"
        for event, after in events.follows.items()
    )
    order = f"case when foer is null then haendelse not in ({_listed(events.first)}) else case foer {followed} end end"
    return [
        Check("sag_entydig", "kommune_kode", other_kommune),
        Check("sag_entydig", "omraade", f"celle <> foerste_celle and not {other_kommune}"),
        Check("haendelse_orden", "haendelse", order),
    ]


def remedy(rule: str, events: Haendelser) -> str:
    """What to do about a broken rule."""
    if rule == "haendelse_orden":
        return f"Få sagens hele historie med, i rækkefølge. Tilladt: {events.order_da}."
    return REMEDIES[rule]


def _until_checks(until: Period | None) -> list[Check]:
    column = "opgjort_til"
    month = f"regexp_full_match({column}, '{MONTH}')"
    if until is None:
        return [Check("opgjort_til_laesbar", column, f"not {month} and not {_empty(column)}")]
    other = f"{column} <> '{until.code}' and not {_empty(column)}"
    following = until.shifted(1)
    limit = f"{following.code}-01"
    return [
        Check("opgjort_til_laesbar", column, f"{other} and not {month}"),
        Check("opgjort_til_ens", column, f"{other} and {month}"),
        Check("efter_opgjort_til", "tidspunkt", f"maerke is not null and maerke >= timestamp '{limit}'"),
    ]


def _empty(column: str) -> str:
    return f"({column} is null or trim({column}) = '')"


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
