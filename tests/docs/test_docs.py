"""The documents are true: commands, options, terms, paths and versions they name exist."""

import csv
import re
import tomllib
from pathlib import Path

import polars as pl
import pytest
import typer
import yaml

from conftest import ROOT, SHARED, Cli
from maalestok import __version__
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.cli.main import app
from maalestok.deliveries.corrections import read_corrections
from maalestok.engines.choose import ENGINES
from maalestok.kontrolsager import synthetic
from maalestok.kontrolsager.contracts import event_rules
from maalestok.kontrolsager.henvendelse_felter import read_fields
from maalestok.kontrolsager.synthetic_rows import KEY
from maalestok.kontrolsager.whatif import VARIANTS
from maalestok.publish.text_da import PART_DA
from maalestok.registry import benchmark
from maalestok.results import TABLES, Status
from maalestok.rules.loader import benchmark_ids, feed_ids

RECEIVED = ("--received", "2026-11-10")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """Command -> its options, from the program itself; commands of a group by both names."""
    found: dict[str, typer.core.TyperCommand] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]  # a group has commands
        inner = getattr(command, "commands", {})
        found |= {f"{name} {sub}": held for sub, held in inner.items()} if inner else {name: command}
    return {
        name: {option for p in command.params for option in p.opts if option.startswith("--") and option != "--help"}
        for name, command in found.items()
    }


@pytest.mark.parametrize("name", commands())
def test_the_readme_shows_every_command_with_its_options(name: str) -> None:
    (row,) = re.findall(rf"^\| `maalestok {name}\b.*$", text("README.md"), re.MULTILINE)
    assert set(re.findall(r"`(--[a-z-]+)`", row)) == commands()[name]


def test_the_readme_names_every_rule_and_area() -> None:
    readme = text("README.md")
    for name in benchmark_ids():
        rules = benchmark(name).rules()
        for identifier in (*rules.measures, *rules.criteria, *rules.benchmark.omraader, *rules.feeds):
            assert f"`{identifier}`" in readme


def test_the_readme_names_no_command_or_option_that_does_not_exist() -> None:
    readme = text("README.md")
    known = commands()
    named = set(re.findall(r"\bmaalestok ([a-z]+)\b", readme))
    assert named <= {name.split()[0] for name in known}
    options = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", re.sub(r"`\.uv/[^`]*`", "", readme)))
    assert options <= {o for options in known.values() for o in options} | {"--help", "--version"}


def test_the_readme_names_what_can_be_chosen() -> None:
    readme = text("README.md")
    assert {variant for variant in VARIANTS if f"`{variant}`" not in readme} == set()
    assert {engine for engine in ENGINES if engine not in readme.lower()} == set()


def examples() -> dict[str, str]:
    """Feed of the control-case benchmark -> the example of it in the README."""
    return dict(re.findall(r"^`([a-z]+)`, .*?```csv\n(.*?)```", text("README.md"), re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("feed", benchmark("kontrolsager").rules().feeds)
def test_the_readme_tells_of_every_column_and_choice(feed: str) -> None:
    readme, held = text("README.md"), benchmark("kontrolsager").rules().feeds[feed]
    header = examples()[feed].splitlines()[0].split(";")
    assert header == [*(column.names[0] for column in held.columns), "syntetisk"]
    wanted = {*header, *(code for column in held.columns for code in column.choices if not code.isdigit())}
    assert {word for word in wanted if f"`{word}`" not in readme} == set()


@pytest.mark.parametrize("feed", ["sagshaendelser", "henvendelser"])
def test_the_files_in_the_readme_can_be_imported(feed: str, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / f"{feed}.csv"
    path.write_text(examples()[feed], encoding="utf-8")
    done = cli("import", feed, path, "--store", tmp_path / "lager", *RECEIVED)
    assert (done.code, "SYNTETISK" in done.out) == (0, True)


def test_the_files_about_persons_in_the_readme_can_be_imported_as_it_says(cli: Cli, tmp_path: Path) -> None:
    readme = text("README.md")
    section = readme[readme.index("### Counting from persons") : readme.index("### What to keep in mind")]
    files = re.findall(r"```csv\n(.*?)```", section, re.DOTALL)
    commands = re.findall(r"^    maalestok (import|build|explain|purge) (.*)$", section, re.MULTILINE)
    assert [arguments.split()[0] for name, arguments in commands if name == "import"] == list(PERSON_FEEDS)
    for feed, held in zip(PERSON_FEEDS, files, strict=True):
        (tmp_path / f"{feed}.csv").write_text(held, encoding="utf-8")
    for name, arguments in commands:
        placed = [
            tmp_path / word if word in {"lager", "udgivelse"} or word.endswith(".csv") else word
            for word in arguments.split()
        ]
        received = ("--received", "2020-11-10") if name == "import" else ()
        done = cli(name, *placed, *received)
        assert done.code == 0, (name, arguments, done.err)


def test_the_counts_in_the_readme_are_rows_of_a_month(cli: Cli, tmp_path: Path) -> None:
    shown = list(csv.DictReader(examples()["kontrolsager"].splitlines(), delimiter=";"))
    shown_keys = {tuple(row[name] for name in KEY) for row in shown}
    rows = synthetic.aggregate(synthetic.Truth(synthetic.Size(12, "2026-10", 750), 1), "2026-10").cast(pl.String)
    others = [row for row in rows.iter_rows(named=True) if tuple(row[name] for name in KEY) not in shown_keys]
    assert len(others) == len(rows) - len(shown)
    path = tmp_path / "kontrolsager.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, shown[0], delimiter=";", restval="SYNTETISK")
        written.writeheader()
        written.writerows([*others, *shown])
    done = cli("import", "kontrolsager", path, "--store", tmp_path / "lager", *RECEIVED)
    assert (done.code, "SYNTETISK" in done.out) == (0, True)


def test_the_correction_in_the_readme_is_one() -> None:
    block = re.search(r"```yaml\n(rettelser:.*?)```", text("README.md"), re.DOTALL)
    assert block is not None
    assert len(read_corrections(block[1].encode())) == 1


def test_the_fields_in_the_readme_are_those_of_a_letter(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(afsender:.*?)```", text("README.md"), re.DOTALL)
    assert block is not None
    (tmp_path / "felter.yaml").write_text(block[1], encoding="utf-8")
    assert read_fields(tmp_path / "felter.yaml").missing() == []


def test_the_glossary_covers_every_identifier() -> None:
    glossary = text("GLOSSARY.md")
    wanted = set(feed_ids()) | set(TABLES) | {s.value for s in Status} | set(PART_DA) | set(VARIANTS)
    wanted |= set(event_rules().follows)
    for name in benchmark_ids():
        rules = benchmark(name).rules()
        wanted |= {name, *rules.measures, *rules.criteria, *rules.benchmark.omraader}
        wanted |= {outcome for c in rules.criteria.values() for outcome in (*c.outcomes_da, *c.flags_da)}
        wanted |= {reason for m in rules.measures.values() for reason in m.reasons_da}
        choices = (column.choices for feed in rules.feeds.values() for column in feed.columns)
        wanted |= {code for codes in choices for code in codes if not code.isdigit()}
    assert {term for term in wanted if f"`{term}`" not in glossary} == set()


def test_every_path_in_contributing_exists() -> None:
    paths = set(
        re.findall(
            r"`((?:src|tests|benchmarks|web|\.ci)/[^`*<>]+|[A-Z]+\.md|Makefile|pyproject\.toml)`",
            text("CONTRIBUTING.md"),
        )
    )
    assert len(paths) > 10
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_versions_agree() -> None:
    assert f"## {__version__}" in text("CHANGELOG.md")
    described = yaml.safe_load(text("publiccode.yml"))
    assert described["softwareVersion"] == __version__
    assert described["legal"]["license"] == "EUPL-1.2"
    assert tomllib.loads(text("pyproject.toml"))["project"]["version"] == __version__
    locked = {package["name"]: package for package in tomllib.loads(text("uv.lock"))["package"]}
    assert locked["maalestok"]["version"] == __version__


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
