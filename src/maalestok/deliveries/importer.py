"""Import: read, check, compare, keep. One file with an error rejects the whole call, and the store is as before."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from maalestok.deliveries.cells import KEY_KINDS, TypedRows, read_cells
from maalestok.deliveries.columns import match_columns
from maalestok.deliveries.contract import Contract, check_rows, missing_keys
from maalestok.deliveries.corrections import FEED as CORRECTIONS
from maalestok.deliveries.corrections import Correction, apply_corrections, read_corrections
from maalestok.deliveries.issues import Issue, Level, errors, shown
from maalestok.deliveries.report import AFVIST, FINDES, MODTAGET, Report, compare_rows
from maalestok.deliveries.store import Delivery, Store
from maalestok.deliveries.supersession import order_key
from maalestok.deliveries.tables import read_table
from maalestok.errors import MaalestokError, UnreadableFile
from maalestok.rules.models import Feed

Warner = Callable[[pl.DataFrame, Feed], list[Issue]]
DateCheck = Callable[[pl.DataFrame, Feed, date], list[Issue]]


@dataclass(frozen=True)
class FeedKind:
    """Everything an import needs to know of a feed."""

    feed: Feed
    contract: Contract
    date_check: DateCheck
    warner: Warner


@dataclass(frozen=True)
class Arrival:
    """When a file was received and, if stated, extracted; and whether it is declared invented."""

    received: datetime
    extracted: datetime | None = None
    syntetisk: bool = False


@dataclass(frozen=True)
class _Checked:
    report: Report
    delivery: Delivery | None
    content: bytes
    rows: pl.DataFrame | None


def import_files(kind: FeedKind, paths: Sequence[Path], store_path: Path, arrival: Arrival) -> list[Report]:
    """Import files of one feed.

    Every file is checked before any is kept. When one has an error, none is kept and the reports say `afvist`.
    """
    store = Store(store_path)
    corrections = corrections_in_force(store)
    checked = [_check(kind, path, store, corrections, arrival) for path in paths]
    if any(errors(item.report.issues) for item in checked):
        for item in checked:
            item.report.outcome = AFVIST
        return [item.report for item in checked]
    store = Store.open_or_create(store_path)
    for item in checked:
        if item.delivery is not None:
            added = store.add(item.delivery, item.content, item.rows, item.report.as_dict())
            item.report.outcome = MODTAGET if added else FINDES
    return [item.report for item in checked]


def corrections_in_force(store: Store, known_at: datetime | None = None) -> tuple[Correction, ...]:
    """The newest corrections file's content, or nothing."""
    deliveries = store.deliveries(CORRECTIONS, known_at)
    return read_corrections(store.raw(deliveries[-1])) if deliveries else ()


def import_corrections(paths: Sequence[Path], store_path: Path, arrival: Arrival) -> list[Report]:
    """Import corrections files: checked for shape, kept like any delivery."""
    contents = [_content(path, 4) for path in paths]
    parsed = [read_corrections(content) for content in contents]
    store = Store.open_or_create(store_path)
    reports = []
    for path, content, corrections in zip(paths, contents, parsed, strict=True):
        digest = hashlib.sha256(content).hexdigest()
        report = Report(CORRECTIONS, path.name, digest, MODTAGET, "yaml", "rettelse", len(corrections))
        report.corrections = [c.id for c in corrections]
        delivery = _card(CORRECTIONS, path, content, report, arrival, syntetisk=False)
        if not store.add(delivery, content, None, report.as_dict()):
            report.outcome = FINDES
        reports.append(report)
    return reports


def _content(path: Path, max_megabytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableFile(f"{path} er ikke en fil.", remedy="Angiv en fil, ikke en mappe.")
        if size > max_megabytes * 1_000_000:
            raise UnreadableFile(
                f"{path.name} fylder {size / 1e6:.0f} MB; denne leverance er højst {max_megabytes} MB.",
                remedy="Kontrollér, at det er den rigtige fil.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} findes ikke.", remedy="Kontrollér stien.") from error
    except OSError as error:
        raise UnreadableFile(f"{path} kan ikke læses: {error.strerror}.", remedy="Kontrollér rettighederne.") from error


def _check(kind: FeedKind, path: Path, store: Store, corrections: Sequence[Correction], arrival: Arrival) -> _Checked:
    feed = kind.feed
    report = Report(feed.id, path.name, "", MODTAGET)
    try:
        content = _content(path, feed.max_megabytes)
        report.sha256 = hashlib.sha256(content).hexdigest()
        if (known := store.find(feed.id, report.sha256)) is not None:
            report.outcome, report.rows, report.periods = FINDES, known.rows, known.periods
            report.layout, report.syntetisk = known.layout, known.syntetisk
            report.notes.append(f"Filen er allerede modtaget {known.received.isoformat()}; intet er ændret.")
            return _Checked(report, None, content, None)
        table = read_table(content, feed.max_rows)
    except MaalestokError as error:
        report.issues.append(Issue(Level.FEJL, "filen_laesbar", error.message, error.remedy or ""))
        return _Checked(report, None, b"", None)
    report.layout, report.row_word = table.layout, table.row_word
    report.notes.extend(table.notes)
    positions, issues = match_columns(table, feed)
    report.issues.extend(issues)
    if issues:
        return _Checked(report, None, content, None)
    rows = _check_rows(kind, report, store, corrections, arrival, read_cells(table, positions, feed, report.sha256))
    if rows is None:
        return _Checked(report, None, content, None)
    delivery = _card(feed.id, path, content, report, arrival, syntetisk=report.syntetisk)
    newer = [d for d in store.deliveries(feed.id) if order_key(d) > order_key(delivery)]
    if any(set(d.periods) & set(delivery.periods) for d in newer):
        report.notes.append("Lageret har en nyere leverance for samme periode; den gælder fortsat.")
    return _Checked(report, delivery, content, rows)


def _check_rows(
    kind: FeedKind,
    report: Report,
    store: Store,
    corrections: Sequence[Correction],
    arrival: Arrival,
    typed: TypedRows,
) -> pl.DataFrame | None:
    feed, frame = kind.feed, typed.frame
    report.issues.extend(typed.issues)
    report.rows, report.periods = len(frame), frame["period"].drop_nulls().unique().sort().to_list()
    report.syntetisk = typed.syntetisk or arrival.syntetisk
    if typed.aggregates_left_out:
        report.notes.append(
            f"{typed.aggregates_left_out} rækker for hele landet, regioner eller landsdele er ikke brugt."
        )
    if frame.is_empty():
        report.issues.append(
            Issue(Level.FEJL, "har_raekker", "Filen har en overskrift, men ingen rækker.", "Hent tabellen igen.")
        )
        return None
    corrected, report.corrections, misfits = apply_corrections(frame, feed, corrections)
    keys = [c.id for c in feed.columns if c.kind in KEY_KINDS]
    whole = corrected.drop_nulls(keys)
    report.issues.extend(check_rows(whole, feed, kind.contract))
    report.issues.extend(kind.date_check(whole, feed, arrival.received.date()))
    if not errors(report.issues):
        report.issues.extend(missing_keys(corrected, feed))
    if errors(report.issues):
        return None
    report.issues.extend(kind.warner(corrected, feed))
    report.issues.extend(
        Issue(
            Level.ADVARSEL,
            "rettelse_passer",
            text,
            "Sæt rettelsens status til afsluttet, hvis kilden er rettet.",
        )
        for text in misfits
    )
    before, report.compared_with = _in_force(store, feed, corrected)
    report.changes = compare_rows(corrected, before, feed) if not before.is_empty() else []
    return frame


def _in_force(store: Store, feed: Feed, now: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The rows that were in force for the same keys before this delivery, and the hashes they came from."""
    unit = list(feed.supersedes_by)
    wanted = now.select(unit).unique()
    parts, hashes = [], []
    for delivery in reversed(store.deliveries(feed.id)):
        part = store.rows(delivery).join(wanted, on=unit, how="semi")
        if not part.is_empty():
            parts.append(part)
            hashes.append(delivery.sha256)
            wanted = wanted.join(part, on=unit, how="anti")
    return (pl.concat(parts) if parts else now.clear()), hashes


def _card(feed: str, path: Path, content: bytes, report: Report, arrival: Arrival, *, syntetisk: bool) -> Delivery:
    return Delivery(
        feed=feed,
        sha256=report.sha256,
        received=arrival.received,
        extracted=arrival.extracted,
        file_name=shown(path.name).strip("'"),
        size=len(content),
        layout=report.layout,
        row_word=report.row_word,
        rows=report.rows,
        periods=tuple(report.periods),
        syntetisk=syntetisk,
    )
