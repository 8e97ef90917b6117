"""When the helpline is open, from the hours in facts.yml. Knows nothing of Rasa.

    status = helpline_status(facts.helpline, now)
    status.open, status.changes_at          # False, 2026-12-28 09:00 in Europe/Stockholm
    describe(status)                        # name of the response and what to fill it with

Opening hours are read by opening-hours-py (OpenStreetMap's syntax, public holidays of the
country), names of days by holidays and Babel.
"""

import datetime
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date
from babel.lists import format_list
from opening_hours import OpeningHours, State

from hjalpsam.clock import real_instant, system_clock
from hjalpsam.facts import LOCALE, Facts, Helpline, HoursException

logger = logging.getLogger(__name__)

Interval = tuple[datetime.datetime, datetime.datetime]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UTC = datetime.timezone.utc
_DAY = datetime.timedelta(days=1)
_HORIZON = datetime.timedelta(days=5 * 366)
# The eves that count as public holidays, by their names in the package holidays:
# semesterlagen (1977:480) 3 a § puts them on a par with Sundays.
_EVES = {"Midsommarafton", "Julafton", "Nyårsafton"}


@dataclass(frozen=True)
class HelplineStatus:
    """Open or not at an instant, and why.

    Attributes:
        now: the instant, in the helpline's time zone.
        open: whether the regular hours and exceptions say open.
        changes_at: when that changes next, same time zone; None if it never does.
        holiday: name of today's public holiday or eve, if that is why it is closed all day.
        exception: today's exception from facts.yml, if there is one.
        pause: start and end (local times) of the break it is in, when it was open earlier today.
    """

    now: datetime.datetime
    open: bool
    changes_at: datetime.datetime | None
    holiday: str | None = None
    exception: HoursException | None = None
    pause: Interval | None = None


def helpline_status(helpline: Helpline, now: datetime.datetime) -> HelplineStatus:
    """The status at an aware instant in any time zone."""
    now = real_instant(now, helpline.zone)
    is_open, changes_at = _state(_opening_hours(helpline), now)
    exception = next((item for item in helpline.exceptions if item.date == now.date()), None)
    return HelplineStatus(
        now=now,
        open=is_open,
        changes_at=changes_at,
        holiday=None if is_open or exception else _closing_holiday(helpline, now.date()),
        exception=exception,
        pause=None if is_open else _pause(helpline, now),
    )


def _opening_hours(helpline: Helpline) -> OpeningHours:
    exceptions = tuple((item.date, item.hours) for item in helpline.exceptions)
    return _parse(helpline.hours, exceptions, helpline.country)


@lru_cache(maxsize=16)
def _parse(hours: str, exceptions: tuple[tuple[datetime.date, str], ...], country: str | None) -> OpeningHours:
    """The regular hours followed by one rule for each exception; a later rule overrides.

    The library gets and gives local times without a time zone; see `_instant`.
    """
    rules = [hours]
    for date, other in exceptions:
        rules.append(f"{date.year} {_MONTHS[date.month - 1]} {date.day:02} {other}")
    return OpeningHours("; ".join(rules), country=country)


def _instant(local: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The instant, in UTC, of a local time of the opening hours; the first of two where it is ambiguous.

    Our own conversion: the library's loses the second of the two hours when summer time ends.
    """
    return local.replace(tzinfo=zone).astimezone(_UTC)


def _state(hours: OpeningHours, now: datetime.datetime) -> tuple[bool, datetime.datetime | None]:
    """Open or not at `now`, and when that changes (None if not within `_HORIZON`).

    Where one rule takes over from another with the same outcome nothing changes.
    """
    # in UTC: Python compares two times of one zone without regard to the hour that comes twice
    zone, instant = cast(ZoneInfo, now.tzinfo), now.astimezone(_UTC)
    start = datetime.datetime.combine(now.date() - _DAY, datetime.time())
    is_open: bool | None = None
    for begins, ends, state, _ in hours.intervals(start, start + _HORIZON):
        begins_at, ends_at = _instant(begins, zone), _instant(ends, zone)
        if ends_at <= max(instant, begins_at):  # over, or in the hour that is skipped
            continue
        if is_open is None:
            is_open = state == State.OPEN
        elif (state == State.OPEN) != is_open:
            return is_open, begins_at.astimezone(zone)
    return bool(is_open), None


def _pause(helpline: Helpline, now: datetime.datetime) -> Interval | None:
    """The break around `now`, if it is open both earlier and later the same day."""
    local = now.replace(tzinfo=None)
    today = _open_times(_opening_hours(helpline), now.date())
    # what began yesterday and ended after midnight is no morning before a break
    earlier = [ends for begins, ends in today if ends <= local and begins.time() != datetime.time()]
    later = [begins for begins, _ in today if begins > local]
    return (max(earlier), min(later)) if earlier and later else None


def _closing_holiday(helpline: Helpline, date: datetime.date) -> str | None:
    """The name of the day, if it is closed all day and would be open were it no holiday."""
    without_holidays = _parse(helpline.hours, (), None)
    if not _open_times(without_holidays, date) or _open_times(_opening_hours(helpline), date):
        return None
    return day_name(date, helpline.country)


def _open_times(hours: OpeningHours, date: datetime.date) -> list[Interval]:
    """When it is open on a local day; local times without a time zone."""
    start = datetime.datetime.combine(date, datetime.time())
    return [(begins, ends) for begins, ends, state, _ in hours.intervals(start, start + _DAY) if state == State.OPEN]


def day_name(date: datetime.date, country: str) -> str | None:
    """The Swedish name of a public holiday, or of an eve that counts as one, in running text.

    >>> day_name(datetime.date(2026, 4, 6), "SE")
    'annandag påsk'
    """
    for category in ("public", "optional"):
        name = _holidays(country, category).get(date)
        if name and (category == "public" or name in _EVES):
            # a proper name keeps its capital letter
            return str(name) if name.startswith("Kristi") else name[0].lower() + name[1:]
    return None


@lru_cache(maxsize=4)
def _holidays(country: str, category: str) -> Any:
    if country == "SE":  # else every Sunday is a holiday named "Söndag"
        return holidays.Sweden(include_sundays=False, language=LOCALE, categories=(category,))
    supported = holidays.country_holidays(country).supported_categories
    return holidays.country_holidays(country, categories=(category,)) if category in supported else {}


# --- in words --------------------------------------------------------------------------------


def clock_time(moment: datetime.datetime) -> str:
    """A time of day as Swedish writes it.

    >>> clock_time(datetime.datetime(2026, 1, 1, 9, 0))
    '9.00'
    """
    return f"{moment.hour}.{moment.minute:02}"


def regular_hours(helpline: Helpline, date: datetime.date | None = None) -> str:
    """The regular hours of the week of a date (today if None), as if it had no holidays, in words.

    "måndag till fredag 9.00–12.00 och 13.00–16.00" for the hours of facts.yml; days with the
    same hours stand together.
    """
    hours = _parse(helpline.hours, (), None)
    date = date or system_clock().astimezone(helpline.zone).date()
    monday = date - date.weekday() * _DAY
    days = [
        tuple((clock_time(begins), _end_time(ends, day)) for begins, ends in _open_times(hours, day))
        for day in (monday + n * _DAY for n in range(7))
    ]
    if len(set(days)) == 1:
        return f"alla dagar {_times(days[0])}" if days[0] else "inga tider alls just nu"
    groups: list[list[int]] = []
    for number, times in enumerate(days):
        if groups and days[groups[-1][-1]] == times:
            groups[-1].append(number)
        else:
            groups.append([number])
    parts = [f"{_days(group, monday)} {_times(days[group[0]])}" for group in groups if days[group[0]]]
    return ", ".join(parts)


def _end_time(moment: datetime.datetime, date: datetime.date) -> str:
    return clock_time(moment) if moment.date() == date else "24.00"


def _times(times: tuple[tuple[str, str], ...]) -> str:
    return str(format_list([f"{start}–{end}" for start, end in times], locale=LOCALE))


def _days(numbers: list[int], monday: datetime.date) -> str:
    first, last = (format_date(monday + number * _DAY, "EEEE", LOCALE) for number in (numbers[0], numbers[-1]))
    if len(numbers) == 1:
        return str(first)
    return f"{first} {'och' if len(numbers) == 2 else 'till'} {last}"


def describe(status: HelplineStatus) -> tuple[str, dict[str, str]]:
    """The response that says this status, and the values of its placeholders.

    The response is utter_helpline_<open|closed>_<today|tomorrow|later|always>, by when the
    status changes (never open_tomorrow: hours past midnight are told by day). Values that do
    not apply are absent, and their lines are left out.
    """
    values: dict[str, str] = {}
    if status.holiday:
        values["holiday"] = status.holiday
    if status.exception and status.exception.reason:
        values["exception"] = status.exception.reason
    if status.pause:
        values["pause_start"], values["pause_end"] = map(clock_time, status.pause)
    return f"utter_helpline_{'open' if status.open else 'closed'}_{_when(status, values)}", values


def _when(status: HelplineStatus, values: dict[str, str]) -> str:
    if status.changes_at is None:
        return "always"
    values["time"] = clock_time(status.changes_at)
    days = (status.changes_at.date() - status.now.date()).days
    if days == 0:
        return "today"
    weekday = format_date(status.changes_at, "EEEE", LOCALE)
    date = format_date(status.changes_at, "d MMMM", LOCALE)
    if days == 1 and not status.open:
        values["day"] = str(weekday)
        return "tomorrow"
    values["day"] = f"{weekday} den {date}"
    return "later"


def text_values(facts: Facts) -> dict[str, str]:
    """Everything a response may say: the facts, and the regular hours in words.

    Should the hours not be computable, they alone are missing: the number is never lost.
    """
    values = dict(facts.placeholders())
    try:
        values["helpline_hours"] = regular_hours(facts.helpline)
    except Exception as error:
        logger.error("Telefontiderna kunde inte skrivas ut: %s: %s", type(error).__name__, error)
    return values
