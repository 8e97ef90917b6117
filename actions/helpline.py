"""Whether the helpline is open."""

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from hjalpsam.clock import Clock, local_instant, system_clock
from hjalpsam.facts import FactsFile
from hjalpsam.helpline import describe, helpline_status
from hjalpsam.resources import facts_file

logger = logging.getLogger(__name__)


class ActionHelplineStatus(Action):
    """Says whether the helpline is open now and when that changes.

    A response with number and regular hours comes before it in every rule.
    """

    def __init__(self, clock: Clock = system_clock, facts: FactsFile | None = None) -> None:
        """The clock and the facts are given by tests; the action server gives none."""
        self._clock = clock
        self._facts = facts or facts_file()

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_helpline_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Utters one of utter_helpline_*; no events.

        An exception would make the action server log the whole conversation, so none leaves.
        """
        try:
            helpline = self._facts.current().helpline
            pretended = pretended_now(tracker)
            now = local_instant(pretended, helpline.zone) if pretended else self._clock()
            response, values = describe(helpline_status(helpline, now))
            dispatcher.utter_message(response=response, **values)
        except Exception as error:
            logger.error("Öppettiderna kunde inte räknas ut: %s: %s", type(error).__name__, error)
            dispatcher.utter_message(response="utter_status_unavailable")
        return []


def pretended_now(tracker: Tracker) -> str | None:
    """The local time that staff pretend it is in their latest message, if they do."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return (event.get("metadata") or {}).get("now")
    return None
