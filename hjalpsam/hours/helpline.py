"""When the helpline is open, from the hours in facts.yml. Knows nothing of Rasa.

    status = helpline_status(facts.helpline, now)
    status.open, status.changes_at          # False, 2026-12-28 09:00 in Europe/Stockholm
    describe(status, "SE")                  # name of the response and what to fill it with

Opening hours are read by opening-hours-py (OpenStreetMap's syntax, public holidays of the
country), names of days by holidays and Babel.
"""

import datetime
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date
from babel.lists import format_list
from opening_hours import OpeningHours, State

from hjalpsam.content.facts import Facts, Helpline, HoursException
from hjalpsam.content.languages import ENGLISH, FROM_RIGHT, SWEDISH, locale_of
from hjalpsam.hours.clock import real_instant, system_clock

logger = logging.getLogger(__name__)

Interval = tuple[datetime.datetime, datetime.datetime]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UTC = datetime.timezone.utc
_DAY = datetime.timedelta(days=1)
_HORIZON = datetime.timedelta(days=5 * 366)
# The eves that count as public holidays, by their names in the package holidays:
# semesterlagen (1977:480) 3 a § puts them on a par with Sundays.
_BRITISH = {"Second Day of Christmas": "Boxing Day"}
_ISOLATED, _END_ISOLATED = "\u2066", "\u2069"  # Unicode's left-to-right isolate
_EVES = {"Midsommarafton", "Julafton", "Nyårsafton"}


@dataclass(frozen=True)
class HelplineStatus:
    """Open or not at an instant, and why.

    Attributes:
        now: the instant, in the helpline's time zone.
        open: whether the regular hours and exceptions say open.
        changes_at: when that changes next, same time zone; None if it never does.
        holiday: today, if a public holiday or an eve is why it is closed all day.
        exception: today's exception from facts.yml, if there is one.
        pause: start and end (local times) of the break it is in, when it was open earlier today.
    """

    now: datetime.datetime
    open: bool
    changes_at: datetime.datetime | None
    holiday: datetime.date | None = None
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
        holiday=now.date() if not is_open and not exception and is_closing_holiday(helpline, now.date()) else None,
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


def is_closing_holiday(helpline: Helpline, date: datetime.date) -> bool:
    """Whether it is closed all day and would be open were it no holiday with a name."""
    without_holidays = _parse(helpline.hours, (), None)
    if not _open_times(without_holidays, date) or _open_times(_opening_hours(helpline), date):
        return False
    return day_name(date, helpline.country) is not None


def open_times(helpline: Helpline, date: datetime.date) -> list[Interval]:
    """When it is open on a local day, exceptions and holidays counted; local times without a time zone."""
    return _open_times(_opening_hours(helpline), date)


def _open_times(hours: OpeningHours, date: datetime.date) -> list[Interval]:
    """When it is open on a local day; local times without a time zone."""
    start = datetime.datetime.combine(date, datetime.time())
    return [(begins, ends) for begins, ends, state, _ in hours.intervals(start, start + _DAY) if state == State.OPEN]


def day_name(date: datetime.date, country: str, language: str = SWEDISH) -> str | None:
    """The name of a public holiday, or of an eve that counts as one, in running text.

    >>> day_name(datetime.date(2026, 4, 6), "SE")
    'annandag påsk'
    """
    for category in ("public", "optional"):
        if category == "public" or holidays_of(country, category, SWEDISH).get(date) in _EVES:
            name = holidays_of(country, category, language).get(date)
            if name and language == SWEDISH and not name.startswith("Kristi"):  # a proper name keeps its capital
                name = name[0].lower() + name[1:]
            if name:
                return _BRITISH.get(name, str(name))
    return None


@lru_cache(maxsize=8)
def holidays_of(country: str, category: str, language: str) -> Any:
    """The package's named days of a country, by date; `category`: "public", or "optional" for eves."""
    if country == "SE":  # else every Sunday is a holiday named "Söndag"
        spoken = "en_US" if language == ENGLISH else SWEDISH
        return holidays.Sweden(include_sundays=False, language=spoken, categories=(category,))
    supported = holidays.country_holidays(country).supported_categories
    return holidays.country_holidays(country, categories=(category,)) if category in supported else {}


# --- in words --------------------------------------------------------------------------------


def clock_time(moment: datetime.datetime, language: str = SWEDISH) -> str:
    """A time of day as the language writes it.

    >>> clock_time(datetime.datetime(2026, 1, 1, 9, 0)), clock_time(datetime.datetime(2026, 1, 1, 9, 0), "en")
    ('9.00', '9:00')
    """
    return f"{moment.hour}{':' if language == ENGLISH else '.'}{moment.minute:02}"


def day_and_date(date: datetime.date, language: str = SWEDISH) -> str:
    """A day by its name and date.

    >>> day_and_date(datetime.date(2026, 12, 28)), day_and_date(datetime.date(2026, 12, 28), "en")
    ('måndag den 28 december', 'Monday 28 December')
    """
    return str(format_date(date, "EEEE d MMMM" if language == ENGLISH else "EEEE 'den' d MMMM", locale_of(language)))


def regular_hours(helpline: Helpline, date: datetime.date | None = None, language: str = SWEDISH) -> str:
    """The regular hours of the week of a date (today if None), as if it had no holidays, in words.

    "måndag till fredag 9.00–12.00 och 13.00–16.00" for the hours of facts.yml; days with the
    same hours stand together.
    """
    hours = _parse(helpline.hours, (), None)
    date = date or system_clock().astimezone(helpline.zone).date()
    monday = date - date.weekday() * _DAY
    return hours_in_words({day: _open_times(hours, day) for day in (monday + n * _DAY for n in range(7))}, language)


def hours_in_words(days: dict[datetime.date, list[Interval]], language: str) -> str:
    """When it is open on days that follow each other; days with the same hours stand together."""
    english = language == ENGLISH
    times = {day: tuple(_times(day, intervals, language)) for day, intervals in days.items()}
    if len(set(times.values())) == 1:
        same = next(iter(times.values()))
        if not same:
            return "not at all just now" if english else "inga tider alls just nu"
        if len(days) == 1:
            return list_in_words(same, language)
        return f"{'every day' if english else 'alla dagar'} {list_in_words(same, language)}"
    groups: list[list[datetime.date]] = []
    for day in times:
        if groups and times[groups[-1][-1]] == times[day]:
            groups[-1].append(day)
        else:
            groups.append([day])
    open_groups = [group for group in groups if times[group[0]]]
    return ", ".join(f"{_days(group, language)} {list_in_words(times[group[0]], language)}" for group in open_groups)


def _times(day: datetime.date, intervals: list[Interval], language: str) -> Iterator[str]:
    for begins, ends in intervals:
        end = clock_time(ends, language) if ends.date() == day else ("24:00" if language == ENGLISH else "24.00")
        yield f"{clock_time(begins, language)}–{end}"


def list_in_words(items: Iterable[str], language: str) -> str:
    """Items as in a sentence: "ett, två och tre"."""
    return str(format_list(list(items), locale=locale_of(language)))


def _days(days: list[datetime.date], language: str) -> str:
    first, last = (format_date(day, "EEEE", locale_of(language)) for day in (days[0], days[-1]))
    if len(days) == 1:
        return str(first)
    conjunctions = {True: ("and", "to"), False: ("och", "till")}[language == ENGLISH]
    return f"{first} {conjunctions[len(days) > 2]} {last}"


def describe(status: HelplineStatus, country: str, language: str = SWEDISH) -> tuple[str, dict[str, str]]:
    """The response that says this status, and the values of its placeholders.

    The response is utter_helpline_<open|closed>_<today|tomorrow|later|always>, by when the
    status changes (never open_tomorrow: hours past midnight are told by day). Values that do
    not apply are absent, and their lines are left out.
    """
    values: dict[str, str] = {}
    if status.holiday:
        values["holiday"] = day_name(status.holiday, country, language) or ""
    if status.exception and status.exception.reason:
        values["exception"] = status.exception.reason_in(language)
    if status.pause:
        values["pause_start"], values["pause_end"] = (clock_time(moment, language) for moment in status.pause)
    return f"utter_helpline_{'open' if status.open else 'closed'}_{_when(status, values, language)}", values


def _when(status: HelplineStatus, values: dict[str, str], language: str) -> str:
    if status.changes_at is None:
        return "always"
    values["time"] = clock_time(status.changes_at, language)
    days = (status.changes_at.date() - status.now.date()).days
    if days == 0:
        return "today"
    if days == 1 and not status.open:
        values["day"] = str(format_date(status.changes_at, "EEEE", locale_of(language)))
        return "tomorrow"
    values["day"] = day_and_date(status.changes_at.date(), language)
    return "later"


def text_values(facts: Facts, language: str = SWEDISH) -> dict[str, str]:
    """Everything a response may say: the facts, and the regular hours in words.

    Should the hours not be computable, they alone are missing: the number is never lost.
    """
    values = dict(facts.placeholders(language))
    try:
        spoken = ENGLISH if language == ENGLISH else SWEDISH
        values["helpline_hours"] = regular_hours(facts.helpline, language=spoken)
    except Exception as error:
        logger.error("Telefontiderna kunde inte skrivas ut: %s.", type(error).__name__)
    if language in FROM_RIGHT:  # else the groups of a number change places
        values |= {
            name: f"{_ISOLATED}{value}{_END_ISOLATED}" for name, value in values.items() if name.endswith("_number")
        }
    return values
