"""The front page, the list of municipalities, search, glossary and the accessibility statement."""

from collections.abc import Iterator
from importlib.resources import files

from pydantic import ConfigDict

from maalestok.kommune import HELE_LANDET, by_code, geografier
from maalestok.period import parse_period
from maalestok.publish.shown import Shown, codes
from maalestok.publish.site.page import Page
from maalestok.publish.site.pages import beskaeftigelse_words as jobs
from maalestok.publish.site.pages import kontrolsager_cuts as control
from maalestok.publish.site.pages.model import link
from maalestok.publish.site.view import View
from maalestok.rules.base import Identifier, RuleModel, Text, Title
from maalestok.strict_yaml import load_yaml


class Term(RuleModel):
    """A word of the field in both languages, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    term: Text
    meaning: Title
    source: Text


def terms() -> list[Term]:
    """The glossary, in the order of its file."""
    text = files("maalestok.publish.site").joinpath("ordliste.yaml").read_text(encoding="utf-8")
    held = load_yaml(text)
    if not isinstance(held, list):
        raise TypeError("ordliste.yaml: a list of terms was expected")
    return [Term.model_validate(item) for item in held]


def pages(view: View) -> Iterator[Page]:
    """Every page that is about the site as a whole."""
    yield _home(view)
    yield _kommuner(view)
    yield Page(
        path="soeg/",
        template="soeg.html",
        title=view.t("Søg"),
        description=view.t("Søg efter en kommune, et mål, et begreb eller en udgivelse."),
        section="soeg",
        context={"kommuner": _names(view)},
        listed=False,
        scripts=("search.js",),
    )
    yield Page(
        path="ordliste/",
        template="ordliste.html",
        title=view.t("Ordliste"),
        description=view.t("Fagets ord i almindelige vendinger, hvert med sin kilde."),
        section="metode",
        context={"terms": [(term.id, term.term, view.language.title(term.meaning), term.source) for term in terms()]},
        crumbs=[(view.t("Metode"), "metode/")],
        words=" ".join(term.term for term in terms()),
        kind=view.t("Ordliste"),
    )
    yield Page(
        path="tilgaengelighed/",
        template="tilgaengelighed.html",
        title=view.t("Tilgængelighed"),
        description=view.t("Hvordan siderne kan bruges af alle, og hvad der ikke er på plads."),
        section="tilgaengelighed",
        words=view.t("tilgængelighedserklæring wcag skærmlæser tastatur"),
        kind=view.t("Om siderne"),
    )


def _names(view: View) -> list[tuple[str, str]]:
    return [(by_code()[kode].navn, view.kommune_path(kode)) for kode in codes()]


def _kommuner(view: View) -> Page:
    regions = [place for place in geografier() if place.art == "region"]
    grouped = [
        (
            region.navn,
            [(by_code()[k].navn, view.kommune_path(k)) for k in codes() if by_code()[k].region_kode == region.kode],
        )
        for region in regions
    ]
    return Page(
        path="kommune/",
        template="kommuner.html",
        title=view.t("Kommuner"),
        description=view.t("De 98 kommuner, efter region."),
        section="kommune",
        context={"regions": grouped},
        words=view.t("kommuner regioner"),
        kind=view.t("Kommune"),
    )


def _home(view: View) -> Page:
    headlines = []
    cases, shown = view.contents.kontrolsager, view.contents.beskaeftigelse
    if cases is not None:
        cut = control.cuts(cases)[0]
        land = cases.figure(control.DRAWN, HELE_LANDET, cut.omraade, cases.newest, cut.trin)
        headlines.append(
            {
                "title": view.language.title(cases.rules.benchmark.title),
                "text": view.t(cases.rules.benchmark.description_da),
                "figure": view.marks.figure(land, beside=control.limit_at(cases, cut)),
                "label": view.t(
                    "af de udstillede risikosager blev trukket, kontroltrin 3, 12 måneder til og med %(when)s",
                    when=view.language.period(cases.newest),
                ),
                "path": "kontrolsager/",
                "newest": view.language.period(cases.newest),
                "release": cases.release.id,
                "next": view.t(
                    "tal for %(when)s, når de er leveret; datoen er ikke oplyst",
                    when=view.language.period(parse_period(cases.newest).shifted(1).code),
                ),
                "model": "",
                "syntetisk": cases.syntetisk,
            }
        )
    if shown is not None:
        headlines.append(_edition(view, shown) if shown.periods else _no_edition(view, shown))
    return Page(
        path="",
        template="forside.html",
        title="Målestok",
        description=view.t("Benchmark af Danmarks 98 kommuner, der kan forklares, efterregnes og stoles på."),
        section="forside",
        context={"headlines": headlines, "kommuner": _names(view)},
        words=view.t("forside om målestok"),
        kind=view.t("Om siderne"),
    )


def _edition(view: View, shown: Shown) -> dict[str, object]:
    """The newest edition: the country's number, when it came out, and what comes next."""
    total = shown.rules.benchmark.total
    land = shown.figure("faktisk_antal", HELE_LANDET, total, shown.newest)
    out = jobs.published(view, shown, shown.newest)
    return {
        "title": view.language.title(shown.rules.benchmark.title),
        "text": f"{view.t(shown.rules.benchmark.description_da)} {jobs.own_note(view, shown)}".strip(),
        "figure": view.marks.figure(land),
        "label": view.t(
            "på offentlig forsørgelse i hele landet, %(when)s, efter Målestoks egen opgørelse"
            if shown.is_own
            else "på offentlig forsørgelse i hele landet, %(when)s",
            when=view.language.period(shown.newest),
        ),
        "path": "beskaeftigelse/",
        "newest": f"{view.language.period(shown.newest)}{', ' + out if out else ''}",
        "release": shown.release.id,
        "next": _first_edition(view) if shown.is_own else _next_edition(view, shown),
        "model": link(shown),
        "syntetisk": shown.syntetisk,
    }


def _no_edition(view: View, shown: Shown) -> dict[str, object]:
    """That no edition is there, and up to when persons were counted."""
    return {
        "title": view.language.title(shown.rules.benchmark.title),
        "text": f"{view.t(shown.rules.benchmark.description_da)} {jobs.unpublished(view, counted=False)}",
        "figure": "",
        "label": "",
        "path": "beskaeftigelse/",
        "newest": view.t(
            "talt af personer til og med %(when)s, på kommunernes egne sider",
            when=view.language.period(shown.release.manifest.newest_period),
        ),
        "release": shown.release.id,
        "next": _first_edition(view),
        "model": "",
        "syntetisk": shown.syntetisk,
    }


def _first_edition(view: View) -> str:
    """What comes next where no edition is there."""
    return view.t("den første udgave, når den er indlæst")


def _next_edition(view: View, shown: Shown) -> str:
    """The edition after the newest one shown: when it came out, if a source says, else that no date is known."""
    code = parse_period(shown.newest).shifted(6).code
    when = view.language.period(code)
    out = jobs.published(view, shown, code)
    if out:
        return view.t("udgaven for %(when)s (%(out)s) er ikke med her", when=when, out=out)
    return view.t("udgaven for %(when)s, når den er offentliggjort; datoen er ikke oplyst", when=when)
