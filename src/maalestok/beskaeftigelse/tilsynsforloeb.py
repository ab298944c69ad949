"""The steps after designation as a state machine: what may follow, and what is wrong with a history. Pure.

States, moves and deadlines stand in rules/beskaeftigelse/tilsynsskridt.yaml. Dates are ISO text, which sorts as time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maalestok.beskaeftigelse.supervision_rules import SkridtRule, Tilsynsskridt


@dataclass(frozen=True)
class Step:
    """A step that was taken, on a day (2021-10-01)."""

    skridt: str
    dato: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with a history: the number of the step (from 0), the rule it breaks, and what was allowed."""

    at: int
    rule: str
    allowed: tuple[str, ...]


def may_follow(taken: Sequence[str], machine: Tilsynsskridt) -> list[SkridtRule]:
    """The steps that may come next, in the order of the rules; none after the end of the course."""
    last = taken[-1] if taken else None
    return [
        step
        for step in machine.steps
        if (last in step.after if last is not None else not step.after)
        and step.id not in taken
        and set(step.requires) <= set(taken)
    ]


def is_final(skridt: str, machine: Tilsynsskridt) -> bool:
    """True when no step may ever follow this one."""
    return not any(skridt in step.after for step in machine.steps)


def history_faults(steps: Sequence[Step], year_ended: str, machine: Tilsynsskridt) -> list[Fault]:
    """Everything wrong with one municipality's history of one measured year; empty when it is legal.

    After a move that is not allowed only the dates are looked at: what follows it can't be judged.

    Args:
        steps: as delivered, in their order.
        year_ended: the measured year's last day.
        machine: the rules; they know every step.
    """
    return sorted([*_dates(steps, year_ended), *_moves(steps, machine)], key=lambda fault: fault.at)


def _dates(steps: Sequence[Step], year_ended: str) -> Iterator[Fault]:
    for at, step in enumerate(steps):
        if step.dato <= year_ended:
            yield Fault(at, "dato_efter_maaleaaret", ())
        if at and step.dato < steps[at - 1].dato:
            yield Fault(at, "dato_orden", ())


def _moves(steps: Sequence[Step], machine: Tilsynsskridt) -> Iterator[Fault]:
    rules = {step.id: step for step in machine.steps}
    taken: list[str] = []
    for at, step in enumerate(steps):
        allowed = tuple(rule.id for rule in may_follow(taken, machine))
        if step.skridt not in allowed:
            yield Fault(at, _broken(rules[step.skridt], taken, machine), allowed)
            return
        taken.append(step.skridt)


def _broken(step: SkridtRule, taken: Sequence[str], machine: Tilsynsskridt) -> str:
    """The rule that a step breaks which may not follow."""
    if not taken:
        return "foerste_skridt"
    if is_final(taken[-1], machine):
        return "efter_afslutning"
    if step.id in taken:
        return "skridt_en_gang"
    return "skridt_foelger" if taken[-1] not in step.after else "skridt_kraever"
