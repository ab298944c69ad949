"""`demo`: the main job of every benchmark on invented data, documents and a website of what came out."""

from collections.abc import Sequence
from pathlib import Path

from maalestok.cli.document import run_aarsnotat, run_orienteringer
from maalestok.cli.letters import LetterRequest, run_henvendelser
from maalestok.cli.output import print_lines, progress
from maalestok.cli.website import DEFAULT_PORT
from maalestok.errors import MaalestokError
from maalestok.publish.site.build import build_site
from maalestok.registry import benchmark as find_benchmark
from maalestok.release.read import open_release
from maalestok.rules.loader import benchmark_ids

MARK = ".maalestok-demo"


def run_demo(out: Path) -> None:
    """Run each benchmark's demo into its own folder and say where to look."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
        raise MaalestokError(f"{out} er ikke tom.", remedy="Vælg en ny mappe med --out.")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("Alt i denne mappe er lavet af opfundne tal (SYNTETISK).\n", encoding="utf-8")
    apart: list[Path] = []
    for name in benchmark_ids():
        apart += find_benchmark(name).demo(out / name, lambda line: print_lines([line]))
    documents = _documents(out)
    for release in apart:
        _website([release], release.with_name("hjemmeside"), None)
    _website([out / name / "udgivelse" for name in benchmark_ids()], out / "hjemmeside", documents)


def _documents(out: Path) -> Path:
    """A briefing to every municipality, the yearly report, and drafts of letters, which are kept apart."""
    job, cases, folder = (out / name for name in ("beskaeftigelse/udgivelse", "kontrolsager/udgivelse", "dokumenter"))
    print_lines(["", f"Orienteringer: maalestok document orientering --all --release {job} --out {folder}"])
    run_orienteringer(None, job, folder, "fuld", None, None, 0, as_json=False)
    report = folder / "aarsnotat.pdf"
    print_lines(["", f"Årsnotat: maalestok document aarsnotat {job} {cases} --out {report} --publish"])
    run_aarsnotat([job, cases], None, None, report, publish=True, template=None, as_json=False)
    letters = out / "henvendelser"
    print_lines(["", f"Henvendelser: maalestok document henvendelse --all --release {cases} --out {letters}"])
    run_henvendelser(LetterRequest(None, cases, None, again=False, template=None, as_json=False), letters)
    return folder


def _website(releases: Sequence[Path], site: Path, documents: Path | None) -> None:
    """A site of releases, and how to look at it."""
    named = " ".join(map(str, releases)) + (f" --documents {documents}" if documents else "")
    print_lines(["", f"Hjemmesiden: maalestok site {named} --out {site}"])
    address = f"http://localhost:{DEFAULT_PORT}/"
    with progress("Bygger hjemmesiden") as say:
        opened = [open_release(path) for path in releases]
        count = build_site(opened, site, address, documents=documents, say=say)
    print_lines([f"   {count} sider på dansk og engelsk, alle mærket SYNTETISK"])
    print_lines(["", f"Se den: maalestok serve {site}", f"   og åbn {address}"])
