"""What Hypothesis draws for the control-case benchmark: cells, deliveries, events, and histories at month ends.

Structure (how many kommuner and months, holes, profiles) is drawn by Hypothesis and shrinks; the many figures of a large
example come from one drawn seed, so that an example is built in milliseconds. Kommuner and their places are real, all
figures are invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from random import Random

from hypothesis import strategies as st

from reference.naive_kontrolsager import CUTS, EMPTY, FIGURES, Cell, CellKey, Delivery, Event, MonthEnd

PLACES: Mapping[str, tuple[str, str]] = {
    "101": ("DK011", "1084"),
    "147": ("DK011", "1084"),
    "151": ("DK012", "1084"),
    "671": ("DK041", "1082"),
    "707": ("DK042", "1082"),
    "825": ("DK050", "1081"),
}
"""kommune -> landsdel, region: two kommuner in a landsdel, two landsdele in a region, a region that is one landsdel."""

NEXT: Mapping[str, tuple[str, ...]] = {
    "": ("udstillet",),
    "udstillet": ("trukket", "trukket", "trukket", "bortfaldet"),
    "trukket": ("oprettet", "oprettet", "oprettet", "lagt_tilbage", "lagt_tilbage", "afvist"),
    "lagt_tilbage": ("trukket", "trukket", "bortfaldet"),
    "oprettet": ("afsluttet", "afsluttet", "henlagt"),
    "afsluttet": ("genaabnet",),
    "henlagt": ("genaabnet",),
    "genaabnet": ("afsluttet", "henlagt"),
    "bortfaldet": (),
    "afvist": (),
}
"""The allowed order of events; what is named more than once is drawn more often."""

PROFILES = ("nul", "smaa", "uroert", "graense", "graense", "stor", "blandet")
FIRST_MONTH = 2024 * 12


@dataclass(frozen=True)
class CellHistory:
    """Cells of some kommuner from `first` to `last`, both of them there; months between may be absent."""

    kommuner: tuple[str, ...]
    cells: Mapping[CellKey, Cell]
    first: int
    last: int

    @property
    def places(self) -> dict[str, tuple[str, str]]:
        """kommune -> landsdel, region."""
        return {kommune: PLACES[kommune] for kommune in self.kommuner}


@dataclass(frozen=True)
class EventHistory:
    """Legal whole histories of cases, mixed; the events of a case stand in order of time."""

    kommuner: tuple[str, ...]
    events: tuple[Event, ...]
    last_month: int


@dataclass(frozen=True)
class TrackCase:
    """All that the criterion takes."""

    history: tuple[MonthEnd, ...]
    threshold: int | Fraction
    run_length: int
    variant: str
    small: int
    contacts: frozenset[int]
    first_month_end: int


def kommuner(max_kommuner: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Some kommuner, in order of code."""
    chosen = st.lists(st.sampled_from(sorted(PLACES)), min_size=1, max_size=max_kommuner, unique=True)
    return chosen.map(lambda codes: tuple(sorted(codes)))


@st.composite
def cell_histories(
    draw: st.DrawFn, max_kommuner: int = 3, months: tuple[int, int] = (14, 40), holes: bool = True, parts: bool = True
) -> CellHistory:
    """Cells that pass the contract: zeros, small, huge, never drawn, and close to the limit of 30 %.

    `holes`: absent months, kommuner and rows without figures; `parts`: single figures that lack as well.
    """
    places = draw(kommuner(max_kommuner))
    length = draw(st.integers(*months))
    profiles = draw(st.lists(st.sampled_from(PROFILES), min_size=1, max_size=3))
    base = draw(st.sampled_from(("ukendt", "total", "skift", "blandet")))
    pick = draw(st.randoms(use_true_random=True))
    cells: dict[CellKey, Cell] = {}
    changes = pick.randrange(length)
    for kommune in places:
        for cut in CUTS:
            for at, (drawn, rest) in enumerate(flows(pick, pick.choice(profiles), length)):
                grundlag = base
                if base == "skift":
                    grundlag = "kommunal_andel" if at < changes else "total"
                elif base == "blandet":
                    grundlag = pick.choice(("total", "kommunal_andel", "ukendt"))
                cells[FIRST_MONTH + at, kommune, *cut] = cell(pick, drawn, rest, grundlag)
    kinds = ("maaned", "kommune", "raekke", *(FIGURES if parts else ()))
    hole = st.tuples(st.integers(1, length - 2), st.sampled_from(places), st.sampled_from(CUTS), st.sampled_from(kinds))
    for at, kommune, cut, kind in draw(st.lists(hole, max_size=4)) if holes else []:
        dig(cells, (FIRST_MONTH + at, kommune, *cut), kind)
    return CellHistory(places, cells, FIRST_MONTH, FIRST_MONTH + length - 1)


def dig(cells: dict[CellKey, Cell], at: CellKey, kind: str) -> None:
    """Make a hole: the whole month is absent, or figures of a kommune, a row, a cell are not delivered."""
    for key in list(cells):
        if kind == "maaned" and key[0] == at[0]:
            del cells[key]
        elif (kind == "kommune" and key[:2] == at[:2]) or (kind == "raekke" and key == at):
            cells[key] = EMPTY
        elif kind in FIGURES and key == at:
            left = [None if name == kind else getattr(cells[key], name) for name in FIGURES]
            cells[key] = Cell(*left, beloeb_grundlag=cells[key].beloeb_grundlag)


def flows(pick: Random, profile: str, length: int) -> list[tuple[int, int]]:
    """(trukket, rest_brutto) month by month. `nul`: no cases; `graense`: the rolling share is 30 %, or one case to either side, for a while."""
    pairs: list[tuple[int, int]] = []
    pair, side = (0, 0), pick.choice((-1, 0, 1))
    for _ in range(length):
        if profile == "smaa":
            pair = (pick.randint(0, 2), pick.randint(0, 4))
        elif profile == "uroert":
            pair = (0, 40)
        elif profile == "stor":
            pair = (pick.randint(10**6, 10**7), pick.randint(10**6, 10**8))
        elif profile == "graense":
            drawn = 3 * pick.choice((0, 1, 1, 2, 10))
            rolling = drawn + sum(earlier for earlier, _ in pairs[-11:])
            side = pick.choice((-1, 0, 1)) if pick.randrange(6) == 0 else side
            pair = (drawn, max(0, rolling // 3 * 7 + side))
        elif profile == "blandet":
            pair = (pick.choice((0, 0, 1, 5, 300)), pick.choice((0, 0, 1, 19, 700)))
        pairs.append(pair)
    return pairs


def cell(pick: Random, drawn: int, rest: int, grundlag: str) -> Cell:
    """A cell that passes the contract, around what was drawn."""
    created = pick.choice((drawn, pick.randint(0, drawn), drawn + 1))
    closed = pick.choice((0, created, created // 2, max(0, created - 1) // 2, pick.randint(0, created)))
    effect = pick.choice((0, closed, pick.randint(0, closed)))
    amounts = (0, 0)
    if effect:
        some = pick.choice((1, 4_999, 1_200_000, pick.randint(1, 10**9)))
        amounts = pick.choice(((some, 0), (0, some), (some, pick.randint(0, 10**6))))
    led = pick.choice((0, drawn, pick.randint(0, drawn)))
    return Cell(rest, drawn, led, created, closed, effect, *amounts, beloeb_grundlag=grundlag)


@st.composite
def deliveries(
    draw: st.DrawFn, max_deliveries: int = 4, max_kommuner: int = 2, months: tuple[int, int] = (14, 36)
) -> tuple[CellHistory, list[Delivery]]:
    """A history and the deliveries that tell and restate it, in any order; together they hold its first and last month.

    Each later one restates at least 12 months with some rows changed, and may leave out a month that it could have had.
    Extraction and reception may tie, and what was extracted first may be received last.
    """
    told = draw(cell_histories(max_kommuner, months))
    count = draw(st.integers(1, max_deliveries))
    ends = sorted(draw(st.lists(st.integers(told.first + 12, told.last), min_size=count - 1, max_size=count - 1)))
    pick = draw(st.randoms(use_true_random=True))
    made: list[Delivery] = []
    for number, end in enumerate([*ends, told.last]):
        start = told.first if number == 0 else max(told.first, end - pick.choice((11, 11, 17, 23)))
        left_out = pick.randint(start + 1, end - 1) if number and pick.randrange(3) == 0 else None
        cells = {key: held for key, held in told.cells.items() if start <= key[0] <= end and key[0] != left_out}
        for key, held in cells.items():
            if held != EMPTY and pick.randrange(5) == 0:
                drawn, rest = flows(pick, pick.choice(PROFILES), 1)[0]
                cells[key] = cell(pick, drawn, rest, held.beloeb_grundlag)
        extracted = number if pick.randrange(4) else 0
        made.append(Delivery(extracted, pick.randint(0, 3), f"{pick.getrandbits(256):064x}", cells))
    return told, draw(st.permutations(made))


@st.composite
def event_histories(draw: st.DrawFn, max_cases: int = 300, max_kommuner: int = 3, max_months: int = 40) -> EventHistory:
    """Legal histories of cases: laid back and drawn again, reopened, with and without amounts. Up to 12 cases shrink fully."""
    places = draw(kommuner(max_kommuner))
    span = draw(st.integers(1, max_months))
    count = draw(st.one_of(st.integers(1, min(12, max_cases)), st.integers(1, max_cases)))
    pick = draw(st.randoms(use_true_random=count > 12))
    last = FIRST_MONTH + span - 1
    cases = [walk(pick, sag, pick.choice(places), pick.choice(CUTS), FIRST_MONTH, last) for sag in range(1, count + 1)]
    turns = [number for number, case in enumerate(cases) for _ in case]
    pick.shuffle(turns)
    waiting = [iter(case) for case in cases]
    return EventHistory(places, tuple(next(waiting[number]) for number in turns), last)


def walk(pick: Random, sag: int, kommune: str, cut: tuple[str, int], first: int, last: int) -> list[Event]:
    """One case's legal history: a walk over the allowed transitions that stops by itself, at an end, or after 14 events."""
    events: list[Event] = []
    month, now = pick.randint(first, last), ""
    while NEXT[now] and len(events) < 14 and month <= last:
        now = pick.choice(NEXT[now])
        amounts: tuple[int | None, int | None] = (None, None)
        if now == "afsluttet":
            some = pick.randint(1, 200_000)
            amounts = pick.choice(
                ((None, None), (0, 0), (0, None), (some, None), (None, some), (some, 0), (some, some), (1_200_000, 0))
            )
        events.append(Event(sag, kommune, *cut, now, month, *amounts))
        if pick.randrange(8) == 0:
            break
        month += pick.choice((0, 0, 0, 1, 1, 2, 7))
    return events


def file_rows(events: Sequence[Event], last_month: int, same_day: bool = False) -> list[dict[str, str]]:
    """The events as rows of a `sagshaendelser` file, invented days: with `same_day` only the order of rows tells them apart."""
    seen: dict[tuple[int, int], int] = {}
    rows: list[dict[str, str]] = []
    for event in events:
        before = seen.get((event.sag, event.month_index), 0)
        seen[event.sag, event.month_index] = before + 1
        clock = "T09:15:00" if before % 2 and not same_day else ""
        rows.append(
            {
                "sag_id": f"sag-{event.sag}",
                "kommune_kode": event.kommune,
                "omraade": event.omraade,
                "kontroltrin": str(event.trin),
                "haendelse": event.haendelse,
                "tidspunkt": f"{month_code(event.month_index)}-{3 if same_day else 1 + before:02d}{clock}",
                "aarsag": "",
                "tilbagebetaling_kr": "" if event.tilbagebetaling is None else str(event.tilbagebetaling),
                "mindreudgift_kr": "" if event.mindreudgift is None else str(event.mindreudgift),
                "opgjort_til": month_code(last_month),
            }
        )
    return rows


def month_code(month_index: int) -> str:
    """2026-10."""
    return f"{month_index // 12}-{month_index % 12 + 1:02d}"


def contacts(first: int, last: int) -> st.SearchStrategy[frozenset[int]]:
    """Months of contacts, some before the first and after the last month."""
    return st.frozensets(st.integers(first - 8, last + 2), max_size=3)


def limits() -> st.SearchStrategy[int | Fraction]:
    """Limits in per cent, mostly the one in force."""
    return st.sampled_from((30, 30, 30, 0, 1, 25, 29, 31, 100, Fraction(59, 2), Fraction(100, 3)))


def month_end(threshold: int | Fraction) -> st.SearchStrategy[MonthEnd]:
    """A month end: at the limit or one case to either side, without cases, or with missing months."""
    bases = st.sampled_from((1, 5, 10, 19, 20, 21, 100, 1_000, 10_000, 10**9))
    near = st.tuples(bases, st.sampled_from((-1, 0, 1))).map(lambda drawn: beside(threshold, *drawn))
    special: tuple[MonthEnd, ...] = (
        (0, 0, 0), (0, 40, 0), (40, 0, 0), (2_996, 7_004, 0), (3, 0, 0),
        (None, None, 1), (None, 40, 1), (12, None, 1), (None, None, 2), (None, 40, 2), (None, None, 12),
    )  # fmt: skip
    return st.one_of(near, near, st.sampled_from(special))


def beside(threshold: int | Fraction, base: int, step: int) -> MonthEnd:
    """A whole month end whose share is as close below, at or above the limit as its denominator allows."""
    drawn = min(base, max(0, floor(Fraction(threshold) * base / 100) + step))
    return (drawn, base - drawn, 0)


@st.composite
def track_cases(draw: st.DrawFn, max_segments: int = 6) -> TrackCase:
    """Histories made of stretches of equal month ends, so that runs get as long as the run length, and parameters."""
    threshold = draw(limits())
    stretch = st.tuples(month_end(threshold), st.integers(1, 8))
    history = [end for end, times in draw(st.lists(stretch, max_size=max_segments)) for _ in range(times)]
    first = FIRST_MONTH + 11
    return TrackCase(
        history=tuple(history),
        threshold=threshold,
        run_length=draw(st.sampled_from((6, 6, 6, 1, 2, 3, 5, 12))),
        variant=draw(st.sampled_from(("mindst", "mere_end", "samlet"))),
        small=draw(st.sampled_from((20, 20, 1, 50))),
        contacts=draw(contacts(first, first + len(history))),
        first_month_end=first,
    )
