"""Measure documents: all 98 municipalities' briefings, each format by itself and all three, as a whole process.

    python benchmarks/documents.py [RELEASE]

Default: the published editions where they are at hand, else invented ones. Medians of three runs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from maalestok.beskaeftigelse import synthetic
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.registry import benchmark
from maalestok.release.write import write_release

SHARED = Path(os.environ.get("MAALESTOK_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
EDITIONS = ("2020QMAT02", "2020QMAT04", "2021QMAT02")
RUNS, BOUND = 3, 30


def _release(folder: Path) -> Path:
    files = [SHARED / "y30r21" / f"{code}.csv" for code in EDITIONS]
    if not all(path.is_file() for path in files):
        files = []
        for code, rows in synthetic.editions(EDITIONS, seed=7).items():
            files.append(folder / f"{code}.csv")
            files[-1].write_bytes(synthetic.as_csv(rows))
    kind = benchmark("beskaeftigelse").feed_kind("y30r21")
    import_files(kind, files, folder / "lager", Arrival(datetime(2021, 11, 1, tzinfo=UTC)))
    with DuckDBEngine() as engine:
        built = benchmark("beskaeftigelse").build(BuildRequest(Store.open(folder / "lager"), engine))
    return write_release(built, folder / "ud", None).folder


def _seconds(release: Path, out: Path, formats: list[str]) -> float:
    command = [sys.executable, "-m", "maalestok", "document", "orientering", "--all", "--period", "2020QMAT04"]
    options = [option for form in formats for option in ("--format", form)]
    started = time.perf_counter()
    subprocess.run([*command, "--release", release, "--out", out, *options], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        release = Path(sys.argv[1]) if len(sys.argv) > 1 else _release(folder)
        for formats in (["pdf"], ["docx"], ["html"], ["docx", "pdf", "html"]):
            took = statistics.median(_seconds(release, folder / "ud-dokumenter", formats) for _ in range(RUNS))
            bound = f" (bound {BOUND} s)" if formats == ["pdf"] else ""
            print(f"98 briefings as {', '.join(formats)}: {took:.1f} s on {os.cpu_count()} cores{bound}", flush=True)


if __name__ == "__main__":
    main()
