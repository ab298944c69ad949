"""Malformed deliveries of control cases: refused with place, rule and remedy, the store untouched, no value leaked."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from conftest import Cli
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.kontrolsager import contracts, synthetic

Lines = list[str]
Make = Callable[[Lines], bytes]
RECEIVED = "2026-11-20"
SECRET, ODD = "HEMMELIG7", "ROEBET"
COUNTS_HEADER = (
    "maaned;kommune_kode;omraade;kontroltrin;rest_brutto;trukket;trukket_oprettet;oprettet;afsluttet;afsluttet_effekt;"
    "tilbagebetaling_kr;mindreudgift_kr;beloeb_grundlag;syntetisk"
)


def text(lines: Lines) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def as_sent(lines: Lines) -> bytes:
    return text(lines)


def cell(column: str, value: str | Callable[[str], str], line: int = 5) -> Make:
    """Put a value into one cell of one line (1 is the first row of data); line 0: into every row."""

    def make(lines: Lines) -> bytes:
        rows = [given.split(";") for given in lines]
        at = rows[0].index(column)
        for row in rows[1:] if line == 0 else [rows[line]]:
            row[at] = value(row[at]) if callable(value) else value
        return text([";".join(row) for row in rows])

    return make


def cells(line: int, **values: object) -> Make:
    def make(lines: Lines) -> bytes:
        rows = [given.split(";") for given in lines]
        for column, value in values.items():
            rows[line][rows[0].index(column)] = str(value)
        return text([";".join(row) for row in rows])

    return make


def line(number: int, change: Callable[[str], str]) -> Make:
    return lambda lines: text([change(given) if n == number else given for n, given in enumerate(lines)])


def without(column: str) -> Make:
    def make(lines: Lines) -> bytes:
        at = lines[0].split(";").index(column)
        return text([";".join(c for n, c in enumerate(given.split(";")) if n != at) for given in lines])

    return make


def only(wanted: Callable[[str], bool]) -> Make:
    return lambda lines: text([lines[0], *(given for given in lines[1:] if wanted(given))])


def sheet(change: Callable[[Any], None]) -> Make:
    def make(lines: Lines) -> bytes:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for given in lines:
            page.append([int(c) if c.isdigit() else c for c in given.split(";")])
        change(page)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return make


def parquet(change: Callable[[pl.DataFrame], pl.DataFrame], cut: Callable[[bytes], bytes] = bytes) -> Make:
    def make(lines: Lines) -> bytes:
        frame = pl.read_csv(text(lines), separator=";", infer_schema=False)
        buffer = io.BytesIO()
        change(frame).write_parquet(buffer)
        return cut(buffer.getvalue())

    return make


def typed(column: str, expression: pl.Expr) -> Make:
    return parquet(lambda frame: frame.with_columns(expression.alias(column)))


def row(text_of_row: str) -> Make:
    return lambda lines: text([*lines, text_of_row])


def bomb(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame] * 30)


HUGE = pl.lit("x" * 60_000)
COUNTS: Mapping[str, tuple[Make, str, str]] = {
    "empty": (lambda lines: b"", "filen_laesbar", "Filen er tom"),
    "header only": (lambda lines: text(lines[:1]), "har_raekker", "ingen rækker"),
    "comma separated": (lambda lines: text([given.replace(";", ",") for given in lines]), "filen_laesbar", "komma, ikke af semikolon"),
    "UTF-16": (lambda lines: text(lines).decode().encode("utf-16"), "filen_laesbar", "UTF-16"),
    "cut off in a row": (lambda lines: text(lines)[:-30], "filen_laesbar", "felter, men overskriften har 14"),
    "cut off between rows": (lambda lines: text(lines[:-7]), "komplet", "2026-10: 7 rækker mangler: Aalborg kontanthjaelp 3"),
    "a figure missing": (without("trukket_oprettet"), "kolonne_mangler", "(trukket_oprettet) mangler"),
    "a key missing": (without("kontroltrin"), "kolonne_mangler", "(kontroltrin) mangler"),
    "a column unknown": (line(0, lambda given: given.replace("oprettet;afs", "oprettede;afs", 1)), "kolonne_ukendt", "'oprettede' er ikke en del"),
    "a column twice": (line(0, lambda given: given.replace("mindreudgift_kr", "trukket")), "kolonne_dobbelt", "'trukket' (trukket) findes to gange"),
    "a quarter for a month": (cell("maaned", "2026QMAT03"), "periode_kendt", "Skriv den som 2026-10"),
    "month 13": (cell("maaned", "2026-13"), "periode_kendt", "kan ikke læses"),
    "a month of Excel": (cell("maaned", "okt-26", 0), "periode_kendt", "Yderligere 3704 celler bryder samme regel"),
    "month empty": (cell("maaned", ""), "celle_tom", "Cellen er tom"),
    "municipality unknown": (cell("kommune_kode", "999"), "kommune_kendt", "'999' findes ikke"),
    "area unknown": (cell("omraade", "dagpenge"), "omraade_kendt", "Tilladt: Kontanthjælp"),
    "area i_alt": (cell("omraade", "i_alt"), "omraade_kendt", "'i_alt' findes ikke"),
    "kontroltrin 1": (cell("kontroltrin", "1"), "kontroltrin_kendt", "Tilladt: 2, 3"),
    "kontroltrin empty": (cell("kontroltrin", ""), "celle_tom", "Cellen er tom"),
    "kontroltrin 2 with sygedagpenge": (cell("kontroltrin", "2", 3), "kontroltrin2_kun_kontanthjaelp", "omraade = sygedagpenge, kontroltrin = 2"),
    "basis unknown": (cell("beloeb_grundlag", "netto"), "beloeb_grundlag_kendt", "Tilladt: total, kommunal_andel, ukendt"),
    "a fraction of a case": (cell("trukket", "3,5"), "tal_decimaler", "ingen decimaler"),
    "a decimal point": (cell("tilbagebetaling_kr", "1200.50"), "tal_laesbart", "er ikke et tal"),
    "thousands separator": (cell("tilbagebetaling_kr", "12.000"), "tal_laesbart", "Fjern tusindtalsskilletegnet"),
    "words": (cell("oprettet", "ingen"), "tal_laesbart", "'ingen' er ikke et tal"),
    "a dash for nothing": (cell("oprettet", "-"), "tal_laesbart", "'-' er ikke et tal"),
    "huge": (cell("rest_brutto", "9" * 13), "tal_laesbart", "er ikke et tal"),
    "negative count": (cell("rest_brutto", "-1"), "ikke_negativ", "rest_brutto = -1"),
    "negative amount": (cell("mindreudgift_kr", "-500"), "ikke_negativ", "mindreudgift_kr = -500"),
    "a row twice": (lambda lines: text([*lines, lines[9]]), "noegle_entydig", "Slet den ene"),
    "a municipality missing": (only(lambda given: ";825;" not in given), "komplet", "4 rækker mangler: Læsø kontanthjaelp 2, Læsø kontanthjaelp 3"),
    "a cut missing in one month": (only(lambda given: not given.startswith("2026-04;707;sygedagpenge")), "komplet", "2026-04: 1 række mangler: Norddjurs sygedagpenge 3"),
    "more created than drawn": (cells(5, trukket=2, trukket_oprettet=3), "kaede_trukket", "trukket = 2, trukket_oprettet = 3"),
    "more closed than created": (cells(5, oprettet=2, afsluttet=3, afsluttet_effekt=0, tilbagebetaling_kr=0, mindreudgift_kr=0), "kaede_afsluttet", "oprettet = 2, afsluttet = 3"),
    "more effect than closed": (cells(5, oprettet=9, afsluttet=3, afsluttet_effekt=4, tilbagebetaling_kr=9, mindreudgift_kr=0), "kaede_afsluttet", "afsluttet_effekt = 4"),
    "more effect than created, closed unknown": (cells(5, oprettet=1, afsluttet="", afsluttet_effekt=4, tilbagebetaling_kr=9, mindreudgift_kr=0), "kaede_afsluttet", "afsluttet = (intet tal)"),
    "amount without effect": (cells(5, oprettet=9, afsluttet=9, afsluttet_effekt=0, tilbagebetaling_kr=100, mindreudgift_kr=0), "beloeb_ved_effekt", "tilbagebetaling_kr = 100"),
    "amount without effect, the other unknown": (cells(5, oprettet=9, afsluttet=9, afsluttet_effekt=0, tilbagebetaling_kr="", mindreudgift_kr=100), "beloeb_ved_effekt", "mindreudgift_kr = 100"),
    "effect without amount": (cells(5, oprettet=9, afsluttet=9, afsluttet_effekt=2, tilbagebetaling_kr=0, mindreudgift_kr=0), "beloeb_ved_effekt", "afsluttet_effekt = 2"),
    "eleven months": (only(lambda given: not given.startswith("2025-11")), "maaneder_i_traek", "højst 11 måneder i træk"),
    "twelve months with a hole": (only(lambda given: not given.startswith("2026-05")), "maaneder_i_traek", "højst 6 måneder i træk"),
    "a month that has not ended": (lambda lines: text([given.replace("2025-11;", "2026-11;") for given in lines]), "periode_afsluttet", "2026-11 slutter 2026-11-30"),
    "mark missing in one row": (cell("syntetisk", ""), "syntetisk_maerket", "ikke mærket SYNTETISK"),
    "formula": (sheet(lambda page: page.__setitem__("F5", "=F4+1")), "filen_laesbar", "Række 5: cellen er en formel"),
    "workbook with a word": (sheet(lambda page: page.__setitem__("F5", "mange")), "tal_laesbart", "'mange' er ikke et tal"),
    "Parquet cut off": (parquet(lambda frame: frame, lambda raw: raw[:-200]), "filen_laesbar", "beskadiget eller afkortet"),
    "Parquet header alone": (lambda lines: b"PAR1", "filen_laesbar", "beskadiget eller afkortet"),
    "Parquet damaged": (parquet(lambda frame: frame, lambda raw: raw[:40] + b"\xff" * 400 + raw[440:]), "filen_laesbar", "beskadiget eller afkortet"),
    "Parquet list": (typed("trukket", pl.concat_list("trukket")), "filen_laesbar", "Kolonnen 'trukket' har typen VARCHAR[]"),
    "Parquet struct": (typed("trukket", pl.struct("trukket", "oprettet")), "filen_laesbar", "har typen STRUCT, ikke tekst"),
    "Parquet booleans": (typed("trukket", pl.lit(value=True)), "filen_laesbar", "har typen BOOLEAN"),
    "Parquet bytes": (typed("trukket", pl.lit(b"12")), "filen_laesbar", "har typen BLOB"),
    "Parquet dates for months": (typed("maaned", pl.lit(date(2026, 10, 1))), "periode_kendt", "2026-10-01"),
    "Parquet not a number": (typed("trukket", pl.lit(float("nan"))), "tal_laesbart", "'NaN' er ikke et tal"),
    "Parquet fractions": (typed("trukket", pl.lit(1.5)), "tal_decimaler", "'1,5' har for mange decimaler"),
    "Parquet column missing": (parquet(lambda frame: frame.drop("trukket")), "kolonne_mangler", "(trukket) mangler"),
    "Parquet of absurdly many rows": (parquet(bomb), "filen_laesbar", "over 100000 rækker"),
    "Parquet that unpacks to too much": (typed("beloeb_grundlag", HUGE + pl.col("kommune_kode") + pl.col("maaned") + pl.col("omraade")), "filen_laesbar", "MB udpakket"),
}  # fmt: skip

CONTACTS: Mapping[str, tuple[Make, str, str]] = {
    "header only": (lambda lines: text(lines[:1]), "har_raekker", "ingen rækker"),
    "municipality unknown": (cell("kommune_kode", "Nordjurs", 1), "kommune_kendt", "Mente du Norddjurs"),
    "kontroltrin 4": (cell("kontroltrin", "4", 1), "kontroltrin_kendt", "Tilladt: 2, 3"),
    "Danish date": (cell("dato", "03-10-2026", 1), "dato_laesbar", "Skriv datoen som 2026-10-03"),
    "no such day": (cell("dato", "2026-02-30", 1), "dato_laesbar", "'2026-02-30' er ikke en dato"),
    "a year long ago": (cell("dato", "1026-02-03", 1), "dato_laesbar", "'1026-02-03' er ikke en dato"),
    "a moment": (cell("dato", "2026-10-03T09:15:00", 1), "dato_laesbar", "er ikke en dato"),
    "date empty": (cell("dato", "", 1), "celle_tom", "Cellen er tom"),
    "date to come": (cell("dato", "2026-11-21", 1), "dato_modtaget", "2026-11-21: filen er fra 2026-11-20"),
    "kind unknown": (cell("art", "brev", 1), "art_kendt", "Tilladt: kontakt, svar, smaa_tal_bekraeftet"),
    "kind empty": (cell("art", " ", 1), "celle_tom", "Cellen er tom"),
    "reason unknown": (cell("aarsager", "ressourcer|travlt", 2), "aarsager_kendt", "'travlt' findes ikke"),
    "reason twice": (cell("aarsager", "andet|andet", 2), "aarsager_kendt", "samme kode to gange"),
    "reasons by comma": (cell("aarsager", "andet,ressourcer", 2), "aarsager_kendt", "'andet,ressourcer' findes ikke"),
    "reason without end": (cell("aarsager", "andet|", 2), "aarsager_kendt", "'' findes ikke"),
    "reasons of a contact": (cell("aarsager", "andet", 1), "aarsager_kun_ved_svar", "art = kontakt, aarsager = andet"),
    "the same twice": (lambda lines: text([*lines, lines[1]]), "noegle_entydig", "Saml det i én række"),
    "remark too long": (cell("bemaerkning_udtraek", "a" * 2001, 2), "tekst_laesbar", "Skriv højst 2000 tegn"),
    "remark with terminal codes": (cell("bemaerkning_udtraek", "rødt\x1b[31m", 2), "tekst_laesbar", "styretegnet '\\x1b'"),
    "remark turned around": (cell("bemaerkning_udtraek", "a\u202eb", 2), "tekst_laesbar", "styretegnet '\\u202e'"),
    "remark on two lines": (cell("bemaerkning_udtraek", '"en\nto"', 2), "tekst_laesbar", "på én linje"),
    "remark column missing": (without("bemaerkning_udtraek"), "kolonne_mangler", "(bemaerkning_udtraek) mangler"),
}  # fmt: skip

EVENTS: Mapping[str, tuple[Make, str, str]] = {
    "empty": (lambda lines: b"", "filen_laesbar", "Filen er tom"),
    "blank": (lambda lines: b" \r\n\r\n", "filen_laesbar", "Filen er tom"),
    "header only": (lambda lines: text(lines[:1]), "har_raekker", "ingen rækker"),
    "no header": (lambda lines: text(lines[1:]), "kolonne_ukendt", "Kolonnen nr. 1 er ikke en del"),
    "comma separated": (lambda lines: text([given.replace(";", ",") for given in lines]), "filen_laesbar", "komma, ikke af semikolon"),
    "workbook": (sheet(lambda page: None), "filen_laesbar", "hverken CSV eller Parquet"),
    "JSON": (lambda lines: b'[{"sag_id": "' + SECRET.encode() + b'"}]', "filen_laesbar", "hverken CSV eller Parquet"),
    "UTF-16": (lambda lines: text(lines).decode().encode("utf-16"), "filen_laesbar", "UTF-16"),
    "Latin-1 in a row": (lambda lines: text(lines).replace(b"borger", b"borg\xe6r"), "filen_laesbar", "Linje 3 er ikke UTF-8"),
    "Latin-1 in the header": (lambda lines: text(lines).replace(b"aarsag;", b"\xe5rsag;"), "filen_laesbar", "Linje 1: byten 0xe5 er ikke UTF-8"),
    "field missing": (line(2, lambda given: given.rpartition(";")[0]), "filen_laesbar", "Linje 3 har for få felter"),
    "field too many": (line(2, lambda given: given + ";" + ODD), "filen_laesbar", "Linje 3 har for mange felter"),
    "cut off in a row": (lambda lines: text(lines)[:-15], "filen_laesbar", "Linje 7 har for få felter"),
    "open quote": (line(3, lambda given: '"' + given), "filen_laesbar", "Linje 4 har et anførselstegn, der ikke er lukket"),
    "open quote in the header": (line(0, lambda given: '"' + given), "filen_laesbar", "kan ikke læses som CSV"),
    "line far too long": (cell("aarsag", ODD * 500_000, 1), "filen_laesbar", "Linje 2 er for lang"),
    "header far too long": (line(0, lambda given: given + ";" + ODD * 5000), "filen_laesbar", "for lang til en overskrift"),
    "two kinds of line ends": (lambda lines: text(lines[:3]) + text(lines[3:]).replace(b"\r\n", b"\n"), "filen_laesbar", "linjeskift (ens i hele filen)"),
    "column missing": (without("opgjort_til"), "kolonne_mangler", "(opgjort_til) mangler"),
    "column unknown": (line(0, lambda given: given + ";" + ODD), "kolonne_ukendt", "Kolonnen nr. 11 er ikke en del"),
    "column twice": (line(0, lambda given: given.replace("aarsag", "haendelse")), "kolonne_dobbelt", "findes to gange"),
    "case empty": (cell("sag_id", "", 2), "celle_tom", "sag_id (tom)"),
    "case of spaces": (cell("sag_id", "  ", 2), "celle_tom", "sag_id (tom)"),
    "case far too long": (cell("sag_id", SECRET * 9, 2), "tekst_laesbar", "sag_id (tekst)"),
    "case with a NUL": (cell("sag_id", SECRET + "\0", 2), "tekst_laesbar", "sag_id (tekst)"),
    "reason too long": (cell("aarsag", ODD * 40, 2), "tekst_laesbar", "aarsag (lang tekst)"),
    "reason on two lines": (cell("aarsag", f'"{ODD}\n{ODD}"', 2), "tekst_laesbar", "aarsag (tekst)"),
    "municipality unknown": (cell("kommune_kode", "999", 2), "kommune_kendt", "kommune_kode (tal)"),
    "municipality by name": (cell("kommune_kode", ODD, 2), "kommune_kendt", "kommune_kode (tekst)"),
    "municipality empty": (cell("kommune_kode", "", 2), "celle_tom", "kommune_kode (tom)"),
    "area unknown": (cell("omraade", ODD, 2), "omraade_kendt", "omraade (tekst)"),
    "kontroltrin 4": (cell("kontroltrin", "4", 2), "kontroltrin_kendt", "kontroltrin (tal)"),
    "kontroltrin 2 with sygedagpenge": (cell("omraade", "sygedagpenge", 0), "kontroltrin2_kun_kontanthjaelp", "Ret kontroltrinnet til 3"),
    "event unknown": (cell("haendelse", ODD, 2), "haendelse_kendt", "haendelse (tekst)"),
    "event in capitals": (cell("haendelse", "Trukket", 2), "haendelse_kendt", "haendelse (tekst)"),
    "event empty": (cell("haendelse", "", 2), "celle_tom", "haendelse (tom)"),
    "Danish date": (cell("tidspunkt", "05-01-2026", 2), "tidspunkt_laesbart", "tidspunkt (tekst)"),
    "no such day": (cell("tidspunkt", "2026-02-30", 2), "tidspunkt_laesbart", "tidspunkt (dato)"),
    "a moment with a zone": (cell("tidspunkt", "2026-01-05T09:30:00+01:00", 2), "tidspunkt_laesbart", "tidspunkt (tidspunkt)"),
    "a month for a moment": (cell("tidspunkt", "2026-01", 2), "tidspunkt_laesbart", "tidspunkt (måned)"),
    "time zero": (cell("tidspunkt", "1970-01-01", 1), "tidspunkt_laesbart", "tidspunkt (dato)"),
    "moment empty": (cell("tidspunkt", "", 2), "celle_tom", "tidspunkt (tom)"),
    "after the last month": (cell("tidspunkt", "2026-11-01", 2), "efter_opgjort_til", "tidspunkt (dato)"),
    "last month unreadable": (cell("opgjort_til", ODD, 0), "opgjort_til_laesbar", "opgjort_til (tekst)"),
    "last month a date": (cell("opgjort_til", "2026-10-31", 0), "opgjort_til_laesbar", "opgjort_til (dato)"),
    "last month empty": (cell("opgjort_til", "", 0), "celle_tom", "opgjort_til (tom)"),
    "last month of a year long ago": (cell("opgjort_til", "0026-10", 0), "opgjort_til_laesbar", "opgjort_til (måned)"),
    "last month unreadable in one row": (cell("opgjort_til", ODD, 2), "opgjort_til_laesbar", "opgjort_til (tekst)"),
    "two last months": (cell("opgjort_til", "2026-09", 2), "opgjort_til_ens", "opgjort_til (måned)"),
    "last month has not ended": (cell("opgjort_til", "2026-11", 0), "periode_afsluttet", "2026-11-30, men filen er fra 2026-11-20"),
    "amount with decimals": (cell("tilbagebetaling_kr", "4711,50", 4), "beloeb_laesbart", "tilbagebetaling_kr (tal med skilletegn)"),
    "amount in words": (cell("mindreudgift_kr", ODD, 4), "beloeb_laesbart", "mindreudgift_kr (tekst)"),
    "amount far too large": (cell("mindreudgift_kr", "9" * 13, 4), "beloeb_laesbart", "mindreudgift_kr (tal)"),
    "negative amount": (cell("tilbagebetaling_kr", "-4711", 4), "ikke_negativ", "tilbagebetaling_kr (tal)"),
    "amount of a draw": (cell("tilbagebetaling_kr", "4711", 2), "beloeb_kun_ved_afsluttet", "tilbagebetaling_kr (tal)"),
    "nothing as an amount of a draw": (cell("tilbagebetaling_kr", "0", 2), "beloeb_kun_ved_afsluttet", "Tøm cellen"),
    "case in two municipalities": (cell("kommune_kode", "706", 3), "sag_entydig", "kommune_kode (kendt kode)"),
    "case in two areas": (cells(3, omraade="kontanthjaelp", kontroltrin=3), "sag_entydig", "omraade (kendt kode)"),
    "history cut off": (lambda lines: text([lines[0], *lines[2:]]), "haendelse_orden", "Tilladt: først udstillet"),
    "created before drawn": (cell("haendelse", "afvist", 3), "haendelse_orden", "haendelse (kendt kode)"),
    "shown twice": (lambda lines: text([*lines, lines[1]]), "haendelse_orden", "haendelse (kendt kode)"),
    "after the end": (row(f"{SECRET};707;kontanthjaelp;2;trukket;2026-09-01;;;;2026-10"), "haendelse_orden", "haendelse (kendt kode)"),
    "mark missing in one row": (lambda lines: text([f"{given};{'syntetisk' if n == 0 else '' if n == 2 else 'SYNTETISK'}" for n, given in enumerate(lines)]), "syntetisk_maerket", "syntetisk (tom)"),
    "Parquet cut off": (parquet(lambda frame: frame, lambda raw: raw[:-100]), "filen_laesbar", "beskadiget eller afkortet"),
    "Parquet damaged": (parquet(lambda frame: frame, lambda raw: raw[:30] + b"\xff" * 300 + raw[330:]), "filen_laesbar", "beskadiget eller afkortet"),
    "Parquet that is none": (lambda lines: b"PAR1" + text(lines), "filen_laesbar", "beskadiget eller afkortet"),
    "Parquet list": (typed("aarsag", pl.concat_list("sag_id")), "kolonne_type", "Kolonnen aarsag har typen VARCHAR[]"),
    "Parquet struct": (typed("sag_id", pl.struct("sag_id")), "kolonne_type", "Kolonnen sag_id har typen STRUCT"),
    "Parquet moment with a zone": (typed("tidspunkt", pl.lit(datetime(2026, 1, 5, tzinfo=UTC))), "kolonne_type", "typen TIMESTAMP WITH TIME ZONE"),
    "Parquet fractions of kroner": (typed("tilbagebetaling_kr", pl.lit(12.5)), "beloeb_laesbart", "tal med skilletegn"),
    "Parquet not a number": (typed("tilbagebetaling_kr", pl.lit(float("nan"))), "beloeb_laesbart", "tilbagebetaling_kr (tekst)"),
    "Parquet without value": (typed("sag_id", pl.lit(None)), "celle_tom", "sag_id (tom)"),
    "Parquet without rows": (parquet(lambda frame: frame.clear()), "har_raekker", "ingen rækker"),
    "Parquet column missing": (parquet(lambda frame: frame.drop("sag_id")), "kolonne_mangler", "(sag_id) mangler"),
    "Parquet column of a value's name": (parquet(lambda frame: frame.with_columns(pl.lit(1).alias(ODD))), "kolonne_ukendt", "Kolonnen nr. 11"),
}  # fmt: skip


def good_events() -> Lines:
    return [
        "sag_id;kommune_kode;omraade;kontroltrin;haendelse;tidspunkt;aarsag;tilbagebetaling_kr;mindreudgift_kr;opgjort_til",
        f"{SECRET};707;kontanthjaelp;2;udstillet;2026-01-05T08:00:00;;;;2026-10",
        f"{SECRET};707;kontanthjaelp;2;trukket;2026-01-05T09:30:00;borger;;;2026-10",
        f"{SECRET};707;kontanthjaelp;2;oprettet;2026-02-10;;;;2026-10",
        f"{SECRET};707;kontanthjaelp;2;afsluttet;2026-03-31T23:59:59;;;;2026-10",
        f"{SECRET};707;kontanthjaelp;2;genaabnet;2026-04-01;;;;2026-10",
        f"{SECRET};707;kontanthjaelp;2;henlagt;2026-05-01;;;;2026-10",
    ]


def good_contacts() -> Lines:
    return [
        "kommune_kode;kontroltrin;dato;art;aarsager;bemaerkning_udtraek",
        "707;2;2026-08-12;kontakt;;",
        "707;2;2026-09-03;svar;ressourcer;Et tema rammer ved siden af",
    ]


@pytest.fixture(scope="module")
def good() -> dict[str, Lines]:
    """A good delivery of each feed, as lines."""
    rows = synthetic.aggregate(synthetic.Truth(synthetic.SMALL, 3), "2026-10", 12)
    return {
        "kontrolsager": synthetic.as_csv(rows).decode().splitlines(),
        "henvendelser": good_contacts(),
        "sagshaendelser": good_events(),
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, good: dict[str, Lines]) -> Path:
    """A store with a good delivery of each feed. Nothing of what is refused may change it."""
    folder = tmp_path_factory.mktemp("god")
    for feed, lines in good.items():
        path = folder / f"{feed}.csv"
        path.write_bytes(text(lines))
        arrival = Arrival(datetime(2026, 11, 10, tzinfo=UTC))
        (report,) = import_files(contracts.feed_kind(feed), [path], folder / "lager", arrival)
        assert report.outcome == "modtaget", report.issues
    return folder / "lager"


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(cli: Cli, feed: str, bad: Path, store: Path, rule: str, expected: str) -> str:
    """Import a bad file both ways; everything that was printed."""
    before = fingerprint(store)
    told = cli("import", feed, bad, "--store", store, "--received", RECEIVED, "--json")
    assert told.code == 2, told.out + told.err
    found = json.loads(told.out)[0]["errors"]
    problems = [f"{e['rule']}: {e['message']} {e['remedy']}" for e in found]
    assert any(p.startswith(f"{rule}: ") and expected in p for p in problems), problems[:3]
    assert all(e["remedy"] for e in found)
    assert len(found) <= 1001 * len({e["rule"] for e in found})
    shown = cli("import", feed, bad, "--store", store, "--received", RECEIVED)
    assert shown.code == 2
    assert rule in shown.out
    assert "lageret er uændret" in shown.err
    printed = told.out + told.err + shown.out + shown.err
    assert "Traceback" not in printed
    assert "\x1b[31m" not in printed
    assert fingerprint(store) == before
    return printed


def test_there_are_many() -> None:
    assert len(COUNTS) + len(CONTACTS) + len(EVENTS) >= 60


def test_the_header_is_the_one_these_cases_change(good: dict[str, Lines]) -> None:
    assert good["kontrolsager"][0] == COUNTS_HEADER


@pytest.mark.parametrize("name", COUNTS)
def test_bad_counts_are_refused(name: str, tmp_path: Path, cli: Cli, good: dict[str, Lines], store: Path) -> None:
    make, rule, expected = COUNTS[name]
    bad = tmp_path / "dårlig.csv"
    bad.write_bytes(make(list(good["kontrolsager"])))
    refused(cli, "kontrolsager", bad, store, rule, expected)


@pytest.mark.parametrize("name", CONTACTS)
def test_bad_contacts_are_refused(name: str, tmp_path: Path, cli: Cli, good: dict[str, Lines], store: Path) -> None:
    make, rule, expected = CONTACTS[name]
    bad = tmp_path / "dårlig.csv"
    bad.write_bytes(make(list(good["henvendelser"])))
    refused(cli, "henvendelser", bad, store, rule, expected)


@pytest.mark.parametrize("name", EVENTS)
def test_bad_events_are_refused_without_a_word_of_what_stands_in_them(
    name: str, tmp_path: Path, cli: Cli, good: dict[str, Lines], store: Path
) -> None:
    make, rule, expected = EVENTS[name]
    bad = tmp_path / "dårlig.csv"
    bad.write_bytes(make(list(good["sagshaendelser"])))
    printed = refused(cli, "sagshaendelser", bad, store, rule, expected)
    for secret in (SECRET, ODD, "T09:30", "T23:59", "borger", "4711"):
        assert secret not in printed


def test_of_a_rule_a_thousand_rows_are_told_and_the_rest_counted(tmp_path: Path, cli: Cli) -> None:
    lines = good_events()
    many = [f"s{n};707;{ODD};2;udstillet;2026-01-05;;x;y;2026-10" for n in range(1500)]
    bad = tmp_path / "mange.csv"
    bad.write_bytes(text([lines[0], *many]))
    told = cli("import", "sagshaendelser", bad, "--store", tmp_path / "lager", "--received", RECEIVED, "--json")
    found = json.loads(told.out)[0]["errors"]
    per_rule = {rule: [e for e in found if e["rule"] == rule] for rule in ("omraade_kendt", "beloeb_laesbart")}
    assert [len(part) for part in per_rule.values()] == [1001, 1001]
    assert per_rule["omraade_kendt"][-1]["message"] == "Yderligere 500 celler bryder samme regel."
    assert per_rule["beloeb_laesbart"][-1]["message"] == "Yderligere 2000 celler bryder samme regel."
    assert [e["row"] for e in per_rule["omraade_kendt"][:2]] == [1, 2]
    assert ODD not in told.out


def test_of_unreadable_lines_a_thousand_are_told(tmp_path: Path, cli: Cli) -> None:
    bad = tmp_path / "mange.csv"
    bad.write_bytes(text([good_events()[0], *([f"{SECRET};707"] * 1500)]))
    told = cli("import", "sagshaendelser", bad, "--store", tmp_path / "lager", "--received", RECEIVED, "--json")
    found = json.loads(told.out)[0]["errors"]
    assert (told.code, len(found), found[-1]["message"]) == (2, 1001, "Flere linjer end disse kan ikke læses.")
    assert SECRET not in told.out


def test_more_events_than_the_feed_can_have(tmp_path: Path, store: Path) -> None:
    kind = contracts.feed_kind("sagshaendelser")
    small = type(kind)(kind.feed.model_copy(update={"max_rows": 5}), columnar=kind.columnar)
    for name, make in (("e.csv", as_sent), ("e.parquet", parquet(lambda frame: frame))):
        path = tmp_path / name
        path.write_bytes(make(good_events()))
        (report,) = import_files(small, [path], tmp_path / "lager", Arrival(datetime(2026, 11, 20, tzinfo=UTC)))
        assert [issue.message for issue in report.issues] == [
            "Filen har over 5 rækker; så mange kan denne leverance ikke have."
        ]


def test_one_bad_file_of_events_keeps_the_good_one_out_too(tmp_path: Path, cli: Cli) -> None:
    fine, bad = tmp_path / "god.csv", tmp_path / "dårlig.csv"
    fine.write_bytes(text(good_events()))
    bad.write_text(SECRET, encoding="utf-8")
    outcome = cli("import", "sagshaendelser", fine, bad, "--store", tmp_path / "lager", "--received", RECEIVED)
    assert (outcome.code, "i orden, men ikke gemt" in outcome.out) == (2, True)
    assert SECRET not in outcome.out + outcome.err
    assert not (tmp_path / "lager").exists()


@pytest.mark.parametrize(("path", "expected"), [("findes-ikke.csv", "findes ikke"), (".", "er ikke en fil")])
def test_a_path_that_is_no_file(tmp_path: Path, cli: Cli, path: str, expected: str) -> None:
    outcome = cli("import", "sagshaendelser", tmp_path / path, "--store", tmp_path / "lager")
    assert (outcome.code, expected in outcome.out) == (2, True)
