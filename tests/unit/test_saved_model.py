"""A fit saved as a file and applied to another period: the same coefficients, the country in balance."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from conftest import Cli
from maalestok.beskaeftigelse.building import prepared_persons
from maalestok.beskaeftigelse.personer.own import Own
from maalestok.beskaeftigelse.rammevilkaar.modelled import Modelled
from maalestok.beskaeftigelse.rammevilkaar.saved import applied, read_saved, saved_fit, specification_hash
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.build import BuildRequest
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.errors import MaalestokError
from personer import take_in
from unit.test_model_build import conditions_file, made

RULES = load_rules()
THEN, NOW = "2019QMAT04", "2020QMAT04"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gemt")
    (held,) = made(folder)
    take_in(held, "rammevilkaar", conditions_file(folder, "vilkaar.csv", 1), None, syntetisk=True)
    return held


@pytest.fixture(scope="module")
def fits(store: Path) -> dict[str, Modelled]:
    with DuckDBEngine() as engine:
        prepared = prepared_persons(BuildRequest(Store.open(store), engine), RULES)
        assert prepared is not None
        return {m.window.period.code: m for m in Own(prepared.count(), RULES).models}


def test_on_its_own_period_a_fit_says_what_the_model_says(fits: dict[str, Modelled]) -> None:
    own = fits[THEN]
    found = applied(saved_fit(own, syntetisk=True), own)
    np.testing.assert_allclose(found.factors, 1, rtol=1e-9)
    np.testing.assert_allclose(found.expected, own.municipalities.expected / own.scale, rtol=1e-9)
    assert found.unknown == ()


def test_another_period_is_expected_by_the_old_coefficients_and_balances(fits: dict[str, Modelled]) -> None:
    then, now = fits[THEN], fits[NOW]
    found = applied(saved_fit(then, syntetisk=True), now)
    persons = now.statistics.by_kommune[:, 0]
    sums = persons @ found.actual
    np.testing.assert_allclose(persons @ found.expected, sums, rtol=1e-9)
    np.testing.assert_allclose(found.expected[:, :-1].sum(axis=1), found.expected[:, -1])
    # A second way: the difference between two municipalities, where centres of areas' numbers fall out.
    shared = [term for term in then.found.terms if term in now.statistics.terms]
    own = [now.statistics.terms.index(term) for term in shared]
    coefficients = then.found.coefficients[[then.found.terms.index(term) for term in shared], 0] / then.scale
    means = now.statistics.by_kommune[:, own] / persons[:, None]
    apart = (means[1:] - means[0]) @ coefficients * found.factors[0]
    np.testing.assert_allclose(found.expected[1:, 0] - found.expected[0, 0], apart, atol=1e-12)
    assert not np.allclose(found.expected, now.municipalities.expected / now.scale, atol=1e-4)


def test_a_term_the_fit_has_not_is_said(fits: dict[str, Modelled]) -> None:
    saved = saved_fit(fits[THEN], syntetisk=True)
    less = saved.model_copy(
        update={"terms": tuple(t for t in saved.terms if (t.condition, t.category) != ("bolig", "almen"))}
    )
    assert applied(less, fits[NOW]).unknown == (("bolig", "almen"),)


def test_other_conditions_areas_or_numbers_of_areas_are_refused(fits: dict[str, Modelled]) -> None:
    saved = saved_fit(fits[THEN], syntetisk=True)
    without = tuple(term for term in saved.terms if term.condition != "job_pr_indb")
    for change, said in (
        ({"specification_sha256": "0"}, "vilkår og kategorier"),
        ({"areas": saved.areas[::-1]}, "områder"),
        ({"terms": without}, "vilkår for områder"),
    ):
        with pytest.raises(MaalestokError, match=said):
            applied(saved.model_copy(update=change), fits[NOW])


def test_the_specification_is_the_same_whatever_it_is_called() -> None:
    version = RULES.model.versions[0]
    named = tuple(c.model_copy(update={"title_da": "noget andet"}) for c in version.conditions)
    assert specification_hash(version.model_copy(update={"conditions": named})) == specification_hash(version)
    fewer = version.model_copy(update={"conditions": version.conditions[:-1]})
    assert specification_hash(fewer) != specification_hash(version)


def test_the_commands(cli: Cli, store: Path, fits: dict[str, Modelled], tmp_path: Path) -> None:
    model, out = tmp_path / "model.json", tmp_path / "ud.csv"
    done = cli("model", "save", THEN, "--store", store, "--out", model)
    assert done.code == 0, done.err
    assert "SYNTETISK" in done.out
    first = model.read_bytes()
    assert read_saved(model) == saved_fit(fits[THEN], syntetisk=True)
    assert cli("model", "save", THEN, "--store", store, "--out", model).code == 0
    assert model.read_bytes() == first
    done = cli("model", "apply", model, NOW, "--store", store, "--out", out, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["model_period"], told["period"], told["syntetisk"]) == (THEN, NOW, True)
    found = applied(saved_fit(fits[THEN], syntetisk=True), fits[NOW])
    assert told["niveaufaktor"] == dict(zip(fits[NOW].area_names, found.factors, strict=True))
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 98 * 4
    assert {(row["modellens_periode"], row["model"], row["syntetisk"]) for row in rows} == {
        (THEN, "vilkaar-1", "SYNTETISK")
    }
    for row in rows:
        numbers = {
            name: float(row[name].replace(",", ".")) for name in ("faktisk_antal", "forventet_antal", "forskel_antal")
        }
        assert numbers["faktisk_antal"] - numbers["forventet_antal"] == numbers["forskel_antal"]
        assert all(value % 10 == 0 for value in numbers.values())
    assert "Niveaufaktor" in cli("model", "apply", model, NOW, "--store", store, "--out", out).out


def test_what_can_not_be_done_is_said_and_nothing_is_written(cli: Cli, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "ud.json"
    broken = tmp_path / "i_stykker.json"
    broken.write_text("{}", encoding="utf-8")
    alone = tmp_path / "tomt"
    shutil.copytree(store, alone)
    shutil.rmtree(alone / "deliveries")
    (alone / "deliveries").mkdir()
    for arguments, said in (
        (("save", "2018QMAT04", "--store", store), "Der er ingen model for 2018QMAT04"),
        (("apply", broken, NOW, "--store", store), "er ikke en gemt model"),
        (("apply", tmp_path / "nej.json", NOW, "--store", store), "findes ikke"),
        (("save", NOW, "--store", alone), "Lageret har ingen personer"),
    ):
        done = cli("model", *arguments, "--out", out)
        assert done.code != 0
        assert said in done.err
        assert "→" in done.err
        assert not out.exists()
    done = cli("model", "save", NOW, "--store", store, "--out", tmp_path / "ingen" / "ud.json")
    assert "Mappen" in done.err
