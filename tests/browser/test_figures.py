"""Every figure on every page equals the release: each page is parsed, each value held against its row and words."""

import decimal
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from maalestok.beskaeftigelse.rules import load_rules
from maalestok.publish.shown import Shown
from maalestok.registry import benchmark
from maalestok.release.read import Release

pytestmark = pytest.mark.browser
GROUPS = [*load_rules().model.versions[-1].groups_da, "oevrige"]
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")


class Figures(HTMLParser):
    """All `data` elements and findings of a page, with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], str]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "data" or "data-f" in held:
            self._open.append((tag, held, []))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, held, words = self._open.pop()
            self.found.append((held, "".join(words)))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)


def written(value: float, unit: str, english: bool, form: str) -> set[str]:
    """The ways a value may be written: an independent second reading of how figures look."""
    exact = decimal.Decimal(repr(value))
    if form == "abs":
        exact = abs(exact)
    ways = set()
    options: list[tuple[decimal.Decimal, range]] = [(exact, range(3))]
    if unit in ("share", "pct_point"):
        options = [(exact * 100, range(2, 12))]
    elif unit == "ratio":
        options = [(exact, range(4, 5))]
    elif unit == "dkk":
        options = [(exact / 1_000_000, range(1, 2))] if abs(value) >= 100_000 else [(exact, range(1))]
    for number, decimals in options:
        for places in decimals:
            rounded = number.quantize(decimal.Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP)
            if (
                unit not in ("share", "pct_point", "dkk", "correlation", "distance", "ratio", "places")
                and rounded != number
            ):
                continue
            text = f"{rounded:,.{places}f}"
            if not rounded:
                text = text.lstrip("-")
            ways.add(text if english else text.translate(str.maketrans(",.", ".,")))
    if unit == "places":
        ways |= {way.lstrip("-") for way in ways}
    return ways


def every_figure(site: Path) -> Iterator[tuple[str, dict[str, str], str]]:
    for path in sorted(site.rglob("index.html")):
        parser = Figures()
        parser.feed(path.read_text(encoding="utf-8"))
        name = path.relative_to(site).as_posix()
        yield from ((name, held, text) for held, text in parser.found)


def of_model(row: dict[str, Any], form: str) -> float:
    """What a model found, its error, or an end of the interval of 1.96 errors to either side."""
    if form in ("low", "high"):
        width = 1.959963984540054 * row["se"]
        return float(row["estimate"] + (width if form == "high" else -width))
    return float(row[form])


def left_over(key: str, form: str, results: dict[str, dict[str, Any]], parts: dict[str, dict[str, Any]]) -> float:
    """What two figures differ by: ours less the one without the municipality; or the end less the written steps."""
    at = key.removesuffix("|uden_kommunen").removesuffix("|egen_opgoerelse")
    end = parts.get(f"{at}|egen_opgoerelse", results[at])["value"]
    if form == "flyttet":
        return round(float(end - parts[f"{at}|uden_kommunen"]["value"]), 6)
    _, _, area, period, _ = at.split("|")
    start = f"faktisk_andel|000|{area}|{period}|"
    steps = [parts.get(f"{start}|egen_opgoerelse", results[start])["value"]]
    steps += [row["value"] for name in GROUPS if (row := parts.get(f"{at}|vilkaar_{name}")) is not None]
    return round(hundredths(end) - sum(map(hundredths, steps)), 2) / 100


def hundredths(value: float) -> float:
    """A fraction in per cent with two decimals, halves away from zero."""
    exact = decimal.Decimal(repr(value)) * 100
    return float(exact.quantize(decimal.Decimal("0.01"), rounding=decimal.ROUND_HALF_UP))


def held_against(site: Path, releases: list[Release]) -> Counter[str]:
    """Check all; count what was checked."""
    current = {release.manifest.benchmark: release for release in releases}
    shown = [Shown(release, benchmark(name).rules()) for name, release in current.items()]
    results: dict[str, dict[str, Any]] = {}
    parts: dict[str, dict[str, Any]] = {}
    findings: dict[str, dict[str, Any]] = {}
    models: dict[str, dict[str, Any]] = {}
    for one in shown:
        keys = ["measure", "kommune_kode", "omraade", "period", "kontroltrin"]
        for row in one.release.results.iter_rows(named=True):
            results["|".join("" if row[k] is None else str(row[k]) for k in keys)] = row
        for row in one.release.table("parts").iter_rows(named=True):
            key = "|".join("" if row[k] is None else str(row[k]) for k in keys)
            parts[f"{key}|{row['part']}"] = row
        for row in one.release.table("models").iter_rows(named=True):
            models["|".join(row[k] or "" for k in ("model", "omraade", "period", "term", "level", "se_kind"))] = row
        for row in one.release.table("findings").iter_rows(named=True):
            named = ["criterion", "kommune_kode", "omraade", "period", "kontroltrin"]
            findings["|".join("" if row[k] is None else str(row[k]) for k in named)] = row
    counted: Counter[str] = Counter()
    for page, held, text in every_figure(site):
        english = page.startswith("en/")
        where = (page, held, text)
        if "data-f" in held:
            key, _, what = held["data-f"].rpartition("|")
            assert what == "udfald", where
            assert findings[key]["udfald"] == held["data-u"], where
            counted["udfald"] += 1
            continue
        key, _, form = held["data-k"].rpartition("|")
        if form == "loebelaengde":
            assert int(held["value"]) == findings[key]["loebelaengde"] == int(text), where
            counted[form] += 1
            continue
        if key in models:
            found = of_model(models[key], form)
            assert float(held["value"]) == pytest.approx(found, rel=1e-12), where
            (told,) = NUMBER.findall(unescape(text))
            units = ("pct_point", "correlation", "persons")
            assert any(told in written(found, unit, english, form) for unit in units), where
            counted[f"model {form}"] += 1
            continue
        if form in ("afrunding", "flyttet"):
            assert NUMBER.fullmatch(text), where
            assert float(held["value"]) == pytest.approx(left_over(key, form, results, parts)), where
            counted[form] += 1
            continue
        row = results.get(key, parts.get(key, {}))
        assert row, where
        if form == "ratio":
            above, below = row["numerator"], row["denominator"]
            assert [float(part) for part in held["value"].split("/")] == [above, below], where
            told = NUMBER.findall(text)
            ways = (written(above, "count", english, form), written(below, "count", english, form))
            assert [told[0] in ways[0], told[1] in ways[1], len(told)] == [True, True, 2], where
            counted[form] += 1
            continue
        column = "value" if form in ("value", "abs") else form
        if held["value"] == "":
            assert row["value"] is None, where
            assert not NUMBER.search(text), where
            counted["mangler"] += 1
            continue
        assert float(held["value"]) == row[column], where
        unit = row["unit"]
        (number,) = NUMBER.findall(unescape(text).replace("no.", "").replace("nr.", "")) or ("",)
        if unit == "places" and not row[column]:
            assert number == "", where
        else:
            assert number in written(row[column], unit, english, form), (*where, row[column], unit)
        counted[form] += 1
    return counted


def test_every_figure_of_the_invented_site_is_the_releases(site: Path, releases: list[Release]) -> None:
    counted = held_against(site, releases)
    assert counted["value"] > 100_000
    assert min(counted[f"model {what}"] for what in ("estimate", "se", "low", "high")) > 50
    assert (
        min(
            counted[what]
            for what in ("flyttet", "afrunding", "low", "high", "abs", "ratio", "udfald", "loebelaengde", "mangler")
        )
        > 50
    )


def test_every_figure_of_the_published_site_is_the_releases(real_site: Path, real_releases: list[Release]) -> None:
    counted = held_against(real_site, real_releases)
    assert counted["value"] > 80_000


def test_all_98_municipalities_have_their_pages_with_the_published_figures(real_site: Path) -> None:
    """The golden sentence of the sources, on the page of the edition."""
    text = (real_site / "kommune/707-norddjurs/2020QMAT04/index.html").read_text(encoding="utf-8")
    plain = " ".join(re.sub(r"<[^>]+>", "", text).split())
    assert "Norddjurs lå nr. 21; 60 færre end forventet." in plain
    assert "3 pladser frem" in plain
    assert len(list((real_site / "kommune").glob("*-*/2020QMAT04/index.html"))) == 98
    assert len(list((real_site / "en/kommune").glob("*-*/index.html"))) == 98


def test_no_figure_stands_in_a_table_without_its_key(site: Path) -> None:
    """A cell that looks like a figure carries its key, or is a date, an edition or a code."""
    loose = []
    for name in ("beskaeftigelse", "kontrolsager", "kommune/707-norddjurs", "en/kommune/101-koebenhavn"):
        text = (site / name / "index.html").read_text(encoding="utf-8")
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL):
            rest = re.sub(r"<data[^>]*>.*?</data>", "", cell, flags=re.DOTALL)
            if NUMBER.search(re.sub(r"<[^>]+>", "", rest)):
                loose.append((name, cell))
    assert loose == []


def test_invented_figures_are_marked_everywhere(site: Path) -> None:
    for path in site.rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        assert 'content="noindex"' in text
        assert "SYNTETISK" in text
    for path in (site / "grafer").rglob("*.csv"):
        assert "SYNTETISK" in path.read_text(encoding="utf-8-sig"), path
    for path in (site / "grafer").rglob("*.svg"):
        assert "SYNTETISK" in path.read_text(encoding="utf-8"), path


def test_charts_hold_no_row_that_is_not_in_their_release(site: Path, releases: list[Release]) -> None:
    """Values drawn are the results' own, in per cent."""
    import json

    rows = json.loads((site / "grafer/trin-3-i-alt/trukket.da.json").read_text(encoding="utf-8"))
    newest = releases[-1].manifest.newest_period
    drawn = (
        releases[-1]
        .results.filter(measure="trukket_andel", omraade="i_alt", kontroltrin=3, period=newest)
        .filter(pl.col("kommune_kode").str.len_chars() == 3, pl.col("kommune_kode") != "000")
    )
    wanted = sorted(round(value * 100, 6) for value in drawn["value"].drop_nulls())
    assert sorted(row["v1"] for row in rows if row["v1"] is not None) == wanted
