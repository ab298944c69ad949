"""From a store to facts without persons: which deliveries are in force, what was counted before, what is counted now.

Facts are kept in `<store>/facts/<key>/`, for their owner alone, so that the files about persons can be removed in time;
the key is a hash of everything they rest on.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from maalestok.beskaeftigelse.personer.coverage import Coverage, PersonFile, coverage
from maalestok.beskaeftigelse.personer.facts import PACKAGE, PersonFacts, person_facts, register_persons
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.plan import Plan, make_plan
from maalestok.beskaeftigelse.personer.reading import HOMES
from maalestok.beskaeftigelse.rammevilkaar.model_facts import model_facts
from maalestok.beskaeftigelse.rammevilkaar.model_rules import RammevilkaarModel
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.deliveries.files import file_hash, write_atomically
from maalestok.deliveries.store import Delivery, Store
from maalestok.deliveries.used import FACTS, note_used
from maalestok.deliveries.used import FILE as INPUTS
from maalestok.engines.base import Engine
from maalestok.facts import sql_files
from maalestok.kommune import by_code
from maalestok.period import parse_period

NAMES = tuple(field.name for field in fields(PersonFacts))
"""The tables of facts."""


CARD = "fakta.json"


class _Card(BaseModel):
    """What is kept beside facts: whether spells came from week codes, and each table's SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekly: bool
    sha256: dict[str, str]


@dataclass(frozen=True)
class Counted:
    """Facts, what they were counted by, and the deliveries they rest on.

    `kommuner`: those of which everybody is known; others are in the facts with those who came or went. `weekly`: spells
    came from week codes.
    """

    facts: PersonFacts
    plan: Plan
    coverage: Coverage
    deliveries: Sequence[Delivery]
    kommuner: frozenset[str]
    by_payer: bool
    weekly: bool


def held_deliveries(store: Store, known_at: datetime | None) -> list[Delivery]:
    """Deliveries about persons, oldest first in each feed."""
    return [delivery for feed in PERSON_FEEDS for delivery in store.deliveries(feed, known_at)]


@dataclass(frozen=True)
class Prepared:
    """What is to be counted, known to an engine that has run no query yet; or counted before and kept."""

    engine: Engine
    store: Store
    key: str
    kept: tuple[PersonFacts, bool] | None
    files: Sequence[PersonFile]
    plan: Plan
    coverage: Coverage
    deliveries: Sequence[Delivery]
    by_payer: bool
    model: RammevilkaarModel

    def count(self) -> Counted:
        """Count now, and keep the facts, unless they were kept."""
        places = [frozenset(d.kommuner or ()) for d in self.deliveries if d.feed == HOMES]
        whole = frozenset.intersection(*places) if places else frozenset()
        if self.kept is None:
            facts, weekly = person_facts(self.engine), _weekly(self.files)
            if whole >= by_code().keys() and not self.by_payer:
                pairs, scores = model_facts(self.engine, self.plan, self.model)
                facts = replace(facts, pairs=pairs, scores=scores)
            _keep(self.store, self.key, facts, weekly, self.deliveries)
        else:
            facts, weekly = self.kept
        return Counted(facts, self.plan, self.coverage, self.deliveries, whole, self.by_payer, weekly)


def prepare(
    engine: Engine,
    store: Store,
    rules: BeskaeftigelseRules,
    known_at: datetime | None,
    *,
    by_payer: bool = False,
    bridge: bool = False,
) -> Prepared | None:
    """Make what is in force known to the engine; None where residences or spells are missing, or end before the rules.

    Raises:
        StoreError: rows are needed that were removed and never counted together with what is here now.
    """
    held = held_deliveries(store, known_at)
    files = [
        PersonFile(d.feed, None, d.sha256, place, frozenset(parse_period(code).month_index for code in d.periods))
        for place, d in enumerate(held, start=1)
    ]
    found = coverage(files)
    if found is None:
        return None
    used = {(r.feed, r.orden) for r in found.ranges}
    deliveries = [held[file.orden - 1] for file in files if (file.feed, file.orden) in used]
    # Numbered among themselves, so that a delivery that is not in force changes nothing.
    in_force = [replace(f, orden=n) for n, f in enumerate((f for f in files if (f.feed, f.orden) in used), start=1)]
    found = coverage(in_force) or found
    plan = make_plan(found, rules, by_payer=by_payer, bridge=bridge)
    if not plan.tables:
        return None
    key = _key(plan, in_force, rules.model)
    kept = _kept(store, key)
    if kept is None:
        in_force = [replace(f, path=store.rows_path(d)) for f, d in zip(in_force, deliveries, strict=True)]
        register_persons(engine, in_force, rules.feeds, plan)
    return Prepared(engine, store, key, kept, in_force, plan, found, deliveries, by_payer, rules.model)


def _weekly(files: Sequence[PersonFile]) -> bool:
    """True when some spells in force were made from week codes."""
    spells = [pl.scan_parquet(f.path) for f in files if f.feed == "forloeb" and f.path is not None]
    return any(
        bool(frame.select((pl.col("oprindelig_form") == "ugekoder").any()).collect().item() or False)
        for frame in spells
    )


def _key(plan: Plan, files: Sequence[PersonFile], model: RammevilkaarModel) -> str:
    """A hash of the deliveries, the SQL and the tables it is run with, and the model."""
    basis = {
        "files": [(f.feed, f.sha256, f.orden) for f in files],
        "sql": sql_files(PACKAGE),
        "model": [version.model_dump(mode="json") for version in model.versions],
        "tables": {name: [columns, [list(row) for row in rows]] for name, (columns, rows) in plan.tables.items()},
    }
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()


def _kept(store: Store, key: str) -> tuple[PersonFacts, bool] | None:
    """Facts counted before, unless they are missing or not as they were written."""
    folder = store.path / FACTS / key
    try:
        card = _Card.model_validate_json((folder / CARD).read_bytes(), strict=True)
        paths = {name: folder / f"{name}.parquet" for name in NAMES}
        if not (folder / INPUTS).is_file() or any(file_hash(path) != card.sha256[name] for name, path in paths.items()):
            return None
        return PersonFacts(**{name: pl.read_parquet(path) for name, path in paths.items()}), card.weekly
    except (OSError, ValidationError, KeyError):
        return None


def _keep(store: Store, key: str, facts: PersonFacts, weekly: bool, deliveries: Sequence[Delivery]) -> None:
    folder = store.path / FACTS / key
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder.parent, folder):
        place.chmod(0o700)
    paths = {name: folder / f"{name}.parquet" for name in NAMES}
    for name, path in paths.items():
        path.unlink(missing_ok=True)
        getattr(facts, name).write_parquet(path)
        path.chmod(0o600)
    card = _Card(weekly=weekly, sha256={name: file_hash(path) for name, path in paths.items()})
    write_atomically(folder / CARD, card.model_dump_json(indent=1).encode(), mode=0o600)
    note_used(folder, [delivery.sha256 for delivery in deliveries])
