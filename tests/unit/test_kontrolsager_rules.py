"""The control-case benchmark's own rules: what `maalestok check` would find."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Cli
from maalestok.kontrolsager.rule_check import rule_faults
from maalestok.kontrolsager.rules import load_rules
from maalestok.registry import benchmark
from maalestok.rules.loader import rules_root

Change = Callable[[str, str, str], Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """Change one file of a copy of the rules; the pattern must be there."""

    def change(name: str, pattern: str, replacement: str) -> Path:
        root = tmp_path / "rules"
        shutil.copytree(rules_root(), root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        path = root / "kontrolsager" / name
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"))
        assert count
        path.write_text(text, encoding="utf-8")
        return root

    return change


def test_the_shipped_rules_are_in_order() -> None:
    assert rule_faults(load_rules()) == []


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "expected"),
    [
        ("criteria/lav_traekning.yaml", 'threshold: "0.30"', 'threshold: "30"', "ikke en andel"),
        ("criteria/lav_traekning.yaml", "notice_months: 2", "notice_months: 6", "varslet er længere end løbet"),
        ("criteria/lav_traekning.yaml", "kontroltrin: 2}", "kontroltrin: 3}", None),
        ("criteria/lav_traekning.yaml", "omraade: i_alt, kontroltrin: 3", "omraade: i_alt, kontroltrin: 2", "i_alt på kontroltrin 2 findes ikke"),
        ("disclosure.yaml", "small_max: 4", "small_max: 9", "beløb vises for så få sager"),
        ("disclosure.yaml", "count_base: 10", "count_base: 5", None),
        ("disclosure.yaml", "from_period: 2018-11", "from_period: 2018-11\n    to_period: 2017-01", "slutter (2017-01), før den begynder"),
    ],
)  # fmt: skip
def test_faults_are_found(
    changed: Change, cli: Cli, name: str, pattern: str, replacement: str, expected: str | None
) -> None:
    root = changed(name, pattern, replacement)
    outcome = cli("check", "--rules", root, "--today", "2026-11-24")
    assert outcome.code == (0 if expected is None else 3)
    assert expected is None or expected in outcome.err


def test_small_counts_below_the_rounding(changed: Change, cli: Cli) -> None:
    root = changed("disclosure.yaml", "count_base: 10", "count_base: 5")
    path = root / "kontrolsager" / "disclosure.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("small_max: 4", "small_max: 5"), encoding="utf-8")
    assert "små antal når over afrundingen" in cli("check", "--rules", root, "--today", "2026-11-24").err


@pytest.mark.parametrize(
    ("name", "copy", "expected"),
    [
        ("measures/trukket_andel.yaml", "measures/ny.yaml", "ingen kode regner dette mål"),
        ("criteria/hoej_traekning.yaml", "criteria/nyt.yaml", "Criterion"),
    ],
)
def test_rules_without_code_are_found(tmp_path: Path, cli: Cli, name: str, copy: str, expected: str) -> None:
    root = tmp_path / "rules"
    shutil.copytree(rules_root(), root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (root / "kontrolsager" / name).read_text(encoding="utf-8")
    identifier = Path(name).stem
    (root / "kontrolsager" / copy).write_text(
        text.replace(f"id: {identifier}\n", f"id: {Path(copy).stem}\n"), encoding="utf-8"
    )
    outcome = cli("check", "--rules", root, "--today", "2026-11-24")
    assert (outcome.code, expected in outcome.err) == (3, True), outcome


def test_a_criterion_nobody_decides() -> None:
    rules = load_rules()
    other = rules.model_copy(update={"criteria": {**rules.criteria, "nyt": rules.criteria["lav_traekning"]}})
    assert rule_faults(other) == ["criteria/nyt.yaml: ingen kode afgør dette kriterium"]


def test_rules_of_another_benchmark_are_refused() -> None:
    with pytest.raises(TypeError, match="another benchmark"):
        benchmark("kontrolsager").rule_faults(benchmark("beskaeftigelse").rules())
