"""The sentences of a briefing, as examples that can be read aloud."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents import subject
from maalestok.beskaeftigelse import orientering_expected as expected
from maalestok.beskaeftigelse import orientering_figures as figures
from maalestok.beskaeftigelse import orientering_targets as targets
from maalestok.beskaeftigelse.told_facts import Subject
from maalestok.publish.documents.told import plain, runs

ASKED: dict[str, Callable[[Subject], list[str]]] = {
    "manchet": figures.lead,
    "placering": lambda s: figures.placement(s, s.total),
    "aendring": lambda s: [figures.change(s, s.total)],
    "aarsager": figures.causes,
    "antal": lambda s: figures.numbers(s, s.total),
    "andel": figures.share,
    "forventet": lambda s: expected.Model(s).words(),
    "sikkerhed": lambda s: expected.Model(s).sure(),
    "aaben_model": expected.open_model,
    "udgift": figures.money,
    "vej": figures.reach,
    "fokusmaal_samtaler": lambda s: targets.focus(s, "fokusmaal_samtaler"),
    "fokusmaal_tilbud": lambda s: targets.focus(s, "fokusmaal_tilbud"),
    "resultatmaal": targets.result,
    "samlet": targets.all_met,
    "tilsyn": targets.supervision,
    "risikozone": targets.zone,
    "suspension": targets.suspensions,
}
EXAMPLES = yaml.safe_load(Path(__file__).with_name("orientering.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", [pytest.param(e, id=e["naar"]) for e in EXAMPLES])
def test_the_sentence(example: dict[str, Any]) -> None:
    said = " ".join(text for text in ASKED[example["om"]](subject(example)) if text)
    assert plain(runs(said)).replace("\u00a0", " ").strip() == example["saa"]


def test_there_are_enough_and_each_section_is_asked_about() -> None:
    assert len(EXAMPLES) >= 50
    assert {example["om"] for example in EXAMPLES} == set(ASKED)
