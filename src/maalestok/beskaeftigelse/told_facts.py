"""The facts a briefing is made of: who, which period, which edition before, and figures, ready to stand in phrases."""

from dataclasses import dataclass

from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.kommune import by_code, genitive
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.documents.building import all_kommuner, period_fact
from maalestok.publish.documents.phrases import say
from maalestok.publish.documents.told import Tal, Told, counted, fact
from maalestok.publish.shown import Figure, Part, Shown, codes
from maalestok.publish.text_da import MISSING_DA, published_date
from maalestok.rules.dated import version_for
from maalestok.rules.models import methods_of

EXPECTED, ACTUAL, GAP = "forventet_antal", "faktisk_antal", "forskel_antal"
COUNTED = "personer"
"""The method of figures that are our own."""
RANK, MOVE, DIFFERENCE, MONEY = "placering", "placering_aendring", "forskel_andel", "merudgift"


@dataclass(frozen=True)
class Subject:
    """One municipality in one edition of a release."""

    shown: Shown
    rules: BeskaeftigelseRules
    kode: str
    period: str

    @property
    def total(self) -> str:
        """The area that stands for all."""
        return self.rules.benchmark.total

    @property
    def parsed(self) -> Period:
        """The period itself."""
        return parse_period(self.period)

    @property
    def kommune(self) -> Told:
        """'Norddjurs Kommune'."""
        return fact(by_code()[self.kode].titel, f"kommune|{self.kode}")

    @property
    def kommunes(self) -> Told:
        """'Norddjurs Kommunes'."""
        return fact(genitive(by_code()[self.kode].titel), f"kommune|{self.kode}")

    def placed(self, omraade: str = "") -> Told:
        """'98 kommuner': how many a place is among; '97 kommuner med en placering' where some have none of our own."""
        area = omraade or self.total
        if not is_own(self.figure(RANK, area)):
            return all_kommuner()
        places = (self.shown.figure(RANK, kode, area, self.period) for kode in codes())
        count = sum(place is not None and place.value is not None for place in places)
        if count == len(codes()):
            return all_kommuner()
        key = f"antal|{RANK}|{area}|{self.period}"
        return counted(count, key, "kommune med en placering", "kommuner med en placering")

    @property
    def periode(self) -> Told:
        """'2020', '3. kvartal 2019 til 2. kvartal 2020'."""
        return period_fact(self.parsed)

    @property
    def i_perioden(self) -> str:
        """'i 2020', 'fra 3. kvartal 2019 til 2. kvartal 2020'."""
        return in_period(self.parsed)

    @property
    def maaleaar(self) -> Told:
        """The calendar year whose rules hold."""
        return period_fact(self.parsed.measured_year)

    @property
    def month(self) -> Period:
        """The period's last month."""
        return Period(self.parsed.month_index, PeriodKind.MONTH)

    @property
    def sikkerhed(self) -> Told:
        """'95 pct.': how much of the draws an interval holds."""
        return coverage(self.rules, self.parsed)

    def figure(self, measure: str, omraade: str = "", period: str = "") -> Figure | None:
        """One of its results, in all and in this period unless another is named."""
        return self.shown.figure(measure, self.kode, omraade or self.total, period or self.period)

    def part(self, measure: str, name: str, omraade: str = "") -> Part | None:
        """A part of one of its results."""
        return self.shown.part(self.figure(measure, omraade), name)

    def area(self, omraade: str) -> Told:
        """An area's name, as a sentence begins with it."""
        name = self.rules.benchmark.omraade_names_da[omraade]
        return fact(f"{name[0].upper()}{name[1:]}", f"omraade|{omraade}")


def is_own(figure: Figure | None) -> bool:
    """True for a figure that Målestok counted from persons, or expects by its own model; not the authority's."""
    return figure is not None and COUNTED in methods_of(figure.rule_version)


def coverage(rules: BeskaeftigelseRules, period: Period) -> Told:
    """'95 pct.': how much of the draws the intervals of an edition hold."""
    versions = rules.uncertainty.versions
    held = version_for(versions, period) or versions[0]
    return Tal(float(held.coverage), "share", f"regel|usikkerhed|{held.version}|coverage").graense


def in_period(period: Period) -> str:
    """'i 2020', 'fra 3. kvartal 2019 til 2. kvartal 2020'."""
    name = "udgave.i_kalenderaar" if period.is_calendar_year else "udgave.i_kvartaler"
    return say(name, periode=period_fact(period))


def published(rules: BeskaeftigelseRules, period: Period) -> str | None:
    """'den 7. juni 2021', 'i november 2020': when an edition came out, as precisely as a source says, if one does."""
    dates = [held.published for held in rules.editions.editions if held.period == period.code]
    if not dates:
        return None
    form = {0: "udgave.aar", 1: "udgave.maaned", 2: "udgave.dag"}[dates[0].count("-")]
    return say(form, dato=fact(published_date(dates[0]), f"udgave|{period.code}"))


def at_edition_before(subject: Subject) -> str:
    """'Ved opdateringen i november 2020'; by its period where no date is known, or where figures are invented."""
    before = subject.parsed.previous_edition
    when = None if subject.shown.syntetisk else published(subject.rules, before)
    if when is not None:
        return say("udgave.ved_offentliggjort", naar=when)
    return say("udgave.ved_periode", periode=period_fact(before))


def why_not(subject: Subject, figure: Figure | None) -> str:
    """Why there is no figure: the rule's reason where the release tells one, else the status in words."""
    if figure is None:
        return MISSING_DA["ikke_opgjort"]
    reasons = subject.rules.measures[figure.key.measure].reasons_da
    held = [name for name in subject.shown.parts.get(figure.key, {}) if name in reasons]
    told = [str(fact(reasons[name], f"regel|{figure.key.measure}|{name}")) for name in held]
    return " ".join(told) or MISSING_DA[figure.status]
