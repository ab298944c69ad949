"""Malformed deliveries: each is refused with place and remedy, exit code 2, no traceback, and an untouched store."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Cli, bring
from maalestok.beskaeftigelse import synthetic

Rows = dict[str, list[synthetic.Row]]
Make = Callable[[list[str]], bytes]


def text(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def with_line(number: int, change: Callable[[str], str]) -> Make:
    """Change one line of the file (0 is the header)."""

    def make(lines: list[str]) -> bytes:
        changed = list(lines)
        changed[number] = change(changed[number])
        return text(changed)

    return make


def with_cell(column: int, value: str | Callable[[str], str], line: int = 5) -> Make:
    """Put a value into one cell of one line."""

    def change(row: str) -> str:
        cells = row.split(";")
        cells[column] = value(cells[column]) if callable(value) else value
        return ";".join(cells)

    return with_line(line, change)


def every_cell(column: int, change: Callable[[str], str]) -> Make:
    def make(lines: list[str]) -> bytes:
        cells = [line.split(";") for line in lines]
        for row in cells[1:]:
            row[column] = change(row[column])
        return text([";".join(row) for row in cells])

    return make


def swapped_headers(lines: list[str]) -> bytes:
    names = lines[0].split(";")
    names[3], names[4] = names[4], names[3]
    return text([";".join(names), *lines[1:]])


def without_column(lines: list[str]) -> bytes:
    return text([";".join(line.split(";")[:9] + line.split(";")[10:]) for line in lines])


def doubled_column(lines: list[str]) -> bytes:
    return text([";".join([*line.split(";"), line.split(";")[3]]) for line in lines])


def swapped_ranks(lines: list[str]) -> bytes:
    rows = [line.split(";") for line in lines]
    total = [row for row in rows if row[2] == "Ydelsesgrupper i alt"]
    first, last = (next(r for r in total if r[9] == place) for place in ("1", "98"))
    first[9], last[9] = last[9], first[9]
    return text([";".join(row) for row in rows])


def json_v3(change: Callable[[dict[str, Any]], None], raw: Callable[[str], str] = str) -> Make:
    def make(lines: list[str]) -> bytes:
        rows = synthetic.editions(("2020QMAT04",), seed=7)["2020QMAT04"]
        data = json.loads(synthetic.as_json_v3(rows))
        change(data)
        return raw(json.dumps(data, ensure_ascii=False)).encode()

    return make


def sheet(change: Callable[[Any], None]) -> Make:
    def make(lines: list[str]) -> bytes:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for number, line in enumerate(lines):
            cells = line.split(";")
            page.append(cells if number == 0 else [_value(cell) for cell in cells])
        change(page)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return make


def _value(cell: str) -> object:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return cell


def zip_bomb(lines: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 120_000_000)
    return buffer.getvalue()


def not_a_workbook(lines: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hej.txt", "hej")
    return buffer.getvalue()


def hidden_sheet(lines: list[str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sheet(lambda page: None)(lines)))
    book.create_sheet("Tom")
    book.worksheets[0].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def damaged_directory(lines: list[str]) -> bytes:
    content = sheet(lambda page: None)(lines)
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 8] + b"\xff\xff" + content[at + 10 : at + 46] + b"\xff\xfe" + content[at + 48 :]


def first_row_gone(data: dict[str, Any]) -> None:
    data["rows"].pop(0)


def set_cell(column: int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data["rows"][3][column] = value

    return change


BAD: dict[str, tuple[Make, str]] = {
    "empty": (lambda lines: b"", "Filen er tom"),
    "blank": (lambda lines: b"\r\n \r\n", "Filen er tom"),
    "header only": (lambda lines: text(lines[:1]), "ingen rækker"),
    "no header": (lambda lines: text(lines[1:]), "er ikke en del af leverancen"),
    "truncated in a row": (lambda lines: text(lines)[:-60], "felter, men overskriften har 11"),
    "truncated between rows": (lambda lines: text(lines[:200]), "193 rækker mangler"),
    "comma separated": (lambda lines: text([line.replace(",", ".").replace(";", ",") for line in lines]), "komma, ikke af semikolon"),
    "tab separated": (lambda lines: text([line.replace(";", "\t") for line in lines]), "tabulator, ikke af semikolon"),
    "one column": (lambda lines: text(["hej", "verden"]), "overskriften har kun ét felt"),
    "UTF-16": (lambda lines: text(lines).decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without mark": (lambda lines: text(lines).decode().encode("utf-16-le"), "UTF-16 eller en binær fil"),
    "Latin-1": (lambda lines: text(lines).decode().encode("latin-1"), "Latin-1"),
    "NUL in the middle": (with_line(200, lambda line: line + "\0"), "Linje 201: filen har nul-tegn"),
    "open quote": (with_line(7, lambda line: '"' + line), "kan ikke læses som CSV"),
    "field too long": (with_cell(0, "x" * 200_000), "kan ikke læses som CSV"),
    "row too wide": (with_line(9, lambda line: line + ";1"), "Linje 10: 12 felter"),
    "swapped headers": (swapped_headers, "forskel_antal_regnet"),
    "column missing": (without_column, "placering) mangler"),
    "column twice": (doubled_column, "findes to gange"),
    "column unknown": (with_line(0, lambda line: line.replace("Placering på benchmarkranglisten", "Rang")), "'Rang' er ikke en del"),
    "row twice": (lambda lines: text([*lines, lines[5]]), "noegle_entydig"),
    "97 municipalities": (lambda lines: text([line for line in lines if "Fanø" not in line]), "4 rækker mangler: Fanø"),
    "unknown municipality": (with_cell(0, "Nordjurs"), "Mente du Norddjurs"),
    "Christiansø": (with_cell(0, "Christiansø"), "Christiansø (411) er ikke en kommune"),
    "unknown group": (with_cell(2, "Førtidspension"), "Tilladt: Ydelsesgrupper i alt"),
    "percent sign": (with_cell(6, lambda cell: cell + "%"), "Fjern procenttegnet"),
    "decimal point": (with_cell(6, lambda cell: cell.replace(",", ".")), "Brug komma som decimaltegn"),
    "three decimals": (with_cell(6, lambda cell: cell + "5"), "højst 2 decimaler"),
    "decimals in a number": (with_cell(3, lambda cell: cell + ",5"), "ingen decimaler"),
    "thousands separator": (with_cell(3, "43.070"), "Fjern tusindtalsskilletegnet"),
    "typographic minus": (with_cell(5, "−60"), "Brug almindeligt minus"),
    "NaN": (with_cell(6, "NaN"), "er ikke et tal"),
    "infinity": (with_cell(3, "inf"), "er ikke et tal"),
    "words for a number": (with_cell(3, "mange"), "er ikke et tal"),
    "huge number": (with_cell(3, "9" * 40), "er ikke et tal"),
    "empty cell": (with_cell(3, ""), "Cellen er tom"),
    "empty place": (with_cell(0, " "), "Cellen er tom"),
    "negative number": (every_cell(3, lambda cell: "-" + cell), "ikke_negativ"),
    "not rounded to 10": (with_cell(3, lambda cell: str(int(cell) + 3)), "afrundet_til_10"),
    "difference wrong": (with_cell(5, lambda cell: str(int(cell) + 100)), "forskel_antal_regnet"),
    "share difference wrong": (with_cell(8, "7,77"), "forskel_andel_regnet"),
    "share over 100": (with_cell(6, "140,00"), "ikke_negativ"),
    "rank 0": (with_cell(9, "0"), "placering_1_98"),
    "rank 99": (with_cell(9, "99"), "placering_1_98"),
    "rank twice": (every_cell(9, lambda cell: "2" if cell == "1" else cell), "placering_entydig"),
    "ranks swapped": (swapped_ranks, "placering_orden"),
    "wrong period code": (every_cell(1, lambda cell: "2020QMAT05"), "2020QMAT04 (1.-4. kvartal 2020)"),
    "a month for a year": (every_cell(1, lambda cell: "2020-12"), "Skriv den som 2020QMAT04"),
    "period not ended": (every_cell(1, lambda cell: "2099QMAT04"), "periode_afsluttet"),
    "one row of another period": (with_cell(1, "2018QMAT04"), "rækker mangler"),
    "mark missing in one row": (with_cell(10, ""), "ikke mærket SYNTETISK"),
    "terminal codes in a name": (with_cell(0, "\x1b[31mNorddjurs"), "\\x1b[31mNorddjurs"),
    "markup in a name": (with_cell(0, "[bold]Norddjurs[/]"), "[bold]Norddjurs[/]"),
    "binary": (lambda lines: bytes(range(256)) * 40, "ikke UTF-8"),
    "HTML": (lambda lines: b"<!DOCTYPE html><html><body>Log ind</body></html>", "kun ét felt"),
    "JSON cut off": (json_v3(lambda data: None, lambda raw: raw[:-500]), "afkortet eller beskadiget"),
    "JSON of another shape": (lambda lines: b'{"fejl": "nej"}', "v2 har Variables og Data"),
    "JSON with NaN": (json_v3(lambda data: None, lambda raw: raw.replace("null", "1").replace("3.", "NaN, 3.", 1)), "NaN"),
    "JSON too deep": (lambda lines: b"[" * 100_000, "kan ikke læses som JSON"),
    "JSON huge integer": (json_v3(lambda data: None, lambda raw: raw.replace('"rows": [[', '"rows": [[' + "1" * 5000 + ",", 1)), "for mange cifre"),
    "JSON huge exponent": (json_v3(set_cell(3, "STOR"), lambda raw: raw.replace('"STOR"', "1e999999")), "for stort"),
    "JSON row too short": (json_v3(lambda data: data["rows"][4].pop()), "Række 5: 10 felter"),
    "JSON row not a list": (json_v3(lambda data: data["rows"].append("hej")), "Række 393"),
    "JSON boolean": (json_v3(set_cell(3, True)), "hverken tekst eller tal"),
    "JSON object in a cell": (json_v3(set_cell(3, {"a": 1})), "hverken tekst eller tal"),
    "JSON fraction of a person": (json_v3(set_cell(3, 10.5)), "ingen decimaler"),
    "JSON row missing": (json_v3(first_row_gone), "1 række mangler"),
    "JSON columns renamed": (json_v3(lambda data: data["columns"].__setitem__(4, "Faktisk")), "'Faktisk' er ikke en del"),
    "JSON key twice": (json_v3(lambda data: None, lambda raw: raw.replace('"rows"', '"rows": [], "rows"', 1)), "har nøglen 'rows' to gange"),
    "JSON exponent without end": (json_v3(set_cell(3, "STOR"), lambda raw: raw.replace('"STOR"', "1e" + "9" * 30)), "for mange cifre"),
    "JSON half a character": (json_v3(lambda data: None, lambda raw: raw.replace('"Periode"', '"Per\\ud800"', 1)), "er ikke en del af leverancen"),
    "workbook with only hidden sheets": (hidden_sheet, "intet synligt ark"),
    "workbook with an empty cell": (sheet(lambda page: page.__setitem__("E9", None)), "Cellen er tom"),
    "value far to the right": (sheet(lambda page: page.__setitem__("GT5", 1)), "til højre for tabellen"),
    "row far down": (sheet(lambda page: page.__setitem__("A900000", "Norddjurs")), "over 50000 rækker"),
    "zip directory damaged": (damaged_directory, "Excel-projektmappe"),
    "zip bomb": (zip_bomb, "MB udpakket"),
    "zip that is no workbook": (not_a_workbook, "Excel-projektmappe"),
    "workbook cut off": (lambda lines: sheet(lambda page: None)(lines)[:4000], "Excel-projektmappe"),
    "workbook without a table": (sheet(lambda page: page.delete_rows(1, 500)), "intet synligt ark"),
    "merged header": (sheet(lambda page: page.merge_cells("D1:F1")), "flettet (merged)"),
    "formula": (sheet(lambda page: page.__setitem__("D5", "=D4+10")), "Række 5: cellen er en formel"),
    "error value": (sheet(lambda page: page.__setitem__("D5", "#REF!")), "fejlværdien"),
    "date in a cell": (sheet(lambda page: page.__setitem__("G5", date(2020, 9, 8))), "er en dato"),
    "boolean in a cell": (sheet(lambda page: page.__setitem__("D5", True)), "sandhedsværdi"),
    "value beside the table": (sheet(lambda page: page.__setitem__("P5", "note")), "til højre for tabellen"),
}  # fmt: skip


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_there_are_many() -> None:
    assert len(BAD) >= 60


@pytest.mark.parametrize("name", BAD)
def test_refused_with_place_and_remedy(name: str, tmp_path: Path, cli: Cli, rows: Rows) -> None:
    make, expected = BAD[name]
    store = tmp_path / "lager"
    good = tmp_path / "god.csv"
    good.write_bytes(synthetic.as_csv(rows["2020QMAT02"]))
    bring([good], store)
    before = fingerprint(store)
    lines = synthetic.as_csv(rows["2020QMAT04"]).decode().splitlines()
    bad = tmp_path / "dårlig.csv"
    bad.write_bytes(make(lines))
    outcome = cli("import", "y30r21", bad, "--store", store, "--json")
    report = json.loads(outcome.out)[0]
    problems = [f"{e['rule']} {e['message']} {e['remedy']}" for e in report["errors"]]
    assert outcome.code == 2
    assert any(expected in problem for problem in problems), problems[:3]
    assert all(e["remedy"] for e in report["errors"])
    assert fingerprint(store) == before
    shown = cli("import", "y30r21", bad, "--store", store)
    assert shown.code == 2
    assert "Traceback" not in shown.err + shown.out
    assert "\x1b[31mNord" not in shown.out
    assert "lageret er uændret" in shown.err


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "stor.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    outcome = cli("import", "y30r21", path, "--store", tmp_path / "lager")
    assert outcome.code == 2
    assert "1000 MB; denne leverance er højst 64 MB" in " ".join(outcome.out.split())


@pytest.mark.parametrize(("path", "expected"), [("findes-ikke.csv", "findes ikke"), (".", "er ikke en fil")])
def test_a_path_that_is_no_file(tmp_path: Path, cli: Cli, path: str, expected: str) -> None:
    outcome = cli("import", "y30r21", tmp_path / path, "--store", tmp_path / "lager")
    assert outcome.code == 2
    assert expected in outcome.out


def test_one_bad_file_keeps_the_good_one_out_too(tmp_path: Path, cli: Cli, edition: Path) -> None:
    bad = tmp_path / "dårlig.csv"
    bad.write_text("hej", encoding="utf-8")
    outcome = cli("import", "y30r21", edition, bad, "--store", tmp_path / "lager")
    assert outcome.code == 2
    assert "i orden, men ikke gemt" in outcome.out
    assert not (tmp_path / "lager").exists()


def test_too_many_rows(tmp_path: Path, cli: Cli, edition: Path) -> None:
    lines = edition.read_bytes().splitlines()
    many = tmp_path / "mange.csv"
    many.write_bytes(b"\n".join([lines[0], *lines[1:] * 130]))
    outcome = cli("import", "y30r21", many, "--store", tmp_path / "lager")
    assert outcome.code == 2
    assert "over 50000 rækker" in " ".join(outcome.out.split())
