"""Synthetic Denmark: deterministic, rows that conform, and shares that are what was planted."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from maalestok.beskaeftigelse.personer import synthetic_people as made_people
from maalestok.beskaeftigelse.personer import synthetic_recipe as recipe
from maalestok.beskaeftigelse.personer.synthetic import NATIONAL, SMALL, Size, truth, write_denmark
from maalestok.beskaeftigelse.personer.synthetic_files import FEEDS
from maalestok.beskaeftigelse.personer.synthetic_labour_market import MARKET
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.kommune import kommuner
from maalestok.rules.loader import load_feed

SEED = 20201231
FIRST, LAST = date(2019, 1, 1), date(2020, 12, 31)
LARGE = Size(400_000)
LEVELS = {"707": {"a_dagpenge": 0.041, "sygedagpenge": 0.018}, "851": {"kontanthjaelp": 0.07}}
Denmark = dict[str, pl.DataFrame]


def read(folder: Path) -> Denmark:
    """The five files."""
    return {feed: pl.read_parquet(folder / f"SYNTETISK_{feed}.parquet") for feed in FEEDS}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def areas() -> dict[str, str]:
    """Benefit -> area, as the rules name them from 2019 on."""
    held = load_rules().areas.versions[-1].areas
    return {benefit: area for area, benefits in held.items() for benefit in benefits}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("danmark")
    rows = write_denmark(path, SMALL, SEED)
    assert rows == {feed: len(frame) for feed, frame in read(path).items()}
    return path


@pytest.fixture(scope="module")
def small(folder: Path) -> Denmark:
    return read(folder)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Denmark]:
    path = tmp_path_factory.mktemp("stort")
    write_denmark(path, LARGE, SEED)
    yield read(path)
    for file in path.iterdir():
        file.unlink()


def residences(them: Denmark) -> pl.DataFrame:
    """Each residence within the window: its days, and the first and last of them."""
    return (
        them["borgere"]
        .with_columns(pl.max_horizontal("fra", pl.lit(FIRST)), pl.col("til").fill_null(LAST))
        .with_columns(days=(pl.col("til") - pl.col("fra")).dt.total_days() + 1)
    )


def on_benefits(them: Denmark) -> pl.DataFrame:
    """Days in full-time terms for each residence and area, counted anew from the files."""
    spells = (
        them["forloeb"]
        .with_columns(omraade=pl.col("ydelse").replace_strict(areas(), default=None))
        .drop_nulls("omraade")
        .select(
            "person_id",
            "omraade",
            "grad_pct",
            start=pl.max_horizontal("fra", pl.lit(FIRST)),
            end=pl.col("til").fill_null(LAST),
        )
    )
    joined = spells.join(residences(them), on="person_id").with_columns(
        taken=(pl.min_horizontal("end", "til") - pl.max_horizontal("start", "fra")).dt.total_days() + 1
    )
    return (
        joined.filter(pl.col("taken") > 0)
        .with_columns(pl.col("taken") * pl.col("grad_pct").fill_null(100) / 100)
        .group_by("person_id", "kommune_kode", "fra", "omraade")
        .agg(pl.col("taken").sum())
    )


def shares(them: Denmark) -> pl.DataFrame:
    """Actual share, persons and standard error of each municipality and area."""
    people = residences(them).join(pl.DataFrame({"omraade": recipe.AREAS}), how="cross")
    joined = people.join(on_benefits(them), on=("person_id", "kommune_kode", "fra", "omraade"), how="left")
    joined = joined.with_columns(pl.col("taken").fill_null(0.0))
    return joined.group_by("kommune_kode", "omraade").agg(
        (pl.col("taken").sum() / pl.col("days").sum()).alias("actual"),
        (pl.col("taken").std() / pl.len().sqrt() / pl.col("days").mean()).alias("error"),
        pl.len().alias("persons"),
    )


def predicted(seed: int, size: Size) -> pl.DataFrame:
    """The mean of the conditions as they were drawn, without deviation, and the planted deviation: by person-time."""
    country = recipe.country(size.persons, seed)
    rows = []
    for part in made_people.parts(country, None):
        them = made_people.people(country, part)
        own = made_people.predictor(country, them)
        share = own + country.market[part.kommune]
        here = np.full(part.count, recipe.DAYS)
        here[them.mover] = them.moved
        rows.append(pl.DataFrame({"kommune": np.full(part.count, part.kommune), "days": here, **_by_area(share)}))
        later = _by_area(own[them.mover] + country.market[them.to])
        rows.append(pl.DataFrame({"kommune": them.to, "days": recipe.DAYS - them.moved, **later}))
    means = (
        pl.concat(rows)
        .group_by("kommune")
        .agg((pl.col(a) * pl.col("days")).sum() / pl.col("days").sum() for a in recipe.AREAS)
    )
    coded = means.with_columns(pl.Series("kommune_kode", country.codes).gather(means["kommune"]))
    return coded.unpivot(recipe.AREAS, index="kommune_kode", variable_name="omraade", value_name="predicted")


def _by_area(share: recipe.Floats) -> dict[str, recipe.Floats]:
    return {area: share[:, place] for place, area in enumerate(recipe.AREAS)}


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from maalestok.beskaeftigelse.personer.synthetic import *;"
        f"write_denmark(Path(sys.argv[1]), SMALL, {SEED})"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, env={**os.environ, "POLARS_MAX_THREADS": "1"})
    assert digests(tmp_path) == digests(folder)


def test_another_seed_differs(folder: Path, tmp_path: Path) -> None:
    write_denmark(tmp_path, SMALL, SEED + 1)
    assert not set(digests(tmp_path).values()) & set(digests(folder).values())


def test_columns_and_values_are_those_of_the_feeds(small: Denmark) -> None:
    for feed, frame in small.items():
        told = {c.id: c for c in load_feed(feed, "beskaeftigelse").columns}
        assert set(frame.columns) - {"syntetisk"} <= set(told)
        assert frame.columns[0] == "person_id"
        assert frame.columns[-1] == "syntetisk"
        assert frame["syntetisk"].unique().to_list() == ["SYNTETISK"]
        for name, column in told.items():
            if name not in frame.columns:
                assert column.optional
                continue
            assert column.may_be_missing or frame[name].null_count() == 0
            if column.choices:
                assert set(frame[name].drop_nulls()) == set(column.choices)
        for name in {"fra", "til"} & set(frame.columns):
            assert frame.schema[name] == pl.Date
        assert frame.filter(pl.col("person_id").str.contains("^[0-9a-f]{16}$")).height == frame.height


def test_no_period_ends_before_it_begins(small: Denmark) -> None:
    for feed in ("borgere", "forloeb", "indsats", "fritagelser"):
        assert small[feed].filter(pl.col("fra") > pl.col("til")).is_empty()
        assert small[feed].filter((pl.col("fra") > LAST) | (pl.col("til") > LAST)).is_empty()


def test_residences_follow_each_other(small: Denmark) -> None:
    rows = small["borgere"].sort("person_id", "fra")
    before = rows.with_columns(pl.col("til", "kommune_kode").shift(1).over("person_id").name.prefix("prev_"))
    moved = before.filter(pl.col("fra") >= FIRST)
    assert moved.filter(pl.col("prev_til").dt.offset_by("1d") == pl.col("fra")).height == moved.height
    assert moved.filter(pl.col("prev_kommune_kode") != pl.col("kommune_kode")).height == moved.height
    assert rows["person_id"].n_unique() == SMALL.persons == rows.height - moved.height
    assert moved.height / SMALL.persons == pytest.approx(0.05, abs=0.005)
    kept = rows.select(pl.exclude("kommune_kode", "fra", "til")).unique()
    assert kept.height == SMALL.persons, "the conditions stay the same"
    assert rows.filter(pl.col("fra").dt.year() < pl.col("foedselsaar")).is_empty()
    age = recipe.THIS_YEAR - rows["foedselsaar"]
    assert (age.min(), age.max()) == (16, 65)


def test_spells_conform(small: Denmark) -> None:
    rows = small["forloeb"].with_columns(end=pl.col("til").fill_null(LAST)).sort("person_id", "fra")
    after = pl.col("fra") <= pl.col("end").shift(1)
    same = rows.sort("person_id", "ydelse", "fra").filter(after.over("person_id", "ydelse"))
    assert same.is_empty(), "spells of one benefit never overlap"
    assert 0 < rows.filter(after.over("person_id")).height < 0.01 * rows.height
    began = load_rules().areas.benefit_from
    for benefit, day in began.items():
        assert rows.filter((pl.col("ydelse") == benefit) & (pl.col("fra") < day)).is_empty()
    old = rows.filter(pl.col("ydelse") == "integrationsydelse")
    assert old.filter(pl.col("end") > date(2019, 12, 31)).is_empty()
    assert rows.filter(pl.col("fra") < date(2015, 1, 1)).is_empty()
    assert rows.filter(pl.col("fra") < date(2016, 1, 1)).height
    sick = rows.filter(pl.col("ydelse") == "sygedagpenge")
    assert sick["grad_pct"].is_not_null().mean() == pytest.approx(recipe.RECIPE.graded, abs=0.02)
    assert rows.filter(pl.col("ydelse") != "sygedagpenge")["grad_pct"].null_count() == rows.height - sick.height
    assert rows["betalingskommune_kode"].is_not_null().mean() == pytest.approx(0.01, abs=0.003)
    previous = pl.col("ydelse", "end").shift(1).over("person_id").name.prefix("prev_")
    gap = (pl.col("fra") - pl.col("prev_end")).dt.total_days() - 1
    follows = rows.with_columns(previous).with_columns(gap=gap)
    again = follows.filter(pl.col("ydelse") == pl.col("prev_ydelse"))["gap"]
    assert again.is_between(1, 27).any()
    assert (again > 31).any()
    helped = pl.col("ydelse").is_in(("kontanthjaelp", "uddannelseshjaelp"))
    assert follows.filter((pl.col("prev_ydelse") == "integrationsydelse") & helped & (pl.col("gap") == 0)).height


def test_efforts_lie_within_spells_and_hours_are_told_once(small: Denmark) -> None:
    inside = small["forloeb"].filter(pl.col("ydelse").is_in(list(areas()))).with_columns(pl.col("til").fill_null(LAST))
    for feed in ("indsats", "fritagelser"):
        rows = small[feed].with_row_index("row").with_columns(end=pl.coalesce("til", "fra"))
        found = rows.join(inside.select("person_id", start="fra", stop="til"), on="person_id")
        assert (
            found.filter((pl.col("start") <= pl.col("fra")) & (pl.col("fra") <= pl.col("stop")))["row"].n_unique()
            == rows.height
        )
    assert small["indsats"].filter(art="tilbud")["til"].null_count() == 0
    assert small["indsats"]["afholdt"].mean() == pytest.approx(recipe.RECIPE.held, abs=0.01)
    worked = small["arbejdstimer"]
    assert worked.select("person_id", "maaned").is_duplicated().sum() == 0
    assert worked.filter(~pl.col("timer").is_between(500, 16_000)).is_empty()
    assert set(worked["maaned"]) == {f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13)}


def test_a_csv_says_the_same(tmp_path: Path) -> None:
    size = Size(3_000)
    assert write_denmark(tmp_path, size, SEED) == write_denmark(tmp_path, size, SEED, "csv")
    for feed, frame in read(tmp_path).items():
        path = tmp_path / f"SYNTETISK_{feed}.csv"
        assert path.read_bytes().startswith(b"person_id;")
        assert pl.read_csv(path, separator=";", schema=frame.schema).equals(frame)
    with pytest.raises(ValueError, match="xlsx"):
        write_denmark(tmp_path, size, SEED, "xlsx")
    for asked, levels in ((Size(3_000, ("411",)), None), (size, {"411": {}, "999": {"a_dagpenge": 0.03}})):
        with pytest.raises(ValueError, match=r"411|not in"):
            write_denmark(tmp_path, asked, SEED, levels=levels)


def test_an_extract_is_its_part_of_the_whole(small: Denmark, tmp_path: Path) -> None:
    write_denmark(tmp_path, Size(SMALL.persons, ("707", "825")), SEED)
    mine = read(tmp_path)
    first = small["borgere"].filter((pl.col("fra") < FIRST) & pl.col("kommune_kode").is_in(("707", "825")))
    for feed, frame in mine.items():
        assert frame.equals(small[feed].filter(pl.col("person_id").is_in(first["person_id"].implode())))
    assert mine["borgere"].filter(pl.col("fra") < FIRST).height == first.height > 100


@pytest.mark.parametrize("seed", [1, 2, SEED])
@pytest.mark.parametrize("size", [SMALL, NATIONAL])
def test_what_is_planted_is_centred_and_never_cut_off(size: Size, seed: int) -> None:
    planted = truth(size, seed)
    assert planted.height == 98 * 3
    assert planted["personer"].sum() == 3 * size.persons
    by_area = planted.group_by("omraade").agg(
        (pl.col("deviation") * pl.col("personer")).sum() / size.persons,
        spread=pl.col("deviation").std(),
        level=(pl.col("expected_share") * pl.col("personer")).sum() / size.persons,
    )
    assert by_area["deviation"].abs().max() == pytest.approx(0, abs=1e-12)
    assert by_area.filter(~pl.col("spread").is_between(0.003, 0.006)).is_empty()
    assert dict(by_area.select("omraade", "level").iter_rows()) == pytest.approx(
        dict(zip(recipe.AREAS, recipe.RECIPE.level, strict=True))
    )
    country, part = recipe.country(size.persons, seed), recipe.RECIPE.mean_part()
    assert recipe.RECIPE.floor + country.deviation.min() > 0, "no share is below 0"
    assert country.market.min() >= 0
    assert all(effect.min() >= 0 for effect in country.effects)
    hardest = sum(float((effect / part).sum(axis=1).max()) for effect in country.effects)
    of_place = recipe.RECIPE.floor + country.market + country.deviation
    assert hardest + float((of_place / part).sum(axis=1).max()) < 1


@pytest.mark.slow
def test_shares_are_those_of_the_recipe_and_every_day_is_alike(large: Denmark) -> None:
    expected = predicted(SEED, LARGE).join(truth(LARGE, SEED), on=("kommune_kode", "omraade"))
    found = shares(large).join(expected, on=("kommune_kode", "omraade"))
    national = found.group_by("omraade").agg(
        actual=(pl.col("actual") * pl.col("persons")).sum() / pl.col("persons").sum(),
        expected=((pl.col("predicted") + pl.col("deviation")) * pl.col("persons")).sum() / pl.col("persons").sum(),
        error=(pl.col("error") * pl.col("persons")).pow(2).sum().sqrt() / pl.col("persons").sum(),
    )
    for area, actual, mean, error in national.iter_rows():
        assert abs(actual - mean) < 4 * error, (area, actual, mean, error)
    noise = found.select((pl.col("actual") - pl.col("predicted") - pl.col("deviation")) / pl.col("error")).to_series()
    assert noise.std() == pytest.approx(1, abs=0.15), "municipalities differ by chance alone from what was planted"
    spells = large["forloeb"].filter(pl.col("ydelse").is_in(list(areas()))).with_columns(pl.col("til").fill_null(LAST))
    days = [date(2019, 1, 1), date(2019, 8, 15), date(2020, 1, 1), date(2020, 12, 31)]
    counts = [spells.filter((pl.col("fra") <= d) & (pl.col("til") >= d))["person_id"].n_unique() for d in days]
    assert max(counts) / min(counts) < 1.03, "every day is alike"


def test_conditions_of_areas_lie_beside_a_whole_country(folder: Path, tmp_path: Path) -> None:
    """What is planted follows from the file: the mean of a commuting area, or the municipality's own number."""
    table = pl.read_csv(folder / "SYNTETISK_rammevilkaar.csv", schema_overrides={"kommunekode": pl.String})
    told = {name for column in load_feed("rammevilkaar", "beskaeftigelse").columns for name in column.names}
    assert set(table.columns) - {"syntetisk"} <= told
    assert set(table["syntetisk"]) == {"SYNTETISK"}
    areas = table.group_by("pendlingsomraade").agg(pl.col("kommunekode").n_unique())
    assert 20 <= areas.height <= 30
    assert areas["pendlingsomraade"].str.contains("SYNTETISK").all()
    homes = {k.kode: k.landsdel_kode for k in kommuner()}
    landsdele = table.select("pendlingsomraade", pl.col("kommunekode").replace_strict(homes).alias("landsdel")).unique()
    assert landsdele.height == areas.height, "an area lies in one landsdel"

    planted = truth(SMALL, SEED)
    persons = planted.filter(omraade=recipe.AREAS[0]).select(kommunekode="kommune_kode", persons="personer")
    means = table.group_by("kommunekode", "pendlingsomraade").agg(
        pl.col("job_pr_indb", "andel_LVU", "pendlingsafstand_km").mean()
    )
    shared = (pl.col("job_pr_indb", "andel_LVU") * pl.col("persons")).sum().over("pendlingsomraade")
    means = means.join(persons, on="kommunekode").with_columns(
        shared / pl.col("persons").sum().over("pendlingsomraade")
    )
    x = np.column_stack([np.ones(98), means.select("job_pr_indb", "andel_LVU", "pendlingsafstand_km").to_numpy()])
    for place, area in enumerate(recipe.AREAS):
        added = planted.filter(omraade=area).select(kommunekode="kommune_kode", added="of_labour_market")
        y = means.join(added, on="kommunekode", maintain_order="left")["added"].to_numpy()
        found = np.linalg.lstsq(x, y)[0]
        assert np.abs(y - x @ found).max() < 0.0003, "the years' changes alone keep the numbers from the planted levels"
        effects = [condition.effects[place] / 100 for condition in MARKET]
        np.testing.assert_allclose(found[1:], effects, rtol=0.1, atol=1e-5)

    write_denmark(tmp_path, Size(3_000, ("825",)), SEED)
    assert not (tmp_path / "SYNTETISK_rammevilkaar.csv").exists()


@pytest.mark.slow
def test_planted_deviations_are_found_again(large: Denmark) -> None:
    found = shares(large).join(predicted(SEED, LARGE), on=("kommune_kode", "omraade"))
    found = found.join(truth(LARGE, SEED), on=("kommune_kode", "omraade"))
    for area in recipe.AREAS:
        mine = found.filter(omraade=area)
        weight, planted = mine["persons"].to_numpy(), mine["deviation"].to_numpy()
        residual = (mine["actual"] - mine["predicted"]).to_numpy()
        centred = planted - np.average(planted, weights=weight)
        total = (weight * centred**2).sum()
        slope = (weight * centred * residual).sum() / total
        error = np.sqrt((weight**2 * centred**2 * mine["error"].to_numpy() ** 2).sum()) / total
        assert abs(slope - 1) < 4 * error, (area, slope, error)
        assert error < 0.15


@pytest.mark.slow
def test_efforts_differ_and_show(large: Denmark) -> None:
    rows = large["forloeb"].filter(pl.col("ydelse").is_in(list(areas()))).with_columns(pl.col("til").fill_null(LAST))
    year = rows.with_columns(
        days=(pl.col("til") - pl.max_horizontal("fra", pl.lit(date(2020, 1, 1)))).dt.total_days() + 1
    )
    long = year.filter(pl.col("days") > 0).group_by("person_id").agg(pl.col("days").sum()).filter(pl.col("days") >= 360)
    held = large["indsats"].filter(pl.col("afholdt") & (pl.col("fra").dt.year() == 2020))
    counts = held.group_by("person_id").agg(
        talks=(pl.col("art") == "samtale").sum(), offers=(pl.col("art") == "tilbud").sum()
    )
    first = large["borgere"].filter(pl.col("fra") < FIRST).select("person_id", "kommune_kode")
    mine = long.join(counts, on="person_id", how="left").fill_null(0).join(first, on="person_id")
    found = (
        mine.group_by("kommune_kode")
        .agg(pl.len(), (pl.col("talks") >= 4).mean(), (pl.col("offers") >= 1).mean())
        .filter(pl.col("len") >= 60)
    )
    for column in ("talks", "offers"):
        low, high = found[column].quantile(0.02), found[column].quantile(0.98)
        assert low is not None
        assert high is not None
        assert 0.5 < low < 0.78 < 0.9 < high
    joined = found.join(truth(LARGE, SEED).filter(omraade="kontanthjaelp"), on="kommune_kode")
    assert joined.select(pl.corr("talks", "effort_talks")).item() > 0.7
    assert joined.select(pl.corr("offers", "effort_offers")).item() > 0.7


def test_levels_asked_for_are_the_mean(tmp_path: Path) -> None:
    size = Size(1_500_000, ("707",))
    told = truth(size, SEED, LEVELS).with_columns(share=pl.col("expected_share") + pl.col("deviation"))
    for code, asked in LEVELS.items():
        for area, share in asked.items():
            assert told.filter(kommune_kode=code, omraade=area)["share"].item() == pytest.approx(share)
    assert told.filter(pl.col("scale") != 1).height == 3
    write_denmark(tmp_path, size, SEED, levels=LEVELS)
    found = shares(read(tmp_path)).filter(kommune_kode="707").join(told, on=("kommune_kode", "omraade"))
    for row in found.iter_rows(named=True):
        assert abs(row["actual"] - row["share"]) < 4 * row["error"], row
