"""`fetch`: get a table from a public service into the store."""

from pathlib import Path
from typing import Annotated

import typer

from maalestok.cli.options import DEFAULT_STORE, JsonOption, StoreOption

fetch_app = typer.Typer(help="Fetch a table from a public service into the store.", no_args_is_help=True)


@fetch_app.callback()
def fetch_options() -> None:
    """Fetch a table from a public service into the store."""


@fetch_app.command("jobindsats")
def fetch_jobindsats(
    table: Annotated[str, typer.Argument(help="The table, e.g. y30r21.")],
    store: StoreOption = DEFAULT_STORE,
    latest: Annotated[int, typer.Option(help="How many of the newest editions.", min=1, max=40)] = 6,
    base_url: Annotated[
        str, typer.Option(envvar="JOBINDSATS_URL", help="Address of the API, version 3.")
    ] = "https://api.jobindsats.dk/v3",
    period_type: Annotated[
        str | None, typer.Option(help="Period type, if the table's description does not say.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch from jobindsats.dk (API v3). The key is read from the environment variable JOBINDSATS_TOKEN."""
    from maalestok.cli.deliver import run_fetch_jobindsats

    run_fetch_jobindsats(table, store, latest, base_url, period_type, as_json)


@fetch_app.command("statbank")
def fetch_statbank(
    table: Annotated[str, typer.Argument(help="The table of Statistics Denmark's StatBank, e.g. FOLK1AM.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write; what is known of it goes beside it.")],
    select: Annotated[
        list[str] | None,
        typer.Option(help="VARIABLE=CODE,CODE or VARIABLE=*; a * in a code stands for any signs, e.g. Tid=*K1."),
    ] = None,
    as_condition: Annotated[
        str | None,
        typer.Option("--as", help="Also write the figures as this condition, a file to import as rammevilkaar."),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    lang: Annotated[str, typer.Option(help="Language of titles: da or en.")] = "da",
    base_url: Annotated[
        str, typer.Option(envvar="STATBANK_URL", help="Address of the API, version 1.")
    ] = "https://api.statbank.dk/v1",
    as_json: JsonOption = False,
) -> None:
    """Fetch figures of municipalities from Statistics Denmark's StatBank to a file. No key is needed."""
    from maalestok.cli.statbank import run_fetch_statbank
    from maalestok.statbank import Asked

    run_fetch_statbank(Asked(table, select or [], store, base_url, lang), out, as_condition, as_json)
