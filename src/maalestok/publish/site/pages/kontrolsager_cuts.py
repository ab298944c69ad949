"""Kontroltrin and areas of the control cases, and what several pages show of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from maalestok.period import parse_period
from maalestok.publish.charts.draw import Rows
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.page import Row, Table
from maalestok.publish.site.view import View, percent

DRAWN, CREATED, EFFECT, OPEN = "trukket_andel", "oprettet_andel", "effekt_andel", "aaben_andel"


LOW, HIGH = "lav_traekning", "hoej_traekning"


REASONS = (
    "En lav andel kan være begrundet i kontrolstrategi, lokale mønstre, dårlig hitrate eller andre kilder til "
    "kontrolsager. En risikosag er ikke et bevis på fejl eller snyd."
)


OUTCOME_SHORT = {
    "under_graensen": "Under grænsen",
    "varsel": "Varsel",
    "ok": "Ingen henvendelse",
    "ikke_vurderet": "Ikke vurderet",
}


MONEY = ("provenu", "tilbagebetaling", "mindreudgift")


@dataclass(frozen=True)
class Cut:
    """A kontroltrin and an area, with its path."""

    trin: int
    omraade: str

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"kontrolsager/trin-{self.trin}/{self.omraade.replace('_', '-')}/"

    @property
    def name(self) -> str:
        """As its files are called."""
        return f"trin-{self.trin}-{self.omraade.replace('_', '-')}"


def cuts(shown: Shown) -> Sequence[Cut]:
    """Every cut the release has, kontroltrin 3 in all first."""
    areas = shown.rules.benchmark.omraader
    ordered = [Cut(3, area) for area in areas] + [Cut(2, area) for area in areas]
    return [cut for cut in ordered if (cut.trin, cut.omraade) in shown.cells]


def cut_name(view: View, shown: Shown, cut: Cut) -> str:
    """'kontroltrin 3, alle ydelsesområder'."""
    return f"{view.t('kontroltrin')} {cut.trin}, {view.area(shown, cut.omraade)}"


def limit_at(shown: Shown, cut: Cut) -> float | None:
    """The criterion's limit at the newest month end, where the cut is one the criterion looks at."""
    found = (shown.finding(LOW, kode, cut.omraade, shown.newest, cut.trin) for kode in codes())
    return next((row["graense"] for row in found if row is not None and row["graense"] is not None), None)


def trend_rows(view: View, shown: Shown, cut: Cut, kommuner: Sequence[str]) -> Rows:
    """The share drawn over time. Grain: place x month end; a month end without a figure has no row."""
    limit = limit_at(shown, cut)
    rows = []
    for kode in kommuner:
        for period in shown.periods:
            figure = shown.figure(DRAWN, kode, cut.omraade, period, cut.trin)
            if figure is None or figure.value is None:
                continue
            when, who = view.language.period(period), view.language.place(kode)
            rows.append(
                {
                    "hvem": who,
                    "dag": parse_period(period).last_day.isoformat(),
                    "maaned": view.language.short_period(period),
                    "v": percent(figure.value),
                    **({} if limit is None else {"graense": percent(limit)}),
                    "label": f"{who}, {when}: {view.text(figure, beside=limit)}{view.ratio(figure)}",
                }
            )
    return rows


def trend_table(view: View, shown: Shown, cut: Cut, kommuner: Sequence[str]) -> Table:
    """The same figures, a row a month end, the newest first."""
    limit = limit_at(shown, cut)
    rows = []
    for period in reversed(shown.periods):
        held = [shown.figure(DRAWN, kode, cut.omraade, period, cut.trin) for kode in kommuner]
        cells = [cell for f in held for cell in (view.marks.figure(f, beside=limit), view.marks.ratio(f))]
        rows.append(Row(view.language.period(period), cells))
    names = [text for kode in kommuner for text in (view.language.place(kode), view.t("antal"))]
    return Table(
        caption=view.language.title(shown.rules.measures[DRAWN].title),
        headings=[view.t("Månedsskift"), *names],
        numeric=[False] + [True] * len(names),
        rows=rows,
    )


def finding_run(finding: Mapping[str, Any]) -> Markup:
    """A run's length, with its key."""
    key = "|".join(str(finding[name]) for name in ("criterion", "kommune_kode", "omraade", "period", "kontroltrin"))
    return Markup('<data value="{0}" data-k="{1}|loebelaengde">{0}</data>').format(finding["loebelaengde"], key)
