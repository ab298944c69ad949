"""The model on the site: every figure the release's, steps that add up, what is missing said, and whose model it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

import model_releases
from conftest import once
from maalestok.publish.shown import Key, Shown, Term
from maalestok.publish.site.build import all_pages
from maalestok.publish.site.contents import gather
from maalestok.publish.site.language import DANISH, Language, english
from maalestok.publish.site.page import Card, Page
from maalestok.publish.site.pages import model_checks as checks
from maalestok.publish.site.pages import model_errors as errors
from maalestok.publish.site.pages import model_open
from maalestok.publish.site.pages.model_coefficients import coefficients
from maalestok.publish.site.pages.model_words import WIDTH, category, ends, fits
from maalestok.publish.site.render import html
from maalestok.publish.site.view import View
from maalestok.release.read import Release, open_release

LARGE, TINY, NAMED = "101", "825", "707"
NEWEST = "2020QMAT04"
DATA = re.compile(r'<data value="([^"]*)" data-k="([^"]*)"[^>]*>(.*?)</data>', re.DOTALL)


class Anything(dict[str, str]):
    """Stands for all drawings."""

    def __missing__(self, name: str) -> str:
        return f"<svg><title>{name}</title></svg>"


@dataclass(frozen=True)
class Site:
    """All pages of a release in one language, by path."""

    view: View
    pages: Mapping[str, Page]

    @property
    def shown(self) -> Shown:
        """The minister's benchmark."""
        held = self.view.contents.beskaeftigelse
        assert held is not None
        return held

    def html(self, path: str) -> str:
        """A page as it is written."""
        return html(self.view, self.pages[path], Anything())

    def kommune(self, kode: str, period: str = "") -> str:
        """Where a municipality's page is."""
        return self.view.kommune_path(kode) + (f"{period}/" if period else "")

    def cards(self, path: str) -> Mapping[str, Card]:
        """A page's cards by id."""
        return {card.id: card for card in self.pages[path].cards}


def site_of(release: Release, language: Language = DANISH, **changed: Any) -> Site:
    """The site of a release. `changed`: other `terms` or `parts` than the release's own."""
    contents = gather([release], "https://eksempel.dk/", allow_mixed=False)
    for name, value in changed.items():
        contents.shown["beskaeftigelse"].__dict__[name] = value
    view = View(contents, language)
    return Site(view, {page.path: page for page in all_pages(view, {})})


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """Of persons alone, and with editions."""
    alone, both = once(tmp_path_factory, "model-side", model_releases.made)
    return open_release(alone), open_release(both)


@pytest.fixture(scope="module")
def alone(releases: tuple[Release, Release]) -> Site:
    return site_of(releases[0])


@pytest.fixture(scope="module")
def both(releases: tuple[Release, Release]) -> Site:
    return site_of(releases[1])


def plain(text: str) -> str:
    """Words alone; what the eye sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def sentence(text: str) -> str:
    """Words alone, where marks stand inside a sentence."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def section(text: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', text, re.DOTALL)
    return "" if found is None else found[0]


# Pages -------------------------------------------------------------------------------------------------------------


def test_each_period_with_a_model_has_a_page_and_the_newest_one_two(alone: Site, both: Site) -> None:
    wanted = {
        "beskaeftigelse/model/",
        *(f"beskaeftigelse/model/{p}/" for p in ("2019QMAT04", *model_releases.EDITIONS)),
    }
    for site in (alone, both):
        assert {path for path in site.pages if path.startswith("beskaeftigelse/model/")} == wanted
        assert site.pages["beskaeftigelse/model/"].title == "Modellen bag det forventede, 2020"
        ids = [card.id for card in site.pages["beskaeftigelse/model/"].cards]
        assert len(ids) == len(set(ids))
        assert ids[:4] == [
            "koefficienter-i-alt", "koefficienter-a-dagpenge", "koefficienter-kontanthjaelp", "koefficienter-sygedagpenge",
        ]  # fmt: skip
        assert {"kvalitet", "uden-kommunen", "indflydelse", "forbundne-kar", "ydelser", "to-standardfejl"} <= set(ids)
    assert {"stoedproeve", "aaben-model", "aaben-model-kommuner"} <= set(both.cards("beskaeftigelse/model/"))
    assert "aaben-model" not in alone.cards("beskaeftigelse/model/")


def test_front_page_area_pages_and_method_pages_lead_to_it(alone: Site, both: Site) -> None:
    for site in (alone, both):
        for path in ("", "beskaeftigelse/", "metode/forventet_andel/", site.kommune(LARGE)):
            assert "beskaeftigelse/model/" in site.html(path).replace("../", ""), path
        assert "beskaeftigelse/model/" not in site.html("metode/samtale_andel/")


def test_both_languages_have_the_same_figures(releases: tuple[Release, Release], alone: Site, both: Site) -> None:
    for release, site in zip(releases, (alone, both), strict=True):
        other = site_of(release, english())
        assert list(other.pages) == list(site.pages)
        for path in ("beskaeftigelse/model/", site.kommune(LARGE), site.kommune(TINY)):
            ours, theirs = (DATA.findall(held.html(path)) for held in (site, other))
            assert [held[:2] for held in ours] == [held[:2] for held in theirs], path
            for one, two in zip(site.pages[path].cards, other.pages[path].cards, strict=True):
                numbers = [[v for v in row.values() if not isinstance(v, str)] for row in one.rows]
                assert numbers == [[v for v in row.values() if not isinstance(v, str)] for row in two.rows]
        assert "The model is Målestok's, not the ministry's." in plain(other.html("beskaeftigelse/model/"))


def held_rows(release: Release) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every row of results, parts and models by the key that pages carry."""
    names = ("measure", "kommune_kode", "omraade", "period", "kontroltrin")
    for row in release.results.iter_rows(named=True):
        yield "|".join("" if row[name] is None else str(row[name]) for name in names), row
    for row in release.table("parts").iter_rows(named=True):
        key = "|".join("" if row[name] is None else str(row[name]) for name in names)
        yield f"{key}|{row['part']}", row
    for row in release.table("models").iter_rows(named=True):
        yield "|".join(row[name] or "" for name in ("model", "omraade", "period", "term", "level", "se_kind")), row


def test_every_figure_is_the_releases_or_follows_from_it(
    releases: tuple[Release, Release], alone: Site, both: Site
) -> None:
    for release, site in zip(releases, (alone, both), strict=True):
        rows, counted = dict(held_rows(release)), dict.fromkeys(("estimate", "se", "low", "flyttet", "afrunding"), 0)
        for path in ("beskaeftigelse/model/", *(site.kommune(kode) for kode in (LARGE, TINY, NAMED))):
            for value, key, _ in DATA.findall(site.html(path)):
                name, _, form = key.rpartition("|")
                if form == "ratio":
                    continue
                if form in ("afrunding", "flyttet"):
                    counted[form] += 1
                    continue
                row = rows[name]
                column = "value" if form == "abs" else form
                wanted = row[column] if column in row else row["estimate"] + (WIDTH, -WIDTH)[form == "low"] * row["se"]
                assert (float(value) if value else None) == wanted, key
                counted[form] = counted.get(form, 0) + 1
        assert min(counted[form] for form in ("estimate", "se", "low", "flyttet", "afrunding")) > 3, counted


def test_no_figure_is_loose_and_nothing_is_none(alone: Site, both: Site) -> None:
    for site in (alone, both):
        for path in ("beskaeftigelse/model/", site.kommune(LARGE), site.kommune(TINY)):
            text = site.html(path)
            for cell in re.findall(r'<td class="num">(.*?)</td>', text, re.DOTALL):
                assert not re.search(r"\d", re.sub(r"<[^>]+>", "", DATA.sub("", cell))), cell
            assert not re.search(r"\b(None|nan|NaN|inf)\b", plain(text))
            assert "&lt;/data" not in text


# Why so much is expected -------------------------------------------------------------------------------------------


def written(cell: object) -> Decimal:
    """A figure as it is read: '-0,06' -> -0.06."""
    return Decimal(sentence(str(cell)).replace(".", "").replace(",", "."))


@pytest.mark.parametrize("kode", [LARGE, TINY, NAMED, "751", "461"])
def test_the_steps_add_up_as_they_are_written(kode: str, alone: Site, both: Site) -> None:
    for site in (alone, both):
        card = site.cards(site.kommune(kode))["hvorfor-forventet"]
        first, *steps, last = card.table.rows
        assert steps[-1].head == "Afrunding"
        for column in range(4):
            moves = [written(row.cells[column]) for row in steps]
            assert written(first.cells[column]) + sum(moves) == written(last.cells[column])
            assert abs(moves[-1]) < Decimal("0.1")
        levels = [row for row in card.rows if row["art"] == "ende"]
        assert [row["navn"] for row in levels] == ["Hele landet", card.rows[-1]["navn"]]
        assert [row["fra"] for row in card.rows[1:]][:-1] == [row["til"] for row in card.rows[:-2]]
        assert abs(card.rows[-2]["til"] - card.rows[-1]["fra"]) < 0.02
        assert "Hvorfor forventes " in card.title


def test_groups_of_few_persons_are_said_to_be_joined(alone: Site) -> None:
    text = plain(section(alone.html(alone.kommune(TINY)), "forventet"))
    assert "øvrige vilkår, lagt sammen" in text
    assert "i Læsø er der så få personer i en kategori" in text
    assert "lagt sammen som øvrige vilkår" not in plain(section(alone.html(alone.kommune(LARGE)), "forventet"))


def test_how_sure_it_is_is_said_in_words(both: Site) -> None:
    text = sentence(section(both.html(both.kommune(LARGE)), "forventet"))
    for said in (
        "Modellen er Målestoks, ikke ministeriets.",
        "En model, der ikke har set kommunens egne personer, forventer",
        "Forskellen fra det forventede har en standardfejl på",
        "Mest kommer af tilfældighed blandt kommunens egne borgere",
        "af det, der bestemmer modellen",
        "hvis én ydelse tages ud",
    ):
        assert said in text, said


def test_the_larger_component_of_the_error_is_named_first(releases: tuple[Release, Release], both: Site) -> None:
    key = Key("forskel_andel", LARGE, "i_alt", NEWEST)
    held = dict(both.shown.parts[key])
    held["standardfejl_model"] = held["standardfejl_model"]._replace(value=held["standardfejl_beboere"].value)
    held["standardfejl_beboere"] = held["standardfejl_beboere"]._replace(value=0.000001)
    site = site_of(releases[1], parts={**both.shown.parts, key: held})
    assert "Mest kommer af, at modellen selv er usikker" in sentence(site.html(site.kommune(LARGE)))


def test_an_edition_without_a_model_has_no_section_and_the_newest_page_has_the_newest_model(
    releases: tuple[Release, Release], both: Site
) -> None:
    assert section(both.html(both.kommune(LARGE, "2020QMAT02")), "forventet") != ""
    left = {key: terms for key, terms in both.shown.terms.items() if key[0] != "vilkaar-1" or key[2] != NEWEST}
    site = site_of(releases[1], terms=left)
    assert section(site.html(site.kommune(LARGE, NEWEST)), "forventet") == ""
    assert "Bag det forventede: 3. kvartal 2019 til 2. kvartal 2020" in plain(site.html(site.kommune(LARGE)))
    page = plain(site.html(f"beskaeftigelse/model/{NEWEST}/"))
    assert "så Målestoks model på personer er ikke beregnet" in page
    assert "Målestoks åbne model; ikke ministeriets" in page
    assert "Vilkår, der aldrig må bruges" in page


def test_what_is_not_in_the_release_is_left_out_with_its_reason(releases: tuple[Release, Release], both: Site) -> None:
    gone = ("r2_uden_kommunen", "forbundne_kar", "uden_ydelse", "stoedproeve", "national_balance")
    terms = {key: [t for t in held if not t.term.startswith(gone)] for key, held in both.shown.terms.items()}
    lost = ("uden_kommunen", "loeftestang", "cooks_afstand", "uden_ydelse_", "standardfejl_beboere", "vilkaar_")
    parts = {
        key: {name: part for name, part in held.items() if not name.startswith(lost)}
        for key, held in both.shown.parts.items()
    }
    site = site_of(releases[1], terms=terms, parts=parts)
    assert not {"uden-kommunen", "indflydelse", "forbundne-kar", "ydelser", "stoedproeve"} & set(
        site.cards("beskaeftigelse/model/")
    )
    page = plain(site.html("beskaeftigelse/model/"))
    assert page.count("er ikke opgjort") == 4
    assert "Ikke med her" in page
    assert "Ikke med her" not in plain(both.html("beskaeftigelse/model/"))
    text = plain(section(site.html(site.kommune(LARGE)), "forventet"))
    assert "Det kan ikke deles op" in text
    assert "har en standardfejl på" in text
    assert "Mest kommer af" not in text
    assert not re.search(r"\bNone\b", text)


# What the model found ----------------------------------------------------------------------------------------------


def test_coefficients_are_shown_against_their_reference_with_intervals(alone: Site) -> None:
    fit = fits(alone.shown)[-1]
    card = coefficients(alone.view, fit)[0]
    assert card.title == "Mest flytter udsathed, udsat: 5,34 procentpoint"
    drawn = {row["navn"]: row for row in card.rows}
    assert len(drawn) == len(card.rows)
    assert {row["art"] for row in card.rows} == {"vilkaar", "sammenligning", "kategori"}
    assert drawn["erhvervsfaglig"]["v"] == 0
    term = fit.one("i_alt", "uddannelse", "grundskole")
    assert term is not None
    assert term.se is not None
    both = ends(term)
    assert both == (term.estimate - WIDTH * term.se, term.estimate + WIDTH * term.se)
    assert drawn["grundskole"]["v"] == pytest.approx(term.estimate * 100)
    assert (drawn["grundskole"]["low"], drawn["grundskole"]["high"]) == pytest.approx([end * 100 for end in both])
    assert list(card.table.headings)[-3:] == ["Standardfejl", "Standardfejl, robust", "Standardfejl, klassisk"]
    told = {(str(row.head), str(row.cells[0])): row for row in card.table.rows}
    row = told["højeste uddannelse", "grundskole"]
    assert [plain(str(cell)) for cell in row.cells[1:3]] == ["erhvervsfaglig", "1,24"]
    assert all(plain(str(cell)) for cell in row.cells)
    assert "klynger af kommuner" in str(card.summary)


def test_a_number_of_an_area_stands_only_in_the_table(both: Site, alone: Site) -> None:
    card = both.cards("beskaeftigelse/model/")["koefficienter-i-alt"]
    row = next(row for row in card.table.rows if row.head == "pendlingsafstand i km")
    assert [plain(str(cell)) for cell in row.cells[:2]] == ["", "for én enhed mere"]
    assert not any("pendlingsafstand" in row["navn"] for row in card.rows)
    told = {str(row.head): row for row in both.pages["beskaeftigelse/model/"].context["model"]["conditions"].rows}
    assert told["pendlingsafstand i km"].cells[-1] == "ja"
    assert told["job pr. indbygger i pendlingsområdet"].cells[-1] == "ja"
    without = alone.pages["beskaeftigelse/model/"].context["model"]["conditions"].rows
    assert {str(row.cells[-1]) for row in without if "pendling" in str(row.head)} == {"nej, ikke leveret"}


def test_where_no_interval_misses_zero_nothing_is_said_to_move(releases: tuple[Release, Release], alone: Site) -> None:
    wide = {key: [t._replace(se=t.se and 10.0) for t in held] for key, held in alone.shown.terms.items()}
    card = site_of(releases[0], terms=wide).cards("beskaeftigelse/model/")["koefficienter-i-alt"]
    assert card.title == "Ingen kategori kan med sikkerhed siges at flytte noget"


def test_categories_are_said_in_words(alone: Site) -> None:
    fit = fits(alone.shown)[-1]
    ages = next(condition for condition in fit.spec.conditions if condition.id == "alder")
    assert [category(alone.view, ages, code) for code in ("16-K", "50-M", "60-K")] == [
        "kvinder 16-19 år", "mænd 50-59 år", "kvinder fra 60 år",
    ]  # fmt: skip
    homes = next(condition for condition in fit.spec.conditions if condition.id == "bolig")
    assert [category(alone.view, homes, code) for code in ("almen", "ukendt", None)] == [
        "almen bolig",
        "ukendt",
        "bolig",
    ]


def test_the_most_influential_are_the_ten_with_the_largest_distances(alone: Site) -> None:
    card = alone.cards("beskaeftigelse/model/")["indflydelse"]
    values = [float(DATA.findall(str(row.cells[0]))[0][0]) for row in card.table.rows]
    every = [part.value for key, held in alone.shown.parts.items() if key.period == NEWEST and key.omraade == "i_alt"
             for name, part in held.items() if name == "cooks_afstand" and part.value is not None]  # fmt: skip
    assert values == sorted(every, reverse=True)[:10]
    assert card.title == f"{card.table.rows[0].head} har størst indflydelse på modellen"


def test_what_its_own_figures_move_is_the_difference_of_the_two(alone: Site) -> None:
    card = alone.cards("beskaeftigelse/model/")["uden-kommunen"]
    assert len(card.table.rows) == 98
    for row in card.table.rows:
        without, expected, moved = (written(cell) for cell in row.cells[:3])
        assert moved == expected - without
    assert len(card.rows) > 80


@pytest.mark.parametrize(
    ("value", "kommuner", "way"),
    [
        (0.5, 98, "plus"),
        (-0.5, 98, "minus"),
        (0.19, 98, "intet"),
        (0.2, 98, "plus"),
        (-0.19, 98, "intet"),
        (1.0, 0, "intet"),
    ],
)
def test_a_weak_correlation_is_said_to_be_weak(value: float, kommuner: float, way: str) -> None:
    assert checks.direction(value, kommuner) == way


def test_vessels_and_shocks_are_said_in_words(releases: tuple[Release, Release], both: Site) -> None:
    def other(term: Term) -> Term:
        if term.term == "forbundne_kar" and term.level == "sygedagpenge/kontanthjaelp":
            return term._replace(estimate=-0.6)
        return term._replace(estimate=0.6) if term.term in ("forbundne_kar", "stoedproeve") else term

    site = site_of(releases[1], terms={key: list(map(other, held)) for key, held in both.shown.terms.items()})
    cards = site.cards("beskaeftigelse/model/")
    assert cards["forbundne-kar"].title == "Mindre på ét område går sammen med mere på et andet"
    told = {str(row.head): str(row.cells[1]) for row in cards["forbundne-kar"].table.rows}
    assert "flyttet fra den ene ydelse" in told["sygedagpengeområdet og kontanthjælpsområdet"]
    assert "også færre" in told["sygedagpengeområdet og a-dagpengeområdet"]
    assert cards["stoedproeve"].title == "Noget af forskellene følger et stød udefra"
    assert cards["stoedproeve"].table.rows[0].head == "job pr. indbygger"
    plainly = both.cards("beskaeftigelse/model/")
    assert plainly["forbundne-kar"].title == "Mindre på ét område går ikke sammen med mere på et andet"


def test_every_refused_column_is_told_with_its_reason(alone: Site) -> None:
    rules: Any = alone.shown.rules
    table = checks.refused(alone.view, alone.shown)
    assert table is not None
    assert [plain(str(row.cells[0])) for row in table.rows] == list(dict.fromkeys(rules.model.refused.values()))
    names = [plain(str(row.head)) for row in table.rows]
    assert names[0] == "indeholder ydelse; indeholder ledig, dagpenge, kontanthjaelp eller sygedag"
    assert "begynder med bruttoledige, nettoledige eller fuldtidsloenmodtagere" in names
    assert "er kommune eller kommune_kode" in names
    assert not any(set(name) & set("*()|?") for name in names)


def test_every_card_says_what_it_cannot_tell(both: Site) -> None:
    for card in both.cards("beskaeftigelse/model/").values():
        assert any(re.search(r"\bikke\b|\bIngen\b|\bingen\b", str(note)) for note in card.notes), card.id


# The open model, two errors ----------------------------------------------------------------------------------------


def test_the_open_model_is_never_shown_as_the_ministrys(both: Site) -> None:
    cards = both.cards("beskaeftigelse/model/")
    ours, theirs = (
        model_open.found(both.shown, "i_alt", NEWEST, name) for name in (model_open.LEFT_OUT, model_open.MINISTRY)
    )
    assert ours is not None
    assert theirs is not None
    said = [DANISH.figure(term.estimate, "correlation") for term in (ours, theirs)]
    assert cards["aaben-model"].title == (
        f"Målestoks åbne model, ikke ministeriets: R2 er {said[0]}, ministeriets egen er {said[1]}"
    )
    assert "Målestoks åbne model; ikke ministeriets" in cards["aaben-model"].subtitle
    assert sentence(str(cards["aaben-model-kommuner"].summary)) == (
        f"R2, når kommunen udelades, {said[0]}; ministeriets egen {said[1]}"
    )
    assert len(cards["aaben-model-kommuner"].table.rows) == 98
    for card in (cards["aaben-model"], cards["aaben-model-kommuner"]):
        assert "ikke ministeriets" in " ".join(map(str, card.notes))
    example = plain(both.html("metode/forventet_andel/"))
    assert (
        "Målestoks åbne model; ikke ministeriets 9,9" in example or "Målestoks åbne model; ikke ministeriets" in example
    )
    assert f"R2, når kommunen udelades, {said[0]} ; ministeriets egen {said[1]}" in example


def with_two_errors(shown: Shown) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Terms and parts as they are where the two are compared."""
    terms, parts = dict(shown.terms), dict(shown.parts)
    for area in shown.rules.benchmark.omraader:
        names = dict.fromkeys(errors.TERMS, 1.25) | {"usikkerhed_kommuner": 98.0}
        at = ("personfejl-afrunding-1", area, NEWEST)
        terms[at] = [Term(*at, name, None, None, value, None) for name, value in names.items()]
    for key, held in shown.parts.items():
        if key.measure == "forskel_andel" and key.period == NEWEST and "standardfejl_personer" in held:
            own = held["standardfejl_personer"]
            parts[key] = {**held, "standardfejl_tilnaermet": own._replace(part="standardfejl_tilnaermet", value=0.002)}
    return terms, parts


def test_the_two_standard_errors_are_compared(releases: tuple[Release, Release], both: Site) -> None:
    terms, parts = with_two_errors(both.shown)
    site = site_of(releases[1], terms=terms, parts=parts)
    card = site.cards("beskaeftigelse/model/")["to-standardfejl"]
    assert card.title == "Af personer er usikkerheden 1,25 gange tilnærmelsens: den var for sikker på sig selv"
    assert len(card.rows) == len(card.table.rows) > 80
    assert {row["x"] for row in card.rows} == {0.2}
    for name in ("forskel_andel", "placering"):
        text = plain(site.html(f"metode/{name}/"))
        assert "Standardfejl af personer mod tilnærmelsen, 2020" in text
        assert "Den faktor, tilnærmelsen skulle have haft 1,25" in text
    assert "mod tilnærmelsen" not in plain(site.html("metode/faktisk_andel/"))


def test_a_cautious_approximation_is_called_so(releases: tuple[Release, Release], both: Site) -> None:
    terms, parts = with_two_errors(both.shown)
    at = ("personfejl-afrunding-1", "i_alt", NEWEST)
    terms[at] = [term._replace(estimate=0.8) for term in terms[at]]
    site = site_of(releases[1], terms=terms, parts=parts)
    assert errors.reading(site.view, site.shown, NEWEST).endswith("0,80 gange tilnærmelsens: den var forsigtig.")
    assert errors.reading(site.view, site.shown, "2018QMAT04") == ""


# Persons alone -----------------------------------------------------------------------------------------------------


def test_without_an_edition_all_is_said_to_be_our_own(alone: Site) -> None:
    assert alone.shown.is_own
    own = "Målestoks egen opgørelse af personer og egen model, ikke ministeriets."
    for path in ("", "beskaeftigelse/", f"beskaeftigelse/i-alt/{NEWEST}/", alone.kommune(LARGE), alone.kommune(TINY)):
        text = plain(alone.html(path))
        assert own in text, path
        assert "den offentliggjorte placering" not in text, path
        assert "ministeriets statistiske skøn" not in text, path
    facts = [words for words, _, _ in alone.pages[alone.kommune(LARGE)].context["facts"]]
    assert "Forskel fra det forventede" in facts
    assert "Merudgift" not in facts
    front = plain(alone.html(""))
    assert "i hele landet, 2020, efter Målestoks egen opgørelse" in front
    assert "Næste: den første udgave, når den er indlæst." in front
    assert "Målestoks model forventer lige så mange" in plain(alone.html("beskaeftigelse/"))
    assert "Periode for periode, i alt" in plain(alone.html(alone.kommune(LARGE)))


def test_a_probability_that_is_only_known_between_ends_has_its_unit(alone: Site) -> None:
    key = Key("placering", LARGE, "i_alt", NEWEST)
    part = alone.shown.part(alone.shown.figures[key], "blandt_de_ti_bedste")
    assert part is not None
    assert part.value is None
    told = dict(alone.pages[alone.kommune(LARGE)].context["chances"])
    said = sentence(str(told["Sandsynlighed for en plads blandt de ti bedste"]))
    assert re.fullmatch(r"\d+,\d\d pct\. til \d+,\d\d pct\.", said)


def test_with_an_edition_the_published_ones_lead_and_nothing_is_called_our_own(both: Site) -> None:
    assert not both.shown.is_own
    assert list(both.shown.periods) == list(model_releases.EDITIONS)
    for path in ("", "beskaeftigelse/", both.kommune(LARGE)):
        assert "egen opgørelse af personer og egen model" not in plain(both.html(path)), path
    assert "den offentliggjorte placering" in plain(both.html("beskaeftigelse/"))
    assert both.kommune(LARGE, "2019QMAT04") not in both.pages


def test_menus_and_pages_are_the_same_without_an_edition(alone: Site, both: Site) -> None:
    menus = [re.findall(r'<nav class="site-nav".*?</nav>', site.html(""), re.DOTALL) for site in (alone, both)]
    assert menus[0] == menus[1] != []
    kinds = [{page.template for page in site.pages.values()} for site in (alone, both)]
    assert kinds[0] == kinds[1]
