"""Findings of both criteria from exact windows: runs under the limit, and the watch-list above the funnel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import polars as pl

from maalestok.criteria import CONTACTED
from maalestok.kommune import by_code
from maalestok.kontrolsager.lav_traekning import Judgement, MonthEnd, RunRule, judge
from maalestok.kontrolsager.rules import BENCHMARK, HOEJ, LAV, FunnelVersion, KontrolsagerRules
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.results import conform, empty, key_text
from maalestok.rules.dated import version_for
from maalestok.rules.models import Kilde, ThresholdVersion, Track
from maalestok.uncertainty import Funnel, funnel

CONTACT, WORDS = "kontakt", {"smaa_tal_bekraeftet", "smaa_tal_afvist"}
FUNNEL_PART = "tragt"


@dataclass(frozen=True)
class FunnelAt:
    """One month end's funnel on one track, with the municipalities in it, in order."""

    track: Track
    month_index: int
    kommuner: tuple[str, ...]
    funnel: Funnel


def histories(windows: pl.DataFrame, track: Track) -> dict[str, list[MonthEnd]]:
    """Each municipality's month ends on a track, oldest first."""
    own = windows.filter(
        (pl.col("omraade") == track.omraade)
        & (pl.col("kontroltrin") == track.kontroltrin)
        & pl.col("kommune_kode").is_in(list(by_code()))
    ).sort("kommune_kode", "month_index")
    found: dict[str, list[MonthEnd]] = {}
    columns = ("kommune_kode", "month_index", "trukket", "rest_brutto", "maaneder_mangler")
    for kommune, month, drawn, rest, missing in own.select(columns).iter_rows():
        found.setdefault(kommune, []).append(MonthEnd(month, drawn, rest, missing))
    return found


def rule_at(versions: Sequence[ThresholdVersion], month_index: int) -> Any:
    """The version in force at a month end, or None."""
    return version_for(versions, Period(month_index, PeriodKind.MONTH))


def low_findings(
    windows: pl.DataFrame, contacts: pl.DataFrame, rules: KontrolsagerRules, *, syntetisk: bool
) -> pl.DataFrame:
    """`lav_traekning` for every municipality, track and month end.

    Args:
        windows: exact windows.
        contacts: typed rows of `henvendelser` in force.
    """
    versions = {v.version: RunRule.of(v) for v in rules.lav.versions}

    def rule(month: int) -> RunRule | None:
        version = rule_at(rules.lav.versions, month)
        return None if version is None else versions[version.version]

    said = _said(contacts)
    rows: list[dict[str, Any]] = []
    for track in rules.lav.tracks:
        for kommune, history in histories(windows, track).items():
            for place, (end, outcome) in enumerate(zip(history, judge(history, rule), strict=True)):
                version = rule_at(rules.lav.versions, end.month_index)
                noted = said.get((kommune, track.kontroltrin or 0), ())
                length = version.run_length if version else 1
                judged = _with_words(outcome, end.month_index, noted, version.contact_months if version else 0)
                rows.append(
                    _finding(LAV, rules, track, kommune, end, version, syntetisk)
                    | {
                        "udfald": judged.udfald,
                        "loebelaengde": judged.loebelaengde,
                        "graense": float(Fraction(version.threshold)) if version else None,
                        "flag": list(judged.flag),
                        "evidence": [_key(kommune, track, e.month_index) for e in history[: place + 1][-length:]],
                    }
                )
    return _table(rows)


def funnels(windows: pl.DataFrame, rules: KontrolsagerRules) -> list[FunnelAt]:
    """A funnel for each track and month end that has enough municipalities with enough cases."""
    made = []
    for track in rules.hoej.tracks:
        by_month: dict[int, list[tuple[str, int, int]]] = {}
        for kommune, history in histories(windows, track).items():
            for end in history:
                version: FunnelVersion | None = rule_at(rules.hoej.versions, end.month_index)
                if version and end.drawn is not None and (end.shown or 0) >= version.minimum_denominator:
                    by_month.setdefault(end.month_index, []).append((kommune, end.drawn, end.shown or 0))
        for month, units in sorted(by_month.items()):
            version = rule_at(rules.hoej.versions, month)
            if version is not None and len(units) >= version.minimum_kommuner:
                shape = funnel([u[1] for u in units], [u[2] for u in units], float(version.threshold))
                made.append(FunnelAt(track, month, tuple(u[0] for u in units), shape))
    return made


def high_findings(
    windows: pl.DataFrame, shapes: Sequence[FunnelAt], rules: KontrolsagerRules, *, syntetisk: bool
) -> pl.DataFrame:
    """`hoej_traekning` for every municipality, track and month end."""
    limits = {
        (shape.track, shape.month_index, kommune): high
        for shape in shapes
        for kommune, (_, high) in zip(shape.kommuner, shape.funnel.limits, strict=True)
    }
    drawn_funnels = {(shape.track, shape.month_index) for shape in shapes}
    rows = []
    for track in rules.hoej.tracks:
        for kommune, history in histories(windows, track).items():
            for end in history:
                version = rule_at(rules.hoej.versions, end.month_index)
                limit = limits.get((track, end.month_index, kommune))
                why = _why_not(end, version, has_funnel=(track, end.month_index) in drawn_funnels)
                over = limit is not None and end.drawn is not None and end.drawn / (end.shown or 1) > limit
                rows.append(
                    _finding(HOEJ, rules, track, kommune, end, version, syntetisk)
                    | {
                        "udfald": "ikke_vurderet" if limit is None else "over_graensen" if over else "ok",
                        "loebelaengde": None,
                        "graense": limit,
                        "flag": [] if limit is not None else [why],
                        "evidence": [_key(kommune, track, end.month_index)],
                    }
                )
    return _table(rows)


def _why_not(end: MonthEnd, version: FunnelVersion | None, *, has_funnel: bool) -> str:
    if version is None:
        return "uden_definition"
    if end.missing or end.shown is None:
        return "maaned_mangler"
    if not end.shown:
        return "ingen_sager"
    return "faa_kommuner" if end.shown >= version.minimum_denominator and not has_funnel else "smaa_tal"


def _said(contacts: pl.DataFrame) -> Mapping[tuple[str, int], Sequence[tuple[int, str]]]:
    """(kommune, kontroltrin) -> (month, art) in order of date."""
    found: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for kommune, trin, _, period, art in (
        contacts.select("kommune_kode", "kontroltrin", "dato", "period", "art").sort("dato", "art").iter_rows()
    ):
        found.setdefault((kommune, trin), []).append((parse_period(period).month_index, art))
    return found


def _with_words(judged: Judgement, month: int, said: Sequence[tuple[int, str]], months: int) -> Judgement:
    """What was said by people beside the outcome: a recent contact, an analyst's word on small numbers."""
    flags = judged.flag
    words = [art for at, art in said if art in WORDS and month <= at < month + months]
    if "smaa_tal" in flags and words:
        flags = tuple(words[-1] if flag == "smaa_tal" else flag for flag in flags)
    if any(art == CONTACT and month - months < at <= month for at, art in said):
        flags = (*flags, CONTACTED)
    return replace(judged, flag=flags)


def _key(kommune: str, track: Track, month_index: int) -> str:
    return key_text(
        {
            "benchmark": BENCHMARK,
            "measure": "trukket_andel",
            "kilde": Kilde.BEREGNET.value,
            "kommune_kode": kommune,
            "omraade": track.omraade,
            "kontroltrin": track.kontroltrin,
            "period": Period(month_index, PeriodKind.MONTH).code,
        }
    )


def _finding(
    criterion: str,
    rules: KontrolsagerRules,
    track: Track,
    kommune: str,
    end: MonthEnd,
    version: ThresholdVersion | None,
    syntetisk: bool,
) -> dict[str, Any]:
    """What every finding holds."""
    references = version.reference if version else rules.criteria[criterion].reference
    stated = end.drawn is not None and bool(end.shown)
    return {
        "benchmark": BENCHMARK,
        "criterion": criterion,
        "kommune_kode": kommune,
        "omraade": track.omraade,
        "kontroltrin": track.kontroltrin,
        "period": Period(end.month_index, PeriodKind.MONTH).code,
        "month_index": end.month_index,
        "vaerdi": (end.drawn or 0) / (end.shown or 1) if stated and version else None,
        "reference": "; ".join(r.text for r in references),
        "rule_version": version.version if version else "ukendt",
        "syntetisk": syntetisk,
    }


def _table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    if not rows:
        return empty("findings")
    frame = pl.DataFrame(rows, schema_overrides={"flag": pl.List(pl.String)}, infer_schema_length=None)
    order = ["month_index", "kommune_kode", "kontroltrin"]
    return conform("findings", frame.sort(order))


def limit_rows(shapes: Sequence[FunnelAt], rules: KontrolsagerRules) -> Iterator[tuple[Any, ...]]:
    """(kommune_kode, omraade, kontroltrin, month_index, target, low, high, method) of each municipality in a funnel."""
    for shape in shapes:
        version: FunnelVersion = rule_at(rules.hoej.versions, shape.month_index)
        for kommune, (low, high) in zip(shape.kommuner, shape.funnel.limits, strict=True):
            at = (kommune, shape.track.omraade, shape.track.kontroltrin, shape.month_index)
            yield (*at, shape.funnel.target, low, high, version.method)
