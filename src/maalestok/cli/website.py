"""`site` and `serve`: build the website from releases, and look at one on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from maalestok.cli.options import JsonOption
from maalestok.errors import MaalestokError

DEFAULT_PORT = 8000


def site(
    releases: Annotated[list[Path], typer.Argument(help="Releases; the last named of each benchmark is shown.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the site; one that is there is replaced.")] = Path(
        "hjemmeside"
    ),
    base_url: Annotated[
        str | None,
        typer.Option(help="Where it will be published, e.g. https://example.dk/; for feed, sitemap, sharing."),
    ] = None,
    documents: Annotated[
        Path | None, typer.Option(help="A folder of documents to publish with it, from `document ... --out`.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that draw charts. Default: one for each core.", min=0)] = 0,
    syntetisk: Annotated[
        bool, typer.Option("--syntetisk", help="Allow invented figures beside real ones; every page says so.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build the website: static pages in Danish and English that work without JavaScript."""
    run_site(releases, out, base_url, documents, workers, syntetisk, as_json)


def serve(
    folder: Annotated[Path, typer.Argument(help="A site built by `maalestok site`.")] = Path("hjemmeside"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Look at a built site on this machine."""
    run_serve(folder, host, port)


def run_site(
    releases: list[Path],
    out: Path,
    base_url: str | None,
    documents: Path | None,
    workers: int,
    allow_mixed: bool,
    as_json: bool,
) -> None:
    """Build a site and say where it is."""
    from maalestok.cli.output import print_json, print_lines, progress
    from maalestok.publish.site.build import build_site
    from maalestok.release.read import open_release

    opened = [open_release(path) for path in releases]
    address = base_url or f"http://localhost:{DEFAULT_PORT}/"
    if not address.startswith(("http://", "https://")):
        raise MaalestokError(
            f"{address[:80]!r} er ikke en adresse.", remedy="Skriv fx --base-url https://eksempel.dk/."
        )
    with progress("Bygger hjemmesiden") as say:
        count = build_site(opened, out, address, allow_mixed=allow_mixed, workers=workers, documents=documents, say=say)
    if as_json:
        print_json({"out": str(out), "pages": count, "base_url": address, "releases": [r.id for r in opened]})
        return
    mark = "SYNTETISK · " if any(r.manifest.syntetisk for r in opened) else ""
    print_lines(
        [
            f"Hjemmeside: {out}",
            f"  {mark}{count} sider på dansk og engelsk fra {', '.join(r.id for r in opened)}",
            f"  Se den: maalestok serve {out}",
            *([] if base_url else ["  Giv --base-url, før den lægges ud: feed, sitemap og delte links bruger den."]),
        ]
    )


def run_serve(folder: Path, host: str, port: int) -> None:
    """Serve a built site until interrupted."""
    import uvicorn

    from maalestok.cli.output import print_lines
    from maalestok.publish.site.serve import application

    app = application(folder)
    print_lines([f"Se siderne på http://{host}:{port}/ (stop med Ctrl+C)."])
    try:
        uvicorn.run(app, host=host, port=port, log_level="warning")
    except SystemExit as stop:
        raise MaalestokError(
            f"Port {port} på {host} kan ikke bruges; måske er den optaget.", remedy="Vælg en anden med --port."
        ) from stop
