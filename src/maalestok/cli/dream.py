"""`dream`: week codes of DREAM turned into benefit spells, to import as `forloeb`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from maalestok.cli.options import JsonOption
from maalestok.errors import EXIT_REFUSED

APPROXIMATE = (
    "Tal fra ugekoder er tilnærmede: en uge har en ydelse, når personen har haft mindst én dag på den, og hele ugen "
    "tælles da med. Derfor bliver fuldtidspersoner for høje. En uge har kun én kode; har personen haft to ydelser, er "
    "den ene væk. (DREAM, vejledning, juni 2015: DREAM bør ikke anvendes til bestandsopgørelser.)"
)
TABLE = (
    "Målestoks tabel (dream_koder.yaml). Dens kilde er en udviklers kodeliste fra 2016, ikke myndighedens egen; "
    "egne koder i --mapping går forud."
)
NOTHING = "Ingen uge kunne omsættes til en ydelse; ingen fil er skrevet."
REMEDY = "Giv koderne en ydelse i en fil med kode;ydelse, og angiv den med --mapping."


def dream(
    file: Annotated[Path, typer.Argument(help="One row a person: person_id and weeks Y_yyww. CSV (;) or Parquet.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write, e.g. forloeb.parquet.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="CSV kode;ydelse: codes that go before the shipped table.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Turn week codes of DREAM into benefit spells: a file to import as forloeb. The figures are approximate."""
    from maalestok.cli.output import print_json, progress
    from maalestok.registry import module

    with progress("Omsætter ugekoder"):
        done = module("beskaeftigelse", "personer.dream").convert(file, out, mapping)
    if as_json:
        print_json(_data(done))
    else:
        _show(done)
    if done.written is None:
        if not as_json:
            typer.echo(f"Fejl: {NOTHING}\n→ {REMEDY}", err=True)
        raise typer.Exit(EXIT_REFUSED)


def _few(weeks: int | None) -> str:
    from maalestok.publish.text_da import number

    return "under 5" if weeks is None or 0 < weeks < 5 else number(weeks)


def _notes(done: Any) -> list[str]:
    from maalestok.publish.text_da import plural

    notes = [APPROXIMATE]
    if done.table_codes:
        codes = plural(done.table_codes, "kode", "koder")
        notes.append(f"{codes} er slået op i {TABLE}")
    if done.ignored:
        notes.append(f"{plural(done.ignored, 'anden kolonne', 'andre kolonner')} er ikke brugt.")
    return notes


def _show(done: Any) -> None:
    from maalestok.cli.output import print_lines, print_table
    from maalestok.publish.text_da import plural

    mark = " · SYNTETISK" if done.syntetisk else ""
    first, last = done.span
    if done.written is not None:
        print_lines([f"{done.written}: {plural(done.spells, 'forløb', 'forløb')}{mark}"])
    counted = plural(done.rows, "række", "rækker")
    print_lines([f"  {counted}, uge {first} til {last} · {_few(done.weeks)} uger med en ydelse"])
    if done.no_benefit:
        print_lines([f"  {_few(done.no_benefit)} uger med en kode uden ydelse (ingen)"])
    print_lines([f"  {note}" for note in _notes(done)])
    if done.unmapped:
        rows = [(code.code or "andet", _few(code.weeks)) for code in done.unmapped]
        print_table(("Kode", "Uger"), rows, title=f"Koder uden ydelse, ikke med i filen ({len(rows)})")


def _data(done: Any) -> dict[str, Any]:
    told = {
        "written": None if done.written is None else str(done.written),
        "layout": done.layout,
        "rows": done.rows,
        "first_week": done.span[0],
        "last_week": done.span[1],
        "syntetisk": done.syntetisk,
        "spells": done.spells,
        "weeks": _told(done.weeks),
        "weeks_without_benefit": _told(done.no_benefit),
        "codes_from_table": done.table_codes,
        "ignored_columns": done.ignored,
        "unmapped": [{"code": code.code or "andet", "weeks": _told(code.weeks)} for code in done.unmapped],
        "notes": _notes(done),
    }
    if done.written is None:
        told |= {"error": NOTHING, "remedy": REMEDY, "exit_code": EXIT_REFUSED}
    return told


def _told(weeks: int | None) -> int | str:
    return "under 5" if weeks is None or 0 < weeks < 5 else weeks
