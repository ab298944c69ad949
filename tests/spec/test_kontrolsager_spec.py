"""The examples of `kontrolsager.yaml` on DuckDB; `tests/spark` runs the same on Spark and compares the rows."""

from pathlib import Path

import pytest

from maalestok.engines.duckdb import DuckDBEngine
from spec.kontrolsager_examples import Answers, Example, build, check, event_months, examples, stores


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    folder: Path = tmp_path_factory.mktemp("eksempler")
    found = {}
    for kind, store in stores(folder).items():
        with DuckDBEngine() as engine:
            built = build(store, engine)
        with DuckDBEngine() as engine:
            found[kind] = Answers(built, event_months(store, engine) if kind == "haendelser" else None)
    return found


@pytest.mark.parametrize("example", examples("maaneder"), ids=lambda e: e.given["naar"])
def test_counts(example: Example, answers: dict[str, Answers]) -> None:
    check(example, answers["maaneder"])


@pytest.mark.parametrize("example", examples("haendelser"), ids=lambda e: e.given["naar"])
def test_events(example: Example, answers: dict[str, Answers]) -> None:
    check(example, answers["haendelser"])


def test_every_example_names_the_sentence_it_rests_on() -> None:
    for kind in ("maaneder", "haendelser"):
        assert all(len(example.given["kilde"]) > 10 for example in examples(kind))
