"""`whatif`: another limit, run length or reading of a criterion, on a release's public figures."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from maalestok.cli.output import print_json, print_lines, print_table
from maalestok.errors import MaalestokError

whatif_app = typer.Typer(help="What would follow if a criterion were another?", no_args_is_help=True)


@whatif_app.callback()
def whatif_options() -> None:
    """What would follow if a criterion were another?"""


@whatif_app.command("kontrolsager")
def whatif_kontrolsager(
    threshold: Annotated[str | None, typer.Option(help="The limit in per cent, e.g. 28 or 29,5.")] = None,
    run_length: Annotated[int | None, typer.Option(help="How many month ends in a row.")] = None,
    variant: Annotated[
        str | None, typer.Option(help="mindst (at least), mere_end (more than) or samlet (pooled).")
    ] = None,
    release: Annotated[Path, typer.Option("--release", help="A release of kontrolsager.")] = Path("udgivelse"),
    period: Annotated[str | None, typer.Option(help="Month end, e.g. 2026-10. Default: the newest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON on standard output.")] = False,
) -> None:
    """Who enters and who leaves the list of municipalities to contact (lav_traekning)."""
    from maalestok.registry import benchmark, module
    from maalestok.release.read import open_release

    tool = module("kontrolsager", "whatif")
    if variant is not None and variant not in tool.VARIANTS:
        raise MaalestokError(f"Læsningen {variant!r} findes ikke.", remedy=f"Vælg en af: {', '.join(tool.VARIANTS)}.")
    asked = tool.Asked(_percent(threshold), run_length, variant, period)
    answer = tool.whatif(open_release(release), benchmark("kontrolsager").rules(), asked)
    if as_json:
        print_json(answer.as_dict())
    else:
        _show(answer)


def _percent(text: str | None) -> Fraction | None:
    if text is None:
        return None
    try:
        return Fraction(text.replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise MaalestokError(f"--threshold {text!r} er ikke et tal.", remedy="Skriv fx 28 eller 29,5.") from error


def _show(answer: Any) -> None:
    from maalestok.publish.text_da import number

    mark = "SYNTETISK · " if answer.syntetisk else ""
    print_lines([f"{mark}{answer.period}", f"  Gældende: {_rule(answer.now)}", f"  Spurgt:   {_rule(answer.asked)}"])
    for title, cases in (("Kommer på listen", answer.enters), ("Går af listen", answer.leaves)):
        rows = [
            (
                c.kommune,
                str(c.kontroltrin),
                f"{c.share} pct.",
                f"{number(c.drawn)} af {number(c.shown)}",
                str(c.loebelaengde),
                "små tal" if c.small else "",
            )
            for c in cases
        ]
        if rows:
            headers = ("Kommune", "Trin", "Trukket", "Sager", "I træk", "Forbehold")
            print_table(headers, rows, title=f"{title} ({len(rows)})")
        else:
            print_lines([f"{title}: ingen."])
    print_lines(
        [
            f"Bliver på listen: {len(answer.stays)}.",
            "Lav brug kan være begrundet i kontrolstrategi, lokale mønstre, dårlig hitrate eller andre kilder.",
        ]
    )


def _rule(rule: Any) -> str:
    words = {
        "mindst": "mindst {} månedsskift i træk",
        "mere_end": "mere end {} månedsskift i træk",
        "samlet": "de seneste {} månedsskift samlet",
    }
    percent = str(float(rule.threshold * 100)).removesuffix(".0").replace(".", ",")
    return f"under {percent} pct. ved {words[rule.variant].format(rule.run_length)}"
