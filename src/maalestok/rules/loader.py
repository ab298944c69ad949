"""Read a benchmark's rule files into one frozen `Ruleset`. What is not as the models say is an error with its file."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from maalestok.errors import RuleError
from maalestok.rules.models import (
    Benchmark,
    Criterion,
    Editions,
    Feed,
    Governed,
    Measure,
    Ruleset,
    ThresholdCriterion,
)
from maalestok.strict_yaml import load_yaml

Model = TypeVar("Model", bound=Governed)


def rules_root() -> Path:
    """The folder of the shipped rules."""
    return Path(str(files("maalestok.rules")))


def benchmark_ids(root: Path | None = None) -> tuple[str, ...]:
    """Benchmarks that have rules: folders holding a `benchmark.yaml`."""
    return tuple(sorted(p.parent.name for p in (root or rules_root()).glob("*/benchmark.yaml")))


def _reason(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False):
        where = ".".join(str(part) for part in item["loc"]) or "(hele filen)"
        lines.append(f"  {where}: {item['msg']} (givet: {str(item['input'])[:80]!r})")
    return "\n".join(lines)


def load_file(path: Path, model: type[Model]) -> Model:
    """Read one rule file.

    Raises:
        RuleError: not YAML, a key twice, an unknown or missing key, a wrong type, an id unlike the file's name.
    """
    try:
        data = load_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: kan ikke læses som YAML: {error}", remedy="Ret filens form.") from error
    except FileNotFoundError as error:
        raise RuleError(f"{path} mangler.", remedy="Opret filen; se CONTRIBUTING.md.") from error
    try:
        rule = model.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise RuleError(
            f"{path} følger ikke formen {model.__name__}:\n{_reason(error)}",
            remedy="Ret de nævnte nøgler; formen står i maalestok/rules/models.py.",
        ) from error
    if rule.id != path.stem and path.stem != "benchmark":
        raise RuleError(f"{path}: id er {rule.id!r}.", remedy=f"Skriv id: {path.stem}, eller omdøb filen.")
    return rule


def _load_folder(folder: Path, model: type[Model]) -> dict[str, Model]:
    return {path.stem: load_file(path, model) for path in sorted(folder.glob("*.yaml"))}


def rules_hash(folder: Path) -> str:
    """SHA-256 over names and bytes of all rule files of a benchmark, in name order."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def load_shared(
    benchmark: str, root: Path | None = None, criteria: Mapping[str, type[Criterion]] | None = None
) -> Ruleset:
    """The rules every benchmark has, from the shipped folder or from `root`.

    `criteria` names the models of criteria that are more, or other, than a threshold.
    """
    models = criteria or {}
    folder = (root or rules_root()) / benchmark
    front = load_file(folder / "benchmark.yaml", Benchmark)
    if front.id != benchmark:
        raise RuleError(f"{folder / 'benchmark.yaml'}: id er {front.id!r}.", remedy=f"Skriv id: {benchmark}.")
    return Ruleset(
        benchmark=front,
        measures=_load_folder(folder / "measures", Measure),
        criteria={
            path.stem: load_file(path, models.get(path.stem, ThresholdCriterion))
            for path in sorted((folder / "criteria").glob("*.yaml"))
        },
        feeds=_load_folder(folder / "feeds", Feed),
        editions=load_file(folder / "editions.yaml", Editions) if (folder / "editions.yaml").is_file() else None,
        sha256=rules_hash(folder),
    )


@cache
def load_feed(feed: str, benchmark: str) -> Feed:
    """One feed's contract alone (an import needs no more)."""
    return load_file(rules_root() / benchmark / "feeds" / f"{feed}.yaml", Feed)


@cache
def feed_owner(feed: str) -> str | None:
    """The benchmark whose rules hold `feed`, found by file name alone."""
    owners = {path.stem: path.parent.parent.name for path in rules_root().glob("*/feeds/*.yaml")}
    return owners.get(feed)


def is_record_level(feed: str) -> bool:
    """True for a feed whose rows are about single persons or cases."""
    owner = feed_owner(feed)
    return owner is not None and load_feed(feed, owner).record_level


def feed_ids() -> tuple[str, ...]:
    """All feeds that can be imported."""
    return tuple(sorted(path.stem for path in rules_root().glob("*/feeds/*.yaml")))
