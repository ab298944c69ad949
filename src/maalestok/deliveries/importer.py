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
from maalestok.deliveries.corrections import Correction, apply_corrections
from maalestok.deliveries.issues import Issue, Level, errors, printable
from maalestok.deliveries.report import AFVIST, FINDES, MODTAGET, Report, compare_rows
from maalestok.deliveries.store import Delivery, NewDelivery, Store, corrections_in_force
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
    stated: bool = False
    """The time was given, not taken from the clock: known bytes then count as received again."""


@dataclass(frozen=True)
class _Checked:
    report: Report
    delivery: Delivery | None
    content: bytes
    rows: pl.DataFrame | None
    again: bool = False


def import_files(kind: FeedKind, paths: Sequence[Path], store_path: Path, arrival: Arrival) -> list[Report]:
    """Import files of one feed.

    Every file is checked before any is kept. When one has an error, none is kept and the reports say `afvist`.
    """
    store = Store(store_path)
    corrections = corrections_in_force(store)
    checked = [_check(kind, path, store, corrections, arrival) for path in paths]
    _refuse_overlap(kind.feed, checked)
    if any(errors(item.report.issues) for item in checked):
        for item in checked:
            item.report.outcome = AFVIST
        return [item.report for item in checked]
    store = Store.open_or_create(store_path)
    fresh = [item for item in checked if item.delivery is not None and not item.again]
    new = [
        NewDelivery(item.delivery, item.content, item.rows, item.report.as_dict()) for item in fresh if item.delivery
    ]
    again = [item.delivery for item in checked if item.delivery is not None and item.again]
    for item, added in zip(fresh, store.add(new, again), strict=True):
        item.report.outcome = MODTAGET if added else FINDES
    return [item.report for item in checked]


def _refuse_overlap(feed: Feed, checked: Sequence[_Checked]) -> None:
    """Two different files of one call that hold the same edition have no order between them."""
    seen: dict[tuple[object, ...], _Checked] = {}
    for item in checked:
        if item.rows is None:
            continue
        for key in item.rows.select(feed.supersedes_by).unique().sort(feed.supersedes_by).iter_rows():
            other = seen.setdefault(key, item)
            if other.report.sha256 != item.report.sha256:
                item.report.issues.append(
                    Issue(
                        Level.FEJL,
                        "raekkefoelge_kendt",
                        f"{' '.join(map(str, key))} står også i {other.report.file_name}; den nyeste kan ikke ses.",
                        "Indlæs filerne hver for sig, den nyeste sidst, med hver sin --received eller --extracted.",
                    )
                )
                break


def read_content(path: Path, max_megabytes: int) -> bytes:
    """A file's bytes, unless it is larger than the feed can be.

    Raises:
        UnreadableFile: missing, no file, too large, not to be read.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableFile(f"{printable(str(path))} er ikke en fil.", remedy="Angiv en fil, ikke en mappe.")
        if size > max_megabytes * 1_000_000:
            raise UnreadableFile(
                f"{printable(path.name)} fylder {size / 1e6:.0f} MB; denne leverance er højst {max_megabytes} MB.",
                remedy="Kontrollér, at det er den rigtige fil.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(f"{printable(str(path))} findes ikke.", remedy="Kontrollér stien.") from error
    except OSError as error:
        raise UnreadableFile(
            f"{printable(str(path))} kan ikke læses: {error.strerror}.", remedy="Kontrollér rettighederne."
        ) from error


def _check(kind: FeedKind, path: Path, store: Store, corrections: Sequence[Correction], arrival: Arrival) -> _Checked:
    feed = kind.feed
    report = Report(feed.id, printable(path.name), "", MODTAGET)
    try:
        content = read_content(path, feed.max_megabytes)
        report.sha256 = hashlib.sha256(content).hexdigest()
        if (known := store.find(feed.id, report.sha256)) is not None:
            return _known(known, report, store, arrival)
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
    delivery = make_card(feed.id, path, content, report, arrival, syntetisk=report.syntetisk)
    _note_newer(report, store, delivery)
    return _Checked(report, delivery, content, rows)


def _known(known: Delivery, report: Report, store: Store, arrival: Arrival) -> _Checked:
    """Bytes the store already has: nothing changes, unless they are said to have come again, later than others."""
    report.outcome, report.rows, report.periods = FINDES, known.rows, known.periods
    report.layout, report.syntetisk = known.layout, known.syntetisk
    if arrival.syntetisk and not known.syntetisk:
        report.issues.append(
            Issue(
                Level.FEJL,
                "syntetisk_entydig",
                "Filen er allerede modtaget som virkelige tal og kan ikke nu erklæres opfundet.",
                "Indlæs den i et nyt lager med --syntetisk.",
            )
        )
        return _Checked(report, None, b"", None)
    newest = next(d for d in store.deliveries(known.feed, whole_only=True) if d.sha256 == known.sha256)
    again = known.model_copy(update={"received": arrival.received, "extracted": arrival.extracted or newest.extracted})
    if arrival.stated and order_key(again) not in {order_key(card) for card in store.receptions(known)}:
        effect = (
            "den bestemmer nu filens plads" if order_key(again) > order_key(newest) else "den gælder for --known-at"
        )
        report.notes.append(f"Filen er modtaget før; den oplyste modtagelse er noteret: {effect}.")
        return _Checked(report, again, b"", store.rows(known), again=True)
    report.notes.append(f"Filen er allerede modtaget {newest.received.isoformat(timespec='seconds')}; intet er ændret.")
    _note_newer(report, store, newest)
    return _Checked(report, None, b"", None)


def _note_newer(report: Report, store: Store, delivery: Delivery) -> None:
    newer = [d for d in store.deliveries(delivery.feed, whole_only=True) if order_key(d) > order_key(delivery)]
    for other in newer:
        shared = sorted(set(other.periods) & set(delivery.periods))
        if shared:
            report.notes.append(
                f"Lageret har en nyere leverance for {', '.join(shared)} ({other.file_name}, {other.sha256[:12]}); "
                "den gælder fortsat."
            )


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
    corrected, applied, misfits = apply_corrections(frame, feed, corrections)
    report.corrections = [c.id for c in applied]
    report.issues.extend(_later_corrections(applied, store, arrival))
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
    before, report.compared_with = _in_force(store, feed, frame)
    report.changes = compare_rows(frame, before, feed) if not before.is_empty() else []
    return frame


def _later_corrections(applied: Sequence[Correction], store: Store, arrival: Arrival) -> list[Issue]:
    """A correction received after the file it mends: between the two, the edition can't be rebuilt."""
    received = store.deliveries(CORRECTIONS, whole_only=True)[-1].received if applied else arrival.received
    if received <= arrival.received:
        return []
    return [
        Issue(
            Level.ADVARSEL,
            "rettelse_modtaget",
            f"Rettelserne er modtaget {received.date()}, filen {arrival.received.date()}; "
            "med --known-at derimellem kan udgaven ikke bygges.",
            "Indlæs rettelserne igen med --received, hvis de var kendt, da filen kom.",
        )
    ]


def _in_force(store: Store, feed: Feed, now: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The rows that were in force for the same keys before this delivery, and the hashes they came from."""
    unit = list(feed.supersedes_by)
    wanted = now.select(unit).unique()
    parts, hashes = [], []
    for delivery in reversed(store.deliveries(feed.id, whole_only=True)):
        part = store.rows(delivery).join(wanted, on=unit, how="semi")
        if not part.is_empty():
            parts.append(part)
            hashes.append(delivery.sha256)
            wanted = wanted.join(part, on=unit, how="anti")
    return (pl.concat(parts) if parts else now.clear()), hashes


def make_card(feed: str, path: Path, content: bytes, report: Report, arrival: Arrival, *, syntetisk: bool) -> Delivery:
    """The card of a file that is on its way in."""
    return Delivery(
        feed=feed,
        sha256=report.sha256,
        received=arrival.received,
        extracted=arrival.extracted,
        file_name=printable(path.name),
        size=len(content),
        layout=report.layout,
        row_word=report.row_word,
        rows=report.rows,
        periods=tuple(report.periods),
        syntetisk=syntetisk,
        rows_sha256=None,
    )
