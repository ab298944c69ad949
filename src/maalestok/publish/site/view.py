"""The site in one language, as the page modules see it: contents, words, marks, and what cards have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from maalestok.kommune import by_code
from maalestok.publish.cells import SYNTETISK
from maalestok.publish.shown import Figure, Shown, slug
from maalestok.publish.site.contents import Contents
from maalestok.publish.site.language import Language, one_stop
from maalestok.publish.site.marks import Marks
from maalestok.publish.site.page import About
from maalestok.rules.models import Measure


@dataclass(frozen=True)
class View:
    """Contents and a language."""

    contents: Contents
    language: Language

    @property
    def marks(self) -> Marks:
        """Figures as this language's pages carry them."""
        return Marks(self.language)

    def t(self, text: str, **values: object) -> str:
        """A text in this language."""
        return self.language.t(text, **values)

    def say(self, text: str, **values: Markup | str) -> Markup:
        """A text in this language with figures and names in it."""
        said = escape(self.language.t(text)) % {name: escape(value) for name, value in values.items()}
        return Markup(one_stop(str(said)))  # noqa: S704  # only takes a full stop away

    def area(self, shown: Shown, omraade: str) -> str:
        """An area's name."""
        return self.t(shown.rules.benchmark.omraade_names_da[omraade])

    def text(self, figure: Figure | None, *, beside: float | None = None) -> str:
        """A figure in words, without markup."""
        if figure is None:
            return self.language.missing("ikke_opgjort")
        if figure.value is None:
            return self.language.missing(figure.status)
        return self.language.figure_beside(figure.value, figure.unit, beside)

    def ratio(self, figure: Figure | None) -> str:
        """' (34 af 120)', without markup; nothing where it is not shown."""
        if figure is None or figure.numerator is None or figure.denominator is None:
            return ""
        number = self.language.number
        return f" ({number(figure.numerator)} {self.t('af')} {number(figure.denominator)})"

    def source(self, shown: Shown) -> str:
        """Where a card's figures come from, and which release they stand in."""
        made = f"{SYNTETISK}: {self.t('opfundne tal fra Målestok')}"
        sources = [made] if shown.syntetisk else list(shown.release.manifest.attribution)
        text = ". ".join(sources)
        return f"{self.t('Kilde')}: {text.removeprefix('Kilde: ')}. {self.t('Udgivelse')}: {shown.release.id}."

    def about(self, shown: Shown, rules: Iterable[str]) -> Sequence[About]:
        """The rules a card rests on, with their newest definition."""
        found = []
        for name in rules:
            rule = shown.rules.measures.get(name) or shown.rules.criteria[name]
            versions = shown.versions.get(name, ())
            newest = [rule.versions[-1].definition_da]
            told = rule.definitions_of(versions) if isinstance(rule, Measure) else newest
            definition = " ".join(self.t(text) for text in told)
            found.append(About(self.language.title(rule.title), definition, f"metode/{name}/"))
        return found

    def limits(self, shown: Shown, rules: Iterable[str]) -> Sequence[str]:
        """What is to be kept in mind of several rules, each once."""
        used = {name: shown.versions.get(name, ()) for name in rules}
        held = [text for name, versions in used.items() for text in shown.rules.measures[name].limits_of(versions)]
        return [self.t(text) for text in dict.fromkeys(held)]

    def kommune_path(self, kode: str) -> str:
        """Where a municipality's page is."""
        return f"kommune/{slug(kode)}/"

    def link(self, root: str, kode: str, anchor: str = "") -> Markup:
        """A link to a municipality's page, from a page that lies `root` deep; other places are named only."""
        name = self.language.place(kode)
        if kode not in by_code():
            return escape(name)
        return Markup('<a href="{}{}{}">{}</a>').format(root, self.kommune_path(kode), anchor, name)


def percent(value: float | None) -> float | None:
    """A share or percentage points in per cent, as axes have them."""
    return None if value is None else round(value * 100, 6)
