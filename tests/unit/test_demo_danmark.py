"""What the demo's invented country is held against: the planted values, and how many intervals hold them."""

import re

import polars as pl
import pytest

from maalestok.beskaeftigelse import demo_danmark
from maalestok.beskaeftigelse.demo_danmark import Held, held, planted
from maalestok.beskaeftigelse.personer.synthetic import Size, truth


def row(measure: str, kommune: str, shown: tuple[float, float, float] | None) -> dict[str, object]:
    value, low, high = shown or (None, None, None)
    return {
        "measure": measure, "kommune_kode": kommune, "omraade": "i_alt", "period": "2019QMAT04",
        "value": value, "low": low, "high": high,
    }  # fmt: skip


def test_intervals_are_held_against_what_was_planted_of_those_shown() -> None:
    told = pl.DataFrame({"kommune_kode": ["101", "147", "825"], "omraade": "i_alt", "deviation": [0.004, 0.001, -0.02]})
    results = pl.DataFrame(
        [
            row("forskel_andel", "101", (0.003, 0.001, 0.005)),
            row("forskel_andel", "147", (-0.002, -0.004, 0.0)),
            row("forskel_andel", "825", None),
            row("placering", "101", (1, 1, 1)),
            row("placering", "147", (2, 1, 2)),
            row("placering", "825", None),
            {**row("placering", "101", (2, 2, 2)), "period": "2020QMAT02"},
        ],
        infer_schema_length=None,
    )
    # 825 is best of all, but not shown: of the two shown 147 is truly the first, and 101 the second.
    assert held(results, told) == [Held("i_alt", shown=2, differences=1, places=1)]


def test_the_planted_total_is_the_sum_of_the_areas() -> None:
    sandhed = truth(Size(10_000), 1)
    found = planted(sandhed, "i_alt").pivot(on="omraade", index="kommune_kode", values="deviation")
    assert len(found) == 98
    apart = found["i_alt"] - found["a_dagpenge"] - found["kontanthjaelp"] - found["sygedagpenge"]
    assert apart.abs().max() == pytest.approx(0, abs=1e-12)


def test_a_small_country_is_shown_with_its_commands(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_danmark, "SIZE", Size(30_000))
    out, said = tmp_path_factory.mktemp("demo"), list[str]()
    release = demo_danmark.show_denmark(out, said.append)
    assert release == out / "syntetisk_danmark" / "udgivelse"
    assert (release / "release.json").is_file()
    text = "\n".join(said)
    for feed in ("borgere", "forloeb", "indsats", "arbejdstimer", "fritagelser", "rammevilkaar"):
        assert f"maalestok import {feed} " in text
    assert "maalestok build beskaeftigelse --store " in text
    assert "Arbejdsmarkedet i området: " in text
    assert "mellem kommuner, når hver er regnet uden sine egne tal: i alt " in text
    assert not [line for line in said if "Definition" in line]
    (total,) = (line for line in said if line.startswith("   i alt: forskellen"))
    counts = re.findall(r"i (\d+) af (\d+) kommuner", total)
    inside, of = (int(count) for count in counts[0])
    assert of > 85
    assert of - 12 <= inside <= of
