"""When a time is that somebody mentions ("på fredag efter lunch"). Knows nothing of Rasa or of words.

    mentions = [Mention("weekday", "coming", (("weekday", 4),)), Mention("part", "13:00-17:00")]
    when_asked(mentions, now)           # [AskedTime(2026-11-27 13:00, 2026-11-27 17:00, "part")]

Mentions are found by hjalpsam/nlu/time_mentions.py, by the table data/times.yml, which says what
the kinds and meanings are.
"""

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from dateutil.easter import easter

from hjalpsam.content.languages import SWEDISH
from hjalpsam.hours.clock import real_instant
from hjalpsam.hours.helpline import holidays_of

Date = datetime.date
Datetime = datetime.datetime

_DAY = datetime.timedelta(days=1)
_DAYS = ("day", "weekday", "part_of_weekday", "date", "named", "span")  # kinds of mentions that say which day


@dataclass(frozen=True)
class Mention:
    """A phrase of data/times.yml found in a text.

    Attributes:
        kind, meaning: section and key of the table.
        values: each <group> of the phrase with its value, in order.
    """

    kind: str
    meaning: str
    values: tuple[tuple[str, Any], ...] = ()

    def all(self, group: str) -> list[Any]:
        """The values of a group."""
        return [value for name, value in self.values if name == group]

    def value(self, *groups: str) -> Any:
        """The first value of any of the groups."""
        return next(value for name, value in self.values if name in groups)

    def as_text(self) -> str:
        """As the value of an entity; `from_text` reads it."""
        return json.dumps([self.kind, self.meaning, self.values])

    @classmethod
    def from_text(cls, text: str) -> "Mention":
        """What `as_text` wrote."""
        kind, meaning, values = json.loads(text)
        return cls(kind, meaning, tuple((name, value) for name, value in values))


@dataclass(frozen=True)
class AskedTime:
    """A time somebody asks about: from `start` until before `end`, local, aware.

    `grain` is "minute" (one instant; end is start, or a span between two times of the clock),
    "part" of a day, "day" or "span" (of days).
    """

    start: Datetime
    end: Datetime
    grain: str

    def is_past(self, now: Datetime) -> bool:
        """Whether it is over at an aware instant."""
        return self.start < now and self.end <= now


def when_asked(mentions: Sequence[Mention], now: Datetime) -> list[AskedTime]:
    """The times meant, at `now` (local and aware): mentions that belong together are one time.

    A time without a day is today's, or tomorrow's when it has been. What cannot be (31 February)
    is left out.
    """
    asked = [_Together(group, now).when() for group in _groups(mentions)]
    return [time for time in asked if time]


def _groups(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions by the time they are part of: a second day or time of the clock begins another."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if not groups or any(_excludes(other, mention) for other in groups[-1]):
            groups.append([])
        groups[-1].append(mention)
    return groups


def _excludes(one: Mention, other: Mention) -> bool:
    """Whether two mentions cannot be about the same time."""
    if one.kind in _DAYS and other.kind in _DAYS:
        kinds = {one.kind, other.kind}
        return kinds not in ({"weekday", "date"}, {"weekday", "span"}, {"weekday", "named"}, {"day", "weekday"})
    return one.kind == other.kind == "clock"


class _Together:
    """Mentions that make up one time."""

    def __init__(self, mentions: Sequence[Mention], now: Datetime) -> None:
        self._now, self._today = now, now.date()
        self._zone = cast(ZoneInfo, now.tzinfo)
        self._of: dict[str, Mention] = {}
        for mention in mentions:
            self._of.setdefault(mention.kind, mention)

    def when(self) -> AskedTime | None:
        """The time; None when there is no such day."""
        try:
            return self._when()
        except (ValueError, OverflowError):
            return None

    def _when(self) -> AskedTime | None:
        later, clock = self._of.get("later"), self._of.get("clock")
        part = self._of.get("part") or self._of.get("part_of_weekday")
        if later and not later.meaning.endswith(("days", "weeks")):
            return self._instant(real_instant(self._now + _timespan(later), self._zone))
        first, last = self._days()
        if first != last:
            return AskedTime(self._at(first), self._at(last + _DAY), "span")
        day_is_named = bool(later) or any(kind in self._of for kind in _DAYS)
        if clock:
            return self._clock(clock, part, first, day_is_named)
        if part:
            return self._part(part, first, day_is_named)
        if not day_is_named:
            return self._instant(self._now) if "now" in self._of else None
        return AskedTime(self._at(first), self._at(first + _DAY), "day")

    def _instant(self, moment: Datetime) -> AskedTime:
        return AskedTime(moment, moment, "minute")

    def _at(self, date: Date, minutes: int = 0) -> Datetime:
        local = Datetime.combine(date, datetime.time()) + datetime.timedelta(minutes=minutes)
        return real_instant(local.replace(tzinfo=self._zone), self._zone)

    # days

    def _days(self) -> tuple[Date, Date]:
        """The first and the last day; today when none is named."""
        of = self._of
        if later := of.get("later"):
            day = self._today + _timespan(later)
        elif "span" in of:
            first, last = self._span(of["span"])
            if "weekday" not in of:
                return first, last
            day = _first_weekday(first, of["weekday"].value("weekday", "last_weekday"))
        elif "date" in of:
            day = self._date(of["date"], of.get("weekday"))
        elif "named" in of:
            day = self._named(of["named"].meaning)
        elif "day" in of:
            day = self._today + int(of["day"].meaning) * _DAY
        elif "weekday" in of:
            day = self._weekday(of["weekday"])
        elif "part_of_weekday" in of:
            day = _first_weekday(self._today + _DAY, of["part_of_weekday"].values[0][1])
        else:
            day = self._today
        return day, day

    def _weekday(self, mention: Mention) -> Date:
        if mention.meaning == "of month":
            ordinal, weekday, month = (mention.value(group) for group in ("ordinal", "weekday", "month"))
            return self._coming(lambda year: _weekday_of_month(ordinal, weekday, month, year), *mention.all("year"))
        weekday = mention.value("weekday", "last_weekday")
        coming = _first_weekday(self._today + _DAY, weekday)
        if mention.meaning == "past":
            return _first_weekday(self._today - 7 * _DAY, weekday)
        if mention.meaning == "next week":
            return _first_weekday(self._monday(1), weekday)
        return coming + (7 * _DAY if mention.meaning == "week after" else 0 * _DAY)

    def _date(self, mention: Mention, weekday: Mention | None) -> Date:
        if mention.meaning == "date":
            day, month, *year = mention.value("date")
        else:
            day, month, year = mention.value("dayno", "ordinal"), mention.all("month"), mention.all("year")
            if not month:
                return self._day_of_month(day)
            month = month[0]
        if year:
            return Date(year[0], month, day)
        wanted = weekday.value("weekday") if weekday else None
        return self._coming(lambda in_year: _if_weekday(Date(in_year, month, day), wanted))

    def _day_of_month(self, day: int) -> Date:
        """The next day with this number."""
        for months in range(12):
            year, month = divmod(self._today.year * 12 + self._today.month - 1 + months, 12)
            try:
                date = Date(year, month + 1, day)
            except ValueError:
                continue
            if date >= self._today:
                return date
        raise ValueError(day)

    def _named(self, meaning: str, year: int | None = None) -> Date:
        if meaning.startswith("advent"):
            return self._coming(lambda in_year: _advent(int(meaning[-1]), in_year), *_given(year))
        if meaning.startswith("easter"):
            return self._coming(lambda in_year: easter(in_year) + int(meaning[len("easter") :]) * _DAY, *_given(year))
        if re.fullmatch(r"\d\d-\d\d", meaning):
            month, day = map(int, meaning.split("-"))
            return self._coming(lambda in_year: Date(in_year, month, day), *_given(year))
        return self._coming(lambda in_year: _holiday(meaning, in_year), *_given(year))

    def _coming(self, in_year: Any, *years: int) -> Date:
        """The first day from today on that `in_year` gives for a year; ValueError from it means another year."""
        for year in years or range(self._today.year, self._today.year + 30):
            try:
                date = cast(Date, in_year(year))
            except ValueError:
                continue
            if years or date >= self._today:
                return date
        raise ValueError("no such day")

    def _monday(self, weeks: int) -> Date:
        return self._today - self._today.weekday() * _DAY + weeks * 7 * _DAY

    def _span(self, mention: Mention) -> tuple[Date, Date]:
        meaning, saturday = mention.meaning, 5 * _DAY
        weeks = {"this week": 0, "next week": 1, "week after": 2, "past week": -1}
        weekends = {"this weekend": 0, "next weekend": 1, "past weekend": -1}
        if meaning in weeks:
            return self._monday(weeks[meaning]), self._monday(weeks[meaning]) + 6 * _DAY
        if meaning in weekends:
            first = self._monday(weekends[meaning]) + saturday
            return first, first + _DAY
        if "month" in meaning:
            return self._month(mention)
        start, end = meaning.split("/")
        last = self._named(end)
        first = next(day for day in (self._named(start, year) for year in (last.year, last.year - 1)) if day <= last)
        return first, last

    def _month(self, mention: Mention) -> tuple[Date, Date]:
        if mention.meaning == "month":
            last = self._coming(lambda year: _last_of_month(year, mention.value("month")))
        else:
            months = self._today.year * 12 + self._today.month - 1 + (mention.meaning == "next month")
            last = _last_of_month(months // 12, months % 12 + 1)
        return last.replace(day=1), last

    # times of a day

    def _part(self, part: Mention, day: Date, day_is_named: bool) -> AskedTime:
        start, end = _minutes_of_part(part.meaning)
        return self._of_day(day, start, end + (24 * 60 if end < start else 0), day_is_named)

    def _of_day(self, day: Date, start: int, end: int, day_is_named: bool) -> AskedTime:
        """From `start` to `end`, in minutes from midnight; tomorrow's if today's has been and no day is named."""
        if not day_is_named and self._at(day, end) <= self._now:
            day += _DAY
        return AskedTime(self._at(day, start), self._at(day, end), "part")

    def _clock(self, clock: Mention, part: Mention | None, day: Date, day_is_named: bool) -> AskedTime:
        start, end = _minutes_of_clock(clock, part)
        if end != start:
            asked = self._of_day(day, start, end, day_is_named)
            return AskedTime(asked.start, asked.end, "minute" if clock.meaning == "h to h" else "part")
        if not day_is_named and self._at(day, start) < self._now:
            day += _DAY
        return self._instant(self._at(day, start))


def _given(year: int | None) -> list[int]:
    return [] if year is None else [year]


def _if_weekday(date: Date, weekday: int | None) -> Date:
    if weekday is not None and date.weekday() != weekday:
        raise ValueError(date)
    return date


def _first_weekday(date: Date, weekday: int) -> Date:
    """The first such day of the week from a date on."""
    return date + (weekday - date.weekday()) % 7 * _DAY


def _weekday_of_month(ordinal: int, weekday: int, month: int, year: int) -> Date:
    if ordinal < 0:
        return _first_weekday(_last_of_month(year, month) - 6 * _DAY, weekday)
    return _first_weekday(Date(year, month, 1), weekday) + (ordinal - 1) * 7 * _DAY


def _advent(number: int, year: int) -> Date:
    """A Sunday of Advent; the fourth is the last before Christmas Day."""
    return _first_weekday(Date(year, 12, 18), 6) - (4 - number) * 7 * _DAY


def _last_of_month(year: int, month: int) -> Date:
    return Date(year + month // 12, month % 12 + 1, 1) - _DAY


def _holiday(name: str, year: int) -> Date:
    """A day by the name that the package holidays gives it; data/times.yml has those of Sweden."""
    for category in ("public", "optional"):
        days = holidays_of("SE", category, SWEDISH)
        for date in days[Date(year, 1, 1) : Date(year, 12, 31)]:
            if days.get(date) == name:
                return cast(Date, date)
    raise ValueError(name)


def _timespan(later: Mention) -> datetime.timedelta:
    """How long from now: "n hours", "30 minutes", "-n days"."""
    number, unit, *_ = later.meaning.split()
    amount = later.value("number") if number.endswith("n") else int(number)
    if number == "-n":
        amount = -amount
    return datetime.timedelta(**{unit: amount})


def _minutes_of_part(meaning: str) -> tuple[int, int]:
    start, end = (int(hour) * 60 + int(minute) for hour, minute in (time.split(":") for time in meaning.split("-")))
    return start, end


def _minutes_of_clock(clock: Mention, part: Mention | None) -> tuple[int, int]:
    """From when to when a mention of the clock is, in minutes from midnight; for an instant the same twice."""
    figures, exact = clock.all("hour") + clock.all("hourish"), clock.all("clock")
    meaning = clock.meaning
    if meaning == "h to h":
        hours = [hour * 60 + minute for hour, minute in exact] or [
            _helpline_hour(hour, meaning, part) * 60 for hour in figures
        ]
        return hours[0], hours[1] + (12 * 60 if hours[1] <= hours[0] else 0)
    if exact:
        hour, minute = exact[0]
        if meaning in ("h am", "h pm"):
            hour = hour % 12 + (12 if meaning == "h pm" else 0)
        at = hour * 60 + minute
    else:
        minutes = clock.all("minutes") + clock.all("number") if meaning == "h m" else []
        at = _helpline_hour(figures[0], meaning, part) * 60 + sum(minutes)
    for sign, amount in re.findall(r"([+-]) (\d+|m)", meaning):
        at += (1 if sign == "+" else -1) * (clock.value("number") if amount == "m" else int(amount))
    return {"from h": (at, 24 * 60), "until h": (0, at)}.get(meaning, (at, at))


def _helpline_hour(hour: int, meaning: str, part: Mention | None) -> int:
    """The hour of the day meant by a bare hour: 1 to 6 are the afternoon unless something says otherwise."""
    if meaning == "h am":
        return hour % 12
    if meaning == "h pm":
        return hour % 12 + 12
    if part and 0 < hour < 12:
        start, _ = _minutes_of_part(part.meaning)
        if start >= 22 * 60:
            return hour + 12 if hour >= 9 else hour
        return hour + 12 if start >= 12 * 60 else hour
    return hour + 12 if 1 <= hour <= 6 else hour
