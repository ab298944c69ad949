"""Everything a figure or a finding rests on, read from a release and the rules: value, parts, definition, source rows.

Computes nothing. Returns plain data (`Explanation`) and Danish lines; the command line prints either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.errors import MaalestokError
from maalestok.explain_findings import finding_lines, reference_lines
from maalestok.explain_model import model_lines, told_in_lines
from maalestok.explain_sources import source_lines
from maalestok.kommune import by_code, fold, place_name, resolve, resolve_geografi
from maalestok.period import parse_period
from maalestok.publish.attribution import INVENTED
from maalestok.publish.moved_da import move_lines
from maalestok.publish.text_da import (
    KILDE_DA,
    PART_DA,
    figure,
    figure_or_status,
    number,
    published_date,
)
from maalestok.release.read import Release
from maalestok.results import KEY
from maalestok.rules.models import Criterion, Measure, Ruleset, Unit

REASON_METHOD = "aarsag-1"
OPEN_PLACES = "mulige_pladser"
_PART_ORDER = {name: place for place, name in enumerate(PART_DA)}
BASIS_DA = {"oplyst": "", "afledt": " (dagen hører til perioden efter udgivelsesrytmen)", "ukendt": ""}


@dataclass(frozen=True)
class Question:
    """Which figure or finding is asked about."""

    rule: str
    place: str
    period: str
    omraade: str
    kontroltrin: int | None


@dataclass(frozen=True)
class Explanation:
    """The answer: the rows themselves, and the same in Danish."""

    rows: Sequence[dict[str, Any]]
    lines: Sequence[str]


def explain(release: Release, rules: Ruleset, question: Question) -> Explanation:
    """Explain a measure's figure or a criterion's finding.

    Raises:
        MaalestokError: no such measure, criterion, place, area or period; names those there are.
    """
    place = resolve_geografi(question.place) or resolve(question.place).kode
    period = parse_period(question.period).code
    if period not in release.manifest.periods:
        raise MaalestokError(
            f"Udgivelsen har ikke perioden {period}.", remedy=f"Vælg en af: {', '.join(release.manifest.periods)}."
        )
    omraade = _omraade(question.omraade, rules)
    trin = question.kontroltrin or rules.benchmark.default_kontroltrin
    at_place = (
        (pl.col("kommune_kode") == place)
        & (pl.col("period") == period)
        & (pl.col("omraade") == omraade)
        & pl.col("kontroltrin").eq_missing(trin)
    )
    if question.rule in rules.measures:
        answer = _measure(release, rules, rules.measures[question.rule], at_place)
    elif question.rule in rules.criteria:
        answer = _criterion(release, rules, rules.criteria[question.rule], at_place)
    else:
        known = ", ".join([*rules.benchmark.measures, *rules.benchmark.criteria])
        raise MaalestokError(f"Der er intet mål eller kriterium {question.rule!r}.", remedy=f"Vælg et af: {known}.")
    head = [INVENTED + "."] if release.manifest.syntetisk else []
    tail = [f"Udgivelse: {release.id}"]
    if release.manifest.rules_sha256 != rules.sha256:
        tail.append("Bemærk: reglerne er ændret, siden udgivelsen blev bygget; teksten ovenfor er den nuværende.")
    return Explanation(answer.rows, [*head, *answer.lines, *tail])


def _omraade(text: str, rules: Ruleset) -> str:
    """An area by id, by its Danish name or by the label of a feed."""
    names = {fold(name): area for area, name in rules.benchmark.omraade_names_da.items()}
    names |= {fold(label): area for feed in rules.feeds.values() for label, area in feed.omraade_labels.items()}
    names |= {fold(area): area for area in rules.benchmark.omraader}
    if fold(text) not in names:
        raise MaalestokError(
            f"Området {text!r} findes ikke.", remedy=f"Vælg et af: {', '.join(rules.benchmark.omraader)}."
        )
    return names[fold(text)]


def _nothing(rows: pl.DataFrame, title: str, rule: str) -> MaalestokError:
    """No row for the question: say for what there are some."""
    held = set(rows["kommune_kode"].to_list())
    municipal = bool(held & by_code().keys())
    places = ("alle kommuner, regioner og hele landet" if municipal else "hele landet") if "000" in held else "kommuner"
    cuts = []
    for (trin,), at in rows.partition_by("kontroltrin", as_dict=True, maintain_order=True).items():
        areas = ", ".join(at["omraade"].unique(maintain_order=True).to_list())
        cuts.append((trin, f"områder: {areas}" if trin is None else f"kontroltrin {trin} med --omraade {areas}"))
    steps = "; ".join(text for _, text in sorted(cuts, key=str))
    without = "; uden --kontroltrin" if cuts and cuts[0][0] is None else ""
    return MaalestokError(
        f"{title} er ikke opgjort for det sted, område og kontroltrin.",
        remedy=f"{rule} findes for {places}; {steps}{without}.",
    )


def _measure(release: Release, rules: Ruleset, measure: Measure, at_place: pl.Expr) -> Explanation:
    all_rows = release.results.filter(pl.col("measure") == measure.id)
    rows = all_rows.filter(at_place).to_dicts()
    if not rows:
        raise _nothing(all_rows, measure.title.da, measure.id)
    lines: list[str] = []
    for row in rows:
        lines += _figure_lines(rules, measure, row)
        of_model = model_lines(release, rules, row)
        lines += [*_part_lines(release, measure, row, of_model), *of_model]
    row = rows[0]
    version = next((v for v in measure.versions if v.version == row["rule_version"].split("+")[0]), None)
    if version is not None:
        lines.append(f"Definition: {measure.definition_of(version, row['rule_version'])}")
    if version is not None and row["kommune_kode"] in by_code():
        lines.append(f"Beregning: {measure.formula_of(version, row['rule_version'])}")
    else:
        lines.append(f"Beregning: {measure.aggregation_da}")
    lines += [f"Forbehold: {text}" for text in measure.limits_of([row["rule_version"]])]
    lines += _methods(rules, row)
    lines += [note for used in row["rule_version"].split("+") for note in rules.reading_notes_da.get(used, ())]
    for row in rows:
        lines += source_lines(release, measure, rules, row)
    lines += _beside_lines(release, rules, at_place)
    lines.append(f"Regel: {measure.id} version {row['rule_version']}")
    lines += reference_lines(version.reference if version else measure.reference)
    return Explanation(rows, lines)


def _where(rules: Ruleset, row: Mapping[str, Any]) -> str:
    period = parse_period(row["period"])
    trin = "" if row["kontroltrin"] is None else f", kontroltrin {row['kontroltrin']}"
    area = rules.benchmark.omraade_names_da[row["omraade"]]
    return f"{place_name(row['kommune_kode'])}, {area}{trin}, {period.label_da} ({period.code})"


def _edition_lines(rules: Ruleset, row: Mapping[str, Any]) -> list[str]:
    if row["syntetisk"] or rules.editions is None:
        return []
    known = [e for e in rules.editions.editions if e.period == row["period"]]
    return [
        f"Udgaven: offentliggjort {published_date(e.published)}{BASIS_DA[e.period_basis]}."
        + (f" {e.note_da}" if e.note_da else "")
        for e in known
    ]


def _figure_lines(rules: Ruleset, measure: Measure, row: Mapping[str, Any]) -> list[str]:
    lines = [f"{measure.title.da}: {_where(rules, row)}"]
    lines.append(f"Værdi: {figure_or_status(row['value'], row['unit'], row['status'])}")
    if row["low"] is not None:
        word = "Interval, 95 pct." if _methods(rules, row) else "Spænd"
        lines.append(f"{word}: {figure(row['low'], row['unit'])} til {figure(row['high'], row['unit'])}")
    if row["numerator"] is not None:
        lines.append(f"Tæller og nævner: {number(row['numerator'])} af {number(row['denominator'])}")
    made_by = "opfundet tal" if row["syntetisk"] else KILDE_DA[row["kilde"]]
    lines.append(f"Status og kilde: {row['status']}, {row['kilde']} ({made_by})")
    return lines + _edition_lines(rules, row)


def _methods(rules: Ruleset, row: Mapping[str, Any]) -> list[str]:
    """What is to be said of the methods behind a figure's interval; nothing where its range is no such interval."""
    return [note for used in row["rule_version"].split("+") for note in rules.method_notes_da.get(used, ())]


def _part_lines(release: Release, measure: Measure, row: Mapping[str, Any], of_model: Sequence[str]) -> list[str]:
    """One line a part, but for those that lines of a model tell."""
    same = pl.all_horizontal(pl.col(name).eq_missing(row[name]) for name in KEY)
    lines = []
    parts = sorted(release.table("parts").filter(same).to_dicts(), key=lambda part: _PART_ORDER.get(part["part"], -1))
    for part in parts:
        if of_model and told_in_lines(part["part"]):
            continue
        if part["method_version"] == REASON_METHOD:
            lines.append(f"Hvorfor ikke: {measure.reasons_da[part['part']]}")
        elif part["part"] == OPEN_PLACES:
            lines.append(_open_places(part))
        else:
            lines.append(f"{PART_DA.get(part['part'], part['part'].replace('_', ' '))}: {_part_figure(part)}")
    return lines + move_lines(place_name(row["kommune_kode"]), parts)


def _part_figure(part: Mapping[str, Any]) -> str:
    """The figure and its range; the range alone where no single figure can be given."""
    unit = part["unit"]
    if part["low"] is None or part["low"] == part["high"] == part["value"]:
        return figure(part["value"], unit)
    counted = unit == Unit.PERSONS_FULLTIME.value
    low = number(part["low"]) if counted else figure(part["low"], unit)
    span = f"{low} til {number(part['high']) if counted else figure(part['high'], unit)}"
    return span if part["value"] is None else f"{figure(part['value'], unit)} ({span})"


def _open_places(part: Mapping[str, Any]) -> str:
    if part["low"] == part["high"]:
        return "Lige med andre: ingen andre kommuner har samme forskel i andele på to decimaler."
    return (
        f"Lige med andre: nr. {number(part['low'])}-{number(part['high'])} har samme forskel i andele på to decimaler; "
        "rækkefølgen mellem dem kan ikke ses af de offentliggjorte tal."
    )


def _beside_lines(release: Release, rules: Ruleset, at_place: pl.Expr) -> list[str]:
    """The other figures of the same place, area and period."""
    beside = release.results.filter(at_place)
    return ["Samme sted, område og periode:"] + [
        f"  {rules.measures[r['measure']].title.da}: {figure_or_status(r['value'], r['unit'], r['status'])}"
        for r in beside.iter_rows(named=True)
    ]


def _criterion(release: Release, rules: Ruleset, criterion: Criterion, at_place: pl.Expr) -> Explanation:
    all_rows = release.table("findings").filter(pl.col("criterion") == criterion.id)
    rows = all_rows.filter(at_place).to_dicts()
    if not rows:
        raise _nothing(all_rows, criterion.title.da, criterion.id)
    row = rows[0]
    lines = [f"{criterion.title.da}: {_where(rules, row)}", f"Udfald: {criterion.outcomes_da[row['udfald']]}"]
    lines += _edition_lines(rules, row)
    return Explanation(rows, lines + finding_lines(release, rules, criterion, row))
