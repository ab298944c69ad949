"""The five files of the invented Denmark: rows made chunk by chunk, and written as they are made.

Each file is made by itself from the same keyed draws, so that no more than one chunk is held and nothing has to wait.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from maalestok.beskaeftigelse.personer import synthetic_efforts as efforts
from maalestok.beskaeftigelse.personer.synthetic_people import CHUNK, Part, People, cases, draws_of, parts, people
from maalestok.beskaeftigelse.personer.synthetic_recipe import (
    CONDITIONS,
    DAYS,
    EPOCH_DAY,
    Country,
    Flags,
    Floats,
    Ints,
    stream,
)
from maalestok.beskaeftigelse.personer.synthetic_spells import YDELSER, Spells, on_benefits, spells
from maalestok.deliveries.columns import SYNTETISK

MARK = "SYNTETISK"
_TEXTS = {c.name: pl.Series(c.levels) for c in CONDITIONS}
_KOEN, _YDELSE, _ART = pl.Series(("K", "M")), pl.Series(YDELSER), pl.Series(("samtale", "tilbud"))
_MAANED = pl.Series(efforts.MONTHS)
_PAID_ELSEWHERE = 0.01
_CAME = (-6940, -1)
"""The first residence begins from 2000-01-01 to 2018-12-31, and not before the year after birth."""
_GOES_ON = -(1 << 20)
"""A last day that is not told."""
Making = Callable[[Country, Part, Floats], pl.DataFrame]


def _borgere(country: Country, part: Part, factor: Floats) -> pl.DataFrame:
    """Residences: one row for each, with the person's conditions; they are the same in both."""
    them = people(country, part)
    place = np.concatenate((np.arange(part.count), them.mover))
    birthday = (them.born + 1 - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) - EPOCH_DAY
    earliest = np.maximum(birthday, _CAME[0])
    came = earliest + np.floor(them.came * (_CAME[1] + 1 - earliest)).astype(np.int64)
    until = np.full(part.count, _GOES_ON, dtype=np.int64)
    until[them.mover] = them.moved - 1
    kommune = np.concatenate((np.full(part.count, part.kommune), them.to))
    return pl.DataFrame(
        [
            _idents(country, them.number[place]),
            pl.Series("kommune_kode", country.codes).gather(kommune),
            _dates("fra", np.concatenate((came, them.moved))),
            _dates("til", np.concatenate((until, np.full_like(them.moved, _GOES_ON)))),
            pl.Series("foedselsaar", them.born[place]),
            _KOEN.gather(them.sex[place]).alias("koen"),
            *(
                _TEXTS[c.name].gather(at[place]).alias(c.name)
                for c, at in zip(CONDITIONS, them.conditions, strict=True)
            ),
        ]
    )


def _forloeb(country: Country, part: Part, factor: Floats) -> pl.DataFrame:
    """Spells on benefits, in the areas and outside them."""
    them, made = _made(country, part, factor)
    draws = draws_of(country, part, 6)
    elsewhere = draws.random(len(made.start)) < _PAID_ELSEWHERE
    payer = (made.kommune + draws.integers(1, len(country.codes), len(made.start))) % len(country.codes)
    return pl.DataFrame(
        [
            _idents(country, them.number[made.person]),
            _YDELSE.gather(made.ydelse).alias("ydelse"),
            _dates("fra", made.start),
            _dates("til", np.where(made.end == DAYS, _GOES_ON, made.end - 1)),
            pl.Series("betalingskommune_kode", country.codes).gather(_where("", payer, elsewhere)),
            _where("grad_pct", made.grade, made.grade > 0),
        ]
    )


def _indsats(country: Country, part: Part, factor: Floats) -> pl.DataFrame:
    """Talks and offers, held and not held."""
    them, made = _made(country, part, factor)
    events = efforts.efforts(country, them, on_benefits(made))
    return _events(country, them, events).with_columns(pl.Series("afholdt", events.held))


def _arbejdstimer(country: Country, part: Part, factor: Floats) -> pl.DataFrame:
    """Hours of work of some persons on benefits; of nobody else."""
    them, made = _made(country, part, factor)
    told = efforts.hours(country, them, on_benefits(made))
    return pl.DataFrame(
        [
            _idents(country, them.number[told.person]),
            _MAANED.gather(told.month).alias("maaned"),
            pl.Series("timer", told.hours),
        ]
    )


def _fritagelser(country: Country, part: Part, factor: Floats) -> pl.DataFrame:
    """Exemptions from talks or offers."""
    them, made = _made(country, part, factor)
    return _events(country, them, efforts.exemptions(country, them, on_benefits(made)))


_Columns = dict[str, type[pl.DataType]]
_DATES: _Columns = {"fra": pl.Date, "til": pl.Date}
_LEVELS: _Columns = dict.fromkeys(_TEXTS, pl.String)
FEEDS: Mapping[str, tuple[Making, _Columns]] = {
    "borgere": (
        _borgere,
        {"kommune_kode": pl.String, **_DATES, "foedselsaar": pl.Int64, "koen": pl.String, **_LEVELS},
    ),
    "forloeb": (
        _forloeb,
        {"ydelse": pl.String, **_DATES, "betalingskommune_kode": pl.String, "grad_pct": pl.Int64},
    ),
    "indsats": (_indsats, {"art": pl.String, **_DATES, "afholdt": pl.Boolean}),
    "arbejdstimer": (_arbejdstimer, {"maaned": pl.String, "timer": pl.Int64}),
    "fritagelser": (_fritagelser, {"art": pl.String, **_DATES}),
}
"""Feed -> how its rows are made, and its columns between `person_id` and `syntetisk`."""


def frames(country: Country, feed: str, codes: tuple[str, ...] | None, factor: Floats) -> Iterator[pl.DataFrame]:
    """The rows of a feed, one frame for each chunk of persons."""
    make = FEEDS[feed][0]
    for part in parts(country, codes):
        yield make(country, part, factor).with_columns(pl.lit(MARK).alias(SYNTETISK))


def write_feed(country: Country, feed: str, codes: tuple[str, ...] | None, factor: Floats, path: Path) -> int:
    """Write a feed as the Parquet or CSV (semicolon) file that the path's ending asks for; returns the number of rows.

    Raises:
        ValueError: the format is neither.
    """
    written = 0
    columns: _Columns = {"person_id": pl.String, **FEEDS[feed][1], SYNTETISK: pl.String}

    def counted() -> Iterator[pl.DataFrame]:
        nonlocal written
        for frame in frames(country, feed, codes, factor):
            written += len(frame)
            yield frame

    if path.suffix == ".parquet":
        source = register_io_source(lambda *_: counted(), schema=columns)
        source.sink_parquet(path, row_group_size=CHUNK, maintain_order=True)
    elif path.suffix == ".csv":
        with path.open("wb") as file:
            pl.DataFrame(schema=columns).write_csv(file, separator=";", line_terminator="\r\n")
            for frame in counted():
                frame.write_csv(file, separator=";", line_terminator="\r\n", include_header=False)
    else:
        raise ValueError(f"no such format: {path.suffix}")
    return written


def _made(country: Country, part: Part, factor: Floats) -> tuple[People, Spells]:
    them = people(country, part)
    return them, spells(country, them, cases(country, them, factor))


def _events(country: Country, them: People, events: efforts.Events) -> pl.DataFrame:
    return pl.DataFrame(
        [
            _idents(country, them.number[events.person]),
            _ART.gather(events.offer.astype(np.int64)).alias("art"),
            _dates("fra", events.first),
            _dates("til", np.where(events.last == efforts.NEVER, _GOES_ON, events.last)),
        ]
    )


def _dates(name: str, days: Ints) -> pl.Series:
    return _where(name, days + EPOCH_DAY, days != _GOES_ON).cast(pl.Int32).cast(pl.Date)


def _where(name: str, values: Ints, told: Flags) -> pl.Series:
    """The values; null where there is nothing to tell."""
    return pl.select(pl.when(pl.Series(told)).then(pl.Series(values)).alias(name)).to_series()


def _idents(country: Country, numbers: Ints) -> pl.Series:
    """Pseudonyms of 16 hex digits, one to one with the numbers: as splitmix64 ends, after a key of the seed."""
    key = stream(country.seed, 2).integers(0, 1 << 64, dtype=np.uint64, size=1)
    mixed = numbers.astype(np.uint64) ^ key
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    quads = [_quads().gather((mixed >> np.uint64(shift)) & np.uint64(0xFFFF)) for shift in (48, 32, 16, 0)]
    return pl.select(pl.concat_str(quads).alias("person_id")).to_series()


@cache
def _quads() -> pl.Series:
    return pl.Series([f"{n:04x}" for n in range(1 << 16)])
