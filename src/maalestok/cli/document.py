"""`document`: briefings, letters and the yearly report as Word, PDF and HTML."""

from pathlib import Path
from typing import Annotated

import typer

from maalestok.cli.options import JsonOption, ReleaseOption
from maalestok.errors import MaalestokError

document_app = typer.Typer(help="Write documents: Word, PDF, HTML.", no_args_is_help=True)
TemplateOption = Annotated[
    Path | None, typer.Option("--template", help="Your own Word template, begun with `document skabelon`.")
]


@document_app.callback()
def document_options() -> None:
    """Write documents: Word, PDF, HTML."""


@document_app.command()
def orientering(
    kommune: Annotated[str | None, typer.Argument(help="A municipality's code or name; none with --all.")] = None,
    period: Annotated[str | None, typer.Option(help="The edition. Default: the newest.")] = None,
    release: ReleaseOption = Path("udgivelse"),
    out: Annotated[
        Path | None,
        typer.Option(help="A file ending in .docx, .pdf or .html; with --all a folder. Default: named by its content."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="One for each municipality.")] = False,
    form: Annotated[str, typer.Option(help="fuld, or kort: half a page.")] = "fuld",
    format_: Annotated[
        list[str] | None, typer.Option("--format", help="With --all: docx, pdf, html; may be repeated. Default: all.")
    ] = None,
    template: TemplateOption = None,
    workers: Annotated[int, typer.Option(help="Processes. Default: one for each core.", min=0)] = 0,
    as_json: JsonOption = False,
) -> None:
    """The briefing about a municipality in an edition of the minister's benchmark."""
    if all_ == (kommune is not None):
        raise MaalestokError("Angiv enten en kommune eller --all.", remedy="Se: maalestok document orientering --help.")
    if all_:
        run_orienteringer(period, release, out or Path("dokumenter"), form, format_, template, workers, as_json)
    else:
        run_orientering(kommune or "", period, release, out, form, template, as_json)


@document_app.command()
def henvendelse(
    kommune: Annotated[str | None, typer.Argument(help="A municipality's code or name; none with --all.")] = None,
    period: Annotated[str | None, typer.Option(help="The month end, e.g. 2026-10. Default: the newest.")] = None,
    release: ReleaseOption = Path("udgivelse"),
    out: Annotated[
        Path | None,
        typer.Option(help="A .docx or .pdf file; with --all a folder. Default: named by its content."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="One for each municipality that meets the criterion.")] = False,
    fields: Annotated[
        Path | None, typer.Option(help="YAML: afsender, sagsnummer, dato, kontaktperson, telefon, e_mail, ...")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also where the municipality was contacted lately.")] = False,
    approve: Annotated[str | None, typer.Option(help="The number of the draft you have read and approve.")] = None,
    approver: Annotated[str, typer.Option(help="Who approves it.")] = "",
    template: TemplateOption = None,
    as_json: JsonOption = False,
) -> None:
    """The letter to a municipality under the limit: a draft, until a person approves that very draft."""
    from maalestok.cli.letters import LetterRequest, run_henvendelse, run_henvendelser

    if all_ == (kommune is not None):
        raise MaalestokError("Angiv enten en kommune eller --all.", remedy="Se: maalestok document henvendelse --help.")
    if all_ and approve is not None:
        raise MaalestokError("Udkast godkendes ét for ét.", remedy="Angiv kommunen sammen med --approve.")
    request = LetterRequest(period, release, fields, again, template, as_json)
    if all_:
        run_henvendelser(request, out or Path("henvendelser"))
    else:
        run_henvendelse(request, kommune or "", out, approve, approver)


@document_app.command()
def aarsnotat(
    releases: Annotated[list[Path], typer.Argument(help="Releases: one of each benchmark, or one alone.")],
    period: Annotated[
        str | None, typer.Option(help="The edition of the minister's benchmark. Default: the newest calendar year.")
    ] = None,
    month: Annotated[str | None, typer.Option(help="The month end of the control cases. Default: the newest.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="A .docx, .pdf or .html file. Default: a .docx named by its content.")
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Put it on the list of the file's folder, for site --documents.")
    ] = False,
    template: TemplateOption = None,
    as_json: JsonOption = False,
) -> None:
    """The yearly report on both benchmarks."""
    run_aarsnotat(releases, period, month, out, publish, template, as_json)


@document_app.command()
def skabelon(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("skabelon.docx"),
) -> None:
    """Write the Word template out, to change its look and give it back with --template."""
    from maalestok.cli.output import print_lines
    from maalestok.deliveries.files import write_atomically
    from maalestok.publish.documents.word import repacked
    from maalestok.publish.documents.word_template import template

    if out.suffix.lower() != ".docx":
        raise MaalestokError(f"{out.name}: en skabelon er en .docx-fil.", remedy="Ret filens endelse.")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, repacked(template()))
    print_lines([f"Skabelon: {out}", "  Ret skrifter, farver og brevhoved; lad {{ ... }} og {% ... %} stå."])


def run_orientering(
    kommune: str,
    period: str | None,
    release: Path,
    out: Path | None,
    form: str,
    template: Path | None,
    as_json: bool,
) -> None:
    """Write one briefing and say where it is."""
    from maalestok.cli.output import print_json, print_lines
    from maalestok.publish.documents.write import Order, make, write_one

    made = make(Order("beskaeftigelse", "orientering", release, kommune, period, form))
    path = out or Path(f"{made.kommune}-{made.id}.docx")
    write_one(made, path, template)
    if as_json:
        print_json({"path": str(path), "kommune": made.kommune, "period": made.period, "release": made.release})
        return
    mark = f"{made.mark} · " if made.mark else ""
    print_lines([f"Orientering: {path}", f"  {mark}{made.period} · {made.release}"])


def run_orienteringer(
    period: str | None,
    release: Path,
    out: Path,
    form: str,
    formats: list[str] | None,
    template: Path | None,
    workers: int,
    as_json: bool,
) -> None:
    """Write every municipality's briefing into a folder, with progress, and say how many."""
    from maalestok.cli.output import print_json, print_lines, progress
    from maalestok.publish.documents.write import FORMATS, Order, make, write_all
    from maalestok.publish.shown import codes

    wanted = list(dict.fromkeys(formats or FORMATS))
    for held in wanted:
        if held not in FORMATS:
            raise MaalestokError(f"Formatet {held!r} findes ikke.", remedy=f"Vælg blandt: {', '.join(FORMATS)}.")
    if out.exists() and not out.is_dir():
        raise MaalestokError(f"{out} er ikke en mappe.", remedy="Angiv en mappe med --out, når --all er givet.")
    orders = [Order("beskaeftigelse", "orientering", release, kode, period, form) for kode in codes()]
    first = make(orders[0])
    with progress("Skriver orienteringer") as say:
        count = write_all(orders, out, wanted, template, workers=workers, say=say)
    if as_json:
        print_json({"path": str(out), "files": count, "period": first.period, "release": first.release})
        return
    mark = f"{first.mark} · " if first.mark else ""
    print_lines(
        [
            f"Orienteringer: {out}",
            f"  {mark}{count} filer ({', '.join(wanted)}) · {first.period} · {first.release}",
            f"  Vis dem på hjemmesiden: maalestok site {release} --documents {out}",
        ]
    )


def run_aarsnotat(
    releases: list[Path],
    period: str | None,
    month: str | None,
    out: Path | None,
    publish: bool,
    template: Path | None,
    as_json: bool,
) -> None:
    """Write the yearly report and say where it is."""
    from maalestok.cli.output import print_json, print_lines
    from maalestok.publish.documents import aarsnotat as report
    from maalestok.publish.documents.write import add_to_list, shown, write_one
    from maalestok.release.read import open_release

    names = [open_release(path).manifest.benchmark for path in releases]
    if len(set(names)) != len(names):
        raise MaalestokError("Der er to udgivelser af samme benchmark.", remedy="Angiv højst én af hver.")
    held = {name: shown(name, path) for name, path in zip(names, releases, strict=True)}
    for name, wanted, option in (("beskaeftigelse", period, "--period"), ("kontrolsager", month, "--month")):
        if wanted is not None and name not in held:
            raise MaalestokError(
                f"{option} er givet uden en udgivelse af {name}.", remedy=f"Angiv den, eller udelad {option}."
            )
    made = report.document(held, {"beskaeftigelse": period, "kontrolsager": month})
    path = out or Path(f"{made.id}.docx")
    write_one(made, path, template)
    if publish:
        add_to_list(made, path)
    if as_json:
        print_json({"path": str(path), "period": made.period, "release": made.release})
        return
    mark = f"{made.mark} · " if made.mark else ""
    print_lines([f"Årsnotat: {path}", f"  {mark}{made.release}"])
