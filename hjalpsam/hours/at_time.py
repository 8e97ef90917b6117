"""Whether the helpline is open at another time than now, and how to say that. Knows nothing of Rasa."""

import datetime
from collections.abc import Iterator

from hjalpsam.content.facts import Helpline
from hjalpsam.content.languages import ENGLISH
from hjalpsam.hours.helpline import (
    Interval,
    clock_time,
    day_and_date,
    day_name,
    helpline_status,
    hours_in_words,
    is_closing_holiday,
    list_in_words,
    open_times,
    regular_hours,
)
from hjalpsam.hours.times import AskedTime

_DAY = datetime.timedelta(days=1)
_WEEK = 7 * _DAY
_FAR = 180 * _DAY  # a day farther off is told with its year
_MOST_CLOSED_DAYS = 6

Answer = tuple[str, dict[str, str]]


def describe_at(helpline: Helpline, asked: AskedTime, now: datetime.datetime, language: str) -> Answer:
    """The response that says whether it is open then, and the values of its placeholders.

    `now`, and the times of `asked`, are local and aware. The response is utter_time_past (over),
    utter_time_open (an instant within the hours), utter_time_hours (a span with some) or
    utter_time_closed, with the next opening.
    """
    values = {"when": when_in_words(asked, now, language)}
    if asked.is_past(now):
        return "utter_time_past", values
    days = [asked.start.date() + number * _DAY for number in range(_number_of_days(asked))]
    exceptions = [item for item in helpline.exceptions if item.date in days and item.reason]
    if exceptions:
        values["exception"] = list_in_words([item.reason_in(language) for item in exceptions], language)
    if asked.start == asked.end:
        status = helpline_status(helpline, asked.start)
        if status.open:  # around the clock it never closes
            closes = {"time": clock_time(status.changes_at, language)} if status.changes_at else {}
            return "utter_time_open", values | closes
    else:
        hours = {day: _within(open_times(helpline, day), asked) for day in days}
        if any(hours.values()):
            return "utter_time_hours", values | _hours(helpline, hours, language)
    values |= _closed(helpline, asked, days, language)
    return "utter_time_closed", values | _sooner(helpline, asked, now, language)


def _number_of_days(asked: AskedTime) -> int:
    last = asked.end - datetime.timedelta(microseconds=1) if asked.end > asked.start else asked.end
    return (last.date() - asked.start.date()).days + 1


def _within(intervals: list[Interval], asked: AskedTime) -> list[Interval]:
    """The parts of local intervals that lie in the time asked about."""
    start, end = (moment.replace(tzinfo=None) for moment in (asked.start, asked.end))
    return [(max(begins, start), min(ends, end)) for begins, ends in intervals if begins < end and ends > start]


def _hours(helpline: Helpline, hours: dict[datetime.date, list[Interval]], language: str) -> dict[str, str]:
    """`hours` in words, and the days that are closed though the regular hours have them open."""
    days = list(hours)
    closed = [day for day in days if not hours[day] and is_closing_holiday(helpline, day)]
    long = len(days) * _DAY > _WEEK
    values = {"hours": regular_hours(helpline, days[0], language) if long else hours_in_words(hours, language)}
    if closed:
        named = [_named_day(helpline, day, language) for day in closed[:_MOST_CLOSED_DAYS]]
        values["closed_days"] = list_in_words(named, language)
    return values


def _named_day(helpline: Helpline, day: datetime.date, language: str) -> str:
    name = day_name(day, helpline.country, language)
    return f"{'on ' if language == ENGLISH else ''}{name} ({day_and_date(day, language)})"


def _closed(helpline: Helpline, asked: AskedTime, days: list[datetime.date], language: str) -> dict[str, str]:
    """The name of the day, if that is why, and the next opening."""
    values = {}
    if len(days) == 1 and is_closing_holiday(helpline, days[0]):
        values["holiday"] = day_name(days[0], helpline.country, language) or ""
    if opens := helpline_status(helpline, asked.start).changes_at:
        values |= {"day": day_and_date(opens.date(), language), "time": clock_time(opens, language)}
    return values


def _sooner(helpline: Helpline, asked: AskedTime, now: datetime.datetime, language: str) -> dict[str, str]:
    """How it is open before the time asked about: now, until when, or else from when."""
    status = helpline_status(helpline, now)
    if status.changes_at is None or status.changes_at >= asked.start:
        return {}
    if status.open:
        return {"open_until": clock_time(status.changes_at, language)}
    day, time = day_and_date(status.changes_at.date(), language), clock_time(status.changes_at, language)
    return {"sooner_day": day, "sooner_time": time}


def when_in_words(asked: AskedTime, now: datetime.datetime, language: str) -> str:
    """The time asked about as a sentence begins with it.

    "I morgon, fredag den 27 november, klockan 15.00"; "Lördag den 28 november mellan 9.00 och
    12.00"; "Från lördag den 28 november till söndag den 29 november".
    """
    words = "".join(_when_in_words(asked, now, language))
    return words[0].upper() + words[1:]


def _when_in_words(asked: AskedTime, now: datetime.datetime, language: str) -> Iterator[str]:
    english = language == ENGLISH
    first, last = asked.start.date(), asked.start.date() + (_number_of_days(asked) - 1) * _DAY
    if asked.grain == "span":
        yield f"from {_day(first, now, language)} to " if english else f"från {_day(first, now, language)} till "
        yield _day(last, now, language)
        return
    apposition = {0: "today, " if english else "i dag, ", 1: "tomorrow, " if english else "i morgon, "}.get(
        (first - now.date()).days, ""
    )
    yield apposition or ("on " if english else "")
    yield _day(first, now, language)
    start, end = clock_time(asked.start, language), clock_time(asked.end, language)
    if asked.grain == "day":
        yield "," if apposition and not english else ""
        return
    yield ", " if apposition else " "
    if asked.start == asked.end:
        yield f"at {start}" if english else f"klockan {start}"
    else:
        yield f"between {start} and {end}" if english else f"mellan {start} och {end}"


def _day(date: datetime.date, now: datetime.datetime, language: str) -> str:
    year = f" {date.year}" if abs(date - now.date()) > _FAR else ""
    return day_and_date(date, language) + year
