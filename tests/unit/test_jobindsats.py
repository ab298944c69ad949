"""The API client against a local server that answers like the service, and misbehaves."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from conftest import PERIODS, Cli
from maalestok import jobindsats, remote
from maalestok.beskaeftigelse import synthetic
from maalestok.deliveries.store import Store
from maalestok.errors import MaalestokError, RemoteError
from maalestok.rules.loader import load_feed

TOKEN = "en-hemmelig-nøgle".replace("ø", "oe")
DESCRIPTION = {
    "table_id": "y30r21",
    "periods": [{"period_type_id": "QMAT", "period_type_name": "Rullende år"}],
    "dimensions": [
        {"dimension_id": "_omrade", "hierarchies": [{"hierarchy_id": "_region"}, {"hierarchy_id": "_nykom"}]},
        {"dimension_id": "_ygrp_y30r21", "hierarchies": [{"hierarchy_id": "_ygrp_y30r21"}]},
    ],
}


@dataclass
class Service:
    """What the server answers, and what it was asked. `faults` are answered first, one a request."""

    url: str = ""
    data: bytes = b""
    description: bytes = json.dumps(DESCRIPTION).encode()
    faults: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def fails(status: int, cause: str = "", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    body = json.dumps({"code": status, "cause": cause, "request_id": "0"}).encode()
    return lambda handler: answer(handler, status, body, **headers)


def cuts_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"columns": [')
    handler.close_connection = True


@pytest.fixture
def service(rows: dict[str, list[synthetic.Row]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    held = Service(data=synthetic.as_json_v3([*rows[PERIODS[0]], *rows[PERIODS[1]]]))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(self.path)
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                fails(401, "Invalid token")(self)
            elif held.faults:
                held.faults.pop(0)(self)
            elif urlsplit(self.path).path == "/v3/table/y30r21":
                answer(self, 200, held.description)
            elif urlsplit(self.path).path == "/v3/data/y30r21":
                answer(self, 200, held.data)
            else:
                fails(404)(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_port}/v3"
    monkeypatch.setenv(jobindsats.TOKEN_VARIABLE, TOKEN)
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(service: Service, store: Path, waits: list[float] | None = None, **given: Any) -> Path:
    feed = load_feed("y30r21", "beskaeftigelse")
    waited = waits if waits is not None else []
    options = {"latest": 6, "period_type": None} | given
    return jobindsats.fetch_table(feed, store, options.pop("url", service.url), sleep=waited.append, **options)


def test_the_table_is_fetched_and_imported(service: Service, tmp_path: Path, cli: Cli) -> None:
    outcome = cli(
        "fetch", "jobindsats", "y30r21", "--store", tmp_path / "lager", "--base-url", service.url, "--latest", "2"
    )
    assert outcome.code == 0, outcome
    delivery = Store.open(tmp_path / "lager").deliveries("y30r21")[0]
    assert (delivery.layout, delivery.rows, delivery.periods) == ("json_v3", 784, PERIODS)
    assert Store.open(tmp_path / "lager").raw(delivery) == service.data
    query = parse_qs(urlsplit(service.asked[1]).query)
    assert query == {
        "mgroup.*": ["*"],
        "period.QMAT": ["latest:2"],
        "hierarchy._nykom": ["*"],
        "hierarchy._ygrp_y30r21": ["*"],
        "format": ["json"],
    }
    assert len(list((tmp_path / "lager" / "answers").iterdir())) == 2
    again = cli("fetch", "jobindsats", "y30r21", "--store", tmp_path / "lager", "--base-url", service.url)
    assert (again.code, "findes allerede" in again.out) == (0, True)


@pytest.mark.parametrize("fault", [fails(500), fails(503), fails(429), cuts_off])
def test_a_passing_fault_is_tried_again(
    service: Service, tmp_path: Path, fault: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    service.faults = [fault, fault]
    waits: list[float] = []
    path = fetch(service, tmp_path / "lager", waits)
    assert path.read_bytes() == service.data
    assert waits == [1.0, 2.0]


def test_the_service_says_how_long_to_wait(service: Service, tmp_path: Path) -> None:
    service.faults = [fails(429, Retry_After="7"), fails(429, Retry_After="9999")]
    waits: list[float] = []
    fetch(service, tmp_path / "lager", waits)
    assert waits == [7.0, remote.LONGEST_WAIT]


def test_a_lasting_fault_is_told(service: Service, tmp_path: Path) -> None:
    service.faults = [fails(500)] * 4
    with pytest.raises(RemoteError, match=r"HTTP 500 \(4 forsøg"):
        fetch(service, tmp_path / "lager")
    assert len(service.asked) == remote.ATTEMPTS


def test_a_slow_service_is_given_up(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    service.faults = [lambda handler: (done.wait(5), None)[1]] * 4
    monkeypatch.setattr(remote, "TIMEOUT", httpx.Timeout(0.1))
    with pytest.raises(RemoteError, match="svarede ikke i tide"):
        fetch(service, tmp_path / "lager")
    done.set()


def test_nobody_there(service: Service, tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="forbindelsen svigtede"):
        fetch(service, tmp_path / "lager", url="http://127.0.0.1:9")


def test_a_wrong_key_is_told_plainly_and_never_shown(
    service: Service, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(jobindsats.TOKEN_VARIABLE, "forkert-noegle")
    outcome = cli("fetch", "jobindsats", "y30r21", "--store", tmp_path / "lager", "--base-url", service.url)
    assert (outcome.code, "afviste nøglen (HTTP 401)" in outcome.err) == (4, True)
    assert "forkert-noegle" not in outcome.out + outcome.err
    assert len(service.asked) == 1


def test_no_key(service: Service, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(jobindsats.TOKEN_VARIABLE)
    outcome = cli("fetch", "jobindsats", "y30r21", "--store", tmp_path / "lager", "--base-url", service.url)
    assert (outcome.code, "JOBINDSATS_TOKEN er ikke sat" in outcome.err) == (2, True)
    assert not (tmp_path / "lager").exists()


def test_the_key_goes_nowhere_without_tls(service: Service, tmp_path: Path) -> None:
    with pytest.raises(MaalestokError, match="ikke https"):
        fetch(service, tmp_path / "lager", url="http://example.org/v3")
    assert service.asked == []


def test_a_redirect_is_not_followed(service: Service, tmp_path: Path) -> None:
    service.faults = [fails(302, "Flyttet", Location="http://127.0.0.1:9/")]
    with pytest.raises(RemoteError, match="HTTP 302"):
        fetch(service, tmp_path / "lager")


def test_an_unknown_table_and_a_refused_request(service: Service, tmp_path: Path) -> None:
    service.faults = [fails(404)]
    with pytest.raises(RemoteError, match="kender ikke /table/y30r21"):
        fetch(service, tmp_path / "lager")
    service.faults = [fails(422, "Unknown period type: M")]
    with pytest.raises(RemoteError, match="Unknown period type: M"):
        fetch(service, tmp_path / "lager")
    service.faults = [lambda handler: answer(handler, 400, b"<html>")]
    with pytest.raises(RemoteError, match="uden begrundelse"):
        fetch(service, tmp_path / "lager")


def test_an_answer_that_is_not_json_is_kept_and_told(service: Service, tmp_path: Path) -> None:
    service.data = b"<html>Vedligeholdelse</html>"
    with pytest.raises(RemoteError, match="ikke er JSON"):
        fetch(service, tmp_path / "lager")
    kept = list((tmp_path / "lager" / "answers").glob("y30r21-data-*"))
    assert [path.read_bytes() for path in kept] == [service.data]


def test_a_renamed_column_is_refused_by_the_contract(service: Service, tmp_path: Path, cli: Cli) -> None:
    service.data = service.data.replace(b"Faktisk antal", b"Antal i alt")
    outcome = cli("fetch", "jobindsats", "y30r21", "--store", tmp_path / "lager", "--base-url", service.url, "--json")
    assert outcome.code == 2
    assert {e["rule"] for e in json.loads(outcome.out)[0]["errors"]} == {"kolonne_ukendt", "kolonne_mangler"}
    assert Store.open(tmp_path / "lager").deliveries("y30r21") == []


def test_the_known_error_answers_of_the_api_are_understood(service: Service, tmp_path: Path, shared_data: Path) -> None:
    sample = json.loads(
        (shared_data / "api_samples" / "jobindsats_v3_period_errors_y28a15.json").read_text(encoding="utf-8")
    )
    body = sample["attempts"]["M"]["error"].partition(": ")[2]
    service.faults = [lambda handler: answer(handler, 422, body.encode())]
    with pytest.raises(RemoteError, match="Unknown period type: M"):
        fetch(service, tmp_path / "lager", period_type="M")


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ({"period_type": "QMAT"}, "QMAT"),
        ({"periods": [{"type": "QMAT"}, {"type": "QMAT"}]}, "QMAT"),
        ({"table": {"period": {"levels": [{"period_type_id": "Y"}]}}}, "Y"),
        ([{"period_types": [{"type_id": "M"}]}], "M"),
    ],
)
def test_the_period_type_is_read_from_the_description(description: Any, expected: str) -> None:
    assert jobindsats.find_period_type(description) == expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [({}, "ingen periodetype"), ({"periods": [{"type": "M"}, {"type": "Y"}]}, "flere periodetyper: 'M', 'Y'")],
)
def test_an_unclear_period_type_asks_for_the_option(description: Any, expected: str) -> None:
    with pytest.raises(RemoteError, match=expected) as caught:
        jobindsats.find_period_type(description)
    assert "--period-type" in str(caught.value)


def test_a_description_without_dimensions_falls_back() -> None:
    assert jobindsats.find_hierarchies({}, "y30r21") == ["_nykom", "_ygrp_y30r21"]
    assert jobindsats.find_hierarchies(DESCRIPTION, "y30r21") == ["_nykom", "_ygrp_y30r21"]
