"""The yearly report's part on the minister's benchmark: the country, all places, climbers, targets and supervision."""

from collections import Counter

from maalestok.beskaeftigelse.orientering_figures import direction, known
from maalestok.beskaeftigelse.orientering_targets import RESULT, SUPERVISION
from maalestok.beskaeftigelse.rules import FOKUSMAAL, BeskaeftigelseRules, load_rules
from maalestok.beskaeftigelse.told_facts import (
    ACTUAL,
    DIFFERENCE,
    EXPECTED,
    GAP,
    RANK,
    coverage,
    in_period,
    is_own,
)
from maalestok.kommune import HELE_LANDET
from maalestok.period import parse_period
from maalestok.publish.charts.draw import draw
from maalestok.publish.documents.building import (
    all_kommuner,
    bullets,
    cell,
    danish_view,
    kommune,
    limits,
    paragraph,
    period_fact,
    section,
    span,
)
from maalestok.publish.documents.document import Block, Picture, Runs, Table
from maalestok.publish.documents.phrases import Fact, join, say, told
from maalestok.publish.documents.told import Told, counted, fact, runs, tal
from maalestok.publish.shown import Figure, Part, Shown, codes
from maalestok.publish.site.pages import beskaeftigelse_cards as cards
from maalestok.publish.site.pages.beskaeftigelse_words import Edition, ranked
from maalestok.publish.text_da import MISSING_DA

POTENTIAL, SPREAD = "potentiale", "spredning"


def subject(shown: Shown, period: str) -> Told:
    """The part's period, for the report's subtitle."""
    return period_fact(parse_period(period))


def default_period(shown: Shown) -> str:
    """The newest edition that is a calendar year, as targets are decided on; else the newest."""
    years = [period for period in shown.periods if parse_period(period).is_calendar_year]
    return years[-1] if years else shown.newest


def part(shown: Shown, period: str) -> list[Block]:
    """All of the part, with its heading."""
    rules = load_rules()
    edition = Edition(rules.benchmark.total, period)
    order = ranked(shown, edition)
    expected = [shown.figure(EXPECTED, kode, edition.omraade, period) for kode in codes()]
    ours = [say("orientering.egne_tal")] if any(is_own(figure) for figure in expected) else []
    return section(
        "aarsnotat.afsnit_beskaeftigelse",
        paragraph(*ours),
        section("aarsnotat.afsnit_landet", paragraph(*_country(shown, rules, period)), level=2),
        section(
            "aarsnotat.afsnit_placeringer",
            paragraph(*_ends(shown, edition, order)),
            _charts(shown, edition, order),
            level=2,
        ),
        section("aarsnotat.afsnit_klatrere", bullets(_climbers(shown, edition)), level=2),
        section("aarsnotat.afsnit_maal", bullets(_counts(shown, period)), paragraph(_taken_in(shown, period)), level=2),
        section("aarsnotat.afsnit_kommuner", [_table(shown, rules, edition, order)], level=2),
        section("aarsnotat.afsnit_forbehold", bullets(limits(shown)), level=2),
    )


def _country(shown: Shown, rules: BeskaeftigelseRules, period: str) -> list[str]:
    total = rules.benchmark.total
    held = {word: known(shown.figure(name, HELE_LANDET, total, period)) for word, name in _NUMBERS.items()}
    found = {word: figure for word, figure in held.items() if figure is not None}
    if found.keys() == _NUMBERS.keys():
        way = direction(found["forskel"].value)
        said = [say(f"landet.{way}", i_perioden=in_period(parse_period(period)), **found)]
    else:
        said = [say("landet.ukendt", grund=MISSING_DA["ikke_opgjort"])]
    return [*said, *_potential(shown.figure(POTENTIAL, HELE_LANDET, total, period)), *_spread(shown, total, period)]


_NUMBERS = {"faktisk": ACTUAL, "forventet": EXPECTED, "forskel": GAP}


def _potential(figure: Figure | None) -> list[str]:
    if figure is None or figure.value is None:
        return []
    said = [say("landet.potentiale", beloeb=tal(figure))]
    if figure.low is not None and figure.high is not None:
        said.append(say("landet.potentiale_spaend", lav=tal(figure, "low"), hoej=tal(figure, "high")))
    return said


def _spread(shown: Shown, total: str, period: str) -> list[str]:
    figure = shown.figure(SPREAD, HELE_LANDET, total, period)
    spread = known(figure)
    if spread is None:
        return []
    beyond = known(shown.part(figure, "spredning_ud_over_tilfaeldig"))
    return [
        say("landet.spredning", spredning=spread),
        *([] if beyond is None else [say("landet.spredning_rest", rest=beyond)]),
    ]


def _places(shown: Shown, edition: Edition, order: list[str]) -> list[Figure]:
    """The places of the municipalities that have one, best first."""
    held = [shown.figure(RANK, kode, edition.omraade, edition.period) for kode in order]
    return [place for place in held if place is not None and place.value is not None]


def _ends(shown: Shown, edition: Edition, order: list[str]) -> list[str]:
    held = _places(shown, edition, order)
    if len(held) < 2:
        return [say("landet.ingen_rangliste")]
    return [say("landet.ender", oeverst=_end(held[0]), nederst=_end(held[-1]))]


def _end(figure: Figure) -> str:
    """A municipality with its place and range."""
    facts: dict[str, Fact] = {"kommune": kommune(figure.key.kommune), "placering": tal(figure)}
    if figure.low is None or figure.high is None:
        return say("landet.ende", **facts)
    return say("landet.ende_interval", **facts, lav=tal(figure, "low"), hoej=tal(figure, "high"))


def _charts(shown: Shown, edition: Edition, order: list[str]) -> list[Block]:
    view = danish_view(shown)
    held: list[Block] = []
    for name, make in (("forventet", cards.expected), ("tragt", cards.funnel)):
        card = make(view, shown, edition, order, "")
        if card.kind is not None and card.rows:
            alt, caption = told(f"landet.{name}_alt", kommuner=all_kommuner()), told(f"landet.{name}_graf")
            held.append(Picture(name, draw(card.kind, card.rows, card.name), alt, caption, 0.62))
    return held


def _climbers(shown: Shown, edition: Edition) -> list[str]:
    """The municipalities whose difference fell most over a year."""
    found = []
    for kode in codes():
        figure = shown.figure(cards.CLIMB, kode, edition.omraade, edition.period)
        place: Part | None = shown.part(figure, "plads_paa_klatrelisten")
        if figure is None or figure.value is None or place is None or place.value is None:
            continue
        if place.value <= cards.CLIMBERS:
            found.append((place.value, say("landet.klatrer", kommune=kommune(kode), aendring=tal(figure))))
    return [text for _, text in sorted(found)]


def _counts(shown: Shown, period: str) -> list[str]:
    """How many municipalities each criterion gives what: a count of the release's findings."""
    said = []
    for criterion in (RESULT, *FOKUSMAAL, SUPERVISION):
        decided = [shown.decided(criterion, kode, shown.rules.benchmark.total, period) for kode in codes()]
        held = [found for found in decided if found is not None]
        counts = Counter(str(found["udfald"]) for found in held)
        when = held[0]["period"] if held else period
        told_counts = [
            say(
                f"landet.udfald_{name}",
                kommuner=counted(counts[name], f"antal|{criterion}|{name}|{when}", "kommune", "kommuner"),
            )
            for name in shown.rules.criteria[criterion].outcomes_da
            if counts[name]
        ]
        if told_counts:
            title = fact(shown.rules.criteria[criterion].title.da, f"regel|{criterion}|titel")
            said.append(say("landet.udfald", navn=title, optaelling=join(told_counts)))
    return said


def _taken_in(shown: Shown, period: str) -> str:
    held = {kode: shown.finding(SUPERVISION, kode, shown.rules.benchmark.total, period) for kode in codes()}
    outcomes = {kode: found["udfald"] for kode, found in held.items() if found is not None}
    if not set(outcomes.values()) - {"ikke_vurderet"}:
        return say("landet.omfattede_ikke_vurderet")
    names = [str(kommune(kode)) for kode, found in outcomes.items() if found == "omfattet"]
    return say("landet.omfattede", kommuner=join(names)) if names else say("landet.ingen_omfattede")


def _table(shown: Shown, rules: BeskaeftigelseRules, edition: Edition, order: list[str]) -> Table:
    rows: list[tuple[Runs, ...]] = []
    for kode in order:
        held = {
            name: shown.figure(name, kode, edition.omraade, edition.period)
            for name in (RANK, EXPECTED, ACTUAL, GAP, DIFFERENCE)
        }
        rows.append(
            (
                runs(str(kommune(kode))),
                cell(held[RANK]),
                span(held[RANK]),
                *(cell(held[name]) for name in (EXPECTED, ACTUAL, GAP, DIFFERENCE)),
            )
        )
    sure = coverage(rules, parse_period(edition.period))
    headings = (
        told("landet.kommune"),
        told("tabel.placering"),
        told("tabel.interval", sikkerhed=sure),
        *(told(f"tabel.{name}") for name in ("forventet", "faktisk", "forskel")),
        told("landet.forskel_andel"),
    )
    caption = told("landet.tabel", periode=period_fact(parse_period(edition.period)))
    return Table(caption, headings, (False, *([True] * 6)), tuple(rows))
