"""`demo`: the main job of every benchmark on invented data."""

from pathlib import Path

from maalestok.cli.output import print_lines
from maalestok.errors import MaalestokError
from maalestok.registry import benchmark as find_benchmark
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
