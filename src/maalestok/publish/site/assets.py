"""The built styles, scripts, fonts and shapes: their names with hashes, for pages to refer to."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from maalestok.errors import MaalestokError


@dataclass(frozen=True)
class Asset:
    """A built file: its name with its hash, and its subresource hash."""

    file: str
    integrity: str


def folder() -> Traversable:
    """Where the built files lie."""
    return files("maalestok.publish.site").joinpath("assets")


@cache
def assets() -> dict[str, Asset]:
    """Every built file by its plain name.

    Raises:
        MaalestokError: they were not built.
    """
    manifest = folder().joinpath("manifest.json")
    if not manifest.is_file():
        raise MaalestokError(
            "Hjemmesidens typografi og scripts er ikke bygget.",
            remedy="Kør make setup i projektets mappe, eller installer Målestok fra en færdig pakke.",
        )
    return {name: Asset(**entry) for name, entry in json.loads(manifest.read_text(encoding="utf-8")).items()}


@cache
def shapes() -> dict[str, str]:
    """Each municipality's shape by code: an SVG path on a plane of some 430 by 525 units."""
    held: dict[str, str] = json.loads(folder().joinpath("map.json").read_text(encoding="utf-8"))
    return held
