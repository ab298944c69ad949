"""The client of the StatBank against a local server that answers in the API's shapes, and misbehaves."""

import csv
import hashlib
import io
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import Cli
from maalestok import remote, statbank_table
from maalestok.deliveries.store import Store
from maalestok.errors import MaalestokError, RemoteError
from maalestok.kommune import kommuner
from maalestok.statbank import Asked, Fetched, fetch_table
from maalestok.statbank_table import read_table, requests, select

KODER = [k.kode for k in kommuner()]
AREAS = ["000", "084", *KODER, "411"]
Answer = Callable[[BaseHTTPRequestHandler], None]
Line = list[str]


def variable(name: str, codes: list[str], *, elimination: bool = True, time: bool = False) -> dict[str, Any]:
    values = [{"id": code, "text": f"tekst {code}"} for code in codes]
    return {"id": name, "text": name.lower(), "elimination": elimination, "time": time, "values": values}


def tableinfo(**changes: Any) -> dict[str, Any]:
    """The shape of `tableinfo`: fields the client has no use for are there, too."""
    return {
        "id": "FOLK1A",
        "text": "Befolkningen den 1. i kvartalet",
        "description": "Befolkningen den 1. i kvartalet efter område, køn og tid",
        "unit": "Antal",
        "suppressedDataValue": "0",
        "updated": "2026-02-11T08:00:00",
        "active": True,
        "contacts": [{"name": "N.N.", "phone": "", "mail": ""}],
        "documentation": {"id": "0", "url": "https://www.dst.dk/statistikdokumentation/0"},
        "footnote": None,
        "variables": [
            variable("OMRÅDE", AREAS) | {"map": "denmark_municipality_07"},
            variable("KØN", ["TOT", "1", "2"]),
            variable("Tid", ["2019K1", "2019K4", "2020K1"], elimination=False, time=True),
        ],
    } | changes


@dataclass
class Service:
    """What the server answers, and what it was asked. `faults` are answered first, one a request.

    `change` is made to the rows of a data answer; `figure` gives a cell its value.
    """

    url: str = ""
    info: dict[str, Any] = field(default_factory=tableinfo)
    figure: Callable[[dict[str, str]], str] = lambda codes: str(1000 + int(codes["OMRÅDE"]))
    change: Callable[[list[Line]], list[Line]] = lambda rows: rows
    content_type: str = "text/csv; charset=utf-8"
    faults: list[Answer] = field(default_factory=list)
    data_faults: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def data_requests(self) -> list[dict[str, Any]]:
        return [body for path, body in self.asked if path == "/v1/data"]

    def data(self, body: dict[str, Any]) -> bytes:
        names = [v["code"] for v in body["variables"]]
        rows = [
            [*codes, self.figure(dict(zip(names, codes, strict=True)))]
            for codes in itertools.product(*(v["values"] for v in body["variables"]))
        ]
        lines = [[*(name.upper() for name in names), "INDHOLD"], *self.change(rows)]
        return "".join(";".join(line) + "\r\n" for line in lines).encode("utf-8-sig")


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def says(status: int, body: bytes, kind: str = "application/json; charset=utf-8", **headers: str) -> Answer:
    return lambda handler: answer(handler, status, body, kind, **headers)


def refuses(status: int, code: str = "", message: str = "") -> Answer:
    return says(status, json.dumps({"errorTypeCode": code, "message": message}).encode())


def cuts_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write("OMRÅDE;TID;INDHOLD\r\n101;2019".encode())
    handler.close_connection = True


@pytest.fixture
def service() -> Iterator[Service]:
    held = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            held.asked.append((self.path, body))
            if held.faults:
                held.faults.pop(0)(self)
            elif self.path == "/v1/tableinfo":
                answer(self, 200, json.dumps(held.info, ensure_ascii=False).encode(), "application/json; charset=utf-8")
            elif self.path != "/v1/data":
                refuses(404, "REQUEST-NOTFOUND")(self)
            elif held.data_faults:
                held.data_faults.pop(0)(self)
            else:
                answer(self, 200, held.data(body), held.content_type)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(service: Service, folder: Path, *chosen: str, waits: list[float] | None = None, **given: Any) -> Fetched:
    asked: dict[str, Any] = {"table": "folk1a", "store": folder / "lager", "base_url": service.url} | given
    return fetch_table(Asked(select=chosen, **asked), sleep=(waits if waits is not None else []).append)


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))


def kept(folder: Path, name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "lager" / "answers").glob(f"FOLK1A-{name}-*"))]


def test_a_table_is_fetched_to_a_tidy_file_with_what_is_known_of_it(service: Service, tmp_path: Path, cli: Cli) -> None:
    service.figure = lambda codes: ".." if codes["OMRÅDE"] == "825" else codes["OMRÅDE"] + ",5"
    out = tmp_path / "folk.csv"
    done = cli(
        "fetch",
        "statbank",
        "folk1a",
        "--select",
        "køn=2,1",
        "--out",
        out,
        "--store",
        tmp_path / "lager",
        "--base-url",
        service.url,
    )
    assert done.code == 0, done
    rows = rows_of(out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbfkommune_kode;period;K\xc3\x98N;value\n")
    assert rows[0] == {"kommune_kode": "101", "period": "2019K1", "KØN": "1", "value": "101,5"}
    assert len(rows) == 98 * 3 * 2
    assert {row["kommune_kode"] for row in rows} == set(KODER)
    assert {row["value"] for row in rows if row["kommune_kode"] == "825"} == {""}
    known = json.loads((tmp_path / "folk.json").read_text(encoding="utf-8"))
    (raw,) = kept(tmp_path, "data")
    assert known["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert known["answers"][0]["sha256"] == hashlib.sha256(raw).hexdigest()
    told = ("FOLK1A", "Befolkningen den 1. i kvartalet", "Antal", "2026-02-11T08:00:00", "CC BY 4.0", "CSV", 6)
    names = ("table", "title", "unit", "updated", "licence", "format", "missing_values")
    assert tuple(known[name] for name in names) == told
    assert known["source"] == "Kilde: Danmarks Statistik, Statistikbanken, tabel FOLK1A"
    assert known["selection"] == {"OMRÅDE": KODER, "Tid": ["2019K1", "2019K4", "2020K1"], "KØN": ["1", "2"]}
    assert "6 celler uden tal" in done.out
    (asked,) = service.data_requests
    assert {k: v for k, v in asked.items() if k != "variables"} == {
        "table": "FOLK1A",
        "lang": "da",
        "format": "CSV",
        "valuePresentation": "Code",
    }
    assert json.loads(kept(tmp_path, "tableinfo")[0])["id"] == "FOLK1A"


def test_the_report_for_programs_is_what_stands_beside_the_file(service: Service, tmp_path: Path, cli: Cli) -> None:
    out = tmp_path / "folk.csv"
    done = cli(
        "fetch",
        "statbank",
        "FOLK1A",
        "--out",
        out,
        "--store",
        tmp_path / "lager",
        "--base-url",
        service.url,
        "--lang",
        "en",
        "--json",
    )
    told = json.loads(done.out)
    assert told.pop("written") == {"file": str(out), "sidecar": str(tmp_path / "folk.json")}
    assert told == json.loads((tmp_path / "folk.json").read_text(encoding="utf-8"))
    assert (told["totals_over"], told["lang"], told["rows"]) == (["KØN"], "en", 98 * 3)
    assert {body["lang"] for _, body in service.asked} == {"en"}


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ("HUND=1", "ingen variabel 'HUND'.*KØN \\(køn\\)"),
        ("KØN=9", "KØN har ikke koden '9'.*TOT \\(tekst TOT\\), 1 \\(tekst 1\\)"),
        ("OMRÅDE=000", "OMRÅDE har ikke koden '000' blandt sine kommuner.*101 .*og 86 flere"),
        ("OMRÅDE=411", "ikke koden '411'"),
        ("Tid=2021K1", "Tid har ikke koden '2021K1'"),
        ("KØN", "kan ikke læses"),
        ("KØN=1,,2", "kan ikke læses"),
        ("KØN=1,1", "to gange"),
    ],
)
def test_what_the_table_does_not_have_is_refused_before_data_are_asked(
    chosen: str, message: str, service: Service, tmp_path: Path
) -> None:
    with pytest.raises(MaalestokError, match=f"(?s){message}") as caught:
        fetch(service, tmp_path, chosen)
    assert caught.value.exit_code == 2
    assert service.data_requests == []


def test_a_variable_named_twice_and_one_without_a_total_must_be_put_right(service: Service, tmp_path: Path) -> None:
    with pytest.raises(MaalestokError, match="nævner KØN to gange"):
        fetch(service, tmp_path, "KØN=1", "køn=2")
    service.info["variables"][1]["elimination"] = False
    with pytest.raises(MaalestokError, match=r"(?s)ingen sum over KØN.*--select KØN=KODE.*TOT"):
        fetch(service, tmp_path)


@pytest.mark.parametrize(
    "given",
    [
        {"table": "../etc"},
        {"table": "FOLK1A?x"},
        {"lang": "de"},
        {"base_url": "http://example.org/v1"},
        {"base_url": "http://[/"},
    ],
)
def test_what_can_not_be_asked_goes_nowhere(given: dict[str, Any], service: Service, tmp_path: Path) -> None:
    with pytest.raises(MaalestokError) as caught:
        fetch(service, tmp_path, **given)
    assert caught.value.exit_code == 2
    assert (service.asked, (tmp_path / "lager").exists()) == ([], False)


@pytest.mark.parametrize("name", ["folk.txt", "mangler/folk.csv"])
def test_out_must_be_a_csv_file_in_a_folder_there_is(name: str, service: Service, tmp_path: Path, cli: Cli) -> None:
    done = cli(
        "fetch",
        "statbank",
        "FOLK1A",
        "--out",
        tmp_path / name,
        "--base-url",
        service.url,
        "--store",
        tmp_path / "lager",
    )
    assert (done.code, "ikke en CSV-fil" in done.err, service.asked) == (2, True, [])


def test_codes_can_be_chosen_with_a_star_and_are_in_the_tables_order(service: Service, tmp_path: Path) -> None:
    fetched = fetch(service, tmp_path, "tid=*k1", "OMRÅDE=751,101")
    assert fetched.selection.codes == {"OMRÅDE": ("101", "751"), "Tid": ("2019K1", "2020K1")}
    assert fetched.selection.absent == ()


def test_municipalities_the_table_lacks_are_told(service: Service, tmp_path: Path, cli: Cli) -> None:
    service.info["variables"][0]["values"] = [
        v for v in service.info["variables"][0]["values"] if v["id"] not in ("492", "563")
    ]
    done = cli(
        "fetch",
        "statbank",
        "FOLK1A",
        "--out",
        tmp_path / "f.csv",
        "--store",
        tmp_path / "lager",
        "--base-url",
        service.url,
    )
    assert (done.code, "har ikke kommunerne 492 Ærø, 563 Fanø" in done.out) == (0, True)
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["missing_kommuner"] == ["492", "563"]


def test_a_table_without_municipalities_and_one_with_two_sets_of_them(service: Service, tmp_path: Path) -> None:
    ages = variable("ALDER", [str(age) for age in range(126)])
    time = service.info["variables"][2]
    service.info["variables"] = [ages, time]
    with pytest.raises(MaalestokError, match="ikke opgjort på kommuner"):
        fetch(service, tmp_path)
    service.info["variables"] = [variable("TIL", AREAS), variable("FRA", AREAS), time]
    with pytest.raises(MaalestokError, match="flere variable: TIL, FRA"):
        fetch(service, tmp_path)
    service.figure = lambda codes: codes["TIL"]
    assert fetch(service, tmp_path, "FRA=000").selection.area == "TIL"


@pytest.mark.parametrize("fault", [refuses(500), refuses(503), refuses(429), cuts_off])
def test_a_passing_fault_is_tried_again(fault: Answer, service: Service, tmp_path: Path) -> None:
    service.faults, service.data_faults, waits = [fault], [fault, fault], list[float]()
    assert fetch(service, tmp_path, waits=waits).cells.missing == 0
    assert waits == [1.0, 1.0, 2.0]


def test_a_lasting_fault_ends_with_the_code_of_remote_faults(
    service: Service, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "ATTEMPTS", 1)
    service.data_faults = [refuses(500)]
    done = cli(
        "fetch",
        "statbank",
        "FOLK1A",
        "--out",
        tmp_path / "f.csv",
        "--store",
        tmp_path / "lager",
        "--base-url",
        service.url,
    )
    assert (done.code, "HTTP 500 (1 forsøg, /data)" in done.err) == (4, True)
    assert not (tmp_path / "f.csv").exists()


def test_a_slow_service_is_given_up(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    service.faults = [lambda handler: (done.wait(5), None)[1]] * remote.ATTEMPTS
    monkeypatch.setattr(remote, "TIMEOUT", httpx.Timeout(0.1))
    with pytest.raises(RemoteError, match="svarede ikke i tide"):
        fetch(service, tmp_path)
    done.set()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (refuses(400, "EXTRACT-NOTFOUND", "Tabel findes ikke: FOLK1A"), "kender ikke tabellen FOLK1A"),
        (refuses(404, "REQUEST-NOTFOUND"), "kender ikke tabellen FOLK1A"),
        (
            refuses(400, "REQUEST-MISSING", "Der er ikke angivet nogen tabel-id."),
            "'REQUEST-MISSING'.*ikke angivet nogen",
        ),
        (says(400, b"<html>"), "uden begrundelse"),
        (says(400, b"[]"), "uden begrundelse"),
        (says(301, b"", Location="https://example.org/"), "HTTP 301"),
        (says(200, b"<html>Vedligeholdelse</html>", "text/html"), "en webside eller XML"),
        (says(200, b"<html>Vedligeholdelse</html>"), "en webside eller XML"),
        (says(200, b'{"id": "FOLK1A"'), "beskrivelse af tabellen er ikke JSON"),
        (says(200, b'{"id": "FOLK1A"}'), "kan ikke læses"),
        (says(200, json.dumps(tableinfo(id="FOLK1B")).encode()), "handler om 'FOLK1B'"),
        (says(200, json.dumps(tableinfo(variables=tableinfo()["variables"][:2])).encode()), "netop én tidsvariabel"),
        (
            says(200, json.dumps(tableinfo(variables=[*tableinfo()["variables"], variable("køn", ["1"])])).encode()),
            "to gange",
        ),
    ],
)
def test_a_description_that_is_none_is_told(fault: Answer, message: str, service: Service, tmp_path: Path) -> None:
    service.faults = [fault]
    with pytest.raises(RemoteError, match=message):
        fetch(service, tmp_path)
    assert service.data_requests == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            refuses(400, "REQUEST-LIMIT", "Forespørgslen returnerer for mange observationer"),
            "'REQUEST-LIMIT'.*for mange",
        ),
        (refuses(400, "EXTRACT-NOTALLOWED", "Der skal vælges værdier for variabel: KØN"), "variabel: KØN"),
        (says(200, b"<html>", "text/html"), "webside"),
        (says(200, b"{}"), "'application/json; charset=utf-8', ikke med en tabel"),
        (says(200, b"", "text/csv"), "har kolonnerne"),
        (says(200, b"OMR\xc5DE;TID;INDHOLD\r\n", "text/csv"), "kan ikke læses som CSV i UTF-8"),
        (says(200, b'"OMR', "text/csv"), "kan ikke læses som CSV"),
        (says(200, "OMRÅDE;KØN;TID;INDHOLD\r\n".encode(), "text/csv"), "har kolonnerne"),
    ],
)
def test_an_answer_that_is_no_table_is_told_and_kept(
    fault: Answer, message: str, service: Service, tmp_path: Path
) -> None:
    service.data_faults = [fault]
    with pytest.raises(RemoteError, match=message):
        fetch(service, tmp_path)


def altered(column: int, text: str) -> Callable[[list[Line]], list[Line]]:
    return lambda rows: [*rows[:5], [*rows[5][:column], text, *rows[5][column + 1 :]], *rows[6:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[:-1], "mangler 1 af 294 celler"),
        (
            lambda rows: [row for row in rows if row[0] not in ("707", "860")],
            "mangler 6 af 294 celler. Intet om: 707 Norddjurs, 860 Hjørring",
        ),
        (lambda rows: [*rows, rows[7]], r"samme celle to gange \(række 296\)"),
        (lambda rows: [*rows[:4], rows[4][:-1], *rows[5:]], "har 2 felter i række 6"),
        (altered(0, "000"), "i række 7 koden '000', som der ikke er spurgt om"),
        (altered(1, "2021K1"), "koden '2021K1'"),
        (altered(2, ""), "i række 7 '', som ikke er et tal"),
        (altered(2, "1.234.567"), "ikke er et tal"),
        (altered(2, "1e3"), "ikke er et tal"),
        (lambda rows: altered(2, "1,5")([[*row[:2], "1.5"] for row in rows]), "både komma og punktum"),
    ],
)
def test_an_answer_must_hold_exactly_what_was_asked(
    change: Callable[[list[Line]], list[Line]], message: str, service: Service, tmp_path: Path
) -> None:
    service.change = change
    with pytest.raises(RemoteError, match=message):
        fetch(service, tmp_path)
    assert len(kept(tmp_path, "data")) == 1


def test_rows_and_columns_may_come_in_any_order(service: Service, tmp_path: Path) -> None:
    straight = fetch(service, tmp_path).cells.tidy()
    service.change = lambda rows: [[], *reversed(rows)]
    assert fetch(service, tmp_path).cells.tidy() == straight


def test_a_large_selection_is_divided_and_put_together(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fetch(service, tmp_path, "KØN=*").cells.tidy()
    monkeypatch.setattr(statbank_table, "CELL_LIMIT", 98 * 3 * 3 * 4 // 2 - 1)
    service.asked.clear()
    fetched = fetch(service, tmp_path, "KØN=*")
    assert fetched.cells.tidy() == whole
    parts = [{v["code"]: v["values"] for v in body["variables"]} for body in service.data_requests]
    assert [len(part["OMRÅDE"]) for part in parts] == [48, 48, 2]
    assert [code for part in parts for code in part["OMRÅDE"]] == KODER
    assert len(fetched.answers) == 3
    service.change = lambda rows: [["101", *rows[0][1:]], *rows[1:]]
    with pytest.raises(RemoteError, match="ikke er spurgt om"):
        fetch(service, tmp_path, "KØN=*")


def test_a_part_never_has_more_cells_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    selection = select(read_table(json.dumps(tableinfo()).encode(), "FOLK1A"), ["KØN=*"])
    for limit in range(1, 4000, 7):
        monkeypatch.setattr(statbank_table, "CELL_LIMIT", limit)
        parts = requests(selection)
        if parts is None:
            assert limit < 98 * 9 * 4 / statbank_table.MOST_REQUESTS + 36
        else:
            assert all(len(p["OMRÅDE"]) * len(p["Tid"]) * len(p["KØN"]) * 4 <= limit for p in parts)
            assert len(parts) <= statbank_table.MOST_REQUESTS


def test_a_still_larger_one_is_streamed_and_rows_left_out_have_the_tables_value(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    monkeypatch.setattr(statbank_table, "CELL_LIMIT", 100)
    with pytest.raises(MaalestokError, match=r"BULK.*koder i KØN(?s:.*)TOT"):
        fetch(service, tmp_path)
    assert service.data_requests == []
    service.change = lambda rows: [row for row in reversed(rows) if row[:2] != ["825", "2019K4"]]
    out = tmp_path / "f.csv"
    done = cli(
        "fetch",
        "statbank",
        "FOLK1A",
        "--select",
        "KØN=1,2",
        "--out",
        out,
        "--store",
        tmp_path / "lager",
        "--base-url",
        service.url,
    )
    assert (done.code, "2 celler udeladt af kilden; de har værdien 0" in done.out) == (0, True)
    assert [body["format"] for body in service.data_requests] == ["BULK"]
    assert [row["value"] for row in rows_of(out) if row["kommune_kode"] == "825"] == [
        "1825",
        "1825",
        "0",
        "0",
        "1825",
        "1825",
    ]
    service.info["suppressedDataValue"] = ".."
    assert fetch(service, tmp_path, "KØN=1").cells.missing == 1
    for value in ("ukendt", None):
        service.info["suppressedDataValue"] = value
        with pytest.raises(RemoteError, match=r"ikke er et tal|mangler 1 af 294"):
            fetch(service, tmp_path, "KØN=1")
    service.info["suppressedDataValue"] = "0"
    service.change = lambda rows: [row for row in rows if row[0] != "825"]
    with pytest.raises(RemoteError, match="Intet om: 825 Læsø"):
        fetch(service, tmp_path, "KØN=1")


def test_too_many_rows_are_refused(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statbank_table, "MOST_ROWS", 293)
    with pytest.raises(MaalestokError, match="giver 294 rækker; højst 293"):
        fetch(service, tmp_path)


def as_condition(cli: Cli, service: Service, folder: Path, condition: str, *more: str) -> Any:
    return cli(
        "fetch",
        "statbank",
        "FOLK1A",
        "--out",
        folder / "f.csv",
        "--as",
        condition,
        *more,
        "--store",
        folder / "lager",
        "--base-url",
        service.url,
    )


def test_a_condition_is_written_as_a_file_that_can_be_imported(service: Service, tmp_path: Path, cli: Cli) -> None:
    service.info["variables"][2]["values"].append({"id": "2999K1", "text": "2999K1"})
    service.figure = lambda codes: ".." if codes["OMRÅDE"] == "825" else "20,25"
    done = as_condition(cli, service, tmp_path, "andel_kvu", "--select", "Tid=*K1")
    path = tmp_path / "f-rammevilkaar.csv"
    assert done.code == 0, done
    assert "f-rammevilkaar.csv: andel_kvu, 2019, 2020\n" in done.out
    assert "Udeladt, da året ikke er slut: 2999" in done.out
    assert "En nyere leverance afløser et år helt" in done.out
    assert path.read_text(encoding="utf-8").startswith("kommunekode,aar,andel_KVU\n101,2019,20.25\n101,2020,20.25\n")
    imported = cli("import", "rammevilkaar", path, "--store", tmp_path / "lager")
    assert imported.code == 0, imported
    store = Store.open(tmp_path / "lager")
    rows = store.rows(store.deliveries("rammevilkaar")[0])
    assert rows.height == 196
    assert set(rows["andel_kvu"]) == {20_250_000, None}


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("bruttoledige_fuldtid", "kan ikke være et rammevilkår: Ledighed er et resultat"),
        ("ledighed_pct_AUP02", "Ledighed er et resultat"),
        ("kommuneskat_pct", "bestemmes af kommunen selv"),
        ("lykke", "'lykke' er ikke en talkolonne i rammevilkaar"),
        ("befolkning_kilde", "ikke en talkolonne"),
        ("navn", "ikke en talkolonne"),
    ],
)
def test_an_outcome_and_an_unknown_column_are_refused_before_anything_is_asked(
    condition: str, message: str, service: Service, tmp_path: Path, cli: Cli
) -> None:
    done = as_condition(cli, service, tmp_path, condition)
    assert (done.code, message in done.err, "gini" in done.err, service.asked) == (2, True, True, [])


@pytest.mark.parametrize(
    ("condition", "chosen", "message"),
    [
        ("befolkning", ["KØN=1,2", "Tid=*K1"], "her er 2 i KØN"),
        ("befolkning", ["Tid=2019*"], "2019 har flere perioder"),
        (
            "befolkning",
            ["OMRÅDE=101,147", "Tid=*K1"],
            "mangler 151 Ballerup, 153 Brøndby, 155 Dragør, 157 Gentofte, 159 Gladsaxe og 91 flere",
        ),
        ("andel_grundskole", ["Tid=*K1"], "er i pct., men 101 København har 1101"),
    ],
)
def test_a_selection_that_is_no_condition_is_refused_and_nothing_written(
    condition: str, chosen: list[str], message: str, service: Service, tmp_path: Path, cli: Cli
) -> None:
    done = as_condition(cli, service, tmp_path, condition, *itertools.chain(*(("--select", c) for c in chosen)))
    assert (done.code, message in done.err) == (2, True), done
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lager"]


@pytest.mark.parametrize(
    ("code", "message"), [("2019:2020", "ligger ikke i ét år"), ("2999", "Intet valgt år er slut")]
)
def test_periods_that_are_no_ended_year_are_refused(
    code: str, message: str, service: Service, tmp_path: Path, cli: Cli
) -> None:
    service.info["variables"][2]["values"] = [{"id": code, "text": code}]
    done = as_condition(cli, service, tmp_path, "befolkning")
    assert (done.code, message in done.err) == (2, True), done


def test_the_shapes_of_real_answers_are_understood(shared_data: Path, service: Service, tmp_path: Path) -> None:
    samples = shared_data / "api_samples"
    told = json.loads((samples / "statbank_mock_responses_denstatbank.json").read_text(encoding="utf-8"))
    info = told["mock_tableinfo_resp"]
    time = {
        "id": "Tid",
        "text": "tid",
        "elimination": False,
        "time": True,
        "values": [{"id": "2020K1", "text": "2020K1"}],
    }
    table = read_table(json.dumps(info | {"variables": [*info["variables"], time]}).encode(), "folk1a")
    assert (table.unit, table.suppressed, table.variables[0].codes) == ("number", "0", ("TOT", "1", "2"))
    lines = (
        (samples / "statbank_csv_folk1am_population_by_municipality_head40.csv")
        .read_text(encoding="utf-8-sig")
        .splitlines()
    )
    assert lines[0].split(";")[-2:] == ["TID", "INDHOLD"]
    service.data_faults = [
        says(
            200,
            "\n".join(
                ["OMRÅDE;TID;INDHOLD", *(f"101;{line.split(';')[-2]};{line.split(';')[-1]}" for line in lines[1:4])]
            ).encode(),
            "text/csv",
        )
    ]
    service.info["variables"][2]["values"] = [{"id": line.split(";")[-2], "text": ""} for line in lines[1:4]]
    assert [value for _, value in fetch(service, tmp_path, "OMRÅDE=101").cells.rows()] == [
        line.split(";")[-1] for line in lines[1:4]
    ]
