"""Which deliveries a thing kept in the store was made of: `inputs.json`, a list of SHA-256, beside it.

`internal/<release id>/` holds a release's exact results, `facts/<key>/` the facts that stand in for rows about persons.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from maalestok.deliveries.files import WORK_PREFIX, write_atomically
from maalestok.errors import StoreError

INTERNAL, FACTS = "internal", "facts"
FILE = "inputs.json"
_LIST = TypeAdapter(list[str])


def note_used(folder: Path, deliveries: Iterable[str]) -> None:
    """Write down what the contents of `folder` were made of: for their owner, whole or not at all."""
    text = json.dumps(sorted(set(deliveries)), indent=1) + "\n"
    write_atomically(folder / FILE, text.encode(), mode=0o600)


def used_in(store: Path, place: str) -> frozenset[str]:
    """Every delivery named in `<store>/<place>/*/inputs.json`; folders that are being written don't count.

    Raises:
        StoreError: a list can't be read.
    """
    found: set[str] = set()
    for path in sorted((store / place).glob(f"*/{FILE}")):
        if path.parent.name.startswith(WORK_PREFIX):
            continue
        try:
            found.update(_LIST.validate_json(path.read_bytes(), strict=True))
        except ValidationError as error:
            raise StoreError(
                f"{path} kan ikke læses.", remedy="Byg udgivelsen igen, eller flyt mappen, filen ligger i."
            ) from error
    return frozenset(found)
