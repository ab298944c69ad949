"""Everything a figure or a finding rests on, read from a release and the rules: value, parts, definition, source rows.

Computes nothing. Returns plain data (`Explanation`) and Danish lines; the command line prints either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.errors import MaalestokError
from maalestok.kommune import place_name, resolve, resolve_geografi
from maalestok.period import parse_period
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.text_da import MISSING_DA, figure, figure_or_status
from maalestok.release.read import Release
from maalestok.results import KEY
from maalestok.rules.models import Criterion, Measure, Reference, Ruleset

KILDE_DA = {
    "officiel": "offentliggjort af myndigheden",
    "beregnet": "beregnet af Målestok",
    "aaben_model": "Målestoks åbne model",
    "skoen": "skøn fra Målestok",
}
LABEL_DA = {
    "mulige_pladser": "Pladser, de afrundede forskelle lader stå åbne",
    "placering_foer": "Placering i udgaven før",
    "placering_nu": "Placering nu",
}


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
            f"Udgivelsen har ikke perioden {period}.",
            remedy=f"Vælg en af: {', '.join(release.manifest.periods)}.",
        )
    if question.omraade not in rules.benchmark.omraader:
        raise MaalestokError(
            f"Området {question.omraade!r} findes ikke.",
            remedy=f"Vælg en af: {', '.join(rules.benchmark.omraader)}.",
        )
    at_place = (
        (pl.col("kommune_kode") == place)
        & (pl.col("period") == period)
        & (pl.col("omraade") == question.omraade)
        & pl.col("kontroltrin").eq_missing(question.kontroltrin)
    )
    if question.rule in rules.measures:
        answer = _measure(release, rules.measures[question.rule], at_place)
    elif question.rule in rules.criteria:
        answer = _criterion(release, rules.criteria[question.rule], rules, at_place)
    else:
        known = ", ".join([*rules.benchmark.measures, *rules.benchmark.criteria])
        raise MaalestokError(f"Der er intet mål eller kriterium {question.rule!r}.", remedy=f"Vælg en af: {known}.")
    head = [f"{SYNTETISK}: tallene er opfundne."] if release.manifest.syntetisk else []
    tail = [f"Udgivelse: {release.id}"]
    if release.manifest.rules_sha256 != rules.sha256:
        tail.append("Bemærk: reglerne er ændret, siden udgivelsen blev bygget; teksten ovenfor er den nuværende.")
    return Explanation(answer.rows, [*head, *answer.lines, *tail])


def _nothing(what: str, release: Release) -> MaalestokError:
    return MaalestokError(
        f"{what} er ikke opgjort for det sted og område.",
        remedy=f"Prøv en kommune, fx: maalestok explain ... 707 {release.manifest.newest_period}",
    )


def _measure(release: Release, measure: Measure, at_place: pl.Expr) -> Explanation:
    rows = release.results.filter(at_place & (pl.col("measure") == measure.id)).to_dicts()
    if not rows:
        raise _nothing(measure.title.da, release)
    lines: list[str] = []
    for row in rows:
        lines += _figure_lines(measure, row)
        lines += _part_lines(release, row)
    version = next((v for v in measure.versions if v.version == rows[0]["rule_version"].split("+")[0]), None)
    if version is not None:
        lines += [f"Definition: {version.definition_da}", f"Beregning: {version.formula_da}"]
    if len(rows[0]["kommune_kode"]) != 3 or rows[0]["kommune_kode"] == "000":
        lines.append(f"Samlede tal: {measure.aggregation_da}")
    lines += [f"Forbehold: {text}" for text in measure.limits_da]
    lines += _source_lines(release, rows[0])
    lines += _row_lines(release, at_place)
    lines.append(f"Regel: {measure.id} version {rows[0]['rule_version']}")
    lines += _reference_lines(version.reference if version else measure.reference)
    return Explanation(rows, lines)


def _figure_lines(measure: Measure, row: dict[str, Any]) -> list[str]:
    period = parse_period(row["period"])
    where = f"{place_name(row['kommune_kode'])}, {row['omraade']}, {period.label_da} ({period.code})"
    lines = [
        f"{measure.title.da}: {where}",
        f"Værdi: {figure_or_status(row['value'], row['unit'], row['status'])}",
    ]
    if row["low"] is not None:
        lines.append(f"Spænd: {figure(row['low'], row['unit'])} til {figure(row['high'], row['unit'])}")
    if row["numerator"] is not None:
        lines.append(f"Tæller og nævner: {row['numerator']:.0f} af {row['denominator']:.0f}")
    lines.append(f"Status: {row['status']}. Kilde: {row['kilde']} ({KILDE_DA[row['kilde']]}).")
    return lines


def _part_lines(release: Release, row: dict[str, Any]) -> list[str]:
    same = pl.all_horizontal(pl.col(name).eq_missing(row[name]) for name in KEY)
    lines = []
    for part in release.table("parts").filter(same).iter_rows(named=True):
        label = LABEL_DA.get(part["part"], part["part"].replace("_", " "))
        text = "" if part["value"] is None else figure(part["value"], part["unit"])
        if part["low"] is not None and part["low"] == part["high"] == part["value"]:
            span = "kun denne"
        elif part["low"] is not None:
            span = f"{figure(part['low'], part['unit'])} til {figure(part['high'], part['unit'])}"
        else:
            span = ""
        lines.append(f"Del: {label}: {', '.join(filter(None, [text, span]))} (metode {part['method_version']})")
    return lines


def _source_lines(release: Release, row: dict[str, Any]) -> list[str]:
    """Delivered rows of this place, area and edition, and of the edition before where a change rests on it."""
    codes = [row["period"]]
    if row["measure"] == "placering_aendring":
        codes.append(parse_period(row["period"]).previous_edition.code)
    at = (
        (pl.col("kommune_kode") == row["kommune_kode"])
        & pl.col("period").is_in(codes)
        & (pl.col("omraade").is_null() | (pl.col("omraade") == row["omraade"]))
    )
    found = release.table("sources").filter(at).sort("feed", "period", descending=[False, True])
    return [
        f"Kilderække: {s['feed']} {s['period']}, levering {s['levering'][:12]}, {s['row_word']} {s['linje']}"
        for s in found.iter_rows(named=True)
    ] or ["Kilderække: summen af kommunernes rækker; se hver kommune."]


def _row_lines(release: Release, at_place: pl.Expr) -> list[str]:
    """The other figures of the same place, area and period."""
    beside = release.results.filter(at_place)
    return [
        "Samme sted, område og periode: "
        + "; ".join(
            f"{r['measure']} {figure(r['value'], r['unit']) if r['value'] is not None else MISSING_DA[r['status']]}"
            for r in beside.iter_rows(named=True)
        )
    ]


def _reference_lines(references: Sequence[Reference]) -> list[str]:
    return [f"Reference: {r.kilde}" + (f", {r.sted}" if r.sted else "") for r in references]


def _criterion(release: Release, criterion: Criterion, rules: Ruleset, at_place: pl.Expr) -> Explanation:
    rows = release.table("findings").filter(at_place & (pl.col("criterion") == criterion.id)).to_dicts()
    if not rows:
        raise _nothing(criterion.title.da, release)
    row = rows[0]
    unit = rules.measures[criterion.measure].unit.value
    period = parse_period(row["period"])
    lines = [
        f"{criterion.title.da}: {place_name(row['kommune_kode'])}, {row['omraade']}, {period.label_da} ({period.code})",
        f"Udfald: {row['udfald']}. {criterion.outcomes_da[row['udfald']]}",
    ]
    lines += [f"Forbehold: {criterion.flags_da[flag]}" for flag in row["flag"]]
    if row["vaerdi"] is not None:
        lines.append(f"Vurderet værdi: {figure(row['vaerdi'], unit)} ({rules.measures[criterion.measure].title.da})")
    if row["graense"] is not None:
        lines.append(f"Grænse: {criterion.comparison.value} {figure(row['graense'], unit)}")
    lines += [f"Hviler på: {key}" for key in row["evidence"]]
    version = next((v for v in criterion.versions if v.version == row["rule_version"]), None)
    if version is not None:
        lines.append(f"Definition: {version.definition_da}")
    lines += [f"Forbehold: {text}" for text in criterion.limits_da]
    lines += _source_lines(release, row | {"measure": criterion.measure})
    lines.append(f"Regel: {criterion.id} version {row['rule_version']}")
    lines += _reference_lines(version.reference if version else criterion.reference)
    return Explanation(rows, lines)
