"""`audit`: attack a release's public files and say what can be pinned down."""

from pathlib import Path

from maalestok.cli.output import print_json, print_lines, progress
from maalestok.errors import FaultsFound


def run_audit(release: Path, previous: Path | None, as_json: bool) -> None:
    """Print what the attack found; exit code 3 when a protected figure can be pinned down."""
    from maalestok.registry import benchmark as find_benchmark
    from maalestok.release.read import open_release

    opened = open_release(release)
    before = open_release(previous) if previous else None
    maker = find_benchmark(opened.manifest.benchmark)
    with progress("Angriber de offentlige filer") as say:
        found = maker.audit(opened, before, say)
    if as_json:
        print_json(
            {
                "release": opened.id,
                "previous": before.id if before else None,
                "ok": not found.faults,
                "faults": list(found.faults),
                **found.data,
            }
        )
    if found.faults:
        listed = "\n".join(f"  {fault}" for fault in found.faults[:20])
        more = f"\n  … og {len(found.faults) - 20} mere" if len(found.faults) > 20 else ""
        raise FaultsFound(
            f"Udgivelsen {opened.id} røber tal, der skal beskyttes:\n{listed}{more}",
            remedy="Udgiv den ikke, eller træk den tilbage; byg den igen.",
        )
    if not as_json:
        print_lines([f"{opened.id}: {line}" for line in found.lines])
