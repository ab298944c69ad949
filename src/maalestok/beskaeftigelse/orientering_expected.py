"""What a briefing says of our own models: the expected share step by step from the country's, and how sure it is.

The model on persons is told where the release has it, whether the figures above are the authority's or our own; the
open model where it stands beside published figures. Both are named as Målestok's, never shown as the ministry's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from maalestok.beskaeftigelse.told_facts import Subject, is_own
from maalestok.expected_steps import GROUP, OTHERS, Steps, groups, steps, written
from maalestok.kommune import HELE_LANDET
from maalestok.publish.documents.building import bullets, paragraph
from maalestok.publish.documents.document import Block, Runs, Table
from maalestok.publish.documents.phrases import Fact, join, say, told
from maalestok.publish.documents.told import Told, fact, runs, tal
from maalestok.publish.shown import Figure, Key, Part, Term
from maalestok.publish.text_da import number, signed_points
from maalestok.rules.model_words import ModelWords

EXPECTED, ACTUAL, DIFFERENCE, RANK = "forventet_andel", "faktisk_andel", "forskel_andel", "placering"
OWN, OPEN, WITHOUT_BENEFIT = "egen_opgoerelse", "aaben_model", "uden_ydelse_"
OUTSIDE, LACKING, ROUNDING, ALL_EDITIONS = "uden_kommunen", "vilkaar_udeladt", "afrunding", "alle_udgaver"
ERRORS = {"fejl": "standardfejl_personer", "beboere": "standardfejl_beboere", "model": "standardfejl_model"}
MOST = 2
"""How many groups are named in words to either side; all stand in the table."""


def blocks(about: Subject) -> list[Block]:
    """Everything below the section's heading; nothing where no model of ours says anything."""
    model = Model(about)
    return [*model.blocks(), *paragraph(*open_model(about))]


@dataclass(frozen=True)
class Area:
    """One area's steps and the facts they stand in. `start`, `end`: None where the release doesn't tell them."""

    parts: Mapping[str, Part]
    start: Figure | Part | None
    end: Figure | Part | None

    @cached_property
    def steps(self) -> Steps:
        """The steps; without meaning at an end that isn't told."""
        ends = [0.0 if held is None or held.value is None else held.value for held in (self.start, self.end)]
        moves = groups({name: part.value for name, part in self.parts.items() if part.value is not None})
        return steps(ends[0], moves, ends[1])

    @property
    def is_whole(self) -> bool:
        """Both ends are told."""
        return None not in (self.start, self.end)


@dataclass(frozen=True)
class Model:
    """The model on persons, as one briefing tells it."""

    about: Subject

    @cached_property
    def _fitted(self) -> tuple[Sequence[Term], ModelWords] | None:
        """The terms in all of the model that was fitted here, and its words."""
        about = self.about
        for name, words in about.rules.model_words.items():
            terms = about.shown.terms.get((name, about.total, about.period))
            if words.is_split and terms:
                return terms, words
        return None

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Areas with steps, in the order of the rules."""
        found = {area: self._area(area) for area in self.about.rules.benchmark.omraader}
        return {area: held for area, held in found.items() if held.steps.moves}

    def _area(self, area: str) -> Area:
        about = self.about
        shown = about.shown.parts.get(Key(EXPECTED, about.kode, area, about.period), {})
        parts = {name: part for name, part in shown.items() if name.startswith(GROUP)}
        country = about.shown.figure(ACTUAL, HELE_LANDET, area, about.period)
        return Area(parts, self._own(country), self._own(about.figure(EXPECTED, area)))

    def _own(self, figure: Figure | None) -> Figure | Part | None:
        """Our own figure: the result itself, or the part beside an authority's; None where it has no value."""
        held = figure if is_own(figure) else self.about.shown.part(figure, OWN)
        return None if held is None or held.value is None else held

    def blocks(self) -> list[Block]:
        """What is said of the model, with the table; nothing without it."""
        total = self.areas.get(self.about.total)
        if total is None or self._fitted is None:
            return []
        terms, words = self._fitted
        notes = [say("forventet.ikke_aarsag")]
        lacking = [term.level for term in terms if term.term == LACKING and term.level is not None]
        if lacking:
            names = [fact(words.conditions_da[name], f"regel|rammevilkaar|{name}") for name in lacking]
            notes.append(say("forventet.ikke_med", vilkaar=join([str(name) for name in names])))
        if any(name == OTHERS for held in self.areas.values() for name, _ in held.steps.moves):
            notes.append(say("forventet.lagt_sammen", kommune=self.about.kommune))
        return [
            *paragraph(*self.words()),
            self._table(words),
            *paragraph(*notes, style="note"),
            *paragraph(*self.sure()),
            *bullets([str(fact(text, "regel|rammevilkaar|forbehold")) for text in words.limits_da]),
        ]

    def words(self) -> list[str]:
        """Whose model it is, what it expects against the country, and the groups that move most; nothing without it."""
        total = self.areas.get(self.about.total)
        if total is None or self._fitted is None:
            return []
        return [*self._opening(total), *self._largest(total, self._fitted[1])]

    def _opening(self, total: Area) -> list[str]:
        about, published = self.about, self.about.figure(EXPECTED)
        if total.end is None:
            return [say("forventet.uden_andel")]
        facts: dict[str, Fact] = {"kommune": about.kommune, "andel": tal(total.end)}
        if total.start is not None:
            facts["landet"] = tal(total.start)
        alone = total.start is None
        if is_own(published) or published is None or published.value is None:
            return [say("forventet.egen_uden_landet" if alone else "forventet.egen", **facts)]
        return [
            say("forventet.ministeriets", kommune=about.kommune, andel=tal(published)),
            say("forventet.ved_siden_af_uden_landet" if alone else "forventet.ved_siden_af", **facts),
        ]

    def _largest(self, total: Area, words: ModelWords) -> list[str]:
        """The groups that move most to either side, in words."""
        told_apart = [(group, move) for group, move in total.steps.moves if group != OTHERS and written(move)]
        ups = [self._group(total, words, group) for group, move in told_apart if move > 0][:MOST]
        downs = [self._group(total, words, group) for group, move in told_apart if move < 0][:MOST]
        said = [say("forventet.op", grupper=join(ups))] if ups else []
        return [*said, say("forventet.ned", grupper=join(downs))] if downs else said

    def _group(self, total: Area, words: ModelWords, group: str) -> str:
        name = fact(words.groups_da[group], f"regel|rammevilkaar|{group}")
        return say("forventet.gruppe", navn=name, flyttet=tal(total.parts[f"{GROUP}{group}"]))

    def _table(self, words: ModelWords) -> Table:
        """Every area's steps; each column adds up with the line of rounding."""
        about, held = self.about, list(self.areas.values())
        order = [group for group, _ in self.areas[about.total].steps.moves]
        rows = [(told("forventet.hele_landet"), *(_level(area.start) for area in held))]
        rows += [(_name(words, group), *(_move(area, group) for area in held)) for group in order]
        if any(area.is_whole and area.steps.rounding for area in held):
            rows.append((told("forventet.afrunding"), *(_rounding(area) for area in held)))
        rows.append((runs(str(about.kommune)), *(_level(area.end) for area in held)))
        return Table(
            caption=told("forventet.tabel", kommune=about.kommune, periode=about.periode),
            headings=(told("forventet.trin"), *(self._heading(name) for name in self.areas)),
            numeric=(False, *([True] * len(held))),
            rows=tuple(rows),
        )

    def _heading(self, area: str) -> Runs:
        """An area's name, or shorter that of the benefit it is called by."""
        name = self.about.rules.areas.benefits_da.get(area, str(self.about.rules.benchmark.omraade_names_da[area]))
        return runs(str(fact(f"{name[0].upper()}{name[1:]}", f"omraade|{area}")))

    def sure(self) -> list[str]:
        """The standard error with its components, what is expected out of sample, the place with a benefit left out."""
        about = self.about
        errors = {name: about.part(DIFFERENCE, part) for name, part in ERRORS.items()}
        found: dict[str, Fact] = {
            n: tal(part) for n, part in errors.items() if part is not None and part.value is not None
        }
        said = []
        if found.keys() == ERRORS.keys():
            said.append(say("forventet.standardfejl_dele", **found))
        elif "fejl" in found:
            said.append(say("forventet.standardfejl", fejl=found["fejl"]))
        outside = about.part(EXPECTED, OUTSIDE)
        if outside is not None and outside.value is not None:
            said.append(say("forventet.uden_kommunen", andel=tal(outside)))
        return said + self._scope()

    def _scope(self) -> list[str]:
        parts = self.about.shown.parts.get(Key(RANK, self.about.kode, self.about.total, self.about.period), {})
        places = [tal(p) for name, p in parts.items() if name.startswith(WITHOUT_BENEFIT) and p.value is not None]
        if not places:
            return []
        low, high = min(places, key=lambda place: place.value), max(places, key=lambda place: place.value)
        if low.value == high.value:
            return [say("forventet.uden_ydelse_samme", plads=low)]
        return [say("forventet.uden_ydelse", lav=low, hoej=high)]


def _name(words: ModelWords, group: str) -> Runs:
    if group == OTHERS:
        return told("forventet.oevrige")
    name = words.groups_da[group]
    return runs(str(fact(f"{name[0].upper()}{name[1:]}", f"regel|rammevilkaar|{group}")))


def _level(held: Figure | Part | None) -> Runs:
    """A share in per cent without its unit; nothing where it isn't told."""
    return () if held is None else runs(str(tal(held).tal))


def _move(area: Area, group: str) -> Runs:
    """'+0,12'."""
    part = area.parts.get(f"{GROUP}{group}")
    if part is None or part.value is None:
        return ()
    return runs(str(Told(signed_points(part.value).split()[0], f"{tal(part).key}|value", part.value)))


def _rounding(area: Area) -> Runs:
    if area.end is None or not area.is_whole:
        return ()
    left = area.steps.rounding
    return runs(str(Told(signed_points(left).split()[0], f"{tal(area.end).key}|{ROUNDING}", left)))


def open_model(about: Subject) -> list[str]:
    """What the open model expects beside a published figure, and how good it is beside the ministry's own."""
    part = about.part(EXPECTED, OPEN)
    if part is None or part.value is None:
        return []
    terms = about.shown.terms.get((part.method, about.total, about.period), ())
    found = {term.term: term.estimate for term in terms if term.level == ALL_EDITIONS}
    said = [say("forventet.aaben_model", kommune=about.kommune, andel=tal(part))]
    ours, theirs = (
        _quality(f"{part.method}|{about.period}|{term}", found.get(term))
        for term in ("r2_udeladt_kommune", "r2_ministeriet")
    )
    if ours is not None and (ours.value or 0) <= 0:
        said.append(say("forventet.aaben_model_svag"))
    elif ours is not None and theirs is not None:
        said.append(say("forventet.aaben_model_mod", vores=ours, ministeriets=theirs))
    elif ours is not None:
        said.append(say("forventet.aaben_model_god", vores=ours))
    return said


def _quality(key: str, value: float | None) -> Told | None:
    """'78 pct.': what a model explains of the differences between municipalities."""
    return None if value is None else Told(f"{number(value * 100)} pct.", f"model|{key}", value)
