"""What a release says of all municipalities, of those one is like, and of one with fewer persons."""

import json
from pathlib import Path

import polars as pl
import pytest

from conftest import PERIODS, RECEIVED, Cli, bring, make_release
from maalestok.beskaeftigelse import synthetic, synthetic_vilkaar
from maalestok.beskaeftigelse.money import Estimate
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.whatif import Asked, whatif
from maalestok.errors import MaalestokError
from maalestok.kommune import resolve
from maalestok.listing import alike, measure_list
from maalestok.publish.moved_da import move_lines, overlap_da, why_moved_da
from maalestok.release.read import Release

NEWEST = "2020QMAT04"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Three editions over a year, with conditions. Read only."""
    folder = tmp_path_factory.mktemp("lister")
    for period, rows in synthetic.editions(("2019QMAT04", *PERIODS), seed=7).items():
        path = folder / f"{period}.csv"
        path.write_bytes(synthetic.as_csv(rows))
        bring([path], folder / "lager")
    conditions = folder / "vilkaar.csv"
    conditions.write_bytes(synthetic_vilkaar.as_csv((2018, 2019), seed=1))
    bring([conditions], folder / "lager", "rammevilkaar")
    return make_release(folder / "lager", folder / "ud")


def test_a_list_is_in_the_order_of_the_places(release: Release, cli: Cli) -> None:
    made = measure_list(release, load_rules(), "placering", NEWEST, "sygedagpenge", None)
    assert [row["value"] for row in made.rows] == list(range(1, 99))
    assert "Spænd" in made.headers
    shown = cli("list", "beskaeftigelse", "placering", NEWEST, "--omraade", "sygedagpenge", "--top", 3, "--release", release.folder)  # fmt: skip
    assert (shown.code, shown.err) == (0, "")
    assert "… og 95 mere" in shown.out
    assert "SYNTETISK · Placering på benchmarkranglisten, sygedagpengeområdet, 2020 (2020QMAT04)" in shown.out
    data = json.loads(cli("list", "beskaeftigelse", "placering", "--top", 3, "--json", "--release", release.folder).out)
    assert [row["period"] for row in data["rows"]] == [NEWEST] * 3


def test_climbers_are_those_whose_difference_fell_most_over_a_year(release: Release) -> None:
    made = measure_list(release, load_rules(), "forskel_andel_aendring_aar", None, "i_alt", None)
    values = [row["value"] for row in made.rows]
    assert values == sorted(values)
    held = release.results.filter((pl.col("measure") == "forskel_andel") & (pl.col("omraade") == "i_alt"))
    at = {(p, k): v for p, k, v in held.select("period", "kommune_kode", "value").iter_rows()}
    for row in made.rows:
        kommune = row["kommune_kode"]
        fell = round((at[NEWEST, kommune] - at["2019QMAT04", kommune]) * 10_000)
        assert round(row["value"] * 10_000) == fell
    parts = release.table("parts").filter(pl.col("part") == "plads_paa_klatrelisten", pl.col("omraade") == "i_alt")
    best = parts.filter(pl.col("kommune_kode") == made.rows[0]["kommune_kode"])
    assert best["value"].to_list() == [1.0]


def test_similar_municipalities_are_the_nearest(release: Release, cli: Cli) -> None:
    lists = {made.rows[0]["relation"]: made for made in alike(release, load_rules(), "Norddjurs", NEWEST) if made.rows[0]["omraade"] == "i_alt"}  # fmt: skip
    assert set(lists) == {"naermest_forventet_andel", "naermest_vilkaar", "kan_ikke_skelnes"}
    shares = dict(
        release.results.filter(
            pl.col("measure") == "forventet_andel",
            pl.col("omraade") == "i_alt",
            pl.col("period") == NEWEST,
            pl.col("kilde") == "officiel",
        )
        .select("kommune_kode", "value")
        .iter_rows()
    )
    own = shares.pop("707")
    nearest = sorted(shares, key=lambda kommune: (round(abs(shares[kommune] - own), 6), kommune))[:10]
    assert [row["other_kode"] for row in lists["naermest_forventet_andel"].rows] == nearest
    shown = cli("similar", "beskaeftigelse", "707", NEWEST, "--top", 2, "--release", release.folder)
    assert (shown.code, shown.err) == (0, "")
    assert "Nærmest i vilkår" in shown.out
    assert "Vægte (og tallenes år): andel_indvandrere_15_69 0,5 (2019), " in shown.out
    assert [bool(lists[name].note) for name in ("naermest_vilkaar", "naermest_forventet_andel")] == [True, False]


def test_the_weights_and_the_year_of_the_conditions_are_told(release: Release) -> None:
    weights = load_rules().similar.versions[0].weights
    used = release.table("models").filter(pl.col("model") == "naermest_vilkaar-1", pl.col("period") == NEWEST)
    assert dict(used.select("term", "estimate").iter_rows()) == {name: float(w) for name, w in weights.items()}
    assert set(used["level"]) == {"2019"}


def test_fewer_persons_lower_the_difference_and_the_place(release: Release) -> None:
    answer = whatif(release, load_rules(), Asked("Norddjurs", 200, "kontanthjaelp", NEWEST))
    assert [area.omraade for area in answer.areas] == ["kontanthjaelp", "i_alt"]
    for area in answer.areas:
        assert area.then.difference < area.now.difference
        assert area.then.place <= area.now.place
        assert area.then.places[0] <= area.then.place <= area.then.places[1]
        assert area.then.place_range[0] <= area.then.place <= area.then.place_range[1]
    assert answer.saved == Estimate(200 * 70_000, 200 * 62_000, 200 * 78_000)


def test_what_it_takes_is_enough(release: Release) -> None:
    """Asking for what `high` says reaches each target; one person fewer than `low` does not."""
    rules = load_rules()
    for kommune in ("Norddjurs", "Læsø", "Aarhus", "Hjørring"):
        for area in whatif(release, rules, Asked(kommune, 0, "i_alt", NEWEST)).areas:
            for name, place in (("til_den_bedste_halvdel", 49), ("til_de_ti_bedste", 10)):
                fewer = area.needed[name]
                if not fewer.value:
                    assert area.now.place <= place
                    continue
                enough = whatif(release, rules, Asked(kommune, fewer.high, "i_alt", NEWEST)).areas[0].then
                assert enough.place <= place
                short = whatif(release, rules, Asked(kommune, fewer.low - 1, "i_alt", NEWEST)).areas[0].then
                assert short.place_range[1] > place


def test_nothing_asked_is_where_it_stands(release: Release, cli: Cli) -> None:
    area = whatif(release, load_rules(), Asked("707", 0, "i_alt", NEWEST)).areas[0]
    assert area.now == area.then
    shown = cli("whatif", "beskaeftigelse", "707", "--release", release.folder)
    assert "Norddjurs, 2020QMAT04: 0 fuldtidspersoner færre" in shown.out
    shown = cli("whatif", "beskaeftigelse", "707", "--fewer", "-1", "--release", release.folder)
    assert "1 fuldtidsperson flere" in shown.out
    assert "højere" in shown.out
    data = json.loads(cli("whatif", "beskaeftigelse", "707", "--fewer", "5", "--json", "--release", release.folder).out)
    assert (data["fewer"], data["syntetisk"], len(data["areas"])) == (5, True, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("whatif", "beskaeftigelse", "Atlantis"), "Atlantis"),
        (("whatif", "beskaeftigelse", "707", "--fewer", "999999"), "der kan ikke blive 999999 færre"),
        (("whatif", "beskaeftigelse", "707", "--omraade", "fleksjob"), "Området 'fleksjob' findes ikke"),
        (("whatif", "beskaeftigelse", "707", "--period", "2031QMAT04"), "har ikke udgaven 2031QMAT04"),
        (("list", "beskaeftigelse", "lykke"), "Der er intet mål 'lykke'"),
        (("list", "beskaeftigelse", "placering", "2031QMAT04"), "findes ikke for 2031QMAT04"),
        (("list", "beskaeftigelse", "placering", "--omraade", "x"), "Området 'x' findes ikke"),
        (("list", "beskaeftigelse", "spredning"), "spredning er ikke opgjort for kommuner"),
        (("list", "kontrolsager", "trukket_andel"), "er en udgivelse af beskaeftigelse"),
        (("similar", "beskaeftigelse", "707", "2031QMAT04"), "findes ikke for 2031QMAT04"),
    ],
)
def test_a_question_without_an_answer_says_why(
    release: Release, cli: Cli, arguments: tuple[str, ...], message: str
) -> None:
    done = cli(*arguments, "--release", release.folder)
    assert done.code == 2
    assert message in done.err
    assert "→" in done.err


def test_a_municipality_without_its_figures_gets_no_answer(tmp_path: Path) -> None:
    rows = synthetic.editions((NEWEST,), seed=7)[NEWEST]
    lines = synthetic.as_csv(rows).decode("utf-8-sig").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Læsø;") and "i alt" in line)
    cells = lines[at].split(";")
    for column in (5, 8, 9):
        cells[column] = ".."
    lines[at] = ";".join(cells)
    path = tmp_path / "udgave.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    bring([path], tmp_path / "lager", received=RECEIVED)
    made = make_release(tmp_path / "lager", tmp_path / "ud")
    with pytest.raises(MaalestokError, match="Læsø har ikke de tal, svaret regnes af"):
        whatif(made, load_rules(), Asked("Læsø", 1, "i_alt"))
    others = made.results.filter(
        pl.col("measure") == "placering", pl.col("omraade") == "i_alt", pl.col("kommune_kode") != "825"
    )
    assert others["high"].null_count() == 0
    parts = made.table("parts").filter(pl.col("part") == "blandt_de_ti_bedste", pl.col("omraade") == "i_alt")
    assert parts["value"].null_count() == len(parts)
    assert (parts["low"] <= parts["high"]).all()
    assert resolve("Læsø").kode not in parts["kommune_kode"]


@pytest.mark.parametrize(
    ("before", "now", "parts", "sentence"),
    [
        (
            24,
            21,
            (1.0, 2.25, -0.25),
            "X gik 3 pladser frem, fra nr. 24 til nr. 21: kommunens egen udvikling i den faktiske andel trak 1 plads frem, "
            "ændringen i kommunens forventede andel trak 2,3 pladser frem, og de andre kommuners udvikling trak 0,3 pladser "
            "tilbage.",
        ),
        (
            2,
            3,
            (-1.0, 0.0, 0.0),
            "X gik 1 plads tilbage, fra nr. 2 til nr. 3: kommunens egen udvikling i den faktiske andel trak 1 plads tilbage, "
            "ændringen i kommunens forventede andel betød intet for placeringen, og de andre kommuners udvikling betød intet "
            "for placeringen.",
        ),
        (
            5,
            5,
            (-2.0, 1.0, 1.0),
            "X blev på nr. 5: kommunens egen udvikling i den faktiske andel trak 2 pladser tilbage, ændringen i kommunens "
            "forventede andel trak 1 plads frem, og de andre kommuners udvikling trak 1 plads frem.",
        ),
    ],
)
def test_why_a_place_moved_in_danish(
    before: float, now: float, parts: tuple[float, float, float], sentence: str
) -> None:
    names = ("egen_faktisk_andel", "egen_forventet_andel", "de_andre_kommuner")
    assert why_moved_da("X", before, now, dict(zip(names, parts, strict=True))) == sentence


def test_intervals_that_overlap_and_that_do_not() -> None:
    assert "(nr. 1-5 og nr. 5-9) overlapper;" in overlap_da((1.0, 5.0), (5.0, 9.0))
    assert "(nr. 1-5 og nr. 6-9) overlapper ikke." in overlap_da((1.0, 5.0), (6.0, 9.0))


def test_no_sentence_where_the_causes_are_not_told() -> None:
    told = [{"part": "placering_foer", "value": 2.0, "low": None, "high": None}]
    assert move_lines("X", told) == []
    with pytest.raises(TypeError):
        move_lines("X", [{"part": p, "value": None, "low": 1, "high": 2} for p in ("placering_foer", "placering_nu")])
