"""The cells of the control-case benchmark: four cuts (benefit area and kontroltrin) in each municipality and month.

Record-level rows carry a cell as one whole number, municipality code * 10 + cut (1..4), so that grouping millions of
events compares whole numbers, not names.
Source: Styrelsens beskrivelse af benchmarkingen: kontroltrin 2 holds kontanthjælp alone, kontroltrin 3 three areas.
"""

from maalestok.kommune import kommuner

SNIT = (("kontanthjaelp", 2), ("kontanthjaelp", 3), ("sygedagpenge", 3), ("oekonomisk_friplads", 3))
"""Delivered cuts, by number from 1."""
TOTAL = ("i_alt", 3)
"""The cut computed from the three areas of kontroltrin 3."""
FIGURES = (
    "rest_brutto",
    "trukket",
    "trukket_oprettet",
    "oprettet",
    "afsluttet",
    "afsluttet_effekt",
    "tilbagebetaling_kr",
    "mindreudgift_kr",
)


def celle(kommune_kode: str, omraade: str, kontroltrin: int) -> int:
    """The number of a cell: 7072 is Norddjurs, kontanthjælp, kontroltrin 3.

    Raises:
        ValueError: the cut is none of `SNIT`.
    """
    return int(kommune_kode) * 10 + SNIT.index((omraade, kontroltrin)) + 1


def celler() -> list[tuple[int, str, str, int]]:
    """Every cell of the register: number, municipality, area, kontroltrin."""
    return [(celle(k.kode, omraade, trin), k.kode, omraade, trin) for k in kommuner() for omraade, trin in SNIT]
