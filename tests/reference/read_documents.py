"""A second reading of the briefings: finished text back into claims, each held against the tables of a release.

Nothing here comes from the code that writes documents. Sentences are read as they stand on paper (`SENTENCES`, below, is
the only place that knows them), numbers as a Dane reads them, tables straight from their Parquet files, and rules as
plain YAML. A sentence that nothing here knows is a problem, and so is one that ought to be there and is not.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import docx
import polars as pl
import yaml
from docx.table import Table

from reference.naive_supervision import limit, near_the_limit, supervised, target

SOURCE = Path(__file__).parents[2] / "src" / "maalestok"
RULES = SOURCE / "rules" / "beskaeftigelse"
MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
AREAS = {
    "I alt": "i_alt",
    "A-dagpengeområdet": "a_dagpenge",
    "Kontanthjælpsområdet": "kontanthjaelp",
    "Sygedagpengeområdet": "sygedagpenge",
}
SIGN = {"flere": 1, "færre": -1, "mere": 1, "mindre": -1, "frem": 1, "tilbage": -1, "over": 1, "under": -1}
MISSING = {
    "ikke leveret": "ikke_leveret",
    "ikke opgjort": "ikke_opgjort",
    "skjult": "diskretioneret",
    "skjult af hensyn til fortrolighed": "diskretioneret",
}
FOCUS = {"Fokusmålet om samtaler": "fokusmaal_samtaler", "Fokusmålet om tilbud": "fokusmaal_tilbud"}
KIND = {"fokusmaal_samtaler": "samtale", "fokusmaal_tilbud": "tilbud"}
LEVELS = {"til_det_forventede": "forventede", "til_den_bedste_halvdel": "halvdel", "til_de_ti_bedste": "ti"}
COURSE_AT = {
    "udpeget": "Kommunen er udpeget til skærpet tilsyn.",
    "redegoerelse": "Kommunen har redegjort for situationen.",
    "revisionsgennemgang": "Revisionen har gennemgået sager for kommunens regning.",
    "genopretningsplan": "Kommunen har udarbejdet en genopretningsplan.",
    "genopretning": "Kommunen er under genopretning.",
    "ophoert": "Det skærpede tilsyn er ophørt.",
    "forlaenget": "Det skærpede tilsyn er forlænget.",
    "administration": "Kommunen er sat under administration.",
}
NEXT = {
    "udpeget": "at kommunen udpeges til skærpet tilsyn",
    "redegoerelse": "at kommunen redegør for situationen",
    "revisionsgennemgang": "at revisionen gennemgår sager for kommunens regning",
    "genopretningsplan": "at kommunen udarbejder en genopretningsplan",
    "genopretning": "at kommunen kommer under genopretning",
    "ophoert": "at det skærpede tilsyn ophører",
    "forlaenget": "at det skærpede tilsyn forlænges",
    "administration": "at kommunen sættes under administration",
}
DUTIES = {
    "redegoerelse": "Kommunen skal udarbejde en redegørelse for situationen.",
    "revisionsgennemgang": "Revisionen gennemgår en række sager i målgruppen for kommunens regning.",
    "genopretningsplan": "Kommunen skal udarbejde en genopretningsplan, der viser, hvordan de ledige og sygemeldte får den "
    "indsats, som loven har til hensigt.",
}
CAUSES = ("egen_faktisk_andel", "egen_forventet_andel", "de_andre_kommuner")

# What is read: a document's pieces in order, whatever its format.

TITLE, SUBTITLE, LEAD, BODY, NOTE, BULLET = "titel", "undertitel", "manchet", "brød", "note", "punkt"
HEADING, SUBHEADING, CAPTION, MARK, FOOTER = "overskrift", "underoverskrift", "billedtekst", "mærke", "fod"


@dataclass(frozen=True)
class Line:
    """A paragraph, heading or point of a list."""

    style: str
    text: str


@dataclass(frozen=True)
class Grid:
    """A table: rows of cells, the headings first."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Image:
    """A picture, by the words that stand in for it."""

    alt: str


Piece = Line | Grid | Image

_WORD_STYLES = {
    "Title": TITLE,
    "Subtitle": SUBTITLE,
    "Manchet": LEAD,
    "Normal": BODY,
    "Note": NOTE,
    "List Bullet": BULLET,
    "Heading 1": HEADING,
    "Heading 2": SUBHEADING,
    "Caption": CAPTION,
}


def from_word(path: Path) -> list[Piece]:
    """The pieces of a Word file; the header first and the footer last."""
    held = docx.Document(str(path))
    section = held.sections[0]
    found: list[Piece] = [Line(MARK, p.text) for p in section.header.paragraphs if p.text]
    for block in held.iter_inner_content():
        if isinstance(block, Table):
            found.append(Grid(tuple(tuple(cell.text for cell in row.cells) for row in block.rows)))
            continue
        alts = [str(e.get("descr")) for e in block._p.iter() if str(e.tag).endswith("}docPr")]
        found += [Image(alt) for alt in alts]
        if block.text:
            found.append(Line(_WORD_STYLES[block.style.name or "" if block.style else ""], block.text))
    return [*found, *(Line(FOOTER, p.text.removesuffix(" · Side ")) for p in section.footer.paragraphs)]


_TAGS = {"h1": TITLE, "h2": HEADING, "h3": SUBHEADING, "li": BULLET, "caption": CAPTION, "figcaption": CAPTION}
_CLASSES = {"mark": MARK, "subtitle": SUBTITLE, "manchet": LEAD, "note": NOTE}


class _Html(HTMLParser):
    """Text by the element it stands in; what is drawn is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Piece] = []
        self._style = ""
        self._text = ""
        self._rows: list[list[str]] = []
        self._passed = 0
        self._in_footer = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._passed += tag in ("svg", "head")
        self._in_footer |= tag == "footer"
        if given.get("role") == "img":
            self.found.append(Image(given["aria-label"]))
        if tag == "table":
            self._rows = []
        if tag == "tr":
            self._rows.append([])
        if tag in ("p", "th", "td", *_TAGS):
            style = FOOTER if self._in_footer else _CLASSES.get(given.get("class", ""), BODY)
            self._style, self._text = _TAGS.get(tag, style), ""

    def handle_data(self, data: str) -> None:
        if not self._passed:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        self._passed -= tag in ("svg", "head")
        if tag in ("th", "td"):
            self._rows[-1].append(self._text)
        elif tag == "table":
            self.found.append(Grid(tuple(tuple(row) for row in self._rows)))
        elif tag == "p" or tag in _TAGS:
            self.found.append(Line(self._style, self._text))


def from_html(path: Path) -> list[Piece]:
    """The pieces of an HTML file."""
    parser = _Html()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.found


# Numbers, dates and periods as a Dane reads them.


class Spoken(NamedTuple):
    """A number as it stands: what it is, and the step it is rounded to."""

    value: Decimal
    step: Decimal


def number(text: str) -> Spoken:
    """'2.310', '-0,25', 'nr. 21', '4,6 mio. kr.', 'én plads', 'ét tilbud'.

    Raises:
        ValueError: no number, or one that is not written as in Danish.
    """
    if re.match(r"[eé][nt] ", text):
        return Spoken(Decimal(1), Decimal(1))
    found = re.search(r"(?<![\d.,])-?\d[\d.]*(?:,\d+)?(?!\d|[.,]\d)", text)
    if found is None:
        raise ValueError(f"no number in {text!r}")
    digits = found[0].rstrip(".")
    if not re.fullmatch(r"-?(?:0|[1-9]\d{0,2}(?:\.\d{3})*)(?:,\d+)?", digits):
        raise ValueError(f"{digits!r} is not how a number is written")
    factor = 1_000_000 if "mio." in text else 1
    value = Decimal(digits.replace(".", "").replace(",", "."))
    if not value and digits.startswith("-"):
        raise ValueError(f"{digits!r} is nothing, with a sign")
    return Spoken(value * factor, Decimal(1).scaleb(-len(digits.partition(",")[2])) * factor)


def rounds_to(exact: Decimal, told: Spoken) -> bool:
    """True when a number told is the exact one rounded, half away from zero."""
    return (exact / told.step).quantize(Decimal(1), ROUND_HALF_UP) * told.step == told.value


def day(words: str) -> str:
    """'7. juni 2021', 'november 2020', '2022' as '2021-06-07', '2020-11', '2022'."""
    *before, year = words.split()
    parts = [year]
    if before:
        parts.append(f"{MONTHS.index(before[-1]) + 1:02d}")
    if len(before) == 2:
        parts.append(f"{int(before[0].removesuffix('.')):02d}")
    return "-".join(parts)


def edition(words: str) -> str:
    """'2020', '3. kvartal 2019 til 2. kvartal 2020' as '2020QMAT04', '2020QMAT02'.

    Raises:
        ValueError: other than four quarters.
    """
    if re.fullmatch(r"\d{4}", words):
        return f"{words}QMAT04"
    found = re.fullmatch(r"(\d)\. kvartal (\d{4}) til (\d)\. kvartal (\d{4})", words)
    if found is None:
        raise ValueError(f"no period: {words!r}")
    first, first_year, last, last_year = map(int, found.groups())
    if (last_year * 4 + last) - (first_year * 4 + first) != 3:
        raise ValueError(f"not four quarters: {words!r}")
    return f"{last_year}QMAT0{last}"


@cache
def quarter(code: str) -> int:
    """Quarters since year 0, of '2020QMAT04' or the month '2020-12'."""
    year, rest = int(code[:4]), code[4:]
    return year * 4 + (int(rest[-2:]) if rest.startswith("QMAT") else (int(rest[1:]) + 2) // 3)


def two_before(code: str) -> str:
    """The edition two quarters earlier."""
    year, last = divmod(quarter(code) - 3, 4)
    return f"{year}QMAT0{last + 1}"


def last_month(code: str) -> str:
    """The month an edition ends with."""
    return f"{code[:4]}-{int(code[-1]) * 3:02d}"


# Rules as plain YAML, the register as plain CSV.


@cache
def rule_files() -> dict[str, Any]:
    """Every rule file by its name."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(RULES.rglob("*.yaml"))}


def _strings(held: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(held, str):
        yield " ".join(held.split()), at
    elif isinstance(held, dict):
        for key, value in held.items():
            yield from _strings(value, (*at, str(key)))
    elif isinstance(held, list):
        for nr, value in enumerate(held):
            yield from _strings(value, (*at, str(nr)))


@cache
def rule_texts() -> dict[str, list[tuple[str, ...]]]:
    """Every text of the rules that could stand in a document, with the places it stands at: (file, key, ...)."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, held in rule_files().items():
        for text, at in _strings(held, (name,)):
            if text.endswith(".") and " " in text:
                found.setdefault(text, []).append(at)
    return found


BEGINNING = 8
"""Letters of a rule text by which it is looked for; none is shorter."""


@cache
def rules_beginning() -> dict[str, list[str]]:
    """The texts of the rules by their first letters."""
    found: dict[str, list[str]] = {}
    for text in rule_texts():
        assert len(text) >= BEGINNING, text
        found.setdefault(text[:BEGINNING], []).append(text)
    return found


def in_force(versions: Iterable[dict[str, Any]], code: str) -> dict[str, Any] | None:
    """The version of a rule that holds for a period."""
    for version in versions:
        ends = version.get("to_period")
        if quarter(version["from_period"]) <= quarter(code) and (ends is None or quarter(code) <= quarter(ends)):
            return version
    return None


def reference(held: dict[str, str]) -> str:
    """A source and where in it."""
    return ", ".join(held[part] for part in ("kilde", "sted") if part in held)


@cache
def titles() -> dict[str, str]:
    """Each municipality's full name."""
    with (SOURCE / "reference" / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        return {row["kommune_kode"]: row["titel"] for row in csv.DictReader(file, delimiter=";")}


# A release's tables.


class Result(NamedTuple):
    value: float | None
    low: float | None
    high: float | None
    status: str
    kilde: str
    rule_version: str


class Part(NamedTuple):
    value: float | None
    low: float | None
    high: float | None


class Finding(NamedTuple):
    udfald: str
    flag: tuple[str, ...]


class Step(NamedTuple):
    """Taken where it has a number; else one that may follow."""

    skridt: str
    nr: int | None
    dato: str | None
    titel: str
    frist_note: str | None


class Tables:
    """A release's tables, looked up by what a sentence is about."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        self.id = folder.resolve().name
        at = ("measure", "kommune_kode", "omraade", "period")
        self.results: dict[tuple[str, ...], Result] = {}
        for row in self._rows(folder, "results", *at, *Result._fields):
            assert row[:4] not in self.results, row
            self.results[row[:4]] = Result(*row[4:])
        self.parts: dict[tuple[str, ...], dict[str, Part]] = {}
        for row in self._rows(folder, "parts", *at, "part", *Part._fields):
            self.parts.setdefault(row[:4], {})[row[4]] = Part(*row[5:])
        self.findings = {
            row[:3]: Finding(row[3], tuple(row[4]))
            for row in self._rows(folder, "findings", "criterion", "kommune_kode", "period", *Finding._fields)
        }
        self.steps: dict[tuple[str, str], list[Step]] = {}
        for row in self._rows(folder, "steps", "kommune_kode", "period", *Step._fields):
            self.steps.setdefault(row[:2], []).append(Step(*row[2:]))
        ties = pl.read_parquet(folder / "relations.parquet").filter(pl.col("relation") == "kan_ikke_skelnes")
        self.alike = Counter(ties.select("kommune_kode", "omraade", "period").iter_rows())
        self._known: dict[tuple[str, str], list[float]] = {}
        self.periods = sorted({at[3] for at in self.results if at[0] == "placering"}, key=quarter)

    @staticmethod
    def _rows(folder: Path, name: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        return pl.read_parquet(folder / f"{name}.parquet").select(columns).iter_rows()

    @property
    def invented(self) -> bool:
        return bool(self.manifest["syntetisk"])

    def value(self, measure: str, kommune: str, area: str, period: str) -> float | None:
        held = self.results.get((measure, kommune, area, period))
        return None if held is None else held.value

    def shared(self, kommune: str, area: str, period: str) -> tuple[int, int] | None:
        """The places of those with the same published difference; unknown where anybody's difference or place is."""
        own = self.value("forskel_andel", kommune, area, period)
        held = self._differences(area, period)
        if own is None or not held:
            return None
        return 1 + sum(v < own for v in held), sum(v <= own for v in held)

    def _differences(self, area: str, period: str) -> list[float]:
        """All municipalities' differences, or none."""
        if (area, period) not in self._known:
            gaps = [self.value("forskel_andel", kode, area, period) for kode in titles()]
            places = [self.value("placering", kode, area, period) for kode in titles()]
            self._known[area, period] = [] if None in gaps + places else [v for v in gaps if v is not None]
        return self._known[area, period]


# Sentences. Each is written as it stands on paper; <name:kind> is a figure, a date or a name, <name=a|b> one of some
# words. Under which headings it may stand comes first; what is held against the tables is said below it.

_WHOLE = r"\d+(?:\.\d+)*"
_DATE = rf"(?:(?:\d{{1,2}}\. )?(?:{'|'.join(MONTHS)}) )?\d{{4}}"
_PERIOD = r"\d\. kvartal \d{4} til \d\. kvartal \d{4}|\d{4}"
_NAME = r"[A-ZÆØÅ][\wæøåÆØÅ-]+ (?:K|Regionsk)ommune"
KINDS = {
    "tal": _WHOLE,
    "plads": r"nr\. \d+",
    "personer": rf"1 fuldtidsperson|{_WHOLE} fuldtidspersoner",
    "kommuner": rf"{_WHOLE} kommuner",
    "andre": rf"én anden kommune|{_WHOLE} andre kommuner",
    "pladser": rf"én plads|{_WHOLE}(?:,\d)? pladser",
    "point": r"-?\d+,\d\d procentpoint",
    "bart": r"-?\d+,\d\d",
    "årsag": rf"betød intet|trak (?:én plads|{_WHOLE}(?:,\d)? pladser) (?:frem|tilbage)",
    "beløb": rf"-?{_WHOLE},\d mio\. kr\.|-?{_WHOLE} kr\.",
    "procent": r"\d+(?:,\d+)? pct\.",
    "sikkerhed": r"\d+(?:,\d+)? pct\.",
    "måneder": r"én måned|\d+ måneder",
    "samtaler": r"én samtale|\d+ samtaler",
    "tilbud": r"ét tilbud|\d+ tilbud",
    "timer": rf"én time|{_WHOLE} timer",
    "periode": _PERIOD,
    "i_perioden": rf"i \d{{4}}|fra (?:{_PERIOD})",
    "år": r"\d{4}",
    "måned": rf"(?:{'|'.join(MONTHS)}) \d{{4}}",
    "dato": _DATE,
    "naar": rf"den {_DATE}|i {_DATE}",
    "udgave": rf"Ved opdateringen (?:den|i) {_DATE}|I udgaven for (?:{_PERIOD})",
    "navn": _NAME,
    "navns": rf"{_NAME}s",
    "tekst": r".+?",
}
LOOSE = {"periode", "i_perioden", "måned", "dato", "naar", "udgave", "navn", "navns", "tekst", "år", "årsag"}
"""Kinds that may be broken over two lines; a figure keeps its unit by it, with a space that does not break."""

_FIELD = re.compile(r"<(\w+)(?::(\w+)|=([^>]+))>")
TOP = ""
KEY_FIGURES = "Nøgletal"
PLACE, COUNT, MONEY, FOCI, RESULT = "Placering", "Faktisk og forventet antal", "Udgift", "Fokusmålene", "Resultatmålet"
RULE, ALL_AREAS, REACH, BACKGROUND = "Hvad følger af reglerne?", "Områderne", "Hvad skal der til?", "Baggrund"
CAVEATS, SOURCES, SHARPENED = "Forbehold", "Kilder og regler", "Skærpet tilsyn"
SO_FAR, MAY_FOLLOW = "Forløbet indtil nu", "Hvad der derefter kan ske"
EACH_AREA = tuple(name for name in AREAS if name != "I alt")
ORDER = (
    SHARPENED, KEY_FIGURES, PLACE, COUNT, MONEY, FOCI, RESULT, RULE, ALL_AREAS, REACH, BACKGROUND, CAVEATS, SOURCES,
)  # fmt: skip
SUBHEADINGS = {SHARPENED: (SO_FAR, MAY_FOLLOW), ALL_AREAS: EACH_AREA}


class Words:
    """A sentence taken apart: what stands in each of its fields."""

    def __init__(self, match: re.Match[str], raw: str, firm: Iterable[str]) -> None:
        self._match = match
        self._raw = raw
        self.text = match[0]
        self.broken = [match[name] for name in firm if self.breaks(name)]

    def __getitem__(self, name: str) -> str:
        return self._match[name]

    def breaks(self, name: str) -> int:
        """At how many spaces a line may be broken."""
        return self._raw.count(" ", self._match.start(name), self._match.end(name))

    def __contains__(self, name: object) -> bool:
        return name in self._match.re.groupindex


Check = Callable[["Reading", Words], None]


@dataclass(frozen=True)
class Sentence:
    """What it claims, where it may stand in a full briefing, whether a short one has it, and how it is held."""

    kind: str
    where: tuple[str, ...]
    short: bool
    pattern: re.Pattern[str]
    firm: tuple[str, ...]
    check: Check


SENTENCES: list[Sentence] = []


def says(kind: str, where: str | tuple[str, ...], *forms: str, short: bool = False) -> Callable[[Check], Check]:
    """A sentence in one or more forms."""

    def keep(check: Check) -> Check:
        for form in forms:
            at, parts, firm = 0, [], []
            for found in _FIELD.finditer(form):
                name, named, words = found.groups()
                parts += [re.escape(form[at : found.start()]), f"(?P<{name}>{KINDS[named] if named else words})"]
                firm += [name] if named and named not in LOOSE else []
                at = found.end()
            pattern = re.compile("".join(parts) + re.escape(form[at:]) + r"(?= |$)")
            places = (where,) if isinstance(where, str) else where
            SENTENCES.append(Sentence(kind, places, short, pattern, tuple(firm), check))
        return check

    return keep


def words_alone(reading: "Reading", words: Words) -> None:
    """Nothing in the sentence but what it says; whether it belongs here is held by `wanted`."""


# The top.

says(
    "opfundet",
    TOP,
    "Alle tal i dette dokument er opfundne (SYNTETISK). De siger intet om virkelige kommuner.",
    short=True,
)(words_alone)


@says(
    "manchet",
    TOP,
    "<navn:navn> er <placering:plads> ud af <alle:kommuner> og havde <forskel:personer> <retning=flere|færre> på "
    "offentlig forsørgelse end forventet.",
    short=True,
)
def _lead(r: "Reading", w: Words) -> None:
    r.named(w)
    r.of_all(w, "placering")
    r.gap(w, r.period)


@says(
    "manchet",
    TOP,
    "<navn:navn> er <placering:plads> ud af <alle:kommuner> og havde lige så mange på offentlig forsørgelse som forventet.",
    short=True,
)
def _lead_as_expected(r: "Reading", w: Words) -> None:
    r.named(w)
    r.of_all(w, "placering")
    r.must(r.value("forskel_antal") == 0, "the difference is not 0")


@says(
    "manchet",
    TOP,
    "<navn:navn> er <placering:plads> ud af <alle:kommuner>; antallet af fuldtidspersoner er <grund:tekst>.",
    short=True,
)
def _lead_without_number(r: "Reading", w: Words) -> None:
    r.named(w)
    r.of_all(w, "placering")
    r.missing(w["grund"], "forskel_antal")


@says("manchet", TOP, "<navn:navn> har ingen placering i denne udgave.", short=True)
def _lead_without_place(r: "Reading", w: Words) -> None:
    r.named(w)
    r.must(r.value("placering") is None, "it has a place")


@says("manchet_interval", TOP, "Placeringen kan være alt fra <lav:plads> til <høj:plads>.", short=True)
def _lead_range(r: "Reading", w: Words) -> None:
    r.ends(w, r.result("placering"))


@says("manchet_mål", TOP, "Kommunen opfylder <ikke=ikke |>resultatmålet.", short=True)
def _lead_target(r: "Reading", w: Words) -> None:
    r.must(
        r.reckoned["resultatmaal"] == ("ikke_opfyldt" if w["ikke"] else "opfyldt"),
        f"reckoned: {r.reckoned['resultatmaal']}",
    )


@says("manchet_omfattet", TOP, "Efter tallene er kommunen omfattet af skærpet tilsyn.", short=True)
def _lead_supervised(r: "Reading", w: Words) -> None:
    r.must(r.reckoned["skaerpet_tilsyn"] == "omfattet", f"reckoned: {r.reckoned['skaerpet_tilsyn']}")


@says("forløb", (TOP, SHARPENED), *COURSE_AT.values(), short=True)
def _course(r: "Reading", w: Words) -> None:
    held = r.finding("tilsynsforloeb")
    if held is None:
        r.must(False, "the release has no course")
        return
    taken = r.steps_taken()
    r.must(w.text == COURSE_AT[held.udfald], f"the course: {held.udfald}")
    r.must(bool(taken) and taken[-1].skridt == held.udfald, "another step was the last")
    r.flags_of = "tilsynsforloeb"
    r.flags.setdefault((r.flags_of, r.heading), [])


@says(
    "offentliggjort",
    TOP,
    "Beskæftigelsesministeren offentliggjorde <naar:naar> nye tal i benchmarken af kommunerne.",
    short=True,
)
def _published(r: "Reading", w: Words) -> None:
    r.published_when(w["naar"], r.period)


@says(
    "indhold",
    TOP,
    "Tallene viser, hvor mange fuldtidspersoner der <hvornår:i_perioden> var på offentlig forsørgelse i <navn:navn>, og "
    "hvor mange kommunens rammevilkår gav grund til at forvente.",
    short=True,
)
def _content(r: "Reading", w: Words) -> None:
    r.named(w)
    r.must(edition(w["hvornår"].partition(" ")[2]) == r.period, "another period")


# Place.


@says(
    "placering",
    (PLACE, *EACH_AREA),
    "<navn:navn> er placeret som <placering:plads> ud af landets <alle:kommuner>.",
    short=True,
)
def _place(r: "Reading", w: Words) -> None:
    r.named(w)
    r.of_all(w, "placering")


@says(
    "placering",
    (PLACE, *EACH_AREA),
    "<navn:navn> har ingen placering i denne udgave; placeringen er <grund:tekst>.",
    short=True,
)
def _no_place(r: "Reading", w: Words) -> None:
    r.named(w)
    r.missing(w["grund"], "placering")


@says(
    "ændring",
    (PLACE, *EACH_AREA),
    "<naar:udgave> var kommunen <før:plads>; den har dermed forbedret sig <pladser:pladser>.",
    "<naar:udgave> var kommunen <før:plads>; den er dermed <tilbage=faldet> <pladser:pladser>.",
    short=True,
)
def _moved(r: "Reading", w: Words) -> None:
    r.place_before(w)
    way = -1 if "faldet" in w.text else 1
    moved = number(w["pladser"]).value * way
    now = r.value("placering")
    r.must(moved * way > 0, "moved no places")
    r.must(now is not None and number(w["før"]).value - Decimal(repr(now)) == moved, f"the place now is {now}")
    r.same(w["pladser"], r.value("placering_aendring"), sign=way)


@says(
    "ændring",
    (PLACE, *EACH_AREA),
    "<naar:udgave> var kommunen også <før:plads>; placeringen er uændret.",
    short=True,
)
def _not_moved(r: "Reading", w: Words) -> None:
    r.place_before(w)
    r.same(w["før"], r.value("placering"))
    r.must(r.value("placering_aendring") == 0, "the change is not 0")


@says("ændring", (PLACE, *EACH_AREA), "Ændringen siden udgaven før kan ikke opgøres.", short=True)
def _change_unknown(r: "Reading", w: Words) -> None:
    r.must(r.value("placering_aendring") is None, "the change is known")
    r.reasons_of = "placering_aendring"


@says(
    "interval",
    (PLACE, *EACH_AREA),
    "Placeringen er usikker: Når den tilfældige variation regnes med, kan den være alt fra <lav:plads> til <høj:plads> "
    "(<sikkerhed:sikkerhed>-interval; Målestoks tilnærmelse).",
    "Med den tilfældige variation kan den være alt fra <lav:plads> til <høj:plads> (<sikkerhed:sikkerhed>-interval).",
    short=True,
)
def _range(r: "Reading", w: Words) -> None:
    r.covers(w)
    r.ends(w, r.result("placering"))


@says("skelnes", (PLACE, *EACH_AREA), "Tallene kan ikke skille kommunen fra <andre:andre>.", short=True)
def _alike(r: "Reading", w: Words) -> None:
    held = r.part("placering", "kan_ikke_skelnes")
    r.same(w["andre"], None if held is None else held.value)
    r.must(r.alike() == number(w["andre"]).value, f"{r.alike()} are named in relations")


@says("skelnes", (PLACE, *EACH_AREA), "Tallene skiller kommunen fra alle andre kommuner.", short=True)
def _unlike(r: "Reading", w: Words) -> None:
    r.must(r.alike() == 0, f"{r.alike()} are named in relations")


@says(
    "delt",
    (PLACE, *EACH_AREA),
    "Kommuner med samme forskel på de offentliggjorte decimaler deler pladserne fra <fra:tal> til <til:tal>.",
    short=True,
)
def _shared(r: "Reading", w: Words) -> None:
    held = r.part("placering", "mulige_pladser")
    r.same(w["fra"], None if held is None else held.low)
    r.same(w["til"], None if held is None else held.high)
    place = r.value("placering")
    r.must(place is not None and number(w["fra"]).value <= place <= number(w["til"]).value, f"its own place is {place}")
    counted = r.tables.shared(r.kode, r.area, r.period)
    r.must(counted == (int(number(w["fra"]).value), int(number(w["til"]).value)), f"counted: {counted}")


@says(
    "årsager",
    PLACE,
    "<om=Flytningen kan deles op|Bag den uændrede placering> (afrundet): kommunens egen faktiske andel <egen_faktisk_andel:årsag>, ændringen i kommunens forventede "
    "andel <egen_forventet_andel:årsag>, og de andre kommuners udvikling <de_andre_kommuner:årsag>.",
)
def _causes(r: "Reading", w: Words) -> None:
    exact, told = Decimal(0), Decimal(0)
    r.must((r.value("placering_aendring") == 0) == w["om"].startswith("Bag"), "what moved, and what did not?")
    for name in CAUSES:
        held = r.part("placering_aendring", name)
        if held is None or held.value is None:
            r.must(False, f"{name} is not told in the tables")
            return
        exact += round(Decimal(repr(held.value)) * 12)
        if w[name] == "betød intet":
            r.must(abs(held.value) < 0.05, f"{name} is {held.value}")
            continue
        r.must(w.breaks(name) == 2, "the space in the figure may break over two lines")
        _, moved, way = re.split(r"^trak | (?=frem|tilbage)", w[name])
        r.same(moved, held.value, sign=SIGN[way])
        told += number(moved).value * SIGN[way]
    before, now = r.value("placering", r.before), r.value("placering")
    r.must(before is not None and now is not None and exact == round((before - now) * 12), "they don't add up")
    r.must(abs(told - exact / 12) < Decimal("0.2"), "as told, they don't add up")


@says(
    "overlap",
    PLACE,
    "De to placeringers intervaller <overlap=overlapper, så flytningen kan være tilfældig|overlapper ikke>.",
)
def _overlap(r: "Reading", w: Words) -> None:
    r.must(r.value("placering_aendring") != 0, "nothing moved")
    before, now = r.result("placering", r.before), r.result("placering")
    known = before is not None and now is not None
    ends = [before.low, before.high, now.low, now.high] if before is not None and now is not None else []
    r.must(known and None not in ends, "a range is not told")
    if known and None not in ends:
        places = [set(range(int(low or 0), int(high or 0) + 1)) for low, high in (ends[:2], ends[2:])]
        r.must(bool(places[0] & places[1]) == (w["overlap"] != "overlapper ikke"), f"the ranges are {ends}")


# Numbers.


@says(
    "antal",
    (COUNT, *EACH_AREA),
    "Antallet på offentlig forsørgelse svarede til <faktisk:personer>. Det er <forskel:tal> <retning=flere|færre> end de "
    "<forventet:tal>, der kunne forventes på baggrund af rammevilkårene.",
    short=True,
)
def _numbers(r: "Reading", w: Words) -> None:
    r.both(w, r.period)
    r.gap(w, r.period)


@says(
    "antal",
    (COUNT, *EACH_AREA),
    "Antallet på offentlig forsørgelse svarede til <faktisk:personer>. Det svarer til de <forventet:tal>, der kunne "
    "forventes på baggrund af rammevilkårene.",
    short=True,
)
def _as_expected(r: "Reading", w: Words) -> None:
    r.both(w, r.period)
    r.must(r.value("forskel_antal") == 0, "the difference is not 0")


@says(
    "antal",
    (COUNT, *EACH_AREA),
    "Antallet på offentlig forsørgelse kan ikke sammenholdes med det forventede; tallet er <grund:tekst>.",
    short=True,
)
def _no_numbers(r: "Reading", w: Words) -> None:
    names = ("faktisk_antal", "forventet_antal", "forskel_antal")
    gone = [name for name in names if r.value(name) is None]
    r.must(bool(gone), "all three are known")
    if gone:
        r.missing(w["grund"], gone[0])


@says(
    "antal_før",
    (COUNT, *EACH_AREA),
    "<naar:udgave> var der <faktisk:personer>, <forskel:tal> <retning=flere|færre> end de <forventet:tal>, der var forventet.",
)
def _numbers_before(r: "Reading", w: Words) -> None:
    r.when_before(w["naar"])
    r.both(w, r.before)
    r.gap(w, r.before)


@says(
    "antal_før",
    (COUNT, *EACH_AREA),
    "<naar:udgave> var der <faktisk:personer>, hvilket svarede til de <forventet:tal>, der var forventet.",
)
def _as_expected_before(r: "Reading", w: Words) -> None:
    r.when_before(w["naar"])
    r.both(w, r.before)
    r.must(r.value("forskel_antal", r.before) == 0, "the difference was not 0")


@says(
    "andel",
    COUNT,
    "Målt som andel af borgerne er forskellen <forskel:point> (<sikkerhed:sikkerhed>-interval: <lav:bart> til <høj:point>).",
)
def _share(r: "Reading", w: Words) -> None:
    r.covers(w)
    r.same(w["forskel"], r.value("forskel_andel"), scale=100)
    r.ends(w, r.result("forskel_andel"), scale=100)


@says("andel", COUNT, "Målt som andel af borgerne er forskellen <forskel:point>.")
def _share_alone(r: "Reading", w: Words) -> None:
    r.same(w["forskel"], r.value("forskel_andel"), scale=100)
    held = r.result("forskel_andel")
    r.must(held is not None and None in (held.low, held.high), "it has a range")


# Money.


@says(
    "udgift",
    MONEY,
    "Samlet har <navn:navn> brugt <beløb:beløb> <retning=mere|mindre> på offentlig forsørgelse end forventet.",
    short=True,
)
def _amount(r: "Reading", w: Words) -> None:
    r.named(w)
    r.direction = SIGN[w["retning"]]
    amount = r.value("merudgift")
    r.same(w["beløb"], amount, sign=r.direction)
    r.must(amount is not None and amount * r.direction > 0, "the other direction")
    r.written_out(w["beløb"])


@says("udgift", MONEY, "<navn:navns> udgift til offentlig forsørgelse svarer til det forventede.", short=True)
def _amount_as_expected(r: "Reading", w: Words) -> None:
    r.named(w, "s")
    r.direction = 0
    r.must(r.value("merudgift") == 0, "the amount is not 0")


@says("udgift", MONEY, "Merudgiften er <grund:tekst>.", short=True)
def _no_amount(r: "Reading", w: Words) -> None:
    r.missing(w["grund"], "merudgift")
    r.reasons_of = "merudgift"


@says("udgift_hvis", MONEY, "Beløbet er offentliggjort af myndigheden.", short=True)
def _official(r: "Reading", w: Words) -> None:
    held = r.result("merudgift")
    r.must(held is not None and held.kilde == "officiel", "it is not the authority's")


@says("udgift_hvis", MONEY, "Beløbet er Målestoks skøn; det kan ligge mellem <nær:beløb> og <fjern:beløb>", short=True)
def _estimated_on_one_side(r: "Reading", w: Words) -> None:
    """Both ends lie on the side of the amount told just before, the smaller first."""
    ends = sorted(r.estimated(), key=abs)
    r.must(all(end * r.direction > 0 for end in ends), f"the range is {ends}, not all on the amount's side")
    for name, end in zip(("nær", "fjern"), ends, strict=False):
        r.same(w[name], end, sign=r.direction)
        r.written_out(w[name])


@says(
    "udgift_hvis",
    MONEY,
    "Det er Målestoks skøn; udgiften kan ligge fra <under:beløb> under til <over:beløb> over det forventede.",
    "Det er Målestoks skøn; udgiften kan ligge op til <over:beløb> over det forventede.",
    "Det er Målestoks skøn; udgiften kan ligge op til <under:beløb> under det forventede.",
    short=True,
)
def _estimated_with_sides(r: "Reading", w: Words) -> None:
    """An end that is not told is nothing; one that is told lies on the side told with it."""
    for side, end in zip(("under", "over"), r.estimated(), strict=False):
        way = SIGN[side]
        r.must(end * way > 0 if side in w else end == 0, f"the range ends at {end}")
        if side in w:
            r.same(w[side], end, sign=way)
            r.written_out(w[side])


@says("udgift_hvis", MONEY, "Det er Målestoks skøn.", short=True)
def _estimated_alone(r: "Reading", w: Words) -> None:
    held = r.result("merudgift")
    r.must(held is not None and held.kilde == "skoen" and held.low == held.high, "it has a range, or is no estimate")


@says(
    "udgift_anden_vej",
    MONEY,
    "Skønnet lægger områderne sammen og kan derfor have en anden retning end forskellen i alt.",
    short=True,
)
def _another_direction(r: "Reading", w: Words) -> None:
    r.must(r.claims["udgift_hvis", "i_alt"] == 1, "no estimate is told before it")


# Focus targets.


@says(
    "fokus_hvad",
    FOCI,
    "Fokusmålene ser på de borgere, der har været ledige eller sygemeldte i mere end <ledige:måneder>: hvor stor en del har "
    "haft mindst <samtaler:samtaler>, og hvor stor en del har deltaget i mindst <tilbud:tilbud> eller arbejdet mindst "
    "<timer:timer> de seneste <seneste:måneder>.",
)
def _what_focus(r: "Reading", w: Words) -> None:
    r.asked(w, "samtaler", "tilbud", "timer")
    definition = in_force(rule_files()["samtale_andel_12m"]["versions"], r.month)
    text = "" if definition is None else definition["definition_da"]
    r.must(f"i mere end {w['ledige']}" in text and f"de seneste {w['seneste']}" in text, "the rule says otherwise")


@says(
    "fokus_hvornår",
    FOCI,
    "Et fokusmål er opfyldt, når andelen i gennemsnit over <måneder:måneder> er <hvordan=mindst|over> <grænse:procent>",
)
def _when_met(r: "Reading", w: Words) -> None:
    r.window(w["måneder"])
    for name in KIND:
        version = in_force(rule_files()[name]["versions"], r.year)
        comparison = {"mindst": ">=", "over": ">"}[w["hvordan"]]
        r.must(version is not None and version["comparison"] == comparison, f"{name} is compared otherwise")
        r.must(
            version is not None and Decimal(version["threshold"]) * 100 == number(w["grænse"]).value, "another limit"
        )


@says(
    "fokus",
    FOCI,
    "I gennemsnit over <måneder:måneder> til og med <måned:måned> havde <andel:procent> af målgruppen i <navn:navn> haft "
    "mindst <samtaler:samtaler>.",
    short=True,
)
def _interviews(r: "Reading", w: Words) -> None:
    r.focus = "fokusmaal_samtaler"
    r.mean(w)
    r.asked(w, "samtaler")


@says(
    "fokus",
    FOCI,
    "I gennemsnit over <måneder:måneder> til og med <måned:måned> havde <andel:procent> af målgruppen i <navn:navn> deltaget "
    "i mindst <tilbud:tilbud> eller arbejdet mindst <timer:timer>.",
    short=True,
)
def _offers(r: "Reading", w: Words) -> None:
    r.focus = "fokusmaal_tilbud"
    r.mean(w)
    r.asked(w, "tilbud", "timer")


@says("fokus_talt", FOCI, "Tallet er ikke offentliggjort af myndigheden; det er talt af indlæste personer.", short=True)
def _counted_mean(r: "Reading", w: Words) -> None:
    r.must(r.counted(r.focus), "it was published")


@says("fokus", FOCI, f"<mål={'|'.join(FOCUS)}>: tallet for <måned:måned> er <grund:tekst>.", short=True)
def _no_mean(r: "Reading", w: Words) -> None:
    r.focus = FOCUS[w["mål"]]
    r.must(day(w["måned"]) == r.month, "another month")
    r.missing(w["grund"], f"{KIND[r.focus]}_andel_12m", r.month, absent="ikke_leveret")


@says(
    "fokus_udfald",
    FOCI,
    "Fokusmålet er <udfald=opfyldt|ikke opfyldt|suspenderet>.",
    f"<mål={'|'.join(FOCUS)}> er <udfald=ikke vurderet>.",
    short=True,
)
def _focus_outcome(r: "Reading", w: Words) -> None:
    if "mål" in w:
        r.focus = FOCUS[w["mål"]]
    r.outcome(r.focus, w["udfald"].replace(" ", "_"))


@says("fokus_ingen", FOCI, "Udgivelsen har ingen tal for fokusmålene i <måned:måned>.")
def _no_focus(r: "Reading", w: Words) -> None:
    r.must(day(w["måned"]) == r.month, "another month")
    held = [at for at in r.tables.results if at[3] == r.month and at[0].startswith(("samtale_andel", "tilbud_andel"))]
    r.must(not held, f"the release has {len(held)} figures of that month")


# The result target, and what follows.


@says(
    "resultat",
    RESULT,
    "<navn:navn> opfylder <ikke=ikke |>resultatmålet for <år:år>: Forskellen i andele er <forskel:point>, og målet er højst "
    "<grænse:point>.",
    short=True,
)
def _result(r: "Reading", w: Words) -> None:
    r.named(w)
    r.must(f"{w['år']}QMAT04" == r.period, "another year")
    r.outcome("resultatmaal", "ikke_opfyldt" if w["ikke"] else "opfyldt")
    told, bound = number(w["forskel"]), number(w["grænse"])
    r.same(w["forskel"], r.value("forskel_andel"), scale=100)
    version = in_force(rule_files()["resultatmaal"]["versions"], r.year)
    r.must(version is not None and Decimal(version["threshold"]) * 100 == bound.value, "another limit")
    r.must((told.value <= bound.value) != bool(w["ikke"]), "the figure lies on the other side of the limit")


@says("resultat", RESULT, "Resultatmålet er ikke vurderet.", short=True)
def _no_result(r: "Reading", w: Words) -> None:
    r.outcome("resultatmaal", "ikke_vurderet")


@says("afgørende", RESULT, "Afgørende er forskellen i andele, ikke antallet af fuldtidspersoner.", short=True)
def _decisive(r: "Reading", w: Words) -> None:
    r.must(r.flags_of == "resultatmaal", "it does not follow the sentence of the target")
    r.must(w.text == rule_files()["resultatmaal"]["limits_da"][0], "the rule says otherwise")


@says("alle_opfyldt", RESULT, "<navn:navn> opfylder dermed både resultatmålet og fokusmålene.")
def _all_met(r: "Reading", w: Words) -> None:
    r.named(w)
    missed = [name for name in ("resultatmaal", *KIND) if r.reckoned[name] != "opfyldt"]
    r.must(not missed, f"not met: {missed}")


@says(
    "tilsyn",
    RULE,
    "Efter tallene er <navn:navn> omfattet af skærpet tilsyn for <år:år>, fordi kommunen hverken opfylder resultatmålet eller "
    "<mål=fokusmålet om samtaler|fokusmålet om tilbud|fokusmålet om samtaler eller fokusmålet om tilbud>. Afgørelsen er "
    "myndighedens.",
    short=True,
)
def _supervised(r: "Reading", w: Words) -> None:
    r.supervision(w, "omfattet")
    missed = [name for name in KIND if r.reckoned[name] == "ikke_opfyldt"]
    r.must(r.reckoned["resultatmaal"] == "ikke_opfyldt", "the result target is met")
    told = [FOCUS[f"F{name[1:]}"] for name in w["mål"].split(" eller ")]
    r.must(told == missed, f"missed: {missed}")


@says(
    "tilsyn",
    RULE,
    "Efter tallene er <navn:navn> ikke omfattet af skærpet tilsyn for <år:år>, fordi kommunen opfylder resultatmålet.",
    short=True,
)
def _not_supervised(r: "Reading", w: Words) -> None:
    r.supervision(w, "ikke_omfattet")
    r.must(r.reckoned["resultatmaal"] == "opfyldt", "the result target is not met")


@says(
    "tilsyn",
    RULE,
    "Efter tallene er <navn:navn> ikke omfattet af skærpet tilsyn for <år:år>, fordi kommunen opfylder de fokusmål, der gælder.",
    short=True,
)
def _not_supervised_for_focus(r: "Reading", w: Words) -> None:
    r.supervision(w, "ikke_omfattet")
    r.must(r.reckoned["resultatmaal"] != "opfyldt", "the result target is met, which would be the reason")
    applying = [r.reckoned[name] for name in KIND if r.reckoned[name] != "suspenderet"]
    r.must(set(applying) == {"opfyldt"}, f"targets that apply: {applying}")


@says(
    "tilsyn",
    RULE,
    "Det er ikke vurderet, om <navn:navn> er omfattet af skærpet tilsyn for <år:år>.",
    short=True,
)
def _supervision_unknown(r: "Reading", w: Words) -> None:
    r.supervision(w, "ikke_vurderet")


@says(
    "tilsyn",
    RULE,
    "Målene afgøres for hele kalenderår. Denne udgave er ikke et kalenderår, så den afgør intet om skærpet tilsyn.",
    short=True,
)
def _no_calendar_year(r: "Reading", w: Words) -> None:
    r.must(not r.period.endswith("QMAT04"), "it is a calendar year")


@says(
    "risikozone",
    RULE,
    "Målestoks eget signal: Kommunen opfylder ikke resultatmålet og ligger tæt på grænsen for et fokusmål. Vises kun på "
    "kommunens egen side, ikke i lister over kommuner.",
)
def _zone(r: "Reading", w: Words) -> None:
    r.outcome("risikozone", "i_risikozonen")


says(
    "hvis",
    RULE,
    "Kommer en kommune under skærpet tilsyn, skal den redegøre for situationen, revisionen gennemgår en række sager i "
    "målgruppen for kommunens regning, og kommunen skal udarbejde en genopretningsplan.",
)(words_alone)


for _duty, _text in DUTIES.items():
    says(f"skal_{_duty}", SHARPENED, _text)(words_alone)


@says("skridt", SO_FAR, "<dag:dato>: <skridt:tekst>")
def _step(r: "Reading", w: Words) -> None:
    r.taken.append((day(w["dag"]), w["skridt"]))


@says("kan_følge", MAY_FOLLOW, *NEXT.values())
def _may_follow(r: "Reading", w: Words) -> None:
    r.after.append(w.text)


@says("frister", MAY_FOLLOW, "Frister: <grund:tekst>.")
def _deadlines(r: "Reading", w: Words) -> None:
    reasons = {step["deadline_reason_da"] for step in rule_files()["tilsynsskridt"]["steps"]}
    r.must(w["grund"] in reasons, "no rule says so")
    r.must({step.frist_note for step in r.steps_after()} == {w["grund"]}, "the tables say otherwise")


# What it takes.


@says("vej", REACH, "Alt andet uændret skulle kommunen have haft <trin:tekst>.")
def _takes(r: "Reading", w: Words) -> None:
    items = listed(w["trin"])
    firm = w["trin"].count(" ") - w.breaks("trin")
    r.must(firm == len(items), "the space in a figure may break over two lines")
    for item in items:
        found = re.fullmatch(
            rf"({KINDS['personer']})(?: \((\S+)-(\S+)\))? færre for at (nå det forventede niveau|nå den bedste halvdel|komme blandt de ti bedste)",
            item,
        )
        if found is None:
            r.must(False, f"{item!r} is not understood")
            continue
        level = next(name for name, word in LEVELS.items() if word in found[4])
        r.claims["niveau", level] += 1
        held = r.part("placering", level)
        r.same(found[1], None if held is None else held.value)
        r.must(not r.reached(level), f"{level} is reached already")
        r.must(number(found[1]).value > 0, "none is no number to tell")
        low, high = (None, None) if held is None else (held.low, held.high)
        r.must((found[2] is not None) == (low != high), f"{item!r}: the range is {low} to {high}")
        if found[2] is not None:
            r.must(re.fullmatch(f"{_WHOLE}-{_WHOLE}", f"{found[2]}-{found[3]}") is not None, f"{item!r}: the range")
            r.same(found[2], low)
            r.same(found[3], high)
            r.must(number(found[2]).value <= number(found[1]).value <= number(found[3]).value, f"{item!r}: outside")


@says("vej_parentes", REACH, "I parentes står, hvad afrundingen tillader.")
def _brackets(r: "Reading", w: Words) -> None:
    r.must(r.claims["vej", "i_alt"] == 1 and not r.claims["vej_nået", "i_alt"], "it does not follow the steps")


@says("vej_nået", REACH, "Kommunen har allerede nået <niveauer:tekst>.")
def _reached(r: "Reading", w: Words) -> None:
    names = {"det forventede niveau": 0, "den bedste halvdel": 1, "de ti bedste": 2}
    for item in listed(w["niveauer"]):
        level = list(LEVELS)[names[item]]
        r.claims["niveau", level] += 1
        held = r.part("placering", level)
        r.must(held is not None and held.value == 0, f"{level}: {held}")
        r.must(r.reached(level), f"{level} is not reached")


# Background, sources, captions.


@says("benchmark", BACKGROUND, "Benchmarken viser, <beskrivelse:tekst>.")
def _benchmark(r: "Reading", w: Words) -> None:
    text = rule_files()["benchmark"]["description_da"].rstrip(".")
    r.must(w["beskrivelse"] == f"{text[0].lower()}{text[1:]}", "the rule says otherwise")


says(
    "bruges",
    BACKGROUND,
    "Benchmarken bruges i tilsynet med kommunernes resultater. Den er med til at afgøre, om en kommune kommer under skærpet "
    "tilsyn eller i sidste ende under administration.",
)(words_alone)


@says("ydelser", BACKGROUND, f"<område={'|'.join(EACH_AREA)}>: <ydelser:tekst>.")
def _benefits(r: "Reading", w: Words) -> None:
    area = AREAS[w["område"]]
    r.claims["ydelser_på", area] += 1
    told = listed(w["ydelser"])
    r.must(told == r.benefits(area), f"the rule: {r.benefits(area)}")


@says("udenfor", BACKGROUND, "<ydelser:tekst> indgår ikke.")
def _outside(r: "Reading", w: Words) -> None:
    told = listed(w["ydelser"])
    held = r.benefits("")
    r.must([told[0].lower(), *told[1:]] == held, f"the rule: {held}")


says("ydelser_ukendt", BACKGROUND, "Det er ikke kendt, hvilke ydelser områderne omfatter i denne periode.")(words_alone)


@says("regelkilde", SOURCES, "Regler: <kilde:tekst>.")
def _rule_source(r: "Reading", w: Words) -> None:
    r.rule_sources.append(w["kilde"])


@says("udgivelse", SOURCES, "Tallene står i Målestoks udgivelse <udgivelse:tekst>.", short=True)
def _release(r: "Reading", w: Words) -> None:
    r.must(w["udgivelse"] == r.tables.id, "another release")


says(
    "ikke_myndighed",
    SOURCES,
    "Målestok er ikke en myndighed. Tallene er myndighedens, hvor det ikke er nævnt, at de er Målestoks.",
)(words_alone)


@says(
    "graf_placering",
    ALL_AREAS,
    "<navn:navns> placering i alt og på hvert område. Prikken er den offentliggjorte placering, stregen de pladser, kommunen "
    "kan have.",
)
def _chart_of_places(r: "Reading", w: Words) -> None:
    r.named(w, "s")


says(
    "graf_udvikling",
    ALL_AREAS,
    "Forskellen fra det forventede, udgave for udgave. Under nul er der færre på offentlig forsørgelse end forventet.",
)(words_alone)


@says("tabeltekst", KEY_FIGURES, "<navn:navn>, <periode:periode>: fuldtidspersoner og placering")
def _table_caption(r: "Reading", w: Words) -> None:
    r.named(w)
    r.must(edition(w["periode"]) == r.period, "another period")


def listed(text: str) -> list[str]:
    """'a, b og c' taken apart; 'selvforsørgelses- og hjemrejseydelse' is one."""
    return re.split(r", |(?<!-) og ", text)


# The reading.


class Reading:
    """One briefing, read from its pieces: what it claims, and what is wrong with that."""

    def __init__(self, tables: Tables, kode: str, period: str, form: str = "fuld") -> None:
        self.tables, self.kode, self.period, self.form = tables, kode, period, form
        self.before, self.month = two_before(period), last_month(period)
        self.year = f"{period[:4]}QMAT04"
        self.problems: list[str] = []
        self.claims: Counter[tuple[str, str]] = Counter()
        self.verbatim: Counter[str] = Counter()
        self.flags: dict[tuple[str, str], list[str]] = {}
        self.taken: list[tuple[str, str]] = []
        self.after: list[str] = []
        self.rule_sources: list[str] = []
        self.heading = self.subheading = ""
        self.sentence = ""
        self.direction = 0
        self.focus = self.flags_of = self.reasons_of = ""
        self.reckoned = self._reckon()

    # What is looked up.

    @property
    def place(self) -> str:
        """The heading a sentence stands under."""
        return self.subheading or self.heading

    @property
    def area(self) -> str:
        return AREAS.get(self.subheading, "i_alt")

    def result(self, measure: str, period: str = "") -> Result | None:
        return self.tables.results.get((measure, self.kode, self.area, period or self.period))

    def value(self, measure: str, period: str = "") -> float | None:
        held = self.result(measure, period)
        return None if held is None else held.value

    def part(self, measure: str, name: str) -> Part | None:
        return self.tables.parts.get((measure, self.kode, self.area, self.period), {}).get(name)

    def finding(self, criterion: str) -> Finding | None:
        """On the edition, or on the month it ends with."""
        held = self.tables.findings
        return held.get((criterion, self.kode, self.period)) or held.get((criterion, self.kode, self.month))

    def alike(self) -> int:
        return self.tables.alike[self.kode, self.area, self.period]

    def steps_taken(self) -> list[Step]:
        held = self.tables.steps.get((self.kode, self.period), [])
        return sorted((step for step in held if step.nr is not None), key=lambda step: step.nr or 0)

    def steps_after(self) -> list[Step]:
        return [step for step in self.tables.steps.get((self.kode, self.period), []) if step.nr is None]

    def estimated(self) -> tuple[float, ...]:
        """The ends of an amount that is an estimate."""
        held = self.result("merudgift")
        if held is None or held.low is None or held.high is None:
            self.must(False, "it has no range")
            return ()
        self.must(held.kilde == "skoen" and held.low < held.high, f"no estimate with a range: {held}")
        return held.low, held.high

    def reached(self, level: str) -> bool:
        """From the published figures alone: no more than expected, the first 49, the first ten."""
        place, difference = self.value("placering") or 99, self.value("forskel_andel")
        if level == "til_det_forventede":
            return difference is not None and difference <= 0
        return place <= (49 if level == "til_den_bedste_halvdel" else 10)

    def benefits(self, area: str) -> list[str] | None:
        """The benefits an area takes in, or those outside all, that exist by the edition's end."""
        rules = rule_files()["omraader"]
        version = in_force(rules["versions"], self.period)
        if version is None:
            return None
        names = version["areas"][area] if area else version["outside"]
        starts = rules["benefit_from"]
        there = [name for name in names if name not in starts or f"{starts[name]}"[:7] <= self.month]
        return [rules["benefits_da"][name] for name in there]

    def _reckon(self) -> dict[str, str]:
        """Every target from the figures, by the naive reading of the law; nothing from the findings."""
        year, calendar = int(self.period[:4]), self.period.endswith("QMAT04")
        values = {
            kind: self.tables.value(f"{kind}_andel_12m", self.kode, "i_alt", self.month) for kind in KIND.values()
        }
        means = {kind: None if v is None else Fraction(repr(v)) for kind, v in values.items()}
        found = {name: target(means[kind], kind, year) for name, kind in KIND.items()}
        difference = self.tables.value("forskel_andel", self.kode, "i_alt", self.period)
        result = "ikke_vurderet"
        if calendar and 2019 <= year <= 2022 and difference is not None:
            result = "opfyldt" if difference <= 0 else "ikke_opfyldt"
        found["resultatmaal"] = result
        found["skaerpet_tilsyn"] = supervised(result, [found[name] for name in KIND], year) if calendar else ""
        found["risikozone"] = near_the_limit(result, means, year) if calendar else ""
        return found

    # What is held.

    def must(self, held: bool, otherwise: str) -> None:
        if not held:
            self.problems.append(f"{self.kode} {self.period}, under {self.place!r}: {self.sentence!r}: {otherwise}")

    def same(self, text: str, stored: float | None, *, scale: int = 1, sign: int = 1) -> None:
        """A number told is the stored one, rounded; `sign` is the direction a word gives it."""
        if stored is None:
            self.must(False, f"{text!r} is told, and the tables have none")
        else:
            self.must(rounds_to(Decimal(repr(stored)) * scale * sign, number(text)), f"{text!r}, stored {stored}")

    def named(self, words: Words, ending: str = "") -> None:
        self.must(words["navn"] == titles()[self.kode] + ending, "another municipality")

    def of_all(self, words: Words, measure: str) -> None:
        self.same(words["placering"], self.value(measure))
        self.must(number(words["alle"]).value == len(titles()), "another number of municipalities")

    def both(self, words: Words, period: str) -> None:
        self.same(words["faktisk"], self.value("faktisk_antal", period))
        self.same(words["forventet"], self.value("forventet_antal", period))

    def gap(self, words: Words, period: str) -> None:
        sign, stored = SIGN[words["retning"]], self.value("forskel_antal", period)
        self.same(words["forskel"], stored, sign=sign)
        self.must(stored is not None and stored * sign > 0, f"{words['retning']!r}, stored {stored}")
        if "faktisk" in words:
            told = {name: number(words[name]).value for name in ("faktisk", "forventet", "forskel")}
            self.must(told["faktisk"] - told["forventet"] == sign * told["forskel"], "the three numbers don't add up")

    def ends(self, words: Words, held: Result | None, scale: int = 1) -> None:
        if held is None or held.low is None or held.high is None or held.value is None:
            self.must(False, "the tables have no range")
            return
        self.same(words["lav"], held.low, scale=scale)
        self.same(words["høj"], held.high, scale=scale)
        self.must(held.low <= held.value <= held.high, "the figure lies outside its range")

    def covers(self, words: Words) -> None:
        version = in_force(rule_files()["usikkerhed"]["versions"], self.period)
        held = version is not None and Decimal(version["coverage"]) * 100 == number(words["sikkerhed"]).value
        self.must(held, "the rule has another certainty")

    def place_before(self, words: Words) -> None:
        self.when_before(words["naar"])
        self.same(words["før"], self.value("placering", self.before))
        held = self.part("placering_aendring", "placering_foer")
        self.same(words["før"], None if held is None else held.value)

    def when_before(self, words: str) -> None:
        if words.startswith("I udgaven for "):
            self.must(edition(words.removeprefix("I udgaven for ")) == self.before, "another edition")
        else:
            self.published_when(words.removeprefix("Ved opdateringen "), self.before)

    def published_when(self, words: str, period: str) -> None:
        preposition, _, date = words.partition(" ")
        known = [e["published"] for e in rule_files()["editions"]["editions"] if e["period"] == period]
        self.must(day(date) in known, f"published {known}")
        self.must((preposition == "den") == (day(date).count("-") == 2), "the wrong preposition")
        self.must(not self.tables.invented, "invented figures were never published")

    def written_out(self, text: str) -> None:
        self.must(("mio." in text) == (abs(number(text).value) >= 100_000), f"{text!r}: the unit")

    def missing(self, words: str, measure: str, period: str = "", absent: str = "ikke_opgjort") -> None:
        held = self.result(measure, period)
        status = absent if held is None else held.status
        self.must((held is None or held.value is None) and MISSING.get(words) == status, f"stored: {held}")

    def window(self, words: str) -> None:
        for kind in KIND.values():
            sources = rule_files()[f"{kind}_andel_12m"]["sources"]
            self.must(max(s.get("window_months", 0) for s in sources) == number(words).value, "another window")

    def asked(self, words: Words, *names: str) -> None:
        for criterion in KIND:
            version = in_force(rule_files()[criterion]["versions"], self.year)
            for name, count in ({} if version is None else version["minimum"]).items():
                if name in names:
                    self.must(number(words[name]).value == count, f"{criterion} asks for {count} {name}")

    def mean(self, words: Words) -> None:
        """A mean as told: two decimals at least, but for zeros; more where it must stay on its side of the limit."""
        self.named(words)
        self.window(words["måneder"])
        self.must(day(words["måned"]) == self.month, "another month")
        kind = KIND[self.focus]
        stored = self.tables.value(f"{kind}_andel_12m", self.kode, "i_alt", self.month)
        if stored is None:
            self.must(False, "the tables have no mean")
            return
        exact, told = Decimal(repr(stored)) * 100, number(words["andel"])
        self.must(rounds_to(exact, told._replace(step=min(told.step, Decimal("0.01")))), f"stored {stored}")
        held = limit(kind, int(self.period[:4]))
        if isinstance(held, tuple):
            bound = Decimal(held[0].numerator) / held[0].denominator * 100
            sides = [(value > bound) - (value < bound) for value in (exact, told.value)]
            self.must(sides[0] == sides[1], f"told on the other side of {bound}")

    def outcome(self, criterion: str, told: str) -> None:
        held = self.finding(criterion)
        self.must(held is not None and held.udfald == told, f"found: {held}")
        self.must(self.reckoned[criterion] == told, f"reckoned: {self.reckoned[criterion]}")
        self.flags_of = criterion
        self.flags.setdefault((criterion, self.heading), [])

    def supervision(self, words: Words, told: str) -> None:
        self.named(words)
        self.must(f"{words['år']}QMAT04" == self.period, "another year")
        self.outcome("skaerpet_tilsyn", told)

    # What is read.

    def piece(self, piece: Piece) -> None:
        if isinstance(piece, Grid):
            self.grid(piece)
        elif isinstance(piece, Image):
            self.image(piece)
        else:
            self.line(piece)

    def line(self, line: Line) -> None:
        """A paragraph, sentence by sentence."""
        raw, text = line.text, line.text.replace("\u00a0", " ")
        self.sentence, self.flags_of, self.reasons_of = text, "", ""
        self.must(bool(text.strip()) and text == " ".join(text.split()), "spaces that are too many, or nothing said")
        if line.style in (TITLE, SUBTITLE, MARK, FOOTER):
            self._edge(line.style, text)
        elif line.style == HEADING:
            self._new_heading(text)
        elif line.style == SUBHEADING:
            self.subheading = text
            self.must(text in SUBHEADINGS.get(self.heading, ()), "this heading is not known here")
            self.claims[SUBHEADING, text] += 1
        elif self.place == SOURCES and text in self._attribution():
            self.claims["kilde", text] += 1
        else:
            at = 0
            while at < len(text):
                at = self._sentence(raw, text, at, whole=line.style == BULLET) + 1

    def _sentence(self, raw: str, text: str, at: int, *, whole: bool) -> int:
        """Read one sentence from where it begins; gives where it ends."""
        best: tuple[re.Match[str], Sentence] | None = None
        for known in SENTENCES:
            if not (known.short if self.form == "kort" else self.place in known.where):
                continue
            found = (known.pattern.fullmatch(text, at) if whole else None) or known.pattern.match(text, at)
            if found is not None and (best is None or found.end() > best[0].end()):
                best = found, known
        alike = rules_beginning().get(text[at : at + BEGINNING], ())
        rule = max((t for t in alike if text.startswith(f"{t} ", at) or text[at:] == t), key=len, default="")
        if best is None and not rule:
            ends = re.search(r"[.?!](?= [A-ZÆØÅ])|$", text[at:])
            end = at + (ends.end() if ends else 0)
            self.sentence = text[at:end]
            self.must(False, "no pattern knows this sentence")
            return end
        if best is None or at + len(rule) > best[0].end():
            self.sentence = rule
            self._rule(rule)
            return at + len(rule)
        found, known = best
        words = Words(found, raw, known.firm)
        self.sentence = words.text
        self.must(not words.broken, f"{words.broken}: the space may break over two lines")
        try:
            known.check(self, words)
        except (ValueError, KeyError, IndexError, StopIteration) as error:
            self.must(False, f"not understood: {error!r}")
        about = {"fokus": self.focus, "fokus_talt": self.focus, "fokus_udfald": self.focus, "forløb": self.heading}
        self.claims[known.kind, about.get(known.kind, self.area)] += 1
        return found.end()

    def _rule(self, text: str) -> None:
        """A text of the rules: a finding's reservation, a figure's reason, or one that stands by itself."""
        for at in rule_texts()[text]:
            if at[:2] == (self.flags_of, "flags_da"):
                self.flags.setdefault((self.flags_of, self.heading), []).append(at[2])
                return
            if at[:2] == (self.reasons_of, "reasons_da"):
                self.must(self.part(self.reasons_of, at[2]) is not None, "the tables give another reason")
                self.claims["grund", self.area] += 1
                return
        self.verbatim[text] += 1

    def _edge(self, style: str, text: str) -> None:
        self.claims[style, ""] += 1
        if style == TITLE:
            wanted = {"fuld": "Orientering om opdatering af benchmark", "kort": "Kort orientering om benchmark"}
            self.must(text == wanted[self.form], "another title")
        elif style == SUBTITLE:
            name, _, period = text.partition(", ")
            self.must(name == titles()[self.kode] and edition(period) == self.period, "about something else")
        else:
            self.must(text == ("SYNTETISK" if style == MARK else self.tables.id), "another mark or release")

    def _new_heading(self, text: str) -> None:
        self.must(text in ORDER, "this heading is not known")
        if text in ORDER and self.heading in ORDER:
            self.must(ORDER.index(text) > ORDER.index(self.heading), "headings in another order")
        self.heading, self.subheading = text, ""
        self.claims[HEADING, text] += 1

    def _attribution(self) -> list[str]:
        return [text if text.endswith(".") else f"{text}." for text in self.tables.manifest["attribution"]]

    def grid(self, grid: Grid) -> None:
        """The table of key figures, cell by cell."""
        self.claims["tabel", ""] += 1
        head, *rows = [[cell.replace("\u00a0", " ") for cell in row] for row in grid.rows]
        self.sentence = " | ".join(head)
        *named, range_head, before_head = head
        self.must(named == ["Område", "Forventet", "Faktisk", "Forskel", "Placering"], "other headings")
        self.must((range_head, before_head) == ("95 pct.-interval", "Udgaven før"), "other headings")
        self.must([row[0] for row in rows] == list(AREAS), "other rows")
        for area, *cells in rows:
            self.sentence = " | ".join((area, *cells))
            self._row(AREAS[area], *cells)

    def _row(self, area: str, expected: str, actual: str, gap: str, place: str, span: str, before: str) -> None:
        measures = ("forventet_antal", "faktisk_antal", "forskel_antal", "placering")
        for measure, cell in zip(measures, (expected, actual, gap, place), strict=True):
            held = self.tables.results.get((measure, self.kode, area, self.period))
            status = "ikke_opgjort" if held is None else held.status
            self._cell(cell, None if held is None else held.value, status)
        ranked = self.tables.results.get(("placering", self.kode, area, self.period))
        ends = [None, None] if ranked is None else [ranked.low, ranked.high]
        self.must((span == "") == (None in ends), f"the range is {ends}")
        for text, end in zip(span.split("-"), ends, strict=False):
            if text:
                self.same(text, end)
        earlier = self.tables.results.get(("placering", self.kode, area, self.before))
        told = self.tables.parts.get(("placering_aendring", self.kode, area, self.period), {}).get("placering_foer")
        if earlier is not None:
            self._cell(before, earlier.value, earlier.status)
        else:
            self._cell(before, None if told is None else told.value, "ikke_opgjort")

    def _cell(self, cell: str, stored: float | None, status: str) -> None:
        if stored is None:
            self.must(MISSING.get(cell) == status, f"{cell!r}: the tables have none, {status}")
        else:
            known = re.fullmatch(rf"-?{_WHOLE}", cell) is not None
            self.must(known and rounds_to(Decimal(repr(stored)), number(cell)), f"{cell!r}, stored {stored}")

    def image(self, image: Image) -> None:
        """The words that stand in for a chart."""
        text = self.sentence = image.alt.replace("\u00a0", " ")
        if found := re.fullmatch(r"Graf over placeringer blandt (\d+ kommuner): (.+)\.", text):
            self.claims["alt_placering", ""] += 1
            self.must(number(found[1]).value == len(titles()), "another number of municipalities")
            self._places_drawn(listed(found[2]))
        elif found := re.fullmatch(r"Graf over forskellen i andele: (.+)\.", text):
            self.claims["alt_udvikling", ""] += 1
            self._differences_drawn(listed(found[1]))
        else:
            self.must(False, "no pattern knows this picture")

    def _places_drawn(self, items: Sequence[str]) -> None:
        names = {name[0].lower() + name[1:]: area for name, area in AREAS.items()}
        told = []
        for item in items:
            found = re.fullmatch(r"(.+?) (nr\. \d+)(?: \(interval (nr\. \d+) til (nr\. \d+)\))?", item)
            if found is None or found[1] not in names:
                self.must(False, f"{item!r} is not understood")
                continue
            told.append(names[found[1]])
            held = self.tables.results[("placering", self.kode, told[-1], self.period)]
            self.same(found[2], held.value)
            self.must((found[3] is None) == (held.low is None or held.high is None), f"{item!r}: the range")
            if found[3] is not None:
                self.same(found[3], held.low)
                self.same(found[4], held.high)
        held_of = [a for a in AREAS.values() if self.tables.value("placering", self.kode, a, self.period) is not None]
        self.must(told == held_of, f"areas told: {told}")

    def _differences_drawn(self, items: Sequence[str]) -> None:
        told = []
        for item in items:
            found = re.fullmatch(rf"({KINDS['point']}) (?:i|fra) ({_PERIOD})", item)
            if found is None:
                self.must(False, f"{item!r} is not understood")
                continue
            told.append(edition(found[2]))
            self.same(found[1], self.tables.value("forskel_andel", self.kode, "i_alt", told[-1]), scale=100)
        self.must(told == self._with_difference(), f"editions told: {told}")

    def _with_difference(self) -> list[str]:
        of = self.tables
        until = [p for p in of.periods if quarter(p) <= quarter(self.period)]
        return [p for p in until if of.value("forskel_andel", self.kode, "i_alt", p) is not None]

    # What ought to be there.

    def finish(self) -> None:
        """Hold what was said against what ought to be: nothing left out, nothing twice, lists whole."""
        self.sentence, self.heading, self.subheading = "the whole document", "", ""
        wanted = self.wanted()
        for kind, what in sorted(wanted.keys() | {at for at, count in self.claims.items() if count}):
            told, due = self.claims[kind, what], wanted[kind, what]
            self.must(told == due, f"{kind} {what}: said {told} times, ought to be {due}")
        for (criterion, _), told_flags in self.flags.items():
            held = self.finding(criterion)
            self.must(
                held is not None and sorted(held.flag) == sorted(told_flags), f"{criterion}: {told_flags}, {held}"
            )
        texts = self.wanted_texts()
        self.must(
            self.verbatim == texts, f"rule texts: {self.verbatim - texts} too many, {texts - self.verbatim} left out"
        )
        if self.form == "fuld":
            after = [NEXT[step.skridt] for step in self.steps_after()]
            self.must(self.taken == [(s.dato, s.titel) for s in self.steps_taken()], f"steps: {self.taken}")
            self.must(self.after == after, f"steps that may follow: {self.after}")
            self.must(self.rule_sources == self._sources_in_force(), f"rule sources: {self._sources_in_force()}")

    def _sources_in_force(self) -> list[str]:
        found: dict[str, None] = {}
        for criterion in ("resultatmaal", *KIND, "skaerpet_tilsyn"):
            rule = rule_files()[criterion]
            version = in_force(rule["versions"], self.year) or rule
            found |= dict.fromkeys(reference(held) for held in version["reference"])
        return list(found)

    def sharpened(self) -> bool:
        return self.reckoned["skaerpet_tilsyn"] == "omfattet" or self.finding("tilsynsforloeb") is not None

    def duties(self) -> list[str]:
        """What is still to be done: nothing where the course has ended."""
        held = self.finding("tilsynsforloeb")
        if not self.sharpened() or (held is not None and held.udfald in ("ophoert", "administration")):
            return []
        done = {step.skridt for step in self.steps_taken()}
        return [duty for duty in DUTIES if duty not in done]

    def against_the_difference(self) -> bool:
        """True where an estimated amount has another direction than the difference in persons."""
        money, gap = self.tables.results.get(("merudgift", self.kode, "i_alt", self.period)), self.gap_in_all()
        if money is None or money.value is None or money.kilde != "skoen" or gap is None:
            return False
        return ((money.value > 0) - (money.value < 0)) != ((gap > 0) - (gap < 0))

    def gap_in_all(self) -> float | None:
        return self.tables.value("forskel_antal", self.kode, "i_alt", self.period)

    def wanted(self) -> Counter[tuple[str, str]]:
        """Every claim the figures give reason to make, and how often."""
        found: Counter[tuple[str, str]] = Counter()
        found.update((kind, "i_alt") for kind in self._wanted_top())
        found.update((kind, "") for kind in (TITLE, SUBTITLE, FOOTER))
        found[MARK, ""] += self.tables.invented
        for area in ("i_alt",) if self.form == "kort" else AREAS.values():
            found.update((kind, area) for kind in self._wanted_of_area(area))
        found["udgift", "i_alt"] += 1
        amount = self.tables.value("merudgift", self.kode, "i_alt", self.period)
        found["grund" if amount is None else "udgift_hvis", "i_alt"] += 1
        found["udgift_anden_vej", "i_alt"] += self.against_the_difference()
        for name in KIND:
            if self.finding(name) is not None:
                found["fokus_talt", name] += self.has_mean(name) and self.counted(name)
                found["fokus", name] += self.has_mean(name) or self.reckoned[name] != "ikke_vurderet"
                found["fokus_udfald", name] += 1
        found["resultat", "i_alt"] += self.finding("resultatmaal") is not None
        result, gap = self.reckoned["resultatmaal"], self.gap_in_all()
        if result != "ikke_vurderet" and gap is not None:
            found["afgørende", "i_alt"] += (gap > 0) == (result == "opfyldt")
        found["tilsyn", "i_alt"] += 1
        found["udgivelse", "i_alt"] += 1
        places = [] if self.finding("tilsynsforloeb") is None else [TOP] if self.form == "kort" else [TOP, SHARPENED]
        found.update(("forløb", place) for place in places)
        if self.form == "fuld":
            found.update(self._wanted_in_full())
        return found

    def has_mean(self, name: str) -> bool:
        """A mean is told where it is known what it is of."""
        version = in_force(rule_files()[name]["versions"], self.year)
        mean = self.tables.value(f"{KIND[name]}_andel_12m", self.kode, "i_alt", self.month)
        return version is not None and mean is not None

    def counted(self, name: str) -> bool:
        """The mean was counted from persons."""
        held = self.tables.results.get((f"{KIND[name]}_andel_12m", self.kode, "i_alt", self.month))
        return held is not None and "personer-1" in held.rule_version.split("+")

    def _wanted_top(self) -> Iterator[str]:
        yield "manchet"
        yield "indhold"
        if self.tables.invented:
            yield "opfundet"
        elif any(e["period"] == self.period for e in rule_files()["editions"]["editions"]):
            yield "offentliggjort"
        ranked = self.tables.results.get(("placering", self.kode, "i_alt", self.period))
        if ranked is not None and ranked.value is not None and ranked.low is not None:
            yield "manchet_interval"
        if self.reckoned["resultatmaal"] != "ikke_vurderet":
            yield "manchet_mål"
        if self.reckoned["skaerpet_tilsyn"] == "omfattet" and self.finding("tilsynsforloeb") is None:
            yield "manchet_omfattet"

    def _wanted_of_area(self, area: str) -> Iterator[str]:
        of, at = self.tables, (self.kode, area, self.period)
        yield "placering"
        yield "antal"
        names = [f"{name}_antal" for name in ("faktisk", "forventet", "forskel")]
        known = [of.value(name, self.kode, area, p) is not None for name in names for p in (self.before, self.period)]
        if self.form == "fuld" and all(known):
            yield "antal_før"
        ranked = of.results.get(("placering", *at))
        if ranked is None or ranked.value is None:
            return
        yield "ændring"
        if of.value("placering_aendring", *at) is None:
            yield "grund"
        if ranked.low is not None and ranked.high is not None:
            yield "interval"
        if "kan_ikke_skelnes" in of.parts.get(("placering", *at), {}):
            yield "skelnes"
        shared = of.shared(*at)
        if shared is not None and shared[0] != shared[1]:
            yield "delt"

    def _wanted_in_full(self) -> Iterator[tuple[str, str]]:
        of, at = self.tables, (self.kode, "i_alt", self.period)
        once = ["tabeltekst", "benchmark", "bruges", "ikke_myndighed"]
        yield from ((kind, "i_alt") for kind in once)
        yield "tabel", ""
        moved = of.parts.get(("placering_aendring", *at), {})
        causes = [moved[name].value for name in CAUSES if name in moved]
        if any(abs(cause) >= 0.05 for cause in causes if cause is not None):
            yield "årsager", "i_alt"
        ranges = [of.results.get(("placering", self.kode, "i_alt", p)) for p in (self.before, self.period)]
        ranged = all(held is not None and held.low is not None and held.high is not None for held in ranges)
        if causes and ranged and of.value("placering_aendring", *at):
            yield "overlap", "i_alt"
        if of.value("forskel_andel", *at) is not None:
            yield "andel", "i_alt"
        yield from self._wanted_charts()
        yield from self._wanted_targets()
        levels = [
            name for name in LEVELS if (p := of.parts.get(("placering", *at), {}).get(name)) and p.value is not None
        ]
        yield from (("niveau", level) for level in levels)
        there = [self.reached(level) for level in levels]
        yield from (("vej", "i_alt") for _ in range(not all(there)))
        yield from (("vej_nået", "i_alt") for _ in range(any(there)))
        steps = [of.parts["placering", *at][name] for name, held in zip(levels, there, strict=True) if not held]
        yield from (("vej_parentes", "i_alt") for _ in range(any(step.low != step.high for step in steps)))
        if self.benefits("") is None:
            yield "ydelser_ukendt", "i_alt"
        else:
            yield "udenfor", "i_alt"
            for area in EACH_AREA:
                yield "ydelser", "i_alt"
                yield "ydelser_på", AREAS[area]
        yield from (("kilde", text) for text in self._attribution())
        yield from (("regelkilde", "i_alt") for _ in self._sources_in_force())
        due = {SHARPENED: self.sharpened(), REACH: bool(levels)}
        headings = [name for name in ORDER if due.get(name, True)]
        yield from ((HEADING, name) for name in headings)
        yield from ((SUBHEADING, name) for name in EACH_AREA)

    def _wanted_charts(self) -> Iterator[tuple[str, str]]:
        if any(self.tables.value("placering", self.kode, a, self.period) is not None for a in AREAS.values()):
            yield "alt_placering", ""
            yield "graf_placering", "i_alt"
        if len(self._with_difference()) > 1:
            yield "alt_udvikling", ""
            yield "graf_udvikling", "i_alt"

    def _wanted_targets(self) -> Iterator[tuple[str, str]]:
        if in_force(rule_files()["fokusmaal_samtaler"]["versions"], self.year) is not None:
            yield "fokus_hvad", "i_alt"
            yield "fokus_hvornår", "i_alt"
        if all(self.finding(name) is None for name in KIND):
            yield "fokus_ingen", "i_alt"
        if {self.reckoned[name] for name in ("resultatmaal", *KIND)} == {"opfyldt"}:
            yield "alle_opfyldt", "i_alt"
        if self.reckoned["risikozone"] == "i_risikozonen":
            yield "risikozone", "i_alt"
        if not self.sharpened():
            if self.rule_of_supervision() is not None:
                yield "hvis", "i_alt"
            return
        yield from ((f"skal_{duty}", "i_alt") for duty in self.duties())
        taken, after = self.steps_taken(), self.steps_after()
        yield from (("skridt", "i_alt") for _ in taken)
        yield from (("kan_følge", "i_alt") for _ in after)
        yield from (("frister", "i_alt") for _ in {step.frist_note for step in after if step.frist_note})
        for name, held in ((SO_FAR, taken), (MAY_FOLLOW, after)):
            if held:
                yield SUBHEADING, name

    def rule_of_supervision(self) -> dict[str, Any] | None:
        return in_force(rule_files()["skaerpet_tilsyn"]["versions"], self.year)

    def wanted_texts(self) -> Counter[str]:
        """Texts that stand as in the rules: reservations, what sharpened supervision is, suspensions."""
        rules = rule_files()
        rounding = rules["benchmark"]["limits_da"][0]
        if self.form == "kort":
            return Counter([rounding])
        found = [rounding, *rules["benchmark"]["limits_da"], *rules["placering"]["limits_da"]]
        money = self.tables.results.get(("merudgift", self.kode, "i_alt", self.period))
        if money is None or money.kilde == "skoen":
            found += rules["merudgift"]["limits_da"]
        version, unchecked = (
            self.rule_of_supervision(),
            rules["skaerpet_tilsyn"]["flags_da"]["regler_ikke_kontrolleret"],
        )
        if version is not None:
            found.append(version["definition_da"])
        elif self.finding("skaerpet_tilsyn") is None:
            found.append(unchecked)
        for suspension in rules["fokusmaal_tilbud"]["suspensions"]:
            if int(suspension["from_period"][:4]) - 1 <= int(self.year[:4]) <= int(suspension["to_period"][:4]):
                found += [suspension["definition_da"], suspension["reading_da"][suspension["gaelder"]]]
        return Counter(" ".join(text.split()) for text in found)


def read(pieces: Iterable[Piece], tables: Tables, kode: str, period: str, form: str = "fuld") -> Reading:
    """Read a briefing about a municipality in an edition."""
    reading = Reading(tables, kode, period, form)
    for piece in pieces:
        try:
            reading.piece(piece)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            reading.must(False, f"not understood: {error!r}")
    reading.finish()
    return reading
