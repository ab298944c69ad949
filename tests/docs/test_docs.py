"""The documents are true: commands, options, terms, paths and versions they name exist."""

import re
from pathlib import Path

import pytest
import typer
import yaml

from conftest import ROOT, SHARED, Cli
from maalestok import __version__
from maalestok.cli.main import app, fetch_app
from maalestok.deliveries.corrections import read_corrections
from maalestok.registry import benchmark
from maalestok.results import TABLES, Status
from maalestok.rules.loader import benchmark_ids, feed_ids


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """Command -> its options, from the program itself."""
    group = typer.main.get_command(app)
    fetch = typer.main.get_command(fetch_app)
    found = {name: command for name, command in group.commands.items() if name != "fetch"}  # type: ignore[attr-defined]  # a group has commands
    found |= {f"fetch {name}": command for name, command in fetch.commands.items()}  # type: ignore[attr-defined]  # a group has commands
    return {
        name: {option for p in command.params for option in p.opts if option.startswith("--") and option != "--help"}
        for name, command in found.items()
    }


@pytest.mark.parametrize("name", commands())
def test_the_readme_shows_every_command_and_option(name: str) -> None:
    readme = text("README.md")
    assert f"maalestok {name}" in readme
    missing = {option for option in commands()[name] if option not in readme}
    assert missing == set()


def test_the_readme_names_every_rule_and_area() -> None:
    readme = text("README.md")
    for name in benchmark_ids():
        rules = benchmark(name).rules()
        for identifier in (*rules.measures, *rules.criteria, *rules.benchmark.omraader, *rules.feeds):
            assert f"`{identifier}`" in readme


def test_the_readme_names_no_command_or_option_that_does_not_exist() -> None:
    readme = text("README.md")
    known = commands()
    named = set(re.findall(r"maalestok ([a-z]+(?: jobindsats)?)\b", readme))
    assert {n for n in named if n not in known and n != "fetch"} <= set()
    options = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", readme))
    assert options <= {o for options in known.values() for o in options} | {"--help", "--version"}


def test_the_correction_in_the_readme_is_one() -> None:
    block = re.search(r"```yaml\n(rettelser:.*?)```", text("README.md"), re.DOTALL)
    assert block is not None
    assert len(read_corrections(block[1].encode())) == 1


def test_the_glossary_covers_every_identifier() -> None:
    glossary = text("GLOSSARY.md")
    wanted = set(feed_ids()) | set(TABLES) | {s.value for s in Status}
    for name in benchmark_ids():
        rules = benchmark(name).rules()
        wanted |= {name, *rules.measures, *rules.criteria, *rules.benchmark.omraader}
        wanted |= {outcome for c in rules.criteria.values() for outcome in (*c.outcomes_da, *c.flags_da)}
    assert {term for term in wanted if f"`{term}`" not in glossary} == set()


def test_every_path_in_contributing_exists() -> None:
    paths = set(
        re.findall(
            r"`((?:src|tests|benchmarks|\.ci)/[^`*<>]+|[A-Z]+\.md|Makefile|pyproject\.toml)`", text("CONTRIBUTING.md")
        )
    )
    assert len(paths) > 10
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_versions_agree() -> None:
    assert f"## {__version__}" in text("CHANGELOG.md")
    described = yaml.safe_load(text("publiccode.yml"))
    assert described["softwareVersion"] == __version__
    assert described["legal"]["license"] == "EUPL-1.2"
    assert f'version = "{__version__}"' in text("pyproject.toml")


def test_published_data_files_are_not_in_the_project() -> None:
    if not SHARED.is_dir():
        pytest.skip("the published figures (shared/data) are not at hand on this machine")
    theirs = {p.name for p in SHARED.rglob("*") if p.is_file()} - {"README.md"}
    ours = {p.name for folder in ("src", "tests", "benchmarks") for p in (ROOT / folder).rglob("*")}
    assert not theirs & ours


def test_the_licence_is_named_by_its_identifier() -> None:
    assert text("LICENSE").startswith("SPDX-License-Identifier: EUPL-1.2\n")


def test_links_between_documents_lead_somewhere() -> None:
    for name in ("README.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md"):
        for link in re.findall(r"\]\(([^)#h][^)]*)\)", text(name)):
            assert (ROOT / Path(name).parent / link).exists(), (name, link)


def test_the_readme_help_is_what_the_program_says(cli: Cli) -> None:
    assert "Exit codes" in cli("--help").out
    for code in ("0", "1", "2", "3", "4", "130"):
        assert re.search(rf"\| {code} \|", text("README.md"))
