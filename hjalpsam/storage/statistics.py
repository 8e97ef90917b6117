"""Counts without text: how many messages of which kind, by day and hour. Nothing else is kept.

    statistics = Statistics("sqlite:///counts.db")
    statistics.count([(now, {("intent", "ask_cks"), ("outcome", "understood")})])
    statistics.totals(first_day, last_day)      # {"intent": {"ask_cks": 1}, "outcome": {"understood": 1}}

What is counted: `intent`; `outcome` (of a typed message: understood, asked_back, not_understood;
else button; failed when there was no answer), which alone is counted by the hour; `danger` (what
the danger net found); `language` of what was typed; `feedback` (up or down and about which
response) and its `reason`.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hjalpsam.content.intents import FALLBACK_INTENT, OPENING_INTENT
from hjalpsam.content.languages import language_of
from hjalpsam.storage.database import SCHEMA, connect, database_url

Kind = tuple[str, str]  # what is counted, and of which name

BY_HOUR = "outcome"  # one of each message
UNCLEAR_LANGUAGE = "unclear"
ASKED_BACK, NOT_UNDERSTOOD = "asked_back", "not_understood"

_COUNTS = sa.Table(
    "counts",
    SCHEMA,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("hour", sa.SmallInteger, primary_key=True),
    sa.Column("what", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
)


class Statistics:
    """The counts in a database, through SQLAlchemy."""

    def __init__(self, url: str) -> None:
        """`url`: SQLAlchemy's; the table is made when it is missing."""
        self._engine = connect(url)

    def count(self, turns: Iterable[tuple[datetime.datetime, Iterable[Kind]]]) -> None:
        """Count one of each kind of turns, each with its local time, at once: all of them or none."""
        numbers = Counter(
            # a rare danger and its hour could point at somebody
            (moment.date(), moment.hour if what == BY_HOUR else 0, what, name[:80])
            for moment, kinds in turns
            for what, name in kinds
        )
        with self._engine.begin() as connection:
            for values, number in sorted(numbers.items()):
                key = dict(zip(("day", "hour", "what", "name"), values, strict=True))
                if not self._add(connection, key, number):
                    try:
                        with connection.begin_nested():
                            connection.execute(sa.insert(_COUNTS).values(**key, number=number))
                    except IntegrityError:  # another process has just been first
                        self._add(connection, key, number)

    @staticmethod
    def _add(connection: Any, key: dict[str, Any], number: int) -> bool:
        row = sa.and_(*(_COUNTS.c[column] == value for column, value in key.items()))
        update = sa.update(_COUNTS).where(row).values(number=_COUNTS.c.number + number)
        return bool(connection.execute(update).rowcount)

    def totals(self, first: datetime.date, last: datetime.date) -> dict[str, dict[str, int]]:
        """How many of each name, by what was counted, from the first day to the last, most first."""
        number = sa.func.sum(_COUNTS.c.number)
        totals: dict[str, dict[str, int]] = {}
        for what, name, count in self._rows([_COUNTS.c.what, _COUNTS.c.name, number], first, last, number.desc()):
            totals.setdefault(what, {})[name] = count
        return totals

    def by_hour(self, first: datetime.date, last: datetime.date) -> dict[int, int]:
        """How many messages in each hour of the day (0-23) that had any."""
        columns = [_COUNTS.c.hour, sa.func.sum(_COUNTS.c.number)]
        return dict(self._rows(columns, first, last, _COUNTS.c.hour, _COUNTS.c.what == BY_HOUR))

    def by_day(self, first: datetime.date, last: datetime.date) -> dict[datetime.date, dict[str, int]]:
        """For each day that had any: how many conversations were opened, and each outcome."""
        wanted = sa.or_(_COUNTS.c.what == BY_HOUR, _COUNTS.c.name == OPENING_INTENT)
        columns = [_COUNTS.c.day, _COUNTS.c.name, sa.func.sum(_COUNTS.c.number)]
        days: dict[datetime.date, dict[str, int]] = {}
        for day, name, count in self._rows(columns, first, last, _COUNTS.c.day, wanted):
            days.setdefault(day, {})["conversations" if name == OPENING_INTENT else name] = count
        return days

    def everything(self, first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, str, str, int]]:
        """Each count as day, what, name and number, for a table."""
        columns = [_COUNTS.c.day, _COUNTS.c.what, _COUNTS.c.name, sa.func.sum(_COUNTS.c.number)]
        return [tuple(row) for row in self._rows(columns, first, last, _COUNTS.c.day)]

    def _rows(self, columns: list[Any], first: datetime.date, last: datetime.date, order: Any, *more: Any) -> list[Any]:
        days = _COUNTS.c.day.between(first, last)
        query = sa.select(*columns).where(days, *more).group_by(*columns[:-1]).order_by(order, *columns[:-1])
        with self._engine.connect() as connection:
            return list(connection.execute(query))


@lru_cache(maxsize=1)
def shared_statistics() -> Statistics:
    """The counts of this installation, in its database."""
    return Statistics(database_url())


def kinds_of_turn(turn: list[dict[str, Any]]) -> set[Kind]:
    """What to count of a turn: the event of the resident's message and those after it, as Rasa stores them."""
    if not turn or turn[0]["event"] != "user":
        return set()
    parsed, text = turn[0]["parse_data"], turn[0]["text"] or ""
    intent = str(parsed["intent"]["name"])
    kinds = {("intent", intent)}
    if intent != OPENING_INTENT:
        kinds.add(("outcome", outcome_of(turn)))
        if found := parsed.get("danger"):
            kinds.add(("danger", found))
        if not text.startswith("/"):
            kinds.add(("language", language_of(parsed) or UNCLEAR_LANGUAGE))
    return kinds


def outcome_of(turn: list[dict[str, Any]]) -> str:
    """How a turn of the resident's went: understood, asked_back, not_understood; button, if nothing was typed."""
    if (turn[0]["text"] or "").startswith("/"):
        return "button"
    gave_up = any(event.get("name") == "action_default_fallback" for event in turn)
    if turn[0]["parse_data"]["intent"]["name"] != FALLBACK_INTENT and not gave_up:
        return "understood"
    said = {event.get("metadata", {}).get("utter_action") for event in turn if event["event"] == "bot"}
    return ASKED_BACK if "utter_ask_back" in said else NOT_UNDERSTOOD
