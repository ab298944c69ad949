"""`list` and `similar`: what a release says of all municipalities, or of those one is like."""

from pathlib import Path

from maalestok.cli.output import print_json, print_lines, print_table
from maalestok.errors import MaalestokError
from maalestok.publish.text_da import plural
from maalestok.registry import benchmark as find_benchmark
from maalestok.release.read import Release, open_release, require_benchmark
from maalestok.rules.models import Ruleset


def run_list(
    benchmark: str,
    measure: str,
    period: str | None,
    cut: tuple[str, int | None],
    release: Path,
    top: int | None,
    as_json: bool,
) -> None:
    """Print a measure's list."""
    from maalestok.listing import measure_list

    rules, opened = opened_release(benchmark, cut[0], release)
    made = measure_list(opened, rules, measure, period, *cut)
    if as_json:
        print_json({"release": opened.id, "title": made.title, "rows": list(made.rows[:top])})
        return
    print_table(made.headers, made.cells[:top], title=marked(opened, made.title))
    if top is not None and top < len(made.cells):
        print_lines([f"  … og {len(made.cells) - top} mere"])


def run_similar(
    benchmark: str, kommune: str, period: str | None, omraade: str, release: Path, top: int, as_json: bool
) -> None:
    """Print the municipalities one is like."""
    from maalestok.listing import alike

    rules, opened = opened_release(benchmark, omraade, release)
    lists = [made for made in alike(opened, rules, kommune, period) if made.rows[0]["omraade"] == omraade]
    if not lists:
        raise MaalestokError(
            f"Der er ingen liste for {omraade} i den udgave.", remedy="Vælg et andet område eller en anden udgave."
        )
    if as_json:
        rows = [row for made in lists for row in made.rows]
        print_json({"release": opened.id, "rows": rows})
        return
    for made in lists:
        count = plural(len(made.cells), "kommune", "kommuner")
        print_table(made.headers, made.cells[:top], title=marked(opened, f"{made.title} ({count})"))
        print_lines([made.note] if made.note else [])


def opened_release(benchmark: str, omraade: str, release: Path) -> tuple[Ruleset, Release]:
    """The rules of a benchmark and a release of it.

    Raises:
        MaalestokError: a release of another benchmark; no such area.
    """
    rules, opened = find_benchmark(benchmark).rules(), open_release(release)
    require_benchmark(opened, benchmark)
    if omraade not in rules.benchmark.omraader:
        raise MaalestokError(
            f"Området {omraade!r} findes ikke.", remedy=f"Vælg et af: {', '.join(rules.benchmark.omraader)}."
        )
    return rules, opened


def marked(opened: Release, title: str) -> str:
    """The title, marked where figures are invented."""
    return f"SYNTETISK · {title}" if opened.manifest.syntetisk else title
