"""Which version of a rule holds in a period: pure look-ups."""

import itertools
from collections.abc import Sequence
from typing import TypeVar

from maalestok.period import Period, parse_period
from maalestok.rules.models import Dated

Version = TypeVar("Version", bound=Dated)


def version_for(versions: Sequence[Version], period: Period) -> Version | None:
    """The version in force in `period`, or None before the first, in a gap and after an ended last one."""
    for version in versions:
        starts = parse_period(version.from_period)
        ends = parse_period(version.to_period) if version.to_period else None
        if starts <= period and (ends is None or period <= ends):
            return version
    return None


def order_faults(versions: Sequence[Dated]) -> list[str]:
    """What is wrong with the dates of a rule's versions: not ascending, overlapping, ending before they start.

    An open end is closed by the next version; only the last may stay open, so an earlier open one overlaps.
    """
    faults = []
    spans = [
        (v.version, parse_period(v.from_period), parse_period(v.to_period) if v.to_period else None) for v in versions
    ]
    for version, starts, ends in spans:
        if ends is not None and ends < starts:
            faults.append(f"version {version} slutter ({ends.code}), før den begynder ({starts.code})")
    for (earlier, _, ends), (later, starts, _) in itertools.pairwise(spans):
        if ends is None or starts <= ends:
            faults.append(f"version {later} begynder {starts.code}, mens version {earlier} stadig gælder")
    if len({version for version, _, _ in spans}) != len(spans):
        faults.append("to versioner har samme navn")
    return faults
