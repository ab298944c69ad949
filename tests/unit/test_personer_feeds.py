"""Files about persons: every rule refuses by place and name, no cell is ever told, and odd but valid files are read.

Every cell of the files is a canary: no person, day, year, code or number of theirs may be in anything that is said.
"""

import hashlib
import io
import json
import re
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Cli, Outcome
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS, unnamed_rules
from maalestok.beskaeftigelse.personer.row_checks import REMEDIES, rules_of
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.report import AFVIST, MODTAGET
from maalestok.deliveries.store import Store
from maalestok.errors import MaalestokError
from maalestok.kommune import kommuner
from maalestok.period import parse_period
from maalestok.registry import benchmark

Table = list[list[str]]
"""A header and its rows."""
DAY = datetime(2022, 1, 2, tzinfo=UTC)
RECEIVED = "2022-01-02"
COVERS = "2012-01:2020-12"
IDS = tuple(f"KANARIE{n}f3a91c4" for n in range(3))
A, B, C = IDS
GOOD: Mapping[str, str] = {
    "borgere": f"""person_id;kommune_kode;fra;til;foedselsaar;koen;helbred
{A};813;2011-05-23;;1973;K;god
{B};813;2012-06-17;2019-03-14;1973;M;
{B};813;2019-03-15;;1973;M;svag
{C};813;2013-07-19;2019-08-29;1973;K;""",
    "forloeb": f"""person_id;ydelse;fra;til;betalingskommune_kode;grad_pct;oprindelig_form
{A};kontanthjaelp;2011-05-23;;;;
{B};sygedagpenge;2012-06-17;2019-03-14;813;83;dage
{B};sygedagpenge;2012-06-17;2019-03-14;813;83;dage
{C};a_dagpenge;2013-07-19;2019-08-29;;;ugekoder""",
    "indsats": f"""person_id;art;fra;til;afholdt
{A};samtale;2011-05-23;;ja
{B};tilbud;2012-06-17;2019-03-14;nej
{B};samtale;2019-03-15;2019-03-15;true
{C};samtale;2013-07-19;;0""",
    "arbejdstimer": f"""person_id;maaned;timer
{A};2011-05;5309
{B};2012-06;5309
{B};2012-07;0
{C};2013-07;74400""",
    "fritagelser": f"""person_id;art;fra;til
{A};samtale;2011-05-23;
{B};tilbud;2012-06-17;2019-03-14
{B};samtale;2019-03-15;2019-03-15
{C};samtale;2013-07-19;""",
}
ODD = "KANARIEceller"
SECRETS = (
    *IDS, "KANARIE", "91c4", "2011-05-23", "2012-06-17", "2013-07-19", "2019-03-14", "2019-03-15", "2019-08-29",
    "1973", "813", "5309", "83",
)  # fmt: skip
"""No report tells these. The months a file is read as covering are told, by design."""


def table(feed: str) -> Table:
    return [line.split(";") for line in GOOD[feed].splitlines()]


def text(rows: Table, end: str = "\n") -> bytes:
    return (end.join(";".join(row) for row in rows) + end).encode()


def found(said: str, words: Sequence[str] = SECRETS) -> list[str]:
    """The words told, not as a part of a hash or a longer number."""
    return [word for word in words if re.search(rf"(?<![0-9a-fA-F]){re.escape(word)}(?![0-9a-f])", said)]


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def imported(feed: str, content: bytes, folder: Path, **arrival: object) -> dict[str, object]:
    """The report of importing a file into `folder`."""
    folder.mkdir(exist_ok=True)
    path = folder / "fil"
    path.write_bytes(content)
    kind = benchmark("beskaeftigelse").feed_kind(feed)
    (report,) = import_files(kind, [path], folder / "lager", Arrival(DAY, **arrival))  # type: ignore[arg-type]
    return report.as_dict()


def typed(feed: str, content: bytes, folder: Path) -> bytes:
    """The typed rows of a file that must be taken in."""
    report = imported(feed, content, folder, covers=(parse_period("2012-01"), parse_period("2020-12")))
    assert report["outcome"] == MODTAGET, report["errors"]
    store = Store.open(folder / "lager")
    (delivery,) = store.deliveries(feed)
    return store.rows_path(delivery).read_bytes()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one good file of each feed."""
    folder = tmp_path_factory.mktemp("lager")
    for feed in PERSON_FEEDS:
        assert imported(feed, text(table(feed)), folder)["outcome"] == MODTAGET
    return folder / "lager"


# --- what is refused

Change = Callable[[Table], Table]


def put(*edits: tuple[int, str, str]) -> Change:
    """Put values into cells: data row from 1, column, value."""

    def change(rows: Table) -> Table:
        for row, column, value in edits:
            rows[row][rows[0].index(column)] = value
        return rows

    return change


def marked(*cells: str) -> Change:
    return lambda rows: [[*row, cell] for row, cell in zip(rows, ("syntetisk", *cells), strict=True)]


def rename(old: str, new: str) -> Change:
    return lambda rows: [[new if name == old else name for name in rows[0]], *rows[1:]]


def without(column: str) -> Change:
    def change(rows: Table) -> Table:
        at = rows[0].index(column)
        return [[cell for place, cell in enumerate(row) if place != at] for row in rows]

    return change


Case = tuple[Change, str, str | None, int | None]
"""The change, then rule, column and data row (from 1) of the refusal."""
EVERY: Mapping[str, Case] = {
    "person empty": (put((2, "person_id", "")), "celle_tom", "person_id", 2),
    "person blank": (put((4, "person_id", "  ")), "celle_tom", "person_id", 4),
    "person long": (put((3, "person_id", ODD * 6)), "tekst_laesbar", "person_id", 3),
    "person with a tab": (put((1, "person_id", f"{A}\t")), "tekst_laesbar", "person_id", 1),
    "cpr": (put(*((n, "person_id", f"230511081{n}") for n in (1, 2, 3))), "ikke_cpr", "person_id", None),
    "mark missing": (marked("SYNTETISK", "SYNTETISK", "", "SYNTETISK"), "syntetisk_maerket", "syntetisk", 3),
    "mark another": (marked("SYNTETISK", ODD, "SYNTETISK", "SYNTETISK"), "syntetisk_maerket", "syntetisk", 2),
    "column missing": (without("person_id"), "kolonne_mangler", "person_id", 1),
    "column unknown": (rename("person_id", ODD), "kolonne_ukendt", "nr. 1", 1),
    "header only": (lambda rows: rows[:1], "har_raekker", None, None),
    "no header": (lambda rows: rows[1:], "kolonne_ukendt", "nr. 1", 1),
}  # fmt: skip
SPANS: Mapping[str, Case] = {
    "fra empty": (put((1, "fra", "")), "celle_tom", "fra", 1),
    "fra Danish": (put((2, "fra", "17-06-2012")), "dato_laesbar", "fra", 2),
    "fra with a time": (put((2, "fra", "2012-06-17T00:00:00")), "dato_laesbar", "fra", 2),
    "fra with spaces": (put((2, "fra", " 2012-6-17")), "dato_laesbar", "fra", 2),
    "fra no such day": (put((2, "fra", "2012-02-30")), "dato_laesbar", "fra", 2),
    "fra long ago": (put((1, "fra", "1899-12-31")), "dato_laesbar", "fra", 1),
    "til far away": (put((1, "til", "2101-01-01")), "dato_laesbar", "til", 1),
    "til words": (put((1, "til", ODD)), "dato_laesbar", "til", 1),
    "til before fra": (put((4, "til", "2013-07-18")), "fra_foer_til", "til", 4),
    "fra to come": (put((4, "fra", "2022-01-03"), (4, "til", "")), "efter_filens_dag", "fra", 4),
}
BRIEFLY = (
    "person empty",
    "person long",
    "cpr",
    "mark missing",
    "column unknown",
    "fra long ago",
    "til before fra",
    "fra to come",
)
"""What is shown of the other feeds, whose rows are checked by the same code."""


def briefly(cases: Mapping[str, Case]) -> Mapping[str, Case]:
    return {name: case for name, case in cases.items() if name in BRIEFLY}


KINDS: Mapping[str, Case] = {
    "kind unknown": (put((3, "art", ODD)), "valg_kendt", "art", 3),
    "kind in capitals": (put((3, "art", "SAMTALE")), "valg_kendt", "art", 3),
    "kind empty": (put((2, "art", "")), "celle_tom", "art", 2),
}
REFUSED: Mapping[str, Mapping[str, Case]] = {
    "borgere": {
        **EVERY,
        **SPANS,
        "municipality unknown": (put((2, "kommune_kode", "999")), "kommune_kendt", "kommune_kode", 2),
        "municipality by name": (put((2, "kommune_kode", "Norddjurs")), "kommune_kendt", "kommune_kode", 2),
        "municipality with a zero": (put((2, "kommune_kode", "0813")), "kommune_kendt", "kommune_kode", 2),
        "municipality empty": (put((2, "kommune_kode", "")), "celle_tom", "kommune_kode", 2),
        "birth year a fraction": (put((1, "foedselsaar", "1973,5")), "tal_laesbart", "foedselsaar", 1),
        "birth year a day": (put((1, "foedselsaar", "2012-06-17")), "tal_laesbart", "foedselsaar", 1),
        "birth year long ago": (put((1, "foedselsaar", "1899")), "foedselsaar_mulig", "foedselsaar", 1),
        "born after": (put((1, "foedselsaar", "2012")), "foedselsaar_mulig", "foedselsaar", 1),
        "sex unknown": (put((4, "koen", "X")), "valg_kendt", "koen", 4),
        "health unknown": (put((4, "helbred", ODD)), "valg_kendt", "helbred", 4),
        "homes overlap a day": (put((3, "fra", "2019-03-14")), "bopael_entydig", "fra", 3),
        "homes overlap an open one": (put((2, "til", "")), "bopael_entydig", "fra", 3),
        "a home within a home": (put((4, "person_id", B)), "bopael_entydig", "fra", 4),
        "several municipalities": (put((4, "kommune_kode", "707")), "kommuner_oplyst", "kommune_kode", None),
    },
    "forloeb": {
        **EVERY,
        **SPANS,
        "benefit unknown": (put((2, "ydelse", ODD)), "valg_kendt", "ydelse", 2),
        "benefit empty": (put((2, "ydelse", "")), "celle_tom", "ydelse", 2),
        "form unknown": (put((2, "oprindelig_form", ODD)), "valg_kendt", "oprindelig_form", 2),
        "payer unknown": (put((3, "betalingskommune_kode", "999")), "kommune_kendt", "betalingskommune_kode", 3),
        "grade words": (put((3, "grad_pct", ODD)), "tal_laesbart", "grad_pct", 3),
        "grade 0": (put((3, "grad_pct", "0")), "grad_1_100", "grad_pct", 3),
        "grade 101": (put((3, "grad_pct", "101")), "grad_1_100", "grad_pct", 3),
        "grade negative": (put((3, "grad_pct", "-83")), "grad_1_100", "grad_pct", 3),
        "benefit before it was": (put((4, "ydelse", "overgangsydelse")), "ydelse_findes", "fra", 4),
    },
    "indsats": {
        **briefly(EVERY),
        **briefly(SPANS),
        **KINDS,
        "held perhaps": (put((1, "afholdt", "måske")), "ja_nej_laesbar", "afholdt", 1),
        "held 2": (put((1, "afholdt", "2")), "ja_nej_laesbar", "afholdt", 1),
        "held empty": (put((1, "afholdt", "")), "celle_tom", "afholdt", 1),
    },
    "arbejdstimer": {
        **briefly(EVERY),
        "month 13": (put((2, "maaned", "2012-13")), "maaned_laesbar", "maaned", 2),
        "month a day": (put((2, "maaned", "2012-06-17")), "maaned_laesbar", "maaned", 2),
        "month before 1990": (put((2, "maaned", "1989-12")), "maaned_laesbar", "maaned", 2),
        "month empty": (put((2, "maaned", "")), "celle_tom", "maaned", 2),
        "month to come": (put((4, "maaned", "2022-02")), "efter_filens_dag", "maaned", 4),
        "hours a fraction": (put((2, "timer", "53,09")), "tal_laesbart", "timer", 2),
        "hours huge": (put((2, "timer", "5309000000")), "tal_laesbart", "timer", 2),
        "hours negative": (put((2, "timer", "-5309")), "timer_mulige", "timer", 2),
        "hours of over a month": (put((4, "timer", "74401")), "timer_mulige", "timer", 4),
        "hours twice": (put((3, "maaned", "2012-06")), "noegle_entydig", "maaned", 3),
    },
    "fritagelser": {**briefly(EVERY), **briefly(SPANS), **KINDS},
}  # fmt: skip


def both(cli: Cli, store: Path, feed: str, path: Path, *more: str) -> tuple[dict[str, object], str]:
    """Import a file that must be refused both ways: the JSON report, and all that was said."""
    before = fingerprint(store)
    told = ("import", feed, path, "--store", store, "--received", RECEIVED, *more)
    machine, plain = cli(*told, "--json"), cli(*told)
    assert (machine.code, plain.code) == (2, 2), machine.out + machine.err
    assert fingerprint(store) == before
    said = machine.out + machine.err + plain.out + plain.err
    assert "Traceback" not in said
    assert "Uventet fejl" not in said
    report: dict[str, object] = json.loads(machine.out)[0]
    assert report["outcome"] == AFVIST
    return report, said


@pytest.mark.parametrize(("feed", "name"), [(feed, name) for feed, cases in REFUSED.items() for name in cases])
def test_a_broken_rule_is_told_by_place_and_never_by_value(
    feed: str, name: str, tmp_path: Path, cli: Cli, store: Path
) -> None:
    change, rule, column, row = REFUSED[feed][name]
    bad = tmp_path / "dårlig.csv"
    rows = change(table(feed))
    bad.write_bytes(text(rows))
    report, said = both(cli, store, feed, bad, "--covers", COVERS)
    errors = report["errors"]
    assert isinstance(errors, list)
    assert (rule, column, row) in {(e["rule"], e["column"], e["row"]) for e in errors}, errors
    assert all(e["remedy"] for e in errors)
    assert report["warnings"] == []
    cells = {cell for line in rows[1:] for cell in line if len(cell) > 5 and not cell.isalpha()}
    assert found(said, [*SECRETS, ODD, *sorted(cells - {"SYNTETISK", "uddannelseshjaelp"})]) == []


@pytest.mark.parametrize("feed", PERSON_FEEDS)
def test_every_rule_of_a_feed_is_shown(feed: str) -> None:
    contract = load_rules().feeds[feed]
    beside = {"periode_afsluttet", "daekning_afledt"}
    assert {rule for _, rule, _, _ in REFUSED[feed].values()} >= rules_of(contract) - beside
    assert rules_of(contract) == set(contract.rules_da)
    assert rules_of(contract) - beside - {"kommuner_oplyst"} <= set(REMEDIES)


def test_a_rule_without_words_is_missed() -> None:
    feeds = dict(load_rules().feeds)
    assert unnamed_rules(feeds) == []
    poor = feeds["indsats"].model_copy(update={"rules_da": {}})
    assert "feeds/indsats.yaml: reglen celle_tom har ingen tekst i rules_da" in unnamed_rules({"indsats": poor})


def test_of_a_rule_a_thousand_rows_are_told_and_the_rest_counted(tmp_path: Path, cli: Cli, store: Path) -> None:
    bad = tmp_path / "mange.csv"
    bad.write_bytes(text([table("forloeb")[0], *([A, ODD, "2011-05-23", "", "", "", ""] for _ in range(1203))]))
    report, said = both(cli, store, "forloeb", bad)
    errors = report["errors"]
    assert isinstance(errors, list)
    assert len(errors) == 1001
    assert [e["row"] for e in errors[:3]] == [1, 2, 3]
    assert errors[-1]["message"] == "Yderligere 203 celler bryder samme regel."
    assert found(said, [*IDS, "91c4", ODD, "2011-05-23"]) == []


@pytest.mark.parametrize("cpr", ["2305110813", "230511-0813", "230511 0813", " 2305110813 "])
def test_civil_registration_numbers_are_known_however_they_are_written(cpr: str, tmp_path: Path) -> None:
    rows = put(*((row, "person_id", cpr) for row in (1, 2, 3)))(table("forloeb"))
    report = imported("forloeb", text(rows), tmp_path)
    assert (report["outcome"], "ikke_cpr" in str(report["errors"])) == (AFVIST, True)
    assert cpr.strip() not in str(report)


def test_an_id_that_happens_to_look_like_a_civil_registration_number_is_taken_in(tmp_path: Path) -> None:
    rows = put((1, "person_id", "2305110813"))(table("forloeb"))
    assert imported("forloeb", text(rows), tmp_path)["outcome"] == MODTAGET


def test_the_text_of_a_civil_registration_number_is_not_told_in_parquet(tmp_path: Path, cli: Cli, store: Path) -> None:
    frame = frame_of("forloeb").with_columns(person_id=pl.Series([2305110813, 2305110814, 2305110815, 2305110816]))
    bad = tmp_path / "cpr.parquet"
    frame.write_parquet(bad)
    report, said = both(cli, store, "forloeb", bad)
    assert "ikke_cpr" in str(report["errors"])
    assert "230511081" not in said


# --- files that are no table, or another

DAMAGED: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda raw: b"", "Filen er tom"),
    "blank": (lambda raw: b" \r\n \r\n", "Filen er tom"),
    "by comma": (lambda raw: raw.replace(b";", b","), "komma, ikke af semikolon"),
    "by tab": (lambda raw: raw.replace(b";", b"\t"), "tabulator, ikke af semikolon"),
    "by pipe": (lambda raw: raw.replace(b";", b"|"), "lodret streg, ikke af semikolon"),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16"), "UTF-16"),
    "Latin-1": (lambda raw: raw.replace(b"KANARIE0", b"KANARI\xe60"), "Linje 2 er ikke UTF-8"),
    "cut off": (lambda raw: raw[: raw.rindex(b";")], "Linje 5 har for få felter"),
    "a field too many": (lambda raw: raw.rstrip() + b";" + ODD.encode() + b"\n", "Linje 5 har for mange felter"),
    "an open quote": (lambda raw: raw.replace(B.encode(), b'"' + B.encode(), 1), "Linje 3 har et anførselstegn"),
    "an open quote in the header": (lambda raw: b'"' + raw, "kan ikke læses som CSV"),
    "JSON": (lambda raw: b'[{"person_id": "' + A.encode() + b'"}]', "hverken CSV eller Parquet"),
    "a workbook": (lambda raw: b"PK\x03\x04" + raw, "hverken CSV eller Parquet"),
    "two line ends": (lambda raw: raw.replace(b"\n", b"\r\n", 2), "linjeskift (ens i hele filen)"),
    "one column": (lambda raw: A.encode() + b"\n" + raw, "kun ét felt"),
    "a header too long": (lambda raw: ODD.encode() * 3000 + raw, "for lang til en overskrift"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_file_that_cannot_be_read_is_told_of_without_its_contents(
    name: str, tmp_path: Path, cli: Cli, store: Path
) -> None:
    damage, expected = DAMAGED[name]
    bad = tmp_path / "dårlig.csv"
    bad.write_bytes(damage(text(table("forloeb"))))
    report, said = both(cli, store, "forloeb", bad)
    assert "filen_laesbar" in str(report["errors"])
    assert expected in str(report["errors"])
    assert found(said, [*SECRETS, ODD]) == []


def frame_of(feed: str) -> pl.DataFrame:
    """The good file as text columns."""
    return pl.read_csv(text(table(feed)), separator=";", infer_schema=False)


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def native(feed: str) -> pl.DataFrame:
    """The good file with days, whole numbers and booleans as such."""
    kinds: Mapping[str, pl.Expr] = {
        "fra": pl.col("fra").str.to_date(),
        "til": pl.col("til").str.to_date(),
        "kommune_kode": pl.col("kommune_kode").cast(pl.Int32),
        "betalingskommune_kode": pl.col("betalingskommune_kode").cast(pl.Int16),
        "foedselsaar": pl.col("foedselsaar").cast(pl.Int32),
        "grad_pct": pl.col("grad_pct").cast(pl.Float64),
        "timer": pl.col("timer").cast(pl.Int64),
        "afholdt": pl.col("afholdt").is_in(["ja", "true", "1"]),
    }
    frame = frame_of(feed)
    return frame.with_columns(**{name: kind for name, kind in kinds.items() if name in frame.columns})


TYPES: Mapping[str, pl.Expr] = {
    "a struct": pl.struct(KANARIEnavn=pl.col("til")).alias("fra"),
    "a list": pl.concat_list("fra").alias("fra"),
    "a moment with a zone": pl.lit(datetime(2012, 6, 17, tzinfo=UTC)).alias("fra"),
    "a moment": pl.lit(datetime(2012, 6, 17)).alias("fra"),  # noqa: DTZ001  # the type is what is tried
    "a boolean": pl.lit(value=True).alias("fra"),
    "bytes": pl.col("fra").cast(pl.Binary).alias("fra"),
    "a fraction": pl.lit(0.5).alias("fra"),
    "a day for a choice": pl.lit(date(2012, 6, 17)).alias("ydelse"),
    "a day for a person": pl.lit(date(2012, 6, 17)).alias("person_id"),
    "a time of day": pl.lit(time(8, 13)).alias("grad_pct"),
}


@pytest.mark.parametrize("name", TYPES)
def test_a_parquet_column_of_another_type_is_refused_by_name(name: str, tmp_path: Path, cli: Cli, store: Path) -> None:
    bad = tmp_path / "type.parquet"
    bad.write_bytes(parquet(frame_of("forloeb").with_columns(TYPES[name])))
    report, said = both(cli, store, "forloeb", bad)
    assert {e["rule"] for e in report["errors"]} <= {"kolonne_type", "dato_laesbar"}  # type: ignore[attr-defined]
    assert found(said, [*SECRETS, "KANARIEnavn"]) == []


PARQUET: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: parquet(native("forloeb"))[:-200], "filen_laesbar"),
    "header alone": (lambda: b"PAR1", "filen_laesbar"),
    "damaged": (lambda: parquet(native("forloeb"))[:40] + b"\xff" * 300 + parquet(native("forloeb"))[340:], "filen_laesbar"),
    "no rows": (lambda: parquet(native("forloeb").clear()), "har_raekker"),
    "unknown column": (lambda: parquet(native("forloeb").with_columns(pl.lit(1).alias(ODD))), "kolonne_ukendt"),
    "column missing": (lambda: parquet(native("forloeb").drop("ydelse")), "kolonne_mangler"),
    "column twice": (lambda: parquet(native("forloeb").with_columns(pl.col("fra").alias(" fra"))), "kolonne_dobbelt"),
    "column twice by case": (lambda: parquet(native("forloeb").with_columns(pl.col("fra").alias("FRA"))), "kolonne_"),
    "values out of the calendar": (lambda: parquet(native("forloeb").with_columns(fra=pl.lit(2**31 - 1000, dtype=pl.Int32).cast(pl.Date))), "dato_laesbar"),
    "a grade of half a per cent": (lambda: parquet(native("forloeb").with_columns(grad_pct=pl.lit(0.5))), "tal_laesbart"),
    "a grade that is no number": (lambda: parquet(native("forloeb").with_columns(grad_pct=pl.lit(float("nan")))), "tal_laesbart"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARQUET)
def test_a_bad_parquet_file_is_refused(name: str, tmp_path: Path, cli: Cli, store: Path) -> None:
    make, rule = PARQUET[name]
    bad = tmp_path / "dårlig.parquet"
    bad.write_bytes(make())
    report, said = both(cli, store, "forloeb", bad)
    assert all(e["rule"].startswith(rule) for e in report["errors"]), report["errors"]  # type: ignore[attr-defined]
    assert found(said, [*SECRETS, ODD]) == []


def test_a_column_twice_is_refused_in_csv(tmp_path: Path, cli: Cli, store: Path) -> None:
    bad = tmp_path / "to.csv"
    bad.write_bytes(text([[*row, row[2]] for row in table("forloeb")]))
    report, said = both(cli, store, "forloeb", bad)
    assert [e["rule"] for e in report["errors"]] == ["kolonne_dobbelt"]  # type: ignore[attr-defined]
    assert found(said) == []


@pytest.mark.parametrize("layout", ["csv", "parquet"])
def test_more_rows_than_the_feed_can_have(layout: str, tmp_path: Path) -> None:
    kind = benchmark("beskaeftigelse").feed_kind("forloeb")
    small = type(kind)(kind.feed.model_copy(update={"max_rows": 3}), columnar=kind.columnar, coverage_stated=True)
    path = tmp_path / "f"
    path.write_bytes(text(table("forloeb")) if layout == "csv" else parquet(native("forloeb")))
    (report,) = import_files(small, [path], tmp_path / "lager", Arrival(DAY))
    assert [issue.message for issue in report.issues] == [
        "Filen har over 3 rækker; så mange kan denne leverance ikke have."
    ]


# --- what is taken in


def other(feed: str) -> Mapping[str, bytes]:
    """The good file in other shapes that say the same."""
    rows = table(feed)
    as_flag = {"ja": "TRUE", "nej": "0", "true": "1", "0": "Nej"}
    backwards = [list(reversed(row)) for row in rows]
    quoted = [[f'"{cell}"' for cell in row] for row in rows]
    blank = [[cell or "  " for cell in row] for row in rows]
    said = [[as_flag.get(cell, cell) if feed == "indsats" else cell for cell in row] for row in rows]
    padded = [[f" {name.upper()} " for name in rows[0]], *rows[1:]]
    return {
        "BOM, CRLF": b"\xef\xbb\xbf" + text(rows, "\r\n"),
        "no last line end": text(rows).rstrip(b"\n"),
        "backwards": text(backwards),
        "quoted": text(quoted),
        "quoted, BOM, CRLF": b"\xef\xbb\xbf" + text(quoted, "\r\n"),
        "blanks": text(blank),
        "flags": text(said),
        "names": text(padded),
        "parquet of text": parquet(frame_of(feed)),
        "parquet of empty text": parquet(frame_of(feed).fill_null("")),
        "parquet": parquet(native(feed)),
        "parquet backwards": parquet(native(feed).select(reversed(native(feed).columns))),
    }


@pytest.mark.parametrize("feed", PERSON_FEEDS)
def test_the_same_rows_in_any_shape_give_the_same_bytes(feed: str, tmp_path: Path) -> None:
    expected = typed(feed, text(table(feed)), tmp_path / "csv")
    for place, (name, content) in enumerate(other(feed).items()):
        assert typed(feed, content, tmp_path / str(place)) == expected, name


def test_flags_as_whole_numbers_in_parquet(tmp_path: Path) -> None:
    frame = native("indsats").with_columns(pl.col("afholdt").cast(pl.Int8))
    assert typed("indsats", parquet(frame), tmp_path / "a") == typed("indsats", text(table("indsats")), tmp_path / "b")


OPTIONAL = {"borgere": ("helbred",), "forloeb": ("betalingskommune_kode", "grad_pct", "oprindelig_form")}


@pytest.mark.parametrize("feed", OPTIONAL)
def test_optional_columns_may_be_missing(feed: str, tmp_path: Path) -> None:
    bare, empty = table(feed), table(feed)
    for column in OPTIONAL[feed]:
        bare = without(column)(bare)
        empty = put(*((row, column, "") for row in range(1, 5)))(empty)
    expected = typed(feed, text(empty), tmp_path / "tom")
    assert typed(feed, text(bare), tmp_path / "csv") == expected
    missing = frame_of(feed).drop(OPTIONAL[feed])
    assert typed(feed, parquet(missing), tmp_path / "parquet") == expected
    nothing = missing.with_columns(pl.lit(None).alias(column) for column in OPTIONAL[feed])
    assert typed(feed, parquet(nothing), tmp_path / "ingen") == expected


def test_typed_rows_hold_days_months_and_numbers_for_pseudonyms(tmp_path: Path) -> None:
    homes = pl.read_parquet(io.BytesIO(typed("borgere", text(table("borgere")), tmp_path / "a")))
    contract = load_rules().feeds["borgere"]
    assert homes.columns == [column.id for column in contract.columns]
    expected = int(hashlib.sha256(A.encode()).hexdigest()[:15], 16)
    assert homes.row(0)[:7] == (expected, 813, (date(2011, 5, 23) - date(1970, 1, 1)).days, None, 1973, "K", None)
    assert homes["person_id"].n_unique() == 3
    hours = pl.read_parquet(io.BytesIO(typed("arbejdstimer", text(table("arbejdstimer")), tmp_path / "b")))
    assert hours["maaned"].to_list()[0] == 2011 * 12 + 4
    efforts = pl.read_parquet(io.BytesIO(typed("indsats", text(table("indsats")), tmp_path / "c")))
    assert efforts["afholdt"].to_list() == [True, False, True, False]


@pytest.mark.parametrize("feed", PERSON_FEEDS)
def test_a_file_taken_in_is_told_of_without_its_values(feed: str, tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(text(table(feed)))
    told = ("import", feed, path, "--store", tmp_path / "lager", "--received", RECEIVED)
    outcomes = [cli(*told), cli(*told), cli(*told, "--json")]
    assert [o.code for o in outcomes] == [0, 0, 0]
    assert found("".join(o.out + o.err for o in outcomes)) == []
    assert "daekning_afledt" in outcomes[0].out
    (raw,), (rows,) = tmp_path.glob("lager/**/raw"), tmp_path.glob("lager/**/rows.parquet")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (raw, rows, raw.parent)] == [0o600, 0o600, 0o700]
    beside = list(tmp_path.glob("lager/**/*.json"))
    assert len(beside) == 3
    told_on = [word for word in SECRETS if word != "813"]  # its card names the municipality it has everybody of
    assert [found(p.read_text(encoding="utf-8"), told_on) for p in beside] == [[]] * 3


def test_no_file_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    assert imported("borgere", text(table("borgere")), tmp_path / "a")["outcome"] == MODTAGET
    bad = put((2, "fra", ODD))(table("borgere"))
    assert imported("borgere", text(bad), tmp_path / "b")["outcome"] == AFVIST
    assert list(work.iterdir()) == []


# --- what a file covers, and whom

READ = {
    "borgere": ("2019-03", "2019-03"),
    "forloeb": ("2013-07", "2013-07"),
    "indsats": ("2011-05", "2019-03"),
    "arbejdstimer": ("2011-05", "2013-07"),
    "fritagelser": ("2019-03", "2019-03"),
}
"""First month: of the first end, where rows begin before what the file covers. Last month: the last start's."""


@pytest.mark.parametrize("feed", PERSON_FEEDS)
def test_what_a_file_covers_is_read_from_its_rows_and_told(feed: str, tmp_path: Path) -> None:
    report = imported(feed, text(table(feed)), tmp_path)
    periods = report["periods"]
    assert isinstance(periods, list)
    assert (periods[0], periods[-1]) == READ[feed]
    assert [w["rule"] for w in report["warnings"]] == ["daekning_afledt"]  # type: ignore[attr-defined]


def test_rows_from_before_the_first_month_there_is_a_code_for(tmp_path: Path, cli: Cli) -> None:
    """Months are coded from 1990 on; a file with older rows is told of, and can be built with."""
    for feed, rows in {
        "indsats": [["person_id", "art", "fra", "til", "afholdt"], [A, "samtale", "1980-05-23", "", "ja"]],
        "forloeb": [["person_id", "ydelse", "fra", "til"], [A, "efterloen", "1980-05-23", "1981-05-23"]],
        "borgere": [table("borgere")[0], [A, "813", "1950-05-23", "1960-05-23", "1930", "K", ""]],
    }.items():
        rows += [[*rows[1]]]
        rows[2][rows[0].index("fra")] = "2012-06-17"
        rows[2][rows[0].index("til")] = ""
        path = tmp_path / f"{feed}.csv"
        path.write_bytes(text(rows))
        outcome = cli("import", feed, path, "--store", tmp_path / "lager", "--received", RECEIVED)
        assert outcome.code == 0, outcome.err
        assert "1990-01 til 2012-06" in outcome.out
    old = imported(
        "forloeb", text([["person_id", "ydelse", "fra", "til"], [A, "efterloen", "1980-05-23", ""]]), tmp_path
    )
    assert old["periods"] == ["1990-01"]


def covered(cli: Cli, tmp_path: Path, feed: str, *more: str) -> Outcome:
    path = tmp_path / "f.csv"
    path.write_bytes(text(table(feed)))
    return cli("import", feed, path, "--store", tmp_path / "lager", "--received", RECEIVED, "--json", *more)


def test_what_a_file_covers_is_stated(tmp_path: Path, cli: Cli) -> None:
    outcome = covered(cli, tmp_path, "borgere", "--covers", "2019-01:2020-12", "--kommuner", "Frederikshavn")
    assert outcome.code == 0, outcome.out
    (report,) = json.loads(outcome.out)
    assert (report["periods"][0], report["periods"][-1], len(report["periods"])) == ("2019-01", "2020-12", 24)
    assert report["warnings"] == []
    (delivery,) = Store.open(tmp_path / "lager").deliveries("borgere")
    assert delivery.kommuner == ("813",)


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        ("2019", "er ikke to måneder"),
        ("2019-01", "er ikke to måneder"),
        ("2019-01:", "er ikke to måneder"),
        (":2019-01", "er ikke to måneder"),
        ("2019-01:2020-13", "er ikke to måneder"),
        ("2019QMAT04:2020QMAT04", "er ikke to måneder i rækkefølge"),
        ("2020-12:2019-01", "er ikke to måneder i rækkefølge"),
        ("2019-01:2020-12:2021-01", "er ikke to måneder"),
        ("1950-01:2020-12", "er ikke to måneder"),
    ],
)
def test_a_span_that_is_none(covers: str, expected: str, tmp_path: Path, cli: Cli) -> None:
    outcome = covered(cli, tmp_path, "forloeb", "--covers", covers)
    assert (outcome.code, expected in outcome.err) == (2, True), outcome.err
    assert not (tmp_path / "lager").exists()


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        (("--covers", "2019-01:2021-12"), False),
        (("--covers", "2019-01:2022-01"), True),
        (("--covers", "2019-01:2020-12", "--extracted", "2020-12-31"), True),
        (("--covers", "2019-01:2020-12", "--extracted", "2021-01-01"), False),
    ],
)
def test_a_month_that_has_not_ended_is_not_covered(
    more: tuple[str, ...], refused: bool, tmp_path: Path, cli: Cli
) -> None:
    outcome = covered(cli, tmp_path, "forloeb", *more)
    (report,) = json.loads(outcome.out)
    assert [e["rule"] for e in report["errors"]] == (["periode_afsluttet"] if refused else [])
    assert outcome.code == (2 if refused else 0)
    assert found(outcome.out + outcome.err) == []


@pytest.mark.parametrize("more", [("--covers", "2019-01:2020-12"), ("--kommuner", "707")])
def test_a_feed_whose_rows_tell_takes_neither(more: tuple[str, ...], tmp_path: Path, cli: Cli, edition: Path) -> None:
    outcome = cli("import", "y30r21", edition, "--store", tmp_path / "lager", *more)
    assert (outcome.code, "--covers og --kommuner hører ikke til y30r21" in outcome.err) == (2, True)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("999", "999"),
        ("Frederikshavn,Nordjurs", "Norddjurs"),
        ("", ""),
        ("707", "--kommuner nævner Norddjurs"),
        ("813,707", "--kommuner nævner Norddjurs"),
    ],
)
def test_municipalities_that_are_none_or_without_a_row(named: str, expected: str, tmp_path: Path, cli: Cli) -> None:
    outcome = covered(cli, tmp_path, "borgere", "--covers", COVERS, "--kommuner", named)
    assert outcome.code == 2
    assert expected in outcome.out + outcome.err
    assert not (tmp_path / "lager").exists()


def test_several_municipalities_must_be_stated_unless_they_are_all(tmp_path: Path, cli: Cli) -> None:
    held = [k.kode for k in kommuner()]

    def brought(codes: Sequence[str], name: str, *more: str) -> Outcome:
        rows = [table("borgere")[0]] + [
            [f"p{n}", code, "2011-05-23", "", "1973", "K", ""] for n, code in enumerate(codes)
        ]
        path = tmp_path / f"{name}.csv"
        path.write_bytes(text(rows))
        store = ("--store", tmp_path / name)
        return cli("import", "borgere", path, *store, "--received", RECEIVED, "--covers", COVERS, *more)

    def known(name: str) -> tuple[str, ...] | None:
        (delivery,) = Store.open(tmp_path / name).deliveries("borgere")
        return delivery.kommuner

    refused = brought(held[1:], "97")
    assert (refused.code, "Filen har bopæle i 97 kommuner" in refused.out) == (2, True)
    assert brought(held, "98").code == 0
    assert known("98") == tuple(sorted(held))
    assert brought(held[:3], "tre", "--kommuner", f"{held[1]}, {held[0]}, {held[1]}").code == 0
    assert known("tre") == tuple(sorted(held[:2]))
    assert brought(["813"], "en").code == 0
    assert known("en") == ("813",)


# --- anything at all


def told_of(feed: str, content: bytes) -> str:
    """All that is said of any bytes: a report, or an error of the product."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return json.dumps(imported(feed, content, Path(folder) / "x"), ensure_ascii=False)
        except MaalestokError as error:
            return f"{error} {error.message} {error.remedy}"


FAST = settings(max_examples=25, deadline=None, database=None)


@FAST
@given(
    feed=st.sampled_from(PERSON_FEEDS),
    start=st.sampled_from([b"", b"PAR1", b"\xef\xbb\xbf"]),
    noise=st.binary(max_size=300),
)
def test_any_bytes_are_answered(feed: str, start: bytes, noise: bytes) -> None:
    assert "outcome" in told_of(feed, start + noise)


@FAST
@given(
    feed=st.sampled_from(PERSON_FEEDS),
    as_parquet=st.booleans(),
    at=st.floats(0, 1),
    length=st.integers(0, 12),
    noise=st.binary(max_size=12) | st.sampled_from([b";", b'"', b"\n", b"\r\n", b"\0", b"-", b" ", b"9" * 12, b"\xe6"]),
)
def test_a_damaged_file_is_answered_without_its_values(
    feed: str, as_parquet: bool, at: float, length: int, noise: bytes
) -> None:
    whole = parquet(native(feed)) if as_parquet else text(table(feed))
    place = int(at * len(whole))
    said = told_of(feed, whole[:place] + noise + whole[place + length :])
    assert found(said, [word for word in SECRETS if len(word) > 3]) == []  # a byte that is not UTF-8 is told
    assert "KANARIE" not in said


@FAST
@given(
    feed=st.sampled_from(PERSON_FEEDS),
    row=st.integers(1, 4),
    column=st.integers(0, 2),
    cell=st.text(st.characters(exclude_characters=';"\r\n', exclude_categories=["Cs"]), max_size=12),
)
def test_any_cell_is_answered_without_its_value(feed: str, row: int, column: int, cell: str) -> None:
    rows = table(feed)
    rows[row][column] = f"KANARIE{cell}"
    said = told_of(feed, text(rows))
    assert "KANARIE" not in said
