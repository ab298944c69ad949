"""`model`: the model of expected levels, saved as a file and applied to another period."""

from pathlib import Path
from typing import Annotated, Any

import typer

from maalestok.cli.options import DEFAULT_STORE, JsonOption, StoreOption

model_app = typer.Typer(help="Save the fitted model of expected levels, or apply a saved one.", no_args_is_help=True)
PeriodArgument = Annotated[str, typer.Argument(help="A rolling year with a fit, e.g. 2020QMAT04.")]
EngineOption = Annotated[str, typer.Option("--engine", help="duckdb or spark.")]


@model_app.command()
def save(
    period: PeriodArgument,
    out: Annotated[Path, typer.Option("--out", help="The file to write, e.g. model.json.")],
    store: StoreOption = DEFAULT_STORE,
    engine: EngineOption = "duckdb",
    as_json: JsonOption = False,
) -> None:
    """Write the fit of a period: coefficients, specification, what it was fitted on."""
    _run("save", (), period, out, (store, engine), as_json)


@model_app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="A fit written by model save.")],
    period: PeriodArgument,
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    store: StoreOption = DEFAULT_STORE,
    engine: EngineOption = "duckdb",
    as_json: JsonOption = False,
) -> None:
    """Write what a saved fit expects of every municipality in another period, with a level factor for each area."""
    _run("apply", (file,), period, out, (store, engine), as_json)


def _run(what: str, files: tuple[Path, ...], period: str, out: Path, where: tuple[Path, str], as_json: bool) -> None:
    from maalestok.build import BuildRequest
    from maalestok.cli.output import print_json, print_lines, progress
    from maalestok.deliveries.store import Store
    from maalestok.engines.choose import open_engine
    from maalestok.errors import MaalestokError
    from maalestok.registry import module

    if not out.parent.is_dir():
        raise MaalestokError(f"Mappen {out.parent} findes ikke.", remedy="Opret den, eller skriv et andet sted.")
    store, engine_name = where
    held = Store.open(store)
    with progress("Beregner modellen"), open_engine(engine_name) as engine:
        request = BuildRequest(held, engine, period)
        done = getattr(module("beskaeftigelse", "rammevilkaar.saved_run"), what)(*files, request, out)
    if as_json:
        print_json({"written": str(out), **_data(done)})
    else:
        print_lines(_lines(done, out))


def _data(done: Any) -> dict[str, Any]:
    told = {
        "model": done.saved.model,
        "model_period": done.saved.period,
        "period": done.period,
        "data_sha256": done.saved.data_sha256,
        "specification_sha256": done.saved.specification_sha256,
        "persons": done.saved.persons,
        "syntetisk": done.saved.syntetisk,
        "r2_kommuner": dict(done.r2),
    }
    if done.found is not None:
        told["niveaufaktor"] = dict(zip(done.saved.areas, done.found.factors, strict=True))
        told["unknown_terms"] = ["/".join(term) for term in done.found.unknown]
    return told


def _lines(done: Any, out: Path) -> list[str]:
    from maalestok.publish.text_da import number, plural

    saved, found = done.saved, done.found
    mark = " · SYNTETISK" if saved.syntetisk else ""
    persons = plural(saved.persons, "person", "personer")
    quality = ", ".join(f"{area} {number(value, 2)}" for area, value in done.r2.items())
    lines = [f"{out}: modellen {saved.model} fra {saved.period}, beregnet på {persons}{mark}"]
    if found is not None:
        lines[0] = f"{out}: {done.period}, forventet med modellen {saved.model} fra {saved.period}{mark}"
        factors = ", ".join(f"{area} {number(f, 4)}" for area, f in zip(saved.areas, found.factors, strict=True))
        lines += [
            f"  Niveaufaktor (landets faktiske antal delt med det, modellen ventede): {factors}",
            f"  Koefficienterne er fra {saved.period}; kun niveauet er tilpasset {done.period}.",
        ]
        if found.unknown:
            named = ", ".join("/".join(term) for term in found.unknown)
            lines.append(f"  Ukendt for modellen, regnet som referencen: {named}")
    lines.append(f"  R2 mellem kommunerne: {quality}")
    lines.append(f"  Data: {saved.data_sha256[:16]} · specifikation: {saved.specification_sha256[:16]}")
    return lines
