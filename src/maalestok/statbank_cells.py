"""The figures of an answer from the StatBank: exactly those that were asked for, each once; and a tidy file of them."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from maalestok.deliveries.issues import shown
from maalestok.errors import RemoteError
from maalestok.statbank_table import Selection, named

VALUE_COLUMN = "INDHOLD"
"""The name of the column of figures since January 2018 (the API's change log)."""
MISSING = ".."
"""A figure that is missing, confidential or too uncertain: a row kept without one (change log, December 2017)."""
NUMBER = re.compile(r"-?[0-9]{1,18}(?:[.,][0-9]{1,12})?")


@dataclass
class Cells:
    """Figures by place in the product of the selection's codes; "" is a missing one, None one not (yet) answered.

    `missing`: how many are without a figure. `filled`: how many a streamed answer left out, so that they have the value
    the table names for them.
    """

    selection: Selection
    values: list[str | None] = field(init=False)
    missing: int = 0
    filled: int = 0
    _signs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.values = [None] * self.selection.rows

    def take(self, content: bytes, part: Mapping[str, tuple[str, ...]]) -> None:
        """Read an answer that should hold `part` of the selection.

        Raises:
            RemoteError: not such a table; a cell that was not asked for, one twice, a value that is no number.
        """
        lines = self._lines(content)
        header = [name.casefold() for name in next(lines, [])]
        wanted = [*(name.casefold() for name in part), VALUE_COLUMN.casefold()]
        if sorted(header) != sorted(wanted):
            raise _strange(f"har kolonnerne {shown(';'.join(header))}, ikke {shown(';'.join(wanted))}")
        columns = [(header.index(name.casefold()), self._places(name, codes)) for name, codes in part.items()]
        value_at = header.index(wanted[-1])
        for number, line in enumerate(lines, 2):
            if not line:
                continue
            if len(line) != len(header):
                raise _strange(f"har {len(line)} felter i række {number}, ikke {len(header)}")
            place = 0
            for at, places in columns:
                if line[at] not in places:
                    raise _strange(f"har i række {number} koden {shown(line[at])}, som der ikke er spurgt om")
                place += places[line[at]]
            if self.values[place] is not None:
                raise _strange(f"har den samme celle to gange (række {number})")
            self.values[place] = self._number(line[value_at], f"i række {number}")

    def _lines(self, content: bytes) -> Iterator[list[str]]:
        try:
            text = content.decode("utf-8-sig")
            yield from csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
        except (UnicodeDecodeError, csv.Error) as error:
            raise _strange("kan ikke læses som CSV i UTF-8") from error

    def _places(self, name: str, codes: tuple[str, ...]) -> dict[str, int]:
        names = list(self.selection.codes)
        step = 1
        for later in names[names.index(name) + 1 :]:
            step *= len(self.selection.codes[later])
        asked = set(codes)
        return {code: at * step for at, code in enumerate(self.selection.codes[name]) if code in asked}

    def _number(self, text: str, where: str) -> str:
        if text == MISSING:
            self.missing += 1
            return ""
        if not NUMBER.fullmatch(text):
            raise _strange(f"har {where} {shown(text)}, som ikke er et tal")
        self._signs |= {sign for sign in ",." if sign in text}
        if len(self._signs) > 1:
            raise _strange("har både komma og punktum i tal")
        return text.replace(".", ",")

    def finish(self, *, streamed: bool) -> None:
        """Check that every cell was answered. A streamed answer leaves out rows that are, as a rule, 0.

        ("Nogle observationer udelades": the API's documentation of streaming formats.)

        Raises:
            RemoteError: cells are missing; names the municipalities of which there is nothing.
        """
        absent = sum(value is None for value in self.values)
        if not absent:
            return
        codes = self.selection.codes[self.selection.area]
        each = len(self.values) // len(codes)
        starts = {code: at * each for at, code in enumerate(codes)}
        silent = [code for code, at in starts.items() if all(v is None for v in self.values[at : at + each])]
        left_out = self.selection.table.suppressed
        if silent or not streamed or left_out is None:
            about = f" Intet om: {named(silent)}." if silent else ""
            raise RemoteError(
                f"Statistikbankens svar mangler {absent} af {len(self.values)} celler.{about}",
                remedy="Prøv igen, eller vælg færre koder med --select; det rå svar er gemt.",
            )
        before = self.missing
        value = self._number(left_out, "som værdi for udeladte rækker")
        self.missing = before + (absent if value == "" else 0)
        self.filled = absent
        self.values = [value if held is None else held for held in self.values]

    def rows(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Codes (area, time, others) and figure with decimal comma, in the selection's order."""
        for codes, value in zip(itertools.product(*self.selection.codes.values()), self.values, strict=True):
            yield codes, value or ""

    def tidy(self) -> bytes:
        """CSV as the house writes it: semicolon, decimal comma, UTF-8 with BOM; an empty value is a missing one."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(["kommune_kode", "period", *list(self.selection.codes)[2:], "value"])
        writer.writerows((*codes, value) for codes, value in self.rows())
        return text.getvalue().encode("utf-8-sig")


def _strange(what: str) -> RemoteError:
    return RemoteError(f"Statistikbankens svar {what}.", remedy="Prøv igen senere; det rå svar er gemt.")
