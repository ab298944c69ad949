"""The house rules that can be checked: who imports whom, what SQL may say, what tests may skip."""

import ast
import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from conftest import ROOT
from maalestok.rules.loader import benchmark_ids

SOURCE = ROOT / "src" / "maalestok"
MODULES = sorted(SOURCE.rglob("*.py"))
SQL_FILES = sorted(SOURCE.rglob("*.sql"))
PURE = (
    "ranks",
    "criteria",
    "period",
    "division",
    "deliveries/supersession",
    "rules/dated",
    "rules/check",
    "uncertainty",
    "disclosure/rounding",
    "disclosure/network",
    "kontrolsager/lav_traekning",
    "beskaeftigelse/money",
    "beskaeftigelse/resultatmaal",
    "beskaeftigelse/fokusmaal",
    "beskaeftigelse/skaerpet_tilsyn",
    "beskaeftigelse/tilsynsforloeb",
)
CLOCKS = re.compile(r"\b(datetime\.now|date\.today|time\.time|utcnow|perf_counter|monotonic)\b")
ALLOWED = {
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Order, exp.Ordered, exp.With, exp.CTE, exp.TableAlias, exp.Table,
    exp.Identifier, exp.Column, exp.Star, exp.Alias, exp.Literal, exp.Null, exp.Boolean, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
    exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Paren, exp.Case, exp.If, exp.Coalesce,
    exp.Cast, exp.DataType, exp.Sum, exp.Count, exp.Max, exp.Min, exp.Filter, exp.Union, exp.Having,
    exp.Subquery, exp.Distinct, exp.Window, exp.WindowSpec, exp.Lead,
}  # fmt: skip


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_shared_machinery_imports_no_benchmark_and_benchmarks_not_each_other(path: Path) -> None:
    owner = path.relative_to(SOURCE).parts[0]
    others = {f"maalestok.{b}" for b in benchmark_ids() if b != owner}
    assert not {name for name in imported(path) for other in others if name == other or name.startswith(f"{other}.")}


@pytest.mark.parametrize("name", PURE)
def test_deciding_modules_are_pure(name: str) -> None:
    path = SOURCE / f"{name}.py"
    outside = imported(path) & {"pathlib", "os", "duckdb", "httpx", "time", "random", "io", "tempfile", "subprocess"}
    assert not outside
    assert not CLOCKS.search(path.read_text(encoding="utf-8"))


def test_only_the_command_line_reads_the_clock() -> None:
    reading = [p.relative_to(SOURCE).as_posix() for p in MODULES if CLOCKS.search(p.read_text(encoding="utf-8"))]
    assert reading == ["cli/times.py"]


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda p: p.name)
def test_sql_stays_inside_the_subset_both_engines_share(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- grain: "), "the first comment states the grain"
    assert re.match(r"\d{3}_[a-z_0-9]+\.sql", path.name)
    (statement,) = sqlglot.parse(text, read="duckdb")
    assert isinstance(statement, exp.Select)
    assert not {type(node).__name__ for node in statement.walk() if type(node) not in ALLOWED}


def test_the_subset_test_finds_what_is_outside() -> None:
    for text in (
        "select round(a) from t",
        "select list_sum(a) from t",
        "select a from t qualify a > 1",
        "select a // 2 from t",
    ):
        (statement,) = sqlglot.parse(text, read="duckdb")
        assert statement is not None
        assert {type(node) for node in statement.walk()} - ALLOWED


def test_modules_are_small() -> None:
    lengths = {p.relative_to(SOURCE).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name for name, length in lengths.items() if length > 300} == set()


def test_every_module_and_public_function_says_what_it_does() -> None:
    silent = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name != "__init__.py" and ast.get_docstring(tree) is None:
            silent.append(path.name)
        silent += [
            f"{path.name}:{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]
    assert silent == []


def test_the_tree_names_no_machine_and_no_private_index() -> None:
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\"]+)", lock))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
