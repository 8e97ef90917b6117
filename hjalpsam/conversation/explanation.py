"""Why the assistant answered as it did, read out of Rasa's tracker: for the staff's pages.

    explained = Explained(agent, facts)
    explained.turns(tracker)        # one dict for each message, as docs/api.md describes it

Nothing is worked out anew: what is said here is what happened.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from rasa.core.agent import Agent
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.content.facts import Facts
from hjalpsam.content.intent_table import load_intents
from hjalpsam.content.intents import ALSO, DANGER_INTENTS, FALLBACK_INTENT, FOUND, OPENING, READ_AS, TIME
from hjalpsam.content.languages import SWEDISH
from hjalpsam.content.texts import Texts, fill, placeholders
from hjalpsam.engine.rule_policy import RULE
from hjalpsam.hours.at_time import when_in_words
from hjalpsam.hours.clock import local_instant
from hjalpsam.hours.helpline import text_values
from hjalpsam.hours.times import Mention, when_asked
from hjalpsam.nlu.danger import BY_CLASSIFIER
from hjalpsam.paths import ROOT

Event = dict[str, Any]

GUESSES = 5
RECEIVED = "received"  # key of a message's metadata: when the channel got it, seconds since 1970
_UNSPOKEN = {ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME}
_STATUS = "helpline_status"  # a placeholder that is worked out from the helpline's hours
_ABOUT_SOURCE = ("_source", "_source_url", "_year")
_CLASSIFIER = "FallbackClassifier"  # how its step in Rasa's graph is called, but for a number


def intent_names(facts: Facts) -> dict[str, str]:
    """What each intent is called in Swedish: data/intents.yml, filled."""
    values = text_values(facts)
    return {intent.name: fill(intent.words, values) or intent.name for intent in load_intents(ROOT)}


def thresholds(agent: Agent) -> dict[str, float]:
    """From what sureness, and with what lead over the next guess, the running model answers; 0 without one."""
    if not agent.is_ready():
        return {"sure": 0.0, "lead": 0.0}
    for name, node in agent.processor.model_metadata.predict_schema.nodes.items():
        if _CLASSIFIER in name:
            return {"sure": node.config["threshold"], "lead": node.config["ambiguity_threshold"]}
    return {"sure": 0.0, "lead": 0.0}


@dataclass(frozen=True)
class Turn:
    """A message and what came of it.

    Attributes:
        events: as Rasa stores them, the message first.
        offered: the titles of all buttons shown before it, by their payloads.
        by_itself: whether the channel asked it: the other question of the message before, or a guess that was right.
    """

    events: list[Event]
    offered: dict[str, str]
    by_itself: bool

    @property
    def text(self) -> str:
        """What was typed (masked), or a payload."""
        return self.events[0]["text"] or ""

    @property
    def parsed(self) -> dict[str, Any]:
        """How it was understood."""
        return dict(self.events[0]["parse_data"])

    @property
    def is_opening(self) -> bool:
        """Whether it is what the channel sends first of all."""
        return self.text == OPENING

    @property
    def is_by_resident(self) -> bool:
        """Whether somebody typed it or pressed a button."""
        return not self.by_itself and not self.is_opening

    @property
    def said(self) -> list[Event]:
        """The bot's messages."""
        return [event for event in self.events if event["event"] == "bot"]


def turn_time(turn: Turn, zone: ZoneInfo) -> str:
    """The local time at which a message came, to the minute, or which was pretended then."""
    came = datetime.datetime.fromtimestamp(turn.events[0]["timestamp"], zone).replace(tzinfo=None)
    return turn.events[0]["metadata"].get("now") or came.isoformat(timespec="minutes")


def turns_of(tracker: DialogueStateTracker) -> list[Turn]:
    """The turns of a conversation."""
    turns: list[Turn] = []
    offered: dict[str, str] = {}
    also: str | None = None
    for event in (event.as_dict() for event in tracker.events):
        if event["event"] == "user":
            turns.append(Turn([event], dict(offered), by_itself=event["text"] == also is not None))
            found = [entity["value"] for entity in event["parse_data"]["entities"] if entity["entity"] == ALSO]
            also = found[0] if found else None
        elif turns:
            turns[-1].events.append(event)
            if event["event"] == "slot" and event["name"] == ALSO and event["value"]:
                also = event["value"]
            if event["event"] == "bot":
                offered |= {button["payload"]: button["title"] for button in event["data"].get("buttons") or []}
    return turns


class Explained:
    """Explains conversations of one assistant with the facts of this moment."""

    def __init__(self, agent: Agent, facts: Facts) -> None:
        """`agent`: the running assistant, whose texts are the ones that were said."""
        self._facts = facts
        self._texts = Texts(agent.domain.responses)
        self._slots = {slot.name: slot.initial_value for slot in agent.domain.slots}
        self._names = intent_names(facts)

    def turns(self, tracker: DialogueStateTracker) -> list[dict[str, Any]]:
        """Each message with how it was understood, what was done, slots, facts and times."""
        slots, ended = dict(self._slots), 0.0
        explained = []
        for turn in turns_of(tracker):
            before = dict(slots)
            slots |= {event["name"]: event["value"] for event in turn.events if event["event"] == "slot"}
            explained.append(
                {
                    **self._understood(turn),
                    "by_itself": turn.by_itself,
                    "steps": list(_steps(turn.events)),
                    "slots": [
                        {"name": name, "before": before.get(name), "after": value}
                        for name, value in slots.items()
                        if value is not None or before.get(name) is not None
                    ],
                    "facts": list(self._facts_of(turn)),
                    "milliseconds": _milliseconds(turn.events, ended),
                    "events": turn.events,
                }
            )
            ended = turn.events[-1]["timestamp"]
        return explained

    def _understood(self, turn: Turn) -> dict[str, Any]:
        """How a message was read."""
        parsed = turn.parsed
        guesses = {guess["name"]: guess["confidence"] for guess in parsed.get("intent_ranking", [])}
        likely = sorted(guesses, key=lambda name: -guesses[name])
        return {
            "text": turn.text,
            "pressed": turn.offered.get(turn.text),
            "read_as": parsed.get(READ_AS),
            "now": turn.events[0]["metadata"].get("now"),
            "intent": self._guess(parsed["intent"]["name"], parsed["intent"]["confidence"]),
            "ranking": [self._guess(name, guesses[name]) for name in likely if name != FALLBACK_INTENT][:GUESSES],
            "danger": parsed.get(FOUND),
            "second_net": parsed.get(FOUND) == BY_CLASSIFIER,
            "alarm": parsed["intent"]["name"] in DANGER_INTENTS,
            "times": self._times(turn),
            "entities": [
                {**{key: found[key] for key in ("entity", "value", "start", "end")}, "words": self._in_words(found)}
                for found in parsed["entities"]
            ],
        }

    def _in_words(self, entity: dict[str, Any]) -> str:
        """What an entity's value is called in Swedish; "" for those whose value is for the machine."""
        name, value = entity["entity"], str(entity["value"])
        if name == "milieu":
            return text_values(self._facts).get(f"milieus_{value}_short", value)
        if name == FOUND:
            return self._names.get(entity["role"], "")
        if name == "language":
            return str(Locale(SWEDISH).languages.get(value, value))
        return "" if name in (TIME, ALSO) else value

    def _times(self, turn: Turn) -> list[str]:
        """The times that a message names, in words, as seen from when it came or from the pretended time."""
        zone = self._facts.helpline.zone
        now = local_instant(turn_time(turn, zone), zone)
        found = [entity["value"] for entity in turn.parsed["entities"] if entity["entity"] == TIME]
        return [when_in_words(asked, now, SWEDISH) for asked in when_asked([*map(Mention.from_text, found)], now)]

    def _guess(self, name: str, confidence: float) -> dict[str, Any]:
        return {"name": name, "words": self._names.get(name, name), "confidence": confidence}

    def _facts_of(self, turn: Turn) -> Iterator[dict[str, Any]]:
        """The facts that what was said is filled with, each once, with its source."""
        seen: set[str] = set()
        for event in turn.said:
            response, language = event["metadata"].get("utter_action"), event["metadata"].get("lang", SWEDISH)
            if response not in self._texts.responses:
                continue
            values = text_values(self._facts, language)
            for name in sorted(placeholders(self._texts.variation(response, language)["text"]) - seen):
                group = self._facts.group_of(name)
                if group and (name in values or name == _STATUS) and not name.endswith(_ABOUT_SOURCE):
                    seen.add(name)
                    yield {"name": name, "value": values.get(name), "group": group, **self._source(group)}

    def _source(self, group: str) -> dict[str, Any]:
        source = self._facts.source_of(group)
        as_of: datetime.date = self._facts.groups()[group].as_of
        return {"source": source.name.sv, "url": source.url, "as_of": as_of.isoformat()}


def messages_of(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """A conversation as the chat element shows it: who ("me" or "bot"), text, and the bot's buttons."""
    messages: list[dict[str, Any]] = []
    for turn in turns_of(tracker):
        if turn.is_by_resident:
            messages.append({"who": "me", "text": turn.offered.get(turn.text, turn.text)})
        for event in turn.said:
            message = {"who": "bot", "text": event["text"], "lang": event["metadata"].get("lang", SWEDISH)}
            buttons = event["data"].get("buttons") or []
            messages.append({**message, "buttons": buttons, "id": event["metadata"].get("id")})
    return messages


def without_last(tracker: DialogueStateTracker) -> DialogueStateTracker | None:
    """The conversation as it was before the resident's last message; None when there is only the greeting."""
    by_resident = [number for number, turn in enumerate(turns_of(tracker)) if turn.is_by_resident]
    if not by_resident:
        return None
    events = list(tracker.events)
    begins = [number for number, event in enumerate(events) if event.type_name == "user"][by_resident[-1]]
    earlier = tracker.init_copy()
    for event in events[:begins]:
        earlier.update(event)
    return earlier


def _steps(events: list[Event]) -> Iterator[dict[str, Any]]:
    """What was done: actions and responses, by which policy and rule."""
    for event in events:
        if event["event"] == "action" and event["name"] not in _UNSPOKEN:
            yield {
                "name": event["name"],
                "policy": event["policy"],
                "confidence": event["confidence"],
                "rule": event["metadata"].get(RULE),
            }


def _milliseconds(events: list[Event], ended: float) -> dict[str, float] | None:
    """How long it took from when the message came, or the turn before ended, until all was said; and to understand."""
    received = events[0]["metadata"].get(RECEIVED)
    if received is None:
        return None
    begun = max(received, ended)
    return {
        "all": round(1000 * (events[-1]["timestamp"] - begun), 1),
        "understanding": round(1000 * (events[0]["timestamp"] - begun), 1),
    }
