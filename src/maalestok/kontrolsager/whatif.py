"""Who would be contacted under another limit, run length or reading of the source: from public figures alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from maalestok.errors import MaalestokError
from maalestok.kommune import by_code, place_name
from maalestok.kontrolsager.findings import rule_at
from maalestok.kontrolsager.lav_traekning import UNDER, MonthEnd, RunRule, judge
from maalestok.kontrolsager.rules import BENCHMARK, KontrolsagerRules, Variant
from maalestok.period import parse_period
from maalestok.publish.text_da import share_beside
from maalestok.release.read import Release, require_benchmark
from maalestok.rules.models import Track

MISSING_PART = "maaneder_mangler"
VARIANTS: tuple[Variant, ...] = ("mindst", "mere_end", "samlet")


@dataclass(frozen=True)
class Asked:
    """What to change in the criterion in force; None leaves it. `percent` is the limit in per cent, e.g. 28 or 29.5."""

    percent: Fraction | None = None
    run_length: int | None = None
    variant: Variant | None = None
    period: str | None = None


@dataclass(frozen=True)
class Case:
    """One municipality on one track: its share at the month end and its run under the rule asked about."""

    kommune_kode: str
    kommune: str
    omraade: str
    kontroltrin: int
    drawn: int
    shown: int
    loebelaengde: int
    small: bool
    limit: Fraction

    @property
    def share(self) -> str:
        """The share, with as many decimals as keep it on its side of the limit."""
        return share_beside(self.drawn, self.shown, self.limit)


@dataclass(frozen=True)
class Answer:
    """Who enters, leaves and stays, at one month end."""

    period: str
    now: RunRule
    asked: RunRule
    enters: tuple[Case, ...]
    leaves: tuple[Case, ...]
    stays: tuple[Case, ...]
    syntetisk: bool

    def as_dict(self) -> dict[str, Any]:
        """Machine-readable form."""
        lists = {name: [_plain(case) for case in getattr(self, name)] for name in ("enters", "leaves", "stays")}
        rules = {name: _rule(getattr(self, name)) for name in ("now", "asked")}
        return {"period": self.period, "syntetisk": self.syntetisk, **rules, **lists}


def whatif(release: Release, rules: KontrolsagerRules, asked: Asked) -> Answer:
    """Judge every municipality by the criterion in force and by the one asked about, at one month end.

    Raises:
        MaalestokError: the release is of another benchmark or lacks the period; a number out of range.
    """
    require_benchmark(release, BENCHMARK)
    code = parse_period(asked.period).code if asked.period else release.manifest.newest_period
    if code not in release.manifest.periods:
        held = release.manifest.periods
        raise MaalestokError(f"Udgivelsen har ikke {code}.", remedy=f"Vælg en måned fra {held[0]} til {held[-1]}.")
    month = parse_period(code).month_index
    version = rule_at(rules.lav.versions, month)
    if version is None:
        raise MaalestokError(f"Kriteriet gælder ikke i {code}.", remedy="Vælg en senere måned.")
    now = RunRule.of(version)
    other = _changed(now, asked)
    groups: dict[str, list[Case]] = {"enters": [], "leaves": [], "stays": []}
    for track in rules.lav.tracks:
        for kommune, history in public_histories(release, track).items():
            told = [end for end in history if end.month_index <= month]
            if not told or told[-1].month_index != month:
                continue
            was, (is_now, run) = _outcome(told, rules, now)[0], _outcome(told, rules, other)
            if UNDER in (was, is_now):
                end = told[-1]
                case = Case(
                    kommune,
                    place_name(kommune),
                    track.omraade,
                    track.kontroltrin or 0,
                    end.drawn or 0,
                    end.shown or 0,
                    run,
                    (end.shown or 0) < other.small_denominator,
                    other.threshold,
                )
                groups["stays" if was == is_now else "enters" if is_now == UNDER else "leaves"].append(case)
    return Answer(
        code,
        now,
        other,
        tuple(groups["enters"]),
        tuple(groups["leaves"]),
        tuple(groups["stays"]),
        release.manifest.syntetisk,
    )


def _outcome(history: Sequence[MonthEnd], rules: KontrolsagerRules, rule: RunRule) -> tuple[str, int]:
    judged = judge(history, lambda month: rule if rule_at(rules.lav.versions, month) else None)[-1]
    return judged.udfald, judged.loebelaengde


def _changed(rule: RunRule, asked: Asked) -> RunRule:
    threshold = rule.threshold if asked.percent is None else asked.percent / 100
    length = rule.run_length if asked.run_length is None else asked.run_length
    if not 0 < threshold < 1:
        raise MaalestokError("Grænsen skal ligge mellem 0 og 100 pct.", remedy="Skriv fx --threshold 28.")
    if not 1 <= length <= 24:
        raise MaalestokError("Løbet skal være på 1-24 månedsskift.", remedy="Skriv fx --run-length 5.")
    return RunRule(threshold, length, asked.variant or rule.variant, rule.notice_months, rule.small_denominator)


def public_histories(release: Release, track: Track) -> dict[str, list[MonthEnd]]:
    """Each municipality's month ends as a release shows them, oldest first."""
    at = (
        (pl.col("measure") == "trukket_andel")
        & (pl.col("omraade") == track.omraade)
        & (pl.col("kontroltrin") == track.kontroltrin)
        & pl.col("kommune_kode").is_in(list(by_code()))
    )
    parts = release.table("parts").filter(at)
    missing = _values(parts.filter(pl.col("part") == MISSING_PART))
    nothing = {
        (kommune, period)
        for kommune, period in parts.filter(pl.col("part") == "naevner_nul")
        .select("kommune_kode", "period")
        .iter_rows()
    }
    found: dict[str, list[MonthEnd]] = {}
    columns = ("kommune_kode", "period", "month_index", "numerator", "denominator")
    for kommune, period, month, above, below in (
        release.results.filter(at).sort("kommune_kode", "month_index").select(columns).iter_rows()
    ):
        drawn, rest = (None, None) if above is None else (int(above), int(below - above))
        if (kommune, period) in nothing:
            drawn, rest = 0, 0
        found.setdefault(kommune, []).append(MonthEnd(month, drawn, rest, int(missing.get((kommune, period), 0))))
    return found


def _values(parts: pl.DataFrame) -> Mapping[tuple[str, str], float]:
    return {(k, p): v for k, p, v in parts.select("kommune_kode", "period", "value").iter_rows()}


def _plain(case: Case) -> dict[str, Any]:
    return {name: value for name, value in vars(case).items() if name != "limit"} | {"andel": case.share}


def _rule(rule: RunRule) -> dict[str, Any]:
    return {
        "threshold": float(rule.threshold),
        "run_length": rule.run_length,
        "variant": rule.variant,
    }
