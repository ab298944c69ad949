"""The shape of the rules that persons are counted by."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from maalestok.rules.models import Dated, Governed, Identifier, Text

SQL_ACCUMULATED_WITHIN = 36
"""The months that `120_maalgruppe.sql` looks back over."""


class CountingVersion(Dated):
    """How persons are counted in a span of periods.

    `priority`: areas in the order in which a day belongs to them. `rounding`: what public numbers of persons are
    rounded to; a share is told of `fewest_residents` or more. `long_after_months`: months on benefit before the
    target group. `same_benefit`: benefits that count as one, by the name they get; `inherits`: a benefit that begins
    where the named one before it began; `left_out` is in no target group; `accumulated` benefits count their months
    `accumulated_within_months`, with pauses.
    """

    priority: Annotated[tuple[Identifier, ...], Field(min_length=3, max_length=3)]
    first_age: Annotated[int, Field(ge=0)]
    last_age: Annotated[int, Field(ge=0)]
    rounding: Annotated[int, Field(gt=0)]
    fewest_residents: Annotated[int, Field(gt=0)]
    long_after_months: Annotated[int, Field(gt=0)]
    same_benefit: dict[Identifier, tuple[Identifier, ...]]
    inherits: dict[Identifier, Identifier]
    left_out: tuple[Identifier, ...]
    accumulated: tuple[Identifier, ...]
    accumulated_within_months: Annotated[int, Field(gt=0)]
    definition_da: Text
    readings_da: Annotated[tuple[Text, ...], Field(min_length=1)]

    def key_of(self, benefit: str) -> str:
        """The name a benefit counts under."""
        return next((name for name, held in self.same_benefit.items() if benefit in held), benefit)


class Counting(Governed):
    """`personopgoerelse.yaml`: how persons become full-time persons and target groups."""

    versions: Annotated[tuple[CountingVersion, ...], Field(min_length=1)]


def counting_faults(counting: Counting, benefits: Iterable[str], areas: Iterable[str]) -> Iterable[str]:
    """What is wrong in the rules: unknown benefits and areas, ages out of order, what the SQL is not written for."""
    known, wanted = set(benefits), set(areas)
    for version in counting.versions:
        where = f"personopgoerelse.yaml: version {version.version}"
        named = {
            *version.left_out,
            *version.accumulated,
            *version.inherits,
            *(benefit for group in version.same_benefit.values() for benefit in group),
        }
        if unknown := sorted(named - known):
            yield f"{where}: ydelsen {unknown[0]} har intet navn i omraader.yaml"
        if unknown := sorted(set(version.inherits.values()) - known - set(version.same_benefit)):
            yield f"{where}: {unknown[0]} i inherits er hverken en ydelse eller et navn i same_benefit"
        if set(version.priority) != wanted:
            yield f"{where}: priority har {sorted(version.priority)}, ikke {sorted(wanted)}"
        if version.fewest_residents <= version.rounding:
            yield f"{where}: fewest_residents skal være større end rounding"
        if version.first_age > version.last_age:
            yield f"{where}: first_age er større end last_age"
        if version.accumulated_within_months != SQL_ACCUMULATED_WITHIN:
            yield f"{where}: 120_maalgruppe.sql er skrevet til {SQL_ACCUMULATED_WITHIN} måneders opsamling"
