"""`import` and `fetch`: bring deliveries into the store and report on them."""

from collections.abc import Sequence
from pathlib import Path

import typer

from maalestok.cli.output import print_json, print_lines, print_table, progress
from maalestok.cli.times import now, parse_past
from maalestok.deliveries.corrections import FEED as CORRECTIONS
from maalestok.deliveries.import_corrections import import_corrections
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.issues import Issue, errors, warnings
from maalestok.deliveries.report import AFVIST, FINDES, MODTAGET, WHOLE_ROW, Report, span
from maalestok.errors import EXIT_REFUSED, MaalestokError
from maalestok.kommune import resolve
from maalestok.period import Period, PeriodError, PeriodKind, parse_period
from maalestok.publish.text_da import plural
from maalestok.registry import benchmark_of_feed

SHOWN_PER_RULE = 5
SHOWN_CHANGES = 20
OUTCOME_DA = {MODTAGET: "modtaget", FINDES: "findes allerede", AFVIST: "afvist"}


def arrival(
    received: str | None, extracted: str | None, syntetisk: bool, covers: str | None, kommuner: str | None
) -> Arrival:
    """What is said of files on their way in.

    Raises:
        MaalestokError: a time, a span of months or a municipality can't be read.
    """
    return Arrival(
        received=now() if received is None else parse_past(received, "--received"),
        extracted=None if extracted is None else parse_past(extracted, "--extracted"),
        syntetisk=syntetisk,
        stated=received is not None or extracted is not None,
        covers=None if covers is None else _months(covers),
        kommuner=None if kommuner is None else tuple(resolve(text.strip()).kode for text in kommuner.split(",")),
    )


def _months(text: str) -> tuple[Period, Period]:
    """'2019-01:2020-12' as its first and last month."""
    first, colon, last = text.partition(":")
    remedy = "Skriv første og sidste måned, fx 2019-01:2020-12."
    try:
        span = parse_period(first), parse_period(last)
    except PeriodError as error:
        raise MaalestokError(f"--covers {text!r} er ikke to måneder.", remedy=remedy) from error
    if not colon or any(month.kind is not PeriodKind.MONTH for month in span) or span[0] > span[1]:
        raise MaalestokError(f"--covers {text!r} er ikke to måneder i rækkefølge.", remedy=remedy)
    return span


def run_import(feed: str, files: Sequence[Path], store: Path, arrival: Arrival, as_json: bool) -> None:
    """Import files and print a report. Exit code 2 when a file was refused."""
    feed = feed.lower()
    with progress(f"Indlæser {feed}"):
        if feed == CORRECTIONS:
            reports = import_corrections(files, store, arrival)
        else:
            reports = import_files(benchmark_of_feed(feed).feed_kind(feed), files, store, arrival)
    show_reports(reports, as_json)


def run_fetch_jobindsats(
    table: str, store: Path, latest: int, base_url: str, period_type: str | None, as_json: bool
) -> None:
    """Fetch a table and import the answer."""
    from maalestok.jobindsats import fetch_table

    kind = benchmark_of_feed(table).feed_kind(table)
    with progress(f"Henter {table} fra jobindsats.dk") as say:
        answer = fetch_table(kind.feed, store, base_url, latest, period_type, say)
        reports = import_files(kind, [answer], store, Arrival(received=now()))
    reports[0].notes.append(f"Det rå svar ligger i {answer}.")
    show_reports(reports, as_json)


def show_reports(reports: Sequence[Report], as_json: bool) -> None:
    """Print reports; end with exit code 2 when something was refused."""
    if as_json:
        print_json([report.as_dict() for report in reports])
    else:
        for report in reports:
            _show(report)
    if any(report.outcome == AFVIST for report in reports):
        if not as_json:
            typer.echo("Intet er gemt; lageret er uændret.", err=True)
        raise typer.Exit(EXIT_REFUSED)


def _show(report: Report) -> None:
    found = errors(report.issues)
    outcome = "i orden, men ikke gemt" if report.outcome == AFVIST and not found else OUTCOME_DA[report.outcome]
    mark = " · SYNTETISK" if report.syntetisk else ""
    print_lines([f"{report.file_name}: {outcome}{mark}"])
    if report.rows:
        counted = plural(report.rows, "række", "rækker")
        print_lines(["  " + " · ".join(filter(None, [report.feed, report.layout, counted, span(report.periods)]))])
    if report.sha256:
        print_lines([f"  SHA-256 {report.sha256}"])
    print_lines([f"  {note}" for note in report.notes])
    if report.corrections:
        print_lines([f"  Rettelser: {', '.join(report.corrections)}"])
    _show_issues("Fejl", found, report.row_word)
    _show_issues("Advarsler", warnings(report.issues), report.row_word)
    if report.compared_with and report.outcome == MODTAGET:
        rows_moved = [c for c in report.changes if c.column == WHOLE_ROW]
        changed = plural(len(report.changes) - len(rows_moved), "celle", "celler")
        moved = f"; {plural(len(rows_moved), 'række', 'rækker')} nye eller udgået" if rows_moved else ""
        print_lines([f"  {changed} er ændret i forhold til leverancen før{moved}."])
        rows = [(c.key, c.column, c.before, c.now) for c in report.changes[:SHOWN_CHANGES]]
        if rows:
            print_table(("Nøgle", "Kolonne", "Før", "Nu"), rows)
            _more(len(report.changes) - len(rows))


def _show_issues(title: str, issues: Sequence[Issue], row_word: str) -> None:
    if not issues:
        return
    shown: list[tuple[str, str, str]] = []
    per_rule: dict[str, int] = {}
    for issue in issues:
        per_rule[issue.rule] = per_rule.get(issue.rule, 0) + 1
        if per_rule[issue.rule] <= SHOWN_PER_RULE:
            column = issue.column or ""
            place = ", ".join(filter(None, [f"{row_word} {issue.row}" if issue.row else "", column]))
            shown.append((place, issue.rule, f"{issue.message}\n→ {issue.remedy}"))
    print_table(("Sted", "Regel", "Fejl og løsning"), shown, title=f"{title}: {len(issues)}")
    for rule, count in per_rule.items():
        _more(count - SHOWN_PER_RULE, rule)


def _more(count: int, rule: str = "") -> None:
    if count > 0:
        print_lines([f"  … og {count} mere {rule}".rstrip() + " (alle med --json)"])
