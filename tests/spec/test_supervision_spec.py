"""Examples a lawyer can read of focus targets, sharpened supervision, the risk zone and the steps after designation."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from maalestok.beskaeftigelse import fokusmaal, resultatmaal, skaerpet_tilsyn
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.supervision_rules import FokusmaalCriterion
from maalestok.beskaeftigelse.tilsynsforloeb import Step, history_faults, may_follow
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.text_da import figure_beside
from maalestok.rules.dated import version_for

HERE = Path(__file__).parent


def examples(name: str) -> list[Any]:
    loaded = yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # all as text
    return [pytest.param(example, id=example["naar"]) for example in loaded]


def given(text: str) -> Fraction | None:
    """'92,2' -> 0.922; 'null' -> None; '959,99/12' is a sum over a count."""
    if text == "null":
        return None
    above, _, below = text.replace(",", ".").partition("/")
    return Fraction(above) / Fraction(below or 1) / 100


def read_as(criterion: FokusmaalCriterion, reading: str) -> FokusmaalCriterion:
    """The target with its suspensions naming other years."""
    changed = [s.model_copy(update={"gaelder": reading}) for s in criterion.suspensions]
    return criterion.model_copy(update={"suspensions": tuple(changed)})


@pytest.mark.parametrize("example", examples("skaerpet_tilsyn"))
def test_skaerpet_tilsyn(example: dict[str, Any]) -> None:
    rules, expected = load_rules(), example["saa"]
    period = parse_period(f"{example['maaleaar']}QMAT04")
    december = Period(period.month_index, PeriodKind.MONTH)
    result = resultatmaal.decide(given(example["forskel"]), period, rules.resultatmaal)
    means = {name: given(example[name.removeprefix("fokusmaal_")]) for name in rules.fokusmaal}
    criteria = {name: read_as(c, example.get("laesning", "maaleaar")) for name, c in rules.fokusmaal.items()}
    targets = {name: fokusmaal.decide(means[name], december, criterion) for name, criterion in criteria.items()}
    year = skaerpet_tilsyn.Year(result.udfald, result.flag, targets, means)
    version = version_for(rules.criteria["skaerpet_tilsyn"].versions, period)
    decision = skaerpet_tilsyn.decide(year, checked=version is not None)
    near = version_for(rules.risikozone.versions, period)
    zone = skaerpet_tilsyn.risk_zone(year, decision.udfald, Fraction(near.margin) if near else None)
    for name in rules.fokusmaal:
        assert targets[name].udfald == expected[name.removeprefix("fokusmaal_")], name
    assert (decision.udfald, list(decision.flag)) == (expected["tilsyn"], expected["flag"])
    assert (zone.udfald, list(zone.flag)) == (expected["risikozone"], expected.get("zoneflag", []))
    if "skrives" in example:
        mean, limit = means["fokusmaal_samtaler"], targets["fokusmaal_samtaler"].graense
        assert mean is not None
        assert limit is not None
        assert figure_beside(float(mean), "share", float(limit)) == example["skrives"]
    said = {flag for target in targets.values() for flag in target.flag}
    for name, target in targets.items():
        assert set(target.flag) <= set(rules.fokusmaal[name].flags_da)
    assert set(decision.flag) <= set(rules.criteria["skaerpet_tilsyn"].flags_da)
    assert set(zone.flag) <= set(rules.risikozone.flags_da)
    assert ("skaeringsdato_ikke_oplyst" in said) == (example["maaleaar"] == "2019")


@pytest.mark.parametrize("example", examples("fokusmaal"))
def test_mean_of_twelve_months(example: dict[str, Any]) -> None:
    measure = load_rules().measures[f"{example['maal']}_andel"]
    texts = [text for text, count in example["maaneder"] for _ in range(int(count))]
    last = parse_period(example["slutter"])
    months: list[fokusmaal.Month | None] = []
    for back, text in zip(reversed(range(12)), texts, strict=True):
        version = version_for(measure.versions, last.shifted(-back))
        share = None if text in ("tom", "null") else given(text)
        whole = None if share is None else int(share * 10_000)
        months.append(
            None if text == "null" else fokusmaal.Month(whole, text == "tom", version.version if version else None)
        )
    total, why = fokusmaal.mean_of(months)
    mean = None if total is None else Fraction(total, 120_000)
    assert (mean, why or "null") == (given(example["saa"]["gennemsnit"]), example["saa"]["grund"])
    if mean is not None:
        assert fokusmaal.exact_mean(mean.numerator / mean.denominator) == mean


@pytest.mark.parametrize("example", examples("mangler_borgere"))
def test_persons_short(example: dict[str, Any]) -> None:
    criterion = load_rules().fokusmaal[f"fokusmaal_{example['maal']}"]
    version = fokusmaal.target_in(criterion, parse_period(example["maaned"]))
    assert version is not None
    share = given(example["andel"])
    assert share is not None
    short = fokusmaal.shortfall(int(example["maalgruppe"]), int(share * 10_000), version)
    expected = example["saa"]
    if expected == "null":
        assert short is None
    else:
        assert short == fokusmaal.Shortfall(int(expected["vaerdi"]), int(expected["lav"]), int(expected["hoej"]))


@pytest.mark.parametrize("example", examples("tilsynsforloeb"))
def test_steps_after_designation(example: dict[str, Any]) -> None:
    machine = load_rules().tilsynsskridt
    steps = [Step(skridt, dato) for skridt, dato in example["skridt"]]
    faults = history_faults(steps, "2020-12-31", machine)
    expected = example["saa"]
    if expected == "null":
        assert faults == []
        assert [s.id for s in may_follow([s.skridt for s in steps], machine)] == example["kan_foelge"]
    else:
        found = [{"regel": f.rule, "nr": str(f.at + 1), "tilladt": list(f.allowed)} for f in faults]
        assert found == [expected]
