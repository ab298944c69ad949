"""Which benefit a week code of DREAM stands for: the shipped table, and the one a municipality brings."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from re import fullmatch
from typing import Annotated

from pydantic import Field

from maalestok.deliveries.files import read_content
from maalestok.deliveries.issues import printable, shown
from maalestok.deliveries.read_csv import read_csv
from maalestok.deliveries.tables import RawTable, decode
from maalestok.errors import MaalestokError
from maalestok.rules.base import Governed, Identifier, Reference, RuleModel

FILE = "dream_koder.yaml"
NO_BENEFIT = "ingen"
"""What a mapping says of a code under which there is no benefit."""
CODE = "[0-9A-Za-zÆØÅæøå.]{1,6}"
"""What a code looks like; anything else may be a value that is about a person, and is never shown."""
HEADER = ["kode", "ydelse"]
MOST_CODES = 10_000
SHOWN_FAULTS = 10


class DreamCode(RuleModel):
    """A code and the benefit that its source names."""

    code: Annotated[str, Field(pattern=f"^{CODE}$")]
    ydelse: Identifier
    reference: Annotated[tuple[Reference, ...], Field(min_length=1)]


class DreamCodes(Governed):
    """`dream_koder.yaml`: documented week codes. There may be none."""

    codes: tuple[DreamCode, ...]

    @property
    def benefits(self) -> dict[str, str]:
        """Code -> benefit."""
        return {held.code: held.ydelse for held in self.codes}


def dream_faults(rule: DreamCodes, benefits: Collection[str]) -> list[str]:
    """What is wrong: a code twice, a benefit without name in `omraader.yaml`."""
    counts = Counter(held.code for held in rule.codes)
    faults = [f"{FILE}: koden {code} står {count} gange" for code, count in counts.items() if count > 1]
    unknown = (held for held in rule.codes if held.ydelse not in benefits)
    return faults + [f"{FILE}: koden {c.code}: ydelsen {c.ydelse} har intet navn i benefits_da" for c in unknown]


def read_mapping(path: Path, benefits: Collection[str]) -> dict[str, str]:
    """Read a file of codes: `kode;ydelse`, one line a code.

    Raises:
        MaalestokError: no such table, an unknown benefit, a code twice: with line, rule and remedy.
    """
    table = read_csv(decode(read_content(path, 1)), MOST_CODES)
    name = printable(path.name)
    if [column.name.strip().lower() for column in table.columns] != HEADER:
        raise MaalestokError(
            f"{name}, linje 1: overskriften er ikke kode;ydelse.",
            remedy="Skriv kode;ydelse på første linje, og derefter én kode på hver linje, fx 999;ingen.",
        )
    if faults := _faults(table, benefits):
        told = "\n".join(f"{name}, {fault}" for fault in faults[:SHOWN_FAULTS])
        more = len(faults) - SHOWN_FAULTS
        raise MaalestokError(
            f"{told}\n… og {more} mere" if more > 0 else told,
            remedy=f"Ret linjerne. Ydelsen er en af: {', '.join(benefits)}; eller {NO_BENEFIT}.",
        )
    return {code: benefit for _, code, benefit in _lines(table)}


def _lines(table: RawTable) -> list[tuple[int, str, str]]:
    return [(row.number, (row.cells[0] or "").strip(), (row.cells[1] or "").strip()) for row in table.rows]


def _faults(table: RawTable, benefits: Collection[str]) -> list[str]:
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, code, benefit in _lines(table):
        if not fullmatch(CODE, code):
            faults.append(f"linje {number}: koden er ikke en kode. Regel: en kode er 1 til 6 tal eller bogstaver.")
        elif code in seen:
            faults.append(f"linje {number}: koden {code} står også på linje {seen[code]}. Regel: en kode står én gang.")
        if benefit not in benefits and benefit != NO_BENEFIT:
            rule = f"ydelsen er en af leverancens (forloeb) eller {NO_BENEFIT}"
            faults.append(f"linje {number}: ydelsen {shown(benefit)} findes ikke. Regel: {rule}.")
        seen.setdefault(code, number)
    return faults
