"""Check one delivery's typed rows: corrections, contract, completeness, dates, warnings, and what they change."""

from collections.abc import Sequence

import polars as pl

from maalestok.deliveries.cells import TypedRows
from maalestok.deliveries.contract import check_rows, missing_keys, too_few_periods
from maalestok.deliveries.corrections import FEED as CORRECTIONS
from maalestok.deliveries.corrections import Correction, apply_corrections
from maalestok.deliveries.in_force import rows_in_force
from maalestok.deliveries.issues import Issue, Level, errors
from maalestok.deliveries.kinds import Arrival, FeedKind
from maalestok.deliveries.report import Report, compare_rows
from maalestok.deliveries.store import Store


def check_delivery(
    kind: FeedKind,
    report: Report,
    store: Store,
    corrections: Sequence[Correction],
    arrival: Arrival,
    typed: TypedRows,
) -> pl.DataFrame | None:
    """The rows to keep, or None when something refuses them. What is found goes into the report."""
    feed, frame = kind.feed, typed.frame
    report.issues.extend(typed.issues)
    report.rows, report.periods = len(frame), frame["period"].drop_nulls().unique().sort().to_list()
    report.syntetisk = typed.syntetisk or arrival.syntetisk
    if typed.aggregates_left_out:
        report.notes.append(
            f"{typed.aggregates_left_out} rækker for hele landet, regioner eller landsdele er ikke brugt."
        )
    if frame.is_empty():
        report.issues.append(no_rows())
        return None
    corrected, applied, misfits = apply_corrections(frame, feed, corrections)
    report.corrections = [c.id for c in applied]
    report.issues.extend(_later_corrections(applied, store, arrival))
    whole = corrected.drop_nulls(feed.key)
    if kind.contract is not None:
        report.issues.extend(check_rows(whole, feed, kind.contract))
    torn = bool(feed.listed_by) and len(whole) < len(corrected)  # a list with rows out of it says nothing in order
    if not whole.is_empty() and not torn:
        report.issues.extend(kind.date_check(whole, feed, arrival.day))
    if not errors(report.issues):
        report.issues.extend(missing_keys(corrected, feed))
        report.issues.extend(too_few_periods(corrected, feed))
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
    units = frame.select(feed.supersedes_by).unique()
    before = rows_in_force(store, feed, units=units, whole_only=True)
    report.compared_with = before["levering"].unique(maintain_order=True).to_list()
    report.changes = compare_rows(frame, before, feed) if not before.is_empty() else []
    return frame


def no_rows() -> Issue:
    """A header and nothing under it."""
    return Issue(Level.FEJL, "har_raekker", "Filen har en overskrift, men ingen rækker.", "Hent tabellen igen.")


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
