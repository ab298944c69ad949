"""The feeds of the control-case benchmark: typed rows, restatement, warnings, corrections, record level, privacy."""

import io
import json
import stat
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from conftest import Cli
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.deliveries import bounded, files
from maalestok.deliveries.cells import typed_schema
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.in_force import rows_in_force
from maalestok.deliveries.kinds import ColumnarRows
from maalestok.deliveries.report import MAX_CHANGES, Report, span
from maalestok.deliveries.store import Store
from maalestok.deliveries.tables import read_table
from maalestok.errors import MaalestokError, RuleError, UnreadableFile
from maalestok.kontrolsager import contracts, synthetic
from maalestok.kontrolsager.celler import FIGURES, SNIT, celle
from maalestok.kontrolsager.events import EVENT_SCHEMA
from maalestok.kontrolsager.haendelser import load_haendelser
from maalestok.rules.loader import feed_ids, feed_owner, load_feed, rules_root

RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)
LAST = "2026-10"
KEY = ("maaned", "kommune_kode", "omraade", "kontroltrin")
EVENT_HEADER = (
    "sag_id;kommune_kode;omraade;kontroltrin;haendelse;tidspunkt;aarsag;tilbagebetaling_kr;mindreudgift_kr;opgjort_til"
)
EVENTS = [
    "bb2;101;sygedagpenge;3;udstillet;2026-02-01;;;;2026-10",
    "aa1;707;kontanthjaelp;2;udstillet;2026-01-05T08:00:00;;;;2026-10",
    "aa1;707;kontanthjaelp;2;trukket;2026-01-05T09:30:00;;;;2026-10",
    "aa1;707;kontanthjaelp;2;afsluttet;2026-03-31T23:59:59;;1200;;2026-10",
    "aa1;707;kontanthjaelp;2;oprettet;2026-02-10;en årsag;;;2026-10",
    "bb2;101;sygedagpenge;3;bortfaldet;2026-10-31T23:59:59;;;;2026-10",
]


@pytest.fixture(scope="module")
def counts() -> pl.DataFrame:
    """24 invented months."""
    return synthetic.aggregate(synthetic.Truth(synthetic.SMALL, 3), LAST, 24)


def bring(feed: str, path: Path, store: Path, received: datetime = RECEIVED) -> Report:
    (report,) = import_files(contracts.feed_kind(feed), [path], store, Arrival(received, stated=True))
    assert report.outcome == "modtaget", [issue.message for issue in report.issues[:3]]
    return report


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def event_file(path: Path, lines: Sequence[str] = EVENTS) -> Path:
    return written(path, "\r\n".join([EVENT_HEADER, *lines]) + "\r\n")


def set_cell(rows: pl.DataFrame, column: str, value: object, **at: object) -> pl.DataFrame:
    here = pl.all_horizontal([pl.col(name) == wanted for name, wanted in at.items()])
    assert rows.filter(here).height
    return rows.with_columns(pl.when(here).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))


NORDDJURS = {"kommune_kode": "707", "omraade": "kontanthjaelp", "kontroltrin": 3}


def rules_of(report: Report) -> list[str]:
    return [issue.rule for issue in report.issues]


# --- kontrolsager


@pytest.mark.parametrize("layout", ["csv", "xlsx", "parquet"])
def test_every_layout_gives_the_same_typed_rows(layout: str, tmp_path: Path, counts: pl.DataFrame) -> None:
    writer: Callable[[pl.DataFrame], bytes] = getattr(synthetic, f"as_{layout}")
    report = bring("kontrolsager", written(tmp_path / "fil", writer(counts)), tmp_path / "lager")
    store = Store.open(tmp_path / "lager")
    (delivery,) = store.deliveries("kontrolsager")
    rows = store.rows(delivery)
    assert (report.layout, report.rows, len(report.periods), report.syntetisk) == (layout, 24 * 392, 24, True)
    expected = counts.rename({"maaned": "period"}).select("period", *KEY[1:], *FIGURES, "beloeb_grundlag")
    assert rows.select(expected.columns).equals(expected)
    assert set(rows["rest_brutto_status"]) == {"ok"}


def test_typed_rows_are_as_agreed() -> None:
    schema = typed_schema(load_feed("kontrolsager", "kontrolsager"))
    text, whole = pl.String(), pl.Int64()
    wanted = {"levering": text, "linje": whole, "period": text, "kommune_kode": text, "omraade": text}
    wanted |= {"kontroltrin": whole}
    for figure in FIGURES:
        wanted |= {figure: whole, f"{figure}_status": text}
    assert schema == wanted | {"beloeb_grundlag": text}
    assert list(typed_schema(load_feed("henvendelser", "kontrolsager"))) == [
        "levering", "linje", "kommune_kode", "kontroltrin", "dato", "period", "art", "aarsager", "bemaerkning_udtraek",
    ]  # fmt: skip


def test_an_empty_cell_is_not_delivered_and_never_zero(tmp_path: Path, counts: pl.DataFrame) -> None:
    rows = synthetic.not_delivered(counts, "707", "2026-03").drop("beloeb_grundlag")
    report = bring("kontrolsager", written(tmp_path / "a.csv", synthetic.as_csv(rows)), tmp_path / "lager")
    told = [issue for issue in report.issues if issue.rule == "ikke_leveret"]
    assert [issue.column for issue in told] == list(FIGURES)
    assert told[0].message.startswith("4 celler i rest_brutto er tomme: Norddjurs 2026-03 m.fl. (4).")
    store = Store.open(tmp_path / "lager")
    kept = store.rows(store.deliveries("kontrolsager")[0])
    empty = kept.filter((pl.col("kommune_kode") == "707") & (pl.col("period") == "2026-03"))
    assert empty.select("trukket", "trukket_status").rows() == [(None, "ikke_leveret")] * 4
    assert set(kept["beloeb_grundlag"]) == {"ukendt"}


def test_an_empty_basis_of_amounts_is_unknown(tmp_path: Path, counts: pl.DataFrame) -> None:
    rows = counts.with_columns(pl.lit(None, dtype=pl.String).alias("beloeb_grundlag"))
    bring("kontrolsager", written(tmp_path / "a.parquet", synthetic.as_parquet(rows)), tmp_path / "lager")
    store = Store.open(tmp_path / "lager")
    assert set(store.rows(store.deliveries("kontrolsager")[0])["beloeb_grundlag"]) == {"ukendt"}


def test_one_amount_alone_is_not_judged_against_cases_with_effect(tmp_path: Path, counts: pl.DataFrame) -> None:
    rows = counts.with_columns(pl.lit(None, dtype=pl.Int64).alias("mindreudgift_kr"))
    rows = rows.with_columns(pl.lit(0, dtype=pl.Int64).alias("tilbagebetaling_kr"))
    bring("kontrolsager", written(tmp_path / "a.csv", synthetic.as_csv(rows)), tmp_path / "lager")


def test_a_restatement_is_compared_cell_by_cell_with_the_rows_in_force(
    tmp_path: Path, counts: pl.DataFrame, cli: Cli
) -> None:
    store = tmp_path / "lager"
    bring(
        "kontrolsager", written(tmp_path / "a.csv", synthetic.as_csv(counts)), store, datetime(2026, 11, 1, tzinfo=UTC)
    )
    rows = synthetic.drawn_after_all(counts, "101", "kontanthjaelp", 3, "2026-09", 1)
    path = written(tmp_path / "b.csv", synthetic.as_csv(rows))
    report = json.loads(cli("import", "kontrolsager", path, "--store", store, "--json").out)[0]
    assert [change["key"] for change in report["changes"]] == [
        "2026-09 101 kontanthjaelp 3",
        "2026-09 101 kontanthjaelp 3",
        "2026-10 101 kontanthjaelp 3",
    ]
    assert [change["column"] for change in report["changes"]] == ["rest_brutto", "trukket", "rest_brutto"]
    assert report["changes_total"] == 3


def test_thousands_of_changes_are_counted_and_the_first_ones_told(
    tmp_path: Path, counts: pl.DataFrame, cli: Cli
) -> None:
    store = tmp_path / "lager"
    bring(
        "kontrolsager", written(tmp_path / "a.csv", synthetic.as_csv(counts)), store, datetime(2026, 11, 1, tzinfo=UTC)
    )
    moved = synthetic.as_csv(counts.with_columns(pl.col("rest_brutto") + 1))
    shown = cli(
        "import", "kontrolsager", written(tmp_path / "b.csv", moved), "--store", store, "--received", "2026-11-02"
    )
    assert "9.408 celler er ændret" in shown.out
    assert shown.out.count(" rest_brutto ") <= 20
    report = json.loads((next((store / "deliveries" / "kontrolsager").glob("*/report.json"))).read_text())
    reports = [json.loads(p.read_text()) for p in (store / "deliveries" / "kontrolsager").glob("*/report.json")]
    report = max(reports, key=lambda r: r["changes_total"])
    assert (report["changes_total"], len(report["changes"])) == (24 * 392, MAX_CHANGES)


def test_rows_in_force_are_the_newest_months_with_their_order(tmp_path: Path, counts: pl.DataFrame) -> None:
    store, feed = tmp_path / "lager", load_feed("kontrolsager", "kontrolsager")
    whole, tail = (written(tmp_path / f"{n}.csv", synthetic.as_csv(counts.tail(n * 392))) for n in (24, 12))
    bring("kontrolsager", whole, store, datetime(2026, 11, 1, tzinfo=UTC))
    bring("kontrolsager", tail, store, datetime(2026, 11, 5, tzinfo=UTC))
    rows = rows_in_force(Store.open(store), feed)
    assert rows.schema == {**typed_schema(feed), "orden": pl.Int32()}
    told = rows.group_by("orden").agg(pl.col("period").n_unique(), pl.len()).sort("orden").rows()
    assert told == [(1, 12, 12 * 392), (2, 12, 12 * 392)]
    assert rows.filter(pl.col("orden") == 2)["period"].min() == "2025-11"
    then = rows_in_force(Store.open(store), feed, datetime(2026, 11, 2, tzinfo=UTC))
    assert then["orden"].unique().to_list() == [1]
    assert rows_in_force(Store(tmp_path / "intet"), feed).is_empty()


def test_what_a_reader_should_know_is_warned_of(tmp_path: Path, counts: pl.DataFrame) -> None:
    rows = set_cell(counts, "rest_brutto", 99_999, maaned="2026-08", **NORDDJURS)
    for month in counts.filter(pl.col("maaned") > "2025-10")["maaned"].unique():
        rows = set_cell(rows, "oprettet", 50_000, maaned=month, **NORDDJURS)
    rows = rows.filter(~pl.col("maaned").is_in(["2024-12", LAST]))
    report = bring("kontrolsager", written(tmp_path / "a.csv", synthetic.as_csv(rows)), tmp_path / "lager")
    said = {issue.rule: issue for issue in reversed(report.issues)}
    assert said["maaneder_mangler_sidst"].message.startswith(
        "Nyeste måned er 2026-09, og filen er fra 2026-11-20: 1 måned"
    )
    assert "1 måned mangler mellem filens måneder: 2024-12." in said["maaneder_hul"].message
    jumps = [i.message for i in report.issues if i.rule == "spring" and i.column == "rest_brutto"]
    assert any(m.startswith("Norddjurs, kontanthjaelp, kontroltrin 3, 2026-08: rest_brutto er 99.999; ") for m in jumps)
    created = [
        i
        for i in report.issues
        if i.rule == "oprettet_over_trukket" and i.message.startswith("Norddjurs, kont") and "trin 3" in i.message
    ]
    assert "kontroltrin 3, 2026-09: " in created[0].message
    assert created[0].value is not None
    assert int(created[0].value) >= 11 * 50_000


def test_a_delivery_drawn_before_a_month_ended_can_not_hold_it(tmp_path: Path, counts: pl.DataFrame) -> None:
    path = written(tmp_path / "a.csv", synthetic.as_csv(counts))
    kind = contracts.feed_kind("kontrolsager")
    early = Arrival(RECEIVED, extracted=datetime(2026, 10, 31, tzinfo=UTC))
    (report,) = import_files(kind, [path], tmp_path / "lager", early)
    assert (report.outcome, rules_of(report)) == ("afvist", ["periode_afsluttet"])
    (report,) = import_files(kind, [path], tmp_path / "lager", Arrival(datetime(2026, 11, 1, tzinfo=UTC)))
    assert report.outcome == "modtaget"


CORRECTION = """
rettelser:
  - id: trykfejl-1
    match: {{feed: {feed}, period: {period}, kommune_kode: "707", omraade: kontanthjaelp, kontroltrin: {trin}, column: {column}}}
    expect: "{expect}"
    action: {{set: "{now}"}}
    reason: Trykfejl i kilden, bekræftet af den, der sendte filen.
    status: aktiv
"""


def correction(path: Path, **given: object) -> Path:
    usual = {"feed": "kontrolsager", "period": "2026-05", "trin": 3, "column": "rest_brutto", "expect": -5, "now": 5}
    return written(path, CORRECTION.format(**(usual | given)))


def test_a_correction_names_its_kontroltrin(tmp_path: Path, counts: pl.DataFrame, cli: Cli) -> None:
    store = tmp_path / "lager"
    wrong = set_cell(counts, "rest_brutto", -5, maaned="2026-05", **NORDDJURS)
    path = written(tmp_path / "a.csv", synthetic.as_csv(wrong))
    assert cli("import", "kontrolsager", path, "--store", store).code == 2
    assert cli("import", "rettelser", correction(tmp_path / "r.yaml"), "--store", store).code == 0
    taken = cli("import", "kontrolsager", path, "--store", store)
    assert (taken.code, "Rettelser: trykfejl-1" in taken.out) == (0, True)
    kept = rows_in_force(Store.open(store), load_feed("kontrolsager", "kontrolsager"))
    assert kept["rest_brutto"].min() == -5, "what was sent is kept as it was sent"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"feed": "sagshaendelser", "column": "haendelse"}, "sagshaendelser er på sagsniveau"),
        ({"trin": 4}, "kontroltrin 4 findes ikke"),
        ({"trin": "null"}, "kontroltrin null findes ikke"),
        ({"column": "kontroltrin"}, "kolonnen kontroltrin kan ikke rettes"),
        ({"feed": "henvendelser", "column": "dato"}, "kolonnen dato kan ikke rettes"),
        ({"feed": "y30r21", "period": "2020QMAT04", "column": "placering"}, "Udelad kontroltrin; y30r21 har det ikke"),
        ({"period": "2025QMAT04"}, "period 2025QMAT04 passer ikke"),
        ({"expect": "1,5"}, "har for mange decimaler"),
    ],
)  # fmt: skip
def test_a_correction_that_can_not_be_meant_is_refused(
    tmp_path: Path, cli: Cli, given: dict[str, object], expected: str
) -> None:
    refused = cli("import", "rettelser", correction(tmp_path / "r.yaml", **given), "--store", tmp_path / "lager")
    assert (refused.code, expected in refused.err) == (2, True), refused.err


def test_a_correction_must_name_a_kontroltrin_where_there_are_any(tmp_path: Path, cli: Cli) -> None:
    path = correction(tmp_path / "r.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("kontroltrin: 3, ", ""), encoding="utf-8")
    refused = cli("import", "rettelser", path, "--store", tmp_path / "lager")
    assert (refused.code, "kontroltrin None findes ikke" in refused.err) == (2, True)


def test_many_periods_are_told_by_their_ends() -> None:
    assert span(["2026-09", "2026-10"]) == "2026-09, 2026-10"
    assert span(["2026-07", "2026-08", "2026-09", "2026-10"]) == "2026-07 til 2026-10 (4 perioder)"


# --- henvendelser

CONTACT_HEADER = "kommune_kode;kontroltrin;dato;art;aarsager;bemaerkning_udtraek"


def test_contacts_are_read_and_their_reasons_put_in_order(tmp_path: Path) -> None:
    lines = [
        CONTACT_HEADER,
        "707;2;2026-08-12;kontakt;;",
        "Norddjurs;2;2026-09-03;svar; ressourcer|kontrolstrategi ;Et tema rammer ved siden af",
    ]
    report = bring("henvendelser", written(tmp_path / "h.csv", "\n".join(lines)), tmp_path / "lager")
    store = Store.open(tmp_path / "lager")
    rows = store.rows(store.deliveries("henvendelser")[0])
    assert report.periods == ["2026-08", "2026-09"]
    assert rows.drop("levering", "linje").rows() == [
        ("707", 2, "2026-08-12", "2026-08", "kontakt", "", ""),
        ("707", 2, "2026-09-03", "2026-09", "svar", "kontrolstrategi|ressourcer", "Et tema rammer ved siden af"),
    ]


def test_contacts_supersede_key_by_key(tmp_path: Path) -> None:
    store = tmp_path / "lager"
    first = written(tmp_path / "1.csv", f"{CONTACT_HEADER}\n707;2;2026-08-12;kontakt;;\n707;2;2026-09-03;svar;andet;\n")
    second = written(
        tmp_path / "2.csv", f"{CONTACT_HEADER}\n707;2;2026-09-03;svar;andet|ressourcer;\n707;3;2026-09-03;svar;;\n"
    )
    bring("henvendelser", first, store, datetime(2026, 11, 1, tzinfo=UTC))
    report = bring("henvendelser", second, store, datetime(2026, 11, 2, tzinfo=UTC))
    assert [(c.key, c.column, c.now) for c in report.changes] == [
        ("707 2 2026-09-03 svar", "aarsager", "ressourcer|andet"),
        ("707 3 2026-09-03 svar", "(række)", "ny"),
    ]
    rows = rows_in_force(Store.open(store), load_feed("henvendelser", "kontrolsager"))
    assert rows.select("dato", "kontroltrin", "aarsager", "orden").rows() == [
        ("2026-09-03", 2, "ressourcer|andet", 2),
        ("2026-09-03", 3, "", 2),
        ("2026-08-12", 2, "", 1),
    ]


def test_dates_of_a_parquet_file_are_dates(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "kommune_kode": [707],
            "kontroltrin": [3],
            "dato": [date(2026, 9, 3)],
            "art": ["svar"],
            "aarsager": [None],
            "bemaerkning_udtraek": [None],
        }
    )
    frame.write_parquet(tmp_path / "h.parquet")
    report = bring("henvendelser", tmp_path / "h.parquet", tmp_path / "lager")
    assert (report.layout, report.periods) == ("parquet", ["2026-09"])


# --- sagshaendelser


def typed(store: Path) -> pl.DataFrame:
    held = Store.open(store)
    return held.rows(held.deliveries("sagshaendelser")[-1])


def test_events_become_narrow_rows_in_the_order_of_each_case(tmp_path: Path) -> None:
    report = bring("sagshaendelser", event_file(tmp_path / "e.csv"), tmp_path / "lager")
    assert (report.rows, report.row_word, report.periods[0], report.periods[-1]) == (
        6,
        "datarække",
        "2026-01",
        "2026-10",
    )
    assert len(report.periods) == 10
    assert "diff" in report.notes[0]
    rows = typed(tmp_path / "lager")
    assert rows.schema == EVENT_SCHEMA
    jan = 2026 * 12
    norddjurs, kbh = celle("707", "kontanthjaelp", 2), celle("101", "sygedagpenge", 3)
    assert rows.rows() == [
        (1, 1, kbh, "udstillet", jan + 1, None, None),
        (1, 2, kbh, "bortfaldet", jan + 9, None, None),
        (2, 1, norddjurs, "udstillet", jan, None, None),
        (2, 2, norddjurs, "trukket", jan, None, None),
        (2, 3, norddjurs, "oprettet", jan + 1, None, None),
        (2, 4, norddjurs, "afsluttet", jan + 2, 1200, None),
    ]


def parquet_events(path: Path, **types: object) -> Path:
    frame = pl.read_csv("\n".join([EVENT_HEADER, *EVENTS]).encode(), separator=";", infer_schema=False)
    frame.with_columns(**types).write_parquet(path)  # type: ignore[arg-type]  # expressions by column name
    return path


def test_csv_and_parquet_of_any_plain_type_give_the_same_bytes(tmp_path: Path) -> None:
    moment = pl.coalesce(
        pl.col("tidspunkt").str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False),
        pl.col("tidspunkt").str.to_datetime("%Y-%m-%d", strict=False),
    )
    files_sent = [
        event_file(tmp_path / "e.csv"),
        written(tmp_path / "bom.csv", b"\xef\xbb\xbf" + "\n".join([EVENT_HEADER, *EVENTS]).encode()),
        parquet_events(tmp_path / "tekst.parquet"),
        parquet_events(
            tmp_path / "tal.parquet",
            kommune_kode=pl.col("kommune_kode").cast(pl.Int16),
            kontroltrin=pl.col("kontroltrin").cast(pl.UInt8),
            tilbagebetaling_kr=pl.col("tilbagebetaling_kr").cast(pl.Float64),
            mindreudgift_kr=pl.lit(None),
            tidspunkt=moment,
        ),
    ]
    hashes = set()
    for number, path in enumerate(files_sent):
        bring("sagshaendelser", path, tmp_path / f"lager{number}")
        hashes.add(Store.open(tmp_path / f"lager{number}").deliveries("sagshaendelser")[0].rows_sha256)
    assert len(hashes) == 1


def test_columns_of_events_may_come_in_any_order(tmp_path: Path) -> None:
    turned = "\n".join(";".join(reversed(line.split(";"))) for line in [EVENT_HEADER, *EVENTS])
    bring("sagshaendelser", written(tmp_path / "vendt.csv", turned), tmp_path / "a")
    bring("sagshaendelser", event_file(tmp_path / "lige.csv"), tmp_path / "b")
    assert typed(tmp_path / "a").equals(typed(tmp_path / "b"))


def test_the_bytes_do_not_depend_on_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = synthetic.Truth(synthetic.SMALL, 5)
    synthetic.write_events(truth, tmp_path / "e.parquet", LAST)
    hashes = set()
    for threads in (1, 2, 5):
        monkeypatch.setattr(bounded, "THREADS", threads)
        bring("sagshaendelser", tmp_path / "e.parquet", tmp_path / f"lager{threads}")
        hashes.add(Store.open(tmp_path / f"lager{threads}").deliveries("sagshaendelser")[0].rows_sha256)
    assert len(hashes) == 1


def test_a_case_has_the_number_of_its_first_row_and_as_many_rows_as_events(tmp_path: Path) -> None:
    truth = synthetic.Truth(synthetic.SMALL, 5)
    synthetic.write_events(truth, tmp_path / "e.csv", LAST, "csv")
    bring("sagshaendelser", tmp_path / "e.csv", tmp_path / "lager")
    sent = pl.read_csv(tmp_path / "e.csv", separator=";", infer_schema=False).with_row_index("raekke", 1)
    naive = sent.sort("tidspunkt", "raekke").with_columns(
        pl.col("raekke").min().over("sag_id").cast(pl.Int64).alias("sag"),
        pl.int_range(1, pl.len() + 1).over("sag_id").cast(pl.Int32).alias("nr"),
    )
    kept = typed(tmp_path / "lager")
    assert kept.select("sag", "nr", "haendelse").equals(naive.sort("sag", "nr").select("sag", "nr", "haendelse"))
    cells = {
        f"{kode}{omraade}{trin}": celle(kode, omraade, trin)
        for kode in sent["kommune_kode"].unique()
        for omraade, trin in SNIT
    }
    wanted = naive.sort("sag", "nr").select(
        pl.concat_str("kommune_kode", "omraade", "kontroltrin")
        .replace_strict(cells, return_dtype=pl.Int32)
        .alias("celle")
    )
    assert kept.select("celle").equals(wanted)


def test_single_cases_can_be_read_by_their_owner_alone(tmp_path: Path, counts: pl.DataFrame) -> None:
    store = tmp_path / "lager"
    bring("sagshaendelser", event_file(tmp_path / "e.csv"), store)
    bring("kontrolsager", written(tmp_path / "a.csv", synthetic.as_csv(counts)), store)
    (folder,) = (store / "deliveries" / "sagshaendelser").iterdir()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"raw": 0o600, "rows.parquet": 0o600, "report.json": 0o444, "delivery.json": 0o444}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (other,) = (store / "deliveries" / "kontrolsager").iterdir()
    assert {stat.S_IMODE(path.stat().st_mode) for path in other.iterdir()} == {0o444}
    assert (folder / "raw").read_bytes() == (tmp_path / "e.csv").read_bytes()


def test_no_pseudonym_moment_or_reason_is_kept_in_rows_report_or_card(tmp_path: Path) -> None:
    bring("sagshaendelser", event_file(tmp_path / "e.csv"), tmp_path / "lager")
    (folder,) = (tmp_path / "lager" / "deliveries" / "sagshaendelser").iterdir()
    for name in ("rows.parquet", "report.json", "delivery.json"):
        content = (folder / name).read_bytes()
        assert not any(word in content for word in (b"aa1", b"bb2", b"T09:30", "en årsag".encode()))


def test_events_known_already_change_nothing_and_damaged_ones_are_mended(tmp_path: Path, cli: Cli) -> None:
    store, path = tmp_path / "lager", event_file(tmp_path / "e.csv")
    assert cli("import", "sagshaendelser", path, "--store", store, "--received", "2026-11-02").code == 0
    again = cli("import", "sagshaendelser", path, "--store", store)
    assert (again.code, "findes allerede" in again.out) == (0, True)
    told = cli("import", "sagshaendelser", path, "--store", store, "--received", "2026-11-03")
    assert (told.code, "den bestemmer nu filens plads" in told.out) == (0, True)
    (folder,) = (store / "deliveries" / "sagshaendelser").iterdir()
    (folder / "rows.parquet").unlink()
    assert cli("import", "sagshaendelser", path, "--store", store).code == 0
    assert typed(store).height == 6
    assert len(Store.open(store).receptions(Store.open(store).deliveries("sagshaendelser")[0])) == 2


def test_two_files_of_events_in_one_call_have_no_order(tmp_path: Path, cli: Cli) -> None:
    first, second = event_file(tmp_path / "1.csv"), event_file(tmp_path / "2.csv", EVENTS[1:3])
    refused = cli("import", "sagshaendelser", first, second, "--store", tmp_path / "lager")
    assert (refused.code, "raekkefoelge_kendt" in refused.out) == (2, True)
    assert not (tmp_path / "lager").exists()


def test_a_newer_file_of_events_is_told_of(tmp_path: Path) -> None:
    store = tmp_path / "lager"
    bring("sagshaendelser", event_file(tmp_path / "ny.csv"), store)
    old = event_file(tmp_path / "gammel.csv", EVENTS[1:5])
    report = bring("sagshaendelser", old, store, RECEIVED - timedelta(days=1))
    assert any("nyere leverance for 2026-01 til 2026-10 (10 perioder) (ny.csv" in note for note in report.notes)


def test_a_file_name_is_only_a_name(tmp_path: Path) -> None:
    (tmp_path / "e*.csv").write_text("ikke denne", encoding="utf-8")
    folder = tmp_path / "a [1] 'x'"
    folder.mkdir()
    bring("sagshaendelser", event_file(folder / "e*.csv"), tmp_path / "lager")
    assert typed(tmp_path / "lager").height == 6


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = event_file(tmp_path / "e.csv")
    copy = files.put_content

    def changed_meanwhile(target: Path, content: bytes | Path, sha256: str) -> None:
        if content == path:
            event_file(path, EVENTS[:1])
        copy(target, content, sha256)

    monkeypatch.setattr("maalestok.deliveries.store.put_content", changed_meanwhile)
    with pytest.raises(UnreadableFile, match="blev ændret"):
        import_files(contracts.feed_kind("sagshaendelser"), [path], tmp_path / "lager", Arrival(RECEIVED))
    assert Store.open(tmp_path / "lager").deliveries("sagshaendelser") == []
    assert not list((tmp_path / "lager" / "deliveries").iterdir())


def test_a_full_disk_is_said_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MEMORY", "1MB")
    with pytest.raises(MaalestokError, match="ikke plads nok") as caught:
        import_files(
            contracts.feed_kind("sagshaendelser"),
            [event_file(tmp_path / "e.csv")],
            tmp_path / "lager",
            Arrival(RECEIVED),
        )
    assert "TMPDIR" in str(caught.value.remedy)
    assert not (tmp_path / "lager").exists()


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    bring("sagshaendelser", event_file(tmp_path / "e.csv"), tmp_path / "lager")
    assert list(work.iterdir()) == []


def test_ties_in_time_are_settled_by_the_row(tmp_path: Path) -> None:
    lines = [
        f"x;707;kontanthjaelp;2;{event};2026-01-05;;;;2026-10"
        for event in (
            "udstillet",
            "trukket",
            "lagt_tilbage",
            "trukket",
            "oprettet",
            "henlagt",
            "genaabnet",
            "afsluttet",
        )
    ]
    bring("sagshaendelser", event_file(tmp_path / "e.csv", lines), tmp_path / "lager")
    assert typed(tmp_path / "lager")["nr"].to_list() == list(range(1, 9))


def test_a_file_can_not_be_refused_in_silence() -> None:
    with pytest.raises(ValueError, match="must say why"):
        ColumnarRows("csv", "række", 1, [], False, [], None)


# --- the rules behind it


def test_the_feed_knows_exactly_the_events_of_the_order() -> None:
    column = next(c for c in load_feed("sagshaendelser", "kontrolsager").columns if c.id == "haendelse")
    events = load_haendelser()
    assert set(column.choices) == set(events.follows)
    assert events.order_da.startswith("først udstillet; derefter udstillet: trukket eller bortfaldet; ")


def test_every_rule_of_the_code_has_words_in_the_feed() -> None:
    feeds = {name: load_feed(name, "kontrolsager") for name in ("kontrolsager", "henvendelser", "sagshaendelser")}
    assert contracts.unnamed_rules(feeds) == []
    silent = feeds["henvendelser"].model_copy(update={"rules_da": {"celle_tom": "Udfyldt."}})
    assert contracts.unnamed_rules({"henvendelser": silent}) == [
        "feeds/henvendelser.yaml: reglen aarsager_kun_ved_svar har ingen tekst i rules_da",
        "feeds/henvendelser.yaml: reglen noegle_entydig har ingen tekst i rules_da",
    ]


def test_what_a_feed_supersedes_by_is_a_field_of_its_rows() -> None:
    for name in feed_ids():
        feed = load_feed(name, str(feed_owner(name)))
        assert set(feed.supersedes_by) <= feed.row_fields
        by_kommune = set() if name in PERSON_FEEDS else {"kommune_kode"}  # rows about persons are never corrected
        assert by_kommune <= set(feed.key) <= feed.row_fields


def test_an_order_with_an_unknown_event_is_refused(tmp_path: Path) -> None:
    text = (rules_root() / "kontrolsager" / "haendelser.yaml").read_text(encoding="utf-8")
    (tmp_path / "kontrolsager").mkdir()
    written(tmp_path / "kontrolsager" / "haendelser.yaml", text.replace("oprettet: [afsluttet", "oprettet: [glemt"))
    with pytest.raises(RuleError, match="hændelsen glemt står ikke i follows"):
        load_haendelser(tmp_path)


def test_a_parquet_file_is_a_table_like_any(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1, None], "b": ["x", None], "c": [1.5, 3.0], "d": [date(2026, 10, 3), None]}).write_parquet(
        buffer
    )
    table = read_table(buffer.getvalue(), 10)
    assert [row.cells for row in table.rows] == [["1", "x", "1,5", "2026-10-03"], [None, None, "3", None]]
    assert [(row.number, table.row_word) for row in table.rows] == [(1, "række"), (2, "række")]
