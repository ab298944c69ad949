"""Write a release: everything into a work folder, then two renames. At any moment `--out` is a whole release.

`DIR.releases/<release id>/` holds each release; `DIR` is a link to the newest, swapped by renaming over it.
The same inputs give the same bytes, hence the same id: building again finds the release already there.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from maalestok import __version__
from maalestok.build import Built
from maalestok.deliveries.corrections import Correction
from maalestok.errors import ReleaseError
from maalestok.kommune import register_hash
from maalestok.publish.attribution import attribution_texts
from maalestok.publish.open_data import write_open_data
from maalestok.release.diff import compare
from maalestok.release.manifest import FILE, FORMAT, Code, CorrectionEntry, FileEntry, InputEntry, Manifest
from maalestok.release.read import Release, open_release
from maalestok.release.verify import faults
from maalestok.results import TABLES, empty

WORK_PREFIX = ".ny-"


def write_release(
    built: Built,
    out: Path,
    previous: Release | None = None,
    say: Callable[[str], None] = lambda _: None,
    keep: Callable[[str], None] = lambda _: None,
) -> Release:
    """Write the tables, the open data and the manifest, and point `out` at the result.

    `keep` is called with the release's id before `out` points at it: what stays inside is kept first.

    Raises:
        ReleaseError: `out` is something else than a link to a release.
    """
    if out.name in ("", ".."):
        raise ReleaseError(f"{out} kan ikke være en udgivelse.", remedy="Angiv et navn med --out, fx udgivelse.")
    out = out.parent.resolve() / out.name
    shelf = out.with_name(out.name + ".releases")
    for place in (*out.parents, shelf):
        if (place / FILE).exists() or (place / "store.json").exists() or (place == shelf and shelf.is_symlink()):
            raise ReleaseError(f"{out} ligger inde i {place}, som ikke må ændres.", remedy="Vælg en anden --out.")
    _refuse_foreign(out)
    if not shelf.exists():
        shelf.mkdir(parents=True)
        shelf.chmod(0o755)
    with FileLock(shelf / ".lock"):
        for leftover in shelf.glob(f"{WORK_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=shelf))
        try:
            release_id = _fill(work, built, previous, say)
            target = shelf / release_id
            _place(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        keep(release_id)
        _point(out, target)
    return open_release(target)


def _refuse_foreign(out: Path) -> None:
    ours = out.is_symlink() and out.readlink().parent == Path(f"{out.name}.releases")
    if ours or not (out.is_symlink() or out.exists()):
        return
    if out.is_dir() and not out.is_symlink() and out != Path.cwd().resolve() and not any(out.iterdir()):
        out.rmdir()
        return
    raise ReleaseError(
        f"{out} findes og er ikke et link til en udgivelse.",
        remedy="Vælg en anden --out, eller flyt det, der står der.",
    )


def _fill(work: Path, built: Built, previous: Release | None, say: Callable[[str], None]) -> str:
    work.chmod(0o755)
    for name in TABLES:
        built.tables.get(name, empty(name)).write_parquet(work / f"{name}.parquet")
    write_open_data(work, built, say)
    inputs = tuple(
        InputEntry(feed=d.feed, sha256=d.sha256, periods=_periods(built, d.sha256), syntetisk=d.syntetisk)
        for d in sorted(built.inputs, key=lambda d: (d.feed, _periods(built, d.sha256), d.sha256))
    )
    manifest = Manifest(
        format=FORMAT,
        benchmark=built.rules.benchmark.id,
        periods=tuple(built.periods),
        newest_period=built.periods[-1],
        syntetisk=built.syntetisk,
        code=Code(name="maalestok", version=__version__),
        engine=built.engine,
        rules_sha256=built.rules.sha256,
        register_sha256=register_hash(),
        inputs=inputs,
        corrections=tuple(_correction(c) for c in built.corrections),
        previous=previous.id if previous else None,
        attribution=tuple(attribution_texts(built)),
        warnings=tuple(built.warnings),
        files=(),
    )
    if previous is not None:
        changes = compare(previous, manifest, dict(built.tables))
        text = json.dumps(changes.as_dict(), ensure_ascii=False, indent=1, sort_keys=True)
        (work / "diff.json").write_text(text + "\n", encoding="utf-8")
    manifest = manifest.model_copy(update={"files": _entries(work)})
    (work / FILE).write_bytes(manifest.to_bytes())
    _settle(work)
    return manifest.release_id


def _correction(correction: Correction) -> CorrectionEntry:
    match, action = correction.match, correction.action
    return CorrectionEntry(
        **match.model_dump(),
        id=correction.id,
        before=correction.expect,
        now=action.set,
        status=action.withhold,
        reason=correction.reason,
    )


def _periods(built: Built, sha256: str) -> tuple[str, ...]:
    """The periods a delivery is in force for in this release."""
    sources = built.tables["sources"]
    return tuple(sources.filter(sources["levering"] == sha256)["period"].unique().sort().to_list())


def _entries(work: Path) -> tuple[FileEntry, ...]:
    paths = sorted(p for p in work.rglob("*") if p.is_file())
    return tuple(
        FileEntry(
            path=path.relative_to(work).as_posix(),
            bytes=path.stat().st_size,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in paths
    )


def _settle(work: Path) -> None:
    """Make every file read-only and sure to be on disk before it is renamed into place."""
    for path in work.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
        else:
            path.chmod(0o444)
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _place(work: Path, target: Path) -> None:
    if not target.exists():
        work.rename(target)
        return
    damaged = faults(target)
    if damaged:
        raise ReleaseError(
            f"Udgivelsen {target.name} findes allerede, men er beskadiget: {damaged[0]}",
            remedy=f"Slet {target}, og byg igen.",
        )


def _point(out: Path, target: Path) -> None:
    link = out.with_name(f"{WORK_PREFIX}{out.name}")
    link.unlink(missing_ok=True)
    link.symlink_to(Path(target.parent.name) / target.name)
    link.replace(out)
