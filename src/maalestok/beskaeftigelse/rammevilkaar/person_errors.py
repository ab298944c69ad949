"""The standard error of each municipality's difference, counted from persons, as it is told beside the difference."""

from collections.abc import Iterable

import numpy as np

from maalestok.beskaeftigelse.editions import Errors
from maalestok.beskaeftigelse.rammevilkaar.expected import FRACTION_DECIMALS
from maalestok.beskaeftigelse.rammevilkaar.modelled import Modelled


def person_errors(models: Iterable[Modelled], total: str) -> Errors:
    """(period, kommune_kode, area) -> both parts of the standard error together, a fraction.

    It has the decimals it is told with, so that whoever reads a release gets the same places as whoever built it.

    Args:
        models: one a window.
        total: the area of all areas.
    """
    found = {}
    for made in models:
        errors = np.sqrt(np.maximum(made.municipalities.variances.whole, 0)) / made.scale
        for place, kode in enumerate(made.municipalities.kommuner):
            for column, area in enumerate((*made.area_names, total)):
                found[made.window.period.code, kode, area] = round(float(errors[place, column]), FRACTION_DECIMALS)
    return found
