"""The figures of a release as the deciding functions take them: published ones, our own, and standard errors."""

from collections.abc import Mapping, Sequence

import polars as pl

from maalestok.beskaeftigelse import own_standing
from maalestok.beskaeftigelse.editions import Errors, GroupKey, cells, published_of
from maalestok.beskaeftigelse.rammevilkaar.expected import ERROR
from maalestok.beskaeftigelse.rank_uncertainty import Cell
from maalestok.beskaeftigelse.rules import BeskaeftigelseRules
from maalestok.kommune import by_code
from maalestok.release.read import Release
from maalestok.rules.models import Kilde


def release_cells(release: Release, rules: BeskaeftigelseRules) -> Mapping[GroupKey, Sequence[Cell]]:
    """(period, area) -> its municipalities, as they were when the release was built."""
    errors, results = _errors(release), release.results
    municipal = pl.col("kommune_kode").is_in(list(by_code()))
    official = results.filter(municipal, pl.col("kilde") == Kilde.OFFICIEL.value)
    published = dict(cells(published_of(official), rules, errors)) if len(official) else {}
    gaps = official.filter(pl.col("measure") == own_standing.GAP).select("period", "omraade")
    own = own_standing.own_cells(own_standing.of_release(results), errors, rules)
    return published | dict(own_standing.groups_led_by_own(own, set(gaps.iter_rows())))


def _errors(release: Release) -> Errors:
    """Standard errors from persons."""
    told = release.table("parts").filter(pl.col("part") == ERROR)
    rows = told.select("period", "kommune_kode", "omraade", "value").iter_rows()
    return {(period, kode, area): value for period, kode, area, value in rows}
