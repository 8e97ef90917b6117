"""Times as the operator writes and reads them: in the helpline's time zone."""

import datetime

from dateutil.tz import tzlocal

from hjalpsam.content.facts import FactsError
from hjalpsam.hours.clock import local_instant, system_clock
from hjalpsam.storage.resources import facts_file


def end_of(text: str) -> datetime.datetime:
    """The instant of "2026-11-27T12:00", or of only "12:00": the next time it is so.

    Raises:
        ValueError: when it is no time.
    """
    zone = local_zone()
    now = system_clock().astimezone(zone)
    if len(text) <= len("12:00"):
        today = local_instant(f"{now.date()}T{text.replace('.', ':').zfill(5)}", zone)
        return today if today > now else today + datetime.timedelta(days=1)
    return local_instant(text.replace(" ", "T"), zone)


def local(iso: str) -> str:
    """A time of ISO 8601 as one reads it."""
    return datetime.datetime.fromisoformat(iso).astimezone(local_zone()).strftime("%Y-%m-%d %H.%M")


def local_zone() -> datetime.tzinfo:
    """The helpline's time zone; while facts.yml is wrong that of this machine, so that a pause can be put up."""
    try:
        return facts_file().current().helpline.zone
    except FactsError:
        here: datetime.tzinfo = tzlocal()
        return here
