"""Releases with the model on persons: of persons alone, and of persons beside invented editions and conditions."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from conftest import bring, make_release
from maalestok.beskaeftigelse import synthetic, synthetic_vilkaar
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import Size, write_denmark
from maalestok.kommune import kommuner
from personer import take_in

PERSONS, SEED = 60_000, 3
COVERS = ("2019-01", "2020-12")
EDITIONS = ("2020QMAT02", "2020QMAT04")
"""Published in the second release; the model is fitted for the year before them, too."""
YEARS = (2018, 2019, 2020)
RECEIVED = datetime(2021, 6, 10, tzinfo=UTC)


def take_in_denmark(folder: Path, store: Path, persons: int = PERSONS, received: datetime = RECEIVED) -> None:
    """Import a whole invented country of persons."""
    write_denmark(folder, Size(persons), SEED)
    codes = [kommune.kode for kommune in kommuner()]
    for feed in PERSON_FEEDS:
        take_in(store, feed, folder / f"SYNTETISK_{feed}.parquet", COVERS, received, codes, syntetisk=True)


def made(folder: Path) -> list[Path]:
    """The folders of both releases."""
    alone, both = folder / "lager", folder / "lager-med-udgaver"
    take_in_denmark(folder, alone)
    shutil.copytree(alone, both)
    files = []
    for period, rows in synthetic.editions(EDITIONS, SEED).items():
        files.append(folder / f"{period}.csv")
        files[-1].write_bytes(synthetic.as_csv(rows))
    bring(files, both, received=RECEIVED)
    conditions = folder / "rammevilkaar.csv"
    conditions.write_bytes(synthetic_vilkaar.as_csv(YEARS, SEED))
    bring([conditions], both, "rammevilkaar", received=RECEIVED)
    return [make_release(store, folder / f"ud-{store.name}").folder for store in (alone, both)]
