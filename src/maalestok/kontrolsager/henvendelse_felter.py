"""What a person adds to a letter: sender, case number, contact, dates. Read from a file; nothing is guessed."""

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maalestok.errors import MaalestokError
from maalestok.publish.documents.phrases import say
from maalestok.publish.documents.told import Run, Told, fact, runs
from maalestok.publish.text_da import published_date
from maalestok.strict_yaml import load_yaml


class LetterFields(BaseModel):
    """The fields of a letter; one that is empty is left to be filled in, and then the letter can't be approved."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    afsender: str = Field(default="", max_length=200)
    sagsnummer: str = Field(default="", max_length=60)
    dato: date | None = None
    kontaktperson: str = Field(default="", max_length=120)
    telefon: str = Field(default="", max_length=40)
    e_mail: str = Field(default="", max_length=120, pattern=r"^([^@\s]+@[^@\s]+)?$")
    svarfrist: date | None = None
    underskriver: str = Field(default="", max_length=120)

    def missing(self) -> list[str]:
        """Which fields are still to be filled in, by their names."""
        return [name for name in type(self).model_fields if not getattr(self, name)]

    def pairs(self) -> tuple[tuple[str, tuple[Run, ...]], ...]:
        """(label, value) of every field, in order; an empty value is still to be filled in."""
        return tuple((say(f"felt.{name}"), runs(_shown(name, getattr(self, name)))) for name in type(self).model_fields)


def _shown(name: str, value: str | date | None) -> str:
    if not value:
        return ""
    words = published_date(value.isoformat()) if isinstance(value, date) else value
    told: Told = fact(words, f"felt|{name}")
    return str(told)


def read_fields(path: Path) -> LetterFields:
    """Fields from a YAML file.

    Raises:
        MaalestokError: not YAML, an unknown key, a value of the wrong kind.
    """
    try:
        held = load_yaml(path.read_text(encoding="utf-8")) or {}
        return LetterFields.model_validate(held)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MaalestokError(
            f"{path} kan ikke læses som YAML.", remedy="Skriv navn: værdi, ét felt på hver linje."
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "hele filen"
        allowed = ", ".join(LetterFields.model_fields)
        raise MaalestokError(
            f"{path}: {where}: {first['msg']}", remedy=f"Felterne er {allowed}; datoer som 2026-11-24."
        ) from error
