"""`check`: validate all rules."""

from datetime import date
from pathlib import Path

from maalestok.cli.output import print_json, print_lines
from maalestok.cli.times import now
from maalestok.errors import FaultsFound, MaalestokError, RuleError
from maalestok.registry import benchmark as find_benchmark
from maalestok.rules.check import review_faults, shared_faults
from maalestok.rules.loader import benchmark_ids


def run_check(rules: Path | None, today: str | None, as_json: bool) -> None:
    """Print what is wrong; exit code 3 when something is."""
    try:
        day = date.fromisoformat(today) if today else now().date()
    except ValueError as error:
        raise MaalestokError(f"--today {today!r} er ikke en dato.", remedy="Skriv fx 2026-11-22.") from error
    ids = benchmark_ids(rules)
    if not ids:
        raise MaalestokError(f"{rules} har ingen benchmark.yaml.", remedy="Angiv mappen, der rummer beskaeftigelse/.")
    faults: list[str] = []
    files = 0
    for name in ids:
        maker = find_benchmark(name)
        try:
            loaded = maker.rules(rules)
        except RuleError as error:
            faults.append(str(error))
            continue
        governed = maker.governed(loaded)
        files += len(governed)
        found = shared_faults(loaded) + maker.rule_faults(loaded) + review_faults(governed, day)
        faults += [f"{name}/{fault}" for fault in found]
    if as_json:
        print_json({"ok": not faults, "files": files, "today": day.isoformat(), "faults": faults})
    if faults:
        raise FaultsFound(
            "Reglerne er ikke i orden:\n" + "\n".join(f"  {f}" for f in faults),
            remedy="Ret dem; se CONTRIBUTING.md.",
        )
    if not as_json:
        print_lines([f"{files} regelfiler i orden ({', '.join(ids)}), {day.isoformat()}."])
