"""Asking a public service over HTTP: an address with TLS, tries again with growing waits, raw answers kept by hash."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from maalestok import __version__
from maalestok.deliveries.store import write_atomically
from maalestok.errors import MaalestokError, RemoteError

ATTEMPTS = 4
RETRIED = frozenset({429, 500, 502, 503, 504})
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
LONGEST_WAIT = 30.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def client_args(base_url: str, headers: dict[str, str]) -> dict[str, Any]:
    """Arguments of a client for a service; a redirect is not followed, as it could lead anywhere.

    Raises:
        MaalestokError: an address that can't be read, or one without TLS (loopback excepted).
    """
    try:
        address = urlsplit(base_url)
        httpx.URL(base_url)
    except (ValueError, httpx.InvalidURL) as error:
        raise MaalestokError(f"Adressen {base_url!r} kan ikke læses.", remedy="Ret --base-url.") from error
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        raise MaalestokError(
            f"Adressen {base_url!r} er ikke https.",
            remedy="Nøgler og svar sendes kun krypteret. Brug https.",
        )
    return {
        "base_url": base_url.rstrip("/"),
        "headers": {"User-Agent": f"maalestok/{__version__}"} | headers,
        "timeout": TIMEOUT,
        "follow_redirects": False,
    }


def ask(
    send: Callable[[], httpx.Response],
    service: str,
    path: str,
    refused: Callable[[httpx.Response], RemoteError],
    say: Callable[[str], None],
    sleep: Callable[[float], None],
) -> httpx.Response:
    """The answer to a request; one that fails in passing is sent again.

    Raises:
        RemoteError: every attempt failed, or what `refused` makes of an answer that is neither OK nor a passing fault.
    """
    failure = ""
    for attempt in range(1, ATTEMPTS + 1):
        wait = min(2.0 ** (attempt - 1), LONGEST_WAIT)
        try:
            answer = send()
        except httpx.TimeoutException:
            failure = "tjenesten svarede ikke i tide"
        except httpx.RequestError as error:
            failure = f"forbindelsen svigtede ({type(error).__name__})"
        else:
            if answer.status_code == httpx.codes.OK:
                return answer
            if answer.status_code not in RETRIED:
                raise refused(answer)
            failure = f"HTTP {answer.status_code}"
            wait = min(_retry_after(answer) or wait, LONGEST_WAIT)
        if attempt < ATTEMPTS:
            say(f"{failure}; prøver igen om {wait:.0f} s")
            sleep(wait)
    raise RemoteError(f"{service} kunne ikke nås: {failure} ({ATTEMPTS} forsøg, {path}).", remedy="Prøv igen senere.")


def _retry_after(answer: httpx.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None


def keep(folder: Path, name: str, content: bytes, suffix: str = ".json") -> Path:
    """Keep a raw answer under a name and its hash; the same answer is kept once."""
    path = folder / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    if not path.exists():
        write_atomically(path, content)
    return path
