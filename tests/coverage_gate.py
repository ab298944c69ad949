"""Fail unless the deciding modules (pyproject.toml, coverage) are covered to the last branch. Argument: the JSON report."""

import json
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path


def main() -> int:
    """Name every gap; a pattern that names no module that ran is one, too."""
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    deciding: list[str] = settings["tool"]["coverage"]["run"]["include"]
    files = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["files"]
    gaps = [
        f"{pattern}: no such module ran" for pattern in deciding if not any(fnmatch(name, pattern) for name in files)
    ]
    for name, data in sorted(files.items()):
        lines, branches = data["missing_lines"], data.get("missing_branches", [])
        if lines or branches:
            gaps.append(f"{name}: lines {lines}, branches {branches}")
    print(f"{len(files)} deciding modules, {len(gaps)} gaps")
    print("\n".join(gaps))
    return 1 if gaps else 0


if __name__ == "__main__":
    raise SystemExit(main())
