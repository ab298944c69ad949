"""`whatif`: another limit, run length or reading of a criterion, on a release's public figures."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from maalestok.cli.options import JsonOption
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
    as_json: JsonOption = False,
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


@whatif_app.command("beskaeftigelse")
def whatif_beskaeftigelse(
    kommune: Annotated[str, typer.Argument(help="A municipality's code or name.")],
    fewer: Annotated[int, typer.Option(help="So many fewer full-time persons (negative: more).")] = 0,
    omraade: Annotated[str, typer.Option(help="Benefit area, e.g. kontanthjaelp.")] = "i_alt",
    release: Annotated[Path, typer.Option("--release", help="A release of beskaeftigelse.")] = Path("udgivelse"),
    period: Annotated[str | None, typer.Option(help="Edition, e.g. 2020QMAT04. Default: the newest.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Which place, interval and amount would so many fewer persons give; and what it takes to reach a target."""
    from maalestok.registry import benchmark, module
    from maalestok.release.read import open_release

    tool, rules = module("beskaeftigelse", "whatif"), benchmark("beskaeftigelse").rules()
    answer = tool.whatif(open_release(release), rules, tool.Asked(kommune, fewer, omraade, period))
    if as_json:
        print_json(answer.as_dict())
    else:
        _show_standing(answer, rules)


def _show_standing(answer: Any, rules: Any) -> None:
    from maalestok.kommune import place_name
    from maalestok.publish.text_da import PART_DA, figure, money, number, plural

    mark = "SYNTETISK · " if answer.syntetisk else ""
    change = "færre" if answer.fewer >= 0 else "flere"
    count = plural(abs(answer.fewer), "fuldtidsperson", "fuldtidspersoner")
    print_lines([f"{mark}{place_name(answer.kommune)}, {answer.period}: {count} {change}, alt andet uændret"])
    for area in answer.areas:
        rows = [
            (word, figure(s.difference, "pct_point"), _places(s), f"nr. {s.places[0]}-{s.places[1]}")
            for word, s in (("Nu", area.now), ("Spurgt", area.then))
        ]
        print_table(
            ("", "Forskel", "Plads", "Interval, 95 pct."), rows, title=rules.benchmark.omraade_names_da[area.omraade]
        )
        for name, fewer in area.needed.items():
            span = "" if fewer.low == fewer.high else f" ({number(fewer.low)} til {number(fewer.high)})"
            print_lines([f"  {PART_DA[name]}: {number(fewer.value)}{span}"])
    if answer.saved is not None and answer.fewer:
        value, low, high = (abs(kroner) for kroner in (answer.saved.value, answer.saved.low, answer.saved.high))
        word = "lavere" if answer.fewer > 0 else "højere"
        ends = sorted((low, high))
        print_lines([f"Udgift pr. år: {money(value)} {word} (skøn: {money(ends[0])} til {money(ends[1])})."])
    counted, rough = "Intervallets standardfejl er opgjort af personer", "Intervallet er en tilnærmelse"
    method = counted if answer.by_persons else rough
    print_lines([f"{method}; placeringen afhænger også af, hvad de andre kommuner gør."])


def _places(standing: Any) -> str:
    low, high = standing.place_range
    return f"nr. {standing.place}" if low == high else f"nr. {standing.place} ({low}-{high})"


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
