"""Shared by measurements of persons: Synthetic Denmark, and steps that each run in a process of their own.

A step is a function of a folder and a number of persons; its clock starts when the process has loaded its code.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from maalestok.beskaeftigelse.personer.counted import Prepared
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import NATIONAL, Size, write_denmark
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.report import MODTAGET
from maalestok.period import parse_period
from maalestok.registry import benchmark

SEED = 20261125
COVERS = parse_period("2019-01"), parse_period("2020-12")
STORE = "lager"
Told = dict[str, float | str]
Step = Callable[[Path, int], Told]


def generate(folder: Path, persons: int) -> Told:
    """The five files; says how many rows each has."""
    begun = time.perf_counter()
    rows = write_denmark(folder, Size(persons), SEED)
    return {"seconds": time.perf_counter() - begun, **rows}


def bring(folder: Path, persons: int) -> Told:
    """Import the files and remove them."""
    begun = time.perf_counter()
    arrival = Arrival(datetime(2021, 1, 10, tzinfo=UTC), syntetisk=True, covers=COVERS)
    for feed in PERSON_FEEDS:
        path = folder / f"SYNTETISK_{feed}.parquet"
        (report,) = import_files(benchmark("beskaeftigelse").feed_kind(feed), [path], folder / STORE, arrival)
        if report.outcome != MODTAGET:
            raise SystemExit(f"{feed}: {report.as_dict()}")
    seconds = time.perf_counter() - begun
    for feed in PERSON_FEEDS:
        (folder / f"SYNTETISK_{feed}.parquet").unlink()
    return {"seconds": seconds}


COUNTRY: Mapping[str, Step] = {"generate": generate, "import": bring}


class Clock:
    """Seconds between ticks, and of all of them."""

    def __init__(self) -> None:
        self.begun = self.last = time.perf_counter()
        self.parts: dict[str, float] = {}

    def tick(self, part: str) -> None:
        now = time.perf_counter()
        self.parts[part] = self.parts.get(part, 0.0) + now - self.last
        self.last = now


def known(prepared: Prepared | None) -> Prepared:
    """What is to be counted; there is something."""
    if prepared is None:
        raise SystemExit("nothing can be counted")
    return prepared


def peak() -> float:
    """The largest memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(script: str, step: str, folder: Path, persons: int) -> Told:
    """Run one step in a process of its own and read what it measured."""
    command = [sys.executable, script, "--step", step, "--folder", str(folder), "--persons", str(persons)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    answer: Told = json.loads(done.stdout.splitlines()[-1])
    return answer


def arguments(parser: argparse.ArgumentParser, steps: Mapping[str, Step]) -> argparse.Namespace:
    """What was asked; where it was a step, it has been run and told of, with processor time and largest memory."""
    parser.add_argument("--step", choices=steps)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--persons", type=int, default=NATIONAL.persons)
    given = parser.parse_args()
    if given.step is not None:
        told = steps[given.step](given.folder, given.persons)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({**told, "cpu": used.ru_utime + used.ru_stime, "mb": peak()}))
    return given


def number(told: Told, name: str) -> float:
    """One of the figures of a step."""
    return float(told[name])


def show(name: str, value: float, unit: str, bound: str = "", form: str = ".2f") -> None:
    """One line of the report."""
    print(f"{name:60} {value:9{form}} {unit:4}{f'  bound {bound}' if bound else ''}", flush=True)


def judged(name: str, value: float, unit: str, bound: float, *, least: bool = False, form: str = ".2f") -> None:
    """One line of the report with a bound, the most or (`least`) the least that is wanted."""
    holds = value >= bound if least else value <= bound
    kind = "at least" if least else "at most"
    show(name, value, unit, f"{kind} {bound:g}: {'holds' if holds else 'DOES NOT HOLD'}", form)


def medians(told: Sequence[Told]) -> dict[str, float]:
    """Of each figure of some runs."""
    return {name: statistics.median(number(one, name) for one in told) for name in told[0]}


def costs(name: str, told: Mapping[str, float]) -> None:
    """What a run took, printed."""
    show(name, told["seconds"], "s")
    show("  processor time", told["work"], "s")
    show("  largest memory", told["mb"], "MB")
