"""What a figure or a finding was made from, in lines: delivered rows, corrections, the results a finding rests on."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from maalestok.kommune import by_code
from maalestok.period import parse_period
from maalestok.publish.text_da import MISSING_DA, figure_beside, number, plural
from maalestok.release.read import Release
from maalestok.results import key_text
from maalestok.rules.models import Measure, Ruleset


def source_lines(release: Release, measure: Measure, rules: Ruleset, row: Mapping[str, Any]) -> list[str]:
    """The delivered rows the figure was read from, with what was corrected in them."""
    if row["kommune_kode"] not in by_code():
        return ["Kilderækker: kommunernes; se forklaringen for den enkelte kommune."]
    lines = []
    for source in measure.sources_of(row["kilde"], row["rule_version"]):
        period = parse_period(row["period"])
        codes = [period.shifted(-months).code for months in range(source.window_months)]
        if source.months_before:
            codes.append(period.shifted(-source.months_before).code)
        whole = source.areas == "all_for_total" and row["omraade"] == rules.benchmark.total
        at = (
            (pl.col("feed") == source.feed)
            & (pl.col("kommune_kode") == row["kommune_kode"])
            & pl.col("period").is_in(codes)
        )
        at &= pl.col("kontroltrin").eq_missing(row["kontroltrin"])
        if not whole:
            at &= pl.col("omraade").is_null() | (pl.col("omraade") == row["omraade"])
        found = release.table("sources").filter(at).sort("period", "omraade", descending=[True, False])
        lines += _delivered(found, with_area=whole) if source.window_months == 1 else _delivered_months(found)
    return lines


def _delivered(found: pl.DataFrame, *, with_area: bool) -> list[str]:
    """One line a row."""
    lines = []
    for s in found.iter_rows(named=True):
        held = f"{s['feed']} {s['period']}" + (f" {s['omraade']}" if with_area else "")
        at = "alle filens rækker" if s["linje"] is None else f"{s['row_word']} {s['linje']}"
        lines.append(f"Kilderække: {held}, levering {s['levering'][:12]}, {at}")
        if s["rettelse"] is not None:
            lines.append(f"Rettet af Målestok i den række: {s['rettelse']}")
    return lines


def _delivered_months(found: pl.DataFrame) -> list[str]:
    """One line a delivery, which tells of many months."""
    lines = []
    for (feed, levering), rows in found.partition_by("feed", "levering", as_dict=True, maintain_order=True).items():
        months = rows["period"].unique().sort().to_list()
        numbers = rows["linje"].drop_nulls().sort().to_list()
        span = months[0] if len(months) == 1 else f"{months[0]} til {months[-1]}"
        at = f", {rows['row_word'][0]} {', '.join(map(str, numbers))}" if numbers else ", regnet af hændelser"
        lines.append(
            f"Kilderækker: {feed} {span} ({plural(len(months), 'måned', 'måneder')}), levering {levering[:12]}{at}"
        )
        lines += [f"Rettet af Målestok: {text}" for text in rows["rettelse"].drop_nulls().to_list()]
    return lines


def feed_lines(release: Release, feed: str, row: Mapping[str, Any]) -> list[str]:
    """The delivered rows of a finding that repeats what a feed says."""
    same = [pl.col(name) == row[name] for name in ("kommune_kode", "period")]
    found = release.table("sources").filter(pl.col("feed") == feed, *same).sort("linje")
    return _delivered(found, with_area=False)


def evidence_lines(release: Release, rules: Ruleset, row: Mapping[str, Any]) -> list[str]:
    """Each result a finding rests on, with its parts; shares with as many decimals as keep them beside the limit."""
    lines = []
    by_key = {key_text(r): r for r in release.results.filter(_same_cell(row)).iter_rows(named=True)}
    limits = _limits(release, rules, row)
    for key in row["evidence"]:
        held = by_key.get(key)
        if held is None:
            lines.append(f"Hviler på: {key}")
            continue
        value, limit = held["value"], limits.get(held["measure"])
        told = MISSING_DA[held["status"]] if value is None else figure_beside(value, held["unit"], limit)
        counted = held["numerator"] is not None
        parts = f" ({number(held['numerator'])} af {number(held['denominator'])})" if counted else ""
        lines.append(f"Hviler på: {key}: {told}{parts}")
    return lines


def _limits(release: Release, rules: Ruleset, row: Mapping[str, Any]) -> dict[str, float]:
    """Measure -> the limit it was compared with, by the finding itself or by one it follows from."""
    criterion = rules.criteria[row["criterion"]]
    names = [criterion.id, *criterion.rests_on]
    at = [pl.col(name).eq_missing(row[name]) for name in ("kommune_kode", "omraade", "kontroltrin", "month_index")]
    found = release.table("findings").filter(pl.col("criterion").is_in(names), pl.col("graense").is_not_null(), *at)
    measured = {name: rules.criteria[name].measure for name in names}
    pairs = found.select("criterion", "graense").iter_rows()
    return {held: limit for name, limit in pairs if (held := measured[name]) is not None}


def _same_cell(row: Mapping[str, Any]) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).eq_missing(row[name]) for name in ("kommune_kode", "omraade", "kontroltrin"))
