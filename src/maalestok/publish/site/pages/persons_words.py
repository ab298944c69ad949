"""Which figures of a release were counted from persons, by whom and how; the words several pages share for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from maalestok.period import PeriodKind, parse_period
from maalestok.publish.shown import Figure, Part, Shown
from maalestok.publish.site.view import View
from maalestok.rules.base import Governed

OWN, DEVIATION = "egen_opgoerelse", "afvigelse"
METHOD = "personer"
"""The method that `rule_version` names by its version: personer-1."""


@dataclass
class Held:
    """What was counted in one municipality: editions' periods and months, oldest first, and by which versions."""

    years: list[str] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)


def methods(shown: Shown, figure: Figure) -> list[str]:
    """The versions that a figure was counted from persons by; none where it wasn't."""
    return [name for name in figure.rule_version.split("+") if name in shown.rules.reading_notes_da]


def counted(shown: Shown, figure: Figure | None) -> bool:
    """True where the figure itself was counted from persons."""
    return figure is not None and bool(methods(shown, figure))


def own(shown: Shown, figure: Figure | None) -> Figure | Part | None:
    """Our count: the figure itself, or the part that stands beside a published one."""
    return figure if counted(shown, figure) else shown.part(figure, OWN)


def counted_in(shown: Shown) -> Mapping[str, Held]:
    """Municipality -> what was counted from persons there; found once, for all pages."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for key, figure in shown.figures.items():
        used = methods(shown, figure)
        if used or OWN in shown.parts.get(key, {}):
            periods, names = found.setdefault(key.kommune, (set(), set()))
            periods.add(key.period)
            names.update(used)
    return {kode: _held(shown, *both) for kode, both in found.items()}


def _held(shown: Shown, periods: set[str], names: set[str]) -> Held:
    held = Held(methods=sorted(names or {name for name in shown.rules.reading_notes_da if is_counting(name)}))
    for code in sorted(periods, key=parse_period):
        (held.months if parse_period(code).kind is PeriodKind.MONTH else held.years).append(code)
    return held


def counting_rule(shown: Shown) -> Governed | None:
    """The rule that persons are counted by, where the benchmark has one."""
    rule = getattr(shown.rules, "counting", None)
    return rule if isinstance(rule, Governed) else None


def is_counting(version: str) -> bool:
    """True for a version of the counting itself, not of an option or a form of data."""
    return version.rsplit("-", 1)[0] == METHOD


def mark(view: View, shown: Shown, figure: Figure | None) -> str:
    """Who counted, beside a figure that was counted from persons; nothing beside others."""
    return view.t("Målestoks egen opgørelse af personer") if counted(shown, figure) else ""


def notes(view: View, shown: Shown, versions: list[str], *, counting: bool) -> list[str]:
    """What is to be said of how persons were counted: by the counting itself, or by options and forms of data."""
    named = [name for name in versions if is_counting(name) == counting]
    return [view.t(note) for name in named for note in shown.rules.reading_notes_da.get(name, ())]


def at(shown: Shown, name: str, kode: str, period: str) -> Figure | None:
    """A figure of all areas."""
    return shown.figure(name, kode, shown.rules.benchmark.total, period)


def unbroken(text: str) -> str:
    """A few words that stay on one line."""
    return text.replace(" ", "\u00a0")


def span(view: View, code: str) -> str:
    """An edition's period in few words: '2020', '4. kv. 2019 - 3. kv. 2020'."""
    period = parse_period(code)
    if period.is_calendar_year:
        return view.language.period(code)
    ends = (view.language.short_period(period.shifted(-9).code), view.language.short_period(code))
    return "\u00a0- ".join(unbroken(end) for end in ends)


def published(view: View, shown: Shown, figure: Figure | None) -> Markup:
    """The published figure, or that there is none."""
    if figure is None or counted(shown, figure):
        return Markup('<span class="missing">{}</span>').format(view.t("ikke offentliggjort"))
    return view.marks.figure(figure, bare=True)
