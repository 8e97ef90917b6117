"""Why the assistant answered as it did, read out of Rasa's tracker: for the staff's pages.

    explained = Explained(agent, facts)
    explained.turns(tracker)        # one dict for each message, as docs/api.md describes

Nothing is worked out anew: what is said here is what happened.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from babel import Locale
from rasa.core.agent import Agent
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.at_time import when_in_words
from hjalpsam.clock import local_instant
from hjalpsam.facts import Facts
from hjalpsam.helpline import text_values
from hjalpsam.languages import SWEDISH
from hjalpsam.nlu.danger import BY_CLASSIFIER, FOUND
from hjalpsam.nlu.intents import ALSO, FALLBACK_INTENT, READ_AS, TIME
from hjalpsam.resources import ROOT
from hjalpsam.rule_policy import RULE
from hjalpsam.texts import Texts, fill, placeholders
from hjalpsam.times import Mention, when_asked
from hjalpsam.yaml_files import read_yaml

Event = dict[str, Any]
Turn = dict[str, Any]

GUESSES = 5
RECEIVED = "received"  # key of a message's metadata: when the channel got it, seconds since 1970
_UNSPOKEN = {ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME}
_STATUS = "helpline_status"  # a placeholder that is worked out from the helpline's hours
_ABOUT_SOURCE = ("_source", "_source_url", "_year")
_CLASSIFIER = "FallbackClassifier"  # how its step in Rasa's graph is called, but for a number


def intent_names(facts: Facts) -> dict[str, str]:
    """What each intent is called in Swedish: data/intents.yml, filled."""
    values = text_values(facts)
    names = read_yaml(ROOT / "data" / "intents.yml")["names"]
    return {intent: fill(words, values) or intent for intent, words in names.items()}


def thresholds(agent: Agent) -> dict[str, float]:
    """From what sureness, and with what lead over the next guess, the running model answers."""
    for name, node in agent.processor.model_metadata.predict_schema.nodes.items():
        if _CLASSIFIER in name:
            return {"sure": node.config["threshold"], "lead": node.config["ambiguity_threshold"]}
    return {"sure": 0.0, "lead": 0.0}


class Explained:
    """Explains conversations of one assistant with the facts of this moment."""

    def __init__(self, agent: Agent, facts: Facts) -> None:
        """`agent`: the running assistant, whose texts are the ones that were said."""
        self._facts = facts
        self._texts = Texts(agent.domain.responses)
        self._slots = {slot.name: slot.initial_value for slot in agent.domain.slots}
        self._names = intent_names(facts)

    def turns(self, tracker: DialogueStateTracker) -> list[Turn]:
        """Each message with how it was understood, what was done, slots, facts and times."""
        slots, ended = dict(self._slots), 0.0
        offered: dict[str, str] = {}
        earlier: list[Event] | None = None
        turns = []
        for events in turns_of(tracker):
            before = dict(slots)
            slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
            turns.append(
                {
                    **self._understood(events[0], offered),
                    "by_itself": asked_by_itself(events, earlier),
                    "steps": list(_steps(events)),
                    "slots": [
                        {"name": name, "before": before.get(name), "after": value}
                        for name, value in slots.items()
                        if value is not None or before.get(name) is not None
                    ],
                    "facts": list(self._facts_of(events)),
                    "milliseconds": _milliseconds(events, ended),
                    "events": events,
                }
            )
            earlier, ended = events, events[-1]["timestamp"]
            offered |= titles_of(events)
        return turns

    def _understood(self, message: Event, offered: dict[str, str]) -> Turn:
        """How a message was read."""
        parsed, text = message["parse_data"], message["text"] or ""
        guesses = {guess["name"]: guess["confidence"] for guess in parsed.get("intent_ranking", [])}
        likely = sorted(guesses, key=lambda name: -guesses[name])
        return {
            "text": text,
            "pressed": offered.get(text),
            "read_as": parsed.get(READ_AS),
            "now": message["metadata"].get("now"),
            "intent": self._guess(parsed["intent"]["name"], parsed["intent"]["confidence"]),
            "ranking": [self._guess(name, guesses[name]) for name in likely if name != FALLBACK_INTENT][:GUESSES],
            "danger": parsed.get(FOUND),
            "second_net": parsed.get(FOUND) == BY_CLASSIFIER,
            "times": self._times(message),
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
        if name == "language":
            return str(Locale(SWEDISH).languages.get(value, value))
        return "" if name in (TIME, ALSO) else value

    def _times(self, message: Event) -> list[str]:
        """The times that a message names, in words, as seen from when it came or from the pretended time."""
        zone, pretended = self._facts.helpline.zone, message["metadata"].get("now")
        came = datetime.datetime.fromtimestamp(message["timestamp"], zone)
        now = local_instant(pretended, zone) if pretended else came
        found = [entity["value"] for entity in message["parse_data"]["entities"] if entity["entity"] == TIME]
        return [when_in_words(asked, now, SWEDISH) for asked in when_asked([*map(Mention.from_text, found)], now)]

    def _guess(self, name: str, confidence: float) -> dict[str, Any]:
        return {"name": name, "words": self._names.get(name, name), "confidence": confidence}

    def _facts_of(self, events: list[Event]) -> Iterator[dict[str, Any]]:
        """The facts that what was said is filled with, each once, with its source."""
        seen: set[str] = set()
        for event in events:
            response = event.get("metadata", {}).get("utter_action")
            if event["event"] != "bot" or response not in self._texts.responses:
                continue
            language = event["metadata"].get("lang", SWEDISH)
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


def turns_of(tracker: DialogueStateTracker) -> list[list[Event]]:
    """The events of each message of a conversation, as Rasa stores them: the message and what came of it."""
    turns: list[list[Event]] = []
    for event in tracker.events:
        stored = event.as_dict()
        if stored["event"] == "user":
            turns.append([stored])
        elif turns:
            turns[-1].append(stored)
    return turns


def titles_of(events: list[Event]) -> dict[str, str]:
    """The titles of the buttons that were shown, by their payloads."""
    buttons = [button for event in events if event["event"] == "bot" for button in event["data"].get("buttons") or []]
    return {button["payload"]: button["title"] for button in buttons}


def asked_by_itself(turn: list[Event], before: list[Event] | None) -> bool:
    """Whether a message is the other question of the one before, asked by the channel."""
    payload = turn[0]["text"]
    return (
        before is not None
        and any(found["value"] == payload for found in before[0]["parse_data"]["entities"] if found["entity"] == ALSO)
        or any(
            event["event"] == "slot" and event["name"] == ALSO and event["value"] == payload for event in before or []
        )
    )


def messages_of(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """A conversation as the chat element shows it: who ("me" or "bot"), text, and the bot's buttons."""
    messages: list[dict[str, Any]] = []
    offered: dict[str, str] = {}
    before: list[Event] | None = None
    for number, events in enumerate(turns_of(tracker)):
        text = events[0]["text"]
        if number and not asked_by_itself(events, before):
            messages.append({"who": "me", "text": offered.get(text, text)})
        for event in events:
            if event["event"] == "bot":
                about = event["metadata"]
                messages.append(
                    {
                        "who": "bot",
                        "text": event["text"],
                        "lang": about.get("lang", SWEDISH),
                        "buttons": event["data"].get("buttons") or [],
                        "id": about.get("id"),
                    }
                )
        offered |= titles_of(events)
        before = events
    return messages


def without_last(tracker: DialogueStateTracker) -> DialogueStateTracker | None:
    """The conversation as it was before the resident's last message; None when there is only the greeting."""
    turns = turns_of(tracker)
    last = len(turns) - 1
    while last > 0 and asked_by_itself(turns[last], turns[last - 1]):
        last -= 1
    if last < 1:
        return None
    begins = [number for number, event in enumerate(tracker.events) if event.type_name == "user"][last]
    earlier = tracker.init_copy()
    for event in list(tracker.events)[:begins]:
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
