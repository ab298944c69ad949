"""The examples of `personer.yaml`: all in one store, each in a municipality of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from maalestok.kommune import kommuner
from maalestok.period import parse_period
from reference import naive_personer as naive

COVERS = ("2018-01", "2021-02")
ELSEWHERE = 0
"""The place in `kommuner()` of the municipality that every mover comes from or goes to."""


@dataclass(frozen=True)
class Example:
    """One example: what it says, the municipality it lies in, what is to come out."""

    number: int
    says: str
    kommune: int
    expected: Mapping[str, Mapping[str, Any]]


@cache
def _groups() -> list[dict[str, Any]]:
    path = Path(__file__).parent / "personer.yaml"
    held: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return held


def _raw() -> Iterator[tuple[int, int, str, dict[str, Any]]]:
    codes = [int(k.kode) for k in kommuner()]
    number = 0
    for group in _groups():
        assert group["kilde"]
        for raw in group["eksempler"]:
            number += 1
            yield number, codes[number], raw["naar"], raw


def examples() -> list[Example]:
    """All of them, in the file's order."""
    return [
        Example(
            number, says, kommune, {name: {str(k): v for k, v in held.items()} for name, held in raw["saa"].items()}
        )
        for number, kommune, says, raw in _raw()
    ]


def persons() -> naive.Persons:
    """The persons of all examples, numbered as they are."""
    found: naive.Persons = ([], [], [], [], [])
    elsewhere = int(kommuner()[ELSEWHERE].kode)
    for number, kommune, _, raw in _raw():
        for place, fra, til in raw.get("bopaele", [["her", date(2000, 1, 1), None]]):
            lives = kommune if place == "her" else elsewhere
            found[0].append(naive.Bopael(number, lives, fra, til, raw.get("foedt", 1980)))
        for ydelse, fra, til, *grad in raw.get("forloeb", []):
            found[1].append(naive.Forloeb(number, ydelse, fra, til, None, grad[0] if grad else None))
        for art, fra, *rest in raw.get("indsats", []):
            til = rest[0] if rest else None
            found[2].append(naive.Indsats(number, art, fra, til, not (len(rest) > 1 and rest[1] in ("nej", False))))
        for month, hours in raw.get("timer", []):
            found[3].append(naive.Timer(number, parse_period(str(month)).month_index, hours))
        for art, fra, til in raw.get("fritaget", []):
            found[4].append(naive.Fritagelse(number, art, fra, til))
    return found
