"""The command line as a newcomer meets it."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Cli
from maalestok import __version__
from maalestok.cli import main as command_line
from maalestok.release.read import Release

COMMANDS = (
    "import",
    "build",
    "diff",
    "verify",
    "audit",
    "explain",
    "whatif",
    "list",
    "similar",
    "uncertainty",
    "check",
    "document",
    "fetch",
    "demo",
)


SUBCOMMANDS = (
    "fetch jobindsats",
    "fetch statbank",
    "whatif kontrolsager",
    "whatif beskaeftigelse",
    "document orientering",
    "document henvendelse",
    "document aarsnotat",
    "document skabelon",
)


def test_help_names_every_command_and_the_exit_codes(cli: Cli) -> None:
    outcome = cli("--help")
    assert outcome.code == 0
    assert all(f"  {command} " in outcome.out for command in COMMANDS)
    assert "Exit codes: 0 done" in outcome.out


@pytest.mark.parametrize("command", [*COMMANDS, *SUBCOMMANDS])
def test_every_command_has_help(cli: Cli, command: str) -> None:
    outcome = cli(*command.split(), "--help")
    assert (outcome.code, "Usage: maalestok" in outcome.out) == (0, True)


def test_no_arguments_and_unknown_ones(cli: Cli) -> None:
    assert "Usage" in cli().err
    assert cli("hjælp").code == 2
    assert cli("build").code == 2
    assert cli("--version").out == f"maalestok {__version__}\n"


def test_help_loads_none_of_the_heavy_libraries() -> None:
    heavy = "{'polars', 'duckdb', 'dataframely', 'numpy', 'httpx', 'pydantic', 'openpyxl', 'xlsxwriter', 'yaml'}"
    script = f"import sys; import maalestok.cli.main; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_unforeseen_error_is_short_and_says_how_to_see_more(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> None:
        raise RuntimeError("noget hemmeligt")

    monkeypatch.setattr(command_line, "app", breaks)
    outcome = cli("check", "--json")
    assert json.loads(outcome.out)["exit_code"] == 1
    assert outcome.code == 1
    assert "Uventet fejl i Målestok (RuntimeError)" in outcome.err
    assert "hemmeligt" not in outcome.err
    monkeypatch.setenv("MAALESTOK_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli("check")


def test_interrupted(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "app", stops)
    assert (cli("check").code, "Afbrudt") == (130, "Afbrudt")


def test_a_closed_pipe_is_no_error_text() -> None:
    command = f"{sys.executable} -m maalestok check --today 2026-11-22 --json | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "redirect"), [({"PYTHONIOENCODING": "ascii"}, ""), ({"PYTHONIOENCODING": "latin-1"}, ""), ({}, ">&-")]
)
def test_what_the_terminal_can_not_show_decides_nothing(
    edition: Path, tmp_path: Path, settings: dict[str, str], redirect: str
) -> None:
    strange = tmp_path / "a\x1b[31m\u202eå.csv"
    strange.write_bytes(edition.read_bytes())
    command = f"{sys.executable} -m maalestok import y30r21 {shlex.quote(str(strange))} --store lager {redirect}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=os.environ | settings, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert "\u202e".encode() not in done.stdout


@pytest.mark.parametrize("redirect", [">/dev/full", "| true", ">/dev/full 2>&1"])
def test_a_reader_that_goes_away_decides_nothing(edition: Path, tmp_path: Path, redirect: str) -> None:
    run = f"{sys.executable} -m maalestok import y30r21 {shlex.quote(str(edition))} --store lager --json"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {run} {redirect}"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    wrong = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {run.replace('y30r21', 'nej')} {redirect}"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert wrong.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "beskaeftigelse", "--bogus", "--json"],
        ["diff", "a", "b", "--limit", "x", "--json"],
        ["build", "beskaeftigelse", "--store", "x" * 300, "--json"],
        ["verify", "findes-ikke", "--json"],
        ["import", "nej", "fil", "--json"],
        ["verify", "v\udcff", "--json"],
    ],
)
def test_every_refusal_is_one_json_document(cli: Cli, arguments: list[str]) -> None:
    outcome = cli(*arguments)
    assert outcome.code == 2
    assert json.loads(outcome.out)["exit_code"] == 2


def test_json_is_whole_in_any_encoding(synthetic_release: Release) -> None:
    command = [
        sys.executable,
        "-m",
        "maalestok",
        "explain",
        "beskaeftigelse",
        "placering",
        "101",
        "2020QMAT04",
        "--release",
        str(synthetic_release.folder),
        "--json",
    ]
    done = subprocess.run(command, env=os.environ | {"PYTHONIOENCODING": "iso8859-7"}, capture_output=True, check=True)
    assert "København" in " ".join(json.loads(done.stdout)["text"])


def test_a_path_that_can_not_be_is_refused(cli: Cli, edition: Path, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("", encoding="utf-8")
    for arguments in (
        ["import", "y30r21", edition, "--store", tmp_path / "fil" / "lager"],
        ["import", "../measures/placering", edition, "--store", tmp_path / "lager"],
        ["build", "beskaeftigelse", "--store", tmp_path / "lager", "--out", tmp_path / "ud"],
    ):
        outcome = cli(*arguments)
        assert outcome.code == 2, outcome
        assert outcome.err.startswith("Fejl: ")


@pytest.mark.slow
def test_the_demo_runs_everything_and_marks_it(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("demo", "--out", tmp_path / "demo")
    assert outcome.code == 0, outcome
    assert outcome.err == ""
    for text in (
        "SYNTETISK_2022QMAT02.xlsx",
        "tal: ændret/data",
        "opfyldt -> ikke_opfyldt",
        "Værdi: nr. ",
        "mellem kommuner: i alt 0,",
        "i alt: forskellen fra det forventede i 9",
        "hel og uændret",
        "Se udgivelsen i",
    ):
        assert text in outcome.out
    release = (tmp_path / "demo" / "beskaeftigelse" / "udgivelse").resolve()
    assert json.loads((release / "release.json").read_text(encoding="utf-8"))["syntetisk"] is True
    assert cli("verify", release).code == 0
    country = tmp_path / "demo" / "beskaeftigelse" / "syntetisk_danmark"
    assert cli("verify", country / "udgivelse").code == 0
    page = (country / "hjemmeside" / "index.html").read_text(encoding="utf-8")
    assert "SYNTETISK" in page
    again = cli("demo", "--out", tmp_path / "demo")
    assert (again.code, again.out) == (0, outcome.out)


def test_the_demo_leaves_other_folders_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "brev.txt").write_text("kære", encoding="utf-8")
    outcome = cli("demo", "--out", tmp_path)
    assert (outcome.code, "er ikke tom" in outcome.err) == (2, True)
    assert [p.name for p in tmp_path.iterdir()] == ["brev.txt"]


def test_nothing_is_said_on_standard_error_when_all_is_well(edition: Path, tmp_path: Path) -> None:
    for arguments in (
        ["import", "y30r21", str(edition), "--store", "lager"],
        ["build", "beskaeftigelse", "--store", "lager", "--out", "ud"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "maalestok", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
