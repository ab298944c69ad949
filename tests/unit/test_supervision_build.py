"""Focus targets, supervision and courses through import, build, explain, diff and open data."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from conftest import Cli, bring, make_release
from maalestok.beskaeftigelse import synthetic, synthetic_fokusmaal
from maalestok.beskaeftigelse.courses import refuse_illegal
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.errors import MaalestokError, StoreError
from maalestok.explain import Question, explain
from maalestok.period import parse_period
from maalestok.publish.text_da import decimals_beside, figure_beside
from maalestok.release.diff import diff
from maalestok.release.read import Release
from maalestok.results import KEY, key_of, key_text

Rows = dict[str, list[synthetic.Row]]
HEADER = "kommune_kode;maaned;maalgruppe_antal;samtale_andel;tilbud_andel"


def put(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def lines_of(release: Release, rule: str, place: str, period: str) -> list[str]:
    return list(explain(release, load_rules(), Question(rule, place, period, "i_alt", None)).lines)


def one(release: Release, table: str, **where: object) -> dict[str, object]:
    rows = release.table(table).filter(*(pl.col(name) == value for name, value in where.items()))
    assert len(rows) == 1, rows
    return rows.row(0, named=True)


def behind(rows: Rows, period: str) -> synthetic.Row:
    """A municipality that misses the result target."""
    return next(r for r in rows[period] if r.omraade == "i_alt" and r.difference_share > 5)


@pytest.fixture
def store(tmp_path: Path, rows: Rows) -> Path:
    """Two invented editions, to which more can be brought."""
    for period, part in rows.items():
        (tmp_path / f"{period}.csv").write_bytes(synthetic.as_csv(part))
    bring([tmp_path / f"{period}.csv" for period in rows], tmp_path / "lager")
    return tmp_path / "lager"


def build(
    store: Path, out: Path, shares: Sequence[str] = (), steps: Sequence[str] = (), period: str | None = None
) -> Release:
    if shares:
        bring([put(store.parent / "f.csv", HEADER, *shares)], store, "fokusmaal", syntetisk=True)
    if steps:
        header = "kommune_kode;maaleaar;dato;skridt"
        bring([put(store.parent / "s.csv", header, *steps)], store, "tilsynsskridt", syntetisk=True)
    return make_release(store, out, period)


def year_of(kommune: str, samtale: str, tilbud: str, year: int = 2020, group: str = "100") -> list[str]:
    return [f"{kommune};{year}-{month:02d};{group};{samtale};{tilbud}" for month in range(1, 13)]


def test_a_mean_just_under_the_limit_is_never_printed_as_the_limit(store: Path, rows: Rows, tmp_path: Path) -> None:
    kommune = behind(rows, "2020QMAT04").kommune
    shares = [*year_of(kommune, "80", "95")[:-1], f"{kommune};2020-12;100;79,95;95"]
    release = build(store, tmp_path / "ud", shares)
    lines = lines_of(release, "skaerpet_tilsyn", kommune, "2020QMAT04")
    assert "   Andel med samtaler, gennemsnit af 12 måneder: 79,996 pct." in lines
    assert "Udfald: Kommunen er efter tallene omfattet af skærpet tilsyn." in lines
    assert any(line.endswith("2020-12: 79,996 pct.") for line in lines if line.startswith("Hviler på"))
    assert not [line for line in lines if "samtale" in line and "80,00" in line]
    own = lines_of(release, "fokusmaal_samtaler", kommune, "2020-12")
    assert "Andel med samtaler, gennemsnit af 12 måneder: 79,996 pct." in own
    assert "Grænse: mindst 80,00 pct." in own
    sheet = openpyxl.load_workbook(release.folder / "beskaeftigelse.xlsx")["fokusmaal_samtaler"]
    (cell,) = [row[5] for row in sheet.iter_rows(min_row=2) if row[3].value == "2020-12"]
    assert cell.number_format == "0.000%"
    source = next(line for line in lines if "12 måneder), levering" in line)
    assert source.startswith("Kilderækker: fokusmaal 2020-01 til 2020-12")


def test_figures_beside_a_limit() -> None:
    assert figure_beside(0.79996, "share", 0.8) == "79,996 pct."
    assert figure_beside(0.79996, "share", None) == "80,00 pct."
    assert figure_beside(-0.0025, "pct_point", 0.0) == "-0,25 procentpoint"
    assert [decimals_beside(v, "share", 0.8) for v in (0.8, 0.79996, None)] == [2, 3, 0]
    assert decimals_beside(0.5, "persons", 0.8) == 0


def test_every_step_of_the_decision_has_its_reference(store: Path, rows: Rows, tmp_path: Path) -> None:
    kommune = behind(rows, "2020QMAT04").kommune
    release = build(store, tmp_path / "ud", year_of(kommune, "79,96", "81"))
    lines = lines_of(release, "skaerpet_tilsyn", kommune, "2020QMAT04")
    numbered = [place for place, line in enumerate(lines) if line[:3] in ("1. ", "2. ", "3. ", "4. ")]
    assert len(numbered) == 4
    for start, end in zip(numbered, [*numbered[1:], len(lines)], strict=True):
        assert any(line.startswith("   Reference: ") for line in lines[start:end])
    evidence = one(release, "findings", criterion="skaerpet_tilsyn", period="2020QMAT04", kommune_kode=_code(kommune))
    keys = [key_of(str(text))["measure"] for text in list(evidence["evidence"])]  # type: ignore[call-overload]  # a list column
    assert keys == ["forskel_andel", "samtale_andel_12m", "tilbud_andel_12m"]


def _code(name: str) -> str:
    from maalestok.kommune import resolve

    return resolve(name).kode


def test_a_key_can_be_read_back(synthetic_release: Release) -> None:
    for row in synthetic_release.results.head(20).select(KEY).iter_rows(named=True):
        assert key_of(key_text(row)) == row


def test_a_suspended_target_says_how_the_source_was_read(tmp_path: Path) -> None:
    part = synthetic.editions(["2021QMAT04"], 7)["2021QMAT04"]
    (tmp_path / "u.csv").write_bytes(synthetic.as_csv(part))
    bring([tmp_path / "u.csv"], tmp_path / "lager")
    kommune = behind({"2021QMAT04": part}, "2021QMAT04").kommune
    release = build(tmp_path / "lager", tmp_path / "ud", year_of(kommune, "90", "5", 2021))
    lines = lines_of(release, "skaerpet_tilsyn", kommune, "2021QMAT04")
    assert "3. Fokusmålet om tilbud: Fokusmålet er suspenderet." in lines
    (reading,) = [line for line in lines if line.startswith("   Læsning: ")]
    assert "måleårene 2021 og 2022" in reading
    assert "udpegningsår" in reading
    assert "Udfald: Kommunen er efter tallene ikke omfattet af skærpet tilsyn." in lines
    assert any(
        "Regel: fokusmaal_tilbud, version suspenderet-2021" in line
        for line in lines_of(release, "fokusmaal_tilbud", kommune, "2021-12")
    )
    short = one(release, "parts", measure="mangler_borgere_tilbud", period="2021-12")
    assert short["part"] == "maalet_suspenderet"


def test_a_year_without_focus_targets_is_decided_as_far_as_it_goes(synthetic_release: Release, rows: Rows) -> None:
    kommune = behind(rows, "2020QMAT04").kommune
    lines = lines_of(synthetic_release, "skaerpet_tilsyn", kommune, "2020QMAT04")
    assert "2. Fokusmålet om samtaler: Fokusmålet er ikke vurderet." in lines
    assert "4. Konklusion: Det er ikke vurderet, om kommunen er omfattet af skærpet tilsyn." in lines
    assert "Vises kun på kommunens egen side, ikke i lister over kommuner." in lines_of(
        synthetic_release, "risikozone", kommune, "2020QMAT04"
    )


def test_periods_hold_months_and_editions_in_order(store: Path, tmp_path: Path) -> None:
    shares = [*year_of("707", "90", "90"), "707;2021-02;100;90;90"]
    release = build(store, tmp_path / "ud", shares)
    periods = list(release.manifest.periods)
    assert periods == sorted(periods, key=parse_period)
    assert periods[-3:] == ["2020-12", "2020QMAT04", "2021-02"]
    assert release.manifest.newest_period == "2021-02"
    header = next(
        openpyxl.load_workbook(release.folder / "beskaeftigelse.xlsx")["Oversigt"].iter_rows(values_only=True)
    )
    titles = list(map(str, header))
    assert "Placering på benchmarkranglisten, plads, 2020 (2020QMAT04)" in titles
    assert (
        "Andel med samtaler, andel, februar 2021 (2021-02)" in titles
        or "Andel med samtaler, februar 2021 (2021-02)" in titles
    )
    data = json.loads((release.folder / "jsonstat" / "samtale_andel.json").read_text(encoding="utf-8"))
    assert list(data["dimension"]["period"]["category"]["index"])[-2:] == ["2020-12", "2021-02"]


def test_one_edition_takes_the_months_of_its_quarters_along(store: Path, tmp_path: Path) -> None:
    shares = ["707;2019-12;100;90;90", *year_of("707", "90", "90"), "707;2021-02;100;90;90"]
    release = build(store, tmp_path / "ud", shares, ["707;2019;2020-07-01;udpeget"], "2020QMAT04")
    months = [code for code in release.manifest.periods if "-" in code]
    assert months == [f"2020-{month:02d}" for month in range(1, 13)]
    assert "2019QMAT04" not in release.manifest.periods
    assert one(release, "results", measure="samtale_andel_12m", period="2020-12")["value"] == 0.9
    with pytest.raises(MaalestokError, match="2020-12 er en måned") as caught:
        make_release(store, tmp_path / "ud2", "2020-12")
    assert "2020QMAT04" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("group", "samtale", "tilbud"),
    [("4", "75", "75"), ("100", "3", "90"), ("100", "97", "90"), ("100", "90", "99"), ("100", "90", "")],
)
def test_few_persons_are_hidden_and_can_not_be_worked_out(
    store: Path, tmp_path: Path, group: str, samtale: str, tilbud: str
) -> None:
    release = build(store, tmp_path / "ud", [f"707;2020-12;{group};{samtale};{tilbud}"])
    rows = release.results.filter(pl.col("period") == "2020-12")
    assert rows["numerator"].null_count() == rows["denominator"].null_count() == len(rows)
    short = rows.filter(pl.col("measure").str.starts_with("mangler"))
    told = ["diskretioneret"] * 2 if tilbud else ["ok", "ikke_opgjort"]
    assert short["status"].to_list() == told
    if tilbud:
        assert short.select("value", "low", "high").null_count().row(0) == (2, 2, 2)
        assert f";{group};" not in (release.folder / "csv" / "mangler_borgere_samtaler.csv").read_text("utf-8")


def test_a_withheld_mean_is_not_computed_instead(store: Path, tmp_path: Path) -> None:
    months = year_of("707", "90", "90")
    header = f"{HEADER};samtale_andel_12m;tilbud_andel_12m"
    path = put(tmp_path / "f.csv", header, *(f"{line};;" for line in months[:-1]), f"{months[-1]};..;91,5")
    bring([path], store, "fokusmaal", syntetisk=True)
    release = make_release(store, tmp_path / "ud")
    hidden = one(release, "results", measure="samtale_andel_12m", period="2020-12")
    assert (hidden["value"], hidden["status"], hidden["kilde"]) == (None, "diskretioneret", "officiel")
    official = one(release, "results", measure="tilbud_andel_12m", period="2020-12")
    assert (official["value"], official["kilde"]) == (0.915, "officiel")


def test_an_empty_group_is_not_0_per_cent(store: Path, tmp_path: Path) -> None:
    shares = [*year_of("707", "90", "90")[:-1], "707;2020-12;0;;"]
    release = build(store, tmp_path / "ud", shares)
    for measure in ("samtale_andel", "samtale_andel_12m", "mangler_borgere_samtaler"):
        row = one(release, "results", measure=measure, period="2020-12")
        assert (row["value"], row["status"]) == (None, "ikke_opgjort")
        assert one(release, "parts", measure=measure, period="2020-12")["part"] == "tom_maalgruppe"


def test_a_correction_takes_a_share_out_and_is_told_of(store: Path, tmp_path: Path, cli: Cli) -> None:
    build(store, tmp_path / "ud", year_of("707", "90", "90"))
    path = put(
        tmp_path / "r.yaml",
        "rettelser:",
        "  - id: andel-1",
        "    match: {feed: fokusmaal, period: 2020-12, kommune_kode: '707', column: samtale_andel}",
        '    expect: "90"',
        "    action: {withhold: ikke_opgjort}",
        "    reason: Forkert måned i kilden.",
        "    status: aktiv",
    )
    assert cli("import", "rettelser", path, "--store", store).code == 0
    release = make_release(store, tmp_path / "ud")
    assert one(release, "parts", measure="samtale_andel", period="2020-12")["part"] == "udtaget_ved_rettelse"
    assert one(release, "parts", measure="samtale_andel_12m", period="2020-12")["part"] == "maaned_mangler"
    assert [c.id for c in release.manifest.corrections] == ["andel-1"]
    assert any("andel-1" in line for line in lines_of(release, "samtale_andel", "707", "2020-12"))


def test_the_newest_delivery_wins_month_by_month_and_the_difference_is_data(
    store: Path, tmp_path: Path, rows: Rows
) -> None:
    kommune = behind(rows, "2020QMAT04").kommune
    first = build(store, tmp_path / "ud", year_of(kommune, "90", "90"))
    again = build(store, tmp_path / "ud", [f"{kommune};2020-03;100;10;90"])
    assert one(again, "results", measure="samtale_andel", period="2020-03")["value"] == 0.1
    changes = diff(first, again)
    assert {c.cause for c in changes.cells} == {"data"}
    assert {(c.measure, c.period) for c in changes.cells} == {
        ("samtale_andel", "2020-03"), ("samtale_andel_12m", "2020-12"), ("mangler_borgere_samtaler", "2020-03"),
    }  # fmt: skip
    moved = {(f.criterion, f.period): (f.before, f.now, f.cause) for f in changes.findings}
    assert moved["fokusmaal_samtaler", "2020-12"] == ("opfyldt", "opfyldt", "data")
    third = build(store, tmp_path / "ud", year_of(kommune, "10", "90"))
    moved = {(f.criterion, f.period): (f.before, f.now, f.cause) for f in diff(again, third).findings}
    assert moved["skaerpet_tilsyn", "2020QMAT04"] == ("ikke_omfattet", "omfattet", "data")


def test_a_course_is_told_with_dates_and_what_may_follow(store: Path, tmp_path: Path, rows: Rows) -> None:
    kommune = behind(rows, "2020QMAT04").kommune
    steps = [f"{kommune};2020;2021-07-01;udpeget", f"{kommune};2020;2021-10-05;genopretningsplan"]
    release = build(store, tmp_path / "ud", year_of(kommune, "10", "90"), steps)
    assert release.manifest.warnings == ()
    lines = lines_of(release, "tilsynsforloeb", kommune, "2020QMAT04")
    assert "Skridt 1, 1. juli 2021: udpeget til skærpet tilsyn" in lines
    assert "Skridt 2, 5. oktober 2021: genopretningsplan" in lines
    following = [line for line in lines if line.startswith("Kan følge: ")]
    assert len(following) == 3
    assert all(line.endswith("Frist: ikke oplyst i en kilde, Målestok har gennemgået.") for line in following)
    assert [line.split(", ")[-1] for line in lines if line.startswith("Kilderække")] == ["linje 2", "linje 3"]
    ended = [*steps, f"{kommune};2020;2021-11-01;genopretning", f"{kommune};2020;2022-11-01;ophoert"]
    release = build(store, tmp_path / "ud", steps=ended)
    assert one(release, "findings", criterion="tilsynsforloeb")["udfald"] == "ophoert"
    assert "Forløbet er afsluttet; intet skridt kan følge." in lines_of(
        release, "tilsynsforloeb", kommune, "2020QMAT04"
    )


def test_courses_the_figures_do_not_show_are_warned_of(store: Path, tmp_path: Path) -> None:
    steps = ["707;2018;2019-07-01;udpeget", "707;2020;2021-07-01;udpeget"]
    release = build(store, tmp_path / "ud", steps=steps)
    assert "2018QMAT04" in release.manifest.periods
    old, new = release.manifest.warnings
    assert old.startswith("tilsynsskridt, Norddjurs 2018QMAT04: Reglerne er ikke kontrolleret")
    assert new.startswith("tilsynsskridt, Norddjurs 2020QMAT04: De offentliggjorte tal viser ikke")
    assert any(
        "ingen kontrolleret version" in line for line in lines_of(release, "tilsynsforloeb", "707", "2018QMAT04")
    )


def test_months_nobody_has_checked_the_rules_of_are_warned_of(store: Path, tmp_path: Path, rows: Rows) -> None:
    release = build(store, tmp_path / "ud", ["707;2018-12;100;90;90"])
    assert release.manifest.warnings == (
        "fokusmaal, 2018-12: intet er opgjort, fordi definitionen ikke er kontrolleret.",
    )
    assert one(release, "parts", measure="samtale_andel", period="2018-12")["part"] == "uden_definition"
    assert one(release, "findings", criterion="fokusmaal_samtaler", period="2018-12")["flag"] == [
        "regler_ikke_kontrolleret"
    ]


def test_a_history_the_rules_no_longer_allow_stops_the_build() -> None:
    facts = pl.DataFrame(
        {"period": ["2020QMAT04"], "kommune_kode": ["707"], "linje": [2], "dato": ["2021-07-01"], "skridt": ["ophoert"]}
    )
    with pytest.raises(StoreError, match="Forløbet for Norddjurs 2020QMAT04 er ikke tilladt"):
        refuse_illegal(facts, load_rules())


def test_the_invented_country_has_all_sorts(rows: Rows) -> None:
    made = synthetic_fokusmaal.months(rows, 7)
    assert made == synthetic_fokusmaal.months(rows, 7)
    assert len(made) == 98 * 18
    shares = [row.tilbud for row in made if row.tilbud is not None and row.maaned == "2020-12"]
    assert min(shares) < 8000 < max(shares)
    assert [s for s in shares if 8000 <= s < 8500]
    assert all(line.endswith("SYNTETISK") for line in synthetic_fokusmaal.as_csv(made).decode().splitlines()[1:])
    course = synthetic_fokusmaal.steps("707", "2020QMAT04", date(2021, 9, 1))
    assert [step for _, _, _, step in course] == ["udpeget", "redegoerelse", "revisionsgennemgang"]
