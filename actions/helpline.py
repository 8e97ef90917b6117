"""Whether the helpline is open: now, or at the times the message names."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from hjalpsam.content.facts import FactsFile, Helpline
from hjalpsam.content.intents import TIME
from hjalpsam.content.languages import SWEDISH, answered_in
from hjalpsam.hours.at_time import describe_at
from hjalpsam.hours.clock import Clock, local_instant, real_instant, system_clock
from hjalpsam.hours.helpline import describe, helpline_status
from hjalpsam.hours.times import AskedTime, Mention, when_asked
from hjalpsam.storage.resources import facts_file

logger = logging.getLogger(__name__)

MOST_TIMES = 2  # answered at once

Answer = tuple[str, dict[str, str]]


class ActionHelplineStatus(Action):
    """Says whether the helpline is open at the times the message names, or now, and when that changes.

    Every rule has a response with number or regular hours beside it, which arrives also when this fails.
    """

    def __init__(self, clock: Clock = system_clock, facts: FactsFile | None = None) -> None:
        """The clock and the facts are given by tests; the action server gives none."""
        self._clock = clock
        self._facts = facts or facts_file()

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_helpline_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Utters some of utter_helpline_* and utter_time_*; no events.

        An exception would make the action server log the whole conversation, so none leaves.
        """
        try:
            helpline = self._facts.current().helpline
            pretended = pretended_now(tracker)
            now = local_instant(pretended, helpline.zone) if pretended else real_instant(self._clock(), helpline.zone)
            language = answered_in(tracker.get_slot("language"))
            for response, values in list(answers(helpline, times_in(tracker, now), now, language)):
                dispatcher.utter_message(response=response, **values)
        except Exception as error:
            logger.error("Öppettiderna kunde inte räknas ut: %s.", type(error).__name__)
            dispatcher.utter_message(response="utter_status_unavailable")
        return []


def answers(helpline: Helpline, asked: list[AskedTime], now: datetime, language: str = SWEDISH) -> Iterator[Answer]:
    """What to say about each time asked about; how it is now, if there is none or it is over."""
    asked = asked[:MOST_TIMES]
    for time in sorted(asked, key=lambda time: time.is_past(now)):  # what is over ends with "so it is now"
        yield describe_at(helpline, time, now, language)
    if not asked or any(time.is_past(now) for time in asked):
        yield describe(helpline_status(helpline, now), helpline.country, language)


def times_in(tracker: Tracker, now: datetime) -> list[AskedTime]:
    """The times that the latest message asks about; none for "now" and for "today" alone."""
    entities = tracker.latest_message.get("entities", [])
    mentions = [Mention.from_text(entity["value"]) for entity in entities if entity["entity"] == TIME]
    if all(mention in (Mention("day", "0"), Mention("now", "now")) for mention in mentions):
        return []
    return when_asked(mentions, now)


def pretended_now(tracker: Tracker) -> str | None:
    """The local time that staff pretend it is in their latest message, if they do."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return (event.get("metadata") or {}).get("now")
    return None
