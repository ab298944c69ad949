"""`build`, `diff`, `verify`, `explain`: make releases and read them."""

from pathlib import Path

from maalestok.cli.output import print_json, print_lines, print_table, progress
from maalestok.cli.times import parse_time
from maalestok.errors import FaultsFound
from maalestok.publish.text_da import MISSING_DA, figure


def run_build(
    benchmark: str,
    store: Path,
    out: Path,
    period: str | None,
    known_at: str | None,
    previous: Path | None,
    syntetisk: bool,
    as_json: bool,
) -> None:
    """Build and say where the release lies."""
    from maalestok.build import BuildRequest
    from maalestok.deliveries.store import Store
    from maalestok.engines.duckdb import DuckDBEngine
    from maalestok.registry import benchmark as find_benchmark
    from maalestok.release.read import open_release
    from maalestok.release.write import write_release

    maker = find_benchmark(benchmark)
    earlier = open_release(previous) if previous else None
    moment = parse_time(known_at, "--known-at", end_of_day=True) if known_at else None
    with progress("Bygger") as say, DuckDBEngine() as engine:
        say("fakta og mål")
        built = maker.build(BuildRequest(Store.open(store), engine, period, moment, syntetisk))
        release = write_release(built, out, earlier, say)
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
            f"  {mark}{', '.join(manifest.periods)} · {len(built.tables['results'])} resultater · "
            f"{len(built.tables['findings'])} vurderinger · {len(manifest.files)} filer · {manifest.engine}",
            f"  {out} → {release.folder}",
            *(f"  Advarsel: {text}" for text in manifest.warnings),
        ]
    )


def run_diff(old: Path, new: Path, as_json: bool, limit: int) -> bool:
    """Print the difference. True when there is one."""
    from maalestok.release.diff import diff
    from maalestok.release.read import open_release

    difference = diff(open_release(old), open_release(new))
    if as_json:
        print_json(difference.as_dict())
        return not difference.is_empty
    print_lines([f"Fra {difference.old}", f"Til {difference.new}"])
    print_lines([f"  + levering {name}" for name in difference.inputs_added])
    print_lines([f"  - levering {name}" for name in difference.inputs_removed])
    if difference.rules_changed:
        print_lines(["  Reglerne er ændret."])
    if difference.is_empty:
        print_lines(["Ingen tal og ingen vurderinger er forskellige."])
        return False
    print_lines([f"  {count} celler: {name}" for name, count in difference.counts().items()])
    rows = []
    for cell in difference.cells[:limit]:
        before, now = (
            "" if status is None else MISSING_DA[status] if value is None else figure(value, cell.unit)
            for value, status in ((cell.before, cell.status_before), (cell.now, cell.status_now))
        )
        rows.append((cell.key, before, now, cell.art, cell.aarsag))
    if rows:
        print_table(("Nøgle", "Før", "Nu", "Art", "Årsag"), rows)
    if len(difference.cells) > limit:
        print_lines([f"  … og {len(difference.cells) - limit} mere (alle med --json)"])
    if difference.findings:
        found = [
            (
                str(f["criterion"]),
                str(f["kommune_kode"]),
                str(f["period"]),
                str(f["before"] or ""),
                str(f["now"] or ""),
            )
            for f in difference.findings[:limit]
        ]
        print_table(("Kriterium", "Kommune", "Periode", "Før", "Nu"), found, title="Vurderinger, der er ændret")
    return True


def run_verify(release: Path, as_json: bool) -> None:
    """Print what is wrong; exit code 3 when something is."""
    from maalestok.release.read import open_release
    from maalestok.release.verify import faults

    found = faults(release)
    if as_json:
        print_json({"release": open_release(release).id, "ok": not found, "faults": found})
    if found:
        raise FaultsFound(
            "Udgivelsen er ikke hel:\n" + "\n".join(f"  {fault}" for fault in found), remedy="Byg den igen."
        )
    if not as_json:
        opened = open_release(release)
        print_lines([f"{opened.id}: hel og uændret ({len(opened.manifest.files)} filer)."])


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
    from maalestok.errors import ReleaseError
    from maalestok.explain import Question, explain
    from maalestok.registry import benchmark as find_benchmark
    from maalestok.release.read import open_release

    maker, opened = find_benchmark(benchmark), open_release(release)
    if opened.manifest.benchmark != benchmark:
        raise ReleaseError(
            f"{release} er en udgivelse af {opened.manifest.benchmark}.",
            remedy="Angiv den rigtige benchmark.",
        )
    answer = explain(opened, maker.rules(), Question(rule, place, period, omraade, kontroltrin))
    if as_json:
        print_json({"release": opened.id, "rows": list(answer.rows), "text": list(answer.lines)})
    else:
        print_lines(answer.lines)
