"""Which delivered rows are in force: the newest delivery's, unit by unit.

A unit is what a feed's deliveries supersede each other by: a whole month or edition, or a single key.
"""

from datetime import datetime

import polars as pl

from maalestok.deliveries.cells import typed_schema
from maalestok.deliveries.store import Store
from maalestok.rules.models import Feed


def rows_in_force(
    store: Store,
    feed: Feed,
    known_at: datetime | None = None,
    *,
    units: pl.DataFrame | None = None,
    whole_only: bool = False,
) -> pl.DataFrame:
    """A feed's typed rows in force, as sent, with `orden`: their delivery's place among the known ones, 1 = oldest.

    Rows of newer deliveries come first. `units` keeps to these values of the columns in `supersedes_by`; `whole_only`
    passes damaged deliveries over.

    Raises:
        StoreError: a delivery is damaged.
    """
    unit = list(feed.supersedes_by)
    known = store.deliveries(feed.id, known_at, whole_only=whole_only)
    parts = [pl.DataFrame(schema={**typed_schema(feed), "orden": pl.Int32()})]
    taken = parts[0].select(unit)
    for place, delivery in reversed(list(enumerate(known, start=1))):
        part = store.rows(delivery).join(taken, on=unit, how="anti")
        if units is not None:
            part = part.join(units, on=unit, how="semi")
        taken = pl.concat([taken, part.select(unit).unique()])
        parts.append(part.with_columns(pl.lit(place, dtype=pl.Int32).alias("orden")))
        if units is not None and len(taken) == len(units):
            break
    return pl.concat(parts).sort("orden", "linje", descending=[True, False])
