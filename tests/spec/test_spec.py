"""Examples a lawyer can read, run through the deciding functions."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from maalestok.beskaeftigelse.money import total_estimate
from maalestok.beskaeftigelse.resultatmaal import decide
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.period import parse_period

HERE = Path(__file__).parent


def examples(name: str) -> list[Any]:
    loaded = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(example, id=example["naar"]) for example in loaded]


@pytest.mark.parametrize("example", examples("resultatmaal"))
def test_resultatmaal(example: dict[str, Any]) -> None:
    given, expected = example["forskel"], example["saa"]
    difference = None if given is None else Fraction(given.replace(",", ".")) / 100
    decision = decide(difference, parse_period(example["periode"]), load_rules().resultatmaal)
    threshold = None if expected["graense"] is None else Fraction(expected["graense"])
    assert (decision.udfald, list(decision.flag), decision.graense) == (expected["udfald"], expected["flag"], threshold)
    assert (decision.version is None) == ("regler_ikke_kontrolleret" in decision.flag)


@pytest.mark.parametrize("example", examples("merudgift"))
def test_merudgift(example: dict[str, Any]) -> None:
    costs = load_rules().unit_costs.versions[-1].costs
    estimate = total_estimate(example["omraader"], example["i_alt"], costs)
    expected = example["saa"]
    if expected is None:
        assert estimate is None
    else:
        assert estimate is not None
        assert (estimate.value, estimate.low, estimate.high) == (expected["vaerdi"], expected["lav"], expected["hoej"])
