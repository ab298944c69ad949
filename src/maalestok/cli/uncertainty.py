"""`uncertainty`: the standard errors counted from persons beside those approximated from published figures."""

from pathlib import Path
from typing import Annotated

import typer

from maalestok.cli.options import BenchmarkArgument, JsonOption, ReleaseOption
from maalestok.errors import MaalestokError

WITH_TWO_ERRORS = "beskaeftigelse"
"""The benchmark that counts the uncertainty of its differences from persons."""


def uncertainty(
    benchmark: BenchmarkArgument,
    period: Annotated[str | None, typer.Argument(help="The edition. Default: the newest.")] = None,
    release: ReleaseOption = Path("udgivelse"),
    omraade: Annotated[str, typer.Option(help="Benefit area, e.g. kontanthjaelp.")] = "i_alt",
    top: Annotated[int | None, typer.Option(help="Only so many, where they differ most.", min=1)] = None,
    as_json: JsonOption = False,
) -> None:
    """The standard errors counted from persons beside those approximated from published figures."""
    from maalestok.cli.lists import marked, opened_release
    from maalestok.cli.output import print_json, print_lines, print_table, print_wrapped
    from maalestok.registry import module

    if benchmark != WITH_TWO_ERRORS:
        raise MaalestokError(f"{benchmark} har ikke to standardfejl at sammenligne.", remedy=f"Vælg {WITH_TWO_ERRORS}.")
    rules, opened = opened_release(benchmark, omraade, release)
    made = module(benchmark, "two_errors_told").errors_list(opened, rules, period, omraade)
    if as_json:
        print_json({"release": opened.id, "title": made.title, "note": made.note, "rows": list(made.rows[:top])})
        return
    print_table(made.headers, made.cells[:top], title=marked(opened, made.title))
    if top is not None and top < len(made.cells):
        print_lines([f"  … og {len(made.cells) - top} mere"])
    print_wrapped([made.note])
