"""Single cases reach nobody: what is planted in a file of events is found again in its raw file, and nowhere it mustn't.

Planted are pseudonyms, moments in time and reasons, which are kept in the raw file alone, and the amounts of two single
cases in tiny municipalities, which also stand in what only the owner can read: typed rows and exact results.
"""

import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from conftest import Cli
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kontrolsager.celler import FIGURES, celler
from maalestok.kontrolsager.facts import COUNTS_SCHEMA, EventFile, build_facts, month_code
from maalestok.period import parse_period
from maalestok.registry import benchmark
from maalestok.release.internal import write_internal
from maalestok.release.read import Release, open_release
from maalestok.release.write import write_release

COLUMNS = "sag_id;kommune_kode;omraade;kontroltrin;haendelse;tidspunkt;aarsag;tilbagebetaling_kr;mindreudgift_kr"
LAESOE, FANOE = "825", "563"
REPAID, SAVED = 1_234_567, 7_654_321
PERSONAL = (
    "PLANTET-7f3a91c4", "7f3a91c4", "PLANTET-e20b55d8", "e20b55d8",
    "13:47:21", "2026-03-17", "04:05:59", "2026-02-28",
    "plantet_aarsag", "Plantet tekst",
)  # fmt: skip
"""Pseudonyms, moments, reasons: never outside the raw file."""
MONEY = (
    "1234567", "1.234.567", "1230000", "1.230.000", "1,2 mio",
    "7654321", "7.654.321", "7650000", "7.650.000", "7,7 mio",
)  # fmt: skip
"""The single cases' amounts, as they are and rounded: never public, never in a message."""
PLANTED = [
    f"PLANTET-7f3a91c4;{LAESOE};sygedagpenge;3;udstillet;2026-02-03T08:00:00;;;",
    f"PLANTET-7f3a91c4;{LAESOE};sygedagpenge;3;trukket;2026-02-11T10:01:02;;;",
    f"PLANTET-7f3a91c4;{LAESOE};sygedagpenge;3;oprettet;2026-03-17T13:47:21;plantet_aarsag_zq;;",
    f"PLANTET-7f3a91c4;{LAESOE};sygedagpenge;3;afsluttet;2026-06-02T11:00:00;;{REPAID};",
    f"PLANTET-e20b55d8;{FANOE};kontanthjaelp;2;udstillet;2026-01-05;;;",
    f"PLANTET-e20b55d8;{FANOE};kontanthjaelp;2;trukket;2026-01-09;;;",
    f"PLANTET-e20b55d8;{FANOE};kontanthjaelp;2;oprettet;2026-02-28T04:05:59;;;",
    f"PLANTET-e20b55d8;{FANOE};kontanthjaelp;2;afsluttet;2026-04-01;Plantet tekst;0;{SAVED}",
]
CASE = ("udstillet;{0}-04", "trukket;{0}-10", "oprettet;{0}-20", "afsluttet;2026-09-01")
RECEIVED = {"2026-09": "2026-10-12", "2026-10": "2026-11-12"}


def background() -> list[str]:
    """Other municipalities with cases enough to be published, and a stock that is never drawn from."""
    lines = []
    for kommune in ("101", "851", "860", "461", "561", "707", "573"):
        for cut in ("kontanthjaelp;2", "kontanthjaelp;3", "sygedagpenge;3", "oekonomisk_friplads;3"):
            for number in range(12):
                case, month = f"b-{kommune}-{cut[:2]}{cut[-1]}-{number}", ("2025-07", "2025-11", "2026-05")[number % 3]
                money = ("", "", "", "21000;3000")
                for step, paid in zip(CASE, money, strict=True):
                    lines.append(f"{case};{kommune};{cut};{step.format(month)};;{paid or ';'}")
                lines.append(f"{case}-r;{kommune};{cut};udstillet;{month}-02;;;")
    return lines


def event_lines(until: str, lines: Sequence[str]) -> str:
    """A file of events made up to a month."""
    rows = [f"{line};{until};SYNTETISK" for line in lines]
    return "\n".join([f"{COLUMNS};opgjort_til;syntetisk", *rows]) + "\n"


@dataclass(frozen=True)
class Place:
    """A store with two deliveries, two releases of it, and all that was said meanwhile. Read only."""

    folder: Path
    said: tuple[str, ...]

    @property
    def store(self) -> Path:
        return self.folder / "lager"

    @property
    def first(self) -> Path:
        return (self.folder / "foerste").resolve()

    @property
    def second(self) -> Path:
        return (self.folder / "anden").resolve()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    sent, folder = tmp_path_factory.mktemp("sendt"), tmp_path_factory.mktemp("sted")
    said: list[str] = []
    before: Release | None = None
    for until, name in (("2026-09", "foerste"), ("2026-10", "anden")):
        path = sent / f"{until}.csv"
        path.write_text(event_lines(until, [*PLANTED, *background()]), encoding="utf-8")
        kind = benchmark("kontrolsager").feed_kind("sagshaendelser")
        arrival = Arrival(datetime.fromisoformat(f"{RECEIVED[until]}T00:00Z"))
        (report,) = import_files(kind, [path], folder / "lager", arrival)
        assert report.outcome == "modtaget", [issue.message for issue in report.issues]
        store = Store.open(folder / "lager")
        with DuckDBEngine() as engine:
            request = BuildRequest(store, engine, previous=before, say=said.append)
            built = benchmark("kontrolsager").build(request)
        before = write_release(
            built, folder / name, before, said.append, partial(write_internal, store, rows=built.internal)
        )
        said += [json.dumps(report.as_dict()), *built.warnings, *built.notes]
    return Place(folder, tuple(said))


def texts(path: Path) -> Iterator[str]:
    """A file's bytes as text; a workbook's parts; a table's cells as text."""
    content = path.read_bytes()
    yield content.decode("utf-8", errors="replace")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", errors="replace")
    if path.suffix == ".parquet":
        for column in pl.read_parquet(path).iter_columns():
            whole = column.explode(empty_as_null=True) if column.dtype.is_nested() else column
            yield " ".join(whole.cast(pl.String).drop_nulls().unique().to_list())


def found(text: str, words: Sequence[str]) -> list[str]:
    """Which of the words a text holds, not as a part of a longer number."""
    return [word for word in words if re.search(rf"(?<![0-9]){re.escape(word)}(?![0-9])", text)]


def holding(folder: Path, words: Sequence[str]) -> dict[str, Path]:
    """Every file below a folder that holds one of the words, by its path."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {str(p.relative_to(folder)): p for p in files if any(found(text, words) for text in texts(p))}


def test_what_is_looked_for_is_found_where_it_is(tmp_path: Path) -> None:
    """The search itself: in text, in a workbook's parts, in a table's cells, in lists."""
    import xlsxwriter

    (tmp_path / "a.csv").write_text(f"a;{REPAID}\n", encoding="utf-8")
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet().write(0, 0, REPAID)
    pl.DataFrame({"tal": [REPAID / 1.0], "liste": [["x"]]}).write_parquet(tmp_path / "c.parquet")
    pl.DataFrame({"tal": [1.0], "liste": [[f"se {REPAID}"]]}).write_parquet(tmp_path / "d.parquet")
    (tmp_path / "e.csv").write_text(f"a;{REPAID}0\n", encoding="utf-8")
    assert list(holding(tmp_path, MONEY)) == ["a.csv", "b.xlsx", "c.parquet", "d.parquet"]


def test_persons_are_in_the_raw_file_alone(place: Place) -> None:
    held = holding(place.folder, PERSONAL)
    assert len(held) == 2
    for name, path in held.items():
        assert re.fullmatch(r"lager/deliveries/sagshaendelser/[0-9a-f]{64}/raw", name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_amount_of_one_case_is_read_by_the_owner_alone(place: Place) -> None:
    held = holding(place.folder, MONEY)
    assert {Path(name).name for name in held} == {"raw", "rows.parquet", "results_internal.parquet"}
    assert len(held) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in held.values()} == {0o600}
    assert all(name.startswith(("lager/deliveries/sagshaendelser/", "lager/internal/")) for name in held)


def test_the_case_counts_inside_and_is_withheld_outside(place: Place) -> None:
    """The search would find nothing if the case were not counted at all."""
    release = open_release(place.second)
    inside = pl.read_parquet(place.store / "internal" / release.id / "results_internal.parquet")
    for kommune, omraade, trin, measure, amount in (
        (LAESOE, "sygedagpenge", 3, "tilbagebetaling", REPAID),
        (FANOE, "kontanthjaelp", 2, "mindreudgift", SAVED),
    ):
        at = (pl.col("kommune_kode") == kommune) & (pl.col("omraade") == omraade) & (pl.col("kontroltrin") == trin)
        at &= (pl.col("measure") == measure) & (pl.col("period") == "2026-10")
        assert inside.filter(at)["value"].to_list() == [amount]
        assert release.results.filter(at).select("value", "status").rows() == [(None, "diskretioneret")]
    public = release.results.filter((pl.col("measure") == "provenu") & (pl.col("value") > 0))
    assert public.height > 100


def test_nothing_was_said(place: Place) -> None:
    assert [found(text, (*PERSONAL, *MONEY)) for text in place.said] == [[]] * len(place.said)


def test_reading_commands_tell_nothing(place: Place, cli: Cli) -> None:
    at = ("--release", place.second)
    laesoe = (LAESOE, "2026-10", "--omraade", "sygedagpenge", *at)
    fanoe = (FANOE, "2026-10", "--omraade", "kontanthjaelp", "--kontroltrin", "2", *at)
    questions: list[tuple[object, ...]] = [("verify", place.second), ("audit", place.second)]
    questions += [("audit", place.second, "--previous", place.first), ("diff", place.first, place.second)]
    questions += [("whatif", "kontrolsager", *at), ("whatif", "kontrolsager", "--threshold", "99", *at)]
    for measure in ("oprettet_andel", "effekt_andel", "provenu", "tilbagebetaling", "mindreudgift"):
        questions += [("explain", "kontrolsager", measure, *laesoe), ("explain", "kontrolsager", measure, *fanoe)]
    for criterion in ("lav_traekning", "hoej_traekning"):
        questions.append(("explain", "kontrolsager", criterion, LAESOE, "2026-10", *at))
    for question in questions:
        for more in ((), ("--json",)):
            outcome = cli(*question, *more)
            assert outcome.code == 0, outcome.err
            assert found(outcome.out + outcome.err, (*PERSONAL, *MONEY)) == [], question


def test_an_accepted_file_is_told_of_without_its_values(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "h.csv"
    path.write_text(event_lines("2026-10", PLANTED), encoding="utf-8")
    told = ("import", "sagshaendelser", path, "--store", tmp_path / "lager", "--received", "2026-11-12")
    for question in (told, told, (*told, "--json")):
        outcome = cli(*question)
        assert outcome.code == 0
        assert found(outcome.out + outcome.err, (*PERSONAL, *MONEY)) == []


def broken(number: int, old: str, new: str) -> list[str]:
    """The planted rows with an error in one of them."""
    assert old in PLANTED[number]
    return [line if n != number else line.replace(old, new) for n, line in enumerate(PLANTED)]


REFUSED = {
    "beloeb_laesbart": broken(3, f"{REPAID}", f"{REPAID},50"),
    "ikke_negativ": broken(3, f"{REPAID}", f"-{REPAID}"),
    "beloeb_kun_ved_afsluttet": broken(2, "plantet_aarsag_zq;;", f"plantet_aarsag_zq;{REPAID};"),
    "haendelse_orden": broken(1, "trukket", "bortfaldet"),
    "haendelse_kendt": broken(2, "oprettet", "plantet_aarsag_x"),
    "kommune_kendt": broken(2, LAESOE, "PLANTET-7f3a91c4"),
    "omraade_kendt": broken(2, "sygedagpenge", "Plantet tekst"),
    "sag_entydig": broken(2, LAESOE, FANOE),
    "tidspunkt_laesbart": broken(2, "2026-03-17T13:47:21", "2026-03-17 13:47:21,5"),
    "efter_opgjort_til": broken(2, "2026-03-17T13:47:21", "2027-03-17T13:47:21"),
    "tekst_laesbar": broken(2, "plantet_aarsag_zq", "plantet_aarsag_" + "z" * 600),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_refused_file_is_told_of_without_its_values(rule: str, tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "h.csv"
    path.write_text(event_lines("2026-10", REFUSED[rule]), encoding="utf-8")
    told = ("import", "sagshaendelser", path, "--store", tmp_path / "lager", "--received", "2026-11-12")
    plain, machine = cli(*told), cli(*told, "--json")
    assert (plain.code, machine.code) == (2, 2)
    assert rule in plain.out
    assert rule in {issue["rule"] for issue in json.loads(machine.out)[0]["errors"]}
    for text in (plain.out, plain.err, machine.out, machine.err):
        assert found(text, (*PERSONAL, *MONEY)) == []
    assert not (tmp_path / "lager").exists()


@pytest.mark.parametrize("damage", ["kolonne", "citationstegn", "celler", "tegnsaet", "afkortet"])
def test_a_damaged_file_is_told_of_without_its_values(damage: str, tmp_path: Path, cli: Cli) -> None:
    text = event_lines("2026-10", PLANTED)
    path = tmp_path / "h.csv"
    if damage == "afkortet":
        path = tmp_path / "h.parquet"
        pl.read_csv(text.encode(), separator=";", infer_schema=False).write_parquet(path)
        path.write_bytes(path.read_bytes()[:-40])
    else:
        line = PLANTED[2]
        content = {
            "kolonne": text.replace("aarsag", "plantet_aarsag_kolonne", 1),
            "citationstegn": text.replace(line, f'"{line}'),
            "celler": text.replace(line, f"{line};PLANTET-7f3a91c4;{REPAID}"),
            "tegnsaet": text.replace("Plantet tekst", "Plantet tekst Ã¦\udcff"),
        }[damage]
        path.write_bytes(content.encode("utf-8", errors="surrogateescape"))
    told = ("import", "sagshaendelser", path, "--store", tmp_path / "lager", "--received", "2026-11-12")
    plain, machine = cli(*told), cli(*told, "--json")
    assert (plain.code, machine.code) == (2, 2)
    named = tuple(word for word in PERSONAL if damage != "kolonne" or word != "plantet_aarsag")
    for said in (plain.out, plain.err, machine.out, machine.err):
        assert found(said, (*named, *MONEY)) == []


def counted(store: Path, path: Path, figure: str, change: int) -> None:
    """The newest delivery of events as counts, one figure of the planted case changed."""
    held = Store.open(store)
    delivery = held.deliveries("sagshaendelser")[-1]
    first, last = (parse_period(delivery.periods[end]).month_index for end in (0, -1))
    with DuckDBEngine() as engine:
        file = EventFile(held.rows_path(delivery), 1, first, last)
        months = build_facts(engine, pl.DataFrame(schema=COUNTS_SCHEMA), [file]).months
    named = {number: (kommune, omraade, str(trin)) for number, kommune, omraade, trin in celler()}
    lines = [";".join(["maaned", "kommune_kode", "omraade", "kontroltrin", *FIGURES, "syntetisk"])]
    for month, cell, *figures in months.select("month_index", "celle", *FIGURES).iter_rows():
        told = dict(zip(FIGURES, figures, strict=True))
        if (month_code(month), named[cell]) == ("2026-03", (LAESOE, "sygedagpenge", "3")):
            told[figure] += change
        lines.append(";".join([month_code(month), *named[cell], *map(str, told.values()), "SYNTETISK"]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    arrival = Arrival(datetime(2026, 11, 12, tzinfo=UTC))
    (report,) = import_files(benchmark("kontrolsager").feed_kind("kontrolsager"), [path], store, arrival)
    assert report.outcome == "modtaget", [issue.message for issue in report.issues]


@pytest.mark.parametrize(("figure", "change"), [("tilbagebetaling_kr", -1), ("oprettet", 1), ("rest_brutto", 1)])
def test_counts_that_differ_are_told_of_without_the_amount(
    place: Place, tmp_path: Path, cli: Cli, figure: str, change: int
) -> None:
    store = tmp_path / "lager"
    shutil.copytree(place.store, store)
    counted(store, tmp_path / "tal.csv", figure, change)
    for more in ((), ("--json",)):
        outcome = cli("build", "kontrolsager", "--store", store, "--out", tmp_path / "ud", *more)
        assert outcome.code == 2
        assert f"2026-03 Læsø, sygedagpenge, trin 3: {figure}" in outcome.err
        assert found(outcome.out + outcome.err, (*PERSONAL, *MONEY, str(REPAID - 1))) == []
        told = next(line for line in outcome.err.splitlines() if "Læsø" in line).partition(figure)[2]
        assert bool(re.search(r"\d", told)) == (figure == "rest_brutto")
    assert not (tmp_path / "ud").exists()


def test_an_unforeseen_fault_tells_nothing(
    place: Place, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(f"PLANTET-7f3a91c4 2026-03-17T13:47:21 {REPAID}")

    monkeypatch.delenv("MAALESTOK_DEBUG", raising=False)
    monkeypatch.setattr("maalestok.kontrolsager.benchmark.build_facts", fails)
    for more in ((), ("--json",)):
        outcome = cli("build", "kontrolsager", "--store", place.store, "--out", tmp_path / "ud", *more)
        assert (outcome.code, "Uventet fejl" in outcome.err) == (1, True)
        assert found(outcome.out + outcome.err, (*PERSONAL, *MONEY)) == []


def test_building_tells_nothing_and_leaves_nothing(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    path = tmp_path / "h.csv"
    path.write_text(event_lines("2026-10", [*PLANTED, *background()]), encoding="utf-8")
    store = ("--store", tmp_path / "lager")
    told = ("build", "kontrolsager", *store, "--out", tmp_path / "ud", "--period")
    outcomes = [
        cli("import", "sagshaendelser", path, *store, "--received", "2026-11-12"),
        cli(*told, "2026-06"),
        cli(*told, "2026-06", "--json"),
        cli(*told, "2026-01"),
        cli(*told, "2026-01", "--json"),
    ]
    assert [outcome.code for outcome in outcomes] == [0, 0, 0, 2, 2]
    assert [found(outcome.out + outcome.err, (*PERSONAL, *MONEY)) for outcome in outcomes] == [[]] * 5
    assert list(work.iterdir()) == []
