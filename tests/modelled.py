"""Stores of invented persons of all 98 municipalities: alone, and beside published editions with conditions."""

import shutil
from pathlib import Path

import pytest

from conftest import bring, make_release, once
from maalestok.beskaeftigelse import synthetic, synthetic_vilkaar
from maalestok.beskaeftigelse.personer.feeds import PERSON_FEEDS
from maalestok.beskaeftigelse.personer.synthetic import Size, write_denmark
from maalestok.kommune import kommuner
from maalestok.release.read import Release, open_release
from personer import take_in

COVERS = ("2019-01", "2020-12")
EDITIONS = ["2019QMAT04", "2020QMAT02", "2020QMAT04"]


def persons_alone(folder: Path) -> list[Path]:
    """60,000 persons; nothing is published."""
    write_denmark(folder, Size(60_000), 3)
    codes = [k.kode for k in kommuner()]
    for feed in PERSON_FEEDS:
        path = folder / f"SYNTETISK_{feed}.parquet"
        take_in(folder / "lager", feed, path, COVERS, codes=codes, syntetisk=True)
    return [folder / "lager"]


def store_of_persons(factory: pytest.TempPathFactory) -> Path:
    """Where they are. Read only, but for facts that are kept."""
    return once(factory, "model", persons_alone)[0]


def release_of_persons(factory: pytest.TempPathFactory) -> Release:
    """A release of persons alone. Read only."""
    store = store_of_persons(factory)
    return open_release(once(factory, "model-ud", lambda folder: [make_release(store, folder / "ud").folder])[0])


def release_of_both(factory: pytest.TempPathFactory) -> Release:
    """A release in which published editions lead, with conditions for the open model and for areas. Read only."""
    store = store_of_persons(factory)

    def make(folder: Path) -> list[Path]:
        shutil.copytree(store, folder / "lager")
        files = []
        for period, rows in synthetic.editions(EDITIONS, seed=7).items():
            files.append(folder / f"{period}.csv")
            files[-1].write_bytes(synthetic.as_csv(rows))
        bring(files, folder / "lager")
        conditions = folder / "rammevilkaar.csv"
        conditions.write_bytes(synthetic_vilkaar.as_csv((2017, 2018, 2019), seed=2))
        bring([conditions], folder / "lager", "rammevilkaar")
        return [make_release(folder / "lager", folder / "ud").folder]

    return open_release(once(factory, "model-begge", make)[0])
