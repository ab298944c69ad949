"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[
    Path,
    typer.Option("--store", envvar="MAALESTOK_STORE", help="Folder of the deliveries (created by import)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON on standard output.")]
ReleaseOption = Annotated[Path, typer.Option("--release", help="A release: the folder or link left by build --out.")]
PreviousOption = Annotated[Path | None, typer.Option("--previous", help="The release published before this one.")]
BenchmarkArgument = Annotated[str, typer.Argument(help="Which benchmark: beskaeftigelse or kontrolsager.")]
DEFAULT_STORE = Path("lager")
