"""How a cell of a person-level file is read, and what is checked of it: SQL, by the kind of its column.

The reading of `c` is `c_` beside the text `c` as sent; both are null where the cell is empty. Dates are days since
1970-01-01, months month_index, pseudonyms a number that can't be turned back without guessing the pseudonym.
"""

from collections.abc import Iterable, Mapping, Sequence

from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.columnar import Source
from maalestok.deliveries.columns import SYNTETISK
from maalestok.deliveries.records import MONTH, Check
from maalestok.deliveries.records import REMEDIES as COMMON
from maalestok.engines.sql import select
from maalestok.kommune import kommuner
from maalestok.rules.models import ColumnKind, Feed, FeedColumn

FIRST_DAY, LAST_DAY = -25_567, 47_846
"""1900-01-01 and 2100-12-31."""
MOST_HOURS = 74_400
"""Hundredths of an hour in a month of 31 days."""
CPR = "[0-3][0-9][01][0-9][0-9]{2}[- ]?[0-9]{4}"
"""What a civil registration number looks like."""
REMEDIES = COMMON | {
    "dato_laesbar": "Skriv dagen som 2020-01-31, eller gem kolonnen som dato.",
    "maaned_laesbar": "Skriv måneden som 2020-12.",
    "tal_laesbart": "Skriv et helt tal uden skilletegn.",
    "valg_kendt": "Skriv en af de værdier, der står i leverancens beskrivelse.",
    "ja_nej_laesbar": "Skriv ja eller nej.",
    "ikke_cpr": "Erstat personnummeret med et tilfældigt nummer, det samme i alle fem leverancer.",
    "fra_foer_til": "Byt om på dagene, eller ret den forkerte.",
    "foedselsaar_mulig": "Ret fødselsåret i kilden.",
    "bopael_entydig": "Afslut den ene bopæl, dagen før den næste begynder.",
    "grad_1_100": "Skriv graden i hele pct. fra 1 til 100, eller lad cellen være tom.",
    "ydelse_findes": "Ret ydelsen eller dagen i kilden.",
    "timer_mulige": "Skriv timer i hundrededele, fx 3700 for 37 timer.",
    "noegle_entydig": "Læg månedens timer sammen i én række.",
    "efter_filens_dag": "Tag rækken ud, eller angiv den rigtige dag med --received eller --extracted.",
}
BESIDE = frozenset({"periode_afsluttet", "daekning_afledt"})
PLACES = "kommuner_oplyst"
"""What a file is held to besides its rows."""
READINGS: Mapping[ColumnKind, tuple[str, str]] = {
    ColumnKind.PSEUDONYM: ("cast('0x' || substr(sha256(trim({c})), 1, 15) as bigint)", "tekst_laesbar"),
    ColumnKind.KOMMUNE: ("case when {c} in ({kommuner}) then cast({c} as integer) end", "kommune_kendt"),
    ColumnKind.DATE: (
        "case when regexp_full_match({c}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') then date_diff('day', date '1970-01-01', "
        "cast(try_strptime({c}, '%Y-%m-%d') as date)) end",
        "dato_laesbar",
    ),
    ColumnKind.MONTH: (
        "case when regexp_full_match({c}, '{month}') "
        "then cast(substr({c}, 1, 4) as integer) * 12 + cast(substr({c}, 6, 2) as integer) - 1 end",
        "maaned_laesbar",
    ),
    ColumnKind.INTEGER: (
        "case when regexp_full_match({c}, '-?[0-9]{{1,9}}') then cast({c} as integer) end",
        "tal_laesbart",
    ),
    ColumnKind.CHOICE: ("case when {c} in ({choices}) then {c} end", "valg_kendt"),
    ColumnKind.FLAG: (
        "case when lower({c}) in ('ja', 'true', '1') then true when lower({c}) in ('nej', 'false', '0') then false end",
        "ja_nej_laesbar",
    ),
}
"""Kind of column -> how its text is read (null: it can't be), and the rule that says so."""
TYPES = {
    ColumnKind.PSEUDONYM: "bigint",
    ColumnKind.CHOICE: "varchar",
    ColumnKind.FLAG: "boolean",
}
"""Kinds kept as another type than integer."""


def readings(feed: Feed, source: Source) -> str:
    """The columns of texts as sent and what is read of them, to select from the file."""
    texts = [f"{source.texts.get(c.id, 'cast(null as varchar)')} as {c.id}" for c in feed.columns]
    if SYNTETISK in source.texts:
        texts.append(f"{source.texts[SYNTETISK]} as {SYNTETISK}")
    filled = [f"case when trim({c.id}) <> '' then {c.id} end as {c.id}" for c in feed.columns]
    read = [f"cast({_reading(c)} as {TYPES.get(c.kind, 'integer')}) as {c.id}_" for c in feed.columns]
    marked = [SYNTETISK] if SYNTETISK in source.texts else []
    inner = select([*filled, *marked], f"({select(texts, source.table)})")
    return select(["*", *read], f"({inner})")


def _reading(column: FeedColumn) -> str:
    return READINGS[column.kind][0].format(
        c=column.id,
        month=MONTH,
        kommuner=_listed(k.kode for k in kommuner()),
        choices=_listed(column.choices),
    )


def row_checks(feed: Feed, source: Source, last_day: int) -> list[Check]:
    """Everything that is checked row by row. `last_day` is the day the file can tell of nothing after."""
    checks = [Check("celle_tom", c.id, f"{c.id} is null") for c in feed.columns if not c.may_be_missing]
    for column in feed.columns:
        rule = READINGS[column.kind][1]
        if column.kind is ColumnKind.PSEUDONYM:
            odd = f"length({column.id}) > {column.max_length} or regexp_matches({column.id}, '[\\x00-\\x1f\\x7f]')"
            checks.append(Check(rule, column.id, odd))
            continue
        checks.append(Check(rule, column.id, f"{column.id} is not null and {column.id}_ is null"))
        if column.kind is ColumnKind.DATE:
            checks.append(Check(rule, column.id, f"{column.id}_ not between {FIRST_DAY} and {LAST_DAY}"))
    checks += [check for check in _OWN.get(feed.id, ()) if check.rule != "ydelse_findes"]
    if feed.id == "forloeb":
        checks.append(Check("ydelse_findes", "fra", _before_it_was()))
    starts = [c for c in feed.columns if c.id in ("fra", "maaned")]
    for column in starts:
        latest = last_day if column.kind is ColumnKind.DATE else _month_of(last_day)
        checks.append(Check("efter_filens_dag", column.id, f"{column.id}_ > {latest}"))
    if SYNTETISK in source.texts:
        checks.append(Check("syntetisk_maerket", SYNTETISK, f"{SYNTETISK} is distinct from '{SYNTETISK.upper()}'"))
    return checks


_SPAN = Check("fra_foer_til", "til", "til_ < fra_")
_BORN = "foedselsaar_ < 1900 or foedselsaar_ > year(date '1970-01-01' + fra_)"
_OWN: Mapping[str, Sequence[Check]] = {
    "borgere": (_SPAN, Check("foedselsaar_mulig", "foedselsaar", _BORN)),
    "forloeb": (_SPAN, Check("grad_1_100", "grad_pct", "grad_pct_ not between 1 and 100")),
    "indsats": (_SPAN,),
    "arbejdstimer": (Check("timer_mulige", "timer", f"timer_ not between 0 and {MOST_HOURS}"),),
    "fritagelser": (_SPAN,),
}
_APART = {
    "borgere": (
        "bopael_entydig",
        "fra",
        "select raekke from (select raekke, fra, max(coalesce(til, 1000000)) over (partition by person_id "
        "order by fra, raekke rows between unbounded preceding and 1 preceding) as foer from {rows}) where fra <= foer",
    ),
    "arbejdstimer": (
        "noegle_entydig",
        "maaned",
        "select raekke from (select raekke, row_number() over (partition by person_id, maaned order by raekke) as nr "
        "from {rows}) where nr > 1",
    ),
}
"""Feed -> rule, column and the rows that break it together with another row."""


def apart(feed: Feed, rows: str) -> tuple[Check, str] | None:
    """What is checked of rows against each other: the rule, and the rows that break it as a table with `raekke`."""
    if feed.id not in _APART:
        return None
    rule, column, select = _APART[feed.id]
    return Check(rule, column, "true"), f"({select.format(rows=rows)})"


def rules_of(feed: Feed) -> frozenset[str]:
    """Every rule a file of a feed is held to."""
    kinds = {READINGS[c.kind][1] for c in feed.columns}
    own = {check.rule for check in _OWN.get(feed.id, ())} | {_APART[f][0] for f in _APART if f == feed.id}
    always = {"celle_tom", "ikke_cpr", "syntetisk_maerket", "efter_filens_dag"}
    single = {"forloeb": {"ydelse_findes"}, "borgere": {PLACES}}
    return frozenset(kinds | own | always | BESIDE | single.get(feed.id, set()))


def looks_like_cpr(feed: Feed) -> str:
    """SQL that is true for a pseudonym that could be a civil registration number; some random numbers could."""
    return next(f"regexp_full_match(trim({c.id}), '{CPR}')" for c in feed.columns if c.kind is ColumnKind.PSEUDONYM)


def remedy(rule: str) -> str:
    """What to do about a broken rule."""
    return REMEDIES[rule]


def _before_it_was() -> str:
    began = load_rules().areas.benefit_from
    return " or ".join(
        f"(ydelse_ = '{benefit}' and fra_ < date_diff('day', date '1970-01-01', date '{day.isoformat()}'))"
        for benefit, day in sorted(began.items())
    )


def _month_of(day: int) -> str:
    return f"(year(date '1970-01-01' + {day}) * 12 + month(date '1970-01-01' + {day}) - 1)"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
