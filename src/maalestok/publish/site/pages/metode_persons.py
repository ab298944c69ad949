"""What method pages say of counting persons: the rule itself, and each measure that is counted so."""

from collections.abc import Mapping, Sequence
from typing import Any

from maalestok.publish.shown import Shown
from maalestok.publish.site.pages import persons_words as words
from maalestok.publish.site.view import View
from maalestok.rules.models import Measure


def _is_counted(measure: Measure) -> bool:
    return words.METHOD in {source.method for source in measure.sources}


def counted_measure(view: View, shown: Shown, measure: Measure) -> Mapping[str, Any]:
    """How a measure is calculated from persons, with the readings and what this release's options add to them."""
    if not _is_counted(measure):
        return {"counted_formula": "", "counted_words": [], "readings": []}
    used = {name for f in shown.figures.values() if f.key.measure == measure.id for name in words.methods(shown, f)}
    formula, own = measure.formulas_da.get(words.METHOD), measure.own_da.get(words.METHOD)
    return {
        "counted_formula": "" if formula is None else view.t(formula),
        "counted_words": [] if own is None else [view.t(text) for text in (own.definition_da, *own.limits_da)],
        "readings": [
            view.t(note)
            for name, notes in shown.rules.reading_notes_da.items()
            if name in used or words.is_counting(name)
            for note in notes
        ],
    }


def counting_of(view: View, shown: Shown) -> Mapping[str, Any]:
    """The rule's versions with their method and readings, and the measures that are counted so."""
    measures = [shown.rules.measures[name] for name in shown.rules.benchmark.measures]
    return {
        "counting": [
            (name, [view.t(note) for note in notes])
            for name, notes in shown.rules.reading_notes_da.items()
            if words.is_counting(name)
        ],
        "rests": [(view.language.title(m.title), f"metode/{m.id}/") for m in measures if _is_counted(m)],
    }


def options(shown: Shown) -> Sequence[str]:
    """What is to be kept in mind where an option or a rougher form of data was used."""
    held = shown.rules.reading_notes_da.items()
    return [note for name, notes in held if not words.is_counting(name) for note in notes]
