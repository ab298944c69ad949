"""`fetch statbank`: figures of municipalities to a file, and as a condition to import."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maalestok.cli.output import print_json, print_lines, progress
from maalestok.cli.times import now
from maalestok.deliveries.files import write_atomically
from maalestok.deliveries.issues import printable
from maalestok.publish.text_da import plural
from maalestok.registry import module
from maalestok.statbank import Asked, fetch_table, refuse_out, sidecar_of, write
from maalestok.statbank_table import named

FEED = "rammevilkaar"


def run_fetch_statbank(asked: Asked, out: Path, condition: str | None, as_json: bool) -> None:
    """Fetch, check and write figures; nothing is written if they, or the condition, are refused."""
    conditions = module("beskaeftigelse", "vilkaar_fil")
    column = None if condition is None else conditions.condition_column(condition)
    refuse_out(out)
    with progress(f"Henter {asked.table} fra Statistikbanken") as say:
        fetched = fetch_table(asked, say)
        at = now()
        made = None if column is None else conditions.condition_file(fetched.cells, column, at.date())
        known = write(fetched, out, at)
    written: dict[str, Any] = {"file": str(out), "sidecar": str(sidecar_of(out))}
    if made is not None:
        target = out.with_name(f"{out.stem}-{FEED}.csv")
        write_atomically(target, made.content)
        written["condition"] = {
            "file": str(target),
            "feed": FEED,
            "column": made.column,
            "years": list(made.years),
            "years_not_ended": list(made.unfinished),
        }
    if as_json:
        print_json({"written": written, **known})
    else:
        _show(known, written, asked.store)


def _show(known: Mapping[str, Any], written: Mapping[str, Any], store: Path) -> None:
    area, periods = list(known["selection"].values())[:2]
    span = periods[0] if len(periods) == 1 else f"{periods[0]} til {periods[-1]}"
    lines = [
        f"{written['file']}: {plural(known['rows'], 'række', 'rækker')} · "
        f"{plural(len(area), 'kommune', 'kommuner')} · {plural(len(periods), 'periode', 'perioder')} ({span})",
        f"  {known['table']}: {printable(known['title'])} · enhed {printable(known['unit'] or 'ikke nævnt')} · "
        f"opdateret {printable(known['updated'])}",
        f"  {known['source']} ({known['licence']})",
    ]
    if known["totals_over"]:
        lines.append(f"  Ikke valgt, så tallene er i alt: {', '.join(known['totals_over'])}")
    if known["missing_kommuner"]:
        lines.append(f"  Tabellen har ikke kommunerne {named(known['missing_kommuner'])}.")
    if known["missing_values"]:
        lines.append(f"  {plural(known['missing_values'], 'celle', 'celler')} uden tal (..); de er tomme i filen.")
    if known["left_out_by_source"]:
        counted = plural(known["left_out_by_source"], "celle", "celler")
        lines.append(f"  {counted} udeladt af kilden; de har værdien {known['left_out_value']}, som tabellen siger.")
    lines += [f"  SHA-256 {known['sha256']}", f"  Hvad der vides om filen, står i {written['sidecar']}."]
    if condition := written.get("condition"):
        lines.append(f"{condition['file']}: {condition['column']}, {', '.join(map(str, condition['years']))}")
        if condition["years_not_ended"]:
            lines.append(f"  Udeladt, da året ikke er slut: {', '.join(map(str, condition['years_not_ended']))}")
        lines.append(f"  Indlæs med: maalestok import {FEED} {condition['file']} --store {store}")
        lines.append("  En nyere leverance afløser et år helt: sæt flere vilkår sammen i én fil, før de indlæses.")
    print_lines(lines)
