"""The run of month ends under the limit: what the examples and the second implementation do not reach."""

from fractions import Fraction

from maalestok.kontrolsager.lav_traekning import MonthEnd, RunRule, judge

RULE = RunRule(Fraction("0.30"), 6, "mindst", 2, 20)


def test_before_the_rule_nothing_is_judged_and_counting_begins_with_it() -> None:
    history = [MonthEnd(month, 1, 99, 0) for month in range(10)]
    judged = judge(history, lambda month: RULE if month >= 3 else None)
    assert [j.udfald for j in judged] == ["ikke_vurderet"] * 3 + ["ok"] * 3 + ["varsel"] * 2 + ["under_graensen"] * 2
    assert judged[2].flag == ("uden_definition",)
    assert [j.loebelaengde for j in judged] == [0, 0, 0, 1, 2, 3, 4, 5, 6, 7]
