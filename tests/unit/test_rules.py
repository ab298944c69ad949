"""Rules as data: what ships is in order, and every kind of fault is found."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from conftest import Cli
from maalestok.beskaeftigelse.rule_check import governed, rule_faults
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.errors import RuleError
from maalestok.period import parse_period
from maalestok.rules.check import review_faults, shared_faults
from maalestok.rules.dated import order_faults, version_for
from maalestok.rules.loader import benchmark_ids, feed_ids, feed_owner, rules_root
from maalestok.rules.models import MeasureVersion, Reference

CHECKED = date(2026, 11, 22)
Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Copy the shipped rules and replace a text in one file."""

    def change(file: str, old: str, new: str) -> Path:
        root = tmp_path / "rules"
        if not root.exists():
            shutil.copytree(rules_root(), root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        path = root / "beskaeftigelse" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return root

    return change


def all_faults(root: Path | None = None, today: date = CHECKED) -> list[str]:
    rules = load_rules(root)
    return shared_faults(rules) + rule_faults(rules) + review_faults(governed(rules), today)


def test_what_ships_is_in_order() -> None:
    assert all_faults() == []
    assert benchmark_ids() == ("beskaeftigelse", "kontrolsager")
    assert feed_ids() == (
        "arbejdstimer",
        "befolkning",
        "beloeb",
        "borgere",
        "fokusmaal",
        "forloeb",
        "fritagelser",
        "henvendelser",
        "indsats",
        "kontrolsager",
        "rammevilkaar",
        "sagshaendelser",
        "tilsynsskridt",
        "y30r21",
    )
    assert (feed_owner("y30r21"), feed_owner("nothing")) == ("beskaeftigelse", None)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("measures/placering.yaml", "id: placering", "id: plads", "omdøb filen"),
        ("measures/placering.yaml", "unit: rank", "unit: rank\nunit: share", "står to gange"),
        ("measures/placering.yaml", "unit: rank", "unit: rank\nfarve: blå", "farve: Extra inputs"),
        ("measures/placering.yaml", "unit: rank", "unit: meter", "unit: Input should be"),
        ("measures/placering.yaml", "polarity: lower_is_better\n", "", "polarity: Field required"),
        ("measures/placering.yaml", "published_decimals: 0", 'published_decimals: "0"', "published_decimals: Input should be"),
        ("measures/placering.yaml", "\nreference:\n  - kilde: jobindsats.dk, tabel Y30R21", "\nreference: []", "reference: "),
        ("measures/placering.yaml", "checked_by: ", "checkedby: ", "checked_by: Field required"),
        ("measures/placering.yaml", "id: placering", "id: [placering", "kan ikke læses som YAML"),
        ("criteria/resultatmaal.yaml", 'threshold: "0"', "threshold: 0", "threshold: Input should be a valid string"),
        ("benchmark.yaml", "id: beskaeftigelse", "id: andet", "Skriv id: beskaeftigelse"),
        ("criteria/fokusmaal_tilbud.yaml", "gaelder: maaleaar", "gaelder: begge", "suspensions.0.gaelder"),
        ("criteria/fokusmaal_tilbud.yaml", "threshold: null", 'threshold: "0.8"', "suspensions.0.threshold"),
        ("criteria/fokusmaal_tilbud.yaml", 'comparison: ">"', 'comparison: "over"', "comparison"),
        ("criteria/risikozone.yaml", 'margin: "0.05"', "margin: 0.05", "margin: Input should be a valid string"),
        ("criteria/risikozone.yaml", "audience: egen_side", "audience: ingen", "audience"),
        ("tilsynsskridt.yaml", "deadline_days: null", "deadline_days: 30", "skriv enten deadline_days eller deadline_reason_da"),
        ("feeds/y30r21.yaml", "  - {omraade: i_alt}", "  - {omraade: i_alt, kontroltrin: 3}", "samme kolonner"),
        ("feeds/y30r21.yaml", "  - {omraade: i_alt}", "  - {omraade: alt}", "området alt står ikke i omraade_labels"),
        ("feeds/befolkning.yaml", "kind: integer", "kind: moment", "hører til leverancer på sagsniveau"),
        ("feeds/befolkning.yaml", "kind: integer", "kind: choice", "choices hører til"),
        ("feeds/befolkning.yaml", "kind: integer", "kind: text", "max_length hører til"),
        ("feeds/befolkning.yaml", "kind: integer", 'kind: integer, default: "1"', "default skal være tom"),
        ("feeds/befolkning.yaml", "kind: integer", 'kind: integer, default: "", may_be_missing: true', "udelukker hinanden"),
        ("feeds/befolkning.yaml", "kind: integer", "kind: integer, optional: true", "skal have default"),
    ],
)  # fmt: skip
def test_a_file_of_the_wrong_form_is_refused_with_its_name(
    edit: Edit, file: str, old: str, new: str, fault: str
) -> None:
    with pytest.raises(RuleError, match=fault) as caught:
        load_rules(edit(file, old, new))
    assert file in str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("benchmark.yaml", "  - merudgift\n", "", "målet merudgift står ikke i benchmark.yaml"),
        ("benchmark.yaml", "  - merudgift\n", "  - merudgift\n  - hygge\n", "målet hygge har ingen fil"),
        ("benchmark.yaml", "[resultatmaal, ", "[", "kriteriet resultatmaal står ikke"),
        ("benchmark.yaml", "befolkning, rammevilkaar", "rammevilkaar", "leverancen befolkning står ikke"),
        ("usikkerhed.yaml", 'coverage: "0.95"', 'coverage: "1.5"', "dækningen 1.5 ligger ikke mellem 0 og 1"),
        ("usikkerhed.yaml", 'scale: "1"', 'scale: "0"', "scale skal være større end 0"),
        ("usikkerhed.yaml", "version: personfejl-afrunding-1", "version: binomial-afrunding-1", "to metoder hedder"),
        ("usikkerhed.yaml", 'winsorised: "0.1"', 'winsorised: "0.5"', "winsorised skal være under 0.5"),
        ("usikkerhed.yaml", "from_period: 2018QMAT02", "from_period: 2018QMAT02\n    to_period: 2017QMAT02", "slutter"),
        ("lignende.yaml", "      gini:", "      ledighed_pct_aup02:", "må ikke bruges: Ledighed er et resultat"),
        ("lignende.yaml", "      gini:", "      lykke:", "lykke er ikke en talkolonne i rammevilkaar"),
        ("disclosure.yaml", "from_period: 2018QMAT02", "from_period: 2018QMAT02\n    to_period: 2017QMAT02", "slutter"),
        ("lignende.yaml", 'gnsalder: "1"', 'gnsalder: "0"', "gnsalder skal have en vægt større end 0"),
        ("benchmark.yaml", "total: i_alt", "total: alt", "total alt står ikke"),
        ("criteria/resultatmaal.yaml", "measure: forskel_andel", "measure: forskel", "målet forskel findes ikke"),
        ("criteria/resultatmaal.yaml", "omraade: i_alt", "omraade: alt", "området alt findes ikke"),
        ("criteria/resultatmaal.yaml", "from_period: 2019QMAT04", "from_period: 2023QMAT04", "før den begynder"),
        ("feeds/beloeb.yaml", "Sygedagpenge mv.: sygedagpenge", "Sygedagpenge mv.: syge", "området syge findes ikke"),
        ("feeds/y30r21.yaml", "supersedes_by: [period]", "supersedes_by: [udgave]", "supersedes_by udgave"),
        ("feeds/y30r21.yaml", "  placering_orden:", "  placering_i_orden:", "reglen placering_orden har ingen tekst"),
        ("measures/placering.yaml", "published_column: placering", "published_column: plads", "kolonnen plads findes ikke"),
        ("measures/placering.yaml", "published_column: placering\n", "", "hverken en offentliggjort kolonne"),
        ("omraader.yaml", "    to_period: 2018QMAT03\n", "", "mens version 2018 stadig gælder"),
        ("omraader.yaml", "to_period: 2018QMAT03", "to_period: 2019QMAT03", "mens version 2018 stadig gælder"),
        ("omraader.yaml", 'version: "2019-04"', 'version: "2018"', "to versioner har samme navn"),
        ("omraader.yaml", "  kontantydelse: kontantydelse\n", "", "kontantydelse har intet navn"),
        ("omraader.yaml", "efterloen, ledighedsydelse", "efterloen, sygedagpenge", "sygedagpenge står to steder"),
        ("benchmark.yaml", "  i_alt: i alt\n", "", "omraade_names_da svarer ikke"),
        ("omraader.yaml", "  overgangsydelse: 2020-01-01", "  overgang: 2020-01-01", "overgang i benefit_from"),
        ("measures/merudgift.yaml", "feed: beloeb", "feed: belob", "leverancen belob findes ikke"),
        ("omraader.yaml", "      sygedagpenge: [sygedagpenge, jobafklaringsforloeb]\n", "", "version 2018 har"),
        ("unit_costs.yaml", "central: 70000", "central: 61000", "low <= central <= high"),
        ("unit_costs.yaml", "      sygedagpenge: {low: 62000, central: 70000, high: 78000}\n", "", "unit_costs.yaml: version 1 har"),
        ("editions.yaml", "period_basis: ukendt", "period_basis: oplyst", "passer til period_basis"),
        ("editions.yaml", "period: 2018QMAT04", "period: 2018QMAT02", "en periode står to gange"),
        ("criteria/fokusmaal_tilbud.yaml", "measure: tilbud_andel_12m", "measure: tilbud_andel", "er ikke et gennemsnit af 12 måneder"),
        ("criteria/fokusmaal_tilbud.yaml", 'threshold: "0.80"', 'threshold: "80"', "grænsen er ikke en andel mellem 0 og 1"),
        ("criteria/fokusmaal_tilbud.yaml", "flags: [skaeringsdato_ikke_oplyst]", "flags: [skaeringsdato]", "forbeholdet skaeringsdato har ingen tekst"),
        ("criteria/fokusmaal_tilbud.yaml", "    from_period: 2021QMAT04", "    from_period: 2023QMAT04", "før den begynder"),
        ("criteria/skaerpet_tilsyn.yaml", "rests_on: [resultatmaal, ", "rests_on: [resultat, ", "kriteriet resultat findes ikke"),
        ("criteria/skaerpet_tilsyn.yaml", ", fokusmaal_tilbud]", "]", "rests_on er ikke det, koden afgør kriteriet af"),
        ("criteria/tilsynsforloeb.yaml", "feed: tilsynsskridt", "feed: skridt", "leverancen skridt findes ikke"),
        ("criteria/tilsynsforloeb.yaml", "  administration: Kommunen er sat under administration.\n", "", "skridtene er ikke de samme"),
        ("feeds/tilsynsskridt.yaml", "      genopretning: genopretning\n", "", "skridtene er ikke de samme"),
        ("feeds/tilsynsskridt.yaml", "  dato_orden:", "  orden:", "reglen dato_orden har ingen tekst"),
        ("tilsynsskridt.yaml", "  - id: redegoerelse", "  - id: udpeget", "et skridt står to gange"),
        ("tilsynsskridt.yaml", "after: []", "after: [ophoert]", "intet skridt begynder forløbet"),
        ("tilsynsskridt.yaml", "requires: [genopretningsplan]", "requires: [plan]", "nævner skridtet plan, som ikke findes"),
        ("measures/samtale_andel.yaml", "published_column: samtale_andel", "published_column: samtaler", "kolonnen samtaler findes ikke i fokusmaal"),
    ],
)  # fmt: skip
def test_every_kind_of_fault_is_found(edit: Edit, file: str, old: str, new: str, fault: str) -> None:
    assert any(fault in found for found in all_faults(edit(file, old, new)))


def test_a_criterion_without_code_is_a_fault(edit: Edit) -> None:
    root = edit("benchmark.yaml", "[resultatmaal, ", "[resultatmaal, andet, ")
    criteria = root / "beskaeftigelse" / "criteria"
    text = (criteria / "resultatmaal.yaml").read_text(encoding="utf-8")
    (criteria / "andet.yaml").write_text(text.replace("id: resultatmaal", "id: andet"), encoding="utf-8")
    assert all_faults(root) == ["criteria/andet.yaml: ingen kode afgør dette kriterium"]


def test_reviews_lapse(edit: Edit) -> None:
    assert all("senest 2027-11-30" in fault for fault in all_faults(today=date(2027, 12, 1)))
    assert len(all_faults(today=date(2027, 12, 1))) == 53
    root = edit("omraader.yaml", "next_review: 2027-11-30", "next_review: 2026-11-22")
    assert all_faults(root) == ["omraader.yaml: next_review 2026-11-22 ligger ikke efter checked_on 2026-11-22"]


def test_a_missing_file_is_named(edit: Edit) -> None:
    root = edit("benchmark.yaml", "id", "id")
    (root / "beskaeftigelse" / "editions.yaml").unlink()
    with pytest.raises(RuleError, match=r"editions\.yaml mangler"):
        load_rules(root)


def test_a_missing_feed_is_an_orphan(edit: Edit) -> None:
    root = edit("benchmark.yaml", "id", "id")
    (root / "beskaeftigelse" / "feeds" / "befolkning.yaml").unlink()
    assert all_faults(root) == ["benchmark.yaml: leverancen befolkning har ingen fil"]


def test_missing_feeds_of_supervision_are_orphans(edit: Edit) -> None:
    root = edit("benchmark.yaml", "id", "id")
    for name in ("fokusmaal", "tilsynsskridt"):
        (root / "beskaeftigelse" / "feeds" / f"{name}.yaml").unlink()
    (root / "beskaeftigelse" / "criteria" / "tilsynsforloeb.yaml").unlink()
    (root / "beskaeftigelse" / "measures" / "samtale_andel.yaml").unlink()
    faults = all_faults(root)
    for missing in (
        "leverancen fokusmaal",
        "leverancen tilsynsskridt",
        "kriteriet tilsynsforloeb",
        "målet samtale_andel",
    ):
        assert f"benchmark.yaml: {missing} har ingen fil" in faults


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("checked_on: 2026-11-22", "checked_on: 2026-02-30", "kan ikke læses som YAML"),
        (
            "feeds: [y30r21, beloeb, befolkning, rammevilkaar, fokusmaal, tilsynsskridt, ",
            "feeds: [" + "[" * 40 + "]" * 40 + ", ",
            "mere end 30 niveauer",
        ),
        ("title:", "note: &x hej\nandet: *x\ntitle:", "henvisninger"),
        ("title:", "? [a, b]\n: x\ntitle:", "ikke almindelig tekst"),
    ],
)
def test_yaml_that_plays_tricks_is_refused(edit: Edit, old: str, new: str, fault: str) -> None:
    with pytest.raises(RuleError, match=fault):
        load_rules(edit("benchmark.yaml", old, new))


def test_the_hash_follows_every_byte(edit: Edit) -> None:
    before = load_rules().sha256
    assert load_rules(edit("benchmark.yaml", "afrundet", "rundet")).sha256 != before


def _version(name: str, starts: str, ends: str | None = None) -> MeasureVersion:
    reference = (Reference(kilde="en kilde"),)
    return MeasureVersion(
        version=name, from_period=starts, to_period=ends, reference=reference, definition_da="abc", formula_da="abc"
    )


def test_which_version_holds() -> None:
    versions = [_version("1", "2018QMAT02", "2018QMAT03"), _version("2", "2019QMAT01")]
    held = [v.version if (v := version_for(versions, parse_period(p))) else None for p in
            ("2018QMAT01", "2018QMAT02", "2018QMAT03", "2018QMAT04", "2019QMAT01", "2040QMAT04")]  # fmt: skip
    assert held == [None, "1", "1", None, "2", "2"]
    assert order_faults(versions) == []


def test_the_command_reports_and_exits(cli: Cli, edit: Edit) -> None:
    good = cli("check", "--today", "2026-11-22")
    assert (good.code, "69 regelfiler i orden" in good.out) == (0, True)
    bad = cli("check", "--rules", edit("benchmark.yaml", "total: i_alt", "total: alt"), "--today", "2026-11-22")
    assert bad.code == 3
    assert "beskaeftigelse/benchmark.yaml: total alt står ikke i omraader" in bad.err
    broken = cli("check", "--rules", edit("benchmark.yaml", "title:", "titel:"), "--json", "--today", "2026-11-22")
    assert broken.code == 3
    assert '"ok": false' in broken.out
    assert cli("check", "--today", "i går").code == 2
    assert cli("check", "--rules", "/nowhere").code == 2
