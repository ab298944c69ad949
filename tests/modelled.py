"""Releases of invented persons of all 98 municipalities: alone, and beside published editions with conditions."""

import shutil
from pathlib import Path

import pytest

from conftest import bring, make_release, once
from maalestok.beskaeftigelse import synthetic, synthetic_vilkaar
from maalestok.release.read import Release, open_release
from unit.test_model_build import EDITIONS, made


def store_of_persons(factory: pytest.TempPathFactory) -> Path:
    """Where they are. Read only, but for facts that are kept."""
    return once(factory, "model", made)[0]


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
