"""Fail unless the deciding modules are covered to the last branch. Argument: coverage's JSON report."""

import json
import sys
from pathlib import Path

DECIDING = ("ranks.py", "criteria.py", "period.py", "uncertainty.py", "rules/", "disclosure/rounding.py", "disclosure/network.py", "beskaeftigelse/resultatmaal.py", "beskaeftigelse/money.py", "deliveries/supersession.py", "beskaeftigelse/rule_check.py", "beskaeftigelse/fokusmaal.py", "beskaeftigelse/skaerpet_tilsyn.py", "beskaeftigelse/tilsynsforloeb.py", "beskaeftigelse/supervision_check.py", "kontrolsager/lav_traekning.py", "kontrolsager/withheld.py", "kontrolsager/rule_check.py", "rank_draws.py", "beskaeftigelse/precision.py", "beskaeftigelse/rank_uncertainty.py", "beskaeftigelse/rank_moves.py", "beskaeftigelse/reach.py", "beskaeftigelse/similar.py")  # fmt: skip


def main() -> int:
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    checked, missing = 0, []
    for name, data in sorted(report["files"].items()):
        if not name.partition("maalestok/")[2].startswith(DECIDING):
            continue
        checked += 1
        lines, branches = data["missing_lines"], data.get("missing_branches", [])
        if lines or branches:
            missing.append(f"{name}: lines {lines}, branches {branches}")
    print(f"{checked} deciding modules, {len(missing)} with gaps; whole: {report['totals']['percent_covered']:.1f} %")
    print("\n".join(missing))
    return 1 if missing or checked < len(DECIDING) else 0


if __name__ == "__main__":
    raise SystemExit(main())
