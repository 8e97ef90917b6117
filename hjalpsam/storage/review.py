"""The inbox of review: masked messages that the assistant may have got wrong, for staff to judge.

Only where facts.yml has `review_days`, and for so many days. What is judged becomes a file of
proposed examples for an operator; nothing here changes the assistant.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from hjalpsam.content.intents import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT
from hjalpsam.content.languages import language_of
from hjalpsam.storage.database import SCHEMA, connect, database_url
from hjalpsam.storage.statistics import ASKED_BACK, NOT_UNDERSTOOD, UNCLEAR_LANGUAGE, outcome_of

UNSURE = 0.7  # an answer given at less than this is worth a look
RATED_DOWN, UNSURE_OF = "down", "unsure"
VERDICTS = ("right", "wrong", "new", "foreign")
MOST_ITEMS = 300  # the oldest go first
MOST_LOOKS = 1_000
SAME_LOOK = datetime.timedelta(minutes=10)

_ITEMS = sa.Table(
    "review_items",
    SCHEMA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),  # no hour: it could point at somebody
    sa.Column("conversation", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("guess", sa.String(80), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("language", sa.String(10), nullable=False),
    sa.Column("response", sa.String(80)),
    sa.Column("verdict", sa.String(10)),
    sa.Column("intent", sa.String(80)),
)
_LOOKS = sa.Table(
    "review_looks",
    SCHEMA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
)


@dataclass(frozen=True)
class Item:
    """A message to judge.

    Attributes:
        day: on which it came, local time.
        conversation: which conversation it was in, so that all of one can be deleted; a hash.
        text: masked.
        reason: asked_back, not_understood, unsure, or down (a thumb).
        guess: the likeliest intent, and
        confidence: how likely.
        language: a code, or "unclear".
        response: what was answered, if it got a thumb down.
    """

    day: datetime.date
    conversation: str
    text: str
    reason: str
    guess: str
    confidence: float
    language: str
    response: str | None = None


class Inbox:
    """What is kept for review, and who has looked, in a database."""

    def __init__(self, url: str) -> None:
        """`url`: SQLAlchemy's; the tables are made when they are missing."""
        self._engine = connect(url)

    def add(self, items: Iterable[Item]) -> None:
        """Keep messages, each of a conversation once (with the latest reason), and no more than `MOST_ITEMS`."""
        with self._engine.begin() as connection:
            for item in items:
                same = sa.and_(_ITEMS.c.conversation == item.conversation, _ITEMS.c.text == item.text)
                latest = sa.update(_ITEMS).where(same).values(reason=item.reason, response=item.response)
                if not connection.execute(latest).rowcount:
                    connection.execute(sa.insert(_ITEMS).values(**asdict(item)))
            newest = sa.select(_ITEMS.c.id).order_by(_ITEMS.c.id.desc()).offset(MOST_ITEMS).limit(1)
            if (last := connection.execute(newest).scalar()) is not None:
                connection.execute(sa.delete(_ITEMS).where(_ITEMS.c.id <= last))

    def items(self) -> list[dict[str, Any]]:
        """All messages, the newest first, without their conversation."""
        columns = [column for column in _ITEMS.c if column.name != "conversation"]
        return self._all(sa.select(*columns).order_by(_ITEMS.c.id.desc()))

    def judge(self, ids: Iterable[int], verdict: str | None, intent: str | None) -> int:
        """Say what messages are; None takes it back. How many there were.

        `intent`: which it should have been, for "wrong"; for "right" it is each one's guess.
        """
        judged = sa.update(_ITEMS).where(_ITEMS.c.id.in_(list(ids)))
        meant = _ITEMS.c.guess if verdict == "right" else OUT_OF_SCOPE_INTENT if verdict == "foreign" else intent
        with self._engine.begin() as connection:
            return int(connection.execute(judged.values(verdict=verdict, intent=meant)).rowcount)

    def forget(self, before: datetime.date | None = None, conversation: str | None = None) -> int:
        """Delete the messages of days before, or of a conversation, or all. How many there were."""
        old = sa.delete(_ITEMS)
        if before is not None:
            old = old.where(_ITEMS.c.day < before)
        if conversation is not None:
            old = old.where(_ITEMS.c.conversation == conversation)
        with self._engine.begin() as connection:
            return int(connection.execute(old).rowcount)

    def look(self, who: str, what: str, at: datetime.datetime) -> None:
        """Note that somebody has read, fetched or deleted; `at` in UTC. Reading on is no new look."""
        for latest in self.looks()[:1]:
            is_recent = at.replace(tzinfo=None) - latest["at"] < SAME_LOOK
            if is_recent and (latest["who"], latest["what"], what) == (who, "read", "read"):
                return
        with self._engine.begin() as connection:
            connection.execute(sa.insert(_LOOKS).values(at=at.replace(tzinfo=None), who=who, what=what))
            newest = sa.select(_LOOKS.c.id).order_by(_LOOKS.c.id.desc()).offset(MOST_LOOKS).limit(1)
            if (last := connection.execute(newest).scalar()) is not None:
                connection.execute(sa.delete(_LOOKS).where(_LOOKS.c.id <= last))

    def forget_looks(self, before: datetime.datetime) -> None:
        """Delete the notes of looks before a time in UTC."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(_LOOKS).where(_LOOKS.c.at < before.replace(tzinfo=None)))

    def looks(self) -> list[dict[str, Any]]:
        """Who has looked: `at` (UTC), `who`, `what`, the latest first."""
        return self._all(sa.select(_LOOKS.c.at, _LOOKS.c.who, _LOOKS.c.what).order_by(_LOOKS.c.id.desc()))

    def _all(self, query: Any) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


@lru_cache(maxsize=1)
def shared_inbox() -> Inbox:
    """The inbox of this installation."""
    return Inbox(database_url())


def conversation_key(sender: str, secret: str) -> str:
    """What stands for a conversation in the inbox: nobody can go on with it or find it again by this."""
    return hashlib.blake2b(sender.encode(), key=secret.encode()[:64], digest_size=16).hexdigest()


def to_review(turn: list[dict[str, Any]], conversation: str, day: datetime.date) -> Item | None:
    """The item of a turn whose message was not or hardly understood; None for the others.

    `turn`: the event of the message and those after it, as Rasa stores them.
    """
    if not turn or turn[0]["event"] != "user" or (turn[0]["text"] or "/").startswith("/"):
        return None
    intent = turn[0]["parse_data"]["intent"]
    outcome = outcome_of(turn)
    if outcome in (ASKED_BACK, NOT_UNDERSTOOD):
        return _item(turn, conversation, day, outcome)
    if intent["confidence"] < UNSURE:
        return _item(turn, conversation, day, UNSURE_OF)
    return None


def rated_down(events: list[dict[str, Any]], message_id: str, conversation: str, day: datetime.date) -> Item | None:
    """The item of an answer that got a thumb down; None when what was asked was a button.

    `events`: of the whole conversation, as Rasa stores them.
    """
    message: dict[str, Any] | None = None
    for event in events:
        if event["event"] == "user" and not (event["text"] or "/").startswith("/"):
            message = event
        elif event["event"] == "user":
            message = None
        elif event["event"] == "bot" and event["metadata"].get("id") == message_id and message:
            return _item([message], conversation, day, RATED_DOWN, event["metadata"].get("utter_action"))
    return None


def _item(
    turn: list[dict[str, Any]], conversation: str, day: datetime.date, reason: str, response: str | None = None
) -> Item:
    parsed = turn[0]["parse_data"]
    guesses = [guess for guess in parsed.get("intent_ranking", []) if guess["name"] != FALLBACK_INTENT]
    guess = max(guesses, key=lambda guess: guess["confidence"], default=parsed["intent"])
    return Item(
        day=day,
        conversation=conversation,
        text=" ".join(turn[0]["text"].split()),
        reason=reason,
        guess=guess["name"],
        confidence=guess["confidence"],
        language=language_of(parsed) or UNCLEAR_LANGUAGE,
        response=response,
    )


_MARKED = re.compile(r"\](?=[(\[{])")  # "[a](b)", "[a]{0}" and "[a][b]" are entities in Rasa's files


def _as_example(text: str) -> str:
    """What was typed as Rasa reads an example: on one line, and without what looks like a marked entity."""
    return _MARKED.sub("] ", "".join(filter(str.isprintable, text)).strip())


def proposals(items: list[dict[str, Any]], day: datetime.date) -> str:
    """Judged messages as a file for an operator: examples to add to data/nlu.yml, and new topics as a comment."""
    lines = [
        f"# Föreslagna exempel ur Granska, {day.isoformat()}. Läs varje rad innan den läggs till i data/nlu.yml:",
        "# den ska likna hur andra skriver, och ingenting i den får visa vem någon är.",
    ]
    items = [{**item, "text": _as_example(item["text"])} for item in items]
    new = sorted({item["text"] for item in items if item["verdict"] == "new"})
    if new:
        lines += ["#", "# Nya ämnen, som ingen avsikt finns för:", *(f"#   {text}" for text in new)]
    examples: dict[str, list[str]] = {}
    for item in reversed(items):
        if (
            item["text"]
            and item["intent"]
            and item["verdict"] != "new"
            and item["text"] not in examples.get(item["intent"], [])
        ):
            examples.setdefault(item["intent"], []).append(item["text"])
    lines += ['version: "3.1"', "nlu:" if examples else "nlu: []"]
    for intent, texts in sorted(examples.items()):
        lines += [f"  - intent: {intent}", "    examples: |", *(f"      - {text}" for text in texts)]
    return "\n".join(lines) + "\n"
