"""JSON as the jobindsats API writes it: v2 (`Variables`/`Data`) and v3 (`columns`/`rows`)."""

import json
from decimal import Decimal
from typing import Any

from maalestok.deliveries.issues import shown
from maalestok.deliveries.tables import RawColumn, RawRow, RawTable, too_many_rows
from maalestok.errors import UnreadableFile


class _NotANumber(ValueError):
    """NaN or Infinity in the text."""


class _DoubledKey(ValueError):
    """A key that stands twice in one object; JSON readers would keep the last one silently."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledKey(shown(next(name for name in names if names.count(name) > 1)))
    return held


def _refuse_constant(text: str) -> Any:
    raise _NotANumber(text)


def read_json(text: str, max_rows: int) -> RawTable:
    """Read a v2 or v3 answer.

    Raises:
        UnreadableFile: not JSON, another shape, uneven rows, NaN.
    """
    try:
        data = json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_without_doubles
        )
    except _DoubledKey as error:
        raise UnreadableFile(f"Filen har nøglen {error} to gange.", remedy="Hent svaret igen fra kilden.") from error
    except _NotANumber as error:
        raise UnreadableFile(
            f"Filen har værdien {error}, som ikke er et tal.", remedy="Hent svaret igen fra kilden."
        ) from error
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"Linje {error.lineno}, tegn {error.colno}" if isinstance(error, json.JSONDecodeError) else "Filen"
        raise UnreadableFile(
            f"{place}: kan ikke læses som JSON; svaret er afkortet eller beskadiget.",
            remedy="Hent svaret igen.",
        ) from error
    except (ValueError, ArithmeticError) as error:
        raise UnreadableFile("Filen har et tal med for mange cifre.", remedy="Hent svaret igen.") from error
    layout, row_word, columns, rows = _shape(data)
    if len(rows) > max_rows:
        raise too_many_rows(max_rows)
    return RawTable(layout, row_word, columns, [_row(n, row, len(columns)) for n, row in enumerate(rows, 1)])


def _shape(data: Any) -> tuple[str, str, list[RawColumn], list[Any]]:
    if isinstance(data, dict) and "columns" in data and "rows" in data:
        names, rows = data["columns"], data["rows"]
        if isinstance(names, list) and isinstance(rows, list) and all(isinstance(n, str) for n in names):
            return "json_v3", "række i rows", [RawColumn(n.strip(), n.strip()) for n in names], rows
    inner = data[0] if isinstance(data, list) and len(data) == 1 else data
    if isinstance(inner, dict) and "Variables" in inner and "Data" in inner:
        variables, rows = inner["Variables"], inner["Data"]
        if isinstance(variables, list) and isinstance(rows, list) and all(map(_is_variable, variables)):
            columns = [RawColumn(v["Label"].strip(), v["Name"].strip()) for v in variables]
            return "json_v2", "række i Data", columns, rows
    raise UnreadableFile(
        "JSON-filen har ikke en form, der kendes: v2 har Variables og Data, v3 har columns og rows.",
        remedy="Hent tabellen igen med format=json, og gem svaret uændret.",
    )


def _is_variable(item: Any) -> bool:
    return isinstance(item, dict) and all(isinstance(item.get(key), str) for key in ("Name", "Label"))


def _row(number: int, row: Any, width: int) -> RawRow:
    if not isinstance(row, list) or len(row) != width:
        found = f"{len(row)} felter" if isinstance(row, list) else shown(row)
        raise UnreadableFile(
            f"Række {number}: {found}, men tabellen har {width} kolonner.",
            remedy="Svaret er beskadiget. Hent det igen.",
        )
    return RawRow(number, [_cell(number, cell) for cell in row])


def _cell(number: int, cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, Decimal):
        return danish(cell, number)
    raise UnreadableFile(
        f"Række {number}: {shown(cell)} er hverken tekst eller tal.", remedy="Hent svaret igen fra kilden."
    )


def danish(value: Decimal, number: int) -> str:
    """A JSON or sheet number as Danish text: 9.71 -> '9,71', 43070.0 -> '43070'."""
    if abs(value.adjusted()) > 18:
        raise UnreadableFile(
            f"Række {number}: {shown(value)} er for stort eller for lille.", remedy="Ret tallet i kilden."
        )
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace(".", ",")
