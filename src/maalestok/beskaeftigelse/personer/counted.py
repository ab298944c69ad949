"""From a store to facts without persons: which deliveries are in force, what was counted before, what is counted now.

Facts are kept in `<store>/facts/<key>/`, for their owner alone, so that the files about persons can be removed in time;
the key is a hash of everything they rest on.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from maalestok.beskaeftigelse.personer.coverage import Coverage, PersonFile, coverage
from maalestok.beskaeftigelse.personer.facts import PACKAGE, PersonFacts, person_facts, register_persons
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.plan import Plan, make_plan
from maalestok.beskaeftigelse.personer.reading import HOMES
from maalestok.beskaeftigelse.rammevilkaar.model_facts import ModelFacts, area_rows, basis_of, model_facts
from maalestok.beskaeftigelse.rammevilkaar.model_rules import RammevilkaarModel
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.deliveries.files import file_hash, work_folder, write_atomically
from maalestok.deliveries.store import LOCK, Delivery, Store
from maalestok.deliveries.used import FACTS, note_used
from maalestok.deliveries.used import FILE as INPUTS
from maalestok.engines.base import Engine
from maalestok.errors import StoreError
from maalestok.facts import sql_files
from maalestok.kommune import by_code
from maalestok.period import parse_period

COUNTED = ("cells", "residents", "groups")
MODELLED = tuple(field.name for field in fields(ModelFacts))
"""The tables of facts."""
CARD = "fakta.json"


class _Card(BaseModel):
    """What is kept beside facts: whether spells came from week codes, and each table's SHA-256.

    `basis`: what the facts rest on but for the conditions of areas; `conditions`: when the newest of those came.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekly: bool
    basis: str
    conditions: str
    sha256: dict[str, str]


@dataclass(frozen=True)
class Counted:
    """Facts, what they were counted by, and the deliveries they rest on.

    `kommuner`: those of which everybody is known; others are in the facts with those who came or went. `weekly`: spells
    came from week codes. `delivered`: rows of `rammevilkaar`; `older_areas`: the model rests on the conditions of areas
    that were there when persons were counted, others are there now.
    """

    facts: PersonFacts
    plan: Plan
    coverage: Coverage
    deliveries: Sequence[Delivery]
    kommuner: frozenset[str]
    by_payer: bool
    weekly: bool
    delivered: pl.DataFrame
    older_areas: bool


def held_deliveries(store: Store, known_at: datetime | None) -> list[Delivery]:
    """Deliveries about persons, oldest first in each feed."""
    return [delivery for feed in PERSON_FEEDS for delivery in store.deliveries(feed, known_at)]


@dataclass(frozen=True)
class _Kept:
    """Facts counted before; whether spells came from week codes; whether other conditions of areas are there now."""

    facts: PersonFacts
    weekly: bool
    older_areas: bool = False


@dataclass(frozen=True)
class Prepared:
    """What is to be counted, known to an engine that has run no query yet; or counted before and kept."""

    engine: Engine
    store: Store
    key: str
    basis: str
    kept: _Kept | None
    files: Sequence[PersonFile]
    plan: Plan
    coverage: Coverage
    deliveries: Sequence[Delivery]
    by_payer: bool
    model: RammevilkaarModel
    conditions: Sequence[Delivery]
    delivered: pl.DataFrame
    areas: pl.DataFrame

    def count(self) -> Counted:
        """Count now, and keep the facts, unless they were kept."""
        places = [frozenset(d.kommuner or ()) for d in self.deliveries if d.feed == HOMES]
        whole = frozenset.intersection(*places) if places else frozenset()
        kept = self.kept
        if kept is None:
            facts, weekly = person_facts(self.engine), _weekly(self.files)
            if whole >= by_code().keys() and not self.by_payer:
                facts = replace(facts, model=model_facts(self.engine, self.plan, self.model, self.areas))
            kept = _Kept(facts, weekly)
            _keep(self, kept)
        return Counted(
            kept.facts,
            self.plan,
            self.coverage,
            self.deliveries,
            whole,
            self.by_payer,
            kept.weekly,
            self.delivered,
            kept.older_areas,
        )


def prepare(
    engine: Engine,
    store: Store,
    rules: BeskaeftigelseRules,
    known_at: datetime | None,
    *,
    by_payer: bool = False,
    bridge: bool = False,
    delivered: pl.DataFrame | None = None,
) -> Prepared | None:
    """Make what is in force known to the engine; None where residences or spells are missing, or end before the rules.

    Args:
        engine: that has run no query yet.
        store: with the deliveries.
        rules: the benchmark's.
        known_at: what was known then; None: all.
        by_payer: count by paying municipality.
        bridge: count by the definitions of the areas before the one in force, too.
        delivered: rows of `rammevilkaar` in force, for the model's conditions of areas; None: there are none.

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
    if delivered is None:
        delivered = pl.DataFrame(schema={"period": pl.String, "kommune_kode": pl.String})
    areas = area_rows(plan, rules.model, delivered)
    basis = _basis(plan, in_force, rules.model)
    key = hashlib.sha256(f"{basis} {areas.write_csv()}".encode()).hexdigest()
    kept = _kept(store, key)
    if kept is None:
        try:
            in_force = [replace(f, path=store.rows_path(d)) for f, d in zip(in_force, deliveries, strict=True)]
        except StoreError:
            # Rows that were removed in time can't be counted with other conditions: those of then still hold.
            kept = _kept_with_other_areas(store, basis)
            if kept is None:
                raise
        else:
            register_persons(engine, in_force, rules.feeds, plan)
    return Prepared(
        engine,
        store,
        key,
        basis,
        kept,
        in_force,
        plan,
        found,
        deliveries,
        by_payer,
        rules.model,
        store.deliveries("rammevilkaar", known_at),
        delivered,
        areas,
    )


def _weekly(files: Sequence[PersonFile]) -> bool:
    """True when some spells in force were made from week codes."""
    spells = [pl.scan_parquet(f.path) for f in files if f.feed == "forloeb" and f.path is not None]
    return any(
        bool(frame.select((pl.col("oprindelig_form") == "ugekoder").any()).collect().item() or False)
        for frame in spells
    )


def _basis(plan: Plan, files: Sequence[PersonFile], model: RammevilkaarModel) -> str:
    """A hash of the deliveries, the SQL and the tables it is run with, and the model."""
    basis = {
        "files": [(f.feed, f.sha256, f.orden) for f in files],
        "sql": sql_files(PACKAGE),
        "queries": [basis_of(version) for version in model.versions],
        "model": [version.model_dump(mode="json") for version in model.versions],
        "tables": {name: [columns, [list(row) for row in rows]] for name, (columns, rows) in plan.tables.items()},
    }
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()


def _card(folder: Path) -> _Card | None:
    try:
        return _Card.model_validate_json((folder / CARD).read_bytes(), strict=True)
    except (OSError, ValidationError):
        return None


def _kept(store: Store, key: str) -> _Kept | None:
    """Facts counted before, unless they are missing or not as they were written."""
    folder = store.path / FACTS / key
    card = _card(folder)
    paths = {name: folder / f"{name}.parquet" for name in (*COUNTED, *MODELLED)}
    try:
        if card is None or not (folder / INPUTS).is_file():
            return None
        if any(file_hash(path) != card.sha256.get(name) for name, path in paths.items()):
            return None
        frames = {name: pl.read_parquet(path) for name, path in paths.items()}
    except OSError:
        return None
    model = ModelFacts(**{name: frames[name] for name in MODELLED})
    return _Kept(PersonFacts(**{name: frames[name] for name in COUNTED}, model=model), card.weekly)


def _kept_with_other_areas(store: Store, basis: str) -> _Kept | None:
    """Facts of the same persons with the conditions of areas of another time, the newest there are."""
    folder = store.path / FACTS
    cards = {place.name: _card(place) for place in (folder.iterdir() if folder.is_dir() else ())}
    alike = [(card.conditions, name) for name, card in cards.items() if card is not None and card.basis == basis]
    for _, name in sorted(alike, reverse=True):
        if (kept := _kept(store, name)) is not None:
            return replace(kept, older_areas=True)
    return None


def _keep(prepared: Prepared, kept: _Kept) -> None:
    """Put the facts in place whole; those that somebody else kept meanwhile stay."""
    shelf = prepared.store.path / FACTS
    shelf.mkdir(exist_ok=True)
    shelf.chmod(0o700)
    frames = {name: getattr(kept.facts, name) for name in COUNTED}
    frames |= {name: getattr(kept.facts.model, name) for name in MODELLED}
    with FileLock(prepared.store.path / LOCK), work_folder(shelf) as work:
        folder, target = work / prepared.key, shelf / prepared.key
        folder.mkdir(mode=0o700)
        paths = {name: folder / f"{name}.parquet" for name in frames}
        for name, path in paths.items():
            frames[name].write_parquet(path)
            path.chmod(0o600)
        card = _Card(
            weekly=kept.weekly,
            basis=prepared.basis,
            conditions=max((d.received.astimezone(UTC).isoformat() for d in prepared.conditions), default=""),
            sha256={name: file_hash(path) for name, path in paths.items()},
        )
        write_atomically(folder / CARD, card.model_dump_json(indent=1).encode(), mode=0o600)
        note_used(folder, [delivery.sha256 for delivery in prepared.deliveries])
        if _kept(prepared.store, prepared.key) is None:
            shutil.rmtree(target, ignore_errors=True)
            folder.rename(target)
