"""Who stays under the limit so long that the authority contacts them: runs of month ends. Pure.

Source: Styrelsens beskrivelse af benchmarkingen, "Opfølgningskriterier"; parameters in
rules/kontrolsager/criteria/lav_traekning.yaml.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from maalestok.criteria import Comparison, meets
from maalestok.kontrolsager.rules import RunVersion, Variant

UNDER, VARSEL, OK, IKKE_VURDERET = "under_graensen", "varsel", "ok", "ikke_vurderet"


@dataclass(frozen=True)
class RunRule:
    """The criterion in force at a month end. `threshold` is a share; the rest as in `RunVersion`."""

    threshold: Fraction
    run_length: int
    variant: Variant
    notice_months: int
    small_denominator: int

    @classmethod
    def of(cls, version: RunVersion) -> "RunRule":
        """The rule a version states."""
        return cls(
            Fraction(version.threshold),
            version.run_length,
            version.variant,
            version.notice_months,
            version.small_denominator,
        )

    @property
    def needed(self) -> int:
        """How long a run is enough for a contact."""
        return self.run_length + (self.variant == "mere_end")


@dataclass(frozen=True)
class MonthEnd:
    """One municipality and track at one month end, 12 months back.

    `drawn` and `rest` are None where they can't be stated; `missing` counts the window's months without delivery.
    """

    month_index: int
    drawn: int | None
    rest: int | None
    missing: int

    @property
    def shown(self) -> int | None:
        """Cases shown: drawn and left."""
        return None if self.drawn is None or self.rest is None else self.drawn + self.rest


@dataclass(frozen=True)
class Judgement:
    """Outcome at a month end, the run's length after it, and reservations."""

    udfald: str
    loebelaengde: int
    flag: tuple[str, ...]


def judge(history: Sequence[MonthEnd], rule_at: Callable[[int], RunRule | None]) -> list[Judgement]:
    """Judge every month end of one municipality and track.

    A window with one missing month pauses the run, one with more begins it anew; so does a month end without any case
    shown, for which there is no share.

    Args:
        history: month ends without gaps, oldest first.
        rule_at: month_index -> the rule in force, or None where none is.
    """
    judged: list[Judgement] = []
    run = 0
    for place, end in enumerate(history):
        rule = rule_at(end.month_index)
        if rule is None:
            run = 0
            judged.append(Judgement(IKKE_VURDERET, 0, ("uden_definition",)))
            continue
        if end.missing or end.shown is None:
            run = run if end.missing == 1 else 0
            judged.append(Judgement(IKKE_VURDERET, run, ("maaned_mangler",)))
            continue
        if not end.shown:
            run = 0
            judged.append(Judgement(IKKE_VURDERET, 0, ("ingen_sager",)))
            continue
        run = run + 1 if _under(end.drawn, end.shown, rule) else 0
        flags = ("smaa_tal",) if end.shown < rule.small_denominator else ()
        if rule.variant == "samlet":
            judged.append(Judgement(_pooled(history[: place + 1], rule), run, flags))
        else:
            judged.append(Judgement(_of_run(run, rule), run, flags))
    return judged


def _under(drawn: int | None, shown: int, rule: RunRule) -> bool:
    return drawn is not None and meets(Fraction(drawn, shown), Comparison.BELOW, rule.threshold)


def _of_run(run: int, rule: RunRule) -> str:
    if run >= rule.needed:
        return UNDER
    return VARSEL if run >= max(1, rule.needed - rule.notice_months) else OK


def _pooled(history: Sequence[MonthEnd], rule: RunRule) -> str:
    """The last month ends pooled; each must be whole and have a share."""
    pool = history[-rule.run_length :]
    if len(pool) < rule.run_length or any(end.missing or not end.shown for end in pool):
        return IKKE_VURDERET
    drawn, shown = sum(end.drawn or 0 for end in pool), sum(end.shown or 0 for end in pool)
    return UNDER if _under(drawn, shown, rule) else OK


def cases_needed(drawn_staying: int, rest: int, threshold: Fraction) -> int:
    """How many cases must be drawn next month to reach the limit at its end, if no new ones come.

    Drawing moves a case from the rest to the drawn and leaves their sum alone; new ones come, so this is a lower bound.

    Args:
        drawn_staying: drawn in the 11 months that stay in the window.
        rest: left on the bruttoliste today.
        threshold: the limit as a share.
    """
    return max(0, -((drawn_staying - threshold * (drawn_staying + rest)) // 1))
