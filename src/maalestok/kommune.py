"""The register of the 98 municipalities: codes, names, aliases, titles, genitive, region and landsdel.

Source: Statistics Denmark's classification of municipalities, in force since the reform of 1 January 2007.
Christiansø (411) belongs to no municipality and is refused by name.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from maalestok.errors import MaalestokError

HELE_LANDET = "000"
CHRISTIANSOE = ("411", "christiansoe")

_SUFFIX = re.compile(r"\s+(?:regions)?kommune$")
_FOLD = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "-": " ", "'": " ", "’": " "})


class UnknownKommune(MaalestokError):
    """A name or code that no municipality has."""


@dataclass(frozen=True)
class Kommune:
    """One municipality. `titel` is its full name, as in a letter."""

    kode: str
    navn: str
    titel: str
    region_kode: str
    landsdel_kode: str
    gyldig_fra: date
    gyldig_til: date | None
    aliaser: tuple[str, ...]

    @property
    def genitiv(self) -> str:
        """Norddjurs', Københavns, Aarhus'."""
        return genitive(self.navn)

    def is_valid(self, day: date) -> bool:
        """True when the municipality exists on `day`."""
        return self.gyldig_fra <= day and (self.gyldig_til is None or day <= self.gyldig_til)


@dataclass(frozen=True)
class Geografi:
    """A place figures are shown for besides the municipalities: `land`, `region` or `landsdel`."""

    kode: str
    art: str
    navn: str


def genitive(name: str) -> str:
    """Danish genitive: an apostrophe after s, x and z, otherwise s."""
    return f"{name}'" if name[-1].lower() in "sxz" else f"{name}s"


def fold(text: str) -> str:
    """One spelling for comparison: lower case, å/æ/ø as aa/ae/oe, no hyphen, no trailing 'Kommune'."""
    squeezed = " ".join(text.casefold().translate(_FOLD).split())
    return _SUFFIX.sub("", squeezed)


def _read_csv(name: str) -> Iterator[dict[str, str]]:
    text = files("maalestok.reference").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines(), delimiter=";")


@cache
def kommuner() -> tuple[Kommune, ...]:
    """All municipalities in the register, by code."""
    return tuple(
        Kommune(
            kode=row["kommune_kode"],
            navn=row["navn"],
            titel=row["titel"],
            region_kode=row["region_kode"],
            landsdel_kode=row["landsdel_kode"],
            gyldig_fra=date.fromisoformat(row["gyldig_fra"]),
            gyldig_til=date.fromisoformat(row["gyldig_til"]) if row["gyldig_til"] else None,
            aliaser=tuple(filter(None, row["aliaser"].split("|"))),
        )
        for row in _read_csv("kommuner.csv")
    )


@cache
def geografier() -> tuple[Geografi, ...]:
    """Hele landet, the regions and the landsdele."""
    return tuple(Geografi(row["kode"], row["art"], row["navn"]) for row in _read_csv("geografi.csv"))


@cache
def _by_folded_name() -> dict[str, Kommune]:
    index: dict[str, Kommune] = {}
    for kommune in kommuner():
        for name in (kommune.navn, kommune.titel, *kommune.aliaser):
            if index.setdefault(fold(name), kommune) is not kommune:
                raise AssertionError(f"to kommuner deler navnet {name}")
    return index


@cache
def by_code() -> dict[str, Kommune]:
    """Municipalities by three-digit code."""
    return {kommune.kode: kommune for kommune in kommuner()}


@cache
def _geografi_names() -> dict[str, str]:
    names = {fold(g.navn): g.kode for g in geografier()}
    names["danmark"] = HELE_LANDET
    return names


def place_name(kode: str) -> str:
    """The name of a municipality, landsdel, region or the country by its code."""
    if kode in by_code():
        return by_code()[kode].navn
    return next(g.navn for g in geografier() if g.kode == kode)


def resolve_geografi(text: str) -> str | None:
    """Code of Hele landet, a region or a landsdel, or None when the text names none of them.

    Bornholm is both a municipality and a landsdel; by name it is the municipality, the landsdel is `DK014`.
    """
    stripped = text.strip()
    if any(g.kode == stripped for g in geografier()):
        return stripped
    folded = fold(stripped)
    return None if folded in _by_folded_name() else _geografi_names().get(folded)


def resolve(text: str) -> Kommune:
    """Find a municipality by code (`707`, `0707`), name, title or alias.

    Raises:
        UnknownKommune: with the nearest names as a hint; Christiansø is named as not being one.
    """
    stripped = text.strip()
    if re.fullmatch(r"0?[0-9]{3}", stripped):
        kode = stripped[-3:]
        if kode in by_code():
            return by_code()[kode]
    folded = fold(stripped)
    if folded in _by_folded_name():
        return _by_folded_name()[folded]
    if folded == CHRISTIANSOE[1] or stripped in (CHRISTIANSOE[0], "0" + CHRISTIANSOE[0]):
        raise UnknownKommune(
            "Christiansø (411) er ikke en kommune.",
            remedy="Udelad øen; den hører ikke under nogen af de 98 kommuner.",
        )
    raise UnknownKommune(f"Kommunen {text[:60]!r} findes ikke.", remedy=_hint(folded))


def _hint(folded: str) -> str:
    import difflib

    near = difflib.get_close_matches(folded, _by_folded_name(), n=3, cutoff=0.6)
    names = sorted({_by_folded_name()[name].navn for name in near})
    names += [g.navn for g in geografier() if g.art == "region" and folded and folded in fold(g.navn)]
    lead = f"Mente du {' eller '.join(names)}? " if names else ""
    return f"{lead}Brug en af de 98 kommuners navne eller koder (101-860)."


def register_hash() -> str:
    """SHA-256 over the register's files: part of what a release rests on."""
    folder = files("maalestok.reference")
    content = b"\0".join(folder.joinpath(name).read_bytes() for name in ("geografi.csv", "kommuner.csv"))
    return hashlib.sha256(content).hexdigest()
