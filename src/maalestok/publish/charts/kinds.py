"""Every kind of chart, declared once. Titles are Danish and translated afterwards; rows come from the release's tables.

Each row has `label`, the text for mouse-over, keyboard and screen reader. Shares and percentage points are in per cent
here, as axes show them. Grain and fields stand at each kind.
"""

from collections.abc import Callable

import altair as alt

from maalestok.publish.charts.theme import ABSENT, DIVERGING, INK, LIGHT, LIMIT, MAIN, ROW, SEQUENCE, SOFT

Chart = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart
ROWS = "rows"
ROOM = 165
"""For the names of areas and causes, in every language."""
LONG = 215
"""For the names of categories, the longest names there are."""
DRAWN_TITLE = "Trukket af de udstillede, pct."
DIFFERENCE_TITLE = "Forskel fra det forventede, procentpoint"


def _chart() -> alt.Chart:
    return alt.Chart(alt.NamedData(name=ROWS))


def _names(*, labels: bool = True, room: int = 0) -> alt.Y:
    """A row for each place, in the order of the rows. `room` is kept for names, longer in another language perhaps."""
    axis = alt.Axis(labels=labels, ticks=False, domain=False, title=None, labelPadding=6, minExtent=room)
    return alt.Y("navn:N", sort=None, axis=axis)


def _panel(number: int, title: str, width: int, *, labels: bool, limit: bool) -> alt.LayerChart | alt.FacetChart:
    """Bars of one share, with the word for a missing one, and a limit where there is one."""
    value, base = f"v{number}", _chart()
    x = alt.X(f"{value}:Q", title=title, axis=alt.Axis(orient="top", tickCount=4), scale=alt.Scale(domain=[0, 100]))
    step = {"width": width, "height": alt.Step(ROW)}
    bars = base.mark_bar(color=MAIN if number == 1 else LIGHT, height=ROW - 4).encode(
        y=_names(labels=labels), x=x, description=alt.Description("label:N")
    )
    words = base.mark_text(align="left", dx=3, fontSize=9, aria=False).encode(
        y=_names(labels=labels), x=alt.datum(0), text=f"m{number}:N"
    )
    layers: list[alt.Chart] = [words, bars]  # the words have every place, so that they decide the order of rows
    if limit:
        rule = base.mark_rule(color=LIMIT, strokeDash=[4, 3], aria=False).encode(x="graense:Q")
        layers.append(rule.transform_aggregate(graense="max(graense)"))
    return alt.layer(*layers).properties(**step)


def drawn() -> Chart:
    """First measure. Grain: place. v1 drawn of shown, v2 created of drawn, graense the limit in force."""
    return alt.hconcat(
        _panel(1, DRAWN_TITLE, 165, labels=True, limit=True),
        _panel(2, "Heraf oprettet, pct.", 120, labels=False, limit=False),
        spacing=14,
    )


def closed() -> Chart:
    """Second measure. Grain: place. v1 with effect of closed, v2 not yet closed of created."""
    return alt.hconcat(
        _panel(1, "Med effekt af de afsluttede, pct.", 165, labels=True, limit=False),
        _panel(2, "Mangler afslutning, pct.", 120, labels=False, limit=False),
        spacing=14,
    )


def trend() -> Chart:
    """Third measure. Grain: place x month end. hvem, dag (last day), maaned (in words), v, graense."""
    x = alt.X("dag:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%b %Y", tickCount=4))
    y = alt.Y("v:Q", title=DRAWN_TITLE, scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=5))
    words, none = alt.Legend(orient="top", symbolType="stroke", symbolSize=300, symbolStrokeWidth=3), None
    who = alt.Color("hvem:N", sort=None, title=None, scale=alt.Scale(range=[MAIN, SOFT]), legend=none)
    dash = alt.StrokeDash("hvem:N", sort=None, title=None, scale=alt.Scale(range=[[1, 0], [5, 3]]), legend=words)
    shape = alt.Shape("hvem:N", sort=None, title=None, scale=alt.Scale(range=["circle", "square"]), legend=none)
    base = _chart()
    lines = base.mark_line(aria=False).encode(x=x, y=y, color=who, strokeDash=dash)
    points = base.mark_point(filled=True, size=28, opacity=1).encode(
        x=x, y=y, color=who, shape=shape, description=alt.Description("label:N")
    )
    limit = base.mark_line(color=LIMIT, strokeDash=[2, 3], strokeWidth=1, aria=False).encode(x=x, y="graense:Q")
    return alt.layer(limit, lines, points).properties(width=375, height=210)


def ranking() -> Chart:
    """Places with intervals. Grain: municipality, best first. v, low, high."""
    base = _chart().properties(width=290, height=alt.Step(ROW))
    x = alt.X(
        "low:Q", title="Placering med 95 pct.-interval", axis=alt.Axis(orient="top", values=[1, 20, 40, 60, 80, 98])
    )
    x = x.scale(domain=[1, 98])
    spans = base.mark_rule(strokeWidth=5, color=LIGHT, aria=False).encode(y=_names(), x=x, x2="high:Q")
    points = base.mark_point(filled=True, size=40, color=MAIN, opacity=1).encode(
        y=_names(), x="v:Q", description=alt.Description("label:N")
    )
    return alt.layer(spans, points)


def areas() -> Chart:
    """One municipality's places. Grain: area. navn, v, low, high."""
    base = _chart().properties(width=255, height=alt.Step(34))
    x = alt.X(
        "low:Q", title="Placering med 95 pct.-interval (1 er bedst)", axis=alt.Axis(values=[1, 20, 40, 60, 80, 98])
    )
    x = x.scale(domain=[1, 98])
    spans = base.mark_rule(strokeWidth=9, color=LIGHT, aria=False).encode(y=_names(room=ROOM), x=x, x2="high:Q")
    points = base.mark_point(filled=True, size=70, color=MAIN, opacity=1).encode(
        y=_names(room=ROOM), x="v:Q", description=alt.Description("label:N")
    )
    text = base.mark_text(dy=-13, color=INK, aria=False).encode(y=_names(room=ROOM), x="v:Q", text="v:Q")
    return alt.layer(spans, points, text)


def moves() -> Chart:
    """Why a place moved. Grain: cause. navn, v: places gained."""
    base = _chart().properties(width=245, height=alt.Step(30))
    x = alt.X("v:Q", title="Pladser (højre er frem)", axis=alt.Axis(tickCount=5, format="d", tickMinStep=1))
    bars = base.mark_bar(color=MAIN, height=16).encode(y=_names(room=ROOM), x=x, description=alt.Description("label:N"))
    zero = base.mark_rule(color=SOFT, aria=False).encode(x=alt.datum(0))
    return alt.layer(bars, zero)


def development() -> Chart:
    """One municipality's difference over the editions. Grain: edition. udgave, nr, v, low, high."""
    x = alt.X("udgave:O", sort=alt.EncodingSortField("nr", op="min"), title=None, axis=alt.Axis(labelAngle=0))
    base = _chart().properties(width=360, height=200)
    y = alt.Y("low:Q", title=DIFFERENCE_TITLE, axis=alt.Axis(tickCount=5))
    y = y.scale(padding=8)
    spans = base.mark_rule(strokeWidth=7, color=LIGHT, aria=False).encode(x=x, y=y, y2="high:Q")
    points = base.mark_point(filled=True, size=70, color=MAIN, opacity=1).encode(
        x=x, y="v:Q", description=alt.Description("label:N")
    )
    zero = base.mark_rule(color=SOFT, aria=False).encode(y=alt.datum(0))
    return alt.layer(zero, spans, points)


def _diagonal(x: str, y: str) -> Chart:
    """Two figures of each municipality, and the line where they are the same. Grain: municipality. x, y in per cent."""
    scale = alt.Scale(zero=False, nice=True)
    base = _chart().properties(width=370, height=340)
    points = base.mark_point(filled=True, size=38, color=MAIN, opacity=0.75).encode(
        x=alt.X("x:Q", title=x, scale=scale),
        y=alt.Y("y:Q", title=y, scale=scale),
        description=alt.Description("label:N"),
    )
    line = base.mark_line(color=SOFT, strokeDash=[4, 3], aria=False).encode(x="x:Q", y="x:Q")
    return alt.layer(line, points)


def expected() -> Chart:
    """Actual against expected, in per cent of residents 16-66."""
    return _diagonal("Forventet, pct. af borgerne 16-66 år", "Faktisk, pct. af borgerne 16-66 år")


def errors() -> Chart:
    """Two standard errors of the same difference, in percentage points."""
    return _diagonal("Standardfejl, tilnærmet, procentpoint", "Standardfejl af personer, procentpoint")


def funnel() -> Chart:
    """Differences by their standard error, with limits. Grain: municipality. x, y, lo95, hi95, lo998, hi998."""
    base = _chart().properties(width=370, height=340)
    x = alt.X("x:Q", title="Standardfejl, procentpoint (de største kommuner til venstre)", scale=alt.Scale(zero=False))
    y = alt.Y("y:Q", title=DIFFERENCE_TITLE)
    lines: list[alt.Chart] = [
        base.mark_line(color=SOFT, strokeDash=dash, interpolate="monotone", aria=False).encode(x=x, y=f"{name}:Q")
        for name, dash in (("lo95", [4, 3]), ("hi95", [4, 3]), ("lo998", [1, 0]), ("hi998", [1, 0]))
    ]
    points = base.mark_point(filled=True, size=38, color=MAIN, opacity=0.75).encode(
        x=x, y=y, description=alt.Description("label:N")
    )
    return alt.layer(*lines, points)


def coefficients() -> Chart:
    """What a model found of each category. Grain: category, under a row with the condition's name and a colon.

    navn; art: `vilkaar` (the condition's own row), `sammenligning` (the category the others are compared with, at 0) or
    `kategori`; v, low, high in percentage points, null in a condition's own row.
    """
    heading = {"condition": {"test": "test(/:$/, datum.label)", "value": "bold"}, "value": "normal"}
    axis = alt.Axis(
        ticks=False, domain=False, title=None, labelPadding=6, labelFontWeight=heading, labelLimit=LONG, minExtent=LONG
    )
    y = alt.Y("navn:N", sort=None, axis=axis)
    x = alt.X("low:Q", title="Virkning på den forventede andel, procentpoint", axis=alt.Axis(orient="top", tickCount=4))
    base = _chart().properties(width=190, height=alt.Step(ROW + 2))
    rows = base.mark_text(aria=False).encode(y=y, text=alt.value(""))  # every row's name, so that they keep their order
    there = base.transform_filter("datum.art == 'kategori'")
    compared = base.transform_filter("datum.art == 'sammenligning'")
    zero = base.mark_rule(color=SOFT, aria=False).encode(x=alt.datum(0))
    spans = there.mark_rule(strokeWidth=5, color=LIGHT, aria=False).encode(y=y, x=x, x2="high:Q")
    points = there.mark_point(filled=True, size=34, color=MAIN, opacity=1).encode(
        y=y, x="v:Q", description=alt.Description("label:N")
    )
    references = compared.mark_point(filled=True, size=30, fill="#fff", stroke=SOFT, opacity=1).encode(
        y=y, x="v:Q", description=alt.Description("label:N")
    )
    return alt.layer(rows, zero, spans, points, references)


def contributions() -> Chart:
    """From the country's expected share to a municipality's, step by step. Grain: step.

    navn, fra, til in per cent; art: `ende` (a level), `op` or `ned` (a step); tekst beside it.
    """
    base = _chart().properties(width=225, height=alt.Step(26))
    y = _names(room=ROOM)
    scale = alt.Scale(zero=False, padding=26)
    x = alt.X("fra:Q", title="Forventet andel, pct. af borgerne 16-66 år", axis=alt.Axis(tickCount=4), scale=scale)
    words = base.mark_text(aria=False, dy=-9, fontSize=10, color=INK).encode(y=y, x="til:Q", text="tekst:N")
    steps = base.transform_filter("datum.art != 'ende'")
    shade = alt.condition("datum.art == 'op'", alt.value(MAIN), alt.value(LIGHT))
    bars = steps.mark_bar(height=9).encode(y=y, x=x, x2="til:Q", color=shade, description=alt.Description("label:N"))
    levels = base.transform_filter("datum.art == 'ende'")
    points = levels.mark_point(filled=True, shape="diamond", size=90, color=INK, opacity=1).encode(
        y=y, x=x, description=alt.Description("label:N")
    )
    return alt.layer(words, bars, points)


def _fill(title: str, *, diverging: bool) -> alt.Fill:
    legend = alt.Legend(title=title, orient="bottom", gradientLength=300, gradientThickness=10, tickCount=5)
    if diverging:
        scale = alt.Scale(range=DIVERGING, domainMid=0, interpolate="rgb")
    else:
        scale = alt.Scale(range=SEQUENCE, interpolate="rgb")
    return alt.Fill("v:Q", scale=scale, legend=legend)


def _map(title: str, *, diverging: bool) -> Chart:
    """Grain: municipality. form its shape, v."""
    base = _chart().properties(width=430, height=525)
    ends = {"x": alt.value(0), "y": alt.value(0), "size": alt.value(4)}
    shape = alt.Shape("form:N", scale=None, legend=None)
    absent = base.mark_point(filled=True, opacity=1, fill=ABSENT, stroke="#fff", strokeWidth=0.6)
    there = base.mark_point(filled=True, opacity=1, stroke="#fff", strokeWidth=0.6)
    return alt.layer(
        absent.transform_filter("!isValid(datum.v)").encode(
            shape=shape, description=alt.Description("label:N"), **ends
        ),
        there.transform_filter("isValid(datum.v)").encode(
            shape=shape, fill=_fill(title, diverging=diverging), description=alt.Description("label:N"), **ends
        ),
    )


def _tiles(title: str, *, diverging: bool) -> Chart:
    """Grain: municipality. kolonne, raekke its square, kort its short name, v."""
    base = _chart().properties(width=430, height=450)
    place = {
        "x": alt.X("kolonne:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
        "y": alt.Y("raekke:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
    }
    words = base.mark_text(fontSize=9, color=INK, aria=False, clip=False).encode(text="kort:N", **place)
    absent = base.mark_rect(fill=ABSENT).transform_filter("!isValid(datum.v)")
    there = base.mark_rect().transform_filter("isValid(datum.v)")
    return alt.layer(
        absent.encode(description=alt.Description("label:N"), **place),
        there.encode(
            fill=_fill(title, diverging=diverging),
            description=alt.Description("label:N"),
            **place,
        ),
        words,
    )


KINDS: dict[str, Callable[[], Chart]] = {
    "drawn": drawn,
    "closed": closed,
    "trend": trend,
    "ranking": ranking,
    "areas": areas,
    "moves": moves,
    "development": development,
    "expected": expected,
    "errors": errors,
    "funnel": funnel,
    "coefficients": coefficients,
    "contributions": contributions,
    "map_drawn": lambda: _map(DRAWN_TITLE, diverging=False),
    "map_difference": lambda: _map(DIFFERENCE_TITLE, diverging=True),
    "tiles_drawn": lambda: _tiles(DRAWN_TITLE, diverging=False),
    "tiles_difference": lambda: _tiles(DIFFERENCE_TITLE, diverging=True),
}
