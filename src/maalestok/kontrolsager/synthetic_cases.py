"""The invented control cases themselves: whole histories, month by month of being shown, and when each event is known.

A case is a function of the seed, the month it is shown in and its number in that month. What is known at an earlier
month is therefore a prefix of what is known later: events have not happened yet, or are reported late. Time is counted
in working seconds (eight hours of every day), which makes the order of a case's events strict.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np

from maalestok.kontrolsager.celler import celler
from maalestok.kontrolsager.synthetic_recipe import (
    AMOUNT_STEPS,
    NEVER,
    Flags,
    Floats,
    Ints,
    Recipe,
    Size,
    amount_steps,
    between,
    profile,
    stream,
)
from maalestok.period import parse_period

WORKDAY = 8 * 3600
"""Working seconds of a day."""
_MONTH = 30.4375 * WORKDAY
_CALENDAR = (date(1990, 1, 1).toordinal(), date(2120, 1, 1).toordinal())
"""Days that have a month: all a period can name, and the longest history after them."""

HAENDELSER = (
    "udstillet", "trukket", "lagt_tilbage", "bortfaldet", "oprettet", "afvist", "afsluttet", "henlagt", "genaabnet",
)  # fmt: skip
(UDSTILLET, TRUKKET, LAGT_TILBAGE, BORTFALDET, OPRETTET, AFVIST, AFSLUTTET, HENLAGT, GENAABNET) = range(9)

SHOWN, DRAWN, LAID_BACK, DRAWN_AGAIN, LAPSED, VISITED, CLOSED, REOPENED, CLOSED_AGAIN = range(9)
"""Places in a history, in the order of time; most cases leave some of them empty."""
_BY_AUTHORITY = (SHOWN, LAPSED)
"""Events of Udbetaling Danmark's own system, never reported late."""


@dataclass(frozen=True)
class Cohort:
    """The cases shown in one month. Arrays are place x case, but `cell` (0..391) and `number` are per case.

    `kind` is a place in `HAENDELSER`. `time` holds working seconds (ordinal day * `WORKDAY` + seconds), -1 for what
    does not happen; `month` is its month_index and `known` the month from whose end on it is known (never before the
    case's earlier events), `NEVER` likewise. `amounts` is (repaid, saved) x (`CLOSED`, `CLOSED_AGAIN`) x case, 0
    without effect.
    """

    cell: Ints
    number: Ints
    kind: Ints
    time: Ints
    month: Ints
    known: Ints
    amounts: Ints


@dataclass(frozen=True)
class Truth:
    """All that happens in the invented country. Nothing is kept in memory: a cohort is made when asked for."""

    size: Size
    seed: int
    recipe: Recipe = field(default_factory=Recipe)

    @property
    def last(self) -> int:
        """month_index of the last month."""
        return parse_period(self.size.last).month_index

    @property
    def first(self) -> int:
        """month_index of the first month."""
        return self.last - self.size.months + 1

    def until(self, opgjort_til: str) -> int:
        """month_index of a month within the truth.

        Raises:
            ValueError: it is outside.
        """
        month = parse_period(opgjort_til).month_index
        if not self.first <= month <= self.last:
            raise ValueError(f"{opgjort_til} is outside the invented months")
        return month

    def cohorts(self, until: int) -> Iterator[tuple[int, Cohort]]:
        """(month_index, cases shown in it), month by month."""
        return ((month, cohort(self, month)) for month in range(self.first, until + 1))


def cohort(truth: Truth, month: int) -> Cohort:
    """The cases shown in one month, with all that will happen to them."""
    recipe, habits = truth.recipe, profile(truth.recipe, truth.seed)
    draws = stream(truth.seed, 1, month)
    mean = truth.size.cases_per_month * recipe.season[month % 12] * habits.weight
    spread = between(draws.random(len(mean)), (1 - recipe.spread, 1 + recipe.spread))
    counts = np.floor(mean * spread + draws.random(len(mean))).astype(np.int64)
    cell = np.repeat(np.arange(len(mean)), counts)
    days = _first_day(month), _first_day(month + 1)
    shown = np.floor(between(draws.random(len(cell)), (days[0] * WORKDAY, days[1] * WORKDAY))).astype(np.int64)
    return _Histories(truth, draws, cell, shown).cohort(month)


class _Histories:
    """Makes the histories of one cohort: each method draws for all its cases, and the order of drawing is fixed."""

    def __init__(self, truth: Truth, draws: np.random.Generator, cell: Ints, shown: Ints) -> None:
        self._recipe, self._habits = truth.recipe, profile(truth.recipe, truth.seed)
        self._draws, self._cell = draws, cell
        self._stops, self._resumes = (bounds[cell] for bounds in _pauses(truth.recipe, truth.last))
        self._time = np.full((9, len(cell)), -1, dtype=np.int64)
        self._time[SHOWN] = shown
        fixed = (UDSTILLET, TRUKKET, LAGT_TILBAGE, TRUKKET, BORTFALDET, OPRETTET, AFSLUTTET, GENAABNET, AFSLUTTET)
        self._kind = np.repeat(np.array(fixed)[:, None], len(cell), axis=1)
        self._amounts = np.zeros((2, 2, len(cell)), dtype=np.int64)

    def cohort(self, month: int) -> Cohort:
        drawn = self._on_the_list()
        self._in_the_municipality(drawn)
        month_of = _months_of(self._time)
        known = self._reported(month_of)
        number = (month << 32) + np.arange(len(self._cell))
        return Cohort(self._cell, number, self._kind, self._time, month_of, known, self._amounts)

    def _even(self) -> Floats:
        return self._draws.random(len(self._cell))

    def _put(self, place: int, when: Flags, start: Ints, delay: tuple[float, float], *, draw: bool = False) -> Flags:
        """Let something happen after a delay (mostly a short one) at least a second long; returns to whom it does."""
        even = self._even()
        at = start + 1 + np.floor(between(even * even, delay) * _MONTH).astype(np.int64)
        if draw:
            quiet = np.isin(_months_of(at) % 12 + 1, self._recipe.quiet_months)
            at = at + np.where(quiet & (self._even() < self._recipe.quiet_postponed), 31 * WORKDAY, 0)
            month = _months_of(at)
            when = when & ((month < self._stops) | (month >= self._resumes))
        self._time[place, when] = at[when]
        return when

    def _on_the_list(self) -> Flags:
        """Drawn, laid back, drawn again, lapsed. Returns which cases stay with the municipality."""
        recipe, time = self._recipe, self._time
        wanted = self._even() < self._habits.draw[self._cell]
        drawn = self._put(DRAWN, wanted, time[SHOWN], recipe.draw_delay, draw=True)
        back = drawn & (self._even() < recipe.laid_back_share)
        back = self._put(LAID_BACK, back, time[DRAWN], recipe.laid_back_delay)
        again = back & (self._even() < recipe.drawn_again_share)
        again = self._put(DRAWN_AGAIN, again, time[LAID_BACK], recipe.draw_delay, draw=True)
        self._put(LAPSED, ~drawn, time[SHOWN], recipe.lapse_delay)
        self._put(LAPSED, back & ~again, time[LAID_BACK], recipe.lapse_again_delay)
        return (drawn & ~back) | again

    def _in_the_municipality(self, drawn: Flags) -> None:
        recipe, time = self._recipe, self._time
        self._put(VISITED, drawn, np.maximum(time[DRAWN], time[DRAWN_AGAIN]), recipe.visit_delay)
        rejected = drawn & (self._even() < recipe.rejected_share)
        self._kind[VISITED, rejected] = AFVIST
        closed = self._put(CLOSED, drawn & ~rejected, time[VISITED], recipe.close_delay)
        self._close(CLOSED, 0, closed)
        reopened = closed & (self._even() < recipe.reopened_share)
        reopened = self._put(REOPENED, reopened, time[CLOSED], recipe.reopen_delay)
        self._put(CLOSED_AGAIN, reopened, time[REOPENED], recipe.reclose_delay)
        self._close(CLOSED_AGAIN, 1, reopened)

    def _close(self, place: int, closing: int, closed: Flags) -> None:
        """How it ends: dropped, without amounts, or with one or both of them."""
        recipe, even, kinds = self._recipe, self._even(), self._even()
        dropped = even < recipe.dropped_share
        effect = closed & ~dropped & (even < recipe.dropped_share + self._habits.effect[self._cell])
        self._kind[place, closed & dropped] = HENLAGT
        both = kinds < recipe.both_amounts
        repaid = both | (kinds < recipe.both_amounts + recipe.only_repaid)
        for amount, applies in enumerate((effect & repaid, effect & (both | ~repaid))):
            self._amounts[amount, closing] = np.where(applies, self._kroner(), 0)

    def _kroner(self) -> Ints:
        steps = amount_steps(self._recipe.amount_sigma)
        at = self._even() * (AMOUNT_STEPS - 1)
        low = at.astype(np.int64)
        thousandths = steps[low] + ((steps[low + 1] - steps[low]) * (at - low)).astype(np.int64)
        return 1 + np.array(self._recipe.median_kr)[self._cell % 4] * thousandths // 1000

    def _reported(self, month: Ints) -> Ints:
        """When each event is known: with its month, or late; a late one holds the later ones back."""
        even = self._draws.random(month.shape)
        late = 1 + (even * (self._recipe.late_months / self._recipe.late_share)).astype(np.int64)
        late = np.where(even < self._recipe.late_share, late, 0)
        late[list(_BY_AUTHORITY)] = 0
        happens = month < NEVER
        held = np.maximum.accumulate(np.where(happens, month + late, 0), axis=0)
        return np.where(happens, held, NEVER)


@cache
def _pauses(recipe: Recipe, last: int) -> tuple[Ints, Ints]:
    """Per cell: the month drawing stops, and the month it begins again."""
    stops = np.full(len(celler()), NEVER, dtype=np.int64)
    resumes = stops.copy()
    for story in recipe.stories:
        for place, (_, kommune, _, kontroltrin) in enumerate(celler()):
            if kommune == story.kommune_kode and story.kontroltrin in (None, kontroltrin):
                stops[place] = last - story.stops
                resumes[place] = NEVER if story.resumes is None else last - story.resumes
    return stops, resumes


@cache
def _month_of_day() -> Ints:
    days = (date.fromordinal(day) for day in range(*_CALENDAR))
    return np.array([day.year * 12 + day.month - 1 for day in days], dtype=np.int64)


def _months_of(time: Ints) -> Ints:
    """month_index of working seconds; `NEVER` for what does not happen."""
    days = np.maximum(time // WORKDAY - _CALENDAR[0], 0)
    return np.where(time >= 0, _month_of_day()[days], NEVER)


def _first_day(month: int) -> int:
    return date(month // 12, month % 12 + 1, 1).toordinal()
