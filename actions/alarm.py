"""What to say to somebody who goes on writing after an alarm."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import ActionAskBack
from actions.guarded import Event, Guarded
from hjalpsam.content.intents import ABOUT_CALL, AFTER_ALARM, ALARM, ALSO, CALL, DANGER_INTENTS, FALLBACK_INTENT, FOUND
from hjalpsam.nlu.offers import before_latest_message

CANNOT_CALL, HELP_COMES, REFUSED = "cannot_call", "help_comes", "refused"  # values of `after_alarm`; and "not_so"
SAID_TO = {"report_emergency": "emergency", "suicidal_thoughts": "life"}  # the middle of the responses' names
BY_INTENT = {"deny": REFUSED, "hostile": REFUSED, "affirm": "thanks", "thank": "thanks", "goodbye": "thanks"}
GOES_ON = "goes_on"


class ActionAfterAlarm(Guarded, Action):
    """Meets what the message says about calling; what else it tells is taken as that the danger goes on.

    A message that was not understood and has nothing of danger is asked back, as at any other time.
    """

    otherwise = "utter_report_emergency"

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_after_alarm"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Utters utter_emergency_* or utter_life_*; what raises the alarm anew is never taken for "it was not so".

        For what has a button it sets the slot `also` to /cannot_call, /help_comes or /not_so instead, as if that had
        been pressed, and `alarm` to what the alarm was about.
        """
        message = tracker.latest_message
        intent = message["intent"]["name"]
        entities = message.get("entities", [])
        said = [found["value"] for found in entities if found["entity"] == AFTER_ALARM]
        said += [ABOUT_CALL for found in entities if found["entity"] == CALL]
        before = _alarm_before(tracker)
        if intent in DANGER_INTENTS:
            known = (HELP_COMES, ABOUT_CALL) if before else ()  # a question about the call tells of the danger anew
            said = [value for value in said if value in (CANNOT_CALL, *known)]
            if not before and not said:
                dispatcher.utter_message(response=f"utter_{intent}")
                return []
        buttons = [value for value in said if value not in (REFUSED, ABOUT_CALL)]
        if buttons:
            # "min syster är hos mig" may sound like an emergency, and is still about not wanting to live
            return [SlotSet(ALARM, before or tracker.get_slot(ALARM)), SlotSet(ALSO, f"/{buttons[0]}")]
        if intent == FALLBACK_INTENT and not said and _asks_something_else(message):
            return ActionAskBack().run(dispatcher, tracker, {})
        answer = said[0] if said else BY_INTENT.get(intent, GOES_ON)
        response = f"utter_{SAID_TO.get(tracker.get_slot(ALARM), 'emergency')}_{answer}"
        again = f"{response}_again"
        dispatcher.utter_message(
            response=again if answer == GOES_ON and _latest_response(tracker) == response else response
        )
        return []


def _asks_something_else(message: dict[str, Any]) -> bool:
    """Whether a message that was not understood has words, and none that hint at danger: "hur får jag bort henne"."""
    hinted = any(found["entity"] == FOUND for found in message.get("entities", []))
    return bool(re.search(r"\w", message.get("text") or "")) and not hinted


def _alarm_before(tracker: Tracker) -> str | None:
    """What the alarm was about that the message comes after, if there was one."""
    for event in reversed(before_latest_message(tracker.events)):
        if event["event"] == "slot" and event["name"] == ALARM:
            return event["value"] if event["value"] in DANGER_INTENTS else None
    return None


def _latest_response(tracker: Tracker) -> str | None:
    for event in reversed(tracker.events):
        if event["event"] == "bot":
            return (event.get("metadata") or {}).get("utter_action")
    return None
