"""`fetch`: get a table from a public service into the store."""

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
