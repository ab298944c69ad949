"""`build`, `diff`, `verify`, `explain`: make releases and read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from maalestok.cli.output import print_json, print_lines, print_table, print_wrapped, progress
from maalestok.cli.times import parse_time
from maalestok.errors import FaultsFound, MaalestokError
from maalestok.kommune import place_name
from maalestok.publish.text_da import figure, figure_or_status, plural

if TYPE_CHECKING:
    from maalestok.release.diff import CellChange, FindingChange


@dataclass(frozen=True)
class Asked:
    """What a release is to hold: its period, as known when, counted in which ways, with invented figures or not."""

    period: str | None
    known_at: str | None
    options: frozenset[str]
    syntetisk: bool


def run_build(
    benchmark: str,
    store: Path,
    out: Path,
    asked: Asked,
    previous: Path | None,
    engine_name: tuple[str, str | None],
    as_json: bool,
) -> None:
    """Build and say where the release lies."""
    from maalestok.build import BuildRequest
    from maalestok.deliveries.report import span
    from maalestok.deliveries.store import Store
    from maalestok.engines.choose import open_engine
    from maalestok.registry import benchmark as find_benchmark
    from maalestok.release.internal import write_internal
    from maalestok.release.read import open_release
    from maalestok.release.write import write_release

    maker = find_benchmark(benchmark)
    earlier = open_release(previous) if previous else None
    moment = None if asked.known_at is None else parse_time(asked.known_at, "--known-at", end_of_day=True)
    _refuse_unknown(benchmark, asked.options, maker.options)
    held = Store.open(store)
    with progress("Bygger") as say, open_engine(*engine_name) as engine:
        say("fakta og mål")
        request = BuildRequest(held, engine, asked.period, moment, asked.syntetisk, earlier, asked.options, say)
        built = maker.build(request)
        keep = partial(write_internal, held, rows=built.internal, inputs=built.inputs)
        release = write_release(built, out, earlier, say, keep)
    manifest = release.manifest
    if as_json:
        print_json(
            {
                "release": release.id,
                "out": str(out),
                "folder": str(release.folder),
                **manifest.model_dump(mode="json"),
            }
        )
        return
    mark = "SYNTETISK · " if manifest.syntetisk else ""
    print_lines(
        [
            f"Udgivelse: {release.id}",
            f"  {mark}{span(manifest.periods)} · {len(built.tables['results'])} resultater · "
            f"{len(built.tables['findings'])} vurderinger · {len(manifest.files)} filer · {manifest.engine}",
            f"  {out} → {release.folder}",
            *(f"  Rettelse: {c.id}" for c in manifest.corrections),
            *(f"  Advarsel: {text}" for text in manifest.warnings),
            *(f"  {text}" for text in built.notes),
        ]
    )
    if (release.folder / "diff.json").is_file() and earlier is not None:
        print_lines([f"  Forskel fra {earlier.id}: maalestok diff {earlier.folder} {out}"])
        _show_acted_on(release.folder / "diff.json")


def _refuse_unknown(benchmark: str, asked: frozenset[str], known: Mapping[str, str]) -> None:
    """Say so where a way of counting is asked for that the benchmark doesn't have."""
    unknown = sorted(asked - known.keys())
    if unknown:
        listed = "; ".join(f"{name} ({text})" for name, text in known.items()) or "ingen"
        raise MaalestokError(
            f"Benchmarken {benchmark} har ikke opgørelsen {unknown[0]!r}.", remedy=f"Vælg med --with: {listed}."
        )


def _show_acted_on(path: Path) -> None:
    """Findings of periods both releases have that are now another: someone may have acted on them."""
    import json

    changed = [f for f in json.loads(path.read_text(encoding="utf-8"))["findings"] if f["kind"] == "ændret"]
    rows = [
        (
            f["criterion"],
            place_name(f["kommune_kode"]),
            _trin(f["kontroltrin"]),
            f["period"],
            ", ".join([f["before"], *f["flags_before"]]),
            ", ".join([f["now"], *f["flags_now"]]),
            "ja" if f["acted_on"] else "",
        )
        for f in sorted(changed, key=lambda f: not f["acted_on"])
        if f["before"] != f["now"] or f["flags_before"] != f["flags_now"]
    ]
    headers = ("Kriterium", "Kommune", "Trin", "Periode", "Før", "Nu", "Kontaktet")
    _show_rows("Vurderinger af perioder, der allerede var udgivet, er ændret", headers, rows, 40)


def run_diff(old: Path, new: Path, as_json: bool, limit: int) -> bool:
    """Print the difference. True when there is one."""
    from maalestok.release.causes import MAERKE, UDGAVE
    from maalestok.release.diff import diff
    from maalestok.release.read import open_release

    difference = diff(open_release(old), open_release(new))
    if as_json:
        print_json(difference.as_dict())
        return not difference.is_empty
    print_lines([f"Fra {difference.old}", f"Til {difference.new}"])
    print_lines(["SYNTETISK: mindst én af udgivelserne er lavet af opfundne tal."] if difference.syntetisk else [])
    print_lines([f"  + levering {name}" for name in difference.inputs_added])
    print_lines([f"  - levering {name}" for name in difference.inputs_removed])
    print_lines([f"  + rettelse {name}" for name in difference.corrections_added])
    print_lines([f"  - rettelse {name}" for name in difference.corrections_removed])
    print_lines([f"  ~ rettelse {name}" for name in difference.corrections_changed])
    print_lines(["  Reglerne er ændret."] if difference.rules_changed else [])
    if difference.is_empty:
        print_lines(["Ingen tal og ingen vurderinger er forskellige."])
        return False
    print_lines([f"  {plural(count, 'tal', 'tal')}: {name}" for name, count in difference.counts().items()])
    judged = [f for f in difference.findings if f.cause not in (UDGAVE, MAERKE)]
    findings = [f for f in judged if (f.before, f.flags_before) != (f.now, f.flags_now)]
    if len(judged) > len(findings):
        print_lines([f"  {plural(len(judged) - len(findings), 'vurdering', 'vurderinger')}: kun værdien er ændret"])
    _show_rows(
        "Vurderinger, der er ændret",
        ("Kriterium", "Sted", "Trin", "Periode", "Før", "Nu", "Årsag"),
        [
            (
                f.criterion,
                place_name(f.kommune_kode),
                _trin(f.kontroltrin),
                f.period,
                _outcome(f, 0),
                _outcome(f, 1),
                f.cause,
            )
            for f in findings
        ],
        limit,
    )
    cells = [c for c in difference.cells if c.cause not in (UDGAVE, MAERKE)]
    _show_rows(
        "Tal, der er ændret, forsvundet eller nye",
        ("Mål", "Sted", "Område", "Trin", "Periode", "Før", "Nu", "Årsag"),
        [
            (
                c.measure,
                place_name(c.kommune_kode),
                c.omraade,
                _trin(c.kontroltrin),
                c.period,
                _before(c),
                _now(c),
                c.cause,
            )
            for c in sorted(cells, key=lambda c: (KINDS.index(c.kind), c.key))
        ],
        limit,
    )
    return True


def _trin(kontroltrin: int | None) -> str:
    return "" if kontroltrin is None else str(kontroltrin)


KINDS = ("ændret", "forsvundet", "ny")


def _show_rows(title: str, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]], limit: int) -> None:
    if rows[:limit]:
        print_table(headers, rows[:limit], title=title)
    if len(rows) > limit:
        print_lines([f"  … og {len(rows) - limit} mere (alle med --json)"])


def _outcome(change: "FindingChange", side: int) -> str:
    outcome = (change.before, change.now)[side]
    flags = (change.flags_before, change.flags_now)[side]
    return "" if outcome is None else ", ".join([outcome, *flags])


def _before(change: "CellChange") -> str:
    return _told(change.before, change.status_before, change.range_before, change)


def _now(change: "CellChange") -> str:
    return _told(change.now, change.status_now, change.range_now, change)


def _told(value: float | None, status: str | None, span: tuple[float, float] | None, change: "CellChange") -> str:
    """A figure or its word; with the range where only the range moved."""
    if status is None:
        return ""
    text = figure_or_status(value, change.unit, status)
    if span is None or change.before != change.now:
        return text
    return f"{text} ({figure(span[0], change.unit)} til {figure(span[1], change.unit)})"


def run_verify(release: Path, as_json: bool) -> None:
    """Print what is wrong; exit code 3 when something is."""
    from maalestok.release.read import open_release
    from maalestok.release.verify import faults

    found = faults(release)
    if as_json:
        print_json({"release": str(release), "ok": not found, "faults": found})
    if found:
        raise FaultsFound(
            "Udgivelsen er ikke hel:\n" + "\n".join(f"  {fault}" for fault in found),
            remedy="Brug den ikke. Hent den igen, eller byg den igen af lageret.",
        )
    if not as_json:
        opened = open_release(release)
        print_lines([f"{opened.id}: hel og uændret ({len(opened.manifest.files)} filer)."])
        if opened.folder.name != opened.id:
            print_lines([f"Mappen hedder {opened.folder.name}; sammenlign id'et ovenfor med det offentliggjorte."])


def run_explain(
    benchmark: str,
    rule: str,
    place: str,
    period: str,
    omraade: str,
    kontroltrin: int | None,
    release: Path,
    as_json: bool,
) -> None:
    """Print everything a figure or finding rests on."""
    from maalestok.explain import Question, explain
    from maalestok.registry import benchmark as find_benchmark
    from maalestok.release.read import open_release, require_benchmark

    maker, opened = find_benchmark(benchmark), open_release(release)
    require_benchmark(opened, benchmark)
    answer = explain(opened, maker.rules(), Question(rule, place, period, omraade, kontroltrin))
    if as_json:
        print_json({"release": opened.id, "rows": list(answer.rows), "text": list(answer.lines)})
    else:
        print_wrapped(answer.lines)
