"""Run the examples of `kontrolsager.yaml` through the product: each one municipality, all in one build per engine.

Examples of counts and of events go into a store of their own. What an example leaves out is 0, and months before its
own are not delivered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from maalestok.build import BuildRequest, Built
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.base import Engine
from maalestok.kommune import kommuner
from maalestok.kontrolsager.celler import FIGURES, SNIT, celle
from maalestok.kontrolsager.facts import COUNTS_SCHEMA, EventFile, build_facts
from maalestok.period import parse_period
from maalestok.publish.text_da import share_beside
from maalestok.registry import benchmark

LAST = parse_period("2026-10")
RECEIVED = datetime(2026, 11, 20, tzinfo=UTC)
FIGURE_COLUMNS = (*FIGURES, "beloeb_grundlag")
Cell = tuple[str, str, str, int]


@dataclass(frozen=True)
class Example:
    """An example and the municipality it was given."""

    given: dict[str, Any]
    kommune: str

    @property
    def trin(self) -> int:
        return int(self.given["trin"])

    @property
    def omraade(self) -> str:
        return str(self.given.get("omraade", "kontanthjaelp"))


def examples(kind: str) -> list[Example]:
    """Examples of `maaneder` or of `haendelser`."""
    loaded = yaml.safe_load((Path(__file__).parent / "kontrolsager.yaml").read_text(encoding="utf-8"))
    held = [example for example in loaded if kind in example]
    return [Example(example, kommune.kode) for example, kommune in zip(held, kommuner(), strict=False)]


def month_rows(example: Example, months: list[str], *, revised: bool) -> Iterator[tuple[Cell, dict[str, Any] | None]]:
    """An example's cells that are not all 0; None is a month that was not delivered."""
    told = example.given["maaneder"]
    own = {LAST.shifted(-back).code for back in range(told["antal"])}
    others = {str(month): figures for month, figures in told.get("ellers", {}).items()}
    again = {str(m): f for m, f in example.given.get("genindberetning", {}).items()} if revised else {}
    beside = example.given.get("ogsaa")
    for month in months:
        figures = others.get(month, {})
        for cut in SNIT:
            cell = (month, example.kommune, *cut)
            if month not in own or figures == "tom":
                yield cell, None
            elif cut == (example.omraade, example.trin):
                yield cell, {**told["hver"], **figures, **again.get(month, {})}
            elif beside and cut == (beside.get("omraade", "kontanthjaelp"), beside["trin"]):
                yield cell, beside["hver"]


def counts_file(path: Path, held: list[Example], *, revised: bool) -> None:
    """A whole delivery: every municipality and cut in every month."""
    longest = max(example.given["maaneder"]["antal"] for example in held)
    months = [LAST.shifted(-back).code for back in reversed(range(longest))]
    told = dict(pair for example in held for pair in month_rows(example, months, revised=revised))
    lines = [";".join(["maaned", "kommune_kode", "omraade", "kontroltrin", *FIGURE_COLUMNS, "syntetisk"])]
    for month in months:
        for kommune in kommuner():
            for omraade, trin in SNIT:
                figures = told.get((month, kommune.kode, omraade, trin), {})
                cells = [_cell(figures, name) for name in FIGURE_COLUMNS]
                lines.append(";".join([month, kommune.kode, omraade, str(trin), *cells, "SYNTETISK"]))
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")


def _cell(figures: dict[str, Any] | None, name: str) -> str:
    if name == "beloeb_grundlag":
        return str((figures or {}).get(name, "ukendt"))
    value = None if figures is None else figures.get(name, 0)
    return "" if value is None or value == "tom" else str(value)


def events_file(path: Path, held: list[Example]) -> None:
    """A delivery of events, in the order of the examples."""
    lines = [
        "sag_id;kommune_kode;omraade;kontroltrin;haendelse;tidspunkt;aarsag;tilbagebetaling_kr;mindreudgift_kr;opgjort_til;syntetisk"
    ]
    for number, example in enumerate(held):
        for case, event, day, *amounts in example.given["haendelser"]:
            money = [str(amount) for amount in amounts] or ["", ""]
            row = [f"{case}{number}", example.kommune, example.omraade, str(example.trin), event, str(day), "", *money]
            lines.append(";".join([*row, LAST.code, "SYNTETISK"]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def contacts_file(path: Path, held: list[Example]) -> None:
    """What was said, in all examples."""
    lines = ["kommune_kode;kontroltrin;dato;art;aarsager;bemaerkning_udtraek;syntetisk"]
    for example in held:
        for said in example.given.get("henvendelser", []):
            row = [example.kommune, str(example.trin), str(said["dato"]), said["art"], said.get("aarsager", ""), ""]
            lines.append(";".join([*row, "SYNTETISK"]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def stores(folder: Path) -> dict[str, Path]:
    """A store of each kind of example."""
    counted, told = examples("maaneder"), examples("haendelser")
    for name, revised in (("foerst", False), ("igen", True)):
        counts_file(folder / f"{name}.csv", counted, revised=revised)
        day = RECEIVED.replace(day=20 + revised)
        _bring("kontrolsager", folder / f"{name}.csv", folder / "maaneder", day)
    contacts_file(folder / "henvendelser.csv", counted)
    _bring("henvendelser", folder / "henvendelser.csv", folder / "maaneder", RECEIVED)
    events_file(folder / "haendelser.csv", told)
    _bring("sagshaendelser", folder / "haendelser.csv", folder / "haendelser", RECEIVED)
    return {"maaneder": folder / "maaneder", "haendelser": folder / "haendelser"}


def _bring(feed: str, path: Path, store: Path, received: datetime) -> None:
    reports = import_files(benchmark("kontrolsager").feed_kind(feed), [path], store, Arrival(received))
    assert reports[0].outcome == "modtaget", [issue.message for issue in reports[0].issues]


def build(store: Path, engine: Engine) -> Built:
    """What the product makes of a store."""
    return benchmark("kontrolsager").build(BuildRequest(Store.open(store), engine))


def event_months(store: Path, engine: Engine) -> pl.DataFrame:
    """The aggregated feed's figures as the product derives them from a store's events."""
    held = Store.open(store)
    (delivery,) = held.deliveries("sagshaendelser")
    first, last = (parse_period(delivery.periods[end]).month_index for end in (0, -1))
    file = EventFile(held.rows_path(delivery), 1, first, last)
    return build_facts(engine, pl.DataFrame(schema=COUNTS_SCHEMA), [file]).months


@dataclass(frozen=True)
class Answers:
    """A build's rows, found by what an example names; `months` are single months derived from events."""

    built: Built
    months: pl.DataFrame | None = None

    def result(
        self, measure: str, kommune: str, omraade: str, trin: int, period: str, *, public: bool
    ) -> dict[str, Any]:
        frame = self.built.tables["results"] if public else self.built.internal
        assert frame is not None
        (row,) = frame.filter(_at(kommune, omraade, trin, period) & (pl.col("measure") == measure)).to_dicts()
        return row

    def finding(self, kommune: str, omraade: str, trin: int, period: str) -> dict[str, Any]:
        frame = self.built.tables["findings"].filter(pl.col("criterion") == "lav_traekning")
        (row,) = frame.filter(_at(kommune, omraade, trin, period)).to_dicts()
        return row


def _at(kommune: str, omraade: str, trin: int, period: str) -> pl.Expr:
    return (
        (pl.col("kommune_kode") == kommune)
        & (pl.col("omraade") == omraade)
        & (pl.col("kontroltrin") == trin)
        & (pl.col("period") == period)
    )


def check(example: Example, answers: Answers) -> None:
    """Hold every expectation of an example against the product's rows."""
    own = (example.kommune, example.omraade, example.trin)
    track = (example.kommune, "i_alt" if example.trin == 3 else "kontanthjaelp", example.trin)
    beside = example.given.get("ogsaa", {})
    other = (example.kommune, "i_alt" if beside.get("trin") == 3 else "kontanthjaelp", beside.get("trin", 0))
    for key, cut, judged in (
        ("saa", own, track),
        ("saa_ogsaa", other, other),
        ("saa_i_alt", (example.kommune, "i_alt", 3), (example.kommune, "i_alt", 3)),
    ):
        for period, expected in example.given.get(key, {}).items():
            _check(answers, cut, judged, str(period), expected)
    for period, expected in example.given.get("maanedstal", {}).items():
        assert answers.months is not None
        month = pl.col("month_index") == parse_period(str(period)).month_index
        (row,) = answers.months.filter(month & (pl.col("celle") == celle(*own))).to_dicts()
        assert {name: row[name] for name in expected} == expected, period
    for period, expected in example.given.get("offentligt", {}).items():
        for measure, status in expected.items():
            row = answers.result(measure, *own, str(period), public=True)
            assert row["status"] == status, (period, measure, row)
            assert (row["value"] is None) == (status in ("diskretioneret", "ikke_opgjort"))


def _check(
    answers: Answers, cut: tuple[str, str, int], judged: tuple[str, str, int], period: str, expected: dict[str, Any]
) -> None:
    for name, value in expected.items():
        if name in ("udfald", "loebelaengde", "flag"):
            found = answers.finding(*judged, period)[name]
            assert found == value, (period, name, found)
        elif name == "skrives":
            row = answers.result("trukket_andel", *cut, period, public=False)
            assert share_beside(int(row["numerator"]), int(row["denominator"]), Fraction("0.30")) == value
        elif name == "status":
            for measure, status in value.items():
                assert answers.result(measure, *cut, period, public=False)["status"] == status, (period, measure)
        else:
            row = answers.result(name, *cut, period, public=False)
            if value == "ikke_opgjort":
                assert (row["status"], row["value"]) == ("ikke_opgjort", None), (period, name, row)
            elif isinstance(value, list):
                assert [row["numerator"], row["denominator"]] == value, (period, name, row)
                assert row["value"] == value[0] / value[1]
            else:
                assert row["value"] == value, (period, name, row)
