"""Time the product's bounds as whole processes, medians of five runs: `make bench`.

Measured: `--help`; import and build of three editions, interpreter starts included, with the largest process's memory.
The published editions are used where they are at hand, invented ones otherwise; the figures differ little.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from maalestok.beskaeftigelse import synthetic

RUNS = 5
PERIODS = ("2020QMAT02", "2020QMAT04", "2021QMAT02")
COMMAND = Path(sys.executable).with_name("maalestok")


def timed(arguments: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([COMMAND, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def editions(folder: Path) -> tuple[str, list[str]]:
    shared = Path(os.environ.get("MAALESTOK_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / "y30r21"
    if shared.is_dir():
        return "published", [str(shared / f"{period}.csv") for period in PERIODS]
    paths = []
    for period, rows in synthetic.editions(PERIODS, seed=1).items():
        paths.append(folder / f"{period}.csv")
        paths[-1].write_bytes(synthetic.as_csv(rows))
    return "invented", list(map(str, paths))


def main() -> None:
    helps, imports, builds = [], [], []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        kind, paths = editions(folder)
        timed(["--help"], folder)
        for run in range(RUNS):
            helps.append(timed(["--help"], folder))
            imports.append(timed(["import", "y30r21", *paths, "--store", f"lager{run}"], folder))
            builds.append(timed(["build", "beskaeftigelse", "--store", f"lager{run}", "--out", f"ud{run}"], folder))
    both = [i + b for i, b in zip(imports, builds, strict=True)]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{kind} editions, medians (lowest-highest) of {RUNS} runs")
    for name, times, bound in (
        ("--help", helps, 0.4),
        ("import, 3 editions", imports, None),
        ("build, 3 editions", builds, None),
        ("import + build", both, 3.0),
    ):
        limit = f"  bound {bound} s" if bound else ""
        print(f"{name:20} {statistics.median(times):5.2f} s ({min(times):.2f}-{max(times):.2f}){limit}")
    print(f"{'peak memory':20} {memory:5.0f} MB  bound 400 MB")


if __name__ == "__main__":
    main()
