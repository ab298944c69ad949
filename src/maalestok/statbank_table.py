"""A table of Statistics Denmark's StatBank as it describes itself, and what is asked of it: checked before it is asked.

What is not chosen: every municipality and every period; of other variables, the total, where the table has one.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maalestok.deliveries.issues import printable, shown
from maalestok.errors import MaalestokError, RemoteError
from maalestok.kommune import by_code

CELL_LIMIT = 1_000_000
"""Most cells of an answer that is not streamed; a row has one for each variable and one for the value. Source: Danmarks
Statistik, Statistikbank API, "Begrænsninger på udtræk", and its change log, 27 May 2021 (the limit may change)."""
MOST_REQUESTS = 4
"""A selection that takes more requests than this is streamed (BULK), for which there is no limit of cells."""
MOST_ROWS = 3_000_000
"""More than this is not a table of conditions; it would not be held in the memory of a small machine."""
SHOWN = 12
TABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,29}")

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r'^[^\x00-\x1f\x7f;"]+$')]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Value(_Answer):
    """One value of a variable."""

    id: Name
    text: str


class Variable(_Answer):
    """One dimension. `elimination`: it may be left out, and the answer is then about its total."""

    id: Name
    text: str
    elimination: bool = False
    time: bool = False
    values: Annotated[tuple[Value, ...], Field(min_length=1)]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its values, in the table's order."""
        return tuple(value.id for value in self.values)

    @property
    def kommuner(self) -> tuple[str, ...]:
        """Those of its codes that are municipalities: not the country, regions, landsdele or Christiansø."""
        return tuple(code for code in self.codes if code in by_code())


class Table(_Answer):
    """What `tableinfo` says. `suppressed` is the value of a row that a streamed answer leaves out."""

    id: Name
    text: str
    unit: str | None = None
    suppressed: str | None = Field(default=None, alias="suppressedDataValue")
    updated: str
    variables: Annotated[tuple[Variable, ...], Field(min_length=1)]


def read_table(content: bytes, asked: str) -> Table:
    """A table's description.

    Raises:
        RemoteError: not the description of the table that was asked for.
    """
    try:
        table = Table.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise _strange(f"kan ikke læses ({place})" if place else "er ikke JSON") from error
    names = [variable.id.casefold() for variable in table.variables]
    if table.id.casefold() != asked.casefold():
        raise _strange(f"handler om {shown(table.id)}")
    if len(set(names)) < len(names) or any(len(set(v.codes)) < len(v.codes) for v in table.variables):
        raise _strange("nævner en variabel eller en kode to gange")
    if sum(variable.time for variable in table.variables) != 1:
        raise _strange("har ikke netop én tidsvariabel")
    return table


def _strange(what: str) -> RemoteError:
    return RemoteError(
        f"Statistikbankens beskrivelse af tabellen {what}.", remedy="Prøv igen senere; det rå svar er gemt."
    )


@dataclass(frozen=True)
class Selection:
    """What is asked of a table: the codes of each variable, area first, then time, then the others in its order.

    `eliminated`: variables left out, so that figures are about their totals. `absent`: municipalities the table lacks.
    """

    table: Table
    codes: Mapping[str, tuple[str, ...]]
    eliminated: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def area(self) -> str:
        """The variable that holds the municipalities."""
        return next(iter(self.codes))

    @property
    def time(self) -> str:
        """The variable that holds the periods."""
        return list(self.codes)[1]

    @property
    def rows(self) -> int:
        """Rows a whole answer has: one for each combination."""
        return math.prod(map(len, self.codes.values()))


def select(table: Table, given: Sequence[str]) -> Selection:
    """What `--select VARIABLE=CODE,CODE` asks of a table.

    Raises:
        MaalestokError: a variable or code the table does not have, one named twice, one that must be chosen and is not,
            a table without municipalities, too many rows.
    """
    wanted = _wanted(table, given)
    area = _area(table, wanted)
    time = next(variable for variable in table.variables if variable.time)
    rest = [variable for variable in table.variables if variable not in (area, time)]
    codes = {
        area.id: _chosen(area, area.kommuner, wanted.get(area.id, ["*"])),
        time.id: _chosen(time, time.codes, wanted.get(time.id, ["*"])),
    }
    codes |= {v.id: _chosen(v, v.codes, wanted[v.id]) for v in rest if v.id in wanted}
    open_ = [variable for variable in rest if variable.id not in wanted]
    if unchosen := [variable for variable in open_ if not variable.elimination]:
        raise MaalestokError(
            f"Tabellen {table.id} har ingen sum over {unchosen[0].id} ({printable(unchosen[0].text)}).",
            remedy=f"Vælg med --select {unchosen[0].id}=KODE. Koder: {_some(unchosen[0], unchosen[0].codes)}.",
        )
    absent = () if area.id in wanted and wanted[area.id] != ["*"] else tuple(sorted(set(by_code()) - set(area.codes)))
    selection = Selection(table, codes, tuple(variable.id for variable in open_), absent)
    if selection.rows > MOST_ROWS:
        raise MaalestokError(
            f"Valget giver {selection.rows:,} rækker; højst {MOST_ROWS:,} kan hentes.".replace(",", "."),
            remedy="Vælg færre koder med --select.",
        )
    return selection


def _wanted(table: Table, given: Sequence[str]) -> dict[str, list[str]]:
    by_name = {variable.id.casefold(): variable.id for variable in table.variables}
    wanted: dict[str, list[str]] = {}
    for text in given:
        name, equals, codes = text.partition("=")
        listed = [code.strip() for code in codes.split(",")]
        if not equals or not all(listed):
            raise MaalestokError(
                f"--select {shown(text)} kan ikke læses.", remedy="Skriv VARIABLE=KODE,KODE eller VARIABLE=*."
            )
        found = by_name.get(name.strip().casefold())
        if found is None:
            raise MaalestokError(
                f"Tabellen {table.id} har ingen variabel {shown(name.strip())}.",
                remedy=f"Vælg blandt: {', '.join(f'{v.id} ({printable(v.text)})' for v in table.variables)}.",
            )
        if found in wanted:
            raise MaalestokError(f"--select nævner {found} to gange.", remedy="Skriv koderne i ét --select.")
        wanted[found] = listed
    return wanted


def _area(table: Table, wanted: Mapping[str, list[str]]) -> Variable:
    """The variable with the municipalities; of two (from and to), the one nothing was chosen of."""
    held = [v for v in table.variables if not v.time and len(v.kommuner) * 2 > len(by_code())]
    if not held:
        raise MaalestokError(
            f"Tabellen {table.id} er ikke opgjort på kommuner.", remedy="Vælg en tabel med kommuner, fx FOLK1AM."
        )
    unchosen = [variable for variable in held if variable.id not in wanted]
    if len(held) > 1 and len(unchosen) != 1:
        raise MaalestokError(
            f"Tabellen {table.id} har kommuner i flere variable: {', '.join(v.id for v in held)}.",
            remedy="Vælg koder i alle undtagen den, rækkerne skal handle om.",
        )
    return (unchosen or held)[0]


def _chosen(variable: Variable, allowed: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The codes that were asked for, in the table's order; `*` in a code stands for any signs."""
    found: list[str] = []
    for text in wanted:
        pattern = re.compile(".*".join(map(re.escape, text.split("*"))), re.IGNORECASE)
        matching = [text] if text in allowed else [code for code in allowed if pattern.fullmatch(code)]
        if not matching:
            what = "kommuner" if len(allowed) < len(variable.codes) else "værdier"
            raise MaalestokError(
                f"{variable.id} har ikke koden {shown(text)} blandt sine {what}.",
                remedy=f"Vælg blandt: {_some(variable, allowed)}.",
            )
        found += matching
    unique = set(found)
    if len(unique) < len(found):
        raise MaalestokError(f"--select vælger en kode i {variable.id} to gange.", remedy="Nævn hver kode én gang.")
    return tuple(code for code in allowed if code in unique)


def _some(variable: Variable, allowed: Sequence[str]) -> str:
    texts = {value.id: printable(value.text) for value in variable.values}
    told = [code if texts[code] == code else f"{code} ({texts[code]})" for code in allowed[:SHOWN]]
    more = len(allowed) - len(told)
    return ", ".join(told) + (f" og {more} flere" if more > 0 else "")


def named(codes: Iterable[str]) -> str:
    """Municipalities by code and name, for people."""
    return ", ".join(f"{code} {by_code()[code].navn}" for code in codes)


def requests(selection: Selection) -> list[Mapping[str, tuple[str, ...]]] | None:
    """The selection in parts that each keep the limit of cells; None where it is better streamed whole.

    The variable with most codes is divided.
    """
    codes = selection.codes
    longest = max(codes, key=lambda name: len(codes[name]))
    of_one = selection.rows // len(codes[longest]) * (len(codes) + 1)
    size = CELL_LIMIT // of_one
    if size == 0 or math.ceil(len(codes[longest]) / size) > MOST_REQUESTS:
        return None
    return [dict(codes) | {longest: part} for part in _pieces(codes[longest], size)]


def _pieces(codes: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(codes), size):
        yield codes[start : start + size]


def refuse_elimination(selection: Selection) -> None:
    """Streamed answers have no totals of variables left out ("Variable kan ikke udelades").

    Raises:
        MaalestokError: the selection leaves one out.
    """
    for variable in selection.table.variables:
        if variable.id in selection.eliminated:
            raise MaalestokError(
                f"Så mange celler hentes i ét stykke (BULK), og da skal der vælges koder i {variable.id}.",
                remedy=f"Vælg med --select {variable.id}=KODE, eller vælg færre koder. "
                f"Koder: {_some(variable, variable.codes)}.",
            )
