"""A second, deliberately slow implementation of the control-case benchmark: loops, dictionaries, fractions.

Written from the specification, not from the product. Months are month_index (year * 12 + month - 1). A cell is one
month x kommune x area x kontroltrin; a window is the 12 months that end with a month. Not done: what is protected
(disclosure), the watch-list `hoej_traekning`, texts. Over 300 lines, so that the whole can be read against the
specification in one go.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, sqrt

AREAS = ("kontanthjaelp", "sygedagpenge", "oekonomisk_friplads")
CUTS = (("kontanthjaelp", 2), ("kontanthjaelp", 3), ("sygedagpenge", 3), ("oekonomisk_friplads", 3))
VIEWS = (*CUTS, ("i_alt", 3))
FIGURES = (
    "rest_brutto", "trukket", "trukket_oprettet", "oprettet",
    "afsluttet", "afsluttet_effekt", "tilbagebetaling_kr", "mindreudgift_kr",
)  # fmt: skip
AMOUNTS = ("tilbagebetaling_kr", "mindreudgift_kr")
Z_95 = 1.959963984540054
COUNTRY = "000"

CellKey = tuple[int, str, str, int]
"""month_index, kommune, area, kontroltrin"""
ViewKey = tuple[str, str, int, int]
"""place, area or i_alt, kontroltrin, last month of the window"""
MonthEnd = tuple[int | None, int | None, int]
"""Drawn in the window, rest at its end, number of missing delivery months in it."""


@dataclass(frozen=True)
class Event:
    """One event of one case. Amounts in kroner, only with `afsluttet`."""

    sag: int
    kommune: str
    omraade: str
    trin: int
    haendelse: str
    month_index: int
    tilbagebetaling: int | None = None
    mindreudgift: int | None = None


@dataclass(frozen=True)
class Cell:
    """The eight figures of a cell. None: not delivered, which differs from 0."""

    rest_brutto: int | None = 0
    trukket: int | None = 0
    trukket_oprettet: int | None = 0
    oprettet: int | None = 0
    afsluttet: int | None = 0
    afsluttet_effekt: int | None = 0
    tilbagebetaling_kr: int | None = 0
    mindreudgift_kr: int | None = 0
    beloeb_grundlag: str = field(default="ukendt", kw_only=True)


EMPTY = Cell(None, None, None, None, None, None, None, None)


@dataclass(frozen=True)
class Delivery:
    """A delivery of whole months: the latest extraction is in force, then the latest reception, then the hash."""

    extracted: int
    received: int
    sha: str
    cells: Mapping[CellKey, Cell]


@dataclass(frozen=True)
class Window:
    """Twelve months of a view. A sum is None where a member lacks the figure in a month; the rest is the stock at the end.

    `bases`: the beloeb_grundlag of the cells that have an amount above 0.
    """

    sums: Mapping[str, int | None]
    bases: frozenset[str]
    is_kommune: bool


@dataclass(frozen=True)
class Answer:
    """A measure of a window. Without a value there is nothing beside it; a sum has no numerator or denominator."""

    status: str
    value: Fraction | None = None
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Outcome:
    """The criterion at a month end: outcome, length of the run after it, flags."""

    udfald: str
    loebelaengde: int
    flag: frozenset[str]


def in_force(deliveries: Sequence[Delivery]) -> dict[CellKey, Cell]:
    """The cells in force: the newest delivery wins month by month; a month it leaves out keeps the older one."""
    held: dict[CellKey, Cell] = {}
    for delivery in sorted(deliveries, key=lambda d: (d.extracted, d.received, d.sha)):
        restated = {key[0] for key in delivery.cells}
        held = {key: cell for key, cell in held.items() if key[0] not in restated}
        held.update(delivery.cells)
    return held


def cells_from_events(
    events: Sequence[Event], last_month: int, kommuner: Sequence[str] | None = None
) -> dict[CellKey, Cell]:
    """Every cell from the first event's month to `last_month`, for the four cuts of `kommuner` (default: those seen).

    The events of a case stand in order of time; cases may be mixed.
    """
    if not events:
        return {}
    first = min(e.month_index for e in events)
    if max(e.month_index for e in events) > last_month:
        raise ValueError("an event after the month the file is made up to")
    cases: dict[int, list[Event]] = {}
    for event in events:
        cases.setdefault(event.sag, []).append(event)
    places = sorted({e.kommune for e in events}) if kommuner is None else kommuner
    months = range(first, last_month + 1)
    counted = {(m, k, *cut): dict.fromkeys(FIGURES, 0) for m in months for k in places for cut in CUTS}
    for case in cases.values():
        kommune, omraade, trin = case[0].kommune, case[0].omraade, case[0].trin
        for month in months:
            if on_the_list([e.haendelse for e in case if e.month_index <= month]):
                counted[month, kommune, omraade, trin]["rest_brutto"] += 1
        for name, (month, number) in counted_once(case).items():
            counted[month, kommune, omraade, trin][name] += number
    return {key: Cell(*(figures[name] for name in FIGURES)) for key, figures in counted.items()}


def on_the_list(happened: list[str]) -> bool:
    """Is a case on the bruttoliste after what has happened to it?"""
    moves = [h for h in happened if h in ("udstillet", "trukket", "lagt_tilbage", "bortfaldet")]
    return bool(moves) and moves[-1] in ("udstillet", "lagt_tilbage")


def counted_once(case: list[Event]) -> dict[str, tuple[int, int]]:
    """Where a case counts, looking at its whole history: figure -> (month, number)."""
    drawn = created = closed = None
    for event in case:
        if event.haendelse == "trukket":
            drawn = event
        elif event.haendelse == "lagt_tilbage":
            drawn = None
        elif event.haendelse == "oprettet":
            created = event
        elif event.haendelse in ("afsluttet", "henlagt"):
            closed = event
        elif event.haendelse == "genaabnet":
            closed = None
    counts: dict[str, tuple[int, int]] = {}
    if drawn is not None:
        counts["trukket"] = (drawn.month_index, 1)
        if created is not None:
            counts["trukket_oprettet"] = (drawn.month_index, 1)
    if created is not None:
        counts["oprettet"] = (created.month_index, 1)
        if closed is not None:
            counts["afsluttet"] = (created.month_index, 1)
            repaid, saved = closed.tilbagebetaling or 0, closed.mindreudgift or 0
            if closed.haendelse == "afsluttet" and repaid + saved > 0:
                counts["afsluttet_effekt"] = (created.month_index, 1)
                counts["tilbagebetaling_kr"] = (created.month_index, repaid)
                counts["mindreudgift_kr"] = (created.month_index, saved)
    return counts


def windows(
    cells: Mapping[CellKey, Cell], kommuner: Sequence[str], places: Mapping[str, Sequence[str]]
) -> dict[ViewKey, Window]:
    """The window of every place and view at every month end from the first month + 11 to the last month of `cells`.

    `places`: kommune -> the larger places it lies in (landsdel, region); Hele landet is all of `kommuner`.
    """
    members: dict[str, list[str]] = {COUNTRY: list(kommuner)}
    for kommune in kommuner:
        members[kommune] = [kommune]
        for place in places[kommune]:
            members.setdefault(place, []).append(kommune)
    return {
        (place, *view, end): window(cells, inside, view, end, place in kommuner)
        for place, inside in members.items()
        for view in VIEWS
        for end in month_ends(cells)
    }


def month_ends(cells: Mapping[CellKey, Cell]) -> range:
    """The month ends that have twelve months since the first month."""
    months = {key[0] for key in cells}
    return range(min(months) + 11, max(months) + 1) if months else range(0)


def window(
    cells: Mapping[CellKey, Cell], kommuner: Sequence[str], view: tuple[str, int], end: int, is_kommune: bool
) -> Window:
    """The window of some kommuner together."""
    areas = AREAS if view[0] == "i_alt" else (view[0],)
    keys = [(m, k, area, view[1]) for m in range(end - 11, end + 1) for k in kommuner for area in areas]
    inside = [(key[0], cells.get(key, EMPTY)) for key in keys]
    sums: dict[str, int | None] = {}
    for name in FIGURES:
        total: int | None = 0
        for month, cell in inside:
            number: int | None = getattr(cell, name)
            if number is None or total is None:
                total = None
            elif name != "rest_brutto" or month == end:
                total += number
        sums[name] = total
    paid = [c for _, c in inside if (c.tilbagebetaling_kr or 0) + (c.mindreudgift_kr or 0) > 0]
    return Window(sums, frozenset(c.beloeb_grundlag for c in paid), is_kommune)


def measures(window: Window) -> dict[str, Answer]:
    """The seven measures of a window, exact."""
    sums = window.sums
    drawn, created, closed = sums["trukket"], sums["oprettet"], sums["afsluttet"]
    repaid, saved = sums["tilbagebetaling_kr"], sums["mindreudgift_kr"]
    answers = {
        "trukket_andel": ratio(drawn, added(drawn, sums["rest_brutto"])),
        "oprettet_andel": ratio(sums["trukket_oprettet"], drawn, window.is_kommune),
        "effekt_andel": ratio(sums["afsluttet_effekt"], closed, window.is_kommune),
        "aaben_andel": ratio(None if created is None or closed is None else created - closed, created),
    }
    found = answers["effekt_andel"]
    if found.value is not None and created is not None and closed is not None and 2 * closed < created:
        answers["effekt_andel"] = Answer(
            "foreloebig", found.value, found.numerator, found.denominator, found.low, found.high
        )
    for name, amount in (("provenu", added(repaid, saved)), ("tilbagebetaling", repaid), ("mindreudgift", saved)):
        if amount is None or len(window.bases) > 1:
            answers[name] = Answer("ikke_opgjort")
        else:
            answers[name] = Answer("ok", Fraction(amount))
    return answers


def added(one: int | None, other: int | None) -> int | None:
    """A sum, if both are known."""
    return None if one is None or other is None else one + other


def ratio(numerator: int | None, denominator: int | None, with_interval: bool = False) -> Answer:
    """A share, if it can be told."""
    if numerator is None or denominator is None or denominator == 0:
        return Answer("ikke_opgjort")
    low, high = wilson(numerator, denominator) if with_interval else (None, None)
    return Answer("ok", Fraction(numerator, denominator), numerator, denominator, low, high)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; its ends are 0 and 1 where nothing or all counted."""
    share = count / of
    middle = share + Z_95**2 / (2 * of)
    reach = Z_95 * sqrt(share * (1 - share) / of + Z_95**2 / (4 * of**2))
    low, high = ((middle + sign * reach) / (1 + Z_95**2 / of) for sign in (-1, 1))
    return (0.0 if count == 0 else low, 1.0 if count == of else high)


def all_measures(
    cells: Mapping[CellKey, Cell], kommuner: Sequence[str], places: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str, str, int, int], Answer]:
    """(measure, place, area, kontroltrin, month end) -> answer."""
    return {
        (name, *key): answer
        for key, held in windows(cells, kommuner, places).items()
        for name, answer in measures(held).items()
    }


def track_history(cells: Mapping[CellKey, Cell], kommune: str, trin: int) -> list[MonthEnd]:
    """What the criterion looks at, per month end: kontanthjaelp on kontroltrin 2, or i_alt on kontroltrin 3."""
    view = ("kontanthjaelp", 2) if trin == 2 else ("i_alt", 3)
    history: list[MonthEnd] = []
    for end in month_ends(cells):
        missing = 0
        for month in range(end - 11, end + 1):
            keys = [(month, kommune, *cut) for cut in CUTS if cut[1] == trin]
            held = [cells.get(key, EMPTY) for key in keys]
            if any(cell.trukket is None or cell.rest_brutto is None for cell in held):
                missing += 1
        sums = window(cells, [kommune], view, end, True).sums
        history.append((sums["trukket"], sums["rest_brutto"], missing))
    return history


def criterion(
    history: Sequence[MonthEnd],
    threshold: int | Fraction,
    run_length: int,
    variant: str,
    small: int = 20,
    contacts: Collection[int] = (),
    first_month_end: int = 0,
) -> list[Outcome]:
    """`lav_traekning` of one kommune and track, month end by month end.

    `threshold` in per cent, whole or a fraction of a per cent. `contacts`: months of contacts; `first_month_end`: the
    month of the history's first month end.
    """
    if variant not in ("mindst", "mere_end", "samlet"):
        raise ValueError(f"unknown variant: {variant}")
    outcomes: list[Outcome] = []
    run = 0
    for at, (drawn, rest, missing) in enumerate(history):
        month = first_month_end + at
        flags = {"nyligt_kontaktet"} if any(month - 5 <= c <= month for c in contacts) else set()
        udfald = "ikke_vurderet"
        if missing >= 1:
            if missing >= 2:
                run = 0
        elif drawn is None or rest is None:
            raise ValueError("a figure is not there though no month is missing")
        elif drawn + rest == 0:
            run = 0
            flags.add("ingen_sager")
        else:
            run = run + 1 if under(drawn, drawn + rest, threshold) else 0
            if drawn + rest < small:
                flags.add("smaa_tal")
            if variant == "samlet":
                udfald = pooled(history[: at + 1], threshold, run_length)
            else:
                udfald = judged(run, run_length + 1 if variant == "mere_end" else run_length)
        outcomes.append(Outcome(udfald, run, frozenset(flags)))
    return outcomes


def under(numerator: int, denominator: int, threshold: int | Fraction) -> bool:
    """Strictly under the limit: whole numbers, no rounding."""
    return 100 * numerator < threshold * denominator


def judged(run: int, length: int) -> str:
    """The outcome of a run, against the length in force."""
    if run >= length:
        return "under_graensen"
    return "varsel" if run >= 1 and run in (length - 2, length - 1) else "ok"


def pooled(history: Sequence[MonthEnd], threshold: int | Fraction, run_length: int) -> str:
    """The outcome of the last month ends together; all of them must be there, be whole and have cases."""
    numerator = denominator = 0
    if len(history) < run_length:
        return "ikke_vurderet"
    for drawn, rest, missing in history[len(history) - run_length :]:
        if missing >= 1 or drawn is None or rest is None or drawn + rest == 0:
            return "ikke_vurderet"
        numerator += drawn
        denominator += drawn + rest
    return "under_graensen" if under(numerator, denominator, threshold) else "ok"


def mangler_sager(drawn_11: int, rest: int, percent: int) -> int:
    """How many cases to draw for (drawn + x) / (drawn + rest) to reach the limit: found by halving, not by formula."""
    return smallest(lambda x: 100 * (drawn_11 + x) >= percent * (drawn_11 + rest))


def smallest(enough: Callable[[int], bool]) -> int:
    """The smallest whole number from 0 on that is enough, where every larger one is too."""
    if enough(0):
        return 0
    high = 1
    while not enough(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def printed_per_cent(share: Fraction, limit: int, decimals: int = 1) -> str:
    """A share in per cent, Danish comma, with as many decimals as keep it on its side of the limit."""
    while True:
        scaled = floor(share * 100 * 10**decimals + Fraction(1, 2))
        if (Fraction(scaled, 10**decimals) < limit) == (share * 100 < limit):
            whole, part = divmod(scaled, 10**decimals)
            return f"{whole},{part:0{decimals}d}" if decimals else str(whole)
        decimals += 1
