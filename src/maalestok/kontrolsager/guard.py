"""Between exact figures and public ones: withhold until safe, attack what would be written, refuse if it gives in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from maalestok.build import Audit
from maalestok.disclosure.rounding import Unrounded
from maalestok.errors import MaalestokError, ReleaseError
from maalestok.kommune import place_name
from maalestok.kontrolsager.audit import Auditor, Unsafe, Verdict
from maalestok.kontrolsager.facts import month_code
from maalestok.kontrolsager.figures import exact_arrays, public_figures, read_view
from maalestok.kontrolsager.protect import misstated, publish, withhold
from maalestok.kontrolsager.rules import BENCHMARK, DisclosureVersion, KontrolsagerRules
from maalestok.kontrolsager.telling import overtold, whole_numbers
from maalestok.kontrolsager.view import AMOUNTS, COUNTS, CUTS, View, places
from maalestok.kontrolsager.withheld import Exact
from maalestok.period import Period, PeriodKind, parse_period
from maalestok.publish.text_da import number, plural
from maalestok.release.read import Release
from maalestok.rules.dated import version_for


class NotSafe(MaalestokError):
    """A release would give away what it must protect."""


@dataclass
class Guarded:
    """Figures fit for publication, and what they rest on. `verdict` is that of the tables once they are made."""

    figures: pl.DataFrame
    exact: Exact
    before: View | None
    rule: DisclosureVersion
    auditor: Auditor
    verdict: Verdict


def rule_for(rules: KontrolsagerRules, month_index: int) -> DisclosureVersion:
    """The protection in force for a release whose newest window ends in a month.

    Raises:
        MaalestokError: none is.
    """
    version = version_for(rules.disclosure.versions, Period(month_index, PeriodKind.MONTH))
    if version is None:
        raise MaalestokError(
            f"Der er ingen regel for beskyttelse af små antal i {month_code(month_index)}.",
            remedy="Vælg en senere --period, eller datér en regel i rules/kontrolsager/disclosure.yaml.",
        )
    return version


def view_of(release: Release, rules: KontrolsagerRules) -> View:
    """What a release shows, under the rule it was made by.

    Raises:
        ReleaseError: it is of another benchmark.
    """
    if release.manifest.benchmark != BENCHMARK:
        raise ReleaseError(
            f"{release.id} er en udgivelse af {release.manifest.benchmark}.",
            remedy=f"Angiv en tidligere udgivelse af {BENCHMARK} med --previous, eller udelad den.",
        )
    rule = rule_for(rules, parse_period(release.manifest.newest_period).month_index)
    return replace(read_view(release.results, release.table("parts")), rule=rule)


def guard(
    exact: pl.DataFrame, rules: KontrolsagerRules, previous: Release | None, say: Callable[[str], None]
) -> Guarded:
    """Withhold as much as it takes, alone and together with the release before."""
    newest = int(exact.select(pl.max("month_index")).item())
    rule = rule_for(rules, newest)
    arrays = exact_arrays(exact, rule.public_month_ends)
    before = view_of(previous, rules) if previous else None
    auditor = Auditor(rule)
    say("beskyttelse af små antal")
    try:
        withheld = withhold(arrays, rule, before, auditor, say)
        view = publish(arrays, withheld, rule)
        figures = public_figures(exact, view, rule)
    except Unrounded as error:
        raise _unsafe(["Et tal ville være offentliggjort uden afrunding."]) from error
    return Guarded(figures, arrays, before, rule, auditor, Verdict(0, 0, 0, (), (), combined=False))


def refuse_unsafe(results: pl.DataFrame, parts: pl.DataFrame, guarded: Guarded, say: Callable[[str], None]) -> None:
    """Attack the tables as they would be written, and hold them against the exact figures.

    Raises:
        NotSafe: something can be pinned down, or is published wrongly.
    """
    say("angreb på de offentlige tal")
    view = read_view(results, parts)
    begun = guarded.auditor.programmes
    verdict = guarded.auditor.attack(view, guarded.before)
    guarded.verdict = verdict if verdict.programmes else _with_programmes(verdict, begun)
    wrong = list(verdict.faults) + [describe(cell, view) for cell in verdict.unsafe]
    try:
        if not verdict.faults and misstated(view, guarded.exact, guarded.rule):
            wrong.append("Et beskyttet tal er offentliggjort, eller et tal er afrundet forkert.")
    except Unrounded:
        wrong.append("De offentliggjorte tal kan ikke alle være rigtige.")
    wrong += _overtold(results, parts, view, guarded.rule, verdict)
    if wrong:
        raise _unsafe(wrong)


def _unsafe(wrong: Sequence[str]) -> NotSafe:
    return NotSafe(
        "Udgivelsen røber tal, der skal beskyttes; den er ikke bygget:\n" + "\n".join(f"  {w}" for w in wrong[:10]),
        remedy="Meld fejlen. Udgiv ikke tallene på anden måde.",
    )


def _overtold(
    results: pl.DataFrame, parts: pl.DataFrame, view: View, rule: DisclosureVersion, verdict: Verdict
) -> list[str]:
    """What the rows say beyond the view; nothing more where the view itself is at fault."""
    if not whole_numbers(results):
        return ["Et offentliggjort antal er ikke et helt tal."]
    return [] if verdict.faults else overtold(results, parts, view, rule)


def audit_release(
    release: Release, previous: Release | None, rules: KontrolsagerRules, say: Callable[[str], None]
) -> Audit:
    """Attack a release's public tables, alone and together with the one before."""
    rule = rule_for(rules, parse_period(release.manifest.newest_period).month_index)
    view, before = view_of(release, rules), view_of(previous, rules) if previous else None
    say("regner")
    verdict = Auditor(rule).attack(view, before)
    beyond = _overtold(release.results, release.table("parts"), view, rule, verdict)
    lines = [told(verdict)]
    if previous is not None and not verdict.combined:
        lines.append("Nogle af tallene er revideret siden den forrige udgivelse og kan ikke lægges sammen med den.")
    data = {"shown": verdict.shown, "withheld": verdict.withheld, "programmes": verdict.programmes}
    return Audit([*verdict.faults, *beyond, *(describe(cell, view) for cell in verdict.unsafe)], lines, data)


def told(verdict: Verdict) -> str:
    """What an attack that got nothing out means, in one line."""
    total = verdict.shown + verdict.withheld
    return (
        f"{number(verdict.withheld)} af {number(total)} kommunale tal er skjult; de kan ikke regnes ud af de "
        f"offentlige filer ({plural(verdict.programmes, 'ligningssystem', 'ligningssystemer')} prøvet)."
    )


def _with_programmes(verdict: Verdict, programmes: int) -> Verdict:
    return Verdict(
        verdict.shown, verdict.withheld, programmes, verdict.unsafe, verdict.faults, combined=verdict.combined
    )


def describe(cell: Unsafe, view: View) -> str:
    """A figure that can be pinned down, named without its value."""
    name = (AMOUNTS if cell.group == "amounts" else COUNTS)[cell.kind]
    omraade, trin = CUTS[cell.cut]
    where = (
        f"{place_name(places()[cell.kommune])}, {omraade}, kontroltrin {trin}, {month_code(view.months[cell.window])}"
    )
    return f"{where}: {name} kan bestemmes"
