"""Import: read, check, compare, keep. One file with an error rejects the whole call, and the store is as before."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from maalestok.deliveries.cells import read_cells
from maalestok.deliveries.check_rows import check_delivery
from maalestok.deliveries.columns import match_columns
from maalestok.deliveries.corrections import Correction
from maalestok.deliveries.files import hash_of, read_content
from maalestok.deliveries.issues import Issue, Level, errors, printable
from maalestok.deliveries.kinds import Arrival as Arrival
from maalestok.deliveries.kinds import ColumnarReader
from maalestok.deliveries.kinds import FeedKind as FeedKind
from maalestok.deliveries.report import AFVIST, FINDES, MODTAGET, Report, span
from maalestok.deliveries.store import Delivery, NewDelivery, Store, corrections_in_force
from maalestok.deliveries.supersession import order_key
from maalestok.deliveries.tables import read_table
from maalestok.errors import MaalestokError, UnreadableFile
from maalestok.rules.models import Feed

Units = frozenset[tuple[object, ...]]
"""Values of a feed's `supersedes_by`: what a delivery replaces."""


@dataclass(frozen=True)
class _Checked:
    report: Report
    delivery: Delivery | None = None
    content: bytes | Path = b""
    rows: pl.DataFrame | Path | None = None
    units: Units = field(default_factory=frozenset)
    again: bool = False
    replaces: bool = False
    """Known bytes, read anew."""


def import_files(kind: FeedKind, paths: Sequence[Path], store_path: Path, arrival: Arrival) -> list[Report]:
    """Import files of one feed.

    Every file is checked before any is kept. When one has an error, none is kept and the reports say `afvist`.

    Raises:
        MaalestokError: what the file covers is stated for a feed whose rows tell it.
    """
    if (arrival.covers or arrival.kommuner) and not kind.coverage_stated:
        raise MaalestokError(
            f"--covers og --kommuner hører ikke til {kind.feed.id}; filens egne rækker siger, hvad den dækker.",
            remedy="Udelad dem.",
        )
    store = Store(store_path)
    desk = _Desk(kind, store, corrections_in_force(store), arrival)
    with tempfile.TemporaryDirectory(prefix="maalestok-") as work:
        checked = [_check(desk, path, Path(work) / str(place)) for place, path in enumerate(paths)]
        _refuse_overlap(checked)
        if any(errors(item.report.issues) for item in checked):
            for item in checked:
                item.report.outcome = AFVIST
            return [item.report for item in checked]
        _keep(kind.feed, checked, Store.open_or_create(store_path))
    return [item.report for item in checked]


def _keep(feed: Feed, checked: Sequence[_Checked], store: Store) -> None:
    fresh = [item for item in checked if item.delivery is not None and not item.again]
    new = [
        NewDelivery(item.delivery, item.content, item.rows, item.report.as_dict(), feed.record_level, item.replaces)
        for item in fresh
        if item.delivery
    ]
    again = [item.delivery for item in checked if item.delivery is not None and item.again]
    for item, added in zip(fresh, store.add(new, again), strict=True):
        item.report.outcome = MODTAGET if added else FINDES


def _refuse_overlap(checked: Sequence[_Checked]) -> None:
    """Two different files of one call that hold the same edition have no order between them."""
    seen: dict[tuple[object, ...], _Checked] = {}
    for item in checked:
        for key in sorted(item.units, key=str):
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


@dataclass(frozen=True)
class _Desk:
    """What every file of a call is checked against."""

    kind: FeedKind
    store: Store
    corrections: Sequence[Correction]
    arrival: Arrival

    @property
    def feed(self) -> Feed:
        return self.kind.feed


def _check(desk: _Desk, path: Path, work: Path) -> _Checked:
    report = Report(desk.feed.id, printable(path.name), "", MODTAGET)
    try:
        if desk.kind.columnar is not None:
            return _check_file(desk, desk.kind.columnar, path, report, work)
        return _check_content(desk, path, report)
    except UnreadableFile as error:
        report.issues.append(Issue(Level.FEJL, "filen_laesbar", error.message, error.remedy or ""))
        return _Checked(report)


def _check_content(desk: _Desk, path: Path, report: Report) -> _Checked:
    content = read_content(path, desk.feed.max_megabytes)
    report.sha256 = hashlib.sha256(content).hexdigest()
    if (known := desk.store.find(desk.feed.id, report.sha256)) is not None:
        return _known(desk, known, report)
    table = read_table(content, desk.feed.max_rows, desk.feed.csv_delimiter)
    report.layout, report.row_word = table.layout, table.row_word
    report.notes.extend(table.notes)
    positions, issues = match_columns(table.columns, desk.feed)
    report.issues.extend(issues)
    if issues:
        return _Checked(report)
    typed = read_cells(table, positions, desk.feed, report.sha256)
    rows = check_delivery(desk.kind, report, desk.store, desk.corrections, desk.arrival, typed)
    if rows is None:
        return _Checked(report)
    return _Checked(report, _card(desk, path, len(content), report), content, rows, _units(desk.feed, rows))


def _check_file(desk: _Desk, read: ColumnarReader, path: Path, report: Report, work: Path) -> _Checked:
    """A file too large for rows in memory: hashed and read in pieces, its typed rows made beside it."""
    report.sha256 = hash_of(path, desk.feed.max_megabytes)
    known = desk.store.find(desk.feed.id, report.sha256)
    if known is not None and not _covers_otherwise(desk.arrival, known):
        return _known(desk, known, report)
    work.mkdir(mode=0o700)
    found = read(path, desk.feed, desk.arrival, work)
    report.layout, report.row_word, report.rows = found.layout, found.row_word, found.rows
    report.periods, report.syntetisk = found.periods, found.syntetisk or desk.arrival.syntetisk
    report.issues.extend(found.issues)
    if found.file is None:
        return _Checked(report)
    report.notes.append("Hvad leverancen ændrer, ses med diff, når udgivelsen er bygget.")
    if known is not None:
        report.notes.append("Filen er modtaget før; det, der nu er oplyst om, hvad den dækker, gælder.")
    card = _card(desk, path, path.stat().st_size, report).model_copy(update={"kommuner": found.kommuner})
    return _Checked(report, card, path, found.file, _periods(found.periods), replaces=known is not None)


def _covers_otherwise(arrival: Arrival, known: Delivery) -> bool:
    """True when a file that came before is now said to cover other months or municipalities."""
    months = arrival.covers and (arrival.covers[0].code, arrival.covers[1].code)
    other_months = months is not None and months != (known.periods[0], known.periods[-1])
    return other_months or (arrival.kommuner is not None and arrival.kommuner != known.kommuner)


def _card(desk: _Desk, path: Path, size: int, report: Report) -> Delivery:
    card = make_card(desk.feed.id, path, size, report, desk.arrival, syntetisk=report.syntetisk)
    _note_newer(report, desk.store, card)
    return card


def _periods(periods: Sequence[str]) -> Units:
    return frozenset((period,) for period in periods)


def _units(feed: Feed, rows: pl.DataFrame) -> Units:
    return frozenset(rows.select(feed.supersedes_by).unique().iter_rows())


def _known(desk: _Desk, known: Delivery, report: Report) -> _Checked:
    """Bytes the store already has: nothing changes, unless they are said to have come again, later than others."""
    store, arrival, feed = desk.store, desk.arrival, desk.feed
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
        return _Checked(report)
    newest = next(d for d in store.announced(known.feed) if d.sha256 == known.sha256)
    again = known.model_copy(update={"received": arrival.received, "extracted": arrival.extracted or newest.extracted})
    if arrival.stated and order_key(again) not in {order_key(card) for card in store.receptions(known)}:
        effect = (
            "den bestemmer nu filens plads" if order_key(again) > order_key(newest) else "den gælder for --known-at"
        )
        report.notes.append(f"Filen er modtaget før; den oplyste modtagelse er noteret: {effect}.")
        by_period = feed.supersedes_by == ("period",)
        units = _periods(known.periods) if by_period else _units(feed, store.rows(known))
        return _Checked(report, again, units=units, again=True)
    report.notes.append(f"Filen er allerede modtaget {newest.received.isoformat(timespec='seconds')}; intet er ændret.")
    _note_newer(report, store, newest)
    return _Checked(report)


def _note_newer(report: Report, store: Store, delivery: Delivery) -> None:
    for other in store.announced(delivery.feed):
        shared = sorted(set(other.periods) & set(delivery.periods))
        if shared and other.sha256 != delivery.sha256 and order_key(other) > order_key(delivery):
            report.notes.append(
                f"Lageret har en nyere leverance for {span(shared)} ({other.file_name}, {other.sha256[:12]}); "
                "den gælder fortsat."
            )


def make_card(feed: str, path: Path, size: int, report: Report, arrival: Arrival, *, syntetisk: bool) -> Delivery:
    """The card of a file that is on its way in."""
    return Delivery(
        feed=feed,
        sha256=report.sha256,
        received=arrival.received,
        extracted=arrival.extracted,
        file_name=printable(path.name),
        size=size,
        layout=report.layout,
        row_word=report.row_word,
        rows=report.rows,
        periods=tuple(report.periods),
        syntetisk=syntetisk,
        rows_sha256=None,
    )
