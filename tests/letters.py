"""A control-case release by hand: a municipality under the limit for some month ends, on one or both tracks."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import documents
from maalestok.kommune import resolve
from maalestok.kontrolsager.henvendelse_felter import LetterFields
from maalestok.kontrolsager.rules import load_rules
from maalestok.period import parse_period
from maalestok.publish.shown import Figure, Key, Part, Shown

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
DRAWN = (217, 215, 225, 229, 221, 217)
OUT_OF = (1199, 1219, 1186, 1174, 1220, 1222)
Track = tuple[int, str]
TRIN_3: Track = (3, "i_alt")
TRIN_2: Track = (2, "kontanthjaelp")

FIELDS = LetterFields(
    afsender="Styrelsen",
    sagsnummer="2026-0042",
    dato=date(2026, 11, 24),
    kontaktperson="Kontoret for kontrol",
    telefon="00 00 00 00",
    e_mail="kontrol@eksempel.dk",
    svarfrist=date(2026, 12, 15),
    underskriver="Kontorchefen",
)


def shown(
    tracks: Sequence[Track] = (TRIN_3,),
    *,
    flags: Sequence[str] = (),
    udfald: str = "under_graensen",
    run: int | None = 15,
    drawn: Sequence[int] = DRAWN,
    syntetisk: bool = False,
    needed: float | None = 164,
) -> Shown:
    """Norddjurs under the limit at the end of October 2026."""
    kode, made = (
        resolve("Norddjurs").kode,
        Shown(documents.release(syntetisk=syntetisk, benchmark="kontrolsager"), load_rules()),
    )
    figures: dict[Key, Figure] = {}
    findings: dict[Key, dict[str, Any]] = {}
    parts: dict[Key, dict[str, Part]] = {}
    for trin, area in tracks:
        for month, above, below in zip(MONTHS, drawn, OUT_OF, strict=True):
            key = Key("trukket_andel", kode, area, month, trin)
            share = float(Fraction(above, below))
            figures[key] = Figure(key, "beregnet", share, None, None, float(above), float(below), "share", "ok", "1")
        last = Key("trukket_andel", kode, area, MONTHS[-1], trin)
        if needed is not None:
            parts[last] = {"mangler_sager": Part(last, "mangler_sager", needed, None, None, "cases", "1")}
        findings[Key("lav_traekning", kode, area, MONTHS[-1], trin)] = {
            "criterion": "lav_traekning",
            "kommune_kode": kode,
            "omraade": area,
            "kontroltrin": trin,
            "period": MONTHS[-1],
            "month_index": parse_period(MONTHS[-1]).month_index,
            "udfald": udfald,
            "loebelaengde": run,
            "graense": 0.3,
            "vaerdi": figures[last].value,
            "flag": list(flags),
            "reference": "",
            "rule_version": "1",
            "evidence": [f"kontrolsager/trukket_andel/beregnet/{kode}/{area}/{trin}/{month}" for month in MONTHS],
        }
    made.__dict__.update(figures=figures, parts=parts, findings=findings, periods=list(MONTHS))
    return made
