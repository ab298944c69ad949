"""From persons to a release: rounding, what leads, exact decisions, means, shortfalls, December's bounds, options."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cli
from maalestok.beskaeftigelse.findings import findings_table
from maalestok.beskaeftigelse.personer.fulltime import rounded, share_bounds
from maalestok.beskaeftigelse.personer.own_rows import OwnRow, frames, joined
from maalestok.beskaeftigelse.personer.plan import target_faults
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.build import BuildRequest, Built
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.report import MODTAGET
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.errors import StoreError
from maalestok.explain import Question, explain
from maalestok.registry import benchmark
from maalestok.release.verify import faults
from maalestok.release.write import write_release
from personer import take_in, write_files
from reference import naive_personer as naive

KODE = "707"
COVERS = ("2019-01", "2020-10")
OCTOBER, DECEMBER = 2020 * 12 + 9, 2020 * 12 + 11
RECEIVED = datetime(2020, 11, 10, tzinfo=UTC)


def persons(number: int = 400, long: int = 120, talks: int = 90, offers: int = 60) -> naive.Persons:
    """Residents of one municipality: `long` on kontanthjælp since 2018, of whom so many have had talks and offers.

    Talks are four in each half-year, offers last through the whole time; 20 more are on sygedagpenge in June 2020.
    """
    begun = date(2018, 1, 1)
    homes = [naive.Bopael(n, int(KODE), date(2000, 1, 1), None, 1980) for n in range(number)]
    spells = [naive.Forloeb(n, "kontanthjaelp", begun, None, None, None) for n in range(long)]
    spells += [
        naive.Forloeb(n, "sygedagpenge", date(2020, 6, 1), date(2020, 6, 30), None, 50) for n in range(long, long + 20)
    ]
    efforts = [
        naive.Indsats(n, "samtale", date(year, month, 2), None, afholdt=True)
        for n in range(talks)
        for year in (2019, 2020)
        for month in (1, 2, 3, 4, 7, 8, 9, 10)
    ]
    efforts += [naive.Indsats(n, "tilbud", date(2019, 1, 1), date(2020, 10, 31), afholdt=True) for n in range(offers)]
    return homes, spells, efforts, [naive.Timer(0, 2020 * 12, 100)], []


def stored(folder: Path, made: naive.Persons, covers: tuple[str, str] = COVERS) -> Path:
    """A store with the persons."""
    folder.mkdir(exist_ok=True)
    for feed, path in write_files(folder, made).items():
        if len(path.read_text(encoding="utf-8").splitlines()) > 1:
            take_in(
                folder / "lager",
                feed,
                path,
                covers,
                RECEIVED if covers == COVERS else datetime(2021, 1, 10, tzinfo=UTC),
                [KODE],
            )
    return folder / "lager"


def built(store: Path, period: str | None = None, options: frozenset[str] = frozenset()) -> Built:
    with DuckDBEngine() as engine:
        return benchmark("beskaeftigelse").build(BuildRequest(Store.open(store), engine, period, options=options))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A release of persons alone, known to October 2020."""
    return built(stored(tmp_path_factory.mktemp("alene"), persons()))


def value(found: Built, measure: str, period: str, omraade: str = "i_alt", table: str = "results") -> dict[str, object]:
    frame = found.internal if table == "internal" else found.tables[table]
    assert frame is not None
    (row,) = frame.filter(measure=measure, kommune_kode=KODE, period=period, omraade=omraade).iter_rows(named=True)
    return row


def test_full_time_persons_are_rounded_and_shares_are_made_of_rounded_numbers(alone: Built) -> None:
    number = value(alone, "faktisk_antal", "2020QMAT03", "sygedagpenge")
    assert (number["value"], number["kilde"], number["rule_version"]) == (0, "beregnet", "1+2019-04+personer-1")
    exact = value(alone, "faktisk_antal", "2020QMAT03", "sygedagpenge", "internal")
    assert exact["value"] == float(Fraction(20 * 30 * 50, 100 * 366))
    total = value(alone, "faktisk_antal", "2020QMAT03")
    assert total["value"] == 120
    share = value(alone, "faktisk_andel", "2020QMAT03")
    assert (share["numerator"], share["denominator"], share["value"]) == (120, 400, 0.3)
    assert share["low"] == 115 / 405
    assert share["high"] == 125 / 395


def test_every_rolling_year_is_there_with_its_quarters(alone: Built) -> None:
    periods = [p for p in alone.periods if "QMAT" in p]
    assert periods == ["2019QMAT04", "2020QMAT01", "2020QMAT02", "2020QMAT03"]
    parts = alone.tables["parts"].filter(
        measure="faktisk_antal", period="2020QMAT02", omraade="sygedagpenge", kommune_kode=KODE
    )
    assert dict(parts.select("part", "value").iter_rows()) == {
        "i_kvartal_1": 0, "i_kvartal_2": 0, "i_kvartal_3": 0, "i_kvartal_4": 0,
    }  # fmt: skip
    assert alone.tables["results"].filter(pl.col("kommune_kode") != KODE).is_empty()


def test_shares_groups_and_shortfalls_of_a_month(alone: Built) -> None:
    share = value(alone, "samtale_andel", "2020-10")
    assert (share["numerator"], share["denominator"], share["value"]) == (90, 120, 0.75)
    assert value(alone, "maalgruppe_tilbud", "2020-10")["value"] == 120
    assert value(alone, "mangler_borgere_samtaler", "2020-10")["value"] == 6
    assert value(alone, "mangler_borgere_tilbud", "2020-10")["value"] == 36
    assert value(alone, "samtale_andel_12m", "2020-10")["status"] == "ikke_opgjort"


def test_december_runs_from_what_is_certain_to_what_is_possible(alone: Built) -> None:
    row = value(alone, "samtale_andel_december", "2020-10")
    # 10 known months at 3/4; in November and December talks of July to October still count.
    assert row["value"] == row["low"] == 0.75
    assert row["high"] == float((10 * Fraction(3, 4) + 2) / 12)
    offers = value(alone, "tilbud_andel_december", "2020-10")
    assert (offers["low"], offers["high"]) == (0.5, float((10 * Fraction(1, 2) + 2) / 12))
    assert alone.tables["results"].filter(measure="samtale_andel_december").height == 1


def test_it_is_told_what_was_not_counted(alone: Built) -> None:
    said = "\n".join(alone.warnings)
    assert "Ingen fritagelser er leveret" in said
    assert "forloeb dækker under 36 måneder" in said


def test_findings_are_decided_on_exact_means(tmp_path: Path) -> None:
    """6 months at 5/6 and 6 at 23/30 make exactly 80 per cent, which no double says exactly."""
    made = persons(number=400, long=90, talks=0, offers=90)
    half = [
        naive.Indsats(n, "samtale", day, None, afholdt=True)
        for n in range(75)
        for day in ([date(2019, 12, 1)] * 4 if n >= 69 else [date(2019, 8, 1)] * 4 + [date(2020, 6, 1)] * 4)
    ]
    exact = built(stored(tmp_path, (made[0], made[1], [*made[2], *half], made[3], []), ("2019-01", "2020-12")))
    monthly = [
        int(str(value(exact, "samtale_andel", f"2020-{m:02d}")["numerator"]).split(".")[0]) for m in range(1, 13)
    ]
    assert sorted(set(monthly)) == [69, 75]
    mean = value(exact, "samtale_andel_12m", "2020-12")["value"]
    expected = sum((Fraction(count, 90) for count in monthly), Fraction(0)) / 12
    assert mean == float(expected)
    findings = exact.tables["findings"].filter(criterion="fokusmaal_samtaler", period="2020-12")
    assert findings["udfald"].to_list() == ["opfyldt" if expected >= Fraction(4, 5) else "ikke_opfyldt"]


@pytest.mark.parametrize(("over", "udfald"), [(-1, "ikke_opfyldt"), (0, "opfyldt")])
def test_a_mean_a_hair_under_the_limit_is_not_met(alone: Built, over: int, udfald: str) -> None:
    results = (
        alone.tables["results"]
        .filter(measure="samtale_andel_12m", period="2020-10")
        .with_columns(pl.lit(0.8).alias("value"), pl.lit("ok").alias("status"))
    )
    mean = Fraction(4, 5) + Fraction(over, 10**15)
    means = {("samtale_andel_12m", KODE, OCTOBER): mean}
    found = findings_table(results, load_rules(), means).filter(criterion="fokusmaal_samtaler")
    assert found["udfald"].to_list() == [udfald]


def test_a_group_of_few_is_withheld_for_both_targets(tmp_path: Path) -> None:
    found = built(stored(tmp_path, persons(long=30, talks=27, offers=15)))
    for measure in ("samtale_andel", "tilbud_andel", "maalgruppe_samtaler", "mangler_borgere_tilbud"):
        row = value(found, measure, "2020-10")
        assert (row["value"], row["status"]) == (None, "diskretioneret")
    assert value(found, "samtale_andel", "2020-10", table="internal")["numerator"] == 27
    assert value(found, "samtale_andel_december", "2020-10")["status"] == "diskretioneret"
    reasons = found.tables["parts"].filter(measure="samtale_andel", period="2020-10")["part"].to_list()
    assert reasons == ["fortrolighed"]


def focus(tmp_path: Path, text: str, store: Path) -> None:
    path = tmp_path / "fokusmaal.csv"
    path.write_text(f"kommune_kode;maaned;maalgruppe_antal;samtale_andel;tilbud_andel\n{text}", encoding="utf-8")
    (report,) = import_files(benchmark("beskaeftigelse").feed_kind("fokusmaal"), [path], store, Arrival(RECEIVED))
    assert report.outcome == MODTAGET


def test_a_published_share_leads_and_ours_stands_beside_it(tmp_path: Path) -> None:
    store = stored(tmp_path, persons())
    focus(tmp_path, "707;2020-10;130;76,92;\n707;2020-09;..;..;50,00\n", store)
    found = built(store)
    row = value(found, "samtale_andel", "2020-10")
    assert (row["value"], row["kilde"], row["rule_version"]) == (0.7692, "officiel", "1")
    parts = found.tables["parts"].filter(measure="samtale_andel", period="2020-10")
    assert dict(parts.select("part", "value").iter_rows()) == {"egen_opgoerelse": 0.75, "afvigelse": -0.0192}
    ours = value(found, "tilbud_andel", "2020-10")
    assert (ours["value"], ours["kilde"], ours["rule_version"]) == (0.5, "beregnet", "2+personer-1")
    withheld = value(found, "samtale_andel", "2020-09")
    assert (withheld["value"], withheld["status"], withheld["kilde"]) == (None, "diskretioneret", "officiel")
    assert any(
        "samtale_andel: 1 af 1 egen opgørelse afviger" in said and "75,00 pct. mod 76,92 pct." in said
        for said in found.warnings
    )


def test_a_release_of_persons_is_written_explained_and_whole(tmp_path: Path, alone: Built) -> None:
    release = write_release(alone, tmp_path / "udgivelse", None)
    assert faults(release.folder) == []
    lines = "\n".join(
        explain(release, load_rules(), Question("faktisk_antal", KODE, "2020QMAT03", "i_alt", None)).lines
    )
    for said in (
        "120 fuldtidspersoner",
        "Målestoks læsning: Alder",
        "Beregning: Dage på områdets ydelser",
        "alle filens rækker",
    ):
        assert said in lines
    lines = "\n".join(
        explain(release, load_rules(), Question("fokusmaal_samtaler", KODE, "2020-10", "i_alt", None)).lines
    )
    assert "Fokusmålet er ikke vurderet" in lines


def test_one_edition_of_persons_alone(tmp_path: Path) -> None:
    store = stored(tmp_path, persons())
    found = built(store, "2020QMAT02")
    assert found.periods[-1] == "2020QMAT02"
    assert [p for p in found.periods if "QMAT" in p] == ["2020QMAT02"]
    assert {p for p in found.periods if "QMAT" not in p} == {f"2020-0{m}" for m in range(1, 7)} | {"2019-12"}


def test_ways_of_counting_that_need_persons_or_do_not_exist(tmp_path: Path, cli: Cli) -> None:
    store = stored(tmp_path, persons())
    beside = built(store, options=frozenset({"begge_definitioner"}))
    parts = beside.tables["parts"].filter(
        measure="faktisk_antal", period="2020QMAT03", omraade="kontanthjaelp", kommune_kode=KODE
    )
    assert {"efter_definition_2018", "efter_definition_2019-04"} < set(parts["part"].to_list())
    payers = built(store, options=frozenset({"efter_betaler"}))
    assert value(payers, "faktisk_antal", "2020QMAT03")["rule_version"] == "1+2019-04+personer-1+betaler-1"
    done = cli("build", "beskaeftigelse", "--store", store, "--out", tmp_path / "u", "--with", "paa_skoen")
    assert (done.code, "efter_betaler" in done.err) == (2, True)


def test_options_without_persons_are_refused(tmp_path: Path) -> None:
    store = tmp_path / "lager"
    focus(tmp_path, "707;2020-10;130;76,92;\n", store)
    with pytest.raises(StoreError, match="gælder personer"):
        built(store, options=frozenset({"efter_betaler"}))


@given(st.fractions(min_value=0, max_value=10**6), st.sampled_from([5, 10, 100]))
def test_rounding_is_to_the_nearest_multiple(value_: Fraction, base: int) -> None:
    found = rounded(value_, base)
    assert found % base == 0
    assert -Fraction(base, 2) < found - value_ <= Fraction(base, 2)


@given(st.integers(0, 5000), st.integers(100, 100_000))
def test_the_share_of_unrounded_numbers_lies_within_the_bounds(number: int, residents: int) -> None:
    low, high = share_bounds(rounded(number, 10), rounded(residents, 10), 10)
    assert low <= Fraction(number, residents) <= high


def test_targets_that_are_not_counted_from_persons_are_faults() -> None:
    (version, *_) = load_rules().fokusmaal["fokusmaal_tilbud"].versions
    odd = version.model_copy(update={"minimum": {"tilbud": 2, "timer": 100}})
    assert list(target_faults([version], "fokusmaal_tilbud")) == []
    assert len(list(target_faults([odd], "fokusmaal_tilbud"))) == 1
    assert len(list(target_faults([odd], "fokusmaal_samtaler"))) == 1


def row(measure: str, **changes: object) -> OwnRow:
    held: dict[str, object] = {"period": "2020-10", "kommune_kode": KODE, "omraade": "i_alt", "value": Fraction(1, 2)}
    return OwnRow(measure, **(held | changes))  # type: ignore[arg-type]  # fields by name


def test_what_leads_and_what_is_filled_in() -> None:
    own = frames([row("m", period=f"2020-{m:02d}") for m in range(1, 7)], "personer-1")["m"]
    kinds: list[tuple[str, float | None, str, str | None]] = [
        ("2020-01", 0.4, "ok", None),
        ("2020-02", None, "diskretioneret", "ikke_offentliggjort"),
        ("2020-03", None, "ikke_leveret", "ikke_offentliggjort"),
        ("2020-04", None, "ikke_leveret", "udtaget_ved_rettelse"),
        ("2020-09", None, "ikke_leveret", "ikke_offentliggjort"),
    ]
    published = pl.DataFrame(
        [(code, KODE, "i_alt", "officiel", held, status, reason) for code, held, status, reason in kinds],
        schema=["period", "kommune_kode", "omraade", "kilde", "value", "status", "reason"],
        orient="row",
    )
    found = {r["period"]: r["kilde"] for r in joined(published, own).iter_rows(named=True)}
    assert found == {
        "2020-01": "officiel", "2020-02": "officiel", "2020-03": "beregnet", "2020-04": "officiel",
        "2020-05": "beregnet", "2020-06": "beregnet", "2020-09": "officiel",
    }  # fmt: skip
    assert joined(published, None).equals(published)


def test_known_bytes_can_be_said_to_cover_something_else(tmp_path: Path, cli: Cli) -> None:
    store, made = stored(tmp_path, persons()), tmp_path / "forloeb.csv"
    again = ("import", "forloeb", made, "--store", store, "--received", "2020-11-10", "--covers")
    same = cli(*again, "2019-01:2020-10")
    assert (same.code, "findes allerede" in same.out) == (0, True)
    other = cli(*again, "2016-01:2020-10")
    assert (other.code, "2016-01 til 2020-10" in other.out, "Filen er modtaget før" in other.out) == (0, True, True)
    (delivery,) = Store.open(store).deliveries("forloeb")
    assert (delivery.periods[0], delivery.received) == ("2016-01", RECEIVED)
    assert not any("under 36 måneder" in said for said in built(store).warnings)


def test_spaces_around_a_pseudonym_do_not_make_another_person(tmp_path: Path) -> None:
    plain, padded = (stored(tmp_path / name, persons()) for name in ("a", "b"))
    text = (tmp_path / "b" / "forloeb.csv").read_text(encoding="utf-8").replace("\np", "\n p")
    (tmp_path / "b" / "forloeb.csv").write_text(text, encoding="utf-8")
    take_in(padded, "forloeb", tmp_path / "b" / "forloeb.csv", COVERS, datetime(2020, 11, 11, tzinfo=UTC))
    assert built(plain).tables["results"].equals(built(padded).tables["results"])


def test_it_is_told_how_far_exemptions_reach(tmp_path: Path) -> None:
    store = stored(tmp_path, persons())
    path = tmp_path / "fritagelser.csv"
    path.write_text("person_id;art;fra;til\np00000001;samtale;2019-01-01;2019-02-01\n", encoding="utf-8")
    take_in(store, "fritagelser", path, ("2019-01", "2020-08"), RECEIVED)
    assert any("fritagelser rækker kun til 2020-08" in said for said in built(store).warnings)


def test_persons_that_cover_too_little_are_refused_with_the_reason(tmp_path: Path) -> None:
    made = persons()
    store = stored(tmp_path, (made[0], made[1], [], [], []), ("2020-09", "2020-10"))
    with pytest.raises(StoreError, match="hverken fire kvartaler"):
        built(store)
