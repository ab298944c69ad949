"""Everything of a release that was counted from persons: rows, parts, sources, exact means, what to say about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import polars as pl

from maalestok.beskaeftigelse.editions import Errors
from maalestok.beskaeftigelse.fokusmaal import MONTHS
from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.personer.counted import Counted
from maalestok.beskaeftigelse.personer.counting_rules import CountingVersion
from maalestok.beskaeftigelse.personer.coverage import EFFORT, month_code
from maalestok.beskaeftigelse.personer.fulltime import NUMBER, SHARE, Cells, cells, fulltime_parts, fulltime_rows
from maalestok.beskaeftigelse.personer.own_rows import AT, OWN_METHOD, OwnRow, frames
from maalestok.beskaeftigelse.personer.targets import TARGETS, target_rows
from maalestok.beskaeftigelse.rammevilkaar.expected import GAP_SHARE, MODELLED, expected_parts, expected_rows
from maalestok.beskaeftigelse.rammevilkaar.model_facts import fitted_windows
from maalestok.beskaeftigelse.rammevilkaar.modelled import Modelled, modelled
from maalestok.beskaeftigelse.rammevilkaar.person_errors import person_errors
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.deliveries.report import span
from maalestok.kommune import by_code, place_name
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.text_da import figure, plural
from maalestok.rules.dated import version_for
from maalestok.rules.models import Unit

OWN, DEVIATION = "egen_opgoerelse", "afvigelse"
COMPARED = (NUMBER, SHARE, *MODELLED, *(name for target in TARGETS for name in (target.share, target.mean)))
"""Measures that are published, too: there the official figure leads and ours stands beside it."""
BY_PAYER, WEEKLY = "betaler-1", "ugekoder-1"
_DIFFERENCE = {Unit.SHARE: Unit.PCT_POINT}
ExactMeans = Mapping[tuple[str, str, int], Fraction]
"""(measure, kommune, month) -> the mean or the difference, exact, where it is shown and ours leads."""


@dataclass(frozen=True)
class Own:
    """What was counted from persons, for some periods (None: all)."""

    found: Counted
    rules: BeskaeftigelseRules
    wanted: Sequence[str] | None = None

    @cached_property
    def _counting(self) -> CountingVersion | None:
        return version_for(self.rules.counting.versions, Period(self.found.plan.known_until, PeriodKind.MONTH))

    @cached_property
    def method(self) -> str:
        """The versions that persons were counted by, to stand in `rule_version`."""
        names = [self._counting.version if self._counting else "ukendt"]
        return "+".join(
            [*names, *([BY_PAYER] if self.found.by_payer else []), *([WEEKLY] if self.found.weekly else [])]
        )

    @cached_property
    def cells(self) -> Cells:
        """What was counted, exact."""
        return cells(self.found, self.rules.benchmark.total)

    @cached_property
    def _all_models(self) -> list[Modelled]:
        return list(modelled(self.found, self.rules.model))

    @cached_property
    def models(self) -> list[Modelled]:
        """The fits of expected levels, where the country is known whole."""
        return [m for m in self._all_models if self._is_wanted(m.window.period.code)]

    @cached_property
    def errors(self) -> Errors:
        """Standard errors from persons, of every period that is modelled: a place is compared with earlier ones."""
        return person_errors(self._all_models, self.rules.benchmark.total)

    def _rows(self, *, exact: bool) -> list[OwnRow]:
        total = self.rules.benchmark.total
        rows: Iterable[OwnRow] = [
            *fulltime_rows(self.found, self.cells, total, exact=exact),
            *expected_rows(self.cells, self.models, total, exact=exact),
            *target_rows(self.found, self.rules, exact=exact),
        ]
        return [row for row in rows if self._is_wanted(row.period)]

    def _is_wanted(self, period: str) -> bool:
        """A wanted edition, or a month of its four quarters; everything where none is asked for."""
        if self.wanted is None:
            return True
        ends = [parse_period(code).month_index for code in self.wanted or ()]
        asked = parse_period(period)
        if asked.kind is PeriodKind.ROLLING_YEAR:
            return period in (self.wanted or ())
        return any(end - MONTHS < asked.month_index <= end for end in ends)

    @cached_property
    def shown(self) -> Sequence[OwnRow]:
        """What may be shown."""
        return self._rows(exact=False)

    @cached_property
    def rows(self) -> Mapping[str, pl.DataFrame]:
        """Measure -> rows that may be shown."""
        return self._frames(self.shown, self.models)

    @cached_property
    def standing(self) -> Mapping[str, pl.DataFrame]:
        """As `rows`, of every period and of full-time persons and the model alone: what places are compared by."""
        total = self.rules.benchmark.total
        shown = [
            *fulltime_rows(self.found, self.cells, total, exact=False),
            *expected_rows(self.cells, self._all_models, total, exact=False),
        ]
        return self._frames(shown, self._all_models)

    @cached_property
    def exact(self) -> Mapping[str, pl.DataFrame]:
        """Measure -> exact rows, which stay on the authority's side."""
        return self._frames(self._rows(exact=True), self.models)

    def _frames(self, rows: Sequence[OwnRow], models: Sequence[Modelled]) -> Mapping[str, pl.DataFrame]:
        """Measure -> rows with the versions they were counted and modelled by."""
        held: dict[str, pl.DataFrame] = dict(frames((r for r in rows if r.measure not in MODELLED), self.method))
        for made in models:
            code = made.window.period.code
            of_model = frames(
                (r for r in rows if r.measure in MODELLED and r.period == code), f"{self.method}+{made.version.version}"
            )
            for measure, frame in of_model.items():
                held[measure] = pl.concat([held[measure], frame]) if measure in held else frame
        return held

    @cached_property
    def periods(self) -> Sequence[str]:
        """Every period there is a row of."""
        return sorted({row.period for row in self.shown}, key=parse_period)

    def exact_means(self, results: pl.DataFrame) -> ExactMeans:
        """The means that lead, as exact fractions."""
        names = {target.mean for target in TARGETS}
        ours = results.filter(pl.col("measure").is_in(sorted(names)), counted_from_persons(self.method))
        leading = set(ours.select("measure", "kommune_kode", "period").iter_rows())
        return {
            (row.measure, row.kommune_kode, parse_period(row.period).month_index): row.value
            for row in self.shown
            if row.value is not None and (row.measure, row.kommune_kode, row.period) in leading
        }

    def exact_differences(self, results: pl.DataFrame) -> ExactMeans:
        """Our own differences i alt that lead and are shown, exact: what the result target is judged by."""
        total, exact = self.rules.benchmark.total, self.exact.get(GAP_SHARE)
        if exact is None:
            return {}
        ours = results.filter(
            pl.col("measure") == GAP_SHARE, counted_from_persons(self.method), leads_shown(), pl.col("omraade") == total
        )
        leading = set(ours.select("kommune_kode", "period").iter_rows())
        rows = exact.filter(pl.col("omraade") == total).select("kommune_kode", "period", "value").iter_rows()
        return {
            (GAP_SHARE, kode, parse_period(code).month_index): Fraction(value)
            for kode, code, value in rows
            if (kode, code) in leading
        }

    def parts(self, results: pl.DataFrame) -> list[PartRow]:
        """Our figure beside a published one, with the difference; quarters; other definitions."""
        units = {name: self.rules.measures[name].unit for name in COMPARED}
        rows: list[PartRow] = []
        for row, official in self._beside(results):
            at, unit = (row.period, row.kommune_kode, row.omraade), units[row.measure]
            value = float(row.value or 0)
            ends = None if row.low is None or row.high is None else (float(row.low), float(row.high))
            gap = round(value - official, 6)
            rows.append(part(row.measure, at, OWN, value, unit, OWN_METHOD, ends))
            rows.append(part(row.measure, at, DEVIATION, gap, _DIFFERENCE.get(unit, unit), OWN_METHOD))
        held = set(self.periods)
        beside = fulltime_parts(self.found, self.cells, self.rules.benchmark.total)
        of_model = expected_parts(self.models, self.rules.benchmark.total, OWN_METHOD)
        return [*rows, *(row for row in (*beside, *of_model) if row.period in held)]

    def _beside(self, results: pl.DataFrame) -> Iterator[tuple[OwnRow, float]]:
        """Our rows of cells where another figure leads, with that figure."""
        others = results.filter(pl.col("measure").is_in(COMPARED), ~counted_from_persons(self.method), leads_shown())
        led = {row[:4]: row[4] for row in others.select("measure", *AT, "value").iter_rows()}
        for row in self.shown:
            value = led.get((row.measure, row.period, row.kommune_kode, row.omraade))
            if value is not None and row.value is not None:
                yield row, value

    def sources(self) -> pl.DataFrame:
        """The deliveries behind each of our periods and municipalities, as rows in force of a feed have them."""
        rows = []
        for period in self.periods:
            last = parse_period(period).month_index
            codes = {month_code(month) for month in range(last - MONTHS + 1, last + 1)}
            for delivery in self.found.deliveries:
                if codes & set(delivery.periods):
                    rows += [(delivery.feed, kode, period, delivery.sha256) for kode in sorted(self.found.kommuner)]
        schema = ["feed", "kommune_kode", "period", "levering"]
        return pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row").with_columns(
            pl.lit(None, dtype=pl.Int64).alias("linje"), pl.lit(None, dtype=pl.String).alias("rettelse")
        )

    def warnings(self, results: pl.DataFrame) -> list[str]:
        """What whoever builds must know: differences from published figures, what is not counted, what is rough."""
        return [*self._differences(results), *self._not_counted()]

    def _differences(self, results: pl.DataFrame) -> Iterator[str]:
        """One line a measure: how many figures are told otherwise than the published ones, and where most."""
        beside: dict[str, list[tuple[OwnRow, float]]] = {}
        for row, official in self._beside(results):
            beside.setdefault(row.measure, []).append((row, official))
        for measure, found in beside.items():
            unit = self.rules.measures[measure].unit.value
            told = [(figure(float(row.value or 0), unit), figure(official, unit)) for row, official in found]
            apart = [place for place, (ours, theirs) in enumerate(told) if ours != theirs]
            if not apart:
                continue
            most = max(apart, key=lambda place: abs(float(found[place][0].value or 0) - found[place][1]))
            row, (ours, theirs) = found[most][0], told[most]
            area = self.rules.benchmark.omraade_names_da[row.omraade]
            where = f"{place_name(row.kommune_kode)}, {area}, {row.period}: {ours} mod {theirs}"
            counted = plural(len(found), "egen opgørelse", "egne opgørelser")
            yield f"{measure}: {len(apart)} af {counted} afviger fra det offentliggjorte, som gælder; mest {where}"

    def _not_counted(self) -> Iterator[str]:
        found, months = self.found, self.found.plan.months
        for feed, last in found.coverage.shorter.items():
            yield (
                f"{feed} rækker til {month_code(last)}, men personer er talt til {month_code(found.coverage.last)}, "
                "hvor alle leverancer er med."
            )
        absent = [feed for feed in EFFORT if feed not in found.coverage.first]
        if absent:
            yield f"Fokusmålene er ikke talt: {' og '.join(absent)} mangler."
        elif not months:
            yield "Fokusmålene er ikke talt: der er ikke 12 måneder i træk, eller målene er ikke kontrolleret for dem."
        elif (exempt := found.coverage.ends("fritagelser")) is None:
            yield "Ingen fritagelser er leveret; ingen er taget ud af målgruppen."
        elif exempt < found.coverage.last:
            yield f"fritagelser rækker kun til {month_code(exempt)}; ingen er taget ud af målgruppen derefter."
        yield from self._short_history()
        if found.weekly:
            yield "Forløbene er omsat fra ugekoder: tallene er tilnærmede, og fuldtidspersoner bliver for mange."
        if found.older_areas:
            yield "Modellens vilkår for områder er dem, der var leveret, da personerne blev talt, ikke de nyeste."
        yield from self._not_modelled()
        if found.by_payer:
            yield "Fuldtidspersoner er talt efter betalingskommune; andelens nævner er stadig beboere."

    def _not_modelled(self) -> Iterator[str]:
        """Editions of the whole country that have too few persons for a model."""
        if self.found.by_payer or not self.found.kommuner >= by_code().keys():
            return
        made = {model.window.number for model in self.models}
        windows = [window for window, _ in fitted_windows(self.found.plan, self.rules.model)]
        without = [w.period.code for w in windows if w.number not in made and self._is_wanted(w.period.code)]
        if without:
            yield f"Der er ingen model for {', '.join(without)}: der er ikke flere personer end led i modellen."

    def _short_history(self) -> Iterator[str]:
        """Measured months before which spells are known for less than accumulated benefits look back."""
        counting, begins = self._counting, self.found.coverage.first.get("forloeb", 0)
        if counting is None:
            return
        within, until = counting.accumulated_within_months, self.found.plan.known_until
        early = [m.month for m in self.found.plan.months if m.month <= until and m.month - begins + 1 < within]
        if early:
            yield (
                f"fokusmaal, {span([month_code(month) for month in early])}: forloeb dækker under {within} måneder "
                f"før, så opsamlet ledighed kan være talt for lavt for {plural(len(early), 'måned', 'måneder')}."
            )


def counted_from_persons(method: str) -> pl.Expr:
    """True for result rows that were counted from persons."""
    return pl.col("rule_version").str.contains("+" + method, literal=True)


def leads_shown() -> pl.Expr:
    """True for result rows with a figure."""
    return pl.col("value").is_not_null()
