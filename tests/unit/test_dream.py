"""Week codes of DREAM become benefit spells: days, merging, codes, refusals, and nothing said about a person."""

import json
import shutil
import stat
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cli, bring
from maalestok.beskaeftigelse.personer.dream import convert
from maalestok.beskaeftigelse.personer.dream_codes import dream_faults, read_mapping
from maalestok.beskaeftigelse.personer.dream_columns import monday_of, week_name, week_number
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.deliveries.store import Store
from maalestok.errors import MaalestokError, RuleError
from maalestok.rules.loader import rules_root

Spell = tuple[str, str, date, date]
HIDDEN = "HEMMELIG7"
MAPPING = "kode;ydelse\n1;kontanthjaelp\n2;kontanthjaelp\n3;sygedagpenge\n4;ingen\n"
TURN = ("Y_2051", "Y_2052", "Y_2053", "Y_2101", "Y_2102", "Y_2103")


def write(folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], name: str = "dream.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(";".join(row) for row in [("person_id", *columns), *rows]) + "\n", encoding="utf-8")
    return path


def codes(folder: Path, text: str = MAPPING) -> Path:
    path = folder / "koder.csv"
    path.write_text(text, encoding="utf-8")
    return path


def spells(path: Path) -> list[Spell]:
    read = pl.read_parquet(path).select("person_id", "ydelse", "fra", "til").rows()
    return [(str(p), str(y), f, t) for p, y, f, t in read]


def converted(folder: Path, columns: Sequence[str], *rows: Sequence[str]) -> list[Spell]:
    out = folder / "forloeb.parquet"
    convert(write(folder, columns, rows), out, codes(folder))
    return spells(out)


@pytest.mark.parametrize(
    ("digits", "monday"),
    [
        ("1901", date(2018, 12, 31)),
        ("2001", date(2019, 12, 30)),
        ("2053", date(2020, 12, 28)),
        ("2101", date(2021, 1, 4)),
        ("9132", date(1991, 8, 5)),
        ("9952", date(1999, 12, 27)),
        ("9001", date(2090, 1, 2)),
        ("1953", None),
        ("2100", None),
        ("2154", None),
        ("190", None),
        ("20191", None),
    ],
)
def test_a_week_is_an_iso_week(digits: str, monday: date | None) -> None:
    assert monday_of(digits) == monday


def test_the_last_week_of_a_year_is_followed_by_the_first() -> None:
    assert week_number(date(2021, 1, 4)) - week_number(date(2020, 12, 28)) == 1
    assert week_name(week_number(date(2020, 12, 28))) == "2020-W53"


def test_weeks_merge_over_week_53_and_the_newest_week_ends_a_spell(tmp_path: Path) -> None:
    found = converted(tmp_path, TURN, ("a", "", "1", "1", "1", "", ""), ("b", "", "", "", "", "3", "3"))
    assert found == [
        ("a", "kontanthjaelp", date(2020, 12, 21), date(2021, 1, 10)),
        ("b", "sygedagpenge", date(2021, 1, 11), date(2021, 1, 24)),
    ]


def test_weeks_merge_over_a_year_that_ends_with_week_52(tmp_path: Path) -> None:
    found = converted(tmp_path, ("Y_2001", "Y_1952"), ("a", "1", "1"))
    assert found == [("a", "kontanthjaelp", date(2019, 12, 23), date(2020, 1, 5))]


def test_codes_of_one_benefit_merge_and_a_gap_parts(tmp_path: Path) -> None:
    found = converted(tmp_path, TURN, ("a", "1", "2", "", "2", "3", "1"))
    assert [(benefit, first.isoformat(), last.isoformat()) for _, benefit, first, last in found] == [
        ("kontanthjaelp", "2020-12-14", "2020-12-27"),
        ("kontanthjaelp", "2021-01-04", "2021-01-10"),
        ("sygedagpenge", "2021-01-11", "2021-01-17"),
        ("kontanthjaelp", "2021-01-18", "2021-01-24"),
    ]


def test_a_week_that_the_file_has_not_is_a_gap(tmp_path: Path) -> None:
    found = converted(tmp_path, ("Y_2101", "Y_2103"), ("a", "1", "1"))
    assert [first for _, _, first, _ in found] == [date(2021, 1, 4), date(2021, 1, 18)]


def test_rows_of_one_person_are_put_together_in_the_order_of_the_first(tmp_path: Path) -> None:
    found = converted(tmp_path, ("Y_2101", "Y_2102"), ("b", "1", ""), ("a", "1", ""), ("b", "", "1"))
    assert [(person, last) for person, _, _, last in found] == [("b", date(2021, 1, 17)), ("a", date(2021, 1, 10))]


def test_a_benefit_does_not_begin_before_it_was_there(tmp_path: Path) -> None:
    out = tmp_path / "forloeb.parquet"
    path = write(tmp_path, ("Y_1952", "Y_2001", "Y_2002"), [("a", "", "9", "9"), ("b", "9", "9", "")])
    convert(path, out, codes(tmp_path, "kode;ydelse\n9;shoydelse\n"))
    assert [first for _, _, first, _ in spells(out)] == [date(2020, 1, 1), date(2019, 12, 23)]


def test_unknown_codes_are_counted_most_frequent_first_and_odd_ones_hidden(cli: Cli, tmp_path: Path) -> None:
    rows = [(f"p{i}", "1", "77", "88" if i < 5 else "", "99" if i == 0 else "", HIDDEN, "4") for i in range(6)]
    path, out = write(tmp_path, TURN, rows), tmp_path / "ud.parquet"
    done = cli("dream", path, "--out", out, "--mapping", codes(tmp_path), "--json")
    told = json.loads(done.out)
    assert done.code == 0
    assert [(held["code"], held["weeks"]) for held in told["unmapped"]] == [
        ("77", 6),
        ("andet", 6),
        ("88", 5),
        ("99", "under 5"),
    ]
    assert (told["weeks"], told["weeks_without_benefit"], told["spells"]) == (6, 6, 6)
    shown = cli("dream", path, "--out", out, "--mapping", codes(tmp_path))
    assert "under 5" in shown.out
    assert "mindst én dag" in shown.out
    assert HIDDEN not in done.out + done.err + shown.out + shown.err


def test_the_shipped_table_is_used_and_a_mapping_goes_before_it(cli: Cli, tmp_path: Path) -> None:
    path, out = write(tmp_path, ("Y_2101", "branche_2019_01"), [("a", "890", "x")]), tmp_path / "ud.parquet"
    done = cli("dream", path, "--out", out)
    assert [benefit for _, benefit, _, _ in spells(out)] == ["sygedagpenge"]
    assert "1 anden kolonne er ikke brugt" in done.out
    assert "1 kode er slået op i Målestoks tabel" in done.out
    done = cli("dream", path, "--out", out, "--mapping", codes(tmp_path, "kode;ydelse\n890;fleksjob\n"))
    assert [benefit for _, benefit, _, _ in spells(out)] == ["fleksjob"]
    assert "slået op" not in done.out


def test_nothing_mapped_writes_nothing_and_tells_the_codes(cli: Cli, tmp_path: Path) -> None:
    path, out = write(tmp_path, ("Y_2101",), [(f"p{i}", "651") for i in range(5)]), tmp_path / "ud.parquet"
    done, as_json = cli("dream", path, "--out", out), cli("dream", path, "--out", out, "--json")
    assert (done.code, as_json.code, out.exists()) == (2, 2, False)
    assert "--mapping" in done.err
    told = json.loads(as_json.out)
    assert (told["written"], told["unmapped"], told["exit_code"]) == (None, [{"code": "651", "weeks": 5}], 2)


def test_the_file_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "forloeb.parquet"
    out.write_text("gammel", encoding="utf-8")
    out.chmod(0o644)
    converted(tmp_path, ("Y_2101",), ("a", "1"))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dream.csv", "forloeb.parquet", "koder.csv"]
    assert pl.read_parquet_schema(out) == {
        "person_id": pl.String,
        "ydelse": pl.String,
        "fra": pl.Date,
        "til": pl.Date,
        "oprindelig_form": pl.String,
    }


def test_csv_and_parquet_are_equal(tmp_path: Path) -> None:
    rows = [("a", "1", "1", "", "3", "77", "2"), ("b", "", "", "", "", "", ""), ("c", "3", "", "2", "2", "2", "2")]
    out, other = tmp_path / "forloeb.parquet", tmp_path / "andet.parquet"
    first = convert(write(tmp_path, TURN, rows), out, codes(tmp_path))
    texts = pl.DataFrame([dict(zip(("person_id", *TURN), row, strict=True)) for row in rows])
    kinds = (pl.String, pl.Int16, pl.Float64)
    for kind in kinds:
        weeks = [pl.when(pl.col(week) != "").then(pl.col(week)).cast(kind).alias(week) for week in TURN]
        texts.with_columns(weeks).write_parquet(tmp_path / "dream.parquet")
        second = convert(tmp_path / "dream.parquet", other, codes(tmp_path))
        assert (second.weeks, second.unmapped, second.rows) == (first.weeks, first.unmapped, first.rows)
        assert other.read_bytes() == out.read_bytes()


def test_the_output_can_be_imported(tmp_path: Path) -> None:
    columns = [*TURN, "syntetisk"]
    rows = [("a", "1", "1", "1", "1", "", "3", "SYNTETISK"), ("b", "", "", "3", "3", "1", "1", "SYNTETISK")]
    out = tmp_path / "forloeb.parquet"
    assert convert(write(tmp_path, columns, rows), out, codes(tmp_path)).syntetisk
    bring([out], tmp_path / "lager", "forloeb", datetime(2021, 3, 1, tzinfo=UTC))
    (card,) = Store.open(tmp_path / "lager").announced("forloeb")
    assert (card.rows, card.syntetisk) == (4, True)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("person_id;Y_1901;Y_1953", "'Y_1953' er ikke en uge: 2019 har ingen uge 53"),
        ("person_id;Y_1900;Y_1901", "'Y_1900' er ikke en uge"),
        ("person_id;Y_1954;Y_1901", "'Y_1954' er ikke en uge"),
        ("person_id;Y_191;Y_1901", "'Y_191' er ikke en uge"),
        ("person_id;Y_1901;Y_1901", "'Y_1901' findes 2 gange"),
        ("person_id;Y_1901;y_1901", "'y_1901' findes 2 gange"),
        ("person_id;person_id;Y_1901", "'person_id' findes 2 gange"),
        ("id;Y_1901;Y_1902", "Kolonnen person_id mangler"),
        (f"person_id;{HIDDEN};x", "Filen har ingen ugekolonner"),
        ("person_id,Y_1901,Y_1902", "adskilt af komma"),
    ],
)
def test_malformed_headers_are_refused_with_the_column(cli: Cli, tmp_path: Path, header: str, told: str) -> None:
    path, out = tmp_path / "dream.csv", tmp_path / "ud.parquet"
    path.write_text(f"{header}\n{HIDDEN};1;1\n", encoding="utf-8")
    done = cli("dream", path, "--out", out)
    assert (done.code, out.exists()) == (2, False)
    assert told in done.err
    assert HIDDEN not in done.out + done.err


def test_a_doubled_column_of_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dream.parquet"
    pl.DataFrame({"person_id": ["a"], "Y_1901": ["1"], "y_1901": ["1"]}).write_parquet(path)
    with pytest.raises(MaalestokError, match="findes 2 gange"):
        convert(path, tmp_path / "ud.parquet")
    pl.DataFrame({"person_id": ["a"], "Y_1901": [date(2020, 1, 1)]}).write_parquet(path)
    with pytest.raises(MaalestokError, match="'Y_1901' har en type"):
        convert(path, tmp_path / "ud.parquet")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"{HIDDEN};1", "har for få felter"),
        (f";{HIDDEN};SYNTETISK", "Datarække 2: person_id (tom)"),
        (f"{HIDDEN * 10};1;SYNTETISK", "Datarække 2: person_id (tekst)"),
        (f"{HIDDEN};1;", "Datarække 2: syntetisk (tom)"),
        ("0101011234;1;SYNTETISK\n0201011234;1;SYNTETISK", "ligner personnumre"),
    ],
)
def test_rows_are_refused_without_their_values(cli: Cli, tmp_path: Path, line: str, told: str) -> None:
    path, out = tmp_path / "dream.csv", tmp_path / "ud.parquet"
    path.write_text(f"person_id;Y_1901;syntetisk\na;1;SYNTETISK\n{line}\n", encoding="utf-8")
    done = cli("dream", path, "--out", out, "--mapping", codes(tmp_path))
    assert (done.code, out.exists()) == (2, False)
    assert told in done.err
    assert not [value for value in (HIDDEN, "0101011234") if value in done.out + done.err]


def test_files_that_are_none_are_refused(cli: Cli, tmp_path: Path) -> None:
    path, out = write(tmp_path, ("Y_1901",), []), tmp_path / "ud.parquet"
    assert cli("dream", path, "--out", out).code == 2
    assert "findes ikke" in cli("dream", tmp_path / "ingen.csv", "--out", out).err
    assert "filen selv" in cli("dream", path, "--out", path).err
    assert path.read_text(encoding="utf-8").startswith("person_id")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kode;ydelse\n1;dagpenge\n", "koder.csv, linje 2: ydelsen 'dagpenge' findes ikke"),
        ("kode;ydelse\n1;ingen\n1;fleksjob\n", "koder.csv, linje 3: koden 1 står også på linje 2"),
        ("kode;ydelse\n1234567;fleksjob\n", "koder.csv, linje 2: koden er ikke en kode"),
        (f"person_id;Y_1901\n{HIDDEN};1\n", "koder.csv, linje 1: overskriften er ikke kode;ydelse"),
        ("kode;ydelse\n" + "".join(f"{n};x\n" for n in range(12)), "… og 2 mere"),
    ],
)
def test_a_wrong_mapping_is_refused_with_line_and_rule(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(MaalestokError) as refused:
        read_mapping(codes(tmp_path, text), ["fleksjob"])
    assert told in refused.value.message
    assert refused.value.remedy
    assert HIDDEN not in str(refused.value)


def test_the_shipped_table_names_its_source_and_its_faults_are_found(tmp_path: Path) -> None:
    rules = load_rules()
    assert dream_faults(rules.dream, rules.areas.benefits_da) == []
    assert all(f"status_id {held.code}: " in held.reference[0].text for held in rules.dream.codes)
    odd = rules.dream.model_copy(update={"codes": (rules.dream.codes[0], *rules.dream.codes[:2])})
    assert dream_faults(odd, ["andet"])[0] == "dream_koder.yaml: koden 111 står 2 gange"
    assert "ydelsen a_dagpenge har intet navn" in dream_faults(odd, ["andet"])[1]
    assert rules.dream.model_copy(update={"codes": ()}).benefits == {}
    root = tmp_path / "rules"
    shutil.copytree(rules_root(), root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "beskaeftigelse" / "dream_koder.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"111"', '"1111111"', 1), encoding="utf-8")
    with pytest.raises(RuleError):
        load_rules(root)


def naive(columns: Sequence[str], rows: Sequence[Sequence[str]], benefits: dict[str, str]) -> list[Spell]:
    """Day by day: the days of each person and benefit, then their unbroken stretches."""
    people = list(dict.fromkeys(row[0] for row in rows))
    found = []
    for person in people:
        days: dict[str, set[date]] = {}
        for row in rows:
            for week, code in zip(columns, row[1:], strict=True):
                monday = datetime.strptime(f"20{week[2:4]}-{week[4:]}-1", "%G-%V-%u").date()  # noqa: DTZ007  # a day
                if row[0] == person and code in benefits:
                    days.setdefault(benefits[code], set()).update(monday + timedelta(n) for n in range(7))
        held = []
        for benefit, covered in days.items():
            for first in sorted(covered):
                if first - timedelta(1) not in covered:
                    last = first
                    while last + timedelta(1) in covered:
                        last += timedelta(1)
                    held.append((person, benefit, first, last))
        found += sorted(held, key=lambda spell: (spell[2], spell[1]))
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_day_by_day_conversion_agrees(tmp_path: Path, data: st.DataObject) -> None:
    weeks = ("Y_2050", *TURN, "Y_2104", "Y_1952", "Y_2001")
    columns = data.draw(st.lists(st.sampled_from(weeks), min_size=1, unique=True))
    row = st.tuples(st.sampled_from("abc"), *(st.sampled_from(("", " ", "1", "2", "3", "4", "77")) for _ in columns))
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    benefits = {"1": "kontanthjaelp", "2": "kontanthjaelp", "3": "sygedagpenge"}
    expected, out = naive(columns, rows, benefits), tmp_path / "forloeb.parquet"
    done = convert(write(tmp_path, columns, rows), out, codes(tmp_path))
    assert (done.spells, done.written is None) == (len(expected), not expected)
    if expected:
        assert spells(out) == expected
