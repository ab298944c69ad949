"""Dates and times given on the command line."""

from datetime import UTC, date, datetime, time

from maalestok.errors import MaalestokError


def parse_time(text: str, option: str, *, end_of_day: bool = False) -> datetime:
    """A date or time in ISO 8601; without a zone it is UTC. A bare date is its first moment, or its last.

    Raises:
        MaalestokError: anything else.
    """
    try:
        day = _whole_day(text)
        if day is not None:
            return datetime.combine(day, time.max if end_of_day else time.min, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MaalestokError(
            f"{option} {text!r} er ikke et tidspunkt.", remedy="Skriv fx 2021-06-07 eller 2021-06-07T12:00."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_past(text: str, option: str) -> datetime:
    """As `parse_time`, but nothing can have come or been drawn in the future.

    Raises:
        MaalestokError: not a time, or later than now.
    """
    moment = parse_time(text, option)
    if moment > now():
        raise MaalestokError(f"{option} {text} ligger i fremtiden.", remedy="Ret tidspunktet.")
    return moment


def _whole_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def now() -> datetime:
    """The clock, read only here."""
    return datetime.now(UTC)
