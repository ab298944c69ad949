"""Client of the jobindsats.dk API, version 3: describe a table, fetch its newest periods, keep the raw answers.

Requests: `GET <base>/table/<id>?format=json`, then `GET <base>/data/<id>?mgroup.*=*&period.<type>=latest:<n>
&hierarchy.<id>=*&format=json`, with a bearer token. Which period type a table has is read from its description.
The token comes from the environment and is never printed, stored or sent to an address without TLS (loopback excepted).
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from maalestok.deliveries.issues import shown
from maalestok.deliveries.store import Store
from maalestok.errors import MaalestokError, RemoteError
from maalestok.remote import ask, client_args, keep
from maalestok.rules.models import Feed

TOKEN_VARIABLE = "JOBINDSATS_TOKEN"  # noqa: S105  # the variable's name, not a secret
PERIOD_TYPE_KEYS = ("period_type_id", "period_type", "type_id", "type")


def fetch_table(
    feed: Feed,
    store: Path,
    base_url: str,
    latest: int,
    period_type: str | None,
    say: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch a table's newest editions and keep the raw answers under `<store>/answers/`.

    Returns:
        The path of the data answer, ready to be imported.

    Raises:
        MaalestokError: no token, or an address without TLS.
        RemoteError: refused key, unknown table, a service that fails or answers something else than a table.
    """
    client_args = _client_args(base_url)
    Store.open_or_create(store)
    answers = store / "answers"
    answers.mkdir(exist_ok=True)
    with httpx.Client(**client_args) as client:
        say("tabellens beskrivelse")
        described = _get(client, f"/table/{feed.id}", {"format": "json"}, say, sleep)
        keep(answers, f"{feed.id}-tabel", described)
        description = _json(described)
        kind = period_type or find_period_type(description)
        query = {"mgroup.*": "*", f"period.{kind}": f"latest:{latest}"}
        query |= {f"hierarchy.{name}": "*" for name in find_hierarchies(description, feed.id)} | {"format": "json"}
        say("data")
        content = _get(client, f"/data/{feed.id}", query, say, sleep)
    path = keep(answers, f"{feed.id}-data", content)
    _json(content)
    return path


def _client_args(base_url: str) -> dict[str, Any]:
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise MaalestokError(
            f"Miljøvariablen {TOKEN_VARIABLE} er ikke sat.",
            remedy="Bed om en nøgle hos jobindsats.dk, og sæt den: export JOBINDSATS_TOKEN=...",
        )
    if not token.isascii() or not token.isprintable():
        raise MaalestokError(f"{TOKEN_VARIABLE} har tegn, en nøgle ikke kan have.", remedy="Kopiér nøglen igen.")
    return client_args(base_url, {"Authorization": f"Bearer {token}", "Accept": "application/json"})


def _get(
    client: httpx.Client,
    path: str,
    query: dict[str, str],
    say: Callable[[str], None],
    sleep: Callable[[float], None],
) -> bytes:
    def send() -> httpx.Response:
        return client.get(path, params=query)

    return ask(send, "jobindsats.dk", path, lambda answer: _refused(answer, path), say, sleep).content


def _refused(answer: httpx.Response, path: str) -> RemoteError:
    if answer.status_code in (401, 403):
        return RemoteError(
            f"jobindsats.dk afviste nøglen (HTTP {answer.status_code}).",
            remedy=f"Kontrollér {TOKEN_VARIABLE}; en nøgle til version 2 gælder ikke nødvendigvis i version 3.",
        )
    if answer.status_code == httpx.codes.NOT_FOUND:
        return RemoteError(f"jobindsats.dk kender ikke {path}.", remedy="Kontrollér tabellens navn og --base-url.")
    return RemoteError(
        f"jobindsats.dk afviste forespørgslen (HTTP {answer.status_code}): {_cause(answer)}",
        remedy="Passer periodetypen ikke, så angiv den med --period-type.",
    )


def _cause(answer: httpx.Response) -> str:
    try:
        cause = answer.json()["cause"]
    except (ValueError, KeyError, TypeError):
        return "uden begrundelse"
    return shown(str(cause))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RemoteError(
            "jobindsats.dk svarede med noget, der ikke er JSON.",
            remedy="Prøv igen senere; det rå svar er gemt.",
        ) from error


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for item in node.values():
            yield from _walk(item)
    elif isinstance(node, list):
        for item in node:
            yield from _walk(item)


def find_period_type(description: Any) -> str:
    """The period type a table's description names, wherever it stands below a key that speaks of periods.

    Raises:
        RemoteError: none, or more than one.
    """
    found: set[str] = set()
    for node in _walk(description):
        for key, value in node.items():
            if "period" not in key.lower():
                continue
            if key.lower() in PERIOD_TYPE_KEYS and isinstance(value, str):
                found.add(value)
            for inner in _walk(value):
                found |= {v for k in PERIOD_TYPE_KEYS if isinstance(v := inner.get(k), str)}
    if len(found) == 1 and all(re.fullmatch(r"[A-Za-z0-9_]{1,20}", kind) for kind in found):
        return found.pop()
    raise RemoteError(
        "Tabellens beskrivelse "
        + (
            f"nævner flere periodetyper: {', '.join(map(shown, sorted(found)))}."
            if found
            else "nævner ingen periodetype."
        ),
        remedy="Angiv den med --period-type, fx --period-type QMAT.",
    )


def find_hierarchies(description: Any, table: str) -> list[str]:
    """One hierarchy of each dimension: municipalities for the area, the first of every other.

    A description without dimensions gives the two that this kind of table is known to have.
    """
    chosen: list[str] = []
    for node in _walk(description):
        if "dimension_id" not in node:
            continue
        names = [h["hierarchy_id"] for h in _walk(node.get("hierarchies")) if isinstance(h.get("hierarchy_id"), str)]
        if names:
            chosen.append("_nykom" if "_nykom" in names else names[0])
    return chosen or ["_nykom", f"_ygrp_{table}"]
