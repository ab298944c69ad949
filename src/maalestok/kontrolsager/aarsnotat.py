"""The yearly report's part on the control cases: the country, whom the criterion names, all municipalities."""

from maalestok.kommune import HELE_LANDET
from maalestok.kontrolsager.henvendelse_spor import DRAWN
from maalestok.kontrolsager.rules import LAV
from maalestok.period import parse_period
from maalestok.publish.charts.draw import draw
from maalestok.publish.documents.building import (
    bullets,
    danish_view,
    kommune,
    limits,
    paragraph,
    period_fact,
    section,
    unit_cell,
    window,
)
from maalestok.publish.documents.document import Block, Picture, Runs, Table
from maalestok.publish.documents.phrases import join, say, told
from maalestok.publish.documents.told import Told, fact, runs, tal
from maalestok.publish.shown import Figure, Shown, codes
from maalestok.publish.site.pages.kontrolsager_cuts import Cut, cuts, limit_at, trend_rows
from maalestok.publish.text_da import MISSING_DA, number

SHARES = (DRAWN, "oprettet_andel", "effekt_andel", "aaben_andel", "provenu")


def subject(shown: Shown, period: str) -> dict[str, Told]:
    """The part's month end and window, for the report's subtitle."""
    return {"maaneder": window(shown, DRAWN), "maaned": period_fact(parse_period(period))}


def default_period(shown: Shown) -> str:
    """The newest month end."""
    return shown.newest


def part(shown: Shown, period: str) -> list[Block]:
    """All of the part, with its heading. Who is under the limit is told with the reasons it may have."""
    tracks = [Cut(track.kontroltrin or 0, track.omraade) for track in shown.rules.criteria[LAV].tracks]
    return section(
        "aarsnotat.afsnit_kontrolsager",
        section(
            "aarsnotat.afsnit_landet",
            paragraph(*(_drawn(shown, cut, period) for cut in tracks)),
            [_country(shown, period)],
            [picture for cut in tracks for picture in _trend(shown, cut)],
            level=2,
        ),
        section("aarsnotat.afsnit_opfoelgning", _criterion(shown, tracks, period), level=2),
        section("aarsnotat.afsnit_kommuner", [_table(shown, tracks, period)], level=2),
        section("aarsnotat.afsnit_forbehold", bullets(limits(shown)), level=2),
    )


def _name(shown: Shown, cut: Cut, *, capital: bool = False) -> str:
    """'kontroltrin 3, alle ydelsesområder'."""
    trin = fact(str(cut.trin), f"snit|{cut.name}|trin")
    form = "henvendelse.spor_navn" if capital else "kontrol.spor_navn"
    return say(form, trin=trin, omraade=shown.rules.benchmark.omraade_names_da[cut.omraade])


def _figure(shown: Shown, kode: str, cut: Cut, period: str, measure: str = DRAWN) -> Figure | None:
    return shown.figure(measure, kode, cut.omraade, period, cut.trin)


def _drawn(shown: Shown, cut: Cut, period: str) -> str:
    figure = _figure(shown, HELE_LANDET, cut, period)
    if figure is None or figure.value is None or figure.numerator is None or figure.denominator is None:
        status = "ikke_opgjort" if figure is None else figure.status
        return say("kontrol.trukket_ukendt", spor=_name(shown, cut), grund=MISSING_DA[status])
    return say(
        "kontrol.trukket",
        spor=_name(shown, cut),
        trukket=Told(number(figure.numerator), f"{figure.key.text}|numerator", figure.numerator),
        udstillet=Told(number(figure.denominator), f"{figure.key.text}|denominator", figure.denominator),
        andel=tal(figure),
        maaneder=window(shown, DRAWN),
        maaned=period_fact(parse_period(period)),
    )


def _country(shown: Shown, period: str) -> Table:
    rows = [
        (
            runs(_name(shown, cut, capital=True)),
            *(unit_cell(_figure(shown, HELE_LANDET, cut, period, name)) for name in SHARES),
        )
        for cut in cuts(shown)
    ]
    titles = [runs(str(fact(shown.rules.measures[name].title.da, f"regel|{name}|titel"))) for name in SHARES]
    caption = told("kontrol.tabel", maaneder=window(shown, DRAWN), maaned=period_fact(parse_period(period)))
    return Table(caption, (told("kontrol.snit"), *titles), (False, *([True] * len(SHARES))), tuple(rows))


def _trend(shown: Shown, cut: Cut) -> list[Block]:
    """The country's share over time; nothing where fewer than two month ends have one."""
    held = [f for p in shown.periods if (f := _figure(shown, HELE_LANDET, cut, p)) is not None and f.value is not None]
    if len(held) < 2:
        return []
    svg = draw("trend", trend_rows(danish_view(shown), shown, cut, [HELE_LANDET]), f"udvikling-{cut.name}")
    first, last = held[0], held[-1]
    alt = told(
        "kontrol.udvikling_alt",
        spor=_name(shown, cut),
        foerste=tal(first),
        fra=period_fact(parse_period(first.key.period)),
        sidste=tal(last),
        til=period_fact(parse_period(last.key.period)),
    )
    return [Picture(f"udvikling-{cut.name}", svg, alt, told("kontrol.udvikling", spor=_name(shown, cut)), 0.68)]


def _criterion(shown: Shown, tracks: list[Cut], period: str) -> list[Block]:
    """Whom the criterion names and who comes near, with the reasons that low use may have beside them."""
    rule = shown.rules.criteria[LAV]
    reasons = fact(rule.limits_da[0], f"regel|{LAV}|forbehold|0")
    return [
        *paragraph(say("kontrol.under_indledning", maaned=period_fact(parse_period(period)))),
        *bullets([_who(shown, cut, period, "under_graensen") for cut in tracks]),
        *paragraph(str(reasons)),
        *paragraph(say("kontrol.varsel_indledning")),
        *bullets([_who(shown, cut, period, "varsel") for cut in tracks]),
    ]


def _who(shown: Shown, cut: Cut, period: str, outcome: str) -> str:
    found = []
    for kode in codes():
        held = shown.finding(LAV, kode, cut.omraade, period, cut.trin)
        if held is not None and held["udfald"] == outcome:
            found.append(str(kommune(kode)))
    spor = _name(shown, cut, capital=True)
    return say("kontrol.under", spor=spor, kommuner=join(found)) if found else say("kontrol.ingen", spor=spor)


def _table(shown: Shown, tracks: list[Cut], period: str) -> Table:
    rows: list[tuple[Runs, ...]] = []
    limits = {cut: limit_at(shown, cut) for cut in tracks}
    for kode in codes():
        held = [unit_cell(_figure(shown, kode, cut, period), limits[cut]) for cut in tracks]
        rows.append((runs(str(kommune(kode))), *held))
    headings = (told("landet.kommune"), *(runs(_name(shown, cut, capital=True)) for cut in tracks))
    caption = told("kontrol.kommunetabel", maaneder=window(shown, DRAWN), maaned=period_fact(parse_period(period)))
    return Table(caption, headings, (False, *([True] * len(tracks))), tuple(rows))
