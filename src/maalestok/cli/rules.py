"""`check`: validate all rules."""

from datetime import date
from pathlib import Path

from maalestok.cli.output import print_json, print_lines
from maalestok.cli.times import now
from maalestok.errors import FaultsFound, MaalestokError, RuleError
from maalestok.registry import benchmark as find_benchmark
from maalestok.rules.check import review_faults, shared_faults
from maalestok.rules.loader import benchmark_ids
from maalestok.rules.opbevaring import FILE, load_opbevaring, opbevaring_faults


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
    record_level: dict[str, bool] = {}
    whole = True
    for name in ids:
        maker = find_benchmark(name)
        try:
            loaded = maker.rules(rules)
        except RuleError as error:
            faults.append(str(error))
            whole = False
            continue
        record_level |= {feed.id: feed.record_level for feed in loaded.feeds.values()}
        governed = maker.governed(loaded)
        files += len(governed)
        found = shared_faults(loaded) + maker.rule_faults(loaded) + review_faults(governed, day)
        faults += [f"{name}/{fault}" for fault in found]
    faults += _retention(rules, record_level if whole else None, day)
    files += 1
    if as_json:
        print_json({"ok": not faults, "files": files, "today": day.isoformat(), "faults": faults})
    if faults:
        raise FaultsFound(
            "Reglerne er ikke i orden:\n" + "\n".join(f"  {f}" for f in faults),
            remedy="Ret dem; se CONTRIBUTING.md.",
        )
    if not as_json:
        print_lines([f"{files} regelfiler i orden ({', '.join(ids)}), {day.isoformat()}."])


def _retention(rules: Path | None, record_level: dict[str, bool] | None, day: date) -> list[str]:
    """What is wrong with the rule all benchmarks share: how long single persons' and cases' files are kept.

    Without `record_level` (rules of a benchmark could not be read) feeds are not looked at.
    """
    try:
        loaded = load_opbevaring(rules)
    except RuleError as error:
        return [str(error)]
    faults = [] if record_level is None else opbevaring_faults(loaded, record_level)
    return faults + review_faults([(FILE, loaded)], day)
