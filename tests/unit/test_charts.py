"""Charts: what is drawn is what was given, in its order, the same everywhere, in both languages; maps hold all 98."""

import os
import re
import subprocess
import sys

import pytest

from maalestok.kommune import kommuner
from maalestok.publish.charts.draw import compiled, draw, draw_all, in_language, specification, titles
from maalestok.publish.charts.kinds import KINDS
from maalestok.publish.charts.library import library
from maalestok.publish.site.assets import shapes
from maalestok.publish.site.grid import tiles
from maalestok.publish.site.language import english

SHAPE = "M0,0L10,0L10,10Z"


def row(at: int, **more: object) -> dict[str, object]:
    name = f"Sted {at}"
    return {
        "navn": name, "label": f"{name}: {at},5 pct. <af> 'alt'", "v1": at, "v2": at * 2, "m1": "", "m2": "", "graense": 30,
        "v": at + 1, "low": max(1, at - 3), "high": at + 9, "hvem": "Hele landet", "dag": f"2026-0{at % 9 + 1}-28",
        "maaned": "x", "udgave": f"{at}. kv.", "nr": at, "x": at, "y": at * 1.5, "lo95": -1, "hi95": 1, "lo998": -2, "hi998": 2,
        "form": SHAPE, "kolonne": at % 5, "raekke": at // 5, "kort": name[:4], **more,
    }  # fmt: skip


ROWS = [row(at) for at in range(12)]
ART = {"coefficients": "kategori", "contributions": "op"}
"""What a row is, in charts whose rows are of several kinds."""
MARK = re.compile(r'<path aria-label="([^"]*)" role="graphics-symbol"[^>]*?transform="translate\(([\d.]+),([\d.]+)\)"')


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_every_row_with_its_label_and_nothing_a_strict_page_refuses(kind: str) -> None:
    rows = [{**r, "art": ART.get(kind, ""), "fra": r["v1"], "til": r["v2"], "tekst": "x"} for r in ROWS]
    svg = draw(kind, rows, f"prøve/{kind}")
    labels = re.findall(r'aria-label="([^"]*)"', svg)
    assert {label.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'") for label in labels} == {
        str(r["label"]) for r in ROWS
    }
    for refused in ("style=", "<script", "aria-roledescription", "font-family", "http://www.w3.org/1999/xhtml"):
        assert refused not in svg
    assert not re.search(r'id="(clip|gradient_)\d', svg)


@pytest.mark.parametrize("kind", ["drawn", "closed"])
def test_a_missing_share_leaves_its_row_where_it_is(kind: str) -> None:
    """A bar must stand beside its own name even where others have none."""
    rows = [
        row(at, v1=None if at in (0, 3) else 10 + at, v2=None if at in (1, 3) else 50, m1="skjult") for at in range(6)
    ]
    svg = draw(kind, rows, "prøve")
    bars = re.findall(r'aria-label="(Sted \d)[^"]*" role="graphics-symbol" d="M0,(\d+)', svg)
    if not bars:
        bars = re.findall(r'aria-label="(Sted \d)[^"]*"[^>]*? d="M0,(\d+)', svg)
    heights: dict[str, set[str]] = {}
    for name, top in bars:
        heights.setdefault(name, set()).add(top)
    assert set(heights) == {f"Sted {at}" for at in (0, 1, 2, 4, 5)}
    assert all(len(tops) == 1 for tops in heights.values())
    order = sorted(heights, key=lambda name: int(next(iter(heights[name]))))
    assert order == sorted(order)
    step = [int(next(iter(heights[f"Sted {at}"]))) for at in (0, 1, 2)]
    assert step[1] - step[0] == step[2] - step[1] == 14


def test_a_drawing_is_the_same_in_every_process() -> None:
    here = draw("areas", ROWS[:4], "a/b")
    jobs = {f"x{at}": ("areas", ROWS[:4]) for at in range(6)}
    assert set(draw_all(jobs, 2).values()) == set(draw_all(jobs, 1).values()) == {here}
    code = "import sys; from test_charts import *; sys.stdout.write(draw('areas', ROWS[:4], 'a/b'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "tests/unit:tests:src", "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"},
    )
    assert done.stdout == here


def test_the_other_language_changes_words_labels_and_separators_and_nothing_else() -> None:
    danish = [row(at, v1=at, navn="Hele landet" if not at else f"Sted {at}") for at in range(3)]
    told = [
        {
            **r,
            "navn": "The whole country" if r["navn"] == "Hele landet" else r["navn"],
            "label": f"in English {r['nr']}",
        }
        for r in danish
    ]
    words = {title: english().t(title) for title in titles("drawn")}
    svg = draw("drawn", danish, "x")
    other = in_language(svg, danish, told, words)
    assert "Hele landet" in svg
    assert "Hele landet" not in other
    assert other.count('aria-label="in English 1"') == svg.count('aria-label="Sted 1')
    assert words["Heraf oprettet, pct."] in other
    strip = re.compile(r">[^<]*<|aria-label=\"[^\"]*\"")
    assert strip.sub("", svg) == strip.sub("", other)
    funnel = draw("funnel", [row(at, y=at / 10) for at in range(9)], "y")
    assert re.search(r">−?\d,\d</text>", funnel)
    assert not re.search(r">−?\d,\d</text>", in_language(funnel, [], [], {}))


def test_a_specification_for_the_page_is_in_its_language_and_holds_no_rows() -> None:
    words = {title: english().t(title) for title in titles("trend")}
    assert '"decimal":"."' in specification("trend", words, "en")
    assert "Drawn of those shown" in specification("trend", words, "en")
    assert "Trukket af de udstillede" in compiled("trend")
    assert '"name":"rows","values":[]' in compiled("trend").replace(" ", "")


def test_both_maps_hold_every_municipality_once() -> None:
    codes = {k.kode for k in kommuner()}
    assert set(shapes()) == set(tiles()) == codes
    assert len(set(tiles().values())) == 98
    assert all(re.fullmatch(r"(M[-\d.]+,[-\d.]+(L[-\d.]+,[-\d.]+)+Z)+", shape) for shape in shapes().values())


def test_the_fonts_of_the_machine_play_no_part_and_the_environment_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere/else")
    library.cache_clear()
    library()
    assert os.environ["FONTCONFIG_FILE"] == "/somewhere/else"
    monkeypatch.delenv("FONTCONFIG_FILE")
    library.cache_clear()
    library()
    assert "FONTCONFIG_FILE" not in os.environ
    bare = {"PYTHONPATH": "tests/unit:tests:src", "PATH": "/usr/bin:/bin", "FONTCONFIG_FILE": "/no/such/file"}
    code = "import sys; from test_charts import *; sys.stdout.write(draw('areas', ROWS[:4], 'a/b'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare)
    assert done.stdout == draw("areas", ROWS[:4], "a/b")
