"""A release of counted persons: places of our own, intervals from persons, beside published figures and alone."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist

import polars as pl
import pytest

from conftest import Cli, bring, once
from maalestok.beskaeftigelse import synthetic
from maalestok.beskaeftigelse.precision import rounding_variance
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.two_errors_told import told_errors
from maalestok.beskaeftigelse.whatif import Asked, whatif
from maalestok.build import BuildRequest, Built
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.explain import Question, explain
from maalestok.kommune import kommuner
from maalestok.listing import alike, measure_list
from maalestok.registry import benchmark
from maalestok.release.read import Release
from maalestok.release.verify import faults
from maalestok.release.write import write_release
from unit.test_model_build import EDITIONS, made

NEWEST = "2020QMAT04"
AREAS = ("i_alt", "a_dagpenge", "kontanthjaelp", "sygedagpenge")
FROM_PERSONS, APPROXIMATED = "personfejl-afrunding-1", "binomial-afrunding-1"
Z = NormalDist().inv_cdf(0.975)
HALF = 0.00005
"""Half of the last published decimal."""
WITHOUT = "Norddjurs"
"""Its difference i alt is not published where others' are."""
Cell = tuple[str, str, str]


def build(store: Path, period: str | None = None) -> Built:
    with DuckDBEngine() as engine:
        return benchmark("beskaeftigelse").build(BuildRequest(Store.open(store), engine, period))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "model", made)[0]


@pytest.fixture(scope="module")
def built(store: Path) -> Built:
    return build(store)


@pytest.fixture(scope="module")
def release(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return write_release(built, tmp_path_factory.mktemp("egne") / "udgivelse", None)


@pytest.fixture(scope="module")
def beside(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The same persons, and two published editions; in the newest one municipality's difference is not published."""
    folder = tmp_path_factory.mktemp("begge")
    shutil.copytree(store, folder / "lager")
    for code, rows in synthetic.editions((EDITIONS[1], NEWEST), seed=7).items():
        lines = synthetic.as_csv(rows).decode("utf-8-sig").splitlines()
        if code == NEWEST:
            at = next(n for n, line in enumerate(lines) if line.startswith(f"{WITHOUT};") and "i alt" in line)
            cells = lines[at].split(";")
            lines[at] = ";".join([*cells[:8], "-", "-", *cells[10:]])
        path = folder / f"{code}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        bring([path], folder / "lager")
    yield build(folder / "lager")
    shutil.rmtree(folder)


def of(found: Built, measure: str, **at: str) -> pl.DataFrame:
    return found.tables["results"].filter(pl.col("measure") == measure, *(pl.col(k) == v for k, v in at.items()))


def parts(found: Built, part: str) -> dict[Cell, tuple[float | None, float | None, float | None, str]]:
    held = found.tables["parts"].filter(pl.col("part") == part)
    columns = ("period", "kommune_kode", "omraade", "value", "low", "high", "method_version")
    return {(p, k, a): (value, low, high, by) for p, k, a, value, low, high, by in held.select(columns).iter_rows()}


def test_every_municipality_with_a_difference_has_its_place_by_what_is_shown(built: Built) -> None:
    rows = of(built, "placering")
    assert len(rows) == 98 * len(AREAS) * len(EDITIONS)
    for (period, area), group in of(built, "forskel_andel").partition_by("period", "omraade", as_dict=True).items():
        shown = {kode: value for kode, value in group.select("kommune_kode", "value").iter_rows() if value is not None}
        wanted = {kode: at for at, kode in enumerate(sorted(shown, key=lambda k: (shown[k], k)), start=1)}
        own = rows.filter(pl.col("period") == period, pl.col("omraade") == area)
        assert {k: v for k, v in own.select("kommune_kode", "value").iter_rows() if v is not None} == wanted
        without = own.filter(pl.col("value").is_null())
        assert len(without) == 98 - len(shown)
        assert set(without["status"]) == {"ikke_opgjort"}
    ranked = rows.drop_nulls("value")
    assert (ranked["low"] <= ranked["value"]).all()
    assert (ranked["value"] <= ranked["high"]).all()
    assert set(ranked["rule_version"]) == {f"1+2019-04+personer-1+vilkaar-1+{FROM_PERSONS}"}
    assert set(ranked["kilde"]) == {"beregnet"}


def test_an_interval_is_of_the_error_from_persons_and_of_rounding(built: Built) -> None:
    errors, whole = parts(built, "standardfejl_personer"), parts(built, "standardfejl")
    shares = {
        (p, k, a): (number, residents)
        for p, k, a, number, residents in of(built, "faktisk_andel")
        .select("period", "kommune_kode", "omraade", "numerator", "denominator")
        .iter_rows()
    }
    rows = of(built, "forskel_andel").drop_nulls("value")
    assert len(rows) > 90 * len(AREAS) * len(EDITIONS)
    for row in rows.iter_rows(named=True):
        at = (row["period"], row["kommune_kode"], row["omraade"])
        number, residents = shares[at]
        error = errors[at][0]
        assert error is not None
        rounding = (number + 5) / (residents - 5) - number / residents + HALF
        half = Z * error + rounding
        assert (row["low"], row["high"]) == (
            pytest.approx(row["value"] - half, abs=1e-9),
            pytest.approx(row["value"] + half, abs=1e-9),
        )
        assert whole[at][0] == pytest.approx((error**2 + rounding_variance(rounding * 10_000)) ** 0.5, abs=1e-6)
        assert whole[at][3] == FROM_PERSONS


def test_own_places_have_the_parts_that_published_ones_have(built: Built) -> None:
    ranked = len(of(built, "placering").drop_nulls("value"))
    for part in (
        "standardfejl", "delvis_sammenvejet", "bedre_end_forventet", "tragt_additiv_95", "tragt_multiplikativ_998",
        "blandt_de_ti_bedste", "kan_ikke_skelnes", "til_det_forventede", "til_de_ti_bedste", "standardfejl_tilnaermet",
        "interval_tilnaermet", "afrunding_lader_staa_aaben",
    ):  # fmt: skip
        assert len(parts(built, part)) == ranked, part
    # Ties at two decimals are of published figures alone.
    assert not parts(built, "mulige_pladser")
    relations = built.tables["relations"]
    assert set(relations["relation"]) == {"kan_ikke_skelnes", "naermest_forventet_andel"}
    assert set(relations.filter(pl.col("relation") == "kan_ikke_skelnes")["method_version"]) == {FROM_PERSONS}
    assert set(relations["period"]) == set(EDITIONS)
    spread = of(built, "spredning")
    assert set(spread["status"]) == {"ikke_opgjort"}  # some have too few residents for a share
    assert set(spread["rule_version"]) == {"1+2019-04+personer-1+vilkaar-1"}


def test_changes_are_between_our_own_editions(built: Built) -> None:
    at = ["kommune_kode", "omraade"]
    for measure, of_what, before in (
        ("placering_aendring", "placering", EDITIONS[1]),
        ("placering_aendring_aar", "placering", EDITIONS[0]),
        ("forskel_andel_aendring_aar", "forskel_andel", EDITIONS[0]),
    ):
        rows = of(built, measure, period=NEWEST)
        assert len(rows) == 98 * len(AREAS)
        now, then = (of(built, of_what, period=code).select(*at, "value") for code in (NEWEST, before))
        wide = rows.join(now, on=at, suffix="_now").join(then, on=at, suffix="_then")
        change = pl.col("value_now") - pl.col("value_then")
        wide = wide.with_columns(pl.when(of_what == "placering").then(-change).otherwise(change).alias("wanted"))
        assert wide.filter(pl.col("value").is_null() != pl.col("wanted").is_null()).is_empty()
        known = wide.drop_nulls("value")
        assert len(known) > 90 * len(AREAS)
        assert ((known["value"] - known["wanted"]).abs() < 1e-12).all()
        assert set(rows["rule_version"]) == {"1+2019-04+personer-1+vilkaar-1"}
    nothing_before = of(built, "placering_aendring", period=EDITIONS[0])
    assert set(nothing_before["status"]) == {"ikke_opgjort"}
    for part, code in (("placering_foer", EDITIONS[1]), ("placering_nu", NEWEST)):
        ends = built.tables["parts"].filter(
            pl.col("measure") == "placering_aendring", pl.col("part") == part, pl.col("period") == NEWEST
        )
        ranges = of(built, "placering", period=code)
        numbers = (*at, "value", "low", "high")
        assert len(ends) > 90 * len(AREAS)
        assert set(ends.select(numbers).iter_rows()) <= set(ranges.select(numbers).iter_rows())


def test_the_result_target_is_judged_by_the_exact_difference(built: Built) -> None:
    assert built.internal is not None
    exact = dict(
        built.internal.filter(
            pl.col("measure") == "forskel_andel", pl.col("period") == NEWEST, pl.col("omraade") == "i_alt"
        )
        .select("kommune_kode", "value")
        .iter_rows()
    )
    found = built.tables["findings"].filter(pl.col("criterion") == "resultatmaal", pl.col("period") == NEWEST)
    shown = dict(of(built, "forskel_andel", period=NEWEST, omraade="i_alt").select("kommune_kode", "value").iter_rows())
    assert len(found) == 98
    for kode, udfald, flag, value in found.select("kommune_kode", "udfald", "flag", "vaerdi").iter_rows():
        assert value == shown[kode]
        if value is None:
            assert (udfald, flag) == ("ikke_vurderet", ["vaerdi_mangler"])
        else:
            assert (udfald, flag) == ("opfyldt" if exact[kode] <= 0 else "ikke_opfyldt", ["egen_opgoerelse"])
    # What is shown would have judged some of them otherwise.
    assert any(value is not None and (value <= 0) != (exact[kode] <= 0) for kode, value in shown.items())
    supervised = built.tables["findings"].filter(pl.col("criterion") == "skaerpet_tilsyn", pl.col("period") == NEWEST)
    assert {"omfattet", "ikke_omfattet"} <= set(supervised["udfald"])
    decided = supervised.filter(pl.col("udfald").is_in(["omfattet", "ikke_omfattet"]))
    assert decided["flag"].list.contains("egen_opgoerelse").all()


def test_what_if_starts_from_the_places_of_the_release(release: Release, cli: Cli) -> None:
    ranked = release.results.filter(pl.col("measure") == "placering").drop_nulls("value")
    assert len(ranked) > 1000
    for row in ranked.filter(pl.col("kommune_kode").is_in(["101", "751", "707", "665"])).iter_rows(named=True):
        answer = whatif(release, load_rules(), Asked(row["kommune_kode"], 0, row["omraade"], row["period"]))
        assert answer.by_persons
        now = answer.areas[0].now
        assert (now.place, now.places) == (row["value"], (row["low"], row["high"]))
        assert answer.areas[0].then == now
    before, fewer = (whatif(release, load_rules(), Asked("751", n, "i_alt", NEWEST)).areas[0].then for n in (0, 40))
    assert fewer.difference < before.difference
    assert fewer.place < before.place
    assert fewer.place_range[0] <= fewer.place <= fewer.place_range[1]
    told = cli("whatif", "beskaeftigelse", "751", "--fewer", 40, "--release", release.folder)
    assert (told.code, told.err) == (0, "")
    assert "Intervallets standardfejl er opgjort af personer" in told.out
    refused = cli("whatif", "beskaeftigelse", "Læsø", "--release", release.folder)
    assert refused.code == 2
    assert "Læsø har ikke de tal, svaret regnes af" in refused.err


def test_lists_and_explanations_hold_own_places(release: Release) -> None:
    assert faults(release.folder) == []
    rules = load_rules()
    listed = measure_list(release, rules, "placering", NEWEST, "i_alt", None)
    assert [row["value"] for row in listed.rows][:3] == [1.0, 2.0, 3.0]
    assert {made.rows[0]["relation"] for made in alike(release, rules, "751", NEWEST)} == {
        "kan_ikke_skelnes", "naermest_forventet_andel",
    }  # fmt: skip
    lines = "\n".join(explain(release, rules, Question("placering", "751", NEWEST, "i_alt", None)).lines)
    for said in (
        "Interval, 95 pct.: nr. ",
        "Stigende egen forskel_andel, som den er vist; lige værdier ordnes efter kommunekode.",
        "Placering, og de pladser, som afrundingen lader stå åbne: nr. ",
        "Placeringens interval, tilnærmet uden personer: nr. ",
        "Metode: Hele landets personer er talt, så forskellens standardfejl er opgjort af dem",
        "Kilderække: borgere",
    ):
        assert said in lines
    lines = "\n".join(explain(release, rules, Question("resultatmaal", "751", NEWEST, "i_alt", None)).lines)
    assert "Afgørelsen hviler på Målestoks egen opgørelse af personer og egen model, uafrundet" in lines


def test_the_two_standard_errors_stand_beside_each_other(release: Release, cli: Cli) -> None:
    held = told_errors(release)
    assert {(told.period, told.omraade) for told in held} == {(p, a) for p in EDITIONS for a in AREAS}
    for told in held:
        ratios = sorted(pair.persons / pair.approximated for pair in told.pairs)
        summary = told.summary
        assert summary["usikkerhed_forhold_mindst"] == pytest.approx(ratios[0], abs=1e-4)
        assert summary["usikkerhed_forhold_stoerst"] == pytest.approx(ratios[-1], abs=1e-4)
        middle = (ratios[(len(ratios) - 1) // 2] + ratios[len(ratios) // 2]) / 2
        assert summary["usikkerhed_forhold_median"] == pytest.approx(middle, abs=1e-4)
        assert summary["usikkerhed_skala_svarende_til"] == pytest.approx(middle**2, rel=0.02)
        assert summary["usikkerhed_kommuner"] == len(ratios)
        spans = [(p.places, p.approximated_places) for p in told.pairs if p.places and p.approximated_places]
        assert len(spans) == len(ratios)
        apart = [(own[1] - own[0]) - (other[1] - other[0]) for own, other in spans]
        assert summary["usikkerhed_interval_bredere"] == sum(gap > 0 for gap in apart)
        assert summary["usikkerhed_interval_smallere"] == sum(gap < 0 for gap in apart)
    # Spells are shorter than a year: persons say that the approximation, of whole years, is too unsure.
    assert all(told.summary["usikkerhed_skala_svarende_til"] < 1 for told in held)
    shown = cli("uncertainty", "beskaeftigelse", "--top", 2, "--release", release.folder)
    assert (shown.code, shown.err) == (0, "")
    assert "SYNTETISK · To standardfejl på forskellen i procentpoint, i alt, 2020 (2020QMAT04)" in shown.out
    assert "Personerne svarer til, at tilnærmelsens skala var 0," in shown.out
    data = json.loads(cli("uncertainty", "beskaeftigelse", NEWEST, "--omraade", "sygedagpenge", "--json", "--release", release.folder).out)  # fmt: skip
    ratios = [row["ratio"] for row in data["rows"]]
    assert ratios == sorted(ratios, reverse=True)
    for arguments, message in (
        (("kontrolsager",), "kontrolsager har ikke to standardfejl"),
        (("beskaeftigelse", "2031QMAT04"), "Der er ingen standardfejl fra personer for i_alt i 2031QMAT04"),
    ):
        refused = cli("uncertainty", *arguments, "--release", release.folder)
        assert refused.code == 2
        assert message in refused.err


def test_without_persons_there_is_nothing_to_compare(synthetic_release: Release, cli: Cli) -> None:
    assert told_errors(synthetic_release) == []
    refused = cli("uncertainty", "beskaeftigelse", "--release", synthetic_release.folder)
    assert refused.code == 2
    assert "Udgivelsen har ingen standardfejl opgjort af personer" in refused.err
    assert FROM_PERSONS not in "".join(synthetic_release.results["rule_version"].unique())


def test_published_differences_get_the_error_from_persons(beside: Built) -> None:
    errors, whole = parts(beside, "standardfejl_personer"), parts(beside, "standardfejl")
    rows = of(beside, "forskel_andel", kilde="officiel").filter(
        pl.col("kommune_kode").is_in([k.kode for k in kommuner()])
    )
    assert len(rows) == 2 * 98 * len(AREAS) - 1
    assert set(rows["rule_version"]) == {f"1+2019-04+{FROM_PERSONS}"}
    for row in rows.iter_rows(named=True):
        at = (row["period"], row["kommune_kode"], row["omraade"])
        error = errors[at][0]
        assert error is not None
        half = Z * error + HALF
        assert row["low"] == pytest.approx(row["value"] - half, abs=1e-6)
        assert row["high"] == pytest.approx(row["value"] + half, abs=1e-6)
        assert whole[at][3] == FROM_PERSONS
    ranked = of(beside, "placering", period=NEWEST)
    assert set(ranked["kilde"]) == {"officiel"}
    assert set(ranked["rule_version"]) == {f"1+2019-04+{FROM_PERSONS}"}
    targets = beside.tables["findings"].filter(pl.col("criterion") == "resultatmaal", pl.col("period") == NEWEST)
    own = targets.filter(pl.col("flag").list.contains("egen_opgoerelse"))
    assert own["kommune_kode"].to_list() == ["707"]


def test_a_difference_that_is_not_published_is_ours_but_gets_no_place_among_published_ones(beside: Built) -> None:
    (gap,) = of(beside, "forskel_andel", period=NEWEST, omraade="i_alt", kommune_kode="707").iter_rows(named=True)
    assert gap["kilde"] == "beregnet"
    assert gap["rule_version"].endswith(FROM_PERSONS)
    assert gap["low"] < gap["value"] < gap["high"]
    (place,) = of(beside, "placering", period=NEWEST, omraade="i_alt", kommune_kode="707").iter_rows(named=True)
    assert (place["kilde"], place["status"]) == ("officiel", "ikke_leveret")
    best = parts(beside, "blandt_de_ti_bedste")
    assert (NEWEST, "707", "i_alt") not in best
    assert best[NEWEST, "101", "i_alt"][0] is None  # a range: one may lie anywhere


def test_what_if_of_published_differences_uses_the_error_from_persons(beside: Built, tmp_path: Path) -> None:
    release = write_release(beside, tmp_path / "udgivelse", None)
    for row in of(beside, "placering", kommune_kode="101").iter_rows(named=True):
        answer = whatif(release, load_rules(), Asked("101", 0, row["omraade"], row["period"]))
        assert answer.by_persons
        assert (answer.areas[0].now.place, answer.areas[0].now.places) == (row["value"], (row["low"], row["high"]))


def test_editions_without_published_figures_stay_our_own(beside: Built, built: Built) -> None:
    for measure in ("placering", "forskel_andel"):
        at = {"period": EDITIONS[0]}
        assert of(beside, measure, **at).equals(of(built, measure, **at)), measure


def test_a_release_of_one_edition_says_the_same_of_it_and_of_the_place_before(
    beside: Built, store: Path, tmp_path: Path
) -> None:
    shutil.copytree(store, tmp_path / "lager")
    for code, rows in synthetic.editions((EDITIONS[1], NEWEST), seed=7).items():
        path = tmp_path / f"{code}.csv"
        path.write_bytes(synthetic.as_csv(rows))
        bring([path], tmp_path / "lager")
    whole, alone = build(tmp_path / "lager"), build(tmp_path / "lager", NEWEST)
    for measure in ("placering", "forskel_andel", "placering_aendring"):
        assert of(alone, measure, period=NEWEST).equals(of(whole, measure, period=NEWEST)), measure
    for part in ("placering_foer", "placering_nu", "standardfejl", "interval_tilnaermet"):
        held = {at: told for at, told in parts(whole, part).items() if at[0] == NEWEST}
        assert held
        assert parts(alone, part) == held, part
