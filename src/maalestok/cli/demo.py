"""`demo`: the main job of every benchmark on invented data, and a website of what came out."""

from pathlib import Path

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
    for name in benchmark_ids():
        find_benchmark(name).demo(out / name, lambda line: print_lines([line]))
    _website(out)


def _website(out: Path) -> None:
    """A site of every benchmark's newest release, and how to look at it."""
    releases, site = [out / name / "udgivelse" for name in benchmark_ids()], out / "hjemmeside"
    print_lines(["", f"Hjemmesiden: maalestok site {' '.join(map(str, releases))} --out {site}"])
    address = f"http://localhost:{DEFAULT_PORT}/"
    with progress("Bygger hjemmesiden") as say:
        count = build_site([open_release(path) for path in releases], site, address, say=say)
    print_lines([f"   {count} sider på dansk og engelsk, alle mærket SYNTETISK"])
    print_lines(["", f"Se den: maalestok serve {site}", f"   og åbn {address}"])
