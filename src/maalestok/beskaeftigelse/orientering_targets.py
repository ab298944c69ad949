"""A briefing's sentences about the targets, and what follows from them under the measured year's supervision rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from maalestok.beskaeftigelse.orientering_figures import known
from maalestok.beskaeftigelse.rules import FOKUSMAAL
from maalestok.beskaeftigelse.supervision_rules import FokusmaalVersion
from maalestok.beskaeftigelse.told_facts import DIFFERENCE, GAP, Subject
from maalestok.explain_findings import OWN_PAGE
from maalestok.period import parse_period
from maalestok.publish.documents.building import period_fact, window
from maalestok.publish.documents.phrases import say
from maalestok.publish.documents.told import Tal, Told, fact, tal
from maalestok.publish.shown import Figure
from maalestok.publish.text_da import COMPARISON_DA, MISSING_DA, number, published_date
from maalestok.rules.dated import version_for
from maalestok.rules.models import Criterion

DUTIES = {"redegoere": "redegoerelse", "revision": "revisionsgennemgang", "plan": "genopretningsplan"}
"""What must be done -> the step that says it has been."""
RESULT, SUPERVISION, ZONE, COURSE = "resultatmaal", "skaerpet_tilsyn", "risikozone", "tilsynsforloeb"
Finding = Mapping[str, Any]


def found(subject: Subject, criterion: str) -> Finding | None:
    """A finding of the edition, or of the month it ends with."""
    return subject.shown.decided(criterion, subject.kode, subject.total, subject.period)


def outcome(subject: Subject, criterion: str) -> str:
    """What a criterion gives; nothing where it gives none."""
    held = found(subject, criterion)
    return "" if held is None else str(held["udfald"])


def rule_text(subject: Subject, criterion: str, kind: str, name: str) -> Told:
    """A text of a criterion's rule: an outcome or a reservation."""
    rule = subject.rules.criteria[criterion]
    texts = rule.outcomes_da if kind == "udfald" else rule.flags_da
    return fact(texts[name], f"regel|{criterion}|{kind}|{name}")


def reservations(subject: Subject, criterion: str, held: Finding) -> list[str]:
    """What goes with a finding, each in the rule's own words."""
    return [str(rule_text(subject, criterion, "forbehold", flag)) for flag in held["flag"]]


def _low(subject: Subject, criterion: str) -> str:
    """'fokusmålet om tilbud', inside a sentence."""
    title = subject.rules.criteria[criterion].title.da
    return str(fact(f"{title[0].lower()}{title[1:]}", f"regel|{criterion}|titel"))


def _title(criterion: Criterion) -> Told:
    return fact(criterion.title.da, f"regel|{criterion.id}|titel")


def _minimum(rule: str, name: str, count: int) -> Told:
    """'4 samtaler', 'ét tilbud', '225 timer': what a person must have had."""
    key = f"regel|{rule}|{name}"
    one, many = {"samtaler": ("samtale", "samtaler"), "tilbud": ("tilbud", "tilbud"), "timer": ("time", "timer")}[name]
    word = {"tilbud": "ét"}.get(name, "én")
    return Told(f"{word} {one}" if count == 1 else f"{number(count)} {many}", key, float(count))


def minimums(subject: Subject) -> dict[str, Told] | None:
    """What both targets ask of a person in the measured year; None where nobody has checked the rules."""
    held: dict[str, Told] = {}
    for criterion in FOKUSMAAL:
        version = version_for(subject.rules.fokusmaal[criterion].versions, subject.parsed.measured_year)
        if version is None:
            return None
        rule = f"{criterion}|{version.version}"
        held |= {name: _minimum(rule, name, count) for name, count in version.minimum.items()}
    return held


def months(subject: Subject, criterion: str) -> Told:
    """'12 måneder': what the mean is over."""
    return window(subject.shown, subject.rules.fokusmaal[criterion].measure)


def focus_intro(subject: Subject) -> list[str]:
    """What the targets look at, and when one is met."""
    asked = minimums(subject)
    if asked is None:
        return []
    said = [say("fokusmaal.hvad", maaneder=months(subject, FOKUSMAAL[0]), **asked)]
    versions = [_version(subject, name) for name in FOKUSMAAL]
    for version in {(held.comparison, held.threshold): held for held in versions}.values():
        limit = Tal(float(version.threshold), "share", f"regel|{FOKUSMAAL[0]}|{version.version}|graense")
        words = COMPARISON_DA[version.comparison.value]
        said.append(say("fokusmaal.hvornaar", maaneder=months(subject, FOKUSMAAL[0]), mindst=words, graense=limit))
    return said


def _version(subject: Subject, criterion: str) -> FokusmaalVersion:
    version = version_for(subject.rules.fokusmaal[criterion].versions, subject.parsed.measured_year)
    if version is None:
        raise LookupError(f"{criterion}: no version for {subject.period}")
    return version


def focus(subject: Subject, criterion: str) -> list[str]:
    """One target: the mean, whether it is met, and the reservations."""
    held = found(subject, criterion)
    figure = subject.figure(subject.rules.fokusmaal[criterion].measure, period=subject.month.code)
    if held is None:
        return []
    said = []
    mean = _mean(figure, held)
    asked = minimums(subject)
    if mean is not None and asked is not None:
        name = criterion.removeprefix("fokusmaal_")
        used = {key: asked[key] for key in (("samtaler",) if name == "samtaler" else ("tilbud", "timer"))}
        facts = {
            "maaneder": months(subject, criterion),
            "maaned": period_fact(subject.month),
            "kommune": subject.kommune,
        }
        said.append(say(f"fokusmaal.{name}", andel=mean, **facts, **used))
        if figure is not None and _counted_from_persons(subject, figure):
            said.append(say("fokusmaal.talt_af_personer"))
    elif held["udfald"] != "ikke_vurderet":
        status = MISSING_DA["ikke_leveret" if figure is None else figure.status]
        title = _title(subject.rules.criteria[criterion])
        said.append(say("fokusmaal.uden_andel", navn=title, maaned=period_fact(subject.month), grund=status))
    if held["udfald"] == "ikke_vurderet":
        grounds = " ".join(reservations(subject, criterion, held))
        said.append(say("fokusmaal.ikke_vurderet", navn=_title(subject.rules.criteria[criterion]), grunde=grounds))
        return said
    said.append(say(f"fokusmaal.{held['udfald']}"))
    return said + reservations(subject, criterion, held)


def _counted_from_persons(subject: Subject, figure: Figure) -> bool:
    versions = {version.version for version in subject.rules.counting.versions}
    return not versions.isdisjoint(figure.rule_version.split("+"))


def _mean(figure: Figure | None, held: Finding) -> Tal | None:
    if figure is None or figure.value is None:
        return None
    return tal(figure, beside=held["graense"])


def any_focus(subject: Subject) -> bool:
    """True when a focus target was found on, or could have been."""
    return any(found(subject, name) is not None for name in FOKUSMAAL)


def focus_unknown(subject: Subject) -> list[str]:
    """That the release has no figures of the targets, where there are targets."""
    if minimums(subject) is None:
        return []
    return [*focus_intro(subject), say("fokusmaal.ikke_indlaest", maaned=period_fact(subject.month))]


def result(subject: Subject) -> list[str]:
    """Whether the result target is met, or why that is not decided."""
    held = found(subject, RESULT)
    if held is None:
        return []
    if held["udfald"] == "ikke_vurderet":
        grounds = " ".join(reservations(subject, RESULT, held))
        return [say("resultatmaal.ikke_vurderet", grunde=grounds)]
    gap = known(subject.figure(DIFFERENCE))
    if gap is None:
        raise LookupError(f"resultatmaal is decided without a difference for {subject.kode} {subject.period}")
    limit = Tal(held["graense"], "pct_point", f"regel|{RESULT}|{held['rule_version']}|graense")
    facts = {"kommune": subject.kommune, "maaleaar": subject.maaleaar}
    said = [say(f"resultatmaal.{held['udfald']}", **facts, forskel=gap, graense=limit)]
    persons = known(subject.figure(GAP))
    if persons is not None and (persons.value > 0) == (held["udfald"] == "opfyldt"):
        said.append(str(fact(subject.rules.criteria[RESULT].limits_da[0], f"regel|{RESULT}|forbehold|0")))
    return said + reservations(subject, RESULT, held)


def all_met(subject: Subject) -> list[str]:
    """Where every target is met, that they are."""
    met = {outcome(subject, name) for name in (RESULT, *FOKUSMAAL)} == {"opfyldt"}
    return [say("resultatmaal.alle_opfyldt", kommune=subject.kommune)] if met else []


def supervision(subject: Subject) -> list[str]:
    """Whether the municipality is taken in, and why."""
    held = found(subject, SUPERVISION)
    if held is None:
        if subject.parsed.is_calendar_year:
            return [say("tilsyn.ingen_afgoerelse", maaleaar=subject.maaleaar)]
        return [say("tilsyn.kun_kalenderaar")]
    facts = {"kommune": subject.kommune, "maaleaar": subject.maaleaar}
    if held["udfald"] == "ikke_vurderet":
        grounds = " ".join(reservations(subject, SUPERVISION, held))
        return [say("tilsyn.ikke_vurderet", **facts, grunde=grounds)]
    if held["udfald"] == "omfattet":
        missed = [_low(subject, name) for name in FOKUSMAAL if outcome(subject, name) == "ikke_opfyldt"]
        said = [say("tilsyn.omfattet", **facts, fokusmaal=" eller ".join(missed))]
    elif outcome(subject, RESULT) == "opfyldt":
        said = [say("tilsyn.ikke_omfattet_resultat", **facts)]
    else:
        said = [say("tilsyn.ikke_omfattet_fokus", **facts)]
    return said + reservations(subject, SUPERVISION, held)


def consequences(subject: Subject) -> list[str]:
    """What sharpened supervision means, where the municipality is not in it."""
    version = version_for(subject.rules.criteria[SUPERVISION].versions, subject.parsed.measured_year)
    if version is None:
        told_already = found(subject, SUPERVISION) is not None
        unchecked = rule_text(subject, SUPERVISION, "forbehold", "regler_ikke_kontrolleret")
        return [] if told_already else [str(unchecked)]
    rule = fact(version.definition_da, f"regel|{SUPERVISION}|{version.version}|definition")
    return [say("tilsyn.regel", regel=rule), say("tilsyn.hvis")]


def suspensions(subject: Subject) -> list[str]:
    """The suspensions in the measured year or the year after it, in the rule's words, and how they are read."""
    said, year = [], subject.parsed.measured_year
    for criterion in FOKUSMAAL:
        for held in subject.rules.fokusmaal[criterion].suspensions:
            starts, ends = parse_period(held.from_period), parse_period(held.to_period or held.from_period)
            if starts.year - 1 <= year.year <= ends.year:
                key = f"regel|{criterion}|{held.version}"
                said.append(str(fact(held.definition_da, f"{key}|definition")))
                said.append(str(fact(held.reading, f"{key}|laesning")))
    return said


def zone(subject: Subject) -> list[str]:
    """Målestok's own signal, on the municipality's own paper alone; nothing where it is not in the zone."""
    if outcome(subject, ZONE) != "i_risikozonen":
        return []
    text = rule_text(subject, ZONE, "udfald", "i_risikozonen")
    return [say("tilsyn.risikozone", udfald=text, forbehold=OWN_PAGE)]


def is_sharpened(subject: Subject) -> bool:
    """True when the figures or the authority's own steps say so: the briefing is then written for that."""
    return outcome(subject, SUPERVISION) == "omfattet" or bool(outcome(subject, COURSE))


def duties(subject: Subject) -> Sequence[str]:
    """What a municipality under sharpened supervision must still do; nothing where the step reached is a last one."""
    steps = subject.rules.tilsynsskridt.steps
    followed = {earlier for step in steps for earlier in step.after}
    if outcome(subject, COURSE) in {step.id for step in steps} - followed:
        return []
    done = {row["skridt"] for row in _steps(subject) if row["nr"] is not None}
    return [say(f"tilsyn.skal_{name}") for name, step in DUTIES.items() if step not in done]


def _steps(subject: Subject) -> list[Finding]:
    """The steps of the municipality's course, those taken first."""
    steps = subject.shown.release.table("steps").sort("nr", nulls_last=True)
    wanted = (COURSE, subject.kode, subject.period)
    rows = steps.iter_rows(named=True)
    return [row for row in rows if (row["criterion"], row["kommune_kode"], row["period"]) == wanted]


def course_words(subject: Subject) -> list[str]:
    """How far the course has come, in the rule's words, and the reservations that go with it."""
    held = found(subject, COURSE)
    if held is None:
        return []
    return [str(rule_text(subject, COURSE, "udfald", held["udfald"])), *reservations(subject, COURSE, held)]


def course(subject: Subject) -> tuple[list[str], list[str], list[str]]:
    """The steps taken, with dates; the steps that may follow; what is known of deadlines."""
    taken, after, notes = [], [], []
    for row in _steps(subject):
        if row["nr"] is not None:
            day = fact(published_date(row["dato"]), f"skridt|{row['skridt']}|dato")
            taken.append(say("tilsyn.skridt", dato=day, skridt=fact(row["titel"], f"skridt|{row['skridt']}")))
            continue
        after.append(say(f"skridt.{row['skridt']}"))
        if row["frist_note"]:
            notes.append(say("tilsyn.frister", grund=fact(row["frist_note"], "regel|tilsynsskridt|frist")))
    return taken, after, list(dict.fromkeys(notes))
