"""All that a site shows: the releases sorted by benchmark. Reads; computes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from maalestok.errors import MaalestokError
from maalestok.period import parse_period
from maalestok.publish.shown import Shown
from maalestok.publish.site.documents import NONE, Documents, documents
from maalestok.registry import benchmark as find_benchmark
from maalestok.release.read import Release


@dataclass(frozen=True)
class Contents:
    """All that a site shows: the current release of each benchmark, and every release by benchmark, newest last."""

    shown: Mapping[str, Shown]
    releases: Mapping[str, Sequence[Release]]
    base_url: str
    documents: Documents = NONE

    @property
    def kontrolsager(self) -> Shown | None:
        """The control cases, if there is a release of them."""
        return self.shown.get("kontrolsager")

    @property
    def beskaeftigelse(self) -> Shown | None:
        """The minister's benchmark, if there is a release of it."""
        return self.shown.get("beskaeftigelse")

    @property
    def syntetisk(self) -> bool:
        """True when anything shown is invented."""
        return any(held.syntetisk for held in self.shown.values())


def gather(releases: Sequence[Release], base_url: str, *, allow_mixed: bool, folder: Path | None = None) -> Contents:
    """Sort releases by benchmark; the last named of each is the one shown. `folder` holds documents to publish.

    Raises:
        MaalestokError: none, the same twice, real and invented ones together, an older one after a newer, or
            documents that may not be published.
    """
    if not releases:
        raise MaalestokError("Der er ingen udgivelse at vise.", remedy="Angiv mindst én mappe fra build --out.")
    ids = [release.id for release in releases]
    if len(set(ids)) != len(ids):
        raise MaalestokError("Den samme udgivelse er angivet to gange.", remedy="Angiv hver udgivelse én gang.")
    if {release.manifest.syntetisk for release in releases} == {True, False} and not allow_mixed:
        raise MaalestokError(
            "Udgivelserne blander virkelige og opfundne (SYNTETISK) tal.",
            remedy="Vis dem hver for sig, eller giv --syntetisk; så mærkes hver side, og intet indekseres.",
        )
    grouped: dict[str, list[Release]] = {}
    for release in releases:
        grouped.setdefault(release.manifest.benchmark, []).append(release)
    for held in grouped.values():
        for earlier, later in pairwise(held):
            if parse_period(later.manifest.newest_period) < parse_period(earlier.manifest.newest_period):
                raise MaalestokError(
                    f"{later.id} er ældre end {earlier.id}, men står efter den.",
                    remedy="Angiv udgivelserne i rækkefølge, den nyeste sidst; den vises.",
                )
    shown = {name: Shown(held[-1], find_benchmark(name).rules()) for name, held in grouped.items()}
    published = NONE if folder is None else documents(folder, releases)
    return Contents(dict(sorted(shown.items())), grouped, base_url, published)
