"""What a release says of the two standard errors of its differences: from persons, and approximated without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from maalestok.beskaeftigelse.rammevilkaar import two_errors as t
from maalestok.beskaeftigelse.rammevilkaar.expected import ERROR
from maalestok.beskaeftigelse.rank_uncertainty import Span
from maalestok.beskaeftigelse.rules import BENCHMARK, BeskaeftigelseRules
from maalestok.errors import MaalestokError
from maalestok.kommune import place_name
from maalestok.listing import Listed
from maalestok.period import parse_period
from maalestok.publish.text_da import number
from maalestok.release.read import Release, require_benchmark
from maalestok.rules.dated import version_for

SUMMARY = (t.RATIO_MEDIAN, t.RATIO_SMALLEST, t.RATIO_LARGEST, t.SCALE, t.WIDER, t.NARROWER, t.COMPARED)


@dataclass(frozen=True)
class ToldPair:
    """One municipality's two standard errors (fractions) and the ranges of its place; None where it has no place."""

    kommune: str
    persons: float
    approximated: float
    places: Span | None
    approximated_places: Span | None

    @property
    def ratio(self) -> float:
        """Persons / approximation."""
        return self.persons / self.approximated


@dataclass(frozen=True)
class Told:
    """One area and period: the sums by their term in `models` (`SUMMARY`), and the municipalities by code."""

    period: str
    omraade: str
    summary: Mapping[str, float]
    pairs: Sequence[ToldPair]


def told_errors(release: Release) -> Sequence[Told]:
    """Every area and period that has both, in the order of the release's models; empty without persons."""
    models = release.table("models").filter(pl.col("term").is_in(list(SUMMARY)))
    parts = release.table("parts").filter(pl.col("part").is_in([ERROR, t.APPROXIMATED_ERROR, t.APPROXIMATED_PLACES]))
    held: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
    for row in parts.iter_rows(named=True):
        held.setdefault((row["period"], row["omraade"], row["kommune_kode"]), {})[row["part"]] = row
    places = _places(release)
    found = []
    for (code, area), rows in models.partition_by("period", "omraade", as_dict=True, maintain_order=True).items():
        pairs = [
            _pair(kode, of_kommune, places.get((str(code), str(area), kode)))
            for (at, where, kode), of_kommune in sorted(held.items())
            if (at, where) == (code, area) and {ERROR, t.APPROXIMATED_ERROR} <= of_kommune.keys()
        ]
        summary = dict(rows.select("term", "estimate").iter_rows())
        found.append(Told(str(code), str(area), {name: summary[name] for name in SUMMARY}, pairs))
    return found


def _places(release: Release) -> Mapping[tuple[str, str, str], Span]:
    rows = release.results.filter(pl.col("measure") == "placering").drop_nulls(["low", "high"])
    at = rows.select("period", "omraade", "kommune_kode", "low", "high").iter_rows()
    return {(code, area, kode): (low, high) for code, area, kode, low, high in at}


def _pair(kode: str, held: Mapping[str, Mapping[str, Any]], places: Span | None) -> ToldPair:
    other = held.get(t.APPROXIMATED_PLACES)
    approximated = None if other is None else (other["low"], other["high"])
    return ToldPair(kode, held[ERROR]["value"], held[t.APPROXIMATED_ERROR]["value"], places, approximated)


def errors_list(release: Release, rules: BeskaeftigelseRules, period: str | None, omraade: str) -> Listed:
    """The two standard errors of every municipality, where they differ most first; the sums as its note.

    Raises:
        MaalestokError: a release of another benchmark; no standard errors from persons; no such period or area.
    """
    require_benchmark(release, BENCHMARK)
    all_told = told_errors(release)
    if not all_told:
        raise MaalestokError(
            "Udgivelsen har ingen standardfejl opgjort af personer.",
            remedy="Indlæs hele landets personer (borgere og forloeb), og byg igen.",
        )
    codes = sorted({told.period for told in all_told}, key=parse_period)
    code = codes[-1] if period is None else parse_period(period).code
    told = next((told for told in all_told if (told.period, told.omraade) == (code, omraade)), None)
    if told is None:
        raise MaalestokError(
            f"Der er ingen standardfejl fra personer for {omraade} i {code}.",
            remedy=f"Vælg en af: {', '.join(codes)}, og et af: {', '.join(rules.benchmark.omraader)}.",
        )
    pairs = sorted(told.pairs, key=lambda pair: (-pair.ratio, pair.kommune))
    cells = [
        [
            place_name(pair.kommune),
            _points(pair.persons),
            _points(pair.approximated),
            number(pair.ratio, 2),
            _span(pair.places),
            _span(pair.approximated_places),
        ]
        for pair in pairs
    ]
    area = rules.benchmark.omraade_names_da[omraade]
    title = f"To standardfejl på forskellen i procentpoint, {area}, {parse_period(code).label_da} ({code})"
    headers = ["Kommune", "Personer", "Tilnærmet", "Forhold", "Plads, personer", "Plads, tilnærmet"]
    version = version_for(rules.uncertainty.versions, parse_period(code))
    rows = [vars(pair) | {"ratio": pair.ratio} for pair in pairs]
    return Listed(title, headers, cells, rows, " ".join(summary_da(told, None if version is None else version.scale)))


def summary_da(told: Told, scale: str | None) -> list[str]:
    """The comparison in sentences. `scale`: the one the approximation uses, as its rule writes it."""
    held = told.summary
    smallest, middle, largest = (number(held[name], 2) for name in (t.RATIO_SMALLEST, t.RATIO_MEDIAN, t.RATIO_LARGEST))
    used = "" if scale is None else f" Reglen bruger {scale.replace('.', ',')}."
    count = number(held[t.COMPARED])
    return [
        f"Standardfejlen af personer er {smallest} til {largest} gange den tilnærmede, for den midterste {middle}.",
        f"Personerne svarer til, at tilnærmelsens skala var {number(held[t.SCALE], 2)}.{used}",
        f"Placeringens interval bliver bredere for {number(held[t.WIDER])} og smallere for {number(held[t.NARROWER])} "
        f"af {count} kommuner, når personerne bruges.",
    ]


def _points(error: float) -> str:
    """Of a fraction, with a decimal more than differences are shown with."""
    return number(error * 100, 3)


def _span(places: Span | None) -> str:
    return "" if places is None else f"nr. {number(places[0])}-{number(places[1])}"
