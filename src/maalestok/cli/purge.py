"""`purge`: remove files about single persons and cases in time, and say what was removed and what is kept."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maalestok.cli.options import DEFAULT_STORE, JsonOption, StoreOption
from maalestok.errors import MaalestokError

if TYPE_CHECKING:
    from maalestok.deliveries.purge import Item


def purge(
    store: StoreOption = DEFAULT_STORE,
    on: Annotated[str | None, typer.Option(help="Judge what is due as of this day. Default: today.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove raw files (and rows) about single persons and cases when their time is up and they have been used."""
    run_purge(store, on, dry_run, as_json)


def run_purge(store: Path, on: str | None, dry_run: bool, as_json: bool) -> None:
    """Purge and print what was removed, what is kept and why."""
    from maalestok.cli.output import print_json, print_lines, progress
    from maalestok.cli.times import now
    from maalestok.deliveries import purge as purging
    from maalestok.deliveries.store import Store
    from maalestok.rules.opbevaring import load_opbevaring

    try:
        day = date.fromisoformat(on) if on else now().date()
    except ValueError as error:
        raise MaalestokError(f"--on {on!r} er ikke en dato.", remedy="Skriv fx 2026-12-25.") from error
    if day > now().date() and not dry_run:
        raise MaalestokError(
            f"--on {day} ligger i fremtiden, og intet slettes før tid.",
            remedy="Udelad --on, eller se efter med --dry-run.",
        )
    held = Store.open(store)
    with progress("Gennemgår lageret"):
        items = purging.purge(held, load_opbevaring(), day, dry_run=dry_run)
    removed, kept = [i for i in items if i.removals], [i for i in items if not i.removals]
    total = sum(item.size for item in removed)
    if as_json:
        found = {"removed": [_data(i) for i in removed], "kept": [_data(i) for i in kept], "bytes": total}
        print_json({"store": str(store), "on": day.isoformat(), "dry_run": dry_run, **found})
        return
    _show(removed, kept, dry_run)
    if not removed:
        print_lines([f"Intet er slettet; pr. {day} er der intet at slette."])
    elif dry_run:
        print_lines([f"I alt {_megabytes(total)} MB pr. {day}. Intet er slettet (--dry-run)."])
    else:
        print_lines([f"I alt {_megabytes(total)} MB slettet. SHA-256, kontrolrapport, kort og fakta er beholdt."])


def _show(removed: Sequence["Item"], kept: Sequence["Item"], dry_run: bool) -> None:
    from maalestok.cli.output import print_table
    from maalestok.deliveries.removed import PART_DA

    rows = [(*_named(i), " og ".join(PART_DA[r.part] for r in i.removals), _megabytes(i.size)) for i in removed]
    headers = ("Leverance", "Fil", "Modtaget", "SHA-256")
    if rows:
        title = "Vil blive slettet" if dry_run else "Slettet"
        print_table((*headers, "Hvad", "MB"), rows, title=f"{title} ({len(rows)})")
    if kept:
        held = [(*_named(item), item.reason) for item in kept]
        print_table((*headers, "Hvorfor"), held, title=f"Beholdes ({len(held)})")


def _named(item: "Item") -> tuple[str, str, str, str]:
    received = item.received.date().isoformat() if item.received else ""
    return (item.feed, item.file_name or "", received, item.sha256[:12])


def _megabytes(size: int) -> str:
    from maalestok.publish.text_da import number

    return "under 0,1" if size < 100_000 else number(size / 1e6, 1)


def _data(item: "Item") -> dict[str, Any]:
    told: dict[str, Any] = {
        "feed": item.feed,
        "file_name": item.file_name,
        "received": item.received.isoformat() if item.received else None,
        "sha256": item.sha256,
    }
    if not item.removals:
        return told | {"reason": item.reason}
    return told | {"removed": [r.model_dump(mode="json") for r in item.removals], "bytes": item.size}
