"""What time it is: one function to pass around, so that no test has to wait or to patch."""

import datetime
from collections.abc import Callable

Clock = Callable[[], datetime.datetime]
"""Gives the present as an aware datetime, in any time zone."""


def system_clock() -> datetime.datetime:
    """The machine's clock, in UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def local_instant(text: str, zone: datetime.tzinfo) -> datetime.datetime:
    """The instant of a local time such as "2026-12-24T10:00" in `zone`; a date alone is its midnight.

    An ambiguous time (the hour that is repeated when daylight saving ends) is the first of the
    two; a time that does not exist (skipped when it begins) is read as if the clock had not
    been moved yet.

    Raises:
        ValueError: when the text is no ISO 8601 date and time, or has an offset of its own.
    """
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(f"a local time has no offset: {text}")
    return real_instant(moment.replace(tzinfo=zone), zone)


def real_instant(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """The same instant in `zone`, by way of UTC, so that a local time that does not exist is moved."""
    return moment.astimezone(datetime.timezone.utc).astimezone(zone)
