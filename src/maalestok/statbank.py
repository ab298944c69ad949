"""Client of Statistics Denmark's StatBank API, version 1: describe a table, fetch figures of municipalities.

Requests: `POST <base>/tableinfo` and `POST <base>/data` with a JSON body (Danmarks Statistik recommends POST), codes
instead of texts. Raw answers are kept under `<store>/answers/`. No key is needed. Figures are free to use with a source
line: CC BY 4.0 (https://www.dst.dk/da/Statistik/hjaelp-til-statistikbanken/api).
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from maalestok.deliveries.files import file_hash
from maalestok.deliveries.issues import shown
from maalestok.deliveries.store import Store, write_atomically
from maalestok.errors import MaalestokError, RemoteError
from maalestok.remote import ask, client_args, keep
from maalestok.statbank_cells import Cells
from maalestok.statbank_table import TABLE, Selection, read_table, refuse_elimination, requests, select

SERVICE = "api.statbank.dk"
LICENCE = "CC BY 4.0"
LANGUAGES = ("da", "en")
_NOT_A_TABLE = ("html", "json", "xml")


@dataclass(frozen=True)
class Asked:
    """Which table, which codes (`VARIABLE=CODE,CODE`), and where answers are kept."""

    table: str
    select: Sequence[str]
    store: Path
    base_url: str
    lang: str = "da"


@dataclass(frozen=True)
class Fetched:
    """Figures and the raw answers they were read from."""

    cells: Cells
    lang: str
    form: str
    answers: Sequence[Path]

    @property
    def selection(self) -> Selection:
        """What was asked for."""
        return self.cells.selection


def fetch_table(
    asked: Asked, say: Callable[[str], None] = lambda _: None, sleep: Callable[[float], None] = time.sleep
) -> Fetched:
    """Fetch the figures of a selection, checked against the table's own description before and after.

    Raises:
        MaalestokError: a table, variable, code or language that can't be; an address without TLS.
        RemoteError: unknown table, a service that fails or answers something else than what was asked for.
    """
    if not TABLE.fullmatch(asked.table):
        raise MaalestokError(f"{shown(asked.table)} er ikke navnet på en tabel.", remedy="Skriv fx FOLK1AM.")
    if asked.lang not in LANGUAGES:
        raise MaalestokError(f"--lang {shown(asked.lang)} findes ikke.", remedy="Vælg da eller en.")
    table_id = asked.table.upper()
    arguments = client_args(asked.base_url, {})
    Store.open_or_create(asked.store)
    folder = asked.store / "answers"
    folder.mkdir(exist_ok=True)
    common = {"table": table_id, "lang": asked.lang}
    with httpx.Client(**arguments) as client:
        say("tabellens beskrivelse")
        described = _post(client, "/tableinfo", common | {"format": "JSON"}, say, sleep)
        keep(folder, f"{table_id}-tableinfo", described.content)
        _refuse_kinds(described, ("html", "xml"))
        selection = select(read_table(described.content, table_id), asked.select)
        parts = requests(selection)
        if parts is None:
            refuse_elimination(selection)
        form = "BULK" if parts is None else "CSV"
        cells, kept = Cells(selection), []
        for number, part in enumerate(parts or [selection.codes], 1):
            say(f"data, del {number} af {len(parts or [1])}")
            variables = [{"code": name, "values": list(codes)} for name, codes in part.items()]
            body = common | {"format": form, "valuePresentation": "Code", "variables": variables}
            answer = _post(client, "/data", body, say, sleep)
            kept.append(keep(folder, f"{table_id}-data", answer.content, ".csv"))
            _refuse_kinds(answer, _NOT_A_TABLE)
            cells.take(answer.content, part)
    cells.finish(streamed=parts is None)
    return Fetched(cells, asked.lang, form, kept)


def _post(
    client: httpx.Client,
    path: str,
    body: Mapping[str, Any],
    say: Callable[[str], None],
    sleep: Callable[[float], None],
) -> httpx.Response:
    def send() -> httpx.Response:
        return client.post(path, json=body)

    return ask(send, SERVICE, path, lambda answer: _refused(answer, path, str(body["table"])), say, sleep)


def _refused(answer: httpx.Response, path: str, table: str) -> RemoteError:
    """The API says what is wrong as {"errorTypeCode": "EXTRACT-NOTFOUND", "message": "Tabel findes ikke: X"}."""
    try:
        told = answer.json()
        code, message = str(told["errorTypeCode"]), str(told["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        code, message = "", "uden begrundelse"
    if answer.status_code == httpx.codes.NOT_FOUND or (code == "EXTRACT-NOTFOUND" and path == "/tableinfo"):
        return RemoteError(
            f"Statistikbanken kender ikke tabellen {table} (HTTP {answer.status_code}).",
            remedy="Kontrollér tabellens navn på statistikbanken.dk, og --base-url.",
        )
    told_code = f" {shown(code)}" if code else ""
    return RemoteError(
        f"Statistikbanken afviste forespørgslen (HTTP {answer.status_code}{told_code}): {shown(message)}",
        remedy="Vælg færre eller andre koder med --select.",
    )


def _refuse_kinds(answer: httpx.Response, kinds: Sequence[str]) -> None:
    kind = answer.headers.get("Content-Type", "").lower()
    page = answer.content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
    if page or any(word in kind for word in kinds):
        what = "en webside eller XML" if page else shown(kind)
        raise RemoteError(
            f"Statistikbanken svarede med {what}, ikke med en tabel.",
            remedy="Prøv igen senere, eller kontrollér --base-url; det rå svar er gemt.",
        )


def sidecar_of(out: Path) -> Path:
    """Where what is known of a file of figures is written."""
    return out.with_suffix(".json")


def refuse_out(out: Path) -> None:
    """Check the file to write before anything is fetched.

    Raises:
        MaalestokError: not a CSV file in a folder there is.
    """
    if out.suffix != ".csv" or out.is_dir() or not out.parent.is_dir():
        raise MaalestokError(
            f"--out {shown(str(out))} er ikke en CSV-fil i en mappe, der findes.", remedy="Skriv fx --out folketal.csv."
        )


def write(fetched: Fetched, out: Path, at: datetime) -> dict[str, Any]:
    """Write the tidy file and, beside it, what is known of it; each is whole or absent.

    Args:
        fetched: the figures.
        out: the CSV file.
        at: when they were fetched.

    Returns:
        What the JSON file beside it says.
    """
    content, selection = fetched.cells.tidy(), fetched.selection
    table = selection.table
    known = {
        "table": table.id,
        "title": table.text,
        "unit": table.unit,
        "updated": table.updated,
        "source": f"Kilde: Danmarks Statistik, Statistikbanken, tabel {table.id}",
        "licence": LICENCE,
        "fetched": at.isoformat(timespec="seconds"),
        "lang": fetched.lang,
        "format": fetched.form,
        "selection": {name: list(codes) for name, codes in selection.codes.items()},
        "totals_over": list(selection.eliminated),
        "rows": len(fetched.cells.values),
        "missing_values": fetched.cells.missing,
        "left_out_by_source": fetched.cells.filled,
        "left_out_value": table.suppressed if fetched.cells.filled else None,
        "missing_kommuner": list(selection.absent),
        "file": out.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "answers": [{"file": path.name, "sha256": file_hash(path)} for path in fetched.answers],
    }
    write_atomically(out, content)
    write_atomically(sidecar_of(out), (json.dumps(known, ensure_ascii=False, indent=1) + "\n").encode())
    return known
