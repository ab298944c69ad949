"""Write documents: one into a file, or all municipalities' into a folder with a list of what may be published."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from maalestok.deliveries.files import write_atomically
from maalestok.errors import MaalestokError
from maalestok.publish.documents.document import Document
from maalestok.publish.shown import Shown
from maalestok.registry import benchmark as find_benchmark
from maalestok.registry import module
from maalestok.release.read import open_release, require_benchmark

FORMATS = ("docx", "pdf", "html")
LIST = "dokumenter.json"
PUBLIC = ("orientering", "aarsnotat")
"""Kinds that may stand on a website. A letter to a municipality never may."""


class Entry(BaseModel):
    """A document in the list: where it is, what it is about, which release it rests on, and its bytes' hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    kind: str
    kommune: str | None
    period: str
    release: str
    syntetisk: bool
    sha256: str


@dataclass(frozen=True)
class Order:
    """A document to make: by which module of which benchmark, from which release, about whom and when."""

    benchmark: str
    maker: str
    release: Path
    kommune: str
    period: str | None
    form: str


def encoded(document: Document, form: str, template: Path | None = None) -> bytes:
    """A document in one format: `docx`, `pdf` or `html`.

    Raises:
        MaalestokError: another format, or a template that can't be used.
    """
    match form:
        case "docx":
            from maalestok.publish.documents.word import docx

            return docx(document, template)
        case "pdf":
            from maalestok.publish.documents.pdf import pdf

            return pdf(document)
        case "html":
            from maalestok.publish.documents.page import page

            return page(document)
    raise MaalestokError(f"Formatet {form!r} findes ikke.", remedy=f"Vælg en af: {', '.join(FORMATS)}.")


def format_of(path: Path) -> str:
    """The format a file's name asks for.

    Raises:
        MaalestokError: another ending.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise MaalestokError(
            f"{path.name}: et dokument skrives som {', '.join(f'.{held}' for held in FORMATS)}.",
            remedy="Ret filens endelse.",
        )
    return form


def write_one(document: Document, path: Path, template: Path | None = None) -> None:
    """Write a document into a file, whole or not at all."""
    content = encoded(document, format_of(path), template)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)


@cache
def shown(benchmark: str, folder: Path) -> Shown:
    """A release of a benchmark, opened once.

    Raises:
        MaalestokError: another benchmark's.
    """
    release = open_release(folder)
    require_benchmark(release, benchmark)
    return Shown(release, find_benchmark(benchmark).rules())


def make(order: Order) -> Document:
    """The document of an order."""
    held = shown(order.benchmark, order.release)
    made: Document = module(order.benchmark, order.maker).make(held, order.kommune, order.period, order.form)
    return made


def _write(order: Order, folder: Path, formats: Sequence[str], template: Path | None) -> list[Entry]:
    document = make(order)
    found = []
    for form in formats:
        path = f"{document.kommune}/{document.id}.{form}"
        content = encoded(document, form, template)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / path, content)
        found.append(entry(document, path, content))
    return found


def entry(document: Document, path: str, content: bytes) -> Entry:
    """A written document's line in the list."""
    return Entry(
        path=path,
        kind=document.kind,
        kommune=document.kommune,
        period=document.period,
        release=document.release,
        syntetisk=bool(document.mark),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def write_all(
    orders: Sequence[Order],
    folder: Path,
    formats: Sequence[str],
    template: Path | None = None,
    *,
    workers: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Write every document in every format as `KODE/KIND-PERIOD.FORMAT`, and the list. Gives how many files.

    A document that was there is replaced; the list keeps what other commands wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = {found.path: found for found in listed(folder)} if (folder / LIST).is_file() else {}
    job = partial(_write, folder=folder, formats=formats, template=template)
    workers = workers or os.cpu_count() or 1
    count = 0
    for made in _each(job, orders, workers):
        count += len(made)
        held |= {found.path: found for found in made}
        say(f"{count} af {len(orders) * len(formats)}")
    write_list(folder, held.values())
    return count


def add_to_list(document: Document, path: Path) -> None:
    """Put a written document on its folder's list, so that it may stand on a website."""
    folder = path.parent
    held = {found.path: found for found in listed(folder)} if (folder / LIST).is_file() else {}
    held[path.name] = entry(document, path.name, path.read_bytes())
    write_list(folder, held.values())


def _each(job: Callable[[Order], list[Entry]], orders: Sequence[Order], workers: int) -> Iterable[list[Entry]]:
    if workers < 2 or len(orders) < 2 * workers:
        yield from map(job, orders)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(job, orders, chunksize=4)


def write_list(folder: Path, held: Iterable[Entry]) -> None:
    """The list of a folder's documents, by path. Only kinds that may be published are on it."""
    rows = [found.model_dump() for found in sorted(held, key=lambda e: e.path) if found.kind in PUBLIC]
    write_atomically(folder / LIST, (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode())


def listed(folder: Path) -> list[Entry]:
    """The documents on a folder's list.

    Raises:
        MaalestokError: no list, or one that can't be read.
    """
    path = folder / LIST
    if not path.is_file():
        raise MaalestokError(
            f"{folder} har ingen {LIST}.", remedy="Lav dokumenterne med maalestok document ... --all --out MAPPE."
        )
    try:
        return [Entry.model_validate(row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, ValidationError) as error:
        raise MaalestokError(f"{path} kan ikke læses.", remedy="Lav dokumenterne igen.") from error
