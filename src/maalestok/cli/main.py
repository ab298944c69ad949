"""The command line: thin commands, each importing what it needs when it runs, so that --help is instant."""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn, TextIO, cast

import typer

from maalestok.cli.document import document_app
from maalestok.cli.dream import dream
from maalestok.cli.fetch import fetch_app
from maalestok.cli.model import model_app
from maalestok.cli.options import (
    DEFAULT_STORE,
    BenchmarkArgument,
    JsonOption,
    PreviousOption,
    ReleaseOption,
    StoreOption,
)
from maalestok.cli.purge import purge
from maalestok.cli.streams import prepared
from maalestok.cli.uncertainty import uncertainty
from maalestok.cli.website import serve, site
from maalestok.cli.whatif import whatif_app
from maalestok.errors import EXIT_BUG, EXIT_FAULTS_FOUND, EXIT_INTERRUPTED, EXIT_REFUSED, MaalestokError

EPILOG = (
    "Exit codes: 0 done · 1 a bug in Målestok · 2 refused (input, rules or usage) · 3 a check found faults · "
    "4 a remote service failed · 130 interrupted."
)
app = typer.Typer(
    name="maalestok",
    help="Målestok: explained, reproducible benchmarks of Denmark's 98 municipalities.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(fetch_app, name="fetch")
app.add_typer(whatif_app, name="whatif")
app.add_typer(document_app, name="document")
app.add_typer(model_app, name="model")
app.command()(site)
app.command()(serve)
app.command()(purge)
app.command()(dream)
app.command()(uncertainty)

GARBAGE = 1_000_000  # new objects between two searches for cycles: there are many rows and few cycles


def _version(value: bool) -> None:
    if value:
        from maalestok import __version__

        typer.echo(f"maalestok {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Målestok: explained, reproducible benchmarks of Denmark's 98 municipalities."""


@app.command("import")
def import_(
    feed: Annotated[
        str,
        typer.Argument(
            help="y30r21, beloeb, befolkning, rammevilkaar, fokusmaal, tilsynsskridt; borgere, forloeb, indsats, "
            "arbejdstimer, fritagelser (persons); kontrolsager, sagshaendelser, henvendelser; rettelser (corrections)."
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(help="Files as sent: CSV, XLSX, Parquet, JSON (API v2 or v3); YAML for rettelser."),
    ],
    store: StoreOption = DEFAULT_STORE,
    received: Annotated[
        str | None, typer.Option(help="When it came: date or time, ISO 8601, UTC. Default: now.")
    ] = None,
    extracted: Annotated[str | None, typer.Option(help="When the source drew it; the latest extraction wins.")] = None,
    covers: Annotated[
        str | None,
        typer.Option(help="Persons: the months the files cover, 2019-01:2020-12. Default: as the rows show."),
    ] = None,
    kommuner: Annotated[
        str | None, typer.Option(help="borgere: the municipalities of which the files have everybody, 707 or 707,730.")
    ] = None,
    syntetisk: Annotated[bool, typer.Option("--syntetisk", help="The figures are invented; mark them so.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check files against their contract and keep them. An error rejects all of them and changes nothing."""
    from maalestok.cli.deliver import arrival, run_import

    run_import(feed, files, store, arrival(received, extracted, syntetisk, covers, kommuner), as_json)


@app.command()
def build(
    benchmark: BenchmarkArgument,
    store: StoreOption = DEFAULT_STORE,
    out: Annotated[
        Path, typer.Option("--out", help="Where the release is to be found: a link to the newest one.")
    ] = Path("udgivelse"),
    period: Annotated[
        str | None,
        typer.Option(help="One edition (2020QMAT04), or the last month (2026-10). Default: all in the store."),
    ] = None,
    known_at: Annotated[str | None, typer.Option(help="Use only what had been received by then.")] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="The release before: compared with (diff.json), and small counts are protected in both."),
    ] = None,
    options: Annotated[
        list[str] | None,
        typer.Option("--with", help="A way of counting persons: efter_betaler, begge_definitioner. May be repeated."),
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb (in process) or spark.")] = "duckdb",
    spark_remote: Annotated[
        str | None,
        typer.Option(envvar="SPARK_REMOTE", help="A Spark Connect server, sc://host:port. Default: Spark in process."),
    ] = None,
    syntetisk: Annotated[
        bool, typer.Option("--syntetisk", help="Allow invented figures among real ones; marks everything.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build a release: tables, open data and manifest. The same inputs give the same bytes."""
    from maalestok.cli.release import Asked, run_build

    asked = Asked(period, known_at, frozenset(options or ()), syntetisk)
    run_build(benchmark, store, out, asked, previous, (engine, spark_remote), as_json)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The earlier release.")],
    new: Annotated[Path, typer.Argument(help="The later release.")],
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(help="Rows of the table for people; the JSON holds all.", min=0)] = 40,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 3 when something differs.")] = False,
) -> None:
    """Which figures changed, appeared or vanished between two releases, and why: data, rules or program."""
    from maalestok.cli.release import run_diff

    if run_diff(old, new, as_json, limit) and exit_code:
        raise typer.Exit(EXIT_FAULTS_FOUND)


@app.command()
def verify(
    release: Annotated[Path, typer.Argument(help="A release: the folder or the link.")],
    as_json: JsonOption = False,
) -> None:
    """Check a release against its manifest: every file, the id, the tables' contract."""
    from maalestok.cli.release import run_verify

    run_verify(release, as_json)


@app.command()
def audit(
    release: Annotated[Path, typer.Argument(help="A release: the folder or the link.")],
    previous: PreviousOption = None,
    as_json: JsonOption = False,
) -> None:
    """Attack a release's public files: can a withheld small count be worked out?"""
    from maalestok.cli.audit import run_audit

    run_audit(release, previous, as_json)


@app.command()
def explain(
    benchmark: BenchmarkArgument,
    rule: Annotated[str, typer.Argument(help="A measure or criterion, e.g. placering or lav_traekning.")],
    place: Annotated[str, typer.Argument(help="A municipality's code or name, a region, or 000 for the country.")],
    period: Annotated[str, typer.Argument(help="The period, e.g. 2020QMAT04 or 2026-10.")],
    release: ReleaseOption = Path("udgivelse"),
    omraade: Annotated[str, typer.Option(help="Benefit area, e.g. kontanthjaelp.")] = "i_alt",
    kontroltrin: Annotated[int | None, typer.Option(help="Control step, where the benchmark has them.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain one figure: value, parts, definition, source rows, rule version (in Danish)."""
    from maalestok.cli.release import run_explain

    run_explain(benchmark, rule, place, period, omraade, kontroltrin, release, as_json)


@app.command("list")
def list_(
    benchmark: BenchmarkArgument,
    measure: Annotated[str, typer.Argument(help="A measure, e.g. placering or forskel_andel_aendring_aar.")],
    period: Annotated[str | None, typer.Argument(help="The period. Default: the newest.")] = None,
    release: ReleaseOption = Path("udgivelse"),
    omraade: Annotated[str, typer.Option(help="Benefit area, e.g. kontanthjaelp.")] = "i_alt",
    kontroltrin: Annotated[int | None, typer.Option(help="Control step, where the benchmark has them.")] = None,
    top: Annotated[int | None, typer.Option(help="Only so many, best first.", min=1)] = None,
    as_json: JsonOption = False,
) -> None:
    """All municipalities by one measure, best first, with ranges (forskel_andel_aendring_aar: the climbers)."""
    from maalestok.cli.lists import run_list

    run_list(benchmark, measure, period, (omraade, kontroltrin), release, top, as_json)


@app.command()
def similar(
    benchmark: BenchmarkArgument,
    kommune: Annotated[str, typer.Argument(help="A municipality's code or name.")],
    period: Annotated[str | None, typer.Argument(help="The edition. Default: the newest.")] = None,
    release: ReleaseOption = Path("udgivelse"),
    omraade: Annotated[str, typer.Option(help="Benefit area, e.g. kontanthjaelp.")] = "i_alt",
    top: Annotated[int, typer.Option(help="So many of each list.", min=1)] = 10,
    as_json: JsonOption = False,
) -> None:
    """Which municipalities one is like: nearest expected share, nearest conditions, and whom it can't be told from."""
    from maalestok.cli.lists import run_similar

    run_similar(benchmark, kommune, period, omraade, release, top, as_json)


@app.command()
def check(
    rules: Annotated[Path | None, typer.Option(help="Check an edited copy of the rules folder instead.")] = None,
    today: Annotated[str | None, typer.Option(help="Judge review dates as of this day. Default: today.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Validate every rule file: shape, references, ids, dates, reviews."""
    from maalestok.cli.rules import run_check

    run_check(rules, today, as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="An empty or new folder for everything the demo makes.")] = Path(
        "demo"
    ),
) -> None:
    """Run the main job on invented data (SYNTETISK): import, build, diff, explain."""
    from maalestok.cli.demo import run_demo

    run_demo(out)


def _stop(code: int, message: str, remedy: str | None = None) -> NoReturn:
    """Say why on standard error; with --json also as the one document on standard output."""
    sys.stdout.flush()
    if "--json" in sys.argv and code != EXIT_FAULTS_FOUND:
        from maalestok.cli.output import print_json

        print_json({"error": message, "remedy": remedy, "exit_code": code})
    typer.echo(f"Fejl: {message}" + (f"\n→ {remedy}" if remedy else ""), err=True)
    raise SystemExit(code)


def main() -> None:
    """Entry point: errors of the product are printed without a traceback, with their exit code."""
    gc.set_threshold(GARBAGE, *gc.get_threshold()[1:])
    shown = prepared(sys.stdout)
    sys.stdout, sys.stderr = cast(TextIO, shown), cast(TextIO, prepared(sys.stderr))
    try:
        for argument in sys.argv:
            argument.encode()
        app()
    except SystemExit as stop:
        if stop.code == EXIT_REFUSED and "--json" in sys.argv and not shown.used:
            _stop(EXIT_REFUSED, "Kommandoen er skrevet forkert; se standard error.", "Se --help.")
        raise
    except MaalestokError as error:
        _stop(error.exit_code, error.message, error.remedy)
    except KeyboardInterrupt:
        _stop(EXIT_INTERRUPTED, "Afbrudt.")
    except UnicodeError:
        _stop(EXIT_REFUSED, "Et navn har tegn, der ikke er UTF-8.", "Omdøb filen eller mappen.")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        remedy = "Kontrollér stien, rettighederne og pladsen på disken."
        _stop(EXIT_REFUSED, f"{where}{error.strerror or type(error).__name__}.", remedy)
    except Exception as error:
        if os.environ.get("MAALESTOK_DEBUG"):
            raise
        remedy = "Kør igen med MAALESTOK_DEBUG=1 for detaljer, og meld fejlen."
        _stop(EXIT_BUG, f"Uventet fejl i Målestok ({type(error).__name__}).", remedy)
    finally:
        shown.flush()
