"""Two standard errors of the same differences: counted from persons, and approximated from published figures. Pure.

Published figures alone can't say how large the scale of the approximation is; persons can. `Compared.scale` is the
scale at which half of the municipalities' approximated variances would be larger than those from persons, half smaller.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from maalestok.beskaeftigelse.part_rows import PartRow, part
from maalestok.beskaeftigelse.rank_uncertainty import GroupUncertainty, Span
from maalestok.beskaeftigelse.relation_rows import ModelRow
from maalestok.beskaeftigelse.uncertainty_tables import Groups, method_of
from maalestok.rules.models import Unit

APPROXIMATED_ERROR, APPROXIMATED_PLACES = "standardfejl_tilnaermet", "interval_tilnaermet"
RATIO_MEDIAN, RATIO_SMALLEST, RATIO_LARGEST = (
    "usikkerhed_forhold_median",
    "usikkerhed_forhold_mindst",
    "usikkerhed_forhold_stoerst",
)
SCALE, COMPARED = "usikkerhed_skala_svarende_til", "usikkerhed_kommuner"
WIDER, NARROWER = "usikkerhed_interval_bredere", "usikkerhed_interval_smallere"
ERROR_DECIMALS, RATIO_DECIMALS = 9, 4


@dataclass(frozen=True)
class Pair:
    """One municipality's two standard errors of chance (fractions, no rounding), and the ranges they give its place."""

    kommune: str
    persons: float
    approximated: float
    places: Span
    approximated_places: Span

    @property
    def ratio(self) -> float:
        """Persons / approximation: above 1 where the approximation is too sure of itself."""
        return self.persons / self.approximated

    @property
    def widened(self) -> int:
        """By how many places the range is wider from persons than from the approximation; negative: narrower."""
        return int((self.places[1] - self.places[0]) - (self.approximated_places[1] - self.approximated_places[0]))


@dataclass(frozen=True)
class Compared:
    """All municipalities of one area and period. `scale_used`: the scale the approximation was made with."""

    pairs: tuple[Pair, ...]
    scale_used: float

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Smallest, median, largest of the municipalities' ratios."""
        held = [pair.ratio for pair in self.pairs]
        return min(held), median(held), max(held)

    @property
    def scale(self) -> float:
        """The scale of the approximation that persons imply: the median ratio of variances, times the scale used."""
        return self.scale_used * median(pair.ratio**2 for pair in self.pairs)

    @property
    def wider(self) -> int:
        """Municipalities whose range of places is wider from persons."""
        return sum(pair.widened > 0 for pair in self.pairs)

    @property
    def narrower(self) -> int:
        """Municipalities whose range of places is narrower from persons."""
        return sum(pair.widened < 0 for pair in self.pairs)


def compared(persons: GroupUncertainty, approximated: GroupUncertainty, scale_used: float) -> Compared | None:
    """The two beside each other, for the municipalities that have both.

    Args:
        persons, approximated: the same group by the two standard errors.
        scale_used: of the approximation.

    Returns:
        None where no municipality has both.
    """
    pairs = []
    for kommune, sure in persons.kommuner.items():
        other = approximated.kommuner.get(kommune)
        if other is not None and other.chance > 0:
            pairs.append(Pair(kommune, sure.chance, other.chance, sure.places, other.places))
    return Compared(tuple(pairs), scale_used) if pairs else None


def two_errors(groups: Groups, approximated: Groups) -> Mapping[tuple[str, str], Compared]:
    """(period, area) -> the comparison, of the groups whose chance was counted from persons."""
    found = {}
    for key, (version, made) in groups.items():
        other = approximated.get(key)
        held = None if other is None else compared(made, other[1], float(version.scale))
        if made.by_persons and held is not None:
            found[key] = held
    return found


def two_error_parts(groups: Groups, approximated: Groups) -> Iterator[PartRow]:
    """The approximated standard error beside the difference, and the range of places it gives beside the place."""
    for (code, area), held in two_errors(groups, approximated).items():
        method = approximated[code, area][0].version
        for pair in held.pairs:
            at = (code, pair.kommune, area)
            error = round(pair.approximated, ERROR_DECIMALS)
            yield part("forskel_andel", at, APPROXIMATED_ERROR, error, Unit.PCT_POINT, method)
            low, high = pair.approximated_places
            yield part("placering", at, APPROXIMATED_PLACES, None, Unit.RANK, method, (float(low), float(high)))


def two_error_rows(groups: Groups, approximated: Groups) -> Iterator[ModelRow]:
    """The comparison of each area and period as rows of `models`."""
    for (code, area), held in two_errors(groups, approximated).items():
        smallest, middle, largest = held.ratios
        told = {
            RATIO_MEDIAN: middle,
            RATIO_SMALLEST: smallest,
            RATIO_LARGEST: largest,
            SCALE: held.scale,
            WIDER: float(held.wider),
            NARROWER: float(held.narrower),
            COMPARED: float(len(held.pairs)),
        }
        for term, value in told.items():
            yield ModelRow(method_of(*groups[code, area]), area, code, term, None, round(value, RATIO_DECIMALS))
