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
import os
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError

from hjalpsam.languages import language_of
from hjalpsam.nlu.intents import FALLBACK_INTENT, OPENING_INTENT
from hjalpsam.resources import STATE_FOLDER

Kind = tuple[str, str]  # what is counted, and of which name

BY_HOUR = "outcome"  # one of each message
UNCLEAR_LANGUAGE = "unclear"

_SCHEMA = sa.MetaData()
_COUNTS = sa.Table(
    "counts",
    _SCHEMA,
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
        self._engine = sa.create_engine(url)
        try:
            _SCHEMA.create_all(self._engine)
        except DatabaseError:  # another process has just made it
            _SCHEMA.create_all(self._engine)

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

    def _rows(self, columns: list[Any], first: datetime.date, last: datetime.date, order: Any, *more: Any) -> list[Any]:
        days = _COUNTS.c.day.between(first, last)
        query = sa.select(*columns).where(days, *more).group_by(*columns[:-1]).order_by(order, *columns[:-1])
        with self._engine.connect() as connection:
            return list(connection.execute(query))


@lru_cache(maxsize=1)
def shared_statistics() -> Statistics:
    """The counts of this installation, in the database HJALPSAM_DATABASE names or in a file of their own."""
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    return Statistics(os.environ.get("HJALPSAM_DATABASE") or f"sqlite:///{STATE_FOLDER / 'counts.db'}")


def kinds_of_turn(turn: list[dict[str, Any]]) -> set[Kind]:
    """What to count of a turn: the event of the resident's message and those after it, as Rasa stores them."""
    if not turn or turn[0]["event"] != "user":
        return set()
    parsed, text = turn[0]["parse_data"], turn[0]["text"] or ""
    intent = str(parsed["intent"]["name"])
    kinds = {("intent", intent)}
    if intent != OPENING_INTENT:
        kinds.add(("outcome", _outcome(turn, intent)))
        if found := parsed.get("danger"):
            kinds.add(("danger", found))
        if not text.startswith("/"):
            kinds.add(("language", language_of(parsed) or UNCLEAR_LANGUAGE))
    return kinds


def _outcome(turn: list[dict[str, Any]], intent: str) -> str:
    if (turn[0]["text"] or "").startswith("/"):
        return "button"
    if intent != FALLBACK_INTENT and not any(event.get("name") == "action_default_fallback" for event in turn):
        return "understood"
    said = {event.get("metadata", {}).get("utter_action") for event in turn if event["event"] == "bot"}
    return "asked_back" if "utter_ask_back" in said else "not_understood"
